"""From records to a prediction task: features before the index date, a label after it.

Who takes part is decided here as well. A patient who has the illness already cannot get it, and
nothing can be predicted for one who was not seen. Both are left out, and nobody is left out
without being named.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from helpers.patients import Patient
from helpers.timeline import Windows

Codes = tuple[str, ...]

NO_INDEX_DATE = "no index date"
ALREADY_ILL = "already ill"
NO_HISTORY = "no history"


@dataclass(frozen=True)
class Task:
    """A prediction task; unpacks as ``X, y, excluded``.

    Parameters
    ----------
    X
        For each patient the codes of every visit of the observation window, oldest first.
    y
        For each patient 1 if the target was written down in the prediction window, else 0.
    excluded
        For each patient who does not take part, the reason.
    """

    X: dict[str, list[Codes]] = field(default_factory=dict)
    y: dict[str, int] = field(default_factory=dict)
    excluded: dict[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[dict]:
        """Yield features, labels and exclusions."""
        return iter((self.X, self.y, self.excluded))


def make_task(
    patients: Iterable[Patient],
    target: Collection[str],
    obs: int | None,
    gap: int,
    horizon: int | None,
) -> Task:
    """Define features, labels and exclusions for predicting the first `target` code.

    The observation window is ``[index - gap - obs, index - gap)``. The label is 1 for a target
    code on the index date or at most `horizon` days after it; a later one counts as 0, because
    on the last day of the prediction window nobody knows of it.

    Parameters
    ----------
    patients
        Each with an index date; their visits go on after it.
    target
        Keys of the codes that mean the illness, a set or a list.
    obs, gap, horizon
        In days. An `obs` of None reaches back to the first visit, a `horizon` of None forward
        to the last.

    Returns
    -------
    Task
        Every patient is either in `X` and `y`, or in `excluded` with a reason: "no index date";
        "already ill", a target code before the index date, in the gap or before the window as
        well; "no history", no visit in the observation window.

    Raises
    ------
    ValueError
        If a number of days is negative, `target` is a text or empty, or a patient comes twice.
    """
    if isinstance(target, str) or not target:
        raise ValueError(f"target is a set of codes, such as {{'ICD10CM:I509'}}, not {target!r}")
    task, target = Task(), frozenset(target)
    for patient in patients:
        name = patient.patient_id
        if name in task.X or name in task.excluded:
            raise ValueError(f"patient {name} comes twice")
        if patient.index_date is None:
            task.excluded[name] = NO_INDEX_DATE
            continue
        windows = Windows(patient.index_date, obs, gap, horizon)
        ill = [visit.date for visit in patient.visits if not target.isdisjoint(visit.codes)]
        seen = [v.codes for v in patient.visits if windows.part(v.date) == "observation"]
        if any(day < patient.index_date for day in ill):
            task.excluded[name] = ALREADY_ILL
        elif not seen:
            task.excluded[name] = NO_HISTORY
        else:
            task.X[name] = seen
            task.y[name] = int(any(windows.part(day) == "prediction" for day in ill))
    return task
