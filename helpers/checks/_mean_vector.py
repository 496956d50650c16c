"""Checks for the average of word vectors and for the weights of SIF."""

import numpy as np

from helpers import averages
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.checks._tables import table

IDS = {"no": 1, "fever": 4, "of": 0, "pneumonia": 3, "evidence": 2}  # not in the order of rows
WORDS = table(5, 3, seed=7, mean=0.4)
WEIGHT = np.array([0.05, 0.3, 0.6, 0.9, 0.95])
TEXT = ["evidence", "of", "pneumonia"]
STRANGERS = ["no", "xyz", "fever", "zzz"]
TWICE = ["fever", "no", "fever", "fever"]


# -------------------------------------------------------------- 7.1 mean_vector
def _known(tokens, ids):
    return [ids[token] for token in tokens if token in ids]


def _sum(tokens, table, ids, weight=None):
    rows = _known(tokens, ids)
    weight = np.ones(len(table)) if weight is None else weight
    return weight[rows] @ table[rows]


def _by_all_tokens(tokens, table, ids, weight=None):
    return _sum(tokens, table, ids, weight) / max(len(tokens), 1)


def _nan_without_words(tokens, table, ids, weight=None):
    rows = _known(tokens, ids)
    weight = np.ones(len(table)) if weight is None else weight
    return (weight[rows, None] * table[rows]).sum(axis=0) / np.float64(len(rows))


def _by_the_weights(tokens, table, ids, weight=None):
    rows = _known(tokens, ids)
    if not rows:
        return np.zeros(table.shape[1])
    weight = np.ones(len(table)) if weight is None else weight
    return weight[rows] @ table[rows] / weight[rows].sum()


def _weights_ignored(tokens, table, ids, weight=None):
    return averages.mean_vector(tokens, table, ids)


def _each_word_once(tokens, table, ids, weight=None):
    return averages.mean_vector(list(dict.fromkeys(tokens)), table, ids, weight)


def _row_0_lost(tokens, table, ids, weight=None):
    return averages.mean_vector([t for t in tokens if ids.get(t)], table, ids, weight)


def _weights_by_place(tokens, table, ids, weight=None):
    rows = _known(tokens, ids)
    if not rows:
        return np.zeros(table.shape[1])
    weight = np.ones(len(table)) if weight is None else weight
    return (weight[: len(rows), None] * table[rows]).mean(axis=0)


def _length_1(tokens, table, ids, weight=None):
    mean = averages.mean_vector(tokens, table, ids, weight)
    return mean / max(np.linalg.norm(mean), 1e-12)


def _words_of_length_1(tokens, table, ids, weight=None):
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    return averages.mean_vector(tokens, unit, ids, weight)


def _stops_at_unknown(tokens, table, ids, weight=None):
    rows = [ids[token] for token in tokens]
    if not rows:
        return np.zeros(table.shape[1])
    weight = np.ones(len(table)) if weight is None else weight
    return (weight[rows, None] * table[rows]).mean(axis=0)


def _unknown_is_last(tokens, table, ids, weight=None):
    rows = [ids.get(token, -1) for token in tokens]
    if not rows:
        return np.zeros(table.shape[1])
    weight = np.ones(len(table)) if weight is None else weight
    return (weight[rows, None] * table[rows]).mean(axis=0)


def _weight_of_the_mean(tokens, table, ids, weight=None):
    rows = _known(tokens, ids)
    mean = averages.mean_vector(tokens, table, ids)
    return mean if weight is None or not rows else mean * weight[rows].mean()


def _inverse_weights(tokens, table, ids, weight=None):
    return averages.mean_vector(tokens, table, ids, None if weight is None else 1 / weight)


def _is(answer, wrong, *inputs):
    """Tell whether an answer does what a wrong one does on inputs that give it away."""
    for args in inputs:
        mistaken = wrong(*args)
        if np.allclose(mistaken, averages.mean_vector(*args)):
            raise ValueError(f"{wrong.__name__} is right on {args[0]}")
        if not np.allclose(answer(*args), mistaken, atol=1e-5):
            return False
    return True


def _raises_key_error(answer):
    answer(TEXT, WORDS, IDS)
    try:
        answer(STRANGERS, WORDS, IDS)
    except (KeyError, IndexError, TypeError):
        return True
    return False


