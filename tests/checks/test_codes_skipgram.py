"""Answers to lesson 10 that are in no catalogue: right ones pass, wrong ones get their hint."""

from collections import Counter
from itertools import combinations, permutations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from helpers import metrics, pairs
from helpers.checks import codes_skipgram as check
from tests.checks.judging import hinted, passes


# --------------------------------------------------------------------- visit_pairs
def sequences(patients, mode):
    if mode == "bag":
        return [visit for visits in patients for visit in visits]
    return [[code for visit in visits for code in visit] for visits in patients]


def by_distance(patients, mode="bag", window=None):
    found = []
    for codes in sequences(patients, mode):
        for step in range(1, len(codes) if mode == "bag" else window + 1):
            for one, two in zip(codes, codes[step:], strict=False):
                found += [[one, two], [two, one]]
    return found


def both_ways(patients, mode="bag", window=None):
    if mode == "stream":
        return tuple(by_distance(patients, mode, window))
    pairs_of = [pair for v in sequences(patients, mode) for pair in combinations(v, 2)]
    return np.array(pairs_of + [pair[::-1] for pair in pairs_of]).reshape(-1, 2)


@pytest.mark.parametrize("answer", [by_distance, both_ways])
def test_visit_pairs_in_other_words(answer):
    passes(check.visit_pairs, answer)


def stream(change):
    """Answer bags rightly, and streams with a mistake: ``change(codes, window)``."""

    def answer(patients, mode="bag", window=None):
        if mode == "bag":
            return by_distance(patients)
        return [pair for codes in sequences(patients, mode) for pair in change(codes, window)]

    return answer


def exactly_as_far(codes, window):
    steps = range(len(codes) - window)
    return [p for i in steps for p in permutations((codes[i], codes[i + window]))]


def wrapped_around(codes, window):
    places = [(i, i + d) for i in range(len(codes)) for d in range(-window, window + 1) if d]
    return [(codes[i], codes[j]) for i, j in places if -len(codes) <= j < len(codes)]


def to_the_right(codes, window):
    return [(a, b) for i, a in enumerate(codes) for b in codes[i + 1 : i + 1 + window]]


def stops_before_the_end(codes, window):
    return [
        (a, b)
        for i, a in enumerate(codes)
        for j, b in enumerate(codes)
        if i != j and i - window <= j < i + window
    ]


def only_the_last_patient(patients, mode="bag", window=None):
    for patient in patients:
        found = by_distance([patient], mode, window)
    return found


def one_step_each(codes, window):
    return [p for p in pairs.skipgram_pairs(codes, window) if p[0] != p[1]]


remembered = []


def kept_from_before(patients, mode="bag", window=None):
    remembered.extend(by_distance(patients, mode, window))
    return remembered


def short_bag(patients, mode="bag", window=None):
    return [p for s in sequences(patients, mode) for p in pairs.skipgram_pairs(s, window or 3)]


@pytest.mark.parametrize(
    "answer, hint",
    [
        (lambda *args, **kwargs: set(map(tuple, by_distance(*args, **kwargs))), "not a set"),
        (lambda *args, **kwargs: (p for p in by_distance(*args, **kwargs)), "not a generator"),
        (lambda *args, **kwargs: Counter(map(tuple, by_distance(*args, **kwargs))), "not {('a'"),
        (lambda patients, *args, **kwargs: [by_distance([p]) for p in patients], "two codes"),
        (lambda *args, **kwargs: [a + b for a, b in by_distance(*args, **kwargs)], "two codes"),
        (lambda patients, mode="bag", window=None: by_distance(patients), "A stream runs on"),
        (lambda p, mode="bag", window=None: by_distance(p) if mode == "bag" else None, "every br"),
        (short_bag, "A bag has no window"),
        (stream(lambda codes, window: permutations(codes, 2)), "four places apart"),
        (stream(lambda codes, window: by_distance([[codes]])[::2]), "In the stream with window=1"),
        (stream(to_the_right), "one side only"),
        (stream(lambda codes, window: pairs.skipgram_pairs(codes, window + 1)), "('a', 'c')"),
        (stream(exactly_as_far), "window=2"),
        (stream(wrapped_around), "('a', 'e')"),
        (stream(stops_before_the_end), "further to the left"),
        (stream(lambda codes, window: by_distance([[sorted(codes)]], "stream", window)), "pair ("),
        (
            stream(
                lambda codes, window: by_distance([[[*dict.fromkeys(codes)]]], "stream", window)
            ),
            "in yours not at all",
        ),
        (only_the_last_patient, "8 ordered pairs; you have 2"),
        (stream(one_step_each), "not the same code"),
        (kept_from_before, "kept between calls"),
    ],
)
def test_visit_pairs_hints(answer, hint):
    hinted(check.visit_pairs, answer, hint)


