"""Check of purity with its chance row."""

import numpy as np

from helpers import metrics
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.similarity import pairwise_cosine

_ANGLES = np.array([0.0, 0.08, 0.2, 0.9, 2.0, 2.1, 2.35, 3.0, 3.1])
FAN = (
    np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1) * np.array([[1, 5, 1, 2, 1, 9, 1, 1, 3]]).T
)
FAN_GROUPS = list("aaabbbbcc")
LONER = list("aaaxbbbcc")  # x is alone in its group
AMONG = list("axaabbbcc")  # and here it is the nearest neighbor of others


SEEDS = range(40)


def _wide_table():
    """Return 40 rows whose columns have very different sizes, and their groups."""
    rng = np.random.default_rng(2)
    return rng.normal(size=(40, 3)) * [1, 10, 100], list("abcd" * 10)


def _read(value):
    """Read each number of the dict, whatever holds it; leave what is no number."""
    if not isinstance(value, dict):
        return value
    read = {key: _forms.number(part) for key, part in value.items()}
    return {
        key: value[key] if isinstance(part, _forms.Unfit) else part for key, part in read.items()
    }


def _near(value, target, within):
    return abs(float(value) - target) < within


def _report(table, groups, k, rng, **changes):
    return metrics.group_report(table, groups, k, rng) | changes


def _purity_alone(E, groups, k, rng):
    return {"purity": metrics.purity_at_k(E, groups, k)}


def _finds_itself(E, groups, k, rng):
    names = np.asarray(groups)
    near = np.argsort(-pairwise_cosine(E), axis=1, kind="stable")[:, :k]
    return _report(E, groups, k, rng, purity=float((names[near] == names[:, None]).mean()))


def _squared_shares(E, groups, k, rng):
    share = np.unique(groups, return_counts=True)[1] / len(groups)
    return _report(E, groups, k, rng, chance=float((share**2).sum()))


def _one_over_groups(E, groups, k, rng):
    return _report(E, groups, k, rng, chance=1 / len(set(groups)))


def _nearest_by(scores):
    """Make an answer whose purity takes as nearest the rows of the largest ``scores(E)``."""

    def answer(E, groups, k, rng):
        names = np.asarray(groups)
        near = np.argsort(-scores(E), axis=1, kind="stable")[:, :k]
        kept = [groups.count(name) > 1 for name in groups]
        found = names[near] == names[:, None]
        return _report(E, groups, k, rng, purity=float(found[kept].mean()))

    return answer


def _without_itself(scores, instead=-np.inf):
    scores = np.array(scores)
    np.fill_diagonal(scores, instead)
    return scores


_euclidean = _nearest_by(lambda E: _without_itself(-np.linalg.norm(E[:, None] - E[None], axis=-1)))
_by_dot_product = _nearest_by(lambda E: _without_itself(E @ E.T))
_zero_for_itself = _nearest_by(lambda E: _without_itself(pairwise_cosine(E), 0.0))


def _like(mistake):
    """Make a symptom: the purity is that of a known mistake on every table."""
    tables = ((FAN, FAN_GROUPS, 2), (FAN, LONER, 1), (FAN, AMONG, 3), (*_wide_table(), 30))

    def symptom(answer):
        return all(
            _near(
                answer(table.copy(), list(groups), k, np.random.default_rng(0))["purity"],
                mistake(table, list(groups), k, np.random.default_rng(0))["purity"],
                1e-6,
            )
            for table, groups, k in tables
        )

    return symptom


def _loners_count(E, groups, k, rng):
    names = np.asarray(groups)
    found = names[metrics.neighbors(E, k)] == names[:, None]
    return _report(E, groups, k, rng, purity=float(found.mean()))


def _loner_breaks(E, groups, k, rng):
    sizes = [groups.count(group) for group in groups]
    if 1 in sizes:
        raise ZeroDivisionError("division by zero")
    return metrics.group_report(E, groups, k, rng)


def _shuffles_nothing(E, groups, k, rng):
    return _report(E, groups, k, rng, shuffled=metrics.purity_at_k(E, groups, k))


def _on_fan(answer, groups=FAN_GROUPS, k=2):
    return answer(FAN.copy(), list(groups), k, np.random.default_rng(0))


