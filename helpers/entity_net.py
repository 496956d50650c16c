"""Entity embeddings: a net for tables in which every categorical column has its own small table.

Guo and Berkhahn (2016), *Entity Embeddings of Categorical Variables*: look up one row for each
category, put the rows and the numeric columns side by side, and go on as in any net. The rows are
parameters like all others and are learned with the task.
"""

from collections.abc import Sequence
from math import ceil

import torch
from jaxtyping import Float, Shaped
from torch import Tensor, nn

UNKNOWN = 0  # the row for a category that the table has never seen


class EntityNet(nn.Module):
    """One table for each categorical column, one hidden layer, one logit for each row.

    The paper uses two hidden layers, and has no row for the unknown: here row 0 of each table is
    kept for it, and every id that the table does not have is looked up there.

    Parameters
    ----------
    cards
        How many rows each table has, row 0 included.
    dims
        How many numbers a row of each table has; see `table_width`.
    n_num
        How many numeric columns there are; may be 0.
    hidden
        Units of the hidden layer.

    Raises
    ------
    ValueError
        If `cards` and `dims` are empty or not of the same length, or a size is below 1.
    """

    def __init__(self, cards: Sequence[int], dims: Sequence[int], n_num: int, hidden: int):
        super().__init__()
        _one_width_each(cards, dims)
        if min(*cards, *dims, hidden, 1) < 1 or n_num < 0:
            raise ValueError(f"sizes must be positive, got {cards}, {dims}, {n_num}, {hidden}")
        self.tables = nn.ModuleList(
            nn.Embedding(card, dim) for card, dim in zip(cards, dims, strict=True)
        )
        self.n_num = n_num
        self.hidden = nn.Linear(sum(dims) + n_num, hidden)
        self.out = nn.Linear(hidden, 1)

    def rows(self, ids: Shaped[Tensor, "batch columns"]) -> Float[Tensor, "batch dims"]:
        """Look up the rows of all columns, side by side.

        Raises
        ------
        TypeError
            If the ids are not whole numbers: 2.0 is a measurement, not a category.
        """
        if ids.is_floating_point() or ids.is_complex() or ids.dtype == torch.bool:
            raise TypeError(f"ids must be whole numbers, got {ids.dtype}")
        if ids.ndim != 2 or ids.shape[1] != len(self.tables):
            raise ValueError(f"{len(self.tables)} columns of ids wanted, got {tuple(ids.shape)}")
        found = []
        for table, column in zip(self.tables, ids.long().T, strict=True):
            has_row = (column >= 0) & (column < table.num_embeddings)
            found.append(table(torch.where(has_row, column, UNKNOWN)))
        return torch.cat(found, dim=1)

    def forward(
        self, ids: Shaped[Tensor, "batch columns"], numbers: Float[Tensor, "batch n_num"]
    ) -> Float[Tensor, " batch"]:
        """Return one logit for each row of the data.

        Raises
        ------
        ValueError
            If the numbers do not have one row for each row of ids and `n_num` columns.
        """
        if numbers.shape != (len(ids), self.n_num):
            wanted, got = (len(ids), self.n_num), tuple(numbers.shape)
            raise ValueError(f"{wanted} numbers wanted, got {got}")
        joined = torch.cat([self.rows(ids), numbers], dim=1)
        return self.out(torch.relu(self.hidden(joined)))[:, 0]


def _one_width_each(cards: Sequence[int], dims: Sequence[int]) -> None:
    if len(cards) != len(dims):
        raise ValueError(f"{len(cards)} tables, but widths for {len(dims)}")
    if not cards:
        raise ValueError("an entity net needs at least one table")


def table_width(card: int) -> int:
    """Return ``min(50, card / 2 rounded up)``, a rule of thumb for the width of a table.

    A habit of practitioners, from the fast.ai course, and not a result: the paper tries widths.

    Raises
    ------
    ValueError
        If the table has no row.

    Examples
    --------
    >>> table_width(3), table_width(24), table_width(900)
    (2, 12, 50)
    """
    if card < 1:
        raise ValueError(f"a table has at least one row, got {card}")
    return min(50, ceil(card / 2))


def hidden_parameters(cards: Sequence[int], dims: Sequence[int], n_num: int, hidden: int) -> int:
    """Return how many numbers the tables and the hidden layer with its bias hold.

    The output adds ``hidden + 1`` more.

    Raises
    ------
    ValueError
        If `cards` and `dims` are empty or not of the same length.

    Examples
    --------
    >>> hidden_parameters([4, 6], [2, 3], n_num=1, hidden=10)  # 8 + 18 + (5 + 1) * 10 + 10
    96
    """
    _one_width_each(cards, dims)
    tables = sum(card * dim for card, dim in zip(cards, dims, strict=True))
    return tables + (sum(dims) + n_num) * hidden + hidden
