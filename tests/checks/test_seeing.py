"""Answers to lesson 08 that are in no catalogue: right ones pass, wrong ones get their hint."""

import functools
import math
from collections import Counter

import numpy as np
import pytest
import torch
from scipy.optimize import brentq
from scipy.spatial.distance import cdist, pdist, squareform
from scipy.special import softmax
from scipy.stats import entropy
from sklearn.metrics.pairwise import cosine_similarity, euclidean_distances
from sklearn.neighbors import NearestNeighbors

from helpers import checks, metrics, similarity, tsne
from helpers.checks import seeing as check
from helpers.checks._exercise import CORRECT, NOT_YET, TODO
from tests.checks.judging import hinted, passes

pytestmark = pytest.mark.usefixtures("in_this_process")


# ------------------------------------------------------------ 8.1 sigma_for_perplexity
def in_plain_python(d2_row, target):
    nearest = min(d2_row)
    low, high = 0.0, 1.0

    def reached(sigma):
        weights = [math.exp(-(d2 - nearest) / (2 * sigma * sigma)) for d2 in d2_row]
        shares = [weight / sum(weights) for weight in weights]
        return 2 ** -sum(p * math.log2(p) for p in shares if p > 0)

    while reached(high) < target:
        high *= 3
    while high - low > 1e-9 * high:
        middle = low + (high - low) / 2
        if middle and reached(middle) > target:
            high = middle
        else:
            low = middle
    return high


def by_the_precision(d2_row, target, tolerance=1e-6):
    """Halve on beta = 1 / (2 sigma²) and on the entropy with ln, as the first program does."""
    d2, goal = d2_row - d2_row.min(), np.log(target)
    beta, low, high = 1 / d2.max(), 0.0, np.inf
    for _ in range(300):
        weights = np.exp(-d2 * beta)
        miss = np.log(weights.sum()) + beta * (d2 @ weights) / weights.sum() - goal
        if abs(miss) < tolerance:
            break
        if miss > 0:
            low, beta = beta, beta * 2 if high == np.inf else (beta + high) / 2
        else:
            low, high, beta = low, beta, (beta + low) / 2
    return np.sqrt(1 / (2 * beta))


def by_scipy(d2_row, target):
    d2 = np.asarray(d2_row) / np.max(d2_row)

    def miss(log_sigma):
        return entropy(softmax(-d2 / (2 * np.exp(log_sigma) ** 2)), base=2) - np.log2(target)

    return np.exp(brentq(miss, -15, 15, xtol=1e-10)) * np.sqrt(np.max(d2_row))


def by_recursion(d2_row, target, low=None, high=None, depth=80):
    gaps = np.sqrt(d2_row - d2_row.min())
    low = gaps[gaps > 0].min() / 100 if low is None else low
    high = gaps.max() * 1000 if high is None else high
    middle = np.sqrt(low * high)
    if depth == 0:
        return np.array([middle])
    if tsne.perplexity(tsne.neighbor_shares(d2_row, middle)) < target:
        return by_recursion(d2_row, target, middle, high, depth - 1)
    return by_recursion(d2_row, target, low, middle, depth - 1)


def in_torch(d2_row, target):
    d2 = torch.tensor(d2_row)
    unit = d2.max().sqrt()
    low, high = torch.log(unit) - 12, torch.log(unit) + 12
    for _ in range(100):
        middle = (low + high) / 2
        p = torch.softmax(-d2 / (2 * torch.exp(middle) ** 2), dim=0)
        H = -torch.special.xlogy(p, p).sum()
        low, high = (middle, high) if torch.exp(H) < target else (low, middle)
    return torch.exp(middle)


def step_by_step(d2_row, target):
    """Walk upwards, and turn with half the step whenever the target is passed."""
    d2 = d2_row - d2_row.min()
    sigma, factor = np.sqrt(d2.max()), 2.0
    up = None
    for _ in range(400):
        p = np.exp(-d2 / (2 * sigma**2))
        p = p / p.sum()
        wanted = 2 ** (-(p * np.log2(np.where(p > 0, p, 1))).sum()) < target
        if up is not None and wanted != up:
            factor = np.sqrt(factor)
        up = wanted
        sigma = sigma * factor if up else sigma / factor
    return sigma


