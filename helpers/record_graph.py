"""Health records as a graph of patients, diagnoses and drugs, and what the names of codes tell."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from jaxtyping import Float

from helpers.codes import split_key
from helpers.graph import Graph, build_graph
from helpers.records import EHR

EDGES = ("patient-dx", "patient-rx", "dx-rx")
ENDING = 4  # letters: long enough for metoprolol's "olol", short enough to be shared


def record_graph(ehr: EHR, edges: Sequence[str] = EDGES, min_times: int = 5) -> Graph:
    """Connect patients with their diagnoses and drugs, and drugs with their reasons.

    Parameters
    ----------
    edges
        ``patient-dx`` and ``patient-rx``: the code is in the patient's record. ``dx-rx``: the
        diagnosis is written down as reason for the drug.
    min_times
        A reason counts once it was written down this often; fewer may be a slip of the office.

    Raises
    ------
    ValueError
        If there is no such kind of edge, or no drug has a reason.
    """
    if unknown := [kind for kind in edges if kind not in EDGES]:
        raise ValueError(f"there are no edges {unknown[0]!r}; choose from {EDGES}")
    owner = ehr.visits.select("visit_id", "patient_id")
    dx = ehr.diagnoses.join(owner, on="visit_id").select("patient_id", key=_key())
    drugs = ehr.treatments.filter(kind="rx").join(owner, on="visit_id")
    rx = drugs.select("patient_id", key=_key())
    reason = drugs.filter(pl.col("reason_code").is_not_null()).select(
        reason=_key("reason_system", "reason_code"), key=_key()
    )
    if "dx-rx" in edges and reason.is_empty():
        raise ValueError("no drug of these records has a reason, so there are no dx-rx edges")
    often = reason.group_by("reason", "key").len().filter(pl.col("len") >= min_times)
    tables = {
        "patient-dx": dx.unique(),
        "patient-rx": rx.unique(),
        "dx-rx": often.select("reason", "key"),
    }
    return build_graph([pair for kind in edges for pair in tables[kind].iter_rows()])


def name_features(keys: Sequence[str]) -> tuple[Float[np.ndarray, "codes columns"], list[str]]:
    """Read one column a code off its name: something that is known of a code never seen before.

    A diagnosis has the first letter of its ICD code, its chapter roughly. A drug has the last
    four letters of its name; the endings of generic names often tell the class.

    Returns
    -------
    (X, columns)
        One row a code with a single 1, and what each column says.

    Raises
    ------
    ValueError
        If a key has no system in front of the code: a patient has no name to read.

    Examples
    --------
    >>> X, columns = name_features(["ICD10CM:I10", "GENERIC:metoprolol", "GENERIC:atenolol"])
    >>> columns, X.sum(axis=0)
    (['ICD I', '...olol'], array([1., 2.]))
    """
    said = []
    for key in keys:
        system, code = split_key(key)
        said.append(f"ICD {code[0]}" if system.startswith("ICD") else "..." + code[-ENDING:])
    columns = sorted(set(said), key=lambda name: (name.startswith("..."), name))
    table = [[float(name == mine) for name in columns] for mine in said]
    return np.array(table, float).reshape(len(said), len(columns)), columns


def _key(system: str = "system", code: str = "code") -> pl.Expr:
    return pl.concat_str(system, pl.lit(":"), code)
