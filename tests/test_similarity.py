import math

import numpy as np
import pytest

from helpers.similarity import analogy, cosine_to, most_similar, nearest, pairwise_cosine, unit_rows
from helpers.vocab import Vocab
from tests.plugin import as_in_a_notebook

WORDS = Vocab(("fever", "pyrexia", "cough", "fracture"), np.array([4, 3, 2, 1]))
ROWS = np.array([[1.0, 0.0], [5.0, 1.0], [1.0, 1.0], [-1.0, 0.0]])


def cosine(a, b):
    lengths = math.sqrt(sum(x * x for x in a)) * math.sqrt(sum(x * x for x in b))
    return sum(x * y for x, y in zip(a, b, strict=True)) / lengths


def test_cosine_by_hand_and_zero_rows():
    cosines = pairwise_cosine(np.array([[3.0, 4.0], [0.0, 2.0], [0.0, 0.0]]))
    np.testing.assert_allclose(cosines, [[1, 0.8, 0], [0.8, 1, 0], [0, 0, 0]])


def test_cosine_is_the_equation():
    table = np.random.default_rng(0).normal(size=(5, 3))
    expected = [[cosine(a, b) for b in table] for a in table]
    np.testing.assert_allclose(pairwise_cosine(table), expected)


def test_cosine_ignores_length_and_rotation():
    rng = np.random.default_rng(1)
    table = rng.normal(size=(6, 4))
    rotation, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    np.testing.assert_allclose(pairwise_cosine(table @ rotation), pairwise_cosine(table))
    np.testing.assert_allclose(pairwise_cosine(7 * table), pairwise_cosine(table))
    np.testing.assert_allclose(np.linalg.norm(unit_rows(table), axis=1), 1)


def test_most_similar_leaves_out_the_word_and_ignores_length():
    found = most_similar("fever", ROWS, WORDS, k=2)
    assert [word for word, _ in found] == ["pyrexia", "cough"]
    assert [score for _, score in found] == pytest.approx([5 / math.sqrt(26), 1 / math.sqrt(2)])


def test_most_similar_returns_what_there_is():
    found = most_similar("fever", ROWS, WORDS, k=99)
    assert [word for word, _ in found] == ["pyrexia", "cough", "fracture"]
    assert found[-1][1] == pytest.approx(-1)
    assert most_similar("a", np.ones((1, 2)), Vocab(("a",), np.array([1]))) == []


def test_words_of_equal_cosine_come_in_the_order_of_their_ids():
    found = most_similar("cough", np.ones((4, 2)), WORDS)
    assert [word for word, _ in found] == ["fever", "pyrexia", "fracture"]


def test_nearest_by_hand():
    table = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0], [0.0, -1.0]])
    assert nearest(table, 0) == 2  # as near as row 3, and first
    assert nearest(table, 1, weights=(0, 1)) == 2
    assert nearest(table, 1) == 2  # sqrt(18), against 5 and sqrt(34)


def test_a_weight_multiplies_the_column_once():
    table = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 2.5]])
    assert nearest(table, 0, weights=(1.1, 1.3)) == 2  # 3.30 and 3.25
    assert nearest(table, 0, weights=(1.1**2, 1.3**2)) == 1  # twice would give 3.63 and 4.23


def test_a_new_unit_changes_the_nearest_unless_the_weight_undoes_it():
    grams = np.array([[1.0, 50.0], [1.2, 50.0], [1.0, 51.0]])
    milligrams = grams * [1000, 1]
    assert nearest(grams, 0) == 1
    assert nearest(milligrams, 0) == 2
    assert nearest(milligrams, 0, weights=(1e-3, 1)) == 1


def test_analogy_with_and_without_the_question_words():
    words = Vocab(("man", "woman", "king", "queen"), np.array([4, 3, 2, 1]))
    rows = np.array([[1.0, 0.0, 0.0], [0.9, 0.3, 0.0], [0.5, 0.0, 1.0], [0.4, 0.5, 1.0]])
    assert analogy("man", "woman", "king", rows, words)[0][0] == "queen"
    assert len(analogy("man", "woman", "king", rows, words)) == 1
    everything = analogy("man", "woman", "king", rows, words, exclude_question=False)
    assert len(everything) == 4
    assert everything[0][0] in {"king", "queen"}


def test_without_excluding_the_answer_is_often_a_word_of_the_question():
    words = Vocab(("day", "night", "light", "dark"), np.array([4, 3, 2, 1]))
    rows = np.array([[1.0, 0.1, 0.0], [1.0, 0.0, 0.1], [0.0, 1.0, 0.0], [0.0, 0.8, 0.6]])
    with_question = analogy("day", "night", "light", rows, words, exclude_question=False)
    assert with_question[0][0] == "light"
    assert analogy("day", "night", "light", rows, words)[0][0] == "dark"


def test_bad_input_is_named():
    with pytest.raises(KeyError, match="'gout' is not among the 4 known tokens"):
        most_similar("gout", ROWS, WORDS)
    with pytest.raises(ValueError, match="3 rows for 4 known tokens"):
        most_similar("fever", ROWS[:3], WORDS)
    with pytest.raises(ValueError, match="k is 0"):
        most_similar("fever", ROWS, WORDS, k=0)
    with pytest.raises(IndexError, match="row 4 is not in 0"):
        nearest(ROWS, 4)
    with pytest.raises(ValueError, match="3 weights for 2 columns"):
        as_in_a_notebook(nearest)(ROWS, 0, weights=np.ones(3))
    with pytest.raises(ValueError, match="at least two rows"):
        nearest(ROWS[:1], 0)


def test_cosine_to_one_vector_is_a_column_of_all_cosines():
    table = np.random.default_rng(2).normal(size=(5, 3))
    np.testing.assert_allclose(cosine_to(3 * table[1], table), pairwise_cosine(table)[:, 1])
    assert cosine_to(np.zeros(3), table).tolist() == [0] * 5
