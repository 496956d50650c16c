import re

import numpy as np

from helpers.demos.walk import LENGTH, WALKS, WalkDemo
from helpers.graph import build_graph

# two triangles, joined by one edge
GRAPH = build_graph([tuple(pair) for pair in ("ab", "bc", "ac", "cd", "de", "ef", "df")])
PLACES = {name: (i, i % 2) for i, name in enumerate("abcdef")}


def new_demo():
    return WalkDemo(GRAPH, PLACES, "a")


def said(demo):
    back, seen = re.search(r"steps (\d+)% turn back.* sees ([\d.]+) different", demo.text).groups()
    return int(back), float(seen)


def test_small_p_turns_back_and_large_p_does_not():
    demo = new_demo()
    first, numbers = demo.picture.value, {}
    for p in (0.1, 10):
        demo.controls["p"].value = p
        numbers[p] = said(demo)
    assert numbers[0.1][0] > 70 and numbers[10][0] < 10
    assert numbers[0.1][1] < numbers[10][1]
    assert demo.picture.value != first


def test_large_q_stays_and_small_q_moves_away():
    demo = new_demo()
    away = []
    for q in (0.1, 10):
        walks = demo.walks(4, q)
        away.append(np.isin(walks[:, -1], [GRAPH.id(name) for name in "def"]).mean())
    assert away[0] > away[1] + 0.2


def test_all_walks_begin_at_the_start_and_are_the_same_again():
    demo = new_demo()
    walks = demo.walks(1, 1)
    assert walks.shape == (WALKS, LENGTH) and (walks[:, 0] == GRAPH.id("a")).all()
    np.testing.assert_array_equal(walks, demo.walks(1, 1))
    assert demo.text.startswith("p 1, q 1: of the steps ")
