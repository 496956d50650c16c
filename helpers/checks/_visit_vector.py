"""Check of the vector of a visit, with slots that hold no object."""

import numpy as np

from helpers import mime_by_hand
from helpers.activations import relu
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

_rng = np.random.default_rng(13)
OBJECTS = _rng.normal(size=(5, 3)).round(2)
SQUARE = _rng.normal(size=(3, 3)).round(2)  # as many slots as numbers
W_V = _rng.normal(size=(3, 3)).round(2)
SOME = np.array([True, False, True, True, False])
ALL, NONE = np.ones(5, bool), np.zeros(5, bool)
HAND = np.array([[1.0, 2.0], [3.0, -5.0], [9.0, 9.0]]), np.eye(2), np.array([True, True, False])


def _made(F, out=lambda F, W_v: relu(F @ W_v) + F):
    def answer(objects, W_v, mask):
        return out(F(objects, mask), W_v)

    return answer


def _sum(objects, mask):
    return objects[mask].sum(axis=0)


_mean = _made(lambda objects, mask: _sum(objects, mask) / max(mask.sum(), 1))
_mean_with_nan = _made(lambda objects, mask: _sum(objects, mask) / mask.sum())
_mean_of_slots = _made(lambda objects, mask: _sum(objects, mask) / len(mask))
_no_skip = _made(_sum, lambda F, W_v: relu(F @ W_v))
_only_F = _made(_sum, lambda F, W_v: F)
_no_relu = _made(_sum, lambda F, W_v: F @ W_v + F)
_relu_last = _made(_sum, lambda F, W_v: relu(F @ W_v + F))
_transposed = _made(_sum, lambda F, W_v: relu(W_v @ F) + F)
_no_mask = _made(lambda objects, mask: objects.sum(axis=0))
_mask_inverted = _made(lambda objects, mask: _sum(objects, ~mask))
_maximum = _made(
    lambda objects, mask: objects[mask].max(axis=0) if mask.any() else np.zeros(objects.shape[1])
)
_first_slots = _made(lambda objects, mask: objects[: mask.sum()].sum(axis=0))
_mask_on_columns = _made(lambda objects, mask: (objects * mask).sum(axis=0))


def _mask_after_relu(objects, W_v, mask):
    return relu(objects.sum(axis=0) @ W_v) + _sum(objects, mask)


def _mask_before_the_skip(objects, W_v, mask):
    return relu(_sum(objects, mask) @ W_v) + objects.sum(axis=0)


def _each_object(objects, W_v, mask):
    return (relu(objects @ W_v) + objects)[mask].sum(axis=0)


def _each_slot(objects, W_v, mask):
    return (relu(objects @ W_v) + objects).sum(axis=0)


def _each_without_skip(objects, W_v, mask):
    return relu(objects @ W_v)[mask].sum(axis=0)


def _one_row_a_slot(objects, W_v, mask):
    return (relu(objects @ W_v) + objects) * mask[:, None]


def _each_once(objects, W_v, mask):
    once = np.unique(objects[mask], axis=0)
    return mime_by_hand.visit_vector(once, W_v, np.ones(len(once), bool))


def _last_slot_lost(objects, W_v, mask):
    return mime_by_hand.visit_vector(objects[:-1], W_v, mask[:-1])


def _relu_of_objects(objects, W_v, mask):
    return mime_by_hand.visit_vector(relu(objects), W_v, mask)


def _relu_of_F(objects, W_v, mask):
    F = relu(objects[mask].sum(axis=0))
    return relu(F @ W_v) + F


def _column(objects, W_v, mask):
    return mime_by_hand.visit_vector(objects, W_v, mask)[None]


def _close(one, two):
    return np.shape(one) == np.shape(two) and np.allclose(one, two, rtol=1e-4, atol=1e-4)


def _averages(answer):
    """Put two objects, and the same one twice, into a visit without W_v."""
    zeros, both = np.zeros((3, 3)), np.array([True, True])
    two, same = OBJECTS[:2], OBJECTS[[0, 0]]
    padded = answer(np.vstack([two, two]), zeros, np.array([True, True, False, False]))
    return _close(answer(same, zeros, both), same[0]) and _close(padded, two.mean(axis=0))


