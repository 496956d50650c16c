"""A paper planned and drawn: points by topic for a seed and a length (lesson on the midterm)."""

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from helpers.demos._demo import Demo
from helpers.exam.bank import course_bank
from helpers.exam.blueprint import TOPICS, plan
from helpers.exam.forms import make_forms
from helpers.exam.paper import checksum
from helpers.plots import COLORS


class FormDemo(Demo):
    """Choose a seed and a length; see what was planned for each topic and what the paper asks."""

    def __init__(self) -> None:
        controls = {
            "seed": widgets.IntSlider(7, 1, 20, description="seed", continuous_update=False),
            "minutes": widgets.SelectionSlider(
                options=[15, 40, 80], value=80, description="minutes", continuous_update=False
            ),
            "core": widgets.Checkbox(False, description="electives from their exam cards only"),
        }
        super().__init__(controls, size=(7.6, 4.0))

    def draw(self, figure: Figure, seed: int, minutes: int, core: bool) -> str:
        """Draw a bar for the plan of each topic, and a dot for the paper."""
        blueprint = plan(minutes, core=core)
        a, b = make_forms(blueprint, course_bank(), str(seed))
        got = np.zeros(len(TOPICS))
        for item in a.items:
            for topic, _, points in item.places():
                got[topic - 1] += points
        ax = figure.subplots()
        rows = np.arange(len(TOPICS))
        ax.barh(
            rows, blueprint.topics.sum(axis=1), color="white", edgecolor=COLORS[0], label="plan"
        )
        ax.plot(got, rows, "o", color=COLORS[1], label="form A")
        ax.set_yticks(rows, [topic.title for topic in TOPICS])
        ax.invert_yaxis()
        ax.set_xlabel("points")
        ax.legend(loc="lower right")
        return (
            f"Exam {seed}, {minutes} minutes: {len(a.items)} questions, {a.points} points; "
            f"checksums {checksum(a)} (form A) and {checksum(b)} (form B)"
        )
