"""The forms a result may come in: a list for an array, a tensor for a number.

A check reads every result in one form, so that an answer is judged by its numbers and not by
the type that holds them. What cannot be read is `Unfit`, with words for what it is.
"""

import numbers
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from helpers.checks._compare import plain


@dataclass(frozen=True)
class Unfit:
    """A result that has not the form that was asked for, and words that say so."""

    value: object
    words: str


def as_is(value: object) -> object:
    """Leave a result as it is."""
    return value


def array(value: object) -> object:
    """Read an array, a tensor, or a list of numbers, of any depth, as an array.

    Examples
    --------
    >>> array([[1, 0], (0, 1)])
    array([[1, 0],
           [0, 1]])
    >>> array("101").words
    'it returned a str; an array of numbers is asked for'
    """
    read = plain(value)
    if value is None:
        return None
    if not isinstance(read, np.ndarray | list | numbers.Number | np.generic):
        return _unfit(value, "; an array of numbers is asked for")
    if np.ma.is_masked(read):
        return Unfit(value, "it returned an array with masked places. Fill them: .filled(0)")
    try:
        out = np.asarray(read)
        if out.dtype.kind == "O":
            out = out.astype(float)
    except (TypeError, ValueError):
        return _unfit(value, " whose rows are no table of numbers")
    out = np.real_if_close(out)  # eig, of a symmetric matrix too, may answer in complex numbers
    if out.dtype.kind == "c":
        return Unfit(value, "it returned complex numbers; real ones are asked for")
    if out.dtype.kind not in "biuf":
        return Unfit(value, "it returned text; an array of numbers is asked for")
    return out


def arrays(value: object) -> object:
    """Read each part of a tuple, a list or a generator as an array; leave what is none."""
    if not isinstance(value, list | tuple | Iterator):
        return value
    value = list(value)
    return _checked(value, {f"part {i + 1}": array(part) for i, part in enumerate(value)}, list)


def named_arrays(*names: str) -> Callable[[object], object]:
    """Return a form for a dict of arrays; keys with other names are left out."""

    def read(value: object) -> object:
        if not isinstance(value, dict):
            return value
        parts = {name: array(value[name]) for name in names if name in value}
        return _checked(value, parts, dict)

    return read


def _checked(value: object, parts: dict[str, object], kind: type) -> object:
    for name, part in parts.items():
        if part is None or isinstance(part, Unfit):
            name = repr(name) if kind is dict else name
            return Unfit(value, f"{name} of what it returned is no array of numbers")
    return parts if kind is dict else list(parts.values())


def number(value: object) -> object:
    """Read a number, or an array or a tensor that holds a single one, as a float.

    Examples
    --------
    >>> number(np.array([0.5])), number("0.5").words
    (0.5, 'it returned a str; one number is asked for')
    """
    if value is None:
        return None
    read = plain(value)
    if isinstance(read, np.ndarray) and read.size == 1 and read.dtype.kind in "biuf":
        read = read.item()
    if isinstance(read, numbers.Number | np.generic):
        try:
            return float(read)
        except (TypeError, ValueError):
            pass
    return _unfit(value, "; one number is asked for")


def matrix(value: object) -> object:
    """Read an array as `array` does; a sparse one, of scipy or torch, is filled up first."""
    for fill in ("toarray", "to_dense"):
        if hasattr(value, fill):
            value = getattr(value, fill)()
    return array(value)


def one_tensor(value: object) -> object:
    """Read a tensor of one number; leave other numbers to a law that asks for a tensor."""
    if hasattr(value, "numel"):
        return value.reshape(()) if value.numel() == 1 else value
    return value if isinstance(number(value), float) else number(value)


def whole(value: object) -> object:
    """Read a whole number as an int; 3.0 is one.

    Examples
    --------
    >>> whole(np.int64(3)), whole(3.0), whole(3.4).words
    (3, 3, 'it returned 3.4; a whole number is asked for')
    """
    read = number(value)
    if read is None:
        return None
    if isinstance(read, Unfit) or isinstance(plain(value), bool):
        return _unfit(value, "; one whole number is asked for")
    if not read.is_integer():
        return Unfit(value, f"it returned {read:.4g}; a whole number is asked for")
    return int(read)


def _unfit(value: object, words: str) -> Unfit:
    error_class = isinstance(value, type) and issubclass(value, BaseException)
    if isinstance(value, BaseException) or error_class:
        return Unfit(value, "it returns the error. Write raise instead of return")
    return Unfit(value, f"it returned {_a(value)}{words}")


def _a(value: object) -> str:
    """Name the type of a value, with its article."""
    read = plain(value)
    if isinstance(read, np.ndarray):
        return f"an array of shape {read.shape}"
    kind = type(value).__name__
    return f"an {kind}" if kind[0].lower() in "aeio" else f"a {kind}"


Form = Callable[[object], object]
