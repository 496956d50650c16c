"""Checks for one-hot, multi-hot, look-up and cosine."""

import numpy as np

from helpers import onehot, similarity
from helpers.checks._choice import Choice, Prediction
from helpers.checks._exercise import Exercise, Wrong, call

FRUIT = ["Apple", "Orange", "Pear"]
PRICED = np.array([[1, 0, 0, 5.0], [0, 1, 0, 7.0], [0, 0, 1, 10.0]])
SHOWS = np.array([[1.2, 2023, 20.0], [2.3, 2023, 35.5], [1.2, 1989, 36.7], [1.8, 2023, 20.0]])
SCALED = (SHOWS - SHOWS.mean(axis=0)) / SHOWS.std(axis=0)
UPLOAD, TALES, DREAM = 1, 2, 3


# ------------------------------------------------------------------ 1.1 one_hot
def _columns_from_a_set(values, categories, unknown="error"):
    return onehot.one_hot(values, sorted(set(values) | set(categories)), unknown)


def _columns_from_the_values(values, categories, unknown="error"):
    return onehot.one_hot(values, sorted(set(values)), unknown)


def _always_zero_for_unknown(values, categories, unknown="error"):
    return onehot.one_hot(values, categories, "zero")


def _transposed(values, categories, unknown="error"):
    return onehot.one_hot(values, categories, unknown).T


def _order_depends_on_the_data(answer):
    out = answer(["Pear", "Apple"], ["Pear", "Orange", "Apple"])
    return out.shape == (2, 3) and not np.array_equal(out, [[1, 0, 0], [0, 0, 1]])


def _a_column_is_lost(answer):
    return answer(["Apple", "Orange"], FRUIT).shape == (2, 2)


def _unknown_goes_unnoticed(answer):
    try:
        return np.asarray(answer(["Carrot"], FRUIT)).shape == (1, 3)
    except ValueError as error:
        return "Carrot" not in str(error)


def _a_row_per_category(answer):
    return answer(["Pear", "Apple"], FRUIT).shape == (3, 2)


def _zero_row_for_unknown(answer):
    row = answer(["Carrot", "Pear"], FRUIT, unknown="zero")
    if row.shape != (2, 3) or row[0].any():
        return "With unknown='zero' the row of Carrot should be all zeros."
    return None


one_hot = Exercise(
    name="one_hot",
    number="1.1",
    review="section 2",
    reference=onehot.one_hot,
    calls=(
        call(["Apple", "Orange", "Apple"], FRUIT),
        call(["Pear", "Apple"], ["Pear", "Orange", "Apple"]),
        call(["Orange"], FRUIT),
        call(["Carrot"], FRUIT),
        call(["Carrot", "Pear"], FRUIT, unknown="zero"),
        call([], FRUIT),
    ),
    laws=(_zero_row_for_unknown,),
    wrong=(
        Wrong(
            _transposed,
            "One row per value, one column per category: expected (n, K).",
            _a_row_per_category,
        ),
        Wrong(
            _columns_from_the_values,
            "Pear has lost its column. Fit the categories once, reuse them.",
            _a_column_is_lost,
        ),
        Wrong(
            _columns_from_a_set,
            "Your column order depends on the data (or on the run). Use the order of `categories`.",
            _order_depends_on_the_data,
        ),
        Wrong(
            _always_zero_for_unknown,
            "Carrot is unknown and nobody noticed. With unknown='error' raise a ValueError "
            "that names it.",
            _unknown_goes_unnoticed,
        ),
    ),
)


# ---------------------------------------------------------- 1.2 pairwise_cosine
def _dot_products(X):
    return X @ X.T


def _columns_scaled(X):
    unit = X / np.maximum(np.linalg.norm(X, axis=0, keepdims=True), 1e-12)
    return unit @ unit.T


def _squared_lengths(X):
    square = np.maximum((X**2).sum(axis=1, keepdims=True), 1e-12)
    return (X @ X.T) / (square @ square.T)


def _nan_for_zero_rows(X):
    unit = X / np.linalg.norm(X, axis=1, keepdims=True)
    return unit @ unit.T


def _has_nan(answer):
    return bool(np.isnan(answer(np.array([[0.0, 0.0], [1.0, 1.0]]))).any())


def _is_symmetric_with_unit_diagonal(answer):
    out = answer(PRICED)
    if not np.allclose(out, out.T):
        return "The cosine of (a, b) and of (b, a) differ in your answer."
    if not np.allclose(np.diag(out), 1):
        return f"Diagonal is {out[0, 0]:.3g}; the cosine of a row with itself is 1."
    return None


