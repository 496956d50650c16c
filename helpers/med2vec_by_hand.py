"""Med2Vec on a handful of visits: dense numpy, every equation in the open.

E. Choi and others, *Multi-layer Representation Learning for Medical Concepts* (KDD 2016). Here a
table has one row a code and a visit is a row; the matrices of the paper are the transposes.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float, Real

from helpers.activations import relu, softmax

Parameters = Mapping[str, Float[np.ndarray, "..."]]


def forward(
    x: Real[np.ndarray, "*visits codes"],
    d: Float[np.ndarray, "*visits demographics"],
    P: Parameters,
) -> tuple[Float[np.ndarray, "*visits code_dim"], Float[np.ndarray, "*visits visit_dim"]]:
    """Return the two representations of a visit, of its codes and of the whole (eq. 1).

    Parameters
    ----------
    x
        One multi-hot row, or one row a visit.
    d
        The demographics. They skip the first layer.
    P
        ``W_c`` (codes, code_dim), ``b_c``, ``W_v`` (code_dim + demographics, visit_dim), ``b_v``.
    """
    u = relu(x @ P["W_c"] + P["b_c"])
    v = relu(np.concatenate([u, d], axis=-1) @ P["W_v"] + P["b_v"])
    return u, v


def predict(
    v: Float[np.ndarray, "*visits visit_dim"], P: Parameters
) -> Float[np.ndarray, "*visits targets"]:
    """Return what a visit expects of its neighbors: one share for each target, together 1."""
    return softmax(v @ P["W_s"] + P["b_s"])


def n_parameters(codes: int, code_dim: int, visit_dim: int, demographics: int, targets: int) -> int:
    """Count the numbers that training sets: three matrices and three biases.

    Examples
    --------
    >>> n_parameters(codes=4, code_dim=2, visit_dim=3, demographics=1, targets=4)
    38
    """
    first = codes * code_dim + code_dim
    second = (code_dim + demographics) * visit_dim + visit_dim
    return first + second + visit_dim * targets + targets


def code_loss(visits: Sequence[Sequence[int]], W_c: Float[np.ndarray, "codes code_dim"]) -> float:
    """Return the mean over all ordered pairs i, j of a visit of ``-log p(j | i)`` (eq. 3).

    One table is center and context, with its negative numbers cut off: ``R = relu(W_c)`` and
    ``p(j | i) = exp(R_j . R_i) / sum over all codes k of exp(R_k . R_i)``. The paper divides the
    sum by the number of visits; the released program by the number of pairs, as here. No pair
    costs nothing.

    Parameters
    ----------
    visits
        The code ids of each visit, all different.

    Examples
    --------
    >>> print(f"{code_loss([[0, 1], [2]], np.zeros((4, 3))):.4f}", f"{np.log(4):.4f}")
    1.3863 1.3863
    """
    R = relu(W_c)
    log_p = np.log(softmax(R @ R.T))
    losses = [-log_p[i, j] for visit in visits for i in visit for j in visit if i != j]
    return float(np.mean(losses)) if losses else 0.0


def visit_pairs_within(lengths: Sequence[int], w: int) -> list[tuple[int, int]]:
    """List the pairs (visit, neighbor) of the same patient, at most `w` visits apart.

    All visits stand in one list, patient after patient; a pair holds two places of that list.

    Parameters
    ----------
    lengths
        How many visits each patient has.

    Examples
    --------
    >>> visit_pairs_within([2, 1, 2], w=1)
    [(0, 1), (1, 0), (3, 4), (4, 3)]
    """
    pairs, first = [], 0
    for length in lengths:
        for t in range(length):
            near = range(max(0, t - w), min(length, t + w + 1))
            pairs += [(first + t, first + other) for other in near if other != t]
        first += length
    return pairs


def visit_loss(
    Yhat: Float[np.ndarray, "visits targets"],
    X: Real[np.ndarray, "visits targets"],
    pairs: Sequence[tuple[int, int]],
    eps: float = 1e-8,
) -> float:
    """Return how badly each visit predicts its neighbors (eq. 2).

    ``-[x log(y + eps) + (1 - x) log(1 - y + eps)]``, summed over the targets and over the pairs,
    divided by the number of visits. The prediction `y` is that of the first visit of a pair, the
    multi-hot row `x` that of the second.
    """
    total = 0.0
    for t, neighbor in pairs:
        x, y = X[neighbor], Yhat[t]
        total -= (x * np.log(y + eps) + (1 - x) * np.log(1 - y + eps)).sum()
    return float(total / len(Yhat)) if len(Yhat) else 0.0


def top_ids(W_c: Float[np.ndarray, "codes code_dim"], dim: int, k: int) -> list[int]:
    """Return the ids of the `k` codes with the largest weight in one coordinate, largest first.

    Only a positive weight survives the ReLU: the list can be shorter than `k`, and it is empty
    for a coordinate that no code uses. Of equal weights the smaller id comes first.
    """
    weight = relu(W_c[:, dim])
    order = np.argsort(-weight, kind="stable")
    return [i for i in order[:k].tolist() if weight[i] > 0]


def top_codes(
    W_c: Float[np.ndarray, "codes code_dim"], dim: int, itos: Sequence[str], k: int
) -> list[str]:
    """Return the names of `top_ids`.

    Examples
    --------
    >>> top_codes(np.array([[0.2], [-3.0], [0.9]]), 0, ["gout", "asthma", "migraine"], k=3)
    ['migraine', 'gout']
    """
    return [itos[i] for i in top_ids(W_c, dim, k)]
