"""Checks for pairs from visits, order, purity with its chance row, and patient vectors."""

from collections import Counter
from itertools import permutations

import numpy as np

from helpers import metrics, pairs, patient_vectors
from helpers.checks._choice import Choice, Prediction
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.similarity import pairwise_cosine

# ---------------------------------------------------------------- 10.1 visit_pairs
ADLER = [["I10", "E119"], ["I10", "E119", "metoprolol"]]
OTHER = [["J459", "salbutamol"], ["J069"]]
PATIENTS = [ADLER, OTHER]


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


def _bag_counts(answer):
    made = len(answer([[["a", "b", "c"], ["d"]], [["e", "f"]]]))
    if made != 8:
        return f"Visits of 3, 1 and 2 codes hold 6 + 0 + 2 = 8 ordered pairs; you have {made}."
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
        call([[], [["a"]]]),
    ),
    laws=(_bag_counts,),
    wrong=(
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
            _bag_of_the_patient,
            "In a bag two codes pair up only if they stand in the same visit.",
            _bag_joins_visits,
        ),
        Wrong(
            _stream_stays_in_the_visit,
            "A stream runs on: the last code of a visit and the first of the next are neighbors.",
            _no_pair_between_visits,
        ),
    ),
)


# ---------------------------------------------------------------- 10.2 kept_share
def _loop(visit, window, n_shuffles, rng, share):
    written = Counter(pairs.skipgram_pairs(visit, window))
    return float(
        np.mean([share(written, rng.permutation(visit).tolist()) for _ in range(n_shuffles)])
    )


def _of_sets(visit, window, n_shuffles, rng):
    def share(written, shuffled):
        return len(set(written) & set(pairs.skipgram_pairs(shuffled, window))) / len(set(written))

    return _loop(visit, window, n_shuffles, rng, share)


def _of_all_pairs(visit, window, n_shuffles, rng):
    n = len(visit)
    right = pairs.kept_share(visit, window, n_shuffles, rng)
    return right * len(pairs.skipgram_pairs(visit, window)) / (n * (n - 1))


def _not_shuffled(visit, window, n_shuffles, rng):
    return 1.0


def _lost_share(visit, window, n_shuffles, rng):
    return 1 - pairs.kept_share(visit, window, n_shuffles, rng)


def _own_rng(visit, window, n_shuffles, rng):
    return pairs.kept_share(visit, window, n_shuffles, np.random.default_rng())


def _expected(visit, window):
    """Return the exact mean over all orders of the visit."""
    written = Counter(pairs.skipgram_pairs(visit, window))
    kept = [
        (written & Counter(pairs.skipgram_pairs(order, window))).total()
        for order in permutations(visit)
    ]
    return float(np.mean(kept)) / written.total()


def _measured(answer, visit, window, n_shuffles=1500):
    return float(answer(list(visit), window, n_shuffles, np.random.default_rng(0)))


def _near(value, target, within=0.02):
    return abs(value - target) < within


def _fifth_of_sets(answer):
    visit, exact = "aabbc", _expected("aabbc", 1)
    value = _measured(answer, visit, 1)
    return _near(_measured(answer, "abcdef", 2), 0.6) and not _near(value, exact)


def _six_codes(answer):
    value = _measured(answer, "abcdef", 2)
    return (
        None
        if _near(value, 0.6)
        else f"For 6 codes and a window of 2 you have {value:.3f}; .600 stays."
    )


def _wide_window(answer):
    value = _measured(answer, "abcd", 3, 20)
    return (
        None
        if value == 1
        else f"A window over the whole visit keeps every pair: 1.0, not {value:.3f}."
    )


def _same_rng_same_result(answer):
    one, two = (_measured(answer, "abcdef", 1, 7) for _ in range(2))
    return None if one == two else "Same rng, other result: use the rng you are given."


def _uses_the_number_of_shuffles(answer):
    spread = np.std([answer(list("abcdef"), 1, 1, np.random.default_rng(s)) for s in range(40)])
    return None if spread > 0.03 else "With a single shuffle the share should vary from rng to rng."


