"""MIMIC-III and MIMIC-IV, demo or full, as tidy tables (Johnson et al. 2016, 2023).

Both describe hospital admissions; an admission is a visit. Neither says why a drug was ordered,
so `reason_code` is null throughout and no diagnosis object has treatments.

Prescriptions of type BASE and ADDITIVE are what a drug is dissolved in (saline, dextrose, the
bag) and are left out. Ages over 89 are hidden by the publishers: MIMIC-III shifts the date of
birth by some 300 years, MIMIC-IV writes 91. Both become 91 here, at the first admission.
"""

from pathlib import Path

import polars as pl

from helpers.coded_rows import NOT_DRAWN
from helpers.ehr_assembly import assemble, draw_patients, number_visits, split_drawn
from helpers.export_folder import Export, open_export, refuse_other_source
from helpers.mimic_codes import NO_TREATMENTS, read_codes, read_drugs, read_titles
from helpers.mimic_dialects import MIMIC3, MIMIC4, Dialect
from helpers.mimic_people import read_admissions, read_people
from helpers.records import EHR
from helpers.report import Report
from helpers.tables import read_header, table_name
from helpers.visit_index import Visits

PLACES = ("", "hosp", "core")
"""Where tables lie: MIMIC-III and flat copies, MIMIC-IV, and the `core` of MIMIC-IV 1.0."""


def load_mimic3(folder: str | Path, max_patients: int | None = None, seed: int = 0) -> EHR:
    """Read MIMIC-III: ``ADMISSIONS``, ``DIAGNOSES_ICD`` and what else there is.

    Codes are ICD-9-CM, procedures ICD-9-CM volume 3 (system ``ICD9PCS``), drugs the folded
    names of ``PRESCRIPTIONS`` (system ``DRUGNAME``).

    Parameters
    ----------
    folder
        Holds the tables, .csv or .csv.gz, in upper or lower case.
    max_patients
        Read this many patients, drawn at random with `seed`; all by default.

    Raises
    ------
    FileNotFoundError
        If a table without which there are no visits or no diagnoses is missing.
    ValueError
        If a table is damaged or belongs to another source; the message says what and where.
    """
    return _load(folder, MIMIC3, max_patients, seed)


def load_mimic4(folder: str | Path, max_patients: int | None = None, seed: int = 0) -> EHR:
    """Read MIMIC-IV, any version: ``admissions``, ``diagnoses_icd`` and what else there is.

    ICD-9 and ICD-10 codes are mixed in MIMIC-IV; `icd_version` becomes the system, so that
    ``ICD9CM:E8881`` (a fall) and ``ICD10CM:E8881`` (metabolic syndrome) stay two codes.

    Parameters
    ----------
    folder
        Holds the tables or their folder ``hosp``.
    max_patients
        Read this many patients, drawn at random with `seed`; all by default.

    Raises
    ------
    FileNotFoundError
        If a table without which there are no visits or no diagnoses is missing.
    ValueError
        If a table is damaged or belongs to another source; the message says what and where.
    """
    return _load(folder, MIMIC4, max_patients, seed)


def _load(folder: str | Path, dialect: Dialect, max_patients: int | None, seed: int) -> EHR:
    export, report = _begin(folder, dialect)
    stays = read_admissions(export.need("admissions", "it holds the visits"), report)
    dx_path = export.need("diagnoses_icd", "it holds the diagnoses, which every lesson needs")
    drawn = draw_patients(stays["patient_id"], max_patients, seed)
    stays, others = split_drawn(stays, drawn)
    table = number_visits(stays)
    report.drop("admissions", NOT_DRAWN, others.height)
    visits = Visits(table["visit_id"], others["visit_id"], "hadm_id")

    diagnoses = read_codes(dx_path, "dx", dialect, visits, report)
    treatments = [NO_TREATMENTS]
    if path := export.want("prescriptions", "visits have no medications", report):
        treatments.append(read_drugs(path, dialect, visits, report))
    if path := export.want("procedures_icd", "visits have no procedures", report):
        treatments.append(read_codes(path, "px", dialect, visits, report))
    treated = pl.concat(treatments)

    path = export.want("patients", "sex and birth year are null", report)
    people = read_people(path, dialect, stays, drawn, report)
    return assemble(people, table, diagnoses, treated, read_titles(export, dialect, report), report)


def _begin(folder: str | Path, dialect: Dialect) -> tuple[Export, Report]:
    export = open_export(folder, PLACES)
    refuse_other_source(export, dialect.source)
    report = Report(f"{dialect.title} in {export.folder}")
    for path in export.set_aside:
        report.remark(f"{path} set aside, {export.tables[table_name(path)]} is read instead")
    diagnoses = export.tables.get("diagnoses_icd")
    header = {} if diagnoses is None else read_header(diagnoses)
    if not dialect.has_versions or dialect.code not in header or "icd_version" in header:
        return export, report
    raise ValueError(
        f"{diagnoses.name} has no column 'icd_version': nobody can say whether E8881 is a fall "
        f"(ICD-9) or the metabolic syndrome (ICD-10) ({diagnoses})"
    )
