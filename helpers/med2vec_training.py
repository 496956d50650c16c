"""Train Med2Vec on the visits of many patients.

A batch is some whole patients, dealt anew every epoch, so that every pair of neighbors counts
once an epoch. The released program cuts its list of visits into slices of equal length: neighbors
on two sides of a cut are lost, and what is in a slice stays together, for only the order of the
slices changes.

The steps are Adam's. The program has Adadelta, which learns less in the same number of steps on
the records of the course.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float, Int

from helpers import med2vec
from helpers.adam import Adam
from helpers.med2vec import Average, Demographics, Groups, Losses, Parameters
from helpers.progress import progress
from helpers.ragged import offsets_of, take_lists
from helpers.visit_views import VisitCodes

TERMS = ("code", "visit")


@dataclass(frozen=True, eq=False)
class Med2VecResult:
    """A trained model.

    Parameters
    ----------
    keys
        The code of every row of ``W_c``.
    parameters
        The tables and biases.
    history
        For ``"code"``, ``"visit"`` and ``"l2"`` the mean over each epoch, also of a term that was
        not trained on.
    """

    keys: tuple[str, ...]
    parameters: Parameters
    history: dict[str, list[float]] = field(repr=False)

    def code_vectors(self) -> Float[np.ndarray, "codes code_dim"]:
        """Return ``relu(W_c)``, a row a code; no number in it is negative."""
        return self.parameters.W_c.relu().numpy()

    def visit_vectors(
        self, visits: VisitCodes, demographics: Demographics | None = None
    ) -> Float[np.ndarray, "visits visit_dim"]:
        """Return ``v`` of every visit."""
        return med2vec.forward(self.parameters, self._known(visits), demographics).v.numpy()

    def predict_neighbors(
        self, visits: VisitCodes, demographics: Demographics | None = None
    ) -> Float[np.ndarray, "visits targets"]:
        """Return ``y`` of every visit: the larger, the likelier in a neighbor; rows sum to 1."""
        return med2vec.forward(self.parameters, self._known(visits), demographics).y.numpy()

    def top_codes(self, coordinate: int, k: int = 10) -> list[tuple[str, float]]:
        """Return the codes that are largest in a coordinate of ``u``, and their values."""
        found = med2vec.top_codes(self.parameters.W_c, coordinate, k)
        return [(self.keys[code], value) for code, value in found]

    def _known(self, visits: VisitCodes) -> VisitCodes:
        if visits.keys != self.keys:
            raise ValueError(
                f"the model knows {len(self.keys)} codes, and these visits number "
                f"{len(visits.keys)} in another way: take both from one visit_codes()"
            )
        return visits


def train_med2vec(
    visits: VisitCodes,
    *,
    code_dim: int = 128,
    visit_dim: int = 128,
    window: int = 1,
    groups: Groups | None = None,
    demographics: Demographics | None = None,
    losses: Collection[str] = TERMS,
    epochs: int = 10,
    batch_size: int = 1000,
    learning_rate: float = 0.01,
    l2: float = 1e-5,
    average: Average = "pair",
    scale: float = 0.1,
    seed: int = 0,
) -> Med2VecResult:
    """Train on both losses, or on one to see what the other is for.

    Parameters
    ----------
    visits
        What :meth:`helpers.records.EHR.visit_codes` returns, or some patients of it.
    window, groups, demographics, average
        As in :func:`helpers.med2vec.losses`.
    losses
        ``("code", "visit")``, or one of them. Without the visit loss only ``W_c`` learns.
    batch_size
        About how many visits are in a batch.
    learning_rate
        Of the first steps; it falls to zero along a line.
    l2, scale
        Weight of the penalty, and width of the start, see
        :func:`helpers.med2vec.initial_parameters`. The program has 1e-3 and 0.01: a penalty so
        strong leaves little of the code loss alone, and a start so small takes longer.

    Raises
    ------
    ValueError
        If something does not fit; the message says what.
    """
    unknown = [term for term in losses if term not in TERMS]
    if isinstance(losses, str) or unknown or not losses:
        raise ValueError(f"losses are some of {TERMS}, got {losses!r}")
    for name, value in (("epochs", epochs), ("batch_size", batch_size)):
        if value < 1:
            raise ValueError(f"{name} is {value}, it must be at least 1")
    if not learning_rate > 0:
        raise ValueError(f"learning_rate is {learning_rate}, it must be positive")
    if not visits.n_visits:
        raise ValueError("there are no visits to train on")
    parameters = med2vec.initial_parameters(
        len(visits.keys),
        code_dim=code_dim,
        visit_dim=visit_dim,
        n_targets=None if groups is None else int(groups.max()) + 1,
        n_demographics=0 if demographics is None else demographics.shape[1],
        scale=scale,
        seed=seed,
    )
    if demographics is not None and len(demographics) != visits.n_visits:
        raise ValueError(f"{len(demographics)} rows of demographics for {visits.n_visits} visits")
    for table in parameters:
        table.requires_grad_()
    adam, rng = Adam(parameters, learning_rate), np.random.default_rng(seed)
    history = {term: [] for term in (*TERMS, "l2")}
    for epoch in progress(range(epochs), "Med2Vec"):
        found = []
        batches = whole_patients(visits.patient_offsets, batch_size, rng)
        for place, patients in enumerate(batches):
            rows, _ = take_lists(visits.patient_offsets, patients)
            terms = med2vec.losses(
                parameters,
                visits.take(patients),
                window=window,
                groups=groups,
                demographics=None if demographics is None else demographics[rows],
                l2=l2,
                average=average,
            )
            total = terms.l2 + sum(getattr(terms, term) for term in losses)
            # a table that only the other loss knows has a gradient of zeros
            gradients = torch.autograd.grad(total, parameters, materialize_grads=True)
            adam.learning_rate = learning_rate * (1 - (epoch + place / len(batches)) / epochs)
            with torch.no_grad():
                adam.step(gradients)
            found.append((len(rows), terms))
        for term, means in history.items():
            means.append(_mean(found, term))
    return Med2VecResult(visits.keys, Parameters(*(p.detach() for p in parameters)), history)


def whole_patients(
    patient_offsets: Int[np.ndarray, " patients_and_end"],
    batch_size: int,
    rng: np.random.Generator,
) -> list[Int[np.ndarray, " patients"]]:
    """Deal all patients into batches of about `batch_size` visits, in random order."""
    patients = rng.permutation(len(patient_offsets) - 1)
    visits_before = offsets_of(np.diff(patient_offsets)[patients])[:-1]
    return np.split(patients, np.flatnonzero(np.diff(visits_before // batch_size)) + 1)


def _mean(found: list[tuple[int, Losses]], term: str) -> float:
    """Average a term over the batches of an epoch, each weighted with its visits."""
    weights, losses = zip(*found, strict=True)
    return float(np.average([getattr(loss, term).item() for loss in losses], weights=weights))
