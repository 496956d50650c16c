"""Compare two values as a teacher would, and say in words where they differ."""

import contextlib
import numbers
import re
import reprlib
from collections.abc import Iterator

import numpy as np


class _Short(reprlib.Repr):
    """Short texts; a patient is named, not written out with every visit."""

    def repr_Patient(self, patient: object, level: int) -> str:
        return f"patient {patient.patient_id}"


_SHORT = _Short()
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxdict = 6
_SHORT.maxstring = _SHORT.maxother = 60


def plain(value: object) -> object:
    """Return tensors as arrays and sequences as lists; leave the rest as it is."""
    if hasattr(value, "detach"):
        return value.detach().cpu().numpy()
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value


def same(left: object, right: object, tolerance: float = 1e-5) -> bool:
    """Tell whether two values agree; floats to `tolerance`, absolute and relative.

    The default lets an answer compute in single precision.

    A list equals a tuple, an int equals a float, an array equals a tensor. An array does
    not equal a list, nor ``True`` the string "True".
    """
    left, right = plain(left), plain(right)
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return _same_arrays(left, right, tolerance)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(
            same(left[key], right[key], tolerance) for key in left
        )
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(
            same(a, b, tolerance) for a, b in zip(left, right, strict=True)
        )
    if isinstance(left, numbers.Number) and isinstance(right, numbers.Number):
        left, right = (
            float(x) if isinstance(x, numbers.Rational) else x for x in (left, right)
        )  # numpy does not read a Fraction
        return bool(np.isclose(left, right, rtol=tolerance, atol=tolerance, equal_nan=True))
    alike = type(left) is type(right) or (isinstance(left, str) and isinstance(right, str))
    try:
        return alike and bool(left == right)
    except Exception:
        return False


def _same_arrays(left: object, right: object, tolerance: float) -> bool:
    scalars = isinstance(left, numbers.Number) or isinstance(right, numbers.Number)
    if not scalars and not (isinstance(left, np.ndarray) and isinstance(right, np.ndarray)):
        return False
    left, right = np.asarray(left), np.asarray(right)
    if left.shape != right.shape:
        return False
    if left.dtype.kind in "biufc" and right.dtype.kind in "biufc":
        return bool(np.allclose(left, right, rtol=tolerance, atol=tolerance, equal_nan=True))
    if "O" in (left.dtype.kind, right.dtype.kind):  # part by part: the parts may be arrays
        return left.size == 0 or same(left.tolist(), right.tolist(), tolerance)
    return bool(np.array_equal(left, right))


def shorten(text: str, length: int) -> str:
    """Cut a text that is longer than `length` and mark the cut.

    Examples
    --------
    >>> shorten("heart failure", 8)
    'heart...'
    """
    return text if len(text) <= length else text[: length - 3] + "..."


def show(value: object, size: int = 12) -> str:
    """Return a short text for a value, the same on every machine.

    Arrays of more than `size` numbers are named by their shape.
    """
    return shorten(_shown(plain(value), size), 120)


def without_address(text: str) -> str:
    """Take out where an object lies in memory, which differs from run to run."""
    return re.sub(r" at 0x[0-9a-fA-F]+", "", text)


def _shown(value: object, size: int) -> str:
    if isinstance(value, np.ndarray):
        if value.size <= size:
            return np.array2string(value, precision=4, suppress_small=True).replace("\n", "")
        return f"an array of shape {value.shape}"
    if isinstance(value, float | np.floating):
        return f"{value:.4g}"
    if isinstance(value, np.random.Generator):
        return "rng"
    if isinstance(value, np.generic) and not isinstance(value, str):
        return str(value)
    if isinstance(value, dict) and size == 0:
        return f"a dict of {', '.join(map(repr, value))}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {show(part, size)}" for key, part in value.items()) + "}"
    if isinstance(value, list) and any(isinstance(part, np.ndarray) for part in value):
        return "(" + ", ".join(show(part, size) for part in value) + ")"
    if isinstance(value, Iterator):
        return f"a {type(value).__name__}, which can be read only once"
    return without_address(_SHORT.repr(str(value) if isinstance(value, str) else value))


def difference(got: object, expected: object) -> str:
    """Say in a few words how `got` differs from `expected`."""
    got, expected = plain(got), plain(expected)
    if isinstance(got, list) and isinstance(expected, np.ndarray):
        with contextlib.suppress(ValueError):
            got = np.asarray(got)
            if _same_arrays(got, expected, 1e-6):
                return f"you have a list, expected an array, {show(expected)}"
    arrays = isinstance(got, np.ndarray) and isinstance(expected, np.ndarray)
    if arrays and got.shape != expected.shape:
        return f"the shape is {got.shape}, expected {expected.shape}"
    large = arrays and (expected.size > 6 or show(got) == show(expected))
    if large and got.dtype.kind in "biuf":
        wrong = ~np.isclose(got, expected, rtol=1e-5, atol=1e-5, equal_nan=True)
        place = tuple(int(i) for i in np.argwhere(wrong)[0]) if wrong.any() else ()
        return f"at {list(place)} {_both(got[place], expected[place])}"
    lists = isinstance(got, list) and isinstance(expected, list)
    if lists and len(got) != len(expected):
        items = "item" if len(got) == 1 else "items"
        return f"{len(got)} {items} came back, expected {len(expected)}"
    if lists:
        for place, (mine, theirs) in enumerate(zip(got, expected, strict=True)):
            if not same(mine, theirs):
                return f"item {place}: {difference(mine, theirs)}"
    if isinstance(got, dict) and isinstance(expected, dict):
        for key in [key for key in (*expected, *got) if key not in expected or key not in got]:
            return f"the key {show(key)} " + ("is missing" if key in expected else "is too much")
        for key in expected:
            if not same(got[key], expected[key]):
                return f"{key!r}: {difference(got[key], expected[key])}"
    return _both(got, expected)


def _both(got: object, expected: object) -> str:
    """Show two values; numbers that look the same with more digits."""
    mine, theirs = show(got), show(expected)
    if mine == theirs and isinstance(got, float | np.floating):
        mine, theirs = f"{got:.8g}", f"{expected:.8g}"
    return f"you have {mine}, expected {theirs}"
