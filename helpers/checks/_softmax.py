"""Checks for the softmax loss of a pair, its gradients, and the step they make."""

import itertools
import math
from operator import itemgetter

import numpy as np

from helpers import skipgram
from helpers.checks import _forms
from helpers.checks._compare import same
from helpers.checks._exercise import Exercise, Wrong, call


# ------------------------------------------------------- 3.3 softmax_loss_grads
def _tables(seed, size=5, dim=3):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(size, dim)), rng.normal(size=(size, dim))


IN, OUT = _tables(0)
IN_2, OUT_2 = _tables(1, size=7, dim=2)
# scores of word 0: 1000, 999, -1000 and -1000, exact in single precision too
LARGE = (
    np.array([[32.0, 0.0], [1.0, 1.0], [0.5, 1.0], [1.0, -1.0]]),
    np.array([[31.25, 0.5], [31.21875, 1.0], [-31.25, 0.5], [-31.25, -1.0]]),
)


def _probabilities(v, table):
    weights = np.exp(table @ v - (table @ v).max())
    return weights / weights.sum()


def _one_hot(o, size):
    return np.eye(size)[o]


def _with_error(error_of, loss_of=lambda p, o: -np.log(p[o])):
    """Make a wrong answer that differs in (p - y), or in the loss."""

    def answer(c, o, W_in, W_out):
        v = W_in[c]
        p = _probabilities(v, W_out)
        error = error_of(p, _one_hot(o, len(W_out)), c)
        return float(loss_of(p, o)), error @ W_out, np.outer(error, v)

    return answer


def _right_error(p, y, c):
    return p - y


def _only_in(c, o, W_in, W_out):
    loss, _, g_out = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    p = _probabilities(W_in[c], W_out)
    return loss, p @ W_out, g_out


def _only_out(c, o, W_in, W_out):
    loss, g_in, _ = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    return loss, g_in, np.outer(_probabilities(W_in[c], W_out), W_in[c])


def _row_o_alone(c, o, W_in, W_out):
    loss, g_in, g_out = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    return loss, g_in, g_out * _one_hot(o, len(W_out))[:, None]


def _overflows(c, o, W_in, W_out):
    weights = np.exp(W_out @ W_in[c])
    p = weights / weights.sum()
    error = p - _one_hot(o, len(W_out))
    return -np.log(p[o]), error @ W_out, np.outer(error, W_in[c])


def _clips(c, o, W_in, W_out):
    scores = np.clip(W_out @ W_in[c], -50, 50)
    error = np.exp(scores) / np.exp(scores).sum() - _one_hot(o, len(W_out))
    return -np.log(error[o] + 1), error @ W_out, np.outer(error, W_in[c])


def _sums_over_the_one_hot(c, o, W_in, W_out):
    _, g_in, g_out = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    p = _probabilities(W_in[c], W_out)
    return -(_one_hot(o, len(p)) * np.log(p)).sum(), g_in, g_out


def _loss_after_the_change(c, o, W_in, W_out):
    p = _probabilities(W_in[c], W_out)
    p[o] -= 1
    return -np.log(p[o]), p @ W_out, np.outer(p, W_in[c])


def _input_table_twice(c, o, W_in, W_out):
    return skipgram.softmax_loss_grads(c, o, W_in, W_in)


def _tables_swapped(c, o, W_in, W_out):
    return skipgram.softmax_loss_grads(c, o, W_out, W_in)


def _words_swapped(c, o, W_in, W_out):
    return skipgram.softmax_loss_grads(o, c, W_in, W_out)


def _grads_swapped(c, o, W_in, W_out):
    loss, g_in, g_out = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    return loss, g_out, g_in


def _transposed_grad(c, o, W_in, W_out):
    loss, g_in, g_out = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    return loss, g_in, g_out.T


def _whole_grad_in(c, o, W_in, W_out):
    loss, g_in, g_out = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    full = np.zeros_like(W_in)
    full[c] = g_in
    return loss, full, g_out


def _column(c, o, W_in, W_out):
    loss, g_in, g_out = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    return loss, g_in[:, None], g_out


