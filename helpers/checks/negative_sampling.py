"""Checks for negative sampling: one pair, a batch, and the questions of the lesson.

The exercises on noise and on CBOW stand in modules of their own.
"""

import math

import numpy as np
import torch
from torch.nn.functional import logsigmoid

from helpers import word2vec
from helpers.activations import sigmoid
from helpers.checks import _forms
from helpers.checks._choice import Choice, Prediction
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.checks.cbow import cbow_context_grad, cbow_hidden
from helpers.checks.noise import discard_prob, noise_distribution, sample_negatives

__all__ = [
    "cbow_context_grad",
    "cbow_hidden",
    "cosine_of_antonyms",
    "discard_prob",
    "drugs_of_one_disease",
    "negative_sampling_loss",
    "noise_distribution",
    "sample_negatives",
    "score_is_no_probability",
    "sgns_loss_grads",
]

V0, U0 = np.array([0.6, -1.1, 0.4]), np.array([1.2, 0.3, -0.8])
N0 = np.array([[0.5, 0.9, -0.2], [-1.3, 0.4, 0.7], [0.8, -0.6, 1.5], [0.2, 0.1, -0.9]])
_ONE = np.array([1.0, 0.0, 0.0])


# ---------------------------------------------------------- 4.2 sgns_loss_grads
def _with(true_error, noise_error, loss=None):
    """Build a wrong answer from the slope it takes for a true and for a noise score."""

    def answer(v, u_pos, U_neg):
        true, noise = u_pos @ v, U_neg @ v
        true_slope, noise_slope = true_error(true), noise_error(noise)
        right = word2vec.sgns_loss_grads(v, u_pos, U_neg)[0]
        value = right if loss is None else loss(true, noise)
        grad_v = true_slope * u_pos + noise_slope @ U_neg
        return value, grad_v, true_slope * v, np.outer(noise_slope, v)

    return answer


_s = sigmoid


def _softplus(x):
    return np.logaddexp(0, x)


_noise_rewarded = _with(
    lambda s: _s(s) - 1, lambda s: _s(s) - 1,
    lambda s, n: _softplus(-s) + _softplus(-n).sum(),
)  # fmt: skip
_mean_over_noise = _with(
    lambda s: _s(s) - 1, lambda s: _s(s) / len(s),
    lambda s, n: _softplus(-s) + _softplus(n).mean(),
)  # fmt: skip
_loss_with_minus = _with(
    lambda s: 1 - _s(s), lambda s: -_s(s),
    lambda s, n: -_softplus(-s) - _softplus(n).sum(),
)  # fmt: skip
_uphill = _with(lambda s: 1 - _s(s), lambda s: -_s(s))
_sigmoid_not_minus_1 = _with(_s, _s)
_noise_not_in_the_loss = _with(lambda s: _s(s) - 1, _s, lambda s, n: _softplus(-s))


def _log_of_sigmoid(v, u_pos, U_neg):
    def sigma(x):
        return 1 / (1 + np.exp(-x))

    _, *grads = word2vec.sgns_loss_grads(v, u_pos, U_neg)
    return -np.log(sigma(u_pos @ v)) - np.log(1 - sigma(U_neg @ v)).sum(), *grads


def _clipped(v, u_pos, U_neg):
    _, *grads = word2vec.sgns_loss_grads(v, u_pos, U_neg)
    true, noise = (np.clip(p, 1e-9, 1) for p in (_s(u_pos @ v), _s(-U_neg @ v)))
    return -np.log(true) - np.log(noise).sum(), *grads


def _sigma_that_overflows(v, u_pos, U_neg):
    def sigma(x):
        return np.exp(x) / (1 + np.exp(x))

    loss, *_ = word2vec.sgns_loss_grads(v, u_pos, U_neg)
    true, noise = sigma(u_pos @ v) - 1, sigma(U_neg @ v)
    return loss, true * u_pos + noise @ U_neg, true * v, np.outer(noise, v)


def _with_math(v, u_pos, U_neg):
    _, *grads = word2vec.sgns_loss_grads(v, u_pos, U_neg)
    terms = [math.log(1 + math.exp(s)) for s in (-u_pos @ v, *(U_neg @ v))]
    return sum(terms), *grads


