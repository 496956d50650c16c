import math

import numpy as np
import pytest
import torch

from helpers.word2vec import (
    cbow_context_grad,
    cbow_hidden,
    discard_prob,
    negative_sampling_loss,
    noise_distribution,
    sample_negatives,
    sgns_loss_grads,
    sgns_step,
)


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def log_sigmoid(x):
    return -math.log(1 + math.exp(-x))


def eq_4(center, context, noise):
    """Mikolov et al. (2013b), eq. 4, in loops: slow, and easy to compare with print."""
    total = 0.0
    for v, u, negatives in zip(*(x.tolist() for x in (center, context, noise)), strict=True):
        total += log_sigmoid(dot(u, v))
        for u_j in negatives:
            total += log_sigmoid(-dot(u_j, v))
    return -total / len(center)


def random_pairs(batch=6, k=3, dim=4):
    rng = torch.Generator().manual_seed(0)
    shapes = [(batch, dim), (batch, dim), (batch, k, dim)]
    return [torch.randn(shape, generator=rng, dtype=torch.float64) for shape in shapes]


def test_loss_of_a_pair_worked_by_hand():
    # true score log 3 gives 3/4, noise score log 4 gives 1/5: -log(3/20)
    v, u, noise = (
        np.array([1.0, 0.0]),
        np.array([math.log(3), 7.0]),
        np.array([[math.log(4), -7.0]]),
    )
    batch = [torch.tensor(x)[None] for x in (v, u, noise)]
    assert negative_sampling_loss(*batch).item() == pytest.approx(math.log(20 / 3))
    loss, grad_v, grad_pos, grad_neg = sgns_loss_grads(v, u, noise)
    assert loss == pytest.approx(math.log(20 / 3))
    np.testing.assert_allclose(grad_pos, [-1 / 4, 0])
    np.testing.assert_allclose(grad_neg, [[4 / 5, 0]])
    np.testing.assert_allclose(grad_v, -1 / 4 * u + 4 / 5 * noise[0])


@pytest.mark.parametrize("batch, k, dim", [(1, 1, 1), (6, 3, 4), (2, 10, 5)])
def test_loss_is_the_papers_equation(batch, k, dim):
    pairs = random_pairs(batch, k, dim)
    assert negative_sampling_loss(*pairs).item() == pytest.approx(eq_4(*pairs))


def test_gradients_are_those_of_torch():
    v, u, noise = (x[:1].clone().requires_grad_() for x in random_pairs())
    loss = negative_sampling_loss(v, u, noise)
    loss.backward()
    found = sgns_loss_grads(*(x.detach().numpy()[0] for x in (v, u, noise)))
    assert found[0] == pytest.approx(loss.item())
    for gradient, x in zip(found[1:], (v, u, noise), strict=True):
        np.testing.assert_allclose(gradient, x.grad[0])


def test_gradients_are_the_numeric_ones():
    rows = [x.numpy()[0] for x in random_pairs()]
    gradients = sgns_loss_grads(*rows)[1:]
    for which, gradient in enumerate(gradients):
        for place in np.ndindex(gradient.shape):
            losses = []
            for step in (1e-6, -1e-6):
                moved = [row.copy() for row in rows]
                moved[which][place] += step
                losses.append(sgns_loss_grads(*moved)[0])
            assert (losses[0] - losses[1]) / 2e-6 == pytest.approx(gradient[place], abs=1e-7)


def test_loss_before_training_is_k_plus_1_times_ln_2():
    loss, *gradients = sgns_loss_grads(np.zeros(3), np.zeros(3), np.zeros((5, 3)))
    assert loss == pytest.approx(6 * math.log(2))
    assert not any(gradient.any() for gradient in gradients)


def test_a_noise_word_at_a_right_angle_still_pulls():
    # sigma(0) is one half: "no opinion" is half wrong
    _, grad_v, _, _ = sgns_loss_grads(np.array([1.0, 0.0]), np.zeros(2), np.array([[0.0, 2.0]]))
    np.testing.assert_allclose(grad_v, [0, 1])


@pytest.mark.parametrize("sign", [1, -1])
def test_scores_of_a_thousand_stay_finite(sign):
    v, u, noise = np.array([1.0]), np.array([1000.0 * sign]), np.array([[1000.0 * sign]])
    loss, *_ = sgns_loss_grads(v, u, noise)
    assert loss == 1000  # one of the two answers is right, the other as wrong as can be
    batch = [torch.tensor(x)[None] for x in (v, u, noise)]
    assert negative_sampling_loss(*batch).item() == 1000


