"""Files for the released Med2Vec program, good and damaged, as other people write them."""

import gzip
import pickle
import random

import numpy as np
import pytest

from helpers.loaders import load_ehr
from helpers.med2vec_demo import read_demographics
from helpers.med2vec_files import load_med2vec

# Ada has three visits, the second with a code twice, the third without any; Bo has one.
SEQS = [[5, 8, 15], [2, 2, 5], [], [-1], [8, 3]]
VISITS = [[["5", "8", "15"], ["2", "5"], []], [["8", "3"]]]
TYPES = {"D_428.0": 5, "D_401.9": 8, "D_E878.1": 15, "D_V58.61": 2, "D_042": 3}
LABELS = [[0, 1, 2], [3, 0], [], [-1], [1, 4]]
LABEL_TYPES = {"D_428": 0, "D_401": 1, "D_E878": 2, "D_V58": 3, "D_042": 4}
DEMO = [[61.0, 1.0], [62.0, 1.0], [62.0, 1.0], [0.0, 0.0], [0.0, 0.0]]


def write(folder, protocol=2, **files):
    """Write pickles under the name `ada`, endings as keywords, `_` for the dot."""
    folder.mkdir(exist_ok=True)
    for ending, data in files.items():
        path = folder / f"ada.{ending.replace('_', '.')}"
        path.write_bytes(data if isinstance(data, bytes) else pickle.dumps(data, protocol))
    return folder


def codes(ehr):
    return [
        [[key.partition(":")[2] for key in visit.codes] for visit in patient.visits]
        for patient in ehr.as_patients()
    ]


def test_the_records_and_the_report(tmp_path):
    ehr = load_med2vec(write(tmp_path, seqs=SEQS))
    assert codes(ehr) == VISITS
    assert set(ehr.diagnoses["system"]) == {"MED2VEC"}
    assert ehr.visits["visit_id"].to_list() == ["1-1", "1-2", "1-3", "2-1"]
    assert ehr.visits["date"].null_count() == 4
    assert ehr.name("MED2VEC:15") == "dx 15"
    assert repr(ehr.report) == (
        f"""Report on Med2Vec in {tmp_path}/ada.seqs
  diagnoses: 8 rows read, 7 kept
    1 dropped: code again in its visit
  treatments: 0 rows read, 0 kept
  patients: 2 rows read, 2 kept
    2 noted: birth year unknown, null
    1 noted: with one visit
  visits: 4 rows read, 4 kept
    1 noted: without a code
  no file .types says what the ids mean: id 0 is the code MED2VEC:0
  no dates: visits stand in their order, and their date is null"""
    )


def test_the_views_without_dates(tmp_path):
    ehr = load_ehr("med2vec", write(tmp_path, seqs=SEQS) / "ada.seqs")
    flat = ehr.visit_codes()
    spans = zip(flat.offsets, flat.offsets[1:], strict=False)
    found = [sorted(flat.keys[i] for i in flat.code_ids[a:b]) for a, b in spans]
    assert found == [sorted(f"MED2VEC:{c}" for c in v) for p in VISITS for v in p]
    assert flat.patient_offsets.tolist() == [0, 3, 4]
    assert ehr.visit_objects().n_visits == 4  # diagnoses alone, no treatments to link


def test_names_of_the_mimic_script_are_icd9(tmp_path):
    ehr = load_med2vec(write(tmp_path, seqs=SEQS, types={**TYPES, "D_001.0": 0}))
    assert codes(ehr)[0][0] == ["4280", "4019", "E8781"]
    assert set(ehr.diagnoses["system"]) == {"ICD9CM"}
    assert ehr.name("ICD9CM:V5861") == "V58.61"
    assert ehr.report.noted["codes"]["in ada.types and in no visit, left out"] == 1


NAMES = {
    "ICD-10": ({"D_I50.9": 0, "D_E11.9": 1, "D_I10": 2}, "ICD10CM:I509 ICD10CM:E119 ICD10CM:I10"),
    "no dots": ({"D_4280": 0, "D_25000": 1, "D_4019": 2}, "MED2VEC:D_4280 MED2VEC:D_25000"),
    "words": ({"flu": 0, "D_heart failure": 1, "c": 2}, "MED2VEC:flu MED2VEC:D_heart failure"),
    "keys": ({"D_ICD9CM:4280": 0, "D_SNOMED:17": 1, "D_x": 2}, "ICD9CM:4280 SNOMED:17 MED2VEC:D_x"),
    "an empty code": ({"D_": 0, "D_b": 1, "D_c": 2}, "MED2VEC:D_ MED2VEC:D_b"),
    "colons": ({"a:b": 0, "D_RXNORM:1:2": 1, "c": 2}, "MED2VEC:a:b RXNORM:1:2 MED2VEC:c"),
    "UTF-8 in Python 2": ({"D_caf\xc3\xa9": 0, "D_b": 1, "D_c": 2}, "MED2VEC:D_café"),
    "letters": ({"D_caf\xe9": 0, "D_日本": 1, "D_c": 2}, "MED2VEC:D_café MED2VEC:D_日本"),
}