def _misses_a_row(answer):
    return not {"purity", "chance", "shuffled"} <= set(_on_fan(answer))


def _self_found(answer):
    table = np.random.default_rng(3).normal(size=(30, 4))
    one, three = (
        answer(table.copy(), list("ab" * 15), k, np.random.default_rng(0))["purity"] for k in (1, 3)
    )
    return _near(one, 1, 1e-9) and three < 1


def _is_the_sum_of_squares(answer):
    share = np.array([3, 4, 2]) / 9
    return _near(_on_fan(answer)["chance"], float((share**2).sum()), 1e-6)


def _loner_is_trouble(answer):
    _on_fan(answer)  # a function that fails here has another mistake
    try:
        return not np.isfinite(_on_fan(answer, LONER)["purity"])
    except (ZeroDivisionError, ValueError, IndexError):
        return True


def _loner_pulls_down(answer):
    names = np.asarray(LONER)
    low = float((names[metrics.neighbors(FAN, 2)] == names[:, None]).mean())
    return _near(_on_fan(answer, LONER)["purity"], low, 1e-6)


def _shuffled_is_purity(answer):
    reports = [
        answer(FAN.copy(), list(FAN_GROUPS), 2, np.random.default_rng(seed)) for seed in range(5)
    ]
    return all(_near(report["shuffled"], report["purity"], 1e-9) for report in reports)


def _text(E, groups, k, rng):
    return {key: f"{value:.3f}" for key, value in _report(E, groups, k, rng).items()}


def _holds_no_numbers(answer):
    return any(
        isinstance(_on_fan(answer)[key], str) or np.ndim(_on_fan(answer)[key])
        for key in ("purity", "chance", "shuffled")
    )


def _loners_taken_out(E, groups, k, rng):
    stay = [i for i, name in enumerate(groups) if groups.count(name) > 1]
    return metrics.group_report(E[stay], [groups[i] for i in stay], k, rng)


def _neighbors_are_gone(answer):
    value = _on_fan(answer, AMONG)["purity"]
    return _near(value, _on_fan(_loners_taken_out, AMONG)["purity"], 1e-6)


def _loners_lower_chance(E, groups, k, rng):
    others = [groups.count(name) - 1 for name in groups]
    return _report(E, groups, k, rng, chance=float(np.mean(others)) / (len(groups) - 1))


def _of_n(E, groups, k, rng):
    sizes = [groups.count(name) for name in groups if groups.count(name) > 1]
    return _report(E, groups, k, rng, chance=(float(np.mean(sizes)) - 1) / len(groups))


def _divides_by_all(answer):
    names = FAN_GROUPS
    sizes = np.array([names.count(name) for name in names])
    halves = ((sizes - 1) / len(names)).mean(), (sizes / (len(names) - 1)).mean()
    return any(_near(_on_fan(answer)["chance"], half, 1e-6) for half in halves)


def _loners_are_no_others(E, groups, k, rng):
    sizes = [groups.count(name) for name in groups if groups.count(name) > 1]
    return _report(E, groups, k, rng, chance=(float(np.mean(sizes)) - 1) / (len(sizes) - 1))


def _chance_without_loners(answer):
    if _same(answer, "chance"):
        return False  # another mistake
    return _near(
        _on_fan(answer, LONER)["chance"], _on_fan(_loners_are_no_others, LONER)["chance"], 1e-6
    )


def _has_the_low_chance(answer):
    value = _on_fan(answer, LONER)["chance"]
    if _same(answer, "chance"):
        return False  # another mistake
    return _near(value, _on_fan(_loners_lower_chance, LONER)["chance"], 1e-6)


def _shuffled_is_copied(E, groups, k, rng):
    return _report(E, groups, k, rng, shuffled=metrics.chance_purity(groups))


def _shuffled_is_chance(answer):
    reports = [
        answer(FAN.copy(), list(FAN_GROUPS), 2, np.random.default_rng(seed)) for seed in range(5)
    ]
    return all(_near(report["shuffled"], report["chance"], 1e-9) for report in reports)


def _own_generator(E, groups, k, rng):
    return _report(E, groups, k, np.random.default_rng(0))


