import numpy as np
import pytest

from helpers.token_stream import flatten


def test_tokens_keep_the_number_of_their_sentence():
    stream = flatten([[3, 1], [], [2, 2, 0]], vocab_size=4)
    assert stream.ids.tolist() == [3, 1, 2, 2, 0]
    assert stream.sentence_of.tolist() == [0, 0, 2, 2, 2]
    assert len(stream) == 5 and stream.longest == 3


def test_nothing_is_a_stream_too():
    assert len(flatten([], 3)) == 0
    assert flatten([[], []], 3).longest == 0


def test_neighbors_of_a_token_left_out_move_together():
    kept = flatten([[0, 1, 2], [1]], 3).where(np.array([True, False, True, True]))
    assert kept.ids.tolist() == [0, 2, 1]
    assert kept.sentence_of.tolist() == [0, 0, 1]


def test_an_id_out_of_range_is_named():
    with pytest.raises(ValueError, match="sentence 1 has id 3, not in 0"):
        flatten([[0], [2, 3]], 3)
