import math

import numpy as np
import pytest
import torch

from helpers.activations import sigmoid
from helpers.cbow import CbowModel, context_mask, train_cbow
from helpers.similarity import most_similar
from helpers.two_tables import TrainingPlan
from helpers.vocab import build_vocab
from helpers.word2vec import cbow_hidden, sgns_loss_grads

TOKENS = torch.tensor([[0, 1, 2, 1, 3], [4, 4, 0, 2, 3]])
SENTENCE = torch.tensor([[7, 7, 7, 8, 8], [8, -1, 9, 9, 9]])
WINDOWS = torch.tensor([[1, 2, 1, 2, 1], [2, 2, 1, 1, 2]])
NOISE = torch.tensor([[1, 5], [0, 2]])
PLAN = TrainingPlan(dim=3, k=4, shrink=0.0)


def model_with_random_tables(slope=0.1):
    model = CbowModel(6, PLAN, slope)
    generator = torch.Generator().manual_seed(0)
    for table in (model.center_table, model.context_table):
        table.copy_(torch.randn(table.shape, generator=generator))
    return model


def words_in_loops():
    """Yield (word, ids of its context, noise) for every word that has a context."""
    for tokens, sentence, windows, noise in zip(
        *(x.tolist() for x in (TOKENS, SENTENCE, WINDOWS, NOISE)), strict=True
    ):
        for i in range(5):
            around = [
                tokens[j]
                for j in range(max(0, i - windows[i]), min(5, i + windows[i] + 1))
                if j != i and sentence[j] == sentence[i]
            ]
            if around:
                yield tokens[i], around, noise


def test_context_by_hand():
    mask = context_mask(torch.tensor([[5, 5, 5, 6]]), torch.tensor([[1, 1, 2, 2]]))
    assert mask.tolist() == [[[0, 1, 0, 0], [1, 0, 1, 0], [1, 1, 0, 0], [0, 0, 0, 0]]]


def test_loss_is_the_equation_in_loops():
    model = model_with_random_tables()
    center, context = model.center_table.double().numpy(), model.context_table.double().numpy()
    total, n_words = 0.0, 0
    for word, around, noise in words_in_loops():
        hidden = cbow_hidden(np.array(around), center)
        total += sgns_loss_grads(hidden, context[word], context[noise[:0]])[0]
        for n in noise:
            total -= PLAN.k / len(noise) * math.log(sigmoid(-hidden @ context[n]))
        n_words += 1
    loss, n = model.loss(TOKENS, NOISE, context_mask(SENTENCE, WINDOWS))
    assert loss == pytest.approx(total) and n == n_words == 8


def test_a_step_is_the_gradient_in_loops():
    # every context row gets the whole gradient of the hidden vector, as the released program does
    model = model_with_random_tables()
    center, context = model.center_table.double().numpy(), model.context_table.double().numpy()
    for_center, for_context = np.zeros_like(center), np.zeros_like(context)
    for word, around, noise in words_in_loops():
        hidden = cbow_hidden(np.array(around), center)
        for n, answer, times in [(word, 1, 1.0)] + [(n, 0, PLAN.k / len(noise)) for n in noise]:
            error = times * (sigmoid(hidden @ context[n]) - answer)
            for_context[n] += error * hidden
            for row in around:
                for_center[row] += error * context[n]
    model.step(TOKENS, NOISE, context_mask(SENTENCE, WINDOWS), learning_rate=1e-3)
    moved = (center - model.center_table.numpy()) / 1e-3
    np.testing.assert_allclose(moved, for_center, rtol=0.02, atol=2e-3)
    moved = (context - model.context_table.numpy()) / 1e-3
    np.testing.assert_allclose(moved, for_context, rtol=0.02, atol=2e-3)


def test_shrinking_is_counted_once_a_word_with_context():
    plain, shrunk = model_with_random_tables(), model_with_random_tables()
    shrunk.shrink = 0.5
    for model in (plain, shrunk):
        model.step(TOKENS, NOISE, context_mask(SENTENCE, WINDOWS), learning_rate=1e-3)
    words = np.bincount([word for word, _, _ in words_in_loops()], minlength=6)
    start = model_with_random_tables()
    for name in ("center_table", "context_table"):
        difference = (getattr(plain, name) - getattr(shrunk, name)) / 1e-3
        expected = 0.5 * words[:, None] * getattr(start, name).numpy()
        np.testing.assert_allclose(difference, expected, rtol=0.02, atol=5e-3)


def walks(n=400):
    rng = np.random.default_rng(0)
    steps = rng.integers(-1, 2, size=(n, 30)).cumsum(axis=1)
    return [[f"w{i % 20}" for i in walk] for walk in steps + rng.integers(20, size=(n, 1))]


def test_training_starts_at_k_plus_1_ln_2_and_finds_the_neighbors():
    vocab = build_vocab(walks())
    result = train_cbow(walks(), vocab, dim=16, window=2, k=5)
    assert result.history[-1] < result.history[0] < 6 * math.log(2) + 1e-6
    near = {word for word, _ in most_similar("w7", result.center_table, vocab, k=4)}
    assert near == {"w5", "w6", "w8", "w9"}
    short = train_cbow([["a", "b"]], build_vocab([["a", "b"]]), epochs=1)
    assert short.history[0] == pytest.approx(6 * math.log(2))


@pytest.mark.parametrize(
    "sentences", [[["a", "b"]] * 500, [["a"] * 3000], [["x"] * 3000 + ["y", "z"]]]
)
def test_odd_corpora_do_not_diverge(sentences):
    result = train_cbow(sentences, build_vocab(sentences), epochs=10)
    assert result.history[-1] < 6 * math.log(2)


def test_unknown_tokens_are_counted_and_bad_input_is_named():
    vocab = build_vocab([["a", "b"]])
    assert train_cbow([["a", "x", "b"], ["y"]], vocab, epochs=1).n_unknown == 2
    with pytest.raises(ValueError, match="no word has a context"):
        train_cbow([["a"], ["x", "b"]], vocab)
