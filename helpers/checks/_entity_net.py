"""Check of a net with entity embeddings, which an answer builds as a torch module."""

import contextlib
import itertools

import torch
from torch import nn
from torch.nn import functional

from helpers.checks import _modules
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.entity_net import EntityNet, hidden_parameters

SIZES = ([5, 7], [2, 3], 2, 8)
WIDE = (*SIZES[:3], 64)  # so many units that some pass the ReLU, whatever the parameters
IDS, NUMBERS = torch.tensor([[1, 2], [3, 3], [2, 6], [4, 1]]), _modules.seeded((4, 2), 0)


class _Variant(nn.Module):
    """The net with one part replaced."""

    bias, share, padding, act = True, False, None, staticmethod(torch.relu)
    squeeze, before = staticmethod(lambda z: z[:, 0]), staticmethod(lambda joined: joined)

    def __init__(self, cards, dims, n_num, hidden):
        super().__init__()
        self.cards = cards
        if self.share:
            cards, dims = [max(cards)] * len(cards), [max(dims)] * len(dims)
        tables = [
            nn.Embedding(c, d, padding_idx=self.padding) for c, d in zip(cards, dims, strict=True)
        ]
        self.tables = nn.ModuleList(tables[:1] * len(cards) if self.share else tables)
        self.hidden = nn.Linear(sum(dims) + self.inputs(n_num), hidden, bias=self.bias)
        self.out = nn.Linear(hidden, 1)

    def inputs(self, n_num):
        return n_num

    def place(self, column, card):
        return torch.where((column >= 0) & (column < card), column, 0)

    def refuse(self, ids):
        if ids.is_floating_point():
            raise TypeError("ids are whole numbers")

    def rows(self, ids):
        self.refuse(ids)
        columns = zip(self.tables, ids.T, self.cards, strict=True)
        return [table(self.place(column, card)) for table, column, card in columns]

    def joined(self, ids, numbers):
        return torch.cat([*self.rows(ids), numbers], dim=1)

    def last(self, z):
        return self.squeeze(self.out(z))

    def forward(self, ids, numbers):
        return self.last(self.act(self.hidden(self.before(self.joined(ids, numbers)))))


class _Shared(_Variant):
    share = True


class _NoNumbers(_Variant):
    def inputs(self, n_num):
        return 0

    def joined(self, ids, numbers):
        return torch.cat(self.rows(ids), dim=1)


class _Crashes(_Variant):
    def place(self, column, card):
        return column


class _LargestCard(_Variant):
    def place(self, column, card):
        return super().place(column, max(self.cards))


class _OverwritesIds(_Variant):
    def place(self, column, card):
        column[(column < 0) | (column >= card)] = 0
        return column


class _LastRow(_Variant):
    def place(self, column, card):
        return column.clamp(0, card - 1)


class _WrapsAround(_Variant):
    def place(self, column, card):
        return column % card


class _NegativeCrashes(_Variant):
    def place(self, column, card):
        return torch.where(column < card, column, 0)


class _FrozenUnknown(_Variant):
    padding = 0


class _Linear(_Variant):
    act = staticmethod(lambda z: z)


class _OtherActivation(_Variant):
    act = staticmethod(torch.tanh)


class _ReluTooEarly(_Variant):
    before = staticmethod(torch.relu)


class _ReluTooLate(_Variant):
    def last(self, z):
        return torch.relu(super().last(z))


class _Probability(_Variant):
    def last(self, z):
        return torch.sigmoid(super().last(z))


class _Column(_Variant):
    squeeze = staticmethod(lambda z: z)


class _SqueezesAll(_Variant):
    squeeze = staticmethod(torch.squeeze)


class _ReturnsError(_Variant):
    def forward(self, ids, numbers):
        return TypeError() if ids.is_floating_point() else super().forward(ids, numbers)


class _StopsInTorch(_Variant):
    def refuse(self, ids):
        pass


class _CutsFractions(_Variant):
    def refuse(self, ids):
        pass

    def place(self, column, card):
        return super().place(column.long(), card)


class _OneRowTooMany(_Variant):
    def __init__(self, cards, dims, n_num, hidden):
        super().__init__([c + 1 for c in cards], dims, n_num, hidden)
        self.cards = cards


class _NoBias(_Variant):
    bias = False


def _net(answer, sizes=WIDE, seed=0):
    """Build a net and draw all of its parameters anew: how they start is the answer's choice."""
    net = answer(*sizes).eval()
    with torch.no_grad(), contextlib.suppress(Exception):  # lazy layers get their size
        net(torch.zeros((1, len(sizes[0])), dtype=torch.long), torch.zeros((1, sizes[2])))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    return net


