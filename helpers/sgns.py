"""Train skip-gram with negative sampling on a whole corpus, and test it on unseen sentences.

One call, `train_skipgram`, and two forms of the same objective behind it: exact, on the table of
pair counts (`helpers.sgns_counts`), and sampled, on the stream of tokens
(`helpers.sgns_stream`). The result says which one ran, and why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from helpers.noise import keep_probability, noise_distribution
from helpers.pairs import context_counts
from helpers.sgns_counts import train_on_counts
from helpers.sgns_stream import train_on_stream
from helpers.token_stream import TokenStream
from helpers.two_tables import SkipGramResult, TrainingPlan
from helpers.vocab import Vocab

EXACT_UP_TO = 3000  # words; 36 MB for each of five tables of float32
FORMS = ("counts", "stream")
SUBSAMPLED_COPIES = 3  # how often a subsampled corpus is drawn and counted


def train_skipgram(
    sentences: Iterable[Sequence[str]],
    vocab: Vocab,
    *,
    dim: int = 64,
    window: int | None = 5,
    k: int = 5,
    epochs: int | None = None,
    seed: int = 0,
    power: float = 0.75,
    shrink: float = 0.01,
    subsample: float | None = None,
    form: str | None = None,
) -> SkipGramResult:
    """Train word or code embeddings.

    Parameters
    ----------
    sentences
        Each a sequence of tokens: a sentence, a visit, or a patient's stream of codes.
    window
        Largest distance of a pair; near pairs count more, as in word2vec. ``None`` takes all
        pairs of a sentence alike, which is right for the codes of a visit: they have no order.
    k
        Noise words a pair.
    epochs
        Passes over the stream (5 when not given) or turns on the counts (6).
    power
        Of the noise distribution.
    shrink
        L2 penalty on the rows of each true pair. The paper has none; a little keeps rare words
        from being learned by heart.
    subsample
        Threshold above which frequent words are dropped at random, 1e-3 in gensim.
    form
        ``counts`` or ``stream``. When not given: counts up to 3,000 words, else the stream.

    Returns
    -------
    SkipGramResult
        `n_unknown` says how many tokens the vocabulary did not have.

    Examples
    --------
    >>> from helpers.vocab import build_vocab
    >>> visits = [["I50", "furosemide"], ["J45", "salbutamol"]] * 10
    >>> result = train_skipgram(visits, build_vocab(visits), dim=2, window=None)
    >>> result.center_table.shape, result.trainer
    ((4, 2), 'exact, on counts: 4 words are at most 3000')
    """
    stream, n_unknown = vocab.encode_sentences(sentences)
    if stream.longest < 2:
        raise ValueError("no sentence has two known tokens, so there are no pairs to train on")
    form, reason = _form(form, len(vocab))
    plan = TrainingPlan(
        dim=dim,
        window=stream.longest - 1 if window is None else window,
        weighting="flat" if window is None else "dynamic",
        k=k,
        epochs=(6 if form == "counts" else 5) if epochs is None else epochs,
        shrink=shrink,
        seed=seed,
    )
    noise = noise_distribution(vocab.counts, power)
    keep = None if subsample is None else keep_probability(vocab.counts, subsample)
    if form == "counts":
        copies = _subsampled(stream, keep, seed)
        counts = sum(context_counts(copy, len(vocab), window) for copy in copies)
        result = train_on_counts(counts.astype(np.float32).toarray(), noise, plan)
    else:
        result = train_on_stream(stream, noise, plan, keep)
    return replace(result, trainer=f"{result.trainer}: {reason}", n_unknown=n_unknown)


class HeldOutLoss(NamedTuple):
    """Loss of a pair on sentences kept apart, beside what it was measured on."""

    loss: float
    n_pairs: float
    n_unknown: int


def held_out_loss(
    result: SkipGramResult,
    sentences: Iterable[Sequence[str]],
    vocab: Vocab,
    *,
    window: int | None = 5,
    k: int = 5,
    power: float = 0.75,
) -> HeldOutLoss:
    """Evaluate the objective on unseen sentences, with all noise words instead of a sample.

    For a model that knows nothing, all scores 0, it is ``(k + 1) ln 2``. To compare models they
    must share `vocab`, `window`, `k` and `power`: another question has another loss.

    Parameters
    ----------
    sentences
        Unknown tokens are left out, and counted in the answer.
    """
    stream, n_unknown = vocab.encode_sentences(sentences)
    counts = context_counts(stream, len(vocab), window).tocoo()
    if not counts.nnz:
        raise ValueError("no sentence has two known tokens, so there are no pairs to test on")
    if len(result.center_table) != len(vocab):
        raise ValueError(f"{len(result.center_table)} rows for {len(vocab)} words")
    noise = noise_distribution(vocab.counts, power)
    center, context = result.center_table, result.context_table
    totals = np.bincount(counts.row, weights=counts.data, minlength=len(vocab))
    loss = 0.0
    for some in np.array_split(np.arange(len(vocab)), -(-len(vocab) // 1000)):
        loss += k * totals[some] @ (np.logaddexp(0, center[some] @ context.T) @ noise)
    for some in np.array_split(np.arange(counts.nnz), -(-counts.nnz // 100_000)):
        scores = (center[counts.row[some]] * context[counts.col[some]]).sum(axis=1)
        loss += counts.data[some] @ np.logaddexp(0, -scores)
    return HeldOutLoss(float(loss / totals.sum()), float(totals.sum()), n_unknown)


def _form(form: str | None, vocab_size: int) -> tuple[str, str]:
    if form is None:
        if vocab_size <= EXACT_UP_TO:
            return "counts", f"{vocab_size} words are at most {EXACT_UP_TO}"
        return "stream", f"{vocab_size} words are more than {EXACT_UP_TO}"
    if form not in FORMS:
        raise ValueError(f"form is {form!r}, it must be one of {FORMS}")
    return form, "as asked"


def _subsampled(
    stream: TokenStream, keep: Float[np.ndarray, " vocab"] | None, seed: int
) -> list[TokenStream]:
    """Draw a few copies of the corpus without some of the frequent words; just it if all stay."""
    if keep is None:
        return [stream]
    draws = np.random.default_rng(seed).random((SUBSAMPLED_COPIES, len(stream)))
    return [stream.where(draw < keep[stream.ids]) for draw in draws]
