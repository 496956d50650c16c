"""Where vectors win and where one-hot does (lesson on heart failure with little data)."""

from collections.abc import Mapping, Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from helpers.demos._demo import Demo
from helpers.paired import paired_difference
from helpers.plots import COLORS

Curves = Mapping[str, np.ndarray]


class TwoWorldsDemo(Demo):
    """Sliders for the number of labels and for where the signal lives; the difference of methods.

    Parameters
    ----------
    grid
        Share of the signal in single codes, from 0 to 1, to the scores of both methods there:
        tables with one row a size and one column a seed.
    sizes
        Numbers of labeled patients.
    a, b
        Names of the two methods; above zero `a` is better.

    Raises
    ------
    ValueError
        If the grid is empty, or a table has not one row a size.
    """

    def __init__(
        self, grid: Mapping[float, Curves], sizes: Sequence[int], a: str = "vectors",
        b: str = "one-hot",
    ) -> None:  # fmt: skip
        if not grid:
            raise ValueError("there is no world to choose from")
        for curves in grid.values():
            if len(curves[a]) != len(sizes) or len(curves[b]) != len(sizes):
                raise ValueError(f"the tables have one row for each of {len(sizes)} sizes")
        self.sizes, self.names = tuple(sizes), (a, b)
        self.intervals = {
            share: [paired_difference(*pair) for pair in zip(curves[a], curves[b], strict=True)]
            for share, curves in grid.items()
        }
        n = widgets.SelectionSlider(
            options=list(sizes), value=min(sizes), description="labeled patients n"
        )
        where = widgets.SelectionSlider(
            options=[(f"{share:.0%}", share) for share in sorted(grid)],
            value=min(grid),
            description="signal in single codes",
        )
        super().__init__({"n": n, "share": where}, size=(7.2, 3.2))

    def draw(self, figure: Figure, n: int, share: float) -> str:
        """Draw the differences with their intervals; the chosen size is marked."""
        ax = figure.subplots()
        mean, low, high = np.transpose(self.intervals[share])
        at = self.sizes.index(n)
        ax.errorbar(
            self.sizes, mean, (mean - low, high - mean), marker="o", color=COLORS[0], capsize=3
        )
        ax.plot(n, mean[at], marker="D", markersize=10, color=COLORS[3])
        ax.axhline(0, color="black", linestyle="--")
        every = [end for row in self.intervals.values() for one in row for end in one[1:]]
        margin = 0.1 * (max(every) - min(every))
        a, b = self.names
        ax.set(
            xscale="log", xlabel="labeled patients", ylabel=f"AUC, {a} - {b}",
            ylim=(min(*every, 0) - margin, max(*every, 0) + margin),
        )  # fmt: skip
        ax.set_xticks(self.sizes, [str(size) for size in self.sizes])
        ax.minorticks_off()
        return (
            f"n = {n}, {share:.0%} of the signal in single codes: {a} - {b} {mean[at]:+.3f}, "
            f"interval {low[at]:+.3f} to {high[at]:+.3f}: {self._winner(low[at], high[at])}"
        )

    def _winner(self, low: float, high: float) -> str:
        if low > 0:
            return f"{self.names[0]} win"
        return f"{self.names[1]} wins" if high < 0 else "no winner"
