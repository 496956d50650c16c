"""Files for the released MiME program, good and damaged, as other people write them."""

import gzip
import pickle
import random

import numpy as np
import pytest

from helpers.loaders import load_ehr
from helpers.mime_files import load_mime
from helpers.patients import DxObject

# Ada's first visit has a diagnosis in two objects and a drug twice; her second has none.
SEQS = [
    [[[0, [0, 1, 1], []], [1, [0], [2]], [0, [3], []]], []],
    [[[2, [], []]]],
]
LABELS = [1, 0]
TYPES = {
    "D_428.0": 0,
    "D_401.9": 1,
    "D_V58.61": 2,
    "R_aspirin": 0,
    "R_GENERIC:enalapril": 1,
    "R_x": 3,
    "P_ICD9PCS:8856": 2,
}


def write(folder, protocol=2, **files):
    folder.mkdir(exist_ok=True)
    for ending, data in files.items():
        path = folder / f"ada.{ending.replace('_', '.')}"
        path.write_bytes(data if isinstance(data, bytes) else pickle.dumps(data, protocol))
    return folder


def objects(ehr):
    return [[visit.dx_objects for visit in patient.visits] for patient in ehr.as_patients()]


EXPECTED = [
    [
        (
            DxObject("MIME:D_0", ("MIME:R_0", "MIME:R_1", "MIME:R_3")),
            DxObject("MIME:D_1", ("MIME:R_0",), ("MIME:P_2",)),
        ),
        (),
    ],
    [(DxObject("MIME:D_2"),)],
]


def test_the_records_and_the_report(tmp_path):
    ehr = load_mime(write(tmp_path, seqs=SEQS, labels=LABELS))
    assert objects(ehr) == EXPECTED
    assert ehr.patients["hf_label"].to_list() == [1, 0]
    assert ehr.visits["visit_no"].to_list() == [1, 2, 1]
    assert repr(ehr.report) == (
        f"""Report on MiME in {tmp_path}/ada.seqs
  diagnoses: 4 rows read, 3 kept
    1 dropped: again in its visit, both objects joined
  treatments: 6 rows read, 5 kept
    1 dropped: again for its diagnosis
  patients: 2 rows read, 2 kept
    2 noted: birth year unknown, null
    1 noted: with one visit
  visits: 3 rows read, 3 kept
    1 noted: without a code
  no file .types says what the ids mean: medication 0 is MIME:R_0
  ada.labels: the labels are in hf_label, whatever they were labels of
  no dates: visits stand in their order, and their date is null"""
    )


def test_objects_as_integers(tmp_path):
    found = load_ehr("mime", write(tmp_path, seqs=SEQS)).visit_objects()
    assert found.dx_keys == ("MIME:D_0", "MIME:D_1", "MIME:D_2")
    assert found.rx.tolist() == [0, 1, 2, 0] and found.rx_offsets.tolist() == [0, 3, 4, 4]
    assert found.object_offsets.tolist() == [0, 2, 2, 3]
    assert found.patient_offsets.tolist() == [0, 2, 3]
    assert not found.unlinked.any()


def test_names(tmp_path):
    ehr = load_mime(write(tmp_path, seqs=SEQS, types={**TYPES, "P_never": 0}))
    first = objects(ehr)[0][0]
    assert first[0] == DxObject("ICD9CM:4280", ("MIME:R_aspirin", "GENERIC:enalapril", "MIME:R_x"))
    assert first[1].px == ("ICD9PCS:8856",)
    assert ehr.name("MIME:R_aspirin") == "aspirin"
    assert ehr.report.noted["codes"]["in ada.types and in no visit, left out"] == 1


GOOD = {
    "tuples": tuple(
        tuple(tuple((d, tuple(r), tuple(p)) for d, r, p in v) for v in s) for s in SEQS
    ),
    "NumPy integers": [
        [[[np.int64(d), [np.int32(x) for x in r], p] for d, r, p in v] for v in s] for s in SEQS
    ],
    "NumPy treatments": [
        [[[d, np.array(r, dtype=int), np.array(p, dtype=int)] for d, r, p in v] for v in s]
        for s in SEQS
    ],
}


@pytest.mark.parametrize("protocol", [0, 2, 5])
@pytest.mark.parametrize("case", GOOD)
def test_other_ways_to_write_the_same(tmp_path, case, protocol):
    assert objects(load_mime(write(tmp_path, protocol, seqs=GOOD[case]))) == EXPECTED


def test_gzipped_under_either_name(tmp_path):
    data = gzip.compress(pickle.dumps(SEQS))
    assert objects(load_mime(write(tmp_path / "a", seqs=data))) == EXPECTED
    ehr = load_mime(write(tmp_path / "b", seqs_gz=data, labels_gz=pickle.dumps(LABELS)))
    assert ehr.patients["hf_label"].to_list() == LABELS


