"""Right answers written in other ways pass; mistakes that are not in the catalogue get a hint."""

import math
import random
from collections import Counter
from functools import partial

import numpy as np
import pytest
import torch
from sklearn.metrics.pairwise import cosine_similarity
from torch.nn.functional import cosine_similarity as torch_cosine
from torch.nn.functional import normalize

from helpers import checks as check
from helpers.checks._exercise import NOT_YET
from tests.checks.judging import passes


def says(exercise, answer, words):
    verdict = exercise.verdict(answer)
    assert verdict.status == NOT_YET and words in verdict.hint, verdict


# -------------------------------------------------------------- 7.1 mean_vector
def in_loops(tokens, table, ids, weight=None):
    total, n = [0.0] * len(table[0]), 0
    for token in tokens:
        if token not in ids:
            continue
        n += 1
        for j in range(len(total)):
            total[j] += table[ids[token]][j] * (1 if weight is None else weight[ids[token]])
    return [x / n for x in total] if n else total


def by_counting(tokens, table, ids, weight=None):
    counts = np.zeros(len(table))
    for token, n in Counter(tokens).items():
        if token in ids:
            counts[ids[token]] = n
    rows = table if weight is None else table * weight.reshape(-1, 1)
    return counts @ rows / max(counts.sum(), 1)


def with_try(words, E, stoi, w=None):
    found = []
    for word in words:
        try:
            row = stoi[word]
        except KeyError:
            continue
        found.append(E[row] if w is None else w[row] * E[row])
    if len(found) == 0:
        return np.zeros(E.shape[1])
    return np.mean(found, axis=0)


def in_torch(tokens, table, ids, weight=None):
    rows = torch.tensor([ids[t] for t in tokens if t in ids], dtype=torch.long)
    if not len(rows):
        return torch.zeros(table.shape[1])
    T = torch.tensor(table, dtype=torch.float32)
    w = torch.ones(len(T)) if weight is None else torch.tensor(weight, dtype=torch.float32)
    return (T[rows] * w[rows, None]).mean(0)


def np_average(tokens, table, ids, weight=None):
    known = list(filter(ids.__contains__, tokens))
    if not known:
        return np.zeros_like(table[0])
    at = [*map(ids.get, known)]
    w = np.ones(len(at)) if weight is None else weight[at]
    return np.average(table[at] * w[:, np.newaxis], axis=0)


def running(tokens, table, ids, weight=None):
    mean = np.zeros(table.shape[1], dtype=np.float32)
    for n, row in enumerate((ids[t] for t in tokens if t in ids), start=1):
        x = table[row] if weight is None else weight[row] * table[row]
        mean = mean + (x - mean) / n
    return mean


class Averager:
    def __call__(self, tokens, table, ids, weight=None):
        return tuple(by_counting(tokens, table, ids, weight))


def nan_to_num(tokens, table, ids, weight=None):
    at = np.array([ids[t] for t in tokens if t in ids], dtype=int)
    w = np.ones(len(table)) if weight is None else weight
    return np.nan_to_num((w[at, None] * table[at]).sum(0) / len(at)) if len(at) else 0 * table[0]


