"""Any word gets a vector from its n-grams: type one and see (lesson on counting)."""

from collections.abc import Callable, Sequence

import ipywidgets as widgets
import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.demos._demo import Demo
from helpers.plots import COLORS
from helpers.similarity import cosine_to
from helpers.subwords import char_ngrams

COLUMNS, LONGEST = 6, 40  # boxes in a row; letters of a word that are read
SHOWN = 42  # boxes at most


class SubwordDemo(Demo):
    """A box to type in; the n-grams of the word, and the known words nearest to it.

    Parameters
    ----------
    vectors
        From a list of words to a row for each of them, such as
        :meth:`helpers.fasttext.FastTextResult.vectors`.
    words
        The known words.
    word
        What stands in the box at first.
    lo, hi
        Shortest and longest n-gram of the model.
    """

    def __init__(
        self,
        vectors: Callable[[Sequence[str]], Float[np.ndarray, "words dim"]],
        words: Sequence[str],
        word: str = "metfromin",
        lo: int = 3,
        hi: int = 6,
    ) -> None:
        self.vectors, self.words, self.lo, self.hi = vectors, tuple(words), lo, hi
        self.table = vectors(self.words)
        self.known = set().union(*(char_ngrams(known, lo, hi) for known in self.words))
        box = widgets.Text(value=word, description="word", continuous_update=False)
        super().__init__({"word": box}, size=(9.6, 3.9))

    def draw(self, figure: Figure, word: str) -> str:
        """Draw the n-grams as boxes and the nearest words as bars."""
        word = "_".join(word.split())[:LONGEST]
        boxes, bars = figure.subplots(1, 2, width_ratios=(3, 2))
        boxes.set_axis_off()
        if not word:
            bars.set_axis_off()
            return "type a word"
        runs = sorted(char_ngrams(word, self.lo, self.hi), key=lambda run: (len(run), run))
        self._draw_runs(boxes, runs)
        shared = sum(run in self.known for run in runs)
        seen = "known" if word in self.words else "never seen"
        said = f"{word}, {seen}: {shared} of its {len(runs)} n-grams are in known words"
        vector = self.vectors([word])[0]
        if not shared or not vector.any():
            bars.set_axis_off()
            return f"{said}; it points nowhere"
        cosine = cosine_to(vector, self.table)
        near = [i for i in np.argsort(-cosine, kind="stable") if self.words[i] != word][:6]
        self._draw_nearest(bars, near, cosine, set(runs))
        return f"{said}; nearest is {self.words[near[0]]} with cosine {cosine[near[0]]:.2f}"

    def _draw_runs(self, ax: Axes, runs: Sequence[str]) -> None:
        for place, run in enumerate(runs[:SHOWN]):
            known = run in self.known
            frame = {"boxstyle": "round", "facecolor": "#D8ECF8" if known else "white"}
            frame |= {"edgecolor": COLORS[0] if known else "0.6"}
            frame |= {"linestyle": "-" if known else "--"}
            text = run if len(run) <= 9 else f"{run[:8]}…"
            ax.text(place % COLUMNS, -(place // COLUMNS), text, ha="center", va="center",
                    fontsize=9, family="monospace", bbox=frame)  # fmt: skip
        rows = -(-min(len(runs), SHOWN) // COLUMNS)
        ax.set(xlim=(-0.6, COLUMNS - 0.4), ylim=(-max(rows, 3) + 0.3, 0.7))
        more = f", {len(runs) - SHOWN} more not shown" if len(runs) > SHOWN else ""
        ax.set_title(f"its n-grams; filled: in a known word{more}", fontsize=10)

    def _draw_nearest(
        self, ax: Axes, near: Sequence[int], cosine: Float[np.ndarray, " words"], mine: set[str]
    ) -> None:
        for row, i in enumerate(near):
            ax.barh(row, cosine[i], color=COLORS[5])
            common = len(mine & char_ngrams(self.words[i], self.lo, self.hi))
            ax.text(0.02, row, f"{common} shared", va="center", fontsize=8)
        ax.set_yticks(range(len(near)), [self.words[i] for i in near])
        ax.invert_yaxis()
        ax.set(xlim=(0, 1), xlabel="cosine", title="nearest known words, n-grams shared")
        ax.title.set_fontsize(10)
