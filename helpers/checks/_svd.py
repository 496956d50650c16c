"""Checks for the truncated SVD and the choice of its rank."""

import numpy as np

from helpers import decomposition
from helpers.checks import _forms
from helpers.checks._compare import plain, same
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.checks._tables import table

# --------------------------------------------------------------------------- 2.2 truncate
BOX = table(5, 3, seed=4, mean=1.0)
FLAT = table(3, 6, seed=5)
SQUARE = table(4, 4, seed=6, mean=0.5)


def _svd(A):
    return np.linalg.svd(np.asarray(A, dtype=float), full_matrices=False)


def _rows_of_u(A, k):
    U, s, Vt = _svd(A)
    return U[:k], s[:k], Vt[:k]


def _columns_of_vt(A, k):
    U, s, Vt = _svd(A)
    return U[:, :k], s[:k], Vt[:, :k]


def _u_turned(A, k):
    U, s, Vt = _svd(A)
    return U[:, :k].T, s[:k], Vt[:k]


def _rows_of_v(A, k):
    U, s, Vt = _svd(A)
    return U[:, :k], s[:k], Vt.T[:k]


def _counted_from_one(A, k):
    U, s, Vt = _svd(A)
    return U[:, 1 : k + 1], s[1 : k + 1], Vt[1 : k + 1]


def _v_not_vt(A, k):
    U, s, Vt = _svd(A)
    return U[:, :k], s[:k], Vt[:k].T


def _diagonal_matrix(A, k):
    U, s, Vt = _svd(A)
    return U[:, :k], np.diag(s[:k]), Vt[:k]


def _s_inside_u(A, k):
    U, s, Vt = _svd(A)
    return U[:, :k] * s[:k], s[:k], Vt[:k]


def _rows_scaled(A, k):
    U, s, Vt = _svd(A)
    return (s * U.T).T[:, :k], s[:k], Vt[:k]


def _nothing_cut(A, k):
    return _svd(A)


def _zeros_in_place(A, k):
    U, s, Vt = _svd(A)
    return U, np.where(np.arange(len(s)) < k, s, 0), Vt


def _product(A, k):
    U, s, Vt = _svd(A)
    return (U[:, :k] * s[:k]) @ Vt[:k]


def _smallest(A, k):
    U, s, Vt = _svd(A)
    return U[:, len(s) - k :], s[len(s) - k :], Vt[len(s) - k :]


def _centered(A, k):
    U, s, Vt = _svd(A - A.mean(axis=0))
    return U[:, :k], s[:k], Vt[:k]


def _squared(A, k):
    U, s, Vt = _svd(A)
    return U[:, :k], s[:k] ** 2, Vt[:k]


def _cut(answer, A=BOX, k=2):
    U, s, Vt = (np.asarray(plain(part), dtype=float) for part in answer(A.copy(), k))
    return U, s, Vt


def _best(A, k):
    return decomposition.reconstruct(*decomposition.truncate(A, k))


def _same_cut(got, expected):
    if len(got) != 3:
        return False
    got = [np.asarray(plain(part), dtype=float) for part in got]
    if not len(expected[1]):
        return not any(part.size for part in got)
    return all(g.shape == e.shape for g, e in zip(got, expected, strict=True)) and (
        same(decomposition.reconstruct(*got), decomposition.reconstruct(*expected), 1e-4)
        and same(got[1], np.asarray(expected[1]), 1e-4)
        and same(got[0].T @ got[0], np.eye(len(got[1])), 1e-4)
        and same(got[2] @ got[2].T, np.eye(len(got[1])), 1e-4)
    )


def _is_one_matrix(answer):
    out = plain(answer(BOX.copy(), 2))
    return isinstance(out, np.ndarray) and out.shape == BOX.shape


def _is_not_cut(answer):
    out = plain(answer(BOX.copy(), 1))
    if isinstance(out, np.ndarray):
        return out.shape == BOX.shape and np.allclose(out, BOX)
    U, s, Vt = out
    s = np.diag(s) if s.ndim == 2 else s
    return np.allclose((U[:, : len(s)] * s) @ Vt[: len(s)], BOX, atol=1e-4)


def _has_zeros(answer):
    s = _cut(answer, k=1)[1]
    s = np.diag(s) if s.ndim == 2 else s
    return s.size > 1 and s[0] > 0 and not s[1:].any()


def _kept_rows_of_u(answer):
    U, _, Vt = _cut(answer)
    return U.shape[0] == 2 and Vt.shape[0] == 2 and U.shape[1] in (2, 3, 5) and Vt.shape[1] == 3


