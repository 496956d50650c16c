"""Check of a GAT layer with one head."""

import numpy as np

from helpers import graph_layers
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.checks._sage_mean import H4, H5, PATH, STAR, W22, W23

A4, A6 = np.array([0.5, -1.0, 1.0, 2.0]), np.array([1.0, -0.5, 0.3, -1.0, 0.8, 1.5])


def _layer(
    H, adj, W, a, slope=0.2, *, leak=None, own=True, mask="before", axis=1, turn=False, rows=None
):
    """Return a GAT layer with parts that can be done wrong."""
    Z = H @ W
    d = Z.shape[1]
    e = (Z @ a[:d])[:, None] + (Z @ a[d:])[None, :]
    e = e.T if turn else e
    e = np.where(e > 0, e, slope * e) if leak is None else leak(e)
    allowed = adj + own * np.eye(len(H)) > 0
    if mask == "before":
        e = np.where(allowed, e, -np.inf)
    w = np.exp(e - e.max(axis=axis, keepdims=True))
    alpha = w / w.sum(axis=axis, keepdims=True)
    if mask == "after":
        alpha = alpha * allowed
    return (alpha @ Z if rows is None else rows(alpha, Z, H)), alpha


def _all_nodes(H, adj, W, a, slope=0.2):
    return _layer(H, adj, W, a, slope, mask="never")


def _masked_after(H, adj, W, a, slope=0.2):
    return _layer(H, adj, W, a, slope, mask="after")


def _no_leak(H, adj, W, a, slope=0.2):
    return _layer(H, adj, W, a, slope, leak=lambda e: e)


def _plain_relu(H, adj, W, a, slope=0.2):
    return _layer(H, adj, W, a, slope, leak=lambda e: np.maximum(e, 0))


def _fixed_slope(H, adj, W, a, slope=0.2):
    return _layer(H, adj, W, a, 0.2)


def _no_self(H, adj, W, a, slope=0.2):
    return _layer(H, adj, W, a, slope, own=False)


def _columns(H, adj, W, a, slope=0.2):
    return _layer(H, adj, W, a, slope, axis=0)


def _whole_table(H, adj, W, a, slope=0.2):
    return _layer(H, adj, W, a, slope, axis=None)


def _halves_swapped(H, adj, W, a, slope=0.2):
    return _layer(H, adj, W, a, slope, turn=True)


def _uniform(H, adj, W, a, slope=0.2):
    return _layer(H, adj, W, 0 * a, slope)


