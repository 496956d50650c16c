"""Read one table of a health-record export as text.

Everything is text from first byte to last: a procedure code ``0331`` read as a number is 331,
another procedure. Only the columns asked for are read, whatever their place and case; commas,
double quotes, LF or CRLF line ends, a byte-order mark, and plain or gzipped files are all fine.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from helpers import unreadable
from helpers.text_columns import blank_to_null


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
        If the file is no table of text, see :func:`helpers.unreadable.check_beginning`.
    """
    unreadable.check_beginning(path)
    try:
        written = pl.scan_csv(path, infer_schema=False).collect_schema().names()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise unreadable.explain(path, error) from error
    columns: dict[str, str] = {}
    for name in written:
        columns.setdefault(name.strip().lower(), name)
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
    plan = pl.scan_csv(path, infer_schema=False, schema_overrides=types)
    return plan.select(
        (pl.col(columns[name]) if name in columns else pl.lit(None, pl.String)).alias(name)
        for name in (*required, *optional)
    )


def collect(plan: pl.LazyFrame, path: Path) -> pl.DataFrame:
    """Carry out a plan, chunk by chunk; say what is wrong with the file where it breaks.

    Raises
    ------
    ValueError
        If the file is cut short, is not UTF-8, or has rows of different length.
    """
    try:
        return plan.collect(engine="streaming")
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


def _missing_column(path: Path, name: str, columns: dict[str, str]) -> str:
    near = get_close_matches(name, columns, n=1)
    if len(columns) == 1 and any(mark in next(iter(columns)) for mark in ";\t|"):
        hint = "columns are not separated by commas: save it as CSV with commas"
    elif near:
        hint = f"the closest is {columns[near[0]]!r}"
    else:
        hint = f"its columns are {', '.join(columns.values())}"
    return f"{path.name} has no column {name!r}; {hint} ({path})"
