"""Answers that the catalogue does not hold: right ones pass, wrong ones get the hint meant."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from helpers import entity_net as entity
from helpers.checks import _sandbox, transfer
from helpers.checks._exercise import CORRECT, NOT_YET


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch):
    """Judge without a forked copy: hundreds of forks are slow, and torch dislikes them."""
    monkeypatch.setattr(_sandbox, "run", lambda work, **_: _sandbox.Ran(work()))


def passes(exercise, answer):
    verdict = exercise.verdict(answer)
    assert verdict.status == CORRECT, verdict


def gets(exercise, answer, words):
    verdict = exercise.verdict(answer)
    assert verdict.status == NOT_YET
    assert words in verdict.hint, verdict


# -------------------------------------------------------------------- 14.1 entity_net
class Plain(nn.Module):
    """Tables as bare parameters, one-hot rows times tables, the head as tensors."""

    def __init__(self, cards, dims, n_num, hidden):
        super().__init__()
        pairs = zip(cards, dims, strict=True)
        self.tables = nn.ParameterList([nn.Parameter(torch.randn(c, d)) for c, d in pairs])
        self.W = nn.Parameter(torch.randn(hidden, sum(dims) + n_num))
        self.b = nn.Parameter(torch.zeros(hidden))
        self.w, self.c = nn.Parameter(torch.randn(hidden)), nn.Parameter(torch.zeros(1))

    def rows(self, ids):
        if ids.is_floating_point():
            raise TypeError("ids are whole numbers")
        out = []
        for i, table in enumerate(self.tables):
            column = [v if 0 <= v < len(table) else 0 for v in ids[:, i].tolist()]
            out.append(nn.functional.one_hot(torch.tensor(column), len(table)).float() @ table)
        return out

    def forward(self, ids, numbers):
        z = torch.cat([numbers, *self.rows(ids)], 1) @ self.W.T + self.b
        return z.relu() @ self.w + self.c


class OneBigTable(nn.Module):
    """All tables of equal or unequal width, with a look-up by function; LeakyReLU is no ReLU."""

    def __init__(self, cards, dims, n_num, hidden):
        super().__init__()
        self.cards = torch.tensor(cards)
        self.net = entity.EntityNet(cards, dims, n_num, hidden)

    def forward(self, ids, numbers):
        assert not ids.is_floating_point()
        known = (ids < self.cards) & (ids >= 0)
        return self.net(ids * known, numbers).reshape(-1)


def by_function(cards, dims, n_num, hidden):
    return Plain(cards, dims, n_num, hidden)


@pytest.mark.parametrize("answer", [Plain, OneBigTable, by_function])
def test_right_nets_pass(answer):
    passes(transfer.entity_net, answer)


def plain(**parts):
    return type("Answer", (Plain,), parts)


def normed(self, ids, numbers):
    z = torch.cat([numbers, *self.rows(ids)], 1) @ self.W.T + self.b
    z = (z - z.mean(dim=0)) / (z.std(dim=0) + 1e-3)
    return z.relu() @ self.w + self.c


def twice_first(self, ids, numbers):
    return Plain.forward(self, ids[:, :1].expand(-1, ids.shape[1]).clone(), numbers)


def first_number(self, ids, numbers):
    return Plain.forward(self, ids, numbers[:, :1].expand(-1, numbers.shape[1]))


def summed(self, ids, numbers):
    return Plain.forward(self, ids, numbers).sum()


def two_classes(self, ids, numbers):
    z = Plain.forward(self, ids, numbers)
    return torch.stack([-z, z], dim=1)


def nothing(self, ids, numbers):
    Plain.forward(self, ids, numbers)


@pytest.mark.parametrize(
    "answer, words",
    [
        (plain(forward=normed), "rows must not mix"),
        (plain(forward=twice_first), "column 1"),
        (plain(forward=first_number), "last numeric column"),
        (plain(forward=summed), "shape ()"),
        (plain(forward=two_classes), "shape (4, 2)"),
        (lambda cards, dims, n_num, hidden: nn.ModuleList([nn.Embedding(2, 2)]), ""),
        (lambda cards, dims, n_num, hidden: Plain, "returned a class"),
        (lambda cards, dims, n_num, hidden: np.zeros(3), "a torch module is asked for"),
        (lambda cards, dims, n_num, hidden: Plain(cards, dims, n_num, hidden + 1), "parameters"),
        (lambda cards, dims, n_num, hidden: Plain(cards, [2] * len(cards), n_num, hidden), "param"),
        (plain(forward=nothing), ""),
    ],
)
def test_wrong_nets(answer, words):
    gets(transfer.entity_net, answer, words)


# -------------------------------------------------------------------- 14.2 features
def by_names(model, x, layer):
    found = {}
    modes = {module: module.training for module in model.modules()}
    handle = dict(model.named_modules())[layer].register_forward_hook(
        lambda module, inputs, output: found.__setitem__("out", output.detach().clone())
    )
    try:
        with torch.inference_mode():
            model.eval()(x)
    finally:
        handle.remove()
        for module, mode in modes.items():
            module.training = mode
    out = found["out"]
    return out.reshape(*out.shape[:2], -1).mean(-1).numpy()


def on_a_copy(model, x, layer):
    twin = copy.deepcopy(model).eval()
    caught = []
    twin.get_submodule(layer).register_forward_hook(lambda *args: caught.append(args[2]))
    twin(x)
    out = caught.pop().detach()
    return nn.functional.adaptive_avg_pool2d(out, 1).flatten(1) if out.ndim == 4 else out


def as_lists(model, x, layer):
    return by_names(model, x, layer).tolist()


@pytest.mark.parametrize("answer", [by_names, on_a_copy, as_lists])
def test_right_features_pass(answer):
    passes(transfer.features, answer)


def median(model, x, layer):
    twin = copy.deepcopy(model).eval()
    caught = []
    twin.get_submodule(layer).register_forward_hook(lambda *args: caught.append(args[2]))
    twin(x)
    out = caught.pop().detach()
    return out.flatten(2).median(dim=2).values if out.ndim == 4 else out


@pytest.mark.parametrize(
    "answer, words",
    [
        (median, "expected"),
        (lambda model, x, layer: on_a_copy(model, x, "inner"), "on ("),
        (lambda model, x, layer: on_a_copy(model, x, layer).T, "on ("),
        (lambda model, x, layer: on_a_copy(model, x, layer)[:1], "on ("),
        (lambda model, x, layer: nn.functional.normalize(on_a_copy(model, x, layer)), "on ("),
        (lambda model, x, layer: on_a_copy(model, x, layer).relu(), "on ("),
        (lambda model, x, layer: x.flatten(1), "on ("),
        (lambda model, x, layer: dict(model.named_modules())[layer], "an array of numbers"),
        (lambda model, x, layer: on_a_copy(model, x, layer).round(), "on ("),
        (lambda model, x, layer: model.get_submodule(layer)(x), "it raised"),
    ],
)
def test_wrong_features(answer, words):
    gets(transfer.features, answer, words)


# -------------------------------------------------------------------- 14.3 freeze
def by_submodule(model, prefix):
    try:
        part = model.get_submodule(prefix)
    except AttributeError:
        part = None
    chosen = [dict(model.named_parameters())[prefix]] if part is None else part.parameters()
    for p in chosen:
        p.requires_grad_(False).grad = None
    return torch.tensor(sum(p.nelement() for p in model.parameters() if p.requires_grad))


def by_parts(model, prefix):
    wanted, found = prefix.split("."), 0
    for name, p in model.named_parameters():
        if name.split(".")[: len(wanted)] == wanted:
            p.requires_grad, p.grad, found = False, None, found + 1
    if found == 0:
        raise KeyError(prefix)
    return int(np.sum([np.prod(p.shape) for p in model.parameters() if p.requires_grad]))


@pytest.mark.parametrize("answer", [by_submodule, by_parts])
def test_right_freezers_pass(answer):
    passes(transfer.freeze, answer)


def clears_all(model, prefix):
    left = by_parts(model, prefix)
    model.zero_grad()
    return left


def first_alone(model, prefix):
    names = [n for n, _ in model.named_parameters() if f"{n}.".startswith(f"{prefix}.")]
    return by_parts(model, names[0])


def zero_gradient(model, prefix):
    for name, p in model.named_parameters():
        if f"{name}.".startswith(f"{prefix}."):
            p.requires_grad_(False)
            p.grad = torch.zeros_like(p)
    if not any(f"{n}.".startswith(f"{prefix}.") for n, _ in model.named_parameters()):
        raise ValueError(prefix)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def gone(model, prefix):
    by_parts(model, prefix)


@pytest.mark.parametrize(
    "answer, words",
    [
        (clears_all, "gradients of the parts that still train are gone"),
        (first_alone, ""),
        (zero_gradient, "Values moved"),
        (gone, "returned None"),
        (lambda model, prefix: by_parts(model, prefix) / 100, "whole number"),
        (lambda model, prefix: by_parts(model, "head"), ""),
        (lambda model, prefix: by_parts(copy.deepcopy(model), prefix), "Nothing is frozen"),
        (lambda model, prefix: by_parts(model, prefix.split(".")[0]), ""),
        (lambda model, prefix: str(by_parts(model, prefix)), "a str"),
        (lambda model, prefix: len(list(model.parameters())), ""),
    ],
)
def test_wrong_freezers(answer, words):
    gets(transfer.freeze, answer, words)


# -------------------------------------------------------------------- 14.4 extend_table
def by_loop(E, n_new, rng):
    rows = [row.copy() for row in E]
    for _ in range(n_new):
        rows.append((E.mean(0) + rng.normal(0, 0.1 * E.std(0))).astype(E.dtype))
    return np.array(rows)


def by_stack(E, n_new, rng):
    new = rng.normal(E.mean(0), 0.1 * E.std(0, ddof=1), size=(n_new, E.shape[1]))
    return np.vstack([E, new.astype(E.dtype)])


def one_row_safe(E, n_new, rng):
    new = E.mean(0) + 0.1 * rng.standard_normal((n_new, E.shape[1])) * E.std(0)
    return np.r_[E, new.astype(E.dtype)]


@pytest.mark.parametrize("answer", [by_loop, one_row_safe])
def test_right_tables_pass(answer):
    passes(transfer.extend_table, answer)


def test_the_other_standard_deviation_passes():
    passes(transfer.extend_table, by_stack)


def noisy(size):
    def answer(E, n_new, rng):
        new = E.mean(0) + size * E.std(0) * rng.normal(size=(n_new, E.shape[1]))
        return np.vstack([E, new.astype(E.dtype)])

    return answer


def fixed_noise(E, n_new, rng):
    new = E.mean(0) + 0.1 * rng.normal(size=(n_new, E.shape[1]))
    return np.vstack([E, new.astype(E.dtype)])


def in_place(E, n_new, rng):
    E += 0.01
    return one_row_safe(E, n_new, rng)


def of_variance(E, n_new, rng):
    new = E.mean(0) + 0.1 * E.var(0) * rng.normal(size=(n_new, E.shape[1]))
    return np.vstack([E, new.astype(E.dtype)])


@pytest.mark.parametrize(
    "answer, words",
    [
        (noisy(0.001), "0.1 is asked for"),
        (noisy(0.4), "0.1 is asked for"),
        (noisy(2), "spread as widely"),
        (fixed_noise, "0.1 is asked for"),
        (of_variance, "0.1 is asked for"),
        (in_place, "changed its input"),
        (lambda E, n_new, rng: E, "shape is"),
        (lambda E, n_new, rng: one_row_safe(E, max(n_new, 1), rng), "n_new=0"),
        (lambda E, n_new, rng: one_row_safe(E, n_new + 1, rng), "shape is"),
        (lambda E, n_new, rng: np.vstack([E, E[rng.integers(len(E), size=n_new)]]), "widely"),
        (lambda E, n_new, rng: one_row_safe(E.round(3), n_new, rng), "Row 0 changed"),
    ],
)
def test_wrong_tables(answer, words):
    gets(transfer.extend_table, answer, words)
