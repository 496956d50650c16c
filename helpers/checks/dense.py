"""Checks for dense vectors: PCA, the truncated SVD, rotations, and the questions."""

from helpers.checks._choice import Choice, Prediction
from helpers.checks._pca import pca_fit, pca_transform
from helpers.checks._rotation import rotate
from helpers.checks._svd import rank_for, truncate

__all__ = [
    "keeps_and_compresses",
    "milligram_to_gram",
    "numbers_in_full_svd",
    "pca_fit",
    "pca_transform",
    "rank_for",
    "rotate",
    "truncate",
]

numbers_in_full_svd = Prediction(
    name="numbers_in_full_svd",
    number="2.P",
    options={"a": "fewer than 36 numbers", "b": "36 numbers", "c": "more than 36 numbers"},
    outcome="c",
    where="Section 4",
)

milligram_to_gram = Choice(
    name="milligram_to_gram",
    number="2.A",
    right="d",
    feedback={
        "a": "PCA looks for variance, and the variance of that column falls to a millionth. "
        "It changes.",
        "b": "Cosine does not feel the scale of a whole row. Here one column changes, so the "
        "direction of the row changes too.",
        "c": "Both look at columns as they are. Go back to the dose in section 3.",
        "d": "One column shrinks against the others: other directions of variance, other angles "
        "between rows.",
    },
)

keeps_and_compresses = Choice(
    name="keeps_and_compresses",
    number="2.B",
    right="c",
    feedback={
        "a": "Full rank keeps everything and holds k(m+n+1) numbers with k the smaller side: more "
        "than mn.",
        "b": "A small rank takes less room; what the dropped values held is gone, by exactly the "
        "root of their sum of squares.",
        "c": "All of it at full rank, less room at a small rank. Both at once only if the dropped "
        "values were 0 to begin with.",
        "d": "Each half is true of some rank: compare the error and the room at rank 5 and at "
        "full rank.",
    },
)
