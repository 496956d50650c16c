"""Check of a linear model on sums of vectors, written as weights of the codes."""

from collections.abc import Iterator

import numpy as np

from helpers import patient_vectors
from helpers.checks import _forms
from helpers.checks._compare import plain, show
from helpers.checks._exercise import Exercise, Wrong, call

_rng = np.random.default_rng(0)
E52, W2 = _rng.normal(size=(5, 2)).round(2), np.array([0.8, -1.5])
E33, W3 = _rng.normal(size=(3, 3)).round(2), np.array([1.0, -0.5, 2.0])
E71, W1 = _rng.normal(size=(7, 1)).round(2), np.array([-2.0])
E24, W4 = _rng.normal(size=(2, 4)).round(2), np.array([0.5, 1.5, -1.0, 0.25])
X5 = np.array([[1, 0, 2, 0, 0], [0, 0, 0, 0, 0], [3, 1, 1, 1, 0], [0, 0, 0, 0, 1.0]])


def _weights_and_bias(value):
    """Read a pair of an array and a number."""
    if value is None:
        return None
    value = list(value) if isinstance(value, Iterator) else value
    parts = list(value) if isinstance(value, list | tuple) else []
    if isinstance(value, np.ndarray) and value.dtype == object:
        parts = list(value)
    if len(parts) != 2:
        lone = not parts and not isinstance(_forms.array(value), _forms.Unfit)
        if lone or isinstance(plain(value), np.ndarray | list):
            return [_forms.array(value), None]  # the bias is missing: told below
        return _forms.Unfit(value, f"return two things, weights and bias, not {show(value)}")
    weights, bias = _forms.array(parts[0]), _forms.number(parts[1])
    if isinstance(weights, _forms.Unfit) or weights is None:
        return _forms.Unfit(value, "the weights it returned are no array of numbers")
    if isinstance(bias, _forms.Unfit) or bias is None:
        return _forms.Unfit(value, f"the bias it returned is {show(parts[1])}, not one number")
    return [weights, bias]


def _with(weights, bias=lambda E, w, b: b):
    def answer(E, w, b):
        return weights(E, w), bias(E, w, b)

    return answer


def _transposed(E, w, b):
    return E.T @ w, b


def _right(E, w):
    return E @ w


def _at(answer, E=E52, w=W2, b=0.7):
    return answer(E.copy(), w.copy(), b)


def _of_shape_d(answer):
    return _at(answer)[0].shape == (2,)


def _is_a_column(answer):
    return _at(answer)[0].shape in ((5, 1), (1, 5))


def _is_a_table(answer):
    return _at(answer)[0].shape == (5, 2)


def _loses_the_bias(answer):
    weights, bias = _at(answer)
    return np.allclose(weights, E52 @ W2) and (bias is None or abs(bias) < 1e-9)


def _bias_is_inside(answer):
    return np.allclose(_at(answer)[0], E52 @ W2 + 0.7)


def _needs_a_square(answer):
    """Tell whether the answer is E.T @ w: wrong for a square E, impossible for others."""
    if not np.allclose(_at(answer, E33, W3)[0], E33.T @ W3):
        return False
    try:
        return _at(answer)[0].shape != (5,)
    except ValueError:
        return True


def _scores_agree(answer):
    for b in (0.7, -3.0, 0.0):
        weights, bias = answer(E52.copy(), W2.copy(), b)
        if weights.shape != (5,):
            return f"With 5 codes there are 5 weights, shape (5,); yours have {weights.shape}."
        gap = X5 @ E52 @ W2 + b - (X5 @ weights + bias)
        if np.abs(gap).max() > 1e-5:
            i = int(np.abs(gap).argmax())
            return (
                f"A patient with the counts {X5[i].astype(int).tolist()} gets "
                f"{X5[i] @ weights + bias:.3f} from your weights and "
                f"{X5[i] @ E52 @ W2 + b:.3f} from the vectors."
            )
    return None


as_onehot_weights = Exercise(
    name="as_onehot_weights",
    number="13.5",
    review="section 5",
    reference=patient_vectors.as_onehot_weights,
    form=_weights_and_bias,
    calls=(
        call(E52, W2, 0.7),
        call(E33, W3, -1.25),
        call(E71, W1, 0.4),
        call(E24, W4, 2.0),
    ),
    laws=(_scores_agree,),
    wrong=(
        Wrong(
            _with(_right, lambda E, w, b: 0.0),
            lambda value, told: (
                f"Scores differ by the constant {told.args[2]}: carry the bias along."
            ),
            _loses_the_bias,
        ),
        Wrong(
            _transposed,
            "Shape (d,) expected (V,): each code gets its own number, the dot product of its row "
            "of E with w. E.T @ w would add up over codes.",
            _needs_a_square,
        ),
        Wrong(
            _with(lambda E, w: E.sum(axis=0) * w),
            "Shape (d,) expected (V,): each code gets its own number, the dot product of its row "
            "of E with w.",
            _of_shape_d,
        ),
        Wrong(
            _with(lambda E, w: E * w),
            "You have a table, one row a code. A dot product adds the products of a row up: one "
            "number a code.",
            _is_a_table,
        ),
        Wrong(
            _with(lambda E, w: (E @ w)[:, None]),
            "The weights stand in a column or a row of a table. Return shape (codes,).",
            _is_a_column,
        ),
        Wrong(
            _with(lambda E, w: E @ w / E.shape[1]),
            "Each of your weights is too small by a factor, the number of dimensions: a dot "
            "product adds its products up, it does not average them.",
        ),
        Wrong(
            _with(lambda E, w: E @ w / len(E)),
            "Equal up to 1/(number of codes). The patient is the sum of the vectors. With a mean "
            "the divisor differs from patient to patient: then there is no fixed weight a code.",
        ),
        Wrong(
            _with(lambda E, w: E @ w + 0.7),
            "The bias is added to every code. A patient with three codes would get it three times: "
            "return it beside the weights, once.",
            _bias_is_inside,
        ),
        Wrong(
            _with(lambda E, w: E @ w / np.linalg.norm(w)),
            "You divide by the length of w. No score is normalized here.",
        ),
        Wrong(
            _with(lambda E, w: E @ w / np.maximum(np.linalg.norm(E, axis=1), 1e-12)),
            "You divide by the length of each code's vector, as in a cosine. The score is a dot "
            "product.",
        ),
        Wrong(
            _with(
                lambda E, w: (
                    E @ w / np.maximum(np.linalg.norm(E, axis=1), 1e-12) / np.linalg.norm(w)
                )
            ),
            "These are cosines. The score is a sum of dot products.",
        ),
        Wrong(
            _with(lambda E, w: E.sum(axis=1)),
            "w plays no part in your weights. Multiply each row of E with it.",
        ),
        Wrong(
            _with(lambda E, w: -(E @ w)),
            "Your weights have the wrong sign.",
        ),
        Wrong(
            _with(lambda E, w: 1 / (1 + np.exp(-(E @ w)))),
            "A sigmoid belongs around the score of a patient, not around the weight of a code.",
        ),
        Wrong(
            _with(_right, lambda E, w, b: -b),
            "The bias has the wrong sign.",
        ),
    ),
)
