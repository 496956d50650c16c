"""Small tables that the checks of this folder call answers with."""

import numpy as np

from helpers import decomposition


def table(rows, columns, seed, mean=0.0):
    """Return a table whose directions have clearly different variances."""
    rng = np.random.default_rng(seed)
    mixed = decomposition.rotate(rng.normal(size=(rows, columns)) * 3.0 ** -np.arange(columns), rng)
    return (mixed + mean).round(3)
