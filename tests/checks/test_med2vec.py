"""Answers to lesson 11 that are in no catalogue: right ones pass, wrong ones get their hint."""

import functools
import itertools
import math
from collections import Counter

import numpy as np
import pytest
import torch
from scipy.special import logsumexp, softmax, xlog1py
from sklearn.metrics import log_loss

from helpers.checks import med2vec as check
from tests.checks.judging import hinted, passes


def relu(x):
    return np.maximum(x, 0)


# -------------------------------------------------------------------------- forward
def one_visit_in_loops(x, d, P):
    m, n = len(P["b_c"]), len(P["b_v"])
    u = []
    for j in range(m):
        total = P["b_c"][j]
        for code in range(len(x)):
            total += x[code] * P["W_c"][code][j]
        u.append(total if total > 0 else 0.0)
    joined = u + [float(number) for number in d]
    v = []
    for j in range(n):
        total = sum(joined[i] * P["W_v"][i][j] for i in range(len(joined)))
        v.append(max(0.0, total + P["b_v"][j]))
    return u, v


def in_loops(x, d, P):
    if np.ndim(x) == 1:
        return one_visit_in_loops(x, d, P)
    both = [one_visit_in_loops(row, known, P) for row, known in zip(x, d, strict=True)]
    return [u for u, _ in both], [v for _, v in both]


def in_torch(x, d, P):
    x, d = torch.as_tensor(x, dtype=torch.float32), torch.as_tensor(d, dtype=torch.float32)
    T = {name: torch.as_tensor(table, dtype=torch.float32) for name, table in P.items()}
    u = torch.relu(x @ T["W_c"] + T["b_c"])
    return u, torch.nn.functional.relu(torch.cat([u, d], dim=-1) @ T["W_v"] + T["b_v"])


def with_parts_of_the_table(x, d, P):
    u = relu(np.dot(x, P["W_c"]) + P["b_c"])
    m = u.shape[-1]
    return u, relu(u @ P["W_v"][:m] + d @ P["W_v"][m:] + P["b_v"])


def with_where(x, d, P):
    z = np.einsum("...c,cm->...m", x, P["W_c"]) + P["b_c"]
    u = np.where(z > 0, z, 0)
    z = np.append(u, d, axis=-1) @ P["W_v"] + P["b_v"]
    return u, z * (z > 0)


def with_hstack(x, d, P):
    u = (x @ P["W_c"] + P["b_c"]).clip(0)
    return u, (np.hstack([u, d]) @ P["W_v"] + P["b_v"]).clip(min=0)


def by_ids(x, d, P):
    if x.ndim == 2:
        rows = [by_ids(a, b, P) for a, b in zip(x, d, strict=True)]
        return tuple(np.stack(part) for part in zip(*rows, strict=True))
    u = relu(sum((P["W_c"][i] for i in np.flatnonzero(x)), np.zeros_like(P["b_c"])) + P["b_c"])
    return u, relu(P["b_v"] + P["W_v"].T @ np.r_[u, d])


def in_halves(x, d, P):
    u = (x @ P["W_c"] + P["b_c"] + abs(x @ P["W_c"] + P["b_c"])) / 2
    v = np.concatenate((u, d), -1) @ P["W_v"] + P["b_v"]
    v[v < 0] = 0
    return [u, v]


def with_atleast_2d(x, d, P):
    u, v = with_hstack(np.atleast_2d(x), np.atleast_2d(d), P)
    return (u, v) if x.ndim == 2 else (u[0], v[0])


def transposed(x, d, P):
    u = relu((P["W_c"].T @ x.T).T + P["b_c"])
    return u, relu((P["W_v"].T @ np.concatenate([u.T, d.T])).T + P["b_v"])


class Layers:
    def __call__(self, x, d, P, activation=relu):
        u = activation(x @ P["W_c"] + P["b_c"])
        return u, activation(np.concatenate([u, d], axis=x.ndim - 1) @ P["W_v"] + P["b_v"])


def in_single(x, d, P):
    u, v = Layers()(x, d, P)
    return u.astype(np.float32), v.astype(np.float32)


def as_a_generator(x, d, P):
    yield from Layers()(x, d, P)


RIGHT_FORWARD = [
    in_loops,
    in_torch,
    with_parts_of_the_table,
    with_where,
    with_hstack,
    by_ids,
    in_halves,
    with_atleast_2d,
    transposed,
    Layers(),
    in_single,
    as_a_generator,
    functools.partial(Layers(), activation=lambda z: np.maximum(z, 0.0)),
    lambda visit, person, tables: with_where(visit, person, tables),
]


@pytest.mark.parametrize("answer", RIGHT_FORWARD)
def test_forward_in_other_words(answer):
    passes(check.forward, answer)


def layers(first=None, join=None, second=None):
    """Answer rightly, but for one part that a test replaces."""

    def answer(x, d, P):
        u = (first or (lambda x, P: relu(x @ P["W_c"] + P["b_c"])))(x, P)
        joined = (join or (lambda u, d, x: np.concatenate([u, d], axis=-1)))(u, d, x)
        return u, (second or (lambda z, P: relu(z @ P["W_v"] + P["b_v"])))(joined, P)

    return answer


def changes_its_tables(x, d, P):
    P["W_c"] = relu(P["W_c"])
    return Layers()(x, d, P)


def first_visit_only(x, d, P):
    u, v = Layers()(np.atleast_2d(x), np.atleast_2d(d), P)
    return u[0], v[0]


