"""Lists of whole numbers out of a file: checked all at once, and named one by one when wrong."""

from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
from jaxtyping import Int

LARGEST = 2**31 - 1
"""Largest id; the released programs hold ids in 32 bits."""

MOST = 100_000_000
"""Codes above which a file is refused: a short pickle can repeat one list without end."""

Where = Callable[[int], str]
"""Names the place of one of the lists, for a message."""


def lengths_of(
    lists: Sequence[object], where: Where, what: str, hint: str = ""
) -> Int[np.ndarray, " lists"]:
    """Count the members of each list.

    Parameters
    ----------
    what
        What each of them is, such as "a visit".

    Raises
    ------
    ValueError
        If one of them is no list and no tuple.
    """
    if not all(issubclass(kind, list | tuple) for kind in {*map(type, lists)}):
        wrong = next(i for i, item in enumerate(lists) if not isinstance(item, list | tuple))
        raise ValueError(f"{where(wrong)}: {what} is a list, not {shown(lists[wrong])}{hint}")
    return np.fromiter(map(len, lists), np.int64, len(lists))


def chained(
    lists: Sequence[Sequence[object]], lengths: Int[np.ndarray, " lists"], where: Where
) -> list[object]:
    """Return the members of all lists one after the other.

    Raises
    ------
    ValueError
        If there are more than :data:`MOST`.
    """
    if lengths.sum() > MOST:
        raise ValueError(f"{where(0)} and so on: more than {MOST:,} entries")
    return list(chain.from_iterable(lists))


def whole_numbers(
    numbers: Sequence[object], where: Where, smallest: int = 0
) -> Int[np.ndarray, " numbers"]:
    """Return the ids as an array.

    Raises
    ------
    ValueError
        If one is no whole number, is below `smallest`, or above :data:`LARGEST`.
    """
    if {*map(type, numbers)} <= {int}:
        try:
            ids = np.fromiter(numbers, np.int64, len(numbers))
        except OverflowError:
            ids = np.array([LARGEST + 1])
        if not ids.size or (ids.min() >= smallest and ids.max() <= LARGEST):
            return ids
    for i, number in enumerate(numbers):
        if type(number) is not int:
            raise ValueError(
                f"{where(i)}: a code is a whole number from 0 up, not {shown(number)}{_why(number)}"
            )
        if not smallest <= number <= LARGEST:
            raise ValueError(f"{where(i)}: the id {shown(number)} is out of range 0 to {LARGEST}")
    raise AssertionError("unreachable")


def shown(value: object) -> str:
    """Write a value from a file for a message, however large it is."""
    for kind in (list, tuple, dict):
        if isinstance(value, kind):
            return f"a {kind.__name__} of {len(value)}"
    if isinstance(value, int) and value.bit_length() > 64:
        return f"a number of {value.bit_length():,} bits"
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."


def _why(value: object) -> str:
    if isinstance(value, str):
        return ": codes are numbered, and a file .types keeps their names"
    if isinstance(value, list | tuple):
        return ": the lists are nested one level too deep"
    return ""