@pytest.mark.parametrize(
    "answer",
    [in_loops, by_counting, with_try, in_torch, np_average, running, Averager(), nan_to_num,
     partial(by_counting)],
)  # fmt: skip
def test_mean_vector_in_other_words(answer):
    passes(check.mean_vector, answer)


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda t, E, ids, w=None: E[[ids[x] for x in t if x in ids]].mean(), "shape"),
        (lambda t, E, ids, w=None: E[[ids[x] for x in t if x in ids]].mean(axis=1), ""),
        (lambda t, E, ids, w=None: E[[ids[x] for x in t if x in ids]].mean(axis=0), "0 / 0"),
        (lambda t, E, ids, w=None: by_counting(t, E, ids), "does not change with `weight`"),
        (lambda t, E, ids, w=None: by_counting(sorted(set(t)), E, ids, w), "three times"),
        (lambda t, E, ids, w=None: by_counting(t, E, ids, w) * len(t), "sum"),
        (lambda t, E, ids, w=None: np.median([E[ids[x]] for x in t if x in ids] or [0 * E[0]],
                                             axis=0), ""),
        (lambda t, E, ids, w=None: by_counting(t, E, ids, None if w is None else w**2), ""),
        (lambda t, E, ids, w=None: by_counting(t, E, ids, None if w is None else 1 - w), ""),
        (lambda t, E, ids, w=None: by_counting(t[:-1], E, ids, w), ""),
        (lambda t, E, ids, w=None: by_counting(t, E, ids, w) if t else None, "None"),
        (lambda t, E, ids, w=None: np.sum([E[ids[x]] for x in t if x in ids] or [0 * E[0]],
                                          axis=0) / len(set(t) | {1}), ""),
        (lambda t, E, ids, w=None: by_counting(t, E, ids, w)[None], "shape (3,)"),
        (lambda t, E, ids, w=None: E[[ids[x] for x in t]].mean(axis=0), "stops it"),
        (lambda t, E, ids, w=None: E[[ids.get(x, 0) for x in t] or [0]].mean(axis=0), ""),
        (lambda t, E, ids, w=None: by_counting(t, normalize(torch.tensor(E)).numpy(), ids, w),
         "each word to length 1"),
        (lambda t, E, ids, w=None: print(by_counting(t, E, ids, w)), "print"),
        (lambda t, E, ids, w=None: by_counting(t, E, ids, w) - E.mean(axis=0), ""),
        (lambda t, E, ids, w=None: by_counting(t, E, {x: i for i, x in enumerate(ids)}, w),
         "you have"),
    ],
)  # fmt: skip
def test_mean_vector_hints(answer, words):
    says(check.mean_vector, answer, words)


# ------------------------------------------------------------- 7.1b sif_weights
@pytest.mark.parametrize(
    "answer",
    [
        lambda counts, a=1e-3: [a / (a + n / sum(counts)) for n in counts],
        lambda counts, a=1e-3: a * counts.sum() / (a * counts.sum() + counts),
        lambda counts, a=1e-3: 1 / (1 + counts / counts.sum() / a),
        lambda counts, a=1e-3: torch.tensor(a / (a + counts / counts.sum())).float(),
        lambda counts, smooth=1e-3: np.exp(-np.log1p(counts / counts.sum() / smooth)),
        lambda counts, a=1e-3: 1 - (counts / counts.sum()) / (a + counts / counts.sum()),
    ],
)
def test_sif_weights_in_other_words(answer):
    passes(check.sif_weights, answer)


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda counts, a=1e-3: a / a + counts / counts.sum(), ""),
        (lambda counts, a=1e-3: a / (a + counts), "share of all tokens"),
        (lambda counts, a=1e-3: a / (a + counts / len(counts)), ""),
        (lambda counts, a=1e-3: counts / counts.sum(), "should count less"),
        (lambda counts, a=1e-3: 1 / counts, ""),
        (lambda counts, a=1e-3: a / (counts / counts.sum()), "a + p, not p"),
        (lambda counts, a=1e-3: np.log(counts.sum() / counts), "logarithm of 1/p"),
        (lambda counts, a=1e-3: np.sqrt(a * counts.sum() / counts), "subsampling"),
        (lambda counts, a=1e-3: 1e-3 / (1e-3 + counts / counts.sum()), "does not change with `a`"),
        (lambda counts, a=1e-3: np.sqrt(a / (a + counts / counts.sum())), ""),
        (lambda counts, a=1e-3: a / (a + (counts / counts.sum()) ** 0.75), ""),
        (lambda counts, a=1e-3: a / (a + np.log1p(counts)), ""),
        (lambda counts, a=1e-3: (a / (a + counts / counts.sum())).sum(), "shape"),
        (lambda counts, a=1e-3: a / (a + counts // counts.sum()), ""),
    ],
)
def test_sif_weights_hints(answer, words):
    says(check.sif_weights, answer, words)


# ----------------------------------------------------------- 7.2 infer_document
def sigma(x):
    return 1 / (1 + np.exp(-x))


