"""Find the different rows of a few text columns: millions of rows hold few different codes.

What is done to text is then done once a code, and a row only keeps the number of its code.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Int


@dataclass(frozen=True, eq=False)
class DistinctRows:
    """Each different row once, and which of them every row is.

    Parameters
    ----------
    once
        The different rows.
    rows
        How many rows each of them stands for.
    which
        For every row its place in `once`.
    """

    once: pl.DataFrame
    rows: Int[np.ndarray, " distinct"]
    which: Int[np.ndarray, " rows"]

    def spread(self, column: pl.Series) -> pl.Series:
        """Turn one value a different row into one value a row."""
        return column.gather(pl.Series(self.which))


def distinct_rows(frame: pl.DataFrame) -> DistinctRows:
    """Find the different rows of text columns; null is a value like another.

    Examples
    --------
    >>> found = distinct_rows(pl.DataFrame({"code": ["I10", "E119", "I10", None]}))
    >>> found.once.height, sorted(found.rows.tolist())
    (3, [1, 1, 2])
    >>> found.spread(found.once["code"]).to_list()
    ['I10', 'E119', 'I10', None]
    """
    number, *others = map(_numbers, frame.get_columns())
    for other in others:
        number = _without_gaps(number * (other.max(initial=0) + 1) + other)
    rows = np.bincount(number)
    first = np.zeros(len(rows), dtype=np.int64)
    first[number] = np.arange(frame.height)  # any row will do, they are equal
    return DistinctRows(frame[first], rows, number)


def _numbers(text: pl.Series) -> np.ndarray:
    """Give the different values of a column numbers from 0 on."""
    categories = text.cast(pl.Categorical).to_physical().cast(pl.Int64)
    return _without_gaps((categories + 1).fill_null(0).to_numpy())


def _without_gaps(numbers: np.ndarray) -> np.ndarray:
    """Use the numbers from 0 on, and all of them, in the same order."""
    used = np.zeros(numbers.max(initial=0) + 1, dtype=bool)
    used[numbers] = True
    return (np.cumsum(used) - 1)[numbers]
