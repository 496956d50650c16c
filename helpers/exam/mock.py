"""A mock exam in the notebook: one question at a time, for mouse or keyboard.

Every control is a plain form element: Tab goes on, the arrows choose, Space ticks, Enter presses.
Without a kernel, on a web page, the paper is there to be read.
"""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from string import ascii_lowercase

import ipywidgets as widgets

from helpers.exam.diagnosis import Answered, Repair, diagnose, outcomes
from helpers.exam.forms import Form, key_of
from helpers.exam.items import (
    VERDICTS,
    Blanks,
    Essay,
    Item,
    MultiSelect,
    Numeric,
    ReadPlot,
    SingleChoice,
)
from helpers.exam.marking import Mark
from helpers.exam.page import to_html
from helpers.exam.paper import article_html, inline_html, stem_html
from helpers.exam.places import experiment_of, section_of
from helpers.exam.practice import practice_form, repair_form
from helpers.exam.sitting import Sitting, mock_form, repair_report, report

WIDE = widgets.Layout(width="98%")
OPEN = "leave open"


class Answering(widgets.VBox):
    """Questions to be answered in the notebook.

    Parameters
    ----------
    form
        The questions.
    file
        Where the answers are kept; None keeps them in memory only.
    feedback
        Say at once whether an answer is right; otherwise only at the end.
    minutes
        Planned time, shown beside the time that went by; None for no clock.

    Raises
    ------
    OtherPaper
        If the file with the answers is damaged, or another paper's.
    """

    def __init__(
        self,
        form: Form,
        file: Path | None = None,
        *,
        feedback: bool = True,
        minutes: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.file, self.feedback, self.minutes, self.clock = file, feedback, minutes, clock
        self.head, self.stem = widgets.HTML(), widgets.HTML()
        self.said, self.read_up = widgets.HTML(), widgets.Output()
        self.inputs = widgets.VBox()
        self.sure = widgets.Checkbox(description="I am sure", indent=False)
        self.back = _button("back", "the question before", self._back)
        self.note = _button("answer", "note this answer", self._note, "primary")
        self.next = _button("next", "the question after", self._next)
        self.finish = _button("finish", "mark the paper, and say what to repair", self._finish)
        self.repair = _button("repair", "new questions on what went wrong", self._repair)
        self.repair.layout.display = "none"
        self.result, self.details = widgets.Output(), widgets.VBox()
        self.buttons = widgets.HBox([self.back, self.note, self.next, self.finish, self.repair])
        self.asked: frozenset = frozenset()  # keys of all questions before those of this form
        self._open(form, file)
        super().__init__(
            [
                self.head,
                self.stem,
                self.inputs,
                self.sure,
                self.buttons,
                self.said,
                self.read_up,
                self.result,
                self.details,
            ]
        )

    def _open(self, form: Form, file: Path | None, repairs: tuple[Repair, ...] = ()) -> None:
        """Ask these questions; `repairs` are what they are to repair."""
        self.paper, self.sitting, self.repairs = form, Sitting(form, file, self.clock), repairs
        self.left: tuple[Repair, ...] = ()  # what the button would repair
        self.repair.layout.display = "none"
        _markdown(self.result, "")
        self.details.children = ()
        self._show()

    def _show(self) -> None:
        sitting = self.sitting
        n, item = sitting.place, sitting.item
        self._count()
        self.stem.value = stem_html(item)
        self.read = _ask(item, sitting.answers[n], self.inputs)
        self.sure.value = bool(sitting.sure[n])
        self.back.disabled, self.next.disabled = n == 0, n == len(sitting.answers) - 1
        self._say("")

    def _say(self, html: str, markdown: str = "") -> None:
        self.said.value = html
        _markdown(self.read_up, markdown)

    def _count(self) -> None:
        """Say where we are."""
        sitting = self.sitting
        n, item = sitting.place, sitting.item
        done = sum(answer is not None for answer in sitting.answers)
        points = f"{item.points} point{'s' if item.points > 1 else ''}"
        clock = ""
        if self.minutes:
            spent = sum(sitting.seconds) / 60
            clock = f", {spent:.0f} of {self.minutes} minutes"
        of = f", for repair {self.paper.letters[n]}" if self.repairs else ""
        self.head.value = (
            f"<b>Question {n + 1} of {len(sitting.answers)}</b> "
            f"({points}{of}; {done} answered{clock})"
        )

    def _back(self, _) -> None:
        self.sitting.go_to(self.sitting.place - 1)
        self._show()

    def _next(self, _) -> None:
        self.sitting.go_to(self.sitting.place + 1)
        self._show()

    def _note(self, _) -> None:
        found = self.sitting.answer(self.read(), self.sure.value)
        item = self.sitting.item
        if self.feedback:
            self._say(feedback_html(item, found), reading(item))
        else:
            self._say("Noted.")
        self._count()

    def _finish(self, _) -> None:
        answered = self.sitting.answered()
        if self.repairs:
            found = outcomes(self.repairs, self.paper.letters, answered)
            _markdown(self.result, repair_report(found, Path.cwd()))
            self.left = tuple(outcome.repair for outcome in found if not outcome.done)
        else:
            diagnosis = diagnose(answered)
            _markdown(self.result, report(diagnosis, Path.cwd()))
            self.left = diagnosis.repairs
        wrong = [] if self.feedback else [a for a in answered if not a.mark.right]
        self.details.children = [part for a in wrong for part in _detail(a)]
        self.repair.layout.display = "" if self.left else "none"

    def _repair(self, _) -> None:
        """Go on with other questions of the kind that went wrong; the old answers stay saved."""
        form = repair_form(self.paper, self.left, self.asked)
        self.asked |= {key_of(item) for item in self.paper.items}
        self._open(form, self._file_of(form), self.left)

    def _file_of(self, form: Form) -> Path | None:
        """Name a file for repairs; other mistakes lead to other questions, and to another file."""
        if self.file is None:
            return None
        text = "|".join([form.exam, *(item.id for item in form.items)])
        mark = hashlib.blake2b(text.encode(), digest_size=3).hexdigest()
        return self.file.with_name(f"{self.file.stem}-repair-{mark}.json")

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict, dict]:
        bundle = super()._repr_mimebundle_(include=include, exclude=exclude) or {}
        bundle |= {"text/plain": self.summary(), "text/html": sample_html(self.paper)}
        return bundle, {}

    def summary(self) -> str:
        """Say which questions these are."""
        form = self.paper
        return f"{len(form.items)} questions, {form.points} points: {form.exam}, form {form.name}"


