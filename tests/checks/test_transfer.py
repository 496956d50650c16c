"""Answers that the catalogue does not hold: right ones pass, wrong ones get the hint meant."""

import copy
import functools
import re

import numpy as np
import pytest
import torch
from torch import nn

from helpers import entity_net as entity
from helpers.checks import transfer
from tests.checks.judging import hinted, passes

pytestmark = pytest.mark.usefixtures("in_this_process")


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
    """Unknown ids multiplied by 0; whole numbers are told by their values."""

    def __init__(self, cards, dims, n_num, hidden):
        super().__init__()
        self.cards = torch.tensor(cards)
        self.net = entity.EntityNet(cards, dims, n_num, hidden)

    def forward(self, ids, numbers):
        if (ids != ids.round()).any():  # 2.0 is whole, 1.7 is not
            raise TypeError(ids)
        known = (ids < self.cards) & (ids >= 0)
        ids = ids.long()
        return self.net(ids * known, numbers).reshape(-1)


def by_function(cards, dims, n_num, hidden):
    return Plain(cards, dims, n_num, hidden)


class FlatTables(nn.Module):
    """All tables in one vector of parameters, numbers in the middle, rows of data in a loop."""

    def __init__(self, cards, dims, n_num=0, hidden=8, dropout=0.0):
        super().__init__()
        self.sizes = list(zip(cards, dims, strict=True))
        self.flat = nn.Parameter(0.01 * torch.randn(sum(c * d for c, d in self.sizes)))
        self.hidden = nn.LazyLinear(hidden)
        self.out, self.drop = nn.Linear(hidden, 1), nn.Dropout(dropout)
        nn.init.zeros_(self.out.weight)

    def forward(self, ids, numbers):
        if ids.dtype != torch.long:
            raise TypeError
        out = []
        for row, x in zip(ids.tolist(), numbers, strict=True):
            parts, start = [], 0
            for i, (card, dim) in zip(row, self.sizes, strict=True):
                table = self.flat[start : start + card * dim].view(card, dim)
                parts.append(table[i if i in range(card) else 0])
                start += card * dim
            joined = torch.cat([parts[0], x, *parts[1:]])
            out.append(self.out(self.drop(self.hidden(joined).clamp(min=0))).squeeze())
        return torch.stack(out)


class Bags(entity.EntityNet):
    """Bags of one row each; row 0 starts at zero and learns."""

    def __init__(self, *sizes):
        super().__init__(*sizes)
        self.tables = nn.ModuleList(
            nn.EmbeddingBag(c, d, mode="sum") for c, d in zip(*sizes[:2], strict=True)
        )
        for table in self.tables:
            nn.init.zeros_(table.weight[:1])

    def rows(self, ids):
        if ids.is_floating_point():
            raise TypeError("no whole numbers")
        ids = torch.stack([
            torch.where(torch.isin(column, torch.arange(table.num_embeddings)), column, 0)
            for column, table in zip(ids.unbind(1), self.tables, strict=True)
        ])  # fmt: skip
        return torch.hstack([t(i[:, None]) for t, i in zip(self.tables, ids, strict=True)])


@pytest.mark.parametrize(
    "answer",
    [
        Plain, OneBigTable, FlatTables, Bags, by_function, functools.partial(Plain),
        lambda cards, dims, n_num, hidden: Bags(tuple(cards), tuple(dims), n_num, hidden),
    ],
)  # fmt: skip
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


def as_array(self, ids, numbers):
    return Plain.forward(self, ids, numbers).detach().numpy()


def on_ids(change):
    """Return a net that changes ids before it looks them up; floats are refused first."""

    def forward(self, ids, numbers):
        if ids.is_floating_point():
            raise TypeError
        return Plain.forward(self, change(ids), numbers)

    return plain(forward=forward)


