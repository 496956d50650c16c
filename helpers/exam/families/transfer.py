"""Numeric families on entities, images and transfer (lesson 14)."""

import numpy as np

from helpers.exam.families._family import Draw, Family

HERE = {"topic": 10, "lesson": "14", "level": "Ap"}


def _entity_net(rng: np.random.Generator) -> Draw:
    sizes = [int(x) for x in rng.integers(4, 60, 2)] + [int(rng.integers(110, 400))]
    numeric, hidden = int(rng.integers(2, 8)), int(rng.integers(2, 13)) * 4
    dims = [min(50, -(-c // 2)) for c in sizes]
    uncapped = [-(-c // 2) for c in sizes]

    def count(tables: list[int], inputs: int) -> int:
        table = sum(c * d for c, d in zip(sizes, tables, strict=True))
        return table + inputs * hidden + hidden

    key = count(dims, sum(dims) + numeric)
    return Draw(
        numbers={"sizes": sizes, "numeric": numeric, "hidden": hidden},
        stem=(
            f"A tabular net has three categorical columns with {sizes[0]}, {sizes[1]} and "
            f"{sizes[2]} values and {numeric} numeric columns. A column with c values gets an "
            "embedding of min(50, c/2 rounded up) numbers. All numbers go into one layer of "
            f"{hidden} units with a bias. How many parameters do the tables and this layer have?"
        ),
        key=key,
        wrong={
            "M160": (sum(sizes) + numeric) * hidden + hidden,
            "M161": count(dims, sum(dims)),
            "M162": sum(c * d for c, d in zip(sizes, dims, strict=True)),
            "M163": count(uncapped, sum(uncapped) + numeric),
        },
        solution=(
            f"Tables: {' + '.join(f'{c} · {d}' for c, d in zip(sizes, dims, strict=True))}. Layer: "
            f"({sum(dims)} + {numeric}) · {hidden} + {hidden}. Together {key:,}."
        ),
    )


def _map_size(rng: np.random.Generator) -> Draw:
    stride = int(rng.choice([2, 4, 8]))
    side = stride * int(rng.integers(8, 57))
    channels = int(rng.choice([32, 64, 128, 256, 512]))
    key = (side // stride) ** 2 * channels / (3 * side**2)
    return Draw(
        numbers={"side": side, "stride": stride, "channels": channels},
        stem=(
            f"A color image has {side} x {side} pixels and three channels. After some layers with "
            f"a total stride of {stride} there is a feature map with {channels} channels. How many "
            "times as many numbers as the image does the map hold? Two decimals."
        ),
        key=key,
        wrong={
            "M164": channels / 3,
            "M165": channels / (3 * stride),
            "M166": channels / (3 * side**2),
            "M167": 1 / (3 * stride**2),
        },
        solution=(
            f"The map has {side // stride} x {side // stride} x {channels} numbers, the image "
            f"{side} x {side} x 3: {key:.2f} times as many."
            + (" An early map is larger than the image." if key > 1 else "")
        ),
    )


def _trainable(rng: np.random.Generator) -> Draw:
    vocab, dim = int(rng.integers(2, 30)) * 10, int(rng.choice([4, 8, 10, 16]))
    head = int(rng.integers(3, 40)) * 20
    table = vocab * dim
    key = head / (head + table)
    return Draw(
        numbers={"vocab": vocab, "dim": dim, "head": head},
        stem=(
            f"A model has a table of {vocab} codes with {dim} numbers each, which is frozen, and a "
            f"head of {head:,} parameters. Which share of all parameters is trained? Two decimals."
        ),
        key=key,
        wrong={"M168": 1 - key, "M169": 1.0, "M170": head / table, "M171": 1 / 2},
        solution=f"{head:,} of {head:,} + {table:,}: {key:.2f}.",
    )


TRANSFER = (
    Family(
        id="P45",
        section=1,
        points=3,
        digits=0,
        ask=_entity_net,
        low=1,
        worked=({"sizes": [24, 40, 300], "numeric": 2, "hidden": 16},),
        **HERE,
    ),
    Family(
        id="P46",
        section=2,
        points=2,
        digits=2,
        ask=_map_size,
        low=0,
        worked=({"stride": 4, "channels": 256},),  # at any size of the image
        **HERE,
    ),
    Family(
        id="P47",
        section=3,
        points=2,
        digits=2,
        ask=_trainable,
        low=0,
        high=1,
        fair=lambda draw: 0.1 < draw.key < 0.9,
        **HERE,
    ),
)
"""P45 to P47."""