def test_a_patient_repeated_as_in_the_sample_of_the_program(tmp_path):
    visits = [[[0, [0, 1], []], [1, [0], [0, 2]]], [[2, [2], []]]]
    ehr = load_mime(write(tmp_path, seqs=[visits] * 100, labels=[0, 0, 0, 0, 1] * 20))
    assert ehr.patients["hf_label"].sum() == 20
    assert len({str(visits) for visits in objects(ehr)}) == 1


def test_small_records(tmp_path):
    one = load_mime(write(tmp_path / "a", seqs=[[[[0, [], []]]]], labels=[1]))
    assert one.patients["hf_label"].to_list() == [1]
    empty = load_mime(write(tmp_path / "b", seqs=[[], *SEQS, []], labels=[0, 1, 0, 1]))
    assert [len(patient.visits) for patient in empty.as_patients()] == [0, 2, 1, 0]


LABEL_FORMS = {
    "array": np.array([1, 0]),
    "floats": [1.0, 0.0],
    "NumPy floats": np.array([1, 0], dtype=np.float32),
    "bools": [True, False],
    "NumPy bools": np.array([True, False]),
    "tuple": (1, 0),
}


@pytest.mark.parametrize("case", LABEL_FORMS)
def test_other_ways_to_write_labels(tmp_path, case):
    ehr = load_mime(write(tmp_path, seqs=SEQS, labels=LABEL_FORMS[case]))
    assert ehr.patients["hf_label"].to_list() == [1, 0]


def test_some_patients_keep_their_labels(tmp_path):
    seqs = [[[[i, [i], []]]] for i in range(20)]
    ehr = load_mime(write(tmp_path, seqs=seqs, labels=[i % 2 for i in range(20)]), 7, seed=3)
    assert ehr.patients.height == 7
    for patient in ehr.as_patients():
        number = int(patient.visits[0].dx[0].removeprefix("MIME:D_"))
        assert patient.patient_id == str(number + 1) and patient.hf_label == number % 2
    assert ehr.report.kept("treatments") == ehr.treatments.height == 7


IN_SEQS = {
    "text": (
        [[[["428.0", [], []]]]],
        r"ada.seqs, patient 1, visit 1, object 1 \(seqs\[0\]\[0\]\[0\]\): ",
    ),
    "float": (
        [[[[0, [], []]]], [[], [[1.0, [], []]]]],
        r"patient 2, visit 2, object 1 \(seqs\[1\]\[1\]\[0\]\)",
    ),
    "bool": ([[[[True, [], []]]]], "not True"),
    "None": ([[[[None, [], []]]]], "not None"),
    "negative": ([[[[-1, [], []]]]], "the id -1 is out of range"),
    "too large": ([[[[2**31, [], []]]]], "out of range"),
    "huge": ([[[[0, [10**30], []]]]], "a number of 100 bits is out of range"),
    "drug as text": ([[[[0, ["a"], []]]]], r"object 1 .*, the medications: a code .* not 'a'"),
    "procedure negative": (
        [[[[0, [], []], [1, [], [3, -4]]]]],
        r"object 2 \(seqs\[0\]\[0\]\[1\]\), the procedures: the id -4",
    ),
    "drug nested": ([[[[0, [[1]], []]]]], "nested one level too deep"),
    "drugs no list": ([[[[0, 1, []]]]], "the medications of an object is a list, not 1"),
    "drugs None": ([[[[0, None, []]]]], "the medications of an object is a list, not None"),
    "procedures no list": ([[[[0, [], 5]]]], "the procedures of an object is a list, not 5"),
    "two parts": ([[[[0, []]]]], r"has 3 parts, this one 2"),
    "four parts": ([[[[0, [], [], []]]]], "has 3 parts, this one 4"),
    "no parts": ([[[[]]]], "has 3 parts, this one 0"),
    "dx a list": ([[[[[0], [], []]]]], "not a list of 1: the lists are nested one level too deep"),
    "object a number": (
        [[[0, 1, 2]]],
        r"visit 1, object 1 .*: a diagnosis object .* is a list, not 0",
    ),
    "object a dict": ([[[{"dx": 0}]]], "is a list, not a dict of 1"),
    "visit a number": (
        [[[[0, [], []]], 3]],
        r"patient 1, visit 2 \(seqs\[0\]\[1\]\): a visit is a list, not 3",
    ),
    "patient a number": ([[[[0, [], []]]], 3], "a patient is a list, not 3"),
    "Med2Vec": ([[5, 8], [-1], [3]], "a flat list of visits, as for Med2Vec: use load_med2vec"),
    "one level less": ([[[0, [], []]]], "a diagnosis object"),
    "one level more": ([[[[[0, [], []]]]]], "has 3 parts, this one 1"),
    "patients in a dict": ({"ada": []}, "ada.seqs is a dict of 1, not a list of patients"),
    "a text": ("abc", "is 'abc', not a list of patients"),
    "nothing": ([], "is a list of 0, not a list of patients"),
    "no visits": ([[], []], "not one visit is left"),
    "no diagnoses": ([[[]], [[]]], "not one diagnosis is left"),
    "text as patient": (["ab", []], r"patient 1 \(seqs\[0\]\): a patient is a list, not 'ab'"),
    "set": ([[[[0, {1}, []]]]], "(?i)set.* is refused"),
}


