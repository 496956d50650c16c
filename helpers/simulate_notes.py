"""Simulate clinical notes whose meaning is known.

Every word is drawn by a grammar (:mod:`helpers.notes_grammar`), so the truth of what an
embedding should find is known: which words name one thing, which sense a word has, which drug
treats what, what is negated, which note was copied. No sentence comes from a real record.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import polars as pl
from numpy.random import PCG64, Generator, SeedSequence

from helpers.notes import Notes
from helpers.notes_grammar import Grammar, Record, Template, read_grammar
from helpers.notes_sentence import Chart, Scribe, Sentence, fits, pick
from helpers.notes_tables import Note, name_of, note_tables
from helpers.notes_truth import analogy_table, antonym_table, synonym_table, typo_table

PATIENT, TYPOS, ANALOGIES = range(3)  # each has random numbers of its own


@dataclass(frozen=True)
class NotesConfig:
    """What to simulate. A share of .1 is one in ten."""

    n_notes: int = 1800  # notes, of about seventeen sentences
    test_share: float = 0.1  # share of patients whose notes are the test part
    filler_share: float = 0.1  # share of sentences that say nothing about the disease
    terse_share: float = 0.5  # share of patients whose author likes abbreviations
    terse_habit: float = 0.75  # how often that author abbreviates; another does so 1 - this
    copied_share: float = 0.08  # share of patients with a second note, copied forward
    fresh_share: float = 0.12  # share of patients with a second note, written anew
    edited_share: float = 0.1  # share of the sentences of a copied note that are rewritten
    test_senses: int = 4  # sentences with a two-sense word in a test note, all held out
    typo_share: float = 0.03  # share of the long clinical words misspelled, in test notes only
    per_relation: int = 150  # analogy questions of each relation of diseases
    seed: int = 0

    def __post_init__(self) -> None:
        if self.n_notes < 1:
            raise ValueError(f"n_notes is {self.n_notes}, it must be at least 1")
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name.endswith(("_share", "_habit")) and not 0 <= value <= 1:
                raise ValueError(f"{field.name} is {value}, it must lie between 0 and 1")
        if self.filler_share == 1:
            raise ValueError("filler_share is 1, which leaves no sentence about a disease")
        if self.copied_share + self.fresh_share > 1:
            raise ValueError("copied_share and fresh_share are together more than 1")


def simulate_notes(config: NotesConfig, grammar: Grammar | None = None) -> Notes:
    """Simulate notes and their answer key.

    Every patient draws from random numbers of their own, so the first hundred notes are the
    same in a corpus of a hundred and in one of a million.

    Parameters
    ----------
    grammar
        Facts and templates; by default those shipped in ``datasets/notes/grammar``.

    Examples
    --------
    >>> notes = simulate_notes(NotesConfig(n_notes=2))
    >>> notes.sentences()[0][:7]
    ['the', 'patient', 'is', 'a', '77', 'yo', 'man']
    """
    grammar = read_grammar() if grammar is None else grammar
    typos = typo_table(grammar, _stream(config.seed, TYPOS))
    ward = _Ward(config, grammar, typos)
    notes: list[Note] = []
    patient = 0
    while len(notes) < config.n_notes:
        notes += ward.notes_of(patient)
        patient += 1
    analogies = analogy_table(grammar, _stream(config.seed, ANALOGIES), config.per_relation)
    return Notes(
        **note_tables(notes[: config.n_notes]),
        synonyms=synonym_table(grammar),
        antonyms=antonym_table(grammar),
        analogies=analogies,
        typos=typos,
    )


class _Ward:
    """Patients and their notes, one patient after the other."""

    def __init__(self, config: NotesConfig, grammar: Grammar, typos: pl.DataFrame) -> None:
        self.config, self.grammar = config, grammar
        wrong: dict[str, list[str]] = {}
        for typo, word, _ in typos.iter_rows():
            wrong.setdefault(word, []).append(typo)
        self.scribe = Scribe(grammar, wrong)
        self.clash = {frozenset(pair) for pair in grammar.antonyms}

    def notes_of(self, patient: int) -> list[Note]:
        """Return the one or two notes of a patient."""
        rng = _stream(self.config.seed, PATIENT, patient)
        chart = self.chart(f"p{patient:05d}", rng)
        first = Note(chart, self.note(chart, rng))
        kind = rng.random() - self.config.copied_share
        if kind < 0:
            return [first, Note(chart, self.copy_forward(first, rng), copied=True)]
        if kind < self.config.fresh_share:
            return [first, Note(chart, self.note(chart, rng))]
        return [first]

    def chart(self, patient_id: str, rng: Generator) -> Chart:
        """Draw a patient, and an author for the notes."""
        female, terse = rng.random() < 0.5, rng.random() < self.config.terse_share
        test = rng.random() < self.config.test_share
        sexes = ((), ("F" if female else "M",))
        fitting = [r for r in self.grammar.diseases.values() if r["sex"] in sexes]
        record = pick(rng, fitting)
        also = pick(rng, self.compatible(fitting, record))
        rest = self.compatible(fitting, record, also)
        near = [r for r in rest if r["system"] == record["system"]]
        ruled_out = pick(rng, near if near and rng.random() < 0.5 else rest)
        states = list(self.grammar.states.values())
        state = pick(rng, self.compatible(states, record, also, ruled_out))
        own = {*record["symptom"], *also["symptom"], *state["sign"]}
        return Chart(
            patient_id=patient_id,
            part="test" if test else "train",
            female=female,
            age=pick(rng, self.grammar.lists["age"]),
            record=record,
            also=also,
            ruled_out={
                **ruled_out,
                "symptom": tuple(s for s in ruled_out["symptom"] if s not in own),
            },
            state=state,
            abbreviates=self.config.terse_habit if terse else 1 - self.config.terse_habit,
            misspells=self.config.typo_share if test else 0.0,
        )

    def compatible(self, records: Sequence[Record], *taken: Record) -> list[Record]:
        """Return the records that are neither taken nor the opposite of one that is."""
        names = {name_of(record) for record in taken}
        return [
            record
            for record in records
            if name_of(record) not in names
            and not any(frozenset((name_of(record), name)) in self.clash for name in names)
        ]

    def note(self, chart: Chart, rng: Generator) -> list[Sentence]:
        """Write a note section by section, with filler in between."""
        sentences = []
        filler = self.config.filler_share / (1 - self.config.filler_share)
        for section, least, most in self.grammar.plan:
            if section == "sense" and chart.part == "test":
                least = most = self.config.test_senses
            drawn: list[Template] = []
            for _ in range(least + int((most - least + 1) * rng.random())):
                drawn.append(self.template(section, chart, rng, drawn))
                sentences.append(self.scribe.sentence(drawn[-1], chart, rng))
                if rng.random() < filler:
                    template = self.template("filler", chart, rng)
                    sentences.append(self.scribe.sentence(template, chart, rng))
        return sentences

    def copy_forward(self, note: Note, rng: Generator) -> list[Sentence]:
        """Copy a note as a hurried author does: a few sentences are written anew."""
        copy = []
        for sentence in note.sentences:
            if rng.random() < self.config.edited_share:
                template = self.template(sentence.template.section, note.chart, rng)
                sentence = self.scribe.sentence(template, note.chart, rng)
            copy.append(sentence)
        return copy

    def template(
        self, section: str, chart: Chart, rng: Generator, drawn: Sequence[Template] = ()
    ) -> Template:
        """Draw a template of a section that is not drawn yet and that the chart can fill.

        Two-sense words come from held-out templates in test notes, and only there.
        """
        held_out = section == "sense" and chart.part == "test"
        candidates = self.grammar.templates[section]
        return pick(
            rng,
            [
                template
                for template in candidates
                if template.held_out == held_out and template not in drawn and fits(template, chart)
            ],
        )


def _stream(seed: int, *key: int) -> Generator:
    """Return random numbers that depend on the seed and the key alone."""
    return Generator(PCG64(SeedSequence(seed, spawn_key=key)))
