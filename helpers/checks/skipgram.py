"""Checks for vocabulary, window pairs, the softmax loss, its gradients and a training step."""

import itertools
import math
from collections import Counter

import numpy as np

from helpers import pairs, similarity, skipgram, vocab
from helpers.checks._choice import Choice, Prediction
from helpers.checks._compare import same
from helpers.checks._exercise import Exercise, Wrong, call

NOTES = [
    ["takes", "metformin", "for", "diabetes"],
    ["takes", "insulin", "for", "diabetes"],
    ["diabetes", "and", "asthma", "and", "gout"],
]


# -------------------------------------------------------------- 3.1 build_vocab
def _build_vocab(sentences, min_count=1):
    """Return the course's vocabulary in the plain form that the exercise asks for."""
    known = vocab.build_vocab(sentences, min_count)
    return list(known.tokens), dict(known.ids), known.counts


def _counted(sentences):
    return Counter(itertools.chain.from_iterable(sentences))


def _triple(seen, kept):
    itos = list(kept)
    return itos, {token: i for i, token in enumerate(itos)}, [seen[token] for token in itos]


def _by_rank(seen, kept):
    return sorted(kept, key=lambda token: (-seen[token], token))


def _strictly_more(sentences, min_count=1):
    seen = _counted(sentences)
    return _triple(seen, _by_rank(seen, [t for t in seen if seen[t] > min_count]))


def _keeps_all(sentences, min_count=1):
    return _build_vocab(sentences)


def _alphabetical(sentences, min_count=1):
    seen = _counted(sentences)
    return _triple(seen, sorted(t for t in seen if seen[t] >= min_count))


def _ties_as_met(sentences, min_count=1):
    seen = _counted(sentences)
    return _triple(seen, [t for t, n in seen.most_common() if n >= min_count])


def _rarest_first(sentences, min_count=1):
    seen = _counted(sentences)
    kept = [t for t in seen if seen[t] >= min_count]
    return _triple(seen, sorted(kept, key=lambda t: (seen[t], t)))


def _counts_unsorted(sentences, min_count=1):
    seen = _counted(sentences)
    itos, stoi, _ = _build_vocab(sentences, min_count)
    return itos, stoi, [n for n in seen.values() if n >= min_count]


def _counts_as_dict(sentences, min_count=1):
    itos, stoi, counts = _build_vocab(sentences, min_count)
    return itos, stoi, dict(zip(itos, counts, strict=True))


def _counts_sentences(sentences, min_count=1):
    seen = _counted(set(sentence) for sentence in sentences)
    return _triple(seen, _by_rank(seen, [t for t in seen if seen[t] >= min_count]))


def _ids_from_one(sentences, min_count=1):
    itos, _, counts = _build_vocab(sentences, min_count)
    return itos, {token: i for i, token in enumerate(itos, start=1)}, counts


def _ids_of_all(sentences, min_count=1):
    itos, _, counts = _build_vocab(sentences, min_count)
    return itos, _build_vocab(sentences)[1], counts


def _vocab_parts(answer, sentences=NOTES, min_count=1):
    """Read an answer's three parts as lists; raises if it has others."""
    itos, stoi, counts = answer(sentences, min_count)
    return [str(token) for token in itos], dict(stoi), counts


def _same_vocab(got, expected):
    try:
        itos, stoi, counts = got
        return (
            list(itos) == list(expected[0])
            and dict(stoi) == expected[1]
            and [int(n) for n in counts] == [int(n) for n in expected[2]]
        )
    except (TypeError, ValueError):
        return False


def _boundary_words_are_lost(answer):
    itos, _, _ = _vocab_parts(answer, min_count=2)
    seen = _counted(NOTES)
    return bool(itos) and set(itos) == {t for t in seen if seen[t] > 2}


def _rare_words_stay(answer):
    return len(_vocab_parts(answer, min_count=3)[0]) == len(_counted(NOTES))


def _order_is(arrange):
    """Make a symptom: the right words, in the order that a known mistake gives them."""

    def symptom(answer):
        itos, _, _ = _vocab_parts(answer)
        seen = _counted(NOTES)
        right = _by_rank(seen, seen)
        return itos != right and sorted(itos) == sorted(right) and arrange(seen, itos)

    return symptom


def _falling(seen, itos):
    counts = [seen[token] for token in itos]
    return counts == sorted(counts, reverse=True)


def _rising(seen, itos):
    counts = [seen[token] for token in itos]
    return counts == sorted(counts)


def _counts_belong_elsewhere(answer):
    itos, _, counts = _vocab_parts(answer)
    mine, right = [int(n) for n in counts], [_counted(NOTES)[token] for token in itos]
    return mine != right and sorted(mine) == sorted(right)


def _counts_are_a_dict(answer):
    return isinstance(_vocab_parts(answer)[2], dict)


def _ids_do_not_fit(answer):
    itos, stoi, _ = _vocab_parts(answer, min_count=2)
    return len(itos) > 1 and stoi != {token: i for i, token in enumerate(itos)}


def _say_tie(value, c):
    itos, seen = list(value[0]), _counted(c.args[0])
    first, second = next(
        (a, b) for a, b in itertools.pairwise(itos) if seen[a] == seen[b] and a > b
    )
    return (
        f"{first!r} and {second!r} occur equally often; yours keeps the order in which they were "
        "met. Break ties by the alphabet, so that ids do not depend on the data's order."
    )


def _vocab_is_a_dictionary_both_ways(answer):
    itos, stoi, _ = _vocab_parts(answer)
    for i, token in enumerate(itos):
        if stoi.get(token) != i:
            return f"itos[{i}] is {token!r}, but stoi[{token!r}] is {stoi.get(token)}."
    return None


def _order_of_sentences_does_not_matter(answer):
    first, second = (_vocab_parts(answer, notes)[0] for notes in (NOTES, NOTES[::-1]))
    if first != second:
        return "The same notes in another order give other ids. Sort by (-count, token)."
    return None


