import math

import numpy as np
import pytest
import torch

from helpers.mime import MiME
from helpers.mime_by_hand import aux_loss, dx_object, dx_objects, gate, visit_vector
from helpers.visit_objects import VisitObjects

RNG = np.random.default_rng(0)
ADLER = [
    ("rx", "furosemide", "heart_failure"),
    ("dx", "hypertension", None),
    ("dx", "heart_failure", None),
    ("px", "ECG", "heart_failure"),
    ("rx", "metoprolol", "hypertension"),
    ("rx", "metoprolol", "heart_failure"),
    ("rx", "aspirin", None),
    ("rx", "insulin", "diabetes"),
    ("dx", "gout", None),
]


# ------------------------------------------------------------------------ objects
def test_each_treatment_is_with_its_diagnosis():
    objects, unlinked = dx_objects(ADLER)
    assert objects == [
        ("hypertension", ["metoprolol"], []),
        ("heart_failure", ["furosemide", "metoprolol"], ["ECG"]),
        ("gout", [], []),
    ]
    assert unlinked == ["aspirin", "insulin"]


def test_every_row_is_somewhere():
    objects, unlinked = dx_objects(iter(ADLER))
    assert sum(1 + len(rx) + len(px) for _, rx, px in objects) + len(unlinked) == len(ADLER)
    assert dx_objects([]) == ([], [])


# ------------------------------------------------------------------- one diagnosis
def object_in_loops(d, M, W_m, W_o):
    size = len(d)
    gates = [max(0, sum(d[i] * W_m[i][k] for i in range(size))) for k in range(size)]
    G = [d[k] + sum(gates[k] * m[k] for m in M) for k in range(size)]
    out = [max(0, sum(G[i] * W_o[i][k] for i in range(size))) for k in range(size)]
    return [out[k] + G[k] for k in range(size)]


def test_an_object_by_hand():
    d, W_m, W_o = np.array([1.0, 2.0]), np.array([[1.0, 0], [0, -1]]), np.array([[0, 1.0], [1, 0]])
    assert gate(d, W_m).tolist() == [1, 0]  # relu of (1, -2)
    # G = (1, 2) + (1, 0) * (3, 5) = (4, 2); G W_o = (2, 4)
    assert dx_object(d, np.array([[3.0, 5.0]]), W_m, W_o).tolist() == [6, 6]


@pytest.mark.parametrize("treatments", [0, 1, 4])
def test_an_object_is_what_loops_say(treatments):
    d, M, W_m, W_o = (RNG.normal(size=s) for s in (3, (treatments, 3), (3, 3), (3, 3)))
    o = dx_object(d, M, W_m, W_o)
    np.testing.assert_allclose(o, object_in_loops(d, M, W_m, W_o))
    np.testing.assert_allclose(dx_object(d, M[::-1], W_m, W_o), o)


def test_a_drug_weighs_otherwise_under_another_diagnosis():
    one, two, drug, W_m = (RNG.normal(size=s) for s in (4, 4, (1, 4), (4, 4)))
    nothing, zeros = np.empty((0, 4)), np.zeros((4, 4))
    with_first = dx_object(one, drug, W_m, zeros) + dx_object(two, nothing, W_m, zeros)
    with_second = dx_object(one, nothing, W_m, zeros) + dx_object(two, drug, W_m, zeros)
    np.testing.assert_allclose(
        with_first - with_second, (gate(one, W_m) - gate(two, W_m)) * drug[0]
    )
    assert abs(with_first - with_second).max() > 0.1


# --------------------------------------------------------------------------- visit
def test_a_visit_by_hand():
    objects, W_v = np.array([[1.0, 2], [3, -5]]), np.array([[1.0, 0], [0, 1]])
    # F = (4, -3), relu(F) = (4, 0)
    assert visit_vector(objects, W_v, np.array([True, True])).tolist() == [8, -3]


def test_padding_adds_nothing_and_no_object_is_zero():
    objects, W_v = RNG.normal(size=(5, 3)), RNG.normal(size=(3, 3))
    mask = np.array([True, False, True, False, False])
    np.testing.assert_allclose(
        visit_vector(objects, W_v, mask), visit_vector(objects[[2, 0]], W_v, mask[[0, 2]])
    )
    assert visit_vector(objects, W_v, np.zeros(5, bool)).tolist() == [0, 0, 0]


# --------------------------------------------------------------------------- losses
def aux_in_loops(objects, dx, rx, U_d, U_m, mask, lam):
    costs = []
    for i in range(len(objects)):
        if mask[i]:
            weights = [math.exp(objects[i] @ U_d[:, c]) for c in range(U_d.shape[1])]
            cost = -math.log(weights[dx[i]] / sum(weights))
            for m in range(U_m.shape[1]):
                q = 1 / (1 + math.exp(-objects[i] @ U_m[:, m]))
                cost -= math.log(q if rx[i][m] else 1 - q)
            costs.append(cost)
    return lam * sum(costs) / len(costs)


