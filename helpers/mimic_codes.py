"""Diagnoses, procedures and drugs of MIMIC, matched to the admissions."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from helpers.coded_rows import clean_codes, drop_and_count, repeated
from helpers.codes import normalize
from helpers.distinct_rows import DistinctRows, distinct_rows
from helpers.export_folder import Export
from helpers.icd_shape import check_shape
from helpers.mimic_dialects import Dialect
from helpers.records import SCHEMA, conform
from helpers.report import Report
from helpers.tables import collect, scan_table, table_name
from helpers.text_columns import as_whole
from helpers.visit_index import Visits

NO_TREATMENTS = pl.DataFrame(schema=SCHEMA["treatments"])
DILUENTS = ("BASE", "ADDITIVE")
"""Types of prescription that only carry a drug: saline, dextrose, the bag."""


def read_codes(
    path: Path, kind: str, dialect: Dialect, visits: Visits, report: Report
) -> pl.DataFrame:
    """Read ``diagnoses_icd`` (`kind` ``"dx"``) or ``procedures_icd`` (``"px"``).

    A code that a visit has twice is kept once, at its better rank; the rest stays in the order
    of the file.

    Raises
    ------
    ValueError
        If the codes look damaged (:func:`helpers.icd_shape.check_shape`).
    """
    table = table_name(path)
    frame = _read_rows(path, dialect, visits)
    report.read(table, frame.height)
    codes = _judged(distinct_rows(frame.select(dialect.columns())), kind, dialect, path, report)
    place = visits.place(frame["hadm_id"])
    rows = pl.DataFrame(
        {"place": place, "which": codes.which, "dx_seq": _rank(frame, place, path, report)}
    )
    reasons = {
        **visits.reasons(frame["hadm_id"], place),
        "no code": codes.spread(codes.once["code"].is_null()),
        "icd_version neither 9 nor 10": codes.spread(codes.once["system"].is_null()),
        "the visit has the code already": _repeated(rows, codes),
    }
    kept = drop_and_count(rows, reasons, report, table)
    coded = codes.once[kept["which"]].with_columns(
        visits.drawn.gather(kept["place"]).alias("visit_id"), kept["dx_seq"]
    )
    return coded if kind == "dx" else conform(coded.with_columns(kind=pl.lit(kind)), "treatments")


def _read_rows(path: Path, dialect: Dialect, visits: Visits) -> pl.DataFrame:
    """Read the file with numbers as numbers, and all as text if one of them is none."""
    columns = ("hadm_id", *dialect.columns())
    numbers = {"seq_num": pl.Int32} | ({"hadm_id": pl.Int64} if visits.are_numbers() else {})
    try:
        return collect(scan_table(path, columns, ("seq_num",), numbers), path)
    except ValueError:
        return collect(scan_table(path, columns, ("seq_num",)), path)


def _clean_icd(code: str) -> str:
    return normalize(code, "ICD10CM")  # the same for all ICD systems


def _judged(
    found: DistinctRows, kind: str, dialect: Dialect, path: Path, report: Report
) -> DistinctRows:
    """Add the columns `system` and clean `code` to the codes of a file, unless they are damaged."""
    codes = replace(found, once=found.once.with_columns(dialect.system(kind).alias("system")))
    for system in dialect.systems(kind):
        check_shape(codes, system, path, dialect.code, report)
    clean = clean_codes(codes.once[dialect.code], _clean_icd)
    return replace(codes, once=codes.once.select("system", code=clean))


def _repeated(rows: pl.DataFrame, codes: DistinctRows) -> pl.Series:
    same = distinct_rows(codes.once)  # 401.9 and 4019 are one code
    number = pl.Series(same.which).set(codes.once["code"].is_null(), None)
    return repeated(rows["place"], codes.spread(number), rows["dx_seq"])


def _rank(frame: pl.DataFrame, place: pl.Series, path: Path, report: Report) -> pl.Series:
    """`seq_num`, and where it is missing the place of the row within its visit."""
    rank, bad = as_whole(frame, "seq_num", path)
    report.note_lines(table_name(path), "seq_num that is no number", bad)
    if rank.null_count() == 0:
        return rank
    within = pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("place")
    return rank.fill_null(place.to_frame("place").select(within).to_series())


def read_drugs(path: Path, dialect: Dialect, visits: Visits, report: Report) -> pl.DataFrame:
    """Read ``prescriptions``: each drug of a visit once, without diluents, by name."""
    table = table_name(path)
    frame = _folded_prescriptions(path, dialect, visits)
    report.read(table, frame["rows"].sum())
    report.note(table, "ends before it starts (dates are not used)", frame["backwards"].sum())
    found = frame.select(
        "rows",
        place=visits.place(frame["hadm_id"]),
        code=clean_codes(frame["drug"], lambda name: normalize(name, "DRUGNAME")),
        drug_type=clean_codes(frame["drug_type"], str.upper),
    )
    reasons = visits.reasons(frame["hadm_id"], found["place"])
    reasons["no drug name"] = pl.col("code").is_null()
    for diluent in DILUENTS:
        why = f"drug_type {diluent}: what a drug is dissolved in"
        reasons[why] = pl.col("drug_type") == diluent
    kept = drop_and_count(found, reasons, report, table, weight="rows")
    once = kept.group_by("place", "code").agg(pl.col("rows").sum()).sort("place", "code")
    report.drop(table, "the visit has the drug already", once["rows"].sum() - once.height)
    visit_id = visits.drawn.gather(once["place"]).alias("visit_id")
    return conform(
        once.select(visit_id, "code", kind=pl.lit("rx"), system=pl.lit("DRUGNAME")), "treatments"
    )


def _folded_prescriptions(path: Path, dialect: Dialect, visits: Visits) -> pl.DataFrame:
    """Fold the table to different (admission, drug, type) while it is read.

    The full MIMIC-IV has about twenty million rows, too many to hold as text.
    """
    dates = (dialect.drug_start, dialect.drug_stop)
    columns = ("hadm_id", "drug"), ("drug_type", *dates)
    numbers = {"hadm_id": pl.Int64} if visits.are_numbers() else {}
    few = {"drug": pl.Categorical, "drug_type": pl.Categorical}

    def folded(types: dict) -> pl.DataFrame:
        return collect(
            scan_table(path, *columns, types)
            .group_by("hadm_id", "drug", "drug_type")
            .agg(rows=pl.len(), backwards=(pl.col(dates[1]) < pl.col(dates[0])).sum()),
            path,
        )

    try:
        return folded(numbers | few)
    except ValueError:
        return folded(few)


def read_titles(export: Export, dialect: Dialect, report: Report) -> pl.DataFrame:
    """Read the optional tables of ICD titles: `kind`, `system`, `code`, `description`.

    A drug is described by its own name.
    """
    found = [pl.DataFrame(schema={c: pl.String for c in ("kind", "system", "code", "description")})]
    for kind, table in {"dx": "d_icd_diagnoses", "px": "d_icd_procedures"}.items():
        path = export.want(table, f"{kind} codes have no titles", report)
        if path is None:
            continue
        frame = collect(scan_table(path, (*dialect.columns(), "long_title")), path)
        report.read(table, frame.height)
        found.append(
            frame.select(
                pl.lit(kind).alias("kind"),
                dialect.system(kind).alias("system"),
                clean_codes(frame[dialect.code], _clean_icd).alias("code"),
                pl.col("long_title").str.strip_chars().alias("description"),
            )
        )
    return pl.concat(found)
