"""Right answers written in other ways pass; mistakes that are not in the catalogue get a hint."""

import math
from collections import Counter, deque

import numpy as np
import pytest
import torch
from scipy.sparse import coo_array, csr_array

from helpers import checks as check
from helpers.checks._exercise import NOT_YET
from helpers.subwords import char_ngrams, fnv1a
from tests.checks.judging import passes


def says(exercise, answer, words):
    verdict = exercise.verdict(answer)
    assert verdict.status == NOT_YET and words in verdict.hint, verdict


# ------------------------------------------------------------- 5.1 cooccurrence
def by_distance(sentences, V, window, weighting="flat"):
    C = np.zeros((V, V))
    for ids in sentences:
        for d in range(1, window + 1):
            for a, b in zip(ids, ids[d:], strict=False):
                w = 1 / d if weighting == "inverse" else 1
                C[a, b] += w
                C[b, a] += w
    return C


def by_counter(sentences, n, window, weighting="flat"):
    seen = Counter()
    for s in sentences:
        for i, a in enumerate(s):
            for j, b in enumerate(s):
                if 0 < abs(i - j) <= window:
                    seen[a, b] += 1 / abs(i - j) if weighting == "inverse" else 1
    return [[seen[a, b] for b in range(n)] for a in range(n)]


def as_sparse(sentences, V, window, weighting="flat"):
    return csr_array(by_distance(sentences, V, window, weighting))


def as_coo(sentences, V, window, weighting="flat"):
    rows, columns, weights = [], [], []
    for ids in sentences:
        for i in range(len(ids)):
            for j in range(i + 1, min(len(ids), i + window + 1)):
                weight = {"flat": 1.0, "inverse": 1 / (j - i)}[weighting]
                rows += [ids[i], ids[j]]
                columns += [ids[j], ids[i]]
                weights += [weight, weight]
    return coo_array((weights, (rows, columns)), shape=(V, V))


def in_torch_counts(sentences, V, window, weighting="flat"):
    return torch.tensor(by_distance(sentences, V, window, weighting))


def upper_and_transposed(sentences, V, window, weighting="flat"):
    C = np.zeros((V, V))
    for ids in sentences:
        for i, a in enumerate(ids):
            for d, b in enumerate(ids[i + 1 : i + 1 + window], start=1):
                C[a, b] += d**-1 if weighting == "inverse" else 1
    return C + C.T


def with_add_at(sentences, V, window, weighting="flat"):
    C = np.zeros((V, V), dtype=np.float32)
    for ids in sentences:
        ids = np.asarray(ids, dtype=int)
        for d in range(1, min(window, len(ids) - 1) + 1):
            np.add.at(C, (ids[:-d], ids[d:]), 1 / d if weighting == "inverse" else 1)
            np.add.at(C, (ids[d:], ids[:-d]), 1 / d if weighting == "inverse" else 1)
    return C


def in_sparse_torch(sentences, V, window, weighting="flat"):
    return in_torch_counts(sentences, V, window, weighting).to_sparse()


@pytest.mark.parametrize(
    "answer",
    [
        by_distance, by_counter, as_sparse, as_coo, in_torch_counts, upper_and_transposed,
        with_add_at, in_sparse_torch,
    ],
)  # fmt: skip
def test_cooccurrence_in_other_words(answer):
    passes(check.cooccurrence, answer)


def adds_once(sentences, V, window, weighting="flat"):
    C = np.zeros((V, V))
    for ids in sentences:
        ids = np.asarray(ids, dtype=int)
        for d in range(1, min(window, len(ids) - 1) + 1):
            C[ids[:-d], ids[d:]] += 1 / d if weighting == "inverse" else 1
            C[ids[d:], ids[:-d]] += 1 / d if weighting == "inverse" else 1
    return C


def weighted(weight):
    def answer(sentences, V, window, weighting="flat"):
        C = np.zeros((V, V))
        for ids in sentences:
            for d in range(1, window + 1):
                for a, b in zip(ids, ids[d:], strict=False):
                    C[a, b] += weight(d) if weighting == "inverse" else 1
                    C[b, a] += weight(d) if weighting == "inverse" else 1
        return C

    return answer


def returns_in_the_loop(sentences, V, window, weighting="flat"):
    for ids in sentences:
        return by_distance([ids], V, window, weighting)
    return np.zeros((V, V))


