"""Simulated students: skilled so and so, with one idea planted behind their mistakes.

They say how far a diagnosis can be trusted: how often the planted idea is found, and how often
another is flagged that nobody has.
"""

from collections.abc import Sequence
from functools import singledispatch
from typing import NamedTuple

import numpy as np

from helpers.exam.diagnosis import HITS, SHARE, Answered, diagnose
from helpers.exam.forms import Form
from helpers.exam.items import VERDICTS, Blank, Blanks, Item, MultiSelect, Numeric, ReadPlot
from helpers.exam.items import SingleChoice as Single
from helpers.exam.marking import mark
from helpers.exam.misconceptions import CLUSTERS, cluster_of
from helpers.exam.paper import show_blank

PARTS = 5  # of an item in several parts


class Student(NamedTuple):
    """Someone who answers.

    Parameters
    ----------
    planted
        The cluster of mistakes that this student believes in; None for nobody's.
    skill
        How often an item is right that the idea does not touch.
    followed
        How often the idea is followed where it can be.
    """

    planted: str | None = None
    skill: float = 0.8
    followed: float = 0.7


def answer(item: Item, student: Student, rng: np.random.Generator) -> object:
    """Answer as a student would: follow the idea, or know, or take one of the wrong answers."""
    follow = student.planted is not None and rng.random() < student.followed
    return _answer(item, student, follow, rng)


@singledispatch
def _answer(item, student, follow, rng):
    return ""  # an essay is left open


@_answer.register
def _(item: Single, student, follow, rng):
    wrong = [i for i in range(len(item.options)) if i != item.right]
    ours = [i for i in wrong if _is(item.options[i].mistake, student)]
    if follow and ours:
        return int(rng.choice(ours))
    return item.right if rng.random() < student.skill else int(rng.choice(wrong))


@_answer.register
def _(item: Numeric, student, follow, rng):
    ours = [w.value for w in item.wrong if _is(w.mistake, student)]
    if follow and ours:
        return repr(float(rng.choice(ours)))
    if rng.random() < student.skill:
        return repr(float(item.key))
    return repr(float(rng.choice([w.value for w in item.wrong])))


@_answer.register
def _(item: MultiSelect, student, follow, rng):
    return [
        s.true != (_misled(s.mistake, student, follow) or _slips(student, rng))
        for s in item.statements
    ]


@_answer.register
def _(item: ReadPlot, student, follow, rng):
    return [
        str(rng.choice([v for v in VERDICTS if v != r.verdict]))
        if _misled(r.mistake, student, follow) or _slips(student, rng)
        else r.verdict
        for r in item.readings
    ]


@_answer.register
def _(item: Blanks, student, follow, rng):
    return [_fill(blank, student, follow, rng) for blank in item.blanks]


def _fill(blank: Blank, student: Student, follow: bool, rng: np.random.Generator) -> str:
    ours = [value for value, mistake in blank.wrong if _is(mistake, student)]
    if follow and ours:
        return str(ours[rng.integers(len(ours))])
    if not _slips(student, rng):
        return show_blank(blank)
    wrong = [value for value, _ in blank.wrong] + [c for c in blank.choices if c != blank.key]
    return str(wrong[rng.integers(len(wrong))]) if wrong else "12345"


def _slips(student: Student, rng: np.random.Generator) -> bool:
    """Miss one part of several, so that the whole is right as often as another item."""
    return rng.random() >= student.skill ** (1 / PARTS)


def _misled(mistake: str | None, student: Student, follow: bool) -> bool:
    return follow and _is(mistake, student)


def _is(mistake: str | None, student: Student) -> bool:
    planted = student.planted
    return mistake is not None and planted is not None and cluster_of(mistake) == planted


class Rates(NamedTuple):
    """How a rule does: planted ideas found, and other ideas flagged, both by cluster."""

    found: dict[str, float]
    false: dict[str, float]


def flag_rates(
    forms: Sequence[Form],
    students: int,
    *,
    hits: int = HITS,
    share: float = SHARE,
    seed: int = 0,
    skill: float = 0.8,
) -> Rates:
    """Let students with each planted idea answer each paper, and count the flags.

    Parameters
    ----------
    students
        For each paper and each idea.
    hits, share
        The rule: so many wrong answers of one idea, and this share of what offered it.
    """
    found, false = dict.fromkeys(CLUSTERS, 0), dict.fromkeys(CLUSTERS, 0)
    for paper, form in enumerate(forms):
        for planted in CLUSTERS:
            for number in range(students):
                rng = np.random.default_rng([seed, paper, number, int(planted[1:])])
                student = Student(planted, skill)
                answers = [
                    Answered(n, item, mark(item, answer(item, student, rng)))
                    for n, item in enumerate(form.items, 1)
                ]
                clusters = diagnose(answers).clusters
                flags = {
                    c.id
                    for c in clusters
                    if len(c.hits) >= hits and len(c.hits) >= share * c.offered
                }
                found[planted] += planted in flags
                for other in flags - {planted}:
                    false[other] += 1
    n = len(forms) * students
    return Rates(
        {k: v / n for k, v in found.items()},
        {k: v / (n * (len(CLUSTERS) - 1)) for k, v in false.items()},
    )
