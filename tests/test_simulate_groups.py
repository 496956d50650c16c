import itertools

import numpy as np
import pytest

from helpers.simulate_groups import GROUPS, group_of_code, simulate_grouped_visits


def test_twelve_groups_of_ten_codes_without_overlap():
    assert [len(codes) for codes in GROUPS.values()] == [10] * 12
    assert len(group_of_code()) == 120
    assert group_of_code()["metformin"] == "diabetes"


def test_same_seed_same_visits():
    assert simulate_grouped_visits(20, seed=3) == simulate_grouped_visits(20, seed=3)
    assert simulate_grouped_visits(20, seed=3) != simulate_grouped_visits(20, seed=4)


def test_without_strays_a_visit_has_two_to_four_codes_of_one_to_three_conditions():
    group_of = group_of_code()
    for visit in simulate_grouped_visits(300, stray=0):
        assert list(visit) == sorted(set(visit))
        counts = [len(list(g)) for _, g in itertools.groupby(sorted(map(group_of.get, visit)))]
        assert 1 <= len(counts) <= 3
        assert all(2 <= count <= 4 for count in counts)


def test_strays_come_on_top_and_from_anywhere():
    sizes = [
        np.mean([len(v) for v in simulate_grouped_visits(2000, stray=stray)]) for stray in (0, 1.5)
    ]
    assert sizes[0] == pytest.approx(2 * 3, abs=0.2)  # two conditions, three codes each
    assert sizes[1] - sizes[0] == pytest.approx(1.5, abs=0.2)


def test_early_codes_of_a_group_are_frequent():
    visits = simulate_grouped_visits(2000, stray=0)
    often = {code: sum(code in visit for visit in visits) for code in group_of_code()}
    for codes in GROUPS.values():
        assert often[codes[0]] > 2 * often[codes[9]] > 0


def test_negative_numbers_are_refused():
    with pytest.raises(ValueError, match="-1"):
        simulate_grouped_visits(-1)
    with pytest.raises(ValueError, match=r"-0\.5"):
        simulate_grouped_visits(5, stray=-0.5)
    assert simulate_grouped_visits(0) == []
