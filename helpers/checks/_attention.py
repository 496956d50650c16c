"""Check of scaled dot-product attention."""

from collections.abc import Iterator

import torch

from helpers import attention as reference
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call


def _draw(*shape, seed):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=rng, dtype=torch.float64)


Q3, K3, V3 = _draw(3, 4, seed=0), _draw(5, 4, seed=1), _draw(5, 2, seed=2)
Q4, K4, V4 = (_draw(4, 9, seed=seed) for seed in (3, 4, 5))  # as many queries as keys
HEADS = tuple(_draw(2, 3, 4, 6, seed=seed) for seed in (6, 7, 8))  # sentences, heads, tokens, dim
FIVE = torch.tensor([True, False, True, True, False])
FOUR = torch.tensor([True, True, False, True])
PAST = torch.tril(torch.ones(4, 4, dtype=torch.bool))
REAL = torch.tensor([[True, True, True, False], [True, True, False, False]])[:, None, None, :]
FAR = torch.tensor([[40.0, 0], [0, 40.0]], dtype=torch.float64)  # scores of 1600 / root 2
TOLD = torch.tensor([True, False])
HIGH = torch.tensor([[12.0, 0], [11.8, 0]], dtype=torch.float64)  # scores of about 100, all close


def _scaled(Q, K):
    return Q @ K.transpose(-2, -1) / Q.shape[-1] ** 0.5


def _hidden(scores, mask):
    return scores if mask is None else scores.masked_fill(~mask, -torch.inf)


def _with(scores=_scaled, hide=_hidden, weigh=lambda s: torch.softmax(s, dim=-1)):
    """Make an answer of its three steps: scores, mask, weights."""

    def answer(Q, K, V, mask=None):
        weights = weigh(hide(scores(Q, K), mask))
        return weights @ V, weights

    return answer


def _product(Q, K):
    return Q @ K.transpose(-2, -1)


_unscaled = _with(_product)
_keys_ask = _with(lambda Q, K: K @ Q.transpose(-2, -1) / Q.shape[-1] ** 0.5)
_by_d = _with(lambda Q, K: _product(Q, K) / Q.shape[-1])
_by_keys = _with(lambda Q, K: _product(Q, K) / K.shape[-2] ** 0.5)
_by_2 = _with(lambda Q, K: _product(Q, K) / 2)
_times_root = _with(lambda Q, K: _product(Q, K) * Q.shape[-1] ** 0.5)
_zeroed = _with(hide=lambda s, m: s if m is None else s * m)
_little = _with(hide=lambda s, m: s if m is None else s.masked_fill(~m, -10.0))
_upside_down = _with(hide=lambda s, m: s if m is None else s.masked_fill(m, -torch.inf))
_no_mask = _with(hide=lambda s, m: s)
_over_queries = _with(weigh=lambda s: torch.softmax(s, dim=-2))
_over_axis_1 = _with(weigh=lambda s: torch.softmax(s, dim=1))
_over_axis_0 = _with(weigh=lambda s: torch.softmax(s, dim=0))
_over_all = _with(weigh=lambda s: torch.softmax(s.flatten(), dim=0).reshape(s.shape))
_share_of_scores = _with(
    hide=lambda s, m: s if m is None else s.masked_fill(~m, 0.0),
    weigh=lambda s: s / s.sum(dim=-1, keepdim=True),
)
_sigmoid = _with(weigh=torch.sigmoid)
_raw_scores = _with(hide=lambda s, m: s if m is None else s * m, weigh=lambda s: s)
_exp_by_hand = _with(weigh=lambda s: torch.exp(s) / torch.exp(s).sum(dim=-1, keepdim=True))


def _zero_after(Q, K, V, mask=None):
    weights = torch.softmax(_scaled(Q, K), dim=-1)
    weights = weights if mask is None else weights * mask
    return weights @ V, weights


def _only_two_axes(Q, K, V, mask=None):
    weights = torch.softmax(_hidden(Q @ K.permute(1, 0) / Q.shape[-1] ** 0.5, mask), dim=-1)
    return weights @ V, weights


def _out_alone(Q, K, V, mask=None):
    return reference.attention(Q, K, V, mask)[0]


