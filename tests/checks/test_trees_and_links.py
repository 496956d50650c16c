"""Answers to lesson 17 that are in no catalogue: right ones pass, wrong ones get their hint."""

import numpy as np
import pytest
import torch
from scipy.special import softmax

from helpers import gct, gram
from helpers import link_prior as prior
from helpers.checks import trees_and_links as check
from helpers.checks._exercise import CORRECT, NOT_YET


def passes(exercise, answer):
    verdict = exercise.verdict(answer)
    assert verdict.status == CORRECT, verdict


def hinted(exercise, answer, hint):
    verdict = exercise.verdict(answer)
    assert verdict.status == NOT_YET
    assert hint in verdict.hint, verdict


# -------------------------------------------------------------------- path_to_root
def recursive(code, parent):
    return [code] + (recursive(parent[code], parent) if code in parent else [])


def generated(code, parent):
    while code is not None:
        yield code
        code = parent.get(code)


@pytest.mark.parametrize(
    "answer",
    [
        recursive,
        generated,
        lambda code, parent: tuple(recursive(code, parent)),
        lambda code, parent: np.array(recursive(code, parent)),
        lambda code, parent: dict.fromkeys(recursive(code, parent)).keys(),
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
        (lambda code, parent: [code], "expected"),
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


@pytest.mark.parametrize(
    "answer",
    [
        in_torch,
        halves,
        lambda *args: halves(*args).tolist(),
        lambda *args: halves(*args).astype(np.float32),
        lambda *args: gram.attention_weights(*args) @ args[0][args[1]],
    ],
)
def test_gram_vector_in_other_words(answer):
    passes(check.gram_vector, answer)


def relu_for_tanh(E, path, W, b, u):
    dim = E.shape[1]
    return softmax(np.maximum(E[path[0]] @ W[:dim] + E[path] @ W[dim:] + b, 0) @ u) @ E[path]


@pytest.mark.parametrize(
    "answer, hint",
    [
        (relu_for_tanh, "you have"),
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


@pytest.mark.parametrize(
    "answer",
    [
        in_loops,
        divided,
        lambda dx, rx: np.nan_to_num((dx.T @ rx) / dx.sum(0)[:, None]),
        lambda dx, rx: torch.tensor(divided(dx, rx)),
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


@pytest.mark.parametrize("answer", [by_torch, very_low, added])
def test_allowed_attention_in_other_words(answer):
    passes(check.allowed_attention, answer)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (lambda s, a: softmax(s, axis=1), "mask does nothing"),
        (lambda s, a: softmax(s * a, axis=1), "set forbidden scores to 0"),
        (lambda s, a: softmax(np.where(a, s, -1e9), axis=1), "without any allowed place"),
        (lambda s, a: softmax(np.where(a, s, -np.inf), axis=1), "without any allowed place"),
        (lambda s, a: softmax(s, axis=1) * a, "mask after the softmax"),
        (lambda s, a: gct.allowed_attention(s, ~a), "keep the forbidden"),
        (lambda s, a: gct.allowed_attention(-s, a), "you have"),
        (lambda s, a: gct.allowed_attention(s / 2, a), "you have"),
        (lambda s, a: np.where(a, s, 0), "Every row sums to 1"),
        (lambda s, a: np.where(a, 1 / (1 + np.exp(-s)), 0), "Every row sums to 1"),
        (lambda s, a: np.eye(s.shape[1])[np.where(a, s, -9e9).argmax(1)], "you have"),
    ],
)
def test_allowed_attention_hints(answer, hint):
    hinted(check.allowed_attention, answer, hint)
