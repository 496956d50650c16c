"""From a list of events, one row a code, to patients with their visits.

The smallest common form of a health record is a list of events: who, when, which code. A visit
is what one patient has on one day, each code once.
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from helpers.patients import Patient, refuse_undated

DAY = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})")


class DayVisit(NamedTuple):
    """One day of one patient: a pair of a date and codes, each code once, sorted."""

    date: datetime.date
    codes: tuple[str, ...]


def parse_day(text: str) -> datetime.date:
    """Read a day written as ``2019-09-30`` or ``2019/9/30``.

    As text, ``"2019/10/2"`` comes before ``"2019/9/30"``; as dates they are in order.

    Raises
    ------
    ValueError
        If `text` is written in another way, or if there is no such day.

    Examples
    --------
    >>> parse_day("2019/9/30") < parse_day("2019/10/2")
    True
    """
    found = DAY.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"a day is text such as 2019-09-30 or 2019/9/30, not {text!r}")
    year, _, month, day = found.groups()
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError as error:
        raise ValueError(f"there is no day {text!r}: {error}") from None


def build_patients(events: Iterable[Mapping[str, str]]) -> dict[str, list[DayVisit]]:
    """Group events into visits: one a patient and day, in time order, each code once.

    Parameters
    ----------
    events
        Each a mapping with ``patient_id``, ``date`` (see :func:`parse_day`) and ``code``, in
        any order.

    Returns
    -------
        The visits of every patient; patients in the order of their ids.

    Raises
    ------
    ValueError
        If an event lacks one of the three, or its date cannot be read; the message counts
        events from 0.

    Examples
    --------
    >>> build_patients([{"patient_id": "p1", "date": "2019/9/30", "code": "I10"}])
    {'p1': [DayVisit(date=datetime.date(2019, 9, 30), codes=('I10',))]}
    """
    codes: dict[tuple[str, datetime.date], set[str]] = {}
    for number, event in enumerate(events):
        missing = {"patient_id", "date", "code"} - event.keys()
        if missing:
            raise ValueError(f"event {number} has no {', '.join(sorted(missing))}")
        try:
            day = parse_day(event["date"])
        except ValueError as error:
            raise ValueError(f"event {number}: {error}") from None
        codes.setdefault((event["patient_id"], day), set()).add(event["code"])
    patients: dict[str, list[DayVisit]] = {}
    for (patient_id, day), found in sorted(codes.items()):
        patients.setdefault(patient_id, []).append(DayVisit(day, tuple(sorted(found))))
    return patients


def as_events(patient: Patient) -> list[dict[str, str]]:
    """Write a patient as events, one a code, visit by visit: what :func:`build_patients` reads.

    Raises
    ------
    ValueError
        If a visit has no date.
    """
    refuse_undated(patient.visits)
    return [
        {"patient_id": patient.patient_id, "date": visit.date.isoformat(), "code": code}
        for visit in patient.visits
        for code in visit.codes
    ]
