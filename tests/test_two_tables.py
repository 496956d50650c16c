import numpy as np
import pytest

from helpers.two_tables import TrainingPlan, initial_tables, penalties


def test_tables_start_small_and_at_zero():
    center, context = initial_tables(400, 8, np.random.default_rng(0))
    assert np.abs(center).max() <= 0.5 / 8
    assert center.std() == pytest.approx(1 / 8 / np.sqrt(12), rel=0.05)  # of a uniform number
    assert not context.any()


@pytest.mark.parametrize("name", ["dim", "window", "k", "epochs"])
def test_a_plan_needs_at_least_one_of_everything(name):
    with pytest.raises(ValueError, match=f"{name} is 0, it must be at least 1"):
        TrainingPlan(**{name: 0})


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="not 3 x 0"):
        initial_tables(3, 0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="shrink is -1"):
        TrainingPlan(shrink=-1)
    with pytest.raises(ValueError, match="shrink is nan"):
        TrainingPlan(shrink=float("nan"))
    with pytest.raises(ValueError, match="learning_rate is 0"):
        TrainingPlan(learning_rate=0)


def test_penalties_by_hand():
    np.testing.assert_allclose(penalties(np.array([0.0, 4.0, 100.0]), 0.1, 3), [0, 1, 13])
    assert not penalties(np.array([2.0, 4.0]), 0.0, 3).any()
