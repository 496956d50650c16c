"""Purity of neighborhoods, overlap of a map with its space, and retrieval, beside chance.

A number such as "purity .31" says nothing alone. Every measure here comes with the value that
vectors without any information would reach.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Int, Num, Shaped

from helpers.similarity import cosine_to, unit_rows
from helpers.token_stream import Id


def neighbors(table: Float[np.ndarray, "n dim"], k: int) -> Int[np.ndarray, "n k"]:
    """Return for every row the `k` other rows with the largest cosine, nearest first.

    Raises
    ------
    ValueError
        If there are not `k` other rows.
    """
    if not 1 <= k < len(table):
        raise ValueError(f"{k} neighbors of {len(table)} rows: k must be 1 to {len(table) - 1}")
    rows = unit_rows(table)
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, -np.inf)
    return np.argsort(-cosines, axis=1, kind="stable")[:, :k]


def purity_at_k(
    table: Float[np.ndarray, "n dim"],
    groups: Sequence[object] | Shaped[np.ndarray, " n"],
    k: int,
) -> float:
    """Return the mean share of a row's `k` nearest neighbors that are of its own group.

    Rows whose group has no other member are left out of the mean: they have no neighbor of
    their own that could be found. They still count as neighbors of others.

    Raises
    ------
    ValueError
        If no group has two members, or there is not one group name a row.
    """
    ids, sizes = _numbered(table, groups)
    kept = sizes[ids] > 1
    if not kept.any():
        raise ValueError("every group has a single member: there is nothing to find")
    found = ids[neighbors(table, k)] == ids[:, None]
    return float(found[kept].mean())


def precision_at_k(
    q: Id,
    table: Float[np.ndarray, "n dim"],
    labels: Sequence[object] | Shaped[np.ndarray, " n"],
    label: object,
    k: int,
) -> float:
    """Return the share of the `k` nearest other rows that have the label asked for.

    For one query, row `q` of the table, by cosine. :func:`purity_at_k` is its mean over all rows
    that have company, each asked for its own label. Vectors without information reach the share of
    the label among the other rows.

    Examples
    --------
    >>> fan = np.array([[1.0, 0.0], [0.9, 0.1], [0.7, 0.7], [0.0, 1.0]])
    >>> precision_at_k(0, fan, ["gout", "gout", "asthma", "gout"], "gout", k=2)
    0.5
    """
    if len(labels) != len(table):
        raise ValueError(f"{len(labels)} labels for {len(table)} rows")
    if not 1 <= k < len(table):
        raise ValueError(f"k is {k}: it must be 1 to {len(table) - 1}, the number of other rows")
    if not 0 <= q < len(table):
        raise IndexError(f"row {q} is not in 0 .. {len(table) - 1}")
    cosine = cosine_to(table[q], table)
    cosine[q] = -np.inf
    best = np.argsort(-cosine, kind="stable")[:k]
    return float(np.mean([labels[i] == label for i in best]))


def chance_purity(groups: Sequence[object] | Shaped[np.ndarray, " n"]) -> float:
    """Return the purity that random neighbors reach, whatever `k`.

    A row of a group of ``g`` members among ``n`` rows meets its own group with probability
    ``(g - 1) / (n - 1)``; averaged over the rows whose group has two members or more. For
    many rows this is the sum of the squared shares of the groups.

    Examples
    --------
    >>> chance_purity(["a", "a", "b", "b", "b"])
    0.4
    """
    _, ids, sizes = np.unique(
        np.asarray(groups, dtype=str), return_inverse=True, return_counts=True
    )
    own = sizes[ids][sizes[ids] > 1]
    if not len(own):
        raise ValueError("every group has a single member: there is nothing to find")
    return float(((own - 1) / (len(ids) - 1)).mean())


def group_report(
    table: Float[np.ndarray, "n dim"],
    groups: Sequence[object] | Shaped[np.ndarray, " n"],
    k: int,
    rng: np.random.Generator,
    shuffles: int = 20,
) -> dict[str, float]:
    """Return purity at `k` with the two rows that make it readable.

    Returns
    -------
    dict
        ``purity``; ``chance``, computed from the group sizes; ``shuffled``, the mean purity
        over `shuffles` random deals of the same group names; ``alone``, how many rows have no
        other member in their group and are therefore left out.
    """
    ids, sizes = _numbered(table, groups)
    near = neighbors(table, k)
    kept = sizes[ids] > 1

    def purity(dealt: np.ndarray) -> float:
        return float((dealt[near] == dealt[:, None])[sizes[dealt] > 1].mean())

    return {
        "purity": purity_at_k(table, groups, k),
        "chance": chance_purity(groups),
        "shuffled": float(np.mean([purity(rng.permutation(ids)) for _ in range(shuffles)])),
        "alone": int((~kept).sum()),
    }


def _numbered(
    table: Float[np.ndarray, "n dim"], groups: Sequence[object] | Shaped[np.ndarray, " n"]
) -> tuple[Int[np.ndarray, " n"], Int[np.ndarray, " groups"]]:
    if len(groups) != len(table):
        raise ValueError(f"{len(groups)} group names for {len(table)} rows")
    _, ids, sizes = np.unique(
        np.asarray(groups, dtype=str), return_inverse=True, return_counts=True
    )
    return ids, sizes


def nearest_points(points: Float[np.ndarray, "n dim"], k: int) -> Int[np.ndarray, "n k"]:
    """Return for every point the `k` others at the smallest Euclidean distance, nearest first.

    The measure for maps, where an angle seen from the origin means nothing. On rows of length 1
    it finds the same neighbors as :func:`neighbors`.

    Raises
    ------
    ValueError
        If there are not `k` other points.
    """
    if not 1 <= k < len(points):
        raise ValueError(f"{k} neighbors of {len(points)} points: k must be 1 to {len(points) - 1}")
    return _by_distance(points)[:, :k]


def neighbor_overlap(
    space: Float[np.ndarray, "n dim"], plane: Float[np.ndarray, "m dims"], k: int
) -> float:
    """Return the mean share of a point's `k` nearest in the space that are so in the map too.

    Distances are Euclidean in both. A map without information reaches ``k / (n - 1)``.

    Examples
    --------
    >>> space = np.array([[0.0], [1.0], [3.0], [7.0]])
    >>> neighbor_overlap(space, space[:, [0, 0]], 1), neighbor_overlap(space, space[::-1], 1)
    (1.0, 0.5)
    """
    _same_length(space, plane)
    pairs = zip(nearest_points(space, k), nearest_points(plane, k), strict=True)
    return float(np.mean([len(np.intersect1d(*pair)) for pair in pairs])) / k


def trustworthiness(
    space: Float[np.ndarray, "n dim"], plane: Float[np.ndarray, "m dims"], k: int
) -> float:
    """Return 1 minus a penalty for neighbors that only the map has (Venna and Kaski, 2001).

    A point among the `k` nearest in the map that is the r-th nearest in the space, r > k, costs
    r - k. The sum is scaled so that the worst map has 0. A map without information reaches
    ``1 - (n - 1 - k) (n - k) / ((n - 1) (2 n - 3 k - 1))``, which is about one half.

    Raises
    ------
    ValueError
        If `k` is not below half the number of points, where the scale would be wrong.
    """
    _same_length(space, plane)
    n = len(space)
    if not 1 <= k < n / 2:
        raise ValueError(f"k is {k}: it must be at least 1 and below half of {n} points")
    rank = np.empty((n, n), dtype=int)
    np.put_along_axis(rank, _by_distance(space), np.arange(1, n + 1)[None], axis=1)
    cost = np.take_along_axis(rank, nearest_points(plane, k), axis=1) - k
    return float(1 - 2 * np.maximum(cost, 0).sum() / (n * k * (2 * n - 3 * k - 1)))


def recall_at_k(
    scores: Num[np.ndarray, "queries items"], relevant: Bool[np.ndarray, "queries items"], k: int
) -> float:
    """Return the share of a query's relevant items among its `k` best, averaged over queries.

    Queries without a relevant item are left out of the mean. Items of equal score come in the
    order of their columns. Scores without information reach ``k / items``.

    Examples
    --------
    >>> scores = np.array([[0.9, 0.5, 0.1], [0.2, 0.4, 0.3]])
    >>> recall_at_k(scores, np.array([[False, True, True], [True, False, False]]), k=2)
    0.25
    """
    ranked = _ranked(scores, relevant)
    if k < 1:
        raise ValueError(f"k is {k}, it must be at least 1")
    return float((ranked[:, :k].sum(axis=1) / ranked.sum(axis=1)).mean())


def mrr(
    scores: Num[np.ndarray, "queries items"], relevant: Bool[np.ndarray, "queries items"]
) -> float:
    """Return the mean reciprocal rank: 1 over the place of the first relevant item, averaged.

    Queries without a relevant item are left out of the mean, ties are as in
    :func:`recall_at_k`. With one relevant item among n, scores without information reach
    ``(1 + 1/2 + ... + 1/n) / n``.

    Examples
    --------
    >>> scores = np.array([[0.9, 0.5, 0.1], [0.2, 0.4, 0.3]])
    >>> round(mrr(scores, np.array([[False, True, True], [True, False, False]])), 4)
    0.4167
    """
    return float((1 / (_ranked(scores, relevant).argmax(axis=1) + 1)).mean())


def _ranked(
    scores: Num[np.ndarray, "queries items"], relevant: Bool[np.ndarray, "queries items"]
) -> Bool[np.ndarray, "asked items"]:
    """Return whether each item is relevant, best item first, of the queries that have any."""
    if not relevant.any():
        raise ValueError("no query has a relevant item: there is nothing to find")
    order = np.argsort(-scores, axis=1, kind="stable")
    ranked = np.take_along_axis(relevant, order, axis=1)
    return ranked[relevant.any(axis=1)]


def _by_distance(points: Float[np.ndarray, "n dim"]) -> Int[np.ndarray, "n n"]:
    """Return the points in the order of their distance from each; itself comes last."""
    squared = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    np.fill_diagonal(squared, np.inf)
    return np.argsort(squared, axis=1, kind="stable")


def _same_length(space: np.ndarray, plane: np.ndarray) -> None:
    if len(space) != len(plane):
        raise ValueError(f"{len(space)} points in the space, {len(plane)} in the map")
