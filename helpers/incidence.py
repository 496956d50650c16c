"""Who holds what, as sparse tables of ones: visits by codes, patients by visits."""

import numpy as np
from jaxtyping import Float
from scipy.sparse import csr_array

from helpers.visit_views import VisitCodes


def visit_matrix(visits: VisitCodes) -> csr_array:
    """Return one row a visit, one column a code, 1 where the visit holds the code."""
    shape = (visits.n_visits, len(visits.keys))
    return csr_array((np.ones(len(visits.code_ids)), visits.code_ids, visits.offsets), shape)


def patient_matrix(visits: VisitCodes) -> csr_array:
    """Return one row a patient, one column a visit, 1 where the visit is the patient's."""
    places = np.arange(visits.n_visits)
    shape = (visits.n_patients, visits.n_visits)
    return csr_array((np.ones(visits.n_visits), places, visits.patient_offsets), shape)


def log_counts(visits: VisitCodes) -> csr_array:
    """Return ``log(1 + n)`` for each patient (row) with n visits that hold the code (column)."""
    return (patient_matrix(visits) @ visit_matrix(visits)).log1p()


def pair_counts(visits: VisitCodes) -> Float[np.ndarray, "codes codes"]:
    """Count in how many visits two different codes are together."""
    held = visit_matrix(visits)
    counts = (held.T @ held).toarray()
    np.fill_diagonal(counts, 0)
    return counts
