"""The control for models of who-treats-what: the same codes, the links dealt out anew.

A model that uses links must lose what it gained by them when the links are shuffled, because
nothing else changes: every visit keeps its diagnoses, its drugs and its procedures.

Every treatment gets an owner drawn from the diagnoses of its visit, all with equal chance. So
neither *which* nor *how many* treatments a diagnosis has says anything any more. A treatment
that was ordered for two diagnoses of a visit goes to two different ones again. By chance a
treatment may fall to its old owner.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Int

from helpers.ragged import list_of_each, offsets_of
from helpers.visit_objects import VisitObjects

PlainObject = tuple[str, Sequence[str], Sequence[str]]  # a diagnosis, its drugs, its procedures


def shuffle_patient_links(
    visits: Sequence[Sequence[PlainObject]], rng: np.random.Generator
) -> list[list[tuple[str, list[str], list[str]]]]:
    """Shuffle the links inside each visit of one patient.

    Parameters
    ----------
    visits
        A patient's visits; a visit is a list of (dx, [rx], [px]).
    rng
        Draws the new owners.

    Examples
    --------
    >>> visit = [("hypertension", ["metoprolol"], []), ("angina", ["amlodipine"], ["ECG"])]
    >>> for new in shuffle_patient_links([visit], np.random.default_rng(3))[0]:
    ...     print(new)
    ('hypertension', ['amlodipine'], ['ECG'])
    ('angina', ['metoprolol'], [])
    """
    return [_shuffle_visit(objects, rng) for objects in visits]


def _shuffle_visit(
    objects: Sequence[PlainObject], rng: np.random.Generator
) -> list[tuple[str, list[str], list[str]]]:
    new = [(dx, [], []) for dx, *_ in objects]
    for kind in (1, 2):
        links = [code for found in objects for code in found[kind]]
        for code in dict.fromkeys(links):
            for owner in rng.choice(len(new), links.count(code), replace=False):
                new[owner][kind].append(code)
    return new


def shuffle_links(objects: VisitObjects, rng: np.random.Generator) -> VisitObjects:
    """Shuffle the links inside every visit of a cohort, without a loop.

    The result has the same vocabularies, the same diagnoses in the same places and the same
    offsets of visits and patients. What follows by distribution is
    :func:`shuffle_patient_links`, visit by visit.

    Examples
    --------
    >>> objects = VisitObjects(("a", "b"), ("m",), (), *map(np.array, (
    ...     [0, 1], [0], [0, 1, 1], np.empty(0, int), [0, 0, 0], [0, 2], [0, 1], [0])))
    >>> [shuffle_links(objects, np.random.default_rng(seed)).rx_offsets.tolist() for seed in (0, 1)]
    [[0, 0, 1], [0, 1, 1]]
    """
    first, last = objects.object_offsets[:-1], objects.object_offsets[1:]
    visit = list_of_each(objects.object_offsets)
    rings = np.lexsort((rng.random(len(visit)), visit))  # each visit's objects in random order
    rx, rx_offsets = _deal(objects.rx, objects.rx_offsets, visit, rings, first, last - first, rng)
    px, px_offsets = _deal(objects.px, objects.px_offsets, visit, rings, first, last - first, rng)
    return replace(objects, rx=rx, rx_offsets=rx_offsets, px=px, px_offsets=px_offsets)


def _deal(
    codes: Int[np.ndarray, " links"],
    offsets: Int[np.ndarray, " objects_and_end"],
    visit: Int[np.ndarray, " objects"],
    rings: Int[np.ndarray, " objects"],
    first: Int[np.ndarray, " visits"],
    size: Int[np.ndarray, " visits"],
    rng: np.random.Generator,
) -> tuple[Int[np.ndarray, " links"], Int[np.ndarray, " objects_and_end"]]:
    """Give every link a new owner: links of one code in one visit take seats side by side.

    Each code sits down at a random seat of its visit's ring, its second link beside it, and so
    on; the ring is in random order, so any set of owners is as likely as any other.
    """
    where = visit[list_of_each(offsets)]
    order = np.lexsort((codes, where))
    codes, where = codes[order], where[order]
    starts = np.flatnonzero(np.diff(codes, prepend=-1) | np.diff(where, prepend=-1))
    group = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(codes)))
    seat = rng.integers(size[where[starts]])[group] + np.arange(len(codes)) - starts[group]
    owner = rings[first[where] + seat % size[where]]
    by_owner = np.argsort(owner, kind="stable")
    return codes[by_owner], offsets_of(np.bincount(owner, minlength=len(visit)))
