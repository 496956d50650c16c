from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.pairs import (
    bag_counts,
    context_counts,
    count_matrix,
    kept_share,
    number_of_pairs,
    pair_counts,
    skipgram_pairs,
    stream_counts,
    visit_pair_counts,
    visit_pairs,
    visit_sentences,
    weight_at,
)
from helpers.token_stream import flatten

PATIENTS = [[[0, 1, 2], [1]], [[], [3, 3]], [[2]]]


def counted(pairs, vocab_size):
    matrix = np.zeros((vocab_size, vocab_size))
    for center, context in pairs:
        matrix[center, context] += 1
    return matrix


def test_pairs_written_out_by_hand():
    assert Counter(skipgram_pairs("abcd", 1)) == Counter(
        [("a", "b"), ("b", "a"), ("b", "c"), ("c", "b"), ("c", "d"), ("d", "c")]
    )
    assert Counter(skipgram_pairs("aba", 2)) == Counter(
        {("a", "b"): 2, ("b", "a"): 2, ("a", "a"): 2}
    )
    assert len(skipgram_pairs("abcde", 2)) == 14


def test_a_sequence_and_its_reverse_have_the_same_pairs():
    tokens = np.random.default_rng(0).integers(5, size=30).tolist()
    for window in (1, 2, 7, 40):
        assert Counter(skipgram_pairs(tokens, window)) == Counter(
            skipgram_pairs(tokens[::-1], window)
        )


@pytest.mark.parametrize(
    "length, window", [(50, 3), (9, 2), (5, 4), (5, 5), (5, 99), (1, 1), (0, 2)]
)
def test_the_formula_counts_the_listed_pairs(length, window):
    assert number_of_pairs(length, window) == len(skipgram_pairs(range(length), window))


def test_the_formula_by_hand():
    assert number_of_pairs(50, 3) == 2 * 3 * 50 - 3 * 4
    assert number_of_pairs(5, 99) == 5 * 4


@settings(max_examples=40, deadline=None)
@given(
    sentences=st.lists(st.lists(st.integers(0, 4), max_size=9), max_size=5),
    window=st.integers(1, 11),
)
def test_counts_are_the_listed_pairs(sentences, window):
    listed = [pair for sentence in sentences for pair in skipgram_pairs(sentence, window)]
    np.testing.assert_array_equal(count_matrix(sentences, 5, window), counted(listed, 5))


@pytest.mark.parametrize(
    "weighting, at_distances",
    [("flat", [1, 1, 1]), ("inverse", [1, 1 / 2, 1 / 3]), ("dynamic", [1, 2 / 3, 1 / 3])],
)
def test_weights_fall_with_distance(weighting, at_distances):
    counts = count_matrix([[0, 1, 2, 3]], 4, window=3, weighting=weighting)
    np.testing.assert_allclose(counts[0, 1:], at_distances)
    np.testing.assert_array_equal(counts, counts.T)


def test_dynamic_weight_is_the_expectation_of_a_drawn_window():
    window = 5
    for distance in range(1, window + 1):
        reached = sum(drawn >= distance for drawn in range(1, window + 1)) / window
        assert weight_at(distance, window, "dynamic") == pytest.approx(reached)


def test_no_pair_joins_two_sentences():
    assert count_matrix([[0, 1], [2, 3]], 4, window=3).tolist() == [
        [0, 1, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 0, 1],
        [0, 0, 1, 0],
    ]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), max_size=7), max_size=5))
def test_a_bag_is_a_window_without_end(sentences):
    stream = flatten(sentences, 5)
    np.testing.assert_array_equal(
        bag_counts(stream, 5).toarray(), stream_counts(stream, 5, window=7).toarray()
    )


def test_without_pairs_all_counts_are_zero():
    assert pair_counts([], 3, 2).sum() == 0
    assert pair_counts([[0], [], [2]], 3, 2).nnz == 0
    assert count_matrix([[0, 0, 0]], 1, 2).tolist() == [[6]]


def test_bag_pairs_are_all_ordered_pairs_of_a_visit():
    listed = Counter(visit_pairs(PATIENTS))
    assert listed == Counter(
        {(0, 1): 1, (1, 0): 1, (0, 2): 1, (2, 0): 1, (1, 2): 1, (2, 1): 1, (3, 3): 2}
    )
    sizes = [6, 4, 1, 0]
    visits = [list(range(n)) for n in sizes]
    assert len(visit_pairs([visits])) == sum(n * (n - 1) for n in sizes)


