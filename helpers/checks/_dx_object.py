"""Check of the vector of one diagnosis with its treatments."""

import numpy as np

from helpers import mime_by_hand
from helpers.activations import relu
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

_rng = np.random.default_rng(12)
D, OTHER = _rng.normal(size=(2, 4)).round(2)
M = _rng.normal(size=(3, 4)).round(2)
SQUARE = _rng.normal(size=(4, 4)).round(2)  # as many treatments as numbers
W_M, W_O = _rng.normal(size=(2, 4, 4)).round(2)
NOTHING, ZEROS = np.empty((0, 4)), np.zeros((4, 4))
HAND = (
    np.array([1.0, 2.0]),
    np.array([[3.0, 5.0]]),
    np.array([[1.0, 0.0], [0.0, -1.0]]),
    np.array([[0.0, 1.0], [1.0, 0.0]]),
)


def _made(G, out=lambda G, W_o: relu(G @ W_o) + G):
    """Build a wrong answer from its gated sum and from what it makes of it."""

    def answer(d, M, W_m, W_o):
        return out(G(d, M, W_m), W_o)

    return answer


def _right_G(d, M, W_m):
    return d + (relu(d @ W_m) * M).sum(axis=0)


_drugs_added = _made(lambda d, M, W_m: d + M.sum(axis=0))
_no_skip = _made(_right_G, lambda G, W_o: relu(G @ W_o))
_only_G = _made(_right_G, lambda G, W_o: G)
_d_not_in_G = _made(lambda d, M, W_m: (relu(d @ W_m) * M).sum(axis=0))
_gate_without_relu = _made(lambda d, M, W_m: d + ((d @ W_m) * M).sum(axis=0))
_sigmoid_gate = _made(lambda d, M, W_m: d + (1 / (1 + np.exp(-d @ W_m)) * M).sum(axis=0))
_mean_of_drugs = _made(
    lambda d, M, W_m: d + ((relu(d @ W_m) * M).mean(axis=0) if len(M) else 0)
)  # fmt: skip
_gate_by_drug = _made(lambda d, M, W_m: d + (relu(M @ W_m) * d).sum(axis=0))
_gate_added = _made(lambda d, M, W_m: d + (relu(d @ W_m) + M).sum(axis=0))
_W_m_transposed = _made(lambda d, M, W_m: d + (relu(W_m @ d) * M).sum(axis=0))
_W_o_transposed = _made(_right_G, lambda G, W_o: relu(W_o @ G) + G)
_relu_last = _made(_right_G, lambda G, W_o: relu(G @ W_o + G))
_relu_of_G = _made(_right_G, lambda G, W_o: relu(relu(G) @ W_o) + relu(G))
_no_relu = _made(_right_G, lambda G, W_o: G @ W_o + G)
_first_drug = _made(lambda d, M, W_m: _right_G(d, M[:1], W_m))
_last_drug = _made(lambda d, M, W_m: _right_G(d, M[-1:], W_m))
_relu_of_each = _made(lambda d, M, W_m: d + relu((d @ W_m) * M).sum(axis=0))
_one_number = _made(lambda d, M, W_m: d + (M @ relu(d @ W_m)).sum())
_gated_by_W_m = _made(lambda d, M, W_m: d + relu(M @ W_m).sum(axis=0))
_gates_d = _made(lambda d, M, W_m: relu(d @ W_m) * (d + M.sum(axis=0)))


def _skip_is_d(d, M, W_m, W_o):
    return relu(_right_G(d, M, W_m) @ W_o) + d


def _an_object_a_drug(d, M, W_m, W_o):
    if len(M) < 2:
        return mime_by_hand.dx_object(d, M, W_m, W_o)
    return sum(mime_by_hand.dx_object(d, m[None], W_m, W_o) for m in M)


def _tables_exchanged(d, M, W_m, W_o):
    return mime_by_hand.dx_object(d, M, W_o, W_m)