build_vocab = Exercise(
    name="build_vocab",
    number="3.1",
    review="section 1",
    reference=_build_vocab,
    calls=(
        call(NOTES),
        call(NOTES, 2),
        call([["b", "a", "a", "b"], ["c", "b"]], min_count=2),
        call([["d", "d", "d"], ["a"], ["c", "c", "b", "b"]]),
        call([["one"]]),
    ),
    equal=_same_vocab,
    laws=(_vocab_is_a_dictionary_both_ways, _order_of_sentences_does_not_matter),
    wrong=(
        Wrong(
            _strictly_more,
            "A word seen exactly min_count times stays: use >=, not >.",
            _boundary_words_are_lost,
        ),
        Wrong(
            _keeps_all,
            "`min_count` has no effect: words seen once are still there with min_count=3.",
            _rare_words_stay,
        ),
        Wrong(
            _counts_sentences,
            "'and' occurs twice in one note and counts once in yours. Count tokens, not notes.",
        ),
        Wrong(_ties_as_met, _say_tie, _order_is(_falling)),
        Wrong(
            _rarest_first,
            "Your rarest word has id 0. Sort by falling count: the key is (-count, token).",
            _order_is(_rising),
        ),
        Wrong(
            _alphabetical,
            "Ids go by falling count, ties by the alphabet. A set, a dict or the alphabet alone "
            "gives another order; an order out of a set even changes between runs.",
            _order_is(lambda seen, itos: not _falling(seen, itos) and not _rising(seen, itos)),
        ),
        Wrong(
            _counts_as_dict,
            "`counts` is a dictionary. Give a list: counts[i] belongs to itos[i].",
            _counts_are_a_dict,
        ),
        Wrong(
            _counts_unsorted,
            "`counts` has another order than `itos`: counts[i] must belong to itos[i].",
            _counts_belong_elsewhere,
        ),
        Wrong(
            _ids_of_all,
            "stoi has words that itos lacks. Make it from the words that were kept.",
            lambda answer: len(answer(NOTES, 2)[1]) > len(answer(NOTES, 2)[0]),
        ),
        Wrong(
            _ids_from_one,
            "stoi[itos[i]] must be i, from 0 on and without gaps: an id is the row of a table.",
            _ids_do_not_fit,
        ),
    ),
)


# ----------------------------------------------------------- 3.2 skipgram_pairs
LETTERS = "abcdef"


def _window(tokens, window, offsets, keep=lambda i, j: True):
    """List pairs (i, i + offset) inside the sentence, for wrong answers."""
    return [
        (tokens[i], tokens[i + d])
        for i in range(len(tokens))
        for d in offsets
        if 0 <= i + d < len(tokens) and keep(i, i + d)
    ]


def _both_sides(window):
    return [d for d in range(-window, window + 1) if d]


def _one_side_short(tokens, window):
    return _window(tokens, window, [d for d in range(-window, window) if d])


def _with_itself(tokens, window):
    return _window(tokens, window, range(-window, window + 1))


def _wraps(tokens, window):
    return [
        (tokens[i], tokens[i + d])
        for i in range(len(tokens))
        for d in _both_sides(window)
        if i + d < len(tokens) and i + d >= -len(tokens)
    ]


def _slice_is_empty(tokens, window):
    return _window(tokens, window, _both_sides(window), lambda i, j: j > i or i >= window)


def _right_only(tokens, window):
    return _window(tokens, window, range(1, window + 1))


def _skips_by_value(tokens, window):
    return _window(tokens, window, _both_sides(window), lambda i, j: tokens[i] != tokens[j])


def _as_a_set(tokens, window):
    return sorted(set(pairs.skipgram_pairs(tokens, window)))


