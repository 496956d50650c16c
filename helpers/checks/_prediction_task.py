"""Check of a prediction task: features, labels, and who is left out."""

import datetime
from datetime import timedelta

from helpers import prediction_task
from helpers.checks import _forms
from helpers.checks._compare import show
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.patients import Patient, Visit
from helpers.prediction_task import ALREADY_ILL, NO_HISTORY

INDEX = datetime.date(2020, 3, 1)
TARGET = frozenset({"I50.9", "I50.1"})
OBS, GAP, HORIZON = 100, 30, 90
REASONS = (ALREADY_ILL, NO_HISTORY)


def _patient(name, days, late=0):
    """Make a patient of ``{days after the index date: codes}``, the index date moved by `late`."""
    index = INDEX + timedelta(days=late)
    visits = tuple(
        Visit(f"{name}-{i}", name, index + timedelta(days=day), None, tuple(codes), (), (), ())
        for i, (day, codes) in enumerate(sorted(days.items()))
    )
    return Patient(name, "F", 1950, visits, index)


HF, HF2 = "I50.9", "I50.1"
PEOPLE = {
    "case": _patient("P01", {-60: ["I10", "E11.9"], -31: ["metoprolol"], 20: [HF, "I10"]}),
    "control": _patient("P02", {-80: ["I10"], -45: ["J45.9", "I10"], 35: ["I10"]}, late=400),
    "late": _patient("P03", {-70: ["I10"], 30: ["E11.9"], 95: [HF]}),
    "last day": _patient("P04", {-70: ["E78.5"], 90: ["E78.5", HF2]}, late=-90),
    "index day": _patient("P05", {-70: ["I48.0"], 0: [HF]}),
    "ill long ago": _patient("P06", {-300: [HF], -50: ["I10"], 40: ["I10"]}),
    "ill in the window": _patient("P07", {-90: ["I10"], -50: ["I10", HF2], 40: ["I10", HF]}),
    "ill in the gap": _patient("P08", {-50: ["I10"], -10: ["E11.9", HF], 40: ["I10"]}, late=30),
    "never came": _patient("P09", {}),
    "came in the gap": _patient("P10", {-12: ["I10"], 50: ["I10", HF]}),
    "came long ago": _patient("P11", {-600: ["I10"], 15: ["E11.9"]}),
    "edges": _patient(
        "P12",
        {-131: ["a"], -130: ["b"], -129: ["c"], -31: ["d"], -30: ["e"], -29: ["f"], 10: ["g"]},
    ),
    "ill and not seen": _patient("P13", {-500: [HF2], -20: ["I10"], 10: [HF]}),
    "twice": _patient("P14", {-40: ["I25.1"], 5: [HF], 60: [HF2], 200: [HF]}, late=11),
}
EVERYBODY = list(PEOPLE.values())


def _three(value):
    """Read X, y and excluded as plain dicts, each visit as its codes in alphabetical order."""
    if value is None:
        return None
    if isinstance(value, dict | str) or not hasattr(value, "__iter__"):
        return _forms.Unfit(value, f"return three dicts, X, y and excluded, not {show(value)}")
    parts = list(value)
    if len(parts) == 2:
        parts.append({})  # then the patients who are left out are missing
    if len(parts) != 3 or not all(isinstance(part, dict) for part in parts):
        kinds = ", ".join(type(part).__name__ for part in parts[:4])
        return _forms.Unfit(value, f"return three dicts, X, y and excluded; yours are: {kinds}")
    X, y, excluded = parts
    return (
        {str(name): _visits(visits) for name, visits in X.items()},
        {str(name): _label(label) for name, label in y.items()},
        {str(name): str(reason) for name, reason in excluded.items()},
    )


def _visits(visits):
    try:
        return [_codes(visit) for visit in visits]
    except TypeError:
        return visits


def _codes(visit):
    if isinstance(visit, str | Visit):
        return visit  # a flat list of codes, or whole visits: wrong, and told so below
    return sorted(str(code) for code in visit)


def _label(label):
    number = _forms.number(label)
    return label if isinstance(number, _forms.Unfit) else number


def _equal(got, expected):
    return got == expected


def _on(answer, *who, obs=OBS, gap=GAP, horizon=HORIZON):
    """Call an answer on some of the people; return X, y, excluded."""
    out = answer([PEOPLE[name] for name in who or PEOPLE], TARGET, obs, gap, horizon)
    if isinstance(out, _forms.Unfit):
        raise TypeError
    return out


