"""How many labels, and is the trained layer frozen (lesson on transfer)."""

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from helpers.demos._demo import Demo
from helpers.plots import COLORS, MARKERS


class TransferDemo(Demo):
    """A slider for the number of labels and a switch for the freezing, on results that exist.

    Nothing is trained here: each draw of labels is one point for each way to train.

    Parameters
    ----------
    scores
        For each way to train, for each number of labels, the share that is right, one entry a
        draw. Needs the ways "frozen" and "fine-tuned".
    chance
        What guessing gets right.
    """

    def __init__(self, scores: dict[str, dict[int, list[float]]], chance: float = 0.5) -> None:
        self.scores, self.chance = scores, chance
        labels = widgets.SelectionSlider(options=list(scores["frozen"]), description="labels")
        frozen = widgets.Checkbox(value=True, description="freeze the trained layers")
        super().__init__({"labels": labels, "frozen": frozen}, size=(7.2, 3.2))

    def draw(self, figure: Figure, labels: int, frozen: bool) -> str:
        """Draw all points; the chosen way is filled, and the sentence gives its mean."""
        chosen = "frozen" if frozen else "fine-tuned"
        ax = figure.subplots()
        for i, (way, by_labels) in enumerate(self.scores.items()):
            for n, shares in by_labels.items():
                here = way == chosen and n == labels
                ax.plot(
                    np.full(len(shares), n * 1.06 ** (i - 1)), shares, MARKERS[i], color=COLORS[i],
                    mfc=COLORS[i] if here else "none", markersize=9 if here else 5,
                    label=way if n == min(by_labels) else None,
                )  # fmt: skip
        ax.axhline(self.chance, color="gray", linestyle=":", label="chance")
        ax.set(xscale="log", xlabel="labeled images", ylabel="share right", ylim=(0.35, 1.05))
        counts = list(self.scores["frozen"])
        ax.set_xticks(counts, [str(n) for n in counts])
        ax.minorticks_off()
        ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.02, 0.5))
        shares = self.scores[chosen][labels]
        scratch = np.mean(self.scores["from scratch"][labels])
        return (
            f"{labels} labels, {chosen}: {np.mean(shares):.2f} right on average over "
            f"{len(shares)} draws; from scratch {scratch:.2f}, chance {self.chance:.2f}"
        )
