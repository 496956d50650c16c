"""Checks for one-hot, multi-hot, look-up, cosine and nearest, and the questions."""

from helpers.checks._choice import Choice, Prediction
from helpers.checks._cosine import pairwise_cosine
from helpers.checks._hot import multi_hot, one_hot
from helpers.checks._lookup import lookup, lookup_by_matmul
from helpers.checks._nearest import nearest

__all__ = [
    "lookup",
    "lookup_by_matmul",
    "multi_hot",
    "nearest",
    "nearest_categories",
    "nearest_to_apple",
    "one_hot",
    "pairwise_cosine",
    "renumbered_wards",
]

nearest_to_apple = Prediction(
    name="nearest_to_apple",
    number="1.P",
    options={"a": "Orange", "b": "Carrot", "c": "neither is nearer"},
    outcome="b",
    where="Section 2",
)

nearest_categories = Choice(
    name="nearest_categories",
    number="1.A",
    right="c",
    feedback={
        "a": "Neighboring columns are no nearer: the order of the columns is arbitrary.",
        "b": "The first and the last column are as far apart as any two.",
        "c": "All pairs are at distance 1.414, the square root of 2.",
        "d": "Frequency does not enter a one-hot row.",
    },
)

renumbered_wards = Choice(
    name="renumbered_wards",
    number="1.B",
    right="a",
    feedback={
        "a": "The id enters the sum as a quantity, so its size matters. The other two only "
        "use it as a name.",
        "b": "One-hot columns change places and their weights change places with them: the "
        "predictions stay.",
        "c": "The rows of the table change places with the ids: the predictions stay.",
        "d": "Look at the renamings in section 1 once more: two of the three do not move.",
    },
)
