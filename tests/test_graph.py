import numpy as np
import pytest
from scipy.sparse import csr_array

from helpers.graph import Graph, build_graph

EDGES = [("gout", "colchicine"), ("gout", "P1"), ("colchicine", "P1"), ("rash", "P2")]


def random_graph(n=30, chance=0.2, seed=0):
    """Return a graph and, drawn before it, its table of ones."""
    table = np.triu(np.random.default_rng(seed).random((n, n)) < chance, 1)
    names = [f"n{i:02d}" for i in range(n)]
    pairs = [(names[a], names[b]) for a, b in np.argwhere(table)]
    return build_graph(pairs, names), (table | table.T).astype(int)


def test_pairs_that_come_again_are_one_edge_and_nodes_are_sorted():
    graph = build_graph([*EDGES, ("P1", "gout"), ("gout", "P1")], ["alone"])
    assert graph.names == ("P1", "P2", "alone", "colchicine", "gout", "rash")
    assert graph.n_edges == 4 and graph.degrees.tolist() == [2, 1, 0, 2, 2, 1]
    assert graph.neighbors("gout") == ["P1", "colchicine"] and graph.neighbors("alone") == []


def test_degrees_neighbors_and_edges_are_those_of_the_table():
    graph, table = random_graph()
    assert graph.degrees.tolist() == table.sum(axis=1).tolist()
    assert graph.n_edges == table.sum() / 2
    np.testing.assert_array_equal(graph.dense(), table)
    for name, near in graph.as_dict().items():
        assert near == [f"n{j:02d}" for j in range(30) if table[int(name[1:])][j]]
    a, b = np.divmod(np.arange(900), 30)
    assert graph.connected(a, b).tolist() == [table[i][j] == 1 for i, j in zip(a, b, strict=True)]


def test_edge_list_has_both_directions_and_rebuilds_the_table():
    graph, _ = random_graph(12)
    receiver, sender = graph.edge_list()
    table = np.zeros((12, 12), int)
    np.add.at(table, (receiver, sender), 1)
    np.testing.assert_array_equal(table, graph.dense())


def test_taking_nodes_keeps_the_edges_among_them_in_the_new_order():
    graph, table = random_graph(15)
    nodes = np.array([7, 2, 11, 0])
    part = graph.take(nodes)
    assert part.names == tuple(graph.names[i] for i in nodes)
    np.testing.assert_array_equal(part.dense(), [[table[i][j] for j in nodes] for i in nodes])
    no_edges = build_graph([], ["a", "b"])
    assert not no_edges.connected(np.array([0]), np.array([1])).any()


@pytest.mark.parametrize(
    "names, table, message",
    [
        (("a", "b"), [[0, 1, 0]] * 3, "2 names for a table of shape"),
        (("a", "a"), [[0, 1], [1, 0]], "twice"),
        (("a", "b"), [[0, 1], [1, 1]], "'b' is connected with itself"),
        (("a", "b"), [[0, 1], [0, 0]], "one way only"),
    ],
)
def test_a_table_that_is_no_graph_is_named(names, table, message):
    with pytest.raises(ValueError, match=message):
        Graph(names, csr_array(np.array(table, float)))


def test_unknown_node_and_loop_are_named():
    with pytest.raises(KeyError, match="'asthma' is not among the 2 nodes"):
        build_graph([("a", "b")]).id("asthma")
    with pytest.raises(ValueError, match="'a' is connected with itself"):
        build_graph([("a", "a")])
