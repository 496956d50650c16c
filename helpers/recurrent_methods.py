"""Methods that read a patient visit by visit: an encoder of visits, a GRU, an outcome.

All of them have visits and states of 64 numbers and are fitted alike. One labeled patient in
five is kept for early stopping. Up to 500 labels this is done five times, each patient is kept
once, and the five models vote with the sum of their logits: so all labels are used, and the luck
of one small validation set weighs less. With 1,000 labels there are two votes, above that one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from scipy.special import logit
from sklearn.model_selection import StratifiedKFold
from torch import nn

from helpers.patient_gru import Outcome, PatientGRU, PatientModel
from helpers.patient_training import fit, predict
from helpers.visit_objects import VisitObjects
from helpers.visit_views import VisitCodes

DIM = 64
SETTINGS = {"weight_decay": 1e-3, "epochs": 60, "patience": 8}
# Chosen on another clinic (seed 5): of 1e-3, 3e-3, 1e-2 and 3e-2 the one with the best mean over
# 100, 300 and 1,000 labels, three draws each. Auxiliary weight, votes and batches were not tuned.
LEARNING_RATES = {
    "GRU vectors": 1e-3,
    "MiME vectors": 1e-2,
    "GRU labels only": 1e-2,
    "MiME labels only": 1e-3,
}
VOTES = 5


@dataclass(frozen=True, eq=False)
class RecurrentMethod:
    """A GRU over visit vectors.

    Parameters
    ----------
    data
        The records of all patients.
    make_encoder
        ``make_encoder(rng)`` is a new encoder of visits.
    learning_rate, aux_weight
        As in :func:`helpers.patient_training.fit`.
    """

    data: VisitCodes | VisitObjects
    make_encoder: Callable[[torch.Generator], nn.Module]
    learning_rate: float
    aux_weight: float = 0.0

    def scores(
        self,
        rows: Int[np.ndarray, " labeled"],
        labels: Int[np.ndarray, " labeled"],
        test_rows: Int[np.ndarray, " test"],
        seed: int,
    ) -> Float[np.ndarray, " test"]:
        """Learn from the labeled rows, and score the test rows: larger is likelier."""
        data = self.data.take(np.concatenate([rows, test_rows]))
        n = len(rows)
        # the test patients are in `data` to be scored; no label of theirs exists here
        known = np.concatenate([labels, np.full(len(test_rows), -1)])
        settings = {
            "batch_size": batch_size(n),
            "learning_rate": self.learning_rate,
            "aux_weight": self.aux_weight,
            **SETTINGS,
        }
        folds = StratifiedKFold(VOTES, shuffle=True, random_state=seed)
        total = np.zeros(len(test_rows))
        for vote, (train, valid) in enumerate(folds.split(np.zeros(n), labels)):
            if vote == votes(n):
                break
            rng = torch.Generator().manual_seed(100 * seed + vote)
            gru = PatientGRU(DIM, DIM, rng=rng)
            head = Outcome(DIM, share=labels[train].mean(), rng=rng)
            model = PatientModel(self.make_encoder(rng), gru, head)
            fit(model, data, known, train, valid, seed=seed, **settings)
            chances = predict(model, data, np.arange(n, len(known)))
            total += logit(np.clip(chances.astype(float), 1e-9, 1 - 1e-9))
        return total


def batch_size(labeled: int) -> int:
    """Give small sets small batches, so that an epoch has a few steps."""
    return 20 if labeled <= 300 else 50 if labeled <= 1_000 else 100


def votes(labeled: int) -> int:
    """With thousands of labels one validation set is large enough."""
    return VOTES if labeled <= 500 else 2 if labeled <= 1_000 else 1