def _fails_without_words(answer):
    """Tell whether a note without a known word gives nan or divides by 0."""
    if np.shape(answer(TEXT, WORDS, IDS)) != (3,):
        return False
    for tokens in (["xyz"], []):
        try:
            out = answer(tokens, WORDS, IDS)
        except ZeroDivisionError:
            return True
        if out is not None and np.isnan(out).any():
            return True
    return False


def _is_one_vector(answer):
    out = np.asarray(answer(TEXT, WORDS, IDS))
    if out.shape != (3,):
        return f"For rows of 3 numbers the mean has shape (3,); yours has {out.shape}."
    return None


def _order_does_not_matter(answer):
    if not np.allclose(answer(TEXT, WORDS, IDS), answer(TEXT[::-1], WORDS, IDS), atol=1e-5):
        return "The same words in another order give another vector; a mean has no order."
    return None


def _unknown_words_change_nothing(answer):
    with_them = answer(["xyz", "no", "zzz", "fever"], WORDS, IDS, WEIGHT)
    if not np.allclose(with_them, answer(["no", "fever"], WORDS, IDS, WEIGHT), atol=1e-5):
        return "A word that is not in `ids` changes your vector. Leave it out of sum and count."
    return None


mean_vector = Exercise(
    name="mean_vector",
    number="7.1",
    review="section 1",
    reference=averages.mean_vector,
    form=_forms.array,
    calls=(
        call(TEXT, WORDS, IDS),
        call(STRANGERS, WORDS, IDS),
        call(TWICE, WORDS, IDS),
        call(["of", "fever"], WORDS, IDS),
        call(TEXT, WORDS, IDS, WEIGHT),
        call(STRANGERS, WORDS, IDS, WEIGHT),
        call(TWICE, WORDS, IDS, WEIGHT[::-1].copy()),
        call(["xyz"], WORDS, IDS),
        call(["xyz"], WORDS, IDS, WEIGHT),
        call([], WORDS, IDS),
    ),
    laws=(_is_one_vector, _order_does_not_matter, _unknown_words_change_nothing),
    wrong=(
        Wrong(
            _stops_at_unknown,
            "A word that is not in `ids` stops it. Leave unknown words out: ask `token in ids`.",
            _raises_key_error,
        ),
        Wrong(
            _nan_without_words,
            "A note with no known word has no mean, and 0 / 0 is no number: return zeros.",
            _fails_without_words,
        ),
        Wrong(
            _by_all_tokens,
            "Unknown words pull your mean towards 0: they are in the count. Divide by the number "
            "of known words.",
            lambda answer: _is(answer, _by_all_tokens, (STRANGERS, WORDS, IDS)),
        ),
        Wrong(
            _unknown_is_last,
            "Unknown words get the last row of the table: -1 counts from the end. Leave them out.",
            lambda answer: _is(answer, _unknown_is_last, (STRANGERS, WORDS, IDS)),
        ),
        Wrong(
            _sum,
            "Yours is the sum: a note of 300 words would be a hundred times as long as one of 3. "
            "Divide by the number of known words.",
            lambda answer: _is(answer, _sum, (TEXT, WORDS, IDS), (TWICE, WORDS, IDS)),
        ),
        Wrong(
            _row_0_lost,
            "The word in row 0 is missing: 0 is a row number, and Python takes it for False. Ask "
            "`token in ids`.",
            lambda answer: _is(answer, _row_0_lost, (["of", "fever"], WORDS, IDS)),
        ),
        Wrong(
            _each_word_once,
            "A word that stands three times counts three times; you count it once.",
            lambda answer: _is(answer, _each_word_once, (TWICE, WORDS, IDS)),
        ),
        Wrong(
            _length_1,
            "You scale the mean to length 1. Return the mean as it is.",
            lambda answer: _is(answer, _length_1, (TEXT, WORDS, IDS), (TWICE, WORDS, IDS)),
        ),
        Wrong(
            _words_of_length_1,
            "You scale each word to length 1 first. Take the rows as they are.",
            lambda answer: _is(answer, _words_of_length_1, (TEXT, WORDS, IDS)),
        ),
        Wrong(
            _weights_ignored,
            "The answer does not change with `weight`. Each row is multiplied by its weight.",
            lambda answer: _is(
                answer, _weights_ignored, (TEXT, WORDS, IDS, WEIGHT), (TWICE, WORDS, IDS, WEIGHT)
            ),
        ),
        Wrong(
            _by_the_weights,
            "You divide by the sum of the weights. SIF divides by the number of known words.",
            lambda answer: _is(answer, _by_the_weights, (TEXT, WORDS, IDS, WEIGHT)),
        ),
        Wrong(
            _weights_by_place,
            "You take the weights in the order of the note. A weight belongs to a row of the "
            "table: the one of the word.",
            lambda answer: _is(answer, _weights_by_place, (TEXT, WORDS, IDS, WEIGHT)),
        ),
        Wrong(
            _weight_of_the_mean,
            "You weigh the finished mean, all words alike. Multiply each row by its own weight "
            "first.",
            lambda answer: _is(answer, _weight_of_the_mean, (TEXT, WORDS, IDS, WEIGHT)),
        ),
        Wrong(
            _inverse_weights,
            "You divide by the weights. Multiply: a small weight makes a word count less.",
            lambda answer: _is(answer, _inverse_weights, (TEXT, WORDS, IDS, WEIGHT)),
        ),
    ),
)


