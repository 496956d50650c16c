import numpy as np

from helpers.demos.coordinate import CoordinateDemo

# each coordinate belongs to one group; the last is used by no code
W_C = np.array([[2.0, 0, -1], [1.5, 0, -1], [0, 1.8, 0], [-3, 1.1, 0], [0, 0.9, 0], [1.0, 0, -2]])
NAMES = [f"code {i}" for i in range(6)]
GROUPS = ["asthma", "asthma", "gout", "gout", None, "asthma"]


def test_a_coordinate_lists_its_codes_and_a_rotation_mixes_them():
    demo = CoordinateDemo(W_C, NAMES, GROUPS, [0, 1, 2], k=3)
    assert demo.text == (
        "coordinate 0, as trained: 3 of its 3 leading codes are of one group, asthma"
    )
    first = demo.picture.value
    demo.controls["coordinate"].value = 1
    assert demo.text.startswith("coordinate 1, as trained: 2 of its 3")
    demo.controls["turned"].value = True
    assert demo.text.startswith("coordinate 1, turned") and demo.picture.value != first


def test_the_rotation_keeps_every_dot_product():
    demo = CoordinateDemo(W_C, NAMES, GROUPS, [0])
    plain, turned = demo.tables[False], demo.tables[True]
    np.testing.assert_allclose(plain @ plain.T, turned @ turned.T, atol=1e-12)
    assert abs(plain - turned).max() > 0.1


def test_a_dead_coordinate_and_codes_without_a_group_are_said_so():
    demo = CoordinateDemo(W_C, NAMES, [None] * 6, [2, 0])
    assert demo.text == "coordinate 2, as trained: no code uses it"
    demo.controls["coordinate"].value = 0
    assert demo.text == "coordinate 0, as trained: 3 leading codes, none of which has a group"
