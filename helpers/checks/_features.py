"""Check of features read from a layer inside a net."""

import numpy as np
import torch
from torch import nn

from helpers import layer_features
from helpers.checks import _forms, _modules
from helpers.checks._exercise import Exercise, Wrong, call


class _Net(_modules.Model):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.inner = nn.Sequential(nn.Conv2d(4, 5, 3, 2), nn.ReLU())
        self.head = nn.Linear(5, 3)

    def forward(self, x):
        return self.head(self.inner(self.norm(self.conv(x)).relu()).mean(dim=(2, 3)))


def _net(training=True):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return _Net().train(training)


X = _modules.seeded((4, 1, 7, 9), 1) + 0.5


def _caught(model, x, layer, *, grad=False, evaluate=True, remove=True, keep=False):
    found, training = [], model.training
    hook = model.get_submodule(layer).register_forward_hook(lambda m, i, out: found.append(out))
    if evaluate:
        model.eval()
    with torch.set_grad_enabled(grad):
        model(x)
    if remove:
        hook.remove()
    if not keep:
        model.train(training)
    return found[0]


def _pooled(out, dims=(2, 3)):
    return out.mean(dim=dims) if out.ndim == 4 else out


def _logits(model, x, layer):
    return _pooled(_caught(model, x, "head"))


def _over_channels(model, x, layer):
    out = _caught(model, x, layer)
    return out.mean(dim=1) if out.ndim == 4 else out


def _map(model, x, layer):
    return _caught(model, x, layer)


def _flat(model, x, layer):
    return _caught(model, x, layer).flatten(1)


def _batch_statistics(model, x, layer):
    return _pooled(_caught(model, x, layer, evaluate=False))


def _with_grad(model, x, layer):
    return _pooled(_caught(model, x, layer, grad=True))


def _hook_stays(model, x, layer):
    return _pooled(_caught(model, x, layer, remove=False))


def _turns_gradients_off(model, x, layer):
    out = _pooled(_caught(model, x, layer))
    torch.set_grad_enabled(False)
    return out


def _freezes_the_model(model, x, layer):
    model.requires_grad_(False)
    return _pooled(_caught(model, x, layer, grad=True))


def _stays_in_eval(model, x, layer):
    return _pooled(_caught(model, x, layer, keep=True))


def _one_side(model, x, layer):
    return _pooled(_caught(model, x, layer), dims=2)


def _largest(model, x, layer):
    out = _caught(model, x, layer)
    return out.amax(dim=(2, 3)) if out.ndim == 4 else out


def _summed(model, x, layer):
    out = _caught(model, x, layer)
    return out.sum(dim=(2, 3)) if out.ndim == 4 else out


def _over_images(model, x, layer):
    out = _caught(model, x, layer)
    return out.mean(dim=(0, 2, 3)) if out.ndim == 4 else out.mean(dim=0)


def _moves_statistics(answer):
    """Tell whether stored statistics move, or a vector depends on the other images."""
    net = _net()
    before = net.norm.running_mean.clone()
    whole = np.asarray(answer(net, X[:3], "norm"))
    moved = not torch.equal(before, net.norm.running_mean)
    if whole.shape != (3, 4):
        return False
    return moved or not np.allclose(answer(_net(), X[:1], "norm"), whole[:1], atol=1e-5)


class _WithGradient(np.ndarray):
    """An array read from a tensor that still knew how it was computed."""


def _vectors(value):
    out = _forms.array(value)
    return out.view(_WithGradient) if getattr(value, "requires_grad", False) else out


def _carries_gradient(answer):
    return isinstance(answer(_net(), X, "inner"), _WithGradient)


def _leaves_hook(answer):
    net = _net()
    answer(net, X, "inner")
    return any(part._forward_hooks or part._forward_pre_hooks for part in net.modules())


def _leaves_gradients_off(answer):
    with torch.enable_grad():
        answer(_net(), X, "inner")
        return not torch.is_grad_enabled()


def _leaves_frozen(answer):
    net = _net()
    answer(net, X, "inner")
    return not all(p.requires_grad for p in net.parameters())


def _model_is_the_same(answer):
    net = _net()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    answer(net, X, "inner")
    for name, value in net.state_dict().items():
        if not torch.equal(value, before[name]):
            return f"{name} of the model changed. Reading a layer leaves the model as it was."
    return None


def _changes_mode(answer):
    for training in (True, False):
        net = _net(training)
        answer(net, X, "inner")
        if net.training != training or net.norm.training != training:
            return True
    return False


features = Exercise(
    name="features",
    number="14.2",
    review="section 2",
    reference=layer_features.features,
    form=_vectors,
    calls=(
        call(_net(), X, "inner"),
        call(_net(), X, "conv"),
        call(_net(), X[:1], "norm"),
        call(_net(False), X, "inner.0"),
        call(_net(), X, "head"),
    ),
    laws=(_model_is_the_same,),
    wrong=(
        Wrong(
            _batch_statistics,
            "An image gets another vector in another batch: batch normalization still uses the "
            "batch. Call model.eval() first.",
            _moves_statistics,
        ),
        Wrong(
            _logits,
            "Your vector has one number per class: that is the output of the net. Take the layer "
            "that is asked for.",
        ),
        Wrong(_over_channels, "You averaged over channels. Keep them, and average over space."),
        Wrong(_map, "That is the map, (n, c, h, w). Average over height and width."),
        Wrong(_flat, "You laid the map out flat, so each place has its own numbers. Average it."),
        Wrong(_one_side, "You averaged over the height alone. Space is height and width."),
        Wrong(_largest, "You took the largest of each channel. The mean over space is asked for."),
        Wrong(_summed, "You added up over space. Divide by the number of places: the mean."),
        Wrong(_over_images, "You averaged over the images too. One vector for each is asked for."),
        Wrong(
            _with_grad,
            "Your vectors carry a gradient, and with it the whole net. Compute them under "
            "torch.no_grad().",
            _carries_gradient,
        ),
        Wrong(
            _hook_stays,
            "The hook is still on the layer and will catch every later call too. Remove it: "
            "handle.remove().",
            _leaves_hook,
        ),
        Wrong(
            _stays_in_eval,
            "The model left in another mode than it came in, training or evaluation. Keep "
            "model.training first, and put it back.",
            _changes_mode,
        ),
        Wrong(
            _turns_gradients_off,
            "Gradients are still off after the call, for all that comes later. Use `with "
            "torch.no_grad():`, which ends with its block.",
            _leaves_gradients_off,
        ),
        Wrong(
            _freezes_the_model,
            "The parameters of the model no longer train. Leave requires_grad as it is, and use "
            "torch.no_grad().",
            _leaves_frozen,
        ),
    ),
)
