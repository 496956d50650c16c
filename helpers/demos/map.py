"""One set of points, eight maps of it (lesson on seeing and measuring)."""

from collections.abc import Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from helpers.demos._demo import Demo
from helpers.maps import gap, roughly, width
from helpers.plots import scatter_embedding


class MapDemo(Demo):
    """Choose perplexity and seed; see the map, first gray, then colored by the truth.

    Parameters
    ----------
    X
        The points, in groups A, B and C.
    groups
        The letter of each point.
    maps
        A map of the points for every (perplexity, seed).
    """

    def __init__(
        self, X: np.ndarray, groups: Sequence[str], maps: dict[tuple[float, int], np.ndarray]
    ) -> None:
        self.X, self.groups, self.maps = X, np.asarray(groups), maps
        perplexity, seed = (
            widgets.SelectionSlider(options=sorted({key[i] for key in maps}), description=what)
            for i, what in enumerate(("perplexity", "seed"))
        )
        truth = widgets.Checkbox(value=False, description="color by truth")
        controls = {"perplexity": perplexity, "seed": seed, "truth": truth}
        super().__init__(controls, size=(5.2, 4.2))

    def draw(self, figure: Figure, perplexity: float, seed: int, truth: bool) -> str:
        """Draw the chosen map; the sentence asks first, and answers once the truth is shown."""
        Y = self.maps[perplexity, seed]
        ax = figure.subplots()
        if truth:
            scatter_embedding(Y, self.groups.tolist(), ax=ax)
        else:
            ax.scatter(*Y.T, s=20, color="0.4")
        ax.set(xticks=[], yticks=[], aspect="equal", title=f"perplexity {perplexity}, seed {seed}")
        if not truth:
            return f"perplexity {perplexity}, seed {seed}: which groups are wide, which far apart?"
        (wide, far), (wide_in_data, far_in_data) = map(self._ratios, (Y, self.X))
        return (
            f"perplexity {perplexity}, seed {seed}, roughly: B is {wide:g} times as wide as A "
            f"(in the data {wide_in_data:g}), C {far:g} times as far from A as B is "
            f"(in the data {far_in_data:g})"
        )

    def _ratios(self, points: np.ndarray) -> tuple[float, float]:
        A, B, C = (points[self.groups == letter] for letter in "ABC")
        return roughly(width(B) / width(A)), roughly(gap(A, C) / gap(A, B))
