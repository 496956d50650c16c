import gzip
import math
import shutil
from dataclasses import replace
from datetime import date
from hashlib import sha256

import numpy as np
import polars as pl
import pytest
from scipy.stats import chisquare
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from helpers.censoring import censor
from helpers.clinic import ClinicConfig
from helpers.datasets import DATASETS, load_clinic, read_checksums, write_clinic
from helpers.incidence import log_counts, visit_matrix
from helpers.pretraining import skipgram_vectors
from helpers.records import SCHEMA
from helpers.simulate import simulate_clinic
from helpers.simulate_visit import WARD_CODES
from tests.acceptance.vectors import group_ami

FOLDER = DATASETS / "clinic"
CORE = (
    "hypertension",
    "coronary disease",
    "atrial fibrillation",
    "type 2 diabetes",
    "chronic kidney disease",
    "heart valve disease",
)


@pytest.fixture(scope="module")
def clinic():
    return load_clinic()


@pytest.fixture(scope="module")
def history(clinic):
    return censor(clinic.ehr)


@pytest.fixture(scope="module")
def conditions(clinic):
    """Diagnosis code to condition."""
    dx = clinic.ehr.codes.filter(kind="dx")
    return dict(zip(dx["code"], dx["condition"], strict=True))


# D1: the files are what the program writes ----------------------------------------------------


def test_the_shipped_clinic_is_the_simulated_one(clinic):
    again = simulate_clinic(clinic.config)
    assert again.config == ClinicConfig()
    checksums = read_checksums(FOLDER)
    for table in SCHEMA:
        assert getattr(clinic.ehr, table).equals(getattr(again.ehr, table))
        text = getattr(again.ehr, table).write_csv().encode()
        assert sha256(text).hexdigest() == checksums[f"{table}.csv"]
    assert clinic.truth_patients.equals(again.truth_patients)
    assert clinic.truth_links.equals(again.truth_links)


def test_a_clinic_is_written_and_read_back(tmp_path):
    config = ClinicConfig(patients=5, seed=3, opening=date(2001, 2, 3))
    clinic = simulate_clinic(config)
    write_clinic(clinic, tmp_path)
    back = load_clinic(tmp_path)
    assert back.config == config
    for table in SCHEMA:
        assert getattr(back.ehr, table).equals(getattr(clinic.ehr, table))
    assert back.truth_patients.equals(clinic.truth_patients)
    assert back.truth_links.equals(clinic.truth_links)


def test_checksums_are_those_of_the_text_inside():
    for name, checksum in read_checksums(FOLDER).items():
        text = gzip.decompress((FOLDER / f"{name}.gz").read_bytes())
        assert sha256(text).hexdigest() == checksum


def test_files_carry_no_time_stamp():
    for path in FOLDER.glob("*.gz"):
        assert path.read_bytes()[4:8] == bytes(4)  # RFC 1952, MTIME


def test_the_clinic_is_found_from_everywhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert load_clinic().ehr.patients.height == 3_000


@pytest.mark.parametrize("name", ["visits.csv.gz", "sha256.txt", "config.json"])
def test_a_missing_file_is_named(tmp_path, name):
    folder = shutil.copytree(FOLDER, tmp_path / "clinic")
    (folder / name).unlink()
    with pytest.raises(FileNotFoundError, match=rf"{name} is missing.*python -m helpers.datasets"):
        load_clinic(folder)


