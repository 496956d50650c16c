"""Answers to lesson 13 that are in no catalogue: right ones pass, wrong ones get their hint."""

import math
from datetime import timedelta

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score
from sklearn.model_selection import KFold

from helpers.checks import heart_failure as check
from tests.checks.judging import hinted, passes


# ----------------------------------------------------------------------- make_task
def task(patients, target, obs, gap, horizon, codes=tuple):
    X, y, excluded = {}, {}, {}
    for p in patients:
        start, end = (p.index_date - timedelta(days=days) for days in (gap + obs, gap))
        days = [v.date for v in p.visits if set(v.codes) & set(target)]
        seen = [codes(v.codes) for v in p.visits if start <= v.date < end]
        if any(day < p.index_date for day in days):
            excluded[p.patient_id] = "already ill"
        elif not seen:
            excluded[p.patient_id] = "no history"
        else:
            last = p.index_date + timedelta(days=horizon)
            X[p.patient_id], y[p.patient_id] = seen, any(day <= last for day in days)
    return X, y, excluded


def changed(change):
    return lambda *args: change(*task(*args))


@pytest.mark.parametrize(
    "answer",
    [
        task,
        lambda *args: task(*args, codes=set),
        lambda *args: task(*args, codes=np.array),
        lambda *args: list(task(*args)),
        lambda *args: (part for part in task(*args)),
        changed(lambda X, y, e: (X, {k: np.int64(v) for k, v in y.items()}, e)),
        changed(lambda X, y, e: (X, {k: torch.tensor(float(v)) for k, v in y.items()}, e)),
        changed(lambda X, y, e: ({k: tuple(v) for k, v in X.items()}, y, e)),
    ],
)
def test_make_task_in_other_words(answer):
    passes(check.make_task, answer)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (changed(lambda X, y, e: (X, y, len(e))), "yours are: dict, dict, int"),
        (changed(lambda X, y, e: (list(X), list(y), e)), "yours are: list, list, dict"),
        (changed(lambda X, y, e: (X, {k: 1 - v for k, v in y.items()}, e)), "label 0"),
        (changed(lambda X, y, e: ({k: v[-1:] for k, v in X.items()}, y, e)), "X has [['metopr"),
        (changed(lambda X, y, e: (X, y, dict.fromkeys(e, "already ill"))), "expected 'no history'"),
        (changed(lambda X, y, e: (X, y, dict.fromkeys(e, True))), "A reason is 'True'"),
        (lambda p, t, o, g, h: task(p, t, o, 0, h), "The visits of the gap"),
        (lambda p, t, o, g, h: task(p, t, 10**5, g, h), "from before the observation window"),
        (lambda p, t, o, g, h: task(p, t, o, g, h - g), "shortened your prediction window"),
    ],
)
def test_make_task_gone_wrong(answer, hint):
    hinted(check.make_task, answer, hint)


# ------------------------------------------------------------------------ gru_step
def gru_with(step):
    def answer(x, h, P):
        i = np.split(P["weight_ih"] @ x + P["bias_ih"], 3)
        k = np.split(P["weight_hh"] @ h + P["bias_hh"], 3)
        return step(*i, *k, h)

    return answer


def sigma(a):
    return 1 / (1 + np.exp(-a))


def by_torch(x, h, P):
    cell = torch.nn.GRUCell(len(x), len(h))
    cell.load_state_dict({name: torch.tensor(table) for name, table in P.items()})
    return cell(torch.tensor(x).float(), torch.tensor(h).float())


right = gru_with(
    lambda a, b, c, d, e, f, h: (
        (1 - sigma(b + e)) * np.tanh(c + sigma(a + d) * f) + sigma(b + e) * h
    )
)


@pytest.mark.parametrize(
    "answer", [right, by_torch, lambda *a: right(*a).tolist(), lambda *a: np.float32(right(*a))]
)
def test_gru_step_in_other_words(answer):
    passes(check.gru_step, answer)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (lambda x, h, P: h, "you have"),
        (lambda *a: right(*a).mean(), "the shape is ()"),
        (lambda x, h, P: P.update(bias_hh=0 * P["bias_hh"]) or right(x, h, P), "changed its input"),
        (
            gru_with(
                lambda a, b, c, d, e, f, h: (
                    (1 - sigma(a + d)) * np.tanh(c + sigma(a + d) * f) + sigma(a + d) * h
                )
            ),
            "With z = 1",
        ),
        (
            gru_with(
                lambda a, b, c, d, e, f, h: (
                    (1 - sigma(e)) * np.tanh(c + sigma(d) * f) + sigma(e) * h
                )
            ),
            "the old state alone",
        ),
    ],
)
def test_gru_step_gone_wrong(answer, hint):
    hinted(check.gru_step, answer, hint)