def sigma_by(shares_of, measure=tsne.perplexity, low=-16.0, high=16.0, steps=100):
    """Return an answer that halves between e^low and e^high, in a unit of one."""

    def answer(d2_row, target):
        below, above = low, high
        for _ in range(steps):
            middle = (below + above) / 2
            with np.errstate(all="ignore"):
                reached = measure(shares_of(d2_row, math.exp(middle)))
            below, above = (middle, above) if reached < target else (below, middle)
        return math.exp(above)

    return answer


def raw_shares(d2_row, sigma):
    weights = np.exp(-d2_row / (2 * sigma**2))
    return weights / weights.sum()


class Searcher:
    def __call__(self, d2_row, target):
        return float(by_scipy(list(d2_row), target))


@pytest.mark.parametrize(
    "answer",
    [
        in_plain_python,
        by_the_precision,
        by_scipy,
        sigma_by(raw_shares),  # 0/0 counts as one neighbor in tsne.perplexity
        by_recursion,
        in_torch,
        step_by_step,
        Searcher(),
        functools.partial(by_the_precision, tolerance=1e-7),
        lambda row, perplexity: np.float32(by_scipy(row, perplexity)),
    ],
)
def test_sigma_in_other_words(answer):
    passes(check.sigma_for_perplexity, answer)


def bits(shares):
    return float(np.log2(tsne.perplexity(shares)))


def with_itself(d2_row, sigma):
    return tsne.neighbor_shares(np.append(0.0, d2_row), sigma)


def students(d2_row, sigma):
    weights = 1 / (1 + d2_row / sigma**2)
    return weights / weights.sum()


def a_pass_too_few(d2_row, target):
    return sigma_by(tsne.neighbor_shares, steps=6)(d2_row, target)


def from_a_grid(d2_row, target):
    grid = np.linspace(0.1, 100, 1000)
    reached = [tsne.perplexity(tsne.neighbor_shares(d2_row, s)) for s in grid]
    return grid[np.abs(np.array(reached) - target).argmin()]


def stopped_early(d2_row, target):
    low, high = 0.0, 1000.0
    while high - low > 0.1:
        middle = (low + high) / 2
        if tsne.perplexity(tsne.neighbor_shares(d2_row, middle)) > target:
            high = middle
        else:
            low = middle
    return middle


@pytest.mark.parametrize(
    "answer, hint",
    [
        (sigma_by(with_itself), "p_ii took weight; leave the point itself out."),
        (sigma_by(tsne.neighbor_shares, lambda p: 2 ** (bits(p) * math.log(2))), "needs log2"),
        (sigma_by(tsne.neighbor_shares, lambda p: math.exp(bits(p))), "needs log2"),
        (sigma_by(tsne.neighbor_shares, bits), "Perplexity is 2^H; you matched H."),
        (sigma_by(tsne.neighbor_shares, lambda p: bits(p) * math.log(2)), "you matched H."),
        (sigma_by(lambda d2, s: tsne.neighbor_shares(d2, s / np.sqrt(2))), "the 2 is missing"),
        (sigma_by(lambda d2, s: tsne.neighbor_shares(d2**2, s), high=30), "square them again"),
        (sigma_by(lambda d2, s: tsne.neighbor_shares(np.sqrt(d2), s)), "you take its root"),
        (sigma_by(lambda d2, s: tsne.neighbor_shares(d2, np.sqrt(s)), low=-30, high=30),
         "You return sigma²"),
        (sigma_by(lambda d2, s: tsne.neighbor_shares(d2[1:], s)), "gives a perplexity of"),
        (sigma_by(lambda d2, s: tsne.neighbor_shares(d2[1:], s), high=30), "first of the others"),
        (sigma_by(students), "the kernel of the map"),
        (a_pass_too_few, "gives a perplexity of"),
        (from_a_grid, "gives a perplexity of"),
        (stopped_early, "gives a perplexity of"),
        (sigma_by(raw_shares, low=-5, high=5), "10^9 or 10^-6"),
        (lambda d2_row, target: 2.5, "gives a perplexity of"),
        (lambda d2_row, target: np.sqrt(np.mean(d2_row)), "gives a perplexity of"),
        (lambda d2_row, target: -by_scipy(d2_row, target), "you have -0.6612, expected 0.6612"),
        (lambda d2_row, target: [by_scipy(d2_row, target), target], "one number is asked for"),
        (lambda d2_row, target: print(by_scipy(d2_row, target)), "Write return instead of print"),
    ],
)  # fmt: skip
def test_sigma_hints(answer, hint):
    hinted(check.sigma_for_perplexity, answer, hint)