# ------------------------------------------------------------- 7.1b sif_weights
COUNTS = np.array([800, 150, 40, 9, 1])


def _share(counts):
    return np.asarray(counts) / np.sum(counts)


def _log_inverse(counts, a=1e-3):
    return -np.log(_share(counts))


def _on_words_that_were_seen(wrong):
    """Return a symptom: the answer gives what `wrong` gives, where every word was seen."""
    seen = [(COUNTS,), (COUNTS, 0.01), (np.array([3, 1, 4]), 0.5)]
    return lambda answer: all(np.allclose(answer(*args), wrong(*args), atol=1e-5) for args in seen)


def _by_the_share(counts, a=1e-3):
    return a / _share(counts)


sif_weights = Exercise(
    name="sif_weights",
    number="7.1b",
    review="section 1",
    reference=averages.sif_weights,
    form=_forms.array,
    calls=(
        call(COUNTS),
        call(COUNTS, 0.01),
        call(np.array([3, 1, 4]), 0.5),
        call(np.array([99, 0, 1])),
    ),
    wrong=(
        Wrong(
            lambda counts, a=1e-3: _share(counts),
            "Frequent words should count less. Your weight is their share.",
        ),
        Wrong(
            lambda counts, a=1e-3: _share(counts) / (a + _share(counts)),
            "Frequent words should count less. The `a` stands above the line, not p.",
        ),
        Wrong(
            lambda counts, a=1e-3: a / (a + np.asarray(counts)),
            "p is a share of all tokens, not a count: divide by the sum of the counts first.",
        ),
        Wrong(
            lambda counts, a=1e-3: a / (a + np.asarray(counts) / np.max(counts)),
            "p is the share of all tokens: divide by the sum of the counts, not by the largest.",
        ),
        Wrong(
            lambda counts, a=1e-3: np.minimum(1, np.sqrt(a / np.maximum(_share(counts), 1e-12))),
            "That is the chance of keeping a word in subsampling (lesson 04). The weight here is "
            "a / (a + p), without a root.",
            lambda answer: np.allclose(answer(COUNTS), np.sqrt(1e-3 / _share(COUNTS)), atol=1e-5),
        ),
        Wrong(
            _by_the_share,
            "Your weight grows without end for rare words: below the line stands a + p, not p.",
            _on_words_that_were_seen(_by_the_share),
        ),
        Wrong(
            lambda counts, a=1e-3: (
                averages.sif_weights(counts, a) / averages.sif_weights(counts, a).sum()
            ),
            "You make the weights sum to 1. They need not: each lies between 0 and 1 by itself.",
        ),
        Wrong(
            lambda counts, a=1e-3: 1 - _share(counts),
            "1 - p hardly tells words apart: even the most frequent keeps a large weight. Use "
            "a / (a + p).",
        ),
        Wrong(
            _log_inverse,
            "That is the logarithm of 1/p, as in tf-idf. The weight here is a / (a + p).",
            _on_words_that_were_seen(_log_inverse),
        ),
        Wrong(
            lambda counts, a=1e-3: 1 / (1 + _share(counts)),
            "The answer does not change with `a`.",
            lambda answer: np.allclose(answer(COUNTS, 0.01), answer(COUNTS, 0.5)),
        ),
    ),
)
