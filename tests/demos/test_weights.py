import numpy as np

from helpers.demos.weights import WeightDemo

SHOWS = np.array([[1.2, 2023, 20.0], [2.3, 2023, 35.5], [1.2, 1989, 36.7], [1.8, 2023, 20.0]])
SCALED = (SHOWS - SHOWS.mean(axis=0)) / SHOWS.std(axis=0)
NAMES = ["The Conference", "Upload", "Tales from the Crypt", "Dream Scenario"]


def test_neighbor_flips_with_the_weight():
    demo = WeightDemo(SCALED, NAMES, 1)
    first = demo.picture.value
    assert demo.text.endswith("Dream Scenario")
    demo.controls["weight"].value = 1.6
    assert demo.text.endswith("Dream Scenario")
    demo.controls["weight"].value = 1.7
    assert demo.text.endswith("Tales from the Crypt")
    assert demo.picture.value != first


def test_still_picture_and_sentence_stand_in_without_a_kernel():
    bundle, about = WeightDemo(SCALED, NAMES, 1)._repr_mimebundle_()
    assert bundle["text/plain"] == "weight 1.00: the nearest to Upload is Dream Scenario"
    assert bundle["image/png"].startswith("iVBOR")  # the first bytes of every PNG
    assert about["image/png"]["alt"] == bundle["text/plain"]  # for screen readers
