"""Checks for PCA: fit and transform."""

import numpy as np

from helpers import decomposition
from helpers.checks import _forms
from helpers.checks._compare import plain, same
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.checks._tables import table

NEAR = 1e-4  # the decomposition of a table far from 0 in single precision


def _up_to_sign(got, expected, tolerance=NEAR):
    """Tell whether two arrays agree row by row, each row up to its sign."""
    got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    if got.shape != expected.shape:
        return False
    gap = np.minimum(abs(got - expected).max(axis=1), abs(got + expected).max(axis=1))
    return bool((gap < tolerance).all())


# --------------------------------------------------------------------------- 2.1a pca_fit
TALL = table(12, 4, seed=0, mean=[9.0, -4.0, 3.0, 1.0])
WIDE = table(5, 6, seed=1, mean=2.0)
FAR = TALL + 100.0
TRUE = decomposition.pca_fit(TALL, 4)


def _parts(model):
    keys = ("mean", "components", "ratio")
    return tuple(np.asarray(plain(model[key]), dtype=float) for key in keys)


def _same_model(got, expected):
    mean, components, ratio = _parts(got)
    return (
        same(mean, expected["mean"], NEAR)
        and _up_to_sign(components, expected["components"])
        and same(ratio, expected["ratio"], NEAR)
    )


def _model(X, k, center=None, scale=1.0, ratio=None, components=None, mean=None):
    """Fit as asked for, with one part done in another way."""
    X = np.asarray(X, dtype=float)
    middle = X.mean(axis=0) if center is None else center
    _, s, Vt = np.linalg.svd((X - middle) / scale, full_matrices=False)
    return {
        "mean": np.asarray(middle) if mean is None else mean,
        "components": Vt[:k] if components is None else components(s, Vt, k),
        "ratio": (s**2 / (s**2).sum())[:k] if ratio is None else ratio(s, k),
    }


def _not_centered(X, k):
    return _model(X, k, center=np.zeros(X.shape[1]), mean=X.mean(axis=0))


def _one_mean_for_all(X, k):
    return _model(X, k, center=X.mean())


def _row_means(X, k):
    return _model(X, k, center=X.mean(axis=1, keepdims=True))


def _mean_after_centering(X, k):
    return _model(X, k, mean=np.zeros(X.shape[1]))


def _standardized(X, k):
    return _model(X, k, scale=X.std(axis=0))


def _components_as_columns(X, k):
    return _model(X, k, components=lambda s, Vt, k: Vt[:k].T)


def _rows_of_v(X, k):
    return _model(X, k, components=lambda s, Vt, k: Vt.T[:k])


def _left_vectors(X, k):
    return _model(X.T, k, center=X.mean(axis=0)[:, None])


def _all_components(X, k):
    return _model(X, min(X.shape))


def _smallest_first(X, k):
    return _model(
        X,
        k,
        components=lambda s, Vt, k: Vt[::-1][:k],
        ratio=lambda s, k: (s**2 / (s**2).sum())[::-1][:k],
    )


def _rising(X, k):
    model = _model(X, k)
    return model | {key: model[key][::-1] for key in ("components", "ratio")}


def _scaled_components(X, k):
    return _model(X, k, components=lambda s, Vt, k: s[:k, None] * Vt[:k])


def _unsquared(X, k):
    return _model(X, k, ratio=lambda s, k: (s / s.sum())[:k])


def _squared_twice(X, k):
    return _model(X, k, ratio=lambda s, k: (s**4 / (s**4).sum())[:k])


def _variances(X, k):
    return _model(X, k, ratio=lambda s, k: (s**2 / (len(X) - 1))[:k])


def _share_of_the_kept(X, k):
    return _model(X, k, ratio=lambda s, k: s[:k] ** 2 / (s[:k] ** 2).sum())


def _running_sum(X, k):
    return _model(X, k, ratio=lambda s, k: np.cumsum(s**2 / (s**2).sum())[:k])


def _fit(answer, X=TALL, k=2):
    return _parts(answer(X.copy(), k))


def _points_at_the_mean(answer):
    _, components, _ = _fit(answer, FAR)
    mean = FAR.mean(axis=0)
    row = components[0] if components.shape[1] == len(mean) else components[:, 0]
    return abs(row @ mean) > 0.99 * np.linalg.norm(row) * np.linalg.norm(mean)


