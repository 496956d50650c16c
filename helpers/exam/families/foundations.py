"""Numeric families on one-hot rows, similarity, PCA and SVD (lessons 01 and 02)."""

import math

import numpy as np

from helpers.decomposition import break_even_rank, truncation_error
from helpers.exam.families._family import Draw, Family
from helpers.exam.families._text import as_row, signed
from helpers.onehot import one_hot
from helpers.similarity import pairwise_cosine

HERE = {"topic": 1, "level": "Ap"}


def _produce(rng: np.random.Generator) -> Draw:
    names = [str(x) for x in rng.choice(["leek", "plum", "fig", "kale", "lime", "beet"], 3, False)]
    p, q = (float(x) / 2 for x in rng.choice(np.arange(1, 9), 2, replace=False))
    rows = np.column_stack([one_hot(names[:2], names), [p, q]])
    key = pairwise_cosine(rows.astype(float))[0, 1]
    top, below = p * q, (1 + p * p) * (1 + q * q)
    return Draw(
        numbers={"p": p, "q": q},
        stem=(
            f"A row of produce is one-hot over ({', '.join(names)}), followed by the unscaled "
            f"price. A {names[0]} costs {p:g}, a {names[1]} costs {q:g}. What is the cosine of the "
            "two rows? Two decimals."
        ),
        key=float(key),
        wrong={
            "M02": 0.0,
            "M03": 1.0,
            "M05": float(top),
            "M06": math.sqrt(2 + (p - q) ** 2),
        },
        solution=(
            f"The one-hot parts share nothing, so the dot product is that of the prices: "
            f"${p:g} \\cdot {q:g} = {top:g}$. The lengths are $\\sqrt{{1 + {p:g}^2}}$ and "
            f"$\\sqrt{{1 + {q:g}^2}}$. $\\dfrac{{{top:g}}}{{\\sqrt{{{below:g}}}}} = {key:.2f}$."
        ),
    )


def _stored(rng: np.random.Generator) -> Draw:
    n = int(rng.integers(2, 60)) * 1_000
    vocab = int(rng.integers(3, 90)) * 100
    dim = int(rng.choice([16, 32, 50, 64, 100, 128]))
    key = n + vocab * dim
    return Draw(
        numbers={"n": n, "vocab": vocab, "dim": dim},
        stem=(
            f"A ward list holds {n:,} entries, each one of {vocab:,} codes. It is stored as one id "
            f"an entry, together with an embedding table of dimension {dim}. How many numbers are "
            "stored?"
        ),
        key=key,
        wrong={"M07": n * vocab, "M08": n * dim, "M09": vocab * dim},
        solution=(
            f"{n:,} ids and a table of {vocab:,} rows with {dim} numbers: "
            f"{n:,} + {vocab * dim:,} = {key:,}. The table does not grow with the list."
        ),
    )


def _integer_vectors(rng: np.random.Generator) -> Draw:
    a, b = rng.integers(-4, 5, (2, 3))
    dot = int(a @ b)
    squares = int(a @ a), int(b @ b)
    if 0 in squares:
        return _integer_vectors(rng)
    key = float(pairwise_cosine(np.array([a, b], float))[0, 1])
    shown = [as_row(x) for x in (a, b)]
    return Draw(
        numbers={"a": a.tolist(), "b": b.tolist()},
        stem=f"What is the cosine of a = {shown[0]} and b = {shown[1]}? Two decimals.",
        key=key,
        wrong={
            "M05": float(dot),
            "M12": dot / (squares[0] * squares[1]),
            "M14": 1 - key,
            "M15": dot / (int(np.abs(a).sum()) * int(np.abs(b).sum())),
            "M06": float(np.linalg.norm(a - b)),
        },
        solution=(
            f"The dot product is {signed(dot)}, the squared lengths are {squares[0]} and "
            f"{squares[1]}. "
            f"$\\dfrac{{{dot}}}{{\\sqrt{{{squares[0]} \\cdot {squares[1]}}}}} = {key:.2f}$."
        ),
    )


