"""A small convolutional net with residual blocks: image in, one vector and some logits out.

He, Zhang, Ren and Sun (2016), *Deep Residual Learning for Image Recognition*: a block computes
what to *add* to its input, ``relu(x + f(x))`` (equation 1 and figure 2).
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn


class Block(nn.Module):
    """Two 3 x 3 convolutions and a short cut around them.

    Where the size changes the short cut is a 1 x 1 convolution, the paper's option B.
    """

    def __init__(
        self, channels: int, out: int, stride: int = 1, dtype: torch.dtype = torch.float32
    ):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride, padding=1, bias=False, dtype=dtype)
        self.norm1 = nn.BatchNorm2d(out, dtype=dtype)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1, bias=False, dtype=dtype)
        self.norm2 = nn.BatchNorm2d(out, dtype=dtype)
        self.short = nn.Identity()
        if stride != 1 or channels != out:
            self.short = nn.Sequential(
                nn.Conv2d(channels, out, 1, stride, bias=False, dtype=dtype),
                nn.BatchNorm2d(out, dtype=dtype),
            )

    def forward(
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch out smaller thinner"]:
        """Add what the convolutions found to the input."""
        added = self.norm2(self.conv2(torch.relu(self.norm1(self.conv1(x)))))
        return torch.relu(self.short(x) + added)


class ResidualNet(nn.Module):
    """A first convolution, two blocks that halve the side, the mean over space, a linear head.

    Parameters
    ----------
    classes
        How many logits come out.
    width
        Channels after the first convolution; the blocks have two and four times as many.
    dtype
        Of the parameters. In double precision a training of some hundred steps ends in the same
        numbers on every processor; in single precision rounding grows until they differ.
    """

    def __init__(self, classes: int, width: int = 8, dtype: torch.dtype = torch.float32):
        super().__init__()
        self.stem = nn.Conv2d(1, width, 3, padding=1, dtype=dtype)
        self.block1 = Block(width, 2 * width, stride=2, dtype=dtype)
        self.block2 = Block(2 * width, 4 * width, stride=2, dtype=dtype)
        self.head = nn.Linear(4 * width, classes, dtype=dtype)

    def forward(self, x: Float[Tensor, "batch 1 height width"]) -> Float[Tensor, "batch classes"]:
        """Return the logits of each image."""
        maps = self.block2(self.block1(torch.relu(self.stem(x))))
        return self.head(maps.mean(dim=(2, 3)))
