import doctest
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import ragged


def test_examples():
    assert doctest.testmod(ragged).failed == 0


@given(st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=1, max_size=6), st.data())
def test_taking_lists_is_taking_lists(lists, data):
    rows = data.draw(st.lists(st.integers(0, len(lists) - 1), max_size=8))
    flat = np.array([x for one in lists for x in one], int)
    offsets = ragged.offsets_of(map(len, lists))
    places, new = ragged.take_lists(offsets, np.array(rows, int))
    assert [flat[places][a:b].tolist() for a, b in pairwise(new)] == [lists[i] for i in rows]
    expected = [i for i, one in enumerate(lists) for _ in one]
    assert ragged.list_of_each(offsets).tolist() == expected


def test_a_mask_and_its_row_numbers_are_the_same():
    assert ragged.as_rows(np.array([False, True, True]), 3, "patients").tolist() == [1, 2]


@pytest.mark.parametrize("rows", [[-1], [0, 3], [True, False]])
def test_a_row_that_is_not_there_is_named(rows):
    with pytest.raises(IndexError, match="3 patients"):
        ragged.as_rows(np.array(rows), 3, "patients")
