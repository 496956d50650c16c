"""Which diagnoses a Synthea encounter has, and which of them a treatment was ordered for."""

import polars as pl

from helpers.report import Report
from helpers.synthea_rows import system_of

_DX = ["place", "system", "code"]


def diagnoses_of_visits(
    conditions: pl.DataFrame,
    treated: pl.DataFrame,
    visits: pl.DataFrame,
    carry_forward: bool,
    report: Report,
) -> pl.DataFrame:
    """Make the diagnoses table: recorded, carried forward, and made from reasons, in this order.

    Parameters
    ----------
    conditions, treated
        Rows of :func:`helpers.synthea_rows.read_coded`.
    visits
        The visits table; `place` is its row.
    """
    recorded = conditions.select(*_DX, "start").sort(*_DX, "start").unique(_DX, keep="first")
    report.drop("conditions", "the visit has the code already", conditions.height - recorded.height)
    carried = _lasting(conditions, visits) if carry_forward else recorded[:0]
    carried = carried.join(recorded, on=_DX, how="anti")
    report.add("conditions", "carried forward to a visit while it lasts", carried.height)
    known = pl.concat([recorded, carried])
    reasons = _reasons(treated, system_of(conditions)).join(known, on=_DX, how="anti")
    report.add("conditions", "reason of a treatment, no active condition", reasons.height)
    parts = [
        rows.with_columns(part=pl.lit(part))
        for part, rows in enumerate((recorded, carried, reasons))
    ]
    ranked = pl.concat(parts, how="diagonal").sort("place", "part", "start", "code")
    return ranked.select(
        visits["visit_id"].gather(ranked["place"]).alias("visit_id"),
        pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("place").alias("dx_seq"),
        "code",
        "system",
    )


def _reasons(treated: pl.DataFrame, system: str) -> pl.DataFrame:
    given = treated.filter(pl.col("reason_code").is_not_null())
    return given.select("place", system=pl.lit(system), code="reason_code").unique()


def _lasting(conditions: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    """Find every visit during a condition: start <= date of the visit < stop, or no stop."""
    places = visits.select("patient_id", "date").with_row_index("place").lazy()
    spells = conditions.select(
        "system",
        "code",
        visits["patient_id"].gather(conditions["place"]).alias("patient_id"),
        pl.col("start").dt.date(),
        pl.col("stop").dt.date(),
    )
    lasts = (pl.col("start") <= pl.col("date")) & (pl.col("date") < pl.col("stop")).fill_null(True)
    pairs = places.join(spells.unique().lazy(), on="patient_id").filter(lasts)
    found = pairs.group_by(_DX).agg(pl.col("start").min().cast(pl.Datetime("us")))
    return found.collect(engine="streaming")


def link_reasons(
    treated: pl.DataFrame, diagnoses: pl.DataFrame, visits: pl.DataFrame, system: str
) -> pl.DataFrame:
    """Make the treatments table; the rank of the reason is looked up in `diagnoses`.

    Parameters
    ----------
    system
        Code system of the reasons.
    """
    with_id = treated.with_columns(
        visits["visit_id"].gather(treated["place"]).alias("visit_id"),
        pl.when(pl.col("reason_code").is_not_null()).then(pl.lit(system)).alias("reason_system"),
    )
    ranked = diagnoses.select(
        "visit_id", reason_code="code", reason_system="system", reason_seq="dx_seq"
    )
    linked = with_id.join(ranked, on=["visit_id", "reason_code", "reason_system"], how="left")
    in_order = linked.sort(
        "place", "kind", "code", "reason_seq", descending=[False, True, False, False]
    )
    return in_order.drop("start", "stop")
