"""GRAM: the vector of a code is mixed from its own row and those of its ancestors.

E. Choi, M. T. Bahadori, L. Song, W. F. Stewart and J. Sun, *GRAM: Graph-based Attention Model for
Healthcare Representation Learning*, KDD 2017. Vectors are rows here; the paper writes columns.
"""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from helpers.activations import softmax
from helpers.code_tree import Ancestry


def attention_weights(
    E: Float[np.ndarray, "nodes dim"],
    path: Int[np.ndarray, " depth"],
    W: Float[np.ndarray, "two_dim hidden"],
    b: Float[np.ndarray, " hidden"],
    u: Float[np.ndarray, " hidden"],
) -> Float[np.ndarray, " depth"]:
    """Return how much each node of a path counts, one number a node, with sum 1.

    With e_i the row of the leaf and e_j that of a node, the score is
    ``tanh([e_i, e_j] W + b) u``; a softmax over the path makes weights of the scores.

    Parameters
    ----------
    E
        A row for each node of the tree.
    path
        The rows of a code and its ancestors, the code first.

    Raises
    ------
    ValueError
        If the path is empty, or `W` has not two rows for each number of a node.

    Examples
    --------
    >>> E, W = np.array([[0.0], [2.0]]), np.array([[0.0], [1.0]])
    >>> attention_weights(E, np.array([0, 1]), W, np.zeros(1), np.zeros(1))
    array([0.5, 0.5])
    """
    nodes = E[path]
    if not len(nodes):
        raise ValueError("the path is empty; the code itself is always on it")
    if len(W) != 2 * nodes.shape[1]:
        raise ValueError(f"W has {len(W)} rows; code and node have {2 * nodes.shape[1]} numbers")
    pairs = np.hstack([np.broadcast_to(nodes[0], nodes.shape), nodes])
    return softmax(np.tanh(pairs @ W + b) @ u)


def gram_vector(
    E: Float[np.ndarray, "nodes dim"],
    path: Int[np.ndarray, " depth"],
    W: Float[np.ndarray, "two_dim hidden"],
    b: Float[np.ndarray, " hidden"],
    u: Float[np.ndarray, " hidden"],
) -> Float[np.ndarray, " dim"]:
    """Return the vector of a code: the rows of its path, each times its weight.

    Examples
    --------
    >>> E, W = np.array([[0.0], [2.0]]), np.array([[0.0], [1.0]])
    >>> gram_vector(E, np.array([0, 1]), W, np.zeros(1), np.zeros(1))
    array([1.])
    """
    return attention_weights(E, path, W, b, u) @ E[path]


class AncestorMean(nn.Module):
    """The plain mean of a code's path: GRAM's tree without its attention.

    Parameters
    ----------
    ancestry
        The paths of all codes.
    dim
        Numbers of a vector.
    rng
        Draws the rows, uniform in -.1 to .1 as in the released program.
    """

    def __init__(self, ancestry: Ancestry, dim: int, rng: torch.Generator) -> None:
        super().__init__()
        self.register_buffer("ids", torch.tensor(ancestry.ids))
        self.register_buffer("mask", torch.tensor(ancestry.mask))
        self.E = _small((len(ancestry.nodes), dim), rng)

    def weights(self) -> Float[Tensor, "codes depth"]:
        """Return the weights of every path; padding has weight 0."""
        return self.mask / self.mask.sum(dim=1, keepdim=True)

    def forward(self) -> Float[Tensor, "codes dim"]:
        """Return the vectors of all codes."""
        return torch.einsum("cd,cdv->cv", self.weights(), self.E[self.ids])


class GRAM(AncestorMean):
    """The vectors of all codes at once; the weights are learned with the task.

    Without ancestors (every path the leaf alone) this is a plain table.
    """

    def __init__(self, ancestry: Ancestry, dim: int, rng: torch.Generator) -> None:
        super().__init__(ancestry, dim, rng)
        self.W, self.u = _small((2 * dim, dim), rng), _small((dim,), rng)
        self.b = nn.Parameter(torch.zeros(dim))

    def weights(self) -> Float[Tensor, "codes depth"]:
        """Return the softmax of the scores along every path."""
        nodes = self.E[self.ids]
        pairs = torch.cat([nodes[:, :1].expand_as(nodes), nodes], dim=-1)
        scores = torch.tanh(pairs @ self.W + self.b) @ self.u
        return scores.masked_fill(~self.mask, -torch.inf).softmax(dim=1)


def _small(shape: tuple[int, ...], rng: torch.Generator) -> nn.Parameter:
    return nn.Parameter(torch.rand(shape, generator=rng) * 0.2 - 0.1)
