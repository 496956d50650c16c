"""The nested lists of the released MiME program (Choi et al. 2018).

Patients > visits > diagnosis objects ``[dx, [rx, ...], [pr, ...]]``::

    [[[[0, [0, 1], []], [1, [0], [2]]], [[2, [], []]]]]

is one patient with two visits. On the first the medications 0 and 1 were ordered for diagnosis 0,
medication 0 and procedure 2 for diagnosis 1. Diagnoses, medications and procedures (the program
says pr, this course px) are numbered each from 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Int

from helpers.code_lists import chained, lengths_of, shown, whole_numbers
from helpers.safe_pickle import load_pickle


@dataclass(frozen=True, eq=False)
class Objects:
    """All diagnosis objects of a file, one after the other.

    Parameters
    ----------
    path
        The file.
    visits_of
        How many visits each patient has.
    objects_of
        How many objects each visit has.
    dx
        The diagnosis of each object.
    rx_of, px_of
        How many medications and procedures each object has.
    rx, px
        The medications and procedures of all objects.
    """

    path: Path
    visits_of: Int[np.ndarray, " patients"]
    objects_of: Int[np.ndarray, " visits"]
    dx: Int[np.ndarray, " objects"]
    rx_of: Int[np.ndarray, " objects"]
    rx: Int[np.ndarray, " medications"]
    px_of: Int[np.ndarray, " objects"]
    px: Int[np.ndarray, " procedures"]

    def place_of_id(self, kind: str, code: int) -> str:
        """Name the first object with this id."""
        first = int(np.flatnonzero(getattr(self, kind) == code)[0])
        owner = first if kind == "dx" else _owner(getattr(self, f"{kind}_of"), first)
        return f"{self.path.name}, {_place(self.visits_of, self.objects_of, owner)}"


def read_objects(path: Path) -> Objects:
    """Read the file of visits.

    Raises
    ------
    ValueError
        If it is built in another way; the message names the patient, the visit and the object.
    """
    data = load_pickle(path)
    if not isinstance(data, list | tuple) or not data:
        raise ValueError(f"{path.name} is {shown(data)}, not a list of patients ({path})")
    try:
        return _checked(path, data)
    except ValueError as error:
        raise ValueError(f"{error} ({path})") from None


def _checked(path: Path, patients: list | tuple) -> Objects:
    def patient(p: int) -> str:
        return f"{path.name}, patient {p + 1} (seqs[{p}])"

    visits_of = lengths_of(patients, patient, "a patient")
    visits = chained(patients, visits_of, patient)
    if visits and all(type(visit) is int for visit in visits[:100]):
        raise ValueError(f"{path.name} is a flat list of visits, as for Med2Vec: use load_med2vec")

    def visit(v: int) -> str:
        return f"{path.name}, {_place(visits_of, None, v)}"

    objects_of = lengths_of(visits, visit, "a visit")
    objects = chained(visits, objects_of, visit)

    def place(o: int) -> str:
        return f"{path.name}, {_place(visits_of, objects_of, o)}"

    is_object = "a diagnosis object [dx, [rx, ...], [pr, ...]]"
    size = lengths_of(objects, place, is_object)
    for o in np.flatnonzero(size != 3)[:1].tolist():
        raise ValueError(f"{place(o)}: {is_object} has 3 parts, this one {size[o]}")
    dx = whole_numbers([found[0] for found in objects], place)
    rx_of, rx = _treatments([found[1] for found in objects], place, "the medications")
    px_of, px = _treatments([found[2] for found in objects], place, "the procedures")
    return Objects(path, visits_of, objects_of, dx, rx_of, rx, px_of, px)


def _treatments(
    lists: list[object], place: Callable[[int], str], what: str
) -> tuple[np.ndarray, np.ndarray]:
    lengths = lengths_of(lists, place, f"{what} of an object")
    flat = chained(lists, lengths, place)
    return lengths, whole_numbers(flat, lambda i: f"{place(_owner(lengths, i))}, {what}")


def _owner(lengths: Int[np.ndarray, " lists"], member: int) -> int:
    """Return which list holds a member of all lists together."""
    return int(np.searchsorted(np.cumsum(lengths), member, side="right"))


def _place(visits_of: np.ndarray, objects_of: np.ndarray | None, number: int) -> str:
    """Count from 1, as people do, and add the place as Python has it."""
    visit = number if objects_of is None else _owner(objects_of, number)
    patient = _owner(visits_of, visit)
    v = visit - int(visits_of[:patient].sum())
    if objects_of is None:
        return f"patient {patient + 1}, visit {v + 1} (seqs[{patient}][{v}])"
    o = number - int(objects_of[:visit].sum())
    place = f"seqs[{patient}][{v}][{o}]"
    return f"patient {patient + 1}, visit {v + 1}, object {o + 1} ({place})"
