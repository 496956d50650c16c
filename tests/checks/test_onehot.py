"""Answers that the catalogue does not hold: right ones pass, wrong ones get the hint meant."""

import math
import sys

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist
from sklearn.metrics.pairwise import cosine_similarity

from helpers.checks import _sandbox, onehot, start
from tests.checks.judging import hinted, passes

pytestmark = pytest.mark.usefixtures("in_this_process")


# ----------------------------------------------------------------- 0.1 code_share
def share_by_mean(visits, code):
    return np.float32(np.mean([code in visit for visit in visits])) if visits else 0


def share_in_torch(visits, code):
    return torch.tensor([float(code in visit) for visit in visits] or [0.0]).mean()


@pytest.mark.parametrize("answer", [share_by_mean, share_in_torch])
def test_right_shares_pass(answer):
    passes(start.code_share, answer)


def share(test, visits):
    return sum(test(visit) for visit in visits) / max(len(visits), 1)


def returns_in_the_loop(visits, code):
    found = 0
    for visit in visits:
        found += code in visit
        return found / len(visits)
    return 0


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda v, c: share(lambda x: any(y.startswith(c) for y in x), v), "found inside"),
        (lambda v, c: 0.5, "you have 0.5, expected 0.25"),
        (lambda v, c: share(lambda x: any(y is c for y in x), v), "you have 0, expected"),
        (lambda v, c: sum(x.count(c) for x in v), "how often it is named"),
        (lambda v, c: round(100 * share(lambda x: c in x, v), 1), "in percent"),
        (lambda v, c: sum(c in x for x in v) / (len(v) - 1 or 1), "you have 0.6667, expected 0.5"),
        (lambda v, c: len({tuple(x) for x in v if c in x}) / (len(v) or 1), "0.3333"),
        (returns_in_the_loop, "Is return inside the loop?"),
        (lambda v, c: share(lambda x: c in x, [x for x in v if x]), "visit without codes"),
        (lambda v, c: share(lambda x: c in x, {tuple(x) for x in v}), "count them once"),
        (lambda v, c: round(share(lambda x: c in x, v), 2), "you round"),
        (lambda v, c: str(share(lambda x: c in x, v)), "a str; one number"),
        (lambda v, c: share(lambda x: c in x, v) if v else None, "in every branch"),
        (lambda v, c: share(lambda x: c not in x, v), "on ("),
        (lambda v, c: sum(c in x for x in v) / (len(v) + 1), "you have 0.4, expected 0.5"),
    ],
)
def test_wrong_shares_get_their_hint(answer, words):
    hinted(start.code_share, answer, words)


# -------------------------------------------------------------------- 1.1 one_hot
def refuse(values, categories, unknown, error=ValueError):
    strangers = [value for value in values if value not in categories]
    if strangers and unknown == "error":
        raise error(f"unknown: {strangers}")


def plain_rows(values, categories):
    return [[int(value == category) for category in categories] for value in values]


def as_lists(values, categories, unknown="error"):
    refuse(values, categories, unknown)
    return plain_rows(values, categories)


def by_comparison(values, categories, unknown="error"):
    refuse(values, categories, unknown)
    return np.array(values)[:, None] == np.array(categories)


def with_index(values, categories, unknown="error"):
    out = torch.zeros(len(values), len(categories))
    for i, value in enumerate(values):
        if value in categories or unknown == "error":
            out[i, categories.index(value)] = 1
    return out


@pytest.mark.parametrize("answer", [as_lists, by_comparison, with_index])
def test_right_one_hots_pass(answer):
    passes(onehot.one_hot, answer)


def changed(make, error=ValueError):
    def answer(values, categories, unknown="error"):
        refuse(values, categories, unknown, error)
        return make(np.array(plain_rows(values, categories)).reshape(-1, len(categories)))

    return answer


def names_all_values(values, categories, unknown="error"):
    if unknown == "error" and set(values) - set(categories):
        raise ValueError(f"unknown value in {values}")
    return plain_rows(values, categories)