def _d_for_each_drug(d, M, W_m, W_o):
    G = (d + relu(d @ W_m) * M).sum(axis=0) if len(M) else d
    return relu(G @ W_o) + G


def _gate_grows(d, M, W_m, W_o):
    G = d
    for m in M:
        G = G + relu(G @ W_m) * m
    return relu(G @ W_o) + G


def _d_twice(d, M, W_m, W_o):
    return mime_by_hand.dx_object(d, M, W_m, W_o) + d


def _each_drug_once(d, M, W_m, W_o):
    return mime_by_hand.dx_object(d, np.unique(M, axis=0), W_m, W_o)


def _axis_1(d, M, W_m, W_o):
    G = d + (relu(d @ W_m) * M).sum(axis=1)
    return relu(G @ W_o) + G


def _one_row_a_drug(d, M, W_m, W_o):
    G = d + relu(d @ W_m) * M
    return relu(G @ W_o) + G


def _needs_a_treatment(d, M, W_m, W_o):
    if len(M) == 0:
        raise IndexError("list index out of range")
    return mime_by_hand.dx_object(d, M, W_m, W_o)


def _nothing_for_none(d, M, W_m, W_o):
    return mime_by_hand.dx_object(d, M, W_m, W_o) if len(M) else d


def _close(one, two):
    return np.shape(one) == np.shape(two) and np.allclose(one, two, rtol=1e-4, atol=1e-4)


def _does_not_notice(answer):
    """Exchange the drugs of two diagnoses; compare the sums of the two objects with W_o = 0."""
    mine, theirs = M[:1], M[1:2]
    before = answer(D, mine, W_M, ZEROS) + answer(OTHER, theirs, W_M, ZEROS)
    after = answer(D, theirs, W_M, ZEROS) + answer(OTHER, mine, W_M, ZEROS)
    ungated = all(_close(answer(D, mine, W, ZEROS), D + mine[0]) for W in (W_M, ZEROS))
    return ungated and _close(before, after)


def _is_zero_without_W_o(answer):
    return _close(answer(D, M, W_M, ZEROS), np.zeros(4)) and not _close(
        answer(D, M, W_M, W_O), np.zeros(4)
    )


def _is_zero_without_treatment(answer):
    return _close(answer(D, NOTHING, W_M, W_O), np.zeros(4))


def _fails_without_treatment(answer):
    try:
        out = answer(D, NOTHING, W_M, W_O)
    except (ValueError, LookupError, TypeError, ZeroDivisionError, AttributeError):
        return _close(answer(D, M, W_M, W_O), mime_by_hand.dx_object(D, M, W_M, W_O))
    return out is not None and bool(np.isnan(out).any())


def _has_another_shape(answer):
    return np.shape(answer(D, M, W_M, W_O)) in ((3, 4), (1, 4), (4, 1))


def _word_the_shape(value, _):
    shape = np.shape(value)
    if len(shape) == 2 and 1 in shape:
        return f"An object is one vector, of shape (2,) here; yours has shape {shape}."
    return (
        "One object has one vector; yours has a row for each treatment. Sum the treatments "
        "inside the object."
    )