def cut_short(packed):
    return packed[: len(packed) // 2]


def one_split_changed(packed):
    return gzip.compress(gzip.decompress(packed).replace(b"train", b"valid", 1))


def not_gzip(packed):
    return b"version https://git-lfs.github.com/spec/v1\n"


@pytest.mark.parametrize("damage", [cut_short, one_split_changed, not_gzip])
def test_a_damaged_file_is_named(tmp_path, damage):
    folder = shutil.copytree(FOLDER, tmp_path / "clinic")
    path = folder / "patients.csv.gz"
    changed = damage(path.read_bytes())
    assert changed != path.read_bytes()
    path.write_bytes(changed)
    with pytest.raises(ValueError, match=r"patients\.csv\.gz is"):
        load_clinic(folder)


# D2: the tables fit together -------------------------------------------------------------------


def test_no_row_is_an_orphan_or_there_twice(clinic):
    ehr = clinic.ehr
    assert ehr.visits.join(ehr.patients, on="patient_id", how="anti").is_empty()
    assert ehr.patients.join(ehr.visits, on="patient_id", how="anti").is_empty()
    assert ehr.visits.join(ehr.diagnoses, on="visit_id", how="anti").is_empty()
    for table in (ehr.diagnoses, ehr.treatments):
        assert table.join(ehr.visits, on="visit_id", how="anti").is_empty()
        assert table.join(ehr.codes, on=["system", "code"], how="anti").is_empty()
        assert not table.is_duplicated().any()
    assert not ehr.diagnoses.select("visit_id", "code").is_duplicated().any()
    assert not ehr.patients["patient_id"].is_duplicated().any()


def test_every_reason_is_a_diagnosis_of_its_visit(clinic):
    dx = clinic.ehr.diagnoses.rename({"code": "reason_code", "system": "reason_system"})
    dx = dx.rename({"dx_seq": "reason_seq"})
    linked = clinic.ehr.treatments.drop_nulls("reason_code")
    assert linked.join(dx, on=["visit_id", *dx.columns[1:]], how="anti").is_empty()
    true = {f"true_{name}": name for name in dx.columns[1:]}
    truth = clinic.truth_links.rename(true)
    assert truth.join(dx, on=["visit_id", *dx.columns[1:]], how="anti").is_empty()
    missing = clinic.ehr.treatments.filter(pl.col("reason_code").is_null())
    assert missing.select(pl.col("reason_seq", "reason_system").is_not_null().any()).row(0) == (
        False,
        False,
    )


def test_visits_are_counted_in_time_order(clinic):
    visits = clinic.ehr.visits
    step = visits.group_by("patient_id", maintain_order=True).agg(
        pl.col("visit_no").eq(pl.int_range(1, pl.len() + 1)).all().alias("counted"),
        pl.col("date").diff().drop_nulls().dt.total_days().min().alias("shortest"),
    )
    assert step["counted"].all() and step["shortest"].min() >= 3
    dx = clinic.ehr.diagnoses.group_by("visit_id", maintain_order=True)
    assert dx.agg(pl.col("dx_seq").eq(pl.int_range(1, pl.len() + 1)).all())["dx_seq"].all()


def test_the_index_date_is_the_day_after_the_last_known_visit(clinic, history):
    last = history.visits.group_by("patient_id").agg(pl.col("date").max())
    days = last.join(clinic.ehr.patients, on="patient_id").select(
        (pl.col("index_date") - pl.col("date")).dt.total_days()
    )
    assert set(days.to_series()) == {1} and days.height == 3_000


def order_p(diagnoses, conditions, condition):
    """Test that the codes of a condition stand at every place of a visit of five equally often."""
    five = diagnoses.filter(pl.len().over("visit_id") == 5)
    codes = [code for code, name in conditions.items() if name == condition]
    places = five.filter(pl.col("code").is_in(codes))["dx_seq"]
    return chisquare(np.bincount(places, minlength=6)[1:]).pvalue


def test_the_order_of_diagnoses_says_nothing(history, conditions):
    p = [order_p(history.diagnoses, conditions, condition) for condition in CORE]
    assert min(p) > 0.01 / len(CORE)
    by_code = history.diagnoses.sort("visit_id", "code").with_columns(
        dx_seq=pl.int_range(1, pl.len() + 1).over("visit_id")
    )
    assert order_p(by_code, conditions, "type 2 diabetes") < 1e-6  # the test would see an order


def test_the_order_of_treatments_says_nothing(clinic):
    """Drugs stand by name, so the row of a treatment does not hint at its reason."""
    rows = clinic.ehr.treatments.select("visit_id", pl.col("kind") == "px", "code")
    assert rows.equals(rows.sort("visit_id", "kind", "code", maintain_order=True))


# D3, D4, D12: the planted figures --------------------------------------------------------------


def test_one_in_four_and_mostly_not_by_age(clinic):
    patients = clinic.ehr.patients
    label, age = patients["hf_label"], patients["index_date"].dt.year() - patients["birth_year"]
    assert label.mean() == pytest.approx(0.25, abs=0.01)
    assert 0.55 < roc_auc_score(label, age) < 0.66
    assert 0.92 < roc_auc_score(label, clinic.truth_patients["p_hf"]) < 0.96


@pytest.mark.parametrize(
    "drug_class",
    [
        "beta blocker",
        "ACE inhibitor or ARB",
        "loop diuretic",
        "dihydropyridine calcium blocker",
    ],
)
def test_a_drug_class_has_many_reasons(clinic, history, conditions, drug_class):
    drugs = clinic.ehr.codes.filter(drug_class=drug_class)["code"].implode()
    rows = clinic.truth_links.filter(pl.col("code").is_in(drugs))
    rows = rows.join(history.visits, on="visit_id", how="semi")
    reasons = rows["true_reason_code"].replace_strict(conditions)
    shares = reasons.value_counts(normalize=True)["proportion"]
    assert (shares >= 0.05).sum() >= 4


def test_the_true_stages_are_those_of_the_patients_conditions(clinic, history, conditions):
    """A condition that was coded before the index date is present at it, and no other code is."""
    coded = history.diagnoses.join(history.visits, on="visit_id")
    coded = coded.with_columns(condition=pl.col("code").replace_strict(conditions))
    for condition in CORE:
        seen = set(coded.filter(condition=condition)["patient_id"])
        has = clinic.truth_patients.filter(pl.col(condition) > 0)["patient_id"]
        assert seen <= set(has) and len(seen) > 0.95 * len(has)


def test_the_clinic_is_small():
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) <= 3e6


