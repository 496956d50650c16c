"""Check of the auxiliary loss of MiME: the codes of the same object."""

import numpy as np

from helpers import mime_by_hand
from helpers.activations import sigmoid, softmax
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

_rng = np.random.default_rng(14)
O = _rng.normal(size=(5, 3)).round(2)
DX = np.array([2, 0, 3, 1, 2])
RX = np.array([[1, 0, 1], [0, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 1]])
U_D, U_M = _rng.normal(size=(3, 4)).round(2), _rng.normal(size=(3, 3)).round(2)
SOME, ALL = np.array([True, True, False, True, False]), np.ones(5, bool)
NONE = np.zeros(5, bool)
PADDED_O, PADDED_DX, PADDED_RX = O * SOME[:, None], DX * SOME, RX * SOME[:, None]


def _dx_cost(o, dx, U_d):
    return -np.log(softmax(o @ U_d)[np.arange(len(o)), dx])


def _rx_costs(o, rx, U_m):
    q = sigmoid(o @ U_m)
    return -rx * np.log(q) - (1 - rx) * np.log(1 - q)


def _made(cost=None, total=lambda costs, lam, slots: lam * costs.mean()):
    """Build a wrong answer from the cost of each object and from what is made of them."""
    cost = cost or (lambda o, dx, rx, U_d, U_m: _dx_cost(o, dx, U_d) + _rx_costs(o, rx, U_m).sum(1))

    def answer(objects, dx, rx, U_d, U_m, mask, lam):
        if not mask.any():
            return 0.0
        return total(cost(objects[mask], dx[mask], rx[mask], U_d, U_m), lam, len(mask))

    return answer


def _competing(o, dx, rx, U_d, U_m):
    return _dx_cost(o, dx, U_d) - (rx * np.log(softmax(o @ U_m))).sum(axis=1)


def _each_diagnosis_alone(o, dx, rx, U_d, U_m):
    hot = np.eye(U_d.shape[1])[dx]
    return _rx_costs(o, hot, U_d).sum(axis=1) + _rx_costs(o, rx, U_m).sum(axis=1)


def _absent_unscored(o, dx, rx, U_d, U_m):
    return _dx_cost(o, dx, U_d) - (rx * np.log(sigmoid(o @ U_m))).sum(axis=1)


def _rows_exchanged(o, dx, rx, U_d, U_m):
    weights = softmax(o @ U_d, axis=0)
    return -np.log(weights[np.arange(len(o)), dx]) + _rx_costs(o, rx, U_m).sum(axis=1)


_softmax_for_drugs = _made(_competing)
_sigmoids_for_dx = _made(_each_diagnosis_alone)
_only_the_given = _made(_absent_unscored)
_softmax_over_objects = _made(_rows_exchanged)
_mean_over_drugs = _made(
    lambda o, dx, rx, U_d, U_m: _dx_cost(o, dx, U_d) + _rx_costs(o, rx, U_m).mean(axis=1)
)
_no_drugs = _made(lambda o, dx, rx, U_d, U_m: _dx_cost(o, dx, U_d))
_no_diagnosis = _made(lambda o, dx, rx, U_d, U_m: _rx_costs(o, rx, U_m).sum(axis=1))
_without_lambda = _made(total=lambda costs, lam, slots: costs.mean())
_lambda_on_the_rest = _made(total=lambda costs, lam, slots: (1 - lam) * costs.mean())
_negative = _made(total=lambda costs, lam, slots: -lam * costs.mean())
_summed = _made(total=lambda costs, lam, slots: lam * costs.sum())
_over_all_slots = _made(total=lambda costs, lam, slots: lam * costs.sum() / slots)
_in_bits = _made(total=lambda costs, lam, slots: lam * costs.mean() / np.log(2))


def _columns_of_all(o, dx, rx, U_d, U_m):
    return -np.log(softmax(o @ U_d)[:, dx]).mean(axis=1) + _rx_costs(o, rx, U_m).sum(axis=1)


_all_pairs = _made(_columns_of_all)


def _lambda_on_drugs(objects, dx, rx, U_d, U_m, mask, lam):
    dx_part = _no_drugs(objects, dx, rx, U_d, U_m, mask, 1.0)
    return dx_part + _no_diagnosis(objects, dx, rx, U_d, U_m, mask, lam)


def _padded_slots(objects, dx, rx, U_d, U_m, mask, lam):
    return mime_by_hand.aux_loss(objects, dx, rx, U_d, U_m, np.ones(len(mask), bool), lam)


def _padding_as_zeros(objects, dx, rx, U_d, U_m, mask, lam):
    """Set padded slots to 0 and average over all slots: each adds ln 2 a drug."""
    clean = (part * mask.reshape(-1, *[1] * (part.ndim - 1)) for part in (objects, dx, rx))
    return mime_by_hand.aux_loss(*clean, U_d, U_m, np.ones(len(mask), bool), lam)


def _first_slots(objects, dx, rx, U_d, U_m, mask, lam):
    first = np.arange(len(mask)) < mask.sum()
    return mime_by_hand.aux_loss(objects, dx, rx, U_d, U_m, first, lam)


