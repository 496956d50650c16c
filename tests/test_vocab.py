import os
import subprocess
import sys

import numpy as np
import pytest

from helpers.vocab import Vocab, build_vocab

NOTES = [["fever", "cough", "fever"], [], ["rash", "cough", "fever"], ["ache"]]


def test_tokens_go_by_falling_count_then_by_the_alphabet():
    vocab = build_vocab(NOTES)
    assert vocab.tokens == ("fever", "cough", "ache", "rash")
    assert vocab.counts.tolist() == [3, 2, 1, 1]


def test_a_token_seen_exactly_min_count_times_stays():
    assert build_vocab(NOTES, min_count=2).tokens == ("fever", "cough")
    assert build_vocab(NOTES, min_count=3).tokens == ("fever",)


def test_ids_and_tokens_undo_each_other():
    vocab = build_vocab(NOTES)
    assert [vocab.id(token) for token in vocab.tokens] == [0, 1, 2, 3]
    assert [vocab.token(i) for i in range(4)] == list(vocab.tokens)
    assert vocab.decode(vocab.encode(["rash", "fever"])) == ["rash", "fever"]
    assert len(vocab) == 4
    assert "rash" in vocab and "gout" not in vocab


def test_the_order_of_the_sentences_does_not_matter():
    assert build_vocab(NOTES[::-1]).tokens == build_vocab(NOTES).tokens


def test_ids_are_the_same_whatever_the_hash_seed():
    program = (
        "from helpers.vocab import build_vocab;"
        "print(build_vocab([['d', 'b', 'a'], ['c', 'e', 'b']]).tokens)"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "12"
    }
    assert answers == {"('b', 'a', 'c', 'd', 'e')\n"}


def test_an_unknown_token_is_an_error_or_counted():
    vocab = build_vocab(NOTES)
    with pytest.raises(KeyError, match="'gout' is not among the 4 known tokens"):
        vocab.encode(["fever", "gout"])
    ids, n_dropped = vocab.encode_known(["gout", "cough", "gout", "ache"])
    assert ids.tolist() == [1, 2]
    assert n_dropped == 2


def test_an_empty_sentence_has_no_ids():
    vocab = build_vocab(NOTES)
    assert vocab.encode([]).shape == (0,)
    assert vocab.encode([]).dtype == np.int64


@pytest.mark.parametrize("token_id", [-1, 4])
def test_an_id_out_of_range_is_named(token_id):
    with pytest.raises(IndexError, match=f"id {token_id} is not in 0 .. 3"):
        build_vocab(NOTES).token(token_id)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="sentence 1 is the string 'cough'"):
        build_vocab([["fever"], "cough"])
    with pytest.raises(ValueError, match="none of 4 tokens occurs 9 times"):
        build_vocab(NOTES, min_count=9)
    with pytest.raises(ValueError, match="none of 0 tokens"):
        build_vocab([])
    with pytest.raises(ValueError, match="min_count is 0"):
        build_vocab(NOTES, min_count=0)
    with pytest.raises(ValueError, match="'a' is in the vocabulary twice"):
        Vocab(("a", "b", "a"), np.array([1, 1, 1]))
    with pytest.raises(ValueError, match="2 tokens but 1 counts"):
        Vocab(("a", "b"), np.array([1]))


def test_sentences_may_come_one_by_one():
    sentences = [["a", "b"], ["b"], ["a", "c"]]
    vocab = build_vocab(sentences)
    once, _ = vocab.encode_sentences(sentence for sentence in sentences)
    listed, _ = vocab.encode_sentences(sentences)
    assert once.ids.tolist() == listed.ids.tolist()
    assert once.sentence_of.tolist() == listed.sentence_of.tolist() == [0, 0, 1, 2, 2]
