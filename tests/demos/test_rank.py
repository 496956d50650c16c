import numpy as np

from helpers.demos.rank import RankDemo
from helpers.simulate_image import simulate_chest_image

IMAGE = simulate_chest_image(40, 30)  # 1200 numbers, 71 a rank: less room up to rank 16


def test_storage_crosses_the_line_at_the_break_even_rank():
    demo = RankDemo(IMAGE)
    demo.controls["rank"].value = 16
    assert "1,136 numbers instead of 1,200 (less room)" in demo.text
    demo.controls["rank"].value = 17
    assert "1,207 numbers instead of 1,200 (not less room)" in demo.text


def test_error_is_that_of_the_cut():
    demo = RankDemo(IMAGE)
    s = np.linalg.svd(IMAGE, compute_uv=False)
    for rank in (1, 7):
        demo.controls["rank"].value = rank
        error = np.sqrt((s[rank:] ** 2).sum() / (s**2).sum())
        assert demo.text.endswith(f"relative error {error:.3f}")


def test_full_rank_leaves_no_error_and_pictures_differ():
    demo = RankDemo(IMAGE)
    first = demo.picture.value
    demo.controls["rank"].value = demo.controls["rank"].max
    assert demo.text.endswith("relative error 0.000")
    assert demo.picture.value != first


def test_slider_ends_at_the_true_rank():
    picture = np.outer(np.linspace(0, 1, 9), np.ones(8))
    assert RankDemo(picture + 0 * IMAGE[:9, :8]).top == 1
