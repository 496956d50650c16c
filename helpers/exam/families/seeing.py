"""Numeric families on maps and measures (lesson 08)."""

import math

import numpy as np

from helpers.exam.families._family import Draw, Family
from helpers.exam.items import Blank
from helpers.metrics import mrr
from helpers.tsne import perplexity, q_matrix

HERE = {"topic": 5, "lesson": "08"}


def _perplexity(rng: np.random.Generator) -> Draw:
    # powers of one half that add up to 1: split a share in two, a few times
    exponents = [0]
    for _ in range(int(rng.integers(3, 7))):
        i = int(rng.integers(len(exponents)))
        exponents += [exponents.pop(i) + 1] * 2
    exponents = [int(e) for e in rng.permutation(exponents)]
    p = np.array([0.5**e for e in exponents])
    entropy = float((p * exponents).sum())
    key = perplexity(p)
    shares = ", ".join(f"1/{2**e}" if e else "1" for e in exponents)
    return Draw(
        numbers={"exponents": exponents},
        stem=(
            f"A point gives its {len(p)} neighbors the shares {shares}. What is the perplexity of "
            "this distribution? Two decimals."
        ),
        key=key,
        wrong={
            "M104": entropy,
            "M70": math.exp(entropy),
            "M105": float(len(p)),
            "M106": 1 / p.max(),
        },
        solution=(
            f"The entropy is $H = -\\sum p \\log_2 p = {entropy:g}$ bits, the perplexity "
            f"$2^{{{entropy:g}}} = {key:.2f}$: as undecided as that many equal neighbors."
        ),
    )


def _map_share(rng: np.random.Generator) -> Draw:
    a, b = (int(x) / 2 for x in rng.integers(1, 9, 2))
    Q = q_matrix(np.array([[0.0], [a], [a + b]]))
    weights = [1 / (1 + d * d) for d in (a, b, a + b)]
    gauss = [math.exp(-d * d) for d in (a, b, a + b)]
    total = 2 * sum(weights)
    return Draw(
        numbers={"a": a, "b": b},
        stem=(
            f"Three points of a t-SNE map lie on a line at 0, {a:g} and {a + b:g}. What is "
            "$q_{12}$ of the first two, with the sum over ordered pairs? Three decimals."
        ),
        key=float(Q[0, 1]),
        wrong={
            "M107": weights[0] / sum(weights),
            "M108": weights[0] / (weights[0] + weights[2]),
            "M109": gauss[0] / (2 * sum(gauss)),
            "M110": weights[0],
        },
        solution=(
            f"The weights $1 / (1 + d^2)$ of the three distances {a:g}, {b:g} and {a + b:g} are "
            f"{', '.join(f'{w:.3f}' for w in weights)}. Each pair is counted in both orders: "
            f"{weights[0]:.3f} / {total:.3f} = {Q[0, 1]:.3f}."
        ),
    )


def _map_steps(numbers: dict) -> tuple[Blank, ...]:
    a, b = numbers["a"], numbers["b"]
    weights = [1 / (1 + d * d) for d in (a, b, a + b)]
    total = 2 * sum(weights)
    each = tuple(
        Blank(f"weight of the pair {pair}", weight, "1 / (1 + squared distance).", digits=3)
        for pair, weight in zip(("(1, 2)", "(2, 3)", "(1, 3)"), weights, strict=True)
    )
    return (
        *each,
        Blank(
            "sum over all ordered pairs",
            total,
            "Each pair stands there twice.",
            digits=3,
            follow=lambda before: 2 * sum(before[:3]),
            wrong=((total / 2, "M107"),),
        ),
        Blank(
            "$q_{12}$",
            weights[0] / total,
            "The first weight over the sum.",
            digits=3,
            follow=lambda before: before[0] / before[3],
        ),
    )


def _purity(rng: np.random.Generator) -> Draw:
    n, k = int(rng.integers(5, 8)), int(rng.integers(3, 6))
    hits = [int(x) for x in rng.integers(0, k + 1, n)]
    sizes = sorted((int(x) for x in rng.integers(10, 60, 3)), reverse=True)
    key = sum(hits) / (k * n)
    return Draw(
        numbers={"hits": hits, "k": k},
        stem=(
            f"For each of {n} codes the {k} nearest neighbors are looked up. Of these, "
            f"{', '.join(map(str, hits))} belong to the code's own group. The groups of the whole "
            f"table hold {sizes[0]}, {sizes[1]} and {sizes[2]} codes. What is the purity at {k} of "
            f"these {n} codes? Two decimals."
        ),
        key=key,
        wrong={
            "M111": sizes[0] / sum(sizes),
            "M112": sum(h + 1 for h in hits) / ((k + 1) * n),
            "M113": sum(h == k for h in hits) / n,
            "M189": sum(hits) / n,
        },
        solution=f"{sum(hits)} hits among {n} · {k} = {n * k} neighbors: {key:.2f}.",
    )


def _reciprocal_rank(rng: np.random.Generator) -> Draw:
    ranks = [int(x) for x in rng.integers(1, 9, int(rng.integers(3, 6)))]
    n = len(ranks)
    scores = -np.tile(np.arange(1.0, 9), (n, 1))
    key = mrr(scores, np.arange(1, 9) == np.array(ranks)[:, None])
    return Draw(
        numbers={"ranks": ranks},
        stem=(
            f"For {n} queries the first right answer stands at the ranks "
            f"{', '.join(map(str, ranks))}. What is the mean reciprocal rank? Two decimals."
        ),
        key=key,
        wrong={
            "M114": n / sum(ranks),
            "M115": sum(ranks) / n,
            "M116": sum(r <= 3 for r in ranks) / n,
            "M117": sum(r == 1 for r in ranks) / n,
        },
        solution=f"({' + '.join(f'1/{r}' for r in ranks)}) / {n} = {key:.2f}.",
    )


SEEING = (
    Family(
        id="P28",
        section=2,
        points=3,
        digits=2,
        ask=_perplexity,
        low=1,
        level="Ap",
        fair=lambda draw: len(set(draw.numbers["exponents"])) > 1,
        worked=({"exponents": [1, 2, 3, 3]},),
        **HERE,
    ),
    Family(
        id="P29",
        section=2,
        points=4,
        digits=3,
        ask=_map_share,
        steps=_map_steps,
        low=0,
        high=1,
        level="Ap",
        worked=({"a": 1.0, "b": 2.0},),
        **HERE,
    ),
    Family(
        id="P30",
        section=4,
        points=2,
        digits=2,
        ask=_purity,
        low=0,
        high=1,
        level="Ap",
        fair=lambda draw: 0.2 < draw.key < 0.9,
        **HERE,
    ),
    Family(
        id="P31",
        section=4,
        points=3,
        digits=2,
        ask=_reciprocal_rank,
        low=0,
        high=1,
        level="Ap",
        fair=lambda draw: len(set(draw.numbers["ranks"])) > 1,
        worked=({"ranks": [1, 2, 4]},),
        **HERE,
    ),
)
"""P28 to P31."""
