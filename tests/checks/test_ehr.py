"""Answers that are in no catalogue: right ones pass, wrong ones get the hint that fits."""

import datetime
import random
import re
from collections import defaultdict
from datetime import timedelta

import numpy as np
import pytest

from helpers.checks import ehr
from tests.checks.judging import hinted, passes


# ------------------------------------------------------------------ build_patients
def to_day(text):
    return datetime.date(*(int(part) for part in text.replace("/", "-").split("-")))


def nested_dicts(events):
    found = defaultdict(lambda: defaultdict(set))
    for event in events:
        found[event["patient_id"]][to_day(event["date"])].add(event["code"])
    return {key: sorted(visits.items()) for key, visits in found.items()}


def sorted_rows_and_datetimes(events):
    rows = sorted({(e["patient_id"], to_day(e["date"]), e["code"]) for e in events})
    patients = {}
    for patient_id, day, code in rows:
        visits = patients.setdefault(patient_id, [])
        if not visits or visits[-1][0].date() != day:
            visits.append([datetime.datetime(day.year, day.month, day.day), []])
        visits[-1][1].append(code)
    return patients


@pytest.mark.parametrize("answer", [nested_dicts, sorted_rows_and_datetimes])
def test_build_patients_in_other_words(answer):
    passes(ehr.build_patients, answer)


def text_all_the_way(events):
    found = defaultdict(lambda: defaultdict(set))
    for event in events:
        found[event["patient_id"]][event["date"]].add(event["code"])
    return {key: sorted(visits.items()) for key, visits in found.items()}


def appended_to_lists(events):
    found = defaultdict(lambda: defaultdict(list))
    for event in events:
        found[event["patient_id"]][to_day(event["date"])] += [event["code"]]
    return {key: sorted(visits.items()) for key, visits in found.items()}


def visits_by_day_of_all(events):
    found = defaultdict(set)
    for event in events:
        found[to_day(event["date"])].add(event["code"])
    ids = {event["patient_id"] for event in events}
    return {i: [(day, found[day]) for day in sorted(found)] for i in ids}


def not_sorted(events):
    found = defaultdict(lambda: defaultdict(set))
    for event in events:
        found[event["patient_id"]][to_day(event["date"])].add(event["code"])
    return {key: list(visits.items()) for key, visits in found.items()}


def same_events_dropped(events):
    once = [event for place, event in enumerate(events) if event not in events[:place]]
    return appended_to_lists(once)


def merged_if_side_by_side(events):
    found = {}
    for event in events:
        visits, day = found.setdefault(event["patient_id"], []), to_day(event["date"])
        if visits and visits[-1][0] == day:
            visits[-1][1].add(event["code"])
        else:
            visits.append((day, {event["code"]}))
    return {key: sorted(visits, key=lambda visit: visit[0]) for key, visits in found.items()}


def hashable(events):
    return {k: [(day, tuple(c)) for day, c in v] for k, v in nested_dicts(events).items()}


def patient_and_day_as_key(events):
    found = defaultdict(set)
    for event in events:
        found[event["patient_id"], to_day(event["date"])].add(event["code"])
    return dict(found)


def first_of_each_code(events):
    return {event["code"]: event for event in events[::-1]}.values()


def by_part_of_the_date(part):
    def answer(events):
        visits = not_sorted(events)
        return {key: sorted(visits[key], key=lambda visit: part(visit[0])) for key in visits}

    return answer


def visits_as_dicts(events):
    return {
        key: [{"date": day, "codes": codes} for day, codes in visits]
        for key, visits in nested_dicts(events).items()
    }


def overwritten(events):
    found = defaultdict(dict)
    for event in events:
        found[event["patient_id"]][to_day(event["date"])] = [event["code"]]
    return {key: sorted(visits.items()) for key, visits in found.items()}


def kept_in_the_def_line(events, found={}):  # noqa: B006
    for event in events:
        days = found.setdefault(event["patient_id"], {})
        days.setdefault(to_day(event["date"]), set()).add(event["code"])
    return {key: sorted(visits.items()) for key, visits in found.items()}


