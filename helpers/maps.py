"""Clouds of points whose truth is known, and their maps by scikit-learn's t-SNE."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Shaped
from sklearn.cluster import KMeans
from sklearn.manifold import TSNE

STATEMENTS = {
    "a": "the groups exist",
    "b": "B is at least twice as wide as A",
    "c": "C is at least twice as far from A as B is",
    "d": "of the 10 nearest points on the map at least half are so in the data",
}


def clouds(
    centers: Float[np.ndarray, "groups dim"],
    widths: Sequence[float],
    sizes: Sequence[int],
    rng: np.random.Generator,
) -> tuple[Float[np.ndarray, "n dim"], Shaped[np.ndarray, " n"]]:
    """Draw round clouds; return the points and the letter of the cloud of each: A, B, ...

    Parameters
    ----------
    centers
        One row a cloud.
    widths, sizes
        Standard deviation of each cloud along every axis, and how many points it has.
    """
    points = [
        rng.normal(center, width, size=(size, len(center)))
        for center, width, size in zip(centers, widths, sizes, strict=True)
    ]
    return np.concatenate(points), np.repeat([*"ABCDEFGH"[: len(points)]], sizes)


def tsne_map(
    X: Float[np.ndarray, "n dim"],
    perplexity: float,
    seed: int = 0,
    start: Float[np.ndarray, "n 2"] | None = None,
) -> Float[np.ndarray, "n 2"]:
    """Return a map by t-SNE after 500 steps, from places that are drawn with the seed.

    Places differ from machine to machine where the points do, if only in the last digit: the
    difference grows with every step. From a given `start`, and without the exaggeration of the
    first steps, it hardly grows: this is for points that were trained.
    """
    settings = {"perplexity": perplexity, "random_state": seed, "max_iter": 500}
    if start is None:
        return TSNE(init="random", **settings).fit_transform(X).astype(float)
    settings |= {"early_exaggeration": 1, "method": "exact"}
    return TSNE(init=start, **settings).fit_transform(X).astype(float)


def width(points: Float[np.ndarray, "n dim"]) -> float:
    """Return the root mean square distance of the points from their mean."""
    return float(np.sqrt(((points - points.mean(axis=0)) ** 2).sum(axis=1).mean()))


def roughly(ratio: float) -> float:
    """Round to 1, 2 or 5, or these times a power of ten: as much as a map may be trusted with.

    Examples
    --------
    >>> [roughly(x) for x in (0.23, 0.97, 1.3, 2.6, 61.0)]
    [0.2, 1.0, 1.0, 2.0, 50.0]
    """
    steps = np.outer(10.0 ** np.arange(-6, 7), (1, 2, 5)).ravel()
    return float(steps[np.abs(np.log(steps / ratio)).argmin()])


def gap(one: Float[np.ndarray, "n dim"], other: Float[np.ndarray, "m dim"]) -> float:
    """Return the distance between the means of two groups of points."""
    return float(np.linalg.norm(one.mean(axis=0) - other.mean(axis=0)))


def unknown_map(
    plot_id: int,
) -> tuple[Float[np.ndarray, "n dim"], Float[np.ndarray, "n 2"], Shaped[np.ndarray, " n"]]:
    """Return data, map and groups of one of four maps to be judged, numbered 1 to 4.

    Raises
    ------
    ValueError
        If there is no such map.
    """
    rng = np.random.default_rng(plot_id)
    if plot_id == 1:  # one tight cloud, two wide ones
        X, groups = clouds(200 * np.eye(3, 100), (1, 10, 10), (60, 60, 60), rng)
    elif plot_id == 2:  # equally wide, and flat; B has more points than A
        X, groups = clouds(np.array([[0, 0], [30, 0], [15, 26.0]]), (1, 1, 1), (25, 120, 40), rng)
    elif plot_id == 3:  # in a row, C far off
        row = np.outer([0, 10, 60], np.eye(3)[0])
        X, groups = clouds(row, (1, 1, 1), (60, 60, 60), rng)
    elif plot_id == 4:  # one cloud of noise; the map is cut into three
        X, _ = clouds(np.zeros((1, 50)), (1,), (180,), rng)
    else:
        raise ValueError(f"there is no map {plot_id}; the maps are 1, 2, 3 and 4")
    Y = tsne_map(X, 5 if plot_id == 4 else 15)
    if plot_id == 4:
        cut = KMeans(3, n_init=10, random_state=0).fit_predict(Y)
        groups = np.array([*"ABC"])[cut]
    return X, Y, groups
