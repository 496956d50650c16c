"""What the notes corpus is: sentences in notes, and the truth that was planted in them.

A *sentence* is a row of ``lines``; its number in that table, from 0, is its ``sentence_id``.
A *note* is the run of sentences with one ``note_id``. Words that belong together are one
token joined by underscores (``chest_pain``), so a sentence splits at spaces.
"""

from dataclasses import dataclass

import polars as pl

PARTS = ("train", "test")
SCHEMAS = {
    "notes": {
        "note_id": pl.String,
        "patient_id": pl.String,
        "part": pl.String,
        "system": pl.String,
        "disease": pl.String,
        "also": pl.String,
        "sex": pl.String,
        "copy_of": pl.String,
        "n_sentences": pl.Int32,
    },
    "lines": {"note_id": pl.String, "template": pl.String, "text": pl.String},
    "senses": {
        "sentence_id": pl.Int32,
        "position": pl.Int32,
        "word": pl.String,
        "sense": pl.String,
        "held_out": pl.Int32,
    },
    "findings": {
        "sentence_id": pl.Int32,
        "position": pl.Int32,
        "finding": pl.String,
        "present": pl.Int32,
    },
    "near_duplicates": {"note_id": pl.String, "copy_of": pl.String, "shared": pl.Float64},
    "synonyms": {"word": pl.String, "synonym": pl.String, "kind": pl.String},
    "antonyms": {"word": pl.String, "opposite": pl.String},
    "analogies": dict.fromkeys(("relation", "a", "b", "c", "answers"), pl.String),
    "typos": {"typo": pl.String, "word": pl.String, "edit": pl.String},
}


@dataclass(frozen=True)
class Notes:
    """A corpus of clinical notes with its answer key.

    Parameters
    ----------
    notes
        One row a note: ``note_id``, ``patient_id``, ``part`` (train or test), ``system`` (the
        topic, such as cardiology), ``disease`` (the main one), ``also`` (a second disease),
        ``sex`` (F or M), ``copy_of`` (the note it was copied forward from, or null) and
        ``n_sentences``.
    lines
        One row a sentence, in reading order: ``note_id``, ``template`` and ``text``.
    senses
        One row an occurrence of a word with two senses: ``sentence_id``, ``position`` of the
        token in its sentence, ``word``, ``sense`` and ``held_out`` (1 if the sentence comes from
        a template that no training note uses).
    findings
        One row a mention of a disease or symptom whose truth is known: ``sentence_id``,
        ``position``, ``finding`` (its main name) and ``present`` (1 asserted, 0 negated).
    near_duplicates
        Pairs of notes, one copied forward from the other: ``note_id``, ``copy_of`` and ``shared``,
        the share of three-word runs that the two have in common (Jaccard).
    synonyms
        ``word``, ``synonym`` and ``kind``: both name one thing.
    antonyms
        ``word`` and ``opposite``.
    analogies
        ``relation``, ``a``, ``b``, ``c`` and ``answers``: a is to b as c is to any of the answers,
        which are separated by ``|``.
    typos
        ``typo``, ``word`` (as it should be) and ``edit`` (the one edit between them). A typo occurs
        in test notes only.
    """

    notes: pl.DataFrame
    lines: pl.DataFrame
    senses: pl.DataFrame
    findings: pl.DataFrame
    near_duplicates: pl.DataFrame
    synonyms: pl.DataFrame
    antonyms: pl.DataFrame
    analogies: pl.DataFrame
    typos: pl.DataFrame

    def sentences(self, part: str | None = "train") -> list[list[str]]:
        """Return the sentences of one part as lists of tokens; of both parts for ``None``.

        Raises
        ------
        ValueError
            If there is no such part.
        """
        if part is None:
            return [text.split() for text in self.lines["text"]]
        if part not in PARTS:
            raise ValueError(f"no part {part!r} in the notes; choose one of {PARTS} or None")
        chosen = self.lines.join(
            self.notes.filter(pl.col("part") == part),
            on="note_id",
            how="semi",
            maintain_order="left",
        )
        return [text.split() for text in chosen["text"]]

    def documents(self) -> dict[str, list[list[str]]]:
        """Return the sentences of every note, under its note_id."""
        documents: dict[str, list[list[str]]] = {note_id: [] for note_id in self.notes["note_id"]}
        for note_id, text in self.lines.select("note_id", "text").iter_rows():
            documents[note_id].append(text.split())
        return documents