@pytest.mark.parametrize("case", NAMES)
def test_other_names_are_kept_as_they_are(tmp_path, case):
    types, expected = NAMES[case]
    ehr = load_med2vec(write(tmp_path, seqs=[[0, 1, 2]], types=types))
    assert " ".join(ehr.as_patients()[0].visits[0].dx).startswith(expected)


def test_a_few_names_that_are_no_icd_codes_do_not_spoil_the_others(tmp_path):
    types = {f"D_{i}.1": i for i in range(100, 140)} | {"D_": 0}
    ehr = load_med2vec(write(tmp_path, seqs=[[0, 100]], types=types))
    assert ehr.as_patients()[0].visits[0].dx == ("MED2VEC:D_", "ICD9CM:1001")


def test_prefixes_say_what_a_code_is(tmp_path):
    types = {"D_428.0": 0, "R_GENERIC:aspirin": 1, "P_ICD9PCS:8856": 2}
    visit = load_med2vec(write(tmp_path, seqs=[[2, 1, 0]], types=types)).as_patients()[0].visits[0]
    assert (visit.dx, visit.rx) == (("ICD9CM:4280",), ("GENERIC:aspirin",))
    assert visit.px == ("ICD9PCS:8856",)


GOOD = {
    "a trailing end": [*SEQS, [-1]],
    "tuples": tuple(map(tuple, SEQS)),
    "NumPy integers": [[np.int64(code) for code in visit] for visit in SEQS],
    "NumPy visits": [np.array(visit, dtype=int) for visit in SEQS],
    "small NumPy integers": [np.array(visit, dtype=np.int16) for visit in SEQS],
    "big-endian": [np.array(visit, dtype=">i4") for visit in SEQS],
    "an array of lists": np.array(SEQS, dtype=object),
}


@pytest.mark.parametrize("protocol", [0, 2, 5])
@pytest.mark.parametrize("case", GOOD)
def test_other_ways_to_write_the_same(tmp_path, case, protocol):
    assert codes(load_med2vec(write(tmp_path, protocol, seqs=GOOD[case]))) == VISITS


def test_python_2_with_long_integers(tmp_path):
    text = b"(lp1\n(lp2\nI5\naL8L\naL15L\naa(lp3\nI2\naI2\naI5\naa(lp4\na(lp5\nI-1\naa"
    text += b"(lp6\nL8L\naI3\naa."
    assert codes(load_med2vec(write(tmp_path, seqs=text))) == VISITS


def test_gzipped_under_either_name(tmp_path):
    data = gzip.compress(pickle.dumps(SEQS))
    assert codes(load_med2vec(write(tmp_path / "a", seqs=data))) == VISITS
    assert codes(load_med2vec(write(tmp_path / "b", seqs_gz=data, types_gz=pickle.dumps(TYPES))))


SHAPES = {
    "one patient": ([[1], [2]], [2]),
    "one visit": ([[1]], [1]),
    "two ends in a row": ([[1], [-1], [-1], [2]], [1, 0, 1]),
    "an end at the beginning": ([[-1], [2]], [0, 1]),
    "last patient without visits": ([[1], [-1], [-1]], [1, 0]),
    "visits of one code": ([[1], [-1], [2], [-1], [3]], [1, 1, 1]),
    "one array": (np.array([[1], [-1], [2], [3]]), [1, 2]),
}


@pytest.mark.parametrize("case", SHAPES)
def test_where_patients_end(tmp_path, case):
    seqs, visits_of = SHAPES[case]
    patients = load_med2vec(write(tmp_path, seqs=seqs)).as_patients()
    assert [len(patient.visits) for patient in patients] == visits_of


@pytest.mark.parametrize("end", [[], [[-1]]])
@pytest.mark.parametrize("label_end", [[], [[-1]]])
def test_groups_that_follow_are_in_the_codes(tmp_path, end, label_end):
    files = {"seqs": SEQS + end, "types": TYPES, "g_seqs": LABELS + label_end}
    ehr = load_med2vec(write(tmp_path, **files, g_types=LABEL_TYPES))
    found = dict(zip(ehr.codes["code"], ehr.codes["condition"], strict=True))
    # 428.0 is in two visits that share one group; the visit of 042 has two groups, and 401 is
    # in the only other visit of 401.9
    assert found == {"4280": "428", "4019": "401", "E8781": None, "V5861": None, "042": None}
    assert ehr.report.remarks[0] == (
        "ada.g.seqs: the group of 2 codes follows from their visits; 3 have several that may be "
        "it, 0 have none"
    )


