"""Skip-gram with negative sampling, trained on the stream of tokens in matrix products.

The objective of Mikolov et al. (2013b, eq. 4), for large vocabularies: the cost is a number of
operations a token and does not depend on the vocabulary. A row of ``L`` tokens has ``L x L``
scores, of which a band around the diagonal are true pairs, and shares its noise words.

Where this departs from the released program: a pair counts what a randomly shrunk window would
give it on average; noise words are shared by a row, and weighted so that each pair still has
``k`` of them; noise may hit the true word; steps are damped, see
:func:`helpers.streams.damped_step`; and rows are shrunk a little (``plan.shrink``).
"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import softplus

from helpers.pairs import weight_at
from helpers.progress import progress
from helpers.streams import (
    batches_of_rows,
    damped_step,
    draw_noise,
    noise_table,
    slope_estimate,
    square_length,
)
from helpers.token_stream import TokenStream
from helpers.two_tables import SkipGramResult, TrainingPlan, initial_tables, penalties

NOISE_PER_TOKEN = 1 / 6  # noise words of a row, by its tokens and k: fewer is faster, less exact
DOUBT = 5.0  # see penalties
LOSS_EVERY = 16  # the loss of the history is measured on one batch in so many


def train_on_stream(
    stream: TokenStream,
    noise: Float[np.ndarray, " vocab"],
    plan: TrainingPlan,
    keep: Float[np.ndarray, " vocab"] | None = None,
) -> SkipGramResult:
    """Go through the stream `plan.epochs` times, with steps that fall to nearly nothing.

    Parameters
    ----------
    stream
        Sentences of ids, see :func:`helpers.token_stream.flatten`.
    noise
        The noise distribution.
    keep
        Probability of keeping an occurrence of each word, drawn anew every epoch; all are kept
        when it is not given.
    """
    generator = torch.Generator().manual_seed(plan.seed)
    places = noise_table(noise)
    model = StreamModel(len(noise), row_length(stream, plan.window), plan)
    model.slope = slope_estimate(torch.from_numpy(stream.ids))
    model.set_shrink(np.bincount(stream.ids, minlength=len(noise)), plan.shrink)
    length = len(model.band)
    n_noise = round(length * min(2.0, max(0.5, plan.k * NOISE_PER_TOKEN)))
    history = []
    for epoch in progress(range(plan.epochs), "skip-gram, on a stream"):
        epoch_stream = stream
        if keep is not None:
            kept = torch.rand(len(stream), generator=generator).numpy() < keep[stream.ids]
            epoch_stream = stream.where(kept)
        batches = list(batches_of_rows(epoch_stream, length, generator))
        losses = []
        for number, (tokens, sentence) in enumerate(batches):
            noise_words = draw_noise(places, len(tokens), n_noise, generator)
            weight = pair_weights(sentence, model.band, plan.k, n_noise)
            if number % LOSS_EVERY == 0:
                losses.append(model.loss(tokens, noise_words, weight))
            left = 1 - (epoch + number / len(batches)) / plan.epochs
            model.step(tokens, noise_words, weight, plan.learning_rate * max(left, 0.01))
        history.append(mean_loss(losses))
    return SkipGramResult(
        model.center_table.numpy(), model.context_table.numpy(), history, "stream of tokens"
    )


def row_length(stream: TokenStream, window: int) -> int:
    """Choose rows four windows long: longer wastes scores, shorter loses pairs at the cuts."""
    reach = min(window, stream.longest - 1)
    return min(128, max(24, 4 * reach))


def pair_weights(
    sentence: Int[Tensor, "batch length"],
    band: Float[Tensor, "length length"],
    k: int,
    n_noise: int,
) -> Float[Tensor, "batch length both"]:
    """Return what each score counts: a row's tokens with each other, then with its noise.

    A token with true pairs that count ``n`` in sum has noise that counts ``k n`` in sum.
    """
    true = (sentence[:, :, None] == sentence[:, None, :]) * band
    noise = true.sum(dim=2, keepdim=True) * (k / n_noise)
    return torch.cat([true, noise.expand(-1, -1, n_noise)], dim=2)


def mean_loss(losses: Sequence[tuple[float, float]]) -> float:
    """Divide the summed loss by the summed weight of the pairs; nan if there were none."""
    loss, pairs = np.sum(losses, axis=0) if losses else (0.0, 0.0)
    return float(loss / pairs) if pairs else float("nan")


class StreamModel:
    """The two tables, and one step of their training.

    Parameters
    ----------
    vocab_size
        Rows of each table.
    length
        Tokens in a row of the stream.
    """

    def __init__(self, vocab_size: int, length: int, plan: TrainingPlan):
        start = initial_tables(vocab_size, plan.dim, np.random.default_rng(plan.seed))
        self.center_table, self.context_table = (torch.from_numpy(t).float() for t in start)
        self.shrink = torch.full((vocab_size,), float(plan.shrink))  # of each word, per true pair
        distances = [weight_at(d, plan.window, plan.weighting) for d in range(1, plan.window + 1)]
        weights = torch.zeros(max(length, plan.window + 1))
        weights[1 : plan.window + 1] = torch.tensor(distances)
        self.band = weights[(torch.arange(length)[:, None] - torch.arange(length)).abs()]
        self._scratch = torch.zeros(vocab_size)

    def set_shrink(self, counts: Int[np.ndarray, " vocab"], shrink: float) -> None:
        """Spread the penalty of each word over the pairs it will have in one epoch."""
        pairs = counts * float(self.band.sum(dim=1).max())
        per_pair = penalties(pairs, shrink, DOUBT) / np.maximum(pairs, 1)
        self.shrink = torch.from_numpy(per_pair).float()

    def look_up(
        self, tokens: Int[Tensor, "batch length"], noise: Int[Tensor, "batch n_noise"]
    ) -> tuple[Float[Tensor, "batch length dim"], Float[Tensor, "batch both dim"]]:
        """Return center rows of the tokens, and context rows of the tokens and the noise."""
        others = torch.cat([tokens, noise], dim=1)
        center = self.center_table.index_select(0, tokens.view(-1))
        context = self.context_table.index_select(0, others.view(-1))
        return center.view(*tokens.shape, -1), context.view(*others.shape, -1)

    def loss(
        self,
        tokens: Int[Tensor, "batch length"],
        noise: Int[Tensor, "batch n_noise"],
        weight: Float[Tensor, "batch length both"],
    ) -> tuple[float, float]:
        """Return the summed loss of a batch and the summed weight of its pairs."""
        center, context = self.look_up(tokens, noise)
        scores = center @ context.transpose(1, 2)
        length = tokens.shape[1]
        scores[:, :, :length] *= -1
        return (softplus(scores) * weight).sum().item(), weight[:, :, :length].sum().item()

    def step(
        self,
        tokens: Int[Tensor, "batch length"],
        noise: Int[Tensor, "batch n_noise"],
        weight: Float[Tensor, "batch length both"],
        learning_rate: float,
    ) -> None:
        """Move all rows of a batch downhill at once, both tables from the same old rows."""
        length = tokens.shape[1]
        center, context = self.look_up(tokens, noise)
        error = torch.sigmoid(center @ context.transpose(1, 2))
        error[:, :, :length] -= 1
        error *= weight
        decay = weight[:, :, :length].sum(dim=2, keepdim=True)
        decay *= self.shrink.index_select(0, tokens.view(-1)).view_as(decay)
        for_center = (error @ context).addcmul_(decay, center)
        for_context = error.transpose(1, 2) @ center
        for_context[:, :length].addcmul_(decay, context[:, :length])
        bend = self.slope * square_length(context)[:, None] @ weight.transpose(1, 2)
        bend_context = self.slope * square_length(center)[:, None] @ weight
        self._move(self.center_table, tokens, for_center, bend, learning_rate)
        others = torch.cat([tokens, noise], dim=1)
        self._move(self.context_table, others, for_context, bend_context, learning_rate)

    def _move(self, table, ids, gradient, curvature, learning_rate):
        part = ids.view(-1), gradient.view(-1, gradient.shape[2]), curvature.view(-1)
        damped_step(table, [part], learning_rate, self._scratch)
