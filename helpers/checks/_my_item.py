"""Check of an exam item that the learner writes: the number of skip-gram pairs of a note."""

import numpy as np

from helpers.checks._compare import show
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.exam.misconceptions import MISCONCEPTIONS

SEEDS = range(100)


def pairs(T: int, w: int) -> int:
    """Count the pairs of places one by one."""
    return sum(i != j and abs(i - j) <= w for i in range(T) for j in range(T))


# what the mistakes that fit this question give
NAMED = {
    "M30": lambda T, w: 2 * w * T,
    "M31": lambda T, w: pairs(T, w) // 2,
    "M32": lambda T, w: sum(min(i, w) + min(T - 1 - i, w - 1) for i in range(T)),
    "M33": lambda T, w: T * (T - 1),
    "M34": lambda T, w: pairs(T, w) + T,
}


def my_item(rng: np.random.Generator) -> tuple[dict, int, dict]:
    """Draw one question: its numbers, its key, and a wrong answer for each of some mistakes."""
    while True:
        T, w = int(rng.integers(6, 31)), int(rng.integers(2, 6))
        key = 2 * w * T - w * (w + 1)
        wrong = {id_: NAMED[id_](T, w) for id_ in ("M30", "M31", "M33", "M34")}
        if len({key, *wrong.values()}) == 5:  # T = 2w + 1 makes two of them equal
            return {"T": T, "w": w}, key, wrong


def _read(value):
    """Return T, w, key and the wrong answers, if the result has these parts."""
    numbers, key, wrong = value
    T, w = int(numbers["T"]), int(numbers["w"])
    if not hasattr(wrong, "items"):
        return T, w, float(key), dict.fromkeys(()), list(wrong)
    return T, w, float(key), {str(k): float(v) for k, v in wrong.items()}, None


def _draws(answer):
    """Go through a hundred seeds."""
    for seed in SEEDS:
        yield seed, _read(answer(np.random.default_rng(seed)))


def _names_are_given(answer):
    return None if _read(answer(np.random.default_rng(0)))[4] is None else "none"


def _has_parts(answer):
    """Hint where the result is no question of this kind."""
    value = answer(np.random.default_rng(0))
    try:
        T, w, *_ = _read(value)
    except (TypeError, ValueError, KeyError, IndexError):
        return (
            'Return three things: numbers such as {"T": 9, "w": 2}, the key, and a dict from '
            f"mistake to wrong answer; this returned {show(value)}."
        )
    if T < 2 or w < 1 or w >= T:
        return f"T = {T} with w = {w} is no good question: let w be at least 1 and less than T."
    return None


def _key_is_right(answer):
    for seed, (T, w, key, _, _) in _draws(answer):
        if key != pairs(T, w):
            return f"Seed {seed}: for T = {T} and w = {w} the key is {pairs(T, w)}, not {key:g}."
    return None


def _names_exist(answer):
    for _, (_, _, _, wrong, _) in _draws(answer):
        for name, value in wrong.items():
            if name not in MISCONCEPTIONS:
                return f"Distractor {value:g} has no name: {show(name)} is no mistake of the list."
    return None


def _three_or_more(answer):
    for seed, (_, _, _, wrong, _) in _draws(answer):
        if len(wrong) < 3:
            return f"Seed {seed}: there are {len(wrong)} distractors; at least three are needed."
    return None


def _none_is_the_key(answer):
    for seed, (_, _, key, wrong, _) in _draws(answer):
        for name, value in wrong.items():
            if value == key:
                return f"Seed {seed}: distractor {name} equals the key. Reject such draws."
    return None


def _all_differ(answer):
    for seed, (_, _, _, wrong, _) in _draws(answer):
        if len(set(wrong.values())) < len(wrong):
            twice = next(v for v in wrong.values() if list(wrong.values()).count(v) > 1)
            return f"Seed {seed}: two distractors are {twice:g}. Reject such draws."
    return None


def _names_fit(answer):
    for seed, (T, w, _, wrong, _) in _draws(answer):
        for name, value in wrong.items():
            if name in NAMED and value != NAMED[name](T, w):
                return (
                    f'Seed {seed}: {name} is the mistake "{MISCONCEPTIONS[name].text}" For '
                    f"T = {T} and w = {w} it gives {NAMED[name](T, w)}, not {value:g}."
                )
    return None


def _one_seed_one_item(answer):
    for seed in range(5):
        first, again = (_read(answer(np.random.default_rng(seed))) for _ in range(2))
        if first != again:
            return "same seed"
    return None


def _items_vary(answer):
    drawn = {draw[:2] for _, draw in _draws(answer)}
    if len(drawn) < 20:
        return "few"
    return None


def _drawn(rng, T=(6, 31), w=(2, 6)):
    return int(rng.integers(*T)), int(rng.integers(*w))


def _hits_the_key(rng):
    numbers, key, wrong = my_item(rng)
    return numbers, key, {**wrong, "M66": key if numbers["T"] == 9 else key - 1}


def _without_names(rng):
    numbers, key, wrong = my_item(rng)
    return numbers, key, list(wrong.values())


def _unknown_name(rng):
    numbers, key, wrong = my_item(rng)
    return numbers, key, {**wrong, "careless": key + 1}


def _global_random(rng):
    return my_item(np.random.default_rng())


def _full_windows(rng):
    T, w = _drawn(rng)
    return {"T": T, "w": w}, 2 * w * T, {"M31": w * T, "M33": T * (T - 1), "M34": 2 * w * T + T}


def _two_distractors(rng):
    numbers, key, wrong = my_item(rng)
    return numbers, key, {"M30": wrong["M30"], "M31": wrong["M31"]}


def _some_are_equal(rng):
    T, w = _drawn(rng)
    wrong = {id_: NAMED[id_](T, w) for id_ in ("M30", "M31", "M33", "M34")}
    return {"T": T, "w": w}, pairs(T, w), wrong


def _misnamed(rng):
    numbers, key, wrong = my_item(rng)
    return numbers, key, {**wrong, "M30": wrong["M33"], "M33": wrong["M30"]}


def _always_the_same(rng):
    return my_item(np.random.default_rng(4))


def _breaks(law):
    return lambda answer: law(answer) is not None


LAWS = (
    _has_parts,
    _key_is_right,
    _three_or_more,
    _names_exist,
    _none_is_the_key,
    _all_differ,
    _names_fit,
)

item = Exercise(
    name="my_item",
    number="16.2",
    reference=my_item,
    calls=(call(np.random.default_rng(0)), call(np.random.default_rng(1))),
    wrong=(
        Wrong(
            _without_names,
            'Distractors have no names: which mistake leads to each? Write a dict, as {"M30": 40}.',
            symptom=_breaks(_names_are_given),
        ),
        Wrong(
            _global_random,
            "Same seed, two different items: use the rng you are given.",
            symptom=_breaks(_one_seed_one_item),
        ),
        Wrong(
            _always_the_same,
            "A hundred seeds gave the same few questions. Draw T and w from rng.",
            symptom=_breaks(_items_vary),
        ),
    ),
    laws=LAWS,
    equal=None,
    review="section 4",
)
"""The other mistakes are told by laws, which word the hint with the learner's own numbers."""

BY_LAW = {
    _full_windows: "the key is",
    _two_distractors: "there are 2 distractors; at least three are needed.",
    _unknown_name: "has no name: 'careless' is no mistake of the list.",
    _hits_the_key: "distractor M66 equals the key. Reject such draws.",
    _some_are_equal: "two distractors are",
    _misnamed: "is the mistake",
}
"""Wrong answers with a part of the hint that each must get; the tests run them."""
