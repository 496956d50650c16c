"""Two layers of GraphSAGE or of GAT, trained to name the class of a node.

The layers are those of :mod:`helpers.graph_layers`, on a list of edges instead of a full table,
so that a step costs as much as there are edges. The whole graph is one batch: nothing is sampled.
"""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, elu, leaky_relu

from helpers.mime import glorot
from helpers.progress import progress


class Sage(nn.Module):
    """GraphSAGE with the mean aggregator: ReLU between the layers, scores at the end."""

    def __init__(self, d_in: int, hidden: int, n_classes: int, rng: torch.Generator):
        super().__init__()
        sizes = [(d_in, hidden), (hidden, n_classes)]
        self.W_self = nn.ParameterList(glorot(a, b, rng) for a, b in sizes)
        self.W_nb = nn.ParameterList(glorot(a, b, rng) for a, b in sizes)

    def forward(
        self, H: Float[Tensor, "nodes d_in"], edges: Int[Tensor, "2 directed"]
    ) -> Float[Tensor, "nodes classes"]:
        """Return one score a node and class."""
        for layer in range(2):
            H = H @ self.W_self[layer] + mean_of_neighbors(H @ self.W_nb[layer], edges)
            H = torch.relu(H) if layer == 0 else H
        return H


class Gat(nn.Module):
    """GAT with one head: ELU between the layers, scores at the end.

    The paper has 8 heads and drops inputs and attention weights at random; here neither.
    """

    def __init__(self, d_in: int, hidden: int, n_classes: int, rng: torch.Generator):
        super().__init__()
        sizes = [(d_in, hidden), (hidden, n_classes)]
        self.W = nn.ParameterList(glorot(a, b, rng) for a, b in sizes)
        self.a = nn.ParameterList(glorot(2 * b, 1, rng) for _, b in sizes)

    def forward(
        self, H: Float[Tensor, "nodes d_in"], edges: Int[Tensor, "2 directed"]
    ) -> Float[Tensor, "nodes classes"]:
        """Return one score a node and class."""
        for layer in range(2):
            H, _ = attend(H @ self.W[layer], with_self(edges, len(H)), self.a[layer][:, 0])
            H = elu(H) if layer == 0 else H
        return H


def mean_of_neighbors(
    H: Float[Tensor, "nodes dim"], edges: Int[Tensor, "2 directed"]
) -> Float[Tensor, "nodes dim"]:
    """Return the mean row of the nodes that each node receives from; zeros if there is none."""
    receiver, sender = edges
    total = torch.zeros_like(H).index_add(0, receiver, H[sender])
    return total / torch.bincount(receiver, minlength=len(H)).clamp(min=1)[:, None]


def with_self(edges: Int[Tensor, "2 directed"], n_nodes: int) -> Int[Tensor, "2 more"]:
    """Add an edge from every node to itself."""
    return torch.cat([edges, torch.arange(n_nodes).expand(2, -1)], dim=1)


def attend(
    Z: Float[Tensor, "nodes dim"],
    edges: Int[Tensor, "2 directed"],
    a: Float[Tensor, " twice_dim"],
    slope: float = 0.2,
) -> tuple[Float[Tensor, "nodes dim"], Float[Tensor, " directed"]]:
    """Return the attended sum of every receiver, and the weight of every edge."""
    receiver, sender = edges
    receive, send = a.split(Z.shape[1])
    scores = leaky_relu((Z @ receive)[receiver] + (Z @ send)[sender], slope)
    largest = scores.detach().new_full((len(Z),), -torch.inf)
    largest = largest.scatter_reduce(0, receiver, scores.detach(), "amax")
    weights = torch.exp(scores - largest[receiver])
    total = Z.new_zeros(len(Z)).index_add(0, receiver, weights)
    alpha = weights / total[receiver]
    return torch.zeros_like(Z).index_add(0, receiver, alpha[:, None] * Z[sender]), alpha


def train_nodes(
    make: Callable[..., nn.Module],
    X: Float[np.ndarray, "nodes d_in"],
    edges: Int[np.ndarray, "2 directed"],
    classes: Int[np.ndarray, " nodes"],
    rows: Int[np.ndarray, " labeled"],
    *,
    hidden: int = 64,
    steps: int = 150,
    learning_rate: float = 0.02,
    weight_decay: float = 5e-4,
    seed: int = 0,
) -> tuple[nn.Module, list[float]]:
    """Make a network and fit it to the classes of the labeled nodes; also return its losses.

    Parameters
    ----------
    make
        :class:`Sage` or :class:`Gat`.
    classes
        Class of every node; only those of `rows` are looked at.

    Raises
    ------
    ValueError
        If no node is labeled, a label is below 0, there is not one class a node, or a feature
        is no finite number.
    """
    if len(classes) != len(X):
        raise ValueError(f"{len(classes)} classes for {len(X)} nodes")
    if not np.isfinite(X).all():
        node = int(np.argmin(np.isfinite(X).all(axis=1)))
        raise ValueError(f"the features of node {node} hold a nan or an infinite number")
    _check_ends(X, edges)
    if not len(rows) or classes[rows].min() < 0:
        raise ValueError("the labeled nodes need classes counted from 0, and there must be some")
    generator = torch.Generator().manual_seed(seed)
    net = make(X.shape[1], hidden, int(classes[rows].max()) + 1, generator)
    H, edges, rows = torch.tensor(X).float(), torch.tensor(edges), torch.tensor(rows)
    wanted = torch.tensor(classes)[rows]
    adam = torch.optim.Adam(net.parameters(), learning_rate, weight_decay=weight_decay)
    history = []
    for _ in progress(range(steps), "fitting nodes"):
        loss = cross_entropy(net(H, edges)[rows], wanted)
        adam.zero_grad()
        loss.backward()
        adam.step()
        history.append(loss.item())
    return net, history


@torch.no_grad()
def node_scores(
    net: nn.Module, X: Float[np.ndarray, "nodes d_in"], edges: Int[np.ndarray, "2 directed"]
) -> Float[np.ndarray, "nodes classes"]:
    """Return the scores of all nodes of a graph, which need not be the one it was fitted to."""
    _check_ends(X, edges)
    return net(torch.tensor(X).float(), torch.tensor(edges)).numpy()


def _check_ends(X: np.ndarray, edges: np.ndarray) -> None:
    if edges.size and edges.max() >= len(X):
        raise ValueError(f"an edge ends at node {edges.max()}, and X has {len(X)} rows")
