"""Negative sampling and CBOW, one pair and one window at a time (Mikolov et al., 2013a, b).

Two tables: row ``v`` of the center table is the word we predict *from*, row ``u`` of the
context table is the word we predict. Only the center table is kept. The trainers that run on
whole corpora are in `helpers.sgns` and `helpers.cbow`.
"""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import logsigmoid

from helpers.activations import sigmoid
from helpers.noise import discard_prob, noise_distribution, sample_negatives
from helpers.token_stream import Id

__all__ = [
    "cbow_context_grad",
    "cbow_hidden",
    "discard_prob",
    "negative_sampling_loss",
    "noise_distribution",
    "sample_negatives",
    "sgns_loss_grads",
    "sgns_step",
]


def negative_sampling_loss(
    center: Float[Tensor, "batch dim"],
    context: Float[Tensor, "batch dim"],
    noise: Float[Tensor, "batch k dim"],
) -> Float[Tensor, ""]:
    """Mean negative-sampling loss over a batch of (center, context) pairs.

    Minus the objective of Mikolov et al. (2013b), eq. 4, with the expectation
    replaced by the ``k`` words that were drawn for each pair::

        -log s(u_context . v_center) - sum_k log s(-u_noise_k . v_center)

    The sum over ``k`` is not averaged: more noise words weigh more, as in the paper.

    Parameters
    ----------
    center
        Center-table rows v, one per pair.
    context
        Context-table rows u of the words really seen next to them.
    noise
        Context-table rows u of words drawn from :func:`noise_distribution`.
    """
    true_score = (center * context).sum(dim=-1)
    noise_score = torch.einsum("bd,bkd->bk", center, noise)
    pair_loss = -logsigmoid(true_score) - logsigmoid(-noise_score).sum(dim=-1)
    return pair_loss.mean()


def sgns_loss_grads(
    v: Float[np.ndarray, " dim"],
    u_pos: Float[np.ndarray, " dim"],
    U_neg: Float[np.ndarray, "k dim"],
) -> tuple[float, Float[np.ndarray, " dim"], Float[np.ndarray, " dim"], Float[np.ndarray, "k dim"]]:
    """Return the negative-sampling loss of one pair and its gradients.

    The loss of `negative_sampling_loss` for a batch of one. Its slope in a score is
    ``s(score) - 1`` for the true context and ``s(score)`` for noise: how wrong the answer to
    "were these two seen together?" is.

    Parameters
    ----------
    v
        Center row.
    u_pos
        Context row of the word really seen.
    U_neg
        Context rows of the noise words.

    Returns
    -------
    loss : float
    grad_v, grad_pos, grad_neg
        Gradients, in the shapes of `v`, `u_pos` and `U_neg`.
    """
    true_score, noise_scores = u_pos @ v, U_neg @ v
    # -log s(x) is log(1 + exp(-x)); logaddexp does not overflow
    loss = np.logaddexp(0, -true_score) + np.logaddexp(0, noise_scores).sum()
    true_error = sigmoid(true_score) - 1
    noise_errors = sigmoid(noise_scores)
    grad_v = true_error * u_pos + noise_errors @ U_neg
    return float(loss), grad_v, true_error * v, np.outer(noise_errors, v)


def sgns_step(
    center: Id,
    context: Id,
    noise: Int[np.ndarray, " k"],
    center_table: Float[np.ndarray, "vocab dim"],
    context_table: Float[np.ndarray, "vocab dim"],
    learning_rate: float,
) -> float:
    """Move ``k + 2`` rows one step downhill, in place; return the loss before the step.

    A noise word drawn twice is moved twice.
    """
    loss, grad_v, grad_pos, grad_neg = sgns_loss_grads(
        center_table[center], context_table[context], context_table[noise]
    )
    center_table[center] -= learning_rate * grad_v
    context_table[context] -= learning_rate * grad_pos
    np.subtract.at(context_table, noise, learning_rate * grad_neg)
    return loss


def cbow_hidden(
    context_ids: Int[np.ndarray, " context"], center_table: Float[np.ndarray, "vocab dim"]
) -> Float[np.ndarray, " dim"]:
    """Average the rows of the words around the one to be predicted.

    CBOW (continuous bag of words) predicts the middle word from this mean, so order does not
    matter. The middle word itself must not be among `context_ids`.
    """
    if not len(context_ids):
        raise ValueError("a word without context cannot be predicted from its context")
    return center_table[context_ids].mean(axis=0)


def cbow_context_grad(
    grad_hidden: Float[np.ndarray, " dim"], n_context: int
) -> Float[np.ndarray, " dim"]:
    """Return the gradient of one context row: the hidden vector is a mean, so ``1 / n`` each.

    The released C program and gensim (``cbow_mean=1``) average too, but then give every row
    the whole gradient, as if the learning rate were ``n`` times larger.
    """
    if n_context < 1:
        raise ValueError(f"n_context is {n_context}, it must be at least 1")
    return grad_hidden / n_context
