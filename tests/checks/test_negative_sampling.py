"""Right answers written in other ways pass; mistakes that are not in the catalogue get a hint."""

import functools
import math
import random

import numpy as np
import pytest
import torch
from torch.nn.functional import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    embedding_bag,
    softplus,
)

from helpers import checks as check
from helpers.checks._exercise import NOT_YET
from tests.checks.judging import passes


def says(exercise, answer, words):
    verdict = exercise.verdict(answer)
    assert verdict.status == NOT_YET and words in verdict.hint, verdict


# ------------------------------------------------------- 4.1 noise_distribution
def softmax(x):
    weights = np.exp(x - x.max())
    return weights / weights.sum()


def with_logs(counts, power=0.75):
    weights = np.exp(power * np.log(np.maximum(counts, 1))) * (np.asarray(counts) > 0)
    return weights / weights.sum()


def as_a_list(counts, power=0.75):
    weights = [int(n) ** power if n else 0 for n in counts]
    return [weight / sum(weights) for weight in weights]


def in_torch(counts, exponent=0.75):  # a parameter may have another name
    counts = torch.tensor(counts, dtype=torch.float64)
    weights = torch.where(counts > 0, counts**exponent, 0)
    return (weights / weights.sum()).numpy()


def shares_then_power_then_sum(counts, power=0.75):
    shares = counts[counts > 0] / counts.sum()
    chances = np.zeros(len(counts))
    chances[counts > 0] = shares**power / (shares**power).sum()
    return chances


@pytest.mark.parametrize("answer", [with_logs, as_a_list, in_torch, shares_then_power_then_sum])
def test_noise_distribution_in_other_words(answer):
    passes(check.noise_distribution, answer)


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda counts, power=0.75: counts**power / counts.sum(), "sum to"),
        (lambda counts, power=0.75: (counts / sum(counts)) ** power, "after normalizing"),
        (lambda counts, power=0.75: np.sqrt(counts) / np.sqrt(counts).sum(), "argument `power`"),
        (lambda counts, power=0.75: counts**power // 1 / (counts**power // 1).sum(), "cut off"),
        (lambda counts, power=0.75: np.array(counts * power / (counts * power).sum()), "shares"),
        (lambda counts, power=0.75: 1 - with_logs(counts, power), "sum to"),
        (lambda counts, power=0.75: with_logs(counts, 1 - power), "stand as 8 : 27 : 64"),
        (lambda counts, power=0.75: with_logs(counts[counts > 0], power), "shape"),
        (lambda counts, power=0.75: np.asarray(counts, dtype=int) ** power, "sum to"),
        (lambda counts, power=0.75: with_logs(counts, power)[::-1], "in another order"),
        (lambda counts, power=0.75: np.log1p(counts) / np.log1p(counts).sum(), "`power`"),
        (lambda counts, power=0.75: str(with_logs(counts, power)), "a str; an array"),
        (lambda counts, power=0.75: counts**power / sum(counts**power), "because 0 ** 0 is 1"),
        (lambda counts, power=0.75: with_logs(counts, power).cumsum(), "running sums"),
        (lambda counts, power=0.75: counts**power // sum(counts**power), "All your chances are 0"),
        (lambda counts, power=0.75: softmax(counts * power), "stand as 8 : 27 : 64"),
    ],
)
def test_noise_distribution_hints(answer, words):
    says(check.noise_distribution, answer, words)


def test_power_in_place_on_integers_is_named():
    def in_place(counts, power=0.75):
        weights = counts.copy()
        weights **= power
        return weights / weights.sum()

    says(check.noise_distribution, in_place, "integer type")


def test_changing_the_counts_is_named():
    def changes(counts, power=0.75):
        p = with_logs(counts, power)
        counts[:] = 0
        return p

    says(check.noise_distribution, changes, "changed its input")


# ---------------------------------------------------------- 4.2 sgns_loss_grads
def sigma(x):
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def in_loops(v, u_pos, U_neg):
    s = float(np.dot(u_pos, v))
    loss = math.log1p(math.exp(-s)) if s > -700 else -s
    g_v, g_neg = (sigma(s) - 1) * u_pos, []
    for u in U_neg:
        s_neg = float(np.dot(u, v))
        loss += math.log1p(math.exp(s_neg)) if s_neg < 700 else s_neg
        g_v = g_v + sigma(s_neg) * u
        g_neg.append(sigma(s_neg) * v)
    return loss, g_v, (sigma(s) - 1) * v, g_neg


