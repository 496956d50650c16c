"""A paper being answered: it can be left and taken up again, and belongs to who answers it.

Everything is in one JSON file on the learner's own machine: which paper it is, and the answers.
The paper itself is not stored; it is made anew from its name, so a file is small and readable.
"""

import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from helpers.exam.bank import course_bank
from helpers.exam.blueprint import mock_plan
from helpers.exam.diagnosis import Answered, Diagnosis, Outcome, Repair, diagnose
from helpers.exam.forms import Form, make_forms
from helpers.exam.items import Item
from helpers.exam.marking import Mark, mark
from helpers.exam.misconceptions import CLUSTERS
from helpers.exam.places import experiment_of, section_of
from helpers.exam.seeds import KIT_VERSION

FORMS = ("A", "B")


class OtherPaper(ValueError):
    """A file holds answers to another paper, or none that can be read."""


def mock_form(items: int, exam: str, name: str, topics: list[int] | None = None) -> Form:
    """Make form A or B of a mock exam.

    Raises
    ------
    ValueError
        If there is no mock of this size, or no such form.
    """
    if name not in FORMS:
        raise ValueError(f"form is {name!r}, a mock has {' and '.join(FORMS)}")
    return make_forms(mock_plan(items, topics), course_bank(), exam, FORMS)[FORMS.index(name)]


class Sitting:
    """Answers to a paper, saved after every change.

    Parameters
    ----------
    form
        The paper.
    file
        Where to keep the answers; None keeps them in memory only. Answers that are there already
        are taken up.
    clock
        Seconds, for the time spent on each item.

    Raises
    ------
    OtherPaper
        If the file belongs to another paper, or is damaged.
    """

    def __init__(
        self, form: Form, file: Path | None = None, clock: Callable[[], float] = time.monotonic
    ):
        self.form, self.file, self.clock = form, file, clock
        n = len(form.items)
        self.answers: list = [None] * n
        self.sure: list[bool | None] = [None] * n
        self.seconds = [0.0] * n
        self.place = 0
        self._since = clock()
        if file is not None and file.exists():
            self._take_up(json_of(file))

    @property
    def item(self) -> Item:
        """The question that is open."""
        return self.form.items[self.place]

    def go_to(self, place: int) -> None:
        """Open another question; the time so far goes to the one that was open."""
        if not 0 <= place < len(self.answers):
            raise ValueError(f"there is no question {place + 1} of {len(self.answers)}")
        self._stop_clock()
        self.place = place
        self.save()

    def answer(self, answer: object, sure: bool | None = None) -> Mark:
        """Note an answer to the open question, and mark it.

        Raises
        ------
        ValueError
            If it cannot be an answer to this question; nothing is noted then.
        """
        found = mark(self.item, answer)
        self.answers[self.place] = answer
        self.sure[self.place] = sure
        self._stop_clock()
        self.save()
        return found

    def answered(self) -> list[Answered]:
        """Return all questions with their marks."""
        self._stop_clock()
        return [
            Answered(
                number,
                item,
                mark(item, answer),
                seconds / 60 if seconds else None,
                sure,
            )
            for number, (item, answer, seconds, sure) in enumerate(
                zip(self.form.items, self.answers, self.seconds, self.sure, strict=True), 1
            )
        ]

    def diagnosis(self) -> Diagnosis:
        """Read the paper as it stands."""
        return diagnose(self.answered())

    def save(self) -> None:
        """Write the file; a crash while writing leaves the old one."""
        if self.file is None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        content = {
            **self._name(),
            "place": self.place,
            "answers": [
                {"item": item.id, "answer": answer, "sure": sure, "seconds": round(seconds, 1)}
                for item, answer, sure, seconds in zip(
                    self.form.items, self.answers, self.sure, self.seconds, strict=True
                )
            ],
        }
        draft = self.file.with_suffix(".part")
        draft.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
        os.replace(draft, self.file)

    def _name(self) -> dict:
        return {"kit": KIT_VERSION, "exam": self.form.exam, "form": self.form.name}

    def _take_up(self, content: dict) -> None:
        rows = content.get("answers")
        ids = [row.get("item") for row in rows] if isinstance(rows, list) else None
        mine = [item.id for item in self.form.items]
        if any(content.get(key) != value for key, value in self._name().items()) or ids != mine:
            raise OtherPaper(
                f"{self.file.name} holds answers to exam {content.get('exam')!r}, form "
                f"{content.get('form')!r}, not to this paper; give another file"
            )
        for n, (item, row) in enumerate(zip(self.form.items, rows, strict=True)):
            try:
                mark(item, row["answer"])
            except (ValueError, KeyError, TypeError) as error:
                raise OtherPaper(f"{self.file.name}, question {n + 1}: {error}") from None
            self.answers[n], self.sure[n] = row["answer"], row.get("sure")
            self.seconds[n] = float(row.get("seconds") or 0)
        self.place = min(max(int(content.get("place", 0)), 0), len(mine) - 1)

    def _stop_clock(self) -> None:
        now = self.clock()
        self.seconds[self.place] += now - self._since
        self._since = now


