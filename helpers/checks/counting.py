"""Checks for counting: co-occurrence, PPMI, GloVe's loss, sub-words, and the questions."""

from helpers.checks._choice import Choice, Prediction
from helpers.checks._cooccurrence import cooccurrence
from helpers.checks._glove_loss import glove_loss
from helpers.checks._ppmi import ppmi
from helpers.checks._subwords import char_ngrams, word_vector

__all__ = [
    "char_ngrams",
    "cooccurrence",
    "global_in_glove",
    "glove_loss",
    "ppmi",
    "shared_ngrams",
    "vector_for_a_misspelling",
    "word_vector",
]

shared_ngrams = Prediction(
    name="shared_ngrams",
    number="5.P",
    options={"a": "more than half", "b": "some, but less than half", "c": "none"},
    outcome="c",
    where="Section 3",
)

vector_for_a_misspelling = Choice(
    name="vector_for_a_misspelling",
    number="5.A",
    right="d",
    feedback={
        "a": "Skip-gram has one row for each word of its vocabulary. A misspelling is not in it.",
        "b": "GloVe has one row and one column of the table for each word that was counted. A "
        "misspelling was not.",
        "c": "The table that is decomposed has a row for each word that was counted, and no other.",
        "d": "It puts a vector together from the n-grams that the misspelling shares with known "
        "words.",
    },
)

global_in_glove = Choice(
    name="global_in_glove",
    number="5.B",
    right="b",
    feedback={
        "a": "What is counted is a window, a few words wide, as in skip-gram.",
        "b": "The counts of the whole corpus are collected first, then fitted. What is counted is "
        "still a local window.",
        "c": "Like every static model it has one vector a word, whatever the sense. That is not "
        "what the name means.",
        "d": "Nothing in the loss knows of languages.",
    },
)
