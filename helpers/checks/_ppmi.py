"""Check of the exercise on positive pointwise mutual information."""

import math

import numpy as np

from helpers import ppmi as counting
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

HAND = np.array([[0.0, 2.0], [2.0, 4.0]])
UNEVEN = np.array([[1.0, 5.0, 0.0], [2.0, 0.0, 9.0], [0.0, 1.0, 1.0]])
LONELY = np.array([[0.0, 3.0, 0.0], [3.0, 2.0, 0.0], [0.0, 0.0, 0.0]])
MANY = np.array(
    [[0, 9, 1, 0, 2], [9, 0, 0, 1, 1], [1, 0, 0, 8, 0], [0, 1, 8, 4, 1], [2.0, 1, 0, 1, 0]]
)
CHANCE = np.outer([1.0, 2, 3], [4.0, 5, 6])


def _pmi(counts, shift=0.0, log=np.log):
    """Return PMI less the shift where something was counted, nan elsewhere."""
    counts = np.asarray(counts, dtype=float)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    met = counts > 0
    out = np.full(counts.shape, np.nan)
    out[met] = log(counts[met] / expected[met]) - shift
    return out


def _made(of):
    """Build a wrong answer from PMI, counts and shift; what is not counted stays 0."""

    def answer(counts, shift=0.0):
        return np.nan_to_num(of(_pmi(counts), np.asarray(counts, dtype=float), shift))

    return answer


def _clip(x):
    return np.maximum(x, 0)


def _log_of_zero(counts, shift=0.0):
    counts = np.asarray(counts, dtype=float)
    return np.log(counts * counts.sum() / np.outer(counts.sum(1), counts.sum(0))) - shift


def _zero_divided(counts, shift=0.0):
    counts = np.asarray(counts, dtype=float)
    ratio = counts * counts.sum() / np.outer(counts.sum(1), counts.sum(0))
    return np.maximum(np.log(np.where(ratio == 0, 1, ratio)) - shift, 0)


def _by_totals(rows, columns):
    """Build an answer that divides by other totals than those of its row and its column."""

    def answer(counts, shift=0.0):
        counts = np.asarray(counts, dtype=float)
        ratio = counts * counts.sum() / (rows(counts) * columns(counts) + 1e-300)
        return np.nan_to_num(_clip(np.log(np.where(counts > 0, ratio, 1)) - shift))

    return answer


def _row(counts):
    return counts.sum(axis=1)[:, None]


def _column(counts):
    return counts.sum(axis=0)[None, :]


def _without_n(counts, shift=0.0):
    counts = np.asarray(counts, dtype=float)
    with np.errstate(all="ignore"):
        pmi = np.log(counts / (_row(counts) * _column(counts))) - shift
    return np.where(counts > 0, _clip(pmi), 0)


def _joint(counts, shift=0.0):
    counts = np.asarray(counts, dtype=float)
    return np.where(counts > 0, -np.log(np.maximum(counts, 1e-300) / counts.sum()) - shift, 0)


def _add_one(counts, shift=0.0):
    return counting.ppmi(np.asarray(counts, dtype=float) + 1, shift)


def _log1p(counts, shift=0.0):
    return np.nan_to_num(np.maximum(np.log1p(np.exp(_pmi(counts))) - shift, 0))


def _diagonal_left_out(counts, shift=0.0):
    counts = np.array(counts, dtype=float)
    np.fill_diagonal(counts, 0)
    return counting.ppmi(counts, shift) if counts.sum() else counts


def _value(answer, counts=UNEVEN, shift=0.0):
    return np.asarray(answer(counts.copy(), shift), dtype=float)


def _right(counts=UNEVEN, shift=0.0):
    return counting.ppmi(counts, shift)


def _not_finite(answer):
    return not np.isfinite(_value(answer)).all()


def _lonely_is_nan(answer):
    value = _value(answer, LONELY)
    lonely = value.shape == LONELY.shape and not np.isfinite(value).all()
    return lonely and np.isfinite(_value(answer)).all()


def _times(factor):
    def symptom(answer):
        right = _right()
        return np.allclose(_value(answer), right * factor, atol=1e-4)

    return symptom


def _has_negatives(answer):
    value = _value(answer)
    return (value < -1e-6).any() and np.allclose(_clip(value), _right(), atol=1e-4)


def _negatives_made_positive(answer):
    return np.allclose(_value(answer), np.abs(np.nan_to_num(_pmi(UNEVEN))), atol=1e-4)


def _shift_has_no_effect(answer):
    return all(np.allclose(_value(answer, shift=s), _right(), atol=1e-4) for s in (0.8, 3.0))


def _shift_is_added(answer):
    value = _value(answer, shift=0.1)
    return np.allclose(value, np.nan_to_num(_clip(_pmi(UNEVEN) + 0.1)), atol=1e-4)


def _shift_after_the_clip(answer):
    value = _value(answer, shift=0.5)
    unclipped = _right() - 0.5
    met = UNEVEN > 0
    return np.allclose(value[met], unclipped[met], atol=1e-4) and np.allclose(
        _value(answer), _right(), atol=1e-4
    )


def _shift_is_k(answer):
    return np.allclose(
        _value(answer, shift=2.0), _right(shift=math.log(2)), atol=1e-4
    ) and not np.allclose(_right(shift=2.0), _right(shift=math.log(2)))


