"""Check of padding visits."""

from itertools import chain

import numpy as np

from helpers import batches
from helpers.checks._exercise import Exercise, Wrong, call

WARD = [[[3], [1, 2]], [[2]], [[4, 1, 5], [2], [6, 3]]]  # 3 patients, 6 visits, 10 codes
LONG = [[[1], [2], [3]], [[4, 5]]]
CUT = [[[1, 2, 3], [4]], [[5]]]  # its longest visit is not the newest
SHORT = [[[1], [2]], [[3], [4], [5], [6]]]


def _two(value):
    """Return ids and mask as arrays of numbers."""
    ids, mask = (np.asarray(part) for part in value)
    if ids.dtype.kind in "US" or mask.dtype.kind in "US":
        raise TypeError("the ids and the mask are numbers, not text")
    return ids.astype(float), mask.astype(float)


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
    if _is_ragged(answer) or _two_boxes(answer):
        return False  # another mistake comes first
    for patients, pad in (([[[0, 1]]], 0), ([[[5, 7]]], 5)):
        try:
            out = answer(patients, pad=pad)
        except Exception:
            continue
        return not isinstance(out, BaseException)
    return False


def _ragged(patients, pad=0, max_visits=None):
    kept = [visits[-(max_visits or 0) :] for visits in patients]
    return kept, [[[1] * len(visit) for visit in visits] for visits in kept]


def _is_ragged(answer):
    ids, _ = answer(WARD)
    return isinstance(ids, list | tuple) and len({len(visits) for visits in ids}) > 1


def _as_text(patients, pad=0, max_visits=None):
    return _mend(lambda ids, mask: (ids.astype(str), mask), patients, pad, max_visits)


def _is_text(answer):
    out = answer(WARD)
    return not isinstance(out, dict) and any(np.asarray(part).dtype.kind in "US" for part in out)


def _mask_first(patients, pad=0, max_visits=None):
    return _mend(lambda ids, mask: (mask, ids), patients, pad, max_visits)


def _first_is_the_mask(answer):
    first, second = _two(answer(WARD))
    return set(first.ravel()) <= {0, 1} and second.max() == 6


def _box_for_all_codes(patients, pad=0, max_visits=None):
    ids, mask = batches.pad_visits(patients, pad, max_visits)
    wide = max(len(visit) for visits in patients for visit in visits)
    more = ((0, 0), (0, 0), (0, wide - ids.shape[2]))
    return np.pad(ids, more, constant_values=pad), np.pad(mask, more)


def _is_as_wide_as_what_was_cut(answer):
    return np.shape(answer(CUT, max_visits=1)[0]) == (2, 1, 3)


def _box_of_max_visits(patients, pad=0, max_visits=None):
    ids, mask = batches.pad_visits(patients, pad, max_visits)
    more = ((0, 0), (0, max((max_visits or 0) - ids.shape[1], 0)), (0, 0))
    return np.pad(ids, more, constant_values=pad), np.pad(mask, more)


def _is_as_high_as_max_visits(answer):
    return np.shape(answer(LONG, max_visits=5)[0]) == (2, 5, 2)


def _start_below_zero(patients, pad=0, max_visits=None):
    start = [len(visits) - (max_visits or len(visits)) for visits in patients]
    kept = [visits[first:] for visits, first in zip(patients, start, strict=True)]
    return batches.pad_visits(kept, pad)


def _loses_visits_of_short_records(answer):
    return np.shape(answer(LONG, max_visits=5)[0]) == (2, 2, 2)


def _one_list_for_all(patients, pad=0, max_visits=None):
    ids, mask = batches.pad_visits(patients, pad, max_visits)
    last = ids.reshape(-1, ids.shape[2])[mask.any(axis=2).ravel()][-1]
    out = np.broadcast_to(last, ids.shape).copy()
    return out, out != pad


def _has_equal_rows(answer):
    ids = _two(answer(WARD))[0]
    return ids.shape == (3, 3, 3) and ids.max() > 0 and bool((ids == ids[0, 0]).all())


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
    if _two(answer(WARD))[1].sum() != 10:
        return False  # wrong with pad=0 too
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
    mask = _two(answer(LONG, max_visits=2))[1]
    return mask.shape[1] == 3 and bool(mask[0, 2].any())


def _two_boxes(answer):
    out = answer(WARD)
    if not isinstance(out, tuple | list) or len(out) != 2:
        return "Return two arrays: the ids and the mask."
    shapes = [np.shape(part) for part in out]
    if any(shape != (3, 3, 3) for shape in shapes):
        return (
            "3 patients with at most 3 visits of at most 3 codes fill a box of shape (3, 3, 3), "
            f"ids and mask alike; yours are {shapes[0]} and {shapes[1]}."
        )
    if (shape := np.shape(answer(LONG)[0])) != (2, 3, 2):
        return f"2 patients, 3 visits and 2 codes make the shape (2, 3, 2); yours is {shape}."
    return None


def _mask_counts_the_codes(answer):
    total = _two(answer(WARD))[1].sum()
    return None if total == 10 else f"Mask sum is {total:g}, real codes are 10."


def _real_codes_are_kept(answer):
    ids, mask = _two(answer(WARD))
    if sorted(ids[mask == 1].tolist()) != sorted(c for p in WARD for v in p for c in v):
        return "Where the mask is 1 the ids of the visits should stand, and they do not."
    return None


def _the_rest_is_pad(answer):
    for pad in (0, -1):
        ids, mask = (np.asarray(part) for part in answer(WARD, pad=pad))
        rest = ids[mask.astype(float) == 0]
        strangers = [value for value in rest.tolist() if value != pad]
        if strangers:
            return f"Where no code is, `pad` should stand; with pad={pad} you have {strangers[0]}."
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
        call(CUT, max_visits=1),
        call(LONG, max_visits=5),
        call(SHORT, max_visits=3),
        call([[[0, 1]]]),
        call([[[5, 7]]], pad=5),
    ),
    refusal=ValueError,
    laws=(_two_boxes, _mask_counts_the_codes, _real_codes_are_kept, _the_rest_is_pad),
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
            _ragged,
            "The rows have different lengths. Fill up with `pad` until all are equally long.",
            _is_ragged,
        ),
        Wrong(
            _as_text,
            "Your arrays hold text. Ids and mask are numbers: a model looks rows up with them.",
            _is_text,
        ),
        Wrong(
            _one_list_for_all,
            "All visits came out the same: [[pad] * n] * m holds one list m times, and who writes "
            "into one row writes into all. Make a new list for each visit.",
            _has_equal_rows,
        ),
        Wrong(
            _mask_first,
            "The mask came first. Return the ids, then the mask.",
            _first_is_the_mask,
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
            _start_below_zero,
            "With max_visits=5 a patient of three visits keeps two only: a start below 0 counts "
            "from the end of the list.",
            _loses_visits_of_short_records,
        ),
        Wrong(
            _box_for_all_codes,
            "With max_visits the box is still as wide as the longest visit that was cut away. Cut "
            "first, then measure.",
            _is_as_wide_as_what_was_cut,
        ),
        Wrong(
            _box_of_max_visits,
            "max_visits=5 and nobody has more than 3 visits: the box has 3 rows for visits, not 5.",
            _is_as_high_as_max_visits,
        ),
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
            "Id 0 is both padding and a code; let codes start at 1. A code equal to `pad`, "
            "whatever `pad` is, should raise a ValueError.",
            _does_not_refuse,
        ),
    ),
)
