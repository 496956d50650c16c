"""Check of listing the pairs of visits."""

from collections import Counter

from helpers import pairs
from helpers.checks._compare import show
from helpers.checks._exercise import Exercise, Wrong, call

ADLER = [["I10", "E119"], ["I10", "E119", "metoprolol"]]
OTHER = [["J459", "salbutamol"], ["J069"]]
PATIENTS = [ADLER, OTHER]
LETTERS = [["a", "b"], ["c"], ["d", "e"]]  # the visits of one patient
AGAIN = [["c", "a"], [], ["a", "b"]]


def _as_counts(answer_pairs):
    return Counter(tuple(pair) for pair in answer_pairs)


def _crosses_patients(patients, mode="bag", window=None):
    if mode == "bag":
        return pairs.visit_pairs(patients, mode)
    return pairs.visit_pairs([[v for visits in patients for v in visits]], mode, window)


def _bag_of_the_patient(patients, mode="bag", window=None):
    if mode == "bag":
        return pairs.visit_pairs([[[c for v in visits for c in v]] for visits in patients])
    return pairs.visit_pairs(patients, mode, window)


def _with_itself(patients, mode="bag", window=None):
    right = pairs.visit_pairs(patients, mode, window)
    return right + [(c, c) for visits in patients for v in visits for c in v]


