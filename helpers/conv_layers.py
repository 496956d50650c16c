"""VGG-16, ResNet-50 and Inception v1 as lists of layers: output sizes and parameters, computed.

Nothing here is trained or holds weights. Each net is written as its paper's table has it, and
sizes and parameters follow from the layers:

- Simonyan and Zisserman (2015), *Very Deep Convolutional Networks*, table 1, column D;
- He, Zhang, Ren and Sun (2016), *Deep Residual Learning for Image Recognition*, table 1;
- Szegedy et al. (2015), *Going Deeper with Convolutions*, table 1, without the two auxiliary heads.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """A part of a net, and what leaves it.

    Parameters
    ----------
    name
        As the paper calls it.
    side
        Height and width of the output; 1 once there is no space left.
    channels
        How many numbers at each place of the output.
    parameters
        What this stage holds.
    """

    name: str
    side: int
    channels: int
    parameters: int

    @property
    def numbers(self) -> int:
        """How many numbers leave this stage for one image."""
        return self.side**2 * self.channels


def conv(kernel: int, channels: int, out: int, norm: bool = False) -> int:
    """Return the parameters of a convolution: weights, and a bias for each channel.

    With `norm` there is no bias, and a batch normalization with a scale and a shift.

    Examples
    --------
    >>> conv(3, 3, 64), conv(1, 64, 64, norm=True)
    (1792, 4224)
    """
    return kernel**2 * channels * out + (2 * out if norm else out)


def slid(side: int, kernel: int, stride: int, pad: int, up: bool = False) -> int:
    """Return the side after a kernel has slid over it; `up` rounds up, as Inception's pools do.

    Raises
    ------
    ValueError
        If the image has become too small for the kernel.

    Examples
    --------
    >>> slid(224, kernel=7, stride=2, pad=3), slid(112, 3, 2, 0, up=True)
    (112, 56)
    """
    free = side + 2 * pad - kernel
    out = (-(-free // stride) if up else free // stride) + 1
    if side < 1 or out < 1:
        raise ValueError(f"a kernel of {kernel} does not fit into a side of {side}: larger images")
    return out


def vgg16(side: int = 224, classes: int = 1000) -> list[Stage]:
    """Return the five groups of 3 x 3 convolutions, each ending in a pool, and the dense layers."""
    stages, channels = [], 3
    for i, (out, depth) in enumerate([(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)], start=1):
        held = conv(3, channels, out) + (depth - 1) * conv(3, out, out)
        stages.append(Stage(f"conv{i}", side, out, held))
        side, channels = slid(side, kernel=2, stride=2, pad=0), out
    for i, out in enumerate((4096, 4096, classes), start=6):
        inputs = side**2 * channels
        stages.append(Stage(f"fc{i}", 1, out, conv(1, inputs, out)))
        side, channels = 1, out
    return stages


def resnet50(side: int = 224, classes: int = 1000) -> list[Stage]:
    """Return the first convolution, four groups of bottleneck blocks, the mean and the head."""
    side = slid(side, kernel=7, stride=2, pad=3)
    stages = [Stage("conv1", side, 64, conv(7, 3, 64, norm=True))]
    side, channels = slid(side, kernel=3, stride=2, pad=1), 64
    for i, (inner, blocks) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)], start=2):
        side = side if i == 2 else slid(side, kernel=3, stride=2, pad=1)
        out, held = 4 * inner, 0
        for block in range(blocks):
            held += conv(1, channels, inner, norm=True)
            held += conv(3, inner, inner, norm=True) + conv(1, inner, out, norm=True)
            held += conv(1, channels, out, norm=True) if block == 0 else 0  # the short cut
            channels = out
        stages.append(Stage(f"conv{i}_x", side, out, held))
    stages.append(Stage("average pool", 1, channels, 0))
    return [*stages, Stage("fc", 1, classes, conv(1, channels, classes))]


# 1 x 1; before 3 x 3, 3 x 3; before 5 x 5, 5 x 5; after the pool
INCEPTION = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def inception(side: int = 224, classes: int = 1000) -> list[Stage]:
    """Return the first convolutions, nine modules of four branches side by side, and the head."""
    side = slid(side, kernel=7, stride=2, pad=3)
    stages = [Stage("conv1", side, 64, conv(7, 3, 64))]
    side = slid(side, 3, 2, 0, up=True)
    stages.append(Stage("conv2", side, 192, conv(1, 64, 64) + conv(3, 64, 192)))
    channels = 192
    for name, (one, before3, three, before5, five, pooled) in INCEPTION.items():
        if name.endswith("a"):
            side = slid(side, 3, 2, 0, up=True)
        held = conv(1, channels, one) + conv(1, channels, before3) + conv(3, before3, three)
        held += conv(1, channels, before5) + conv(5, before5, five) + conv(1, channels, pooled)
        channels = one + three + five + pooled
        stages.append(Stage(f"inception {name}", side, channels, held))
    stages.append(Stage("average pool", 1, channels, 0))
    return [*stages, Stage("fc", 1, classes, conv(1, channels, classes))]


NETS: dict[str, Callable[..., list[Stage]]] = {
    "VGG-16": vgg16,
    "ResNet-50": resnet50,
    "Inception v1": inception,
}