# ---------------------------------------------------------------------- kept_share
def count(codes, window):
    return Counter(pairs.skipgram_pairs(list(codes), window))


def shares(visit, window, n_shuffles, rng):
    written = count(visit, window)
    return [
        (written & count(rng.permutation(visit), window)).total() / written.total()
        for _ in range(n_shuffles)
    ]


def mean_share(*args):
    return np.mean(shares(*args))


def crossed_off(visit, window, n_shuffles, rng):
    written, codes, stayed = pairs.skipgram_pairs(visit, window), list(visit), 0
    for _ in range(n_shuffles):
        rng.shuffle(codes)
        left = pairs.skipgram_pairs(codes, window)
        for pair in written:
            if pair in left:
                left.remove(pair)
                stayed += 1
    return stayed / n_shuffles / len(written)


def without_direction(visit, window, n_shuffles, rng):
    def places(codes):
        return Counter(
            frozenset((codes[i], codes[j])) if codes[i] != codes[j] else codes[i]
            for i in range(len(codes))
            for j in range(i + 1, min(len(codes), i + window + 1))
        )

    written = places(visit)
    lost = [(written - places(rng.permutation(visit).tolist())).total() for _ in range(n_shuffles)]
    return 1 - sum(lost) / n_shuffles / written.total()


@pytest.mark.parametrize("answer", [mean_share, crossed_off, without_direction])
def test_kept_share_in_other_words(answer):
    passes(check.kept_share, answer)


def each_with_the_one_before(visit, window, n_shuffles, rng):
    codes, found = list(visit), []
    for _ in range(n_shuffles):
        before = count(codes, window)
        rng.shuffle(codes)
        found.append((before & count(codes, window)).total() / before.total())
    return np.mean(found)


def still_somewhere(visit, window, n_shuffles, rng):
    written, found = pairs.skipgram_pairs(visit, window), []
    for _ in range(n_shuffles):
        there = set(pairs.skipgram_pairs(rng.permutation(visit).tolist(), window))
        found.append(np.mean([pair in there for pair in written]))
    return np.mean(found)


def share_of(visit, window, n_shuffles, rng, shuffle=None, found=count, read=list):
    """Answer rightly, but for one part that a test replaces."""
    codes = read(visit)
    written = found(codes, window)
    kept = [
        (written & found(shuffle(codes) if shuffle else rng.permutation(codes), window)).total()
        for _ in range(n_shuffles)
    ]
    return np.mean(kept) / written.total()


def drawn_again(visit, window, n_shuffles, rng):
    return share_of(
        visit,
        window,
        n_shuffles,
        rng,
        lambda codes: [codes[rng.integers(len(codes))] for _ in codes],
    )


def moved_round(visit, window, n_shuffles, rng):
    def turned(codes):
        start = rng.integers(len(codes))
        return codes[start:] + codes[:start]

    return share_of(visit, window, n_shuffles, rng, turned)


def later_codes(codes, window):
    return Counter((a, b) for i, a in enumerate(codes) for b in codes[i + 1 : i + 1 + window])


def left_slice_and_short_right_slice(codes, window):
    codes = list(codes)
    return Counter(
        (a, b)
        for i, a in enumerate(codes)
        for b in codes[max(0, i - window) : i] + codes[i + 1 : i + window]
    )


def intersection_over_union(visit, window, n_shuffles, rng):
    written, found = count(visit, window), []
    for _ in range(n_shuffles):
        shuffled = count(rng.permutation(visit), window)
        found.append((written & shuffled).total() / (written | shuffled).total())
    return np.mean(found)


