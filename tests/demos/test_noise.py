import numpy as np

from helpers.demos.noise import NoiseDemo
from helpers.word2vec import sgns_loss_grads

WORDS = ["the", "patient", "heart_failure", "furosemide", "fever"]
COUNTS = np.array([625, 256, 81, 16, 16])
PAIR = 2, 3


def new_demo():
    return NoiseDemo(WORDS, COUNTS, *PAIR)


def score(demo):
    return demo.center_table[PAIR[0]] @ demo.context_table[PAIR[1]]


def test_sentence_names_the_pair_and_the_noise():
    demo = new_demo()
    assert demo.text.startswith("after 0 updates the pair costs ")
    assert "heart_failure pulls furosemide and pushes " in demo.text


def test_true_context_is_never_noise():
    demo = new_demo()
    demo.controls["power"].value, demo.controls["k"].value = 0, 10
    for _ in range(5):
        demo.update()
        assert "furosemide" not in demo.text.split("pushes")[1]


def test_power_changes_who_is_drawn_and_the_picture():
    demo = new_demo()
    first = demo.picture.value
    demo.controls["k"].value = 10
    frequent = {}
    for power in (0, 1):
        demo.controls["power"].value = power
        frequent[power] = sum((demo.noise(power, 1000) == 0).tolist())
    # 1 of 4 words that are not forbidden, and 625 of 978 tokens
    assert abs(frequent[0] - 250) < 60 and abs(frequent[1] - 639) < 60
    assert demo.picture.value != first


def test_button_moves_the_rows_downhill():
    demo = new_demo()
    before, places = score(demo), demo.context_table.copy()
    noise = demo.noise(0.75, 3)
    old = sgns_loss_grads(demo.center_table[2], demo.context_table[3], demo.context_table[noise])
    demo.button.click()
    new = sgns_loss_grads(demo.center_table[2], demo.context_table[3], demo.context_table[noise])
    assert new[0] < old[0] and demo.text.startswith("after 1 updates")
    moved = np.flatnonzero((demo.context_table != places).any(axis=1))
    assert set(moved.tolist()) == {PAIR[1], *noise.tolist()}
    for _ in range(9):
        demo.button.click()
    assert score(demo) > max(before, 1) and before < 0


def test_drawing_alone_moves_nothing():
    demo = new_demo()
    places = demo.context_table.copy()
    demo.controls["k"].value = 8
    demo.controls["power"].value = 0.25
    np.testing.assert_array_equal(demo.context_table, places)
