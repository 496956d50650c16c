"""Check of the two layers of Med2Vec."""

import numpy as np

from helpers.activations import relu
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.med2vec_by_hand import forward

P = {
    "W_c": np.array([[0.9, -1.4], [-1.6, 0.8], [0.4, 1.1], [1.2, -0.3], [-0.7, -0.6]]),
    "b_c": np.array([0.3, -0.4]),
    "W_v": np.array([[0.7, -0.9, 0.5], [-1.1, 0.6, 0.8], [0.4, -0.5, 0.3]]),
    "b_v": np.array([0.2, 0.5, -0.3]),
}
VISITS = np.array([[1.0, 1, 0, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 1], [1, 0, 1, 0, 1]])
AGE = np.array([[1.5], [-2.0], [0.5], [-1.0]])

P_2 = {
    "W_c": np.array([[1.0, -0.5, 0.237], [-2.0, 1.5, 0.7], [0.6, 0.8, -1.9]]),
    "b_c": np.array([-0.1, 0.2, 0.4]),
    "W_v": np.array([[0.5, -0.4], [0.3, 0.9], [-0.8, 0.6], [-0.7, 1.2], [0.9, -1.0]]),
    "b_v": np.array([0.6, -0.2]),
}
ONE, SEX_AND_AGE = np.array([1, 1, 0]), np.array([1.0, -0.8])  # whole numbers do for x
CALLS = (
    call(VISITS[0], AGE[0], P),
    call(VISITS, AGE, P),
    call(ONE, SEX_AND_AGE, P_2),
    call(VISITS[1:2], AGE[1:2], P),
    call(np.zeros(5), np.zeros(1), P),
)


# --------------------------------------------------------------- first layer, and its mistakes
def _u(x, d, P):
    return relu(x @ P["W_c"] + P["b_c"])


def _u_without_relu(x, d, P):
    return x @ P["W_c"] + P["b_c"]


def _u_of_each_code(x, d, P):
    return x @ relu(P["W_c"]) + P["b_c"]


def _u_of_each_code_too(x, d, P):
    return relu(x @ relu(P["W_c"]) + P["b_c"])


def _u_of_each_code_with_its_bias(x, d, P):
    return x @ relu(P["W_c"] + P["b_c"])


def _u_without_bias(x, d, P):
    return relu(x @ P["W_c"])


def _u_bias_behind(x, d, P):
    return relu(x @ P["W_c"]) + P["b_c"]


def _u_bias_of_each_code(x, d, P):
    return relu(x @ (P["W_c"] + P["b_c"]))


def _u_of_the_mean(x, d, P):
    n = np.maximum(x.sum(axis=-1, keepdims=True), 1)
    return relu(x @ P["W_c"] / n + P["b_c"])


def _u_with_sigmoid(x, d, P):
    return 1 / (1 + np.exp(-_u_without_relu(x, d, P)))


def _u_with_tanh(x, d, P):
    return np.tanh(_u_without_relu(x, d, P))


def _u_absolute(x, d, P):
    return abs(_u_without_relu(x, d, P))


# -------------------------------------------------------------- second layer, and its mistakes
def _z(u, d, P):
    return np.concatenate([u, d], axis=-1) @ P["W_v"] + P["b_v"]


def _v(u, d, P):
    return relu(_z(u, d, P))


def _v_without_d(u, d, P):
    return relu(u @ P["W_v"][: u.shape[-1]] + P["b_v"])


def _v_with_relu_on_d(u, d, P):
    return _v(u, relu(d), P)


def _v_with_d_first(u, d, P):
    return relu(np.concatenate([d, u], axis=-1) @ P["W_v"] + P["b_v"])


def _v_without_bias(u, d, P):
    return relu(np.concatenate([u, d], axis=-1) @ P["W_v"])


def _v_bias_behind(u, d, P):
    return _v_without_bias(u, d, P) + P["b_v"]


def _v_with_sigmoid(u, d, P):
    return 1 / (1 + np.exp(-_z(u, d, P)))


def _v_with_tanh(u, d, P):
    return np.tanh(_z(u, d, P))


def _v_absolute(u, d, P):
    return abs(_z(u, d, P))


def _made_of(first=_u, second=_v):
    """Make an answer of two layers, each of them right or not."""

    def answer(x, d, P):
        u = first(x, d, P)
        return u, second(u, d, P)

    answer.__name__ = first.__name__ if first is not _u else second.__name__
    return answer


