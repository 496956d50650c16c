import numpy as np
import pytest
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer

from helpers.averages import (
    common_direction,
    mean_vector,
    mean_vectors,
    remove_direction,
    sif_weights,
    word_counts,
)
from helpers.vocab import Vocab, build_vocab
from tests.plugin import as_in_a_notebook

WORDS = Vocab(("of", "no", "gout", "asthma"), np.array([80, 15, 4, 1]))
TABLE = np.random.default_rng(0).normal(size=(4, 3))
TEXTS = [["no", "gout"], ["gout", "of", "xyz", "gout"], [], ["asthma", "of", "no", "of"], ["xyz"]]


def algorithm_1(text, a=0.01):
    """Arora et al. (2017), algorithm 1, line 2, in loops."""
    known = [word for word in text if word in WORDS]
    total = np.zeros(3)
    for word in known:
        p = WORDS.counts[WORDS.id(word)] / 100
        total += a / (a + p) * TABLE[WORDS.id(word)]
    return total / max(len(known), 1)


def test_sif_weights_by_hand():
    # with a = .01: 1/81, 1/16, 1/5 and 1/2
    expected = [1 / 81, 1 / 16, 1 / 5, 1 / 2]
    np.testing.assert_allclose(sif_weights(WORDS.counts, 0.01), expected)


def test_sif_weights_fall_with_the_count_and_forget_it_for_large_a():
    weights = sif_weights(WORDS.counts)
    assert (np.diff(weights) > 0).all() and (weights > 0).all() and (weights < 1).all()
    np.testing.assert_allclose(sif_weights(WORDS.counts, 1e6), 1, atol=1e-5)
    np.testing.assert_allclose(sif_weights(WORDS.counts * 7), weights)


@pytest.mark.parametrize(
    "counts, a",
    [([1, 2], 0), ([0, 0], 1e-3), ([-1, 3], 1e-3), ([1, np.inf], 1e-3), ([1, 2], np.inf), ([], 1)],
)
def test_sif_weights_refuse(counts, a):
    with pytest.raises(ValueError, match="must"):
        sif_weights(np.array(counts), a)


@pytest.mark.parametrize("text", TEXTS)
def test_mean_vector_is_the_papers_line(text):
    weight = sif_weights(WORDS.counts, 0.01)
    got = mean_vector(text, TABLE, WORDS.ids, weight)
    np.testing.assert_allclose(got, algorithm_1(text))


def test_unknown_words_count_neither_above_nor_below():
    known = mean_vector(["no", "gout"], TABLE, WORDS.ids)
    np.testing.assert_allclose(mean_vector(["no", "xyz", "gout"], TABLE, WORDS.ids), known)
    np.testing.assert_allclose(known, (TABLE[1] + TABLE[2]) / 2)
    assert not mean_vector(["xyz"], TABLE, WORDS.ids).any()


def test_mean_vector_ignores_order_and_has_one_size():
    text = ["asthma", "of", "no", "of"]
    forth, back = (mean_vector(t, TABLE, WORDS.ids) for t in (text, text[::-1]))
    np.testing.assert_allclose(forth, back)
    assert mean_vector(text * 100, TABLE, WORDS.ids).shape == forth.shape == (3,)


def test_a_string_is_no_list_of_tokens():
    with pytest.raises(ValueError, match="'no gout', not a list"):
        mean_vector("no gout", TABLE, WORDS.ids)


def test_word_counts_are_those_of_another_implementation():
    theirs = CountVectorizer(analyzer=lambda text: text, vocabulary=list(WORDS.tokens))
    np.testing.assert_array_equal(
        word_counts(TEXTS, WORDS).toarray(), theirs.fit_transform(TEXTS).toarray()
    )
    assert word_counts([], build_vocab([["a"]])).shape == (0, 1)


@pytest.mark.parametrize("weight", [None, np.array([0.1, 0.5, 1.0, 2.0])])
def test_many_texts_at_once_are_the_same_as_one_by_one(weight):
    alone = [mean_vector(text, TABLE, WORDS.ids, weight) for text in TEXTS]
    np.testing.assert_allclose(mean_vectors(word_counts(TEXTS, WORDS), TABLE, weight), alone)


def test_common_direction_is_that_of_another_implementation():
    vectors = np.random.default_rng(1).normal(size=(40, 6)) + 0.5
    theirs = TruncatedSVD(1, algorithm="arpack", random_state=0).fit(vectors).components_[0]
    assert abs(common_direction(vectors) @ theirs) == pytest.approx(1)


def test_what_is_left_has_nothing_along_the_direction_and_nothing_else_is_lost():
    vectors = np.random.default_rng(2).normal(size=(20, 5)) + 1
    u = common_direction(vectors)
    rest = remove_direction(vectors, 3 * u)
    np.testing.assert_allclose(rest @ u, 0, atol=1e-12)
    np.testing.assert_allclose(rest + np.outer(vectors @ u, u), vectors)
    np.testing.assert_allclose(remove_direction(rest, u), rest)
    # no other direction would have taken out more
    for other in np.linalg.qr(np.random.default_rng(3).normal(size=(5, 5)))[0]:
        assert np.linalg.norm(rest) <= np.linalg.norm(remove_direction(vectors, other)) + 1e-12


@pytest.mark.parametrize("seed", range(3))
def test_both_steps_are_algorithm_1(seed):
    rng = np.random.default_rng(seed)
    seen, table, texts = rng.integers(1, 500, size=20), rng.normal(size=(20, 4)), []
    columns = np.zeros((4, 15))  # the paper's X, a column for each sentence
    for s in range(15):
        ids = rng.integers(20, size=rng.integers(1, 30))
        texts.append([str(i) for i in ids])
        for i in ids:
            columns[:, s] += 1e-3 / (1e-3 + seen[i] / seen.sum()) * table[i] / len(ids)
    u = np.linalg.svd(columns)[0][:, 0]  # the first singular vector of X
    paper = np.stack([v - u * (u @ v) for v in columns.T])
    vocab = Vocab(tuple(map(str, range(20))), seen)
    mine = mean_vectors(word_counts(texts, vocab), table, sif_weights(seen))
    np.testing.assert_allclose(remove_direction(mine, common_direction(mine)), paper, atol=1e-12)


@pytest.mark.parametrize(
    "function, args, words",
    [
        (mean_vector, (["no"], TABLE, WORDS.ids, np.ones(1)), "1 weights for 4 rows"),
        (mean_vectors, (word_counts(TEXTS, WORDS), TABLE, np.ones(1)), "1 weights for 4 rows"),
        (mean_vectors, (word_counts(TEXTS, WORDS), TABLE[:3]), "4 words for 3 rows"),
        (common_direction, (np.zeros((3, 2)),), "not all 0"),
        (common_direction, (np.zeros((0, 2)),), "not all 0"),
        (common_direction, (np.array([[1.0, np.nan]]),), "finite"),
        (remove_direction, (TABLE, np.zeros(3)), "points nowhere"),
        (remove_direction, (TABLE, np.ones(2)), "2 numbers for rows of 3"),
    ],
)
def test_bad_input_is_named(function, args, words):
    with pytest.raises(ValueError, match=words):
        as_in_a_notebook(function)(*args)
