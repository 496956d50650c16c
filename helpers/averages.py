"""One vector for a text: the average of its word vectors, plain or weighted (SIF).

SIF, smooth inverse frequency (Arora, Liang and Ma, 2017, algorithm 1), is two steps: weigh each
word down by how common it is, then take out the direction that all texts share.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from jaxtyping import Float, Num
from scipy.sparse import csr_array

from helpers.incidence import ones_at
from helpers.ragged import offsets_of
from helpers.vocab import Vocab


def sif_weights(counts: Num[np.ndarray, " vocab"], a: float = 1e-3) -> Float[np.ndarray, " vocab"]:
    """Return ``a / (a + p)``, the weight of each word, where p is its share of all tokens.

    Near 1 for a rare word, near 0 for a frequent one, one half where ``p = a``.

    Parameters
    ----------
    counts
        How often each word was seen.
    a
        The paper finds 1e-3 to 1e-4 best.

    Examples
    --------
    >>> sif_weights(np.array([90, 9, 1]), a=0.01).round(3)
    array([0.011, 0.1  , 0.5  ])
    """
    if not 0 < a < np.inf:
        raise ValueError(f"a is {a}, it must be positive and finite")
    if (counts < 0).any() or not 0 < counts.sum() < np.inf:
        raise ValueError("counts must be 0 or more and finite, and some word must have been seen")
    return a / (a + counts / counts.sum())


def mean_vector(
    tokens: Sequence[str],
    table: Float[np.ndarray, "vocab dim"],
    ids: Mapping[str, int],
    weight: Float[np.ndarray, " vocab"] | None = None,
) -> Float[np.ndarray, " dim"]:
    """Average the rows of the known tokens, each times its weight.

    The sum is divided by the *number* of known tokens, not by the sum of the weights, as in
    algorithm 1 of the paper. A cosine does not notice the difference.

    Parameters
    ----------
    tokens
        Of one text. Unknown tokens are left out; without a known one the vector is 0.
    ids
        Row of each known token.
    weight
        Of each row; all 1 when not given.

    Examples
    --------
    >>> table = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> mean_vector(["no", "fever", "xyz"], table, {"no": 0, "fever": 1})
    array([0.5, 0.5])
    """
    if isinstance(tokens, str):
        raise ValueError(f"tokens is the string {tokens!r}, not a list of tokens")
    _check_weight(weight, table)
    known = [ids[token] for token in tokens if token in ids]
    if not known:
        return np.zeros(table.shape[1])
    rows = table[known]
    return (rows if weight is None else weight[known, None] * rows).mean(axis=0)


def word_counts(documents: Iterable[Sequence[str]], vocab: Vocab) -> csr_array:
    """Count the known words of each document, as a sparse table of documents by words."""
    found = [vocab.encode_known(tokens)[0] for tokens in documents]
    ids = np.concatenate([*found, np.array([], dtype=np.int64)])
    counts = ones_at(ids, offsets_of(map(len, found)), len(vocab))
    counts.sum_duplicates()
    return counts


def mean_vectors(
    counts: csr_array,
    table: Float[np.ndarray, "vocab dim"],
    weight: Float[np.ndarray, " vocab"] | None = None,
) -> Float[np.ndarray, "documents dim"]:
    """Return :func:`mean_vector` of every document at once, from its word counts."""
    _check_weight(weight, table)
    if counts.shape[1] != len(table):
        raise ValueError(f"counts of {counts.shape[1]} words for {len(table)} rows")
    n_words = np.asarray(counts.sum(axis=1)).ravel()
    rows = table if weight is None else weight[:, None] * table
    return (counts @ rows) / np.maximum(n_words, 1)[:, None]


def common_direction(vectors: Float[np.ndarray, "n dim"]) -> Float[np.ndarray, " dim"]:
    """Return the direction that the vectors share most: their first right singular vector.

    The text of the paper calls it the first principal component, but algorithm 1 does not subtract
    the mean: it is mostly the mean itself. Its sign means nothing.

    Raises
    ------
    ValueError
        If all vectors are 0, or there is none: then no direction is shared.
    """
    if not np.isfinite(vectors).all() or not vectors.any():
        raise ValueError("the vectors must be finite and not all 0, to share a direction")
    return np.linalg.svd(vectors, full_matrices=False)[2][0]


def remove_direction(
    vectors: Float[np.ndarray, "n dim"], direction: Float[np.ndarray, " dim"]
) -> Float[np.ndarray, "n dim"]:
    """Take the part along `direction` out of every vector: ``v - u (u . v)``.

    Find the direction on the training texts and use it on new ones, as with any fitted part.

    Examples
    --------
    >>> remove_direction(np.array([[3.0, 4.0]]), np.array([0.0, 2.0]))
    array([[3., 0.]])
    """
    if len(direction) != vectors.shape[1]:
        raise ValueError(f"a direction of {len(direction)} numbers for rows of {vectors.shape[1]}")
    if not 0 < np.linalg.norm(direction) < np.inf:
        raise ValueError("the direction must be finite and not 0: otherwise it points nowhere")
    u = direction / np.linalg.norm(direction)
    return vectors - np.outer(vectors @ u, u)


def _check_weight(
    weight: Float[np.ndarray, " any"] | None, table: Float[np.ndarray, "vocab dim"]
) -> None:
    if weight is not None and len(weight) != len(table):
        raise ValueError(f"{len(weight)} weights for {len(table)} rows")
