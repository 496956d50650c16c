"""Checks for what is drawn as noise and what is left out (lesson on negative sampling)."""

import functools
import random
from collections import Counter

import numpy as np

from helpers import word2vec
from helpers.checks import _forms
from helpers.checks._compare import show
from helpers.checks._exercise import Exercise, Wrong, call

COUNTS = np.array([16, 81, 256])
_SPARSE = np.array([9_000, 0, 620, 1])
_UNEVEN = np.array([10, 70, 300])  # no fourth powers: cut-off fractions show


# ------------------------------------------------------- 4.1 noise_distribution
def _power_after_normalizing(counts, power=0.75):
    return (counts / counts.sum()) ** power


def _power_without_effect(counts, power=0.75):
    return counts / counts.sum()


def _power_fixed(counts, power=0.75):
    return word2vec.noise_distribution(counts, 0.75)


def _uniform(counts, power=0.75):
    return np.full(len(counts), 1 / len(counts))


def _integers(counts, power=0.75):
    weights = np.zeros_like(counts)
    weights[:] = counts**power
    weights[:] = weights / weights.sum()
    return weights


def _not_normalized(counts, power=0.75):
    return counts.astype(float) ** power


def _smoothed(counts, power=0.75):
    return word2vec.noise_distribution(counts + 1, power)


def _cumulated(counts, power=0.75):
    return np.cumsum(word2vec.noise_distribution(counts, power))


def _zero_to_the_zero(counts, power=0.75):
    weights = counts.astype(float) ** power
    return weights / weights.sum()


def _inverted(counts, power=0.75):
    weights = np.where(counts > 0, np.maximum(counts, 1.0) ** -power, 0)
    return weights / weights.sum()


def _sum(answer):
    return float(np.sum(answer(COUNTS, 0.75)))


def _sums_as_if_normalized_first(answer):
    return np.isclose(_sum(answer), np.sum((COUNTS / COUNTS.sum()) ** 0.75), rtol=1e-3)


def _sums_to_something_else(answer):
    return not np.isclose(_sum(answer), 1, atol=1e-3)


def _at_power(answer, power):
    return np.asarray(answer(COUNTS, power), dtype=float)


def _power_changes_nothing(answer):
    few = np.array([1, 2, 3])
    return np.allclose(_at_power(answer, 0.25), _at_power(answer, 1)) and np.allclose(
        answer(few, 0.25), answer(few, 1)
    )


def _gives_the_shares(answer):
    shares = COUNTS / COUNTS.sum()
    return _power_changes_nothing(answer) and np.allclose(_at_power(answer, 0.25), shares)


def _is_a_running_sum(answer):
    return np.allclose(_at_power(answer, 0.75), np.cumsum([8, 27, 64]) / 99, atol=1e-4)


def _counts_change_nothing(answer):
    return np.allclose(_at_power(answer, 0.75), 1 / 3)


def _keeps_integers(answer):
    from_floats = answer(_UNEVEN.astype(float), 0.75)
    try:
        out = np.asarray(answer(_UNEVEN.copy(), 0.75))
    except TypeError:  # counts **= .75 cannot be cast back
        return np.isclose(np.sum(from_floats), 1)
    whole = np.floor(_UNEVEN**0.75)
    cut_off = np.allclose(out, whole / whole.sum())
    return cut_off or out.dtype.kind in "iu" or not np.allclose(out, from_floats)


def _favors_the_rare(answer):
    p = _at_power(answer, 0.75)
    return p[0] > p[2]


def _sorted_chances(counts, power=0.75):
    return np.sort(word2vec.noise_distribution(counts, power))


def _stand_elsewhere(answer):
    got, right = answer(_SPARSE, 0.75), word2vec.noise_distribution(_SPARSE, 0.75)
    return np.allclose(np.sort(got), np.sort(right), atol=1e-5) and not np.allclose(got, right)


def _zero_is_drawn(answer):
    p = answer(_SPARSE, 0.75)
    return len(p) == 4 and p[1] > 0


def _ratios_of_fourth_powers(answer):
    p = _at_power(answer, 0.75)
    if not np.allclose(p / p.sum() * 99, [8, 27, 64]):
        got = " : ".join(f"{x:.3g}" for x in p / p[0] * 8)
        return f"Counts 16, 81, 256 at power 3/4 should stand as 8 : 27 : 64; yours as {got}."
    return None


