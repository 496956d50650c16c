"""Measures of how alike two vectors are, and who is nearest to whom."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float


def pairwise_cosine(X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n n"]:
    """Return the cosine of every pair of rows.

    A row of zeros has no direction; its cosine with any row, itself included, is set to 0.

    Examples
    --------
    >>> pairwise_cosine(np.array([[1.0, 0.0], [3.0, 3.0]])).round(3)
    array([[1.   , 0.707],
           [0.707, 1.   ]])
    """
    length = np.linalg.norm(X, axis=1, keepdims=True)
    unit = np.divide(X, length, out=np.zeros_like(X, dtype=float), where=length > 0)
    return unit @ unit.T


def nearest(X: Float[np.ndarray, "n d"], i: int, weights: Sequence[float] | None = None) -> int:
    """Return the row nearest to row `i`, itself excluded, by Euclidean distance.

    With `weights`, each column is multiplied by its weight first, so that a weight of 2
    makes a difference in that column count as twice as long. Of two rows at the same
    distance the first is returned.

    Raises
    ------
    ValueError
        If there is no second row.
    """
    if len(X) < 2:
        raise ValueError("a nearest neighbor needs at least two rows")
    difference = (X - X[i]) * (1.0 if weights is None else np.asarray(weights))
    distance = np.linalg.norm(difference, axis=1)
    distance[i] = np.inf
    return int(distance.argmin())
