import numpy as np
import pytest
from scipy import stats

from helpers.paired import choose, learning_curve, paired_difference


def test_equal_to_the_t_test_of_scipy():
    rng = np.random.default_rng(0)
    a, b = rng.normal(0.7, 0.1, 10), rng.normal(0.68, 0.1, 10)
    theirs = stats.ttest_rel(a, b).confidence_interval(0.95)
    assert paired_difference(a, b) == pytest.approx((np.mean(a - b), *theirs))


def test_by_hand():
    # differences 1, 2, 3: mean 2, sd 1, and t of 2 degrees of freedom is 4.3027
    half = 4.302652729911275 / 3**0.5
    assert paired_difference([1, 2, 3], [0, 0, 0]) == pytest.approx((2, 2 - half, 2 + half))


def test_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(2000):
        shared = rng.normal(size=6)
        _, low, high = paired_difference(shared + rng.normal(0.3, 1, 6), shared, level=0.8)
        held += low < 0.3 < high
    assert 0.77 < held / 2000 < 0.83


@pytest.mark.parametrize(
    "a, b, words",
    [
        ([1], [2], "two are needed"),
        ([1, 2], [1], "cannot be paired"),
        ([1, 2], [1, 2, 3], "cannot be paired"),
        ([1, float("nan"), 3], [1, 2, 3], "not a number"),
    ],
)
def test_refused(a, b, words):
    with pytest.raises(ValueError, match=words):
        paired_difference(a, b)


def test_equal_methods_differ_by_nothing():
    assert paired_difference([0.7, 0.8], [0.7, 0.8]) == (0, 0, 0)


class Recorder:
    """A candidate that scores as it is told, and remembers what it saw."""

    def __init__(self, inside, on_test, test):
        self.inside, self.on_test, self.test, self.seen = inside, on_test, set(test), []

    def __call__(self, train, held):
        self.seen.append((train.tolist(), held.tolist()))
        return self.on_test if set(held.tolist()) == self.test else self.inside


def test_candidate_is_chosen_without_the_test_patients():
    pool, test = range(40), range(40, 50)
    good, lucky = Recorder(0.8, 0.6, test), Recorder(0.7, 0.9, test)
    alone = Recorder(0.1, 0.5, test)
    found = learning_curve({"a": [lucky, good], "b": [alone]}, (8, 20), (0, 1), pool, test)
    assert found["a"].tolist() == [[0.6] * 2] * 2 and found["b"].tolist() == [[0.5] * 2] * 2
    assert not any(set(held) & set(test) for _, held in lucky.seen)
    finals = [train for train, held in good.seen if held == list(test)]
    assert finals == [train for train, _ in alone.seen]  # the same labeled patients
    assert [len(train) for train in finals] == [8, 20, 8, 20]
    for small, large in (finals[:2], finals[2:]):
        assert large[:8] == small and set(large) <= set(pool)
    assert set(finals[0]) != set(finals[2])
    inner = [split for split in good.seen if split[1] != list(test)][:4]
    assert sorted(row for _, held in inner for row in held) == sorted(finals[0])
    assert all(not set(train) & set(held) for train, held in inner)


def test_first_of_equals_is_chosen():
    first, second = (Recorder(0.5, 0.5, ()) for _ in range(2))
    assert choose([first, second], np.arange(8), 4) is first
    assert choose([second], np.arange(8), 4) is second and len(second.seen) == 4


@pytest.mark.parametrize(
    "sizes, pool, test, words", [((5,), range(4), range(4, 6), "from a pool of 4"),
                                 ((3,), range(4), range(4, 6), "cannot be cut into 4 parts"),
                                 ((4,), range(4), range(3, 6), "row 3 is in the pool")]
)  # fmt: skip
def test_curve_refuses(sizes, pool, test, words):
    with pytest.raises(ValueError, match=words):
        learning_curve({"a": [lambda train, held: 0.5]}, sizes, (0,), pool, test)


def test_a_candidate_without_a_number_is_not_chosen():
    silent = Recorder(float("nan"), 0.5, ())
    with pytest.raises(ValueError, match="no number"):
        choose([Recorder(0.5, 0.5, ()), silent], np.arange(8), 4)
