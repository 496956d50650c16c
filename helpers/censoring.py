"""Cut records at the day of the prediction, so that no model reads the future."""

from dataclasses import replace
from datetime import timedelta

import polars as pl

from helpers.records import EHR
from helpers.report import Report


def censor(ehr: EHR, gap_days: int = 0, horizon_days: int | None = None) -> EHR:
    """Keep what was known `gap_days` before each patient's index date.

    A visit stays if its date is before ``index_date - gap_days``: the right end is open.
    Patients without an index date keep all their visits.

    Parameters
    ----------
    ehr
        Records that may go on after the index date.
    gap_days
        Days between the last visit used and the prediction.
    horizon_days
        If given, the label becomes 1 only for heart failure at most that many days after the
        index date; a later one counts as 0 and loses its date.

    Raises
    ------
    ValueError
        If a number of days is negative, or no patient has an index date.
    """
    if gap_days < 0 or (horizon_days is not None and horizon_days < 0):
        raise ValueError(f"days count forward: gap_days={gap_days}, horizon_days={horizon_days}")
    if ehr.patients["index_date"].null_count() == ehr.patients.height:
        raise ValueError("no patient has an index_date: define the prediction task first")
    index = ehr.patients.select("patient_id", "index_date")
    last_day = pl.col("index_date") - timedelta(days=gap_days)
    dated = ehr.visits.join(index, on="patient_id", how="left", maintain_order="left")
    known = pl.col("index_date").is_null() | (pl.col("date") < last_day)
    visits = dated.filter(known).drop("index_date")
    patients = ehr.patients if horizon_days is None else _within(ehr.patients, horizon_days)
    tables = {"visits": visits}
    for name in ("diagnoses", "treatments"):
        table = getattr(ehr, name)
        tables[name] = table.join(visits, on="visit_id", how="semi", maintain_order="left")
    report = Report(f"records cut at the index date ({ehr.report.source})")
    for name, table in tables.items():
        before = getattr(ehr, name).height
        report.read(name, before)
        report.drop(name, "not before the index date", before - table.height)
    return replace(ehr, patients=patients, report=report, **tables)


def _within(patients: pl.DataFrame, horizon_days: int) -> pl.DataFrame:
    days = (pl.col("hf_date") - pl.col("index_date")).dt.total_days()
    late = days > horizon_days
    return patients.with_columns(
        hf_label=pl.when(late).then(pl.lit(0, pl.Int8)).otherwise(pl.col("hf_label")),
        hf_date=pl.when(late).then(None).otherwise(pl.col("hf_date")),
    )