def _has_one_mean(answer):
    return _fit(answer)[0].size == 1


def _has_row_means(answer):
    return _fit(answer)[0].size == len(TALL)


def _mean_is_zero(answer):
    mean, components, _ = _fit(answer)
    return not mean.round(6).any() and _up_to_sign(components, TRUE["components"][:2])


def _divides_by_the_spread(answer):
    scaled = decomposition.pca_fit(TALL / TALL.std(axis=0), 2)["components"]
    return _up_to_sign(_fit(answer)[1], scaled)


def _has_shape(rows, columns):
    return lambda answer: _fit(answer)[1].shape == (rows, columns)


def _ignores_k(answer):
    return _fit(answer, k=1)[1].shape[0] > 1 and _fit(answer, k=1)[1].shape[1] == 4


def _are_rows_of_v(answer):
    """Tell whether each row holds one entry of every direction, in whatever order."""
    rows, of_v = (np.sort(abs(table), axis=1) for table in (_fit(answer)[1], TRUE["components"].T))
    gaps = abs(rows[:, None] - of_v[None]).max(axis=2)
    return bool((gaps.min(axis=1) < NEAR).all())


def _starts_with_the_smallest(answer):
    return _up_to_sign(_fit(answer)[1][:1], TRUE["components"][-1:])


def _rises(answer):
    return _up_to_sign(_fit(answer)[1], TRUE["components"][:2][::-1])


def _are_not_unit(answer):
    components = _fit(answer)[1]
    length = np.linalg.norm(components, axis=1, keepdims=True)
    parallel = _up_to_sign(components / length, TRUE["components"][:2])
    return parallel and not np.allclose(length, 1, atol=NEAR)


def _ratio_is(of_true):
    return lambda answer: np.allclose(_fit(answer)[2], of_true(TRUE["ratio"])[:2], atol=NEAR)


def _are_not_shares(answer):
    ratio = _fit(answer)[2]
    factor = ratio / TRUE["ratio"][:2]
    proportional = ratio.shape == (2,) and np.isclose(*factor) and factor[0] > 0
    return proportional and not np.isclose(factor[0], 1)


def _sums_to_one(answer):
    ratios = [_fit(answer, k=k)[2] for k in (1, 2)]
    return all(
        np.isclose(r.sum(), 1) and r.shape == (k,) for k, r in zip((1, 2), ratios, strict=True)
    )


def _returns_the_three_parts(answer):
    model = answer(TALL.copy(), 2)
    if not isinstance(model, dict):
        return "Return one dict with the keys 'mean', 'components' and 'ratio'."
    missing = [key for key in ("mean", "components", "ratio") if key not in model]
    if missing:
        return f"The dict has no key {missing[0]!r}; it needs 'mean', 'components' and 'ratio'."
    return None


def _has_the_shapes(answer):
    mean, components, ratio = _fit(answer, WIDE, 2)
    for name, part, shape in (
        ("mean", mean, (6,)),
        ("components", components, (2, 6)),
        ("ratio", ratio, (2,)),
    ):
        if part.shape != shape:
            return f"For X of shape (5, 6) and k=2, {name} should be {shape}, not {part.shape}."
    return None


def _has_column_means(answer):
    mean = _fit(answer)[0]
    if not np.allclose(mean, TALL.mean(axis=0)):
        return f"mean[0] is {mean[0]:.3f}; the first column of X has mean {TALL[:, 0].mean():.3f}."
    return None


def _has_orthonormal_rows(answer):
    components = _fit(answer)[1]
    gram = components @ components.T
    if not np.allclose(np.diag(gram), 1, atol=NEAR):
        length = max(np.diag(gram) ** 0.5, key=lambda length: abs(length - 1))
        return f"A component has length {length:.4f}; each should have length 1."
    if not np.allclose(gram, np.eye(2), atol=NEAR):
        return f"Two components have dot product {gram[0, 1]:.2g}; they should be orthogonal."
    return None


