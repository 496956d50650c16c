"""Small made-up gray images with one bright spot, whose outline is known."""

import numpy as np
from jaxtyping import Bool, Float, Int

# what is drawn, given the distance from the center (in radii) and the angle around it
OUTLINES = ("disc", "ring", "bar", "cross", "pair", "smooth", "spiky")


def simulate_spots(
    kind: Int[np.ndarray, " n"],
    side: int = 24,
    noise: float = 0.25,
    seed: int = 0,
    center: Float[np.ndarray, "n 2"] | None = None,
) -> Float[np.ndarray, "n side side"]:
    """Return one image for each entry of `kind`, which counts through `OUTLINES`.

    Size, contrast, turn and, unless `center` gives it, place of the spot are drawn at random;
    the background slopes and is noisy. A *spiky* spot is a *smooth* one with a wavy border.

    Parameters
    ----------
    kind
        Places in `OUTLINES`.
    noise
        Standard deviation of the noise; the spot is about 1 brighter than what is around it.
    center
        Row and column of the middle of each spot, in pixels.

    Raises
    ------
    ValueError
        If a kind is unknown, the side is shorter than 12 pixels, or `center` has another shape.
    """
    if kind.size and (kind.min() < 0 or kind.max() >= len(OUTLINES)):
        raise ValueError(f"kinds count from 0 to {len(OUTLINES) - 1}, got {kind.max()}")
    if side < 12:
        raise ValueError(f"a side needs at least 12 pixels, got {side}")
    rng = np.random.default_rng(seed)
    n = len(kind)
    if center is not None and np.shape(center) != (n, 2):
        raise ValueError(f"row and column for {n} spots, got shape {np.shape(center)}")
    place = rng.uniform(side * 0.3, side * 0.7, (n, 2))
    place = place if center is None else np.asarray(center, dtype=float)
    radius = rng.uniform(0.16, 0.22, n) * side
    turn, contrast = rng.uniform(0, 2 * np.pi, n), rng.uniform(0.7, 1.3, n)
    slope = rng.normal(0, 0.3, (2, n, 1, 1))
    grid = np.linspace(-1, 1, side)
    images = slope[0] * grid[:, None] + slope[1] * grid + noise * rng.normal(size=(n, side, side))

    y, x = (np.arange(side) - place[:, axis, None] for axis in (0, 1))
    rho = np.hypot(y[:, :, None], x[:, None]) / radius[:, None, None]
    angle = np.arctan2(y[:, :, None], x[:, None]) + turn[:, None, None]
    for i, outline in enumerate(OUTLINES):
        chosen = kind == i
        inside = _inside(outline, rho[chosen], angle[chosen])
        images[chosen] += contrast[chosen, None, None] * inside
    return images.astype(np.float32)


def _inside(
    outline: str, rho: Float[np.ndarray, "n side side"], angle: Float[np.ndarray, "n side side"]
) -> Bool[np.ndarray, "n side side"]:
    along, across = rho * np.cos(angle), rho * np.sin(angle)
    bar = (abs(along) < 1.2) & (abs(across) < 0.3)
    if outline == "disc":
        return rho < 0.8
    if outline == "ring":
        return abs(rho - 0.9) < 0.25
    if outline == "bar":
        return bar
    if outline == "cross":
        return bar | ((abs(across) < 1.2) & (abs(along) < 0.3))
    if outline == "pair":
        return np.hypot(abs(along) - 0.8, across) < 0.45
    return rho < (1 + 0.35 * np.cos(5 * angle) if outline == "spiky" else 1)
