"""Check of the observation window."""

import datetime
from datetime import timedelta

from helpers import timeline
from helpers.checks._compare import show
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.checks._visits import as_day, plain_visit
from helpers.events import DayVisit

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
    return {(INDEX - as_day(day)).days for day, _ in out}


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
        return [plain_visit(visit) for visit in got] == [plain_visit(visit) for visit in expected]
    except (TypeError, ValueError):
        return False


def _gives_visits(answer):
    given = _record((40, 50))
    out = answer(given, INDEX, OBS, GAP)
    if out is not None and not hasattr(out, "__len__"):
        return f"Return a list of visits, not {show(out)}."
    if out is None or isinstance(out, dict) or not all(_is_one_of(visit, given) for visit in out):
        return f"Return whole visits, pairs of day and codes, as they came in; yours: {show(out)}."
    if len(out) == 2 and not _same_visits(out, given):
        return "The visits came back in another order. Keep the order of time."
    return None


def _is_one_of(visit, given):
    return any(_same_visits([visit], [other]) for other in given)


def _each_day_by_itself(answer):
    for obs, gap in ((OBS, GAP), (30, 0), (365, 10), (0, 0)):
        for before in (gap + obs + 1, gap + obs, gap + obs - 1, gap + 1, gap, gap - 1, 5, 300):
            inside = gap < before <= gap + obs
            given = _record((before,))
            out = answer(given, INDEX, obs, gap)
            kept = 0 if out is None else len(out)
            days = "1 day" if before == 1 else f"{before} days"
            only = f"obs_days={obs} and gap_days={gap} the only visit, {days} before the index date"
            where = "belongs to" if inside else "is outside of"
            if kept and not _same_visits(out, given):
                wanted = "a list that holds it" if inside else "[]"
                return f"With {only}, {where} the window: return {wanted}, not {show(out)}."
            if kept != inside:
                return f"With {only}, {where} the window; yours {'keeps' if kept else 'drops'} it."
    return None


def _both_of_two(answer):
    out = answer(_record((40, 50)), INDEX, OBS, GAP)
    if len(out) != 2:
        return f"Two visits lie in the window, 50 and 40 days before, and {len(out)} came back."
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
    laws=(_gives_visits, _each_day_by_itself, _both_of_two, _nobody_came),
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