def begins_anew(sentences, V, window, weighting="flat"):
    C = np.zeros((V, V))
    for ids in sentences:
        C = by_distance([ids], V, window, weighting)
    return C


def rows_of_shares(sentences, V, window, weighting="flat"):
    C = by_distance(sentences, V, window, weighting)
    return C / np.maximum(C.sum(axis=1, keepdims=True), 1)


def in_order_of_ids(sentences, V, window, weighting="flat"):
    return by_distance([sorted(ids) for ids in sentences], V, window, weighting)


def changed_counts(change):
    def answer(sentences, V, window, weighting="flat"):
        return change(by_distance(sentences, V, window, weighting))

    return answer


@pytest.mark.parametrize(
    "answer, words",
    [
        (changed_counts(lambda C: 2 * C), "from both ends twice"),
        (changed_counts(np.triu), "not symmetric"),
        (changed_counts(np.tril), "not symmetric"),
        (changed_counts(lambda C: C + C.T), "from both ends twice"),
        (changed_counts(lambda C: C + np.eye(len(C))), ""),
        (changed_counts(lambda C: C / 2), "your table sums to"),
        (changed_counts(lambda C: C / max(C.sum(), 1)), "your table sums to"),
        (changed_counts(lambda C: C.astype(int)), "cut to whole numbers"),
        (changed_counts(lambda C: C.sum()), "the shape is ()"),
        (lambda s, V, window, weighting="flat": by_distance(s, V, window), "no effect"),
        (lambda s, V, window, weighting="flat": by_distance(s, V, window, "inverse"), ""),
        (lambda s, V, window, weighting="flat": by_distance(s, V, 2, weighting), ""),
        (lambda s, V, window, weighting="flat": by_distance(s, V + 1, window, weighting), "shape"),
        (lambda s, V, window, weighting="flat": by_distance(s[:1], V, window, weighting), ""),
        (lambda s, V, window, weighting="flat": by_distance(s, V, window - 1, weighting), "short"),
        (adds_once, "a repeated place only once"),
        (weighted(lambda d: 0.5 ** (d - 1)), "halves"),
        (weighted(lambda d: round(1 / d, 1)), "you have"),
        (returns_in_the_loop, "Only the first sentence"),
        (begins_anew, "Only the last sentence"),
        (rows_of_shares, "then 1 stands next to 0"),
        (in_order_of_ids, "you have"),
        (changed_counts(lambda C: C + 1), "your table sums to"),
        (changed_counts(lambda C: by_distance([range(4)], 4, 1)), "your table sums to"),
        (
            lambda s, V, w, weighting="flat": by_distance(s, V, w, weighting) * (1 - np.eye(V) / 2),
            "from both ends, like every pair",
        ),
        (
            lambda s, V, window, weighting="flat": dict(
                Counter((a, b) for t in s for a in t for b in t)
            ),
            "a dict",
        ),
    ],
)
def test_cooccurrence_hints(answer, words):
    says(check.cooccurrence, answer, words)


# --------------------------------------------------------------------- 5.2 ppmi
def in_loops(counts, shift=0.0):
    n, out = counts.sum(), np.zeros(counts.shape)
    for i in range(len(counts)):
        for j in range(len(counts[i])):
            if counts[i, j] > 0:
                p, q = counts[i].sum() / n, counts[:, j].sum() / n
                out[i, j] = max(0.0, math.log(counts[i, j] / n / (p * q)) - shift)
    return out


def with_tiny_numbers(counts, shift=0.0):
    p = counts / counts.sum()
    chance = p.sum(axis=1, keepdims=True) @ p.sum(axis=0, keepdims=True)
    return np.maximum(np.log((p + 1e-12) / (chance + 1e-12)) - shift, 0) * (counts > 0)


