"""Check of Q: the shares that the pairs of a map have."""

import numpy as np

from helpers import tsne
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

LINE = np.array([[0.0], [1.0], [3.0]])
FIVE = np.array([[0.0, 0.0], [1.0, 0.5], [-2.0, 1.0], [3.0, -1.0], [0.5, 4.0]])
TWINS = np.array([[1.0, 1.0], [1.0, 1.0], [4.0, 0.0], [2.0, 2.0]])
FAR = np.array([[0.0, 0.0], [40.0, 0.0], [0.0, 70.0]])
SPACE = np.random.default_rng(0).normal(size=(7, 3))


def _d2(Y):
    Y = np.asarray(Y, dtype=float)
    return ((Y[:, None] - Y[None]) ** 2).sum(axis=2)


def _from(kernel, zero=True, total=np.sum):
    """Make an answer from a function of the squared distances."""

    def answer(Y):
        weights = np.asarray(kernel(_d2(Y)), dtype=float)
        if zero:
            np.fill_diagonal(weights, 0)
        return weights / total(weights)

    return answer


def _student(d2):
    return 1 / (1 + d2)


def _no_total(weights):
    return 1.0


_gaussian = _from(lambda d2: np.exp(-d2))
_gaussian_half = _from(lambda d2: np.exp(-d2 / 2))
_exponential = _from(lambda d2: np.exp(-np.sqrt(d2)))
_each_row = _from(_student, total=lambda w: w.sum(axis=1, keepdims=True))
_each_column = _from(_student, total=lambda w: w.sum(axis=0, keepdims=True))
_diagonal_kept = _from(_student, zero=False)
_unnormalized = _from(_student, total=_no_total)
_half_the_sum = _from(_student, total=lambda w: w.sum() / 2)
_twice_the_sum = _from(_student, total=lambda w: w.sum() * 2)
_distance = _from(lambda d2: 1 / (1 + np.sqrt(d2)))
_squared_again = _from(lambda d2: 1 / (1 + d2**2))
_root = _from(lambda d2: 1 / np.sqrt(1 + d2))
_squared_kernel = _from(lambda d2: 1 / (1 + d2) ** 2)
_no_one = _from(lambda d2: 1 / np.where(d2 > 0, d2, np.inf))
_distances_as_shares = _from(lambda d2: 1 + d2)
_over_n = _from(_student, total=lambda w: w.sum(axis=1, keepdims=True) * len(w))


def _diagonal_removed_late(Y):
    weights = _student(_d2(Y))
    Q = weights / weights.sum()
    np.fill_diagonal(Q, 0)
    return Q


def _upper_half(Y):
    return np.triu(tsne.q_matrix(Y)) * 2


def _one_half_filled(Y):
    return np.triu(tsne.q_matrix(Y))


def _first_column(Y):
    return tsne.q_matrix(np.asarray(Y)[:, :1])


def _twins_lost(Y):
    weights = np.where(_d2(Y) > 0, _student(_d2(Y)), 0)
    return weights / weights.sum()


def _list_of_pairs(Y):
    return tsne.q_matrix(Y)[np.triu_indices(len(Y), 1)]


def _mean_square(Y):
    weights = _student(_d2(Y) / np.shape(Y)[1])
    np.fill_diagonal(weights, 0)
    return weights / weights.sum()


def _first_two_columns(Y):
    return tsne.q_matrix(np.asarray(Y)[:, :2])


def _has_rows_of_one(answer):
    Q = np.asarray(answer(SPACE.copy()))
    return Q.shape == (7, 7) and np.allclose(Q.sum(axis=1), 1)


def _sums_to_one(answer):
    total = np.sum(answer(SPACE.copy()))
    if abs(total - 1) < 1e-6:
        return None
    return f"All of Q should sum to 1, over all ordered pairs; yours sums to {total:.4g}."


def _is_symmetric(answer):
    Q = np.asarray(answer(SPACE.copy()))
    if np.allclose(Q, Q.T):
        return None
    return "q_ij and q_ji are the same pair of points and should be equal. Yours differ."


q_matrix = Exercise(
    name="q_matrix",
    number="8.2",
    review="section 2",
    reference=tsne.q_matrix,
    form=_forms.array,
    calls=(call(LINE), call(FIVE), call(TWINS), call(FAR), call(SPACE), call(FIVE[:2])),
    laws=(_sums_to_one, _is_symmetric),
    wrong=(
        Wrong(
            _gaussian,
            "In the map the kernel is 1/(1+d²): with a bell your far pairs get almost nothing.",
        ),
        Wrong(
            _gaussian_half,
            "In the map the kernel is 1/(1+d²): with a bell your far pairs get almost nothing.",
        ),
        Wrong(
            _exponential,
            "In the map the kernel is 1/(1+d²), not exp(-d).",
        ),
        Wrong(_each_row, "Each row sums to 1; the whole matrix should.", _has_rows_of_one),
        Wrong(_over_n, "Each row got the same total. Divide by one number: the sum of the matrix."),
        Wrong(_each_column, "Each column sums to 1; the whole matrix should."),
        Wrong(_diagonal_kept, "q_ii must be 0; your n diagonal ones swallow the sum."),
        Wrong(
            _diagonal_removed_late,
            "The diagonal is 0, but its ones were still in the sum that you divided by. Set it to "
            "0 first.",
        ),
        Wrong(_unnormalized, "These are the weights 1/(1+d²). Divide them by their sum."),
        Wrong(
            _half_the_sum,
            "All entries are twice too large: the sum goes over ordered pairs, (i, j) and (j, i).",
        ),
        Wrong(_twice_the_sum, "All entries are half as large as they should be: Q sums to 1/2."),
        Wrong(_distance, "You took 1/(1+d). Square the distance: 1/(1+d²)."),
        Wrong(_squared_again, "You took 1/(1+d⁴): the distance is squared once too often."),
        Wrong(_root, "You took the root of 1/(1+d²)."),
        Wrong(_squared_kernel, "You took the square of 1/(1+d²)."),
        Wrong(_no_one, "You took 1/d². The 1 in 1/(1+d²) keeps near points from taking it all."),
        Wrong(
            _distances_as_shares,
            "Far pairs get the largest share in yours. The weight is 1 divided by (1+d²).",
        ),
        Wrong(_mean_square, "d² is the sum of the squared differences, not their mean."),
        Wrong(
            _upper_half,
            "Only the pairs i < j have a share. Fill both (i, j) and (j, i).",
        ),
        Wrong(
            _one_half_filled,
            "Only the pairs i < j have a share. Fill both (i, j) and (j, i).",
        ),
        Wrong(_first_column, "Only the first coordinate of the map enters your distances."),
        Wrong(
            _first_two_columns,
            "Only the first two columns of Y enter your distances. Use all of them.",
        ),
        Wrong(
            _twins_lost,
            "Two points at the same place have d² = 0 and the largest weight, 1. Only the "
            "diagonal is 0.",
        ),
        Wrong(
            _list_of_pairs,
            "Return the whole matrix of shape (n, n), not a list of pairs.",
            lambda answer: np.ndim(answer(FIVE.copy())) == 1,
        ),
    ),
)
