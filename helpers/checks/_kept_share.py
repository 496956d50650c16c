"""Check of the share of pairs that a shuffle keeps."""

from collections import Counter
from functools import lru_cache
from itertools import permutations, product

import numpy as np

from helpers import pairs
from helpers.checks._exercise import Exercise, Wrong, call

VISITS = (("abcdef", 2), ("abcdef", 1), ("abcde", 2), ("aaabbb", 1), ("aabc", 2))


def _right_side(codes, window):
    return [p for i, code in enumerate(codes) for p in product([code], codes[i + 1 :][:window])]


def _ends_early(codes, window):
    return [
        (a, b)
        for i, a in enumerate(codes)
        for j, b in enumerate(codes)
        if i != j and i - window <= j < i + window
    ]


def _other_codes(codes, window):
    return [(a, b) for a, b in pairs.skipgram_pairs(codes, window) if a != b]


def _of_written(written, shuffled):
    return (written & shuffled).total() / written.total()


def _of_both(written, shuffled):
    return (written & shuffled).total() / (written | shuffled).total()


def _of_sets(written, shuffled):
    return len(written & shuffled) / len(written)


def _as_often_as_written(written, shuffled):
    return sum(n for pair, n in written.items() if pair in shuffled) / written.total()


def _permuted(visit, rng):
    return rng.permutation(visit).tolist()


def _drawn(visit, rng):
    return rng.choice(visit, len(visit)).tolist()


def _turned(visit, rng):
    return np.roll(visit, rng.integers(len(visit))).tolist()


def _each_once(visit):
    return list(dict.fromkeys(visit))


def _variant(share=_of_written, list_pairs=pairs.skipgram_pairs, shuffle=_permuted, read=list):
    """Make an answer of four parts, of which one can be a mistake."""

    def answer(visit, window, n_shuffles, rng):
        codes = read(visit)
        written = Counter(list_pairs(codes, window))
        shares = [
            share(written, Counter(list_pairs(shuffle(codes, rng), window)))
            for _ in range(n_shuffles)
        ]
        return float(np.mean(shares))

    return answer


def _of_all_pairs(visit, window, n_shuffles, rng):
    n = len(visit)
    right = pairs.kept_share(visit, window, n_shuffles, rng)
    return right * len(pairs.skipgram_pairs(visit, window)) / (n * (n - 1))


def _all_or_nothing(visit, window, n_shuffles, rng):
    return pairs.kept_share(visit, window, n_shuffles, rng) // 1


def _not_shuffled(visit, window, n_shuffles, rng):
    return 1.0


def _lost_share(visit, window, n_shuffles, rng):
    return 1 - pairs.kept_share(visit, window, n_shuffles, rng)


_OWN = np.random.default_rng(1)  # goes on from call to call, whatever rng is given


def _own_rng(visit, window, n_shuffles, rng):
    return pairs.kept_share(visit, window, n_shuffles, _OWN)


def _expected(visit, window):
    """Return the exact mean over all orders of the visit."""
    written = Counter(pairs.skipgram_pairs(visit, window))
    kept = [
        (written & Counter(pairs.skipgram_pairs(order, window))).total()
        for order in permutations(visit)
    ]
    return float(np.mean(kept)) / written.total()


def _measured(answer, visit, window, n_shuffles=800, seed=0):
    return float(answer(list(visit), window, n_shuffles, np.random.default_rng(seed)))


def _near(value, target, within=0.025):
    return abs(value - target) < within


def _by_formula(visit, window, n_shuffles, rng):
    n = len(visit)
    return len(pairs.skipgram_pairs(visit, window)) / (n * (n - 1))


def _never_varies(answer):
    values = {_measured(answer, "abcdef", 1, 1, seed) for seed in range(20)}
    return len(values) == 1


def _each_with_the_last(visit, window, n_shuffles, rng):
    before, shares = list(visit), []
    for _ in range(n_shuffles):
        after = rng.permutation(before).tolist()
        one, two = (Counter(pairs.skipgram_pairs(codes, window)) for codes in (before, after))
        shares.append((one & two).total() / one.total())
        before = after
    return float(np.mean(shares))


def _one_shuffle(visit, window, n_shuffles, rng):
    return pairs.kept_share(visit, window, 1, rng)


def _more_shuffles_do_not_help(answer):
    few, many = (
        np.std([_measured(answer, "abcdef", 1, n, seed) for seed in range(30)]) for n in (1, 100)
    )
    return many > few / 3 > 0


def _sum_of_shares(visit, window, n_shuffles, rng):
    return pairs.kept_share(visit, window, n_shuffles, rng) * n_shuffles


def _is_more_than_all(answer):
    return _measured(answer, "abcdef", 2, 40) > 1.0001


def _list_of_shares(visit, window, n_shuffles, rng):
    return [pairs.kept_share(visit, window, 1, rng) for _ in range(n_shuffles)]


def _is_no_number(answer):
    out = answer(list("abcdef"), 2, 3, np.random.default_rng(0))
    return out is not None and (isinstance(out, str) or np.ndim(out) > 0)


@lru_cache(256)
def _mean_share(answer, visit, window):
    return _measured(answer, visit, window)