def shifted_in_place(d2_row, target):
    d2_row -= d2_row.min()
    return by_scipy(d2_row, target)


def test_sigma_keeps_its_row():
    hinted(check.sigma_for_perplexity, shifted_in_place, "changed its input")


# --------------------------------------------------------------------------- 8.2 q_matrix
def q_of(weights):
    weights = np.array(weights, dtype=float)
    np.fill_diagonal(weights, 0)
    return weights / weights.sum()


def q_by_loops(Y):
    n = len(Y)
    Q = [[0.0] * n for _ in range(n)]
    total = 0
    for i in range(n):
        for j in range(i + 1, n):
            Q[i][j] = Q[j][i] = 1 / (1 + math.dist(Y[i], Y[j]) ** 2)
            total += 2 * Q[i][j]
    return [[q / total for q in row] for row in Q]


def q_by_products(Y):
    squares = (Y**2).sum(1)
    return q_of(1 / (1 + squares[:, None] + squares - 2 * Y @ Y.T))


def q_in_torch(Y):
    Y = torch.from_numpy(Y).float()
    weights = 1 / (1 + torch.cdist(Y, Y, compute_mode="donot_use_mm_for_euclid_dist") ** 2)
    weights = weights * (1 - torch.eye(len(Y)))
    return weights / weights.sum()


def q_minus_n(Y):
    """Leave the ones of the diagonal out of the sum by counting them."""
    weights = 1 / (1 + cdist(Y, Y) ** 2)
    return (weights - np.eye(len(Y))) / (weights.sum() - len(Y))


@pytest.mark.parametrize(
    "answer",
    [
        q_by_loops,
        q_by_products,
        q_in_torch,
        q_minus_n,
        lambda Y: q_of(1 / (1 + squareform(pdist(Y, "sqeuclidean")))),
        lambda Y: q_of(1 / (1 + euclidean_distances(Y, squared=True))),
        lambda points: q_of((1 + ((points[:, None] - points) ** 2).sum(-1)) ** -1),
        lambda Y: q_of(softmax(-np.log1p(cdist(Y, Y) ** 2))),
        lambda Y: tuple(map(tuple, tsne.q_matrix(Y).astype(np.float32))),
        lambda Y: np.asmatrix(tsne.q_matrix(Y)),
    ],
)
def test_q_in_other_words(answer):
    passes(check.q_matrix, answer)


def q_by(kernel):
    return lambda Y: q_of(kernel(cdist(Y, Y) ** 2))


def one_step_over(Y):
    n = len(Y)
    weights = np.zeros((n, n))
    for i in range(n - 1):
        for j in range(n - 1):
            if i != j:
                weights[i, j] = 1 / (1 + sum((Y[i] - Y[j]) ** 2))
    return weights / weights.sum()


def q_in_place(Y):
    Y -= Y.mean(axis=0)
    return tsne.q_matrix(Y)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (q_by(lambda d2: np.exp(-d2)), "In the map the kernel is 1/(1+d²)"),
        (q_by(lambda d2: np.exp(-d2 / 2)), "your far pairs get almost nothing"),
        (q_by(lambda d2: np.exp(-np.sqrt(d2))), "In the map the kernel is 1/(1+d²)"),
        (lambda Y: softmax(-(cdist(Y, Y) ** 2), axis=1), "Each row sums to 1"),
        (lambda Y: (w := q_of(1 / (1 + cdist(Y, Y) ** 2))) / w.sum(1, keepdims=True),
         "Each row sums to 1; the whole matrix should."),
        (lambda Y: (w := 1 / (1 + cdist(Y, Y) ** 2)) / w.sum(),
         "q_ii must be 0; your n diagonal ones swallow the sum."),
        (lambda Y: (w := 1 / (1 + cdist(Y, Y) ** 2)) / w.sum(1, keepdims=True), "Each row sums"),
        (lambda Y: tsne.q_matrix(Y) * 2, "twice too large"),
        (lambda Y: tsne.q_matrix(Y) / len(Y), "sums to"),
        (q_by(lambda d2: 1 / (1 + np.sqrt(d2))), "You took 1/(1+d)"),
        (q_by(lambda d2: 1 / (1 + d2) ** 0.5), "You took the root"),
        (lambda Y: q_of(1 / (1 + ((Y[:, None] - Y) ** 2).mean(2))), "not their mean"),
        (q_by(lambda d2: 1 / (0.5 + d2)), "on ("),
        (q_by(lambda d2: np.maximum(1e-3, 1 / (1 + d2))), "on ("),
        (lambda Y: tsne.q_matrix(Y).round(2), "sums to"),
        (lambda Y: tsne.q_matrix(Y[:, :2]), "first two"),
        (lambda Y: tsne.q_matrix(Y.astype(int)), "on ("),
        (one_step_over, "on ("),
        (q_in_place, "changed its input"),
        (lambda Y: np.fill_diagonal(tsne.q_matrix(Y), 0), "None"),
        (lambda Y: tsne.q_matrix(Y).sum(), "shape"),
        (lambda Y: tsne.q_matrix(Y).ravel(), "shape (n, n)"),
        (lambda Y: [[0, 5 / 16, 1 / 16], [5 / 16, 0, 1 / 8], [1 / 16, 1 / 8, 0]], "shape"),
    ],
)  # fmt: skip
def test_q_hints(answer, hint):
    hinted(check.q_matrix, answer, hint)


