"""Visits as rows of tokens for GCT: what is there, who may look at whom, and the prior.

The codes of a visit are a set: diagnoses and treatments, and a token for the visit itself. The
mask allows visit and diagnosis, diagnosis and treatment, and each token itself.
"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from helpers.hidden_links import HiddenLinks, multi_hots
from helpers.link_prior import link_prior

VISIT, DX, TREATMENT, PADDING = range(4)
MEETS = {(VISIT, DX), (DX, VISIT), (DX, TREATMENT), (TREATMENT, DX)}
FIXED = 0.5  # the prior of a token with itself, and of the visit with a diagnosis


class Encounters:
    """Visits as tokens, [visit, diagnoses, treatments, padding], with their priors and masks.

    Parameters
    ----------
    visits
        What to pack; the true owners in them are not read.
    given_dx, given_treatment
        p(treatment | diagnosis) and p(diagnosis | treatment), both (diagnoses, treatments).

    Raises
    ------
    ValueError
        If there is no visit, or the two tables differ in shape.
    """

    def __init__(
        self,
        visits: Sequence[HiddenLinks],
        given_dx: Float[np.ndarray, "diagnoses treatments"],
        given_treatment: Float[np.ndarray, "same_diagnoses same_treatments"],
    ) -> None:
        if not visits:
            raise ValueError("no visit to pack")
        if given_dx.shape != given_treatment.shape:
            raise ValueError(
                f"given_dx {given_dx.shape}, given_treatment {given_treatment.shape}: both have a "
                "row for each diagnosis and a column for each treatment"
            )
        n_dx, n_treatments = given_dx.shape
        self.size = n_dx + n_treatments + 2  # of the vocabulary: codes, visit, padding
        length = 1 + max(len(v.dx) + len(v.treatments) for v in visits)
        token = np.full((len(visits), length), self.size - 1)
        kind = np.full((len(visits), length), PADDING)
        prior = np.zeros((len(visits), length, length), np.float32)
        prior[:, range(length), range(length)] = FIXED
        for i, visit in enumerate(visits):
            dx, rx = self.places(visit)
            token[i, 0], token[i, dx], token[i, rx] = (
                self.size - 2, visit.dx, n_dx + visit.treatments,
            )  # fmt: skip
            kind[i, 0], kind[i, dx], kind[i, rx] = VISIT, DX, TREATMENT
            block = np.ix_(visit.dx, visit.treatments)
            prior[i, dx, rx], prior[i, rx, dx] = given_dx[block], given_treatment[block].T
            prior[i, 0, dx] = prior[i, dx, 0] = FIXED
        meets = np.zeros((4, 4), bool)
        meets[tuple(zip(*MEETS, strict=True))] = True
        allowed = meets[kind[:, :, None], kind[:, None, :]] | np.eye(length, dtype=bool)
        prior /= prior.sum(axis=2, keepdims=True)
        self.token, self.prior = torch.tensor(token), torch.tensor(prior)
        self.allowed, self.real = torch.tensor(allowed), torch.tensor(kind != PADDING)
        self.label = torch.tensor([float(visit.label) for visit in visits])
        self.visits = list(visits)

    @staticmethod
    def places(visit: HiddenLinks) -> tuple[slice, slice]:
        """Return where the diagnoses and the treatments of a visit stand."""
        middle = 1 + len(visit.dx)
        return slice(1, middle), slice(middle, middle + len(visit.treatments))

    def links(
        self, attention: Float[Tensor, "visits tokens tokens"]
    ) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Read an attention twice, as one (diagnoses, treatments) table a visit.

        Returns
        -------
        from_dx
            How much each diagnosis looks at each treatment.
        from_treatments
            How much each treatment looks at each diagnosis.
        """
        dx_rx = [self.places(visit) for visit in self.visits]
        from_dx = [attention[i, dx, rx].numpy() for i, (dx, rx) in enumerate(dx_rx)]
        return from_dx, [attention[i, rx, dx].T.numpy() for i, (dx, rx) in enumerate(dx_rx)]


def encounters(
    visits: Sequence[HiddenLinks], train: Sequence[HiddenLinks], n_dx: int, n_treatments: int
) -> Encounters:
    """Pack visits with a prior that was counted in the visits of `train`."""
    dx, treatments = multi_hots(train, n_dx, n_treatments)
    return Encounters(visits, link_prior(dx, treatments), link_prior(treatments, dx).T)
