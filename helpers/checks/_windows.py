"""Checks for the vocabulary and for the pairs that a window cuts out."""

import itertools
from collections import Counter

import numpy as np

from helpers import pairs, vocab
from helpers.checks._compare import show
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


def _without_counts(sentences, min_count=1):
    return _build_vocab(sentences, min_count)[:2]


def _itos_as_dict(sentences, min_count=1):
    itos, stoi, counts = _build_vocab(sentences, min_count)
    return dict(enumerate(itos)), stoi, counts


def _stoi_turned_around(sentences, min_count=1):
    itos, _, counts = _build_vocab(sentences, min_count)
    return itos, dict(enumerate(itos)), counts


def _parts_in_another_order(sentences, min_count=1):
    itos, stoi, counts = _build_vocab(sentences, min_count)
    return stoi, itos, counts


def _lowers_case(sentences, min_count=1):
    return _build_vocab([[token.lower() for token in s] for s in sentences], min_count)


def _has_not_three_parts(answer):
    parts = answer(NOTES)
    return not isinstance(parts, list | tuple) or len(parts) != 3


def _vocab_parts(answer, sentences=NOTES, min_count=1):
    """Read an answer's three parts as lists; raises if it has others."""
    itos, stoi, counts = answer(sentences, min_count)
    if not all(isinstance(token, str) for token in itos):
        raise TypeError("itos does not consist of words")
    return [str(token) for token in itos], dict(stoi), counts


def _same_vocab(got, expected):
    try:
        itos, stoi, counts = got[0], got[1], list(got[2])
        return (
            list(itos) == list(expected[0])
            and dict(stoi) == expected[1]
            and not any(isinstance(n, str) for n in counts)
            and [float(n) for n in counts] == [float(n) for n in expected[2]]
        )
    except (TypeError, ValueError):
        return False


def _itos_is_a_dict(answer):
    itos, stoi, _ = answer(NOTES)
    return isinstance(itos, dict) and isinstance(stoi, dict) and set(itos) == set(range(len(itos)))


def _stoi_goes_from_id_to_word(answer):
    itos, stoi, _ = _vocab_parts(answer)
    return stoi == dict(enumerate(itos))


def _stoi_is_not_in_the_middle(answer):
    parts = answer(NOTES)
    kinds = [isinstance(part, dict) for part in parts]
    return kinds in ([True, False, False], [False, False, True]) and len(parts[0]) == 8


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
        f"{first!r} and {second!r} occur equally often, and {first!r} comes first in yours. Break "
        "ties by the alphabet, so that ids do not depend on the data's order."
    )


def _the_words_are_those_of_the_notes(answer):
    itos, seen = list(answer(NOTES, 1)[0]), _counted(NOTES)
    for token in itos:
        if not isinstance(token, str) or token not in seen:
            return f"itos holds {show(token)}, and that is no word of the notes."
    for token in sorted(seen):
        if token not in itos:
            return f"The word {token!r} of the notes is missing in itos, with min_count=1."
    return None


def _vocab_is_a_dictionary_both_ways(answer):
    itos, stoi, _ = _vocab_parts(answer)
    for i, token in enumerate(itos):
        if stoi.get(token) != i:
            return f"itos[{i}] is {token!r}, but stoi[{token!r}] is {stoi.get(token)}."
    return None


def _order_of_sentences_does_not_matter(answer):
    first, second = (_vocab_parts(answer, notes)[0] for notes in (NOTES, NOTES[::-1]))
    if first != second:
        return "The same notes in another order give other ids."
    return None


