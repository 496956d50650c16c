import numpy as np
import pytest

from helpers.simulate_stays import RISK, simulate_stays


def test_risk_depends_on_kind_and_class_as_planted():
    stays = simulate_stays(8000, seed=1)
    kind, group = stays.ward_kind[stays.ward], stays.drug_class[stays.drug]
    share = np.array([
        [stays.returned[(kind == k) & (group == c)].mean() for c in range(4)] for k in range(3)
    ])  # fmt: skip
    ranks = [np.argsort(np.argsort(table.ravel() + np.arange(12) / 1e6)) for table in (share, RISK)]
    assert np.corrcoef(*ranks)[0, 1] > 0.95
    assert np.isclose(stays.returned.mean(), stays.risk.mean(), atol=0.01)


def test_a_patient_keeps_age_and_stays_together():
    stays = simulate_stays(50, per_patient=3)
    assert stays.patient.tolist() == np.repeat(np.arange(50), 3).tolist()
    assert (stays.age.reshape(50, 3) == stays.age[::3, None]).all()


def test_seed_decides_and_bad_sizes_are_refused():
    one, same, other = (simulate_stays(20, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(one.risk, same.risk) and not np.array_equal(one.risk, other.risk)
    with pytest.raises(ValueError, match="at least 1"):
        simulate_stays(0)