def whole_number(visit, window, n_shuffles, rng):
    written = count(visit, window)
    orders = [count(rng.permutation(visit), window) for _ in range(n_shuffles)]
    return np.mean([(written & order).total() // written.total() for order in orders])


def with_other_window(change):
    return lambda visit, window, n_shuffles, rng: share_of(
        visit, window, n_shuffles, rng, found=lambda codes, w: count(codes, w + change)
    )


def shuffled_in_place(visit, window, n_shuffles, rng):
    rng.shuffle(visit)
    return mean_share(visit, window, n_shuffles, rng)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (each_with_the_one_before, "the one before it"),
        (still_somewhere, "Take the smaller of the two counts"),
        (drawn_again, "loses codes and repeats others"),
        (moved_round, "move round in a circle"),
        (lambda *args: share_of(*args, found=later_codes), "one side only"),
        (
            lambda *args: share_of(*args, found=left_slice_and_short_right_slice),
            "further to the le",
        ),
        (lambda *args: share_of(*args, read=lambda visit: sorted(set(visit))), "once in yours"),
        (intersection_over_union, "the written pairs alone"),
        (whole_number, "Nearly every shuffle gives 0"),
        (with_other_window(1), "For 6 codes and a window of 2"),
        (with_other_window(-1), "For 6 codes and a window of 2"),
        (lambda *args: mean_share(*args) ** 0.5, "For 6 codes and a window of 2"),
        (lambda v, w, n, rng: share_of(v, w, n, rng, sorted), "Every pair stays, every time"),
        (lambda v, w, n, rng: mean_share(v, len(v), n, rng), "only the pairs inside the window"),
        (lambda v, w, n, rng: max(shares(v, w, n, rng)), "the mean of all"),
        (lambda v, w, n, rng: 0.6, "Measure it"),
        (lambda v, w, n, rng: len(pairs.skipgram_pairs(v, w)) / len(v) / (len(v) - 1), "Measure"),
        (lambda v, w, n, rng: mean_share(v, w, 1, rng), "vary much less than with one"),
        (lambda v, w, n, rng: shares(v, w, n, rng)[-1], "vary much less than with one"),
        (lambda v, w, n, rng: sum(shares(v, w, n, rng)), "above 1"),
        (lambda v, w, n, rng: 100 * mean_share(v, w, n, rng), "above 1"),
        (shares, "Return one number"),
        (lambda v, w, n, rng: str(mean_share(v, w, n, rng)), "Return one number"),
        (lambda v, w, n, rng: round(mean_share(v, w, n, rng), 1), "a window of 1 you have 0.300"),
        (lambda v, w, n, rng: mean_share(v, w, n, np.random), "use the rng you are given"),
        (lambda v, w, n, rng: mean_share(v, w, n, np.random.default_rng(5)), "this rng"),
        (shuffled_in_place, "changed its input"),
    ],
)
def test_kept_share_hints(answer, hint):
    hinted(check.kept_share, answer, hint)


# -------------------------------------------------------------------- group_report
def cosines(E):
    unit = E / np.linalg.norm(E, axis=1, keepdims=True)
    return unit @ unit.T


def report(E, groups, k, rng, deals=20, scores=cosines):
    near = [
        sorted((j for j in range(len(E)) if j != i), key=lambda j, row=row: -row[j])[:k]
        for i, row in enumerate(scores(E))
    ]

    def purity(names):
        shares = [
            sum(names[j] == name for j in near[i]) / k
            for i, name in enumerate(names)
            if names.count(name) > 1
        ]
        return sum(shares) / len(shares)

    sizes = [n for n in Counter(groups).values() if n > 1]
    return {
        "purity": purity(list(groups)),
        "chance": sum(n * (n - 1) for n in sizes) / sum(sizes) / (len(groups) - 1),
        "shuffled": np.mean([purity(rng.permutation(groups).tolist()) for _ in range(deals)]),
    }


def by_sklearn(E, groups, k, rng):
    rows = E / np.linalg.norm(E, axis=1, keepdims=True)
    near = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(rows)
    near = near.kneighbors(return_distance=False)
    names = np.array(groups, dtype=object)

    def purity(names):
        kept = [Counter(names.tolist())[name] > 1 for name in names]
        return (names[near] == names[:, None])[kept].mean()

    deals = [purity(names[rng.permutation(len(names))]) for _ in range(20)]
    chance = metrics.chance_purity(groups)
    return {"purity": purity(names), "chance": chance, "shuffled": np.mean(deals)}


def one_length_is_enough(E, groups, k, rng):
    """Divide by the length of the other row alone: the order stays that of the cosine."""
    lengths = np.linalg.norm(E, axis=1)
    return report(E, groups, k, rng, scores=lambda E: E @ E.T / lengths)


def with_the_rows_dealt_out(E, groups, k, rng):
    deals = [metrics.purity_at_k(E[rng.permutation(len(E))], groups, k) for _ in range(10)]
    right = {"purity": metrics.purity_at_k(E, groups, k), "chance": metrics.chance_purity(groups)}
    return {**right, "shuffled": np.mean(deals), "alone": 0}


@pytest.mark.parametrize(
    "answer",
    [
        report,
        with_the_rows_dealt_out,
        lambda *args: report(*args, deals=1),
        lambda *args: {key: np.array([part]) for key, part in report(*args).items()},
        by_sklearn,
        one_length_is_enough,
    ],
)
def test_group_report_in_other_words(answer):
    passes(check.group_report, answer)


