import numpy as np
import pytest
from sklearn import manifold
from sklearn.metrics import label_ranking_average_precision_score
from sklearn.neighbors import NearestNeighbors

from helpers.metrics import (
    chance_purity,
    group_report,
    mrr,
    nearest_points,
    neighbor_overlap,
    neighbors,
    precision_at_k,
    purity_at_k,
    recall_at_k,
    trustworthiness,
)
from helpers.similarity import unit_rows

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


def test_precision_at_k_of_all_rows_is_purity():
    rng = np.random.default_rng(1)
    table, groups = rng.normal(size=(40, 3)), rng.integers(4, size=40)
    for k in (1, 5, 39):
        each = [precision_at_k(q, table, groups, groups[q], k) for q in range(40)]
        assert np.mean(each) == pytest.approx(purity_at_k(table, groups, k))


def test_precision_at_k_by_hand_and_refusals():
    # nearest to row 2: 1, 0, 3
    assert precision_at_k(2, FAN, list("axaxab"), "a", 3) == pytest.approx(1 / 3)
    assert precision_at_k(2, FAN, list("axaxab"), "x", 3) == pytest.approx(2 / 3)
    assert precision_at_k(0, np.ones((3, 2)), list("abb"), "b", 2) == 1
    with pytest.raises(ValueError, match="5 labels for 6 rows"):
        precision_at_k(0, FAN, list("axaxa"), "a", 1)
    with pytest.raises(ValueError, match="k is 6"):
        precision_at_k(0, FAN, list("axaxab"), "a", 6)
    with pytest.raises(IndexError, match="row 6"):
        precision_at_k(6, FAN, list("axaxab"), "a", 1)


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


def test_nearest_points_are_those_of_another_implementation():
    points = np.random.default_rng(0).normal(size=(50, 3))
    theirs = NearestNeighbors(n_neighbors=7).fit(points).kneighbors(return_distance=False)
    np.testing.assert_array_equal(nearest_points(points, 7), theirs)
    rows = unit_rows(points)
    np.testing.assert_array_equal(nearest_points(rows, 7), neighbors(rows, 7))


def test_a_twin_is_a_neighbor_and_the_point_itself_is_not():
    assert nearest_points(np.array([[1.0], [5.0], [1.0], [6.0]]), 1).ravel().tolist() == [
        2,
        3,
        0,
        1,
    ]
    with pytest.raises(ValueError, match="k must be 1 to 3"):
        nearest_points(np.zeros((4, 2)), 4)


def test_overlap_by_loops_and_at_its_ends():
    rng = np.random.default_rng(3)
    space, plane = rng.normal(size=(30, 5)), rng.normal(size=(30, 2))
    near, seen = nearest_points(space, 4), nearest_points(plane, 4)
    by_loops = np.mean([len(set(a) & set(b)) / 4 for a, b in zip(near, seen, strict=True)])
    assert neighbor_overlap(space, plane, 4) == pytest.approx(by_loops)
    assert neighbor_overlap(space, 7 - 3 * space, 4) == 1.0  # turned and scaled
    assert neighbor_overlap(space, plane, 29) == 1.0  # all others are neighbors
    with pytest.raises(ValueError, match="30 points in the space, 29 in the map"):
        neighbor_overlap(space, plane[1:], 4)


def test_overlap_and_trust_of_a_map_that_knows_nothing():
    rng = np.random.default_rng(4)
    n, k = 40, 6
    maps = [(rng.normal(size=(n, 5)), rng.normal(size=(n, 2))) for _ in range(200)]
    overlap = np.mean([neighbor_overlap(*pair, k) for pair in maps])
    trust = np.mean([trustworthiness(*pair, k) for pair in maps])
    assert overlap == pytest.approx(k / (n - 1), abs=0.005)
    chance = 1 - (n - 1 - k) * (n - k) / ((n - 1) * (2 * n - 3 * k - 1))
    assert trust == pytest.approx(chance, abs=0.005)


@pytest.mark.parametrize("k", [1, 5, 12])
def test_trustworthiness_is_that_of_scikit_learn(k):
    rng = np.random.default_rng(5)
    space = rng.normal(size=(40, 6))
    for plane in (space[:, :2], rng.normal(size=(40, 2))):
        theirs = manifold.trustworthiness(space, plane, n_neighbors=k)
        assert trustworthiness(space, plane, k) == pytest.approx(theirs)


def test_trustworthiness_by_hand():
    # in the map two points changed places; each costs the rank of its neighbor there, minus 1
    space = np.array([[0.0], [1.0], [3.0], [7.0], [15.0]])
    plane = space[[3, 1, 2, 0, 4]]
    near = nearest_points(space, 4).tolist()
    costs = [near[i].index(j) for i, (j,) in enumerate(nearest_points(plane, 1).tolist())]
    assert trustworthiness(space, plane, 1) == pytest.approx(1 - 2 * sum(costs) / (5 * 1 * 6))
    with pytest.raises(ValueError, match="below half of 5 points"):
        trustworthiness(space, plane, 3)


def test_retrieval_by_hand():
    scores = np.array([[9, 7, 5, 3], [1, 2, 3, 4], [1, 1, 1, 1], [4, 3, 2, 1]])
    relevant = np.array([[0, 1, 0, 1], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]], dtype=bool)
    # ranks 2 and 4 of two; 4; 3 by the order of columns; the last query has nothing to find
    assert mrr(scores, relevant) == pytest.approx((1 / 2 + 1 / 4 + 1 / 3) / 3)
    assert [recall_at_k(scores, relevant, k) for k in (1, 2, 3, 4, 9)] == pytest.approx(
        [0, 0.5 / 3, 1.5 / 3, 1, 1]
    )


def test_retrieval_is_that_of_another_implementation():
    rng = np.random.default_rng(6)
    scores = rng.normal(size=(60, 15))
    one = np.eye(15, dtype=bool)[rng.integers(15, size=60)]
    # with a single relevant item the average precision is the reciprocal rank
    theirs = label_ranking_average_precision_score(one, scores)
    assert mrr(scores, one) == pytest.approx(theirs)


def test_retrieval_by_scores_that_know_nothing():
    rng = np.random.default_rng(7)
    scores = rng.normal(size=(20000, 10))
    relevant = rng.random((20000, 10)) < 0.2
    assert recall_at_k(scores, relevant, 3) == pytest.approx(0.3, abs=0.01)
    one = np.eye(10, dtype=bool)[rng.integers(10, size=20000)]
    assert mrr(scores, one) == pytest.approx((1 / np.arange(1, 11)).sum() / 10, abs=0.01)


def test_retrieval_with_nothing_to_find():
    with pytest.raises(ValueError, match="no query has a relevant item"):
        mrr(np.ones((2, 3)), np.zeros((2, 3), dtype=bool))
    with pytest.raises(ValueError, match="k is 0"):
        recall_at_k(np.ones((1, 3)), np.ones((1, 3), dtype=bool), 0)
