"""Who a simulated patient is, what they suffer from, and how it goes on."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from helpers.catalogue import Catalogue, Condition, Order
from helpers.clinic import ClinicConfig

ENTRY_STAGES = (0.50, 0.25, 0.25)  # stage 1, 2, 3 when a condition begins
FRAILTY_SHIFT = 0.04  # moved from stage 1 to stage 3 per unit of frailty
FRAILTY_ODDS = 0.5  # added to the log-odds of every chronic condition per unit of frailty
EARLY_ONSET = 0.7  # share of the conditions that are older than the record
LATEST_ONSET = 0.8  # of the span of the record, for the others
KEEP_FACTOR, KEEP_LIMIT = 1.2, 0.92  # a drug of the regimen is taken with min(.92, 1.2 p)
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Rules:
    """What holds for every patient: the settings and the medical facts."""

    config: ClinicConfig
    catalogue: Catalogue


@dataclass(frozen=True)
class Person:
    """What does not change: sex, age in years at the index date, and frailty around 0."""

    sex: str
    age: float
    frailty: float


def sigmoid(x: float) -> float:
    """Turn log-odds into a probability.

    Examples
    --------
    >>> sigmoid(0.0), round(sigmoid(math.log(3)), 6)
    (0.5, 0.75)
    """
    return 1 / (1 + math.exp(-x))


def draw_normal(rng: np.random.Generator, mean: float, spread: float) -> float:
    """Draw by inversion, so that one normal number costs exactly one uniform number."""
    return NormalDist(mean, spread).inv_cdf(max(rng.random(), 1e-12))


def draw_person(rng: np.random.Generator) -> Person:
    """Draw age ~ N(62, 13) within 30 and 92, 53% women, frailty ~ N(0, .6)."""
    age = min(max(draw_normal(rng, 62, 13), 30), 92)
    sex = "F" if rng.random() < 0.53 else "M"
    return Person(sex, age, draw_normal(rng, 0, 0.6))


def log_odds(condition: Condition, person: Person, present: set[str]) -> float:
    """Log-odds of a condition, given those that are `present` already."""
    total = condition.log_odds + condition.age_slope * (person.age - 60) / 10
    total += condition.female * (person.sex == "F")
    total += FRAILTY_ODDS * person.frailty * condition.chronic
    return total + sum(amount for cause, amount in condition.causes if cause in present)


def draw_conditions(
    person: Person, catalogue: Catalogue, rng: np.random.Generator
) -> list[Condition]:
    """Draw the chronic conditions in the order of the catalogue, causes first."""
    present: dict[str, Condition] = {}
    for name, condition in catalogue.conditions.items():
        if not condition.chronic:
            continue
        drawn = rng.random() < sigmoid(log_odds(condition, person, present.keys()))
        if drawn and condition.can_affect(person.sex, person.age):
            present[name] = condition
    return list(present.values())


def draw_gap(rng: np.random.Generator) -> int:
    """Draw the days to the next visit: log-normal around 70, from 3 to 400."""
    return round(min(max(math.exp(draw_normal(rng, math.log(70), 0.85)), 3), 400))


def draw_visit_days(n_conditions: int, rng: np.random.Generator) -> list[int]:
    """Draw the days of the visits, counted from the first.

    Five visits, and some more that follow a gamma distribution of shape 2 and mean
    ``1.5 + .35 n_conditions``, rounded down, 21 at most.
    """
    scale = (1.5 + 0.35 * n_conditions) / 2
    gamma = -scale * (math.log(1 - rng.random()) + math.log(1 - rng.random()))
    days = [0]
    for _ in range(4 + min(21, int(gamma))):
        days.append(days[-1] + draw_gap(rng))
    return days


class Course:
    """One chronic condition of one patient: stage, favorite code, drugs taken.

    Parameters
    ----------
    condition, person
        What, and whose.
    others
        Names of all conditions of the patient; some forbid a drug.
    onset
        Day it begins; negative or 0 if it is older than the record.
    """

    def __init__(self, condition: Condition, person: Person, others: set[str], onset: int):
        self.condition, self.person, self.others = condition, person, others
        self.onset = onset
        self.stage = 0
        self.code = ""
        self.drugs: list[str] = []
        self.by_visit: list[Order] = []
        self._seen = onset

    def reach(self, day: int, rules: Rules, rng: np.random.Generator) -> None:
        """Bring the condition to `day`: begin it, or let its stage change since the last call."""
        if day < self.onset:
            return
        if self.stage == 0:
            stage = entry_stage(self.person.frailty, rng.random())
        else:
            years = (day - self._seen) / DAYS_PER_YEAR
            stage = next_stage(self.stage, years, rules.config, rng.random())
        if stage != self.stage:
            self.stage = stage
            self._new_regimen(rules.catalogue, rng)
        self._seen = day

    def _new_regimen(self, catalogue: Catalogue, rng: np.random.Generator) -> None:
        name = self.condition.name
        codes = catalogue.choices[name, self.stage, self.person.sex]
        if self.code not in codes.items:
            self.code = codes.pick(rng.random())
        orders = catalogue.orders.get((name, self.stage), ())
        allowed = [order for order in orders if order.unless not in self.others]
        self.by_visit = [order for order in allowed if order.kind != "rx"]
        drugs = {}
        for order in allowed:
            if order.kind == "rx":
                taken = rng.random() < min(KEEP_LIMIT, KEEP_FACTOR * order.probability)
                drug = order.choice.pick(rng.random())
                if taken:
                    drugs[drug] = None
        self.drugs = list(drugs)


def entry_stage(frailty: float, uniform: float) -> int:
    """Stage in which a condition begins; frailty moves weight from stage 1 to stage 3.

    Examples
    --------
    >>> entry_stage(0.0, 0.49), entry_stage(0.0, 0.51), entry_stage(0.0, 0.76)
    (1, 2, 3)
    """
    first = ENTRY_STAGES[0] - FRAILTY_SHIFT * frailty
    if uniform < first:
        return 1
    return 2 if uniform < first + ENTRY_STAGES[1] else 3


def next_stage(stage: int, years: float, config: ClinicConfig, uniform: float) -> int:
    """Stage after some years: one up, one down, or the same.

    A stage is left upwards with probability ``1 - exp(-worsening * years)``, downwards with the
    same law of `recovery`; there is no stage below 1 or above 3.

    Examples
    --------
    >>> next_stage(1, 4.0, ClinicConfig(), 0.63), next_stage(1, 4.0, ClinicConfig(), 0.64)
    (2, 1)
    """
    up = 1 - math.exp(-config.worsening * years)
    down = 1 - math.exp(-config.recovery * years)
    if uniform < up:
        return min(stage + 1, 3)
    return max(stage - 1, 1) if uniform > 1 - down else stage


def draw_courses(
    person: Person, conditions: list[Condition], span: int, rng: np.random.Generator
) -> list[Course]:
    """Give every condition its onset within a record of `span` days."""
    names = {condition.name for condition in conditions}
    courses = []
    for condition in conditions:
        early, when = rng.random() < EARLY_ONSET, rng.random()
        onset = 0 if early else round(LATEST_ONSET * span * when)
        courses.append(Course(condition, person, names, onset))
    return courses
