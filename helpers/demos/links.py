"""Move a drug from one diagnosis to another: what two models see (lesson on MiME)."""

from collections.abc import Callable, Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.demos._demo import Demo
from helpers.plots import COLORS

Objects = list[tuple[str, list[str], list[str]]]
Reader = Callable[[Objects], tuple[np.ndarray, float]]


class LinkDemo(Demo):
    """Choose the diagnosis of each drug; see the visit vector and the risk of every model.

    Parameters
    ----------
    visit
        The visit at the start, a list of (dx, [rx], [px]). Each of its drugs gets a control.
    models
        By name: a function from such a visit to its vector and to a probability.
    """

    def __init__(self, visit: Sequence[tuple], models: dict[str, Reader]) -> None:
        self.models = models
        self.diagnoses = [dx for dx, *_ in visit]
        owner = {code: dx for dx, rx, _ in visit for code in rx}
        self.before = {name: read(self.objects(owner)) for name, read in models.items()}
        controls = {
            code: widgets.ToggleButtons(
                options=self.diagnoses, value=dx, description=f"{code} for",
            )
            for code, dx in owner.items()
        }  # fmt: skip
        super().__init__(controls, size=(8.6, 4.2))

    def objects(self, owner: dict[str, str]) -> Objects:
        """Return the visit in which each drug belongs to its `owner`."""
        return [(dx, [code for code in owner if owner[code] == dx], []) for dx in self.diagnoses]

    def draw(self, figure: Figure, **owner: str) -> str:
        """Draw the numbers of each visit vector as bars, and the risks beside them."""
        axes = figure.subplots(len(self.models), 2, width_ratios=(4, 1), squeeze=False)
        said = []
        for row, (name, read) in zip(axes, self.models.items(), strict=True):
            vector, risk = read(self.objects(owner))
            start, risk_before = self.before[name]
            _bars(row[0], vector, start, name)
            row[0].set_ylabel("value")
            _bars(row[1], np.array([risk]), np.array([risk_before]), f"risk {risk:.2f}")
            row[1].set(xlim=(-0.7, 0.7), ylim=(0, 1))
            row[1].set_xticks([])
            moved = "moved" if np.abs(vector - start).max() > 1e-6 else "as at the start"
            said.append(f"{name}: bars {moved}, risk {risk:.2f}")
        axes[-1][0].set_xlabel("number of the visit vector")
        axes[0][0].legend(loc="upper right", fontsize=8)
        where = ", ".join(f"{code} for {dx}" for code, dx in owner.items())
        return f"{where}. {'; '.join(said)}"


def _bars(ax: Axes, now: np.ndarray, before: np.ndarray, title: str) -> None:
    places = np.arange(len(now))
    ax.bar(places, now, color=COLORS[0], width=0.7, label="now")
    ax.bar(places, before, color="none", edgecolor="black", width=0.7, ls=":", label="at the start")
    ax.axhline(0, color="0.6", linewidth=0.8)
    ax.set_title(title, fontsize=10)
