import re

import pytest
from ipywidgets import Text

from helpers import release
from helpers.exam.forms import key_of
from helpers.exam.items import Blanks, MultiSelect, Numeric, SingleChoice
from helpers.exam.mock import MockExam, Practice
from helpers.exam.places import places
from helpers.exam.practice import ask_in_terminal, practice_form, repair_form
from helpers.exam.sitting import Sitting, mock_form
from tests.exam.test_bank import full_marks


@pytest.fixture
def mock(tmp_path):
    return MockExam(10, exam="widget", folder=tmp_path)


def fill(mock, answer):
    """Put an answer into the controls, as a hand would."""
    item, children = mock.sitting.item, mock.inputs.children
    if isinstance(item, SingleChoice):
        children[1].value = answer
    elif isinstance(item, Numeric):
        children[0].children[0].value = answer
    else:
        for row, part in zip(children, answer, strict=True):
            control = row.children[1]
            part = str(part).lower() if isinstance(part, bool) else part
            control.value = "" if part is None and isinstance(control, Text) else part


def shown(output):
    """Return the Markdown that an output shows."""
    return "".join(o["data"]["text/markdown"] for o in output.outputs)


def answer_all(mock, right):
    """Answer every question, right or wrong, and finish."""
    for place, item in enumerate(mock.paper.items):
        mock.sitting.go_to(place)
        mock._show()
        fill(mock, full_marks(item) if right else wrong_answer(item))
        mock.note.click()
    mock.finish.click()


def wrong_answer(item):
    """Return an answer of no points, a blank where none is easily made."""
    if isinstance(item, SingleChoice):
        return next(i for i in range(len(item.options)) if i != item.right)
    if isinstance(item, Numeric):
        return "123456"
    return [None] * len(full_marks(item))


def test_all_right_by_the_controls(mock):
    kinds = set()
    for place, item in enumerate(mock.paper.items):
        kinds.add(type(item))
        fill(mock, full_marks(item))
        mock.note.click()
        assert "✓ Right." in mock.said.value, item.id
        if place < 9:
            mock.next.click()
    assert {SingleChoice, Numeric, MultiSelect, Blanks} <= kinds
    mock.finish.click()
    assert f"{mock.paper.points} of {mock.paper.points} points" in shown(mock.result)
    assert mock.repair.layout.display == "none"


def test_wrong_answers_get_their_feedback_and_a_repair(mock, tmp_path):
    for place, item in enumerate(mock.paper.items):
        if isinstance(item, SingleChoice):
            wrong = next(i for i in range(len(item.options)) if i != item.right)
            fill(mock, wrong)
            mock.note.click()
            assert "✗ 0 of" in mock.said.value
        if place < 9:
            mock.next.click()
    mock.finish.click()
    assert "Repair 1" in shown(mock.result)
    assert mock.repair.layout.display == ""
    before = {item.stem for item in mock.paper.items}
    mock.repair.click()
    assert not before & {item.stem for item in mock.paper.items}
    mock.note.click()
    repair, first = sorted(f.name for f in tmp_path.iterdir())
    assert re.fullmatch(r"widget-10-A-repair-[0-9a-f]{6}\.json", repair)
    assert first == "widget-10-A.json"


def test_feedback_names_the_section_and_the_experiment(mock):
    mock.note.click()
    item = mock.sitting.item
    place = places()[item.lesson, item.section]
    assert f"section {item.section}: {place.title}" in shown(mock.read_up)
    assert place.do in shown(mock.read_up)
    mock.next.click()
    assert shown(mock.read_up) == ""


def test_links_where_the_notebooks_are(mock, monkeypatch):
    monkeypatch.chdir(release.NOTEBOOKS)
    mock.note.click()
    lesson = mock.sitting.item.lesson
    assert shown(mock.read_up).count(f".ipynb#cell-id={lesson}-") == 2
    mock.finish.click()
    repairs = len(mock.left)
    assert shown(mock.result).count("[To the cell.](") == repairs == 3
    assert shown(mock.result).count("**Repair") == repairs


@pytest.mark.parametrize("right", [True, False])
def test_a_repair_is_done_when_two_of_three_are_right(mock, right):
    answer_all(mock, False)
    asked = {key_of(item) for item in mock.paper.items}
    for _ in range(2):
        left = mock.left
        mock.repair.click()
        assert mock.repairs == left and mock.repair.layout.display == "none"
        assert shown(mock.result) == "" and ", for repair 1;" in mock.head.value
        again = {key_of(item) for item in mock.paper.items}
        assert not again & asked
        asked |= again
        answer_all(mock, right)
        assert shown(mock.result).count("✓ Done" if right else "✗ Not yet") == len(left)
        if right:
            break
        assert mock.left == left
    assert ("Nothing is left" in shown(mock.result)) == right
    assert (mock.repair.layout.display == "none") == right


def test_a_repair_that_is_half_done_goes_on(tmp_path):
    first = MockExam(10, exam="half", folder=tmp_path)
    first.finish.click()
    first.repair.click()
    fill(first, full_marks(first.sitting.item))
    first.note.click()
    again = MockExam(10, exam="half", folder=tmp_path)
    again.finish.click()
    again.repair.click()
    assert "1 answered" in again.head.value


