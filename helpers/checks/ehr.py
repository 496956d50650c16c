"""Checks for health records: visits, codes, splits, windows and padded arrays."""

from helpers.checks._choice import Choice, Prediction
from helpers.checks._events import build_patients
from helpers.checks._padding import pad_visits
from helpers.checks._roll_up import roll_up
from helpers.checks._splits import split_patients
from helpers.checks._window import window

__all__ = ["build_patients", "pad_visits", "roll_up", "split_patients", "window"]

random_labels = Prediction(
    name="random_labels",
    number="9.P",
    options={"a": "about .5", "b": "about .75", "c": "above .9"},
    outcome="c",
    where="Section 4",
)

leaking_design = Choice(
    name="leaking_design",
    number="9.A",
    right="c",
    feedback={
        "a": "Age on the index date is known on the index date. No leak.",
        "b": "What was ordered before the gap was known when the prediction was made. No leak.",
        "c": "The last visit lies after the index date, and when it comes depends on what "
        "happened. In section 4 this one number lifts the AUC.",
        "d": "A published tree knows nothing of your labels. A table of risks made from the "
        "labels of all patients would leak.",
    },
)

no_code = Choice(
    name="no_code",
    number="9.B",
    right="d",
    feedback={
        "a": "In the clinic a third of the people with high blood pressure have no code for it "
        "in their last visit.",
        "b": "An illness can be treated for years before and after the visit at hand.",
        "c": "Loaders report what they drop. Most missing codes were never written.",
        "d": "Absent, not looked for, known and not written down, or coded elsewhere: the array "
        "holds the same 0 for all of them.",
    },
)
