"""Records written for the released MiME program, and read again."""

import pickle
from dataclasses import replace

import polars as pl
import pytest

from helpers.censoring import censor
from helpers.clinic import ClinicConfig
from helpers.datasets import load_clinic
from helpers.loaders import load_ehr
from helpers.mime_files import load_mime
from helpers.mime_writer import write_mime
from helpers.simulate import simulate_clinic
from tests.samples import sample


def objects(ehr, with_label=False):
    return [
        [visit.dx_objects for visit in patient.visits]
        for patient in ehr.as_patients()
        if not with_label or patient.hf_label is not None
    ]


@pytest.fixture(scope="module")
def uncut():
    return simulate_clinic(ClinicConfig(patients=300)).ehr


@pytest.fixture(scope="module")
def clinic(uncut):
    return censor(uncut)


def test_the_clinic_there_and_back(tmp_path):
    clinic = censor(load_clinic().ehr)
    report = write_mime(clinic, tmp_path, "clinic")
    after = load_ehr("mime", tmp_path)
    assert objects(after) == objects(clinic)
    assert after.patients["hf_label"].to_list() == clinic.patients["hf_label"].to_list()
    assert report.kept("treatments") == after.treatments.height
    assert report.kept("visits") == after.visits.height == clinic.visits.height
    before, again = clinic.visit_objects(), after.visit_objects()
    assert before.rx_keys == again.rx_keys and (before.rx == again.rx).all()
    assert "on the index date or later" not in repr(report)


def test_what_python_2_gets(tmp_path, clinic):
    report = write_mime(clinic, tmp_path)
    data = (tmp_path / "records.seqs").read_bytes()
    assert data[:2] == b"\x80\x02"  # protocol 2, the last that Python 2 knows
    flat = clinic.visit_objects()
    seqs = pickle.loads(data)
    every = [found for patient in seqs for visit in patient for found in visit]
    assert [found[0] for found in every] == flat.dx.tolist()  # the ids of ehr.visit_objects()
    assert [code for found in every for code in found[2]] == flat.px.tolist()
    most = [max(map(len, (found[k] for found in every))) for k in (1, 2)]
    widest = max(len(visit) for patient in seqs for visit in patient)
    sizes = [len(keys) for keys in (flat.dx_keys, flat.rx_keys, flat.px_keys)]
    numbers = [*sizes, widest, *most]
    names = ["num_dx", "num_rx", "num_pr", "max_dx_per_visit", "max_rx_per_dx", "max_pr_per_dx"]
    settings = ", ".join(f"{name}={n}" for name, n in zip(names, numbers, strict=True))
    assert f"set in mime.py: {settings}" in report.remarks
    labels = pickle.loads((tmp_path / "records.labels").read_bytes())
    assert set(labels) == {0, 1} and len(labels) == len(seqs) == 300


def test_the_future_is_noticed(tmp_path, uncut, clinic):
    report = write_mime(uncut, tmp_path)
    (late,) = report.noted["visits"].values()
    assert late == uncut.visits.height - clinic.visits.height > 0


@pytest.mark.parametrize("source", ["mimic3", "mimic4"])
def test_records_without_links_are_refused(tmp_path, source):
    names = {"mimic3": "mimic3_demo", "mimic4": "mimic4_demo_2.2"}
    ehr = load_ehr(source, sample(names[source]))
    with pytest.raises(ValueError, match=r"no treatment .* names the diagnosis .*Med2Vec.*GCT"):
        write_mime(ehr, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_without_the_reasons_the_clinic_is_refused(tmp_path, clinic):
    reasons = [name for name in clinic.treatments.columns if name.startswith("reason")]
    null = [pl.lit(None, clinic.treatments.schema[name]).alias(name) for name in reasons]
    bare = replace(clinic, treatments=clinic.treatments.with_columns(null))
    with pytest.raises(ValueError, match="no treatment in these records names the diagnosis"):
        write_mime(bare, tmp_path)


def test_synthea_has_links_and_no_labels(tmp_path):
    (tmp_path / "records.labels").write_bytes(b"of another time")
    ehr = load_ehr("synthea", sample("synthea_2023_nebraska111"))
    report = write_mime(ehr, tmp_path)
    assert (
        "no file .labels: no patient has a label, and the program needs one each" in report.remarks
    )
    after = load_mime(tmp_path)
    assert objects(after) == objects(ehr)
    assert after.patients["hf_label"].null_count() == 111
    long = sum(len(patient.visits) >= 200 for patient in ehr.as_patients())
    assert long
    noted = {"of 200 visits or more, whom the program leaves out": long}
    assert report.noted["patients"] == noted


def test_patients_without_a_label_are_left_out_and_counted(tmp_path, clinic):
    some = pl.int_range(pl.len()) % 3 == 0
    label = pl.when(some).then(None).otherwise(pl.col("hf_label"))
    ehr = replace(clinic, patients=clinic.patients.with_columns(hf_label=label.cast(pl.Int8)))
    report = write_mime(ehr, tmp_path)
    assert report.dropped["patients"] == {"without a label": 100}
    after = load_mime(tmp_path)
    assert objects(after) == objects(ehr, with_label=True)


def test_one_label_for_all_is_noticed(tmp_path, clinic):
    ehr = replace(clinic, patients=clinic.patients.with_columns(hf_label=pl.lit(0, pl.Int8)))
    assert "all labels are 0: there is nothing to predict" in write_mime(ehr, tmp_path).remarks