def test_groups_without_names_and_under_another_name(tmp_path):
    write(tmp_path, seqs=SEQS)
    (tmp_path / "other.pkl").write_bytes(pickle.dumps(LABELS))
    ehr = load_med2vec(tmp_path / "ada.seqs", label_file=tmp_path / "other.pkl")
    assert ehr.codes.filter(code="5")["condition"].item() == "dx 0"


def test_several_files_of_groups_are_not_guessed_at(tmp_path):
    ehr = load_med2vec(write(tmp_path, seqs=SEQS, a_seqs=LABELS, b_seqs=LABELS))
    assert "grouped codes are in ada.a.seqs, ada.b.seqs: say which" in ehr.report.remarks[1]


DEMOS = {
    "lists": DEMO,
    "with the last end": [*DEMO, [0, 0]],
    "an array": np.array(DEMO),
    "32 bits": np.array(DEMO, dtype=np.float32),
    "Fortran order": np.asfortranarray(DEMO),
    "arrays as rows": [np.array(row) for row in DEMO],
    "whole numbers": [[int(x) for x in row] for row in DEMO],
}


@pytest.mark.parametrize("case", DEMOS)
def test_demographics(tmp_path, case):
    folder = write(tmp_path, seqs=SEQS, demo=DEMOS[case])
    found = read_demographics(folder)
    assert found["visit_id"].to_list() == load_med2vec(folder).visits["visit_id"].to_list()
    assert found["d0"].to_list() == [61, 62, 62, 0] and found["d1"].to_list() == [1, 1, 1, 0]
    assert (
        "ada.demo: 2 columns, read_demographics returns them" in load_med2vec(folder).report.remarks
    )


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_demographics_as_a_matrix(tmp_path):
    folder = write(tmp_path, seqs=[*SEQS, [-1]], demo=np.matrix([*DEMO, [0, 0]]))
    assert read_demographics(folder).height == 4


def test_some_patients(tmp_path):
    folder = write(tmp_path, seqs=[[1], [2], [-1], [3], [-1], [4], [5]])
    ehr = load_med2vec(folder, max_patients=2, seed=1)
    assert len(ehr.as_patients()) == 2 == ehr.report.kept("patients")
    assert ehr.report.kept("diagnoses") == ehr.diagnoses.height
    assert len(load_med2vec(folder, max_patients=9).as_patients()) == 3


IN_SEQS = {
    "text": (
        [["428.0"]],
        r"ada.seqs, patient 1, visit 1 \(seqs\[0\]\): a code .* not '428.0': codes are",
    ),
    "float": (
        [[1], [-1], [2, 3.0]],
        r"patient 2, visit 1 \(seqs\[2\]\): .* whole number .* not 3.0",
    ),
    "missing": ([[1], [2, float("nan")]], r"patient 1, visit 2 \(seqs\[1\]\): .* not nan"),
    "None": ([[None]], "not None"),
    "bool": ([[1, True]], "not True"),
    "NumPy bool": ([[np.bool_(False)]], "not False"),
    "bytes": ([[b"a"]], "not b'a'"),
    "negative": (
        [[1], [-1], [3], [4, -2]],
        r"patient 2, visit 2 \(seqs\[3\]\): the id -2 is out of",
    ),
    "another end": ([[1], [-2], [3]], "the id -2 is out of range"),
    "end in a visit": ([[1], [2, -1]], r"patient 1, visit 2 \(seqs\[1\]\): -1 ends a patient"),
    "end twice in a row": ([[1], [-1, -1]], "-1 ends a patient and stands alone"),
    "too large": ([[2**31]], "out of range 0 to 2147483647"),
    "much too large": ([[5], [10**30]], r"seqs\[1\]\): the id a number of 100 bits is out"),
    "huge": ([[1 << 100_000]], "a number of 100,001 bits"),
    "bare number": ([[1], 2], r"ada.seqs, row 2 \(seqs\[1\]\): a visit is a list, not 2"),
    "bare end": ([[1], -1, [2]], "a visit is a list, not -1"),
    "numbers": ([1, 2, -1, 3], "a visit is a list, not 1"),
    "text as visit": ([[1], "23"], "a visit is a list, not '23'"),
    "dict as visit": ([{1: 2}], "a visit is a list, not a dict of 1"),
    "None as visit": ([None], "a visit is a list, not None"),
    "nested": (
        [[[1, 2], [3]], [[4]]],
        r"\(seqs\[0\]\): a list in a visit, nested one level too deep",
    ),
    "nested once": ([[1], [2, [3]]], "not a list of 1: the lists are nested one level too deep"),
    "nested later": ([[1], [-1], [[2]]], r"patient 2, visit 1 \(seqs\[2\]\): a list in a visit"),
    "MiME": ([[[[0, [1], []]]]], "nested like a file of MiME: use load_mime"),
    "dict": ({"p1": [[1]]}, "ada.seqs is a dict of 1, not a list of visits"),
    "text of all": ("[[1]]", "not a list of visits"),
    "number": (5, "is 5, not a list of visits"),
    "None alone": (None, "is None, not"),
    "empty": ([], "is a list of 0, not a list of visits"),
    "only an end": ([[-1]], "not one visit is left"),
    "only empty visits": ([[], []], "not one diagnosis is left"),
    "set": ([{1, 2}], "(?i)set.* is refused"),
}