def _days(patient):
    return [((visit.date - patient.index_date).days, visit.codes) for visit in patient.visits]


def _task(
    feature=lambda day, obs, gap: -gap - obs <= day < -gap,
    label=lambda day, horizon: 0 <= day <= horizon,
    ill=lambda day, obs, gap: day < 0,
    out=lambda ill, seen: ALREADY_ILL if ill else "" if seen else NO_HISTORY,
    clean=False,
):
    """Build an answer with one of its rules replaced."""

    def answer(patients, target, obs, gap, horizon):
        X, y, excluded = {}, {}, {}
        for patient in patients:
            days, name = _days(patient), patient.patient_id
            sick = [day for day, codes in days if set(codes) & set(target)]
            seen = [codes for day, codes in days if feature(day, obs, gap)]
            if clean:
                seen = [[code for code in codes if code not in target] for codes in seen]
            reason = out(any(ill(day, obs, gap) for day in sick), seen)
            if reason:
                excluded[name] = reason
            else:
                X[name], y[name] = seen, int(any(label(day, horizon) for day in sick))
        return X, y, excluded

    return answer


def _changed(change):
    """Build an answer that is right and then changed: ``change(X, y, excluded)``."""

    def answer(*args):
        return change(*prediction_task.make_task(*args))

    return answer


# ------------------------------------------------------------------------ symptoms
def _outcome_in_features(answer):
    return _the_outcome(_on(answer)) is not None


def _the_outcome(value):
    for name, visits in value[0].items():
        for codes in visits:
            found = sorted(set(codes) & TARGET) if isinstance(codes, list) else []
            if found:
                return found[0], name
    return None


def _name_the_outcome(value, _):
    code, name = _the_outcome(value)
    before = name in ("P06", "P07", "P08", "P13")
    why = "They had it before the index date: leave them out." if before else "That is the future."
    return f"Code {code} of the outcome is in X of patient {name}. {why}"


def _vanished(value):
    return {p.patient_id for p in EVERYBODY} - set(value[1]) - set(value[2])


def _loses_people(answer):
    lost = _vanished(_on(answer))
    return 0 < len(lost) < len(PEOPLE)


def _count_the_lost(value, _):
    lost = sorted(_vanished(value))
    who = "patient" if len(lost) == 1 else "patients"
    return (
        f"{len(lost)} {who} vanished, {lost[0]} for one: neither in y nor in excluded. Whoever is "
        "left out is returned in excluded, with the reason."
    )


def _twice(value):
    return sorted((set(value[0]) | set(value[1])) & set(value[2]))


def _is_in_both(answer):
    return bool(_twice(_on(answer)))


def _stays_in(answer, *who, reason=ALREADY_ILL):
    """Tell whether each of these people takes part, and is labeled, instead of being left out."""
    return all(PEOPLE[name].patient_id in _on(answer, name)[1] for name in who)


def _leaves_out(answer, *who):
    return all(PEOPLE[name].patient_id in _on(answer, name)[2] for name in who)


def _label_of(answer, who, **windows):
    return _on(answer, who, **windows)[1].get(PEOPLE[who].patient_id)


def _kept_days(answer, **windows):
    """Return the codes of the visits that P12 keeps; their letters are in the order of time."""
    return "".join(code for codes in _on(answer, "edges", **windows)[0]["P12"] for code in codes)


def _words_of_reasons(value):
    return sorted(set(value[2].values()) - set(REASONS))


def _other_words(answer):
    found = _on(answer)[2]
    return bool(_words_of_reasons((0, 0, found)))


def _cleaned(answer):
    codes = _on(answer, "ill in the window")[0].get("P07")
    return codes is not None and not any(set(c) & TARGET for c in codes)


def _whole_visits(answer):
    return any(isinstance(visit, Visit) for visit in _on(answer, "case")[0]["P01"])


def _flat(answer):
    visits = _on(answer, "case")[0]["P01"]
    return any(isinstance(visit, str) for visit in visits)


def _one_bag(answer):
    return _on(answer, "case")[0]["P01"] == [["E11.9", "I10", "metoprolol"]]


# ------------------------------------------------------------------------ a law
def _each_patient_alone(answer):
    settings = ((OBS, GAP, HORIZON), (100, 0, 90), (400, 30, 365), (30, 60, 4), (1000, 0, 0))
    for obs, gap, horizon in settings:
        for patient in EVERYBODY:
            args = ([patient], TARGET, obs, gap, horizon)
            got = answer(*args)
            right = _three(prediction_task.make_task(*args))
            if isinstance(got, _forms.Unfit):
                return f"{got.words}, with one patient too."
            if not _equal(got, right):
                return _compare(patient, got, right, f"obs={obs}, gap={gap}, horizon={horizon}")
    return None


