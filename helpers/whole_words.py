"""Words as tokens of a model that has five tokens of its own in front.

What :mod:`helpers.word_pieces` is for a released model, this is for one trained on sentences that
are cut already: a word is known or it is ``[UNK]``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from helpers.vocab import Vocab
from helpers.word_pieces import CLS, SEP, SPECIAL, UNKNOWN

N_SPECIAL = len(SPECIAL)  # ids 0 to 4: [PAD], [UNK], [CLS], [SEP], [MASK]; words begin behind


@dataclass(frozen=True)
class WholeWords:
    """The tokens of a model: word ``i`` of the vocabulary has id ``i + 5``.

    Examples
    --------
    >>> from helpers.vocab import build_vocab
    >>> words = WholeWords(build_vocab([["return", "to", "play"]]))
    >>> words.tokens("play rugby")
    ['[CLS]', 'play', 'rugby', '[SEP]']
    >>> words.ids(words.tokens("play rugby"))
    [2, 5, 1, 3]
    """

    vocab: Vocab

    def __len__(self) -> int:
        return N_SPECIAL + len(self.vocab)

    def tokens(self, text: str) -> list[str]:
        """Cut a text at spaces, with [CLS] in front and [SEP] behind."""
        return [CLS, *text.split(), SEP]

    def ids(self, tokens: Sequence[str]) -> list[int]:
        """Return the ids of tokens; what the model does not know is [UNK]."""
        return [self._id(token) for token in tokens]

    def words(self, ids: Sequence[int]) -> list[str]:
        """Turn ids back into tokens."""
        return [SPECIAL[i] if i < N_SPECIAL else self.vocab.token(int(i) - N_SPECIAL) for i in ids]

    def _id(self, token: str) -> int:
        if token in SPECIAL:
            return SPECIAL.index(token)
        if token in self.vocab:
            return self.vocab.id(token) + N_SPECIAL
        return SPECIAL.index(UNKNOWN)
