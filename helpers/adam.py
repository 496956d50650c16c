"""Adam: a step for every number, by the size of its own recent gradients."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor


class Adam:
    """Adam (Kingma and Ba, 2015, algorithm 1) for gradients that were worked out by hand.

    The same as `torch.optim.Adam`, which takes a second to import and wants `.grad` fields.

    Parameters
    ----------
    tables
        What to train; changed in place.
    learning_rate
        Size of the first steps, whatever the size of the gradients.
    beta1, beta2
        How much of the running means of the gradient and of its square is kept each step.
    """

    def __init__(
        self,
        tables: Sequence[Float[Tensor, "..."]],
        learning_rate: float,
        beta1: float = 0.9,
        beta2: float = 0.999,
    ):
        self.tables, self.learning_rate = tables, learning_rate
        self.beta1, self.beta2 = beta1, beta2
        self.means = [torch.zeros_like(table) for table in tables]
        self.squares = [torch.zeros_like(table) for table in tables]
        self.steps = 0

    def step(self, gradients: Sequence[Float[Tensor, "..."]]) -> None:
        """Move every table against its gradient."""
        self.steps += 1
        rate = self.learning_rate / (1 - self.beta1**self.steps)
        unbias = (1 - self.beta2**self.steps) ** 0.5
        rows = zip(self.tables, gradients, self.means, self.squares, strict=True)
        for table, gradient, mean, square in rows:
            mean.lerp_(gradient, 1 - self.beta1)
            square.mul_(self.beta2).addcmul_(gradient, gradient, value=1 - self.beta2)
            table.addcdiv_(mean, square.sqrt().div_(unbias).add_(1e-8), value=-rate)
