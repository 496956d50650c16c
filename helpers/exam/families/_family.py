"""A family of numeric questions: one skill, new numbers for every seed."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from helpers.exam.families._text import signed
from helpers.exam.items import Blank, Blanks, Numeric, Option, SingleChoice, WrongNumber
from helpers.exam.misconceptions import MISCONCEPTIONS

REDRAWS = 200


@dataclass(frozen=True, kw_only=True)
class Draw:
    """One question of a family.

    Parameters
    ----------
    numbers
        What the question gives. Whoever knows these alone can compute the key anew: tests do.
    stem, solution
        Markdown; the solution is worked with these numbers.
    key
        Computed by a helper of the course.
    wrong
        Mistake to the number that it gives.
    """

    numbers: dict
    stem: str
    key: float
    wrong: dict[str, float]
    solution: str


@dataclass(frozen=True, kw_only=True)
class Family:
    """A skill that is asked with other numbers each time.

    Parameters
    ----------
    id, topic, level, lesson, section, points
        As in :class:`helpers.exam.items.Item`.
    digits, unit
        As in :class:`helpers.exam.items.Numeric`.
    ask
        ``ask(rng)`` is one question.
    low, high
        Where an answer can lie at all. Wrong numbers outside are the last to become options of a
        choice; as answers to an open question they are still recognized.
    steps
        ``steps(numbers)`` are the answer boxes of the question asked step by step; None where it
        is not.
    fair
        ``fair(draw)`` is False where the numbers make the question too easy, or unlike others of
        the family; it is drawn again.
    worked
        Numbers that the lesson works through. A question that has these numbers, a list in any
        order, is drawn again.
    """

    id: str
    topic: int
    level: str
    lesson: str
    section: int
    points: int
    digits: int
    unit: str = ""
    ask: Callable[[np.random.Generator], Draw] = field(repr=False)
    low: float = -np.inf
    high: float = np.inf
    steps: Callable[[dict], tuple[Blank, ...]] | None = field(default=None, repr=False)
    fair: Callable[[Draw], bool] = field(default=lambda draw: True, repr=False)
    worked: tuple[dict, ...] = field(default=(), repr=False)

    def draw(self, rng: np.random.Generator) -> Numeric:
        """Ask with an open number.

        Raises
        ------
        RuntimeError
            If no usable question is found.
        """
        draw = self._usable(rng)
        return Numeric(
            **self._place(draw),
            key=draw.key,
            digits=self.digits,
            unit=self.unit,
            wrong=tuple(WrongNumber(value, id_) for id_, value in self._distinct(draw).items()),
        )

    def draw_choice(self, rng: np.random.Generator, options: int = 5) -> SingleChoice:
        """Ask with options in random order: sorted, the right one would often be in the middle."""
        draw = self._usable(rng)
        wrong = self._distinct(draw)
        order = [str(id_) for id_ in rng.permutation(list(wrong))]
        possible = [id_ for id_ in order if self.low <= wrong[id_] <= self.high]
        others = [id_ for id_ in order if id_ not in possible]
        chosen = possible[: options - 1] + others[: max(0, 3 - len(possible))]
        listed = [(draw.key, ""), *((wrong[id_], id_) for id_ in chosen)]
        listed = [listed[i] for i in rng.permutation(len(listed))]
        return SingleChoice(
            **self._place(draw),
            options=tuple(
                Option(
                    self.show(value),
                    MISCONCEPTIONS[id_].text if id_ else "Right.",
                    id_ or None,
                )
                for value, id_ in listed
            ),
            right=[id_ for _, id_ in listed].index(""),
        )

    def draw_steps(self, rng: np.random.Generator) -> Blanks:
        """Ask step by step: one point a step.

        Raises
        ------
        ValueError
            If the family has no steps.
        """
        if self.steps is None:
            raise ValueError(f"{self.id} is not asked step by step")
        draw = self._usable(rng)
        blanks = tuple(replace(b, wrong=_told_apart(b)) for b in self.steps(draw.numbers))
        return Blanks(
            **self._place(draw) | {"points": sum(blank.points for blank in blanks)},
            kind="steps",
            blanks=blanks,
        )

    def show(self, value: float) -> str:
        """Write a number as this family asks for it."""
        number = signed(f"{round(value, self.digits) + 0.0:,.{self.digits}f}")
        return f"{number} {self.unit}".strip()

    def is_fresh(self, draw: Draw) -> bool:
        """Whether the lesson does not work through these numbers."""
        return not any(
            all(_sorted(draw.numbers[name]) == _sorted(value) for name, value in example.items())
            for example in self.worked
        )

    def has_one_rounding(self, key: float) -> bool:
        """Whether a key with decimals is neither near 0 nor half-way between two roundings.

        Near 0 the tolerance would take a guess of 0; half-way people round one way and programs
        the other.
        """
        if not self.digits:
            return True
        in_units = abs(key) * 10**self.digits
        return in_units >= 5 and abs(in_units % 1 - 0.5) > 1e-6

    def _place(self, draw: Draw) -> dict:
        names = ("id", "topic", "level", "lesson", "section", "points")
        return {name: getattr(self, name) for name in names} | {
            "stem": draw.stem,
            "solution": draw.solution,
        }

    def _usable(self, rng: np.random.Generator) -> Draw:
        for _ in range(REDRAWS):
            draw = self.ask(rng)
            if (
                self.has_one_rounding(draw.key)
                and len(self._distinct(draw)) >= 3
                and self.fair(draw)
                and self.is_fresh(draw)
            ):
                return draw
        raise RuntimeError(f"{self.id}: no usable question in {REDRAWS} draws")

    def _distinct(self, draw: Draw) -> dict[str, float]:
        """Leave out wrong numbers that cannot be told from the key or from one another."""
        kept: dict[str, float] = {}
        for id_, value in draw.wrong.items():
            if np.isfinite(value) and all(
                self._apart(value, other) for other in (draw.key, *kept.values())
            ):
                kept[id_] = value
        return kept

    def _apart(self, a: float, b: float) -> bool:
        """Differ after rounding, and by more than 2 % and what marking forgives on both sides."""
        if self.digits == 0:
            return round(a) != round(b) and abs(a - b) > 0.02 * min(abs(a), abs(b), 49)
        unit = 10.0**-self.digits
        return abs(a - b) > max(unit, 0.02 * max(abs(a), abs(b))) + unit


def _told_apart(blank: Blank) -> tuple[tuple[float, str], ...]:
    """Leave out wrong numbers that are the right one, or that another mistake gives too."""
    kept: list[tuple[float, str]] = []
    for value, mistake in blank.wrong:
        if all(abs(value - other) > 0.02 for other in (blank.key, *(x for x, _ in kept))):
            kept.append((value, mistake))
    return tuple(kept)


def _sorted(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value
