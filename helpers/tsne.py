"""t-SNE in equations, for a handful of points (van der Maaten and Hinton, 2008).

Every point of the space gives its neighbors a share, of Gaussian form; every pair of the map has
a share of Student form. The map is moved until the two tables of shares agree as far as they can.
Hundreds of points are for scikit-learn's ``TSNE``, which does the same and faster.
"""

import numpy as np
from jaxtyping import Float


def neighbor_shares(
    d2_row: Float[np.ndarray, " others"], sigma: float
) -> Float[np.ndarray, " others"]:
    """Return p_j|i: what share of a point's attention each other point gets (eq. 1).

    Parameters
    ----------
    d2_row
        Squared distances from the point to the others.
    sigma
        Width of the bell around the point, in the unit of the distances.

    Examples
    --------
    >>> neighbor_shares(np.array([0.0, 2 * np.log(3)]), sigma=1.0)
    array([0.75, 0.25])
    """
    weights = np.exp(-(d2_row - d2_row.min()) / (2 * sigma**2))
    return weights / weights.sum()


def perplexity(shares: Float[np.ndarray, " others"]) -> float:
    """Return 2 to the entropy in bits: how many equal neighbors would be as undecided.

    Examples
    --------
    >>> perplexity(np.array([0.25, 0.25, 0.25, 0.25])), perplexity(np.array([1.0, 0.0]))
    (4.0, 1.0)
    """
    some = shares[shares > 0]
    return float(2.0 ** -(some * np.log2(some)).sum())


def sigma_for_perplexity(d2_row: Float[np.ndarray, " others"], target: float) -> float:
    """Return the width of the bell at which the shares of the others have this perplexity.

    Found by halving, on a logarithmic scale: a wider bell gives a larger perplexity.

    Raises
    ------
    ValueError
        If no width gives it: the perplexity lies between the number of nearest points (more than
        one in a tie) and the number of all others.
    """
    nearest = int((d2_row == d2_row.min()).sum())
    if not nearest < target < len(d2_row):
        raise ValueError(
            f"perplexity {target} is not between {nearest} and {len(d2_row)}, "
            "the numbers of nearest and of all other points"
        )
    # in double precision: single steps are coarser than the width at which the halving ends
    d2_row = d2_row.astype(float)
    gaps = np.sqrt(d2_row - d2_row.min())
    low, high = np.log(gaps[gaps > 0].min()) - 5, np.log(gaps.max()) + 12
    while high - low > 1e-12:
        middle = (low + high) / 2
        if perplexity(neighbor_shares(d2_row, np.exp(middle))) < target:
            low = middle
        else:
            high = middle
    return float(np.exp(high))


def p_matrix(X: Float[np.ndarray, "n dim"], target: float) -> Float[np.ndarray, "n n"]:
    """Return P: the shares of all points at this perplexity, made symmetric; all sum to 1.

    p_ij = (p_j|i + p_i|j) / (2 n), so that every point has a say, however far out it lies.
    """
    n = len(X)
    d2 = squared_distances(X)
    shares = np.zeros((n, n))
    for i in range(n):
        others = np.arange(n) != i
        shares[i, others] = neighbor_shares(
            d2[i, others], sigma_for_perplexity(d2[i, others], target)
        )
    return (shares + shares.T) / (2 * n)


def q_matrix(Y: Float[np.ndarray, "n dims"]) -> Float[np.ndarray, "n n"]:
    """Return Q: 1 / (1 + d²) for every ordered pair of the map, divided by their sum (eq. 4).

    Examples
    --------
    >>> q_matrix(np.array([[0.0], [1.0], [2.0]])).round(3)
    array([[0.   , 0.208, 0.083],
           [0.208, 0.   , 0.208],
           [0.083, 0.208, 0.   ]])
    """
    weights = 1 / (1 + squared_distances(Y))
    np.fill_diagonal(weights, 0)
    return weights / weights.sum()


def kl_divergence(P: Float[np.ndarray, "n n"], Q: Float[np.ndarray, "n n"]) -> float:
    """Return KL(P || Q) = Σ p ln(p / q), what the map is made to have small (section 3.1)."""
    some = P > 0
    return float((P[some] * np.log(P[some] / Q[some])).sum())


def kl_gradient(
    P: Float[np.ndarray, "n n"], Y: Float[np.ndarray, "n dims"]
) -> Float[np.ndarray, "n dims"]:
    """Return the slope of KL(P || Q) in every coordinate of the map (eq. 5).

    4 Σ_j (p_ij - q_ij) (y_i - y_j) / (1 + d_ij²): springs that pull where p > q and push where
    p < q.
    """
    pull = (P - q_matrix(Y)) / (1 + squared_distances(Y))
    return 4 * (pull.sum(axis=1)[:, None] * Y - pull @ Y)


def squared_distances(X: Float[np.ndarray, "n dim"]) -> Float[np.ndarray, "n n"]:
    """Return the squared Euclidean distance of every pair of rows."""
    return ((X[:, None] - X[None]) ** 2).sum(axis=2)