def _like(mistake):
    """Make a symptom: on every visit the share is, but for luck, that of a known mistake."""

    def symptom(answer):
        return all(
            _near(_mean_share(answer, visit, window), _mean_share(mistake, visit, window))
            for visit, window in VISITS
        )

    return symptom


def _wrong(mistake, hint):
    """Catalogue a mistake that is recognised by its mean shares."""
    return Wrong(mistake, hint, _like(mistake))


def _is_nearly_always_zero(answer):
    return np.mean([_measured(answer, "abcdef", 2, 1, seed) for seed in range(80)]) < 0.02


def _other_visits(answer):
    for visit, window in VISITS[1:]:
        value, exact = _mean_share(answer, visit, window), _expected(visit, window)
        if not _near(value, exact):
            return (
                f"For the visit {', '.join(visit)} and a window of {window} you have {value:.3f}; "
                f"the mean over all orders is {exact:.3f}."
            )
    return None


def _six_codes(answer):
    value = _mean_share(answer, "abcdef", 2)
    return (
        None
        if _near(value, 0.6)
        else f"For 6 codes and a window of 2 you have {value:.3f}; 18 of 30 pairs, .600, stay."
    )


def _wide_window(answer):
    value = _measured(answer, "abcd", 3, 20)
    return (
        None
        if value == 1
        else f"A window over the whole visit keeps every pair: 1.0, not {value:.3f}."
    )


def _same_rng_same_result(answer):
    one, two = (_measured(answer, "abcdef", 1, 7) for _ in range(2))
    return None if one == two else "Same rng, other result: use the rng you are given."


kept_share = Exercise(
    name="kept_share",
    number="10.2",
    review="section 2",
    reference=pairs.kept_share,
    equal=None,
    calls=(
        call(list("abcdef"), 2, 50, np.random.default_rng(0)),
        call(list("abcd"), 3, 5, np.random.default_rng(0)),
    ),
    laws=(_six_codes, _wide_window, _other_visits, _same_rng_same_result),
    wrong=(
        Wrong(
            _list_of_shares,
            "Return one number: the mean of the shares of all shuffles.",
            _is_no_number,
        ),
        Wrong(
            _sum_of_shares,
            "Your share is above 1. It is a mean over the shuffles of parts of the written pairs.",
            _is_more_than_all,
        ),
        Wrong(
            _not_shuffled,
            "Every pair stays, every time. Shuffle the codes with rng, compare with the order as "
            "it was written, and list only the pairs inside the window.",
            lambda answer: _measured(answer, "abcdef", 2, 40) == 1,
        ),
        Wrong(
            _all_or_nothing,
            "Nearly every shuffle gives 0. Count the pairs that stay and divide with /: // rounds "
            "down, and comparing all the pairs at once asks that every one stays.",
            _is_nearly_always_zero,
        ),
        Wrong(
            _by_formula,
            "Whatever rng is passed, a single shuffle gives the same share. Measure it: shuffle "
            "the codes with this rng and count what stays.",
            _never_varies,
        ),
        Wrong(
            _one_shuffle,
            "With 100 shuffles the share should vary much less than with one; yours does not. "
            "Shuffle `n_shuffles` times and take the mean of all.",
            _more_shuffles_do_not_help,
        ),
        _wrong(
            _of_all_pairs,
            "Divide by the pairs of the unshuffled visit, not by n(n-1).",
        ),
        _wrong(
            _lost_share,
            "That is the share of pairs that is lost; asked is the share that stays.",
        ),
        _wrong(
            _variant(_of_both),
            "You divide by the pairs of both orders together. Divide by the written pairs alone.",
        ),
        _wrong(
            _variant(_of_sets),
            "Use multisets: a pair counts as often as it occurs.",
        ),
        _wrong(
            _variant(_as_often_as_written),
            "A pair that was written four times and stands once in the shuffle stayed once, not "
            "four times. Take the smaller of the two counts.",
        ),
        _wrong(
            _variant(shuffle=_drawn),
            "Your shuffle loses codes and repeats others. Every code stays in the visit, at "
            "another place.",
        ),
        _wrong(
            _variant(shuffle=_turned),
            "Your codes keep their order and move round in a circle. A shuffle makes every order "
            "equally likely.",
        ),
        _wrong(
            _variant(list_pairs=_right_side),
            "Your window looks to one side only, so a pair whose codes change places is lost. List "
            "both (a, b) and (b, a).",
        ),
        _wrong(
            _variant(list_pairs=_ends_early),
            "Your window reaches one place further to the left than to the right. range(a, b) "
            "stops before b.",
        ),
        _wrong(
            _variant(list_pairs=_other_codes),
            "A code that stands beside the same code is a pair as well. Skip the same place, not "
            "the same code.",
        ),
        _wrong(
            _variant(read=_each_once),
            "A code that is there twice is there once in yours. Keep every code of the visit.",
        ),
        _wrong(
            _each_with_the_last,
            "You compare each shuffle with the one before it. Compare with the visit as it was "
            "written, every time.",
        ),
        Wrong(
            _own_rng,
            "Same rng, other result: use the rng you are given.",
            lambda answer: _same_rng_same_result(answer) is not None,
        ),
    ),
)
