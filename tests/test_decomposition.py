import doctest

import numpy as np
import pytest
from sklearn.decomposition import PCA, TruncatedSVD

from helpers import decomposition
from helpers.decomposition import (
    break_even_rank,
    eigenvalues,
    pca_fit,
    pca_inverse,
    pca_transform,
    rank_for,
    reconstruct,
    rotate,
    storage,
    truncate,
    truncation_error,
    turn,
)
from tests.plugin import as_in_a_notebook

RNG = np.random.default_rng(0)
TALL = RNG.normal(size=(30, 5)) @ RNG.normal(size=(5, 5)) + [10, -3, 0, 1, 5]
WIDE = RNG.normal(size=(4, 9))
A = RNG.normal(size=(7, 5))


def test_doctests():
    assert doctest.testmod(decomposition).failed == 0
    assert doctest.testmod(decomposition).attempted > 5


# ------------------------------------------------------------------------------ PCA
def test_pca_of_four_points_worked_by_hand():
    # deviations (±2, 0) and (0, ±1): variances 8/3 and 2/3, so four fifths lie on axis one
    X = np.array([[3.0, 7.0], [-1.0, 7.0], [1.0, 8.0], [1.0, 6.0]])
    model = pca_fit(X, 2)
    assert model["mean"].tolist() == [1, 7]
    assert np.allclose(model["components"], np.eye(2))
    assert np.allclose(model["ratio"], [0.8, 0.2])
    assert np.allclose(eigenvalues(X), [8 / 3, 2 / 3])
    assert np.allclose(pca_transform(X, model), X - [1, 7])


@pytest.mark.parametrize("X, k", [(TALL, 3), (TALL, 5), (WIDE, 2)])
def test_pca_is_scikit_learns_up_to_sign(X, k):
    ours, theirs = pca_fit(X, k), PCA(k).fit(X)
    assert np.allclose(ours["mean"], theirs.mean_)
    assert np.allclose(ours["ratio"], theirs.explained_variance_ratio_)
    assert np.allclose(np.abs((ours["components"] * theirs.components_).sum(axis=1)), 1)
    assert np.allclose(eigenvalues(X)[:k], theirs.explained_variance_)
    new = X[:2] + 1.5
    assert np.allclose(np.abs(pca_transform(new, ours)), np.abs(theirs.transform(new)))


@pytest.mark.parametrize("k", [1, 2, 4, 5])
def test_what_pca_loses_is_the_dropped_eigenvalues(k):
    model = pca_fit(TALL, k)
    lost = ((TALL - pca_inverse(pca_transform(TALL, model), model)) ** 2).sum() / (len(TALL) - 1)
    assert lost == pytest.approx(eigenvalues(TALL)[k:].sum(), abs=1e-10)


def test_eigenvalues_add_up_to_the_total_variance():
    assert eigenvalues(TALL).sum() == pytest.approx(TALL.var(axis=0, ddof=1).sum())


def test_row_order_and_a_shift_change_no_component():
    model = pca_fit(TALL, 3)
    for other in (TALL[::-1], TALL + np.array([1, 2, 3, 4, 500])):
        assert np.allclose(pca_fit(other, 3)["components"], model["components"])


def test_the_sign_is_settled_by_the_largest_entry():
    for X in (TALL, -TALL):
        for component in pca_fit(X, 3)["components"]:
            assert component[np.abs(component).argmax()] > 0


def test_new_rows_are_measured_from_the_stored_mean():
    model = pca_fit(TALL, 2)
    assert np.allclose(pca_transform(model["mean"][None], model), 0)
    assert not np.allclose(pca_transform(TALL[:3], model).mean(axis=0), 0)


@pytest.mark.parametrize(
    "X, k, text",
    [
        (TALL, 0, "k must lie in 1..5"),
        (WIDE, 5, "k must lie in 1..4"),
        (TALL[:1], 1, "two rows"),
        (np.ones((4, 3)) * 7.3, 1, "no variance"),
        (np.ones(4), 1, "table of numbers"),
        (np.array([[1.0, 2.0], [np.nan, 3.0]]), 1, "row 1, column 0"),
    ],
)
def test_pca_refuses(X, k, text):
    with pytest.raises(ValueError, match=text):
        as_in_a_notebook(pca_fit)(X, k)


def test_transform_refuses_other_columns():
    with pytest.raises(ValueError, match="fitted on 5 columns"):
        pca_transform(WIDE, pca_fit(TALL, 2))


# ------------------------------------------------------------------------------ SVD
def test_cut_worked_by_hand():
    # columns (3, 0) and (0, 4): the values are 4 and 3, and rank 1 keeps the second column
    U, s, Vt = truncate(np.diag([3.0, 4.0]), 1)
    assert s.tolist() == [4]
    assert np.allclose(reconstruct(U, s, Vt), np.diag([0, 4]))
    assert truncation_error(np.array([4.0, 3.0]), 1) == 3


