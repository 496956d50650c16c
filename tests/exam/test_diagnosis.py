from collections import Counter

import numpy as np
import pytest

from helpers.exam.bank import course_bank
from helpers.exam.blueprint import mock_plan
from helpers.exam.diagnosis import Answered, diagnose
from helpers.exam.forms import clusters_offered, make_forms
from helpers.exam.items import Option, SingleChoice
from helpers.exam.marking import Mark, mark
from helpers.exam.misconceptions import CLUSTERS, cluster_of
from helpers.exam.students import Student, answer, flag_rates

BANK = course_bank()


def choice(mistakes, lesson="03", topic=2, section=1):
    options = (Option("right", "Yes."), *(Option(m, "No.", m) for m in mistakes))
    return SingleChoice(
        id="X",
        topic=topic,
        level="U",
        lesson=lesson,
        section=section,
        points=1,
        stem="?",
        solution="!",
        options=options,
        right=0,
    )


def paper(said, item=None, **more):
    """`said` has the chosen option of each item, None for a blank."""
    item = item or choice(("M30", "M44"))
    return [Answered(n, item, mark(item, s), **more) for n, s in enumerate(said, 1)]


def state(diagnosis, cluster):
    return next(c for c in diagnosis.clusters if c.id == cluster)


def test_two_hits_of_five_are_a_flag():
    found = diagnose(paper([1, 1, 0, 0, 0] + [0] * 15, choice(("M30",))))
    assert state(found, "K2").state == "watch"  # 2 of 20 is less than two fifths
    others = paper([0] * 15, choice(("M44",)))
    few = paper([1, 1, 0, 0, 0], choice(("M30",)))
    found = diagnose([*few, *others])
    assert state(found, "K2").state == "flag" and state(found, "K2").hits == (1, 2)
    assert state(found, "K4").state == "clear"


def test_one_hit_is_watched():
    found = diagnose([*paper([1, 0, 0], choice(("M30",))), *paper([0] * 17, choice(("M44",)))])
    assert state(found, "K2").state == "watch"


def test_a_short_paper_flags_nothing():
    found = diagnose(paper([1, 1, 1, 1, 1], choice(("M30",))))
    assert not found.trustworthy and state(found, "K2").state == "watch"


def test_blanks_say_nothing_about_ideas():
    found = diagnose([*paper([None] * 5, choice(("M30",))), *paper([0] * 20, choice(("M44",)))])
    k2 = state(found, "K2")
    assert k2.state == "clear" and k2.offered == 0
    assert found.points == 20 and found.possible == 25


def test_section_scores_lean_to_one_half():
    found = diagnose(paper([0, 1, 1]))
    (section,) = found.sections
    assert (section.points, section.possible, section.score) == (1, 3, 2 / 5)


def test_repairs_are_three_at_most_and_flags_come_first():
    edges = choice(("M30",), lesson="03")
    plain = [choice((None,), lesson=f"{n:02}") for n in (4, 8, 11)]
    answers = [(edges, 1), (edges, 1), *((i, 1) for i in plain), *((edges, 0),) * 2]
    answers += [(choice(("M44",)), 0)] * 15
    found = diagnose([Answered(n, i, mark(i, said)) for n, (i, said) in enumerate(answers, 1)])
    assert len(found.repairs) == 3
    assert found.repairs[0].evidence == f"Questions 1 and 2: {CLUSTERS['K2'].idea}."
    assert found.repairs[0].advice == CLUSTERS["K2"].advice
    assert found.repairs[1].evidence == "Question 3: not right."


def test_sure_and_wrong_comes_first():
    one, two = choice((), lesson="03"), choice((), lesson="04")
    wrong = SingleChoice(**{**vars(one), "options": (*one.options, Option("no", "No."))})
    other = SingleChoice(**{**vars(two), "options": (*two.options, Option("no", "No."))})
    found = diagnose(
        [
            Answered(1, wrong, mark(wrong, 1), sure=False),
            Answered(2, other, mark(other, 1), sure=True),
        ]
    )
    assert [repair.lesson for repair in found.repairs] == ["04", "03"]