_true_pushed = _with(_s, _s, lambda s, n: _softplus(s) + _softplus(n).sum())


def _g_v_and_g_pos_swapped(v, u_pos, U_neg):
    loss, grad_v, grad_pos, grad_neg = word2vec.sgns_loss_grads(v, u_pos, U_neg)
    return loss, grad_pos, grad_v, grad_neg


_right_loss = word2vec.sgns_loss_grads(V0, U0, N0)[0]


def _grad_v_without_noise(v, u_pos, U_neg):
    loss, _, grad_pos, grad_neg = word2vec.sgns_loss_grads(v, u_pos, U_neg)
    return loss, (_s(u_pos @ v) - 1) * u_pos, grad_pos, grad_neg


def _one_row_for_all_noise(v, u_pos, U_neg):
    loss, grad_v, grad_pos, grad_neg = word2vec.sgns_loss_grads(v, u_pos, U_neg)
    return loss, grad_v, grad_pos, grad_neg.sum(axis=0)


def _softmax_over_k_and_1(v, u_pos, U_neg):
    rows = np.vstack([u_pos, U_neg])
    p = np.exp(rows @ v - (rows @ v).max())
    p /= p.sum()
    error = p - np.eye(len(rows))[0]
    return -np.log(p[0]), error @ rows, error[0] * v, np.outer(error[1:], v)


def _u_instead_of_v(v, u_pos, U_neg):
    loss, grad_v, _, _ = word2vec.sgns_loss_grads(v, u_pos, U_neg)
    return loss, grad_v, (_s(u_pos @ v) - 1) * u_pos, _s(U_neg @ v)[:, None] * U_neg


def _parts(answer, v=V0, u=U0, U=N0):
    return [np.asarray(part, dtype=float) for part in answer(v.copy(), u.copy(), U.copy())]


def _loss_and_grads(value):
    """Read the four parts as arrays, and a loss of shape (1,) as a number."""
    parts = _forms.arrays(value)
    if isinstance(parts, list) and parts and parts[0].size == 1:
        parts[0] = parts[0].reshape(())
    return parts


def _loss(answer, v=V0, u=U0, U=N0):
    return float(_parts(answer, v, u, U)[0])


def _loss_at_zero(answer, k=3):
    return _loss(answer, np.zeros(3), np.zeros(3), np.zeros((k, 3)))


def _likes_noise(answer):
    small, large = (_loss(answer, _ONE, _ONE, np.array([[s, 0, 0]])) for s in (0.0, 3.0))
    return large < small and _loss(answer) > 0


def _dislikes_the_context(answer):
    small, large = (_loss(answer, _ONE, s * _ONE, 0 * _ONE[None]) for s in (0.0, 3.0))
    return large > small > 0


def _cannot_go_far(answer):
    """Tell whether large scores raise an error that ordinary ones do not."""
    _loss(answer)
    for sign in (1, -1):
        try:
            _loss(answer, _ONE, sign * 1000 * _ONE, -sign * 1000 * _ONE[None])
        except (OverflowError, ZeroDivisionError, ValueError):
            return True
    return False


def _gradient_overflows(answer):
    far = [_parts(answer, _ONE, s * 1000 * _ONE, -s * 1000 * _ONE[None])[1:] for s in (1, -1)]
    return not all(np.isfinite(part).all() for parts in far for part in parts) and all(
        np.isfinite(part).all() for part in _parts(answer)
    )


def _swaps_two_gradients(answer):
    _, g_v, g_pos, _ = _parts(answer)
    _, right_v, right_pos, _ = word2vec.sgns_loss_grads(V0, U0, N0)
    return np.allclose(g_v, right_pos, atol=1e-5) and np.allclose(g_pos, right_v, atol=1e-5)


def _is_averaged(answer):
    return np.isclose(_loss_at_zero(answer, 2), _loss_at_zero(answer, 4)) and (
        _loss_at_zero(answer, 4) > 0
    )


