"""Check of building visits from events."""

from helpers import events
from helpers.checks._compare import show
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.checks._visits import as_day, plain_visit


def _event(patient_id, date, code):
    return {"patient_id": patient_id, "date": date, "code": code}


AUTUMN = [
    _event("P1", "2019/9/30", "I10"),
    _event("P1", "2019/10/2", "E11.9"),
    _event("P2", "2019/9/30", "J45.9"),
    _event("P1", "2019/9/30", "E11.9"),
    _event("P1", "2019/9/30", "I10"),
]
FEBRUARY = [
    _event("P7", "2019/2/10", "R05"),
    _event("P7", "2019-02-09", "I10"),
    _event("P7", "2018-12-24", "I10"),
    _event("P7", "2019/2/9", "E11.9"),
    _event("P7", "2019/2/9", "I10"),  # once more, in the other spelling
]
YEARS = [_event("P1", "2018/3/5", "I10"), _event("P1", "2019/1/1", "I10")]
TWO_CODES = [_event("P1", "2019-09-30", "I10"), _event("P1", "2019-09-30", "E11.9")]
SPELLINGS = [_event("P1", "2019-02-09", "I10"), _event("P1", "2019/2/9", "E11.9")]


def _same_patients(got, expected):
    if not isinstance(got, dict) or set(got) != set(expected):
        return False
    return all(
        [plain_visit(visit) for visit in got[key]]
        == [plain_visit(visit) for visit in expected[key]]
        for key in expected
    )


def _days(answer, listed):
    """Return the days of the first patient as text, in the order of the answer."""
    found = []
    for day, _ in next(iter(answer(listed).values())):
        found.append(events.parse_day(day) if isinstance(day, str) else as_day(day))
    return [day.isoformat() for day in found]


def _grouped(listed, group=lambda event: (event["patient_id"], event["date"]), order=None):
    """Build patients with a choice of mistakes."""
    visits = {}
    for event in listed:
        visits.setdefault(group(event), []).append(event)
    patients = {}
    for members in sorted(visits.values(), key=order) if order else visits.values():
        day = events.parse_day(members[0]["date"])
        found = sorted({event["code"] for event in members})
        for patient_id in dict.fromkeys(event["patient_id"] for event in members):
            patients.setdefault(patient_id, []).append((day, found))
    return patients


def _by_day(event):
    return event["patient_id"], events.parse_day(event["date"])


def _text_order(listed):
    return _grouped(listed, order=lambda members: members[0]["date"])


def _order_of_the_file(listed):
    return _grouped(listed, _by_day)


def _newest_first(listed):
    right = events.build_patients(listed)
    return {key: visits[::-1] for key, visits in right.items()}


def _duplicates_kept(listed):
    patients = {}
    for event in sorted(listed, key=_by_day):
        visits = patients.setdefault(event["patient_id"], {})
        visits.setdefault(events.parse_day(event["date"]), []).append(event["code"])
    return {key: list(visits.items()) for key, visits in patients.items()}


def _days_of_everybody(listed):
    return _grouped(
        sorted(listed, key=lambda event: events.parse_day(event["date"])),
        lambda event: events.parse_day(event["date"]),
    )


def _a_visit_per_event(listed):
    patients = {}
    for event in sorted(listed, key=_by_day):
        visit = (events.parse_day(event["date"]), [event["code"]])
        patients.setdefault(event["patient_id"], []).append(visit)
    return patients


def _days_as_text(listed):
    right = events.build_patients(listed)
    return {key: [(day.isoformat(), c) for day, c in visits] for key, visits in right.items()}


def _last_code_only(listed):
    every = _duplicates_kept(listed)
    return {key: [(day, found[-1:]) for day, found in visits] for key, visits in every.items()}


def _two_spellings_of_a_day(listed):
    return _grouped(listed, order=_by_day_of_the_first)


def _by_day_of_the_first(members):
    return events.parse_day(members[0]["date"])


def _text_decides(answer):
    autumn = [event for event in AUTUMN if event["patient_id"] == "P1"]
    late_first = all(_days(answer, part)[0] == "2019-10-02" for part in (autumn, autumn[::-1]))
    return late_first and _days(answer, YEARS)[0] == "2018-03-05"


def _follows_the_file(answer):
    days = ["2018-03-05", "2019-01-01"]
    return _days(answer, YEARS) == days and _days(answer, YEARS[::-1]) == days[::-1]


def _is_backwards(answer):
    return all(_days(answer, part)[0] == "2019-01-01" for part in (YEARS, YEARS[::-1]))


def _keeps_duplicates(answer):
    return len(answer(AUTUMN)["P1"]) == 2 and "2019-09-30" in _days_with_i10_twice(answer, AUTUMN)


def _keeps_duplicates_of_two_spellings(answer):
    return "2019-02-09" in _days_with_i10_twice(answer, FEBRUARY)


def _days_with_i10_twice(answer, listed):
    visits = zip(_days(answer, listed), next(iter(answer(listed).values())), strict=True)
    return [day for day, (_, found) in visits if list(found).count("I10") > 1]


def _mixes_patients(answer):
    return any("J45.9" in found for _, found in answer(AUTUMN)["P1"])


