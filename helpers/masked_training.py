"""Train a small BERT to guess masked words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor
from torch.nn.functional import cross_entropy

from helpers.adam import Adam
from helpers.attention import attention
from helpers.bert import Bert, BertConfig
from helpers.masking import NOT_ASKED, mask_tokens
from helpers.progress import progress
from helpers.vocab import Vocab
from helpers.whole_words import WholeWords

SPREAD = 0.1  # of the first values; the paper's .02 suits tables of 768 columns, not of 32


@dataclass(frozen=True)
class TrainedBert:
    """A model, its tokens, and the loss of every step."""

    model: Bert
    tokens: WholeWords
    history: list[float]


def new_bert(vocab: Vocab, seed: int = 0, attend: Callable = attention, **sizes: int) -> Bert:
    """Return an untrained model for these words."""
    config = BertConfig(vocab_size=len(WholeWords(vocab)), **sizes)
    return Bert(config, seed, attend, spread=SPREAD)


def train_bert(
    sentences: Sequence[Sequence[str]],
    vocab: Vocab,
    *,
    steps: int = 800,
    batch: int = 64,
    learning_rate: float = 0.006,
    warm_up: int = 50,
    p: float = 0.15,
    seed: int = 0,
    mask: Callable = mask_tokens,
    attend: Callable = attention,
    **sizes: int,
) -> TrainedBert:
    """Train a model on sentences, with Adam and a step size that rises and then falls.

    Parameters
    ----------
    sentences
        Lists of words; those not in `vocab` are ``[UNK]``.
    steps, batch
        How many steps, and sentences in each.
    learning_rate, warm_up
        The largest step size, and the steps until it is reached; then it falls in a line to 0.
    p
        The chance of a word to be guessed.
    seed
        For the first values, the order of the sentences and the masks.
    mask, attend
        As :func:`helpers.masking.mask_tokens` and :func:`helpers.attention.attention`.
    sizes
        Of :class:`helpers.bert.BertConfig`, such as ``dim=32``.

    Raises
    ------
    ValueError
        If there is no sentence, or one is longer than the table of positions.
    """
    if not len(sentences):
        raise ValueError("there is no sentence to train on")
    tokens = WholeWords(vocab)
    model = new_bert(vocab, seed, attend, **sizes)
    rows = [tokens.ids(tokens.tokens(" ".join(sentence))) for sentence in sentences]
    longest = max(map(len, rows), default=0)
    if longest > model.config.positions:
        raise ValueError(
            f"a sentence has {longest} tokens, the table of positions {model.config.positions}"
        )
    rng = np.random.default_rng(seed)
    parameters = list(model.parameters())
    adam = Adam([parameter.data for parameter in parameters], learning_rate)
    history = []
    for step in progress(range(steps), "masked words"):
        ids = padded([rows[i] for i in rng.integers(len(rows), size=batch)])
        inputs, labels = (torch.as_tensor(x).long() for x in mask(ids, rng, len(tokens), p))
        loss = masked_loss(model, inputs, labels)
        adam.learning_rate = learning_rate * min(1, (step + 1) / warm_up) * (1 - step / steps)
        adam.step(torch.autograd.grad(loss, parameters))
        history.append(loss.item())
    return TrainedBert(model.eval(), tokens, history)


def padded(rows: Sequence[Sequence[int]]) -> Int[np.ndarray, "sentences length"]:
    """Put ids of different lengths into one array, with 0, which is [PAD], behind."""
    table = np.zeros((len(rows), max(map(len, rows), default=0)), dtype=np.int64)
    for place, row in zip(table, rows, strict=True):
        place[: len(row)] = row
    return table


def masked_loss(
    model: Bert, inputs: Int[Tensor, "batch length"], labels: Int[Tensor, "batch length"]
) -> Tensor:
    """Return the mean of minus log probability of the words asked for.

    A batch in which nothing is asked costs 0.
    """
    state = model.states(inputs, inputs != 0)[0][-1]
    asked = labels != NOT_ASKED  # score the asked places alone: that is most of the work saved
    loss = cross_entropy(model.scores(state[asked]), labels[asked], reduction="sum")
    return loss / max(1, int(asked.sum()))