# ------------------------------------------------------------------------ 8.3 knn_purity
def purity_by(near_of, mean=np.mean):
    def answer(E, labels, k):
        labels = np.array(labels)
        return mean(labels[near_of(E, k)] == labels[:, None])

    return answer


def purity_in_python(E, labels, k):
    shares = []
    for i in range(len(E)):
        a = E[i].tolist()
        scored = []
        for j in range(len(E)):
            if i != j:
                b = E[j].tolist()
                dot = sum(x * y for x, y in zip(a, b, strict=True))
                scored.append((-dot / math.hypot(*a) / math.hypot(*b), j))
        shares.append(Counter(labels[j] for _, j in sorted(scored)[:k])[labels[i]] / k)
    return sum(shares) / len(shares)


def purity_in_torch(E, labels, k):
    E = torch.nn.functional.normalize(torch.tensor(E))
    cosines = (E @ E.T).fill_diagonal_(-2)
    near = cosines.topk(k).indices
    ids = torch.tensor([sorted(set(labels)).index(label) for label in labels])
    return (ids[near] == ids[:, None]).float().mean()


def by_partition(E, k):
    cosines = cosine_similarity(E)
    np.fill_diagonal(cosines, -np.inf)
    return np.argpartition(-cosines, k - 1, axis=1)[:, :k]


def by_distance_of_unit_rows(E, k):
    rows = (E / np.linalg.norm(E, axis=1, keepdims=True)).astype(np.float32)
    distances = cdist(rows, rows)
    np.fill_diagonal(distances, np.inf)
    return distances.argsort(axis=1)[:, :k]


def by_neighbors_of_sklearn(E, k):
    return NearestNeighbors(n_neighbors=k, metric="cosine").fit(E).kneighbors()[1]


class Purity:
    def __call__(self, E, labels, k=5):
        return purity_in_python(E, labels, k)


@pytest.mark.parametrize(
    "answer",
    [
        purity_in_python,
        purity_in_torch,
        Purity(),
        purity_by(by_partition),
        purity_by(by_distance_of_unit_rows),
        purity_by(by_neighbors_of_sklearn),
        purity_by(by_neighbors_of_sklearn, mean=lambda hits: hits.astype(np.float32).mean()),
        functools.partial(purity_by(by_partition)),
        lambda table, names, k: metrics.purity_at_k(table, list(map(str, names)), k),
    ],
)
def test_purity_in_other_words(answer):
    passes(check.knn_purity, answer)


def cosines_with(itself, E):
    cosines = similarity.pairwise_cosine(E)
    if itself is not None:
        np.fill_diagonal(cosines, itself)
    return cosines


def near_by(scores_of, first=0):
    return lambda E, k: np.argsort(-scores_of(E), axis=1, kind="stable")[:, first : first + k]


def share_of(E, labels, k):
    return purity_by(by_partition, mean=lambda hits: hits)(E, labels, k)


def one_center_of_each_name(E, labels, k):
    labels = np.array(labels)
    names = np.unique(labels)
    centers = np.array([E[labels == name].mean(0) for name in names])
    return (names[cosine_similarity(E, centers).argmax(1)] == labels).mean()