def _joined_in_the_wrong_axis(x, d, P):
    u = _u(x, d, P)
    return u, relu(np.concatenate([u, d]) @ P["W_v"] + P["b_v"])


def _turned_round(x, d, P):
    return forward(x, d, P)[::-1]


def _always_a_batch(x, d, P):
    return forward(np.atleast_2d(x), np.atleast_2d(d), P)


def _last_of_the_batch(x, d, P):
    for row, age in zip(np.atleast_2d(x), np.atleast_2d(d), strict=True):
        out = forward(row, age, P)
    return out


# ------------------------------------------------------------------------------- what shows them
def _two_arrays(value):
    """Read u and v as arrays of float; a form."""
    if value is None:
        return None
    parts = _forms.arrays(value)
    if isinstance(parts, np.ndarray) or not isinstance(parts, list) or len(parts) != 2:
        if isinstance(parts, _forms.Unfit):
            return parts
        return _forms.Unfit(value, "Return two things, u and then v, each an array")
    return [part.astype(float) for part in parts]


def _close(got, expected):
    return got.shape == expected.shape and np.allclose(got, expected, rtol=1e-5, atol=1e-5)


def _each_call(answer):
    for one in CALLS:
        yield one.args, answer(*(np.array(a) for a in one.args[:2]), dict(one.args[2]))


def _is_in_the_first_layer(mistake):
    """Make a symptom: every u is that of a mistake, and not every one is right."""

    def symptom(answer):
        found = list(_each_call(answer))
        return all(_close(u, mistake(*args)) for args, (u, _) in found) and not all(
            _close(u, _u(*args)) for args, (u, _) in found
        )

    return symptom


def _is_in_the_second_layer(mistake):
    """Make a symptom: every v is that of a mistake made on the answer's own u."""

    def symptom(answer):
        found = [(args[1], args[2], u, v) for args, (u, v) in _each_call(answer)]
        return all(_close(v, mistake(u, d, P)) for d, P, u, v in found) and not all(
            _close(v, _v(u, d, P)) for d, P, u, v in found
        )

    return symptom


def _does_not_look_at_d(answer):
    young, *older = (answer(VISITS[0], np.array([age]), dict(P))[1] for age in (-3.0, 1.0, 3.0))
    return all(_close(young, old) for old in older)


def _breaks_on_a_batch(answer):
    answer(VISITS[0], AGE[0], dict(P))  # one visit goes well
    try:
        u, v = answer(VISITS.copy(), AGE.copy(), dict(P))
    except (ValueError, RuntimeError, IndexError):
        return True
    return len(u) != len(VISITS) or len(v) != len(VISITS)


def _comes_as_one_row(answer):
    u, v = answer(VISITS[0], AGE[0], dict(P))
    return u.shape == (1, 2) or v.shape == (1, 3)


def _is_one_visit_of_many(answer):
    u, v = answer(VISITS.copy(), AGE.copy(), dict(P))
    return u.shape == (2,) and v.shape == (3,)


def _swaps_the_two(answer):
    return all(
        _close(a, v) and _close(b, u)
        for args, (a, b) in _each_call(answer)
        for u, v in [forward(*args)]
    )


# ------------------------------------------------------------------------------------------ laws
def _shapes_follow_from_the_tables(answer):
    for (x, _, tables), (u, v) in _each_call(answer):
        head = x.shape[:-1]
        for name, part, bias in (("u", u, "b_c"), ("v", v, "b_v")):
            if part.shape != (*head, len(tables[bias])):
                return (
                    f"For x of shape {x.shape} {name} should have shape "
                    f"{(*head, len(tables[bias]))}; yours has {part.shape}."
                )
    return None


def _nothing_is_negative(answer):
    for _, parts in _each_call(answer):
        for name, part in zip("uv", parts, strict=True):
            if part.min() < -1e-9:
                return f"{name} has a negative entry, {part.min():.2f}. Both layers end in a ReLU."
    return None


def _each_layer_alone(answer):
    for args, (u, v) in _each_call(answer):
        if not _close(u, right := _u(*args)):
            return _where("u", u, right, args)
        if not _close(v, right := _v(u, *args[1:])):
            return _where("v", v, right, args) + (
                " Your u is right." if _close(u, _u(*args)) else ""
            )
    return None


