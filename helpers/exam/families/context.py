"""Numeric families on BERT and on vectors of notes (lessons 06 and 07)."""

import math

import numpy as np
import torch
from torch.nn.functional import scaled_dot_product_attention

from helpers.exam.families._family import Draw, Family
from helpers.exam.families._text import signed

HERE = {"topic": 4}


def _attention(rng: np.random.Generator) -> Draw:
    scores = [int(x) for x in rng.integers(-4, 7, 3)]
    i = int(rng.integers(3))
    # queries and keys with these dot products; the values are the unit rows, so out = weights
    q = torch.tensor([[1.0, 0, 0, 0]], dtype=torch.float64)
    keys = torch.zeros(3, 4, dtype=torch.float64)
    keys[:, 0] = torch.tensor(scores)
    weights = scaled_dot_product_attention(q, keys, torch.eye(3, dtype=torch.float64))[0]
    e = [math.exp(s / 2) for s in scores]

    def share(divisor: float) -> float:
        raised = [math.exp(s / divisor) for s in scores]
        return raised[i] / sum(raised)

    total = sum(scores)
    shown = ", ".join(map(signed, scores))
    return Draw(
        numbers={"scores": scores, "i": i},
        stem=(
            f"One query of dimension 4 has the dot products {shown} with three keys. Which weight "
            f"does scaled dot-product attention give to key {i + 1}? Two decimals."
        ),
        key=float(weights[i]),
        wrong={
            "M87": share(1),
            "M88": share(4),
            "M40": scores[i] / total if total else math.inf,
            "M41": 1 / (1 + math.exp(-scores[i] / 2)),
        },
        solution=(
            f"Divided by $\\sqrt{{4}} = 2$ and exponentiated: {', '.join(f'{x:.2f}' for x in e)}, "
            f"in sum {sum(e):.2f}. {e[i]:.2f} / {sum(e):.2f} = {float(weights[i]):.2f}."
        ),
    )


def _masked(rng: np.random.Generator) -> Draw:
    n = int(rng.integers(2, 61)) * 500
    return Draw(
        numbers={"n": n},
        stem=(
            f"A corpus of {n:,} ordinary tokens is masked by BERT's rule. How many tokens do you "
            "expect to become [MASK]?"
        ),
        key=round(n * 0.12),
        wrong={
            "M89": round(n * 0.15),
            "M90": round(n * 0.8),
            "M91": round(n * 0.015),
            "M92": round(n * 0.135),
        },
        solution=(
            f"15 % are selected: {n * 15 / 100:,.0f}. Of these 80 % become [MASK]: "
            f"{n * 12 / 100:,.0f}. A tenth become random tokens, a tenth stay."
        ),
    )


def _bert_inputs(rng: np.random.Generator) -> Draw:
    vocab = int(rng.integers(5, 60)) * 500
    positions, dim = int(rng.choice([64, 128, 256, 512])), int(rng.choice([32, 64, 128, 256]))
    key = (vocab + positions + 2) * dim
    return Draw(
        numbers={"vocab": vocab, "positions": positions, "dim": dim},
        stem=(
            f"A small BERT has {vocab:,} tokens, {positions} positions, 2 segments and vectors of "
            f"{dim} numbers. How many parameters do its input tables have, without layer "
            "normalization?"
        ),
        key=key,
        wrong={
            "M93": vocab * dim,
            "M94": vocab * positions * dim,
            "M95": (vocab + positions) * dim,
            "M96": vocab * dim + positions,
        },
        solution=(
            f"Three tables with one row of {dim} each: ({vocab:,} + {positions} + 2) · {dim} = "
            f"{key:,}. The three rows of a token are added."
        ),
    )


def _sif(rng: np.random.Generator) -> Draw:
    a = 0.001
    p = [float(x) for x in rng.choice([0.0005, 0.001, 0.002, 0.004, 0.009, 0.019], 3, False)]
    x = [int(v) for v in rng.choice(np.r_[-6:0, 1:7], 3, replace=False)]
    weights = [a / (a + chance) for chance in p]
    total = sum(w * v for w, v in zip(weights, x, strict=True))
    key = total / 3
    vectors, shares = ", ".join(map(signed, x)), ", ".join(f"{chance:g}" for chance in p)
    return Draw(
        numbers={"a": a, "p": p, "x": x},
        stem=(
            f"A note has three words, with vectors of one number: {vectors}. Their shares $p$ of "
            f"all tokens are {shares}. What is the SIF-weighted vector of the note, with "
            f"$a = {a:g}$, before any component is removed? Two decimals."
        ),
        key=key,
        wrong={
            "M97": sum(x) / 3,
            "M98": total / sum(weights),
            "M99": sum(chance * v for v, chance in zip(x, p, strict=True)) / sum(p),
            "M100": total,
        },
        solution=(
            f"The weights $a / (a + p)$ are {', '.join(f'{w:.3f}' for w in weights)}. The weighted "
            f"sum is {total:.3f}, a third of it {key:.2f}.".replace("-", "−")
        ),
    )


def _documents(rng: np.random.Generator) -> Draw:
    vocab, documents = int(rng.integers(5, 60)) * 100, int(rng.integers(5, 90)) * 100
    dim = int(rng.choice([16, 20, 32, 50, 64, 100]))
    key = (2 * vocab + documents) * dim
    return Draw(
        numbers={"vocab": vocab, "documents": documents, "dim": dim},
        stem=(
            f"Doc2Vec in the form PV-DM with averaging is trained on {documents:,} notes with "
            f"{vocab:,} words; all vectors have {dim} numbers, and the output is a table with one "
            "row a word. How many parameters are trained?"
        ),
        key=key,
        wrong={
            "M36": (vocab + documents) * dim,
            "M101": 2 * vocab * dim,
            "M102": 2 * (vocab + documents) * dim,
            "M103": key + dim,
        },
        solution=(
            f"Words in, words out, and one row a note: (2 · {vocab:,} + {documents:,}) · {dim} = "
            f"{key:,}. It grows with the number of notes."
        ),
    )


CONTEXT = (
    Family(
        id="P23",
        lesson="06",
        section=1,
        points=3,
        digits=2,
        ask=_attention,
        low=0,
        high=1,
        level="Ap",
        fair=lambda draw: len(set(draw.numbers["scores"])) == 3 and draw.key < 0.9,
        worked=({"scores": [4, 2, 0]},),
        **HERE,
    ),
    Family(
        id="P24",
        lesson="06",
        section=3,
        points=2,
        digits=0,
        ask=_masked,
        level="U",
        worked=({"n": 1000},),
        **HERE,
    ),
    Family(
        id="P25", lesson="06", section=1, points=2, digits=0, ask=_bert_inputs, level="Ap", **HERE
    ),
    Family(id="P26", lesson="07", section=1, points=3, digits=2, ask=_sif, level="Ap", **HERE),
    Family(id="P27", lesson="07", section=2, points=2, digits=0, ask=_documents, level="U", **HERE),
)
"""P23 to P27."""
