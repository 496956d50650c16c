"""Checks of lesson 16: a guess beside a result, an item of one's own, an explanation."""

import inspect
from types import SimpleNamespace

import numpy as np
import pytest

from helpers import checks as check
from helpers.checks import _my_item
from helpers.checks._exercise import CORRECT, NOT_YET, TODO
from helpers.exam.mock import MockExam
from helpers.exam.students import Student, answer

# --------------------------------------------------------------------------- 16.2


def plain_loops(rng):
    while True:
        T = rng.integers(8, 20)
        w = rng.integers(1, 4)
        key = 0
        for i in range(T):
            for j in range(T):
                if i != j and abs(i - j) <= w:
                    key += 1
        wrong = {}
        wrong["M30"] = T * 2 * w
        wrong["M34"] = key + T
        wrong["M33"] = T**2 - T
        if key not in wrong.values() and len(set(wrong.values())) == 3:
            return dict(T=T, w=w), key, wrong


def floats_and_four_names(rng):
    T, w = 2 * rng.integers(6, 13), rng.integers(2, 5)  # T is even: T = 2w + 1 cannot be
    key = 2.0 * w * T - w * (w + 1)
    return (
        {"w": w, "T": T},
        key,
        {"M31": key / 2, "M30": 2.0 * w * T, "M33": T * (T - 1.0)},
    )


def other_mistakes(rng):
    """Mistakes that the lesson does not name are welcome."""
    T, w = int(rng.integers(20, 45)), int(rng.integers(2, 4))
    key = 2 * w * T - w * (w + 1)
    return [{"T": T, "w": w}, key, {"M30": 2 * w * T, "M31": key // 2, "M66": 2 * w * (T - 2 * w)}]


@pytest.mark.parametrize("mine", [plain_loops, floats_and_four_names, other_mistakes])
def test_items_in_other_hands_are_right(mine):
    verdict = check.my_item.verdict(mine)
    assert verdict.status == CORRECT, verdict


@pytest.mark.parametrize("mine", _my_item.BY_LAW, ids=lambda f: f.__name__)
def test_mistakes_are_worded_with_the_learners_numbers(mine):
    verdict = check.my_item.verdict(mine)
    assert verdict.status == NOT_YET
    assert _my_item.BY_LAW[mine] in verdict.hint, verdict
    assert len(verdict.hint.split(" Review ")[0]) <= 240


@pytest.mark.parametrize(
    ("mine", "says"),
    [
        (lambda rng: 3, "Return three things"),
        (lambda rng: ({"T": 5}, 1, {}), "Return three things"),
        (lambda rng: ({"T": int(rng.integers(3, 30)), "w": 40}, 12, {}), "is no good question"),
        (lambda rng: (9, 2, 30), "Return three things"),
    ],
)
def test_what_is_no_item(mine, says):
    verdict = check.my_item.verdict(mine)
    assert verdict.status == NOT_YET and says in verdict.hint, verdict


# --------------------------------------------------------------------------- 16.1


def mock(answered):
    exam = MockExam(20, exam="guess", folder=None)
    rng = np.random.default_rng(0)
    for place, item in enumerate(exam.paper.items[:answered]):
        exam.sitting.go_to(place)
        exam.sitting.answer(answer(item, Student("K2"), rng))
    return exam


@pytest.fixture(scope="module")
def done():
    return mock(20)


@pytest.fixture(scope="module")
def asked(done):
    return sorted({item.lesson for item in done.paper.items})


@pytest.mark.parametrize("guess", [..., None, [], ""])
def test_guess_first(done, guess):
    verdict = check.weakest_lessons.compare(guess, done)
    assert verdict.status == TODO and "guess first" in verdict.hint


@pytest.mark.parametrize(
    ("guess", "says"),
    [
        ("03", "write a list of three lessons"),
        (7, "write a list of three lessons"),
        (["03", "04"], "name three different lessons"),
        (["03", "3", "04"], "name three different lessons"),
        (["02", "04", "00"], "lesson 00 was not asked in this form"),
    ],
)
def test_guesses_that_are_none(done, guess, says):
    verdict = check.weakest_lessons.compare(guess, done)
    assert verdict.status == NOT_YET and says in verdict.hint, verdict


def test_guess_is_noted_until_the_mock_is_answered(asked):
    verdict = check.weakest_lessons.compare(asked[:3], mock(2))
    assert verdict.status == "noted" and "2 of 20 so far" in verdict.hint


def test_guess_is_compared(done, asked):
    from helpers.checks._words import weakest

    found = weakest(done)
    assert len(found) == 3
    verdict = check.weakest_lessons.compare([int(lesson) for lesson in found], done)
    assert "3 of your three are among them" in verdict.hint
    latest = check.weakest_lessons.compare(asked[-3:], done)
    if set(asked[-3:]) != set(found):
        assert "the three latest lessons" in latest.hint


def test_it_prints_and_remembers(done, asked, capsys):
    check.weakest_lessons(asked[:3], done)
    assert capsys.readouterr().out.startswith("Exercise 16.1 weakest_lessons: noted")
    assert check.weakest_lessons.record["status"] == "noted"


# --------------------------------------------------------------------------- 16.3

GOOD = (
    "Inside the note each token has w neighbors to the left and w to the right, so one multiplies "
    "2w by T. The first and the last tokens have fewer, and these missing pairs are forgotten."
)
SAYS = [
    ("", "write two sentences"),
    (..., "write two sentences"),
    (3, "write the text in quotes"),
    (
        "It is careless to take 2wT, because the ends of the note have smaller windows than the "
        "words that stand in the middle of it.",
        "name the computation",
    ),
    ("At the ends pairs are missing.", "6 words are short"),
    ("word " * 90, "90 words are more than anybody reads"),
    (
        "The right number is 2wT minus w times w plus one, which is what the helper of the course "
        "computes for a T and a w that are given to it.",
        "say why the wrong one attracts",
    ),
    (
        "The window reaches over the borders of the note, where there are no more words, so that "
        "some of the pairs that one counts cannot be there.",
        "why would somebody choose it?",
    ),
    (
        "It looks natural to give each word 2w neighbors, since that is what a window is, and to "
        "multiply by the number of words T.",
        "what does it overlook?",
    ),
]


def test_explanation_with_both_halves():
    verdict = check.explain_full_windows.verdict(GOOD)
    assert verdict.status == CORRECT and "Now mark it" in verdict.hint


@pytest.mark.parametrize(("text", "says"), SAYS, ids=[s for _, s in SAYS])
def test_explanations_that_lack_something(text, says):
    verdict = check.explain_full_windows.verdict(text)
    assert verdict.status != CORRECT and says in verdict.hint, verdict


def test_reference_is_short_enough_to_read():
    assert len(inspect.getsource(_my_item.my_item).splitlines()) < 12


def test_mock_stub_is_enough():
    """The comparison reads the paper and the sitting, nothing else."""
    paper = SimpleNamespace(items=[SimpleNamespace(lesson="03")] * 3)
    stub = SimpleNamespace(paper=paper, sitting=SimpleNamespace(answers=[None] * 3))
    assert check.weakest_lessons.compare(["03", "04", "05"], stub).status == NOT_YET
