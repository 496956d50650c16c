import polars as pl
import pytest

from helpers.distinct_rows import distinct_rows
from helpers.icd_shape import ENOUGH, check_shape
from helpers.report import Report


@pytest.fixture
def judge(tmp_path):
    def check(codes, system="ICD9CM"):
        path = tmp_path / "DIAGNOSES_ICD.csv"
        path.write_text("icd9_code\n" + "".join(f"{c or ''}\n" for c in codes), encoding="utf-8")
        report = Report("codes")
        column = pl.DataFrame({"icd9_code": codes}, schema={"icd9_code": pl.String})
        found = distinct_rows(column.with_columns(system=pl.lit(system)))
        check_shape(found, system, path, "icd9_code", report)
        return report

    return check


def test_codes_of_another_shape_are_counted_up_to_five_in_a_hundred(judge):
    report = judge(["4019"] * 95 + ["X"] * 5)
    assert report.noted == {"diagnoses_icd": {"code that does not look like ICD9CM": 5}}
    with pytest.raises(ValueError, match="6 codes do not look like ICD9CM: line 96 'X'"):
        judge(["4019"] * 94 + ["X"] * 6)


def test_dots_blanks_and_nothing_are_no_damage(judge):
    assert judge(["401.9", " 4019", "v45.1", None, "", "NULL"]).noted == {}


def test_short_numbers_mean_lost_zeros_above_one_in_a_hundred(judge):
    assert judge(["4019"] * 99 + ["42"]).noted["diagnoses_icd"]
    with pytest.raises(ValueError, match=r"leading zeros lost .0040 became 40.: line 100 '42'"):
        judge(["4019"] * 97 + ["", "42", "42"])  # line 1 is the header, line 99 blank


def test_floats_are_no_codes(judge):
    with pytest.raises(ValueError, match=r"floating point numbers and no codes: line 2 '99591\.0'"):
        judge(["99591.0", "4019"])
    with pytest.raises(ValueError, match="floating point"):
        judge(["1.0939881e+16"], "ICD10CM")


def test_many_codes_without_a_leading_zero_are_worth_a_remark(judge):
    assert judge(["4019"] * (ENOUGH - 1)).remarks == []
    assert judge(["4019"] * ENOUGH + ["0389"]).remarks == []
    assert "not one code begins with 0" in judge(["4019"] * ENOUGH).remarks[0]
    assert judge(["I10"] * ENOUGH, "ICD10CM").remarks == []


def test_what_a_spreadsheet_does_to_the_procedures_of_the_demo(judge):
    from tests.samples import sample

    path = sample("mimic3_demo") / "PROCEDURES_ICD.csv.gz"
    codes = pl.read_csv(path, infer_schema=False)["icd9_code"]
    assert judge(codes.to_list(), "ICD9PCS").noted == {}
    damaged = codes.cast(pl.Int64).cast(pl.String)
    assert (damaged != codes).sum() == 34  # 6.7 % of 506
    with pytest.raises(ValueError, match="19 codes are too short for ICD9PCS: leading zeros lost"):
        judge(damaged.to_list(), "ICD9PCS")
