import math

import numpy as np
import pytest
import torch

from helpers.activations import sigmoid
from helpers.noise import noise_distribution
from helpers.pairs import weight_at
from helpers.sgns_stream import StreamModel, mean_loss, pair_weights, row_length, train_on_stream
from helpers.token_stream import flatten
from helpers.two_tables import TrainingPlan

PLAN = TrainingPlan(dim=3, window=2, k=4, shrink=0.0)
TOKENS = torch.tensor([[0, 1, 2, 1, 3], [4, 4, 0, 2, 3]])
SENTENCE = torch.tensor([[7, 7, 7, 8, 8], [8, -1, 9, 9, 9]])
NOISE = torch.tensor([[1, 5], [0, 0]])


def model_with_random_tables(plan=PLAN, vocab=6, length=5):
    model = StreamModel(vocab, length, plan)
    generator = torch.Generator().manual_seed(0)
    for table in (model.center_table, model.context_table):
        table.copy_(torch.randn(table.shape, generator=generator))
    model.slope = 0.1
    return model


def pairs_in_loops():
    """Yield (center, true context, weight, noise words) of the batch above, pair by pair."""
    for tokens, sentence, noise in zip(
        TOKENS.tolist(), SENTENCE.tolist(), NOISE.tolist(), strict=True
    ):
        for i, j in np.ndindex(5, 5):
            if i != j and abs(i - j) <= PLAN.window and sentence[i] == sentence[j]:
                yield tokens[i], tokens[j], weight_at(abs(i - j), PLAN.window, "dynamic"), noise


def loss_and_gradients_in_loops(model):
    center, context = model.center_table.double().numpy(), model.context_table.double().numpy()
    for_center, for_context = np.zeros_like(center), np.zeros_like(context)
    loss = pairs = 0.0
    for c, o, weight, noise in pairs_in_loops():
        answers = [(o, 1, weight)] + [(n, 0, weight * PLAN.k / len(noise)) for n in noise]
        pairs += weight
        for word, answer, times in answers:
            p = float(sigmoid(center[c] @ context[word]))
            loss -= times * math.log(p if answer else 1 - p)
            for_center[c] += times * (p - answer) * context[word]
            for_context[word] += times * (p - answer) * center[c]
    return loss, pairs, for_center, for_context


def test_weights_of_a_row_by_hand():
    # a b | c, window 2: dynamic weights 1 and 1/2, no pair across the bar, 3 noise scores a token
    band = model_with_random_tables(length=3).band
    assert band.tolist() == [[0, 1, 0.5], [1, 0, 1], [0.5, 1, 0]]
    weight = pair_weights(torch.tensor([[5, 5, 6]]), band, k=6, n_noise=3)
    assert weight.tolist() == [[[0, 1, 0, 2, 2, 2], [1, 0, 0, 2, 2, 2], [0] * 6]]


def test_loss_of_a_batch_is_the_equation_in_loops():
    model = model_with_random_tables()
    weight = pair_weights(SENTENCE, model.band, PLAN.k, n_noise=2)
    loss, pairs = model.loss(TOKENS, NOISE, weight)
    expected, n, _, _ = loss_and_gradients_in_loops(model)
    assert (loss, pairs) == (pytest.approx(expected), pytest.approx(n))


def test_a_step_is_the_gradient_in_loops():
    # with a tiny learning rate there is no damping: the tables move by -rate * gradient
    model = model_with_random_tables()
    _, _, for_center, for_context = loss_and_gradients_in_loops(model)
    before = model.center_table.clone(), model.context_table.clone()
    weight = pair_weights(SENTENCE, model.band, PLAN.k, n_noise=2)
    model.step(TOKENS, NOISE, weight, learning_rate=1e-3)
    moved = (before[0] - model.center_table) / 1e-3, (before[1] - model.context_table) / 1e-3
    np.testing.assert_allclose(moved[0], for_center, rtol=0.02, atol=2e-3)
    np.testing.assert_allclose(moved[1], for_context, rtol=0.02, atol=2e-3)