def sorted_in_place(events):
    events.sort(key=lambda event: to_day(event["date"]))
    return nested_dicts(events)


def day_first(event):
    year, month, day = event["date"].replace("/", "-").split("-")
    return event if int(day) > 12 else {**event, "date": f"{year}-{day}-{month}"}


def lower_case(event):
    return {**event, "code": event["code"].lower()}


@pytest.mark.parametrize(
    "answer, hint",
    [
        (text_all_the_way, "compare dates, not strings"),
        (appended_to_lists, "appears twice on 2019-09-30"),
        (visits_by_day_of_all, "Group by patient AND day"),
        (not_sorted, "Sort the visits"),
        (same_events_dropped, "Compare codes, not whole events"),
        (merged_if_side_by_side, "All codes of one patient and one day"),
        (lambda events: {k: set(v) for k, v in hashable(events).items()}, "a set has no order"),
        (lambda events: nested_dicts(first_of_each_code(events)), "P1 was there on two days"),
        (lambda events: nested_dicts(events[:-1]), "P1 was there on two days"),
        (lambda events: nested_dicts(e for e in events if "/" in e["date"]), "on 2018-12-24"),
        (lambda events: overwritten(events[::-1]), "yours are I10"),
        (by_part_of_the_date(lambda day: day.year), "Sort the visits by day"),
        (patient_and_day_as_key, "Return a dict with one entry a patient"),
        (by_part_of_the_date(lambda day: day.day), "oldest first"),
        (by_part_of_the_date(lambda day: (day.month, day.day)), "oldest first"),
        (visits_as_dicts, "A visit is a pair"),
        (overwritten, "you kept one"),
        (lambda events: list(nested_dicts(events).values()), "Return a dict"),
        (lambda events: {k: v[:1] for k, v in nested_dicts(events).items()}, "one visit a day"),
        (lambda events: dict(list(nested_dicts(events).items())[:1]), "P2 has events and is not"),
        (lambda events: nested_dicts(day_first(e) for e in events), "P1 was there on 2019-10-02"),
        (lambda events: nested_dicts(lower_case(e) for e in events), "yours are e11.9, i10"),
        (lambda events: nested_dicts(events) if events else None, "every branch"),
        (kept_in_the_def_line, "kept between calls"),
        (sorted_in_place, "changed its input"),
    ],
)
def test_build_patients_hints(answer, hint):
    hinted(ehr.build_patients, answer, hint)


# ------------------------------------------------------------------------ roll_up
def by_slices(code, level):
    plain = code.replace(".", "")
    front = 4 if plain[:1] == "E" else 3
    digits = plain[1:] if plain[:1] in ("E", "V") else plain
    shape_ok = digits.isdigit() and front <= len(plain) <= front + 2
    if not shape_ok:
        return "OTHER"
    head, tail = plain[:front], plain[front : front + level]
    return f"{head}.{tail}" if tail else head


def by_expression(code, level):
    found = re.fullmatch(r"(\d{3}|V\d\d|E\d{3})\.?(\d{0,2})", code)
    return np.str_(".".join(filter(None, (found[1], found[2][:level])))) if found else "OTHER"


@pytest.mark.parametrize("answer", [by_slices, by_expression])
def test_roll_up_in_other_words(answer):
    passes(ehr.roll_up, answer)


def by_pattern(pattern):
    def answer(code, level):
        found = re.fullmatch(pattern, code)
        if not found:
            return "OTHER"
        return ".".join(filter(None, (found[1] or code[:4], (found[2] or "")[:level])))

    return answer


def by_search(how, end=""):
    def answer(code, level):
        found = how(r"(\d{3}|V\d\d|E\d{3})\.?(\d*)" + end, code)
        return ".".join(filter(None, (found[1], found[2][:level]))) if found else "OTHER"

    return answer