def _width_in_all(tokens, window):
    return _window(tokens, window, _both_sides(window // 2))


def _only_the_farthest(tokens, window):
    return _window(tokens, window, (-window, window))


def _one_too_far(tokens, window):
    return _window(tokens, window, _both_sides(window + 1))


def _full_windows_only(tokens, window):
    full = range(window, len(tokens) - window)
    return _window(tokens, window, _both_sides(window), lambda i, j: i in full)


def _positions(tokens, window):
    return pairs.skipgram_pairs(range(len(tokens)), window)


def _one_list_a_center(tokens, window):
    return [
        (tokens[i], [tokens[j] for j in range(len(tokens)) if 0 < abs(i - j) <= window])
        for i in range(len(tokens))
    ]


def _lazily(tokens, window):
    return iter(pairs.skipgram_pairs(tokens, window))


def _bag(listed):
    return Counter((first, second) for first, second in listed)


def _same_pairs(got, expected):
    try:
        return _bag(got) == _bag(expected)
    except (TypeError, ValueError):
        return False


def _offsets(answer, window=2):
    """Return (position, offset) of an answer's pairs in a sentence of different letters."""
    return [
        (LETTERS.index(a), LETTERS.index(b) - LETTERS.index(a))
        for a, b in answer(list(LETTERS), window)
    ]


def _reaches(test):
    """Make a symptom of the set of distances that occur between center and context."""
    return lambda answer: test({d for _, d in _offsets(answer)})


def _centers_missing(answer):
    listed, full = _offsets(answer), set(_both_sides(2))
    return {d for _, d in listed} == full and {i for i, _ in listed} == {2, 3}


def _left_edge_missing(answer):
    right = Counter(
        (i, d) for i in range(6) for d in _both_sides(2) if 0 <= i + d < 6 and (i >= 2 or d > 0)
    )
    return Counter(_offsets(answer)) == right


def _equal_neighbors_missing(answer):
    right = pairs.skipgram_pairs("abba", 2)
    return _bag(answer(list("abba"), 2)) == _bag((a, b) for a, b in right if a != b)


def _repeats_missing(answer):
    got, right = _bag(answer(list("ababab"), 1)), _bag(pairs.skipgram_pairs("ababab", 1))
    return got != right and set(got) == set(right) and max(got.values()) == 1


def _gives_positions(answer):
    parts = [part for pair in answer(["x", "y"], 1) for part in pair]
    return bool(parts) and all(isinstance(part, int | np.integer) for part in parts)


def _is_no_list_of_pairs(answer):
    got = answer(list("abc"), 1)
    return isinstance(got, list | tuple) and any(isinstance(pair[1], list | tuple) for pair in got)


def _is_lazy(answer):
    got = answer(list("abc"), 1)
    return iter(got) is got


def _count_formula(answer):
    tokens = [f"w{i % 7}" for i in range(50)]
    got, right = len(answer(tokens, 3)), pairs.number_of_pairs(50, 3)
    if got != right:
        return f"50 tokens with window 3 have 2wT - w(w+1) = {right} pairs; you have {got}."
    return None


def _reverse_gives_the_same(answer):
    tokens = ["a", "b", "a", "c", "d"]
    if _bag(answer(tokens, 2)) != _bag(answer(tokens[::-1], 2)):
        return "The sentence read backwards gives other pairs. Treat left and right alike."
    return None


def _long_windows_stop_at_the_ends(answer):
    if len(answer(["a", "b", "c"], 9)) != 6:
        return "With window 9 three tokens should still have 6 pairs: stop at both ends."
    return None


skipgram_pairs = Exercise(
    name="skipgram_pairs",
    number="3.2",
    review="section 1",
    reference=pairs.skipgram_pairs,
    calls=(
        call(list("abcd"), 1),
        call(list("abcde"), 2),
        call(list("aba"), 2),
        call(["blood", "pressure", "blood", "pressure"], 1),
        call([3, 1, 4, 1, 5], 2),
        call(["alone"], 2),
    ),
    equal=_same_pairs,
    laws=(_count_formula, _reverse_gives_the_same, _long_windows_stop_at_the_ends),
    wrong=(
        Wrong(_lazily, "Return a list of pairs; a generator can be read only once.", _is_lazy),
        Wrong(
            _one_list_a_center,
            "Each context is a pair of its own: ('b', 'a') and ('b', 'c'), not ('b', ['a', 'c']).",
            _is_no_list_of_pairs,
        ),
        Wrong(
            _positions,
            "You return positions. A pair holds the tokens at these positions.",
            _gives_positions,
        ),
        Wrong(
            _with_itself,
            "A token is its own context in your list. Skip the position j == i.",
            _reaches(lambda d: 0 in d),
        ),
        Wrong(
            _wraps,
            "The first token got the LAST one as context: a negative index counts from the end. "
            "Clip the left end at 0.",
            _reaches(lambda d: bool(d & {4, 5, -4, -5})),
        ),
        Wrong(
            _one_too_far,
            "With window 2 you reach a token 3 places away. Mind where range stops.",
            _reaches(lambda d: bool(d & {3, -3})),
        ),
        Wrong(
            _right_only,
            "You have half the pairs: contexts on one side only. Both (a, b) and (b, a) are "
            "training pairs.",
            _reaches(lambda d: bool(d) and (min(d) > 0 or max(d) < 0)),
        ),
        Wrong(
            _one_side_short,
            "One side of your window is one shorter than the other: range(a, b) stops before b.",
            _reaches(lambda d: d in ({-2, -1, 1}, {-1, 1, 2})),
        ),
        Wrong(
            _only_the_farthest,
            "With window 2 the direct neighbors belong to the context as well.",
            _reaches(lambda d: d == {-2, 2}),
        ),
        Wrong(
            _width_in_all,
            "With window 2 you reach one place. `window` is the distance on each side.",
            _reaches(lambda d: d == {-1, 1}),
        ),
        Wrong(
            _full_windows_only,
            "'a', 'b', 'e' and 'f' of 'abcdef' are never centers. At the ends the window is cut, "
            "not dropped.",
            _centers_missing,
        ),
        Wrong(
            _slice_is_empty,
            "The first tokens lose their contexts on the left: a slice such as tokens[-1:1] is "
            "empty. Clip the start at 0.",
            _left_edge_missing,
        ),
        Wrong(
            _skips_by_value,
            "You skip equal words. When a word occurs twice the pair is lost: compare positions.",
            _equal_neighbors_missing,
        ),
        Wrong(
            _as_a_set,
            "A pair that occurs twice counts twice. A set keeps it once; use a list.",
            _repeats_missing,
        ),
    ),
)


# ------------------------------------------------------- 3.3 softmax_loss_grads
def _tables(seed, size=5, dim=3):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(size, dim)), rng.normal(size=(size, dim))


IN, OUT = _tables(0)
IN_2, OUT_2 = _tables(1, size=7, dim=2)
LARGE = (np.array([[40.0, 0.0], [1.0, 1.0], [0.0, 1.0]]), 25.0 * np.eye(3)[:, :2])  # scores of 1000


def _probabilities(v, table):
    weights = np.exp(table @ v - (table @ v).max())
    return weights / weights.sum()


def _one_hot(o, size):
    return np.eye(size)[o]


def _with_error(error_of, loss_of=lambda p, o: -np.log(p[o])):
    """Make a wrong answer that differs in (p - y), or in the loss."""

    def answer(c, o, W_in, W_out):
        v = W_in[c]
        p = _probabilities(v, W_out)
        error = error_of(p, _one_hot(o, len(W_out)), c)
        return float(loss_of(p, o)), error @ W_out, np.outer(error, v)

    return answer


def _right_error(p, y, c):
    return p - y


def _only_in(c, o, W_in, W_out):
    loss, _, g_out = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    p = _probabilities(W_in[c], W_out)
    return loss, p @ W_out, g_out


def _only_out(c, o, W_in, W_out):
    loss, g_in, _ = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    return loss, g_in, np.outer(_probabilities(W_in[c], W_out), W_in[c])


def _row_o_alone(c, o, W_in, W_out):
    loss, g_in, g_out = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    return loss, g_in, g_out * _one_hot(o, len(W_out))[:, None]


def _overflows(c, o, W_in, W_out):
    weights = np.exp(W_out @ W_in[c])
    p = weights / weights.sum()
    error = p - _one_hot(o, len(W_out))
    return -np.log(p[o]), error @ W_out, np.outer(error, W_in[c])


def _input_table_twice(c, o, W_in, W_out):
    return skipgram.softmax_loss_grads(c, o, W_in, W_in)


def _tables_swapped(c, o, W_in, W_out):
    return skipgram.softmax_loss_grads(c, o, W_out, W_in)


def _words_swapped(c, o, W_in, W_out):
    return skipgram.softmax_loss_grads(o, c, W_in, W_out)


def _grads_swapped(c, o, W_in, W_out):
    loss, g_in, g_out = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    return loss, g_out, g_in


def _transposed_grad(c, o, W_in, W_out):
    loss, g_in, g_out = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    return loss, g_in, g_out.T


def _whole_grad_in(c, o, W_in, W_out):
    loss, g_in, g_out = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    full = np.zeros_like(W_in)
    full[c] = g_in
    return loss, full, g_out


def _loss_alone(c, o, W_in, W_out):
    return skipgram.softmax_loss_grads(c, o, W_in, W_out)[0]


def _grads_at(answer, c=1, o=3, W_in=IN, W_out=OUT):
    loss, g_in, g_out = answer(c, o, W_in.copy(), W_out.copy())
    return float(np.squeeze(loss)), np.asarray(g_in, float), np.asarray(g_out, float)


def _slope(function, table, place, step=1e-5):
    """Return the numeric derivative of function(table) in one entry of the table."""
    change = np.zeros_like(table)
    change[place] = step
    return (function(table + change) - function(table - change)) / (2 * step)


def _numeric(answer, c=1, o=3, W_in=IN, W_out=OUT):
    """Return the gradients that an answer's own loss has: shapes (d,) and (V, d)."""
    by_in = [
        _slope(lambda t: _grads_at(answer, c, o, t, W_out)[0], W_in, (c, j))
        for j in range(W_in.shape[1])
    ]
    by_out = [
        [
            _slope(lambda t, i=i, j=j: _grads_at(answer, c, o, W_in, t)[0], W_out, (i, j))
            for j in range(W_out.shape[1])
        ]
        for i in range(len(W_out))
    ]
    return np.array(by_in), np.array(by_out)


def _close(left, right):
    return np.shape(left) == np.shape(right) and np.allclose(left, right, rtol=1e-5, atol=1e-6)


def _zero_table_loss(answer):
    rng = np.random.default_rng(2)
    return _grads_at(answer, 3, 5, rng.normal(size=(60, 4)), np.zeros((60, 4)))[0]


def _loss_is_like(other):
    """Make a symptom: the loss is that of a known mistake, and not the right one."""

    def symptom(answer):
        right, mine, known = (
            [_grads_at(f, *args)[0] for args in ((1, 3, IN, OUT), (4, 2, IN_2, OUT_2))]
            for f in (skipgram.softmax_loss_grads, answer, other)
        )
        return _close(mine, known) and not _close(mine, right)

    return symptom


def _wrong_error(in_too, wrong_error):
    """Make a symptom: a gradient is (wrong error) x the other vector instead of (p - y)."""

    def symptom(answer):
        p, y = _probabilities(IN[1], OUT), _one_hot(3, len(OUT))
        _, g_in, g_out = _grads_at(answer)
        error = wrong_error(p, y, 1)
        return _close(g_in, error @ OUT) if in_too else _close(g_out, np.outer(error, IN[1]))

    return symptom


def _shape_is_not_three(answer):
    got = answer(1, 3, IN.copy(), OUT.copy())
    return not isinstance(got, list | tuple) or len(got) != 3


def _shapes(in_shape, out_shape):
    def symptom(answer):
        _, g_in, g_out = _grads_at(answer)
        return g_in.shape in in_shape and g_out.shape in out_shape

    return symptom


def _not_finite(answer):
    parts = _grads_at(answer, 0, 0, *LARGE)
    return not all(np.isfinite(part).all() for part in parts)


def _both_reversed(answer):
    _, g_in, g_out = _grads_at(answer)
    by_in, by_out = _numeric(answer)
    return _close(-g_in, by_in) or _close(-g_out, by_out)


def _first_loss_is_log_of_the_vocabulary(answer):
    loss = _zero_table_loss(answer)
    if abs(loss - math.log(60)) > 1e-6:
        words = f"exp(loss) is {math.exp(loss):.4g}" if loss < 20 else "exp(loss) is huge"
        return (
            f"With W_out = 0 and 60 words the loss is {loss:.3f}, expected ln 60 = 4.094; {words}, "
            "and it should be the number of words."
        )
    return None


def _more_pull_means_less_loss(answer):
    better = OUT.copy()
    better[3] += 0.5 * IN[1]
    before, after = _grads_at(answer)[0], _grads_at(answer, W_out=better)[0]
    if after >= before:
        return (
            f"When u_o points more along v the loss goes from {before:.3f} to {after:.3f}. "
            "It should fall."
        )
    return None


def _agrees_with_its_own_slope(answer):
    _, g_in, g_out = _grads_at(answer)
    by_in, by_out = _numeric(answer)
    for name, mine, slope in (("g_in", g_in, by_in), ("g_out", g_out, by_out)):
        if mine.shape != slope.shape:
            return f"{name} has shape {mine.shape}, expected {slope.shape}."
        wrong = ~np.isclose(mine, slope, rtol=1e-5, atol=1e-6)
        if wrong.any():
            place = tuple(int(i) for i in np.argwhere(wrong)[0])
            return (
                f"{name}{list(place)} is {mine[place]:.4f}, but moving that entry of the table "
                f"changes your loss at a rate of {slope[place]:.4f}."
            )
    return None


def _rows_cancel(answer):
    total = _grads_at(answer)[2].sum(axis=0)
    if not np.allclose(total, 0, atol=1e-8):
        return f"The rows of g_out should add up to 0, because p - y does; yours: {total.round(3)}."
    return None


def _same_loss_and_grads(got, expected):
    try:
        loss, g_in, g_out = got
        mine = (float(np.squeeze(loss)), np.asarray(g_in, float), np.asarray(g_out, float))
    except (TypeError, ValueError):
        return False
    return same(mine, expected, 1e-6)


softmax_loss_grads = Exercise(
    name="softmax_loss_grads",
    number="3.3",
    review="section 4",
    reference=skipgram.softmax_loss_grads,
    calls=(
        call(1, 3, IN, OUT),
        call(2, 2, IN, OUT),
        call(4, 2, IN_2, OUT_2),
        call(0, 4, IN, np.zeros_like(OUT)),
        call(0, 0, *LARGE),
    ),
    equal=_same_loss_and_grads,
    laws=(
        _first_loss_is_log_of_the_vocabulary,
        _more_pull_means_less_loss,
        _agrees_with_its_own_slope,
        _rows_cancel,
    ),
    wrong=(
        Wrong(
            _loss_alone,
            "Return three things: the loss, g_in of shape (d,), g_out of shape (V, d).",
            _shape_is_not_three,
        ),
        Wrong(
            _grads_swapped,
            "The two gradients have changed places: g_in (d,) comes before g_out (V, d).",
            _shapes([(5, 3), (3, 5)], [(3,)]),
        ),
        Wrong(
            _whole_grad_in,
            "g_in is the gradient of one row, W_in[c]: shape (d,). All other rows have none.",
            _shapes([(5, 3), (3, 5), (1, 3), (3, 1)], [(5, 3), (3, 5)]),
        ),
        Wrong(
            _transposed_grad,
            "g_out has one row per word, as W_out has: (V, d). Turn the outer product around.",
            _shapes([(3,)], [(3, 5)]),
        ),
        Wrong(
            _with_error(_right_error, lambda p, o: np.log(p[o])),
            "Your loss is negative. ln p is below 0, so the loss is -ln p.",
            lambda answer: _grads_at(answer)[0] < 0,
        ),
        Wrong(
            _with_error(_right_error, lambda p, o: p[o]),
            "You return the probability itself. The loss is -ln of it.",
            _loss_is_like(_with_error(_right_error, lambda p, o: p[o])),
        ),
        Wrong(
            _with_error(_right_error, lambda p, o: -np.log2(p[o])),
            "That is -log2 p. Take the natural logarithm: with W_out = 0 the loss must be ln V.",
            _loss_is_like(_with_error(_right_error, lambda p, o: -np.log2(p[o]))),
        ),
        Wrong(
            _overflows,
            "exp(1000) is too large for a float. Subtract the largest score first; the softmax "
            "does not notice.",
            _not_finite,
        ),
        Wrong(
            _input_table_twice,
            "The context word is read from W_in. With W_out = 0 the loss must be ln V.",
            _loss_is_like(_input_table_twice),
        ),
        Wrong(
            _tables_swapped,
            "The tables have changed places: the center's row comes from W_in, the scores of all "
            "context words from W_out.",
            _loss_is_like(_tables_swapped),
        ),
        Wrong(
            _words_swapped,
            "You predict the center from the context. Skip-gram predicts o from c.",
            _loss_is_like(_words_swapped),
        ),
        Wrong(
            _with_error(lambda p, y, c: y - p),
            "Loss rises along your step: the sign of a gradient is reversed. It is p - y.",
            _both_reversed,
        ),
        Wrong(
            _with_error(lambda p, y, c: p),
            "Row o of g_out must be (p - 1) v, you have p v: the pull of the true word is missing, "
            "in g_in too.",
            lambda answer: (
                _wrong_error(True, lambda p, y, c: p)(answer)
                and _wrong_error(False, lambda p, y, c: p)(answer)
            ),
        ),
        Wrong(
            _only_out,
            "Row o of g_out must be (p - 1) v, you have p v.",
            _wrong_error(False, lambda p, y, c: p),
        ),
        Wrong(
            _only_in,
            "Your g_in is the expected context row; the true one is missing: subtract u_o.",
            _wrong_error(True, lambda p, y, c: p),
        ),
        Wrong(
            _with_error(lambda p, y, c: -y),
            "You have the pull of the true word only. All words are pushed by their probability p.",
            lambda answer: (
                _wrong_error(True, lambda p, y, c: -y)(answer)
                or _wrong_error(False, lambda p, y, c: -y)(answer)
            ),
        ),
        Wrong(
            _with_error(lambda p, y, c: p - _one_hot(c, len(p))),
            "The 1 stands at the center c. The true answer is the context o.",
            _wrong_error(False, lambda p, y, c: p - _one_hot(c, len(p))),
        ),
        Wrong(
            _row_o_alone,
            "Only row o of g_out is filled. Every word is in the sum of the softmax, so every row "
            "has a gradient.",
            lambda answer: bool((_grads_at(answer)[2] == 0).all(axis=1).sum() == len(OUT) - 1),
        ),
    ),
)


# ----------------------------------------------------------------- 3.4 sgd_step
def _step(c, o, W_in, W_out, lr, *, sign=1.0, rows=slice(None), row=None):
    loss, g_in, g_out = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    W_in[c if row is None else row] -= sign * lr * g_in
    W_out[rows] -= sign * lr * g_out[rows]
    return loss


def _in_first(c, o, W_in, W_out, lr):
    loss, g_in, _ = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    W_in[c] -= lr * g_in
    W_out -= lr * skipgram.softmax_loss_grads(c, o, W_in, W_out)[2]
    return loss


def _new_v_old_error(c, o, W_in, W_out, lr):
    loss, g_in, _ = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    error = _probabilities(W_in[c], W_out) - _one_hot(o, len(W_out))
    W_in[c] -= lr * g_in
    W_out -= lr * np.outer(error, W_in[c])
    return loss


def _out_first(c, o, W_in, W_out, lr):
    loss, _, g_out = skipgram.softmax_loss_grads(c, o, W_in, W_out)
    W_out -= lr * g_out
    W_in[c] -= lr * skipgram.softmax_loss_grads(c, o, W_in, W_out)[1]
    return loss


def _whole_center_table(c, o, W_in, W_out, lr):
    return _step(c, o, W_in, W_out, lr, row=slice(None))


def _context_row_of_center_table(c, o, W_in, W_out, lr):
    return _step(c, o, W_in, W_out, lr, row=o)


def _only_row_o(c, o, W_in, W_out, lr):
    return _step(c, o, W_in, W_out, lr, rows=[o])


def _uphill(c, o, W_in, W_out, lr):
    return _step(c, o, W_in, W_out, lr, sign=-1.0)


def _rate_ignored(c, o, W_in, W_out, lr):
    return _step(c, o, W_in, W_out, 1.0)


def _on_copies(c, o, W_in, W_out, lr):
    return _step(c, o, W_in.copy(), W_out.copy(), lr)


def _context_table_rebound(c, o, W_in, W_out, lr):
    return _step(c, o, W_in, W_out.copy(), lr)


def _center_table_rebound(c, o, W_in, W_out, lr):
    return _step(c, o, W_in.copy(), W_out, lr)


def _silent(c, o, W_in, W_out, lr):
    _step(c, o, W_in, W_out, lr)


def _loss_after(c, o, W_in, W_out, lr):
    _step(c, o, W_in, W_out, lr)
    return skipgram.softmax_loss_grads(c, o, W_in, W_out)[0]


def _all_returned(c, o, W_in, W_out, lr):
    return _step(c, o, W_in, W_out, lr), W_in, W_out


def _moved(answer, c=1, o=3, lr=0.1):
    """Return what an answer returns and by how much it moves both tables."""
    W_in, W_out = IN.copy(), OUT.copy()
    value = answer(c, o, W_in, W_out, lr)
    return value, W_in - IN, W_out - OUT


def _moves_like(*others):
    """Make a symptom: the tables move as under one of some known mistakes."""

    def symptom(answer):
        _, by_in, by_out = _moved(answer)
        known = [_moved(other)[1:] for other in others]
        return any(_close(by_in, i) and _close(by_out, o) for i, o in known)

    return symptom


def _moves(in_moves, out_moves):
    def symptom(answer):
        _, by_in, by_out = _moved(answer)
        return by_in.any() == in_moves and by_out.any() == out_moves

    return symptom


def _other_rows_move(answer):
    _, by_in, _ = _moved(answer)
    return bool(by_in[1].any() and np.delete(by_in, 1, axis=0).any())


def _moves_another_row(answer):
    _, by_in, _ = _moved(answer)
    return bool(not by_in[1].any() and by_in.any())


def _out_moves_row_o_only(answer):
    _, _, by_out = _moved(answer)
    return bool(by_out[3].any() and not np.delete(by_out, 3, axis=0).any())


def _moves_uphill(answer):
    _, by_in, by_out = _moved(answer)
    _, right_in, right_out = _moved(skipgram.sgd_step)
    return _close(by_in[1], -right_in[1]) or _close(by_out, -right_out)


def _returns_nothing(answer):
    return _moved(answer)[0] is None


def _returns_tables(answer):
    return isinstance(_moved(answer)[0], list | tuple)


def _returns_later_loss(answer):
    return _close(float(np.squeeze(_moved(answer)[0])), _moved(_loss_after)[0])


def _rate_has_no_effect(answer):
    first, second = _moved(answer, lr=0.1), _moved(answer, lr=0.3)
    return _close(first[1], second[1]) or _close(first[2], second[2])


def _same_step(got, expected):
    try:
        loss = float(np.squeeze(got[0]))
    except (TypeError, ValueError):
        return False
    return same([loss, *got[1:]], list(expected))


def _many_small_steps_go_down(answer):
    W_in, W_out = IN.copy(), OUT.copy()
    losses = [float(np.squeeze(answer(1, 3, W_in, W_out, 0.05))) for _ in range(10)]
    if any(later >= earlier for earlier, later in itertools.pairwise(losses)):
        return f"Ten steps on one pair take the loss from {losses[0]:.3f} to {losses[-1]:.3f}."
    return None


def _right_size_of_step(answer):
    _, by_in, by_out = _moved(answer)
    _, right_in, right_out = _moved(skipgram.sgd_step)
    for name, mine, right in (("W_in", by_in, right_in), ("W_out", by_out, right_out)):
        if not _close(mine, right):
            place = tuple(int(i) for i in np.argwhere(~np.isclose(mine, right, atol=1e-6))[0])
            return (
                f"{name}{list(place)} moves by {mine[place]:.4f}, expected -lr times its "
                f"gradient = {right[place]:.4f}."
            )
    return None


sgd_step = Exercise(
    name="sgd_step",
    number="3.4",
    review="section 4",
    reference=skipgram.sgd_step,
    calls=(
        call(1, 3, IN, OUT, 0.1),
        call(2, 2, IN, OUT, 0.5),
        call(4, 0, IN_2, OUT_2, 0.05),
        call(0, 4, IN, np.zeros_like(OUT), 0.1),
    ),
    equal=_same_step,
    inplace=(2, 3),
    laws=(_right_size_of_step, _many_small_steps_go_down),
    wrong=(
        Wrong(
            _on_copies,
            "Both tables are unchanged: you worked on copies. Update them in place with -=.",
            _moves(False, False),
        ),
        Wrong(
            _context_table_rebound,
            "W_out is unchanged. `W_out = W_out - ...` makes a new array; `W_out -= ...` changes "
            "the one that was passed in.",
            _moves(True, False),
        ),
        Wrong(
            _center_table_rebound,
            "W_in is unchanged. Changing a copy of its row is not enough: write "
            "into W_in[c] itself.",
            _moves(False, True),
        ),
        Wrong(
            _context_row_of_center_table,
            "Another row than the center's moves in W_in. g_in belongs to row c.",
            _moves_another_row,
        ),
        Wrong(
            _whole_center_table,
            "All of W_in moves. Only the center's row was looked up, so only row c has a gradient.",
            _other_rows_move,
        ),
        Wrong(
            _only_row_o,
            "Only row o of W_out moves. The other words are pushed away as well: use all of g_out.",
            _out_moves_row_o_only,
        ),
        Wrong(
            _uphill,
            "Your step goes uphill. Subtract learning rate times gradient.",
            _moves_uphill,
        ),
        Wrong(
            _rate_ignored,
            "The step is the same for every lr. Multiply each gradient by lr.",
            _rate_has_no_effect,
        ),
        Wrong(
            _in_first,
            "Your W_out step used the new v. Compute both gradients first, then update.",
            _moves_like(_in_first, _new_v_old_error),
        ),
        Wrong(
            _out_first,
            "Your W_in step used the new W_out. Compute both gradients first, then update.",
            _moves_like(_out_first),
        ),
        Wrong(
            _silent,
            "The tables move as they should. Return the loss as well, as it was before the step.",
            _returns_nothing,
        ),
        Wrong(
            _all_returned,
            "Return the loss alone: the tables were changed in place, the caller has them.",
            _returns_tables,
        ),
        Wrong(
            _loss_after,
            "You return the loss after the step. Return the one before: it belongs to the "
            "gradients that you used.",
            _returns_later_loss,
        ),
    ),
)


# ------------------------------------------------------------- 3.5 most_similar
WORDS = ["diabetes", "metformin", "insulin", "asthma", "inhaler", "and"]
ROWS = np.array(
    [[2.0, 0.5], [1.0, 0.5], [3.0, 1.8], [-0.3, 1.0], [-2.0, 5.0], [4.0, -4.0]],
)
RAY = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 3.0], [1.0, 1.0], [-1.0, 0.5], [-1.0, -2.0]])


