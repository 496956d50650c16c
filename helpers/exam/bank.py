"""Every question that there is, whether it draws numbers or has its words by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from helpers.exam.families import FAMILIES, Family
from helpers.exam.items import (
    Blanks,
    Essay,
    Item,
    MultiSelect,
    Numeric,
    ReadPlot,
    SingleChoice,
)

CONCEPTS = Path(__file__).parent / "concepts"
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
    twins
        How many wordings there are; None where numbers are drawn anew each time. When they run
        out, a further form repeats them.
    gives_away
        Ids of questions that this one's text answers: they never meet in a paper.
    """

    id: str
    family: str
    make: Callable[[np.random.Generator, int], Item]
    twins: int | None = None
    gives_away: tuple[str, ...] = ()


def entry_of(family: Family) -> Entry:
    """Make an entry of a numeric family."""
    return Entry(family.id, family.id, lambda rng, twin: family.draw(rng))


@cache
def course_bank() -> dict[str, Entry]:
    """Return every question of the course, by id."""
    from helpers.exam.worded import read_items  # it makes entries, so it comes after them

    entries = [entry_of(family) for family in FAMILIES.values()]
    for file in sorted(CONCEPTS.glob("*.toml")):
        entries += read_items(file)
    return {entry.id: entry for entry in entries}
