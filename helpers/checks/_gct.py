"""Checks of GCT's prior, counted from visits, and of attention among allowed places."""

import numpy as np

from helpers import gct
from helpers import link_prior as prior
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

# ----------------------------------------------------------------------- the prior
DX = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 0, 0]])
RX = np.array([[1, 0, 1], [1, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]])
SEEN = DX[:, :3]


def _together(dx, rx):
    return np.asarray(dx, float).T @ rx


def _divided(dx, rx, by):
    with np.errstate(all="ignore"):
        return np.nan_to_num(_together(dx, rx) / by, posinf=0.0)


def _unseen_nan(dx, rx):
    with np.errstate(all="ignore"):
        return _together(dx, rx) / dx.sum(axis=0)[:, None]


def _smoothed(dx, rx):
    return (_together(dx, rx) + 1) / (dx.sum(axis=0)[:, None] + 2)


def _is_nan(answer):
    value = np.asarray(answer(DX, RX), float)
    seen = np.asarray(answer(SEEN, RX), float)
    return not np.isfinite(value).all() and np.allclose(seen, prior.link_prior(SEEN, RX))


def _fails_on_unseen(answer):
    try:
        return _is_nan(answer)
    except (ZeroDivisionError, FloatingPointError):
        return True


def _transposed(answer):
    value = np.asarray(answer(SEEN, RX[:, :2]), float)
    return value.shape == (2, 3)


def _word_transposed(value, _):
    return (
        "Your table has a row for each treatment. It has a row for each diagnosis and a column "
        "for each treatment, and each row is divided by how often its diagnosis occurs."
    )


link_prior = Exercise(
    name="link_prior",
    number="17.3",
    review="section 4",
    reference=prior.link_prior,
    form=_forms.array,
    calls=(
        call(DX, RX),
        call(SEEN, RX),
        call(SEEN[:3], RX[:3]),
        call(RX, SEEN),
        call(DX[:, :1], RX[:, :2]),
    ),
    wrong=(
        Wrong(
            lambda dx, rx: prior.link_prior(dx, rx).T,
            _word_transposed,
            _transposed,
        ),
        Wrong(
            _unseen_nan,
            "A diagnosis of no visit divides 0 by 0. Its row is 0 everywhere.",
            _fails_on_unseen,
        ),
        Wrong(
            lambda dx, rx: _divided(dx, rx, rx.sum(axis=0)[None]),
            "You divide by how often the treatment occurs: that is p(d | m), and frequent "
            "diagnoses win there. Divide by how often the diagnosis occurs.",
        ),
        Wrong(
            lambda dx, rx: _together(dx, rx),
            "You return counts. Divide each row by how many visits hold its diagnosis.",
        ),
        Wrong(
            lambda dx, rx: _together(dx, rx) / len(dx),
            "You divide by the number of all visits: that is p(d and m). Divide by the visits "
            "that hold d.",
        ),
        Wrong(
            lambda dx, rx: _divided(dx, rx, _together(dx, rx).sum(axis=1, keepdims=True)),
            "Your rows sum to 1. They need not: a visit with d can hold several treatments, and "
            "each of them counts. Divide by the visits that hold d.",
        ),
        Wrong(
            lambda dx, rx: _together(dx, rx) > 0,
            "You tell whether the two ever met. How often is asked, as a share of d's visits.",
        ),
        Wrong(
            lambda dx, rx: _divided(
                dx, rx, dx.sum(axis=0)[:, None] + rx.sum(axis=0)[None] - _together(dx, rx)
            ),
            "You divide by the visits that hold either. Only those that hold d count.",
        ),
        Wrong(
            lambda dx, rx: _divided(
                dx, rx, dx.sum(axis=0)[:, None] * rx.sum(axis=0)[None] / len(dx)
            ),
            "That is the lift, p(m | d) / p(m). Here p(m | d) alone is asked for.",
        ),
        Wrong(_smoothed, "You add to the counts. Here they are taken as they are."),
    ),
)