def _is_0_for_chance(answer):
    value = _value(answer, CHANCE)
    if value.shape == (3, 3) and not np.allclose(value, 0, atol=1e-5):
        return (
            "In a table where every pair is met exactly as often as by chance, PPMI is 0 "
            f"everywhere; your largest number is {np.abs(value).max():.3g}."
        )
    return None


def _counting_twice_changes_nothing(answer):
    once, twice = _value(answer), _value(answer, 2 * UNEVEN)
    if once.shape == (3, 3) and not np.allclose(once, twice, atol=1e-5):
        return (
            "Count everything twice, and nothing about chance has changed; your numbers do change."
        )
    return None


ppmi = Exercise(
    name="ppmi",
    number="5.2",
    review="section 1",
    reference=counting.ppmi,
    form=_forms.matrix,
    calls=(
        call(HAND),
        call(UNEVEN),
        call(MANY),
        call(MANY, shift=math.log(2)),
        call(UNEVEN, 0.3),
        call(LONELY),
        call(CHANCE),
        call(1000 * UNEVEN, shift=math.log(5)),
    ),
    laws=(_is_0_for_chance, _counting_twice_changes_nothing),
    wrong=(
        Wrong(
            _log_of_zero,
            "Some cells are not finite: the log of 0 was taken. Where nothing was counted the "
            "answer is 0.",
            _not_finite,
        ),
        Wrong(
            _zero_divided,
            "A word without any pair has totals of 0, and 0/0 is not a number. Its row and column "
            "are 0.",
            _lonely_is_nan,
        ),
        Wrong(
            _made(lambda pmi, counts, shift: _clip(pmi / math.log(2) - shift)),
            "Your values are 1.44 times too large: that is log2. Take the natural logarithm.",
            _times(1 / math.log(2)),
        ),
        Wrong(
            _made(lambda pmi, counts, shift: _clip(pmi / math.log(10) - shift)),
            "Your values are 0.43 times too large: that is log10. Take the natural logarithm.",
            _times(1 / math.log(10)),
        ),
        Wrong(
            _made(lambda pmi, counts, shift: pmi - shift),
            "Some of your numbers are below 0. The first P stands for positive: what is below 0 "
            "becomes 0.",
            _has_negatives,
        ),
        Wrong(
            _made(lambda pmi, counts, shift: np.abs(pmi - shift)),
            "Pairs met less often than by chance got a positive number: their sign was dropped. "
            "They become 0.",
            _negatives_made_positive,
        ),
        Wrong(
            _made(lambda pmi, counts, shift: _clip(pmi)),
            "The argument `shift` has no effect. It is taken off before what is below 0 is cut.",
            _shift_has_no_effect,
        ),
        Wrong(
            _made(lambda pmi, counts, shift: _clip(pmi + shift)),
            "Your shift raises the numbers. It is taken off: PMI - shift.",
            _shift_is_added,
        ),
        Wrong(
            _made(lambda pmi, counts, shift: _clip(pmi) - shift),
            "With a shift some numbers are below 0: take the shift off first, then cut at 0.",
            _shift_after_the_clip,
        ),
        Wrong(
            _made(lambda pmi, counts, shift: _clip(pmi - (np.log(shift) if shift > 0 else 0))),
            "`shift` is already a logarithm, ln k. You take the log of it once more.",
            _shift_is_k,
        ),
        Wrong(
            _by_totals(_row, lambda c: c.sum(axis=1)[None, :]),
            "You use row totals for both. A row has its own total and a column has its own; here "
            "they differ.",
        ),
        Wrong(
            _by_totals(lambda c: c.sum(axis=0)[:, None], _column),
            "You use column totals for both. A row has its own total and a column has its own; "
            "here they differ.",
        ),
        Wrong(
            _by_totals(lambda c: c.sum(axis=0)[:, None], lambda c: c.sum(axis=1)[None, :]),
            "The totals are swapped: cell (i, j) is divided by the total of column i and row j.",
        ),
        Wrong(
            _by_totals(_row, lambda c: np.full((1, c.shape[1]), c.sum() / c.shape[1])),
            "Only the row's total enters. Chance is the row's share times the column's share.",
        ),
        Wrong(
            _made(lambda pmi, counts, shift: _clip(np.exp(pmi) - shift)),
            "That is how many times more often than by chance. The logarithm is missing.",
        ),
        Wrong(
            _log1p,
            "The log of 1 plus the ratio is never below 0. Take the log of the ratio itself, then "
            "cut.",
        ),
        Wrong(
            _without_n,
            "All is 0: the ratio under your logarithm is never above 1. It is "
            "n_ij · n / (n_i · n_j), with n the sum of all counts.",
            lambda answer: not _value(answer).any() and not _value(answer, MANY).any(),
        ),
        Wrong(
            _joint,
            "That is the surprise of a pair by itself, -ln(n_ij / n). Compare it with chance: "
            "divide by both totals.",
        ),
        Wrong(
            _add_one,
            "You add 1 to every count. Then pairs that were never met count as well; no smoothing "
            "is asked for.",
        ),
        Wrong(
            _diagonal_left_out,
            "The diagonal counts too: a word that stands next to itself is a pair like any other.",
        ),
        Wrong(
            _made(lambda pmi, counts, shift: _clip(
                pmi / -np.log(np.where(counts > 0, counts, 1) / counts.sum()) - shift)),
            "You divide by -ln(n_ij / n). That is the normalized form, NPMI; here PMI itself is "
            "asked for.",
        ),
    ),
)  # fmt: skip
