"""What will the next visit hold? A small task to train the vectors of codes with.

The visit is ``v = tanh(sum of the vectors of its codes)`` and the answer a softmax over
conditions, as in GRAM (Choi et al. 2017). Theirs has a GRU between the two, which remembers the
visits before; here a visit is all that the model gets, so that it trains in a second.
"""

import copy
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from helpers.visit_views import VisitCodes


@dataclass(frozen=True, eq=False)
class NextVisits:
    """Visits with a next one: their codes, and the conditions of the next."""

    codes: Float[Tensor, "visits codes"]
    conditions: Float[Tensor, "visits conditions"]


def next_visits(visits: VisitCodes, condition: Int[np.ndarray, " codes"]) -> NextVisits:
    """Pair each visit with the one after it of the same patient.

    Parameters
    ----------
    condition
        The condition of every code of the vocabulary, -1 where it has none.

    Raises
    ------
    ValueError
        If `condition` has not one number for each code, if no code has a condition, or if no
        patient has two visits.
    """
    if len(condition) != len(visits.keys):
        raise ValueError(f"{len(condition)} conditions for {len(visits.keys)} codes")
    if condition.max(initial=-1) < 0:
        raise ValueError("no code has a condition: there is nothing to tell")
    hot = torch.zeros(visits.n_visits, len(visits.keys))
    rows = np.repeat(np.arange(visits.n_visits), np.diff(visits.offsets))
    hot[rows, visits.code_ids] = 1
    named = torch.zeros(len(condition), condition.max() + 1)
    known = np.flatnonzero(condition >= 0)
    named[known, condition[known]] = 1
    present = (hot @ named > 0).float()
    is_last = np.zeros(visits.n_visits, bool)
    ends = visits.patient_offsets[1:][np.diff(visits.patient_offsets) > 0]
    is_last[ends - 1] = True
    first = np.flatnonzero(~is_last)
    if not len(first):
        raise ValueError("no patient has a second visit: there is no next one")
    return NextVisits(hot[first], present[first + 1])


class NextVisitModel(nn.Module):
    """A table of code vectors with a softmax over conditions on top.

    Parameters
    ----------
    table
        A module that returns the vectors of all codes, shape (codes, dim).
    """

    def __init__(self, table: nn.Module, dim: int, conditions: int, rng: torch.Generator) -> None:
        super().__init__()
        self.table = table
        self.W = nn.Parameter(torch.rand(dim, conditions, generator=rng) * 0.2 - 0.1)
        self.bias = nn.Parameter(torch.zeros(conditions))

    def forward(self, codes: Float[Tensor, "visits codes"]) -> Float[Tensor, "visits conditions"]:
        """Return a score for every condition."""
        return torch.tanh(codes @ self.table()) @ self.W + self.bias

    def loss(self, data: NextVisits) -> Float[Tensor, ""]:
        """Return what the conditions of the next visit cost, -ln p each, a visit."""
        return -(data.conditions * self(data.codes).log_softmax(1)).sum(1).mean()


def fit_next_visit(
    model: NextVisitModel, train: NextVisits, valid: NextVisits, steps: int, learning_rate: float
) -> int:
    """Train on all visits at once, with Adam; keep the step that is best on `valid`.

    Returns
    -------
    step
        The step that was kept.
    """
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    best, kept, state = np.inf, 0, None
    for step in range(steps + 1):
        with torch.no_grad():
            now = model.loss(valid).item()
        if now < best:
            best, kept, state = now, step, copy.deepcopy(model.state_dict())
        optimizer.zero_grad()
        model.loss(train).backward()
        optimizer.step()
    model.load_state_dict(state)
    return kept


def first_guess(model: NextVisitModel) -> Int[np.ndarray, " codes"]:
    """Return the likeliest condition of the next visit after each code alone."""
    n_codes = len(model.table())
    with torch.no_grad():
        return model(torch.eye(n_codes)).argmax(dim=1).numpy()
