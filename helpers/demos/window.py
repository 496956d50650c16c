"""A window slides over a sentence; each pair pulls one word and pushes the others."""

from collections.abc import Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.demos._demo import Demo
from helpers.pairs import skipgram_pairs
from helpers.plots import COLORS
from helpers.skipgram import sgd_step

CENTER, CONTEXT, QUIET = COLORS[0], COLORS[3], "#777777"
RATE = 0.8  # large, so that one step can be seen


class WindowDemo(Demo):
    """A slider for the window, and a button that takes the next pair and makes its step.

    The model is as small as can be drawn: two numbers for each word in either table. The
    context rows start on a circle, the center rows at random angles, so that all can be seen.

    Parameters
    ----------
    tokens
        A sentence of different words.
    seed
        Draws the angles of the center rows.
    """

    def __init__(self, tokens: Sequence[str], seed: int = 0) -> None:
        if len(set(tokens)) < len(tokens):
            raise ValueError("the sentence holds a word twice; its picture would be ambiguous")
        self.tokens, self.seed = list(tokens), seed
        self.window = widgets.IntSlider(value=2, min=1, max=4, description="window")
        self.pair = widgets.IntSlider(value=1, min=1, max=len(self._pairs(4)), description="pair")
        super().__init__({"window": self.window, "pair": self.pair}, size=(7.2, 5.0))
        self.next = widgets.Button(description="next pair")
        self.next.on_click(self._advance)
        self.children = (self.next, *self.children)

    def draw(self, figure: Figure, window: int, pair: int) -> str:
        """Draw the sentence with its window above, the step of this pair below."""
        listed = self._pairs(window)
        place = min(pair, len(listed)) - 1
        center, context = listed[place]
        before, after, loss = self.step(window, place)
        above, below = figure.subplots(2, 1, height_ratios=(1, 4))
        self._draw_sentence(above, center, context, window)
        self._draw_step(below, center, context, before, after)
        return (
            f"window {window}: {len(listed)} pairs. Pair {place + 1}: from "
            f"'{self.tokens[center]}' predict '{self.tokens[context]}', loss {loss:.2f}. Its "
            f"vector is pulled along v, the {len(self.tokens) - 1} others are pushed back."
        )

    def step(
        self, window: int, place: int
    ) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray], float]:
        """Return both tables before and after the step of pair number `place`, and its loss."""
        tables = self._start()
        for center, context in self._pairs(window)[:place]:
            sgd_step(center, context, *tables, RATE)
        before = tables.copy()
        loss = sgd_step(*self._pairs(window)[place], *tables, RATE)
        return tuple(before), tuple(tables), loss

    def _start(self) -> np.ndarray:
        size = len(self.tokens)
        around = np.random.default_rng(self.seed).uniform(0, 2 * np.pi, size)
        angles = np.stack([around, 2 * np.pi * np.arange(size) / size])
        return 1.2 * np.stack([np.cos(angles), np.sin(angles)], axis=-1)

    def _pairs(self, window: int) -> list[tuple[int, int]]:
        return skipgram_pairs(range(len(self.tokens)), window)

    def _advance(self, button: widgets.Button) -> None:
        listed = len(self._pairs(self.window.value))
        self.pair.value = self.pair.value + 1 if self.pair.value < listed else 1

    def _draw_sentence(self, ax: Axes, center: int, context: int, window: int) -> None:
        for i, token in enumerate(self.tokens):
            inside = abs(i - center) <= window
            ax.text(
                i, 0, token, ha="center", va="center", fontsize=9,
                color="white" if i == center else "black",
                bbox={
                    "boxstyle": "round",
                    "facecolor": CENTER if i == center else "white",
                    "edgecolor": CONTEXT if i == context else CENTER if inside else "#cccccc",
                    "linewidth": 2.5 if i == context else 1.2,
                },
            )  # fmt: skip
        ax.text(center, -0.9, "center", ha="center", fontsize=8, color=CENTER)
        ax.text(context, -0.9, "context", ha="center", fontsize=8, color=CONTEXT)
        ax.set_xlim(-0.6, len(self.tokens) - 0.4)
        ax.set_ylim(-1.2, 0.8)
        ax.axis("off")

    def _draw_step(
        self, ax: Axes, center: int, context: int,
        before: tuple[np.ndarray, np.ndarray], after: tuple[np.ndarray, np.ndarray],
    ) -> None:  # fmt: skip
        v = before[0][center]
        ax.annotate("", v, (0, 0), arrowprops={"arrowstyle": "-|>", "color": CENTER, "lw": 2})
        beside = np.array([-v[1], v[0]]) / np.linalg.norm(v)  # at a right angle to the arrow
        beside *= 7 if beside[0] >= 0 else -7
        ax.annotate(f"v of {self.tokens[center]}", v / 2, xytext=beside, va="center",
                    textcoords="offset points", color=CENTER, fontsize=9,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})  # fmt: skip
        for i, token in enumerate(self.tokens):
            color = CONTEXT if i == context else QUIET
            start, end = before[1][i], after[1][i]
            ax.plot(*start, marker="o" if i == context else ".", color=color)
            ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": color, "lw": 1.5})
            label = f"{token} (pulled)" if i == context else token
            ax.annotate(label, start, xytext=(4, -9), textcoords="offset points", color=color,
                        fontsize=8)  # fmt: skip
        ax.axhline(0, color="#dddddd", zorder=0)
        ax.axvline(0, color="#dddddd", zorder=0)
        reach = 1.2 * max(1.5, *(np.abs(table).max() for table in (*before, *after)))
        ax.set(xlim=(-1.6 * reach, 1.6 * reach), ylim=(-reach, reach))
        ax.set_xlabel("first number")
        ax.set_ylabel("second number")