def _where(name, mine, right, args):
    place = tuple(int(i) for i in np.argwhere(~np.isclose(mine, right, 1e-5, 1e-5))[0])
    at = ", ".join(map(str, place))
    return (
        f"For x of shape {args[0].shape} {name}[{at}] is {mine[place]:.4f}, by hand it is "
        f"{right[place]:.4f}."
    )


_EACH_CODE = "ReLU of the sum, not sum of ReLUs: a code with a negative weight pulls the sum down."
_OTHER = "This model uses ReLU, max(0, z), in both layers; your {} is bent by another function."

forward_exercise = Exercise(
    name="forward",
    number="11.1",
    review="section 1",
    reference=forward,
    calls=CALLS,
    form=_two_arrays,
    laws=(_shapes_follow_from_the_tables, _nothing_is_negative, _each_layer_alone),
    wrong=(
        Wrong(
            _turned_round, "Return u first, then v; yours come the other way round.", _swaps_the_two
        ),
        Wrong(
            _last_of_the_batch,
            "Of a batch of four visits you return one. x can have one row a visit, and then so "
            "have u and v.",
            _is_one_visit_of_many,
        ),
        Wrong(
            _joined_in_the_wrong_axis,
            "One visit goes well, a batch does not. Join u and d along the last axis: for "
            "arrays of several rows np.concatenate needs axis=-1.",
            _breaks_on_a_batch,
        ),
        Wrong(
            _always_a_batch,
            "For one visit, x of shape (codes,), the result has one axis too: shape (m,), not "
            "(1, m).",
            _comes_as_one_row,
        ),
        Wrong(
            _made_of(_u_without_relu),
            "u has negative entries; the first ReLU is missing.",
            _is_in_the_first_layer(_u_without_relu),
        ),
        *(
            Wrong(_made_of(mistake), _EACH_CODE, _is_in_the_first_layer(mistake))
            for mistake in (_u_of_each_code, _u_of_each_code_too, _u_of_each_code_with_its_bias)
        ),
        Wrong(
            _made_of(_u_without_bias),
            "b_c is missing from u. Try a visit without codes: u is then ReLU(b_c).",
            _is_in_the_first_layer(_u_without_bias),
        ),
        Wrong(
            _made_of(_u_bias_behind),
            "b_c is added after the ReLU, so u can be negative again. The bias belongs inside.",
            _is_in_the_first_layer(_u_bias_behind),
        ),
        Wrong(
            _made_of(_u_bias_of_each_code),
            "b_c is added once for each code of the visit. It belongs to the visit: add it once.",
            _is_in_the_first_layer(_u_bias_of_each_code),
        ),
        Wrong(
            _made_of(_u_of_the_mean),
            "You average the rows of the codes. x @ W_c is their sum.",
            _is_in_the_first_layer(_u_of_the_mean),
        ),
        *(
            Wrong(_made_of(mistake), _OTHER.format("u"), _is_in_the_first_layer(mistake))
            for mistake in (_u_with_sigmoid, _u_with_tanh, _u_absolute)
        ),
        Wrong(
            _made_of(second=_v_without_d),
            "Changing age does not change v: concatenate d to u.",
            _does_not_look_at_d,
        ),
        Wrong(
            _made_of(second=_z),
            "v has negative entries; the second ReLU is missing.",
            _is_in_the_second_layer(_z),
        ),
        Wrong(
            _made_of(second=_v_with_relu_on_d),
            "A negative number in d counts as 0 in yours. d skips the first ReLU: cut u alone, "
            "then join.",
            _is_in_the_second_layer(_v_with_relu_on_d),
        ),
        Wrong(
            _made_of(second=_v_with_d_first),
            "You join d and u the other way round. The first rows of W_v belong to u, the last "
            "to d.",
            _is_in_the_second_layer(_v_with_d_first),
        ),
        Wrong(
            _made_of(second=_v_without_bias),
            "b_v is missing from v.",
            _is_in_the_second_layer(_v_without_bias),
        ),
        Wrong(
            _made_of(second=_v_bias_behind),
            "b_v is added after the ReLU, so v can be negative again. The bias belongs inside.",
            _is_in_the_second_layer(_v_bias_behind),
        ),
        *(
            Wrong(_made_of(second=mistake), _OTHER.format("v"), _is_in_the_second_layer(mistake))
            for mistake in (_v_with_sigmoid, _v_with_tanh, _v_absolute)
        ),
    ),
)
