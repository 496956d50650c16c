"""Check of a GraphSAGE layer with the mean of the neighbors."""

import numpy as np

from helpers import graph_layers
from helpers.activations import relu
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

_RNG = np.random.default_rng(15)


def _graph(n, edges):
    adj = np.zeros((n, n), int)
    for a, b in edges:
        adj[a, b] = adj[b, a] = 1
    return adj


PATH = _graph(4, [(0, 1), (1, 2)])  # node 3 is alone
STAR = _graph(5, [(0, 1), (0, 2), (0, 3), (3, 4)])
H4, H5 = (_RNG.normal(size=(n, 2)).round(1) for n in (4, 5))
W23, V23 = (_RNG.normal(size=(2, 3)).round(1) for _ in range(2))
W22, V22 = np.array([[1.0, -0.5], [0.5, 1.0]]), np.array([[-1.0, 2.0], [1.5, 0.5]])


def _mean(H, adj):
    return adj @ H / np.maximum(adj.sum(axis=1), 1)[:, None]


def _sum(H, adj, W_self, W_nb):
    return relu(H @ W_self + adj @ H @ W_nb)


def _nan(H, adj, W_self, W_nb):
    return relu(H @ W_self + (adj @ H / adj.sum(axis=1)[:, None]) @ W_nb)


def _self_in_mean(H, adj, W_self, W_nb):
    return relu(H @ W_self + _mean(H, adj + np.eye(len(H))) @ W_nb)


def _no_relu(H, adj, W_self, W_nb):
    return H @ W_self + _mean(H, adj) @ W_nb


def _max(H, adj, W_self, W_nb):
    near = [H[row > 0].max(axis=0) if row.any() else np.zeros(H.shape[1]) for row in adj]
    return relu(H @ W_self + np.array(near) @ W_nb)


def _relu_twice(H, adj, W_self, W_nb):
    return relu(H @ W_self) + relu(_mean(H, adj) @ W_nb)


def _tables_swapped(H, adj, W_self, W_nb):
    return relu(H @ W_nb + _mean(H, adj) @ W_self)


def _over_all_nodes(H, adj, W_self, W_nb):
    return relu(H @ W_self + (adj @ H / len(H)) @ W_nb)


def _by_the_sender(H, adj, W_self, W_nb):
    return relu(H @ W_self + adj @ (H / np.maximum(adj.sum(axis=1), 1)[:, None]) @ W_nb)


def _self_only(H, adj, W_self, W_nb):
    return relu(H @ W_self)


def _neighbors_only(H, adj, W_self, W_nb):
    return relu(_mean(H, adj) @ W_nb)


def _one_table(H, adj, W_self, W_nb):
    return relu((H + _mean(H, adj)) @ W_self)


def _alone_is_zero(H, adj, W_self, W_nb):
    return graph_layers.sage_mean(H, adj, W_self, W_nb) * (adj.sum(axis=1) > 0)[:, None]


def _alone_hears_itself(H, adj, W_self, W_nb):
    own = np.diag((adj.sum(axis=1) == 0).astype(float))
    return relu(H @ W_self + _mean(H, adj + own) @ W_nb)


def _alone_is_skipped(H, adj, W_self, W_nb):
    return graph_layers.sage_mean(H, adj, W_self, W_nb)[adj.sum(axis=1) > 0]


def _alone_has_no_mean(answer):
    """Tell whether a node without neighbors gives nan, or an error that no other node gives."""
    try:
        rows = answer(H4, PATH, W22, V22)
    except (ZeroDivisionError, ValueError, IndexError):
        connected = _graph(4, [(0, 1), (1, 2), (2, 3)])
        return answer(H4, connected, W22, V22).shape == (4, 2)
    return np.isnan(rows[3]).any() and not np.isnan(rows[:3]).any()


def _alone_has_no_row(answer):
    return answer(H5, STAR, W23, V23).shape == (5, 3) and answer(H4, PATH, W22, V22).shape == (3, 2)


def _one_row_a_node(answer):
    shape = np.shape(answer(H5, STAR, W23, V23))
    if shape == (5, 3):
        return None
    return f"5 nodes and tables with 3 columns make the shape (5, 3); yours is {shape}."


def _new_numbers_renumber(answer):
    order = np.array([3, 0, 4, 2, 1])
    first, again = answer(H5, STAR, W23, V23), answer(H5[order], STAR[order][:, order], W23, V23)
    if np.allclose(again, first[order], atol=1e-5):
        return None
    return "With the nodes in another order the rows change: a node's row must not ask its number."


def _equal_neighbors_say_it_once(answer):
    one, ten = _graph(11, [(0, 1)]), _graph(11, [(0, i) for i in range(1, 11)])
    H = np.ones((11, 2))
    rows = [answer(H, adj, W22, np.eye(2))[0] for adj in (one, ten)]
    if np.allclose(*rows, atol=1e-5):
        return None
    return (
        "A node with 10 equal neighbors should give the same as with 1: take the mean of its "
        "neighbors, and of nobody else."
    )


sage_mean = Exercise(
    name="sage_mean",
    number="15.2",
    review="section 2",
    reference=graph_layers.sage_mean,
    form=_forms.array,
    calls=(
        call(H5, STAR, W23, V23),
        call(H4, PATH, W22, V22),
        call(H4, PATH.astype(float), W23, V23),
        call(H5, STAR, W22, V22),
        call(H5[:3], _graph(3, [(0, 1), (1, 2), (0, 2)]), W22, V22),
        call(H5[:1], np.zeros((1, 1), int), W22, V22),
    ),
    laws=(_one_row_a_node, _equal_neighbors_say_it_once, _new_numbers_renumber),
    wrong=(
        Wrong(
            _nan,
            "Node 3 has no neighbor: 0/0. Use a zero message.",
            _alone_has_no_mean,
        ),
        Wrong(
            _alone_is_skipped,
            "Node 3 has no neighbors and has lost its row. Every node has one; its mean is zeros.",
            _alone_has_no_row,
        ),
        Wrong(
            _sum,
            "A node with 10 equal neighbors should give the same as with 1: use the mean.",
        ),
        Wrong(
            _self_in_mean,
            "Own features go through W_self, not into the neighbors' mean.",
        ),
        Wrong(_no_relu, "There are numbers below 0: the ReLU is missing."),
        Wrong(_max, "You take the largest of the neighbors. Asked is their mean."),
        Wrong(
            _relu_twice,
            "The ReLU comes once, after both parts are added; yours cuts each part.",
        ),
        Wrong(_tables_swapped, "The tables have changed places: own features go through W_self."),
        Wrong(
            _over_all_nodes,
            "The sum was divided by the number of nodes. Divide by the number of neighbors.",
        ),
        Wrong(
            _by_the_sender,
            "Each neighbor was divided by how many neighbors IT has. Divide by those of the node "
            "that receives.",
        ),
        Wrong(_self_only, "Your rows do not ask the neighbors at all."),
        Wrong(_neighbors_only, "Your rows do not ask the node itself: W_self is missing."),
        Wrong(_one_table, "Both parts went through W_self. The neighbors' mean has its own table."),
        Wrong(
            _alone_is_zero,
            "Node 3 has no neighbors and came out as zeros. Its own features still count.",
        ),
        Wrong(
            _alone_hears_itself,
            "Node 3 has no neighbors, and yours lets it be its own. Its message is zero.",
        ),
    ),
)
