"""Skip-gram, CBOW, FastText and PPMI + SVD against gensim, and counted against pair by pair.

Every rival gets the same sentences (gensim takes lists of words, so does the course), the same
size, window, noise and number of passes, and one thread; vocabulary and encoding are inside its
time. gensim runs at several learning rates, and the ratio is against its best one by held-out
loss. "neighbors" is the share of a word's five nearest that are of its planted group.
"""

import time
from functools import partial

import numpy as np
import torch

from helpers.cbow import train_cbow
from helpers.datasets import load_notes
from helpers.fasttext import train_fasttext
from helpers.noise import noise_distribution
from helpers.pairs import count_matrix, skipgram_pairs, stream_counts
from helpers.ppmi import ppmi_svd
from helpers.sgns import held_out_loss, train_skipgram
from helpers.similarity import pairwise_cosine, unit_rows
from helpers.skipgram import softmax_counts_loss_grads, train_softmax, train_softmax_counts
from helpers.two_tables import SkipGramResult
from helpers.vocab import build_vocab
from helpers.word2vec import sample_negatives, sgns_step
from tests.benchmarks.corpora import Corpus, code_visits, docstrings, zipf_topics
from tests.benchmarks.race import Rival, race

DIM, WINDOW, K, EPOCHS = 64, 5, 5, 5
ALPHAS = (0.0125, 0.025, 0.05, 0.1)


def main(arguments: list[str]) -> None:
    """Print one table for each question."""
    try:
        import gensim
    except ImportError:
        raise SystemExit(
            "This benchmark compares with gensim, which is not installed: "
            'pip install -e ".[benchmark]"'
        ) from None
    torch.set_num_threads(1)
    print(f"gensim {gensim.__version__}, torch {torch.__version__}, numpy {np.__version__}")
    prose = docstrings(n_tokens=500_000, vocab_size=5000)
    topics = zipf_topics()
    visits, streams = code_visits(), code_visits(joined=True)
    sparse = code_visits(n_patients=1500, n_conditions=250)
    for corpus, form in ((prose, "stream"), (topics, "stream"), (topics, "counts")):
        skipgram_against_gensim(corpus, form)
    for corpus in (visits, streams, sparse):
        skipgram_against_gensim(corpus, "counts")
    against_plain_python(topics)
    softmax_counted_against_pair_by_pair(visits)
    ppmi_against_gensim(topics)
    cbow_against_gensim(prose)
    cbow_against_gensim(topics)
    fasttext_against_gensim()
    growth()


def skipgram_against_gensim(corpus, form) -> None:
    """Time and held-out loss of gensim's skip-gram and of one form of ours."""
    vocab = build_vocab(corpus.train)
    rivals = [
        Rival("gensim", f"alpha {a}", partial(gensim_tables, corpus, alpha=a), judge(corpus, vocab))
        for a in ALPHAS
    ]
    ours = partial(our_tables, corpus, form)
    rivals.append(Rival(f"course, {form}", "defaults", ours, judge(corpus, vocab)))
    race(title(corpus, "skip-gram"), rivals)


def gensim_tables(corpus, alpha, sg=1):
    """Train gensim from lists of words; return its model."""
    from gensim.models import Word2Vec

    return Word2Vec(
        corpus.train,
        vector_size=DIM,
        window=WINDOW,
        negative=K,
        sg=sg,
        epochs=EPOCHS,
        alpha=alpha,
        sample=0,
        min_count=1,
        workers=1,
        seed=1,
    )


def our_tables(corpus, form):
    """Train ours from lists of words, counting the words included."""
    vocab = build_vocab(corpus.train)
    return train_skipgram(corpus.train, vocab, dim=DIM, window=WINDOW, k=K, form=form)


def as_result(model, vocab) -> SkipGramResult:
    """Bring gensim's tables into the order of our vocabulary."""
    if isinstance(model, SkipGramResult):
        return model
    order = [model.wv.key_to_index[token] for token in vocab.tokens]
    return SkipGramResult(model.wv.vectors[order], model.syn1neg[order], history=[])


def judge(corpus, vocab):
    """Return a function that measures held-out loss and neighbors of a model."""

    def measure(model):
        result = as_result(model, vocab)
        loss = held_out_loss(result, corpus.held_out, vocab, window=WINDOW, k=K).loss
        return {"held-out loss": loss, **neighbors(result.center_table, corpus, vocab)}

    return measure


