"""Say why a file cannot be read as a table, and where.

A data-frame library knows that the text ends too early. A student needs to know that the
download was cut short, or that the file is a pointer to the data and not the data.
"""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

GZIP = b"\x1f\x8b"
_STRAY_QUOTE = re.compile(r'[^,"\s]"[^,"\s]')
_NOT_TABLES = {
    GZIP: "gzipped twice: unpack it once",
    b"PK\x03\x04": "a zip archive or a spreadsheet: unpack it, or save it as CSV",
    b"PAR1": "a Parquet file: this loader reads .csv and .csv.gz",
    b"\xff\xfe": "UTF-16 text: save it again as UTF-8",
    b"\xfe\xff": "UTF-16 text: save it again as UTF-8",
    b"<": "a web page and not data: was the download refused?",
    b"version https://git-lfs": "a Git-LFS pointer and not data: fetch it with `git lfs pull`",
}


def check_beginning(path: Path) -> None:
    """Look at the first bytes of a file.

    Raises
    ------
    ValueError
        If the file is empty, or is a zip archive, Parquet, UTF-16 text, other binary data, a web
        page or a Git-LFS pointer.
    """
    with path.open("rb") as file:
        start = file.read(64)
    if start.startswith(GZIP):
        start = _first_line(path)[:64]
    if not start.strip():
        raise ValueError(f"{path.name} is empty, it has not even a header ({path})")
    for magic, what in _NOT_TABLES.items():
        if start.startswith(magic):
            raise ValueError(f"{path.name} is {what} ({path})")
    if b"\0" in start.partition(b"\n")[0]:
        raise ValueError(f"{path.name} is binary data and not text: fetch it again ({path})")
    if b"\r" in start and b"\n" not in _first_line(path):
        raise ValueError(f"{path.name} ends its lines with CR alone: save it with LF ({path})")


def check_end(path: Path, width: int) -> None:
    """Look at the last line of a plain file for signs of a broken download; gzip checks itself.

    Raises
    ------
    ValueError
        If the file ends with NUL bytes, or in a row of less than `width` fields.
    """
    with path.open("rb") as file:
        zipped = file.read(2) == GZIP
        file.seek(max(0, path.stat().st_size - 65_536))
        last = file.read().rpartition(b"\n")[2]
    if zipped:
        return
    if last.endswith(b"\0"):
        raise ValueError(f"{path.name} ends with NUL bytes: fetch it again ({path})")
    in_quotes = last.count(b'"') % 2 == 1  # the row began on a line before
    fields = next(csv.reader([last.decode("utf-8", "replace")]), [])
    if last.strip() and not in_quotes and len(fields) < width:
        raise ValueError(
            f"{path.name} ends in the middle of a row, its last line has {len(fields)} of {width} "
            f"fields: fetch it again ({path})"
        )


def explain(path: Path, error: Exception) -> ValueError:
    """Find the line at which a file breaks; fall back on what the reader said."""
    try:
        where = _broken_line(path)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        where = "its gzip data is cut short or damaged: fetch it again"
    where = where or str(error).splitlines()[0]
    return ValueError(f"{path.name} cannot be read: {where} ({path})")


def line_numbers(path: Path, rows: Sequence[int]) -> list[int]:
    """Lines on which some rows of a table begin, counted from 1 with the header.

    Row 0 is the first after the header. Quoted line breaks make this more than row + 2, so
    the file is read again; only error messages need it.
    """
    wanted, lines = set(rows), {}
    if not wanted:
        return []
    with _open_bytes(path) as binary:
        text = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
        reader = csv.reader(text)
        begins = 1
        for row, _ in enumerate(reader, start=-1):
            if row in wanted:
                lines[row] = begins
                if len(lines) == len(wanted):
                    break
            begins = reader.line_num + 1
    return [lines[row] for row in rows]


def _broken_line(path: Path) -> str | None:
    """Read the file once more, slowly, up to the line that makes no sense."""
    with _open_bytes(path) as binary:
        width, begins = None, 1
        reader = csv.reader(_checked_lines(binary), strict=True)
        try:
            for fields in reader:
                width = width or len(fields)
                if len(fields) > width:
                    return f"line {begins} has {len(fields)} fields, the header {width}"
                begins = reader.line_num + 1
        except csv.Error:
            return f"line {begins} has a double quote that is never closed"
        except _BrokenLineError as broken:
            return str(broken)
    return None


class _BrokenLineError(Exception):
    """What is wrong with a line, on its own."""


def _checked_lines(binary: io.BufferedIOBase) -> Iterator[str]:
    for number, line in enumerate(binary, start=1):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            byte = line[error.start]
            what = f"line {number} holds byte 0x{byte:02x}, which is not UTF-8"
            raise _BrokenLineError(what) from None
        if _STRAY_QUOTE.search(text):
            raise _BrokenLineError(f"line {number} has a double quote inside of a field")
        yield text


def _first_line(path: Path) -> bytes:
    try:
        with _open_bytes(path) as binary:
            return binary.readline(65_536)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise explain(path, error) from error


def _open_bytes(path: Path) -> io.BufferedIOBase:
    with path.open("rb") as file:
        zipped = file.read(2) == GZIP
    return gzip.open(path, "rb") if zipped else path.open("rb")
