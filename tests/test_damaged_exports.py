"""Damage an export at random: the loader names the file, or reads it and every count adds up."""

import random

import pytest

from helpers.loaders import LOADERS
from tests.exports import MIMIC3, MIMIC4, SYNTHEA, write_export

EXPORTS = {"mimic3": MIMIC3, "mimic4": MIMIC4, "synthea": SYNTHEA}
DIAGNOSES = {"mimic3": "diagnoses_icd", "mimic4": "diagnoses_icd", "synthea": "conditions"}
JUNK = ["?", "\u00e9", "-1", "1e99", "9" * 20, "NULL", " ", "0", '"', "\x00", ""]


def damage(text, rng):
    """Return a table with one thing wrong: a cell, a row, a column, a byte, or its end."""
    lines = text.split("\n")
    row = rng.randrange(len(lines) - 1)
    cells = lines[row].split(",")
    column = rng.randrange(len(cells))
    match rng.choice(["cell", "less", "more", "twice", "column", "header", "end"]):
        case "cell":
            lines[row] = ",".join([*cells[:column], rng.choice(JUNK), *cells[column + 1 :]])
        case "less":
            lines[row] = ",".join(cells[:column] + cells[column + 1 :])
        case "more":
            lines[row] += ",x"
        case "twice":
            lines.insert(row, lines[row])
        case "column":
            lines = [",".join(line.split(",")[:column]) for line in lines]
        case "header":
            names = lines[0].split(",")
            lines[0] = ",".join(rng.sample(names, len(names)))
        case "end":
            return text[: rng.randrange(len(text))]
    return "\n".join(lines)


@pytest.mark.parametrize("source", EXPORTS)
@pytest.mark.parametrize("seed", range(25))
def test_damage_is_named_or_counted(tmp_path, source, seed):
    rng = random.Random(f"{source} {seed}")
    table = rng.choice(sorted(EXPORTS[source]))
    tables = {**EXPORTS[source], table: damage(EXPORTS[source][table], rng)}
    try:
        ehr = LOADERS[source](write_export(tmp_path, tables))
    except ValueError as error:
        assert str(tmp_path) in str(error)
        return
    assert ehr.report.kept(DIAGNOSES[source]) == ehr.diagnoses.height
    assert ehr.report.kept("patients") == ehr.patients.height
    visits = [visit for patient in ehr.as_patients() for visit in patient.visits]
    assert len(visits) == ehr.visits.height
    assert sum(len(visit.dx) for visit in visits) == ehr.diagnoses.height
