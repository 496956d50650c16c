"""Check of the mean of the nodes of each graph."""

from itertools import groupby

import numpy as np

from helpers import graph_layers
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

H6 = np.array([[1.0, 2.0], [3.0, -1.0], [5.0, 0.5], [-2.0, 4.0], [0.0, 1.5], [7.0, 3.0]])
IN_ORDER, MIXED = np.array([0, 0, 0, 1, 1, 2]), np.array([2, 0, 2, 1, 0, 2])
WITH_EMPTY = np.array([0, 3, 3, 1, 0, 1])  # graph 2 has no node


def _sum(H, graph_ids):
    out = np.zeros((graph_ids.max() + 1, H.shape[1]))
    np.add.at(out, graph_ids, H)
    return out


def _over_all(H, graph_ids):
    return np.tile(H.mean(axis=0), (graph_ids.max() + 1, 1))


def _one_for_all(H, graph_ids):
    return H.mean(axis=0)


def _in_runs(H, graph_ids):
    places = iter(range(len(H)))
    runs = [(g, [next(places) for _ in run]) for g, run in groupby(graph_ids.tolist())]
    out = np.zeros((graph_ids.max() + 1, H.shape[1]))
    for graph, rows in runs:
        out[graph] = H[rows].mean(axis=0)
    return out


def _unique_only(H, graph_ids):
    return np.array([H[graph_ids == g].mean(axis=0) for g in np.unique(graph_ids)])


def _nan(H, graph_ids):
    out = _sum(H, graph_ids)
    return out / np.bincount(graph_ids)[:, None]


def _max(H, graph_ids):
    return np.array(
        [
            H[graph_ids == g].max(axis=0) if (graph_ids == g).any() else 0 * H[0]
            for g in range(graph_ids.max() + 1)
        ]
    )


def _over_nodes(H, graph_ids):
    return _sum(H, graph_ids) / len(H)


def _over_graphs(H, graph_ids):
    return _sum(H, graph_ids) / (graph_ids.max() + 1)


def _last_row_wins(H, graph_ids):
    out = np.zeros((graph_ids.max() + 1, H.shape[1]))
    out[graph_ids] += H  # a repeated index counts once
    return out / np.maximum(np.bincount(graph_ids), 1)[:, None]


def _misses_the_last(H, graph_ids):
    return graph_layers.read_out(H, graph_ids)[:-1]


def _one_row_a_node(H, graph_ids):
    return graph_layers.read_out(H, graph_ids)[graph_ids]


def _gives_all_the_same(answer):
    rows = answer(H6, IN_ORDER)
    return rows.shape == (3, 2) and np.allclose(rows, rows[0]) and not np.allclose(rows, 0)


def _has_no_mean_of_nobody(answer):
    """Tell whether the graph without nodes gives nan, or an error that no other graph gives."""
    try:
        rows = answer(H6, WITH_EMPTY)
    except (ZeroDivisionError, ValueError, IndexError):
        return answer(H6, MIXED).shape == (3, 2)
    return rows.shape == (4, 2) and np.isnan(rows[2]).all() and np.isfinite(rows[[0, 1, 3]]).all()


def _depends_on_the_order(answer):
    in_order = np.allclose(answer(H6, IN_ORDER), graph_layers.read_out(H6, IN_ORDER), atol=1e-5)
    order = np.array([3, 0, 5, 1, 4, 2])
    first, again = answer(H6, MIXED), answer(H6[order], MIXED[order])
    return in_order and not (first.shape == again.shape and np.allclose(first, again, atol=1e-5))


def _one_row_a_graph(answer):
    shape = np.shape(answer(H6, IN_ORDER))
    if shape == (3, 2):
        return None
    return f"3 graphs of rows with 2 numbers make the shape (3, 2); yours is {shape}."


def _doubling_changes_nothing(answer):
    twice = answer(np.concatenate([H6, H6]), np.concatenate([IN_ORDER, IN_ORDER]))
    if np.allclose(twice, answer(H6, IN_ORDER), atol=1e-5):
        return None
    return "Doubling a graph changes your vector; the mean of a graph and its double are equal."


def _renumbering_changes_nothing(answer):
    if _depends_on_the_order(answer):
        return "Renumbering the nodes changes the result."
    return None


read_out = Exercise(
    name="read_out",
    number="15.4",
    review="section 4",
    reference=graph_layers.read_out,
    form=_forms.array,
    calls=(
        call(H6, IN_ORDER),
        call(H6, MIXED),
        call(H6, WITH_EMPTY),
        call(H6[:, :1], np.zeros(6, int)),
        call(H6[:2], np.array([1, 1])),
        call(H6[:3], np.array([0, 1, 2])),
    ),
    laws=(_one_row_a_graph, _renumbering_changes_nothing, _doubling_changes_nothing),
    wrong=(
        Wrong(_nan, "Graph 2 has no nodes: 0/0. Its row is zeros.", _has_no_mean_of_nobody),
        Wrong(_sum, "Doubling a graph doubles your vector; asked is the mean."),
        Wrong(
            _over_all,
            "All graphs got the same vector; group by graph_ids.",
            _gives_all_the_same,
        ),
        Wrong(_one_for_all, "One vector came back for all nodes. Each graph has its own row."),
        Wrong(
            _last_row_wins,
            "out[graph_ids] += H adds only the last row of each graph. np.add.at adds all.",
        ),
        Wrong(_in_runs, "Renumbering the nodes changes the result.", _depends_on_the_order),
        Wrong(
            _unique_only,
            "The graph without nodes has no row, so all later graphs moved up. Keep its place.",
        ),
        Wrong(_max, "You take the largest numbers of a graph. Asked is the mean."),
        Wrong(
            _over_nodes,
            "The sum was divided by all nodes. Divide by the nodes of that graph.",
        ),
        Wrong(
            _over_graphs,
            "The sum was divided by the number of graphs. Divide by the nodes of that graph.",
        ),
        Wrong(
            _misses_the_last, "The last graph is missing: numbers start at 0, so there are max + 1."
        ),
        Wrong(_one_row_a_node, "There is one row a node. Return one row a graph."),
    ),
)