def _out(net, ids=IDS, numbers=NUMBERS):
    return net(ids.clone(), numbers.clone()).detach()


def _with(column, value):
    ids = IDS.clone()
    ids[:, column] = value
    return ids


def _raised(work):
    try:
        work()
    except Exception as error:
        return error
    return None


def _ignores_numbers(answer):
    nets = [_net(answer, seed=seed) for seed in range(3)]
    return all(torch.equal(_out(net), _out(net, numbers=NUMBERS + 3)) for net in nets)


def _stops(answer, column, value):
    net = _net(answer)
    return not _raised(lambda: _out(net)) and bool(_raised(lambda: _out(net, _with(column, value))))


def _same(net, value, other):
    return torch.allclose(_out(net, _with(1, value)), _out(net, _with(1, other)), atol=1e-6)


def _new_is_last(answer):
    net = _net(answer)
    return _same(net, 7, 6) and _same(net, 70, 6) and not _same(net, 6, 0)


def _new_wraps(answer):
    net = _net(answer)
    return _same(net, 9, 2) and not _same(net, 9, 0)


def _overwrites(answer):
    ids = _with(1, 99)
    _net(answer)(ids, NUMBERS.clone())
    return not torch.equal(ids, _with(1, 99))


def _tables_shared(answer):
    """Tell whether exactly one table is missing where two columns are of one size."""
    sizes = ([5, 5], [3, 3], 0, 8)
    return _held(answer, sizes) == _wanted(sizes) - 5 * 3


def _gradients(net, ids):
    """Return the gradients of the two tables, as far as they are parameters of their own."""
    net.zero_grad()
    net(ids, NUMBERS).sum().backward()
    shapes = ((5, 2), (7, 3))
    return [p.grad for shape in shapes for p in net.parameters() if p.shape == shape]


def _unknown_never_learns(answer):
    net = _net(answer)
    if any(g is None or not g.any() for g in _gradients(net, IDS)):
        return False  # then no row learns
    unknown = _gradients(net, torch.zeros_like(IDS))
    return len(unknown) == 2 and not any(grad.any() for grad in unknown)


def _follows(answer, **parts):
    """Tell whether the net does what a formula says, with one value v in all parameters.

    Then the order of the columns does not matter, nor how the parameters are laid out.
    """
    net = _net(answer)
    for v in (0.5, -0.5):
        with torch.no_grad():
            for parameter in net.parameters():
                parameter.fill_(v)
        for numbers in SCENES:
            got = _out(net, IDS[:1], torch.tensor([numbers]))
            if not torch.allclose(got, _formula(v, numbers, **parts), atol=1e-4):
                return False
    return True


SCENES = ((1.0, -3.0), (-9.0, 1.0), (2.0, 0.5), (-4.0, -0.2))


def _formula(v, numbers, before=lambda x: x, act=torch.relu, after=lambda x: x):
    joined = before(torch.tensor([v] * sum(WIDE[1]) + list(numbers)))
    return after(WIDE[3] * v * act(v * joined.sum() + v) + v).reshape(1)


OTHERS = (
    torch.sigmoid, torch.tanh, functional.leaky_relu, functional.elu, functional.gelu,
    functional.silu, functional.softplus, torch.abs, torch.square,
)  # fmt: skip


def _other_activation(answer):
    return any(_follows(answer, act=act) for act in OTHERS)


def _no_activation(answer):
    net = _net(answer)
    middle = _out(net, numbers=NUMBERS)
    ends = [_out(net, numbers=NUMBERS + shift) for shift in (9.0, -9.0)]
    straight = torch.allclose((ends[0] + ends[1]) / 2, middle, rtol=1e-4, atol=1e-3)
    return straight and not torch.allclose(ends[0], middle)


def _squashed(answer):
    nets = [_net(answer, seed=seed) for seed in range(4)]
    out = torch.cat([_out(net, numbers=1000 * NUMBERS) for net in nets])
    return bool(((out >= 0) & (out <= 1)).all() and out.std() > 0)


def _one_column(answer):
    return tuple(_out(_net(answer)).shape) == (4, 1)


def _squeezes_all(answer):
    net = _net(answer)
    return _out(net).shape == (4,) and _out(net, IDS[:1], NUMBERS[:1]).shape == ()


def _on_fractions(answer):
    """Return what comes back, and what is raised, where ids are no whole numbers."""
    net = _net(answer)
    _out(net)  # a net that stops on whole numbers too is not judged here
    got = []
    error = _raised(lambda: got.append(net(IDS + 0.7, NUMBERS.clone())))
    return (got or [None])[0], error


