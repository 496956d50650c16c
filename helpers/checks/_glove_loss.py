"""Check of the exercise on the loss of GloVe."""

import math

import numpy as np
import torch

from helpers import glove
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call


def _model(vocab, dim, seed, scale=1.0):
    rng = torch.Generator().manual_seed(seed)
    shapes = (vocab, dim), (vocab, dim), (vocab,), (vocab,)
    return [scale * torch.randn(shape, generator=rng) for shape in shapes]


COUNTS = torch.tensor(
    [[0.0, 16, 1, 0.5], [3, 0, 200, 1], [1, 0, 0, 5000], [0, 40, 2, 0]]
)  # fmt: skip


def _changed(weight=None, gap=None, scores=None, total=None):
    """Build a wrong answer from another weight, gap, score or way to add up."""

    def answer(center, context, center_bias, context_bias, counts, x_max=100.0, alpha=0.75):
        f = weight or (lambda x, x_max, alpha: (x / x_max).clamp(max=1) ** alpha)
        g = gap or (lambda s, x: (s - x.log()).square())
        s = (scores or _scores)(center, context, center_bias, context_bias)
        met = counts > 0
        terms = f(counts[met], x_max, alpha) * g(s[met], counts[met])
        return total(terms, counts) if total else terms.sum()

    return answer


def _scores(center, context, a, b):
    return center @ context.T + a[:, None] + b[None, :]


def _f(x, x_max, alpha):
    return (x / x_max).clamp(max=1) ** alpha


def _on_part_of(part):
    def answer(center, context, center_bias, context_bias, counts, x_max=100.0, alpha=0.75):
        model = center, context, center_bias, context_bias
        return glove.glove_loss(*model, part(counts), x_max, alpha)

    return answer


def _log_of_zero(center, context, center_bias, context_bias, counts, x_max=100.0, alpha=0.75):
    s = _scores(center, context, center_bias, context_bias)
    return (_f(counts, x_max, alpha) * (s - counts.log()).square()).sum()


def _empty_cells_as_1(center, context, center_bias, context_bias, counts, x_max=100.0, alpha=0.75):
    counts = counts.clamp(min=1)
    s = _scores(center, context, center_bias, context_bias)
    return (_f(counts, x_max, alpha) * (s - counts.log()).square()).sum()


def _plus_1(center, context, center_bias, context_bias, counts, x_max=100.0, alpha=0.75):
    s = _scores(center, context, center_bias, context_bias)
    return (_f(counts, x_max, alpha) * (s - (counts + 1).log()).square()).sum()


# One cell with a count, everything else under control: the loss is f (score - target)^2, so three
# scores tell the weight f and the target.
def _at(answer, x, score, *, x_max=100.0, alpha=0.75):
    one = torch.zeros(1, 1)
    counts = torch.tensor([[float(x)]])
    out = answer(one, one, torch.tensor([float(score)]), torch.zeros(1), counts, x_max, alpha)
    return float(out)


def _weight_and_target(answer, x, **settings):
    low, middle, high = (_at(answer, x, s, **settings) for s in (0.0, 4.0, 8.0))
    weight = (low - 2 * middle + high) / 32
    return weight, (low - middle) / weight / 8 + 2 if weight else math.nan


def _grows_in_a_line(answer):
    low, middle, high = (_at(answer, 2.0, s) for s in (10.0, 14.0, 18.0))
    return high > 1.5 * low > 0 and abs(low - 2 * middle + high) < 1e-3 * high


def _alone(answer, row, column):
    """Return the loss of a table with one count, for a model of zeros."""
    zero, counts = torch.zeros(2, 1), torch.zeros(2, 2)
    counts[row, column] = 7.0
    return float(answer(zero, zero, torch.zeros(2), torch.zeros(2), counts))


def _leaves_the_diagonal_out(answer):
    losses = [_alone(answer, *cell) for cell in ((0, 0), (1, 1), (0, 1), (1, 0))]
    return losses[0] == losses[1] == 0 < min(losses[2:])


def _leaves_a_half_out(answer):
    below, above = _alone(answer, 1, 0), _alone(answer, 0, 1)
    return min(below, above) == 0 < max(below, above)


