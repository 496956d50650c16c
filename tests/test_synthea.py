import random
from datetime import date

import polars as pl
import pytest

from helpers.loaders import load_ehr
from helpers.records import DxObject
from helpers.synthea import load_synthea
from tests.exports import MIMIC3, SYNTHEA, changed, without, write_export
from tests.samples import sample

HYPERTENSION = "SNOMED:59621000"
ALCOHOL = "SNOMED:10939881000119105"
BRONCHITIS = "SNOMED:10509002"
PHARYNGITIS = "SNOMED:195662009"
JOB = "SNOMED:160903007"


@pytest.fixture
def ehr(tmp_path):
    return load_synthea(write_export(tmp_path / "csv", SYNTHEA))


def test_conditions_last_from_their_start_until_the_day_before_their_stop(ehr):
    ada = ehr.as_patients()[0]
    assert [visit.visit_id for visit in ada.visits] == ["a1", "a2", "a3"]
    assert ada.visits[0].date == date(2020, 1, 10)
    assert [set(visit.dx) for visit in ada.visits] == [
        {HYPERTENSION, ALCOHOL},
        {HYPERTENSION, ALCOHOL},
        {HYPERTENSION},  # on the day of the stop it is over
    ]


def test_a_condition_that_stops_on_its_day_is_a_diagnosis_of_that_day(ehr):
    bo = ehr.as_patients()[1]
    assert BRONCHITIS in bo.visits[0].dx


def test_reasons_become_objects_and_missing_ones_become_diagnoses(ehr):
    ada, bo, *_ = ehr.as_patients()
    by_dx = {obj.dx: obj for obj in ada.visits[1].dx_objects}
    assert by_dx[HYPERTENSION] == DxObject(HYPERTENSION, ("RXNORM:314076",), ())
    assert by_dx[ALCOHOL] == DxObject(ALCOHOL)
    assert "RXNORM:310965" in ada.visits[1].rx  # ordered without a reason: in no object
    assert bo.visits[0].dx_objects == (
        DxObject(BRONCHITIS, (), ("SNOMED:269911007",)),
        DxObject(PHARYNGITIS, ("RXNORM:313782",), ()),  # no condition row says so
    )


def test_a_treatment_for_something_that_is_no_disease_keeps_no_reason(ehr):
    screening = ehr.treatments.filter(code="171207006")
    assert screening["reason_code"].to_list() == [None]
    assert ehr.report.noted["procedures"] == {"reason is a finding or situation: no link": 1}


def test_everything_added_or_left_out_is_counted(ehr):
    report = ehr.report
    assert report.dropped == {"conditions": {"a finding or situation, no disease": 1}}
    assert report.added["conditions"] == {
        "carried forward to a visit while it lasts": 3,
        "reason of a treatment, no active condition": 1,
    }
    assert report.kept("conditions") == ehr.diagnoses.height == 3 + 3 + 1
    assert report.kept("medications") + report.kept("procedures") == ehr.treatments.height == 5
    assert report.noted["visits"] == {"without a code": 1}
    assert report.noted["patients"] == {"without a visit": 1, "with one visit": 2}


def test_names_people_and_long_codes(ehr):
    assert ehr.name(ALCOHOL) == "Unhealthy alcohol drinking behavior"
    assert ehr.name(PHARYNGITIS) == "Acute viral pharyngitis (disorder)"
    assert ehr.name("RXNORM:314076") == "lisinopril 10 MG"
    assert ehr.patients.select("sex", "birth_year").rows() == [
        ("F", 1950),
        ("M", 1930),
        ("F", 2000),
        ("M", 2001),
    ]


def test_findings_on_request(tmp_path):
    ehr = load_synthea(write_export(tmp_path, SYNTHEA), diseases_only=False)
    ada = ehr.as_patients()[0]
    assert all(JOB in visit.dx for visit in ada.visits)
    by_dx = {obj.dx: obj for obj in ada.visits[1].dx_objects}
    assert by_dx[JOB].px == ("SNOMED:171207006",)
    assert ehr.report.dropped == {}


def test_without_carrying_forward(tmp_path):
    ehr = load_synthea(write_export(tmp_path, SYNTHEA), carry_forward=False)
    ada = ehr.as_patients()[0]
    # at the second visit hypertension is there because a drug was given for it
    assert [set(v.dx) for v in ada.visits] == [{HYPERTENSION, ALCOHOL}, {HYPERTENSION}, set()]


