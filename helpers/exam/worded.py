"""Questions written by hand in TOML files: those of the course, and a lecturer's own.

A file holds items, an item its wordings ("twins": form A gets the first, form B the second)::

    [[item]]
    id = "X01"
    kind = "single"            # single, multi, shape, steps, trace, bug or essay
    topic = 8                  # row of the blueprint
    level = "U"                # R, U, Ap, An or Ev
    lesson = "12"
    section = 1
    points = 1

    [[item.twin]]
    stem = "What is a diagnosis object?"
    right = "A diagnosis with the treatments ordered for it."
    why_right = "Each object keeps the link."
    wrong = [
        { text = "All codes of a visit.", why = "That is the flat visit." },
        { text = "All diagnoses of a patient.", why = "An object belongs to one visit." },
        { text = "The picture of a tumor.", why = "An object is made of codes." },
    ]
    solution = "…"

`multi` has ``statements = [{ text, true, why }]``; `essay` has ``rubric = [{ name, anchors }]``
and ``samples = [{ text, points }]``; the others have ``blanks = [{ ask, key, why }]`` and may
have `code`. In a derivation a blank may have ``follow = "5 * b3"``: what is right after the number
that the student wrote into the third blank; `ln`, `exp` and `sigma` are known. A wrong option or a
statement may name the mistake that leads to it, ``mistake = "K9"``: only where it is the idea
itself, since a slip can land on any option.
"""

import ast
import math
import operator
import tomllib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from helpers.exam.bank import KINDS, Entry
from helpers.exam.blueprint import TOPICS
from helpers.exam.items import (
    LEVELS,
    Blank,
    Blanks,
    Criterion,
    Essay,
    Item,
    MultiSelect,
    Option,
    SingleChoice,
    Statement,
)
from helpers.exam.misconceptions import NAMED_BY_CONCEPT, cluster_of
from helpers.exam.page import to_html

BY_HAND = tuple(kind for kind in KINDS if kind not in ("numeric", "plot"))
PLACE = {"topic": int, "level": str, "lesson": str, "section": int, "points": int}
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}
FUNCTIONS = {"ln": math.log, "exp": math.exp, "sigma": lambda x: 1 / (1 + math.exp(-x))}
HEAD = {"id": str, "kind": str, **PLACE}


class BadItem(ValueError):
    """Something is wrong with an item; the message says what, in which file, at which item."""


