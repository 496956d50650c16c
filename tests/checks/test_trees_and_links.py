"""Answers to lesson 17 that are in no catalogue: right ones pass, wrong ones get their hint."""

import functools
import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array
from scipy.special import logsumexp, softmax

from helpers import gct, gram
from helpers import link_prior as prior
from helpers.checks import trees_and_links as check
from tests.checks.judging import hinted, passes


# -------------------------------------------------------------------- path_to_root
def recursive(code, parent):
    return [code] + (recursive(parent[code], parent) if code in parent else [])


def generated(code, parent):
    while code is not None:
        yield code
        code = parent.get(code)


def until_missing(code, parent):
    path = [code]
    while True:
        try:
            path.append(parent[path[-1]])
        except KeyError:
            return path


def stops_at_root(code, parent):
    path = [code]
    while path[-1] != "root":
        path.append(parent[path[-1]])
    return path


def stops_at_root_or_none(code, parent):
    path = [code]
    while path[-1] not in ("root", None):
        path.append(parent.get(path[-1]))
    return path


def never_stops(code, parent):
    path = [code]
    while True:
        path.append(parent[path[-1]])


@pytest.mark.parametrize(
    "answer",
    [
        recursive,
        generated,
        lambda code, parent: tuple(recursive(code, parent)),
        lambda code, parent: np.array(recursive(code, parent)),
        lambda code, parent: dict.fromkeys(recursive(code, parent)).keys(),
        lambda code, parent: until_missing(code, parent),
        lambda code, parent: reversed(recursive(code, parent)[::-1]),
    ],
)
def test_path_in_other_words(answer):
    passes(check.path_to_root, answer)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (lambda code, parent: recursive(code, parent)[1:], "itself is missing"),
        (lambda code, parent: [code, *parent.values()], "7 items"),
        (lambda code, parent: [code, parent[code]], "climb one step"),
        (lambda code, parent: sorted(recursive(code, parent)), "expected"),
        (lambda code, parent: recursive(code, parent)[:3], "expected"),
        (lambda code, parent: ">".join(recursive(code, parent)), "expected"),
        (lambda code, parent: [code], "the code alone"),
        (lambda code, parent: set(recursive(code, parent)), "no order"),
        (lambda code, parent: [*generated(code, parent), None], "ends with None"),
        (stops_at_root_or_none, "ends with None"),
        (stops_at_root, "whatever its name"),
        (never_stops, "not among the keys"),
        (lambda code, parent: recursive(code, parent)[:-1], "last node is missing"),
        (lambda code, parent: len(recursive(code, parent)), "expected"),
        (lambda code, parent: [parent.popitem()[0], code], "changed its input"),
    ],
)
def test_path_hints(answer, hint):
    hinted(check.path_to_root, answer, hint)


# --------------------------------------------------------------------- gram_vector
def in_torch(E, path, W, b, u):
    E, W, b, u = (torch.tensor(x) for x in (E, W, b, u))
    rows = E[torch.tensor(path)]
    scores = torch.tanh(torch.cat([rows[:1].expand_as(rows), rows], 1) @ W + b) @ u
    return torch.softmax(scores, 0) @ rows


def halves(E, path, W, b, u):
    dim = E.shape[1]
    scores = np.tanh(E[path[0]] @ W[:dim] + E[path] @ W[dim:] + b) @ u
    return (softmax(scores)[:, None] * E[path]).sum(0)


def in_single_precision(E, path, W, b, u):
    E, W, b, u = (torch.tensor(x, dtype=torch.float32) for x in (E, W, b, u))
    rows = E[torch.tensor(path)]
    return (
        torch.softmax(torch.tanh(torch.cat([rows[:1] + 0 * rows, rows], 1) @ W + b) @ u, 0) @ rows
    )


def in_plain_loops(E, path, W, b, u):
    scores = []
    for j in path:
        both = [*E[path[0]], *E[j]]
        hidden = [np.tanh(sum(both * W[:, k]) + b[k]) for k in range(len(b))]
        scores.append(sum(hidden * u))
    exps = [np.exp(s - max(scores)) for s in scores]
    return [sum(e * E[j][d] for e, j in zip(exps, path, strict=True)) / sum(exps) for d in range(3)]


@pytest.mark.parametrize(
    "answer",
    [
        in_single_precision,
        in_plain_loops,
        in_torch,
        halves,
        lambda *args: halves(*args).tolist(),
        lambda *args: halves(*args).astype(np.float32),
        lambda *args: gram.attention_weights(*args) @ args[0][args[1]],
    ],
)
def test_gram_vector_in_other_words(answer):
    passes(check.gram_vector, answer)


