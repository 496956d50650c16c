import numpy as np
import pytest

from helpers.batches import count_codes, encode_visits, multi_hot_visits, pad_visits
from helpers.onehot import multi_hot
from helpers.vocab import Vocab, build_vocab

WARD = [[[3], [1, 2]], [[2]], [[4, 1, 5], [], [6, 3]]]


def random_ward(rng, n_codes=9):
    return [
        [rng.choice(n_codes, size=rng.integers(0, 5), replace=False) + 1 for _ in range(visits)]
        for visits in rng.integers(0, 6, size=12)
    ]


def test_padding_by_hand():
    codes, mask = pad_visits([[[3], [1, 2]], [[2]]])
    assert codes.tolist() == [[[3, 0], [1, 2]], [[2, 0], [0, 0]]]
    assert mask.tolist() == [[[True, False], [True, True]], [[True, False], [False, False]]]


def test_another_padding_changes_no_mask():
    (codes, mask), (other, same) = pad_visits(WARD), pad_visits(WARD, pad=-1)
    np.testing.assert_array_equal(mask, same)
    np.testing.assert_array_equal(codes[mask], other[mask])
    assert set(other[~mask].tolist()) == {-1}


def test_real_codes_come_back_where_they_were():
    ward = random_ward(np.random.default_rng(0))
    codes, mask = pad_visits(ward)
    assert mask.sum() == sum(len(visit) for visits in ward for visit in visits)
    for p, visits in enumerate(ward):
        for v, visit in enumerate(visits):
            assert codes[p, v][mask[p, v]].tolist() == list(visit)
        assert not mask[p, len(visits) :].any()


def test_newest_visits_stay():
    codes, _ = pad_visits([[[1], [2], [3]], [[4, 5]]], max_visits=2)
    assert codes.tolist() == [[[2, 0], [3, 0]], [[4, 5], [0, 0]]]


def test_no_patients_and_no_codes_are_empty_boxes():
    assert pad_visits([])[0].shape == (0, 0, 0)
    assert pad_visits([[], [[]]])[1].shape == (2, 1, 0)


@pytest.mark.parametrize("pad", [0, 7])
def test_code_with_the_id_of_the_padding_is_refused(pad):
    with pytest.raises(ValueError, match=f"patient 1, visit 0: a code .* padding, {pad}"):
        pad_visits([[[1]], [[2, pad]]], pad=pad)


def test_max_visits_is_positive():
    with pytest.raises(ValueError, match="not 0"):
        pad_visits(WARD, max_visits=0)


def test_multi_hot_rows_are_those_of_the_visits():
    ward = random_ward(np.random.default_rng(1))
    for pad in (0, -3):
        rows = multi_hot_visits(*pad_visits(ward, pad=pad), 9)
        for visits, mine in zip(ward, rows, strict=True):
            expected = multi_hot([[code - 1 for code in visit] for visit in visits], 9)
            np.testing.assert_array_equal(mine[: len(visits)], expected)
            assert not mine[len(visits) :].any()


def test_multi_hot_names_the_ids_without_a_column():
    with pytest.raises(ValueError, match="ids run from 1 to 6, columns stand for 1 to 5"):
        multi_hot_visits(*pad_visits(WARD), 5)


def test_encoding_starts_at_one_and_counts_strangers():
    vocab = Vocab(("I10", "E119"), np.array([2, 1]))
    visits = [["E119", "J459"], [], ["I10"]]
    assert encode_visits(visits, vocab) == ([[2], [], [1]], 1)
    assert encode_visits(visits, vocab, first_id=5) == ([[6], [], [5]], 1)


def test_counts_are_sums_of_multi_hot_rows():
    rng = np.random.default_rng(2)
    patients = [[[f"c{code}" for code in visit] for visit in visits] for visits in random_ward(rng)]
    vocab = build_vocab(visit for visits in patients for visit in visits)
    counts, unknown = count_codes(patients, vocab)
    encoded = [encode_visits(visits, vocab)[0] for visits in patients]
    np.testing.assert_array_equal(
        counts, multi_hot_visits(*pad_visits(encoded), len(vocab)).sum(axis=1)
    )
    assert unknown == 0
    few = Vocab(vocab.tokens[:3], vocab.counts[:3])
    fewer, left_out = count_codes(patients, few)
    np.testing.assert_array_equal(fewer, counts[:, :3])
    assert left_out == counts[:, 3:].sum()