class MockExam(Answering):
    """A mock exam.

    Parameters
    ----------
    items
        10, 20 or 33 questions. From 20 on the result is a diagnosis.
    exam
        Name of the exam: another name, other questions.
    form
        ``"A"`` or ``"B"``.
    topics
        Numbers of the topics to ask about; all when not given.
    folder
        Where the file with the answers is kept. It is yours; nothing is sent anywhere.
    feedback, minutes
        As in :class:`Answering`.
    """

    def __init__(
        self,
        items: int = 20,
        exam: str = "mock",
        form: str = "A",
        *,
        topics: list[int] | None = None,
        folder: Path | str | None = "my_mocks",
        **settings,
    ) -> None:
        name = "-".join(map(str, (exam, items, form, *(topics or ()))))
        file = None if folder is None else Path(folder) / f"{_safe(name)}.json"
        super().__init__(mock_form(items, exam, form, topics), file, **settings)


class Practice(Answering):
    """Three questions on one lesson, and three others as often as wanted.

    Parameters
    ----------
    lesson
        ``"03"``, say.
    exam
        Another name, other questions.
    """

    def __init__(self, lesson: str, exam: str = "practice", **settings) -> None:
        super().__init__(practice_form(lesson, exam), **settings)
        self.lesson, self.exam, self.drawn = lesson, exam, 1
        self.others = _button("three others", "draw three other questions", self._others)
        self.buttons.children += (self.others,)

    def _others(self, _) -> None:
        self.drawn += 1
        self._open(practice_form(self.lesson, f"{self.exam} {self.drawn}"), None)


def sample_html(form: Form) -> str:
    """Return a paper to be read where no kernel runs."""
    parts = [
        "<p><em>Run this cell to answer the questions here. Without a kernel, this is the paper; "
        "its key is printed by <code>python -m helpers.exam</code>.</em></p>"
    ]
    parts += [article_html(n, item) for n, item in enumerate(form.items, 1)]
    return "".join(parts)


def feedback_html(item: Item, found: Mark) -> str:
    """Say what an answer is worth, why, and how it is worked."""
    if found.points is None:
        anchors = "".join(
            f"<li><b>{c.name}</b>: 0 {inline_html(c.anchors[0])} 1 {inline_html(c.anchors[1])} "
            f"2 {inline_html(c.anchors[2])}</li>"
            for c in item.rubric
        )
        return f"<p>Mark it yourself, 0 to 2 points for each:</p><ul>{anchors}</ul>"
    if found.blank:
        head = "Left open."
    elif found.right:
        head = "✓ Right."
    else:
        head = f"✗ {found.points:g} of {found.possible} point{'s' if found.possible > 1 else ''}."
    said = "".join(f"<p>{inline_html(text)}</p>" for text in found.feedback if text != "Right.")
    return f"<p><b>{head}</b></p>{said}{to_html(item.solution)}"


