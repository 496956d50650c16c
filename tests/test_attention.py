import math

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from helpers.attention import attention


def draw(*shape, seed=0):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=rng, dtype=torch.float64)


def in_loops(Q, K, V, mask):
    """Vaswani et al. (2017), equation 1, one number at a time."""
    out = []
    for q in Q.tolist():
        weights = [
            math.exp(sum(a * b for a, b in zip(q, k, strict=True)) / math.sqrt(len(q))) * real
            for k, real in zip(K.tolist(), mask, strict=True)
        ]
        total = sum(weights)
        columns = zip(*V.tolist(), strict=True)
        out.append(
            [sum(w * v for w, v in zip(weights, column, strict=True)) / total for column in columns]
        )
    return out


def test_two_keys_by_hand():
    # scores 2 ln 3 and 0; divided by the root of 4 they are ln 3 and 0: weights 3/4 and 1/4
    Q, K = torch.tensor([[2.0, 0, 0, 0]]), torch.tensor([[math.log(3), 1, 2, 3], [0, 5, 5, 5]])
    out, weights = attention(Q, K, torch.tensor([[4.0], [8.0]]))
    assert weights[0].tolist() == pytest.approx([3 / 4, 1 / 4])
    assert out.item() == pytest.approx(5)


def test_attention_is_the_equation_in_loops():
    Q, K, V, mask = draw(3, 4), draw(5, 4, seed=1), draw(5, 2, seed=2), [1, 0, 1, 1, 0]
    out, _ = attention(Q, K, V, torch.tensor(mask, dtype=torch.bool))
    torch.testing.assert_close(out, torch.tensor(in_loops(Q, K, V, mask), dtype=out.dtype))


@pytest.mark.parametrize("shape", [(6, 8), (2, 6, 8), (3, 2, 6, 8)])
@pytest.mark.parametrize("masked", [False, True])
def test_attention_is_torchs(shape, masked):
    Q, K, V = (draw(*shape, seed=seed) for seed in range(3))
    mask = torch.tensor([True, True, False, True, False, True]) if masked else None
    out, weights = attention(Q, K, V, mask)
    full = None if mask is None else mask.expand(*shape[:-1], 6)
    torch.testing.assert_close(out, scaled_dot_product_attention(Q, K, V, full))
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(shape[:-1], dtype=Q.dtype))
    assert mask is None or (weights[..., ~mask] == 0).all()


def test_a_mask_may_differ_from_query_to_query():
    Q, K, V = draw(2, 4, 3), draw(2, 4, 3, seed=1), draw(2, 4, 3, seed=2)
    past = torch.tril(torch.ones(4, 4, dtype=torch.bool))
    out, weights = attention(Q, K, V, past)
    torch.testing.assert_close(out, scaled_dot_product_attention(Q, K, V, is_causal=True))
    assert (weights.triu(1) == 0).all()


def test_order_of_the_keys_does_not_matter():
    Q, K, V = draw(3, 4), draw(5, 4, seed=1), draw(5, 2, seed=2)
    order = torch.tensor([3, 0, 4, 1, 2])
    out, weights = attention(Q, K, V)
    moved, moved_weights = attention(Q, K[order], V[order])
    torch.testing.assert_close(out, moved)
    torch.testing.assert_close(weights[:, order], moved_weights)


def test_a_query_that_may_look_at_nothing_is_refused():
    Q, K, V = draw(2, 3, 4), draw(2, 5, 4, seed=1), draw(2, 5, 2, seed=2)
    mask = torch.tensor([[True] * 5, [False] * 5])[:, None]
    with pytest.raises(ValueError, match="leaves a query no key"):
        attention(Q, K, V, mask)


def test_gradients_are_torchs():
    parts = [draw(4, 3, seed=seed).requires_grad_() for seed in range(3)]
    mine = torch.autograd.grad(attention(*parts)[0].square().sum(), parts)
    theirs = torch.autograd.grad(scaled_dot_product_attention(*parts).square().sum(), parts)
    torch.testing.assert_close(mine, theirs)