def with_errstate(counts, shift=0.0):
    r, c = counts.sum(1), counts.sum(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        pmi = np.log(counts) + np.log(counts.sum()) - np.log(r)[:, None] - np.log(c)[None]
    return np.clip(np.nan_to_num(pmi - shift, nan=0, neginf=0), 0, None)


def in_torch_ppmi(counts, shift=0.0):
    x = torch.tensor(counts)
    ratio = x * x.sum() / (x.sum(1, keepdim=True) * x.sum(0, keepdim=True)).clamp(min=1e-9)
    return torch.where(x > 0, (ratio.clamp(min=1e-30).log() - shift).clamp(min=0), 0.0)


def as_nested_lists(counts, shift=0.0):
    return in_loops(counts, shift).tolist()


def sparse_ppmi(counts, shift=0.0):
    return csr_array(in_loops(counts, shift))


def in_single(counts, shift=0.0):
    return in_loops(counts.astype(np.float32), shift).astype(np.float32)


@pytest.mark.parametrize(
    "answer",
    [
        in_loops, with_tiny_numbers, with_errstate, in_torch_ppmi, as_nested_lists, sparse_ppmi,
        in_single,
    ],
)  # fmt: skip
def test_ppmi_in_other_words(answer):
    passes(check.ppmi, answer)


def other(change):
    def answer(counts, shift=0.0):
        return change(in_loops(counts, shift), counts, shift)

    return answer


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda c, shift=0.0: np.log(c * c.sum() / np.outer(c.sum(1), c.sum(0))), "not finite"),
        (other(lambda x, c, s: x / math.log(2)), "log2"),
        (other(lambda x, c, s: np.round(x)), ""),
        (other(lambda x, c, s: x + 1), ""),
        (other(lambda x, c, s: x > 0), ""),
        (other(lambda x, c, s: np.exp(x)), ""),
        (other(lambda x, c, s: x / max(x.max(), 1)), ""),
        (other(lambda x, c, s: x.sum()), "shape"),
        (other(lambda x, c, s: x[c.sum(1) > 0]), ""),
        (other(lambda x, c, s: x.T), ""),
        (lambda c, shift=0.0: in_loops(c), "no effect"),
        (lambda c, shift=0.0: in_loops(c, -shift), "raises the numbers"),
        (lambda c, shift=0.0: in_loops(c, math.exp(shift) - 1), ""),
        (lambda c, shift=0.0: in_loops(c + 0.5, shift), "exactly as often as by chance"),
        (lambda c, shift=0.0: np.maximum(np.log1p(c) - shift, 0), ""),
        (lambda c, shift=0.0: in_loops(c * c, shift), ""),
        (lambda c, shift=0.0: c * c.sum() / np.outer(c.sum(1), c.sum(0)), ""),
        (other(lambda x, c, s: c.__imul__(0)), "changed its input"),
        (other(lambda x, c, s: x if (c.sum(1) > 0).all() else None), "returned None"),
        (lambda c, shift=0.0: in_loops(c, math.log(max(shift, 1))), "log of it once more"),
        (other(lambda x, c, s: np.maximum(0, np.log(c / c.sum(1).max() + 1e-9))), "never above 1"),
    ],
)
def test_ppmi_hints(answer, words):
    says(check.ppmi, answer, words)


# --------------------------------------------------------------- 5.3 glove_loss
def cell_by_cell(center, context, a, b, counts, x_max=100.0, alpha=0.75):
    total = center.sum() * 0
    for i in range(len(counts)):
        for j in range(len(counts)):
            x = counts[i, j].item()
            if x > 0:
                f = (x / x_max) ** alpha if x < x_max else 1
                total = total + f * (center[i] @ context[j] + a[i] + b[j] - math.log(x)) ** 2
    return total


def with_clamp(center, context, a, b, counts, x_max=100.0, alpha=0.75):
    f = torch.clamp(counts / x_max, max=1.0).pow(alpha)
    gap = center @ context.T + a.unsqueeze(1) + b.unsqueeze(0) - counts.clamp(min=1e-8).log()
    return torch.sum(f * gap**2)


def with_where(center, context, a, b, counts, x_max=100.0, alpha=0.75):
    f = torch.where(counts < x_max, (counts / x_max) ** alpha, torch.ones_like(counts))
    logs = torch.log(torch.where(counts > 0, counts, torch.ones_like(counts)))
    return (f * (counts > 0) * (center.mm(context.t()) + a.view(-1, 1) + b - logs) ** 2).sum()


def by_nonzero(center, context, a, b, counts, x_max=100.0, alpha=0.75):
    i, j = counts.nonzero(as_tuple=True)
    x = counts[i, j]
    score = (center[i] * context[j]).sum(1) + a[i] + b[j]
    return torch.minimum((x / x_max) ** alpha, torch.tensor(1.0)) @ (score - x.log()) ** 2