def _sigmoid(H, adj, W, a, slope=0.2):
    Z = H @ W
    e = (Z @ a[: len(a) // 2])[:, None] + (Z @ a[len(a) // 2 :])[None, :]
    alpha = (adj + np.eye(len(H)) > 0) / (1 + np.exp(-np.where(e > 0, e, slope * e)))
    return alpha @ Z, alpha


def _no_exp(H, adj, W, a, slope=0.2):
    Z = H @ W
    e = (Z @ a[: len(a) // 2])[:, None] + (Z @ a[len(a) // 2 :])[None, :]
    e = np.where(e > 0, e, slope * e) * (adj + np.eye(len(H)) > 0)
    alpha = e / e.sum(axis=1, keepdims=True)
    return alpha @ Z, alpha


def _sums_H(H, adj, W, a, slope=0.2):
    return _layer(H, adj, W, a, slope, rows=lambda alpha, Z, H: alpha @ H)


def _sums_turned(H, adj, W, a, slope=0.2):
    return _layer(H, adj, W, a, slope, rows=lambda alpha, Z, H: alpha.T @ Z)


def _activated(H, adj, W, a, slope=0.2):
    return _layer(H, adj, W, a, slope, rows=lambda alpha, Z, H: np.maximum(alpha @ Z, 0))


def _elu(H, adj, W, a, slope=0.2):
    def bent(alpha, Z, H):
        out = alpha @ Z
        return np.where(out > 0, out, np.expm1(out))

    return _layer(H, adj, W, a, slope, rows=bent)


def _alpha_first(H, adj, W, a, slope=0.2):
    return graph_layers.gat_layer(H, adj, W, a, slope)[::-1]


def _overflows(H, adj, W, a, slope=0.2):
    Z = H @ W
    e = (Z @ a[: len(a) // 2])[:, None] + (Z @ a[len(a) // 2 :])[None, :]
    w = np.exp(np.where(e > 0, e, slope * e)) * (adj + np.eye(len(H)) > 0)
    alpha = w / w.sum(axis=1, keepdims=True)
    return alpha @ Z, alpha


_MAX = "Before exp, take away the largest score of the row, among those the node hears."


def _alpha(answer, H=H5, adj=STAR, W=W23, a=A6):
    return answer(H, adj, W, a)[1]


def _strangers(alpha, adj=STAR):
    return alpha[(adj + np.eye(len(adj))) == 0]


def _attends_to_strangers(answer):
    alpha = _alpha(answer)
    return alpha.shape == (5, 5) and bool((_strangers(alpha) > 1e-6).any())


def _say_which_stranger(value, call):
    alpha = value[1]
    i, j = next((i, j) for i, j in np.argwhere(alpha > 1e-6) if i != j and not call.args[1][i, j])
    return (
        f"Node {i} gives weight {alpha[i, j]:.3f} to node {j}, to which it is not connected; put "
        "-inf there before the softmax."
    )


def _is_not_a_tuple_of_two(answer):
    out = answer(H5, STAR, W23, A6)
    return not isinstance(out, list) or len(out) != 2


def _two_things(answer):
    if _is_not_a_tuple_of_two(answer):
        return "Return two things: the new rows H2 and the weights alpha."
    return None


def _has_alpha_first(answer):
    first, second = answer(H5, STAR, W23, A6)
    return first.shape == (5, 5) and second.shape == (5, 3)


def _has_no_self(answer):
    return bool((np.nan_to_num(np.diag(_alpha(answer))) == 0).all())


def _too_large(answer):
    small = _alpha(answer)
    large = [answer(H5, STAR, W23, factor * A6)[1] for factor in (1000, -1000)]
    return bool(np.isfinite(small).all() and not np.isfinite(large).all())


def _shapes(answer):
    shapes = [np.shape(part) for part in answer(H5, STAR, W23, A6)]
    if shapes == [(5, 3), (5, 5)]:
        return None
    return f"5 nodes and 3 columns of W make H2 (5, 3) and alpha (5, 5); yours: {shapes}."


def _rows_sum_to_1(answer):
    totals = _alpha(answer).sum(axis=1)
    if np.allclose(totals, 1, atol=1e-5):
        return None
    i = int(np.argmax(np.abs(totals - 1)))
    return f"Row {i} of alpha sums to {totals[i]:.3f}. Each node shares out 1 among those it hears."


def _large_scores_share_out_1(answer):
    for factor in (1000, -1000):
        totals = _alpha(answer, a=factor * A6).sum(axis=1)
        if not np.allclose(totals, 1, atol=1e-5):
            i = int(np.argmax(np.abs(totals - 1)))
            return f"With scores in the thousands row {i} of alpha sums to {totals[i]:.3f}. {_MAX}"
    return None


def _strangers_are_nobody_to_large_scores(answer):
    if any((_strangers(_alpha(answer, a=factor * A6)) > 1e-6).any() for factor in (1000, -1000)):
        return (
            "With scores in the thousands below 0 a node gives weight to one to which it is not "
            "connected. Put -inf there, not just a small number."
        )
    return None


def _no_opinion(answer):
    alpha = _alpha(answer, a=np.zeros(6))
    allowed = STAR + np.eye(5) > 0
    if all(np.ptp(row[heard]) < 1e-5 for row, heard in zip(alpha, allowed, strict=True)):
        return None
    return "With a = 0 all scores are alike, and so should be the weights of neighbors and self."


gat_layer = Exercise(
    name="gat_layer",
    number="15.3",
    review="section 3",
    reference=graph_layers.gat_layer,
    form=_forms.arrays,
    calls=(
        call(H5, STAR, W23, A6),
        call(H4, PATH, W22, A4),
        call(H5, STAR, W22, A4, slope=0.5),
        call(H4, PATH.astype(float), W23, A6, slope=0.01),
        call(H5[:1], np.zeros((1, 1), int), W22, A4),
        call(H5, STAR, W23, 1000 * A6),
        call(H5, STAR, W23, -1000 * A6),
    ),
    laws=(
        _two_things,
        _shapes,
        _rows_sum_to_1,
        _no_opinion,
        _large_scores_share_out_1,
        _strangers_are_nobody_to_large_scores,
    ),
    wrong=(
        Wrong(
            _alpha_first,
            "alpha came first. Return the new rows, then the weights.",
            _has_alpha_first,
        ),
        Wrong(
            _no_self,
            "The diagonal of alpha is 0; a node also attends to itself.",
            _has_no_self,
        ),
        Wrong(
            _overflows,
            "Large scores turn to nan. " + _MAX,
            _too_large,
        ),
        Wrong(
            _masked_after,
            "The weights of strangers were cut away after the softmax, so the rest sums to less "
            "than 1. Put -inf in the scores before it.",
        ),
        Wrong(_columns, "The columns of alpha sum to 1. The rows should: node i shares out 1."),
        Wrong(_whole_table, "The whole table sums to 1. Each row should."),
        Wrong(
            _sigmoid,
            "A sigmoid judges each neighbor alone. The softmax shares out 1 among them.",
        ),
        Wrong(_no_exp, "The scores were divided by their sum. A softmax takes exp of them first."),
        Wrong(
            _all_nodes,
            _say_which_stranger,
            _attends_to_strangers,
        ),
        Wrong(
            _no_leak,
            "Scores -1 and -5 differ too much: LeakyReLU comes before the softmax.",
        ),
        Wrong(
            _plain_relu,
            "Scores -1 and -5 became equal: below zero a LeakyReLU multiplies by slope, it does "
            "not cut.",
        ),
        Wrong(_fixed_slope, "With slope=0.5 yours still multiplies by 0.2. Use the argument."),
        Wrong(
            _halves_swapped,
            "The halves of a have changed places: the first belongs to node i, which receives.",
        ),
        Wrong(_uniform, "All neighbors get the same weight, whatever a says."),
        Wrong(_sums_H, "H2 adds up the rows of H. Add up the rows of H @ W."),
        Wrong(
            _sums_turned,
            "alpha was turned in the sum: row i of alpha says what node i takes from each j.",
        ),
        Wrong(
            _activated,
            "H2 was cut at 0. Return the weighted sum; the nonlinearity is left to the caller.",
        ),
        Wrong(
            _elu,
            "H2 went through a nonlinearity. Return the weighted sum and leave that to the caller.",
        ),
    ),
)
