"""Vectors of a word in its sentences, and whether they tell its senses apart.

A model gives a word one vector for each *layer* and each sentence. Layers are counted from the
token table, 0, which knows the word and nothing else; 1 is the input of the first block, where the
position is added; 2, 3, ... are what comes out of the blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Bool, Float, Int

from helpers.bert import Bert
from helpers.similarity import pairwise_cosine, unit_rows


@runtime_checkable
class Tokens(Protocol):
    """What cuts a text: :class:`helpers.whole_words.WholeWords` or a released model's pieces."""

    def tokens(self, text: str) -> list[str]:
        """Return the tokens, with the special ones."""

    def ids(self, tokens: Sequence[str]) -> list[int]:
        """Return their ids."""


@dataclass(frozen=True)
class Reading:
    """One text as a model reads it.

    `tokens` include [CLS] and [SEP]; `hidden` holds their vectors, layer by layer; `weights` say
    for each block and head how much each token (row) looked at each other (column).
    """

    tokens: list[str]
    hidden: Float[np.ndarray, "layers length dim"]
    weights: Float[np.ndarray, "blocks heads length length"]


@torch.no_grad()
def read_text(model: Bert, cut: Tokens, text: str) -> Reading:
    """Read one text.

    Raises
    ------
    ValueError
        If it has more tokens than the model has positions.
    """
    tokens = cut.tokens(text)
    ids = torch.tensor([cut.ids(tokens)])
    states, weights = model.states(ids)
    hidden = torch.cat([model.token(ids), *states])
    return Reading(tokens, hidden.numpy(), torch.cat(weights).numpy())


def word_vector_at(
    hidden: Float[np.ndarray, "layers length dim"],
    words: Sequence[str],
    word: str,
    layer: int = -1,
    last: bool = False,
) -> Float[np.ndarray, " dim"]:
    """Return the vector of a word in its sentence.

    Parameters
    ----------
    hidden
        The vectors of all layers; place 0 is [CLS], and the words begin at place 1.
    words
        The words of the sentence, without [CLS] and [SEP].
    layer
        Counted from the token table, 0; the last one where it is -1.
    last
        Take the last occurrence of the word, not the first.

    Raises
    ------
    ValueError
        If the sentence does not have the word.
    """
    places = [i for i, other in enumerate(words) if other == word]
    if not places:
        raise ValueError(f"{word!r} is not in the sentence {' '.join(words)!r}")
    return hidden[layer, places[-1 if last else 0] + 1]


def word_vectors(
    model: Bert, cut: Tokens, texts: Sequence[str], word: str
) -> tuple[Float[np.ndarray, "layers texts dim"], Int[np.ndarray, " texts"]]:
    """Return the vectors of a word in many texts, layer by layer, and its place in each of them.

    The first occurrence counts; place 1 is the first token behind [CLS].

    Raises
    ------
    ValueError
        If a text does not have the word as a token, or has more tokens than there are positions,
        or there is no text.
    """
    if not len(texts):
        raise ValueError(f"there is no sentence with {word!r} to read")
    tokens = [cut.tokens(text) for text in texts]
    for row in tokens:
        if word not in row[1:-1]:
            raise ValueError(f"{word!r} is not in the sentence {' '.join(row[1:-1])!r}")
    places = np.array([row.index(word, 1) for row in tokens])
    states = _all_layers(model, [cut.ids(row) for row in tokens])
    return np.stack([state[np.arange(len(texts)), places] for state in states]), places


@torch.no_grad()
def _all_layers(model: Bert, rows: Sequence[Sequence[int]]) -> list[np.ndarray]:
    """Read many texts at once, padded behind; return the layers, the token table first."""
    longest = max(map(len, rows))
    ids = torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows])
    mask = torch.arange(longest) < torch.tensor([[len(row)] for row in rows])
    states, _ = model.states(ids, mask)
    return [layer.numpy() for layer in (model.token(ids), *states)]


def cosines_of_senses(
    A: Float[np.ndarray, "a dim"],
    B: Float[np.ndarray, "b dim"],
    counted: Bool[np.ndarray, "rows rows"] | None = None,
) -> tuple[float, float]:
    """Return the mean cosine of two rows of one sense, and of two rows of different senses.

    Parameters
    ----------
    A, B
        Vectors of one word, in sentences of its one and of its other sense.
    counted
        Which pairs count, of all rows, those of A first; all do where it is None.

    Raises
    ------
    ValueError
        If there is no pair of one kind, or a row holds what is no number.
    """
    if not all(np.isfinite(rows).all() for rows in (A, B)):
        raise ValueError("a row holds what is no number (nan or infinite)")
    cosine = pairwise_cosine(np.vstack([A, B]))
    sense = np.arange(len(cosine)) >= len(A)
    counted = np.ones(cosine.shape, dtype=bool) if counted is None else counted
    counted = counted & ~np.eye(len(cosine), dtype=bool)  # not each row with itself
    same = sense[:, None] == sense
    for pairs, kind in ((same, "one sense"), (~same, "two senses")):
        if not (pairs & counted).any():
            raise ValueError(f"no pair of {kind} among {len(A)} and {len(B)} rows")
    return float(cosine[same & counted].mean()), float(cosine[~same & counted].mean())


def sense_gap(A: Float[np.ndarray, "a dim"], B: Float[np.ndarray, "b dim"]) -> float:
    """Return the mean cosine within the senses, all pairs in one pool, less that across.

    Examples
    --------
    >>> sense_gap(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 1.0], [0.0, 2.0]]))
    1.0
    """
    within, across = cosines_of_senses(A, B)
    return within - across


def nearest_sense(
    known: Float[np.ndarray, "known dim"],
    senses: Sequence[str],
    asked: Float[np.ndarray, "asked dim"],
) -> list[str]:
    """Guess the sense of each asked row: the one whose mean vector has the largest cosine.

    Raises
    ------
    ValueError
        If no sense is known, or there is not one for each known row.
    """
    if not 0 < len(senses) == len(known):
        raise ValueError(
            f"{len(known)} known rows and {len(senses)} senses; one for each is needed"
        )
    names = sorted(set(senses))
    means = np.stack([known[np.array(senses) == name].mean(axis=0) for name in names])
    cosine = (unit_rows(asked) @ unit_rows(means).T).round(6)  # a tie goes to the first name
    return [names[i] for i in cosine.argmax(axis=1)]
