"""What a picture loses with its rank, and what the cut costs to store (lesson on PCA and SVD)."""

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from helpers.decomposition import (
    break_even_rank,
    rank_for,
    reconstruct,
    storage,
    truncate,
    truncation_error,
)
from helpers.demos._demo import Demo
from helpers.plots import COLORS


class RankDemo(Demo):
    """A slider for the rank; the picture at this rank, its spectrum, and the room it takes.

    Parameters
    ----------
    image
        Gray values from 0 to 1, shape (m, n).
    """

    def __init__(self, image: np.ndarray) -> None:
        self.image = image
        self.factors = truncate(image, min(image.shape))
        # the last values are rounding noise; the axis stops where the picture is whole
        self.top = rank_for(self.factors[1], 1.0)
        rank = widgets.IntSlider(value=5, min=1, max=self.top, description="rank k")
        super().__init__({"rank": rank}, size=(9.6, 3.4))

    def draw(self, figure: Figure, rank: int) -> str:
        """Draw the three panels; the sentence carries error and storage as numbers."""
        m, n = self.image.shape
        U, s, Vt = self.factors
        picture, spectrum, room = figure.subplots(1, 3)
        cut = reconstruct(U[:, :rank], s[:rank], Vt[:rank])
        picture.imshow(cut, cmap="gray", vmin=0, vmax=1)
        picture.set_title(f"rank {rank}")
        picture.set_axis_off()
        self._spectrum(spectrum, rank)
        self._storage(room, rank)
        held, full = storage(m, n, rank), m * n
        error = truncation_error(s, rank) / truncation_error(s, 0)
        return (
            f"rank {rank}: {held:,} numbers instead of {full:,} "
            f"({'less' if held < full else 'not less'} room), "
            f"relative error {error:.3f}"
        )

    def _spectrum(self, ax: object, rank: int) -> None:
        s = self.factors[1]
        ranks = np.arange(1, len(s) + 1)
        ax.semilogy(ranks[:rank], s[:rank], "o", color=COLORS[0], markersize=4, label="kept")
        ax.semilogy(
            ranks[rank:], s[rank:], "o", color=COLORS[3], markersize=4, mfc="none", label="dropped"
        )
        ax.set(title="singular values", xlabel="i")
        ax.legend(fontsize=8)

    def _storage(self, ax: object, rank: int) -> None:
        m, n = self.image.shape
        ranks = np.array([0, self.top])
        ax.plot(ranks, ranks * storage(m, n, 1), color=COLORS[0], label="k(m+n+1)")
        ax.axhline(m * n, color="black", linestyle="--", label="mn")
        ax.plot(rank, storage(m, n, rank), "o", color=COLORS[3])
        ax.axvline(break_even_rank(m, n), color="gray", linestyle=":", label="break-even")
        ax.set(title="numbers to store", xlabel="k")
        ax.legend(fontsize=8)
