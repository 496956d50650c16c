"""A made-up chest picture: lungs, heart, spine, ribs, a small nodule, and a little noise."""

import numpy as np
from jaxtyping import Float


def simulate_chest_image(
    height: int = 96, width: int = 80, noise: float = 0.02, seed: int = 0
) -> Float[np.ndarray, "height width"]:
    """Return a gray picture with values from 0 (black) to 1 (white).

    Two dark lungs lie on a gray body; the spine is a bright column, the ribs are bright arcs,
    and one round nodule, a few pixels wide, is centered a quarter of the width and 40 % of the
    height from the top left. It resembles a radiograph enough to be looked at and holds no
    patient.

    Raises
    ------
    ValueError
        If a side is shorter than 8 pixels.
    """
    if min(height, width) < 8:
        raise ValueError(f"a side needs at least 8 pixels, got {height} x {width}")
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    body = 0.75 * np.exp(-((np.abs(x) / 0.95) ** 8))
    lungs = sum(
        np.exp(-((((x - side * 0.45) / 0.28) ** 2 + ((y - 0.02) / 0.7) ** 2) ** 2))
        for side in (-1, 1)
    )
    heart = 0.35 * np.exp(-((((x - 0.16) / 0.24) ** 2 + ((y - 0.3) / 0.26) ** 2) ** 2))
    spine = 0.2 * np.exp(-((x / 0.09) ** 2))
    ribs = 0.13 * lungs * (0.5 + 0.5 * np.cos(22 * (y + 0.35 * x**2)))
    nodule = 0.3 * np.exp(-((((x + 0.5) / 0.05) ** 2 + ((y + 0.2) / 0.04) ** 2) ** 2))
    grain = noise * np.random.default_rng(seed).normal(size=x.shape)
    return np.clip(body - 0.5 * lungs + heart + spine + ribs + nodule + grain, 0, 1)
