import numpy as np
import pytest

from helpers.demos.two_worlds import TwoWorldsDemo
from helpers.paired import paired_difference

SIZES = (50, 200)
NOISE = np.random.default_rng(0).normal(0, 0.005, (2, 8))
GRID = {
    0.0: {"vectors": 0.75 + NOISE, "one-hot": 0.70 - NOISE},
    1.0: {"vectors": 0.70 + NOISE, "one-hot": np.stack([0.70 - NOISE[0], 0.80 - NOISE[1]])},
}


def test_sentence_carries_the_difference_and_its_interval():
    demo = TwoWorldsDemo(GRID, SIZES)
    mean, low, high = paired_difference(GRID[0.0]["vectors"][0], GRID[0.0]["one-hot"][0])
    assert f"{mean:+.3f}, interval {low:+.3f} to {high:+.3f}" in demo.text
    assert "n = 50, 0% of the signal in single codes" in demo.text and "vectors win" in demo.text


def test_both_sliders_move_it():
    demo = TwoWorldsDemo(GRID, SIZES)
    first = demo.picture.value
    demo.controls["share"].value = 1.0
    assert "no winner" in demo.text and demo.picture.value != first
    demo.controls["n"].value = 200
    assert "n = 200" in demo.text and "one-hot wins" in demo.text


def test_refused():
    with pytest.raises(ValueError, match="no world"):
        TwoWorldsDemo({}, SIZES)
    with pytest.raises(ValueError, match="one row for each of 3"):
        TwoWorldsDemo(GRID, (1, 2, 3))
