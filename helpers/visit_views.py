"""Views of the tidy tables: patients with their visits, or visits as flat integers."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from jaxtyping import Bool, Int

from helpers.occurrences import Occurrences, in_time_order, occurrences, visit_rows
from helpers.patients import DxObject, Patient, Visit
from helpers.ragged import as_rows, offsets_of, take_lists

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

    @property
    def n_patients(self) -> int:
        """Number of patients."""
        return len(self.patient_offsets) - 1

    @property
    def n_visits(self) -> int:
        """Number of visits."""
        return len(self.offsets) - 1

    def take(
        self, patients: Int[np.ndarray, " taken"] | Bool[np.ndarray, " patients"]
    ) -> "VisitCodes":
        """Return these patients, in this order, with the same vocabulary.

        Raises
        ------
        IndexError
            If there is no such patient.
        """
        rows = as_rows(patients, self.n_patients, "patients")
        visits, patient_offsets = take_lists(self.patient_offsets, rows)
        codes, offsets = take_lists(self.offsets, visits)
        return VisitCodes(self.keys, self.code_ids[codes], offsets, patient_offsets)


def patients_with_visits(
    patients: pl.DataFrame,
    visits: pl.DataFrame,
    diagnoses: pl.DataFrame,
    treatments: pl.DataFrame,
) -> list[Patient]:
    """Build the patients of :meth:`helpers.records.EHR.as_patients`."""
    ordered = in_time_order(patients, visits)
    dx = occurrences(diagnoses, ordered, "dx")
    rx, px = (occurrences(treatments, ordered, kind) for kind in ("rx", "px"))
    codes = [_tuples(f.key_of_each(), f.visit, ordered.height) for f in (dx, rx, px)]
    objects = _tuples(_dx_objects(dx, treatments, ordered), dx.visit, ordered.height)
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
    ordered = in_time_order(patients, visits)
    tables = {"dx": diagnoses, "rx": treatments, "px": treatments}
    found = [occurrences(tables[kind], ordered, kind) for kind in KINDS if kind in kinds]
    keys = sorted({key for part in found for key in part.keys})
    place = {key: i for i, key in enumerate(keys)}
    ids = [np.array([place[key] for key in part.keys], int)[part.code] for part in found]
    visit = np.concatenate([part.visit for part in found])
    in_order = np.argsort(visit, kind="stable") if len(found) > 1 else slice(None)
    offsets = offsets_of(np.bincount(visit, minlength=ordered.height))
    code_ids = np.concatenate(ids)[in_order]
    return VisitCodes(tuple(keys), code_ids, offsets, _patient_offsets(patients, ordered))


def _dx_objects(dx: Occurrences, treatments: pl.DataFrame, ordered: pl.DataFrame) -> list[DxObject]:
    """Make one object a row of `dx`, with the treatments whose reason is that row."""
    linked = treatments.filter(pl.col("reason_code").is_not_null())
    keys = dx.key_of_each()
    if linked.is_empty():  # objects never change, so equal ones may be the same
        alone = {key: DxObject(key) for key in dx.keys}
        return list(map(alone.__getitem__, keys))
    objects = pl.DataFrame({"visit": dx.visit, "reason": keys}).with_row_index("object")
    links = (
        linked.select("kind", reason=_key("reason_system", "reason_code"), key=_key())
        .with_columns(visit_rows(linked["visit_id"], ordered).cast(pl.Int64))
        .join(objects, on=["visit", "reason"], maintain_order="left")
        .select("object", "kind", "key")
        .unique(maintain_order=True)
        .sort("object", maintain_order=True)
    )
    by_kind = (links.filter(kind=kind) for kind in ("rx", "px"))
    ordered_for = (
        _tuples(rows["key"].to_list(), rows["object"].to_numpy(), len(keys)) for rows in by_kind
    )
    return list(map(DxObject, keys, *ordered_for))


def _key(system: str = "system", code: str = "code") -> pl.Expr:
    return pl.concat_str(system, pl.lit(":"), code)


def _tuples(values: list, group: np.ndarray, groups: int) -> list[tuple]:
    """Cut `values`, sorted by group, into one tuple a group, empty for groups without any."""
    offsets = offsets_of(np.bincount(group, minlength=groups)).tolist()
    return [tuple(values[a:b]) for a, b in pairwise(offsets)]


def _patient_offsets(patients: pl.DataFrame, ordered: pl.DataFrame) -> np.ndarray:
    return offsets_of(np.bincount(ordered["patient"].to_numpy(), minlength=patients.height))
