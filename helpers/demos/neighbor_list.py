"""What counts as context decides who the neighbors are (lesson on codes with skip-gram)."""

import textwrap
from collections import Counter
from collections.abc import Callable, Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from helpers.demos._demo import Demo
from helpers.plots import COLORS
from helpers.similarity import most_similar
from helpers.vocab import Vocab

KINDS = {"dx": ("diagnosis", ""), "rx": ("drug", "///"), "px": ("procedure", "...")}
PLURAL = {"diagnosis": "diagnoses", "drug": "drugs", "procedure": "procedures"}


class NeighborDemo(Demo):
    """Choose a code and what counts as its context; see its nearest codes by kind.

    Parameters
    ----------
    tables
        A trained table for every kind of context, by name.
    vocab
        The tokens of the tables' rows.
    centers
        Tokens to choose from.
    name, kind
        Functions from a token to what it is called, and to "dx", "rx" or "px".
    """

    def __init__(
        self,
        tables: dict[str, np.ndarray],
        vocab: Vocab,
        centers: Sequence[str],
        name: Callable[[str], str],
        kind: Callable[[str], str],
    ) -> None:
        self.tables, self.vocab, self.name, self.kind = tables, vocab, name, kind
        # names are too long for the space beside a slider; the sentence says what is chosen
        context, center = (
            widgets.SelectionSlider(options=options, description=what, readout=False)
            for what, options in (("context", list(tables)), ("code", list(centers)))
        )
        super().__init__({"center": center, "context": context}, size=(7.6, 4.1))

    def draw(self, figure: Figure, center: str, context: str) -> str:
        """Draw the eight nearest codes as bars; color and hatching tell the kind."""
        found = most_similar(center, self.tables[context], self.vocab, 8)
        ax = figure.subplots()
        for row, (token, cosine) in enumerate(found):
            label, hatch = KINDS[self.kind(token)]
            color = COLORS[list(KINDS).index(self.kind(token))]
            ax.barh(row, cosine, color="white", edgecolor=color, hatch=hatch, label=label)
        ax.set_yticks(range(len(found)), [_short(self.name(token)) for token, _ in found])
        ax.invert_yaxis()
        ax.set_xlim(0, 1)
        ax.set_xlabel(f"cosine with {_short(self.name(center))}")
        handles, labels = ax.get_legend_handles_labels()
        unique = dict(zip(labels, handles, strict=True))
        ax.legend(
            unique.values(), unique.keys(), loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3
        )
        counts = Counter(KINDS[self.kind(token)][0] for token, _ in found)
        words = (f"{n} {kind if n == 1 else PLURAL[kind]}" for kind, n in counts.items())
        return f"{self.name(center)}, {context}: the nearest are {', '.join(words)}"


def _short(name: str) -> str:
    """Return a name that fits beside a bar, cut after a word."""
    return textwrap.shorten(name, 44, placeholder=" …")
