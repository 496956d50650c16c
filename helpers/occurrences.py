"""Which code occurs in which visit, as integers: the step from tables to visits.

Tables hold text, and millions of rows of it. Both views of a record, patients and flat arrays,
need visits in time order and each code of a visit once; here that is done on integers.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Int


@dataclass(frozen=True, eq=False)
class Occurrences:
    """Each code of each visit once, sorted by visit, in a visit by rank.

    Parameters
    ----------
    visit
        Row of the visit, in time order.
    code
        Place of the code in `keys`.
    keys
        ``SYSTEM:CODE`` of every code.
    """

    visit: Int[np.ndarray, " rows"]
    code: Int[np.ndarray, " rows"]
    keys: list[str]

    def key_of_each(self) -> list[str]:
        """Return the key of every row."""
        return list(map(self.keys.__getitem__, self.code.tolist()))


def in_time_order(patients: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    """Sort visits by patient, in the order of their table, and number; add row numbers.

    Raises
    ------
    ValueError
        If a visit belongs to nobody in the patients table.
    """
    order = patients.select("patient_id").with_row_index("patient")
    joined = visits.join(order, on="patient_id", how="inner").sort("patient", "visit_no")
    if joined.height != visits.height:
        strangers = visits.join(order, on="patient_id", how="anti")["patient_id"]
        raise ValueError(f"visits of {strangers[0]!r}, who is not in the patients table")
    return joined.with_row_index("visit")


def occurrences(table: pl.DataFrame, ordered: pl.DataFrame, kind: str) -> Occurrences:
    """Find what occurs in the visits of :func:`in_time_order`.

    Parameters
    ----------
    table
        The diagnoses for kind ``"dx"``, the treatments for ``"rx"`` and ``"px"``.

    Raises
    ------
    ValueError
        If a row belongs to no visit.
    """
    rows = table if kind == "dx" else table.filter(pl.col("kind") == kind)
    visit = visit_rows(rows["visit_id"], ordered).to_numpy().astype(np.int64)
    code, keys = _numbered_keys(rows)
    if kind == "dx":
        visit, code = _sorted_by(
            visit * 2**32 + rows["dx_seq"].fill_null(0).to_numpy(), visit, code
        )
    else:
        visit, code = _sorted_by(visit, visit, code)
    once = pl.Series(visit * 2**32 + code)
    if once.n_unique() < len(once):
        first = once.is_first_distinct().to_numpy()
        visit, code = visit[first], code[first]
    return Occurrences(visit, code, keys)


def visit_rows(visit_ids: pl.Series, ordered: pl.DataFrame) -> pl.Series:
    """Look up the row of each visit, once for every run of equal identifiers.

    Raises
    ------
    ValueError
        If a visit is not there.
    """
    runs = pl.DataFrame({"visit_id": visit_ids}).select(pl.col("visit_id").rle()).unnest("visit_id")
    found = runs.join(
        ordered.select("visit_id", "visit"),
        left_on="value",
        right_on="visit_id",
        how="left",
        maintain_order="left",
    )
    if found["visit"].null_count():
        stray = found.filter(pl.col("visit").is_null())["value"][0]
        raise ValueError(f"a row of visit {stray!r}, which is not in the visits table")
    return pl.Series("visit", np.repeat(found["visit"].to_numpy(), runs["len"].to_numpy()))


def _numbered_keys(rows: pl.DataFrame) -> tuple[np.ndarray, list[str]]:
    """Give every key a number; a table has few systems, and few codes of each."""
    number, keys = np.zeros(rows.height, dtype=np.int64), []
    systems = rows["system"].unique().sort()
    for system in systems:
        here = slice(None) if len(systems) == 1 else (rows["system"] == system).to_numpy()
        codes = rows["code"] if len(systems) == 1 else rows["code"].filter(pl.Series(here))
        found = codes.unique().sort()
        place = codes.cast(pl.Enum(found)).to_physical()  # of few codes in one byte each
        number[here] = place.cast(pl.Int64).to_numpy() + len(keys)
        keys += [f"{system}:{code}" for code in found]
    return number, keys


def _sorted_by(order: np.ndarray, *columns: np.ndarray) -> tuple[np.ndarray, ...]:
    if (order[1:] >= order[:-1]).all():
        return columns
    rows = np.argsort(order, kind="stable")
    return tuple(column[rows] for column in columns)