def _overflows(answer):
    big = [_loss(answer, _ONE, sign * 1000 * _ONE, -sign * 1000 * _ONE[None]) for sign in (1, -1)]
    return not np.isfinite(big).all() and np.isfinite(_loss(answer))


def _is_cut_off(answer):
    """Ask for the loss at scores of -1000 and 1000: two questions, 1000 each."""
    large = _loss(answer, _ONE, -1000 * _ONE, 1000 * _ONE[None])
    return 0 < large < 1990 and np.isclose(_loss(answer), _right_loss, rtol=1e-3)


def _is_negative(answer):
    return _loss(answer) < 0


def _counts_as_softmax(answer):
    return all(np.isclose(_loss_at_zero(answer, k), np.log(k + 1)) for k in (2, 3, 4))


def _forgets_noise_in_the_loss(answer):
    return np.isclose(_loss_at_zero(answer, 1), _loss_at_zero(answer, 4)) and np.isclose(
        _loss_at_zero(answer, 1), np.log(2)
    ) and np.isclose(_loss(answer), _loss(answer, U=-N0))  # fmt: skip


def _noise_is_missing_in_g_v(answer):
    return np.allclose(_parts(answer)[1], (_s(U0 @ V0) - 1) * U0)


def _true_slope_is_sigma(answer):
    return np.allclose(_parts(answer)[2], _s(U0 @ V0) * V0, atol=1e-5)


def _goes_uphill(answer):
    _, g_v, g_pos, g_neg = _parts(answer)
    right = word2vec.sgns_loss_grads(V0, U0, N0)
    return all(
        np.allclose(mine, -r) for mine, r in zip((g_v, g_pos, g_neg), right[1:], strict=True)
    )


def _points_along_u(answer):
    _, _, g_pos, _ = _parts(answer)
    along = g_pos.shape == (3,) and np.linalg.norm(np.cross(g_pos, U0)) < 1e-9
    return along and np.linalg.norm(g_pos) > 1e-3


def _g_neg_is_one_row(answer):
    return _parts(answer)[3].shape == (3,)


def _returns_four_things(answer):
    out = answer(V0.copy(), U0.copy(), N0.copy())
    count = len(out) if isinstance(out, list) else 1
    if not isinstance(out, list) or count != 4:
        return f"Return four things: the loss, g_v, g_pos, g_neg. You return {count}."
    if out[0].shape != () and out[3].shape in ((), (1,)):
        return "The loss comes first, then g_v, g_pos and g_neg. Yours stands last."
    if out[0].shape != ():
        return f"The loss is one number; yours has shape {out[0].shape}. Add up its terms."
    return None


def _loss_of_zeros_is_k_plus_1_coins(answer):
    got = _loss_at_zero(answer, 3)
    if not np.isclose(got, 4 * np.log(2), atol=1e-5):
        return (
            f"With all vectors zero and k=3 your loss is {got:.3f}. Four yes/no questions at "
            f"one half each cost 4 ln 2 = {4 * np.log(2):.3f}."
        )
    return None


def _gradients_have_the_shapes(answer):
    names, rows = ("g_v", "g_pos", "g_neg"), (V0, U0, N0)
    for name, grad, row in zip(names, _parts(answer)[1:], rows, strict=True):
        if grad.shape != row.shape:
            return f"{name} has shape {grad.shape}; what it belongs to has {row.shape}."
    return None


def _gradients_are_slopes_of_the_loss(answer):
    """Move each number a little, up and down, and look at the answer's own loss."""
    rows = [V0, U0, N0]
    grads = _parts(answer)[1:]
    for which, name in enumerate(("g_v", "g_pos", "g_neg")):
        for place in np.ndindex(rows[which].shape):
            moved = []
            for step in (1e-2, -1e-2):
                there = [row.copy() for row in rows]
                there[which][place] += step
                moved.append(_loss(answer, *there))
            slope, mine = (moved[0] - moved[1]) / 2e-2, grads[which][place]
            if not np.isclose(slope, mine, atol=1e-3):
                at = ", ".join(map(str, place))
                return (
                    f"{name}[{at}] is {mine:.4f}, but moving that number changes your loss at a "
                    f"rate of {slope:.4f}."
                )
    return None


