"""No numeric question repeats numbers that its lesson works through.

`WORKED` lists these numbers for each family, with words of the lesson that show them: all of them
stand in one cell of its source. A family that could draw such numbers throws them away.
"""

import re
from pathlib import Path

import pytest

from helpers.exam.families import FAMILIES, Draw, Family
from helpers.exam.seeds import generator

SEEDS = range(300)
SOLUTIONS = Path(__file__).parents[2] / "solutions"

# family: numbers as the family calls them, the lesson, words of one of its cells
WORKED = {
    "P01": [
        ({"p": 5.0, "q": 7.0}, "01", ["an apple for 5.00, an orange for 7.00"]),
        ({"p": 5.0, "q": 10.0}, "01", ["an apple for 5.00", "a carrot for 10.00"]),
        ({"p": 7.0, "q": 10.0}, "01", ["an orange for 7.00 and a carrot for 10.00"]),
    ],
    "P02": [
        ({"n": 20_000, "vocab": 20_000, "dim": 200}, "01", ["n, dim = 20_000, 200", "(n, dim)"]),
    ],
    "P03": [
        ({"size_a": 2, "size_b": 2, "common": 1}, "01", ["common, sizes = 1, (2, 2)"]),
        ({"size_a": 4, "size_b": 5, "common": 3}, "02", ["3 shared codes of 4 and of 5"]),
        ({"size_a": 5, "size_b": 4, "common": 3}, "02", ["3 shared codes of 4 and of 5"]),
    ],
    "P07": [
        ({"m": 6, "n": 6}, "02", ["size=(6, 6)"]),
        ({"m": 96, "n": 80}, "02", ["96 x 80 gray values"]),
    ],
    "P08": [({"T": T, "w": w}, "03", [f"({T}, {w})"]) for T, w in ((9, 2), (50, 3), (3, 9))],
    "P10": [({"vocab": 60, "dim": 8}, "03", ["V, dim = 60, 8"])],
    "P11": [({"a": [1, 2, 5]}, "03", ["np.log([1.0, 2.0, 5.0])"])],
    "P13": [({"plus": 0, "minus": [0] * 5}, "04", ["before training, k = {k}", "(k + 1) ln 2"])],
    "P14": [
        ({"v": [2.0, 0.0], "minus": [0.0, 3.0]}, "04", ["[2.0, 0.0]", "u_noise", "[0.0, 3.0]"]),
        ({"v": [0.6, 0.2], "plus": [-1.1, 0.6]}, "04", ["[0.6, 0.2]", "[-1.1, 0.6]"]),
    ],
    "P15": [
        ({"counts": [1, 16, 81, 256, 625]}, "04", ["np.array([1, 16, 81, 256, 625])"]),
        ({"counts": [16, 81, 256]}, "04", ["Try 16, 81 and 256"]),
    ],
    "P16": [({"t": 1e-3, "f": 2.6e-3}, "04", ["t = vocab.counts", "1e-3", "2.6 * t"])],
    "P17": [
        ({"T": 9, "w": 2}, "03", ["questions == (pairs.number_of_pairs(9, 2), 9)"]),
        ({"T": 5, "w": 2}, "04", ["window = 2", "2 * window * 5 - window * (window + 1) == 14"]),
    ],
    "P19": [({"a": 6, "b": 4, "c": 1, "d": 9}, "05", ["n = np.array([[6.0, 4.0], [1.0, 9.0]])"])],
    "P21": [
        (
            {"x": x, "dot": 2.0, "b": 0.5, "b_context": 0.5},
            "05",
            ["for x in (1.0, 16.0, 400.0)", "[[2.0, 0.0]]", "torch.tensor([0.5])"],
        )
        for x in (1, 16, 400)
    ],
    "P22": [({"word": "metformin", "low": 3, "high": 6}, "05", ["char_ngrams('metformin')"])],
    "P23": [({"scores": [4, 2, 0]}, "06", ["scores 4, 2, 0 with d = 4"])],
    "P24": [({"n": 1000}, "06", ["n = 1000", "0.15 * n"])],
    "P25": [({"vocab": 30522, "positions": 512, "dim": 768}, "06", ["(30522 + 512 + 2) * 768"])],
    "P26": [({"a": 0.01, "p": [0.09, 0.04, 0.01]}, "07", ["$a = .01$: shares .09, .04 and .01"])],
    "P28": [
        ({"exponents": [2, 2, 2, 2]}, "08", ["Four equal shares have perplexity 4"]),
        ({"exponents": [1, 2, 3, 3]}, "08", ["half, a quarter and two eighths"]),
    ],
    "P29": [({"a": 1.0, "b": 2.0}, "08", ["Three points at 0, 1 and 3 on a line"])],
    "P31": [({"ranks": [1, 2, 4]}, "08", ["np.array([1, 2, 4])", "MRR"])],
    "P32": [({"sizes": [2, 2]}, "10", ['[["I10", "E11.9"], ["I10", "metoprolol"]]'])],
    "P33": [({"n": 6, "w": 2}, "10", ["a visit of 6 codes, shuffled, window 2"])],
    "P34": [
        ({"C": 4, "m": 2, "n": 3, "D": 1, "G": 4}, "11", ["n_parameters(4, 2, 3, 1, 4)"]),
    ],
    "P35": [
        ({"lengths": [3, 1, 2], "w": w}, "11", ["for w in (1, 2)", "[3, 1, 2]"]) for w in (1, 2)
    ],
    "P36": [
        ({"d": 2.0, "b": [0.0, 0.5]}, "11", ['"b_c": np.array([0.0, 0.5])', "d = np.array([[2.0]"])
    ],
    "P38": [
        (
            {"d": [1.0, 2.0], "W_m": [[1.0, 0.0], [0.0, -1.0]], "W_o": [[0.0, 1.0], [1.0, 0.0]]},
            "12",
            ["np.array([1.0, 2.0])", "[[1.0, 0.0], [0.0, -1.0]]", "[[0.0, 1.0], [1.0, 0.0]]"],
        )
    ],
    "P39": [
        (
            {"objects": [[1.0, 2.0], [3.0, -5.0], [0.4, 0.4]]},
            "12",
            ["objects = np.array([[1.0, 2.0], [3.0, -5.0], [0.4, 0.4]])"],
        )
    ],
    "P41": [
        (
            {"cases": [0.9, 0.5], "controls": [0.5, 0.5, 0.1]},
            "13",
            ["[1, 0, 1, 0, 0]", "[0.9, 0.5, 0.5, 0.5, 0.1]"],
        )
    ],
    "P44": [({"i": 64, "h": 16}, "13", ["gru.n_parameters(64, 16)"])],
    "P45": [
        (
            {"sizes": [24, 40, 300], "numeric": 2, "hidden": 16},
            "14",
            ["cards, numeric, hidden = [24, 40, 300], 2, 16"],
        )
    ],
    "P46": [({"stride": 4, "channels": 256}, "14", ["map 56 x 56 x 256 of a 224 x 224 image"])],
    "P47": [
        ({"vocab": 300, "dim": 8, "head": 600}, "14", ["frozen table of 300 x 8, head of 600"]),
    ],
    "P48": [
        (
            {"p": 2.0, "q": 0.5, "common": 1, "far": 2},
            "15",
            ["$p = 2$ and $q = 1/2$", "*Metformin* weighs 1", "Mr Becker and *insulin* weigh 2"],
        )
    ],
    "P49": [
        (
            {"own": 1, "neighbors": [2, 6], "w_s": 1.0, "w_n": 1.0},
            "15",
            ["feature 1 and\n# neighbors 2 and 6, all tables 1"],
        )
    ],
    "P50": [({"e": [-1, -5]}, "15", ["GAT scores of -1 and -5"])],
    "P51": [({"a": 25, "b": 10}, "15", ["1 + 25 + 25 * 10"])],
    "P56": [({"dx": 2, "rx": 1}, "17", ['["visit", "dx", "dx", "rx"]'])],
}

