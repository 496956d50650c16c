"""Grouped codes of the released Med2Vec program: the "label file", and what it says of each code.

The label file lists the same visits as the file of visits, in coarser codes. It does not say
which group a code belongs to. Still, where a code is, its group is: a code belongs to a group
that is in every one of its visits. If there is one such group only, that is the one.
"""

from pathlib import Path

import numpy as np
import polars as pl
from jaxtyping import Int
from scipy.sparse import csr_array

from helpers.codes import dotted, key
from helpers.med2vec_rows import Rows, name_codes, read_rows
from helpers.report import Report

GROUP = "GROUP"
"""System of groups that have no name, or a name of no known system."""


def read_groups(rows: Rows, path: Path, codes: pl.DataFrame, report: Report) -> pl.DataFrame:
    """Return the codes whose group follows from their visits, for :func:`with_conditions`.

    Parameters
    ----------
    rows
        The visits.
    path
        The label file.
    codes
        What the ids of `rows` mean.

    Returns
    -------
        `kind`, `system`, `code`, `condition` (the name of the group), `others` (0).

    Raises
    ------
    ValueError
        If the label file does not list the same visits.
    """
    labels = read_rows(path)
    _check_same_visits(rows, labels)
    shared = _shared_groups(rows, labels)
    if shared.is_empty():
        raise ValueError(
            f"{path.name}: no code has a group that all its visits share. Was it made from "
            f"{rows.path.name}? ({path})"
        )
    only = shared.filter(~shared["id"].is_duplicated())
    open_, none = shared["id"].n_unique() - only.height, codes.height - shared["id"].n_unique()
    report.remark(
        f"{path.name}: the group of {only.height:,} codes follows from their visits; {open_:,} "
        f"have several that may be it, {none:,} have none"
    )
    groups = name_codes(labels, GROUP)
    text = groups.select(group="id", condition=pl.Series(map(_text, groups.iter_rows(named=True))))
    found = codes.join(only.join(text, on="group"), on="id", maintain_order="left")
    return found.select("kind", "system", "code", "condition", others=pl.lit(0))


def _text(group: dict[str, object]) -> str:
    named = group["system"] != GROUP
    return dotted(key(group["system"], group["code"])) if named else group["description"]


def _shared_groups(rows: Rows, labels: Rows) -> pl.DataFrame:
    """Find the groups that stand in every visit of a code: `id`, `group`."""
    ids, has_code = _visits_by_id(rows)
    groups, has_group = _visits_by_id(labels)
    together = (has_code.T @ has_group).tocoo()  # in how many visits are both
    in_all = together.data == has_code.sum(axis=0)[together.row]
    return pl.DataFrame({"id": ids[together.row[in_all]], "group": groups[together.col[in_all]]})


def _visits_by_id(rows: Rows) -> tuple[Int[np.ndarray, " ids"], csr_array]:
    ids, column = np.unique(rows.ids, return_inverse=True)
    shape = (int(rows.visits_of.sum()), len(ids))
    matrix = csr_array((np.ones(len(column)), (rows.visit_of_code, column)), shape=shape)
    matrix.data[:] = 1  # a code that stands twice in a visit
    return ids, matrix


def _check_same_visits(rows: Rows, labels: Rows) -> None:
    both = f"{rows.path.name} and {labels.path.name} list the same visits ({labels.path})"
    shared = min(len(rows.is_end), len(labels.is_end))
    differ = np.flatnonzero(rows.is_end[:shared] != labels.is_end[:shared])
    if differ.size:
        here, there = _kind(labels, int(differ[0])), _kind(rows, int(differ[0]))
        raise ValueError(f"{labels.place(int(differ[0]))}: {here} here, {there} there. {both}")
    if len(rows.is_end) != len(labels.is_end):
        counts = f"{len(rows.visits_of):,} patients there, {len(labels.visits_of):,} here"
        raise ValueError(f"{labels.path.name}: {counts}. {both}")


def _kind(rows: Rows, row: int) -> str:
    return "a patient ends" if rows.is_end[row] else "there is a visit"
