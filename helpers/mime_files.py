"""Read what was prepared for the released MiME program (github mp2893/mime).

===============  ========================================================
``NAME.seqs``    the visits (:mod:`helpers.mime_objects`)
``NAME.labels``  a list, one 0 or 1 a patient
``NAME.types``   names of the ids (:mod:`helpers.code_names`)
===============  ========================================================

All but the first may be missing. All are pickles, gzipped or not, and are read without running
them (:mod:`helpers.safe_pickle`). An id without a name is a code by itself: diagnosis 1 is
``MIME:D_1`` and medication 1 is ``MIME:R_1``.
"""

from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from helpers.code_lists import shown
from helpers.code_names import PREFIXES, nameless, read_types, used_names
from helpers.mime_objects import Objects, read_objects
from helpers.records import EHR
from helpers.report import Report
from helpers.safe_pickle import load_pickle
from helpers.seqs_folder import companion, find_seqs
from helpers.undated_records import patient_table, undated_records, visit_table

SYSTEM = "MIME"
"""System of the ids that have no name, or a name of no known system."""


def load_mime(path: str | Path, max_patients: int | None = None, seed: int = 0) -> EHR:
    """Read visits with their diagnosis objects as records; they have an order and no dates.

    The label becomes `hf_label`, whatever it was a label of. A diagnosis that a visit has in two
    objects is there once, with the treatments of both.

    Parameters
    ----------
    path
        The file ``NAME.seqs``, or the folder it lies in.
    max_patients
        Read this many patients, drawn at random with `seed`; all by default.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a file is damaged, or files do not belong together. The message names the file, the
        patient, the visit, the object, and its place in the list.
    """
    objects = read_objects(find_seqs(path))
    report = Report(f"MiME in {objects.path}")
    codes = _name_codes(objects, report)
    patients = patient_table(len(objects.visits_of))
    labels = _read_labels(objects, report)
    if labels is not None:
        patients = patients.with_columns(hf_label=pl.Series(labels, dtype=pl.Int8))
    diagnoses, treatments = _tables(objects, codes, report)
    return undated_records(
        patients,
        visit_table(objects.visits_of),
        diagnoses,
        treatments,
        codes,
        report,
        max_patients,
        seed,
    )


def _name_codes(objects: Objects, report: Report) -> pl.DataFrame:
    """Find out what the ids mean; columns of :data:`helpers.code_names.MEANINGS`."""
    used = {kind: np.unique(getattr(objects, kind)) for kind in PREFIXES}
    path = companion(objects.path, ".types")
    if path is None:
        report.remark(f"no file .types says what the ids mean: medication 0 is {SYSTEM}:R_0")
        return pl.concat(nameless(ids, kind, SYSTEM, PREFIXES[kind]) for kind, ids in used.items())
    named = read_types(path, SYSTEM, per_kind=True)
    kept = [
        used_names(named.filter(kind=kind), ids, path, partial(objects.place_of_id, kind))
        for kind, ids in used.items()
    ]
    codes = pl.concat(kept)
    stray = named.height - codes.height
    report.note("codes", f"in {path.name} and in no visit, left out", stray)
    return codes


def _read_labels(objects: Objects, report: Report) -> list[int] | None:
    path = companion(objects.path, ".labels")
    if path is None:
        report.remark("no file .labels: hf_label is null")
        return None
    labels = load_pickle(path)
    if not isinstance(labels, list | tuple):
        raise ValueError(f"{path.name} is {shown(labels)}, not a list of labels ({path})")
    n_patients = len(objects.visits_of)
    if len(labels) != n_patients:
        raise ValueError(
            f"{path.name} has {len(labels):,} labels, {objects.path.name} {n_patients:,} patients "
            f"({path})"
        )
    for p, label in enumerate(labels):
        if not isinstance(label, int | float) or label not in (0, 1):
            raise ValueError(
                f"{path.name}, patient {p + 1} (labels[{p}]): a label is 0 or 1, not "
                f"{shown(label)} ({path})"
            )
    if n_patients > 1 and len(set(labels)) == 1:
        raise ValueError(
            f"{path.name}: all {n_patients:,} labels are {labels[0]}, which leaves nothing to "
            f"predict. Without this file the visits are read as they are ({path})"
        )
    report.remark(f"{path.name}: the labels are in hf_label, whatever they were labels of")
    return [int(label) for label in labels]


def _tables(
    objects: Objects, codes: pl.DataFrame, report: Report
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Make the diagnoses, one an object, and the treatments, each with its diagnosis."""
    visit = np.repeat(np.arange(len(objects.objects_of)), objects.objects_of)
    every = _named(pl.DataFrame({"visit": visit, "id": objects.dx}), "dx", codes)
    once = every.unique(["visit", "id"], keep="first", maintain_order=True)
    rank = (pl.int_range(pl.len(), dtype=pl.Int32) + 1).over("visit")
    diagnoses = once.with_columns(dx_seq=rank)
    report.read("diagnoses", every.height)
    report.drop("diagnoses", "again in its visit, both objects joined", every.height - once.height)

    reasons = every.join(diagnoses, on=["visit", "id"], how="left", maintain_order="left")
    reasons = reasons.select(
        "visit", reason_code="code", reason_system="system", reason_seq="dx_seq"
    )
    given = []
    for kind in ("rx", "px"):
        owner = np.repeat(np.arange(len(visit)), getattr(objects, f"{kind}_of"))
        rows = reasons[owner].with_columns(id=pl.Series(getattr(objects, kind)))
        given.append(_named(rows, kind, codes))
    every = pl.concat(given)
    identity = ["visit", "kind", "id", "reason_seq"]
    treatments = every.unique(identity, keep="first", maintain_order=True)
    report.read("treatments", every.height)
    report.drop("treatments", "again for its diagnosis", every.height - treatments.height)
    return diagnoses, treatments


def _named(rows: pl.DataFrame, kind: str, codes: pl.DataFrame) -> pl.DataFrame:
    meant = codes.filter(kind=kind).select("id", "kind", "system", "code")
    return rows.join(meant, on="id", how="left", maintain_order="left")
