"""Questions on a figure: maps that are drawn for the question, so that what is true is known."""

from collections.abc import Sequence
from html import escape

import numpy as np
from jaxtyping import Float

from helpers.exam.bank import Entry
from helpers.exam.items import Item, Reading, ReadPlot

SUPPORTED, NOT_SUPPORTED, CANNOT = "supported", "not supported", "cannot be known"
GROUPS = "ABC"
Points = Float[np.ndarray, "n 2"]


def scatter_svg(
    panels: Sequence[tuple[str, Sequence[Points]]], *, side: int = 250, label: str
) -> str:
    """Draw maps side by side, each group with a marker of its own and a letter beside it.

    Parameters
    ----------
    panels
        A title and the points of each group, in the unit square.
    label
        What is to be seen, for those who cannot see it.
    """
    # on paper their size follows that of the letters, and large panels stand below one another
    size = "panel" if len(panels) > 1 else "panel alone"
    drawn = "".join(_panel(title, groups, side, size) for title, groups in panels)
    return f'<div role="img" aria-label="{escape(label)}">{drawn}</div>'


def _panel(title: str, groups: Sequence[Points], side: int, size: str) -> str:
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{size}" width="{side}" '
        f'height="{side + 24}" viewBox="0 0 {side} {side + 24}">'
        '<g font-family="sans-serif" font-size="14">'
        f'<rect x="4" y="20" width="{side - 8}" height="{side}" fill="none" stroke="black"/>'
        f'<text x="6" y="14">{escape(title)}</text>'
    ]
    for letter, points in zip(GROUPS, groups, strict=False):
        x, y = 4 + points[:, 0] * (side - 8), 20 + points[:, 1] * side
        parts += [_marker(letter, a, b) for a, b in zip(x, y, strict=True)]
        above = y.min() - 7
        place = above if above > 34 else y.max() + 19  # inside the frame
        parts.append(
            f'<text x="{x.mean():.0f}" y="{place:.0f}" text-anchor="middle" '
            f'font-weight="bold">{letter}</text>'
        )
    return "".join([*parts, "</g></svg>"])


def _marker(letter: str, x: float, y: float) -> str:
    if letter == "A":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="black"/>'
    if letter == "B":
        return (
            f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6" fill="white" '
            'stroke="black"/>'
        )
    return (
        f'<path d="M{x:.1f} {y - 4:.1f}l4 7h-8z" fill="white" stroke="black" stroke-width="1.2"/>'
    )


def _blob(rng: np.random.Generator, center, spread: float, n: int = 18) -> Points:
    """Scatter points in a disk, none outside the square."""
    angle, radius = rng.uniform(0, 2 * np.pi, n), spread * np.sqrt(rng.uniform(0, 1, n))
    points = center + radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return np.clip(points, 0.03, 0.97)


def _placed(item: dict, readings: list[Reading], rng: np.random.Generator, n: int) -> ReadPlot:
    """Take `n` of the statements; all when there are no more."""
    kept = sorted(rng.permutation(len(readings))[:n])
    counts_as = ((5, "An", n - 2), (5, "Ev", 2))
    return ReadPlot(
        **item, points=n, readings=tuple(readings[i] for i in kept), counts_as=counts_as
    )


def _one_map(rng: np.random.Generator, twin: int, n: int) -> Item:
    """C32: what one map says and what it does not."""
    tight, wide, other = (GROUPS[i] for i in rng.permutation(3))
    spread = {tight: 0.06, wide: 0.17, other: 0.11}
    near = np.array([0.24, 0.28]), np.array([0.56, 0.30]), np.array([0.74, 0.80])
    turn = rng.integers(2)
    center = {tight: near[0], other: near[1], wide: near[2]}
    if turn:
        center = {letter: 1 - place for letter, place in center.items()}
    groups = [_blob(rng, center[letter], spread[letter]) for letter in GROUPS]
    overlap = float(rng.integers(74, 92)) / 100
    printed = twin % 2 == 1
    given = (
        f" The overlap of the neighbors in the map and in the original space, at 5, is {overlap} "
        f"for group {tight}; at random it would be 0.09."
        if printed
        else ""
    )
    readings = [
        Reading(
            "The map keeps the codes of each group together.",
            SUPPORTED,
            "Each letter's points lie side by side: that much can be seen.",
        ),
        Reading(
            f"The codes of {tight} are more alike than those of {wide}.",
            CANNOT,
            "The size of a group in the map is made by t-SNE: it widens what is dense.",
            "C32",
        ),
        Reading(
            f"{tight} is more similar to {other} than to {wide}.",
            CANNOT,
            "Gaps between groups carry no meaning.",
            "C32",
        ),
        Reading(
            "The horizontal axis shows how severe an illness is.",
            NOT_SUPPORTED,
            "The axes of a t-SNE map can be turned at will; nothing ties them to severity.",
        ),
        Reading(
            f"Codes that are neighbors inside {tight} are neighbors in the original space too.",
            SUPPORTED if printed else CANNOT,
            "The printed overlap is far above chance."
            if printed
            else "That has to be measured: no overlap is given.",
        ),
    ]
    text = (
        f"A map with three groups: {tight} small, {other} near it and of medium size, {wide} large "
        "and further away. The axes have no labels."
    )
    item = {
        "id": "C32",
        "topic": 5,
        "level": "An",
        "lesson": "08",
        "section": 3,
        "stem": (
            "The figure is drawn as a t-SNE map of 54 codes in three known groups would look "
            f"(perplexity 30, one seed).{given} Judge each statement. *Supported*: what is given "
            "shows it. *Not supported*: it contradicts what a t-SNE map is. *Cannot be known*: it "
            "may be so, and what is given does not tell."
        ),
        "solution": (
            "Neighbors are favored by the method; sizes, gaps and axes are not. Whether neighbors "
            "in the map are neighbors in the data is a number, the overlap, to be read beside "
            "chance."
        ),
        "figure": scatter_svg([("t-SNE map", groups)], side=330, label=text),
        "figure_text": text,
    }
    return _placed(item, readings, rng, n)


