"""From a patient's visit vectors to one number: a GRU over the visits, and an outcome.

Any model that turns records into visit vectors can be set before it::

    model = PatientModel(encoder, PatientGRU(visit_dim, hidden_dim), Outcome(hidden_dim))
    logits = model(data)          # sigmoid(logits) are the probabilities

where ``encoder(data)`` are the vectors of all visits, patient by patient.
"""

import math

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from helpers.gru_cells import VARIANTS, gru_step
from helpers.ragged import list_of_each


class PatientGRU(nn.Module):
    """Read each patient's visits in time order; the last state stands for the patient.

    Nobody is padded: patients are sorted by their number of visits, and at step t only those
    with more than t visits take part. A patient without visits keeps the first state, zero.

    Parameters
    ----------
    variant
        Which GRU, see :mod:`helpers.gru_cells`. The default is that of `torch.nn.GRU`, but with
        the gates in the order z, r, n.
    rng
        Draws the first weights from ``(-1, 1) / sqrt(hidden_dim)``, as torch does.
    """

    def __init__(
        self,
        visit_dim: int,
        hidden_dim: int,
        *,
        variant: str = "sigmoid_reset_after",
        rng: torch.Generator | None = None,
    ):
        super().__init__()
        if variant not in VARIANTS:
            raise ValueError(f"variant is {variant!r}, it must be one of {tuple(VARIANTS)}")
        self.hidden_dim, self.variant = hidden_dim, VARIANTS[variant]
        biases = (2, 3 * hidden_dim) if self.variant.reset_after else (3 * hidden_dim,)
        shapes = ((visit_dim, 3 * hidden_dim), (hidden_dim, 3 * hidden_dim), biases)
        self.kernel, self.recurrent, self.bias = (
            nn.Parameter(torch.empty(shape).uniform_(-1, 1, generator=rng) / hidden_dim**0.5)
            for shape in shapes
        )

    def forward(
        self,
        visit_vectors: Float[Tensor, "visits visit_dim"],
        patient_offsets: Int[np.ndarray, " patients_and_end"],
    ) -> Float[Tensor, "patients hidden"]:
        """Return the state of each patient after the last visit.

        Parameters
        ----------
        patient_offsets
            Where each patient's visits start, and the end.
        """
        if patient_offsets[-1] != len(visit_vectors):
            raise ValueError(
                f"{len(visit_vectors)} visit vectors, but the patients' visits end at "
                f"{patient_offsets[-1]}"
            )
        n_visits = np.diff(patient_offsets)
        longest_first = np.argsort(-n_visits, kind="stable")
        rank = np.argsort(longest_first)
        bias, recurrent_bias = self.bias if self.variant.reset_after else (self.bias, None)
        order, going_on = _by_step(patient_offsets, rank)
        visits = visit_vectors.index_select(0, torch.tensor(order))
        from_input = torch.addmm(bias, visits, self.kernel)  # of all visits at once
        h = visit_vectors.new_zeros(len(n_visits), self.hidden_dim)
        finished = []
        for step in from_input.split(going_on.tolist()):
            h, done = h.split([len(step), len(h) - len(step)])
            finished.append(done)
            h = gru_step(step, h, self.recurrent, recurrent_bias, self.variant)
        return torch.cat([h, *reversed(finished)]).index_select(0, torch.tensor(rank))


def _by_step(
    patient_offsets: Int[np.ndarray, " patients_and_end"], rank: Int[np.ndarray, " patients"]
) -> tuple[Int[np.ndarray, " visits"], Int[np.ndarray, " steps"]]:
    """Sort visits by step and then by their patient's rank; count those of each step."""
    patient = list_of_each(patient_offsets)
    step = np.arange(len(patient)) - patient_offsets[patient]
    return np.lexsort((rank[patient], step)), np.bincount(step)


class Outcome(nn.Module):
    """One logit a patient: ``h W + b``.

    Parameters
    ----------
    share
        Of cases, where the first guess ``sigmoid(b)`` begins. From one half, the first steps push
        everybody down, and with few labels a model can end below chance.
    """

    def __init__(self, hidden_dim: int, *, share: float = 0.5, rng: torch.Generator | None = None):
        super().__init__()
        if not 0 < share < 1:
            raise ValueError(f"share is {share}, not between 0 and 1: are all labels equal?")
        start = torch.empty(hidden_dim, 1).uniform_(-1, 1, generator=rng) / hidden_dim**0.5
        b = torch.full((1,), math.log(share / (1 - share)))
        self.W, self.b = nn.Parameter(start), nn.Parameter(b)

    def forward(self, states: Float[Tensor, "patients hidden"]) -> Float[Tensor, " patients"]:
        """Return the logits."""
        return torch.addmm(self.b, states, self.W)[:, 0]


class PatientModel(nn.Module):
    """Records to logits: an encoder of visits, a GRU and an outcome.

    Parameters
    ----------
    encoder
        ``encoder(data)`` are the vectors of the visits of `data`, which has `patient_offsets`.
    """

    def __init__(self, encoder: nn.Module, gru: PatientGRU, head: Outcome):
        super().__init__()
        self.encoder, self.gru, self.head = encoder, gru, head

    def forward(self, data) -> Float[Tensor, " patients"]:
        """Return the logit of every patient."""
        return self.head(self.gru(self.encoder(data), data.patient_offsets))

    def with_auxiliary(self, data) -> tuple[Float[Tensor, " patients"], Float[Tensor, ""]]:
        """Return the logits, and what the encoder's auxiliary tasks lose on the same objects.

        Raises
        ------
        ValueError
            If the encoder has no auxiliary tasks.
        """
        if not hasattr(self.encoder, "auxiliary"):
            raise ValueError("this encoder has no auxiliary tasks, so aux_weight must be 0")
        objects = self.encoder.objects(data)
        visits = self.encoder.visits(objects, data)
        logits = self.head(self.gru(visits, data.patient_offsets))
        return logits, sum(self.encoder.auxiliary(objects, data))
