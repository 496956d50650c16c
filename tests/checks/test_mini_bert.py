"""Right answers written in other ways pass; mistakes that are not in the catalogue get a hint."""

import functools
import itertools
import math
import random

import numpy as np
import pytest
import torch
from sklearn.metrics.pairwise import cosine_similarity
from torch import nn
from torch.nn.functional import scaled_dot_product_attention, softmax

from helpers import checks as check
from helpers.checks._exercise import NOT_YET
from tests.checks.judging import passes


def says(exercise, answer, words):
    verdict = exercise.verdict(answer)
    assert verdict.status == NOT_YET and words in verdict.hint, verdict


# ------------------------------------------------------------------ 6.1 attention
def plain(Q, K, V, mask=None):
    scores = Q @ K.transpose(-2, -1) / math.sqrt(Q.size(-1))
    if mask is not None:
        scores = scores.masked_fill(mask == 0, float("-inf"))
    w = softmax(scores, dim=-1)
    return w @ V, w


def large_minus(Q, K, V, mask=None):
    scores = torch.matmul(Q, K.mT) * K.shape[-1] ** -0.5
    if mask is not None:
        scores = scores + torch.where(mask, 0.0, -1e9)
    w = nn.Softmax(dim=-1)(scores)
    return torch.matmul(w, V), w


def scaled_queries(Q, K, V, mask=None):
    scores = (Q / Q.shape[-1] ** 0.5) @ K.swapaxes(-1, -2)
    scores = scores if mask is None else torch.where(mask, scores, torch.tensor(-torch.inf))
    logs = scores - scores.logsumexp(dim=-1, keepdim=True)
    return [torch.exp(logs) @ V, torch.exp(logs)]


def renormalized(Q, K, V, mask=None):
    scores = Q @ K.transpose(-1, -2) / Q.shape[-1] ** 0.5
    mask = torch.ones_like(scores) if mask is None else mask.expand(scores.shape).to(scores)
    highest = torch.where(mask > 0, scores, -torch.inf).amax(-1, keepdim=True)
    w = torch.exp(torch.clamp(scores - highest, max=0)) * mask
    w = w / w.sum(-1, keepdim=True)
    return w @ V, w


def as_a_generator(Q, K, V, mask=None):
    yield from plain(Q, K, V, mask)


def torchs_own(Q, K, V, mask=None):
    full = None if mask is None else mask.expand(*Q.shape[:-1], K.shape[-2])
    eye = torch.eye(K.shape[-2], dtype=V.dtype).expand(*V.shape[:-2], -1, -1)
    return (
        scaled_dot_product_attention(Q, K, V, full),
        scaled_dot_product_attention(Q, K, eye, full),
    )


def in_loops(Q, K, V, mask=None):
    if Q.dim() > 2:
        parts = []
        for i in range(Q.shape[0]):
            m = mask[min(i, mask.shape[0] - 1)] if mask is not None and mask.dim() > 2 else mask
            parts.append(in_loops(Q[i], K[i], V[i], m))
        return tuple(torch.stack(part) for part in zip(*parts, strict=True))
    out, weights = [], []
    for i, q in enumerate(Q):
        scores = torch.stack([(q * k).sum() / len(q) ** 0.5 for k in K])
        if mask is not None:
            row = mask.reshape(-1, len(K))
            scores[~row[min(i, len(row) - 1)]] = -math.inf
        w = scores.softmax(0)
        weights.append(w)
        out.append(sum(w[j] * V[j] for j in range(len(V))))
    return torch.stack(out), torch.stack(weights)


class Attention(nn.Module):
    def forward(self, queries, keys, values, mask=None, dropout=0.0):
        return plain(queries, keys, values, mask)


def inverted_first(Q, K, V, mask=None):
    hide = torch.zeros(1, dtype=torch.bool) if mask is None else torch.logical_not(mask)
    s = torch.einsum("...ij,...kj->...ik", Q, K).div(Q.shape[-1] ** 0.5).masked_fill(hide, -1e30)
    p = s.softmax(-1)
    return torch.einsum("...ik,...kj->...ij", p, V), p