def _takes_fractions(answer):
    return isinstance(_on_fractions(answer)[0], torch.Tensor)


def _returns_the_error(answer):
    return isinstance(_on_fractions(answer)[0], TypeError)


def _another_error(answer):
    error = _on_fractions(answer)[1]
    return error is not None and not isinstance(error, TypeError)


def _held(answer, sizes=SIZES):
    return sum(p.numel() for p in _net(answer, sizes).parameters())


def _wanted(sizes=SIZES):
    return hidden_parameters(*sizes) + sizes[3] + 1


def _row_too_many(answer):
    return _held(answer) == _wanted() + 2 + 3


def _bias_missing(answer):
    return _held(answer) == _wanted() - 8


def _is_a_tensor(answer):
    out = _net(answer)(IDS.clone(), NUMBERS.clone())
    if out is None:
        return "net(ids, numbers) returns None. Is there a return at the end of forward?"
    if not isinstance(out, torch.Tensor):
        return f"net(ids, numbers) returns a {type(out).__name__}; logits in a tensor are asked."
    return None


def _shape(answer):
    net = _net(answer)
    for rows in (4, 1):
        if (shape := tuple(_out(net, IDS[:rows], NUMBERS[:rows]).shape)) != (rows,):
            return (
                f"For ids of shape ({rows}, 2) the output has shape {shape}; one logit for each "
                f"row, ({rows},), is asked."
            )
    return None


def _count(answer):
    for sizes in (SIZES, ([9], [4], 0, 5), ([4, 6, 3], [2, 3, 1], 1, 10)):
        if (held := _held(answer, sizes)) != (right := _wanted(sizes)):
            return (
                f"For cards {sizes[0]}, dims {sizes[1]}, n_num {sizes[2]}, hidden {sizes[3]} yours "
                f"has {held} parameters; tables, one hidden layer and the output have {right}."
            )
    return None


def _every_id_counts(answer):
    net = _net(answer)
    for column, card in enumerate(WIDE[0]):
        outs = [_out(net, _with(column, i)) for i in range(card)]
        for i, j in itertools.combinations(range(card), 2):
            if torch.allclose(outs[i], outs[j]):
                return (
                    f"In column {column}, of {card} rows, ids {i} and {j} give the same output. "
                    "Each has a row of its own."
                )
    return None


def _every_number_counts(answer):
    net = _net(answer)
    for column, name in ((0, "first"), (1, "last")):
        numbers = NUMBERS.clone()
        numbers[:, column] += 5
        if torch.allclose(_out(net), _out(net, numbers=numbers)):
            return f"The {name} numeric column does not change the output; concatenate all of them."
    return None


def _everything_learns(answer):
    net = _net(answer)
    ids = torch.tensor([[i % 5, i % 7] for i in range(35)])
    net(ids, _modules.seeded((35, 2), 1)).sum().backward()
    for name, parameter in net.named_parameters():
        if parameter.grad is None or not parameter.grad.any():
            return f"{name} gets no gradient and will never learn. Is something detached?"
    return None


def _row_of_its_id(answer):
    net = _net(answer)
    for i in range(5):
        for column, grad in enumerate(_gradients(net, torch.full_like(IDS, i))):
            if (rows := grad.abs().sum(dim=1).nonzero()[:, 0].tolist()) != [i]:
                return f"Id {i} of column {column} is looked up in row {rows}, not in row {i}."
    return None


def _unknown_row(answer):
    net = _net(answer)
    for column, new in ((0, 5), (1, 7), (1, 99), (0, -1), (1, -7)):
        if not torch.allclose(_out(net, _with(column, new)), _out(net, _with(column, 0))):
            return f"Id {new} in column {column} is new, and its output is not that of row 0."
    return None


def _rows_are_apart(answer):
    net = _net(answer)
    alone = torch.cat([_out(net, IDS[i : i + 1], NUMBERS[i : i + 1]) for i in range(4)])
    if not torch.allclose(alone, _out(net), rtol=1e-4, atol=1e-4):
        return "A row of data alone gets another logit than in its batch; rows must not mix."
    mixed, parts = IDS.clone(), []
    mixed[1] = 99
    for i in range(4):
        parts.append(_out(net, mixed[i : i + 1], NUMBERS[i : i + 1]))
    if not torch.allclose(torch.cat(parts), _out(net, mixed), rtol=1e-4, atol=1e-4):
        return "A new id in one row of data changes the logit of another row."
    return None


