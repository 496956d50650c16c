from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from helpers.records import EHR, SCHEMA, DxObject, conform
from helpers.report import Report


def table(name, **columns):
    return conform(pl.DataFrame(columns), name)


def ada_and_bo():
    """Ada: two visits, the second with links; Bo: one visit without codes; Cy: no visit."""
    return EHR(
        patients=table(
            "patients",
            patient_id=["bo", "ada", "cy"],
            sex=["M", "F", None],
            birth_year=[1930, 1950, None],
            hf_label=[0, 1, None],
            hf_date=[None, date(2021, 1, 1), None],
            split=["test", "train", None],
        ),
        visits=table(
            "visits",
            visit_id=["a2", "b1", "a1"],
            patient_id=["ada", "bo", "ada"],
            visit_no=[2, 1, 1],
            date=[date(2020, 2, 1), date(2019, 1, 1), date(2020, 1, 1)],
        ),
        diagnoses=table(
            "diagnoses",
            visit_id=["a2", "a1", "a2", "a2"],
            dx_seq=[2, 1, 1, 3],
            code=["I10", "I10", "I509", "I10"],
            system=["ICD10CM"] * 4,
        ),
        treatments=table(
            "treatments",
            visit_id=["a2", "a2", "a2", "a2", "a2"],
            kind=["rx", "rx", "px", "rx", "rx"],
            code=["lisinopril", "aspirin", "8856", "lisinopril", "lisinopril"],
            system=["GENERIC", "GENERIC", "ICD9PCS", "GENERIC", "GENERIC"],
            reason_code=["I509", None, "I509", "I10", "I10"],
            reason_system=["ICD10CM", None, "ICD10CM", "ICD10CM", "ICD10CM"],
            reason_seq=[1, None, 1, 2, 2],
        ),
        codes=table(
            "codes",
            kind=["dx", "dx", "rx"],
            system=["ICD10CM", "ICD10CM", "GENERIC"],
            code=["I10", "I509", "aspirin"],
            description=["Hypertension", None, "aspirin"],
        ),
    )


def test_patients_keep_the_order_of_their_table_and_visits_that_of_time():
    bo, ada, cy = ada_and_bo().as_patients()
    assert (bo.patient_id, ada.patient_id, cy.patient_id) == ("bo", "ada", "cy")
    assert [visit.visit_id for visit in ada.visits] == ["a1", "a2"]
    assert (ada.sex, ada.birth_year, ada.hf_label, ada.split) == ("F", 1950, 1, "train")
    assert ada.hf_date == date(2021, 1, 1)


def test_patients_without_visits_and_visits_without_codes_stay():
    bo, _, cy = ada_and_bo().as_patients()
    assert cy.visits == ()
    assert bo.visits[0].codes == () and bo.visits[0].dx_objects == ()


def test_a_visit_holds_each_code_once_in_the_order_of_its_ranks():
    _, ada, _ = ada_and_bo().as_patients()
    second = ada.visits[1]
    assert second.dx == ("ICD10CM:I509", "ICD10CM:I10")
    assert second.rx == ("GENERIC:lisinopril", "GENERIC:aspirin")
    assert second.px == ("ICD9PCS:8856",)
    assert second.codes == second.dx + second.rx + second.px


def test_objects_hold_what_was_ordered_for_each_diagnosis():
    _, ada, _ = ada_and_bo().as_patients()
    assert ada.visits[0].dx_objects == (DxObject("ICD10CM:I10"),)
    # lisinopril serves both, aspirin has no reason and is in neither
    assert ada.visits[1].dx_objects == (
        DxObject("ICD10CM:I509", ("GENERIC:lisinopril",), ("ICD9PCS:8856",)),
        DxObject("ICD10CM:I10", ("GENERIC:lisinopril",), ()),
    )


@pytest.mark.parametrize("name", ["patients", "visits", "diagnoses", "treatments"])
def test_the_view_does_not_depend_on_the_order_of_rows(name):
    ehr = ada_and_bo()
    parts = {t: getattr(ehr, t) for t in SCHEMA}
    parts[name] = parts[name].reverse()
    turned = {p.patient_id: p for p in EHR(**parts).as_patients()}
    for patient in ehr.as_patients():
        other = turned[patient.patient_id]
        assert [v.dx for v in other.visits] == [v.dx for v in patient.visits]
        assert [set(v.rx) for v in other.visits] == [set(v.rx) for v in patient.visits]


