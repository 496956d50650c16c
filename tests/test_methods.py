from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from helpers.clinic import ClinicConfig
from helpers.cohort import make_study
from helpers.flat_visits import FlatVisits
from helpers.incidence import log_counts, pair_counts
from helpers.linear_methods import LinearMethod, best_strength
from helpers.link_control import shuffle_links
from helpers.link_features import linked_products, unlinked_products
from helpers.methods import METHODS, RECURRENT, Prepared
from helpers.mime import MiME
from helpers.visit_views import VisitCodes

USES_LINKS = (
    "LR linked",
    "MiME labels only",
    "MiME labels and auxiliary",
    "MiME vectors",
)  # with shuffled links nothing is left of the true ones, so the controls are not among them


@pytest.fixture(scope="module")
def study():
    return make_study(ClinicConfig(patients=260))


@pytest.fixture(scope="module")
def prepared(study):
    return Prepared(study.cohort)


@pytest.fixture(scope="module")
def quick():
    """Few epochs: these tests ask what a method reads, not how good it is."""
    from helpers import recurrent_methods

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(recurrent_methods.SETTINGS, "epochs", 2)
        patch.setattr(recurrent_methods, "VOTES", 2)
        yield


@pytest.fixture(scope="module")
def scores(study, prepared, quick):
    """Scores of every method, taught with forty labels."""
    rows = study.draw(40, 0)
    return {
        name: make(prepared).scores(rows, study.labels[rows], study.cohort.test_rows, seed=0)
        for name, make in METHODS.items()
    }


def test_every_method_scores_every_test_patient(scores, study):
    for name, found in scores.items():
        assert found.shape == study.cohort.test_rows.shape, name
        assert np.isfinite(found).all(), name
        assert len(np.unique(found)) > 1, name


def test_the_same_seed_gives_the_same_scores(scores, study, quick):
    again = Prepared(study.cohort)
    rows = study.draw(40, 0)
    for name in ("LR linked", "GRU vectors", "MiME vectors (links shuffled)"):
        method = METHODS[name](again)
        found = method.scores(rows, study.labels[rows], study.cohort.test_rows, seed=0)
        assert np.array_equal(found, scores[name]), name


def test_links_matter_to_the_methods_that_use_them_and_to_no_other(scores, study, quick):
    cohort = study.cohort
    other = Prepared(cohort.with_objects(shuffle_links(cohort.objects, np.random.default_rng(1))))
    rows = study.draw(40, 0)
    for name in METHODS:
        if name == "LR Med2Vec":
            continue  # reads `visits` only, and is slow
        method = METHODS[name](other)
        found = method.scores(rows, study.labels[rows], cohort.test_rows, seed=0)
        assert np.array_equal(found, scores[name]) == (name not in USES_LINKS), name


def test_what_is_learned_without_labels_is_learned_from_the_pool(study, prepared):
    """Other test patients, the same vectors."""
    cohort = study.cohort
    people = np.arange(cohort.visits.n_patients)
    people[cohort.n_pool :] = 0  # the first patient, again and again
    other = replace(cohort, visits=cohort.visits.take(people), objects=cohort.objects.take(people))
    assert np.array_equal(Prepared(other).vectors, prepared.vectors)


@pytest.mark.parametrize("name", ["LR one-hot", "MiME vectors"])
def test_labels_of_others_are_never_read(name, scores, study, prepared, quick):
    """A method is given the labels of its rows; those of all others may be anything."""
    rows = study.draw(40, 0)
    flipped = 1 - study.labels
    flipped[rows] = study.labels[rows]
    other = replace(study, labels=flipped)
    assert np.array_equal(other.draw(40, 0), rows)
    method = METHODS[name](Prepared(other.cohort))
    found = method.scores(rows, other.labels[rows], other.cohort.test_rows, seed=0)
    assert np.array_equal(found, scores[name])


def test_a_draw_with_more_labels_holds_the_one_with_fewer(study):
    assert np.array_equal(study.draw(100, 3)[:40], study.draw(40, 3))
    assert not np.array_equal(study.draw(40, 3), study.draw(40, 4))
    with pytest.raises(ValueError, match="from a pool of 200"):
        study.draw(201, 0)