# ------------------------------------------------------------------- the attention
_rng = np.random.default_rng(18)
SCORES = _rng.normal(size=(4, 4)).round(2)
ALLOWED = np.array([[1, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 1]], bool)
WIDE = np.array([[1, 0, 1], [0, 1, 1]], bool)
FREE, NONE = np.ones((4, 4), bool), np.array([[0, 0, 0], [1, 1, 0]], bool)


def _softmax(scores, axis=1):
    weights = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return weights / weights.sum(axis=axis, keepdims=True)


def _over_columns(scores, allowed):
    return gct.allowed_attention(scores.T, allowed.T).T


def _overflow(answer):
    big = np.asarray(answer(1000 + SCORES, ALLOWED), float)
    small = np.asarray(answer(SCORES, ALLOWED), float)
    return not np.isfinite(big).all() and np.allclose(
        small, gct.allowed_attention(SCORES, ALLOWED), atol=1e-5
    )


def _bare(scores, allowed):
    weights = np.exp(scores) * allowed
    return weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-30)


def _empty_row(scores, allowed):
    masked = np.where(allowed, scores, -np.inf)
    with np.errstate(all="ignore"):
        return _softmax(masked)


def _fails_on_empty(answer):
    value = np.asarray(answer(SCORES[:2, :3], NONE), float)
    full = np.asarray(answer(SCORES, ALLOWED), float)
    right = np.allclose(full, gct.allowed_attention(SCORES, ALLOWED), atol=1e-5)
    return right and not np.allclose(value[0], 0)


def _word_empty(value, _):
    return "A row without any allowed place is all 0. Yours is nan, or looks where it may not."


def _rows_sum(answer):
    total = np.asarray(answer(SCORES, ALLOWED), float).sum(axis=1)
    if total.shape == (4,) and not np.allclose(total, 1, atol=1e-4):
        return (
            f"Every row sums to 1 over its allowed places; yours sum to {total.round(2).tolist()}."
        )
    return None


allowed_attention = Exercise(
    name="allowed_attention",
    number="17.4",
    review="section 5",
    reference=gct.allowed_attention,
    form=_forms.array,
    calls=(
        call(SCORES, ALLOWED),
        call(SCORES, FREE),
        call(SCORES[:2, :3], WIDE),
        call(3 * SCORES, ALLOWED),
        call(1000 + SCORES, ALLOWED),
        call(SCORES[:2, :3], NONE),
    ),
    laws=(_rows_sum,),
    wrong=(
        Wrong(
            _bare,
            "exp of 1000 is infinite, and the row is nan. Take off the largest allowed score of "
            "the row first.",
            _overflow,
        ),
        Wrong(_empty_row, _word_empty, _fails_on_empty),
        Wrong(
            lambda scores, allowed: _softmax(scores),
            "The mask does nothing in yours. A place that is not allowed gets weight 0.",
        ),
        Wrong(
            lambda scores, allowed: _softmax(scores) * allowed,
            "You mask after the softmax, so the rows no longer sum to 1: what the forbidden "
            "places took is lost. Mask first, with -inf.",
        ),
        Wrong(
            lambda scores, allowed: _softmax(np.where(allowed, scores, 0.0)),
            "You set forbidden scores to 0. exp(0) is 1, so they still get weight. Use -inf.",
        ),
        Wrong(
            lambda scores, allowed: gct.allowed_attention(scores, ~allowed),
            "You keep the forbidden places. True in `allowed` is a place to look at.",
        ),
        Wrong(
            _over_columns,
            "Your columns sum to 1. Each row is one token that looks at others: softmax by row.",
        ),
        Wrong(
            lambda scores, allowed: allowed / np.maximum(allowed.sum(axis=1, keepdims=True), 1),
            "All allowed places count the same in yours. The scores decide how much.",
        ),
        Wrong(
            lambda scores, allowed: np.where(allowed, np.exp(scores - scores[allowed].max()), 0),
            "You did not divide. Each row sums to 1 over its allowed places.",
        ),
    ),
)