def _probabilities(o, dx, rx, U_d, U_m):
    return np.exp(-_dx_cost(o, dx, U_d)) + np.exp(-_rx_costs(o, rx, U_m)).sum(axis=1)


_no_logarithm = _made(_probabilities)


def _next_object(objects, dx, rx, U_d, U_m, mask, lam):
    real = np.flatnonzero(mask)
    if len(real) < 2:
        return 0.0
    o, later = objects[real[:-1]], real[1:]
    one = np.ones(len(later), bool)
    return mime_by_hand.aux_loss(o, dx[later], rx[later], U_d, U_m, one, lam)


def _nan_without_objects(objects, dx, rx, U_d, U_m, mask, lam):
    if not mask.any():
        return float("nan")
    return mime_by_hand.aux_loss(objects, dx, rx, U_d, U_m, mask, lam)


def _inverted(objects, dx, rx, U_d, U_m, mask, lam):
    return mime_by_hand.aux_loss(objects, dx, rx, U_d, U_m, ~mask, lam)


def _one_by_one(objects, dx, rx, U_d, U_m, mask, lam):
    rows = [[i] for i in range(len(mask))]
    args = [(objects[i], dx[i], rx[i], U_d, U_m, mask[i], lam) for i in rows]
    return np.array([mime_by_hand.aux_loss(*one) for one in args])


def _loss(answer, *, lam=1.0, o=O, dx=DX, rx=RX, U_d=U_D, U_m=U_M, mask=ALL):
    return float(answer(o, dx, rx, U_d, U_m, mask, lam))


def _ignores_lambda(answer):
    zero, one, two = (_loss(answer, lam=lam) for lam in (0.0, 1.0, 2.0))
    return not (np.isclose(zero, 0, atol=1e-9) and np.isclose(two, 2 * one, rtol=1e-4))


def _is_negative(answer):
    return _loss(answer) < 0


def _at_zero(answer, slots, real, diagnoses, drugs):
    """Return the loss of a model that knows nothing: all scores 0."""
    mask = np.arange(slots) < real
    hot = np.zeros((slots, drugs))
    hot[:real, 0] = 1
    tables = np.zeros((3, diagnoses)), np.zeros((3, drugs))
    return float(answer(np.zeros((slots, 3)), np.zeros(slots, int), hot, *tables, mask, 1.0))


def _counts_padding(answer):
    """Tell whether two empty slots change the loss of a model that knows something."""
    short = SOME
    alone = _loss(answer, o=O[short], dx=DX[short], rx=RX[short], mask=ALL[short])
    right = mime_by_hand.aux_loss(O, DX, RX, U_D, U_M, SOME, 1.0)
    padded = _loss(answer, o=PADDED_O, dx=PADDED_DX, rx=PADDED_RX, mask=SOME)
    return np.isclose(alone, right, rtol=1e-4) and not np.isclose(padded, alone, rtol=1e-4)


def _name_the_padding(value, _):
    return (
        "Two padded slots change your loss: each adds ln 2 for every drug, shares in the division, "
        "or shifts the codes. Take objects, dx and rx where mask is True."
    )


def _returns_each(answer):
    return np.size(answer(O, DX, RX, U_D, U_M, ALL, 1.0)) > 1


def _number_or_many(value):
    """Read one number; an array of several stays, so that its mistake can be named."""
    read = _forms.array(value)
    return read if isinstance(read, np.ndarray) and read.size > 1 else _forms.number(value)


def _word_the_many(value, _):
    return f"You return {np.size(value)} numbers. The loss is one: the mean over the objects."


def _fails_without_objects(answer):
    right = mime_by_hand.aux_loss(O, DX, RX, U_D, U_M, SOME, 0.5)
    try:
        value = _loss(answer, mask=NONE)
    except (ValueError, LookupError, TypeError, ZeroDivisionError):
        value = np.nan
    return not np.isfinite(value) and np.isclose(_loss(answer, mask=SOME, lam=0.5), right, 1e-4)


def _looks_at_another_object(answer):
    """Tell whether the targets of an object are the codes of the one after it."""
    one = _loss(answer, o=O[:2], dx=DX[:2], rx=RX[:2], mask=ALL[:2])
    of_the_second = mime_by_hand.aux_loss(O[:1], DX[1:2], RX[1:2], U_D, U_M, ALL[:1], 1.0)
    if np.isclose([one, 2 * one], of_the_second, rtol=1e-4).any():
        return True
    rolled = [np.roll(codes, step, axis=0) for step in (1, -1) for codes in (DX, RX)]
    turned = [mime_by_hand.aux_loss(O, *rolled[i : i + 2], U_D, U_M, ALL, 1.0) for i in (0, 2)]
    return any(np.isclose(_loss(answer), loss, rtol=1e-4) for loss in turned)