@pytest.mark.parametrize("case", IN_SEQS)
def test_what_is_wrong_with_the_visits(tmp_path, case):
    seqs, match = IN_SEQS[case]
    with pytest.raises(ValueError, match=match) as caught:
        load_med2vec(write(tmp_path, seqs=seqs))
    assert str(tmp_path) in str(caught.value)


WITH = {"seqs": SEQS, "types": TYPES, "g_seqs": LABELS, "g_types": LABEL_TYPES, "demo": DEMO}
BESIDE = {
    "types of other visits": (
        {"types": {"D_428.0": 5}},
        r"visit 2 \(seqs\[1\]\): the id 2 has no name in ada.types, nor have 4 of 5",
    ),
    "one name missing": (
        {"types": {k: v for k, v in TYPES.items() if v != 3}},
        r"patient 2, visit 1 \(seqs\[4\]\): the id 3 has no name in ada.types, nor have 1 of 5 ids",
    ),
    "two names": ({"types": {**TYPES, "D_100": 5}}, "'D_428.0' and 'D_100' both have the id 5"),
    "two ids": ({"types": {**TYPES, "D_042 ": 9}}, "'D_042' and 'D_042 ' are one code"),
    "turned around": (
        {"types": {5: "D_428.0"}},
        "ada.types goes from ids to names. Turn it around",
    ),
    "types a list": ({"types": ["a", "b"]}, "ada.types is a list of 2, not a dict"),
    "types empty": ({"types": {}}, "ada.types is a dict of 0"),
    "id as text": ({"types": {**TYPES, "D_x": "7"}}, "'D_x' has the id '7'"),
    "id as float": ({"types": {**TYPES, "D_x": 7.0}}, "'D_x' has the id 7.0"),
    "id as bool": ({"types": {**TYPES, "D_x": True}}, "'D_x' has the id True"),
    "id negative": ({"types": {**TYPES, "D_x": -1}}, "'D_x' has the id -1"),
    "name a number": ({"types": {428: 5}}, "a name is text, not 428"),
    "name blank": ({"types": {**TYPES, " ": 7}}, "a name is text, not ' '"),
    "labels shorter": (
        {"g_seqs": LABELS[:-1]},
        "ada.g.seqs: 2 patients there, 1 here.|there is a visit there",
    ),
    "labels longer": (
        {"g_seqs": [*LABELS, [1]]},
        r"ada.g.seqs, patient 2, visit 2 \(seqs\[5\]\): there is a visit here, a patient ends",
    ),
    "labels with another patient": ({"g_seqs": [*LABELS, [-1], [1]]}, "2 patients there, 3 here"),
    "labels end elsewhere": (
        {"g_seqs": [LABELS[0], [-1], *LABELS[2:]]},
        r"visit 2 \(seqs\[1\]\): a patient ends here",
    ),
    "labels nested": ({"g_seqs": [[visit] for visit in LABELS]}, "ada.g.seqs.*nested one level"),
    "labels as text": ({"g_seqs": [["a"], [], [], [-1], []]}, "ada.g.seqs.*not 'a'"),
    "labels of others": (
        {
            "g_seqs": [[0], [1], [], [-1], [2]],
            "types": TYPES,
            "seqs": [[2, 3, 5, 8, 15]] * 3 + [[-1]] + [[2, 3, 5, 8, 15]],
        },
        "no code has a group that all",
    ),
    "a group without name": (
        {"g_types": {"D_428": 0, "D_401": 1}},
        "ada.g.seqs, .*no name in ada.g.types",
    ),
    "demo shorter": ({"demo": DEMO[:3]}, "ada.demo has 3 rows; ada.seqs has 4 visits and 1 ends"),
    "demo longer": ({"demo": DEMO * 2}, "ada.demo has 10 rows"),
    "demo in the end": (
        {"demo": [*DEMO[:3], [1, 0], DEMO[4]]},
        r"ada.demo, .*\(demo\[3\]\): the row is not all zero",
    ),
    "demo missing": (
        {"demo": [[float("nan"), 1], *DEMO[1:]]},
        r"patient 1, visit 1 \(demo\[0\]\): a number is missing",
    ),
    "demo infinite": (
        {"demo": [*DEMO[:4], [float("inf"), 1]]},
        r"patient 2, visit 1 \(demo\[4\]\)",
    ),
    "demo text": ({"demo": [["61", 1], *DEMO[1:]]}, "ada.demo, row 1: '61' is no number"),
    "demo None": ({"demo": [DEMO[0], [None, 1], *DEMO[2:]]}, "ada.demo, row 2: None is no number"),
    "demo ragged": (
        {"demo": [DEMO[0], [1], *DEMO[2:]]},
        "ada.demo, row 2 has 1 columns, the first row 2",
    ),
    "demo of numbers": ({"demo": [1, 2, 3, 4, 5]}, "ada.demo, row 1: a row is a list, not 1"),
    "demo without columns": ({"demo": [[]] * 5}, "no columns"),
    "demo a dict": ({"demo": {"age": [1]}}, "ada.demo is a dict of 1, not a matrix"),
    "demo empty": ({"demo": []}, "ada.demo is a list of 0"),
    "demo in three dimensions": ({"demo": np.zeros((5, 2, 2))}, "is no number"),
    "demo of dates": ({"demo": np.zeros(5, dtype="M8[D]")}, "not of numbers or text"),
    "demo a pointer": ({"demo": b"version https://git-lfs.github.com"}, "ada.demo is a Git-LFS"),
    "types cut": ({"types": pickle.dumps(TYPES)[:-3]}, "ada.types is cut short"),
}