def scored(E, path, W, b, u):
    dim = E.shape[1]
    return np.tanh(E[path[0]] @ W[:dim] + E[path] @ W[dim:] + b) @ u


def exp_without(guard):
    """Return an answer that treats large scores in a way of its own."""

    def answer(E, path, W, b, u):
        weights = np.exp(guard(scored(E, path, W, b, u)))
        return np.nan_to_num(weights / weights.sum()) @ E[path]

    return answer


def divided_by_the_sum(E, path, W, b, u):
    scores = scored(E, path, W, b, u)
    return scores / scores.sum() @ E[path]


def one_step_below(E, path, W, b, u):
    below = path[np.maximum(np.arange(len(path)) - 1, 0)]
    return softmax(np.tanh(np.hstack([E[below], E[path]]) @ W + b) @ u) @ E[path]


def bias_outside(E, path, W, b, u):
    dim = E.shape[1]
    return softmax((np.tanh(E[path[0]] @ W[:dim] + E[path] @ W[dim:]) + b) @ u) @ E[path]


def tanh_outside(E, path, W, b, u):
    dim = E.shape[1]
    return softmax(np.tanh((E[path[0]] @ W[:dim] + E[path] @ W[dim:] + b) @ u)) @ E[path]


def node_zero(E, path, W, b, u):
    dim = E.shape[1]
    return softmax(np.tanh(E[0] @ W[:dim] + E[path] @ W[dim:] + b) @ u) @ E[path]


def relu_for_tanh(E, path, W, b, u):
    dim = E.shape[1]
    return softmax(np.maximum(E[path[0]] @ W[:dim] + E[path] @ W[dim:] + b, 0) @ u) @ E[path]


@pytest.mark.parametrize(
    "answer, hint",
    [
        (relu_for_tanh, "you have"),
        (exp_without(lambda s: s), "scores are small"),
        (exp_without(lambda s: np.clip(s, -50, 50)), "scores are small"),
        (exp_without(lambda s: np.clip(s, -700, 700)), "scores are small"),
        (divided_by_the_sum, "exp comes first"),
        (lambda E, path, *rest: np.exp(scored(E, path, *rest)) @ E[path], "With u = 0"),
        (one_step_below, "node below"),
        (bias_outside, "It belongs inside"),
        (tanh_outside, "tanh comes before u"),
        (node_zero, "row 0"),
        (lambda *args: halves(*args).round(2), "you have"),
        (lambda E, path, W, b, u: E[path].sum(0), "With u = 0"),
        (lambda E, path, W, b, u: E[path].mean(0), "count the same"),
        (lambda E, path, W, b, u: E.mean(0), "With u = 0"),
        (lambda E, path, *rest: gram.attention_weights(E, path, *rest), "return the weights"),
        (lambda E, path, W, b, u: halves(E, path, W, b, -u), "you have"),
        (lambda E, path, W, b, u: halves(E, np.sort(path), W, b, u), "code is path[0]"),
        (lambda *args: halves(*args)[None], "shape"),
        (lambda E, path, W, b, u: E[path[0]] + halves(E, path, W, b, u), "With u = 0"),
        (lambda E, path, W, b, u: halves(E, path, W, b, u) / len(path), "With u = 0"),
        (lambda E, path, W, b, u: halves(E, path[:2], W, b, u), "With u = 0"),
    ],
)
def test_gram_vector_hints(answer, hint):
    hinted(check.gram_vector, answer, hint)


# ---------------------------------------------------------------------- link_prior
def in_loops(dx, treatments):
    out = [[0.0] * treatments.shape[1] for _ in range(dx.shape[1])]
    for d in range(dx.shape[1]):
        mine = [row for row, here in zip(treatments, dx[:, d], strict=True) if here]
        for m in range(treatments.shape[1]):
            out[d][m] = sum(row[m] for row in mine) / len(mine) if mine else 0
    return out


def divided(dx, treatments):
    n = dx.sum(axis=0, keepdims=True).T
    return np.divide(dx.T @ treatments, n, out=np.zeros((len(n), treatments.shape[1])), where=n > 0)


def filled(value):
    """Return an answer that puts a value where nothing is known."""
    return lambda dx, rx: np.where(dx.any(0)[:, None], divided(dx, rx), value)


