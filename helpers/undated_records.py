"""Records that have an order and no dates: the tables of the released programs' files.

A visit of such records has no date (null); `visit_no` says which came first. Whatever needs the
length of time between visits cannot be computed from them; whatever needs their order can.
Patients are numbered from 1 in the order of the file, and visit 3 of patient 2 is ``"2-3"``.
"""

import numpy as np
import polars as pl
from jaxtyping import Int

from helpers.coded_rows import NOT_DRAWN
from helpers.ehr_assembly import assemble, draw_patients, split_drawn
from helpers.records import EHR, conform
from helpers.report import Report


def visit_table(visits_of: Int[np.ndarray, " patients"]) -> pl.DataFrame:
    """Return the visits of patients who have so many each.

    Examples
    --------
    >>> visit_table(np.array([2, 1])).rows()
    [('1-1', '1', 1), ('1-2', '1', 2), ('2-1', '2', 1)]
    """
    patient = np.repeat(np.arange(len(visits_of)), visits_of)
    first = np.cumsum(visits_of) - visits_of
    number = np.arange(len(patient)) - first[patient]
    columns = pl.DataFrame({"patient": patient + 1, "visit_no": number + 1})
    return columns.select(
        pl.format("{}-{}", "patient", "visit_no").alias("visit_id"),
        pl.col("patient").cast(pl.String).alias("patient_id"),
        pl.col("visit_no").cast(pl.Int32),
    )


def undated_records(
    patients: pl.DataFrame,
    visits: pl.DataFrame,
    diagnoses: pl.DataFrame,
    treatments: pl.DataFrame,
    titles: pl.DataFrame,
    report: Report,
    max_patients: int | None,
    seed: int,
) -> EHR:
    """Draw patients and put the tables together.

    Parameters
    ----------
    patients
        One row a patient in the order of the file, with `patient_id` and what else is known.
    visits
        From :func:`visit_table`.
    diagnoses, treatments
        The columns that are known, and the row of the visit in a column `visit`.
    titles
        Columns `kind`, `system`, `code`, `description`.

    Raises
    ------
    ValueError
        If `max_patients` is no whole number of at least 1, or if nothing is left.
    """
    tables = {"patients": patients, "visits": visits}
    for name, table in {"diagnoses": diagnoses, "treatments": treatments}.items():
        owners = visits[["visit_id", "patient_id"]][table["visit"]]
        tables[name] = table.with_columns(owners)
    report.read("patients", patients.height)
    report.read("visits", visits.height)
    drawn = draw_patients(patients["patient_id"], max_patients, seed)
    for name, table in tables.items():
        tables[name], others = split_drawn(table, drawn)
        report.drop(name, NOT_DRAWN, others.height)
    report.remark("no dates: visits stand in their order, and their date is null")
    tables["visits"] = conform(tables["visits"], "visits")
    return assemble(**tables, titles=titles, report=report)


def patient_table(n_patients: int) -> pl.DataFrame:
    """Return so many patients, numbered from 1."""
    return pl.select(patient_id=pl.int_range(1, n_patients + 1).cast(pl.String))
