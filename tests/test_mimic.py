import random
from datetime import date

import polars as pl
import pytest

from helpers.loaders import load_ehr
from helpers.mimic import load_mimic3, load_mimic4
from helpers.records import SCHEMA
from tests.exports import MIMIC3, MIMIC4, changed, quoted, without, write_export
from tests.samples import sample


def shuffled(rows, seed=0):
    header, *lines = rows.splitlines()
    random.Random(seed).shuffle(lines)
    return "\n".join([header, *lines]) + "\n"


def same_people(one, other):
    """Compare two EHRs as patients; the order of rows in a file may not matter."""
    return one.as_patients() == other.as_patients()


@pytest.fixture
def mimic3(tmp_path):
    return load_mimic3(write_export(tmp_path / "three", MIMIC3))


@pytest.fixture
def mimic4(tmp_path):
    return load_mimic4(write_export(tmp_path / "four", MIMIC4))


def test_mimic3_by_hand(mimic3):
    ada, bo, cy, di = mimic3.as_patients()
    assert [visit.visit_id for visit in ada.visits] == ["100", "101"]
    assert [visit.date for visit in ada.visits] == [date(2149, 12, 31), date(2150, 1, 5)]
    second = ada.visits[1]
    assert second.dx == ("ICD9CM:42830", "ICD9CM:4019")
    assert second.rx == ("DRUGNAME:furosemide", "DRUGNAME:metoprolol tartrate")
    assert second.px == ("ICD9PCS:0331",)
    assert second.visit_type == "EMERGENCY"
    assert all(not o.rx and not o.px for o in second.dx_objects)  # MIMIC gives no reasons
    assert bo.visits[0].codes == ("ICD9CM:E8881", "ICD9CM:0389", "ICD9PCS:8856")
    assert (ada.sex, ada.birth_year, bo.birth_year) == ("F", 2100, 2151 - 91)
    assert cy.visits[0].codes == () and di.visits == ()


def test_mimic3_counts_everything_it_leaves_out(mimic3):
    report = mimic3.report
    assert report.rows_read == {
        "admissions": 4,
        "diagnoses_icd": 5,
        "prescriptions": 5,
        "procedures_icd": 3,
        "patients": 4,
    }
    assert report.dropped == {
        "prescriptions": {
            "drug_type BASE: what a drug is dissolved in": 1,
            "drug_type ADDITIVE: what a drug is dissolved in": 1,
            "the visit has the drug already": 1,
        },
        "procedures_icd": {"the visit has the code already": 1},
    }
    assert report.noted == {
        "prescriptions": {"ends before it starts (dates are not used)": 1},
        "patients": {
            "older than 89, exact age hidden: 91 is assumed": 1,
            "without a visit": 1,
            "with one visit": 2,
        },
        "visits": {"without a code": 1},
        "codes": {"no title, described by the code itself": 6},
    }
    assert "no d_icd_diagnoses table: dx codes have no titles" in report.remarks


def test_mimic4_by_hand(mimic4):
    ada, bo, *_ = mimic4.as_patients()
    assert ada.visits[0].dx == ("ICD9CM:4019",)
    assert ada.visits[1].dx == ("ICD10CM:I5030", "ICD10CM:E8881")
    assert bo.visits[0].dx == ("ICD9CM:E8881", "ICD9CM:0389")
    assert ada.visits[1].px == ("ICD10PCS:02HV33Z",) and bo.visits[0].px == ("ICD9PCS:0331",)
    assert (ada.birth_year, bo.birth_year) == (2149 - 49, 2151 - 91)


def test_one_string_of_two_versions_is_two_codes_with_two_names(mimic4):
    assert mimic4.name("ICD9CM:E8881").startswith("Fall")
    assert mimic4.name("ICD10CM:E8881") == "Metabolic syndrome"
    assert mimic4.name("ICD10PCS:02HV33Z") == "02HV33Z"  # the table of titles lacks it
    assert mimic4.report.noted["codes"] == {"no title, described by the code itself": 2}


def test_prescriptions_outside_of_a_stay_are_counted(mimic4):
    assert mimic4.report.dropped["prescriptions"]["no hadm_id"] == 1


