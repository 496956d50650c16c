import re

import pytest

from helpers.exam.items import Blanks, Essay, MultiSelect, SingleChoice
from helpers.exam.own_bank import read_folder
from helpers.exam.seeds import generator
from helpers.exam.worded import BadItem, read_items

GOOD = """
[[item]]
id = "X01"
kind = "single"
topic = 8
level = "U"
lesson = "12"
section = 1
points = 1

[[item.twin]]
stem = "What is $o$?"
right = "An object."
why_right = "Yes."
wrong = [
  { text = "A visit.", why = "No visit.", mistake = "M138" },
  { text = "A code.", why = "No code." },
  { text = "A tree.", why = "No tree." },
]
solution = "An object."
"""
MULTI = """
[[item]]
id = "X02"
kind = "multi"
topic = 1
level = "R"
lesson = "01"
section = 1
points = 2

[[item.twin]]
stem = "True?"
statements = [
  { text = "a", true = true, why = "yes" },
  { text = "b", true = false, why = "no" },
  { text = "c", true = false, why = "no" },
  { text = "d", true = false, why = "no" },
]
solution = "a"
"""
SHAPE = """
[[item]]
id = "X03"
kind = "shape"
topic = 1
level = "Ap"
lesson = "01"
section = 1
points = 2
counts_as = [[1, "Ap", 1], [2, "U", 1]]

[[item.twin]]
stem = "Shapes?"
code = "x = W[$i$]"
blanks = [
  { ask = "x", key = [2, 3], why = "Rows first.", wrong = [{ answer = [3, 2], mistake = "M05" }] },
  { ask = "y", key = "yes", choices = ["no", "yes"], why = "Yes." },
]
solution = "(2, 3)"
"""
ESSAY = """
[[item]]
id = "X04"
kind = "essay"
topic = 1
level = "Ev"
lesson = "01"
section = 1
points = 2

[[item.twin]]
stem = "Judge."
rubric = [{ name = "precision", anchors = ["none", "some", "all"] }]
samples = [{ text = "Good.", points = 2 }]
solution = "Well."
"""


@pytest.fixture
def read(tmp_path):
    def read(text, name="own.toml"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return read_items(file)

    return read


def make(entry, twin=0, seed="1"):
    return entry.make(generator(seed, "A", entry.id), twin)


def test_all_kinds(read):
    entries = read(GOOD + MULTI + SHAPE + ESSAY)
    single, multi, shape, essay = (make(entry) for entry in entries)
    assert isinstance(single, SingleChoice) and single.options[single.right].text == "An object."
    assert {option.mistake for option in single.options} == {None, "M138"}
    assert isinstance(multi, MultiSelect)
    assert isinstance(shape, Blanks) and shape.blanks[0].key == (2, 3)
    assert shape.places() == ((1, "Ap", 1), (2, "U", 1))
    assert isinstance(essay, Essay) and essay.rubric[0].anchors == ("none", "some", "all")


def test_options_come_in_every_order(read):
    entry = read(GOOD)[0]
    assert {make(entry, seed=str(s)).right for s in range(40)} == {0, 1, 2, 3}
    box = read(SHAPE)[0]
    orders = {make(box, seed=str(s)).blanks[1].choices for s in range(40)}
    assert orders == {("no", "yes"), ("yes", "no")}


BAD = [
    (GOOD.replace('kind = "single"', ""), "own.toml, item X01: 'kind' is missing"),
    (GOOD.replace('"single"', '"riddle"'), "kind is 'riddle', one of single, multi"),
    (GOOD.replace('"U"', '"X"'), "level is 'X', one of R, U, Ap, An, Ev"),
    (GOOD.replace("topic = 8", "topic = 11"), "topic is 11, topics are numbered 1 to 10"),
    (GOOD.replace("topic = 8", 'topic = "8"'), "'topic' is '8', a int is needed"),
    (GOOD.replace("points = 1", "points = 0"), "points and section must be 1 or more"),
    (GOOD.replace("points = 1", "points = 1\nhint = 3"), "'hint' is not known here"),
    (GOOD.replace('"An object."\nwhy', '" "\nwhy'), "twin 1: 'right' is empty"),
    (GOOD.replace("A code.", "A visit."), "two options are the same"),
    (GOOD.replace('  { text = "A tree.", why = "No tree." },\n', ""), "there are 3 options"),
    (GOOD.replace("M138", "M999"), "there is no mistake 'M999'"),
    (GOOD.replace("$o$", "$\\\\nosuch$"), "formula $\\nosuch$ cannot be drawn"),
    (GOOD[: GOOD.index("[[item.twin")], "'twin' is missing"),
    (GOOD + GOOD, "two items are called X01"),
    (MULTI.replace("true = true", "true = false"), "0 of 4 statements are true"),
    (MULTI.replace("true = true", 'true = "yes"'), "'true' is 'yes', a bool is needed"),
    (SHAPE.replace("points = 2", "points = 3"), "do not add up to 3 points"),
    (SHAPE.replace('[2, "U", 1]', '[2, "U", 2]'), "do not add up to 2 points"),
    (SHAPE.replace('[2, "U", 1]', '[12, "U", 1]'), "[topic, level, points] is needed"),
    (SHAPE.replace("ask =", 'follow = "b9 + 1", ask =', 1), "follow is 'b9 + 1': write numbers"),
    (SHAPE.replace("ask =", 'follow = "open(1)", ask =', 1), "follow is 'open(1)': write numbers"),
    (SHAPE.replace('key = "yes"', 'key = "maybe"'), "the key 'maybe' is not one of the choices"),
    (SHAPE.replace('choices = ["no", "yes"], ', ""), "the key 'yes' is text: give the choices"),
    (ESSAY.replace('"some", ', ""), "criterion 'precision' needs anchors for 0, 1 and 2 points"),
    (ESSAY.replace("points = 2\n\n", "points = 3\n\n"), "1 criteria are worth 2 points"),
    ("item = 3 = 4", "own.toml is not TOML"),
    ("", "own.toml holds no [[item]]"),
    ("[question]\nid = 1", "'question' is not known here; write [[item]]"),
]


@pytest.mark.parametrize(("text", "says"), BAD, ids=[says[:40] for _, says in BAD])
def test_bad_items_say_what_is_wrong(read, text, says):
    with pytest.raises(BadItem, match=re.escape(says)):
        read(text)


def test_folder(tmp_path):
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / "b.py").write_text(FAMILY)
    (tmp_path / "notes.txt").write_text("not a question")
    found = read_folder(tmp_path)
    assert set(found) == {"X01", "X09"}
    assert make(found["X09"]).key == make(found["X09"]).key


