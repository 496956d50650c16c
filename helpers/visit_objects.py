"""Visits as diagnoses with their treatments, as integers: what MiME trains on.

A treatment may only be here together with the diagnosis it was ordered for. That is in few
records: a hospital's tables usually hang treatments on the visit.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from helpers.patients import Patient, Visit
from helpers.ragged import as_rows, offsets_of, take_lists

NO_LINKS = (
    "no treatment in these records names the diagnosis it was ordered for, and MiME learns from "
    "nothing else. Records such as MIMIC hang drugs and procedures on the hospital stay. Guessing "
    "the links would plant the answer. What you can do: train a model that does not need them "
    "(skip-gram, Med2Vec, a GRU on flat visits: ehr.visit_codes()), or one that learns links from "
    "what occurs together (GCT, Choi et al. 2020)"
)


class DistinctObjects(NamedTuple):
    """Each different object once: what is worked out for it holds for all that equal it.

    The first five are as in :class:`VisitObjects`.

    Parameters
    ----------
    first
        Where each of them occurs first among all objects.
    times
        How often it occurs.
    which
        For every object its place here.
    """

    dx: Int[np.ndarray, " distinct"]
    rx: Int[np.ndarray, " drugs"]
    rx_offsets: Int[np.ndarray, " distinct_and_end"]
    px: Int[np.ndarray, " procedures"]
    px_offsets: Int[np.ndarray, " distinct_and_end"]
    first: Int[np.ndarray, " distinct"]
    times: Int[np.ndarray, " distinct"]
    which: Int[np.ndarray, " objects"]


@dataclass(frozen=True, eq=False)
class VisitObjects:
    """All diagnosis objects one after the other: patient by patient, visit by visit.

    The objects of visit ``v`` are ``object_offsets[v]`` to ``object_offsets[v + 1]``; the drugs
    of object ``o`` are ``rx_keys[i]`` for ``i in rx[rx_offsets[o]:rx_offsets[o + 1]]``,
    procedures likewise; the visits of patient ``p`` are ``patient_offsets[p]`` to
    ``patient_offsets[p + 1]``.

    Parameters
    ----------
    dx_keys, rx_keys, px_keys
        The vocabularies, sorted; a code's integer is its place in its own vocabulary.
    dx
        The diagnosis of every object.
    rx, px
        The drugs and procedures of all objects.
    rx_offsets, px_offsets
        Where the drugs and procedures of each object start, and the end.
    object_offsets
        Where the objects of each visit start, and the end. A visit can have none.
    patient_offsets
        Where each patient's visits start, and the end.
    unlinked
        How many treatments of each visit are in none of its objects, because nobody wrote down
        what they were for.
    """

    dx_keys: tuple[str, ...]
    rx_keys: tuple[str, ...]
    px_keys: tuple[str, ...]
    dx: Int[np.ndarray, " objects"]
    rx: Int[np.ndarray, " drugs"]
    rx_offsets: Int[np.ndarray, " objects_and_end"]
    px: Int[np.ndarray, " procedures"]
    px_offsets: Int[np.ndarray, " objects_and_end"]
    object_offsets: Int[np.ndarray, " visits_and_end"]
    patient_offsets: Int[np.ndarray, " patients_and_end"]
    unlinked: Int[np.ndarray, " visits"]

    @property
    def n_patients(self) -> int:
        """Number of patients."""
        return len(self.patient_offsets) - 1

    @property
    def n_visits(self) -> int:
        """Number of visits."""
        return len(self.object_offsets) - 1

    @cached_property
    def contents(self) -> Int[np.ndarray, " objects"]:
        """Number the objects so that two with the same codes, in the same order, get one number."""
        number = self.dx
        for codes, offsets in ((self.rx, self.rx_offsets), (self.px, self.px_offsets)):
            lengths, width = np.diff(offsets), codes.max(initial=0) + 2
            for place in range(lengths.max(initial=0)):
                here = lengths > place
                code = np.zeros_like(number)
                code[here] = codes[offsets[:-1][here] + place] + 1
                number = np.unique(number * width + code, return_inverse=True)[1]
        return number

    @cached_property
    def distinct(self) -> DistinctObjects:
        """Find each different object once."""
        _, first, which, times = np.unique(
            self.contents, return_index=True, return_inverse=True, return_counts=True
        )
        rx, rx_offsets = take_lists(self.rx_offsets, first)
        px, px_offsets = take_lists(self.px_offsets, first)
        return DistinctObjects(
            self.dx[first], self.rx[rx], rx_offsets, self.px[px], px_offsets, first, times, which
        )

    def take(
        self, patients: Int[np.ndarray, " taken"] | Bool[np.ndarray, " patients"]
    ) -> "VisitObjects":
        """Return these patients, in this order, with the same vocabularies.

        Raises
        ------
        IndexError
            If there is no such patient.
        """
        rows = as_rows(patients, self.n_patients, "patients")
        visits, patient_offsets = take_lists(self.patient_offsets, rows)
        objects, object_offsets = take_lists(self.object_offsets, visits)
        rx, rx_offsets = take_lists(self.rx_offsets, objects)
        px, px_offsets = take_lists(self.px_offsets, objects)
        taken = VisitObjects(
            self.dx_keys,
            self.rx_keys,
            self.px_keys,
            self.dx[objects],
            self.rx[rx],
            rx_offsets,
            self.px[px],
            px_offsets,
            object_offsets,
            patient_offsets,
            self.unlinked[visits],
        )
        vars(taken)["contents"] = self.contents[objects]  # what is equal stays equal
        return taken


def visit_objects(patients: Sequence[Patient]) -> VisitObjects:
    """Turn the objects of these patients into integers.

    Raises
    ------
    ValueError
        If there are treatments and none of them has a diagnosis, or if the objects of a visit
        are not made of its own codes.
    """
    for patient in patients:
        for number, visit in enumerate(patient.visits, start=1):
            for problem in _strangers(visit):
                raise ValueError(f"visit {number} of patient {patient.patient_id}: {problem}")
    visits = [visit for patient in patients for visit in patient.visits]
    objects = [found for visit in visits for found in visit.dx_objects]
    given = {kind: sum(len(getattr(visit, kind)) for visit in visits) for kind in ("rx", "px")}
    if sum(given.values()) and not any(found.rx or found.px for found in objects):
        raise ValueError(NO_LINKS)
    dx_keys, dx = _numbered(found.dx for found in objects)
    rx_keys, rx = _numbered(chain.from_iterable(found.rx for found in objects))
    px_keys, px = _numbered(chain.from_iterable(found.px for found in objects))
    return VisitObjects(
        dx_keys,
        rx_keys,
        px_keys,
        dx,
        rx,
        offsets_of(len(found.rx) for found in objects),
        px,
        offsets_of(len(found.px) for found in objects),
        offsets_of(len(visit.dx_objects) for visit in visits),
        offsets_of(len(patient.visits) for patient in patients),
        np.fromiter(map(_unlinked, visits), np.int64, len(visits)),
    )


def _strangers(visit: Visit) -> Iterator[str]:
    """Say which codes are in the objects of a visit and not in the visit, or the other way."""
    diagnoses = {found.dx for found in visit.dx_objects}
    for key in visit.dx:
        if key not in diagnoses:
            yield f"the diagnosis {key!r} has no object"
    for found in visit.dx_objects:
        if found.dx not in visit.dx:
            yield f"an object is of {found.dx!r}, which is no diagnosis of the visit"
        for kind, name in (("rx", "drugs"), ("px", "procedures")):
            for key in getattr(found, kind):
                if key not in getattr(visit, kind):
                    yield f"{key!r} of {found.dx!r} is not among the {name} of the visit"


def _unlinked(visit: Visit) -> int:
    linked = {key for found in visit.dx_objects for key in (*found.rx, *found.px)}
    return sum(key not in linked for key in (*visit.rx, *visit.px))


def _numbered(keys: Iterable[str]) -> tuple[tuple[str, ...], Int[np.ndarray, " occurrences"]]:
    keys = list(keys)
    known = tuple(sorted(set(keys)))
    place = {key: i for i, key in enumerate(known)}
    return known, np.fromiter(map(place.__getitem__, keys), np.int64, len(keys))
