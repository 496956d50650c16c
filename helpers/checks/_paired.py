"""Check of a paired difference with its interval."""

from collections.abc import Iterator

import numpy as np
from scipy.stats import norm, t

from helpers import paired
from helpers.checks import _forms
from helpers.checks._compare import plain, show
from helpers.checks._exercise import Exercise, Wrong, call

A = np.array([0.71, 0.78, 0.66, 0.80, 0.74, 0.69])
B = np.array([0.70, 0.75, 0.66, 0.76, 0.71, 0.68])
FOUR = (np.array([0.52, 0.61, 0.58, 0.70]), np.array([0.55, 0.60, 0.63, 0.72]))
TWO = (np.array([0.5, 0.75]), np.array([0.375, 0.5]))
MANY = tuple(
    np.random.default_rng(0).normal(size=12).round(2) + shift.round(2)
    for shift in np.random.default_rng(1).normal(size=(2, 12)) / 10
)


def _three_numbers(value):
    """Read a tuple, list or array of three numbers."""
    if value is None:
        return None
    read = plain(list(value) if isinstance(value, Iterator) else value)
    if isinstance(read, np.ndarray):
        read = read.tolist()
    if not isinstance(read, list) or len(read) != 3:
        return _forms.Unfit(value, f"return three numbers, mean, lo and hi, not {show(value)}")
    numbers = [_forms.number(part) for part in read]
    if any(part is None or isinstance(part, _forms.Unfit) for part in numbers):
        return _forms.Unfit(value, f"return three numbers, mean, lo and hi, not {show(value)}")
    return numbers


def _interval(half, center=np.mean, diff=lambda a, b: a - b):
    """Build an answer with another half width, mean or difference."""

    def answer(a, b):
        d = diff(np.asarray(a), np.asarray(b))
        middle = float(center(d))
        width = float(half(d, np.asarray(a), np.asarray(b)))
        return middle, middle - width, middle + width

    return answer


def _quantile(n, share=0.975):
    return t.ppf(share, n - 1)


def _right(d, a, b):
    return _quantile(len(d)) * d.std(ddof=1) / np.sqrt(len(d))


def _apart(df):
    """Build the half width of two samples that are not paired."""

    def half(d, a, b):
        n = len(a)
        return t.ppf(0.975, df(n)) * np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n)

    return half


UNPAIRED = [
    _interval(_apart(lambda n: 2 * n - 2)),
    _interval(_apart(lambda n: n - 1)),
    _interval(lambda d, a, b: 1.96 * np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))),
    _interval(lambda d, a, b: 1.96 * np.sqrt((a.var() + b.var()) / len(a))),
    _interval(
        lambda d, a, b: _quantile(len(a)) * (a.std(ddof=1) + b.std(ddof=1)) / np.sqrt(len(a))
    ),
    _interval(lambda d, a, b: _quantile(len(a)) * np.sqrt((a.var() + b.var()) / len(a))),
]


def _of_patients(patients):
    return _interval(lambda d, a, b: 1.96 * d.std(ddof=1) / np.sqrt(patients))


def _half(value):
    return (value[2] - value[1]) / 2


def _ratio(value, a, b):
    return _half(value) / _right(a - b, a, b)


def _is_unpaired(answer):
    got = [answer(a, b) for a, b in ((A, B), MANY)]
    return any(
        all(
            np.allclose(mine, theirs(a, b), atol=1e-6)
            for mine, (a, b) in zip(got, ((A, B), MANY), strict=True)
        )
        for theirs in UNPAIRED
    )


def _word_the_width(value, told):
    return (
        f"The interval is {_ratio(value, *told.args):.0f}x wider than needed: both methods share "
        "the draw. Subtract seed by seed, then take mean and spread of the differences."
    )


def _n_in(value, a, b, quantile):
    return (quantile * (a - b).std(ddof=1) / _half(value)) ** 2


def _n_is_too_large(answer):
    """Tell whether the interval is that of one fixed n, far above the number of seeds."""
    found = [_n_in(answer(a, b), a, b, 1.96) for a, b in ((A, B), MANY)]
    return min(found) > 40 and abs(found[0] / found[1] - 1) < 0.3


def _word_the_n(value, told):
    return (
        f"Your n is about {_n_in(value, *told.args, 1.96):.0f}, as if every patient counted. n is "
        "the number of seeds: the question is how the result varies over training draws."
    )


def _ends_do_not_enclose(answer):
    for a, b in ((A, B), FOUR, TWO, MANY):
        mean, low, high = answer(a, b)
        if not low <= mean <= high:
            return (
                f"The order is mean, lo, hi: {low:.3f}, {mean:.3f}, {high:.3f} should rise from "
                "lo over mean to hi."
            )
    return None


def _exchanged_changes_the_sign(answer):
    mean, low, high = answer(A, B)
    if not np.allclose(answer(B, A), (-mean, -high, -low), atol=1e-6):
        return "With a and b exchanged, mean and both ends should change their sign."
    return None


def _large_scores(answer):
    """Shift the scores of both methods: the difference stays."""
    if not np.allclose(answer(A + 5, B + 5), answer(A, B), atol=1e-6):
        return "With 5 added to every score of both methods the difference should stay the same."
    return None