def _same_four(got, expected):
    return len(got) == 4 and all(
        np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-5, atol=1e-5)
        for a, b in zip(got, expected, strict=True)
    )


sgns_loss_grads = Exercise(
    name="sgns_loss_grads",
    number="4.2",
    review="section 2",
    reference=word2vec.sgns_loss_grads,
    calls=(
        call(V0, U0, N0),
        call(N0[0], N0[1], np.array([[2.0, 1.0, 0.5]])),
        call(np.zeros(2), np.zeros(2), np.zeros((5, 2))),
        call(_ONE, -1000 * _ONE, np.array([[1000.0, 0, 0], [-1000.0, 2, 1]])),
    ),
    form=_loss_and_grads,
    laws=(
        _returns_four_things,
        _loss_of_zeros_is_k_plus_1_coins,
        _gradients_have_the_shapes,
        _gradients_are_slopes_of_the_loss,
    ),
    equal=_same_four,
    wrong=(
        Wrong(
            _loss_with_minus,
            "Your loss is negative. Minus the log of a probability is positive: one sign is "
            "missing.",
            _is_negative,
        ),
        Wrong(
            _noise_rewarded,
            "Noise with a large score must be expensive; you reward it. Use σ(-s).",
            _likes_noise,
        ),
        Wrong(
            _noise_not_in_the_loss,
            "The noise words do not enter your loss at all: it is the same for k=1 and k=4.",
            _forgets_noise_in_the_loss,
        ),
        Wrong(
            _mean_over_noise,
            "Twice as many noise words cost the same. Add up the k noise terms; no mean.",
            _is_averaged,
        ),
        Wrong(
            _softmax_over_k_and_1,
            "With all vectors zero and k=3 your loss is ln 4: a softmax over four words. Here "
            "each word gets its own yes/no question.",
            _counts_as_softmax,
        ),
        Wrong(
            _log_of_sigmoid,
            "At a score of 1000 your loss is not finite: σ(-1000) underflows to 0. "
            "-log σ(x) equals log(1 + exp(-x)); np.logaddexp computes that safely.",
            _overflows,
        ),
        Wrong(
            _clipped,
            "A true context with score -1000 costs 1000; yours costs less, because scores or "
            "probabilities are cut off by hand. np.logaddexp needs no such help.",
            _is_cut_off,
        ),
        Wrong(
            _with_math,
            "At a score of 1000 or -1000 your loss raises an error: exp overflows, or the log of 0 "
            "is asked for. np.logaddexp(0, x) is log(1 + exp(x)) and does neither.",
            _cannot_go_far,
        ),
        Wrong(
            _sigma_that_overflows,
            "At a score of 1000 a gradient of yours is not finite: exp(1000) overflows. In "
            "1 / (1 + exp(-s)) that does no harm.",
            _gradient_overflows,
        ),
        Wrong(
            _true_pushed,
            "A true context with a large score must be cheap; yours costs more. Its term is "
            "-log σ(s).",
            _dislikes_the_context,
        ),
        Wrong(
            _one_row_for_all_noise,
            "g_neg needs one row for each noise word, shape (k, d); you have one for all.",
            _g_neg_is_one_row,
        ),
        Wrong(
            _g_v_and_g_pos_swapped,
            "g_v and g_pos stand in each other's place. The order is: the loss, g_v, g_pos, g_neg.",
            _swaps_two_gradients,
        ),
        Wrong(
            _uphill,
            "All gradients have the wrong sign: the loss rises along your step.",
            _goes_uphill,
        ),
        Wrong(
            _sigmoid_not_minus_1,
            "For the true context the slope is σ(s) - 1: it vanishes when the answer is right. "
            "You use σ(s).",
            _true_slope_is_sigma,
        ),
        Wrong(
            _grad_v_without_noise,
            "Your g_v matches the positive part only. Each noise word pushes v as well.",
            _noise_is_missing_in_g_v,
        ),
        Wrong(
            _u_instead_of_v,
            "The score is u · v, so its slope in u is v. Your g_pos points along u.",
            _points_along_u,
        ),
    ),
)


