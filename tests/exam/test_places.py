import json
import re
import shutil

import nbformat
import pytest

from helpers import release
from helpers.exam.bank import course_bank
from helpers.exam.misconceptions import CLUSTERS
from helpers.exam.places import cell_id, experiment_of, places, plain, section_of
from helpers.exam.seeds import generator

FOLDERS = {"student": release.NOTEBOOKS, "solved": release.SOLUTIONS}
MAKE = {"student": release.student, "solved": release.solved}
LESSON = {name[:2]: name for name in release.lessons()}


def needed():
    """Return every section that a question or an idea sends to, and who does."""
    found = {}
    for id_, entry in course_bank().items():
        for twin in range(entry.twins or 1):
            item = entry.make(generator("places", "A", id_), twin)
            found.setdefault((item.lesson, item.section), id_)
    for id_, cluster in CLUSTERS.items():
        for place in cluster.review:
            found.setdefault(place, id_)
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make the notebooks of all lessons from their sources, and return where they are."""
    folder = tmp_path_factory.mktemp("made")
    for kind, make in MAKE.items():
        (folder / kind).mkdir()
        for name in {LESSON[lesson] for lesson, _ in places()}:
            nbformat.write(make(name), folder / kind / f"{name}.ipynb", version=4)
    return folder


def test_every_section_that_is_asked_about_has_an_experiment():
    missing = {place: who for place, who in needed().items() if place not in places()}
    assert not missing


@pytest.mark.parametrize("place", places(), ids=lambda p: f"{p[0]}.{p[1]}")
def test_an_experiment_is_short_and_says_what_is_seen(place):
    entry = places()[place]
    assert 60 <= len(entry.do) <= 200, len(entry.do)
    assert entry.do.endswith((".", ".)"))
    assert entry.do.count("`") % 2 == 0 and "$" not in entry.do
    assert "`" not in entry.title


@pytest.mark.parametrize("kind", FOLDERS)
@pytest.mark.parametrize("place", places(), ids=lambda p: f"{p[0]}.{p[1]}")
def test_title_and_cell_are_in_the_lesson(place, kind, made):
    lesson, section = place
    file = made / kind / f"{LESSON[lesson]}.ipynb"
    cells = {cell["id"]: cell for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]}
    entry = places()[place]
    heading = cells[cell_id(file, section)]
    assert f"## {section} {entry.title}" in "".join(heading["source"]).splitlines()
    cell = cells[cell_id(file, section, entry.cell)]
    assert cell["cell_type"] == "code" and entry.cell in "".join(cell["source"])


def test_links_go_to_the_notebooks_of_the_folder():
    for folder in FOLDERS.values():
        assert re.fullmatch(
            r"\[Lesson 03, section 2: Two tables\]\(03_skipgram\.ipynb#cell-id=03-[0-9a-f]+-1\)",
            section_of("03", 2, folder),
        )
        text = experiment_of("03", 2, folder)
        assert text.startswith(places()["03", 2].do)
        assert re.search(r" \[To the cell\.\]\(03_skipgram\.ipynb#cell-id=03-[0-9a-f]+-1\)$", text)


def test_without_notebooks_the_words_stand_alone(tmp_path):
    for folder in (None, tmp_path, tmp_path / "none"):
        assert section_of("03", 2, folder) == "Lesson 03, section 2: Two tables"
        assert experiment_of("03", 2, folder) == places()["03", 2].do
    assert section_of("77", 1, release.NOTEBOOKS) == "Lesson 77, section 1"
    assert experiment_of("77", 1, release.NOTEBOOKS) == ""


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', '{"cells": [{}]}', "\x00"])
def test_a_damaged_notebook_gives_no_link(tmp_path, text):
    (tmp_path / "03_skipgram.ipynb").write_text(text)
    assert section_of("03", 2, tmp_path) == "Lesson 03, section 2: Two tables"


def test_a_copy_beside_the_notebook_does_not_matter(tmp_path):
    source = release.NOTEBOOKS / "03_skipgram.ipynb"
    for name in ("03_skipgram.ipynb", "03_skipgram-Copy1.ipynb"):
        shutil.copy(source, tmp_path / name)
    assert "](03_skipgram.ipynb#" in section_of("03", 2, tmp_path)


def test_a_cell_that_the_learner_rewrote_is_not_linked_and_a_changed_file_is_read_again(tmp_path):
    file = tmp_path / "03_skipgram.ipynb"
    shutil.copy(release.NOTEBOOKS / "03_skipgram.ipynb", file)
    assert "To the cell" in experiment_of("03", 2, tmp_path)
    file.write_text(file.read_text().replace(places()["03", 2].cell, "gone"))
    assert "To the cell" not in experiment_of("03", 2, tmp_path)
    assert "](" in section_of("03", 2, tmp_path)


def test_text_for_a_terminal():
    assert plain("*Play* and `discharge`") == "Play and discharge"