def sees_only_what_is_all_unknown(values, categories, unknown="error"):
    if unknown == "error" and values and not set(values) & set(categories):
        raise ValueError(f"unknown: {values[0]}")
    return plain_rows(values, categories)


def one_list_for_all_rows(values, categories, unknown="error"):
    refuse(values, categories, unknown)
    rows = [[0] * len(categories)] * len(values)
    for row, value in zip(rows, values, strict=True):
        if value in categories:
            row[categories.index(value)] = 1
    return rows


def by_identity(values, categories, unknown="error"):
    refuse(values, categories, unknown)
    return [[value is category for category in categories] for value in values]


def returns_the_class(values, categories, unknown="error"):
    strangers = unknown == "error" and set(values) - set(categories)
    return ValueError if strangers else plain_rows(values, categories)


def names_the_first_value(values, categories, unknown="error"):
    if unknown == "error" and set(values) - set(categories):
        raise ValueError(f"unknown: {values[0]}")
    return plain_rows(values, categories)


def returns_the_error(values, categories, unknown="error"):
    try:
        return as_lists(values, categories, unknown)
    except ValueError as error:
        return error


@pytest.mark.parametrize(
    "answer, words",
    [
        (changed(lambda rows: rows, KeyError), "a ValueError is asked for"),
        (changed(lambda rows: rows, Exception), "it raises Exception (unknown"),
        (names_the_first_value, "should name Kiwi"),
        (returns_the_error, "Write raise instead of return"),
        (changed(lambda rows: rows.argmax(axis=1)), "one number per value"),
        (returns_the_class, "Write raise instead of return"),
        (names_all_values, "the error should name Kiwi"),
        (lambda v, c, unknown="error": as_lists(c, v, unknown), "it raised ValueError"),
        (sees_only_what_is_all_unknown, "nobody noticed"),
        (one_list_for_all_rows, "one and the same list"),
        (by_identity, "you have False, expected 1"),
        (changed(lambda rows: rows[:, ::-1]), "Use the order of `categories`"),
        (changed(lambda rows: 2 * rows - 1), "at [0, 1]"),
        (changed(lambda rows: np.roll(rows, 1, axis=1)), "come in another order"),
        (changed(lambda rows: rows[:, 1:]), "the shape is (3, 2), expected (3, 3)"),
        (changed(lambda rows: rows[rows.any(axis=1)]), "the shape is (1, 3), expected (2, 3)"),
        (changed(lambda rows: rows.sum(axis=0)), "the shape is (3,)"),
        (changed(lambda rows: rows.astype(str)), "returned text"),
        (changed(lambda rows: rows + (~rows.any(axis=1))[:, None]), "should be all zeros"),
        (changed(lambda rows: {"rows": rows}), "a dict; an array of numbers"),
    ],
)
def test_wrong_one_hots_get_their_hint(answer, words):
    hinted(onehot.one_hot, answer, words)


# ------------------------------------------------------------- 1.2 pairwise_cosine
def cosine_in_loops(X):
    def cosine(a, b):
        lengths = math.sqrt(sum(x * x for x in a)) * math.sqrt(sum(x * x for x in b))
        return float(a @ b / lengths) if lengths else 0.0

    return [[cosine(a, b) for b in X] for a in X]


def cosine_in_torch(X):
    X = torch.tensor(X, dtype=torch.float32)
    return torch.nn.functional.cosine_similarity(X[:, None], X[None], dim=-1)


def lengths(X):
    return np.where(X.any(axis=1), np.linalg.norm(X, axis=1), 1)


def cosine_from_distance(X):
    return np.nan_to_num(1 - cdist(X, X, "cosine"))