# --------------------------------------------------- 4.6 negative_sampling_loss
def _batch(size, k, scale=1.0):
    rng = torch.Generator().manual_seed(size + k)
    shapes = [(size, 4), (size, 4), (size, k, 4)]
    return [scale * torch.randn(shape, generator=rng) for shape in shapes]


def _torch_terms(center, context, noise):
    return (center * context).sum(-1), torch.einsum("bd,bkd->bk", center, noise)


def _a_loss_per_pair(center, context, noise):
    true, false = _torch_terms(center, context, noise)
    return -logsigmoid(true) - logsigmoid(-false).sum(-1)


def _added_over_the_batch(center, context, noise):
    return _a_loss_per_pair(center, context, noise).sum()


def _minus_forgotten(center, context, noise):
    return -_a_loss_per_pair(center, context, noise).mean()


def _noise_pulled(center, context, noise):
    true, false = _torch_terms(center, context, noise)
    return (-logsigmoid(true) - logsigmoid(false).sum(-1)).mean()


def _noise_averaged(center, context, noise):
    true, false = _torch_terms(center, context, noise)
    return (-logsigmoid(true) - logsigmoid(-false).mean(-1)).mean()


def _torch_log_of_sigmoid(center, context, noise):
    true, false = _torch_terms(center, context, noise)
    return (-torch.sigmoid(true).log() - torch.sigmoid(-false).log().sum(-1)).mean()


def _noise_added_over_the_batch(center, context, noise):
    true, false = _torch_terms(center, context, noise)
    return -logsigmoid(true).mean() - logsigmoid(-false).sum()


def _one_of_k_and_1(center, context, noise):
    true, false = _torch_terms(center, context, noise)
    score = torch.cat([true[:, None], false], dim=1)
    return (torch.logsumexp(score, dim=1) - true).mean()


def _squeezes_all_axes(center, context, noise):
    false = (noise @ center[:, :, None]).squeeze()
    return (-logsigmoid((center * context).sum(-1)) - logsigmoid(-false).sum(-1)).mean()


def _noise_of_the_whole_batch(center, context, noise):
    true = (center * context).sum(-1)
    false = center @ noise.flatten(0, 1).T
    return (-logsigmoid(true) - logsigmoid(-false).sum(-1)).mean()


def _clipped_in_torch(center, context, noise):
    true, false = _torch_terms(center, context, noise)
    chances = torch.sigmoid(true) + 1e-9, torch.sigmoid(-false) + 1e-9
    return (-chances[0].log() - chances[1].log().sum(-1)).mean()


def _without_noise(center, context, noise):
    return -logsigmoid(_torch_terms(center, context, noise)[0]).mean()


def _context_pushed(center, context, noise):
    true, false = _torch_terms(center, context, noise)
    return (-logsigmoid(-true) - logsigmoid(-false).sum(-1)).mean()


def _batch_loss(answer, batch):
    return answer(*[part.clone() for part in batch])


def _per_pair(answer):
    return np.shape(_batch_loss(answer, _batch(5, 3)).detach()) == (5,)


def _below_zero(answer):
    return float(_batch_loss(answer, _batch(5, 3))) < 0


def _batch_of_zeros(answer, size, k):
    return float(_batch_loss(answer, _batch(size, k, 0.0)))


def _grows_with_the_batch(answer):
    small, large = (_batch_of_zeros(answer, size, 2) for size in (2, 6))
    return small > 0 and np.isclose(large, 3 * small)


def _other_pairs_noise_counts(answer):
    """Change the noise of a pair whose center row is 0: its own scores stay 0."""
    center, context, noise = torch.eye(2), torch.zeros(2, 2), torch.zeros(2, 1, 2)
    center[1] = 0
    before = float(answer(center, context, noise))
    noise[1] = 3
    return not np.isclose(float(answer(center, context, noise)), before)


def _adds_noise_over_the_batch(answer):
    grows = _batch_of_zeros(answer, 6, 2) - _batch_of_zeros(answer, 2, 2)
    return np.isclose(grows, 8 * np.log(2), atol=1e-4)


