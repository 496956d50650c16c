"""Numeric families on graphs (lesson 15)."""

import math

import numpy as np

from helpers.exam.families._family import Draw, Family
from helpers.exam.families._text import signed

HERE = {"topic": 10, "lesson": "15", "level": "Ap"}


def _walk(rng: np.random.Generator) -> Draw:
    p, q = (float(x) for x in rng.choice([0.25, 0.5, 2.0, 3.0, 4.0, 5.0], 2, replace=False))
    common, far = int(rng.integers(1, 5)), int(rng.integers(1, 6))

    def back(own: float, q: float) -> float:
        return own / (own + common + far / q)

    key = back(1 / p, q)
    return Draw(
        numbers={"p": p, "q": q, "common": common, "far": far},
        stem=(
            f"A node2vec walk with p = {p:g} and q = {q:g} has just come from t to v. Besides t, v "
            f"has {common} neighbor{'s' if common > 1 else ''} that {'are' if common > 1 else 'is'}"
            f" also linked to t, and {far} that {'are' if far > 1 else 'is'} not. With which "
            "probability does it go straight back to t? Two decimals."
        ),
        key=key,
        wrong={
            "M172": 1 / (1 + common + far),
            "M173": back(p, q),
            "M174": (1 / q) / (1 / q + common + far / p),
            "M110": 1 / p,
        },
        solution=(
            f"The weights: back $1/p = {1 / p:.4g}$; common ones {common} · 1; others {far} · "
            f"{1 / q:.4g}. {1 / p:.4g} / {1 / p + common + far / q:.4g} = {key:.2f}."
        ),
    )


def _sage(rng: np.random.Generator) -> Draw:
    own, *neighbors = (int(x) for x in rng.integers(-4, 7, int(rng.integers(4, 6))))
    w_s, w_n = (float(x) / 2 for x in rng.choice(np.r_[-4:0, 1:5], 2))
    mean = sum(neighbors) / len(neighbors)
    inside = w_s * own + w_n * mean
    with_self = (own + sum(neighbors)) / (1 + len(neighbors))
    key = max(0.0, inside)
    return Draw(
        numbers={"own": own, "neighbors": neighbors, "w_s": w_s, "w_n": w_n},
        stem=(
            f"In a GraphSAGE-mean layer with single numbers a node has the feature {signed(own)}, "
            f"its neighbors {', '.join(map(signed, neighbors))}. The weight of the node itself is "
            f"{signed(w_s)}, that of the neighbors {signed(w_n)}; then comes ReLU. What is the "
            "output? Two decimals."
        ),
        key=key,
        wrong={
            "M175": max(0.0, w_s * own + w_n * sum(neighbors)),
            "M176": max(0.0, w_s * own + w_n * with_self),
            "M177": max(0.0, w_s * own + w_n * max(neighbors)),
        },
        solution=(
            f"The neighbors' mean is {signed(round(mean, 3))}. {signed(w_s)} · ({signed(own)}) + "
            f"{signed(w_n)} · ({signed(round(mean, 3))}) = {key:.2f}, which ReLU keeps."
        ),
    )


def _attention(rng: np.random.Generator) -> Draw:
    e = [int(x) for x in rng.integers(-6, 4, int(rng.integers(3, 5)))]
    i = int(rng.integers(len(e)))

    def share(scores: list[float]) -> float:
        raised = [math.exp(s) for s in scores]
        return raised[i] / sum(raised)

    leaky = [x if x > 0 else 0.2 * x for x in e]
    key = share(leaky)
    return Draw(
        numbers={"e": e, "i": i},
        stem=(
            f"In a GAT layer a node has {len(e)} neighbors, itself among them, with the raw scores "
            f"{', '.join(map(signed, e))}. LeakyReLU has the slope 0.2. Which weight does neighbor "
            f"{i + 1} get? Two decimals."
        ),
        key=key,
        wrong={
            "M178": share(e),
            "M179": share([max(0, x) for x in e]),
            "M180": 1 / len(e),
            "M41": 1 / (1 + math.exp(-leaky[i])),
        },
        solution=(
            f"After LeakyReLU: {', '.join(map(signed, leaky))}; exponentials "
            f"{', '.join(f'{math.exp(x):.3f}' for x in leaky)}, in sum "
            f"{sum(map(math.exp, leaky)):.3f}. The share of neighbor {i + 1} is {key:.2f}."
        ),
    )


def _touched(rng: np.random.Generator) -> Draw:
    a, b = (int(x) for x in rng.choice(np.arange(2, 26), 2, replace=False))
    key = 1 + a + a * b
    return Draw(
        numbers={"a": a, "b": b},
        stem=(
            f"GraphSAGE samples {a} neighbors of a node and {b} neighbors of each of these. How "
            "many nodes are read for one output at most, the node itself included?"
        ),
        key=key,
        wrong={
            "M181": 1 + a + b,
            "M182": a * b,
            "M183": (1 + a) * (1 + b),
            "M184": 1 + a + a * a,
        },
        solution=f"1 + {a} + {a} · {b} = {key}.",
    )


GRAPHS = (
    Family(
        id="P48",
        section=1,
        points=3,
        digits=2,
        ask=_walk,
        low=0,
        high=1,
        worked=({"p": 2.0, "q": 0.5, "common": 1, "far": 2},),
        **HERE,
    ),
    Family(
        id="P49",
        section=2,
        points=3,
        digits=2,
        ask=_sage,
        low=0,
        fair=lambda draw: draw.key > 0 and len(set(draw.numbers["neighbors"])) > 1,
        **HERE,
    ),
    Family(
        id="P50",
        section=3,
        points=3,
        digits=2,
        ask=_attention,
        low=0,
        high=1,
        fair=lambda draw: len(set(draw.numbers["e"])) == len(draw.numbers["e"]),
        **HERE,
    ),
    Family(
        id="P51",
        section=2,
        points=1,
        digits=0,
        ask=_touched,
        low=1,
        worked=({"a": 25, "b": 10},),
        topic=10,
        lesson="15",
        level="U",
    ),
)
"""P48 to P51."""
