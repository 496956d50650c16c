"""Checks for CBOW: the mean of the context and its gradient (lesson on negative sampling)."""

import numpy as np

from helpers import word2vec
from helpers.checks import _forms
from helpers.checks._compare import show
from helpers.checks._exercise import Exercise, Wrong, call

TABLE = np.array(
    [[1.0, -2.0, 4.0], [3.0, 0.0, -1.0], [-5.0, 7.0, 2.0], [0.5, 6.0, -3.0], [8, 1, 9]]
)


# ------------------------------------------------------------ 4.5a cbow_hidden
def _sum_of_rows(context_ids, table):
    return table[context_ids].sum(axis=0)


def _mean_over_numbers(context_ids, table):
    return table[context_ids].mean(axis=1)


def _each_word_once(context_ids, table):
    return table[sorted(set(context_ids.tolist()))].mean(axis=0)


def _always_four(context_ids, table):
    return table[context_ids].sum(axis=0) / 4


def _rows_kept(context_ids, table):
    return table[context_ids]


def _row_before_included(context_ids, table):
    return table[np.append(context_ids, context_ids[len(context_ids) // 2])].mean(axis=0)


def _unit_length(context_ids, table):
    mean = table[context_ids].mean(axis=0)
    return mean / np.linalg.norm(mean)


def _hidden(answer, *ids):
    return np.asarray(answer(np.array(ids), TABLE.copy()), dtype=float)


def _grows_with_the_context(answer):
    return np.allclose(_hidden(answer, 1, 2, 1, 2), 2 * _hidden(answer, 1, 2))


def _repeats_do_not_count(answer):
    each = TABLE[[0, 4]].mean(axis=0)
    several = ((0, 0, 0, 4), (4, 0, 0, 0), (4, 0))
    return all(np.allclose(_hidden(answer, *ids), each) for ids in several)


def _one_number_a_word(answer):
    return _hidden(answer, 0, 1).shape == (2,)


def _one_row_a_word(answer):
    return _hidden(answer, 0, 1).shape == (2, 3)


def _has_length_1(answer):
    return np.allclose([np.linalg.norm(_hidden(answer, i, 4)) for i in (1, 2, 3)], 1)


def _one_vector(answer):
    for ids in ((0, 1), (4, 2, 3)):
        if (got := _hidden(answer, *ids)).shape != (3,):
            return (
                f"For {len(ids)} context words and rows of 3 numbers your shape is {got.shape}. "
                "One vector is asked for, shape (3,)."
            )
    return None


def _single_context_is_its_row(answer):
    got = _hidden(answer, 2)
    if got.shape == (3,) and not np.allclose(got, TABLE[2]):
        return f"With one context word the mean is its row, {show(TABLE[2])}; you have {show(got)}."
    return None


def _order_is_free(answer):
    if not np.allclose(_hidden(answer, 0, 3, 4), _hidden(answer, 4, 0, 3)):
        return (
            "Another order of the context gives another vector. A bag has no order: every word "
            "enters with the same weight."
        )
    return None


cbow_hidden = Exercise(
    name="cbow_hidden",
    number="4.5a",
    review="section 4",
    reference=word2vec.cbow_hidden,
    form=_forms.array,
    calls=(
        call(np.array([0, 1]), TABLE),
        call(np.array([4, 2, 3]), TABLE),
        call(np.array([1, 1, 3, 0]), TABLE),
        call(np.array([2]), TABLE),
    ),
    laws=(_one_vector, _order_is_free, _single_context_is_its_row),
    wrong=(
        Wrong(
            _rows_kept,
            "You return one row for each context word. CBOW averages them into one row.",
            _one_row_a_word,
        ),
        Wrong(
            _mean_over_numbers,
            "You averaged the numbers inside each row. Average over the words: axis 0.",
            _one_number_a_word,
        ),
        Wrong(
            _always_four,
            "You always divide by 4. A word at the end of a sentence has fewer neighbors: divide "
            "by how many there are.",
        ),
        Wrong(
            _sum_of_rows,
            "Twice the context gives twice the vector. The hidden vector is a mean.",
            _grows_with_the_context,
        ),
        Wrong(
            _each_word_once,
            "A word that stands in the window twice counts twice; you count it once.",
            _repeats_do_not_count,
        ),
        Wrong(
            _row_before_included,
            "One word counts once more than it stands in the window. Average the given rows, "
            "no others.",
        ),
        Wrong(_unit_length, "Your vector always has length 1. Leave the mean as it is.",
              _has_length_1),
    ),
)  # fmt: skip


# ------------------------------------------------------ 4.5b cbow_context_grad
G = np.array([2.0, -4.0, 1.0])


def _undivided(g_h, n):
    return 1.0 * g_h


def _multiplied(g_h, n):
    return n * g_h


def _divided_by_root(g_h, n):
    return g_h / np.sqrt(n)


def _n_rows(g_h, n):
    return np.tile(g_h / n, (n, 1))


def _divided_by_length(g_h, n):
    return g_h / len(g_h)


def _factor(answer, n):
    return np.asarray(answer(G.copy(), n), dtype=float) / G


def _is_the_whole_gradient(answer):
    return np.allclose(_factor(answer, 2), 1) and np.allclose(_factor(answer, 5), 1)


def _grows_with_n(answer):
    return (_factor(answer, 5) > 1.01).all()


def _same_for_all_n(answer):
    first = _factor(answer, 2)
    return np.allclose(first, _factor(answer, 5)) and np.allclose(first, first[0])


def _many_rows(answer):
    return np.shape(answer(G.copy(), 2)) == (2, 3)


def _rows_share_the_gradient(answer):
    for n in (2, 5, 1):
        got = answer(G.copy(), n)
        off = np.flatnonzero(~np.isclose(got, G / n)) if got.shape == G.shape else []
        if len(off):
            i = off[0]
            return (
                f"Moving one of {n} context rows moves their mean by 1/{n} of it. With "
                f"g_h[{i}] = {G[i]:.3g} its gradient is {G[i] / n:.3g}; yours is {got[i]:.3g}."
            )
    return None


cbow_context_grad = Exercise(
    name="cbow_context_grad",
    number="4.5b",
    review="section 4",
    reference=word2vec.cbow_context_grad,
    form=_forms.array,
    calls=(call(G, 4), call(G, 1), call(np.array([3.0, 0.0, -6.0, 9.0]), 3)),
    laws=(_rows_share_the_gradient,),
    wrong=(
        Wrong(_n_rows, "The gradient of one row is asked for, shape (d,). All n rows get the same.",
              _many_rows),
        Wrong(
            _undivided,
            "Each row gets the whole gradient of h. h is a mean, so each row gets 1/n.",
            _is_the_whole_gradient,
        ),
        Wrong(
            _divided_by_length,
            "Your factor does not depend on n. Divide by the number of context words, not by a "
            "fixed number or the length of the vector.",
            _same_for_all_n,
        ),
        Wrong(_multiplied, "With more context words one row moves h less, not more.",
              _grows_with_n),
        Wrong(_divided_by_root, "You divide by the root of n. The mean has 1/n."),
    ),
)  # fmt: skip
