"""Numeric families on GRAM and GCT (lesson 17)."""

import math

import numpy as np

from helpers.exam.families._family import Draw, Family
from helpers.exam.families._text import signed

HERE = {"topic": 10, "lesson": "17"}
NODES = ("the code", "its category", "its block", "its chapter")


def _mixed(rng: np.random.Generator) -> Draw:
    n = int(rng.integers(3, 5))
    raised = [int(x) for x in rng.choice(np.arange(1, 10), n, replace=False)]
    rows = [int(x) for x in rng.choice(np.arange(-6, 10), n, replace=False)]
    mixed = sum(a * x for a, x in zip(raised, rows, strict=True))
    key = mixed / sum(raised)
    logs = [math.log(a) for a in raised]
    listed = "; ".join(
        f"{node}: score $\\ln {a}$, number {signed(x)}"
        for node, a, x in zip(NODES, raised, rows, strict=False)
    )
    return Draw(
        numbers={"raised": raised, "rows": rows},
        stem=(
            f"GRAM mixes the vector of a code from the {n} nodes of its path. For each node, here "
            f"are its score and the first number of its row. {listed[0].upper()}{listed[1:]}. "
            "What is the first number of the code's vector? Two decimals."
        ),
        key=key,
        wrong={
            "M199": sum(rows) / n,
            "M40": sum(s * x for s, x in zip(logs, rows, strict=True)) / sum(logs),
            "M200": (mixed - raised[0] * rows[0]) / (sum(raised) - raised[0]),
            "M201": mixed,
            "M202": rows[raised.index(max(raised))],
        },
        solution=(
            f"The exponentials of the scores are {', '.join(map(str, raised))}, in sum "
            f"{sum(raised)}. "
            + " + ".join(f"{a} · {signed(x)}" for a, x in zip(raised, rows, strict=True)).replace(
                "+ −", "− "
            )
            + f" = {signed(mixed)}; divided by {sum(raised)} this is {signed(round(key, 2))}."
        ),
    )


def _prior(rng: np.random.Generator) -> Draw:
    both = int(rng.integers(6, 40))
    dx, rx = both + int(rng.integers(10, 200)), both + int(rng.integers(10, 200))
    visits = int(rng.integers(5, 21)) * 100
    key = both / dx
    return Draw(
        numbers={"both": both, "dx": dx, "rx": rx, "visits": visits},
        stem=(
            f"Of {visits:,} visits {dx} hold the diagnosis d, {rx} the drug m, and {both} hold "
            "both. What is p(m | d), from which GCT makes its prior? Two decimals."
        ),
        key=key,
        wrong={
            "M203": both / rx,
            "M204": both / visits,
            "M10": both / (dx + rx - both),
            "M205": both * visits / (dx * rx),
        },
        solution=f"Of the {dx} visits with d, {both} hold m as well: {both} / {dx} = {key:.2f}.",
    )


def _allowed(rng: np.random.Generator) -> Draw:
    dx, rx = (int(x) for x in rng.choice(np.arange(2, 10), 2, replace=False))
    key = 2 * dx + 2 * dx * rx
    return Draw(
        numbers={"dx": dx, "rx": rx},
        stem=(
            f"GCT reads a visit as 1 visit token, {dx} diagnoses and {rx} treatments. Its mask "
            "allows visit and diagnosis to look at each other, and diagnosis and treatment. How "
            "many (looking, looked at) pairs of two different tokens are allowed?"
        ),
        key=key,
        wrong={
            "M206": key // 2,
            "M207": (1 + dx + rx) * (dx + rx),
            "M208": 2 * dx * rx,
            "M209": 2 * (dx + rx + dx * rx),
        },
        solution=(
            f"Visit and diagnoses: 2 · {dx} = {2 * dx}. Diagnoses and treatments: "
            f"2 · {dx} · {rx} = {2 * dx * rx}. Together {key}."
        ),
    )


TREES = (
    Family(id="P54", section=2, points=3, digits=2, ask=_mixed, level="Ap", **HERE),
    Family(id="P55", section=4, points=2, digits=2, ask=_prior, low=0, high=1, level="Ap", **HERE),
    Family(id="P56", section=5, points=2, digits=0, ask=_allowed, low=0, level="U", **HERE),
)
"""P54 to P56."""
