import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from helpers.exam.__main__ import main
from helpers.exam.bank import course_bank
from helpers.exam.blueprint import plan
from helpers.exam.families import FAMILIES
from helpers.exam.forms import Form, make_forms
from helpers.exam.formula_sheet import formula_sheet_html
from helpers.exam.items import Blank, Blanks, Numeric
from helpers.exam.page import to_html
from helpers.exam.paper import article_html, checksum, grid_html, key_html, paper_html, short_key
from helpers.exam.pdf import find_browser
from tests.exam import brute_force


@pytest.fixture(scope="module")
def forms():
    return make_forms(plan(80), course_bank(), "7")


class Tags(HTMLParser):
    """Every element that is opened is closed, in order."""

    VOID = frozenset({"meta", "br", "path", "circle", "rect"})

    def __init__(self):
        super().__init__()
        self.open, self.wrong = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if tag not in self.VOID and self.open.pop() != tag:
            self.wrong.append(tag)


def pages(forms):
    yield formula_sheet_html()
    for form in forms:
        yield paper_html(form, minutes=80)
        yield paper_html(form, minutes=80, size="letter", large=True)
        yield key_html(form)
        yield grid_html(form)


def test_pages_are_whole_and_need_nothing(forms):
    for page in pages(forms):
        tags = Tags()
        tags.feed(page)
        assert not tags.open and not tags.wrong
        assert not re.search(r"(src|href)=|url\(|@import|<script", page)
        assert not re.search(r"\bnan\b", page.lower())
        assert "$" not in re.sub(r"<pre>.*?</pre>", "", page, flags=re.S)


def test_paper_holds_every_question_and_no_key(forms):
    form = forms[0]
    page = paper_html(form, minutes=80)
    assert page.count("<article") == len(form.items) == 33
    assert "Worked answer" not in page and "✓" not in page
    assert "80 minutes, 80 points, 33 questions" in page
    assert checksum(form) in page and checksum(form) in key_html(form)


def test_a_figure_is_described_to_be_heard_and_not_in_print(forms):
    """What stands below the picture must not answer the question."""
    (item,) = (item for item in forms[0].items if item.figure)
    for page in (paper_html(forms[0], minutes=80), key_html(forms[0])):
        assert f'aria-label="{item.figure_text}"' in page
        assert page.count(item.figure_text) == 1


def test_each_part_says_how_it_is_answered_and_marked(forms):
    page = paper_html(forms[0], minutes=80)
    assert page.count('class="rule"') == 4
    assert "A wrong tick takes away what a right one gives" in page


def test_boxes_of_unlike_worth_say_so(forms):
    (bug,) = (item for item in forms[0].items if isinstance(item, Blanks) and item.kind == "bug")
    text = article_html(1, bug)
    assert [len({b.points for b in bug.blanks}) > 1] == ["(2 points)</small></td>" in text]


def test_numbers_of_the_key_have_the_minus_of_the_questions():
    box = Blank("x", -0.5, "No.", digits=1, wrong=((-1.0, "M45"),))
    item = Blanks(
        id="X", topic=1, level="U", lesson="03", section=1, points=1, stem="$x - 1$", solution="!",
        kind="steps", blanks=(box, Blank("y", "of $-1$", "No.", choices=("of $-1$", "b"))),
    )  # fmt: skip
    key = key_html(Form("x", "A", plan(80), (item,), ("A",)))
    assert ">−0.5</td>" in key and "<br>−1.0: " in key
    assert 'aria-label="-1"' in key


def test_formulas_are_not_torn_from_their_signs():
    page = to_html("a pair ($x$), and $y$.")
    assert page.count("white-space:nowrap") == 2
    assert re.search(r'nowrap">\(<svg', page) and page.endswith("</svg>.</span></p>\n")


def test_checksum_changes_with_anything(forms):
    sums = {checksum(form) for form in forms}
    sums |= {checksum(form) for form in make_forms(plan(80), course_bank(), "8")}
    assert len(sums) == 4 and all(re.fullmatch("[0-9A-F]{6}", s) for s in sums)


def test_printed_key_is_the_recomputed_one(forms):
    """The number in the key is found again by brute force, from the paper's numbers."""
    for form in forms:
        grid = grid_html(form)
        for item in form.items:
            if isinstance(item, Numeric):
                found = again(item)
                assert short_key(item).split(" ")[0] == f"{found:,.{item.digits}f}", item.id
                assert short_key(item).replace("-", "−") in grid


def again(item):
    """Find the draw that made this item, and compute its key by brute force."""
    family = FAMILIES[item.id]
    for name in ("A", "B"):
        for redraw in range(60):
            from helpers.exam.seeds import generator

            draw = family._usable(generator("7", name, item.id, redraw=redraw))
            if draw.stem == item.stem:
                return getattr(brute_force, item.id)(**draw.numbers)
    raise AssertionError(item.id)


def test_command_writes_the_same_bytes_twice(tmp_path, capsys):
    for name in ("one", "two"):
        out = tmp_path / name
        assert main(["--seed", "7", "--minutes", "15", "--no-pdf", "--out", str(out)]) == 0
    names = sorted(f.name for f in (tmp_path / "one").iterdir())
    assert names == sorted(
        ["formula_sheet.html"]
        + [f"{kind}_{form}.html" for kind in ("form", "key", "grid") for form in "AB"]
    )
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert "form_A.html" in capsys.readouterr().out


def test_command_in_another_process_writes_the_same_bytes(tmp_path):
    assert main(["--seed", "x", "--minutes", "15", "--no-pdf", "--out", str(tmp_path / "a")]) == 0
    command = [sys.executable, "-m", "helpers.exam", "--seed", "x", "--minutes", "15", "--no-pdf"]
    subprocess.run([*command, "--out", str(tmp_path / "b")], check=True, capture_output=True)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--minutes", "3"], "a paper takes 5 to 180 minutes"),
        (["--topics", "12"], "topics are numbered 1 to 10"),
        (["--bank", "nowhere"], "there is no folder"),
    ],
)
def test_command_says_why_there_is_no_paper(tmp_path, capsys, arguments, says):
    assert main([*arguments, "--out", str(tmp_path)]) == 1
    found = capsys.readouterr()
    assert says in found.err and "Traceback" not in found.err


def test_own_questions_come_into_the_paper(tmp_path):
    bank = tmp_path / "bank"
    bank.mkdir()
    from tests.exam.test_worded import GOOD

    texts = [
        GOOD.replace("X01", f"X{n:02}").replace("What is $o$?", f"Own question {n}?")
        for n in range(40)
    ]
    (bank / "own.toml").write_text("".join(texts))
    out = tmp_path / "out"
    arguments = ["--seed", "1", "--minutes", "15", "--topics", "7", "8", "--no-pdf"]
    assert main([*arguments, "--bank", str(bank), "--out", str(out)]) == 0
    assert "Own question" in (out / "form_A.html").read_text()


@pytest.mark.skipif(find_browser() is None, reason="no Chromium to print with")
def test_pdf(tmp_path):
    assert main(["--seed", "7", "--minutes", "15", "--form", "A", "--out", str(tmp_path)]) == 0
    pdf = (tmp_path / "form_A.pdf").read_bytes()
    assert pdf.startswith(b"%PDF") and len(pdf) > 10_000


def test_size_is_one_of_two(forms):
    with pytest.raises(ValueError, match="size is 'A3'"):
        paper_html(forms[0], minutes=80, size="A3")