def plain_loops(doc_ids, word_table, p_noise, steps, lr, rng):
    d = [rng.normal() * 0.01 for _ in range(word_table.shape[1])]
    for _ in range(steps):
        gradient = [0.0] * len(d)
        for i in doc_ids:
            drawn = rng.choice(len(p_noise), size=5, p=p_noise)
            for row, label in [(i, 1), *((j, 0) for j in drawn)]:
                score = sum(float(u) * x for u, x in zip(word_table[row], d, strict=True))
                slope = 1 / (1 + math.exp(-score)) - label
                gradient = [
                    g + slope * float(u) for g, u in zip(gradient, word_table[row], strict=True)
                ]
        d = [x - lr * g / len(doc_ids) for x, g in zip(d, gradient, strict=True)]
    return d


def by_autograd(doc_ids, word_table, p_noise, steps, lr, rng):
    W = torch.tensor(word_table)
    d = torch.tensor(rng.normal(0, 0.01, W.shape[1])).requires_grad_()
    for _ in range(steps):
        noise = rng.choice(len(p_noise), (len(doc_ids), 5), p=p_noise)
        true = torch.nn.functional.logsigmoid(W[doc_ids] @ d)
        false = torch.nn.functional.logsigmoid(-(W[noise] @ d)).sum(1)
        loss = -(true + false).mean()
        (gradient,) = torch.autograd.grad(loss, d)
        d = (d - lr * gradient).detach().requires_grad_()
    return d.detach()


def from_zeros(doc_ids, word_table, p_noise, steps, lr, rng):
    d = np.zeros(word_table.shape[1])
    for _ in range(steps):
        drawn = word_table[rng.choice(len(p_noise), (len(doc_ids), 5), p=p_noise)]
        own = word_table[doc_ids]
        d -= lr * ((sigma(own @ d) - 1)[:, None] * own).mean(axis=0)
        d -= lr * np.einsum("ik,ikd->d", sigma(drawn @ d), drawn) / len(doc_ids)
    return d


def with_the_helper_of_lesson_04(doc_ids, word_table, p_noise, steps, lr, rng):
    from helpers.word2vec import sgns_loss_grads

    d = rng.uniform(-0.01, 0.01, word_table.shape[1])
    for _ in range(steps):
        gradients = [
            sgns_loss_grads(d, word_table[i], word_table[rng.choice(len(p_noise), 5, p=p_noise)])[1]
            for i in doc_ids
        ]
        d = d - lr * np.mean(gradients, axis=0)
    return d


def by_searchsorted(doc_ids, word_table, p_noise, steps, lr, rng):
    edges = np.cumsum(p_noise)
    d = 0.01 * rng.standard_normal(word_table.shape[1])
    for _ in range(steps):
        drawn = np.searchsorted(edges, rng.random(5 * len(doc_ids)) * edges[-1], side="right")
        rows = word_table[np.concatenate([doc_ids, drawn])]
        label = np.r_[np.ones(len(doc_ids)), np.zeros(len(drawn))]
        d = d - lr / len(doc_ids) * (sigma(rows @ d) - label) @ rows
    return d.astype(np.float32)


def word_by_word(doc_ids, word_table, p_noise, steps, lr, rng):
    """Move after each word of the note, as the released programs do."""
    d = rng.normal(0, 0.01, word_table.shape[1])
    for _ in range(steps):
        for i in rng.permutation(doc_ids):
            noise = rng.choice(word_table, 5, p=p_noise)
            d = d - lr * right_gradient(d, word_table[[i]], noise) / len(doc_ids)
    return d


RIGHT_INFERENCES = [
    word_by_word,
    plain_loops, by_autograd, from_zeros, with_the_helper_of_lesson_04, by_searchsorted
]  # fmt: skip


@pytest.mark.parametrize("answer", RIGHT_INFERENCES)
def test_infer_document_in_other_words(answer):
    passes(check.infer_document, answer)


def inference(gradient, start=lambda rng, dim: rng.normal(0, 0.01, dim), draw=None, sign=-1):
    """Build an inference from a function of (d, own rows, noise rows)."""

    def answer(doc_ids, word_table, p_noise, steps, lr, rng):
        d = start(rng, word_table.shape[1])
        for step in range(steps):
            drawn = (draw or default_draw)(rng, p_noise, doc_ids, step)
            d = d + sign * lr * gradient(d, word_table[doc_ids], word_table[drawn])
        return d

    return answer


