"""A clinic whose truth is known: simulated patients with planted stages, links and outcome.

Each chronic condition has a hidden stage. The diagnosis code hardly shows it, the treatment
ordered *for that diagnosis* does, and one drug class means different stages for different
conditions. Heart failure follows from the stages. The records are invented; they are for
learning about methods, never for medicine.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import polars as pl

from helpers.catalogue import Catalogue, load_catalogue
from helpers.clinic import Clinic, ClinicConfig
from helpers.records import EHR, SCHEMA, Report, conform
from helpers.simulate_outcome import Outcome, draw_outcome
from helpers.simulate_patient import (
    Person,
    draw_conditions,
    draw_courses,
    draw_person,
    draw_visit_days,
)
from helpers.simulate_visit import Note, acute_risks, add_ward_habit, file_reasons, write_note

__all__ = ["Clinic", "ClinicConfig", "simulate_clinic"]

SPLITS = (("train", 0.60), ("valid", 0.75), ("test", 1.0))  # cumulative shares
SYSTEMS = {"dx": "ICD10CM", "rx": "GENERIC", "px": "ICD9PCS"}
STREAMS = ("life", "outcome", "office", "ward")  # one generator each, for every patient


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


def patient_streams(seed: int, number: int) -> dict[str, np.random.Generator]:
    """Return the random streams of patient `number`; they know nothing of other patients."""
    return {
        name: np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(number, position)))
        )
        for position, name in enumerate(STREAMS)
    }


def simulate_life(
    config: ClinicConfig, catalogue: Catalogue, rng: dict[str, np.random.Generator]
) -> Life:
    """Draw one patient: person, conditions, visits, outcome."""
    life = rng["life"]
    person = draw_person(life)
    conditions = draw_conditions(person, catalogue, life)
    start = int(life.random() * config.opening_days)
    days = draw_visit_days(len(conditions), life)
    courses = draw_courses(person, conditions, days[-1], life)
    risks = acute_risks(person, catalogue)
    visits = []
    for day in days:
        for course in courses:
            course.reach(day, config, catalogue, life)
        visits.append((start + day, write_note(person, courses, risks, catalogue, life)))
    index = days[-1] + 1
    split = _split(rng["outcome"].random())
    outcome = draw_outcome(person, courses, index, risks, catalogue, config, rng["outcome"])
    visits += [(start + index + day, note) for day, note in outcome.later]
    for _, note in visits:
        add_ward_habit(note, config, rng["ward"])
    return Life(person, visits, start + index, outcome, split)


def simulate_clinic(config: ClinicConfig | None = None) -> Clinic:
    """Simulate a clinic.

    The same settings give the same tables on every machine, and patient ``i`` is the same
    however many there are.

    Parameters
    ----------
    config
        Settings; 3,000 patients where None.

    Examples
    --------
    >>> simulate_clinic(ClinicConfig(patients=2)).ehr.patients["patient_id"].to_list()
    ['P00001', 'P00002']
    """
    config = config or ClinicConfig()
    catalogue = load_catalogue()
    columns = _Columns()
    for number in range(config.patients):
        rng = patient_streams(config.seed, number)
        life = simulate_life(config, catalogue, rng)
        columns.add(f"P{number + 1:05d}", life, config, rng["office"])
    return columns.clinic(config, catalogue)


@dataclass
class _Columns:
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
        kinds, codes, true = zip(*note.treatments, strict=True)
        filed = file_reasons(note.treatments, dx, config, office)
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


def truth_links_schema() -> dict[str, pl.DataType]:
    """Columns of the true reasons: those of the treatments, with ``true_`` before the reason."""
    columns = SCHEMA["treatments"].items()
    return {f"true_{c}" if c.startswith("reason") else c: dtype for c, dtype in columns}


def truth_patients_schema(catalogue: Catalogue) -> dict[str, pl.DataType]:
    """Columns of the truth about patients: two scores, and a stage for each chronic condition."""
    stages = {name: pl.Int8 for name, c in catalogue.conditions.items() if c.chronic}
    return {"patient_id": pl.String, "eta": pl.Float64, "p_hf": pl.Float64, **stages}


def _split(uniform: float) -> str:
    return next(name for name, up_to in SPLITS if uniform < up_to)
