"""What training on a stream of tokens needs: rows of tokens, noise, and a step that is safe.

The stream is cut into rows of equal length. A batch is many rows, and all its scores come from
a few matrix products, so no list of pairs is ever made.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from helpers.token_stream import TokenStream

NOISE_TABLE_SIZE = 1_000_000

FLOOR = 0.25  # added to the squared length of every row, where a curvature is estimated


def rows_of_tokens(
    stream: TokenStream, length: int, offset: int
) -> tuple[Int[Tensor, "rows length"], Int[Tensor, "rows length"]]:
    """Cut a stream into rows of token ids, beside the sentence of each token.

    `offset` places before the first token, and some after the last, are filled with words that
    are each a sentence of their own, and so have no pairs. Pairs across a cut are lost: another
    offset in every epoch gives all pairs their turn.
    """
    after = -(offset + len(stream)) % length
    ids = np.pad(stream.ids, (offset, after))
    alone = -1 - np.arange(offset + after)
    sentence_of = np.concatenate([alone[:offset], stream.sentence_of, alone[offset:]])
    return tuple(torch.from_numpy(x).view(-1, length) for x in (ids, sentence_of))


def batches_of_rows(
    stream: TokenStream, length: int, generator: torch.Generator
) -> Iterator[tuple[Int[Tensor, "batch length"], Int[Tensor, "batch length"]]]:
    """Cut the stream at a random place and yield its rows in random order.

    A batch has about 2,048 tokens; fewer in a short stream, so that there are steps enough.
    """
    offset = int(torch.randint(length, (), generator=generator))
    ids, sentence_of = rows_of_tokens(stream, length, offset)
    n_tokens = min(2048, max(256, ids.numel() // 100))
    for rows in torch.randperm(len(ids), generator=generator).split(max(1, n_tokens // length)):
        yield ids.index_select(0, rows), sentence_of.index_select(0, rows)


def noise_table(p: Float[np.ndarray, " vocab"]) -> Int[Tensor, " entries"]:
    """Return a long list of word ids in which each word has its share of the places.

    A random place is then a random word, as in the released word2vec program. A word with any
    probability has at least one place in a million.
    """
    return torch.from_numpy(np.repeat(np.arange(len(p)), np.ceil(p * NOISE_TABLE_SIZE).astype(int)))


def draw_noise(
    table: Int[Tensor, " entries"], rows: int, columns: int, generator: torch.Generator
) -> Int[Tensor, "rows columns"]:
    """Draw words from a `noise_table`."""
    places = torch.randint(len(table), (rows * columns,), generator=generator)
    return table.index_select(0, places).view(rows, columns)


Part = tuple[Int[Tensor, "_"], Float[Tensor, "_ dim"], Float[Tensor, "_"]]


def damped_step(
    table: Float[Tensor, "vocab dim"],
    parts: Sequence[Part],
    learning_rate: float,
    scratch: Float[Tensor, " vocab"],
) -> None:
    """Move rows of a table downhill, in place, adding up what repeats.

    Plain steps diverge: a frequent word gets hundreds of gradients in one batch, each
    computed as if it were alone. So a row steps by ``lr / (1 + lr h)`` with ``h`` the curvature
    summed over its places: ``lr`` when it is rare, at most about ``1 / h``, a Newton step, when it
    is frequent. Nothing here costs more for a larger vocabulary.

    Parameters
    ----------
    parts
        Each the ids of rows, a gradient and a curvature for each id.
    scratch
        Zeros, one for each row of the table; zeros again afterwards.
    """
    for ids, _, curvature in parts:
        scratch.index_add_(0, ids, curvature)
    for ids, gradient, _ in parts:
        rate = learning_rate / (1 + learning_rate * scratch.index_select(0, ids))
        table.index_add_(0, ids, gradient * -rate[:, None])
    for ids, _, _ in parts:
        scratch.index_fill_(0, ids, 0)


def slope_estimate(ids: Int[Tensor, " tokens"]) -> float:
    """Guess what a sigmoid adds to the curvature of a row, on average, in the worst direction.

    A slope ``s (1 - s)`` is at most 1/4, much less for most noise, and in a corpus of many words
    the gradients of a batch point in many directions. In a corpus of few words they point in the
    same one, so half the chance that two tokens are the same word is added. Larger is slower and
    safer.
    """
    share = torch.bincount(ids).double() / len(ids)
    return 0.03 + 0.5 * share.square().sum().item()


def square_length(rows: Float[Tensor, "batch places dim"]) -> Float[Tensor, "batch places"]:
    """Return ``|row|^2`` of every row, plus a little so that rows at the start are not nothing."""
    return torch.linalg.vector_norm(rows, dim=2).square_().add_(FLOOR)
