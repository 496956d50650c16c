"""Skip-gram with a full softmax (Mikolov et al., 2013a; equations as in Rong, 2014).

From the center word ``c`` with row ``v`` of the center table the model predicts the context
word ``o``, one of all ``V`` rows ``u`` of the context table::

    p(o | c) = exp(u_o . v) / sum_w exp(u_w . v)        loss = -log p(o | c)

`train_softmax` walks from pair to pair, as the equations read. `train_softmax_counts` gets
the same gradient, summed over all pairs, out of the table of pair counts.
"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int

from helpers.adam import Adam
from helpers.progress import progress
from helpers.token_stream import Id
from helpers.two_tables import SkipGramResult, initial_tables


def softmax_loss_grads(
    center: Id,
    context: Id,
    center_table: Float[np.ndarray, "vocab dim"],
    context_table: Float[np.ndarray, "vocab dim"],
) -> tuple[float, Float[np.ndarray, " dim"], Float[np.ndarray, "vocab dim"]]:
    """Return the loss of one pair and its gradients.

    With ``p`` the probabilities and ``y`` the one-hot row of the true context::

        dloss/dv = sum_w (p_w - y_w) u_w        dloss/du_w = (p_w - y_w) v

    Parameters
    ----------
    center, context
        Ids of the two words.

    Returns
    -------
    loss : float
    grad_center
        Gradient for row `center` of the center table; all other rows have none.
    grad_context_table
        Gradient for every row of the context table. Its rows add up to zero.
    """
    v = center_table[center]
    scores = context_table @ v
    scores = scores - scores.max()  # the softmax does not notice, and exp does not overflow
    weights = np.exp(scores)
    loss = np.log(weights.sum()) - scores[context]
    error = weights / weights.sum()
    error[context] -= 1
    return float(loss), error @ context_table, np.outer(error, v)


def sgd_step(
    center: Id,
    context: Id,
    center_table: Float[np.ndarray, "vocab dim"],
    context_table: Float[np.ndarray, "vocab dim"],
    learning_rate: float,
) -> float:
    """Move both tables one step downhill, in place; return the loss before the step."""
    loss, grad_center, grad_context_table = softmax_loss_grads(
        center, context, center_table, context_table
    )
    center_table[center] -= learning_rate * grad_center
    context_table -= learning_rate * grad_context_table
    return loss


def train_softmax(
    pairs: Sequence[tuple[Id, Id]] | Int[np.ndarray, "pairs 2"],
    vocab_size: int,
    *,
    dim: int = 16,
    epochs: int = 5,
    learning_rate: float = 0.1,
    seed: int = 0,
) -> SkipGramResult:
    """Train pair by pair, in a new random order every epoch.

    Parameters
    ----------
    pairs
        (center id, context id), as :func:`helpers.pairs.skipgram_pairs` lists them.
    """
    if not len(pairs):
        raise ValueError("there are no pairs to train on")
    rng = np.random.default_rng(seed)
    center_table, context_table = initial_tables(vocab_size, dim, rng)
    history = []
    for _ in progress(range(epochs), "softmax, pair by pair"):
        losses = [
            sgd_step(*pairs[place], center_table, context_table, learning_rate)
            for place in rng.permutation(len(pairs))
        ]
        history.append(float(np.mean(losses)))
    return SkipGramResult(center_table, context_table, history, "softmax, pair by pair")


def softmax_counts_loss_grads(
    counts: Float[torch.Tensor, "vocab vocab"],
    center_table: Float[torch.Tensor, "vocab dim"],
    context_table: Float[torch.Tensor, "vocab dim"],
) -> tuple[float, Float[torch.Tensor, "vocab dim"], Float[torch.Tensor, "vocab dim"]]:
    """Return the mean loss over all counted pairs, and both gradients.

    The pair (i, j) occurs ``n_ij`` times and each time gives the same gradient, so the sum over
    all pairs is ``n_i p_j - n_ij`` for score ``ij``, with ``n_i`` the row total.
    """
    scores = center_table @ context_table.T
    log_p = torch.log_softmax(scores, dim=1)
    loss = -(counts * log_p).sum() / counts.sum()
    error = (counts.sum(dim=1, keepdim=True) * log_p.exp() - counts) / counts.sum()
    return loss.item(), error @ context_table, error.T @ center_table


def train_softmax_counts(
    counts: Float[np.ndarray, "vocab vocab"],
    *,
    dim: int = 16,
    epochs: int = 50,
    learning_rate: float = 0.05,
    seed: int = 0,
) -> SkipGramResult:
    """Train on the table of pair counts: every step sees all pairs.

    The objective is that of `train_softmax`; the steps are Adam's (Kingma and Ba, 2015).

    Parameters
    ----------
    counts
        ``counts[i, j]``: how often ``j`` was context of ``i``
        (:func:`helpers.pairs.count_matrix`).
    """
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"counts have shape {counts.shape}, they must be square")
    if (counts < 0).any() or not counts.sum() > 0:
        raise ValueError("counts must not be negative, and there must be pairs to train on")
    rng = np.random.default_rng(seed)
    tables = [torch.tensor(t).float() for t in initial_tables(len(counts), dim, rng)]
    adam = Adam(tables, learning_rate)
    counts = torch.as_tensor(counts).float()
    history = []
    for _ in progress(range(epochs), "softmax, on counts"):
        loss, *gradients = softmax_counts_loss_grads(counts, *tables)
        adam.step(gradients)
        history.append(loss)
    center_table, context_table = (table.numpy() for table in tables)
    return SkipGramResult(center_table, context_table, history, "softmax, on counts")
