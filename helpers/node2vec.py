"""node2vec (Grover and Leskovec, 2016): walk on a graph, then read the walks as sentences.

A walker that came from `prev` to `cur` chooses among the neighbors `x` of `cur`, with weight
(section 3.2.2 of the paper)::

    1/p   if x is prev: it goes back
    1     if x is a neighbor of prev too: it stays close
    1/q   otherwise: it moves away

The walks are trained by :func:`helpers.sgns.train_skipgram`, so the embedding of a node is a row
of a table, one a node, and nothing but walks made it. With ``p = q = 1`` this is the walk of
DeepWalk (Perozzi and others, 2014), which trained it with a hierarchical softmax instead.
"""

import math
from collections.abc import Collection, Hashable, Mapping

import numpy as np
from jaxtyping import Float, Int

from helpers.graph import Graph
from helpers.sgns import train_skipgram
from helpers.two_tables import SkipGramResult
from helpers.vocab import Vocab

_PROPOSALS = 100  # then the next node is drawn from the list of its probabilities


def step_probs(
    prev: Hashable | None,
    cur: Hashable,
    adj: Mapping[Hashable, Collection],
    p: float,
    q: float,
) -> dict[Hashable, float]:
    """Return the probability of each neighbor of `cur` to be the next node.

    Parameters
    ----------
    prev
        Where the walker came from; None at its first step, when all neighbors are alike.
    adj
        The neighbors of every node.

    Examples
    --------
    >>> adj = {"t": ["v", "a"], "v": ["t", "a", "b"], "a": ["t", "v"], "b": ["v"]}
    >>> step_probs("t", "v", adj, p=0.5, q=4)  # weights 2, 1, 1/4
    {'t': 0.6153846153846154, 'a': 0.3076923076923077, 'b': 0.07692307692307693}
    """
    _check(p, q)
    weights = {}
    for x in adj[cur]:
        if prev is None:
            weights[x] = 1.0
        elif x == prev:
            weights[x] = 1 / p
        else:
            weights[x] = 1.0 if x in adj[prev] else 1 / q
    total = sum(weights.values())
    return {x: weight / total for x, weight in weights.items()}


def random_walks(
    graph: Graph,
    *,
    p: float = 1.0,
    q: float = 1.0,
    walks_per_node: int = 10,
    length: int = 20,
    seed: int = 0,
) -> Int[np.ndarray, "walks length"]:
    """Start `walks_per_node` walks at every node; return the nodes they visit, by number.

    All walkers step together. Each proposes a neighbor of its node at random and keeps it with
    a chance in proportion to its weight, else proposes again: the probabilities are those of
    :func:`step_probs`. Whoever has refused `_PROPOSALS` times, as at a dead end when going back
    weighs next to nothing, draws from the list of all neighbors. (The paper keeps a table of
    probabilities for every edge instead.)

    Raises
    ------
    ValueError
        If a node has no neighbors: a walk cannot leave it.
    """
    _check(p, q)
    if walks_per_node < 1 or length < 1:
        raise ValueError(f"walks_per_node {walks_per_node} and length {length} must be at least 1")
    if (graph.degrees == 0).any():
        alone = graph.names[int((graph.degrees == 0).argmax())]
        raise ValueError(f"node {alone!r} has no neighbors, so a walk cannot leave it")
    rng = np.random.default_rng(seed)
    walks = np.empty((walks_per_node * len(graph.names), length), np.int64)
    walks[:, 0] = np.tile(np.arange(len(graph.names)), walks_per_node)
    for step in range(1, length):
        prev = walks[:, step - 2] if step > 1 else None
        walks[:, step] = _next(graph, prev, walks[:, step - 1], (1 / p, 1 / q), rng)
    return walks


def train_node2vec(
    graph: Graph,
    *,
    p: float = 1.0,
    q: float = 1.0,
    walks_per_node: int = 10,
    length: int = 20,
    dim: int = 32,
    window: int = 5,
    seed: int = 0,
) -> SkipGramResult:
    """Walk and train; row ``i`` of the center table is the embedding of ``graph.names[i]``.

    The paper walks 80 steps and uses a window of 10; on the small graphs of this course shorter
    ones do as well and take seconds.
    """
    walks = random_walks(graph, p=p, q=q, walks_per_node=walks_per_node, length=length, seed=seed)
    vocab = Vocab(graph.names, np.bincount(walks.ravel(), minlength=len(graph.names)))
    sentences = [vocab.decode(walk) for walk in walks.tolist()]
    return train_skipgram(sentences, vocab, dim=dim, window=window, seed=seed)


def _next(
    graph: Graph,
    prev: Int[np.ndarray, " walks"] | None,
    cur: Int[np.ndarray, " walks"],
    weight: tuple[float, float],
    rng: np.random.Generator,
) -> Int[np.ndarray, " walks"]:
    """Draw the next node of every walk; `weight` of going back, and of moving away."""
    start, degree = graph.adjacency.indptr[cur], graph.degrees[cur]
    chosen, left = np.empty_like(cur), np.arange(len(cur))
    for _ in range(_PROPOSALS):
        draw = (rng.random(len(left)) * degree[left]).astype(np.int64)
        x = graph.adjacency.indices[start[left] + draw]
        accepted = np.ones(len(left), bool)
        if prev is not None:
            w = _weights(graph, prev[left], x, weight)
            accepted = rng.random(len(left)) * max(1.0, *weight) < w
        chosen[left[accepted]] = x[accepted]
        left = left[~accepted]
        if not len(left):
            return chosen
    for i in left:
        near = graph.adjacency.indices[start[i] : start[i] + degree[i]]
        w = _weights(graph, np.full(len(near), prev[i]), near, weight)
        chosen[i] = rng.choice(near, p=w / w.sum())
    return chosen


def _weights(
    graph: Graph,
    prev: Int[np.ndarray, " steps"],
    x: Int[np.ndarray, " steps"],
    weight: tuple[float, float],
) -> Float[np.ndarray, " steps"]:
    """Return the weight of going on to `x`, for a walker that came from `prev`."""
    back, away = weight
    return np.where(x == prev, back, np.where(graph.connected(prev, x), 1.0, away))


def _check(p: float, q: float) -> None:
    if not all(x > 0 and 0 < 1 / x < math.inf for x in (p, q)):
        raise ValueError(f"p is {p} and q is {q}; both must be positive, and neither infinite")
