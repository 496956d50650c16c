import csv
import gzip
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from helpers.catalogue import FOLDER, Choice, load_catalogue
from helpers.codes import looks_valid

# All ICD codes of the catalogue were found, billable, in the ICD-10-CM table of fiscal year 2021
# and in the ICD-9-CM procedures. Change a code, look it up, then change this.
CHECKED = "12d90061f3654669ca7999b8347d25c8d007be2351d05b70fdc444ee478ccbc1"
SAMPLES = os.environ.get("EHR_SAMPLES")


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def test_ranks_weigh_less_and_less():
    choice = Choice.ranked(["a", "b", "c"], falloff=1.0)  # 1, 1/2, 1/3 of 11/6
    np.testing.assert_allclose(np.diff(choice.cumulative, prepend=0), [6 / 11, 3 / 11, 2 / 11])


def test_uniform_numbers_pick_items_as_often_as_their_weights_say():
    choice = Choice.ranked(["a", "b", "c"], falloff=1.0)
    picked = [choice.pick(u) for u in (np.arange(11_000) + 0.5) / 11_000]
    assert [picked.count(item) for item in "abc"] == [6000, 3000, 2000]


def test_codes_are_those_that_were_looked_up(catalogue):
    assert catalogue.checksum() == CHECKED


def test_codes_have_the_shape_of_their_system_and_stand_there_once(catalogue):
    codes = catalogue.codes
    assert all(looks_valid(code, system) for code, system in codes["code", "system"].iter_rows())
    assert codes.select("system", "code").is_duplicated().sum() == 0
    assert set(codes["system"]) == {"ICD10CM", "GENERIC", "ICD9PCS"}


@pytest.mark.skipif(not SAMPLES, reason="EHR_SAMPLES is not set: no public code tables here")
def test_diagnoses_exist_and_can_be_billed(catalogue):
    path = Path(SAMPLES) / "code_tables" / "icd10cm-order-Jan-2021.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        billable = {row["code"] for row in csv.DictReader(lines) if row["billable"] == "1"}
    dx = set(catalogue.codes.filter(kind="dx")["code"])
    assert dx - billable == set()


@pytest.mark.skipif(not SAMPLES, reason="EHR_SAMPLES is not set: no public code tables here")
def test_procedures_exist(catalogue):
    path = Path(SAMPLES) / "ccs_icd9_single_2015" / "$prref 2015.csv"
    known = set(re.findall(r"^'(\d{2,4}) *'", path.read_text(encoding="latin1"), re.MULTILINE))
    assert set(catalogue.codes.filter(kind="px")["code"]) - known == set()


def test_every_code_can_appear(catalogue):
    reachable = {code for choice in catalogue.choices.values() for code in choice.items}
    for orders in catalogue.orders.values():
        reachable |= {item for order in orders for item in order.choice.items}
    assert set(catalogue.codes["code"]) == reachable


def test_severe_and_mild_uses_of_a_drug_class_are_crossed(catalogue):
    def stages(condition, drug):
        return {
            stage
            for stage in (1, 2, 3)
            for order in catalogue.orders.get((condition, stage), ())
            if drug in order.choice.items
        }

    assert stages("coronary disease", "metoprolol") == {1, 2}
    assert stages("hypertension", "metoprolol") == {3}
    assert stages("hypertension", "amlodipine") == {1, 2}
    assert stages("coronary disease", "amlodipine") == {3}


def test_kidney_codes_alone_show_the_stage(catalogue):
    choices = catalogue.choices
    for condition in catalogue.conditions.values():
        first, third = (set(choices[condition.name, s, "F"].items) for s in (1, 3))
        assert (first == third) == (condition.name != "chronic kidney disease")
    severe = choices["chronic kidney disease", 3, "F"].items
    assert {"N184", "N185"} < set(severe) and not {"N181", "N182"} & set(severe)


@pytest.mark.parametrize(
    "table, old, new, message",
    [
        ("codes", ",obesity,", ",obesitas,", "codes.csv.*obesitas"),
        ("regimens", "hypertension,1,rx,thiazide", "hypertension,1,rx,tiazide", "tiazide"),
        ("regimens", "gout,12,rx", "goat,12,rx", "goat"),
        ("comorbidities", "alcohol use disorder,", "gallstones,", "gallstones.*stand above"),
    ],
)
def test_a_misspelled_table_is_named(tmp_path, table, old, new, message):
    folder = shutil.copytree(FOLDER, tmp_path / "catalogue")
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_catalogue(folder)


def test_names_are_for_people(catalogue):
    names = catalogue.codes["description"]
    assert names.null_count() == 0
    assert names.str.len_chars().max() <= 100
    assert not names.str.contains(r"\b(w/o|unsp|oth|w|athscl|dis)\b").any()
    assert len(catalogue.conditions) == 52