@pytest.mark.parametrize(
    "answer, hint",
    [
        (lambda c, n: int(float(c)) if c[:1].isdigit() else by_slices(c, n), "042 became 42"),
        (lambda c, n: c.split(".")[0] if not n else by_slices(c, n), "MIMIC leaves the dot out"),
        (lambda c, n: c.replace(".", "")[: 3 + n], "4 before the dot"),
        (lambda c, n: c.split(".")[0] + "." + c.split(".")[1][:n] if "." in c else c, "dot with"),
        (lambda c, n: {"250.02": "250"}[c], "level"),
        (lambda c, n: c.split(".")[1] and by_slices(c, n), "in the line"),
        (lambda c, n: by_slices(c, max(n - 1, 0)), "on ('250.02', 1)"),
        (lambda c, n: c if n == 2 else by_slices(c, n), "on ('25002', 2)"),
        (lambda c, n: "E87" if c == "E87" else by_slices(c, n), "on ('E87', 0)"),
        (by_pattern(r"(\d{3}|V\d\d|E\d{3})\.?(\w{0,2})"), "on ('250.0X', 1)"),
        (by_pattern(r"(\d{3}|V\w\w|E\d{3})\.?(\d{0,2})"), "on ('V4A', 0)"),
        (by_pattern(r"(\d{3}|V\d\d|E\w{3})\.?(\d{0,2})"), "on ('E87X', 0)"),
        (by_pattern(r"(\d{3}|V\d\d?|E\d{3})\.?(\d{0,2})"), "on ('V4', 0)"),
        (by_pattern(r"(\d{3}|V\d\d|E\d{3})\.?(\d{0,2})|E\d{4,}"), "E878123"),
        (lambda c, n: by_slices(c, n) if c != "abc" else 1 / 0, "your function stopped"),
        (lambda c, n: by_slices(c, n).replace("OTHER", "other"), "has to become 'OTHER'"),
        (lambda c, n: by_slices(c, n) if c != "I50.9" else "I50", "on ('I50.9', 0)"),
        (by_search(re.fullmatch), "At most two digits"),
        (by_search(re.match), "At most two digits"),
        (by_search(re.search), "At most two digits"),
        (by_search(re.search, "$"), "At most two digits"),
        (
            lambda c, n: f"{float(c):.1f}" if n == 1 and c[:4] == "401." else by_slices(c, n),
            "round",
        ),
        (lambda c, n: by_slices(c[:1].replace("V", "E") + c[1:], n).replace("E4", "V4"), "V458"),
        (lambda c, n: by_slices(c, n).split("."), "Return text"),
        (lambda c, n: by_slices(c, n + 1), "on ('250.02', 0)"),
    ],
)
def test_roll_up_hints(answer, hint):
    hinted(ehr.roll_up, answer, hint)


# ----------------------------------------------------------------- split_patients
def parts_of(order, fractions):
    sizes = [round(f * len(order) - 1e-9) for f in fractions]
    first, parts = 0, []
    for size in sizes[:-1]:
        parts.append(order[first : first + size])
        first += size
    return [*parts, order[first:]]


def shuffled_copy(ids, fractions, rng):
    patients = sorted(set(ids))
    rng.shuffle(patients)
    return parts_of(patients, fractions)


def arrays_of_ids(ids, fractions, rng):
    patients = rng.permutation(np.unique(ids))
    cuts = (np.cumsum(fractions)[:-1] * len(patients)).astype(int)
    return np.split(patients, cuts)


def sets_of_ids(ids, fractions, rng):
    return [set(part) for part in shuffled_copy(ids, fractions, rng)]


def by_random_keys(ids, fractions, rng):
    patients = list(dict.fromkeys(ids))
    keys = rng.random(len(patients))
    return tuple(parts_of([p for _, p in sorted(zip(keys, patients, strict=True))], fractions))


def drawn_one_by_one(ids, fractions, rng):
    left = sorted(set(ids))
    sizes = [int(np.ceil(f * len(left))) for f in fractions[:-1]]
    parts = [[left.pop(rng.integers(len(left))) for _ in range(n) if left] for n in sizes]
    return [*parts, left]


