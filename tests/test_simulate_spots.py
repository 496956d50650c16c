import numpy as np
import pytest

from helpers.simulate_spots import OUTLINES, simulate_spots
from tests.plugin import as_in_a_notebook


def test_the_spot_is_where_it_was_put():
    for kind in (0, 5, 6):
        image = simulate_spots(np.array([kind]), noise=0, seed=3, center=np.array([[8.0, 15.0]]))[
            0
        ].astype(float)
        slope = np.linspace(-1, 1, 24)
        plane = np.stack(np.broadcast_arrays(1, slope[:, None], slope[None])).reshape(3, -1)
        edge = np.ones((24, 24), dtype=bool)
        edge[1:-1, 1:-1] = False
        fit = np.linalg.lstsq(plane[:, edge.ravel()].T, image[edge], rcond=None)[0]
        bright = image - (fit @ plane).reshape(24, 24) > 0.3
        assert np.allclose(np.argwhere(bright).mean(axis=0), [8, 15], atol=0.6)


def test_only_the_border_tells_smooth_from_spiky():
    """Same seed, same size and place: what differs is a band around the border."""
    smooth, spiky = (simulate_spots(np.array([kind]), noise=0, seed=5)[0] for kind in (5, 6))
    center = simulate_spots(np.array([0]), noise=0, seed=5)[0]
    differs = abs(smooth - spiky) > 0.3
    assert 5 < differs.sum() < 100
    assert np.isclose(smooth, center)[~differs].mean() > 0.8


def test_every_outline_differs_from_every_other():
    images = np.concatenate(
        [simulate_spots(np.array([k]), noise=0, seed=2) for k in range(len(OUTLINES))]
    )
    gaps = abs(images[:, None] - images[None]).max(axis=(2, 3))
    assert (gaps + np.eye(len(OUTLINES)) > 0.3).all()


def test_seed_and_refusals():
    assert np.array_equal(
        simulate_spots(np.array([1, 2]), seed=4), simulate_spots(np.array([1, 2]), seed=4)
    )
    with pytest.raises(ValueError, match="from 0 to 6, got 7"):
        simulate_spots(np.array([7]))
    with pytest.raises(ValueError, match=r"row and column for 2 spots, got shape \(1, 2\)"):
        as_in_a_notebook(simulate_spots)(np.array([0, 1]), center=np.array([[8.0, 8.0]]))
    with pytest.raises(ValueError, match="12 pixels, got 8"):
        simulate_spots(np.array([0]), side=8)
