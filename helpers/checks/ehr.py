"""Checks for health records: visits, codes, splits, windows and padded arrays."""

import datetime
from collections import Counter
from datetime import timedelta
from itertools import chain, pairwise

import numpy as np

from helpers import batches, codes, events, splits, timeline
from helpers.checks._choice import Choice, Prediction
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.events import DayVisit


# ------------------------------------------------------------- 9.1 build_patients
def _event(patient_id, date, code):
    return {"patient_id": patient_id, "date": date, "code": code}


AUTUMN = [
    _event("P1", "2019/10/2", "E11.9"),
    _event("P2", "2019/9/30", "J45.9"),
    _event("P1", "2019/9/30", "I10"),
    _event("P1", "2019/9/30", "E11.9"),
    _event("P1", "2019/9/30", "I10"),
]
FEBRUARY = [
    _event("P7", "2019-02-09", "I10"),
    _event("P7", "2019/2/10", "R05"),
    _event("P7", "2018/12/24", "I10"),
    _event("P7", "2019/2/9", "E11.9"),
]
YEARS = [_event("P1", "2018/1/1", "I10"), _event("P1", "2019/1/1", "I10")]


def _as_day(value):
    """Return what a learner may use for a day as a date, or None."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, np.datetime64):
        return value.astype("datetime64[D]").item()
    return None


def _visit(pair):
    """Return (day, codes sorted) of one visit; a code that is there twice stays twice."""
    day, found = pair
    return _as_day(day), sorted(found)


def _same_patients(got, expected):
    if not isinstance(got, dict) or set(got) != set(expected):
        return False
    return all(
        [_visit(visit) for visit in got[key]] == [_visit(visit) for visit in expected[key]]
        for key in expected
    )


def _days(answer, listed):
    """Return the days of the first patient as text, in the order of the answer."""
    found = []
    for day, _ in next(iter(answer(listed).values())):
        found.append(events.parse_day(day) if isinstance(day, str) else _as_day(day))
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
    right = events.build_patients(listed)
    return {key: [(day, found[-1:]) for day, found in visits] for key, visits in right.items()}


def _two_spellings_of_a_day(listed):
    return _grouped(listed, order=_by_day_of_the_first)


def _by_day_of_the_first(members):
    return events.parse_day(members[0]["date"])


def _text_decides(answer):
    autumn = [event for event in AUTUMN if event["patient_id"] == "P1"]
    late_first = all(_days(answer, part)[0] == "2019-10-02" for part in (autumn, autumn[::-1]))
    return late_first and _days(answer, YEARS)[0] == "2018-01-01"


def _follows_the_file(answer):
    return _days(answer, YEARS)[0] == "2018-01-01" and _days(answer, YEARS[::-1])[0] == "2019-01-01"


def _is_backwards(answer):
    return all(_days(answer, part)[0] == "2019-01-01" for part in (YEARS, YEARS[::-1]))


def _keeps_duplicates(answer):
    found = [code for day, codes_ in answer(AUTUMN)["P1"] for code in codes_ if _is_september(day)]
    return found.count("I10") > 1 and len(answer(AUTUMN)["P1"]) == 2


def _is_september(day):
    return (events.parse_day(day) if isinstance(day, str) else _as_day(day)).month == 9


def _mixes_patients(answer):
    return any("J45.9" in found for _, found in answer(AUTUMN)["P1"])


def _splits_a_day(answer):
    return len(answer(AUTUMN)["P1"]) > 2


def _splits_spellings(answer):
    return len(answer(FEBRUARY)["P7"]) == 4 and len(answer(AUTUMN)["P1"]) == 2


def _day_is_text(answer):
    return all(isinstance(day, str) and day[0].isdigit() for day, _ in answer(YEARS)["P1"])


def _loses_codes(answer):
    return [len(set(found)) for _, found in answer(AUTUMN)["P1"]] == [1, 1]


def _has_the_shape(answer):
    out = answer(YEARS)
    if not isinstance(out, dict) or set(out) != {"P1"}:
        return f"Return a dict with one entry a patient, here 'P1'; yours is {str(out)[:60]}."
    if not isinstance(out["P1"], list | tuple) or len(out["P1"]) != 2:
        return "For each patient return a list with one visit a day; P1 was there on two days."
    for visit in out["P1"]:
        if not isinstance(visit, list | tuple) or len(visit) != 2:
            return "A visit is a pair: the day, and the codes of that day."
        if _as_day(visit[0]) is None:
            return f"The day of a visit should be a datetime.date; yours is {visit[0]!r}."
        if isinstance(visit[1], str):
            return "The codes of a visit are a list or a set, also where there is one code only."
    return None


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
    laws=(_has_the_shape, _order_of_input_does_not_matter),
    wrong=(
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


# -------------------------------------------------------------------- 9.2 roll_up
def roll_up_icd9(code, level):
    """Roll up an ICD-9-CM diagnosis, with or without its dot; anything else is ``"OTHER"``."""
    text = codes.normalise(code, "ICD9CM")
    if not codes.looks_valid(text, "ICD9CM"):
        return "OTHER"
    return codes.dotted(codes.roll_up(codes.key("ICD9CM", text), level))


def _as_number(code, level):
    rolled = roll_up_icd9(code, level)
    return rolled.lstrip("0") if rolled[0] == "0" else rolled


def _three_for_all(code, level):
    text = code.replace(".", "")
    if roll_up_icd9(code, level) == "OTHER":
        return "OTHER"
    return text[:3] + ("." + text[3 : 3 + level] if level and text[3:] else "")


def _key_error(code, level):
    if roll_up_icd9(code, level) == "OTHER":
        raise KeyError(code)
    return roll_up_icd9(code, level)


def _no_other(code, level):
    front, _, after = code.partition(".")
    if roll_up_icd9(code, level) == "OTHER":
        return f"{front}.{after[:level]}" if level and after else front
    return roll_up_icd9(code, level)


def _other_for_no_dot(code, level):
    return code if "." not in code and len(code) > 3 else roll_up_icd9(code, level)


def _category_only(code, level):
    return roll_up_icd9(code, 0)


def _level_of_all(code, level):
    return code[:level] if roll_up_icd9(code, level) != "OTHER" else "OTHER"


def _dot_stays(code, level):
    rolled = roll_up_icd9(code, level)
    return rolled if "." in rolled or rolled == "OTHER" or "." not in code else rolled + "."


def _no_dot(code, level):
    return roll_up_icd9(code, level).replace(".", "")


def _stops_at_unknown(answer):
    answer("250.02", 0)  # a function that fails here has another mistake
    try:
        answer("abc", 0)
    except Exception:
        return True
    return False


def _zero_is_lost(answer):
    return str(answer("042", 0)) in ("42", "42.0")


def _cuts_e_codes(answer):
    return "E87" in (answer("E878.1", 0), answer("E8781", 0))


def _keeps_no_dot_codes(answer):
    return answer("25002", 0) == "25002"


def _level_does_nothing(answer):
    return answer("250.02", 1) == answer("250.02", 0) == "250"


def _level_is_a_length(answer):
    return answer("250.02", 1) in ("2", "25") or answer("250.02", 0) == ""


def _ends_with_a_dot(answer):
    return any(str(answer(code, 0)).endswith(".") for code in ("250.02", "042", "V451"))


def _has_no_dot(answer):
    return answer("250.02", 1) == "2500"


def _accepts_strangers(answer):
    return "OTHER" not in (answer("I50.9", 0), answer("42", 0), answer("abc", 0))


def _accepts_a_short_code(answer):
    return answer("42", 0) == "42" and answer("abc", 0) == "OTHER"


def _short_is_fine(code, level):
    return code if code == "42" else roll_up_icd9(code, level)


def _coarser_first_changes_nothing(answer):
    for code in ("250.02", "E878.1", "V45.81", "428"):
        once, twice = answer(code, 0), answer(answer(code, 1), 0)
        if once != twice:
            return f"{code} to level 1 and then to level 0 gives {twice}, at once it gives {once}."
    return None


roll_up = Exercise(
    name="roll_up",
    number="9.2",
    review="section 2",
    reference=roll_up_icd9,
    calls=(
        call("250.02", 0),
        call("250.02", 1),
        call("250.02", 2),
        call("042", 0),
        call("25002", 0),
        call("25002", 1),
        call("V45.1", 0),
        call("V4581", 1),
        call("E878.1", 0),
        call("E8781", 0),
        call("E8781", 1),
        call("428", 1),
        call("I50.9", 0),
        call("42", 0),
        call("abc", 0),
        call("", 1),
    ),
    laws=(_coarser_first_changes_nothing,),
    wrong=(
        Wrong(_as_number, "Leading zero lost: 042 became 42. Codes are text.", _zero_is_lost),
        Wrong(
            _level_of_all,
            "level counts the characters after the dot, not all of them: 250.02 at level 1 is "
            "250.0.",
            _level_is_a_length,
        ),
        Wrong(
            _dot_stays,
            "A dot with nothing behind it is left over: 250, not '250.'.",
            _ends_with_a_dot,
        ),
        Wrong(
            _three_for_all,
            "E878.1 becomes E87 with 3 characters; E codes have 4 before the dot.",
            _cuts_e_codes,
        ),
        Wrong(
            _other_for_no_dot,
            "25002 came back as it was. MIMIC leaves the dot out: three characters stand before "
            "it, four in an E code.",
            _keeps_no_dot_codes,
        ),
        Wrong(
            _category_only,
            "250.02 at level 1 should keep one character after the dot; `level` has no effect.",
            _level_does_nothing,
        ),
        Wrong(_no_dot, "Write the dot back: 250.02 at level 1 is 250.0, not 2500.", _has_no_dot),
        Wrong(
            _key_error,
            "Code 'abc' is no ICD-9 code and your function stopped. Return 'OTHER', and count "
            "how often that happens.",
            _stops_at_unknown,
        ),
        Wrong(
            _no_other,
            "What is no ICD-9 code has to become 'OTHER': I50.9 is ICD-10, 'abc' is nothing, and "
            "42 has lost its zero.",
            _accepts_strangers,
        ),
        Wrong(
            _short_is_fine,
            "'42' passed as a code. An ICD-9 diagnosis has three digits before the dot: 'OTHER'.",
            _accepts_a_short_code,
        ),
    ),
)


# ------------------------------------------------------------- 9.3 split_patients
VISITS_OF = [f"P{i:02d}" for i in range(1, 12) for _ in range(1 + i % 3)]  # 11 patients
THIRDS = (0.5, 0.25, 0.25)


class _Salted(str):
    """Text whose hash can be chosen: sets of it come in another order, as in another session."""

    salt = 0

    def __hash__(self):
        return hash((_Salted.salt, str(self)))


def _cut(items, fractions):
    ends = [round(sum(fractions[:i]) * len(items)) for i in range(len(fractions) + 1)]
    return [list(items[a:b]) for a, b in pairwise(ends)]


def _visits_split(ids, fractions, rng):
    return _cut([ids[i] for i in rng.permutation(len(ids))], fractions)


def _in_file_order(ids, fractions, rng):
    return _cut(list(dict.fromkeys(ids)), fractions)


def _rest_is_lost(ids, fractions, rng):
    patients = rng.permutation(list(dict.fromkeys(ids))).tolist()
    parts, start = [], 0
    for fraction in fractions:
        parts.append(patients[start : start + int(fraction * len(patients))])
        start += len(parts[-1])
    return parts


def _own_generator(ids, fractions, rng):
    return splits.split_patients(ids, fractions, np.random.default_rng(0))


def _any_generator(ids, fractions, rng):
    return splits.split_patients(ids, fractions, np.random.default_rng())


def _order_of_a_set(ids, fractions, rng):
    return splits.split_patients(list(set(ids)), fractions, rng)


def _one_by_one(ids, fractions, rng):
    patients = list(dict.fromkeys(ids))
    part = rng.choice(len(fractions), size=len(patients), p=fractions)
    return [
        [patient for patient, drawn in zip(patients, part, strict=True) if drawn == i]
        for i in range(len(fractions))
    ]


def _with_repetitions(ids, fractions, rng):
    parts = splits.split_patients(ids, fractions, rng)
    return [[i for i in ids if i in part] for part in parts]


def _visits_first(ids, fractions, rng):
    return _cut(list(dict.fromkeys(ids[i] for i in rng.permutation(len(ids)))), fractions)


def _parts(answer, seed=0, ids=VISITS_OF, fractions=THIRDS):
    out = answer(list(ids), fractions, np.random.default_rng(seed))
    return [[str(i) for i in part] for part in out]


def _members(answer, seed):
    """Return who is in which part, whatever the order inside a part."""
    return [sorted(part) for part in _parts(answer, seed)]


def _in_two_parts(parts):
    """Return the patients who are in more than one part."""
    seen = Counter(patient for part in parts for patient in set(part))
    return sorted(patient for patient, times in seen.items() if times > 1)


def _leaks_a_patient(answer):
    return bool(_in_two_parts(_parts(answer)))


def _name_the_leak(value, _):
    try:
        patient = _in_two_parts([[str(i) for i in part] for part in value])[0]
    except Exception:
        patient = "P02"
    return (
        f"Patient {patient} is in two parts. `ids` names a patient once a visit: find the "
        "different patients first, then divide those."
    )


def _is_not_shuffled(answer):
    flat = [patient for part in _parts(answer) for patient in part]
    return flat == list(dict.fromkeys(flat)) == sorted(flat) and len(flat) > 8


def _loses_patients(answer):
    parts = _parts(answer)
    return not _in_two_parts(parts) and len(set().union(*parts)) < 11


def _word_the_loss(value, _):
    try:
        left = len({str(i) for part in value for i in part})
    except Exception:
        left = 10
    return f"11 patients in, {left} out: give the rest to the last part."


def _ignores_the_seed(answer):
    return len({str(_members(answer, seed)) for seed in range(5)}) == 1


def _cannot_be_repeated(answer):
    return any(_members(answer, seed) != _members(answer, seed) for seed in range(5))


def _depends_on_the_session(answer):
    found = set()
    for _Salted.salt in (1, 2, 3, 4):
        out = answer([_Salted(i) for i in VISITS_OF], THIRDS, np.random.default_rng(0))
        found.add(str([sorted(str(i) for i in part) for part in out]))
    return len(found) > 1


def _repeats_patients(answer):
    parts = _parts(answer)
    return not _in_two_parts(parts) and any(len(part) > len(set(part)) for part in parts)


def _sizes_are_off(answer):
    allowed = [{5, 6}, {2, 3}, {2, 3, 4}]
    return any(
        len(part) not in sizes
        for seed in range(5)
        for part, sizes in zip(_parts(answer, seed), allowed, strict=True)
    )


def _prefers_frequent_visitors(answer):
    often = ["P00"] * 40 + [f"P{i:02d}" for i in range(1, 10)]
    first = sum("P00" in _parts(answer, seed, often, (0.5, 0.5))[0] for seed in range(100))
    return first > 75 or first < 25


def _right_number_of_parts(answer):
    for fractions in (THIRDS, (0.8, 0.2), (0.7, 0.3)):
        out = answer(list(VISITS_OF), fractions, np.random.default_rng(0))
        if len(out) != len(fractions):
            return f"For {len(fractions)} fractions return {len(fractions)} lists, not {len(out)}."
    return None


def _complete_and_disjoint(answer):
    for n in (1, 2, 7, 20, 101):
        ids = [f"Q{i:03d}" for i in range(n)]
        parts = _parts(answer, 1, ids)
        flat = [patient for part in parts for patient in part]
        if sorted(flat) != ids:
            return f"Of {n} patients {len(set(flat))} came back, in {len(flat)} places."
    return None


def _spreads_patients(answer):
    together = Counter(patient for seed in range(60) for patient in _parts(answer, seed)[0])
    if any(not 10 <= together[patient] <= 50 for patient in set(VISITS_OF)):
        return "In 60 shuffles some patients are nearly always in the same part. Shuffle them all."
    return None


split_patients = Exercise(
    name="split_patients",
    number="9.3",
    review="section 4",
    reference=None,
    calls=(
        call(list(VISITS_OF), THIRDS, np.random.default_rng(0)),
        call(list(VISITS_OF), (0.8, 0.2), np.random.default_rng(1)),
    ),
    laws=(_right_number_of_parts, _complete_and_disjoint, _spreads_patients),
    wrong=(
        Wrong(_visits_split, _name_the_leak, _leaks_a_patient),
        Wrong(
            _with_repetitions,
            "A patient stands in a part several times, once a visit. Name each patient once.",
            _repeats_patients,
        ),
        Wrong(_rest_is_lost, _word_the_loss, _loses_patients),
        Wrong(
            _in_file_order,
            "All train ids come first in the file, i.e. the earliest patients; shuffle with rng.",
            _is_not_shuffled,
        ),
        Wrong(
            _own_generator,
            "Every seed gives the same split. Shuffle with the `rng` that is passed.",
            _ignores_the_seed,
        ),
        Wrong(
            _any_generator,
            "The same seed gives two different splits. Take every random number from `rng`.",
            _cannot_be_repeated,
        ),
        Wrong(
            _order_of_a_set,
            "The order of a set of texts changes from one session to the next, and your split "
            "with it. Sort the ids, or keep the order of the file.",
            _depends_on_the_session,
        ),
        Wrong(
            _one_by_one,
            "Sizes vary with the seed, or are off by more than one: of 11 patients, .5 and .25 "
            "are 5 and 2 (or 6 and 3), the last part takes the rest.",
            _sizes_are_off,
        ),
        Wrong(
            _visits_first,
            "A patient with 40 visits lands in the first part nearly every time: you shuffle "
            "visits. Shuffle the different patients.",
            _prefers_frequent_visitors,
        ),
    ),
)


# --------------------------------------------------------------------- 9.4 window
INDEX = datetime.date(2020, 3, 1)  # 2020 has a 29 February
OBS, GAP = 90, 30


def _record(offsets):
    """Return one visit for each offset, that many days before the index date."""
    days = sorted(INDEX - timedelta(days=offset) for offset in offsets)
    return [DayVisit(day, (f"C{(INDEX - day).days}",)) for day in days]


EDGES = _record((400, 121, 120, 119, 60, 31, 30, 29, 1, 0, -1, -20))


def _kept(answer, offsets, obs_days=OBS, gap_days=GAP):
    """Return which of these offsets the answer keeps."""
    out = answer(_record(offsets), INDEX, obs_days, gap_days)
    return {(INDEX - _as_day(day)).days for day, _ in out}


def _select(keep):
    """Return a window that keeps a visit by its days before the index date."""

    def wrong(patient, index_date, obs_days, gap_days):
        return [v for v in patient if keep((index_date - v.date).days, obs_days, gap_days)]

    return wrong


def _last_visits(patient, index_date, obs_days, gap_days):
    known = [v for v in patient if v.date < index_date - timedelta(days=gap_days)]
    return known[-obs_days:] if obs_days else []


def _dates_only(patient, index_date, obs_days, gap_days):
    return [v.date for v in timeline.window(patient, index_date, obs_days, gap_days)]


def _same_visits(got, expected):
    try:
        return [_visit(visit) for visit in got] == [_visit(visit) for visit in expected]
    except (TypeError, ValueError):
        return False


def _gives_visits(answer):
    out = answer(_record((40, 50)), INDEX, OBS, GAP)
    if not _same_visits(out, _record((40, 50))):
        return f"Return whole visits, pairs of day and codes, oldest first; yours: {str(out)[:70]}."
    return None


def _nobody_came(answer):
    for visits in ([], _record((5, 300))):
        out = answer(visits, INDEX, OBS, GAP)
        if out is None or len(out):
            return "Nobody came in the observation window, and that is allowed: return []."
    return None


window = Exercise(
    name="window",
    number="9.4",
    review="section 4",
    reference=timeline.window,
    equal=_same_visits,
    calls=(
        call(EDGES, INDEX, OBS, GAP),
        call(EDGES, INDEX, 30, 0),
        call(EDGES, INDEX, 2, 30),
        call(EDGES, INDEX, 0, 0),
        call(_record((60, 30, 29)), INDEX, 30, 30),
        call([], INDEX, OBS, GAP),
    ),
    laws=(_gives_visits, _nobody_came),
    wrong=(
        Wrong(
            _last_visits,
            "You took the last 2 visits; the window is measured in days.",
            lambda answer: _kept(answer, (900, 500, 300, 200), 2, 0) == {300, 200},
        ),
        Wrong(
            _select(lambda before, obs, gap: abs(before) <= obs + gap and abs(before) > gap),
            "A visit after the index date came back. That is the future.",
            lambda answer: bool(_kept(answer, (60, -1, -45, -100)) & {-1, -45, -100}),
        ),
        Wrong(
            _select(lambda before, obs, gap: gap <= before <= gap + obs and before >= 0),
            "A visit exactly at index-gap is already too late: the right end is open. With a gap "
            "of 0 it is the index visit, which carries the diagnosis you predict.",
            lambda answer: (
                30 in _kept(answer, (60, 30, 20)) and 20 not in _kept(answer, (60, 30, 20))
            ),
        ),
        Wrong(
            _select(lambda before, obs, gap: 0 <= before <= obs + gap),
            "That visit, on the index date, carries the diagnosis you predict. Nothing from the "
            "index date on may be used.",
            lambda answer: 0 in _kept(answer, (60, 0), gap_days=0),
        ),
        Wrong(
            _select(lambda before, obs, gap: 0 < before <= obs),
            "A visit 20 days before the index date came back, but the gap is 30 days long.",
            lambda answer: 20 in _kept(answer, (60, 20)),
        ),
        Wrong(
            _select(lambda before, obs, gap: gap < before),
            "A visit 1000 days before came back. The observation window is 90 days long.",
            lambda answer: 1000 in _kept(answer, (1000, 60, 50)),
        ),
        Wrong(
            _select(lambda before, obs, gap: gap < before <= obs),
            "The gap has shortened your window. It moves the window back: 90 days that end 30 "
            "days before the index date begin 120 days before it.",
            lambda answer: _kept(answer, (115, 100, 80)) == {80},
        ),
        Wrong(
            _select(lambda before, obs, gap: gap < before < gap + obs),
            "A visit exactly at index-gap-obs belongs to the window: the left end is closed.",
            lambda answer: 120 not in _kept(answer, (120, 60)) and 119 in _kept(answer, (119, 60)),
        ),
        Wrong(
            _dates_only,
            "These are the days alone. Return the visits: day and codes.",
            lambda answer: isinstance(answer(_record((60, 50)), INDEX, OBS, GAP)[0], datetime.date),
        ),
        Wrong(
            lambda *args: timeline.window(*args)[::-1],
            "Your visits run from new to old. Keep the order of time.",
            lambda answer: (
                [v[0] for v in answer(_record((60, 50)), INDEX, OBS, GAP)]
                == [v[0] for v in _record((60, 50))[::-1]]
            ),
        ),
    ),
)


# ----------------------------------------------------------------- 9.5 pad_visits
WARD = [[[3], [1, 2]], [[2]], [[4, 1, 5], [2], [6, 3]]]  # 3 patients, 6 visits, 10 codes
LONG = [[[1], [2], [3]], [[4, 5]]]


def _two(value):
    """Return ids and mask as arrays of numbers."""
    ids, mask = value
    return np.asarray(ids).astype(float), np.asarray(mask).astype(float)


def _same_arrays(got, expected):
    try:
        mine, theirs = _two(got), _two(expected)
    except (TypeError, ValueError):
        return False
    return all(np.array_equal(a, b) for a, b in zip(mine, theirs, strict=True))


def _mend(change, patients, pad=0, max_visits=None):
    ids, mask = batches.pad_visits(patients, pad, max_visits)
    return change(ids, mask)


def _collision(patients, pad=0, max_visits=None):
    moved = [[[code + 10_000 for code in visit] for visit in visits] for visits in patients]
    ids, mask = batches.pad_visits(moved, pad, max_visits)
    return np.where(mask, ids - 10_000, pad), mask


def _mask_inverted(patients, pad=0, max_visits=None):
    return _mend(lambda ids, mask: (ids, ~mask), patients, pad, max_visits)


def _oldest_kept(patients, pad=0, max_visits=None):
    return batches.pad_visits([visits[:max_visits] for visits in patients], pad)


def _mask_guessed(patients, pad=0, max_visits=None):
    return _mend(lambda ids, mask: (ids, ids != 0), patients, pad, max_visits)


def _always_zero(patients, pad=0, max_visits=None):
    return _mend(lambda ids, mask: (ids * mask, mask), patients, pad, max_visits)


def _mask_of_visits(patients, pad=0, max_visits=None):
    return _mend(lambda ids, mask: (ids, mask.any(axis=2)), patients, pad, max_visits)


def _padding_first(patients, pad=0, max_visits=None):
    def turn(ids, mask):
        return ids[:, ::-1, ::-1].copy(), mask[:, ::-1, ::-1].copy()

    turned = [[visit[::-1] for visit in visits[::-1]] for visits in patients]
    if max_visits:
        turned = [visits[:max_visits] for visits in turned]
    return _mend(turn, turned, pad)


def _visits_joined(patients, pad=0, max_visits=None):
    newest = [visits[-(max_visits or 0) :] for visits in patients]
    joined = [[list(chain.from_iterable(visits))] for visits in newest]
    ids, mask = batches.pad_visits(joined, pad)
    return ids[:, 0], mask[:, 0]


def _newest_first_too(patients, pad=0, max_visits=None):
    return batches.pad_visits([visits[::-1] for visits in patients], pad, None)


def _no_limit(patients, pad=0, max_visits=None):
    return batches.pad_visits(patients, pad)


def _does_not_refuse(answer):
    try:
        answer([[[0, 1]]])
    except (ValueError, AssertionError):
        return False
    return True


def _has_real_as_zero(answer):
    mask = _two(answer(WARD))[1]
    return mask.size == 27 and mask.sum() == 17


def _has_the_old(answer):
    return sorted(np.asarray(answer(LONG, max_visits=2)[0])[0].ravel().tolist()) == [0, 0, 1, 2]


def _has_reversed(answer):
    return np.asarray(answer(LONG)[0])[0, :, 0].tolist() == [3, 2, 1]


def _starts_with_padding(answer):
    return np.asarray(answer(WARD)[1]).astype(bool)[1, 0].tolist() in (
        [False, False, True],
        [False, False, False],
    )


def _takes_padding_for_real(answer):
    return any(_two(answer(WARD, pad=pad))[1].sum() == 27 for pad in (-1, 99))


def _pads_with_zero(answer):
    ids = np.asarray(answer(WARD, pad=-1)[0])
    return ids.shape == (3, 3, 3) and ids[1, 2, 2] == 0


def _mask_is_flat(answer):
    ids, mask = answer(WARD)
    return np.ndim(ids) == 3 and np.ndim(mask) == 2


def _visits_are_gone(answer):
    out = answer(WARD)
    return isinstance(out, tuple | list) and np.ndim(out[0]) == 2


def _max_is_ignored(answer):
    return np.shape(answer(LONG, max_visits=2)[0])[1] == 3


def _two_boxes(answer):
    out = answer(WARD)
    if not isinstance(out, tuple | list) or len(out) != 2:
        return "Return two arrays: the ids and the mask."
    try:
        shapes = [np.shape(part) for part in out]
    except ValueError:
        return "The rows have different lengths. Fill up with `pad` until all are equally long."
    if any(shape != (3, 3, 3) for shape in shapes):
        return (
            "3 patients with at most 3 visits of at most 3 codes fill a box of shape (3, 3, 3), "
            f"ids and mask alike; yours are {shapes[0]} and {shapes[1]}."
        )
    return None


def _mask_counts_the_codes(answer):
    total = _two(answer(WARD))[1].sum()
    return None if total == 10 else f"Mask sum is {total:g}, real codes are 10."


def _real_codes_are_kept(answer):
    ids, mask = _two(answer(WARD))
    if sorted(ids[mask == 1].tolist()) != sorted(c for p in WARD for v in p for c in v):
        return "Where the mask is 1 the ids of the visits should stand, and they do not."
    return None


pad_visits = Exercise(
    name="pad_visits",
    number="9.5",
    review="section 3",
    reference=batches.pad_visits,
    equal=_same_arrays,
    calls=(
        call(WARD),
        call(LONG, max_visits=2),
        call(WARD, pad=-1),
        call([[[7], [7, 8]], [[9]]], pad=99, max_visits=1),
        call([[[1], []], [[2, 3]]]),
        call([[[0, 1]]]),
    ),
    laws=(_two_boxes, _mask_counts_the_codes, _real_codes_are_kept),
    wrong=(
        Wrong(
            _visits_joined,
            "The visits of a patient have run together. Keep three axes: patients, visits, codes.",
            _visits_are_gone,
        ),
        Wrong(
            _mask_of_visits,
            "Your mask has one entry a visit. Visits differ in length too: one entry a code.",
            _mask_is_flat,
        ),
        Wrong(
            _mask_inverted,
            "Mask sum is 17, real codes are 10: 1 must mean real.",
            _has_real_as_zero,
        ),
        Wrong(
            _padding_first,
            "Padding stands in front. Put the real visits and codes first, padding behind them.",
            _starts_with_padding,
        ),
        Wrong(
            _newest_first_too,
            "The newest visit stands first. Keep the order of time.",
            _has_reversed,
        ),
        Wrong(
            _oldest_kept,
            "With max_visits=2 the two newest visits should stay.",
            _has_the_old,
        ),
        Wrong(_no_limit, "max_visits=2, and three visits of a patient came back.", _max_is_ignored),
        Wrong(
            _always_zero,
            "With pad=-1 the box is still filled with 0. Fill it with `pad`.",
            _pads_with_zero,
        ),
        Wrong(
            _mask_guessed,
            "With pad=-1 or pad=99 your mask calls padding real. Set the mask where you write a "
            "code, whatever fills the rest.",
            _takes_padding_for_real,
        ),
        Wrong(
            _collision,
            "Id 0 is both padding and a code; let codes start at 1. A code with the id of the "
            "padding should raise a ValueError.",
            _does_not_refuse,
        ),
    ),
)


# --------------------------------------------------------------------- questions
random_labels = Prediction(
    name="random_labels",
    number="9.P",
    options={"a": "about .5", "b": "about .75", "c": "above .9"},
    outcome="c",
    where="Section 4",
)

leaking_design = Choice(
    name="leaking_design",
    number="9.A",
    right="c",
    feedback={
        "a": "Age on the index date is known on the index date. No leak.",
        "b": "What was ordered before the gap was known when the prediction was made. No leak.",
        "c": "The last visit lies after the index date, and when it comes depends on what "
        "happened. In section 4 this one number lifts the AUC.",
        "d": "A published tree knows nothing of your labels. A table of risks made from the "
        "labels of all patients would leak.",
    },
)

no_code = Choice(
    name="no_code",
    number="9.B",
    right="d",
    feedback={
        "a": "In the clinic a third of the people with high blood pressure have no code for it "
        "in their last visit.",
        "b": "An illness can be treated for years before and after the visit at hand.",
        "c": "Loaders report what they drop. Most missing codes were never written.",
        "d": "Absent, not looked for, known and not written down, or coded elsewhere: the array "
        "holds the same 0 for all of them.",
    },
)
