"""Stand-ins for what NumPy and Python 3 write into a pickle, so that only plain data comes out.

A pickled array names functions of NumPy that rebuild it. :mod:`helpers.safe_pickle` calls the
functions below instead: an array becomes a list of lists, a NumPy number a Python number.
"""

import math
import re

import numpy as np

KINDS = re.compile(r"([<>=|]?)(b1|[iu][1248]|f[248]|[SU]\d+|O8?)")
"""How NumPy writes a type of element: byte order, then kind and size."""


class ElementType:
    """The type of an array's elements, as :class:`numpy.dtype` is pickled.

    Raises
    ------
    ValueError
        If the elements are no numbers and no text.
    """

    def __init__(self, description: str, *_: object) -> None:
        found = KINDS.fullmatch(description) if isinstance(description, str) else None
        if found is None:
            raise ValueError(f"an array of {description!r}, not of numbers or text")
        self.order, self.plain = found.groups()
        self.is_object = self.plain.startswith("O")

    def build(self, state: object) -> None:
        """Take the byte order, the one thing that the description leaves open."""
        if not isinstance(state, tuple) or len(state) < 2 or state[1] not in ("<", ">", "|", "="):
            raise ValueError("an array whose type is written in an unknown way")
        self.order = state[1]

    def values(self, raw: object) -> list:
        """Read the elements from their bytes, or take objects as they are."""
        if self.is_object:
            if not isinstance(raw, list):
                raise ValueError("an array of objects without its objects")
            return raw
        data = raw.encode("latin1") if isinstance(raw, str) else raw
        return np.frombuffer(data, np.dtype(self.order + self.plain)).tolist() if data else []


class PickledArray(list):
    """An array as a list of lists; :meth:`build` fills it, as NumPy fills a new array."""

    def build(self, state: object) -> None:
        """Read ``(version, shape, type, is_fortran, data)``."""
        _, shape, element, is_fortran, raw = state
        self[:] = _nested(raw, element, shape, "F" if is_fortran else "C")


class ArrayClass:
    """The class of an array, which only :func:`new_array` is told."""


def new_array(*_: object) -> PickledArray:
    """Return an empty array (``numpy.core.multiarray._reconstruct``)."""
    return PickledArray()


def array_of_buffer(raw: bytes, element: ElementType, shape: tuple, order: str) -> PickledArray:
    """Return an array (``numpy.core.numeric._frombuffer``, protocol 5)."""
    return PickledArray(_nested(raw, element, shape, order))


def number(element: ElementType, raw: bytes | str) -> object:
    """Return one number or one text (``numpy.core.multiarray.scalar``)."""
    (value,) = element.values(raw)
    return value


def bytes_of(text: str = "", encoding: str = "latin1") -> bytes:
    """Return bytes, which protocols 0 to 2 write as text (``_codecs.encode``)."""
    if encoding != "latin1":
        raise ValueError(f"bytes written as {encoding!r}, not as latin1")
    return text.encode("latin1")


_NUMPY = ("numpy.core", "numpy._core")
STAND_INS = {
    ("_codecs", "encode"): bytes_of,
    ("__builtin__", "bytes"): bytes_of,
    ("numpy", "dtype"): ElementType,
    ("numpy", "ndarray"): ArrayClass,
    ("numpy", "matrix"): ArrayClass,
    ("numpy.matrixlib.defmatrix", "matrix"): ArrayClass,
    **{(f"{core}.multiarray", "_reconstruct"): new_array for core in _NUMPY},
    **{(f"{core}.multiarray", "scalar"): number for core in _NUMPY},
    **{(f"{core}.numeric", "_frombuffer"): array_of_buffer for core in _NUMPY},
}
"""What is called in place of a function named in a pickle, by its module and name."""


def _nested(raw: object, element: ElementType, shape: tuple, order: str) -> list:
    """Cut the elements into rows."""
    values = element.values(raw)
    if not shape or math.prod(shape) != len(values):
        raise ValueError(f"an array of shape {shape} with {len(values)} elements")
    if len(shape) == 1:
        return values
    if element.is_object or not values:
        raise ValueError(f"an array of shape {shape} that is empty, or not of numbers")
    return np.array(values).reshape(shape, order=order).tolist()
