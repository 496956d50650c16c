import re

import pytest

from helpers import release
from helpers.exam.__main__ import main
from helpers.exam.cards import card_html, cards, picture, read_lesson


def test_every_lesson_has_a_card():
    numbers = {lesson[:2] for lesson in release.lessons()} - {"00"}
    assert numbers <= set(cards()), numbers - set(cards())
    assert set(cards()) <= numbers, set(cards()) - numbers


@pytest.mark.parametrize("number", cards())
def test_card_is_whole_and_needs_nothing(number):
    page = card_html(number)
    assert page.count("data:image/png;base64,") == 1
    assert not re.search(r"(src|href)=\"(?!data:)|@import|<script", page)
    assert "$" not in page
    assert 3 <= len(cards()[number].facts) <= 6
    assert all(len(fact) < 200 for fact in cards()[number].facts)


def test_unknown_card_or_picture():
    with pytest.raises(KeyError, match="there is no card of lesson '99'"):
        card_html("99")
    with pytest.raises(IndexError, match="pictures, not a picture 40"):
        picture(read_lesson("01"), 40)


def test_command(tmp_path, capsys):
    assert main(["--cards", "--no-pdf", "--out", str(tmp_path)]) == 0
    assert sorted(f.name for f in tmp_path.iterdir()) == [f"card_{n}.html" for n in sorted(cards())]
