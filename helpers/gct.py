"""GCT: attention between the codes of one visit, guided by a mask and by a prior.

E. Choi, Z. Xu, Y. Li, M. W. Dusenberry, G. Flores, E. Xue and A. M. Dai, *Learning the Graphical
Structure of Electronic Health Records with Graph Convolutional Transformer*, AAAI 2020.

The first block uses the prior as its attention. The blocks after it learn theirs, among the
allowed pairs; a Kullback-Leibler term keeps each close to the one before. One head and two
feed-forward layers in each block, as in the released program, but no dropout.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from helpers.encounters import Encounters

TINY = 1e-9  # keeps the logarithm of a weight of 0 finite


def allowed_attention(
    scores: Float[np.ndarray, "tokens seen"], allowed: Bool[np.ndarray, "same_tokens same_seen"]
) -> Float[np.ndarray, "tokens seen"]:
    """Return the softmax of each row over its allowed places; others get exactly 0.

    A row without any allowed place is all 0.

    Raises
    ------
    ValueError
        If the two have different shapes, or a score that is allowed is no finite number.

    Examples
    --------
    >>> allowed_attention(np.zeros((1, 3)), np.array([[True, False, True]]))
    array([[0.5, 0. , 0.5]])
    """
    if np.shape(scores) != np.shape(allowed):
        raise ValueError(f"scores {np.shape(scores)}, allowed {np.shape(allowed)}: not one for one")
    if (bad := np.argwhere(~np.isfinite(scores) & (np.asarray(allowed) != 0))).size:
        place = bad[0].tolist()
        raise ValueError(f"the score at {place} is {scores[tuple(place)]}; it is allowed")
    masked = np.where(allowed, scores, -np.inf)
    top = masked.max(axis=1, keepdims=True, initial=-np.inf)
    weights = np.exp(masked - np.where(np.isfinite(top), top, 0))
    total = weights.sum(axis=1, keepdims=True)
    return weights / np.where(total > 0, total, 1)


class Block(nn.Module):
    """One round of attention and feed-forward, each with a skip connection and a LayerNorm."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(dim, dim, bias=False) for _ in range(3))
        self.feed = nn.Sequential(nn.Linear(dim, dim), nn.ReLU(), nn.Linear(dim, dim))
        self.norm, self.feed_norm = nn.LayerNorm(dim), nn.LayerNorm(dim)

    def attention(
        self, x: Float[Tensor, "batch tokens dim"], allowed: Bool[Tensor, "batch tokens tokens"]
    ) -> Float[Tensor, "batch tokens tokens"]:
        """Return softmax(q k / sqrt(dim)) over the allowed places."""
        scores = self.query(x) @ self.key(x).transpose(1, 2) / x.shape[-1] ** 0.5
        return scores.masked_fill(~allowed, -torch.inf).softmax(dim=-1)

    def forward(
        self, x: Float[Tensor, "batch tokens dim"], attention: Float[Tensor, "batch tokens tokens"]
    ) -> Float[Tensor, "batch tokens dim"]:
        """Mix the tokens by this attention."""
        x = self.norm(x + attention @ self.value(x))
        return self.feed_norm(x + self.feed(x))


class GCT(nn.Module):
    """Three blocks over the tokens of a visit; the visit's own token tells the risk.

    Parameters
    ----------
    size
        Of the vocabulary, `Encounters.size`.
    """

    def __init__(self, size: int, dim: int = 32, blocks: int = 3) -> None:
        super().__init__()
        self.table = nn.Embedding(size, dim)
        self.blocks = nn.ModuleList(Block(dim) for _ in range(blocks))
        self.risk = nn.Linear(dim, 1)

    def forward(
        self, data: Encounters, rows: Int[Tensor, " batch"] | slice = slice(None)
    ) -> tuple[Float[Tensor, " batch"], list[Float[Tensor, "batch tokens tokens"]]]:
        """Return a score for the outcome of each visit, and the attention of every block."""
        x = self.table(data.token[rows])
        attentions = [self.first_attention(x, data, rows)]
        for block in self.blocks[:-1]:
            x = block(x, attentions[-1])
            later = self.blocks[len(attentions)]
            attentions.append(later.attention(x, data.allowed[rows]))
        x = self.blocks[-1](x, attentions[-1])
        return self.risk(x[:, 0]).squeeze(-1), attentions

    def first_attention(
        self,
        x: Float[Tensor, "batch tokens dim"],
        data: Encounters,
        rows: Int[Tensor, " batch"] | slice,
    ) -> Float[Tensor, "batch tokens tokens"]:
        """Return what the first block looks with: the prior."""
        return data.prior[rows]


class WithoutPrior(GCT):
    """The same with the mask alone: the first block learns its attention, too."""

    def first_attention(
        self,
        x: Float[Tensor, "batch tokens dim"],
        data: Encounters,
        rows: Int[Tensor, " batch"] | slice,
    ) -> Float[Tensor, "batch tokens tokens"]:
        """Return an attention that is learned like the others."""
        return self.blocks[0].attention(x, data.allowed[rows])


def drift(
    attentions: Sequence[Float[Tensor, "batch tokens tokens"]], real: Bool[Tensor, "batch tokens"]
) -> Float[Tensor, ""]:
    """Return the mean KL(A of a block || A of the next) over blocks and real tokens.

    The released program takes the mean over padding as well.

    Raises
    ------
    ValueError
        If there is a single block.

    Examples
    --------
    >>> sharp, even = torch.eye(2)[None], torch.full((1, 2, 2), 0.5)
    >>> round(drift([sharp, even], torch.ones(1, 2, dtype=torch.bool)).item(), 3)  # ln 2
    0.693
    """
    pairs = list(pairwise(attentions))
    if not pairs:
        raise ValueError("one block drifts from nothing; two are needed")
    logs = [(before + TINY).log() - (after + TINY).log() for before, after in pairs]
    rows = [(before * log).sum(-1)[real] for (before, _), log in zip(pairs, logs, strict=True)]
    return torch.stack([row.mean() for row in rows]).mean()


def fit_gct(
    model: GCT, data: Encounters, weight: float, epochs: int, seed: int, batch_size: int = 64
) -> None:
    """Train with Adam on the outcome plus `weight` times the drift."""
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    rng = torch.Generator().manual_seed(seed)
    outcome = nn.BCEWithLogitsLoss()
    for _ in range(epochs):
        for rows in torch.randperm(len(data.token), generator=rng).split(batch_size):
            scores, attentions = model(data, rows)
            loss = outcome(scores, data.label[rows])
            if weight:
                loss = loss + weight * drift(attentions, data.real[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