FAMILY = """
from helpers.exam.families import Draw, Family

def ask(rng):
    n = int(rng.integers(3, 99))
    wrong = {"M30": n + 2.0, "M31": n * 2.0, "M33": n * 3.0}
    return Draw(numbers={"n": n}, stem=f"{n}?", key=n, wrong=wrong, solution=str(n))

FAMILIES = [
    Family(id="X09", topic=1, level="Ap", lesson="01", section=1, points=2, digits=0, ask=ask)
]
"""
BAD_FILES = [
    ("b.py", "x = 1 / 0", "b.py does not run: ZeroDivisionError"),
    ("b.py", "x = 1", "b.py sets neither FAMILIES nor ENTRIES"),
    ("b.py", "FAMILIES = [3]", "b.py: FAMILIES holds a int, not a Family"),
    ("b.py", "ENTRIES = ['x']", "b.py: ENTRIES holds a str, not an Entry"),
    ("b.py", FAMILY.replace("n + 2.0", "n * 1.0"), "b.py, item X09, seed 0: RuntimeError"),
    (
        "b.py",
        FAMILY.replace("rng.integers", "__import__('numpy').random.default_rng().integers"),
        "the same seed gives two different questions; use the rng",
    ),
    ("b.py", FAMILY.replace("X09", "X01"), "b.py: there is an item X01 already"),
]


@pytest.mark.parametrize(("name", "text", "says"), BAD_FILES, ids=[b[2][:40] for b in BAD_FILES])
def test_bad_files_say_what_is_wrong(tmp_path, name, text, says):
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / name).write_text(text)
    with pytest.raises(BadItem, match=re.escape(says)):
        read_folder(tmp_path)


def test_no_folder(tmp_path):
    with pytest.raises(BadItem, match="there is no folder"):
        read_folder(tmp_path / "nowhere")
    with pytest.raises(BadItem, match=r"holds no .toml and no .py file"):
        read_folder(tmp_path)


def test_ids_of_the_course_are_taken(tmp_path):
    (tmp_path / "a.toml").write_text(GOOD)
    with pytest.raises(BadItem, match="there is an item X01 already"):
        read_folder(tmp_path, frozenset({"X01"}))


def test_the_example_in_the_description_can_be_read(tmp_path):
    import textwrap

    from helpers.exam import worded

    text = worded.__doc__
    example = text[text.index("    [[item]]") : text.index("`multi` has")]
    (tmp_path / "a.toml").write_text(textwrap.dedent(example))
    assert set(read_folder(tmp_path)) == {"X01"}
