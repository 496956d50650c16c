"""Read what was prepared for the released Med2Vec program (github mp2893/med2vec).

========================  ==========================================================
``NAME.seqs``             the visits (:mod:`helpers.med2vec_rows`)
``NAME.types``            names of the ids (:mod:`helpers.code_names`)
``NAME.ANYTHING.seqs``    the same visits in grouped codes (:mod:`helpers.med2vec_groups`)
``NAME.ANYTHING.types``   names of the groups
``NAME.demo``             demographics (:mod:`helpers.med2vec_demo`)
========================  ==========================================================

All but the first may be missing. All are pickles, gzipped or not, and are read without running
them (:mod:`helpers.safe_pickle`). An id without a name is a code by itself, ``MED2VEC:17``.
"""

from pathlib import Path

import polars as pl

from helpers.groupings import with_conditions
from helpers.med2vec_demo import read_demo
from helpers.med2vec_groups import read_groups
from helpers.med2vec_rows import Rows, name_codes, read_rows
from helpers.records import EHR
from helpers.report import Report
from helpers.seqs_folder import companion, find_seqs, grouped_seqs
from helpers.undated_records import patient_table, undated_records, visit_table

SYSTEM = "MED2VEC"
"""System of the ids that have no name, or a name of no known system."""


def load_med2vec(
    path: str | Path,
    max_patients: int | None = None,
    seed: int = 0,
    label_file: str | Path | None = None,
    demo_file: str | Path | None = None,
) -> EHR:
    """Read visits as records; they have an order and no dates.

    Where grouped codes are there, the column `condition` of the codes holds the groups that
    follow from them. Demographics have no place in these tables: they are checked, and
    :func:`helpers.med2vec_demo.read_demographics` returns them.

    Parameters
    ----------
    path
        The file ``NAME.seqs``, or the folder it lies in.
    max_patients
        Read this many patients, drawn at random with `seed`; all by default.
    label_file, demo_file
        Grouped codes and demographics, if they do not lie beside `path` under its name.

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    ValueError
        If a file is damaged, or files do not belong together. The message names the file, the
        patient, the visit, and its place in the list.
    """
    rows = read_rows(find_seqs(path))
    report = Report(f"Med2Vec in {rows.path}")
    codes = name_codes(rows, SYSTEM, report)
    groups = _find_groups(rows, label_file, codes, report)
    if demo := demo_file or companion(rows.path, ".demo"):
        width = read_demo(Path(demo), rows).shape[1]
        report.remark(f"{Path(demo).name}: {width} columns, read_demographics returns them")
    found = _once_a_visit(rows, codes, report)
    rank = (pl.int_range(pl.len(), dtype=pl.Int32) + 1).over("visit")
    ehr = undated_records(
        patient_table(len(rows.visits_of)),
        visit_table(rows.visits_of),
        found.filter(kind="dx").with_columns(dx_seq=rank),
        found.filter(pl.col("kind") != "dx"),
        codes,
        report,
        max_patients,
        seed,
    )
    return ehr if groups is None else with_conditions(ehr, groups)


def _find_groups(
    rows: Rows, label_file: str | Path | None, codes: pl.DataFrame, report: Report
) -> pl.DataFrame | None:
    if label_file:
        return read_groups(rows, Path(label_file).expanduser(), codes, report)
    files = grouped_seqs(rows.path)
    if len(files) > 1:
        names = ", ".join(file.name for file in files)
        report.remark(f"grouped codes are in {names}: say which with label_file, none is read")
    return read_groups(rows, files[0], codes, report) if len(files) == 1 else None


def _once_a_visit(rows: Rows, codes: pl.DataFrame, report: Report) -> pl.DataFrame:
    """Return `visit`, `kind`, `system` and `code`, each code of a visit once."""
    every = pl.DataFrame({"visit": rows.visit_of_code, "id": rows.ids})
    every = every.join(codes, on="id", how="left", maintain_order="left")
    once = every.unique(["visit", "id"], keep="first", maintain_order=True)
    is_dx = pl.col("kind") == "dx"
    for table, is_here in {"diagnoses": is_dx, "treatments": ~is_dx}.items():
        read, kept = (frame.filter(is_here).height for frame in (every, once))
        report.read(table, read)
        report.drop(table, "code again in its visit", read - kept)
    return once
