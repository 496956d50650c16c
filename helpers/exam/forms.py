"""From a blueprint and a bank to papers: form A, and form B with the same skills in other numbers.

Which questions are taken is a small integer program: as many of each part as the plan says, sums
of topics and levels within its slack, no skill twice, no question that answers another, and every
idea behind mistakes offered often enough to be diagnosed and not so often that it is everywhere.
Each question has a random price, and the cheapest paper is taken. The prices are whole numbers
drawn from the seed, so the cheapest paper is one, whoever solves the program.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int
from scipy.optimize import Bounds, LinearConstraint, milp

from helpers.exam.bank import Entry, kind_of
from helpers.exam.blueprint import TOPICS, Blueprint
from helpers.exam.items import (
    LEVELS,
    Blanks,
    Item,
    MultiSelect,
    Numeric,
    ReadPlot,
    SingleChoice,
)
from helpers.exam.misconceptions import CLUSTERS, cluster_of
from helpers.exam.seeds import generator

REDRAWS = 50


class NoPaper(ValueError):
    """The bank does not hold what the plan asks for."""


@dataclass(frozen=True)
class Form:
    """A paper.

    Parameters
    ----------
    exam, name
        ``"7"``, ``"A"``.
    blueprint
        What was planned.
    items
        In the order of the paper.
    letters
        The part of each item.
    """

    exam: str
    name: str
    blueprint: Blueprint
    items: tuple[Item, ...]
    letters: tuple[str, ...]

    @property
    def points(self) -> int:
        """Of the whole paper."""
        return sum(item.points for item in self.items)


def clusters_offered(item: Item) -> set[str]:
    """Return the ideas behind the mistakes that one can make at this item."""
    return {cluster_of(mistake) for mistake in item.offers()}


def make_forms(
    blueprint: Blueprint,
    bank: Mapping[str, Entry],
    exam: str,
    names: Sequence[str] = ("A", "B"),
) -> list[Form]:
    """Make parallel papers: the same skills in the same order, other numbers.

    Raises
    ------
    NoPaper
        If the bank has no paper for this plan.
    ValueError
        If a family has no second question.
    """
    first = {id_: _make(entry, exam, names[0], 0) for id_, entry in bank.items()}
    chosen = _choose(blueprint, bank, first, exam)
    forms = []
    taken: dict[str, list[Item]] = {id_: [] for id_, _ in chosen}
    for twin, name in enumerate(names):
        items = []
        for id_, _ in chosen:
            item = first[id_] if twin == 0 else _unlike(bank[id_], exam, name, twin, taken[id_])
            taken[id_].append(item)
            items.append(item)
        forms.append(Form(exam, name, blueprint, tuple(items), tuple(part for _, part in chosen)))
    return forms


def key_of(item: Item) -> object:
    """Return what is right, in a form that can be compared between two questions."""
    if isinstance(item, Numeric):
        return round(item.key, item.digits)
    if isinstance(item, SingleChoice):
        return item.options[item.right].text
    if isinstance(item, MultiSelect):
        return tuple(sorted((s.text, s.true) for s in item.statements))
    if isinstance(item, ReadPlot):
        return tuple(sorted((r.text, r.verdict) for r in item.readings)), item.figure
    if isinstance(item, Blanks):
        return tuple(blank.key for blank in item.blanks), item.code
    return item.stem


def _make(entry: Entry, exam: str, form: str, twin: int, redraw: int = 0) -> Item:
    return entry.make(generator(exam, form, entry.id, redraw=redraw), twin)


def _unlike(entry: Entry, exam: str, form: str, twin: int, others: list[Item]) -> Item:
    """Take another wording, or draw numbers until the key is none of the other forms'.

    Of these draws it takes one that offers the ideas that form A's question offers.
    """
    if entry.twins is not None:
        return _make(entry, exam, form, twin)
    keys, shown = [key_of(item) for item in others], [(i.stem, i.figure) for i in others]
    wanted, best, most = clusters_offered(others[0]), None, -1
    for redraw in range(REDRAWS):
        item = _make(entry, exam, form, twin, redraw)
        common = len(wanted & clusters_offered(item))
        fresh = key_of(item) not in keys and (item.stem, item.figure) not in shown
        if fresh and common > most:
            best, most = item, common
        if most == len(wanted):
            break
    if best is None:
        raise ValueError(
            f"{entry.id} has no question with another answer for form {form}: "
            f"{REDRAWS} draws gave the same"
        )
    return best


def _choose(
    blueprint: Blueprint, bank: Mapping[str, Entry], items: Mapping[str, Item], exam: str
) -> list[tuple[str, str]]:
    """Return the id of each question with the letter of its part, in the order of the paper.

    The set papers keep parts, topics and levels. A paper of a lecturer's own making keeps its
    points, and the rest as well as the bank allows: what is missed costs more than any price.
    """
    ids = list(bank)
    points = np.array([items[id_].points for id_ in ids])
    program = _Program(len(ids))
    loose = blueprint.keeps != "all"
    part_of = np.full(len(ids), -1)
    for p, part in enumerate(blueprint.parts):
        fits = [
            kind_of(items[i]) in part.kinds and abs(items[i].points - part.points) <= part.spread
            for i in ids
        ]
        part_of[np.flatnonzero(fits)] = p
        sum_of_part = part.count * part.points
        program.demand(fits, part.count, part.count, elastic=blueprint.keeps == "points")
        program.demand(fits * points, sum_of_part, sum_of_part, elastic=loose)
    if blueprint.keeps != "items":
        program.demand((part_of >= 0) * points, blueprint.points, blueprint.points)
    slack = blueprint.slack
    for t, row in enumerate(blueprint.topics, 1):
        inside = [sum(n for topic, _, n in items[i].places() if topic == t) for i in ids]
        if row.sum():
            program.demand(inside, *_around(row.sum(), slack), elastic=loose)
        else:
            program.demand(inside, 0, 0)
    for level, column in zip(LEVELS, blueprint.topics.T, strict=True):
        inside = [sum(n for _, of, n in items[i].places() if of == level) for i in ids]
        program.demand(inside, *_around(column.sum(), slack), elastic=loose)
    for family in sorted({bank[i].family for i in ids}):
        program.demand([bank[i].family == family for i in ids], 0, 1)
    for i in ids:
        for other in bank[i].gives_away:
            program.demand([id_ in (i, other) for id_ in ids], 0, 1)
    if blueprint.offered:
        n_items = sum(part.count for part in blueprint.parts)
        for cluster in CLUSTERS:
            offers = [cluster in clusters_offered(items[i]) for i in ids]
            program.demand(offers, blueprint.offered, n_items // 2)
    prices = generator(exam, "prices", "all").integers(1, 10**6, len(ids))
    taken = program.cheapest(prices, part_of >= 0)
    order = sorted(taken, key=lambda j: (part_of[j], items[ids[j]].topic, ids[j]))
    return [(ids[j], blueprint.parts[part_of[j]].letter) for j in order]


def _around(points: float, slack: float) -> tuple[float, float]:
    return np.ceil(points - slack), np.floor(points + slack)


class _Program:
    """Choose among `n` things so that sums over the chosen ones lie between bounds."""

    MISS = 10**8  # a price for each unit by which an elastic demand is missed

    def __init__(self, n: int):
        self.n = n
        self.rows, self.low, self.high, self.elastic = [], [], [], []

    def demand(self, row, least: float, most: float, *, elastic: bool = False) -> None:
        """Want ``least <= sum of row over the chosen <= most``."""
        self.rows.append(np.asarray(row, float))
        self.low.append(least)
        self.high.append(most)
        self.elastic.append(elastic)

    def cheapest(self, prices, allowed) -> Int[np.ndarray, " chosen"]:
        """Return the places of the cheapest choice.

        Raises
        ------
        NoPaper
            If there is none.
        """
        gaps = np.eye(len(self.rows))[:, self.elastic]  # of what is missed below, and above
        n_gaps = gaps.shape[1]
        found = milp(
            np.concatenate([prices, np.full(2 * n_gaps, self.MISS)]),
            constraints=LinearConstraint(
                np.hstack([np.array(self.rows), gaps, -gaps]), self.low, self.high
            ),
            bounds=Bounds(0, np.concatenate([np.asarray(allowed, float), np.full(2 * n_gaps, 99)])),
            integrality=np.concatenate([np.ones(self.n), np.zeros(2 * n_gaps)]),
            options={"mip_rel_gap": 0},
        )
        if not found.success:
            raise NoPaper(
                "no paper fits this plan: the bank has too few questions for these topics and "
                "this length"
            )
        return np.flatnonzero(found.x[: self.n] > 0.5)


def missed(form: Form) -> list[str]:
    """Say where a paper departs from its plan; empty if it keeps it."""
    problems = []
    by_topic, by_level = np.zeros(len(TOPICS)), dict.fromkeys(LEVELS, 0)
    for item in form.items:
        for topic, level, points in item.places():
            by_topic[topic - 1] += points
            by_level[level] += points
    for topic, got, row in zip(TOPICS, by_topic, form.blueprint.topics, strict=True):
        if abs(got - row.sum()) > form.blueprint.slack:
            problems.append(f"{topic.title}: {got:g} points, planned {row.sum():g}")
    for level, column in zip(LEVELS, form.blueprint.topics.T, strict=True):
        if abs(by_level[level] - column.sum()) > form.blueprint.slack:
            problems.append(f"level {level}: {by_level[level]} points, planned {column.sum():g}")
    return problems