@pytest.mark.parametrize("case", BESIDE)
def test_what_is_wrong_beside_the_visits(tmp_path, case):
    changed, match = BESIDE[case]
    assert load_med2vec(write(tmp_path, **WITH)).visits.height == 4
    with pytest.raises(ValueError, match=match) as caught:
        load_med2vec(write(tmp_path, **WITH | changed))
    assert str(tmp_path) in str(caught.value)


def test_which_file_is_meant(tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist"):
        load_med2vec(tmp_path / "none")
    (tmp_path / "ADMISSIONS.csv").write_text("a")
    with pytest.raises(FileNotFoundError, match=r"no file that ends with .seqs .* ADMISSIONS.csv"):
        load_med2vec(tmp_path)
    write(tmp_path, seqs=SEQS)
    (tmp_path / "bo.seqs").write_bytes(pickle.dumps(SEQS))
    with pytest.raises(ValueError, match=r"several files of visits .* ada.seqs, bo.seqs"):
        load_med2vec(tmp_path)
    assert codes(load_med2vec(tmp_path / "bo.seqs")) == VISITS
    with pytest.raises(FileNotFoundError, match="no demographics beside"):
        read_demographics(tmp_path / "bo.seqs")
    with pytest.raises(FileNotFoundError, match=r"none.demo does not exist"):
        load_med2vec(tmp_path / "bo.seqs", demo_file=tmp_path / "none.demo")


def test_a_short_file_cannot_stand_for_endless_visits(tmp_path):
    visit = [1] * 100_000
    with pytest.raises(ValueError, match="more than 100,000,000 entries"):
        load_med2vec(write(tmp_path, seqs=[visit] * 2000))


@pytest.mark.parametrize("seed", range(150))
def test_bytes_changed_at_random(tmp_path, seed):
    rng = random.Random(seed)
    files = {
        name: bytearray(pickle.dumps(data, rng.choice([0, 2, 4]))) for name, data in WITH.items()
    }
    data = files[rng.choice(sorted(files))]
    for _ in range(rng.choice([1, 1, 2, 5])):
        data[rng.randrange(len(data))] = rng.randrange(256)
    try:
        ehr = load_med2vec(write(tmp_path, **{n: bytes(d) for n, d in files.items()}))
    except ValueError as error:
        assert "ada." in str(error) and str(tmp_path) in str(error)
        return
    assert ehr.report.kept("diagnoses") == ehr.diagnoses.height
    assert sum(len(v.dx) for p in ehr.as_patients() for v in p.visits) == ehr.diagnoses.height