@pytest.mark.parametrize("load, tables", [(load_mimic3, MIMIC3), (load_mimic4, MIMIC4)])
def test_rows_of_every_table_add_up(tmp_path, load, tables):
    ehr = load(write_export(tmp_path, tables))
    assert ehr.report.kept("diagnoses_icd") == ehr.diagnoses.height
    assert ehr.report.kept("admissions") == ehr.visits.height
    assert ehr.report.kept("patients") == ehr.patients.height
    kinds = dict(ehr.treatments["kind"].value_counts().iter_rows())
    assert ehr.report.kept("prescriptions") == kinds["rx"]
    assert ehr.report.kept("procedures_icd") == kinds["px"]


VARIANTS = {
    "lower case, gzipped": {"rename": str.lower, "ending": ".csv.gz"},
    "upper case ending": {"rename": str.upper, "ending": ".CSV"},
    "quoted, upper-case header": {"rename": str.upper, "text": quoted},
    "windows line ends": {"text": lambda rows: rows.replace("\n", "\r\n")},
    "byte-order mark": {"text": lambda rows: "\ufeff" + rows},
    "rows in another order": {"text": shuffled},
    "identifiers as floats": {"text": lambda rows: rows.replace(",101,", ",101.0,")},
    "dates without time where it is midnight": {"text": lambda r: r.replace(" 00:00:00", "")},
    "blank lines at the end": {"text": lambda rows: rows + "\n\n"},
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("load, tables", [(load_mimic3, MIMIC3), (load_mimic4, MIMIC4)])
def test_the_same_records_written_otherwise(tmp_path, load, tables, variant):
    plain = load(write_export(tmp_path / "plain", tables))
    other = load(write_export(tmp_path / "other", tables, **VARIANTS[variant]))
    assert same_people(other, plain)
    assert other.codes.equals(plain.codes)


@pytest.mark.parametrize("place", ["hosp", "core and hosp"])
def test_mimic4_in_its_folders(tmp_path, place, mimic4):
    core = ("admissions", "patients") if place.startswith("core") else ()
    write_export(tmp_path / "root" / "hosp", without(MIMIC4, *core))
    write_export(tmp_path / "root" / "core", {name: MIMIC4[name] for name in core})
    write_export(tmp_path / "root" / "icu", {"icustays": "stay_id\n1\n"})
    assert same_people(load_mimic4(tmp_path / "root"), mimic4)


def test_no_table_but_two(tmp_path):
    folder = write_export(
        tmp_path, {name: MIMIC3[name] for name in ("ADMISSIONS", "DIAGNOSES_ICD")}
    )
    ehr = load_mimic3(folder)
    assert ehr.patients["sex"].null_count() == ehr.patients.height == 3
    assert ehr.treatments.height == 0
    assert ehr.report.added == {"patients": {"only known from an admission": 3}}
    assert "no prescriptions table: visits have no medications" in ehr.report.remarks


def test_empty_tables_are_no_accident(tmp_path, mimic3):
    header = "row_id,subject_id,hadm_id,seq_num,icd9_code\n"
    ehr = load_mimic3(write_export(tmp_path, {**MIMIC3, "PROCEDURES_ICD": header}))
    assert ehr.treatments.filter(kind="px").height == 0
    assert ehr.diagnoses.equals(mimic3.diagnoses)


def test_titles_of_mimic3(tmp_path):
    titles = "row_id,icd9_code,short_title,long_title\n1,4019,Hyp,Hypertension NOS\n"
    ehr = load_mimic3(write_export(tmp_path, {**MIMIC3, "D_ICD_DIAGNOSES": titles}))
    assert ehr.name("ICD9CM:4019") == "Hypertension NOS"
    assert ehr.name("ICD9CM:42830") == "428.30"
    assert ehr.name("DRUGNAME:furosemide") == "furosemide"


# What is dropped, and that it is said


@pytest.mark.parametrize(
    "table, row, reason",
    [
        ("DIAGNOSES_ICD", "9,10,999,1,4019", "hadm_id that is in no row of the visits"),
        ("DIAGNOSES_ICD", "9,10,,1,4019", "no hadm_id"),
        ("DIAGNOSES_ICD", "9,10,101,9,", "no code"),
        ("DIAGNOSES_ICD", "9,10,101,9,NULL", "no code"),
        ("DIAGNOSES_ICD", "9,10,101,9,4019", "the visit has the code already"),
        ("DIAGNOSES_ICD", "9,10,101,9,401.9", "the visit has the code already"),
        ("PROCEDURES_ICD", "9,10,999,1,8856", "hadm_id that is in no row of the visits"),
        ("PRESCRIPTIONS", "9,10,999,,,MAIN,Aspirin", "hadm_id that is in no row of the visits"),
        ("PRESCRIPTIONS", "9,10,101,,,MAIN,", "no drug name"),
        ("PRESCRIPTIONS", "9,10,101,,,main, FUROSEMIDE ", "the visit has the drug already"),
        ("PRESCRIPTIONS", "9,10,101,,,base,D5W", "drug_type BASE: what a drug is dissolved in"),
        ("ADMISSIONS", "9,10,,2150-01-05 10:00:00,ELECTIVE", "no hadm_id"),
        ("ADMISSIONS", "9,,900,2150-01-05 10:00:00,ELECTIVE", "no subject_id"),
        ("ADMISSIONS", "9,10,900,,ELECTIVE", "no admission time"),
        ("ADMISSIONS", "1,10,101,2150-01-05 10:00:00,EMERGENCY", "the same row again"),
        ("PATIENTS", "9,10,F,2100-07-01 00:00:00", "the same row again"),
        ("PATIENTS", "9,,F,2100-07-01 00:00:00", "no subject_id"),
    ],
)
def test_a_row_more_changes_one_count_and_nothing_else(tmp_path, mimic3, table, row, reason):
    tables = {**MIMIC3, table: MIMIC3[table] + row + "\n"}
    ehr = load_mimic3(write_export(tmp_path, tables))
    name = table.lower()
    before = mimic3.report.dropped.get(name, {}).get(reason, 0)
    assert ehr.report.dropped[name][reason] == before + 1
    assert ehr.report.rows_read[name] == mimic3.report.rows_read[name] + 1
    assert same_people(ehr, mimic3)


def test_of_two_ranks_the_better_one_stays(tmp_path):
    tables = changed(MIMIC3, "DIAGNOSES_ICD", "1,10,101,2,4019", "1,10,101,9,4019\n8,10,101,0,4019")
    ehr = load_mimic3(write_export(tmp_path, tables))
    assert ehr.as_patients()[0].visits[1].dx == ("ICD9CM:4019", "ICD9CM:42830")


def test_without_ranks_the_order_of_the_file_counts(tmp_path):
    rows = "SUBJECT_ID,HADM_ID,ICD9_CODE\n10,101,4019\n10,101,42830\n10,100,4019\n"
    ehr = load_mimic3(write_export(tmp_path, {**MIMIC3, "DIAGNOSES_ICD": rows}))
    assert ehr.as_patients()[0].visits[1].dx == ("ICD9CM:4019", "ICD9CM:42830")
    assert ehr.diagnoses["dx_seq"].to_list() == [1, 2, 1]


def test_sex_in_other_words(tmp_path):
    tables = changed(
        changed(MIMIC3, "PATIENTS", ",F,2100", ",female,2100"), "PATIENTS", ",M,18", ",?,18"
    )
    ehr = load_mimic3(write_export(tmp_path, tables))
    assert ehr.patients["sex"].to_list() == ["F", None, "F", "M"]
    assert ehr.report.noted["patients"]["sex neither F nor M, null"] == 1


def test_an_unknown_version_is_no_code(tmp_path):
    tables = changed(MIMIC4, "diagnoses_icd", "11,102,2,0389,9", "11,102,2,0389,11")
    ehr = load_mimic4(write_export(tmp_path, tables))
    assert ehr.report.dropped["diagnoses_icd"] == {"icd_version neither 9 nor 10": 1}


def test_codes_of_both_versions_in_one_visit_do_not_fold(tmp_path):
    tables = changed(MIMIC4, "diagnoses_icd", "11,102,2,0389,9", "11,102,2,E8881,10")
    ehr = load_mimic4(write_export(tmp_path, tables))
    assert ehr.as_patients()[1].visits[0].dx == ("ICD9CM:E8881", "ICD10CM:E8881")


# Some patients only


def test_some_patients_are_whole_patients(tmp_path, mimic3):
    folder = write_export(tmp_path, MIMIC3)
    everybody = {patient.patient_id: patient for patient in mimic3.as_patients()}
    drawn = set()
    for seed in range(20):
        ehr = load_mimic3(folder, max_patients=1, seed=seed)
        (patient,) = ehr.as_patients()
        drawn.add(patient.patient_id)
        assert patient == everybody[patient.patient_id]
        assert ehr.report.kept("diagnoses_icd") == ehr.diagnoses.height
        assert ehr.report.kept("patients") == 1
        assert same_people(ehr, load_mimic3(folder, max_patients=1, seed=seed))
    assert drawn == {"10", "11", "12"}  # Di never came and is not drawn


def test_more_patients_than_there_are_is_everybody_with_a_visit(tmp_path, mimic3):
    ehr = load_mimic3(write_export(tmp_path, MIMIC3), max_patients=99)
    assert ehr.as_patients() == mimic3.as_patients()[:3]
    for wrong in (0, -1, 2.5, "3"):
        with pytest.raises(ValueError, match=f"whole number of at least 1, not {wrong!r}"):
            load_mimic3(tmp_path, max_patients=wrong)


# What is refused, and how


def refused(tmp_path, tables, message, load=load_mimic3, error=ValueError, **how):
    folder = write_export(tmp_path / "export", tables, **how)
    with pytest.raises(error, match=message) as caught:
        load(folder)
    return str(caught.value)


def test_a_missing_table_is_named_with_what_is_there(tmp_path):
    text = refused(
        tmp_path, without(MIMIC3, "ADMISSIONS"), "no admissions table", error=FileNotFoundError
    )
    assert "it holds the visits" in text and "PATIENTS.csv" in text


def test_a_missing_table_is_found_further_down(tmp_path):
    below = write_export(tmp_path / "export" / "2.2" / "hosp", MIMIC3)
    text = refused(tmp_path, {"notes": "a\n"}, "There is one in", error=FileNotFoundError)
    assert text.endswith(str(below))


def test_folders_that_hold_no_export(tmp_path):
    with pytest.raises(FileNotFoundError, match="the folder is empty"):
        load_mimic3(tmp_path)
    with pytest.raises(FileNotFoundError, match="does not exist"):
        load_mimic3(tmp_path / "nowhere")
    path = write_export(tmp_path / "a" / "b", MIMIC3) / "ADMISSIONS.csv"
    with pytest.raises(FileNotFoundError, match="is a file: give the folder"):
        load_mimic3(path)
    with pytest.raises(FileNotFoundError, match=r"there are tables in .*a.b"):
        load_mimic3(tmp_path)
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "mimic.zip").write_bytes(b"PK")
    with pytest.raises(FileNotFoundError, match=r"it holds mimic\.zip"):
        load_mimic3(tmp_path / "z")


