"""Positive pointwise mutual information, and embeddings by singular value decomposition.

Counting instead of predicting: Levy and Goldberg (2014) show that negative sampling factorizes
the PMI table shifted by ``ln k``; here the table is built and factorized directly
(Levy, Goldberg and Dagan, 2015).
"""

import numpy as np
from jaxtyping import Float
from scipy.sparse import coo_array, csr_array, sparray

from helpers.similarity import unit_rows


def ppmi(
    counts: Float[np.ndarray, "row column"] | sparray, shift: float = 0.0
) -> Float[np.ndarray, "row column"] | csr_array:
    """Return ``max(0, ln(n_ij n / (n_i n_j)) - shift)``, and 0 where nothing was counted.

    Parameters
    ----------
    counts
        Pair counts, a full or a sparse matrix; the answer is of the same kind.
    shift
        ``ln k`` for the table that negative sampling with ``k`` noise words factorizes.

    Examples
    --------
    >>> ppmi(np.array([[0.0, 2.0], [2.0, 4.0]])).round(3)
    array([[0.   , 0.288],
           [0.288, 0.   ]])
    """
    pairs = coo_array(counts)
    if pairs.ndim != 2:
        raise ValueError(f"counts have shape {pairs.shape}, not rows and columns")
    for place in np.flatnonzero(~np.isfinite(pairs.data)):
        row, column = (int(ids[place]) for ids in pairs.coords)
        raise ValueError(f"counts[{row}, {column}] is {pairs.data[place]}")
    if (pairs.data < 0).any() or not pairs.sum() > 0:
        raise ValueError("counts must be a table without negative numbers, not all 0")
    if not np.isfinite(shift):
        raise ValueError(f"shift is {shift}, it must be a number")
    row_total, column_total = (np.asarray(pairs.sum(axis=axis)).ravel() for axis in (1, 0))
    keep = pairs.data > 0
    rows, columns, n = pairs.row[keep], pairs.col[keep], pairs.data[keep]
    pmi = np.log(n) + np.log(pairs.sum()) - np.log(row_total[rows]) - np.log(column_total[columns])
    positive = np.maximum(pmi - shift, 0)
    table = csr_array((positive, (rows, columns)), shape=pairs.shape)
    table.eliminate_zeros()
    return table.toarray() if isinstance(counts, np.ndarray) else table


def svd_embedding(
    table: Float[np.ndarray, "row column"] | sparray,
    dim: int,
    *,
    eigenvalue_weight: float = 0.5,
    seed: int = 0,
) -> Float[np.ndarray, "row dim"]:
    """Return ``U_d S_d^p``, the left half of the best approximation of rank `dim`.

    The singular vectors come from a random projection with two power iterations (Halko,
    Martinsson and Tropp, 2011, algorithm 4.4): nearly exact where the spectrum falls, at the
    cost of a few products with the table. A small table is decomposed exactly.

    Parameters
    ----------
    eigenvalue_weight
        The power ``p`` of the singular values, not below 0. 1 keeps the dot products of the rows,
        1/2 treats rows and columns alike and serves similarity better (Levy, Goldberg and Dagan,
        2015).
    """
    if not 1 <= dim <= min(table.shape):
        raise ValueError(f"dim is {dim}, it must be in 1 .. {min(table.shape)}")
    if not eigenvalue_weight >= 0:
        raise ValueError(f"eigenvalue_weight is {eigenvalue_weight}, it must not be negative")
    numbers = table.ravel() if isinstance(table, np.ndarray) else table.data
    if len(odd := numbers[~np.isfinite(numbers)]):
        raise ValueError(f"the table holds {odd[0]}")
    if min(table.shape) <= dim + OVERSAMPLING or min(table.shape) <= EXACT_UP_TO:
        dense = table if isinstance(table, np.ndarray) else table.toarray()
        left, values, _ = np.linalg.svd(dense, full_matrices=False)
    else:
        left, values = _randomized_svd(table, dim, np.random.default_rng(seed))
    return left[:, :dim] * values[:dim] ** eigenvalue_weight


EXACT_UP_TO = 200
OVERSAMPLING = 10


def _randomized_svd(table, dim, rng):
    width = dim + OVERSAMPLING
    basis = table @ rng.normal(size=(table.shape[1], width)).astype(table.dtype)
    for _ in range(2):
        basis, _ = np.linalg.qr(basis)
        basis = table @ np.linalg.qr(table.T @ basis)[0]
    basis, _ = np.linalg.qr(basis)
    left, values, _ = np.linalg.svd((table.T @ basis).T, full_matrices=False)
    return basis @ left, values


def ppmi_svd(
    counts: Float[np.ndarray, "vocab vocab"] | sparray,
    dim: int,
    *,
    shift: float = 0.0,
    seed: int = 0,
) -> Float[np.ndarray, "vocab dim"]:
    """Return embeddings of length 1: PPMI, decomposed; a word without pairs is all zeros."""
    return unit_rows(svd_embedding(ppmi(counts, shift), dim, seed=seed))