@pytest.mark.parametrize(
    "answer",
    [
        plain, large_minus, scaled_queries, renormalized, as_a_generator, torchs_own, in_loops,
        Attention(), inverted_first, lambda q, k, v, m=None: plain(q, k, v, m),
        functools.partial(plain),
    ],
)  # fmt: skip
def test_attention_in_other_words(answer):
    passes(check.attention, answer)


def broken(scores=None, mask=None, weigh=None, result=None):
    def answer(Q, K, V, m=None):
        s = scores(Q, K) if scores else Q @ K.mT / Q.shape[-1] ** 0.5
        if mask:
            s = mask(s, m)
        elif m is not None:
            s = s.masked_fill(~m, -torch.inf)
        w = weigh(s) if weigh else softmax(s, -1)
        return result(w, Q, K, V) if result else (w @ V, w)

    return answer


def masks_values(Q, K, V, mask=None):
    w = softmax(Q @ K.mT / Q.shape[-1] ** 0.5, -1)
    rows = None if mask is None else mask if mask.dim() > 1 else mask[None]
    return w @ (V if mask is None else V * rows[..., -1:, :].mT), w


def masks_queries(Q, K, V, mask=None):
    s = Q @ K.mT / Q.shape[-1] ** 0.5
    if mask is not None and mask.dim() == 1 and len(mask) == len(s):
        return broken()(Q, K, V, mask[:, None].expand_as(s) | torch.eye(len(s)).bool())
    return broken()(Q, K, V, mask)


@pytest.mark.parametrize(
    "answer, words",
    [
        (broken(lambda Q, K: Q @ K.mT / 2), "root of 4"),
        (broken(lambda Q, K: K @ Q.mT / Q.shape[-1] ** 0.5), "a row for each query"),
        (broken(lambda Q, K: -Q @ K.mT / Q.shape[-1] ** 0.5), "on ("),
        (broken(lambda Q, K: -torch.cdist(Q, K)), "on ("),
        (broken(lambda Q, K: Q @ K.mT / (Q.norm(dim=-1)[..., None] * K.norm(dim=-1)[..., None, :])),
         "on ("),
        (broken(mask=lambda s, m: s if m is None else s.masked_fill(~m, -5.0)), "still get"),
        (broken(mask=lambda s, m: s if m is None else s.masked_fill(~m, 1e-9)), "still get"),
        (broken(mask=lambda s, m: s if m is None else s.masked_fill(~m, -100.0)), "far below 0"),
        (broken(weigh=lambda s: softmax(s.clamp(max=50), -1)), "on ("),
        (broken(result=lambda w, Q, K, V: (V.mean(-2, keepdim=True).expand(*Q.shape[:-1], -1), w)),
         "on ("),
        (broken(mask=lambda s, m: s if m is None else s + m), "still get"),
        (broken(weigh=lambda s: softmax(s, -1).round(decimals=2)), ""),
        (broken(weigh=lambda s: torch.nn.functional.one_hot(s.argmax(-1), s.shape[-1]) * 1.0),
         "on ("),
        (broken(weigh=lambda s: torch.log_softmax(s, -1)), "sums to 1"),
        (broken(weigh=lambda s: torch.relu(s) / torch.relu(s).sum(-1, True)), ""),
        (broken(weigh=lambda s: 2 ** s / (2**s).sum(-1, True)), "on ("),
        (broken(result=lambda w, Q, K, V: (w @ V, w @ V)), "shape (3, 5)"),
        (broken(result=lambda w, Q, K, V: (V, w)), "on ("),
        (broken(result=lambda w, Q, K, V: w), "Return two things"),
        (broken(result=lambda w, Q, K, V: (w @ V, w, None)), ""),
        (broken(result=lambda w, Q, K, V: ((w @ V).sum(-2), w)), "on ("),
        (broken(result=lambda w, Q, K, V: {"out": w @ V, "w": w}), "a dict"),
        (broken(result=lambda w, Q, K, V: ((w @ V).detach(), w)), "gradient"),
        (masks_values, "still get a weight"),
        (masks_queries, "Masked tokens still get a weight, up"),
        (lambda Q, K, V: broken()(Q, K, V), "TypeError"),
        (lambda Q, K, V, mask=None: print(broken()(Q, K, V, mask)), "prints"),
        (lambda Q, K, V, mask=None: broken()(Q, K, V, mask or None), "RuntimeError"),
    ],
)  # fmt: skip
def test_attention_hints(answer, words):
    says(check.attention, answer, words)