kept_share = Exercise(
    name="kept_share",
    number="10.2",
    review="section 2",
    reference=None,
    calls=(
        call(list("abcdef"), 2, 50, np.random.default_rng(0)),
        call(list("abcd"), 3, 5, np.random.default_rng(0)),
    ),
    laws=(_six_codes, _wide_window, _same_rng_same_result, _uses_the_number_of_shuffles),
    wrong=(
        Wrong(
            _not_shuffled,
            "Every pair stays, always: you compare the visit with itself. Shuffle its codes.",
            lambda answer: _measured(answer, "abcdef", 2, 40) == 1,
        ),
        Wrong(
            _of_all_pairs,
            "Divide by the pairs of the unshuffled visit, not by n(n-1).",
            lambda answer: _near(_measured(answer, "abcdef", 2), 0.36),
        ),
        Wrong(
            _lost_share,
            "That is the share of pairs that is lost; asked is the share that stays.",
            lambda answer: _near(_measured(answer, "abcdef", 2), 0.4),
        ),
        Wrong(
            _of_sets,
            "Use multisets: a pair counts as often as it occurs.",
            _fifth_of_sets,
        ),
        Wrong(
            _own_rng,
            "Same rng, other result: use the rng you are given.",
            lambda answer: _same_rng_same_result(answer) is not None,
        ),
    ),
)

# -------------------------------------------------------------- 10.3 group_report
_ANGLES = np.array([0.0, 0.08, 0.2, 0.9, 2.0, 2.1, 2.35, 3.0, 3.1])
FAN = (
    np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1) * np.array([[1, 5, 1, 2, 1, 9, 1, 1, 3]]).T
)
FAN_GROUPS = list("aaabbbbcc")
LONER = list("aaaxbbbcc")


def _report(table, groups, k, rng, **changes):
    return metrics.group_report(table, groups, k, rng) | changes


def _purity_alone(E, groups, k, rng):
    return {"purity": metrics.purity_at_k(E, groups, k)}


def _finds_itself(E, groups, k, rng):
    names = np.asarray(groups)
    near = np.argsort(-pairwise_cosine(E), axis=1, kind="stable")[:, :k]
    return _report(E, groups, k, rng, purity=float((names[near] == names[:, None]).mean()))


def _squared_shares(E, groups, k, rng):
    share = np.unique(groups, return_counts=True)[1] / len(groups)
    return _report(E, groups, k, rng, chance=float((share**2).sum()))


def _one_over_groups(E, groups, k, rng):
    return _report(E, groups, k, rng, chance=1 / len(set(groups)))


def _euclidean(E, groups, k, rng):
    apart = np.linalg.norm(E[:, None] - E[None], axis=-1)
    np.fill_diagonal(apart, np.inf)
    names = np.asarray(groups)
    near = np.argsort(apart, axis=1, kind="stable")[:, :k]
    return _report(E, groups, k, rng, purity=float((names[near] == names[:, None]).mean()))


def _loners_count(E, groups, k, rng):
    names = np.asarray(groups)
    found = names[metrics.neighbors(E, k)] == names[:, None]
    return _report(E, groups, k, rng, purity=float(found.mean()))


def _loner_breaks(E, groups, k, rng):
    sizes = [groups.count(group) for group in groups]
    if 1 in sizes:
        raise ZeroDivisionError("division by zero")
    return metrics.group_report(E, groups, k, rng)


def _shuffles_nothing(E, groups, k, rng):
    return _report(E, groups, k, rng, shuffled=metrics.purity_at_k(E, groups, k))


def _on_fan(answer, groups=FAN_GROUPS, k=2):
    return answer(FAN.copy(), list(groups), k, np.random.default_rng(0))


def _misses_a_row(answer):
    return not {"purity", "chance", "shuffled"} <= set(_on_fan(answer))


def _self_found(answer):
    table = np.random.default_rng(3).normal(size=(30, 4))
    return _near(answer(table, list("ab" * 15), 1, np.random.default_rng(0))["purity"], 1, 1e-9)


def _is_the_sum_of_squares(answer):
    share = np.array([3, 4, 2]) / 9
    return _near(_on_fan(answer)["chance"], float((share**2).sum()), 1e-6)


