"""Mark an answer: points, feedback, and the named mistakes that were met."""

import math
import re
from dataclasses import dataclass
from functools import singledispatch

from helpers.exam.items import (
    Blank,
    Blanks,
    Essay,
    Item,
    MultiSelect,
    Numeric,
    ReadPlot,
    SingleChoice,
)
from helpers.exam.misconceptions import MISCONCEPTIONS


@dataclass(frozen=True)
class Mark:
    """What an answer is worth.

    Parameters
    ----------
    points
        None where only a person can mark.
    possible
        Points of the item.
    feedback
        One line for each part of the answer that needs one.
    mistakes
        Named mistakes in the answer.
    blank
        Nothing was answered: no mistake is read out of that.
    """

    points: float | None
    possible: int
    feedback: tuple[str, ...]
    mistakes: tuple[str, ...] = ()
    blank: bool = False

    @property
    def right(self) -> bool:
        """Whether every point was reached."""
        return self.points == self.possible


def mark(item: Item, answer: object) -> Mark:
    """Mark an answer of the form that the item's class names; None or "" is a blank.

    Raises
    ------
    ValueError
        If the answer cannot be one to this item: a place that is no option's, too many parts.
    """
    if _is_blank(answer):
        return Mark(None if isinstance(item, Essay) else 0, item.points, (), blank=True)
    return _mark(item, answer)


@singledispatch
def _mark(item: Item, answer) -> Mark:
    raise TypeError(f"there is no way to mark a {type(item).__name__}")


@_mark.register
def _(item: SingleChoice, answer) -> Mark:
    if not isinstance(answer, int) or not 0 <= answer < len(item.options):
        raise ValueError(f"{item.id}: the answer is {answer!r}, for {len(item.options)} options")
    option = item.options[answer]
    mistakes = () if answer == item.right or option.mistake is None else (option.mistake,)
    points = item.points if answer == item.right else 0
    return Mark(points, item.points, (option.feedback,), mistakes)


@_mark.register
def _(item: MultiSelect, answer) -> Mark:
    _check_parts(item, answer, len(item.statements))
    right = wrong = 0
    feedback, mistakes = [], []
    for statement, said in zip(item.statements, answer, strict=True):
        if said is None:
            continue
        right += said == statement.true
        if said != statement.true:
            wrong += 1
            feedback.append(f"{statement.text} {statement.feedback}")
            mistakes += [statement.mistake] if statement.mistake else []
    points = item.points * max(0, right - wrong) / len(item.statements)
    return Mark(points, item.points, tuple(feedback), tuple(mistakes))


@_mark.register
def _(item: Numeric, answer) -> Mark:
    number = read_number(answer)
    if number is None:
        return Mark(0, item.points, (f"{str(answer).strip()!r} is not a number.",))
    if abs(number - item.key) <= item.tolerance + 1e-12:
        return Mark(item.points, item.points, ("Right.",))
    near = [w for w in item.wrong if _same(number, w.value, item.digits)]
    if near:
        closest = min(near, key=lambda w: abs(w.value - number))
        text = MISCONCEPTIONS[closest.mistake].text
        return Mark(0, item.points, (text,), (closest.mistake,))
    return Mark(0, item.points, ("No; and it is not what one of the usual mistakes gives.",))


@_mark.register
def _(item: Blanks, answer) -> Mark:
    _check_parts(item, answer, len(item.blanks))
    points, feedback, mistakes, before = 0, [], [], []
    for blank, text in zip(item.blanks, answer, strict=True):
        said = None if _is_blank(text) else _read(blank, text)
        if said is not None:
            if _fits(blank, said, blank.key) or _follows(blank, said, tuple(before)):
                points += blank.points
            else:
                named = [m for value, m in blank.wrong if _fits(blank, said, value)]
                mistakes += named[:1]
                why = _text_of(named[0]) if named else None
                feedback.append(f"{blank.ask} {text}: {why or blank.feedback}")
        before.append(blank.key if said is None else said)
    return Mark(points, item.points, tuple(feedback), tuple(mistakes))


