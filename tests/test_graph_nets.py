import numpy as np
import pytest
import torch

from helpers.graph import build_graph
from helpers.graph_layers import gat_layer, sage_mean
from helpers.graph_nets import (
    Gat,
    Sage,
    attend,
    mean_of_neighbors,
    node_scores,
    train_nodes,
    with_self,
)
from tests.plugin import as_in_a_notebook
from tests.test_graph import random_graph


def start(seed=0, n=20, d=4):
    graph, _ = random_graph(n, 0.2, seed)
    X = np.random.default_rng(seed).normal(size=(n, d))
    return graph, X, torch.Generator().manual_seed(seed)


def arrays(parameters):
    return [p.detach().double().numpy() for p in parameters]


def test_sage_net_is_two_layers_by_hand():
    graph, X, rng = start()
    net = Sage(4, 6, 3, rng)
    (w1, w2), (n1, n2) = arrays(net.W_self), arrays(net.W_nb)
    hidden = sage_mean(X, graph.dense(), w1, n1)
    wanted = sage_mean(hidden, graph.dense(), w2, n2)  # with a ReLU that the scores do not have
    scores = node_scores(net, X, graph.edge_list())
    np.testing.assert_allclose(np.maximum(scores, 0), wanted, atol=1e-5)
    assert (scores < 0).any()


def test_gat_net_is_two_layers_by_hand():
    graph, X, rng = start(1)
    net = Gat(4, 6, 3, rng)
    tables, halves = arrays(net.W), [a[:, 0] for a in arrays(net.a)]
    hidden, _ = gat_layer(X, graph.dense(), tables[0], halves[0])
    hidden = np.where(hidden > 0, hidden, np.expm1(hidden))
    wanted, _ = gat_layer(hidden, graph.dense(), tables[1], halves[1])
    np.testing.assert_allclose(node_scores(net, X, graph.edge_list()), wanted, atol=1e-5)


def test_attention_on_edges_is_the_full_tables_and_its_gradient_is_right():
    graph, X, rng = start(2)
    Z = torch.tensor(X).requires_grad_()
    a = torch.randn(8, generator=rng, dtype=torch.float64).requires_grad_()
    edges = with_self(torch.tensor(graph.edge_list()), 20)

    assert torch.autograd.gradcheck(lambda Z, a: attend(Z, edges, a)[0], (Z, a))


def test_mean_of_nobody_is_zero():
    graph = build_graph([("a", "b"), ("a", "c")], ["d"])
    H = torch.tensor([[1.0], [2.0], [4.0], [8.0]])
    out = mean_of_neighbors(H, torch.tensor(graph.edge_list()))
    assert out[:, 0].tolist() == [3, 1, 1, 0]


def two_camps(n=40):
    """Nodes whose class is what the *neighbors'* feature says; their own says nothing."""
    rng = np.random.default_rng(0)
    camp = np.arange(n) % 2
    edges = [(f"q{i:02d}", f"s{j}") for i in range(n) for j in rng.permutation(5)[:3] * 2 + camp[i]]
    graph = build_graph(edges)
    feature = [float(name[0] == "s" and int(name[1:]) % 2) for name in graph.names]
    classes = [int(name[1:]) % 2 if name[0] == "q" else -1 for name in graph.names]
    return graph, np.array(feature)[:, None], np.array(classes)


@pytest.mark.parametrize("make", [Sage, Gat])
def test_training_reads_the_neighbors_and_serves_nodes_it_never_saw(make):
    graph, X, classes = two_camps()
    known = np.array([i for i in range(len(classes)) if i % 4 or classes[i] < 0])
    part = graph.take(known)  # a quarter of the nodes come after the training
    rows = np.flatnonzero(classes[known] >= 0)
    X = np.column_stack([X, np.ones(len(X))])
    net, history = train_nodes(make, X[known], part.edge_list(), classes[known], rows, steps=100)
    new = np.setdiff1d(np.arange(len(classes)), known)
    found = node_scores(net, X, graph.edge_list()).argmax(axis=1)
    assert history[-1] < 0.1 < history[0] and (found == classes)[new].all()


def test_the_same_seed_trains_the_same_network():
    graph, X, classes = two_camps()
    rows = np.flatnonzero(classes >= 0)
    runs = [train_nodes(Sage, X, graph.edge_list(), classes, rows, steps=3, seed=s) for s in (4, 4)]
    assert runs[0][1] == runs[1][1]


def test_labels_are_needed():
    graph, X, classes = two_camps()
    for rows in (np.array([], int), np.flatnonzero(classes < 0)):
        with pytest.raises(ValueError, match="labeled nodes need classes counted from 0"):
            train_nodes(Sage, X, graph.edge_list(), classes, rows)


def test_rows_that_do_not_fit_and_features_that_are_none_are_named():
    graph, X, classes = two_camps()
    edges, rows = graph.edge_list(), np.flatnonzero(classes >= 0)
    train = as_in_a_notebook(train_nodes)
    with pytest.raises(ValueError, match="49 classes for 50 nodes"):
        train(Sage, X, edges, classes[:-1], rows)
    with pytest.raises(ValueError, match="an edge ends at node 49, and X has 49 rows"):
        train(Sage, X[:-1], edges, classes[:-1], rows[:3])
    net, _ = train_nodes(Sage, X, edges, classes, rows, steps=1)
    with pytest.raises(ValueError, match="an edge ends at node 49, and X has 40 rows"):
        node_scores(net, X[:40], edges)
    X[7] = np.nan
    with pytest.raises(ValueError, match="features of node 7 hold a nan"):
        train(Sage, X, edges, classes, rows)
