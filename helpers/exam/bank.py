"""Every question that there is, whether it draws numbers or has its words by hand."""

from collections.abc import Callable
from dataclasses import dataclass, replace
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


def steps_of(family: Family) -> Entry:
    """Make an entry of a numeric family that is asked step by step."""
    name = f"{family.id} in steps"
    return Entry(name, family.id, lambda rng, twin: family.draw_steps(rng))


def short_essay(entry: Entry) -> Entry:
    """Make an essay with the first two of its criteria, for the shorter paper."""

    def make(rng: np.random.Generator, twin: int) -> Item:
        essay = entry.make(rng, twin)
        # two criteria are half of the points, also of the sample answers
        samples = tuple((text, points // 2) for text, points in essay.samples)
        return replace(
            essay,
            points=4,
            rubric=essay.rubric[:2],
            samples=samples,
            counts_as=((essay.topic, "U", 2), (essay.topic, "An", 2)),
        )

    return replace(entry, id=f"{entry.id} in two", make=make)


@cache
def course_bank() -> dict[str, Entry]:
    """Return every question of the course, by id."""
    from helpers.exam.plots import PLOTS  # they make entries, so they come after them
    from helpers.exam.worded import read_items

    entries = [entry_of(family) for family in FAMILIES.values()]
    entries += [steps_of(family) for family in FAMILIES.values() if family.steps]
    for file in sorted(CONCEPTS.glob("*.toml")):
        entries += read_items(file)
    entries += PLOTS
    entries += [short_essay(entry) for entry in entries if entry.id in ("C58", "C59")]
    return {entry.id: entry for entry in entries}
