"""Turn text columns into dates and numbers, and say which lines do not fit.

One rule for all: a table in which more than 1 % of the values of a column make no sense is
refused, with its first bad lines; below that the values become null and are counted.
"""

from pathlib import Path

import polars as pl

from helpers.unreadable import line_numbers

TOLERANCE = 0.01
"""Share of values of a column that may be senseless before the table is refused."""

_DAY = r"^(\d{4}-\d{2}-\d{2})"
_TIME = r"(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?)?"
_ZONE = r" ?(?:Z|UTC|[+-]\d{2}:?\d{2})?$"


def blank_to_null(column: pl.Expr) -> pl.Expr:
    """Strip blanks, and turn empty text and the word NULL of database dumps into null.

    ``"NA"``, ``"?"`` and ``"Other"`` stay: they may be values.
    """
    text = column.str.strip_chars()
    return pl.when((text.str.len_bytes() > 0) & (text != "NULL")).then(text)


def as_time(frame: pl.DataFrame, column: str, path: Path) -> tuple[pl.Series, dict[int, str]]:
    """Read ISO dates, with or without a time of day, with or without a time zone.

    ``2146-07-21``, ``2146-07-21 00:00:00`` and ``2011-03-02T15:32:33Z`` are all fine and may be
    mixed. The zone is left out: the day is the one that is written.

    Returns
    -------
    times, bad
        Date and time of each row; line and text of the values that became null, being no date.

    Raises
    ------
    ValueError
        If more than 1 % of the values are no date.
    """
    text = frame[column]
    times = text.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    if times.null_count() > text.null_count():
        times = frame.select(_any_iso(blank_to_null(pl.col(column)))).to_series()
    return times, _refuse_many(text, times, path, "dates written as YYYY-MM-DD")


def _any_iso(text: pl.Expr) -> pl.Expr:
    day, time = text.str.extract(_DAY + _TIME + _ZONE, 1), text.str.extract(_DAY + _TIME + _ZONE, 2)
    stamp = day + "T" + (time.fill_null("00:00") + ":00").str.slice(0, 8)
    return stamp.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False)


def as_whole(frame: pl.DataFrame, column: str, path: Path) -> tuple[pl.Series, dict[int, str]]:
    """Read whole numbers; ``3.0``, as spreadsheets and data frames write them, is 3.

    A column that was read as numbers comes back as it is.

    Returns
    -------
    numbers, bad
        The number of each row; line and text of the values that became null, being none.

    Raises
    ------
    ValueError
        If more than 1 % of the values are no whole numbers.
    """
    text = frame[column]
    if text.dtype == pl.Int32:
        return text, {}
    numbers = text.cast(pl.Int32, strict=False)
    if numbers.null_count() > text.null_count():
        plain = blank_to_null(pl.col(column)).str.replace(r"\.0+$", "")
        numbers = frame.select(plain).to_series().cast(pl.Int32, strict=False)
    return numbers, _refuse_many(text, numbers, path, "whole numbers")


def as_identifier(ids: pl.Series) -> pl.Series:
    """Take off the ``.0`` that identifiers get when a program reads them as numbers.

    Examples
    --------
    >>> as_identifier(pl.Series(["145834.0", None])).to_list()
    ['145834', None]
    """
    if not ids.str.ends_with(".0").any():
        return ids
    return ids.str.replace(r"^(\d+)\.0$", "$1")


def _refuse_many(text: pl.Series, parsed: pl.Series, path: Path, what: str) -> dict[int, str]:
    bad = parsed.is_null() & text.is_not_null()
    if bad.any():
        bad &= text.to_frame().select(blank_to_null(pl.all())).to_series().is_not_null()
    rows = bad.arg_true().to_list()
    refused = len(rows) > TOLERANCE * (len(text) - text.null_count())
    shown = rows[:3] if refused else rows
    values = {line: text[row] for line, row in zip(line_numbers(path, shown), shown, strict=True)}
    if not refused:
        return values
    where = ", ".join(f"line {line} {value!r}" for line, value in values.items())
    raise ValueError(
        f"{path.name}, column {text.name!r}: {len(rows):,} of {len(text):,} values are not {what}: "
        f"{where}. Was the file saved by a spreadsheet? ({path})"
    )
