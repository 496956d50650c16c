"""One-hot and multi-hot arrays, and the look-up that replaces them.

One column stands for one category. A single category per row gives a one-hot array, a set
of categories per row a multi-hot array. Multiplying either with a table of embeddings
selects (one-hot) or adds up (multi-hot) rows of the table.
"""

from collections.abc import Hashable, Sequence

import numpy as np
from jaxtyping import Float, Int

from helpers.token_stream import Ids


def one_hot(
    values: Sequence[str], categories: Sequence[str], unknown: str = "error"
) -> Float[np.ndarray, "n categories"]:
    """Return one row per value with a single 1 in the column of its category.

    The categories are fixed beforehand and reused: a category that no value has keeps its
    column, and a value that is no category is an error or, on request, a row of zeros.

    Parameters
    ----------
    values
        What to encode, one row each.
    categories
        The columns, in order.
    unknown
        ``"error"`` or ``"zero"``: what to do with a value outside `categories`.

    Raises
    ------
    ValueError
        If `categories` has duplicates, if `unknown` is no such word, or, with
        ``unknown="error"``, if values are unknown; the message names them.

    Examples
    --------
    >>> one_hot(["Orange"], ["Apple", "Orange", "Pear"])
    array([[0., 1., 0.]])
    """
    if unknown not in ("error", "zero"):
        raise ValueError(f'unknown must be "error" or "zero", not {unknown!r}')
    column = {category: j for j, category in enumerate(categories)}
    if len(column) < len(categories):
        raise ValueError("categories has duplicates")
    strangers = sorted({str(value) for value in values if value not in column})
    if strangers and unknown == "error":
        raise ValueError(f"not among the categories: {', '.join(strangers)}")
    rows = np.zeros((len(values), len(categories)))
    for i, value in enumerate(values):
        if value in column:
            rows[i, column[value]] = 1.0
    return rows


def multi_hot(visits: Sequence[Ids], n_codes: int) -> Float[np.ndarray, "visits codes"]:
    """Return one row per visit with a 1 for every code that is present.

    Presence, not count: a code that is written down twice in a visit still gives 1. A visit
    without codes is a row of zeros.

    Raises
    ------
    ValueError
        If an id lies outside ``0 .. n_codes - 1``; the message names the visit and the id.
    """
    rows = np.zeros((len(visits), n_codes))
    for i, visit in enumerate(visits):
        for code in visit:
            if not 0 <= code < n_codes:
                raise ValueError(f"visit {i} has id {code}, outside 0..{n_codes - 1}")
            rows[i, code] = 1.0
    return rows


def lookup(
    ids: Int[np.ndarray, "*shape"], table: Float[np.ndarray, "categories dim"]
) -> Float[np.ndarray, "*shape dim"]:
    """Return the table's rows with these ids, whatever the shape of `ids`.

    Raises
    ------
    IndexError
        If an id has no row. A negative id raises too, because numpy would count it from
        the end.
    """
    ids = np.asarray(ids)
    if ids.size and (ids.min() < 0 or ids.max() >= len(table)):
        raise IndexError(
            f"ids run from {ids.min()} to {ids.max()}, rows from 0 to {len(table) - 1}"
        )
    return np.take(table, ids, axis=0)


def lookup_by_matmul(
    ids: Int[np.ndarray, "*shape"], table: Float[np.ndarray, "categories dim"]
) -> Float[np.ndarray, "*shape dim"]:
    """Return the same rows by building one-hot rows and multiplying them with the table.

    Slow and large on purpose: it shows what :func:`lookup` saves.
    """
    return np.eye(len(table))[ids] @ table


def code_share(visits: Sequence[Sequence[Hashable]], code: Hashable) -> float:
    """Return the share of visits, between 0 and 1, in which a code is present.

    It is the mean of the code's multi-hot column; 0 if there are no visits.

    Examples
    --------
    >>> code_share([["I10", "E11.9"], ["E11.9"], [], ["I10"]], "E11.9")
    0.5
    """
    return sum(code in visit for visit in visits) / max(len(visits), 1)
