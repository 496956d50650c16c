"""Views of the tidy tables: patients with their visits, or visits as flat integers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from jaxtyping import Int

from helpers.patients import DxObject, Patient, Visit

KINDS = ("dx", "rx", "px")


@dataclass(frozen=True, eq=False)
class VisitCodes:
    """All visits one after the other, patient by patient, in time order.

    The codes of visit ``v`` are ``keys[i]`` for ``i in code_ids[offsets[v]:offsets[v + 1]]``;
    the visits of patient ``p`` are ``patient_offsets[p]`` to ``patient_offsets[p + 1]``.

    Parameters
    ----------
    keys
        The vocabulary, sorted; a code's integer is its place here.
    code_ids
        The codes of all visits; each visit holds a code once.
    offsets
        Where each visit starts, and the end.
    patient_offsets
        Where each patient's visits start, and the end.
    """

    keys: tuple[str, ...]
    code_ids: Int[np.ndarray, " occurrences"]
    offsets: Int[np.ndarray, " visits_and_end"]
    patient_offsets: Int[np.ndarray, " patients_and_end"]


def patients_with_visits(
    patients: pl.DataFrame,
    visits: pl.DataFrame,
    diagnoses: pl.DataFrame,
    treatments: pl.DataFrame,
) -> list[Patient]:
    """Build the patients of :meth:`helpers.records.EHR.as_patients`."""
    ordered = _in_time_order(patients, visits)
    dx, rx, px = (
        _occurrences(table, ordered, kind)
        for table, kind in ((diagnoses, "dx"), (treatments, "rx"), (treatments, "px"))
    )
    codes = [_tuples(found["key"], found["visit"], ordered.height) for found in (dx, rx, px)]
    objects = _tuples(_dx_objects(dx, treatments, ordered), dx["visit"], ordered.height)
    columns = ordered.select("visit_id", "patient_id", "date", "visit_type").get_columns()
    all_visits = list(map(Visit, *(column.to_list() for column in columns), *codes, objects))
    spans = pairwise(_patient_offsets(patients, ordered).tolist())
    people = patients.iter_rows(named=True)
    return [
        Patient(visits=tuple(all_visits[start:end]), **person)
        for person, (start, end) in zip(people, spans, strict=True)
    ]


def visit_codes(
    patients: pl.DataFrame,
    visits: pl.DataFrame,
    diagnoses: pl.DataFrame,
    treatments: pl.DataFrame,
    kinds: Sequence[str] = KINDS,
) -> VisitCodes:
    """Build the integers of :meth:`helpers.records.EHR.visit_codes`.

    Raises
    ------
    ValueError
        If a kind is none of ``"dx"``, ``"rx"``, ``"px"``.
    """
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds:
        raise ValueError(f"kinds are some of {KINDS}, got {tuple(kinds)}")
    ordered = _in_time_order(patients, visits)
    tables = {"dx": diagnoses, "rx": treatments, "px": treatments}
    parts = [_occurrences(tables[kind], ordered, kind) for kind in KINDS if kind in kinds]
    found = pl.concat(parts).sort("visit", maintain_order=True)
    keys = found["key"].unique().sort()
    ids = found["key"].replace_strict(keys, np.arange(len(keys)), return_dtype=pl.Int64)
    per_visit = np.bincount(found["visit"].to_numpy(), minlength=ordered.height)
    return VisitCodes(
        tuple(keys), ids.to_numpy(), _offsets(per_visit), _patient_offsets(patients, ordered)
    )


def _in_time_order(patients: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    """Visits by patient (order of the patients table) and number; `visit` is the row."""
    order = patients.select("patient_id").with_row_index("patient")
    joined = visits.join(order, on="patient_id", how="inner").sort("patient", "visit_no")
    return joined.with_row_index("visit")


def _occurrences(table: pl.DataFrame, ordered: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Each key of each visit once, first appearance first: columns `visit` and `key`."""
    rows = table if kind == "dx" else table.filter(pl.col("kind") == kind)
    by = ["visit", "dx_seq"] if kind == "dx" else ["visit"]
    return (
        rows.join(ordered.select("visit_id", "visit"), on="visit_id", maintain_order="left")
        .sort(by, maintain_order=True)
        .select("visit", key=_key())
        .unique(maintain_order=True)
    )


def _dx_objects(
    dx: pl.DataFrame, treatments: pl.DataFrame, ordered: pl.DataFrame
) -> list[DxObject]:
    """Make one object a row of `dx`, with the treatments whose reason is that row."""
    numbered = dx.with_row_index("object")
    links = (
        treatments.filter(pl.col("reason_code").is_not_null())
        .join(ordered.select("visit_id", "visit"), on="visit_id", maintain_order="left")
        .select("kind", "visit", reason=_key("reason_system", "reason_code"), key=_key())
        .join(numbered, left_on=["visit", "reason"], right_on=["visit", "key"])
        .select("object", "kind", "key")
        .unique(maintain_order=True)
        .sort("object", maintain_order=True)
    )
    if links.is_empty():  # objects never change, so equal ones may be the same
        alone = {key: DxObject(key) for key in dx["key"].unique()}
        return [alone[key] for key in dx["key"]]
    by_kind = (links.filter(kind=kind) for kind in ("rx", "px"))
    ordered_for = (_tuples(rows["key"], rows["object"], dx.height) for rows in by_kind)
    return list(map(DxObject, dx["key"].to_list(), *ordered_for))


def _key(system: str = "system", code: str = "code") -> pl.Expr:
    return pl.concat_str(system, pl.lit(":"), code)


def _tuples(values: Iterable, group: pl.Series, groups: int) -> list[tuple]:
    """Cut `values`, sorted by group, into one tuple a group, empty for groups without any."""
    values = list(values)
    counts = np.bincount(group.to_numpy(), minlength=groups)
    return [tuple(values[a:b]) for a, b in pairwise(_offsets(counts).tolist())]


def _patient_offsets(patients: pl.DataFrame, ordered: pl.DataFrame) -> np.ndarray:
    return _offsets(np.bincount(ordered["patient"].to_numpy(), minlength=patients.height))


def _offsets(counts: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
