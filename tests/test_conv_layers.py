"""Sizes and parameters of three published nets, against torch and against published totals."""

import pytest
import torch
from torch import nn

from helpers.conv_layers import INCEPTION, NETS, conv, inception, resnet50, slid, vgg16


@pytest.mark.parametrize(
    "net, total",
    [("VGG-16", 138_357_544), ("ResNet-50", 25_557_032), ("Inception v1", 6_998_552)],
)
def test_totals_are_those_of_the_released_models(net, total):
    assert sum(stage.parameters for stage in NETS[net]()) == total


@pytest.mark.parametrize("kernel, channels, out", [(1, 5, 7), (3, 4, 6), (7, 3, 2)])
def test_convolutions_hold_what_torch_says(kernel, channels, out):
    plain = nn.Conv2d(channels, out, kernel)
    normed = nn.Sequential(nn.Conv2d(channels, out, kernel, bias=False), nn.BatchNorm2d(out))
    for norm, layer in ((False, plain), (True, normed)):
        held = sum(p.numel() for p in layer.parameters())
        assert conv(kernel, channels, out, norm) == held


@pytest.mark.parametrize("side", [13, 14, 28, 57])
@pytest.mark.parametrize(
    "kernel, stride, pad, up", [(3, 2, 1, False), (3, 2, 0, True), (2, 2, 0, False)]
)
def test_sides_are_those_of_torch(side, kernel, stride, pad, up):
    pool = nn.MaxPool2d(kernel, stride, pad, ceil_mode=up)
    assert slid(side, kernel, stride, pad, up) == pool(torch.zeros(1, 1, side, side)).shape[-1]


def test_vgg16_built_in_torch():
    layers, channels = [], 3
    outs = [64, 64, 0, 128, 128, 0, *[256] * 3, 0, *[512] * 3, 0, *[512] * 3, 0]
    for out in outs:
        if out == 0:  # a pool
            layers.append(nn.MaxPool2d(2))
        else:
            layers.append(nn.Conv2d(channels, out, 3, padding=1, device="meta"))
            channels = out
    x, before_pool = torch.zeros(1, 3, 224, 224, device="meta"), []
    for layer in layers:
        if isinstance(layer, nn.MaxPool2d):
            before_pool.append((x.shape[-1], x.shape[1]))
        x = layer(x)
    stages = vgg16()
    assert [(s.side, s.channels) for s in stages[:5]] == before_pool
    held = sum(p.numel() for layer in layers for p in layer.parameters())
    assert held == sum(s.parameters for s in stages[:5])
    assert stages[5].parameters == x.numel() * 4096 + 4096


def test_sizes_of_the_tables_in_the_papers():
    assert [(s.side, s.channels) for s in resnet50()[1:5]] == [
        (56, 256), (28, 512), (14, 1024), (7, 2048),
    ]  # fmt: skip
    outs = {s.name.split()[-1]: (s.side, s.channels) for s in inception()}
    assert outs["3b"] == (28, 480) and outs["4e"] == (14, 832) and outs["5b"] == (7, 1024)
    assert len(INCEPTION) == 9
    assert resnet50()[1].numbers == 802_816


def test_the_number_of_classes_changes_the_head_alone():
    for net in NETS.values():
        few, many = net(classes=10), net()
        assert [s.parameters for s in few[:-1]] == [s.parameters for s in many[:-1]]
        assert few[-1].parameters * 100 == many[-1].parameters


@pytest.mark.parametrize("net, side", [("VGG-16", 31), ("ResNet-50", 0), ("Inception v1", 16)])
def test_an_image_of_which_nothing_is_left_is_refused(net, side):
    with pytest.raises(ValueError, match=r"a kernel of \d does not fit into a side of \d"):
        NETS[net](side)
