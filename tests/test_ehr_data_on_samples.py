"""Lesson 09 on other people's records: one line is changed, and every cell runs.

``EHR_SAMPLES`` names the folder of the samples; without it these tests are skipped.
"""

import os
from pathlib import Path

import matplotlib
import pytest

from helpers import release
from helpers.datasets import load_clinic
from helpers.loaders import load_ehr

SAMPLES = os.environ.get("EHR_SAMPLES")
SOURCES = {
    "mimic3": "mimic3_demo",
    "mimic4": "mimic4_demo_2.2",
    "synthea": "synthea_2023_nebraska111",
}

pytestmark = pytest.mark.skipif(
    not SAMPLES, reason="EHR_SAMPLES is not set: lesson 09 is not tried on real records"
)


def run_lesson(ehr, until=None):
    """Run the lesson's cells one after the other, with `ehr` where the line to change is.

    With `until`, stop before the first cell that contains this text.
    """
    matplotlib.use("agg")
    names = {"__name__": "lesson"}
    for cell in release.solved("09_ehr_data").cells:
        if until and until in cell.source:
            break
        tags = cell.metadata.get("tags", [])
        if "load" in tags:
            names |= {"clinic": load_clinic(), "ehr": ehr}
        elif cell.cell_type == "code":
            exec(compile(cell.source, cell.source[:60], "exec"), names)
    return names


@pytest.mark.parametrize("source, folder", SOURCES.items())
def test_lesson_runs(source, folder, capsys):
    ehr = load_ehr(source, Path(SAMPLES) / folder, max_patients=100)
    # the leaks stay with the bundled clinic and take most of the time: once is enough
    names = run_lesson(ehr, until=None if source == "mimic3" else "### The future leaks")
    # the same record, seen as tables and as the lesson's arrays
    chosen = names["mrs_adler"]
    assert len(chosen.visits) == max(len(patient.visits) for patient in ehr.as_patients())
    days = {visit.date for visit in chosen.visits if visit.codes}
    assert names["row_of"].shape == (len(days), len(names["vocab"]))
    systems = set(ehr.diagnoses["system"]) | set(ehr.treatments["system"])
    assert set(names["systems"]) == systems
    rare = (names["counts"] < 5).mean()  # section 5: "more than four in five" in both demos
    assert (rare > 0.8) == source.startswith("mimic")
    out = capsys.readouterr().out
    assert "stands in for hers" in out and out.count("split by patient accuracy") == 2
    # the rules of section 1 know the books of these records
    assert len(names["diabetes"]) >= 2


def test_two_books_stay_apart_in_mimic4():
    ehr = load_ehr("mimic4", Path(SAMPLES) / SOURCES["mimic4"])
    used = {key for patient in ehr.as_patients() for visit in patient.visits for key in visit.dx}
    assert {"ICD9CM:E8881", "ICD10CM:E8881"} <= used
