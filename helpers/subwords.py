"""Words as bags of letters: character n-grams, a fixed hash, and vectors for unseen words.

Bojanowski, Grave, Joulin and Mikolov (2017), Enriching Word Vectors with Subword Information,
section 3.2. A word is put between marks, ``<word>``, and stands for all its runs of 3 to 6
characters and for the whole. The runs have rows in one table, at the place that a hash gives
them. Two runs that meet in one place share its row.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import csr_array

FNV_OFFSET, FNV_PRIME = 0x811C9DC5, 0x01000193


def char_ngrams(word: str, lo: int = 3, hi: int = 6) -> set[str]:
    """Return all runs of `lo` to `hi` characters of ``<word>``, and ``<word>`` itself.

    The marks tell a beginning and an end from a middle. A set, as in the paper: a run that comes
    twice counts once. The released program counts it twice, and gives every known word a row of
    its own instead of a hashed ``<word>``.

    Raises
    ------
    ValueError
        If the word is empty, or not ``1 <= lo <= hi``.

    Examples
    --------
    >>> sorted(char_ngrams("ace", 3, 4))
    ['<ac', '<ace', '<ace>', 'ace', 'ace>', 'ce>']
    """
    if not word:
        raise ValueError("the empty word has no n-grams")
    if not 1 <= lo <= hi:
        raise ValueError(
            f"n-grams of {lo} to {hi} characters? lo is at least 1, and hi at least lo"
        )
    marked = f"<{word}>"
    lengths = range(lo, hi + 1)
    runs = {marked[i : i + n] for n in lengths for i in range(len(marked) - n + 1)}
    return runs | {marked}


def fnv1a(text: str) -> int:
    """Return the 32-bit FNV-1a hash of a text: the same number in every session, everywhere.

    Start from an offset; for every byte of the UTF-8 text, mix it in with *exclusive or* and
    multiply by a prime (Fowler, Noll and Vo; RFC 9923). Python's own ``hash`` of a text is salted
    anew in each session. The released fastText program reads bytes above 127 as negative numbers,
    so that its hash of a text with accents differs.

    Examples
    --------
    >>> fnv1a(""), fnv1a("a")
    (2166136261, 3826002220)
    """
    value = FNV_OFFSET
    for byte in text.encode():
        value = (value ^ byte) * FNV_PRIME & 0xFFFFFFFF
    return value


def bucket_ids(word: str, n_buckets: int, lo: int = 3, hi: int = 6) -> Int[np.ndarray, " runs"]:
    """Return the row of each n-gram of a word, in the order of the alphabet."""
    if n_buckets < 1:
        raise ValueError(f"n_buckets is {n_buckets}, it must be at least 1")
    return np.array([fnv1a(run) % n_buckets for run in sorted(char_ngrams(word, lo, hi))])


def word_vector(
    word: str, table: Float[np.ndarray, "buckets dim"], lo: int = 3, hi: int = 6
) -> Float[np.ndarray, " dim"]:
    """Return the mean of the rows of a word's n-grams, whether the word was ever seen or not.

    The paper adds the rows up; its program averages them, as here. The direction is the same.
    """
    return table[bucket_ids(word, len(table), lo, hi)].mean(axis=0)


def subword_matrix(words: Sequence[str], n_buckets: int, lo: int = 3, hi: int = 6) -> csr_array:
    """Return the sparse (words, buckets) matrix `H` with ``H @ table`` the vectors of all words.

    A row holds ``1 / n`` at each of the ``n`` n-grams of its word; rows sum to 1.
    """
    if isinstance(words, str):
        raise ValueError(f"{words!r} is one text, not a list of words")
    places = [bucket_ids(word, n_buckets, lo, hi) for word in words]
    lengths = np.array([len(ids) for ids in places], dtype=int)
    rows = np.repeat(np.arange(len(words)), lengths)
    shares = np.repeat(1 / lengths, lengths)
    columns = np.concatenate([*places, np.empty(0, dtype=int)])  # no words: no columns
    return csr_array((shares, (rows, columns)), shape=(len(words), n_buckets))


def ngram_overlap(a: str, b: str, lo: int = 3, hi: int = 6) -> float:
    """Return the share of n-grams that two words have in common, of all that either has.

    Examples
    --------
    >>> round(ngram_overlap("E11.9", "E11.65"), 2), ngram_overlap("I50.9", "I11.0")
    (0.21, 0.0)
    """
    first, second = char_ngrams(a, lo, hi), char_ngrams(b, lo, hi)
    return len(first & second) / len(first | second)