def with_einsum(center, context, a, b, counts, x_max=100.0, alpha=0.75):
    score = torch.einsum("id,jd->ij", center, context) + a[:, None] + b
    met = counts > 0
    loss = torch.nn.functional.mse_loss(score[met], counts[met].log(), reduction="none")
    return ((counts[met] / x_max).clamp(0, 1) ** alpha * loss).sum()[None]


def in_double(center, context, a, b, counts, x_max=100.0, alpha=0.75):
    return by_nonzero(
        *(part.double() for part in (center, context, a, b, counts)), x_max, alpha
    )  # fmt: skip


@pytest.mark.parametrize("answer", [cell_by_cell, with_clamp, with_where, by_nonzero, with_einsum])
def test_glove_loss_in_other_words(answer):
    passes(check.glove_loss, answer)


def scored(score):
    def answer(center, context, a, b, counts, x_max=100.0, alpha=0.75):
        met = counts > 0
        gap = score(center, context, a, b)[met] - counts[met].log()
        return ((counts[met] / x_max).clamp(max=1) ** alpha * gap**2).sum()

    return answer


def own(weight=lambda f: f, gap=lambda s, x: (s - x.log()) ** 2, total=torch.sum):
    def answer(center, context, a, b, counts, x_max=100.0, alpha=0.75):
        score = center @ context.T + a[:, None] + b
        met = counts > 0
        f = (counts[met] / x_max).clamp(max=1) ** alpha
        return total(weight(f) * gap(score[met], counts[met]))

    return answer


@pytest.mark.parametrize(
    "answer, words",
    [
        (own(gap=lambda s, x: (s - x) ** 2), "you aim at 16"),
        (own(weight=lambda f: f**2), "squared f too"),
        (own(gap=lambda s, x: s - x.log()), ""),
        (own(gap=lambda s, x: (s - x.log()) ** 4), ""),
        (own(gap=lambda s, x: (s.exp() - x) ** 2), ""),
        (own(gap=lambda s, x: (s - x.sqrt()) ** 2), ""),
        (own(weight=lambda f: 1 - f), ""),
        (own(weight=torch.sqrt), ""),
        (own(weight=lambda f: 2 * f), ""),
        (own(weight=lambda f: f / f.sum()), ""),
        (own(total=torch.mean), "a mean"),
        (lambda c, u, a, b, x, *s, **k: by_nonzero(c, u, a, b, x.tril(), *s, **k), "Half of the"),
        (
            lambda c, u, a, b, x, *s, **k: by_nonzero(c, u, a, b, x * (1 - torch.eye(len(x)))),
            "The diagonal takes no part",
        ),
        (
            lambda c, u, a, b, x, *s, **k: by_nonzero(c * a[:, None], u, 0 * a, b, x, *s, **k),
            "cell",
        ),
        (own(total=lambda t: t.sum().sqrt()), ""),
        (scored(lambda c, u, a, b: c @ u.T - a[:, None] - b), "subtracted"),
        (scored(lambda c, u, a, b: u @ u.T + a[:, None] + b), "center table does not enter"),
        (scored(lambda c, u, a, b: c @ u.T + a.sum() + b.sum()), "expected"),
        (own(gap=lambda s, x: (s.sigmoid() - x.log()) ** 2), "A single cell"),
        (own(weight=lambda f: f / f.max() if len(f) else f), "the largest count"),
        (lambda c, u, a, b, x, *s, **k: by_nonzero(c, u, a, b, x, *s, **k) / len(x), "of words"),
        (lambda c, u, a, b, x, *s, **k: by_nonzero(c, u, a, b, x * (x >= 1), *s, **k), "of 0.5"),
        (lambda c, u, a, b, x, *s, **k: by_nonzero(c, u, a, b, x, *s, **k) / x.sum(), "cell"),
        (lambda c, u, a, b, x, *s, **k: by_nonzero(c, u, a, b, x.T, *s, **k), "swapped"),
        (own(total=lambda t: t), "an array of shape"),
        (own(total=lambda t: t.sum().item()), ".item()"),
        (own(total=lambda t: t.sum().detach()), ".item()"),
        (lambda c, u, a, b, x, *s, **k: by_nonzero(c, u.detach(), a, b, x, *s, **k), "`context`"),
        (lambda c, u, a, b, x, *s, **k: by_nonzero(c, u, a.detach(), b, x, *s, **k), "center_bias"),
        (lambda c, u, a, b, x, *s, **k: by_nonzero(c, c, a, b, x, *s, **k), "context table"),
        (lambda c, u, a, b, x, *s, **k: by_nonzero(c, u, 0 * a, b, x, *s, **k), "center_bias"),
        (lambda c, u, a, b, x, x_max=100.0, alpha=0.75: by_nonzero(c, u, a, b, x), "no effect"),
        (
            lambda c, u, a, b, x, x_max=100.0, alpha=0.75: (
                (x / x_max).clamp(max=1) ** alpha * (c @ u.T + a[:, None] + b - x.log()) ** 2
            ).sum(),
            "not finite",
        ),
    ],
)
def test_glove_loss_hints(answer, words):
    says(check.glove_loss, answer, words)


