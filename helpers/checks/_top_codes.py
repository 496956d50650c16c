"""Check of reading a coordinate: its codes with the largest weights."""

from collections.abc import Iterator

import numpy as np

from helpers.checks import _forms
from helpers.checks._compare import plain, show
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.med2vec_by_hand import top_codes

NAMES = ["asthma", "salbutamol", "gout", "migraine", "insulin", "statin"]
# column 1: two codes are equal; column 2: no code; column 3: one code; row 2 against column 2
W_C = np.array(
    [
        [0.2, 0.5, -0.3, -0.9],
        [1.4, -2.0, -0.1, 0.0],
        [-0.7, 0.9, 0.0, 0.6],
        [0.1, 0.5, -1.1, -0.2],
        [0.9, 0.0, -0.6, -0.4],
        [-1.6, 0.3, 0.0, 0.0],
    ]
)
SQUARE = np.array([[0.1, 2.0, 0.4], [0.7, 0.3, -0.5], [0.9, 0.2, 0.6]])
MANY = np.random.default_rng(9).normal(size=(800, 3))
MANY_NAMES = [f"code{i}" for i in np.random.default_rng(9).permutation(800)]
CALLS = (
    call(W_C, 0, NAMES, 2),
    call(W_C, 0, NAMES, 6),
    call(W_C, 1, NAMES, 3),
    call(W_C, 1, NAMES, 2),
    call(W_C, 2, NAMES, 3),
    call(W_C, 3, NAMES, 3),
    call(SQUARE, 0, ["a", "b", "c"], 2),
    call(SQUARE, 1, ["a", "b", "c"], 1),
    call(np.array([[0.5], [0.5], [0.2]]), 0, ["migraine", "asthma", "gout"], 3),
    call(MANY, 1, MANY_NAMES, 5),
    call(MANY, 2, MANY_NAMES, 300),
)


def _by(order, keep=lambda weight: weight > 0):
    """Make an answer from the order of the weights of a coordinate, and which of them stay."""

    def answer(W_c, dim, itos, k):
        weight = W_c[:, dim]
        return [itos[i] for i in order(weight)[:k] if keep(weight[i])]

    return answer


def _down(weight):
    return np.argsort(-weight, kind="stable")


_raw = _by(_down, lambda weight: True)
_zeros_too = _by(_down, lambda weight: weight >= 0)
_absolute = _by(lambda weight: np.argsort(-abs(weight), kind="stable"), lambda weight: True)
_absolute_without_zeros = _by(
    lambda weight: np.argsort(-abs(weight), kind="stable"), lambda weight: weight != 0
)
_largest_last = _by(lambda weight: np.argsort(weight, kind="stable"))
_ties_turned = _by(lambda weight: np.argsort(weight, kind="stable")[::-1])
_in_table_order = _by(lambda weight: np.arange(len(weight)))


def _relu_then_all(W_c, dim, itos, k):
    order = np.argsort(-np.maximum(W_c[:, dim], 0), kind="stable")
    return [itos[i] for i in order[:k]]


def _smallest_of_the_largest_first(W_c, dim, itos, k):
    return top_codes(W_c, dim, itos, k)[::-1]


def _of_one_code(W_c, dim, itos, k):
    weight = W_c[dim]
    return [itos[i] for i in _down(weight)[:k] if weight[i] > 0]


def _one_more(W_c, dim, itos, k):
    return top_codes(W_c, dim, itos, k + 1)


def _one_less(W_c, dim, itos, k):
    return top_codes(W_c, dim, itos, k - 1)


def _all_of_them(W_c, dim, itos, k):
    return top_codes(W_c, dim, itos, len(W_c))


def _by_alphabet(W_c, dim, itos, k):
    return sorted(top_codes(W_c, dim, itos, k))


def _ties_by_alphabet(W_c, dim, itos, k):
    weighted = [(-weight, name) for weight, name in zip(W_c[:, dim], itos, strict=True)]
    return [name for weight, name in sorted(weighted)[:k] if weight < 0]


def _ids(W_c, dim, itos, k):
    return [itos.index(name) for name in top_codes(W_c, dim, itos, k)]


def _with_weights(W_c, dim, itos, k):
    return [(name, W_c[itos.index(name), dim]) for name in top_codes(W_c, dim, itos, k)]


def _by_share(W_c, dim, itos, k):
    R = np.maximum(W_c, 0)
    weight = R[:, dim] / np.maximum(R.sum(axis=1), 1e-12)
    return [itos[i] for i in _down(weight)[:k] if weight[i] > 0]


def _equal_weights_once(W_c, dim, itos, k):
    by_weight = {}
    for name, weight in zip(itos, W_c[:, dim], strict=True):
        if weight > 0:
            by_weight.setdefault(weight, name)
    return [by_weight[weight] for weight in sorted(by_weight, reverse=True)[:k]]


def _equal_weights_once_the_last(W_c, dim, itos, k):
    by_weight = {weight: name for name, weight in zip(itos, W_c[:, dim], strict=True) if weight > 0}
    return [by_weight[weight] for weight in sorted(by_weight, reverse=True)[:k]]


