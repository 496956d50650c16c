"""Vectors of codes from visits without labels: the codes of a visit are each other's context."""

import numpy as np
from jaxtyping import Float

from helpers.incidence import pair_counts
from helpers.ppmi import ppmi, svd_embedding
from helpers.similarity import unit_rows
from helpers.skipgram import train_softmax_counts
from helpers.visit_views import VisitCodes

DIM = 64


def skipgram_vectors(visits: VisitCodes, dim: int = DIM) -> Float[np.ndarray, "codes dim"]:
    """Return skip-gram vectors of length 1; the whole visit is the window.

    A code that is in no visit with another gets a vector as well, of no meaning.
    """
    result = train_softmax_counts(pair_counts(visits), dim=dim, epochs=100, learning_rate=0.05)
    return unit_rows(result.center_table)


def ppmi_vectors(visits: VisitCodes, dim: int = DIM) -> Float[np.ndarray, "codes dim"]:
    """Return vectors of PPMI and a singular value decomposition, of length 1 or 0."""
    return unit_rows(svd_embedding(ppmi(pair_counts(visits)), dim))
