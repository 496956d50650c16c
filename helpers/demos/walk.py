"""Where node2vec walks go, as p and q change (lesson on graphs)."""

from collections.abc import Mapping

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from helpers.demos._demo import Demo
from helpers.graph import Graph
from helpers.node2vec import random_walks
from helpers.plots import COLORS

CHOICES = (0.1, 0.25, 0.5, 1, 2, 4, 10)
WALKS, LENGTH = 400, 6


class WalkDemo(Demo):
    """Sliders for p and q; the nodes grow with how often walks from one node visit them.

    Parameters
    ----------
    graph
        A small graph.
    places
        Where each node is drawn, by name.
    start
        The node where all walks begin.
    """

    def __init__(self, graph: Graph, places: Mapping[str, tuple[float, float]], start: str) -> None:
        self.graph, self.start = graph, graph.id(start)
        self.places = np.array([places[name] for name in graph.names], float)
        p, q = (
            widgets.SelectionSlider(options=CHOICES, value=1, description=what)
            for what in ("p, against going back", "q, against moving away")
        )
        super().__init__({"p": p, "q": q}, size=(7.2, 4.2))

    def walks(self, p: float, q: float) -> np.ndarray:
        """Return the walks from the start node; the same ones for the same p and q."""
        walks = random_walks(self.graph, p=p, q=q, walks_per_node=WALKS, length=LENGTH, seed=0)
        return walks[walks[:, 0] == self.start]

    def draw(self, figure: Figure, p: float, q: float) -> str:
        """Draw the graph with one example walk; say how often walks turn back, how far they get."""
        walks = self.walks(p, q)
        visits = np.bincount(walks[:, 1:].ravel(), minlength=len(self.graph.names))
        ax = figure.subplots()
        x, y = self.places.T
        for a, b in self.graph.edge_list().T:
            ax.plot(x[[a, b]], y[[a, b]], color="0.8", linewidth=1, zorder=0)
        color = [COLORS[1] if i == self.start else COLORS[5] for i in range(len(x))]
        ax.scatter(x, y, s=30 + 1200 * visits / visits.sum(), color=color, edgecolor="0.3")
        path = self.places[walks[0]]
        ax.plot(*path.T, color=COLORS[3], linewidth=1.5, linestyle="--", label="one of the walks")
        for name, place, n in zip(self.graph.names, self.places, visits, strict=True):
            ax.annotate(
                f"{name} {n / visits.sum():.0%}", place, xytext=(0, 15),
                textcoords="offset points", ha="center", fontsize=8,
                bbox={"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.85},
            )  # fmt: skip
        ax.set_axis_off()
        ax.margins(0.12)
        ax.legend(fontsize=8, loc="lower right", frameon=False)
        back = (walks[:, 2:] == walks[:, :-2]).mean()
        different = np.mean([len(set(walk)) for walk in walks.tolist()])
        return (
            f"p {p:g}, q {q:g}: of the steps {back:.0%} turn back; a walk of {LENGTH} nodes from "
            f"{self.graph.names[self.start]} sees {different:.1f} different ones"
        )