def _ids(words):
    return {word: i for i, word in enumerate(words)}


def _most_similar(word, E, itos, stoi, k=5):
    """Call the course's function in the plain form that the exercise asks for."""
    known = vocab.Vocab(tuple(itos), np.ones(len(itos), dtype=int))
    return similarity.most_similar(word, E, known, k)


def _ranked(scores, itos, k, left_out=None, down=True):
    order = [i for i in np.argsort(-scores if down else scores, kind="stable") if i != left_out]
    return [(itos[i], float(scores[i])) for i in order[:k]]


def _cosines(word, E, stoi):
    return similarity.cosine_to(E[stoi[word]], E)


def _itself_first(word, E, itos, stoi, k=5):
    return _ranked(_cosines(word, E, stoi), itos, k)


def _first_one_dropped(word, E, itos, stoi, k=5):
    return _ranked(_cosines(word, E, stoi), itos, k + 1)[1:]


def _one_too_few(word, E, itos, stoi, k=5):
    return _most_similar(word, E, itos, stoi, k)[: max(0, min(k, len(itos) - 1) - 1)]


def _by_dot(word, E, itos, stoi, k=5):
    return _ranked(E @ E[stoi[word]], itos, k, stoi[word])


def _one_length_only(word, E, itos, stoi, k=5):
    return _ranked(E @ E[stoi[word]] / np.linalg.norm(E[stoi[word]]), itos, k, stoi[word])