def by_autograd(v, u_pos, U_neg):
    v, u_pos, U_neg = (
        torch.tensor(x, dtype=torch.float64).requires_grad_() for x in (v, u_pos, U_neg)
    )
    loss = softplus(-u_pos @ v) + softplus(U_neg @ v).sum()
    loss.backward()
    return loss.item(), v.grad.numpy(), u_pos.grad.numpy(), U_neg.grad.numpy()


def in_single_precision(v, u_pos, U_neg):
    v, u_pos, U_neg = (torch.tensor(x).float().requires_grad_() for x in (v, u_pos, U_neg))
    loss = softplus(-u_pos @ v) + softplus(U_neg @ v).sum()
    loss.backward()
    return loss.reshape(1), v.grad, u_pos.grad, U_neg.grad


@pytest.mark.parametrize("answer", [in_loops, by_autograd, in_single_precision])
def test_sgns_loss_grads_in_other_words(answer):
    passes(check.sgns_loss_grads, answer)


def changed(**parts):
    """Return the right answer with some parts replaced by functions of (v, u_pos, U_neg, right)."""

    def answer(v, u_pos, U_neg):
        right = dict(
            zip(("loss", "g_v", "g_pos", "g_neg"), by_autograd(v, u_pos, U_neg), strict=True)
        )
        return tuple(
            parts[name](v, u_pos, U_neg, value) if name in parts else value
            for name, value in right.items()
        )

    return answer


@pytest.mark.parametrize(
    "answer, words",
    [
        (changed(loss=lambda v, u, U, x: -x), "negative"),
        (changed(loss=lambda v, u, U, x: x / (1 + len(U))), "no mean"),
        (changed(loss=lambda v, u, U, x: softplus(torch.tensor(-u @ v)).item()), "do not enter"),
        (changed(g_v=lambda v, u, U, x: -x), "rate of"),
        (changed(g_v=lambda v, u, U, x: x / 2), "rate of"),
        (changed(g_pos=lambda v, u, U, x: -x), "rate of"),
        (changed(g_neg=lambda v, u, U, x: x.mean(axis=0)), "one row for each noise word"),
        (changed(g_neg=lambda v, u, U, x: x / len(U)), "g_neg[0, 0]"),
        (changed(g_neg=lambda v, u, U, x: x.T), "shape"),
        (changed(g_pos=lambda v, u, U, x: sigma(u @ v) * v), "vanishes when the answer is right"),
        (changed(loss=lambda v, u, U, x: x / math.log(2)), "4 ln 2"),
        (changed(loss=lambda v, u, U, x: x / 2), "loss is 1.386"),
        (changed(loss=lambda v, u, U, x: min(x, 40.0)), "cut off by hand"),
        (changed(loss=lambda v, u, U, x: x + float(u @ v)), "must be cheap"),
        (changed(g_v=lambda v, u, U, x: 0 * x, g_pos=lambda v, u, U, x: 0 * x), "rate of"),
        (
            changed(g_neg=lambda v, u, U, x: np.outer(np.exp(U @ v) / (1 + np.exp(U @ v)), v)),
            "exp(1000) overflows",
        ),
        (lambda v, u, U: [by_autograd(v, u, U)[i] for i in (0, 2, 1, 3)], "in each other's place"),
        (lambda v, u, U: [by_autograd(v, u, U)[i] for i in (1, 2, 3, 0)], "The loss comes first"),
        (
            changed(
                loss=lambda v, u, U, x: (
                    math.log(1 + math.exp(-u @ v)) + sum(math.log(1 + math.exp(s)) for s in U @ v)
                )
            ),
            "loss raises an error",
        ),
        (
            changed(
                loss=lambda v, u, U, x: (
                    -math.log(sigma(u @ v)) - sum(math.log(1 - sigma(s)) for s in U @ v)
                )
            ),
            "loss raises an error",
        ),
        (changed(loss=lambda v, u, U, x: softplus(torch.tensor(U @ v))), "yours has shape (4,)"),
        (changed(g_v=lambda v, u, U, x: None), "part 2 of what it returned"),
        (lambda v, u, U: by_autograd(v, u, U)[0], "Return four things"),
        (lambda v, u, U: by_autograd(v, u, U)[1:], "You return 3"),
    ],
)
def test_sgns_loss_grads_hints(answer, words):
    says(check.sgns_loss_grads, answer, words)


