"""What an exercise is, and how an answer to it is judged.

An answer is recognised by what it does on small inputs, never by its source. Each known
mistake is kept as a wrong implementation; an answer that goes wrong in the same way gets
that mistake's hint. Laws catch the mistakes that nobody has thought of.
"""

import contextlib
import copy
import io
import linecache
import sysconfig
import textwrap
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from helpers.checks import _sandbox
from helpers.checks._compare import difference, same, shorten, show, without_address

TODO = "not attempted"
NOT_YET = "not yet"
CORRECT = "correct"

_NOT_THE_LEARNERS = (str(Path(__file__).parents[1]), *sysconfig.get_paths().values())


@dataclass(frozen=True)
class Call:
    """One input of an exercise: the arguments a function is called with."""

    args: tuple
    kwargs: dict

    def __str__(self) -> str:
        """Show the arguments as they would be typed."""
        parts = [show(arg) for arg in self.args]
        parts += [f"{name}={show(value)}" for name, value in self.kwargs.items()]
        return f"({shorten(', '.join(parts), 120)})"


def call(*args: object, **kwargs: object) -> Call:
    """Write down a call without making it."""
    return Call(args, kwargs)


@dataclass(frozen=True)
class Wrong:
    """A catalogued wrong answer: how it is made, and the hint that fits it.

    Parameters
    ----------
    implementation
        The mistake as a function. The tests run it and expect its own hint.
    hint
        One or two sentences, or a function of what the answer returned on the first input
        that gives it away: ``hint(value, call) -> str``.
    symptom
        ``symptom(answer) -> bool``. Without it the mistake is recognised by equality: on
        every input where `implementation` differs from the reference, the answer does what
        `implementation` does.
    """

    implementation: Callable
    hint: str | Callable[[object, Call], str]
    symptom: Callable[[Callable], bool] | None = None


@dataclass(frozen=True)
class Verdict:
    """What a check says about an answer: a status and, if there is one, a hint."""

    exercise: str
    status: str
    hint: str = ""

    def __str__(self) -> str:
        """Return one line, the same on every machine; a long one is folded at spaces."""
        line = f"{self.exercise}: {self.status}" + (f" - {self.hint}" if self.hint else "")
        return textwrap.fill(line, 98, subsequent_indent="    ", break_long_words=False)


@dataclass(frozen=True)
class _Trial:
    """One run of a function: its value, or the exception it raised."""

    call: Call
    value: object = None
    error: BaseException | None = None
    line: str = ""  # the line of the learner's code that raised
    printed: bool = False
    changed: str = ""  # which input was changed

    def behaves_like(self, other: "_Trial", equal: Callable) -> bool:
        if self.error is not None or other.error is not None:
            return type(self.error) is type(other.error) or _refusals(self.error, other.error)
        return equal(self.value, other.value)


@dataclass(frozen=True)
class Exercise:
    """A task with its reference, its inputs, its laws and its catalogue of wrong answers.

    Parameters
    ----------
    name, number
        As the lesson calls it: ``"one_hot"``, ``"1.1"``.
    reference
        The tested helper: what the lesson stands on, and what answers are compared with.
    calls
        Small inputs on which wrong answers differ from right ones.
    wrong
        The catalogue, in the order in which it is tried.
    laws
        Each takes the answer and returns a hint if the law is broken, else None.
    equal
        How a value is compared with the reference's. None where a right answer is not unique,
        as with random results: then laws and symptoms alone decide.
    inplace
        Positions of arguments that the function is asked to change; they are compared too.
    review
        Where to read again, for example ``"section 2"``.
    """

    name: str
    number: str
    reference: Callable
    calls: tuple[Call, ...]
    wrong: tuple[Wrong, ...]
    laws: tuple[Callable[[Callable], str | None], ...] = ()
    equal: Callable[[object, object], bool] | None = same
    inplace: tuple[int, ...] = ()
    review: str = ""
    record: dict = field(default_factory=lambda: {"status": TODO}, compare=False)

    def __call__(self, answer: object) -> None:
        """Judge an answer, remember how it stands, and print one line. Never raises."""
        verdict = self.verdict(answer)
        self.record["status"] = verdict.status
        print(verdict)

    def verdict(self, answer: object) -> Verdict:
        """Judge an answer without printing."""
        if answer is ... or answer is None:
            return self._say(TODO, "write the function, then run this cell again.")
        if not callable(answer):
            return self._say(NOT_YET, f"pass the function itself, not {show(answer)}.")
        ran = _sandbox.run(lambda: _Judge(self, answer).judge())
        endings = {
            "time": f"it ran for {_sandbox.SECONDS:.0f} seconds and was stopped. "
            "Is there a loop that never ends?",
            "memory": "it asked for more memory than there is and was stopped. "
            "Which array is larger than it has to be?",
            "crash": "it ended Python instead of returning a value.",
        }
        status, hint = (NOT_YET, endings[ran.ended]) if ran.ended else ran.value
        return self._say(status, hint)

    def _say(self, status: str, hint: str) -> Verdict:
        where = f" Review {self.review}." if self.review and status == NOT_YET else ""
        return Verdict(f"Exercise {self.number} {self.name}", status, hint + where)