def _three_parts(value):
    """Read the loss as a number and both gradients as arrays of float; a form."""
    if value is None:
        return None
    try:
        loss, *grads = value
    except TypeError:
        loss, grads = value, ()
    if len(grads) != 2 or isinstance(value, dict):
        return _forms.Unfit(
            value, "Return three things: the loss, g_in of shape (d,), g_out of shape (V, d)"
        )
    parts = [_forms.number(loss), *map(_forms.array, grads)]
    for name, part in zip(("the loss", "g_in", "g_out"), parts, strict=True):
        if part is None or isinstance(part, _forms.Unfit):
            return _forms.Unfit(value, f"{name}: {part.words if part else 'it is None'}")
    return parts[0], parts[1].astype(float), parts[2].astype(float)


def _grads_at(answer, c=1, o=3, W_in=IN, W_out=OUT):
    return answer(c, o, W_in.copy(), W_out.copy())


def _slope(function, table, place, step=3e-3):
    """Return the numeric derivative of function(table) in one entry of the table.

    The step is so large that a loss in single precision has a slope, too.
    """
    change = np.zeros_like(table)
    change[place] = step
    return (function(table + change) - function(table - change)) / (2 * step)


def _numeric(answer, c=1, o=3, W_in=IN, W_out=OUT):
    """Return the gradients that an answer's own loss has: shapes (d,) and (V, d)."""
    by_in = [
        _slope(lambda t: _grads_at(answer, c, o, t, W_out)[0], W_in, (c, j))
        for j in range(W_in.shape[1])
    ]
    by_out = [
        [
            _slope(lambda t, i=i, j=j: _grads_at(answer, c, o, W_in, t)[0], W_out, (i, j))
            for j in range(W_out.shape[1])
        ]
        for i in range(len(W_out))
    ]
    return np.array(by_in), np.array(by_out)


def _close(left, right, tolerance=1e-5):
    return np.shape(left) == np.shape(right) and np.allclose(left, right, tolerance, tolerance)


def _zero_table_loss(answer):
    rng = np.random.default_rng(2)
    return _grads_at(answer, 3, 5, rng.normal(size=(60, 4)), np.zeros((60, 4)))[0]


def _loss_is_like(other):
    """Make a symptom: the loss is that of a known mistake, and not the right one."""

    def symptom(answer):
        right, mine, known = (
            [_grads_at(f, *args)[0] for args in ((1, 3, IN, OUT), (4, 2, IN_2, OUT_2))]
            for f in (skipgram.softmax_loss_grads, answer, other)
        )
        return _close(mine, known) and not _close(mine, right)

    return symptom


def _wrong_error(wrong_error, where=all):
    """Make a symptom: a gradient is (wrong error) x the other vector instead of (p - y).

    `where` reads whether that is so of g_in and of g_out: ``all``, ``any``, or one of them.
    """

    def symptom(answer):
        p, y = _probabilities(IN[1], OUT), _one_hot(3, len(OUT))
        _, g_in, g_out = _grads_at(answer)
        error = wrong_error(p, y, 1)
        return where((_close(g_in, error @ OUT), _close(g_out, np.outer(error, IN[1]))))

    return symptom


_IN_G_IN, _IN_G_OUT = itemgetter(0), itemgetter(1)


def _shapes(in_shape, out_shape):
    def symptom(answer):
        _, g_in, g_out = _grads_at(answer)
        return g_in.shape in in_shape and g_out.shape in out_shape

    return symptom


def _only_large_scores_go_wrong(how):
    """Make a symptom of the three parts at scores of 1000; all is well at small scores."""

    def symptom(answer):
        if not all(map(_close, _grads_at(answer), _grads_at(skipgram.softmax_loss_grads))):
            return False
        loss, g_in, g_out = _grads_at(answer, 0, 1, *LARGE)
        return how(loss, np.isfinite(g_in).all() and np.isfinite(g_out).all())

    return symptom


def _loss_is_nan_everywhere(answer):
    loss, g_in, g_out = _grads_at(answer)
    return bool(np.isnan(loss) and np.isfinite(g_in).all() and np.isfinite(g_out).all())


def _one_reversed(answer):
    by_in, by_out = _numeric(answer)
    return any(
        _close(-mine, slope, 1e-3) and not _close(mine, slope, 1e-3)
        for mine, slope in zip(_grads_at(answer)[1:], (by_in, by_out), strict=True)
    )


