"""Predict heart failure from few labels, with and without the links of the records."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from helpers.censoring import censor
from helpers.clinic import ClinicConfig
from helpers.simulate import simulate_clinic
from tests.acceptance.vectors import patient_matrix, train, visit_matrix

POOL, TEST = 10_000, 3_000  # patients whose labels may be bought; patients never touched
SMALL = 8  # dimensions of the product of diagnosis and treatment
STRENGTHS = np.logspace(-3, 1, 5)  # of the regularisation, chosen by cross-validation


@dataclass
class Ladder:
    """Features of all patients by name, their labels, and the best score that there can be."""

    features: dict
    label: np.ndarray
    bayes: float


def build(seed):
    """Simulate pool and test, train vectors on the pool without labels, make the features."""
    clinic = simulate_clinic(ClinicConfig(patients=POOL + TEST, seed=seed))
    ehr = censor(clinic.ehr)
    visits = ehr.visit_codes()
    vectors = train(visits, POOL)
    of_patient = patient_matrix(visits)
    one_hot = (of_patient @ visit_matrix(visits)).log1p()
    bag = even(one_hot @ vectors)
    dx, treatment = small_vectors(vectors, visits.keys)
    label = ehr.patients["hf_label"].to_numpy()
    features = {
        "one-hot": one_hot.toarray(),
        "bag": bag,
        "unlinked": np.hstack([bag, unlinked(visits, dx, treatment)]),
        "linked": np.hstack([bag, linked(ehr, visits, dx, treatment)]),
    }
    bayes = roc_auc_score(label[POOL:], clinic.truth_patients["p_hf"][POOL:])
    return Ladder(features, label, bayes)


def even(block):
    """Give a block of features a mean square of 1 a column, so that no block shouts."""
    return block * np.sqrt(block.shape[1] / block.var(axis=0).sum())


def small_vectors(vectors, keys):
    """Eight principal components of the diagnoses, eight of the treatments, 0 elsewhere."""
    is_dx = np.array([key.startswith("ICD10CM:") for key in keys])
    tables = []
    for rows in is_dx, ~is_dx:
        table = np.zeros((len(keys), SMALL))
        table[rows] = PCA(SMALL, random_state=0).fit_transform(vectors[rows])
        tables.append(table)
    return tables


def visits_of(visits):
    """Count the visits of every patient, as a column."""
    return np.diff(visits.patient_offsets)[:, None]


def root(sums):
    """Tame sums of products: square root with the sign kept."""
    return even(np.sign(sums) * np.sqrt(np.abs(sums)))


def unlinked(visits, dx, treatment):
    """Outer product of all diagnoses and all treatments of a visit, mean over the visits."""
    held, of_patient = visit_matrix(visits), patient_matrix(visits)
    products = np.einsum("vi,vj->vij", held @ dx, held @ treatment).reshape(-1, SMALL**2)
    return root(of_patient @ products / visits_of(visits))


def linked(ehr, visits, dx, treatment):
    """Outer product of each treatment and its recorded reason, mean over the visits."""
    place = {key: row for row, key in enumerate(visits.keys)}
    patient = {name: row for row, name in enumerate(ehr.patients["patient_id"])}
    rows = ehr.treatments.drop_nulls("reason_code").join(ehr.visits, on="visit_id")
    who = rows["patient_id"].replace_strict(patient, return_dtype=pl.Int64).to_numpy()
    given, reason = (
        (rows[system] + ":" + rows[code]).replace_strict(place, return_dtype=pl.Int64).to_numpy()
        for system, code in (("system", "code"), ("reason_system", "reason_code"))
    )
    shape = (len(patient), len(place))
    sums = [csr_matrix((dx[reason, i], (who, given)), shape) @ treatment for i in range(SMALL)]
    return root(np.hstack(sums) / visits_of(visits))


def auc_on_test(ladder, name, rows):
    """Area under the curve on the test patients after training on the pool patients `rows`."""
    features, label = ladder.features[name], ladder.label
    search = GridSearchCV(
        LogisticRegression(max_iter=2_000),
        {"C": STRENGTHS},
        cv=StratifiedKFold(5, shuffle=True, random_state=0),
        scoring="neg_log_loss",
    ).fit(features[rows], label[rows])
    return roc_auc_score(label[POOL:], search.decision_function(features[POOL:]))


def scores(ladder, labeled, draws):
    """Name to test scores, one for each draw of `labeled` patients from the pool."""
    found = {name: [] for name in ladder.features}
    for draw in range(draws):
        rows = np.random.default_rng(draw).choice(POOL, labeled, replace=False)
        for name in found:
            found[name].append(auc_on_test(ladder, name, rows))
    return {name: np.array(values) for name, values in found.items()}