def _loner_is_trouble(answer):
    try:
        return not np.isfinite(_on_fan(answer, LONER)["purity"])
    except (ZeroDivisionError, ValueError, IndexError):
        return True


def _loner_pulls_down(answer):
    names = np.asarray(LONER)
    low = float((names[metrics.neighbors(FAN, 2)] == names[:, None]).mean())
    return _near(_on_fan(answer, LONER)["purity"], low, 1e-6)


def _shuffled_is_purity(answer):
    report = _on_fan(answer)
    return _near(report["shuffled"], report["purity"], 1e-9)


def _same(answer, key, groups=FAN_GROUPS):
    right = _on_fan(metrics.group_report, groups)[key]
    value = float(_on_fan(answer, groups)[key])
    return (
        None if _near(value, right, 1e-6) else f"{key} is {value:.3f} here, expected {right:.3f}."
    )


def _purity_is_right(answer):
    return _same(answer, "purity") or _same(answer, "purity", LONER)


def _chance_is_right(answer):
    return _same(answer, "chance")


def _shuffled_is_near_chance(answer):
    rng = np.random.default_rng(1)
    table, groups = rng.normal(size=(120, 5)), list("aab" * 40)
    report = answer(table, groups, 5, np.random.default_rng(0))
    if _near(report["shuffled"], metrics.chance_purity(groups), 0.08):
        return None
    shuffled = report["shuffled"]
    return f"With shuffled names purity should fall to chance, about .55; you have {shuffled:.2f}."


group_report = Exercise(
    name="group_report",
    number="10.3",
    review="section 4",
    reference=None,
    calls=(
        call(FAN, FAN_GROUPS, 2, np.random.default_rng(0)),
        call(FAN, LONER, 1, np.random.default_rng(0)),
    ),
    laws=(_purity_is_right, _chance_is_right, _shuffled_is_near_chance),
    wrong=(
        Wrong(
            _purity_alone,
            lambda value, _: (
                f"Purity {value['purity']:.2f} alone says nothing; add 'chance' and 'shuffled'."
                if isinstance(value, dict) and "purity" in value
                else "Return a dict with the keys 'purity', 'chance' and 'shuffled'."
            ),
            _misses_a_row,
        ),
        Wrong(
            _finds_itself,
            "Purity at k=1 is 1.0 for random vectors: every row found itself. Leave it out.",
            _self_found,
        ),
        Wrong(
            _loner_breaks,
            "A group with one code has no neighbor of its own: leave it out of the mean, do not "
            "divide by 0.",
            _loner_is_trouble,
        ),
        Wrong(
            _loners_count,
            "The code that is alone in its group counts as a failure. It has nothing to find: "
            "leave it out of the mean.",
            _loner_pulls_down,
        ),
        Wrong(
            _squared_shares,
            "The sum of squared shares lets a row meet itself. Of the n-1 other rows, g-1 are in "
            "its group.",
            _is_the_sum_of_squares,
        ),
        Wrong(
            _one_over_groups,
            "One over the number of groups is chance only if all groups are equally large.",
            lambda answer: _near(_on_fan(answer)["chance"], 1 / 3, 1e-6),
        ),
        Wrong(
            _euclidean,
            "You measured Euclidean distance; frequent codes have long vectors. Use the cosine.",
            lambda answer: _near(_on_fan(answer)["purity"], _on_fan(_euclidean)["purity"], 1e-6),
        ),
        Wrong(
            _shuffles_nothing,
            "The shuffled row equals the purity: deal the group names out anew with rng.",
            _shuffled_is_purity,
        ),
    ),
)

# ------------------------------------------------------------ 10.4 patient_vector
TABLE = np.array([[9.0, 9.0], [1.0, 0.0], [0.0, 2.0], [4.0, 4.0]])
VISITS = [(60, [1, 2]), (0, [3])]
PADDED = [(60, [1, 2, 0]), (0, [3, 0, 0])]


def _variant(weigh, padding=0):
    def variant(visits, E, how="sum", half_life=None):
        ids = np.array([i for _, codes in visits for i in codes], dtype=int)
        w = np.array([weigh(age, codes, how, half_life) for age, codes in visits for _ in codes])
        w = np.where(ids == padding, 0.0, w) if padding is not None else w
        if not len(ids) or not w.any():
            return np.zeros(E.shape[1])
        return w @ E[ids] / (1 if how == "sum" else w.sum())

    return variant


