"""Which visits a prediction may use, as the index date moves (lesson on health records)."""

import datetime
from collections.abc import Sequence
from datetime import timedelta

import ipywidgets as widgets
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.demos._demo import Demo
from helpers.plots import COLORS, MARKERS
from helpers.timeline import PARTS, Dated, Windows

WORDS = ("too old", "feature", "gap", "label", "too late")
HATCHES = ("", "", "//", "..", "")


class TimelineDemo(Demo):
    """Sliders for the index date and the gap; each visit says what it is used for.

    Parameters
    ----------
    visits
        A patient's visits in time order.
    index_date
        Where the slider starts.
    obs_days, prediction_days
        Lengths of the observation and of the prediction window.
    gap_days
        Length of the gap at the start.

    Raises
    ------
    ValueError
        If there are no visits.
    """

    def __init__(
        self,
        visits: Sequence[Dated],
        index_date: datetime.date,
        obs_days: int = 365,
        prediction_days: int = 365,
        gap_days: int = 90,
    ) -> None:
        if not visits:
            raise ValueError("a timeline needs at least one visit")
        self.days = [visit.date for visit in visits]
        self.obs_days, self.prediction_days = obs_days, prediction_days
        first, last = self.days[0], self.days[-1]
        span = (max(last, index_date) - first).days + 30
        start = min(max((index_date - first).days, 0), span)
        index = widgets.IntSlider(
            value=start, min=0, max=span, description="index date, days after the first visit"
        )
        gap = widgets.IntSlider(value=gap_days, min=0, max=180, step=10, description="gap in days")
        super().__init__({"index": index, "gap": gap}, size=(8.0, 2.8))

    def draw(self, figure: Figure, index: int, gap: int) -> str:
        """Draw one mark a visit: row, shape, color and word say its part."""
        index_date = self.days[0] + timedelta(days=index)
        windows = Windows(index_date, self.obs_days, gap, self.prediction_days)
        ax = figure.subplots()
        parts = [windows.part(day) for day in self.days]
        for row, part in enumerate(PARTS):
            mine = [day for day, other in zip(self.days, parts, strict=True) if other == part]
            filled = COLORS[row] if part in ("observation", "prediction") else "white"
            ax.scatter(
                mine, [row] * len(mine), s=60, marker=MARKERS[row], color=filled,
                edgecolor="black", zorder=3,
            )  # fmt: skip
        self._shade(ax, windows)
        ax.axvline(index_date, color="black", linewidth=1.5)
        late = index > self.controls["index"].max / 2
        ax.text(
            index_date, len(PARTS) - 0.4, f" index date {index_date} ", fontsize=8,
            ha="right" if late else "left",
        )  # fmt: skip
        ax.set_yticks(range(len(WORDS)), WORDS)
        ax.set_ylim(-0.6, len(WORDS) + 0.1)
        ax.set_xlim(
            self.days[0] - timedelta(60), self.days[0] + timedelta(self.controls["index"].max + 60)
        )
        counts = {word: parts.count(part) for part, word in zip(PARTS, WORDS, strict=True)}
        told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        return f"index date {index_date}, gap {gap} days: {told}"

    def _shade(self, ax: Axes, windows: Windows) -> None:
        """Draw the three windows as shaded bands, each on its own row."""
        index, gap = windows.index_date, timedelta(days=windows.gap_days)
        edges = {
            1: (index - gap - timedelta(days=self.obs_days), index - gap),
            2: (index - gap, index),
            3: (index, index + timedelta(days=self.prediction_days + 1)),
        }
        for row, (start, end) in edges.items():
            ax.fill_between(
                [start, end], row - 0.4, row + 0.4, facecolor=COLORS[row], alpha=0.25,
                hatch=HATCHES[row], edgecolor="gray", linewidth=0,
            )  # fmt: skip
