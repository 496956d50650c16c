"""MiME as its authors released it (github.com/mp2893/mime, commit dd5e7a9).

The program is not the paper, see :mod:`helpers.mime`; each difference is a comment below::

    d = s(row of dx)     p_rx = sum of s(rows of rx)     p_px = sum of s(rows of px)
    dr = s(d W_dr + b_dr) * p_rx                  dp = s(d W_dp + b_dp) * p_px
    o = s((d + dr + dp) W_dxobj + b_dxobj)        v = sum of o over the objects of the visit

`NAMES` says which of its tensors is which of ours, and `released_model` makes the whole model
out of them.
"""

import math
from collections.abc import Mapping

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from helpers.mime import AuxiliaryLosses, CodeTables, ObjectEncoder, glorot, sum_rows
from helpers.patient_gru import Outcome, PatientGRU, PatientModel
from helpers.visit_objects import VisitObjects

# The released name of every tensor, and its name in a PatientModel of a ReleasedMiME. The
# program writes pr for procedures. Shapes are the same but for the three kernels of the auxiliary
# heads: ours have one row a code, theirs one column.
NAMES = {
    "W_emb_dx": "encoder.dx",
    "W_emb_rx": "encoder.rx",
    "W_emb_pr": "encoder.px",
    "W_dr__kernel": "encoder.W_dr",
    "W_dr__bias": "encoder.b_dr",
    "W_dp__kernel": "encoder.W_dp",
    "W_dp__bias": "encoder.b_dp",
    "W_dxobj__kernel": "encoder.W_dxobj",
    "W_dxobj__bias": "encoder.b_dxobj",
    "gru__kernel": "gru.kernel",
    "gru__recurrent_kernel": "gru.recurrent",
    "gru__bias": "gru.bias",
    "rnn2pred__kernel": "head.W",
    "rnn2pred__bias": "head.b",
    "rnn2aux_dx__kernel": "encoder.heads.U_dx",
    "rnn2aux_dx__bias": "encoder.heads.b_dx",
    "rnn2aux_rx__kernel": "encoder.heads.U_rx",
    "rnn2aux_rx__bias": "encoder.heads.b_rx",
    "rnn2aux_pr__kernel": "encoder.heads.U_px",
    "rnn2aux_pr__bias": "encoder.heads.b_px",
}


class ReleasedMiME(ObjectEncoder):
    """The released encoder; the default sizes are those of its script.

    Parameters
    ----------
    n_dx, n_rx, n_px
        How many codes of each kind there are.
    max_dx_per_visit
        To how many objects the program pads a visit. Only the auxiliary losses depend on it.
    activation, tables, frozen, rng
        As in :class:`helpers.mime.MiME`.
    """

    def __init__(
        self,
        n_dx: int,
        n_rx: int,
        n_px: int,
        code_dim: int = 200,
        object_dim: int = 256,
        *,
        activation: str = "relu",
        max_dx_per_visit: int = 22,
        tables: CodeTables | None = None,
        frozen: bool = False,
        rng: torch.Generator | None = None,
    ):
        n_codes = (n_dx, n_rx, n_px)
        # Paper: no biases. Program: one in every layer, and in every auxiliary head.
        super().__init__(n_codes, code_dim, object_dim, activation, True, tables, frozen, rng)
        self.max_dx_per_visit = max_dx_per_visit
        # Paper: one gate W_m for all treatments. Program: one for drugs, one for procedures.
        self.W_dr, self.b_dr = glorot(code_dim, code_dim, rng), nn.Parameter(torch.zeros(code_dim))
        self.W_dp, self.b_dp = glorot(code_dim, code_dim, rng), nn.Parameter(torch.zeros(code_dim))
        self.W_dxobj = glorot(code_dim, object_dim, rng)
        self.b_dxobj = nn.Parameter(torch.zeros(object_dim))

    def parts(self, data: VisitObjects) -> tuple[Tensor, Tensor, Tensor]:
        """Return d, dr and dp of every object."""
        self.check(data)
        # Paper: the row of a code as it is. Program: through the activation.
        dx_rows, rx_rows, px_rows = map(self.activation, (self.dx, self.rx, self.px))
        occurring, place = torch.tensor(data.dx).unique(return_inverse=True)
        d = dx_rows.index_select(0, occurring)
        rx_gate = self.activation(torch.addmm(self.b_dr, d, self.W_dr)).index_select(0, place)
        px_gate = self.activation(torch.addmm(self.b_dp, d, self.W_dp)).index_select(0, place)
        dr = rx_gate * sum_rows(rx_rows, data.rx, data.rx_offsets)
        dp = px_gate * sum_rows(px_rows, data.px, data.px_offsets)
        return d.index_select(0, place), dr, dp

    def objects(self, data: VisitObjects) -> Float[Tensor, "objects object_dim"]:
        """Return every object."""
        d, dr, dp = self.parts(data)
        # Paper: ... + G. Program: no skip connection.
        return self.activation(torch.addmm(self.b_dxobj, d + dr + dp, self.W_dxobj))

    def visits(
        self, objects: Float[Tensor, "objects object_dim"], data: VisitObjects
    ) -> Float[Tensor, "visits object_dim"]:
        """Return every visit."""
        # Paper: v = s(F W_v) + F. Program: v = F. The option visit_activation is never used.
        return self.sum_objects(objects, data)

    def auxiliary(
        self, objects: Float[Tensor, "objects object_dim"], data: VisitObjects
    ) -> AuxiliaryLosses:
        """Return the auxiliary losses as the program averages them.

        A padded row costs nothing for its diagnosis, and ln 2 for every treatment code. So the
        losses shrink towards 0 and ln 2, and their gradients towards 0, with the padding: they
        depend on `max_dx_per_visit` and on the patient with the most visits in the batch.
        """
        # Paper: sums over the objects. Program: means over all rows, padding included ...
        dx, rx, px = self.heads.summed_losses(objects, data)
        rows, padded = self.padding(data)
        rows = max(rows, 1)
        constant = padded / rows * math.log(2)
        # ... and over all treatment codes.
        n_rx, n_px = (max(len(U), 1) for U in (self.heads.U_rx, self.heads.U_px))
        rx, px = (loss / (rows * n) + constant for loss, n in ((rx, n_rx), (px, n_px)))
        return AuxiliaryLosses(dx / rows, rx, px)

    def padding(self, data: VisitObjects) -> tuple[int, int]:
        """Return how many rows the program makes out of this batch, and how many are padding.

        Raises
        ------
        ValueError
            If a visit has more than `max_dx_per_visit` objects: it would not fit.
        """
        most = np.diff(data.object_offsets).max(initial=0)
        if most > self.max_dx_per_visit:
            raise ValueError(
                f"a visit has {most} objects, max_dx_per_visit is {self.max_dx_per_visit}"
            )
        longest = int(np.diff(data.patient_offsets).max(initial=0))
        rows = longest * data.n_patients * self.max_dx_per_visit
        return rows, rows - len(data.dx)


