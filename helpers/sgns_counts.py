"""Skip-gram with negative sampling, trained on the table of pair counts.

Summed over the whole corpus, and with noise in expectation instead of drawn, the objective of
Mikolov et al. (2013b, eq. 4) needs no pairs, only how often each pair occurs (Levy and
Goldberg, 2014, eq. 7). With ``p_ij`` the share of the pair (i, j) among all pairs, ``p_i`` its
row total, ``q_j`` the noise distribution and ``x_ij = v_i . u_j``::

    loss = sum_ij t_ij softplus(x_ij) - p_ij x_ij        t_ij = p_ij + k p_i q_j

``t_ij`` is how often "were i and j seen together?" is asked, ``p_ij`` how often the answer is
yes. With one table fixed this is a logistic regression for each row of the other, so the two
tables take turns. One step costs ``V^2 d`` whatever the length of the corpus, which is why this
form is for vocabularies up to a few thousand.

The paper steps from pair to pair instead. Here noise may also hit the true word.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from helpers.progress import progress
from helpers.two_tables import SkipGramResult, TrainingPlan, penalties

ROWS_AT_ONCE = 128
DOUBT = 50.0  # see penalties; sampling stops short of the optimum by itself and needs less


def train_on_counts(
    counts: Float[np.ndarray, "vocab vocab"],
    noise: Float[np.ndarray, " vocab"],
    plan: TrainingPlan,
) -> SkipGramResult:
    """Let the two tables take turns, `plan.epochs` times each.

    The history has the loss before the last turn of every epoch.

    Parameters
    ----------
    counts
        ``counts[i, j]``: how often ``j`` was context of ``i``, weighted by distance
        (:func:`helpers.pairs.count_matrix`).
    noise
        The noise distribution ``q``.
    """
    yes = shares(counts, noise)
    yes_of_context = yes.T.contiguous()
    totals, q = yes.sum(dim=1), torch.as_tensor(noise).float()
    penalty = penalties(counts.sum(axis=1), plan.shrink, DOUBT) / counts.sum()
    penalty = torch.as_tensor(penalty).float()
    generator = torch.Generator().manual_seed(plan.seed)
    center = torch.randn(len(yes), plan.dim, generator=generator) / plan.dim**0.5
    center *= (totals > 0)[:, None]  # a word without pairs stays at zero
    context = torch.zeros_like(center)
    history = []
    for _ in progress(range(plan.epochs), "skip-gram, on counts"):
        improve(context, center, yes_of_context, (plan.k * q, totals), penalty)
        loss = improve(center, context, yes, (plan.k * totals, q), penalty)
        history.append(loss)
    return SkipGramResult(center.numpy(), context.numpy(), history, "exact, on counts")


def shares(
    counts: Float[np.ndarray, "vocab vocab"], noise: Float[np.ndarray, " vocab"]
) -> Float[Tensor, "vocab vocab"]:
    """Turn counts into shares of all pairs, after a look at whether they can be."""
    if counts.shape != (len(noise), len(noise)):
        raise ValueError(f"counts have shape {counts.shape} for {len(noise)} words")
    if (counts < 0).any() or not counts.sum() > 0:
        raise ValueError("counts must not be negative, and there must be pairs to train on")
    return torch.as_tensor(counts).float() / float(counts.sum())


def improve(
    rows: Float[Tensor, "row dim"],
    columns: Float[Tensor, "column dim"],
    yes: Float[Tensor, "row column"],
    noise: tuple[Float[Tensor, " row"], Float[Tensor, " column"]],
    penalty: Float[Tensor, " row"],
) -> float:
    """Move `rows` downhill with `columns` fixed, in place; return the loss before.

    Every row goes in its own Newton-like direction, for which all rows share one curvature: that
    of their sum, with the slope ``s (1 - s)`` of the sigmoid replaced by its bound 1/4. It goes
    as far as is best under the same bound, so no step can raise the penalised loss of any row.

    Parameters
    ----------
    yes
        Share ``p_ij`` of each pair.
    noise
        The noise of row i and column j is the product of its two parts.
    penalty
        Weight of ``|row|^2 / 2`` in the penalised loss.
    """
    row_noise, column_noise = noise
    share = yes.sum(dim=0) + row_noise.sum() * column_noise
    ridge = penalty.sum() / share.sum()
    curvature = columns.T @ (share[:, None] * columns) / share.sum() / 4
    curvature.diagonal().add_(ridge + 1e-6 * curvature.trace() + 1e-12)
    inverse = torch.linalg.inv(curvature)
    loss = 0.0
    for some in torch.arange(len(rows)).split(ROWS_AT_ONCE):
        block = slice(int(some[0]), int(some[-1]) + 1)
        asked = torch.addr(yes[block], row_noise[block], column_noise)
        loss += improve_block(
            rows[block], columns, yes[block], asked, penalty[block, None], inverse
        )
    return loss


def improve_block(
    rows: Float[Tensor, "row dim"],
    columns: Float[Tensor, "column dim"],
    yes: Float[Tensor, "row column"],
    asked: Float[Tensor, "row column"],
    penalty: Float[Tensor, "row 1"],
    inverse_curvature: Float[Tensor, "dim dim"],
) -> float:
    """Do what `improve` says for a few rows, so that all their scores fit in the cache."""
    scores = rows @ columns.T
    loss = softplus(scores).mul_(asked).sum() - (yes * scores).sum()
    error = torch.sigmoid(scores).mul_(asked).sub_(yes)
    gradient = error @ columns + penalty * rows
    direction = -gradient @ inverse_curvature
    change = direction @ columns.T
    slope = (gradient * direction).sum(dim=1)
    bend = change.square_().mul_(asked).sum(dim=1) / 4
    bend += (penalty * direction.square()).sum(dim=1)
    rows -= (slope / bend.clamp(min=1e-30))[:, None] * direction
    return loss.item()