def _catches_the_most(answer):
    for X, k in ((TALL, 1), (TALL, 2), (WIDE, 2)):
        components = _fit(answer, X, k)[1]
        caught = ((X - X.mean(axis=0)) @ components.T).var(axis=0, ddof=1)
        best = decomposition.eigenvalues(X)[:k]
        for i in range(k):
            if not np.isclose(caught[i], best[i], rtol=1e-3):
                return (
                    f"Along your component {i} the centered data have variance {caught[i]:.3f}; "
                    f"the best direction has {best[i]:.3f}."
                )
    return None


def _has_the_ratios(answer):
    ratio = _fit(answer)[2]
    if not np.allclose(ratio, TRUE["ratio"][:2], atol=NEAR):
        return (
            f"ratio[0] is {ratio[0]:.3f}; the first component carries {TRUE['ratio'][0]:.3f} of "
            "the total variance of all columns."
        )
    return None


def _ignores_row_order(answer):
    mean, components, _ = _fit(answer)
    shuffled = _fit(answer, TALL[np.random.default_rng(3).permutation(len(TALL))])
    if not (np.allclose(mean, shuffled[0]) and _up_to_sign(components, shuffled[1])):
        return "With the rows in another order your components change. The order carries nothing."
    return None


pca_fit = Exercise(
    name="pca_fit",
    number="2.1a",
    review="section 3",
    reference=decomposition.pca_fit,
    calls=(call(TALL, 2), call(TALL, 1), call(WIDE, 2), call(FAR[:, :2], 2)),
    equal=_same_model,
    form=_forms.named_arrays("mean", "components", "ratio"),
    laws=(
        _returns_the_three_parts,
        _has_the_shapes,
        _has_column_means,
        _has_orthonormal_rows,
        _catches_the_most,
        _has_the_ratios,
        _ignores_row_order,
    ),
    wrong=(
        Wrong(
            _one_mean_for_all,
            "You have one mean for the whole table. Each column has its own: p means.",
            _has_one_mean,
        ),
        Wrong(
            _row_means,
            "You subtracted the mean of each row. PCA centers the columns: axis=0.",
            _has_row_means,
        ),
        Wrong(
            _not_centered,
            "First component points at the mean of X (cosine above .99): the data were not "
            "centered. Subtract the mean of each column first.",
            _points_at_the_mean,
        ),
        Wrong(
            _components_as_columns,
            "Shape (p, k), here (4, 2); give one component per row.",
            _has_shape(4, 2),
        ),
        Wrong(
            _left_vectors,
            "Your components have one entry per row of X. A direction has one entry per column: "
            "it comes from Vt, not from U.",
            _has_shape(2, 12),
        ),
        Wrong(_all_components, "More components came back than asked for: keep k.", _ignores_k),
        Wrong(
            _mean_after_centering,
            "You stored the mean after centering; it is 0. Store the mean of X itself.",
            _mean_is_zero,
        ),
        Wrong(
            _standardized,
            "You also divided the columns by their spread. Here PCA only centers them.",
            _divides_by_the_spread,
        ),
        Wrong(
            _smallest_first,
            "Your first component has the smallest variance. Largest first: eigh sorts upwards.",
            _starts_with_the_smallest,
        ),
        Wrong(
            _rising,
            "Your k directions are the right ones, the largest variance last. Turn their order "
            "round: largest first.",
            _rises,
        ),
        Wrong(
            _rows_of_v,
            "You took rows of V. Directions are the rows of Vt, the columns of V.",
            _are_rows_of_v,
        ),
        Wrong(
            _scaled_components,
            "The directions are right, their length is not 1. Leave the singular values out.",
            _are_not_unit,
        ),
        Wrong(
            _unsquared,
            "Variance goes with s². Your ratio is of singular values.",
            _ratio_is(lambda ratio: ratio**0.5 / (ratio**0.5).sum()),
        ),
        Wrong(
            _squared_twice,
            "Your ratio is of squared variances. The eigenvalues, or the singular values of a "
            "covariance matrix, are variances already: do not square them.",
            _ratio_is(lambda ratio: ratio**2 / (ratio**2).sum()),
        ),
        Wrong(
            _running_sum,
            "Your ratio is a running sum. Give the share of each component on its own.",
            _ratio_is(np.cumsum),
        ),
        Wrong(
            _share_of_the_kept,
            "Your shares sum to 1 even for k=1. Divide by the variance of all components, also "
            "of those you drop.",
            _sums_to_one,
        ),
        Wrong(
            _variances,
            "Your ratio is proportional to the shares but not a share. Divide by the total "
            "variance of all components, with the same divisor.",
            _are_not_shares,
        ),
    ),
)