def old_export(tables):
    """Write the tables as Synthea did in 2018: ID, DATE, COST, no SYSTEM, naive dates."""
    tables = changed(tables, "patients", "Id,", "ID,")
    tables = changed(tables, "encounters", "Id,START", "ID,DATE")
    tables = changed(tables, "procedures", "START,STOP,", "DATE,X,")
    tables = changed(tables, "medications", "BASE_COST", "COST")
    return {name: rows.replace("T08:00:00Z", "") for name, rows in tables.items()}


def new_export(tables):
    """Write the tables as Synthea does now: a column SYSTEM, and fractions of seconds."""
    system = "http://snomed.info/sct"
    lines = tables["conditions"].splitlines()
    rows = [lines[0] + ",SYSTEM"] + [f"{line},{system}" for line in lines[1:]]
    tables = {**tables, "conditions": "\n".join(rows) + "\n"}
    return {
        name: rows.replace("T08:00:00Z", "T08:00:00.000+00:00") for name, rows in tables.items()
    }


def shuffled(tables):
    def shuffle(rows):
        header, *lines = rows.splitlines()
        random.Random(0).shuffle(lines)
        return "\n".join([header, *lines]) + "\n"

    return {name: shuffle(rows) for name, rows in tables.items()}


def read_by_pandas(tables):
    return {name: rows.replace(",59621000,", ",59621000.0,") for name, rows in tables.items()}


def no_reason_names(tables):
    rows = tables["medications"].replace("REASONDESCRIPTION", "OTHER")
    return {**tables, "medications": rows}


@pytest.mark.parametrize("variant", [old_export, new_export, shuffled, read_by_pandas])
def test_the_same_records_written_otherwise(tmp_path, ehr, variant):
    other = load_synthea(write_export(tmp_path / "other", variant(SYNTHEA)))
    assert other.as_patients() == ehr.as_patients()


def test_the_folder_above(tmp_path, ehr):
    write_export(tmp_path / "output" / "csv", SYNTHEA)
    assert load_synthea(tmp_path / "output").as_patients() == ehr.as_patients()


def test_reasons_without_names_take_them_from_conditions_or_their_code(tmp_path):
    ehr = load_synthea(write_export(tmp_path, no_reason_names(SYNTHEA)))
    assert ehr.name(HYPERTENSION) == "Essential hypertension (disorder)"
    assert ehr.name(PHARYNGITIS) == "195662009"


def test_an_export_of_conditions_alone(tmp_path):
    ehr = load_synthea(write_export(tmp_path, without(SYNTHEA, "medications", "procedures")))
    assert ehr.treatments.height == 0
    assert ehr.report.remarks == [
        "no medications table: visits have no medications",
        "no procedures table: visits have no procedures",
    ]


def test_repetitions_are_folded_and_counted(tmp_path, ehr):
    drug = SYNTHEA["medications"].splitlines()[1] + "\n"
    condition = SYNTHEA["conditions"].splitlines()[1] + "\n"
    visit = SYNTHEA["encounters"].splitlines()[1] + "\n"
    tables = {
        **SYNTHEA,
        "medications": SYNTHEA["medications"] + drug,
        "conditions": SYNTHEA["conditions"] + condition,
        "encounters": SYNTHEA["encounters"] + visit,
    }
    other = load_synthea(write_export(tmp_path / "other", tables))
    assert other.as_patients() == ehr.as_patients()
    dropped = other.report.dropped
    assert dropped["medications"] == {"the visit has it for the same reason already": 1}
    assert dropped["conditions"]["the visit has the code already"] == 1
    assert dropped["encounters"] == {"the same row again": 1}


def test_rows_of_no_encounter_are_counted(tmp_path, ehr):
    row = "2020-01-10,,ada,nowhere,59621000,Essential hypertension (disorder)\n"
    tables = {**SYNTHEA, "conditions": SYNTHEA["conditions"] + row}
    other = load_synthea(write_export(tmp_path / "other", tables))
    assert other.as_patients() == ehr.as_patients()
    reason = "ENCOUNTER that is in no row of the visits"
    assert other.report.dropped["conditions"][reason] == 1


def test_a_rounded_code_is_refused(tmp_path):
    tables = changed(SYNTHEA, "conditions", "10939881000119105", "1.0939881000119105e+16")
    with pytest.raises(ValueError, match=r"conditions.csv, column 'CODE', line 3: '1.09.*rounded"):
        load_synthea(write_export(tmp_path, tables))


@pytest.mark.parametrize("table", ["patients", "encounters", "conditions"])
def test_a_missing_table(tmp_path, table):
    with pytest.raises(FileNotFoundError, match=f"no {table} table in .*Found: "):
        load_synthea(write_export(tmp_path, without(SYNTHEA, table)))


