"""A graph: things with names, and which of them are connected.

Edges have no direction and no weight. The graph holds no numbers about its nodes: what is known
of a node beside its connections is a feature, and travels apart from the graph.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Int
from scipy.sparse import csr_array


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes in a fixed order, and a symmetric table of ones.

    Parameters
    ----------
    names
        Node ``i`` is called ``names[i]``; no name occurs twice.
    adjacency
        1 where two nodes are connected; no node with itself.

    Raises
    ------
    ValueError
        If the table is not square, not symmetric, or connects a node with itself, or a name
        occurs twice.
    """

    names: tuple[str, ...]
    adjacency: csr_array

    def __post_init__(self):
        self.adjacency.sum_duplicates()  # and sort
        n = len(self.names)
        if self.adjacency.shape != (n, n):
            raise ValueError(f"{n} names for a table of shape {self.adjacency.shape}")
        if len(self.ids) != n:
            raise ValueError("a name is in the graph twice")
        if self.adjacency.diagonal().any():
            name = self.names[int(self.adjacency.diagonal().argmax())]
            raise ValueError(f"node {name!r} is connected with itself")
        if (self.adjacency != self.adjacency.T).nnz:
            raise ValueError("an edge goes one way only; the table must be symmetric")

    @cached_property
    def ids(self) -> dict[str, int]:
        """Number of every name."""
        return {name: i for i, name in enumerate(self.names)}

    @property
    def degrees(self) -> Int[np.ndarray, " nodes"]:
        """How many neighbors every node has."""
        return np.diff(self.adjacency.indptr)

    @property
    def n_edges(self) -> int:
        """Number of edges; each is counted once."""
        return self.adjacency.nnz // 2

    def id(self, name: str) -> int:
        """Return the number of a node; a `KeyError` names one that is not there."""
        try:
            return self.ids[name]
        except KeyError:
            raise KeyError(f"{name!r} is not among the {len(self.names)} nodes") from None

    def neighbors(self, name: str) -> list[str]:
        """Return the names of a node's neighbors, in the order of the graph."""
        i = self.id(name)
        start, end = self.adjacency.indptr[i : i + 2]
        return [self.names[j] for j in self.adjacency.indices[start:end]]

    def as_dict(self) -> dict[str, list[str]]:
        """Return the neighbors of every node, by name."""
        return {name: self.neighbors(name) for name in self.names}

    def dense(self) -> Int[np.ndarray, "nodes nodes"]:
        """Return the table of ones with its zeros, for small graphs."""
        return self.adjacency.toarray().astype(np.int64)

    @cached_property
    def _edge_keys(self) -> Int[np.ndarray, " directed"]:
        receivers, senders = self.edge_list()
        return receivers * len(self.names) + senders  # rising, since the table is sorted

    def connected(
        self, a: Int[np.ndarray, " pairs"], b: Int[np.ndarray, " pairs"]
    ) -> Bool[np.ndarray, " pairs"]:
        """Tell for every pair of nodes whether there is an edge."""
        if not len(self._edge_keys):
            return np.zeros(len(a), bool)
        wanted = a * len(self.names) + b
        place = np.minimum(np.searchsorted(self._edge_keys, wanted), len(self._edge_keys) - 1)
        return self._edge_keys[place] == wanted

    def edge_list(self) -> Int[np.ndarray, "2 directed"]:
        """Return every edge twice, once each way: row 0 receives from row 1."""
        receivers = np.repeat(np.arange(len(self.names)), self.degrees)
        return np.stack([receivers, self.adjacency.indices]).astype(np.int64)

    def take(self, nodes: Int[np.ndarray, " taken"]) -> "Graph":
        """Return these nodes, in this order, and the edges among them."""
        table = csr_array(self.adjacency[nodes][:, nodes])
        return Graph(tuple(self.names[i] for i in nodes), table)


def build_graph(edges: Iterable[tuple[str, str]], names: Iterable[str] = ()) -> Graph:
    """Build a graph of pairs of names; a pair that comes again, either way, is one edge.

    Parameters
    ----------
    names
        Further nodes, which need not have an edge. Nodes are sorted by name.

    Raises
    ------
    ValueError
        If a pair connects a node with itself.

    Examples
    --------
    >>> graph = build_graph([("gout", "colchicine"), ("colchicine", "gout")], ["rash"])
    >>> graph.names, graph.n_edges
    (('colchicine', 'gout', 'rash'), 1)
    """
    pairs = {tuple(sorted(pair)) for pair in edges}
    found = sorted({name for pair in pairs for name in pair} | set(names))
    place: Mapping[str, int] = {name: i for i, name in enumerate(found)}
    ends = np.array([(place[a], place[b]) for a, b in sorted(pairs)], int).reshape(-1, 2)
    both = np.concatenate([ends, ends[:, ::-1]])
    table = csr_array((np.ones(len(both)), tuple(both.T)), (len(found), len(found)))
    return Graph(tuple(found), table)
