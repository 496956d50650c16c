import numpy as np
import pytest

from helpers.noise import discard_prob, keep_probability


def test_keep_probability_by_hand():
    # f = 0.4 and t = 0.1: sqrt(1/4) + 1/4; f = 0.2: sqrt(1/2) + 1/2 is above 1
    found = keep_probability(np.array([4, 2, 4]), t=0.1)
    np.testing.assert_allclose(found, [0.75, 1, 0.75])


def test_the_program_keeps_more_than_the_paper():
    counts = np.array([500, 300, 150, 49, 1])
    kept = keep_probability(counts, t=1e-2)
    kept_by_paper = 1 - discard_prob(counts / counts.sum(), t=1e-2)
    assert (kept >= kept_by_paper).all()
    np.testing.assert_allclose(kept[:3] - kept_by_paper[:3], 1e-2 / (counts[:3] / 1000))


def test_the_formula_is_gensims():
    # gensim/models/word2vec.py: (sqrt(count / threshold) + 1) * (threshold / count),
    # with threshold = t * total
    counts = np.array([900, 90, 10])
    threshold = 1e-2 * counts.sum()
    gensim = np.minimum(1, (np.sqrt(counts / threshold) + 1) * (threshold / counts))
    np.testing.assert_allclose(keep_probability(counts, 1e-2), gensim)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="t is -1"):
        keep_probability(np.array([1]), t=-1)