def _target_is(of):
    def symptom(answer):
        found = [_weight_and_target(answer, x)[1] for x in (16.0, 5.0)]
        wanted = [of(x) for x in (16.0, 5.0)]
        return np.allclose(found, wanted, rtol=1e-3)

    return symptom


def _weight_is(of, needs_right_target=True):
    """Recognize a weight on one cell: below, near and above x_max, and for another alpha."""
    probes = [(16.0, 100.0, 0.75), (400.0, 100.0, 0.75), (4.0, 9.0, 0.5), (0.5, 100.0, 0.75)]

    def symptom(answer):
        for x, x_max, alpha in probes:
            weight, target = _weight_and_target(answer, x, x_max=x_max, alpha=alpha)
            if not np.isclose(weight, of(x, x_max, alpha), rtol=1e-3):
                return False
            if needs_right_target and not np.isclose(target, math.log(x), rtol=1e-2):
                return False
        return True

    return symptom


def _right_weight(x, x_max, alpha):
    return min(1.0, x / x_max) ** alpha


def _divides_by_the_largest(answer):
    """Tell whether a cell loses weight when another one with a larger count joins it."""
    zero, b = torch.zeros(2, 1), torch.zeros(2)
    small, both = (torch.diag(torch.tensor(x)) for x in ([16.0, 0.0], [16.0, 64.0]))
    alone, with_other = (float(answer(zero, zero, b, b, counts)) for counts in (small, both))
    one, other = math.log(16) ** 2, math.log(64) ** 2
    return np.allclose((alone, with_other), (one, 0.25**0.75 * one + other), rtol=1e-3)


def _not_finite(answer):
    with_empty = answer(*_model(4, 3, 0), COUNTS)
    full = answer(*_model(4, 3, 0), COUNTS.clamp(min=1))
    return bool(torch.isfinite(full)) and not bool(torch.isfinite(with_empty))


def _empty_cells_matter(answer):
    """Change the score of a cell without a count and nothing else, by its bias or its row."""
    zero, counts = torch.zeros(2, 1), torch.tensor([[3.0, 0.0], [0.0, 0.0]])
    moved = torch.tensor([0.0, 5.0])
    start, by_bias, by_row = (
        float(answer(zero + 1, row, torch.zeros(2), bias, counts))
        for row, bias in ((zero, 0 * moved), (zero, moved), (moved[:, None], 0 * moved))
    )
    finite = np.isfinite((start, by_bias, by_row)).all()
    return finite and not np.isclose(start, by_bias) and not np.isclose(start, by_row)


def _total_over(answer):
    """Return the loss of four equal cells over that of one, the three empty ones beside it."""
    zero, b = torch.zeros(2, 1), torch.zeros(2)
    one, four = torch.tensor([[7.0, 0.0], [0.0, 0.0]]), torch.full((2, 2), 7.0)
    return float(answer(zero, zero, b, b, four)) / float(answer(zero, zero, b, b, one)), float(
        answer(zero, zero, b, b, one)
    ) / (float(_f(torch.tensor(7.0), 100, 0.75)) * math.log(7) ** 2)


def _mean_of_met(answer):
    ratio, first = _total_over(answer)
    return np.isclose(ratio, 1) and np.isclose(first, (1, 1 / 2), rtol=1e-3).any()


def _mean_of_all(answer):
    ratio, first = _total_over(answer)
    return np.isclose(ratio, 4) and np.isclose(first, 1 / 4, rtol=1e-3)


def _of_a_single_cell(answer):
    """Return the loss of one cell, alone in its table, over what it should be."""
    return _at(answer, 16.0, 0.0) / (_right_weight(16.0, 100.0, 0.75) * math.log(16) ** 2)


def _half(answer):
    ratio, first = _total_over(answer)
    halves = np.allclose((first, _of_a_single_cell(answer)), 1 / 2, rtol=1e-3)
    return np.isclose(ratio, 4) and halves


def _over_the_words(answer):
    ratio, first = _total_over(answer)
    shares = np.allclose((first, _of_a_single_cell(answer)), (1 / 2, 1), rtol=1e-3)
    return np.isclose(ratio, 4) and shares


