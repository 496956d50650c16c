import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from helpers.checks.seeing import TRUE_OF
from helpers.maps import STATEMENTS, clouds, gap, roughly, tsne_map, unknown_map, width
from helpers.metrics import neighbor_overlap


def test_clouds_are_where_and_as_wide_as_asked():
    centers = np.array([[0.0, 0.0, 0.0], [50.0, 0.0, 0.0]])
    X, groups = clouds(centers, (1, 5), (2000, 1000), np.random.default_rng(0))
    assert (groups == "A").sum() == 2000 and (groups == "B").sum() == 1000
    A, B = X[groups == "A"], X[groups == "B"]
    assert width(A) == pytest.approx(3**0.5, rel=0.05)
    assert width(B) == pytest.approx(5 * 3**0.5, rel=0.05)
    assert gap(A, B) == pytest.approx(50, rel=0.02)


def test_width_and_gap_by_hand():
    one, other = np.array([[0.0, 0.0], [4.0, 0.0]]), np.array([[2.0, 3.0]])
    assert width(one) == 2 and width(other) == 0 and gap(one, other) == 3


def test_map_follows_its_seed():
    X = np.random.default_rng(0).normal(size=(40, 5))
    first = tsne_map(X, 5, seed=0)
    assert first.shape == (40, 2) and np.array_equal(first, tsne_map(X, 5, seed=0))
    assert not np.allclose(first, tsne_map(X, 5, seed=1))


def test_map_from_a_start_forgives_a_last_digit():
    rng = np.random.default_rng(0)
    X, groups = clouds(4 * np.eye(3, 20), (1, 1, 1), (40, 40, 40), rng)
    start = X[:, :2] / 4
    one = tsne_map(X, 10, start=start)
    other = tsne_map(X * (1 + 1e-7 * rng.normal(size=X.shape)), 10, start=start)
    assert np.abs(one - other).max() < 0.01 * width(one)
    assert neighbor_overlap(X, one, 10) > neighbor_overlap(X, start, 10)
    assert silhouette_score(one, groups) > 0.3


def test_roughly_is_a_step_of_the_ladder():
    assert [roughly(10.0**i) for i in (-2, 0, 3)] == pytest.approx([0.01, 1, 1000])
    assert roughly(3.0) == 2 and roughly(3.3) == 5 and roughly(7.2) == 10


@pytest.mark.parametrize("plot_id", [1, 2, 3, 4])
def test_what_is_true_of_the_unknown_maps_is_measured_and_not_close(plot_id):
    X, Y, groups = unknown_map(plot_id)
    A, B, C = (X[groups == letter] for letter in "ABC")
    measured = {
        "a": (silhouette_score(X, groups), 0.1, 4),
        "b": (width(B) / width(A), 2, 1.7),
        "c": (gap(A, C) / gap(A, B), 2, 1.7),
        "d": (neighbor_overlap(X, Y, 10), 0.5, 1.2),
    }
    assert measured.keys() == STATEMENTS.keys()
    for letter, (value, limit, margin) in measured.items():
        assert (value >= limit) == (letter in TRUE_OF[plot_id]), letter
        assert value > limit * margin or value < limit / margin, letter


def test_three_maps_say_what_the_data_do_not():
    _, Y, groups = unknown_map(1)
    A, B, C = (Y[groups == letter] for letter in "ABC")
    assert roughly(width(B) / width(A)) == 1  # ten times in the data
    _, Y, groups = unknown_map(2)
    A, B, C = (Y[groups == letter] for letter in "ABC")
    assert width(B) / width(A) > 2  # once in the data
    _, Y, groups = unknown_map(3)
    A, B, C = (Y[groups == letter] for letter in "ABC")
    assert roughly(gap(A, C) / gap(A, B)) == 1  # six times in the data
    _, Y, groups = unknown_map(4)
    assert silhouette_score(Y, groups) > 0.25  # about 0 in the data


def test_no_other_map():
    with pytest.raises(ValueError, match="there is no map 5"):
        unknown_map(5)
