import numpy as np
import pytest
import torch

from helpers.bert import Bert, BertConfig
from helpers.contextual import (
    cosines_of_senses,
    nearest_sense,
    read_text,
    sense_gap,
    word_vector_at,
    word_vectors,
)
from helpers.vocab import build_vocab
from helpers.whole_words import WholeWords

CUT = WholeWords(build_vocab([["he", "saw", "a", "play"], ["play", "again"]]))
MODEL = Bert(BertConfig(len(CUT), positions=8, dim=8, heads=2, hidden=8), seed=1, spread=0.5)


def test_layers_go_from_the_table_to_the_last_block():
    reading = read_text(MODEL, CUT, "he saw a play")
    assert reading.tokens == ["[CLS]", "he", "saw", "a", "play", "[SEP]"]
    ids = torch.tensor([CUT.ids(reading.tokens)])
    states, weights = MODEL.states(ids)
    expected = [MODEL.token.weight[ids], *states]
    assert len(reading.hidden) == len(expected) == 4
    for mine, theirs in zip(reading.hidden, expected, strict=True):
        torch.testing.assert_close(torch.tensor(mine), theirs[0])
    torch.testing.assert_close(torch.tensor(reading.weights), torch.cat(weights))
    assert reading.weights.shape == (2, 2, 6, 6)


def test_a_word_has_one_row_at_the_table_and_many_vectors_behind():
    texts = "he saw a play", "play again", "play a play"
    hidden = [read_text(MODEL, CUT, text).hidden for text in texts]
    rows = [
        [word_vector_at(h, t.split(), "play", layer) for h, t in zip(hidden, texts, strict=True)]
        for layer in range(4)
    ]
    assert all((row == rows[0][0]).all() for row in rows[0])
    np.testing.assert_allclose(rows[1][1], rows[1][2])  # both at place 1: the input is the same
    assert np.abs(rows[2][1] - rows[2][2]).max() > 0.01  # and what attention adds is not


def test_vectors_of_many_texts_are_those_of_each():
    texts = ["he saw a play", "play again", "a play a play"]
    vectors, places = word_vectors(MODEL, CUT, texts, "play")
    assert places.tolist() == [4, 1, 2] and vectors.shape == (4, 3, 8)
    for i, place in enumerate(places):
        alone = read_text(MODEL, CUT, texts[i]).hidden[:, place]
        np.testing.assert_allclose(vectors[:, i], alone, atol=1e-6)
    with pytest.raises(ValueError, match="'play' is not in the sentence 'he saw'"):
        word_vectors(MODEL, CUT, ["play", "he saw"], "play")
    with pytest.raises(ValueError, match="9 tokens, the model has 8 positions"):
        word_vectors(MODEL, CUT, ["play", "play " * 7], "play")


def test_the_word_begins_behind_cls_and_the_last_one_may_be_asked_for():
    hidden = np.arange(2 * 6 * 3.0).reshape(2, 6, 3)
    words = ["play", "a", "play", "again"]
    np.testing.assert_array_equal(word_vector_at(hidden, words, "play"), hidden[1, 1])
    np.testing.assert_array_equal(word_vector_at(hidden, words, "play", last=True), hidden[1, 3])
    np.testing.assert_array_equal(word_vector_at(hidden, words, "again", layer=0), hidden[0, 4])
    with pytest.raises(ValueError, match="'cold' is not in the sentence 'play a play again'"):
        word_vector_at(hidden, words, "cold")


def in_loops(A, B):
    def cosine(a, b):
        return a @ b / (a @ a * (b @ b)) ** 0.5

    within = [cosine(X[i], X[j]) for X in (A, B) for i in range(len(X)) for j in range(i)]
    across = [cosine(a, b) for a in A for b in B]
    return np.mean(within), np.mean(across)


def test_cosines_and_gap_are_those_of_the_loops():
    rng = np.random.default_rng(0)
    A, B = rng.normal(1, 1, (5, 3)), rng.normal(0, 1, (3, 3))
    within, across = in_loops(A, B)
    assert cosines_of_senses(A, B) == pytest.approx((within, across))
    assert sense_gap(A, B) == pytest.approx(within - across)
    assert sense_gap(A, B) == pytest.approx(sense_gap(B, A))
    assert sense_gap(3 * A, B) == pytest.approx(sense_gap(A, B))
    assert sense_gap(A[:1], B) == pytest.approx(np.subtract(*in_loops(A[:1], B)))


def test_one_direction_has_no_gap_and_two_have_the_largest():
    ones = np.outer([1.0, 2, 3], [1, 1])
    assert sense_gap(ones, ones) == pytest.approx(0)
    assert sense_gap(ones, -ones) == pytest.approx(2)


def test_only_counted_pairs_count():
    rng = np.random.default_rng(0)
    A, B, places = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), np.array([1, 1, 2, 2] * 2)
    counted = places[:, None] == places
    halves = [in_loops(A[:2], B[:2]), in_loops(A[2:], B[2:])]
    assert cosines_of_senses(A, B, counted) == pytest.approx(tuple(np.mean(halves, axis=0)))


@pytest.mark.parametrize(
    "A, B, words",
    [(np.ones((1, 2)), np.ones((1, 2)), "one sense"), (np.ones((3, 2)), np.ones((0, 2)), "two")],
)
def test_a_gap_needs_pairs_of_both_kinds(A, B, words):
    with pytest.raises(ValueError, match=f"no pair of {words}"):
        sense_gap(A, B)


def test_what_is_no_number_and_what_is_not_there_are_refused():
    with pytest.raises(ValueError, match="nan or infinite"):
        sense_gap(np.array([[1.0, np.nan]] * 2), np.ones((2, 2)))
    with pytest.raises(ValueError, match="no sentence with 'play' to read"):
        word_vectors(MODEL, CUT, [], "play")
    for n, senses in ((0, []), (3, ["game"]), (1, ["game", "theater"])):
        with pytest.raises(ValueError, match=f"{n} known rows and {len(senses)} senses"):
            nearest_sense(np.ones((n, 2)), senses, np.ones((1, 2)))


def test_nearest_sense_goes_by_the_mean_direction():
    known = np.array([[1.0, 0], [0.8, 0.2], [0, 5], [0.1, 1]])
    senses = ["game", "game", "theater", "theater"]
    asked = np.array([[10.0, 1], [0.1, 0.2], [-0.1, 0.01]])
    assert nearest_sense(known, senses, asked) == ["game", "theater", "theater"]


def test_a_tie_goes_to_the_first_name_whatever_the_rounding():
    known, asked = np.ones((2, 3)), np.array([[1.0, 1 - 1e-9, 1]] * 3)
    known[1] += [0, 1e-8, 0]
    assert nearest_sense(known, ["b", "a"], asked) == ["a"] * 3
