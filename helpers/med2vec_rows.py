"""The flat list of visits of the released Med2Vec program (Choi et al. 2016).

``[[5, 8, 15], [2], [-1], [8, 3]]`` is two patients, of two visits and of one: a visit is a list
of ids, and ``[-1]`` ends a patient. After the last patient it is usually left out. Two in a row
are a patient without visits. The grouped codes lie in a list of the same shape, and demographics
in a matrix with one row for each of these rows, all zero where a patient ends.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from jaxtyping import Bool, Int

from helpers.code_lists import Where, chained, lengths_of, shown, whole_numbers
from helpers.code_names import nameless, read_types, used_names
from helpers.report import Report
from helpers.safe_pickle import load_pickle
from helpers.seqs_folder import companion

END = -1
"""The only member of a row that ends a patient."""


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a file, visits and ends of patients, as they stand.

    Parameters
    ----------
    path
        The file.
    ids
        The codes of all visits, without the ends of patients.
    lengths
        How many codes each row has; 0 where a patient ends.
    is_end
        True where a patient ends, and one more at the end of the file where it was left out.
    """

    path: Path
    ids: Int[np.ndarray, " codes"]
    lengths: Int[np.ndarray, " rows"]
    is_end: Bool[np.ndarray, " rows"]

    @cached_property
    def visits_of(self) -> Int[np.ndarray, " patients"]:
        """How many visits each patient has."""
        ends = np.flatnonzero(self.is_end)
        return np.diff(ends, prepend=-1) - 1

    @cached_property
    def visit_of_code(self) -> Int[np.ndarray, " codes"]:
        """The visit of every code, counted over all patients."""
        codes_of = self.lengths[~self.is_end]
        return np.repeat(np.arange(len(codes_of)), codes_of)

    def place(self, row: int) -> str:
        """Name a row for a message."""
        return f"{self.path.name}, {_place(self.is_end, row)}"

    def place_of_id(self, code: int) -> str:
        """Name the first row with this id."""
        first = np.flatnonzero(self.ids == code)[0]
        return self.place(int(np.searchsorted(np.cumsum(self.lengths), first, side="right")))


def read_rows(path: Path) -> Rows:
    """Read a file of visits, or of visits in grouped codes.

    Raises
    ------
    ValueError
        If it is no flat list of visits; the message names the patient and the visit.
    """
    data = load_pickle(path)
    if not isinstance(data, list | tuple) or not data:
        raise ValueError(f"{path.name} is {shown(data)}, not a list of visits ({path})")
    try:
        return _checked(path, data)
    except ValueError as error:
        raise ValueError(f"{error} ({path})") from None


def name_codes(rows: Rows, system: str, report: Report | None = None) -> pl.DataFrame:
    """Return what the ids mean, from the file of names that belongs to the rows.

    Raises
    ------
    ValueError
        If there is such a file and it is damaged, or has no name for an id.
    """
    used = np.unique(rows.ids)
    path = companion(rows.path, ".types")
    if path is None:
        if report:
            report.remark(f"no file .types says what the ids mean: id 0 is the code {system}:0")
        return nameless(used, "dx", system)
    named = read_types(path, system)
    if report:
        stray = np.setdiff1d(named["id"].to_numpy(), used).size
        report.note("codes", f"in {path.name} and in no visit, left out", stray)
    return used_names(named, used, path, rows.place_of_id)


def _checked(path: Path, data: list | tuple) -> Rows:
    def by_number(row: int) -> str:
        return f"{path.name}, row {row + 1} (seqs[{row}])"

    lengths = lengths_of(data, by_number, "a visit")
    is_end = np.fromiter((len(row) == 1 and row[0] == END for row in data), bool, len(data))

    def by_patient(row: int) -> str:
        return f"{path.name}, {_place(is_end, row)}"

    _refuse_nested(path, data, by_patient)
    flat = chained(data, lengths, by_patient)
    row_of_code = np.repeat(np.arange(len(data)), lengths)
    ids = whole_numbers(flat, lambda code: by_patient(int(row_of_code[code])), smallest=END)
    is_visit = ~is_end[row_of_code]
    inside = np.flatnonzero((ids == END) & is_visit)
    if inside.size:
        place = by_patient(int(row_of_code[inside[0]]))
        raise ValueError(f"{place}: -1 ends a patient and stands alone, but is in a visit")
    lengths[is_end] = 0
    if not is_end[-1]:
        is_end, lengths = np.append(is_end, True), np.append(lengths, 0)
    return Rows(path, ids[is_visit], lengths, is_end)


def _refuse_nested(path: Path, data: list | tuple, where: Where) -> None:
    """Tell the formats of other programs from a list that is nested too deep by accident."""
    nested = next((i for i, row in enumerate(data) if row and isinstance(row[0], list | tuple)), -1)
    if nested < 0:
        return
    visit = data[nested][0]
    if visit and isinstance(visit[0], list | tuple):
        raise ValueError(f"{path.name} is nested like a file of MiME: use load_mime")
    raise ValueError(
        f"{where(nested)}: a list in a visit, nested one level too deep. Med2Vec has one flat list "
        "of visits with [-1] between patients: "
        "[visit for patient in seqs for visit in [*patient, [-1]]]"
    )


def _place(is_end: np.ndarray, row: int) -> str:
    """Count patients and visits from 1, as people do, and add the place as Python has it."""
    ends = np.flatnonzero(is_end[:row])
    visit = row - (ends[-1] if ends.size else -1)
    return f"patient {len(ends) + 1}, visit {visit} (seqs[{row}])"
