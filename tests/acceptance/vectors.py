"""Code vectors from visits, and how well they find the planted groups."""

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_mutual_info_score

from helpers.skipgram import train_softmax_counts

DIM = 64


def visit_matrix(visits):
    """One row a visit, one column a code, 1 where the visit holds the code."""
    shape = (len(visits.offsets) - 1, len(visits.keys))
    return csr_matrix((np.ones(len(visits.code_ids)), visits.code_ids, visits.offsets), shape)


def patient_matrix(visits):
    """One row a patient, one column a visit, 1 where the visit is the patient's."""
    n_visits = len(visits.offsets) - 1
    shape = (len(visits.patient_offsets) - 1, n_visits)
    return csr_matrix((np.ones(n_visits), np.arange(n_visits), visits.patient_offsets), shape)


def train(visits, patients=None):
    """Skip-gram vectors (whole visit as window) of the first `patients`, scaled to length 1."""
    held = visit_matrix(visits)
    if patients is not None:
        held = held[: visits.patient_offsets[patients]]
    counts = (held.T @ held).toarray()
    np.fill_diagonal(counts, 0)
    vectors = train_softmax_counts(counts, dim=DIM, epochs=100, learning_rate=0.05).center_table
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def group_ami(vectors, keys, codes, group):
    """Adjusted mutual information of k-means clusters and a column of the code table."""
    names = codes.drop_nulls(group).filter(pl.col("condition").ne_missing("heart failure"))
    of = dict(zip(names["system"] + ":" + names["code"], names[group], strict=True))
    rows = [row for row, key in enumerate(keys) if key in of]
    truth = [of[keys[row]] for row in rows]
    found = KMeans(len(set(truth)), n_init=10, random_state=0).fit_predict(vectors[rows])
    return adjusted_mutual_info_score(truth, found)
