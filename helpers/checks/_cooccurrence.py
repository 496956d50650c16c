"""Check of the exercise that counts who stands next to whom."""

import itertools

import numpy as np

from helpers import pairs
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

ROW = [0, 1, 2, 3, 4]
TWO = [[0, 1, 2], [3, 4, 0]]


def _counted(weight=lambda d, w, kind: pairs.weight_at(d, w, kind), reach=lambda w: (w, w)):
    """Build a counter from the weight of a distance and from how far it looks to both sides."""

    def answer(sentences, vocab_size, window, weighting="flat"):
        table = np.zeros((vocab_size, vocab_size))
        left, right = reach(window)
        for ids in sentences:
            for i, center in enumerate(ids):
                for j in range(max(0, i - left), min(len(ids), i + right + 1)):
                    if j != i:
                        table[center, ids[j]] += weight(abs(i - j), window, weighting)
        return table

    return answer


def _changed(change):
    def answer(sentences, vocab_size, window, weighting="flat"):
        right = pairs.count_matrix(sentences, vocab_size, window, weighting)
        return change(right, sentences, window, weighting)

    return answer


def _joined(sentences, vocab_size, window, weighting="flat"):
    return pairs.count_matrix(
        [list(itertools.chain.from_iterable(sentences))], vocab_size, window, weighting
    )


def _skips_equal_words(sentences, vocab_size, window, weighting="flat"):
    table = pairs.count_matrix(sentences, vocab_size, window, weighting)
    np.fill_diagonal(table, 0)
    return table


def _diagonal_once(sentences, vocab_size, window, weighting="flat"):
    table = pairs.count_matrix(sentences, vocab_size, window, weighting)
    return table - np.diag(np.diag(table)) / 2


def _own_context(sentences, vocab_size, window, weighting="flat"):
    table = pairs.count_matrix(sentences, vocab_size, window, weighting)
    for ids in sentences:
        for i in ids:
            table[i, i] += 1
    return table


def _wraps_around(sentences, vocab_size, window, weighting="flat"):
    table = np.zeros((vocab_size, vocab_size))
    for ids in sentences:
        for i, center in enumerate(ids):
            for d in range(1, window + 1):
                for j in (i - d, i + d):
                    if -len(ids) <= j < len(ids):
                        table[center, ids[j]] += pairs.weight_at(d, window, weighting)
    return table


def _whole_numbers(sentences, vocab_size, window, weighting="flat"):
    table = np.zeros((vocab_size, vocab_size), dtype=int)
    for ids in sentences:
        for i, center in enumerate(ids):
            for j in range(max(0, i - window), min(len(ids), i + window + 1)):
                if j != i:
                    weight = pairs.weight_at(abs(i - j), window, weighting)
                    table[center, ids[j]] = table[center, ids[j]] + weight
    return table


def _whole_sentence(sentences, vocab_size, window, weighting="flat"):
    longest = max([len(ids) for ids in sentences] + [2])
    return pairs.count_matrix(sentences, vocab_size, longest, weighting)


def _only_words_seen(sentences, vocab_size, window, weighting="flat"):
    table = pairs.count_matrix(sentences, vocab_size, window, weighting)
    seen = sorted({i for ids in sentences for i in ids})
    return table[np.ix_(seen, seen)]


def _inverse_of(change):
    def weight(distance, window, weighting):
        return change(distance, window) if weighting == "inverse" else 1.0

    return _counted(weight)


def _table(answer, sentences, vocab_size, window, weighting="flat"):
    return np.asarray(answer([list(ids) for ids in sentences], vocab_size, window, weighting))


def _both_ends_twice(answer):
    ratio = _table(answer, [ROW], 5, 2).sum() / pairs.number_of_pairs(5, 2)
    return np.isclose(ratio, 2)


def _one_sided(answer):
    table = _table(answer, [ROW], 5, 2)
    right = pairs.count_matrix([ROW], 5, 2)
    return any(np.allclose(table, half(right)) for half in (np.triu, np.tril))


def _meets_over_the_end(answer):
    table = _table(answer, TWO, 5, 1)
    return table[2, 3] > 0 and table[3, 2] > 0 and table[0, 1] > 0 == table[1, 4]


def _first_sentence_only(sentences, vocab_size, window, weighting="flat"):
    return pairs.count_matrix(sentences[:1], vocab_size, window, weighting)


