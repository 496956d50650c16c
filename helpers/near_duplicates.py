"""Near-duplicates: pairs of texts whose similarity passes a threshold, judged against the truth."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float


class Found(NamedTuple):
    """What a threshold finds among all pairs of texts."""

    threshold: float
    n_pairs: int  # pairs at or above it
    precision: float  # share of these that are true; nan if there are none
    recall: float  # share of the true ones that are among them


def threshold_curve(
    similarity: Float[np.ndarray, "n n"],
    true_pairs: Iterable[tuple[int, int]],
    thresholds: Iterable[float],
) -> list[Found]:
    """Call every pair at or above a threshold a duplicate; return how often that is right.

    Guessing at random has the precision ``true pairs / all pairs``, whatever it finds.

    Parameters
    ----------
    similarity
        Of every text with every text; only the half above the diagonal is read.
    true_pairs
        Pairs of different rows, in any order.

    Examples
    --------
    >>> similarity = np.array([[1.0, 0.9, 0.2], [0.9, 1.0, 0.8], [0.2, 0.8, 1.0]])
    >>> threshold_curve(similarity, [(1, 0)], [0.5])
    [Found(threshold=0.5, n_pairs=2, precision=0.5, recall=1.0)]
    """
    scores, true = labeled_pairs(similarity, true_pairs)
    curve = []
    for threshold in thresholds:
        found = scores >= threshold
        hits, n = int(true[found].sum()), int(found.sum())
        curve.append(Found(threshold, n, hits / n if n else float("nan"), hits / int(true.sum())))
    return curve


def labeled_pairs(
    similarity: Float[np.ndarray, "n n"], true_pairs: Iterable[tuple[int, int]]
) -> tuple[Float[np.ndarray, " pairs"], Bool[np.ndarray, " pairs"]]:
    """Return the similarity of every pair of different texts, and whether it is a true pair.

    Raises
    ------
    ValueError
        If there is no true pair, or one is a text with itself or with a row that is not there;
        if `similarity` is no square of numbers.
    """
    n = len(similarity)
    if similarity.shape != (n, n) or np.isnan(similarity).any():
        raise ValueError(f"the similarity, of shape {similarity.shape}, must be square without nan")
    truth = np.zeros((n, n), dtype=bool)
    for a, b in true_pairs:
        if a == b or min(a, b) < 0 or max(a, b) >= n:
            raise ValueError(f"({a}, {b}) is no pair of different rows among {n}")
        truth[min(a, b), max(a, b)] = True
    if not truth.any():
        raise ValueError("there is no true pair: recall would be 0 / 0")
    above = np.triu_indices(n, 1)
    return similarity[above], truth[above]
