import re

from helpers.demos.form import FormDemo


def test_seed_changes_the_paper_and_the_plan_stays():
    demo = FormDemo()
    assert demo.text.startswith("Exam 7, 80 minutes: 33 questions, 80 points")
    first, picture = demo.text, demo.picture.value
    demo.controls["seed"].value = 8
    assert demo.text.startswith("Exam 8, 80 minutes: 33 questions, 80 points")
    assert re.findall("[0-9A-F]{6}", demo.text) != re.findall("[0-9A-F]{6}", first)
    assert demo.picture.value != picture


def test_shorter_paper():
    demo = FormDemo()
    demo.controls["minutes"].value = 15
    assert demo.text.startswith("Exam 7, 15 minutes: 10 questions, 15 points")