dx_object = Exercise(
    name="dx_object",
    number="12.2",
    review="section 2",
    reference=mime_by_hand.dx_object,
    form=_forms.array,
    calls=(
        call(*HAND),
        call(D, M, W_M, W_O),
        call(OTHER, M[:1], W_M, W_O),
        call(D, NOTHING, W_M, W_O),
        call(D, M, W_M, ZEROS),
        call(OTHER, M[::-1], W_M, W_O),
        call(OTHER, np.vstack([M[:2], M[:1]]), W_O, W_M),  # a drug twice counts twice
        call(-D, SQUARE, W_O, W_M),
    ),
    wrong=(
        Wrong(_one_row_a_drug, _word_the_shape, _has_another_shape),
        Wrong(
            _drugs_added,
            "Exchange the drugs of two diagnoses: your sum does not notice. Multiply each "
            "treatment by the gate of its diagnosis, relu(d @ W_m).",
            _does_not_notice,
        ),
        Wrong(
            _no_skip,
            "With W_o = 0 the object must equal G; yours is 0: add the skip, + G.",
            _is_zero_without_W_o,
        ),
        Wrong(
            _d_not_in_G,
            "Without treatments your object is 0; G starts with the row of the diagnosis, d.",
            _is_zero_without_treatment,
        ),
        Wrong(
            _needs_a_treatment,
            "A diagnosis without treatment fails, or gives nan: then M has no rows, their sum is "
            "0, and G = d.",
            _fails_without_treatment,
        ),
        Wrong(
            _nothing_for_none,
            "Without treatments you return d. Then G = d, and the object is relu(d @ W_o) + d.",
        ),
        Wrong(
            _an_object_a_drug,
            "A diagnosis with two drugs is one object; sum the drugs inside it, before W_o.",
        ),
        Wrong(
            _d_for_each_drug,
            "d is added once for each treatment. G has it once: d plus the sum of the gated "
            "treatments.",
        ),
        Wrong(_mean_of_drugs, "You average the treatments. G holds their sum."),
        Wrong(_only_G, "You return G. The object is relu(G @ W_o) + G."),
        Wrong(_no_relu, "W_o works without an activation in yours: relu(G @ W_o) + G."),
        Wrong(
            _relu_last,
            "The ReLU covers the skip too. It acts on G @ W_o alone; G is added after it.",
        ),
        Wrong(_relu_of_G, "You cut G at 0. G keeps its negative numbers, in both places."),
        Wrong(_skip_is_d, "You add d at the end. The skip connection adds the whole of G."),
        Wrong(
            _relu_of_each,
            "The ReLU acts on gate times treatment. It belongs to the gate: relu(d @ W_m), then "
            "times m.",
        ),
        Wrong(
            _gate_without_relu,
            "Your gate has negative numbers: relu(d @ W_m), then multiply.",
        ),
        Wrong(_sigmoid_gate, "The gate is a sigmoid in yours. Here every activation is ReLU."),
        Wrong(
            _gate_by_drug,
            "The treatment gates the diagnosis in yours. It is the other way round: relu(d @ W_m) "
            "times m.",
        ),
        Wrong(
            _gate_added,
            "Gate and treatment are added in yours. A gate multiplies, number by number.",
        ),
        Wrong(
            _gates_d,
            "The gate acts on d as well. It acts on the treatments; d goes into G as it is.",
        ),
        Wrong(
            _tables_exchanged,
            "W_m and W_o have changed places: W_m makes the gate, W_o acts on G.",
        ),
        Wrong(
            _W_m_transposed,
            "Your gate uses W_m transposed. Vectors are rows here and stand on the left: d @ W_m.",
        ),
        Wrong(
            _W_o_transposed,
            "You use W_o transposed. Vectors are rows here and stand on the left: G @ W_o.",
        ),
        Wrong(
            _gate_grows,
            "Your gate changes from drug to drug: it is computed from d alone, relu(d @ W_m).",
        ),
        Wrong(
            _one_number,
            "Gate and treatment become one number in yours (@). They are multiplied number by "
            "number (*).",
        ),
        Wrong(
            _gated_by_W_m,
            "Your gate does not know the diagnosis: relu(d @ W_m), then times each treatment.",
        ),
        Wrong(_d_twice, "You add d at the end once more. It is in G already."),
        Wrong(
            _each_drug_once,
            "A row that stands in M twice counts once in yours. Add up all rows of M.",
        ),
        Wrong(_first_drug, "Only the first treatment counts in yours."),
        Wrong(_last_drug, "Only the last treatment counts in yours. Is G made anew each time?"),
        Wrong(
            _axis_1,
            "You sum over the numbers of each treatment. Sum over the treatments: axis 0 of M.",
        ),
    ),
)
