import numpy as np
import pytest

from helpers.masking import MASK, N_SPECIAL, NOT_ASKED, mask_tokens

VOCAB = 1005


def long_text(n=40_000, seed=0):
    ids = np.random.default_rng(seed).integers(N_SPECIAL, VOCAB, size=n)
    ids[::20] = np.arange(len(ids[::20])) % N_SPECIAL
    return ids


def test_the_numbers_are_those_of_the_exercise():
    assert (MASK, N_SPECIAL, NOT_ASKED) == (4, 5, -100)


def test_special_tokens_are_never_chosen_and_ids_stay_as_they_are():
    ids = long_text()
    before = ids.copy()
    inputs, labels = mask_tokens(ids, np.random.default_rng(0), VOCAB, p=1.0)
    special = ids < N_SPECIAL
    assert (labels[special] == NOT_ASKED).all() and (inputs[special] == ids[special]).all()
    assert (labels[~special] == ids[~special]).all()
    np.testing.assert_array_equal(ids, before)


def test_shares_are_the_papers_within_four_standard_deviations():
    ids = long_text()
    inputs, labels = mask_tokens(ids, np.random.default_rng(0), VOCAB)
    chosen, ordinary = labels != NOT_ASKED, ids >= N_SPECIAL
    assert (inputs[~chosen] == ids[~chosen]).all()

    def near(hits, n, p):
        assert abs(hits - n * p) < 4 * (n * p * (1 - p)) ** 0.5

    near(chosen.sum(), ordinary.sum(), 0.15)
    near((inputs[chosen] == MASK).sum(), chosen.sum(), 0.8)
    same = inputs[chosen] == ids[chosen]
    near(same.sum(), chosen.sum(), 0.1 + 0.1 / (VOCAB - N_SPECIAL))  # a random word may be the word
    drawn = inputs[chosen & (inputs != MASK) & (inputs != ids)]
    assert drawn.min() >= N_SPECIAL and drawn.max() < VOCAB
    near((drawn < 505).sum(), len(drawn), 0.5)


@pytest.mark.parametrize("shape", [(0,), (7,), (3, 5)])
def test_any_shape_will_do(shape):
    ids = np.full(shape, 9)
    for part in mask_tokens(ids, np.random.default_rng(0), 20):
        assert part.shape == shape


def test_no_chance_no_choice():
    ids = long_text(500)
    inputs, labels = mask_tokens(ids, np.random.default_rng(0), VOCAB, p=0.0)
    assert (inputs == ids).all() and (labels == NOT_ASKED).all()


@pytest.mark.parametrize("p", [-0.1, 1.5, float("nan")])
def test_what_is_no_chance_is_refused(p):
    with pytest.raises(ValueError, match=r"p is .*a chance between 0 and 1 is needed"):
        mask_tokens(np.array([7, 8]), np.random.default_rng(0), 9, p)


def test_a_vocabulary_without_words_is_refused():
    with pytest.raises(ValueError, match="vocab_size is 5: there is no word"):
        mask_tokens(np.array([2, 3]), np.random.default_rng(0), 5)
