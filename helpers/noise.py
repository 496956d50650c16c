"""Which words to draw as noise and which frequent ones to drop (Mikolov et al., 2013b)."""

import numpy as np
from jaxtyping import Float, Int, Num


def noise_distribution(
    counts: Num[np.ndarray, " vocab"], power: float = 0.75
) -> Float[np.ndarray, " vocab"]:
    """Unigram counts raised to `power`, then normalized.

    ``power=1`` is the corpus frequency, ``power=0`` is uniform over the words that occur; 3/4
    is the value of Mikolov et al. (2013b), section 2.2. A count of 0 stays 0.

    Examples
    --------
    >>> noise_distribution(np.array([16, 1]), power=0.5)
    array([0.8, 0.2])
    """
    counts = np.asarray(counts, dtype=float)
    if (counts < 0).any() or not counts.sum() > 0:
        raise ValueError("counts must not be negative, and one must be positive")
    weights = np.where(counts > 0, counts**power, 0.0)
    return weights / weights.sum()


def sample_negatives(
    rng: np.random.Generator, p: Float[np.ndarray, " vocab"], k: int, forbid: int
) -> Int[np.ndarray, " k"]:
    """Draw `k` noise words from `p`, again and again until none is `forbid`.

    Parameters
    ----------
    forbid
        The true context word: it must not be right and wrong in one step.
    """
    if not p.sum() - p[forbid] > 0:
        raise ValueError(f"only word {forbid} has any noise probability, and it is forbidden")
    drawn = rng.choice(len(p), size=k, p=p)
    while (again := drawn == forbid).any():
        drawn[again] = rng.choice(len(p), size=again.sum(), p=p)
    return drawn


def discard_prob(
    frequency: Float[np.ndarray, " vocab"], t: float = 1e-3
) -> Float[np.ndarray, " vocab"]:
    """Probability of skipping one occurrence of a word: ``1 - sqrt(t / f)``, at least 0.

    Mikolov et al. (2013b), eq. 5. The released C program and gensim instead keep a word with
    probability ``sqrt(t / f) + t / f``, which drops a little less; numbers of the two differ.

    Parameters
    ----------
    frequency
        Shares of all tokens, so at most 1 in sum; not counts.
    t
        Words rarer than this share are never skipped.

    Examples
    --------
    >>> discard_prob(np.array([0.1, 0.001]), t=0.001)
    array([0.9, 0. ])
    """
    frequency = np.asarray(frequency, dtype=float)
    if (frequency < 0).any() or frequency.sum() > 1 + 1e-6:
        raise ValueError(f"frequencies must be shares; these sum to {frequency.sum():g}")
    if t <= 0:
        raise ValueError(f"t is {t}, it must be positive")
    return 1 - np.sqrt(t / np.maximum(frequency, t))


def keep_probability(
    counts: Num[np.ndarray, " vocab"], t: float = 1e-3
) -> Float[np.ndarray, " vocab"]:
    """Probability of keeping one occurrence of a word, as the released programs have it.

    ``min(1, sqrt(t / f) + t / f)`` with ``f`` the word's share of all tokens: the formula of the C
    program and of gensim, not that of the paper (`discard_prob`). The trainers use it, so that
    they can be compared with gensim.
    """
    if t <= 0:
        raise ValueError(f"t is {t}, it must be positive")
    counts = np.asarray(counts, dtype=float)
    ratio = t * counts.sum() / np.maximum(counts, 1)
    return np.minimum(1, np.sqrt(ratio) + ratio)
