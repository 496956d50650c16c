import polars as pl
import pytest

from helpers.code_groups import dx_groups, reasons
from helpers.records import EHR, SCHEMA, conform


def records(codes, treatments=()):
    tables = {name: pl.DataFrame(schema=columns) for name, columns in SCHEMA.items()}
    tables["codes"] = conform(pl.DataFrame(codes), "codes")
    if treatments:
        tables["treatments"] = conform(pl.DataFrame(treatments), "treatments")
    return EHR(**tables)


def code(kind, system, code, condition=None):
    return {"kind": kind, "system": system, "code": code, "condition": condition}


def test_conditions_where_they_are_known():
    ehr = records([code("dx", "ICD10CM", "I10", "hypertension"), code("dx", "ICD10CM", "R05"),
                   code("rx", "GENERIC", "metoprolol")])  # fmt: skip
    keys = ["ICD10CM:R05", "GENERIC:metoprolol", "ICD10CM:I10"]
    assert dx_groups(ehr, keys) == ("condition", [None, None, "hypertension"])


def test_icd_categories_elsewhere_the_two_revisions_apart():
    ehr = records([code("dx", "ICD9CM", "4280"), code("dx", "ICD9CM", "E8881"),
                   code("dx", "ICD10CM", "E8881"), code("px", "ICD9PCS", "3893")])  # fmt: skip
    what, groups = dx_groups(ehr, ["ICD9CM:4280", "ICD9CM:E8881", "ICD10CM:E8881", "ICD9PCS:3893"])
    assert what == "ICD category" and groups[3] is None
    assert "428" in groups[0] and "E888" in groups[1] and "E88" in groups[2]
    assert groups[1] != groups[2]


def test_other_systems_have_no_groups():
    ehr = records([code("dx", "SNOMED", "38341003")])
    assert dx_groups(ehr, ["SNOMED:38341003"]) == ("", [None])


def test_reasons_by_hand():
    given = {"visit_id": "v", "kind": "rx", "system": "GENERIC", "reason_system": "ICD10CM"}
    ehr = records(
        [code("dx", "ICD10CM", "I10")],
        [given | {"code": "metoprolol", "reason_code": reason} for reason in ("I10", "I480", "I10")]
        + [given | {"code": "senna", "reason_code": None, "reason_system": None}],
    )
    assert reasons(ehr) == {"GENERIC:metoprolol": {"ICD10CM:I10", "ICD10CM:I480"}}


@pytest.mark.parametrize("keys", [[], ["ICD10CM:unknown"]])
def test_unknown_keys_have_no_group(keys):
    ehr = records([code("dx", "ICD10CM", "I10", "hypertension")])
    assert dx_groups(ehr, keys)[1] == [None] * len(keys)