def test_a_bag_does_not_know_the_order_of_codes():
    assert Counter(visit_pairs([[[2, 0, 1]]])) == Counter(visit_pairs([[[0, 1, 2]]]))


def test_streams_cross_visits_but_never_patients():
    listed = Counter(visit_pairs([[["a"], ["b"]], [["c"]]], mode="stream", window=5))
    assert listed == Counter([("a", "b"), ("b", "a")])


@pytest.mark.parametrize("mode, window", [("bag", None), ("stream", 1), ("stream", 9)])
def test_visit_counts_are_the_listed_visit_pairs(mode, window):
    counts = visit_pair_counts(PATIENTS, 4, mode, window).toarray()
    np.testing.assert_array_equal(counts, counted(visit_pairs(PATIENTS, mode, window), 4))


def test_a_visit_is_a_stream_with_a_window_as_long_as_the_visit():
    visits = [[0, 3, 1, 1], [2, 0]]
    bag = visit_pair_counts([visits], 4).toarray()
    np.testing.assert_array_equal(bag, count_matrix(visits, 4, window=3))


def test_a_shuffle_keeps_the_expected_share_of_pairs():
    rng = np.random.default_rng(0)
    assert kept_share("abcdef", window=2, n_shuffles=2000, rng=rng) == pytest.approx(0.6, abs=0.01)
    assert number_of_pairs(6, 2) / (6 * 5) == 0.6
    assert kept_share("abcd", window=3, n_shuffles=5, rng=rng) == 1.0
    assert kept_share("aaaa", window=1, n_shuffles=5, rng=rng) == 1.0


def test_repeated_codes_are_compared_as_multisets():
    # aab, window 1: pairs aa aa ab ba; aba has no aa, so two of four are kept; by hand one of
    # the three orders (aab, aba, baa) is aba, so the mean is 1/3 * 2/4 + 2/3 * 1
    rng = np.random.default_rng(0)
    assert kept_share("aab", 1, n_shuffles=4000, rng=rng) == pytest.approx(5 / 6, abs=0.01)


def test_bad_input_is_named():
    rng = np.random.default_rng(0)
    for window in (0, -2):
        with pytest.raises(ValueError, match=f"window is {window}"):
            skipgram_pairs("abc", window)
    with pytest.raises(ValueError, match="window is None"):
        visit_pairs(PATIENTS, mode="stream")
    with pytest.raises(ValueError, match="a bag has no window"):
        visit_pairs(PATIENTS, mode="bag", window=2)
    with pytest.raises(ValueError, match="mode is 'set'"):
        visit_pairs(PATIENTS, mode="set")
    with pytest.raises(ValueError, match="sentence 1 has id 4, not in 0"):
        count_matrix([[0], [1, 4]], 4, 2)
    with pytest.raises(ValueError, match="sentence 0 has id -1"):
        count_matrix([[-1, 0]], 4, 2)
    with pytest.raises(ValueError, match="weighting is 'linear'"):
        count_matrix([[0, 1]], 2, 2, weighting="linear")
    with pytest.raises(ValueError, match="a visit of 1 codes has no pairs"):
        kept_share("a", 2, 5, rng)
    with pytest.raises(ValueError, match="n_shuffles is 0"):
        kept_share("ab", 2, 0, rng)


def test_visit_sentences_are_visits_or_whole_patients():
    patients = [[["a", "b"], ["c"]], [["d"]]]
    assert visit_sentences(patients) == [["a", "b"], ["c"], ["d"]]
    assert visit_sentences(patients, "stream", window=2) == [["a", "b", "c"], ["d"]]
    with pytest.raises(ValueError, match="a bag has no window, but window is 2"):
        visit_sentences(patients, "bag", window=2)
    with pytest.raises(ValueError, match="mode is 'set'"):
        visit_sentences(patients, "set")


def test_trainers_count_a_dynamic_window_or_the_whole_sentence():
    stream = flatten([[0, 1, 2, 0], [2, 2]], 3)
    near = context_counts(stream, 3, 2).toarray()
    np.testing.assert_allclose(near, stream_counts(stream, 3, 2, "dynamic").toarray())
    assert near[0, 1] == 1 + 0.5 and near[0, 2] == 1 + 0.5  # distance 1 counts 1, distance 2 half
    whole = context_counts(stream, 3, None).toarray()
    np.testing.assert_allclose(whole, [[2, 2, 2], [2, 0, 1], [2, 1, 2]])
