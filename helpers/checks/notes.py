"""Checks for vectors of notes: averages, Doc2Vec, a sentence encoder, retrieval; the questions."""

from helpers.checks._choice import Choice, Prediction
from helpers.checks._infer_document import infer_document
from helpers.checks._info_nce import info_nce
from helpers.checks._mean_vector import mean_vector, sif_weights
from helpers.checks._precision_at_k import precision_at_k

__all__ = [
    "infer_document",
    "info_nce",
    "mean_vector",
    "nearest_to_evidence",
    "new_notes",
    "precision_at_k",
    "sif_weights",
    "word_order",
]

nearest_to_evidence = Prediction(
    name="nearest_to_evidence",
    number="7.P",
    options={
        "a": "no evidence of pneumonia",
        "b": "evidence of asthma",
        "c": "signs of pneumonia",
    },
    outcome="a",
    where="Section 4",
)

word_order = Choice(
    name="word_order",
    number="7.A",
    right="d",
    feedback={
        "a": "A weight belongs to the word, not to its place. Both sums have the same two terms.",
        "b": "PV-DBOW predicts which words stand in the note. Its loss is the same for both, so "
        "what differs is chance: the drawn noise.",
        "c": "Its network comes after the average, and the average is the same.",
        "d": "All three read a bag of words. Pairs of words, as in the Universal Sentence Encoder, "
        "or a transformer would tell the two apart.",
    },
)

new_notes = Choice(
    name="new_notes",
    number="7.B",
    right="b",
    feedback={
        "a": "The weights and the word table have one row a word. A note adds no row.",
        "b": "PV-DBOW has a free vector for each training note: (V + D) d numbers. The average and "
        "the encoder are functions of the words.",
        "c": "The encoder has a word table and one network for all notes. A new note is one "
        "forward pass.",
        "d": "Count what is stored for a note. An average and an encoder compute their vector from "
        "the words whenever it is asked for.",
    },
)
