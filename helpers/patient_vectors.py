"""One vector for a patient, from the vectors of the codes in their visits; what that costs."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from helpers.token_stream import Ids

HOWS = ("sum", "mean", "recency")


def patient_vector(
    visits: Sequence[tuple[float, Ids]],
    table: Float[np.ndarray, "codes dim"],
    how: str = "sum",
    half_life: float | None = None,
) -> Float[np.ndarray, " dim"]:
    """Add up, average, or average by recency, the vectors of a patient's codes.

    Parameters
    ----------
    visits
        For every visit its age in days (how long before the day of the prediction) and its
        code ids. Id 0 is padding and counts for nothing.
    table
        Row `i` is the vector of code `i`; row 0 is never read.
    how
        ``"sum"``; ``"mean"``, in which every code occurrence weighs the same; ``"recency"``, a
        mean in which an occurrence weighs ``0.5 ** (age / half_life)``.
    half_life
        In days; for ``"recency"`` only.

    Returns
    -------
    array of shape (dim,)
        Zeros for a patient without codes.

    Raises
    ------
    ValueError
        If `how` is no such word, `half_life` is missing or not positive, or an id has no row.
    """
    if how not in HOWS:
        raise ValueError(f"how is {how!r}, it must be one of {HOWS}")
    if how == "recency" and not (half_life and half_life > 0):
        raise ValueError(f"half_life is {half_life}, it must be a positive number of days")
    ids = np.array([i for _, codes in visits for i in codes], dtype=int)
    ages = np.array([age for age, codes in visits for _ in codes], dtype=float)
    if ids.size and (ids.min() < 0 or ids.max() >= len(table)):
        raise ValueError(
            f"ids run from {ids.min()} to {ids.max()}, rows from 0 to {len(table) - 1}"
        )
    weights = 0.5 ** (ages / half_life) if how == "recency" else np.ones(len(ids))
    weights = np.where(ids == 0, 0.0, weights)
    total = weights @ table[ids]
    return total if how == "sum" or not weights.any() else total / weights.sum()


def as_onehot_weights(
    table: Float[np.ndarray, "codes dim"], weights: Float[np.ndarray, " dim"], bias: float = 0.0
) -> tuple[Float[np.ndarray, " codes"], float]:
    """Write a linear model on sums of vectors as a linear model on the codes themselves.

    A patient with counts ``x`` has the vector ``x @ table`` and the score
    ``x @ table @ weights + bias``. The brackets may be set the other way: ``table @ weights`` is
    one number a code. So the model is one-hot with the restriction that these numbers come from
    ``dim`` free ones, and for a mean of vectors there is no such table of weights: the divisor
    differs from patient to patient.

    Returns
    -------
        One weight a code, and the bias, which stays as it is.
    """
    return table @ weights, bias
