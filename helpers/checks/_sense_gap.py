"""Check of the gap between two senses of a word."""

import numpy as np

from helpers import contextual
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.similarity import pairwise_cosine, unit_rows

_rng = np.random.default_rng(7)
A, B = _rng.normal([2, 1, 0, 0], 1, (5, 4)), _rng.normal([0, 1, 2, 0], 1, (3, 4))
LONG = A * np.linspace(0.2, 6, 5)[:, None]  # the same directions, other lengths
TWICE = np.repeat(A[:2], 2, axis=0)  # some rows stand twice
NEAR = _rng.normal([1, 1, 1, 1], 0.7, (6, 4))
SAME = np.outer([1.0, 2, 3], [3, 0, 4])


def _pairs(A, B):
    """Return the cosines of all rows, and which pairs are within, across, and of a row itself."""
    cosine = pairwise_cosine(np.vstack([A, B]))
    sense = np.arange(len(cosine)) >= len(A)
    same = sense[:, None] == sense
    itself = np.eye(len(cosine), dtype=bool)
    if not (same & ~itself).any() or same.all():
        raise ValueError("there is no pair")
    return cosine, same, itself


def _gap(of):
    """Make an answer from the cosines and the kinds of pairs."""

    def answer(A, B):
        return float(of(*_pairs(A, B)))

    return answer


_self_pairs = _gap(lambda c, same, itself: c[same].mean() - c[~same].mean())
_sign = _gap(lambda c, same, itself: c[~same].mean() - c[same & ~itself].mean())
_within = _gap(lambda c, same, itself: c[same & ~itself].mean())
_across = _gap(lambda c, same, itself: c[~same].mean())
_sums = _gap(lambda c, same, itself: (c[same & ~itself].sum() - c[~same].sum()) / 2)
_less_all = _gap(lambda c, same, itself: c[same & ~itself].mean() - c[~itself].mean())
_ratio = _gap(lambda c, same, itself: c[same & ~itself].mean() / c[~same].mean())
_absolute = _gap(lambda c, same, itself: abs(c[same & ~itself].mean() - c[~same].mean()))
_zero_diagonal = _gap(lambda c, same, itself: (c * ~itself)[same].mean() - c[~same].mean())
_drops_equal_rows = _gap(lambda c, same, itself: c[same & (c < 1 - 1e-9)].mean() - c[~same].mean())
_median = _gap(lambda c, same, itself: np.median(c[same & ~itself]) - np.median(c[~same]))


def _means_first(A, B):
    _pairs(A, B)
    a, b = (unit_rows(X).mean(axis=0) for X in (A, B))
    return 1 - a @ b / np.linalg.norm(a) / np.linalg.norm(b)


def _raw_means_first(A, B):
    _pairs(A, B)
    a, b = A.mean(axis=0), B.mean(axis=0)
    return 1 - a @ b / np.linalg.norm(a) / np.linalg.norm(b)


def _cosines_to_means(A, B):
    _pairs(A, B)
    a, b = (unit_rows(X.mean(axis=0, keepdims=True))[0] for X in (A, B))
    rows = [unit_rows(X) for X in (A, B)]
    within = np.concatenate([rows[0] @ a, rows[1] @ b]).mean()
    return within - np.concatenate([rows[0] @ b, rows[1] @ a]).mean()


def _of_one(X):
    cosine = pairwise_cosine(X)
    return cosine[~np.eye(len(X), dtype=bool)]


def _mean_of_two_means(A, B):
    _, *_ = _pairs(A, B)
    parts = [_of_one(X).mean() for X in (A, B) if len(X) > 1]
    return np.mean(parts) - (unit_rows(A) @ unit_rows(B).T).mean()


def _only_a(A, B):
    _pairs(A, B)
    within = _of_one(A if len(A) > 1 else B).mean()
    return within - (unit_rows(A) @ unit_rows(B).T).mean()


def _products(A, B):
    _pairs(A, B)
    rows = np.vstack([A, B])
    sense = np.arange(len(rows)) >= len(A)
    same, itself = sense[:, None] == sense, np.eye(len(rows), dtype=bool)
    dots = rows @ rows.T
    return dots[same & ~itself].mean() - dots[~same].mean()


def _paired(A, B):
    n = min(len(A), len(B))
    across = (unit_rows(A[:n]) * unit_rows(B[:n])).sum(axis=1).mean()
    return _within(A, B) - across


def _diagonal_too(A, B):
    _pairs(A, B)
    within = [pairwise_cosine(X)[np.triu_indices(len(X))] for X in (A, B)]
    return np.concatenate(within).mean() - (unit_rows(A) @ unit_rows(B).T).mean()


def _scaled_by(axis):
    def answer(A, B):
        return _products(*(X / np.linalg.norm(X, axis=axis, keepdims=True) for X in (A, B)))

    return answer