def _first_loss_is_log_of_the_vocabulary(answer):
    loss = _zero_table_loss(answer)
    if not abs(loss - math.log(60)) < 5e-3:
        words = f"; exp(loss) is {math.exp(loss):.4g}, and it should be the number of words"
        return (
            f"With W_out = 0 and 60 words the loss is {loss:.3f}, expected ln 60 = 4.094"
            f"{words if abs(loss) < 20 else ''}."
        )
    return None


def _more_pull_means_less_loss(answer):
    better = OUT.copy()
    better[3] += 0.5 * IN[1]
    before, after = _grads_at(answer)[0], _grads_at(answer, W_out=better)[0]
    if after >= before:
        return (
            f"When u_o points more along v the loss goes from {before:.3f} to {after:.3f}. "
            "It should fall."
        )
    return None


def _loss_fits_the_gradients(answer):
    loss, *grads = _grads_at(answer)
    right, *right_grads = _grads_at(skipgram.softmax_loss_grads)
    if all(map(_close, grads, right_grads)) and not _close(loss, right):
        return (
            f"Both gradients are right, the loss is not: for the first input you have {loss:.6g}, "
            f"expected {right:.6g}."
        )
    return None


def _agrees_with_its_own_slope(answer):
    _, g_in, g_out = _grads_at(answer)
    by_in, by_out = _numeric(answer)
    for name, mine, slope in (("g_in", g_in, by_in), ("g_out", g_out, by_out)):
        if mine.shape != slope.shape:
            return f"{name} has shape {mine.shape}, expected {slope.shape}."
        wrong = ~np.isclose(mine, slope, rtol=1e-3, atol=1e-3)
        if wrong.any():
            place = tuple(int(i) for i in np.argwhere(wrong)[0])
            return (
                f"{name}{list(place)} is {mine[place]:.4f}, but moving that entry of the table "
                f"changes your loss at a rate of {slope[place]:.4f}."
            )
    return None


def _rows_cancel(answer):
    total = _grads_at(answer)[2].sum(axis=0)
    if not np.allclose(total, 0, atol=1e-5):
        return f"The rows of g_out should add up to 0, because p - y does; yours: {total.round(3)}."
    return None


