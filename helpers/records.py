"""Health records as tidy tables, whatever they were read from.

An :class:`EHR` holds five tables and the report of how they came about. All codes are text, all
identifiers are text, and a treatment may name the diagnosis that is its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from functools import cached_property

import polars as pl

from helpers import visit_views
from helpers.codes import dotted
from helpers.patients import DxObject, Patient, Visit
from helpers.report import Report
from helpers.visit_objects import VisitObjects, visit_objects

__all__ = ["EHR", "SCHEMA", "DxObject", "Patient", "Report", "Visit"]

SCHEMA = {
    "patients": {
        "patient_id": pl.String,
        "sex": pl.String,
        "birth_year": pl.Int32,
        "index_date": pl.Date,
        "hf_label": pl.Int8,
        "hf_date": pl.Date,
        "split": pl.String,
    },
    "visits": {
        "visit_id": pl.String,
        "patient_id": pl.String,
        "visit_no": pl.Int32,
        "date": pl.Date,
        "visit_type": pl.String,
    },
    "diagnoses": {
        "visit_id": pl.String,
        "dx_seq": pl.Int32,
        "code": pl.String,
        "system": pl.String,
    },
    "treatments": {
        "visit_id": pl.String,
        "kind": pl.String,
        "code": pl.String,
        "system": pl.String,
        "reason_code": pl.String,
        "reason_system": pl.String,
        "reason_seq": pl.Int32,
    },
    "codes": {
        "kind": pl.String,
        "system": pl.String,
        "code": pl.String,
        "description": pl.String,
        "condition": pl.String,
        "drug_class": pl.String,
        "chapter": pl.String,
    },
}
"""Columns and types of every table, in order."""


def conform(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Put the columns of `frame` in the order of `table`, null where it has none of that name.

    Examples
    --------
    >>> conform(pl.DataFrame({"patient_id": ["p1"], "sex": ["F"]}), "patients").width
    7
    """
    columns = SCHEMA[table]
    absent = [
        pl.repeat(None, frame.height, dtype=dtype, eager=True).alias(name)
        for name, dtype in columns.items()
        if name not in frame.columns
    ]
    return frame.with_columns(absent).select(pl.col(name).cast(columns[name]) for name in columns)


@dataclass(frozen=True, eq=False)
class EHR:
    """Patients, visits, diagnoses, treatments and the codes they use.

    Parameters
    ----------
    patients
        One row a patient: sex ``"F"``/``"M"``, birth year, and the task where one is defined.
    visits
        One row a visit; `visit_no` counts a patient's visits from 1 in time order.
    diagnoses
        One row a diagnosis of a visit; `dx_seq` is its rank.
    treatments
        One row a medication (``kind="rx"``) or procedure (``"px"``) of a visit; the reason is a
        diagnosis of the same visit, or null.
    codes
        One row a code: description, and the groups it belongs to where they are known.
    report
        What was read, dropped, added and noticed.

    Raises
    ------
    ValueError
        If a table lacks a column, has one too many, or has one of another type.
    """

    patients: pl.DataFrame
    visits: pl.DataFrame
    diagnoses: pl.DataFrame
    treatments: pl.DataFrame
    codes: pl.DataFrame
    report: Report = field(default_factory=lambda: Report("tables without a report"))

    def __post_init__(self) -> None:
        for table, columns in SCHEMA.items():
            _check_columns(getattr(self, table), table, columns)

    def as_patients(self) -> list[Patient]:
        """Return the patients in the order of their table, each with their visits in time order.

        A code that appears twice in a visit is there once; a treatment given for two diagnoses
        of a visit is in both objects. Patients without visits and visits without codes stay.
        """
        return visit_views.patients_with_visits(
            self.patients, self.visits, self.diagnoses, self.treatments
        )

    def visit_codes(self, kinds: Sequence[str] = ("dx", "rx", "px")) -> visit_views.VisitCodes:
        """Return every visit as integers, for training without Python loops.

        See :class:`helpers.visit_views.VisitCodes`.
        """
        return visit_views.visit_codes(
            self.patients, self.visits, self.diagnoses, self.treatments, kinds
        )

    def visit_objects(self) -> VisitObjects:
        """Return every visit as diagnoses with their treatments, as integers.

        Raises
        ------
        ValueError
            If no treatment says what it was ordered for; the message says what can be done.
        """
        return visit_objects(self.as_patients())

    def name(self, key: str) -> str:
        """Return the description of a key, or its dotted code where nobody has described it.

        Raises
        ------
        ValueError
            If no table of this record uses the code.
        """
        if key not in self._names:
            near = get_close_matches(key, self._names, n=1)
            hint = f"; the closest is {near[0]!r}" if near else ""
            raise ValueError(f"no code {key!r} ({dotted(key)}) in these records{hint}")
        return self._names[key] or dotted(key)

    @cached_property
    def _names(self) -> dict[str, str | None]:
        keys = self.codes["system"] + ":" + self.codes["code"]
        return dict(zip(keys, self.codes["description"], strict=True))

    def __repr__(self) -> str:
        """Return the size of every table on one line."""
        sizes = [
            f"{getattr(self, f.name).height:,} {f.name}" for f in fields(self) if f.name in SCHEMA
        ]
        return f"EHR({', '.join(sizes)})"


def _check_columns(frame: pl.DataFrame, table: str, columns: dict[str, pl.DataType]) -> None:
    for name in columns:
        if name not in frame.columns:
            near = get_close_matches(name, frame.columns, n=1)
            hint = f"; is it {near[0]!r}?" if near else ""
            raise ValueError(f"table {table} has no column {name!r}{hint}")
    for name, dtype in frame.schema.items():
        if name not in columns:
            raise ValueError(f"table {table} has a column {name!r} that does not belong there")
        if dtype != columns[name]:
            raise ValueError(f"table {table}, column {name!r} holds {dtype}, not {columns[name]}")
    if frame.columns != list(columns):
        raise ValueError(f"table {table}: columns in the order {list(columns)}, please")