def test_missing_safety_at_large_scores_is_named():
    def unsafe(v, u_pos, U_neg):
        loss = np.log(1 + np.exp(-u_pos @ v)) + np.log(1 + np.exp(U_neg @ v)).sum()
        return loss, *by_autograd(v, u_pos, U_neg)[1:]

    says(check.sgns_loss_grads, unsafe, "not finite")


# --------------------------------------------------------- 4.3 sample_negatives
def one_by_one(rng, p, k, forbid):
    drawn = []
    while len(drawn) < k:
        word = rng.choice(len(p), p=p)
        if word != forbid:
            drawn.append(int(word))
    return drawn


def the_whole_set_again(rng, p, k, forbid):
    while True:
        drawn = rng.choice(len(p), size=k, p=p)
        if forbid not in drawn:
            return drawn


def renormalized(rng, p, k, forbid):
    q = p.copy()
    q[forbid] = 0
    return rng.choice(len(q), size=k, p=q / q.sum())


def too_many_then_filtered(rng, p, k, forbid):
    drawn = rng.choice(len(p), size=30 * k + 100, p=p)
    return drawn[drawn != forbid][:k]


@pytest.mark.parametrize(
    "answer", [one_by_one, the_whole_set_again, renormalized, too_many_then_filtered]
)
def test_sample_negatives_in_other_words(answer):
    passes(check.sample_negatives, answer)


def redraws_once(rng, p, k, forbid):
    drawn = rng.choice(len(p), size=k, p=p)
    again = drawn == forbid
    drawn[again] = rng.choice(len(p), size=again.sum(), p=p)
    return drawn


def a_set(rng, p, k, forbid):
    return list(set(one_by_one(rng, p, k, forbid)))


def python_random(rng, p, k, forbid):
    others = [i for i in range(len(p)) if i != forbid]
    return random.choices(others, weights=[p[i] for i in others], k=k)


def unseeded(rng, p, k, forbid):
    return renormalized(np.random.default_rng(), p, k, forbid)


def seeded_globally(rng, p, k, forbid):
    np.random.seed(0)
    return renormalized(np.random.mtrand._rand, p, k, forbid)


def one_too_many(rng, p, k, forbid):
    return one_by_one(rng, p, k + 1, forbid)


def one_word_for_all(rng, p, k, forbid):
    return [*renormalized(rng, p, 1, forbid)] * k


def removes_from_p(rng, p, k, forbid):
    rest = np.delete(p, forbid)
    return rng.choice(len(rest), size=k, p=rest / rest.sum())


def power_once_more(rng, p, k, forbid):
    return renormalized(rng, p**0.75, k, forbid)


def spoils_p(rng, p, k, forbid):
    p[forbid] = 0
    return renormalized(rng, p, k, forbid)


def most_likely(rng, p, k, forbid):
    rng.random()
    return [i for i in np.argsort(-p) if i != forbid][:1] * k


def always_the_other(rng, p, k, forbid):
    drawn = rng.choice(len(p), size=k, p=p)
    drawn[drawn == forbid] = int(np.argmax(p))
    return drawn


@pytest.mark.parametrize(
    "answer, words",
    [
        (redraws_once, "context and noise"),
        (a_set, "Redraw instead of dropping"),
        (python_random, "use the rng you are given"),
        (unseeded, "use the rng you are given"),
        (one_too_many, "k=1 gives 2 words"),
        (seeded_globally, "anew in each call"),
        (lambda *given: renormalized(*given) if given[2] < 9 else None, "k=20 it returned None"),
        (power_once_more, "p without the forbidden word says"),
        (spoils_p, "changed its input"),
        (most_likely, "rng"),
        (always_the_other, "One fixed word"),
        (removes_from_p, "off by one"),
        (one_word_for_all, "100% of all pairs"),
        (lambda *given: renormalized(*given) + 1, "ids run from 0 to 4"),
        (lambda *given: [str(i) for i in renormalized(*given)], "returned text"),
        (lambda *given: set(renormalized(*given).tolist()), "a set"),
    ],
)
def test_sample_negatives_hints(answer, words):
    says(check.sample_negatives, answer, words)


# ------------------------------------------------------------- 4.4 discard_prob
def with_where(freq, t=1e-3):
    if freq.sum() > 1.0001:
        raise ValueError("these are counts")
    with np.errstate(divide="ignore"):
        return np.where(freq > t, 1 - (t / freq) ** 0.5, 0)


def as_complement(freq, t=1e-3):
    if sum(freq) > 1.001:
        raise ValueError("shares, please")
    keep = [min(1.0, math.sqrt(t / f)) if f else 1.0 for f in freq]
    return [1 - x for x in keep]


