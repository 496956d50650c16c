"""How the weight of one column decides who is nearest (lesson on one-hot)."""

from collections.abc import Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from helpers.demos._demo import Demo
from helpers.plots import COLORS
from helpers.similarity import nearest


class WeightDemo(Demo):
    """A slider for the weight of the last column; an arrow to the nearest row.

    Parameters
    ----------
    X
        Rows to compare, shape (n, d), scaled.
    names
        What each row is called.
    i
        The row whose neighbor is shown.
    """

    def __init__(self, X: np.ndarray, names: Sequence[str], i: int) -> None:
        self.X, self.names, self.i = X, names, i
        weight = widgets.FloatSlider(
            value=1.0, min=0.0, max=4.0, step=0.05, description="weight of the third number"
        )
        super().__init__({"weight": weight})

    def draw(self, figure: Figure, weight: float) -> str:
        """Draw distances from the chosen row as bars; the nearest is filled."""
        weights = np.ones(self.X.shape[1])
        weights[-1] = weight
        distance = np.linalg.norm((self.X - self.X[self.i]) * weights, axis=1)
        winner = nearest(self.X, self.i, weights)
        others = [j for j in range(len(self.X)) if j != self.i]
        ax = figure.subplots()
        for row, j in enumerate(others):
            filled = COLORS[0] if j == winner else "white"
            ax.barh(row, distance[j], color=filled, edgecolor=COLORS[0])
            ax.text(distance[j] + 0.08, row, f"{distance[j]:.2f}", va="center")
        ax.set_yticks(range(len(others)), [self.names[j] for j in others])
        ax.set_xlim(0, 9)
        ax.set_xlabel(f"distance from {self.names[self.i]}")
        return f"weight {weight:.2f}: the nearest to {self.names[self.i]} is {self.names[winner]}"
