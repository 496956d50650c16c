"""The words a model knows, their ids and how often each was seen.

Ids go by falling count and, where counts are equal, by the alphabet, so that the
same sentences give the same ids in every session and on every machine.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import SupportsInt

import numpy as np
from jaxtyping import Int

from helpers.token_stream import Id, TokenStream


@dataclass(frozen=True, eq=False)
class Vocab:
    """Tokens in the order of their ids, with their counts.

    Parameters
    ----------
    tokens
        Token ``i`` has id ``i``; no token occurs twice.
    counts
        ``counts[i]`` is how often ``tokens[i]`` was seen.

    Examples
    --------
    >>> vocab = Vocab(("insulin", "metformin"), np.array([5, 3]))
    >>> vocab.id("metformin"), vocab.token(0), len(vocab)
    (1, 'insulin', 2)
    """

    tokens: tuple[str, ...]
    counts: Int[np.ndarray, " vocab"]
    ids: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self):
        if len(self.tokens) != len(self.counts):
            raise ValueError(f"{len(self.tokens)} tokens but {len(self.counts)} counts")
        ids = {token: token_id for token_id, token in enumerate(self.tokens)}
        if len(ids) != len(self.tokens):
            twice = next(token for token, n in Counter(self.tokens).items() if n > 1)
            raise ValueError(f"token {twice!r} is in the vocabulary twice")
        object.__setattr__(self, "ids", ids)

    def __len__(self) -> int:
        return len(self.tokens)

    def __contains__(self, token: object) -> bool:
        return token in self.ids

    def id(self, token: str) -> int:
        """Return the id of `token`; a `KeyError` names a token that is not known."""
        try:
            return self.ids[token]
        except KeyError:
            raise KeyError(f"{token!r} is not among the {len(self)} known tokens") from None

    def token(self, token_id: Id) -> str:
        """Return the token with this id; an `IndexError` names an id out of range."""
        if not 0 <= token_id < len(self):
            raise IndexError(f"id {token_id} is not in 0 .. {len(self) - 1}")
        return self.tokens[token_id]

    def encode(self, tokens: Sequence[str]) -> Int[np.ndarray, " length"]:
        """Turn tokens into ids; an unknown token is a `KeyError`."""
        return np.array([self.id(token) for token in tokens], dtype=np.int64)

    def encode_known(self, tokens: Sequence[str]) -> tuple[Int[np.ndarray, " length"], int]:
        """Turn the known tokens into ids; also return how many unknown ones were dropped.

        Examples
        --------
        >>> vocab = build_vocab([["fever", "cough"]])
        >>> vocab.encode_known(["cough", "rash", "fever"])
        (array([0, 1]), 1)
        """
        known = [self.ids[token] for token in tokens if token in self.ids]
        return np.array(known, dtype=np.int64), len(tokens) - len(known)

    def encode_sentences(self, sentences: Iterable[Sequence[str]]) -> tuple[TokenStream, int]:
        """Turn the known tokens of many sentences into one stream; also count the dropped ones.

        The neighbors of a dropped token move together, as in word2vec.
        """
        sentences = list(sentences)  # gone through more than once
        for number, sentence in enumerate(sentences):
            _check_sentence(number, sentence)
        lengths = [len(sentence) for sentence in sentences]
        found = map(self.ids.get, chain.from_iterable(sentences), repeat(-1))
        ids = np.fromiter(found, dtype=np.int64, count=sum(lengths))
        stream = TokenStream(ids, np.repeat(np.arange(len(lengths)), lengths))
        known = stream.where(ids >= 0)
        return known, len(stream) - len(known)

    def decode(self, token_ids: Iterable[SupportsInt]) -> list[str]:
        """Turn ids back into tokens."""
        return [self.token(int(token_id)) for token_id in token_ids]


def build_vocab(sentences: Iterable[Sequence[str]], min_count: int = 1) -> Vocab:
    """Collect the tokens that occur at least `min_count` times.

    Parameters
    ----------
    sentences
        Each a sequence of tokens. A visit, or a patient's stream of codes, is a sentence too.
    min_count
        A token seen exactly this often stays.

    Raises
    ------
    ValueError
        If a sentence is a bare string, which would be cut into letters, or if no token is
        left.

    Examples
    --------
    >>> vocab = build_vocab([["b", "a", "a"], ["c", "b"]], min_count=2)
    >>> vocab.tokens, vocab.counts
    (('a', 'b'), array([2, 2]))
    """
    if min_count < 1:
        raise ValueError(f"min_count is {min_count}, it must be at least 1")
    seen: Counter[str] = Counter()
    for number, sentence in enumerate(sentences):
        _check_sentence(number, sentence)
        seen.update(sentence)
    kept = [(token, n) for token, n in seen.items() if n >= min_count]
    if not kept:
        raise ValueError(f"none of {len(seen)} tokens occurs {min_count} times or more")
    kept.sort(key=lambda item: (-item[1], item[0]))
    return Vocab(
        tokens=tuple(token for token, _ in kept),
        counts=np.array([n for _, n in kept], dtype=np.int64),
    )


def _check_sentence(number: int, sentence: Sequence[str]) -> None:
    if isinstance(sentence, str):
        raise ValueError(f"sentence {number} is the string {sentence!r}, not a list of tokens")
