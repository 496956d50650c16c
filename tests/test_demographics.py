"""Numbers about a person stand in the row of the visit they belong to."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from helpers.datasets import load_clinic
from helpers.demographics import age_and_sex
from helpers.occurrences import in_time_order


@pytest.fixture(scope="module")
def ehr():
    return load_clinic().ehr


def test_every_row_is_that_of_its_visit(ehr):
    rows = age_and_sex(ehr)
    assert len(rows) == ehr.visit_codes().n_visits
    people = {row["patient_id"]: row for row in ehr.patients.iter_rows(named=True)}
    visits = in_time_order(ehr.patients, ehr.visits)
    for place in (0, 1, len(rows) // 2, len(rows) - 1):
        visit = visits.row(place, named=True)
        person = people[visit["patient_id"]]
        age = visit["date"].year - person["birth_year"]
        assert rows[place].tolist() == [age, person["sex"] == "F", person["sex"] == "M"]
    assert (rows[:, 1] + rows[:, 2] == 1).all() and 0 < rows[:, 1].mean() < 1


def test_what_is_unknown_is_no_number(ehr):
    unknown = ehr.patients.with_columns(
        birth_year=pl.when(pl.int_range(pl.len()) == 0).then(None).otherwise("birth_year"),
        sex=pl.when(pl.int_range(pl.len()) == 0).then(None).otherwise("sex"),
    )
    rows = age_and_sex(replace(ehr, patients=unknown))
    first = int(np.diff(ehr.visit_codes().patient_offsets)[0])
    assert np.isnan(rows[:first, 0]).all() and not rows[:first, 1:].any()
    assert np.isfinite(rows[first:]).all()