def _four_maps(rng: np.random.Generator, twin: int, n: int) -> Item:
    """C33: which statement survives four perplexities."""
    apart, split, plain = (GROUPS[i] for i in rng.permutation(3))
    panels = []
    for perplexity, (gap, wide) in zip(
        (5, 15, 30, 50), ((0.55, 0), (0.45, 1), (0.62, 0), (0.7, 1)), strict=True
    ):
        spread = {apart: 0.1, split: (0.09, 0.15)[wide], plain: (0.14, 0.09)[wide]}
        places = {apart: (0.2, 0.5), split: (0.2 + gap, 0.26), plain: (0.2 + gap, 0.76)}
        if wide:  # the group that lies nearer to the lonely one changes
            places[split], places[plain] = (0.34 + gap / 2, 0.14), (0.2 + gap, 0.82)
        else:
            places[split], places[plain] = (0.2 + gap, 0.18), (0.34 + gap / 2, 0.86)
        groups = []
        for letter in GROUPS:
            center = np.clip(np.array(places[letter]), 0.16, 0.84)
            if letter == split and perplexity == 5:
                halves = [
                    _blob(rng, center + np.array([side, 0]), 0.045, 9) for side in (-0.1, 0.1)
                ]
                groups.append(np.concatenate(halves))
            else:
                groups.append(_blob(rng, center, spread[letter]))
        flip = bool(rng.integers(2))
        groups = [np.column_stack([1 - g[:, 0], g[:, 1]]) if flip else g for g in groups]
        panels.append((f"perplexity {perplexity}", groups))
    readings = [
        Reading(
            f"The codes of {apart} lie together, apart from the others, at every perplexity.",
            SUPPORTED,
            "All four maps show it.",
        ),
        Reading(
            f"{split} falls into two kinds of codes.",
            NOT_SUPPORTED,
            "Only the map with perplexity 5 shows two parts; small perplexities split what is one.",
        ),
        Reading(
            f"The group {split} is wider than the group {plain}.",
            NOT_SUPPORTED,
            "It changes from map to map: at perplexity 30 it is the other way round.",
            "C33",
        ),
        Reading(
            f"{apart} lies nearer to {split} than to {plain}.",
            NOT_SUPPORTED,
            "It changes from map to map.",
            "C33",
        ),
        Reading(
            f"In the original space {split} and {plain} have the same spread.",
            CANNOT,
            "No map shows the spread of the original space; it has to be measured there.",
        ),
    ]
    text = (
        f"Four maps of the same codes. Group {apart} is apart in all; {split} is in two parts at "
        f"perplexity 5 only; which of {split} and {plain} is wider, and which is nearer to "
        f"{apart}, changes."
    )
    item = {
        "id": "C33",
        "topic": 5,
        "level": "An",
        "lesson": "08",
        "section": 3,
        "stem": (
            "The figure is drawn as four t-SNE maps of the same 54 codes would look, at four "
            "perplexities. Judge each statement. *Supported*: all four maps agree on it. *Not "
            "supported*: they do not. *Cannot be known*: no such map could tell."
        ),
        "solution": (
            "What holds at every perplexity may be a property of the data; what changes is one of "
            "the method. Spread has to be measured in the original space."
        ),
        "figure": scatter_svg(panels, side=190, label=text),
        "figure_text": text,
    }
    return _placed(item, readings, rng, n)


def _entry(id_: str, make, n: int) -> Entry:
    name = id_ if n == 5 else f"{id_} in {n}"
    return Entry(name, id_, lambda rng, twin: make(rng, twin, n))


PLOTS: tuple[Entry, ...] = tuple(
    _entry(id_, make, n) for id_, make in (("C32", _one_map), ("C33", _four_maps)) for n in (5, 4)
)
"""C32 and C33, with five statements and, for the shorter paper, with four."""
