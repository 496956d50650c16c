"""Check of freezing a part of a model."""

import torch
from torch import nn

from helpers import fine_tuning
from helpers.checks import _forms, _modules
from helpers.checks._exercise import Exercise, Wrong, call

X = _modules.seeded((6, 4), 3)


class _Net(_modules.Model):
    def __init__(self):
        super().__init__()
        self.block1 = nn.Linear(4, 3)
        self.block10 = nn.Linear(3, 3)
        self.my_block1 = nn.Linear(3, 3)
        self.head = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 2))

    def forward(self, x):
        return self.head(self.my_block1(self.block10(self.block1(x))))


def _net(frozen=""):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = _Net()
    for name, parameter in net.named_parameters():
        if frozen and name.startswith(frozen):
            parameter.requires_grad_(False)
    net(X).sum().backward()  # as after a step: gradients are there
    return net


def _chosen(model, prefix):
    return [p for n, p in model.named_parameters() if n == prefix or n.startswith(prefix + ".")]


def _left(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def _build(
    choose=_chosen,
    off=lambda p: p.requires_grad_(False),
    count=lambda model, chosen: _left(model),
    refuse=True,
    clear=True,
):
    """Build an answer with one part replaced."""

    def answer(model, prefix):
        chosen = choose(model, prefix)
        if refuse and not chosen:
            raise ValueError(prefix)
        for parameter in chosen:
            off(parameter)
            if clear:
                parameter.grad = None
        return count(model, chosen)

    return answer


def _on_the_module(model, prefix):
    if not _chosen(model, prefix):
        raise ValueError(prefix)
    part = model
    for name in prefix.split("."):
        part = getattr(part, name)
    part.requires_grad = False
    return _left(model)


def _loosely(model, prefix):
    return [p for name, p in model.named_parameters() if name.startswith(prefix)]


def _anywhere(model, prefix):
    return [p for name, p in model.named_parameters() if prefix in name]


def _everything(model, prefix):
    return list(model.parameters()) if _chosen(model, prefix) else []


def _all_others(model, prefix):
    mine = {id(p) for p in _chosen(model, prefix)}
    return [p for p in model.parameters() if id(p) not in mine] if mine else []


def _thaws(model, prefix):
    chosen = _chosen(model, prefix)
    if chosen:
        for parameter in model.parameters():
            parameter.requires_grad_(True)
    return chosen


def _weights_alone(model, prefix):
    return [p for p in _chosen(model, prefix) if p.ndim > 1]


def _frozen(answer, prefix, frozen=""):
    net = _net(frozen)
    answer(net, prefix)
    return {name for name, p in net.named_parameters() if not p.requires_grad}


BLOCK1 = {"block1.weight", "block1.bias"}


def _is_silent(answer):
    net = _net()
    try:
        answer(net, "embd")
    except Exception:
        return False
    return all(p.requires_grad for p in net.parameters())


def _freezes_nothing(answer):
    return not _frozen(answer, "block1")


def _freezes_everything(answer):
    net = _net()
    answer(net, "block1")
    return not any(p.requires_grad for p in net.parameters())


def _freezes_block10(answer):
    return {"block10.weight", "my_block1.bias"} & _frozen(answer, "block1") == {"block10.weight"}


def _freezes_anywhere(answer):
    return "my_block1.bias" in _frozen(answer, "block1")


def _freezes_the_rest(answer):
    frozen = _frozen(answer, "block1")
    return bool(frozen) and not frozen & BLOCK1


def _undoes(answer):
    return "head.0.weight" not in _frozen(answer, "block1", frozen="head")


def _leaves_biases(answer):
    return _frozen(answer, "block1") == {"block1.weight"}


def _step(answer):
    """Return the names of frozen parameters that an optimizer holding all of them moves."""
    net = _net()
    answer(net, "block1")
    before = {name: p.detach().clone() for name, p in net.named_parameters()}
    torch.optim.SGD(net.parameters(), lr=0.1, weight_decay=0.1).step()
    return {n for n, p in net.named_parameters() if not torch.equal(p, before[n])} & BLOCK1


def _still_moves(answer):
    return _frozen(answer, "block1") >= BLOCK1 and bool(_step(answer))


def _deletes_values(answer):
    net, other = _net(), _net()
    answer(net, "block1")
    pairs = zip(net.parameters(), other.parameters(), strict=True)
    return not all(torch.equal(a, b) for a, b in pairs)


def _set_to_zero(parameter):
    parameter.requires_grad_(False)
    parameter.zero_()


def _exactly_the_part(answer):
    for prefix in ("block1", "head", "head.0", "head.1.bias"):
        wanted = {n for n, _ in _net().named_parameters() if f"{n}.".startswith(f"{prefix}.")}
        if (got := _frozen(answer, prefix)) != wanted:
            odd = sorted(got ^ wanted)[0]
            return f"With prefix {prefix!r}, {odd} is " + (
                "frozen and should not be." if odd in got else "still trained."
            )
    return None


def _others_keep_their_gradient(answer):
    net = _net()
    answer(net, "block1")
    if net.head[0].weight.grad is None:
        return "The gradients of the parts that still train are gone. Clear those of the frozen."
    return None


freeze = Exercise(
    name="freeze",
    number="14.3",
    review="section 3",
    reference=fine_tuning.freeze,
    form=_forms.whole,
    refusal=ValueError,
    calls=(
        call(_net(), "block1"),
        call(_net(), "head"),
        call(_net(), "head.1"),
        call(_net("head"), "block1"),
        call(_net(), "embd"),
    ),
    laws=(_exactly_the_part, _others_keep_their_gradient),
    wrong=(
        Wrong(
            _build(refuse=False),
            "Prefix 'embd' matched 0 parameters; raise a ValueError instead of freezing nothing.",
            _is_silent,
        ),
        Wrong(
            _on_the_module,
            "Nothing is frozen: module.requires_grad = False does nothing, nor does a frozen "
            "copy. Set it on each parameter of the model.",
            _freezes_nothing,
        ),
        Wrong(
            _build(choose=_everything),
            "Everything is frozen. Freeze the named part alone.",
            _freezes_everything,
        ),
        Wrong(
            _build(choose=_all_others),
            "You froze everything but the named part. It is the other way round.",
            _freezes_the_rest,
        ),
        Wrong(
            _build(choose=_anywhere),
            "Prefix 'block1' froze my_block1 too. A prefix stands at the beginning of the name.",
            _freezes_anywhere,
        ),
        Wrong(
            _build(choose=_loosely),
            "Prefix 'block1' froze block10 too. Compare up to the dot: the name is 'block1' or "
            "begins with 'block1.'.",
            _freezes_block10,
        ),
        Wrong(
            _build(choose=_thaws),
            "A part that was frozen before trains again. Leave the other parts as they are.",
            _undoes,
        ),
        Wrong(
            _build(choose=_weights_alone),
            "The biases of the part still train. Freeze every parameter of it.",
            _leaves_biases,
        ),
        Wrong(
            _build(off=_set_to_zero),
            "The values themselves changed. Freezing keeps them and stops their training.",
            _deletes_values,
        ),
        Wrong(
            _build(clear=False),
            "Values moved although requires_grad is off: an optimizer still holds them and finds "
            "an old gradient; with weight decay 0 is enough. Set grad to None.",
            _still_moves,
        ),
        Wrong(
            _build(count=lambda model, chosen: sum(p.numel() for p in chosen)),
            "That is how many numbers you froze. Return how many still train.",
        ),
        Wrong(
            _build(count=lambda model, chosen: sum(p.numel() for p in model.parameters())),
            "That is how many numbers the model has. Leave the frozen ones out of the count.",
        ),
        Wrong(
            _build(count=lambda model, chosen: sum(p.requires_grad for p in model.parameters())),
            "You counted tables and biases, not the numbers in them. Add up p.numel().",
        ),
    ),
)