def _counts_as_one_of_k_and_1(answer):
    return all(np.isclose(_batch_of_zeros(answer, 2, k), np.log(k + 1)) for k in (2, 3, 4))


def _stumbles_at_k_1(answer):
    """Tell whether the loss is right for k=3 and wrong for k=1 in a batch of three."""
    right = [float(word2vec.negative_sampling_loss(*_batch(size, k))) for size, k in _K3_K1]
    mine = [float(_batch_loss(answer, _batch(size, k))) for size, k in _K3_K1]
    return np.isclose(mine[0], right[0], rtol=1e-4) and not np.isclose(mine[1], right[1], rtol=1e-4)


_K3_K1 = ((5, 3), (3, 1))


def _does_not_grow_with_k(answer):
    few, many = (_batch_of_zeros(answer, 2, k) for k in (1, 4))
    return few > 0 and np.isclose(few, many)


def _noise_is_absent(answer):
    center, context, noise = _batch(5, 3)
    losses = [float(answer(center, context, rows)) for rows in (noise, -noise, 3 * noise)]
    return np.allclose(losses, losses[0])


def _pushes_the_context(answer):
    one = torch.tensor([[1.0, 0.0]])
    loss = [float(answer(one, s * one, 0 * one[:, None])) for s in (0.0, 3.0)]
    return loss[1] > loss[0] > 0


def _is_cut_off_in_torch(answer):
    one = torch.tensor([[1.0, 0.0]])
    large = float(answer(one, -500 * one, 500 * one[:, None]))
    small = float(_batch_loss(answer, _batch(5, 3)))
    right = float(word2vec.negative_sampling_loss(*_batch(5, 3)))
    return np.isfinite(large) and large < 990 and np.isclose(small, right, rtol=1e-3)


def _pulls_noise(answer):
    one = torch.tensor([[1.0, 0.0]])
    loss = [float(answer(one, one, s * one[:, None])) for s in (0.0, 3.0)]
    return loss[1] < loss[0]


def _not_finite(answer):
    return not bool(torch.isfinite(_batch_loss(answer, _batch(5, 3, 60.0))))


def _gradients(answer):
    batch = [part.requires_grad_() for part in _batch(4, 2)]
    answer(*batch).backward()
    return [torch.zeros_like(part) if part.grad is None else part.grad for part in batch]


def _can_be_trained(answer):
    if not getattr(answer(*[part.requires_grad_() for part in _batch(4, 2)]), "grad_fn", None):
        return "The result has lost its way back to the vectors: stay with torch, without .item()."
    right = _gradients(word2vec.negative_sampling_loss)
    names = ("center", "context", "noise")
    for name, mine, theirs in zip(names, _gradients(answer), right, strict=True):
        if not torch.allclose(mine, theirs, atol=1e-4):
            return (
                f"The loss is right, but its gradient does not reach all of `{name}`. Is there a "
                "detach, or a change of values in place?"
            )
    return None


def _same_loss_first(answer):
    """Compare a loss before its gradient is looked at."""
    for size, k, scale in ((5, 3, 1.0), (4, 2, 30.0)):
        batch = _batch(size, k, scale)
        got, right = _batch_loss(answer, batch), word2vec.negative_sampling_loss(*batch)
        if not _same_loss(got.detach() if isinstance(got, torch.Tensor) else got, right):
            return (
                f"For {size} pairs with {k} noise words each your loss is {float(got):.4g}, "
                f"expected {float(right):.4g}."
            )
    return None


def _same_loss(got, expected):
    return np.shape(got) == () and np.isclose(float(got), float(expected), rtol=1e-4, atol=1e-5)