def around(before=lambda x: x, act=torch.relu, after=lambda z: z):
    """Return a net with another function before, in or behind its hidden layer."""

    def forward(self, ids, numbers):
        joined = before(torch.cat([numbers, *self.rows(ids)], 1))
        return after(act(joined @ self.W.T + self.b) @ self.w + self.c)

    return plain(forward=forward)


def refuses_with(error):
    def rows(self, ids):
        if ids.is_floating_point():
            raise error
        return Plain.rows(self, ids)

    return plain(rows=rows)


def first_card(ids):
    return torch.where(ids >= 5, 0, ids)


def whole_batch(ids):
    return ids * bool((ids < torch.tensor([5, 7])).all())


def rows_shifted(ids):
    cards = torch.tensor([5, 7])
    return (torch.where((ids < 0) | (ids >= cards), 0, ids) - 1) % cards


def fails(self, ids, numbers):
    raise RuntimeError("broken")


@pytest.mark.parametrize(
    "answer, words",
    [
        (plain(forward=normed), "rows must not mix"),
        (plain(forward=twice_first), "In column 1, of 7 rows, ids 0 and 1 give the same"),
        (plain(forward=first_number), "last numeric column"),
        (plain(forward=summed), "shape ()"),
        (plain(forward=two_classes), "shape (4, 2)"),
        (lambda cards, dims, n_num, hidden: nn.ModuleList([nn.Embedding(2, 2)]), ""),
        (lambda cards, dims, n_num, hidden: Plain, "returned a class"),
        (lambda cards, dims, n_num, hidden: np.zeros(3), "a torch module is asked for"),
        (lambda cards, dims, n_num, hidden: Plain(cards, dims, n_num, hidden + 1), "parameters"),
        (lambda cards, dims, n_num, hidden: Plain(cards, [2] * len(cards), n_num, hidden), "param"),
        (plain(forward=nothing), "net(ids, numbers) returns None"),
        (plain(forward=as_array), "returns a ndarray"),
        (plain(forward=fails), "it raised RuntimeError"),
        (on_ids(first_card), "In column 1, of 7 rows, ids 0 and 5 give the same"),
        (on_ids(lambda ids: ids * (ids > 1)), "In column 0, of 5 rows, ids 0 and 1 give the same"),
        (on_ids(lambda ids: ids.abs()), "Id -1 in column 0 is new"),
        (on_ids(whole_batch), "changes the logit of another row"),
        (on_ids(rows_shifted), "is looked up in row [4], not in row 0"),
        (around(act=torch.sigmoid), "another activation"),
        (around(act=nn.functional.leaky_relu), "another activation"),
        (around(act=nn.functional.gelu), "another activation"),
        (around(before=nn.functional.normalize), "With all parameters set to 0.5"),
        (around(after=torch.tanh), "With all parameters set to 0.5"),
        (around(after=lambda z: torch.softmax(z, 0)), "between 0 and 1"),
        (plain(rows=lambda self, ids: [r.detach() for r in Plain.rows(self, ids)]), "no gradient"),
        (refuses_with(ValueError), "not with a TypeError"),
        (refuses_with(AssertionError), "not with a TypeError"),
    ],
)
def test_wrong_nets(answer, words):
    hinted(transfer.entity_net, answer, words)


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


@torch.no_grad()
def image_by_image(model, x, layer):
    was, model.training = model.training, False
    rows, part = [], model
    for name in layer.split("."):
        part = getattr(part, name)
    handle = part.register_forward_hook(lambda m, i, o: rows.append(o[0].flatten(1).mean(1)))
    if layer == "head":
        handle.remove()
        handle = part.register_forward_hook(lambda m, i, o: rows.append(o[0]))
    model.eval()
    for image in x:
        model(image[None])
    handle.remove()
    model.train(was)
    return tuple(rows)


def pooled_in_double(model, x, layer):
    out = torch.as_tensor(by_names(model, x, layer))
    return out.double()


