"""Check of the loss at the level of visits."""

import numpy as np

from helpers.activations import softmax
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.med2vec_by_hand import visit_loss

YHAT = np.array([[0.6, 0.3, 0.1], [0.2, 0.2, 0.6], [0.1, 0.8, 0.1], [0.5, 0.25, 0.25]])
X = np.array([[1.0, 0, 0], [1, 1, 0], [0, 0, 1], [0, 1, 1]])
# five targets where the visits have other codes: groups
GROUPED = softmax(np.random.default_rng(6).normal(size=(3, 5)))
GROUPS = np.array([[1, 0, 0, 1, 0], [0, 1, 1, 1, 0], [0, 0, 0, 0, 1]])
SURE = np.array([[1.0, 0.0], [0.5, 0.5]])
SURPRISED = np.array([[1.0, 0.0], [0.0, 1.0]])
CALLS = (
    call(YHAT, X, [(0, 1)]),
    call(YHAT, X, [(0, 1), (1, 0), (2, 3), (3, 2)]),
    call(YHAT, X, [(0, 1), (0, 2), (1, 2), (3, 1)]),
    call(GROUPED, GROUPS, [(0, 1), (1, 0), (1, 2), (2, 1)]),
    call(YHAT, X, []),
    call(SURE, SURPRISED, [(0, 1)], eps=1e-6),
)


def _summed(term, over=lambda Yhat, X, pairs: len(Yhat)):
    """Make an answer of ``term(x, y, eps)``, its sum over the pairs divided by ``over(...)``."""

    def answer(Yhat, X, pairs, eps=1e-8):
        total = sum(term(X[s], Yhat[t], eps) for t, s in pairs)
        return float(total / over(Yhat, X, pairs)) if len(pairs) else 0.0

    return answer


def _both(x, y, eps):
    return -(x * np.log(y + eps) + (1 - x) * np.log(1 - y + eps)).sum()


def _on_other_predictions(change):
    def answer(Yhat, X, pairs, eps=1e-8):
        return visit_loss(change(Yhat), X, pairs, eps)

    return answer


def _sigmoid(Yhat):
    return 1 / (1 + np.exp(-Yhat))


_sigmoids = _on_other_predictions(_sigmoid)
_softmax_again = _on_other_predictions(softmax)
_present_only = _summed(lambda x, y, eps: -(x * np.log(y + eps)).sum())
_absent_only = _summed(lambda x, y, eps: -((1 - x) * np.log(1 - y + eps)).sum())
_mean_over_targets = _summed(lambda x, y, eps: _both(x, y, eps) / len(x))
_over_pairs = _summed(_both, lambda Yhat, X, pairs: len(pairs))
_over_visits_with_neighbors = _summed(_both, lambda Yhat, X, pairs: len({t for t, _ in pairs}))
_never_divided = _summed(_both, lambda Yhat, X, pairs: 1)
_negative = _summed(lambda x, y, eps: -_both(x, y, eps))
_in_bits = _summed(lambda x, y, eps: _both(x, y, eps) / np.log(2))
_no_eps = _summed(lambda x, y, eps: _both(x, y, 0.0))
_eps_on_one_side = _summed(lambda x, y, eps: -(x * np.log(y + eps) + (1 - x) * np.log(1 - y)).sum())
_wrong_sign_between = _summed(
    lambda x, y, eps: -(x * np.log(y + eps) - (1 - x) * np.log(1 - y + eps)).sum()
)
_squares = _summed(lambda x, y, eps: ((x - y) ** 2).sum())
_shares = _summed(lambda x, y, eps: _both(x / x.sum(), y, eps))


def _own_visit(Yhat, X, pairs, eps=1e-8):
    return visit_loss(Yhat, X, [(t, t) for t, _ in pairs], eps)


def _turned_round(Yhat, X, pairs, eps=1e-8):
    return visit_loss(Yhat, X, [(s, t) for t, s in pairs], eps)


def _neighbor_to_itself(Yhat, X, pairs, eps=1e-8):
    return visit_loss(Yhat, X, [(s, s) for _, s in pairs], eps)


def _both_directions(Yhat, X, pairs, eps=1e-8):
    return visit_loss(Yhat, X, [*pairs, *((s, t) for t, s in pairs)], eps)


def _all_visits(Yhat, X, pairs, eps=1e-8):
    return visit_loss(Yhat, X, [(t, t) for t in range(len(Yhat))], eps)


def _next_visits(Yhat, X, pairs, eps=1e-8):
    return visit_loss(Yhat, X, [(t, t + 1) for t in range(len(Yhat) - 1)], eps)


def _last_pair(Yhat, X, pairs, eps=1e-8):
    return visit_loss(Yhat, X, pairs[-1:], eps)


def _nan_without_pairs(Yhat, X, pairs, eps=1e-8):
    return visit_loss(Yhat, X, pairs, eps) if len(pairs) else float("nan")


def _one_loss_a_visit(Yhat, X, pairs, eps=1e-8):
    each = np.zeros(len(Yhat))
    for t, s in pairs:
        each[t] += _both(X[s], Yhat[t], eps)
    return each