def test_flat_visits_say_the_same_as_the_patients():
    ehr = ada_and_bo()
    flat = ehr.visit_codes()
    visits = [visit for patient in ehr.as_patients() for visit in patient.visits]
    for v, visit in enumerate(visits):
        ids = flat.code_ids[flat.offsets[v] : flat.offsets[v + 1]]
        assert [flat.keys[i] for i in ids] == list(visit.codes)
    assert flat.patient_offsets.tolist() == [0, 1, 3, 3]  # bo 1 visit, ada 2, cy none
    assert flat.offsets.tolist() == [0, 0, 1, 6]


def test_flat_visits_of_some_kinds_only():
    flat = ada_and_bo().visit_codes(kinds=("dx",))
    assert flat.keys == ("ICD10CM:I10", "ICD10CM:I509")
    np.testing.assert_array_equal(flat.code_ids, [0, 1, 0])
    with pytest.raises(ValueError, match="kinds are some of"):
        ada_and_bo().visit_codes(kinds=("lab",))


def test_more_codes_of_two_systems_than_a_byte_can_number():
    codes = [f"{n:04d}" for n in range(200)]
    treatments = table(
        "treatments",
        visit_id=["a1"] * 400,
        kind=["px"] * 400,
        code=codes * 2,
        system=["ICD10PCS"] * 200 + ["ICD9PCS"] * 200,
    )
    ehr = replace(ada_and_bo(), treatments=treatments)
    _, ada, _ = ehr.as_patients()
    written = [f"{system}:{code}" for system in ("ICD10PCS", "ICD9PCS") for code in codes]
    assert ada.visits[0].px == tuple(written)
    assert ehr.visit_codes(kinds=("px",)).keys == tuple(written)


def test_names_of_codes():
    ehr = ada_and_bo()
    assert ehr.name("ICD10CM:I10") == "Hypertension"
    assert ehr.name("ICD10CM:I509") == "I50.9"  # nobody described it
    with pytest.raises(ValueError, match="the closest is 'ICD10CM:I10'"):
        ehr.name("ICD10CM:I11")
    with pytest.raises(ValueError, match="SYSTEM:CODE"):
        ehr.name("I10")


@pytest.mark.parametrize(
    "break_it, message",
    [
        (lambda t: t.rename({"code": "codes"}), "table diagnoses has no column 'code'.*'codes'"),
        (lambda t: t.with_columns(pl.lit(1).alias("row_id")), "'row_id' that does not belong"),
        (lambda t: t.with_columns(pl.col("dx_seq").cast(pl.String)), "'dx_seq' holds String"),
        (lambda t: t.select(t.columns[::-1]), "columns in the order"),
    ],
)
def test_a_table_of_another_shape_is_refused(break_it, message):
    parts = {name: getattr(ada_and_bo(), name) for name in SCHEMA}
    parts["diagnoses"] = break_it(parts["diagnoses"])
    with pytest.raises(ValueError, match=message):
        EHR(**parts)


@pytest.mark.parametrize(
    "name, column, message",
    [
        ("visits", "patient_id", "visits of 'nobody', who is not in the patients table"),
        ("diagnoses", "visit_id", "a row of visit 'nobody', which is not in the visits table"),
        ("treatments", "visit_id", "a row of visit 'nobody', which is not in the visits table"),
    ],
)
def test_rows_that_belong_nowhere_are_not_lost_in_silence(name, column, message):
    parts = {t: getattr(ada_and_bo(), t) for t in SCHEMA}
    parts[name] = parts[name].with_columns(pl.lit("nobody").alias(column))
    with pytest.raises(ValueError, match=message):
        EHR(**parts).as_patients()


def test_conform_adds_nulls_and_no_rows():
    assert conform(pl.DataFrame(), "visits").height == 0
    assert conform(pl.DataFrame({"code": ["I10"]}), "diagnoses").rows() == [
        (None, None, "I10", None)
    ]


def test_a_report_adds_up_and_says_everything():
    report = Report("a folder")
    report.read("visits", 1_200)
    report.drop("visits", "no date", 200)
    report.drop("visits", "no date", 1)
    report.drop("visits", "never happened", 0)
    report.add("visits", "made from a reason", 5)
    report.note("codes", "without a title", 3)
    report.remark("no patients table")
    assert report.kept("visits") == 1_200 - 201 + 5
    assert repr(report).splitlines() == [
        "Report on a folder",
        "  visits: 1,200 rows read, 1,004 kept",
        "    201 dropped: no date",
        "    5 added: made from a reason",
        "  codes",
        "    3 noted: without a title",
        "  no patients table",
    ]
