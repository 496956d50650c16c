"""Compare methods fairly: the same patients for all of them, and an interval over draws.

How good a method is with 100 labels depends on which 100. Two methods that get the same 100
share that luck, and it cancels in their difference.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from jaxtyping import Float, Int
from scipy.stats import t

Rows = Int[np.ndarray, " rows"]
Candidate = Callable[[Rows, Rows], float]
"""Learns from the first rows and returns its score on the second; higher is better."""


def paired_difference(
    a: Sequence[float] | Float[np.ndarray, " seeds"],
    b: Sequence[float] | Float[np.ndarray, " seeds"],
    level: float = 0.95,
) -> tuple[float, float, float]:
    """Return the mean of ``a - b`` over seeds, and the ends of its t interval.

    With ``d`` the n differences, the interval is ``mean(d) +- t * sd(d) / sqrt(n)``; sd divides
    by ``n - 1`` and t has ``n - 1`` degrees of freedom. It says where the mean over all draws of
    labeled patients may lie; the test patients are the same in every draw and their choice is
    not in it.

    Parameters
    ----------
    a, b
        Scores of two methods; place by place they share the seed.
    level
        How often such an interval holds the true mean.

    Raises
    ------
    ValueError
        If the lengths differ, there are fewer than two seeds, or a score is missing.

    Examples
    --------
    >>> [round(x, 3) for x in paired_difference([0.72, 0.80, 0.75], [0.70, 0.79, 0.72])]
    [0.02, -0.005, 0.045]
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(f"scores of shapes {a.shape} and {b.shape} cannot be paired")
    if len(a) < 2:
        raise ValueError("one seed shows no spread: two are needed, ten are better")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ValueError("a score is not a number: leave out that seed for both methods")
    d = a - b
    half = t.ppf((1 + level) / 2, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return float(d.mean()), float(d.mean() - half), float(d.mean() + half)


def learning_curve(
    models: Mapping[str, Sequence[Candidate]],
    sizes: Sequence[int],
    seeds: Sequence[int],
    pool: Sequence[int] | Int[np.ndarray, " pool"],
    test: Sequence[int] | Int[np.ndarray, " test"],
    folds: int = 4,
) -> dict[str, Float[np.ndarray, "sizes seeds"]]:
    """Return the test scores of every model, size and seed.

    Each seed shuffles the pool once, and the first n patients are the labeled ones: the sets
    are nested, and all models get the same. A model is a list of candidates, the same method
    with different settings. The candidate is chosen by cross-validation inside the n labeled
    patients; then it learns from all of them and meets the test patients, once.

    Parameters
    ----------
    models
        Name to candidates.
    sizes, seeds
        Numbers of labeled patients; seeds of the draws.
    pool, test
        Rows that may be labeled; rows of the test patients.
    folds
        Parts into which the labeled patients are cut for choosing a candidate.

    Raises
    ------
    ValueError
        If a patient is in the pool and in the test part, the pool is smaller than a size, a size
        is smaller than `folds`, or a candidate gives no number inside the labeled patients.
    """
    pool, test = np.asarray(pool), np.asarray(test)
    if shared := set(pool.tolist()) & set(test.tolist()):
        raise ValueError(f"row {min(shared)} is in the pool and among the test patients")
    if max(sizes) > len(pool):
        raise ValueError(f"{max(sizes)} labeled patients from a pool of {len(pool)}")
    if min(sizes) < folds:
        raise ValueError(f"{min(sizes)} labeled patients cannot be cut into {folds} parts")
    scores = {name: np.empty((len(sizes), len(seeds))) for name in models}
    for j, seed in enumerate(seeds):
        order = np.random.default_rng(seed).permutation(pool)
        for i, size in enumerate(sizes):
            labeled = order[:size]
            for name, candidates in models.items():
                best = choose(candidates, labeled, folds)
                scores[name][i, j] = best(labeled, test)
    return scores


def choose(candidates: Sequence[Candidate], labeled: Rows, folds: int) -> Candidate:
    """Return the candidate with the best mean score over `folds` parts of the labeled patients.

    Every part is held out once, while the candidate learns from the others. Of equally good
    candidates the first is taken.
    """
    if len(candidates) == 1:
        return candidates[0]
    parts = np.array_split(labeled, folds)
    rest = [np.concatenate(parts[:i] + parts[i + 1 :]) for i in range(folds)]
    means = [np.mean([c(*split) for split in zip(rest, parts, strict=True)]) for c in candidates]
    if np.isnan(means).any():
        raise ValueError("a candidate gave no number on a part of the labeled patients")
    return candidates[int(np.argmax(means))]
