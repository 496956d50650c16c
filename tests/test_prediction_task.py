import datetime
from collections import Counter
from datetime import timedelta

import pytest

from helpers.censoring import censor
from helpers.datasets import load_clinic
from helpers.patients import Patient, Visit
from helpers.prediction_task import make_task

INDEX = datetime.date(2020, 3, 1)
HF, OTHER = "ICD10CM:I509", "ICD10CM:I10"


def patient(name, *visits, index=INDEX):
    """A patient with visits ``(days after the index date, codes...)``."""
    seen = tuple(
        Visit(f"{name}-{i}", name, INDEX + timedelta(days=days), None, codes, (), (), ())
        for i, (days, *codes) in enumerate((d, *map(str, c)) for d, *c in visits)
        for codes in [tuple(codes)]
    )
    return Patient(name, "F", 1950, seen, index)


def test_features_are_the_visits_of_the_window_and_the_label_comes_after():
    adler = patient("adler", (-500, "a"), (-60, "b", "c"), (-31, "d"), (-30, "e"), (20, HF))
    X, y, excluded = make_task([adler], {HF}, obs=100, gap=30, horizon=90)
    assert (X, y, excluded) == ({"adler": [("b", "c"), ("d",)]}, {"adler": 1}, {})


@pytest.mark.parametrize("days, label", [(0, 1), (1, 1), (90, 1), (91, 0), (400, 0)])
def test_prediction_window_has_both_ends(days, label):
    task = make_task([patient("p", (-10, OTHER), (days, HF))], {HF}, 100, 0, 90)
    assert task.y == {"p": label}


@pytest.mark.parametrize("days", [-1, -20, -50, -5000])
def test_who_is_ill_before_the_index_date_takes_no_part(days):
    task = make_task([patient("p", (-40, OTHER), (days, HF), (10, HF))], {HF}, 100, 30, 90)
    assert (task.X, task.excluded) == ({}, {"p": "already ill"})


def test_a_patient_without_visits_in_the_window_is_named():
    seen_in_the_gap = patient("gap", (-10, OTHER))
    never, long_ago = patient("never"), patient("old", (-400, OTHER), (10, HF))
    undated = patient("undated", (-10, OTHER), index=None)
    task = make_task([seen_in_the_gap, never, long_ago, undated], {HF}, 100, 30, 90)
    reasons = Counter(task.excluded.values())
    assert reasons == {"no history": 3, "no index date": 1} and not task.y


@pytest.mark.parametrize(
    "target, people, words",
    [
        (HF, ["p"], "target is a set of codes"),  # its letters would be the codes
        (set(), ["p"], "target is a set of codes"),
        ({HF}, ["p", "q", "p"], "patient p comes twice"),
    ],
)
def test_refused(target, people, words):
    with pytest.raises(ValueError, match=words):
        make_task([patient(name, (-10, OTHER)) for name in people], target, 90, 0, 90)


def test_nobody_is_a_task_of_nobody():
    assert list(make_task([], {HF}, 90, 0, 90)) == [{}, {}, {}]


def test_windows_without_an_end():
    p = patient("p", (-4000, "a"), (4000, HF))
    assert make_task([p], {HF}, None, 0, None).y == {"p": 1}
    with pytest.raises(ValueError, match="gap_days"):
        make_task([p], {HF}, None, -1, None)


def test_on_the_clinic_it_is_the_cut_of_the_tables():
    clinic = load_clinic()
    hf = {f"ICD10CM:{c}" for c in clinic.ehr.codes.filter(condition="heart failure")["code"]}
    for gap, horizon in ((0, None), (0, 365), (60, 540)):
        task = make_task(clinic.ehr.as_patients(), hf, None, gap, horizon)
        cut = {p.patient_id: p for p in censor(clinic.ehr, gap, horizon).as_patients()}
        assert set(task.X) == {name for name, p in cut.items() if p.visits}
        assert set(task.X) | set(task.excluded) == set(cut)
        for name, visits in task.X.items():
            assert visits == [visit.codes for visit in cut[name].visits]
            assert task.y[name] == cut[name].hf_label
