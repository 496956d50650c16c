"""Every question that there is, whether it draws numbers or has its words by hand."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from helpers.exam.items import (
    Blanks,
    Essay,
    Item,
    MultiSelect,
    Numeric,
    ReadPlot,
    SingleChoice,
)

KINDS = ("single", "multi", "numeric", "shape", "steps", "trace", "bug", "plot", "essay")
_KIND_OF = {
    SingleChoice: "single",
    MultiSelect: "multi",
    Numeric: "numeric",
    ReadPlot: "plot",
    Essay: "essay",
}


def kind_of(item: Item) -> str:
    """Return which of `KINDS` an item is."""
    return item.kind if isinstance(item, Blanks) else _KIND_OF[type(item)]


@dataclass(frozen=True)
class Entry:
    """A question of the bank.

    Parameters
    ----------
    id
        Its own name.
    family
        Two entries of one family ask for the same skill: a paper takes one of them.
    make
        ``make(rng, twin)`` is the question. `twin` is 0, 1, …: where the words are set by hand,
        form B gets other words than form A.
    gives_away
        Ids of questions that this one's text answers: they never meet in a paper.
    """

    id: str
    family: str
    make: Callable[[np.random.Generator, int], Item]
    gives_away: tuple[str, ...] = ()
