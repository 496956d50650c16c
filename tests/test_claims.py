"""Every claim that the course takes up is computed in a cell; every correction is asserted."""

import csv
import re
from pathlib import Path

import pytest

from helpers import release

CLAIMS = list(csv.DictReader(Path(__file__).with_name("claims.csv").open(encoding="utf-8")))
LESSONS = {name[:2]: release.read_source(name) for name in release.lessons()}


def cells(lesson, tag):
    return [c for c in LESSONS[lesson].cells if tag in c.metadata.get("tags", [])]


def known(claim):
    return [lesson for lesson in claim["lessons"].split() if lesson in LESSONS]


TAUGHT = [claim for claim in CLAIMS if known(claim)]


@pytest.mark.parametrize("claim", TAUGHT, ids=lambda claim: claim["id"])
def test_claim_has_a_cell_that_computes(claim):
    found = [cell for lesson in known(claim) for cell in cells(lesson, f"claim-{claim['id']}")]
    assert found, f"no cell is tagged claim-{claim['id']} in lessons {known(claim)}"
    assert all(cell.cell_type == "code" for cell in found)


@pytest.mark.parametrize(
    "claim", [c for c in TAUGHT if c["correction"]], ids=lambda claim: claim["id"]
)
def test_correction_is_asserted(claim):
    for correction in claim["correction"].split():
        found = [c for lesson in LESSONS for c in cells(lesson, f"correction-{correction}")]
        assert any("assert " in cell.source for cell in found), correction


def test_tags_are_claims_and_corrections_of_the_list():
    ids = {claim["id"] for claim in CLAIMS}
    for lesson, notebook in LESSONS.items():
        for cell in notebook.cells:
            for tag in cell.metadata.get("tags", []):
                if tag.startswith("claim-"):
                    assert tag.removeprefix("claim-") in ids, f"lesson {lesson}: {tag}"
                elif tag.startswith("correction-"):
                    assert re.fullmatch(r"correction-N\d\d", tag), f"lesson {lesson}: {tag}"


def test_ids_are_unique():
    assert len({claim["id"] for claim in CLAIMS}) == len(CLAIMS) == 82