# --------------------------------------------------------------------- 2.1b pca_transform
MODEL = decomposition.pca_fit(TALL, 2)
NEW = table(3, 4, seed=2, mean=[20.0, 1.0, -3.0, 0.0])


def _own_mean(X, model):
    return (X - X.mean(axis=0)) @ model["components"].T


def _no_mean(X, model):
    return X @ model["components"].T


def _mean_added(X, model):
    return (X + model["mean"]) @ model["components"].T


def _opposite(X, model):
    return (model["mean"] - X) @ model["components"].T


def _projected_back(X, model):
    return (X - model["mean"]) @ model["components"].T @ model["components"]


def _turned(X, model):
    return model["components"] @ (X - model["mean"]).T


def _whitened(X, model):
    Z = (X - model["mean"]) @ model["components"].T
    return Z / np.maximum(Z.std(axis=0), 1e-9)


def _reconstructed(X, model):
    return _projected_back(X, model) + model["mean"]


def _transform(answer, X=NEW, model=MODEL):
    return np.asarray(plain(answer(X.copy(), {key: model[key].copy() for key in model})))


def _is_centered_again(answer):
    return not _transform(answer).mean(axis=0).round(6).any()


def _ignores_the_mean(answer):
    moved = MODEL | {"mean": MODEL["mean"] + 5.0}
    return np.allclose(_transform(answer), _transform(answer, model=moved))


def _is_as_wide_as_x(answer):
    return _transform(answer).shape == (3, 4)


def _has_a_column_per_row(answer):
    return _transform(answer).shape == (2, 3)


def _has_spread_one(answer):
    return np.allclose(_transform(answer).std(axis=0), 1)


def _goes_row_by_row(answer):
    whole = _transform(answer)
    if whole.shape != (3, 2):
        return f"For 3 rows and 2 components the result should be (3, 2), not {whole.shape}."
    for i in range(len(NEW)):
        alone = _transform(answer, NEW[i : i + 1])
        if alone.shape != (1, 2):
            return f"For one row, X of shape (1, 4), expected shape (1, 2), not {alone.shape}."
        if not np.allclose(alone, whole[i : i + 1]):
            return "A row gets other coordinates when it comes alone. It should not matter."
    return None


def _keeps_the_origin(answer):
    out = _transform(answer, MODEL["mean"][None])
    if not np.allclose(out, 0, atol=1e-9):
        return f"The mean itself should land at 0; yours lands at {out.ravel()[0]:.3f}."
    return None


pca_transform = Exercise(
    name="pca_transform",
    number="2.1b",
    review="section 3",
    reference=decomposition.pca_transform,
    form=_forms.array,
    calls=(call(NEW, MODEL), call(TALL, MODEL), call(NEW[:1], MODEL)),
    laws=(_goes_row_by_row, _keeps_the_origin),
    wrong=(
        Wrong(
            _reconstructed,
            "You went back to p columns. The coordinates are k numbers per row: one dot product "
            "per component.",
            _is_as_wide_as_x,
        ),
        Wrong(
            _projected_back,
            "You went back to p columns. The coordinates are k numbers per row: one dot product "
            "per component.",
            _is_as_wide_as_x,
        ),
        Wrong(
            _turned, "One row per row of X: shape (n, k), yours is (k, n).", _has_a_column_per_row
        ),
        Wrong(
            _own_mean,
            "Transform must use the mean stored by fit. Yours centers the new rows on themselves.",
            _is_centered_again,
        ),
        Wrong(
            _no_mean,
            "Your result does not depend on model['mean']. Subtract it before you project.",
            _ignores_the_mean,
        ),
        Wrong(
            _whitened,
            "Your coordinates all have spread 1. Do not divide: the spread is what PCA measures.",
            _has_spread_one,
        ),
        Wrong(_mean_added, "The mean is subtracted, not added."),
        Wrong(
            _opposite,
            "Every coordinate has the opposite sign. Subtract the mean from X, not X from the "
            "mean, and keep the signs of the components.",
        ),
    ),
)