# -------------------------------------------------------------- 5.4 char_ngrams
def with_while(word, lo=3, hi=6):
    text, out = "<" + word + ">", []
    for n in range(lo, hi + 1):
        i = 0
        while i + n <= len(text):
            out.append(text[i : i + n])
            i += 1
    return [*out, text]


def by_ends(word, lo=3, hi=6):
    text = f"<{word}>"
    places = range(len(text) + 1)
    return {text[i:j] for i in places for j in places if lo <= j - i <= hi} | {text}


def by_zip(word, lo=3, hi=6):
    text = f"<{word}>"
    out = {text}
    for n in range(lo, hi + 1):
        out.update("".join(run) for run in zip(*(text[k:] for k in range(n)), strict=False))
    return frozenset(out)


def as_a_generator(word, lo=3, hi=6):
    text = f"<{word}>"
    yield text
    for i in range(len(text)):
        for n in range(lo, hi + 1):
            if i + n <= len(text):
                yield text[i : i + n]


def as_an_array(word, lo=3, hi=6):
    return np.array(sorted(by_ends(word, lo, hi)))


def as_keys(word, lo=3, hi=6):
    return Counter(with_while(word, lo, hi))


def as_a_view(word, lo=3, hi=6):
    return as_keys(word, lo, hi).keys()


def as_a_deque(word, lo=3, hi=6):
    return deque(with_while(word, lo, hi))


@pytest.mark.parametrize(
    "answer",
    [with_while, by_ends, by_zip, as_a_generator, as_an_array, as_keys, as_a_view, as_a_deque],
)
def test_char_ngrams_in_other_words(answer):
    passes(check.char_ngrams, answer)


def ngrams(change):
    def answer(word, lo=3, hi=6):
        return change(by_ends(word, lo, hi), word, lo, hi)

    return answer


@pytest.mark.parametrize(
    "answer, words",
    [
        (ngrams(lambda r, w, lo, hi: r - {f"<{w}>"}), ""),
        (ngrams(lambda r, w, lo, hi: {x for x in r if "<" not in x or ">" in x}), ""),
        (ngrams(lambda r, w, lo, hi: {x.strip("<>") for x in r}), ""),
        (ngrams(lambda r, w, lo, hi: r | {w}), "without its marks"),
        (ngrams(lambda r, w, lo, hi: sorted(r)[0]), "one text"),
        (ngrams(lambda r, w, lo, hi: len(r)), "a set of texts"),
        (ngrams(lambda r, w, lo, hi: [list(x) for x in r]), "no text"),
        (ngrams(lambda r, w, lo, hi: {fnv1a(x) for x in r}), "no text"),
        (ngrams(lambda r, w, lo, hi: {x for x in r if len(x) <= hi}), "whole word"),
        (ngrams(lambda r, w, lo, hi: by_ends(f"<{w}>", lo, hi)), ""),
        (ngrams(lambda r, w, lo, hi: by_ends(w.upper(), lo, hi)), ""),
        (ngrams(lambda r, w, lo, hi: by_ends(w, 1, hi)), "Yours also has"),
        (ngrams(lambda r, w, lo, hi: by_ends(w, lo, hi + 1)), "Yours also has '<whe'"),
        (ngrams(lambda r, w, lo, hi: r | {"<", ">"}), "Yours also has"),
        (ngrams(lambda r, w, lo, hi: {x for x in r if x[0] == "<" or x[-1] == ">"}), "Yours lacks"),
        (ngrams(lambda r, w, lo, hi: set(f"<{w}>") | {f"<{w}>"}), "single characters"),
        (ngrams(lambda r, w, lo, hi: {f"<{w}>"}), "Only the whole word"),
        (ngrams(lambda r, w, lo, hi: {x for x in r if {*x} <= {*w}} | {f"<{w}>"}), "add < and >"),
        (ngrams(lambda r, w, lo, hi: r - {f"<{w}>"} if len(w) < 4 else r), "Yours lacks '<ace>'"),
        (ngrams(lambda r, w, lo, hi: {f"_{w}_"[i : i + 3] for i in range(len(w))}), "marks"),
        (ngrams(lambda r, w, lo, hi: "".join(r)), "one text"),
    ],
)
def test_char_ngrams_hints(answer, words):
    says(check.char_ngrams, answer, words)


