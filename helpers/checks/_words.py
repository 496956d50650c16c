"""Answers in words: a guess that is compared with a result, an explanation of a mistake."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from helpers.checks._exercise import CORRECT, NOT_YET, TODO, Verdict

NOTED = "noted"


def _has(text: str, beginnings: tuple[str, ...]) -> bool:
    """Tell whether a word of the text begins like this."""
    return re.search(rf"\b({'|'.join(beginnings)})", text.lower()) is not None


def _empty(answer: object) -> bool:
    return answer is ... or answer is None or (hasattr(answer, "__len__") and not len(answer))


@dataclass(frozen=True)
class Calibration:
    """A guess of one's own weakest lessons, beside what a mock exam found.

    Called with the guess and the mock; nothing is right or wrong about a guess that was made.
    """

    name: str
    number: str
    record: dict = field(default_factory=lambda: {"status": TODO}, compare=False)

    def __call__(self, guess: object, mock: object) -> None:
        """Compare, and print one line. Never raises."""
        verdict = self.compare(guess, mock)
        self.record["status"] = verdict.status
        print(verdict)

    def compare(self, guess: object, mock: object) -> Verdict:
        """Compare without printing."""
        title = f"Exercise {self.number} {self.name}"
        if _empty(guess):
            return Verdict(title, TODO, "guess first; the comparison is the exercise.")
        if isinstance(guess, str) or not isinstance(guess, Collection):
            return Verdict(title, NOT_YET, 'write a list of three lessons, as ["03", "08", "11"].')
        lessons = [str(lesson).strip().zfill(2) for lesson in guess]
        if len(lessons) != 3 or len(set(lessons)) != 3:
            return Verdict(title, NOT_YET, "name three different lessons.")
        asked = sorted({item.lesson for item in mock.paper.items})
        absent = [lesson for lesson in lessons if lesson not in asked]
        if absent:
            there = ", ".join(asked)
            hint = f"lesson {absent[0]} was not asked in this form; it asks about {there}."
            return Verdict(title, NOT_YET, hint)
        answered = sum(answer is not None for answer in mock.sitting.answers)
        if answered < len(asked):
            so_far = f"{answered} of {len(mock.paper.items)} so far"
            return Verdict(title, NOTED, f"answer the mock ({so_far}), then run this again.")
        return Verdict(title, NOTED, _compared(lessons, weakest(mock), asked))


def weakest(mock) -> list[str]:
    """Return the three lessons of a mock with the lowest scores."""
    points: dict[str, list[float]] = {}
    for section in mock.sitting.diagnosis().sections:
        sums = points.setdefault(section.lesson, [0.0, 0.0])
        sums[0] += section.points
        sums[1] += section.possible
    return sorted(points, key=lambda lesson: (points[lesson][0] + 1) / (points[lesson][1] + 2))[:3]


def _compared(guess: list[str], found: list[str], asked: list[str]) -> str:
    common = sorted(set(guess) & set(found))
    text = f"the mock found {', '.join(found)} weakest; {len(common)} of your three are among them."
    if sorted(guess) == asked[-3:] and len(common) < 3:
        text += " Your three guesses are the three latest lessons."
    return text


@dataclass(frozen=True)
class Explanation:
    """Two sentences on a wrong option: why it attracts, and why it is wrong.

    Parameters
    ----------
    tempting, wrong
        Beginnings of words of which one must occur for each half.
    rubric
        What to look for when marking one's own text.
    """

    name: str
    number: str
    tempting: tuple[str, ...]
    wrong: tuple[str, ...]
    rubric: str
    shortest: int = 20
    longest: int = 80
    record: dict = field(default_factory=lambda: {"status": TODO}, compare=False)

    def __call__(self, text: object) -> None:
        """Judge a text, and print one line. Never raises."""
        verdict = self.verdict(text)
        self.record["status"] = verdict.status
        print(verdict)

    def verdict(self, text: object) -> Verdict:
        """Judge a text without printing."""
        title = f"Exercise {self.number} {self.name}"
        if _empty(text) or (isinstance(text, str) and not text.strip()):
            return Verdict(title, TODO, "write two sentences, in quotes.")
        if not isinstance(text, str):
            return Verdict(title, NOT_YET, "write the text in quotes.")
        words = re.findall(r"[\w'-]+", text.lower())
        if any(word.startswith(("careless", "sloppy", "inattentive")) for word in words):
            return Verdict(
                title, NOT_YET, "name the computation that leads to it, not a character."
            )
        tempting, wrong = (_has(text, keys) for keys in (self.tempting, self.wrong))
        if len(words) < self.shortest:
            hint = f"{len(words)} words are short for two halves; 20 to 80 are asked for."
        elif len(words) > self.longest:
            hint = f"{len(words)} words are more than anybody reads; 20 to 80 are asked for."
        elif not tempting and not wrong:
            hint = "say why the wrong one attracts, and what it overlooks, not what is right."
        elif not tempting:
            hint = "tempting and wrong, both halves: why would somebody choose it?"
        elif not wrong:
            hint = "tempting and wrong, both halves: what does it overlook?"
        else:
            return Verdict(title, CORRECT, f"both halves are there. Now mark it: {self.rubric}")
        return Verdict(title, NOT_YET, hint)
