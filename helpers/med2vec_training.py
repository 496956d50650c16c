"""Train Med2Vec on the visits of many patients.

A batch is some whole patients, dealt anew every epoch, so that every pair of neighbors counts
once an epoch. The released program cuts its list of rows, visits and ends of patients, into slices
of equal length: neighbors on two sides of a cut are lost, and what is in a slice stays together,
for only the order of the slices changes. The paper's equations do not speak of batches.

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
from helpers.med2vec import TERMS, Average, Demographics, Groups, Losses, Parameters
from helpers.progress import progress
from helpers.ragged import offsets_of, take_lists
from helpers.visit_views import VisitCodes


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
        For each epoch the mean ``"code"`` loss of a pair of codes, which starts near ``ln |C|``,
        and the mean ``"visit"`` loss of a pair of visits, both directions and all lags added up;
        whatever `average` is. A loss that was not trained on is not there: it was not computed.
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
    epochs: int = 12,
    batch_size: int = 1000,
    learning_rate: float = 0.01,
    l2: float = 0.03,
    average: Average = "visit",
    scale: float = 0.1,
    seed: int = 0,
) -> Med2VecResult:
    """Train on both losses, or on one to see what the other is for.

    Parameters
    ----------
    visits
        What :meth:`helpers.records.EHR.visit_codes` returns, or some patients of it.
    window, groups, demographics
        As in :func:`helpers.med2vec.losses`.
    losses
        ``("code", "visit")``, or one of them. Without the visit loss only ``W_c`` learns.
    batch_size
        About how many visits are in a batch.
    learning_rate
        Of the first steps; it falls to zero along a line.
    average
        As in :func:`helpers.med2vec.losses`, but the paper's by default. A visit of 14 codes has
        182 pairs of codes, and by visit they all weigh. Averaged by pair, as in the program, the
        visit loss is more than twenty times the code loss, and training on both is hardly
        different from training on the visit loss alone.
    l2, scale
        Weight of the penalty on ``W_c``, and width of the start, see
        :func:`helpers.med2vec.initial_parameters`. The program has 1e-3 and 0.01; by visit the
        losses are larger, and so is the penalty. A weaker one predicts neighbors a little better,
        and fewer of a code's nearest are of its own condition.

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
    history = {term: [] for term in TERMS if term in losses}
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
                terms=losses,
            )
            # a table that only the other loss knows has a gradient of zeros
            gradients = torch.autograd.grad(terms.total, parameters, materialize_grads=True)
            adam.learning_rate = learning_rate * (1 - (epoch + place / len(batches)) / epochs)
            with torch.no_grad():
                adam.step(gradients)
            found.append(_pair_sums(terms, len(rows), average))
        code, n_code, visit, n_visit = (sum(part) for part in zip(*found, strict=True))
        means = {"code": code / max(n_code, 1), "visit": (visit / np.maximum(n_visit, 1)).sum()}
        for term in history:
            history[term].append(float(means[term]))
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


def _pair_sums(
    terms: Losses, n_visits: int, average: str
) -> tuple[float, int, Float[np.ndarray, " window"], Int[np.ndarray, " window"]]:
    """Turn means back into sums: of the code loss with its pairs, of the visit loss with its."""
    n_code, n_visit = terms.n_code_pairs, np.array(terms.n_visit_pairs)
    by_code, by_lag = (n_code, n_visit) if average == "pair" else (n_visits, n_visits)
    visit = terms.visit_by_lag.detach().double().numpy() * by_lag
    return terms.code.item() * by_code, n_code, visit, n_visit
