"""Lesson 10 on real records: the cells that depend on the records, with one line changed."""

import contextlib
import io
import os
import re
from pathlib import Path

import numpy as np
import pytest

from helpers import release
from helpers.codes import dotted

SAMPLES = {
    "mimic3": "mimic3_demo",
    "mimic4": "mimic4_demo_2.2",
    "synthea": "synthea_2023_nebraska111",
}
FOLDER = os.environ.get("EHR_SAMPLES")


def lesson_cells():
    """Return the code of the imports and of every cell tagged "records"."""
    code = [c for c in release.solved("10_codes").cells if c.cell_type == "code"]
    return [code[0].source] + [c.source for c in code if "records" in c.metadata.get("tags", [])]


def run(source, folder):
    """Run the lesson on a source; return the names it defines and what it prints."""
    line = 'RECORDS, FOLDER = "bundled", None'
    cells = lesson_cells()
    assert sum(line in cell for cell in cells) == 1
    names = {"display": lambda *things: None}
    for cell in cells:
        exec(cell.replace(line, f"RECORDS, FOLDER = {source!r}, {str(folder)!r}"), names)
    return names


@pytest.fixture(scope="module", params=SAMPLES)
def lesson(request):
    if FOLDER is None:
        pytest.skip("EHR_SAMPLES names no folder: lesson 10 is not run on real records")
    folder = Path(FOLDER) / SAMPLES[request.param]
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: lesson 10 is not run on {request.param}")
    screen = io.StringIO()
    with contextlib.redirect_stdout(screen):
        names = run(request.param, folder)
    return request.param, names, screen.getvalue()


def test_every_patient_and_visit_is_there(lesson):
    source, names, _ = lesson
    expected = {"mimic3": (100, 129), "mimic4": (100, 275), "synthea": (111, 7584)}[source]
    assert (len(names["patients"]), sum(map(len, names["visits"]))) == expected


def test_nothing_is_dropped_uncounted(lesson):
    _, names, said = lesson
    report = str(names["ehr"].report)
    assert report in said
    for line in re.findall(r"\d[\d,]* rows read.*(?:\n    .*)*", report):
        read, kept = (
            int(n.replace(",", "")) for n in re.findall(r"([\d,]+) rows read, ([\d,]+)", line)[0]
        )
        dropped, added = (
            sum(int(n.replace(",", "")) for n in re.findall(rf"([\d,]+) {word}:", line))
            for word in ("dropped", "added")
        )
        assert read - dropped + added == kept, line


def test_names_are_resolved(lesson):
    source, names, _ = lesson
    ehr, tokens = names["ehr"], names["vocab"].tokens
    drugs_by_name = source.startswith("mimic")  # there the code of a drug is its name
    coded = [t for t in tokens if not (drugs_by_name and names["kind_of"][t] == "rx")]
    named = np.mean([ehr.name(token) != dotted(token) for token in coded])
    if source == "mimic3":  # the demo here comes without its dictionaries of titles
        assert "no titles" in str(ehr.report)
    else:
        assert named > 0.95, f"{named:.2f} of the codes have a name"


def test_neighbors_know_more_than_chance(lesson):
    source, names, said = lesson
    if source == "synthea":
        assert "no groups here" in said
        assert np.mean(names["hits"]) > 3 * np.mean(names["chances"])
    else:
        assert names["what"] == "ICD category"
        assert names["report"]["purity"] > 1.5 * names["report"]["chance"]
        assert names["report"]["shuffled"] < 1.7 * names["report"]["chance"]
        assert "do not say what a treatment was given for" in said


def test_cells_that_need_the_truth_say_so(lesson):
    said = lesson[2]
    assert "Nobody knows the true conditions of real patients" in said
    assert "judged on the bundled clinic" in said


def test_the_readme_shows_this_run(lesson):
    source, names, _ = lesson
    label = {"mimic3": "MIMIC-III demo", "mimic4": "MIMIC-IV demo", "synthea": "Synthea, 111"}
    readme = (release.ROOT / "README.md").read_text(encoding="utf-8")
    row = next(line for line in readme.split("\n") if line.startswith(f"| {label[source]}"))
    people, visits, codes, _, share, chance = (cell.strip() for cell in row.split("|")[2:8])
    assert int(people) == len(names["patients"])
    assert int(visits.replace(",", "")) == sum(map(len, names["visits"]))
    assert int(codes.replace(",", "")) == len(names["vocab"])
    found = np.mean(names["hits"]) if source == "synthea" else names["report"]["purity"]
    random = np.mean(names["chances"]) if source == "synthea" else names["report"]["chance"]
    margin = 0.01 if source == "synthea" else 0.002  # of 112 treatments, of 5 neighbors a diagnosis
    assert float(share) == pytest.approx(found, abs=margin)
    assert float(chance) == pytest.approx(random, abs=margin)