def _last_sentence_only(sentences, vocab_size, window, weighting="flat"):
    return pairs.count_matrix(sentences[-1:], vocab_size, window, weighting)


def _counts_sentence(which):
    def symptom(answer):
        table = _table(answer, [[0, 1], [2, 3], [4, 5]], 6, 1)
        return (table[[0, 2, 4], [1, 3, 5]] == np.eye(3)[which]).all()

    return symptom


def _is_its_own_context(answer):
    table = _table(answer, [ROW], 5, 2)
    return (np.diag(table) > 0).all() and table[0, 1] > 0 == table[0, 4]


def _first_meets_last(answer):
    row = _table(answer, [ROW], 5, 1)[0]
    return row[4] > 0 == row[3]


def _reaches(answer):
    """Return how far an answer looks to the right and to the left, if the window is 3."""
    row = _table(answer, [range(13)], 13, 3)[6]
    right, left = (np.flatnonzero(side).max(initial=-1) + 1 for side in (row[7:], row[5::-1]))
    return right, left


def _short_window(answer):
    return _reaches(answer) == (2, 2)


def _long_window(answer):
    return _reaches(answer) == (4, 4)


def _lopsided(answer):
    right, left = _reaches(answer)
    return right != left and min(right, left) > 0


def _has_no_window(answer):
    row = _table(answer, [range(13)], 13, 1)[6]
    return _reaches(answer) == (6, 6) and row[0] > 0 == row[6]


def _repeats_count_once(answer):
    """Ask for five pairs of the same two words, all in one sentence, then in three sentences."""
    one, many = _table(answer, [[0, 1] * 3], 2, 1), _table(answer, [[0, 1]] * 3, 2, 1)
    return _right_if_flat(answer) and one[0, 0] == 0 and (0 < one[0, 1] <= 2 or many[0, 1] == 1)


def _is_cut_to_whole_numbers(answer):
    flat, inverse = (_table(answer, [ROW], 5, 2, kind) for kind in ("flat", "inverse"))
    return np.allclose(flat, pairs.count_matrix([ROW], 5, 2)) and (
        inverse[0, 1] == 1 and inverse[0, 2] == 0
    )


def _at_distances_2_and_3(answer):
    return _table(answer, [ROW], 5, 4, "inverse")[0, 2:4]


def _right_if_flat(answer):
    return np.allclose(_table(answer, [ROW], 5, 4), pairs.count_matrix([ROW], 5, 4))


def _ignores_the_weighting(answer):
    return _right_if_flat(answer) and np.allclose(
        _table(answer, [ROW], 5, 4, "inverse"), pairs.count_matrix([ROW], 5, 4)
    )


def _inverse_is(*values):
    def symptom(answer):
        return _right_if_flat(answer) and np.allclose(_at_distances_2_and_3(answer), values)

    return symptom


def _is_symmetric(answer):
    table = _table(answer, [[0, 1, 2, 0, 3]], 4, 2, "inverse")
    if table.shape == (4, 4) and not np.allclose(table, table.T):
        i, j = np.argwhere(~np.isclose(table, table.T))[0]
        return (
            f"If {i} stands next to {j}, then {j} stands next to {i}: your table has "
            f"{table[i, j]:.3g} at [{i}, {j}] and {table[j, i]:.3g} at [{j}, {i}]."
        )
    return None


def _total_is_number_of_pairs(answer):
    total, right = _table(answer, [range(7)], 7, 3).sum(), pairs.number_of_pairs(7, 3)
    if not np.isclose(total, right):
        return (
            f"A sentence of 7 words with a window of 3 has {right} pairs; your table sums to "
            f"{total:.4g}."
        )
    return None


