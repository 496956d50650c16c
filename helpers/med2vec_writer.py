"""Write any records in the files of the released Med2Vec program (:mod:`helpers.med2vec_files`).

The program runs under Python 2 and asks on its command line for what the files do not say, the
number of codes for one; the report of the writer holds this command line.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from jaxtyping import Bool

from helpers.code_names import name_of
from helpers.codes import roll_up
from helpers.demographics import age_and_sex
from helpers.med2vec_rows import END
from helpers.records import EHR
from helpers.report import Report
from helpers.safe_pickle import save_pickle
from helpers.visit_views import KINDS

GROUPED = "category"
"""What the files of grouped codes have in their names."""


def write_med2vec(
    ehr: EHR, folder: str | Path, name: str = "records", kinds: Sequence[str] = KINDS
) -> Report:
    """Write visits, names, grouped codes and demographics.

    - ``NAME.seqs`` and ``NAME.types``: diagnoses are numbered first, then medications, then
      procedures, each in the order of their keys.
    - ``NAME.category.seqs`` and ``.types``: the label file. The group of an ICD code is its
      category, the characters before the dot; any other code is a group of its own.
    - ``NAME.demo``: age in years, then 1 for women, then 1 for men. It is left out where an age
      is unknown.

    The program stops at a visit without codes, so these are left out, and patients who have no
    other visits too. The report counts them.

    Parameters
    ----------
    folder
        Where to write; it is made if it is not there.
    name
        NAME above.
    kinds
        Some of ``"dx"``, ``"rx"``, ``"px"``.

    Raises
    ------
    ValueError
        If no visit has a code, or a kind is unknown.
    """
    if not kinds or set(kinds) - set(KINDS):
        raise ValueError(f"kinds are some of {KINDS}, got {tuple(kinds)}")
    folder = Path(folder).expanduser()
    ids, offsets, patient_offsets, names = _numbered(ehr, kinds)
    sizes = np.diff(offsets)
    report = Report(f"visits written to {folder / name}.seqs")
    report.read("visits", len(sizes))
    report.drop("visits", "without a code, at which the program stops", int((sizes == 0).sum()))
    if not ids.size:
        raise ValueError(f"not one visit has a code of the kinds {tuple(kinds)}")
    folder.mkdir(parents=True, exist_ok=True)
    groups = [(kind, roll_up(code)) for kind, code in names]
    group_names = sorted(set(groups), key=lambda named: (KINDS.index(named[0]), named[1]))
    place = {group: i for i, group in enumerate(group_names)}
    group_of = np.array([place[group] for group in groups])

    rows, grouped = [], []
    kept = [
        [(a, b) for a, b in pairwise(offsets[first : last + 1].tolist()) if b > a]
        for first, last in pairwise(patient_offsets.tolist())
    ]
    people = [spans for spans in kept if spans]
    report.read("patients", len(kept))
    report.drop("patients", "without a visit that has a code", len(kept) - len(people))
    for spans in people:
        rows += [ids[a:b].tolist() for a, b in spans] + [[END]]
        grouped += [np.unique(group_of[ids[a:b]]).tolist() for a, b in spans] + [[END]]
    save_pickle(rows[:-1], folder / f"{name}.seqs")  # the last patient needs no end
    _save_names(names, folder / f"{name}.types")
    save_pickle(grouped[:-1], folder / f"{name}.{GROUPED}.seqs")
    _save_names(group_names, folder / f"{name}.{GROUPED}.types")
    options = f"--label_file {name}.{GROUPED}.seqs --n_output_codes {len(group_names)}"
    options += _write_demo(ehr, rows[:-1], sizes > 0, folder / f"{name}.demo", report)
    report.remark(f"python med2vec.py {name}.seqs {len(names)} OUTPUT {options}")
    return report


def _numbered(
    ehr: EHR, kinds: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[tuple[str, str]]]:
    """Return ids, offsets of visits, offsets of patients, and names, numbered kind by kind."""
    views = {kind: ehr.visit_codes((kind,)) for kind in sorted(kinds, key=KINDS.index)}
    names = [(kind, code) for kind, view in views.items() for code in view.keys]
    first = np.cumsum([0, *(len(view.keys) for view in views.values())])
    ids = np.concatenate([v.code_ids + f for v, f in zip(views.values(), first, strict=False)])
    sizes = [np.diff(view.offsets) for view in views.values()]
    visit = np.concatenate([np.repeat(np.arange(len(size)), size) for size in sizes])
    offsets = np.concatenate([[0], np.cumsum(sum(sizes))])
    any_view = next(iter(views.values()))
    return ids[np.argsort(visit, kind="stable")], offsets, any_view.patient_offsets, names


def _save_names(names: Sequence[tuple[str, str]], path: Path) -> None:
    save_pickle({name_of(kind, code): i for i, (kind, code) in enumerate(names)}, path)


def _write_demo(
    ehr: EHR,
    rows: list[list[int]],
    has_codes: Bool[np.ndarray, " visits"],
    path: Path,
    report: Report,
) -> str:
    """Write age and sex, if every age is known, and return the options of the program."""
    path.unlink(missing_ok=True)
    known = age_and_sex(ehr)[has_codes]
    if unknown := int(np.isnan(known[:, 0]).sum()):
        report.remark(f"no file .demo: the age at {unknown:,} visits is unknown")
        return ""
    no_sex = int((known[:, 1:].sum(axis=1) == 0).sum())
    report.note("visits", "sex unknown, 0 and 0 in the demographics", no_sex)
    numbers = iter(known.tolist())
    save_pickle([[0.0] * 3 if row == [END] else next(numbers) for row in rows], path)
    report.remark(f"{path.name}: age in years, 1 for women, 1 for men")
    return f" --demo_file {path.name} --demo_size 3"
