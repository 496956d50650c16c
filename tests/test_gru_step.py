import numpy as np
import pytest
import torch

from helpers import gru_step as gru


@pytest.fixture
def cell():
    torch.manual_seed(0)
    return torch.nn.GRUCell(5, 3)


def test_equals_torch(cell):
    P = gru.parameters_of(cell)
    rng = np.random.default_rng(0)
    x, h = rng.normal(size=(7, 5)), rng.normal(size=(7, 3))
    theirs = cell.double()(torch.tensor(x), torch.tensor(h)).detach().numpy()
    np.testing.assert_allclose(gru.gru_step(x, h, P), theirs, atol=1e-12)
    np.testing.assert_allclose(gru.gru_step(x[0], h[0], P), theirs[0], atol=1e-12)


def test_reading_a_patient_equals_torch(cell):
    P = gru.parameters_of(cell)
    visits = np.random.default_rng(1).normal(size=(6, 5))
    whole = torch.nn.GRU(5, 3).double()
    with torch.no_grad():
        for name in gru.NAMES:
            getattr(whole, f"{name}_l0").copy_(torch.tensor(P[name]))
    _, last = whole(torch.tensor(visits))
    np.testing.assert_allclose(gru.read_visits(visits, P), last[0].detach().numpy(), atol=1e-12)
    assert (gru.read_visits([], P) == 0).all()


def zeros(dim=2, hidden=1):
    return {
        "weight_ih": np.zeros((3 * hidden, dim)), "weight_hh": np.zeros((3 * hidden, hidden)),
        "bias_ih": np.zeros(3 * hidden), "bias_hh": np.zeros(3 * hidden),
    }  # fmt: skip


def test_by_hand():
    # all zero: r = z = 1/2, n = 0, so half of the old state stays
    assert gru.gru_step(np.ones(2), np.array([0.8]), zeros()) == pytest.approx([0.4])


def test_an_open_update_gate_keeps_the_old_state():
    P = zeros()
    P["bias_ih"][1] = 100.0
    assert gru.gru_step(np.ones(2), np.array([0.8]), P) == pytest.approx([0.8])


def test_reset_comes_after_the_product():
    P = zeros()
    P["bias_ih"][:] = (-100.0, -100.0, 0.0)  # r = 0, z = 0
    P["bias_hh"][2], P["weight_hh"][2] = 3.0, 2.0
    assert gru.gru_step(np.ones(2), np.array([0.8]), P) == pytest.approx([0.0])


def test_number_of_parameters(cell):
    assert gru.n_parameters(5, 3) == sum(p.numel() for p in cell.parameters())
