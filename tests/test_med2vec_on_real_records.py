"""Lesson 11 on real records: the cells that depend on the records, with one line changed."""

import contextlib
import io

import numpy as np
import pytest

from helpers import release
from tests.samples import sample

SAMPLES = {
    "mimic3": "mimic3_demo",
    "mimic4": "mimic4_demo_2.2",
    "synthea": "synthea_2023_nebraska111",
}
LINE = 'RECORDS, FOLDER = "bundled", None'


@pytest.fixture(scope="module", params=SAMPLES)
def lesson(request):
    """Run the imports and every cell tagged "records"; return source, names and what is said."""
    folder = sample(SAMPLES[request.param])
    code = [cell for cell in release.solved("11_med2vec").cells if cell.cell_type == "code"]
    cells = [code[0], *(c for c in code if "records" in c.metadata.get("tags", []))]
    assert sum(LINE in cell.source for cell in cells) == 1
    names, screen = {"display": lambda *things: None}, io.StringIO()
    with contextlib.redirect_stdout(screen):
        for cell in cells:
            line = f"RECORDS, FOLDER = {request.param!r}, {str(folder)!r}"
            exec(cell.source.replace(LINE, line), names)
    return request.param, names, screen.getvalue()


def test_every_patient_and_visit_is_there(lesson):
    source, names, said = lesson
    record = names["record"]
    expected = {"mimic3": (100, 129), "mimic4": (100, 275), "synthea": (111, 7584)}[source]
    assert (record.n_patients, record.n_visits) == expected
    assert str(names["ehr"].report) in said
    if source == "mimic3":
        assert names["alone"] == 86 and "without a neighbor: 86" in said


def test_training_learns_and_is_judged_by_what_the_records_have(lesson):
    source, names, said = lesson
    losses = names["model"].history["code"]
    assert losses[-1] < losses[0]
    if source == "synthea":
        assert "no groups here" in said
    else:
        assert names["what"] == "ICD category"
        assert names["report"]["shuffled"] < 2 * names["report"]["chance"]
    assert np.isfinite(names["scores"]["as last time"]) == bool(names["then"].any())