def test_other_mistakes_lead_to_another_file_of_repairs(tmp_path):
    mock = MockExam(10, exam="other", folder=tmp_path)
    mock.finish.click()
    mock.repair.click()
    mock.note.click()
    mock = MockExam(10, exam="other", folder=tmp_path)
    for place, item in enumerate(mock.paper.items[:8]):
        mock.sitting.go_to(place)
        mock.sitting.answer(full_marks(item))
    mock.finish.click()
    mock.repair.click()
    mock.note.click()
    assert len(list(tmp_path.glob("other-10-A-repair-*.json"))) == 2


def test_coming_back_goes_on(tmp_path):
    first = MockExam(10, exam="back", folder=tmp_path)
    first.next.click()
    first.sure.value = True
    item = first.sitting.item
    fill(first, full_marks(item))
    first.note.click()
    again = MockExam(10, exam="back", folder=tmp_path)
    assert again.sitting.place == 1 and again.sure.value is True
    assert again.read() == full_marks(item)
    assert "1 answered" in again.head.value


def test_borders(mock):
    assert mock.back.disabled and not mock.next.disabled
    for _ in range(9):
        mock.next.click()
    assert mock.next.disabled and not mock.back.disabled


def test_nothing_is_said_before_the_end_if_so_asked(tmp_path):
    mock = MockExam(10, exam="quiet", folder=tmp_path, feedback=False, minutes=20)
    fill(mock, full_marks(mock.sitting.item))
    mock.note.click()
    assert mock.said.value == "Noted."
    assert "of 20 minutes" in mock.head.value
    mock.finish.click()
    heads = [part.value for part in mock.details.children[::2]]
    assert "Question 2<" in heads[0] and len(heads) == 9
    assert "section" in shown(mock.details.children[1])


def test_without_a_kernel_the_paper_can_be_read(mock):
    bundle, _ = mock._repr_mimebundle_()
    assert bundle["text/html"].count("<article") == 10
    assert "Worked answer" not in bundle["text/html"]
    assert bundle["text/plain"].startswith("10 questions")


def test_nothing_is_written_before_an_answer(tmp_path):
    MockExam(10, exam="clean", folder=tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("lesson", [*(f"{n:02}" for n in range(1, 16)), "17"])
def test_practice_on_every_lesson(lesson):
    form = practice_form(lesson)
    assert {item.lesson for item in form.items} == {lesson}
    assert 1 <= len(form.items) <= 3
    assert practice_form(lesson) == form
    assert len(Practice(lesson).sitting.answers) == len(form.items)


def test_practice_draws_fresh_questions():
    stems = {item.stem for n in range(8) for item in practice_form("03", str(n)).items}
    assert len(stems) > 12


def test_no_such_lesson():
    with pytest.raises(ValueError, match="there is no question on lesson '99'"):
        practice_form("99")


def test_repair_asks_three_of_each_with_new_numbers():
    form = mock_form(20, "repair", "A")
    sitting = Sitting(form)
    for place, item in enumerate(form.items):
        sitting.go_to(place)
        if isinstance(item, Numeric):
            sitting.answer(str(item.wrong[0].value))
        else:
            sitting.answer(full_marks(item))
    diagnosis = sitting.diagnosis()
    again = repair_form(form, diagnosis.repairs)
    assert again.letters == tuple("111222333"[: 3 * len(diagnosis.repairs)])
    assert not {i.stem for i in again.items} & {i.stem for i in form.items}
    assert len({i.stem for i in again.items}) == len(again.items)
    wanted = {id_ for repair in diagnosis.repairs for id_ in repair.items}
    assert {item.id for item in again.items} <= wanted


def test_terminal():
    form = practice_form("03", "terminal")
    said, asked = [], []

    def read(prompt):
        asked.append(prompt)
        if len(asked) == 1:
            return "not a letter"
        if len(asked) > 40:
            raise EOFError
        return ""

    points = ask_in_terminal(form, read, said.append)
    assert points == 0
    text = "\n".join(said)
    item = form.items[0]
    assert f"(Lesson 03, section {item.section}: {places()['03', item.section].title}.)" in text
    assert "Experiment: " in text and "`" not in text.partition("Experiment: ")[2].split("\n")[0]
    assert "1. (" in text and "Worked:" in text and f"0 of {form.points} points" in text


def test_end_of_input_ends_the_practice():
    def read(prompt):
        raise EOFError

    assert ask_in_terminal(practice_form("03"), read, lambda text: None) == 0


def test_three_others():
    practice = Practice("03", "drawn again")
    asked = []
    for _ in range(4):
        asked.append([item.stem for item in practice.paper.items])
        practice.note.click()
        practice.finish.click()
        practice.others.click()
        assert shown(practice.result) == "" and practice.sitting.answers == [None] * 3
    assert len({stem for stems in asked for stem in stems}) > 8
    assert asked[0] == [item.stem for item in Practice("03", "drawn again").paper.items]
