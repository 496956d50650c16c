"""MiME on one visit, in numpy: the equations one by one (Choi et al. 2018).

A code is a row of a table, so a vector stands on the left: `x @ W`. The paper writes columns,
`W x`, and its matrices are the transposes of these. The activation is ReLU throughout. Nothing
has a bias, as in the paper; the released program adds one to every layer.
"""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Bool, Float, Int, Num

from helpers.activations import relu

PLACE = {"rx": 1, "px": 2}  # where an object keeps its drugs and procedures


def dx_objects(
    rows: Iterable[tuple[str, str, str | None]],
) -> tuple[list[tuple[str, list[str], list[str]]], list[str]]:
    """Put each treatment of a visit to the diagnosis it was ordered for.

    Parameters
    ----------
    rows
        (kind, code, reason) in any order; kind is "dx", "rx" or "px". A diagnosis has no
        reason; a treatment has the code of a diagnosis, or None where nobody wrote it down.

    Returns
    -------
    objects
        One (dx, [rx], [px]) for each diagnosis, in the order of the rows.
    unlinked
        The treatments without a reason, or with one that is no diagnosis of the visit.

    Examples
    --------
    >>> dx_objects([("dx", "CAD", None), ("rx", "metoprolol", "CAD"), ("rx", "aspirin", None)])
    ([('CAD', ['metoprolol'], [])], ['aspirin'])
    """
    rows = list(rows)
    objects = {code: (code, [], []) for kind, code, _ in rows if kind == "dx"}
    unlinked = []
    for kind, code, reason in rows:
        if kind == "dx":
            continue
        if reason in objects:
            objects[reason][PLACE[kind]].append(code)
        else:
            unlinked.append(code)
    return list(objects.values()), unlinked


def gate(d: Float[np.ndarray, " dim"], W_m: Float[np.ndarray, "dim dim"]) -> np.ndarray:
    """Return what a diagnosis multiplies the vectors of its treatments with: relu(d W_m)."""
    return relu(d @ W_m)


def dx_object(
    d: Float[np.ndarray, " dim"],
    M: Float[np.ndarray, "treatments dim"],
    W_m: Float[np.ndarray, "dim dim"],
    W_o: Float[np.ndarray, "dim dim"],
) -> Float[np.ndarray, " dim"]:
    """Return the vector of a diagnosis with its treatments.

    With the gated sum G = d + sum_j gate(d) * m_j it is o = relu(G W_o) + G. The last + G is the
    skip connection.

    Parameters
    ----------
    d
        The row of the diagnosis.
    M
        The rows of its treatments; there may be none.

    Examples
    --------
    >>> one, two = np.array([1.0, 0.0]), np.array([0.0, 2.0])
    >>> dx_object(one, np.array([two, two]), np.ones((2, 2)), np.zeros((2, 2)))
    array([1., 4.])
    """
    G = d + (gate(d, W_m) * M).sum(axis=0)
    return relu(G @ W_o) + G


def visit_vector(
    objects: Float[np.ndarray, "slots dim"],
    W_v: Float[np.ndarray, "dim dim"],
    mask: Bool[np.ndarray, " slots"],
) -> Float[np.ndarray, " dim"]:
    """Return the vector of a visit: with F the sum of its objects, relu(F W_v) + F.

    Parameters
    ----------
    objects
        The visit's objects, and anything in the slots that fill up the array.
    mask
        True for an object, False for padding.

    Examples
    --------
    >>> objects = np.array([[1.0, 2.0], [1.0, 2.0], [9.0, 9.0]])
    >>> visit_vector(objects, np.eye(2), np.array([True, True, False]))
    array([4., 8.])
    """
    F = objects[mask].sum(axis=0)
    return relu(F @ W_v) + F


def aux_loss(
    objects: Float[np.ndarray, "slots dim"],
    dx: Int[np.ndarray, " slots"],
    rx: Num[np.ndarray, "slots drugs"],
    U_d: Float[np.ndarray, "dim diagnoses"],
    U_m: Float[np.ndarray, "dim drugs"],
    mask: Bool[np.ndarray, " slots"],
    lam: float,
) -> float:
    """Return what it costs that objects do not tell their own codes.

    A softmax names the one diagnosis, a sigmoid each drug:
    ``lam * mean over objects of [-ln p(dx) - sum over all drugs of ln q(given or not)]``.

    Parameters
    ----------
    objects, mask
        As for :func:`visit_vector`.
    dx
        The diagnosis of each object.
    rx
        1 where the object has the drug, 0 where not.

    Examples
    --------
    >>> zeros, one = np.zeros((1, 4)), np.array([True])
    >>> args = zeros, np.array([2]), np.array([[1, 0]]), np.ones((4, 8)), np.ones((4, 2)), one
    >>> print(f"{aux_loss(*args, 1.0):.4f} = ln 8 + 2 ln 2 = {np.log(8) + 2 * np.log(2):.4f}")
    3.4657 = ln 8 + 2 ln 2 = 3.4657
    """
    if not mask.any():
        return 0.0
    o = objects[mask]
    scores = o @ U_d
    highest = scores.max(axis=1, keepdims=True)
    log_total = highest[:, 0] + np.log(np.exp(scores - highest).sum(axis=1))
    dx_cost = log_total - scores[np.arange(len(o)), dx[mask]]
    rx_cost = (np.logaddexp(0, o @ U_m) - rx[mask] * (o @ U_m)).sum(axis=1)
    return float(lam * (dx_cost + rx_cost).mean())