def _forgets(which):
    """Tell whether a part of the model has no influence while the others have."""

    def symptom(answer):
        def moved(part):
            model = _model(4, 3, 0)
            model[part] = model[part] + 1.0
            return float(answer(*model, COUNTS.clamp(min=1)))

        start = float(answer(*_model(4, 3, 0), COUNTS.clamp(min=1)))
        still = [np.isclose(moved(part), start, rtol=1e-6) for part in range(4)]
        return [part for part in range(4) if still[part]] == list(which)

    return symptom


def _like(scores):
    """Tell whether an answer is right but for its scores, which are these."""
    wrong = _changed(scores=scores)

    def symptom(answer):
        pairs = [
            (float(answer(*_model(4, 3, seed), COUNTS)), float(wrong(*_model(4, 3, seed), COUNTS)))
            for seed in (0, 1)
        ]
        return np.allclose(*zip(*pairs, strict=True), rtol=1e-4)

    return symptom


def _same(got, expected):
    return np.shape(got) == () and np.isclose(float(got), float(expected), rtol=1e-4, atol=1e-5)


def _one_cell(answer):
    """Work out one cell by hand."""
    for x in (16.0, 1.0, 400.0, 0.5):
        weight, log = _right_weight(x, 100.0, 0.75), math.log(x)
        got, right = _at(answer, x, 1.0), weight * (1 - log) ** 2
        if not np.isclose(got, right, rtol=1e-3):
            by_hand = f"{weight:.3f} · {(1 - log) ** 2:.3f} = {right:.3f}"
            return (
                f"A single cell with a count of {x:g} and a score of 1 costs "
                f"f · (1 - ln {x:g})² = {by_hand}; in yours it costs {got:.3f}."
            )
    return None


def _same_loss_first(answer):
    """Compare a loss before its gradient is looked at."""
    for seed in (0, 1):
        model = _model(4, 3, seed)
        got, right = answer(*model, COUNTS), glove.glove_loss(*model, COUNTS)
        if np.shape(got) == () and not _same(got, right):
            return (
                f"For 4 words with 3 numbers each your loss is {float(got):.4g}, expected "
                f"{float(right):.4g}. Try a single cell by hand."
            )
    return None


def _can_be_trained(answer):
    model = [part.requires_grad_() for part in _model(4, 3, 2)]
    loss = answer(*model, COUNTS)
    if not getattr(loss, "grad_fn", None):
        return "The result has lost its way back to the tables: stay with torch, without .item()."
    right = torch.autograd.grad(glove.glove_loss(*model, COUNTS), model)
    mine = torch.autograd.grad(loss, model, allow_unused=True)
    names = ("center", "context", "center_bias", "context_bias")
    for name, got, wanted in zip(names, mine, right, strict=True):
        if got is not None and not bool(torch.isfinite(got).all()):
            return (
                "The loss is right, but its gradient is not finite: the log of an empty cell is "
                "still taken on the way. Pick the cells with a count first."
            )
        if got is None or not torch.allclose(got, wanted, rtol=1e-3, atol=1e-3):
            return (
                f"The loss is right, but its gradient does not reach all of `{name}`. Is there a "
                "detach on the way?"
            )
    return None