# -------------------------------------------------------------- 5.5 word_vector
def summed_then_divided(word, table):
    total, n = np.zeros(table.shape[1]), 0
    for run in char_ngrams(word):
        total += table[fnv1a(run) % len(table)]
        n += 1
    return total / n


def own_hash(word, table):
    rows = []
    for run in by_ends(word):
        h = 2166136261
        for byte in run.encode("utf-8"):
            h = ((h ^ byte) * 16777619) % 2**32
        rows.append(table[h % table.shape[0]])
    return np.mean(rows, axis=0)


def by_counting_buckets(word, table):
    ids = [fnv1a(run) % len(table) for run in set(with_while(word))]
    return np.bincount(ids, minlength=len(table)) / len(ids) @ table


def in_torch_rows(word, table):
    ids = torch.tensor([fnv1a(run) % len(table) for run in char_ngrams(word)])
    return torch.tensor(table)[ids].mean(0)


def as_a_list(word, table):
    rows = [table[fnv1a(run) % len(table)] for run in char_ngrams(word)]
    return [sum(column) / len(rows) for column in zip(*rows, strict=True)]


@pytest.mark.parametrize(
    "answer", [summed_then_divided, own_hash, by_counting_buckets, in_torch_rows, as_a_list]
)
def test_word_vector_in_other_words(answer):
    passes(check.word_vector, answer)


def vector(hash_of=fnv1a, runs_of=char_ngrams, join=lambda rows: rows.mean(axis=0)):
    def answer(word, table):
        return join(table[[hash_of(run) % len(table) for run in sorted(runs_of(word))]])

    return answer


def wide_hash(text):
    h = 2166136261
    for byte in text.encode():
        h = (h ^ byte) * 16777619
    return h


@pytest.mark.parametrize(
    "answer, words",
    [
        (vector(hash_of=hash), "salted"),
        (lambda word, table: summed_then_divided(word, table[:-1]), ""),
        (vector(hash_of=len), ""),
        (vector(hash_of=lambda run: sum(run.encode())), ""),
        (vector(hash_of=lambda run: fnv1a(run) + 1), ""),
        (vector(hash_of=lambda run: fnv1a(run.strip("<>"))), ""),
        (vector(runs_of=lambda word: {word}), "One row only"),
        (vector(runs_of=with_while), "each counts once"),
        (lambda word, table: table[[fnv1a(r) % 2**16 for r in char_ngrams(word)]].mean(0), "fixed"),
        (vector(join=lambda rows: rows[0] / len(rows)), "enter with weight"),
        (vector(runs_of=lambda word: by_ends(word, 3, 3)), ""),
        (vector(join=lambda rows: rows.sum(axis=0)), "add the rows up"),
        (vector(join=lambda rows: rows.mean()), "shape"),
        (vector(join=lambda rows: rows.mean(axis=0, keepdims=True)), "shape"),
        (vector(join=lambda rows: np.median(rows, axis=0)), "enter with weight"),
        (vector(join=lambda rows: rows), "shape"),
        (vector(join=lambda rows: 0 * rows.mean(axis=0)), ""),
        (lambda word, table: table[fnv1a(f"<{word}>") % len(table)], "One row only"),
        (lambda word, table: table[[fnv1a(run) for run in char_ngrams(word)]].mean(0), "remainder"),
        (lambda word, table: table.mean(axis=0), ""),
        (lambda word, table: [fnv1a(run) % len(table) for run in char_ngrams(word)], ""),
    ],
)
def test_word_vector_hints(answer, words):
    says(check.word_vector, answer, words)


def test_a_hash_that_is_never_cut_to_32_bits_is_wrong():
    says(check.word_vector, vector(hash_of=wide_hash), "")