def both_mistakes(x, d, P):
    u = x @ P["W_c"] + P["b_c"]
    return u, relu(u @ P["W_v"][: u.shape[-1]] + P["b_v"])


@pytest.mark.parametrize(
    "answer, hint",
    [
        (layers(lambda x, P: x @ P["W_c"] + P["b_c"]), "the first ReLU is missing"),
        (layers(lambda x, P: relu(P["W_c"] * x[..., None]).sum(-2) + P["b_c"]), "ReLU of the sum"),
        (layers(lambda x, P: relu(x @ relu(P["W_c"]) + P["b_c"])), "ReLU of the sum"),
        (layers(lambda x, P: relu(x @ P["W_c"])), "b_c is missing"),
        (layers(lambda x, P: relu(x @ P["W_c"] - P["b_c"])), "by hand it is"),
        (layers(lambda x, P: -relu(-(x @ P["W_c"] + P["b_c"]))), "ReLU"),
        (layers(lambda x, P: np.minimum(x @ P["W_c"] + P["b_c"], 0)), "ReLU"),
        (layers(lambda x, P: relu(x @ P["W_c"] / x.sum() + P["b_c"])), "by hand it is"),
        (
            layers(
                lambda x, P: relu(x @ P["W_c"] / np.maximum(x.sum(-1, keepdims=True), 1) + P["b_c"])
            ),
            "You average",
        ),
        (
            layers(lambda x, P: np.where(z := x @ P["W_c"] + P["b_c"], z, 0).clip(-0.1)),
            "negative entry",
        ),
        (
            layers(lambda x, P: np.maximum(0.01 * (z := x @ P["W_c"] + P["b_c"]), z)),
            "negative entry",
        ),
        (layers(second=lambda z, P: z @ P["W_v"] + P["b_v"]), "the second ReLU is missing"),
        (layers(second=lambda z, P: relu(z @ P["W_v"])), "b_v is missing"),
        (layers(second=lambda z, P: relu(z) @ P["W_v"] + P["b_v"]), "negative entry"),
        (layers(second=lambda z, P: np.exp(z @ P["W_v"] + P["b_v"])), "v["),
        (
            layers(second=lambda z, P: softmax(z @ P["W_v"] + P["b_v"], axis=-1)),
            "Your u is right.",
        ),
        (layers(second=lambda z, P: relu(relu(z) @ P["W_v"] + P["b_v"])), "skips the first ReLU"),
        (layers(join=lambda u, d, x: np.concatenate([d, u], axis=-1)), "the other way round"),
        (layers(join=lambda u, d, x: np.concatenate([u, d])), "axis=-1"),
        (layers(join=lambda u, d, x: np.concatenate([u, d], axis=1)), "AxisError"),
        (layers(join=lambda u, d, x: np.concatenate([u, 0 * d], axis=-1)), "age does not change v"),
        (layers(join=lambda u, d, x: np.concatenate([u, -d], axis=-1)), "Your u is right."),
        (layers(join=lambda u, d, x: u), "ValueError"),
        (layers(join=lambda u, d, x: np.concatenate([x, d], axis=-1)), "ValueError"),
        (both_mistakes, "the first ReLU is missing"),
        (changes_its_tables, "changed its input"),
        (first_visit_only, "you return one"),
        (lambda x, d, P: Layers()(np.atleast_2d(x), np.atleast_2d(d), P), "not (1, m)"),
        (lambda x, d, P: Layers()(x, d, P)[1], "Return two things"),
        (lambda x, d, P: (*Layers()(x, d, P), 0), "Return two things"),
        (lambda x, d, P: Layers()(x, d, P)[::-1], "u first, then v"),
        (lambda x, d, P: dict(zip("uv", Layers()(x, d, P), strict=True)), "Return two things"),
        (lambda x, d, P: (Layers()(x, d, P)[0].sum(-1), Layers()(x, d, P)[1]), "should have shape"),
        (lambda x, d, P: (np.array([0.8, 0.0]), np.array([0.1, 0.2, 0.3])), "you return one"),
        (lambda x, d, P: print(Layers()(x, d, P)), "prints the result"),
        (lambda x, d: Layers()(x, d, {}), "TypeError"),
    ],
)
def test_forward_hints(answer, hint):
    hinted(check.forward, answer, hint)


# ------------------------------------------------------------------------ code_loss
def loops(visits, W_c):
    R = [[max(0.0, float(w)) for w in row] for row in W_c]
    total, n = 0.0, 0
    for visit in visits:
        for i in visit:
            for j in visit:
                if i == j:
                    continue
                scores = [
                    sum(a * b for a, b in zip(R[k], R[i], strict=True)) for k in range(len(R))
                ]
                total -= scores[j] - math.log(sum(math.exp(s) for s in scores))
                n += 1
    return total / n if n else 0.0


def with_permutations(visits, W_c):
    R = relu(W_c)
    p = softmax(R @ R.T, axis=1)
    costs = [-np.log(p[i, j]) for v in visits for i, j in itertools.permutations(v, 2)]
    return sum(costs) / max(len(costs), 1)


def by_columns(visits, W_c):
    R = W_c.clip(0)
    weights = np.exp(R @ R.T)
    p = weights / weights.sum(axis=0)  # column i is the distribution of center i
    pairs = [(j, i) for v in visits for i in v for j in v if j != i]
    return np.mean([-np.log(p[pair]) for pair in pairs]) if pairs else 0


