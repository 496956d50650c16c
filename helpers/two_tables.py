"""The two tables of a skip-gram model, and what a training run hands back.

Every word has a row in the center table (it is predicted *from*) and one in the context
table (it is predicted). That makes ``2 V d`` numbers, and there is nothing else to learn.
"""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

Table = Float[np.ndarray, "vocab dim"]


@dataclass(frozen=True, eq=False)
class SkipGramResult:
    """A trained model.

    Parameters
    ----------
    center_table
        The embeddings: the table one keeps.
    context_table
        The other half of the scores ``u . v``.
    history
        Mean training loss of a pair, one number an epoch.
    trainer
        Which form of the training ran, and why, in words.
    """

    center_table: Table
    context_table: Table
    history: list[float] = field(repr=False)
    trainer: str = ""


def initial_tables(vocab_size: int, dim: int, rng: np.random.Generator) -> tuple[Table, Table]:
    """Draw small center rows from ``(-.5, .5) / dim`` and set all context rows to zero.

    This is the start of the released word2vec program. All scores are 0, so the first loss of a
    softmax is ``ln V``, and of negative sampling ``(k + 1) ln 2``.
    """
    if vocab_size < 1 or dim < 1:
        raise ValueError(f"a table needs rows and columns, not {vocab_size} x {dim}")
    center_table = (rng.random((vocab_size, dim)) - 0.5) / dim
    return center_table, np.zeros((vocab_size, dim))