def _each_pair_once(patients, mode="bag", window=None):
    listed = pairs.visit_pairs(patients, mode, window)
    return [pair for pair, n in Counter(map(frozenset, listed)).items() for _ in range(n // 2)]


def _stream_stays_in_the_visit(patients, mode="bag", window=None):
    if mode == "bag":
        return pairs.visit_pairs(patients, mode)
    return [p for visits in patients for v in visits for p in pairs.skipgram_pairs(v, window)]


def _strangers(answer):
    """Return a pair of codes of two patients, if the answer makes one."""
    adler, other = ({c for v in visits for c in v} for visits in PATIENTS)
    made = answer(PATIENTS, mode="stream", window=2)
    return next((p for p in made if set(p) & adler and set(p) & other), None)


def _self_pairs(answer):
    return any(a == b for a, b in answer([[["a", "b"], ["c"]]]))


def _half_of_the_pairs(answer):
    made = [tuple(p) for p in answer([[["a", "b", "c"]]])]
    return len(made) == 3 and len({frozenset(p) for p in made}) == 3


def _bag_joins_visits(answer):
    return any(set(p) == {"a", "c"} for p in answer([[["a", "b"], ["c", "d"]]]))


def _no_pair_between_visits(answer):
    made = answer([[["a", "b"], ["c", "d"]]], mode="stream", window=1)
    return len(made) == 4 and not any(set(p) == {"b", "c"} for p in made)


def _as_a_set(patients, mode="bag", window=None):
    return set(pairs.visit_pairs(patients, mode, window))


def _forgets_repeats(answer):
    made = answer([[["a", "b"], ["a", "b"]]])
    return not isinstance(made, dict) and len(made) == len({tuple(p) for p in made}) == 2


def _skips_equal_codes(patients, mode="bag", window=None):
    return [(a, b) for a, b in pairs.visit_pairs(patients, mode, window) if a != b]


def _misses_the_same_code_again(answer):
    record = [[["c", "a"], ["a", "b"]]]
    made = _as_counts(answer(record, mode="stream", window=2))
    return made == _as_counts(_skips_equal_codes(record, "stream", 2))


def _reaching(left, right):
    """Make an answer whose stream looks `left(window)` and `right(window)` places far."""

    def answer(patients, mode="bag", window=None):
        if mode == "bag":
            return pairs.visit_pairs(patients, mode)
        return [
            (codes[i], codes[j])
            for codes in pairs.visit_sentences(patients, mode, window)
            for i in range(len(codes))
            for j in range(max(0, i - left(window)), min(len(codes), i + right(window) + 1))
            if i != j
        ]

    return answer


_to_one_side = _reaching(lambda window: 0, lambda window: window)
_ends_early = _reaching(lambda window: window, lambda window: window - 1)


def _looks_one_way(answer):
    made = _as_counts(answer([LETTERS], mode="stream", window=2))
    right = _as_counts(pairs.visit_pairs([LETTERS], "stream", 2))
    return len(made) == 7 and made <= right and not any((b, a) in made for a, b in made)


def _reaches_further_left(answer):
    made = _as_counts(answer([LETTERS], mode="stream", window=2))
    return made == _as_counts(_ends_early([LETTERS], "stream", 2))


def _bag_has_a_window(patients, mode="bag", window=None):
    return (
        pairs.visit_pairs(patients, "stream", window or 2)
        if mode == "stream"
        else [pair for visits in patients for v in visits for pair in pairs.skipgram_pairs(v, 2)]
    )


def _bag_reaches_few_places(answer):
    made = _as_counts(answer([[list("abcdefg")]]))
    return ("a", "b") in made and ("a", "g") not in made


def _joined_bag(patients, mode="bag", window=None):
    if mode == "bag":
        return pairs.visit_pairs(patients, mode)
    return _bag_of_the_patient(patients)


def _stream_ignores_the_window(answer):
    made = _as_counts(answer([LETTERS], mode="stream", window=1))
    return {("a", "c"), ("a", "e"), ("e", "a")} <= set(made)


def _is_a_list_of_pairs(answer):
    out = answer([[["a", "b"]]])
    if isinstance(out, dict) or not hasattr(out, "__len__"):
        return f"Return a list of pairs, not {show(out)}."
    if not all(_is_a_pair(pair) for pair in out):
        return f"Each pair is (center, context), two codes in this order; yours: {show(out)}."
    return None


def _is_a_pair(pair):
    unordered = isinstance(pair, str | set | frozenset)
    return not unordered and len(pair) == 2 and all(isinstance(code, str) for code in pair)


def _pairs_by_name(answer):
    ways = (("bag", None), ("stream", 1), ("stream", 2), ("stream", 3))
    for visits in (LETTERS, AGAIN):
        for mode, window in ways:
            made = _as_counts(answer([[*map(list, visits)]], mode=mode, window=window))
            right = _as_counts(pairs.visit_pairs([visits], mode, window))
            how = mode if window is None else f"{mode} with window={window}"
            for pair in sorted(right | made):
                if made[pair] != right[pair]:
                    return (
                        f"In the {how} of the visits {visits} the pair {pair} stands "
                        f"{_times(right[pair])}; in yours {_times(made[pair])}."
                    )
    return None


def _times(number):
    return {0: "not at all", 1: "once", 2: "twice"}.get(number, f"{number} times")


def _bag_counts(answer):
    made = len(answer([[["a", "b", "c"], ["d"]], [["e", "f"]]]))
    if made != 8:
        return (
            "A patient with visits of 3 codes and 1 code, and another with one of 2, have "
            f"6 + 0 + 2 = 8 ordered pairs; you have {made}."
        )
    return None


visit_pairs = Exercise(
    name="visit_pairs",
    number="10.1",
    review="section 1",
    reference=pairs.visit_pairs,
    equal=lambda got, right: _as_counts(got) == _as_counts(right),
    calls=(
        call(PATIENTS),
        call([[["a", "b", "c"], ["d"]]]),
        call(PATIENTS, mode="stream", window=1),
        call(PATIENTS, mode="stream", window=2),
        call([[list("abcdefg")]], mode="bag"),
        call([[["a"], [], ["a", "b"]]], "stream", 2),
        call([[], [["a"]]]),
    ),
    laws=(_is_a_list_of_pairs, _bag_counts, _pairs_by_name),
    wrong=(
        Wrong(
            _as_a_set,
            "A pair counts as often as it occurs, here in two visits. Return a list, not a set.",
            _forgets_repeats,
        ),
        Wrong(
            _crosses_patients,
            "A pair joins Mrs Adler's codes to those of another patient. Start a new stream for "
            "each patient.",
            lambda answer: _strangers(answer) is not None,
        ),
        Wrong(_with_itself, "A code is paired with itself; skip i == j.", _self_pairs),
        Wrong(
            _each_pair_once,
            "You have half the pairs: (a, b) and (b, a) are two training pairs.",
            _half_of_the_pairs,
        ),
        Wrong(
            _to_one_side,
            "Your stream looks to one side only. A window reaches to the left and to the right.",
            _looks_one_way,
        ),
        Wrong(
            _ends_early,
            "Your window reaches one place further to the left than to the right. range(a, b) "
            "stops before b.",
            _reaches_further_left,
        ),
        Wrong(
            _bag_has_a_window,
            "In a visit of seven codes the first and the last are no pair in yours. A bag has no "
            "window: all its codes are together.",
            _bag_reaches_few_places,
        ),
        Wrong(
            _joined_bag,
            "With window=1 your stream pairs codes that stand four places apart.",
            _stream_ignores_the_window,
        ),
        Wrong(
            _bag_of_the_patient,
            "In a bag two codes pair up only if they stand in the same visit.",
            _bag_joins_visits,
        ),
        Wrong(
            _stream_stays_in_the_visit,
            "A stream runs on: the last code of a visit and the first of the next are neighbors.",
            _no_pair_between_visits,
        ),
        Wrong(
            _skips_equal_codes,
            "A code that comes again in the next visit is a context of itself there. Skip the "
            "same place, not the same code.",
            _misses_the_same_code_again,
        ),
    ),
)