def neighbors(table, corpus, vocab, n=5) -> dict[str, float]:
    """Return the share of the `n` nearest that are of a word's own planted group."""
    if corpus.group_of is None:
        return {}
    known = [i for i, token in enumerate(vocab.tokens) if token in corpus.group_of]
    group = np.array([corpus.group_of[vocab.tokens[i]] for i in known])
    cosine = pairwise_cosine(np.asarray(table)[known])
    np.fill_diagonal(cosine, -2)
    nearest = np.argpartition(-cosine, n, axis=1)[:, :n]
    return {"neighbors": float((group[nearest] == group[:, None]).mean())}


def against_plain_python(corpus) -> None:
    """Words a second of the pair loop of the lessons against those of the trainers."""
    vocab = build_vocab(corpus.train)
    some = corpus.train[:100]

    def loop():
        rng = np.random.default_rng(0)
        center = (rng.random((len(vocab), DIM)) - 0.5) / DIM
        context = np.zeros_like(center)
        noise = noise_distribution(vocab.counts)
        for sentence in some:
            for c, o in skipgram_pairs(vocab.encode(sentence).tolist(), (WINDOW + 1) // 2):
                drawn = sample_negatives(rng, noise, K, forbid=o)
                sgns_step(c, o, drawn, center, context, 0.025)

    def words_a_second(n_words):
        return lambda _: {"words": n_words}

    n_some, n_all = sum(map(len, some)), sum(map(len, corpus.train))
    rivals = [Rival("pair by pair, scaled up", "numpy", loop, words_a_second(n_some))]
    for form in ("stream", "counts"):
        run = partial(our_tables, corpus, form)
        rivals.append(Rival(f"course, {form}", "all epochs", run, words_a_second(n_all)))
    for rival in rivals:
        for _ in range(3):
            rival.turn()
    passes = {"pair by pair, scaled up": 1, "course, stream": 5, "course, counts": 5}
    rate = {r.name: r.quality["words"] * passes[r.name] / r.median for r in rivals}
    print(f"\n{title(corpus, 'against the loop over pairs')}")
    for name, words in rate.items():
        print(f"  {name:24s} {words:12,.0f} words/CPU s  x{words / rate[rivals[0].name]:.0f}")


def softmax_counted_against_pair_by_pair(corpus) -> None:
    """Full softmax: one epoch over the pairs against steps on counts that reach a lower loss."""
    vocab = build_vocab(corpus.train)
    ids = [vocab.encode(sentence).tolist() for sentence in corpus.train[:1500]]
    pairs = [pair for sentence in ids for pair in skipgram_pairs(sentence, WINDOW)]
    counts = torch.tensor(count_matrix(ids, len(vocab), WINDOW)).float()
    settings = {"dim": DIM, "seed": 0}

    def by_pair():
        return train_softmax(pairs, len(vocab), epochs=1, **settings)

    def counted():
        table = count_matrix(ids, len(vocab), WINDOW)
        return train_softmax_counts(table, epochs=15, **settings)

    def final_loss(result):
        tables = (torch.tensor(t).float() for t in (result.center_table, result.context_table))
        return {"training loss afterwards": softmax_counts_loss_grads(counts, *tables)[0]}

    rivals = [
        Rival("softmax, pair by pair", "1 epoch", by_pair, final_loss),
        Rival("softmax, on counts", "15 steps", counted, final_loss),
    ]
    race(title(corpus, f"full softmax, {len(pairs):,} pairs"), rivals)


def ppmi_against_gensim(corpus) -> None:
    """Neighbors of PPMI + SVD against those of gensim's skip-gram."""
    vocab = build_vocab(corpus.train)

    def spectral():
        own = build_vocab(corpus.train)
        stream, _ = own.encode_sentences(corpus.train)
        return ppmi_svd(stream_counts(stream, len(own), WINDOW), DIM)

    rivals = [
        Rival(
            "gensim",
            f"alpha {a}",
            partial(gensim_tables, corpus, alpha=a),
            lambda model: neighbors(as_result(model, vocab).center_table, corpus, vocab),
        )
        for a in ALPHAS[:2]
    ]
    rivals.append(Rival("PPMI + SVD", "", spectral, lambda table: neighbors(table, corpus, vocab)))
    race(title(corpus, "counting instead of predicting"), rivals)


def cbow_against_gensim(corpus) -> None:
    """Time, held-out CBOW loss and neighbors."""
    vocab = build_vocab(corpus.train)

    def measure(model):
        result = as_result(model, vocab)
        loss = held_out_cbow_loss(result, corpus.held_out[:1000], vocab)
        return {"held-out loss": loss, **neighbors(result.center_table, corpus, vocab)}

    def ours():
        own = build_vocab(corpus.train)
        return train_cbow(corpus.train, own, dim=DIM, window=WINDOW, k=K, epochs=EPOCHS)

    rivals = [
        Rival("gensim", f"alpha {a}", partial(gensim_tables, corpus, alpha=a, sg=0), measure)
        for a in ALPHAS[1:]
    ]
    rivals.append(Rival("course, CBOW", "defaults", ours, measure))
    race(title(corpus, "CBOW"), rivals)


def held_out_cbow_loss(result, sentences, vocab) -> float:
    """Loss of predicting each word from the mean of its whole window, noise in expectation."""
    noise = noise_distribution(vocab.counts)
    losses = []
    for sentence in sentences:
        ids, _ = vocab.encode_known(sentence)
        if len(ids) < 2:
            continue
        around = [
            np.r_[ids[max(0, i - WINDOW) : i], ids[i + 1 : i + WINDOW + 1]] for i in range(len(ids))
        ]
        hidden = np.stack([result.center_table[a].mean(axis=0) for a in around])
        true = (hidden * result.context_table[ids]).sum(axis=1)
        losses.append(
            np.logaddexp(0, -true) + K * np.logaddexp(0, hidden @ result.context_table.T) @ noise
        )
    return float(np.concatenate(losses).mean())


def fasttext_against_gensim() -> None:
    """Misspelled words of the notes, none in training, whose nearest word is the right one.

    gensim passes over the notes ten times; ours takes its usual fifteen turns on counts.
    """
    notes = load_notes()
    corpus = Corpus("notes", notes.sentences("train"), [])
    vocab = build_vocab(corpus.train, min_count=5)
    typos = [(typo, word) for typo, word, _ in notes.typos.iter_rows() if word in vocab]

    def measure(vectors_of):
        known, asked = vectors_of(vocab.tokens), vectors_of([typo for typo, _ in typos])
        near = (unit_rows(asked) @ unit_rows(known).T).argmax(axis=1)
        found = [vocab.token(i) == word for i, (_, word) in zip(near, typos, strict=True)]
        return {"misspellings": float(np.mean(found))}

    def ours():
        own = build_vocab(corpus.train, min_count=5)
        return train_fasttext(corpus.train, own, dim=DIM, window=WINDOW, k=K).vectors

    rivals = [
        Rival("gensim", f"alpha {a}", partial(gensim_fasttext, corpus, alpha=a), measure)
        for a in ALPHAS
    ]
    rivals.append(Rival("course, FastText", "defaults", ours, measure))
    race(title(corpus, "FastText"), rivals)


def gensim_fasttext(corpus, alpha, epochs=10):
    """Train gensim's FastText; return a function from words to their vectors."""
    from gensim.models import FastText

    settings = {"window": WINDOW, "negative": K, "sg": 1, "sample": 0, "min_n": 3, "max_n": 6}
    settings |= {"epochs": epochs, "min_count": 5, "workers": 1, "seed": 1}
    wv = FastText(corpus.train, vector_size=DIM, alpha=alpha, **settings).wv
    return lambda words: np.array([wv[word] for word in words])


def growth() -> None:
    """Stream: CPU seconds a million words, as the corpus and as the vocabulary grows."""
    print("\nhow the stream grows: CPU seconds a million words of one epoch")
    for n_tokens, vocab_size in (
        (100_000, 4000),
        (200_000, 4000),
        (400_000, 4000),
        (200_000, 16_000),
        (200_000, 64_000),
    ):
        rng = np.random.default_rng(0)
        ids = rng.integers(vocab_size, size=(n_tokens // 20, 20)).tolist()
        sentences = [[f"w{i}" for i in sentence] for sentence in ids]
        vocab = build_vocab(sentences)
        seconds = []
        for _ in range(3):
            start = time.process_time()
            train_skipgram(sentences, vocab, dim=DIM, epochs=1, form="stream")
            seconds.append(time.process_time() - start)
        rate = np.median(seconds) / n_tokens * 1e6
        print(f"  {n_tokens:8,} words, vocabulary {vocab_size:6,}: {rate:.2f}")


def title(corpus, what) -> str:
    """Say which corpus and how large."""
    words = sum(map(len, corpus.train))
    known = len({token for sentence in corpus.train for token in sentence})
    return f"{what} - {corpus.name}: {words:,} words, vocabulary {known:,}"
