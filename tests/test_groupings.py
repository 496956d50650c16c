import gzip

import polars as pl
import pytest

from helpers.groupings import read_ccs, read_ccs_mapping, read_ccsr, with_conditions
from helpers.mimic import load_mimic3, load_mimic4
from tests.exports import MIMIC3, MIMIC4, write_export
from tests.samples import sample

DXREF = """NOTE: New codes are introduced in October.\r
'ICD-9-CM CODE','CCS CATEGORY','CCS CATEGORY DESCRIPTION','ICD-9-CM CODE DESCRIPTION'\r
'     ','0    ','No DX',"INVALID CODES IN USER DATA"\r
'0389 ','2    ','Septicemia (except in labor)',"SEPTICEMIA, NOS"\r
'4019 ','98   ','Essential hypertension',"HYPERTENSION NOS"\r
'42830','108  ','Congestive heart failure; nonhypertensive',"DIASTOLC HRT FAILURE NOS"\r
"""
MAPPING = """CCSR_category_code,vocabulary_id,code,code_description
DIG001,ICD10CM,A000,Cholera
INF003,ICD10CM,A000,Cholera
CIR019,ICD10CM,I50.30,Diastolic heart failure
END010,ICD10CM,E8881,Metabolic syndrome
END010,ICD10CM,E8881,Metabolic syndrome
XXX001,ICD10CM,Z999,Somewhere
"""
CATEGORIES = """chapter_abbr,CCSR_category_code,CCSR_category_desc
DIG,DIG001,Intestinal infection
INF,INF003,"Bacterial infections, other"
CIR,CIR019,Heart failure
END,END010,Disorders of lipid metabolism
"""


@pytest.fixture
def dxref(tmp_path):
    path = tmp_path / "$dxref 2015.csv"
    path.write_text(DXREF, encoding="utf-8", newline="")
    return path


@pytest.fixture
def ccsr(tmp_path):
    (tmp_path / "mapping.csv").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "categories.csv.gz").write_bytes(gzip.compress(CATEGORIES.encode()))
    return tmp_path / "mapping.csv", tmp_path / "categories.csv.gz"


def test_ccs_is_read_through_its_two_kinds_of_quotes(dxref):
    groups = read_ccs(dxref)
    assert groups.rows() == [
        ("dx", "ICD9CM", "0389", "Septicemia (except in labor)", 0),
        ("dx", "ICD9CM", "4019", "Essential hypertension", 0),
        ("dx", "ICD9CM", "42830", "Congestive heart failure; nonhypertensive", 0),
    ]
    assert read_ccs(dxref, kind="px")["system"].unique().to_list() == ["ICD9PCS"]


def test_ccsr_gives_one_group_a_code_and_counts_the_others(ccsr):
    assert read_ccsr(*ccsr).rows() == [
        ("dx", "ICD10CM", "A000", "Intestinal infection", 1),
        ("dx", "ICD10CM", "I5030", "Heart failure", 0),
        ("dx", "ICD10CM", "E8881", "Disorders of lipid metabolism", 0),
        ("dx", "ICD10CM", "Z999", "XXX001", 0),  # the category has no name
    ]


def test_groups_come_to_the_codes_and_no_table_gets_longer(tmp_path, dxref, ccsr):
    ehr = load_mimic4(write_export(tmp_path / "four", MIMIC4))
    grouped = with_conditions(ehr, read_ccs(dxref), read_ccsr(*ccsr))
    found = {
        f"{system}:{code}": group
        for system, code, group in grouped.codes.select("system", "code", "condition").iter_rows()
    }
    assert found["ICD9CM:4019"] == "Essential hypertension"
    assert found["ICD10CM:I5030"] == "Heart failure"
    assert found["ICD10CM:E8881"] == "Disorders of lipid metabolism"
    assert found["ICD9CM:E8881"] is None  # the same string of the other version
    assert found["DRUGNAME:furosemide"] is None
    assert grouped.codes.height == ehr.codes.height
    assert grouped.report.noted["codes"]["without a group"] == 1
    assert "without a group" not in ehr.report.noted["codes"]


def test_a_code_in_several_groups_is_counted_if_it_is_used(tmp_path, ccsr):
    rows = MIMIC4["diagnoses_icd"].replace("I5030", "A000")
    ehr = load_mimic4(write_export(tmp_path / "four", {**MIMIC4, "diagnoses_icd": rows}))
    noted = with_conditions(ehr, read_ccsr(*ccsr)).report.noted["codes"]
    assert noted["in several groups, the first is taken"] == 1


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "dxref.csv"
    path.write_text("code,group\n4019,98\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"dxref\.csv is no CCS file"):
        read_ccs(path)


def test_the_published_ccs_covers_the_mimic3_demo():
    folder = sample("ccs_icd9_single_2015")
    dx, px = read_ccs(folder / "$dxref 2015.csv"), read_ccs(folder / "$prref 2015.csv", "px")
    assert dx.height == 15_073 - 1  # one dummy row without a code
    assert px.height == 3_949 - 1
    grouped = with_conditions(load_mimic3(sample("mimic3_demo")), dx, px)
    assert "without a group" not in grouped.report.noted["codes"]
    icd = grouped.codes.filter(pl.col("system") != "DRUGNAME")
    assert icd["condition"].null_count() == 0


def test_the_published_ccsr_covers_the_mimic4_demo():
    folder, ccs = sample("ccsr_icd10cm_2020"), sample("ccs_icd9_single_2015")
    ccsr = read_ccsr(folder / "CCSR_DX_mapping.csv.gz", folder / "CCSR_DX_categories.csv.gz")
    assert (ccsr.height, ccsr["others"].sum()) == (75_239, 87_138 - 75_239)
    assert (ccsr["others"] > 0).mean() == pytest.approx(0.118, abs=5e-4)
    ehr = load_mimic4(sample("mimic4_demo_2.2"))
    grouped = with_conditions(ehr, read_ccs(ccs / "$dxref 2015.csv"), ccsr)
    assert "without a group" not in grouped.report.noted["codes"]
    assert grouped.codes.height == ehr.codes.height


def test_the_published_single_level_mapping_covers_both_versions():
    folder = sample("ccsr_icd10cm_2020")
    groups = read_ccs_mapping(folder / "CCS_DX_mapping.csv.gz", folder / "CCS_DX_categories.csv.gz")
    assert sorted(groups["system"].unique()) == ["ICD10CM", "ICD9CM"]
    failure = groups.filter(pl.col("code").is_in(["4280", "I509"]))
    assert failure["condition"].n_unique() == 1


def test_hand_made_records_of_mimic3_group_too(tmp_path, dxref):
    grouped = with_conditions(
        load_mimic3(write_export(tmp_path / "three", MIMIC3)), read_ccs(dxref)
    )
    assert grouped.report.noted["codes"]["without a group"] == 1  # E8881
