import numpy as np

from helpers.demos.map import MapDemo

GROUPS = [*"AABBCC"]
X = np.array([[0.0, 0, 0], [2, 0, 0], [10, 0, 0], [30, 0, 0], [99, 0, 0], [103, 0, 0]])
EQUAL = np.array([[0.0, 0.0], [1, 0], [10, 0], [11, 0], [0, 10], [1, 10]])
MAPS = {(5, 0): EQUAL, (5, 1): EQUAL * [1, -1], (30, 0): X[:, :2], (30, 1): -X[:, :2]}


def test_truth_is_said_when_it_is_shown():
    demo = MapDemo(X, GROUPS, MAPS)
    gray = demo.picture.value
    assert demo.text == "perplexity 5, seed 0: which groups are wide, which far apart?"
    demo.controls["truth"].value = True
    assert demo.picture.value != gray
    assert "B is 1 times as wide as A (in the data 10)" in demo.text
    assert "C 1 times as far from A as B is (in the data 5)" in demo.text


def test_perplexity_and_seed_change_the_map():
    demo = MapDemo(X, GROUPS, MAPS)
    first = demo.picture.value
    demo.controls["seed"].value = 1
    assert demo.text.startswith("perplexity 5, seed 1") and demo.picture.value != first
    demo.controls["perplexity"].value = 30
    demo.controls["truth"].value = True
    assert "B is 10 times as wide as A (in the data 10)" in demo.text


def test_still_picture_stands_in_without_a_kernel():
    bundle, about = MapDemo(X, GROUPS, MAPS)._repr_mimebundle_()
    assert bundle["image/png"].startswith("iVBOR")
    assert about["image/png"]["alt"] == bundle["text/plain"]