# ---------------------------------------------------------------- 6.2 mask_tokens
def vectorized(ids, rng, vocab_size, p=0.15):
    chosen = (rng.random(ids.shape) < p) & (ids > 4)
    labels = np.where(chosen, ids, -100)
    out = ids.copy()
    r = rng.random(ids.shape)
    out[chosen & (r < 0.8)] = 4
    swap = chosen & (r > 0.9)
    out[swap] = rng.integers(5, vocab_size, swap.sum())
    return out, labels


def one_draw(ids, rng, vocab_size, p=0.15):
    u = np.where(ids < 5, 2.0, rng.uniform(size=ids.shape))
    new = np.where(u < 0.8 * p, 4, ids)
    new = np.where((u >= 0.8 * p) & (u < 0.9 * p), rng.integers(5, vocab_size, ids.shape), new)
    return [new, np.where(u < p, ids, -100)]


def as_lists(ids, rng, vocab_size, p=0.15):
    inputs, labels = [], []
    for row in ids.tolist():
        new, asked = [], []
        for token in row:
            if token < 5 or rng.random() >= p:
                new.append(token)
                asked.append(-100)
                continue
            asked.append(token)
            u = rng.random()
            word = int(rng.integers(5, vocab_size))
            new.append(4 if u < 0.8 else word if u < 0.9 else token)
        inputs.append(new)
        labels.append(asked)
    return inputs, labels


def in_torch(ids, rng, vocab_size, p=0.15):
    seed = torch.Generator().manual_seed(int(rng.integers(2**31)))
    ids = torch.tensor(ids)
    chosen = (torch.rand(ids.shape, generator=seed) < p) & (ids >= 5)
    u = torch.rand(ids.shape, generator=seed)
    words = torch.randint(5, vocab_size, ids.shape, generator=seed)
    inputs = torch.where(chosen & (u < 0.8), 4, ids)
    inputs = torch.where(chosen & (u >= 0.8) & (u < 0.9), words, inputs)
    return inputs, torch.where(chosen, ids, -100)


def with_binomial(ids, rng, vocab_size, p=0.15):
    chosen = rng.binomial(1, p, size=ids.shape).astype(bool) & (ids >= 5)
    fate = rng.choice(3, size=ids.shape, p=[0.8, 0.1, 0.1])
    return (
        np.select([chosen & (fate == 0), chosen & (fate == 1)],
                  [4, rng.integers(5, vocab_size, size=ids.shape)], ids),
        np.where(chosen, ids, -100),
    )  # fmt: skip


def never_the_same_word(ids, rng, vocab_size, p=0.15):
    inputs, labels = vectorized(ids, rng, vocab_size, p)
    again = (labels != -100) & (inputs != 4) & (inputs != ids)
    assert again.any() or p < 0.2 or ids.size < 100
    return inputs, labels


def as_floats(ids, rng, vocab_size, p=0.15):
    inputs, labels = vectorized(ids, rng, vocab_size, p)
    return inputs.astype(float), labels.astype(float)


def rounded_numbers(ids, rng, vocab_size, rate=0.15):
    """Choose an exact share of the ordinary tokens of the batch, as the released program does."""
    inputs, labels = ids.copy(), np.full(ids.shape, -100)
    spots = np.argwhere(ids >= 5)
    for row, column in spots[rng.permutation(len(spots))[: round(rate * len(spots))]]:
        labels[row, column] = ids[row, column]
        u = rng.random()
        if u < 0.8:
            inputs[row, column] = 4
        elif u < 0.9:
            inputs[row, column] = rng.integers(5, vocab_size)
    return inputs, labels


