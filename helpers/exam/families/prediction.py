"""Numeric families on ranking patients and on the GRU (lesson 13)."""

import math

import numpy as np

from helpers.exam.families._family import Draw, Family
from helpers.exam.families._text import signed
from helpers.exam.items import Blank
from helpers.gru_step import gru_step, n_parameters
from helpers.ranking import average_precision, roc_auc

HERE = {"topic": 9, "lesson": "13"}


def _auc(rng: np.random.Generator) -> Draw:
    cases, controls = (
        [int(x) for x in rng.integers(1, 9, 3)],
        [int(x) for x in rng.integers(0, 8, 4)],
    )
    y = [1] * 3 + [0] * 4
    key = roc_auc(y, [float(s) for s in cases + controls])
    pairs = [(a, b) for a in cases for b in controls]
    wins, ties = sum(a > b for a, b in pairs), sum(a == b for a, b in pairs)
    are = "is a tie, which counts" if ties == 1 else "are ties, which count"
    right = sum(a >= 5 for a in cases) + sum(b < 5 for b in controls)
    return Draw(
        numbers={"cases": cases, "controls": controls},
        stem=(
            f"A model gives three cases the scores {', '.join(map(str, cases))} and four controls "
            f"{', '.join(map(str, controls))}. What is its AUC? Two decimals."
        ),
        key=key,
        wrong={
            "M145": wins / 12,
            "M146": (wins + ties) / 12,
            "M147": 1 - key,
            "M148": right / 7,
        },
        solution=(
            f"Of 12 pairs of a case and a control {wins} {'is' if wins == 1 else 'are'} in the "
            f"right order, and {ties} {are} one half: ({wins} + {ties / 2:g}) / 12 = {key:.2f}."
        ),
    )


def _average_precision(rng: np.random.Generator) -> Draw:
    n = int(rng.integers(6, 9))
    y = np.zeros(n, int)
    y[rng.choice(n, 3, replace=False)] = 1
    scores = np.arange(n, 0, -1.0)
    key = average_precision(y, scores)
    ranks = [int(i) + 1 for i in np.flatnonzero(y)]
    parts = [(hit, rank) for hit, rank in enumerate(ranks, 1)]
    listed = " ".join("+" if case else "−" for case in y)
    return Draw(
        numbers={"y": y.tolist()},
        stem=(
            f"From the highest score to the lowest, patients are cases (+) and controls (−) like "
            f"this: {listed}. What is the average precision? Two decimals."
        ),
        key=key,
        wrong={
            "M149": roc_auc(y, scores),
            "M150": 3 / n,
            "M151": float(y[:3].mean()),
            "M152": sum(hit / rank for hit, rank in parts) / n,
        },
        solution=(
            f"({' + '.join(f'{hit}/{rank}' for hit, rank in parts)}) / 3 = {key:.2f}: at each case "
            "the share of cases down to its rank."
        ),
    )


def _precision_steps(numbers: dict) -> tuple[Blank, ...]:
    y = numbers["y"]
    ranks = [rank for rank, case in enumerate(y, 1) if case]
    precisions = [hit / rank for hit, rank in enumerate(ranks, 1)]
    each = tuple(
        Blank(
            f"precision at case {hit}",
            precision,
            "Cases down to here, over all patients down to here.",
            digits=2,
        )
        for hit, precision in enumerate(precisions, 1)
    )
    return (
        *each,
        Blank(
            "their sum",
            sum(precisions),
            "Add the three.",
            digits=2,
            follow=lambda before: sum(before[:3]),
        ),
        Blank(
            "average precision",
            sum(precisions) / 3,
            "Divide by the number of cases.",
            digits=2,
            follow=lambda before: before[3] / 3,
            wrong=((sum(precisions) / len(y), "M152"), (3 / len(y), "M150")),
        ),
    )


def _gru(rng: np.random.Generator) -> Draw:
    a = int(rng.integers(-3, 4))
    n, h = (int(x) / 10 for x in rng.choice(np.arange(-9, 10), 2, replace=False))
    z = 1 / (1 + math.exp(-a))
    # a cell with one number: gate input a, candidate n whatever the reset gate says
    P = {
        "weight_ih": np.array([[0.0], [a], [math.atanh(n)]]),
        "weight_hh": np.zeros((3, 1)),
        "bias_ih": np.zeros(3),
        "bias_hh": np.zeros(3),
    }
    key = float(gru_step(np.array([1.0]), np.array([h]), P)[0])
    shown = [signed(x) for x in (a, n, h)]
    return Draw(
        numbers={"a": a, "n": n, "h": h},
        stem=(
            "A GRU with a state of one number uses the convention "
            "$h_{new} = (1 - z) \\, n + z \\, h$ with $z = \\sigma(a)$. The gate's input is $a = $ "
            f"{shown[0]}, the candidate $n = $ {shown[1]}, the old state $h = $ {shown[2]}. What "
            "is the new state? Two decimals."
        ),
        key=key,
        wrong={
            "M153": z * n + (1 - z) * h,
            "M154": n + z * h,
            "M155": (1 - a) * n + a * h,
            "M156": (n + h) / 2,
        },
        solution=(
            f"$z = \\sigma({shown[0]}) = {z:.3f}$. {1 - z:.3f} · ({shown[1]}) + {z:.3f} · "
            f"({shown[2]}) = {key:.2f}.".replace("-0.", "−0.")
        ),
    )


def _gru_parameters(rng: np.random.Generator) -> Draw:
    i, h = (int(x) for x in rng.choice([8, 10, 16, 20, 24, 32, 50, 64, 100, 128], 2))
    key = n_parameters(i, h)
    return Draw(
        numbers={"i": i, "h": h},
        stem=(
            f"A GRU reads visit vectors of {i} numbers into a state of {h}. Each of its blocks has "
            "two bias vectors, as in torch. How many parameters does it have?"
        ),
        key=key,
        wrong={
            "M157": 4 * (h * i + h * h + 2 * h),
            "M158": 3 * (h * i + h * h + h),
            "M159": h * i + h * h + 2 * h,
            "M124": 3 * (h * i + h * h),
        },
        solution=f"3 · ({h} · {i} + {h} · {h} + 2 · {h}) = {key:,}: reset, update, candidate.",
    )


PREDICTION = (
    Family(
        id="P41",
        section=3,
        points=3,
        digits=2,
        ask=_auc,
        low=0,
        high=1,
        level="Ap",
        fair=lambda draw: bool(set(draw.numbers["cases"]) & set(draw.numbers["controls"])),
        **HERE,
    ),
    Family(
        id="P42",
        section=3,
        points=4,
        digits=2,
        ask=_average_precision,
        steps=_precision_steps,
        low=0,
        high=1,
        level="Ap",
        **HERE,
    ),
    Family(id="P43", section=2, points=3, digits=2, ask=_gru, level="Ap", **HERE),
    Family(
        id="P44",
        section=2,
        points=2,
        digits=0,
        ask=_gru_parameters,
        low=1,
        level="Ap",
        worked=({"i": 64, "h": 16},),
        **HERE,
    ),
)
"""P41 to P44."""
