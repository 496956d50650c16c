from collections import Counter
from itertools import permutations

import numpy as np
import pytest

from helpers.censoring import censor
from helpers.clinic import ClinicConfig
from helpers.link_control import shuffle_links, shuffle_patient_links
from helpers.simulate import simulate_clinic
from helpers.visit_objects import VisitObjects

VISITS = [
    [("I10", ["metoprolol", "aspirin"], ["ECG"]), ("I25", ["aspirin"], []), ("E11", [], [])],
    [],
    [("I10", ["metoprolol"], [])],
]


@pytest.fixture(scope="module")
def cohort():
    return censor(simulate_clinic(ClinicConfig(patients=80)).ehr).visit_objects()


def as_integers(people):
    """Return patients given as lists of visits of (dx, [rx], [px]) as VisitObjects."""
    visits = [visit for patient in people for visit in patient]
    objects = [found for visit in visits for found in visit]
    keys = [sorted({c for o in objects for c in o[1]}), sorted({c for o in objects for c in o[2]})]
    dx_keys = sorted({o[0] for o in objects})

    def ends(lengths):
        return np.concatenate([[0], np.cumsum(list(lengths))]).astype(int)

    lists = []
    for kind, known in enumerate(keys, 1):
        lists.append(np.array([known.index(c) for o in objects for c in o[kind]], int))
        lists.append(ends(len(o[kind]) for o in objects))
    return VisitObjects(
        tuple(dx_keys), *map(tuple, keys), np.array([dx_keys.index(o[0]) for o in objects], int),
        *lists, ends(map(len, visits)), ends(map(len, people)), np.zeros(len(visits), int),
    )  # fmt: skip


def as_visits(objects):
    """Return the visits of all patients as lists of (dx, [rx], [px]), keys again."""

    def codes(kind, o):
        flat, ends = getattr(objects, kind), getattr(objects, f"{kind}_offsets")
        return [getattr(objects, f"{kind}_keys")[i] for i in flat[ends[o] : ends[o + 1]]]

    return [
        [
            (objects.dx_keys[objects.dx[o]], codes("rx", o), codes("px", o))
            for o in range(*objects.object_offsets[v : v + 2])
        ]
        for v in range(objects.n_visits)
    ]


def by_hand(visits, rng):
    return shuffle_patient_links(visits, rng)


def on_integers(visits, rng):
    return as_visits(shuffle_links(as_integers([visits]), rng))


BOTH = pytest.mark.parametrize("shuffle", [by_hand, on_integers])


def contents(visit):
    """Return a visit without its links: the diagnoses in order, and every order counted."""
    given = Counter((kind, code) for o in visit for kind in (1, 2) for code in o[kind])
    return [o[0] for o in visit], given


@BOTH
def test_every_visit_keeps_its_codes(shuffle):
    for seed in range(20):
        new = shuffle(VISITS, np.random.default_rng(seed))
        assert list(map(contents, new)) == list(map(contents, VISITS))


@BOTH
def test_a_treatment_of_two_diagnoses_stays_with_two(shuffle):
    for seed in range(40):
        new = shuffle(VISITS, np.random.default_rng(seed))
        for _, rx, px in new[0]:
            assert len(set(rx)) == len(rx) and len(set(px)) == len(px)


@BOTH
def test_every_set_of_owners_is_as_likely_as_any_other(shuffle):
    rng = np.random.default_rng(0)
    found = Counter()
    for _ in range(3000):
        (first, *_) = shuffle(VISITS, rng)
        owners = {code: [i for i, o in enumerate(first) if code in o[1] + o[2]] for code in
                  ("metoprolol", "aspirin", "ECG")}  # fmt: skip
        found[str(owners)] += 1
    assert len(found) == 3 * 3 * 3
    # 3000 draws of 27 outcomes: 111 each, standard deviation 10.3
    assert min(found.values()) > 65 and max(found.values()) < 160


@BOTH
def test_the_seed_decides_and_the_input_stays(shuffle):
    before = str(VISITS)
    assert shuffle(VISITS, np.random.default_rng(3)) == shuffle(VISITS, np.random.default_rng(3))
    assert len({str(shuffle(VISITS, np.random.default_rng(seed))) for seed in range(9)}) > 3
    assert str(VISITS) == before


def test_a_code_that_is_drug_and_procedure_stays_both():
    visit = [("a", ["x"], ["x"]), ("b", [], [])]
    assert contents(by_hand([visit], np.random.default_rng(0))[0]) == contents(visit)


def test_a_whole_cohort_keeps_its_codes_and_loses_its_links(cohort):
    new = shuffle_links(cohort, np.random.default_rng(0))
    before, after = as_visits(cohort), as_visits(new)
    assert list(map(contents, after)) == list(map(contents, before))
    for name in ("dx", "object_offsets", "patient_offsets", "unlinked"):
        np.testing.assert_array_equal(getattr(new, name), getattr(cohort, name))
    assert new.rx_keys == cohort.rx_keys and new.rx.dtype == cohort.rx.dtype
    links = [
        {(v, i, code) for v, visit in enumerate(visits) for i, o in enumerate(visit)
         for code in o[1] + o[2]}
        for visits in (before, after)
    ]  # fmt: skip
    assert len(links[0]) == len(links[1])
    chance = np.mean([1 / len(before[v]) for v, *_ in links[0]])
    stayed = len(links[0] & links[1]) / len(links[0])
    assert abs(stayed - chance) < 0.02


def test_how_many_treatments_a_diagnosis_has_says_nothing_any_more(cohort):
    """Correlate the number of drugs of an object with what it was before."""
    new = shuffle_links(cohort, np.random.default_rng(1))
    visits = np.repeat(np.arange(cohort.n_visits), np.diff(cohort.object_offsets))
    sizes = np.diff(cohort.object_offsets)

    def beyond_the_visit(objects):
        drugs = np.diff(objects.rx_offsets).astype(float)
        return drugs - (np.bincount(visits, drugs) / np.maximum(sizes, 1))[visits]

    old, shuffled = beyond_the_visit(cohort), beyond_the_visit(new)
    assert np.std(old) > 0.5
    assert abs(np.corrcoef(old, shuffled)[0, 1]) < 0.05


def test_nothing_to_shuffle(cohort):
    empty = shuffle_links(cohort.take(np.array([], int)), np.random.default_rng(0))
    assert empty.n_patients == 0 and len(empty.rx) == 0
    bare = as_integers([[[("a", [], []), ("b", [], [])], []]])
    assert as_visits(shuffle_links(bare, np.random.default_rng(0))) == as_visits(bare)


def test_one_diagnosis_has_no_choice():
    rng = np.random.default_rng(0)
    for pair in permutations(["m", "n"]):
        visit = [("a", list(pair), ["p"])]
        assert by_hand([visit], rng)[0][0][1] == list(pair)
        assert contents(on_integers([visit], rng)[0]) == contents(visit)
