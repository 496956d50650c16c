"""Divide patients, never visits, into training, validation and test.

Two visits of one person are near copies of each other. With one of them in training and the
other in test, a model can recognize the person instead of the illness.
"""

import math
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

import numpy as np

Id = TypeVar("Id", bound=Hashable)


def split_patients(
    ids: Iterable[Id], fractions: Sequence[float], rng: np.random.Generator
) -> list[list[Id]]:
    """Draw one list of patients for each fraction.

    A patient is counted once, however often the id is repeated, so the column of patient ids
    of a table of visits can be passed as it is. Every part but the last holds ``fraction * n``
    patients, rounded down; the last part takes the rest.

    Parameters
    ----------
    ids
        Patient ids, with or without repetition.
    fractions
        Share of the patients in each part; they add up to 1.
    rng
        The same state of `rng` and the same order of `ids` give the same split.

    Raises
    ------
    ValueError
        If a fraction is negative, if they do not add up to 1, or if there is no patient.

    Examples
    --------
    >>> visits_of = ["p1", "p1", "p2", "p3", "p3"]
    >>> parts = split_patients(visits_of, (2 / 3, 1 / 3), np.random.default_rng(0))
    >>> [len(part) for part in parts], sorted(parts[0] + parts[1])
    ([2, 1], ['p1', 'p2', 'p3'])
    """
    if min(fractions, default=-1) < 0 or not math.isclose(sum(fractions), 1):
        raise ValueError(f"fractions are shares that add up to 1, got {tuple(fractions)}")
    patients = list(dict.fromkeys(ids))
    if not patients:
        raise ValueError("there is no patient to split")
    shuffled = [patients[i] for i in rng.permutation(len(patients))]
    # 2/3 of 3 patients is 1.9999999999999998 in floats, and means 2
    sizes = [math.floor(fraction * len(patients) + 1e-9) for fraction in fractions[:-1]]
    ends = np.cumsum([0, *sizes]).tolist()
    return [shuffled[a:b] for a, b in zip(ends, [*ends[1:], len(patients)], strict=True)]