def _weight(age, codes, how, half_life):
    return 0.5 ** (age / half_life) if how == "recency" else 1.0


_mean_of_visit_means = _variant(
    lambda age, codes, how, h: 1 / len(codes) if how == "mean" else _weight(age, codes, how, h)
)
_padding_counts = _variant(_weight, padding=None)
_oldest_first = _variant(lambda age, codes, how, h: 2 ** (age / h) if how == "recency" else 1.0)
_exponential = _variant(lambda age, codes, how, h: np.exp(-age / h) if how == "recency" else 1.0)


def _recency_sum(visits, E, how="sum", half_life=None):
    if how != "recency":
        return patient_vectors.patient_vector(visits, E, how)
    return sum(
        (0.5 ** (age / half_life) * E[i] for age, codes in visits for i in codes if i),
        np.zeros(E.shape[1]),
    )


def _nan_for_nobody(visits, E, how="sum", half_life=None):
    if how == "mean" and not any(i for _, codes in visits for i in codes):
        return np.full(E.shape[1], np.nan)
    return patient_vectors.patient_vector(visits, E, how, half_life)


def _padding_changes(answer):
    plain, padded = (np.asarray(answer(v, TABLE, "sum")) for v in (VISITS, PADDED))
    return not np.allclose(plain, padded)


def _fails_on_nobody(answer):
    for how in ("sum", "mean", "recency"):
        try:
            out = np.asarray(answer([], TABLE, how, 30), dtype=float)
        except (ValueError, ZeroDivisionError, IndexError):
            return True
        if out.shape == () or not np.isfinite(out).all():
            return True
    return False


patient_vector = Exercise(
    name="patient_vector",
    number="10.4",
    review="section 5",
    reference=patient_vectors.patient_vector,
    calls=(
        call(VISITS, TABLE),
        call(VISITS, TABLE, "mean"),
        call(VISITS, TABLE, "recency", 30),
        call([(10, [1]), (400, [2, 3, 3])], TABLE, how="recency", half_life=100),
        call(PADDED, TABLE, "mean"),
        call([], TABLE, "mean"),
    ),
    wrong=(
        Wrong(
            _padding_counts,
            "A patient with 3 codes changes when you pad to 6: id 0 is padding, leave it out.",
            _padding_changes,
        ),
        Wrong(
            _nan_for_nobody,
            "A patient without codes gives nan or an error. Return zeros of shape (d,).",
            _fails_on_nobody,
        ),
        Wrong(
            _mean_of_visit_means,
            "A visit with 1 code weighs as much as one with 20. Average over all codes at once.",
        ),
        Wrong(_oldest_first, "The oldest visit weighs most; the weight is ½^(age/half_life)."),
        Wrong(
            _exponential,
            "After one half-life a code should weigh one half; exp(-age/half_life) gives .37.",
        ),
        Wrong(_recency_sum, "'recency' is a mean: divide by the sum of the weights."),
    ),
)

# ---------------------------------------------------------------------- questions
reversed_record = Prediction(
    name="reversed_record",
    number="10.P",
    options={"a": "nearly all", "b": "about half", "c": "none"},
    outcome="c",
    where="Section 2",
)

sorted_visits = Choice(
    name="sorted_visits",
    number="10.A",
    right="b",
    feedback={
        "a": "Codes of one disease stand far apart when a long visit is sorted by id.",
        "b": "Sorting puts diagnoses beside diagnoses and drugs beside drugs; a small window "
        "sees little else.",
        "c": "How often a code occurs decides the length of its vector more than its direction.",
        "d": "Windows never cross the border between two patients.",
    },
)

reversed_stream = Choice(
    name="reversed_stream",
    number="10.B",
    right="c",
    feedback={
        "a": "Each pair (a, b) was there before as (b, a), and both are training pairs.",
        "b": "A window reaches to both sides, at the ends of a stream as well.",
        "c": "The window is symmetric: every pair comes in both directions, whichever way the "
        "record is read.",
    },
)
