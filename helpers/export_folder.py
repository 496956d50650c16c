"""The folder of an export: which tables it holds, and which source it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.report import Report
from helpers.tables import read_header

ENDINGS = (".csv", ".csv.gz")

LOADERS = {
    "mimic3": "MIMIC-III: use load_mimic3",
    "mimic4": "MIMIC-IV: use load_mimic4",
    "synthea": "Synthea: use load_synthea",
    "omop": "the OMOP common data model, for which there is no loader yet",
}
"""Sources that :func:`recognize` can tell apart."""


@dataclass(frozen=True)
class Export:
    """The tables of a folder, by lower-case name without ending.

    Parameters
    ----------
    folder
        Where they lie.
    tables
        One path a table.
    set_aside
        Files that hold a table which another file holds too.
    """

    folder: Path
    tables: dict[str, Path]
    set_aside: tuple[Path, ...] = ()

    def need(self, table: str, why: str) -> Path:
        """Return the path of a table that must be there.

        Raises
        ------
        FileNotFoundError
            If it is not; the message says what it is for, lists the tables that are there, and
            names a folder below that has it.
        """
        if table not in self.tables:
            found = ", ".join(path.name for path in self.tables.values())
            raise FileNotFoundError(
                f"no {table} table in {self.folder} (looked for {table}.csv and {table}.csv.gz in "
                f"upper and lower case): {why}. Found: {found}{self._elsewhere(table)}"
            )
        return self.tables[table]

    def _elsewhere(self, table: str) -> str:
        names = {f"{table}{ending}" for ending in ENDINGS}
        places = sorted(str(p.parent) for p in self.folder.rglob("*") if p.name.lower() in names)
        return f". There is one in {places[-1]}" if places else ""

    def want(self, table: str, without: str, report: Report) -> Path | None:
        """Return the path of a table that may be missing, and then say so in the report."""
        if table not in self.tables:
            report.remark(f"no {table} table: {without}")
        return self.tables.get(table)


def open_export(folder: str | Path, inside: Sequence[str] = ("",)) -> Export:
    """Find the tables of an export.

    Parameters
    ----------
    folder
        The export.
    inside
        Sub-folders in which tables may lie. Where two files hold one table, the first
        sub-folder wins, and in it the plain file over the gzipped one.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist, is a file, or holds no table.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        what = "is a file: give the folder that holds it" if folder.exists() else "does not exist"
        raise FileNotFoundError(f"{folder} {what}")
    tables: dict[str, Path] = {}
    set_aside = []
    for place in inside:
        for ending in ENDINGS:
            for path in _files(folder / place, ending):
                name = path.name.lower().removesuffix(ending)
                if tables.setdefault(name, path) != path:
                    set_aside.append(path)
    if not tables:
        raise FileNotFoundError(f"no .csv or .csv.gz table in {folder}{_what_is_there(folder)}")
    return Export(folder, tables, tuple(set_aside))


def recognize(export: Export) -> str | None:
    """Say which source an export looks like: a key of :data:`LOADERS`, or None."""
    tables = export.tables
    if "condition_occurrence" in tables:
        return "omop"
    if "encounters" in tables or "conditions" in tables:
        return "synthea"
    if "diagnoses_icd" in tables:
        header = read_header(tables["diagnoses_icd"])
        if "icd9_code" in header:
            return "mimic3"
        return "mimic4" if "icd_version" in header or "icd_code" in header else None
    return None


def refuse_other_source(export: Export, source: str) -> None:
    """Refuse a folder that clearly belongs to another loader.

    Raises
    ------
    ValueError
        If :func:`recognize` finds another source than `source`.
    """
    found = recognize(export)
    if found not in (None, source):
        raise ValueError(f"{export.folder} looks like {LOADERS[found]}")


def _files(folder: Path, ending: str) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.name.lower().endswith(ending) and p.is_file())


def _what_is_there(folder: Path) -> str:
    entries = sorted(path.name for path in folder.iterdir())
    if not entries:
        return ": the folder is empty"
    below = sorted({str(p.parent) for end in ENDINGS for p in folder.glob(f"*/**/*{end}")})
    if below:
        return f"; there are tables in {', '.join(below[:3])}"
    return f"; it holds {', '.join(entries[:10])}"
