"""Right answers written in other ways pass; wrong ones written in other ways are named."""

import math
from collections import Counter

import numpy as np
import pytest
import torch

from helpers import checks as check


def verdict(name, answer):
    return getattr(check, name).verdict(answer)


def passes(name, answer):
    found = verdict(name, answer)
    return found.status == "correct", str(found)


# ------------------------------------------------------------------ build_vocab
def vocab_by_counter(sentences, min_count=1):
    counts = Counter(token for sentence in sentences for token in sentence)
    pairs = sorted(((-n, t) for t, n in counts.items() if n >= min_count))
    itos = tuple(t for _, t in pairs)
    return itos, dict(zip(itos, range(len(itos)), strict=True)), np.array([-n for n, _ in pairs])


def vocab_by_numpy(sentences, min_count=1):
    tokens, counts = np.unique(np.concatenate(sentences), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] >= min_count]
    itos = tokens[order].tolist()
    return [itos, {itos[i]: i for i in range(len(itos))}, torch.tensor(counts[order])]


def vocab_with_another_name(sentences, least=1):
    return vocab_by_counter(sentences, least)


@pytest.mark.parametrize("answer", [vocab_by_counter, vocab_by_numpy, vocab_with_another_name])
def test_right_vocabularies(answer):
    assert passes("build_vocab", answer)[0], passes("build_vocab", answer)[1]


def vocab_variant(key=lambda t, n: (-n, t), keep=lambda n, m: n >= m, change=lambda *parts: parts):
    def answer(sentences, min_count=1):
        seen = Counter(token for sentence in sentences for token in sentence)
        itos = sorted((t for t in seen if keep(seen[t], min_count)), key=lambda t: key(t, seen[t]))
        return change(itos, {t: i for i, t in enumerate(itos)}, [seen[t] for t in itos])

    return answer


@pytest.mark.parametrize(
    "answer, hint",
    [
        (vocab_variant(keep=lambda n, m: not n <= m), "exactly min_count times stays"),
        (vocab_variant(keep=lambda n, m: True), "`min_count` has no effect"),
        (vocab_variant(key=lambda t, n: (n, t[::-1])), "rarest word has id 0"),
        (vocab_variant(key=lambda t, n: t[::-1]), "falling count"),
        (vocab_variant(key=lambda t, n: (-n, t[::-1])), "Break ties by the alphabet"),
        (vocab_variant(change=lambda a, b, c: (a, b, sorted(c))), "another order than `itos`"),
        (vocab_variant(change=lambda a, b, c: (a, b, Counter(dict(zip(a, c, strict=True))))),
         "`counts` is a dictionary"),
        (vocab_variant(change=lambda a, b, c: (a, {t: i + 2 for t, i in b.items()}, c)), "from 0"),
        (vocab_variant(change=lambda a, b, c: (a, b, [n / sum(c) for n in c])), "on ("),
        (vocab_variant(change=lambda a, b, c: (a, b)), "three things"),
        (vocab_variant(change=lambda a, b, c: (dict(enumerate(a)), b, c)), "`itos` is a dict"),
        (vocab_variant(change=lambda a, b, c: (a, dict(enumerate(a)), c)), "id to word"),
        (vocab_variant(change=lambda a, b, c: (b, a, c)), "order of the three"),
        (vocab_variant(change=lambda a, b, c: (c, a, b)), "order of the three"),
        (vocab_variant(change=lambda a, b, c: (a, b, [str(n) for n in c])), "item 2"),
        (vocab_variant(change=lambda a, b, c: (a, b, iter(c))), "read only once"),
        (vocab_variant(change=lambda a, b, c: (list(zip(a, c, strict=True)), b, c)), "itos holds"),
        (vocab_variant(key=lambda t, n: (-n, [-ord(x) for x in t])), "comes first in yours"),
        (lambda sentences, m=1: vocab_by_counter(sentences[:1], m), "'and' of the notes is"),
        (lambda sentences, m=1: vocab_by_counter([["<unk>"], *sentences], m), "itos holds '<unk>'"),
        (lambda sentences, m=1: vocab_by_counter([[t.lower() for t in s] for s in sentences], m),
         "'PT' (physical therapy)"),
        (vocab_variant(change=lambda a, b, c: b), "three things"),
    ],
)  # fmt: skip
def test_wrong_vocabularies(answer, hint):
    found = verdict("build_vocab", answer)
    assert found.status == "not yet" and hint in found.hint, found