@pytest.mark.parametrize(
    "answer",
    [
        in_loops,
        divided,
        lambda dx, rx: np.nan_to_num((dx.T @ rx) / dx.sum(0)[:, None]),
        lambda dx, rx: torch.tensor(divided(dx, rx)),
        lambda dx, rx: [
            [Fraction(x).limit_denominator(9) for x in row] for row in in_loops(dx, rx)
        ],
        lambda dx, rx: np.einsum("vd,vm->dm", dx, rx) / np.clip(dx.sum(0), 1, None)[:, None],
    ],
)
def test_link_prior_in_other_words(answer):
    passes(check.link_prior, answer)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (lambda dx, rx: dx.T @ rx, "return counts"),
        (lambda dx, rx: (dx.T @ rx) / dx.sum(0)[:, None], "divides 0 by 0"),
        (lambda dx, rx: prior.link_prior(rx, dx).T, "frequent diagnoses win"),
        (lambda dx, rx: prior.link_prior(rx, dx), "row for each treatment"),
        (lambda dx, rx: (dx.T @ rx) / len(rx), "number of all visits"),
        (lambda dx, rx: divided(dx, rx).round(), "you have"),
        (lambda dx, rx: divided(dx, rx) > 0.5, "you have"),
        (lambda dx, rx: divided(dx, rx)[dx.sum(0) > 0], "shape"),
        (lambda dx, rx: 100 * divided(dx, rx), "you have"),
        (lambda dx, rx: np.log1p(divided(dx, rx)), "you have"),
        (lambda dx, rx: dx.T @ rx // np.maximum(dx.sum(0), 1)[:, None], "drops the fraction"),
        (filled(1 / 3), "its row is 0 everywhere"),
        (filled(1), "its row is 0 everywhere"),
        (filled(np.nan), "divides 0 by 0"),
        (lambda dx, rx: csr_array(divided(dx, rx)), "an array of numbers is asked for"),
        (lambda dx, rx: divided(dx, rx) if dx.any(0).all() else None, "returned None"),
        (lambda dx, rx: rx.mean(0) * np.ones((dx.shape[1], 1)), "you have"),
    ],
)
def test_link_prior_hints(answer, hint):
    hinted(check.link_prior, answer, hint)


# --------------------------------------------------------------- allowed_attention
def by_torch(scores, allowed):
    masked = torch.tensor(scores).masked_fill(~torch.tensor(allowed), -torch.inf)
    return masked.softmax(1).nan_to_num(0)


def very_low(scores, allowed):
    return softmax(np.where(allowed, scores, -1e9), axis=1) * allowed


def added(scores, allowed):
    with np.errstate(divide="ignore"):
        masked = scores + np.log(allowed.astype(float))
    top = np.nan_to_num(masked.max(1, keepdims=True), neginf=0)
    e = np.exp(masked - top)
    return (e / np.maximum(e.sum(1, keepdims=True), 1e-12)).tolist()


def row_by_row(scores, allowed):
    out = np.zeros_like(scores)
    for i in range(len(scores)):
        if allowed[i].any():
            out[i, allowed[i]] = softmax(scores[i, allowed[i]])
    return out


def in_bare_loops(scores, allowed):
    out = []
    for row, may in zip(scores, allowed, strict=True):
        top = max((s for s, ok in zip(row, may, strict=True) if ok), default=0)
        exps = [math.exp(s - top) if ok else 0 for s, ok in zip(row, may, strict=True)]
        out.append([e / (sum(exps) or 1) for e in exps])
    return out


def with_log_sum_exp(scores, allowed):
    masked = np.where(allowed, scores, -np.inf)
    return np.exp(masked - np.nan_to_num(logsumexp(masked, axis=1, keepdims=True), neginf=0))


def in_a_copy(scores, allowed):
    scores = scores.copy()
    scores[~allowed] = -np.inf
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(softmax(scores, axis=1))


def masked_array(scores, allowed):
    kept = np.ma.array(scores, mask=~allowed)
    exps = np.ma.exp(kept - kept.max(1)[:, None])
    return exps / exps.sum(1)[:, None]


def single(scores, allowed):
    scores = torch.tensor(scores, dtype=torch.float32)
    return scores.masked_fill(~torch.tensor(allowed), -1e9).softmax(1) * torch.tensor(allowed)


@pytest.mark.parametrize(
    "answer",
    [
        by_torch,
        very_low,
        added,
        row_by_row,
        in_bare_loops,
        with_log_sum_exp,
        in_a_copy,
        single,
        lambda scores, allowed: masked_array(scores, allowed).filled(0),
        lambda scores, allowed: tuple(map(tuple, row_by_row(scores, allowed))),
        lambda q, m, fill=-np.inf: in_a_copy(q, m),
        functools.partial(gct.allowed_attention),
        lambda scores, allowed: by_torch(scores, allowed).numpy().astype(np.float32),
    ],
)
def test_allowed_attention_in_other_words(answer):
    passes(check.allowed_attention, answer)


