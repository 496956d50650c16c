"""Simulated students: skilled so and so, with one idea planted behind their mistakes."""

import numpy as np

from helpers.exam.items import Blanks, MultiSelect, Numeric, ReadPlot, SingleChoice
from helpers.exam.misconceptions import cluster_of
from helpers.exam.paper import show_blank


def answer(item, rng, planted=None, skill=0.8, followed=0.7):
    """Follow the planted idea, or know, or guess among the wrong answers."""
    follow = planted is not None and rng.random() < followed
    if isinstance(item, SingleChoice):
        wrong = [i for i in range(len(item.options)) if i != item.right]
        ours = [i for i in wrong if _is(item.options[i].mistake, planted)]
        if follow and ours:
            return int(rng.choice(ours))
        return item.right if rng.random() < skill else int(rng.choice(wrong))
    if isinstance(item, Numeric):
        ours = [w for w in item.wrong if _is(w.mistake, planted)]
        if follow and ours:
            return repr(float(ours[rng.integers(len(ours))].value))
        if rng.random() < skill:
            return repr(float(item.key))
        return repr(float(item.wrong[rng.integers(len(item.wrong))].value))
    if isinstance(item, MultiSelect):
        return [
            (not s.true)
            if (follow and _is(s.mistake, planted)) or rng.random() >= skill_of_part(skill, 5)
            else s.true
            for s in item.statements
        ]
    if isinstance(item, ReadPlot):
        others = {"supported", "not supported", "cannot be known"}
        return [
            str(rng.choice(sorted(others - {r.verdict})))
            if (follow and _is(r.mistake, planted)) or rng.random() >= skill_of_part(skill, 5)
            else r.verdict
            for r in item.readings
        ]
    if isinstance(item, Blanks):
        return [_box(blank, rng, planted, follow, skill) for blank in item.blanks]
    return ""


def skill_of_part(skill, parts):
    """Be right in the whole item with probability `skill`."""
    return skill ** (1 / parts)


def _box(blank, rng, planted, follow, skill):
    ours = [value for value, mistake in blank.wrong if _is(mistake, planted)]
    if follow and ours:
        return str(ours[rng.integers(len(ours))])
    if rng.random() < skill_of_part(skill, 5):
        return show_blank(blank)
    wrong = [value for value, _ in blank.wrong] + [c for c in blank.choices if c != blank.key]
    return str(wrong[rng.integers(len(wrong))]) if wrong else "12345"


def _is(mistake, planted):
    return mistake is not None and planted is not None and cluster_of(mistake) == planted


def generator(seed):
    return np.random.default_rng(seed)
