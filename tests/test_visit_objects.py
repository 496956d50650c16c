import datetime
from dataclasses import replace

import numpy as np
import pytest

from helpers.censoring import censor
from helpers.clinic import ClinicConfig
from helpers.patients import DxObject, Patient, Visit
from helpers.simulate import simulate_clinic
from helpers.visit_objects import visit_objects

DAY = datetime.date(2020, 1, 2)


def visit(*objects, rx=(), px=()):
    rx = tuple(dict.fromkeys([*rx, *(key for o in objects for key in o.rx)]))
    px = tuple(dict.fromkeys([*px, *(key for o in objects for key in o.px)]))
    return Visit("v", "p", DAY, None, tuple(o.dx for o in objects), rx, px, objects)


def patient(*visits):
    return Patient("p", None, None, visits)


ADLER = patient(
    visit(DxObject("I10", ("metoprolol",)), DxObject("I25", (), ("ecg",)), rx=("aspirin",)),
    visit(),
)
BERGER = patient(visit(DxObject("I10", ("amlodipine", "metoprolol"))))


@pytest.fixture(scope="module")
def ehr():
    return censor(simulate_clinic(ClinicConfig(patients=60)).ehr)


def spelled(found):
    """Return the patients as lists of visits of (dx, rx, px), keys again."""
    people = []
    for p in range(found.n_patients):
        visits = range(found.patient_offsets[p], found.patient_offsets[p + 1])
        people.append([[one(found, o) for o in objects_of(found, v)] for v in visits])
    return people


def objects_of(found, v):
    return range(found.object_offsets[v], found.object_offsets[v + 1])


def one(found, o):
    rx = found.rx[found.rx_offsets[o] : found.rx_offsets[o + 1]]
    px = found.px[found.px_offsets[o] : found.px_offsets[o + 1]]
    return DxObject(
        found.dx_keys[found.dx[o]],
        tuple(found.rx_keys[i] for i in rx),
        tuple(found.px_keys[i] for i in px),
    )


def test_two_patients_by_hand():
    found = visit_objects([ADLER, BERGER])
    assert found.dx_keys == ("I10", "I25") and found.dx.tolist() == [0, 1, 0]
    assert found.rx_keys == ("amlodipine", "metoprolol") and found.rx.tolist() == [1, 0, 1]
    assert found.rx_offsets.tolist() == [0, 1, 1, 3] and found.px_offsets.tolist() == [0, 0, 1, 1]
    assert found.object_offsets.tolist() == [0, 2, 2, 3]
    assert found.patient_offsets.tolist() == [0, 2, 3]
    assert found.unlinked.tolist() == [1, 0, 0]  # aspirin, for no written reason


def test_every_object_of_the_clinic_is_there(ehr):
    found = ehr.visit_objects()
    people = ehr.as_patients()
    assert spelled(found) == [[list(v.dx_objects) for v in p.visits] for p in people]
    treatments = sum(len(v.rx) + len(v.px) for p in people for v in p.visits)
    linked = sum(
        len({k for o in v.dx_objects for k in o.rx}) + len({k for o in v.dx_objects for k in o.px})
        for p in people
        for v in p.visits
    )
    assert found.unlinked.sum() == treatments - linked > 0


def test_taking_patients_keeps_their_objects(ehr):
    found = ehr.visit_objects()
    rows = np.array([7, 3, 3])
    assert spelled(found.take(rows)) == [spelled(found)[i] for i in rows]
    mask = np.arange(60) % 2 == 0
    assert spelled(found.take(mask)) == spelled(found)[::2]
    with pytest.raises(IndexError, match="60 patients"):
        found.take(np.array([60]))


def test_equal_objects_have_one_number_and_no_others_have(ehr):
    found = ehr.visit_objects()
    objects = [one(found, o) for o in range(len(found.dx))]
    number = dict(zip(objects, found.contents.tolist(), strict=True))
    assert [number[o] for o in objects] == found.contents.tolist()
    assert len(set(number.values())) == len(number) < len(objects)


def test_objects_that_begin_alike_differ():
    same = DxObject("I10", ("a", "b"))
    others = [
        DxObject("I10"), DxObject("I10", ("a",)), DxObject("I10", ("b", "a")),
        DxObject("I10", ("a",), ("b",)), DxObject("I10", (), ("a", "b")), DxObject("I11", ("a",)),
    ]  # fmt: skip
    found = visit_objects([patient(visit(same, *others, same))])
    assert len(set(found.contents.tolist())) == 7 and found.contents[0] == found.contents[-1]


def test_each_different_object_once(ehr):
    found = ehr.visit_objects().take(np.array([7, 3, 3]))
    once = found.distinct
    codes = {name: getattr(once, name) for name in ("dx", "rx", "rx_offsets", "px", "px_offsets")}
    made = [one(replace(found, **codes), i) for i in range(len(once.dx))]
    objects = [one(found, o) for o in range(len(found.dx))]
    assert [made[i] for i in once.which] == objects
    assert [objects[o] for o in once.first] == made and len(set(made)) == len(made)
    assert once.times.tolist() == [objects.count(o) for o in made]


def test_nobody_has_no_objects():
    nobody = visit_objects([ADLER]).take(np.empty(0, int))
    assert len(nobody.contents) == len(nobody.distinct.dx) == 0


def test_taking_patients_keeps_their_codes(ehr):
    codes = ehr.visit_codes()
    taken = codes.take(np.array([5, 0]))

    def visits(view, p):
        spans = range(view.patient_offsets[p], view.patient_offsets[p + 1])
        return [view.code_ids[view.offsets[v] : view.offsets[v + 1]].tolist() for v in spans]

    assert [visits(taken, 0), visits(taken, 1)] == [visits(codes, 5), visits(codes, 0)]
    assert taken.keys == codes.keys and taken.n_patients == 2


def test_records_without_links_say_why_not_and_what_else():
    flat = patient(visit(DxObject("I10"), rx=("metoprolol",)))
    with pytest.raises(ValueError, match=r"ordered for.*visit_codes"):
        visit_objects([flat])


def raw_visit(dx, rx, px, *objects):
    return Visit("v", "p", DAY, None, dx, rx, px, objects)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (raw_visit(("I10",), ("m",), (), DxObject("I10"), DxObject("I25", ("m",))),
         "an object is of 'I25', which is no diagnosis of the visit"),
        (raw_visit(("I10",), ("m",), (), DxObject(None, ("m",)), DxObject("I10")),
         "an object is of None"),
        (raw_visit(("I10", "I25"), ("m",), (), DxObject("I10", ("m",))),
         "the diagnosis 'I25' has no object"),
        (raw_visit(("I10",), (), (), DxObject("I10", ("m",))),
         "'m' of 'I10' is not among the drugs of the visit"),
        (raw_visit(("I10",), ("m",), (), DxObject("I10", ("m",), ("m",))),
         "'m' of 'I10' is not among the procedures of the visit"),
    ],
)  # fmt: skip
def test_objects_are_made_of_the_codes_of_their_visit(wrong, message):
    with pytest.raises(ValueError, match=f"visit 2 of patient p: {message}"):
        visit_objects([BERGER, patient(visit(), wrong)])


def test_records_without_treatments_are_objects_without_treatments():
    found = visit_objects([patient(visit(DxObject("I10"))), patient()])
    assert found.dx.tolist() == [0] and found.rx_offsets.tolist() == [0, 0]
    assert found.patient_offsets.tolist() == [0, 1, 1]
