import math

import numpy as np
import pytest
import torch

from helpers.pairs import count_matrix, skipgram_pairs
from helpers.skipgram import (
    sgd_step,
    softmax_counts_loss_grads,
    softmax_loss_grads,
    train_softmax,
    train_softmax_counts,
)
from tests.plugin import as_in_a_notebook

SENTENCE = [0, 1, 2, 3, 1, 0, 2, 2, 4]


def random_tables(vocab=5, dim=3, seed=0, scale=1.0):
    rng = np.random.default_rng(seed)
    return scale * rng.normal(size=(vocab, dim)), scale * rng.normal(size=(vocab, dim))


def numeric_gradient(loss, table, step=1e-6):
    gradient = np.zeros_like(table)
    for place in np.ndindex(table.shape):
        up, down = table.copy(), table.copy()
        up[place] += step
        down[place] -= step
        gradient[place] = (loss(up) - loss(down)) / (2 * step)
    return gradient


def softmax_loss_in_loops(center, context, center_table, context_table):
    v = center_table[center].tolist()
    scores = [sum(x * y for x, y in zip(u, v, strict=True)) for u in context_table.tolist()]
    return -math.log(math.exp(scores[context]) / sum(math.exp(score) for score in scores))


def test_loss_worked_by_hand():
    # scores 0 and ln 3: the second word has probability 3/4
    center_table = np.array([[1.0], [9.0]])
    context_table = np.array([[0.0], [math.log(3)]])
    assert softmax_loss_grads(0, 1, center_table, context_table)[0] == pytest.approx(
        math.log(4 / 3)
    )
    loss, grad_center, grad_context_table = softmax_loss_grads(0, 0, center_table, context_table)
    assert loss == pytest.approx(math.log(4))
    np.testing.assert_allclose(grad_center, [0.75 * math.log(3)])
    np.testing.assert_allclose(grad_context_table, [[-0.75], [0.75]])


def test_loss_is_the_equation_in_loops():
    tables = random_tables()
    for center, context in [(0, 1), (4, 4), (2, 0)]:
        loss, _, _ = softmax_loss_grads(center, context, *tables)
        assert loss == pytest.approx(softmax_loss_in_loops(center, context, *tables))


def test_gradients_are_the_numeric_ones():
    center_table, context_table = random_tables()
    _, grad_center, grad_context_table = softmax_loss_grads(1, 3, center_table, context_table)
    by_center = numeric_gradient(
        lambda table: softmax_loss_grads(1, 3, table, context_table)[0], center_table
    )
    by_context = numeric_gradient(
        lambda table: softmax_loss_grads(1, 3, center_table, table)[0], context_table
    )
    np.testing.assert_allclose(by_center[1], grad_center, atol=1e-7)
    assert not by_center[[0, 2, 3, 4]].any()
    np.testing.assert_allclose(by_context, grad_context_table, atol=1e-7)


def test_gradients_are_those_of_torch():
    center_table, context_table = (torch.tensor(t, requires_grad=True) for t in random_tables())
    scores = context_table @ center_table[2]
    torch.nn.functional.cross_entropy(scores[None], torch.tensor([4])).backward()
    _, grad_center, grad_context_table = softmax_loss_grads(2, 4, *random_tables())
    np.testing.assert_allclose(grad_center, center_table.grad[2])
    np.testing.assert_allclose(grad_context_table, context_table.grad)


def test_rows_of_the_context_gradient_sum_to_zero():
    _, _, grad_context_table = softmax_loss_grads(0, 2, *random_tables())
    np.testing.assert_allclose(grad_context_table.sum(axis=0), 0, atol=1e-12)


def test_loss_before_training_is_ln_v():
    center_table, _ = random_tables(vocab=60)
    loss, _, _ = softmax_loss_grads(7, 8, center_table, np.zeros((60, 3)))
    assert loss == pytest.approx(math.log(60))


def test_one_word_costs_nothing():
    loss, grad_center, grad_context_table = softmax_loss_grads(0, 0, *random_tables(vocab=1))
    assert loss == 0
    assert not grad_center.any() and not grad_context_table.any()