def vote(E, labels, k):
    near = by_partition(E, k)
    return np.mean(
        [Counter(labels[j] for j in row).most_common(1)[0][0] == labels[i]
         for i, row in enumerate(near)]
    )  # fmt: skip


def normalized_in_place(E, labels, k):
    E /= np.linalg.norm(E, axis=1, keepdims=True)
    return purity_in_python(E, labels, k)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (purity_by(near_by(cosine_similarity)), "each point found itself"),
        (vote, "You give 0 or 1 per point"),
        (lambda E, labels, k: (share_of(E, labels, k).mean(1) > 0.5).mean(), "You give 0 or 1"),
        (lambda E, labels, k: purity_in_python(E[:, :2], labels, k), "measured on the picture"),
        (purity_by(lambda E, k: metrics.nearest_points(E[:, :2], k)), "measured on the picture"),
        (purity_by(metrics.nearest_points), "You took the nearest by distance"),
        (purity_by(near_by(lambda E: E @ E.T - 1e9 * np.eye(len(E)))), "Long rows win"),
        (purity_by(near_by(lambda E: E @ E.T)), "With k = n-1"),
        (purity_by(near_by(functools.partial(cosines_with, 0))), "A cosine of 0"),
        (purity_by(near_by(lambda E: -cosines_with(np.inf, E))), "least similar"),
        (purity_by(near_by(cosine_similarity, first=1)), "twin"),
        (lambda E, labels, k: share_of(E, labels, k).sum() / len(E) ** 2, "With k = n-1"),
        (lambda E, labels, k: share_of(E, labels, k).sum() // k / len(E), "With k = n-1"),
        (lambda E, labels, k: share_of(E, labels, k).mean(1), "one number"),
        (lambda E, labels, k: share_of(E, labels, k).sum(1).mean(), "Divide by k"),
        (lambda E, labels, k: round(purity_in_python(E, labels, k), 2), "With k = n-1"),
        (lambda E, labels, k: purity_in_python(E, labels, 5), "With k = n-1"),
        (lambda E, labels, k: metrics.chance_purity(labels), "on ("),
        (lambda E, labels, k: metrics.neighbor_overlap(E, E[:, :2], k), "With k = n-1"),
        (one_center_of_each_name, "With k = n-1"),
        (normalized_in_place, "changed its input"),
        (lambda E, labels, k: purity_in_python(E, labels, k) if k > 1 else None, "every branch"),
    ],
)
def test_purity_hints(answer, hint):
    hinted(check.knn_purity, answer, hint)


# ------------------------------------------------------------------- 8.3 neighbor_overlap
def overlap_by(near_of):
    def answer(X, Y, k):
        pairs = zip(near_of(X, k), near_of(Y, k), strict=True)
        return sum(len({*a} & {*b}) for a, b in pairs) / (len(X) * k)

    return answer


def overlap_in_python(X, Y, k):
    def nearest(points, i):
        others = [j for j in range(len(points)) if j != i]
        return set(sorted(others, key=lambda j: math.dist(points[i], points[j]))[:k])

    return sum(len(nearest(X, i) & nearest(Y, i)) for i in range(len(X))) / k / len(X)


def overlap_by_tables(X, Y, k):
    """Mark the neighbors of each side in a table of 0 and 1, and count where both have 1."""
    marks = []
    for points in (X, Y):
        distances = cdist(points, points)
        np.fill_diagonal(distances, np.inf)
        mark = np.zeros(distances.shape)
        np.put_along_axis(mark, distances.argsort(1)[:, :k], 1, axis=1)
        marks.append(mark)
    return (marks[0] * marks[1]).sum() / k / len(X)


def overlap_in_torch(X, Y, k):
    def near(points):
        points = torch.tensor(points)
        distances = torch.cdist(points, points).fill_diagonal_(float("inf"))
        return distances.topk(k, largest=False).indices

    return (near(X)[:, :, None] == near(Y)[:, None]).sum() / (k * len(X))


@pytest.mark.parametrize(
    "answer",
    [
        overlap_in_python,
        overlap_by_tables,
        overlap_in_torch,
        overlap_by(lambda X, k: NearestNeighbors(n_neighbors=k).fit(X).kneighbors()[1]),
        overlap_by(lambda X, k: metrics.nearest_points(X, k)[:, ::-1].tolist()),
        lambda space, plane, k: np.float32(overlap_in_python(space, plane, k)),
        functools.partial(overlap_by_tables),
    ],
)
def test_overlap_in_other_words(answer):
    passes(check.neighbor_overlap, answer)


