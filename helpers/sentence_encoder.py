"""A sentence encoder: a function from words to a vector, trained by contrast.

The averaging network (Iyyer et al., 2015, *Deep Unordered Composition Rivals Syntactic Methods
for Text Classification*) is one of the two encoders of the Universal Sentence Encoder (Cer et al.,
2018): average the word vectors, then a small network. Where this departs from Cer et al.: they
average pairs of neighboring words too, which lets a little order in; they have more layers; and
they train on several tasks, dialogues and labeled sentence pairs among them. Here there is one
task, on notes alone: which second half belongs to this first half?
"""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float
from scipy.sparse import csr_array
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from helpers.progress import progress


def info_nce(
    first: Float[Tensor, "n dim"], second: Float[Tensor, "n dim"], tau: float = 0.1
) -> Float[Tensor, ""]:
    """Return the contrastive loss: row i of `second` is to be picked by row i of `first`.

    A softmax over the cosines of row i with all rows of `second`, divided by `tau`; the right
    answer is column i, the other columns are the noise (InfoNCE, van den Oord et al., 2018,
    eq. 4; with cosines and a temperature as in Chen et al., 2020, eq. 1, who also let rows of
    `first` be noise and average both directions). ``ln n`` if all rows are alike.

    Parameters
    ----------
    first, second
        Vectors of two views of the same n texts. They are scaled to length 1 here.
    tau
        Temperature: the smaller, the more the hardest noise counts.
    """
    if first.shape != second.shape:
        raise ValueError(f"shapes {tuple(first.shape)} and {tuple(second.shape)} differ")
    if not len(first):
        raise ValueError("there is no row to match")
    if not tau > 0:
        raise ValueError(f"tau is {tau}, it must be positive")
    cosines = normalize(first, dim=1) @ normalize(second, dim=1).T
    return cross_entropy(cosines / tau, torch.arange(len(first)))


class AveragingEncoder(torch.nn.Module):
    """Average the word vectors, then one hidden layer: ``W2 relu(W1 mean + b1) + b2``.

    Its parameters do not grow with the number of texts.
    """

    def __init__(self, vocab_size: int, dim: int = 64, seed: int = 0):
        super().__init__()
        rng = torch.Generator().manual_seed(seed)

        def draw(*shape: int, scale: float) -> torch.nn.Parameter:
            return torch.nn.Parameter(scale * torch.randn(*shape, generator=rng))

        self.word_table = draw(vocab_size, dim, scale=0.1)
        self.hidden = draw(dim, dim, scale=dim**-0.5)
        self.hidden_bias = torch.nn.Parameter(torch.zeros(dim))
        self.out = draw(dim, dim, scale=dim**-0.5)
        self.out_bias = torch.nn.Parameter(torch.zeros(dim))

    def forward(self, counts: Float[Tensor, "texts vocab"]) -> Float[Tensor, "texts dim"]:
        """Return one vector a text from its word counts; no words give the bias alone."""
        length = counts.sum(dim=1, keepdim=True).clamp(min=1)
        mean = (counts @ self.word_table) / length
        hidden = torch.relu(mean @ self.hidden + self.hidden_bias)
        return hidden @ self.out + self.out_bias


def encode(encoder: AveragingEncoder, counts: csr_array) -> Float[np.ndarray, "texts dim"]:
    """Return the vectors of texts, seen in training or not: one forward pass."""
    if counts.shape[1] != len(encoder.word_table):
        raise ValueError(f"{counts.shape[1]} columns for {len(encoder.word_table)} words")
    with torch.no_grad():
        return encoder(torch.from_numpy(counts.toarray()).float()).numpy()


def split_in_two(sentences_of: csr_array, rng: np.random.Generator) -> tuple[csr_array, csr_array]:
    """Deal the sentences of every text at random into two halves.

    Parameters
    ----------
    sentences_of
        One row a text, one column a sentence, 1 where the text holds the sentence.

    Returns
    -------
    first, second : csr_array
        Of the shape of `sentences_of`; together they are `sentences_of`. A text with an odd
        number of sentences gives one more to `second`.
    """
    first = csr_array(sentences_of, copy=True)
    first.data[:] = 0
    for start, end in zip(first.indptr[:-1], first.indptr[1:], strict=True):
        first.data[start + rng.permutation(end - start)[: (end - start) // 2]] = 1
    return first, csr_array(sentences_of - first)


def train_encoder(
    sentences_of: csr_array,
    counts: csr_array,
    *,
    dim: int = 64,
    tau: float = 0.1,
    epochs: int = 10,
    batch: int = 256,
    learning_rate: float = 0.01,
    seed: int = 0,
    loss: Callable[..., Tensor] = info_nce,
) -> tuple[AveragingEncoder, list[float]]:
    """Train by contrast: the two halves of a text belong together, the other texts are noise.

    Parameters
    ----------
    sentences_of
        One row a text, one column a sentence, 1 where the text holds the sentence. Every text
        needs two sentences.
    counts
        Word counts of every sentence.
    loss
        ``loss(first, second, tau)``; :func:`info_nce`, or a learner's.

    Returns
    -------
    encoder : AveragingEncoder
    history
        Mean loss of the batches of each epoch.
    """
    if not sentences_of.shape[0] or np.diff(sentences_of.indptr).min() < 2:
        raise ValueError("there must be texts, and one of fewer than two sentences has no halves")
    if sentences_of.shape[1] != counts.shape[0]:
        raise ValueError(f"{sentences_of.shape[1]} sentences, but counts of {counts.shape[0]}")
    if batch < 2 or epochs < 1:
        raise ValueError(f"batch is {batch}, epochs {epochs}: at least 2 texts and 1 epoch")
    rng = np.random.default_rng(seed)
    encoder = AveragingEncoder(counts.shape[1], dim, seed)
    adam = torch.optim.Adam(encoder.parameters(), learning_rate)
    n_texts, history = sentences_of.shape[0], []
    for _ in progress(range(epochs), "encoder"):
        halves = [half @ counts for half in split_in_two(sentences_of, rng)]
        losses = []
        for texts in np.array_split(rng.permutation(n_texts), -(-n_texts // batch)):
            views = [encoder(torch.from_numpy(half[texts].toarray()).float()) for half in halves]
            value = loss(*views, tau)
            adam.zero_grad()
            value.backward()
            adam.step()
            losses.append(value.item())
        history.append(float(np.mean(losses)))
    return encoder, history
