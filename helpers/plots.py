"""Pictures: results in, axes out. Nothing here fits, samples or loads."""

import base64
import io
import textwrap
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito (2008): eight colors that people with any kind of color vision tell apart.
COLORS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")


def show(figure: Figure, description: str) -> None:
    """Display a figure with a description that a screen reader can read, and print it below.

    The description is a sentence or two on what there is to see, not on how it was made.
    """
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=100)
    plt.close(figure)
    display(
        {"image/png": base64.b64encode(png.getvalue()).decode(), "text/plain": description},
        metadata={"image/png": {"alt": description}},
        raw=True,
    )
    print(textwrap.fill(f"Figure: {description}", 98))


def new_figure(
    columns: int = 1, size: tuple[float, float] = (6.4, 3.6)
) -> tuple[Figure, list[Axes]]:
    """Return an empty figure and its axes side by side, outside pyplot's global state."""
    figure = plt.Figure(figsize=size, layout="constrained")
    axes = list(figure.subplots(1, columns, squeeze=False)[0])
    for ax in axes:
        ax.set_prop_cycle(color=COLORS)
    return figure, axes


def heatmap(
    values: Float[np.ndarray, "rows columns"],
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    ax: Axes,
    decimals: int = 2,
    limits: tuple[float, float] | None = None,
) -> Axes:
    """Draw a table of numbers as colored cells with the numbers written in them."""
    low, high = limits or (float(np.min(values)), float(np.max(values)))
    ax.imshow(values, cmap="cividis", vmin=low, vmax=high)
    ax.set_xticks(range(len(columns)), columns, rotation=30, ha="right")
    ax.set_yticks(range(len(rows)), rows)
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            dark = value < (low + high) / 2
            ax.text(
                j, i, f"{value:.{decimals}f}", ha="center", va="center",
                color="white" if dark else "black",
            )  # fmt: skip
    return ax


def loss_curve(history: Sequence[float], *, ax: Axes, label: str | None = None) -> Axes:
    """Draw the loss after each epoch."""
    ax.plot(range(1, len(history) + 1), history, marker="o", markersize=3, label=label)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    return ax


def scatter_embedding(
    points: Float[np.ndarray, "n 2"],
    labels: Sequence[str],
    *,
    ax: Axes,
    names: Sequence[str] | None = None,
) -> Axes:
    """Draw points in the plane, one color and one marker a label, names beside the points."""
    labels = np.asarray(labels)
    for i, label in enumerate(dict.fromkeys(labels.tolist())):
        mine = points[labels == label]
        ax.scatter(
            *mine.T, s=28, label=label, color=COLORS[i % len(COLORS)],
            marker=MARKERS[(i + i // len(COLORS)) % len(MARKERS)],
        )  # fmt: skip
    for point, name in zip(points, names or [], strict=False):
        ax.annotate(name, point, textcoords="offset points", xytext=(4, 3), fontsize=8)
    ax.legend(fontsize=8)
    return ax