def _other_length_only(word, E, itos, stoi, k=5):
    return _ranked(E @ E[stoi[word]] / np.linalg.norm(E, axis=1), itos, k, stoi[word])


def _by_distance(word, E, itos, stoi, k=5):
    return _ranked(np.linalg.norm(E - E[stoi[word]], axis=1), itos, k, stoi[word], down=False)


def _least_first(word, E, itos, stoi, k=5):
    return _ranked(_cosines(word, E, stoi), itos, k, stoi[word], down=False)


def _by_size_of_cosine(word, E, itos, stoi, k=5):
    cosine = _cosines(word, E, stoi)
    order = [i for i in np.argsort(-abs(cosine), kind="stable") if i != stoi[word]]
    return [(itos[i], float(cosine[i])) for i in order[:k]]


def _k_ignored(word, E, itos, stoi, k=5):
    return _most_similar(word, E, itos, stoi, 5)


def _words_without_scores(word, E, itos, stoi, k=5):
    return [found for found, _ in _most_similar(word, E, itos, stoi, k)]


def _ids_for_words(word, E, itos, stoi, k=5):
    return [(stoi[found], score) for found, score in _most_similar(word, E, itos, stoi, k)]


def _score_first(word, E, itos, stoi, k=5):
    return [(score, found) for found, score in _most_similar(word, E, itos, stoi, k)]


