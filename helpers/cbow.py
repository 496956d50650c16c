"""CBOW with negative sampling: predict a word from the mean of the words around it.

Mikolov et al. (2013a) for the model, (2013b, eq. 4) for the loss, with the mean ``h`` of the
center rows of the context in place of ``v``. As in the released program a window is drawn from
``1 .. window`` for every word, and every row of the mean gets the whole gradient of ``h``; the
true gradient is one n-th of it (:func:`helpers.word2vec.cbow_context_grad`). As in
`helpers.sgns_stream` noise words are shared by a row of tokens, steps are damped and rows are
shrunk a little.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import softplus

from helpers.noise import noise_distribution
from helpers.progress import progress
from helpers.streams import (
    batches_of_rows,
    damped_step,
    draw_noise,
    noise_table,
    slope_estimate,
    square_length,
)
from helpers.two_tables import SkipGramResult, TrainingPlan, initial_tables
from helpers.vocab import Vocab

ROW_LENGTH = 24  # at least; longer for a window above 8
NOISE_PER_ROW = 16
LOSS_EVERY = 16  # the loss of the history is measured on one batch in so many


def train_cbow(
    sentences: Iterable[Sequence[str]],
    vocab: Vocab,
    *,
    dim: int = 64,
    window: int = 5,
    k: int = 5,
    epochs: int = 5,
    learning_rate: float = 0.3,
    seed: int = 0,
) -> SkipGramResult:
    """Train word embeddings from contexts.

    Parameters
    ----------
    sentences
        Each a sequence of tokens; those that `vocab` does not have are left out, and counted.
    window
        The largest window that can be drawn.
    k
        Noise words for every word predicted.

    Returns
    -------
    SkipGramResult
        The center table is the one that is averaged, and kept.
    """
    plan = TrainingPlan(dim, window, "flat", k, epochs, learning_rate=learning_rate, seed=seed)
    stream, n_unknown = vocab.encode_sentences(sentences)
    if stream.longest < 2:
        raise ValueError("no sentence has two known tokens, so no word has a context")
    generator = torch.Generator().manual_seed(seed)
    model = CbowModel(len(vocab), plan, slope_estimate(torch.from_numpy(stream.ids)))
    places = noise_table(noise_distribution(vocab.counts))
    length = max(ROW_LENGTH, 3 * min(window, stream.longest - 1))
    history = []
    for epoch in progress(range(epochs), "CBOW"):
        batches = list(batches_of_rows(stream, length, generator))
        losses = []
        for number, (tokens, sentence) in enumerate(batches):
            windows = torch.randint(1, window + 1, tokens.shape, generator=generator)
            around = context_mask(sentence, windows)
            noise = draw_noise(places, len(tokens), NOISE_PER_ROW, generator)
            if number % LOSS_EVERY == 0:
                losses.append(model.loss(tokens, noise, around))
            left = 1 - (epoch + number / len(batches)) / epochs
            model.step(tokens, noise, around, learning_rate * max(left, 0.01))
        loss, n_words = np.sum(losses, axis=0)
        history.append(float(loss / n_words) if n_words else float("nan"))
    tables = model.center_table.numpy(), model.context_table.numpy()
    return SkipGramResult(*tables, history, "CBOW on a stream of tokens", n_unknown)


def context_mask(
    sentence: Int[Tensor, "batch length"], windows: Int[Tensor, "batch length"]
) -> Float[Tensor, "batch length length"]:
    """Return 1 where column j is context of row i: in its window and sentence, not itself."""
    places = torch.arange(sentence.shape[1])
    distance = (places[:, None] - places).abs()
    near = (distance <= windows[:, :, None]) & (distance > 0)
    return (near & (sentence[:, :, None] == sentence[:, None, :])).float()


class Scores(NamedTuple):
    """What a batch looks up and computes on the way to its scores."""

    center: Float[Tensor, "batch length dim"]
    hidden: Float[Tensor, "batch length dim"]
    true: Float[Tensor, "batch length dim"]
    false: Float[Tensor, "batch n_noise dim"]
    true_score: Float[Tensor, "batch length 1"]
    false_score: Float[Tensor, "batch length n_noise"]
    has_context: Float[Tensor, "batch length 1"]


class CbowModel:
    """The two tables, and one step of their training."""

    def __init__(self, vocab_size: int, plan: TrainingPlan, slope: float):
        start = initial_tables(vocab_size, plan.dim, np.random.default_rng(plan.seed))
        self.center_table, self.context_table = (torch.from_numpy(t).float() for t in start)
        self.k, self.shrink = plan.k, plan.shrink
        self.slope = slope
        self._scratch = torch.zeros(vocab_size)

    def look_up(
        self, table: Float[Tensor, "vocab dim"], ids: Int[Tensor, "batch places"]
    ) -> Float[Tensor, "batch places dim"]:
        """Return the rows of a table, in the shape of `ids`."""
        return table.index_select(0, ids.view(-1)).view(*ids.shape, -1)

    def forward(
        self,
        tokens: Int[Tensor, "batch length"],
        noise: Int[Tensor, "batch n_noise"],
        around: Float[Tensor, "batch length length"],
    ) -> Scores:
        """Predict every token from the mean of the rows around it, and score it and the noise."""
        n_context = around.sum(dim=2, keepdim=True)
        center = self.look_up(self.center_table, tokens)
        hidden = (around @ center).div_(n_context.clamp(min=1))
        true = self.look_up(self.context_table, tokens)
        false = self.look_up(self.context_table, noise)
        true_score = (hidden * true).sum(dim=2, keepdim=True)
        false_score = hidden @ false.transpose(1, 2)
        has_context = n_context.clamp(max=1)
        return Scores(center, hidden, true, false, true_score, false_score, has_context)

    def loss(
        self,
        tokens: Int[Tensor, "batch length"],
        noise: Int[Tensor, "batch n_noise"],
        around: Float[Tensor, "batch length length"],
    ) -> tuple[float, int]:
        """Return the summed loss of a batch and the number of words that have a context."""
        x = self.forward(tokens, noise, around)
        noise_loss = softplus(x.false_score).sum(dim=2, keepdim=True) * (self.k / noise.shape[1])
        loss = ((softplus(-x.true_score) + noise_loss) * x.has_context).sum()
        return loss.item(), int(x.has_context.sum())

    def step(
        self,
        tokens: Int[Tensor, "batch length"],
        noise: Int[Tensor, "batch n_noise"],
        around: Float[Tensor, "batch length length"],
        learning_rate: float,
    ) -> None:
        """Move all rows of a batch downhill at once, all from the same old rows."""
        x = self.forward(tokens, noise, around)
        share = self.k / noise.shape[1]
        true_error = torch.sigmoid(x.true_score).sub_(1).mul_(x.has_context)
        false_error = torch.sigmoid(x.false_score).mul_(x.has_context * share)
        decay = self.shrink * x.has_context
        for_center = (false_error @ x.false).addcmul_(true_error, x.true)
        for_center = (around.transpose(1, 2) @ for_center).addcmul_(decay, x.center)
        for_true = (true_error * x.hidden).addcmul_(decay, x.true)
        for_false = false_error.transpose(1, 2) @ x.hidden
        has_context = x.has_context[:, :, 0]
        asked = square_length(x.true) + share * square_length(x.false).sum(dim=1, keepdim=True)
        bend = (has_context * asked)[:, None] @ around
        bend_true = has_context * square_length(x.hidden)
        bend_false = share * bend_true.sum(dim=1, keepdim=True).expand_as(noise)
        self._move(self.center_table, [(tokens, for_center, bend)], learning_rate)
        parts = [(tokens, for_true, bend_true), (noise, for_false, bend_false)]
        self._move(self.context_table, parts, learning_rate)

    def _move(self, table, parts, learning_rate):
        flat = [
            (ids.view(-1), gradient.view(-1, gradient.shape[2]), self.slope * bend.reshape(-1))
            for ids, gradient, bend in parts
        ]
        damped_step(table, flat, learning_rate, self._scratch)
