"""FastText: skip-gram with negative sampling whose center rows are made of sub-words.

P. Bojanowski, E. Grave, A. Joulin and T. Mikolov (2017), Enriching Word Vectors with Subword
Information, section 3.2. The vector of a word is the mean of the rows of its n-grams, ``V = H Z``
with `H` from :func:`helpers.subwords.subword_matrix`, so a word that was never seen has one too.

Where this departs from the paper and its program: the loss is that of the table of pair counts
(`helpers.sgns_counts`), with noise in expectation, so nothing is drawn; the whole word is hashed
like any n-gram instead of having a row of its own; rows start at zero, so an n-gram that was never
seen adds nothing, unless it shares its bucket with one that was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float
from scipy.sparse import csr_array
from torch import Tensor
from torch.nn.functional import softplus

from helpers.noise import noise_distribution
from helpers.pairs import context_counts
from helpers.progress import progress
from helpers.sgns_counts import DOUBT, improve, shares
from helpers.subwords import subword_matrix
from helpers.two_tables import TrainingPlan, penalties
from helpers.vocab import Vocab


@dataclass(frozen=True, eq=False)
class FastTextResult:
    """A trained model.

    Parameters
    ----------
    table
        A row for each bucket of n-grams; zeros where no n-gram of a known word lies.
    context_table
        A row for each known word, as in skip-gram.
    history
        Mean loss of a pair before each epoch's turn of `table`.
    lo, hi
        Shortest and longest n-gram.
    """

    table: Float[np.ndarray, "buckets dim"]
    context_table: Float[np.ndarray, "vocab dim"]
    history: list[float] = field(repr=False)
    lo: int = 3
    hi: int = 6

    def vectors(self, words: Sequence[str]) -> Float[np.ndarray, "words dim"]:
        """Return the vectors of words, known or not."""
        return subword_matrix(words, len(self.table), self.lo, self.hi) @ self.table


def train_fasttext(
    sentences: Iterable[Sequence[str]],
    vocab: Vocab,
    *,
    dim: int = 64,
    window: int | None = 5,
    k: int = 5,
    epochs: int = 15,
    n_buckets: int = 2**16,
    lo: int = 3,
    hi: int = 6,
    power: float = 0.75,
    shrink: float = 0.01,
    seed: int = 0,
) -> FastTextResult:
    """Train the rows of n-grams; the arguments are those of :func:`helpers.sgns.train_skipgram`.

    For a few thousand words at most: an epoch costs what it costs on counts, ``V^2 d``.

    Parameters
    ----------
    n_buckets
        Rows of the table of n-grams; 2 million in the paper. With few, n-grams that have nothing
        to do with each other share a row.
    lo, hi
        Shortest and longest n-gram, 3 and 6 in the paper.
    """
    stream, _ = vocab.encode_sentences(sentences)
    if stream.longest < 2:
        raise ValueError("no sentence has two known tokens, so there are no pairs to train on")
    plan = TrainingPlan(dim=dim, k=k, epochs=epochs, shrink=shrink, seed=seed)
    made_of = subword_matrix(vocab.tokens, n_buckets, lo, hi)
    counts = context_counts(stream, len(vocab), window).astype(np.float32).toarray()
    table, context, history = train_on_subwords(
        counts, noise_distribution(vocab.counts, power), made_of, plan
    )
    return FastTextResult(table, context, history, lo, hi)


def train_on_subwords(
    counts: Float[np.ndarray, "vocab vocab"],
    noise: Float[np.ndarray, " vocab"],
    made_of: csr_array,
    plan: TrainingPlan,
) -> tuple[Float[np.ndarray, "buckets dim"], Float[np.ndarray, "vocab dim"], list[float]]:
    """Let context rows and n-gram rows take turns, `plan.epochs` times each.

    Parameters
    ----------
    made_of
        The matrix `H` of shape (vocab, buckets), whose rows sum to 1.

    Returns
    -------
    table, context_table, history
    """
    yes = shares(counts, noise)
    yes_of_context = yes.T.contiguous()
    totals, q = yes.sum(dim=1), torch.as_tensor(noise).float()
    asked = torch.addr(yes, plan.k * totals, q)
    penalty = penalties(counts.sum(axis=1), plan.shrink, DOUBT) / counts.sum()
    penalty = torch.as_tensor(penalty).float()
    used = np.unique(made_of.indices)
    H = made_of[:, used].astype(np.float32)
    generator = torch.Generator().manual_seed(plan.seed)
    context = torch.randn(len(yes), plan.dim, generator=generator) / plan.dim**0.5
    context *= (totals > 0)[:, None]  # a word without pairs stays at zero
    rows = torch.zeros(len(used), plan.dim)
    center = torch.zeros_like(context)
    history = []
    for epoch in progress(range(plan.epochs), "FastText, on counts"):
        if epoch:  # at first all center rows are 0 and have nothing to say
            improve(context, center, yes_of_context, (plan.k * q, totals), penalty)
        history.append(improve_subwords(rows, center, context, H, yes, asked, penalty))
    table = np.zeros((made_of.shape[1], plan.dim), dtype=np.float32)
    table[used] = rows.numpy()
    return table, context.numpy(), history


def improve_subwords(
    rows: Float[Tensor, "ngram dim"],
    center: Float[Tensor, "vocab dim"],
    context: Float[Tensor, "vocab dim"],
    made_of: csr_array,
    yes: Float[Tensor, "vocab vocab"],
    asked: Float[Tensor, "vocab vocab"],
    penalty: Float[Tensor, " vocab"],
) -> float:
    """Move the rows of n-grams downhill, and the words with them, in place; return the loss before.

    As in :func:`helpers.sgns_counts.improve`, all rows share one curvature. An n-gram answers for
    the share that it has of each word, ``H^T``. All rows then go equally far: as far as is best if
    the slope of the sigmoid were everywhere its bound 1/4, so no step raises the penalised loss.

    Parameters
    ----------
    yes, asked
        Share of each pair, and how often each pair is asked about, ``p_ij + k p_i q_j``.
    penalty
        Weight of ``|center row|^2 / 2`` in the penalised loss.
    """
    scores = center @ context.T
    loss = softplus(scores).mul_(asked).sum() - (yes * scores).sum()
    error = torch.sigmoid(scores).mul_(asked).sub_(yes)
    gradient = error @ context + penalty[:, None] * center
    share = asked.sum(dim=0)
    curvature = context.T @ (share[:, None] * context) / share.sum() / 4
    curvature.diagonal().add_(penalty.sum() / share.sum() + 1e-6 * curvature.trace() + 1e-12)
    weight = torch.from_numpy(made_of.T @ asked.sum(dim=1).numpy())
    pull = torch.from_numpy(made_of.T @ gradient.numpy())
    direction = -(pull / weight[:, None].clamp(min=1e-30)) @ torch.linalg.inv(curvature)
    step = torch.from_numpy(made_of @ direction.numpy())
    slope = (gradient * step).sum()
    bend = (step @ context.T).square_().mul_(asked).sum() / 4
    bend += (penalty[:, None] * step.square()).sum()
    far = -slope / bend.clamp(min=1e-30)
    rows += far * direction
    center += far * step
    return loss.item()
