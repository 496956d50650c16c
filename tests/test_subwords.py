import subprocess
import sys

import numpy as np
import pytest

from helpers.subwords import (
    bucket_ids,
    char_ngrams,
    fnv1a,
    ngram_overlap,
    subword_matrix,
    word_vector,
)

WORDS = ("metformin", "ace", "ab", "I50.9", "banana", "a", "chest_pain")


def test_ngrams_of_the_papers_example():
    # Bojanowski et al. (2017), section 3.2: where, n = 3
    assert char_ngrams("where", 3, 3) == {"<wh", "whe", "her", "ere", "re>", "<where>"}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("lo, hi", [(3, 6), (1, 2), (4, 4)])
def test_ngrams_are_the_substrings_of_these_lengths(word, lo, hi):
    marked = "<" + word + ">"
    found = {marked}
    for start in range(len(marked)):
        for end in range(start + 1, len(marked) + 1):
            if lo <= end - start <= hi:
                found.add(marked[start:end])
    assert char_ngrams(word, lo, hi) == found


def test_number_of_ngrams_is_the_closed_form():
    # no run twice, and longer than hi: sum of L + 3 - n, and the whole
    word = "metopr"
    assert len(char_ngrams(word)) == sum(len(word) + 3 - n for n in (3, 4, 5, 6)) + 1


def test_marks_tell_a_middle_from_a_word():
    assert "his" in char_ngrams("this") and "<his>" not in char_ngrams("this")


# the published test vectors of 32-bit FNV-1a (RFC 9923 and the authors' test_fnv.c)
@pytest.mark.parametrize(
    "text, value", [("", 0x811C9DC5), ("a", 0xE40C292C), ("foobar", 0xBF9CF968)]
)
def test_hash_gives_the_published_numbers(text, value):
    assert fnv1a(text) == value


def test_hash_is_the_same_in_another_session():
    code = "from helpers.subwords import fnv1a; print(fnv1a('<met'))"
    others = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert [int(x) for x in others] == [fnv1a("<met")] * 2


@pytest.mark.parametrize("word", WORDS)
def test_ngrams_and_hash_are_gensims(word):
    inner = pytest.importorskip("gensim.models.fasttext_inner")
    assert set(inner.compute_ngrams(word, 3, 6)) | {f"<{word}>"} == char_ngrams(word)
    for run in char_ngrams(word):
        assert inner.ft_hash_bytes(run.encode()) == fnv1a(run)


def test_a_word_is_the_mean_of_its_rows_by_hand():
    table = np.random.default_rng(0).normal(size=(50, 4))
    total = np.zeros(4)
    for run in char_ngrams("E11.9"):
        total += table[fnv1a(run) % 50]
    np.testing.assert_allclose(word_vector("E11.9", table), total / len(char_ngrams("E11.9")))


def test_matrix_makes_all_words_at_once_and_its_rows_sum_to_1():
    table = np.random.default_rng(0).normal(size=(7, 3))  # few buckets: many collisions
    H = subword_matrix(WORDS, 7)
    np.testing.assert_allclose(H.sum(axis=1), 1)
    np.testing.assert_allclose(H @ table, [word_vector(word, table) for word in WORDS])


def test_an_unseen_word_differs_from_its_neighbors_only_in_its_own_runs():
    ids = set(bucket_ids("metfromin", 10**6).tolist())
    shared = ids & set(bucket_ids("metformin", 10**6).tolist())
    assert len(shared) == len(char_ngrams("metfromin") & char_ngrams("metformin")) > 0


def test_overlap_is_that_of_sets():
    a, b = char_ngrams("E11.9"), char_ngrams("E11.65")
    assert ngram_overlap("E11.9", "E11.65") == len(a & b) / len(a | b) == 6 / 28
    assert ngram_overlap("I50.9", "I11.0") == 0
    assert ngram_overlap("his", "his") == 1


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="empty word"):
        char_ngrams("")
    with pytest.raises(ValueError, match="4 to 3"):
        char_ngrams("a", 4, 3)
    with pytest.raises(ValueError, match="n_buckets is 0"):
        bucket_ids("a", 0)
    with pytest.raises(ValueError, match="'abc' is one text, not a list of words"):
        subword_matrix("abc", 7)


def test_no_words_make_a_matrix_without_rows():
    assert subword_matrix([], 7).shape == (0, 7)


def test_any_word_gets_gensims_vector_from_gensims_table():
    models = pytest.importorskip("gensim.models")
    lines = [["pain", "knee", "swollen"], ["swollen", "elbow", "pain"]] * 5
    # as long as the whole word is a run too, both make a word of the same n-grams
    wv = models.FastText(
        lines, vector_size=8, min_count=1, min_n=3, max_n=30, bucket=997, seed=1
    ).wv
    for word in ("swolen", "kneel", "E11.65", "metfromin"):
        np.testing.assert_allclose(word_vector(word, wv.vectors_ngrams, 3, 30), wv[word], atol=1e-6)
