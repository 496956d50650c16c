"""Check of patient vectors."""

from itertools import product

import numpy as np

from helpers import patient_vectors
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

TABLE = np.array([[9.0, 9.0], [1.0, 0.0], [0.0, 2.0], [4.0, 4.0]])
VISITS = [(60, [1, 2]), (0, [3])]
PADDED = [(60, [1, 2, 0]), (0, [3, 0, 0])]
HOWS = patient_vectors.HOWS
NOBODY = ([], [(5, [])], [(5, [0, 0]), (9, [0])])  # no visit, no code, padding alone


def _variant(weigh, padding=0):
    def variant(visits, E, how="sum", half_life=None):
        ids = np.array([i for _, codes in visits for i in codes], dtype=int)
        w = np.array([weigh(age, codes, how, half_life) for age, codes in visits for _ in codes])
        w = np.where(ids == padding, 0.0, w) if padding is not None else w
        if not len(ids) or not w.any():
            return np.zeros(E.shape[1])
        return w @ E[ids] / (1 if how == "sum" else w.sum())

    return variant


def _weight(age, codes, how, half_life):
    return 0.5 ** (age / half_life) if how == "recency" else 1.0


def _mean_of_visit_means(visits, E, how="sum", half_life=None):
    if how == "sum" or not visits:
        return patient_vectors.patient_vector(visits, E)
    means = [patient_vectors.patient_vector([visit], E, "mean") for visit in visits]
    return np.average(means, axis=0, weights=[_weight(a, c, how, half_life) for a, c in visits])


def _weighs_each_visit_alike(answer):
    patients = VISITS, [(3, [1]), (2, [2, 2, 3])]
    return all(
        np.allclose(answer(visits, TABLE, "mean"), _mean_of_visit_means(visits, TABLE, "mean"))
        for visits in patients
    )


_padding_counts = _variant(_weight, padding=None)
_oldest_first = _variant(lambda age, codes, how, h: 2 ** (age / h) if how == "recency" else 1.0)
_exponential = _variant(lambda age, codes, how, h: np.exp(-age / h) if how == "recency" else 1.0)


def _recency_sum(visits, E, how="sum", half_life=None):
    if how != "recency":
        return patient_vectors.patient_vector(visits, E, how)
    return sum(
        (0.5 ** (age / half_life) * E[i] for age, codes in visits for i in codes if i),
        np.zeros(E.shape[1]),
    )


def _nan_for_nobody(visits, E, how="sum", half_life=None):
    if how == "mean" and not any(i for _, codes in visits for i in codes):
        return np.full(E.shape[1], np.nan)
    return patient_vectors.patient_vector(visits, E, how, half_life)


def _padding_changes(answer):
    for how in HOWS:
        plain, padded = (np.asarray(answer(v, TABLE, how, 30)) for v in (VISITS, PADDED))
        if plain.shape == padded.shape and not np.allclose(plain, padded):
            return True
    return False


def _by_visits(visits, E, how="sum", half_life=None):
    right = patient_vectors.patient_vector(visits, E, how, half_life)
    if how != "mean" or not visits:
        return right
    return patient_vectors.patient_vector(visits, E) / len(visits)


def _by_codes(visits, E, how="sum", half_life=None):
    if how != "recency":
        return patient_vectors.patient_vector(visits, E, how)
    return _recency_sum(visits, E, how, half_life) / max(
        sum(np.count_nonzero(c) for _, c in visits), 1
    )


def _each_code_once(visits, E, how="sum", half_life=None):
    once = [(age, sorted(set(codes))) for age, codes in visits]
    return patient_vectors.patient_vector(once, E, how, half_life)


def _forgets_repeats(answer):
    twice, once = (np.asarray(answer([(5, codes)], TABLE, "sum")) for codes in ([3, 3], [3]))
    return np.allclose(twice, once) and np.allclose(once, TABLE[3]) and not _sum_is_a_mean(answer)


def _mean_for_sum(visits, E, how="sum", half_life=None):
    return patient_vectors.patient_vector(visits, E, "mean" if how == "sum" else how, half_life)


def _sum_is_a_mean(answer):
    return np.allclose(answer([(5, [1, 3])], TABLE, "sum"), TABLE[[1, 3]].mean(axis=0))


def _one_row_each(visits, E, how="sum", half_life=None):
    return np.array([patient_vectors.patient_vector([v], E, how, half_life) for v in visits])