def from_counts(visits, W_c):
    counts = np.zeros((len(W_c), len(W_c)))
    for visit in visits:
        for i, j in itertools.permutations(visit, 2):
            counts[i, j] += 1
    scores = relu(W_c) @ relu(W_c).T
    log_p = scores - logsumexp(scores, axis=1, keepdims=True)
    return -(counts * log_p).sum() / counts.sum() if counts.any() else 0.0


def with_torch(visits, W_c):
    R = torch.relu(torch.as_tensor(W_c, dtype=torch.float32))
    pairs = torch.tensor([p for v in visits for p in itertools.permutations(v, 2)]).long()
    if not len(pairs):
        return torch.tensor(0.0)
    center, context = pairs.T
    return torch.nn.functional.cross_entropy(R[center] @ R.T, context)


def with_sklearn(visits, W_c):
    pairs = [p for v in visits for p in itertools.permutations(v, 2)]
    if not pairs:
        return 0.0
    p = softmax(relu(W_c) @ relu(W_c).T, axis=1)
    return log_loss([j for _, j in pairs], p[[i for i, _ in pairs]], labels=range(len(W_c)))


def both_ways_of_each(visits, W_c):
    R = relu(W_c)
    log_z = np.log(np.exp(R @ R.T).sum(axis=1))
    costs = []
    for visit in visits:
        for i, j in itertools.combinations(visit, 2):
            costs += [log_z[i] - R[i] @ R[j], log_z[j] - R[i] @ R[j]]
    return np.array(costs).mean() if costs else 0.0


def with_a_mask(visits, W_c):
    X = np.zeros((len(visits), len(W_c)))
    for row, visit in zip(X, visits, strict=True):
        row[visit] = 1
    together = X.T @ X * (1 - np.eye(len(W_c)))
    log_p = np.log(softmax(relu(W_c) @ relu(W_c).T, axis=1))
    n = together.sum()
    return float(-np.sum(together * log_p) / n) if n > 0 else 0.0


def recursive(visits, W_c, total=0.0, n=0):
    if not visits:
        return total / n if n else 0.0
    now = len(visits[0]) * (len(visits[0]) - 1)
    return recursive(visits[1:], W_c, total + now * loops(visits[:1], W_c), n + now)


class Loss:
    def __call__(self, visits, W_c):
        return np.array([from_counts(visits, W_c)])


@pytest.mark.parametrize(
    "answer",
    [
        loops,
        with_permutations,
        by_columns,
        from_counts,
        with_torch,
        with_sklearn,
        both_ways_of_each,
        with_a_mask,
        recursive,
        Loss(),
        lambda v, W: np.float32(from_counts(v, W)),
        lambda visits, table: from_counts([list(reversed(v)) for v in visits], table),
        functools.partial(lambda bias, visits, W: loops(visits, W + bias), 0.0),
    ],
)
def test_code_loss_in_other_words(answer):
    passes(check.code_loss, answer)


def cost(scores=None, pairs=None, reduce=None, log=np.log):
    """Answer rightly, but for one part that a test replaces."""

    def answer(visits, W_c):
        R = relu(W_c)
        p = softmax((scores or (lambda W, R: R @ R.T))(W_c, R), axis=1)
        listed = (
            pairs(visits) if pairs else [q for v in visits for q in itertools.permutations(v, 2)]
        )
        costs = [-log(p[i, j]) for i, j in listed]
        return (reduce or (lambda c, *_: float(np.mean(c)) if c else 0.0))(costs, visits, W_c)

    return answer


def random_context(visits, W_c):
    other = np.random.default_rng(0).normal(size=W_c.shape)
    return cost(lambda W, R: R @ relu(other).T)(visits, W_c)


def one_hot_targets(visits, W_c):
    return cost(lambda W, R: np.eye(len(W)))(visits, W_c)


def other_codes_only(visits, W_c):
    R, costs = relu(W_c), []
    for i, j in (q for v in visits for q in itertools.permutations(v, 2)):
        others = [k for k in range(len(R)) if k != i]
        costs.append(-np.log(np.exp(R[j] @ R[i]) / sum(np.exp(R[k] @ R[i]) for k in others)))
    return np.mean(costs) if costs else 0.0


def without_the_target(visits, W_c):
    R, costs = relu(W_c), []
    for i, j in (q for v in visits for q in itertools.permutations(v, 2)):
        others = [k for k in range(len(R)) if k != j]
        costs.append(-np.log(np.exp(R[j] @ R[i]) / sum(np.exp(R[k] @ R[i]) for k in others)))
    return np.mean(costs) if costs else 0.0


def in_the_visit(visits, W_c):
    R, costs = relu(W_c), []
    for visit in visits:
        for i, j in itertools.permutations(visit, 2):
            here = sum(np.exp(R[k] @ R[i]) for k in visit)
            costs.append(-np.log(np.exp(R[j] @ R[i]) / here))
    return np.mean(costs) if costs else 0.0


def early_return(visits, W_c):
    for visit in visits:
        if len(visit) > 1:
            return loops([visit], W_c)
    return 0.0


def cuts_the_table_it_was_given(visits, W_c):
    W_c[W_c < 0] = 0
    return loops(visits, W_c)


def no_return_without_pairs(visits, W_c):
    if any(len(v) > 1 for v in visits):
        return loops(visits, W_c)