def changed(**changes):
    """Answer rightly but for some keys: each is a function of the inputs and the report."""

    def answer(E, groups, k, rng):
        right = report(E, groups, k, rng)
        return right | {key: f(E, groups, k, rng, right) for key, f in changes.items()}

    return answer


def without_the_loners(E, groups, k, rng):
    stay = [i for i, name in enumerate(groups) if groups.count(name) > 1]
    return report(E[stay], [groups[i] for i in stay], k, rng)


def chance_of_all_rows(E, groups, k, rng, right):
    return np.mean([(groups.count(g) - 1) / (len(groups) - 1) for g in groups])


def chance_among_the_rest(E, groups, k, rng, right):
    rest = [groups.count(name) for name in groups if groups.count(name) > 1]
    return (np.mean(rest) - 1) / (len(rest) - 1)


def columns_scaled(E, groups, k, rng):
    return report(E / np.linalg.norm(E, axis=0), groups, k, rng)


def counted_as_failures(E, groups, k, rng, right):
    near = metrics.neighbors(E, k)
    dealt = rng.permutation(groups)
    return np.mean(dealt[near] == dealt[:, None])


def zero_on_the_diagonal(E, groups, k, rng):
    table = cosines(E)
    np.fill_diagonal(table, 0)
    names = np.array(groups)
    kept = [groups.count(name) > 1 for name in groups]
    found = names[np.argsort(-table, axis=1)[:, :k]] == names[:, None]
    return report(E, groups, k, rng) | {"purity": found[kept].mean()}


def own_names_stay(E, groups, k, rng, right):
    near, names = metrics.neighbors(E, k), np.array(groups)
    kept = [groups.count(name) > 1 for name in groups]
    deals = [(rng.permutation(names)[near] == names[:, None])[kept].mean() for _ in range(20)]
    return np.mean(deals)


def drawn_names(E, groups, k, rng, right):
    return np.mean(
        [
            report(E, rng.choice(groups, len(groups)).tolist(), k, rng, 1)["purity"]
            for _ in range(20)
        ]
    )


def largest_deal(E, groups, k, rng, right):
    return max(report(E, groups, k, rng, deals=1)["shuffled"] for _ in range(20))


def random_vectors(E, groups, k, rng, right):
    return np.mean([metrics.purity_at_k(rng.normal(size=E.shape), groups, k) for _ in range(20)])


def scaled_in_place(E, groups, k, rng):
    E /= np.linalg.norm(E, axis=1, keepdims=True)
    return report(E, groups, k, rng)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (without_the_loners, "stay neighbors of others"),
        (changed(chance=chance_of_all_rows), "over the same rows"),
        (changed(chance=lambda E, g, k, rng, r: k / (len(g) - 1)), "chance is 0.2500"),
        (changed(chance=lambda E, g, k, rng, r: r["chance"] * (len(g) - 1) / len(g)), "does so on"),
        (changed(chance=chance_among_the_rest), "alone in their group are neighbors too"),
        (changed(purity=lambda E, g, k, rng, r: r["purity"] - r["chance"]), "purity is 0.5000 for"),
        (changed(purity=lambda *args: 1.0), "purity is 1.0000 for"),
        (lambda E, g, k, rng: report(E - E.mean(axis=0), g, k, rng), "purity is"),
        (lambda E, g, k, rng: report(E.T, g, k, rng), "it raised"),
        (zero_on_the_diagonal, "0 is more than a negative cosine"),
        (changed(shuffled=own_names_stay), "from the same deal"),
        (changed(shuffled=drawn_names), "Deal with a permutation"),
        (changed(shuffled=largest_deal), "Take the mean of the deals"),
        (changed(shuffled=random_vectors), "nothing to do with the vectors"),
        (changed(shuffled=lambda E, g, k, rng, r: r["chance"]), "the same number as 'chance'"),
        (changed(shuffled=counted_as_failures), "not alone"),
        (changed(shuffled=lambda *args: 0.0), "Every rng"),
        (lambda E, g, k, rng: report(E, g, k, np.random.default_rng(1)), "Every rng"),
        (lambda E, g, k, rng: report(E, g, k, np.random), "same rng gives two"),
        (lambda E, g, k, rng: report(E, g, k, rng, scores=lambda E: E @ E.T), "dot products"),
        (columns_scaled, "columns have very different sizes"),
        (lambda *args: {key: str(part) for key, part in report(*args).items()}, "not text"),
        (lambda *args: list(report(*args).values()), "Return a dict"),
        (lambda E, g, k, rng: report(E, g, k + 1, rng), "purity is 0.5185 for nine rows"),
        (lambda E, g, k, rng: report(E, g, k, rng) if "x" not in g else None, "every branch"),
        (scaled_in_place, "changed its input"),
    ],
)
def test_group_report_hints(answer, hint):
    hinted(check.group_report, answer, hint)


