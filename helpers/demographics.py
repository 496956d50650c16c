"""What is known of a person at each visit, in numbers: the ``d`` beside the codes of Med2Vec."""

import numpy as np
import polars as pl
from jaxtyping import Float

from helpers.occurrences import in_time_order
from helpers.records import EHR


def age_and_sex(ehr: EHR) -> Float[np.ndarray, "visits 3"]:
    """Return age in years, 1 for women, 1 for men; a row for every visit of ``visit_codes()``.

    An age that is unknown, because the birth year or the date is, is not a number (NaN). Where
    the sex is unknown both its columns are 0.
    """
    people = ehr.patients.select("patient_id", "sex", "birth_year")
    visits = in_time_order(ehr.patients, ehr.visits)
    visits = visits.join(people, on="patient_id", how="left", maintain_order="left")
    age = (visits["date"].dt.year() - visits["birth_year"]).cast(pl.Float64).fill_null(float("nan"))
    women, men = ((visits["sex"] == sex).fill_null(False) for sex in ("F", "M"))
    return np.column_stack([age, women, men]).astype(float)
