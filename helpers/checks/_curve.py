"""Check of learning curves: who is labeled, and where the settings are chosen."""

from collections import Counter

import numpy as np

from helpers import paired
from helpers.checks import _forms
from helpers.checks._compare import show
from helpers.checks._exercise import Exercise, Wrong, call

POOL, TEST = np.arange(100, 160), np.arange(10, 20)
SIZES, SEEDS = (8, 24, 12), (0, 1, 2)
INSIDE, ON_TEST, ON_TRAIN = (0.60, 0.80, 0.70), (0.90, 0.65, 0.70), (0.75, 0.85, 0.99)


def _rows(rows):
    return tuple(int(row) for row in np.asarray(rows).ravel())


class _Trial:
    """Models that write down what they are called with, and one run of an answer with them."""

    def __init__(self, answer, sizes=SIZES, seeds=SEEDS, inside=lambda place, n: INSIDE[place]):
        self.sizes, self.seeds, self.inside, self.log = sizes, seeds, inside, []
        models = {
            "one-hot": [self.candidate("one-hot", place) for place in range(3)],
            "vectors": [self.candidate("vectors", place) for place in range(3)],
        }
        self.out = answer(models, sizes, seeds, POOL.copy(), TEST.copy())
        if isinstance(self.out, _forms.Unfit) or self.out is None:
            raise TypeError

    def candidate(self, name, place):
        def score(train, held):
            train, held = _rows(train), _rows(held)
            if set(held) & set(TEST.tolist()):
                value = ON_TEST[place] + sum(train) % 97 / 1e4
            elif set(held) & set(train):
                value = ON_TRAIN[place]
            else:
                value = self.inside(place, len(train))
            self.log.append((name, place, train, held, value))
            return value

        return score

    def finals(self, name=None):
        """Return (place, train, held, value) of every call that met test patients."""
        return [
            entry[1:]
            for entry in self.log
            if set(entry[3]) & set(TEST.tolist()) and name in (None, entry[0])
        ]

    def inner(self):
        return [entry[1:] for entry in self.log if not set(entry[3]) & set(TEST.tolist())]

    def draws(self, size):
        """Return the sets of labeled patients of one size."""
        return {frozenset(train) for _, train, _, _ in self.finals() if len(train) == size}


def _curves(value):
    """Read a dict of tables."""
    if value is None:
        return None
    if not isinstance(value, dict):
        return _forms.Unfit(value, f"return a dict with one table a model, not {show(value, 0)}")
    tables = {name: _forms.array(table) for name, table in value.items()}
    for name, table in tables.items():
        if table is None or isinstance(table, _forms.Unfit):
            return _forms.Unfit(value, f"{name!r} of what it returned is no table of numbers")
    return tables


# ------------------------------------------------------------------- wrong answers
def _curve(
    draw=lambda seed, i, name, pool, n: np.random.default_rng(seed).permutation(pool)[:n],
    choose=lambda candidates, labeled, test, order: paired.choose(candidates, labeled, 4),
    final=lambda labeled: labeled,
    shape=lambda table: table,
    score=lambda best, labeled, test: best(labeled, test),
):
    """Build an answer with one of its rules replaced."""

    def answer(models, sizes, seeds, pool, test):
        tables = {name: np.zeros((len(sizes), len(seeds))) for name in models}
        for j, seed in enumerate(seeds):
            for i, n in enumerate(sizes):
                for number, (name, candidates) in enumerate(models.items()):
                    labeled = draw(seed, i, number, pool, n)
                    order = np.random.default_rng(seed).permutation(pool)
                    best = choose(candidates, labeled, test, order)
                    tables[name][i, j] = score(best, final(labeled), test)
        return {name: shape(table) for name, table in tables.items()}

    return answer


def _best(scored):
    return max(scored, key=lambda pair: pair[0])[1]


def _on_test(candidates, labeled, test, order):
    return _best([(c(labeled, test), c) for c in candidates])


def _on_train(candidates, labeled, test, order):
    return _best([(c(labeled, labeled), c) for c in candidates])


def _on_more_patients(candidates, labeled, test, order):
    return _best([(c(labeled, order[len(labeled) : len(labeled) + 8]), c) for c in candidates])


def _worst(candidates, labeled, test, order):
    cut = len(labeled) * 3 // 4
    return _best([(-c(labeled[:cut], labeled[cut:]), c) for c in candidates])


def _peeks(candidates, labeled, test, order):
    for candidate in candidates:
        candidate(labeled, test)
    return paired.choose(candidates, labeled, 4)


def _score_inside(best, labeled, test):
    best(labeled, test)
    cut = len(labeled) * 3 // 4
    return best(labeled[:cut], labeled[cut:])