def _formula_holds(answer):
    if _follows(answer):
        return None
    return (
        "With all parameters set to 0.5 or -0.5 the logits are not those of tables and numbers "
        "side by side, one linear layer, one ReLU, one linear output."
    )


entity_net = Exercise(
    name="entity_net",
    number="14.1",
    review="section 1",
    reference=EntityNet,
    equal=None,
    form=_modules.module,
    calls=(call(*SIZES), call([9], [4], 0, 5)),
    laws=(
        _is_a_tensor,
        _shape,
        _count,
        _rows_are_apart,
        _every_number_counts,
        _formula_holds,
        _every_id_counts,
        _unknown_row,
        _everything_learns,
        _row_of_its_id,
    ),
    wrong=(
        Wrong(
            _NoNumbers,
            "Changing age does not change the output; concatenate the numeric columns.",
            _ignores_numbers,
        ),
        Wrong(
            _Crashes,
            "Id 7 is new for a table of 7 rows, and the net stops. Map ids without a row to row 0 "
            "(unknown).",
            lambda answer: _stops(answer, 1, 7),
        ),
        Wrong(
            _LargestCard,
            "Id 5 is new for a table of 5 rows, and the net stops. Compare each column with its "
            "own card.",
            lambda answer: _stops(answer, 0, 5),
        ),
        Wrong(
            _NegativeCrashes,
            "Id -1 has no row either, and the net stops. Map negative ids to row 0 too.",
            lambda answer: _stops(answer, 1, -1),
        ),
        Wrong(
            _OverwritesIds,
            "The net changed the ids that it was given: 99 became 0 in the caller's tensor. Work "
            "on a copy: ids.clone(), or torch.where.",
            _overwrites,
        ),
        Wrong(
            _LastRow,
            "A new id gets the row of the last known category. Map it to row 0 instead.",
            _new_is_last,
        ),
        Wrong(
            _WrapsAround,
            "A new id wraps around and gets the row of another category. Map it to row 0.",
            _new_wraps,
        ),
        Wrong(
            _Shared,
            "Ward 2 and drug 2 got the same vector: one table serves two columns. Give each "
            "column its own.",
            _tables_shared,
        ),
        Wrong(
            _FrozenUnknown,
            "Row 0 gets no gradient, so 'unknown' stays where it began. With padding_idx torch "
            "freezes a row, and a mask does too; leave it out.",
            _unknown_never_learns,
        ),
        Wrong(
            _Column,
            "The output has shape (batch, 1). Take its only column: one logit for each row.",
            _one_column,
        ),
        Wrong(
            _SqueezesAll,
            "With a batch of one row the output has shape (): squeeze() took the batch away too. "
            "Name the dimension: squeeze(1).",
            _squeezes_all,
        ),
        Wrong(
            _Probability,
            "The outputs lie between 0 and 1: probabilities. Return the logits; the loss applies "
            "the sigmoid.",
            _squashed,
        ),
        Wrong(
            _Linear,
            "Two linear layers without an activation are one linear layer. Put a ReLU between.",
            _no_activation,
        ),
        Wrong(
            _ReluTooLate,
            "A ReLU on the output cuts negative logits off. It belongs on the hidden layer alone.",
            lambda answer: _follows(answer, after=torch.relu),
        ),
        Wrong(
            _ReluTooEarly,
            "A ReLU on the inputs cuts negative numbers off before the hidden layer. It belongs "
            "behind that layer.",
            lambda answer: _follows(answer, before=torch.relu),
        ),
        Wrong(
            _OtherActivation,
            "The hidden layer has another activation. The text asks for ReLU.",
            _other_activation,
        ),
        Wrong(
            _CutsFractions,
            "Id 1.7 is taken for 1. A fraction is no category: raise a TypeError for ids that are "
            "not whole numbers.",
            _takes_fractions,
        ),
        Wrong(
            _ReturnsError,
            "For ids that are not whole numbers it returns the error. Write raise instead of "
            "return.",
            _returns_the_error,
        ),
        Wrong(
            _StopsInTorch,
            "Ids that are not whole numbers stop the net, but not with a TypeError. Look at the "
            "dtype of ids first, and raise a TypeError yourself.",
            _another_error,
        ),
        Wrong(
            _OneRowTooMany,
            "Each table has one row more than its card: row 0 is counted in cards already.",
            _row_too_many,
        ),
        Wrong(
            _NoBias,
            "The hidden layer has no bias: there are 8 parameters too few for hidden=8.",
            _bias_missing,
        ),
    ),
)
