"""Read one table of a health-record export as text.

Everything is text from first byte to last: a procedure code ``0331`` read as a number is 331,
another procedure. Only the columns asked for are read, whatever their place and case; commas,
double quotes, LF or CRLF line ends, a byte-order mark, and plain or gzipped files are all fine.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from helpers import unreadable
from helpers.text_columns import blank_to_null

_RENAMED = re.compile(r"_duplicated_\d+$")
"""What polars appends to a name that a header has twice."""


def table_name(path: Path) -> str:
    """Name a table by its file: lower case, without ending.

    Examples
    --------
    >>> table_name(Path("DIAGNOSES_ICD.csv.gz"))
    'diagnoses_icd'
    """
    return path.name.lower().removesuffix(".gz").removesuffix(".csv")


def read_header(path: Path) -> dict[str, str]:
    """Return the columns of a table: lower-case name to the name as written.

    Raises
    ------
    ValueError
        If the file is no table of text (:func:`helpers.unreadable.check_beginning`), ends too
        early (:func:`helpers.unreadable.check_end`), or has two columns of one name.
    """
    unreadable.check_beginning(path)
    try:
        written = _scan(path).collect_schema().names()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise unreadable.explain(path, error) from error
    unreadable.check_end(path, len(written))
    columns: dict[str, str] = {}
    for name in written:
        plain = _RENAMED.sub("", name).strip().lower()
        if plain and plain in columns:
            raise ValueError(f"{path.name} has two columns {plain!r} ({path})")
        columns[plain] = name
    return columns


def scan_table(
    path: Path,
    required: Sequence[str],
    optional: Sequence[str] = (),
    types: Mapping[str, pl.DataType] | None = None,
) -> pl.LazyFrame:
    """Plan to read some columns of a table as text, under their lower-case names.

    Values are as they stand in the file, blanks and all. An optional column that is
    not there is null. Collect the plan with :func:`collect`.

    Parameters
    ----------
    types
        Columns to read as something else than text, for speed: collecting fails if a value does
        not fit.

    Raises
    ------
    ValueError
        If a required column is missing; the message names the closest one.
    """
    columns = read_header(path)
    for name in required:
        if name not in columns:
            raise ValueError(_missing_column(path, name, columns))
    types = {columns[name]: dtype for name, dtype in (types or {}).items() if name in columns}
    return _scan(path, types).select(
        (pl.col(columns[name]) if name in columns else pl.lit(None, pl.String)).alias(name)
        for name in (*required, *optional)
    )


def collect(plan: pl.LazyFrame, path: Path) -> pl.DataFrame:
    """Carry out a plan, chunk by chunk; say what is wrong with the file where it breaks.

    Raises
    ------
    ValueError
        If the file is cut short, is not UTF-8, or has a row of more fields than the header.
    """
    whole_rows = pl.QueryOptFlags(projection_pushdown=False)  # else nobody counts their fields
    try:
        return plan.collect(engine="streaming", optimizations=whole_rows)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise unreadable.explain(path, error) from error


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> pl.DataFrame:
    """Read some columns as clean text; one row a line, in the order of the file.

    Raises
    ------
    ValueError
        As :func:`scan_table` and :func:`collect`.
    """
    plan = scan_table(path, required, optional).select(blank_to_null(pl.all()))
    return collect(plan, path)


def _scan(path: Path, types: Mapping[str, pl.DataType] | None = None) -> pl.LazyFrame:
    return pl.scan_csv(path, infer_schema=False, schema_overrides=types, glob=False)


def _missing_column(path: Path, name: str, columns: dict[str, str]) -> str:
    near = get_close_matches(name, columns, n=1)
    if len(columns) == 1 and any(mark in next(iter(columns)) for mark in ";\t|"):
        hint = "columns are not separated by commas: save it as CSV with commas"
    elif near:
        hint = f"the closest is {columns[near[0]]!r}"
    else:
        hint = f"its columns are {', '.join(columns.values())}"
    return f"{path.name} has no column {name!r}; {hint} ({path})"
