"""The random numbers of an item: the same on every machine, other ones for every form."""

import hashlib

import numpy as np

KIT_VERSION = "2"
"""Part of every seed. It changes when a family draws other numbers than before."""


def generator(
    exam: str, form: str, item: str, slot: int = 0, redraw: int = 0
) -> np.random.Generator:
    """Return the generator of one item.

    Parameters
    ----------
    exam
        Name or seed of the exam: ``"7"``, ``"2026 spring"``.
    form
        ``"A"``, ``"B"``.
    item
        Id of the family.
    slot
        Place in the paper.
    redraw
        How often the item was thrown away.
    """
    text = "|".join(("exam", KIT_VERSION, exam, form, item, str(slot), str(redraw)))
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    # PCG64 by name: numpy may choose another default one day
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))
