"""Visits whose links between diagnoses and treatments are hidden, and how many a method finds.

The simulated clinic knows for which diagnosis each treatment was given. A method gets the codes
of a visit alone; the truth is for the judge.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Float, Int

from helpers.clinic import Clinic


@dataclass(frozen=True, eq=False)
class HiddenLinks:
    """A visit whose links are hidden: its diagnoses, its treatments, and the truth for the judge.

    Parameters
    ----------
    dx, treatments
        Numbers of its codes, each once.
    owners
        For each treatment the places in `dx` of the diagnoses that it was really given for.
    label
        The outcome of the patient.
    """

    dx: Int[np.ndarray, " diagnoses"]
    treatments: Int[np.ndarray, " treatments"]
    owners: tuple[frozenset[int], ...]
    label: int


def hidden_links(
    clinic: Clinic, visit_ids: Sequence[str]
) -> tuple[list[HiddenLinks], list[str], list[str]]:
    """Return these visits with the planted truth, and the names of diagnoses and treatments.

    The recorded reasons are not read at all. Visits without a diagnosis or without a treatment
    are left out.
    """
    wanted = pl.DataFrame({"visit_id": pl.Series(visit_ids, dtype=pl.String)})
    labels = clinic.ehr.visits.join(clinic.ehr.patients, on="patient_id")
    label = dict(labels.select("visit_id", "hf_label").iter_rows())
    dx_keys = sorted(set(clinic.ehr.diagnoses["code"]))
    rx_keys = sorted(set(clinic.truth_links["code"]))
    dx_place, rx_place = ({k: i for i, k in enumerate(keys)} for keys in (dx_keys, rx_keys))
    diagnoses: dict[str, list[str]] = {}
    for visit, code in _rows(clinic.ehr.diagnoses, wanted, "code"):
        if code not in (mine := diagnoses.setdefault(visit, [])):
            mine.append(code)
    owners: dict[str, dict[str, set[int]]] = {}
    for visit, code, reason in _rows(clinic.truth_links, wanted, "code", "true_reason_code"):
        owner = owners.setdefault(visit, {}).setdefault(code, set())
        if reason in diagnoses.get(visit, []):
            owner.add(diagnoses[visit].index(reason))
    made = [
        HiddenLinks(
            np.array([dx_place[code] for code in diagnoses[visit]]),
            np.array([rx_place[code] for code in owners[visit]]),
            tuple(map(frozenset, owners[visit].values())),
            label[visit],
        )
        for visit in visit_ids
        if visit in diagnoses and visit in owners
    ]
    return made, dx_keys, rx_keys


def _rows(table: pl.DataFrame, wanted: pl.DataFrame, *columns: str) -> object:
    kept = table.join(wanted, on="visit_id", how="semi", maintain_order="left")
    return kept.select("visit_id", *columns).iter_rows()


def multi_hots(
    visits: Sequence[HiddenLinks], n_dx: int, n_treatments: int
) -> tuple[Float[np.ndarray, "visits diagnoses"], Float[np.ndarray, "visits treatments"]]:
    """Return the codes of each visit as zeros and ones, diagnoses and treatments apart."""
    dx, treatments = np.zeros((len(visits), n_dx)), np.zeros((len(visits), n_treatments))
    for i, visit in enumerate(visits):
        dx[i, visit.dx] = 1
        treatments[i, visit.treatments] = 1
    return dx, treatments


def found_links(visits: Sequence[HiddenLinks], scores: Sequence[np.ndarray]) -> float:
    """Return the share of treatments whose best-scored diagnosis is a true owner.

    Where several diagnoses have the best score, one is drawn: the share counts what is to be
    expected of that. Equal scores everywhere therefore give the chance row. Each score is a
    table with a row for each diagnosis and a column for each treatment of its visit.

    Raises
    ------
    ValueError
        If the scores of a visit have another shape or are not numbers, or if no treatment of
        these visits has a known owner.

    Examples
    --------
    >>> visit = HiddenLinks(np.array([5, 6]), np.array([0]), (frozenset({1}),), 0)
    >>> found_links([visit], [np.array([[0.2], [0.7]])]), found_links([visit], [np.ones((2, 1))])
    (1.0, 0.5)
    """
    shares = []
    for number, (visit, score) in enumerate(zip(visits, scores, strict=True)):
        shape = len(visit.dx), len(visit.treatments)
        if score.shape != shape or np.isnan(score).any():
            raise ValueError(f"visit {number}: expected {shape} numbers, got {score.shape} or nan")
        for column, owners in zip(score.T, visit.owners, strict=True):
            if owners:
                best = np.flatnonzero(column == column.max())
                shares.append(np.mean([place in owners for place in best]))
    if not shares:
        raise ValueError("no treatment with a known owner: nothing to be found")
    return float(np.mean(shares))
