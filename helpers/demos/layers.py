"""What a word of a sentence looks at, and which sense it is nearest to, layer by layer."""

from collections.abc import Mapping, Sequence

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.bert import Bert
from helpers.contextual import Reading, Tokens, read_text, word_vectors
from helpers.demos._demo import Demo
from helpers.plots import COLORS
from helpers.similarity import unit_rows

LONGEST = 16  # tokens that the picture has room for
SHOWN = 0.15  # smallest weight that is written in its cell


class LayerDemo(Demo):
    """A box for a sentence and a slider for the layer.

    The left picture shows who looks at whom in that layer (the mean of its heads), with a frame
    around the row of the word; the right one how near the word's vector is to sentences whose
    sense is known.

    Parameters
    ----------
    model, cut
        What reads the sentence.
    known
        Word, sense, and texts with the word in that sense.
    text
        The sentence to begin with.
    """

    def __init__(
        self,
        model: Bert,
        cut: Tokens,
        known: Mapping[str, Mapping[str, Sequence[str]]],
        text: str,
    ) -> None:
        self.model, self.cut = model, cut
        self.senses = {
            word: {
                sense: unit_rows(word_vectors(model, cut, texts, word)[0].mean(axis=1))
                for sense, texts in senses.items()
            }
            for word, senses in known.items()
        }
        blocks = model.config.layers
        names = ["token table", "+ position", *(f"block {i + 1}" for i in range(blocks))]
        self.names = names
        box = widgets.Text(value=text, description="sentence", continuous_update=False)
        box.layout = {"width": "40em"}
        layer = widgets.IntSlider(
            value=len(names) - 1, min=0, max=len(names) - 1, description="layer"
        )
        super().__init__({"text": box, "layer": layer}, size=(9.2, 4.0))

    def draw(self, figure: Figure, text: str, layer: int) -> str:
        """Draw the attention of the layer, and the cosines with the senses as bars."""
        tokens = self.cut.tokens(text)
        if len(tokens) > LONGEST:
            return f"{len(tokens) - 2} words; the picture has room for {LONGEST - 2}"
        word = next((token for token in tokens if token in self.senses), None)
        if word is None:
            return f"write a sentence with {' or '.join(self.senses)} in it"
        reading = read_text(self.model, self.cut, text)
        looks, bars = figure.subplots(1, 2, width_ratios=(3, 2))
        place = tokens.index(word)
        self._draw_attention(looks, reading, layer, place)
        vector = unit_rows(reading.hidden[layer, [place]])[0]
        cosine = {sense: mean[layer] @ vector for sense, mean in self.senses[word].items()}
        self._draw_senses(bars, word, cosine)
        return self._sentence(word, layer, cosine, text)

    def _draw_attention(self, ax: Axes, reading: Reading, layer: int, place: int) -> None:
        n = len(reading.tokens)
        weights = reading.weights[layer - 2].mean(axis=0) if layer >= 2 else np.eye(n)
        ax.imshow(weights, cmap="cividis", vmin=0)
        for i, j in zip(*np.nonzero(weights >= SHOWN), strict=True):
            dark = weights[i, j] < weights.max() / 2
            color = "white" if dark else "black"
            ax.text(j, i, f"{weights[i, j]:.1f}"[1:] if weights[i, j] < 0.95 else "1", ha="center",
                    va="center", fontsize=7, color=color)  # fmt: skip
        edge = plt.Rectangle((-0.5, place - 0.5), n, 1, fill=False, linewidth=2, color=COLORS[3])
        ax.add_patch(edge)
        ax.set_xticks(range(n), reading.tokens, rotation=60, ha="right", fontsize=8)
        ax.set_yticks(range(n), reading.tokens, fontsize=8)
        looked = "each row looks at the columns" if layer >= 2 else "no token looks at another yet"
        ax.set_title(f"{self.names[layer]}: {looked}", fontsize=9)

    def _draw_senses(self, ax: Axes, word: str, cosine: dict[str, float]) -> None:
        for row, value in enumerate(cosine.values()):
            ax.barh(row, value, color=COLORS[row], hatch=("", "//")[row % 2], edgecolor="white")
            ax.text(max(value, 0) + 0.02, row, f"{value:.3f}", va="center")
        ax.set_yticks(range(len(cosine)), list(cosine))
        ax.set(xlim=(min(0, *cosine.values()), 1.25), title=f"cosine of '{word}' with each sense")

    def _sentence(self, word: str, layer: int, cosine: dict[str, float], text: str) -> str:
        first, second = sorted(cosine, key=cosine.get, reverse=True)[:2]
        told = f"{self.names[layer]}: '{word}' is as near to {first} as to {second}"
        if round(cosine[first] - cosine[second], 3) > 0:
            told = (
                f"{self.names[layer]}: '{word}' is nearest to {first}, cosine "
                f"{cosine[first]:.3f}, then {second}, {cosine[second]:.3f}"
            )
        lost = sum(id_ == self.cut.ids(["[UNK]"])[0] for id_ in self.cut.ids(self.cut.tokens(text)))
        return told + (f"; words the model does not know: {lost}" if lost else "")
