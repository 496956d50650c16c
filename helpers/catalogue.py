"""The medical facts of the simulated clinic: conditions, their codes, their treatments.

The facts are four small tables in ``datasets/clinic/catalogue``, to be read and corrected by
people who never open a Python file; ``datasets/README.md`` explains their columns.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import accumulate
from pathlib import Path

import polars as pl

from helpers.records import conform

FOLDER = Path(__file__).resolve().parent.parent / "datasets" / "clinic" / "catalogue"
STAGES = (1, 2, 3)
CODE_FALLOFF = 0.3  # the r-th code of a condition weighs r ** -0.3
DRUG_FALLOFF = 0.2  # the r-th drug of a class weighs r ** -0.2


@dataclass(frozen=True)
class Choice:
    """Items of which one is picked, the earlier ones more often.

    Parameters
    ----------
    items
        What to choose from.
    cumulative
        Running sum of their probabilities; the last one is 1.
    """

    items: tuple[str, ...]
    cumulative: tuple[float, ...]

    @classmethod
    def ranked(cls, items: Sequence[str], falloff: float) -> "Choice":
        """Weigh the r-th item (from 1) with ``r ** -falloff``.

        Examples
        --------
        >>> Choice.ranked(["often", "less"], falloff=1.0).cumulative[0]  # 1 / (1 + 1/2)
        0.6666666666666666
        """
        weights = [rank**-falloff for rank in range(1, len(items) + 1)]
        total = sum(weights)
        return cls(tuple(items), tuple(running / total for running in accumulate(weights)))

    def pick(self, uniform: float) -> str:
        """Pick with a number drawn uniformly from [0, 1)."""
        return self.items[min(bisect_right(self.cumulative, uniform), len(self.items) - 1)]


@dataclass(frozen=True)
class Order:
    """Something a visit may bring for a diagnosis.

    Parameters
    ----------
    kind
        ``"rx"``, ``"px"``, or ``"dx"`` for a second code that is written next to the first.
    choice
        The drug, or the drugs of a class of which the patient gets one.
    probability
        That it is ordered: once a stage for ``"rx"``, every visit for the others.
    unless
        A condition that forbids it.
    """

    kind: str
    choice: Choice
    probability: float
    unless: str | None


@dataclass(frozen=True)
class Condition:
    """An illness of the clinic: who gets it, how it is coded, what it does to the heart.

    Parameters
    ----------
    name
        As in the column `condition` of the code table.
    chronic
        Chronic conditions have stages and stay; acute ones come at a visit and go.
    sex, min_age, max_age
        Who can have it; `sex` is None for both.
    log_odds, age_slope, female
        Log-odds at 60 years, added per 10 years of age, added for women. The odds are those
        of having a chronic condition, or of an acute one at a visit.
    emergency
        Share of the visits with it that are emergencies (acute only).
    hf_weight
        What stages 0 (absent), 1, 2, 3 add to the risk of heart failure.
    causes
        Conditions that raise its log-odds, with the amount.
    """

    name: str
    chronic: bool
    sex: str | None
    min_age: float
    max_age: float
    log_odds: float
    age_slope: float
    female: float
    emergency: float
    hf_weight: tuple[float, float, float, float]
    causes: tuple[tuple[str, float], ...]

    def can_affect(self, sex: str, age: float) -> bool:
        """Say whether somebody of this sex and age (years) can have it."""
        return self.sex in (None, sex) and self.min_age <= age <= self.max_age


@dataclass(frozen=True)
class Catalogue:
    """Everything :func:`load_catalogue` reads.

    Parameters
    ----------
    conditions
        Name to condition; causes come before what they cause.
    codes
        One row a code, with the columns of :class:`helpers.records.EHR`.
    choices
        ``(condition, stage, sex)`` to its diagnosis codes. The condition ``""`` holds symptoms
        and administrative codes, ``"heart failure"`` the codes of the outcome; their stage is 1.
    orders
        ``(condition or code, stage)`` to what is ordered for it.
    """

    conditions: dict[str, Condition]
    codes: pl.DataFrame
    choices: dict[tuple[str, int, str], Choice]
    orders: dict[tuple[str, int], tuple[Order, ...]]

    def checksum(self) -> str:
        """Return the SHA-256 of the sorted ``system:code`` lines of all ICD codes."""
        icd = self.codes.filter(pl.col("system") != "GENERIC")
        keys = sorted(icd["system"] + ":" + icd["code"])
        return sha256("\n".join(keys).encode()).hexdigest()


@lru_cache
def load_catalogue(folder: Path = FOLDER) -> Catalogue:
    """Read the four tables of the catalogue.

    Raises
    ------
    FileNotFoundError
        If a table is missing.
    ValueError
        If a table names a condition, drug or code that the others do not know, or a cause
        stands below what it causes.
    """
    tables = {}
    for name in ("codes", "conditions", "comorbidities", "regimens"):
        tables[name] = pl.read_csv(folder / f"{name}.csv", infer_schema=False)
    codes = tables["codes"].to_dicts()
    conditions = _conditions(tables["conditions"].to_dicts(), tables["comorbidities"].to_dicts())
    unknown = {c["condition"] for c in codes} - {None, "heart failure", *conditions}
    if unknown:
        raise ValueError(f"codes.csv: not in conditions.csv: {', '.join(sorted(unknown))}")
    return Catalogue(
        conditions,
        conform(tables["codes"].drop("stage", "sex"), "codes"),
        _code_choices(codes, conditions),
        _orders(tables["regimens"].to_dicts(), codes, conditions),
    )


def _conditions(rows: list[dict], comorbidities: list[dict]) -> dict[str, Condition]:
    conditions: dict[str, Condition] = {}
    for row in rows:
        links = [link for link in comorbidities if link["effect"] == row["condition"]]
        for link in links:
            if link["cause"] not in conditions:
                raise ValueError(
                    f"conditions.csv: {link['cause']!r} must stand above {row['condition']!r}, "
                    "which it causes (comorbidities.csv)"
                )
        weights = [float(row[f"hf_stage_{stage}"] or 0) for stage in STAGES]
        numbers = ("min_age", "max_age", "log_odds", "age_slope", "female", "emergency")
        conditions[row["condition"]] = Condition(
            name=row["condition"],
            chronic=row["course"] == "chronic",
            sex=row["sex"],
            **{name: float(row[name]) for name in numbers},
            hf_weight=(0.0, *weights),
            causes=tuple((link["cause"], float(link["log_odds"])) for link in links),
        )
    return conditions


def _code_choices(codes: list[dict], conditions: dict) -> dict[tuple[str, int, str], Choice]:
    choices = {}
    for name in [*conditions, "heart failure", ""]:
        mine = [c for c in codes if c["kind"] == "dx" and (c["condition"] or "") == name]
        for stage in STAGES:
            for sex in "FM":
                fits = [
                    c["code"]
                    for c in mine
                    if c["stage"] in (None, str(stage)) and c["sex"] in (None, sex)
                ]
                if not fits:
                    raise ValueError(f"codes.csv: no code for {name!r}, stage {stage}, sex {sex}")
                choices[name, stage, sex] = Choice.ranked(fits, CODE_FALLOFF)
    return choices


def _orders(rows: list[dict], codes: list[dict], conditions: dict) -> dict:
    known = {(c["kind"], c["code"]) for c in codes}
    classes: dict[str, list[str]] = {}
    for code in codes:
        if code["drug_class"]:
            classes.setdefault(code["drug_class"], []).append(code["code"])
    owners = {"heart failure", *conditions, *(c["code"] for c in codes if c["kind"] == "dx")}
    orders: dict[tuple[str, int], tuple[Order, ...]] = {}
    for row in rows:
        kind, item = row["kind"], row["item"]
        members = classes.get(item, [item]) if kind == "rx" else [item]
        for wrong in [row["owner"]] * (row["owner"] not in owners) + [
            m for m in members if (kind, m) not in known
        ]:
            raise ValueError(f"regimens.csv: {wrong!r} ({kind}) is not in the other tables")
        order = Order(
            kind, Choice.ranked(members, DRUG_FALLOFF), float(row["probability"]), row["unless"]
        )
        for stage in map(int, row["stages"]):
            key = (row["owner"], stage)
            orders[key] = (*orders.get(key, ()), order)
    return orders
