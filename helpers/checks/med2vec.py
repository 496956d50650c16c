"""Checks for Med2Vec by hand, and the questions of the lesson."""

from helpers.checks._choice import Choice, Prediction
from helpers.checks._code_loss import code_loss_exercise as code_loss
from helpers.checks._med2vec_forward import forward_exercise as forward
from helpers.checks._neighbor_visits import visit_pairs_within_exercise as visit_pairs_within
from helpers.checks._top_codes import top_codes_exercise as top_codes
from helpers.checks._visit_loss import visit_loss_exercise as visit_loss

__all__ = ["code_loss", "forward", "top_codes", "visit_loss", "visit_pairs_within"]

next_visit = Prediction(
    name="next_visit",
    number="11.P",
    options={
        "a": "Med2Vec",
        "b": "the rule 'as last time'",
        "c": "both about the same",
    },
    outcome="b",
    where="Section 4",
)

score_with_itself = Choice(
    name="score_with_itself",
    number="11.A",
    right="b",
    feedback={
        "a": "The sum in the denominator runs over all codes, the center included.",
        "b": "The score of a code with itself is the square of its length, and it is in the "
        "denominator alone. So a long vector pays.",
        "c": "A code is never its own target, so its score with itself is in no numerator.",
        "d": "The ReLU keeps every number from being negative, but sets no limit above.",
    },
)

loss_to_drop = Choice(
    name="loss_to_drop",
    number="11.B",
    right="b",
    feedback={
        "a": "Without the visit loss nothing is asked about other visits: recall fell to about "
        "nothing.",
        "b": "With the visit loss alone recall was even a little higher. The code loss is for "
        "the codes: without it those of one condition stand less close.",
        "c": "Look at the recall column once more: one of the two rows with a single loss lost "
        "nothing.",
        "d": "With both gone there is nothing left to train.",
    },
)
