import doctest
from itertools import pairwise

import numpy as np

from helpers import incidence
from helpers.incidence import patient_matrix, visit_matrix
from helpers.visit_views import VisitCodes


def test_examples():
    assert doctest.testmod(incidence).failed == 0


def test_product_of_the_two_tables_counts_the_visits_of_a_patient_that_hold_a_code():
    visits = VisitCodes(
        ("a", "b", "c"), np.array([0, 1, 0, 2]), np.array([0, 2, 3, 3, 4]), np.array([0, 2, 2, 4])
    )
    counted = np.zeros((3, 3))
    for patient, (first, end) in enumerate(pairwise(visits.patient_offsets)):
        for visit in range(first, end):
            start, stop = visits.offsets[visit : visit + 2]
            counted[patient, visits.code_ids[start:stop]] += 1
    found = (patient_matrix(visits) @ visit_matrix(visits)).toarray()
    np.testing.assert_array_equal(found, counted)
    assert counted.tolist() == [[2, 1, 0], [0, 0, 0], [0, 0, 1]]
