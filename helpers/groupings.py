"""Groups of diagnosis and procedure codes by the U.S. Agency for Healthcare Research and Quality.

CCS puts every ICD-9-CM code into one of about 280 categories. CCSR puts ICD-10-CM codes into
about 530, and about one code in nine into several: joining the file to a table of diagnoses would
repeat rows. Here a code gets one group, the first that the file lists, and the file's other
groups for it are counted.
"""

import csv
import gzip
from dataclasses import replace
from pathlib import Path

import polars as pl

from helpers.records import EHR, conform
from helpers.tables import read_table


def read_ccs(path: str | Path, kind: str = "dx") -> pl.DataFrame:
    """Read a CCS file of ICD-9-CM, such as ``$dxref 2015.csv`` or, with kind "px", ``$prref``.

    The file has a note above its header, single quotes around codes padded with blanks, double
    quotes around descriptions, and a category 0 for codes that are none.

    Raises
    ------
    ValueError
        If the file does not begin like a CCS file.
    """
    path = Path(path)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        lines = [row for row in csv.reader(file, quotechar="'") if row]
    header = next((i for i, row in enumerate(lines[:5]) if row[0].strip() == "ICD-9-CM CODE"), None)
    if header is None:
        raise ValueError(
            f"{path.name} is no CCS file: no column 'ICD-9-CM CODE' at its top ({path})"
        )
    rows = [(row[0].strip(), row[2].strip()) for row in lines[header + 1 :]]
    system = {"dx": "ICD9CM", "px": "ICD9PCS"}[kind]
    pairs = [(kind, system, code, condition) for code, condition in rows if code]
    return _one_group(pl.DataFrame(pairs, _COLUMNS, orient="row"))


def read_ccsr(mapping: str | Path, categories: str | Path) -> pl.DataFrame:
    """Read CCSR as two tables: codes with category codes, and category codes with names.

    Parameters
    ----------
    mapping
        Columns ``CCSR_category_code``, ``vocabulary_id``, ``code``.
    categories
        Columns ``CCSR_category_code``, ``CCSR_category_desc``.
    """
    return _mapped(Path(mapping), Path(categories), "ccsr_category_")


def read_ccs_mapping(mapping: str | Path, categories: str | Path) -> pl.DataFrame:
    """Read single-level CCS of ICD-9 and ICD-10 as two tables, like :func:`read_ccsr`.

    Parameters
    ----------
    mapping
        Columns ``category_code``, ``vocabulary_id``, ``code``.
    categories
        Columns ``category_code``, ``category_desc``.
    """
    return _mapped(Path(mapping), Path(categories), "category_")


def with_conditions(ehr: EHR, *groupings: pl.DataFrame) -> EHR:
    """Return the records with the column `condition` of their codes filled in.

    A code that several groupings know gets the group of the first. The report counts the ICD
    codes without a group and the codes whose source had more than one; no table gets longer.
    """
    known = pl.concat(groupings).unique(_IDENTITY, keep="first", maintain_order=True)
    codes = ehr.codes.drop("condition").join(known, on=_IDENTITY, how="left", maintain_order="left")
    grouped_systems = known["system"].unique().implode()
    without = codes.filter(pl.col("system").is_in(grouped_systems))["condition"].null_count()
    several = (codes["others"] > 0).sum()
    report = replace(ehr.report, noted={t: dict(n) for t, n in ehr.report.noted.items()})
    report.note("codes", "without a group", without)
    report.note("codes", "in several groups, the first is taken", several)
    return replace(ehr, codes=conform(codes, "codes"), report=report)


_IDENTITY = ["kind", "system", "code"]
_COLUMNS = [*_IDENTITY, "condition"]


def _mapped(mapping: Path, categories: Path, prefix: str) -> pl.DataFrame:
    names = read_table(categories, (f"{prefix}code", f"{prefix}desc"))
    codes = read_table(mapping, (f"{prefix}code", "code", "vocabulary_id"))
    joined = codes.join(
        names.unique(f"{prefix}code"), on=f"{prefix}code", how="left", maintain_order="left"
    )
    rows = joined.select(
        pl.lit("dx").alias("kind"),
        pl.col("vocabulary_id").alias("system"),
        pl.col("code").str.replace(".", "", literal=True),
        pl.col(f"{prefix}desc").fill_null(pl.col(f"{prefix}code")).alias("condition"),
    )
    return _one_group(rows)


def _one_group(rows: pl.DataFrame) -> pl.DataFrame:
    distinct = rows.unique(maintain_order=True)
    return distinct.group_by(_IDENTITY, maintain_order=True).agg(
        pl.col("condition").first(), (pl.len() - 1).alias("others")
    )
