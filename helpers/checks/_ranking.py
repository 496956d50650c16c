"""Checks of the two measures of a ranking."""

import numpy as np

from helpers import ranking
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

Y, S = np.array([1, 0, 1, 0, 0, 1, 0]), np.array([0.9, 0.7, 0.7, 0.4, 0.4, 0.2, 0.1])
NO_TIES = np.array([0.8, 0.9, 0.6, 0.5, 0.3, 0.2, 0.1])
ALL_TIED = np.full(7, 0.3)
RARE_Y = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1])
RARE_S = np.array([2.0, 1.5, -3.0, 0.0, 0.0, -0.5, 1.0, 4.0, -1.0, 1.5, 3.0, 0.0])
LAST_FIRST = np.array([0, 1, 0, 1, 0])  # in a tie the control stands before, or behind, its case
TIED = np.array([2.0, 2.0, 1.0, 1.0, 0.0])
PERFECT = (np.array([0, 1, 0, 1]), np.array([-5.0, 2.0, -1.0, 3.0]))
CALLS = (
    call(Y, S),
    call(Y, NO_TIES),
    call(Y, ALL_TIED),
    call(RARE_Y, RARE_S),
    call(LAST_FIRST, TIED),
    call(LAST_FIRST[::-1].copy(), TIED[::-1].copy()),
    call(*PERFECT),
    call(np.array([0, 1]), np.array([1.0, 0.0])),
    call(np.array([1, 1, 1, 0]), np.array([10.0, 30.0, 20.0, 25.0])),
    call(np.array([1, 1, 0, 0, 1]), np.array([3.0, 3.0, 2.0, 1.0, 0.0])),  # two cases tied
)


def _pairs(score):
    """Build an AUC that gives ``score(case, control)`` to a pair."""

    def answer(y, s):
        cases, controls = s[y == 1], s[y == 0]
        return float(np.mean([[score(c, k) for k in controls] for c in cases]))

    return answer


def _sum_of_pairs(y, s):
    return ranking.roc_auc(y, s) * y.sum() * (1 - y).sum()


def _over_all_pairs(y, s):
    n = len(y)
    return _sum_of_pairs(y, s) / (n * (n - 1) / 2)


def _over_n_squared(y, s):
    return _sum_of_pairs(y, s) / len(y) ** 2


def _accuracy(y, s):
    return float(np.mean((s > 0.5) == y))


def _accuracy_or_better(y, s):
    return float(np.mean((s >= 0.5) == y))


def _steps(order):
    """Build an AUC from the ROC curve that takes one patient a step, ties in `order`."""

    def answer(y, s):
        hits = y[order(s)]
        tpr, fpr = np.cumsum(hits) / hits.sum(), np.cumsum(1 - hits) / (1 - hits).sum()
        return float(np.trapezoid(np.r_[0, tpr], np.r_[0, fpr]))

    return answer


def _high_first(s):
    return np.argsort(-s, kind="stable")


def _low_last(s):
    return np.argsort(s, kind="stable")[::-1]


def _low_first(s):
    return np.argsort(s, kind="stable")


def _auc_from_the_origin_on(y, s):
    hits = y[_high_first(s)]
    tpr, fpr = np.cumsum(hits) / hits.sum(), np.cumsum(1 - hits) / (1 - hits).sum()
    return float(np.trapezoid(tpr, fpr))


def _gini(y, s):
    return 2 * ranking.roc_auc(y, s) - 1


def _in_order_of_file(answer, measure):
    """Tell whether ties are broken by the place in the file: turned around, another number."""
    one, two = (float(answer(y, s)) for y, s in ((LAST_FIRST, TIED), _turned()))
    right = abs(float(answer(Y, NO_TIES)) - measure(Y, NO_TIES)) < 1e-6
    return right and abs(one - two) > 1e-6


def _turned():
    return LAST_FIRST[::-1].copy(), TIED[::-1].copy()


def _reversed_sums_to_one(answer):
    for s in (NO_TIES, -NO_TIES):
        if abs(float(answer(Y, s)) - ranking.roc_auc(Y, s)) > 1e-5:
            return None  # not about ties
    for y, s in ((Y, S), (RARE_Y, RARE_S)):
        total = float(answer(y, s)) + float(answer(y, -s))
        if abs(total - 1) > 1e-5:
            return (
                f"With the scores turned around, an AUC becomes 1 - AUC. Yours add up to "
                f"{total:.3f}. What does a tie count?"
            )
    return None


def _only_the_order_counts(answer):
    for change in (lambda s: 3 * s - 100, lambda s: s / 1000):
        for y, s in ((Y, S), (RARE_Y, RARE_S)):
            if abs(float(answer(y, change(s))) - float(answer(y, s))) > 1e-5:
                return (
                    "Scores can be any numbers, negative or far above 1: only their order "
                    "counts. With 3 * s - 100, or s / 1000, for s yours is another number."
                )
    return None


