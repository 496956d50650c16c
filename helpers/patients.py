"""One patient, one visit, one diagnosis with its treatments: what a lesson reads.

Codes in these views are keys such as ``"ICD10CM:I509"`` (:mod:`helpers.codes`), because the
same characters mean different things in different code systems.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DxObject:
    """One diagnosis of a visit with the treatments ordered for it (Choi et al. 2018, MiME).

    Parameters
    ----------
    dx
        Key of the diagnosis.
    rx, px
        Keys of the medications and procedures whose recorded reason is this diagnosis. Both are
        empty where the source does not say why a treatment was ordered.
    """

    dx: str
    rx: tuple[str, ...] = ()
    px: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """One encounter: its date and the codes written down on it, each code once.

    Parameters
    ----------
    date
        Day of the visit, or None where the source has an order and no dates.
    dx
        Diagnosis keys in the order of the source (the first is the principal diagnosis where
        the source ranks them).
    rx, px
        Medication and procedure keys, linked to a diagnosis or not.
    dx_objects
        One object for each key of `dx`, in the same order. A treatment without a recorded
        reason is in `rx` or `px` and in no object.

    Examples
    --------
    >>> visit = Visit("v1", "p1", datetime.date(2020, 1, 2), None, ("ICD10CM:I10",),
    ...               ("GENERIC:amlodipine",), (), (DxObject("ICD10CM:I10"),))
    >>> visit.codes
    ('ICD10CM:I10', 'GENERIC:amlodipine')
    """

    visit_id: str
    patient_id: str
    date: datetime.date | None
    visit_type: str | None
    dx: tuple[str, ...]
    rx: tuple[str, ...]
    px: tuple[str, ...]
    dx_objects: tuple[DxObject, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """All keys of the visit: diagnoses, then medications, then procedures."""
        return self.dx + self.rx + self.px


@dataclass(frozen=True, slots=True)
class Patient:
    """One person and their visits in time order.

    Parameters
    ----------
    index_date
        Last day on which something may be known; null where no prediction task is defined.
    hf_label, hf_date
        1 with the day of the first heart failure diagnosis, 0 without, null where not known.
    split
        ``"train"``, ``"valid"``, ``"test"`` or ``"unlabeled"``, or null where there is none.
    """

    patient_id: str
    sex: str | None
    birth_year: int | None
    visits: tuple[Visit, ...]
    index_date: datetime.date | None = None
    hf_label: int | None = None
    hf_date: datetime.date | None = None
    split: str | None = None


def refuse_undated(visits: Sequence) -> None:
    """Make sure that every visit has a date.

    Raises
    ------
    ValueError
        If one has none; the message says which records have none, and what works without.
    """
    for number, visit in enumerate(visits, start=1):
        if visit.date is None:
            raise ValueError(
                f"visit {number} has no date. The files of the released Med2Vec and MiME programs "
                "keep the order of visits and no dates: what counts days needs other records"
            )