def _ignores_the_rng(answer):
    shuffled = {
        round(answer(FAN.copy(), list(FAN_GROUPS), 2, np.random.default_rng(seed))["shuffled"], 12)
        for seed in range(8)
    }
    return len(shuffled) == 1


def _fresh_generator(E, groups, k, rng):
    return _report(E, groups, k, np.random.default_rng())


def _cannot_be_repeated(answer):
    return any(_on_fan(answer)["shuffled"] != _on_fan(answer)["shuffled"] for _ in range(5))


def _same(answer, key, groups=FAN_GROUPS):
    right = _on_fan(metrics.group_report, groups)[key]
    value = float(_on_fan(answer, groups)[key])
    if _near(value, right, 1e-6):
        return None
    return f"{key} is {value:.4f} for nine rows of the groups {''.join(groups)}, not {right:.4f}."


def _purity_is_right(answer):
    return (
        _same(answer, "purity") or _same(answer, "purity", LONER) or _same(answer, "purity", AMONG)
    )


def _chance_is_right(answer):
    return _same(answer, "chance") or _same(answer, "chance", LONER)


def _purity_of_many_rows(answer):
    table, groups = _wide_table()
    for k in (3, 30):
        value = answer(table.copy(), list(groups), k, np.random.default_rng(0))["purity"]
        right = metrics.purity_at_k(table, groups, k)
        if not _near(value, right, 1e-6):
            return (
                f"For 40 rows whose columns have very different sizes and k={k} purity is "
                f"{right:.3f}, yours is {value:.3f}. The cosine divides each row by its own "
                "length, and nothing else."
            )
    return None


def _every_deal_of_all_neighbors(answer):
    value = _on_fan(answer, k=8)["shuffled"]
    right = metrics.chance_purity(FAN_GROUPS)
    if _near(value, right, 1e-6):
        return None
    return (
        f"With k=8 all other rows are neighbors, and every deal of nine names gives {right:.3f}; "
        f"your 'shuffled' is {value:.3f}. Deal with a permutation: each name stays as often as it "
        "was, and a row and its neighbors get theirs from the same deal."
    )


# Four rows with the names a, a, b, b, and k=1. In PAIRS two rows are nearest to each other, and so
# are the other two: a deal gives 1 or 0. In STAR row 0 is nearest to all: .50 or .25.
PAIRS = np.array([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0]])
STAR = np.array([[1.0, 0.0, 0.0], [1.0, 0.5, 0.0], [1.0, -0.6, 0.6], [1.0, -0.6, -0.6]])


def _deals(answer, table):
    names = list("aabb")
    return [
        answer(table.copy(), list(names), 1, np.random.default_rng(seed))["shuffled"]
        for seed in SEEDS
    ]


def _mean_over_the_deals(answer):
    mean = np.mean(_deals(answer, STAR))
    if _near(mean, 1 / 3, 0.08):
        return None
    return (
        "Four rows have the names a, a, b, b. Over 40 rngs 'shuffled' at k=1 is .33 on average; "
        f"yours is {mean:.2f}. Take the mean of the deals."
    )


def _the_vectors_stay(answer):
    pairs, star = (np.std(_deals(answer, table)) for table in (PAIRS, STAR))
    if pairs > 2 * star:
        return None
    return (
        "'shuffled' varies as if it had nothing to do with the vectors. Keep the neighbors that "
        "E gives, and deal out the names."
    )


def _shuffled_leaves_loners_out(answer):
    rng = np.random.default_rng(3)
    groups = ["a"] * 60 + ["b"] * 60 + [f"alone {i}" for i in range(120)]
    report = answer(rng.normal(size=(240, 4)), groups, 5, np.random.default_rng(0))
    if _near(report["shuffled"], metrics.chance_purity(groups), 0.06):
        return None
    return (
        "Half of 240 rows are alone in their group. Shuffled names should still give about "
        f"{metrics.chance_purity(groups):.2f}, over the rows that are not alone; you have "
        f"{report['shuffled']:.2f}."
    )


def _shuffled_is_near_chance(answer):
    rng = np.random.default_rng(1)
    table, groups = rng.normal(size=(120, 5)), list("aab" * 40)
    report = answer(table, groups, 5, np.random.default_rng(0))
    if _near(report["shuffled"], metrics.chance_purity(groups), 0.08):
        return None
    shuffled = report["shuffled"]
    return f"With shuffled names purity should fall to chance, about .55; you have {shuffled:.2f}."