def _swapped(Q, K, V, mask=None):
    return reference.attention(Q, K, V, mask)[::-1]


def _scores_for_weights(Q, K, V, mask=None):
    return reference.attention(Q, K, V, mask)[0], _hidden(_scaled(Q, K), mask)


def _keys_taken_home(Q, K, V, mask=None):
    weights = reference.attention(Q, K, V, mask)[1]
    return weights @ K, weights


def _in_numpy(Q, K, V, mask=None):
    return reference.attention(*(x.detach() for x in (Q, K, V)), mask)


def _out_and_weights(value):
    """Read the two parts as arrays, and whether gradients can flow back through the first."""
    value = list(value) if isinstance(value, Iterator) else value
    if not isinstance(value, tuple | list):
        return value if value is None else _forms.array(value)
    flows = bool(len(value) and getattr(value[0], "requires_grad", False))
    parts = _forms.arrays(value)
    return [*parts, flows] if isinstance(parts, list) else parts


def _parts(answer, *given):
    out, weights, _ = answer(*given)
    return out, weights


def _sum_to_1(weights, axis):
    return abs(weights.sum(axis=axis) - 1).max() < 1e-4


def _columns_sum_to_1(answer):
    _, weights = _parts(answer, Q3, K3, V3)
    return weights.shape == (3, 5) and _sum_to_1(weights, 0) and not _sum_to_1(weights, 1)


def _rows_lose(answer):
    _, free = _parts(answer, Q3, K3, V3)
    _, weights = _parts(answer, Q3, K3, V3, FIVE)
    none = abs(weights[:, [1, 4]]).max() == 0
    return _sum_to_1(free, 1) and none and (weights.sum(axis=1) < 0.999).all()


def _is_one_array(answer):
    return hasattr(answer(Q3, K3, V3), "shape")


def _is_swapped(answer):
    out, weights = _parts(answer, Q3, K3, V3)
    return out.shape == (3, 5) and weights.shape == (3, 2)


def _fails_for_heads_alone(answer):
    """Tell whether 2-dimensional inputs are answered rightly and those with heads are not."""
    for given in ((Q3, K3, V3), [part[0, 0] for part in HEADS]):
        out, _ = _parts(answer, *given)
        if abs(out - reference.attention(*given)[0].numpy()).max() > 1e-5:
            return False
    right = reference.attention(*HEADS)[0].numpy()
    try:
        out, _ = _parts(answer, *HEADS)
    except Exception:
        return True
    return out.shape != right.shape or abs(out - right).max() > 1e-3


def _masked_weight(value, made):
    """Return the largest weight of a masked token, for a hint."""
    mask = made.args[3]
    return float((value[1] * ~mask.numpy()).max())


def _rows_sum_to_1(answer):
    _, weights = _parts(answer, Q3, K3, V3)
    if weights.shape != (3, 5):
        return f"For 3 queries and 5 keys the weights have shape (3, 5); yours {weights.shape}."
    if not _sum_to_1(weights, 1):
        return f"Each row of the weights sums to 1; your first to {weights[0].sum():.3f}."
    return None


def _order_of_keys_does_not_matter(answer):
    order = torch.tensor([3, 0, 4, 1, 2])
    out, moved = (_parts(answer, *given)[0] for given in
                  ((Q3, K3, V3), (Q3, K3[order], V3[order])))  # fmt: skip
    if abs(out - moved).max() > 1e-5:
        return "Keys and values in another order, pairs kept together: your result changes."
    return None


def _masked_have_no_weight(answer):
    for Q, K, V, mask in ((Q3, K3, V3, FIVE), (Q4, K4, V4, FOUR), (FAR, -FAR, FAR, TOLD)):
        most = abs(_parts(answer, Q, K, V, mask)[1][:, ~mask.numpy()]).max()
        if most > 1e-12:
            where = " where other scores are far below 0" if Q is FAR else ""
            return f"Masked tokens still get a weight{where}, up to {most:.2g}. It has to be 0."
    return None


