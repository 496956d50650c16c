"""Train some parts of a net and keep others as they are."""

import torch
from jaxtyping import Float, Shaped
from torch import Tensor, nn
from torch.nn.functional import cross_entropy


def freeze(model: nn.Module, prefix: str) -> int:
    """Stop training the part of a model called `prefix`; return how many numbers still train.

    A gradient left over from an earlier step is thrown away: an optimizer that still holds the
    parameters moves whatever has a gradient, and with weight decay even where it is 0.

    Parameters
    ----------
    prefix
        A part, as in ``model.named_parameters()``: ``"block1"`` stands for ``block1`` and
        everything inside it, not for ``block10``.

    Raises
    ------
    ValueError
        If no parameter has that name; a misspelt name must not freeze nothing in silence.
    """
    named = dict(model.named_parameters())
    chosen = [p for name, p in named.items() if name == prefix or name.startswith(f"{prefix}.")]
    if not chosen:
        raise ValueError(f"{prefix!r} matches none of the parameters, such as {list(named)[:2]}")
    for parameter in chosen:
        parameter.requires_grad_(False)
        parameter.grad = None
    return trainable(model)


def trainable(model: nn.Module) -> int:
    """Return how many numbers training may still change."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def train_mode(model: nn.Module) -> None:
    """Set a model to training, but for the parts in which nothing is trained.

    Batch normalization also keeps running means, which are no parameters and move in training
    mode whatever `freeze` says.
    """
    model.train()
    for module in model.modules():
        own = list(module.parameters())
        if own and not any(p.requires_grad for p in own):
            module.eval()


def fit(
    model: nn.Module,
    x: Shaped[Tensor, "..."] | tuple[Shaped[Tensor, "..."], ...],
    y: Shaped[Tensor, " examples"],
    *,
    steps: int,
    batch_size: int = 32,
    learning_rate: float = 3e-3,
    weight_decay: float = 0.0,
    seed: int = 0,
) -> list[float]:
    """Train what is not frozen, with Adam, on batches drawn at random; return the losses.

    Parameters
    ----------
    x
        Inputs of the model, one or several, each with one entry an example.
    y
        Classes: whole numbers from 0, for logits of shape (batch, classes), or for one logit of
        shape (batch,) 0 and 1.

    Raises
    ------
    ValueError
        If inputs and classes do not have the same length, or there are none; if the classes are
        no whole numbers from 0; if every parameter is frozen; if a size is out of range.
    """
    x = x if isinstance(x, tuple) else (x,)
    if len(y) == 0 or any(len(part) != len(y) for part in x):
        raise ValueError(f"{[len(part) for part in x]} inputs for {len(y)} classes")
    if y.is_floating_point():
        raise ValueError(f"classes are whole numbers, got {y.dtype}")
    if y.min() < 0:
        raise ValueError(f"classes count from 0, got {y.min()}")
    if batch_size < 1 or steps < 0:
        raise ValueError("batch_size at least 1 is wanted, and steps cannot be negative")
    moving = [p for p in model.parameters() if p.requires_grad]
    if not moving:
        raise ValueError("nothing to train: every parameter is frozen")
    optimizer = torch.optim.AdamW(moving, lr=learning_rate, weight_decay=weight_decay)
    generator = torch.Generator().manual_seed(seed)
    train_mode(model)
    losses = []
    for _ in range(steps):
        rows = torch.randint(len(y), (batch_size,), generator=generator)
        logits = model(*(part[rows] for part in x))
        loss = _loss(logits, y[rows].long())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.eval()
    return losses


def _loss(
    logits: Float[Tensor, "batch *classes"], y: Shaped[Tensor, " batch"]
) -> Float[Tensor, ""]:
    """Return the cross-entropy; one logit z counts as the two logits (0, z)."""
    if logits.ndim > 1 and logits.shape[1] == 1:
        raise ValueError(f"logits of shape {tuple(logits.shape)}: take the only column, (batch,)")
    if logits.ndim == 1:
        logits = torch.stack([torch.zeros_like(logits), logits], dim=1)
    return cross_entropy(logits, y)
