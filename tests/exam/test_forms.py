import re
from collections import Counter

import numpy as np
import pytest

from helpers.exam.bank import course_bank, kind_of
from helpers.exam.blueprint import LEVELS, TOPICS, core_only, plan, table
from helpers.exam.forms import NoPaper, clusters_offered, key_of, make_forms, missed
from helpers.exam.items import Numeric
from helpers.exam.misconceptions import CLUSTERS

BANK = course_bank()
SEEDS = range(20)


@pytest.fixture(scope="module")
def papers():
    return {seed: make_forms(plan(80), BANK, str(seed)) for seed in SEEDS}


def test_blueprint_adds_up():
    points = table()
    assert points.sum() == 80
    assert points.sum(axis=0).tolist() == [7, 19, 35, 15, 4]
    assert points.sum(axis=1).tolist() == [10, 14, 5, 7, 8, 8, 9, 8, 6, 5]
    assert [plan(minutes).points for minutes in (80, 40, 15)] == [80, 40, 15]
    assert sum(part.count for part in plan(80).parts) == 33


def test_core_moves_what_electives_do_not_ask():
    core, all_ = core_only(table()), table()
    assert core.sum() == pytest.approx(80)
    assert core[[2, 3, 9], LEVELS.index("Ap") :].sum() == 0
    assert (core[[2, 3, 9], :2] == all_[[2, 3, 9], :2]).all()
    grown = np.flatnonzero(core.sum(axis=1) > all_.sum(axis=1)) + 1
    assert grown.tolist() == [2, 7, 8]


@pytest.mark.parametrize("minutes", [10, 15, 20, 30, 40, 50, 60, 80, 90, 120])
def test_any_length(minutes):
    blueprint = plan(minutes)
    assert blueprint.points == minutes
    assert blueprint.topics.sum() == pytest.approx(minutes)


def test_papers_keep_the_plan(papers):
    for forms in papers.values():
        for form in forms:
            assert form.points == 80 and len(form.items) == 33
            assert missed(form) == []
            families = [BANK[item.id].family if item.id in BANK else item.id for item in form.items]
            assert max(Counter(families).values()) == 1
            offered = Counter(c for item in form.items for c in clusters_offered(item))
            assert set(offered) == set(CLUSTERS)
            assert min(offered.values()) >= 3 and max(offered.values()) <= 16


def test_parts_are_of_their_kind(papers):
    for part, kinds in (("A", {"single"}), ("B", {"multi"}), ("C", {"numeric", "shape"})):
        form = papers[0][0]
        found = {
            kind_of(i) for i, letter in zip(form.items, form.letters, strict=True) if letter == part
        }
        assert found <= kinds


def test_forms_ask_the_same_with_other_numbers(papers):
    for a, b in papers.values():
        assert [item.id for item in a.items] == [item.id for item in b.items]
        for one, other in zip(a.items, b.items, strict=True):
            assert (one.stem, one.figure) != (other.stem, other.figure), one.id
            if isinstance(one, Numeric):
                assert key_of(one) != key_of(other), one.id


def test_papers_differ_between_seeds(papers):
    chosen = {tuple(item.id for item in forms[0].items) for forms in papers.values()}
    assert len(chosen) == len(papers)
    used = Counter(item.id for forms in papers.values() for item in forms[0].items)
    assert len(used) > 70  # the bank is used widely


def test_nothing_is_given_away(papers):
    for forms in papers.values():
        ids = {item.id for item in forms[0].items}
        for id_ in ids:
            assert not ids & set(BANK[id_].gives_away) if id_ in BANK else True


def test_same_seed_same_paper(papers):
    again = make_forms(plan(80), BANK, "3")
    assert again[0].items == papers[3][0].items and again[1].items == papers[3][1].items


@pytest.mark.parametrize("seed", ["a", "b", "c"])
@pytest.mark.parametrize("minutes", [15, 40])
def test_shorter_set_papers(minutes, seed):
    for form in make_forms(plan(minutes), BANK, seed):
        assert form.points == minutes
        assert missed(form) == []


@pytest.mark.parametrize("minutes", [10, 25, 60, 100])
def test_papers_of_another_length(minutes):
    for form in make_forms(plan(minutes), BANK, "1"):
        assert form.points == minutes
        assert len(missed(form)) <= 2, missed(form)


def test_core_paper():
    form = make_forms(plan(80, core=True), BANK, "1")[0]
    assert form.points == 80
    upper = [
        (t, level)
        for item in form.items
        for t, level, _ in item.places()
        if t in (3, 4, 10) and level not in "RU"
    ]
    assert len(upper) <= 2, upper


@pytest.mark.parametrize("topics", [[2, 7], [7, 8], [10], [3, 4]])
def test_topics_of_a_lecturer(topics):
    form = make_forms(plan(15, topics=topics), BANK, "1")[0]
    assert form.points == 15
    assert {t for item in form.items for t, _, _ in item.places()} == set(topics)


@pytest.mark.parametrize("topics", [[0], [11], [1, 12], []])
def test_no_such_topic(topics):
    with pytest.raises(ValueError, match="topics are numbered 1 to 10"):
        plan(80, topics)


@pytest.mark.parametrize("minutes", [0, 4, 181])
def test_no_such_length(minutes):
    with pytest.raises(ValueError, match="5 to 180 minutes"):
        plan(minutes)


def test_what_cannot_be_planned_is_said():
    few = {id_: BANK[id_] for id_ in ("C01", "C02", "P03")}
    for blueprint, bank in ((plan(15), few), (plan(80, topics=[3]), BANK)):
        with pytest.raises(NoPaper, match="too few questions for these topics and this length"):
            make_forms(blueprint, bank, "1")


def test_three_forms():
    forms = make_forms(plan(15), BANK, "1", ["A", "B", "C"])
    assert (
        len({tuple(key_of(i) for i in form.items if isinstance(i, Numeric)) for form in forms}) == 3
    )


def test_every_lesson_belongs_to_one_topic():
    lessons = [lesson for topic in TOPICS for lesson in topic.lessons]
    assert lessons == [*(f"{n:02}" for n in range(1, 16)), "17"]
    assert all(re.fullmatch(r"\d\d", lesson) for lesson in lessons)
