import math
from collections import Counter

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components, shortest_path

from helpers.graph import build_graph
from helpers.metrics import purity_at_k
from helpers.node2vec import random_walks, step_probs, train_node2vec

PAPER = {"t": "v1", "v": "t123", "1": "tv", "2": "v", "3": "v"}  # figure 2: t to v, 1 shared
PAPER = {name: [*near] for name, near in PAPER.items()} | {"t": ["v", "1"]}


def small_graph(n=9, chance=0.4, seed=3):
    table = np.triu(np.random.default_rng(seed).random((n, n)) < chance, 1)
    assert connected_components(table, directed=False)[0] == 1
    return build_graph([(f"n{a}", f"n{b}") for a, b in np.argwhere(table)]), table | table.T


def test_step_worked_by_hand():
    # weights 1/p = 4 back, 1 to the shared neighbor, 1/q = 1/2 to each of the two others
    probs = step_probs("t", "v", PAPER, p=0.25, q=2)
    assert probs == pytest.approx({"t": 4 / 6, "1": 1 / 6, "2": 0.5 / 6, "3": 0.5 / 6})
    assert step_probs(None, "v", PAPER, 0.25, 2) == pytest.approx(dict.fromkeys("t123", 1 / 4))


@pytest.mark.parametrize("p, q", [(1, 1), (0.25, 4), (4, 0.25), (2, 0.5)])
def test_steps_follow_the_distance_from_where_the_walk_came(p, q):
    graph, table = small_graph()
    weight = {0: 1 / p, 1: 1.0, 2: 1 / q}  # by the paper's d_tx
    steps = shortest_path(table, unweighted=True)
    for prev, cur in np.argwhere(table):
        wanted = {f"n{x}": weight[steps[prev, x]] for x in np.flatnonzero(table[cur])}
        total = sum(wanted.values())
        probs = step_probs(f"n{prev}", f"n{cur}", graph.as_dict(), p, q)
        assert probs == pytest.approx({x: w / total for x, w in wanted.items()})
        assert sum(probs.values()) == pytest.approx(1)


def test_with_p_and_q_one_every_neighbor_is_alike():
    probs = step_probs("t", "v", PAPER, 1, 1)
    assert probs == pytest.approx(dict.fromkeys("t123", 1 / 4))


@pytest.mark.parametrize("p, q", [(1, 1), (0.25, 4), (3, 0.5), (1e4, 3e3)])
def test_walks_step_with_the_probabilities_of_the_equation(p, q):
    graph, _ = small_graph()
    walks = random_walks(graph, p=p, q=q, walks_per_node=3000, length=12, seed=1)
    adj = graph.as_dict()
    steps = Counter(zip(*(walks[:, i : i + 10].ravel().tolist() for i in range(3)), strict=True))
    seen = Counter()
    for (prev, cur, _), n in steps.items():
        seen[prev, cur] += n
    for prev, cur in seen:
        for name, chance in step_probs(graph.names[prev], graph.names[cur], adj, p, q).items():
            n = seen[prev, cur]
            spread = (n * chance * (1 - chance)) ** 0.5
            assert abs(steps[prev, cur, graph.id(name)] - n * chance) < 5 * spread + 1e-9


def test_long_walks_visit_nodes_as_their_degrees_are():
    # the stationary law of the plain walk: degree over twice the number of edges
    graph, _ = small_graph()
    walks = random_walks(graph, walks_per_node=200, length=2000, seed=0)[:, 100:]
    share = np.bincount(walks.ravel(), minlength=len(graph.names)) / walks.size
    np.testing.assert_allclose(share, graph.degrees / (2 * graph.n_edges), atol=0.002)


def test_long_biased_walks_visit_edges_as_the_stationary_law_of_their_steps():
    # node2vec is a Markov chain on directed edges; its stationary law by linear algebra
    graph, _ = small_graph()
    p, q, adj = 0.5, 3.0, graph.as_dict()
    edges = [(a, b) for a in adj for b in adj[a]]
    step = np.zeros((len(edges), len(edges)))
    for row, (a, b) in enumerate(edges):
        for x, chance in step_probs(a, b, adj, p, q).items():
            step[row, edges.index((b, x))] = chance
    law = np.linalg.matrix_power(step, 4096)[0]
    by_node = {name: sum(law[i] for i, (_, b) in enumerate(edges) if b == name) for name in adj}
    walks = random_walks(graph, p=p, q=q, walks_per_node=200, length=2000, seed=0)[:, 100:]
    share = np.bincount(walks.ravel(), minlength=len(adj)) / walks.size
    np.testing.assert_allclose(share, [by_node[name] for name in graph.names], atol=0.003)
    assert np.abs(share - graph.degrees / (2 * graph.n_edges)).max() > 0.003  # another law


def test_walks_start_everywhere_follow_edges_and_repeat():
    graph, _ = small_graph()
    walks = random_walks(graph, p=0.5, q=2, walks_per_node=4, length=15, seed=7)
    assert np.bincount(walks[:, 0]).tolist() == [4] * len(graph.names)
    assert graph.connected(walks[:, :-1].ravel(), walks[:, 1:].ravel()).all()
    again = random_walks(graph, p=0.5, q=2, walks_per_node=4, length=15, seed=7)
    np.testing.assert_array_equal(walks, again)


def test_extreme_p_and_q():
    graph, _ = small_graph()
    back = random_walks(graph, p=1e-9, length=9, seed=0)
    np.testing.assert_array_equal(back[:, 2:], back[:, :-2])  # to and fro
    line = build_graph([("a", "b"), ("b", "c")])
    ends = random_walks(line, p=1e200, q=1e200, length=7, seed=0)  # at a dead end it has no choice
    assert (np.abs(np.diff(ends)) == 1).all()
    ring = build_graph([(f"n{i}", f"n{i + 1}") for i in range(8)] + [("n0", "n8")])
    around = random_walks(ring, p=1e9, length=9, seed=0)  # a ring: never back, so around
    assert all(len(set(walk)) == 9 for walk in around.tolist())


def ring_of_cliques(n_cliques=5, size=6):
    """Groups whose members all know each other, and one edge from group to group."""
    n = n_cliques * size
    inside = [(a, b) for a in range(n) for b in range(a) if a // size == b // size]
    between = [(i * size, (i * size + size + 1) % n) for i in range(n_cliques)]
    return build_graph([(f"n{a:02d}", f"n{b:02d}") for a, b in inside + between])


def test_training_puts_planted_groups_together():
    graph = ring_of_cliques()
    groups = [int(name[1:]) // 6 for name in graph.names]
    result = train_node2vec(graph, dim=8, seed=0)
    assert purity_at_k(result.center_table, groups, 3) > 0.95
    random = np.random.default_rng(0).normal(size=(30, 8))
    assert purity_at_k(random, groups, 3) < 0.5


def test_bad_input_is_named():
    graph = build_graph([("a", "b")], ["alone"])
    with pytest.raises(ValueError, match="node 'alone' has no neighbors"):
        random_walks(graph)
    for p in (0, -2, math.nan, math.inf, 1e-320):
        with pytest.raises(ValueError, match=f"p is {p} and q is 1; both must be positive"):
            step_probs("t", "v", PAPER, p, 1)
    with pytest.raises(ValueError, match="length 0 must be at least 1"):
        random_walks(build_graph([("a", "b")]), length=0)
