"""Admissions and patients of MIMIC: who, when, and how old."""

from datetime import timedelta
from pathlib import Path

import polars as pl

from helpers.coded_rows import NOT_DRAWN, drop_and_count, one_row_a_key
from helpers.ehr_assembly import sex_of
from helpers.mimic_dialects import MIMIC3, Dialect
from helpers.report import Report
from helpers.tables import read_table, table_name
from helpers.text_columns import as_identifier, as_time, as_whole

HIDDEN_AGE = 91
"""Age given to everybody over 89: what MIMIC-IV writes, and the median of them in MIMIC-III."""

_TOO_OLD = timedelta(days=120 * 365)


def read_admissions(path: Path, report: Report) -> pl.DataFrame:
    """Read the admissions: `visit_id`, `patient_id`, `when`, `visit_type`, one row each.

    Raises
    ------
    ValueError
        If a `hadm_id` stands for two different admissions, or more than 1 % of the admission
        times are no dates.
    """
    columns = ("hadm_id", "subject_id", "admittime")
    frame = read_table(path, columns, ("admission_type",))
    table = table_name(path)
    report.read(table, frame.height)
    when, bad = as_time(frame, "admittime", path)
    report.note_lines(table, "admission time that is no date", bad)
    stays = frame.select(
        visit_id=as_identifier(frame["hadm_id"]),
        patient_id=as_identifier(frame["subject_id"]),
        when=when,
        visit_type="admission_type",
    ).with_row_index("row")
    reasons = {
        "no hadm_id": pl.col("visit_id").is_null(),
        "no subject_id": pl.col("patient_id").is_null(),
        "no admission time": pl.col("when").is_null(),
    }
    kept = drop_and_count(stays, reasons, report, table)
    return one_row_a_key(kept, "visit_id", "hadm_id", path, report)


def read_people(
    path: Path | None,
    dialect: Dialect,
    stays: pl.DataFrame,
    drawn: pl.Series | None,
    report: Report,
) -> pl.DataFrame:
    """Read `patient_id`, `sex` and `birth_year` of everybody.

    Parameters
    ----------
    path
        The table; without it all that is known of a patient is the admissions.
    stays
        The admissions, which may name people who are not in the table.
    drawn
        The patients wanted, whose admissions `stays` are; everybody if None.
    """
    if path is None:
        people = pl.DataFrame(schema={"patient_id": pl.String})
    else:
        first = stays.group_by("patient_id").agg(pl.col("when").min().alias("first"))
        people = _table_of_people(path, dialect, first, drawn, report)
    strangers = stays.select("patient_id").unique().join(people, on="patient_id", how="anti")
    report.add("patients", "only known from an admission", strangers.height)
    return pl.concat([people, strangers], how="diagonal")


def _table_of_people(
    path: Path, dialect: Dialect, first: pl.DataFrame, drawn: pl.Series | None, report: Report
) -> pl.DataFrame:
    frame = read_table(path, ("subject_id", *dialect.person))
    table = table_name(path)
    report.read(table, frame.height)
    columns = {"patient_id": as_identifier(frame["subject_id"]), "gender": frame["gender"]}
    for name in dialect.person[1:]:
        parse = as_time if name == "dob" else as_whole
        columns[name], bad = parse(frame, name, path)
        report.note_lines(table, f"{name} that makes no sense, null", bad)
    reasons = {"no subject_id": pl.col("patient_id").is_null()}
    if drawn is not None:
        reasons[NOT_DRAWN] = ~pl.col("patient_id").is_in(drawn.implode())
    people = pl.DataFrame(columns).with_row_index("row")
    people = drop_and_count(people, reasons, report, table)
    people = one_row_a_key(people, "patient_id", "subject_id", path, report)
    people = people.join(first, on="patient_id", how="left", maintain_order="left")
    birth_year = _born3(people, report) if dialect is MIMIC3 else _born4(people, report)
    return people.select("patient_id", sex_of(people["gender"], report).alias("sex"), birth_year)


def _born3(people: pl.DataFrame, report: Report) -> pl.Series:
    """Year of the date of birth; people over 89 count as 91 at their first admission."""
    hidden = (pl.col("first") - pl.col("dob") > _TOO_OLD).fill_null(False)
    _note_hidden(people.select(hidden.sum()).item(), report)
    seen = pl.col("first").dt.year() - HIDDEN_AGE
    year = pl.when(hidden).then(seen).otherwise(pl.col("dob").dt.year())
    return people.select(year.cast(pl.Int32).alias("birth_year")).to_series()


def _born4(people: pl.DataFrame, report: Report) -> pl.Series:
    """Compute anchor year - anchor age: the age MIMIC-IV gives is that of the anchor year."""
    _note_hidden((people["anchor_age"] >= HIDDEN_AGE).sum(), report)
    return (people["anchor_year"] - people["anchor_age"]).cast(pl.Int32).alias("birth_year")


def _note_hidden(count: int, report: Report) -> None:
    report.note("patients", f"older than 89, exact age hidden: {HIDDEN_AGE} is assumed", count)
