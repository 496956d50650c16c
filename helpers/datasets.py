"""The data that comes with the course: read it, and make it again.

``python -m helpers.datasets`` rewrites the folder ``datasets``. What lies in it is described in
``datasets/README.md``.
"""

import gzip
import json
import zlib
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import polars as pl

from helpers.catalogue import load_catalogue
from helpers.clinic import Clinic, ClinicConfig
from helpers.notes import SCHEMAS, Notes
from helpers.records import EHR, SCHEMA, Report
from helpers.simulate import simulate_clinic
from helpers.simulate_notes import NotesConfig, simulate_notes
from helpers.simulate_tables import truth_links_schema, truth_patients_schema

DATASETS = Path(__file__).resolve().parent.parent / "datasets"
REMEDY = "`python -m helpers.datasets` writes it again"


def load_clinic(folder: Path | None = None) -> Clinic:
    """Load the simulated clinic: 3,000 patients, and the truth behind them.

    Parameters
    ----------
    folder
        Where it lies; the one of the course where None.

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    ValueError
        If a file is not what was written; the message names it.
    """
    folder = folder or DATASETS / "clinic"
    config = ClinicConfig.from_dict(json.loads(_read_bytes(folder / "config.json")))
    expected = read_checksums(folder)
    tables = {
        name: read_table(folder, name, schema, expected)
        for name, schema in clinic_schemas().items()
    }
    report = Report(f"the bundled clinic in {folder.name}/")
    for name in SCHEMA:
        report.read(name, tables[name].height)
    ehr = EHR(**{name: tables[name] for name in SCHEMA}, report=report)
    links = _links(ehr, tables["truth_links"]["true_reason_seq"])
    return Clinic(ehr, tables["truth_patients"], links, config)


def write_clinic(clinic: Clinic, folder: Path) -> None:
    """Write the tables, the settings and the checksums that :func:`load_clinic` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {name: getattr(clinic.ehr, name) for name in SCHEMA}
    ranks = clinic.truth_links.select("true_reason_seq")
    tables |= {"truth_patients": clinic.truth_patients, "truth_links": ranks}
    checksums = [write_table(folder, name, table) for name, table in tables.items()]
    (folder / "sha256.txt").write_bytes("".join(checksums).encode())
    settings = json.dumps(clinic.config.as_dict(), indent=2) + "\n"
    (folder / "config.json").write_bytes(settings.encode())


def clinic_schemas() -> dict[str, dict[str, pl.DataType]]:
    """Columns and types of every table of the clinic, as they lie on disk."""
    truth = {
        "truth_patients": truth_patients_schema(load_catalogue()),
        "truth_links": {"true_reason_seq": pl.Int32},  # row by row the treatments
    }
    return SCHEMA | truth


def _links(ehr: EHR, true_seq: pl.Series) -> pl.DataFrame:
    """Look up the code of each true reason, of which the file keeps only the rank."""
    reasons = ehr.diagnoses.rename({name: f"true_reason_{name}" for name in ("code", "system")})
    return (
        ehr.treatments.with_columns(true_reason_seq=true_seq)
        .join(
            reasons,
            left_on=["visit_id", "true_reason_seq"],
            right_on=["visit_id", "dx_seq"],
            how="left",
            maintain_order="left",
        )
        .select(list(truth_links_schema()))
    )


def load_notes(folder: Path | None = None) -> Notes:
    """Load the simulated clinical notes, and the truth that was planted in them.

    Parameters
    ----------
    folder
        Where they lie; those of the course where None.

    Examples
    --------
    >>> " ".join(load_notes().sentences("train")[0])
    'the patient is a 77 yo man whose main problem is manic_depression'

    Raises
    ------
    FileNotFoundError, ValueError
        As :func:`load_clinic`.
    """
    folder = folder or DATASETS / "notes"
    expected = read_checksums(folder)
    tables = {
        name: read_table(folder, name, schema, expected)
        for name, schema in SCHEMAS.items()
        if name != "lines"
    }
    ids = tables["notes"].select(pl.col("note_id").repeat_by("n_sentences").explode())
    columns = [
        read_table(folder, name, {name: SCHEMAS["lines"][name]}, expected)
        for name in ("template", "text")
    ]
    return Notes(lines=pl.concat([ids, *columns], how="horizontal"), **tables)


def write_notes(notes: Notes, config: NotesConfig, folder: Path) -> None:
    """Write the tables, the settings and the checksums that :func:`load_notes` reads.

    Each column of `lines` has a file of its own: ``text.csv.gz`` is a sentence a line.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = {name: getattr(notes, name) for name in SCHEMAS if name != "lines"}
    tables |= {name: notes.lines.select(name) for name in ("template", "text")}
    checksums = [write_table(folder, name, table) for name, table in tables.items()]
    (folder / "sha256.txt").write_bytes("".join(checksums).encode())
    settings = json.dumps(asdict(config), indent=2) + "\n"
    (folder / "config.json").write_bytes(settings.encode())


def write_table(folder: Path, name: str, table: pl.DataFrame) -> str:
    """Write ``name.csv.gz`` without a time stamp; return the line for ``sha256.txt``.

    The checksum is that of the text inside: gzip itself packs a little differently from one
    machine to the next.
    """
    text = table.write_csv().encode()
    (folder / f"{name}.csv.gz").write_bytes(gzip.compress(text, compresslevel=9, mtime=0))
    return f"{sha256(text).hexdigest()}  {name}.csv\n"


def read_table(
    folder: Path, name: str, schema: dict[str, pl.DataType], checksums: dict[str, str]
) -> pl.DataFrame:
    """Read ``name.csv.gz`` if its text still has the checksum it was written with.

    Raises
    ------
    FileNotFoundError, ValueError
        As :func:`load_clinic`.
    """
    path = folder / f"{name}.csv.gz"
    try:
        text = gzip.decompress(_read_bytes(path))
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise ValueError(f"{path} is damaged ({error}); {REMEDY}") from error
    if sha256(text).hexdigest() != checksums.get(f"{name}.csv"):
        raise ValueError(f"{path} is not the text that {folder / 'sha256.txt'} lists; {REMEDY}")
    return pl.read_csv(text, schema=schema)


def read_checksums(folder: Path) -> dict[str, str]:
    """Return the listed checksum of every file name in ``sha256.txt``."""
    lines = _read_bytes(folder / "sha256.txt").decode().splitlines()
    return {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}


def _read_bytes(path: Path) -> bytes:
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; {REMEDY}")
    return path.read_bytes()


if __name__ == "__main__":
    write_clinic(simulate_clinic(), DATASETS / "clinic")
    write_notes(simulate_notes(NotesConfig()), NotesConfig(), DATASETS / "notes")