def _one_row_up(visits, E, how="sum", half_life=None):
    return patient_vectors.patient_vector(visits, np.roll(E, 1, axis=0), how, half_life)


def _first_visit_alone(visits, E, how="sum", half_life=None):
    return patient_vectors.patient_vector(visits[:1], E, how, half_life)


def _by_visit_weights(visits, E, how="sum", half_life=None):
    if how != "recency" or not visits:
        return patient_vectors.patient_vector(visits, E, how, half_life)
    weights = sum(_weight(age, codes, how, half_life) for age, codes in visits)
    return _recency_sum(visits, E, how, half_life) / weights


def _always_by_age(visits, E, how="sum", half_life=None):
    by_age = "recency" if half_life and how == "mean" else how
    return patient_vectors.patient_vector(visits, E, by_age, half_life)


def _is_no_vector(answer):
    return np.ndim(answer(VISITS, TABLE)) != 1


def _fails_on_nobody(answer):
    for how, visits in product(HOWS, NOBODY):
        if np.shape(answer(VISITS, TABLE, how, 30)) != (2,):
            continue  # another mistake
        try:
            out = np.asarray(answer(visits, TABLE, how, 30), dtype=float)
        except (ValueError, ZeroDivisionError, IndexError, TypeError):
            return True
        if out.shape != (2,) or not np.allclose(out, 0):
            return True
    return False


patient_vector = Exercise(
    name="patient_vector",
    number="10.4",
    review="section 5",
    reference=patient_vectors.patient_vector,
    form=_forms.array,
    calls=(
        call(VISITS, TABLE),
        call(VISITS, TABLE, "mean"),
        call(VISITS, TABLE, "recency", 30),
        call([(10, [1]), (400, [2, 3, 3])], TABLE, how="recency", half_life=100),
        call(PADDED, TABLE, "mean"),
        call(VISITS, TABLE, "sum", 30),
        call(VISITS, TABLE, "mean", half_life=30),
        call([(3, [2, 2, 1])], TABLE, "mean"),
        call([(7, [1]), (2, [])], TABLE, how="recency", half_life=3.5),
        *(call(visits, TABLE, "mean") for visits in NOBODY),
        call(NOBODY[2], TABLE, "recency", 10),
    ),
    wrong=(
        Wrong(
            _one_row_each,
            "A patient is one vector, an array of shape (d,); yours has another number of axes.",
            _is_no_vector,
        ),
        Wrong(
            _mean_for_sum,
            "With how='sum' you give a mean. Add the rows, and divide for the two means alone.",
            _sum_is_a_mean,
        ),
        Wrong(
            _each_code_once,
            "A code that occurs twice counts once in yours. Add its row every time it occurs.",
            _forgets_repeats,
        ),
        Wrong(
            _by_visits,
            "You divide by the number of visits. The mean is over all codes: divide by how many "
            "there are.",
        ),
        Wrong(
            _by_codes,
            "'recency' divides by the number of codes. It is a weighted mean: divide by the sum of "
            "the weights.",
        ),
        Wrong(
            _mean_of_visit_means,
            "A visit with 1 code weighs as much as one with 20. Average over all codes at once.",
            _weighs_each_visit_alike,
        ),
        Wrong(
            _by_visit_weights,
            "'recency' divides by the weights of the visits, each once. Divide by the weights of "
            "all codes.",
        ),
        Wrong(
            _one_row_up,
            "You read the row above. Row i of E belongs to id i, and row 0 to the padding.",
        ),
        Wrong(
            _first_visit_alone,
            "Only the first visit counts in yours. Is there a return inside the loop?",
        ),
        Wrong(
            _always_by_age,
            "With a half_life given, your 'mean' weighs by age too. That is for 'recency' alone.",
        ),
        Wrong(
            _padding_counts,
            "A patient changes when you pad their visits: id 0 is padding, leave it out.",
            _padding_changes,
        ),
        Wrong(
            _nan_for_nobody,
            "A patient without visits, without codes, or with padding alone does not give a vector "
            "of zeros, but nan, another shape or an error. Return d zeros.",
            _fails_on_nobody,
        ),
        Wrong(_oldest_first, "The oldest visit weighs most; the weight is ½^(age/half_life)."),
        Wrong(
            _exponential,
            "After one half-life a code should weigh one half; exp(-age/half_life) gives .37.",
        ),
        Wrong(_recency_sum, "'recency' is a mean: divide by the sum of the weights."),
    ),
)
