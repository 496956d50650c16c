import math

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.sparse import csr_array

from helpers.doc2vec import document_loss, infer_document, infer_documents, train_doc2vec
from helpers.similarity import pairwise_cosine
from helpers.two_tables import penalties
from tests.plugin import as_in_a_notebook

RNG = np.random.default_rng(0)
WORDS = RNG.normal(size=(6, 3))
NOISE = np.array([0.3, 0.25, 0.2, 0.1, 0.1, 0.05])
IDS = np.array([0, 3, 3, 5])


def loss_in_loops(vector, ids, words, noise, k):
    """Mikolov et al. (2013b), eq. 4, with the document as center and the noise summed up."""

    def score(i):
        return sum(a * b for a, b in zip(words[i], vector, strict=True))

    total = 0.0
    for i in ids:
        total += math.log(1 + math.exp(-score(i)))
        for j in range(len(words)):
            total += k * noise[j] * math.log(1 + math.exp(score(j)))
    return total / len(ids)


def test_document_loss_is_the_equation():
    vector = RNG.normal(size=3)
    assert document_loss(vector, IDS, WORDS, NOISE, k=3) == pytest.approx(
        loss_in_loops(vector, IDS, WORDS, NOISE, 3)
    )
    assert document_loss(np.zeros(3), IDS, WORDS, NOISE) == pytest.approx(6 * math.log(2))


def topics(seed=0, per_topic=12, length=40):
    """Documents of three topics, each with ten words of its own."""
    rng = np.random.default_rng(seed)
    counts = np.zeros((3 * per_topic, 30))
    for document in range(len(counts)):
        topic = document % 3
        own = rng.integers(10, size=length) + 10 * topic
        ids = np.where(rng.random(length) < 0.8, own, rng.integers(30, size=length))
        np.add.at(counts[document], ids, 1)
    return csr_array(counts), np.arange(len(counts)) % 3


def test_training_starts_at_k_plus_1_coins_and_goes_down():
    counts, _ = topics()
    model = train_doc2vec(counts, dim=4, k=5)
    assert model.history[0] == pytest.approx(6 * math.log(2), rel=1e-5)
    assert model.history[-1] < 0.8 * model.history[0]
    assert model.document_table.shape == (36, 4) and model.word_table.shape == (30, 4)


def test_the_history_is_the_loss_of_the_documents():
    counts, _ = topics()
    few = train_doc2vec(counts, dim=4, epochs=20, shrink=0)
    # the last steps are small: the loss before the last one is nearly that of the result
    dense = counts.toarray().astype(int)
    losses = [
        document_loss(d, np.repeat(np.arange(30), n), few.word_table, few.noise)
        for d, n in zip(few.document_table, dense, strict=True)
    ]
    assert np.average(losses, weights=dense.sum(axis=1)) == pytest.approx(few.history[-1], rel=0.02)


def test_documents_of_one_topic_are_near_each_other():
    counts, topic = topics()
    for seed in range(3):
        cosine = pairwise_cosine(train_doc2vec(counts, dim=4, seed=seed).document_table)
        same = topic[:, None] == topic
        assert cosine[same].min() > cosine[~same].max()


def test_inference_leaves_the_words_alone_and_finds_the_topic():
    counts, topic = topics()
    model = train_doc2vec(counts, dim=4)
    before = model.word_table.copy()
    new, new_topic = topics(seed=1)
    vectors = infer_documents(model, new)
    np.testing.assert_array_equal(model.word_table, before)
    table = np.vstack([model.document_table, vectors])
    cosine = pairwise_cosine(table)[36:, :36]
    assert (topic[cosine.argmax(axis=1)] == new_topic).all()


def test_inference_ends_at_the_minimum_of_the_convex_loss():
    counts, _ = topics()
    model = train_doc2vec(counts, dim=4)
    ids = np.array([0, 1, 1, 4, 25, 7, 3, 9])
    one = csr_array(np.bincount(ids, minlength=30)[None].astype(float))
    weight = penalties(np.array([8.0]), 0.01, 50.0)[0] / 8
    words = model.word_table.astype(float)

    def penalized(vector):
        return document_loss(vector, ids, words, model.noise) + weight * vector @ vector / 2

    best = minimize(penalized, np.zeros(4)).x
    for seed in range(2):
        found = infer_documents(model, one, epochs=300, seed=seed)[0]
        np.testing.assert_allclose(found, best, atol=0.01)


def test_drawn_noise_scatters_around_the_same_vector():
    found = [
        infer_document(IDS, WORDS, NOISE, 300, 0.05, np.random.default_rng(seed))
        for seed in range(5)
    ]
    best = minimize(lambda v: document_loss(v, IDS, WORDS, NOISE), np.zeros(3)).x
    cosine = pairwise_cosine(np.vstack([best, *found]))
    assert 0.9 < cosine.min() < 1 - 1e-6
    again = infer_document(IDS, WORDS, NOISE, 300, 0.05, np.random.default_rng(0))
    np.testing.assert_array_equal(again, found[0])


def test_one_step_is_the_gradient_worked_out_in_loops():
    words = RNG.normal(size=(4, 2))
    rng = np.random.default_rng(3)
    start = rng.normal(scale=0.01, size=2)
    drawn = rng.choice(4, size=2 * 5, p=[0.25] * 4)
    gradient = np.zeros(2)
    for i in (1, 2):
        gradient += (1 / (1 + math.exp(-words[i] @ start)) - 1) * words[i]
    for j in drawn:
        gradient += 1 / (1 + math.exp(-words[j] @ start)) * words[j]
    got = infer_document(
        np.array([1, 2]), words, np.full(4, 0.25), 1, 0.7, np.random.default_rng(3)
    )
    np.testing.assert_allclose(got, start - 0.7 * gradient / 2)


def test_refusals_name_what_is_wrong():
    counts, _ = topics()
    model = train_doc2vec(counts, dim=2, epochs=2)
    with pytest.raises(ValueError, match="5 columns for 30 words"):
        infer_documents(model, csr_array(np.ones((1, 5))))
    with pytest.raises(ValueError, match="not all 0"):
        train_doc2vec(csr_array((2, 3)))
    one_empty = csr_array(np.array([[1.0, 2.0], [0.0, 0.0]]))
    with pytest.raises(ValueError, match="document 1 has no known word"):
        train_doc2vec(one_empty)
    with pytest.raises(ValueError, match="not all 0"):
        infer_documents(model, csr_array((1, 30)))
    with pytest.raises(ValueError, match="0 or more"):
        infer_documents(model, csr_array(-np.ones((1, 30))))
    with pytest.raises(ValueError, match="without a known word"):
        document_loss(np.zeros(3), np.array([], int), WORDS, NOISE)
    with pytest.raises(IndexError, match="no row -1 in 6 words"):
        infer_document(np.array([-1]), WORDS, NOISE, 1, 0.1, RNG)
    with pytest.raises(ValueError, match="2 chances of noise for 6 words"):
        as_in_a_notebook(infer_document)(np.array([1]), WORDS, np.ones(2) / 2, 1, 0.1, RNG)
    with pytest.raises(ValueError, match="epochs is 0"):
        train_doc2vec(counts, epochs=0)
    with pytest.raises(ValueError, match="without a known word"):
        as_in_a_notebook(infer_document)(np.array([], int), WORDS, NOISE, 1, 0.1, RNG)
