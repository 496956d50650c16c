"""WordPiece: words that a vocabulary lacks are cut into pieces that it has.

As released with BERT (Devlin et al. 2019; ``tokenization.py`` of google-research/bert). First the
text is cleaned, lower-cased if the model wants it, and cut at spaces and punctuation. Then each
word is cut from the left into the longest pieces that are in the vocabulary; a piece that does
not begin a word is written with ``##``: *embeddings* may become ``em ##bed ##ding ##s``.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PAD, UNKNOWN, CLS, SEP, MASK = SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LONGEST = 100  # letters; a longer word is unknown
# blocks of Unicode whose characters are words of their own (Chinese, and Chinese only)
IDEOGRAPHS = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip


@dataclass(frozen=True)
class WordPieces:
    """A vocabulary of pieces, and how it cuts a text.

    Parameters
    ----------
    pieces
        Piece ``i`` has id ``i``.
    lower
        Whether letters are lower-cased and lose their accents.

    Examples
    --------
    >>> cut = WordPieces((*SPECIAL, "he", "play", "##ing", "##s", "."))
    >>> cut.tokens("He plays.")
    ['[CLS]', 'he', 'play', '##s', '.', '[SEP]']
    >>> cut.ids(["[CLS]", "play", "##ing"])
    [2, 6, 7]
    """

    pieces: Sequence[str]
    lower: bool = True

    def __post_init__(self):
        missing = [name for name in SPECIAL if name not in self.pieces]
        if missing:
            raise ValueError(f"the vocabulary has no {', '.join(missing)}")
        places = {piece: i for i, piece in enumerate(self.pieces)}  # of a piece twice, the last
        object.__setattr__(self, "_places", places)

    @classmethod
    def read(cls, path: Path, lower: bool = True) -> "WordPieces":
        """Read a ``vocab.txt``: one piece a line, the first line has id 0."""
        try:
            lines = Path(path).read_text(encoding="utf-8").removesuffix("\n").split("\n")
            return cls(tuple(line.strip() for line in lines), lower)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None

    def tokens(self, text: str) -> list[str]:
        """Cut a text into pieces, with [CLS] in front and [SEP] behind."""
        return [CLS, *(piece for word in self.words(text) for piece in self.cut(word)), SEP]

    def ids(self, tokens: Sequence[str]) -> list[int]:
        """Return the ids of pieces; a `KeyError` names one that is not in the vocabulary."""
        try:
            return [self._places[token] for token in tokens]
        except KeyError as error:
            raise KeyError(f"{error.args[0]!r} is not in the vocabulary of pieces") from None

    def words(self, text: str) -> list[str]:
        """Cut a text at spaces and punctuation; names such as [MASK] stay whole."""
        words = []
        for word in "".join(map(_clean, text)).split():
            words += [word] if word in SPECIAL else _at_punctuation(self._fold(word))
        return words

    def cut(self, word: str) -> list[str]:
        """Cut a word from the left into the longest pieces there are, or into one [UNK]."""
        if word in SPECIAL:
            return [word]
        pieces, start = [], 0
        while start < len(word) <= LONGEST:
            found = (
                piece
                for end in range(len(word), start, -1)
                if (piece := "##" * (start > 0) + word[start:end]) in self._places
            )
            piece = next(found, None)
            if piece is None:
                return [UNKNOWN]
            pieces.append(piece)
            start += len(piece) - 2 * (start > 0)
        return pieces or [UNKNOWN]

    def _fold(self, word: str) -> str:
        if not self.lower:
            return word
        letters = unicodedata.normalize("NFD", word.lower())
        return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")


def _clean(letter: str) -> str:
    """Return a space for every kind of space, nothing for control characters."""
    if letter in "\t\n\r " or unicodedata.category(letter) == "Zs":
        return " "
    if letter in "\0\ufffd" or unicodedata.category(letter).startswith("C"):
        return ""
    if any(first <= ord(letter) <= last for first, last in IDEOGRAPHS):
        return f" {letter} "
    return letter


def _at_punctuation(word: str) -> list[str]:
    parts = [""]
    for letter in word:
        if _is_punctuation(letter):
            parts += [letter, ""]
        else:
            parts[-1] += letter
    return [part for part in parts if part]


def _is_punctuation(letter: str) -> bool:
    """Tell whether a character is punctuation; all ASCII that is no letter or digit counts."""
    ascii_sign = letter.isascii() and letter.isprintable() and not letter.isalnum()
    return ascii_sign or unicodedata.category(letter).startswith("P")