def _u_is_turned(answer):
    U, s, Vt = _cut(answer)
    return U.shape == (2, 5) and np.allclose((U.T * s) @ Vt, _best(BOX, 2), atol=1e-4)


def _are_rows_of_v(answer):
    return all(
        np.allclose(abs(_cut(answer, A)[2]), abs(_svd(A)[2].T[:2]), atol=1e-4)
        for A in (BOX, SQUARE)
    )


def _is_diagonal(answer):
    return _cut(answer)[1].shape == (2, 2)


def _vt_is_turned(answer):
    U, s, V = _cut(answer)
    return V.shape == (3, 2) and np.allclose((U * s) @ V.T, _best(BOX, 2), atol=1e-4)


def _kept_columns_of_vt(answer):
    return _cut(answer)[2].shape in ((3, 2), (2, 2))


def _u_has_length_s(answer):
    U, s, _ = _cut(answer)
    return np.allclose(U.T @ U, np.diag(s**2), atol=1e-4)


def _u_has_scaled_rows(answer):
    U, _, _ = _cut(answer, SQUARE)
    s = np.linalg.svd(SQUARE, compute_uv=False)
    unscaled = U / s[:, None]
    return np.allclose(unscaled.T @ unscaled, np.eye(2), atol=1e-4)


def _values_are(kept):
    """Return a symptom: the singular values of a square table are those of this slice."""

    def symptom(answer):
        s = np.linalg.svd(SQUARE, compute_uv=False)[kept]
        return np.allclose(np.sort(_cut(answer, SQUARE)[1]), np.sort(s), atol=1e-4)

    return symptom


def _is_of_centered(answer):
    s = np.linalg.svd(BOX - BOX.mean(axis=0), compute_uv=False)
    return np.allclose(_cut(answer)[1], s[:2], atol=1e-4)


def _s_is_squared(answer):
    s = np.linalg.svd(BOX, compute_uv=False)
    return np.allclose(_cut(answer)[1], s[:2] ** 2, atol=1e-4)


def _returns_three_factors(answer):
    out = answer(BOX.copy(), 2)
    if not isinstance(out, tuple | list) or len(out) != 3:
        return "Return three things in this order: U_k, s_k, Vt_k."
    shapes = tuple(np.shape(part) for part in out)
    if shapes != ((5, 2), (2,), (2, 3)):
        return f"For A of shape (5, 3) and k=2 expected shapes (5, 2), (2,), (2, 3), not {shapes}."
    return None


def _has_unit_columns(answer):
    U, s, Vt = _cut(answer)
    for name, gram in (("columns of U_k", U.T @ U), ("rows of Vt_k", Vt @ Vt.T)):
        length = max(np.diag(gram) ** 0.5, key=lambda length: abs(length - 1))
        if abs(length - 1) > 1e-4:
            return f"The {name} should have length 1; one has {length:.4f}."
        if abs(gram[0, 1]) > 1e-4:
            return f"The {name} should be at right angles; two have dot product {gram[0, 1]:.3f}."
    if (np.diff(s) > 0).any() or s.min() < 0:
        return "Singular values are non-negative and come largest first."
    return None


def _has_the_least_error(answer):
    for A in (BOX, FLAT, SQUARE):
        for k in range(1, min(A.shape) + 1):
            U, s, Vt = _cut(answer, A, k)
            if len(s) != k:
                return f"At k={k}, for A of shape {A.shape}, {len(s)} singular values came back."
            error = np.linalg.norm(A - decomposition.reconstruct(U, s, Vt))
            dropped = decomposition.truncation_error(_svd(A)[1], k)
            if abs(error - dropped) > 1e-4:
                return (
                    f"At k={k} the error of your product is {error:.3f}; the root of the sum of "
                    f"the dropped s² is {dropped:.3f}."
                )
    return None


def _beats_random_matrices(answer):
    rng = np.random.default_rng(0)
    mine = np.linalg.norm(FLAT - decomposition.reconstruct(*_cut(answer, FLAT, 1)))
    for _ in range(20):
        Q = np.linalg.qr(rng.normal(size=(3, 1)))[0]
        if np.linalg.norm(FLAT - Q @ (Q.T @ FLAT)) < mine - 1e-4:
            return "A random matrix of rank 1 comes nearer to A than yours."
    return None


