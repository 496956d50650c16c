"""Read what was prepared for the released MiME program (github mp2893/mime).

===============  ========================================================
``NAME.seqs``    the visits (:mod:`helpers.mime_objects`)
``NAME.labels``  a list, one 0 or 1 a patient
``NAME.types``   names of the ids (:mod:`helpers.code_names`)
===============  ========================================================

All but the first may be missing. All are pickles, gzipped or not, and are read without running
them (:mod:`helpers.safe_pickle`). An id without a name is a code by itself: diagnosis 1 is
``MIMEDX:1`` and medication 1 is ``MIMERX:1``.
"""

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
"""System of the ids, followed by their kind."""


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


def _tables(
    objects: Objects, codes: pl.DataFrame, report: Report
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Make the diagnoses, one an object, and the treatments, each with its diagnosis."""
    visit = np.repeat(np.arange(len(objects.objects_of)), objects.objects_of)
    rank = (pl.int_range(pl.len(), dtype=pl.Int32) + 1).over("visit")
    every = _named(pl.DataFrame({"visit": visit, "id": objects.dx}), "dx", codes)
    diagnoses = every.unique(["visit", "id"], keep="first", maintain_order=True)
    diagnoses = diagnoses.with_columns(dx_seq=rank)
    report.read("diagnoses", every.height)
    report.drop("diagnoses", "object joined to the first of its diagnosis", -diagnoses.height + every.height)
    reasons = every.join(diagnoses.select("visit", "id", "dx_seq"), on=["visit", "id"], maintain_order="left")
    reasons = reasons.select(
        "visit", reason_code="code", reason_system="system", reason_seq="dx_seq"
    )
    found = []
    for kind in ("rx", "px"):
        owner = np.repeat(np.arange(len(visit)), getattr(objects, f"{kind}_of"))
        ids = pl.DataFrame({"id": getattr(objects, kind)})
        found.append(_named(pl.concat([reasons[owner], ids], how="horizontal"), kind, codes))
    given = pl.concat(found)
    treatments = given.unique(["visit", "kind", "id", "reason_seq"], keep="first", maintain_order=True)
    report.read("treatments", given.height)
    report.drop("treatments", "treatment again in its object", given.height - treatments.height)
    return diagnoses, treatments