def _found(answer, word="metformin", E=ROWS, k=3):
    return answer(word, E.copy(), list(WORDS), _ids(WORDS), k)


def _has_itself(answer):
    return any(word == query for query in WORDS[:3] for word, _ in _found(answer, query))


def _has_itself_on_a_tie(answer):
    return any(word == "metformin" for word, _ in _found(answer, E=RAY))


def _finds_like(*others):
    """Make a symptom: the answers are those of known mistakes, whatever the word."""

    def symptom(answer):
        asked = list(itertools.product(WORDS, (3, 99)))
        mine = [_found(answer, word, k=k) for word, k in asked]
        known = [[_found(other, word, k=k) for word, k in asked] for other in others]
        return any(same(mine, theirs, 1e-5) for theirs in known)

    return symptom


def _words_like(*others):
    """Make a symptom: the words come in the order of a known mistake, whatever the scores."""

    def symptom(answer):
        mine = [[str(word) for word, _ in _found(answer, word, k=99)] for word in WORDS]
        right, *known = (
            [[word for word, _ in _found(f, word, k=99)] for word in WORDS]
            for f in (_most_similar, *others)
        )
        return mine != right and mine in known

    return symptom


def _has_no_pairs(answer):
    found = _found(answer)
    return len(found) == 3 and all(isinstance(part, str) for part in found)