def sum_over(number):
    return lambda costs, visits, W_c: sum(costs) / max(number(visits, W_c), 1)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (cost(lambda W, R: W @ W.T), "Negative weights took part"),
        (cost(lambda W, R: R @ W.T), "one table for center and context"),
        (cost(lambda W, R: W @ R.T), "one table for center and context"),
        (random_context, "the pair (0, 1) costs"),
        (one_hot_targets, "every one of 5 codes"),
        (cost(lambda W, R: relu(W @ W.T)), "Cut the table first"),
        (cost(lambda W, R: abs(W) @ abs(W).T), "Absolute values"),
        (cost(lambda W, R: -R @ R.T), "the pair (0, 1) costs"),
        (cost(lambda W, R: R @ R.T / np.sqrt(R.shape[1])), "the pair (0, 1) costs"),
        (cost(lambda W, R: -np.linalg.norm(R[:, None] - R, axis=-1)), "the pair (0, 1) costs"),
        (cost(pairs=lambda visits: [(i, j) for v in visits for i in v for j in v]), "Diagonal"),
        (
            cost(pairs=lambda visits: [q for v in visits for q in itertools.combinations(v, 2)]),
            "half the pairs",
        ),
        (
            cost(
                pairs=lambda visits: [q for v in visits for q in itertools.combinations(v[::-1], 2)]
            ),
            "half the pairs",
        ),
        (
            cost(
                pairs=lambda visits: [
                    q for q in itertools.permutations(itertools.chain(*visits), 2)
                ]
            ),
            "different visits",
        ),
        (
            cost(pairs=lambda visits: {q for v in visits for q in itertools.permutations(v, 2)}),
            "",
        ),
        (cost(pairs=lambda visits: [q for v in visits for q in itertools.pairwise(v)]), ""),
        (other_codes_only, "yours has 4 terms"),
        (without_the_target, "every one of 5 codes"),
        (in_the_visit, "over the codes of the visit"),
        (cost(log=np.log2), "log2"),
        (cost(log=np.log10), "log10"),
        (cost(log=np.log1p), "every one of 5 codes"),
        (cost(log=lambda p: -np.log(p)), "minus is missing"),
        (cost(log=lambda p: p), "average p itself"),
        (cost(reduce=lambda costs, *_: sum(costs)), "return their sum"),
        (cost(reduce=sum_over(lambda v, W: len(v))), "by the number of visits"),
        (cost(reduce=sum_over(lambda v, W: sum(map(len, v)))), "by the number of codes"),
        (cost(reduce=sum_over(lambda v, W: len(W))), "every one of 5 codes"),
        (cost(reduce=sum_over(lambda v, W: sum(len(x) ** 2 for x in v))), "every one of 5 codes"),
        (cost(reduce=lambda costs, *_: np.mean(costs)), "return 0.0"),
        (cost(reduce=lambda costs, *_: sum(costs) / len(costs)), "return 0.0"),
        (cost(reduce=lambda costs, *_: np.median(costs) if costs else 0.0), "expected"),
        (cost(reduce=lambda costs, *_: costs), "one number"),
        (cost(reduce=lambda costs, *_: max(costs, default=0)), "the pair (0, 1) costs"),
        (early_return, ""),
        (cuts_the_table_it_was_given, "changed its input"),
        (no_return_without_pairs, "return 0.0"),
        (lambda visits, W_c: np.log(len(W_c)), ""),
    ],
)
def test_code_loss_hints(answer, hint):
    hinted(check.code_loss, answer, hint)


# --------------------------------------------------------------- visit_pairs_within
def with_owners(lengths, w):
    owner = [p for p, n in enumerate(lengths) for _ in range(n)]
    return [
        (a, b)
        for a, b in itertools.permutations(range(len(owner)), 2)
        if owner[a] == owner[b] and abs(a - b) <= w
    ]


def by_lags(lengths, w):
    found, start = [], 0
    for n in lengths:
        for lag in range(1, w + 1):
            for t in range(start, start + n - lag):
                found += [(t, t + lag), (t + lag, t)]
        start += n
    return found


def with_offsets(lengths, w):
    ends = np.cumsum([0, *lengths]).tolist()
    return [
        (t, s)
        for a, b in itertools.pairwise(ends)
        for t in range(a, b)
        for s in range(max(a, t - w), min(b, t + w + 1))
        if s != t
    ]


def with_a_grid(lengths, w):
    owner = np.repeat(np.arange(len(lengths)), np.asarray(lengths, dtype=int))
    t, s = np.meshgrid(np.arange(len(owner)), np.arange(len(owner)), indexing="ij")
    near = (abs(t - s) <= w) & (t != s) & (owner[t] == owner[s])
    return np.argwhere(near)


def recursive_pairs(lengths, w, start=0):
    if len(lengths) == 0:
        return []
    mine = [(t + start, s + start) for t, s in by_lags(lengths[:1], w)]
    return mine + recursive_pairs(lengths[1:], w, start + lengths[0])


def with_delimiters(lengths, w):
    flat, place = [], 0
    for n in lengths:
        flat += [*range(place, place + n), None]
        place += n
    found = []
    for i, t in enumerate(flat):
        for step in (1, -1):
            for lag in range(1, w + 1):
                j = i + step * lag
                if t is None or not 0 <= j < len(flat) or flat[j] is None:
                    break
                found.append((t, flat[j]))
    return found


