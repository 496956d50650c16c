"""The tables of a simulated clinic, filled patient by patient."""

from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import polars as pl

from helpers.catalogue import Catalogue
from helpers.clinic import Clinic, ClinicConfig
from helpers.records import EHR, SCHEMA, Report, conform
from helpers.simulate_outcome import Outcome
from helpers.simulate_patient import Person
from helpers.simulate_visit import Note, Treatment, file_reasons

SYSTEMS = {"dx": "ICD10CM", "rx": "GENERIC", "px": "ICD9PCS"}
NOTED_DX = {name: SCHEMA["diagnoses"][name] for name in ("visit_id", "dx_seq", "code")}
NOTED = {
    "visit_id": pl.String,
    "kind": pl.String,
    "code": pl.String,
    "reason_code": pl.String,
    "reason_seq": pl.Int32,
    "true_reason_code": pl.String,
    "true_reason_seq": pl.Int32,
}  # what is known of a treatment while it is written


@dataclass
class Life:
    """One simulated patient, before the tables: visits are days after `opening` and notes."""

    person: Person
    visits: list[tuple[int, Note]]
    index_day: int
    outcome: Outcome
    split: str


@dataclass
class Tables:
    """The growing tables: short ones by row, the two long ones by column, which is faster."""

    patients: list[tuple] = field(default_factory=list)
    visits: list[tuple] = field(default_factory=list)
    truth: list[dict] = field(default_factory=list)
    diagnoses: dict[str, list] = field(default_factory=lambda: {name: [] for name in NOTED_DX})
    treatments: dict[str, list] = field(default_factory=lambda: {name: [] for name in NOTED})

    def add(
        self, patient_id: str, life: Life, config: ClinicConfig, office: np.random.Generator
    ) -> None:
        """Write one patient into the tables."""
        person, outcome = life.person, life.outcome
        index = config.opening + timedelta(days=life.index_day)
        event = None if outcome.event is None else index + timedelta(days=outcome.event)
        born = index.year - int(person.age)
        row = (patient_id, person.sex, born, index, int(event is not None), event, life.split)
        self.patients.append(row)
        scores = {"eta": round(outcome.eta, 4), "p_hf": round(outcome.p_hf, 4)}
        self.truth.append({"patient_id": patient_id, **scores, **outcome.stages})
        for number, (day, note) in enumerate(life.visits, start=1):
            visit_id = f"{patient_id}-{number:02d}"
            when = config.opening + timedelta(days=day)
            self.visits.append((visit_id, patient_id, number, when, note.kind))
            self._add_note(visit_id, note, config, office)

    def _add_note(
        self, visit_id: str, note: Note, config: ClinicConfig, office: np.random.Generator
    ) -> None:
        dx = sorted(note.dx, key=note.dx.__getitem__)
        rank = {code: position for position, code in enumerate(dx, start=1)}
        self.diagnoses["visit_id"] += [visit_id] * len(dx)
        self.diagnoses["dx_seq"] += range(1, len(dx) + 1)
        self.diagnoses["code"] += dx
        if not note.treatments:
            return
        ordered = sorted(note.treatments, key=_by_kind_and_name)
        kinds, codes, true = zip(*ordered, strict=True)
        filed = file_reasons(ordered, dx, config, office)
        rows = self.treatments
        rows["visit_id"] += [visit_id] * len(codes)
        rows["kind"] += kinds
        rows["code"] += codes
        rows["reason_code"] += filed
        rows["reason_seq"] += [rank.get(reason) for reason in filed]
        rows["true_reason_code"] += true
        rows["true_reason_seq"] += [rank[reason] for reason in true]

    def clinic(self, config: ClinicConfig, catalogue: Catalogue) -> Clinic:
        """Turn rows and columns into tables."""
        reason = pl.when(pl.col("reason_code").is_not_null()).then(pl.lit(SYSTEMS["dx"]))
        long = pl.DataFrame(self.treatments, schema=NOTED)
        long = long.with_columns(
            system=pl.col("kind").replace_strict(SYSTEMS),
            reason_system=reason,
            true_reason_system=pl.lit(SYSTEMS["dx"]),
        )
        diagnoses = pl.DataFrame(self.diagnoses, schema=NOTED_DX).with_columns(
            system=pl.lit(SYSTEMS["dx"])
        )
        tables = {
            "patients": pl.DataFrame(self.patients, schema=SCHEMA["patients"], orient="row"),
            "visits": pl.DataFrame(self.visits, schema=SCHEMA["visits"], orient="row"),
            "diagnoses": conform(diagnoses, "diagnoses"),
            "treatments": conform(long, "treatments"),
        }
        report = Report(f"a simulated clinic, seed {config.seed}")
        for name, table in tables.items():
            report.read(name, table.height)
        links = long.select(list(truth_links_schema()))
        truth = pl.DataFrame(self.truth, schema=truth_patients_schema(catalogue))
        truth = truth.with_columns(pl.col(pl.Int8).fill_null(0))
        return Clinic(EHR(**tables, codes=catalogue.codes, report=report), truth, links, config)


def _by_kind_and_name(treatment: Treatment) -> tuple:
    """Sort so that the order of the rows tells nothing about the reasons: drugs first, by name."""
    kind, code, reason = treatment
    return kind != "rx", code, reason


def truth_links_schema() -> dict[str, pl.DataType]:
    """Columns of the true reasons: those of the treatments, with ``true_`` before the reason."""
    columns = SCHEMA["treatments"].items()
    return {f"true_{c}" if c.startswith("reason") else c: dtype for c, dtype in columns}


def truth_patients_schema(catalogue: Catalogue) -> dict[str, pl.DataType]:
    """Columns of the truth about patients: two scores, and a stage for each chronic condition."""
    stages = {name: pl.Int8 for name, c in catalogue.conditions.items() if c.chronic}
    return {"patient_id": pl.String, "eta": pl.Float64, "p_hf": pl.Float64, **stages}