def _knows_nothing(answer):
    for diagnoses, drugs in ((4, 3), (8, 3), (4, 6)):
        mine = _at_zero(answer, 2, 2, diagnoses, drugs)
        right = np.log(diagnoses) + drugs * np.log(2)
        if not np.isclose(mine, right, rtol=1e-4):
            return (
                f"Where all scores are 0, an object costs ln {diagnoses} for its diagnosis and "
                f"ln 2 for each of {drugs} drugs, {right:.3f} in all; yours says {mine:.3f}."
            )
    return None


def _each_part(answer):
    """Let one table be 0, so that the other part alone can be wrong."""
    for part, tables in (("diagnosis", {"U_m": 0 * U_M}), ("drugs", {"U_d": 0 * U_D})):
        one = {"o": O[:1], "dx": DX[:1], "rx": RX[:1], "mask": ALL[:1]}
        mine = _loss(answer, **one, **tables)
        args = [tables.get(name, table) for name, table in (("U_d", U_D), ("U_m", U_M))]
        right = mime_by_hand.aux_loss(O[:1], DX[:1], RX[:1], *args, ALL[:1], 1.0)
        if not np.isclose(mine, right, rtol=1e-4):
            given = f"diagnosis {DX[0]}" if part == "diagnosis" else f"drugs {RX[0].tolist()}"
            return (
                f"Look at the {part}: one object with {given} costs {right:.3f} when the other "
                f"table is 0; yours says {mine:.3f}."
            )
    return None


aux_loss = Exercise(
    name="aux_loss",
    number="12.4",
    review="section 4",
    reference=mime_by_hand.aux_loss,
    form=_number_or_many,
    calls=(
        call(O, DX, RX, U_D, U_M, ALL, 1.0),
        call(O, DX, RX, U_D, U_M, ALL, 0.0),
        call(O[:2], DX[:2], RX[:2], U_D, U_M, ALL[:2], 0.5),
        call(O, DX, RX, U_D, U_M, SOME, 0.5),
        call(PADDED_O, PADDED_DX, PADDED_RX, U_D, U_M, SOME, 1.0),
        call(O[:1], DX[:1], RX[:1], U_D, U_M, ALL[:1], 2.0),
        call(O[1:2], DX[1:2], RX[1:2], U_D, U_M, ALL[:1], 1.0),  # an object without drugs
        call(O, DX, RX, U_D, U_M, NONE, 1.0),
    ),
    laws=(_knows_nothing, _each_part),
    wrong=(
        Wrong(_one_by_one, _word_the_many, _returns_each),
        Wrong(
            _nan_without_objects,
            "Without any real object the loss is 0. Yours is nan, or fails.",
            _fails_without_objects,
        ),
        Wrong(
            _lambda_on_drugs,
            "lam multiplies only the drugs in yours. It stands before the whole loss.",
        ),
        Wrong(
            _negative,
            "Your loss is negative. A cost is minus the log of a probability.",
            _is_negative,
        ),
        Wrong(
            _without_lambda,
            "With lam=0 the auxiliary part must be exactly 0, and doubling lam must double it.",
            _ignores_lambda,
        ),
        Wrong(
            _softmax_for_drugs,
            "Two drugs of one diagnosis compete in yours: a softmax shares one 1 among all. Ask "
            "a sigmoid for each drug.",
        ),
        Wrong(
            _only_the_given,
            "A drug that was not given costs nothing in yours: add -ln(1 - q) for each of them.",
        ),
        Wrong(
            _sigmoids_for_dx,
            "You ask a sigmoid for each diagnosis. An object has exactly one: softmax over all "
            "diagnoses.",
        ),
        Wrong(
            _softmax_over_objects,
            "Your softmax runs over the objects. It runs over the diagnoses, in each row.",
        ),
        Wrong(
            _all_pairs,
            "You score every object with the diagnoses of all: p[:, dx] takes columns from each "
            "row. Take one number from each, p[np.arange(n), dx].",
        ),
        Wrong(_mean_over_drugs, "You average over the drugs of an object. Sum them."),
        Wrong(_no_drugs, "Only the diagnosis is scored. The drugs of the object belong to it too."),
        Wrong(_no_diagnosis, "Only the drugs are scored. The diagnosis of the object belongs too."),
        Wrong(_summed, "You sum over the objects. Divide by how many real ones there are."),
        Wrong(
            _over_all_slots,
            "You divide by the number of slots. Padding is no object: average over real objects.",
        ),
        Wrong(
            _first_slots,
            "You score the first slots. The mask says which slots hold objects.",
        ),
        Wrong(
            _no_logarithm,
            "You add up probabilities. What they cost is minus their logarithm.",
        ),
        Wrong(
            _padding_as_zeros,
            "Each padded slot adds ln 2 per treatment; average over real objects.",
        ),
        Wrong(_padded_slots, _name_the_padding, _counts_padding),
        Wrong(_inverted, "You score the padding. True in the mask is an object."),
        Wrong(_in_bits, "Your logarithm is the one to base 2. Here ln is the natural one, np.log."),
        Wrong(
            _next_object,
            "The auxiliary targets are the codes of the same object, not of the next.",
            _looks_at_another_object,
        ),
    ),
)
