"""Many sentences in one array: the form in which counting and training read a corpus."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from jaxtyping import Bool, Int

Ids = Sequence[int] | Int[np.ndarray, "..."]


@dataclass(frozen=True, eq=False)
class TokenStream:
    """All tokens of a corpus, one after the other, and the sentence each one stands in.

    Parameters
    ----------
    ids
        Token ids.
    sentence_of
        Number of the sentence, never falling. Numbers of empty sentences are left out.
    """

    ids: Int[np.ndarray, " tokens"]
    sentence_of: Int[np.ndarray, " tokens"]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def longest(self) -> int:
        """Number of tokens of the longest sentence, 0 without any."""
        return int(np.bincount(self.sentence_of).max(initial=0))

    def where(self, kept: Bool[np.ndarray, " tokens"]) -> "TokenStream":
        """Leave out tokens; the neighbors of one left out move together."""
        return TokenStream(self.ids[kept], self.sentence_of[kept])


def flatten(sentences: Sequence[Ids], vocab_size: int) -> TokenStream:
    """Put sentences of ids into one stream.

    Raises
    ------
    ValueError
        If an id is not in ``0 .. vocab_size - 1``; it names the sentence.

    Examples
    --------
    >>> flatten([[3, 1], [], [2]], vocab_size=4)
    TokenStream(ids=array([3, 1, 2]), sentence_of=array([0, 0, 2]))
    """
    lengths = [len(sentence) for sentence in sentences]
    sentence_of = np.repeat(np.arange(len(lengths)), lengths)
    ids = np.fromiter(chain.from_iterable(sentences), dtype=np.int64, count=sum(lengths))
    outside = (ids < 0) | (ids >= vocab_size)
    if outside.any():
        place = int(outside.argmax())
        raise ValueError(
            f"sentence {sentence_of[place]} has id {ids[place]}, not in 0 .. {vocab_size - 1}"
        )
    return TokenStream(ids, sentence_of)