paired_difference = Exercise(
    name="paired_difference",
    number="13.4a",
    review="section 4",
    reference=paired.paired_difference,
    form=_three_numbers,
    calls=(call(A, B), call(*FOUR), call(*TWO), call(*MANY), call(MANY[1], MANY[0])),
    laws=(_ends_do_not_enclose, _exchanged_changes_the_sign, _large_scores),
    wrong=(
        Wrong(UNPAIRED[0], _word_the_width, _is_unpaired),
        Wrong(
            _interval(lambda d, a, b: d.std(ddof=1)),
            "Your ends are one standard deviation away. The interval of a mean is "
            "t * sd / sqrt(n).",
        ),
        Wrong(
            _interval(lambda d, a, b: _quantile(len(d)) * d.std(ddof=1)),
            "The interval is that of a single seed, not of the mean: divide sd by sqrt(n).",
        ),
        Wrong(
            _interval(lambda d, a, b: d.std(ddof=1) / np.sqrt(len(d))),
            "Your ends are one standard error away. For 95 % multiply by t.ppf(0.975, n - 1).",
        ),
        Wrong(
            _interval(lambda d, a, b: norm.ppf(0.975) * d.std(ddof=1) / np.sqrt(len(d))),
            "You took 1.96 or 2, which is for many seeds. With n seeds it is t.ppf(0.975, n - 1), "
            "which is larger.",
            lambda answer: all(
                abs(_ratio(answer(a, b), a, b) * _quantile(len(a)) - 1.96) < 0.045
                for a, b in ((A, B), MANY, FOUR)
            ),
        ),
        Wrong(
            _interval(lambda d, a, b: _quantile(len(d)) * d.std() / np.sqrt(len(d))),
            "Your standard deviation divides by n. For a sample it is n - 1: ddof=1.",
        ),
        Wrong(
            _interval(lambda d, a, b: norm.ppf(0.975) * d.std() / np.sqrt(len(d))),
            "Two things make the interval too narrow: 1.96 instead of t.ppf(0.975, n - 1), and a "
            "standard deviation that divides by n (ddof=1).",
            lambda answer: all(
                abs(
                    _ratio(answer(a, b), a, b)
                    * _quantile(len(a))
                    * np.sqrt(len(a))
                    / np.sqrt(len(a) - 1)
                    - 1.96
                )
                < 0.045
                for a, b in ((A, B), MANY, FOUR)
            ),
        ),
        Wrong(
            _interval(lambda d, a, b: t.ppf(0.975, len(d)) * d.std(ddof=1) / np.sqrt(len(d))),
            "t has n - 1 degrees of freedom, one less than seeds.",
        ),
        Wrong(
            _interval(lambda d, a, b: _quantile(len(d), 0.95) * d.std(ddof=1) / np.sqrt(len(d))),
            "You leave out 5 % on each side. For 95 % in the middle it is t.ppf(0.975, n - 1).",
        ),
        Wrong(
            _interval(lambda d, a, b: _quantile(len(d)) * d.std(ddof=1) / len(d)),
            "You divide the standard deviation by n. The standard error divides by sqrt(n).",
        ),
        Wrong(
            _interval(lambda d, a, b: _quantile(len(d)) * d.std(ddof=1) / np.sqrt(len(d) - 1)),
            "You divide by sqrt(n - 1). The n - 1 is inside sd already: the standard error is "
            "sd / sqrt(n).",
        ),
        Wrong(
            _interval(lambda d, a, b: t.cdf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))),
            "t.cdf gives a probability. The quantile is t.ppf(0.975, n - 1).",
        ),
        Wrong(
            _interval(lambda d, a, b: _quantile(len(d)) * d.var(ddof=1) / np.sqrt(len(d))),
            "You took the variance. The interval is made with the standard deviation, its root.",
        ),
        Wrong(
            _interval(_right, diff=lambda a, b: b - a),
            "The difference is a - b: positive where a is better.",
        ),
        Wrong(
            _interval(_right, diff=lambda a, b: np.abs(a - b)),
            "You take absolute differences, so every method looks better than itself. Keep the "
            "sign.",
        ),
        Wrong(
            _interval(_right, diff=lambda a, b: (a - b) / b),
            "Yours is the relative difference. Subtract; do not divide.",
        ),
        Wrong(
            _interval(_right, center=np.median),
            "The middle is the mean of the differences; yours is the median.",
        ),
        Wrong(
            lambda a, b: ((a - b).mean(), *np.percentile(a - b, [2.5, 97.5])),
            "These are percentiles of the single differences. They do not narrow with more seeds; "
            "the interval of the mean does.",
        ),
        Wrong(
            lambda a, b: ((a - b).mean(), (a - b).min(), (a - b).max()),
            "These are the smallest and the largest difference. Asked is the interval of the mean.",
        ),
        Wrong(
            lambda a, b: (*paired.paired_difference(a, b)[1:], (a - b).mean()),
            "The order is mean, lo, hi.",
        ),
        Wrong(
            lambda a, b: tuple(np.array(paired.paired_difference(a, b))[[1, 0, 2]]),
            "The order is mean, lo, hi; yours starts with lo.",
        ),
        Wrong(
            lambda a, b: tuple(np.array(paired.paired_difference(a, b))[[0, 2, 1]]),
            "lo and hi are exchanged: the lower end comes first.",
        ),
        Wrong(
            _interval(lambda d, a, b: _right(d, a, b), diff=lambda a, b: np.sort(a) - np.sort(b)),
            "You sorted both methods by themselves, and the pairs are gone: place by place they "
            "share the seed.",
        ),
        Wrong(_of_patients(1000), _word_the_n, _n_is_too_large),
    ),
)
