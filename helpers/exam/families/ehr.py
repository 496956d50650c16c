"""Numeric families on visits, windows, padding and bags of codes (lessons 09 and 10)."""

import math
from datetime import date, timedelta

import numpy as np

from helpers.batches import pad_visits
from helpers.events import DayVisit
from helpers.exam.families._family import Draw, Family
from helpers.pairs import number_of_pairs, visit_pairs
from helpers.timeline import window

HERE = {"topic": 6, "level": "Ap"}


def _observed(rng: np.random.Generator) -> Draw:
    index = int(rng.integers(30, 60)) * 10
    gap, obs = int(rng.integers(2, 7)) * 10, int(rng.integers(6, 20)) * 10
    first, last = index - gap - obs, index - gap
    # both edges, one day in the gap, some inside, one too early: each mistake changes the count
    days = {first, last, index - int(rng.integers(1, gap)), first - int(rng.integers(1, 40))}
    days |= {int(x) for x in rng.integers(first + 1, last, int(rng.integers(1, 6)))}
    days |= {index + int(rng.integers(0, 20))}
    days |= {int(x) for x in rng.integers(last, index, int(rng.integers(0, 3)))}
    days = sorted(day for day in days if day >= 0)
    start = date(2020, 1, 1)
    record = [DayVisit(start + timedelta(days=day), ("I10",)) for day in days]
    key = len(window(record, start + timedelta(days=index), obs, gap))
    return Draw(
        numbers={"days": days, "index": index, "gap": gap, "obs": obs},
        stem=(
            f"A patient's visits fall on the days {', '.join(map(str, days))}. The index day is "
            f"{index}. The {gap} days before it are the gap, the {obs} days before the gap are the "
            "observation window. How many visits become features?"
        ),
        key=key,
        wrong={
            "M190": sum(index - obs <= d < index for d in days),
            "M191": sum(first <= d <= last for d in days),
            "M192": sum(first <= d < index for d in days),
            "M193": sum(d < index for d in days),
            "M194": sum(first < d < last for d in days),
        },
        solution=(
            f"The window is [{index} − {gap} − {obs}, {index} − {gap}) = [{first}, {last}): "
            f"{', '.join(str(d) for d in days if first <= d < last)}. That is {key}."
        ),
    )


def _padding(rng: np.random.Generator) -> Draw:
    patients = [
        [int(n) for n in rng.integers(1, 7, int(rng.integers(1, 5)))]
        for _ in range(int(rng.integers(2, 4)))
    ]
    ids, mask = pad_visits([[list(range(1, n + 1)) for n in visits] for visits in patients])
    B, T, C = ids.shape
    real = int(mask.sum())
    key = 1 - real / mask.size
    visits = sum(map(len, patients))
    shown = "; ".join(f"({', '.join(map(str, p))})" for p in patients)
    return Draw(
        numbers={"patients": patients},
        stem=(
            f"{B} patients are put into one array (patients, visits, codes), as small as possible. "
            f"Their visits hold these numbers of codes, one pair of brackets a patient: {shown}. "
            "Which share of the array is padding? Two decimals."
        ),
        key=key,
        wrong={
            "M195": 1 - key,
            "M196": 1 - visits / (B * T),
            "M197": 1 - real / (visits * C),
            "M198": 1 - real / (B * C),
        },
        solution=(
            f"The array has the shape ({B}, {T}, {C}): {mask.size} places. {real} hold a code, "
            f"{mask.size - real} are padding: {key:.2f}."
        ),
    )


def _bags(rng: np.random.Generator) -> Draw:
    sizes = [int(x) for x in rng.integers(1, 9, int(rng.integers(3, 5)))]
    record = [[f"{v}.{i}" for i in range(n)] for v, n in enumerate(sizes)]
    key = len(visit_pairs([record]))
    n = sum(sizes)
    return Draw(
        numbers={"sizes": sizes},
        stem=(
            f"The {len(sizes)} visits of a patient hold these numbers of different codes: "
            f"{', '.join(map(str, sizes))}. Each visit is a bag. How many ordered (center, "
            "context) pairs are there?"
        ),
        key=key,
        wrong={
            "M31": key // 2,
            "M35": n * (n - 1),
            "M34": sum(x * x for x in sizes),
            "M118": sum(2 * (x - 1) for x in sizes),
        },
        solution=(
            f"{' + '.join(f'{x} · {x - 1}' for x in sizes)} = {key}. A visit with one code has no "
            "pair."
        ),
    )


def _kept(rng: np.random.Generator) -> Draw:
    n, w = int(rng.integers(4, 31)), int(rng.integers(1, 6))
    if w >= n - 1:
        return _kept(rng)
    pairs = number_of_pairs(n, w)
    key = pairs / (n * (n - 1))
    return Draw(
        numbers={"n": n, "w": w},
        stem=(
            f"A visit holds {n} different codes. They are written one behind another, and a window "
            f"of {w} to each side cuts pairs. Then the codes are shuffled. Which share of the "
            "pairs do you expect to be cut again? Two decimals."
        ),
        key=key,
        wrong={
            "M119": 1.0,
            "M120": 0.0,
            "M121": 1 / math.factorial(n),
            "M30": 2 * w / (n - 1),
        },
        solution=(
            f"A shuffle puts each pair at any two of the places alike. {pairs} of the "
            f"{n * (n - 1)} ordered pairs of places lie within the window: {key:.2f}."
        ),
    )


EHR = (
    Family(
        id="P52",
        lesson="09",
        section=4,
        points=3,
        digits=0,
        ask=_observed,
        low=0,
        fair=lambda draw: draw.key not in draw.wrong.values(),
        **HERE,
    ),
    Family(
        id="P53", lesson="09", section=3, points=2, digits=2, ask=_padding, low=0, high=1, **HERE
    ),
    Family(
        id="P32",
        lesson="10",
        section=1,
        points=2,
        digits=0,
        ask=_bags,
        low=0,
        fair=lambda draw: draw.key > 10,
        **HERE,
    ),
    Family(
        id="P33",
        lesson="10",
        section=2,
        points=3,
        digits=2,
        ask=_kept,
        low=0,
        high=1,
        worked=({"n": 6, "w": 2},),
        topic=6,
        level="An",
    ),
)
"""P52, P53, P32 and P33."""
