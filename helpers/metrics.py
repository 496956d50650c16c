"""How far neighbors share a group, beside what chance would give.

A number such as "purity .31" says nothing alone. Every measure here comes with the value that
vectors without any information would reach.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int, Shaped

from helpers.similarity import unit_rows


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
