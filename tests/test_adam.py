import pytest
import torch

from helpers.adam import Adam


def test_steps_are_those_of_torch():
    generator = torch.Generator().manual_seed(0)
    gradients = [
        [
            torch.randn(3, 2, generator=generator, dtype=torch.float64),
            torch.randn(4, dtype=torch.float64, generator=generator),
        ]
        for _ in range(5)
    ]
    ours = [torch.ones(3, 2, dtype=torch.float64), torch.zeros(4, dtype=torch.float64)]
    theirs = [table.clone().requires_grad_() for table in ours]
    adam, reference = Adam(ours, 0.1), torch.optim.Adam(theirs, lr=0.1)
    for pair in gradients:
        adam.step(pair)
        for table, gradient in zip(theirs, pair, strict=True):
            table.grad = gradient
        reference.step()
    for table, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(table, other.detach())


def test_the_first_step_has_the_learning_rate_as_its_length():
    # bias correction makes the first step lr * g / |g|, whatever the size of g
    table = torch.zeros(3, dtype=torch.float64)
    Adam([table], 0.5).step([torch.tensor([1e-3, -7.0, 0.0], dtype=torch.float64)])
    assert table.tolist() == pytest.approx([-0.5, 0.5, 0], abs=1e-4)


def test_as_many_gradients_as_tables():
    with pytest.raises(ValueError, match="shorter"):
        Adam([torch.zeros(2), torch.zeros(2)], 0.1).step([torch.ones(2)])