@pytest.mark.parametrize(
    "answer",
    [
        vectorized, one_draw, as_lists, in_torch, with_binomial, never_the_same_word, as_floats,
        rounded_numbers,
    ],
)  # fmt: skip
def test_mask_tokens_in_other_words(answer):
    passes(check.mask_tokens, answer)


def then(change):
    """Make a wrong answer of the right one's parts: ``change(ids, inputs, labels, rng, vocab)``."""

    def answer(ids, rng, vocab_size, p=0.15):
        inputs, labels = vectorized(ids, rng, vocab_size, p)
        return change(ids, inputs, labels, rng, vocab_size)

    return answer


def same_draw_twice(ids, rng, vocab_size, p=0.15):
    u = rng.random(ids.shape)
    chosen = (u < p) & (ids >= 5)
    inputs = np.where(chosen & (u < 0.8), 4, ids)
    inputs = np.where(chosen & (u >= 0.9), rng.integers(5, vocab_size, ids.shape), inputs)
    return inputs, np.where(chosen, ids, -100)


def in_place(ids, rng, vocab_size, p=0.15):
    labels = np.where((rng.random(ids.shape) < p) & (ids >= 5), ids, -100)
    ids[labels != -100] = 4
    return ids, labels


def python_random(ids, rng, vocab_size, p=0.15):
    inputs, labels = ids.copy(), np.full_like(ids, -100)
    for place in np.argwhere(ids >= 5).tolist():
        if random.random() < p:
            labels[tuple(place)], inputs[tuple(place)] = ids[tuple(place)], 4
    return inputs, labels


def first_ones(ids, rng, vocab_size, p=0.15):
    inputs, labels = ids.copy(), np.full_like(ids, -100)
    n = int(p * ids.shape[1])
    labels[:, 1 : n + 1] = np.where(ids[:, 1 : n + 1] >= 5, ids[:, 1 : n + 1], -100)
    inputs[labels != -100] = 4
    rng.random()
    return inputs, labels


def one_row(ids, rng, vocab_size, p=0.15):
    inputs, labels = vectorized(ids[:1], rng, vocab_size, p)
    return inputs, labels


def chosen_by(choose):
    def answer(ids, rng, vocab_size, p=0.15):
        chosen, u = choose(ids, rng, p), rng.random(ids.shape)
        inputs = np.where(chosen & (u < 0.8), 4, ids)
        words = rng.integers(5, vocab_size, size=ids.shape)
        return np.where(chosen & (u >= 0.9), words, inputs), np.where(chosen, ids, -100)

    return answer


def some_of_each_row(ids, rng, p):
    chosen = np.zeros(ids.shape, dtype=bool)
    for row, places in zip(chosen, (np.flatnonzero(r >= 5) for r in ids), strict=True):
        row[rng.permutation(places)[: round(p * len(places))]] = True
    return chosen


def words_from(low, high):
    def answer(ids, rng, vocab_size, p=0.15):
        chosen, u = (rng.random(ids.shape) < p) & (ids >= 5), rng.random(ids.shape)
        inputs = np.where(chosen & (u < 0.8), 4, ids)
        words = rng.integers(low, vocab_size + high, size=ids.shape)
        return np.where(chosen & (u >= 0.9), words, inputs), np.where(chosen, ids, -100)

    return answer


def drawn_in_shapes(fate, word):
    def answer(ids, rng, vocab_size, p=0.15):
        chosen, u = (rng.random(ids.shape) < p) & (ids >= 5), rng.random(fate(ids.shape))
        words = rng.integers(5, vocab_size, size=word(ids.shape))
        new = np.where(u < 0.8, 4, np.where(u < 0.9, words, ids))
        return np.where(chosen, new, ids), np.where(chosen, ids, -100)

    return answer


