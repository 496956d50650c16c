"""The patients of the heart failure experiment: many without a label, few with one, and a test.

A method gets a `Cohort`, which holds no label. So whatever it learns before the labels are
bought, it learns without them, and from the pool only: ``cohort.pool_visits``.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

import numpy as np
from jaxtyping import Float, Int

from helpers.censoring import censor
from helpers.clinic import ClinicConfig
from helpers.ranking import roc_auc
from helpers.records import EHR
from helpers.simulate import simulate_clinic
from helpers.visit_objects import VisitObjects
from helpers.visit_views import VisitCodes

TEST_SHARE = 3 / 13  # 3,000 of 13,000
FINGERPRINTED = 200  # patients


@dataclass(frozen=True, eq=False)
class Cohort:
    """Records up to the index date, without labels; the pool comes first, then the test part.

    Parameters
    ----------
    visits, objects
        All patients, in two views.
    n_pool
        So many patients may be learned from; the others are for the test.
    """

    visits: VisitCodes
    objects: VisitObjects
    n_pool: int

    @cached_property
    def pool_visits(self) -> VisitCodes:
        """What vectors may be pretrained on."""
        return self.visits.take(np.arange(self.n_pool))

    @property
    def test_rows(self) -> Int[np.ndarray, " test"]:
        """Places of the test patients."""
        return np.arange(self.n_pool, self.visits.n_patients)

    def with_objects(self, objects: VisitObjects) -> "Cohort":
        """Return the same patients with other links."""
        return replace(self, objects=objects)


@dataclass(frozen=True, eq=False)
class Study:
    """A cohort, and what only the judge may see.

    Parameters
    ----------
    cohort
        What methods see.
    labels
        1 for heart failure after the index date.
    bayes
        Area under the curve of the true probabilities on the test patients.
    fingerprint
        Checksum of the records and labels of the first patients.
    """

    cohort: Cohort
    labels: Int[np.ndarray, " patients"]
    bayes: float
    fingerprint: str

    def draw(self, labeled: int, draw: int) -> Int[np.ndarray, " labeled"]:
        """Choose the patients whose labels are bought: the first of a shuffled pool.

        The same draw with more labels holds those with fewer.
        """
        if not 0 < labeled <= self.cohort.n_pool:
            raise ValueError(f"{labeled} labeled patients from a pool of {self.cohort.n_pool}")
        return np.random.default_rng(draw).permutation(self.cohort.n_pool)[:labeled]


def make_study(config: ClinicConfig) -> Study:
    """Simulate a clinic, cut its records at the index date, and set the last patients apart."""
    clinic = simulate_clinic(config)
    ehr = censor(clinic.ehr)
    n_pool = config.patients - round(config.patients * TEST_SHARE)
    labels = ehr.patients["hf_label"].to_numpy()
    truth: Float[np.ndarray, " patients"] = clinic.truth_patients["p_hf"].to_numpy()
    cohort = Cohort(ehr.visit_codes(), ehr.visit_objects(), n_pool)
    bayes = roc_auc(labels[n_pool:], truth[n_pool:])
    return Study(cohort, labels, bayes, fingerprint(ehr))


def fingerprint(ehr: EHR) -> str:
    """Return a checksum of the first patients: another simulation would have another one.

    A patient is the same however many there are, so a small clinic has the fingerprint of a
    large one.
    """
    patients = ehr.patients.head(FINGERPRINTED)
    visits = ehr.visits.join(patients, on="patient_id", how="semi", maintain_order="left")
    digest = sha256(patients.write_csv().encode())
    for table in (ehr.diagnoses, ehr.treatments):
        known = table.join(visits, on="visit_id", how="semi", maintain_order="left")
        digest.update(known.write_csv().encode())
    return digest.hexdigest()
