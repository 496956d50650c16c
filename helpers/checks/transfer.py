"""Checks for entities, images and transfer, and the questions."""

from helpers.checks._choice import Choice, Prediction
from helpers.checks._entity_net import entity_net
from helpers.checks._extend_table import extend_table
from helpers.checks._features import features
from helpers.checks._freeze import freeze

__all__ = [
    "entity_net",
    "extend_table",
    "features",
    "freeze",
    "frozen_or_tuned",
    "map_larger_than_image",
    "rows_that_move",
]

frozen_or_tuned = Prediction(
    name="frozen_or_tuned",
    number="14.P",
    options={
        "a": "frozen vectors get more right",
        "b": "fine-tuned vectors get more right",
        "c": "both the same",
    },
    outcome="a",
    where="Section 3",
)

rows_that_move = Choice(
    name="rows_that_move",
    number="14.A",
    right="c",
    feedback={
        "a": "Each row has its own numbers. A row that was never looked up has the gradient 0 and "
        "stays, so the space tears.",
        "b": "Fine-tuning does change the table: the rows that were looked up move a lot.",
        "c": "Only looked-up rows have a gradient. With weight decay all rows would shrink too, "
        "also those without one.",
        "d": "The gradient decides, not how common a code is elsewhere. A frequent code that is in "
        "none of the 60 records stays.",
    },
)

map_larger_than_image = Choice(
    name="map_larger_than_image",
    number="14.B",
    right="b",
    feedback={
        "a": "How large is 56 x 56 x 256 beside 224 x 224 x 3? Look at the table of section 2.",
        "b": "It holds more numbers than the image and still has places. The short vector comes "
        "from the mean over space, or from a late layer.",
        "c": "More numbers carry no more information than the image they are computed from.",
        "d": "Features are read from intermediate layers all the time; which one is a choice.",
    },
)
