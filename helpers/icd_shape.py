"""Tell the codes of a system from codes that a program has damaged.

A spreadsheet turns the ICD-9 code 0040 into the number 40. Some damage still looks like a code
(0331 becomes 331), so a file is judged as a whole.
"""

import re
from pathlib import Path

import polars as pl

from helpers.codes import looks_valid
from helpers.report import Report
from helpers.tables import table_name
from helpers.unreadable import line_numbers

MOST_INVALID = 0.05
"""Share of codes that may have another shape than their system before a file is refused."""

MOST_SHORT = 0.01
"""Share of ICD-9 codes that may be numbers below 100, which no ICD-9 code is."""

ENOUGH = 300
"""Numeric ICD-9 codes after which the absence of any leading zero is worth a remark."""

_NUMBER = re.compile(r"\d+")
_AS_FLOAT = re.compile(r"\d{4,}\.0|\d+(\.\d+)?[eE]\+\d+")


def check_shape(codes: pl.Series, system: str, path: Path, column: str, report: Report) -> None:
    """Judge the codes of one system, as they stand in the file.

    Parameters
    ----------
    codes
        One value a row of the file, null where the row belongs to another system.

    Raises
    ------
    ValueError
        If codes were saved as floating point numbers, if more than 1 % of ICD-9 codes have
        lost their leading zeros, or if more than 5 % have not the shape of the system.
    """
    counts = codes.drop_nulls().cast(pl.Categorical).value_counts().cast({codes.name: pl.String})
    rows = dict(counts.iter_rows())
    total = sum(rows.values())
    plain = {code: code.strip().replace(".", "").upper() for code in rows}
    floats = {code for code in rows if _AS_FLOAT.fullmatch(code.strip())}
    if _share(rows, floats, total) > MOST_SHORT:
        _refuse(codes, floats, path, column, "are floating point numbers, not codes", "")
    numeric = {code for code in rows if _NUMBER.fullmatch(plain[code])}
    if system.startswith("ICD9"):
        short = {code for code in numeric if len(plain[code]) < 3}
        if _share(rows, short, total) > MOST_SHORT:
            _refuse(codes, short, path, column, f"are too short for {system}", _ZEROS)
        _miss_zeros(rows, {c for c in numeric if len(plain[c]) > 2}, path, column, report)
    invalid = {code for code in rows if plain[code] and not looks_valid(plain[code], system)}
    if _share(rows, invalid, total) > MOST_INVALID:
        _refuse(codes, invalid, path, column, f"do not look like {system}", "")
    report.note(table_name(path), f"code that does not look like {system}", _sum(rows, invalid))


_ZEROS = "Leading zeros lost: 0040 became 40. Was this file saved by a spreadsheet? "


def _miss_zeros(rows: dict, numeric: set, path: Path, column: str, report: Report) -> None:
    if _sum(rows, numeric) >= ENOUGH and not any(code.startswith("0") for code in numeric):
        report.remark(
            f"{path.name}, column {column!r}: not one code begins with 0. About one in twenty "
            "ICD-9 codes does: were leading zeros lost?"
        )


def _refuse(codes: pl.Series, bad: set, path: Path, column: str, what: str, hint: str) -> None:
    wrong = codes.cast(pl.String).is_in(list(bad)).fill_null(False)
    rows = wrong.arg_true().head(3).to_list()
    lines = line_numbers(path, rows)
    shown = ", ".join(f"line {line} {codes[row]!r}" for line, row in zip(lines, rows, strict=True))
    raise ValueError(
        f"{path.name}, column {column!r}: {int(wrong.sum()):,} codes {what}: {shown}. "
        f"{hint}({path})"
    )


def _share(rows: dict[str, int], some: set[str], total: int) -> float:
    return _sum(rows, some) / total if total else 0.0


def _sum(rows: dict[str, int], some: set[str]) -> int:
    return sum(rows[code] for code in some)