def pairs_one_by_one(lengths, w):
    yield from with_offsets(lengths, w)


class Pairs:
    def __call__(self, visits_of_each, window):
        return [list(pair) for pair in by_lags(visits_of_each, window)]


@pytest.mark.parametrize(
    "answer",
    [
        with_owners,
        by_lags,
        with_offsets,
        with_a_grid,
        recursive_pairs,
        with_delimiters,
        pairs_one_by_one,
        Pairs(),
        lambda lengths, w: tuple(by_lags(lengths, w)),
        lambda lengths, w: set(by_lags(lengths, w)),
        lambda lengths, w: sorted(by_lags(lengths, w), reverse=True),
        lambda lengths, w: [(np.int64(t), np.int64(s)) for t, s in by_lags(lengths, w)],
        lambda lengths, w: torch.tensor(by_lags(lengths, w)).reshape(-1, 2),
    ],
)
def test_visit_pairs_within_in_other_words(answer):
    passes(check.visit_pairs_within, answer)


def keeps(keep):
    def answer(lengths, w):
        owner = [p for p, n in enumerate(lengths) for _ in range(n)]
        return [
            (a, b)
            for a, b in itertools.product(range(len(owner)), repeat=2)
            if keep(a, b, owner, w)
        ]

    return answer


def negative_places(lengths, w):
    found, start = [], 0
    for n in lengths:
        for t in range(n):
            found += [(start + t, start + s) for s in range(t - w, min(n, t + w + 1)) if s != t]
        start += n
    return found


def beyond_the_end(lengths, w):
    found, start = [], 0
    for n in lengths:
        for t in range(n):
            found += [(start + t, start + s) for s in range(max(0, t - w), t + w + 1) if s != t]
        start += n
    return found


def start_forgotten_once(lengths, w):
    found, start = [], 0
    for n in lengths:
        found += [(start + t, start + s) for t, s in by_lags([n], w)]
        start = n
    return found


def patients_named(lengths, w):
    return [(p, t, s) for p, n in enumerate(lengths) for t, s in by_lags([n], w)]


def one_visit_skipped(lengths, w):
    return by_lags([n for n in lengths if n > 1], w)


kept = []


def remembers(lengths, w):
    kept.extend(by_lags(lengths, w))
    return kept


@pytest.mark.parametrize(
    "answer, hint",
    [
        (keeps(lambda a, b, owner, w: 0 < abs(a - b) <= w), "joins two patients"),
        (keeps(lambda a, b, owner, w: 0 < b - a <= w and owner[a] == owner[b]), "earlier ones"),
        (keeps(lambda a, b, owner, w: 0 < a - b <= w and owner[a] == owner[b]), "later ones"),
        (
            keeps(lambda a, b, owner, w: abs(a - b) <= w and owner[a] == owner[b]),
            "no neighbor of its own",
        ),
        (keeps(lambda a, b, owner, w: a != b and owner[a] == owner[b]), "all visits of a patient"),
        (keeps(lambda a, b, owner, w: abs(a - b) == w and owner[a] == owner[b]), "exactly w away"),
        (keeps(lambda a, b, owner, w: abs(a - b) == 1 and owner[a] == owner[b]), "right beside"),
        (keeps(lambda a, b, owner, w: 0 < abs(a - b) < w and owner[a] == owner[b]), "too narrow"),
        (
            keeps(lambda a, b, owner, w: 0 < abs(a - b) <= 2 * w and owner[a] == owner[b]),
            "too much",
        ),
        (keeps(lambda a, b, owner, w: 0 < b - a <= w), "joins two patients"),
        (keeps(lambda a, b, owner, w: owner[a] != owner[b]), "joins two patients"),
        (
            keeps(
                lambda a, b, owner, w: (
                    0 < abs(a - b) <= w and (abs(a - b) > 1 or owner[a] == owner[b])
                )
            ),
            "the visit between",
        ),
        (negative_places, "joins two patients"),
        (beyond_the_end, "joins two patients"),
        (start_forgotten_once, "is too much"),
        (one_visit_skipped, "takes a place"),
        (patients_named, "pair of two places"),
        (lambda lengths, w: by_lags(lengths, w)[::2], ""),
        (lambda lengths, w: by_lags(lengths, w) + by_lags(lengths, w), "twice"),
        (lambda lengths, w: [p for n in lengths for p in by_lags([n], w)], "start at 0 for every"),
        (lambda lengths, w: [(t + 1, s + 1) for t, s in by_lags(lengths, w)], "count from 0"),
        (lambda lengths, w: [by_lags([n], w) for n in lengths], "pair of two places"),
        (lambda lengths, w: len(by_lags(lengths, w)), "Return a list of pairs"),
        (lambda lengths, w: dict(by_lags(lengths, w)), "Return a list of pairs"),
        (lambda lengths, w: Counter(by_lags(lengths, w)), "Return a list of pairs"),
        (lambda lengths, w: [f"{t}-{s}" for t, s in by_lags(lengths, w)], "pair of two places"),
        (lambda lengths, w: {frozenset(p) for p in by_lags(lengths, w)}, "pair of two places"),
        (lambda lengths, w: by_lags([sum(lengths)], w), "joins two patients"),
        (lambda lengths, w: by_lags(lengths, 1), "right beside"),
        (lambda lengths, w: by_lags(lengths[:1], w), "is missing"),
        (remembers, "kept between calls"),
        (lambda lengths, w: by_lags(lengths, w) if min(lengths) > 1 else None, "every branch"),
    ],
)
def test_visit_pairs_within_hints(answer, hint):
    hinted(check.visit_pairs_within, answer, hint)


