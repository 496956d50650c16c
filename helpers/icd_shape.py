"""Tell the codes of a system from codes that a program has damaged.

A spreadsheet turns the ICD-9 code 0040 into the number 40. Some damage still looks like a code
(0331 becomes 331), so a file is judged as a whole.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from helpers.codes import looks_valid
from helpers.distinct_rows import DistinctRows
from helpers.report import Report
from helpers.tables import table_name
from helpers.unreadable import line_numbers

MOST_INVALID = 0.05
"""Share of codes that may have another shape than their system before a file is refused."""

MOST_SHORT = 0.01
"""Share of ICD-9 codes that may be numbers below 100, which no ICD-9 code is."""

ENOUGH = 300
"""Numeric ICD-9 codes after which the absence of any leading zero is worth a remark."""

_AS_FLOAT = re.compile(r"\d{4,}\.0|\d+(\.\d+)?[eE]\+\d+")


def check_shape(codes: DistinctRows, system: str, path: Path, column: str, report: Report) -> None:
    """Judge the codes of one system, as they stand in the file.

    Parameters
    ----------
    codes
        Has a column `system`, and the code in `column`.

    Raises
    ------
    ValueError
        If more than 1 % of the codes were saved as floating point numbers or, in ICD-9, have
        lost their leading zeros, or if more than 5 % have not the shape of the system.
    """
    rows = _count(codes, system, column)
    plain = {code: code.strip().replace(".", "").upper() for code in rows}
    total = sum(rows.values())
    for what, bad, limit in _damage(plain, system):
        if total and sum(rows[code] for code in bad) > limit * total:
            _refuse(codes, system, bad, path, column, what)
    if system.startswith("ICD9"):
        numeric = {code: n for code, n in rows.items() if plain[code].isdecimal()}
        _miss_zeros(numeric, path, report)
    strange = sum(rows[code] for code in rows if not looks_valid(plain[code], system))
    report.note(table_name(path), f"code that does not look like {system}", strange)


def _miss_zeros(numeric: dict[str, int], path: Path, report: Report) -> None:
    """Remark on many codes of digits of which none begins with 0."""
    if sum(numeric.values()) >= ENOUGH and not any(code.startswith("0") for code in numeric):
        report.remark(
            f"{path.name}: not one code begins with 0. About one in twenty ICD-9 codes does: were "
            "leading zeros lost?"
        )


def _count(codes: DistinctRows, system: str, column: str) -> dict[str, int]:
    counts = codes.once.select(pl.col(column), "system", rows=pl.Series(codes.rows))
    here = counts.filter(pl.col(column).is_not_null(), system=system)
    found = here.select(column, "rows").iter_rows()
    return {code: n for code, n in found if code.strip() not in ("", "NULL")}


def _damage(plain: dict[str, str], system: str) -> Iterator[tuple[str, set[str], float]]:
    """Yield what may be wrong, the codes it is wrong with, and the share that is too much."""
    floats = {code for code in plain if _AS_FLOAT.fullmatch(code.strip())}
    yield "are floating point numbers and no codes", floats, MOST_SHORT
    if system.startswith("ICD9"):
        short = {code for code, text in plain.items() if text.isdecimal() and len(text) < 3}
        what = f"are too short for {system}: leading zeros lost (0040 became 40)"
        yield what, short, MOST_SHORT
    invalid = {code for code, text in plain.items() if not looks_valid(text, system)}
    yield f"do not look like {system}", invalid, MOST_INVALID


def _refuse(
    codes: DistinctRows, system: str, bad: set[str], path: Path, column: str, what: str
) -> None:
    is_bad = pl.col(column).is_in(list(bad)) & (pl.col("system") == system)
    wrong = codes.spread(codes.once.select(is_bad.fill_null(False)).to_series())
    rows = wrong.arg_true().head(3).to_list()
    lines = line_numbers(path, rows)
    values = [codes.once[column][int(codes.which[row])] for row in rows]
    shown = ", ".join(f"line {line} {value!r}" for line, value in zip(lines, values, strict=True))
    raise ValueError(
        f"{path.name}, column {column!r}: {int(wrong.sum()):,} codes {what}: {shown}. "
        f"Was the file saved by a spreadsheet? ({path})"
    )
