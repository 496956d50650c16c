"""Synthea exports, from 2018 to now, as tidy tables (Walonoski et al. 2018).

An encounter is a visit. Synthea writes a condition only at the encounter where it begins, and
gives a medication or procedure the code of its reason. Two things follow:

- a condition is carried forward: it is a diagnosis of every encounter from its start until the
  day before its stop;
- a reason that is no active condition becomes a diagnosis of the encounter, so that each link
  has two ends.

About 80 % of the conditions are no diseases, "Full-time employment (finding)" for one; they are
left out unless asked for.
"""

from pathlib import Path

import polars as pl

from helpers.coded_rows import NOT_DRAWN
from helpers.ehr_assembly import assemble, draw_patients, number_visits, split_drawn
from helpers.export_folder import Export, open_export, refuse_other_source
from helpers.records import EHR
from helpers.report import Report
from helpers.synthea_links import diagnoses_of_visits, link_reasons
from helpers.synthea_rows import (
    CODED,
    read_coded,
    read_encounters,
    read_people,
    system_of,
    titles_of,
)
from helpers.tables import table_name
from helpers.visit_index import Visits

PLACES = ("", "csv")
"""Where tables lie: Synthea writes into a folder `csv`."""


def load_synthea(
    folder: str | Path,
    max_patients: int | None = None,
    seed: int = 0,
    diseases_only: bool = True,
    carry_forward: bool = True,
) -> EHR:
    """Read an export: ``patients``, ``encounters``, ``conditions`` and what else there is.

    Diagnoses, reasons and procedures are SNOMED CT codes, medications RxNorm, unless a column
    SYSTEM says otherwise.

    Parameters
    ----------
    folder
        Holds the tables or their folder ``csv``.
    max_patients
        Read this many patients, drawn at random with `seed`; all by default.
    diseases_only
        Leave out conditions and reasons whose name ends with "(finding)" or "(situation)".
    carry_forward
        Repeat a condition at every encounter while it lasts; otherwise it is a diagnosis where
        it begins, and where a treatment gives it as its reason.

    Raises
    ------
    FileNotFoundError
        If ``patients``, ``encounters`` or ``conditions`` is missing.
    ValueError
        If a table is damaged or belongs to another source; the message says what and where.
    """
    export, report = _begin(folder)
    people = read_people(export.need("patients", "it holds sex and birth date"), report)
    stays = read_encounters(export.need("encounters", "it holds the visits"), report)
    dx_path = export.need("conditions", "it holds the diagnoses, which every lesson needs")

    drawn = draw_patients(stays["patient_id"], max_patients, seed)
    stays, others = split_drawn(stays, drawn)
    table = number_visits(stays)
    report.drop("encounters", NOT_DRAWN, others.height)
    people, nobody = split_drawn(people, drawn)
    report.drop("patients", NOT_DRAWN, nobody.height)
    people = _with_strangers(people, table, report)
    visits = Visits(table["visit_id"], others["visit_id"], "ENCOUNTER")

    conditions = read_coded(dx_path, "dx", visits, diseases_only, report)
    treated = _read_treatments(export, visits, diseases_only, report)
    diagnoses = diagnoses_of_visits(conditions, treated, table, carry_forward, report)
    treatments = link_reasons(treated, diagnoses, table, system_of(conditions))
    titles = titles_of(conditions, treated)
    return assemble(people, table, diagnoses, treatments, titles, report)


def _begin(folder: str | Path) -> tuple[Export, Report]:
    export = open_export(folder, PLACES)
    refuse_other_source(export, "synthea")
    report = Report(f"Synthea in {export.folder}")
    for path in export.set_aside:
        report.remark(f"{path} set aside, {export.tables[table_name(path)]} is read instead")
    return export, report


def _read_treatments(
    export: Export, visits: Visits, diseases_only: bool, report: Report
) -> pl.DataFrame:
    found = [pl.DataFrame(schema=CODED)]
    for name, kind, without in (
        ("medications", "rx", "visits have no medications"),
        ("procedures", "px", "visits have no procedures"),
    ):
        if path := export.want(name, without, report):
            found.append(read_coded(path, kind, visits, diseases_only, report))
    return pl.concat(found)


def _with_strangers(people: pl.DataFrame, visits: pl.DataFrame, report: Report) -> pl.DataFrame:
    ids = visits.select("patient_id").unique()
    strangers = ids.join(people, on="patient_id", how="anti")
    report.add("patients", "only known from an encounter", strangers.height)
    return pl.concat([people, strangers], how="diagonal")
