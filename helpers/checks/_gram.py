"""Checks of the path above a code, and of the vector that is mixed along it."""

import numpy as np

from helpers import gram
from helpers.activations import softmax
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
    """Read any sequence of names as a list; texts, dicts and sets stay, they are none."""
    if value is None or isinstance(value, str | dict | set | frozenset):
        return value
    try:
        return [str(node) for node in value]
    except TypeError:
        return value


def _two_steps(code, parent):
    return path_to_root(code, parent)[:2]


def _to_the_name(code, parent):
    path = [code]
    while path[-1] != "root":
        path.append(parent[path[-1]])
    return path


def _without_end(code, parent):
    path = [code]
    while True:
        path.append(parent[path[-1]])


def _is_set(answer):
    return isinstance(answer("I10", PARENT), set | frozenset)


def _ends_with_none(answer):
    return answer("a", DEEP)[-1] == "None"


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
        Wrong(
            lambda code, parent: [code],
            "You return the code alone. The nodes above it belong to the path.",
        ),
        Wrong(
            lambda code, parent: set(path_to_root(code, parent)),
            "You return a set, and a set has no order. A path is a list: the code first.",
            _is_set,
        ),
        Wrong(
            lambda code, parent: [*path_to_root(code, parent), None],
            "Your list ends with None. Append a node only where `parent` has one.",
            _ends_with_none,
        ),
        Wrong(
            _to_the_name,
            "You stop at a node called root. The root is the node without a parent, whatever its "
            "name.",
        ),
        Wrong(
            _without_end,
            "The root is not among the keys of `parent`, so this raises KeyError. Stop when the "
            "last node is no key.",
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
LONG, SHORT, ALONE = np.array([5, 2, 6, 1]), np.array([3, 0]), np.array([4])
SMALL = ((E, LONG, W, B, U), (E, SHORT, W, B, U), (E, LONG[[2, 0, 3]], W, B, 2 * U))
# the first hidden number is 1 throughout, so all scores are large: 800 + 400 tanh, and 80 + tanh
ONES = np.array([30.0, B[1]])
LARGE = (
    (E, LONG, W, B, 1e4 * U),
    (E, LONG, W, ONES, np.array([800.0, 400.0])),
    (E, LONG, W, ONES, np.array([80.0, 1.0])),
)


def _scores(E, path, W, b, u, leaf_first=True, act=np.tanh):
    nodes = E[path]
    leaf = np.broadcast_to(nodes[0], nodes.shape)
    pairs = np.hstack([leaf, nodes] if leaf_first else [nodes, leaf])
    return act(pairs @ W + b) @ u


def _by(weigh):
    """Return an answer that weighs the rows of the path in its own way."""
    return lambda E, path, W, b, u: weigh(E, path, W, b, u) @ E[path]


def _all_nodes(E, path, W, b, u):
    order = np.concatenate([path, np.setdiff1d(np.arange(len(E)), path)])
    return softmax(_scores(E, order, W, b, u)) @ E[order]


def _without_leaf(E, path, W, b, u):
    if len(path) == 1:
        return np.zeros(E.shape[1])
    weights = softmax(_scores(E, path, W, b, u)[1:])
    return weights @ E[path[1:]]


def _node_twice(E, path, W, b, u):
    return softmax(np.tanh(np.hstack([E[path], E[path]]) @ W + b) @ u)


def _step_below(E, path, W, b, u):
    below = path[np.maximum(np.arange(len(path)) - 1, 0)]
    return softmax(np.tanh(np.hstack([E[below], E[path]]) @ W + b) @ u)


def _row_zero(E, path, W, b, u):
    first = np.broadcast_to(E[0], E[path].shape)
    return softmax(np.tanh(np.hstack([first, E[path]]) @ W + b) @ u)


def _tanh_last(E, path, W, b, u):
    scores = _scores(E, path, W, b, u, act=lambda x: x)
    return softmax(np.tanh(scores))


def _shares_of_scores(E, path, W, b, u):
    scores = _scores(E, path, W, b, u)
    return scores / scores.sum()


def _last_as_leaf(E, path, W, b, u):
    turned = path[::-1]
    return gram.gram_vector(E, turned, W, b, u)


def _weights_alone(answer):
    value = np.asarray(answer(E, LONG, W, B, U))
    return value.shape == (len(LONG),) and np.isclose(value.sum(), 1)


def _agree(answer, other, inputs):
    return all(np.allclose(answer(*args), other(*args), atol=1e-4) for args in inputs)


def _overflows(answer):
    right = _agree(answer, gram.gram_vector, SMALL)
    return right and not _agree(answer, gram.gram_vector, LARGE)


def _naive(E, path, W, b, u):
    weights = np.exp(_scores(E, path, W, b, u))
    return weights / weights.sum() @ E[path]


def _wrong(mistake, hint):
    """Catalogue a mistake that is recognised by small scores; large ones may go wrong as well."""
    return Wrong(mistake, hint, lambda answer: _agree(answer, mistake, SMALL))


def _same_scores(answer):
    mine = np.asarray(answer(E, LONG, W, B, 0 * U), float)
    right = E[LONG].mean(axis=0)
    seen = mine.shape == right.shape and (mine.round(2) != right.round(2)).any()
    if seen and not np.allclose(mine, right, atol=1e-4):
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
        *(call(*args) for args in SMALL),
        call(E, ALONE, W, B, U),
        call(E, SHORT, W, 0 * B, U),
        *(call(*args) for args in LARGE),
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
            "Your vector is right while the scores are small. For large ones exp overflows; take "
            "the largest score off all of them first, which changes no weight.",
            _overflows,
        ),
        _wrong(
            _by(lambda *args: _scores(*args)),
            "Your weights are the bare scores. They need not be positive or sum to 1: softmax.",
        ),
        _wrong(
            _by(lambda E, path, W, b, u: softmax(_scores(E, path, W, b, u, leaf_first=False))),
            "The two halves have changed places: the row of the code comes first, then that of "
            "the node.",
        ),
        _wrong(
            _by(lambda E, path, W, b, u: softmax(_scores(E, path, W, b, u, act=lambda x: x))),
            "There is no tanh in your score: tanh([e_i, e_j] W + b) u.",
        ),
        _wrong(
            _by(lambda E, path, W, b, u: softmax(_scores(E, path, W, 0 * b, u))),
            "b has no effect on your weights. It belongs inside: tanh([e_i, e_j] W + b) u.",
        ),
        _wrong(
            _by(_node_twice),
            "Your score looks at the node twice. Its first half is always the row of the code, "
            "path[0].",
        ),
        _wrong(
            _by(lambda E, path, W, b, u: np.ones(len(path)) / len(path)),
            "All nodes count the same in yours. The weights come from the scores.",
        ),
        _wrong(
            lambda E, path, W, b, u: E[path[0]],
            "You return the row of the code alone. Its ancestors have a share.",
        ),
        _wrong(
            _all_nodes,
            "Your softmax runs over all nodes of the tree. Only those on the path take part.",
        ),
        _wrong(
            _without_leaf,
            "The code itself is left out. It is on its own path, with a weight like the others.",
        ),
        _wrong(
            _by(_tanh_last),
            "Your tanh comes last. In the score tanh comes before u: tanh([e_i, e_j] W + b) u.",
        ),
        _wrong(
            _by(_shares_of_scores),
            "You divide the scores by their sum. Scores can be negative: exp comes first, then "
            "the division.",
        ),
        _wrong(
            _by(lambda *args: np.exp(_scores(*args) - _scores(*args).max())),
            "You did not divide by the sum of the exps, so your weights do not sum to 1.",
        ),
        _wrong(
            _by(_step_below),
            "The first half of your pair is the node below. It is always the row of the code, "
            "path[0].",
        ),
        _wrong(
            _by(_row_zero),
            "The first half of your pair is row 0 of E. The row of the code is E[path[0]].",
        ),
        _wrong(_last_as_leaf, "You take the root for the code. The code is path[0]."),
        _wrong(
            _by(lambda E, path, W, b, u: len(path) * softmax(_scores(E, path, W, b, u))),
            "Your weights do not sum to 1; yours are as many times larger as the path has nodes.",
        ),
    ),
)
