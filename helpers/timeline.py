"""When something was known: index date, observation window, gap and prediction window.

The index date is the day of the prediction. Looking back from it, first comes the gap, in
which nothing may be used because it would not have reached the model in time; before the gap
lies the observation window, whose visits are the features::

      older | observation window |  gap  | prediction window | later
            ^                    ^       ^
            index - gap - obs    |       index date
                                 index - gap

The observation window is ``[index - gap - obs, index - gap)``: its left end belongs to it, its
right end does not.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

from helpers.patients import refuse_undated

PARTS = ("older", "observation", "gap", "prediction", "later")


class Dated(Protocol):
    """Anything with a date, such as a :class:`helpers.patients.Visit`."""

    @property
    def date(self) -> datetime.date:
        """Day of the visit."""


V = TypeVar("V", bound=Dated)


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows around one index date, in days.

    Parameters
    ----------
    index_date
        Day of the prediction. It belongs to the prediction window.
    obs_days
        Length of the observation window; None reaches back to the first visit.
    gap_days
        Length of the gap.
    prediction_days
        Last day of the prediction window, counted from the index date; None has no end.

    Raises
    ------
    ValueError
        If a number of days is negative.

    Examples
    --------
    >>> windows = Windows(datetime.date(2020, 3, 1), obs_days=30, gap_days=1)
    >>> windows.part(datetime.date(2020, 2, 28)), windows.part(datetime.date(2020, 2, 29))
    ('observation', 'gap')
    """

    index_date: datetime.date
    obs_days: int | None = None
    gap_days: int = 0
    prediction_days: int | None = None

    def __post_init__(self) -> None:
        for name in ("obs_days", "gap_days", "prediction_days"):
            days = getattr(self, name)
            if days is not None and days < 0:
                raise ValueError(f"{name} is a length in days, 0 or more, not {days}")

    def part(self, day: datetime.date) -> str:
        """Name the part of the record in which `day` lies: one of :data:`PARTS`."""
        if day >= self.index_date:
            late = self.prediction_days is not None and day > self.index_date + timedelta(
                days=self.prediction_days
            )
            return "later" if late else "prediction"
        end = self.index_date - timedelta(days=self.gap_days)
        if day >= end:
            return "gap"
        if self.obs_days is None or day >= end - timedelta(days=self.obs_days):
            return "observation"
        return "older"


def window(
    visits: Sequence[V], index_date: datetime.date, obs_days: int | None, gap_days: int = 0
) -> list[V]:
    """Return the visits of the observation window, in the order in which they came.

    These and no others may become features of a prediction made on the index date.

    Raises
    ------
    ValueError
        If a number of days is negative, or a visit has no date.
    """
    refuse_undated(visits)
    windows = Windows(index_date, obs_days, gap_days)
    return [visit for visit in visits if windows.part(visit.date) == "observation"]
