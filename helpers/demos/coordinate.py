"""What one coordinate of a code table lists, and what a rotation leaves of it (Med2Vec)."""

import textwrap
from collections import Counter
from collections.abc import Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from helpers.activations import relu
from helpers.decomposition import rotate
from helpers.demos._demo import Demo
from helpers.med2vec_by_hand import top_ids
from helpers.plots import COLORS


class CoordinateDemo(Demo):
    """Choose a coordinate, see its leading codes; turn the table and see them again.

    The rotation leaves every dot product of two codes as it was, and so every neighbor.

    Parameters
    ----------
    W_c
        The table, one row a code; what is shown is its positive part.
    names, groups
        What each code is called, and the group it belongs to, None where it has none.
    coordinates
        The ones to choose from.
    k
        How many codes are listed.
    """

    def __init__(
        self,
        W_c: np.ndarray,
        names: Sequence[str],
        groups: Sequence[str | None],
        coordinates: Sequence[int],
        k: int = 5,
    ) -> None:
        self.names, self.groups, self.k = names, groups, k
        R = relu(W_c)
        self.tables = {False: R, True: rotate(R, np.random.default_rng(0))}
        coordinate = widgets.SelectionSlider(options=list(coordinates), description="coordinate")
        turned = widgets.Checkbox(value=False, description="rotate the table")
        super().__init__({"coordinate": coordinate, "turned": turned}, size=(7.6, 3.2))

    def draw(self, figure: Figure, coordinate: int, turned: bool) -> str:
        """Draw the leading codes as bars; color and hatching tell the most frequent group."""
        table = self.tables[turned]
        ids = top_ids(table, coordinate, self.k)
        counts = Counter(self.groups[i] for i in ids if self.groups[i] is not None)
        leader, n = counts.most_common(1)[0] if counts else (None, 0)
        ax = figure.subplots()
        for row, i in enumerate(ids):
            mine = leader is not None and self.groups[i] == leader
            ax.barh(
                row, table[i, coordinate], color="white", hatch="///" if mine else "",
                edgecolor=COLORS[0] if mine else COLORS[3],
                label=leader if mine else "another group, or none",
            )  # fmt: skip
        ax.set_yticks(range(len(ids)), [_short(self.names[i]) for i in ids])
        ax.invert_yaxis()
        ax.set_xlabel("weight")
        handles, labels = ax.get_legend_handles_labels()
        if handles:
            unique = dict(zip(labels, handles, strict=True))
            ax.legend(
                unique.values(), unique.keys(), fontsize=8, ncols=2,
                loc="upper center", bbox_to_anchor=(0.4, -0.22),
            )  # fmt: skip
        how = "turned" if turned else "as trained"
        if not ids:
            return f"coordinate {coordinate}, {how}: no code uses it"
        of_them = f"{n} of its {len(ids)} leading codes are of one group, {leader}"
        if leader is None:
            of_them = f"{len(ids)} leading codes, none of which has a group"
        return f"coordinate {coordinate}, {how}: {of_them}"


def _short(name: str) -> str:
    """Return a name that fits beside a bar, cut after a word."""
    return textwrap.shorten(name, 44, placeholder=" …")
