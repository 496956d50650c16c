"""PCA and the truncated SVD: the best few directions of a table of numbers.

Every matrix is ``A = U diag(s) Vt`` with orthonormal columns in ``U``, orthonormal rows in
``Vt`` and singular values ``s``, non-negative and falling. Cutting all three after ``k`` gives
the matrix of rank ``k`` nearest to ``A`` (Eckart and Young, 1936). PCA is the same cut applied
to a table whose columns were centered first (Pearson 1901; Jolliffe and Cadima 2016, section 2).

References
----------
C. Eckart and G. Young (1936), The approximation of one matrix by another of lower rank,
Psychometrika 1. I. T. Jolliffe and J. Cadima (2016), Principal component analysis: a review and
recent developments, Phil. Trans. R. Soc. A 374.
"""

import math

import numpy as np
from jaxtyping import Float

ROUNDING = 1e-12  # a share that misses its aim by less than this has reached it


def pca_fit(X: Float[np.ndarray, "n p"], k: int) -> dict[str, np.ndarray]:
    """Return the column means of `X` and its `k` directions of largest variance.

    Returns
    -------
    dict
        ``mean`` (p,): the column means; ``components`` (k, p): orthonormal rows, largest
        variance first, each with its largest entry positive so that the sign is settled;
        ``ratio`` (k,): the share of the total variance that each one carries,
        ``s**2 / sum(s**2)``.

    Raises
    ------
    ValueError
        If `X` is no table of finite numbers, has one row only or no variance at all, or if
        `k` lies outside ``1 .. min(n, p)``.

    Examples
    --------
    >>> model = pca_fit(np.array([[0.0, 5.0], [3.0, 9.0], [6.0, 13.0]]), k=1)
    >>> model["mean"], model["components"].round(3), model["ratio"].round(3)
    (array([3., 9.]), array([[0.6, 0.8]]), array([1.]))
    """
    X = _table(X)
    if len(X) < 2:
        raise ValueError("variance needs at least two rows")
    _check_rank(k, X.shape, smallest=1)
    mean = X.mean(axis=0)
    _, s, Vt = np.linalg.svd(X - mean, full_matrices=False)
    if s[0] <= ROUNDING * (1 + np.abs(X).max()):
        raise ValueError("all rows are the same: there is no variance to keep")
    largest = np.abs(Vt).argmax(axis=1)
    sign = np.sign(Vt[np.arange(len(Vt)), largest])
    components = (Vt * sign[:, None])[:k]
    return {"mean": mean, "components": components, "ratio": (s**2 / np.sum(s**2))[:k]}


def pca_transform(
    X: Float[np.ndarray, "n p"], model: dict[str, np.ndarray]
) -> Float[np.ndarray, "n k"]:
    """Return the coordinates of rows along the components of a fitted model.

    The rows may be new ones. They are centered with the mean *stored in the model*, so that
    old and new rows are measured from one origin.

    Raises
    ------
    ValueError
        If `X` has another number of columns than the model was fitted on.
    """
    X, mean = np.asarray(X, dtype=float), model["mean"]
    if X.ndim != 2 or X.shape[1] != len(mean):
        raise ValueError(f"the model was fitted on {len(mean)} columns, X has shape {X.shape}")
    return (X - mean) @ model["components"].T


def pca_inverse(
    Z: Float[np.ndarray, "n k"], model: dict[str, np.ndarray]
) -> Float[np.ndarray, "n p"]:
    """Return the rows of the original space that have the coordinates `Z`."""
    return Z @ model["components"] + model["mean"]


def eigenvalues(X: Float[np.ndarray, "n p"]) -> Float[np.ndarray, " r"]:
    """Return the variances along all principal directions, largest first.

    They are the eigenvalues of the covariance matrix of the columns (divisor ``n - 1``), found
    as ``s**2 / (n - 1)`` of the centered table. Their sum is the total variance.
    """
    X = _table(X)
    return np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2 / (len(X) - 1)


def truncate(
    A: Float[np.ndarray, "m n"], k: int
) -> tuple[Float[np.ndarray, "m k"], Float[np.ndarray, " k"], Float[np.ndarray, "k n"]]:
    """Return the first `k` columns of U, singular values, and rows of Vt.

    ``reconstruct(*truncate(A, k))`` is nearest to `A` among all matrices of rank `k`, in the
    sum of squared differences (Eckart and Young, 1936).

    Raises
    ------
    ValueError
        If `A` is no table of finite numbers or `k` lies outside ``0 .. min(m, n)``.
    """
    A = _table(A)
    _check_rank(k, A.shape, smallest=0)
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return U[:, :k], s[:k], Vt[:k]