@pytest.mark.parametrize("case", IN_SEQS)
def test_what_is_wrong_with_the_visits(tmp_path, case):
    seqs, match = IN_SEQS[case]
    with pytest.raises(ValueError, match=match) as caught:
        load_mime(write(tmp_path, seqs=seqs))
    assert str(tmp_path) in str(caught.value)


def without(name):
    return {other: number for other, number in TYPES.items() if other != name}


BESIDE = {
    "fewer labels": ({"labels": [1]}, "ada.labels has 1 labels, ada.seqs 2 patients"),
    "more labels": ({"labels": [1, 0, 1]}, "ada.labels has 3 labels"),
    "a label of 2": (
        {"labels": [1, 2]},
        r"ada.labels, patient 2 \(labels\[1\]\): a label is 0 or 1, not 2",
    ),
    "a label of -1": ({"labels": [-1, 1]}, r"patient 1 \(labels\[0\]\): a label is 0 or 1, not -1"),
    "half a label": ({"labels": [0.5, 1]}, "not 0.5"),
    "no label": ({"labels": [None, 1]}, "not None"),
    "missing label": ({"labels": [float("nan"), 1]}, "not nan"),
    "text label": ({"labels": ["1", "0"]}, "not '1'"),
    "labels in columns": ({"labels": [[1], [0]]}, "not a list of 1"),
    "labels of probabilities": ({"labels": np.array([[0.1, 0.9], [0.4, 0.6]])}, "not a list of 2"),
    "all labels 0": ({"labels": [0, 0]}, "all 2 labels are 0, which leaves nothing to predict"),
    "all labels 1": ({"labels": [1, 1]}, "all 2 labels are 1"),
    "labels a dict": ({"labels": {"a": 1, "b": 0}}, "ada.labels is a dict of 2, not a list"),
    "labels a number": ({"labels": 1}, "ada.labels is 1, not a list"),
    "labels cut": ({"labels": pickle.dumps([1, 0])[:-2]}, "ada.labels is cut short"),
    "labels as text": ({"labels": b"1\n0\n"}, "ada.labels is no pickle|damaged|cut short"),
    "a name missing": (
        {"types": without("R_x")},
        r"object 3 \(seqs\[0\]\[0\]\[2\]\): the id 3 has no name in ada.types",
    ),
    "a dx without name": (
        {"types": without("D_V58.61")},
        r"patient 2, visit 1, object 1 .*: the id 2 has no name",
    ),
    "no procedures named": (
        {"types": without("P_ICD9PCS:8856")},
        r"object 2 .*the id 2 has no name",
    ),
    "no prefix": ({"types": {**TYPES, "flu": 3}}, "'flu' does not say what it is"),
    "two names": ({"types": {**TYPES, "R_b": 0}}, "'R_aspirin' and 'R_b' both have the id 0"),
    "names nested": ({"types": {"dx": {"a": 0}}}, "'dx' has the id a dict of 1"),
}


@pytest.mark.parametrize("case", BESIDE)
def test_what_is_wrong_beside_the_visits(tmp_path, case):
    changed, match = BESIDE[case]
    files = {"seqs": SEQS, "labels": LABELS, "types": TYPES}
    assert load_mime(write(tmp_path, **files)).patients.height == 2
    with pytest.raises(ValueError, match=match) as caught:
        load_mime(write(tmp_path, **files | changed))
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("seed", range(150))
def test_bytes_changed_at_random(tmp_path, seed):
    rng = random.Random(seed)
    protocol = rng.choice([0, 2, 4])
    whole = {"seqs": SEQS, "labels": LABELS, "types": TYPES}
    files = {name: bytearray(pickle.dumps(data, protocol)) for name, data in whole.items()}
    data = files[rng.choice(["seqs", "seqs", "labels", "types"])]
    for _ in range(rng.choice([1, 1, 2, 5])):
        data[rng.randrange(len(data))] = rng.randrange(256)
    try:
        ehr = load_mime(write(tmp_path, **{name: bytes(data) for name, data in files.items()}))
    except ValueError as error:
        assert "ada." in str(error) and str(tmp_path) in str(error)
        return
    assert ehr.report.kept("diagnoses") == ehr.diagnoses.height
    found = [found for visits in objects(ehr) for visit in visits for found in visit]
    assert len(found) == ehr.diagnoses.height
    assert sum(len(o.rx) + len(o.px) for o in found) == ehr.treatments.height