# --------------------------------------------------------------- skipgram_pairs
def pairs_by_slices(tokens, window):
    found = []
    for i, center in enumerate(tokens):
        for context in [*tokens[max(0, i - window) : i], *tokens[i + 1 : i + 1 + window]]:
            found.append([center, context])
    return found


def pairs_by_all_places(tokens, window):
    places = range(len(tokens))
    return tuple(
        (tokens[j], tokens[i]) for i in places for j in places if 1 <= abs(i - j) <= window
    )  # context and center swapped: the same pairs


def pairs_as_array(tokens, window):
    return np.array(pairs_by_slices(tokens, window)).reshape(-1, 2)


@pytest.mark.parametrize("answer", [pairs_by_slices, pairs_by_all_places, pairs_as_array])
def test_right_pairs(answer):
    assert passes("skipgram_pairs", answer)[0], passes("skipgram_pairs", answer)[1]


def pairs_where(test):
    def answer(tokens, window):
        T = len(tokens)
        return [(tokens[i], tokens[j]) for i in range(T) for j in range(T) if test(i, j, window, T)]

    return answer


def pairs_modulo(tokens, window):
    T = len(tokens)
    return [
        (tokens[i], tokens[(i + d) % T])
        for i in range(T)
        for d in range(-window, window + 1)
        if d % T
    ]


def pairs_once(tokens, window):
    return list(dict.fromkeys(map(tuple, pairs_by_slices(tokens, window))))


def pairs_without_equal(tokens, window):
    return [pair for pair in pairs_by_slices(tokens, window) if pair[0] != pair[1]]


def pairs_by_first_place(tokens, window):
    found = []
    for token in tokens:
        i = tokens.index(token)
        for j in range(max(0, i - window), min(len(tokens), i + window + 1)):
            if j != i:
                found.append((token, tokens[j]))
    return found


def pairs_empty_slice(tokens, window):
    found = []
    for i, center in enumerate(tokens):
        found += [(center, c) for c in tokens[i - window : i]]
        found += [(center, c) for c in tokens[i + 1 : i + window + 1]]
    return found