def reconstruct(
    U: Float[np.ndarray, "m k"], s: Float[np.ndarray, " k"], Vt: Float[np.ndarray, "k n"]
) -> Float[np.ndarray, "m n"]:
    """Multiply the three factors: ``U diag(s) Vt``, a sum of `k` matrices of rank 1."""
    return (U * s) @ Vt


def truncation_error(s: Float[np.ndarray, " r"], k: int) -> float:
    """Return the Frobenius distance between a matrix and its best copy of rank `k`.

    It is the root of the sum of the dropped singular values squared (Eckart and Young, 1936).

    Examples
    --------
    >>> truncation_error(np.array([9.0, 4.0, 3.0]), k=1)
    5.0
    """
    return float(np.sqrt(np.sum(np.asarray(s)[k:] ** 2)))


def rank_for(s: Float[np.ndarray, " r"], share: float) -> int:
    """Return the smallest `k` whose first singular values carry `share` of the sum of squares.

    A share that is reached exactly, or missed by rounding alone, is reached.

    Parameters
    ----------
    s
        Singular values, largest first.
    share
        Above 0, at most 1.

    Raises
    ------
    ValueError
        If `share` lies outside ``(0, 1]``, or `s` is empty, all zero or not sorted.

    Examples
    --------
    >>> rank_for(np.array([2.0, 1.0, 1.0]), share=0.8)
    2
    """
    s = np.asarray(s, dtype=float)
    if not 0 < share <= 1:
        raise ValueError(f"share must be above 0 and at most 1, not {share}")
    if not s.any() or (np.diff(s) > 0).any() or s.min() < 0:
        raise ValueError("s must be singular values: non-negative, largest first, not all zero")
    kept = np.cumsum(s**2)
    return int(np.searchsorted(kept, share * kept[-1] * (1 - ROUNDING))) + 1


def storage(m: int, n: int, k: int) -> int:
    """Return how many numbers a cut of rank `k` of an m x n matrix holds: ``k (m + n + 1)``."""
    return k * (m + n + 1)


def break_even_rank(m: int, n: int) -> int:
    """Return the largest rank whose cut takes less room than the m x n numbers themselves.

    Examples
    --------
    >>> break_even_rank(6, 6), storage(6, 6, 2), storage(6, 6, 3)
    (2, 26, 39)
    """
    return math.ceil(m * n / (m + n + 1)) - 1


def rotate(E: Float[np.ndarray, "n d"], rng: np.random.Generator) -> Float[np.ndarray, "n d"]:
    """Return `E` after one random rotation of its space (which may include a mirror image).

    Every row is multiplied from the right by the same orthogonal matrix: Q of the QR of a
    Gaussian matrix, with the signs that make it uniform among all orthogonal matrices
    (Mezzadri 2007, How to generate random matrices from the classical compact groups).
    """
    Q, R = np.linalg.qr(rng.normal(size=(E.shape[1], E.shape[1])))
    return E @ (Q * np.sign(np.diag(R)))


def turn(points: Float[np.ndarray, "n 2"], degrees: float) -> Float[np.ndarray, "n 2"]:
    """Return points of the plane turned about the origin, counterclockwise.

    Examples
    --------
    >>> turn(np.array([[2.0, 0.0]]), 90).round(9)
    array([[0., 2.]])
    """
    angle = math.radians(degrees)
    c, s = math.cos(angle), math.sin(angle)
    return np.asarray(points) @ np.array([[c, s], [-s, c]])


def _table(A: np.ndarray) -> np.ndarray:
    A = np.asarray(A, dtype=float)
    if A.ndim != 2 or A.size == 0:
        raise ValueError(f"expected a table of numbers, got shape {A.shape}")
    if not np.isfinite(A).all():
        row, column = np.argwhere(~np.isfinite(A))[0]
        raise ValueError(f"row {row}, column {column} is {A[row, column]}, not a finite number")
    return A


def _check_rank(k: int, shape: tuple[int, int], smallest: int) -> None:
    if not smallest <= k <= min(shape):
        raise ValueError(f"k must lie in {smallest}..{min(shape)} for shape {shape}, not {k}")
