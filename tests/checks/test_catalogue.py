"""What holds for every check of every lesson."""

import pytest

from helpers import checks
from helpers.checks._choice import Choice, Prediction
from helpers.checks._exercise import CORRECT, NOT_YET, TODO, Exercise

TASKS = [task for lesson in checks.TOPICS for task in checks.tasks(lesson)]
EXERCISES = [task for task in TASKS if isinstance(task, Exercise)]
MISTAKES = [(exercise, wrong) for exercise in EXERCISES for wrong in exercise.wrong]


def name(value):
    return getattr(value, "name", None) or getattr(value.implementation, "__name__", "")


def test_names_are_unique():
    names = [task.name for task in TASKS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("lesson", checks.TOPICS)
def test_numbers_belong_to_their_lesson(lesson):
    numbers = [task.number for task in checks.tasks(lesson)]
    assert all(number.split(".")[0] == str(lesson) for number in numbers)
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("exercise", EXERCISES, ids=name)
def test_reference_passes(exercise):
    verdict = exercise.verdict(exercise.reference)
    assert verdict.status == CORRECT, verdict


@pytest.mark.parametrize("exercise", EXERCISES, ids=name)
def test_stub_is_not_attempted(exercise):
    def stub(*args, **kwargs):
        raise NotImplementedError  # your turn

    assert exercise.verdict(stub).status == TODO
    assert exercise.verdict(...).status == TODO


@pytest.mark.parametrize("exercise", EXERCISES, ids=name)
def test_there_are_three_known_mistakes(exercise):
    assert len(exercise.wrong) >= 3
    for wrong in exercise.wrong:
        assert wrong.symptom is not None or exercise.equal is not None


@pytest.mark.parametrize("exercise, wrong", MISTAKES, ids=name)
def test_known_mistake_gets_its_own_hint(exercise, wrong):
    verdict = exercise.verdict(wrong.implementation)
    assert verdict.status == NOT_YET
    hints = [w.hint for w in exercise.wrong]
    if isinstance(wrong.hint, str):
        assert verdict.hint.startswith(wrong.hint), verdict
    else:  # a hint with the learner's numbers: it must not be another mistake's
        others = [h for h in hints if isinstance(h, str)]
        assert not verdict.hint.startswith(tuple(others)), verdict
        known = not verdict.hint.startswith(("on (", "it "))
        assert known, verdict


@pytest.mark.parametrize("exercise, wrong", MISTAKES, ids=name)
def test_hints_are_short_and_calm(exercise, wrong):
    hint = exercise.verdict(wrong.implementation).hint
    assert len(hint.split(" Review ")[0]) <= 240
    assert "!" not in hint.replace("!=", "")
    for word in ("simply", "obviously", "just "):
        assert word not in hint.lower()


@pytest.mark.parametrize("exercise", EXERCISES, ids=name)
@pytest.mark.parametrize(
    "answer, word",
    [
        (lambda *args, **kwargs: None, "None"),
        (lambda *args, **kwargs: print("result"), "print"),
        (lambda: None, "TypeError"),
        (7, "pass the function itself"),
    ],
)
def test_common_slips_are_named(exercise, answer, word):
    verdict = exercise.verdict(answer)
    assert verdict.status == NOT_YET
    if not exercise.inplace:
        assert word in verdict.hint, verdict


@pytest.mark.parametrize("exercise", EXERCISES, ids=name)
def test_the_same_answer_gets_the_same_line(exercise):
    for answer in (exercise.reference, exercise.wrong[0].implementation):
        assert str(exercise.verdict(answer)) == str(exercise.verdict(answer))


@pytest.mark.parametrize("choice", [t for t in TASKS if isinstance(t, Choice)], ids=name)
def test_choice_has_one_right_letter_and_feedback_for_all(choice):
    assert choice.right in choice.feedback
    assert choice.verdict(choice.right.upper() + " ").status == CORRECT
    for letter, feedback in choice.feedback.items():
        verdict = choice.verdict(letter)
        assert (verdict.status == CORRECT) == (letter == choice.right)
        assert verdict.hint == feedback and len(feedback) > 20
    assert choice.verdict(...).status == TODO
    assert choice.verdict("z").status == choice.verdict(3).status == NOT_YET


@pytest.mark.parametrize("guess", [t for t in TASKS if isinstance(t, Prediction)], ids=name)
def test_prediction_is_noted_and_revealed_later(guess, capsys):
    other = next(letter for letter in guess.options if letter != guess.outcome)
    for letter in (other, guess.outcome):
        guess(letter)
        assert "noted" in capsys.readouterr().out
        guess.reveal()
        said = capsys.readouterr().out
        assert ("So it is." in said) == (letter == guess.outcome)
        assert guess.options[guess.outcome] in said
    guess(...)
    assert "not attempted" in capsys.readouterr().out
    guess.reveal()
    assert "No prediction" in capsys.readouterr().out