def every_part_rounded_up(ids, fractions, rng):
    patients, parts, start = rng.permutation(np.unique(ids)).tolist(), [], 0
    for fraction in fractions:
        end = start + int(np.ceil(fraction * len(patients)))
        parts.append(patients[start:end])
        start = end
    return parts


RIGHT_SPLITS = [
    every_part_rounded_up,
    shuffled_copy,
    arrays_of_ids,
    sets_of_ids,
    by_random_keys,
    drawn_one_by_one,
]


@pytest.mark.parametrize("answer", RIGHT_SPLITS)
def test_split_patients_in_other_words(answer):
    passes(ehr.split_patients, answer)


def global_shuffle(ids, fractions, rng):
    patients = sorted(set(ids))
    random.shuffle(patients)
    return parts_of(patients, fractions)


def all_rows_shuffled(ids, fractions, rng):
    rows = list(ids)
    rng.shuffle(rows)
    return parts_of(rows, fractions)


def in_the_order_of_a_set(ids, fractions, rng):
    patients = list(set(ids))
    rng.shuffle(patients)
    return parts_of(patients, fractions)


def turned(ids, fractions, rng):
    patients = sorted(set(ids))
    start = rng.integers(len(patients))
    return parts_of(patients[start:] + patients[:start], fractions)


def two_parts_lose_one(ids, fractions, rng):
    parts = shuffled_copy(ids, fractions, rng)
    return [parts[0], parts[1][1:]] if len(parts) == 2 else parts


def sorted_ids_in_place(ids, fractions, rng):
    ids.sort()
    return shuffled_copy(ids, fractions, rng)


def sizes_by_rows(ids, fractions, rng):
    patients, start, parts = rng.permutation(sorted(set(ids))).tolist(), 0, []
    for fraction in fractions[:-1]:
        parts.append(patients[start : start + int(fraction * len(ids))])
        start += int(fraction * len(ids))
    return [*parts, patients[start:]]


def shares_of_ten(ids, fractions, rng):
    patients, start, parts = rng.permutation(sorted(set(ids))).tolist(), 0, []
    for fraction in fractions[:-1]:
        parts.append(patients[start : start + int(fraction * 10)])
        start += int(fraction * 10)
    return [*parts, patients[start:]]


def repeats_side_by_side_only(ids, fractions, rng):
    patients = [i for place, i in enumerate(ids) if place == 0 or ids[place - 1] != i]
    rng.shuffle(patients)
    return parts_of(patients, fractions)


def first_part_drawn_rest_in_order(ids, fractions, rng):
    patients = sorted(set(ids))
    first = set(rng.choice(patients, int(fractions[0] * len(patients)), replace=False).tolist())
    rest, start, parts = [i for i in patients if i not in first], 0, [sorted(first)]
    for fraction in fractions[1:-1]:
        parts.append(rest[start : start + int(fraction * len(patients))])
        start += len(parts[-1])
    return [*parts, rest[start:]]


def without_single_visits(ids, fractions, rng):
    return shuffled_copy([i for i in ids if ids.count(i) > 1], fractions, rng)


def cut_short(ids, fractions, rng):
    patients = rng.permutation(sorted(set(ids)))
    n = len(patients)
    a, b = int(fractions[0] * n), int(fractions[1] * n)
    return [patients[:a], patients[a : a + b], patients[a + b : -1]][: len(fractions)]