def _large(measure):
    def law(answer):
        if any(abs(float(answer(*c.args)) - measure(*c.args)) > 1e-5 for c in CALLS):
            return None  # a small input shows it better
        rng = np.random.default_rng(0)
        y = (rng.random(1000) < 0.1).astype(int)
        s = (rng.normal(size=1000) + y).round(1)
        if abs(float(answer(y, s)) - measure(y, s)) > 1e-5:
            return (
                f"For 1,000 patients with many ties yours is {float(answer(y, s)):.4f}, expected "
                f"{measure(y, s):.4f}."
            )
        return None

    return law


def _never_below_half(answer):
    """Tell whether an AUC is right above one half, and another number where it should be below."""
    right, low = (ranking.roc_auc(Y, s) for s in (NO_TIES, -NO_TIES))
    return abs(float(answer(Y, NO_TIES)) - right) < 1e-5 and low < 0.5 <= float(answer(Y, -NO_TIES))


def _count_ties(value, told):
    y, s = told.args
    tied = int((s[y == 1][:, None] == s[y == 0]).sum())
    if tied == 1:
        return "There is 1 tie between case and control; it is worth one half."
    return f"There are {tied} ties between case and control; each is worth one half."


roc_auc = Exercise(
    name="roc_auc",
    number="13.3a",
    review="section 3",
    reference=ranking.roc_auc,
    form=_forms.number,
    calls=CALLS,
    laws=(
        _reversed_sums_to_one,
        _only_the_order_counts,
        _large(ranking.roc_auc),
    ),
    wrong=(
        Wrong(_pairs(lambda case, control: case > control), _count_ties),
        Wrong(_pairs(lambda case, control: case >= control), _count_ties),
        Wrong(
            _pairs(lambda case, control: (case < control) + 0.5 * (case == control)),
            "Yours is 1 - AUC: a pair is won when the case has the higher score.",
        ),
        Wrong(
            _pairs(lambda case, control: case < control),
            "A pair is won when the case has the higher score, and a tie is worth one half. Yours "
            "counts the pairs that the control wins.",
        ),
        Wrong(
            _pairs(lambda case, control: 0.5 * (case >= control)),
            "A pair that is won counts 1, a tie one half; yours gives one half to both. (In numpy "
            "True + True is True.)",
        ),
        Wrong(_accuracy, "Yours is the accuracy at .5. AUC has no threshold: compare pairs."),
        Wrong(
            _accuracy_or_better,
            "Yours is the accuracy at .5. AUC has no threshold: compare cases with controls.",
        ),
        Wrong(_sum_of_pairs, "Yours counts the pairs won. Divide by cases times controls."),
        Wrong(
            _over_all_pairs,
            "You divide by all pairs of patients. Two cases say nothing about ranking: divide by "
            "cases times controls.",
        ),
        Wrong(
            _over_n_squared,
            "You divide by the number of patients squared. There are cases times controls pairs.",
        ),
        Wrong(_gini, "Yours is 2 AUC - 1 (Gini), 0 by chance. The AUC is .5 by chance."),
        Wrong(
            lambda y, s: max(ranking.roc_auc(y, s), 1 - ranking.roc_auc(y, s)),
            "Yours is never below .5. An AUC below .5 is a result: cases stand below controls. "
            "Return it as it is.",
            _never_below_half,
        ),
        Wrong(
            lambda y, s: ranking.average_precision(y, s),
            "Yours is the average precision. The AUC compares each case with each control.",
        ),
        Wrong(
            _steps(_high_first),
            "Ties are broken by the place in the file: the same patients in another order give "
            "another AUC. A tie between case and control is worth one half.",
            lambda answer: _in_order_of_file(answer, ranking.roc_auc),
        ),
        Wrong(
            _steps(_low_first),
            "Your list starts with the lowest score. Cases should come first: sort from high to "
            "low.",
        ),
    ),
)


# ---------------------------------------------------------- average precision
def _precisions(order=_high_first):
    def ranked(y, s):
        hits = y[order(s)]
        return hits, np.cumsum(hits) / np.arange(1, len(hits) + 1)

    return ranked


def _ap(order=_high_first, reduce=lambda hits, precision: precision[hits == 1].mean()):
    def answer(y, s):
        return float(reduce(*_precisions(order)(y, s)))

    return answer


def _precision_at(k):
    return lambda y, s: float(y[_high_first(s)][:k].mean())


def _over_patients(y, s):
    return ranking.average_precision(y, s) * y.sum() / len(y)


def _sum_not_mean(y, s):
    return ranking.average_precision(y, s) * y.sum()


def _curve(y, s):
    """Return precision and recall at every different score, from high to low."""
    cut = np.unique(s)[::-1]
    found = np.array([y[s >= c].sum() for c in cut])
    return found / np.array([(s >= c).sum() for c in cut]), found / y.sum()