def _has_ids(answer):
    return all(isinstance(word, int | np.integer) for word, _ in _found(answer))


def _has_scores_first(answer):
    return all(isinstance(score, str) for _, score in _found(answer))


def _always_the_same_number(answer):
    return len(_found(answer, k=1)) == len(_found(answer, k=3)) > 1


def _has_fewer(answer):
    return len(_found(answer, k=3)) == 2 and len(_found(answer, k=2)) == 1


def _scores_are_cosines(answer):
    for word, score in _found(answer, k=5):
        right = similarity.pairwise_cosine(ROWS)[1, WORDS.index(word)]
        if abs(float(score) - right) > 1e-6:
            return (
                f"The cosine of 'metformin' and {word!r} is {right:.3f}; you have {score:.3f}. "
                "Divide the dot product by both lengths."
            )
    return None


def _length_does_not_matter(answer):
    longer = ROWS * np.array([1.0, 3.0, 0.2, 5.0, 1.0, 2.0])[:, None]
    if [w for w, _ in _found(answer)] != [w for w, _ in _found(answer, E=longer)]:
        return "Making some rows longer changes your neighbors. Cosine ignores length."
    return None


def _stops_at_the_end(answer):
    if (got := len(_found(answer, k=99))) != len(WORDS) - 1:
        return f"Of 6 words 5 can be neighbors, whatever k is; with k=99 you return {got}."
    return None


