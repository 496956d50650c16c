import numpy as np

from helpers.demos.subwords import SubwordDemo
from helpers.subwords import char_ngrams, subword_matrix

WORDS = ("metformin", "metoprolol", "insulin")
TABLE = np.random.default_rng(0).normal(size=(10**6, 2)).astype(np.float32)
USED = np.unique(subword_matrix(WORDS, len(TABLE)).indices)


def vectors(words):
    """Return vectors from a table in which only n-grams of known words have a row."""
    table = np.zeros_like(TABLE)
    table[USED] = TABLE[USED]
    return subword_matrix(words, len(table)) @ table


def test_a_misspelling_is_taken_apart():
    demo = SubwordDemo(vectors, WORDS)
    runs = char_ngrams("metfromin")
    known = set().union(*map(char_ngrams, WORDS))
    said = f"metfromin, never seen: {len(runs & known)} of its {len(runs)} n-grams"
    assert demo.text.startswith(said) and "; nearest is " in demo.text


def test_another_word_gives_another_picture():
    demo = SubwordDemo(vectors, WORDS)
    first = demo.picture.value
    demo.controls["word"].value = "insulin"
    n = len(char_ngrams("insulin"))
    assert demo.text.startswith(f"insulin, known: {n} of its {n} n-grams are in known words")
    assert "nearest is insulin" not in demo.text
    assert demo.picture.value != first


def test_a_word_without_a_known_ngram_points_nowhere():
    demo = SubwordDemo(vectors, WORDS, word="xyz")
    assert demo.text.startswith("xyz, never seen: 0 of its") and demo.text.endswith(
        "points nowhere"
    )


def test_a_long_known_word_is_known():
    words = (*WORDS, "chronic_obstructive_lung_disease")
    demo = SubwordDemo(vectors, words, word="chronic obstructive lung disease")
    assert demo.text.startswith("chronic_obstructive_lung_disease, known: ")


def test_odd_input_is_harmless():
    demo = SubwordDemo(vectors, WORDS)
    demo.controls["word"].value = "   "
    assert demo.text == "type a word"
    demo.controls["word"].value = " met  formin "
    assert demo.text.startswith("met_formin, never seen")
    demo.controls["word"].value = "a" * 500
    assert demo.text.startswith("a" * 40 + ", never seen")
