"""Rows that put a code into a visit: clean codes, repetitions, what is left out and why.

Made for millions of rows: a file holds few different codes, so text is cleaned once a code.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from helpers.distinct_rows import distinct_rows
from helpers.report import Report
from helpers.tables import table_name
from helpers.text_columns import blank_to_null
from helpers.unreadable import line_numbers

NOT_DRAWN = "patient not drawn"
"""Reason of rows that are left out because only some patients were asked for."""


def clean_codes(codes: pl.Series, clean: Callable[[str], str]) -> pl.Series:
    """Apply `clean` once to each different code; blank codes become null.

    Examples
    --------
    >>> codes = pl.Series(["i50.9", "I509", " ", None])
    >>> clean_codes(codes, lambda code: code.replace(".", "").upper()).to_list()
    ['I509', 'I509', None, None]
    """
    found = distinct_rows(codes.to_frame("code"))
    text = found.once.select(blank_to_null(pl.col("code").cast(pl.String))).to_series()
    tidy = [code if code is None else clean(code) for code in text]
    return found.spread(pl.Series(codes.name, tidy, dtype=pl.String))


def repeated(visit: pl.Series, code: pl.Series, seq: pl.Series) -> pl.Series:
    """Mark every row whose code the visit already has, but for the one of lowest `seq`.

    Ties are broken by the order of the rows. Rows without a visit or a code are not marked.

    Parameters
    ----------
    visit, code
        Whole numbers, one for each visit and for each code.

    Examples
    --------
    >>> repeated(pl.Series([0, 0, 0, 1]), pl.Series([7, 8, 7, 7]),
    ...          pl.Series([3, 2, 1, 1])).to_list()
    [True, False, False, False]
    """
    key = visit.cast(pl.UInt64) * 2**32 + code.cast(pl.UInt64)
    in_order = np.sort(key.drop_nulls().to_numpy(), kind="stable")  # fast where visits are in order
    twice = pl.Series(np.unique(in_order[1:][in_order[1:] == in_order[:-1]]))
    marks = np.zeros(len(key), dtype=bool)
    if len(twice):
        rows = key.is_in(twice.implode()).fill_null(False).arg_true()
        twins = pl.DataFrame({"row": rows, "key": key.gather(rows), "seq": seq.gather(rows)})
        twins = twins.sort("key", "seq", "row")
        marks[twins.filter(~pl.col("key").is_first_distinct())["row"].to_numpy()] = True
    return pl.Series(marks)


def drop_and_count(
    frame: pl.DataFrame,
    reasons: dict[str, pl.Expr | pl.Series],
    report: Report,
    table: str,
    weight: str | None = None,
) -> pl.DataFrame:
    """Leave out the rows to which a reason applies; a row counts for the first one that does.

    Parameters
    ----------
    reasons
        What to call it, and the rows it applies to.
    weight
        Column that says how many rows of the file a row stands for; one each by default.

    Examples
    --------
    >>> report = Report("two rows")
    >>> frame = pl.DataFrame({"visit": [None, 1], "code": [None, "I10"]})
    >>> why = {"no visit": pl.col("visit").is_null(), "no code": pl.col("code").is_null()}
    >>> drop_and_count(frame, why, report, "diagnoses").height
    1
    >>> report.dropped
    {'diagnoses': {'no visit': 1}}
    """
    left = np.ones(frame.height, dtype=bool)
    rows = None if weight is None else frame[weight].to_numpy()
    for reason, applies in reasons.items():
        mask = frame.select(applies.alias("_")).to_series().fill_null(False).to_numpy()
        hit = mask & left
        report.drop(table, reason, np.count_nonzero(hit) if rows is None else rows[hit].sum())
        left &= ~mask
    return frame if left.all() else frame.filter(pl.Series(left))


def one_row_a_key(
    frame: pl.DataFrame, key: str, name: str, path: Path, report: Report
) -> pl.DataFrame:
    """Drop repetitions of a row; refuse two different rows with one identifier.

    Parameters
    ----------
    frame
        Has a column `row`, the place of a row in the file; it does not count for equality.
    key, name
        Column of the identifier, and what the source calls it.

    Raises
    ------
    ValueError
        If an identifier stands for two different rows; the message names their lines.
    """
    if frame[key].n_unique() < frame.height:
        columns = [column for column in frame.columns if column != "row"]
        once = frame.unique(columns, keep="first", maintain_order=True)
        report.drop(table_name(path), "the same row again", frame.height - once.height)
        clash = once.filter(pl.col(key).is_duplicated()).sort(key, maintain_order=True)
        if not clash.is_empty():
            one, two = line_numbers(path, clash["row"][:2].to_list())
            raise ValueError(
                f"{path.name}, column {name!r}: {clash[key][0]!r} stands for two different rows, "
                f"line {one} and line {two} ({path})"
            )
        frame = once
    return frame.drop("row")
