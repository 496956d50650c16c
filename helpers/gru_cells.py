"""The step of a gated recurrent unit, in the three forms that programs mean by that name.

From the state ``h`` and the input ``x`` of one visit, with tables ``W`` and ``U`` for each of
the gates z (keep), r (reset) and the proposal n::

    z = s(x W_z + h U_z + b_z)      r = s(x W_r + h U_r + b_r)
    n = tanh(x W_n + b_n + (r * h) U_n)           reset before the product with U_n
    n = tanh(x W_n + b_n + r * (h U_n + c_n))     reset after it; `torch.nn.GRU` does this
    new h = z * h + (1 - z) * n

Cho et al. (2014) reset before. The two forms are not the same model: numbers trained with one
mean nothing in the other.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor


def hard_sigmoid(x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Three straight lines in place of the sigmoid, ``0.2 x + 0.5`` between 0 and 1.

    This is what Keras gave its GRU before TensorFlow 2. It is not `torch.nn.Hardsigmoid`, whose
    slope is 1/6.
    """
    return (0.2 * x + 0.5).clamp(0, 1)


class GRUVariant(NamedTuple):
    """One of the forms: the function of the gates, and whether the reset is after the product."""

    gate: Callable[[Tensor], Tensor]
    reset_after: bool


VARIANTS = {
    "v1": GRUVariant(hard_sigmoid, reset_after=False),  # what the released MiME runs
    "sigmoid_reset_before": GRUVariant(torch.sigmoid, reset_after=False),
    "sigmoid_reset_after": GRUVariant(torch.sigmoid, reset_after=True),  # torch, TensorFlow 2
}


def gru_step(
    from_input: Float[Tensor, "patients three_hidden"],
    h: Float[Tensor, "patients hidden"],
    recurrent: Float[Tensor, "hidden three_hidden"],
    recurrent_bias: Float[Tensor, " three_hidden"] | None,
    variant: GRUVariant,
) -> Float[Tensor, "patients hidden"]:
    """Return the state after one more visit.

    Parameters
    ----------
    from_input
        ``x W + b`` with the columns of z, r and n side by side.
    recurrent
        ``U``, columns in the same order.
    recurrent_bias
        ``c``; there is one only if the reset is after the product.
    """
    hidden = h.shape[1]
    gates = [2 * hidden, hidden]  # z and r together, n
    zr_input, n_input = from_input.split(gates, dim=1)
    if variant.reset_after:
        zr_state, n_state = torch.addmm(recurrent_bias, h, recurrent).split(gates, dim=1)
        z, r = variant.gate(zr_input + zr_state).chunk(2, dim=1)
        n = torch.tanh(n_input + r * n_state)
    else:
        zr_recurrent, n_recurrent = recurrent.split(gates, dim=1)
        z, r = variant.gate(torch.addmm(zr_input, h, zr_recurrent)).chunk(2, dim=1)
        n = torch.tanh(torch.addmm(n_input, r * h, n_recurrent))
    return torch.lerp(n, h, z)  # z * h + (1 - z) * n