@pytest.mark.parametrize(
    "answer", [cosine_similarity, cosine_in_loops, cosine_in_torch, cosine_from_distance]
)
def test_right_cosines_pass(answer):
    passes(onehot.pairwise_cosine, answer)


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda X: abs(cosine_similarity(X)), "The sign is lost"),
        (lambda X: cosine_similarity(X).clip(0, 1), "The sign is lost"),
        (lambda X: np.nan_to_num(np.atleast_2d(np.corrcoef(X))), "that is the correlation"),
        (lambda X: cosine_similarity(X - X.mean(axis=0)), "mean of the columns"),
        (lambda X: np.nan_to_num(cdist(X, X, "cosine"), nan=1), "1 minus the cosine"),
        (lambda X: cosine_similarity(X.T), "should have shape (3, 3), not (4, 4)"),
        (lambda X: np.where(np.eye(len(X)), 1, cosine_similarity(X)), "at [1, 1]"),
        (lambda X: cosine_similarity(X).round(2), "you have 0.97"),
        (lambda X: cdist(X, X), "Diagonal is 0;"),
        (lambda X: np.triu(cosine_similarity(X)), "of (b, a) differ"),
        (lambda X: str(cosine_similarity(X)), "a str; an array"),
        (lambda X: X @ X.T / lengths(X), "one of the two lengths"),
        (lambda X: X @ X.T / lengths(X)[:, None], "one of the two lengths"),
        (lambda X: X @ X.T / np.linalg.norm(X, axis=1), "one of the two lengths"),
        (lambda X: cosine_similarity(X.astype(int)), "at [0, 1] you have"),
        (lambda X: cosine_similarity(X).round(4), "you have 0.9707, expected 0.970725"),
        (lambda X: X @ X.T / (lengths(X) * lengths(X)[:, None] + 0.01), "Diagonal is 0.999"),
        (lambda X: X * X / lengths(X)[:, None], "have shape (3, 3), not (3, 4)"),
    ],
)
def test_wrong_cosines_get_their_hint(answer, words):
    hinted(onehot.pairwise_cosine, answer, words)


# ---------------------------------------------------------------------- 1.3 lookup
def rows_by_recursion(ids, table):
    return [rows_by_recursion(i, table) for i in ids] if ids.ndim else table[int(ids)]


def rows_by_torch(ids, table):
    return torch.nn.functional.embedding(torch.as_tensor(ids), torch.as_tensor(table))


@pytest.mark.parametrize(
    "answer", [rows_by_recursion, rows_by_torch, lambda ids, table: table.take(ids, axis=0)]
)
def test_right_lookups_pass(answer):
    passes(onehot.lookup, answer)


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda ids, table: table.T[ids], "You took columns"),
        (lambda ids, table: table[ids - 1], "Off by one"),
        (lambda ids, table: np.take(table, ids), "the shape is (2,)"),
        (lambda ids, table: np.array([table[i] for i in ids]), "0-d array"),
        (lambda ids, table: table[ids].astype(int), "you have"),
        (lambda ids, table: np.array([table[int(i)] for i in ids]), "Visits come as"),
        (lambda ids, table: np.eye(len(table))[ids].argmax(axis=-1) @ table, "does not fit"),
    ],
)
def test_wrong_lookups_get_their_hint(answer, words):
    hinted(onehot.lookup, answer, words)


def product_of_comparison(ids, table):
    return (ids[..., None] == np.arange(len(table))) @ table


def product_one_by_one(ids, table):
    rows = [(np.arange(len(table)) == i) @ table for i in ids.ravel()]
    return np.reshape(rows, (*ids.shape, -1))


def row_of_a_row(ids, table):
    return table[(ids[..., None] == np.arange(len(table))).argmax(axis=-1)]


def row_of_a_row_in_torch(ids, table):
    rows = torch.nn.functional.one_hot(torch.as_tensor(ids), len(table))
    return table[rows.argmax(dim=-1)]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on memory")
def test_one_hot_rows_of_a_million_columns_do_not_fit(monkeypatch):
    monkeypatch.setattr(_sandbox, "run", lambda work: _sandbox.run_forked(work, 10, 2 << 30))
    for answer in (row_of_a_row, row_of_a_row_in_torch):
        hinted(onehot.lookup, answer, "does not fit into memory")


@pytest.mark.parametrize("answer", [product_of_comparison, product_one_by_one])
def test_a_product_is_told_from_a_lookup_at_once(answer):
    hinted(onehot.lookup, answer, "does not fit into memory")


def product_in_torch(ids, table):
    rows = torch.nn.functional.one_hot(torch.as_tensor(ids), len(table))
    return rows.double() @ torch.as_tensor(table)


