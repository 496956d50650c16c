"""Methods that make one row of numbers of a patient, and logistic regression on it.

Columns keep their scale. To give every rare code the variance of a frequent one would drown what
few labels can teach.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import csr_array
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold

STRENGTHS = np.logspace(-3, 1, 5)  # C of scikit-learn: small is strong regularisation
FOLDS = 5


@dataclass(frozen=True, eq=False)
class LinearMethod:
    """Logistic regression on features that needed no label; C by cross-validation."""

    features: Float[np.ndarray, "patients columns"] | csr_array

    def scores(
        self,
        rows: Int[np.ndarray, " labeled"],
        labels: Int[np.ndarray, " labeled"],
        test_rows: Int[np.ndarray, " test"],
        seed: int,
    ) -> Float[np.ndarray, " test"]:
        """Learn from the labeled rows, and score the test rows: larger is likelier."""
        X = self.features[rows]
        strength = best_strength(X, labels, seed)
        return _fit(X, labels, strength).decision_function(self.features[test_rows])


@dataclass(frozen=True, eq=False)
class ShuffledLabels:
    """A control: the same method, taught with the labels of other patients."""

    method: LinearMethod

    def scores(self, rows, labels, test_rows, seed: int) -> Float[np.ndarray, " test"]:
        """Shuffle the labels first."""
        shuffled = np.random.default_rng(seed).permutation(labels)
        return self.method.scores(rows, shuffled, test_rows, seed)


class Chance:
    """A control: a random number for everybody."""

    def scores(self, rows, labels, test_rows, seed: int) -> Float[np.ndarray, " test"]:
        """Learn nothing."""
        return np.random.default_rng([seed, len(rows)]).random(len(test_rows))


def best_strength(X, labels: Int[np.ndarray, " labeled"], seed: int) -> float:
    """Return the C with the smallest mean log loss over the folds; each C starts from the last."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    losses = np.zeros(len(STRENGTHS))
    for learn, judge in folds.split(np.zeros(len(labels)), labels):
        start = None
        for i, strength in enumerate(STRENGTHS):
            model = start = _fit(X[learn], labels[learn], strength, start)
            chances = model.predict_proba(X[judge])[:, 1]
            losses[i] += log_loss(labels[judge], chances, labels=[0, 1])
    return float(STRENGTHS[np.argmin(losses)])


def _fit(X, labels, strength: float, start: LogisticRegression | None = None):
    """Fit; `start` is a model to go on from, which is changed."""
    model = start or LogisticRegression(warm_start=True, max_iter=1_000, tol=1e-4)
    model.C = strength
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        return model.fit(X, labels)
