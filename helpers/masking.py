"""The training task of BERT: hide some words and guess them (Devlin et al. 2019, section 3.1).

Of the ordinary tokens 15 % are chosen, and only these are guessed. A chosen token becomes
``[MASK]`` in 80 % of the cases, a random word in 10 %, and stays as it is in 10 %: later texts
have no ``[MASK]``, so a model that works only where it sees one would be of no use.

The released program chooses 15 % of every text, rounded; here each token is chosen on its own, as
later programs do. The released program draws the random word from all rows of the table; here
from the ordinary words.
"""

import numpy as np
from jaxtyping import Int

from helpers.whole_words import N_SPECIAL
from helpers.word_pieces import SPECIAL

MASK = SPECIAL.index("[MASK]")
NOT_ASKED = -100  # the label that `torch.nn.functional.cross_entropy` leaves out


def mask_tokens(
    ids: Int[np.ndarray, "*shape"], rng: np.random.Generator, vocab_size: int, p: float = 0.15
) -> tuple[Int[np.ndarray, "*shape"], Int[np.ndarray, "*shape"]]:
    """Return what the model reads, and what it has to answer.

    Parameters
    ----------
    ids
        Token ids; those below 5 are special and never chosen.
    vocab_size
        Number of ids, the special ones included.
    p
        The chance of an ordinary token to be chosen.

    Returns
    -------
        The inputs, and the labels: the true id where a token was chosen, else -100.

    Raises
    ------
    ValueError
        If `p` is no chance, or there is no ordinary word among the ids.

    Examples
    --------
    >>> inputs, labels = mask_tokens(np.array([2, 7, 8, 3]), np.random.default_rng(1), 9, p=1.0)
    >>> labels
    array([-100,    7,    8, -100])
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p is {p}, a chance between 0 and 1 is needed")
    if vocab_size <= N_SPECIAL:
        raise ValueError(f"vocab_size is {vocab_size}: there is no word beside the special tokens")
    chosen = (ids >= N_SPECIAL) & (rng.random(ids.shape) < p)
    fate = rng.random(ids.shape)
    random_words = rng.integers(N_SPECIAL, vocab_size, size=ids.shape)
    inputs = np.where(chosen & (fate < 0.8), MASK, ids)
    inputs = np.where(chosen & (fate >= 0.9), random_words, inputs)
    return inputs, np.where(chosen, ids, NOT_ASKED)
