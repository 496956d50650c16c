"""Checks of GCT's prior, counted from visits, and of attention among allowed places."""

import numpy as np

from helpers import gct
from helpers import link_prior as prior
from helpers.activations import softmax
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


def _filled(dx, rx):
    seen = dx.sum(axis=0)[:, None] > 0
    return np.where(seen, prior.link_prior(dx, rx), 1 / rx.shape[1])


def _without_fraction(dx, rx):
    return _together(dx, rx) // np.maximum(dx.sum(axis=0), 1)[:, None]


def _right_where_seen(answer):
    return np.allclose(answer(SEEN, RX), prior.link_prior(SEEN, RX), atol=1e-4)


def _fails_on_unseen(answer):
    try:
        value = answer(DX, RX)
    except (ZeroDivisionError, FloatingPointError):
        return True
    nan = np.shape(value) == (4, 3) and not np.isfinite(value).all()
    return nan and _right_where_seen(answer)


def _invents(answer):
    value = answer(DX, RX)
    made_up = np.shape(value) == (4, 3) and not np.allclose(value[3], 0, atol=1e-4)
    return made_up and _right_where_seen(answer)


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
            _filled,
            "Nothing is known about a diagnosis of no visit: its row is 0 everywhere.",
            _invents,
        ),
        Wrong(
            _without_fraction,
            "Your division drops the fraction. A share lies between 0 and 1: divide with /.",
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
SMALL = ((SCORES, ALLOWED), (3 * SCORES, ALLOWED), (SCORES[:2, :3], WIDE))
# large scores, exact in single precision: all high, all low, the forbidden ones highest, and
# each row at a height of its own
STEPS = (64 * SCORES).round() / 64
HIGH, LOW = (1000 + STEPS, ALLOWED), (STEPS - 20000, ALLOWED)
HIDDEN = (np.where(ALLOWED, STEPS, STEPS + 2000), ALLOWED)
LEVELS = (STEPS + np.array([[0], [2000], [0], [-2000]]), ALLOWED)


def _agree(answer, other, *inputs):
    return all(np.allclose(answer(*args), other(*args), atol=1e-3) for args in inputs)


def _right_but_on(*inputs):
    """Make a symptom: right on small scores, but not on these."""

    def symptom(answer):
        right = _agree(answer, gct.allowed_attention, *SMALL)
        return right and not _agree(answer, gct.allowed_attention, *inputs)

    return symptom


def _wrong(mistake, hint):
    """Catalogue a mistake recognised by small scores; large ones may go wrong as well."""
    return Wrong(mistake, hint, lambda answer: _agree(answer, mistake, *SMALL))


def _over_columns(scores, allowed):
    return gct.allowed_attention(scores.T, allowed.T).T


def _over_top(top):
    """Return an answer that takes this off the scores before exp."""

    def answer(scores, allowed):
        weights = np.where(allowed, np.exp(scores - top(scores, allowed)), 0)
        return weights / weights.sum(axis=1, keepdims=True)

    return answer


def _behind_a_number(scores, allowed):
    return softmax(np.where(allowed, scores, -100.0)) * allowed.any(axis=1)[:, None]


def _looks_behind_the_number(answer):
    scores, allowed = HIDDEN
    seen = np.where(allowed, 0, answer(scores, allowed)).max() > 1e-3
    return _agree(answer, gct.allowed_attention, *SMALL) and (seen or _right_but_on(LOW)(answer))


def _empty_row(scores, allowed):
    with np.errstate(all="ignore"):
        return softmax(np.where(allowed, scores, -np.inf))


def _looks_anyway(scores, allowed):
    return softmax(np.where(allowed, scores, -1e9))


def _row_by_row(scores, allowed):
    out = np.zeros(scores.shape)
    for row, may, weights in zip(scores, allowed, out, strict=True):
        weights[may] = softmax(row[may], axis=0)
    return out


def _on_empty(is_wrong):
    """Make a symptom: right where every row has a place, and wrong like this on one without."""

    def symptom(answer):
        right = _agree(answer, gct.allowed_attention, *SMALL)
        return right and is_wrong(lambda: answer(SCORES[:2, :3], NONE))

    return symptom


def _raises(answer):
    try:
        answer()
    except Exception:
        return True
    return False


def _is_nan(answer):
    return np.isnan(answer()[0]).any()


def _has_weight(answer):
    value = answer()
    return value.shape == NONE.shape and np.abs(value[0]).max() > 1e-3


def _scaled(value, by_all):
    """Tell whether rows are right but for a factor, and what is divided by: all, or nothing."""
    if value.shape != ALLOWED.shape:
        return False
    rows = value / value.sum(axis=1, keepdims=True)
    factor = (value / np.exp(SCORES))[ALLOWED]
    divided = np.isclose(value.sum(), 1)
    same_factor = np.allclose(factor, factor[0]) or np.allclose(value.max(axis=1), 1)
    return np.allclose(rows, gct.allowed_attention(*SMALL[0])) and same_factor and divided == by_all


def _forbidden_are_zero(answer):
    value = answer(SCORES, ALLOWED)
    if value.shape == ALLOWED.shape and (weight := np.abs(value[~ALLOWED]).max()) > 0:
        return f"A place that is not allowed gets weight {weight:.2g}; it has to be exactly 0."
    return None


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
        *(call(*args) for args in SMALL),
        call(SCORES, FREE),
        *(call(*args) for args in (HIGH, LOW, HIDDEN, LEVELS)),
        call(SCORES[:2, :3], NONE),
    ),
    laws=(_forbidden_are_zero, _rows_sum),
    wrong=(
        Wrong(
            _over_top(lambda scores, allowed: 0),
            "Right while the scores are small. exp of 1000 overflows: take off the largest "
            "allowed score of the row before exp.",
            _right_but_on(HIGH),
        ),
        Wrong(
            _behind_a_number,
            "The number that you use for forbidden places is not low enough: other scores can be "
            "lower, or a forbidden one far higher. Put -inf there.",
            _looks_behind_the_number,
        ),
        Wrong(
            _over_top(lambda scores, allowed: scores[allowed].max()),
            "Right until one row is far above another: then every exp of the lower row is 0. Take "
            "off the largest allowed score of each row, not of the table.",
            _right_but_on(LEVELS),
        ),
        Wrong(
            _over_top(lambda scores, allowed: scores.max(axis=1, keepdims=True)),
            "Right until a forbidden score is far above the allowed: then its exp is infinite, or "
            "theirs are 0. Put -inf there first, then take off the largest of the row.",
            _right_but_on(HIDDEN),
        ),
        Wrong(
            _empty_row,
            "A row without any allowed place is all 0. Yours is nan.",
            _on_empty(_is_nan),
        ),
        Wrong(
            _looks_anyway,
            "A row without any allowed place is all 0. Yours looks where it may not.",
            _on_empty(_has_weight),
        ),
        Wrong(
            _row_by_row,
            "A row without any allowed place is all 0. Yours fails there: nothing is left to take "
            "the largest of.",
            _on_empty(_raises),
        ),
        _wrong(
            lambda scores, allowed: softmax(scores),
            "The mask does nothing in yours. A place that is not allowed gets weight 0.",
        ),
        _wrong(
            lambda scores, allowed: softmax(scores) * allowed,
            "You mask after the softmax, so the rows no longer sum to 1: what the forbidden "
            "places took is lost. Mask first, with -inf.",
        ),
        _wrong(
            lambda scores, allowed: softmax(np.where(allowed, scores, 0.0)),
            "You set forbidden scores to 0. exp(0) is 1, so they still get weight. Use -inf.",
        ),
        _wrong(
            lambda scores, allowed: gct.allowed_attention(scores, ~allowed),
            "You keep the forbidden places. True in `allowed` is a place to look at.",
        ),
        _wrong(
            _over_columns,
            "Your columns sum to 1. Each row is one token that looks at others: softmax by row.",
        ),
        _wrong(
            lambda scores, allowed: allowed / np.maximum(allowed.sum(axis=1, keepdims=True), 1),
            "All allowed places count the same in yours. The scores decide how much.",
        ),
        _wrong(
            lambda scores, allowed: gct.allowed_attention(-scores, allowed),
            "Your signs are turned: the lowest score gets the largest weight.",
        ),
        _wrong(
            lambda scores, allowed: gct.allowed_attention(scores / scores.shape[1] ** 0.5, allowed),
            "You divide the scores by a root. They are given: take them as they are.",
        ),
        Wrong(
            lambda scores, allowed: np.where(allowed, np.exp(scores - scores[allowed].max()), 0),
            "You did not divide. Each row sums to 1 over its allowed places.",
            lambda answer: _scaled(answer(*SMALL[0]), by_all=False),
        ),
        Wrong(
            lambda scores, allowed: softmax(np.where(allowed, scores, -np.inf), axis=None),
            "Your whole table sums to 1. Each row is a token of its own: divide by the sum of the "
            "row.",
            lambda answer: _scaled(answer(*SMALL[0]), by_all=True),
        ),
    ),
)
