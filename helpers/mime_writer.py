"""Write records with links in the files of the released MiME program (:mod:`helpers.mime_files`).

The program wants to know which treatment was ordered for which diagnosis. Records that do not say
so cannot be written, and are not guessed at.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
from jaxtyping import Int

from helpers.code_names import PREFIXES, name_of
from helpers.records import EHR
from helpers.report import Report
from helpers.safe_pickle import save_pickle
from helpers.visit_objects import VisitObjects

LONGEST = 200
"""Visits from which on the program leaves a patient out (its `max_threshold`)."""


def write_mime(ehr: EHR, folder: str | Path, name: str = "records") -> Report:
    """Write visits with their diagnosis objects, labels and names.

    - ``NAME.seqs``: patients > visits > objects ``[dx, [rx, ...], [pr, ...]]``. Diagnoses,
      medications and procedures are numbered each from 0, in the order of their keys: the ids
      of ``ehr.visit_objects()``.
    - ``NAME.labels``: `hf_label`. Patients without one are left out, unless nobody has one: then
      there is no such file, and the program needs one.
    - ``NAME.types``: the names, beginning with ``D_``, ``R_`` and ``P_``.

    Treatments without a recorded reason are in no object. The report counts what is left out
    and holds the settings of the program that belong to the files.

    Raises
    ------
    ValueError
        If no treatment names its diagnosis; the message says what can be done instead.
    """
    objects = ehr.visit_objects()
    folder = Path(folder).expanduser()
    report = Report(f"visits written to {folder / name}.seqs")
    folder.mkdir(parents=True, exist_ok=True)
    labels = ehr.patients["hf_label"]
    report.read("patients", objects.n_patients)
    if labels.null_count() < len(labels):
        rows = labels.is_not_null().to_numpy()
        report.drop("patients", "without a label", int((~rows).sum()))
        objects, labels = objects.take(rows), labels.drop_nulls()
        save_pickle(labels.to_list(), folder / f"{name}.labels")
        if labels.n_unique() == 1:
            report.remark(f"all labels are {labels[0]}: there is nothing to predict")
    else:
        (folder / f"{name}.labels").unlink(missing_ok=True)
        report.remark("no file .labels: no patient has a label, and the program needs one each")
    save_pickle(_nested(objects), folder / f"{name}.seqs")
    keys = {"dx": objects.dx_keys, "rx": objects.rx_keys, "px": objects.px_keys}
    types = {name_of(kind, code): i for kind in PREFIXES for i, code in enumerate(keys[kind])}
    save_pickle(types, folder / f"{name}.types")
    linked, unlinked = len(objects.rx) + len(objects.px), int(objects.unlinked.sum())
    report.read("visits", objects.n_visits)
    report.note("visits", "on the index date or later: censor(ehr) leaves them out", _late(ehr))
    report.read("treatments", linked + unlinked)
    report.drop("treatments", "without a reason, in no object", unlinked)
    _say_settings(objects, report)
    return report


def _late(ehr: EHR) -> int:
    """Count the visits that a prediction must not see."""
    index = ehr.patients.select("patient_id", "index_date")
    dated = ehr.visits.join(index, on="patient_id")
    return int((dated["date"] >= dated["index_date"]).sum())


def _nested(objects: VisitObjects) -> list:
    """Cut the flat arrays into the nested lists of the program."""
    rx, px = _cut(objects.rx, objects.rx_offsets), _cut(objects.px, objects.px_offsets)
    flat = [list(found) for found in zip(objects.dx.tolist(), rx, px, strict=True)]
    return _cut(_cut(flat, objects.object_offsets), objects.patient_offsets)


def _cut(
    members: list | Int[np.ndarray, " members"], offsets: Int[np.ndarray, " lists_and_end"]
) -> list[list]:
    members = members if isinstance(members, list) else members.tolist()
    return [members[a:b] for a, b in pairwise(offsets.tolist())]


def _say_settings(objects: VisitObjects, report: Report) -> None:
    """Say what has to stand in the program, which has the sizes of its authors' data."""
    most = {
        "max_dx_per_visit": objects.object_offsets,
        "max_rx_per_dx": objects.rx_offsets,
        "max_pr_per_dx": objects.px_offsets,
    }
    sizes = {"num_dx": objects.dx_keys, "num_rx": objects.rx_keys, "num_pr": objects.px_keys}
    settings = {name: len(keys) for name, keys in sizes.items()}
    settings |= {name: int(np.diff(offsets).max(initial=0)) for name, offsets in most.items()}
    text = ", ".join(f"{name}={max(number, 1)}" for name, number in settings.items())
    report.remark(f"set in mime.py: {text}")
    long = int((np.diff(objects.patient_offsets) >= LONGEST).sum())
    report.note("patients", f"of {LONGEST} visits or more, whom the program leaves out", long)
