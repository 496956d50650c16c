"""Check of a net with entity embeddings, which an answer builds as a torch module."""

import torch
from torch import nn

from helpers.checks import _modules
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.entity_net import EntityNet, hidden_parameters

SIZES = ([5, 7], [2, 3], 2, 8)
IDS, NUMBERS = torch.tensor([[1, 2], [3, 3], [2, 6], [4, 1]]), _modules.seeded((4, 2), 0)


class _Variant(nn.Module):
    """The net with one part replaced."""

    bias, share, padding, act = True, False, None, staticmethod(torch.relu)

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

    def rows(self, ids):
        columns = zip(self.tables, ids.T, self.cards, strict=True)
        return [table(self.place(column, card)) for table, column, card in columns]

    def joined(self, ids, numbers):
        return torch.cat([*self.rows(ids), numbers], dim=1)

    def last(self, z):
        return self.out(z)[:, 0]

    def forward(self, ids, numbers):
        return self.last(self.act(self.hidden(self.joined(ids, numbers))))


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


class _Probability(_Variant):
    def last(self, z):
        return torch.sigmoid(self.out(z)[:, 0])


class _Column(_Variant):
    def last(self, z):
        return self.out(z)


class _CutsFractions(_Variant):
    def place(self, column, card):
        return super().place(column.long(), card)


class _OneRowTooMany(_Variant):
    def __init__(self, cards, dims, n_num, hidden):
        super().__init__([c + 1 for c in cards], dims, n_num, hidden)
        self.cards = cards


class _NoBias(_Variant):
    bias = False


def _net(answer, sizes=SIZES):
    torch.manual_seed(0)
    return answer(*sizes).eval()


def _out(net, ids=IDS, numbers=NUMBERS):
    return net(ids, numbers).detach()


def _with(column, value):
    ids = IDS.clone()
    ids[:, column] = value
    return ids


def _raises(work):
    try:
        work()
    except Exception:
        return True
    return False


def _ignores_numbers(answer):
    net = _net(answer)
    return torch.equal(_out(net), _out(net, numbers=NUMBERS + 3))


def _crashes_on_new(answer):
    net = _net(answer)
    return not _raises(lambda: _out(net)) and _raises(lambda: _out(net, _with(1, 7)))


def _crashes_on_negative(answer):
    net = _net(answer)
    return not _raises(lambda: _out(net)) and _raises(lambda: _out(net, _with(1, -1)))


def _same(net, value, other):
    return torch.allclose(_out(net, _with(1, value)), _out(net, _with(1, other)), atol=1e-6)


def _new_is_last(answer):
    net = _net(answer)
    return _same(net, 7, 6) and _same(net, 70, 6) and not _same(net, 6, 0)


def _new_wraps(answer):
    net = _net(answer)
    return _same(net, 9, 2) and not _same(net, 9, 0)


def _tables_shared(answer):
    """Tell whether exactly one table is missing where two columns are of one size."""
    sizes = ([5, 5], [3, 3], 0, 8)
    return _held(answer, sizes) == _wanted(sizes) - 5 * 3


def _gradient_of_unknown(net):
    net.zero_grad()
    net(torch.zeros_like(IDS), NUMBERS).sum().backward()
    return [p.grad for p in net.parameters() if p.ndim == 2 and p.shape in ((5, 2), (7, 3))]


def _unknown_never_learns(answer):
    net = _net(answer)
    rows = [g[0] for g in _gradient_of_unknown(net) if g is not None]
    return (
        _out(net).numel() == len(IDS)
        and len(rows) == 2
        and not any(row.abs().sum() > 0 for row in rows)
    )


def _no_activation(answer):
    net = _net(answer)
    middle = _out(net, numbers=NUMBERS)
    ends = [_out(net, numbers=NUMBERS + shift) for shift in (9.0, -9.0)]
    straight = torch.allclose((ends[0] + ends[1]) / 2, middle, atol=1e-4)
    return straight and not torch.allclose(ends[0], middle)


def _squashed(answer):
    net = _net(answer)
    out = _out(net, numbers=1000 * NUMBERS)
    return bool(((out >= 0) & (out <= 1)).all())


def _one_column(answer):
    return tuple(_out(_net(answer)).shape) == (4, 1)


def _takes_fractions(answer):
    return not _raises(lambda: _out(_net(answer), IDS + 0.7))


def _held(answer, sizes=SIZES):
    return sum(p.numel() for p in _net(answer, sizes).parameters())


def _wanted(sizes=SIZES):
    return hidden_parameters(*sizes) + sizes[3] + 1


def _row_too_many(answer):
    return _held(answer) == _wanted() + 2 + 3


def _bias_missing(answer):
    return _held(answer) == _wanted() - 8


def _shape(answer):
    shape = tuple(_out(_net(answer)).shape)
    if shape != (4,):
        return f"For 4 rows of data the output has shape {shape}; one logit each, (4,), is asked."
    return None


def _count(answer):
    for sizes in (SIZES, ([9], [4], 0, 5), ([4, 6, 3], [2, 3, 1], 1, 10)):
        if (held := _held(answer, sizes)) != (right := _wanted(sizes)):
            return (
                f"For cards {sizes[0]}, dims {sizes[1]}, n_num {sizes[2]}, hidden {sizes[3]} yours "
                f"has {held} parameters; tables, one hidden layer and the output have {right}."
            )
    return None


def _unknown_row(answer):
    net = _net(answer)
    for column, new in ((0, 5), (1, 7), (1, 99), (0, -1)):
        if not torch.allclose(_out(net, _with(column, new)), _out(net, _with(column, 0))):
            return f"Id {new} in column {column} is new, and its output is not that of row 0."
    return None


def _every_column_counts(answer):
    net = _net(answer)
    for column in (0, 1):
        if torch.allclose(_out(net, _with(column, 1)), _out(net, _with(column, 2))):
            return f"Rows 1 and 2 of column {column} give the same output: is it looked up?"
    if torch.allclose(_out(net), _out(net, numbers=NUMBERS * torch.tensor([1.0, 4.0]))):
        return "The last numeric column does not change the output; concatenate all of them."
    return None


def _rows_are_apart(answer):
    net = _net(answer)
    alone = torch.cat([_out(net, IDS[i : i + 1], NUMBERS[i : i + 1]) for i in range(4)])
    if not torch.allclose(alone, _out(net), atol=1e-5):
        return "A row of data alone gets another logit than in its batch; rows must not mix."
    return None


entity_net = Exercise(
    name="entity_net",
    number="14.1",
    review="section 1",
    reference=EntityNet,
    equal=None,
    form=_modules.module,
    calls=(call(*SIZES), call([9], [4], 0, 5)),
    laws=(_shape, _count, _rows_are_apart, _every_column_counts, _unknown_row),
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
            _crashes_on_new,
        ),
        Wrong(
            _NegativeCrashes,
            "Id -1 has no row either, and the net stops. Map negative ids to row 0 too.",
            _crashes_on_negative,
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
            "freezes a row; leave it out.",
            _unknown_never_learns,
        ),
        Wrong(
            _Column,
            "The output has shape (batch, 1). Take its only column: one logit for each row.",
            _one_column,
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
            _CutsFractions,
            "Id 1.7 is taken for 1. A fraction is no category: raise a TypeError for ids that are "
            "not whole numbers.",
            _takes_fractions,
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
