"""A simulated clinic: its records, its answer key, and the settings it was made with."""

from dataclasses import dataclass, fields
from datetime import date

import polars as pl

from helpers.records import EHR

__all__ = ["Clinic", "ClinicConfig"]


@dataclass(frozen=True)
class ClinicConfig:
    """Settings of :func:`helpers.simulate.simulate_clinic`.

    Patient number ``i`` depends on `seed` and on ``i``, never on `patients`.
    """

    patients: int = 3_000
    seed: int = 0
    # how diagnoses and treatments are written down
    link_noise: float = 0.06  # share of treatments filed under another diagnosis of the visit
    reason_missing: float = 0.04  # share of treatments without a reason
    ward_habit: float = 0.9  # chance of each code of the checklist on the day ward; 0 = no habit
    day_ward_share: float = 0.05  # share of the planned visits that are on the day ward
    # how an illness goes on
    worsening: float = 0.25  # stages up, rate per year
    recovery: float = 0.06  # stages down, rate per year
    # heart failure: P(HF) = sigmoid(baseline + eta)
    baseline: float = -7.0  # log-odds, set once so that one patient in four develops it
    hf_strength: float = 1.7  # log-odds per unit of the severity score
    first_event: int = 30  # days from the index date to the earliest heart failure
    last_event: int = 540  # days from the index date to the latest
    # calendar
    opening: date = date(2016, 1, 1)  # first day on which a record can begin
    opening_days: int = 1_461  # records begin within that many days

    def __post_init__(self) -> None:
        if self.patients < 1:
            raise ValueError(f"patients must be 1 or more, got {self.patients}")
        for name in ("link_noise", "reason_missing", "ward_habit", "day_ward_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a share between 0 and 1, got {getattr(self, name)}")
        if not 0 < self.first_event <= self.last_event:
            raise ValueError(
                f"0 < first_event <= last_event, got {self.first_event} and {self.last_event}"
            )

    def as_dict(self) -> dict[str, object]:
        """Return the settings with the date as text, for a JSON file."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def from_dict(cls, settings: dict[str, object]) -> "ClinicConfig":
        """Undo :meth:`as_dict`."""
        return cls(**{**settings, "opening": date.fromisoformat(str(settings["opening"]))})


@dataclass(frozen=True, eq=False)
class Clinic:
    """Simulated records with the truth behind them.

    Parameters
    ----------
    ehr
        What a real hospital would have: tables of patients, visits, diagnoses, treatments, codes.
        They go on after the index date; cut them with :func:`helpers.censoring.censor`.
    truth_patients
        One row a patient: risk score `eta`, probability of heart failure `p_hf`, and one column
        a chronic condition with its true stage at the index date (0 = absent).
    truth_links
        Row by row the treatments of `ehr`, with the diagnosis they were truly given for.
    config
        The settings.
    """

    ehr: EHR
    truth_patients: pl.DataFrame
    truth_links: pl.DataFrame
    config: ClinicConfig


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