def default_draw(rng, p, doc_ids, step):
    return rng.choice(len(p), 5 * len(doc_ids), p=p)


def right_gradient(d, own, noise):
    return ((sigma(own @ d) - 1) @ own + sigma(noise @ d) @ noise) / len(own)


def no_sigmoid(d, own, noise):
    return ((own @ d - 1) @ own + (noise @ d) @ noise) / len(own)


def from_the_start_only(doc_ids, word_table, p_noise, steps, lr, rng):
    d = start = rng.normal(0, 0.01, word_table.shape[1])
    for _ in range(steps):
        noise = word_table[default_draw(rng, p_noise, doc_ids, 0)]
        d = d - lr * right_gradient(start, word_table[doc_ids], noise)
    return d


def falling_rate(doc_ids, word_table, p_noise, steps, lr, rng):
    d = rng.normal(0, 0.01, word_table.shape[1])
    for step in range(steps):
        noise = word_table[default_draw(rng, p_noise, doc_ids, 0)]
        d = d - lr * (1 - step / steps) * right_gradient(d, word_table[doc_ids], noise)
    return d


def in_python_random(doc_ids, word_table, p_noise, steps, lr, rng):
    d = np.array([random.gauss(0, 0.01) for _ in range(word_table.shape[1])])
    for _ in range(steps):
        drawn = random.choices(range(len(p_noise)), weights=list(p_noise), k=5 * len(doc_ids))
        d = d - lr * right_gradient(d, word_table[doc_ids], word_table[drawn])
    return d


def with_history(doc_ids, word_table, p_noise, steps, lr, rng):
    return by_searchsorted(doc_ids, word_table, p_noise, steps, lr, rng), [1.0, 2.0]


def writes_into_the_table(doc_ids, word_table, p_noise, steps, lr, rng):
    d = word_table[doc_ids[0]]  # a view
    d *= 0.01
    for _ in range(steps):
        noise = word_table[default_draw(rng, p_noise, doc_ids, 0)]
        d -= lr * right_gradient(d, word_table[doc_ids], noise)
    return d


def one_word_a_step(doc_ids, word_table, p_noise, steps, lr, rng):
    d = rng.normal(0, 0.01, word_table.shape[1])
    for _ in range(steps):
        own = word_table[rng.choice(doc_ids, 1)]
        d = d - lr * right_gradient(d, own, word_table[rng.choice(len(p_noise), 5, p=p_noise)])
    return d


def no_minus_in_exp(d, own, noise):
    def slope(score):
        return 1 / (1 + np.exp(score))

    return ((slope(own @ d) - 1) @ own + slope(noise @ d) @ noise) / len(own)


def softmax_over_all(d, own, noise):
    rows = np.vstack([own, noise])
    share = np.exp(rows @ d)
    return share / share.sum() @ rows - own.mean(axis=0)


