import math

import numpy as np
import pytest

from helpers.noise import noise_distribution
from helpers.pairs import skipgram_pairs, weight_at
from helpers.sgns import held_out_loss, train_skipgram
from helpers.similarity import most_similar
from helpers.two_tables import SkipGramResult
from helpers.vocab import build_vocab
from tests.benchmarks.corpora import code_visits

VISITS = [["I50", "furosemide", "carvedilol"], ["J45", "salbutamol"], ["I50", "carvedilol"]] * 20


def held_out_in_loops(result, sentences, vocab, window, k):
    """The expectation of Mikolov et al. (2013b), eq. 4, over the noise, pair by pair."""
    noise = noise_distribution(vocab.counts)
    loss = pairs = 0.0
    for sentence in sentences:
        known = [vocab.id(token) for token in sentence if token in vocab]
        for (i, c), (j, o) in skipgram_pairs(list(enumerate(known)), window):
            weight = weight_at(abs(i - j), window, "dynamic")
            v = result.center_table[c]
            pair = math.log(1 + math.exp(-(result.context_table[o] @ v)))
            for word, share in enumerate(noise):
                pair += k * share * math.log(1 + math.exp(result.context_table[word] @ v))
            loss += weight * pair
            pairs += weight
    return loss / pairs, pairs


def random_result(vocab, dim=3):
    rng = np.random.default_rng(0)
    tables = (rng.normal(size=(len(vocab), dim)) for _ in range(2))
    return SkipGramResult(*tables, history=[])


def test_held_out_loss_is_the_equation_in_loops():
    vocab = build_vocab(VISITS)
    unseen = [["J45", "carvedilol", "rash", "I50", "J45"], ["salbutamol"], ["gout", "I50"]]
    result = random_result(vocab)
    found = held_out_loss(result, unseen, vocab, window=2, k=3)
    loss, pairs = held_out_in_loops(result, unseen, vocab, window=2, k=3)
    assert found.loss == pytest.approx(loss)
    assert found.n_pairs == pytest.approx(pairs)
    assert found.n_unknown == 2


def test_a_model_that_knows_nothing_loses_k_plus_1_times_ln_2():
    vocab = build_vocab(VISITS)
    result = SkipGramResult(np.zeros((5, 2)), np.zeros((5, 2)), history=[])
    for window in (1, 5, None):
        found = held_out_loss(result, VISITS, vocab, window=window, k=7)
        assert found.loss == pytest.approx(8 * math.log(2))


def test_a_bag_counts_all_pairs_of_a_visit_alike():
    vocab = build_vocab(VISITS)
    result = random_result(vocab)
    for shuffled in (VISITS[:2], [visit[::-1] for visit in VISITS[:2]], [VISITS[1], VISITS[0]]):
        found = held_out_loss(result, shuffled, vocab, window=None)
        assert found.n_pairs == 3 * 2 + 2
        assert found.loss == pytest.approx(
            held_out_loss(result, VISITS[:2], vocab, window=None).loss
        )


def walks(n, seed):
    rng = np.random.default_rng(seed)
    steps = rng.integers(-1, 2, size=(n, 30)).cumsum(axis=1)
    return [[f"w{i % 20}" for i in walk] for walk in steps + rng.integers(20, size=(n, 1))]


@pytest.mark.parametrize("form", ["counts", "stream"])
def test_both_forms_learn_what_holds_for_unseen_sentences(form):
    train, unseen = walks(400, seed=0), walks(80, seed=1)
    vocab = build_vocab(train)
    result = train_skipgram(train, vocab, dim=16, window=2, form=form)
    found = held_out_loss(result, unseen, vocab, window=2).loss
    # the best there is: the scores that the unseen pairs themselves ask for
    best = train_skipgram(unseen, vocab, dim=20, window=2, form="counts", epochs=60, shrink=0)
    bound = held_out_loss(best, unseen, vocab, window=2).loss
    assert bound < found < bound + 0.15 < 6 * math.log(2) - 1
    near = {word for word, _ in most_similar("w7", result.center_table, vocab, k=2)}
    assert near == {"w6", "w8"}


def test_few_visits_of_many_codes_are_not_learned_by_heart():
    corpus = code_visits(n_patients=200, n_conditions=100)
    vocab = build_vocab(corpus.train)
    assert len(vocab) > 700 and sum(map(len, corpus.train)) < 10 * len(vocab)

    def loss(**settings):
        result = train_skipgram(corpus.train, vocab, window=None, **settings)
        return held_out_loss(result, corpus.held_out, vocab, window=None).loss

    assert loss() < loss(form="stream") < loss(shrink=0) - 0.1