noise_distribution = Exercise(
    name="noise_distribution",
    number="4.1",
    review="section 3",
    reference=word2vec.noise_distribution,
    form=_forms.array,
    calls=(
        call(COUNTS),
        call(COUNTS, 0.0),
        call(COUNTS, 0.5),
        call(_SPARSE),
        call(_SPARSE, 1.0),
        call(_SPARSE, 0.0),
        call(np.array([7])),
    ),
    laws=(_ratios_of_fourth_powers,),
    wrong=(
        Wrong(_integers, "Your array kept the integer type of the counts, and powers were cut "
              "off. Make it float first.", _keeps_integers),
        Wrong(
            _power_after_normalizing,
            lambda value, _: (
                f"Sums to {np.sum(value):.2f}: the power was taken after normalizing. "
                "Raise the counts first, divide last."
            ),
            _sums_as_if_normalized_first,
        ),
        Wrong(
            _cumulated,
            "You return running sums, with 1 at the end. The chance of each word alone is asked "
            "for.",
            _is_a_running_sum,
        ),
        Wrong(
            _not_normalized,
            lambda value, _: (
                f"Your values sum to {np.sum(value):.4g}; probabilities sum to 1. "
                "Divide by the sum of what you have."
                if np.any(value)
                else "All your chances are 0. Does a `//` or an integer array cut them off?"
            ),
            _sums_to_something_else,
        ),
        Wrong(
            _sorted_chances,
            "The chances are right but stand in another order. Chance i belongs to count i.",
            _stand_elsewhere,
        ),
        Wrong(_uniform, "16, 81 and 256 all get 1/3 at power 3/4: the counts have no effect.",
              _counts_change_nothing),
        Wrong(_power_without_effect, "power has no effect: you return the plain shares.",
              _gives_the_shares),
        Wrong(
            _power_fixed,
            "power=0.25 and power=1 give the same: use the argument `power`.",
            _power_changes_nothing,
        ),
        Wrong(_inverted, "Your rare words are drawn more often than your frequent ones. A larger "
              "count should still mean a larger chance.", _favors_the_rare),
        Wrong(
            _smoothed,
            "A word that was never counted gets a chance. A count of 0 stays 0.",
            _zero_is_drawn,
        ),
        Wrong(
            _zero_to_the_zero,
            "At power 0 a word with count 0 gets a chance, because 0 ** 0 is 1. A count of 0 stays "
            "0 at every power.",
        ),
    ),
)  # fmt: skip


# --------------------------------------------------------- 4.3 sample_negatives
P = np.array([0.4, 0.1, 0.3, 0.0, 0.2])
FORBID, K, TIMES = 2, 5, 4000
RENORMALIZED = np.where(np.arange(5) == FORBID, 0, P) / (1 - P[FORBID])


def _positive_may_come(rng, p, k, forbid):
    return rng.choice(len(p), size=k, p=p)


def _drops(rng, p, k, forbid):
    drawn = rng.choice(len(p), size=k, p=p)
    return drawn[drawn != forbid]


def _own_generator(rng, p, k, forbid):
    return word2vec.sample_negatives(np.random.default_rng(0), p, k, forbid)


def _global_generator(rng, p, k, forbid):
    rest = np.where(np.arange(len(p)) == forbid, 0, p)
    return np.random.choice(len(p), size=k, p=rest / rest.sum())


def _without_replacement(rng, p, k, forbid):
    rest = np.where(np.arange(len(p)) == forbid, 0, p)
    return rng.choice(len(p), size=k, p=rest / rest.sum(), replace=False)


def _forgot_to_renormalize(rng, p, k, forbid):
    rest = np.where(np.arange(len(p)) == forbid, 0, p)
    return rng.choice(len(p), size=k, p=rest)


def _ignores_p(rng, p, k, forbid):
    others = [i for i in range(len(p)) if i != forbid]
    return rng.choice(others, size=k)


def _takes_the_next_word(rng, p, k, forbid):
    drawn = rng.choice(len(p), size=k, p=p)
    return np.where(drawn == forbid, (forbid + 1) % len(p), drawn)


def _ids_after_a_deletion(rng, p, k, forbid):
    rest = np.delete(p, forbid)
    return rng.choice(len(rest), size=k, p=rest / rest.sum())


def _ids(value):
    """Read ids as whole numbers, in whatever type they come."""
    read = _forms.array(value)
    if not isinstance(read, np.ndarray) or read.dtype.kind in "iu":
        return read
    if read.dtype.kind == "f" and np.array_equal(read, np.round(read)):
        return read.astype(int)
    return _forms.Unfit(value, f"it returned {show(read)}; ids are whole numbers that index `p`")


