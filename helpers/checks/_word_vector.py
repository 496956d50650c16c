"""Check of the vector of a word in its sentence."""

import numpy as np

from helpers import contextual
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

WORDS = ["he", "saw", "a", "play", "and", "wants", "to", "play", "again"]
SHORT = ["playing", "is", "play"]
_rng = np.random.default_rng(6)
HIDDEN = _rng.normal(size=(4, len(WORDS) + 2, 3))
PADDED = _rng.normal(size=(3, 9, 2))  # a short sentence in a batch of longer ones
ONE = _rng.normal(size=(2, 3, 2))
for _hidden, _words in ((HIDDEN, WORDS), (PADDED, SHORT), (ONE, ["play"])):
    for _place in [i for i, _word in enumerate(_words) if _word == "play"][1:]:
        _hidden[0, _place + 1] = _hidden[0, _words.index("play") + 1]  # one row in the table


def _places(words, word):
    found = [i for i, other in enumerate(words) if other == word]
    if not found:
        raise ValueError(f"{word!r} is not in the sentence")
    return found


def _with(place=lambda found, last: found[-1 if last else 0], layer_of=lambda layer: layer, at=1):
    """Make an answer that departs in the place or in the layer."""

    def answer(hidden, words, word, layer=-1, last=False):
        return hidden[layer_of(layer)][place(_places(words, word), last) + at]

    return answer


_before = _with(at=0)
_before_and_first = _with(place=lambda found, last: found[0], at=0)
_behind = _with(at=2)
_from_the_end = _with(place=lambda found, last: -2 - found[-1 if last else 0])
_always_first = _with(place=lambda found, last: found[0])
_always_last = _with(place=lambda found, last: found[-1])
_last_upside_down = _with(place=lambda found, last: found[0 if last else -1])
_table = _with(layer_of=lambda layer: 0)
_always_the_last_layer = _with(layer_of=lambda layer: -1)
_layer_from_1 = _with(layer_of=lambda layer: layer + 1 if 0 <= layer < 2 else layer)


def _before_the_last(hidden, words, word, layer=-1, last=False):
    return hidden[layer, _places(words, word)[-1] if last else _places(words, word)[0] + 1]


def _all_layers(hidden, words, word, layer=-1, last=False):
    return hidden[:, _places(words, word)[-1 if last else 0] + 1]


def _sentence(hidden, words, word, layer=-1, last=False):
    _places(words, word)
    return hidden[layer].mean(axis=0)


def _sentence_without_special(hidden, words, word, layer=-1, last=False):
    _places(words, word)
    return hidden[layer, 1 : len(words) + 1].mean(axis=0)


def _mean_of_all(hidden, words, word, layer=-1, last=False):
    return hidden[layer, np.array(_places(words, word)) + 1].mean(axis=0)


def _cls(hidden, words, word, layer=-1, last=False):
    _places(words, word)
    return hidden[layer, 0]


def _place_itself(hidden, words, word, layer=-1, last=False):
    return np.array(_places(words, word)[-1 if last else 0] + 1)


def _part_of_a_word(hidden, words, word, layer=-1, last=False):
    found = [i for i, other in enumerate(words) if word in other]
    if not found:
        raise ValueError(word)
    return hidden[layer, found[-1 if last else 0] + 1]


def _not_raised(hidden, words, word, layer=-1, last=False):
    found = [i for i, other in enumerate(words) if other == word]
    if not found:
        return np.zeros(hidden.shape[-1])
    return hidden[layer, found[-1 if last else 0] + 1]


def _silently_cls(hidden, words, word, layer=-1, last=False):
    found = [i for i, other in enumerate(words) if other == word] or [-1]
    return hidden[layer, found[-1 if last else 0] + 1]


def _as_a_row(hidden, words, word, layer=-1, last=False):
    place = _places(words, word)[-1 if last else 0] + 1
    return hidden[layer, place : place + 1]


def _absent(answer):
    try:
        found = answer(HIDDEN.copy(), list(WORDS), "cold")
    except Exception:
        return False
    right = answer(HIDDEN.copy(), list(WORDS), "saw")
    return np.shape(found) in ((), (3,)) and np.allclose(right, HIDDEN[-1, 2])


def _is_row(answer):
    return np.shape(answer(HIDDEN.copy(), list(WORDS), "saw")) == (1, 3)


word_vector_at = Exercise(
    name="word_vector_at",
    number="6.3",
    review="section 4",
    reference=contextual.word_vector_at,
    form=_forms.array,
    calls=(
        call(HIDDEN, WORDS, "saw"),
        call(HIDDEN, WORDS, "he", 2),
        call(HIDDEN, WORDS, "again", 1),
        call(HIDDEN, WORDS, "play"),
        call(HIDDEN, WORDS, "play", -1, True),
        call(HIDDEN, WORDS, "play", 0),
        call(HIDDEN, WORDS, "play", 1, True),
        call(PADDED, SHORT, "play"),
        call(PADDED, SHORT, "is", -2),
        call(PADDED, SHORT, "playing", -1, True),
        call(ONE, ["play"], "play"),
        call(HIDDEN, WORDS, "cold"),
        call(ONE, ["play"], "pl"),
    ),
    wrong=(
        Wrong(_before, "You read the token before it: [CLS] takes place 0."),
        Wrong(_before_and_first, "You read the token before it: [CLS] takes place 0. And `last` "
              "has no effect."),
        Wrong(_before_the_last, "With last=True you read the token before it: [CLS] takes "
              "place 0."),
        Wrong(_behind, "You read the token behind it. The first word stands at place 1."),
        Wrong(_from_the_end, "You count from the end. The first word stands at place 1."),
        Wrong(_table, "This is the row of the token table, the same in every sentence. Use the "
              "argument `layer`."),
        Wrong(_always_the_last_layer, "`layer` has no effect: you always take the last one."),
        Wrong(_layer_from_1, "Layers are counted from 0, the token table."),
        Wrong(_all_layers, "You return one vector for each layer. Return that of `layer` alone."),
        Wrong(_sentence, "This is the mean of the whole sentence, not the word's vector."),
        Wrong(_sentence_without_special, "This is the mean of the sentence's words, not the word's "
              "vector."),
        Wrong(_mean_of_all, "You average the occurrences. Return the first, or the last if asked."),
        Wrong(_cls, "This is the vector of [CLS], place 0."),
        Wrong(_always_first, "`last` has no effect: with last=True take the last occurrence."),
        Wrong(_always_last, "You always take the last occurrence. The first is asked for unless "
              "last=True."),
        Wrong(_last_upside_down, "`last` works upside down: True means the last occurrence."),
        Wrong(_part_of_a_word, "*play* is found inside *playing*. Compare whole words."),
        Wrong(_not_raised, "A word that is not in the sentence has no vector: raise a ValueError.",
              _absent),
        Wrong(_silently_cls, "A word that is not in the sentence has no vector: raise a "
              "ValueError.", _absent),
        Wrong(_place_itself, "You return the place. Return the vector that stands there."),
        Wrong(_as_a_row, "One vector of shape (dim,) is asked for, not a table of rows.",
              _is_row),
    ),
)  # fmt: skip
