import doctest
import importlib
import math
from collections import Counter
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from helpers.catalogue import load_catalogue
from helpers.clinic import ClinicConfig
from helpers.simulate import patient_streams, simulate_clinic
from helpers.simulate_outcome import luck, risk_score, severity
from helpers.simulate_patient import (
    Course,
    Person,
    Rules,
    draw_gap,
    draw_person,
    draw_visit_days,
    entry_stage,
    log_odds,
    next_stage,
)
from helpers.simulate_visit import WARD_CODES, file_reasons

TABLES = ("patients", "visits", "diagnoses", "treatments")
GRID = (np.arange(10_000) + 0.5) / 10_000  # the uniform distribution, evenly
SMALL = ClinicConfig(patients=300)
CATALOGUE = load_catalogue()
RULES = Rules(SMALL, CATALOGUE)


@pytest.fixture(scope="module")
def small():
    return simulate_clinic(SMALL)


def rng(seed=0):
    return np.random.default_rng(seed)


def same(clinic, other, tables=TABLES):
    return all(getattr(clinic.ehr, t).equals(getattr(other.ehr, t)) for t in tables)


# one patient ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["catalogue", "simulate", "simulate_patient", "simulate_visit", "simulate_outcome"],
)
def test_examples_of_the_docstrings(name):
    assert doctest.testmod(importlib.import_module(f"helpers.{name}")).failed == 0


def test_people_follow_the_stated_distributions():
    people = [draw_person(generator) for generator in [rng()] for _ in range(4_000)]
    ages = np.array([person.age for person in people])
    inside = ages[(ages > 30) & (ages < 92)]
    assert np.median(ages) == pytest.approx(62, abs=4 * 13 * 1.25 / math.sqrt(4_000))
    assert ages.min() == 30 and ages.max() == 92 and len(inside) > 3_900
    share = np.mean([person.sex == "F" for person in people])
    assert share == pytest.approx(0.53, abs=4 * math.sqrt(0.53 * 0.47 / 4_000))


def test_gaps_are_log_normal_around_ten_weeks():
    generator = rng()
    gaps = np.array([draw_gap(generator) for _ in range(4_000)])
    assert np.median(gaps) == pytest.approx(70, abs=4)
    inner = np.quantile(np.log(gaps), [0.16, 0.84])  # one standard deviation on either side
    assert np.diff(inner)[0] / 2 == pytest.approx(0.85, abs=0.06)
    assert gaps.min() >= 3 and gaps.max() <= 400


@pytest.mark.parametrize("n_conditions", [2, 10])
def test_more_conditions_bring_more_visits(n_conditions):
    generator = rng()
    visits = [len(draw_visit_days(n_conditions, generator)) for _ in range(2_000)]
    mean = 1.5 + 0.35 * n_conditions  # of the gamma part; rounding down costs about a half
    assert np.mean(visits) == pytest.approx(5 + mean - 0.5, abs=0.35)
    assert min(visits) == 5


def test_log_odds_worked_by_hand():
    # chronic kidney disease: age slope .3 a decade, diabetes +.9, hypertension +.6, frailty .5
    ckd = CATALOGUE.conditions["chronic kidney disease"]
    person = Person("F", age=80, frailty=0.4)
    present = {"type 2 diabetes", "hypertension", "gout"}
    by_hand = ckd.log_odds + 0.3 * 2 + 0.9 + 0.6 + 0.5 * 0.4
    assert log_odds(ckd, person, present) == pytest.approx(by_hand)


def test_frailty_moves_weight_from_the_first_stage_to_the_third():
    stages = [entry_stage(1.0, u) for u in GRID]
    shares = [stages.count(stage) / len(GRID) for stage in (1, 2, 3)]
    np.testing.assert_allclose(shares, [0.46, 0.25, 0.29], atol=1e-4)


@pytest.mark.parametrize("stage, up, down", [(1, 2, 1), (2, 3, 1), (3, 3, 2)])
def test_a_year_moves_stages_at_the_stated_rates(stage, up, down):
    after = np.array([next_stage(stage, 1.0, SMALL, u) for u in GRID])
    rises, falls = 1 - math.exp(-0.25), 1 - math.exp(-0.06)
    expected = Counter({stage: 1 - rises - falls})
    expected.update({up: rises})
    expected.update({down: falls})
    for value, share in expected.items():
        assert np.mean(after == value) == pytest.approx(share, abs=2e-4)