softmax_loss_grads = Exercise(
    name="softmax_loss_grads",
    number="3.3",
    review="section 4",
    reference=skipgram.softmax_loss_grads,
    calls=(
        call(1, 3, IN, OUT),
        call(2, 2, IN, OUT),
        call(4, 2, IN_2, OUT_2),
        call(0, 4, IN, np.zeros_like(OUT)),
        call(0, 1, *LARGE),
    ),
    form=_three_parts,
    equal=lambda got, expected: same(got, expected, 1e-4),  # single precision at scores of 1000
    laws=(
        _first_loss_is_log_of_the_vocabulary,
        _more_pull_means_less_loss,
        _loss_fits_the_gradients,
        _agrees_with_its_own_slope,
        _rows_cancel,
    ),
    wrong=(
        Wrong(
            _grads_swapped,
            "The two gradients have changed places: g_in (d,) comes before g_out (V, d).",
            _shapes([(5, 3), (3, 5)], [(3,)]),
        ),
        Wrong(
            _whole_grad_in,
            "g_in is the gradient of one row, W_in[c]: shape (d,). All other rows have none.",
            _shapes([(5, 3), (3, 5)], [(5, 3), (3, 5)]),
        ),
        Wrong(
            _column,
            "g_in has two axes. Its shape should be (d,), as that of W_in[c]; ravel() makes it so.",
            _shapes([(1, 3), (3, 1)], [(5, 3), (3, 5)]),
        ),
        Wrong(
            _transposed_grad,
            "g_out has one row per word, as W_out has: (V, d). Turn the outer product around.",
            _shapes([(3,)], [(3, 5)]),
        ),
        Wrong(
            _with_error(_right_error, lambda p, o: np.log(p[o])),
            "Your loss is negative. ln p is below 0, so the loss is -ln p.",
            lambda answer: _grads_at(answer)[0] < 0,
        ),
        Wrong(
            _with_error(_right_error, lambda p, o: p[o]),
            "You return the probability itself. The loss is -ln of it.",
            _loss_is_like(_with_error(_right_error, lambda p, o: p[o])),
        ),
        Wrong(
            _with_error(_right_error, lambda p, o: -np.log2(p[o])),
            "Your logarithm has the base 2. Take the natural logarithm, np.log: with W_out = 0 "
            "the loss must be ln V.",
            _loss_is_like(_with_error(_right_error, lambda p, o: -np.log2(p[o]))),
        ),
        Wrong(
            _with_error(_right_error, lambda p, o: -np.log10(p[o])),
            "Your logarithm has the base 10. Take the natural logarithm, np.log: with W_out = 0 "
            "the loss must be ln V.",
            _loss_is_like(_with_error(_right_error, lambda p, o: -np.log10(p[o]))),
        ),
        Wrong(
            _loss_after_the_change,
            "The gradients are numbers, the loss is nan: the logarithm of something below 0. Is p "
            "changed before the loss is taken from it?",
            _loss_is_nan_everywhere,
        ),
        Wrong(
            _input_table_twice,
            "The context word is read from W_in. With W_out = 0 the loss must be ln V.",
            _loss_is_like(_input_table_twice),
        ),
        Wrong(
            _tables_swapped,
            "The tables have changed places: the center's row comes from W_in, the scores of all "
            "context words from W_out.",
            _loss_is_like(_tables_swapped),
        ),
        Wrong(
            _words_swapped,
            "You predict the center from the context. Skip-gram predicts o from c.",
            _loss_is_like(_words_swapped),
        ),
        Wrong(
            _with_error(lambda p, y, c: y - p),
            "Loss rises along your step: the sign of a gradient is reversed. It is p - y.",
            _one_reversed,
        ),
        Wrong(
            _with_error(lambda p, y, c: p),
            "Row o of g_out must be (p - 1) v, you have p v: the pull of the true word is missing, "
            "in g_in too.",
            _wrong_error(lambda p, y, c: p),
        ),
        Wrong(
            _only_out,
            "Row o of g_out must be (p - 1) v, you have p v.",
            _wrong_error(lambda p, y, c: p, _IN_G_OUT),
        ),
        Wrong(
            _only_in,
            "Your g_in is the expected context row; the true one is missing: subtract u_o.",
            _wrong_error(lambda p, y, c: p, _IN_G_IN),
        ),
        Wrong(
            _with_error(lambda p, y, c: -y),
            "You have the pull of the true word only. All words are pushed by their probability p.",
            _wrong_error(lambda p, y, c: -y, any),
        ),
        Wrong(
            _with_error(lambda p, y, c: p - _one_hot(c, len(p))),
            "The 1 stands at the center c. The true answer is the context o.",
            _wrong_error(lambda p, y, c: p - _one_hot(c, len(p)), any),
        ),
        Wrong(
            _row_o_alone,
            "Only row o of g_out is filled. Every word is in the sum of the softmax, so every row "
            "has a gradient.",
            lambda answer: bool((_grads_at(answer)[2] == 0).all(axis=1).sum() == len(OUT) - 1),
        ),
        Wrong(
            _sums_over_the_one_hot,
            "With scores of 1000 some p are 0, and 0 times ln 0 is nan. Only the true word's p "
            "belongs into the loss: take ln p[o].",
            _only_large_scores_go_wrong(lambda loss, grads_finite: np.isnan(loss) and grads_finite),
        ),
        Wrong(
            _overflows,
            "exp(1000) is too large for a float. Subtract the largest score first; the softmax "
            "does not notice.",
            _only_large_scores_go_wrong(
                lambda loss, grads_finite: not (np.isfinite(loss) and grads_finite)
            ),
        ),
        Wrong(
            _clips,
            "Scores of 1000 and 999 are cut to the same number in yours. Do not cut: subtract the "
            "largest score from all; the softmax does not notice.",
            _only_large_scores_go_wrong(lambda loss, grads_finite: abs(loss - math.log(2)) < 1e-3),
        ),
    ),
)


# ----------------------------------------------------------------- 3.4 sgd_step
def _step(c, o, W_in, W_out, lr, *, sign=1.0, rows=slice(None), row=None):
    loss, g_in, g_out = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    W_in[c if row is None else row] -= sign * lr * g_in
    W_out[rows] -= sign * lr * g_out[rows]
    return loss


def _pair_swapped(c, o, W_in, W_out, lr):
    loss, g_in, g_out = skipgram.softmax_loss_grads(o, c, W_in, W_out)
    W_in[c] -= lr * g_in
    W_out -= lr * g_out
    return loss


def _in_first(c, o, W_in, W_out, lr):
    loss, g_in, _ = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    W_in[c] -= lr * g_in
    W_out -= lr * skipgram.softmax_loss_grads(c, o, W_in, W_out)[2]
    return loss


