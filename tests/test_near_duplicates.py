import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve

from helpers.near_duplicates import labeled_pairs, threshold_curve
from helpers.similarity import pairwise_cosine
from tests.plugin import as_in_a_notebook

COSINE = pairwise_cosine(np.random.default_rng(0).normal(size=(30, 3)))
TRUE = [(1, 2), (9, 4), (20, 21), (5, 29)]


def test_curve_is_that_of_another_implementation():
    scores, truth = labeled_pairs(COSINE, TRUE)
    assert len(scores) == 30 * 29 / 2 and truth.sum() == 4
    precision, recall, thresholds = precision_recall_curve(truth, scores)
    ours = threshold_curve(COSINE, TRUE, thresholds)
    np.testing.assert_allclose([found.precision for found in ours], precision[:-1])
    np.testing.assert_allclose([found.recall for found in ours], recall[:-1])


def test_ends_of_the_curve():
    everything, nothing = threshold_curve(COSINE, TRUE, [-1.01, 1.01])
    assert everything.n_pairs == 435 and everything.recall == 1
    assert everything.precision == pytest.approx(4 / 435)  # the chance row
    assert nothing.n_pairs == 0 and nothing.recall == 0 and np.isnan(nothing.precision)


def test_direction_of_a_pair_does_not_matter_and_the_threshold_is_included():
    similarity = np.array([[1.0, 0.8], [0.8, 1.0]])
    for pair in ((0, 1), (1, 0)):
        assert threshold_curve(similarity, [pair], [0.8])[0].recall == 1


@pytest.mark.parametrize("pairs", [[(0, 0)], [(0, 30)], [(-1, 2)]])
def test_bad_pairs_are_named(pairs):
    with pytest.raises(ValueError, match="is no pair of different rows among 30"):
        labeled_pairs(COSINE, pairs)
    with pytest.raises(ValueError, match="no true pair"):
        labeled_pairs(COSINE, [])


def test_a_table_that_is_no_similarity_is_refused():
    with pytest.raises(ValueError, match=r"shape \(2, 3\), must be square"):
        as_in_a_notebook(labeled_pairs)(np.ones((2, 3)), [(0, 1)])
    with pytest.raises(ValueError, match="without nan"):
        labeled_pairs(np.array([[1, np.nan], [np.nan, 1]]), [(0, 1)])
