import pytest
import torch
from torch import nn

from helpers.entity_net import EntityNet, hidden_parameters, table_width


@pytest.fixture
def net():
    torch.manual_seed(0)
    return EntityNet([4, 6], [2, 3], n_num=1, hidden=5)


IDS, NUMBERS = torch.tensor([[1, 5], [3, 0], [2, 2]]), torch.tensor([[0.5], [-1.0], [2.0]])


def test_equals_one_hot_rows_times_weights(net):
    """Written with one-hot rows and matrix products, without a look-up."""
    tables = [table.weight for table in net.tables]
    rows = [nn.functional.one_hot(IDS[:, i], len(t)).float() @ t for i, t in enumerate(tables)]
    joined = torch.cat([*rows, NUMBERS], dim=1)
    hidden = (joined @ net.hidden.weight.T + net.hidden.bias).clamp(min=0)
    logits = (hidden * net.out.weight).sum(dim=1) + net.out.bias
    torch.testing.assert_close(net(IDS, NUMBERS), logits)


@pytest.mark.parametrize("new", [6, 99, -1])
def test_an_id_without_a_row_is_unknown(net, new):
    with_new, unknown = IDS.clone(), IDS.clone()
    with_new[:, 1], unknown[:, 1] = new, 0
    assert torch.equal(net(with_new, NUMBERS), net(unknown, NUMBERS))


def test_the_gradient_reaches_the_rows_of_the_batch_alone(net):
    net(IDS, NUMBERS).sum().backward()
    for column, table in enumerate(net.tables):
        moved = table.weight.grad.abs().sum(dim=1).nonzero()[:, 0].tolist()
        assert moved == sorted(set(IDS[:, column].tolist()))


def test_parameters_by_the_formula(net):
    held = sum(p.numel() for p in net.parameters())
    assert held == hidden_parameters([4, 6], [2, 3], 1, 5) + 5 + 1


def test_without_numeric_columns():
    net = EntityNet([3], [2], n_num=0, hidden=4)
    assert net(torch.tensor([[1], [2]]), torch.zeros(2, 0)).shape == (2,)


def test_refusals(net):
    with pytest.raises(TypeError, match=r"whole numbers, got .*float32"):
        net(IDS.float(), NUMBERS)
    with pytest.raises(ValueError, match=r"2 columns of ids wanted, got \(3, 1\)"):
        net(IDS[:, :1], NUMBERS)
    with pytest.raises(ValueError, match="2 tables, but widths for 1"):
        EntityNet([4, 6], [2], 1, 5)
    with pytest.raises(ValueError, match="positive"):
        EntityNet([4, 0], [2, 2], 1, 5)
    with pytest.raises(ValueError, match="at least one"):
        EntityNet([], [], 1, 5)
    with pytest.raises(ValueError, match=r"\(3, 1\) numbers wanted, got \(3, 2\)"):
        net(IDS, NUMBERS.repeat(1, 2))
    with pytest.raises(ValueError, match="2 tables, but widths for 1"):
        hidden_parameters([4, 6], [2], 1, 5)


def test_width_is_half_and_at_most_fifty():
    assert [table_width(card) for card in (1, 5, 99, 100, 1000)] == [1, 3, 50, 50, 50]
    with pytest.raises(ValueError, match="at least one row, got 0"):
        table_width(0)
