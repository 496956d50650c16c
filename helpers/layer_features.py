"""What a layer inside a net computes, read by a hook, as a map or as one vector an image."""

import torch
from jaxtyping import Float
from torch import Tensor, nn


def layer_output(
    model: nn.Module, x: Float[Tensor, "n *input"], layer: str
) -> Float[Tensor, "n channels *space"]:
    """Return the output of one layer for a batch; the model is left as it was.

    The model runs in evaluation mode, so that batch normalization uses its stored statistics:
    the vector of an image must not depend on which other images are in the batch.

    Parameters
    ----------
    layer
        Its name, as in ``model.named_modules()``, for example ``"block2.conv1"``.

    Raises
    ------
    KeyError
        If the model has no layer of this name; the message lists the outermost ones.
    ValueError, TypeError
        If the layer did not run, or what it gives is no tensor. Of a layer that runs several
        times the last output counts.
    """
    layers = dict(model.named_modules())
    if layer not in layers or not layer:
        raise KeyError(f"no layer {layer!r}; there is {', '.join(dict(model.named_children()))}")
    caught = []
    hook = layers[layer].register_forward_hook(lambda _, inputs, output: caught.append(output))
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            model(x)
    finally:
        hook.remove()
        for module, training in modes:
            module.training = training
    if not caught:
        raise ValueError(f"layer {layer!r} did not run: the model does not use it")
    if not isinstance(caught[-1], Tensor):
        raise TypeError(f"layer {layer!r} gives a {type(caught[-1]).__name__}; a tensor is wanted")
    return caught[-1].detach()


def features(
    model: nn.Module, x: Float[Tensor, "n *input"], layer: str
) -> Float[Tensor, "n channels"]:
    """Return one vector for each image: the mean of each channel of a layer over space.

    Raises
    ------
    KeyError
        As `layer_output`.
    """
    out = layer_output(model, x, layer)
    return out.mean(dim=tuple(range(2, out.ndim))) if out.ndim > 2 else out
