import numpy as np
import pytest

from helpers.splits import split_patients


def test_sizes_by_hand():
    # half of 11 is 5.5 and a quarter 2.75: rounded down, and the rest goes to the last part
    parts = split_patients(range(11), (0.5, 0.25, 0.25), np.random.default_rng(0))
    assert [len(part) for part in parts] == [5, 2, 4]


@pytest.mark.parametrize("n", [1, 2, 3, 10, 101])
@pytest.mark.parametrize("fractions", [(1.0,), (0.8, 0.2), (1 / 3, 1 / 3, 1 / 3), (0, 0.5, 0.5)])
def test_every_patient_is_in_one_part(n, fractions):
    parts = split_patients(range(n), fractions, np.random.default_rng(n))
    assert len(parts) == len(fractions)
    assert sorted(patient for part in parts for patient in part) == list(range(n))


def test_thirds_of_three_do_not_fall_to_rounding():
    parts = split_patients("abc", (2 / 3, 1 / 3), np.random.default_rng(0))
    assert [len(part) for part in parts] == [2, 1]


def test_patient_with_many_visits_counts_once():
    ids = ["p1"] * 50 + ["p2", "p3", "p4"]
    first = [
        "p1" in split_patients(ids, (0.5, 0.5), np.random.default_rng(s))[0] for s in range(400)
    ]
    assert 0.4 < np.mean(first) < 0.6  # 4 standard errors around one half


def test_same_seed_same_split_and_another_seed_another():
    one, again, other = (
        split_patients(range(50), (0.5, 0.5), np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert one == again != other


@pytest.mark.parametrize(
    "ids, fractions, message",
    [
        ("ab", (0.5, 0.4), "add up to 1"),
        ("ab", (1.5, -0.5), "add up to 1"),
        ("ab", (), "add up to 1"),
        ("", (1.0,), "no patient"),
    ],
)
def test_bad_input_is_refused(ids, fractions, message):
    with pytest.raises(ValueError, match=message):
        split_patients(ids, fractions, np.random.default_rng(0))
