"""What training on a stream of tokens needs: rows of tokens, noise, and a step that is safe.

The stream is cut into rows of equal length. A batch is many rows, and all its scores come from
a few matrix products, so no list of pairs is ever made.
"""

from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

# The slope s(1 - s) of the sigmoid is at most 1/4, and small for most noise. This average
# stands for it where the curvature of a batch is estimated; larger is slower and safer.
SIGMOID_SLOPE = 0.03

NOISE_TABLE_SIZE = 1_000_000


def rows_of_tokens(
    ids: Int[Tensor, " tokens"], sentence_of: Int[Tensor, " tokens"], length: int, offset: int
) -> tuple[Int[Tensor, "rows length"], Int[Tensor, "rows length"]]:
    """Cut a stream into rows; the first cut comes `length` minus `offset` tokens after the start.

    Pairs across a cut are lost, so another offset in every epoch gives all pairs their turn. The
    rows are filled up with words that are each a sentence of their own, and so have no pairs.
    """
    after = -(offset + len(ids)) % length
    fill = torch.arange(-1, -1 - offset - after, -1, dtype=sentence_of.dtype)
    ids = torch.cat([ids.new_zeros(offset), ids, ids.new_zeros(after)])
    sentence_of = torch.cat([fill[:offset], sentence_of, fill[offset:]])
    return ids.view(-1, length), sentence_of.view(-1, length)


def batches_of_rows(
    ids: Int[Tensor, " tokens"],
    sentence_of: Int[Tensor, " tokens"],
    length: int,
    generator: torch.Generator,
) -> Iterator[tuple[Int[Tensor, "batch length"], Int[Tensor, "batch length"]]]:
    """Cut the stream at a random place and yield its rows in random order.

    A batch has about 2,048 tokens; fewer in a short stream, so that there are steps enough.
    """
    offset = int(torch.randint(length, (), generator=generator))
    ids, sentence_of = rows_of_tokens(ids, sentence_of, length, offset)
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


def damped_step(
    table: Float[Tensor, "vocab dim"],
    ids: Int[Tensor, " places"],
    gradient: Float[Tensor, "places dim"],
    curvature: Float[Tensor, " places"],
    learning_rate: float,
    scratch: Float[Tensor, " vocab"],
) -> None:
    """Move the rows `ids` of a table downhill, in place, adding up what repeats.

    Plain steps diverge: a frequent word gets hundreds of gradients in one batch, each
    computed as if it were alone. So a row steps by ``lr / (1 + lr h)`` with ``h`` the curvature
    summed over its places: ``lr`` when it is rare, at most about ``1 / h``, a Newton step, when it
    is frequent. Nothing here costs more for a larger vocabulary.

    Parameters
    ----------
    scratch
        Zeros, one for each row of the table; zeros again afterwards.
    """
    scratch.index_add_(0, ids, curvature)
    rate = learning_rate / (1 + learning_rate * scratch.index_select(0, ids))
    table.index_add_(0, ids, gradient * -rate[:, None])
    scratch.index_fill_(0, ids, 0)


def square_length(rows: Float[Tensor, "batch places dim"]) -> Float[Tensor, "batch places"]:
    """Return ``|row|^2`` of every row."""
    return torch.linalg.vector_norm(rows, dim=2).square_()