@pytest.mark.parametrize(
    "answer, words",
    [
        (one_word_a_step, "Take all words of the note in each step"),
        (inference(no_minus_in_exp), "minus before the score"),
        (inference(softmax_over_all), "gradient says"),
        (inference(right_gradient, start=lambda rng, dim: rng.normal(0, 0.1, dim)), "of 0.01"),
        (lambda ids, W, p, steps, lr, rng: by_searchsorted(ids, W, p, max(0, steps - 1), lr, rng),
         "one step too few"),
        (inference(no_sigmoid), "gradient says"),
        (inference(right_gradient, sign=1), "uphill"),
        (inference(lambda d, own, noise: len(own) * right_gradient(d, own, noise)), "giant steps"),
        (inference(lambda d, own, noise: -own.mean(axis=0)), "only pulled"),
        (inference(lambda d, own, noise: right_gradient(d, own, noise) / 2), "gradient says"),
        (inference(lambda d, own, noise: right_gradient(d, own[:1], noise[:5])), "gradient says"),
        (inference(right_gradient, start=lambda rng, dim: rng.normal(size=dim)), "Start near 0"),
        (inference(right_gradient, start=lambda rng, dim: np.ones(dim)), "Start near 0"),
        (inference(right_gradient, draw=lambda rng, p, ids, step: rng.choice(len(p), 5, p=p)),
         "5 noise words for the whole note"),
        (inference(right_gradient, draw=lambda rng, p, ids, _: rng.choice(len(p), len(ids), p=p)),
         "fifth as hard"),
        (inference(right_gradient, draw=lambda rng, p, ids, step: rng.integers(
            len(p), size=5 * len(ids))), "equal chances"),
        (inference(right_gradient, draw=lambda rng, p, ids, step: np.repeat(ids, 5)),
         "gradient says"),
        (inference(lambda d, own, noise: right_gradient(d, own, noise)
                   / max(1e-9, np.linalg.norm(right_gradient(d, own, noise)))), "gradient says"),
        (inference(lambda d, own, noise: right_gradient(0 * d, own, noise)), "new scores"),
        (from_the_start_only, "new scores"),
        (falling_rate, "same `lr`"),
        (in_python_random, "Draw from `rng` alone"),
        (with_history, ""),
        (writes_into_the_table, "Freeze it"),
        (lambda ids, W, p, steps, lr, rng: rng.normal(0, 0.01, W.shape[1]), "for 0 and for 30"),
        (lambda ids, W, p, steps, lr, rng: W[ids].mean(axis=0), "average of the word rows"),
        (lambda ids, W, p, steps, lr, rng: by_searchsorted(ids, W, p, steps, lr, rng)[None],
         "shape"),
        (lambda ids, W, p, steps, lr, rng: by_searchsorted(ids, W, p, steps + 1, lr, rng),
         "moved already"),
        (lambda ids, W, p, steps, lr, rng: by_searchsorted(ids, W, p, min(1, steps), lr, rng),
         "return inside the loop"),
        (lambda ids, W, p, steps, lr, rng: by_searchsorted(ids, W, p, steps, 0.1, rng), "`lr`"),
        (lambda ids, W, p, steps, lr, rng: by_searchsorted(ids[:1], W, p, steps, lr, rng),
         "gradient says"),
        (lambda ids, W, p, steps, lr, rng: by_searchsorted(ids, W, p, 200, 0.05, rng), ""),
    ],
)  # fmt: skip
def test_infer_document_hints(answer, words):
    says(check.infer_document, answer, words)


# ----------------------------------------------------------------- 7.3 info_nce
def by_hand(first, second, tau=0.1):
    first = first / first.norm(dim=1, keepdim=True)
    second = second / second.norm(dim=1, keepdim=True)
    scores = first @ second.T / tau
    return (scores.logsumexp(dim=1) - scores.diagonal()).mean()


def with_exp(first, second, temperature=0.1):
    cosine = torch_cosine(first[:, None], second[None], dim=-1)
    e = (cosine / temperature).exp()
    return -(e.diag() / e.sum(1)).log().mean()


def row_by_row(first, second, tau=0.1):
    losses = []
    for i, row in enumerate(first):
        scores = torch.stack([row @ s / row.norm() / s.norm() / tau for s in second])
        losses.append(-scores.log_softmax(0)[i])
    return sum(losses) / len(losses)


def nll(first, second, tau=0.1):
    a, b = (torch.nn.functional.normalize(x) for x in (first, second))
    log_p = torch.log_softmax(torch.einsum("id,jd->ij", a, b) / tau, dim=-1)
    return torch.nn.functional.nll_loss(log_p, torch.arange(a.shape[0]))


def one_hot_targets(first, second, tau=0.1):
    scores = normalize(first) @ normalize(second).T / tau
    return torch.nn.functional.cross_entropy(scores, torch.eye(len(first)))


def in_double(first, second, tau=0.1):
    return by_hand(first.double(), second.double(), tau).reshape(1)


