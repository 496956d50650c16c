"""Checks for the prediction task, the encoder, the measures and fair comparisons."""

from helpers.checks._choice import Choice, Prediction
from helpers.checks._curve import learning_curve
from helpers.checks._gru import gru_step
from helpers.checks._onehot_weights import as_onehot_weights
from helpers.checks._paired import paired_difference
from helpers.checks._prediction_task import make_task
from helpers.checks._ranking import average_precision, roc_auc

__all__ = [
    "as_onehot_weights",
    "average_precision",
    "gru_step",
    "learning_curve",
    "make_task",
    "paired_difference",
    "roc_auc",
]

vectors_with_100_labels = Prediction(
    name="vectors_with_100_labels",
    number="13.P",
    options={
        "a": "up by .10 or more",
        "b": "less than .05 up or down",
        "c": "down by .10 or more",
    },
    outcome="b",
    where="Section 4",
)

rare_and_useful = Choice(
    name="rare_and_useful",
    number="13.A",
    right="c",
    feedback={
        "a": "Chance has a precision of .02 here. .07 is far above it.",
        "b": "They answer different questions. An AUC of .75 does not change when cases become "
        "rare; precision does.",
        "c": "3.5 times the precision of chance, and still 13 of 14 alarms are false. Whether that "
        "is of use depends on what an alarm sets off.",
        "d": "The AUC is what it is: three of four pairs are in the right order. It says nothing "
        "about how many controls there are.",
    },
)

same_hundred_patients = Choice(
    name="same_hundred_patients",
    number="13.B",
    right="b",
    feedback={
        "a": "The outcome was not used in training the vectors, so nothing leaks. They have little "
        "to add, that is all.",
        "b": "Which codes go together, as far as 100 patients show it. The knowledge of "
        "thousands of unlabeled records, which vectors are for, is missing.",
        "c": "They can add which codes go together in these records. Section 4 has their row: not "
        "far from that of vectors that saw more.",
        "d": "A label does not make a vector better. What counts is how many records they learn "
        "from.",
    },
)
