import pytest
import torch
from torch import nn

from helpers.fine_tuning import fit, freeze, train_mode, trainable
from helpers.residual_net import ResidualNet


def small():
    torch.manual_seed(0)
    return nn.ModuleDict({
        "block1": nn.Linear(4, 3), "block10": nn.Linear(3, 3), "head": nn.Linear(3, 2),
    })  # fmt: skip


def run(model, x):
    return model["head"](model["block10"](model["block1"](x)))


X = torch.randn(6, 4, generator=torch.Generator().manual_seed(1))


def test_exactly_the_named_part_is_frozen():
    model = small()
    assert freeze(model, "block1") == 12 + 8 == trainable(model)
    still = [name for name, p in model.named_parameters() if p.requires_grad]
    assert still == ["block10.weight", "block10.bias", "head.weight", "head.bias"]
    assert freeze(model, "head.bias") == 18


def test_frozen_numbers_stay_to_the_last_bit_even_in_an_optimizer_that_holds_them():
    model = small()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1, weight_decay=0.1)
    run(model, X).sum().backward()
    freeze(model, "block1")
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    optimizer.step()
    for name, p in model.named_parameters():
        assert torch.equal(p, before[name]) == name.startswith("block1."), name


@pytest.mark.parametrize("prefix", ["blok1", "block", "", "block1.", "weight"])
def test_a_misspelt_part_is_refused(prefix):
    with pytest.raises(ValueError, match="matches none"):
        freeze(small(), prefix)


def test_running_means_of_a_frozen_part_stay():
    torch.manual_seed(0)
    net, x = ResidualNet(2, width=2), torch.randn(8, 1, 12, 12)
    freeze(net, "block1")
    before = {name: value.clone() for name, value in net.state_dict().items()}
    fit(net, x, torch.arange(8) % 2, steps=2)
    for name, value in net.state_dict().items():
        assert torch.equal(value, before[name]) == name.startswith("block1."), name


def test_train_mode_leaves_only_frozen_parts_in_evaluation():
    net = ResidualNet(2, width=2)
    freeze(net, "block1.norm1")
    train_mode(net)
    assert not net.block1.norm1.training
    assert net.block1.training and net.block1.norm2.training


def test_fit_finds_the_logistic_regression():
    """One layer, whole batch: the minimum of a convex loss, against scikit-learn's."""
    from sklearn.linear_model import LogisticRegression

    rng = torch.Generator().manual_seed(0)
    x = torch.randn(400, 3, generator=rng)
    y = (torch.rand(400, generator=rng) < torch.sigmoid(x @ torch.tensor([1.0, -2, 0.5]))).long()
    torch.manual_seed(0)
    model = nn.Linear(3, 2)
    fit(model, x, y, steps=600, batch_size=400, learning_rate=0.02)
    theirs = LogisticRegression(C=1e6).fit(x, y).coef_[0]
    assert (model.weight[1] - model.weight[0]).tolist() == pytest.approx(theirs, abs=0.25)


def test_one_logit_is_two_of_which_the_first_is_zero():
    class One(nn.Module):
        def __init__(self):
            super().__init__()
            self.z = nn.Parameter(torch.tensor(0.7))

        def forward(self, x):
            return self.z.expand(len(x))

    y = torch.ones(4, dtype=torch.long)
    loss = fit(One(), torch.zeros(4, 1), y, steps=1)[0]
    assert loss == pytest.approx(-torch.sigmoid(torch.tensor(0.7)).log().item())


def test_same_seed_same_training_and_refusal():
    runs = [fit(small()["block1"], X, torch.arange(6) % 3, steps=3, seed=s) for s in (0, 0, 1)]
    assert runs[0] == runs[1] != runs[2]
    with pytest.raises(ValueError, match=r"\[6\] inputs for 5 classes"):
        fit(small()["block1"], X, torch.arange(5), steps=1)


@pytest.mark.parametrize(
    "y, parts, words",
    [
        (torch.tensor([0.0, 1.0]), {}, "whole numbers, got torch.float32"),
        (torch.tensor([0, -100]), {}, "from 0, got -100"),
        (torch.tensor([0, 1]), {"batch_size": 0}, "batch_size at least 1 is wanted"),
        (torch.tensor([0, 1]), {"steps": -1}, "steps cannot be negative"),
    ],
)
def test_what_cannot_be_trained_on_is_named(y, parts, words):
    with pytest.raises(ValueError, match=words):
        fit(nn.Linear(3, 2), torch.ones(2, 3), y, **({"steps": 1} | parts))


def test_one_column_of_logits_and_a_model_that_is_frozen_are_refused():
    model = nn.Linear(3, 1)
    with pytest.raises(ValueError, match=r"\(32, 1\)"):
        fit(model, torch.ones(2, 3), torch.tensor([0, 0]), steps=1)
    freeze(model, "weight")
    freeze(model, "bias")
    with pytest.raises(ValueError, match="every parameter is frozen"):
        fit(model, torch.ones(2, 3), torch.tensor([0, 0]), steps=1)


def test_classes_may_be_of_any_whole_type():
    for kind in (torch.bool, torch.int32, torch.uint8):
        assert len(fit(nn.Linear(3, 2), torch.ones(2, 3), torch.tensor([0, 1]).to(kind), steps=2))