def _splits_a_day(answer):
    return len(answer(AUTUMN)["P1"]) > 2


def _splits_spellings(answer):
    return len(answer(SPELLINGS)["P1"]) == 2


def _day_is_text(answer):
    return all(isinstance(day, str) and day[0].isdigit() for day, _ in answer(YEARS)["P1"])


def _equal_events_once(listed):
    once = {tuple(event.items()): event for event in listed}
    return _duplicates_kept(once.values())


def _in_a_set(listed):
    right = events.build_patients(listed)
    return {key: {(day, tuple(found)) for day, found in visits} for key, visits in right.items()}


def _is_a_set(answer):
    return isinstance(answer(YEARS)["P1"], set | frozenset)


def _loses_codes(answer):
    return all(
        [list(found) for _, found in answer(listed)["P1"]] == [[listed[-1]["code"]]]
        for listed in (TWO_CODES, TWO_CODES[::-1])
    )


def _has_the_shape(answer):
    out = answer(YEARS)
    if not isinstance(out, dict) or set(out) != {"P1"}:
        return f"Return a dict with one entry a patient, here 'P1'; yours is {show(out)}."
    if not isinstance(out["P1"], list | tuple) or len(out["P1"]) != 2:
        return "For each patient return a list with one visit a day; P1 was there on two days."
    for visit in out["P1"]:
        if not isinstance(visit, list | tuple) or len(visit) != 2:
            return "A visit is a pair: the day, and the codes of that day."
        if as_day(visit[0]) is None:
            return f"The day of a visit should be a datetime.date; yours is {visit[0]!r}."
        if isinstance(visit[1], str):
            return "The codes of a visit are a list or a set, also where there is one code only."
    return None


def _nobody_and_nothing_is_lost(answer):
    for listed in (AUTUMN, FEBRUARY):
        got, right = answer(listed), events.build_patients(listed)
        for patient in right:
            if patient not in got:
                return f"{patient} has events and is not in your dict."
            mine, theirs = _codes_by_day(got[patient]), _codes_by_day(right[patient])
            for day in theirs:
                if day not in mine:
                    return f"{patient} was there on {day}; your visits are on {_listed(mine)}."
                if mine[day] != theirs[day]:
                    return (
                        f"On {day} {patient} has the codes {_listed(theirs[day])}; "
                        f"yours are {_listed(mine[day]) or 'none'}."
                    )
    return None


def _codes_by_day(visits):
    return {as_day(day): sorted(map(str, found)) for day, found in visits}


def _listed(things):
    return ", ".join(map(str, things))


def _order_of_input_does_not_matter(answer):
    for listed in (AUTUMN, FEBRUARY):
        if not _same_patients(answer(listed[::-1]), answer(listed)):
            return "The same events in another order give another record. Sort the visits by day."
    return None


build_patients = Exercise(
    name="build_patients",
    number="9.1",
    review="section 1",
    reference=events.build_patients,
    equal=_same_patients,
    calls=(call(AUTUMN), call(FEBRUARY), call(YEARS[::-1]), call([])),
    laws=(_has_the_shape, _nobody_and_nothing_is_lost, _order_of_input_does_not_matter),
    wrong=(
        Wrong(
            _in_a_set,
            "The visits of a patient are in a set, and a set has no order. Return a list, oldest "
            "first.",
            _is_a_set,
        ),
        Wrong(
            _text_order,
            "'2019/10/2' came before '2019/9/30': compare dates, not strings.",
            _text_decides,
        ),
        Wrong(
            _order_of_the_file,
            "Your visits follow the order of the file, and files are not in order of time. "
            "Sort the visits of a patient by day.",
            _follows_the_file,
        ),
        Wrong(_newest_first, "2019 comes before 2018 in your record: oldest first.", _is_backwards),
        Wrong(
            _days_of_everybody,
            "J45.9 of patient P2 stands in the record of P1, who came on the same day. "
            "Group by patient AND day.",
            _mixes_patients,
        ),
        Wrong(
            _a_visit_per_event,
            "P1 has more visits than days. All codes of one patient and one day are one visit.",
            _splits_a_day,
        ),
        Wrong(
            _two_spellings_of_a_day,
            "'2019-02-09' and '2019/2/9' are the same day and gave two visits. Read the text as "
            "a date before you group.",
            _splits_spellings,
        ),
        Wrong(
            _duplicates_kept,
            "Code I10 appears twice on 2019-09-30; a visit is a set, each code once.",
            _keeps_duplicates,
        ),
        Wrong(
            _equal_events_once,
            "Code I10 appears twice on 2019-02-09: it came with '2019-02-09' and with '2019/2/9'. "
            "Compare codes, not whole events.",
            _keeps_duplicates_of_two_spellings,
        ),
        Wrong(
            _last_code_only,
            "P1 has two codes on 2019-09-30, you kept one. Add a code to the visit, do not "
            "replace what is there.",
            _loses_codes,
        ),
        Wrong(
            _days_as_text,
            "The day of a visit is still text. Make it a datetime.date: dates can be compared "
            "and subtracted.",
            _day_is_text,
        ),
    ),
)