@pytest.mark.parametrize(
    "answer, hint",
    [
        (global_shuffle, "two different splits"),
        (all_rows_shuffled, "is in two parts"),
        (in_the_order_of_a_set, "The order of a set"),
        (cut_short, "11 patients in, 10 out"),
        (sizes_by_rows, "a share of the visits"),
        (shares_of_ten, "Of 7 patients the part for 0.5 holds 5"),
        (repeats_side_by_side_only, "is in two parts"),
        (first_part_drawn_rest_in_order, "Shuffle all patients"),
        (without_single_visits, "Of 11 patients 8 came back"),
        (lambda i, f, rng: dict(enumerate(shuffled_copy(i, f, rng))), "not a dict"),
        (lambda i, f, rng: parts_of(sorted(set(i)), f), "shuffle with rng"),
        (lambda i, f, rng: parts_of(sorted(set(i))[::-1], f), "Every seed gives the same"),
        (lambda i, f, rng: shuffled_copy(i, f, rng)[:1], "return 3 lists, not 1"),
        (lambda i, f, rng: [*shuffled_copy(i, f, rng), []], "return 3 lists, not 4"),
        (lambda i, f, rng: shuffled_copy(i, (0.9, 0.05, 0.05), rng), "Sizes vary"),
        (lambda i, f, rng: shuffled_copy(i, [1 / len(f)] * len(f), rng), "Sizes vary"),
        (lambda i, f, rng: (part for part in shuffled_copy(i, f, rng)), "not a generator"),
        (lambda i, f, rng: shuffled_copy(range(len(set(i))), f, rng), "no patient id"),
        (lambda i, f, rng: [" ".join(p) for p in shuffled_copy(i, f, rng)], "no patient id"),
        (lambda i, f, rng: [shuffled_copy(i, f, rng)[0] for _ in f], "Shuffle once and cut"),
        (turned, "side by side"),
        (two_parts_lose_one, "Of 11 patients 10 came back, in 10 places, with the fractions (0.8"),
        (lambda i, f, rng: list(range(len(f))), "cannot be used (TypeError"),
        (sorted_ids_in_place, "changed its input"),
    ],
)
def test_split_patients_hints(answer, hint):
    hinted(ehr.split_patients, answer, hint)


# ------------------------------------------------------------------------- window
def by_subtraction(patient, index_date, obs_days, gap_days):
    return [
        (day, codes)
        for day, codes in patient
        if gap_days < (index_date - day).days <= gap_days + obs_days
    ]


def with_filter(patient, index_date, obs_days, gap_days):
    end = index_date - timedelta(gap_days)
    return tuple(filter(lambda v: end - timedelta(obs_days) <= v.date < end, patient))


@pytest.mark.parametrize("answer", [by_subtraction, with_filter])
def test_window_in_other_words(answer):
    passes(ehr.window, answer)


def range_of(low, high):
    """Keep visits whose day before the index date passes both tests."""

    def answer(patient, index, obs, gap):
        before = [((index - visit[0]).days, visit) for visit in patient]
        return [visit for days, visit in before if low(days, obs, gap) and high(days, obs, gap)]

    return answer


def one_visit_bare(patient, index, obs, gap):
    kept = by_subtraction(patient, index, obs, gap)
    return kept[0] if len(kept) == 1 else kept


@pytest.mark.parametrize(
    "answer, hint",
    [
        (range_of(lambda d, o, g: d >= g, lambda d, o, g: d <= g + o), "right end is open"),
        (range_of(lambda d, o, g: d >= g, lambda d, o, g: d < g + o), "right end is open"),
        (range_of(lambda d, o, g: d > g, lambda d, o, g: d < g + o), "left end is closed"),
        (range_of(lambda d, o, g: d > 0, lambda d, o, g: d <= o + g), "the gap is 30 days"),
        (range_of(lambda d, o, g: d > g, lambda d, o, g: d <= o), "shortened your window"),
        (range_of(lambda d, o, g: d <= o, lambda d, o, g: d <= g + o), "That is the future"),
        (range_of(lambda d, o, g: d > g, lambda d, o, g: True), "1000 days before"),
        (lambda p, i, o, g: [v for v in p if v[0] < i][-o:] if o else [], "measured in days"),
        (lambda p, i, o, g: [c for _, c in by_subtraction(p, i, o, g)], "whole visits"),
        (lambda p, i, o, g: by_subtraction(p, i, o, g)[:1], "Two visits lie in the window"),
        (one_visit_bare, "return a list that holds it, not"),
        (lambda p, i, o, g: by_subtraction(p, i, o, g) or "none", "return [], not 'none'"),
        (
            range_of(lambda d, o, g: d > max(g, 1), lambda d, o, g: d <= g + o),
            "visit, 1 day before",
        ),
        (lambda p, i, o, g: by_subtraction(p, i, o, g)[::-1], "new to old"),
        (lambda p, i, o, g: by_subtraction(p, i, o, g) or None, "Nobody came"),
        (lambda p, i, o, g: by_subtraction(p, i, o + 1, g), "121 days before the index date"),
        (lambda p, i, o, g: by_subtraction(p, i, o, g + 1), "121 days before the index date"),
        (lambda p, i, o, g: by_subtraction(p, i, 7 * o, 7 * g), "days before the index date"),
        (lambda p, i, o, g: filter(lambda v: v in by_subtraction(p, i, o, g), p), "not a filter"),
        (lambda p, i, o, g: len(by_subtraction(p, i, o, g)), "not 2"),
    ],
)
def test_window_hints(answer, hint):
    hinted(ehr.window, answer, hint)


