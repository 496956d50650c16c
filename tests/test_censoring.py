from datetime import date

import polars as pl
import pytest

from helpers.censoring import censor
from helpers.records import EHR, SCHEMA

INDEX = date(2020, 6, 1)
DAYS = {"a": date(2020, 4, 1), "b": date(2020, 5, 31), "c": INDEX, "d": date(2020, 9, 9)}


def frame(table, rows):
    return pl.DataFrame(rows, schema=SCHEMA[table], orient="row")


def one_patient(index=INDEX):
    """Visits a and b before the index date, c on it, d 100 days after it with heart failure."""
    return EHR(
        frame("patients", [("p", "F", 1950, index, 1, DAYS["d"], "train")]),
        frame("visits", [(v, "p", n, day, "clinic") for n, (v, day) in enumerate(DAYS.items(), 1)]),
        frame("diagnoses", [(v, 1, "I509" if v == "d" else "I10", "ICD10CM") for v in DAYS]),
        frame(
            "treatments",
            [(v, "rx", "lisinopril", "GENERIC", "I10", "ICD10CM", 1) for v in ("b", "d")],
        ),
        frame("codes", []),
    )


def test_the_index_date_itself_is_the_future():
    known = censor(one_patient())
    assert known.visits["visit_id"].to_list() == ["a", "b"]
    assert known.diagnoses["visit_id"].to_list() == ["a", "b"]
    assert known.treatments["visit_id"].to_list() == ["b"]


@pytest.mark.parametrize("gap, left", [(0, ["a", "b"]), (1, ["a"]), (60, ["a"]), (61, [])])
def test_the_gap_is_measured_in_days_and_open_on_the_right(gap, left):
    assert censor(one_patient(), gap_days=gap).visits["visit_id"].to_list() == left


@pytest.mark.parametrize("horizon, label", [(99, 0), (100, 1)])
def test_the_label_looks_as_far_as_the_horizon(horizon, label):
    patients = censor(one_patient(), horizon_days=horizon).patients
    assert patients["hf_label"].to_list() == [label]
    assert patients["hf_date"].null_count() == 1 - label


def test_what_is_cut_is_counted():
    report = censor(one_patient()).report
    assert report.dropped["visits"] == {"not before the index date": 2}
    assert report.kept("treatments") == 1


def test_without_an_index_date_there_is_no_task():
    with pytest.raises(ValueError, match="index_date"):
        censor(one_patient(index=None))


def test_days_count_forward():
    with pytest.raises(ValueError, match="gap_days=-1"):
        censor(one_patient(), gap_days=-1)