def test_splits_are_by_patient_in_the_stated_shares(clinic):
    split = clinic.ehr.patients["split"]
    for name, share in {"train": 0.60, "valid": 0.15, "test": 0.25}.items():
        spread = math.sqrt(share * (1 - share) / 3_000)
        assert (split == name).mean() == pytest.approx(share, abs=4 * spread)


# what can be shown with it ---------------------------------------------------------------------


def test_reading_the_future_looks_like_a_triumph(clinic, history):
    label = clinic.ehr.patients["hf_label"].to_numpy()
    test = (clinic.ehr.patients["split"] == "test").to_numpy()
    score = {}
    for name, ehr in {"leak": clinic.ehr, "censored": history}.items():
        counts = log_counts(ehr.visit_codes())
        model = LogisticRegression(C=0.1, max_iter=1_000).fit(counts[~test], label[~test])
        score[name] = roc_auc_score(label[test], model.decision_function(counts[test]))
    assert score["leak"] > 0.97
    assert 0.70 < score["censored"] < 0.90


def nearest_code(ehr, key):
    """Nearest code by the cosine of rows of positive pointwise mutual information."""
    visits = ehr.visit_codes()
    held = visit_matrix(visits)
    together = (held.T @ held).toarray()
    share = np.diag(together) / held.shape[0]
    np.fill_diagonal(together, 0)
    with np.errstate(divide="ignore"):
        ppmi = np.maximum(np.log(together / held.shape[0] / np.outer(share, share)), 0)
    rows = ppmi / np.linalg.norm(ppmi, axis=1, keepdims=True)
    query = visits.keys.index(key)
    similarity = rows @ rows[query]
    similarity[query] = -1
    return visits.keys[similarity.argmax()]


def test_a_neighbor_can_be_a_habit_of_the_ward(history):
    """The ward's checklist stands next to a vaccination, until the ward's visits are left out."""
    vaccination = "ICD10CM:Z23"
    assert nearest_code(history, vaccination) in {f"ICD10CM:{code}" for code in WARD_CODES}
    elsewhere = history.visits.filter(pl.col("visit_type") != "day ward")
    others = {
        name: getattr(history, name).join(elsewhere, on="visit_id", how="semi")
        for name in ("visits", "diagnoses", "treatments")
    }
    other = replace(history, **others)
    assert nearest_code(other, vaccination) in {"ICD9PCS:9955", "GENERIC:influenza vaccine"}


def test_vectors_of_codes_find_the_planted_conditions(history):
    """A slice of criterion D5; all of them are measured by ``python -m tests.acceptance``."""
    visits = history.visit_codes()
    assert group_ami(skipgram_vectors(visits), visits.keys, history.codes, "condition") >= 0.80
    noise = np.random.default_rng(0).normal(size=(len(visits.keys), 64))
    assert group_ami(noise, visits.keys, history.codes, "condition") <= 0.05


# the data card ---------------------------------------------------------------------------------


def test_the_data_card_counts_what_is_there(clinic, history):
    card = (DATASETS / "README.md").read_text(encoding="utf-8")
    ehr = clinic.ehr
    cases = ehr.patients["hf_label"]
    counts = [
        f"3,000, of whom {cases.sum()} develop heart failure ({cases.mean():.1%})",
        f"{ehr.visits.height:,}, {history.visits.height:,} of them before the index date",
        f"| diagnoses | {ehr.diagnoses.height:,} |",
        f"| treatments | {ehr.treatments.height:,} |",
        " {} diagnoses, {} drugs, {} procedures".format(
            *(ehr.codes.filter(kind=kind).height for kind in ("dx", "rx", "px"))
        ),
    ]
    assert [count for count in counts if count not in card] == []


def test_the_data_card_names_every_file_and_column(clinic):
    card = (DATASETS / "README.md").read_text(encoding="utf-8")
    files = [path.name for path in FOLDER.rglob("*") if path.is_file()]
    columns = [column for schema in SCHEMA.values() for column in schema]
    catalogue = [
        column
        for path in (FOLDER / "catalogue").glob("*.csv")
        for column in path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
        if column != "hf_stage_2"  # written as a range
    ]
    names = {*files, *columns, *catalogue, "eta", "p_hf", "true_reason_seq"}
    assert {name for name in names if f"`{name}`" not in card} == set()
