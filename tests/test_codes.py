import pytest

from helpers import codes
from tests.samples import sample


@pytest.mark.parametrize(
    "code, shown",
    [
        ("ICD10CM:I509", "I50.9"),
        ("ICD10CM:I10", "I10"),
        ("ICD9CM:4280", "428.0"),
        ("ICD9CM:042", "042"),
        ("ICD9CM:V4511", "V45.11"),
        ("ICD9CM:E8781", "E878.1"),  # four characters before the dot, in ICD-9 only
        ("ICD10CM:E8881", "E88.81"),
        ("ICD9PCS:0331", "03.31"),
        ("ICD9PCS:415", "41.5"),
        ("ICD10PCS:02HV33Z", "02HV33Z"),
        ("RXNORM:314076", "314076"),
        ("GENERIC:metoprolol", "metoprolol"),
    ],
)
def test_the_dot_is_where_the_system_puts_it(code, shown):
    assert codes.dotted(code) == shown


@pytest.mark.parametrize(
    "written, system, stored",
    [
        ("428.0", "ICD9CM", "4280"),
        (" i50.9 ", "ICD10CM", "I509"),
        ("0331", "ICD9PCS", "0331"),
        ("Metoprolol  Tartrate ", "DRUGNAME", "metoprolol tartrate"),
        ("10939881000119105", "SNOMED", "10939881000119105"),
    ],
)
def test_normalized_codes_keep_every_digit(written, system, stored):
    assert codes.normalize(written, system) == stored
    assert codes.normalize(stored, system) == stored


def test_a_number_is_no_code():
    with pytest.raises(ValueError, match="read code columns as text"):
        codes.normalize(4280, "ICD9CM")


def test_a_code_may_hold_a_colon():
    assert codes.split_key("DRUGNAME:insulin 70:30") == ("DRUGNAME", "insulin 70:30")


@pytest.mark.parametrize("text", ["I509", ":I509", "ICD10CM:", ""])
def test_a_key_without_its_system_is_refused(text):
    with pytest.raises(ValueError, match="SYSTEM:CODE"):
        codes.split_key(text)


@pytest.mark.parametrize(
    "code, level, coarse",
    [
        ("250.02", 0, "250"),
        ("042", 0, "042"),
        ("V45.11", 0, "V45"),
        ("V45.11", 1, "V45.1"),
        ("E878.1", 0, "E878"),
        ("ICD9CM:E8781", 0, "ICD9CM:E878"),
        ("ICD10CM:E8881", 0, "ICD10CM:E88"),
        ("ICD9CM:25002", 1, "ICD9CM:2500"),
        ("ICD9CM:25002", 9, "ICD9CM:25002"),
        ("ICD9PCS:8856", 0, "ICD9PCS:88"),
        ("SNOMED:59621000", 0, "SNOMED:59621000"),
    ],
)
def test_roll_up_cuts_behind_the_dot(code, level, coarse):
    assert codes.roll_up(code, level) == coarse


def test_rolling_up_twice_is_rolling_up_to_the_coarser_level():
    for code in ("ICD9CM:25002", "ICD9CM:E8781", "ICD10CM:S72001A"):
        assert codes.roll_up(codes.roll_up(code, 2), 1) == codes.roll_up(code, 1)


def test_roll_up_does_not_guess_where_the_dot_was():
    with pytest.raises(ValueError, match="no system and no dot"):
        codes.roll_up("E8781")
    with pytest.raises(ValueError, match="0 or more"):
        codes.roll_up("ICD9CM:25002", -1)


@pytest.mark.parametrize(
    "code, system, valid",
    [
        ("042", "ICD9CM", True),
        ("42", "ICD9CM", False),
        ("E8881", "ICD9CM", True),
        ("I509", "ICD9CM", False),
        ("I509", "ICD10CM", True),
        ("4280", "ICD10CM", False),
        ("0331", "ICD9PCS", True),
        ("31", "ICD9PCS", False),
        ("02HV33Z", "ICD10PCS", True),
        ("02HV3OZ", "ICD10PCS", False),  # the letter O is never used, to be no zero
        ("", "SNOMED", False),
    ],
)
def test_shape_of_codes(code, system, valid):
    assert codes.looks_valid(code, system) is valid


def test_every_code_of_the_published_tables_has_the_shape_of_its_system():
    import polars as pl

    hosp = sample("mimic4_demo_2.2") / "hosp"
    systems = {"diagnoses": ("ICD9CM", "ICD10CM"), "procedures": ("ICD9PCS", "ICD10PCS")}
    for table, (nine, ten) in systems.items():
        rows = pl.read_csv(hosp / f"d_icd_{table}.csv.gz", infer_schema=False)
        wrong = [
            code
            for code, version in rows.select("icd_code", "icd_version").iter_rows()
            if not codes.looks_valid(code, {"9": nine, "10": ten}[version])
        ]
        assert not wrong
