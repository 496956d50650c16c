"""Read pickles from elsewhere without running what is in them.

A pickle is a program: it may name any function of any module and call it, so ``pickle.load`` of
a stranger's file is running a stranger's program. Here the instructions that build plain data
are the only ones there are: lists, tuples, dicts, text, bytes, numbers, True, False, None.
NumPy's arrays come back as lists of lists, its numbers as Python numbers
(:mod:`helpers.pickled_numbers`). Everything else is refused.
"""

import gzip
import io
import pickle
import pickletools
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from helpers.pickled_numbers import STAND_INS, ElementType, PickledArray

MOST_BYTES = 2**31
"""Unpacked size above which a file is refused."""

_GZIP = b"\x1f\x8b"
_NO_PICKLES = {
    b"version https://git-lfs": "a Git-LFS pointer and not data: fetch it with `git lfs pull`",
    b"PK\x03\x04": "a zip archive (.zip, .npz, .xlsx) and no pickle",
    b"\x93NUMPY": "an array saved by numpy.save and no pickle",
    b"\x89HDF": "an HDF5 file and no pickle",
    b"PAR1": "a Parquet file and no pickle",
    b"<": "a web page and not data: was the download refused?",
    b"[": "text, perhaps JSON, and no pickle",
    b"{": "text, perhaps JSON, and no pickle",
}
_DATA = [
    "PROTO", "FRAME", "STOP", "MARK", "POP", "POP_MARK", "DUP", "NONE", "NEWTRUE", "NEWFALSE",
    "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT",
    "STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE",
    "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "EMPTY_LIST", "LIST", "APPEND",
    "APPENDS", "EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3", "EMPTY_DICT", "DICT", "PUT",
    "BINPUT", "LONG_BINPUT", "GET", "BINGET", "LONG_BINGET", "MEMOIZE", "GLOBAL", "STACK_GLOBAL",
    "INST", "REDUCE",
]  # fmt: skip
"""Instructions kept as Python has them. Those that name a function end in `find_class`."""

REMEDY = "Save it again with lists, dicts, text and numbers only"

_KEYS = (str, bytes, int, float, type(None))


def load_pickle(path: str | Path) -> object:
    """Return the plain data of a pickle, protocols 0 to 5, gzipped or not.

    Strings that Python 2 wrote are decoded as latin1, in which every byte has a letter.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is no pickle, is cut short, holds something else than plain data, or goes on
        after its end. The message names the file, and the function or class that was refused.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        what = "is a folder: give the file" if path.is_dir() else "does not exist"
        raise FileNotFoundError(f"{path} {what}")
    data = _bytes_of(path)
    for start, what in _NO_PICKLES.items():
        if data.startswith(start):
            raise ValueError(f"{path.name} is {what} ({path})")
    file = _Complete(data)
    try:
        found = _PlainUnpickler(file, encoding="latin1").load()
    except _RefusedError as refused:
        raise ValueError(f"{path.name} {refused} ({path})") from None
    except EOFError:
        raise ValueError(f"{path.name} is cut short: fetch it again ({path})") from None
    except Exception as error:  # a damaged program can go wrong in any way
        raise ValueError(
            f"{path.name} is no pickle of plain data, or it is damaged, near byte "
            f"{file.tell():,}: {_in_short(error)} ({path})"
        ) from None
    if rest := file.read().strip():
        raise ValueError(
            f"{path.name} goes on for {len(rest):,} bytes after its end: is it two pickles in one "
            f"file? Save each in its own ({path})"
        )
    return found


def save_pickle(data: object, path: Path) -> None:
    """Write plain data as Python 2 can read it (protocol 2)."""
    path.write_bytes(pickle.dumps(data, protocol=2))


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        zipped = file.read(2) == _GZIP
    try:
        with (gzip.open if zipped else open)(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise ValueError(
            f"{path.name}: its gzip data is cut short or damaged: fetch it again ({path})"
        ) from None
    if not data.strip():
        raise ValueError(f"{path.name} is empty ({path})")
    if data.startswith(_GZIP):
        raise ValueError(f"{path.name} is gzipped twice: unpack it once ({path})")
    if len(data) > MOST_BYTES:
        raise ValueError(f"{path.name} is larger than {MOST_BYTES:,} bytes ({path})")
    return data


def _in_short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]


class _RefusedError(Exception):
    """What a pickle asks for and does not get."""


class _Complete(io.BytesIO):
    """A file that says so when it ends too early."""

    def read(self, size: int = -1) -> bytes:
        """Return `size` bytes, all of them."""
        data = super().read(size)
        if len(data) < size:
            raise EOFError
        return data

    def readline(self, size: int = -1) -> bytes:
        """Return a line with its end."""
        line = super().readline(size)
        if not line.endswith(b"\n"):
            raise EOFError
        return line


def _refusal(byte: int) -> Callable:
    instruction = pickletools.code2op.get(chr(byte))

    def refuse(unpickler: pickle._Unpickler) -> None:
        if instruction is None:
            raise ValueError(f"0x{byte:02x} is no instruction")
        raise _RefusedError(
            f"holds the instruction {instruction.name}, which builds no plain data, and is "
            f"refused. {REMEDY}"
        )

    return refuse


class _PlainUnpickler(pickle._Unpickler):  # in Python, so that its instructions can be chosen
    """Python's own unpickler with the instructions that build plain data, and no others."""

    dispatch: ClassVar[dict[int, Callable]] = {byte: _refusal(byte) for byte in range(256)}
    dispatch |= {
        getattr(pickle, name)[0]: pickle._Unpickler.dispatch[getattr(pickle, name)[0]]
        for name in _DATA
    }

    def find_class(self, module: str, name: str) -> Callable:
        """Return the stand-in of a function, the only things that can be called."""
        if (module, name) not in STAND_INS:
            raise _RefusedError(
                f"asks for {module}.{name}, which is no plain data, and is refused: through such "
                f"names a pickle can run any program. {REMEDY}"
            )
        return STAND_INS[module, name]

    def load_build(self) -> None:
        """Fill an array, and nothing else."""
        state = self.stack.pop()
        if not isinstance(self.stack[-1], ElementType | PickledArray):
            raise _RefusedError(f"wants to set what is inside a {type(self.stack[-1]).__name__}")
        self.stack[-1].build(state)

    def load_setitem(self) -> None:
        """Put one item into a dict."""
        value, key = self.stack.pop(), self.stack.pop()
        self._set([key, value])

    def load_setitems(self) -> None:
        """Put items into a dict."""
        self._set(self.pop_mark())

    def _set(self, items: list) -> None:
        """Accept keys whose hash takes no time: a tuple of tuples can be made to take forever."""
        into = self.stack[-1]
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, _KEYS) or not isinstance(into, dict):
                raise _RefusedError(f"has a {type(key).__name__} as key of a {type(into).__name__}")
            into[key] = value

    def load_dict(self) -> None:
        """Make a dict of what lies on the stack."""
        items = self.pop_mark()
        self.append({})
        self._set(items)

    def load_bytearray8(self) -> None:
        """Read bytes that could be changed; the file has to be as long as it says."""
        (length,) = memoryview(self.read(8)).cast("Q")
        self.append(self.read(length))

    dispatch |= {
        pickle.BUILD[0]: load_build,
        pickle.SETITEM[0]: load_setitem,
        pickle.SETITEMS[0]: load_setitems,
        pickle.DICT[0]: load_dict,
        pickle.BYTEARRAY8[0]: load_bytearray8,
    }