def _compare(patient, got, right, windows):
    name = patient.patient_id
    ill = [day for day, codes in _days(patient) if set(codes) & TARGET]
    came = [day for day, _ in _days(patient)]
    story = f"{name} alone, {windows}, visits on days {came}, outcome on {ill}: "
    for what, mine, theirs in zip(("X", "y", "excluded"), got, right, strict=True):
        if mine != theirs:
            mine, theirs = (part.get(name, "missing") for part in (mine, theirs))
            return story + f"{what} has {show(mine)}, expected {show(theirs)}."
    return None


make_task = Exercise(
    name="make_task",
    number="13.1",
    review="section 1",
    reference=prediction_task.make_task,
    form=_three,
    equal=_equal,
    calls=(
        call(EVERYBODY, TARGET, OBS, GAP, HORIZON),
        call(EVERYBODY[::-1], TARGET, 400, 0, 365),
        call(EVERYBODY, {HF}, OBS, GAP, 10),
        call([], TARGET, OBS, GAP, HORIZON),
    ),
    laws=(_each_patient_alone,),
    wrong=(
        Wrong(
            _changed(lambda X, y, e: ({n: [["I50.9"], *v] for n, v in X.items()}, y, e)),
            _name_the_outcome,
            _outcome_in_features,
        ),
        Wrong(
            _task(clean=True, ill=lambda *_: False),
            "P07 had the outcome before the index date and takes part. Taking the code out of X "
            "is not enough: who is already ill cannot fall ill. Leave the patient out.",
            _cleaned,
        ),
        Wrong(
            _changed(lambda X, y, e: ({n: [c for v in X[n] for c in v] for n in X}, y, e)),
            "X[patient_id] is one flat list of codes. Keep a list of visits, each with its codes: "
            "section 2 reads them one after the other.",
            _flat,
        ),
        Wrong(
            lambda patients, target, obs, gap, horizon: _changed(
                lambda X, y, e: (
                    {
                        p.patient_id: list(p.visits)[: len(X[p.patient_id])]
                        for p in patients
                        if p.patient_id in X
                    },
                    y,
                    e,
                )
            )(patients, target, obs, gap, horizon),
            "X holds whole visits, whose dates and ids are no features. Take visit.codes.",
            _whole_visits,
        ),
        Wrong(
            _changed(
                lambda X, y, e: ({n: [sorted({c for v in X[n] for c in v})] for n in X}, y, e)
            ),
            "X of P01 puts the codes of both visits into one. Keep one entry a visit.",
            _one_bag,
        ),
        Wrong(_changed(lambda X, y, e: (X, y)), _count_the_lost, _loses_people),
        Wrong(
            _changed(lambda X, y, e: (X, y | dict.fromkeys(e, 0), e)),
            lambda value, _: (
                f"{_twice(value)[0]} is left out and takes part as well. Who is in excluded is "
                "in neither X nor y."
            ),
            _is_in_both,
        ),
        Wrong(
            _task(feature=lambda day, obs, gap: -gap - obs <= day < 0),
            "The visits of the gap are among the features. The observation window ends `gap` days "
            "before the index date.",
            lambda answer: "f" in _kept_days(answer) and "g" not in _kept_days(answer),
        ),
        Wrong(
            _task(feature=lambda day, obs, gap: -gap - obs <= day, clean=True),
            "A visit after the index date is among the features. That is the future.",
            lambda answer: "g" in _kept_days(answer),
        ),
        Wrong(
            _task(feature=lambda day, obs, gap: day < -gap),
            "Visits from before the observation window are among the features. It begins gap + obs "
            "days before the index date.",
            lambda answer: _kept_days(answer) == "abcd",
        ),
        Wrong(
            _task(feature=lambda day, obs, gap: -obs <= day < -gap),
            "The gap has shortened your observation window. It moves the window back: it begins "
            "gap + obs days before the index date.",
            lambda answer: (
                _kept_days(answer) == "d" and _kept_days(answer, gap=0, obs=131)[0] == "a"
            ),
        ),
        Wrong(
            _task(feature=lambda day, obs, gap: -gap - obs <= day <= -gap),
            "A visit exactly `gap` days before the index date is too late: the right end of the "
            "observation window is open.",
            lambda answer: _kept_days(answer) == "bcde",
        ),
        Wrong(
            _task(feature=lambda day, obs, gap: -gap - obs < day < -gap),
            "A visit exactly gap + obs days before the index date belongs to the observation "
            "window: its left end is closed.",
            lambda answer: _kept_days(answer) == "cd",
        ),
        Wrong(
            _changed(lambda X, y, e: ({n: v[::-1] for n, v in X.items()}, y, e)),
            "The visits in X run from new to old. Keep the order of time.",
            lambda answer: _kept_days(answer) == "dcb",
        ),
        Wrong(
            _task(ill=lambda day, obs, gap: -gap - obs <= day < -gap),
            "Patients who had the outcome before the index date take part. Who is already ill "
            "cannot fall ill: leave them out.",
            lambda answer: _stays_in(answer, "ill long ago", "ill in the gap"),
        ),
        Wrong(
            _task(ill=lambda day, obs, gap: -gap - obs <= day < 0),
            "P06 had the outcome 300 days before the index date, before your window begins, and "
            "takes part. Look for it in the whole record up to the index date.",
            lambda answer: _stays_in(answer, "ill long ago"),
        ),
        Wrong(
            _task(ill=lambda day, obs, gap: day < -gap),
            "P08 got the outcome in the gap, 10 days before the index date, and takes part. On the "
            "index date this patient is already ill.",
            lambda answer: _stays_in(answer, "ill in the gap"),
        ),
        Wrong(
            _task(ill=lambda day, obs, gap: day <= 0),
            "P05 gets the outcome on the index date. That day belongs to the prediction window: "
            "label 1, not already ill.",
            lambda answer: _leaves_out(answer, "index day") and _stays_in(answer, "case"),
        ),
        Wrong(
            _task(ill=lambda *_: True),
            "P01 has the outcome after the index date only, and is left out as already ill. Only "
            "what was written before the index date makes a patient ill.",
            lambda answer: _leaves_out(answer, "case"),
        ),
        Wrong(
            _task(label=lambda day, horizon: day >= 0),
            lambda value, _: (
                "Patient P03 is diagnosed 5 days after the horizon; yours has label 1. On the last "
                "day of the prediction window nobody knows of it: label 0."
            ),
            lambda answer: _label_of(answer, "late") == 1 and _label_of(answer, "case") == 1,
        ),
        Wrong(
            _task(label=lambda day, horizon: 0 < day <= horizon),
            "P05 gets the outcome on the index date. That day belongs to the prediction window: "
            "label 1.",
            lambda answer: _label_of(answer, "index day") == 0 and _label_of(answer, "case") == 1,
        ),
        Wrong(
            lambda patients, target, obs, gap, horizon: _task(
                label=lambda day, horizon: 0 <= day <= horizon - gap
            )(patients, target, obs, gap, horizon),
            "The gap has shortened your prediction window. It runs from the index date to "
            "`horizon` days after it; the gap lies before the index date.",
            lambda answer: (
                _label_of(answer, "last day") == 0 and _label_of(answer, "last day", gap=0) == 1
            ),
        ),
        Wrong(
            _task(label=lambda day, horizon: 0 <= day < horizon),
            "P04 gets the outcome on the last day of the prediction window, `horizon` days after "
            "the index date. That day belongs to it: label 1.",
            lambda answer: _label_of(answer, "last day") == 0 and _label_of(answer, "case") == 1,
        ),
        Wrong(
            _task(label=lambda day, horizon: False),
            "P01 has the outcome 20 days after the index date and label 0. The label comes from "
            "the visits after the index date.",
            lambda answer: _label_of(answer, "case") == 0,
        ),
        Wrong(
            _task(out=lambda ill, seen: ALREADY_ILL if ill else ""),
            "P10 has no visit in the observation window and takes part. Nothing is known about "
            "this patient: leave them out, with the reason 'no history'.",
            lambda answer: _stays_in(answer, "came in the gap"),
        ),
        Wrong(
            _task(out=lambda ill, seen: NO_HISTORY if not seen else ALREADY_ILL * ill),
            "P13 was already ill and has no history either. The text asks for 'already ill' then.",
            lambda answer: _on(answer, "ill and not seen")[2].get("P13") == NO_HISTORY,
        ),
        Wrong(
            _changed(lambda X, y, e: (X, y, {n: r.replace(" ", "_") for n, r in e.items()})),
            lambda value, _: (
                f"A reason is {_words_of_reasons(value)[0]!r}. Write 'already ill' or 'no history'."
            ),
            _other_words,
        ),
    ),
)
