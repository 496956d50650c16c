import math

import numpy as np
import pytest
from scipy.spatial.distance import squareform
from sklearn.manifold import TSNE
from sklearn.manifold._t_sne import _joint_probabilities, _kl_divergence

from helpers.tsne import (
    kl_divergence,
    kl_gradient,
    neighbor_shares,
    p_matrix,
    perplexity,
    q_matrix,
    sigma_for_perplexity,
    squared_distances,
)

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 5))
Y = RNG.normal(size=(12, 2))


def test_perplexity_by_hand():
    # a half, a quarter and two eighths: 7/4 bits
    assert perplexity(np.array([0.5, 0.25, 0.125, 0.125])) == pytest.approx(2**1.75)
    assert perplexity(np.array([1.0, 0.0, 0.0])) == 1
    assert perplexity(np.full(7, 1 / 7)) == pytest.approx(7)


def test_shares_by_hand():
    # three others at squared distances 1, 4, 9 and sigma 1
    weights = [math.exp(-d2 / 2) for d2 in (1, 4, 9)]
    shares = neighbor_shares(np.array([1.0, 4.0, 9.0]), 1.0)
    np.testing.assert_allclose(shares, np.array(weights) / sum(weights))


def test_shares_far_away_are_no_division_by_zero():
    assert neighbor_shares(np.array([1e8, 1e8 + 2]), 0.5).sum() == pytest.approx(1)


@pytest.mark.parametrize("target", [1.0001, 2, 5, 10, 10.99, 10.99999])
def test_sigma_gives_the_perplexity(target):
    row = np.delete(squared_distances(X)[3], 3)
    found = sigma_for_perplexity(row, target)
    assert perplexity(neighbor_shares(row, found)) == pytest.approx(target, abs=1e-6)
    # in other units sigma is in other units
    assert sigma_for_perplexity(100 * row, target) == pytest.approx(10 * found, rel=1e-6)


def test_sigma_grows_with_the_perplexity_and_refuses_the_impossible():
    row = np.array([1.0, 2.0, 5.0, 9.0])
    sigmas = [sigma_for_perplexity(row, target) for target in (1.5, 2, 3, 3.9)]
    assert sigmas == sorted(sigmas)
    for target in (4, 5, 1, 0.5):
        with pytest.raises(ValueError, match="not between 1 and 4"):
            sigma_for_perplexity(row, target)
    with pytest.raises(ValueError, match="not between 2 and 3"):
        sigma_for_perplexity(np.array([1.0, 1.0, 4.0]), 1.5)


@pytest.mark.parametrize("target", [2, 5, 8])
def test_p_is_that_of_scikit_learn(target):
    theirs = squareform(_joint_probabilities(squared_distances(X).astype(np.float32), target, 0))
    np.testing.assert_allclose(p_matrix(X, target), theirs, atol=1e-5)
    assert p_matrix(X, target).sum() == pytest.approx(1)


def test_q_by_loops():
    weights = {
        (i, j): 1 / (1 + math.dist(Y[i], Y[j]) ** 2) for i in range(12) for j in range(12) if i != j
    }
    Q = q_matrix(Y)
    for (i, j), weight in weights.items():
        assert Q[i, j] == pytest.approx(weight / sum(weights.values()))
    assert np.trace(Q) == 0


def test_kl_and_gradient_are_those_of_scikit_learn():
    P = p_matrix(X, 4)
    theirs, gradient = _kl_divergence(Y.ravel(), squareform(P, checks=False), 1, 12, 2)
    assert kl_divergence(P, q_matrix(Y)) == pytest.approx(theirs)
    np.testing.assert_allclose(kl_gradient(P, Y).ravel(), gradient, atol=1e-9)


def test_gradient_is_the_slope():
    P, step = p_matrix(X, 4), 1e-6
    slope = np.zeros_like(Y)
    for place in np.ndindex(Y.shape):
        ends = []
        for sign in (1, -1):
            moved = Y.copy()
            moved[place] += sign * step
            ends.append(kl_divergence(P, q_matrix(moved)))
        slope[place] = (ends[0] - ends[1]) / (2 * step)
    np.testing.assert_allclose(kl_gradient(P, Y), slope, atol=1e-8)


def test_kl_is_zero_for_equal_tables_and_blind_to_turns():
    P = p_matrix(X, 4)
    assert kl_divergence(P, P) == 0
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    assert kl_divergence(P, q_matrix(Y @ turn + 3)) == pytest.approx(kl_divergence(P, q_matrix(Y)))


def test_descent_ends_where_scikit_learn_stays():
    P, plane = p_matrix(X, 4), 0.01 * Y
    before = kl_divergence(P, q_matrix(plane))
    for _ in range(3000):
        plane = plane - 2 * kl_gradient(P, plane)
    ours = kl_divergence(P, q_matrix(plane))
    assert ours < before / 3
    settings = {"perplexity": 4, "init": plane, "method": "exact", "early_exaggeration": 1}
    theirs = TSNE(**settings, learning_rate=2, max_iter=1000).fit(X).kl_divergence_
    assert theirs == pytest.approx(ours, abs=0.02)


def test_single_precision_comes_to_an_end():
    d2_row = np.array([0.5, 1.0, 2.0, 7.0], np.float32)
    expected = sigma_for_perplexity(d2_row.astype(float), 2.5)
    assert sigma_for_perplexity(d2_row, 2.5) == pytest.approx(expected, rel=1e-9)