def _masked_are_as_if_absent(answer):
    if abs(_parts(answer, Q3, K3, V3)[0] - reference.attention(Q3, K3, V3)[0].numpy()).max() > 1e-5:
        return None  # wrong without a mask already: the comparison shows where
    out, alone = (
        _parts(answer, *given)[0] for given in ((Q3, K3, V3, FIVE), (Q3, K3[FIVE], V3[FIVE]))
    )
    if abs(out - alone).max() > 1e-5:
        return "With two keys masked the result differs from that without the two keys."
    return None


attention = Exercise(
    name="attention",
    number="6.1",
    review="section 1",
    reference=reference.attention,
    form=_out_and_weights,
    calls=(
        call(Q3, K3, V3),
        call(Q3, K3, V3, FIVE),
        call(Q4, K4, V4),
        call(Q4, K4, V4, FOUR),
        call(Q4, K4, V4, PAST),
        call(*HEADS),
        call(*HEADS, REAL),
        call(FAR, FAR, FAR),
        call(FAR, FAR, FAR, TOLD),
        call(HIGH, HIGH, HIGH),
        call(Q3.clone().requires_grad_(), K3, V3, FIVE),
    ),
    laws=(
        _rows_sum_to_1,
        _masked_have_no_weight,
        _masked_are_as_if_absent,
        _order_of_keys_does_not_matter,
    ),
    wrong=(
        Wrong(_out_alone, "Return two things, the result and the weights.", _is_one_array),
        Wrong(_swapped, "The result comes first, then the weights; yours are swapped.",
              _is_swapped),
        Wrong(_over_queries, "Columns of your weights sum to 1, rows must: softmax over the keys.",
              _columns_sum_to_1),
        Wrong(_over_all, "All your weights together sum to 1; each row should, for each query."),
        Wrong(_zero_after, "With a mask your rows sum to less than 1. Put minus infinity before "
              "the softmax, not zeros after it.", _rows_lose),
        Wrong(_keys_ask, "Scores have a row for each query and a column for each key. Yours have "
              "it the other way round."),
        Wrong(_unscaled, "Your weights are too sharp: divide the scores by the root of d."),
        Wrong(_by_d, "You divide by d. Divide by the root of d."),
        Wrong(_by_keys, "You divide by the root of the number of keys. d is how many numbers a "
              "query has."),
        Wrong(_by_2, "You divide by 2, the root of 4. d differs from call to call: it is the "
              "length of the last axis of Q."),
        Wrong(_times_root, "You multiply by the root of d. Divide by it."),
        Wrong(_upside_down, "Your mask works upside down: True is a real token, False is hidden."),
        Wrong(_no_mask, "The mask changes nothing in yours."),
        Wrong(
            _zeroed,
            lambda value, made: f"Masked tokens still get weight {_masked_weight(value, made):.2f}."
            " A score of 0 is not minus infinity: exp(0) is 1.",
        ),
        Wrong(
            _little,
            lambda value, made: f"Masked tokens still get weight {_masked_weight(value, made):.1g}."
            " Only minus infinity makes it 0.",
        ),
        Wrong(_share_of_scores, "You divide the scores by their sum. Scores may be negative: take "
              "the softmax."),
        Wrong(_sigmoid, "Each of your weights stands alone (a sigmoid). They have to share: a "
              "softmax over the keys."),
        Wrong(_raw_scores, "These are the scores. Make weights of them: a softmax over the keys."),
        Wrong(_scores_for_weights, "The second part should be the weights, after the softmax; you "
              "return the scores."),
        Wrong(_keys_taken_home, "You take the mean of the keys home. It is the values that are "
              "averaged."),
        Wrong(_exp_by_hand, "exp(1131) overflows. `torch.softmax` takes the largest score away "
              "first."),
        Wrong(_only_two_axes, "Right for one sentence; with axes for sentences and heads in front "
              "it fails. Count axes from the end: -2 and -1.", _fails_for_heads_alone),
        Wrong(_over_axis_1, "Right for one sentence; with axes for sentences and heads in front "
              "it fails. Count axes from the end: -2 and -1.", _fails_for_heads_alone),
        Wrong(_over_axis_0, "Columns of your weights sum to 1, rows must: softmax over the keys.",
              _columns_sum_to_1),
        Wrong(_in_numpy, "The numbers are right, but no gradient can flow back through them. "
              "Compute with torch from first to last."),
    ),
)  # fmt: skip
