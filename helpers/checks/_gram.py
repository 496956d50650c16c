"""Checks of the path above a code, and of the vector that is mixed along it."""

import numpy as np

from helpers import gram
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

# ------------------------------------------------------------------------ the path
PARENT = {"I25.10": "I25", "I25.2": "I25", "I25": "I", "I10": "I", "I": "root", "E11": "root"}
DEEP = {"a": "b", "b": "c", "c": "d", "d": "e", "e": "f"}


def path_to_root(code: str, parent: dict[str, str]) -> list[str]:
    """Return a code and its ancestors, upwards."""
    path = [code]
    while path[-1] in parent:
        path.append(parent[path[-1]])
    return path


def _listed(value):
    """Read any sequence of names as a list; a text stays, it is no list of names."""
    if value is None or isinstance(value, str | dict):
        return value
    try:
        return [str(node) for node in value]
    except TypeError:
        return value


def _two_steps(code, parent):
    return path_to_root(code, parent)[:2]


path = Exercise(
    name="path_to_root",
    number="17.1",
    review="section 1",
    reference=path_to_root,
    form=_listed,
    calls=(
        call("I25.10", PARENT),
        call("I10", PARENT),
        call("E11", PARENT),
        call("root", PARENT),
        call("a", DEEP),
        call("d", DEEP),
    ),
    wrong=(
        Wrong(
            lambda code, parent: path_to_root(code, parent)[1:],
            "The code itself is missing. It is the first node of its own path.",
        ),
        Wrong(
            lambda code, parent: path_to_root(code, parent)[:-1] or [code],
            "The last node is missing. Go on until a node has no parent; the root belongs to it.",
        ),
        Wrong(_two_steps, "You climb one step. A parent can have a parent: repeat."),
        Wrong(
            lambda code, parent: path_to_root(code, parent)[::-1],
            "Your path begins at the root. The code comes first, the root last.",
        ),
        Wrong(
            lambda code, parent: path_to_root(code, parent)[-1:],
            "You return the last node alone. All nodes on the way belong to the path.",
        ),
    ),
)

# ---------------------------------------------------------------------- the vector
_rng = np.random.default_rng(17)
E = _rng.normal(size=(7, 3)).round(2)
W, B, U = (_rng.normal(size=s).round(2) for s in ((6, 2), 2, 2))
LONG, SHORT, ALONE = np.array([5, 2, 6, 0]), np.array([3, 0]), np.array([4])


def _scores(E, path, W, b, u, leaf_first=True, act=np.tanh):
    nodes = E[path]
    leaf = np.broadcast_to(nodes[0], nodes.shape)
    pairs = np.hstack([leaf, nodes] if leaf_first else [nodes, leaf])
    return act(pairs @ W + b) @ u


def _softmax(scores):
    weights = np.exp(scores - scores.max())
    return weights / weights.sum()


def _by(weigh):
    """Return an answer that weighs the rows of the path in its own way."""
    return lambda E, path, W, b, u: weigh(E, path, W, b, u) @ E[path]


def _all_nodes(E, path, W, b, u):
    order = np.concatenate([path, np.setdiff1d(np.arange(len(E)), path)])
    return _softmax(_scores(E, order, W, b, u)) @ E[order]


def _without_leaf(E, path, W, b, u):
    if len(path) == 1:
        return np.zeros(E.shape[1])
    weights = _softmax(_scores(E, path, W, b, u)[1:])
    return weights @ E[path[1:]]


def _node_twice(E, path, W, b, u):
    return _softmax(np.tanh(np.hstack([E[path], E[path]]) @ W + b) @ u)


def _last_as_leaf(E, path, W, b, u):
    turned = path[::-1]
    return gram.gram_vector(E, turned, W, b, u)


def _weights_alone(answer):
    value = np.asarray(answer(E, LONG, W, B, U))
    return value.shape == (len(LONG),) and np.isclose(value.sum(), 1)


def _overflows(answer):
    big = np.asarray(answer(E, LONG, W, B, 1e4 * U), float)
    return not np.isfinite(big).all() and np.isfinite(np.asarray(answer(E, LONG, W, B, U))).all()


def _naive(E, path, W, b, u):
    weights = np.exp(_scores(E, path, W, b, u))
    return weights / weights.sum() @ E[path]


def _same_scores(answer):
    mine = np.asarray(answer(E, LONG, W, B, 0 * U), float)
    right = E[LONG].mean(axis=0)
    if mine.shape == right.shape and not np.allclose(mine, right, atol=1e-4):
        return (
            "With u = 0 all scores are equal, and the vector is the mean of the path's rows, "
            f"{right.round(2).tolist()}; yours is {mine.round(2).tolist()}."
        )
    return None


gram_vector = Exercise(
    name="gram_vector",
    number="17.2",
    review="section 2",
    reference=gram.gram_vector,
    form=_forms.array,
    calls=(
        call(E, LONG, W, B, U),
        call(E, SHORT, W, B, U),
        call(E, ALONE, W, B, U),
        call(E, LONG[[2, 0, 3]], W, B, 2 * U),
        call(E, SHORT, W, 0 * B, U),
        call(E, LONG, W, B, 1e4 * U),
    ),
    laws=(_same_scores,),
    wrong=(
        Wrong(
            lambda E, path, W, b, u: gram.attention_weights(E, path, W, b, u),
            "You return the weights. Multiply each with the row of its node and add up.",
            _weights_alone,
        ),
        Wrong(
            _naive,
            "exp of a large score is infinite, and the vector is nan. Take the largest score off "
            "all of them first: the weights stay the same.",
            _overflows,
        ),
        Wrong(
            _by(lambda *args: _scores(*args)),
            "Your weights are the bare scores. They need not be positive or sum to 1: softmax.",
        ),
        Wrong(
            _by(lambda E, path, W, b, u: _softmax(_scores(E, path, W, b, u, leaf_first=False))),
            "The two halves have changed places: the row of the code comes first, then that of "
            "the node.",
        ),
        Wrong(
            _by(lambda E, path, W, b, u: _softmax(_scores(E, path, W, b, u, act=lambda x: x))),
            "There is no tanh in your score: tanh([e_i, e_j] W + b) u.",
        ),
        Wrong(
            _by(lambda E, path, W, b, u: _softmax(_scores(E, path, W, 0 * b, u))),
            "The b is missing in your score: tanh([e_i, e_j] W + b) u.",
        ),
        Wrong(
            _by(_node_twice),
            "Your score looks at the node twice. Its first half is always the row of the code, "
            "path[0].",
        ),
        Wrong(
            _by(lambda E, path, W, b, u: np.ones(len(path)) / len(path)),
            "All nodes count the same in yours. The weights come from the scores.",
        ),
        Wrong(
            lambda E, path, W, b, u: E[path[0]],
            "You return the row of the code alone. Its ancestors have a share.",
        ),
        Wrong(
            _all_nodes,
            "Your softmax runs over all nodes of the tree. Only those on the path take part.",
        ),
        Wrong(
            _without_leaf,
            "The code itself is left out. It is on its own path, with a weight like the others.",
        ),
        Wrong(_last_as_leaf, "You take the root for the code. The code is path[0]."),
        Wrong(
            _by(lambda E, path, W, b, u: len(path) * _softmax(_scores(E, path, W, b, u))),
            "Your weights do not sum to 1; yours are as many times larger as the path has nodes.",
        ),
    ),
)
