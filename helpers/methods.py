"""All ways to predict heart failure, behind one interface, so that one table compares them.

::

    prepared = Prepared(cohort)                       # no label anywhere
    method = METHODS["MiME"](prepared)
    scores = method.scores(rows, labels, test_rows, seed)

`rows` are the labeled patients and `labels` theirs, in that order: a method cannot see another
label, because it is not given one. What it pretrains it pretrains on the pool.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float, Int

from helpers.cohort import Cohort
from helpers.flat_visits import FlatVisits
from helpers.incidence import log_counts, patient_matrix
from helpers.linear_methods import Chance, LinearMethod, ShuffledLabels
from helpers.link_control import shuffle_links
from helpers.link_features import even, linked_products, small_vectors, unlinked_products
from helpers.med2vec_training import train_med2vec
from helpers.mime import MiME, tables_from_vectors
from helpers.pretraining import ppmi_vectors, skipgram_vectors
from helpers.recurrent_methods import DIM, LEARNING_RATES, RecurrentMethod
from helpers.visit_objects import VisitObjects

AUX_WEIGHT = 0.1  # of the auxiliary losses


@runtime_checkable
class Method(Protocol):
    """Something that learns from labeled patients and scores others."""

    def scores(
        self,
        rows: Int[np.ndarray, " labeled"],
        labels: Int[np.ndarray, " labeled"],
        test_rows: Int[np.ndarray, " test"],
        seed: int,
    ) -> Float[np.ndarray, " test"]:
        """Return a number for each test row: the larger, the likelier is heart failure."""
        ...


class Prepared:
    """What methods share and learn without labels, each part made when it is first needed."""

    def __init__(self, cohort: Cohort):
        self.cohort = cohort

    @cached_property
    def vectors(self) -> Float[np.ndarray, "codes dim"]:
        """Skip-gram vectors of the pool."""
        return skipgram_vectors(self.cohort.pool_visits)

    @cached_property
    def counts(self):
        """Log counts of codes, one row a patient."""
        return log_counts(self.cohort.visits)

    @cached_property
    def bag(self) -> Float[np.ndarray, "patients dim"]:
        """Sum of the vectors of the codes, weighted with log counts."""
        return even(self.counts @ self.vectors)

    @cached_property
    def small(self) -> tuple[np.ndarray, np.ndarray]:
        """Eight numbers a diagnosis, eight a treatment."""
        return small_vectors(self.cohort.visits.keys, self.vectors)

    @cached_property
    def shuffled(self) -> VisitObjects:
        """The records with links dealt out anew inside every visit."""
        return shuffle_links(self.cohort.objects, np.random.default_rng(0))

    def with_products(self, objects: VisitObjects) -> Float[np.ndarray, "patients columns"]:
        """Return the bag and the linked products."""
        products = linked_products(objects, self.cohort.visits.keys, *self.small)
        return np.hstack([self.bag, products])

    def mime(
        self, objects: VisitObjects, *, pretrained: bool = True, aux_weight: float = 0.0
    ) -> RecurrentMethod:
        """Return MiME with a GRU, on skip-gram vectors that stay as they are, or on nothing."""
        n_codes = len(objects.dx_keys), len(objects.rx_keys), len(objects.px_keys)
        tables = None
        if pretrained:
            vectors = self.vectors.astype(np.float32)
            tables = tables_from_vectors(objects, self.cohort.visits.keys, vectors)

        def encoder(rng: torch.Generator) -> MiME:
            return MiME(*n_codes, dim=DIM, tables=tables, frozen=pretrained, rng=rng)

        rate = LEARNING_RATES["MiME vectors" if pretrained else "MiME labels only"]
        return RecurrentMethod(objects, encoder, rate, aux_weight)

    def gru(self, *, pretrained: bool) -> RecurrentMethod:
        """Return a GRU on flat visits."""
        visits = self.cohort.visits
        table = torch.tensor(self.vectors.astype(np.float32)) if pretrained else None

        def encoder(rng: torch.Generator) -> FlatVisits:
            return FlatVisits(len(visits.keys), DIM, table=table, frozen=pretrained, rng=rng)

        rate = LEARNING_RATES["GRU vectors" if pretrained else "GRU labels only"]
        return RecurrentMethod(visits, encoder, rate)


def _chance(prepared: Prepared) -> Method:
    return Chance()


def _one_hot(prepared: Prepared) -> LinearMethod:
    return LinearMethod(prepared.counts)


def _shuffled_labels(prepared: Prepared) -> Method:
    return ShuffledLabels(_one_hot(prepared))


def _sum(prepared: Prepared) -> Method:
    return LinearMethod(prepared.bag)


def _mean(prepared: Prepared) -> Method:
    total = np.asarray(prepared.counts.sum(axis=1)).reshape(-1, 1)
    return LinearMethod(even(prepared.counts @ prepared.vectors / np.maximum(total, 1)))


def _ppmi(prepared: Prepared) -> Method:
    return LinearMethod(even(prepared.counts @ ppmi_vectors(prepared.cohort.pool_visits)))


def _unlinked(prepared: Prepared) -> Method:
    products = unlinked_products(prepared.cohort.visits, *prepared.small)
    return LinearMethod(np.hstack([prepared.bag, products]))


def _linked(prepared: Prepared) -> Method:
    return LinearMethod(prepared.with_products(prepared.cohort.objects))


def _linked_shuffled(prepared: Prepared) -> Method:
    return LinearMethod(prepared.with_products(prepared.shuffled))


def _med2vec(prepared: Prepared) -> Method:
    visits = prepared.cohort.visits
    model = train_med2vec(prepared.cohort.pool_visits, code_dim=DIM, visit_dim=DIM)
    sums = patient_matrix(visits) @ model.visit_vectors(visits)
    return LinearMethod(even(sums / np.maximum(np.diff(visits.patient_offsets), 1)[:, None]))


def _gru_labels_only(prepared: Prepared) -> Method:
    return prepared.gru(pretrained=False)


def _gru_flat(prepared: Prepared) -> Method:
    return prepared.gru(pretrained=True)


def _mime(prepared: Prepared) -> Method:
    return prepared.mime(prepared.cohort.objects)


def _mime_shuffled(prepared: Prepared) -> Method:
    return prepared.mime(prepared.shuffled)


def _mime_labels_only(prepared: Prepared) -> Method:
    return prepared.mime(prepared.cohort.objects, pretrained=False)


def _mime_auxiliary(prepared: Prepared) -> Method:
    return prepared.mime(prepared.cohort.objects, pretrained=False, aux_weight=AUX_WEIGHT)


METHODS: dict[str, Callable[[Prepared], Method]] = {
    "chance": _chance,
    "LR shuffled labels": _shuffled_labels,
    "LR one-hot": _one_hot,
    "LR sum of vectors": _sum,
    "LR mean of vectors": _mean,
    "LR PPMI-SVD": _ppmi,
    "LR Med2Vec": _med2vec,
    "LR unlinked": _unlinked,
    "LR linked": _linked,
    "LR linked (links shuffled)": _linked_shuffled,
    "GRU labels only": _gru_labels_only,
    "GRU vectors": _gru_flat,
    "MiME labels only": _mime_labels_only,
    "MiME labels and auxiliary": _mime_auxiliary,
    "MiME vectors": _mime,
    "MiME vectors (links shuffled)": _mime_shuffled,
}
"""Name to what makes the method; names say the model first, then what its vectors come from."""

RECURRENT = tuple(name for name in METHODS if name.startswith(("GRU", "MiME")))
