"""What a question is: one small class for each way of answering.

Every item knows where it belongs (topic, lesson, section), what it is worth (one point is meant
to cost one minute), and why each wrong answer is wrong. Text is Markdown with formulas between
dollar signs.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

LEVELS = ("R", "U", "Ap", "An", "Ev")
"""Remember, understand, apply, analyze, evaluate."""

VERDICTS = ("supported", "not supported", "cannot be known")
"""What one may say of a statement about a figure."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """A question.

    Parameters
    ----------
    id
        Of the family (``"P03"``) or of the concept (``"C12"``).
    topic
        Row of the blueprint, from 1.
    level
        One of `LEVELS`.
    lesson, section
        Where to read it up: ``"03"``, 2.
    points
        And planned minutes.
    stem
        The question, with all conventions it needs.
    solution
        Worked, with the numbers of this question.
    figure, figure_text
        An SVG picture and its description in words; empty where there is none.
    counts_as
        (topic, level, points) of its parts, where an item belongs to more than one.
    """

    id: str
    topic: int
    level: str
    lesson: str
    section: int
    points: int
    stem: str
    solution: str
    figure: str = field(default="", repr=False)
    figure_text: str = ""
    counts_as: tuple[tuple[int, str, int], ...] = ()

    def places(self) -> tuple[tuple[int, str, int], ...]:
        """Return what the item adds to the blueprint: (topic, level, points)."""
        return self.counts_as or ((self.topic, self.level, self.points),)

    def offers(self) -> frozenset[str]:
        """Return the named mistakes that one can make here."""
        return frozenset(mistake for mistake in self._mistakes() if mistake)

    def _mistakes(self) -> Iterable[str | None]:
        """Go through its parts: the mistake of each, or None where it has no name."""
        return ()


@dataclass(frozen=True)
class Option:
    """One of several answers: its text, what to say to who chose it, and the mistake behind it.

    The right one has no mistake.
    """

    text: str
    feedback: str
    mistake: str | None = None


@dataclass(frozen=True, kw_only=True)
class SingleChoice(Item):
    """One right option of four or five. An answer is its place, from 0."""

    options: tuple[Option, ...]
    right: int

    def _mistakes(self) -> Iterable[str | None]:
        return (option.mistake for option in self.options)


@dataclass(frozen=True)
class Statement:
    """True or false on its own; `feedback` says why, `mistake` is that of who judges it wrongly."""

    text: str
    true: bool
    feedback: str
    mistake: str | None = None


@dataclass(frozen=True, kw_only=True)
class MultiSelect(Item):
    """Statements, each judged on its own. An answer has True, False or None for each."""

    statements: tuple[Statement, ...]

    def _mistakes(self) -> Iterable[str | None]:
        return (s.mistake for s in self.statements)


@dataclass(frozen=True)
class WrongNumber:
    """What a named mistake would compute."""

    value: float
    mistake: str


@dataclass(frozen=True, kw_only=True)
class Numeric(Item):
    """An open number. An answer is the text that was typed: ``"0.25"``, ``".25"``, ``"1/4"``.

    Parameters
    ----------
    digits
        Decimals asked for. An answer may be half a unit of the last one, plus 1 %, away.
    unit
        Printed behind the answer box: ``"pairs"``, ``"nats"``; may be empty.
    wrong
        Numbers that named mistakes would give, none of them within the tolerance.
    """

    key: float
    digits: int
    unit: str = ""
    wrong: tuple[WrongNumber, ...]

    def _mistakes(self) -> Iterable[str | None]:
        return (w.mistake for w in self.wrong)

    @property
    def tolerance(self) -> float:
        """How far an answer may be from the key: whole numbers must be exact."""
        return 0.5 * 10.0**-self.digits + 0.01 * abs(self.key) if self.digits else 0.0


@dataclass(frozen=True)
class Blank:
    """One answer box of a question with several.

    Parameters
    ----------
    ask
        What to write into it.
    key
        A number, a shape such as ``(3, 4)``, or one of `choices`.
    choices
        Offered options; empty for an open box.
    digits
        Decimals of a number; None: it must be exact.
    follow
        ``follow(answers)`` is the right answer *given the earlier answers of this student*, so
        that one slip is not punished twice; None: the key is right whatever was before.
    wrong
        What a wrong answer means: answer to mistake, where there is a name for it.
    feedback
        What to say to any other wrong answer.
    points
        Worth of this box.
    """

    ask: str
    key: float | tuple[int, ...] | str
    feedback: str
    choices: tuple[str, ...] = ()
    digits: int | None = None
    follow: Callable[[tuple], float | tuple[int, ...] | str | None] | None = field(
        default=None, repr=False, compare=False
    )
    wrong: tuple[tuple[object, str], ...] = ()
    points: int = 1


@dataclass(frozen=True, kw_only=True)
class Blanks(Item):
    """Several boxes in an order: a derivation, shapes, a trace, or a bug to be found.

    An answer has a text, or None, for each box.

    Parameters
    ----------
    kind
        ``"steps"``, ``"shape"``, ``"trace"`` or ``"bug"``.
    code
        Program text to read; empty where there is none.
    """

    kind: str
    blanks: tuple[Blank, ...]
    code: str = ""

    def _mistakes(self) -> Iterable[str | None]:
        return (mistake for blank in self.blanks for _, mistake in blank.wrong)


@dataclass(frozen=True)
class Reading:
    """A statement about a figure; `verdict` is one of `VERDICTS`."""

    text: str
    verdict: str
    feedback: str
    mistake: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReadPlot(Item):
    """Statements about a figure. An answer has a verdict, or None, for each."""

    readings: tuple[Reading, ...]

    def _mistakes(self) -> Iterable[str | None]:
        return (r.mistake for r in self.readings)


@dataclass(frozen=True)
class Criterion:
    """What is judged in an essay, with an anchor for 0, 1 and 2 points."""

    name: str
    anchors: tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Essay(Item):
    """A claim to judge in 120 words; marked by a person. An answer is text.

    Parameters
    ----------
    rubric
        Each criterion is worth two points.
    samples
        A good answer and a weak one, each with the points that it would get.
    """

    rubric: tuple[Criterion, ...]
    samples: tuple[tuple[str, int], ...]
