"""Checks for MiME: objects, the gated sum, the visit, the auxiliary loss, and the control."""

from helpers.checks._aux_loss import aux_loss
from helpers.checks._choice import Choice, Prediction
from helpers.checks._dx_object import dx_object
from helpers.checks._dx_objects import dx_objects
from helpers.checks._shuffle_links import shuffle_links
from helpers.checks._visit_vector import visit_vector

__all__ = ["aux_loss", "dx_object", "dx_objects", "shuffle_links", "visit_vector"]

only_the_link = Prediction(
    name="only_the_link",
    number="12.P",
    options={"a": "about .5", "b": "about .75", "c": "near 1"},
    outcome="a",
    where="Section 5",
)

no_links = Choice(
    name="no_links",
    number="12.A",
    right="c",
    feedback={
        "a": "Skip-gram needs codes that occur together in a visit. MIMIC-III has those.",
        "b": "Med2Vec needs visits in their order and the codes in each. MIMIC-III has those.",
        "c": "Without links there are no objects. To guess the links and then learn from them is "
        "to learn your own guess.",
        "d": "A flat visit is the set of its codes; a GRU needs nothing but their order in time.",
    },
)

auxiliary_target = Choice(
    name="auxiliary_target",
    number="12.B",
    right="b",
    feedback={
        "a": "The next visit is what Med2Vec predicts, and what MiME predicts in the other task "
        "of its paper. It is not the auxiliary target.",
        "b": "The object has to tell its own diagnosis and its own treatments; no label is "
        "needed for that.",
        "c": "The outcome is the main loss. The auxiliary one needs no outcome.",
        "d": "Random codes are the noise of negative sampling. MiME scores all codes.",
    },
)