@pytest.mark.parametrize(
    "answer, hint",
    [
        (pairs_where(lambda i, j, w, T: -w < j - i <= w and i != j), "one shorter"),
        (pairs_where(lambda i, j, w, T: abs(i - j) <= w), "its own context"),
        (pairs_where(lambda i, j, w, T: 0 < i - j <= w), "half the pairs"),
        (pairs_where(lambda i, j, w, T: 0 < abs(i - j) < w + 2), "3 places away"),
        (pairs_where(lambda i, j, w, T: abs(i - j) == w), "direct neighbors"),
        (pairs_where(lambda i, j, w, T: 0 < abs(i - j) <= w and w <= i < T - w), "never centers"),
        (pairs_where(lambda i, j, w, T: 0 < abs(i - j) <= w // 2), "distance on each side"),
        (pairs_where(lambda i, j, w, T: i != j), "same pairs"),
        (lambda tokens, window: 2 * pairs_by_slices(tokens, window), "there twice"),
        (pairs_modulo, "LAST"),
        (pairs_once, "counts twice"),
        (pairs_without_equal, "compare positions"),
        (pairs_empty_slice, "slice"),
        (lambda tokens, window: (pair for pair in pairs_by_slices(tokens, window)), "generator"),
        (lambda tokens, window: pairs_by_slices(tokens, 2), "same pairs"),
        (lambda tokens, window: map(tuple, pairs_by_slices(tokens, window)), "read only once"),
        (lambda tokens, window: dict(pairs_by_slices(tokens, window)), "dictionary"),
        (lambda tokens, window: [t for p in pairs_by_slices(tokens, window) for t in p],
         "a pair of tokens"),
        (lambda tokens, window: [" ".join(map(str, p)) for p in pairs_by_slices(tokens, window)],
         "a pair of tokens"),
        (lambda tokens, window: [frozenset(p) for p in pairs_by_slices(tokens, window)],
         "a pair of tokens"),
        (lambda tokens, window: [pairs_by_slices(tokens, window)], "list of lists"),
        (lambda tokens, window: [tuple(sorted(p)) for p in pairs_by_slices(tokens, window)],
         "('b', 'a') is missing and ('a', 'b') is one too many"),
        (lambda tokens, window: [(p[0], i) for i, p in enumerate(pairs_by_slices(tokens, window))],
         "('a', 'b') is missing and ('a', 0) is one too many"),
        (pairs_where(lambda i, j, w, T: 0 < abs(i - j) <= w and j < T - 1),
         "('d', 'f') is missing"),
        (pairs_where(lambda i, j, w, T: 0 < abs(i - j) <= 2 * w), "('a', 'd') is one too many"),
        (pairs_by_first_place, "tokens.index"),
    ],
)  # fmt: skip
def test_wrong_pairs(answer, hint):
    found = verdict("skipgram_pairs", answer)
    assert found.status == "not yet" and hint in found.hint, found


# ----------------------------------------------------------- softmax_loss_grads
def grads_in_loops(c, o, W_in, W_out):
    V, d = W_out.shape
    scores = [sum(W_out[w][k] * W_in[c][k] for k in range(d)) for w in range(V)]
    top = max(scores)
    total = sum(math.exp(s - top) for s in scores)
    p = [math.exp(s - top) / total for s in scores]
    loss = top + math.log(total) - scores[o]
    g_in = [sum((p[w] - (w == o)) * W_out[w][k] for w in range(V)) for k in range(d)]
    g_out = [[(p[w] - (w == o)) * W_in[c][k] for k in range(d)] for w in range(V)]
    return loss, g_in, g_out


def grads_by_autograd(c, o, W_in, W_out):
    center, context = (torch.as_tensor(t).clone().requires_grad_() for t in (W_in, W_out))
    scores = context @ center[c]
    loss = torch.nn.functional.cross_entropy(scores[None], torch.tensor([o]))
    loss.backward()
    return loss.detach(), center.grad[c], context.grad


def grads_by_minus_log_p(c, o, W_in, W_out):
    s = W_out @ W_in[c]
    e = np.exp(s - s.max())
    p = e / e.sum()
    loss = -np.log(p[o])
    p[o] -= 1
    return np.array([loss]), W_out.T @ p, p.reshape(-1, 1) @ W_in[c].reshape(1, -1)


def grads_in_single_precision(c, o, W_in, W_out):
    return grads_by_minus_log_p(c, o, W_in.astype(np.float32), W_out.astype(np.float32))


def grads_by_autograd_in_single_precision(c, o, W_in, W_out):
    return grads_by_autograd(c, o, torch.tensor(W_in).float(), torch.tensor(W_out).float())


def grads_in_an_array_of_objects(c, o, W_in, W_out):
    return np.array(grads_by_minus_log_p(c, o, W_in, W_out), dtype=object)


@pytest.mark.parametrize(
    "answer",
    [
        grads_in_loops,
        grads_by_autograd,
        grads_by_minus_log_p,
        grads_in_single_precision,
        grads_by_autograd_in_single_precision,
        grads_in_an_array_of_objects,
    ],
)
def test_right_gradients(answer):
    assert passes("softmax_loss_grads", answer)[0], passes("softmax_loss_grads", answer)[1]


def bent(change):
    """Make an answer that spoils the right one."""

    def answer(c, o, W_in, W_out):
        loss, g_in, g_out = grads_by_minus_log_p(c, o, W_in, W_out)
        return change(float(loss[0]), g_in, g_out, c, o, W_in, W_out)

    return answer


def no_shift(c, o, W_in, W_out):
    total = np.exp(W_out @ W_in[c]).sum()
    p = np.exp(W_out @ W_in[c]) / total
    y = np.arange(len(p)) == o
    return np.log(total) - W_out[o] @ W_in[c], (p - y) @ W_out, np.outer(p - y, W_in[c])


def negative_sampling(c, o, W_in, W_out):
    s = W_out @ W_in[c]
    y = np.arange(len(s)) == o
    sigma = 1 / (1 + np.exp(-s))
    loss = np.logaddexp(0, -s[o]) + np.logaddexp(0, s[~y]).sum()
    return loss, (sigma - y) @ W_out, np.outer(sigma - y, W_in[c])


def by_scores(shift=lambda s: s - s.max(), loss_of=lambda p, s, o: -np.log(p[o])):
    """Make an answer whose scores are shifted, or whose loss is computed, in another way."""

    def answer(c, o, W_in, W_out):
        scores = W_out @ W_in[c]
        e = np.exp(shift(scores))
        p = e / e.sum()
        error = p - (np.arange(len(p)) == o)
        return loss_of(p, scores, o), error @ W_out, np.outer(error, W_in[c])

    return answer


def one_hot_loss(p, s, o):
    return -((np.arange(len(p)) == o) * np.log(p)).sum()


def cosine_scores(c, o, W_in, W_out):
    unit = [w / np.linalg.norm(w, axis=1, keepdims=True) for w in (W_in, W_out)]
    return grads_by_minus_log_p(c, o, *unit)


def mean_over_words(loss, g_in, g_out, c, o, W_in, W_out):
    return loss / len(W_out), g_in / len(W_out), g_out / len(W_out)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (bent(lambda l, i, u, *a: (l, -i, -u)), "sign of a gradient"),
        (bent(lambda l, i, u, *a: (l, i, -u)), "sign of a gradient"),
        (bent(lambda l, i, u, *a: (-l, i, u)), "negative"),
        (bent(lambda l, i, u, *a: (math.exp(-l), i, u)), "probability itself"),
        (bent(lambda l, i, u, *a: (l / math.log(2), i, u)), "natural logarithm"),
        (bent(lambda l, i, u, c, o, W, U: (l, i + U[o], u)), "subtract u_o"),
        (bent(lambda l, i, u, c, o, W, U: (l, -U[o], u)), "pull of the true word only"),
        (bent(lambda l, i, u, *a: (l, i, u.T)), "one row per word"),
        (bent(lambda l, i, u, *a: (l, i[None], u)), "shape should be (d,)"),
        (bent(lambda l, i, u, *a: (l, u, i)), "changed places"),
        (bent(lambda l, i, u, *a: (l, i)), "three things"),
        (bent(lambda l, i, u, *a: {"loss": l, "in": i, "out": u}), "three things"),
        (bent(lambda l, i, u, *a: (l, 2 * i, u)), "g_in[0] is"),
        (bent(lambda l, i, u, *a: (l, i, u / len(u))), "g_out[0, 0] is"),
        (bent(lambda l, i, u, c, o, W, U: (l, i, np.eye(len(u))[o][:, None] * u)), "Only row o"),
        (bent(lambda l, i, u, c, o, W, U: (l, i, u + np.eye(len(u))[o][:, None] * W[c])), "p v"),
        (bent(mean_over_words), "With W_out = 0 and 60 words"),
        (bent(lambda l, i, u, c, o, W, U: grads_in_loops(c, o, W, W)), "read from W_in"),
        (bent(lambda l, i, u, c, o, W, U: grads_in_loops(c, o, U, W)), "have changed places"),
        (bent(lambda l, i, u, c, o, W, U: grads_in_loops(o, c, W, U)), "predict the center"),
        (no_shift, "exp(1000)"),
        (negative_sampling, "With W_out = 0 and 60 words"),
        (by_scores(shift=lambda s: s), "exp(1000)"),
        (by_scores(shift=lambda s: s - s.mean()), "exp(1000)"),
        (by_scores(loss_of=lambda p, s, o: np.log(np.exp(s).sum()) - s[o]), "exp(1000)"),
        (by_scores(shift=lambda s: np.clip(s, -500, 500)), "cut to the same number"),
        (by_scores(loss_of=one_hot_loss), "0 times ln 0"),
        (by_scores(loss_of=lambda p, s, o: -np.log(p[o] - 1)), "loss is nan"),
        (by_scores(loss_of=lambda p, s, o: -np.log10(p[o])), "base 10"),
        (by_scores(loss_of=lambda p, s, o: np.log(np.exp(s - s.max()).sum()) - s[o]),
         "Both gradients are right, the loss is not"),
        (by_scores(loss_of=lambda p, s, o: np.round(-np.log(p[o]), 3)), "expected 1.94765"),
        (by_scores(loss_of=lambda p, s, o: str(-np.log(p[o]))), "the loss: it returned a str"),
        (by_scores(loss_of=lambda p, s, o: -np.log(p)), "the loss: it returned an array"),
        (cosine_scores, "the loss is nan, expected ln 60"),
        (bent(lambda l, i, u, c, o, W, U: (l, i + U[o] - U[c], u)), "1 stands at the center"),
    ],
)  # fmt: skip
def test_wrong_gradients(answer, hint):
    found = verdict("softmax_loss_grads", answer)
    assert found.status == "not yet" and hint in found.hint, found


