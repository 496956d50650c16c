import numpy as np
import pytest
import torch

from helpers.streams import (
    FLOOR,
    batches_of_rows,
    damped_step,
    draw_noise,
    noise_table,
    rows_of_tokens,
    slope_estimate,
    square_length,
)
from helpers.token_stream import flatten

STREAM = flatten([[1, 2, 3], [4, 5]], vocab_size=6)


def test_rows_hold_every_token_once_and_fill_up_with_loners():
    ids, sentence_of = rows_of_tokens(STREAM, length=4, offset=1)
    assert ids.tolist() == [[0, 1, 2, 3], [4, 5, 0, 0]]
    assert sentence_of.tolist() == [[-1, 0, 0, 0], [1, 1, -2, -3]]


@pytest.mark.parametrize("offset", range(4))
def test_whatever_the_offset_no_token_is_lost(offset):
    ids, sentence_of = rows_of_tokens(STREAM, length=4, offset=offset)
    assert ids[sentence_of >= 0].tolist() == [1, 2, 3, 4, 5]
    alone = sentence_of[sentence_of < 0].tolist()
    assert len(set(alone)) == len(alone)


def test_batches_are_all_rows_in_another_order():
    stream = flatten([range(50)] * 40, vocab_size=50)
    batches = list(batches_of_rows(stream, 10, torch.Generator().manual_seed(1)))
    assert len(batches) > 5
    tokens = torch.cat([ids[sentence >= 0] for ids, sentence in batches])
    assert torch.bincount(tokens).tolist() == [40] * 50
    assert tokens.tolist() != stream.ids.tolist()


def test_noise_table_gives_each_word_its_share():
    p = np.array([0.5, 0.3, 0.2, 0.0])
    shares = torch.bincount(noise_table(p), minlength=4) / len(noise_table(p))
    np.testing.assert_allclose(shares, p, atol=1e-5)
    drawn = draw_noise(noise_table(p), 200, 100, torch.Generator().manual_seed(0))
    found = torch.bincount(drawn.view(-1), minlength=4).numpy() / 20_000
    assert (np.abs(found - p) <= 4 * np.sqrt(p * (1 - p) / 20_000)).all()


def test_a_word_of_any_probability_can_be_drawn():
    assert (noise_table(np.array([1 - 1e-9, 1e-9])) == 1).sum() == 1


def test_a_damped_step_by_hand():
    # row 1 is there twice: gradients 1 + 2, curvatures 3 + 5, rate 0.5 / (1 + 0.5 * 8) = 0.1
    ids = torch.tensor([1, 0, 1])
    gradient, curvature = torch.tensor([[1.0], [4], [2]]), torch.tensor([3.0, 0, 5])
    whole = [(ids, gradient, curvature)]
    for parts in (
        whole,
        [(ids[:2], gradient[:2], curvature[:2]), (ids[2:], gradient[2:], curvature[2:])],
    ):
        table, scratch = torch.zeros(3, 1), torch.zeros(3)
        damped_step(table, parts, 0.5, scratch)
        assert table.view(-1).tolist() == pytest.approx([-2.0, -0.3, 0.0])
        assert not scratch.any()


def test_a_rare_word_takes_a_plain_step_and_a_frequent_one_a_newton_step():
    for h, expected in [(0.0, 0.1), (1e6, 1e-6)]:
        table = torch.zeros(1, 1)
        part = torch.tensor([0]), torch.ones(1, 1), torch.tensor([h])
        damped_step(table, [part], 0.1, torch.zeros(1))
        assert -table.item() == pytest.approx(expected, rel=1e-3)


def test_square_length_and_slope_by_hand():
    assert square_length(torch.tensor([[[3.0, 4.0], [0.0, 0.0]]])).tolist() == [[25 + FLOOR, FLOOR]]
    assert slope_estimate(torch.tensor([7, 7, 7])) == pytest.approx(0.53)
    assert slope_estimate(torch.tensor([0, 1, 2, 3])) == pytest.approx(0.03 + 0.5 * 0.25)
