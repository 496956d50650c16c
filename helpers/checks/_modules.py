"""Small torch models for checks, and the form of a result that must be one."""

import torch
from torch import nn

from helpers.checks import _forms


class Model(nn.Module):
    """A model that a check hands out: equal to its copies, for laws judge what became of it."""

    def __eq__(self, other: object) -> bool:
        """Tell whether the other is such a model too."""
        return isinstance(other, Model)

    __hash__ = nn.Module.__hash__

    def __repr__(self) -> str:
        """Return the one word that a hint needs."""
        return "net"


def module(value: object) -> object:
    """Read a torch module; a class that was not called yet is named."""
    if value is None or isinstance(value, nn.Module):
        return value
    if isinstance(value, type):
        return _forms.Unfit(value, "it returned a class; call it, so that a net comes back")
    name = type(value).__name__
    return _forms.Unfit(value, f"it returned a {name}; a torch module is asked for")


def seeded(size: tuple[int, ...], seed: int) -> torch.Tensor:
    """Return normal random numbers, the same on every call."""
    return torch.randn(size, generator=torch.Generator().manual_seed(seed))