# ------------------------------------------------------------------------- ranking
def by_ranks(y, s):
    ranks, n = stats.rankdata(s), y.sum()
    return (ranks[y == 1].sum() - n * (n + 1) / 2) / (n * (len(y) - n))


def by_recall(y, s):
    precision, recall, _ = precision_recall_curve(y, s)
    return -np.sum(np.diff(recall) * precision[:-1])


@pytest.mark.parametrize("answer", [roc_auc_score, by_ranks, lambda *a: torch.tensor(by_ranks(*a))])
def test_roc_auc_in_other_words(answer):
    passes(check.roc_auc, answer)


@pytest.mark.parametrize(
    "answer", [average_precision_score, by_recall, lambda *a: np.float32(by_recall(*a))]
)
def test_average_precision_in_other_words(answer):
    passes(check.average_precision, answer)


def numpy_bools(y, s):
    cases, controls = list(s[y == 1]), list(s[y == 0])
    won = sum(0.5 * ((c > k) + (c >= k)) for c in cases for k in controls)
    return won / len(cases) / len(controls)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (numpy_bools, "True + True is True"),
        (lambda y, s: s[y == 1].mean() - s[y == 0].mean(), "only their order counts"),
        (lambda y, s: max(by_ranks(y, s), 1 - by_ranks(y, s)), "never below .5"),
        (lambda y, s: max(by_ranks(y, s), 0.5), "never below .5"),
        (lambda y, s: by_ranks(y, s) * y.mean(), "you have 0.3036, expected 0.7083"),
        (lambda y, s: by_ranks(y, s).round(2), "you have 0.71, expected 0.7083"),
        (lambda y, s: [by_ranks(y, s)] * 2, "one number is asked for"),
    ],
)
def test_roc_auc_gone_wrong(answer, hint):
    hinted(check.roc_auc, answer, hint)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (lambda y, s: np.mean([y[s >= c].sum() / y.sum() for c in s[y == 1]]), "the prevalence"),
        (lambda y, s: np.mean([y[s >= c].mean() for c in set(s[y == 1])]), "count once in yours"),
        (lambda y, s: np.median([y[s >= c].mean() for c in s[y == 1]]), "you have 0.6667"),
        (lambda y, s: round(by_recall(y, s), 3), "you have 0.722, expected 0.7222"),
        (lambda y, s: (s >= s[y == 1][:, None]).mean(), "the prevalence"),
        (lambda y, s: average_precision_score(y, s > 0.5), "only their order counts"),
        (lambda y, s: [y[s >= c].mean() for c in s[y == 1]], "it returned a list"),
    ],
)
def test_average_precision_gone_wrong(answer, hint):
    hinted(check.average_precision, answer, hint)


# -------------------------------------------------------------- paired_difference
def interval(half):
    def answer(a, b):
        d = a - b
        return d.mean(), d.mean() - half(d, len(d)), d.mean() + half(d, len(d))

    return answer


def standard(d, n):
    return stats.t.ppf(0.975, n - 1) * d.std(ddof=1) / math.sqrt(n)


@pytest.mark.parametrize(
    "answer",
    [
        interval(standard),
        lambda a, b: np.array(interval(standard)(a, b)),
        lambda a, b: torch.tensor(interval(standard)(a, b)),
        lambda a, b: map(float, interval(standard)(a, b)),
        lambda a, b: ((a - b).mean(), *stats.ttest_rel(a, b).confidence_interval()),
    ],
)
def test_paired_difference_in_other_words(answer):
    passes(check.paired_difference, answer)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (
            lambda a, b: ((a - b).mean(), *stats.ttest_ind(a, b).confidence_interval()),
            "wider than needed",
        ),
        (interval(lambda d, n: -standard(d, n)), "exchanged"),
        (interval(lambda d, n: 2 * stats.sem(d)), "1.96 or 2"),
        (lambda a, b: interval(standard)(a, b)[1:], "three numbers"),
        (interval(lambda d, n: stats.t.ppf(0.995, n - 1) * stats.sem(d)), "item 1: you have"),
    ],
)
def test_paired_difference_gone_wrong(answer, hint):
    hinted(check.paired_difference, answer, hint)


