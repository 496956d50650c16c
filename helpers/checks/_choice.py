"""Questions with a few options: concept checks and predictions."""

from dataclasses import dataclass, field

from helpers.checks._exercise import CORRECT, NOT_YET, TODO, Verdict


def _letter(answer: object) -> str:
    """Read a letter as people write it: "B", " b " or "b)"; "" where none is chosen yet."""
    if answer is ... or answer is None:
        return ""
    return answer.strip(" \t\n().:").lower() if isinstance(answer, str) else "no letter"


def _ask(letter: str, letters: dict[str, str]) -> tuple[str, str] | None:
    """Return status and hint for what is none of the letters, None for one of them."""
    if not letter:
        return TODO, f"choose one of {', '.join(letters)}."
    if letter not in letters:
        return NOT_YET, f"write one of the letters {', '.join(letters)}, in quotes."
    return None


@dataclass(frozen=True)
class Choice:
    """A concept check: one right option, and feedback for every option.

    Parameters
    ----------
    name, number
        As the lesson calls it: ``"equal_distances"``, ``"1.A"``.
    right
        The letter of the right option.
    feedback
        One sentence for each letter.
    """

    name: str
    number: str
    right: str
    feedback: dict[str, str]
    record: dict = field(default_factory=lambda: {"status": TODO}, compare=False)

    def __call__(self, answer: object) -> None:
        """Judge a chosen letter and print one line. Never raises."""
        verdict = self.verdict(answer)
        self.record["status"] = verdict.status
        print(verdict)

    def verdict(self, answer: object) -> Verdict:
        """Judge a chosen letter without printing."""
        title = f"Question {self.number} {self.name}"
        letter = _letter(answer)
        if asked := _ask(letter, self.feedback):
            return Verdict(title, *asked)
        status = CORRECT if letter == self.right else NOT_YET
        return Verdict(title, status, self.feedback[letter])


@dataclass(frozen=True)
class Prediction:
    """A guess made before the code runs; the lesson comes back to it later.

    Parameters
    ----------
    name, number
        As the lesson calls it: ``"nearest_to_apple"``, ``"1.P"``.
    options
        Letter and what it says, in a few words.
    outcome
        The letter that turned out to be true.
    where
        Where the answer comes: ``"section 2"``.
    """

    name: str
    number: str
    options: dict[str, str]
    outcome: str
    where: str
    record: dict = field(default_factory=lambda: {"status": TODO}, compare=False)

    def __call__(self, answer: object) -> None:
        """Note a prediction and print one line. Never raises, never says who is right."""
        title = f"Prediction {self.number} {self.name}"
        letter = _letter(answer)
        self.record.clear()
        if asked := _ask(letter, self.options):
            self.record.update(status=asked[0])
            print(Verdict(title, *asked))
        else:
            self.record.update(status="noted", letter=letter)
            print(Verdict(title, "noted", f"{self.options[letter]}. {self.where} will show."))

    def reveal(self) -> None:
        """Print what was predicted beside what happened."""
        truth = self.options[self.outcome]
        letter = self.record.get("letter")
        if letter is None:
            print(f"What happens: {truth}. (No prediction was made.)")
        elif letter == self.outcome:
            print(f"You predicted: {self.options[letter]}. So it is.")
        else:
            print(f"You predicted: {self.options[letter]}. What happens: {truth}.")