def product_with_few_columns(ids, table):
    n = ids.max() + 1
    return np.eye(n)[ids] @ table[:n]


@pytest.mark.parametrize(
    "answer",
    [product_of_comparison, product_one_by_one, product_in_torch, product_with_few_columns],
)
def test_right_products_pass(answer):
    passes(onehot.lookup_by_matmul, answer)


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda ids, table: table[ids], "this is a look-up"),
        (lambda ids, table: np.eye(3)[ids] @ table, "per ROW of the table"),
        (lambda ids, table: np.eye(len(table))[ids] * table, "it raised ValueError"),
        (lambda ids, table: np.eye(len(table))[:, ids] @ table, "array is turned"),
        (lambda ids, table: np.eye(len(table))[ids] @ table.astype(int), "expected [["),
        (lambda ids, table: np.eye(len(table))[ids.ravel()] @ table, "expected (2, 2, 3)"),
        (lambda ids, table: np.eye(len(table))[ids].sum(axis=0) @ table, "the shape is (3,)"),
    ],
)
def test_wrong_products_get_their_hint(answer, words):
    hinted(onehot.lookup_by_matmul, answer, words)


# ------------------------------------------------------------------- 1.4 multi_hot
def all_ids(visits, n_codes, error=ValueError):
    for visit in visits:
        for code in visit:
            if not 0 <= code < n_codes:
                raise error(f"id {code}")


def presence(visits, n_codes):
    return [[float(code in visit) for code in range(n_codes)] for visit in visits]


def present(visits, n_codes):
    all_ids(visits, n_codes)
    return presence(visits, n_codes)


def capped_counts(visits, n_codes):
    all_ids(visits, n_codes)
    return np.array([np.bincount(np.array(v, int), minlength=n_codes) for v in visits]).clip(0, 1)


@pytest.mark.parametrize("answer", [present, capped_counts])
def test_right_multi_hots_pass(answer):
    passes(onehot.multi_hot, answer)


def leaves_large_ids_to_numpy(visits, n_codes):
    all_ids([[code for code in visit if code < 0] for visit in visits], n_codes)
    rows = np.zeros((len(visits), n_codes))
    for row, visit in zip(rows, visits, strict=True):
        row[visit] = 1
    return rows


def looks_at_the_first_visit(visits, n_codes):
    all_ids(visits[:1], n_codes)
    return presence(visits, n_codes)


def one_list_for_all_visits(visits, n_codes):
    all_ids(visits, n_codes)
    rows = [[0] * n_codes] * len(visits)
    for row, visit in zip(rows, visits, strict=True):
        for code in visit:
            row[code] = 1
    return rows


def each_code_once(visits, n_codes):
    rows, seen = np.array(present(visits, n_codes)), set()
    for row, visit in zip(rows, visits, strict=True):
        row[[code for code in visit if code in seen]] = 0
        seen |= set(visit)
    return rows


@pytest.mark.parametrize(
    "answer, words",
    [
        (leaves_large_ids_to_numpy, "it raises IndexError (index 4"),
        (lambda v, n: all_ids(v, n, AssertionError) or presence(v, n), "raises AssertionError"),
        (lambda v, n: all_ids(v, n + 1) or presence(v, n), "id 4 went through"),
        (looks_at_the_first_visit, "(visit 1 has id 4, outside 0..3)"),
        (one_list_for_all_visits, "one and the same list"),
        (
            lambda v, n: presence([[min(max(c, 0), n - 1) for c in x] for x in v], n),
            "id -1 raises nothing",
        ),
        (lambda v, n: presence([[c % n for c in x] for x in v], n), "switched on the LAST"),
        (each_code_once, "on ([[0, 1], [1, 0, 1]], 3)"),
        (lambda v, n: np.transpose(present(v, n)), "the shape is (4, 2)"),
    ],
)
def test_wrong_multi_hots_get_their_hint(answer, words):
    hinted(onehot.multi_hot, answer, words)


