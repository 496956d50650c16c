"""The two tables of a skip-gram model: how they are to be trained, and what comes out.

Every word has a row in the center table (it is predicted *from*) and one in the context
table (it is predicted). That makes ``2 V d`` numbers, and there is nothing else to learn.
"""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float


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
    n_unknown
        How many tokens were left out because the vocabulary does not have them.
    """

    center_table: Float[np.ndarray, "vocab dim"]
    context_table: Float[np.ndarray, "vocab dim"]
    history: list[float] = field(repr=False)
    trainer: str = ""
    n_unknown: int = 0


@dataclass(frozen=True)
class TrainingPlan:
    """What a trainer of negative sampling is asked to do; :func:`helpers.sgns.train_skipgram`."""

    dim: int = 64
    window: int = 5  # largest distance of center and context
    weighting: str = "dynamic"  # how a pair counts at each distance, see pairs.weight_at
    k: int = 5  # noise words a pair
    epochs: int = 5
    shrink: float = 0.01  # L2 penalty on the rows of a true pair, see penalties; the paper has none
    learning_rate: float = 0.1  # of the stream; the counts need none
    seed: int = 0

    def __post_init__(self):
        for name in ("dim", "window", "k", "epochs"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, it must be at least 1")
        if not self.shrink >= 0:
            raise ValueError(f"shrink is {self.shrink}, it must not be negative")
        if not self.learning_rate > 0:
            raise ValueError(f"learning_rate is {self.learning_rate}, it must be positive")


def penalties(
    pairs: Float[np.ndarray, " vocab"], shrink: float, doubt: float
) -> Float[np.ndarray, " vocab"]:
    """Return the weight of ``|row|^2 / 2`` in the penalised loss of a corpus.

    It is `shrink` for every true pair that a word has, and for `doubt` times their square root
    more, because a count of ``n`` is uncertain by about ``sqrt(n)``. So a rare word is not learned
    by heart.
    """
    return shrink * (pairs + doubt * np.sqrt(pairs))


def initial_tables(
    vocab_size: int, dim: int, rng: np.random.Generator
) -> tuple[Float[np.ndarray, "vocab dim"], Float[np.ndarray, "vocab dim"]]:
    """Draw small center rows from ``(-.5, .5) / dim`` and set all context rows to zero.

    This is the start of the released word2vec program. All scores are 0, so the first loss of a
    softmax is ``ln V``, and of negative sampling ``(k + 1) ln 2``.
    """
    if vocab_size < 1 or dim < 1:
        raise ValueError(f"a table needs rows and columns, not {vocab_size} x {dim}")
    center_table = (rng.random((vocab_size, dim)) - 0.5) / dim
    return center_table, np.zeros((vocab_size, dim))
