"""What the tests of the checks ask of a verdict."""

from helpers.checks._exercise import CORRECT, NOT_YET


def passes(exercise, answer):
    """Expect the answer to be right."""
    verdict = exercise.verdict(answer)
    assert verdict.status == CORRECT, verdict


def hinted(exercise, answer, hint):
    """Expect the answer to be wrong, and these words in its hint."""
    verdict = exercise.verdict(answer)
    assert verdict.status == NOT_YET, verdict
    assert hint in verdict.hint, verdict