_scaled_columns, _scaled_tables = _scaled_by(0), _scaled_by(None)


def _never_raises(A, B):
    cosine = pairwise_cosine(np.vstack([A, B]))
    sense = np.arange(len(cosine)) >= len(A)
    same, itself = sense[:, None] == sense, np.eye(len(cosine), dtype=bool)
    within = cosine[same & ~itself]
    return (within.mean() if within.size else 0.0) - cosine[~same].mean()


def _two_parts(A, B):
    return contextual.cosines_of_senses(A, B)


def _is_pair(answer):
    return np.shape(answer(A.copy(), B.copy())) == (2,)


def _number(value):
    """Read one number; leave two as they are, for their own hint."""
    return value if isinstance(value, tuple | list) and len(value) == 2 else _forms.number(value)


def _one_direction(answer):
    gap = answer(SAME.copy(), 2 * SAME)
    if not np.isclose(gap, 0, atol=1e-6):
        return f"All rows point the same way: there is no gap. Yours is {gap:.3f}."
    return None


def _order_and_length_do_not_matter(answer):
    first = answer(A.copy(), B.copy())
    for name, other in (
        ("A and B swapped", answer(B.copy(), A.copy())),
        ("the rows of A in another order", answer(A[::-1].copy(), B.copy())),
        ("some rows of A made longer", answer(LONG.copy(), B.copy())),
    ):
        if not np.isclose(first, other, atol=1e-5):
            return f"With {name} your gap goes from {first:.3f} to {other:.3f}; it should stay."
    return None


sense_gap = Exercise(
    name="sense_gap",
    number="6.4",
    review="section 4",
    reference=contextual.sense_gap,
    form=_number,
    calls=(
        call(A, B),
        call(B, A),
        call(LONG, B),
        call(TWICE, B),
        call(NEAR, A),
        call(NEAR[:3], NEAR[3:]),
        call(A[:1], B),
        call(A, B[:1]),
        call(SAME, -SAME),
        call(A[:1], B[:1]),
    ),
    laws=(_one_direction, _order_and_length_do_not_matter),
    wrong=(
        Wrong(_two_parts, "Return one number: the mean within less the mean across.", _is_pair),
        Wrong(_self_pairs, "Each row's cosine with itself, which is 1, inflates *within*. Leave "
              "those pairs out."),
        Wrong(_diagonal_too, "Each row's cosine with itself, which is 1, inflates *within*. Leave "
              "those pairs out."),
        Wrong(_zero_diagonal, "Cosines of rows with themselves are set to 0 and still counted. "
              "Leave those pairs out of the mean."),
        Wrong(_drops_equal_rows, "Two different rows may be equal, with cosine 1, and count. Leave "
              "out pairs by their place, not by their value."),
        Wrong(_sign, "The gap is within less across: positive means that the senses separate."),
        Wrong(_absolute, "A negative gap is a result, too: do not take the absolute value."),
        Wrong(_within, "This is the mean within. Take the mean across away."),
        Wrong(_across, "This is the mean across. It is taken away from the mean within."),
        Wrong(_less_all, "You take away the mean of all pairs. Take that of pairs from different "
              "senses."),
        Wrong(_ratio, "You divide the two means. The gap is their difference."),
        Wrong(_sums, "You take sums. There are more pairs of one kind than of the other: take "
              "means."),
        Wrong(_median, "This is a difference of medians. Means are asked for."),
        Wrong(_means_first, "Average the cosines, not the vectors: averaging first hides the "
              "spread within a sense."),
        Wrong(_raw_means_first, "Average the cosines, not the vectors: averaging first hides the "
              "spread within a sense."),
        Wrong(_cosines_to_means, "You compare rows with mean vectors. Average the cosines of pairs "
              "of rows."),
        Wrong(_mean_of_two_means, "You average the two senses' means. All pairs within a sense go "
              "into one pool, so the sense with more rows weighs more."),
        Wrong(_only_a, "Pairs within B are missing: both senses count."),
        Wrong(_scaled_columns, "You scale the columns to length 1. A vector is a row: take the "
              "norm over axis 1."),
        Wrong(_scaled_tables, "You divide by one norm for the whole table. Each row has a length "
              "of its own: take the norm over axis 1."),
        Wrong(_products, "Longer rows change your gap: these are dot products, not cosines."),
        Wrong(_paired, "You compare row i of A with row i of B alone. *Across* is every row of A "
              "with every row of B."),
        Wrong(_never_raises, "One row in each sense leaves no pair within: raise a ValueError.",
              lambda answer: np.isfinite(answer(A[:1].copy(), B[:1].copy()))
              and np.isclose(answer(A.copy(), B.copy()), contextual.sense_gap(A, B))),
    ),
)  # fmt: skip
