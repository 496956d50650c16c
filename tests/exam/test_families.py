import math

import pytest

from helpers.exam.families import FAMILIES
from helpers.exam.items import LEVELS
from helpers.exam.marking import mark
from helpers.exam.misconceptions import MISCONCEPTIONS
from helpers.exam.seeds import generator
from tests.exam import brute_force

SEEDS = range(300)


@pytest.mark.parametrize("id_", FAMILIES)
def test_key_is_that_of_brute_force(id_):
    family = FAMILIES[id_]
    for seed in SEEDS:
        draw = family._usable(generator(str(seed), "A", id_))
        found = getattr(brute_force, id_)(**draw.numbers)
        assert math.isclose(draw.key, found, rel_tol=1e-9, abs_tol=1e-9), (seed, draw.numbers)


@pytest.mark.parametrize("id_", FAMILIES)
def test_items(id_):
    family = FAMILIES[id_]
    assert family.level in LEVELS and 1 <= family.topic <= 10
    for seed in SEEDS:
        item = family.draw(generator(str(seed), "A", id_))
        assert set(w.mistake for w in item.wrong) <= set(MISCONCEPTIONS)
        assert mark(item, f"{item.key:.{item.digits}f}").right, seed
        for wrong in item.wrong:
            found = mark(item, f"{wrong.value:.{item.digits}f}")
            assert found.mistakes == (wrong.mistake,) and found.points == 0, (seed, wrong)
        choice = family.draw_choice(generator(str(seed), "A", id_))
        texts = [option.text for option in choice.options]
        assert len(set(texts)) == len(texts) >= 4, (seed, texts)
        assert mark(choice, choice.right).right
        assert all(option.feedback for option in choice.options)
        assert item.stem == choice.stem


@pytest.mark.parametrize("id_", FAMILIES)
def test_same_seed_same_question(id_):
    family = FAMILIES[id_]
    first, again = (family.draw(generator("3", "A", id_)) for _ in range(2))
    assert first == again


@pytest.mark.parametrize("id_", FAMILIES)
def test_numbers_vary(id_):
    family = FAMILIES[id_]
    stems = {family.draw(generator(str(seed), "A", id_)).stem for seed in SEEDS}
    assert len(stems) >= 20, len(stems)


@pytest.mark.parametrize("id_", FAMILIES)
def test_right_option_has_no_favorite_place(id_):
    family = FAMILIES[id_]
    places = [family.draw_choice(generator(str(seed), "A", id_)).right for seed in SEEDS]
    assert max(places.count(place) for place in set(places)) < 0.4 * len(places)


@pytest.mark.parametrize("id_", [id_ for id_, family in FAMILIES.items() if family.steps])
def test_a_step_follows_from_the_steps_before(id_):
    """A slip costs its own step, and each wrong number of a step is that of one mistake."""
    for seed in range(60):
        item = FAMILIES[id_].draw_steps(generator(str(seed), "A", id_))
        keys = [blank.key for blank in item.blanks]
        for n, blank in enumerate(item.blanks):
            said = [*keys[:n], keys[n] + 0.3]
            for later in item.blanks[n + 1 :]:
                said.append(later.follow(tuple(said)) if later.follow else later.key)
            assert mark(item, [str(x) for x in said]).points == item.points - 1, (seed, blank.ask)
            for value, mistake in blank.wrong:
                answer = [*keys[:n], value, *keys[n + 1 :]]
                assert mistake in mark(item, [str(x) for x in answer]).mistakes, (seed, blank.ask)
