"""Read one table of a health-record export as text.

Everything is text from first byte to last: a procedure code ``0331`` read as a number is 331,
another procedure. Only the columns asked for are read, whatever their place and case; commas,
double quotes, LF or CRLF line ends, a byte-order mark, and plain or gzipped files are all fine.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from helpers import unreadable

ENDINGS = (".csv", ".csv.gz")


def find_tables(folder: str | Path, inside: Sequence[str] = ("", "hosp")) -> dict[str, Path]:
    """List the tables of an export, by lower-case name without ending.

    Parameters
    ----------
    folder
        The export.
    inside
        Sub-folders in which tables may lie; the first that has a table wins, and a plain file
        wins over a gzipped one of the same name.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist, is a file, or holds no table.
    """
    folder = Path(folder)
    if not folder.is_dir():
        what = "is a file: give the folder that holds it" if folder.exists() else "does not exist"
        raise FileNotFoundError(f"{folder} {what}")
    tables: dict[str, Path] = {}
    for place in inside:
        for ending in ENDINGS:
            for path in sorted((folder / place).glob("*")):
                name = path.name.lower()
                if name.endswith(ending) and path.is_file():
                    tables.setdefault(name.removesuffix(ending), path)
    if not tables:
        raise FileNotFoundError(f"no .csv or .csv.gz table in {folder}{_hint_below(folder)}")
    return tables


def _hint_below(folder: Path) -> str:
    entries = sorted(path.name for path in folder.iterdir())
    if not entries:
        return ": the folder is empty"
    below = sorted({str(p.parent) for end in ENDINGS for p in folder.glob(f"*/**/*{end}")})
    if below:
        return f"; there are tables in {', '.join(below[:3])}"
    return f"; it holds {', '.join(entries[:10])}"


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
    return {name.strip().lower(): name for name in reversed(written)}


def scan_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> pl.LazyFrame:
    """Plan to read some columns of a table as text, under their lower-case names.

    Values are as they stand in the file, see :func:`blank_to_null`. An optional column that is
    not there is null. Collect the plan with :func:`collect`.

    Raises
    ------
    ValueError
        If a required column is missing; the message names the closest one.
    """
    columns = read_header(path)
    for name in required:
        if name not in columns:
            raise ValueError(_missing_column(path, name, columns))
    plan = pl.scan_csv(path, infer_schema=False)
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


def blank_to_null(column: pl.Expr) -> pl.Expr:
    """Strip blanks, and turn empty text and the word NULL of database dumps into null.

    ``"NA"``, ``"?"`` and ``"Other"`` stay: they may be values.
    """
    text = column.str.strip_chars()
    return pl.when(text.str.len_bytes() > 0, text != "NULL").then(text)


def _missing_column(path: Path, name: str, columns: dict[str, str]) -> str:
    near = get_close_matches(name, columns, n=1)
    if near:
        hint = f"the closest is {columns[near[0]]!r}"
    elif len(columns) == 1 and any(mark in next(iter(columns)) for mark in ";\t|"):
        hint = "columns are not separated by commas: save it as CSV with commas"
    else:
        hint = f"its columns are {', '.join(columns.values())}"
    return f"{path.name} has no column {name!r}; {hint} ({path})"
