import numpy as np
import pytest
import torch

from helpers.gru_cells import VARIANTS, gru_step, hard_sigmoid

HIDDEN = 3


def in_loops(x_w, h, U, c, variant):
    """One patient, one number at a time, from the equations; columns are z, r, n."""

    def gate(a):
        return min(max(0.2 * a + 0.5, 0), 1) if variant == "v1" else 1 / (1 + np.exp(-a))

    def column(g, j):
        return x_w[g * HIDDEN + j], U[:, g * HIDDEN + j], c[g * HIDDEN + j]

    new, gates = [], []
    for g in (0, 1):
        columns = [column(g, j) for j in range(HIDDEN)]
        gates.append([gate(x + h @ u + b) for x, u, b in columns])
    z, r = gates
    for j in range(HIDDEN):
        x, u, b = column(2, j)
        if variant == "sigmoid_reset_after":
            n = np.tanh(x + r[j] * (h @ u + b))
        else:
            n = np.tanh(x + b + (np.array(r) * h) @ u)
        new.append(z[j] * h[j] + (1 - z[j]) * n)
    return new


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_step_is_the_equations_in_loops(variant):
    rng = np.random.default_rng(0)
    x_w, h = rng.normal(size=(4, 3 * HIDDEN)) * 2, rng.normal(size=(4, HIDDEN))
    U, c = rng.normal(size=(HIDDEN, 3 * HIDDEN)), rng.normal(size=3 * HIDDEN)
    if not VARIANTS[variant].reset_after:
        c[:] = 0
    bias = torch.tensor(c) if VARIANTS[variant].reset_after else None
    tensors = (torch.tensor(array) for array in (x_w, h, U))
    found = gru_step(*tensors, bias, VARIANTS[variant])
    expected = [in_loops(x_w[i], h[i], U, c, variant) for i in range(4)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_the_three_forms_are_three_models():
    torch.manual_seed(0)
    x_w, h, U = torch.randn(2, 9), torch.randn(2, 3), torch.randn(3, 9)
    v1, before, after = (
        gru_step(x_w, h, U, torch.zeros(9) if form.reset_after else None, form)
        for form in VARIANTS.values()
    )
    assert not torch.allclose(v1, before) and not torch.allclose(before, after)


def test_hard_sigmoid():
    x = torch.tensor([-3.0, -2.5, -1.0, 0.0, 2.5, 9.0])
    torch.testing.assert_close(hard_sigmoid(x), torch.tensor([0.0, 0.0, 0.3, 0.5, 1.0, 1.0]))