def _draws(answer, seed, k=K):
    return [int(i) for i in answer(np.random.default_rng(seed), P.copy(), k, FORBID)]


@functools.lru_cache(maxsize=2)
def _many_draws(answer):
    """Return what an answer draws in TIMES calls, one list a call, from one generator."""
    rng = np.random.default_rng(4)
    return [[int(i) for i in answer(rng, P.copy(), K, FORBID)] for _ in range(TIMES)]


def _shares(answer):
    seen = Counter(i for drawn in _many_draws(answer) for i in drawn)
    total = seen.total()
    return np.array([seen[i] for i in range(len(P))]) / total, total


def _ids_are_shifted(answer):
    shares, total = _shares(answer)
    moved_up = np.append(np.delete(RENORMALIZED, FORBID), 0)
    return np.abs(shares - moved_up).max() < 4 * np.sqrt(0.25 / total)


def _contains_the_positive(answer):
    many = _many_draws(answer)
    return any(FORBID in drawn for drawn in many) and max(map(max, many)) < len(P)


def _wrong_length(answer):
    return any(len(drawn) < K for drawn in _many_draws(answer))


def _ignores_the_generator(answer):
    return len({tuple(_draws(answer, seed, 20)) for seed in range(5)}) == 1


def _uses_a_global_generator(answer):
    seen = set()
    for seed in range(3):
        np.random.seed(seed)
        random.seed(seed)
        seen.add(tuple(_draws(answer, 7, 20)))
    return len(seen) > 1


def _never_repeats(answer):
    """Three words of chance .57, .14, .29: three draws without a repeat are rare."""
    try:
        return all(len(set(_draws(answer, seed, 3))) == 3 for seed in range(20))
    except ValueError:
        return False


def _cannot_draw_more_than_there_are(answer):
    try:
        _draws(answer, 0, 20)
    except ValueError as error:
        return "sum to 1" not in str(error)
    return False


def _draws_without_replacement(answer):
    return _cannot_draw_more_than_there_are(answer) or _never_repeats(answer)


def _p_does_not_sum_to_1(answer):
    try:
        _draws(answer, 0)
    except ValueError as error:
        return "sum to 1" in str(error)
    return False


def _draws_evenly(answer):
    shares, _ = _shares(answer)
    if not np.isclose(shares.sum(), 1):  # ids outside of the vocabulary: see the laws
        return False
    others = shares[np.arange(len(P)) != FORBID]
    return np.ptp(others) < 0.05 or np.ptp(others[others > 0]) < 0.05


def _excess_on_one_word(answer):
    """Return the word that takes over all the draws of the forbidden one, if there is one."""
    shares, total = _shares(answer)
    without = np.where(np.arange(len(P)) == FORBID, 0, P)
    for word in range(len(P)):
        if word != FORBID:
            taken = without + P[FORBID] * (np.arange(len(P)) == word)
            if np.abs(shares - taken).max() < 4 * np.sqrt(0.25 / total):
                return word
    return None


def _right_length_for_any_k(answer):
    for k in (1, 2, 20):
        if (got := len(_draws(answer, 1, k))) != k:
            return f"k={k} gives {got} words. Return exactly k."
    return None


def _ids_are_ids(answer):
    drawn = answer(np.random.default_rng(0), P.copy(), 20, FORBID)
    if drawn is None:
        return "For k=20 it returned None. Is there a return in every branch?"
    if drawn.ndim != 1:
        return f"Return k ids in one row, shape (k,); your shape for k=20 is {drawn.shape}."
    outside = drawn[(drawn < 0) | (drawn >= len(P))]
    if outside.size:
        return f"p has {len(P)} entries, so ids run from 0 to {len(P) - 1}; you have {outside[0]}."
    return None


def _as_often_as_p_says(answer):
    shares, total = _shares(answer)
    sd = np.sqrt(RENORMALIZED * (1 - RENORMALIZED) / total)
    off = np.abs(shares - RENORMALIZED) - 4 * sd
    word = int(off.argmax())
    if off[word] > 0:
        return (
            f"In {total:,} draws word {word} has a share of {shares[word]:.3f}; p without the "
            f"forbidden word says {RENORMALIZED[word]:.3f}, give or take {4 * sd[word]:.3f}."
        )
    return None


