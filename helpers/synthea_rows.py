"""Read the tables of a Synthea export: people, encounters, and rows with a code.

Column names changed over the years: ``ID`` or ``Id``, ``DATE`` or ``START``, with or without
``SYSTEM`` and ``REASONDESCRIPTION``. Codes are SNOMED CT with up to 17 digits, too many for a
floating point number, so they stay text.
"""

from pathlib import Path

import polars as pl

from helpers.coded_rows import drop_and_count, one_row_a_key
from helpers.codes import normalize
from helpers.distinct_rows import distinct_rows
from helpers.ehr_assembly import sex_of
from helpers.report import Report
from helpers.tables import read_header, read_table, table_name
from helpers.text_columns import as_time
from helpers.unreadable import line_numbers
from helpers.visit_index import Visits

SYSTEMS = {"dx": "SNOMED", "rx": "RXNORM", "px": "SNOMED"}
"""Code system by kind, where a table does not say."""

CODED = {
    "place": pl.UInt32,
    "kind": pl.String,
    "system": pl.String,
    "code": pl.String,
    "description": pl.String,
    "start": pl.Datetime("us"),
    "stop": pl.Datetime("us"),
    "reason_code": pl.String,
    "reason_description": pl.String,
}
"""Columns of :func:`read_coded`; `place` is the row of the visit."""

NO_DISEASE = r"\((?:finding|situation)\)$"
"""End of the names of conditions that are no diseases."""

_ROUNDED = r"^\d(?:\.\d+)?[eE]\+?\d+$"
_MARKS = {"snomed": "SNOMED", "rxnorm": "RXNORM", "icd-10": "ICD10CM", "icd10": "ICD10CM"}
"""Code system by a part of what the column SYSTEM says."""


def read_people(path: Path, report: Report) -> pl.DataFrame:
    """Read `patient_id`, `sex` and `birth_year`."""
    frame = read_table(path, ("id", "birthdate", "gender"))
    report.read("patients", frame.height)
    born, bad = as_time(frame, "birthdate", path)
    report.note_lines("patients", "BIRTHDATE that is no date, null", bad)
    people = frame.select(
        patient_id="id", sex=sex_of(frame["gender"], report), birth_year=born.dt.year()
    ).with_row_index("row")
    people = drop_and_count(people, {"no Id": pl.col("patient_id").is_null()}, report, "patients")
    return one_row_a_key(people, "patient_id", "Id", path, report)


def read_encounters(path: Path, report: Report) -> pl.DataFrame:
    """Read `visit_id`, `patient_id`, `when` and `visit_type`, one row an encounter."""
    start = _start_column(path)
    frame = read_table(path, ("id", "patient", start), ("encounterclass",))
    report.read("encounters", frame.height)
    when, bad = as_time(frame, start, path)
    report.note_lines("encounters", f"{start.upper()} that is no date", bad)
    stays = frame.select(
        visit_id="id", patient_id="patient", when=when, visit_type="encounterclass"
    ).with_row_index("row")
    reasons = {
        "no Id": pl.col("visit_id").is_null(),
        "no PATIENT": pl.col("patient_id").is_null(),
        f"no {start.upper()}": pl.col("when").is_null(),
    }
    kept = drop_and_count(stays, reasons, report, "encounters")
    return one_row_a_key(kept, "visit_id", "Id", path, report)


def read_coded(
    path: Path, kind: str, visits: Visits, diseases_only: bool, report: Report
) -> pl.DataFrame:
    """Read ``conditions``, ``medications`` or ``procedures``.

    Returns
    -------
    DataFrame
        The columns :data:`CODED`; a reason is null where it is no disease.

    Raises
    ------
    ValueError
        If codes were rounded to floating point numbers, or too many dates are no dates.
    """
    table = table_name(path)
    frame = _read_columns(path, kind, report)
    system = _systems(frame["system"], kind, table, report)
    rows = frame.select(
        place=visits.place(frame["encounter"]),
        kind=pl.lit(kind),
        system=system,
        code=_normal(system, frame.select(_whole("code")).to_series()),
        description="description",
        start="start",
        stop="stop",
        reason_code=_whole("reasoncode"),
        reason_description="reasondescription",
    )
    reasons = visits.reasons(frame["encounter"], rows["place"])
    reasons["no code"] = pl.col("code").is_null()
    if diseases_only and kind == "dx":
        no_disease = pl.col("description").str.contains(NO_DISEASE)
        reasons["a finding or situation, no disease"] = no_disease
    rows = drop_and_count(rows, reasons, report, table)
    if diseases_only:
        rows = _forget_no_diseases(rows, report, table)
    return rows if kind == "dx" else _each_once(rows, report, table)