def test_an_impossible_age_is_noted(tmp_path):
    folder = write_export(tmp_path, changed(SYNTHEA, "patients", "1930-02-01", "1830-02-01"))
    noted = load_synthea(folder).report.noted["patients"]
    assert noted["born after a visit, or older than 120 at one"] == 1


ICD = """START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION
2020-01-10,,ada,a1,http://hl7.org/fhir/sid/icd-10-cm,I50.9,Heart failure
2021-03-01,,bo,b1,ICD10-CM,e11.9,Diabetes
2021-04-01,,cy,c1,http://snomed.info/sct,10509002,Acute bronchitis (disorder)
2021-04-01,,cy,c1,urn:homemade,7,Seven
"""


def test_a_column_system_names_the_system_of_each_code(tmp_path):
    ehr = load_synthea(write_export(tmp_path, {**SYNTHEA, "conditions": ICD}), carry_forward=False)
    recorded = set(ehr.diagnoses.select("visit_id", "system", "code").rows())
    assert recorded >= {
        ("a1", "ICD10CM", "I509"),
        ("b1", "ICD10CM", "E119"),
        ("c1", "SNOMED", "10509002"),
        ("c1", "SNOMED", "7"),
    }
    assert ehr.name("ICD10CM:I509") == "Heart failure"
    note = "SYSTEM that this loader does not know, taken as SNOMED"
    assert ehr.report.noted["conditions"][note] == 1


def test_a_missing_column(tmp_path):
    tables = changed(SYNTHEA, "conditions", "PATIENT,ENCOUNTER,CODE", "PATIENT,ENCOUNTERS,CODE")
    with pytest.raises(ValueError, match="no column 'encounter'; the closest is 'ENCOUNTERS'"):
        load_synthea(write_export(tmp_path, tables))


def test_a_folder_of_another_source(tmp_path):
    with pytest.raises(ValueError, match="looks like MIMIC-III: use load_mimic3"):
        load_synthea(write_export(tmp_path, MIMIC3))


def test_one_identifier_for_two_encounters(tmp_path):
    tables = changed(SYNTHEA, "encounters", "\na1,", "\na2,")
    message = r"encounters.csv, column 'Id': 'a2' stands for two different rows, line 2 and line 3"
    with pytest.raises(ValueError, match=message):
        load_synthea(write_export(tmp_path, tables))


def test_too_many_dates_that_are_none(tmp_path):
    tables = changed(SYNTHEA, "conditions", "2020-01-10,2020-06-10", "2020-01-10,6/10/2020")
    with pytest.raises(ValueError, match=r"conditions.csv, column 'stop'.*line 3 '6/10/2020'"):
        load_synthea(write_export(tmp_path, tables))


def test_some_patients_are_whole_patients(tmp_path, ehr):
    folder = write_export(tmp_path / "other", SYNTHEA)
    everybody = {patient.patient_id: patient for patient in ehr.as_patients()}
    for seed in range(6):
        (patient,) = load_synthea(folder, max_patients=1, seed=seed).as_patients()
        assert patient == everybody[patient.patient_id]


# Real records


def test_the_nebraska_export():
    ehr = load_ehr("synthea", sample("synthea_2023_nebraska111"))
    report = ehr.report
    assert (ehr.patients.height, ehr.visits.height) == (111, 7_584)
    rows = {"conditions": 4_428, "medications": 6_124, "procedures": 11_742}
    assert {name: report.rows_read[name] for name in rows} == rows
    # 1,998 end with (finding), 1,525 with (situation)
    assert report.dropped["conditions"] == {"a finding or situation, no disease": 3_523}
    assert report.kept("conditions") == ehr.diagnoses.height
    assert report.kept("medications") + report.kept("procedures") == ehr.treatments.height
    assert ehr.visits["visit_no"].max() == 761
    failure = ehr.diagnoses.filter(code="88805009")  # chronic congestive heart failure
    assert ehr.visits.join(failure, on="visit_id", how="semi")["patient_id"].n_unique() == 2
    assert ehr.codes.filter(code="10939881000119105").height <= 1


def test_reasons_of_the_nebraska_export():
    folder = sample("synthea_2023_nebraska111")
    raw = pl.read_csv(folder / "medications.csv", infer_schema=False)
    assert 1 - raw["REASONCODE"].null_count() / raw.height == pytest.approx(0.886, abs=5e-4)
    ehr = load_synthea(folder, diseases_only=False)
    rx = ehr.treatments.filter(kind="rx")
    once = raw.unique(["ENCOUNTER", "CODE", "REASONCODE"])
    assert rx.height == once.height
    assert rx["reason_code"].null_count() == once["REASONCODE"].null_count()
    assert rx["reason_seq"].null_count() == rx["reason_code"].null_count()
