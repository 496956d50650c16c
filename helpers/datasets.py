"""The door to the bundled data: read it, or write it again from its generator."""

import gzip
import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import polars as pl

from helpers.notes import SCHEMAS, Notes
from helpers.simulate_notes import NotesConfig, simulate_notes

DATASETS = Path(__file__).parents[1] / "datasets"
NOTES = DATASETS / "notes"
NOTES_TABLES = {
    "notes": "notes.csv.gz",
    "senses": "senses.csv.gz",
    "findings": "findings.csv.gz",
    "near_duplicates": "near_duplicates.csv",
    "synonyms": "synonyms.csv",
    "antonyms": "antonyms.csv",
    "analogies": "analogies.csv.gz",
    "typos": "typos.csv",
}
NOTES_TEXT = "sentences.txt.gz"  # a sentence a line, an empty line after each note
NOTES_TEMPLATES = "templates.txt.gz"  # the template of each sentence, a line each


def load_notes(folder: Path = NOTES) -> Notes:
    """Read the notes corpus and its answer key.

    Examples
    --------
    >>> notes = load_notes()
    >>> " ".join(notes.sentences("train")[0])

    Raises
    ------
    FileNotFoundError
        If a file of the corpus is missing.
    ValueError
        If the files do not fit together: a sentence without a template, a note without a row.
    """
    tables = {
        name: pl.read_csv(_text(folder / file).encode(), schema=SCHEMAS[name])
        for name, file in NOTES_TABLES.items()
    }
    blocks = [block.splitlines() for block in _text(folder / NOTES_TEXT).split("\n\n") if block]
    ids, templates = tables["notes"]["note_id"], _text(folder / NOTES_TEMPLATES).splitlines()
    if len(blocks) != len(ids) or sum(map(len, blocks)) != len(templates):
        raise ValueError(
            f"{folder}: {len(blocks)} notes of {sum(map(len, blocks))} sentences in {NOTES_TEXT}, "
            f"{len(ids)} notes in {NOTES_TABLES['notes']}, {len(templates)} lines in {NOTES_TEMPLATES}"
        )
    lines = [(i, text) for i, block in zip(ids, blocks, strict=True) for text in block]
    rows = [(i, name, text) for (i, text), name in zip(lines, templates, strict=True)]
    return Notes(lines=pl.DataFrame(rows, schema=SCHEMAS["lines"], orient="row"), **tables)


def write_notes(notes: Notes, config: NotesConfig, folder: Path = NOTES) -> None:
    """Write a corpus that :func:`load_notes` reads; the same corpus gives the same bytes.

    ``sha256.txt`` lists the digest of each file, of its contents before compression.
    """
    folder.mkdir(parents=True, exist_ok=True)
    contents = {file: getattr(notes, name).write_csv() for name, file in NOTES_TABLES.items()}
    contents[NOTES_TEXT] = "\n".join(
        "".join(" ".join(sentence) + "\n" for sentence in note)
        for note in notes.documents().values()
    )
    contents[NOTES_TEMPLATES] = "".join(f"{name}\n" for name in notes.lines["template"])
    contents["config.json"] = json.dumps(asdict(config), indent=2) + "\n"
    contents["sha256.txt"] = "".join(
        f"{hashlib.sha256(contents[file].encode()).hexdigest()}  {file.removesuffix('.gz')}\n"
        for file in sorted(contents)
    )
    for file, text in contents.items():
        data = text.encode()
        packed = gzip.compress(data, 9, mtime=0) if file.endswith(".gz") else data
        (folder / file).write_bytes(packed)


def _text(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")


def main() -> None:
    """Write the bundled data again."""
    write_notes(simulate_notes(NotesConfig()), NotesConfig())


if __name__ == "__main__":
    main()