negative_sampling_loss = Exercise(
    name="negative_sampling_loss",
    number="4.6",
    review="section 2",
    reference=word2vec.negative_sampling_loss,
    calls=(
        call(*_batch(5, 3)),
        call(*_batch(1, 1)),
        call(*_batch(3, 1)),
        call(*_batch(2, 10)),
        call(*_batch(3, 2, 0.0)),
        call(*_batch(4, 2, 30.0)),
    ),
    laws=(_same_loss_first, _can_be_trained),
    form=_forms.one_tensor,
    equal=_same_loss,
    wrong=(
        Wrong(_a_loss_per_pair, "One number for the batch is asked for, not one per pair.",
              _per_pair),
        Wrong(
            _minus_forgotten,
            "Your loss is below zero. It should fall to 0 as the model learns: mind the sign.",
            _below_zero,
        ),
        Wrong(
            _without_noise,
            "The noise words do not enter your loss: it stays the same when they change.",
            _noise_is_absent,
        ),
        Wrong(
            _context_pushed,
            "A true context with a high score makes your loss larger. It is pulled: flip the sign "
            "of its score.",
            _pushes_the_context,
        ),
        Wrong(
            _noise_pulled,
            "Noise with a high score makes your loss smaller. Noise is pushed away: flip the sign "
            "of its score.",
            _pulls_noise,
        ),
        Wrong(
            _added_over_the_batch,
            "A batch three times as large costs three times as much. Average over the pairs.",
            _grows_with_the_batch,
        ),
        Wrong(
            _one_of_k_and_1,
            "At zero your loss is ln(k + 1): a softmax over the true word and the noise. Here each "
            "word gets its own yes/no question.",
            _counts_as_one_of_k_and_1,
        ),
        Wrong(
            _squeezes_all_axes,
            "Your loss is right for k=3 and wrong for 3 pairs with k=1. squeeze() removes every "
            "axis of length 1; squeeze(-1) only the last.",
            _stumbles_at_k_1,
        ),
        Wrong(
            _noise_of_the_whole_batch,
            "Every pair meets the noise words of the other pairs as well. noise[i] belongs to "
            "center[i].",
            _other_pairs_noise_counts,
        ),
        Wrong(
            _noise_added_over_the_batch,
            "Your true terms are averaged over the pairs, your noise terms are added up over the "
            "batch. Add up the k of a pair, then average over the pairs.",
            _adds_noise_over_the_batch,
        ),
        Wrong(
            _noise_averaged,
            "k=1 and k=4 cost the same at zero. Each noise word has a term of its own: add up the "
            "k terms, do not average them.",
            _does_not_grow_with_k,
        ),
        Wrong(
            _torch_log_of_sigmoid,
            "For large scores your loss is not finite: the sigmoid underflows before the log. "
            "torch has a function that does both in one.",
            _not_finite,
        ),
        Wrong(
            _clipped_in_torch,
            "A true context with score -500 costs 500; yours costs less, because scores or "
            "probabilities are cut off by hand. torch has a function for the log of a sigmoid.",
            _is_cut_off_in_torch,
        ),
    ),
)  # fmt: skip


# -------------------------------------------------------------------- questions
cosine_of_antonyms = Prediction(
    name="cosine_of_antonyms",
    number="4.P",
    options={
        "a": "hypertension and hypotension",
        "b": "hypertension and its drug amlodipine",
        "c": "both pairs alike",
    },
    outcome="a",
    where="Section 6",
)

score_is_no_probability = Choice(
    name="score_is_no_probability",
    number="4.A",
    right="b",
    feedback={
        "a": "A product of vectors can be negative, and the sigmoid of it lies between 0 and 1. "
        "That is not the trouble: σ(u · v) is a probability, but of another question.",
        "b": "σ(u · v) answers: was this pair seen, or drawn as noise? Over all words these "
        "answers need not sum to 1, and they move when k or the noise changes.",
        "c": "Training to the end does not help: at the optimum u · v is PMI - ln k, still not "
        "the log probability of the word.",
        "d": "The number of pairs makes the estimate more exact, of the same quantity.",
    },
)

drugs_of_one_disease = Choice(
    name="drugs_of_one_disease",
    number="4.B",
    right="c",
    feedback={
        "a": "They are never together, so nothing pulls u of one toward v of the other.",
        "b": "They have the same company, so the same pulls act on both rows: they end up close.",
        "c": "Never together: u · w low. Always in the same company: cosine high.",
        "d": "The other way round: u · w says who appears together, the cosine who appears in "
        "the same company.",
    },
)