def test_hint_carries_the_number_of_words_that_the_loss_betrays():
    def divides_by_a_hundred(c, o, W_in, W_out):
        loss, g_in, g_out = grads_in_loops(c, o, W_in, W_out)
        return loss + math.log(100 / 60), g_in, g_out

    assert "exp(loss) is 100" in verdict("softmax_loss_grads", divides_by_a_hundred).hint


# --------------------------------------------------------------------- sgd_step
def step_in_loops(c, o, W_in, W_out, lr):
    loss, g_in, g_out = grads_in_loops(c, o, W_in, W_out)
    for k, slope in enumerate(g_in):
        W_in[c, k] -= lr * slope
    for w, row in enumerate(g_out):
        for k, slope in enumerate(row):
            W_out[w, k] -= lr * slope
    return loss


def step_with_v_kept(c, o, W_in, W_out, lr):
    v = W_in[c].copy()
    s = W_out @ v
    p = np.exp(s - np.logaddexp.reduce(s))
    loss = -np.log(p[o])
    p[o] -= 1
    W_in[c] += -lr * (p @ W_out)
    np.copyto(W_out, W_out - lr * np.outer(p, v))
    return np.float64(loss)


@pytest.mark.parametrize("answer", [step_in_loops, step_with_v_kept])
def test_right_steps(answer):
    assert passes("sgd_step", answer)[0], passes("sgd_step", answer)[1]