# ------------------------------------------------------------------ patient_vector
def by_counts(visits, E, how="sum", half_life=None):
    weight = np.zeros(len(E))
    for age, ids in visits:
        np.add.at(weight, list(ids), 0.5 ** (age / half_life) if how == "recency" else 1)
    weight[0] = 0
    return weight @ E if how == "sum" or not weight.any() else weight @ E / weight.sum()


def by_averages(visits, E, how="sum", half_life=None):
    rows = [(E[i], age) for age, ids in visits for i in ids if i > 0]
    if not rows:
        return np.zeros_like(E[0])
    vectors, ages = map(np.array, zip(*rows, strict=True))
    if how == "sum":
        return vectors.sum(axis=0)
    weights = np.exp(-np.log(2) * ages / half_life) if how == "recency" else None
    return np.average(vectors, axis=0, weights=weights).astype(np.float32)


def as_a_list(*args, **kwargs):
    return by_counts(*args, **kwargs).tolist()


@pytest.mark.parametrize("answer", [by_counts, by_averages, as_a_list])
def test_patient_vector_in_other_words(answer):
    passes(check.patient_vector, answer)


def patient(change):
    """Answer with another patient: ``change(visits)``."""
    return lambda visits, E, how="sum", half_life=None: by_counts(change(visits), E, how, half_life)


def mean_over_padding(visits, E, how="sum", half_life=None):
    places = sum(len(ids) for _, ids in visits)
    return by_counts(visits, E, how, half_life) if how != "mean" else by_counts(visits, E) / places


def nobody(value):
    def answer(visits, E, how="sum", half_life=None):
        return by_counts(visits, E, how, half_life) if visits else value

    return answer


def padding_alone_fails(visits, E, how="sum", half_life=None):
    if visits and how == "mean":
        return np.mean([E[i] for _, ids in visits for i in ids if i], axis=0)
    return by_counts(visits, E, how, half_life)


def visit_by_visit(visits, E, how="sum", half_life=None):
    if how == "sum" or not visits:
        return by_counts(visits, E)
    weights = [0.5 ** (age / half_life) if how == "recency" else 1 for age, _ in visits]
    return np.average([by_counts([v], E, "mean") for v in visits], axis=0, weights=weights)


def no_recency(visits, E, how="sum", half_life=None):
    return by_counts(visits, E, how) if how != "recency" else None


def by_the_visits_weights(visits, E, how="sum", half_life=None):
    if how != "recency" or not visits:
        return by_counts(visits, E, how)
    total = sum(0.5 ** (age / half_life) * by_counts([(0, ids)], E) for age, ids in visits)
    return total / sum(0.5 ** (age / half_life) for age, _ in visits)


def half_life_decides(visits, E, how="sum", half_life=None):
    return by_counts(visits, E, "recency" if half_life and how != "sum" else how, half_life)


def default_is_the_mean(visits, E, how="mean", half_life=None):
    return by_counts(visits, E, how, half_life)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (patient(lambda visits: [(age, set(ids)) for age, ids in visits]), "counts once in yours"),
        (mean_over_padding, "changes when you pad"),
        (
            lambda visits, E, how="sum", half_life=None: visit_by_visit(visits, E, "mean"),
            "a mean. Add",
        ),
        (visit_by_visit, "weighs as much as one with 20"),
        (by_the_visits_weights, "the weights of the visits"),
        (half_life_decides, "for 'recency' alone"),
        (no_recency, "every branch"),
        (patient(lambda visits: visits[:1]), "inside the loop"),
        (patient(lambda visits: visits[-1:]), "expected [5. 6.]"),
        (
            lambda visits, E, *args, **kw: by_counts(
                visits, np.vstack([E[-1:], E[:-1]]), *args, **kw
            ),
            "the row above",
        ),
        (nobody(0.0), "vector of zeros"),
        (nobody(None), "vector of zeros"),
        (nobody(np.zeros(4)), "vector of zeros"),
        (padding_alone_fails, "vector of zeros"),
        (default_is_the_mean, "expected [5. 6.]"),
        (lambda *args, **kwargs: by_counts(*args, **kwargs)[None], "one vector"),
    ],
)
def test_patient_vector_hints(answer, hint):
    hinted(check.patient_vector, answer, hint)
