import math

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array

from helpers.incidence import ones_at
from helpers.sentence_encoder import (
    AveragingEncoder,
    encode,
    info_nce,
    split_in_two,
    train_encoder,
)
from helpers.similarity import pairwise_cosine


def rows(n=5, dim=4, seed=0):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(n, dim, generator=rng, dtype=torch.float64)


def in_loops(first, second, tau):
    """One softmax a row, without a matrix."""

    def cosine(a, b):
        dot = sum(x * y for x, y in zip(a, b, strict=True))
        return dot / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))

    total = 0.0
    for i, a in enumerate(first):
        terms = [math.exp(cosine(a, b) / tau) for b in second]
        total -= math.log(terms[i] / sum(terms))
    return total / len(first)


@pytest.mark.parametrize("tau", [0.1, 1.0])
def test_info_nce_is_the_equation(tau):
    first, second = rows(seed=1), rows(seed=2)
    expected = in_loops(first.tolist(), second.tolist(), tau)
    assert info_nce(first, second, tau).item() == pytest.approx(expected)


def test_info_nce_at_its_ends():
    alike = torch.ones(7, 3)
    assert info_nce(alike, alike).item() == pytest.approx(math.log(7))
    # orthogonal texts, each beside its own: one cosine of 1, six of 0
    right = math.log(1 + 6 * math.exp(-10))
    assert info_nce(torch.eye(7), 3 * torch.eye(7)).item() == pytest.approx(right, rel=1e-3)


def test_info_nce_ignores_lengths_and_sees_the_order_of_rows():
    first, second = rows(seed=1), rows(seed=2)
    assert info_nce(2 * first, 0.1 * second).item() == pytest.approx(info_nce(first, second).item())
    order = torch.tensor([3, 0, 4, 1, 2])
    assert info_nce(first[order], second[order]).item() == pytest.approx(
        info_nce(first, second).item()
    )
    assert info_nce(first, first).item() < info_nce(first, first[order]).item()


def test_info_nce_refuses():
    with pytest.raises(ValueError, match="tau is 0"):
        info_nce(rows(), rows(), 0)
    with pytest.raises(ValueError, match="no row"):
        info_nce(rows(0), rows(0))


def test_encoder_is_its_equation():
    encoder = AveragingEncoder(6, dim=3, seed=4)
    ids = [0, 2, 2, 5]
    bag = torch.nn.functional.embedding_bag(torch.tensor([ids]), encoder.word_table, mode="mean")
    hidden = torch.nn.functional.linear(bag, encoder.hidden.T, encoder.hidden_bias).relu()
    expected = torch.nn.functional.linear(hidden, encoder.out.T, encoder.out_bias)
    counts = csr_array(np.bincount(ids, minlength=6)[None].astype(float))
    np.testing.assert_allclose(encode(encoder, counts), expected.detach(), rtol=1e-5)


def test_encoder_is_a_function_and_its_size_does_not_grow():
    encoder = AveragingEncoder(50, dim=8)
    counts = csr_array(np.random.default_rng(0).integers(3, size=(9, 50)).astype(float))
    np.testing.assert_array_equal(encode(encoder, counts), encode(encoder, counts))
    alone = np.vstack([encode(encoder, counts[[i]]) for i in range(9)])
    np.testing.assert_allclose(encode(encoder, counts), alone, atol=1e-6)
    n_parameters = sum(p.numel() for p in encoder.parameters())
    assert n_parameters == 50 * 8 + 2 * (8 * 8 + 8)
    with pytest.raises(ValueError, match="49 columns for 50 words"):
        encode(encoder, counts[:, :49])


def test_halves_are_dealt_from_each_text_alone():
    texts = ones_at(np.arange(9), np.array([0, 4, 9]), 9)
    first, second = split_in_two(texts, np.random.default_rng(0))
    np.testing.assert_array_equal((first + second).toarray(), texts.toarray())
    assert first.sum(axis=1).tolist() == [2, 2] and second.sum(axis=1).tolist() == [2, 3]
    dealt = [split_in_two(texts, np.random.default_rng(s))[0].toarray() for s in range(60)]
    share = np.mean(dealt, axis=0)[0, :4]  # every sentence is in the first half half the time
    assert share.min() > 0.25 and share.max() < 0.75


def topics(seed=0, texts=60):
    """Texts of six sentences of five words: of three topics, with ten words each."""
    rng = np.random.default_rng(seed)
    topic = np.arange(texts) % 3
    ids = rng.integers(10, size=(texts, 6, 5)) + 10 * topic[:, None, None]
    counts = np.zeros((texts * 6, 30))
    for sentence, words in enumerate(ids.reshape(-1, 5)):
        np.add.at(counts[sentence], words, 1)
    sentences_of = ones_at(np.arange(texts * 6), np.arange(0, texts * 6 + 1, 6), texts * 6)
    return sentences_of, csr_array(counts), topic


def test_contrast_finds_topics_that_nobody_named_also_in_new_texts():
    sentences_of, counts, _ = topics()
    new_sentences, new_counts, new_topic = topics(seed=1)
    for seed in range(2):
        encoder, history = train_encoder(sentences_of, counts, dim=8, batch=30, seed=seed)
        assert history[-1] < history[0]
        vectors = encode(encoder, csr_array(new_sentences @ new_counts))
        cosine, same = pairwise_cosine(vectors), new_topic[:, None] == new_topic
        assert cosine[same].mean() > cosine[~same].mean() + 0.5


def test_training_repeats_itself_and_takes_another_loss():
    sentences_of, counts, _ = topics()
    runs = [train_encoder(sentences_of, counts, dim=4, epochs=2, seed=s)[1] for s in (0, 0, 1)]
    assert runs[0] == runs[1] != runs[2]
    with pytest.raises(ZeroDivisionError):
        train_encoder(sentences_of, counts, dim=4, epochs=1, loss=lambda *a: 1 / 0)


def test_a_text_of_one_sentence_is_refused():
    with pytest.raises(ValueError, match="has no halves"):
        train_encoder(ones_at(np.arange(3), np.array([0, 1, 3]), 3), csr_array(np.eye(3)))


def test_what_cannot_be_trained_on_is_named():
    two = ones_at(np.arange(4), np.array([0, 2, 4]), 4)
    with pytest.raises(ValueError, match="there must be texts"):
        train_encoder(two[:0], csr_array(np.eye(4)))
    with pytest.raises(ValueError, match="4 sentences, but counts of 3"):
        train_encoder(two, csr_array(np.eye(3)))
    with pytest.raises(ValueError, match="batch is 0"):
        train_encoder(two, csr_array(np.eye(4)), batch=0)