def test_scores_of_a_thousand_do_not_overflow():
    center_table, context_table = np.array([[1.0], [0.0]]), np.array([[1000.0], [-1000.0]])
    likely, _, gradient = softmax_loss_grads(0, 0, center_table, context_table)
    unlikely, _, _ = softmax_loss_grads(0, 1, center_table, context_table)
    assert likely == 0 and unlikely == 2000
    assert not gradient.any()


def test_a_step_uses_the_old_center_row_for_both_tables():
    center_table, context_table = random_tables()
    _, grad_center, grad_context_table = softmax_loss_grads(1, 3, center_table, context_table)
    moved_center, moved_context = center_table.copy(), context_table.copy()
    loss = sgd_step(1, 3, moved_center, moved_context, learning_rate=0.5)
    assert loss == pytest.approx(softmax_loss_in_loops(1, 3, center_table, context_table))
    np.testing.assert_array_equal(moved_center[[0, 2, 3, 4]], center_table[[0, 2, 3, 4]])
    np.testing.assert_allclose(moved_center[1], center_table[1] - 0.5 * grad_center)
    np.testing.assert_allclose(moved_context, context_table - 0.5 * grad_context_table)
    assert softmax_loss_grads(1, 3, moved_center, moved_context)[0] < loss


def test_counted_gradient_is_the_sum_over_pairs():
    center_table, context_table = random_tables()
    pairs = skipgram_pairs(SENTENCE, 2)
    grad_center, grad_context = np.zeros_like(center_table), np.zeros_like(context_table)
    total = 0.0
    for center, context in pairs:
        loss, row, table = softmax_loss_grads(center, context, center_table, context_table)
        total += loss
        grad_center[center] += row
        grad_context += table
    counts = torch.tensor(count_matrix([SENTENCE], 5, 2))
    loss, counted_center, counted_context = softmax_counts_loss_grads(
        counts, torch.tensor(center_table), torch.tensor(context_table)
    )
    assert loss == pytest.approx(total / len(pairs))
    np.testing.assert_allclose(counted_center * len(pairs), grad_center)
    np.testing.assert_allclose(counted_context * len(pairs), grad_context)


def cyclic_corpus():
    """Word i is followed by word i + 1, nothing else: the best loss is ln 2."""
    return [list(range(6)) * 3]


@pytest.mark.parametrize("form", ["pair by pair", "on counts"])
def test_training_starts_at_ln_v_and_reaches_the_entropy_of_the_contexts(form):
    pairs = skipgram_pairs(cyclic_corpus()[0], 1)
    counts = count_matrix(cyclic_corpus(), 6, 1)
    if form == "pair by pair":
        first = train_softmax(pairs[:1], 6, epochs=1).history[0]
        result = train_softmax(pairs, 6, dim=8, epochs=800, learning_rate=0.03)
    else:
        first = train_softmax_counts(counts, epochs=1).history[0]
        result = train_softmax_counts(counts, dim=8, epochs=200)
    assert first == pytest.approx(math.log(6))
    shares = counts / counts.sum(axis=1, keepdims=True)
    best = -(counts * np.log(np.where(shares > 0, shares, 1))).sum() / counts.sum()
    assert best < result.history[-1] < best + 0.08
    assert form in result.trainer


def test_the_same_seed_gives_the_same_tables():
    counts = count_matrix([SENTENCE], 5, 2)
    first, again, other = (train_softmax_counts(counts, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.center_table, again.center_table)
    assert not np.array_equal(first.center_table, other.center_table)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="there are no pairs"):
        train_softmax([], 3)
    with pytest.raises(ValueError, match="there must be pairs"):
        train_softmax_counts(np.zeros((3, 3)))
    with pytest.raises(ValueError, match=r"counts have shape \(2, 3\)"):
        as_in_a_notebook(train_softmax_counts)(np.ones((2, 3)))
    with pytest.raises(ValueError, match="not 0 x 16"):
        train_softmax([(0, 0)], 0)
