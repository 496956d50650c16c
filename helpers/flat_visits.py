"""Visit vectors without links: what MiME must beat, at MiME's own size.

A visit is the sum of the rows of its codes, and goes through three tables of the size of MiME's,
with the same skip connections::

    F = sum of r(c) over the codes of the visit
    F = s(F W) + F        three times
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from helpers.mime import glorot, sum_rows
from helpers.visit_views import VisitCodes


class FlatVisits(nn.Module):
    """Codes of a visit to its vector, all of size `dim`.

    Parameters
    ----------
    table
        Start from these rows, not from random ones.
    frozen
        Keep the rows as they are.
    layers
        How many tables ``W``.
    """

    def __init__(
        self,
        n_codes: int,
        dim: int = 64,
        *,
        table: Float[Tensor, "codes dim"] | None = None,
        frozen: bool = False,
        layers: int = 3,
        rng: torch.Generator | None = None,
    ):
        super().__init__()
        rows = glorot(n_codes, dim, rng).data if table is None else table.detach().clone()
        if rows.shape != (n_codes, dim):
            raise ValueError(f"the table has shape {tuple(rows.shape)}, not {(n_codes, dim)}")
        self.r = nn.Parameter(rows, requires_grad=not frozen)
        self.W = nn.ParameterList(glorot(dim, dim, rng) for _ in range(layers))

    def forward(self, visits: VisitCodes) -> Float[Tensor, "visits dim"]:
        """Return the vector of every visit; zero if it has no codes."""
        F = sum_rows(self.r, visits.code_ids, visits.offsets)
        for W in self.W:
            F = torch.relu(F @ W) + F
        return F
