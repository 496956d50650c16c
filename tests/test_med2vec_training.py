"""Training finds what was planted, and each loss its own part of it."""

import numpy as np
import pytest
import torch

from helpers.med2vec import Parameters, initial_parameters, losses
from helpers.med2vec_training import train_med2vec, whole_patients
from helpers.metrics import chance_purity, purity_at_k
from helpers.ragged import offsets_of
from helpers.visit_views import VisitCodes
from tests.plugin import as_in_a_notebook

N_GROUPS, PER_GROUP = 8, 5
GROUP = np.repeat(np.arange(N_GROUPS), PER_GROUP)


def planted(n_patients=300, seed=0):
    """Make visits of one group each; the next visit is of the next group.

    Codes of a group share visits and never neighboring visits; the code of the next group is
    only ever in neighboring visits.
    """
    rng = np.random.default_rng(seed)
    visits, lengths = [], rng.integers(1, 6, n_patients)
    for length in lengths:
        start = rng.integers(N_GROUPS)
        for step in range(length):
            group = (start + step) % N_GROUPS
            visits.append(rng.choice(np.flatnonzero(group == GROUP), 3, replace=False))
    keys = tuple(f"ICD9CM:{i}" for i in range(len(GROUP)))
    return VisitCodes(
        keys, np.concatenate(visits), offsets_of(map(len, visits)), offsets_of(lengths)
    )


SMALL = {"code_dim": 16, "visit_dim": 16, "batch_size": 100, "epochs": 40, "l2": 1e-3}


def neighbors_found(result, visits):
    """Return the share of predicted weight that is on groups next to a visit's own."""
    y = result.predict_neighbors(visits)
    own = GROUP[visits.code_ids[visits.offsets[:-1]]]
    beside = np.isin((GROUP[None, :] - own[:, None]) % N_GROUPS, [1, N_GROUPS - 1])
    return float((y * beside).sum(axis=1).mean())


@pytest.fixture(scope="module")
def by_losses():
    visits = planted()
    return {
        names: train_med2vec(visits, losses=names, **SMALL)
        for names in (("code",), ("visit",), ("code", "visit"))
    }


def test_the_code_loss_finds_the_groups(by_losses):
    assert chance_purity(GROUP) < 0.11
    assert purity_at_k(by_losses["code",].code_vectors(), GROUP, 4) > 0.9


def test_the_visit_loss_finds_the_neighbors(by_losses):
    new_visits = planted(100, seed=1)  # chance is 2 / 8
    assert neighbors_found(by_losses["visit",], new_visits) > 0.9
    assert neighbors_found(by_losses["code", "visit"], new_visits) > 0.9
    assert neighbors_found(by_losses["code",], new_visits) < 0.4


def test_history_tells_what_was_trained_and_each_loss_brings_down_its_own(by_losses):
    for names, result in by_losses.items():
        assert {*result.history} == {*names}
        for history in result.history.values():
            assert len(history) == SMALL["epochs"] and history[-1] < 0.8 * history[0]
    visits = planted()
    last = {names: losses(result.parameters, visits) for names, result in by_losses.items()}
    for term, other in (("code", "visit"), ("visit", "code")):
        by_both, mine, others = (
            getattr(last[names], term).item() for names in (("code", "visit"), (term,), (other,))
        )
        # the other loss may bring a term down on the way, but never so far
        assert mine < others - 0.3 and by_both < others - 0.3


def test_without_the_visit_loss_only_the_code_table_learns(by_losses):
    start = train_med2vec(planted(), losses=("code",), **{**SMALL, "epochs": 1})
    for name in Parameters._fields[1:]:
        assert torch.equal(
            getattr(start.parameters, name), getattr(by_losses["code",].parameters, name)
        )


def test_vectors_are_not_negative_and_not_tracked(by_losses):
    result, visits = by_losses["code", "visit"], planted(10)
    assert result.code_vectors().min() == 0
    assert result.visit_vectors(visits).shape == (visits.n_visits, 16)
    assert result.visit_vectors(visits).min() >= 0
    np.testing.assert_allclose(result.predict_neighbors(visits).sum(axis=1), 1, rtol=1e-5)


def test_a_coordinate_has_names(by_losses):
    result = by_losses["code",]
    coordinate = int(result.code_vectors().sum(axis=0).argmax())
    names = [name for name, _ in result.top_codes(coordinate, k=3)]
    assert names and set(names) <= set(result.keys)


