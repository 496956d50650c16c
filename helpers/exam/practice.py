"""A few fresh questions: on one lesson, or on what went wrong in a paper."""

import sys
from collections.abc import Callable, Sequence
from functools import cache

from helpers.exam.bank import Entry, course_bank, kind_of
from helpers.exam.blueprint import Blueprint, Part, table
from helpers.exam.diagnosis import Repair
from helpers.exam.forms import Form, key_of
from helpers.exam.items import Blanks, Item, MultiSelect, ReadPlot, SingleChoice
from helpers.exam.marking import mark
from helpers.exam.places import experiment_of, plain, section_of
from helpers.exam.seeds import generator

PER_LESSON = 3
PER_REPAIR = 3
FREE = Blueprint((Part("Q", "Practice", (), 0, 0),), table(), slack=80, keeps="items", offered=0)


def practice_form(lesson: str, exam: str = "practice", n: int = PER_LESSON) -> Form:
    """Draw fresh questions on a lesson, no skill twice.

    Raises
    ------
    ValueError
        If there is no question on it.
    """
    there = {
        id_: entry.make(generator(exam, "practice", id_), _twin(exam, id_))
        for id_, entry in course_bank().items()
    }
    fitting = [id_ for id_, item in there.items() if item.lesson == lesson and _quick(item)]
    if not fitting:
        lessons = sorted({item.lesson for item in there.values()})
        raise ValueError(f"there is no question on lesson {lesson!r}, only on {', '.join(lessons)}")
    order = generator(exam, "practice", lesson).permutation(fitting)
    chosen: dict[str, str] = {}  # family to item
    for id_ in map(str, order):
        chosen.setdefault(course_bank()[id_].family, id_)
    items = tuple(there[id_] for id_ in list(chosen.values())[:n])
    return _form(f"practice of lesson {lesson}, {exam}", items)


def repair_form(form: Form, repairs: Sequence[Repair], asked: frozenset = frozenset()) -> Form:
    """Ask anew what went wrong: for each repair three questions, none of them as before.

    The letter of a question is the number of its repair. Where a skill is asked with numbers, they
    are drawn anew. Where it is asked in words, the other wording is taken, and then other questions
    of the section; where there are none, a repair has fewer than three.

    Parameters
    ----------
    asked
        Keys of what was asked before `form`: see :func:`helpers.exam.forms.key_of`.
    """
    asked = {key_of(item) for item in form.items} | asked
    items: list[Item] = []
    letters: list[str] = []
    for number, repair in enumerate(repairs, 1):
        mine = [id_ for id_ in dict.fromkeys(repair.items) if id_ in course_bank()]
        others = [id_ for id_ in _quick_ones(repair.lesson, repair.section) if id_ not in mine]
        for some in (mine, others):
            for redraw in range(PER_REPAIR):
                for id_ in some:
                    if letters.count(str(number)) == PER_REPAIR:
                        break
                    item = _fresh(course_bank()[id_], form, redraw, asked)
                    if item is not None:
                        asked.add(key_of(item))
                        items.append(item)
                        letters.append(str(number))
    return _form(f"{form.exam}, repair after form {form.name}", tuple(items), tuple(letters))


@cache
def _quick_ones(lesson: str, section: int) -> tuple[str, ...]:
    """Return the ids of short questions on a section."""
    there = {id_: e.make(generator("places", "P", id_), 0) for id_, e in course_bank().items()}
    return tuple(
        id_
        for id_, item in there.items()
        if (item.lesson, item.section) == (lesson, section) and _quick(item)
    )


def _fresh(entry: Entry, form: Form, redraw: int, asked: set) -> Item | None:
    """Make a question that was not asked; None where there is none, or no other one."""
    for more in range(50 if entry.twins is None else entry.twins):
        rng = generator(form.exam, f"repair {form.name}", entry.id, redraw=redraw + 100 * more)
        item = entry.make(rng, more)
        if key_of(item) not in asked:
            return item
    return None


def _form(exam: str, items: tuple[Item, ...], letters: tuple[str, ...] | None = None) -> Form:
    return Form(exam, "P", FREE, items, letters or ("Q",) * len(items))


def _quick(item: Item) -> bool:
    return kind_of(item) not in ("essay", "plot") and item.points <= 5


def _twin(exam: str, id_: str) -> int:
    return int(generator(exam, "twin", id_).integers(2))


def ask_in_terminal(
    form: Form, read: Callable[[str], str] = input, write: Callable[[str], object] = print
) -> float:
    """Ask the questions of a form one by one, mark each; return the points.

    An end of input ends the practice.
    """
    total = 0.0
    for number, item in enumerate(form.items, 1):
        write(f"\n{number}. ({item.points} points) {item.stem}")
        try:
            answer = _read_answer(item, read, write)
        except EOFError:
            write("")
            break
        found = mark(item, answer)
        total += found.points or 0
        head = "Left open." if found.blank else "Right." if found.right else "Not right."
        write(f"{head} {' '.join(text for text in found.feedback if text != 'Right.')}")
        write(f"Worked: {item.solution}")
        write(f"({plain(section_of(item.lesson, item.section))}.)")
        if to_try := experiment_of(item.lesson, item.section):
            write(f"Experiment: {plain(to_try)}")
    write(f"\n{total:g} of {form.points} points.")
    sys.stdout.flush()
    return total


def _read_answer(item: Item, read, write):
    if isinstance(item, SingleChoice):
        letters = "abcde"[: len(item.options)]
        for letter, option in zip(letters, item.options, strict=True):
            write(f"   {letter}) {option.text}")
        return _choose(read, "Your letter: ", dict(zip(letters, range(len(letters)), strict=True)))
    if isinstance(item, MultiSelect):
        says = {"t": True, "f": False}
        return [_choose(read, f"   {s.text} (t/f) ", says) for s in item.statements]
    if isinstance(item, ReadPlot):
        raise TypeError("a figure cannot be shown in a terminal")
    if isinstance(item, Blanks):
        if item.code:
            write(item.code)
        return [_read_blank(blank, read, write) for blank in item.blanks]
    return read("Your number: ")


def _read_blank(blank, read, write):
    if not blank.choices:
        return read(f"   {blank.ask}: ")
    write(f"   {blank.ask}")
    letters = "abcde"[: len(blank.choices)]
    for letter, choice in zip(letters, blank.choices, strict=True):
        write(f"      {letter}) {choice}")
    return _choose(read, "   Your letter: ", dict(zip(letters, blank.choices, strict=True)))


def _choose(read, prompt: str, options: dict):
    """Ask until the answer is one of the options; an empty line leaves it open."""
    while True:
        said = read(prompt).strip().lower().rstrip(").")
        if not said:
            return None
        if said in options:
            return options[said]
        prompt = f"   One of {', '.join(options)}, or nothing: "