@pytest.mark.parametrize(
    "answer", [by_hand, with_exp, row_by_row, nll, one_hot_targets, in_double, partial(nll)]
)
def test_info_nce_in_other_words(answer):
    passes(check.info_nce, answer)


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda a, b, tau=0.1: by_hand(a, b, tau).item(), "cannot train"),
        (lambda a, b, tau=0.1: by_hand(a.detach(), b, tau), "`first`"),
        (lambda a, b, tau=0.1: torch.tensor(float(by_hand(a, b, tau))), "cannot train"),
        (lambda a, b, tau=0.1: by_hand(a, a, tau), "`second`. Either it is not used"),
        (lambda a, b, tau=0.1: by_hand(a, b, tau**2), ""),
        (lambda a, b, tau=0.1: by_hand(a, b, tau) / math.log(2), "ln 5"),
        (lambda a, b, tau=0.1: 2 * by_hand(a, b, tau), ""),
        (lambda a, b, tau=0.1: -torch_cosine(a, b).mean() / tau, "only pulls"),
        (lambda a, b, tau=0.1: torch.nn.functional.cross_entropy(a @ b.T / tau,
                                                                  torch.arange(len(a))),
         "dot products"),
        (lambda a, b, tau=0.1: torch.nn.functional.cross_entropy(
            (normalize(a) @ normalize(b).T / tau).softmax(1), torch.arange(len(a))), ""),
        (lambda a, b, tau=0.1: torch.nn.functional.mse_loss(
            normalize(a) @ normalize(b).T / tau, torch.eye(len(a))), "ln 5"),
        (lambda a, b, tau=0.1: torch.nn.functional.cross_entropy(
            normalize(a) @ normalize(b).T / tau, torch.arange(len(a)), reduction="none"), ""),
        (lambda a, b, tau=0.1: torch.nn.functional.cross_entropy(
            -torch.cdist(normalize(a), normalize(b)) / tau, torch.arange(len(a))), ""),
        (lambda a, b, tau=0.1: torch.nn.functional.cross_entropy(
            normalize(a) @ normalize(b).T / tau, torch.arange(len(a)).flip(0)), ""),
        (lambda a, b, tau=0.1: a.div_(a.norm(dim=1, keepdim=True)).sum(), "changed its input"),
        (lambda a, b, tau=0.1: torch.nn.functional.cross_entropy(
            normalize(a.abs()) @ normalize(b.abs()).T / tau, torch.arange(len(a))), ""),
    ],
)  # fmt: skip
def test_info_nce_hints(answer, words):
    says(check.info_nce, answer, words)


# ----------------------------------------------------------- 7.4 precision_at_k
def by_sorting(q, table, labels, label, k):
    def cosine(i):
        return float(table[q] @ table[i] / np.linalg.norm(table[q]) / np.linalg.norm(table[i]))

    others = sorted((i for i in range(len(table)) if i != q), key=cosine, reverse=True)
    return sum(labels[i] == label for i in others[:k]) / k


def with_sklearn(q, table, labels, label, k):
    score = cosine_similarity(table[[q]], table)[0]
    score[q] = -2
    return np.mean(np.array(labels)[score.argsort()[::-1][:k]] == label)


def deleted_from_both(q, table, labels, label, k):
    rest = np.delete(table, q, axis=0)
    names = [x for i, x in enumerate(labels) if i != q]
    unit = rest / np.linalg.norm(rest, axis=1)[:, None]
    best = np.argpartition(-(unit @ table[q]), k - 1)[:k]
    return len([i for i in best if names[i] == label]) / k


def with_topk(q, table, labels, label, k):
    T = normalize(torch.tensor(table), dim=1)
    score = T @ T[q]
    score[q] = -math.inf
    return torch.tensor([float(labels[i] == label) for i in score.topk(k).indices]).mean()


def filtered(q, table, labels, label, k):
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    order = [i for i in np.argsort(unit @ -unit[q]) if i != q][:k]
    return [labels[i] for i in order].count(label) / k


def by_unit_distance(q, table, labels, label, k):
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    gap = ((unit - unit[q]) ** 2).sum(axis=1)
    gap[q] = np.inf
    return float((np.asarray(labels)[np.argsort(gap)[:k]] == label).mean())


@pytest.mark.parametrize(
    "answer", [by_sorting, with_sklearn, deleted_from_both, with_topk, filtered, by_unit_distance]
)
def test_precision_at_k_in_other_words(answer):
    passes(check.precision_at_k, answer)