group_report = Exercise(
    name="group_report",
    number="10.3",
    review="section 4",
    reference=metrics.group_report,
    form=_read,
    equal=None,
    calls=(
        call(FAN, FAN_GROUPS, 2, np.random.default_rng(0)),
        call(FAN, LONER, 1, np.random.default_rng(0)),
    ),
    laws=(
        _purity_is_right,
        _chance_is_right,
        _purity_of_many_rows,
        _every_deal_of_all_neighbors,
        _shuffled_is_near_chance,
        _mean_over_the_deals,
        _the_vectors_stay,
        _shuffled_leaves_loners_out,
    ),
    wrong=(
        Wrong(
            _purity_alone,
            lambda value, _: (
                f"Purity {value['purity']:.2f} alone says nothing; add 'chance' and 'shuffled'."
                if isinstance(value, dict) and "purity" in value
                else "Return a dict with the keys 'purity', 'chance' and 'shuffled'."
            ),
            _misses_a_row,
        ),
        Wrong(
            _text,
            "The dict should hold three numbers, not text and not arrays. Round when you print.",
            _holds_no_numbers,
        ),
        Wrong(
            _finds_itself,
            "Purity at k=1 is 1.0 for random vectors: every row found itself. Leave it out.",
            _self_found,
        ),
        Wrong(
            _zero_for_itself,
            "With k=30 of 40 rows a row finds itself: 0 is more than a negative cosine. Give the "
            "row itself less than -1, or leave it out.",
            _like(_zero_for_itself),
        ),
        Wrong(
            _loner_breaks,
            "A group with one code has no neighbor of its own: leave it out of the mean, do not "
            "divide by 0.",
            _loner_is_trouble,
        ),
        Wrong(
            _loners_count,
            "The code that is alone in its group counts as a failure. It has nothing to find: "
            "leave it out of the mean.",
            _loner_pulls_down,
        ),
        Wrong(
            _loners_taken_out,
            "The codes that are alone are missing among the neighbors. They are no center of their "
            "own, but they stay neighbors of others.",
            _neighbors_are_gone,
        ),
        Wrong(
            _loners_lower_chance,
            "Chance is a mean over the same rows as purity: leave out the rows that are alone in "
            "their group here too.",
            _has_the_low_chance,
        ),
        Wrong(
            _squared_shares,
            "The sum of squared shares lets a row meet itself. Of the n-1 other rows, g-1 are in "
            "its group.",
            _is_the_sum_of_squares,
        ),
        Wrong(
            _of_n,
            "Chance leaves the row itself out twice: g-1 of its group, among n-1 others. Yours "
            "does so once.",
            _divides_by_all,
        ),
        Wrong(
            _loners_are_no_others,
            "The codes that are alone in their group are neighbors too: count them among the n-1 "
            "others.",
            _chance_without_loners,
        ),
        Wrong(
            _one_over_groups,
            "One over the number of groups is chance only if all groups are equally large.",
            lambda answer: _near(_on_fan(answer)["chance"], 1 / 3, 1e-6),
        ),
        Wrong(
            _euclidean,
            "You measured Euclidean distance; frequent codes have long vectors. Use the cosine.",
            _like(_euclidean),
        ),
        Wrong(
            _by_dot_product,
            "You compare dot products; a long vector is then near to everybody. Divide by both "
            "lengths: the cosine.",
            _like(_by_dot_product),
        ),
        Wrong(
            _shuffled_is_copied,
            "'shuffled' is the same number as 'chance'. Measure it: deal the names out with rng "
            "and take the purity.",
            _shuffled_is_chance,
        ),
        Wrong(
            _fresh_generator,
            "The same rng gives two different reports: take every random number from it.",
            _cannot_be_repeated,
        ),
        Wrong(
            _shuffles_nothing,
            "The shuffled row equals the purity: deal the group names out anew with rng.",
            _shuffled_is_purity,
        ),
        Wrong(
            _own_generator,
            "Every rng gives the same shuffled row. Deal the names out with the rng you are given.",
            _ignores_the_rng,
        ),
    ),
)
