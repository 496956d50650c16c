"""What a layer does to its scores: ReLU, sigmoid, softmax, on numpy arrays."""

import numpy as np
from jaxtyping import Float, Num


def relu(x: Num[np.ndarray, "*shape"]) -> Num[np.ndarray, "*shape"]:
    """Return what is positive; the rest becomes 0.

    Examples
    --------
    >>> relu(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    return np.maximum(x, 0)


def sigmoid(x: Float[np.ndarray, "*shape"] | float) -> Float[np.ndarray, "*shape"] | float:
    """Return ``1 / (1 + exp(-x))``, written with tanh so that it cannot overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def softmax(
    scores: Float[np.ndarray, "*batch scored"], axis: int | None = -1
) -> Float[np.ndarray, "*batch scored"]:
    """Turn scores into shares that sum to 1 along an axis, or in all if it is None.

    The largest score is taken off first: the shares stay the same, and nothing overflows.
    """
    weights = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return weights / weights.sum(axis=axis, keepdims=True)
