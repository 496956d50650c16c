import math

import numpy as np
import pytest
import torch

from helpers.graph_layers import gat_layer, nodes_touched, read_out, sage_mean
from tests.plugin import as_in_a_notebook


def graph_and_tables(n=7, d_in=4, d_out=3, seed=0):
    rng = np.random.default_rng(seed)
    adj = np.triu(rng.integers(0, 2, size=(n, n)), 1)
    adj[:, -1] = 0  # the last node is alone
    adj += adj.T
    H, W, V = (rng.normal(size=shape) for shape in ((n, d_in), (d_in, d_out), (d_in, d_out)))
    return H, adj, W, V, rng.normal(size=2 * d_out), rng


def sage_in_loops(H, adj, W_self, W_nb):
    """Hamilton and others (2017), algorithm 1 with the mean, one node after the other."""
    out = []
    for i in range(len(H)):
        near = [H[j] for j in range(len(H)) if adj[i][j]]
        mean = [sum(h[d] for h in near) / len(near) if near else 0.0 for d in range(H.shape[1])]
        scores = [
            sum(H[i][d] * W_self[d][o] + mean[d] * W_nb[d][o] for d in range(H.shape[1]))
            for o in range(W_self.shape[1])
        ]
        out.append([max(0.0, s) for s in scores])
    return np.array(out)


def gat_in_loops(H, adj, W, a, slope):
    """Veličković and others (2018), eq. 1 to 4, one node after the other."""
    Z = [[sum(h[d] * W[d][o] for d in range(len(h))) for o in range(W.shape[1])] for h in H]
    rows, table = [], np.zeros((len(H), len(H)))
    for i in range(len(H)):
        near = [j for j in range(len(H)) if adj[i][j] or j == i]
        scores = [sum(x * y for x, y in zip(a, [*Z[i], *Z[j]], strict=True)) for j in near]
        scores = [math.exp(s if s > 0 else slope * s) for s in scores]
        for j, s in zip(near, scores, strict=True):
            table[i, j] = s / sum(scores)
        rows.append([sum(table[i, j] * Z[j][o] for j in near) for o in range(W.shape[1])])
    return np.array(rows), table


@pytest.mark.parametrize("seed", range(4))
def test_sage_is_the_papers_algorithm(seed):
    H, adj, W, V, _, _ = graph_and_tables(seed=seed)
    np.testing.assert_allclose(sage_mean(H, adj, W, V), sage_in_loops(H, adj, W, V))


@pytest.mark.parametrize("seed", range(4))
def test_gat_is_the_papers_equations(seed):
    H, adj, W, _, a, _ = graph_and_tables(seed=seed)
    rows, alpha = gat_layer(H, adj, W, a, 0.1)
    wanted, table = gat_in_loops(H, adj, W, a, 0.1)
    np.testing.assert_allclose(rows, wanted)
    np.testing.assert_allclose(alpha, table)


def test_gat_weights_are_torchs_masked_softmax():
    H, adj, W, _, a, _ = graph_and_tables(seed=9)
    Z = torch.tensor(H) @ torch.tensor(W)
    pairs = torch.cat([Z[:, None].expand(-1, 7, -1), Z[None].expand(7, -1, -1)], dim=2)
    scores = torch.nn.functional.leaky_relu(pairs @ torch.tensor(a), 0.2)
    hidden = torch.tensor(adj + np.eye(7)) == 0
    wanted = torch.softmax(scores.masked_fill(hidden, -torch.inf), dim=1)
    np.testing.assert_allclose(gat_layer(H, adj, W, a)[1], wanted.numpy())


def test_gat_worked_by_hand():
    # z = 1, 2, -3; node 0 knows node 2. scores of node 0: 1 + 1 = 2 and 1 - 3 = -2 -> -0.4
    H, adj = np.array([[1.0], [2.0], [-3.0]]), np.array([[0, 0, 1], [0, 0, 0], [1, 0, 0]])
    rows, alpha = gat_layer(H, adj, np.ones((1, 1)), np.ones(2))
    mine = 1 / (1 + math.exp(-2.4))
    assert alpha[0].tolist() == pytest.approx([mine, 0, 1 - mine])
    assert rows[0, 0] == pytest.approx(mine - 3 * (1 - mine))
    assert alpha[1].tolist() == [0, 1, 0]  # alone: it attends to itself


def test_gat_attends_to_neighbors_and_self_and_is_uniform_without_an_opinion():
    H, adj, W, _, a, _ = graph_and_tables(seed=2)
    _, alpha = gat_layer(H, adj, W, 1000 * a)  # large scores do not overflow
    np.testing.assert_allclose(alpha.sum(axis=1), 1)
    assert (alpha[(adj + np.eye(7)) == 0] == 0).all()
    alpha = gat_layer(H, adj, W, 0 * a)[1]
    np.testing.assert_allclose(alpha, (adj + np.eye(7)) / (adj.sum(1) + 1)[:, None])