def _ignores_length(answer):
    if not np.allclose(answer(PRICED), answer(PRICED * [[1.0], [2.0], [5.0]])):
        return "Making one row twice as long changes your cosines. Divide by the length of the row."
    return None


pairwise_cosine = Exercise(
    name="pairwise_cosine",
    number="1.2",
    review="section 2",
    reference=similarity.pairwise_cosine,
    calls=(
        call(PRICED),
        call(PRICED[:, :3]),
        call(np.array([[3.0, 4.0], [0.0, 0.0], [4.0, 3.0]])),
        call(np.array([[1.0, -2.0, 2.0]])),
    ),
    laws=(_is_symmetric_with_unit_diagonal, _ignores_length),
    wrong=(
        Wrong(
            _dot_products,
            lambda value, _: (
                f"Diagonal is {value[0][0]:.0f}, not 1: you have dot products. "
                "Divide by both lengths."
            ),
        ),
        Wrong(_columns_scaled, "You scaled columns. Cosine scales each row."),
        Wrong(_squared_lengths, "Diagonal is not 1: one root is missing."),
        Wrong(
            _nan_for_zero_rows,
            "A visit without codes has length 0. Return 0 similarity, not nan.",
            _has_nan,
        ),
    ),
)


# ------------------------------------------------------------------- 1.3 lookup
TABLE = np.arange(12.0).reshape(4, 3) ** 1.5
_NINE = np.arange(9.0).reshape(3, 3) ** 2


def _takes_columns(ids, table):
    return table[:, ids]


def _builds_eye(ids, table):
    return np.eye(len(table))[ids] @ table


def _flat_only(ids, table):
    return np.array([table[int(i)] for i in ids.ravel()])


def _needs_too_much(answer):
    try:
        answer(np.array([3, 999_999]), np.zeros((1_000_000, 2)))
    except MemoryError:
        return True
    return False


lookup = Exercise(
    name="lookup",
    number="1.3a",
    review="section 3",
    reference=onehot.lookup,
    calls=(
        call(np.array([2, 0]), TABLE),
        call(np.array([1, 1, 0]), _NINE),
        call(np.array([[1, 2], [3, 3]]), TABLE),
        call(np.array(3), TABLE),
    ),
    wrong=(
        Wrong(_takes_columns, "You took columns. A category is a row of the table."),
        Wrong(
            _builds_eye,
            "That allocates V x V numbers. Index the rows.",
            _needs_too_much,
        ),
        Wrong(
            _flat_only,
            "Visits come as (visits, codes). Let numpy indexing keep the shape of ids.",
        ),
    ),
)


def _transposed_eye(ids, table):
    return (np.eye(len(table))[ids].T @ table[: len(ids)]) if ids.ndim == 1 else table[ids]


def _one_hot_only(ids, table):
    return np.eye(len(table))[ids]


def _eye_of_dim(ids, table):
    return np.eye(table.shape[1])[ids] @ table


lookup_by_matmul = Exercise(
    name="lookup_by_matmul",
    number="1.3b",
    review="section 3",
    reference=onehot.lookup_by_matmul,
    calls=(
        call(np.array([2, 0]), TABLE),
        call(np.array([[1, 2], [3, 3]]), TABLE),
        call(np.array([1, 1, 0]), _NINE),
    ),
    wrong=(
        Wrong(_one_hot_only, "These are the one-hot rows. Multiply them with the table."),
        Wrong(
            _eye_of_dim,
            "The one-hot row needs one column per category, that is per ROW of the table.",
        ),
        Wrong(
            _transposed_eye,
            "The one-hot array is turned: its rows are the ids, its columns the categories.",
        ),
    ),
)


# ---------------------------------------------------------------- 1.4 multi_hot
def _counts(visits, n_codes):
    rows = np.zeros((len(visits), n_codes))
    for i, visit in enumerate(visits):
        for code in visit:
            if not 0 <= code < n_codes:
                raise ValueError(code)
            rows[i, code] += 1
    return rows


def _negative_wraps(visits, n_codes):
    rows = np.zeros((len(visits), n_codes))
    for i, visit in enumerate(visits):
        rows[i, list(visit)] = 1
    return rows


def _row_per_code(visits, n_codes):
    codes = [code for visit in visits for code in visit]
    if any(not 0 <= code < n_codes for code in codes):
        raise ValueError("id out of range")
    return np.eye(n_codes)[np.array(codes, dtype=int)]


def _ignores_bad_ids(visits, n_codes):
    return onehot.multi_hot([[c for c in v if 0 <= c < n_codes] for v in visits], n_codes)


