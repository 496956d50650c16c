import numpy as np
import pytest

from helpers.demos.window import RATE, WindowDemo
from helpers.pairs import number_of_pairs

TOKENS = ["mrs", "adler", "takes", "metformin", "every", "morning", "for", "her", "diabetes"]


def test_sentence_counts_the_pairs_of_the_window():
    demo = WindowDemo(TOKENS)
    for window in (1, 2, 3, 4):
        demo.controls["window"].value = window
        assert f"window {window}: {number_of_pairs(9, window)} pairs" in demo.text


def test_button_goes_to_the_next_pair_and_back_to_the_first():
    demo = WindowDemo(TOKENS)
    first = demo.picture.value
    assert "from 'mrs' predict 'adler'" in demo.text
    demo.next.click()
    assert "Pair 2: from 'mrs' predict 'takes'" in demo.text
    assert demo.picture.value != first
    demo.controls["window"].value = 1
    demo.controls["pair"].value = 16
    assert "Pair 16: from 'diabetes' predict 'her'" in demo.text
    demo.next.click()
    assert "Pair 1: from 'mrs' predict 'adler'" in demo.text


def test_slider_beyond_the_last_pair_shows_the_last_pair():
    demo = WindowDemo(TOKENS)
    demo.controls["pair"].value = 40
    demo.controls["window"].value = 1
    assert "Pair 16: from 'diabetes' predict 'her'" in demo.text


def test_context_is_pulled_along_v_and_all_others_are_pushed():
    demo = WindowDemo(TOKENS)
    for place in (0, 7, 29):
        before, after, _ = demo.step(2, place)
        center, context = demo._pairs(2)[place]
        along_v = (after[1] - before[1]) @ before[0][center]
        assert along_v[context] > 0
        assert (np.delete(along_v, context) < 0).all()
        assert not np.delete(after[0] - before[0], center, axis=0).any()


def test_first_step_is_the_equation():
    before, after, loss = WindowDemo(TOKENS).step(2, 0)
    v, u = before[0][0], before[1]
    p = np.exp(u @ v) / np.exp(u @ v).sum()
    y = np.eye(9)[1]
    assert loss == pytest.approx(-np.log(p[1]))
    np.testing.assert_allclose(after[0][0], v - RATE * (p - y) @ u)
    np.testing.assert_allclose(after[1], u - RATE * np.outer(p - y, v))


def test_steps_follow_each_other():
    demo = WindowDemo(TOKENS)
    np.testing.assert_allclose(demo.step(2, 4)[1], demo.step(2, 5)[0])


def test_a_word_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match="a word twice"):
        WindowDemo(["no", "cough", "no", "fever"])


def test_still_picture_and_sentence_stand_in_without_a_kernel():
    bundle, _ = WindowDemo(TOKENS)._repr_mimebundle_()
    assert bundle["text/plain"].startswith("window 2: 30 pairs. Pair 1")
    assert bundle["image/png"].startswith("iVBOR")
