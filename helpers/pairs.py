"""Which token is seen next to which: (center, context) pairs and their counts.

A window of ``w`` pairs every token with those at most ``w`` places away, on both sides.
Listing the pairs shows what is going on; counting them is what makes training fast.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import chain, permutations

import numpy as np
from jaxtyping import Float, Shaped
from scipy.sparse import csr_array, diags_array

from helpers.token_stream import Ids, TokenStream, flatten

Tokens = Sequence[Hashable] | Shaped[np.ndarray, "_"]  # names, or ids

WEIGHTINGS = ("flat", "inverse", "dynamic")


def skipgram_pairs(tokens: Tokens, window: int) -> list[tuple]:
    """List every (center, context) pair at most `window` places apart.

    Places count, not values: a word next to itself is a pair.

    Examples
    --------
    >>> skipgram_pairs("abc", window=1)
    [('a', 'b'), ('b', 'a'), ('b', 'c'), ('c', 'b')]
    """
    _check_window(window)
    return [
        (center, tokens[j])
        for i, center in enumerate(tokens)
        for j in range(max(0, i - window), min(len(tokens), i + window + 1))
        if j != i
    ]


def number_of_pairs(length: int, window: int) -> int:
    """Count the pairs of a sentence without listing them: ``2wT - w(w+1)``.

    Each of ``w`` distances fits ``T - distance`` times, in both directions. A window longer
    than the sentence reaches no further than its end.

    Examples
    --------
    >>> number_of_pairs(length=9, window=2)
    30
    """
    _check_window(window)
    reach = min(window, max(length - 1, 0))
    return 2 * reach * length - reach * (reach + 1)


def weight_at(distance: int, window: int, weighting: str = "flat") -> float:
    """Return what a pair at this distance counts.

    ``flat`` counts 1, ``inverse`` 1/distance (GloVe: Pennington et al., 2014), ``dynamic``
    ``(window + 1 - distance) / window``: the expectation of word2vec's window, which is drawn
    from ``1 .. window`` anew for every center.
    """
    if weighting == "flat":
        return 1.0
    if weighting == "inverse":
        return 1.0 / distance
    if weighting == "dynamic":
        return (window + 1 - distance) / window
    raise ValueError(f"weighting is {weighting!r}, it must be one of {WEIGHTINGS}")


def pair_counts(
    sentences: Sequence[Ids], vocab_size: int, window: int, weighting: str = "flat"
) -> csr_array:
    """Count pairs of ids into a sparse (vocab, vocab) matrix, row = center.

    The same numbers as `skipgram_pairs` sentence by sentence, one distance at a time instead
    of one pair at a time. No pair joins two sentences.

    Parameters
    ----------
    sentences
        Each a sequence of ids in ``0 .. vocab_size - 1``.
    weighting
        See `weight_at`.
    """
    return stream_counts(flatten(sentences, vocab_size), vocab_size, window, weighting)


def stream_counts(
    stream: TokenStream, vocab_size: int, window: int, weighting: str = "flat"
) -> csr_array:
    """Count what `pair_counts` counts, for sentences that are already in one stream."""
    _check_window(window)
    ids, sentence_of = stream.ids, stream.sentence_of
    above = csr_array((vocab_size, vocab_size))
    for distance in range(1, min(window, stream.longest - 1) + 1):
        together = sentence_of[:-distance] == sentence_of[distance:]
        rows, columns = ids[:-distance][together], ids[distance:][together]
        weight = np.full(len(rows), weight_at(distance, window, weighting))
        above = above + csr_array((weight, (rows, columns)), shape=above.shape)
    return csr_array(above + above.T)


def count_matrix(
    sentences: Sequence[Ids], vocab_size: int, window: int, weighting: str = "flat"
) -> Float[np.ndarray, "vocab vocab"]:
    """Count pairs as `pair_counts` does, into a full array; for a few thousand ids at most.

    Examples
    --------
    >>> count_matrix([[0, 1, 0], [1]], vocab_size=2, window=1)
    array([[0., 2.],
           [2., 0.]])
    """
    return pair_counts(sentences, vocab_size, window, weighting).toarray()


def visit_pairs(
    patients: Sequence[Sequence[Tokens]], mode: str = "bag", window: int | None = None
) -> list[tuple]:
    """List the pairs of codes of many patients.

    Parameters
    ----------
    patients
        For every patient the visits, for every visit the codes.
    mode
        ``bag``: a visit is a set without order, all its ordered pairs count, ``n (n - 1)`` for
        ``n`` codes. ``stream``: a patient's visits are joined, and windows run on into the next
        visit, but never into the next patient.
    window
        The window of a stream; a bag has none.

    Examples
    --------
    >>> visit_pairs([[["I50", "N18"], ["I50"]]])
    [('I50', 'N18'), ('N18', 'I50')]
    >>> len(visit_pairs([[["I50", "N18"], ["I50"]]], mode="stream", window=1))
    4
    """
    sentences = visit_sentences(patients, mode, window)
    if mode == "bag":
        return [pair for visit in sentences for pair in permutations(visit, 2)]
    return [pair for stream in sentences for pair in skipgram_pairs(stream, window)]


def visit_pair_counts(
    patients: Sequence[Sequence[Ids]],
    vocab_size: int,
    mode: str = "bag",
    window: int | None = None,
) -> csr_array:
    """Count what `visit_pairs` lists, for codes given as ids."""
    stream = flatten(visit_sentences(patients, mode, window), vocab_size)
    if mode == "bag":
        return bag_counts(stream, vocab_size)
    return stream_counts(stream, vocab_size, window)


def bag_counts(stream: TokenStream, vocab_size: int) -> csr_array:
    """Count all ordered pairs of each sentence, as a window without end would.

    With ``H`` the sentences x words matrix, ``H.T @ H`` counts all pairs of a sentence and each
    word with itself; the latter is taken off the diagonal.
    """
    shape = (int(stream.sentence_of.max(initial=0)) + 1, vocab_size)
    places = stream.sentence_of, stream.ids
    held = csr_array((np.ones(len(stream)), places), shape=shape)
    counts = csr_array(held.T @ held - diags_array(held.sum(axis=0)))
    counts.eliminate_zeros()
    return counts


def context_counts(stream: TokenStream, vocab_size: int, window: int | None) -> csr_array:
    """Count as the trainers of skip-gram do: near pairs more, or all pairs of a sentence alike.

    Parameters
    ----------
    window
        With a number, the ``dynamic`` window of word2vec; with ``None``, the whole sentence.
    """
    if window is None:
        return bag_counts(stream, vocab_size)
    return stream_counts(stream, vocab_size, window, "dynamic")


def visit_sentences(
    patients: Sequence[Sequence[Tokens]], mode: str = "bag", window: int | None = None
) -> list[Tokens]:
    """Turn patients into sentences: one a visit (``bag``) or one a patient (``stream``)."""
    if mode == "bag":
        if window is not None:
            raise ValueError(f"a bag has no window, but window is {window}")
        return [visit for visits in patients for visit in visits]
    if mode == "stream":
        _check_window(window)
        return [list(chain.from_iterable(visits)) for visits in patients]
    raise ValueError(f"mode is {mode!r}, it must be 'bag' or 'stream'")


def kept_share(visit: Tokens, window: int, n_shuffles: int, rng: np.random.Generator) -> float:
    """Measure the share of a visit's pairs that survives a shuffle of its codes.

    Pairs are compared as multisets, against the pairs of the visit as it was written. For
    ``n`` different codes the expectation is ``number_of_pairs(n, window) / (n (n - 1))``.
    """
    written = Counter(skipgram_pairs(visit, window))
    if not written:
        raise ValueError(f"a visit of {len(visit)} codes has no pairs to keep")
    if n_shuffles < 1:
        raise ValueError(f"n_shuffles is {n_shuffles}, it must be at least 1")
    kept = 0
    for _ in range(n_shuffles):
        shuffled = [visit[place] for place in rng.permutation(len(visit))]
        kept += (written & Counter(skipgram_pairs(shuffled, window))).total()
    return kept / (n_shuffles * written.total())


def _check_window(window: int | None) -> None:
    if window is None or window < 1:
        raise ValueError(f"window is {window}, it must be at least 1")