def _new_v_old_error(c, o, W_in, W_out, lr):
    loss, g_in, _ = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    error = _probabilities(W_in[c], W_out) - _one_hot(o, len(W_out))
    W_in[c] -= lr * g_in
    W_out -= lr * np.outer(error, W_in[c])
    return loss


def _out_first(c, o, W_in, W_out, lr):
    loss, _, g_out = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    W_out -= lr * g_out
    W_in[c] -= lr * skipgram.softmax_loss_grads(c, o, W_in, W_out)[1]
    return loss


def _whole_center_table(c, o, W_in, W_out, lr):
    return _step(c, o, W_in, W_out, lr, row=slice(None))


def _context_row_of_center_table(c, o, W_in, W_out, lr):
    return _step(c, o, W_in, W_out, lr, row=o)


def _only_row_o(c, o, W_in, W_out, lr):
    return _step(c, o, W_in, W_out, lr, rows=[o])


def _uphill(c, o, W_in, W_out, lr):
    return _step(c, o, W_in, W_out, lr, sign=-1.0)


def _rate_ignored(c, o, W_in, W_out, lr):
    return _step(c, o, W_in, W_out, 1.0)


def _on_copies(c, o, W_in, W_out, lr):
    return _step(c, o, W_in.copy(), W_out.copy(), lr)


def _context_table_rebound(c, o, W_in, W_out, lr):
    return _step(c, o, W_in, W_out.copy(), lr)


def _center_table_rebound(c, o, W_in, W_out, lr):
    return _step(c, o, W_in.copy(), W_out, lr)


def _silent(c, o, W_in, W_out, lr):
    _step(c, o, W_in, W_out, lr)


def _loss_after(c, o, W_in, W_out, lr):
    _step(c, o, W_in, W_out, lr)
    return skipgram.softmax_loss_grads(c, o, W_in, W_out)[0]


def _all_returned(c, o, W_in, W_out, lr):
    return _step(c, o, W_in, W_out, lr), W_in, W_out


def _moved(answer, c=1, o=3, lr=0.1):
    """Return what an answer returns and by how much it moves both tables."""
    W_in, W_out = IN.copy(), OUT.copy()
    value = answer(c, o, W_in, W_out, lr)
    return value, W_in - IN, W_out - OUT


def _moves_like(*others):
    """Make a symptom: the tables move as under one of some known mistakes."""

    def symptom(answer):
        _, by_in, by_out = _moved(answer)
        known = [_moved(other)[1:] for other in others]
        return any(_close(by_in, i) and _close(by_out, o) for i, o in known)

    return symptom


_right_moves = _moves_like(skipgram.sgd_step)


def _moves(in_moves, out_moves):
    def symptom(answer):
        _, by_in, by_out = _moved(answer)
        return by_in.any() == in_moves and by_out.any() == out_moves

    return symptom


def _other_rows_move(answer):
    _, by_in, _ = _moved(answer)
    return bool(by_in[1].any() and np.delete(by_in, 1, axis=0).any())


def _moves_another_row(answer):
    _, by_in, _ = _moved(answer)
    return bool(not by_in[1].any() and by_in.any())


def _out_moves_row_o_only(answer):
    _, _, by_out = _moved(answer)
    return bool(by_out[3].any() and not np.delete(by_out, 3, axis=0).any())


def _moves_uphill(answer):
    _, by_in, by_out = _moved(answer)
    _, right_in, right_out = _moved(skipgram.sgd_step)
    return _close(by_in[1], -right_in[1]) or _close(by_out, -right_out)


def _returns_nothing(answer):
    return _right_moves(answer) and _moved(answer)[0] is None


def _returns_tables(answer):
    return _right_moves(answer) and isinstance(_moved(answer)[0], list | tuple)


def _returns_later_loss(answer):
    loss = float(np.squeeze(_moved(answer)[0]))
    return _right_moves(answer) and _close(loss, _moved(_loss_after)[0])


def _rate_has_no_effect(answer):
    first, second = _moved(answer, lr=0.1), _moved(answer, lr=0.3)
    return _close(first[1], second[1]) or _close(first[2], second[2])


def _same_step(got, expected):
    try:
        loss = float(np.squeeze(got[0]))
    except (TypeError, ValueError):
        return False
    return same([loss, *got[1:]], list(expected))