# ----------------------------------------------------------------------- visit_loss
def all_in_loops(Yhat, X, pairs, eps=1e-8):
    total = 0.0
    for t, s in pairs:
        for y, x in zip(Yhat[t], X[s], strict=True):
            if x == 1:
                total -= math.log(y + eps)
            else:
                total -= math.log(1 - y + eps)
    return total / len(Yhat)


def at_once(Yhat, X, pairs, eps=1e-8):
    t, s = np.array(pairs, dtype=int).reshape(-1, 2).T
    y, x = Yhat[t], X[s]
    return -np.sum(x * np.log(y + eps) + (1 - x) * np.log(1 - y + eps)) / len(Yhat)


def clipped(Yhat, X, pairs, eps=1e-8):
    total, Y = 0, np.clip(Yhat, eps, 1 - eps)
    for t, s in pairs:
        total += -(X[s] * np.log(Y[t])).sum() - ((1 - X[s]) * np.log(1 - Y[t])).sum()
    return total / Yhat.shape[0]


def in_double_torch(Yhat, X, pairs, eps=1e-8):
    Y, T = torch.as_tensor(Yhat), torch.as_tensor(X)
    total = torch.zeros((), dtype=torch.float64)
    for t, s in pairs:
        total = total - (T[s] * (Y[t] + eps).log() + (1 - T[s]) * (1 - Y[t] + eps).log()).sum()
    return total / len(Y)


def with_a_matrix(Yhat, X, pairs, eps=1e-8):
    yes, no = np.log(Yhat + eps), np.log(1 - Yhat + eps)
    costs = -(yes @ X.T + no @ (1 - X).T)  # of every visit against every other
    return sum(costs[t, s] for t, s in pairs) / len(costs)


def with_where_in_it(Yhat, X, pairs, eps=1e-8):
    hit = [np.where(X[s] == 1, Yhat[t], 1 - Yhat[t]) for t, s in pairs]
    return float(-np.log(np.array(hit) + eps).sum()) / len(Yhat)


def visit_by_visit(Yhat, X, pairs, eps=1e-8):
    each = np.zeros(len(Yhat))
    for t, s in pairs:
        each[t] -= (X[s] * np.log(Yhat[t] + eps)).sum() + xlog1py(1 - X[s], eps - Yhat[t]).sum()
    return each.mean()


@pytest.mark.parametrize(
    "answer",
    [
        all_in_loops,
        at_once,
        clipped,
        in_double_torch,
        with_a_matrix,
        with_where_in_it,
        visit_by_visit,
        lambda Yhat, X, pairs, eps=1e-8: np.array([at_once(Yhat, X, pairs, eps)]),
        lambda Yhat, X, pairs, eps=1e-8: np.float32(at_once(Yhat, X, pairs, eps)),
        lambda predicted, seen, pairs, eps=1e-8: at_once(predicted, seen, pairs[::-1], eps),
        lambda Yhat, X, pairs, eps=1e-8, log=math.log: all_in_loops(Yhat, X, pairs, eps),
        lambda Yhat, X, pairs, eps=1e-8: at_once(Yhat, X.astype(bool).astype(int), pairs, eps),
        functools.partial(at_once),
    ],
)
def test_visit_loss_in_other_words(answer):
    passes(check.visit_loss, answer)


def term(cost, reduce=None):
    def answer(Yhat, X, pairs, eps=1e-8):
        costs = [cost(X[s], Yhat[t], eps) for t, s in pairs]
        return (reduce or (lambda c, Y, pairs: sum(c) / len(Y)))(costs, Yhat, pairs)

    return answer


def both_terms(x, y, eps):
    return -(x * np.log(y + eps) + (1 - x) * np.log(1 - y + eps)).sum()


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def over(number):
    return lambda costs, Y, pairs: sum(costs) / number(Y, pairs)


