import datetime
import itertools

import pytest

from helpers.events import DayVisit, as_events, build_patients, parse_day
from helpers.patients import DxObject, Patient, Visit


def event(patient_id, date, code):
    return {"patient_id": patient_id, "date": date, "code": code}


EVENTS = [
    event("p2", "2019/9/30", "J45.9"),
    event("p1", "2019/10/2", "I10"),
    event("p1", "2019-09-30", "I10"),
    event("p1", "2019/9/30", "E11.9"),
    event("p1", "2019/9/30", "I10"),
]
BY_HAND = {
    "p1": [
        DayVisit(datetime.date(2019, 9, 30), ("E11.9", "I10")),
        DayVisit(datetime.date(2019, 10, 2), ("I10",)),
    ],
    "p2": [DayVisit(datetime.date(2019, 9, 30), ("J45.9",))],
}


def test_visits_by_hand():
    assert build_patients(EVENTS) == BY_HAND
    assert build_patients([]) == {}


def test_order_and_repetition_of_events_do_not_matter():
    for shuffled in itertools.permutations(EVENTS):
        assert build_patients([*shuffled, EVENTS[0]]) == BY_HAND


@pytest.mark.parametrize(
    "text, day",
    [
        ("2019/9/30", (2019, 9, 30)),
        ("2019-09-30", (2019, 9, 30)),
        (" 2020/2/29 ", (2020, 2, 29)),
    ],
)
def test_day(text, day):
    assert parse_day(text) == datetime.date(*day)


@pytest.mark.parametrize(
    "text, message",
    [
        ("30.9.2019", "a day is text such as"),
        ("2019/9-30", "a day is text such as"),
        ("2019/2/29", "no day '2019/2/29'"),
        ("", "a day is text such as"),
        (20190930, "not 20190930"),
    ],
)
def test_unreadable_day_is_named(text, message):
    with pytest.raises(ValueError, match=message):
        parse_day(text)


def test_bad_event_is_counted():
    with pytest.raises(ValueError, match=r"event 1 has no code, date"):
        build_patients([EVENTS[0], {"patient_id": "p1"}])
    with pytest.raises(ValueError, match=r"event 1: there is no day '2019/13/1'"):
        build_patients([EVENTS[0], event("p1", "2019/13/1", "I10")])


def test_events_of_a_patient_lead_back_to_the_visits():
    first, second = datetime.date(2019, 9, 30), datetime.date(2019, 10, 2)
    objects = (DxObject("ICD10CM:I10"),)
    visits = (
        Visit("v1", "p", first, None, ("ICD10CM:I10",), ("GENERIC:metoprolol",), (), objects),
        Visit("v2", "p", second, None, (), (), ("ICD9PCS:8952",), ()),
    )
    listed = as_events(Patient("p", "F", 1946, visits))
    assert listed[1] == event("p", "2019-09-30", "GENERIC:metoprolol")
    assert build_patients(reversed(listed)) == {
        "p": [
            DayVisit(first, ("GENERIC:metoprolol", "ICD10CM:I10")),
            DayVisit(second, ("ICD9PCS:8952",)),
        ]
    }


def test_visits_without_a_date_are_no_events():
    visit = Visit("1-1", "1", None, None, ("MED2VEC:5",), (), (), ())
    with pytest.raises(ValueError, match="visit 1 has no date"):
        as_events(Patient("1", None, None, (visit,)))
