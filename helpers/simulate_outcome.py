"""Heart failure in the simulated clinic: who is at risk, who gets it, and what follows."""

from dataclasses import dataclass

import numpy as np

from helpers.catalogue import Catalogue, Condition
from helpers.clinic import ClinicConfig
from helpers.simulate_patient import Course, Person, draw_gap, sigmoid
from helpers.simulate_visit import Note, write_note, write_once

AGE_WEIGHT = 0.15  # log-odds per 10 years above 60
MALE_WEIGHT = 0.15  # log-odds
PAIR_WEIGHT = 0.5  # of each of the two pairs below, on the scale of the stage weights
PAIRS = (("hypertension", "type 2 diabetes"), ("coronary disease", "atrial fibrillation"))
CODED_AFTER = 0.8  # chance that a visit after the first event writes heart failure down
MAX_AFTER = 4  # visits after the index date: 1 to 4
HEART_FAILURE = "heart failure"


def severity(stages: dict[str, int], conditions: dict[str, Condition]) -> float:
    """Add up what the true stages mean for the heart.

    Every condition adds the weight of its stage. Two pairs add half a unit more: stage 3 of the
    first together with stage 2 or 3 of the second.
    """
    total = sum(conditions[name].hf_weight[stage] for name, stage in stages.items())
    for severe, moderate in PAIRS:
        total += PAIR_WEIGHT * (stages.get(severe, 0) == 3 and stages.get(moderate, 0) >= 2)
    return total


def risk_score(
    person: Person,
    stages: dict[str, int],
    conditions: dict[str, Condition],
    config: ClinicConfig,
) -> float:
    """Log-odds of heart failure above the baseline, the `eta` of the answer key."""
    score = AGE_WEIGHT * (person.age - 60) / 10 + MALE_WEIGHT * (person.sex == "M")
    return score + config.hf_strength * severity(stages, conditions)


@dataclass
class Outcome:
    """What becomes of a patient: the truth at the index date, and the visits that follow.

    Parameters
    ----------
    stages
        True stage of every chronic condition the patient has.
    eta, p_hf
        Risk score, and the probability it means.
    event
        Days from the index date to the first heart failure; None without one.
    later
        Visits after the index date: days from it, and what was written.
    """

    stages: dict[str, int]
    eta: float
    p_hf: float
    event: int | None
    later: list[tuple[int, Note]]


def draw_outcome(
    person: Person,
    courses: list[Course],
    index_day: int,
    risks: list[tuple[Condition, float]],
    catalogue: Catalogue,
    config: ClinicConfig,
    rng: np.random.Generator,
) -> Outcome:
    """Draw heart failure from the true stages, then the one to four visits that follow."""
    stages = {course.condition.name: course.stage for course in courses if course.stage}
    eta = risk_score(person, stages, catalogue.conditions, config)
    p_hf = sigmoid(config.baseline + eta)
    fails, when = rng.random() < p_hf, rng.random()
    days_open = config.last_event - config.first_event + 1
    event = config.first_event + int(when * days_open) if fails else None
    day, later = (draw_gap(rng) if event is None else event), []
    for number in range(1 + int(rng.random() * MAX_AFTER)):
        for course in courses:
            course.reach(index_day + day, config, catalogue, rng)
        note = write_note(person, courses, risks, catalogue, rng)
        if event is not None and (number == 0 or rng.random() < CODED_AFTER):
            code = catalogue.choices[HEART_FAILURE, 1, person.sex].pick(rng.random())
            write_once(note, code, HEART_FAILURE, catalogue, rng)
            note.kind = "hospital stay" if number == 0 else note.kind
        later.append((day, note))
        day += draw_gap(rng)
    return Outcome(stages, eta, p_hf, event, later)