def whole(shape):
    return shape


def random_from_text(ids, rng, vocab_size, p=0.15):
    inputs, labels = vectorized(ids, rng, vocab_size, p)
    swap = (labels != -100) & (inputs != 4) & (inputs != ids)
    inputs[swap] = rng.integers(5, min(vocab_size, 50), swap.sum())
    return inputs, labels


def fates(mask, rand):
    def answer(ids, rng, vocab_size, p=0.15):
        chosen = (rng.random(ids.shape) < p) & (ids >= 5)
        u = rng.random(ids.shape)
        inputs = np.where(chosen & (u < mask), 4, ids)
        words = rng.integers(5, vocab_size, ids.shape)
        inputs = np.where(chosen & (u >= mask) & (u < mask + rand), words, inputs)
        return inputs, np.where(chosen, ids, -100)

    return answer


@pytest.mark.parametrize(
    "answer, words",
    [
        (same_draw_twice, "All chosen tokens became [MASK]"),
        (in_place, "changed its input"),
        (python_random, "use the rng you are given"),
        (first_ones, "Two different rngs"),
        (one_row, "shape"),
        (random_from_text, "evenly"),
        (chosen_by(some_of_each_row), "sentences of five words, you choose 0.400"),
        (chosen_by(lambda ids, rng, p: (rng.random(ids.shape) < p) & (ids >= 4)), "special token"),
        (chosen_by(lambda ids, rng, p: (rng.random((len(ids), 1)) < p) & (ids > 4)), "whole sente"),
        (words_from(5, -1), "6 is never drawn"),
        (words_from(6, 0), "5 is never drawn"),
        (words_from(4, 0), "can it be drawn as a random word"),
        (drawn_in_shapes(whole, lambda shape: (shape[0], 1)), "All random words of a row"),
        (drawn_in_shapes(whole, lambda shape: shape[1]), "All random words of a row"),
        (drawn_in_shapes(lambda shape: (shape[0], 1), whole), "share one fate"),
        (drawn_in_shapes(lambda shape: shape[1], whole), "share one fate"),
        (then(lambda ids, x, y, rng, v: (x, (y != -100) * 1)), "the label is -100"),
        (then(lambda ids, x, y, rng, v: (np.where((x == 4) & (y > 4), 103, x), y)), "0.000 become"),
        (fates(0.9, 0.05), "become [MASK]; 0.8 should"),
        (fates(0.8, 0.15), "stay as they are; 0.1 should"),
        (fates(0.1, 0.1), "one in ten"),
        (fates(0.0, 0.1), "become [MASK]"),
        (then(lambda ids, x, y, rng, v: (x, np.where(y == -100, -1, y))), "label is -100"),
        (then(lambda ids, x, y, rng, v: (x, y != -100)), "both parts hold ids"),
        (then(lambda ids, x, y, rng, v: (x, np.where(y == -100, -100, y + 1))), "your label is"),
        (then(lambda ids, x, y, rng, v: (np.where(x == 4, 0, x), y)), "another special token"),
        (then(lambda ids, x, y, rng, v: (x, y, y != -100)), "two arrays"),
        (then(lambda ids, x, y, rng, v: (x.ravel(), y.ravel())), "shape"),
        (then(lambda ids, x, y, rng, v: (np.where(ids == 1, 4, x), y)), "nobody asks"),
        (then(lambda ids, x, y, rng, v: (np.where(ids == 3, 4, x), np.where(ids == 3, ids, y))),
         "special token"),
        (then(lambda ids, x, y, rng, v: (np.where((x != ids) & (x != 4), v, x), y)), "same"),
        (then(lambda ids, x, y, rng, v: (x + 0.5, y)), "fractions"),
        (then(lambda ids, x, y, rng, v: print(x)), "print"),
        (lambda ids, rng, v, p=0.15: vectorized(ids, rng, v, p / 2), "you choose"),
        (lambda ids, rng, v, p=0.15: vectorized(ids, rng, v, 1 - p), "you choose"),
        (lambda ids, rng, vocab_size, p=0.15: vectorized(ids, rng, vocab_size - 100, p), "evenly"),
        (lambda ids, rng, vocab_size, p=0.15: vectorized(ids, rng, vocab_size + 1000, p),
         "Random words have ids 5 to 504"),
    ],
)  # fmt: skip
def test_mask_tokens_hints(answer, words):
    says(check.mask_tokens, answer, words)


