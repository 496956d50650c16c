"""Notes as tables: which sentence is in which note, and what is known of its words."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from helpers.notes import SCHEMAS
from helpers.notes_grammar import Record
from helpers.notes_sentence import Chart, Sentence


@dataclass(frozen=True)
class Note:
    """Sentences about one patient; `copied` says that they come from the note before."""

    chart: Chart
    sentences: list[Sentence]
    copied: bool = False


def name_of(record: Record) -> str:
    """Return the main name of a disease or state, its first field."""
    return next(iter(record.values()))[0]


def note_tables(notes: Sequence[Note]) -> dict[str, pl.DataFrame]:
    """Return the tables of :class:`helpers.notes.Notes` that list notes and sentences."""
    ids = [f"n{i:05d}" for i in range(len(notes))]
    names = ("notes", "lines", "senses", "findings", "near_duplicates")
    rows: dict[str, list[tuple]] = {name: [] for name in names}
    for i, note in enumerate(notes):
        chart, copy_of = note.chart, ids[i - 1] if note.copied else None
        rows["notes"].append(
            (ids[i], chart.patient_id, chart.part, *chart.record["system"], name_of(chart.record),
             name_of(chart.also), "F" if chart.female else "M", copy_of, len(note.sentences))
        )  # fmt: skip
        if note.copied:
            shared = overlap(note.sentences, notes[i - 1].sentences)
            rows["near_duplicates"].append((ids[i], copy_of, round(shared, 3)))
        for sentence in note.sentences:
            number = len(rows["lines"])
            held_out = int(sentence.template.held_out)
            rows["lines"].append((ids[i], sentence.template.name, " ".join(sentence.tokens)))
            rows["senses"] += [(number, *sense, held_out) for sense in sentence.senses]
            rows["findings"] += [(number, *finding) for finding in sentence.findings]
    return {name: pl.DataFrame(rows[name], schema=SCHEMAS[name], orient="row") for name in names}


def overlap(left: Sequence[Sentence], right: Sequence[Sentence], run: int = 3) -> float:
    """Return the Jaccard index of the runs of three words in two notes."""
    runs = [
        {s.tokens[i : i + run] for s in note for i in range(len(s.tokens) - run + 1)}
        for note in (left, right)
    ]
    return len(runs[0] & runs[1]) / len(runs[0] | runs[1])
