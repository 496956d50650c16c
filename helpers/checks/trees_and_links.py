"""Checks for GRAM and GCT: the path, the mixed vector, the prior, the masked attention."""

from helpers.checks._choice import Choice, Prediction
from helpers.checks._gct import allowed_attention, link_prior
from helpers.checks._gram import gram_vector
from helpers.checks._gram import path as path_to_root

__all__ = ["allowed_attention", "gram_vector", "link_prior", "path_to_root"]

prior_or_attention = Prediction(
    name="prior_or_attention",
    number="17.P",
    options={
        "a": "more than the counts",
        "b": "as many as the counts",
        "c": "fewer than the counts",
    },
    outcome="c",
    where="Section 5",
)

lonely_code = Choice(
    name="lonely_code",
    number="17.A",
    right="c",
    feedback={
        "a": "The vector of its category is trained by siblings. This code has none that were "
        "seen, so that vector is as it was drawn.",
        "b": "Its own row has learned from a thousand visits; section 3 found nothing left to add.",
        "c": "Siblings that were seen trained the category's row, and the rare code borrows it.",
        "d": "Siblings with another meaning train the row towards that meaning: the tree "
        "misleads there.",
    },
)

weight_is_no_reason = Choice(
    name="weight_is_no_reason",
    number="17.B",
    right="b",
    feedback={
        "a": "In our run a model with an equal AUC had weights that found links no better than "
        "chance. The outcome did not ask for them.",
        "b": "Compare with a truth, if only for a sample of visits; and show the prior and chance "
        "beside it.",
        "c": "A heavy drift term makes the attention agree with the prior. Agreement with the "
        "prior is no evidence beyond the prior.",
        "d": "Every softmax row sums to 1, whatever it was trained on.",
    },
)