def step_v_as_a_view(c, o, W_in, W_out, lr):
    v = W_in[c]  # a view: it changes with the table
    p = np.exp(W_out @ v) / np.exp(W_out @ v).sum()
    loss = -np.log(p[o])
    p[o] -= 1
    W_in[c] -= lr * (p @ W_out)
    W_out -= lr * np.outer(p, v)
    return loss


def step_variant(move):
    def answer(c, o, W_in, W_out, lr):
        loss, g_in, g_out = grads_by_minus_log_p(c, o, W_in, W_out)
        return move(float(loss[0]), g_in, g_out, c, o, W_in, W_out, lr)

    return answer


def _rebinds(loss, g_in, g_out, c, o, W_in, W_out, lr):
    W_in[c] -= lr * g_in
    W_out = W_out - lr * g_out
    return loss


def _rebinds_row(loss, g_in, g_out, c, o, W_in, W_out, lr):
    v = W_in[c]
    v = v - lr * g_in
    W_out -= lr * g_out
    return loss


def _all_rows(loss, g_in, g_out, c, o, W_in, W_out, lr):
    W_in -= lr * g_in
    W_out -= lr * g_out
    return loss


def _row_o(loss, g_in, g_out, c, o, W_in, W_out, lr):
    W_in[o] -= lr * g_in
    W_out -= lr * g_out
    return loss