def _read_columns(path: Path, kind: str, report: Report) -> pl.DataFrame:
    """Read the columns of a coded table; only of conditions are the dates used."""
    names = ("system", "description", "reasoncode", "reasondescription")
    if kind != "dx":
        frame = read_table(path, ("encounter", "code"), names)
        frame = frame.with_columns(
            pl.lit(None, pl.Datetime("us")).alias(t) for t in ("start", "stop")
        )
    else:
        begins = _start_column(path)
        frame = read_table(path, ("encounter", "code", begins), ("stop", *names))
        times = {"start": as_time(frame, begins, path), "stop": as_time(frame, "stop", path)}
        for name, (_, bad) in times.items():
            report.note_lines(table_name(path), f"{name.upper()} that is no date, null", bad)
        frame = frame.with_columns(time.alias(name) for name, (time, _) in times.items())
    report.read(table_name(path), frame.height)
    for column in ("code", "reasoncode"):
        _refuse_rounded(frame[column], path)
    return frame


def _each_once(rows: pl.DataFrame, report: Report, table: str) -> pl.DataFrame:
    once = rows.unique(
        ["place", "system", "code", "reason_code"], keep="first", maintain_order=True
    )
    report.drop(table, "the visit has it for the same reason already", rows.height - once.height)
    return once


def titles_of(conditions: pl.DataFrame, treated: pl.DataFrame) -> pl.DataFrame:
    """Collect the names that the tables give to codes, for the codes table."""
    reasons = treated.select(
        pl.lit("dx").alias("kind"),
        pl.lit(system_of(conditions)).alias("system"),
        pl.col("reason_code").alias("code"),
        pl.col("reason_description").alias("description"),
    )
    named = [t.select("kind", "system", "code", "description") for t in (conditions, treated)]
    return pl.concat([*named, reasons]).unique()


def system_of(conditions: pl.DataFrame) -> str:
    """Name the code system of reasons: that of most conditions."""
    counts = conditions["system"].value_counts().sort("count", "system", descending=True)
    return SYSTEMS["dx"] if counts.is_empty() else counts["system"][0]


def _start_column(path: Path) -> str:
    header = read_header(path)
    return "date" if "date" in header and "start" not in header else "start"


def _whole(column: str) -> pl.Expr:
    """Take the .0 off codes that a program has read as numbers."""
    return pl.col(column).str.replace(r"^(\d+)\.0$", "$1")


def _systems(written: pl.Series, kind: str, table: str, report: Report) -> pl.Series:
    """Tell the code system of every row by its column SYSTEM, where there is one."""
    found = distinct_rows(written.to_frame())
    names = [None if text is None else _known_system(text) for text in found.once.to_series()]
    unknown = sum(n for n, name in zip(found.rows, names, strict=True) if name == "")
    usual = SYSTEMS[kind]
    report.note(table, f"SYSTEM that this loader does not know, taken as {usual}", unknown)
    return found.spread(pl.Series("system", [name or usual for name in names], pl.String))


def _known_system(text: str) -> str:
    return next((name for mark, name in _MARKS.items() if mark in text.lower()), "")


def _normal(system: pl.Series, code: pl.Series) -> pl.Series:
    """Write ICD codes without dots; a SNOMED code stays as it is."""
    found = distinct_rows(pl.DataFrame({"system": system, "code": code}))
    pairs = found.once.iter_rows()
    codes = [None if code is None else normalize(code, system) for system, code in pairs]
    return found.spread(pl.Series("code", codes, pl.String))


def _forget_no_diseases(rows: pl.DataFrame, report: Report, table: str) -> pl.DataFrame:
    no_disease = pl.col("reason_description").str.contains(NO_DISEASE).fill_null(False)
    count = rows.select(no_disease.sum()).item()
    report.note(table, "reason is a finding or situation: no link", count)
    forget = pl.when(~no_disease).then(pl.col("reason_code", "reason_description"))
    return rows.with_columns(forget)


def _refuse_rounded(codes: pl.Series, path: Path) -> None:
    rounded = codes.str.contains(_ROUNDED).fill_null(False)
    if rounded.any():
        row = int(rounded.arg_true()[0])
        raise ValueError(
            f"{path.name}, column {codes.name.upper()!r}, line {line_numbers(path, [row])[0]}: "
            f"{codes[row]!r} is a rounded number and no code any more. Was the file saved by a "
            f"spreadsheet? ({path})"
        )