def _each_word_is_drawn_anew(answer):
    """Compare how often two words of one call are the same with independent draws."""
    drawn = np.array(_many_draws(answer))
    equal = (drawn[:, :, None] == drawn[:, None])[:, *np.triu_indices(K, 1)].mean()
    chance = (RENORMALIZED**2).sum()
    if abs(equal - chance) > 0.05:
        return (
            f"Two words of one call are the same in {equal:.0%} of all pairs; independent draws "
            f"give {chance:.0%}. Draw each of the k words anew."
        )
    return None


def _same_rng_same_words(answer):
    if _draws(answer, 3) != _draws(answer, 3):
        return "The same rng gives other words the second time: something is kept between calls."
    return None


sample_negatives = Exercise(
    name="sample_negatives",
    number="4.3",
    review="section 3",
    reference=word2vec.sample_negatives,
    form=_ids,
    calls=(call(np.random.default_rng(0), P, 5, FORBID), call(np.random.default_rng(1), P, 1, 0)),
    equal=lambda got, expected: np.shape(got) == np.shape(expected),  # which ones: see the laws
    laws=(
        _ids_are_ids,
        _right_length_for_any_k,
        _as_often_as_p_says,
        _each_word_is_drawn_anew,
        _same_rng_same_words,
    ),
    wrong=(
        Wrong(
            _forgot_to_renormalize,
            "With the forbidden word taken out, p sums to less than 1. Divide by the new sum.",
            _p_does_not_sum_to_1,
        ),
        Wrong(_drops, "Fewer than k words came back. Redraw instead of dropping.", _wrong_length),
        Wrong(
            _own_generator,
            "Five generators, five times the same words. Draw from the rng you are given, anew in "
            "each call.",
            _ignores_the_generator,
        ),
        Wrong(
            _global_generator,
            "Same rng, other result: use the rng you are given, not a global one.",
            _uses_a_global_generator,
        ),
        Wrong(
            _without_replacement,
            "Your words never repeat. Noise words are drawn independently: the same word may "
            "come twice, and k may exceed the vocabulary.",
            _draws_without_replacement,
        ),
        Wrong(
            _ids_after_a_deletion,
            f"Ids from {FORBID} on are off by one: with one entry deleted from p the others moved "
            "up. Map them back, or set the entry to 0.",
            _ids_are_shifted,
        ),
        Wrong(
            _positive_may_come,
            f"Word {FORBID} is context and noise in one step. Never return `forbid`.",
            _contains_the_positive,
        ),
        Wrong(
            _ignores_p,
            "All words come equally often, whatever p says.",
            _draws_evenly,
        ),
        Wrong(
            _takes_the_next_word,
            "One fixed word takes the place of the forbidden one and comes too often. Draw again "
            "from p.",
            lambda answer: _excess_on_one_word(answer) is not None,
        ),
    ),
)


# ------------------------------------------------------------- 4.4 discard_prob
SHARES = np.array([0.1, 0.004, 0.001, 0.0005, 0.0])


def _refusing_counts(function):
    @functools.wraps(function)
    def wrapper(freq, t=1e-3):
        if freq.sum() > 1 + 1e-6:
            raise ValueError(f"shares sum to {freq.sum()}")
        return function(np.maximum(freq, 1e-12), t)

    return wrapper


@_refusing_counts
def _share_kept(freq, t=1e-3):
    return np.minimum(np.sqrt(t / freq), 1)


@_refusing_counts
def _not_clipped(freq, t=1e-3):
    return 1 - np.sqrt(t / freq)


@_refusing_counts
def _root_is_missing(freq, t=1e-3):
    return np.maximum(1 - t / freq, 0)


@_refusing_counts
def _released_formula(freq, t=1e-3):
    return np.maximum(1 - np.sqrt(t / freq) - t / freq, 0)


@_refusing_counts
def _t_fixed(freq, t=1e-3):
    return np.maximum(1 - np.sqrt(1e-3 / freq), 0)


@_refusing_counts
def _upside_down(freq, t=1e-3):
    return np.clip(1 - np.sqrt(freq / t), 0, 1)


def _takes_counts(freq, t=1e-3):
    return np.maximum(1 - np.sqrt(t / np.maximum(freq, 1e-12)), 0)


def _refuses_all_tokens(freq, t=1e-3):
    if freq.sum() >= 1:
        raise ValueError(f"shares sum to {freq.sum()}")
    return _takes_counts(freq, t)


def _normalizes_again(freq, t=1e-3):
    return _takes_counts(freq / freq.sum(), t)


