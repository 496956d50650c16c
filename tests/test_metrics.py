import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from helpers.metrics import chance_purity, group_report, neighbors, purity_at_k

FAN = np.array([[np.cos(t), np.sin(t)] for t in (0.0, 0.1, 0.25, 2.0, 2.1, 2.4)])


def test_neighbors_by_hand_self_excluded():
    assert neighbors(FAN, 2).tolist() == [[1, 2], [0, 2], [1, 0], [4, 5], [3, 5], [4, 3]]


def test_neighbors_are_those_of_another_implementation():
    table = np.random.default_rng(0).normal(size=(60, 5))
    theirs = (
        NearestNeighbors(n_neighbors=8, metric="cosine")
        .fit(table)
        .kneighbors(return_distance=False)
    )
    np.testing.assert_array_equal(neighbors(table, 8), theirs)


def test_purity_by_hand():
    assert purity_at_k(FAN, list("aaabbb"), 2) == 1.0
    # row 2 changes sides: 0 finds 1 of 2, 1 finds 1 of 2, 2 finds 0 of 2, the others 2 of 2
    assert purity_at_k(FAN, list("aabbbb"), 2) == pytest.approx((0.5 + 0.5 + 0 + 1 + 1 + 1) / 6)


def test_group_of_one_is_left_out_of_the_mean():
    # 0 and 1 find each other and the stranger; 3, 4 and 5 find one another
    assert purity_at_k(FAN, list("aaxbbb"), 2) == pytest.approx((0.5 + 0.5 + 1 + 1 + 1) / 5)
    assert group_report(FAN, list("aaxbbb"), 2, np.random.default_rng(0))["alone"] == 1
    with pytest.raises(ValueError, match="every group has a single member"):
        purity_at_k(FAN, list("abcdef"), 2)


def test_chance_is_the_mean_over_all_other_rows():
    groups = list("aaaabbc")
    by_loops = [
        np.mean([groups[i] == groups[j] for j in range(7) if j != i])
        for i in range(7)
        if groups.count(groups[i]) > 1
    ]
    assert chance_purity(groups) == pytest.approx(np.mean(by_loops))


def test_chance_of_many_rows_is_the_sum_of_squared_shares():
    groups = ["a"] * 5000 + ["b"] * 3000 + ["c"] * 2000
    assert chance_purity(groups) == pytest.approx(0.5**2 + 0.3**2 + 0.2**2, abs=1e-3)


def test_vectors_without_information_reach_chance():
    rng = np.random.default_rng(0)
    groups = rng.choice(list("aaabbc"), size=400)
    report = group_report(rng.normal(size=(400, 10)), groups, 5, rng)
    assert report["purity"] == pytest.approx(report["chance"], abs=0.03)
    assert report["shuffled"] == pytest.approx(report["chance"], abs=0.02)


def test_all_neighbors_give_chance_whatever_the_vectors():
    table = np.random.default_rng(1).normal(size=(30, 3))
    groups = list("ab" * 15)
    assert purity_at_k(table, groups, 29) == pytest.approx(chance_purity(groups))


@pytest.mark.parametrize("k", [0, 6])
def test_too_many_neighbors(k):
    with pytest.raises(ValueError, match="k must be 1 to 5"):
        neighbors(FAN, k)


def test_one_name_a_row():
    with pytest.raises(ValueError, match="5 group names for 6 rows"):
        purity_at_k(FAN, list("aaabb"), 2)