def test_a_folder_of_another_source(tmp_path):
    refused(tmp_path / "1", MIMIC4, "looks like MIMIC-IV: use load_mimic4", load_mimic3)
    refused(tmp_path / "2", MIMIC3, "looks like MIMIC-III: use load_mimic3", load_mimic4)
    synthea = {"encounters": "Id\n1\n", "conditions": "CODE\n1\n"}
    refused(tmp_path / "3", synthea, "looks like Synthea: use load_synthea", load_mimic3)


def test_mimic4_without_versions(tmp_path):
    rows = MIMIC4["diagnoses_icd"].replace(",icd_version", ",version")
    refused(
        tmp_path, {**MIMIC4, "diagnoses_icd": rows}, "no column 'icd_version'.*E8881", load_mimic4
    )


def test_mimic4_with_a_damaged_header(tmp_path):
    rows = MIMIC4["diagnoses_icd"]
    for i, (damaged, message) in enumerate(
        [
            (rows.replace(",", ";"), "not separated by commas"),
            ("My export\n" + rows, "no column 'hadm_id'; its columns are My export"),
        ]
    ):
        refused(tmp_path / str(i), {**MIMIC4, "diagnoses_icd": damaged}, message, load_mimic4)


@pytest.mark.parametrize(
    "dob, note",
    [
        ("2150-02-01 00:00:00", "born after a visit, or older than 120 at one"),
        ("", "birth year unknown, null"),
    ],
)
def test_a_birth_year_that_is_missing_or_impossible_is_noted(tmp_path, mimic3, dob, note):
    tables = changed(MIMIC3, "PATIENTS", "2100-07-01 00:00:00", dob)
    noted = load_mimic3(write_export(tmp_path, tables)).report.noted["patients"]
    assert note not in mimic3.report.noted["patients"] and noted[note] == 1


