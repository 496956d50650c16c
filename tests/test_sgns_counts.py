import math

import numpy as np
import pytest
import torch

from helpers.noise import noise_distribution
from helpers.sgns_counts import improve, improve_block, shares, train_on_counts
from helpers.two_tables import TrainingPlan
from helpers.word2vec import sgns_loss_grads


def random_counts(vocab=6, seed=0):
    rng = np.random.default_rng(seed)
    half = rng.integers(0, 5, size=(vocab, vocab)).astype(float)
    return half + half.T


def random_tables(vocab=6, dim=3, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return (torch.randn(vocab, dim, generator=generator, dtype=torch.float64) for _ in range(2))


def loss_in_loops(center, context, counts, noise, k):
    """Levy and Goldberg (2014), eq. 7, divided by the number of pairs: one pair at a time."""
    total = 0.0
    for i, j in np.ndindex(*counts.shape):
        x = float(center[i] @ context[j])
        total += counts[i, j] * math.log(1 + math.exp(-x))
        total += k * counts[i].sum() * noise[j] * math.log(1 + math.exp(x))
    return total / counts.sum()


def parts(counts, noise, k):
    yes = torch.tensor(counts / counts.sum())
    return yes, (k * yes.sum(dim=1), torch.tensor(noise))


def test_loss_is_the_equation_in_loops():
    counts, (center, context) = random_counts(), random_tables()
    noise = noise_distribution(counts.sum(axis=1))
    yes, noise_parts = parts(counts, noise, k=4)
    expected = loss_in_loops(center, context, counts, noise, k=4)
    loss = improve(center.clone(), context, yes, noise_parts, torch.zeros(6, dtype=torch.float64))
    assert loss == pytest.approx(expected)


def test_loss_is_the_expectation_of_the_loss_of_drawn_pairs():
    # two words, k = 1: the noise of a pair is word 0 or word 1, so both can be listed
    counts = np.array([[2.0, 3.0], [3.0, 0.0]])
    noise = np.array([0.25, 0.75])
    center, context = (table.numpy() for table in random_tables(vocab=2))
    total = sum(
        counts[i, j] * noise[n] * sgns_loss_grads(center[i], context[j], context[[n]])[0]
        for i, j in np.ndindex(2, 2)
        for n in range(2)
    )
    assert loss_in_loops(center, context, counts, noise, 1) == pytest.approx(total / counts.sum())


def test_a_row_moves_against_the_gradient_of_torch():
    # with the identity for curvature a row moves exactly along its own gradient
    counts, (center, context) = random_counts(), random_tables()
    noise = noise_distribution(counts.sum(axis=1))
    yes, (row_noise, column_noise) = parts(counts, noise, k=2)
    asked = yes + torch.outer(row_noise, column_noise)
    penalty = 0.1 * yes.sum(dim=1, keepdim=True)
    moved = center.clone()
    improve_block(moved, context, yes, asked, penalty, torch.eye(3, dtype=torch.float64))
    leaf = center.clone().requires_grad_()
    scores = leaf @ context.T
    loss = (torch.nn.functional.softplus(scores) * asked).sum() - (yes * scores).sum()
    (loss + (penalty * leaf.square()).sum() / 2).backward()
    direction = torch.nn.functional.cosine_similarity(moved - center, -leaf.grad, dim=1)
    torch.testing.assert_close(direction, torch.ones(6, dtype=torch.float64))


@pytest.mark.parametrize("shrink", [0.0, 0.01, 1.0])
@pytest.mark.parametrize("scale", [0.01, 1.0, 10.0])
def test_no_turn_raises_the_penalised_loss_of_any_row(shrink, scale):
    counts, (center, context) = random_counts(seed=3), random_tables()
    center, context = scale * center, scale * context
    noise = noise_distribution(counts.sum(axis=1))
    yes, noise_parts = parts(counts, noise, k=5)
    penalty = shrink * yes.sum(dim=1)
    before = None
    for _ in range(6):
        for rows, columns, split in (
            (center, context, noise_parts),
            (context, center, (5 * torch.tensor(noise), yes.sum(dim=1))),
        ):
            loss = improve(rows, columns, yes, split, penalty)
            size = rows.square().sum(dim=1) + columns.square().sum(dim=1)
            after = loss_in_loops(center, context, counts, noise, 5)
            after += float((penalty * size).sum()) / 2
            assert before is None or after <= before + 1e-9
            before = after
            assert math.isfinite(loss)


def test_training_ends_at_pmi_minus_ln_k():
    # Levy and Goldberg (2014), eq. 12: with room enough (d = V) and noise as frequent as words
    rng = np.random.default_rng(0)
    half = rng.gamma(2.0, size=(12, 12))
    counts = half + half.T
    totals = counts.sum(axis=1)
    plan = TrainingPlan(dim=12, k=3, epochs=400, shrink=0.0)
    result = train_on_counts(counts, noise_distribution(totals, power=1.0), plan)
    scores = result.center_table @ result.context_table.T
    pmi = np.log(counts * counts.sum() / np.outer(totals, totals))
    assert np.corrcoef(scores.ravel(), pmi.ravel())[0, 1] > 0.999
    np.testing.assert_allclose(scores, pmi - np.log(3), atol=0.05)


def test_words_that_never_meet_can_have_the_same_neighbors():
    # two drugs (0, 1) for the same disease (2, 3): low first-order, high second-order similarity
    counts = np.array([[0, 0, 9, 9], [0, 0, 9, 9], [9, 9, 0, 9], [9, 9, 9, 0]], dtype=float)
    plan = TrainingPlan(dim=4, epochs=100, shrink=0.001)
    result = train_on_counts(counts, np.full(4, 0.25), plan)
    u, v = result.center_table[:2]
    assert u @ v / np.linalg.norm(u) / np.linalg.norm(v) > 0.99
    assert result.center_table[0] @ result.context_table[1] < -3


def test_a_shrunken_table_is_smaller():
    counts, noise = random_counts(), np.full(6, 1 / 6)
    sizes = [
        np.linalg.norm(train_on_counts(counts, noise, TrainingPlan(dim=4, shrink=s)).center_table)
        for s in (0.0, 0.1, 10.0)
    ]
    assert sizes[0] > sizes[1] > sizes[2]


def test_a_word_without_pairs_stays_at_zero():
    counts = np.array([[0.0, 3, 0], [3, 0, 0], [0, 0, 0]])
    result = train_on_counts(counts, np.array([0.4, 0.4, 0.2]), TrainingPlan(dim=5))
    assert not result.center_table[2].any()
    assert result.center_table[:2].any()


def test_one_word_ends_at_its_share_of_yes():
    # asked 1 + k times, yes once: s(x) = 1 / (1 + k)
    plan = TrainingPlan(dim=2, k=4, epochs=50, shrink=0.0)
    result = train_on_counts(np.array([[8.0]]), np.array([1.0]), plan)
    score = (result.center_table @ result.context_table.T).item()
    assert score == pytest.approx(math.log(1 / 4), abs=1e-3)


def test_shares_and_bad_input():
    assert shares(np.array([[1.0, 2], [1, 0]]), np.ones(2)).tolist() == [[0.25, 0.5], [0.25, 0]]
    with pytest.raises(ValueError, match=r"counts have shape \(2, 3\) for 2 words"):
        shares(np.ones((2, 3)), np.ones(2))
    with pytest.raises(ValueError, match="there must be pairs"):
        shares(np.zeros((2, 2)), np.ones(2))
    with pytest.raises(ValueError, match="must not be negative"):
        shares(np.array([[3.0, -1], [1, 1]]), np.ones(2))
