"""Checks for one-hot and multi-hot arrays."""

import numpy as np

from helpers import onehot
from helpers.checks import _forms
from helpers.checks._compare import same
from helpers.checks._exercise import Exercise, Wrong, call

FRUIT = ["Apple", "Orange", "Pear"]
APPLE = "".join(("Ap", "ple"))  # equal to "Apple", and another object
ONE_LIST = (
    "All rows are one and the same list: [row] * n repeats it. Make a new row for each, or start "
    "with np.zeros."
)


# ------------------------------------------------------------------ 1.1 one_hot
def _columns_from_a_set(values, categories, unknown="error"):
    return onehot.one_hot(values, sorted(set(values) | set(categories)), unknown)


def _columns_from_the_values(values, categories, unknown="error"):
    return onehot.one_hot(values, sorted(set(values)), unknown)


def _always_zero_for_unknown(values, categories, unknown="error"):
    return onehot.one_hot(values, categories, "zero")


def _ids(values, categories, unknown="error"):
    return np.array([categories.index(v) if v in categories else -1 for v in values])


def _transposed(values, categories, unknown="error"):
    return onehot.one_hot(values, categories, unknown).T


def _one_list_for_all_values(values, categories, unknown="error"):
    rows = [[0] * len(categories)] * len(values)
    for row, hot in zip(rows, onehot.one_hot(values, categories, unknown), strict=True):
        row[:] = np.maximum(row, hot)
    return rows


def _columns_in_another_order(answer):
    moved = False
    for values, categories in ((["Pear", "Apple"], FRUIT[::-1]), (["Apple", "Pear"], FRUIT)):
        out, right = answer(values, categories), onehot.one_hot(values, categories)
        if sorted(out.T.tolist()) != sorted(right.T.tolist()):
            return False
        moved = moved or not np.array_equal(out, right)
    return moved


def _a_column_is_lost(answer):
    return np.array_equal(answer(["Apple", "Orange"], FRUIT), np.eye(2))


def _unknown_goes_unnoticed(answer):
    for values in (["Carrot"], ["Apple", "Carrot"]):
        try:
            if isinstance(answer(values, FRUIT), np.ndarray):
                return True
        except ValueError:
            continue
    return False


def _a_row_per_category(answer):
    return answer(["Pear", "Apple"], FRUIT).shape == (3, 2)


def _zero_row_for_unknown(answer):
    row = answer(["Carrot", "Pear"], FRUIT, unknown="zero")
    pear_alone = row.shape == (2, 3) and np.array_equal(row[1], [0, 0, 1])
    if pear_alone and not np.array_equal(row[0], [0, 0, 0]):
        return "With unknown='zero' the row of Carrot should be all zeros."
    return None


def _names_the_unknown(answer):
    for values, stranger in ((["Apple", "Kiwi"], "Kiwi"), (["Plum", "Pear"], "Plum")):
        said = "nothing"
        try:
            answer(values, FRUIT)
        except ValueError as error:
            said = str(error)
        if stranger not in said.replace(str(values), ""):
            return f"For {values} the error should name {stranger}; yours says: {said}."
    return None


def _same_rows(got, expected):
    """Compare arrays; without rows the number of columns is left open."""
    return same(got, expected) or len(got) == len(expected) == 0


one_hot = Exercise(
    name="one_hot",
    number="1.1",
    review="section 2",
    reference=onehot.one_hot,
    form=_forms.array,
    equal=_same_rows,
    refusal=ValueError,
    calls=(
        call([APPLE, "Orange", APPLE], FRUIT),
        call(["Pear", "Apple"], ["Pear", "Orange", "Apple"]),
        call(["Orange"], FRUIT),
        call(["Carrot"], FRUIT),
        call(["Apple", "Carrot"], FRUIT),
        call(["Carrot", "Pear"], FRUIT, unknown="zero"),
        call([], FRUIT),
    ),
    laws=(_zero_row_for_unknown, _names_the_unknown),
    wrong=(
        Wrong(
            _ids,
            "You return one number per value. One-hot has a column per category: expected (n, K).",
            lambda answer: answer(["Pear", "Apple"], FRUIT).shape == (2,),
        ),
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
            "Your columns come in another order. Use the order of `categories`, not that of a set "
            "or of a sort.",
            _columns_in_another_order,
        ),
        Wrong(_one_list_for_all_values, ONE_LIST),
        Wrong(
            _always_zero_for_unknown,
            "Carrot is unknown and nobody noticed. With unknown='error' raise a ValueError "
            "that names it.",
            _unknown_goes_unnoticed,
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


def _one_list_for_all_visits(visits, n_codes):
    rows = [[0] * n_codes] * len(visits)
    for row, hot in zip(rows, onehot.multi_hot(visits, n_codes), strict=True):
        row[:] = np.maximum(row, hot)
    return rows


def _ignores_bad_ids(visits, n_codes):
    return onehot.multi_hot([[c for c in v if 0 <= c < n_codes] for v in visits], n_codes)


def _last_column_is_on(answer):
    return answer([[-1]], 4)[0, 3] == 1


def _goes_through(answer, visits):
    try:
        answer(visits, 4)
    except (ValueError, LookupError, AssertionError):
        return False
    return True


def _large_id_alone_passes(answer):
    return _goes_through(answer, [[4]]) and not _goes_through(answer, [[0, -1]])


def _negative_id_passes(answer):
    return _goes_through(answer, [[0, -1]])


def _one_id_too_many(visits, n_codes):
    return onehot.multi_hot(visits, n_codes + 1)[:, :n_codes]


def _out_is_01(answer):
    out = answer([[1, 1, 1], [2]], 4)
    if out.shape == (2, 4) and out.max() > 1:
        return f"Code 1 is written three times and gives {out.max():.0f}. Presence is 1."
    return None


multi_hot = Exercise(
    name="multi_hot",
    number="1.4",
    review="section 2",
    reference=onehot.multi_hot,
    form=_forms.array,
    refusal=ValueError,
    calls=(
        call([[0, 2], [1]], 4),
        call([[2, 2, 0], [], [3]], 4),
        call([[1, 0, 2]], 3),
        call([[0, 1], [1, 0, 1]], 3),
        call([[0, -1]], 4),
        call([[0], [4]], 4),
        call([[0], [1, -2]], 4),
    ),
    laws=(_out_is_01,),
    wrong=(
        Wrong(_counts, "A code written twice in a visit counts twice. Multi-hot is presence: 1."),
        Wrong(
            _negative_wraps,
            "A padding id of -1 switched on the LAST code: negative indices count from the end. "
            "Raise a ValueError.",
            _last_column_is_on,
        ),
        Wrong(_row_per_code, "One row per visit, not one per code."),
        Wrong(_one_list_for_all_visits, ONE_LIST),
        Wrong(
            _one_id_too_many,
            "With 4 codes the ids are 0 to 3, and id 4 went through. Raise a ValueError.",
            _large_id_alone_passes,
        ),
        Wrong(
            _ignores_bad_ids,
            "The id -1 raises nothing. Raise a ValueError.",
            _negative_id_passes,
        ),
    ),
)
