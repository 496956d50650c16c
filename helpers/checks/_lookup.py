"""Checks for the look-up of rows, by index and by a product."""

import numpy as np

from helpers import onehot
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

TABLE = np.array([[0.5, 1, 2], [3, 5, 8], [13, 21, 34], [55, 89, 144]])
_NINE = np.arange(9.0).reshape(3, 3) ** 2


def _takes_columns(ids, table):
    return table[:, ids]


def _builds_eye(ids, table):
    return np.eye(len(table))[ids] @ table


def _flat_only(ids, table):
    return np.array([table[int(i)] for i in ids.ravel()])


def _from_one(ids, table):
    return table[ids - 1]


def _rows_in_order(ids, table):
    return table[np.sort(ids, axis=None)].reshape(*ids.shape, -1)


def _needs_too_much(answer):
    """Ask for 5,000 rows: of a million columns they do not fit, of the table they do."""
    try:
        answer(np.arange(5_000), np.zeros((1_000_000, 2)))
    except MemoryError:
        return True
    return False


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
            _needs_too_much,
        ),
        Wrong(_from_one, "Off by one: id 0 is the first row of the table."),
        Wrong(_rows_in_order, "The rows should come in the order of ids, not sorted."),
        Wrong(
            _flat_only,
            "Visits come as (visits, codes). Let numpy indexing keep the shape of ids.",
        ),
    ),
)


def _transposed_eye(ids, table):
    return (np.eye(len(table))[ids].T @ table[: len(ids)]) if ids.ndim == 1 else table[ids]


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
        return right and not np.array_equal(answer(ids, TABLE), TABLE[ids])
    except (ValueError, IndexError, RuntimeError):
        return right


def _other_rows_play_no_part(answer):
    """Tell a look-up from a product: that one takes all rows, and 0 times nan is nan."""
    ids = np.array([1, 1])
    with_nan = np.vstack([TABLE[:2], np.full((1, 3), np.nan)])
    return np.array_equal(answer(ids, TABLE), TABLE[ids]) and np.array_equal(
        answer(ids, with_nan), TABLE[ids]
    )


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
        ),
        Wrong(
            _looks_up,
            "The rows are right, but the other rows of the table play no part: this is a look-up. "
            "Here multiply one-hot rows with the table.",
            _other_rows_play_no_part,
        ),
    ),
)
