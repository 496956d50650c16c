"""BERT (Devlin et al. 2019): an encoder of transformer blocks that fills in masked words.

The input of a token is the sum of three rows: of the token table, of the position table and of
the segment table (which of two texts it is from). Each block lets the tokens look at each other
(:mod:`helpers.attention`, several times side by side: the heads), then sends every token through
the same small network of two layers. Both halves are *residual*: they add to what was there, and
the sum is brought to mean 0 and variance 1 by a layer norm (post-norm, as in Vaswani et al. 2017).

Where this leaves the paper: there is no dropout and no second task (is the next sentence the
next?), which later models left out too.

Names of parameters follow the roles, not the released files; :mod:`helpers.bert_files` knows both.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn.functional import gelu

from helpers.attention import attention


@dataclass(frozen=True)
class BertConfig:
    """The sizes of a model. BERT base has 30,522 x 768, 12 layers and 12 heads."""

    vocab_size: int  # rows of the token table
    positions: int = 32  # rows of the position table: the longest text, with [CLS] and [SEP]
    segments: int = 2  # rows of the segment table
    dim: int = 32  # numbers of one token
    heads: int = 2  # attentions side by side, each with dim / heads numbers
    hidden: int = 64  # width inside the feed-forward network
    layers: int = 2  # blocks
    epsilon: float = 1e-12  # added to a variance before its root is divided by

    def __post_init__(self):
        for name in ("vocab_size", "positions", "segments", "dim", "heads", "hidden", "layers"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, it has to be 1 or more")
        if self.dim % self.heads:
            raise ValueError(f"{self.heads} heads cannot share {self.dim} numbers evenly")


class Block(nn.Module):
    """One layer: attention among the tokens, then a network for each token alone."""

    def __init__(self, config: BertConfig, attend: Callable = attention):
        super().__init__()
        self.heads, self.attend = config.heads, attend
        self.query, self.key, self.value, self.merge = (
            nn.Linear(config.dim, config.dim) for _ in range(4)
        )
        self.widen = nn.Linear(config.dim, config.hidden)
        self.narrow = nn.Linear(config.hidden, config.dim)
        self.norm_attention = nn.LayerNorm(config.dim, eps=config.epsilon)
        self.norm_network = nn.LayerNorm(config.dim, eps=config.epsilon)

    def forward(
        self, x: Float[Tensor, "batch length dim"], mask: Bool[Tensor, "batch length"]
    ) -> tuple[Float[Tensor, "batch length dim"], Float[Tensor, "batch heads length length"]]:
        """Return the new vectors of the tokens, and who looked at whom."""
        Q, K, V = (self.split(part(x)) for part in (self.query, self.key, self.value))
        seen, weights = self.attend(Q, K, V, mask[:, None, None, :])
        seen = seen.transpose(1, 2).flatten(2)  # the heads side by side again
        x = self.norm_attention(x + self.merge(seen))
        x = self.norm_network(x + self.narrow(gelu(self.widen(x))))
        return x, weights

    def split(
        self, x: Float[Tensor, "batch length dim"]
    ) -> Float[Tensor, "batch heads length head_dim"]:
        """Cut each vector into one piece for each head."""
        return x.unflatten(2, (self.heads, -1)).transpose(1, 2)


class Bert(nn.Module):
    """The encoder and the layer that turns its vectors into guesses of words.

    Parameters
    ----------
    config
        The sizes.
    seed
        For the first values of the parameters.
    attend
        The attention it uses: the course's, or one with the same arguments.
    spread
        Standard deviation of the first values; .02 is that of the released program.
    """

    def __init__(
        self,
        config: BertConfig,
        seed: int = 0,
        attend: Callable = attention,
        spread: float = 0.02,
    ):
        super().__init__()
        self.config = config
        self.token = nn.Embedding(config.vocab_size, config.dim)
        self.position = nn.Embedding(config.positions, config.dim)
        self.segment = nn.Embedding(config.segments, config.dim)
        self.norm_input = nn.LayerNorm(config.dim, eps=config.epsilon)
        self.blocks = nn.ModuleList(Block(config, attend) for _ in range(config.layers))
        self.guess = nn.Linear(config.dim, config.dim)
        self.norm_guess = nn.LayerNorm(config.dim, eps=config.epsilon)
        self.guess_bias = nn.Parameter(torch.zeros(config.vocab_size))
        self._draw(torch.Generator().manual_seed(seed), spread)

    def _draw(self, rng: torch.Generator, spread: float) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Embedding):
                nn.init.normal_(module.weight, 0, spread, generator=rng)
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)

    def inputs(
        self, ids: Int[Tensor, "batch length"], segments: Int[Tensor, "batch length"] | None = None
    ) -> Float[Tensor, "batch length dim"]:
        """Add the rows of token, position and segment, and norm the sum.

        Raises
        ------
        ValueError
            If there are more tokens than positions.
        """
        if ids.shape[1] > self.config.positions:
            raise ValueError(
                f"{ids.shape[1]} tokens, the model has {self.config.positions} positions"
            )
        places = torch.arange(ids.shape[1])
        segments = torch.zeros_like(ids) if segments is None else segments
        return self.norm_input(self.token(ids) + self.position(places) + self.segment(segments))

    def states(
        self,
        ids: Int[Tensor, "batch length"],
        mask: Bool[Tensor, "batch length"] | None = None,
        segments: Int[Tensor, "batch length"] | None = None,
    ) -> tuple[list[Float[Tensor, "batch length dim"]], list[Tensor]]:
        """Return the vectors of the tokens, at the input and after each block, and the weights.

        Parameters
        ----------
        mask
            True where a token is real; all are where it is None.
        """
        mask = torch.ones_like(ids, dtype=torch.bool) if mask is None else mask
        states, weights = [self.inputs(ids, segments)], []
        for block in self.blocks:
            state, weight = block(states[-1], mask)
            states.append(state)
            weights.append(weight)
        return states, weights

    def scores(self, state: Float[Tensor, "*batch dim"]) -> Float[Tensor, "*batch vocab"]:
        """Score every word for each vector of the last layer; the token table serves twice."""
        return self.norm_guess(gelu(self.guess(state))) @ self.token.weight.T + self.guess_bias
