"""Checks for the look-up of rows, by index and by a product."""

import numpy as np

from helpers import onehot
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

TABLE = np.array([[0.5, 1, 2], [3, 5.5, 8], [13, 21, 34], [55, 89, 144]])
_NINE = np.arange(9.0).reshape(3, 3) ** 2
_TWO_UNKNOWN = np.vstack([np.full(3, np.nan), TABLE[1], np.full(3, np.nan)])


def _takes_columns(ids, table):
    return table[:, ids]


def _builds_eye(ids, table):
    return np.eye(len(table))[ids] @ table


def _searches_eye(ids, table):
    return table[np.eye(len(table))[ids].argmax(axis=-1)]


def _flat_only(ids, table):
    return np.array([table[int(i)] for i in ids.ravel()])


def _from_one(ids, table):
    return table[ids - 1]


def _rows_in_order(ids, table):
    return table[np.sort(ids, axis=None)].reshape(*ids.shape, -1)


def _rows_beside_unknown_ones(answer):
    """Return row 1 twice, out of a table whose other rows are nan; None if row 1 is not found.

    A product takes all rows, and 0 times nan is nan.
    """
    ids = np.array([1, 1])
    return answer(ids, _TWO_UNKNOWN) if np.array_equal(answer(ids, TABLE), TABLE[ids]) else None


def _other_rows_play_a_part(answer):
    return bool(np.isnan(_rows_beside_unknown_ones(answer)).any())


def _other_rows_play_no_part(answer):
    return np.array_equal(_rows_beside_unknown_ones(answer), TABLE[[1, 1]])


def _needs_too_much(answer):
    """Ask for 5,000 rows: of a million columns they do not fit, of the table they do."""
    try:
        answer(np.arange(5_000), np.zeros((1_000_000, 2)))
    except (MemoryError, RuntimeError) as error:
        return isinstance(error, MemoryError) or "memory" in str(error)  # torch raises the second
    return False


def _takes_one_axis_only(answer):
    ids = np.array([[1, 2], [3, 3]])
    if not np.array_equal(answer(ids[0], TABLE), TABLE[ids[0]]):
        return False
    try:
        out = answer(ids, TABLE)
    except (TypeError, ValueError, IndexError):
        return True
    return out.size == 12 and out.shape != (2, 2, 3)


def _are_columns(answer):
    ids = np.array([2, 0])
    return any(np.array_equal(answer(ids, TABLE), part) for part in (TABLE[:, ids], TABLE.T[ids]))


lookup = Exercise(
    name="lookup",
    number="1.3a",
    review="section 3",
    reference=onehot.lookup,
    form=_forms.array,
    calls=(
        call(np.array([2, 0]), TABLE),
        call(np.array([1, 1, 0]), _NINE),
        call(np.array([[1, 2], [3, 3]]), TABLE),
        call(np.array(3), TABLE),
    ),
    wrong=(
        Wrong(_takes_columns, "You took columns. A category is a row of the table.", _are_columns),
        Wrong(
            _builds_eye,
            "With a million categories the one-hot array does not fit into memory. Index the rows.",
            _other_rows_play_a_part,
        ),
        Wrong(
            _searches_eye,
            "With a million categories the one-hot array does not fit into memory. Index the rows.",
            _needs_too_much,
        ),
        Wrong(_from_one, "Off by one: id 0 is the first row of the table."),
        Wrong(_rows_in_order, "The rows should come in the order of ids, not sorted."),
        Wrong(
            _flat_only,
            "Visits come as (visits, codes). Let numpy indexing keep the shape of ids.",
            _takes_one_axis_only,
        ),
    ),
)


def _transposed_eye(ids, table):
    return np.eye(len(table))[ids].T @ table


def _one_hot_only(ids, table):
    return np.eye(len(table))[ids]


def _eye_of_dim(ids, table):
    return np.eye(table.shape[1])[ids] @ table


def _looks_up(ids, table):
    return table[ids]


def _fits_square_tables_only(answer):
    ids = np.array([1, 1, 0])
    right = np.array_equal(answer(ids, _NINE), _NINE[ids])
    try:
        answer(ids, TABLE)
    except (ValueError, IndexError, RuntimeError):
        return right
    return False


def _is_turned(answer):
    ids = np.array([1, 1, 0])
    return np.array_equal(answer(ids, _NINE), _transposed_eye(ids, _NINE))


lookup_by_matmul = Exercise(
    name="lookup_by_matmul",
    number="1.3b",
    review="section 3",
    reference=onehot.lookup_by_matmul,
    form=_forms.array,
    calls=(
        call(np.array([2, 0]), TABLE),
        call(np.array([[1, 2], [3, 3]]), TABLE),
        call(np.array([1, 1, 0]), _NINE),
    ),
    wrong=(
        Wrong(_one_hot_only, "These are the one-hot rows. Multiply them with the table."),
        Wrong(
            _eye_of_dim,
            "The one-hot row needs one column per category, that is per ROW of the table.",
            _fits_square_tables_only,
        ),
        Wrong(
            _transposed_eye,
            "The one-hot array is turned: its rows are the ids, its columns the categories.",
            _is_turned,
        ),
        Wrong(
            _looks_up,
            "The rows are right, but the other rows of the table play no part: this is a look-up. "
            "Here multiply one-hot rows with the table.",
            _other_rows_play_no_part,
        ),
    ),
)