# --------------------------------------------------------------------- pad_visits
def list_by_list(patients, pad=0, max_visits=None):
    kept = [p if max_visits is None else p[max(0, len(p) - max_visits) :] for p in patients]
    width = max(len(v) for p in kept for v in p)
    height = max(len(p) for p in kept)
    if any(pad in v for p in kept for v in p):
        raise ValueError("a code is the padding")
    ids = [
        [[*v, *[pad] * (width - len(v))] for v in p] + [[pad] * width] * (height - len(p))
        for p in kept
    ]
    return ids, [[[int(code != pad) for code in v] for v in p] for p in ids]


def cell_by_cell(patients, pad=0, max_visits=None):
    patients = [p[-(max_visits or len(p)) :] for p in patients]
    shape = (len(patients), max(map(len, patients)), max(len(v) for p in patients for v in p))
    mask = np.zeros(shape, int)
    ids = np.zeros(shape, int) + pad
    for place in np.ndindex(shape):
        try:
            ids[place] = patients[place[0]][place[1]][place[2]]
        except IndexError:
            continue
        if ids[place] == pad:
            raise ValueError("a code is the padding")
        mask[place] = 1
    return ids, mask


@pytest.mark.parametrize("answer", [list_by_list, cell_by_cell])
def test_pad_visits_in_other_words(answer):
    passes(ehr.pad_visits, answer)


def boxed(kept, pad, shape):
    ids, mask = np.full(shape, pad), np.zeros(shape, bool)
    for p, v in ((p, v) for p, visits in enumerate(kept) for v in range(len(visits))):
        ids[p, v, : len(kept[p][v])] = kept[p][v]
        mask[p, v, : len(kept[p][v])] = True
    return ids, mask


def refusing(error, forbidden):
    def answer(patients, pad=0, max_visits=None):
        if any(forbidden(pad) in visit for visits in patients for visit in visits):
            raise error("a code is the padding")
        kept = [visits[-(max_visits or len(visits)) :] for visits in patients]
        return boxed(kept, pad, (len(kept), max(map(len, kept)), widest(kept)))

    return answer


def widest(patients):
    return max(len(visit) for visits in patients for visit in visits)


def refuse_padding(patients, pad):
    if any(pad in visit for visits in patients for visit in visits):
        raise ValueError("a code is the padding")


def measured_before_the_cut(patients, pad=0, max_visits=None):
    refuse_padding(patients, pad)
    kept = [visits[-(max_visits or len(visits)) :] for visits in patients]
    return boxed(kept, pad, (len(kept), max(map(len, kept)), widest(patients)))


def as_high_as_the_limit(patients, pad=0, max_visits=None):
    refuse_padding(patients, pad)
    kept = [visits[-(max_visits or len(visits)) :] for visits in patients]
    return boxed(kept, pad, (len(kept), max_visits or max(map(len, kept)), widest(kept)))