def test_slow_and_unsure_answers_that_were_right():
    item = choice(("M30",))
    answers = [
        Answered(1, item, mark(item, 0), minutes=2.5),
        Answered(2, item, mark(item, 0), minutes=1.9, sure=False),
        Answered(3, item, mark(item, 1), minutes=9.0, sure=False),
    ]
    found = diagnose(answers)
    assert found.drill == (1,) and found.explain == (2,)


def test_essays_wait_for_a_person():
    item = choice(("M30",))
    essay = Answered(2, item, Mark(None, 8, ()))
    found = diagnose([Answered(1, item, mark(item, 0)), essay])
    assert (found.points, found.possible) == (1, 1)


@pytest.fixture(scope="module")
def rates():
    """Ten students for each idea and each of eight mocks of 20 items."""
    forms = [make_forms(mock_plan(20), BANK, f"mock {n}")[n % 2] for n in range(8)]
    return flag_rates(forms, students=10)


def test_planted_ideas_are_found(rates):
    assert np.mean(list(rates.found.values())) >= 0.93
    assert min(rates.found.values()) >= 0.90


def test_false_alarms_are_rare(rates):
    assert np.mean(list(rates.false.values())) <= 0.04
    assert max(rates.false.values()) <= 0.06


def test_the_rule_is_that_of_the_diagnosis():
    """The rates count what `diagnose` flags."""
    form = make_forms(mock_plan(20), BANK, "rule")[0]
    rng = np.random.default_rng(0)
    said = [answer(item, Student("K3"), rng) for item in form.items]
    found = diagnose(
        [Answered(n, i, mark(i, s)) for n, (i, s) in enumerate(zip(form.items, said, strict=True))]
    )
    flags = {c.id for c in found.clusters if c.state == "flag"}
    by_rule = {c.id for c in found.clusters if len(c.hits) >= 2 and len(c.hits) >= 0.4 * c.offered}
    assert flags == by_rule and "K3" in flags


def test_a_student_without_mistakes_is_right():
    form = make_forms(mock_plan(20), BANK, "right")[0]
    rng = np.random.default_rng(0)
    for item in form.items:
        assert mark(item, answer(item, Student(skill=1.0), rng)).right, item.id


def test_a_student_who_always_follows_makes_that_mistake():
    form = make_forms(mock_plan(20), BANK, "wrong")[0]
    rng = np.random.default_rng(0)
    for planted in CLUSTERS:
        for item in form.items:
            if planted in clusters_offered(item):
                said = answer(item, Student(planted, skill=1.0, followed=1.0), rng)
                assert planted in {cluster_of(m) for m in mark(item, said).mistakes}, item.id


@pytest.mark.parametrize("items", [20, 33])
def test_mocks_offer_each_idea_five_times(items):
    for seed in range(4):
        for form in make_forms(mock_plan(items), BANK, f"offer {seed}"):
            assert len(form.items) == items
            offered = Counter(c for item in form.items for c in clusters_offered(item))
            assert min(offered[k] for k in CLUSTERS) >= (5 if form.name == "A" else 4), offered


def test_twins_offer_the_same_ideas():
    for entry in BANK.values():
        if entry.twins:
            twins = [entry.make(np.random.default_rng(1), twin) for twin in range(entry.twins)]
            assert len({frozenset(clusters_offered(item)) for item in twins}) == 1, entry.id


def test_a_flag_sends_to_a_home_of_its_idea():
    def repair(places):
        items = [
            choice(["M31"], lesson, section=section, topic=2) for lesson, section in places
        ] + [choice(["M05"])] * 18
        answers = [
            Answered(n, item, mark(item, 1 if n <= len(places) else item.right))
            for n, item in enumerate(items, 1)
        ]
        first = diagnose(answers).repairs[0]
        return first.lesson, first.section

    assert repair([("02", 3), ("11", 3)]) == ("11", 3)
    assert repair([("02", 3), ("05", 2)]) == CLUSTERS["K2"].review[0]
