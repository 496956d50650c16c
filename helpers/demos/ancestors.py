"""How a code mixes its vector from its own row and its ancestors (lesson on trees)."""

from collections.abc import Callable, Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from helpers.demos._demo import Demo
from helpers.plots import COLORS

Reading = tuple[Sequence[str], np.ndarray]


class AncestorDemo(Demo):
    """Choose a code and see the weight of every node on its path.

    Parameters
    ----------
    codes
        The code as it is shown, and how often it was seen in training.
    models
        By name: a function from a code to the nodes of its path, the code first, and their
        weights.
    """

    def __init__(self, codes: dict[str, int], models: dict[str, Callable[[str], Reading]]) -> None:
        self.codes, self.models = codes, models
        controls = {
            "code": widgets.Dropdown(options=list(codes), description="code"),
            "model": widgets.ToggleButtons(options=list(models), description="vectors"),
        }
        super().__init__(controls)

    def draw(self, figure: Figure, code: str, model: str) -> str:
        """Draw one bar a node, the code on top."""
        nodes, weights = self.models[model](code)
        ax = figure.subplots()
        rows = np.arange(len(nodes))
        ax.barh(
            rows, weights, color=[COLORS[0], *["white"] * (len(nodes) - 1)], edgecolor=COLORS[0]
        )
        for row, weight in zip(rows, weights, strict=True):
            ax.text(weight + 0.01, row, f"{weight:.2f}", va="center")
        ax.set_yticks(rows, nodes)
        ax.invert_yaxis()
        ax.set(xlim=(0, 1.1), xlabel="weight")
        return (
            f"{model}, {code}, seen {self.codes[code]} times: {weights[0]:.0%} from the code "
            f"itself, {1 - weights[0]:.0%} from its ancestors"
        )
