"""Check of splitting patients."""

from collections import Counter
from itertools import pairwise, product

import numpy as np

from helpers import splits
from helpers.checks._compare import show
from helpers.checks._exercise import Exercise, Wrong, call

# 11 patients with one to three visits, in the order of the days
VISITS_OF = [f"P{i:02d}" for visit in range(3) for i in range(1, 12) if visit <= i % 3]
HALVES = (0.5, 0.25, 0.25)
UNSORTED = ["P9", "P2", "P7", "P2", "P4", "P9", "P1", "P7"]
DIVISIONS = (HALVES, (0.8, 0.2), (0.7, 0.2, 0.1), (0.5, 0.5), (0.25, 0.25, 0.25, 0.25))


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


def _parts(answer, seed=0, ids=VISITS_OF, fractions=HALVES):
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


def _gives_no_ids(answer):
    if isinstance(answer(list(VISITS_OF), HALVES, np.random.default_rng(0)), dict):
        return True
    return not {patient for part in _parts(answer) for patient in part} <= set(VISITS_OF)


def _places(ids, fractions, rng):
    return _cut(rng.permutation(len(set(ids))).tolist(), fractions)


def _name_the_stranger(value, _):
    if isinstance(value, dict):
        return "Return a list with one list of ids for each fraction, not a dict."
    stranger = next(i for part in value for i in part if str(i) not in VISITS_OF)
    return (
        f"Your parts hold {stranger!r}, which is no patient id. Return lists of the ids "
        "themselves, one list a fraction."
    )


def _each_drawn_anew(ids, fractions, rng):
    patients = sorted(set(ids))
    return [
        list(rng.choice(patients, int(fraction * len(patients)), replace=False))
        for fraction in fractions
    ]


def _draws_twice(answer):
    once = sorted(set(VISITS_OF))
    return any(_in_two_parts(_parts(answer, seed, once)) for seed in range(5))


def _turned(ids, fractions, rng):
    patients = sorted(set(ids))
    start = int(rng.integers(len(patients)))
    return _cut(patients[start:] + patients[:start], fractions)


def _keeps_neighbors_together(answer):
    return len({str(sorted(_parts(answer, seed)[0])) for seed in range(60)}) < 20


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
    few = 9 <= len(set().union(*parts)) < 11
    return len(parts) == 3 and not _in_two_parts(parts) and few


def _word_the_loss(value, _):
    try:
        left = len({str(i) for part in value for i in part})
    except Exception:
        left = 10
    return f"11 patients in, {left} out: give the rest to the last part, skip nobody before it."


def _ignores_the_seed(answer):
    return len({str(_members(answer, seed)) for seed in range(5)}) == 1


def _cannot_be_repeated(answer):
    return any(_members(answer, seed) != _members(answer, seed) for seed in range(5))


def _depends_on_the_session(answer):
    found = set()
    for _Salted.salt in (1, 2, 3, 4):
        out = answer([_Salted(i) for i in VISITS_OF], HALVES, np.random.default_rng(0))
        found.add(str([sorted(str(i) for i in part) for part in out]))
    return len(found) > 1


def _repeats_patients(answer):
    parts = _parts(answer)
    return not _in_two_parts(parts) and any(len(part) > len(set(part)) for part in parts)


def _sizes_of_visits(ids, fractions, rng):
    patients = rng.permutation(list(dict.fromkeys(ids))).tolist()
    ends = np.cumsum([0, *(int(fraction * len(ids)) for fraction in fractions[:-1])])
    return [patients[a:b] for a, b in pairwise([*ends, len(ids)])]


def _counts_visits(answer):
    once = sorted(set(VISITS_OF))
    first = len(_parts(answer, fractions=(0.5, 0.5))[0])
    return first == 11 and len(_parts(answer, ids=once, fractions=(0.5, 0.5))[0]) in (5, 6)