# their lessons work on data or on formulas, with no example in such numbers
NOTHING_WORKED = {
    *("P04", "P05", "P06", "P09", "P12", "P18", "P20", "P27"),
    *("P30", "P37", "P40", "P42", "P43", "P52", "P53", "P54", "P55"),
}

EXAMPLES = [(id_, *example) for id_, examples in WORKED.items() for example in examples]


def cells(lesson):
    (file,) = SOLUTIONS.glob(f"{lesson}_*.py")
    return re.split(r"^# %%.*$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)


def in_any_order(value):
    return sorted(value) if isinstance(value, list) else value


def repeats(numbers, example):
    return all(in_any_order(numbers[name]) == in_any_order(x) for name, x in example.items())


def test_every_family_is_looked_at():
    assert set(WORKED) | NOTHING_WORKED == set(FAMILIES)
    assert not set(WORKED) & NOTHING_WORKED


@pytest.mark.parametrize(("id_", "numbers", "lesson", "words"), EXAMPLES)
def test_the_lesson_works_with_these_numbers(id_, numbers, lesson, words):
    assert any(all(part in cell for part in words) for cell in cells(lesson)), words


@pytest.mark.parametrize("id_", WORKED)
def test_no_question_repeats_them(id_):
    family = FAMILIES[id_]
    for seed in SEEDS:
        numbers = family._usable(generator(str(seed), "A", id_)).numbers
        for example, *_ in WORKED[id_]:
            assert set(example) <= set(numbers)
            assert not repeats(numbers, example), (seed, numbers)


@pytest.mark.parametrize("id_", FAMILIES)
def test_what_a_family_throws_away_is_in_its_lesson(id_):
    known = [example for example, *_ in WORKED.get(id_, [])]
    assert all(example in known for example in FAMILIES[id_].worked)


def test_worked_numbers_are_drawn_again():
    def ask(rng):
        ranks = [int(x) for x in rng.permutation([1, 2, int(rng.integers(4, 6))])]
        wrong = {"M30": 7.0, "M31": 9.0, "M33": 11.0}
        return Draw(numbers={"ranks": ranks}, stem="?", key=1, wrong=wrong, solution="!")

    place = {"topic": 1, "level": "Ap", "lesson": "01", "section": 1, "points": 1, "digits": 0}
    family = Family(id="X", ask=ask, worked=({"ranks": [4, 2, 1]},), **place)
    drawn = [family._usable(generator(str(s), "A", "X")).numbers["ranks"] for s in range(40)]
    assert all(sorted(ranks) == [1, 2, 5] for ranks in drawn)


@pytest.mark.parametrize("id_", FAMILIES)
def test_no_key_has_two_roundings(id_):
    """Half-way people round up and programs to the even digit; near 0 a guess of 0 would do."""
    family = FAMILIES[id_]
    for seed in SEEDS if family.digits else ():
        in_units = abs(family._usable(generator(str(seed), "A", id_)).key) * 10**family.digits
        assert in_units >= 5 and abs(in_units % 1 - 0.5) > 1e-6, seed