def _once_for_all(size):
    """Build an answer that chooses its candidates once, with ``size(sizes)`` patients."""

    def answer(models, sizes, seeds, pool, test):
        labeled = np.random.default_rng(seeds[0]).permutation(pool)[: size(sizes)]
        chosen = {name: [paired.choose(c, labeled, 4)] for name, c in models.items()}
        return paired.learning_curve(chosen, sizes, seeds, pool, test)

    return answer


def _one_generator(models, sizes, seeds, pool, test):
    rng = np.random.default_rng(seeds[0])
    tables = {name: np.zeros((len(sizes), len(seeds))) for name in models}
    for j in range(len(seeds)):
        order = rng.permutation(pool)
        for i, n in enumerate(sizes):
            for name, candidates in models.items():
                best = paired.choose(candidates, order[:n], 4)
                tables[name][i, j] = best(order[:n], test)
    return tables


def _no_seed(models, sizes, seeds, pool, test):
    entropy = int(np.random.SeedSequence().entropy) % 2**32
    return paired.learning_curve(models, sizes, [entropy + seed for seed in seeds], pool, test)


# ------------------------------------------------------------------------ symptoms
def _chooses_on_test(answer):
    """Tell whether candidates are compared on test patients, and the best there wins."""
    trial = _Trial(answer)
    return _candidates_that_met_it(trial) > 1 and _first(trial.out) >= 0.9


def _candidates_that_met_it(trial):
    """Count, for the first labeled patients, the candidates that were scored on test patients."""
    finals = trial.finals("one-hot")
    return len({place for place, train, _, _ in finals if train == finals[0][1]})


def _first(tables):
    return float(tables["one-hot"][0, 0])


def _all_meet_the_test(answer):
    return _candidates_that_met_it(_Trial(answer)) > 1


def _chooses_on_train(answer):
    trial = _Trial(answer)
    return _first(trial.out) < 0.9 and any(set(h) & set(t) for _, t, h, _ in trial.inner())


def _learns_from_test(answer):
    used = {row for _, _, train, _, _ in _Trial(answer).log for row in train}
    return bool(used & set(TEST.tolist())) and used <= set(TEST.tolist()) | set(POOL.tolist())


def _labels_strangers(answer):
    used = {row for _, _, train, _, _ in _Trial(answer).log for row in train}
    return bool(used - set(TEST.tolist()) - set(POOL.tolist()))


def _labels_too_many(answer):
    trial = _Trial(answer)
    labeled = [set(train) for _, train, _, _ in trial.finals()]
    inner = [set(train) | set(held) for _, train, held, _ in trial.inner()]
    full = {len(train) for train in labeled} == set(SIZES)
    return full and any(not any(seen <= mine for mine in labeled) for seen in inner)


def _learns_from_a_part(answer):
    trial = _Trial(answer)
    sizes = {len(train) for _, train, _, _ in trial.finals()}
    return max(sizes) < max(SIZES)


def _draws_with_replacement(answer):
    trial = _Trial(answer)
    return any(len(set(train)) < len(train) for _, train, _, _ in trial.finals())


def _not_shuffled(answer):
    trial = _Trial(answer)
    ends = (frozenset(POOL[:24].tolist()), frozenset(POOL[-24:].tolist()))
    return trial.draws(24) <= set(ends) and bool(trial.draws(24))


def _draws_of(trial, name):
    return Counter(frozenset(train) for _, train, _, _ in trial.finals(name))


def _models_get_other_patients(answer):
    trial = _Trial(answer)
    return set(_draws_of(trial, "one-hot")) != set(_draws_of(trial, "vectors"))


def _not_nested(answer):
    trial = _Trial(answer)
    for small, large in ((8, 12), (12, 24)):
        for mine in trial.draws(small):
            if not any(mine <= other for other in trial.draws(large)):
                return True
    return False


def _same_draw_for_all_seeds(answer):
    return len(_Trial(answer).draws(24)) == 1


def _seed_does_not_decide(answer):
    once, again = (_Trial(answer, seeds=seeds) for seeds in ((0, 1, 2), (2, 0)))
    return not again.draws(24) <= once.draws(24)


def _cannot_be_repeated(answer):
    return len({str(sorted(map(sorted, _Trial(answer).draws(24)))) for _ in range(3)}) > 1


def _takes_the_worst(answer):
    trial = _Trial(answer)
    return 0.9 <= _first(trial.out) < 1 and bool(trial.inner())


def _does_not_choose(answer):
    trial = _Trial(answer)
    return not trial.inner() and bool(trial.finals())


