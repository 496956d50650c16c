"""Demographics for the released Med2Vec program: a matrix beside the file of visits.

It has one row for each row of the file of visits, ``[45.0, 1, 0]`` for one, and a row of zeros
where a patient ends.
"""

from pathlib import Path

import numpy as np
import polars as pl
from jaxtyping import Float

from helpers.code_lists import chained, lengths_of, shown
from helpers.med2vec_rows import Rows, read_rows
from helpers.safe_pickle import load_pickle
from helpers.seqs_folder import companion, find_seqs
from helpers.undated_records import visit_table


def read_demographics(path: str | Path, demo_file: str | Path | None = None) -> pl.DataFrame:
    """Return the demographics, one row a visit: `visit_id`, and the columns ``d0``, ``d1``, ...

    The rows stand in the order of the file of visits.

    Parameters
    ----------
    path
        The file ``NAME.seqs``, or the folder it lies in.
    demo_file
        The matrix; ``NAME.demo`` by default.

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    ValueError
        If the matrix is damaged or does not fit the visits; the message names the visit.
    """
    seqs = find_seqs(path)
    demo = demo_file or companion(seqs, ".demo")
    if demo is None:
        raise FileNotFoundError(f"no demographics beside {seqs}: there is no file .demo")
    rows = read_rows(seqs)
    matrix = read_demo(Path(demo), rows)
    columns = {f"d{i}": matrix[:, i] for i in range(matrix.shape[1])}
    return visit_table(rows.visits_of).select("visit_id").with_columns(**columns)


def read_demo(path: Path, rows: Rows) -> Float[np.ndarray, "visits columns"]:
    """Read the matrix and leave the rows out in which patients end.

    Raises
    ------
    ValueError
        If it is no matrix of numbers, or does not fit the visits.
    """
    data = load_pickle(path)
    if not isinstance(data, list | tuple) or not data:
        raise ValueError(f"{path.name} is {shown(data)}, not a matrix ({path})")
    try:
        matrix = _matrix(path, data, rows)
    except ValueError as error:
        raise ValueError(f"{error} ({path})") from None
    full = np.flatnonzero(rows.is_end & matrix.any(axis=1))
    if full.size:
        raise ValueError(
            f"{_place(path, rows, int(full[0]))}: the row is not all zero, but a patient ends here "
            f"in {rows.path.name} ({path})"
        )
    return matrix[~rows.is_end]


def _matrix(path: Path, data: list | tuple, rows: Rows) -> Float[np.ndarray, "rows columns"]:
    def where(row: int) -> str:
        return f"{path.name}, row {row + 1}"

    width = lengths_of(data, where, "a row")
    columns = int(width[0])
    for row in np.flatnonzero(width != columns)[:1].tolist():
        raise ValueError(f"{where(row)} has {width[row]} columns, the first row {columns}")
    if not columns:
        raise ValueError(f"{path.name} has no columns")
    if len(data) not in (len(rows.is_end), len(rows.is_end) - 1):
        visits, patients = int(rows.visits_of.sum()), len(rows.visits_of)
        raise ValueError(
            f"{path.name} has {len(data):,} rows; {rows.path.name} has {visits:,} visits and "
            f"{patients - 1:,} ends of patients between them"
        )
    flat = chained(data, width, where)
    if not {*map(type, flat)} <= {int, float, bool}:
        wrong = next(i for i, value in enumerate(flat) if type(value) not in (int, float, bool))
        raise ValueError(f"{where(wrong // columns)}: {shown(flat[wrong])} is no number")
    matrix = np.array(flat, dtype=float).reshape(len(data), columns)
    for row in np.flatnonzero(~np.isfinite(matrix).all(axis=1))[:1].tolist():
        raise ValueError(f"{_place(path, rows, row)}: a number is missing or infinite")
    missing = len(rows.is_end) - len(data)  # the end of the last patient
    return np.vstack([matrix, np.zeros((missing, matrix.shape[1]))])


def _place(path: Path, rows: Rows, row: int) -> str:
    return rows.place(row).replace(rows.path.name, path.name, 1).replace("(seqs[", "(demo[")