@pytest.mark.parametrize("answer", [with_where, as_complement])
def test_discard_prob_in_other_words(answer):
    passes(check.discard_prob, answer)


def refusing(function, error=ValueError):
    def answer(freq, t=1e-3):
        if freq.sum() > 1.0001:
            raise error("these are counts")
        return function(np.maximum(freq, 1e-9), t)

    return answer


@pytest.mark.parametrize(
    "answer, words",
    [
        (refusing(lambda f, t: np.sqrt(t / f)), "share kept"),
        (refusing(lambda f, t: 1 - np.sqrt(t / f)), "Clip at 0"),
        (refusing(lambda f, t: np.abs(1 - np.sqrt(t / f))), "f <= t is never dropped"),
        (refusing(lambda f, t: np.clip(1 - t / f, 0, 1)), "a root is missing"),
        (refusing(lambda f, t: np.clip(1 - np.sqrt(t / f) - t / f, 0, 1)), "released program"),
        (refusing(lambda f, t: np.clip(1 - np.sqrt(0.001 / f), 0, 1)), "argument `t`"),
        (refusing(lambda f, t: np.where(f > t, 0.5, 0)), ""),
        (refusing(with_where, AssertionError), "AssertionError (these are counts); a ValueError"),
        (refusing(with_where, KeyError), "a ValueError is asked for"),
        (refusing(lambda f, t: with_where(f, t)[f > t]), "shape (5,), not (3,)"),
        (refusing(lambda f, t: with_where(f, 2.6 * t)), "f = 2 t"),
        (lambda f, t=1e-3: np.clip(1 - np.sqrt(t / np.maximum(f, 1e-9)), 0, 1), "20 and 10 sum"),
        (lambda f, t=1e-3: with_where(f if f.sum() < 1 else 9 * f, t), "above 1 only"),
        (lambda f, t=1e-3: with_where(f / f.sum(), t), "sum of the words at hand"),
    ],
)
def test_discard_prob_hints(answer, words):
    says(check.discard_prob, answer, words)


# --------------------------------------------------------------------- 4.5 CBOW
def running_mean(context_ids, table):
    h = np.zeros(table.shape[1])
    for n, i in enumerate(context_ids, start=1):
        h = h + (table[i] - h) / n
    return h


def by_counting(context_ids, table):
    return np.bincount(context_ids, minlength=len(table)) @ table / len(context_ids)


def as_tuple(context_ids, table):
    return tuple(sum(column) / len(column) for column in table[context_ids].T)


def in_an_embedding_bag(context_ids, table):
    return embedding_bag(torch.tensor(context_ids)[None], torch.tensor(table), mode="mean")[0]


@pytest.mark.parametrize("answer", [running_mean, by_counting, as_tuple, in_an_embedding_bag])
def test_cbow_hidden_in_other_words(answer):
    passes(check.cbow_hidden, answer)


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda ids, table: sum(table[i] for i in ids), "Twice the context"),
        (lambda ids, table: table[np.unique(ids)].mean(axis=0), "twice counts twice"),
        (lambda ids, table: table.mean(axis=0), ""),
        (lambda ids, table: table[ids].mean(), ""),
        (lambda ids, table: np.median(table[ids], axis=0), ""),
        (lambda ids, table: table[ids[0]], "order"),
        (lambda ids, table: table[ids].sum(axis=0) / (len(ids) + 1), "mean is its row"),
        (
            lambda ids, table: np.average(table[ids], axis=0, weights=range(1, len(ids) + 1)),
            "order",
        ),
        (lambda ids, table: table[ids].ravel(), "your shape is (6,)"),
        (lambda ids, table: table[ids].max(axis=0), "you have [3. 0. 4.]"),
        (lambda ids, table: table.mean(axis=0), "With one context word"),
        (lambda ids, table: table[ids].mean(axis=0, keepdims=True), "your shape is (1, 3)"),
        (
            lambda ids, table: functools.reduce(
                lambda h, i: (h + table[i]) / 2, ids[1:], table[ids[0]]
            ),
            "same weight",
        ),
        (lambda ids, table: str(table[ids].mean(axis=0)), "a str"),
    ],
)
def test_cbow_hidden_hints(answer, words):
    says(check.cbow_hidden, answer, words)


