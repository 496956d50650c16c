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

from helpers.checks import _forms, _sandbox
from helpers.checks._compare import difference, same, shorten, show

TODO = "not attempted"
NOT_YET = "not yet"
CORRECT = "correct"

LONGEST = 240  # characters of a hint
ENOUGH = 3  # inputs on which an answer that makes other mistakes too must agree with a known one

_NOT_THE_LEARNERS = (str(Path(__file__).parents[1]), *sysconfig.get_paths().values())


@dataclass(frozen=True)
class Call:
    """One input of an exercise: the arguments a function is called with."""

    args: tuple
    kwargs: dict

    def __str__(self) -> str:
        """Show the arguments as they would be typed; long arrays by their shape."""
        for size in (12, 4, 0):
            parts = [show(arg, size) for arg in self.args]
            parts += [f"{name}={show(value, size)}" for name, value in self.kwargs.items()]
            text = f"({', '.join(parts)})"
            if len(text) <= 100:
                break
        return shorten(text, 160)


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
    changed: str = ""  # what to say about an input that was changed

    def behaves_like(self, other: "_Trial", equal: Callable) -> bool:
        if self.error is not None or other.error is not None:
            return type(self.error) is type(other.error) or _refusals(self.error, other.error)
        return equal(self.value, other.value)

    def stumbles_like(self, other: "_Trial") -> bool:
        """Tell whether two runs raised the same error with the same words."""
        return type(self.error) is type(other.error) and str(self.error) == str(other.error)


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
    form
        How a result is read before anything looks at it, for example `_forms.array`, to which
        a list of numbers is an array as well.
    refusal
        The error that the text asks for where an input is refused.
    inplace
        Positions of arguments that the function is asked to change; they are compared too.
    frozen
        Hints for arguments whose change is a mistake of its own, by position.
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
    form: _forms.Form = _forms.as_is
    refusal: type | tuple[type, ...] = (ValueError, LookupError, AssertionError)
    inplace: tuple[int, ...] = ()
    frozen: dict[int, str] = field(default_factory=dict)
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
        hint = textwrap.shorten(hint, LONGEST, placeholder=" ...")
        where = f" Review {self.review}." if self.review and status == NOT_YET else ""
        return Verdict(f"Exercise {self.number} {self.name}", status, hint + where)


