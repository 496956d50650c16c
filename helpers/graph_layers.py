"""One layer of GraphSAGE and of GAT, and the read-out of a whole graph, in numpy.

A layer turns the rows of the nodes into new rows. It is a function: it needs the features of a
node and of its neighbors, and no row that was reserved for the node. So it also works for a node
that came after the training. :mod:`helpers.graph_nets` stacks the same layers for training.
"""

import numpy as np
from jaxtyping import Float, Int, Num


def sage_mean(
    H: Float[np.ndarray, "nodes d_in"],
    adj: Num[np.ndarray, "nodes nodes"],
    W_self: Float[np.ndarray, "d_in d_out"],
    W_nb: Float[np.ndarray, "d_in d_out"],
) -> Float[np.ndarray, "nodes d_out"]:
    """Return ``relu(h_i W_self + mean of the neighbors' h_j W_nb)`` for every node.

    GraphSAGE with the mean aggregator (Hamilton, Ying and Leskovec, 2017, algorithm 1). One
    table for ``[h_i, mean]``, as the paper has it, is these two on top of each other. Left out
    here: the paper samples the neighbors, and scales every new row to length 1.

    Parameters
    ----------
    adj
        1 where two nodes are connected. A node without neighbors gets a mean of zeros.
    """
    _check(H, adj, W_self=W_self, W_nb=W_nb)
    n_neighbors = adj.sum(axis=1, keepdims=True)
    mean = (adj @ H) / np.maximum(n_neighbors, 1)
    return np.maximum(H @ W_self + mean @ W_nb, 0)


def gat_layer(
    H: Float[np.ndarray, "nodes d_in"],
    adj: Num[np.ndarray, "nodes nodes"],
    W: Float[np.ndarray, "d_in d_out"],
    a: Float[np.ndarray, " twice_d_out"],
    slope: float = 0.2,
) -> tuple[Float[np.ndarray, "nodes d_out"], Float[np.ndarray, "nodes nodes"]]:
    """Return the new rows of all nodes, and how much each attends to each.

    One head of GAT (Veličković and others, 2018, eq. 1 to 4), with ``z_i = h_i W``::

        e_ij     = leaky_relu(a . [z_i, z_j])
        alpha_ij = softmax over the neighbors j of i, and i itself
        h'_i     = sum_j alpha_ij z_j

    The paper's nonlinearity around the sum is left to the caller.

    Parameters
    ----------
    adj
        1 where two nodes are connected. Every node attends to itself as well, whether or not
        the diagonal says so.
    a
        The first half belongs to the node that receives, the second to the one that sends.
    slope
        Of the leaky ReLU below zero.
    """
    _check(H, adj, W=W)
    Z = H @ W
    if a.shape != (2 * Z.shape[1],):
        raise ValueError(f"a has shape {a.shape}, for rows of {Z.shape[1]} it is twice as long")
    receive, send = Z @ a[: Z.shape[1]], Z @ a[Z.shape[1] :]
    scores = receive[:, None] + send[None, :]
    scores = np.where(scores > 0, scores, slope * scores)
    if not np.isfinite(scores).all():
        raise ValueError("a score is no finite number; W or a holds nan, or too large numbers")
    allowed = (adj > 0) | np.eye(len(H), dtype=bool)
    scores = np.where(allowed, scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
    alpha = weights / weights.sum(axis=1, keepdims=True)
    return alpha @ Z, alpha


def read_out(
    H: Float[np.ndarray, "nodes dim"], graph_ids: Int[np.ndarray, " nodes"]
) -> Float[np.ndarray, "graphs dim"]:
    """Return the mean row of every graph.

    Parameters
    ----------
    graph_ids
        Which graph each node is in, counted from 0. A number below the largest that no node
        has is a graph without nodes; its row is zeros.
    """
    if len(graph_ids) != len(H):
        raise ValueError(f"{len(graph_ids)} graph numbers for {len(H)} nodes")
    if graph_ids.ndim != 1 or graph_ids.dtype.kind not in "iu":
        raise ValueError(
            f"graph_ids has shape {graph_ids.shape} and type {graph_ids.dtype}; it needs one whole "
            "number a node"
        )
    if len(graph_ids) and graph_ids.min() < 0:
        raise ValueError(f"a graph has number {graph_ids.min()}; they count from 0")
    sizes = np.bincount(graph_ids)
    total = np.zeros((len(sizes), H.shape[1]))
    np.add.at(total, graph_ids, H)
    return total / np.maximum(sizes, 1)[:, None]


def nodes_touched(fan_outs: tuple[int, ...]) -> int:
    """Return how many nodes one node needs at most, if each samples so many neighbors.

    Parameters
    ----------
    fan_outs
        How many neighbors the node samples, then how many each of those does, and so on. (The
        paper counts its layers from the far end.)

    Examples
    --------
    >>> nodes_touched((25, 10))  # 1 + 25 + 25 * 10
    276
    """
    total, layer = 1, 1
    for fan_out in fan_outs:
        layer *= fan_out
        total += layer
    return total


def _check(H: np.ndarray, adj: np.ndarray, **tables: np.ndarray) -> None:
    if adj.shape != (len(H), len(H)):
        raise ValueError(f"adj has shape {adj.shape} for {len(H)} nodes")
    if not np.isfinite(H).all():
        node = int(np.argmin(np.isfinite(H).all(axis=1)))
        raise ValueError(f"the features of node {node} hold a nan or an infinite number")
    d_out = next(iter(tables.values())).shape[-1]
    for name, table in tables.items():
        if table.shape != (H.shape[1], d_out):
            raise ValueError(
                f"{name} has shape {table.shape}; {H.shape[1]} features a node and {d_out} new "
                f"ones make it ({H.shape[1]}, {d_out})"
            )