def _allows_rank_zero(answer):
    shapes = [part.shape for part in _cut(answer, SQUARE, 0)]
    if any(0 not in shape for shape in shapes):
        return f"For k=0 nothing is kept: shapes (4, 0), (0,), (0, 4), not {shapes}."
    return None


truncate = Exercise(
    name="truncate",
    number="2.2",
    review="section 4",
    reference=decomposition.truncate,
    calls=(call(BOX, 2), call(FLAT, 1), call(SQUARE, 2), call(SQUARE, 0), call(SQUARE, 4)),
    equal=_same_cut,
    form=_forms.arrays,
    laws=(
        _returns_three_factors,
        _has_unit_columns,
        _has_the_least_error,
        _beats_random_matrices,
        _allows_rank_zero,
    ),
    wrong=(
        Wrong(_nothing_cut, "Error 0 for k=1: nothing was cut.", _is_not_cut),
        Wrong(
            _product,
            "You returned the product, as large as A. Return the three small factors: they are "
            "what is stored.",
            _is_one_matrix,
        ),
        Wrong(
            _zeros_in_place,
            "You set the small values to 0 and kept the full size, so no room is saved. Cut the "
            "three arrays.",
            _has_zeros,
        ),
        Wrong(
            _u_turned,
            "Your first factor is turned: shape (k, m). Return U_k, shape (m, k).",
            _u_is_turned,
        ),
        Wrong(_rows_of_u, "You kept k rows of U. Keep k columns.", _kept_rows_of_u),
        Wrong(
            _v_not_vt,
            "Your third factor is V, shape (n, k). Return Vt_k, shape (k, n).",
            _vt_is_turned,
        ),
        Wrong(
            _columns_of_vt,
            "You kept k columns of Vt. Each singular value belongs to a row of Vt: keep k rows.",
            _kept_columns_of_vt,
        ),
        Wrong(
            _rows_of_v,
            "Your third factor has rows of V. Keep rows of Vt; numpy's svd returns Vt already.",
            _are_rows_of_v,
        ),
        Wrong(
            _diagonal_matrix,
            "Your s_k is a diagonal matrix. k numbers are enough: return a vector of shape (k,).",
            _is_diagonal,
        ),
        Wrong(
            _s_inside_u,
            "Your U_k already contains s. Keep its columns at length 1, or s counts twice.",
            _u_has_length_s,
        ),
        Wrong(
            _rows_scaled,
            "You scaled the rows of U with s. Each s belongs to a column of U; here, leave U as "
            "it is.",
            _u_has_scaled_rows,
        ),
        Wrong(
            _smallest,
            "You kept the smallest singular values. Keep the first k.",
            _values_are(slice(2, 4)),
        ),
        Wrong(
            _counted_from_one,
            "You left the largest singular value out and kept the next k. Python counts from 0.",
            _values_are(slice(1, 3)),
        ),
        Wrong(
            _centered,
            "You centered A first. That is PCA; the SVD takes A as it is.",
            _is_of_centered,
        ),
        Wrong(_squared, "You squared s. A is U times s times Vt, with s unsquared.", _s_is_squared),
    ),
)


# --------------------------------------------------------------------------- 2.3 rank_for
EIGHTHS = np.array([2.0, 1.0, 1.0, 1.0, 1.0])  # shares .5 .625 .75 .875 1, exact in binary
STEEP = np.array([8.0, 4.0, 2.0, 1.0, 0.0])
# the shares of these sum to a little less than 1 if each is divided first
ROUNDED = np.array([7.0, 6.0, 5.0, 3.0])
ROUNDED_AND_ZERO = np.append(ROUNDED, 0.0)


def _index(s, share):
    return decomposition.rank_for(s, share) - 1


def _one_more(s, share):
    return decomposition.rank_for(s, share) + 1


def _accumulates_s(s, share):
    return decomposition.rank_for(np.sqrt(s), share)


def _strictly_more(s, share):
    return decomposition.rank_for(s, min(share + 1e-9, 1.0)) if share < 1 else len(s)


def _single_share(s, share):
    return int((s**2 / (s**2).sum() >= share).sum())


def _no_total(s, share):
    return int(np.argmax(np.cumsum(s**2) >= share)) + 1


def _dropped_share(s, share):
    return decomposition.rank_for(s, 1 - share) if share < 1 else 0


def _rounding_forgotten(s, share):
    kept = np.cumsum(s**2 / (s**2).sum())
    return int(np.argmax(kept >= share)) + 1


def _generous(s, share):
    return decomposition.rank_for(s, max(share - 0.01, 1e-9))


