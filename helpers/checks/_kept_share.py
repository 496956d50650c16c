"""Check of the share of pairs that a shuffle keeps."""

from collections import Counter
from itertools import permutations

import numpy as np

from helpers import pairs
from helpers.checks._exercise import Exercise, Wrong, call


def _loop(visit, window, n_shuffles, rng, share):
    written = Counter(pairs.skipgram_pairs(visit, window))
    return float(
        np.mean([share(written, rng.permutation(visit).tolist()) for _ in range(n_shuffles)])
    )


def _of_sets(visit, window, n_shuffles, rng):
    def share(written, shuffled):
        return len(set(written) & set(pairs.skipgram_pairs(shuffled, window))) / len(set(written))

    return _loop(visit, window, n_shuffles, rng, share)


def _of_all_pairs(visit, window, n_shuffles, rng):
    n = len(visit)
    right = pairs.kept_share(visit, window, n_shuffles, rng)
    return right * len(pairs.skipgram_pairs(visit, window)) / (n * (n - 1))


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


def _blocks(value):
    """Make a symptom: what a known mistake gives for a visit whose codes come again."""
    return lambda answer: _near(_measured(answer, "aaabbb", 1), value)


def _written_twice(visit, window, n_shuffles, rng):
    def share(written, shuffled):
        there = set(pairs.skipgram_pairs(shuffled, window))
        return sum(n for pair, n in written.items() if pair in there) / written.total()

    return _loop(visit, window, n_shuffles, rng, share)


def _other_visits(answer):
    for visit, window in (("abcdef", 1), ("abcde", 2), ("aaabbb", 1), ("aabc", 2)):
        value, exact = _measured(answer, visit, window), _expected(visit, window)
        if not _near(value, exact):
            return (
                f"For the visit {', '.join(visit)} and a window of {window} you have {value:.3f}; "
                f"the mean over all orders is {exact:.3f}."
            )
    return None


def _six_codes(answer):
    value = _measured(answer, "abcdef", 2)
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
            "Every pair stays, always: you compare the visit with itself. Shuffle its codes.",
            lambda answer: _measured(answer, "abcdef", 2, 40) == 1,
        ),
        Wrong(
            _by_formula,
            "Whatever rng is passed, a single shuffle gives the same share. Measure it: shuffle "
            "the codes with this rng and count what stays.",
            _never_varies,
        ),
        Wrong(
            _one_shuffle,
            "The share after 100 shuffles varies as much as after one. Shuffle `n_shuffles` times "
            "and take the mean.",
            _more_shuffles_do_not_help,
        ),
        Wrong(
            _of_all_pairs,
            "Divide by the pairs of the unshuffled visit, not by n(n-1).",
            lambda answer: _near(_measured(answer, "abcdef", 2), 0.36),
        ),
        Wrong(
            _lost_share,
            "That is the share of pairs that is lost; asked is the share that stays.",
            lambda answer: _near(_measured(answer, "abcdef", 2), 0.4),
        ),
        Wrong(
            _of_sets,
            "Use multisets: a pair counts as often as it occurs.",
            _blocks(0.900),
        ),
        Wrong(
            _written_twice,
            "A pair that was written four times and stands once in the shuffle stayed once, not "
            "four times. Take the smaller of the two counts.",
            _blocks(0.840),
        ),
        Wrong(
            _each_with_the_last,
            "You compare each shuffle with the one before it. Compare with the visit as it was "
            "written, every time.",
            _blocks(0.752),
        ),
        Wrong(
            _own_rng,
            "Same rng, other result: use the rng you are given.",
            lambda answer: _same_rng_same_result(answer) is not None,
        ),
    ),
)
