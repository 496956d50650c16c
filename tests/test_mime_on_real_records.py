"""Lesson 12 on real records: the cells that depend on the records, with one line changed.

Synthea names the reason of a drug, so the whole lesson runs. MIMIC does not: the lesson has to
say so, and to go on with the bundled clinic, which the notebook itself tests.
"""

import contextlib
import io
import os
from pathlib import Path

import numpy as np
import pytest

from helpers import release

SAMPLES = {
    "mimic3": "mimic3_demo",
    "mimic4": "mimic4_demo_2.2",
    "synthea": "synthea_2023_nebraska111",
}
FOLDER = os.environ.get("EHR_SAMPLES")
CHOICE = 'RECORDS, FOLDER = "bundled", None'


def run(source, cells):
    """Run cells on a source; return the names they define and what they print."""
    if FOLDER is None:
        pytest.skip("EHR_SAMPLES names no folder: lesson 12 is not run on real records")
    folder = Path(FOLDER) / SAMPLES[source]
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: lesson 12 is not run on {source}")
    names, screen = {"display": lambda *things: None}, io.StringIO()
    with contextlib.redirect_stdout(screen):
        for cell in cells:
            exec(cell.replace(CHOICE, f"RECORDS, FOLDER = {source!r}, {str(folder)!r}"), names)
    return names, screen.getvalue()


def code_cells():
    return [cell for cell in release.solved("12_mime").cells if cell.cell_type == "code"]


def tagged():
    """Return the imports, the definitions, and every cell tagged "records"."""
    cells = code_cells()
    needed = ("class Ungated", "def new_model")
    return [cells[0].source] + [
        cell.source
        for cell in cells
        if "records" in cell.metadata.get("tags", []) or any(n in cell.source for n in needed)
    ]


def test_one_line_chooses_the_records():
    assert sum(CHOICE in cell for cell in tagged()) == 1


@pytest.mark.parametrize("source", ["mimic3", "mimic4"])
def test_records_without_links_are_refused_and_the_clinic_takes_over(source):
    cells = tagged()
    choice = next(i for i, cell in enumerate(cells) if CHOICE in cell)
    names, said = run(source, [cells[0], *cells[choice : choice + 3]])
    assert "MiME cannot be used here: no treatment in these records names" in said
    assert "goes on with the bundled clinic" in said
    assert names["ehr"].patients.height == 3000 and names["clinic"] is not None
    assert "visits with" in said.split("goes on")[1]


def test_synthea_runs_to_the_end():
    names, said = run("synthea", tagged())
    assert "MiME cannot be used here" not in said
    assert "no outcome on record: new later, " in said and "decide nothing" in said
    rows = [set(names[part].tolist()) for part in ("train", "valid", "test")]
    assert not rows[0] & rows[1] and not rows[0] & rows[2] and not rows[1] & rows[2]
    assert len(rows[2]) > 15 and 0 < names["y"][names["test"]].mean() < 1
    target_known = names["labels"].is_not_null().sum()
    assert sum(map(len, rows)) == target_known
    links = names["data"], names["control"]
    assert len(links[0].rx) == len(links[1].rx) > 500
    assert all(np.isfinite(aucs).all() for aucs in names["aucs"].values())