def _returns_the_inner_score(answer):
    value = _first(_Trial(answer).out)
    return any(abs(value - score) < 1e-9 for score in (*INSIDE, *ON_TRAIN))


def _inside_by_size(place, n):
    return (0.5, 0.9, 0.7)[place] if n < 8 else (0.5, 0.7, 0.9)[place]


def _keeps_one_choice(place):
    """Build a symptom: one candidate for 8 and for 48 patients, where the best are 1 and 2."""

    def symptom(answer):
        trial = _Trial(answer, sizes=(8, 48), inside=_inside_by_size)
        return {chosen for chosen, _, _, _ in trial.finals("one-hot")} == {place}

    return symptom


def _shapes(answer):
    return {name: table.shape for name, table in _Trial(answer, seeds=range(4)).out.items()}


def _is_turned(answer):
    return set(_shapes(answer).values()) == {(4, 3)}


def _mean_over_seeds(answer):
    return set(_shapes(answer).values()) == {(3,)}


# ---------------------------------------------------------------------------- laws
def _one_number_each(answer):
    out = _Trial(answer, seeds=(0, 1)).out
    if set(out) != {"one-hot", "vectors"}:
        return f"Return one table for each name in models; your names are {sorted(out)}."
    for name, table in out.items():
        if table.shape != (3, 2):
            return (
                f"For 3 sizes and 2 seeds the table of {name!r} has the shape (3, 2); yours has "
                f"{table.shape}."
            )
    return None


def _right_scores(answer):
    """Every cell is the test score of the best candidate after learning from the n patients."""
    trial = _Trial(answer)
    for name, table in trial.out.items():
        for i, size in enumerate(SIZES):
            allowed = sorted(
                value
                for place, train, held, value in trial.finals(name)
                if len(train) == size and place == 1 and set(held) == set(TEST.tolist())
            )
            if not np.allclose(sorted(table[i].tolist()), allowed[:3] or [np.nan] * 3):
                return (
                    f"Row {i} of {name!r}, n={size}, should hold the test scores of the candidate "
                    "that does best inside the n labeled patients, after learning from all n. "
                    f"Yours is {show(table[i])}."
                )
    return None


def _whole_test(answer):
    for _, _, held, _ in _Trial(answer).finals():
        if sorted(held) != TEST.tolist():
            return f"The score counts all {len(TEST)} test patients, each once; yours {len(held)}."
    return None


def _sizes_are_right(answer):
    trial = _Trial(answer)
    for name in ("one-hot", "vectors"):
        found = Counter(len(train) for _, train, _, _ in trial.finals(name))
        if not found:
            return "No chosen candidate meets the test patients. Return its score on `test`."
        if set(found) != set(SIZES):
            return (
                f"For sizes {SIZES} the test patients are met after learning from {sorted(found)} "
                "patients."
            )
    return None


def _every_part_is_apart(answer):
    for _, train, held, _ in _Trial(answer).inner():
        if set(train) & set(held):
            return "To choose, a candidate is scored on patients it learned from."
    return None


def _same_cells(answer):
    """Compare the second column with what its seed gives alone."""
    trial = _Trial(answer, sizes=(8,), seeds=(0, 1))
    alone = _Trial(answer, sizes=(8,), seeds=(1,))
    for name, table in trial.out.items():
        if abs(table[0, 1] - alone.out[name][0, 0]) > 1e-9:
            return "Column j belongs to seed j: with the second seed alone the score is another."
    return None


def _neighbors_are_not_kept(answer):
    trial = _Trial(answer, sizes=(8,), seeds=tuple(range(12)))
    beside = [sum(row + 1 in rows for row in rows) for rows in trial.draws(8)]
    if np.mean(beside) > 3:
        return "Patients who stand side by side in the pool are labeled together. Shuffle the pool."
    return None


def _constant(train, held):
    return 0.5