glove_loss = Exercise(
    name="glove_loss",
    number="5.3",
    review="section 2",
    reference=glove.glove_loss,
    form=_forms.one_tensor,
    calls=(
        call(*_model(4, 3, 0), COUNTS),
        call(*_model(4, 3, 1), COUNTS, x_max=10.0),
        call(*_model(4, 3, 1), COUNTS, 10.0, 0.5),
        call(*_model(2, 5, 2), torch.tensor([[0.0, 7.0], [2.0, 0.0]])),
        call(*_model(1, 2, 3), torch.tensor([[100.0]])),
        call(*_model(3, 2, 4), torch.zeros(3, 3)),
    ),
    laws=(_one_cell, _same_loss_first, _can_be_trained),
    equal=_same,
    wrong=(
        Wrong(
            _log_of_zero,
            "Your loss is not finite: the log of an empty cell is minus infinity, and 0 times that "
            "is no number. Leave those cells out.",
            _not_finite,
        ),
        Wrong(
            _changed(total=lambda terms, counts: -terms.sum()),
            "Your loss is below 0. Squares with positive weights add up to a positive number.",
            lambda answer: float(answer(*_model(4, 3, 0), COUNTS)) < 0,
        ),
        Wrong(
            _changed(scores=lambda c, u, a, b: c @ u.T - a[:, None] - b),
            "Both biases are subtracted. The score is the product of the rows plus both biases.",
            _like(lambda c, u, a, b: c @ u.T - a[:, None] - b),
        ),
        Wrong(
            _changed(scores=lambda c, u, a, b: c @ u.T),
            "Both biases are missing from the score.",
            _forgets((2, 3)),
        ),
        Wrong(
            _changed(scores=lambda c, u, a, b: c @ u.T + b[None, :]),
            "center_bias does not enter your loss.",
            _forgets((2,)),
        ),
        Wrong(
            _changed(scores=lambda c, u, a, b: c @ u.T + a[:, None]),
            "context_bias does not enter your loss.",
            _forgets((3,)),
        ),
        Wrong(
            _changed(gap=lambda s, x: (s - x.log()).abs()),
            "The gap is not squared: twice the gap costs twice as much. It should cost four times.",
            _grows_in_a_line,
        ),
        Wrong(
            _changed(gap=lambda s, x: (s - x).square()),
            "For a count of 16 the target is ln 16 = 2.77; you aim at 16.",
            _target_is(lambda x: x),
        ),
        Wrong(
            _changed(gap=lambda s, x: (s - x.log2()).square()),
            "For a count of 16 the target is ln 16 = 2.77; you aim at 4, the log to base 2.",
            _target_is(math.log2),
        ),
        Wrong(
            _changed(gap=lambda s, x: (s - x.log10()).square()),
            "For a count of 16 the target is ln 16 = 2.77; you aim at 1.20, the log to base 10.",
            _target_is(math.log10),
        ),
        Wrong(
            _plus_1,
            "For a count of 16 you aim at ln 17. No 1 is added: empty cells take no part, so their "
            "log is never asked for.",
            _target_is(math.log1p),
        ),
        Wrong(
            _changed(gap=lambda s, x: (s + x.log()).square()),
            "The sign of the logarithm is turned: for a count of 16 you aim at -2.77.",
            _target_is(lambda x: -math.log(x)),
        ),
        Wrong(
            _empty_cells_as_1,
            "Cells without a count must not matter, yet changing their score changes your loss: "
            "f(0) = 0.",
            _empty_cells_matter,
        ),
        Wrong(
            _on_part_of(torch.triu),
            "Half of the table takes no part in your loss: a count below the diagonal belongs to "
            "another center than the one above it.",
            _leaves_a_half_out,
        ),
        Wrong(
            _on_part_of(lambda counts: counts - torch.diag(torch.diag(counts))),
            "The diagonal takes no part in your loss. A word can stand next to itself, and that "
            "count is one like any other.",
            _leaves_the_diagonal_out,
        ),
        Wrong(
            _changed(weight=lambda x, x_max, alpha: (x / max(x, default=1)) ** alpha),
            "You divide by the largest count of the table. `x_max` is an argument, 100 if nothing "
            "else is said, and what lies above it has weight 1.",
            _divides_by_the_largest,
        ),
        Wrong(
            _changed(weight=lambda x, x_max, alpha: torch.ones_like(x)),
            "The weight f is missing: a pair met once counts as much as one met a hundred times.",
            _weight_is(lambda x, x_max, alpha: 1.0),
        ),
        Wrong(
            _changed(weight=lambda x, x_max, alpha: (x / x_max) ** alpha),
            "Your weight goes on growing above x_max: at x = 400 it is 2.83. It stays at 1.",
            _weight_is(lambda x, x_max, alpha: (x / x_max) ** alpha),
        ),
        Wrong(
            _changed(weight=lambda x, x_max, alpha: _f(x, x_max, alpha) ** 2),
            "The weight f multiplies the squared gap; you squared f too.",
            _weight_is(lambda x, x_max, alpha: _right_weight(x, x_max, alpha) ** 2),
        ),
        Wrong(
            _changed(weight=lambda x, x_max, alpha: _f(x, x_max, 1)),
            "The power alpha is missing: at x = 16 of 100 the weight is .16 ** .75 = .25, yours "
            "is .16.",
            _weight_is(lambda x, x_max, alpha: min(1.0, x / x_max)),
        ),
        Wrong(
            _changed(weight=lambda x, x_max, alpha: _f(x, 100.0, 0.75)),
            "The arguments `x_max` and `alpha` have no effect: 100 and .75 are fixed in your code.",
            _weight_is(lambda x, x_max, alpha: _right_weight(x, 100.0, 0.75)),
        ),
        Wrong(
            _changed(weight=lambda x, x_max, alpha: _f(x, 100.0, alpha)),
            "The argument `x_max` has no effect: 100 is fixed in your code.",
            _weight_is(lambda x, x_max, alpha: _right_weight(x, 100.0, alpha)),
        ),
        Wrong(
            _changed(weight=lambda x, x_max, alpha: _f(x, x_max, 0.75)),
            "The argument `alpha` has no effect: .75 is fixed in your code.",
            _weight_is(lambda x, x_max, alpha: _right_weight(x, x_max, 0.75)),
        ),
        Wrong(
            _changed(weight=lambda x, x_max, alpha: x.clamp(max=x_max) ** alpha),
            "Your weights are above 1: divide the count by x_max before the power.",
            _weight_is(lambda x, x_max, alpha: min(x, x_max) ** alpha),
        ),
        Wrong(
            _changed(weight=lambda x, x_max, alpha: torch.where(x < x_max, _f(x, x_max, alpha), 0)),
            "A count above x_max has weight 0 in your loss. From x_max on the weight is 1.",
            _weight_is(lambda x, x_max, alpha: _right_weight(x, x_max, alpha) * (x < x_max), False),
        ),
        Wrong(
            _changed(total=lambda terms, counts: terms.sum() / terms.numel()),
            "Four equal cells cost as much as one: you take a mean. Equation 8 is a sum.",
            _mean_of_met,
        ),
        Wrong(
            _changed(total=lambda terms, counts: terms.sum() / counts.numel()),
            "You divide by the number of all cells. Equation 8 is a sum.",
            _mean_of_all,
        ),
        Wrong(
            _changed(total=lambda terms, counts: terms.sum() / 2),
            "Your loss is half of equation 8. The factor 1/2 that one often sees is not in it.",
            _half,
        ),
        Wrong(
            _changed(total=lambda terms, counts: terms.sum() / len(counts)),
            "You divide by the number of words. Equation 8 is a sum.",
            _over_the_words,
        ),
        Wrong(
            _changed(scores=lambda c, u, a, b: c @ u.T + a + b),
            "Both biases are added along the columns: `center_bias` belongs to the rows, so it "
            "needs the shape (vocab, 1).",
            _like(lambda c, u, a, b: c @ u.T + a + b),
        ),
        Wrong(
            _changed(scores=lambda c, u, a, b: c @ u.T + a + b[:, None]),
            "The biases are swapped: `center_bias` belongs to the rows of counts, `context_bias` "
            "to the columns.",
            _like(lambda c, u, a, b: c @ u.T + a + b[:, None]),
        ),
        Wrong(
            _changed(scores=lambda c, u, a, b: u @ c.T + a[:, None] + b),
            "Rows and columns are swapped in the product: cell (i, j) belongs to center i and "
            "context j.",
            _like(lambda c, u, a, b: u @ c.T + a[:, None] + b),
        ),
        Wrong(
            _changed(scores=lambda c, u, a, b: c @ c.T + a[:, None] + b),
            "The context table does not enter your loss: you multiply the center table by itself.",
            _forgets((1,)),
        ),
        Wrong(
            _changed(scores=lambda c, u, a, b: u @ u.T + a[:, None] + b),
            "The center table does not enter your loss: you multiply the context table by itself.",
            _forgets((0,)),
        ),
        Wrong(
            _on_part_of(lambda counts: counts.T),
            "Rows and columns of `counts` are swapped: counts[i, j] belongs to center i and "
            "context j.",
        ),
    ),
)
