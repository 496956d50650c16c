import torch

from helpers.residual_net import Block, ResidualNet


def test_a_block_whose_branch_is_zero_passes_positive_inputs_on():
    block = Block(4, 4).eval()
    torch.nn.init.zeros_(block.norm2.weight)
    x = torch.randn(2, 4, 6, 6, generator=torch.Generator().manual_seed(0))
    assert torch.equal(block(x), x.clamp(min=0))


def test_block_by_functions_of_torch():
    torch.manual_seed(0)
    block, x = Block(3, 5, stride=2).eval(), torch.randn(2, 3, 7, 7)
    f = torch.nn.functional

    def scaled(y, n):  # new norms: mean 0, variance 1
        return y / (1 + n.eps) ** 0.5

    added = scaled(f.conv2d(x, block.conv1.weight, stride=2, padding=1), block.norm1).relu()
    added = scaled(f.conv2d(added, block.conv2.weight, padding=1), block.norm2)
    short = scaled(f.conv2d(x, block.short[0].weight, stride=2), block.short[1])
    torch.testing.assert_close(block(x), (short + added).relu())


def test_the_vector_before_the_head_has_no_place():
    """Away from the border, a shift by the total stride moves the map and not its mean."""
    torch.manual_seed(0)
    net = ResidualNet(3, width=4).eval()
    x = torch.zeros(2, 1, 64, 64)
    spot = torch.randn(6, 6)
    x[0, 0, 24:30, 24:30], x[1, 0, 32:38, 28:34] = spot, spot
    maps = net.block2(net.block1(net.stem(x).relu()))
    torch.testing.assert_close(maps[1, :, 5:-3, 4:-4], maps[0, :, 3:-5, 3:-5])
    torch.testing.assert_close(*net(x))


def test_every_parameter_is_drawn_in_the_precision_asked_for():
    torch.manual_seed(0)
    net = ResidualNet(3, width=2, dtype=torch.float64)
    assert {p.dtype for p in net.parameters()} == {torch.float64}
    assert any((p != p.float()).any() for p in net.parameters())  # not drawn single and widened
    assert net(torch.zeros(2, 1, 12, 12, dtype=torch.float64)).dtype == torch.float64
