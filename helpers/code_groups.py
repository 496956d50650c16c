"""Which group a diagnosis belongs to, in any records: what neighbors are judged by."""

from collections.abc import Sequence

from helpers.codes import roll_up, split_key
from helpers.records import EHR


def dx_groups(ehr: EHR, keys: Sequence[str]) -> tuple[str, list[str | None]]:
    """Return what the groups are, and the group of every key; None for what has no group.

    Synthetic records name the condition of a diagnosis. Other records with ICD codes are
    grouped by category, the characters before the dot, ICD-9 and ICD-10 apart. Codes of other
    systems have no groups here, and drugs and procedures never have.

    Returns
    -------
    (what, groups)
        ``what`` is "condition", "ICD category", or "" where there are no groups at all.
    """
    table = ehr.codes.filter(ehr.codes["kind"] == "dx")
    condition = dict(zip(table["system"] + ":" + table["code"], table["condition"], strict=True))
    if any(condition.values()):
        return "condition", [condition.get(key) for key in keys]
    groups = [_category(key) if key in condition else None for key in keys]
    return ("ICD category" if any(groups) else ""), groups


def _category(key: str) -> str | None:
    system, _ = split_key(key)
    return roll_up(key) if system in ("ICD9CM", "ICD10CM") else None


def reasons(ehr: EHR) -> dict[str, set[str]]:
    """Return for every drug and procedure the diagnoses it is on record for.

    Keys are codes with their system. Treatments that never name a reason are left out, so the
    answer is empty for records without links.
    """
    linked = ehr.treatments.filter(ehr.treatments["reason_code"].is_not_null())
    found: dict[str, set[str]] = {}
    columns = ("system", "code", "reason_system", "reason_code")
    for system, code, reason_system, reason in linked.select(columns).unique().iter_rows():
        found.setdefault(f"{system}:{code}", set()).add(f"{reason_system}:{reason}")
    return found