def test_no_time_no_change():
    assert all(next_stage(2, 0.0, SMALL, u) == 2 for u in GRID)


def test_a_course_sleeps_until_its_onset_and_keeps_its_drugs_while_the_stage_lasts():
    hypertension = CATALOGUE.conditions["hypertension"]
    course = Course(hypertension, Person("M", 60, 0.0), {"hypertension"}, onset=100)
    course.reach(99, RULES, rng())
    assert course.stage == 0 and course.drugs == []
    course.reach(100, RULES, rng())
    drugs, stage = list(course.drugs), course.stage
    still = Rules(replace(SMALL, worsening=0.0, recovery=0.0), CATALOGUE)
    course.reach(4_000, still, rng(1))
    assert course.stage == stage and course.drugs == drugs and drugs


def test_a_condition_can_forbid_a_drug():
    fibrillation, person = CATALOGUE.conditions["atrial fibrillation"], Person("M", 60, 0.0)
    forbidden = {"flecainide", "propafenone"}
    for others, may in ({"atrial fibrillation"}, True), ({"coronary disease"}, False):
        seen = set()
        for seed in range(200):
            course = Course(fibrillation, person, others, onset=0)
            course.reach(0, RULES, rng(seed))
            seen |= set(course.drugs) & forbidden
        assert bool(seen) is may


# heart failure -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stages, score",
    [
        ({}, 0.0),
        ({"hypertension": 1, "gout": 3}, 0.0),
        ({"hypertension": 3, "type 2 diabetes": 1}, 1.9),
        ({"hypertension": 3, "type 2 diabetes": 2}, 1.9 + 0.2 + 0.5),
        ({"coronary disease": 3, "atrial fibrillation": 2}, 2.0 + 0.4 + 0.5),
        ({"coronary disease": 2, "atrial fibrillation": 3}, 0.4 + 1.8),
    ],
)
def test_severity_worked_by_hand(stages, score):
    assert severity(stages, CATALOGUE.conditions) == pytest.approx(score)


def test_risk_score_worked_by_hand():
    score = risk_score(Person("M", 80, 9.9), {"hypertension": 3}, CATALOGUE.conditions, SMALL)
    assert score == pytest.approx(0.15 * 2 + 0.15 + 1.7 * 1.9)


def test_luck_is_even_in_every_cohort():
    numbers = np.array([luck(0, i) for i in range(3_000)])
    for n in (100, 1_000, 3_000):
        for p in (0.05, 0.25, 0.7):
            assert abs((numbers[:n] < p).sum() - n * p) < 6