build_vocab = Exercise(
    name="build_vocab",
    number="3.1",
    review="section 1",
    reference=_build_vocab,
    calls=(
        call(NOTES),
        call(NOTES, 2),
        call([["b", "a", "a", "b"], ["c", "b"]], 2),
        call([["d", "d", "d"], ["a"], ["c", "c", "b", "b"]]),
        call([["one"]]),
        call([["PT", "PT", "pt"]]),
    ),
    equal=_same_vocab,
    laws=(
        _the_words_are_those_of_the_notes,
        _vocab_is_a_dictionary_both_ways,
        _order_of_sentences_does_not_matter,
    ),
    wrong=(
        Wrong(
            _without_counts,
            "Return three things: the list itos, the dictionary stoi, and the list counts.",
            _has_not_three_parts,
        ),
        Wrong(
            _parts_in_another_order,
            "The order of the three is itos (list), stoi (dictionary), counts (list).",
            _stoi_is_not_in_the_middle,
        ),
        Wrong(
            _itos_as_dict,
            "`itos` is a dictionary. Give a list: the word of id i stands at place i.",
            _itos_is_a_dict,
        ),
        Wrong(
            _stoi_turned_around,
            "`stoi` goes from id to word, as itos does already. Its keys are the words.",
            _stoi_goes_from_id_to_word,
        ),
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
        Wrong(
            _lowers_case,
            "'PT' (physical therapy) and 'pt' (patient) are two words; yours makes one of them. "
            "Take tokens as they are written.",
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


def _window_ignored(tokens, window):
    return pairs.skipgram_pairs(tokens, max(len(tokens), 1))


def _both_ways_twice(tokens, window):
    found = pairs.skipgram_pairs(tokens, window)
    return found + [(context, center) for center, context in found]


def _positions(tokens, window):
    return pairs.skipgram_pairs(range(len(tokens)), window)


def _one_list_a_center(tokens, window):
    return [
        (tokens[i], [tokens[j] for j in range(len(tokens)) if 0 < abs(i - j) <= window])
        for i in range(len(tokens))
    ]


def _by_first_place(tokens, window):
    found = []
    for token in tokens:
        i = tokens.index(token)
        found += [(token, tokens[j]) for j in range(len(tokens)) if 0 < abs(i - j) <= window]
    return found


def _pairs_of_each_center(tokens, window):
    found = pairs.skipgram_pairs(tokens, window)
    return [[pair for pair in found if pair[0] == center] for center in tokens]


def _by_center(tokens, window):
    found = pairs.skipgram_pairs(tokens, window)
    return {center: [o for c, o in found if c == center] for center in tokens}


def _in_one_row(tokens, window):
    return [token for pair in pairs.skipgram_pairs(tokens, window) for token in pair]


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


def _first_meets_last(answer):
    offsets = _offsets(answer)
    return (0, 5) in offsets and not any(abs(d) == 3 for _, d in offsets)


def _one_side_only(answer):
    listed = Counter((i, i + d) for i, d in _offsets(answer))
    right = Counter((i, i + d) for i in range(6) for d in (1, 2) if i + d < 6)
    return listed in (right, Counter((j, i) for i, j in right))


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
    return isinstance(got, list | tuple) and any(
        isinstance(pair[0], str) and isinstance(pair[1], list | tuple) for pair in got
    )


def _has_lists_of_pairs(answer):
    got = answer(list("abc"), 1)
    return isinstance(got, list | tuple) and isinstance(got[0][0], list | tuple)


def _has_no_pairs(answer):
    got = answer(list("abc"), 1)
    return isinstance(got, list | tuple) and any(isinstance(e, str | set | frozenset) for e in got)


def _ignores_window(answer):
    found = [_bag(answer(list(LETTERS), window)) for window in (1, 2, 4)]
    return bool(found[0]) and found[0] == found[1] == found[2]


def _has_each_twice(answer):
    right = pairs.skipgram_pairs(LETTERS, 2)
    return _bag(answer(list(LETTERS), 2)) == _bag(right + right)


def _is_lazy(answer):
    got = answer(list("abc"), 1)
    return iter(got) is got


def _pair_by_pair(answer):
    got, right = _bag(answer(list(LETTERS), 2)), _bag(pairs.skipgram_pairs(LETTERS, 2))
    words = []
    for what, difference in (("is missing", right - got), ("is one too many", got - right)):
        words += [f"{pair} {what}" for pair in list(difference)[:1]]
    return f"Of 'abcdef' with window 2, {' and '.join(words)}." if words else None


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
    laws=(_pair_by_pair, _count_formula, _reverse_gives_the_same, _long_windows_stop_at_the_ends),
    wrong=(
        Wrong(
            _lazily,
            "Return a list of pairs; an iterator (a generator, zip, map) can be read only once.",
            _is_lazy,
        ),
        Wrong(
            _by_center,
            "You return a dictionary. A word has many contexts, and may be a center twice: return "
            "one list of pairs.",
            lambda answer: isinstance(answer(list("abc"), 1), dict),
        ),
        Wrong(
            _pairs_of_each_center,
            "You return a list of lists of pairs, one for each center. Return one list of pairs.",
            _has_lists_of_pairs,
        ),
        Wrong(
            _in_one_row,
            "Each entry of the list should be a pair of tokens, such as ('a', 'b').",
            _has_no_pairs,
        ),
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
            _window_ignored,
            "Windows of 1, 2 and 4 give the same pairs. The distance has to depend on `window`.",
            _ignores_window,
        ),
        Wrong(
            _both_ways_twice,
            "Each pair is there twice. The loop over both sides already gives (a, b) and (b, a).",
            _has_each_twice,
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
            _first_meets_last,
        ),
        Wrong(
            _one_too_far,
            "With window 2 you reach a token 3 places away. Mind where range stops.",
            _reaches(lambda d: bool(d & {3, -3}) and not d & {4, 5, -4, -5}),
        ),
        Wrong(
            _right_only,
            "You have half the pairs: contexts on one side only. Both (a, b) and (b, a) are "
            "training pairs.",
            _one_side_only,
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
            _by_first_place,
            "tokens.index(word) finds the first place of a word. When it occurs again, its second "
            "place is lost: go through the places with range or enumerate.",
        ),
        Wrong(
            _as_a_set,
            "A pair that occurs twice counts twice. A set keeps it once; use a list.",
            _repeats_missing,
        ),
    ),
)