def test_the_result_says_which_form_ran_and_why():
    vocab = build_vocab(VISITS)
    assert "exact, on counts: 5 words are at most 3000" in train_skipgram(VISITS, vocab).trainer
    assert "stream of tokens: as asked" in train_skipgram(VISITS, vocab, form="stream").trainer
    many = [[f"w{i}", f"w{i + 1}"] for i in range(3500)]
    result = train_skipgram(many, build_vocab(many), dim=2, epochs=1)
    assert result.trainer == "stream of tokens: 3501 words are more than 3000"


def test_unknown_tokens_are_counted():
    vocab = build_vocab(VISITS, min_count=21)
    assert vocab.tokens == ("I50", "carvedilol")
    assert train_skipgram(VISITS, vocab).n_unknown == 60


@pytest.mark.parametrize("form", ["counts", "stream"])
def test_order_inside_a_visit_does_not_matter_to_a_bag(form):
    vocab = build_vocab(VISITS)
    rng = np.random.default_rng(0)
    shuffled = [[visit[i] for i in rng.permutation(len(visit))] for visit in VISITS]
    tables = [
        train_skipgram(visits, vocab, dim=4, window=None, form=form, epochs=20).center_table
        for visits in (VISITS, shuffled)
    ]
    if form == "counts":
        np.testing.assert_array_equal(*tables)
    else:  # other sums of the same gradients
        assert np.corrcoef(tables[0].ravel(), tables[1].ravel())[0, 1] > 0.98


@pytest.mark.parametrize("form", ["counts", "stream"])
@pytest.mark.parametrize(
    "sentences",
    [[["a", "b"]], [["a"] * 50], [["a"], ["b"], ["c", "d"]], [["x"] * 3000 + ["y", "z"]]],
    ids=["two words", "one word", "lone words", "one word dominates"],
)
@pytest.mark.parametrize("plan", [{}, {"dim": 200, "k": 20, "epochs": 40}, {"shrink": 0.0}])
def test_odd_corpora_do_not_diverge(form, sentences, plan):
    vocab = build_vocab(sentences)
    result = train_skipgram(sentences, vocab, form=form, **plan)
    k = plan.get("k", 5)
    assert held_out_loss(result, sentences, vocab, k=k).loss <= (k + 1) * math.log(2)


@pytest.mark.parametrize("form", ["counts", "stream"])
def test_subsampling_drops_frequent_words(form):
    # "the" stands between all words; without it words of a topic are next to each other
    rng = np.random.default_rng(0)
    topics = [[f"{t}{i}" for i in rng.integers(4, size=10)] for t in "abcd" for _ in range(60)]
    sentences = [[w for word in topic for w in ("the", word)] for topic in topics]
    vocab = build_vocab(sentences)
    plain, dropped = (
        train_skipgram(sentences, vocab, dim=8, window=2, form=form, epochs=25, subsample=t)
        for t in (None, 0.01)
    )
    scores = [r.center_table @ r.context_table.T for r in (plain, dropped)]
    the = vocab.id("the")
    assert scores[1][the, the] < scores[0][the, the] - 0.2


def test_bad_input_is_named():
    vocab = build_vocab(VISITS)
    with pytest.raises(ValueError, match="no sentence has two known tokens"):
        train_skipgram([["I50"], []], vocab)
    with pytest.raises(ValueError, match="no pairs to test on"):
        held_out_loss(random_result(vocab), [["I50"]], vocab)
    with pytest.raises(ValueError, match="sentence 1 is the string 'I50'"):
        train_skipgram([["I50", "J45"], "I50"], vocab)
    with pytest.raises(ValueError, match="form is 'fast'"):
        train_skipgram(VISITS, vocab, form="fast")
    with pytest.raises(ValueError, match="window is 0"):
        train_skipgram(VISITS, vocab, window=0)
    with pytest.raises(ValueError, match="epochs is 0"):
        train_skipgram(VISITS, vocab, epochs=0)
    with pytest.raises(ValueError, match="5 rows for 2 words"):
        held_out_loss(random_result(vocab), VISITS, build_vocab(VISITS, min_count=21))
