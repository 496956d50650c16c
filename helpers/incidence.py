"""Who holds what, as sparse tables of ones: visits by codes, patients by visits."""

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import csr_array

from helpers.visit_views import VisitCodes


def ones_at(
    ids: Int[np.ndarray, " items"], offsets: Int[np.ndarray, " lists_and_end"], n_ids: int
) -> csr_array:
    """Return one row a list, one column an id, 1 where the list holds the id.

    List ``i`` holds ``ids[offsets[i]:offsets[i + 1]]`` (:mod:`helpers.ragged`).

    Examples
    --------
    >>> ones_at(np.array([2, 0, 1]), np.array([0, 2, 2, 3]), 3).toarray()
    array([[1., 0., 1.],
           [0., 0., 0.],
           [0., 1., 0.]])
    """
    return csr_array((np.ones(len(ids)), ids, offsets), (len(offsets) - 1, n_ids))


def visit_matrix(visits: VisitCodes) -> csr_array:
    """Return one row a visit, one column a code, 1 where the visit holds the code."""
    return ones_at(visits.code_ids, visits.offsets, len(visits.keys))


def patient_matrix(visits: VisitCodes) -> csr_array:
    """Return one row a patient, one column a visit, 1 where the visit is the patient's."""
    return ones_at(np.arange(visits.n_visits), visits.patient_offsets, visits.n_visits)


def log_counts(visits: VisitCodes) -> csr_array:
    """Return ``log(1 + n)`` for each patient (row) with n visits that hold the code (column)."""
    return (patient_matrix(visits) @ visit_matrix(visits)).log1p()


def pair_counts(visits: VisitCodes) -> Float[np.ndarray, "codes codes"]:
    """Count in how many visits two different codes are together."""
    held = visit_matrix(visits)
    counts = (held.T @ held).toarray()
    np.fill_diagonal(counts, 0)
    return counts