def ranked(q, table):
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    return [int(i) for i in np.argsort(-(unit @ unit[q]), kind="stable") if i != q]


def with_self(q, table, cosine_of_q=1.0):
    cosine = cosine_similarity(table[[q]], table)[0]
    cosine[q] = cosine_of_q
    return [int(i) for i in np.argsort(-cosine, kind="stable")]


def one_row_a_cosine(q, table, labels, label, k):
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    found = {round(float(unit[i] @ unit[q]), 9): labels[i] for i in range(len(table)) if i != q}
    return sum(found[cosine] == label for cosine in sorted(found, reverse=True)[:k]) / k


@pytest.mark.parametrize(
    "answer, words",
    [
        (one_row_a_cosine, "you have"),
        (lambda q, D, y, label, k: sum(y[i] == label for i in ranked(q, D)[:k]), "Divide by k"),
        (lambda q, D, y, label, k: sum(y[i] == label for i in ranked(q, D)[: k + 1]) / k,
         "k + 1 other notes"),
        (lambda q, D, y, label, k: np.mean([y[i] == label for i in ranked(q, D)[: k + 1]]),
         "k + 1 other notes"),
        (lambda q, D, y, label, k: sum(y[i] == label for i in ranked(q, D)[:k]) / (k + 1),
         "Divide by k"),
        (lambda q, D, y, label, k: sum(y[i] == label for i in ranked(q, D)[1 : k + 1]) / k,
         "skip the nearest other note"),
        (lambda q, D, y, label, k: sum(y[i] == label for i in with_self(q, D)[:k] if i != q) / k,
         "take row q out before you cut"),
        (lambda q, D, y, label, k: np.mean(
            [y[i] == label for i in with_self(q, D)[:k] if i != q] or [False]),
         "take row q out before you cut"),
        (lambda q, D, y, label, k: sum(y[i] == label for i in with_self(q, D, 0)[:k]) / k,
         "-np.inf"),
        (lambda q, D, y, label, k: sum(y[i] == label for i in ranked(q, D)[:k]) / (y.count(label)),
         "recall"),
        (lambda q, D, y, label, k: sum(y[i] == label for i in ranked(q, D)[:k])
         / (y.count(label) - (y[q] == label)), "recall@k"),
        (lambda q, D, y, label, k: sum(label in y[i] for i in ranked(q, D)[:k]) / k, "you have"),
        (lambda q, D, y, label, k: by_sorting(q, D - D.mean(axis=1, keepdims=True), y, label, k),
         "you have"),
        (lambda q, D, y, label, k: np.mean([y[i] == label for i in ranked(q, D)[::-1][:k]]),
         "least similar"),
        (lambda q, D, y, label, k: sum(y[i] == label for i in ranked(q, D)[:k]) // k, ""),
        (lambda q, D, y, label, k: 100 * by_sorting(q, D, y, label, k), "between 0 and 1"),
        (lambda q, D, y, label, k: 1 - by_sorting(q, D, y, label, k), ""),
        (lambda q, D, y, label, k: y.count(label) / len(y), ""),
        (lambda q, D, y, label, k: by_sorting(q, D - D.mean(axis=0), y, label, k), ""),
        (lambda q, D, y, label, k: sum(y[i] == y[q] for i in ranked(q, D)[:k]) / k,
         "label of the query"),
        (lambda q, D, y, label, k: by_sorting(q, D.T, y, label, k), ""),
        (lambda q, D, y, label, k: np.mean(
            [sum(y[i] == label for i in ranked(q, D)[:j]) / j for j in range(1, k + 1)]), ""),
        (lambda q, D, y, label, k: [y[i] == label for i in ranked(q, D)[:k]], ""),
        (lambda q, D, y, label, k: sum(y[i] is label for i in np.argsort(-(D @ D[q]))[1 : k + 1])
         / k, ""),
        (lambda q, D, y, label, k: float(y[ranked(q, D)[0]] == label), ""),
        (lambda q, D, y, label, k: sum(y[i] == label for i in np.argsort(-D @ D[q])[:k]) / k,
         "Two things"),
    ],
)  # fmt: skip
def test_precision_at_k_hints(answer, words):
    says(check.precision_at_k, answer, words)
