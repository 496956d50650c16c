"""Check of what is said about four maps: the data decide, not the picture."""

from collections.abc import Iterator, Set

import numpy as np

from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

LETTERS = "abcd"
# what is true of the data; tests/test_maps.py measures it
TRUE_OF = {1: set("ab"), 2: set("ad"), 3: set("acd"), 4: set()}

HINTS = {
    (1, "a"): "Map 1: the groups exist. Their silhouette in the data is .7 to .9, far from 0.",
    (1, "b"): "Map 1: B is wider than A. The spread in the data is 1 and 10; the map equalised it.",
    (1, "c"): "Map 1: in the data C is as far from A as B is. Measure the gaps in X.",
    (1, "d"): "Map 1: fewer than half of the neighbors on the map are neighbors in the data. "
    "Measure the overlap at 10.",
    (2, "a"): "Map 2: the groups exist. Their silhouette in the data is far from 0.",
    (2, "b"): "Map 2: the spread in the data is 1 and 1. B takes more room on the map because it "
    "has more points.",
    (2, "c"): "Map 2: in the data C is as far from A as B is. Measure the gaps in X.",
    (2, "d"): "Map 2: more than half of the neighbors on the map are neighbors in the data. "
    "Measure the overlap at 10.",
    (3, "a"): "Map 3: the groups exist. Their silhouette in the data is far from 0.",
    (3, "b"): "Map 3: A and B are equally wide in the data.",
    (3, "c"): "Map 3: C is farther from A than B is. Gaps in the data are 10 and 60, in this map "
    "they are equal.",
    (3, "d"): "Map 3: more than half of the neighbors on the map are neighbors in the data. "
    "Measure the overlap at 10.",
    (4, "a"): "Map 4: silhouette in the original space is about 0: these groups were made by the "
    "map.",
    (
        4,
        "b",
    ): "Map 4: the three parts are cut from one cloud. Their spread is the same.",
    (4, "c"): "Map 4: the three parts are cut from one cloud. Their gaps are the same.",
    (4, "d"): "Map 4: about a quarter of the neighbors on the map are neighbors in the data. "
    "Measure the overlap at 10.",
}


def letters(value: object) -> object:
    """Read a set, list, array, generator or text of letters as a sorted list of them."""
    if value is None:
        return None
    if isinstance(value, str):
        value = [part for part in value.replace(",", " ").split() for part in part]
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, Set | Iterator | list | tuple) and value != {}:
        return _forms.Unfit(value, f"it returned {value!r}; a set of letters is asked for")
    found = [str(part).strip().lower() for part in value]
    if odd := [part for part in found if part not in LETTERS or len(part) != 1]:
        return _forms.Unfit(value, f"{odd[0]!r} is none of the letters a, b, c, d")
    return sorted(set(found))


def _reference(plot_id):
    return TRUE_OF[plot_id]


def _flipped(plot, letter):
    def answer(plot_id):
        return TRUE_OF[plot_id] ^ {letter} if plot_id == plot else TRUE_OF[plot_id]

    answer.__name__ = f"flipped_{plot}{letter}"
    return answer


def _says_otherwise(plot, letter):
    def symptom(answer):
        return (letter in answer(plot)) != (letter in TRUE_OF[plot])

    return symptom


judge = Exercise(
    name="judge",
    number="8.4",
    review="section 3",
    reference=_reference,
    form=letters,
    calls=tuple(call(plot) for plot in TRUE_OF),
    wrong=tuple(
        Wrong(_flipped(plot, letter), hint, _says_otherwise(plot, letter))
        for (plot, letter), hint in HINTS.items()
    ),
)