def _all_for_one(s, share):
    return len(s) if share == 1 else decomposition.rank_for(s, share)


def _between_hits(answer):
    """Return the answers at shares that no running sum hits, and the right ones."""
    pairs = [(EIGHTHS, 0.3), (EIGHTHS, 0.6), (EIGHTHS, 0.8), (STEEP, 0.9), (STEEP, 0.96)]
    return [int(answer(s.copy(), share)) for s, share in pairs], [
        decomposition.rank_for(s, share) for s, share in pairs
    ]


def _misses_exact_hits(answer):
    got, right = _between_hits(answer)
    return got == right and int(answer(EIGHTHS.copy(), 0.625)) == 3


def _has_single_shares(answer):
    return _between_hits(answer)[0] == [1, 0, 0, 0, 0]


def _is_the_dropped(answer):
    pairs = [(EIGHTHS, 0.3), (EIGHTHS, 0.6), (EIGHTHS, 0.8), (STEEP, 0.9), (STEEP, 0.96)]
    got = [int(answer(s.copy(), share)) for s, share in pairs]
    return got == [decomposition.rank_for(s, 1 - share) for s, share in pairs]


def _stumbles_at_one(answer):
    """Tell whether share 1.0 works where the sums are exact, and fails where they are rounded."""
    got, right = _between_hits(answer)
    exact = [int(answer(s.copy(), share)) for s, share in ((EIGHTHS, 0.625), (EIGHTHS, 1.0))]
    whole = [answer(s.copy(), 1.0) for s in (ROUNDED, ROUNDED_AND_ZERO)]
    stumbles = any(k is None or int(k) != len(ROUNDED) for k in whole)
    return got == right and exact == [2, 5] and stumbles and answer(STEEP.copy(), 1.0) == 4


def _has_too_much_slack(answer):
    return answer(EIGHTHS.copy(), 0.7505) == 3 and answer(EIGHTHS.copy(), 0.77) == 4


def _counts_zeros(answer):
    got, right = _between_hits(answer)
    return got == right and int(answer(STEEP.copy(), 1.0)) == len(STEEP)


def _is_an_index(answer):
    got, right = _between_hits(answer)
    return got == [k - 1 for k in right]


def _is_one_too_many(answer):
    got, right = _between_hits(answer)
    return got == [k + 1 for k in right]


rank_for = Exercise(
    name="rank_for",
    number="2.3",
    review="section 4",
    reference=decomposition.rank_for,
    calls=(
        call(EIGHTHS, 0.3),
        call(EIGHTHS, 0.6),
        call(EIGHTHS, 0.8),
        call(STEEP, 0.9),
        call(STEEP, 0.96),
        call(EIGHTHS, 0.7505),
        call(EIGHTHS / 4, 0.3),
        call(EIGHTHS, 0.625),
        call(EIGHTHS, 1.0),
        call(STEEP, 1.0),
        call(ROUNDED, 1.0),
        call(ROUNDED_AND_ZERO, 1.0),
    ),
    form=_forms.whole,
    wrong=(
        Wrong(_index, "k components, not index k: yours is one too small.", _is_an_index),
        Wrong(
            _one_more, "Yours is one too large: the smallest k that is enough.", _is_one_too_many
        ),
        Wrong(_accumulates_s, "You accumulate s; variance accumulates s²."),
        Wrong(
            _strictly_more,
            "Reaching the share exactly is enough: on the values 2, 1, 1, 1, 1 two of them carry "
            "exactly .625.",
            _misses_exact_hits,
        ),
        Wrong(
            _single_share,
            "You compare single shares. Add them up from the largest on.",
            _has_single_shares,
        ),
        Wrong(
            _no_total,
            "You compare sums of s² with a share. Divide them by the sum of all s².",
        ),
        Wrong(
            _dropped_share,
            "This is the k for the share that is dropped. Ask what is kept.",
            _is_the_dropped,
        ),
        Wrong(
            _rounding_forgotten,
            "Share 1.0 fails by rounding: a running sum of shares can end at .9999999999999999. "
            "Compare with a little slack (1e-12), or sum first and divide last.",
            _stumbles_at_one,
        ),
        Wrong(
            _generous,
            "For share .7505 you keep three values, which carry .75. A slack of 1e-9 is enough for "
            "rounding; yours is too large.",
            _has_too_much_slack,
        ),
        Wrong(
            _all_for_one,
            "With share 1.0 you return all values. Zeros at the end add nothing: the smallest k "
            "leaves them out.",
            _counts_zeros,
        ),
    ),
)
