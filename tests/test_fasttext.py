import numpy as np
import pytest
import torch
from scipy.sparse import csr_array, eye_array

from helpers.datasets import load_notes
from helpers.fasttext import improve_subwords, train_fasttext, train_on_subwords
from helpers.noise import noise_distribution
from helpers.sgns_counts import shares, train_on_counts
from helpers.similarity import unit_rows
from helpers.subwords import subword_matrix
from helpers.two_tables import TrainingPlan
from helpers.vocab import build_vocab


def random_counts(vocab=8, seed=0):
    half = np.random.default_rng(seed).poisson(2, (vocab, vocab)).astype(np.float32)
    return half + half.T


def loss_in_loops(center, context, counts, noise, k, penalty):
    """The loss of sgns_counts, pair by pair, with the penalty on center rows."""
    p = counts / counts.sum()
    total = 0.0
    for i, j in np.ndindex(*counts.shape):
        x = float(center[i] @ context[j])
        total += p[i, j] * np.log1p(np.exp(-x))
        total += k * p[i].sum() * noise[j] * np.log1p(np.exp(x))
    return total + 0.5 * float((penalty * (center**2).sum(axis=1)).sum())


def random_state(vocab=8, buckets=5, dim=3, k=2):
    rng = np.random.default_rng(0)
    counts = random_counts(vocab)
    noise = noise_distribution(counts.sum(axis=0))
    H = rng.random((vocab, buckets)) * (rng.random((vocab, buckets)) < 0.6) + 0.01
    H = csr_array((H / H.sum(axis=1, keepdims=True)).astype(np.float32))
    rows, context = (
        torch.from_numpy(rng.normal(size=(n, dim)).astype(np.float32)) for n in (buckets, vocab)
    )
    yes = shares(counts, noise)
    asked = torch.addr(yes, k * yes.sum(dim=1), torch.as_tensor(noise).float())
    penalty = torch.full((vocab,), 0.001)
    return rows, torch.from_numpy(H @ rows.numpy()), context, H, yes, asked, penalty, counts, noise


def test_the_loss_is_that_of_the_loops():
    rows, center, context, H, yes, asked, penalty, counts, noise = random_state()
    expected = loss_in_loops(center.numpy(), context.numpy(), counts, noise, 2, np.zeros(8))
    found = improve_subwords(rows, center, context, H, yes, asked, penalty)
    assert found == pytest.approx(expected, rel=1e-5)


def test_no_turn_raises_the_penalised_loss_and_words_stay_made_of_ngrams():
    rows, center, context, H, yes, asked, penalty, counts, noise = random_state()
    losses = []
    for _ in range(10):
        losses.append(
            loss_in_loops(center.numpy(), context.numpy(), counts, noise, 2, penalty.numpy())
        )
        improve_subwords(rows, center, context, H, yes, asked, penalty)
        np.testing.assert_allclose(center, H @ rows.numpy(), atol=1e-5)
    assert (np.diff(losses) < 0).all()


def test_turns_end_where_the_gradient_of_torch_is_zero():
    rows, center, context, H, yes, asked, penalty, *_ = random_state()
    for _ in range(2000):
        improve_subwords(rows, center, context, H, yes, asked, penalty)
    free = rows.clone().requires_grad_()
    made = torch.from_numpy(H.toarray()) @ free
    scores = made @ context.T
    loss = (asked * torch.nn.functional.softplus(scores)).sum() - (yes * scores).sum()
    loss = loss + 0.5 * (penalty[:, None] * made.square()).sum()
    loss.backward()
    assert free.grad.abs().max() < 1e-4


def test_without_subwords_it_is_skipgram():
    # each word with one bucket of its own: the same optimum as the trainer without sub-words
    counts = random_counts(seed=3)
    noise = noise_distribution(counts.sum(axis=0))
    plan = TrainingPlan(dim=8, k=2, epochs=300, shrink=0.001)
    table, context, history = train_on_subwords(counts, noise, csr_array(eye_array(8)), plan)
    plain = train_on_counts(counts, noise, plan)
    assert history[-1] == pytest.approx(plain.history[-1], rel=1e-3)
    np.testing.assert_allclose(
        table @ context.T, plain.center_table @ plain.context_table.T, atol=0.05
    )


def corpus(seed=0):
    """Two wards; a drug of one never stands in a line of the other."""
    rng = np.random.default_rng(seed)
    heart = ["metoprolol", "carvedilol", "furosemide", "heart", "swelling"]
    sugar = ["metformin", "glipizide", "insulin", "glucose", "thirst"]
    return [list(rng.permutation(ward)[:4]) for ward in (heart, sugar) for _ in range(200)]


def test_a_misspelled_word_lands_at_the_right_one():
    lines = corpus()
    vocab = build_vocab(lines)
    model = train_fasttext(lines, vocab, dim=8, window=None, epochs=20)
    known = unit_rows(model.vectors(vocab.tokens))
    for wrong, right in (("metfromin", "metformin"), ("carvedilool", "carvedilol")):
        cosine = known @ unit_rows(model.vectors([wrong]))[0]
        assert vocab.token(int(cosine.argmax())) == right


def test_an_unseen_word_without_a_known_ngram_has_no_vector():
    lines = corpus()
    model = train_fasttext(lines, build_vocab(lines), dim=4, window=None, epochs=2, n_buckets=10**6)
    assert not model.vectors(["xyzzy"]).any()
    assert model.vectors(["metfromin"]).any()


def test_vectors_of_known_words_come_from_the_table():
    lines = corpus()
    vocab = build_vocab(lines)
    model = train_fasttext(lines, vocab, dim=4, window=None, epochs=3, n_buckets=64)
    H = subword_matrix(vocab.tokens, 64)
    np.testing.assert_allclose(model.vectors(vocab.tokens), H @ model.table)


def test_same_seed_same_model():
    lines = corpus()
    vocab = build_vocab(lines)
    tables = [
        train_fasttext(lines, vocab, dim=4, window=None, epochs=2, seed=s).table for s in (0, 0, 1)
    ]
    np.testing.assert_array_equal(tables[0], tables[1])
    assert np.abs(tables[0] - tables[2]).max() > 0.01


def test_misspellings_are_found_as_gensim_finds_them():
    models = pytest.importorskip("gensim.models")
    notes = load_notes()
    train = notes.sentences("train")
    vocab = build_vocab(train, min_count=5)
    typos = [(typo, word) for typo, word, _ in notes.typos.iter_rows() if word in vocab]
    settings = {"sg": 1, "negative": 5, "min_n": 3, "max_n": 6, "seed": 1, "workers": 1}
    theirs = models.FastText(train, vector_size=64, min_count=5, epochs=10, **settings).wv
    ours = train_fasttext(train, vocab)

    def found(rows_of):
        known = unit_rows(rows_of(vocab.tokens))
        near = (unit_rows(rows_of([typo for typo, _ in typos])) @ known.T).argmax(axis=1)
        return np.mean([vocab.token(i) == word for i, (_, word) in zip(near, typos, strict=True)])

    gensims = found(lambda words: np.array([theirs[word] for word in words]))
    assert gensims > 0.8 and found(ours.vectors) > gensims - 0.03


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="no pairs to train on"):
        train_fasttext([["a"]], build_vocab([["a"]]))
    with pytest.raises(ValueError, match="n_buckets is 0"):
        train_fasttext([["a", "b"]], build_vocab([["a", "b"]]), n_buckets=0)
    with pytest.raises(ValueError, match="dim is 0"):
        train_fasttext([["a", "b"]], build_vocab([["a", "b"]]), dim=0)
