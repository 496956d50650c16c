"""Type a note and see whom it resembles, by three kinds of vectors (lesson on notes)."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from helpers.demos._demo import Demo
from helpers.plots import COLORS
from helpers.similarity import cosine_to

HATCHES = ("", "///", "...")


class NoteSearchDemo(Demo):
    """A line to type in; below, the nearest notes by each kind of vector.

    Parameters
    ----------
    tables
        Vectors of the notes that are searched, by kind.
    vector_of
        By kind, a function from the tokens of a text to its vector.
    labels
        What each note is about.
    known
        The words that have vectors; others are named below the picture.
    text
        What stands in the line at first.
    """

    def __init__(
        self,
        tables: Mapping[str, np.ndarray],
        vector_of: Mapping[str, Callable[[Sequence[str]], np.ndarray]],
        labels: Sequence[str],
        known: Callable[[str], bool],
        text: str,
    ) -> None:
        self.tables, self.vector_of, self.labels, self.known = tables, vector_of, labels, known
        line = widgets.Text(
            value=text, description="a note", continuous_update=False, layout={"width": "44em"}
        )
        super().__init__({"text": line}, size=(9.6, 2.9))

    def draw(self, figure: Figure, text: str) -> str:
        """Draw the five nearest notes of each kind as bars, with what they are about."""
        tokens = text.lower().split()
        unknown = [token for token in tokens if not self.known(token)]
        if len(unknown) == len(tokens):
            figure.text(0.5, 0.5, "no known word", ha="center", va="center")
            return "There is no known word in this line. Try: patient has fever and cough"
        told = []
        axes = figure.subplots(1, len(self.tables), sharex=True)
        for number, (kind, ax) in enumerate(zip(self.tables, axes, strict=True)):
            found = self.nearest(kind, [token for token in tokens if self.known(token)])
            color, hatch = COLORS[number % len(COLORS)], HATCHES[number % len(HATCHES)]
            ax.barh(
                range(len(found)), [max(cosine, 0) for _, cosine in found], color="white",
                edgecolor=color, hatch=hatch,
            )  # fmt: skip
            for row, (label, cosine) in enumerate(found):
                words = f"{label} {cosine:.2f}"
                ax.text(0.03, row, words, va="center", fontsize=8,
                        bbox={"color": "white", "pad": 1})  # fmt: skip
            ax.set(title=kind, xlim=(0, 1), yticks=[], xlabel="cosine")
            ax.invert_yaxis()
            names = Counter(label for label, _ in found)
            told.append(f"{kind}: " + ", ".join(f"{name} {n}" for name, n in names.items()))
        left_out = f" (unknown: {', '.join(unknown)})" if unknown else ""
        return "; ".join(told) + left_out

    def nearest(self, kind: str, tokens: Sequence[str], k: int = 5) -> list[tuple[str, float]]:
        """Return what the `k` nearest notes are about, with their cosines."""
        cosine = cosine_to(self.vector_of[kind](tokens), self.tables[kind])
        best = np.argsort(-cosine, kind="stable")[:k]
        return [(self.labels[i], float(cosine[i])) for i in best]