def test_the_fingerprint_knows_the_simulation_and_not_its_size(study):
    assert make_study(ClinicConfig(patients=210)).fingerprint == study.fingerprint
    other = ClinicConfig(patients=210, link_noise=0.07)
    assert make_study(other).fingerprint != study.fingerprint


# features ---------------------------------------------------------------------------------------


def test_counts_by_hand():
    visits = VisitCodes(
        ("a", "b", "c"), np.array([0, 1, 0, 2, 0]), np.array([0, 2, 3, 5]), np.array([0, 2, 3])
    )
    counts = np.expm1(log_counts(visits).toarray())
    assert counts == pytest.approx(np.array([[2, 1, 0], [1, 0, 1]]))
    assert pair_counts(visits).tolist() == [[0, 1, 1], [1, 0, 0], [1, 0, 0]]


def test_linked_and_unlinked_products_by_loops(study, prepared):
    cohort, (dx, treatment) = study.cohort, prepared.small
    place = {key: i for i, key in enumerate(cohort.visits.keys)}
    o = cohort.objects
    for patient in (0, 7):
        visits = range(*o.patient_offsets[patient : patient + 2])
        linked = np.zeros((8, 8))
        for v in visits:
            for obj in range(*o.object_offsets[v : v + 2]):
                for code in o.rx[o.rx_offsets[obj] : o.rx_offsets[obj + 1]]:
                    row = treatment[place[o.rx_keys[code]]]
                    linked += np.outer(dx[place[o.dx_keys[o.dx[obj]]]], row)
                for code in o.px[o.px_offsets[obj] : o.px_offsets[obj + 1]]:
                    row = treatment[place[o.px_keys[code]]]
                    linked += np.outer(dx[place[o.dx_keys[o.dx[obj]]]], row)
        found = linked_products(o, cohort.visits.keys, dx, treatment)[patient]
        _proportional(found, np.sign(linked) * np.sqrt(np.abs(linked)))
        unlinked = np.zeros((8, 8))
        for v in visits:
            ids = cohort.visits.code_ids[slice(*cohort.visits.offsets[v : v + 2])]
            unlinked += np.outer(dx[ids].sum(axis=0), treatment[ids].sum(axis=0))
        found = unlinked_products(cohort.visits, dx, treatment)[patient]
        _proportional(found, np.sign(unlinked) * np.sqrt(np.abs(unlinked)))


def _proportional(found, expected):
    factor = (found @ expected.ravel()) / (expected.ravel() @ expected.ravel())
    assert factor > 0
    assert found == pytest.approx(factor * expected.ravel(), abs=1e-9)


def test_the_flat_encoder_is_of_the_size_of_mime_but_for_its_heads():
    flat = FlatVisits(50, 16)
    mime = MiME(30, 12, 8, dim=16)
    of_mime = sum(p.numel() for n, p in mime.named_parameters() if not n.startswith("heads"))
    assert sum(p.numel() for p in flat.parameters()) == of_mime


def test_a_flat_visit_by_loop(study):
    visits = study.cohort.visits.take(np.arange(3))
    encoder = FlatVisits(len(visits.keys), 8, rng=torch.Generator().manual_seed(0))
    found = encoder(visits)
    for v in range(visits.n_visits):
        F = encoder.r[visits.code_ids[slice(*visits.offsets[v : v + 2])]].sum(dim=0)
        for W in encoder.W:
            F = torch.relu(F @ W) + F
        assert torch.allclose(found[v], F, atol=1e-5)


# logistic regression ----------------------------------------------------------------------------


def test_noise_gets_a_strong_penalty_and_signal_a_weak_one():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 30))
    noise, signal = rng.integers(0, 2, 300), (X[:, 0] > 0).astype(int)
    assert best_strength(X, noise, 0) <= 0.01
    assert best_strength(X, signal, 0) >= 1
    method = LinearMethod(X)
    rows, test = np.arange(200), np.arange(200, 300)
    assert spearmanr(method.scores(rows, signal[rows], test, 0), X[test, 0])[0] > 0.9


def test_recurrent_methods_are_known_by_name():
    assert len(RECURRENT) == 6
