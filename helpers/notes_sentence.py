"""One sentence of a note: a template, a patient's chart, and chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from numpy.random import Generator

from helpers.notes_grammar import Choice, Grammar, Record, Slot, Template

T = TypeVar("T")


@dataclass(frozen=True)
class Chart:
    """What is true of one patient and of the author of the notes.

    Parameters
    ----------
    record, also, state
        The main disease, a second one, and a laboratory state.
    ruled_out
        A disease that the patient does not have, with only the symptoms that nothing else causes.
    abbreviates
        How often the author writes a variant of a word that has some.
    misspells
        How often the author misspells a long clinical word.
    """

    patient_id: str
    part: str
    female: bool
    age: str
    record: Record
    also: Record
    ruled_out: Record
    state: Record
    abbreviates: float
    misspells: float


@dataclass(frozen=True)
class Sentence:
    """Tokens, and what is known of some of them.

    `senses` holds (position, word, sense); `findings` holds (position, main name, 1 if present).
    """

    template: Template
    tokens: tuple[str, ...]
    senses: tuple[tuple[int, str, str], ...]
    findings: tuple[tuple[int, str, int], ...]


def pick(rng: Generator, options: Sequence[T]) -> T:
    """Return one of the options, each as likely as the others."""
    return options[int(len(options) * rng.random())]


def fits(template: Template, chart: Chart) -> bool:
    """Tell whether the chart has a word for every gap of the template, twice for a gap twice."""
    records = {"": chart.record, "also": chart.also, "not": chart.ruled_out}
    gaps = [(part.source, part.field) for part in template.parts if isinstance(part, Slot)]
    return all(
        len(records[source][field]) >= gaps.count((source, field))
        for source, field in gaps
        if source in records and field in records[source]
    )


class Scribe:
    """Writes sentences in the words of one grammar.

    Parameters
    ----------
    typos
        The misspellings of each word that has some.
    """

    def __init__(self, grammar: Grammar, typos: dict[str, list[str]]) -> None:
        self.grammar, self.typos = grammar, typos
        self.short = {long: key for key, long in grammar.senses.items() if long}

    def sentence(self, template: Template, chart: Chart, rng: Generator) -> Sentence:
        """Fill the gaps of a template, then choose among the names of each thing."""
        kin_female = rng.random() < 0.5
        words: list[str] = []  # main names
        tokens: list[str] = []  # as written
        senses, findings = [], []
        for part in template.parts:
            for word in self.words(part, chart, kin_female, words, rng).split():
                token, place = self.variant(word, chart, rng), len(tokens)
                sense = self.sense(word, token, template)
                if sense is not None:
                    senses.append((place, *sense))
                if isinstance(part, Slot) and part.mark:
                    findings.append((place, word, int(part.mark == "+")))
                elif token in self.typos and rng.random() < chart.misspells:
                    token = pick(rng, self.typos[token])
                words.append(word)
                tokens.append(token)
        return Sentence(template, tuple(tokens), tuple(senses), tuple(findings))

    def words(
        self,
        part: str | Slot | Choice,
        chart: Chart,
        kin_female: bool,
        used: list[str],
        rng: Generator,
    ) -> str:
        """Return what one part of a template says; a word already used is not drawn again."""
        if isinstance(part, str):
            return part
        if isinstance(part, Choice):
            return pick(rng, part.options)
        source, field, _ = part
        records = {"": chart.record, "also": chart.also, "not": chart.ruled_out}
        records["state"] = chart.state
        if field in records.get(source, {}):
            options = records[source][field]
            return pick(rng, [word for word in options if word not in used] or options)
        if field in self.grammar.gender:
            return self.gendered(field, kin_female if source == "rel" else chart.female)
        if field == "relative":
            return self.gendered(pick(rng, self.grammar.kin), kin_female)
        if field == "age" and source == "":
            return chart.age
        return pick(rng, [word for word in self.grammar.lists[field] if word not in used])

    def gendered(self, male: str, female: bool) -> str:
        """Return the male word or its female partner."""
        return self.grammar.gender[male] if female else male

    def variant(self, word: str, chart: Chart, rng: Generator) -> str:
        """Return the word or one of its variants, by the habit of the author."""
        variants = self.grammar.variants.get(word)
        if variants is None or rng.random() >= chart.abbreviates:
            return word
        return pick(rng, variants)

    def sense(self, word: str, token: str, template: Template) -> tuple[str, str] | None:
        """Return (token, sense) if the token is a word with two senses."""
        if template.sense is not None and token == template.sense[0]:
            return template.sense
        if word in self.short and self.short[word][0] == token:
            return self.short[word]
        return None
