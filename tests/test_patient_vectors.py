import numpy as np
import pytest

from helpers.patient_vectors import as_onehot_weights, patient_vector

TABLE = np.array([[9.0, 9.0], [1.0, 0.0], [0.0, 2.0], [4.0, 4.0]])
VISITS = [(60, [1, 2]), (0, [3])]


def test_by_hand():
    assert patient_vector(VISITS, TABLE).tolist() == [5, 6]
    assert patient_vector(VISITS, TABLE, how="mean").tolist() == [5 / 3, 2]
    # ages 60, 60, 0 with a half-life of 30 days weigh 1/4, 1/4, 1: together 3/2
    recency = patient_vector(VISITS, TABLE, how="recency", half_life=30)
    np.testing.assert_allclose(recency, [(0.25 + 4) / 1.5, (0.5 + 4) / 1.5])


@pytest.mark.parametrize("how", ["sum", "mean", "recency"])
def test_padding_changes_nothing(how):
    padded = [(60, [1, 2, 0, 0]), (0, [3, 0, 0, 0]), (0, [0, 0, 0, 0])]
    np.testing.assert_array_equal(
        patient_vector(padded, TABLE, how, 30), patient_vector(VISITS, TABLE, how, 30)
    )


@pytest.mark.parametrize("how", ["sum", "mean", "recency"])
@pytest.mark.parametrize("visits", [[], [(3, [])], [(3, [0, 0])]])
def test_patient_without_codes_is_zero(how, visits):
    assert patient_vector(visits, TABLE, how, 30).tolist() == [0, 0]


def test_very_long_half_life_is_the_mean_very_short_the_newest_visit():
    long, short = (patient_vector(VISITS, TABLE, "recency", days) for days in (1e9, 1e-3))
    np.testing.assert_allclose(long, patient_vector(VISITS, TABLE, "mean"))
    np.testing.assert_allclose(short, TABLE[3])


def test_order_of_visits_does_not_matter():
    for how in ("sum", "mean", "recency"):
        np.testing.assert_allclose(
            patient_vector(VISITS[::-1], TABLE, how, 30), patient_vector(VISITS, TABLE, how, 30)
        )


def test_sum_is_the_multi_hot_row_times_the_table():
    counts = np.array([0, 1, 1, 1])
    np.testing.assert_array_equal(patient_vector(VISITS, TABLE), counts @ TABLE)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"how": "max"}, "how is 'max'"),
        ({"how": "recency"}, "half_life is None"),
        ({"how": "recency", "half_life": 0}, "half_life is 0"),
    ],
)
def test_refusals(arguments, message):
    with pytest.raises(ValueError, match=message):
        patient_vector(VISITS, TABLE, **arguments)
    with pytest.raises(ValueError, match="ids run from 1 to 4, rows from 0 to 3"):
        patient_vector([(0, [1, 4])], TABLE)


def test_sum_of_vectors_is_one_hot_with_weights_of_the_codes():
    rng = np.random.default_rng(0)
    E, w, counts = rng.normal(size=(6, 3)), rng.normal(size=3), rng.integers(0, 4, (10, 6))
    weights, bias = as_onehot_weights(E, w, 0.7)
    np.testing.assert_allclose(counts @ E @ w + 0.7, counts @ weights + bias)
    assert weights.shape == (6,) and as_onehot_weights(E, w)[1] == 0


def test_weights_of_the_codes_are_restricted_to_as_many_directions_as_the_vectors_have():
    rng = np.random.default_rng(0)
    E = rng.normal(size=(8, 3))
    reached = np.array([as_onehot_weights(E, rng.normal(size=3))[0] for _ in range(8)])
    assert np.linalg.matrix_rank(reached) == 3
