"""Check of padding visits."""

from itertools import chain

import numpy as np

from helpers import batches
from helpers.checks._exercise import Exercise, Wrong, call

WARD = [[[3], [1, 2]], [[2]], [[4, 1, 5], [2], [6, 3]]]  # 3 patients, 6 visits, 10 codes
LONG = [[[1], [2], [3]], [[4, 5]]]


def _two(value):
    """Return ids and mask as arrays of numbers."""
    ids, mask = value
    return np.asarray(ids).astype(float), np.asarray(mask).astype(float)


def _same_arrays(got, expected):
    try:
        mine, theirs = _two(got), _two(expected)
    except (TypeError, ValueError):
        return False
    return all(np.array_equal(a, b) for a, b in zip(mine, theirs, strict=True))


def _mend(change, patients, pad=0, max_visits=None):
    ids, mask = batches.pad_visits(patients, pad, max_visits)
    return change(ids, mask)


def _collision(patients, pad=0, max_visits=None):
    moved = [[[code + 10_000 for code in visit] for visit in visits] for visits in patients]
    ids, mask = batches.pad_visits(moved, pad, max_visits)
    return np.where(mask, ids - 10_000, pad), mask


def _mask_inverted(patients, pad=0, max_visits=None):
    return _mend(lambda ids, mask: (ids, ~mask), patients, pad, max_visits)


def _oldest_kept(patients, pad=0, max_visits=None):
    return batches.pad_visits([visits[:max_visits] for visits in patients], pad)


def _mask_guessed(patients, pad=0, max_visits=None):
    return _mend(lambda ids, mask: (ids, ids != 0), patients, pad, max_visits)


def _always_zero(patients, pad=0, max_visits=None):
    return _mend(lambda ids, mask: (ids * mask, mask), patients, pad, max_visits)


def _mask_of_visits(patients, pad=0, max_visits=None):
    return _mend(lambda ids, mask: (ids, mask.any(axis=2)), patients, pad, max_visits)


def _padding_first(patients, pad=0, max_visits=None):
    def turn(ids, mask):
        return ids[:, ::-1, ::-1].copy(), mask[:, ::-1, ::-1].copy()

    turned = [[visit[::-1] for visit in visits[::-1]] for visits in patients]
    if max_visits:
        turned = [visits[:max_visits] for visits in turned]
    return _mend(turn, turned, pad)


def _visits_joined(patients, pad=0, max_visits=None):
    newest = [visits[-(max_visits or 0) :] for visits in patients]
    joined = [[list(chain.from_iterable(visits))] for visits in newest]
    ids, mask = batches.pad_visits(joined, pad)
    return ids[:, 0], mask[:, 0]


def _newest_first_too(patients, pad=0, max_visits=None):
    return batches.pad_visits([visits[::-1] for visits in patients], pad, None)


def _no_limit(patients, pad=0, max_visits=None):
    return batches.pad_visits(patients, pad)


def _does_not_refuse(answer):
    try:
        answer([[[0, 1]]])
    except (ValueError, AssertionError):
        return False
    return True


def _has_real_as_zero(answer):
    mask = _two(answer(WARD))[1]
    return mask.size == 27 and mask.sum() == 17


def _has_the_old(answer):
    return sorted(np.asarray(answer(LONG, max_visits=2)[0])[0].ravel().tolist()) == [0, 0, 1, 2]


def _has_reversed(answer):
    return np.asarray(answer(LONG)[0])[0, :, 0].tolist() == [3, 2, 1]


def _starts_with_padding(answer):
    return np.asarray(answer(WARD)[1]).astype(bool)[1, 0].tolist() in (
        [False, False, True],
        [False, False, False],
    )


def _takes_padding_for_real(answer):
    return any(_two(answer(WARD, pad=pad))[1].sum() == 27 for pad in (-1, 99))


def _pads_with_zero(answer):
    ids = np.asarray(answer(WARD, pad=-1)[0])
    return ids.shape == (3, 3, 3) and ids[1, 2, 2] == 0


def _mask_is_flat(answer):
    ids, mask = answer(WARD)
    return np.ndim(ids) == 3 and np.ndim(mask) == 2


def _visits_are_gone(answer):
    out = answer(WARD)
    return isinstance(out, tuple | list) and np.ndim(out[0]) == 2


def _max_is_ignored(answer):
    return np.shape(answer(LONG, max_visits=2)[0])[1] == 3


def _two_boxes(answer):
    out = answer(WARD)
    if not isinstance(out, tuple | list) or len(out) != 2:
        return "Return two arrays: the ids and the mask."
    try:
        shapes = [np.shape(part) for part in out]
    except ValueError:
        return "The rows have different lengths. Fill up with `pad` until all are equally long."
    if any(shape != (3, 3, 3) for shape in shapes):
        return (
            "3 patients with at most 3 visits of at most 3 codes fill a box of shape (3, 3, 3), "
            f"ids and mask alike; yours are {shapes[0]} and {shapes[1]}."
        )
    return None


def _mask_counts_the_codes(answer):
    total = _two(answer(WARD))[1].sum()
    return None if total == 10 else f"Mask sum is {total:g}, real codes are 10."


def _real_codes_are_kept(answer):
    ids, mask = _two(answer(WARD))
    if sorted(ids[mask == 1].tolist()) != sorted(c for p in WARD for v in p for c in v):
        return "Where the mask is 1 the ids of the visits should stand, and they do not."
    return None


pad_visits = Exercise(
    name="pad_visits",
    number="9.5",
    review="section 3",
    reference=batches.pad_visits,
    equal=_same_arrays,
    calls=(
        call(WARD),
        call(LONG, max_visits=2),
        call(WARD, pad=-1),
        call([[[7], [7, 8]], [[9]]], pad=99, max_visits=1),
        call([[[1], []], [[2, 3]]]),
        call([[[0, 1]]]),
    ),
    laws=(_two_boxes, _mask_counts_the_codes, _real_codes_are_kept),
    wrong=(
        Wrong(
            _visits_joined,
            "The visits of a patient have run together. Keep three axes: patients, visits, codes.",
            _visits_are_gone,
        ),
        Wrong(
            _mask_of_visits,
            "Your mask has one entry a visit. Visits differ in length too: one entry a code.",
            _mask_is_flat,
        ),
        Wrong(
            _mask_inverted,
            "Mask sum is 17, real codes are 10: 1 must mean real.",
            _has_real_as_zero,
        ),
        Wrong(
            _padding_first,
            "Padding stands in front. Put the real visits and codes first, padding behind them.",
            _starts_with_padding,
        ),
        Wrong(
            _newest_first_too,
            "The newest visit stands first. Keep the order of time.",
            _has_reversed,
        ),
        Wrong(
            _oldest_kept,
            "With max_visits=2 the two newest visits should stay.",
            _has_the_old,
        ),
        Wrong(_no_limit, "max_visits=2, and three visits of a patient came back.", _max_is_ignored),
        Wrong(
            _always_zero,
            "With pad=-1 the box is still filled with 0. Fill it with `pad`.",
            _pads_with_zero,
        ),
        Wrong(
            _mask_guessed,
            "With pad=-1 or pad=99 your mask calls padding real. Set the mask where you write a "
            "code, whatever fills the rest.",
            _takes_padding_for_real,
        ),
        Wrong(
            _collision,
            "Id 0 is both padding and a code; let codes start at 1. A code with the id of the "
            "padding should raise a ValueError.",
            _does_not_refuse,
        ),
    ),
)
