"""Checks for the lesson on BERT: its exercises by topic, and its questions."""

from helpers.checks._attention import attention
from helpers.checks._choice import Choice, Prediction
from helpers.checks._masking import mask_tokens
from helpers.checks._sense_gap import sense_gap
from helpers.checks._word_vector import word_vector_at

__all__ = [
    "attention",
    "mask_tokens",
    "positions_without_attention",
    "sense_gap",
    "transformer_or_mean",
    "two_plays_in_the_table",
    "word_vector_at",
]

transformer_or_mean = Prediction(
    name="transformer_or_mean",
    number="6.P",
    options={
        "a": "the transformer finds more senses",
        "b": "the mean of the neighbors finds more senses",
        "c": "both find about as many",
    },
    outcome="b",
    where="Section 4",
)

two_plays_in_the_table = Choice(
    name="two_plays_in_the_table",
    number="6.A",
    right="c",
    feedback={
        "a": "That is what context does. The token table has not looked at the context yet.",
        "b": "A cosine of 0 would need two different rows at a right angle. The table has one row.",
        "c": "One word, one row: twice the same vector, whatever the sentences say.",
        "d": "Training moves the one row. It does not make a second one.",
    },
)

positions_without_attention = Choice(
    name="positions_without_attention",
    number="6.B",
    right="b",
    feedback={
        "a": "The token rows are equal. What is added to them is not.",
        "b": "Another position row is added, and nothing of the neighbors: different, and blind.",
        "c": "No token has looked at another one yet, so no sense can have come in.",
        "d": "The segment is the same row in both. It is the position that differs.",
    },
)