def _all_of_a_dead_one(W_c, dim, itos, k):
    return top_codes(W_c, dim, itos, k) or [itos[i] for i in _down(W_c[:, dim])[:k]]


def _names(value):
    """Read names, whatever holds them in order, as a list; a form."""
    if value is None:
        return None
    if isinstance(value, Iterator):
        value = list(value)
    read = plain(value)
    read = read.tolist() if isinstance(read, np.ndarray) and read.ndim == 1 else read
    if isinstance(read, set | frozenset | dict):
        return _forms.Unfit(
            value,
            "Return a list: the largest weight comes first, and a set or a dict is not asked for",
        )
    if not isinstance(read, list):
        return _forms.Unfit(value, f"Return a list of names, not {show(value)}")
    for item in read:
        if isinstance(item, list) and any(isinstance(part, str) for part in item):
            return _forms.Unfit(value, "Return the names alone, without their weights")
        if not isinstance(item, str):
            return _forms.Unfit(value, f"Return names, itos[i], and not {show(item)}")
    return [str(item) for item in read]


def _lists_a_negative(answer):
    return _negative_listed(answer(W_C.copy(), 1, list(NAMES), 6), 1) is not None


def _negative_listed(names, dim):
    return next((n for n in names if W_C[NAMES.index(n), dim] < 0), None)


def _fails_on_a_dead_one(answer):
    answer(W_C.copy(), 0, list(NAMES), 2)  # a living one goes well
    try:
        answer(W_C.copy(), 2, list(NAMES), 3)
    except Exception:
        return True
    return False


def _raises_on_a_dead_one(W_c, dim, itos, k):
    found = top_codes(W_c, dim, itos, k)
    if not found:
        raise ValueError("dead coordinate")
    return found


def _negative_hint(value, one):
    W_c, dim, itos, _ = one.args
    for name in value:
        weight = W_c[itos.index(name), dim]
        if weight < 0:
            return (
                f"Code {name} has weight {weight:.1f} < 0: after ReLU it does not belong to this "
                "coordinate."
            )
    return None


def _dead_is_empty(answer):
    got = answer(W_C.copy(), 2, list(NAMES), 3)
    if got != []:
        return (
            "No code has a positive weight in coordinate 2 of the table, so its list is empty; "
            f"yours is {show(got)}."
        )
    return None


def _first_of_each(answer):
    for dim in (0, 1, 3):
        got, right = (f(W_C.copy(), dim, list(NAMES), 3) for f in (answer, top_codes))
        if got != right:
            weights = ", ".join(f"{name} {W_C[NAMES.index(name), dim]:.1f}" for name in right)
            return f"The largest weights of one coordinate are {weights}; you list {show(got)}."
    return None


_ABSOLUTE = "A strongly negative weight is off after ReLU, not important."
_ONCE = "Two codes with equal weights are two codes. A dict with the weights as keys keeps one."

top_codes_exercise = Exercise(
    name="top_codes",
    number="11.5",
    review="section 5",
    reference=top_codes,
    calls=CALLS,
    form=_names,
    laws=(_dead_is_empty, _first_of_each),
    wrong=(
        *(Wrong(wrong, _ABSOLUTE) for wrong in (_absolute, _absolute_without_zeros)),
        Wrong(
            _of_one_code,
            "You list coordinates of one code; asked are codes of one coordinate. Take the "
            "column W_c[:, dim].",
        ),
        Wrong(_raw, _negative_hint),
        Wrong(
            _all_of_a_dead_one,
            "No code uses this coordinate: all its weights are 0 or less. Its list is empty.",
        ),
        Wrong(
            _raises_on_a_dead_one,
            "A coordinate that no code uses has an empty list, []; yours raises an error.",
            _fails_on_a_dead_one,
        ),
        *(
            Wrong(
                wrong,
                "A code with weight 0 is listed. After the ReLU 0 means: not in this coordinate.",
            )
            for wrong in (_zeros_too, _relu_then_all)
        ),
        Wrong(_largest_last, "np.argsort sorts upward; the largest weights stand last."),
        Wrong(
            _smallest_of_the_largest_first,
            "The right codes, from the smallest weight up. The largest comes first.",
        ),
        Wrong(
            _ties_turned,
            "Of equal weights the code with the smaller id comes first; yours turns equal ones "
            "round.",
        ),
        Wrong(
            _ties_by_alphabet,
            "Of equal weights the code with the smaller id comes first; yours go by the alphabet.",
        ),
        Wrong(_in_table_order, "You list codes in the order of the table. Sort by weight first."),
        Wrong(_by_alphabet, "You list the names by the alphabet. The largest weight comes first."),
        Wrong(_one_more, "You list one code too many."),
        Wrong(_one_less, "You list one code too few."),
        Wrong(_all_of_them, "You list all codes of the coordinate; the first k are asked for."),
        Wrong(
            _by_share,
            "You compare shares of each code's row. The list is sorted by the weight itself.",
        ),
        *(Wrong(wrong, _ONCE) for wrong in (_equal_weights_once, _equal_weights_once_the_last)),
    ),
)