def nearest_with_itself(X, k):
    return cdist(X, X).argsort(axis=1, kind="stable")[:, :k]


def nearest_but_the_first(X, k):
    return cdist(X, X).argsort(axis=1, kind="stable")[:, 1 : k + 1]


def farthest(X, k):
    return (-cdist(X, X)).argsort(axis=1, kind="stable")[:, :k]


def overlap_of_columns(X, Y, k):
    return overlap_in_python(X[:, :2], Y, k)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (overlap_by(nearest_with_itself), "each point found itself, twice"),
        (overlap_by(nearest_but_the_first), "can drop a twin"),
        (overlap_by(by_partition), "You took the cosine"),
        (overlap_by(farthest), "farthest"),
        (overlap_of_columns, "In X only the first two columns"),
        (lambda X, Y, k: overlap_in_python(X, Y, k) * k, "Divide by k"),
        (lambda X, Y, k: 1 - overlap_in_python(X, Y, k), "lost"),
        (lambda X, Y, k: 100 * overlap_in_python(X, Y, k), "percentage"),
        (lambda X, Y, k: overlap_in_python(X, Y, k) * k / len(X), "With k = n-1"),
        (lambda X, Y, k: (metrics.nearest_points(X, k) == metrics.nearest_points(Y, k)).mean(),
         "Order does not matter"),
        (lambda X, Y, k: overlap_in_python(Y, Y, k), "1 for every map"),
        (lambda X, Y, k: round(overlap_in_python(X, Y, k), 1), "on ("),
        (lambda X, Y, k: overlap_in_python(X[1:], Y[1:], min(k, len(X) - 2)), "on ("),
        (lambda X, Y, k: metrics.trustworthiness(X, Y, min(k, (len(X) - 1) // 2)), "With k = n-1"),
        (lambda X, Y, k: np.array([overlap_in_python(X, Y, k)] * 2), "one number"),
        (lambda X, Y, k: len({1} & set(metrics.nearest_points(X, k)[0])), "on ("),
    ],
)  # fmt: skip
def test_overlap_hints(answer, hint):
    hinted(check.neighbor_overlap, answer, hint)


# ---------------------------------------------------------------------------- 8.4 judge
JUDGED = {1: "ab", 2: "ad", 3: "acd", 4: ""}


@pytest.mark.parametrize(
    "answer",
    [
        lambda plot_id: set(JUDGED[plot_id]),
        lambda plot_id: list(JUDGED[plot_id].upper()),
        lambda plot_id: ", ".join(JUDGED[plot_id]),
        lambda number: frozenset(JUDGED[number]),
        lambda plot_id: {} if plot_id == 4 else set(JUDGED[plot_id]),
        lambda plot_id: (letter for letter in JUDGED[plot_id]),
        lambda plot_id: np.array([*JUDGED[plot_id]]),
        lambda plot_id: {letter: True for letter in JUDGED[plot_id]}.keys(),
        {key: set(letters) for key, letters in JUDGED.items()}.get,
    ],
)
def test_judge_in_other_words(answer):
    passes(check.judge, answer)


def judged_with(**changes):
    return lambda plot_id: set(changes.get(f"map{plot_id}", JUDGED[plot_id]))


@pytest.mark.parametrize(
    "answer, hint",
    [
        (judged_with(map1="a"), "The spread in the data is 1 and 10; the map equalised it."),
        (judged_with(map3="ad"), "Gaps in the data are 10 and 60, in this map they are equal."),
        (judged_with(map4="a"), "these groups were made by the map"),
        (judged_with(map4="abcd"), "these groups were made by the map"),
        (judged_with(map1="a", map3="ad"), "Map 1"),
        (judged_with(map1="", map2="", map3=""), "Map 1: the groups exist"),
        (judged_with(map1="e"), "'e' is none of the letters"),
        (lambda plot_id: "abcd", "Map 1"),
        (lambda plot_id: True, "a set of letters"),
        (lambda plot_id: {"a": True, "b": False, "c": False, "d": True}, "a set of letters"),
        (lambda plot_id: {"the groups exist"}, "none of the letters"),
        (lambda plot_id: set(JUDGED[plot_id]) or None, "returned None"),
    ],
)
def test_judge_hints(answer, hint):
    hinted(check.judge, answer, hint)


# --------------------------------------------------------------------------- 8.5 analogy
def analogy_in_python(a, b, c, E, itos, stoi, exclude=True):
    def unit(word):
        row = E[stoi[word]]
        return [float(x) / math.hypot(*row) for x in row]

    target = [y - x + z for x, y, z in zip(unit(a), unit(b), unit(c), strict=True)]
    asked = (a, b, c) if exclude else ()
    allowed = [word for word in itos if word not in asked]
    return max(allowed, key=lambda word: np.dot(target, unit(word)))


def analogy_by_sorting(a, b, c, E, itos, stoi, exclude=True):
    unit = torch.nn.functional.normalize(torch.tensor(E))
    target = unit[stoi[b]] - unit[stoi[a]] + unit[stoi[c]]
    cosines = torch.cosine_similarity(unit, target[None])
    ranked = [itos[i] for i in cosines.argsort(descending=True).tolist()]
    return next(word for word in ranked if not exclude or word not in {a, b, c})


def analogy_by_distance(a, b, c, E, itos, stoi, exclude=True):
    unit = E / np.sqrt((E**2).sum(1, keepdims=True))
    distances = np.linalg.norm(unit - (unit[stoi[b]] - unit[stoi[a]] + unit[stoi[c]]), axis=1)
    if exclude:
        for word in (a, b, c):
            distances[stoi[word]] = float("inf")
    return np.array(itos)[distances.argmin()]


def analogy_with_minus_two(a, b, c, E, itos, stoi, exclude=True):
    unit = E / np.linalg.norm(E, axis=1)[:, None]
    cosines = cosine_similarity([unit[stoi[b]] - unit[stoi[a]] + unit[stoi[c]]], unit)[0]
    if exclude:
        cosines[[stoi[a], stoi[b], stoi[c]]] = -2
    return itos[np.argmax(cosines)]


class Analogy:
    def __call__(self, a, b, c, E, itos, stoi, exclude=True, k=1):
        return analogy_by_distance(a, b, c, E.astype(np.float32), itos, stoi, exclude)


@pytest.mark.parametrize(
    "answer",
    [
        analogy_in_python,
        analogy_by_sorting,
        analogy_by_distance,
        analogy_with_minus_two,
        Analogy(),
        functools.partial(analogy_by_distance),
        lambda a, b, c, table, words, ids, exclude=True: analogy_in_python(
            a, b, c, table, words, ids, exclude
        ),
        lambda *args, **kwargs: analogy_by_distance(*args, **kwargs),
    ],
)
def test_analogy_in_other_words(answer):
    passes(check.analogy, answer)


def analogy_by(scores_of, left_out=lambda a, b, c, exclude: [a, b, c] if exclude else []):
    def answer(a, b, c, E, itos, stoi, exclude=True):
        unit = E / np.linalg.norm(E, axis=1, keepdims=True)
        scores = scores_of(E, unit, stoi[a], stoi[b], stoi[c])
        scores[[stoi[word] for word in left_out(a, b, c, exclude)]] = -np.inf
        return itos[int(scores.argmax())]

    return answer


def toward(E, unit, a, b, c):
    return unit @ (unit[b] - unit[a] + unit[c])


def second_best(a, b, c, E, itos, stoi, exclude=True):
    unit = E / np.linalg.norm(E, axis=1, keepdims=True)
    order = np.argsort(-toward(E, unit, stoi[a], stoi[b], stoi[c]))
    return itos[order[1 if exclude else 0]]


def zeroed(a, b, c, E, itos, stoi, exclude=True):
    unit = E / np.linalg.norm(E, axis=1, keepdims=True)
    scores = toward(E, unit, stoi[a], stoi[b], stoi[c])
    if exclude:
        scores[[stoi[a], stoi[b], stoi[c]]] = 0
    return itos[int(scores.argmax())]


def scaled_in_place(a, b, c, E, itos, stoi, exclude=True):
    E /= np.linalg.norm(E, axis=1, keepdims=True)
    return analogy_in_python(a, b, c, E, itos, stoi, exclude)


def removed_from_the_list(a, b, c, E, itos, stoi, exclude=True):
    if exclude:
        for word in {a, b, c}:
            itos.remove(word)
    return max(itos, key=lambda word: E[stoi[word]] @ E[stoi[c]])


def by_columns(E, unit, a, b, c):
    return (E / np.linalg.norm(E, axis=0)) @ toward_target(E / np.linalg.norm(E, axis=0), a, b, c)


def toward_target(rows, a, b, c):
    return rows[b] - rows[a] + rows[c]


@pytest.mark.parametrize(
    "answer, hint",
    [
        (analogy_by(toward, lambda a, b, c, exclude: []), "With exclude=True leave out all three"),
        (analogy_by(lambda E, u, a, b, c: u @ (u[a] - u[b] + u[c])), "move from c in the"),
        (analogy_by(lambda E, u, a, b, c: E @ toward_target(E, a, b, c)),
         "The longest vector wins every analogy; use unit vectors."),
        (analogy_by(lambda E, u, a, b, c: u @ toward_target(E, a, b, c)),
         "Scale all rows to length 1 before you add"),
        (analogy_by(lambda E, u, a, b, c: E @ toward_target(u, a, b, c)), "candidates are not"),
        (analogy_by(lambda E, u, a, b, c: u @ u[c]), "nearest to c"),
        (analogy_by(lambda E, u, a, b, c: u @ (u[b] - u[a])), "c is missing"),
        (analogy_by(toward, lambda a, b, c, exclude: [a, b, c]), "exclude=False"),
        (analogy_by(toward, lambda a, b, c, exclude: [] if exclude else [a, b, c]), "upside down"),
        (analogy_by(lambda E, u, a, b, c: -toward(E, u, a, b, c)), "farthest"),
        (analogy_by(lambda E, u, a, b, c: (u @ u[b]) * (u @ u[c]) / (u @ u[a] + 1e-3)), "on ("),
        (analogy_by(by_columns), "row"),
        (second_best, "a word of the question"),
        (zeroed, "A score of 0 can still be the largest"),
        (scaled_in_place, "changed its input"),
        (removed_from_the_list, "changed its input"),
        (lambda *args, **kw: args[5][analogy_in_python(*args, **kw)], "You return the row"),
        (lambda *args, **kw: [analogy_in_python(*args, **kw)], "Return the word alone"),
        (lambda *args, **kw: (analogy_in_python(*args, **kw), 0.8), "Return the word alone"),
        (lambda a, b, c, E, itos, stoi, exclude=False: analogy_in_python(
            a, b, c, E, itos, stoi, exclude), "The default is exclude=True."),
        (lambda *args, **kw: "girl", "a word of the question"),
        (lambda *args, **kw: analogy_in_python(*args, **kw).upper(), "on ("),
        (lambda a, b, c, E, itos, stoi: analogy_in_python(a, b, c, E, itos, stoi), "exclude"),
    ],
)  # fmt: skip
def test_analogy_hints(answer, hint):
    hinted(check.analogy, answer, hint)


# ---------------------------------------------------------------------- what all have in common
EXERCISES = [
    check.sigma_for_perplexity,
    check.q_matrix,
    check.knn_purity,
    check.neighbor_overlap,
    check.judge,
    check.analogy,
]


def unwritten(*args, **kwargs):
    raise NotImplementedError  # your turn


def divides_by_zero(*args, **kwargs):
    return 1 / 0


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_slips_that_are_no_mistake_of_the_subject(exercise):
    assert exercise.verdict(unwritten).status == TODO
    assert exercise.verdict(None).status == TODO
    hinted(exercise, divides_by_zero, "ZeroDivisionError")
    hinted(exercise, lambda *args, **kwargs: None, "None")
    hinted(exercise, lambda *args, **kwargs: "no", "")


@pytest.mark.parametrize("question", [check.six_clusters, check.new_patient_on_a_map])
@pytest.mark.parametrize("odd", [2, ["b"], 1.5, "e", "yes", "bc"])
def test_odd_letters_are_no_answer(question, odd):
    assert question.verdict(odd).status == NOT_YET
    assert question.verdict(None).status == question.verdict("").status == TODO
    assert question.verdict(f" {question.right.upper()}) ").status == CORRECT


def test_exercises_are_listed_in_the_order_of_their_numbers():
    numbers = [task.number for task in checks.tasks(8)]
    assert numbers == ["8.P", "8.1", "8.2", "8.3a", "8.3b", "8.4", "8.5", "8.A", "8.B"]
