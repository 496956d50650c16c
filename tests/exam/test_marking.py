import pytest

from helpers.exam.items import (
    Blank,
    Blanks,
    Criterion,
    Essay,
    MultiSelect,
    Numeric,
    Option,
    Reading,
    ReadPlot,
    SingleChoice,
    Statement,
    WrongNumber,
)
from helpers.exam.marking import Mark, mark, read_number, read_shape

PLACE = {
    "id": "P03",
    "topic": 1,
    "level": "Ap",
    "lesson": "01",
    "section": 2,
    "stem": "?",
    "solution": "!",
}
CHOICE = SingleChoice(
    **PLACE,
    points=1,
    options=(Option("a", "No.", "M05"), Option("b", "Right."), Option("c", "Never.")),
    right=1,
)
NUMBER = Numeric(
    **PLACE, points=2, key=0.25, digits=2, wrong=(WrongNumber(0.4, "M10"), WrongNumber(0.5, "M11"))
)
COUNT = Numeric(**PLACE, points=2, key=1728, digits=0, wrong=(WrongNumber(1800, "M30"),))
SELECT = MultiSelect(
    **PLACE,
    points=2,
    statements=(
        Statement("One.", True, "It is."),
        Statement("Two.", False, "It is not.", "M05"),
        Statement("Three.", True, "It is."),
        Statement("Four.", False, "It is not."),
        Statement("Five.", False, "It is not."),
    ),
)
PLOT = ReadPlot(
    **PLACE,
    points=4,
    readings=(
        Reading("Groups exist.", "supported", "See the gaps."),
        Reading("A is tighter.", "cannot be known", "Sizes mean nothing.", "C32"),
        Reading("Axis 1 is age.", "not supported", "Axes mean nothing."),
        Reading("B is far.", "cannot be known", "Gaps mean nothing."),
    ),
)
STEPS = Blanks(
    **PLACE,
    points=3,
    kind="steps",
    blanks=(
        Blank("dot product", 6, "Add up the products.", wrong=((5, "M05"),)),
        Blank("twice that", 12, "Double it.", follow=lambda before: 2 * before[0]),
        Blank("shape", (2, 3), "Rows first.", wrong=(((3, 2), "M06"),)),
    ),
)


def test_single_choice():
    assert mark(CHOICE, 1) == Mark(1, 1, ("Right.",))
    assert mark(CHOICE, 0) == Mark(0, 1, ("No.",), ("M05",))
    assert mark(CHOICE, 2) == Mark(0, 1, ("Never.",))


@pytest.mark.parametrize("answer", [3, -1, "b", 1.0])
def test_no_such_option(answer):
    with pytest.raises(ValueError, match=r"P03: the answer is .*, for 3 options"):
        mark(CHOICE, answer)


@pytest.mark.parametrize("item", [CHOICE, NUMBER, SELECT, PLOT, STEPS])
def test_blank_is_not_wrong(item):
    for answer in (None, "", "  ", [None] * 5, ["", None]):
        assert mark(item, answer) == Mark(0, item.points, (), blank=True)


@pytest.mark.parametrize("answer", ["0.25", ".25", "0,25", "1/4", "25 %", " 0.250 ", "0.2575"])
def test_number_within_half_a_unit_and_one_percent(answer):
    assert mark(NUMBER, answer).right


def test_tolerance_ends():
    # 0.005 + 1 % of 0.25 = 0.0075
    assert not mark(NUMBER, "0.2576").right
    assert not mark(NUMBER, "0.2424").right
    assert mark(NUMBER, "0.2425").right


def test_wrong_number_is_named():
    assert mark(NUMBER, "0.4").mistakes == ("M10",)
    assert mark(NUMBER, "2/5").mistakes == ("M10",)
    assert mark(NUMBER, "0.5").mistakes == ("M11",)
    unknown = mark(NUMBER, "0.7")
    assert unknown.mistakes == () and unknown.points == 0
    assert mark(NUMBER, "a quarter") == Mark(0, 2, ("'a quarter' is not a number.",))


def test_whole_numbers_are_exact():
    assert mark(COUNT, "1,728").right and mark(COUNT, "1 728").right
    assert not mark(COUNT, "1729").right
    assert mark(COUNT, "1800").mistakes == ("M30",)
    assert mark(COUNT, "1801").mistakes == ()


def test_multi_select_takes_wrong_from_right():
    assert mark(SELECT, [True, False, True, False, False]).points == 2
    one_wrong = mark(SELECT, [True, True, True, False, False])
    assert one_wrong.points == pytest.approx(2 * 3 / 5)
    assert one_wrong.mistakes == ("M05",) and one_wrong.feedback == ("Two. It is not.",)
    assert mark(SELECT, [True] * 5).points == 0  # 2 right, 3 wrong: not below 0
    assert mark(SELECT, [True, None, None, None, None]).points == pytest.approx(2 / 5)


def test_plot():
    right = ["supported", "cannot be known", "not supported", "cannot be known"]
    assert mark(PLOT, right).points == 4
    found = mark(PLOT, ["supported", "supported", "not supported", None])
    assert found.points == 2 and found.mistakes == ("C32",)


def test_steps_follow_the_students_own_line():
    assert mark(STEPS, ["6", "12", "(2, 3)"]).points == 3
    slip = mark(STEPS, ["5", "10", "3 x 2"])
    assert slip.points == 1  # twice its own 5
    assert slip.mistakes == ("M05", "M06")
    assert mark(STEPS, ["5", "11", "2, 3"]).points == 1
    # an empty box is followed by the right line
    assert mark(STEPS, ["", "12", None]).points == 1
    assert mark(STEPS, ["much", "12", None]).points == 1


def test_parts_must_be_there():
    with pytest.raises(ValueError, match="P03: the answer must have 3 parts"):
        mark(STEPS, ["6", "12"])
    with pytest.raises(ValueError, match="5 parts"):
        mark(SELECT, True)


def test_essay_is_for_a_person():
    essay = Essay(**PLACE, points=8, rubric=(Criterion("precision", ("", "", "")),), samples=())
    assert mark(essay, "Embeddings …").points is None
    assert mark(essay, "").blank


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("-2", -2),
        ("−2", -2),
        ("1,728", 1728),
        ("0,125", 0.125),
        ("1,72", 1.72),
        ("12 345.5", 12345.5),
        ("1e3", 1000),
        ("50%", 0.5),
        ("3/0", None),
        ("", None),
        ("1.2.3", None),
        ("nan", None),
        ("1e999", None),
        ("import os", None),
    ],
)
def test_read_number(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("(3, 4)", (3, 4)),
        ("3x4", (3, 4)),
        ("3 × 4", (3, 4)),
        ("[3,4]", (3, 4)),
        ("(5,)", (5,)),
        ("()", None),
        ("three", None),
    ],
)
def test_read_shape(text, shape):
    assert read_shape(text) == shape