def _trapezoid(y, s):
    precision, recall = _curve(y, s)
    return float(np.trapezoid(np.r_[1, precision], np.r_[0, recall]))


def _interpolated(y, s):
    precision, recall = _curve(y, s)
    best = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.r_[0, recall]) * best))


def _mean_of_the_curve(y, s):
    return float(_curve(y, s)[0].mean())


def _strictly_above(y, s):
    cases = s[y == 1]
    shares = [y[s > c].sum() / max((s > c).sum(), 1) for c in cases]
    return float(np.mean(shares))


def _ranks_from_zero(y, s):
    hits = y[_high_first(s)]
    place = np.arange(len(hits))
    return float((np.cumsum(hits)[hits == 1] / np.maximum(place[hits == 1], 1)).mean())


def _reciprocal_ranks(y, s):
    place = np.arange(1, len(y) + 1)
    return float((1 / place[y[_high_first(s)] == 1]).mean())


def _controls_beside_cases(y, s):
    cases = s[y == 1]
    shares = [y[s >= c].sum() / max(((s >= c) & (y == 0)).sum(), 1) for c in cases]
    return float(np.mean(shares))


def _chance_is_the_prevalence(answer):
    for y in (Y, RARE_Y):
        got = float(answer(y, np.zeros(len(y))))
        if abs(got - y.mean()) > 5e-3:  # what is closer, but wrong, shows on other inputs
            return (
                f"One score for all {len(y)} patients: everybody is above the cut, and the "
                f"precision is the prevalence, {y.mean():.3f}. Yours is {got:.3f}."
            )
    return None


average_precision = Exercise(
    name="average_precision",
    number="13.3b",
    review="section 3",
    reference=ranking.average_precision,
    form=_forms.number,
    calls=CALLS,
    laws=(
        _chance_is_the_prevalence,
        _only_the_order_counts,
        _large(ranking.average_precision),
    ),
    wrong=(
        Wrong(
            ranking.roc_auc,
            "average_precision returns the AUC: it must use the precision at the rank of each "
            "case.",
        ),
        Wrong(
            lambda y, s: float(y.mean()),
            "Yours is the prevalence, the chance row. The scores play no part in it.",
        ),
        Wrong(
            _precision_at(3),
            "Yours is the precision among the first 3. Take it at the rank of every case, then the "
            "mean.",
        ),
        Wrong(
            lambda y, s: _precision_at(int(y.sum()))(y, s),
            "Yours is the precision at one cut, as many patients as there are cases. Take it at "
            "the rank of every case, then the mean.",
        ),
        Wrong(
            _over_patients,
            "Divide by the number of cases, not of patients.",
        ),
        Wrong(_sum_not_mean, "Yours is the sum over the cases. Divide by their number."),
        Wrong(
            _ap(reduce=lambda hits, precision: precision.mean()),
            "You average the precision over every rank. Only the ranks of the cases count.",
        ),
        Wrong(
            lambda y, s: float(np.mean([y[s >= c].mean() for c in s])),
            "You cut the list below every patient. Only the cuts at the cases count, once a case.",
        ),
        Wrong(
            lambda y, s: float(np.mean([y[s <= c].mean() for c in s[y == 1]])),
            "You take those whose score is at most as high. Above the cut are those with a score "
            "at least as high as that of the case.",
        ),
        Wrong(
            lambda y, s: float(np.mean([y[s >= c].mean() for c in np.unique(s[y == 1])])),
            "Two cases with the same score count once in yours. Average over the cases, not over "
            "their different scores.",
        ),
        Wrong(
            _mean_of_the_curve,
            "You average the precision over the cuts. Only those at a case count, once a case.",
        ),
        Wrong(
            _trapezoid,
            "You joined the points of the precision-recall curve by straight lines (trapezoids). "
            "That flatters: take the precision at each case as it is.",
        ),
        Wrong(
            _interpolated,
            "You replaced each precision by the best one further down the list. Take it as it is.",
        ),
        Wrong(
            _strictly_above,
            "The case itself, and who has the same score, belong to the list that is cut below "
            "it: compare with >=.",
        ),
        Wrong(
            _ranks_from_zero,
            "Ranks count from 1: the first case on a perfect list has the precision 1/1.",
        ),
        Wrong(
            _reciprocal_ranks,
            "You average 1/rank. The precision at the i-th case is i/rank: cases above it count.",
        ),
        Wrong(
            _controls_beside_cases,
            "You divide by the controls above the cut. A precision divides by everybody above it, "
            "cases and controls.",
        ),
        Wrong(
            _ap(_low_first),
            "Your list starts with the lowest score: sort from high to low.",
        ),
        Wrong(
            _ap(),
            "Ties are broken by the place in the file: the same patients in another order give "
            "another number. Who has the same score as a case counts as above the cut.",
            lambda answer: _in_order_of_file(answer, ranking.average_precision),
        ),
    ),
)
