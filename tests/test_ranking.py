import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from helpers.ranking import average_precision, roc_auc


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("digits", [0, 1, 6])  # many ties, some, none
def test_equal_to_scikit_learn(seed, digits):
    rng = np.random.default_rng(seed)
    n = rng.integers(2, 60)
    y = rng.permutation(np.arange(n) < max(1, n // 4)).astype(int)
    s = rng.normal(size=n).round(digits)
    assert roc_auc(y, s) == pytest.approx(roc_auc_score(y, s), abs=1e-12)
    assert average_precision(y, s) == pytest.approx(average_precision_score(y, s), abs=1e-12)


def by_loops(y, s):
    cases = [b for a, b in zip(y, s, strict=True) if a]
    controls = [b for a, b in zip(y, s, strict=True) if not a]
    won = sum((c > k) + (c == k) / 2 for c in cases for k in controls)
    precision = [sum(d >= c for d in cases) / sum(d >= c for d in s) for c in cases]
    return won / len(cases) / len(controls), sum(precision) / len(cases)


def test_equal_to_the_definition_in_loops():
    rng = np.random.default_rng(3)
    y, s = rng.integers(0, 2, 40), rng.integers(0, 9, 40)
    assert (roc_auc(y, s), average_precision(y, s)) == pytest.approx(by_loops(y, s))


def test_by_hand():
    y, s = [1, 1, 0, 0, 0], [5, 2, 2, 1, 0]
    assert roc_auc(y, s) == pytest.approx((3 + 2.5) / 6)
    assert average_precision(y, s) == pytest.approx((1 + 2 / 3) / 2)


def test_laws():
    rng = np.random.default_rng(0)
    y, s = rng.integers(0, 2, 30), rng.normal(size=30).round(1)
    assert roc_auc(y, -s) == pytest.approx(1 - roc_auc(y, s))
    assert roc_auc(y, np.ones(30)) == 0.5
    assert average_precision(y, np.ones(30)) == pytest.approx(y.mean())
    assert roc_auc(y, np.exp(s)) == roc_auc(y, s)  # only the order counts
    assert roc_auc(list(y), list(s)) == roc_auc(y.astype(bool), s)


@pytest.mark.parametrize("measure", [roc_auc, average_precision])
@pytest.mark.parametrize(
    "y, s, words",
    [
        ([1, 1], [0.1, 0.2], "2 cases and 0 controls"),
        ([0, 0], [0.1, 0.2], "0 cases"),
        ([0, 2], [0.1, 0.2], "labels are 1"),
        ([0, 1], [0.1], "shape"),
        ([0, 1], [0.1, float("nan")], "not a number"),
    ],
)
def test_refused(measure, y, s, words):
    with pytest.raises(ValueError, match=words):
        measure(y, s)