def _only_o(loss, g_in, g_out, c, o, W_in, W_out, lr):
    W_in[c] -= lr * g_in
    W_out[o] -= lr * g_out[o]
    return loss


def _up(loss, g_in, g_out, c, o, W_in, W_out, lr):
    W_in[c] += lr * g_in
    W_out += lr * g_out
    return loss


def _half_up(loss, g_in, g_out, c, o, W_in, W_out, lr):
    W_in[c] -= lr * g_in
    W_out += lr * g_out
    return loss


def _forgets_rate(loss, g_in, g_out, c, o, W_in, W_out, lr):
    W_in[c] -= lr * g_in
    W_out -= g_out
    return loss


def _mute(loss, g_in, g_out, c, o, W_in, W_out, lr):
    W_in[c] -= lr * g_in
    W_out -= lr * g_out


def _also_row_o(loss, g_in, g_out, c, o, W_in, W_out, lr):
    W_in[[c, o]] -= lr * g_in
    W_out -= lr * g_out
    return loss


def _none_if_alike(loss, g_in, g_out, c, o, W_in, W_out, lr):
    W_in[c] -= lr * g_in
    W_out -= lr * g_out
    return None if c == o else loss


def step_of_the_swapped_pair(c, o, W_in, W_out, lr):
    loss, g_in, g_out = grads_by_minus_log_p(o, c, W_in, W_out)
    W_in[c] -= lr * g_in
    W_out -= lr * g_out
    return loss


def _twice(loss, g_in, g_out, c, o, W_in, W_out, lr):
    W_in[c] -= 2 * lr * g_in
    W_out -= lr * g_out
    return loss


@pytest.mark.parametrize(
    "answer, hint",
    [
        (step_v_as_a_view, "used the new v"),
        (step_variant(_rebinds), "W_out is unchanged"),
        (step_variant(_rebinds_row), "W_in is unchanged"),
        (step_variant(_all_rows), "Other rows of W_in move"),
        (step_variant(_row_o), "Another row"),
        (step_variant(_only_o), "Only row o of W_out"),
        (step_variant(_up), "uphill"),
        (step_variant(_half_up), "uphill"),
        (step_variant(_forgets_rate), "same for every lr"),
        (step_variant(_mute), "Return the loss"),
        (step_variant(_twice), "W_in[1, 0] moves by"),
        (step_variant(lambda loss, *rest: loss), "worked on copies"),
        (step_variant(_also_row_o), "Other rows of W_in"),
        (step_variant(_none_if_alike), "With c = 2 and o = 2 it returns None"),
        (step_variant(lambda loss, *rest: -step_in_loops(*rest[2:])), "never below 0"),
        (lambda *args: step_in_loops(*args) * 0 + step_in_loops(*args), "W_in[1, 0] moves by"),
        (step_variant(lambda *args: _twice(*args) and None), "W_in[1, 0] moves by"),
        (step_of_the_swapped_pair, "belongs to the pair (o, c)"),
    ],
)
def test_wrong_steps(answer, hint):
    found = verdict("sgd_step", answer)
    assert found.status == "not yet" and hint in found.hint, found


# ----------------------------------------------------------------- most_similar
def similar_by_sorting(word, E, itos, stoi, k=5):
    def cosine(a, b):
        return float(a @ b) / math.sqrt(float(a @ a) * float(b @ b))

    others = [(cosine(E[stoi[word]], E[i]), t) for i, t in enumerate(itos) if t != word]
    return [[t, c] for c, t in sorted(others, reverse=True)[:k]]


def similar_by_torch(word, E, itos, stoi, k=5):
    rows = torch.nn.functional.normalize(torch.tensor(E), dim=1)
    cosine = rows @ rows[stoi[word]]
    cosine[stoi[word]] = -2
    best = torch.topk(cosine, min(k, len(itos) - 1))
    return [(itos[i], c) for c, i in zip(best.values, best.indices.tolist(), strict=True)]


def similar_with_another_name(word, E, itos, stoi, how_many=5):
    return np.array(similar_by_sorting(word, E, itos, stoi, how_many), dtype=object)


