"""The equations of Med2Vec, each against loops over plain numbers and against values by hand."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from helpers import med2vec
from helpers.activations import softmax
from helpers.med2vec_by_hand import (
    code_loss,
    forward,
    n_parameters,
    predict,
    top_codes,
    top_ids,
    visit_loss,
    visit_pairs_within,
)
from helpers.ragged import offsets_of
from helpers.visit_views import VisitCodes

FIXTURES = Path(__file__).parent / "fixtures" / "reference_med2vec"

CODES, CODE_DIM, DEMOGRAPHICS, VISIT_DIM, TARGETS = 5, 3, 2, 4, 6


def parameters(seed=0):
    rng = np.random.default_rng(seed)
    shapes = {
        "W_c": (CODES, CODE_DIM),
        "b_c": (CODE_DIM,),
        "W_v": (CODE_DIM + DEMOGRAPHICS, VISIT_DIM),
        "b_v": (VISIT_DIM,),
        "W_s": (VISIT_DIM, TARGETS),
        "b_s": (TARGETS,),
    }
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def layer_in_loops(x, W, b):
    """One number after the other: a sum over the inputs, then the ReLU."""
    return [max(0.0, b[j] + sum(x[i] * W[i][j] for i in range(len(x)))) for j in range(len(W[0]))]


# ------------------------------------------------------------------------- forward
def test_forward_by_hand():
    P = {
        "W_c": np.array([[1.0, -2.0], [-3.0, 1.0], [0.5, 5.0]]),
        "b_c": np.array([1.0, 0.0]),
        "W_v": np.array([[1.0, -1.0], [2.0, 0.5], [-1.0, 1.0]]),
        "b_v": np.array([0.0, 1.0]),
    }
    # codes 0 and 1: sums (-2, -1), with the bias (-1, -1), cut to (0, 0); age 4
    u, v = forward(np.array([1.0, 1.0, 0.0]), np.array([4.0]), P)
    assert u.tolist() == [0.0, 0.0] and v.tolist() == [0.0, 5.0]
    # codes 1 and 2: sums (-2.5, 6), with the bias (-1.5, 6), cut to (0, 6); age -4
    u, v = forward(np.array([0.0, 1.0, 1.0]), np.array([-4.0]), P)
    assert u.tolist() == [0.0, 6.0] and v.tolist() == [16.0, 0.0]


def test_forward_and_predict_in_loops():
    P, rng = parameters(), np.random.default_rng(1)
    x, d = 1.0 * (rng.random((7, CODES)) < 0.5), rng.normal(size=(7, DEMOGRAPHICS))
    u, v = forward(x, d, P)
    y = predict(v, P)
    for t in range(7):
        u_t = layer_in_loops(x[t], P["W_c"], P["b_c"])
        v_t = layer_in_loops(u_t + list(d[t]), P["W_v"], P["b_v"])
        np.testing.assert_allclose(u[t], u_t)
        np.testing.assert_allclose(v[t], v_t)
        scores = [
            P["b_s"][g] + sum(v_t[j] * P["W_s"][j][g] for j in range(VISIT_DIM))
            for g in range(TARGETS)
        ]
        np.testing.assert_allclose(y[t], [math.exp(s) / sum(map(math.exp, scores)) for s in scores])
        one = forward(x[t], d[t], P)
        np.testing.assert_allclose(one[0], u[t])
        np.testing.assert_allclose(one[1], v[t])


def test_demographics_skip_the_first_layer():
    P = parameters() | {"W_v": np.vstack([np.zeros((CODE_DIM, 1)), [[1.0], [0.0]]]), "b_v": [9.0]}
    _, v = forward(np.ones(CODES), np.array([-5.0, 0.0]), P)
    assert v.tolist() == [4.0]  # relu(d) would have made it 9


def test_every_number_that_training_sets_is_counted():
    P = parameters()
    assert sum(table.size for table in P.values()) == n_parameters(
        CODES, CODE_DIM, VISIT_DIM, DEMOGRAPHICS, TARGETS
    )


# ----------------------------------------------------------------------- code loss
def code_loss_in_loops(visits, W_c):
    R = [[max(0.0, weight) for weight in row] for row in W_c.tolist()]
    losses = []
    for visit in visits:
        for i in visit:
            for j in visit:
                if i != j:
                    weights = [
                        math.exp(sum(a * b for a, b in zip(R[k], R[i], strict=True)))
                        for k in range(len(R))
                    ]
                    losses.append(-math.log(weights[j] / sum(weights)))
    return sum(losses) / len(losses)


@pytest.mark.parametrize("visits", [[[0, 1]], [[0, 1, 4], [2], [3, 1], []], [[4, 3, 2, 1, 0]]])
def test_code_loss_in_loops(visits):
    W_c = parameters()["W_c"]
    assert code_loss(visits, W_c) == pytest.approx(code_loss_in_loops(visits, W_c))


def test_code_loss_by_hand():
    # R = (ln 2), (1), (0): scores from code 0 are ln² 2, ln 2, 0; from code 1 ln 2, 1, 0
    table = np.array([[math.log(2)], [1.0], [-7.0]])
    from_0 = -math.log(2 / (math.exp(math.log(2) ** 2) + 2 + 1))
    from_1 = -math.log(2 / (2 + math.e + 1))
    assert code_loss([[0, 1]], table) == pytest.approx((from_0 + from_1) / 2)
    assert code_loss([[2, 0]], table) == pytest.approx(
        (math.log(3) - math.log(1 / (math.exp(math.log(2) ** 2) + 2 + 1))) / 2
    )


@pytest.mark.parametrize("table", [np.zeros((7, 2)), -np.ones((7, 2))])
def test_untrained_code_loss_is_the_logarithm_of_the_vocabulary(table):
    assert code_loss([[0, 3, 5], [1, 2]], table) == pytest.approx(math.log(7))


def test_large_visits_weigh_by_their_pairs():
    W_c = parameters()["W_c"]
    two, six = code_loss([[0, 1]], W_c), code_loss([[2, 3, 4]], W_c)
    assert code_loss([[0, 1], [2, 3, 4]], W_c) == pytest.approx((2 * two + 6 * six) / 8)


def test_no_pair_costs_nothing():
    assert code_loss([], np.ones((3, 2))) == code_loss([[1], []], np.ones((3, 2))) == 0.0


# ---------------------------------------------------------------------- visit pairs
def pairs_in_loops(lengths, w):
    owner = [patient for patient, length in enumerate(lengths) for _ in range(length)]
    return {
        (t, other)
        for t in range(len(owner))
        for other in range(len(owner))
        if owner[t] == owner[other] and 1 <= abs(t - other) <= w
    }


@pytest.mark.parametrize("lengths", [[], [1], [3], [2, 1, 4], [5, 0, 2], [1, 1, 1]])
@pytest.mark.parametrize("w", [1, 2, 3, 9])
def test_visit_pairs_in_loops_and_by_formula(lengths, w):
    pairs = visit_pairs_within(lengths, w)
    assert set(pairs) == pairs_in_loops(lengths, w) and len(set(pairs)) == len(pairs)
    by_formula = sum(2 * (T - lag) for T in lengths for lag in range(1, min(w, T - 1) + 1))
    assert len(pairs) == by_formula


# ----------------------------------------------------------------------- visit loss
def visit_loss_in_loops(Yhat, X, pairs, eps):
    total = 0.0
    for t, neighbor in pairs:
        for y, x in zip(Yhat[t], X[neighbor], strict=True):
            total -= x * math.log(y + eps) + (1 - x) * math.log(1 - y + eps)
    return total / len(Yhat)


def test_visit_loss_in_loops():
    rng = np.random.default_rng(2)
    Yhat, X = softmax(rng.normal(size=(6, 4))), 1.0 * (rng.random((6, 4)) < 0.4)
    for w in (1, 2, 5):
        pairs = visit_pairs_within([4, 2], w)
        expected = visit_loss_in_loops(Yhat.tolist(), X.tolist(), pairs, 1e-8)
        assert visit_loss(Yhat, X, pairs) == pytest.approx(expected)


def test_visit_loss_by_hand():
    # two visits; the first expects (3/4, 1/4) and its neighbor has code 0 alone, and so on
    Yhat, X = np.array([[0.75, 0.25], [0.5, 0.5]]), np.array([[1.0, 1.0], [1.0, 0.0]])
    first = -math.log(0.75) - math.log(0.75)
    second = -math.log(0.5) - math.log(0.5)
    assert visit_loss(Yhat, X, [(0, 1)], 0.0) == pytest.approx(first / 2)
    assert visit_loss(Yhat, X, [(0, 1), (1, 0)], 0.0) == pytest.approx((first + second) / 2)


def test_visit_loss_without_pairs_is_zero_and_certainty_stays_finite():
    sure = np.array([[1.0, 0.0]])
    assert visit_loss(sure, np.zeros((1, 2)), []) == 0.0
    assert visit_loss(np.zeros((0, 2)), np.zeros((0, 2)), []) == 0.0
    assert visit_loss(sure, np.array([[0.0, 1.0]]), [(0, 0)]) == pytest.approx(-2 * math.log(1e-8))


# ------------------------------------------------------------------------ top codes
def test_top_codes_by_hand():
    W_c = np.array([[0.5, 0.0], [-2.0, -1.0], [0.9, 0.0], [0.5, -0.1], [0.0, 0.0]])
    assert top_codes(W_c, 0, "abcde", 2) == ["c", "a"]
    assert top_codes(W_c, 0, "abcde", 9) == ["c", "a", "d"]
    assert top_codes(W_c, 1, "abcde", 3) == []
    assert top_ids(W_c, 0, 9) == [2, 0, 3]


# ------------------------------------------------- beside the fast model, and the authors' program
@pytest.mark.parametrize("window", [1, 2, 4])
def test_the_fast_model_agrees(window):
    rng = np.random.default_rng(5)
    lengths = [3, 1, 4, 2]
    visits = [sorted(rng.permutation(CODES)[: rng.integers(1, CODES)].tolist()) for _ in range(10)]
    P, d = parameters(), rng.normal(size=(10, DEMOGRAPHICS))
    groups = np.array([0, 1, 2, 2, 5])
    ids = np.array([code for visit in visits for code in visit])
    keys = tuple(f"ICD9CM:{i}" for i in range(CODES))
    ragged = VisitCodes(keys, ids, offsets_of(map(len, visits)), offsets_of(lengths))
    tables = med2vec.Parameters(
        *(torch.tensor(P[name]) for name in ("W_c", "b_c", "W_v", "b_v", "W_s", "b_s"))
    )
    x, X = np.zeros((10, CODES)), np.zeros((10, TARGETS))
    for t, visit in enumerate(visits):
        x[t, visit] = X[t, groups[visit]] = 1
    u, v = forward(x, d, P)
    fast = med2vec.forward(tables, ragged, d)
    for mine, theirs in ((u, fast.u), (v, fast.v), (predict(v, P), fast.y)):
        np.testing.assert_allclose(mine, theirs.numpy(), rtol=1e-10)

    def terms(average):
        return med2vec.losses(
            tables, ragged, window=window, groups=groups, demographics=d, average=average
        )

    pairs = visit_pairs_within(lengths, window)
    by_pair, by_visit = terms("pair"), terms("visit")
    assert code_loss(visits, P["W_c"]) == pytest.approx(by_pair.code.item(), rel=1e-6)
    assert visit_loss(predict(v, P), X, pairs) == pytest.approx(by_visit.visit.item(), rel=1e-9)
    assert by_pair.n_code_pairs == sum(len(v) * (len(v) - 1) for v in visits)
    assert 2 * sum(by_pair.n_visit_pairs) == len(pairs)
    for j in range(CODE_DIM):
        assert top_ids(P["W_c"], j, 3) == [i for i, _ in med2vec.top_codes(tables.W_c, j, 3)]


def test_the_program_of_the_authors_agrees():
    z = np.load(FIXTURES / "case02_w1_plain_multipatient.npz")
    rows = np.split(z["seqs_flat"], np.cumsum(z["seqs_len"])[:-1])
    real = z["mask"] == 1
    visits = [row.tolist() for row, is_visit in zip(rows, real, strict=True) if is_visit]
    assert code_loss(visits, z["param_W_emb"]) == pytest.approx(
        float(z["exp_emb_cost_mean"]), rel=1e-6
    )
    # a delimiter ends a patient; the program divides a lag by its pairs, both directions together
    patients = np.split(real, np.flatnonzero(~real))
    lengths = [int(part.sum()) for part in patients]
    pairs = visit_pairs_within(lengths, 1)
    loss = visit_loss(z["exp_results"][real], z["x"][real], pairs)
    per_pair = loss * len(visits) / (len(pairs) / 2)
    assert per_pair == pytest.approx(float(z["derived_visit_cost_clean_lag1"]), rel=1e-6)