# ------------------------------------------------------------- 6.3 word_vector_at
def by_index(hidden, words, word, layer=-1, last=False):
    if last:
        return hidden[layer][len(words) - words[::-1].index(word)]
    return hidden[layer][words.index(word) + 1]


def with_where(hidden, words, word, layer=-1, last=False):
    (places,) = np.where(np.array(words) == word)
    if len(places) == 0:
        raise ValueError(f"{word} is not there")
    return hidden[layer, places[-1 if last else 0] + 1, :].tolist()


def with_specials(hidden, words, word, layer=-1, last=False):
    marked = ["[CLS]", *words, "[SEP]"]
    found = None
    for place, token in enumerate(marked):
        if token == word:
            found = place
            if not last:
                break
    if found is None:
        raise LookupError(word)
    return torch.tensor(hidden[layer, found])


def with_dict(hidden, tokens, token, level=-1, last=False):
    places = {}
    for i, t in enumerate(tokens, start=1):
        places.setdefault(t, []).append(i)
    return hidden[level, places[token][-int(last)]]


def with_assert(hidden, words, word, layer=-1, last=False):
    assert word in words, "no such word"
    order = list(enumerate(words, 1))
    order = order[::-1] if last else order
    return next(hidden[layer, i] for i, w in order if w == word)


def with_slice(hidden, words, word, layer=-1, last=False):
    inner = hidden[layer][1 : len(words) + 1]
    rows = inner[[w == word for w in words]]
    if not len(rows):
        raise ValueError
    return rows[-1] if last else rows[0]


def recursive(hidden, words, word, layer=-1, last=False, at=None):
    if at is None:
        at = len(words) - 1 if last else 0
    if not 0 <= at < len(words):
        raise ValueError("absent")
    if words[at] == word:
        return hidden[layer, at + 1]
    return recursive(hidden, words, word, layer, last, at + (-1 if last else 1))


def single_precision(hidden, words, word, layer=-1, last=False):
    return by_index(hidden, words, word, layer, last).astype(np.float32)


@pytest.mark.parametrize(
    "answer",
    [
        by_index, with_where, with_specials, with_dict, with_assert, with_slice, recursive,
        single_precision,
    ],
)  # fmt: skip
def test_word_vector_at_in_other_words(answer):
    passes(check.word_vector_at, answer)


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda h, w, x, layer=-1, last=False: h[layer][w.index(x)], "before it"),
        (lambda h, w, x, layer=-1, last=False: h[layer][w.index(x) + 1], "`last` has no effect"),
        (lambda h, w, x, layer=-1, last=False: h[-1][by_place(w, x, last)], "`layer` has no"),
        (lambda h, w, x, layer=-1, last=False: h[0][by_place(w, x, last)], "token table"),
        (lambda h, w, x, layer=-1, last=False: h[layer, :, by_place(w, x, last)], ""),
        (lambda h, w, x, layer=-1, last=False: h[:, by_place(w, x, last)], "each layer"),
        (lambda h, w, x, layer=-1, last=False: h[layer], "shape"),
        (lambda h, w, x, layer=-1, last=False: h.mean(axis=0)[by_place(w, x, last)], "on ("),
        (lambda h, w, x, layer=-1, last=False: h[-layer][by_place(w, x, last)], ""),
        (lambda h, w, x, layer=-1, last=False: by_place(w, x, last), ""),
        (lambda h, w, x, layer=-1, last=False: h[layer][by_place(w, x, last)].mean(), ""),
        (lambda h, w, x, layer=-1, last=False: h[layer][by_place(w, x, not last)], "upside down"),
        (lambda h, w, x, layer=-1, last=False: unit(h[layer][by_place(w, x, last)]), "on ("),
        (lambda h, w, x, layer=-1, last=False: h[layer][w.index(x) + 1] if x in w else None, ""),
        (lambda h, w, x, layer=-1, last=False: sorted_first(h, w, x, layer, last), "on ("),
        (lambda h, w, x, layer=-1, last=False: by_index(h, w, x, layer, last) if x in w else
         ValueError(x), "Write raise instead of return"),
        (lambda h, w, x, layer=-1, last=False: by_index(h, w, x, layer, last) if x in w else None,
         "raise a ValueError"),
        (lambda h, w, x, layer=-1: by_index(h, w, x, layer), "TypeError"),
        (lambda h, w, x, layer=-1, last=False: h[layer][by_place(w, x, last) - last],
         "With last=True you read the token before"),
        (lambda h, w, x, layer=-1, last=False: h[layer][" ".join(w).index(x) + 1], ""),
    ],
)  # fmt: skip
def test_word_vector_at_hints(answer, words):
    says(check.word_vector_at, answer, words)