def _sizes_are_off(answer):
    """Tell whether a part but the last is more than one patient away from its share."""
    for fractions, seed in product(DIVISIONS, range(5)):
        parts = _parts(answer, seed, fractions=fractions)
        if len(parts) != len(fractions) or sum(map(len, parts)) != 11:
            return False  # another mistake
        shares = zip(fractions[:-1], parts[:-1], strict=True)
        if any(abs(len(part) - fraction * 11) > 1 for fraction, part in shares):
            return True
    return False


def _prefers_frequent_visitors(answer):
    often = ["P00"] * 40 + [f"P{i:02d}" for i in range(1, 10)]
    halves = [_parts(answer, seed, often, (0.5, 0.5)) for seed in range(100)]
    first = sum("P00" in parts[0] for parts in halves)
    return len(halves[0][0]) == 5 and not 25 <= first <= 75


def _right_number_of_parts(answer):
    for fractions in DIVISIONS:
        out = answer(list(VISITS_OF), fractions, np.random.default_rng(0))
        if out is not None and not hasattr(out, "__len__"):
            return f"Return a list with one list of ids for each fraction, not {show(out)}."
        if len(out) != len(fractions):
            return f"For {len(fractions)} fractions return {len(fractions)} lists, not {len(out)}."
    return None


def _complete_and_disjoint(answer):
    many = [[f"Q{i:03d}" for i in range(n)] for n in (7, 20, 101, 2, 1)]
    for ids, fractions in product((VISITS_OF, *many), DIVISIONS):
        parts, patients = _parts(answer, 1, ids, fractions), sorted(set(ids))
        flat = [patient for part in parts for patient in part]
        if sorted(flat) != patients:
            return (
                f"Of {len(patients)} patients {len(set(flat))} came back, in {len(flat)} places, "
                f"with the fractions {fractions}."
            )
        for fraction, part in zip(fractions[:-1], parts, strict=False):
            if abs(len(part) - fraction * len(patients)) > 1 + 1e-9:
                return f"Of {len(patients)} patients the part for {fraction} holds {len(part)}."
    return None


def _spreads_patients(answer):
    drawn = [_parts(answer, seed) for seed in range(60)]
    for number in range(len(HALVES)):
        times = Counter(patient for parts in drawn for patient in parts[number])
        for patient in sorted(set(VISITS_OF)):
            if times[patient] in (0, 60) or (number == 0 and not 10 <= times[patient] <= 50):
                return (
                    f"In 60 shuffles {patient} came {times[patient]} times into part "
                    f"{number + 1} of {len(HALVES)}. Shuffle all patients."
                )
    return None


split_patients = Exercise(
    name="split_patients",
    number="9.3",
    review="section 4",
    reference=splits.split_patients,
    equal=None,
    calls=(
        call(list(VISITS_OF), HALVES, np.random.default_rng(0)),
        call(list(VISITS_OF), (0.8, 0.2), np.random.default_rng(1)),
        call(UNSORTED, (0.6, 0.4), np.random.default_rng(2)),
    ),
    laws=(_right_number_of_parts, _complete_and_disjoint, _spreads_patients),
    wrong=(
        Wrong(_places, _name_the_stranger, _gives_no_ids),
        Wrong(
            _each_drawn_anew,
            "A patient is in two parts although each id came once. Shuffle once and cut: each "
            "part begins where the one before ends, and nobody is drawn twice.",
            _draws_twice,
        ),
        Wrong(_visits_split, _name_the_leak, _leaks_a_patient),
        Wrong(
            _with_repetitions,
            "A patient stands in a part several times, once a visit. Name each patient once.",
            _repeats_patients,
        ),
        Wrong(_rest_is_lost, _word_the_loss, _loses_patients),
        Wrong(
            _sizes_of_visits,
            "With the fractions .5 and .5 the first part holds all 11 patients: its size is a "
            "share of the visits. Count the different patients.",
            _counts_visits,
        ),
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
            _turned,
            "In 60 splits the first part is one of a few sets only: patients who stand side by "
            "side in the file stay together. Shuffle all of them.",
            _keeps_neighbors_together,
        ),
        Wrong(
            _visits_first,
            "A patient with 40 visits lands in the same part nearly every time: you shuffle "
            "visits. Shuffle the different patients.",
            _prefers_frequent_visitors,
        ),
    ),
)
