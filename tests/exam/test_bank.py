"""Every question of the course, in every wording."""

import re

import pytest

from helpers.exam.bank import KINDS, course_bank, kind_of
from helpers.exam.blueprint import TOPICS
from helpers.exam.families import FAMILIES
from helpers.exam.items import (
    LEVELS,
    VERDICTS,
    Blanks,
    Essay,
    MultiSelect,
    Numeric,
    ReadPlot,
    SingleChoice,
)
from helpers.exam.marking import mark
from helpers.exam.misconceptions import NAMED_BY_CONCEPT, cluster_of
from helpers.exam.page import to_html
from helpers.exam.paper import show_blank
from helpers.exam.seeds import generator

BANK = course_bank()
ITEMS = {
    (id_, twin): entry.make(generator("1", "A", id_), twin)
    for id_, entry in BANK.items()
    for twin in range(entry.twins or 2)
}
PROMISED = [f"P{n:02}" for n in range(1, 57)] + [f"C{n:02}" for n in range(1, 77)]


def full_marks(item):
    """Answer everything right, as a learner would type it."""
    if isinstance(item, SingleChoice):
        return item.right
    if isinstance(item, MultiSelect):
        return [statement.true for statement in item.statements]
    if isinstance(item, ReadPlot):
        return [reading.verdict for reading in item.readings]
    if isinstance(item, Blanks):
        return [show_blank(blank) for blank in item.blanks]
    return f"{item.key:.{item.digits}f}"


def test_all_families_and_concepts_are_there():
    assert set(PROMISED) <= set(BANK)
    assert set(FAMILIES) <= set(BANK)
    assert set(NAMED_BY_CONCEPT) <= set(BANK)


def test_every_kind_is_there():
    assert {kind_of(item) for item in ITEMS.values()} == set(KINDS)


@pytest.mark.parametrize("key", ITEMS, ids=str)
def test_item(key):
    item = ITEMS[key]
    assert item.level in LEVELS
    lessons = TOPICS[item.topic - 1].lessons
    assert item.lesson in lessons, (item.lesson, lessons)
    assert sum(points for _, _, points in item.places()) == item.points
    assert item.stem.strip() and item.solution.strip()
    assert bool(item.figure) == bool(item.figure_text)
    for mistake in item.offers():
        cluster_of(mistake)
    to_html(item.stem), to_html(item.solution)
    if isinstance(item, Essay):
        assert 2 * len(item.rubric) == item.points
        assert all(0 <= points <= item.points for _, points in item.samples)
    else:
        found = mark(item, full_marks(item))
        assert found.points == item.points and not found.mistakes, found


@pytest.mark.parametrize("key", [k for k, i in ITEMS.items() if isinstance(i, SingleChoice)])
def test_every_option_has_its_feedback(key):
    item = ITEMS[key]
    feedback = [option.feedback for option in item.options]
    assert all(text.strip() for text in feedback)
    assert len(set(feedback)) == len(feedback)
    assert item.options[item.right].mistake is None
    for place, option in enumerate(item.options):
        found = mark(item, place)
        assert found.right == (place == item.right)
        assert found.feedback == (option.feedback,)


@pytest.mark.parametrize("key", [k for k, i in ITEMS.items() if isinstance(i, Blanks)])
def test_every_wrong_answer_of_a_box_is_named(key):
    item = ITEMS[key]
    assert sum(blank.points for blank in item.blanks) == item.points
    for n, blank in enumerate(item.blanks):
        assert blank.feedback.strip()
        if blank.choices:
            assert blank.key in blank.choices
        for value, mistake in blank.wrong:
            answer = full_marks(item)
            answer[n] = str(value)
            found = mark(item, answer)
            assert mistake in found.mistakes, (blank.ask, value)
            assert found.points < item.points


@pytest.mark.parametrize("key", [k for k, i in ITEMS.items() if isinstance(i, ReadPlot)])
def test_plots(key):
    item = ITEMS[key]
    assert {reading.verdict for reading in item.readings} <= set(VERDICTS)
    assert item.figure.startswith("<div role=") and 'aria-label="' in item.figure
    assert "nan" not in item.figure


@pytest.mark.parametrize("key", [k for k, i in ITEMS.items() if isinstance(i, Blanks) and i.code])
def test_programs_do_what_the_key_says(key):
    """Traces are run; the line that a bug is in exists."""
    import numpy as np

    item = ITEMS[key]
    lines = item.code.strip().split("\n")
    if item.kind == "bug":
        assert 1 <= item.blanks[0].key <= len(lines) and item.blanks[0].key == int(
            item.blanks[0].key
        )
        compile(item.code, key[0], "exec")
        return
    printed = []
    exec(item.code, {"np": np, "print": lambda *values: printed.append(*values)})
    assert len(printed) == len(item.blanks)
    answer = [str(p) for p in printed]
    assert mark(item, answer).points == item.points, answer


def test_gives_away_names_items():
    for entry in BANK.values():
        assert set(entry.gives_away) <= set(BANK)


def test_twins_differ():
    for id_, entry in BANK.items():
        if entry.twins:
            assert entry.twins >= 2, id_
            stems = [ITEMS[id_, twin].stem for twin in range(entry.twins)]
            assert len(set(stems)) == entry.twins, id_


def test_the_longest_option_is_not_the_right_one_more_often_than_by_chance():
    longest = []
    for (id_, _), item in ITEMS.items():
        if isinstance(item, SingleChoice) and BANK[id_].twins:
            lengths = [len(option.text) for option in item.options]
            right = lengths.pop(item.right)
            longest.append(right > max(lengths))
    assert sum(longest) / len(longest) < 0.33


def test_no_item_asks_with_all_or_none_of_the_above():
    for item in ITEMS.values():
        if isinstance(item, SingleChoice):
            for option in item.options:
                assert not re.search(r"(all|none) of (the above|these)", option.text.lower())


def test_steps_follow_a_slip():
    """A slip in the first line costs that line only, where later lines can follow it."""
    item = ITEMS["P38 in steps", 0]
    answer = full_marks(item)
    answer[0] = "9"
    G = item.blanks[2].follow((9.0,))
    answer[2] = str(G)
    answer[4] = str(item.blanks[4].follow((9.0, 0, G, item.blanks[3].key)))
    assert mark(item, answer).points == 4


def test_numeric_keys_are_not_a_lucky_zero():
    zeros = [id_ for (id_, _), i in ITEMS.items() if isinstance(i, Numeric) and i.key == 0]
    assert not zeros


@pytest.mark.parametrize(
    ("twin", "said"),
    [
        (0, ["0", "0.5", "0.30", "1.50", "0.5"]),  # a logarithm of base 10, five times
        (0, ["1", "0.73", "0.31", "1.57", "0.5"]),
        (1, ["0.6", "0.51", "10", "5.1", "-0.4"]),
        (1, ["0.5", "0.69", "9", "6.24", "-0.5"]),
    ],
)
def test_a_slip_in_a_written_derivation_costs_one_step(twin, said):
    assert mark(ITEMS["C14", twin], said).points == 4


@pytest.mark.parametrize("key", [k for k, i in ITEMS.items() if isinstance(i, Blanks)])
def test_from_right_answers_the_right_one_follows(key):
    keys = tuple(blank.key for blank in ITEMS[key].blanks)
    for n, blank in enumerate(ITEMS[key].blanks):
        if blank.follow is not None:
            gap = abs(blank.follow(keys[:n]) - keys[n])
            assert gap <= 0.5 * 10 ** -(blank.digits or 9) + 0.01 * abs(keys[n])
