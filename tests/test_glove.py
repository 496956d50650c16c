import math
import re

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array

from helpers.glove import adagrad_step, glove_loss, glove_weight, train_glove


def random_model(vocab=5, dim=3, seed=0):
    rng = torch.Generator().manual_seed(seed)
    shapes = (vocab, dim), (vocab, dim), (vocab,), (vocab,)
    return [torch.randn(s, generator=rng, dtype=torch.float64).requires_grad_() for s in shapes]


def random_counts(vocab=5, seed=0):
    rng = np.random.default_rng(seed)
    return torch.from_numpy(rng.poisson(0.8, (vocab, vocab)) * rng.choice([0.5, 1, 200.0], vocab))


def eq_8(center, context, a, b, counts, x_max, alpha):
    """Pennington et al. (2014), eq. 8 and 9, in loops."""
    total = 0.0
    for i, j in np.ndindex(*counts.shape):
        x = float(counts[i, j])
        if x > 0:
            weight = (x / x_max) ** alpha if x < x_max else 1.0
            score = sum(float(p) * float(q) for p, q in zip(center[i], context[j], strict=True))
            total += weight * (score + float(a[i]) + float(b[j]) - math.log(x)) ** 2
    return total


def test_loss_of_one_cell_by_hand():
    # x = 16, x_max = 256: weight (1/16)^.75 = 1/8; score 2 + 1/2 + 1/4
    center, context = torch.tensor([[1.0, 1.0]]), torch.tensor([[2.0, 0.0]])
    loss = glove_loss(
        center, context, torch.tensor([0.5]), torch.tensor([0.25]), torch.tensor([[16.0]]), 256.0
    )
    assert loss.item() == pytest.approx((2.75 - math.log(16)) ** 2 / 8)


@pytest.mark.parametrize("x_max, alpha", [(100.0, 0.75), (2.0, 1.0), (1000.0, 0.0)])
def test_loss_is_the_papers_equation(x_max, alpha):
    model, counts = [part.detach() for part in random_model()], random_counts()
    assert (counts == 0).any() and (counts > 100).any()
    loss = glove_loss(*model, counts, x_max, alpha)
    assert loss.item() == pytest.approx(eq_8(*model, counts, x_max, alpha))


def test_gradients_are_those_of_the_closed_form():
    model, counts = random_model(), random_counts()
    glove_loss(*model, counts).backward()
    center, context, a, b = (part.detach().numpy() for part in model)
    x = counts.numpy()
    met = x > 0
    gap = center @ context.T + a[:, None] + b - np.log(np.where(met, x, 1))
    slope = 2 * np.where(met, np.minimum(1, (x / 100) ** 0.75), 0) * gap
    for part, expected in zip(
        model, (slope @ context, slope.T @ center, slope.sum(1), slope.sum(0)), strict=True
    ):
        np.testing.assert_allclose(part.grad.numpy(), expected)


def test_weight_rises_to_1_and_stays():
    weight = glove_weight(torch.tensor([0.0, 1.0, 10.0, 100.0, 1e6]))
    np.testing.assert_allclose(weight, [0, 10**-1.5, 10**-0.75, 1, 1], rtol=1e-5)


def test_steps_are_those_of_torch():
    start = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    mine, theirs = start.clone(), start.clone().requires_grad_()
    squares, judge = torch.zeros(4, 3), torch.optim.Adagrad([theirs], lr=0.3)
    for seed in range(5):
        gradient = torch.randn(4, 3, generator=torch.Generator().manual_seed(seed))
        theirs.grad = gradient.clone()
        judge.step()
        adagrad_step([mine], [squares], [gradient], 0.3)
    np.testing.assert_allclose(mine, theirs.detach(), rtol=1e-5)


def planted(vocab=12, dim=2, seed=1):
    """Counts whose logarithms are exactly a product of two tables plus biases."""
    rng = np.random.default_rng(seed)
    center, context = rng.normal(size=(2, vocab, dim))
    biases = rng.normal(1, 0.5, size=(2, vocab))
    return np.exp(center @ context.T + biases[0][:, None] + biases[1])


def test_training_finds_planted_counts():
    counts = planted()
    result = train_glove(counts, dim=2, epochs=300, x_max=10, learning_rate=0.2)
    assert result.history[-1] < 1e-3 * result.history[0]
    np.testing.assert_allclose(result.scores, np.log(counts), atol=0.2)


def test_an_empty_cell_is_never_looked_at():
    counts = planted()
    counts[3, 4] = 0
    result = train_glove(counts, dim=2, epochs=5, seed=3)
    sparse = train_glove(csr_array(counts), dim=2, epochs=5, seed=3)
    np.testing.assert_allclose(result.center_table, sparse.center_table)
    full = train_glove(counts, dim=2, epochs=300, x_max=10, learning_rate=0.2)
    # the cell is filled from its row and its column
    assert full.scores[3, 4] == pytest.approx(np.log(planted())[3, 4], abs=0.5)


def test_empty_cells_can_be_given_a_count():
    counts = np.kron(np.eye(2), np.full((6, 6), 50.0))  # two groups that never meet
    apart = counts == 0
    settings = {"dim": 4, "epochs": 300, "x_max": 1, "learning_rate": 0.2}
    without = train_glove(counts, **settings)
    told = train_glove(counts, empty_as=0.1, **settings)
    for model in (without, told):
        np.testing.assert_allclose(model.scores[~apart], math.log(50), atol=0.1)
    np.testing.assert_allclose(told.scores[apart], math.log(0.1), atol=0.1)
    assert np.abs(without.scores[apart] - math.log(0.1)).mean() > 0.5


def test_embedding_is_the_sum_of_both_tables():
    result = train_glove(planted(), dim=2, epochs=1)
    np.testing.assert_array_equal(
        result.embedding_table, result.center_table + result.context_table
    )


def test_same_seed_same_model():
    tables = [train_glove(planted(), dim=2, epochs=2, seed=s).center_table for s in (0, 0, 1)]
    np.testing.assert_array_equal(tables[0], tables[1])
    assert np.abs(tables[0] - tables[2]).max() > 0.01


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"shape \(2, 3\)"):
        train_glove(np.ones((2, 3)))
    with pytest.raises(ValueError, match="not be negative"):
        train_glove(np.array([[1.0, -1.0], [1.0, 2.0]]))
    with pytest.raises(ValueError, match="not be all 0"):
        train_glove(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="epochs is 0"):
        train_glove(np.ones((2, 2)), epochs=0)
    with pytest.raises(ValueError, match="alpha is -1"):
        train_glove(np.ones((2, 2)), alpha=-1)
    for odd in (math.nan, math.inf, 1e300, 1e-60):  # the last two have no place in single precision
        with pytest.raises(ValueError, match=rf"counts\[1, 0\] is {re.escape(str(odd))}"):
            train_glove(np.array([[1.0, 1.0], [odd, 2.0]]))


def test_a_training_that_flies_off_is_named():
    with pytest.raises(ValueError, match=r"no longer a number in epoch .*learning_rate"):
        train_glove(np.full((3, 3), 5.0), learning_rate=1e25, epochs=20)