def test_a_missing_column(tmp_path):
    tables = changed(MIMIC3, "ADMISSIONS", "admittime", "admit_time")
    refused(
        tmp_path, tables, "ADMISSIONS.csv has no column 'admittime'; the closest is 'admit_time'"
    )


def test_dates_of_a_spreadsheet(tmp_path):
    tables = changed(MIMIC3, "ADMISSIONS", "2150-01-05 10:00:00", "1/5/2150 10:00")
    refused(tmp_path, tables, r"ADMISSIONS.csv, column 'admittime'.*line 2 '1/5/2150 10:00'")


def test_one_bad_date_among_many_is_dropped_and_shown_with_its_line(tmp_path):
    many = [f"{n},10,{n},2150-01-01 00:00:00,URGENT" for n in range(1000, 1200)]
    rows = "\n".join([MIMIC3["ADMISSIONS"].strip(), *many, "9,10,900,5.1.2150,URGENT"]) + "\n"
    report = load_mimic3(write_export(tmp_path, {**MIMIC3, "ADMISSIONS": rows})).report
    assert report.dropped["admissions"] == {"no admission time": 1}
    note = "admission time that is no date, first on line 206: '5.1.2150'"
    assert report.noted["admissions"] == {note: 1}


def test_one_identifier_for_two_stays(tmp_path):
    tables = changed(MIMIC3, "ADMISSIONS", "2,10,100,", "2,10,101,")
    refused(tmp_path, tables, "column 'hadm_id': '101' stands for two different rows, line 2 and")