def negative_start(patients, pad=0, max_visits=None):
    refuse_padding(patients, pad)
    kept = [visits[len(visits) - (max_visits or len(visits)) :] for visits in patients]
    return boxed(kept, pad, (len(kept), max(map(len, kept)), widest(kept)))


def one_list_many_times(patients, pad=0, max_visits=None):
    kept = [visits[-(max_visits or len(visits)) :] for visits in patients]
    refuse_padding(kept, pad)
    ids = [[[pad] * widest(kept)] * max(map(len, kept))] * len(kept)
    for p, v in ((p, v) for p, visits in enumerate(kept) for v in range(len(visits))):
        ids[p][v][: len(kept[p][v])] = kept[p][v]
    return np.array(ids), np.array(ids) != pad


def one_too_large(patients, pad=0, max_visits=None):
    refuse_padding(patients, pad)
    kept = [visits[-(max_visits or len(visits)) :] for visits in patients]
    return boxed(kept, pad, (len(kept), max(map(len, kept)) + 1, widest(kept) + 1))


def error_returned(patients, pad=0, max_visits=None):
    try:
        return cell_by_cell(patients, pad, max_visits)
    except ValueError as error:
        return error


def unmasked(change):
    def answer(patients, pad=0, max_visits=None):
        ids, mask = cell_by_cell(patients, pad, max_visits)
        return change(ids, mask)

    return answer


@pytest.mark.parametrize(
    "answer, hint",
    [
        (unmasked(lambda ids, mask: (ids, 1 - mask)), "1 must mean real"),
        (unmasked(lambda ids, mask: (ids, mask.max(axis=2))), "one entry a visit"),
        (unmasked(lambda ids, mask: (ids, ids > 0)), "your mask calls padding real"),
        (unmasked(lambda ids, mask: (ids, np.ones_like(ids))), "Mask sum is 27"),
        (unmasked(lambda ids, mask: {"ids": ids, "mask": mask}), "Return two arrays"),
        (unmasked(lambda ids, mask: (np.where(mask, ids, None), mask)), "you have None"),
        (unmasked(lambda ids, mask: (np.where(mask, ids, np.nan), mask)), "you have nan"),
        (unmasked(lambda ids, mask: print(ids, mask)), "it prints the result"),
        (one_list_many_times, "one list m times"),
        (one_too_large, "fill a box of shape"),
        (unmasked(lambda ids, mask: ids), "Return two arrays"),
        (unmasked(lambda ids, mask: (ids.sum(axis=2), mask.sum(axis=2))), "run together"),
        (unmasked(lambda ids, mask: (ids + mask, mask)), "Where the mask is 1"),
        (unmasked(lambda ids, mask: (mask, ids)), "The mask came first"),
        (unmasked(lambda ids, mask: (ids.astype(str), mask)), "hold text"),
        (unmasked(lambda ids, mask: (ids.swapaxes(0, 1), mask.swapaxes(0, 1))), "the shape (2, 3"),
        (lambda p, pad=0, max_visits=None: (p, p), "different lengths"),
        (refusing(KeyError, lambda pad: pad), "raises KeyError"),
        (refusing(TypeError, lambda pad: pad), "raises TypeError"),
        (error_returned, "Write raise instead of return"),
        (refusing(ValueError, lambda pad: 0), "whatever `pad` is"),
        (measured_before_the_cut, "Cut first"),
        (as_high_as_the_limit, "not 5"),
        (negative_start, "counts from the end"),
        (
            lambda p, pad=0, max_visits=None: list_by_list([v[:max_visits] for v in p], pad),
            "newest",
        ),
        (lambda p, pad=0, max_visits=None: list_by_list(p, pad), "three visits"),
        (
            lambda p, pad=0, max_visits=None: list_by_list([v[::-1] for v in p], pad),
            "order of time",
        ),
    ],
)
def test_pad_visits_hints(answer, hint):
    hinted(ehr.pad_visits, answer, hint)