def _singular_values(rng: np.random.Generator, largest: int = 12) -> tuple[list[int], int]:
    r = int(rng.integers(4, 6))
    s = sorted((int(x) for x in rng.choice(np.arange(1, largest), r, replace=False)), reverse=True)
    return s, int(rng.integers(1, r - 1))


def _variance_share(rng: np.random.Generator) -> Draw:
    s, k = _singular_values(rng)
    squares = np.square(s)
    key = float(squares[:k].sum() / squares.sum())
    first = "does the first component" if k == 1 else f"do the first {k} components"
    kept = "it makes" if k == 1 else f"the first {k} make"
    return Draw(
        numbers={"s": s, "k": k},
        stem=(
            f"A centered table has the singular values {', '.join(map(str, s))}. Which share of "
            f"the variance {first} of the PCA keep? Two decimals."
        ),
        key=key,
        wrong={
            "M16": sum(s[:k]) / sum(s),
            "M17": 1 - key,
            "M18": k / len(s),
            "M19": float(squares[: k + 1].sum() / squares.sum()),
        },
        solution=(
            f"Variance goes with the squares: {', '.join(map(str, squares))}, in sum "
            f"{squares.sum()}. Of these {kept} {squares[:k].sum()}: "
            f"{squares[:k].sum()} / {squares.sum()} = {key:.2f}."
        ),
    )


def _rank_error(rng: np.random.Generator) -> Draw:
    s, k = _singular_values(rng)
    dropped = s[k:]
    key = truncation_error(np.array(s, float), k)
    return Draw(
        numbers={"s": s, "k": k},
        stem=(
            f"A matrix has the singular values {', '.join(map(str, s))}. How large is the error of "
            f"its best approximation of rank {k}, in the Frobenius norm? Two decimals."
        ),
        key=float(key),
        wrong={
            "M20": float(sum(dropped)),
            "M21": float(dropped[0]),
            "M22": float(sum(x * x for x in dropped)),
            "M23": math.sqrt(sum(x * x for x in s[:k])),
            "M24": 0.0,
        },
        solution=(
            f"Dropped are {', '.join(map(str, dropped))}. The root of the sum of their squares, "
            f"$\\sqrt{{{sum(x * x for x in dropped)}}}$, is {key:.2f}."
        ),
    )


def _rank_that_saves(rng: np.random.Generator) -> Draw:
    m, n = (int(x) * 5 for x in rng.integers(4, 61, 2))
    key = break_even_rank(m, n)
    return Draw(
        numbers={"m": m, "n": n},
        stem=(
            f"A table of {m} x {n} numbers is to be kept as a truncated SVD of rank k: both "
            "factors and the k singular values. What is the largest k that takes less room than "
            "the table?"
        ),
        key=key,
        wrong={
            "M24": min(m, n),
            "M25": key + 1,
            "M26": min(m, n) - 1,
            "M27": 0,
        },
        solution=(
            f"Rank k takes k({m} + {n} + 1) = {m + n + 1}k numbers, the table {m * n:,}. "
            f"{m * n:,} / {m + n + 1} = {m * n / (m + n + 1):.2f}, so k may be {key}."
        ),
    )


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
        id="P01", lesson="01", section=2, points=2, digits=2, ask=_produce, low=0, high=1, **HERE
    ),
    Family(id="P02", lesson="01", section=3, points=2, digits=0, ask=_stored, low=1, **HERE),
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
        worked=(
            {"size_a": 4, "size_b": 5, "common": 3},
            {"size_a": 5, "size_b": 4, "common": 3},
        ),
        **HERE,
    ),
    Family(
        id="P04",
        lesson="02",
        section=1,
        points=2,
        digits=2,
        ask=_integer_vectors,
        fair=lambda draw: 0.05 < abs(draw.key) < 0.95,
        **HERE,
    ),
    Family(
        id="P05",
        lesson="02",
        section=3,
        points=2,
        digits=2,
        ask=_variance_share,
        low=0,
        high=1,
        **HERE,
    ),
    Family(id="P06", lesson="02", section=4, points=3, digits=2, ask=_rank_error, low=0, **HERE),
    Family(
        id="P07", lesson="02", section=4, points=2, digits=0, ask=_rank_that_saves, low=0, **HERE
    ),
)
"""P01 to P07."""
