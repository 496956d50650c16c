import math

import numpy as np
import pytest
from scipy.sparse import coo_array, csr_array
from sklearn.decomposition import TruncatedSVD

from helpers.pairs import count_matrix
from helpers.ppmi import ppmi, ppmi_svd, svd_embedding


def random_counts(vocab=7, seed=0):
    rng = np.random.default_rng(seed)
    half = rng.poisson(0.8, size=(vocab, vocab)).astype(float)
    return half + half.T


def ppmi_in_loops(counts, shift):
    n, answer = counts.sum(), np.zeros_like(counts)
    for i, j in np.ndindex(*counts.shape):
        if counts[i, j]:
            expected = counts[i].sum() * counts[:, j].sum() / n
            answer[i, j] = max(0, math.log(counts[i, j] / expected) - shift)
    return answer


def test_ppmi_by_hand():
    # 8 pairs; row totals 2 and 6: n_01 = 2 against 2 * 6 / 8, so ln 4/3; n_11 = 4 against 4.5
    table = ppmi(np.array([[0.0, 2.0], [2.0, 4.0]]))
    np.testing.assert_allclose(table, [[0, math.log(4 / 3)], [math.log(4 / 3), 0]])


@pytest.mark.parametrize("shift", [0.0, math.log(5)])
def test_ppmi_is_the_equation_in_loops(shift):
    counts = random_counts()
    np.testing.assert_allclose(ppmi(counts, shift), ppmi_in_loops(counts, shift))
    sparse = ppmi(csr_array(counts), shift)
    np.testing.assert_allclose(sparse.toarray(), ppmi_in_loops(counts, shift))
    assert sparse.nnz == np.count_nonzero(ppmi_in_loops(counts, shift))


def test_rows_and_columns_have_their_own_totals():
    counts = np.array([[1.0, 5.0, 0.0], [2.0, 0.0, 3.0]])
    np.testing.assert_allclose(ppmi(counts), ppmi_in_loops(counts, 0))


def test_independent_words_have_none():
    np.testing.assert_allclose(ppmi(np.outer([1.0, 2, 3], [4.0, 5, 6])), 0, atol=1e-12)


def test_counting_everything_twice_changes_nothing():
    counts = random_counts()
    np.testing.assert_allclose(ppmi(2 * counts), ppmi(counts))
    np.testing.assert_allclose(ppmi(counts), ppmi(counts).T)


def test_full_rank_keeps_all_dot_products():
    table = ppmi(random_counts())
    rows = svd_embedding(table, 7, eigenvalue_weight=1.0)
    np.testing.assert_allclose(rows @ rows.T, table @ table.T, atol=1e-9)


def test_a_large_table_gives_the_singular_values_of_sklearn():
    rng = np.random.default_rng(0)
    table = rng.normal(size=(300, 20)) @ np.diag(0.7 ** np.arange(20)) @ rng.normal(size=(20, 250))
    rows = svd_embedding(table, 5, eigenvalue_weight=1.0)
    exact = TruncatedSVD(5, algorithm="arpack").fit(table)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=0), exact.singular_values_, rtol=1e-3)
    sparse = svd_embedding(csr_array(table), 5, eigenvalue_weight=1.0)
    np.testing.assert_allclose(np.abs(sparse), np.abs(rows), atol=1e-6)


def test_half_the_power_is_half_way_between():
    table = ppmi(random_counts())
    sizes = [
        np.linalg.norm(svd_embedding(table, 3, eigenvalue_weight=p), axis=0) for p in (0, 0.5, 1)
    ]
    np.testing.assert_allclose(sizes[0], 1)
    np.testing.assert_allclose(sizes[1] ** 2, sizes[2])


def test_words_of_the_same_company_end_up_together():
    sentences = [[0, 2, 4], [1, 2, 4], [3, 5, 6], [3, 5, 7]] * 5
    rows = ppmi_svd(count_matrix(sentences, 8, 2), 4)
    cosine = rows @ rows.T
    assert cosine[0, 1] > 0.9 and cosine[6, 7] > 0.9
    assert abs(cosine[0, 6]) < 1e-6


def test_a_word_without_pairs_is_all_zeros():
    rows = ppmi_svd(count_matrix([[0, 1, 0]], 3, 1), 2)
    assert not rows[2].any() and rows[:2].any()


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="not all 0"):
        ppmi(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="without negative numbers"):
        ppmi(np.array([[1.0, -1.0], [1.0, 2.0]]))
    for odd in (math.nan, math.inf):
        with pytest.raises(ValueError, match=rf"counts\[1, 0\] is {odd}"):
            ppmi(np.array([[1.0, 1.0], [odd, 2.0]]))
        with pytest.raises(ValueError, match=f"shift is {odd}"):
            ppmi(random_counts(), odd)
        with pytest.raises(ValueError, match=f"table holds {odd}"):
            svd_embedding(np.array([[1.0, 1.0], [odd, 2.0]]), 1)
    with pytest.raises(ValueError, match=r"shape \(3,\), not rows and columns"):
        ppmi(coo_array(np.ones(3)))
    with pytest.raises(ValueError, match=r"eigenvalue_weight is -0\.5"):
        svd_embedding(random_counts(), 2, eigenvalue_weight=-0.5)
    with pytest.raises(ValueError, match=r"dim is 9, it must be in 1 \.\. 7"):
        svd_embedding(random_counts(), 9)
