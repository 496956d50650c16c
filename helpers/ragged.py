"""Lists of unequal length in one flat array, with the places where each one starts.

List ``i`` of ``offsets`` is ``flat[offsets[i]:offsets[i + 1]]``, so ``offsets`` has one entry
more than there are lists. Nothing is padded.
"""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Bool, Int


def offsets_of(
    lengths: Iterable[int | np.integer] | Int[np.ndarray, " lists"],
) -> Int[np.ndarray, " lists_and_end"]:
    """Return where lists of these lengths start, and the end.

    Examples
    --------
    >>> offsets_of([2, 0, 3])
    array([0, 2, 2, 5])
    """
    if not isinstance(lengths, np.ndarray):
        lengths = np.fromiter(lengths, np.int64)
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def list_of_each(offsets: Int[np.ndarray, " lists_and_end"]) -> Int[np.ndarray, " items"]:
    """Return for every item the list that it is in.

    Examples
    --------
    >>> list_of_each(np.array([0, 2, 2, 5]))
    array([0, 0, 2, 2, 2])
    """
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def take_lists(
    offsets: Int[np.ndarray, " lists_and_end"], lists: Int[np.ndarray, " taken"]
) -> tuple[Int[np.ndarray, " items"], Int[np.ndarray, " taken_and_end"]]:
    """Choose lists, in any order; return the places of their items and the new offsets.

    Examples
    --------
    >>> places, offsets = take_lists(np.array([0, 2, 2, 5]), np.array([2, 0]))
    >>> places, offsets
    (array([2, 3, 4, 0, 1]), array([0, 3, 5]))
    """
    new = offsets_of(np.diff(offsets)[lists])
    shift = offsets[:-1][lists] - new[:-1]
    return np.arange(new[-1]) + np.repeat(shift, np.diff(new)), new


def as_rows(
    rows: Int[np.ndarray, " taken"] | Bool[np.ndarray, " n"], n: int, what: str
) -> Int[np.ndarray, " taken"]:
    """Turn a mask or row numbers into row numbers from 0 to n - 1.

    Raises
    ------
    IndexError
        If a mask has another length, or a number is out of range; the message says `what`.
    """
    rows = np.asarray(rows)
    if rows.dtype == bool:
        if rows.shape != (n,):
            raise IndexError(f"a mask of shape {rows.shape} for {n} {what}")
        return np.flatnonzero(rows)
    if rows.size and (rows.min() < 0 or rows.max() >= n):
        wrong = rows[(rows < 0) | (rows >= n)][0]
        raise IndexError(f"there is no row {wrong} in {n} {what}")
    return rows.astype(np.int64)