cooccurrence = Exercise(
    name="cooccurrence",
    number="5.1",
    review="section 1",
    reference=pairs.count_matrix,
    form=_forms.matrix,
    calls=(
        call([[0, 1, 2, 3]], 4, 1),
        call([ROW], 5, 2, "inverse"),
        call([[0, 1], [2, 3]], 4, 3),
        call([[0, 1, 0]], 2, 2),
        call([[1], [], [3, 1, 1]], 5, 2, weighting="inverse"),
        call([[0, 1, 2]], 3, 10),
        call([[2, 0, 1, 2, 0], [1, 2], [0, 2, 1]], 3, 2),
        call([], 3, 2),
        call([[0, 3, 1, 2, 0]], 4, 4, "inverse"),
    ),
    laws=(_is_symmetric, _total_is_number_of_pairs),
    wrong=(
        Wrong(
            _changed(lambda right, *_: 2 * right),
            lambda value, call: (
                "Your total is 2 x the number of pairs: each pair was added from both ends twice."
            ),
            _both_ends_twice,
        ),
        Wrong(
            _counted(reach=lambda w: (0, w)),
            "Your table is not symmetric: contexts on one side are missing. If b stands after a, "
            "then a stands before b.",
            _one_sided,
        ),
        Wrong(
            _joined,
            "The last word of one sentence met the first of the next. No pair joins two sentences.",
            _meets_over_the_end,
        ),
        Wrong(
            _first_sentence_only,
            "Only the first sentence is counted. Does the `return` stand inside the loop?",
            _counts_sentence(0),
        ),
        Wrong(
            _last_sentence_only,
            "Only the last sentence is counted. Is the table made anew for each of them?",
            _counts_sentence(2),
        ),
        Wrong(
            _own_context,
            "Every word is its own context. Leave out the place of the center itself.",
            _is_its_own_context,
        ),
        Wrong(
            _whole_sentence,
            "Your window has no effect: all words of a sentence meet. Only places at most "
            "`window` apart count.",
            _has_no_window,
        ),
        Wrong(
            _wraps_around,
            "The first word got the last one as context: a negative index counts from the end. "
            "Begin at 0.",
            _first_meets_last,
        ),
        Wrong(
            _counted(reach=lambda w: (w - 1, w - 1)),
            "Your window reaches one place too short on both sides: range(a, b) stops before b.",
            _short_window,
        ),
        Wrong(
            _counted(reach=lambda w: (w + 1, w + 1)),
            "Your window reaches one place too far on both sides.",
            _long_window,
        ),
        Wrong(
            _counted(reach=lambda w: (w, w - 1)),
            "Your window reaches further to one side than to the other: range(a, b) stops before "
            "b.",
            _lopsided,
        ),
        Wrong(
            _changed(lambda right, *_: (right > 0).astype(float)),
            "A pair that is seen several times counts once in your table. Add up; and mind that "
            "C[rows, columns] += 1 adds a repeated place only once.",
            _repeats_count_once,
        ),
        Wrong(
            _whole_numbers,
            "The weights were cut to whole numbers: 1/2 became 0. The table must hold floats.",
            _is_cut_to_whole_numbers,
        ),
        Wrong(
            _skips_equal_words,
            "A word can stand next to itself: in 0 1 0 with a window of 2, the pair (0, 0) is seen "
            "twice. Compare places, not words.",
        ),
        Wrong(
            _diagonal_once,
            "Your diagonal is half of what it should be. In 0 1 0 with a window of 2 the pair "
            "(0, 0) is seen from both ends, like every pair: it counts 2.",
        ),
        Wrong(
            _counted(weight=lambda d, w, kind: 1.0),
            "weighting='inverse' has no effect: a pair at distance 2 should count 1/2.",
            _ignores_the_weighting,
        ),
        Wrong(
            _inverse_of(lambda d, w: 1 / (d + 1)),
            "Neighbors are at distance 1 and count 1. At distance 2 you count 1/3: the distance is "
            "one too large.",
            _inverse_is(1 / 3, 1 / 4),
        ),
        Wrong(
            _inverse_of(lambda d, w: (w + 1 - d) / w),
            "That falls in a straight line, as word2vec's window does on average. 'inverse' is 1 "
            "over the distance.",
            _inverse_is(3 / 4, 2 / 4),
        ),
        Wrong(
            _inverse_of(lambda d, w: 1 / d**2),
            "A pair at distance 2 counts 1/4 in your table. 'inverse' is 1 over the distance, not "
            "over its square.",
            _inverse_is(1 / 4, 1 / 9),
        ),
        Wrong(
            _inverse_of(lambda d, w: 0.5 ** (d - 1)),
            "Your weight halves from place to place: 1, 1/2, 1/4. 'inverse' is 1 over the "
            "distance: 1, 1/2, 1/3.",
            _inverse_is(1 / 2, 1 / 4),
        ),
        Wrong(
            _inverse_of(lambda d, w: 1 / w),
            "You divide by the window. 'inverse' is 1 over the distance of the two words.",
            _inverse_is(1 / 4, 1 / 4),
        ),
        Wrong(
            _only_words_seen,
            "A word that is not in these sentences keeps its row and column of zeros: the shape is "
            "(vocab_size, vocab_size).",
        ),
    ),
)
