"""Check of one step of a gated recurrent unit."""

import numpy as np

from helpers import gru_step as gru
from helpers.activations import sigmoid
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call


def _parameters(dim, hidden, seed, scale=1.0):
    rng = np.random.default_rng(seed)
    shapes = ((3 * hidden, dim), (3 * hidden, hidden), (3 * hidden,), (3 * hidden,))
    return {
        name: (scale * rng.normal(size=shape)).round(3)
        for name, shape in zip(gru.NAMES, shapes, strict=True)
    }


def _state(size, seed):
    return np.random.default_rng(seed).normal(size=size).clip(-0.95, 0.95).round(2)


def _keeping(bias):
    """Parameters whose update gate is at `bias`, the same for every state and visit."""
    P = _parameters(3, 2, 5)
    P["weight_ih"][2:4], P["weight_hh"][2:4] = 0, 0
    P["bias_ih"][2:4], P["bias_hh"][2:4] = bias, 0
    return P


X3, H2 = np.array([0.7, -1.2, 0.4]), np.array([0.6, -0.3])
P32, KEEPS = _parameters(3, 2, 0), _keeping(40.0)


def _step(
    order="rzn",
    gate=sigmoid,
    squash=np.tanh,
    candidate=lambda i, h, r, b: i + r * h,
    mix=lambda z, n, h: (1 - z) * n + z * h,
    b_ih=1,
    b_hh=1,
):
    """Build an answer with one part replaced; `b` is the recurrent bias of the candidate."""

    def answer(x, h, P):
        i = x @ P["weight_ih"].T + b_ih * P["bias_ih"]
        k = h @ P["weight_hh"].T + b_hh * P["bias_hh"]
        inner, outer = (dict(zip(order, np.split(v, 3), strict=True)) for v in (i, k))
        bias = dict(zip(order, np.split(b_hh * P["bias_hh"], 3), strict=True))["n"]
        r, z = (gate(inner[name] + outer[name]) for name in "rz")
        return mix(z, squash(candidate(inner["n"], outer["n"], r, bias)), h)

    return answer


def _reset_first(x, h, P):
    i_r, i_z, i_n = np.split(x @ P["weight_ih"].T + P["bias_ih"], 3)
    w_r, w_z, w_n = np.split(P["weight_hh"], 3)
    b_r, b_z, b_n = np.split(P["bias_hh"], 3)
    r, z = sigmoid(i_r + w_r @ h + b_r), sigmoid(i_z + w_z @ h + b_z)
    n = np.tanh(i_n + w_n @ (r * h) + b_n)
    return (1 - z) * n + z * h


def _gates_from(visit, state):
    """Build an answer whose gates leave out the visit or the state."""

    def answer(x, h, P):
        i_r, i_z, i_n = np.split(x @ P["weight_ih"].T + P["bias_ih"], 3)
        h_r, h_z, h_n = np.split(h @ P["weight_hh"].T + P["bias_hh"], 3)
        r, z = sigmoid(visit * i_r + state * h_r), sigmoid(visit * i_z + state * h_z)
        return (1 - z) * np.tanh(i_n + r * h_n) + z * h

    return answer


def _hard_sigmoid(a):
    return np.clip(0.2 * a + 0.5, 0, 1)


def _column(x, h, P):
    return gru.gru_step(x, h, P)[:, None]


def _both(x, h, P):
    return np.stack([gru.gru_step(x, h, P), h])


def _an_open_gate_keeps_the_state(answer):
    out = np.asarray(answer(X3, H2, KEEPS), dtype=float)
    if out.shape == H2.shape and np.abs(out - H2).max() > 1e-5:
        return "With z = 1 everywhere the old state must stay; yours changes it. Look at the mix."
    return None


def _no_overflow(answer):
    big = {name: 400 * table for name, table in P32.items()}
    out = np.asarray(answer(X3, H2, big), dtype=float)
    if not np.isfinite(out).all():
        return (
            "With large weights yours is nan: exp overflows. Use a sigmoid that does not, such as "
            "0.5 * (1 + np.tanh(a / 2))."
        )
    return None