def _fails_without_pairs(answer):
    if not np.isclose(answer(YHAT.copy(), X.copy(), [(0, 1)]), visit_loss(YHAT, X, [(0, 1)]), 1e-4):
        return False
    try:
        return not np.isfinite(answer(YHAT.copy(), X.copy(), []))
    except (ValueError, ArithmeticError, IndexError, TypeError):
        return True


def _infinite_when_sure(answer):
    args = SURE.copy(), SURPRISED.copy(), [(0, 1)]
    return np.isfinite(answer(YHAT.copy(), X.copy(), [(0, 1)])) and not np.isfinite(answer(*args))


def _one_pair_by_hand(answer):
    got, right = answer(YHAT.copy(), X.copy(), [(0, 1)]), visit_loss(YHAT, X, [(0, 1)])
    if not np.isclose(got, right, 1e-4, 1e-4):
        return (
            "Visit 0 of four expects .6, .3, .1 and its neighbor has the first two targets: "
            f"-(ln .6 + ln .3 + ln .9) / 4 = {right:.4f}; yours is {got:.4f}."
        )
    return None


def _pairs_add_up(answer):
    one, two, both = (
        answer(YHAT.copy(), X.copy(), pairs) for pairs in ([(0, 1)], [(3, 2)], [(0, 1), (3, 2)])
    )
    if not np.isclose(one + two, both, 1e-4, 1e-4):
        return (
            f"The pair (0, 1) alone costs {one:.4f}, (3, 2) alone {two:.4f}; both together cost "
            f"{both:.4f} in yours. The number of visits is four each time, so they should add up."
        )
    return None


def _eps_counts(answer):
    args = SURE.copy(), SURPRISED.copy(), [(0, 1)]
    for eps in (1e-4, 1e-6):
        got, right = answer(*args, eps=eps), visit_loss(*args, eps=eps)
        if not np.isclose(got, right, 1e-3):
            return (
                f"A prediction of exactly 1 that is wrong costs {right:.3f} with eps={eps}; "
                f"yours costs {got:.3f}. Both logarithms need eps."
            )
    return None


_DIVISOR = "Divide the sum by the number of visits, len(Yhat); you {}."

visit_loss_exercise = Exercise(
    name="visit_loss",
    number="11.4",
    review="section 3",
    reference=visit_loss,
    calls=CALLS,
    form=_forms.number,
    laws=(_one_pair_by_hand, _pairs_add_up, _eps_counts),
    wrong=(
        Wrong(
            _sigmoids,
            "Rows of ŷ must sum to 1 in this model. They are probabilities already: no sigmoid.",
        ),
        Wrong(
            _softmax_again,
            "Yhat has been through the softmax already: its rows sum to 1. Use it as it is.",
        ),
        Wrong(_present_only, "Codes absent from the neighbor cost nothing; add (1-x) log(1-ŷ)."),
        Wrong(_absent_only, "Codes present in the neighbor cost nothing; add x log ŷ."),
        *(
            Wrong(
                wrong,
                "Loss is smallest when ŷ copies x_t: the target is the neighbor, X[t'] for the "
                "pair (t, t').",
            )
            for wrong in (_own_visit, _neighbor_to_itself)
        ),
        Wrong(
            _all_visits,
            "The list of pairs is not used: each visit is held against itself. The target is "
            "the neighbor.",
        ),
        Wrong(
            _next_visits,
            "The list of pairs is not used: you take t and t+1. They may belong to two patients.",
        ),
        Wrong(
            _turned_round,
            "In a pair (t, t') visit t predicts and visit t' is the target; you have it the other "
            "way round.",
        ),
        Wrong(
            _both_directions,
            "You add each pair in both directions. The list holds both already, where both count.",
        ),
        Wrong(_last_pair, "Only the last pair counts in yours. Add up over all pairs."),
        Wrong(
            _nan_without_pairs,
            "Without a pair the loss is 0.0: nothing was predicted.",
            _fails_without_pairs,
        ),
        Wrong(
            _no_eps,
            "A certain prediction that is wrong costs infinitely much: log(0). Add eps inside "
            "both logarithms.",
            _infinite_when_sure,
        ),
        Wrong(
            _eps_on_one_side,
            "A certain prediction that is wrong costs infinitely much: log(0). Add eps inside "
            "both logarithms.",
            _infinite_when_sure,
        ),
        Wrong(_over_pairs, _DIVISOR.format("divide by the number of pairs")),
        Wrong(
            _over_visits_with_neighbors,
            _DIVISOR.format("leave out the visits that predict nothing"),
        ),
        Wrong(_never_divided, _DIVISOR.format("do not divide")),
        Wrong(_mean_over_targets, "Sum over the targets; you take their mean."),
        Wrong(_negative, "Your loss is negative: the minus in front is missing."),
        Wrong(_wrong_sign_between, "Both terms get the minus: -(x log ŷ + (1-x) log(1-ŷ))."),
        Wrong(_in_bits, "You use log2; the loss uses the natural logarithm, np.log."),
        Wrong(_squares, "You add squared differences. The loss is made of logarithms."),
        Wrong(_shares, "X holds 0 and 1. You make its rows sum to 1; leave them as they are."),
    ),
)