def changes_X(Yhat, X, pairs, eps=1e-8):
    Yhat += eps
    return at_once(Yhat, X, pairs, 0)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (lambda Y, X, pairs, eps=1e-8: at_once(sigmoid(Y), X, pairs, eps), "must sum to 1"),
        (
            lambda Y, X, pairs, eps=1e-8: at_once(softmax(Y, axis=1), X, pairs, eps),
            "softmax already",
        ),
        (lambda Y, X, pairs, eps=1e-8: at_once(softmax(Y), X, pairs, eps), "-(ln .6"),
        (lambda Y, X, pairs, eps=1e-8: at_once(Y.round(), X, pairs, eps), "-(ln .6"),
        (
            lambda Y, X, pairs, eps=1e-8: at_once(Y, X, [(t, t) for t, _ in pairs], eps),
            "copies x_t",
        ),
        (lambda Y, X, pairs, eps=1e-8: at_once(Y, X, [(s, t) for t, s in pairs], eps), "way round"),
        (lambda Y, X, pairs, eps=1e-8: at_once(X + 0.0, Y, pairs, eps), ""),
        (lambda Y, X, pairs, eps=1e-8: at_once(Y, X, pairs[:1], eps), ""),
        (
            lambda Y, X, pairs, eps=1e-8: at_once(
                Y, X, list({*pairs, *((s, t) for t, s in pairs)}), eps
            ),
            "",
        ),
        (lambda Y, X, pairs, eps=1e-8: at_once(Y, X, with_owners([len(Y)], 1), eps), ""),
        (term(lambda x, y, eps: -(x * np.log(y + eps)).sum()), "absent from the neighbor"),
        (term(lambda x, y, eps: -((1 - x) * np.log(1 - y + eps)).sum()), "present in the neighbor"),
        (term(lambda x, y, eps: -both_terms(x, y, eps)), "minus in front"),
        (term(lambda x, y, eps: both_terms(x, y, eps) / len(x)), "take their mean"),
        (term(lambda x, y, eps: both_terms(x, y, 0)), "infinitely much"),
        (term(lambda x, y, eps: both_terms(x, y, 1e-8)), "eps=0.0001"),
        (term(lambda x, y, eps: ((x - y) ** 2).sum()), "squared"),
        (term(lambda x, y, eps: abs(x - y).sum()), "-(ln .6"),
        (term(lambda x, y, eps: both_terms(x, y, eps) / np.log(2)), "log2"),
        (term(lambda x, y, eps: both_terms(x / x.sum(), y, eps)), "rows sum to 1"),
        (term(lambda x, y, eps: both_terms(y, np.clip(x, eps, 1 - eps), eps)), ""),
        (term(both_terms, over(lambda Y, pairs: len(pairs))), "number of pairs"),
        (term(both_terms, lambda c, Y, pairs: np.mean(c)), "by the number of pairs"),
        (term(both_terms, lambda c, Y, pairs: np.mean(c) if c else 0.0), "by the number of pairs"),
        (term(both_terms, lambda c, Y, pairs: sum(c)), "do not divide"),
        (term(both_terms, over(lambda Y, pairs: Y.shape[1])), "-(ln .6"),
        (term(both_terms, over(lambda Y, pairs: Y.size)), "take their mean"),
        (term(both_terms, lambda c, Y, pairs: sum(c) // len(Y)), "-(ln .6"),
        (term(both_terms, lambda c, Y, pairs: sum(c) / len(Y) if c else None), "the loss is 0.0"),
        (term(both_terms, lambda c, Y, pairs: c[-1] / len(Y)), ""),
        (term(both_terms, lambda c, Y, pairs: c), "one number"),
        (changes_X, "changed its input"),
        (lambda Y, X, pairs, eps=1e-8: print(at_once(Y, X, pairs, eps)), "prints"),
        (lambda Y, X, pairs: at_once(Y, X, pairs), "TypeError"),
    ],
)
def test_visit_loss_hints(answer, hint):
    hinted(check.visit_loss, answer, hint)


# ------------------------------------------------------------------------ top_codes
def sorted_pairs(W_c, dim, itos, k):
    weighted = [(row[dim], name) for row, name in zip(W_c, itos, strict=True) if row[dim] > 0]
    return [name for _, name in sorted(weighted, key=lambda pair: -pair[0])][:k]


def with_argsort(W_c, dim, itos, k):
    w = relu(W_c)[:, dim]
    return [itos[i] for i in np.argsort(-w, kind="stable") if w[i] > 0][:k]


def one_by_one(W_c, dim, itos, k):
    w, found = W_c[:, dim].copy(), []
    while len(found) < k and w.max() > 0:
        found.append(itos[int(w.argmax())])
        w[w.argmax()] = 0
    return found


def with_counter(W_c, dim, itos, k):
    return [
        name
        for name, w in Counter(dict(zip(itos, W_c[:, dim], strict=True))).most_common(k)
        if w > 0
    ]


def torch_sorted(W_c, dim, itos, k):
    w = torch.relu(torch.as_tensor(W_c)[:, dim])
    values, order = w.sort(descending=True, stable=True)
    return [itos[i] for i, value in zip(order[:k], values[:k], strict=True) if value > 0]


def as_array_of_text(W_c, dim, itos, k):
    w = W_c[:, dim]
    order = np.lexsort((np.arange(len(w)), -w))
    return np.array(itos)[order[w[order] > 0][:k]]


def one_at_a_time(W_c, dim, itos, k):
    yield from with_argsort(W_c, dim, itos, k)


def recursively(W_c, dim, itos, k):
    column = list(W_c[:, dim])
    if k == 0 or max(column) <= 0:
        return []
    best = column.index(max(column))
    rest = W_c.copy()
    rest[best] = -1
    return [itos[best], *recursively(rest, dim, itos, k - 1)]


class Reader:
    def __call__(self, table, coordinate, names, how_many):
        return sorted_pairs(table, coordinate, names, how_many)


@pytest.mark.parametrize(
    "answer",
    [
        sorted_pairs,
        with_argsort,
        one_by_one,
        with_counter,
        torch_sorted,
        as_array_of_text,
        one_at_a_time,
        recursively,
        Reader(),
        lambda W, d, names, k=5: tuple(with_argsort(W, d, names, k)),
        lambda W, d, names, k: [np.str_(name) for name in with_argsort(W, d, names, k)],
        functools.partial(with_argsort),
        lambda W, d, names, k: with_argsort(W.astype(np.float32), d, dict(enumerate(names)), k),
    ],
)
def test_top_codes_in_other_words(answer):
    passes(check.top_codes, answer)


