"""Views of the tidy tables: patients with their visits, or visits as flat integers."""

from collections.abc import Sequence
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
    codes = {
        "dx": _lists(_occurrences(diagnoses, ordered, "dx"), ordered.height),
        "rx": _lists(_occurrences(treatments, ordered, "rx"), ordered.height),
        "px": _lists(_occurrences(treatments, ordered, "px"), ordered.height),
    }
    objects = _dx_objects(codes["dx"], _linked(treatments, ordered))
    rows = ordered.select("visit_id", "patient_id", "date", "visit_type").to_dict(as_series=False)
    all_visits = list(map(Visit, *rows.values(), *codes.values(), objects))
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
        rows.join(ordered.select("visit_id", "visit"), on="visit_id", how="inner")
        .sort(by, maintain_order=True)
        .select("visit", key=_key("system", "code"))
        .unique(maintain_order=True)
    )


def _key(system: str, code: str) -> pl.Expr:
    return pl.concat_str(system, pl.lit(":"), code)


def _lists(occurrences: pl.DataFrame, visits: int) -> list[tuple[str, ...]]:
    """Collect the keys of every visit in a tuple, empty for visits without any."""
    keys = occurrences["key"].to_list()
    counts = np.bincount(occurrences["visit"].to_numpy(), minlength=visits)
    ends = _offsets(counts).tolist()
    return [tuple(keys[a:b]) for a, b in pairwise(ends)]


def _linked(treatments: pl.DataFrame, ordered: pl.DataFrame) -> dict[tuple, tuple]:
    """(visit, reason) to the medications and the procedures ordered for it."""
    rows = (
        treatments.filter(pl.col("reason_code").is_not_null())
        .join(ordered.select("visit_id", "visit"), on="visit_id", how="inner")
        .select(
            "visit",
            "kind",
            reason=_key("reason_system", "reason_code"),
            key=_key("system", "code"),
        )
        .unique(maintain_order=True)
        .group_by("visit", "reason", maintain_order=True)
        .agg(*(pl.col("key").filter(pl.col("kind") == kind).alias(kind) for kind in ("rx", "px")))
    )
    return {(v, reason): (tuple(rx), tuple(px)) for v, reason, rx, px in rows.iter_rows()}


def _dx_objects(dx: list[tuple[str, ...]], linked: dict) -> list[tuple[DxObject, ...]]:
    alone: dict[str, DxObject] = {}  # objects without treatments are shared, they never change
    for key in {key for keys in dx for key in keys}:
        alone[key] = DxObject(key)
    if not linked:
        return [tuple(map(alone.__getitem__, keys)) for keys in dx]
    return [
        tuple(
            DxObject(key, *linked[visit, key]) if (visit, key) in linked else alone[key]
            for key in keys
        )
        for visit, keys in enumerate(dx)
    ]


def _patient_offsets(patients: pl.DataFrame, ordered: pl.DataFrame) -> np.ndarray:
    return _offsets(np.bincount(ordered["patient"].to_numpy(), minlength=patients.height))


def _offsets(counts: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
