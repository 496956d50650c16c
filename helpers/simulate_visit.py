"""What is written down at one simulated visit, and how the office files it."""

from dataclasses import dataclass, field

import numpy as np

from helpers.catalogue import Catalogue, Condition
from helpers.clinic import ClinicConfig
from helpers.simulate_patient import Course, Person, Rules, log_odds, sigmoid

CODED, CODED_SEVERE = 0.65, 0.75  # chance that an illness is coded at a visit; at stage 3
FAVORITE = 0.8  # chance that it is the patient's usual code
TAKEN = 0.9  # chance that a drug of the regimen is written down
LOOSE = 0.35  # chance of another symptom or administrative code, again and again
# The checklist of the day ward: falls, diet, medicines, smoking, heart, vaccines.
WARD_CODES = ("Z9181", "Z713", "Z79899", "Z87891", "Z136", "Z23")

Treatment = tuple[str, str, str]  # kind, code, code of the reason


@dataclass
class Case:
    """A person with all that can show at a visit: chronic courses, risks of acute illness."""

    person: Person
    courses: list[Course]
    risks: list[tuple[Condition, float]]

    def reach(self, day: int, rules: Rules, rng: np.random.Generator) -> None:
        """Bring every course to `day`."""
        for course in self.courses:
            course.reach(day, rules, rng)


@dataclass
class Note:
    """A visit before it is filed: codes with a random rank each, treatments with reasons."""

    kind: str = "clinic"
    dx: dict[str, float] = field(default_factory=dict)
    treatments: list[Treatment] = field(default_factory=list)


def acute_risks(person: Person, catalogue: Catalogue) -> list[tuple[Condition, float]]:
    """Return each acute condition with its probability at a visit of this person."""
    return [
        (condition, sigmoid(log_odds(condition, person, set())))
        for condition in catalogue.conditions.values()
        if not condition.chronic and condition.can_affect(person.sex, person.age)
    ]


def write_note(case: Case, catalogue: Catalogue, rng: np.random.Generator) -> Note:
    """Write one visit: active conditions, acute illness, loose codes, and their treatments."""
    note, sex = Note(), case.person.sex
    active = [course for course in case.courses if course.stage]
    coded = [c for c in active if rng.random() < (CODED_SEVERE if c.stage == 3 else CODED)]
    if active and not coded:
        coded = [active[int(rng.random() * len(active))]]
    for course in coded:
        write_course(note, course, catalogue, rng)
    for condition, risk in case.risks:
        if rng.random() < risk:
            code = catalogue.choices[condition.name, 1, sex].pick(rng.random())
            write_once(note, code, condition.name, catalogue, rng)
            if rng.random() < condition.emergency:
                note.kind = "emergency"
    while rng.random() < LOOSE or not note.dx:
        code = catalogue.choices["", 1, sex].pick(rng.random())
        if code not in note.dx:
            write_once(note, code, code, catalogue, rng)
    return note


def write_course(
    note: Note, course: Course, catalogue: Catalogue, rng: np.random.Generator
) -> None:
    """Write a chronic condition: its code, the drugs taken, what is done at this visit."""
    code = course.code
    if rng.random() >= FAVORITE:
        name, sex = course.condition.name, course.person.sex
        code = catalogue.choices[name, course.stage, sex].pick(rng.random())
    note.dx[code] = rng.random()
    note.treatments += [("rx", drug, code) for drug in course.drugs if rng.random() < TAKEN]
    _write_orders(note, code, course.by_visit, rng)


def write_once(
    note: Note, code: str, owner: str, catalogue: Catalogue, rng: np.random.Generator
) -> None:
    """Write a code that has no history, with the orders of its `owner`."""
    note.dx[code] = rng.random()
    _write_orders(note, code, catalogue.orders.get((owner, 1), ()), rng)


def _write_orders(note: Note, code: str, orders, rng: np.random.Generator) -> None:
    for order in orders:
        if rng.random() < order.probability:
            item = order.choice.pick(rng.random())
            if order.kind == "dx":
                note.dx.setdefault(item, rng.random())
            else:
                note.treatments.append((order.kind, item, code))


def add_ward_habit(note: Note, config: ClinicConfig, rng: np.random.Generator) -> None:
    """Move a planned visit to the day ward, whose staff code a checklist for everybody.

    The habit says nothing about the patient: it is what a record can teach that medicine does
    not. It draws from a stream of its own, so that nothing else depends on it.
    """
    uniform = rng.random(1 + 2 * len(WARD_CODES)).tolist()
    if note.kind != "clinic" or uniform[0] >= config.day_ward_share:
        return
    note.kind = "day ward"
    for position, code in enumerate(WARD_CODES):
        added, rank = uniform[1 + 2 * position : 3 + 2 * position]
        if added < config.ward_habit:
            note.dx.setdefault(code, rank)


def file_reasons(
    treatments: list[Treatment], dx: list[str], config: ClinicConfig, rng: np.random.Generator
) -> list[str | None]:
    """Return the reason that the office writes for each treatment.

    With probability `link_noise` it is another diagnosis of the visit; with probability
    `reason_missing` there is none. No two rows of a visit become the same. Every treatment
    uses three numbers of `rng`, so that records that differ in `link_noise` alone share the rest.
    """
    taken = set(treatments)
    filed: list[str | None] = []
    for (kind, code, reason), (slip, which, lost) in zip(
        treatments, rng.random((len(treatments), 3)).tolist(), strict=True
    ):
        others = [d for d in dx if (kind, code, d) not in taken] if slip < config.link_noise else []
        if others:
            reason = others[int(which * len(others))]
            taken.add((kind, code, reason))
        if lost < config.reason_missing and (kind, code, None) not in taken:
            reason = None
            taken.add((kind, code, None))
        filed.append(reason)
    return filed
