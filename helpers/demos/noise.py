"""What noise does: who is drawn, and where one update moves the rows (lesson on sampling)."""

from collections import Counter
from collections.abc import Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.demos._demo import Demo
from helpers.plots import COLORS
from helpers.word2vec import noise_distribution, sample_negatives, sgns_loss_grads, sgns_step

LEARNING_RATE = 0.5  # large, so that an arrow can be seen


class NoiseDemo(Demo):
    """Sliders for the power and for k, and a button that makes one update on a map.

    The context rows start on a circle, the true one far from the center row.

    Parameters
    ----------
    words
        What each row is called.
    counts
        How often each word was seen.
    center, context
        Row numbers of the true pair.
    seed
        For the draws.
    """

    def __init__(
        self, words: Sequence[str], counts: np.ndarray, center: int, context: int, seed: int = 0
    ) -> None:
        self.words, self.counts, self.pair, self.seed = words, counts, (center, context), seed
        self.updates = 0
        turn = 2 * np.pi * (np.arange(len(words)) - context + 0.42 * len(words)) / len(words)
        self.context_table = 1.3 * np.column_stack([np.cos(turn), np.sin(turn)])
        self.center_table = np.tile([0.6, 0.2], (len(words), 1))
        power = widgets.FloatSlider(value=0.75, min=0, max=1, step=0.25, description="power")
        k = widgets.IntSlider(value=3, min=1, max=10, description="k, noise words a pair")
        super().__init__({"power": power, "k": k}, size=(9.6, 4.2))
        self.button = widgets.Button(description="one update")
        self.button.on_click(self.update)
        self.children = [power, k, self.button, self.picture, self.sentence]

    def noise(self, power: float, k: int) -> np.ndarray:
        """Draw the noise words of the next update: the same ones for the same settings."""
        rng = np.random.default_rng([self.seed, self.updates])
        p = noise_distribution(self.counts, power)
        return sample_negatives(rng, p, k, forbid=self.pair[1])

    def update(self, button: widgets.Button | None = None) -> None:
        """Move the true pair and the drawn noise one step downhill, then draw again."""
        noise = self.noise(*(control.value for control in self.controls.values()))
        sgns_step(*self.pair, noise, self.center_table, self.context_table, LEARNING_RATE)
        self.updates += 1
        self._update()

    def draw(self, figure: Figure, power: float, k: int) -> str:
        """Draw the chances of all words as bars, and the next update as arrows."""
        noise = self.noise(power, k)
        bars, plane = figure.subplots(1, 2, width_ratios=(2, 3))
        self._draw_chances(bars, power)
        self._draw_update(plane, noise)
        center, context = (self.words[i] for i in self.pair)
        loss, *_ = sgns_loss_grads(
            self.center_table[self.pair[0]],
            self.context_table[self.pair[1]],
            self.context_table[noise],
        )
        drawn = ", ".join(
            self.words[i] + (f" ({n} times)" if n > 1 else "")
            for i, n in sorted(Counter(noise.tolist()).items())
        )
        return (
            f"after {self.updates} updates the pair costs {loss:.2f}; next, {center} pulls "
            f"{context} and pushes {drawn}"
        )

    def _draw_chances(self, ax: Axes, power: float) -> None:
        rows = np.arange(len(self.words))
        chance = noise_distribution(self.counts, power)
        ax.barh(rows, chance, color=COLORS[5], label=f"power {power:g}")
        share = noise_distribution(self.counts, 1)
        ax.plot(share, rows, "|", markersize=16, color="black", label="share of the tokens")
        ax.set_yticks(rows, self.words)
        ax.invert_yaxis()
        ax.set_xlim(0, 0.75)
        ax.set_xlabel("chance to be drawn as noise")
        ax.legend(fontsize=8, loc="lower right")

    def _draw_update(self, ax: Axes, noise: np.ndarray) -> None:
        center, context = self.pair
        after = self.center_table.copy(), self.context_table.copy()
        sgns_step(center, context, noise, *after, LEARNING_RATE)
        v = self.center_table[center]
        ax.scatter(*v, s=90, color=COLORS[0], marker="o", label="center row v")
        ax.annotate(
            f"{self.words[center]} (center)",
            v,
            xytext=(0, -16),
            textcoords="offset points",
            fontsize=9,
        )
        _arrow(ax, v, after[0][center])
        kinds = {
            "true context u": ([context], COLORS[2], "^"),
            "noise": (sorted(set(noise.tolist())), COLORS[3], "s"),
            "not in this update": (
                sorted(set(range(len(self.words))) - {context, *noise.tolist()}), "0.6", ".",
            ),
        }  # fmt: skip
        for label, (ids, color, marker) in kinds.items():
            ax.scatter(*self.context_table[ids].T, s=45, color=color, marker=marker, label=label)
            for i in ids:
                place = self.context_table[i]
                outward = 8 * place / max(np.linalg.norm(place), 1e-9)  # clear of the arrows
                ax.annotate(
                    self.words[i], place, xytext=outward, textcoords="offset points", fontsize=8,
                    ha="left" if outward[0] >= 0 else "right", va="center",
                )  # fmt: skip
                _arrow(ax, place, after[1][i])
        reach = 1.2 * max(2.2, *(np.abs(table).max() for table in after))
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), title="arrows: the next update")
        ax.axhline(0, color="0.85", zorder=0)
        ax.axvline(0, color="0.85", zorder=0)
        ax.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=4)


def _arrow(ax: Axes, start: np.ndarray, end: np.ndarray) -> None:
    if np.linalg.norm(end - start) > 1e-9:
        ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "linewidth": 1.5})
