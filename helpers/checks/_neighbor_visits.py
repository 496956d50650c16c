"""Check of listing the neighbors of each visit."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from helpers.checks import _forms
from helpers.checks._compare import plain, show
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.med2vec_by_hand import visit_pairs_within

CALLS = (
    call([3, 2], 1),
    call([2, 1, 4], 2),
    call([1, 5, 1, 1], 3),
    call([4, 0, 2], 9),
    call([1, 1], 2),
    call([], 1),
    call([6], 2),
)


def _owners(lengths):
    return [patient for patient, length in enumerate(lengths) for _ in range(length)]


def _listed(keep):
    """Make an answer of all pairs (t, other) of the flat list that ``keep(t, other, owner, w)``."""

    def answer(lengths, w):
        owner = _owners(lengths)
        places = range(len(owner))
        return [(t, s) for t in places for s in places if keep(t, s, owner, w)]

    return answer


def _near(t, s, w):
    return 0 < abs(t - s) <= w


_crossing = _listed(lambda t, s, owner, w: _near(t, s, w))
_later_only = _listed(lambda t, s, owner, w: 0 < s - t <= w and owner[s] == owner[t])
_earlier_only = _listed(lambda t, s, owner, w: 0 < t - s <= w and owner[s] == owner[t])
_exactly_w = _listed(lambda t, s, owner, w: abs(t - s) == w and owner[s] == owner[t])
_next_only = _listed(lambda t, s, owner, w: abs(t - s) == 1 and owner[s] == owner[t])
_any_distance = _listed(lambda t, s, owner, w: t != s and owner[s] == owner[t])
_with_itself = _listed(lambda t, s, owner, w: abs(t - s) <= w and owner[s] == owner[t])
_one_too_far = _listed(lambda t, s, owner, w: _near(t, s, w + 1) and owner[s] == owner[t])
_one_too_near = _listed(lambda t, s, owner, w: _near(t, s, w - 1) and owner[s] == owner[t])
_short_to_the_right = _listed(
    lambda t, s, owner, w: s != t and -w <= s - t < w and owner[s] == owner[t]
)
_other_patients = _listed(lambda t, s, owner, w: _near(t, s, w) and owner[s] != owner[t])


def _one_step_checked(t, s, owner, w):
    """Hold only the first visit on the way to the neighbor against the patient."""
    step = t + (1 if s > t else -1)
    return _near(t, s, w) and owner[step] == owner[t]


_jumps = _listed(_one_step_checked)


def _starts_anew(lengths, w):
    return [pair for length in lengths for pair in visit_pairs_within([length], w)]


def _counts_from_one(lengths, w):
    return [(t + 1, s + 1) for t, s in visit_pairs_within(lengths, w)]


def _wraps_around(lengths, w):
    pairs, first = [], 0
    for n in lengths:
        steps = [(t, t + lag) for t in range(n) for lag in range(-w, w + 1) if lag]
        pairs += [(first + t, first + s % n) for t, s in steps if -n <= s < n and s % n != t]
        first += n
    return pairs


def _twice(lengths, w):
    return [pair for t, s in visit_pairs_within(lengths, w) for pair in ((t, s), (s, t))]


def _one_by_one(lengths, w):
    """Lose the place of the patients behind one that has no neighbors to list."""
    pairs, first = [], 0
    for n in lengths:
        if n < 2:
            continue
        pairs += [(first + t, first + s) for t, s in visit_pairs_within([n], w)]
        first += n
    return pairs


def _in_lists(lengths, w):
    found = [[] for _ in range(sum(lengths))]
    for t, s in visit_pairs_within(lengths, w):
        found[t].append(s)
    return found


def _as_counts(pairs):
    return Counter(pairs)


def _pairs(value):
    """Read pairs of whole numbers, whatever holds them, as a list of tuples; a form."""
    if value is None:
        return None
    if isinstance(value, Iterator | set | frozenset):
        value = list(value)
    read = plain(value)
    read = read.tolist() if isinstance(read, np.ndarray) else read
    if not isinstance(read, list):
        return _forms.Unfit(value, f"Return a list of pairs, not {show(value)}")
    if any(not isinstance(pair, list) or len(pair) != 2 for pair in read):
        return _forms.Unfit(
            value, f"Each item of the list is a pair of two places; yours: {show(read)}"
        )
    pairs = [tuple(_forms.whole(place) for place in pair) for pair in read]
    if any(place is None or isinstance(place, _forms.Unfit) for pair in pairs for place in pair):
        return _forms.Unfit(
            value, f"A pair holds two places of the list of visits; yours: {show(read)}"
        )
    return pairs


def _shows(mistake):
    """Make a symptom: the answer lists the pairs of a mistake, and not the right ones."""

    def symptom(answer):
        mine, theirs, right = (
            [_as_counts(f(list(one.args[0]), one.args[1])) for one in CALLS]
            for f in (answer, mistake, visit_pairs_within)
        )
        return mine == theirs != right

    return symptom


def _strangers(pairs, lengths, beyond=0):
    """Return the first pair of two patients more than `beyond` visits apart, or None."""
    owner = _owners(lengths)
    real = [(t, s) for t, s in pairs if 0 <= t < len(owner) and 0 <= s < len(owner)]
    return next((p for p in real if owner[p[0]] != owner[p[1]] and abs(p[0] - p[1]) > beyond), None)


def _joins_patients(answer):
    return all(_strangers(answer(list(n), 1), n) is not None for n in ([3, 2], [2, 1, 4]))


def _a_stranger(value, one):
    """Name a pair of two patients that the answer lists on its first input."""
    t, s = _strangers(value, one.args[0])
    return f"Pair ({t},{s}) joins two patients. Neighbors are visits of the same patient."


def _joins_patients_at_lag_2(answer):
    lengths = [2, 1, 4]
    return _strangers(answer(lengths, 1), lengths) is None and bool(
        _strangers(answer(lengths, 2), lengths, beyond=1)
    )


def _no_self(answer):
    return any(t == s for t, s in answer([3, 2], 1))


def _pairs_by_name(answer):
    for lengths, w in (([3, 2], 1), ([2, 1, 4], 2), ([4, 0, 2], 9)):
        made = _as_counts(answer(list(lengths), w))
        right = _as_counts(visit_pairs_within(lengths, w))
        for pair in sorted(right | made):
            if made[pair] != right[pair]:
                times = {0: "is missing", 1: "is too much"}
                word = times[0] if made[pair] < right[pair] else times[1]
                word = "is listed twice" if made[pair] > right[pair] > 0 else word
                return f"For patients with {lengths} visits and w={w} the pair {pair} {word}."
    return None


def _as_many_as_the_formula(answer):
    for lengths, w in (([3, 2], 1), ([2, 1, 4], 2), ([1, 5, 1, 1], 3)):
        made = len(answer(list(lengths), w))
        right = len(visit_pairs_within(lengths, w))
        if made != right:
            return (
                f"Patients with {lengths} visits and w={w} have {right} pairs: 2(T - lag) for "
                f"each patient and each lag from 1 to w. You have {made}."
            )
    return None


visit_pairs_within_exercise = Exercise(
    name="visit_pairs_within",
    number="11.3",
    review="section 3",
    reference=visit_pairs_within,
    equal=lambda got, right: _as_counts(got) == _as_counts(right),
    calls=CALLS,
    form=_pairs,
    laws=(_pairs_by_name, _as_many_as_the_formula),
    wrong=(
        Wrong(
            _starts_anew,
            "Your places start at 0 for every patient. All visits stand in one list: add the "
            "number of visits before.",
            _shows(_starts_anew),
        ),
        Wrong(
            _one_by_one,
            "A patient with one visit has no pair, and yet takes a place in the list of visits. "
            "Yours loses it.",
            _shows(_one_by_one),
        ),
        Wrong(
            _counts_from_one, "Places count from 0: the first visit is 0.", _shows(_counts_from_one)
        ),
        Wrong(
            _other_patients,
            "You list visits of two patients and leave out those of one. Same patient, t' != t.",
            _shows(_other_patients),
        ),
        Wrong(_crossing, _a_stranger, _joins_patients),
        Wrong(
            _jumps,
            "A pair at lag 2 is valid only if the visit between belongs to the same patient.",
            _joins_patients_at_lag_2,
        ),
        Wrong(
            _with_itself,
            "A visit is no neighbor of its own: skip t' == t.",
            _no_self,
        ),
        Wrong(
            _later_only,
            "Only later visits are targets; earlier ones count too.",
            _shows(_later_only),
        ),
        Wrong(
            _earlier_only,
            "Only earlier visits are targets; later ones count too.",
            _shows(_earlier_only),
        ),
        Wrong(
            _next_only,
            "You list the visits right beside; up to w visits away count.",
            _shows(_next_only),
        ),
        Wrong(
            _exactly_w,
            "You list the visits exactly w away. Those nearer count too.",
            _shows(_exactly_w),
        ),
        Wrong(
            _short_to_the_right,
            "Your window is one visit shorter on the right. range(a, b) stops before b.",
            _shows(_short_to_the_right),
        ),
        Wrong(
            _one_too_far,
            "Your window is one visit too wide: a neighbor is at most w away.",
            _shows(_one_too_far),
        ),
        Wrong(
            _one_too_near,
            "Your window is one visit too narrow: a neighbor exactly w away counts.",
            _shows(_one_too_near),
        ),
        Wrong(
            _any_distance,
            "You pair all visits of a patient; a neighbor is at most w away.",
            _shows(_any_distance),
        ),
        Wrong(
            _wraps_around,
            "Your window runs off the start of a patient and on from the end: a negative place "
            "counts from the end in Python.",
            _shows(_wraps_around),
        ),
        Wrong(
            _twice,
            "Every pair is listed twice. If you add both directions, go through each two visits "
            "once.",
            _shows(_twice),
        ),
    ),
)