def test_the_seed_decides():
    same, again, other = (
        train_med2vec(planted(40), **{**SMALL, "epochs": 2}, seed=seed).code_vectors()
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(same, again)
    assert not np.array_equal(same, other)


def test_groups_and_people_take_part():
    visits = planted(60)
    people = np.random.default_rng(0).normal(size=(visits.n_visits, 2))
    result = train_med2vec(visits, groups=GROUP, demographics=people, window=2, **SMALL)
    assert result.predict_neighbors(visits, people).shape == (visits.n_visits, N_GROUPS)
    assert result.parameters.W_v.shape == (18, 16)
    assert result.history["visit"][-1] < result.history["visit"][0]


def test_rows_of_the_demographics_stay_with_their_visits():
    # every visit has one code, the same one; only the demographics say which group comes next
    rng = np.random.default_rng(0)
    first = rng.integers(2, size=200)
    ids = np.stack([np.full(200, 2), first], axis=1).ravel()
    visits = VisitCodes(
        ("A:0", "A:1", "A:2"), ids, offsets_of(np.ones(400, int)), offsets_of(np.full(200, 2))
    )
    people = np.repeat(first, 2)[:, None] * 2.0 - 1
    result = train_med2vec(visits, demographics=people, **SMALL)
    y = result.predict_neighbors(visits, people)[::2]
    assert y[np.arange(200), first].min() > 0.9


def test_batches_are_whole_patients():
    lengths = np.array([3, 0, 5, 1, 40, 2, 2, 7])
    batches = whole_patients(offsets_of(lengths), 10, np.random.default_rng(0))
    assert sorted(np.concatenate(batches).tolist()) == list(range(8))
    assert len(batches) > 2
    for batch in batches:
        assert lengths[batch[:-1]].sum() < 10  # the last patient may go over


def test_records_without_pairs_or_neighbors_train_to_nothing_wrong():
    visits = VisitCodes(("A:0", "A:1"), np.array([0, 1]), np.array([0, 1, 2]), np.arange(3))
    result = train_med2vec(visits, **{**SMALL, "epochs": 2})
    assert result.history["code"] == result.history["visit"] == [0.0, 0.0]
    assert np.isfinite(result.code_vectors()).all()


@pytest.mark.parametrize("average", ["pair", "visit"])
def test_history_is_the_mean_over_pairs(average):
    # one batch, one epoch: what `losses` says of the start, averaged by pair
    visits = planted(20)
    sizes = {"code_dim": 4, "visit_dim": 4}
    result = train_med2vec(visits, **sizes, epochs=1, window=2, average=average)
    start = initial_parameters(len(visits.keys), **sizes, scale=0.1)
    found = losses(start, visits, window=2, average="pair")
    for term, history in result.history.items():
        assert history == [pytest.approx(getattr(found, term).item(), rel=1e-5)]
    assert result.history["code"][0] == pytest.approx(np.log(len(visits.keys)), abs=0.01)


def test_history_of_several_batches_weighs_every_pair_the_same():
    visits = planted(60)
    still = {"code_dim": 4, "visit_dim": 4, "epochs": 1, "learning_rate": 1e-12}
    one, many = (train_med2vec(visits, **still, batch_size=n).history for n in (10_000, 20))
    for term in one:
        assert many[term] == [pytest.approx(one[term][0], rel=1e-5)]


def test_bad_input_is_named():
    visits = planted(5)
    for wrong in ("code", (), ("code", "codes")):
        with pytest.raises(ValueError, match="losses are some of"):
            train_med2vec(visits, losses=wrong)
    with pytest.raises(ValueError, match="epochs is 0"):
        train_med2vec(visits, epochs=0)
    with pytest.raises(ValueError, match="batch_size is 0"):
        train_med2vec(visits, batch_size=0)
    with pytest.raises(ValueError, match="learning_rate is 0"):
        train_med2vec(visits, learning_rate=0)
    with pytest.raises(ValueError, match="window is 0"):
        train_med2vec(visits, window=0)
    with pytest.raises(ValueError, match="39 groups for 40 codes"):
        train_med2vec(visits, groups=GROUP[:-1])
    with pytest.raises(ValueError, match=f"3 rows of demographics for {visits.n_visits} visits"):
        as_in_a_notebook(train_med2vec)(visits, demographics=np.zeros((3, 1)))
    with pytest.raises(ValueError, match="there are no visits"):
        train_med2vec(visits.take(np.array([], int)))
    other = VisitCodes(("B:1",), np.array([0]), np.array([0, 1]), np.array([0, 1]))
    with pytest.raises(ValueError, match="knows 40 codes, and these visits number 1"):
        train_med2vec(visits, **{**SMALL, "epochs": 1}).visit_vectors(other)
