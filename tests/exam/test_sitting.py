import json

import numpy as np
import pytest

from helpers.exam.bank import kind_of
from helpers.exam.page import to_html
from helpers.exam.sitting import OtherPaper, Sitting, mock_form, report
from helpers.exam.students import Student, answer
from tests.exam.test_bank import full_marks


@pytest.fixture(scope="module")
def form():
    return mock_form(10, "test", "A")


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_leaving_and_coming_back_loses_nothing(form, tmp_path):
    file = tmp_path / "deep" / "mine.json"
    clock = Clock()
    first = Sitting(form, file, clock)
    rng = np.random.default_rng(1)
    for place in (0, 3, 4):
        first.go_to(place)
        clock.now += 30
        first.answer(answer(first.item, Student(), rng), sure=place == 3)
    clock.now = 0.0
    again = Sitting(form, file, clock)
    assert again.answers == first.answers and again.sure == first.sure
    assert again.place == 4
    assert again.seconds[:5] == [30, 0, 0, 30, 30]
    assert again.diagnosis() == first.diagnosis()


def test_file_is_small_and_readable(form, tmp_path):
    file = tmp_path / "mine.json"
    sitting = Sitting(form, file)
    sitting.answer(0)
    content = json.loads(file.read_text())
    assert content["exam"] == "test" and content["form"] == "A"
    assert content["answers"][0]["item"] == form.items[0].id
    assert file.stat().st_size < 3_000
    assert [f.name for f in tmp_path.iterdir()] == ["mine.json"]


def test_time_goes_to_the_open_question(form):
    clock = Clock()
    sitting = Sitting(form, clock=clock)
    clock.now = 60.0
    sitting.go_to(2)
    clock.now = 90.0
    sitting.go_to(0)
    clock.now = 100.0
    minutes = [a.minutes for a in sitting.answered()]
    assert minutes[0] == pytest.approx(70 / 60) and minutes[2] == 0.5 and minutes[1] is None


def test_all_right_is_all_points(form):
    sitting = Sitting(form)
    for place, item in enumerate(form.items):
        sitting.go_to(place)
        assert sitting.answer(full_marks(item)).right
    found = sitting.diagnosis()
    assert found.points == found.possible == form.points and not found.repairs


def test_an_answer_that_cannot_be_is_not_noted(form):
    sitting = Sitting(form)
    with pytest.raises(ValueError, match="the answer is 99"):
        sitting.answer(99)
    assert sitting.answers[0] is None


def test_no_such_question(form):
    with pytest.raises(ValueError, match="there is no question 11 of 10"):
        Sitting(form).go_to(10)


def test_file_of_another_paper_is_refused(form, tmp_path):
    file = tmp_path / "mine.json"
    Sitting(form, file).answer(0)
    with pytest.raises(OtherPaper, match="holds answers to exam 'test', form 'A'"):
        Sitting(mock_form(10, "test", "B"), file)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"kit": "1", "exam": "test"}', "\x00"])
def test_damaged_file_is_refused_and_kept(form, tmp_path, text):
    file = tmp_path / "mine.json"
    file.write_text(text)
    with pytest.raises(OtherPaper, match=r"mine\.json"):
        Sitting(form, file)
    assert file.read_text() == text


def test_answer_in_a_file_that_cannot_be_is_refused(form, tmp_path):
    file = tmp_path / "mine.json"
    Sitting(form, file).answer(0)
    content = json.loads(file.read_text())
    content["answers"][0]["answer"] = 17
    file.write_text(json.dumps(content))
    with pytest.raises(OtherPaper, match=r"mine.json, question 1: .* the answer is 17"):
        Sitting(form, file)


def test_no_such_mock():
    with pytest.raises(ValueError, match="a mock has 10, 20, 33 items, not 12"):
        mock_form(12, "x", "A")
    with pytest.raises(ValueError, match="form is 'C'"):
        mock_form(10, "x", "C")


def test_report_says_what_to_do():
    form = mock_form(20, "report", "A")
    sitting = Sitting(form)
    rng = np.random.default_rng(3)
    for place, item in enumerate(form.items):
        sitting.go_to(place)
        sitting.answer(answer(item, Student("K2", followed=1.0), rng))
    diagnosis = sitting.diagnosis()
    text = report(diagnosis)
    assert "**Repair 1.** Lesson " in text and "windows that ignore ends" in text.lower()
    assert 2 <= len(diagnosis.repairs) == text.count("**Repair") == text.count("*Experiment:*")
    assert "not to diagnose" not in text
    to_html(text)


def test_report_of_a_short_mock_does_not_diagnose(form):
    text = report(Sitting(form).diagnosis())
    assert "0 of" in text and "not to diagnose" in text


def test_a_mock_of_twenty_needs_nobody_to_mark_it():
    assert "essay" not in {kind_of(i) for i in mock_form(20, "x", "A").items}