class _Judge:
    """One examination of one answer. Runs inside the sandbox."""

    def __init__(self, exercise: Exercise, answer: Callable) -> None:
        self.exercise = exercise
        self.answer = answer

    def judge(self) -> tuple[str, str]:
        """Return the status and the hint; the first thing that is wrong decides."""
        exercise = self.exercise
        trials = [self.attempt(self.answer, call) for call in exercise.calls]
        if all(isinstance(trial.error, NotImplementedError) for trial in trials):
            return TODO, "write the function, then run this cell again."
        expected = self.expected()
        looks = self.nothing_returned, self.changed_input, self.kept_something, self.known_mistake
        for look in looks:
            if hint := look(trials, expected):
                return NOT_YET, hint
        if hint := self.raised(trials, expected) or self.broken_law(trials):
            return NOT_YET, hint
        if hint := self.first_difference(trials, expected):
            return NOT_YET, hint
        passed = _count(len(trials), "input")
        if exercise.laws:
            passed += " and " + _count(len(exercise.laws), "law")
        if any(trial.printed for trial in trials):
            passed += "; it also prints, and a function that returns need not print"
        return CORRECT, f"passed on {passed}."

    def attempt(self, function: Callable, call: Call) -> _Trial:
        """Call a function on copies of the inputs and note everything it does."""
        args, kwargs = copy.deepcopy((call.args, call.kwargs))
        screen = io.StringIO()
        try:
            with contextlib.redirect_stdout(screen), np.errstate(all="ignore"):
                value = function(*args, **kwargs)
        except MemoryError:
            raise
        except (Exception, SystemExit) as error:
            return _Trial(call, error=error, line=_raising_line(error))
        changed = ""
        for position, (before, after) in enumerate(zip(call.args, args, strict=True)):
            random = isinstance(before, np.random.Generator)
            if position not in self.exercise.inplace and not random and not same(before, after, 0):
                changed = f"argument {position + 1}"
        with contextlib.suppress(Exception):
            value = copy.deepcopy(value)  # a later call may change what this one returned
        if self.exercise.inplace:
            value = (value, *(args[position] for position in self.exercise.inplace))
        return _Trial(call, value, printed=bool(screen.getvalue()), changed=changed)

    def expected(self) -> list[_Trial] | None:
        """Return what the reference does on the same inputs."""
        if self.exercise.equal is None:
            return None
        return [self.attempt(self.exercise.reference, call) for call in self.exercise.calls]

    def nothing_returned(self, trials: list[_Trial], expected: list[_Trial] | None) -> str | None:
        wanted = expected is None or any(
            e.value is not None and t.error is None for t, e in zip(trials, expected, strict=True)
        )
        silent = all(trial.value is None and trial.error is None for trial in trials)
        if not (silent and wanted) or self.exercise.inplace:
            return None
        if any(trial.printed for trial in trials):
            return "it prints the result and returns None. Write return instead of print."
        return "it returned None. Is there a return in every branch?"

    def changed_input(self, trials: list[_Trial], expected: list[_Trial] | None) -> str | None:
        for trial in trials:
            if trial.changed:
                return f"it changed its input ({trial.changed}). Work on a copy."
        return None

    def kept_something(self, trials: list[_Trial], expected: list[_Trial] | None) -> str | None:
        """Notice an answer that gives the first input another value after it has seen others."""
        first = trials[0]
        inputs = (*first.call.args, *first.call.kwargs.values())
        random = any(isinstance(value, np.random.Generator) for value in inputs)
        if expected is None or random or first.error is not None:
            return None
        again = self.attempt(self.answer, first.call)
        if again.error is None and (
            same(first.value, again.value)
            or without_address(repr(first.value)) == without_address(repr(again.value))
        ):
            return None
        return (
            "the same input gives another result when the function is called again. Does it keep "
            "something between calls, as a list in the def line or outside of the function?"
        )

    def known_mistake(self, trials: list[_Trial], expected: list[_Trial] | None) -> str | None:
        """Return the hint of the first catalogued mistake that the answer makes."""
        for wrong in self.exercise.wrong:
            if wrong.symptom is not None:
                telling = [(0, None)] if self.shows(wrong.symptom) else []
            else:
                telling = self.telling(wrong, expected)
                if not all(trials[i].behaves_like(trial, self.equal) for i, trial in telling):
                    telling = []
            if telling and (hint := self.word(wrong, trials[telling[0][0]])):
                return hint
        return None

    def telling(self, wrong: Wrong, expected: list[_Trial]) -> list[tuple[int, _Trial]]:
        """Return the inputs, by position, on which a wrong answer gives itself away."""
        mistaken = [self.attempt(wrong.implementation, call) for call in self.exercise.calls]
        return [
            (i, trial)
            for i, (trial, right) in enumerate(zip(mistaken, expected, strict=True))
            if not trial.behaves_like(right, self.equal)
        ]

    def equal(self, got: object, right: object) -> bool:
        """Compare as the exercise does; a value that cannot be compared is another one."""
        try:
            return bool(self.exercise.equal(got, right))
        except MemoryError:
            raise
        except Exception:
            return False

    def shows(self, symptom: Callable[[Callable], bool]) -> bool:
        """Tell whether an answer shows a symptom; a symptom that cannot be read is not shown."""
        try:
            with np.errstate(all="ignore"):
                return bool(symptom(self.answer))
        except MemoryError:
            raise
        except (Exception, SystemExit):
            return False

    @staticmethod
    def word(wrong: Wrong, trial: _Trial) -> str | None:
        """Return the hint; None if it needs numbers that the answer does not give."""
        if isinstance(wrong.hint, str):
            return wrong.hint
        try:
            return wrong.hint(trial.value, trial.call)
        except Exception:
            return None

    def raised(self, trials: list[_Trial], expected: list[_Trial] | None) -> str | None:
        for i, trial in enumerate(trials):
            should = expected[i].error if expected else None
            if trial.error is not None and not _refusals(trial.error, should):
                line = f" in the line `{trial.line}`" if trial.line else ""
                text = str(trial.error)[:90]
                return f"it raised {type(trial.error).__name__}{line}: {text} - on {trial.call}."
            if trial.error is None and should is not None:
                return (
                    f"on {trial.call} it should raise {type(should).__name__} ({should}), "
                    f"it returned {show(trial.value)}."
                )
        return None

    def broken_law(self, trials: list[_Trial]) -> str | None:
        for law in self.exercise.laws:
            try:
                with np.errstate(all="ignore"):
                    hint = law(self.answer)
            except MemoryError:
                raise
            except (Exception, SystemExit) as error:
                hint = _silent_branch(trials) or _in_a_law(error, trials[0])
            if hint:
                return hint
        return None

    def first_difference(self, trials: list[_Trial], expected: list[_Trial] | None) -> str | None:
        for trial, right in zip(trials, expected or [], strict=False):
            if right.error is not None or self.equal(trial.value, right.value):
                continue
            if trial.value is None:
                return f"on {trial.call} it returned None. Is there a return in every branch?"
            return f"on {trial.call}: {difference(trial.value, right.value)}."
        return None


def _refusals(*errors: BaseException | None) -> bool:
    """Tell whether all are errors that a function raises to refuse its input."""
    return all(isinstance(error, ValueError | LookupError | AssertionError) for error in errors)


def _silent_branch(trials: list[_Trial]) -> str | None:
    """Name an input for which nothing came back."""
    for trial in trials:
        if trial.value is None and trial.error is None:
            return f"on {trial.call} it returned None. Is there a return in every branch?"
    return None


def _in_a_law(error: BaseException, trial: _Trial) -> str:
    """Tell an answer that fails on another input from one that returns what nobody can read."""
    said = f"{type(error).__name__}: {shorten(str(error), 90)}"
    if line := _raising_line(error):
        return f"it raised {said} - in the line `{line}`."
    return f"what it returns cannot be used ({said}): on {trial.call} it is {show(trial.value)}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("s" if number != 1 else "")


def _raising_line(error: BaseException) -> str:
    """Return the text of the learner's last line on the way to the error."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not frame.filename.startswith(_NOT_THE_LEARNERS):
            return linecache.getline(frame.filename, frame.lineno or 0).strip()[:80]
    return ""