@pytest.mark.parametrize("k", range(6))
def test_error_is_the_root_of_the_dropped_squares(k):
    s = np.linalg.svd(A, compute_uv=False)
    error = np.linalg.norm(A - reconstruct(*truncate(A, k)))
    assert error == pytest.approx(np.sqrt(sum(v**2 for v in s[k:])), abs=1e-10)
    assert truncation_error(s, k) == pytest.approx(error, abs=1e-10)


@pytest.mark.parametrize("k", [1, 2, 4])
def test_no_other_matrix_of_that_rank_is_nearer(k):
    error = np.linalg.norm(A - reconstruct(*truncate(A, k)))
    rng = np.random.default_rng(1)
    U, s, Vt = truncate(A, k)
    for _ in range(50):
        nudge = 0.01 * rng.normal(size=(7, k))
        assert np.linalg.norm(A - reconstruct(U + nudge, s, Vt)) > error
        Q = np.linalg.qr(rng.normal(size=(7, k)))[0]
        assert np.linalg.norm(A - Q @ (Q.T @ A)) > error


def test_cut_of_a_centered_table_is_pca():
    U, s, Vt = truncate(TALL - TALL.mean(axis=0), 3)
    model = pca_fit(TALL, 3)
    assert np.allclose(np.abs(Vt), np.abs(model["components"]))
    assert np.allclose(np.abs(U * s), np.abs(pca_transform(TALL, model)))


def test_cut_agrees_with_scikit_learn():
    svd = TruncatedSVD(2, algorithm="arpack").fit(A)
    assert np.allclose(truncate(A, 2)[1], svd.singular_values_)


def test_rank_zero_keeps_nothing():
    assert [part.shape for part in truncate(A, 0)] == [(7, 0), (0,), (0, 5)]
    assert not reconstruct(*truncate(A, 0)).any()


@pytest.mark.parametrize("k", [-1, 6])
def test_truncate_refuses_a_rank_that_is_not_there(k):
    with pytest.raises(ValueError, match=r"k must lie in 0\.\.5"):
        truncate(A, k)


@pytest.mark.parametrize(
    "share, k", [(0.01, 1), (0.5, 1), (0.51, 2), (0.625, 2), (0.75, 3), (0.99, 5), (1, 5)]
)
def test_rank_for_a_share(share, k):
    # squares 4, 1, 1, 1, 1 of 8: running sums .5, .625, .75, .875, 1
    assert rank_for(np.array([2.0, 1, 1, 1, 1]), share) == k


def test_whole_share_survives_rounding_and_leaves_zeros_out():
    for seed in range(200):
        s = np.sort(np.random.default_rng(seed).random(6))[::-1]
        assert rank_for(s, 1.0) == 6
        assert rank_for(np.append(s, [0.0, 0.0]), 1.0) == 6


@pytest.mark.parametrize(
    "s, share, text",
    [
        ([2.0, 1.0], 0.0, "share"),
        ([2.0, 1.0], 1.1, "share"),
        ([1.0, 2.0], 0.5, "largest first"),
        ([0.0, 0.0], 0.5, "not all zero"),
        ([1.0, -1.0], 0.5, "non-negative"),
    ],
)
def test_rank_for_refuses(s, share, text):
    with pytest.raises(ValueError, match=text):
        rank_for(np.array(s), share)


def test_full_svd_of_6_by_6_holds_78_numbers():
    U, s, Vt = truncate(np.random.default_rng(0).normal(size=(6, 6)), 6)
    assert storage(6, 6, 6) == U.size + s.size + Vt.size == 78


def test_break_even_by_trying_every_rank():
    for m in range(3, 30):
        for n in range(3, 30):
            ranks = [k for k in range(0, m + n) if k * (m + n + 1) < m * n]
            assert break_even_rank(m, n) == ranks[-1]


# ------------------------------------------------------------------------- rotation
@pytest.mark.parametrize("shape", [(6, 3), (3, 6), (4, 4), (5, 1)])
def test_rotation_keeps_every_dot_product(shape):
    E = RNG.normal(size=shape)
    before = E.copy()
    turned = rotate(E, np.random.default_rng(0))
    assert np.allclose(turned @ turned.T, E @ E.T, atol=1e-12)
    assert np.array_equal(E, before)
    assert np.array_equal(turned, rotate(E, np.random.default_rng(0)))


def test_rotations_prefer_no_direction():
    # where the first axis goes: uniform on the circle, so every octant holds an eighth of 4000
    rng = np.random.default_rng(0)
    ends = np.array([rotate(np.array([[1.0, 0.0]]), rng)[0] for _ in range(4000)])
    octant = np.floor(np.arctan2(ends[:, 1], ends[:, 0]) / (np.pi / 4)).astype(int)
    counts = np.bincount(octant + 4, minlength=8)
    assert (np.abs(counts - 500) < 4 * np.sqrt(4000 * 1 / 8 * 7 / 8)).all()


def test_turns_add_up():
    points = RNG.normal(size=(5, 2))
    assert np.allclose(turn(turn(points, 30), 60), turn(points, 90))
    assert np.allclose(turn(points, 360), points)
    assert np.allclose(turn(np.array([[1.0, 0.0]]), 30), [[np.sqrt(3) / 2, 0.5]])