class _Judge:
    """One examination of one answer. Runs inside the sandbox."""

    def __init__(self, exercise: Exercise, answer: Callable) -> None:
        self.exercise = exercise
        self.answer = self.formed(answer)

    def formed(self, function: Callable) -> Callable:
        """Return a function whose results come in the form of the exercise."""

        def answer(*args: object, **kwargs: object) -> object:
            return self.exercise.form(function(*args, **kwargs))

        return answer

    def judge(self) -> tuple[str, str]:
        """Return the status and the hint; the first thing that is wrong decides."""
        with np.errstate(all="ignore"):
            return self.examine()

    def examine(self) -> tuple[str, str]:
        exercise = self.exercise
        trials = [self.attempt(self.answer, call) for call in exercise.calls]
        if all(isinstance(trial.error, NotImplementedError) for trial in trials):
            if missing := self.unwritten(trials[0]):
                return NOT_YET, f"it calls {missing}, which is not written yet."
            return TODO, "write the function, then run this cell again."
        expected = self.expected()
        for look in (
            self.nothing_returned,
            self.changed_input,
            self.unfit,
            self.not_repeated,
            self.known_mistake,
            self.partly_silent,
            self.raised,
            self.broken_law,
            self.first_difference,
        ):
            if hint := look(trials, expected):
                return NOT_YET, hint
        passed = _count(len(trials), "input")
        if exercise.laws:
            passed += " and " + _count(len(exercise.laws), "law")
        if any(trial.printed for trial in trials):
            passed += "; it also prints, and a function that returns need not print"
        return CORRECT, f"passed on {passed}."

    def unwritten(self, trial: _Trial) -> str:
        """Return the name of another function of the learner's whose body is still missing."""
        frames = traceback.walk_tb(trial.error.__traceback__)
        mine = [f for f, _ in frames if not f.f_code.co_filename.startswith(_NOT_THE_LEARNERS)]
        return mine[-1].f_code.co_name if len(mine) > 1 else ""

    def attempt(self, function: Callable, call: Call) -> _Trial:
        """Call a function on copies of the inputs and note everything it does."""
        args, kwargs = copy.deepcopy((call.args, call.kwargs))
        screen = io.StringIO()
        try:
            with contextlib.redirect_stdout(screen):
                value = function(*args, **kwargs)
        except MemoryError:
            raise
        except (Exception, SystemExit) as error:
            return _Trial(call, error=error, line=_raising_line(error))
        changed = ""
        for position, (before, after) in enumerate(zip(call.args, args, strict=True)):
            random = isinstance(before, np.random.Generator)
            if position not in self.exercise.inplace and not random and not same(before, after, 0):
                plain = f"it changed its input (argument {position + 1}). Work on a copy."
                changed = self.exercise.frozen.get(position, plain)
        with contextlib.suppress(Exception):
            value = copy.deepcopy(value)  # a later call may change what this one returned
        if self.exercise.inplace:
            value = (value, *(args[position] for position in self.exercise.inplace))
        return _Trial(call, value, printed=bool(screen.getvalue()), changed=changed)

    def expected(self) -> list[_Trial] | None:
        """Return what the reference does on the same inputs."""
        if self.exercise.equal is None:
            return None
        reference = self.formed(self.exercise.reference)
        return [self.attempt(reference, call) for call in self.exercise.calls]

    def equal(self, got: object, expected: object) -> bool:
        """Compare two results; what cannot be compared is not equal."""
        try:
            return bool(self.exercise.equal(got, expected))
        except Exception:
            return False

    def nothing_returned(self, trials: list[_Trial], expected: list[_Trial] | None) -> str | None:
        wanted = expected is None or any(
            e.value is not None and t.error is None for t, e in zip(trials, expected, strict=True)
        )
        told = [t for i, t in enumerate(trials) if not (t.error and expected and expected[i].error)]
        silent = all(trial.value is None and trial.error is None for trial in told)
        if not (silent and wanted) or self.exercise.inplace:
            return None
        if any(trial.printed for trial in trials):
            return "it prints the result and returns None. Write return instead of print."
        return "it returned None. Is there a return in every branch?"

    def changed_input(self, trials: list[_Trial], expected: list[_Trial] | None) -> str | None:
        for trial in trials:
            if trial.changed:
                return trial.changed
        return None

    def unfit(self, trials: list[_Trial], expected: list[_Trial] | None) -> str | None:
        """Name a result that has not the form of the exercise."""
        for trial in trials:
            if isinstance(trial.value, _forms.Unfit):
                return f"{trial.value.words} - on {trial.call}."
        return None

    def partly_silent(self, trials: list[_Trial], expected: list[_Trial] | None) -> str | None:
        """Name an input on which None stands where the exercise has a form."""
        for trial in trials:
            silent = trial.value is None and trial.error is None
            if silent and self.exercise.form is not _forms.as_is and not trial.printed:
                return f"on {trial.call} it returned None. Is there a return in every branch?"
        return None

    def not_repeated(self, trials: list[_Trial], expected: list[_Trial] | None) -> str | None:
        """Call the answer once more, in another order: nothing may be kept between calls."""
        if self.exercise.equal is None:
            return None

        def agree(got: object, before: object) -> bool:
            if type(before).__eq__ is object.__eq__:  # a generator, say: equal to itself alone
                return True
            return same(got, before) or self.equal(got, before)

        for trial in reversed(trials):
            if not self.attempt(self.answer, trial.call).behaves_like(trial, agree):
                return (
                    "the same input gave another result the second time. Is something kept "
                    f"between calls, or drawn at random? - on {trial.call}."
                )
        return None

    def known_mistake(self, trials: list[_Trial], expected: list[_Trial] | None) -> str | None:
        """Return the hint of the first catalogued mistake that the answer makes."""
        for wrong in self.exercise.wrong:
            if wrong.symptom is not None:
                telling = [0] if self.shows(wrong.symptom) else []
            else:
                telling = self.made(wrong, trials, expected)
            if telling and (hint := self.word(wrong, trials[telling[0]])):
                return hint
        return None

    def made(self, wrong: Wrong, trials: list[_Trial], expected: list[_Trial]) -> list[int]:
        """Return the inputs that give a mistake away, if the answer makes it, else [].

        An answer that goes wrong elsewhere as well has to agree on `ENOUGH` telling inputs:
        with fewer the agreement may be chance.
        """
        telling = self.telling(wrong, expected)
        agrees = all(
            trials[i].behaves_like(trial, self.equal)
            and (trial.error is None or trials[i].stumbles_like(trial))
            for i, trial in telling
        )
        places = [i for i, _ in telling]
        alone = all(
            trial.behaves_like(expected[i], self.equal)
            for i, trial in enumerate(trials)
            if i not in places
        )
        return places if agrees and (alone or len(places) >= ENOUGH) else []

    def telling(self, wrong: Wrong, expected: list[_Trial]) -> list[tuple[int, _Trial]]:
        """Return the inputs, by position, on which a wrong answer gives itself away."""
        implementation = self.formed(wrong.implementation)
        mistaken = [self.attempt(implementation, call) for call in self.exercise.calls]
        return [
            (i, trial)
            for i, (trial, right) in enumerate(zip(mistaken, expected, strict=True))
            if not trial.behaves_like(right, self.equal)
        ]

    def shows(self, symptom: Callable[[Callable], bool]) -> bool:
        """Tell whether an answer shows a symptom; a symptom that cannot be read is not shown."""
        try:
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
            strict = should is not None and isinstance(self.exercise.refusal, type)
            if trial.error is not None and not strict and not _refusals(trial.error, should):
                return f"{_raising(trial)} - on {trial.call}."
            if trial.error is not None and not isinstance(trial.error, self.exercise.refusal):
                kind = type(trial.error).__name__
                asked = self.exercise.refusal.__name__
                text = textwrap.shorten(str(trial.error), 60, placeholder=" ...")
                text = f" ({text})" if text else ""
                return f"on {trial.call} it raises {kind}{text}; a {asked} is asked for."
            if trial.error is None and should is not None:
                kind = type(should).__name__
                if isinstance(trial.value, BaseException):
                    return f"on {trial.call} it returns the error. Write raise instead of return."
                got = "printed and " if trial.printed else ""
                got += f"returned {show(trial.value)}"
                return f"on {trial.call} it should raise {kind} ({should}), it {got}."
        return None

    def broken_law(self, trials: list[_Trial], expected: list[_Trial] | None) -> str | None:
        """Return what the first broken law says.

        A law that cannot be read, because a result has another shape than the law expects, is
        left to the comparison with the reference.
        """
        unread = None
        for law in self.exercise.laws:
            try:
                hint = law(self.answer)
            except MemoryError:
                raise
            except (Exception, SystemExit) as error:
                unread = unread or error
                continue
            if hint:
                return (unread and self.first_difference(trials, expected)) or hint
        if unread is None:
            return None
        return self.first_difference(trials, expected) or _in_a_law(unread, trials[0])

    def first_difference(self, trials: list[_Trial], expected: list[_Trial] | None) -> str | None:
        for i, trial in enumerate(trials):
            right = expected[i] if expected else None
            if (
                trial.value is None
                and trial.error is None
                and (not right or right.value is not None)
            ):
                return f"on {trial.call} it returned None. Is there a return in every branch?"
            if right and right.error is None and not self.equal(trial.value, right.value):
                return f"on {trial.call}: {difference(trial.value, right.value)}."
        return None


def _raising(trial: _Trial) -> str:
    """Say what was raised and in which line of the learner's."""
    line = f" in the line `{trial.line[:60]}`" if trial.line else ""
    text = textwrap.shorten(str(trial.error), 80, placeholder=" ...")
    return f"it raised {type(trial.error).__name__}{line}" + (f": {text}" if text else "")


def _refusals(*errors: BaseException | None) -> bool:
    """Tell whether all are errors that a function raises to refuse its input."""
    return all(isinstance(error, ValueError | LookupError | AssertionError) for error in errors)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("s" if number != 1 else "")


def _in_a_law(error: BaseException, trial: _Trial) -> str:
    """Tell an answer that fails on another input from one that returns what nobody can read."""
    if line := _raising_line(error):
        return _raising(_Trial(trial.call, None, error, line)) + "."
    said = f"{type(error).__name__}: {str(error)[:90]}"
    return f"what it returns cannot be used ({said}): on {trial.call} it is {show(trial.value)}."


def _raising_line(error: BaseException) -> str:
    """Return the text of the learner's last line on the way to the error."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not frame.filename.startswith(_NOT_THE_LEARNERS):
            return linecache.getline(frame.filename, frame.lineno or 0).strip()[:80]
    return ""
