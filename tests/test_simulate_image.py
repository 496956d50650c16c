import numpy as np
import pytest

from helpers.simulate_image import simulate_chest_image


def test_gray_values_lie_between_black_and_white():
    image = simulate_chest_image()
    assert image.shape == (96, 80)
    assert image.min() >= 0 and image.max() <= 1


def test_the_parts_are_where_they_should_be():
    image = simulate_chest_image(noise=0)
    lung, spine, heart, nodule = image[50, 18], image[10, 40], image[62, 45], image[38, 19]
    assert heart > spine > lung
    assert nodule > image[38, 12] + 0.05 and nodule > image[38, 27] + 0.05


def test_without_noise_it_is_symmetric_but_for_heart_and_nodule():
    image = simulate_chest_image(width=81, noise=0)
    assert np.allclose(image[:20], image[:20, ::-1])
    assert not np.allclose(image, image[:, ::-1])


def test_seed_decides_the_noise():
    assert np.array_equal(simulate_chest_image(seed=1), simulate_chest_image(seed=1))
    assert not np.array_equal(simulate_chest_image(seed=1), simulate_chest_image(seed=2))


def test_too_small_is_refused():
    with pytest.raises(ValueError, match="at least 8"):
        simulate_chest_image(96, 4)
