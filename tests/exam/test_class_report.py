import numpy as np
import pytest

from helpers.exam.class_report import correlation, main, read_folder, report
from helpers.exam.items import Numeric, SingleChoice
from helpers.exam.sitting import OtherPaper, Sitting, mock_form
from helpers.exam.students import Student, answer
from tests.exam.test_bank import full_marks


@pytest.fixture(scope="module")
def form():
    return mock_form(10, "class", "A")


def write(folder, form, answers):
    for n, said in enumerate(answers):
        sitting = Sitting(form, folder / f"student-{n:02}.json")
        for place, text in enumerate(said):
            sitting.go_to(place)
            if text is not None:
                sitting.answer(text)
        sitting.save()


def test_shares_blanks_and_wrong_answers(form, tmp_path):
    right = [full_marks(item) for item in form.items]
    first = next(n for n, i in enumerate(form.items) if isinstance(i, SingleChoice))
    number = next(n for n, i in enumerate(form.items) if isinstance(i, Numeric))
    item = form.items[first]
    bad = next(i for i in range(len(item.options)) if i != item.right)
    wrong, blank = list(right), list(right)
    wrong[first], wrong[number] = bad, str(form.items[number].wrong[0].value)
    blank[first] = None
    write(tmp_path, form, [right, right, wrong, blank])
    found = report(read_folder(tmp_path))
    assert found[first].share == 0.5 and found[first].blanks == 1
    assert found[first].wrong == (("abcde"[bad], 1),)
    assert found[number].share == 0.75
    assert found[number].wrong == ((form.items[number].wrong[0].mistake, 1),)
    others = [r for n, r in enumerate(found) if n not in (first, number)]
    assert all(r.share == 1 and r.discrimination is None for r in others)
    assert all(r.remark == "nearly everybody has it" for r in others)


def test_discrimination_by_hand(form, tmp_path):
    """Four papers; item 1 is right where the rest is better."""
    right = [full_marks(item) for item in form.items]
    nothing = [None] * 10
    half = right[:5] + nothing[5:]
    no_first = [None, *right[1:5], *nothing[5:]]
    write(tmp_path, form, [right, half, no_first, nothing])
    points = [item.points for item in form.items]
    rest = [sum(points[1:]), sum(points[1:5]), sum(points[1:5]), 0]
    expected = np.corrcoef([1, 1, 0, 0], rest)[0, 1]
    assert report(read_folder(tmp_path))[0].discrimination == pytest.approx(expected)


def test_correlation():
    assert correlation(np.array([0.0, 1, 1]), np.array([1.0, 2, 2])) == pytest.approx(1)
    assert correlation(np.array([1.0, 1, 1]), np.array([1.0, 2, 3])) is None
    assert correlation(np.array([0.0, 1]), np.array([1.0, 2])) is None


def test_hard_items_and_unused_options_are_remarked(form, tmp_path):
    n = next(n for n, i in enumerate(form.items) if isinstance(i, SingleChoice))
    item = form.items[n]
    bad = next(i for i in range(len(item.options)) if i != item.right)
    rng = np.random.default_rng(0)
    answers = []
    for _ in range(20):
        said = [answer(i, Student(), rng) for i in form.items]
        said[n] = bad
        answers.append(said)
    write(tmp_path, form, answers)
    remark = report(read_folder(tmp_path))[n].remark
    assert "hard, or its key is wrong" in remark and "hardly anybody takes" in remark


def test_command(form, tmp_path, capsys):
    write(tmp_path, form, [[full_marks(item) for item in form.items]])
    assert main([str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("1 papers, exam class, form A") and "student" not in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "holds no .json file"),
        ("{", "cannot be read"),
        ('{"answers": []}', "answers no mock of 10, 20 or 33 questions"),
        ('{"exam": "x", "form": "A", "answers": [{"item": "C01"}]}', "answers no mock"),
    ],
)
def test_command_says_what_is_wrong(tmp_path, capsys, text, says):
    if text is not None:
        (tmp_path / "a.json").write_text(text)
    assert main([str(tmp_path)]) == 1
    assert says in capsys.readouterr().err


def test_papers_of_two_exams_are_not_mixed(form, tmp_path):
    write(tmp_path, form, [[None] * 10])
    other = mock_form(10, "other", "A")
    Sitting(other, tmp_path / "z.json").save()
    with pytest.raises(OtherPaper, match=r"z\.json"):
        read_folder(tmp_path)


def test_usage(capsys):
    assert main([]) == 1
    assert "usage" in capsys.readouterr().err