@_mark.register
def _(item: ReadPlot, answer) -> Mark:
    _check_parts(item, answer, len(item.readings))
    wrong = [
        reading
        for reading, said in zip(item.readings, answer, strict=True)
        if said is not None and said != reading.verdict
    ]
    blanks = sum(said is None for said in answer)
    share = (len(item.readings) - len(wrong) - blanks) / len(item.readings)
    return Mark(
        item.points * share,
        item.points,
        tuple(f"{reading.text} {reading.feedback}" for reading in wrong),
        tuple(reading.mistake for reading in wrong if reading.mistake),
    )


@_mark.register
def _(item: Essay, answer) -> Mark:
    return Mark(None, item.points, ("Compare with the rubric, criterion by criterion.",))


def read_number(text: object) -> float | None:
    """Read a number as people write it, None where it is none.

    ``".25"``, ``"0,25"``, ``"1/4"``, ``"25 %"``, ``"1 728"``, ``"1,728"``, ``"-2"``.

    A comma before exactly three digits, as in ``"1,728"``, separates thousands, unless a zero
    stands before it alone.
    """
    text = str(text).strip().replace("−", "-").replace("\u00a0", " ")
    percent = text.endswith("%")
    text = text.rstrip("% ").replace("_", "")
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}([ ,]\d{3})+(\.\d+)?", text):
        text = text.replace(" ", "").replace(",", "")
    text = text.replace(",", ".")
    match = re.fullmatch(r"([-+]?[\d.]+(?:[eE][-+]?\d+)?)(?:\s*/\s*([\d.]+))?", text)
    if not match:
        return None
    try:
        value = float(match[1]) / float(match[2] or 1)
    except (ValueError, ZeroDivisionError):
        return None
    return (value / 100 if percent else value) if math.isfinite(value) else None


def read_shape(text: object) -> tuple[int, ...] | None:
    """Read a shape, ``"(3, 4)"`` or ``"3 x 4"``; None where it is none."""
    if isinstance(text, tuple | list):
        return tuple(text)
    if re.search(r"[^\d\s,x×()\[\]]", str(text)):
        return None
    numbers = re.findall(r"\d+", str(text))
    return tuple(int(n) for n in numbers) or None


def _same(number: float, value: float, digits: int | None) -> bool:
    if not digits:
        return math.isclose(number, value, abs_tol=1e-9)
    return abs(number - value) <= 0.5 * 10.0**-digits + 0.01 * abs(value) + 1e-12


def _read(blank: Blank, text):
    if blank.choices:
        if text not in blank.choices:
            raise ValueError(f"{text!r} is none of the choices {blank.choices}")
        return text
    if isinstance(blank.key, tuple):
        return read_shape(text) or str(text)
    if isinstance(blank.key, str):
        return str(text).strip()
    number = read_number(text)
    return str(text) if number is None else number


def _text_of(mistake: str) -> str | None:
    return MISCONCEPTIONS[mistake].text if mistake in MISCONCEPTIONS else None


def _fits(blank: Blank, said, value) -> bool:
    if isinstance(value, int | float) and isinstance(said, int | float):
        return _same(said, value, blank.digits)
    return said == value


def _follows(blank: Blank, said, before: tuple) -> bool:
    if blank.follow is None:
        return False
    try:
        return _fits(blank, said, blank.follow(before))
    except (ArithmeticError, TypeError, ValueError):
        return False  # from the earlier answers nothing follows


def _is_blank(answer) -> bool:
    if isinstance(answer, list | tuple):
        return all(_is_blank(part) for part in answer)
    return answer is None or (isinstance(answer, str) and not answer.strip())


def _check_parts(item: Item, answer, n: int) -> None:
    if not isinstance(answer, list | tuple) or len(answer) != n:
        raise ValueError(f"{item.id}: the answer must have {n} parts, it is {answer!r}")