def _many_small_steps_go_down(answer):
    W_in, W_out = IN.copy(), OUT.copy()
    losses = [float(np.squeeze(answer(1, 3, W_in, W_out, 0.05))) for _ in range(10)]
    if losses[0] < 0:
        return f"You return a loss of {losses[0]:.3f}. A loss is -ln p, and never below 0."
    if any(later >= earlier for earlier, later in itertools.pairwise(losses)):
        ends = f"from {losses[0]:.3f} to {losses[-1]:.3f}"
        return f"Ten steps on one pair take the loss {ends}. It should fall at each."
    return None


def _returns_a_loss_for_every_pair(answer):
    if _moved(answer, c=2, o=2)[0] is None:
        return "With c = 2 and o = 2 it returns None. Is there a return in every branch?"
    return None


def _right_size_of_step(answer):
    _, by_in, by_out = _moved(answer)
    _, right_in, right_out = _moved(skipgram.sgd_step)
    for name, mine, right in (("W_in", by_in, right_in), ("W_out", by_out, right_out)):
        if not _close(mine, right):
            place = tuple(int(i) for i in np.argwhere(~np.isclose(mine, right, atol=1e-6))[0])
            return (
                f"{name}{list(place)} moves by {mine[place]:.4f}, expected -lr times its "
                f"gradient = {right[place]:.4f}. (Is exercise 3.3 green?)"
            )
    return None


sgd_step = Exercise(
    name="sgd_step",
    number="3.4",
    review="section 4",
    reference=skipgram.sgd_step,
    calls=(
        call(1, 3, IN, OUT, 0.1),
        call(2, 2, IN, OUT, 0.5),
        call(4, 0, IN_2, OUT_2, 0.05),
        call(0, 4, IN, np.zeros_like(OUT), 0.1),
    ),
    equal=_same_step,
    inplace=(2, 3),
    laws=(_right_size_of_step, _returns_a_loss_for_every_pair, _many_small_steps_go_down),
    wrong=(
        Wrong(
            _on_copies,
            "Both tables are unchanged: you worked on copies. Update them in place with -=.",
            _moves(False, False),
        ),
        Wrong(
            _context_table_rebound,
            "W_out is unchanged. `W_out = W_out - ...` makes a new array; `W_out -= ...` changes "
            "the one that was passed in.",
            _moves(True, False),
        ),
        Wrong(
            _center_table_rebound,
            "W_in is unchanged. Changing a copy of its row is not enough: write "
            "into W_in[c] itself.",
            _moves(False, True),
        ),
        Wrong(
            _context_row_of_center_table,
            "Another row than the center's moves in W_in. g_in belongs to row c.",
            _moves_another_row,
        ),
        Wrong(
            _whole_center_table,
            "Other rows of W_in move than row c. Only the center's row was looked up, so only row "
            "c has a gradient.",
            _other_rows_move,
        ),
        Wrong(
            _only_row_o,
            "Only row o of W_out moves. The other words are pushed away as well: use all of g_out. "
            "(Is exercise 3.3 green?)",
            _out_moves_row_o_only,
        ),
        Wrong(
            _uphill,
            "Your step goes uphill. Subtract lr times the gradient. (Is exercise 3.3 green?)",
            _moves_uphill,
        ),
        Wrong(
            _rate_ignored,
            "The step is the same for every lr. Multiply each gradient by lr.",
            _rate_has_no_effect,
        ),
        Wrong(
            _in_first,
            "Your W_out step used the new v. Compute both gradients first, then update.",
            _moves_like(_in_first, _new_v_old_error),
        ),
        Wrong(
            _out_first,
            "Your W_in step used the new W_out. Compute both gradients first, then update.",
            _moves_like(_out_first),
        ),
        Wrong(
            _pair_swapped,
            "Your step belongs to the pair (o, c). The center c comes first: (c, o).",
            _moves_like(_pair_swapped),
        ),
        Wrong(
            _silent,
            "The tables move as they should. Return the loss as well, as it was before the step.",
            _returns_nothing,
        ),
        Wrong(
            _all_returned,
            "Return the loss alone: the tables were changed in place, the caller has them.",
            _returns_tables,
        ),
        Wrong(
            _loss_after,
            "You return the loss after the step. Return the one before: it belongs to the "
            "gradients that you used.",
            _returns_later_loss,
        ),
    ),
)