def read_items(file: Path) -> list[Entry]:
    """Read the questions of a file.

    Raises
    ------
    BadItem
        If the file is no TOML, or an item is not complete.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadItem(f"{file.name} is not TOML: {error}") from None
    if unknown := set(content) - {"item"}:
        raise BadItem(f"{file.name}: {sorted(unknown)[0]!r} is not known here; write [[item]]")
    entries: list[Entry] = []
    for number, raw in enumerate(content.get("item", []), 1):
        entry = _Reader(f"{file.name}, item {raw.get('id', number)}").entry(raw)
        if entry.id in {e.id for e in entries}:
            raise BadItem(f"{file.name}: two items are called {entry.id}")
        entries.append(entry)
    if not entries:
        raise BadItem(f"{file.name} holds no [[item]]")
    return entries


class _Reader:
    """Read one item, and complain about it by its name."""

    def __init__(self, where: str):
        self.where = where

    def bad(self, text: str) -> BadItem:
        return BadItem(f"{self.where}: {text}")

    def entry(self, raw: dict) -> Entry:
        self.fields(
            raw, {**HEAD, "twin": list}, {"family": str, "gives_away": list, "counts_as": list}
        )
        kind = raw["kind"]
        if kind not in BY_HAND:
            raise self.bad(f"kind is {kind!r}, one of {', '.join(BY_HAND)} is needed")
        if raw["level"] not in LEVELS:
            raise self.bad(f"level is {raw['level']!r}, one of {', '.join(LEVELS)} is needed")
        if not 1 <= raw["topic"] <= len(TOPICS):
            raise self.bad(f"topic is {raw['topic']}, topics are numbered 1 to {len(TOPICS)}")
        if raw["points"] < 1 or raw["section"] < 1:
            raise self.bad("points and section must be 1 or more")
        place = {name: raw[name] for name in ("id", *PLACE)}
        if "counts_as" in raw:
            place["counts_as"] = self.counts_as(raw)
        read = {"single": self.single, "multi": self.multi, "essay": self.essay}.get(kind)
        twins = []
        for number, twin in enumerate(raw["twin"], 1):
            self.where = self.where.split(", twin")[0] + f", twin {number}"
            made = read(twin, place) if read else self.blanks(twin, place, kind)
            self.check_text({name: text for name, text in twin.items() if name != "code"})
            twins.append(made)
        if not twins:
            raise self.bad("there is no [[item.twin]]")
        return Entry(
            raw["id"],
            raw.get("family", raw["id"]),
            partial(_shuffled, tuple(twins)),
            len(twins),
            tuple(raw.get("gives_away", ())),
        )

    def fields(self, raw: dict, needed: dict, allowed: dict) -> None:
        """Refuse what is missing, of another type, or not known."""
        for name in needed:
            if name not in raw:
                raise self.bad(f"{name!r} is missing")
        for name, value in raw.items():
            type_ = {**needed, **allowed}.get(name)
            if type_ is None:
                known = ", ".join({**needed, **allowed})
                raise self.bad(f"{name!r} is not known here; known are {known}")
            if not isinstance(value, type_) or (isinstance(value, bool) and type_ is not bool):
                what = getattr(type_, "__name__", "number, text or shape")
                raise self.bad(f"{name!r} is {value!r}, a {what} is needed")
            if isinstance(value, str) and not value.strip():
                raise self.bad(f"{name!r} is empty")

    def counts_as(self, raw: dict) -> tuple[tuple[int, str, int], ...]:
        """Read the parts of an item that belongs to several topics or levels."""
        parts = tuple(tuple(part) for part in raw["counts_as"])
        for part in parts:
            if len(part) != 3 or part[0] not in range(1, len(TOPICS) + 1) or part[1] not in LEVELS:
                raise self.bad(f"counts_as has {list(part)}, [topic, level, points] is needed")
        if sum(points for _, _, points in parts) != raw["points"]:
            raise self.bad(f"the parts of counts_as do not add up to {raw['points']} points")
        return parts

    def check_text(self, twin: dict) -> None:
        """Refuse a formula that cannot be printed."""
        for text in _texts(twin):
            try:
                to_html(text)
            except ValueError as error:
                raise self.bad(str(error)) from None

    def mistake(self, raw: dict) -> str | None:
        mistake = raw.get("mistake")
        if mistake is not None:
            try:
                cluster_of(mistake)
            except KeyError as error:
                raise self.bad(error.args[0]) from None
        return mistake

    def single(self, twin: dict, place: dict) -> Callable[[np.random.Generator], Item]:
        self.fields(
            twin,
            {"stem": str, "right": str, "why_right": str, "wrong": list, "solution": str},
            {},
        )
        options = [Option(twin["right"], twin["why_right"])]
        for raw in twin["wrong"]:
            self.fields(raw, {"text": str, "why": str}, {"mistake": str})
            options.append(Option(raw["text"], raw["why"], self.mistake(raw)))
        if place["id"] in NAMED_BY_CONCEPT and not any(option.mistake for option in options):
            options[1] = replace(options[1], mistake=place["id"])  # the most tempting comes first
        texts = [option.text for option in options]
        if not 4 <= len(options) <= 5:
            raise self.bad(f"there are {len(options)} options; 3 or 4 wrong ones are needed")
        if len(set(texts)) < len(texts):
            raise self.bad("two options are the same")

        def make(rng: np.random.Generator) -> Item:
            order = rng.permutation(len(options))
            return SingleChoice(
                **place,
                stem=twin["stem"],
                solution=twin["solution"],
                options=tuple(options[i] for i in order),
                right=int(np.flatnonzero(order == 0)[0]),
            )

        return make

    def multi(self, twin: dict, place: dict) -> Callable[[np.random.Generator], Item]:
        self.fields(twin, {"stem": str, "statements": list, "solution": str}, {})
        statements = []
        for raw in twin["statements"]:
            self.fields(raw, {"text": str, "true": bool, "why": str}, {"mistake": str})
            statements.append(Statement(raw["text"], raw["true"], raw["why"], self.mistake(raw)))
        true = sum(s.true for s in statements)
        if not 4 <= len(statements) <= 6 or not 0 < true < len(statements):
            raise self.bad(
                f"{true} of {len(statements)} statements are true; "
                "four to six are needed, some true and some false"
            )

        def make(rng: np.random.Generator) -> Item:
            order = rng.permutation(len(statements))
            return MultiSelect(
                **place,
                stem=twin["stem"],
                solution=twin["solution"],
                statements=tuple(statements[i] for i in order),
            )

        return make

    def blanks(self, twin: dict, place: dict, kind: str) -> Callable[[np.random.Generator], Item]:
        self.fields(twin, {"stem": str, "blanks": list, "solution": str}, {"code": str})
        blanks = []
        for raw in twin["blanks"]:
            self.fields(
                raw,
                {"ask": str, "key": int | float | str | list, "why": str},
                {"choices": list, "digits": int, "points": int, "wrong": list, "follow": str},
            )
            key = tuple(raw["key"]) if isinstance(raw["key"], list) else raw["key"]
            choices = tuple(raw.get("choices", ()))
            if choices and (key not in choices or len(set(choices)) < len(choices)):
                raise self.bad(f"the key {key!r} is not one of the choices, or two are the same")
            if isinstance(key, str) and not choices:
                raise self.bad(f"the key {key!r} is text: give the choices")
            wrong = []
            for other in raw.get("wrong", []):
                self.fields(other, {"answer": int | float | str | list, "mistake": str}, {})
                answer = other["answer"]
                answer = tuple(answer) if isinstance(answer, list) else answer
                wrong.append((answer, self.mistake(other)))
            blanks.append(
                Blank(
                    raw["ask"],
                    key,
                    raw["why"],
                    choices,
                    raw.get("digits"),
                    follow=self.follow(raw["follow"], len(blanks)) if "follow" in raw else None,
                    wrong=tuple(wrong),
                    points=raw.get("points", 1),
                )
            )
        total = sum(blank.points for blank in blanks)
        if total != place["points"]:
            raise self.bad(f"the blanks are worth {total} points, the item {place['points']}")

        def make(rng: np.random.Generator) -> Item:
            return Blanks(
                **place,
                stem=twin["stem"],
                solution=twin["solution"],
                kind=kind,
                blanks=tuple(
                    replace(b, choices=tuple(b.choices[i] for i in rng.permutation(len(b.choices))))
                    for b in blanks
                ),
                code=twin.get("code", ""),
            )

        return make

    def follow(self, text: str, n_before: int) -> Callable[[tuple], float]:
        """Read how an answer follows from the answers before it, ``"-ln(b2)"``."""
        try:
            tree = ast.parse(text, mode="eval").body
            _compute(tree, {f"b{n}": 0.5 for n in range(1, n_before + 1)})
        except (SyntaxError, KeyError, ArithmeticError, ValueError):
            raise self.bad(
                f"follow is {text!r}: write numbers, + - * /, {', '.join(FUNCTIONS)} "
                f"and the blanks before, b1 to b{n_before}"
            ) from None
        return lambda before: _compute(tree, {f"b{n}": x for n, x in enumerate(before, 1)})

    def essay(self, twin: dict, place: dict) -> Callable[[np.random.Generator], Item]:
        self.fields(twin, {"stem": str, "rubric": list, "samples": list, "solution": str}, {})
        rubric = []
        for raw in twin["rubric"]:
            self.fields(raw, {"name": str, "anchors": list}, {})
            if len(raw["anchors"]) != 3:
                raise self.bad(f"criterion {raw['name']!r} needs anchors for 0, 1 and 2 points")
            rubric.append(Criterion(raw["name"], tuple(raw["anchors"])))
        if 2 * len(rubric) != place["points"]:
            raise self.bad(
                f"{len(rubric)} criteria are worth {2 * len(rubric)} points, "
                f"the item {place['points']}"
            )
        samples = []
        for raw in twin["samples"]:
            self.fields(raw, {"text": str, "points": int}, {})
            samples.append((raw["text"], raw["points"]))
        item = Essay(
            **place,
            stem=twin["stem"],
            solution=twin["solution"],
            rubric=tuple(rubric),
            samples=tuple(samples),
        )
        return lambda rng: item


def _compute(node: ast.expr, names: dict[str, float]) -> float:
    """Compute a formula; KeyError where it has anything but numbers and what is named above."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.Name(id=name):
            return names[name]
        case ast.UnaryOp(op=op, operand=x):
            return OPERATORS[type(op)](_compute(x, names))
        case ast.BinOp(left=x, op=op, right=y):
            return OPERATORS[type(op)](_compute(x, names), _compute(y, names))
        case ast.Call(func=ast.Name(id=name), args=[x], keywords=[]):
            return FUNCTIONS[name](_compute(x, names))
    raise KeyError(ast.unparse(node))


def _shuffled(twins, rng: np.random.Generator, twin: int) -> Item:
    return twins[twin % len(twins)](rng)


def _texts(raw) -> list[str]:
    if isinstance(raw, str):
        return [raw]
    values = raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else ()
    return [text for value in values for text in _texts(value)]