def released_loss(
    logits: Float[Tensor, " patients"], labels: Float[Tensor, " patients"]
) -> Float[Tensor, ""]:
    """Return the program's loss of the outcome; 1e-10 keeps its logarithms finite."""
    p = torch.sigmoid(logits)
    y, eps = labels, 1e-10
    return -(y * torch.log(p + eps) + (1 - y) * torch.log(1 - p + eps)).mean()


def released_l2(model: nn.Module) -> Float[Tensor, ""]:
    """Return the sum of squares that the program penalises: all tensors but the 1-D biases."""
    return sum((p**2).sum() for p in model.parameters() if p.dim() >= 2)


def released_model(
    arrays: Mapping[str, Float[np.ndarray, "..."]],
    *,
    activation: str = "relu",
    gru_variant: str = "v1",
    max_dx_per_visit: int = 22,
) -> PatientModel:
    """Make the whole model out of the program's tensors, in their precision.

    Parameters
    ----------
    arrays
        One for each of `NAMES`.
    gru_variant
        ``v1`` is what the commit runs; see :mod:`helpers.gru_cells`.
    """
    missing, unknown = set(NAMES) - set(arrays), set(arrays) - set(NAMES)
    if missing or unknown:
        raise ValueError(f"tensors missing: {sorted(missing)}; unknown: {sorted(unknown)}")
    n_codes = (len(arrays[f"W_emb_{kind}"]) for kind in ("dx", "rx", "pr"))
    code_dim, object_dim = arrays["W_dxobj__kernel"].shape
    hidden_dim = len(arrays["rnn2pred__kernel"])
    encoder = ReleasedMiME(
        *n_codes,
        code_dim,
        object_dim,
        activation=activation,
        max_dx_per_visit=max_dx_per_visit,
    )
    gru = PatientGRU(object_dim, hidden_dim, variant=gru_variant)
    model = PatientModel(encoder, gru, Outcome(hidden_dim))
    model = model.to(torch.tensor(arrays["W_emb_dx"]).dtype)
    ours = {NAMES[name]: _turned(name, torch.tensor(array)) for name, array in arrays.items()}
    model.load_state_dict(ours)
    return model


def in_released_names(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Give tensors of such a model, or their gradients, the program's names and shapes.

    Examples
    --------
    ``in_released_names(dict(model.named_parameters()))``
    """
    return {theirs: _turned(theirs, tensors[ours]) for theirs, ours in NAMES.items()}


def _turned(name: str, tensor: Tensor) -> Tensor:
    return tensor.T if name.startswith("rnn2aux") and name.endswith("kernel") else tensor