# --------------------------------------------------------------------- 1.5 nearest
def distances(X, i, weights=None, power=2.0):
    factor = np.ones(X.shape[1]) if weights is None else np.asarray(weights)
    distance = (abs((X - X[i]) * factor) ** power).sum(axis=1)
    distance[i] = np.inf
    return distance


def smallest(X, i, weights=None):
    others = [j for j in range(len(X)) if j != i]
    return float(min(others, key=lambda j: distances(X, i, weights)[j]))


def nearest_in_torch(X, i, weights=None):
    X = torch.tensor(X) * torch.tensor([1.0] if weights is None else weights)
    distance = torch.cdist(X[i : i + 1], X)[0]
    distance[i] = torch.inf
    return distance.argmin()


@pytest.mark.parametrize("answer", [smallest, nearest_in_torch])
def test_right_neighbors_pass(answer):
    passes(onehot.nearest, answer)


def nearest_of(distance):
    return lambda X, i, weights=None: int(distance(X, i, weights).argmin())


def distance_zero_excluded(X, i, weights=None):
    distance = distances(X, i, weights)
    return int(np.where(distance > 0, distance, np.inf).argmin())


def without_row_i(X, i, weights=None):
    return int(np.delete(distances(X, i, weights), i).argmin())


def weight_on_the_square(X, i, weights=None):
    return smallest(X, i, None if weights is None else np.sqrt(weights))


def weights_on_one_side(X, i, weights=None):
    distance = np.linalg.norm(X * (1 if weights is None else np.array(weights)) - X[i], axis=1)
    distance[i] = np.inf
    return int(distance.argmin())


def weights_added(X, i, weights=None):
    distance = np.linalg.norm(X - X[i] + (0 if weights is None else np.array(weights)), axis=1)
    distance[i] = np.inf
    return int(distance.argmin())


def difference_of_lengths(X, i, weights=None):
    length = np.linalg.norm(X * (1 if weights is None else np.array(weights)), axis=1)
    distance = abs(length - length[i])
    distance[i] = np.inf
    return int(distance.argmin())


def itself_as_far_as_the_farthest(X, i, weights=None):
    distance = np.where(np.arange(len(X)) == i, 0, distances(X, i, weights))
    distance[i] = distance.max()
    return int(distance.argmin())


def first_column_only(X, i, weights=None):
    return smallest(X[:, :1], i)


def second_of_the_sorted(X, i, weights=None):
    return int(np.argsort(np.where(np.arange(len(X)) == i, 0, distances(X, i, weights)))[1])


@pytest.mark.parametrize(
    "answer, words",
    [
        (distance_zero_excluded, "not the distance 0"),
        (second_of_the_sorted, "not the distance 0"),
        (without_row_i, "move up by one"),
        (nearest_of(lambda X, i, w: distances(X, i, w, power=1)), "absolute differences"),
        (nearest_of(lambda X, i, w: distances(X, i, w, power=50)), "[2.5 2.5]"),
        (nearest_of(lambda X, i, w: distances(X / X.std(axis=0), i, w)), "scale the columns"),
        (weight_on_the_square, "multiplies the squared difference"),
        (lambda X, i, weights=None: smallest(X, i), "does not change with `weights`"),
        (weights_on_one_side, "weights=[1, 1, 2]): you have"),
        (weights_added, "weights=[1, 1, 2]): you have"),
        (difference_of_lengths, "on (["),
        (first_column_only, "on (["),
        (itself_as_far_as_the_farthest, "on ([[10. 10.] [13. 10.]], 0): you have 0, expected 1"),
        (lambda X, i, weights=None: smallest(X, 0, weights), "on (["),
        (lambda X, i, weights=None: smallest(X, i, weights) + 1, "you have 3, expected 2"),
        (lambda X, i, weights=None: str(int(smallest(X, i, weights))), "a str"),
        (lambda X, i, weights=None: smallest(X, i, weights) + 0.4, "returned 2.4"),
        (lambda X, i, weights=None: X[int(smallest(X, i, weights))], "shape (2,)"),
    ],
)
def test_wrong_neighbors_get_their_hint(answer, words):
    hinted(onehot.nearest, answer, words)