# ------------------------------------------------------------------ learning_curve
def halves(candidates, labeled, order, test):
    n = len(labeled) // 2
    return max(candidates, key=lambda c: c(labeled[:n], labeled[n:]))


def folds(candidates, labeled, order, test):
    def mean(c):
        return np.mean([c(labeled[a], labeled[b]) for a, b in KFold(4).split(labeled)])

    return max(candidates, key=mean)


def curve(choose=halves, order=lambda seed, pool: np.random.default_rng(seed).permutation(pool)):
    def answer(models, sizes, seeds, pool, test):
        found = {}
        for name, candidates in models.items():
            found[name] = []
            for n in sizes:
                orders = [order(seed, pool) for seed in seeds]
                best = [choose(candidates, rows[:n], rows, test) for rows in orders]
                scores = [c(rows[:n], test) for c, rows in zip(best, orders, strict=True)]
                found[name].append(scores)
        return found

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        curve(),
        curve(folds),
        curve(order=lambda seed, pool: np.random.default_rng(seed).choice(pool, 60, replace=False)),
        curve(order=lambda seed, pool: np.random.RandomState(seed).permutation(pool)),
        lambda *args: {name: torch.tensor(table) for name, table in curve()(*args).items()},
    ],
)
def test_learning_curve_in_other_words(answer):
    passes(check.learning_curve, answer)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (
            curve(lambda c, labeled, order, test: max(c, key=lambda f: f(labeled, test))),
            "chosen on test patients",
        ),
        (
            curve(lambda c, labeled, order, test: max(c, key=lambda f: f(labeled, order[30:]))),
            "beyond the n",
        ),
        (curve(lambda c, *rest: c[0]), "No candidate is compared"),
        (curve(order=lambda seed, pool: np.roll(pool, seed)), "side by side"),
        (curve(order=lambda seed, pool: np.random.RandomState(7).permutation(pool)), "every seed"),
        (
            lambda models, *rest: {
                name: curve(
                    order=lambda seed, pool, i=i: np.random.default_rng([seed, i]).permutation(pool)
                )({name: candidates}, *rest)[name]
                for i, (name, candidates) in enumerate(models.items())
            },
            "taught with different patients",
        ),
        (
            lambda models, sizes, *rest: {
                name: np.vstack(
                    [
                        curve(
                            order=lambda seed, p, n=n: np.random.default_rng(seed + n).permutation(
                                p
                            )
                        )(models, [n], *rest)[name]
                        for n in sizes
                    ]
                )
                for name in models
            },
            "does not lie inside the larger",
        ),
        (
            lambda *args: {k: (np.mean(v, 1), np.std(v, 1)) for k, v in curve()(*args).items()},
            "has the shape (3, 2); yours has (2, 3)",
        ),
        (
            lambda models, sizes, seeds, *rest: {
                name: np.ones((len(sizes), len(seeds))) for name in models
            },
            "No chosen candidate meets the test",
        ),
        (
            curve(order=lambda seed, pool: np.random.default_rng(seed).permutation(60)),
            "positions are others",
        ),
    ],
)
def test_learning_curve_gone_wrong(answer, hint):
    hinted(check.learning_curve, answer, hint)


# --------------------------------------------------------------- as_onehot_weights
@pytest.mark.parametrize(
    "answer",
    [
        lambda E, w, b: [w @ E.T, np.array([b])],
        lambda E, w, b: (torch.tensor(E) @ torch.tensor(w), torch.tensor(b)),
        lambda E, w, b: ([sum(x * y for x, y in zip(row, w, strict=True)) for row in E], b),
        lambda E, w, b: np.array([E @ w, b], dtype=object),
        lambda E, w, b: (part for part in (E @ w, b)),
    ],
)
def test_as_onehot_weights_in_other_words(answer):
    passes(check.as_onehot_weights, answer)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (lambda E, w, b: E @ w, "carry the bias along"),
        (lambda E, w, b: (b, E @ w), "not one number"),
        (lambda E, w, b: (np.append(E @ w, b), b), "5 weights"),
        (lambda E, w, b: (E @ np.abs(w), b), "from your weights"),
    ],
)
def test_as_onehot_weights_gone_wrong(answer, hint):
    hinted(check.as_onehot_weights, answer, hint)