def test_gat_ranks_senders_alike_for_every_receiver():
    # Brody, Alon and Yahav (2022): the order of a.[z_i, z_j] over j does not depend on i
    H, _, W, _, a, _ = graph_and_tables(seed=5)
    _, alpha = gat_layer(H, np.ones((7, 7)), W, a)
    assert len({tuple(row) for row in np.argsort(alpha, axis=1).tolist()}) == 1


@pytest.mark.parametrize("seed", range(3))
def test_new_numbers_for_the_nodes_only_renumber_the_rows(seed):
    H, adj, W, V, a, rng = graph_and_tables(seed=seed)
    order = rng.permutation(7)
    again = adj[order][:, order]
    np.testing.assert_allclose(sage_mean(H[order], again, W, V), sage_mean(H, adj, W, V)[order])
    rows, alpha = gat_layer(H, adj, W, a)
    others, table = gat_layer(H[order], again, W, a)
    np.testing.assert_allclose(others, rows[order])
    np.testing.assert_allclose(table, alpha[order][:, order])


def test_ten_equal_neighbors_say_what_one_says():
    H = np.ones((11, 2))
    star, pair = np.zeros((11, 11)), np.zeros((11, 11))
    star[0, 1:] = star[1:, 0] = 1
    pair[0, 1] = pair[1, 0] = 1
    W = np.eye(2)
    np.testing.assert_allclose(sage_mean(H, star, W, W)[0], sage_mean(H, pair, W, W)[0])


def test_read_out_is_the_mean_of_each_graph_whatever_the_order():
    rng = np.random.default_rng(0)
    H, ids = rng.normal(size=(9, 2)), np.array([3, 0, 0, 1, 3, 3, 1, 0, 0])
    wanted = [H[ids == g].mean(axis=0) if (ids == g).any() else [0, 0] for g in range(4)]
    np.testing.assert_allclose(read_out(H, ids), wanted)
    order = rng.permutation(9)
    np.testing.assert_allclose(read_out(H[order], ids[order]), wanted)
    twice = read_out(np.concatenate([H, H]), np.concatenate([ids, ids]))
    np.testing.assert_allclose(twice, wanted)  # a graph and its double have the same vector


@pytest.mark.parametrize("fan_outs", [(2,), (3, 2), (2, 2, 2)])
def test_nodes_touched_counts_a_tree(fan_outs):
    level, seen = [()], 1
    for fan_out in fan_outs:
        level = [(*path, i) for path in level for i in range(fan_out)]
        seen += len(level)
    assert nodes_touched(fan_outs) == seen


def test_no_nodes_make_no_rows():
    H, adj, W = np.zeros((0, 2)), np.zeros((0, 0), int), np.ones((2, 3))
    assert sage_mean(H, adj, W, W).shape == (0, 3)
    rows, alpha = gat_layer(H, adj, W, np.ones(6))
    assert rows.shape == (0, 3) and alpha.shape == (0, 0)
    assert read_out(H, np.zeros(0, int)).shape == (0, 2)


def test_numbers_that_are_none_are_named():
    H, adj, W, V, a, _ = graph_and_tables()
    H[3, 1] = np.nan
    for layer in (lambda: sage_mean(H, adj, W, V), lambda: gat_layer(H, adj, W, a)):
        with pytest.raises(ValueError, match="features of node 3 hold a nan"):
            layer()
    with pytest.raises(ValueError, match="a score is no finite number"):
        gat_layer(np.ones((7, 4)), adj, W, np.full(6, np.nan))


def test_wrong_shapes_are_named():
    H, adj, W, V, a, _ = graph_and_tables()
    with pytest.raises(ValueError, match=r"adj has shape \(6, 6\) for 7 nodes"):
        as_in_a_notebook(sage_mean)(H, adj[:6, :6], W, V)
    with pytest.raises(ValueError, match=r"a has shape \(5,\), for rows of 3 it is twice as long"):
        gat_layer(H, adj, W, a[:5])
    with pytest.raises(ValueError, match="6 graph numbers for 7 nodes"):
        as_in_a_notebook(read_out)(H, np.zeros(6, int))
    with pytest.raises(ValueError, match=r"W_nb has shape \(4, 1\); 4 features a node and 3 new"):
        as_in_a_notebook(sage_mean)(H, adj, W, V[:, :1])
    with pytest.raises(ValueError, match=r"W has shape \(3, 3\); 4 features"):
        as_in_a_notebook(gat_layer)(H, adj, W[:3], a)
    for ids in (np.zeros(7), np.zeros((7, 1), int)):
        with pytest.raises(ValueError, match="one whole number a node"):
            as_in_a_notebook(read_out)(H, ids)
    with pytest.raises(ValueError, match="number -1; they count from 0"):
        read_out(H, np.array([0, 1, -1, 0, 0, 0, 0]))