def test_leading_zeros_lost(tmp_path):
    tables = changed(MIMIC3, "PROCEDURES_ICD", "1,10,101,1,0331", "1,10,101,1,40")
    refused(tmp_path, tables, r"PROCEDURES_ICD.csv, column 'icd9_code'.*zeros lost.*line 2 '40'")


def test_codes_of_another_system(tmp_path):
    tables = changed(MIMIC3, "DIAGNOSES_ICD", "4019", "I10")
    refused(tmp_path, tables, "2 codes do not look like ICD9CM: line 2 'I10', line 4 'I10'")


def test_a_rank_that_is_no_number(tmp_path):
    tables = changed(MIMIC3, "DIAGNOSES_ICD", "1,10,101,2,4019", "1,10,101,b,4019")
    refused(tmp_path, tables, "column 'seq_num': 1 of 5 values are not whole numbers: line 2 'b'")


def test_nothing_left_prints_where_it_went(tmp_path):
    tables = changed(MIMIC3, "DIAGNOSES_ICD", ",101,", ",201,")
    tables = changed(
        changed(tables, "DIAGNOSES_ICD", ",100,", ",200,"), "DIAGNOSES_ICD", ",102,", ",2,"
    )
    text = refused(tmp_path, tables, "not one diagnosis is left")
    assert "5 dropped: hadm_id that is in no row of the visits" in text


def test_only_the_header_of_the_visits(tmp_path):
    header = MIMIC3["ADMISSIONS"].splitlines()[0] + "\n"
    refused(tmp_path, {**MIMIC3, "ADMISSIONS": header}, "not one visit is left")


def test_two_files_of_one_table(tmp_path, mimic3):
    folder = write_export(tmp_path, MIMIC3)
    write_export(folder, {"ADMISSIONS": "old"}, ending=".csv.gz")
    ehr = load_mimic3(folder)
    assert same_people(ehr, mimic3)
    assert any("ADMISSIONS.csv.gz set aside" in remark for remark in ehr.report.remarks)


# Real records


def test_the_mimic3_demo():
    ehr = load_ehr("mimic3", sample("mimic3_demo"))
    report = ehr.report
    assert (ehr.patients.height, ehr.visits.height, ehr.diagnoses.height) == (100, 129, 1_761)
    assert report.rows_read["prescriptions"] == 10_398
    diluents = [n for why, n in report.dropped["prescriptions"].items() if "dissolved" in why]
    assert report.rows_read["prescriptions"] - sum(diluents) == 7_709
    assert report.noted["prescriptions"] == {"ends before it starts (dates are not used)": 39}
    assert report.rows_read["procedures_icd"] == 506
    assert report.dropped["procedures_icd"] == {"the visit has the code already": 20}
    assert report.noted["patients"]["with one visit"] == 86
    failing = ehr.diagnoses.filter(pl.col("code").str.starts_with("428"))
    stays = ehr.visits.join(failing, on="visit_id", how="semi")
    assert stays["patient_id"].n_unique() == 35
    assert ehr.visits["visit_no"].max() == 15
    assert ehr.codes.filter(system="ICD9PCS", code="0331").height == 1