def test_shrinking_pulls_both_rows_of_a_true_pair_to_zero():
    plain, shrunk = model_with_random_tables(), model_with_random_tables()
    shrunk.shrink = torch.full((6,), 0.5)
    weight = pair_weights(SENTENCE, plain.band, PLAN.k, n_noise=2)
    for model in (plain, shrunk):
        model.step(TOKENS, NOISE, weight, learning_rate=1e-3)
    pairs = np.zeros(6)
    for center, _, times, _ in pairs_in_loops():
        pairs[center] += times  # as often context as center: windows are symmetric
    start = model_with_random_tables()
    for name in ("center_table", "context_table"):
        difference = (getattr(plain, name) - getattr(shrunk, name)) / 1e-3
        expected = 0.5 * pairs[:, None] * getattr(start, name).numpy()
        np.testing.assert_allclose(difference, expected, rtol=0.02, atol=5e-3)


def test_a_row_is_four_windows_long_within_bounds():
    stream = flatten([range(40)], 40)
    assert [row_length(stream, window) for window in (1, 5, 10, 100)] == [24, 24, 40, 128]
    assert row_length(flatten([[0, 1]], 2), 100) == 24


def test_mean_loss_divides_by_pairs():
    assert mean_loss([(3.0, 2.0), (5.0, 2.0)]) == 2.0
    assert math.isnan(mean_loss([]))
    assert math.isnan(mean_loss([(0.0, 0.0)]))


def two_topics(n=300):
    rng = np.random.default_rng(0)
    return [rng.choice(5, size=8) + 5 * rng.integers(2) for _ in range(n)]


def test_training_separates_topics_and_the_loss_falls():
    stream = flatten(two_topics(), 10)
    noise = noise_distribution(np.bincount(stream.ids))
    result = train_on_stream(stream, noise, TrainingPlan(dim=8, epochs=10))
    rows = result.center_table / np.linalg.norm(result.center_table, axis=1, keepdims=True)
    cosine = rows @ rows.T
    assert cosine[:5, :5].mean() > 0.8 and cosine[5:, 5:].mean() > 0.8
    assert cosine[:5, 5:].mean() < 0.5
    assert result.history[-1] < result.history[0] < 6 * math.log(2) + 1e-6


def test_the_stream_goes_where_the_counts_go():
    # no shared code but the data: scores of the exact optimum and of the sampled one agree
    from helpers.pairs import stream_counts
    from helpers.sgns_counts import train_on_counts

    rng = np.random.default_rng(1)
    walk = [np.cumsum(rng.integers(-1, 2, size=60)) % 12 for _ in range(300)]
    stream = flatten(walk, 12)
    noise = noise_distribution(np.bincount(stream.ids))
    plan = TrainingPlan(dim=12, window=2, epochs=30)
    sampled = train_on_stream(stream, noise, plan)
    exact = train_on_counts(stream_counts(stream, 12, 2, "dynamic").toarray(), noise, plan)
    scores = [r.center_table @ r.context_table.T for r in (sampled, exact)]
    frequent = scores[1] > -3
    assert np.corrcoef(scores[0][frequent], scores[1][frequent])[0, 1] > 0.98
    assert sampled.history[-1] == pytest.approx(exact.history[-1], rel=0.05)


def test_a_word_never_kept_is_never_trained():
    stream = flatten(two_topics(50), 10)
    plan = TrainingPlan(dim=4, epochs=2)
    noise = noise_distribution(np.bincount(stream.ids))
    keep = np.ones(10)
    keep[3] = 0
    start = StreamModel(10, 24, plan).center_table
    result = train_on_stream(stream, noise, plan, keep)
    moved = np.abs(result.center_table - start.numpy()).sum(axis=1)
    assert moved[3] == 0 and (np.delete(moved, 3) > 0).all()


@pytest.mark.parametrize("vocab", [1, 2])
def test_a_corpus_of_one_or_two_words_does_not_diverge(vocab):
    stream = flatten([np.arange(3000) % vocab], vocab)
    plan = TrainingPlan(dim=32, epochs=5)
    noise = noise_distribution(np.bincount(stream.ids))
    result = train_on_stream(stream, noise, plan)
    assert result.history[-1] < 6 * math.log(2)
    assert np.abs(result.center_table).max() < 3


def test_the_same_seed_gives_the_same_tables():
    stream, noise = flatten(two_topics(30), 10), np.full(10, 0.1)
    first, again, other = (
        train_on_stream(stream, noise, TrainingPlan(dim=4, epochs=1, seed=seed))
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first.center_table, again.center_table)
    assert not np.allclose(first.center_table, other.center_table)