def example(slots=5, dim=3, diagnoses=4, drugs=3):
    rng = np.random.default_rng(1)
    o, U_d, U_m = (rng.normal(size=s) for s in ((slots, dim), (dim, diagnoses), (dim, drugs)))
    mask = np.arange(slots) < 3
    return (
        o,
        rng.integers(diagnoses, size=slots),
        rng.integers(2, size=(slots, drugs)),
        U_d,
        U_m,
        mask,
    )


def test_auxiliary_loss_is_what_loops_say():
    assert aux_loss(*example(), 0.3) == pytest.approx(aux_in_loops(*example(), 0.3))


def test_auxiliary_loss_of_a_model_that_knows_nothing():
    o, dx, rx, U_d, U_m, mask = example()
    known_nothing = aux_loss(o, dx, rx, 0 * U_d, 0 * U_m, mask, 1.0)
    assert known_nothing == pytest.approx(math.log(4) + 3 * math.log(2))


def test_lambda_scales_and_padding_does_not_count():
    o, dx, rx, U_d, U_m, mask = example()
    one = aux_loss(o, dx, rx, U_d, U_m, mask, 1.0)
    assert aux_loss(o, dx, rx, U_d, U_m, mask, 0.0) == 0
    assert aux_loss(o, dx, rx, U_d, U_m, mask, 2.0) == pytest.approx(2 * one)
    short = (a[mask] for a in (o, dx, rx))
    assert aux_loss(*short, U_d, U_m, mask[mask], 1.0) == pytest.approx(one)
    assert aux_loss(o, dx, rx, U_d, U_m, np.zeros(5, bool), 1.0) == 0
    assert aux_loss(1000 * o, dx, rx, U_d, U_m, mask, 1.0) < math.inf


# ------------------------------------------------------- the model for whole cohorts
VISITS = [
    [("gout", [], []), ("angina", ["metoprolol", "nitrate"], ["ECG"])],
    [("angina", ["metoprolol"], [])],
    [],
]
DX, RX, PX = ("angina", "gout"), ("metoprolol", "nitrate"), ("ECG",)
COHORT = VisitObjects(
    DX, RX, PX, np.array([1, 0, 0]), np.array([0, 1, 0]), np.array([0, 0, 2, 3]),
    np.array([0]), np.array([0, 0, 1, 1]), np.array([0, 2, 3, 3]), np.array([0, 3]),
    np.zeros(3, int),
)  # fmt: skip


@pytest.fixture
def model():
    return MiME(2, 2, 1, dim=4, rng=torch.Generator().manual_seed(0)).double()


def numbers(*tensors):
    return [tensor.detach().numpy() for tensor in tensors]


def padded_objects(model, visit):
    """Return the objects of a visit by hand, in three slots, and the mask."""
    dx, rx, px, W_m, W_o = numbers(model.dx, model.rx, model.px, model.W_m, model.W_o)
    slots = np.full((3, 4), 7.0)
    for i, (name, drugs, procedures) in enumerate(visit):
        given = [rx[RX.index(m)] for m in drugs] + [px[PX.index(m)] for m in procedures]
        slots[i] = dx_object(dx[DX.index(name)], np.reshape(given, (-1, 4)), W_m, W_o)
    return slots, np.arange(3) < len(visit)


def test_the_model_makes_the_same_objects_and_visits(model):
    by_hand = [padded_objects(model, visit) for visit in VISITS]
    slots = np.concatenate([objects[mask] for objects, mask in by_hand])
    np.testing.assert_allclose(*numbers(model.objects(COHORT)), slots, atol=1e-12)
    visits = [visit_vector(objects, *numbers(model.W_v), mask) for objects, mask in by_hand]
    np.testing.assert_allclose(*numbers(model(COHORT)), visits, atol=1e-12)


def test_the_model_has_the_same_auxiliary_loss(model):
    by_hand = [padded_objects(model, visit) for visit in VISITS]
    slots, mask = (np.concatenate(parts) for parts in zip(*by_hand, strict=True))
    dx, given = np.zeros(9, int), np.zeros((9, 3))
    all_objects = [found for visit in VISITS for found in visit]
    for i, (name, drugs, procedures) in zip(np.flatnonzero(mask), all_objects, strict=True):
        dx[i] = DX.index(name)
        given[i] = [key in (*drugs, *procedures) for key in (*RX, *PX)]
    U_d, U_rx, U_px = numbers(model.heads.U_dx, model.heads.U_rx, model.heads.U_px)
    loss = aux_loss(slots, dx, given, U_d.T, np.vstack([U_rx, U_px]).T, mask, 0.5)
    losses = model.auxiliary(model.objects(COHORT), COHORT)
    assert 0.5 * sum(losses).item() == pytest.approx(loss, rel=1e-12)
