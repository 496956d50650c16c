"""Check for the cosine of all pairs of rows."""

import numpy as np

from helpers import similarity
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

PRICED = np.array([[1, 0, 0, 5.0], [0, 1, 0, 7.0], [0, 0, 1, 10.0]])
OPPOSED = np.array([[0.5, 1.0, 0.5], [-1.0, -2.0, -1.0], [1.0, 0.5, -0.5]])  # -1, .5, -.5


def _dot_products(X):
    return X @ X.T


def _columns_scaled(X):
    unit = X / np.maximum(np.linalg.norm(X, axis=0, keepdims=True), 1e-12)
    return unit @ unit.T


def _squared_lengths(X):
    square = np.maximum((X**2).sum(axis=1, keepdims=True), 1e-12)
    return (X @ X.T) / (square @ square.T)


def _one_length(X):
    return X @ X.T / np.maximum(np.linalg.norm(X, axis=1), 1e-12)


def _nan_for_zero_rows(X):
    unit = X / np.linalg.norm(X, axis=1, keepdims=True)
    return unit @ unit.T


def _absolute(X):
    return abs(similarity.pairwise_cosine(X))


def _distances_of_cosine(X):
    return 1 - similarity.pairwise_cosine(X)


def _correlations(X):
    return similarity.pairwise_cosine(X - X.mean(axis=1, keepdims=True))


def _around_the_mean(X):
    return similarity.pairwise_cosine(X - X.mean(axis=0))


def _is_cosine_of(change, answer):
    return np.allclose(answer(OPPOSED), similarity.pairwise_cosine(change(OPPOSED)), atol=1e-4)


def _loses_the_sign(answer):
    out = answer(OPPOSED)
    return np.allclose(out[0, [0, 2]], [1, 0.5], atol=1e-4) and out.min() >= 0


def _is_a_distance(answer):
    return np.allclose(answer(OPPOSED), _distances_of_cosine(OPPOSED), atol=1e-4)


def _rows_are_centered(answer):
    return _is_cosine_of(lambda X: X - X.mean(axis=1, keepdims=True), answer)


def _columns_are_centered(answer):
    return _is_cosine_of(lambda X: X - X.mean(axis=0), answer)


def _divides_once(answer):
    out = answer(OPPOSED)
    return any(np.allclose(part, _one_length(OPPOSED), atol=1e-4) for part in (out, out.T))


def _has_nan(answer):
    out = answer(np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 0.0]]))
    return out.shape == (2, 2) and bool(np.isnan(out).any())


def _is_a_table_of_pairs(answer):
    out = answer(PRICED)
    if out.shape != (3, 3):
        return f"For 3 rows of 4 numbers the result should have shape (3, 3), not {out.shape}."
    return None


def _is_symmetric_with_unit_diagonal(answer):
    out = answer(PRICED)
    if not np.allclose(out, out.T):
        return "The cosine of (a, b) and of (b, a) differ in your answer."
    worst = max(np.diag(out), key=lambda cosine: abs(cosine - 1))
    if not np.isclose(worst, 1):
        return f"Diagonal is {worst:.6g}; the cosine of a row with itself is 1."
    return None


def _ignores_length(answer):
    if not np.allclose(answer(PRICED), answer(PRICED * [[1.0], [2.0], [5.0]])):
        return "Making one row twice as long changes your cosines. Only its direction should count."
    return None


pairwise_cosine = Exercise(
    name="pairwise_cosine",
    number="1.2",
    review="section 2",
    reference=similarity.pairwise_cosine,
    form=_forms.array,
    calls=(
        call(PRICED),
        call(PRICED[:, :3]),
        call(np.array([[3.0, 4.0], [0.0, 0.0], [4.0, 3.0]])),
        call(OPPOSED),
        call(np.array([[1.0, -2.0, 2.0]])),
    ),
    laws=(_is_a_table_of_pairs, _is_symmetric_with_unit_diagonal, _ignores_length),
    wrong=(
        Wrong(
            _dot_products,
            lambda value, _: (
                f"Diagonal is {value[0][0]:.0f}, not 1: you have dot products. "
                "Divide by both lengths."
            ),
        ),
        Wrong(_columns_scaled, "You scaled columns. Cosine scales each row."),
        Wrong(_squared_lengths, "Diagonal is not 1: one root is missing."),
        Wrong(
            _one_length,
            "You divide by one of the two lengths. Divide by the other one as well.",
            _divides_once,
        ),
        Wrong(
            _absolute,
            "The sign is lost: rows that point in opposite directions have cosine -1.",
            _loses_the_sign,
        ),
        Wrong(
            _distances_of_cosine,
            "This is 1 minus the cosine, a distance: 0 for a row with itself.",
            _is_a_distance,
        ),
        Wrong(
            _correlations,
            "You subtracted the mean of each row: that is the correlation. Cosine takes the rows "
            "as they are.",
            _rows_are_centered,
        ),
        Wrong(
            _around_the_mean,
            "You subtracted the mean of the columns. Cosine measures angles from zero: take the "
            "rows as they are.",
            _columns_are_centered,
        ),
        Wrong(
            _nan_for_zero_rows,
            "A visit without codes has length 0. Return 0 similarity, not nan.",
            _has_nan,
        ),
    ),
)
