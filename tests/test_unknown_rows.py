import numpy as np
import pytest

from helpers.unknown_rows import extend_table, hide_some, known_ids
from tests.plugin import as_in_a_notebook

E = np.random.default_rng(0).normal(3, [1.0, 5.0], size=(400, 2)).astype(np.float32)


def test_known_categories_count_from_one_and_the_rest_is_zero():
    known = np.array([30, 10])
    assert known_ids(np.array([10, 20, 30]), known).tolist() == [2, 0, 1]
    with pytest.raises(ValueError, match="twice"):
        known_ids(np.array([1]), np.array([4, 4]))


def test_hidden_share():
    ids = np.arange(1, 20001).reshape(-1, 2)
    hidden = hide_some(ids, 0.2, np.random.default_rng(0))
    assert (hidden == 0).mean() == pytest.approx(0.2, abs=0.015)
    assert np.array_equal(hidden[hidden > 0], ids[hidden > 0])
    assert np.array_equal(hide_some(ids, 0, np.random.default_rng(0)), ids)
    with pytest.raises(ValueError, match="between 0 and 1"):
        hide_some(ids, 20, np.random.default_rng(0))


def test_old_rows_stay_and_new_ones_lie_near_the_mean():
    longer = extend_table(E, 300, np.random.default_rng(1))
    assert longer.dtype == E.dtype and np.array_equal(longer[:400], E)
    gap = longer[400:] - E.mean(axis=0)
    assert np.allclose(gap.std(axis=0) / E.std(axis=0), 0.1, atol=0.02)
    assert len(np.unique(longer[400:], axis=0)) == 300


def test_no_new_row_and_refusals():
    assert np.array_equal(extend_table(E, 0, np.random.default_rng(0)), E)
    with pytest.raises(ValueError, match=r"\(400, 2\) and -1"):
        extend_table(E, -1, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"\(0, 2\)"):
        extend_table(E[:0], 1, np.random.default_rng(0))
    for hole in (np.nan, np.inf):
        with pytest.raises(ValueError, match="nan or inf in row 1 of the table"):
            extend_table(np.array([[1.0], [hole]]), 1, np.random.default_rng(0))
    whole = as_in_a_notebook(extend_table)
    with pytest.raises(ValueError, match="floats wanted, got int64"):
        whole(np.ones((2, 2), dtype=np.int64), 1, np.random.default_rng(0))


def test_large_numbers_in_single_precision():
    large = np.array([[1e30, 1.0], [-3e30, 2.0]], dtype=np.float32)
    assert np.isfinite(extend_table(large, 5, np.random.default_rng(0))).all()
