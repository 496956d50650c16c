import numpy as np

from helpers.demos.angle import AngleDemo

POINTS = np.array([[3.0, 0.2], [2.5, 0.4], [0.1, 2.0], [-0.3, 2.2], [-1.0, -1.5]])
NAMES = ["aspirin", "statin", "metformin", "insulin", "inhaler"]
GROUPS = ["heart", "heart", "sugar", "sugar", "lung"]


def make():
    return AngleDemo(POINTS, NAMES, GROUPS, i=0)


def test_axes_get_other_names_and_the_neighbors_stay():
    demo = make()
    leaders, neighbors = set(), set()
    for angle in range(0, 361, 45):
        demo.controls["angle"].value = angle
        axis, near = demo.text.split("; ")
        leaders.add(axis.rsplit(" ", 1)[-1])
        neighbors.add(near)
    assert neighbors == {"nearest to aspirin: statin, metformin"}
    assert len(leaders) >= 3


def test_a_quarter_turn_moves_the_first_axis_to_the_second():
    demo = make()
    assert demo.top_of_axis(POINTS, 0) == ["aspirin", "statin", "metformin"]
    demo.controls["angle"].value = 90
    assert demo.text.startswith("90 degrees: the first axis is led by inhaler")
    demo.controls["angle"].value = 270
    assert "led by insulin" in demo.text  # what was high on the second axis


def test_picture_follows_and_a_full_turn_brings_it_back():
    demo = make()
    first = demo.picture.value
    demo.controls["angle"].value = 90
    assert demo.picture.value != first
    demo.controls["angle"].value = 360
    assert demo.text.replace("360", "0") == make().text


def test_the_points_are_left_as_they_are():
    points = POINTS.copy()
    demo = AngleDemo(points, NAMES, GROUPS, i=2)
    demo.controls["angle"].value = 45
    assert np.array_equal(points, POINTS)
