import numpy as np
import pytest

from helpers.onehot import code_share, lookup, lookup_by_matmul, multi_hot, one_hot

FRUIT = ["Apple", "Orange", "Pear"]


def test_one_hot_by_hand():
    assert one_hot(["Pear", "Apple"], FRUIT).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert one_hot([], FRUIT).shape == (0, 3)


def test_unknown_values_are_named_or_zero():
    with pytest.raises(ValueError, match="Carrot, Fig"):
        one_hot(["Fig", "Apple", "Carrot"], FRUIT)
    assert one_hot(["Carrot", "Pear"], FRUIT, unknown="zero").tolist() == [[0, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((["a"], ["a", "a"]), "duplicates"),
        ((["a"], ["a"], "drop"), "not 'drop'"),
    ],
)
def test_one_hot_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        one_hot(*arguments)


def test_columns_follow_the_categories_not_the_values():
    values = ["Pear", "Apple", "Orange"]
    one, other = one_hot(values, FRUIT), one_hot(values, FRUIT[::-1])
    np.testing.assert_array_equal(one, other[:, ::-1])


def test_multi_hot_is_presence():
    assert multi_hot([[2, 2, 0], []], 3).tolist() == [[1, 0, 1], [0, 0, 0]]


@pytest.mark.parametrize("bad", [-1, 3])
def test_multi_hot_names_the_visit_and_the_id(bad):
    with pytest.raises(ValueError, match=f"visit 1 has id {bad}"):
        multi_hot([[0], [1, bad]], 3)


def test_multi_hot_of_single_codes_is_one_hot():
    np.testing.assert_array_equal(multi_hot([[2], [0]], 3), one_hot(["Pear", "Apple"], FRUIT))


@pytest.mark.parametrize("shape", [(), (5,), (2, 3), (2, 3, 2)])
def test_lookup_is_one_hot_times_table(shape):
    rng = np.random.default_rng(0)
    table, ids = rng.normal(size=(7, 4)), rng.integers(0, 7, size=shape)
    got = lookup(ids, table)
    assert got.shape == (*shape, 4)
    np.testing.assert_array_equal(got, lookup_by_matmul(ids, table))
    for place in np.ndindex(*shape):
        np.testing.assert_array_equal(got[place], table[ids[place]])


@pytest.mark.parametrize("ids", [[-1], [0, 7]])
def test_lookup_refuses_ids_without_a_row(ids):
    with pytest.raises(IndexError, match="rows from 0 to 6"):
        lookup(np.array(ids), np.zeros((7, 2)))


def test_code_share_is_the_mean_of_a_multi_hot_column():
    visits = [[0, 1], [1, 1], [2], []]
    for code, mean in enumerate(multi_hot(visits, 3).mean(axis=0)):
        assert code_share(visits, code) == mean
    assert code_share([], 0) == 0