@pytest.mark.parametrize(
    "answer", [lambda g_h, n: np.array([x / n for x in g_h]), lambda g_h, n: list(n**-1.0 * g_h)]
)
def test_cbow_context_grad_in_other_words(answer):
    passes(check.cbow_context_grad, answer)


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda g_h, n: g_h.copy(), "1/n"),
        (lambda g_h, n: [g_h / n] * n, "shape (d,)"),
        (lambda g_h, n: g_h / n**2, "Moving one of 2 context rows"),
        (lambda g_h, n: g_h / (n + 1), "Moving one of 2 context rows"),
        (lambda g_h, n: -g_h / n, "yours is -1"),
        (lambda g_h, n: g_h // n, "With g_h[2] = 1 its gradient is 0.5; yours is 0"),
        (lambda g_h, n: abs(g_h) / n, "With g_h[1] = -4"),
        (lambda g_h, n: g_h / n if n > 1 else None, "in every branch"),
        (lambda g_h, n: g_h / np.linalg.norm(g_h), "does not depend on n"),
        (lambda g_h, n: g_h / 4, "a fixed number"),
        (lambda g_h, n: g_h * n, "moves h less"),
    ],
)
def test_cbow_context_grad_hints(answer, words):
    says(check.cbow_context_grad, answer, words)


# --------------------------------------------------- 4.6 negative_sampling_loss
def pair_by_pair(center, context, noise):
    losses = [
        softplus(-u @ v) + sum(softplus(u_j @ v) for u_j in rows)
        for v, u, rows in zip(center, context, noise, strict=True)
    ]
    return sum(losses) / len(losses)


def as_cross_entropy(center, context, noise):
    score = torch.cat([context[:, None], noise], 1).bmm(center[:, :, None])[:, :, 0]
    label = torch.zeros_like(score)
    label[:, 0] = 1
    return binary_cross_entropy_with_logits(score, label, reduction="none").sum(1).mean()


def of_shape_1(center, context, noise):
    return pair_by_pair(center.double(), context.double(), noise.double())[None]


def kept_away_from_0(center, context, noise):
    true = torch.sigmoid((center * context).sum(-1)) + 1e-9
    false = torch.sigmoid(-(noise @ center[:, :, None])[:, :, 0]) + 1e-9
    return (-true.log() - false.log().sum(-1)).mean()


def noise_not_averaged(center, context, noise):
    false = (noise @ center[:, :, None])[:, :, 0]
    return softplus(-(center * context).sum(-1)).mean() + softplus(false).sum()


@pytest.mark.parametrize("answer", [pair_by_pair, as_cross_entropy, of_shape_1])
def test_negative_sampling_loss_in_other_words(answer):
    passes(check.negative_sampling_loss, answer)


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda c, u, n: pair_by_pair(c, u, n).item(), "without .item()"),
        (lambda c, u, n: pair_by_pair(c, u, n).detach(), "without .item()"),
        (lambda c, u, n: pair_by_pair(c, u, n) * len(c), "Average over the pairs"),
        (lambda c, u, n: -pair_by_pair(c, u, n), "mind the sign"),
        (lambda c, u, n: pair_by_pair(c, u, -n), "flip the sign"),
        (lambda c, u, n: pair_by_pair(c, u, n.mean(1, keepdim=True)), "do not average"),
        (lambda c, u, n: pair_by_pair(c, u, n[:, :1]), ""),
        (lambda c, u, n: pair_by_pair(c.detach(), u, n), "does not reach all of `center`"),
        (lambda c, u, n: pair_by_pair(c, u, n.detach()), "does not reach all of `noise`"),
        (lambda c, u, n: pair_by_pair(c, u, 0 * n), "do not enter your loss"),
        (lambda c, u, n: pair_by_pair(c, -u, n), "A true context with a high score"),
        (lambda c, u, n: (pair_by_pair(c, u, n), 0), "a tuple; one number"),
        (kept_away_from_0, "cut off by hand"),
        (noise_not_averaged, "noise terms are added up over the batch"),
        (
            lambda c, u, n: cross_entropy(
                torch.cat([u[:, None], n], 1).bmm(c[:, :, None])[:, :, 0],
                torch.zeros(len(c), dtype=torch.long),
            ),
            "softmax over the true word",
        ),
        (
            lambda c, u, n: (
                softplus(-(c * u).sum(-1)).mean()
                + softplus((n @ c[:, :, None]).squeeze()).sum(-1).mean()
            ),
            "squeeze(-1) only the last",
        ),
    ],
)
def test_negative_sampling_loss_hints(answer, words):
    says(check.negative_sampling_loss, answer, words)