def _same_neighbors(got, expected):
    try:
        mine = [(str(word), float(np.squeeze(score))) for word, score in got]
    except (TypeError, ValueError):
        return False
    return same(mine, expected, 1e-5)


most_similar = Exercise(
    name="most_similar",
    number="3.5",
    review="section 5",
    reference=_most_similar,
    calls=(
        call("metformin", ROWS, WORDS, _ids(WORDS), 3),
        call("and", ROWS, WORDS, _ids(WORDS), k=2),
        call("asthma", ROWS, WORDS, _ids(WORDS)),
        call("insulin", ROWS[:3], WORDS[:3], _ids(WORDS[:3]), 5),
        call("metformin", RAY, WORDS, _ids(WORDS), 1),
    ),
    equal=_same_neighbors,
    laws=(_stops_at_the_end, _length_does_not_matter, _scores_are_cosines),
    wrong=(
        Wrong(
            _words_without_scores,
            "Return (word, cosine) pairs, not the words alone.",
            _has_no_pairs,
        ),
        Wrong(_score_first, "The word comes first: (word, cosine).", _has_scores_first),
        Wrong(_ids_for_words, "You return ids. itos[i] is the word of id i.", _has_ids),
        Wrong(
            _itself_first,
            "The word itself is among its neighbors, with cosine 1. Leave it out by its id.",
            _has_itself,
        ),
        Wrong(
            _first_one_dropped,
            "Dropping the first hit can drop another word that points the same way. Leave out "
            "the word by its id.",
            _has_itself_on_a_tie,
        ),
        Wrong(
            _one_too_few,
            "With k=3 you return 2 words. Leave the word itself out before you take k.",
            _has_fewer,
        ),
        Wrong(
            _k_ignored,
            "The number of neighbors does not follow k.",
            _always_the_same_number,
        ),
        Wrong(
            _by_dot,
            "Long vectors win: that is the dot product. Divide by both lengths.",
            _words_like(_by_dot, _one_length_only),
        ),
        Wrong(
            _other_length_only,
            "The order is right, the scores are not cosines: one of the two lengths is missing.",
            _finds_like(_other_length_only),
        ),
        Wrong(
            _by_distance,
            "You ordered by distance. The measure here is the cosine, largest first.",
            _words_like(_by_distance),
        ),
        Wrong(
            _least_first,
            "These are the least similar words. Sort from the largest cosine down.",
            _words_like(_least_first),
        ),
        Wrong(
            _by_size_of_cosine,
            "A cosine of -.9 is far away, not near. Sort by the cosine with its sign.",
            _words_like(_by_size_of_cosine),
        ),
    ),
)


# -------------------------------------------------------------------- questions
never_meet = Prediction(
    name="never_meet",
    number="3.P",
    options={
        "a": "about 0, they never met",
        "b": "clearly below 0, they were pushed apart",
        "c": "close to 1, they keep the same company",
    },
    outcome="c",
    where="Section 5",
)

sum_of_rows = Choice(
    name="sum_of_rows",
    number="3.A",
    right="b",
    feedback={
        "a": "v would come out if the probabilities were not balanced by the one-hot y.",
        "b": "The entries of p - y add up to 1 - 1 = 0: what the true word is pulled, the "
        "others are pushed in all.",
        "c": "u_o belongs to the other gradient. Rows of g_out are multiples of v.",
        "d": "The loss scales nothing here: the rows are (p - y) times v.",
    },
)

who_made_the_labels = Choice(
    name="who_made_the_labels",
    number="3.B",
    right="c",
    feedback={
        "a": "Nobody marked a pair by hand. Who would have to read the text for that?",
        "b": "Vectors prepared by hand are not an input: both tables start without knowledge.",
        "c": "The word next door is the label. It was in the text already: self-supervised.",
        "d": "There is a label, the context word, and a loss that compares with it. Clustering "
        "has none.",
    },
)