def order_of(order, keep=lambda w: w > 0, column=lambda W, dim: W[:, dim]):
    def answer(W_c, dim, itos, k):
        w = column(W_c, dim)
        return [itos[i] for i in order(w)[:k] if keep(w[i])]

    return answer


def down(w):
    return np.argsort(-w, kind="stable")


def cut_in_place(W_c, dim, itos, k):
    W_c[W_c < 0] = 0
    return with_argsort(W_c, dim, itos, k)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (order_of(down, lambda w: True), "< 0: after ReLU"),
        (order_of(down, lambda w: w >= 0), "weight 0 is listed"),
        (order_of(down, lambda w: True, lambda W, dim: relu(W[:, dim])), "weight 0 is listed"),
        (order_of(lambda w: np.argsort(-abs(w)), lambda w: True), "off after ReLU"),
        (order_of(lambda w: np.argsort(-(w**2)), lambda w: w != 0), "off after ReLU"),
        (order_of(np.argsort), "largest weights stand last"),
        (order_of(lambda w: np.argsort(w, kind="stable")[::-1]), "smaller id comes first"),
        (order_of(lambda w: np.arange(len(w))), "order of the table"),
        (order_of(lambda w: np.flatnonzero(w > 0)), ""),
        (order_of(lambda w: down(w)[1:]), ""),
        (order_of(down, lambda w: w > 0.5), ""),
        (order_of(down, lambda w: w > 0, lambda W, dim: W[dim]), "codes of one coordinate"),
        (lambda W, d, names, k: with_argsort(W.T, d, names, k), ""),
        (lambda W, d, names, k: with_argsort(W, d - 1, names, k), ""),
        (lambda W, d, names, k: with_argsort(W, d + 1, names, k), ""),
        (lambda W, d, names, k: with_argsort(W, d, names, k + 1), "one code too many"),
        (lambda W, d, names, k: with_argsort(W, d, names, k - 1), "one code too few"),
        (lambda W, d, names, k: with_argsort(W, d, names, len(W)), "first k are asked for"),
        (lambda W, d, names, k: with_argsort(W, d, names, 2), ""),
        (lambda W, d, names, k: with_argsort(W, d, names, k)[::-1], "from the smallest weight up"),
        (lambda W, d, names, k: set(with_argsort(W, d, names, k)), "Return a list"),
        (lambda W, d, names, k: sorted(with_argsort(W, d, names, k)), "by the alphabet"),
        (lambda W, d, names, k: [names.index(n) for n in with_argsort(W, d, names, k)], "itos[i]"),
        (lambda W, d, names, k: down(W[:, d])[:k], "itos[i]"),
        (lambda W, d, names, k: [(n, 1.0) for n in with_argsort(W, d, names, k)], "names alone"),
        (lambda W, d, names, k: ", ".join(with_argsort(W, d, names, k)), "Return a list"),
        (lambda W, d, names, k: with_argsort(W, d, names, k) or None, "every branch"),
        (lambda W, d, names, k: with_argsort(W, d, names, k) or "dead", "Return a list"),
        (lambda W, d, names, k: with_argsort(W, d, names, k) or [""], "is empty"),
        (
            lambda W, d, names, k: [
                names[i] for i in np.argpartition(-W[:, d], k - 1)[:k] if W[i, d] > 0
            ],
            "",
        ),
        (
            lambda W, d, names, k: [
                n for w, n in sorted(zip(W[:, d], names, strict=True), reverse=True) if w > 0
            ][:k],
            "",
        ),
        (cut_in_place, "changed its input"),
        (lambda W, d, names, k: print(with_argsort(W, d, names, k)), "prints"),
        (lambda W, d, names, k: ["salbutamol", "insulin"], ""),
    ],
)
def test_top_codes_hints(answer, hint):
    hinted(check.top_codes, answer, hint)


# ------------------------------------------------------ wrong answers that used to pass, or misled
def rounded(x, d, P):
    return tuple(np.round(part, 2) for part in in_loops(x, d, P))


def a_visit_that_comes_again_is_left_out(visits, W_c):
    R, pairs = relu(W_c), [(i, j) for v in {*map(tuple, visits)} for i in v for j in v if i != j]
    p = softmax(R @ R.T, axis=1)
    return -np.mean([np.log(p[pair]) for pair in pairs]) if pairs else 0.0


def equal_ones_by_name(W_c, dim, itos, k):
    named = [(-weight, name) for weight, name in zip(W_c[:, dim], itos, strict=True) if weight > 0]
    return [name for _, name in sorted(named)[:k]]


def above_the_mean(W_c, dim, itos, k):
    weight = W_c[:, dim]
    order = np.argsort(-weight, kind="stable")[:k]
    return [itos[i] for i in order if weight[i] > max(weight.mean(), 0)]


def the_size_of_d(x, d, P):
    u = relu(x @ P["W_c"] + P["b_c"])
    return u, relu(np.concatenate([u, abs(d)], axis=-1) @ P["W_v"] + P["b_v"])


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.forward, rounded, "by hand it is"),
        (check.forward, the_size_of_d, "Your u is right."),
        (check.code_loss, a_visit_that_comes_again_is_left_out, "[0, 1], [2, 4, 3], [0, 1]"),
        (check.top_codes, equal_ones_by_name, "Of equal weights the code with the smaller id"),
        (check.top_codes, above_the_mean, "2 items came back, expected 3"),
    ],
)
def test_hints_of_what_slipped_through(exercise, answer, hint):
    hinted(exercise, answer, hint)