def by_place(words, word, last):
    return [i for i, w in enumerate(words, 1) if w == word][-1 if last else 0]


def unit(x):
    return x / np.linalg.norm(x)


def sorted_first(hidden, words, word, layer, last):
    return hidden[layer][by_place(sorted(words), word, last)]


# ------------------------------------------------------------------ 6.4 sense_gap
def needs_pair(A, B):
    if len(A) < 2 and len(B) < 2:
        raise ValueError("no pair within")


def by_sklearn(A, B):
    needs_pair(A, B)
    within = [cosine_similarity(X)[np.triu_indices(len(X), 1)] for X in (A, B)]
    return np.concatenate(within).mean() - cosine_similarity(A, B).mean()


def by_combinations(A, B):
    def cos(x, y):
        return float(np.dot(x, y) / np.linalg.norm(x) / np.linalg.norm(y))

    within = [cos(x, y) for X in (A, B) for x, y in itertools.combinations(X, 2)]
    if not within:
        raise ValueError("none")
    across = [cos(x, y) for x, y in itertools.product(A, B)]
    return sum(within) / len(within) - sum(across) / len(across)


def by_torch(A, B):
    needs_pair(A, B)
    X = nn.functional.normalize(torch.tensor(np.vstack([A, B])), dim=1)
    C, s = X @ X.T, torch.arange(len(X)) >= len(A)
    same = s[:, None] == s[None]
    off = ~torch.eye(len(X), dtype=torch.bool)
    return C[same & off].mean() - C[~same].mean()


def by_sums(A, B):
    needs_pair(A, B)
    a, b = (X / np.linalg.norm(X, axis=1)[:, None] for X in (A, B))
    n, m = len(a), len(b)
    sa, sb = a.sum(axis=0), b.sum(axis=0)
    return (sa @ sa - n + sb @ sb - m) / (n * (n - 1) + m * (m - 1)) - sa @ sb / (n * m)


def by_weights(A, B):
    needs_pair(A, B)
    parts = []
    for X in (A, B):
        C = cosine_similarity(X)
        n = len(X)
        parts.append(((C.sum() - np.trace(C)), n * (n - 1)))
    return sum(p[0] for p in parts) / sum(p[1] for p in parts) - np.mean(cosine_similarity(A, B))


def by_nan(A, B):
    needs_pair(A, B)

    def inside(X):
        C = cosine_similarity(X)
        np.fill_diagonal(C, np.nan)
        return C.ravel()

    return np.nanmean(np.concatenate([inside(A), inside(B)])) - cosine_similarity(A, B).mean()


def by_single_precision(A, B):
    return np.float32(by_sklearn(A.astype(np.float32), B.astype(np.float32)))


def with_assert_gap(A, B):
    assert max(len(A), len(B)) > 1
    return np.array([by_sums(A, B)])