def test_hidden_ages_of_the_mimic3_demo():
    ehr = load_ehr("mimic3", sample("mimic3_demo"))
    assert ehr.report.noted["patients"]["older than 89, exact age hidden: 91 is assumed"] == 8
    ages = ehr.visits.join(ehr.patients, on="patient_id").select(
        pl.col("date").dt.year() - pl.col("birth_year")
    )
    assert ages.to_series().min() >= 0 and ages.to_series().max() <= 95


def test_the_mimic4_demo():
    ehr = load_ehr("mimic4", sample("mimic4_demo_2.2"))
    assert (ehr.patients.height, ehr.visits.height, ehr.diagnoses.height) == (100, 275, 4_506)
    systems = dict(ehr.diagnoses["system"].value_counts().iter_rows())
    assert systems == {"ICD9CM": 2_193, "ICD10CM": 2_313}
    assert ehr.codes.filter(code="E8881")["system"].sort().to_list() == ["ICD10CM", "ICD9CM"]
    assert ehr.report.noted["prescriptions"] == {"ends before it starts (dates are not used)": 753}
    assert ehr.report.rows_read["prescriptions"] == 18_087
    assert ehr.report.rows_read["procedures_icd"] == 722
    assert "codes" not in ehr.report.noted  # every ICD code has its title
    nine = pl.col("code").str.starts_with("428") & (pl.col("system") == "ICD9CM")
    ten = pl.col("code").str.starts_with("I50") & (pl.col("system") == "ICD10CM")
    stays = ehr.visits.join(ehr.diagnoses.filter(nine | ten), on="visit_id", how="semi")
    assert stays["patient_id"].n_unique() == 24


@pytest.mark.parametrize(
    "source, folder",
    [
        ("mimic3", "mimic3_demo"),
        ("mimic4", "mimic4_demo_2.2"),
        ("synthea", "synthea_2023_nebraska111"),
    ],
)
def test_real_records_hang_together(source, folder):
    ehr = load_ehr(source, sample(folder))
    for name in SCHEMA:
        assert getattr(ehr, name).height > 0
    for child, parent, key in [
        ("visits", "patients", "patient_id"),
        ("diagnoses", "visits", "visit_id"),
        ("treatments", "visits", "visit_id"),
    ]:
        orphans = getattr(ehr, child).join(getattr(ehr, parent), on=key, how="anti")
        assert orphans.is_empty()
    for name, keys in {
        "patients": ["patient_id"],
        "visits": ["visit_id"],
        "diagnoses": ["visit_id", "system", "code"],
        "treatments": ["visit_id", "kind", "system", "code", "reason_code"],
        "codes": ["kind", "system", "code"],
    }.items():
        assert not getattr(ehr, name).select(keys).is_duplicated().any()
    in_views = {
        (visit.visit_id, kind, key)
        for patient in ehr.as_patients()
        for visit in patient.visits
        for kind in ("dx", "rx", "px")
        for key in getattr(visit, kind)
    }
    rows = ["visit_id", "kind", pl.concat_str("system", pl.lit(":"), "code")]
    tables = ehr.diagnoses.with_columns(kind=pl.lit("dx")), ehr.treatments
    assert in_views == {row for t in tables for row in t.select(rows).iter_rows()}
    in_time = ehr.visits.sort("patient_id", "visit_no").group_by("patient_id")
    assert in_time.agg(pl.col("date").is_sorted()).get_column("date").all()
    linked = ehr.treatments.filter(pl.col("reason_code").is_not_null()).rename(
        {"reason_code": "dx", "reason_system": "dx_system", "reason_seq": "dx_seq"}
    )
    found = ehr.diagnoses.rename({"code": "dx", "system": "dx_system"})
    assert linked.join(found, on=["visit_id", "dx", "dx_system", "dx_seq"], how="anti").is_empty()