def _at(answer, *shares, t=1e-3):
    return np.asarray(answer(np.array(shares), t), dtype=float)


def _root_at(answer, of):
    """Tell whether the answer at f = 100 t and f = 4 t is `of` of the root, .1 and .5."""
    return np.allclose(_at(answer, 0.1, 0.004), of(np.array([0.1, 0.5])), atol=1e-4)


def _kept_instead(answer):
    return _root_at(answer, lambda root: root)


def _negative_for_rare(answer):
    return _at(answer, 0.1, 0.0005).min() < 0


def _counts_pass(answer):
    try:
        answer(np.array([20, 10]), 1e-3)
    except Exception:
        return False
    return _at(answer, 0.1, 0.004)[0] > 0


def _refuses_a_sum_of_1(answer):
    _at(answer, 0.5, 0.25)
    try:
        _at(answer, 0.5, 0.25, 0.25)
    except Exception:
        return True
    return False


def _divides_by_the_sum(answer):
    alone, among = _at(answer, 0.01)[0], _at(answer, 0.01, 0.9)[0]
    return not np.isclose(alone, among)


def _t_has_no_effect(answer):
    right_at_default = np.allclose(_at(answer, 0.1, 0.004), [0.9, 0.5], atol=1e-4)
    return right_at_default and np.allclose(_at(answer, 0.1, 0.004, t=1e-4), [0.9, 0.5], atol=1e-4)


def _falls_with_frequency(answer):
    rare, frequent = _at(answer, 0.0001, 0.1)
    return rare > frequent and frequent < 0.5


def _frequent_are_dropped_more(answer):
    out = _at(answer, 0.0001, 0.001, 0.002, 0.02, 0.2)
    if out.shape != (5,):
        return f"For 5 shares 5 chances are expected, shape (5,), not {out.shape}."
    if out[0] > 0 or out[1] > 1e-6:
        return f"A word with f <= t is never dropped; yours is, with chance {out[:2].max():.3g}."
    if not out[2] > 0:
        return f"A word with f = 2 t is dropped now and then; yours with chance {out[2]:.3g}."
    if (np.diff(out) < 0).any() or not out[-1] > out[2]:
        return "The more frequent a word, the larger its chance to be dropped. Yours is not so."
    return None


discard_prob = Exercise(
    name="discard_prob",
    number="4.4",
    review="section 3",
    reference=word2vec.discard_prob,
    form=_forms.array,
    refusal=ValueError,
    calls=(
        call(SHARES),
        call(np.array([0.5, 0.02])),
        call(np.array([0.09, 0.01]), 1e-4),
        call(np.array([0.5, 0.25, 0.25])),
        call(np.array([0.3])),
        call(np.array([20, 10])),
        call(np.array([0.9, 0.8])),
    ),
    laws=(_frequent_are_dropped_more,),
    wrong=(
        Wrong(
            _share_kept,
            "You return the share kept. The chance to be dropped is the rest.",
            _kept_instead,
        ),
        Wrong(_root_is_missing, "At f = 100 t you drop .99, expected .90: a root is missing.",
              lambda answer: _root_at(answer, lambda root: 1 - root**2)),
        Wrong(
            _released_formula,
            "This is the formula of the released program. Here the paper's is asked for, with "
            "one term less.",
            lambda answer: _root_at(answer, lambda root: 1 - root - root**2),
        ),
        Wrong(_upside_down, "Frequent words come out with the smaller chance to be dropped. Look "
              "at which of f and t is divided by which.", _falls_with_frequency),
        Wrong(_t_fixed, "t = 0.001 and t = 0.0001 give the same: use the argument `t`.",
              _t_has_no_effect),
        Wrong(
            _not_clipped,
            "Rare words get a negative probability. Clip at 0.",
            _negative_for_rare,
        ),
        Wrong(
            _normalizes_again,
            "f is a share of all tokens already. You divide by the sum of the words at hand, so "
            "a word's chance depends on its company.",
            _divides_by_the_sum,
        ),
        Wrong(
            _takes_counts,
            "f must be a share; 20 and 10 sum to 30 and are not refused. Raise a ValueError when "
            "the sum exceeds 1.",
            _counts_pass,
        ),
        Wrong(
            _refuses_all_tokens,
            "The shares .5, .25 and .25 sum to 1: they are all the tokens there are, and you "
            "refuse them. Raise a ValueError above 1 only.",
            _refuses_a_sum_of_1,
        ),
    ),
)  # fmt: skip
