"""Which rows of an embedding table point the same way: cosine, neighbors, analogies."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from helpers.vocab import Vocab


def unit_rows(table: Float[np.ndarray, "n dim"]) -> Float[np.ndarray, "n dim"]:
    """Scale every row to length 1; a row of zeros stays zero, since it points nowhere."""
    lengths = np.linalg.norm(table, axis=1, keepdims=True)
    return table / np.where(lengths > 0, lengths, 1)


def pairwise_cosine(table: Float[np.ndarray, "n dim"]) -> Float[np.ndarray, "n n"]:
    """Return the cosine of every row with every row; 0 for a row of zeros.

    Examples
    --------
    >>> pairwise_cosine(np.array([[3.0, 4.0], [0.0, 2.0], [0.0, 0.0]]))
    array([[1. , 0.8, 0. ],
           [0.8, 1. , 0. ],
           [0. , 0. , 0. ]])
    """
    rows = unit_rows(table)
    return rows @ rows.T


def cosine_to(
    direction: Float[np.ndarray, " dim"], table: Float[np.ndarray, "n dim"]
) -> Float[np.ndarray, " n"]:
    """Return the cosine of one vector with every row of a table."""
    return unit_rows(table) @ unit_rows(direction[None, :])[0]


def nearest(
    table: Float[np.ndarray, "n dim"], i: int, weights: Sequence[float] | None = None
) -> int:
    """Return the row nearest to row `i`, itself left out, by Euclidean distance.

    Of two rows at the same distance the first is returned.

    Parameters
    ----------
    weights
        Each column is multiplied by its weight before distances are taken, so that a weight
        of 2 makes a difference in that column twice as long. All 1 when not given.

    Raises
    ------
    ValueError
        If there is no second row, or not one weight for each column.

    Examples
    --------
    >>> mmol_and_years = np.array([[5.0, 60.0], [5.1, 70.0], [9.0, 61.0]])
    >>> nearest(mmol_and_years, 0), nearest(mmol_and_years, 0, weights=(10, 0.1))
    (2, 1)
    """
    if len(table) < 2:
        raise ValueError("a nearest neighbor needs at least two rows")
    if not 0 <= i < len(table):
        raise IndexError(f"row {i} is not in 0 .. {len(table) - 1}")
    weights = np.ones(table.shape[1]) if weights is None else np.asarray(weights, dtype=float)
    if weights.shape != (table.shape[1],):
        raise ValueError(f"{weights.size} weights for {table.shape[1]} columns")
    distances = np.linalg.norm((table - table[i]) * weights, axis=1)
    distances[i] = np.inf
    return int(distances.argmin())


def most_similar(
    word: str, table: Float[np.ndarray, "vocab dim"], vocab: Vocab, k: int = 5
) -> list[tuple[str, float]]:
    """Return the `k` words with the largest cosine to `word`, itself left out.

    Words of equal cosine come in the order of their ids; fewer than `k` come back if the
    vocabulary is small.
    """
    word_id = vocab.id(word)
    _check_table(table, vocab)
    return _best(cosine_to(table[word_id], table), vocab, k, left_out={word_id})


def analogy(
    a: str,
    b: str,
    c: str,
    table: Float[np.ndarray, "vocab dim"],
    vocab: Vocab,
    k: int = 5,
    exclude_question: bool = True,
) -> list[tuple[str, float]]:
    """Answer "`a` is to `b` as `c` is to ...": the words nearest to ``b - a + c``.

    3CosAdd (Mikolov et al., 2013; Levy and Goldberg, 2014): rows are scaled to length 1 first.

    Parameters
    ----------
    exclude_question
        Leave out `a`, `b` and `c`, as is usual. Without it the answer is very often `b` or
        `c`: try both before believing in an analogy.
    """
    _check_table(table, vocab)
    question = [vocab.id(word) for word in (a, b, c)]
    rows = unit_rows(table)
    from_a, to_b, from_c = rows[question]
    scores = cosine_to(to_b - from_a + from_c, rows)
    return _best(scores, vocab, k, left_out=set(question) if exclude_question else set())


def _best(
    scores: Float[np.ndarray, " vocab"], vocab: Vocab, k: int, left_out: set[int]
) -> list[tuple[str, float]]:
    if k < 1:
        raise ValueError(f"k is {k}, it must be at least 1")
    order = [int(i) for i in np.argsort(-scores, kind="stable") if int(i) not in left_out]
    return [(vocab.token(i), float(scores[i])) for i in order[:k]]


def _check_table(table: np.ndarray, vocab: Vocab) -> None:
    if len(table) != len(vocab):
        raise ValueError(f"{len(table)} rows for {len(vocab)} known tokens")