def _fails_for_nobody(answer):
    right = mime_by_hand.visit_vector(OBJECTS, W_V, SOME)
    try:
        out = answer(OBJECTS, W_V, NONE)
    except (ValueError, LookupError, TypeError, ZeroDivisionError):
        return _close(answer(OBJECTS, W_V, SOME), right)
    return out is not None and (out.shape != (3,) or bool(np.isnan(out).any()))


def _fails_empty(objects, W_v, mask):
    return mime_by_hand.visit_vector(objects, W_v, mask) if mask.any() else np.array([])


def _another_shape(answer):
    return np.ndim(answer(OBJECTS, W_V, SOME)) != 1


def _word_the_shape(value, _):
    return f"A visit is one vector, of shape (2,) here; yours has shape {np.shape(value)}."


visit_vector = Exercise(
    name="visit_vector",
    number="12.3",
    review="section 3",
    reference=mime_by_hand.visit_vector,
    form=_forms.array,
    calls=(
        call(*HAND),
        call(OBJECTS, W_V, SOME),
        call(OBJECTS, W_V, ALL),
        call(OBJECTS, W_V, NONE),
        call(SQUARE, W_V, np.array([False, True, True])),
        call(SQUARE, W_V.T.copy(), np.array([True, False, False])),
        call(OBJECTS[:1], W_V, ALL[:1]),
        call(OBJECTS[[0, 1, 0, 2, 2]], W_V, ALL),  # the same object twice
    ),
    wrong=(
        Wrong(_column, _word_the_shape, _another_shape),
        Wrong(
            _mean,
            "Two equal objects should give F = 2o; you return o: sum, do not average.",
            _averages,
        ),
        Wrong(
            _fails_empty,
            "A visit in which every slot is padding does not give a vector of zeros, but nan, "
            "another shape or an error.",
            _fails_for_nobody,
        ),
        Wrong(
            _mean_of_slots,
            "You divide by the number of slots. F is the sum of the objects, undivided.",
        ),
        Wrong(
            _no_mask,
            "Padding takes part: the slots where mask is False add to your vector. Add up those "
            "where it is True.",
        ),
        Wrong(
            _mask_inverted,
            "You add up the padding. True in the mask is an object, False is padding.",
        ),
        Wrong(
            _each_slot,
            "ReLU is applied once, to F @ W_v; you applied it to each object, and to padding too.",
        ),
        Wrong(
            _each_object,
            "ReLU is applied once, to F @ W_v; you applied it to each object.",
        ),
        Wrong(
            _each_without_skip,
            "You apply ReLU to each object and leave F out. Sum first, then relu(F @ W_v) + F.",
        ),
        Wrong(
            _mask_after_relu,
            "A padded slot still adds to F @ W_v in yours: apply the mask before you add up, for "
            "both terms.",
        ),
        Wrong(
            _mask_before_the_skip,
            "A padded slot still adds to the skip in yours: apply the mask before you add up, "
            "for both terms.",
        ),
        Wrong(
            _mask_on_columns,
            "Your mask acts on the columns. It belongs to the slots: mask[:, None], or "
            "objects[mask].",
        ),
        Wrong(
            _first_slots,
            "You take the first slots. The mask says which slots hold objects, and padding can "
            "stand between them.",
        ),
        Wrong(_relu_of_objects, "You cut the objects at 0. They keep their negative numbers."),
        Wrong(_relu_of_F, "You cut F at 0. F keeps its negative numbers, in both places."),
        Wrong(_each_once, "Two equal objects count once in yours. Add up all of them."),
        Wrong(_last_slot_lost, "The last slot never counts in yours. Does a loop end too early?"),
        Wrong(_only_F, "You return F. The visit is relu(F @ W_v) + F."),
        Wrong(_no_skip, "The skip is missing: with W_v = 0 the visit must equal F."),
        Wrong(_no_relu, "W_v works without an activation in yours: relu(F @ W_v) + F."),
        Wrong(
            _relu_last,
            "The ReLU covers the skip too. It acts on F @ W_v alone; F is added after it.",
        ),
        Wrong(
            _transposed,
            "You use W_v transposed. Vectors are rows here and stand on the left: F @ W_v.",
        ),
        Wrong(_maximum, "You take the largest of each number. F is the sum of the objects."),
    ),
)
