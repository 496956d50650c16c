"""A clinic whose truth is known: simulated patients with planted stages, links and outcome.

Each chronic condition has a hidden stage. The diagnosis code hardly shows it, the treatment
ordered *for that diagnosis* does, and one drug class means different stages for different
conditions. Heart failure follows from the stages. The records are invented; they are for
learning about methods, never for medicine.
"""

import numpy as np

from helpers.catalogue import load_catalogue
from helpers.clinic import Clinic, ClinicConfig
from helpers.simulate_outcome import draw_outcome, luck
from helpers.simulate_patient import (
    Rules,
    draw_conditions,
    draw_courses,
    draw_person,
    draw_visit_days,
)
from helpers.simulate_tables import Life, Tables
from helpers.simulate_visit import (
    Case,
    acute_risks,
    add_ward_habit,
    write_note,
)

__all__ = ["Clinic", "ClinicConfig", "simulate_clinic"]

SPLITS = (("train", 0.60), ("valid", 0.75), ("test", 1.0))  # cumulative shares
STREAMS = ("life", "outcome", "office", "ward")  # one generator each, for every patient


def patient_streams(seed: int, number: int) -> dict[str, np.random.Generator]:
    """Return the random streams of patient `number`; they know nothing of other patients."""
    return {
        name: np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(number, position)))
        )
        for position, name in enumerate(STREAMS)
    }


def simulate_life(number: int, rules: Rules, rng: dict[str, np.random.Generator]) -> Life:
    """Draw one patient: person, conditions, visits, outcome."""
    config, catalogue, life = rules.config, rules.catalogue, rng["life"]
    person = draw_person(life)
    conditions = draw_conditions(person, catalogue, life)
    start = int(life.random() * config.opening_days)
    days = draw_visit_days(len(conditions), life)
    courses = draw_courses(person, conditions, days[-1], life)
    case = Case(person, courses, acute_risks(person, catalogue))
    visits = []
    for day in days:
        case.reach(day, rules, life)
        visits.append((start + day, write_note(case, catalogue, life)))
    index = days[-1] + 1
    split = _split(rng["outcome"].random())
    chance = luck(config.seed, number)
    outcome = draw_outcome(case, index, chance, rules, rng["outcome"])
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
    tables = Tables()
    for number in range(config.patients):
        rng = patient_streams(config.seed, number)
        life = simulate_life(number, Rules(config, catalogue), rng)
        tables.add(f"P{number + 1:05d}", life, config, rng["office"])
    return tables.clinic(config, catalogue)


def _split(uniform: float) -> str:
    return next(name for name, up_to in SPLITS if uniform < up_to)