def reading(item: Item) -> str:
    """Say in Markdown where a question is read up, and what to try there."""
    where = section_of(item.lesson, item.section, Path.cwd())
    to_try = experiment_of(item.lesson, item.section, Path.cwd())
    return f"{where}." + (f" *Experiment:* {to_try}" if to_try else "")


def _detail(a: Answered) -> list[widgets.Widget]:
    read_up = widgets.Output()
    _markdown(read_up, reading(a.item))
    head = f"<h4>Question {a.number}</h4>"
    return [widgets.HTML(head + feedback_html(a.item, a.mark)), read_up]


def _markdown(output: widgets.Output, text: str) -> None:
    """Show Markdown. Its links open notebooks; those in an HTML widget would leave the page."""
    data = {"text/markdown": text, "text/plain": text}
    shown = {"output_type": "display_data", "metadata": {}, "data": data}
    output.outputs = (shown,) if text else ()


def _button(text: str, tooltip: str, press, style: str = "") -> widgets.Button:
    button = widgets.Button(description=text, tooltip=tooltip, button_style=style)
    button.on_click(press)
    return button


def _safe(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name)


def _ask(item: Item, answer: object, inputs: widgets.VBox) -> Callable[[], object]:
    """Put the controls of a question into `inputs`; return a function that reads them."""
    if isinstance(item, SingleChoice):
        return _ask_single(item, answer, inputs)
    if isinstance(item, MultiSelect):
        rows = [(s.text, ("true", "false")) for s in item.statements]
        chosen = [None if a is None else str(a).lower() for a in answer or [None] * len(rows)]
        read = _ask_rows(rows, chosen, inputs)
        return lambda: [None if text is None else text == "true" for text in read()]
    if isinstance(item, ReadPlot):
        rows = [(r.text, VERDICTS) for r in item.readings]
        return _ask_rows(rows, answer or [None] * len(rows), inputs)
    if isinstance(item, Blanks):
        rows = [(b.ask, b.choices) for b in item.blanks]
        return _ask_rows(rows, answer or [None] * len(rows), inputs)
    if isinstance(item, Essay):
        text = widgets.Textarea(value=answer or "", placeholder="about 120 words", layout=WIDE)
        text.rows = 10
        inputs.children = [text]
        return lambda: text.value
    assert isinstance(item, Numeric)
    box = widgets.Text(value=answer or "", placeholder="a number", continuous_update=False)
    inputs.children = [widgets.HBox([box, widgets.Label(item.unit)])]
    return lambda: box.value


def _ask_single(item: SingleChoice, answer, inputs: widgets.VBox) -> Callable[[], int | None]:
    letters = ascii_lowercase[: len(item.options)]
    listed = "".join(
        f"<div>{letter}) {inline_html(option.text)}</div>"
        for letter, option in zip(letters, item.options, strict=True)
    )
    radio = widgets.ToggleButtons(
        options=[(letter, i) for i, letter in enumerate(letters)] + [(OPEN, None)],
        value=answer,
        style={"button_width": "auto"},
    )
    inputs.children = [widgets.HTML(listed), radio]
    return lambda: radio.value


def _ask_rows(rows, answers, inputs: widgets.VBox) -> Callable[[], list]:
    """Ask several things, each with choices or with an open box."""
    controls, lines = [], []
    for (text, choices), answer in zip(rows, answers, strict=True):
        if choices:
            plain = all("$" not in choice for choice in choices)
            names = [c if plain else l for c, l in zip(choices, ascii_lowercase, strict=False)]
            control = widgets.Dropdown(
                options=[(OPEN, None), *zip(names, choices, strict=True)], value=answer
            )
            if not plain:
                text += "".join(
                    f"  \n{letter}) {choice}"
                    for letter, choice in zip(ascii_lowercase, choices, strict=False)
                )
        else:
            control = widgets.Text(value=answer or "", continuous_update=False)
        controls.append(control)
        lines.append(widgets.VBox([widgets.HTML(inline_html(text)), control]))
    inputs.children = lines
    return lambda: [control.value or None for control in controls]
