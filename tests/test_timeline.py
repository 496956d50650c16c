import datetime
from datetime import timedelta

import pytest

from helpers.censoring import censor
from helpers.datasets import load_clinic
from helpers.events import DayVisit
from helpers.patients import Visit
from helpers.timeline import PARTS, Windows, window

INDEX = datetime.date(2020, 3, 1)  # the day before is 29 February


def before(days):
    return INDEX - timedelta(days=days)


@pytest.mark.parametrize(
    "days_before, part",
    [
        (121, "older"),
        (120, "observation"),  # index - gap - obs: the left end belongs to the window
        (31, "observation"),
        (30, "gap"),  # index - gap: the right end does not
        (1, "gap"),
        (0, "prediction"),
        (-180, "prediction"),
        (-181, "later"),
    ],
)
def test_borders_by_hand(days_before, part):
    windows = Windows(INDEX, obs_days=90, gap_days=30, prediction_days=180)
    assert windows.part(before(days_before)) == part


def test_leap_day_is_a_day():
    assert Windows(INDEX, 1).part(datetime.date(2020, 2, 29)) == "observation"
    assert Windows(INDEX, 1).part(datetime.date(2020, 2, 28)) == "older"


def test_parts_come_in_order_and_have_the_lengths_asked_for():
    windows = Windows(INDEX, obs_days=90, gap_days=30, prediction_days=180)
    parts = [windows.part(before(days)) for days in range(400, -400, -1)]
    assert list(dict.fromkeys(parts)) == list(PARTS)
    assert parts.count("observation") == 90 and parts.count("gap") == 30
    assert parts.count("prediction") == 181  # the index date, and 180 days after it


def test_without_lengths_the_windows_reach_to_the_ends():
    windows = Windows(INDEX)
    assert windows.part(before(40_000)) == "observation"
    assert windows.part(before(-40_000)) == "prediction"


def test_window_is_the_observation_part():
    visits = [DayVisit(before(days), ("I10",)) for days in (200, 120, 60, 30, 0, -5)]
    assert window(visits, INDEX, 90, 30) == visits[1:3]
    assert window(visits, INDEX, 0, 30) == window([], INDEX, 90) == []


def test_longer_window_keeps_what_a_shorter_one_kept():
    visits = [DayVisit(before(days), ()) for days in range(-50, 300, 7)]
    for obs_days in (10, 100, 250):
        shorter, longer = (window(visits, INDEX, obs_days + more, 14) for more in (0, 30))
        assert set(shorter) < set(longer)


@pytest.mark.parametrize("name", ["obs_days", "gap_days", "prediction_days"])
def test_negative_length_is_named(name):
    with pytest.raises(ValueError, match=f"{name} is a length in days, 0 or more, not -1"):
        Windows(INDEX, **{name: -1})


@pytest.mark.parametrize("gap_days", [0, 30])
def test_cutting_the_tables_keeps_the_visits_of_an_endless_window(gap_days):
    ehr = load_clinic().ehr
    first = ehr.patients.head(50)["patient_id"].to_list()
    known = {
        patient.patient_id: list(patient.visits)
        for patient in censor(ehr, gap_days=gap_days).as_patients()
    }
    for patient in ehr.as_patients():
        if patient.patient_id in first:
            kept = window(patient.visits, patient.index_date, None, gap_days)
            assert kept == known[patient.patient_id]
            assert kept != list(patient.visits)


def test_visits_without_a_date_lie_in_no_window():
    visits = [Visit("1-1", "1", None, None, ("MED2VEC:5",), (), (), ())]
    with pytest.raises(ValueError, match="visit 1 has no date"):
        window(visits, INDEX, 365)
