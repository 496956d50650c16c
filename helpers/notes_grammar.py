"""The grammar of the notes: facts of diseases, templates and word lists, read from CSV files.

A template is a sentence with gaps::

    {he} takes {drug} for {disease+} and {also.drug} in the [morning|evening]

``{drug}`` is filled from the record of the note's main disease, ``{also.drug}`` from its second
disease, ``{not.symptom}`` from a disease that the patient does not have, ``{state.direction}``
from a laboratory state, ``{rel.he}`` agrees with a relative, ``{job}`` comes from a word list.
``+`` marks a finding that the sentence asserts, ``-`` one that it negates. One of the words in
``[left|right]`` is written, each as often as the others.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

GRAMMAR = Path(__file__).parents[1] / "datasets" / "notes" / "grammar"
PIECE = re.compile(r"\{[^}]*\}|\[[^\]]*\]|[^\s\[\]{}]+")
SLOT = re.compile(r"\{(?:(also|not|state|rel)\.)?([a-z_]+)([+-]?)\}")

Record = dict[str, tuple[str, ...]]


class Slot(NamedTuple):
    """A gap in a template: whose record, which field of it, and ``+``, ``-`` or no mark."""

    source: str
    field: str
    mark: str


class Choice(NamedTuple):
    """Words of which one is written."""

    options: tuple[str, ...]


@dataclass(frozen=True)
class Template:
    """A sentence with gaps; `sense` is (word, sense) or None, `held_out` keeps it from training."""

    name: str
    section: str
    sense: tuple[str, str] | None
    held_out: bool
    parts: tuple[str | Slot | Choice, ...]


@dataclass(frozen=True)
class Grammar:
    """Everything the generator of the notes knows.

    `diseases` and `states` map a name to its record, a record maps a field to its possible
    words. `variants` maps a word to the other words for it, with `kinds` saying which are
    abbreviations. `senses` maps (word, sense) to the long form that the word stands for, if any.
    """

    diseases: dict[str, Record]
    states: dict[str, Record]
    templates: dict[str, tuple[Template, ...]]
    variants: dict[str, tuple[str, ...]]
    kinds: dict[str, str]
    gender: dict[str, str]
    kin: tuple[str, ...]
    antonyms: tuple[tuple[str, str], ...]
    senses: dict[tuple[str, str], str]
    lists: dict[str, tuple[str, ...]]
    plan: tuple[tuple[str, int, int], ...]

    def words(self) -> set[str]:
        """Return every word that a note can contain, misspellings aside."""
        words = set(self.variants) | {w for group in self.variants.values() for w in group}
        words |= set(self.gender) | set(self.gender.values())
        words |= {w for group in self.lists.values() for w in group}
        for record in (*self.diseases.values(), *self.states.values()):
            words |= {w for field, group in record.items() if field != "sex" for w in group}
        for template in (t for group in self.templates.values() for t in group):
            for part in template.parts:
                options = part.options if isinstance(part, Choice) else (part,)
                words |= {w for o in options if isinstance(o, str) for w in o.split()}
        return words


def parse_template(text: str) -> tuple[str | Slot | Choice, ...]:
    """Split the text of a template into words, gaps and choices.

    Examples
    --------
    >>> parse_template("no {not.symptom-} [today|now]")
    ('no', Slot(source='not', field='symptom', mark='-'), Choice(options=('today', 'now')))

    Raises
    ------
    ValueError
        If a brace or bracket is not closed, or a gap stands inside a choice or is not written
        as above.
    """
    if PIECE.sub("", text).strip() or re.search(r"\[[^\]]*\{", text):
        raise ValueError(
            f"a brace or bracket is not closed, or a gap inside a choice, in template {text!r}"
        )
    parts: list[str | Slot | Choice] = []
    for piece in PIECE.findall(text):
        if piece.startswith("["):
            parts.append(Choice(tuple(piece[1:-1].split("|"))))
        elif piece.startswith("{"):
            match = SLOT.fullmatch(piece)
            if match is None:
                raise ValueError(f"cannot read the gap {piece} in template {text!r}")
            parts.append(Slot(match[1] or "", match[2], match[3]))
        else:
            parts.append(piece)
    return tuple(parts)


def read_grammar(folder: Path = GRAMMAR) -> Grammar:
    """Read the grammar from the CSV files of a folder, and check that it hangs together.

    Raises
    ------
    ValueError
        If a template asks for a gap that nothing fills, or writes a two-sense word without saying
        which sense it has.
    """
    variants = list(_rows(folder / "variants.csv"))
    gender = list(_rows(folder / "gender.csv"))
    grammar = Grammar(
        diseases={row["disease"]: _record(row) for row in _rows(folder / "diseases.csv")},
        states={row["state"]: _record(row) for row in _rows(folder / "states.csv")},
        templates=_templates(folder / "templates.csv"),
        variants={row["word"]: tuple(row["variants"].split("|")) for row in variants},
        kinds={row["word"]: row["kind"] for row in variants},
        gender={row["male"]: row["female"] for row in gender},
        kin=tuple(row["male"] for row in gender if row["kin"]),
        antonyms=tuple((row["word"], row["opposite"]) for row in _rows(folder / "antonyms.csv")),
        senses={
            (row["word"], row["sense"]): row["stands_for"] for row in _rows(folder / "senses.csv")
        },
        lists={row["name"]: tuple(row["words"].split("|")) for row in _rows(folder / "lists.csv")},
        plan=tuple(
            (row["section"], int(row["least"]), int(row["most"]))
            for row in _rows(folder / "plan.csv")
        ),
    )
    _check(grammar)
    return grammar


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, strict=True)


def _record(row: dict[str, str]) -> Record:
    return {field: tuple(cell.split("|")) if cell else () for field, cell in row.items()}


def _templates(path: Path) -> dict[str, tuple[Template, ...]]:
    sections: dict[str, list[Template]] = {}
    for row in _rows(path):
        section = sections.setdefault(row["section"], [])
        word, _, sense = row["sense"].partition("=")
        section.append(
            Template(
                name=f"{row['section']}_{len(section) + 1:02d}",
                section=row["section"],
                sense=(word, sense) if word else None,
                held_out=row["held_out"] == "held_out",
                parts=parse_template(row["text"]),
            )
        )
    return {name: tuple(section) for name, section in sections.items()}


def _check(grammar: Grammar) -> None:
    """Raise if a template has a gap that nothing fills or a two-sense word without its sense."""
    diseases = set(next(iter(grammar.diseases.values())))
    own = diseases | set(grammar.gender) | set(grammar.lists) | {"relative"}
    fields = {
        "": own,
        "also": diseases,
        "not": diseases,
        "state": set(next(iter(grammar.states.values()))),
        "rel": set(grammar.gender) | {"age"},
    }
    ambiguous = {word for word, _ in grammar.senses}
    for template in (t for group in grammar.templates.values() for t in group):
        for part in template.parts:
            if isinstance(part, Slot) and part.field not in fields[part.source]:
                raise ValueError(f"template {template.name}: nothing fills the gap {part}")
            options = part.options if isinstance(part, Choice) else (part,)
            said = {template.sense[0]} if template.sense in grammar.senses else set()
            unsaid = ambiguous.intersection(options) - said
            if unsaid:
                raise ValueError(f"template {template.name} does not say the sense of {unsaid}")
