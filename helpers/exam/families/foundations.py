"""Numeric families on one-hot rows, similarity, PCA and SVD (lessons 01 and 02)."""

import numpy as np

from helpers.exam.families._family import Draw, Family
from helpers.similarity import pairwise_cosine

SECTION = {"topic": 1, "level": "Ap"}


def _visits(rng: np.random.Generator) -> Draw:
    common = int(rng.integers(1, 5))
    size_a = common + int(rng.integers(1, 6))
    size_b = common + int(rng.integers(1, 8))
    rows = np.zeros((2, size_a + size_b - common))
    rows[0, :size_a] = rows[1, size_a - common :] = 1
    key = pairwise_cosine(rows)[0, 1]
    return Draw(
        numbers={"size_a": size_a, "size_b": size_b, "common": common},
        stem=(
            f"Visit A has {size_a} different codes, visit B has {size_b}, and {common} of them "
            f"{'is' if common == 1 else 'are'} in both. Each visit is a multi-hot row. "
            "What is the cosine of the two rows? Two decimals."
        ),
        key=float(key),
        wrong={
            "M10": common / (size_a + size_b - common),
            "M11": common / min(size_a, size_b),
            "M05": common,
            "M12": common / (size_a * size_b),
            "M13": 2 * common / (size_a + size_b),
        },
        solution=(
            f"The dot product counts the common codes: {common}. The lengths are "
            f"$\\sqrt{{{size_a}}}$ and $\\sqrt{{{size_b}}}$. "
            f"$\\frac{{{common}}}{{\\sqrt{{{size_a} \\cdot {size_b}}}}} = {key:.2f}$."
        ),
    )


FOUNDATIONS = (
    Family(
        id="P03",
        lesson="01",
        section=2,
        points=2,
        digits=2,
        ask=_visits,
        low=0,
        high=1,
        fair=lambda draw: draw.numbers["size_a"] != draw.numbers["size_b"],
        **SECTION,
    ),
)