@pytest.mark.parametrize(
    "answer",
    [
        by_sklearn, by_combinations, by_torch, by_sums, by_weights, by_nan, by_single_precision,
        with_assert_gap,
    ],
)  # fmt: skip
def test_sense_gap_in_other_words(answer):
    passes(check.sense_gap, answer)


def gap_of(within, across):
    def answer(A, B):
        needs_pair(A, B)
        return within(A, B) - across(A, B)

    return answer


def inner(A, B):
    return np.concatenate([cosine_similarity(X)[np.triu_indices(len(X), 1)] for X in (A, B)])


def outer(A, B):
    return cosine_similarity(A, B)


def dots(A, B):
    needs_pair(A, B)
    within = np.concatenate([(X @ X.T)[np.triu_indices(len(X), 1)] for X in (A, B)])
    return within.mean() - (A @ B.T).mean()


@pytest.mark.parametrize(
    "answer, words",
    [
        (gap_of(lambda A, B: inner(A, B).mean(), lambda A, B: -outer(A, B).mean()), ""),
        (gap_of(lambda A, B: outer(A, B).mean(), lambda A, B: inner(A, B).mean()), "within less"),
        (gap_of(lambda A, B: inner(A, B).sum(), lambda A, B: outer(A, B).sum()), "take sums"),
        (gap_of(lambda A, B: inner(A, B).max(), lambda A, B: outer(A, B).max()), ""),
        (gap_of(lambda A, B: inner(A, B).min(), lambda A, B: outer(A, B).max()), ""),
        (gap_of(lambda A, B: inner(A, B).mean(), lambda A, B: np.diag(outer(A, B)).mean()),
         "every row of A"),
        (gap_of(lambda A, B: 1, lambda A, B: outer(A, B).mean()), ""),
        (gap_of(lambda A, B: np.concatenate([cosine_similarity(X)[np.triu_indices(len(X))]
                                             for X in (A, B)]).mean(),
                lambda A, B: outer(A, B).mean()), "cosine with itself"),
        (lambda A, B: dots(*(X / np.linalg.norm(X, axis=0) for X in (A, B))), "scale the columns"),
        (lambda A, B: dots(*(X / np.linalg.norm(X) for X in (A, B))), "one norm for the whole"),
        (gap_of(lambda A, B: inner(A, B).mean(), lambda A, B: np.abs(outer(A, B)).mean()), ""),
        (gap_of(lambda A, B: (A @ A.T).mean() + (B @ B.T).mean(), lambda A, B: (A @ B.T).mean()),
         ""),
        (lambda A, B: abs(by_sums(A, B)), ""),
        (lambda A, B: round(by_sums(A, B), 2), "on ("),
        (lambda A, B: by_sums(A - A.mean(axis=0), B - B.mean(axis=0)), ""),
        (lambda A, B: by_sums(A.T, B.T), ""),
        (lambda A, B: by_sums(A, B) if len(A) > 1 else 0.0, ""),
        (lambda A, B: by_sums(A, B) if len(A) + len(B) > 2 else None, "None"),
        (lambda A, B: by_sums(A, B) if len(A) + len(B) > 2 else 0.0, "raise a ValueError"),
        (lambda A, B: [by_sums(A, B)] * 3, "one number"),
        (lambda A, B: (inner(A, B).mean(), outer(A, B).mean()), "Return one number"),
        (lambda A, B: inner(A, B).mean() - outer(A, B).mean() if len(A) > 1 else print("few"), ""),
        (lambda A, B: by_sums(A, A), ""),
    ],
)  # fmt: skip
def test_sense_gap_hints(answer, words):
    says(check.sense_gap, answer, words)


@pytest.mark.parametrize("odd", [None, 2, ["a"], "z", "", 1.5])
def test_questions_take_odd_answers_calmly(odd, capsys):
    for name in ("two_plays_in_the_table", "positions_without_attention", "transformer_or_mean"):
        getattr(check, name)(odd)
        assert "correct" not in capsys.readouterr().out
