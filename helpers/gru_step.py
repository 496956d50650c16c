"""One step of a gated recurrent unit by hand (Cho et al. 2014, in the convention of torch).

A patient is read visit by visit. The state ``h`` is what is kept of the visits so far. One step
takes the next visit ``x`` and gives the next state::

    r  = sigmoid(x W_ir + b_ir  +  h W_hr + b_hr)          reset gate
    z  = sigmoid(x W_iz + b_iz  +  h W_hz + b_hz)          update gate
    n  = tanh(x W_in + b_in  +  r * (h W_hn + b_hn))       candidate
    h2 = (1 - z) * n  +  z * h

With z = 1 the old state stays. Cho et al. write the last line this way round too; other texts
exchange the roles of z and 1 - z. And r is applied after the product with ``h``, as in torch
and in cuDNN; Cho et al. multiply r and ``h`` first.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from jaxtyping import Float

from helpers.activations import sigmoid

Parameters = Mapping[str, np.ndarray]

NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def gru_step(
    x: Float[np.ndarray, "*batch dim"], h: Float[np.ndarray, "*batch hidden"], P: Parameters
) -> Float[np.ndarray, "*batch hidden"]:
    """Return the state after one more visit.

    Parameters
    ----------
    x
        Vector of the visit.
    h
        State so far.
    P
        ``weight_ih`` (3 hidden, dim), ``weight_hh`` (3 hidden, hidden), ``bias_ih`` and
        ``bias_hh`` (3 hidden,): as :class:`torch.nn.GRUCell` keeps them, the rows of r, of z and
        of n one below the other. They are the transposes of the W above.
    """
    i_r, i_z, i_n = np.split(x @ P["weight_ih"].T + P["bias_ih"], 3, axis=-1)
    h_r, h_z, h_n = np.split(h @ P["weight_hh"].T + P["bias_hh"], 3, axis=-1)
    r, z = sigmoid(i_r + h_r), sigmoid(i_z + h_z)
    n = np.tanh(i_n + r * h_n)
    return (1 - z) * n + z * h


def read_visits(
    visits: Sequence[np.ndarray] | Float[np.ndarray, "visits dim"], P: Parameters
) -> Float[np.ndarray, " hidden"]:
    """Return the last state after all visits, from a state of zeros.

    A patient without visits is a vector of zeros.
    """
    h = np.zeros(P["weight_hh"].shape[1])
    for x in visits:
        h = gru_step(x, h, P)
    return h


def n_parameters(dim: int, hidden: int) -> int:
    """Count the parameters: three gates, each with two tables and two biases.

    Examples
    --------
    >>> n_parameters(64, 32), sum(p.numel() for p in torch.nn.GRUCell(64, 32).parameters())
    (9408, 9408)
    """
    return 3 * (hidden * dim + hidden * hidden + 2 * hidden)


def parameters_of(cell: torch.nn.Module) -> dict[str, np.ndarray]:
    """Return the parameters of a :class:`torch.nn.GRUCell` as arrays, by name."""
    return {name: getattr(cell, name).detach().double().numpy() for name in NAMES}