def filled_with(number):
    """Return an answer that hides forbidden places behind a number."""

    def answer(scores, allowed):
        masked = np.where(allowed, scores, number(scores))
        return softmax(masked, axis=1) * allowed.any(axis=1)[:, None]

    return answer


def over_top(top, repair=np.nan_to_num):
    """Return an answer that takes `top` off the scores before exp."""

    def answer(scores, allowed):
        exps = np.exp(scores - top(scores, allowed)) * allowed
        return repair(exps / exps.sum(axis=1, keepdims=True))

    return answer


def rows_that_have_a_place(scores, allowed):
    kept = allowed.any(axis=1)
    return gct.allowed_attention(scores[kept], allowed[kept])


def rows_without_a_guard(scores, allowed):
    out = np.zeros_like(scores)
    for i in range(len(scores)):
        exps = np.exp(scores[i, allowed[i]] - scores[i, allowed[i]].max())
        out[i, allowed[i]] = exps / exps.sum()
    return out


def masks_itself_in(scores, allowed):
    return gct.allowed_attention(scores, allowed | np.eye(*allowed.shape, dtype=bool))


@pytest.mark.parametrize(
    "answer, hint",
    [
        (filled_with(lambda s: -10), "not low enough"),
        (filled_with(lambda s: -100), "not low enough"),
        (filled_with(lambda s: -1e4), "not low enough"),
        (filled_with(lambda s: s - 100), "not low enough"),
        (filled_with(lambda s: s.min() - 50), "exactly 0"),
        (filled_with(lambda s: s.min() - 1), "gets weight"),
        (filled_with(lambda s: 0), "set forbidden scores to 0"),
        (over_top(lambda s, a: 0), "exp of 1000 overflows"),
        (over_top(lambda s, a: 0, lambda x: x), "exp of 1000 overflows"),
        (lambda s, a: gct.allowed_attention(np.clip(s, -500, 500), a), "exp of 1000 overflows"),
        (over_top(lambda s, a: s.max(axis=1, keepdims=True)), "forbidden score is far above"),
        (
            over_top(lambda s, a: np.where(a, s, -9e9).max(1)[:, None]),
            "forbidden score is far above",
        ),
        (over_top(lambda s, a: s.max()), "of each row, not of the table"),
        (over_top(lambda s, a: s[a].max()), "of each row, not of the table"),
        (rows_that_have_a_place, "shape"),
        (rows_without_a_guard, "nothing is left"),
        (masks_itself_in, "looks where it may not"),
        (masked_array, "masked places"),
        (lambda s, a: softmax(np.where(a, s, -100), axis=1) * a, "not low enough"),
        (lambda s, a: by_torch(s, a) / len(s), "sums to 1"),
        (lambda s, a: [row_by_row(r[None], m[None]) for r, m in zip(s, a, strict=True)], "shape"),
        (lambda s, a: np.exp(np.where(a, s, -np.inf)) / np.exp(s[a]).sum(), "whole table sums"),
        (lambda s, a: np.where(a, np.exp(s), 0), "You did not divide"),
        (lambda s, a: softmax(s, axis=0) * a, "sums to 1"),
        (lambda s, a: np.where(a, np.exp(s - s.max()), 0), "You did not divide"),
        (lambda s, a: softmax(s, axis=1), "mask does nothing"),
        (lambda s, a: softmax(s * a, axis=1), "set forbidden scores to 0"),
        (lambda s, a: softmax(np.where(a, s, -1e9), axis=1), "without any allowed place"),
        (lambda s, a: softmax(np.where(a, s, -np.inf), axis=1), "Yours is nan"),
        (lambda s, a: softmax(s, axis=1) * a, "mask after the softmax"),
        (lambda s, a: gct.allowed_attention(s, ~a), "keep the forbidden"),
        (lambda s, a: gct.allowed_attention(-s, a), "signs are turned"),
        (lambda s, a: gct.allowed_attention(s / 2, a), "you have"),
        (lambda s, a: gct.allowed_attention(s / np.sqrt(len(s[0])), a), "by a root"),
        (lambda s, a: np.where(a, s, 0), "Every row sums to 1"),
        (lambda s, a: np.where(a, 1 / (1 + np.exp(-s)), 0), "Every row sums to 1"),
        (lambda s, a: np.eye(s.shape[1])[np.where(a, s, -9e9).argmax(1)], "you have"),
    ],
)
def test_allowed_attention_hints(answer, hint):
    hinted(check.allowed_attention, answer, hint)