gru_step = Exercise(
    name="gru_step",
    number="13.2",
    review="section 2",
    reference=gru.gru_step,
    form=_forms.array,
    calls=(
        call(X3, H2, P32),
        call(np.array([1.5, -0.5]), _state(2, 1), _parameters(2, 2, 1)),
        call(np.array([0.3, 0.8, -0.6, 1.1]), np.array([0.5]), _parameters(4, 1, 2)),
        call(np.array([-0.9, 0.2]), _state(4, 3), _parameters(2, 4, 3, 0.7)),
        call(np.array([0.4, 1.3, -0.2]), np.zeros(2), _parameters(3, 2, 4)),
    ),
    laws=(_an_open_gate_keeps_the_state, _no_overflow),
    wrong=(
        Wrong(
            _step(mix=lambda z, n, h: (1 - z) * h + z * n),
            "With z = 1 the old state must stay; yours is replaced. Read the convention above.",
        ),
        Wrong(
            _step(order="zrn"),
            "torch stacks the gates as r, z, n; you read z first.",
        ),
        Wrong(
            _step(order="nrz"),
            "torch stacks the gates as r, z, n; you read n first.",
        ),
        Wrong(
            _step(order="nzr"),
            "torch stacks the gates as r, z, n; you read them the other way round.",
        ),
        Wrong(
            _step(order="rnz"),
            "torch stacks the gates as r, z, n; you read z last.",
        ),
        Wrong(
            _reset_first,
            "Yours multiplies r and h before the product. Here r comes after it: "
            "r * (h W_hn + b_hn). The two are different models.",
        ),
        Wrong(
            _step(candidate=lambda i, h, r, b: i + r * (h - b) + b),
            "Yours agrees only when b_hn = 0: the recurrent bias of the candidate stands inside "
            "the bracket, r * (h W_hn + b_hn).",
        ),
        Wrong(
            _step(candidate=lambda i, h, r, b: r * (i + h)),
            "The reset gate touches the visit too. It closes the old state alone: r stands at "
            "(h W_hn + b_hn), not at x W_in.",
        ),
        Wrong(
            _step(candidate=lambda i, h, r, b: r * i + h),
            "The reset gate stands at the visit, x W_in. It closes the old state: r stands at "
            "(h W_hn + b_hn).",
        ),
        Wrong(
            _gates_from(1, 0),
            "The gates see the visit alone. Both r and z add what comes from h.",
        ),
        Wrong(
            _gates_from(0, 1),
            "The gates see the old state alone. Both r and z add what comes from x.",
        ),
        Wrong(
            _step(candidate=lambda i, h, r, b: i + h),
            "The reset gate is missing: the candidate takes r * (h W_hn + b_hn).",
        ),
        Wrong(
            _step(mix=lambda z, n, h: n + z * h),
            "The two shares must add up to 1: the candidate is weighed with 1 - z.",
        ),
        Wrong(
            _step(mix=lambda z, n, h: z * n + z * h),
            "Both parts are weighed with z. The candidate gets 1 - z, the old state z.",
        ),
        Wrong(
            _step(mix=lambda z, n, h: (n + h) / 2),
            "Yours is the mean of the candidate and the old state, whatever z says. Mix with "
            "1 - z and z.",
        ),
        Wrong(
            _step(mix=lambda z, n, h: n),
            "Yours is the candidate alone. The new state mixes it with the old one by z.",
        ),
        Wrong(
            _step(gate=lambda a: a),
            "The sigmoid is missing at the gates: r and z must lie between 0 and 1.",
        ),
        Wrong(
            _step(gate=np.tanh),
            "The gates take a sigmoid, which lies between 0 and 1; yours can be negative. tanh is "
            "for the candidate.",
        ),
        Wrong(
            _step(gate=_hard_sigmoid),
            "Your gates are a straight line that is cut at 0 and 1, a hard sigmoid. Here it is "
            "1 / (1 + exp(-a)).",
        ),
        Wrong(
            _step(gate=lambda a: sigmoid(-a)),
            "Your sigmoid falls where it should rise: 1 / (1 + exp(-a)), with the minus.",
        ),
        Wrong(
            _step(squash=sigmoid),
            "The candidate takes tanh, which lies between -1 and 1; yours cannot be negative.",
        ),
        Wrong(
            _step(squash=lambda a: a),
            "The tanh of the candidate is missing.",
        ),
        Wrong(
            _step(squash=lambda a: np.maximum(a, 0)),
            "The candidate takes tanh, not ReLU.",
        ),
        Wrong(
            _step(b_hh=0),
            "bias_hh is missing. torch keeps two biases a gate, one for x and one for h.",
        ),
        Wrong(
            _step(b_ih=0),
            "bias_ih is missing. torch keeps two biases a gate, one for x and one for h.",
        ),
        Wrong(
            _step(b_ih=0, b_hh=0),
            "Both biases are missing, bias_ih and bias_hh.",
        ),
        Wrong(
            _column,
            "The new state has the shape of the old one, (hidden,); yours is a column.",
        ),
        Wrong(
            _both,
            "Return the new state alone, not the old one with it.",
        ),
    ),
)
