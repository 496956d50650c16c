"""Turning a cloud of words: the axes change, the neighbors stay (lesson on PCA and SVD)."""

from collections.abc import Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from helpers.decomposition import turn
from helpers.demos._demo import Demo
from helpers.plots import scatter_embedding
from helpers.similarity import pairwise_cosine

TOP, NEAREST = 3, 2  # names listed for an axis, and beside a name


class AngleDemo(Demo):
    """A slider for an angle; the cloud, the top names of each axis, one name's neighbors.

    Parameters
    ----------
    points
        Shape (n, 2), one row a name.
    names
        What each row is called.
    groups
        The group of each row, shown as color and marker.
    i
        The row whose neighbors, by cosine, are listed.
    """

    def __init__(
        self, points: np.ndarray, names: Sequence[str], groups: Sequence[str], i: int
    ) -> None:
        self.points, self.names, self.groups, self.i = points, list(names), list(groups), i
        angle = widgets.IntSlider(value=0, min=0, max=360, step=5, description="angle (degrees)")
        super().__init__({"angle": angle}, size=(8.6, 4.6))

    def draw(self, figure: Figure, angle: int) -> str:
        """Draw the turned cloud beside its lists."""
        turned = turn(self.points, angle)
        cloud, lists = figure.subplots(1, 2, width_ratios=(3, 2))
        scatter_embedding(turned, self.groups, ax=cloud)
        reach = 1.8 * np.linalg.norm(self.points, axis=1).max()
        cloud.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
        cloud.set(xlabel="first axis", ylabel="second axis")
        for name, (x, y) in zip(self.names, _beside(turned, reach), strict=True):
            cloud.text(x, y, name, fontsize=8, va="center")
        cloud.axhline(0, color="gray", linewidth=0.6)
        cloud.axvline(0, color="gray", linewidth=0.6)
        first, second = (self.top_of_axis(turned, axis) for axis in (0, 1))
        near = self.neighbors(turned)
        lines = [
            "highest on the first axis", *first, "", "highest on the second axis", *second, "",
            f"nearest to {self.names[self.i]}", *near,
        ]  # fmt: skip
        lists.text(0, 1, "\n".join(lines), va="top", fontsize=9, transform=lists.transAxes)
        lists.set_axis_off()
        return (
            f"{angle} degrees: the first axis is led by {first[0]}; "
            f"nearest to {self.names[self.i]}: {', '.join(near)}"
        )

    def top_of_axis(self, points: np.ndarray, axis: int) -> list[str]:
        """Return the names with the largest coordinates on one axis."""
        return [self.names[j] for j in np.argsort(-points[:, axis], kind="stable")[:TOP]]

    def neighbors(self, points: np.ndarray) -> list[str]:
        """Return the names nearest to the chosen one, by cosine, itself left out."""
        # rounded, so that two names at one cosine do not change places from angle to angle
        cosine = pairwise_cosine(points)[self.i].round(9)
        cosine[self.i] = -np.inf
        return [self.names[j] for j in np.argsort(-cosine, kind="stable")[:NEAREST]]


def _beside(points: np.ndarray, reach: float) -> np.ndarray:
    """Return a place for each point's name: right of its cluster, clear of other names."""
    places = points.copy()
    done: list[int] = []
    for j in np.argsort(points[:, 1], kind="stable"):
        cluster = points[np.linalg.norm(points - points[j], axis=1) < 0.15 * reach]
        places[j, 0] = cluster[:, 0].max() + 0.04 * reach
        rivals = [places[i, 1] for i in done if abs(places[i, 0] - places[j, 0]) < 0.5 * reach]
        places[j, 1] = max([points[j, 1], *(height + 0.07 * reach for height in rivals)])
        done.append(j)
    return places
