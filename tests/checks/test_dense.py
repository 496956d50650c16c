"""Answers that the catalogue does not hold: right ones pass, wrong ones get the hint meant."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA, TruncatedSVD

from helpers.checks import dense
from helpers.checks._exercise import NOT_YET
from tests.checks.judging import hinted, passes

pytestmark = pytest.mark.usefixtures("in_this_process")


# -------------------------------------------------------------------- 2.1a pca_fit
def fit_by_scikit_learn(data, n):
    pca = PCA(n_components=n).fit(data)
    return {
        "mean": pca.mean_,
        "components": pca.components_,
        "ratio": pca.explained_variance_ratio_,
        "kind": "extra keys do no harm",
    }


def fit_by_eigh(X, k):
    values, vectors = np.linalg.eigh(np.cov(X.T))
    values, vectors = values[::-1], vectors[:, ::-1]
    return dict(mean=X.mean(0), components=-vectors[:, :k].T, ratio=values[:k] / values.sum())


def fit_by_torch(X, k):
    X = torch.tensor(X)
    _, s, V = torch.pca_lowrank(X, q=min(X.shape), center=True, niter=20)
    return {"mean": X.mean(0), "components": V.T[:k], "ratio": (s**2 / (s**2).sum())[:k]}


def fit_with_lists(X, k):
    model = fit_by_eigh(X, k)
    return {key: value.tolist() for key, value in model.items()}


def fit_by_deflation(X, k):
    """Power iteration, one direction at a time."""
    rest = X - X.mean(axis=0)
    total, found, shares = (rest**2).sum(), [], []
    for _ in range(k):
        v = np.ones(X.shape[1]) + np.arange(X.shape[1]) / 10
        for _ in range(2000):
            v = rest.T @ (rest @ v)
            v /= np.linalg.norm(v)
        found.append(v)
        shares.append(((rest @ v) ** 2).sum() / total)
        rest = rest - np.outer(rest @ v, v)
    return {"mean": X.mean(axis=0), "components": np.array(found), "ratio": np.array(shares)}


def fit_in_single_precision(X, k):
    return fit_by_eigh(X.astype(np.float32), k)


@pytest.mark.parametrize(
    "answer",
    [
        fit_in_single_precision,
        fit_by_scikit_learn,
        fit_by_eigh,
        fit_by_torch,
        fit_with_lists,
        fit_by_deflation,
    ],
)
def test_right_fits_pass(answer):
    passes(dense.pca_fit, answer)


def changed(**parts):
    """Return a fit by eigenvectors in which some parts are made differently."""

    def answer(X, k):
        values, vectors = np.linalg.eigh(np.cov(X.T))
        everything = (X, k, values[::-1].clip(0), vectors[:, ::-1].T)
        return fit_by_eigh(X, k) | {key: make(*everything) for key, make in parts.items()}

    return answer


def fit_without_centering(X, k):
    values, vectors = np.linalg.eigh(X.T @ X)
    values, vectors = values[::-1], vectors[:, ::-1]
    return dict(mean=X.mean(0), components=vectors[:, :k].T, ratio=values[:k] / values.sum())


def fit_of_correlations(X, k):
    values, vectors = np.linalg.eigh(np.corrcoef(X.T))
    values, vectors = values[::-1], vectors[:, ::-1]
    return dict(mean=X.mean(0), components=vectors[:, :k].T, ratio=values[:k] / values.sum())


def fit_sorted_upwards(X, k):
    values, vectors = np.linalg.eigh(np.cov(X.T))
    return dict(mean=X.mean(0), components=vectors[:, :k].T, ratio=values[:k] / values.sum())


def fit_with_the_last_k(X, k):
    values, vectors = np.linalg.eigh(np.cov(X.T))
    return dict(mean=X.mean(0), components=vectors[:, -k:].T, ratio=values[-k:] / values.sum())


def fit_with_rows_reordered(X, k):
    values, vectors = np.linalg.eigh(np.cov(X.T))
    order = np.argsort(values)[::-1][:k]
    return dict(mean=X.mean(0), components=vectors[order], ratio=values[order] / values.sum())


def fit_by_svd_of_the_covariance(X, k):
    _, s, Vt = np.linalg.svd(np.cov(X.T))
    return dict(mean=X.mean(0), components=Vt[:k], ratio=s[:k] ** 2 / (s**2).sum())


def fit_as_tuple(X, k):
    return tuple(fit_by_eigh(X, k).values())


@pytest.mark.parametrize(
    "answer, words",
    [
        (fit_without_centering, "points at the mean"),
        (fit_of_correlations, "divided the columns by their spread"),
        (fit_sorted_upwards, "smallest variance"),
        (fit_with_the_last_k, "largest variance last"),
        (fit_with_rows_reordered, "rows of V"),
        (fit_by_svd_of_the_covariance, "variances already"),
        (fit_as_tuple, "Return one dict"),
        (changed(components=lambda X, k, w, V: V.T[:, :k]), "one component per row"),
        (changed(components=lambda X, k, w, V: V), "More components came back"),
        (changed(components=lambda X, k, w, V: V.T[:k]), "rows of V"),
        (changed(components=lambda X, k, w, V: V[:k] * np.sqrt(w[:k, None])), "length is not 1"),
        (changed(components=lambda X, k, w, V: np.eye(X.shape[1])[:k]), "the best direction has"),
        (changed(ratio=lambda X, k, w, V: w[:k] ** 0.5 / (w**0.5).sum()), "Variance goes with s²"),
        (changed(ratio=lambda X, k, w, V: w[:k]), "Divide by the total"),
        (changed(ratio=lambda X, k, w, V: 100 * w[:k] / w.sum()), "not a share"),
        (changed(ratio=lambda X, k, w, V: w[:k] / w[:k].sum()), "even for k=1"),
        (changed(ratio=lambda X, k, w, V: w.cumsum()[:k] / w.sum()), "running sum"),
        (changed(ratio=lambda X, k, w, V: 1 - w[:k] / w.sum()), "ratio[0] is"),
        (changed(ratio=lambda X, k, w, V: w[:k] // w.sum()), "ratio[0] is 0.000"),
        (changed(components=lambda X, k, w, V: V[:k] + [[0.0], [3e-4]][:k] * V[0]), "0.0003;"),
        (changed(mean=lambda X, k, w, V: X.mean()), "one mean for the whole table"),
        (changed(mean=lambda X, k, w, V: X.mean(axis=1)), "mean of each row"),
        (changed(mean=lambda X, k, w, V: (X - X.mean(0)).mean(0)), "after centering"),
        (changed(mean=lambda X, k, w, V: np.median(X, axis=0)), "the first column of X has mean"),
        (lambda X, k: {"mean": X.mean(0), "components": X[:k]}, "no key 'ratio'"),
        (changed(mean=lambda X, k, w, V: None), "'mean' of what it returned is no array"),
        (changed(mean=lambda X, k, w, V: X.mean(0, keepdims=True)), "should be (6,), not (1, 6)"),
        (changed(ratio=lambda X, k, w, V: dict(enumerate(w[:k]))), "'ratio' of what it returned"),
        (changed(ratio=lambda X, k, w, V: w / w.sum()), "ratio should be (2,), not (6,)"),
        (changed(components=lambda X, k, w, V: V[:k].round(2)), "each should have length 1"),
    ],
)
def test_wrong_fits_get_their_hint(answer, words):
    hinted(dense.pca_fit, answer, words)


def test_changing_x_is_noticed():
    def answer(X, k):
        mean = X.mean(axis=0)
        X -= mean
        return fit_by_eigh(X, k) | {"mean": mean}

    hinted(dense.pca_fit, answer, "changed its input")


# -------------------------------------------------------------- 2.1b pca_transform
@pytest.mark.parametrize(
    "answer",
    [
        lambda X, model: (X - model["mean"]).dot(model["components"].T),
        lambda X, model: ((X - model["mean"]) @ model["components"].T).tolist(),
        lambda data, m: data @ m["components"].T - m["mean"] @ m["components"].T,
        lambda X, model: np.array(
            [[(row - model["mean"]) @ c for c in model["components"]] for row in X]
        ),
        lambda X, model: torch.tensor(X - model["mean"]) @ torch.tensor(model["components"]).T,
    ],
)
def test_right_transforms_pass(answer):
    passes(dense.pca_transform, answer)


def transform_with_a_new_fit(X, model):
    if len(X) < 2:
        return np.zeros((1, 2))
    Vt = np.linalg.svd(X - X.mean(axis=0))[2]
    return (X - X.mean(axis=0)) @ Vt[:2].T


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda X, m: (m["components"] @ (X - X.mean(0)).T).T, "the mean stored by fit"),
        (transform_with_a_new_fit, "the mean stored by fit"),
        (lambda X, m: np.dot(X, m["components"].T) / 2, "does not depend on model['mean']"),
        (lambda X, m: m["components"] @ (X - m["mean"]).T, "shape (n, k)"),
        (lambda X, m: X - m["mean"], "went back to p columns"),
        (lambda X, m: (X - m["mean"]) @ m["components"], "matmul"),
        (lambda X, m: (X + m["mean"]) @ m["components"].T, "subtracted, not added"),
        (lambda X, m: (X - m["mean"]) @ m["components"].T * m["ratio"], "at [0"),
        (lambda X, m: (X - m["mean"] / 2) @ m["components"].T, "should land at 0"),
        (lambda X, m: np.squeeze((X - m["mean"]) @ m["components"].T), "shape (1, 2), not (2,)"),
        (lambda X, m: (m["mean"] - X) @ m["components"].T, "opposite sign"),
        (lambda X, m: (X - m["mean"]) @ m["components"][0], "should be (3, 2), not (3,)"),
        (lambda X, m: str((X - m["mean"]) @ m["components"].T), "a str; an array"),
    ],
)
def test_wrong_transforms_get_their_hint(answer, words):
    if words == "at [0":
        verdict = dense.pca_transform.verdict(answer)
        assert verdict.status == NOT_YET and "expected" in verdict.hint
    else:
        hinted(dense.pca_transform, answer, words)


# -------------------------------------------------------------------- 2.2 truncate
def cut_by_full_svd(A, k):
    U, s, Vt = np.linalg.svd(A, full_matrices=True)
    return [U[:, :k], s[:k], Vt[:k, :]]


def cut_by_torch(A, k):
    U, s, V = torch.svd(torch.tensor(A))
    return U[:, :k], s[:k], V[:, :k].T


def cut_by_eigh(A, k):
    values, V = np.linalg.eigh(A.T @ A)
    order = values.argsort()[::-1][:k]
    s = np.sqrt(values[order])
    return A @ V[:, order] / s, s, V[:, order].T


def cut_with_other_signs(A, k):
    U, s, Vt = cut_by_full_svd(A, k)
    return -U, s, -Vt


def cut_as_lists(A, k):
    return (part.tolist() for part in cut_by_full_svd(A, k))


@pytest.mark.parametrize(
    "answer", [cut_as_lists, cut_by_full_svd, cut_by_torch, cut_by_eigh, cut_with_other_signs]
)
def test_right_cuts_pass(answer):
    passes(dense.truncate, answer)


def cut(make):
    return lambda A, k: make(*np.linalg.svd(A), k, A)


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda A, k: A.copy(), "nothing was cut"),
        (cut(lambda U, s, Vt, k, A: (U, s, Vt)), "nothing was cut"),
        (cut(lambda U, s, Vt, k, A: U[:, :k] @ np.diag(s[:k]) @ Vt[:k]), "three small factors"),
        (cut(lambda U, s, Vt, k, A: (U, s * (np.arange(len(s)) < k), Vt)), "kept the full size"),
        (cut(lambda U, s, Vt, k, A: (U[:k, :], s[:k], Vt[:k])), "Keep k columns"),
        (cut(lambda U, s, Vt, k, A: (U[:k, :k], s[:k], Vt[:k])), "Keep k columns"),
        (cut(lambda U, s, Vt, k, A: (U[:, :k].T, s[:k], Vt[:k])), "first factor is turned"),
        (cut(lambda U, s, Vt, k, A: (U[:, :k], s[:k], Vt.T[:k])), "rows of V."),
        (cut(lambda U, s, Vt, k, A: (U[:, 1 : k + 1], s[1 : k + 1], Vt[1 : k + 1])), "from 0"),
        (cut(lambda U, s, Vt, k, A: (U[:, -k:], s[-k:], Vt[-k:])), "Keep the first k"),
        (lambda A, k: cut_by_full_svd(A, 2), "At k=1, for A of shape (5, 3), 2 singular values"),
        (cut(lambda U, s, Vt, k, A: (U[:, :k], s[:k], Vt[:, :k])), "keep k rows"),
        (cut(lambda U, s, Vt, k, A: (U[:, :k], s[:k], Vt[:k, :k])), "keep k rows"),
        (cut(lambda U, s, Vt, k, A: (U[:, :k], s[:k], Vt.T[:, :k])), "Return Vt_k"),
        (cut(lambda U, s, Vt, k, A: (U[:, :k], np.diag(s[:k]), Vt[:k])), "diagonal matrix"),
        (cut(lambda U, s, Vt, k, A: (U[:, :k] @ np.diag(s[:k]), s[:k], Vt[:k])), "counts twice"),
        (cut(lambda U, s, Vt, k, A: (U[:, :k], s[-k:], Vt[:k])), "smallest singular values"),
        (cut(lambda U, s, Vt, k, A: (U[:, :k], s[:k] ** 2, Vt[:k])), "unsquared"),
        (lambda A, k: cut_by_full_svd(A - A.mean(0), k), "That is PCA"),
        (lambda A, k: cut_by_full_svd(A, k)[:2], "Return three things"),
        (cut(lambda U, s, Vt, k, A: (U[:, :k], Vt[:k], s[:k])), "expected shapes"),
        (cut(lambda U, s, Vt, k, A: (U[:, :k], s[:k], 2 * Vt[:k])), "rows of Vt_k"),
        (cut(lambda U, s, Vt, k, A: (Vt[:k], s[:k], U[:, :k])), "expected shapes"),
        (cut(lambda U, s, Vt, k, A: (0 * U, s, Vt)), "expected shapes"),
        (cut(lambda U, s, Vt, k, A: (abs(U[:, :k]), s[:k], abs(Vt[:k]))), "at right angles"),
        (cut(lambda U, s, Vt, k, A: (U[:, :k], s[:k], -Vt[:k])), "the error of your product"),
    ],
)
def test_wrong_cuts_get_their_hint(answer, words):
    hinted(dense.truncate, answer, words)


def test_rank_zero_is_asked_for():
    def answer(A, k):
        svd = TruncatedSVD(k, algorithm="arpack") if 0 < k < min(A.shape) else None
        return cut_by_full_svd(A, max(k, 1)) if svd is None else cut_by_full_svd(A, k)

    hinted(dense.truncate, answer, "For k=0 nothing is kept")


# -------------------------------------------------------------------- 2.3 rank_for
def rank_by_searching(s, share):
    for k in range(1, len(s) + 1):
        if (s[:k] ** 2).sum() / (s**2).sum() > share - 1e-9:
            return k


def rank_by_what_is_dropped(s, share):
    tail = np.cumsum(s[::-1] ** 2)[::-1]  # tail[k] is dropped at rank k
    dropped = np.append(tail, 0.0) / tail[0]
    return next(k for k, part in enumerate(dropped) if part <= 1 - share + 1e-12)


def rank_in_torch(s, share):
    kept = torch.tensor(s).square().cumsum(0)
    return (kept / kept[-1] < share - 1e-12).sum() + 1


def rank_by_cumsum(singular_values, share):
    kept = np.cumsum(singular_values**2)
    return np.argmax(kept / kept[-1] >= share - 1e-12) + 1


@pytest.mark.parametrize(
    "answer", [rank_in_torch, rank_by_searching, rank_by_what_is_dropped, rank_by_cumsum]
)
def test_right_ranks_pass(answer):
    passes(dense.rank_for, answer)


def shares(s):
    return np.cumsum(s**2) / np.sum(s**2)


def rank_of_rounded_shares(s, share):
    """Add up shares that were divided first; if rounding keeps them below, return all."""
    kept = 0.0
    for k, value in enumerate(s, start=1):
        kept += value**2 / (s**2).sum()
        if kept >= share:
            return k
    return len(s)


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda s, share: int(np.argmax(shares(s) >= share - 1e-12)), "not index k"),
        (lambda s, share: rank_by_cumsum(s, share) + 1, "one too large"),
        (lambda s, share: rank_by_cumsum(np.sqrt(s), share), "You accumulate s"),
        (lambda s, share: min(int((shares(s) <= share).sum()) + 1, 4 + (len(s) > 4)), "exactly"),
        (lambda s, share: int(np.argmax(np.cumsum(s**2 / (s**2).sum()) >= share)) + 1, "rounding"),
        (lambda s, share: len(s) if share == 1 else rank_by_cumsum(s, share), "Zeros at the end"),
        (lambda s, share: 2, "on ("),
        (lambda s, share: int(np.argmax(np.cumsum(s) >= share)), "you have 0, expected 1"),
        (lambda s, share: int((s**2 / (s**2).sum() >= share).sum()), "single shares"),
        (lambda s, share: int(np.argmax(shares(s) >= share - 0.01)) + 1, "too large"),
        (lambda s, share: int(np.argmax(shares(s) >= share - 0.001)) + 1, "too large"),
        (lambda s, share: int(np.argmax(shares(s).round(2) >= round(share, 2))) + 1, "too large"),
        (lambda s, share: int(np.argmax(np.cumsum(s**2) >= share)) + 1, "sum of all s²"),
        (lambda s, share: int(np.argmax(shares(s) >= 1 - share)) + 1, "share that is dropped"),
        (rank_of_rounded_shares, "rounding"),
        (lambda s, share: str(rank_by_cumsum(s, share)), "a str; one whole number"),
        (lambda s, share: np.arange(1, rank_by_cumsum(s, share) + 1), "one whole number"),
    ],
)
def test_wrong_ranks_get_their_hint(answer, words):
    hinted(dense.rank_for, answer, words)


# ---------------------------------------------------------------------- 2.4 rotate
def rotate_by_svd(E, rng):
    U, _, Vt = np.linalg.svd(rng.standard_normal((E.shape[1],) * 2))
    return E @ U @ Vt


def rotate_by_gram_schmidt(E, rng):
    columns = []
    for v in rng.uniform(-1, 1, size=(E.shape[1], E.shape[1])):
        for c in columns:
            v = v - (v @ c) * c
        columns.append(v / np.linalg.norm(v))
    return E @ np.array(columns).T


def rotate_by_cayley(E, rng):
    half = rng.normal(size=(E.shape[1],) * 2)
    skew, one = half - half.T, np.eye(E.shape[1])
    return E @ np.linalg.solve(one + skew, one - skew)


def rotate_each_row(E, rng):
    Q, _ = np.linalg.qr(rng.random((E.shape[1], E.shape[1])))
    return np.stack([Q.T @ row for row in E])


def rotate_in_single_precision(E, rng):
    return rotate_by_svd(E, rng).astype(np.float32)


@pytest.mark.parametrize(
    "answer", [rotate_by_svd, rotate_by_gram_schmidt, rotate_by_cayley, rotate_each_row]
)
def test_right_rotations_pass(answer):
    passes(dense.rotate, answer)


def orthogonal(d, rng):
    return np.linalg.qr(rng.normal(size=(d, d)))[0]


def rotate_every_row_differently(E, rng):
    return np.stack([row @ orthogonal(len(row), rng) for row in E])


def rotate_and_scale_each_row(E, rng):
    return E @ orthogonal(E.shape[1], rng) / np.linalg.norm(E, axis=1, keepdims=True)


def rotate_pairs_of_axes(E, rng):
    out = E.copy()
    for i in range(0, E.shape[1] - 1, 2):
        out[:, i : i + 2] = E[:, i : i + 2] @ orthogonal(2, rng)
    return out


def rotate_all_axes_but_one(E, rng):
    return np.column_stack([E[:, :-1] @ orthogonal(E.shape[1] - 1, rng), E[:, -1]])


def flip_a_fixed_rotation(E, rng):
    Q = orthogonal(E.shape[1], np.random.default_rng(0))
    return E @ (Q * rng.choice([-1, 1], E.shape[1]))


def rotate_globally(E, rng):
    return E @ np.linalg.qr(np.random.normal(size=(E.shape[1],) * 2))[0]


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda E, rng: E @ rng.random((E.shape[1],) * 2), "Take Q of a QR"),
        (lambda E, rng: E @ np.linalg.qr(rng.random((E.shape[1],) * 2))[1], "Take Q of a QR"),
        (lambda E, rng: E + rng.normal(size=E.shape), "the rows do not turn together"),
        (rotate_every_row_differently, "the rows do not turn together"),
        (lambda E, rng: np.linalg.qr(E)[0], "Every generator"),
        (flip_a_fixed_rotation, "Every generator"),
        (lambda E, rng: orthogonal(E.shape[1], rng) @ E, "Multiply from the right"),
        (rotate_pairs_of_axes, "An axis stayed"),
        (rotate_all_axes_but_one, "An axis stayed"),
        (lambda E, rng: orthogonal(len(E), rng).T @ E, "mixed the words"),
        (lambda E, rng: rng.permutation(E), "mixed the words"),
        (lambda E, rng: rng.permutation(E, axis=1), "renames the axes"),
        (lambda E, rng: np.roll(E, rng.integers(1, E.shape[1]), axis=1), "renames the axes"),
        (lambda E, rng: E * np.sign(rng.normal(size=E.shape[1])), "flips the sign"),
        (lambda E, rng: -E, "flips the sign"),
        (lambda E, rng: E, "Nothing moved"),
        (lambda E, rng: np.linalg.qr(rng.normal(size=(E.shape[1],) * 2))[0], "rotation itself"),
        (lambda E, rng: E @ orthogonal(E.shape[1], np.random.default_rng(7)), "of your own"),
        (rotate_globally, "Draw from `rng` alone"),
        (lambda E, rng: E @ orthogonal(E.shape[1], rng) / 3, "the lengths are not"),
        (lambda E, rng: E @ orthogonal(E.shape[1], rng) + 1, "moved the origin"),
        (lambda E, rng: (E @ orthogonal(E.shape[1], rng))[:, :2], "keep the shape"),
        (lambda E, rng: (E @ orthogonal(E.shape[1], rng), 0), "no table of numbers"),
        (rotate_and_scale_each_row, "the lengths are not"),
    ],
)
def test_wrong_rotations_get_their_hint(answer, words):
    hinted(dense.rotate, answer, words)


def test_single_precision_is_close_enough():
    passes(dense.rotate, rotate_in_single_precision)