def test_a_step_pulls_the_context_and_pushes_a_noise_word_as_often_as_it_was_drawn():
    rng = np.random.default_rng(0)
    center_table, context_table = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    noise = np.array([2, 4, 2])
    before = center_table.copy(), context_table.copy()
    expected = sgns_loss_grads(before[0][0], before[1][1], before[1][noise])
    loss = sgns_step(0, 1, noise, center_table, context_table, learning_rate=0.1)
    assert loss == expected[0]
    np.testing.assert_allclose(center_table[0], before[0][0] - 0.1 * expected[1])
    np.testing.assert_array_equal(center_table[1:], before[0][1:])
    np.testing.assert_allclose(context_table[1], before[1][1] - 0.1 * expected[2])
    np.testing.assert_allclose(context_table[4], before[1][4] - 0.1 * expected[3][1])
    np.testing.assert_allclose(context_table[2], before[1][2] - 0.2 * expected[3][0])
    np.testing.assert_array_equal(context_table[[0, 3]], before[1][[0, 3]])


def test_noise_distribution_is_flattened_by_power():
    counts = np.array([81, 16, 1])
    three_quarters = np.array([27, 8, 1]) / 36  # 81 ** 0.75 is 27, 16 ** 0.75 is 8
    np.testing.assert_allclose(noise_distribution(counts), three_quarters)
    np.testing.assert_allclose(noise_distribution(counts, power=0.0), 1 / 3)
    np.testing.assert_allclose(noise_distribution(counts, power=1.0), counts / 98)
    assert counts.tolist() == [81, 16, 1]


def test_words_never_seen_are_never_noise():
    assert noise_distribution(np.array([5, 0]), power=0.0).tolist() == [1, 0]


def test_noise_is_drawn_as_often_as_its_share_and_never_the_forbidden_word():
    p = np.array([0.4, 0.3, 0.2, 0.1])
    drawn = sample_negatives(np.random.default_rng(0), p, 20_000, forbid=1)
    assert len(drawn) == 20_000
    expected = np.array([0.4, 0, 0.2, 0.1]) / 0.7
    spread = np.sqrt(expected * (1 - expected) / 20_000)
    found = np.bincount(drawn, minlength=4) / 20_000
    assert found[1] == 0
    assert (np.abs(found - expected) <= 4 * spread).all()


def test_noise_comes_from_the_generator_that_was_given():
    p = np.array([0.5, 0.25, 0.25])
    first, again = (sample_negatives(np.random.default_rng(7), p, 9, forbid=2) for _ in range(2))
    assert first.tolist() == again.tolist()


def test_discard_probability_is_the_papers():
    found = discard_prob(np.array([0.4, 0.1, 0.001, 0.0001, 0.0]), t=1e-3)
    np.testing.assert_allclose(found, [0.95, 0.9, 0, 0, 0])
    shares = np.linspace(0, 0.05, 20)
    assert (np.diff(discard_prob(shares)) >= 0).all()


def test_cbow_hidden_is_a_mean_without_order():
    table = np.array([[1.0, 2.0], [3.0, 6.0], [100.0, 100.0]])
    np.testing.assert_allclose(cbow_hidden(np.array([0, 1]), table), [2, 4])
    np.testing.assert_allclose(cbow_hidden(np.array([1, 0, 1, 0]), table), [2, 4])
    np.testing.assert_allclose(cbow_hidden(np.array([1]), table), table[1])


def test_cbow_gradient_is_the_numeric_one():
    table = np.random.default_rng(0).normal(size=(4, 3))
    u, context_ids = np.array([0.5, -1.0, 2.0]), np.array([0, 2, 2])
    # the loss u . h has gradient u in h; row 2 is there twice, row 1 not at all
    row = cbow_context_grad(u, len(context_ids))
    for word, times in [(0, 1), (1, 0), (2, 2)]:
        moved = table.copy()
        moved[word, 1] += 1e-6
        slope = (u @ cbow_hidden(context_ids, moved) - u @ cbow_hidden(context_ids, table)) / 1e-6
        assert slope == pytest.approx(times * row[1], abs=1e-8)


def test_bad_input_is_named():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="one must be positive"):
        noise_distribution(np.array([0, 0]))
    with pytest.raises(ValueError, match="must not be negative"):
        noise_distribution(np.array([3, -1]))
    with pytest.raises(ValueError, match="only word 0 has any noise probability"):
        sample_negatives(rng, np.array([1.0, 0.0]), 3, forbid=0)
    with pytest.raises(ValueError, match="these sum to 5"):
        discard_prob(np.array([2, 3]))
    with pytest.raises(ValueError, match="t is 0"):
        discard_prob(np.array([0.5]), t=0)
    with pytest.raises(ValueError, match="without context"):
        cbow_hidden(np.array([], dtype=int), np.ones((2, 2)))
    with pytest.raises(ValueError, match="n_context is 0"):
        cbow_context_grad(np.ones(2), 0)