def _out_is_01(answer):
    out = np.asarray(answer([[1, 1, 1], [2]], 4))
    if out.shape == (2, 4) and out.max() > 1:
        return f"Code 1 is written three times and gives {out.max():.0f}. Presence is 1."
    return None


def _last_column_is_on(answer):
    return np.asarray(answer([[-1]], 4))[0, 3] == 1


def _raises_for_large_id(answer):
    try:
        answer([[0], [4]], 4)
    except (ValueError, IndexError):
        return None
    return "With 4 codes the ids are 0 to 3; id 4 should raise an error."


multi_hot = Exercise(
    name="multi_hot",
    number="1.4",
    review="section 2",
    reference=onehot.multi_hot,
    calls=(
        call([[0, 2], [1]], 4),
        call([[2, 2, 0], [], [3]], 4),
        call([[1, 0, 2]], 3),
        call([[0, -1]], 4),
    ),
    laws=(_out_is_01, _raises_for_large_id),
    wrong=(
        Wrong(_counts, "A code written twice in a visit counts twice. Multi-hot is presence: 1."),
        Wrong(
            _negative_wraps,
            "A padding id of -1 switched on the LAST code: negative indices count from the end. "
            "Raise a ValueError.",
            _last_column_is_on,
        ),
        Wrong(_row_per_code, "One row per visit, not one per code."),
        Wrong(
            _ignores_bad_ids,
            "The id -1 vanished without a word. Raise a ValueError that names it.",
        ),
    ),
)


# ------------------------------------------------------------------ 1.5 nearest
def _distances(X, i, weights):
    return np.linalg.norm((X - X[i]) * (1.0 if weights is None else np.asarray(weights)), axis=1)


def _itself(X, i, weights=None):
    return int(_distances(X, i, weights).argmin())


def _by_cosine(X, i, weights=None):
    cosine = similarity.pairwise_cosine(X * (1.0 if weights is None else np.asarray(weights)))[i]
    cosine[i] = -np.inf
    return int(cosine.argmax())


def _weighted_twice(X, i, weights=None):
    return similarity.nearest(X, i, None if weights is None else np.asarray(weights) ** 2)


def _farthest(X, i, weights=None):
    return int(_distances(X, i, weights).argmax())


def _weights_ignored(X, i, weights=None):
    return similarity.nearest(X, i)


_RAY = np.array([[1.0, 1.0], [9.0, 9.0], [1.5, 1.0]])  # the same direction, far away
_TWICE = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 2.5]])  # weights 1.1 and 1.3: once 3.25 < 3.3


nearest = Exercise(
    name="nearest",
    number="1.5",
    review="section 4",
    reference=similarity.nearest,
    calls=(
        call(SHOWS, UPLOAD),
        call(SCALED, UPLOAD),
        call(SCALED, UPLOAD, weights=(1, 1, 2)),
        call(SCALED, 0),
        call(_RAY, 0),
        call(_TWICE, 0, weights=(1.1, 1.3)),
        call(_TWICE, 1),
    ),
    equal=lambda got, expected: np.size(got) == 1 and int(np.squeeze(got)) == int(expected),
    wrong=(
        Wrong(_itself, "The nearest neighbor of a show is itself, at distance 0. Exclude it."),
        Wrong(_farthest, "This is the most distant row. Take the smallest distance."),
        Wrong(
            _by_cosine,
            "All raw cosines exceed .9999 because of the year. Use Euclidean distance here.",
        ),
        Wrong(
            _weighted_twice,
            "The weight acts twice. Multiply each difference by its weight, then square.",
        ),
        Wrong(_weights_ignored, "The answer does not change with `weights`."),
    ),
)


# -------------------------------------------------------------------- questions
nearest_to_apple = Prediction(
    name="nearest_to_apple",
    number="1.P",
    options={"a": "Orange", "b": "Carrot", "c": "neither is nearer"},
    outcome="b",
    where="Section 2",
)

nearest_categories = Choice(
    name="nearest_categories",
    number="1.A",
    right="c",
    feedback={
        "a": "Neighboring columns are no nearer: the order of the columns is arbitrary.",
        "b": "The first and the last column are as far apart as any two.",
        "c": "All pairs are at distance 1.414, the square root of 2.",
        "d": "Frequency does not enter a one-hot row.",
    },
)

renumbered_wards = Choice(
    name="renumbered_wards",
    number="1.B",
    right="a",
    feedback={
        "a": "The id enters the sum as a quantity, so its size matters. The other two only "
        "use it as a name.",
        "b": "One-hot columns change places and their weights change places with them: the "
        "predictions stay.",
        "c": "The rows of the table change places with the ids: the predictions stay.",
        "d": "Look at the five renumberings in section 1 once more: two of the three do not move.",
    },
)
