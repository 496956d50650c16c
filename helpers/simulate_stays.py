"""Made-up hospital stays with a ward, a drug, an age, a patient, and a known risk.

The risk of a return within a month is planted: wards are of three kinds, drugs of four classes,
and what counts is the kind and the class, not the single ward or drug. Some patients return more
often than others, for reasons that stand in no column.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

KINDS = ("surgery", "medicine", "intensive care")
# log odds for each kind of ward (row) and class of drug (column): the class matters by kind
RISK = np.array([[-1.5, 0.0, 1.0, -0.5], [0.5, -1.5, -0.5, 1.0], [1.5, 1.0, -1.5, 0.0]])
AGE, PATIENT = 0.5, 1.2  # weight of the standardized age; spread among patients


@dataclass(frozen=True)
class Stays:
    """One entry a stay in each field.

    Parameters
    ----------
    patient, ward, drug
        Ids from 0.
    age
        Standardized: mean 0, standard deviation 1 over all patients.
    returned
        1 if the patient came back within a month.
    risk
        The probability of that, which no model gets to see.
    ward_kind, drug_class
        For each ward and each drug, its kind and its class: the planted truth.
    """

    patient: Int[np.ndarray, " stays"]
    ward: Int[np.ndarray, " stays"]
    drug: Int[np.ndarray, " stays"]
    age: Float[np.ndarray, " stays"]
    returned: Int[np.ndarray, " stays"]
    risk: Float[np.ndarray, " stays"]
    ward_kind: Int[np.ndarray, " wards"]
    drug_class: Int[np.ndarray, " drugs"]


def simulate_stays(
    n_patients: int = 1000, per_patient: int = 4, wards: int = 24, drugs: int = 40, seed: int = 0
) -> Stays:
    """Return `per_patient` stays of each patient, patient after patient.

    Raises
    ------
    ValueError
        If a number is below 1.
    """
    if min(n_patients, per_patient, wards, drugs) < 1:
        raise ValueError("patients, stays, wards and drugs must be at least 1")
    rng = np.random.default_rng(seed)
    n = n_patients * per_patient
    patient = np.repeat(np.arange(n_patients), per_patient)
    ward, drug = rng.integers(wards, size=n), rng.integers(drugs, size=n)
    ward_kind, drug_class = np.arange(wards) % len(RISK), np.arange(drugs) % RISK.shape[1]
    age, own = rng.normal(size=(2, n_patients))
    log_odds = RISK[ward_kind[ward], drug_class[drug]]
    log_odds = log_odds + AGE * age[patient] + PATIENT * own[patient]
    risk = 1 / (1 + np.exp(-log_odds))
    returned = (rng.random(n) < risk).astype(np.int64)
    return Stays(patient, ward, drug, age[patient], returned, risk, ward_kind, drug_class)
