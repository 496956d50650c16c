import pytest
import torch
from torch import nn

from helpers.layer_features import features, layer_output
from helpers.residual_net import ResidualNet


@pytest.fixture
def net():
    torch.manual_seed(0)
    return ResidualNet(3, width=4)


X = torch.randn(5, 1, 16, 16, generator=torch.Generator().manual_seed(1))


def test_equals_the_layers_called_one_after_the_other(net):
    got = features(net, X, "block1")
    net.eval()
    with torch.no_grad():
        maps = net.block1(net.stem(X).relu())
    torch.testing.assert_close(got, maps.flatten(2).sum(dim=2) / 64)
    assert got.shape == (5, 8)


def test_the_head_on_the_features_gives_the_logits(net):
    net.eval()
    torch.testing.assert_close(net.head(features(net, X, "block2")), net(X))
    torch.testing.assert_close(features(net, X, "head"), net(X))


def test_an_image_has_the_same_vector_in_every_batch(net):
    whole = features(net, X, "block2")
    torch.testing.assert_close(features(net, X[:1], "block2"), whole[:1])


@pytest.mark.parametrize("training", [True, False])
def test_the_model_is_left_as_it_was(net, training):
    net.train(training)
    net.block1.eval()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    assert not layer_output(net, X, "block2.conv1").requires_grad
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert net.training == training and not net.block1.training
    assert not any(module._forward_hooks for module in net.modules())


def test_the_hook_goes_even_if_the_model_fails():
    net = nn.Sequential(nn.Linear(4, 3), nn.Linear(5, 2))
    with pytest.raises(RuntimeError):
        features(net, torch.ones(2, 4), "0")
    assert not net[0]._forward_hooks and net.training


def test_an_unknown_layer_is_named(net):
    with pytest.raises(KeyError, match="no layer 'block3'; there is stem, block1, block2, head"):
        features(net, X, "block3")


def test_a_dense_layer_needs_no_mean():
    net = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    x = torch.ones(2, 4)
    assert torch.equal(features(net, x, "0"), net[0](x))


def test_a_layer_that_never_ran_or_gives_no_tensor_is_named():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.unused, self.memory = nn.Linear(2, 2), nn.GRU(2, 2)

        def forward(self, x):
            return self.memory(x)[0]

    with pytest.raises(ValueError, match="'unused' did not run"):
        features(Net(), torch.ones(3, 2), "unused")
    with pytest.raises(TypeError, match="'memory' gives a tuple"):
        features(Net(), torch.ones(3, 2), "memory")
