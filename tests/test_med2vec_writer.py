"""Records written for the released Med2Vec program, and read again."""

import pickle

import pytest

from helpers.datasets import load_clinic
from helpers.loaders import load_ehr
from helpers.med2vec_demo import read_demographics
from helpers.med2vec_files import load_med2vec
from helpers.med2vec_writer import write_med2vec
from tests.samples import sample


def records(folder, seqs, **files):
    """Read a small file of visits."""
    for ending, data in {"seqs": seqs, **files}.items():
        (folder / f"small.{ending}").write_bytes(pickle.dumps(data))
    return load_med2vec(folder)


def same_visits(before, after, kinds=("dx", "rx", "px")):
    """Compare two records visit by visit, leaving out what the program cannot read."""

    def kept(ehr):
        people = (
            [tuple(getattr(v, kind) for kind in kinds) for v in p.visits] for p in ehr.as_patients()
        )
        coded = ([visit for visit in person if any(visit)] for person in people)
        return [person for person in coded if person]

    assert kept(before) == kept(after)


@pytest.fixture(scope="module")
def clinic():
    return load_clinic().ehr


def test_the_clinic_there_and_back(tmp_path, clinic):
    report = write_med2vec(clinic, tmp_path, "clinic")
    after = load_ehr("med2vec", tmp_path)
    same_visits(clinic, after)
    assert report.kept("visits") == clinic.visits.height
    assert report.remarks[-1] == (
        "python med2vec.py clinic.seqs 630 OUTPUT --label_file clinic.category.seqs "
        "--n_output_codes 387 --demo_file clinic.demo --demo_size 3"
    )
    # what follows about groups is true
    known = after.codes.filter(after.codes["condition"].is_not_null())
    assert known.height == 587
    icd10 = known.filter(system="ICD10CM")
    assert (icd10["code"].str.slice(0, 3) == icd10["condition"]).all()


def test_demographics_of_the_clinic(tmp_path, clinic):
    write_med2vec(clinic, tmp_path)
    demo = read_demographics(tmp_path)
    patient = clinic.as_patients()[1]
    rows = demo.filter(demo["visit_id"].str.starts_with("2-")).rows()
    ages = [visit.date.year - patient.birth_year for visit in patient.visits]
    assert [row[1:] for row in rows] == [
        (age, patient.sex == "F", patient.sex == "M") for age in ages
    ]


def test_what_python_2_gets(tmp_path, clinic):
    write_med2vec(clinic, tmp_path)
    data = (tmp_path / "records.seqs").read_bytes()
    assert data[:2] == b"\x80\x02"  # protocol 2, the last that Python 2 knows
    seqs = pickle.loads(data)
    assert {*map(type, seqs)} == {list} and {type(code) for visit in seqs for code in visit} == {
        int
    }
    assert seqs[-1] != [-1] and [] not in seqs and seqs.count([-1]) == 2999
    labels = pickle.loads((tmp_path / "records.category.seqs").read_bytes())
    assert [row == [-1] for row in labels] == [row == [-1] for row in seqs]
    types = pickle.loads((tmp_path / "records.types").read_bytes())
    assert sorted(types.values()) == list(range(630))


def test_one_kind(tmp_path, clinic):
    report = write_med2vec(clinic, tmp_path, kinds=("dx",))
    same_visits(clinic, load_med2vec(tmp_path), kinds=("dx",))
    assert "records.seqs 363 OUTPUT" in report.remarks[-1]
    for kinds in ((), ("dx", "pr"), "dx"):
        with pytest.raises(ValueError, match="kinds are some of"):
            write_med2vec(clinic, tmp_path, kinds=kinds)


def test_what_is_left_out_is_counted(tmp_path):
    ehr = records(tmp_path, [[1, 1], [], [-1], [-1], [2], [-1], []])
    report = write_med2vec(ehr, tmp_path / "new" / "deep")
    assert report.dropped == {
        "visits": {"without a code, at which the program stops": 2},
        "patients": {"without a visit that has a code": 2},
    }
    assert "no file .demo: the age at 2 visits is unknown" in report.remarks
    again = load_med2vec(tmp_path / "new" / "deep")
    same_visits(ehr, again)
    assert set(again.diagnoses["system"]) == {"MED2VEC"}


def test_a_code_of_two_kinds_stays_two(tmp_path):
    types = {"D_SNOMED:1": 0, "P_SNOMED:1": 1, "D_SNOMED:2": 2}
    ehr = records(tmp_path, [[0, 1], [2]], types=types)
    write_med2vec(ehr, tmp_path / "new")
    same_visits(ehr, load_med2vec(tmp_path / "new"))


@pytest.mark.parametrize("source", ["mimic3", "mimic4", "synthea"])
def test_real_records_there_and_back(tmp_path, source):
    names = {
        "mimic3": "mimic3_demo",
        "mimic4": "mimic4_demo_2.2",
        "synthea": "synthea_2023_nebraska111",
    }
    ehr = load_ehr(source, sample(names[source]))
    report = write_med2vec(ehr, tmp_path)
    after = load_med2vec(tmp_path)
    same_visits(ehr, after)
    assert report.kept("visits") == after.visits.height