@pytest.mark.parametrize(
    "answer", [by_names, on_a_copy, as_lists, image_by_image, functools.partial(pooled_in_double)]
)
def test_right_features_pass(answer):
    passes(transfer.features, answer)


def median(model, x, layer):
    twin = copy.deepcopy(model).eval()
    caught = []
    twin.get_submodule(layer).register_forward_hook(lambda *args: caught.append(args[2]))
    twin(x)
    out = caught.pop().detach()
    return out.flatten(2).median(dim=2).values if out.ndim == 4 else out


def leaves_train_mode(model, x, layer):
    out = by_names(model, x, layer)
    model.train()
    return out


def one_layer_in_evaluation(model, x, layer):
    outs, part = [], model.get_submodule(layer)
    part.eval()
    handle = part.register_forward_hook(lambda m, i, o: outs.append(o))
    with torch.no_grad():
        model(x)
    handle.remove()
    part.train(model.training)
    return outs[0] if layer == "head" else outs[0].flatten(2).mean(2)


def scales(model, x, layer):
    out = by_names(model, x, layer)
    with torch.no_grad():
        model.conv.weight.mul_(1.01)
    return out


@pytest.mark.parametrize(
    "answer, words",
    [
        (leaves_train_mode, "left in another mode than it came in"),
        (one_layer_in_evaluation, "norm.running_mean of the model changed"),
        (scales, "conv.weight of the model changed"),
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
    hinted(transfer.features, answer, words)


# -------------------------------------------------------------------- 14.3 freeze
def by_submodule(model, prefix):
    try:
        part = model.get_submodule(prefix)
    except AttributeError:
        part = None
    alone = [p for name, p in model.named_parameters() if name == prefix]
    if part is None and not alone:
        raise ValueError
    chosen = alone if part is None else part.parameters()
    for p in chosen:
        p.requires_grad_(False).grad = None
    return torch.tensor(sum(p.nelement() for p in model.parameters() if p.requires_grad))


def by_parts(model, prefix):
    wanted, found = prefix.split("."), 0
    for name, p in model.named_parameters():
        if name.split(".")[: len(wanted)] == wanted:
            p.requires_grad, p.grad, found = False, None, found + 1
    if found == 0:
        raise ValueError(prefix)
    return int(np.sum([np.prod(p.shape) for p in model.parameters() if p.requires_grad]))


def by_pattern(model, prefix, quiet=True):
    pattern = re.compile(re.escape(prefix) + r"(\.|$)")
    names = list(filter(pattern.match, dict(model.named_parameters())))
    if not names:
        raise ValueError(f"no {prefix}")
    for name in names:
        model.get_parameter(name).requires_grad_(False).grad = None
    moving = [p for p in model.parameters() if p.requires_grad]
    return float(nn.utils.parameters_to_vector(moving).numel())


class ByRecursion:
    def __call__(self, model, prefix):
        if not self.walk(model, prefix.split(".")):
            raise ValueError(prefix)
        return np.int64(sum(p.numel() for p in model.parameters() if p.requires_grad))

    def walk(self, part, names):
        if not names or isinstance(part, nn.Parameter):
            for p in [part] if isinstance(part, nn.Parameter) else part.parameters():
                p.requires_grad, p.grad = False, None
            return not names
        inner = dict(part.named_children()) | dict(part.named_parameters(recurse=False))
        return names[0] in inner and self.walk(inner[names[0]], names[1:])


@pytest.mark.parametrize(
    "answer", [by_submodule, by_parts, by_pattern, ByRecursion(), functools.partial(by_pattern)]
)
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


def all_of_it(model, prefix):
    by_parts(model, prefix)
    return sum(p.numel() for p in model.requires_grad_(False).parameters() if p.requires_grad)


def raises(error):
    def answer(model, prefix):
        try:
            return by_parts(model, prefix)
        except ValueError:
            raise error from None

    return answer


@pytest.mark.parametrize(
    "answer, words",
    [
        (clears_all, "gradients of the parts that still train are gone"),
        (first_alone, ""),
        (zero_gradient, "Values moved"),
        (gone, "returned None"),
        (all_of_it, "Everything is frozen"),
        (raises(KeyError), "it raises KeyError; a ValueError is asked for"),
        (raises(AttributeError), "it raises AttributeError; a ValueError is asked for"),
        (lambda model, prefix: by_parts(model, prefix.strip("0123456789.")), "it raised ValueErr"),
        (lambda model, prefix: by_parts(model, prefix) / 100, "whole number"),
        (lambda model, prefix: by_parts(model, "head"), ""),
        (lambda model, prefix: by_parts(copy.deepcopy(model), prefix), "Nothing is frozen"),
        (lambda model, prefix: by_parts(model, prefix.split(".")[0]), ""),
        (lambda model, prefix: str(by_parts(model, prefix)), "a str"),
        (lambda model, prefix: len(list(model.parameters())), ""),
    ],
)
def test_wrong_freezers(answer, words):
    hinted(transfer.freeze, answer, words)


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


def by_covariance(E, n_new, rng):
    new = rng.multivariate_normal(E.mean(0), np.diag(0.01 * E.var(0)), size=n_new)
    return np.append(E, new.astype(E.dtype), axis=0)


def by_number(E, n_new, rng, share=0.1):
    out = E.tolist()
    means, spreads = [float(c.mean()) for c in E.T], [float(c.std()) for c in E.T]
    for _ in range(n_new):
        out.append([rng.normal(m, share * s) for m, s in zip(means, spreads, strict=True)])
    return np.array(out, dtype=E.dtype)


def in_torch(E, n_new, rng):
    old = torch.from_numpy(E)
    z = torch.tensor(rng.standard_normal((n_new, E.shape[1])), dtype=old.dtype)
    return torch.cat([old, old.mean(0) + 0.1 * old.std(0, correction=0) * z])


@pytest.mark.parametrize("answer", [by_loop, one_row_safe, by_covariance, by_number, in_torch])
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


def with_noise(noise, middle=lambda E: E.mean(0)):
    def answer(E, n_new, rng):
        new = middle(E) + 0.1 * E.std(0) * noise(rng, (n_new, E.shape[1]))
        return np.vstack([E, new.astype(E.dtype)])

    return answer


def normal(rng, size):
    return rng.normal(size=size)


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
        (noisy(0.05), "0.1 is asked for"),
        (noisy(0.15), "0.1 is asked for"),
        (with_noise(lambda rng, size: rng.uniform(-1, 1, size)), "0.1 is asked for"),
        (with_noise(lambda rng, size: rng.uniform(-(3**0.5), 3**0.5, size)), "is not normal"),
        (with_noise(lambda rng, size: rng.normal(size=(size[0], 1))), "same in every column"),
        (with_noise(lambda rng, size: np.full(size, np.nan)), "nan or inf"),
        (with_noise(normal, lambda E: np.median(E, 0)), "away from the mean row"),
        (with_noise(normal, lambda E: E[: -(-len(E) // 2)].mean(0)), "away from the mean row"),
        (with_noise(normal, lambda E: E[len(E) > 1 :].mean(0)), "away from the mean row"),
        (lambda E, n_new, rng: by_loop(rng.permutation(E), n_new, rng), "in their order"),
        (in_place, "changed its input"),
        (lambda E, n_new, rng: E, "shape is"),
        (lambda E, n_new, rng: one_row_safe(E, max(n_new, 1), rng), "n_new=0"),
        (lambda E, n_new, rng: one_row_safe(E, n_new + 1, rng), "shape is"),
        (lambda E, n_new, rng: np.vstack([E, E[rng.integers(len(E), size=n_new)]]), "widely"),
        (lambda E, n_new, rng: one_row_safe(E.round(3), n_new, rng), "Row 0 changed"),
    ],
)
def test_wrong_tables(answer, words):
    hinted(transfer.extend_table, answer, words)
