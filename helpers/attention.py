"""Scaled dot-product attention (Vaswani et al. 2017, equation 1).

Every token asks a question, its query; every token offers a key and a value. What a token takes
home is a weighted mean of the values, with the weights of a softmax over the keys::

    w = softmax(Q K^T / sqrt(d))        out = w V
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor


def attention(
    Q: Float[Tensor, "*batch queries dim"],
    K: Float[Tensor, "*batch keys dim"],
    V: Float[Tensor, "*batch keys width"],
    mask: Bool[Tensor, "*anything"] | None = None,
) -> tuple[Float[Tensor, "*batch queries width"], Float[Tensor, "*batch queries keys"]]:
    """Return the weighted means of the values, and the weights.

    Parameters
    ----------
    Q, K, V
        Queries, keys and values, one a row; all axes before the last two are a batch.
    mask
        True where a key is real and may be looked at; anything that broadcasts to the weights, so
        one row of length keys hides the same keys from every query.

        This is how `torch.nn.functional.scaled_dot_product_attention` reads a boolean mask. The
        `key_padding_mask` of `torch.nn.MultiheadAttention` is True where there is *padding*.

    Raises
    ------
    ValueError
        If the mask hides all keys from a query: its weights would be 0 / 0.

    Examples
    --------
    >>> query, keys = torch.tensor([[2.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    >>> out, weights = attention(query, keys, keys, torch.tensor([True, False]))
    >>> weights
    tensor([[1., 0.]])
    """
    scores = Q @ K.transpose(-2, -1) / Q.shape[-1] ** 0.5
    if mask is not None:
        if not mask.any(dim=-1).all():
            raise ValueError("the mask leaves a query no key that it may look at")
        scores = scores.masked_fill(~mask, -torch.inf)  # before the softmax, which then gives 0
    weights = torch.softmax(scores, dim=-1)
    return weights @ V, weights
