"""Heart failure in the simulated clinic: who is at risk, who gets it, and what follows."""

from dataclasses import dataclass

import numpy as np

from helpers.catalogue import Condition
from helpers.clinic import ClinicConfig
from helpers.simulate_patient import Person, Rules, draw_gap, sigmoid
from helpers.simulate_visit import Case, Note, write_note, write_once

AGE_WEIGHT = 0.15  # log-odds per 10 years above 60
MALE_WEIGHT = 0.15  # log-odds
PAIR_WEIGHT = 0.5  # of each of the two pairs below, on the scale of the stage weights
PAIRS = (("hypertension", "type 2 diabetes"), ("coronary disease", "atrial fibrillation"))
CODED_AFTER = 0.8  # chance that a visit after the first event writes heart failure down
MOST_AFTER = {True: 4, False: 2}  # visits after the index date, 1 or more, with and without HF
HEART_FAILURE = "heart failure"
GOLDEN = (5**0.5 - 1) / 2


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


def luck(seed: int, number: int) -> float:
    """Return the uniform number that decides on the heart failure of patient `number`.

    Multiples of the golden ratio, from an offset of the seed, modulo 1: they fill the interval
    evenly, so that a small clinic too has about as many cases as its risks say. Each number
    alone is uniform, and patient ``i`` needs no other patient.
    """
    return (np.random.Generator(np.random.PCG64(seed)).random() + GOLDEN * number) % 1.0


def draw_outcome(
    case: Case, index_day: int, chance: float, rules: Rules, rng: np.random.Generator
) -> Outcome:
    """Decide on heart failure with the uniform number `chance`; write the visits that follow."""
    config, catalogue = rules.config, rules.catalogue
    stages = {course.condition.name: course.stage for course in case.courses if course.stage}
    eta = risk_score(case.person, stages, catalogue.conditions, config)
    p_hf = sigmoid(config.baseline + eta)
    fails, when = chance < p_hf, rng.random()
    days_open = config.last_event - config.first_event + 1
    event = config.first_event + int(when * days_open) if fails else None
    day, later = (draw_gap(rng) if event is None else event), []
    for number in range(1 + int(rng.random() * MOST_AFTER[fails])):
        case.reach(index_day + day, rules, rng)
        note = write_note(case, catalogue, rng)
        if event is not None and (number == 0 or rng.random() < CODED_AFTER):
            code = catalogue.choices[HEART_FAILURE, 1, case.person.sex].pick(rng.random())
            write_once(note, code, HEART_FAILURE, catalogue, rng)
            note.kind = "hospital stay" if number == 0 else note.kind
        later.append((day, note))
        day += draw_gap(rng)
    return Outcome(stages, eta, p_hf, event, later)