@pytest.mark.parametrize(
    "answer", [similar_by_sorting, similar_by_torch, similar_with_another_name]
)
def test_right_neighbors(answer):
    assert passes("most_similar", answer)[0], passes("most_similar", answer)[1]


def similar_variant(score, reverse=True, k_of=lambda k: k, shape=lambda t, s: (t, s), skip=True):
    def answer(word, E, itos, stoi, k=5):
        scored = [(t, score(E[stoi[word]], E[stoi[t]])) for t in itos if t != word or not skip]
        scored.sort(key=lambda pair: pair[1], reverse=reverse)
        return [shape(*pair) for pair in scored[: k_of(k)]]

    return answer


def similar_changed(change):
    def answer(word, E, itos, stoi, k=5):
        return change([tuple(pair) for pair in similar_by_sorting(word, E, itos, stoi, k)])

    return answer


def similar_with_itself_set_to(score):
    def answer(word, E, itos, stoi, k=5):
        cosine = np.array([cos(row, E[stoi[word]]) for row in E])
        cosine[stoi[word]] = score
        return [(itos[i], cosine[i]) for i in np.argsort(-cosine)[:k]]

    return answer


def similar_without_ones(word, E, itos, stoi, k=5):
    cosine = np.array([cos(row, E[stoi[word]]) for row in E])
    return [(itos[i], cosine[i]) for i in np.argsort(-cosine) if cosine[i] < 0.9999][:k]


def similar_in_the_shorter_table(word, E, itos, stoi, k=5):
    cosine = np.array([cos(row, E[stoi[word]]) for row in np.delete(E, stoi[word], axis=0)])
    return [(itos[i], cosine[i]) for i in np.argsort(-cosine)[:k]]


def cos(a, b):
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (similar_variant(lambda a, b: a @ b), "Long vectors win"),
        (similar_variant(lambda a, b: a @ b / np.linalg.norm(a)), "Long vectors win"),
        (similar_variant(lambda a, b: a @ b / np.linalg.norm(b)), "one of the two lengths"),
        (similar_variant(lambda a, b: -np.linalg.norm(a - b)), "ordered by distance"),
        (similar_variant(lambda a, b: np.linalg.norm(a - b), reverse=False), "by distance"),
        (similar_variant(cos, reverse=False), "least similar"),
        (similar_variant(lambda a, b: abs(cos(a, b))), "with its sign"),
        (similar_variant(cos, skip=False), "the word itself is among"),
        (similar_variant(cos, k_of=lambda k: 5), "follow k"),
        (similar_variant(cos, k_of=lambda k: k - 1), "With k=3 you return 2"),
        (similar_variant(cos, shape=lambda t, s: t), "pairs, not the words alone"),
        (similar_variant(cos, shape=lambda t, s: (s, t)), "The word comes first"),
        (similar_variant(lambda a, b: 1 - cos(a, b), reverse=False), "1 - cosine, a distance"),
        (similar_variant(lambda a, b: math.acos(cos(a, b)), reverse=False), "you have 0.0767"),
        (similar_variant(cos, shape=lambda t, s: (t, round(float(s), 2))), "Do not round"),
        (similar_variant(cos, shape=lambda t, s: (t, f"{s:.9f}")), "cosines are text"),
        (similar_changed(dict), "You return a dictionary"),
        (similar_changed(iter), "read only once"),
        (similar_changed(lambda found: list(zip(*found, strict=True))), "apart"),
        (similar_changed(lambda found: found[::-1]), "The largest cosine comes first"),
        (similar_changed(sorted), "The largest cosine comes first"),
        (similar_with_itself_set_to(0), "The word itself is among"),
        (similar_with_itself_set_to(-np.inf), "with k=99 you return 6"),
        (similar_without_ones, "cosine 1, too, and is lost"),
        (similar_in_the_shorter_table, "moved up by one"),
    ],
)
def test_wrong_neighbors(answer, hint):
    found = verdict("most_similar", answer)
    assert found.status == "not yet" and hint.lower() in found.hint.lower(), found