learning_curve = Exercise(
    name="learning_curve",
    number="13.4b",
    review="section 4",
    reference=paired.learning_curve,
    form=_curves,
    equal=None,
    calls=(
        call({"one-hot": [_constant], "vectors": [_constant]}, (8, 12), (0, 1, 2), POOL, TEST),
        call({"one-hot": [_constant, _constant]}, (8,), (3,), POOL, TEST),
    ),
    laws=(
        _one_number_each,
        _whole_test,
        _sizes_are_right,
        _every_part_is_apart,
        _neighbors_are_not_kept,
        _same_cells,
        _right_scores,
    ),
    wrong=(
        Wrong(
            _curve(shape=lambda table: table.T),
            "Your tables have one row a seed. Return one row a size and one column a seed.",
            _is_turned,
        ),
        Wrong(
            _curve(shape=lambda table: table.mean(axis=1)),
            "You return the mean over seeds, and the spread is lost. Return every score: one row a "
            "size, one column a seed.",
            _mean_over_seeds,
        ),
        Wrong(
            _curve(
                draw=lambda seed, i, number, pool, n: np.random.default_rng(seed).permutation(
                    len(pool)
                )[:n]
            ),
            "Rows that are not in the pool are labeled. Shuffle `pool` itself: it holds row "
            "numbers, and its positions are others.",
            _labels_strangers,
        ),
        Wrong(
            _curve(choose=_on_test),
            "The best C was chosen on test patients: the candidate that wins is the one that was "
            "lucky there. Choose inside the labeled patients.",
            _chooses_on_test,
        ),
        Wrong(
            _curve(final=lambda labeled: np.r_[labeled, TEST[0]]),
            "A test patient is among those it learns from.",
            _learns_from_test,
        ),
        Wrong(
            _curve(draw=lambda seed, i, name, pool, n: np.random.default_rng(seed).choice(pool, n)),
            "Some patients are drawn twice. Draw without replacement, or shuffle and cut.",
            _draws_with_replacement,
        ),
        Wrong(
            _curve(choose=_on_train),
            "The candidate is chosen by its score on the patients it learned from; the most "
            "flexible one always wins there. Hold a part of the labeled patients out.",
            _chooses_on_train,
        ),
        Wrong(
            _curve(final=lambda labeled: labeled[: len(labeled) * 3 // 4]),
            "The chosen candidate meets the test after learning from a part of the n labeled "
            "patients. Once chosen, let it learn from all n.",
            _learns_from_a_part,
        ),
        Wrong(
            _curve(choose=_on_more_patients),
            "To choose, yours uses labels of patients beyond the n. A curve at n=100 that needed "
            "200 labels is a curve at 200: hold a part of the n out.",
            _labels_too_many,
        ),
        Wrong(
            _curve(draw=lambda seed, i, name, pool, n: pool[:n]),
            "The first rows of the file are labeled, for every seed. Shuffle the pool with the "
            "seed.",
            _not_shuffled,
        ),
        Wrong(
            _no_seed,
            "The same seeds label other patients the second time. Take the shuffle from "
            "np.random.default_rng(seed).",
            _cannot_be_repeated,
        ),
        Wrong(
            _one_generator,
            "Who is labeled with seed 2 depends on the seeds before it. Start a generator from "
            "each seed.",
            _seed_does_not_decide,
        ),
        Wrong(
            _curve(
                draw=lambda seed, i, name, pool, n: np.random.default_rng(0).permutation(pool)[:n]
            ),
            "The same patients are labeled with every seed. Start the shuffle from the seed: "
            "np.random.default_rng(seed).",
            _same_draw_for_all_seeds,
        ),
        Wrong(
            _curve(
                draw=lambda seed, i, number, pool, n: np.random.default_rng(
                    seed + 100 * number
                ).permutation(pool)[:n]
            ),
            "The models are taught with different patients. Shuffle once a seed, for all of them: "
            "only then does the luck of the draw cancel in their difference.",
            _models_get_other_patients,
        ),
        Wrong(
            _curve(
                draw=lambda seed, i, name, pool, n: np.random.default_rng(
                    seed + 100 * i
                ).permutation(pool)[:n]
            ),
            "The smaller set of labeled patients does not lie inside the larger one. Shuffle once "
            "a seed; n=8 and n=24 take the first 8 and the first 24 of the same order.",
            _not_nested,
        ),
        Wrong(
            _curve(choose=_worst),
            "The candidate with the lowest score inside the labeled patients is taken. Higher is "
            "better.",
            _takes_the_worst,
        ),
        Wrong(
            _curve(choose=lambda candidates, *rest: candidates[-1]),
            "No candidate is compared with another. Choose one by its score inside the labeled "
            "patients.",
            _does_not_choose,
        ),
        Wrong(
            _curve(choose=_peeks),
            "Every candidate meets the test patients. That is for the chosen one, once.",
            _all_meet_the_test,
        ),
        Wrong(
            _curve(score=_score_inside),
            "You return the score by which the candidate was chosen. Return its score on the test "
            "patients.",
            _returns_the_inner_score,
        ),
        Wrong(
            _once_for_all(min),
            "The candidate is chosen once, for all sizes. What is best with 8 patients need not be "
            "with 48: choose anew for each size and seed.",
            _keeps_one_choice(1),
        ),
        Wrong(
            _once_for_all(max),
            "The candidate for 8 patients was chosen with the labels of more than those 8. Choose "
            "anew for each size and seed, with the n labeled patients alone.",
            _keeps_one_choice(2),
        ),
    ),
)