def json_of(file: Path) -> dict:
    """Read a file of answers.

    Raises
    ------
    OtherPaper
        If it is not one.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise OtherPaper(f"{file.name} cannot be read: {error}") from None
    if not isinstance(content, dict):
        raise OtherPaper(f"{file.name} holds no answers")
    return content


def report(diagnosis: Diagnosis, folder: Path | None = None) -> str:
    """Say in Markdown what a paper tells, and what to do.

    Where `folder` has the notebooks of the lessons, sections and experiments are links.
    """
    d = diagnosis
    lines = [f"**{d.points:g} of {d.possible} points.**"]
    if not d.trustworthy:
        lines.append(
            "Fewer than 20 questions were answered: that is enough to practice, not to diagnose."
        )
    lines.append("| section | points | score |\n|---|---|---|")
    lines[-1] += "".join(
        f"\n| {section_of(s.lesson, s.section, folder)} "
        f"| {s.points:g} of {s.possible} | {s.score:.2f} |"
        for s in d.sections
    )
    for cluster in d.clusters:
        if cluster.state != "clear":
            numbers = ", ".join(map(str, cluster.hits))
            says = "behind several answers" if cluster.state == "flag" else "to be watched"
            lines.append(
                f"*{CLUSTERS[cluster.id].idea[0].upper()}{CLUSTERS[cluster.id].idea[1:]}*: {says} "
                f"({len(cluster.hits)} of {cluster.offered} questions: {numbers})."
            )
    for n, repair in enumerate(d.repairs, 1):
        lines.append(
            f"**Repair {n}.** {section_of(repair.lesson, repair.section, folder)}. "
            f"{repair.evidence} {repair.advice}"
        )
        lines += _experiment(repair, folder)
    if d.repairs:
        lines.append(
            "An experiment takes seconds once the cells above it have run. Then *repair* asks new "
            "questions on just these."
        )
    if d.drill:
        lines.append(f"Right, and slow: {', '.join(map(str, d.drill))}. Do three more of each.")
    if d.explain:
        numbers = ", ".join(map(str, d.explain))
        lines.append(f"Right, and unsure: {numbers}. Explain them to somebody.")
    return "\n\n".join(lines)


def repair_report(outcomes: Sequence[Outcome], folder: Path | None = None) -> str:
    """Say in Markdown which repairs are done, and what to do about the others."""
    lines = []
    for n, outcome in enumerate(outcomes, 1):
        repair = outcome.repair
        state = "✓ Done" if outcome.done else "✗ Not yet"
        lines.append(
            f"**Repair {n}.** {section_of(repair.lesson, repair.section, folder)}. "
            f"**{state}: {outcome.right} of {outcome.asked} right.**"
        )
        if not outcome.done:
            lines += _experiment(repair, folder)
    if all(outcome.done for outcome in outcomes):
        lines.append("Nothing is left to repair here.")
    else:
        lines.append(
            "A repair is done when two of three are right. *repair* asks new questions on what is "
            "not done."
        )
    return "\n\n".join(lines)


def _experiment(repair: Repair, folder: Path | None) -> list[str]:
    found = experiment_of(repair.lesson, repair.section, folder)
    return [f"*Experiment:* {found}"] if found else []
