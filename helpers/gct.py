"""GCT: attention between the codes of one visit, guided by a mask and by a prior.

E. Choi, Z. Xu, Y. Li, M. W. Dusenberry, G. Flores, E. Xue and A. M. Dai, *Learning the Graphical
Structure of Electronic Health Records with Graph Convolutional Transformer*, AAAI 2020.

The first block uses the prior as its attention. The blocks after it learn theirs, among the
allowed pairs; a Kullback-Leibler term keeps each close to the one before. One head, one layer of
feed-forward in each block.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from helpers.hidden_links import HiddenLinks, multi_hots
from helpers.link_prior import link_prior

VISIT, DX, TREATMENT, PADDING = range(4)
MEETS = {(VISIT, DX), (DX, VISIT), (DX, TREATMENT), (TREATMENT, DX)}
FIXED = 0.5  # the prior of a token with itself, and of the visit with a diagnosis
TINY = 1e-9  # keeps the logarithm of a weight of 0 finite


def allowed_attention(
    scores: Float[np.ndarray, "tokens seen"], allowed: Bool[np.ndarray, "tokens seen"]
) -> Float[np.ndarray, "tokens seen"]:
    """Return the softmax of each row over its allowed places; others get exactly 0.

    A row without any allowed place is all 0.

    Examples
    --------
    >>> allowed_attention(np.zeros((1, 3)), np.array([[True, False, True]]))
    array([[0.5, 0. , 0.5]])
    """
    masked = np.where(allowed, scores, -np.inf)
    top = masked.max(axis=1, keepdims=True)
    weights = np.exp(masked - np.where(np.isfinite(top), top, 0))
    total = weights.sum(axis=1, keepdims=True)
    return weights / np.where(total > 0, total, 1)


class Encounters:
    """Visits as tokens, [visit, diagnoses, treatments, padding], with their priors and masks.

    Parameters
    ----------
    visits
        What to pack; the true owners in them are not read.
    given_dx, given_treatment
        p(treatment | diagnosis) and p(diagnosis | treatment), both (diagnoses, treatments).
    """

    def __init__(
        self,
        visits: Sequence[HiddenLinks],
        given_dx: Float[np.ndarray, "diagnoses treatments"],
        given_treatment: Float[np.ndarray, "diagnoses treatments"],
    ) -> None:
        n_dx, n_treatments = given_dx.shape
        self.size = n_dx + n_treatments + 2  # of the vocabulary: codes, visit, padding
        length = 1 + max(len(v.dx) + len(v.treatments) for v in visits)
        token = np.full((len(visits), length), self.size - 1)
        kind = np.full((len(visits), length), PADDING)
        prior = np.zeros((len(visits), length, length), np.float32)
        prior[:, range(length), range(length)] = FIXED
        for i, visit in enumerate(visits):
            dx, rx = self.places(visit)
            token[i, 0], token[i, dx], token[i, rx] = (
                self.size - 2, visit.dx, n_dx + visit.treatments,
            )  # fmt: skip
            kind[i, 0], kind[i, dx], kind[i, rx] = VISIT, DX, TREATMENT
            block = np.ix_(visit.dx, visit.treatments)
            prior[i, dx, rx], prior[i, rx, dx] = given_dx[block], given_treatment[block].T
            prior[i, 0, dx] = prior[i, dx, 0] = FIXED
        meets = np.zeros((4, 4), bool)
        meets[tuple(zip(*MEETS, strict=True))] = True
        allowed = meets[kind[:, :, None], kind[:, None, :]] | np.eye(length, dtype=bool)
        prior /= prior.sum(axis=2, keepdims=True)
        self.token, self.prior = torch.tensor(token), torch.tensor(prior)
        self.allowed, self.real = torch.tensor(allowed), torch.tensor(kind != PADDING)
        self.label = torch.tensor([float(visit.label) for visit in visits])
        self.visits = list(visits)

    @staticmethod
    def places(visit: HiddenLinks) -> tuple[slice, slice]:
        """Return where the diagnoses and the treatments of a visit stand."""
        middle = 1 + len(visit.dx)
        return slice(1, middle), slice(middle, middle + len(visit.treatments))

    def links(
        self, attention: Float[Tensor, "visits tokens tokens"]
    ) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Read an attention twice, as one (diagnoses, treatments) table a visit.

        Returns
        -------
        from_dx
            How much each diagnosis looks at each treatment.
        from_treatments
            How much each treatment looks at each diagnosis.
        """
        dx_rx = [self.places(visit) for visit in self.visits]
        from_dx = [attention[i, dx, rx].numpy() for i, (dx, rx) in enumerate(dx_rx)]
        return from_dx, [attention[i, rx, dx].T.numpy() for i, (dx, rx) in enumerate(dx_rx)]


def encounters(
    visits: Sequence[HiddenLinks], train: Sequence[HiddenLinks], n_dx: int, n_treatments: int
) -> Encounters:
    """Pack visits with a prior that was counted in the visits of `train`."""
    dx, treatments = multi_hots(train, n_dx, n_treatments)
    return Encounters(visits, link_prior(dx, treatments), link_prior(treatments, dx).T)


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

    Examples
    --------
    >>> one, two = torch.tensor([[[1.0, 0.0]]]), torch.tensor([[[0.5, 0.5]]])
    >>> round(drift([one, two], torch.ones(1, 1, dtype=torch.bool)).item(), 3)  # ln 2
    0.693
    """
    pairs = list(pairwise(attentions))
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