def test_heart_failure_happens_as_often_as_its_probability_says(small):
    truth = small.truth_patients.join(small.ehr.patients, on="patient_id")
    groups = truth.sort("p_hf").with_row_index().group_by(pl.col("index") // 100)
    for group in groups.agg(pl.col("p_hf"), pl.col("hf_label")).iter_rows(named=True):
        p = np.array(group["p_hf"])
        spread = math.sqrt((p * (1 - p)).sum())
        assert abs(sum(group["hf_label"]) - p.sum()) < 3 * spread + 1


def test_probability_is_the_sigmoid_of_the_score(small):
    eta, p = (small.truth_patients[name].to_numpy() for name in ("eta", "p_hf"))
    np.testing.assert_allclose(p, 1 / (1 + np.exp(-(eta + SMALL.baseline))), atol=1e-4)


def test_heart_failure_is_dated_and_never_before_its_date(small):
    ehr = small.ehr
    codes = ehr.codes.filter(condition="heart failure")["code"].implode()
    first = (
        ehr.diagnoses.filter(pl.col("code").is_in(codes))
        .join(ehr.visits, on="visit_id")
        .group_by("patient_id")
        .agg(pl.col("date").min())
    )
    cases = ehr.patients.filter(hf_label=1)
    assert set(first["patient_id"]) == set(cases["patient_id"])
    both = first.join(cases, on="patient_id")
    assert both["date"].equals(both["hf_date"])
    days = (cases["hf_date"] - cases["index_date"]).dt.total_days()
    assert days.min() >= 30 and days.max() <= 540
    assert ehr.patients.filter(hf_label=0)["hf_date"].null_count() == 300 - len(cases)


# the office and the ward ---------------------------------------------------------------------


def test_reasons_of_one_visit_filed_by_hand():
    class Always:
        """Slip, take the last of the others, lose nothing."""

        def random(self, shape):
            return np.tile([0.0, 0.99, 0.99], (shape[0], 1))

    treatments = [("rx", "a", "D1"), ("rx", "b", "D2")]
    filed = file_reasons(treatments, ["D1", "D2", "D3"], SMALL, Always())
    assert filed == ["D3", "D3"]
    assert file_reasons([("rx", "a", "D1")], ["D1"], SMALL, Always()) == ["D1"]


def test_no_two_rows_of_a_visit_become_the_same():
    everything = replace(SMALL, link_noise=1.0, reason_missing=1.0)
    treatments = [("rx", "a", "D1"), ("rx", "a", "D2")]
    filed = file_reasons(treatments, ["D1", "D2"], everything, rng())
    assert filed == [None, "D2"]


@pytest.mark.parametrize("noise, missing", [(0.0, 0.0), (0.06, 0.04), (0.5, 0.2)])
def test_shares_of_wrong_and_missing_reasons(noise, missing):
    config = replace(SMALL, link_noise=noise, reason_missing=missing)
    clinic = simulate_clinic(config)
    rows = clinic.ehr.treatments.with_columns(clinic.truth_links["true_reason_seq"])
    several = clinic.ehr.diagnoses.group_by("visit_id").len().filter(pl.col("len") > 1)
    rows = rows.join(several, on="visit_id")
    lost = rows["reason_seq"].is_null()
    known = rows.filter(~lost)
    wrong = (known["reason_seq"] != known["true_reason_seq"]).mean()
    assert lost.mean() == pytest.approx(missing, abs=4 * math.sqrt(missing / len(rows)))
    assert wrong == pytest.approx(noise, abs=4 * math.sqrt(noise / len(known)))


def test_the_office_changes_reasons_and_nothing_else(small):
    other = simulate_clinic(replace(SMALL, link_noise=0.5, reason_missing=0.5))
    assert same(small, other, ("patients", "visits", "diagnoses"))
    assert small.truth_links.equals(other.truth_links)
    assert small.truth_patients.equals(other.truth_patients)


def test_the_ward_adds_its_codes_and_nothing_else(small):
    without = simulate_clinic(replace(SMALL, ward_habit=0.0))
    assert same(small, without, ("patients", "visits"))
    assert small.truth_patients.equals(without.truth_patients)
    given = ["visit_id", "kind", "code", "true_reason_code"]
    assert small.truth_links.select(given).equals(without.truth_links.select(given))
    written = small.ehr.diagnoses.join(
        without.ehr.diagnoses, on=["visit_id", "code"], how="anti"
    ).join(small.ehr.visits, on="visit_id")
    assert set(written["code"]) == set(WARD_CODES)
    assert set(written["visit_type"]) == {"day ward"}


# many patients -------------------------------------------------------------------------------


def test_patients_do_not_depend_on_how_many_there_are(small):
    few = simulate_clinic(replace(SMALL, patients=20))
    ids = few.ehr.patients["patient_id"].implode()
    assert few.ehr.patients.equals(small.ehr.patients.filter(pl.col("patient_id").is_in(ids)))
    for name in ("visits", "diagnoses", "treatments"):
        short, long = getattr(few.ehr, name), getattr(small.ehr, name)
        assert short.height > 100
        assert short.equals(long.head(short.height))
    assert few.truth_links.equals(small.truth_links.head(few.truth_links.height))
    assert few.truth_patients.equals(small.truth_patients.head(20))


def test_streams_of_patients_and_seeds_differ():
    first = [
        patient_streams(seed, number)[name].random()
        for seed in (0, 1)
        for number in (0, 1)
        for name in ("life", "outcome", "office", "ward")
    ]
    assert len(set(first)) == 16


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"patients": 0}, "patients"),
        ({"link_noise": 1.5}, "link_noise is a share"),
        ({"first_event": 600}, "first_event <= last_event"),
    ],
)
def test_impossible_settings(wrong, message):
    with pytest.raises(ValueError, match=message):
        replace(SMALL, **wrong)
