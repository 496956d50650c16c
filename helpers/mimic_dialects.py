"""Where MIMIC-III and MIMIC-IV differ: names of columns, and how a code says its version."""

from dataclasses import dataclass

import polars as pl

SYSTEMS = {
    "dx": {"9": "ICD9CM", "10": "ICD10CM"},
    "px": {"9": "ICD9PCS", "10": "ICD10PCS"},
}
"""Code system by kind and `icd_version`."""


@dataclass(frozen=True)
class Dialect:
    """Column names of one MIMIC.

    Parameters
    ----------
    source, title
        What the loader calls it, and what people call it.
    code
        Column of the ICD code in ``diagnoses_icd`` and ``procedures_icd``.
    has_versions
        Whether a column `icd_version` says 9 or 10; all codes are ICD-9 otherwise.
    drug_start, drug_stop
        When a prescription begins and ends.
    person
        Columns of ``patients`` that tell sex and age.
    """

    source: str
    title: str
    code: str
    has_versions: bool
    drug_start: str
    drug_stop: str
    person: tuple[str, ...]

    def columns(self) -> tuple[str, ...]:
        """Name the columns that hold a code: its text, and its version where there is one."""
        return (self.code, "icd_version") if self.has_versions else (self.code,)

    def systems(self, kind: str) -> list[str]:
        """Name the code systems that the table of this kind may hold."""
        return list(SYSTEMS[kind].values()) if self.has_versions else [SYSTEMS[kind]["9"]]

    def system(self, kind: str) -> pl.Expr:
        """Tell the code system of every row; null where `icd_version` is neither 9 nor 10."""
        if not self.has_versions:
            return pl.lit(SYSTEMS[kind]["9"])
        version = pl.col("icd_version").cast(pl.String).str.strip_chars().str.replace(r"\.0$", "")
        return version.replace_strict(SYSTEMS[kind], default=None, return_dtype=pl.String)


MIMIC3 = Dialect(
    source="mimic3",
    title="MIMIC-III",
    code="icd9_code",
    has_versions=False,
    drug_start="startdate",
    drug_stop="enddate",
    person=("gender", "dob"),
)

MIMIC4 = Dialect(
    source="mimic4",
    title="MIMIC-IV",
    code="icd_code",
    has_versions=True,
    drug_start="starttime",
    drug_stop="stoptime",
    person=("gender", "anchor_age", "anchor_year"),
)
