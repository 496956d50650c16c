"""Checks of the exercises on character n-grams and on the vector of any word."""

from collections.abc import Iterable

import numpy as np

from helpers import subwords
from helpers.checks import _forms
from helpers.checks._compare import show
from helpers.checks._exercise import Exercise, Wrong, call


# -------------------------------------------------------------- 5.4 char_ngrams
def _as_set(value):
    """Read a set, a list, a generator or anything else that holds texts as a set."""
    if value is None:
        return None
    if isinstance(value, str):
        return _forms.Unfit(value, "it returned one text; a set of texts is asked for")
    if not isinstance(value, Iterable):
        return _forms.Unfit(value, f"it returned {show(value)}; a set of texts is asked for")
    parts = list(value)
    if odd := sorted(show(part) for part in parts if not isinstance(part, str)):
        return _forms.Unfit(value, f"{odd[0]} is in it, which is no text; each n-gram is one")
    return {str(part) for part in parts}


def _runs(marked, lengths):
    return {marked[i : i + n] for n in lengths for i in range(len(marked) - n + 1)}


def _made(of):
    """Build a wrong answer from the word and the right n-grams."""

    def answer(word, lo=3, hi=6):
        return of(word, lo, hi, subwords.char_ngrams(word, lo, hi))

    return answer


def _marked(word):
    return f"<{word}>"


def _starts_only(word, lo, hi, right):
    return {_marked(word)[:n] for n in range(lo, hi + 1)} | {_marked(word)}


def _short_tails(word, lo, hi, right):
    marked = _marked(word)
    return {marked[i : i + n] for n in range(lo, hi + 1) for i in range(len(marked))} | {marked}


def _steps(word, lo, hi, right):
    marked = _marked(word)
    cut = {marked[i : i + n] for n in range(lo, hi + 1) for i in range(0, len(marked) - n + 1, n)}
    return cut | {marked}


def _hat_and_dollar(word, lo, hi, right):
    return _runs(f"^{word}$", range(lo, hi + 1)) | {f"^{word}$"}


def _ngrams(answer, word="metformin", lo=3, hi=6):
    return answer(word, lo, hi)


def _no_marks(answer):
    runs = _ngrams(answer) - {"<metformin>"}
    return {"met", "min"} <= runs and {*"".join(runs)} == {*"metformin"}


def _other_marks(answer):
    runs = _ngrams(answer)
    odd = {letter for run in runs for letter in run} - set("metformin<>")
    return "met" in runs and bool(odd)


def _one_mark(mark):
    def symptom(answer):
        runs = _ngrams(answer)
        other = "<>".replace(mark, "")
        return any(mark in run for run in runs) and not any(other in run for run in runs)

    return symptom


def _whole_is_missing(answer):
    return all(
        _ngrams(answer, word) == subwords.char_ngrams(word) - {_marked(word)}
        for word in ("metformin", "hypertension")
    )


def _whole_without_marks(answer):
    right = subwords.char_ngrams("metformin") - {"<metformin>"}
    return _ngrams(answer) in (right | {"metformin"}, right | {"metformin", "<metformin>"})


def _lengths(answer, lo=3, hi=5):
    return sorted({len(run) for run in _ngrams(answer, "metformin", lo, hi)} - {9, 11})


def _one_length(answer):
    return _lengths(answer) in ([3], [5])


def _stops_before_hi(answer):
    return _lengths(answer) == [3, 4]


def _ignores_lo_and_hi(answer):
    runs = [_ngrams(answer, "metformin", lo, hi) for lo, hi in ((3, 6), (2, 3), (5, 5))]
    return runs[0] == runs[1] == runs[2]


def _last_run_missing(answer):
    right = subwords.char_ngrams("metformin", 3, 3)
    return right - _ngrams(answer, "metformin", 3, 3) == {"in>"}


def _has_short_ends(answer):
    runs = _ngrams(answer)
    return bool({"n>", ">"} & runs) and "<me" in runs and not {"<m", "<"} & runs


def _single_characters(answer):
    runs = _ngrams(answer) - {"<metformin>"}
    return bool(runs) and all(len(run) == 1 for run in runs)


def _only_the_whole(answer):
    return _ngrams(answer) <= {"<metformin>", "metformin"}


def _only_starts(answer):
    runs = _ngrams(answer) - {"<metformin>", "metformin"}
    return bool(runs) and all("<metformin>".startswith(run) for run in runs)


def _side_by_side(answer):
    runs = _ngrams(answer, "metformin", 3, 3)
    return runs - {"<metformin>"} in ({"<me", "tfo", "rmi"}, {"<me", "tfo", "rmi", "n>"})


def _changes_letters(answer):
    return "<i5" in _ngrams(answer, "I50.9") and "<me" in _ngrams(answer)


def _without_dots(answer):
    runs = _ngrams(answer, "I50.9")
    return "<I5" in runs and not any("." in run for run in runs)


def _short_cases(answer):
    """Say which n-gram of a short word is missing or too much."""
    for word, lo, hi in (("ace", 3, 4), ("where", 3, 3), ("a", 3, 6), ("ab", 2, 3), ("ace", 6, 9)):
        got, right = _ngrams(answer, word, lo, hi), subwords.char_ngrams(word, lo, hi)
        listed = ", ".join(sorted(right))
        said = f"The set of {word!r} from {lo} to {hi} holds {listed}."
        if missing := sorted(right - got):
            return f"{said} Yours lacks {missing[0]!r}."
        if extra := sorted(got - right):
            return f"{said} Yours also has {extra[0]!r}."
    return None


def _runs_are_substrings(answer):
    for run in sorted(_ngrams(answer)):
        if run not in "<metformin>":
            return f"{run!r} is no run of letters of '<metformin>'."
    return None


char_ngrams = Exercise(
    name="char_ngrams",
    number="5.4",
    review="section 3",
    reference=subwords.char_ngrams,
    form=_as_set,
    calls=(
        call("where", 3, 3),
        call("metformin"),
        call("his"),
        call("a"),
        call("banana", 2, 4),
        call("I50.9"),
        call("hypertension", lo=3, hi=4),
        call("ace", 6, 9),
    ),
    laws=(_runs_are_substrings, _short_cases),
    wrong=(
        Wrong(
            _made(lambda word, lo, hi, right: _runs(word, range(lo, hi + 1)) | {word}),
            "'his' and 'this' look the same inside; add < and > around the word before you cut it.",
            _no_marks,
        ),
        Wrong(
            _made(_hat_and_dollar),
            "The marks of this exercise are < and >, as in the paper. Yours differ.",
            _other_marks,
        ),
        Wrong(
            _made(lambda word, lo, hi, right: _runs("<" + word, range(lo, hi + 1)) | {"<" + word}),
            "The beginning is marked, the end is not: add > behind the word.",
            _one_mark("<"),
        ),
        Wrong(
            _made(lambda word, lo, hi, right: _runs(word + ">", range(lo, hi + 1)) | {word + ">"}),
            "The end is marked, the beginning is not: add < before the word.",
            _one_mark(">"),
        ),
        Wrong(
            _made(lambda word, lo, hi, right: _runs(_marked(word), range(lo, hi + 1))),
            "The whole word <word> has its own entry; add it to the n-grams.",
            _whole_is_missing,
        ),
        Wrong(
            _made(
                lambda w, lo, hi, right: (
                    (right - {_marked(w)}) | _runs(_marked(w), range(lo, hi + 1)) | {w}
                )
            ),
            "The whole word is added without its marks. It is added as <word>.",
            _whole_without_marks,
        ),
        Wrong(
            _made(lambda word, lo, hi, right: _runs(_marked(word), [lo]) | {_marked(word)}),
            "Your n-grams have one length only. All lengths from lo to hi belong to the set.",
            _one_length,
        ),
        Wrong(
            _made(
                lambda word, lo, hi, right: _runs(_marked(word), range(lo, hi)) | {_marked(word)}
            ),
            "n-grams of the length hi are missing: range(lo, hi) stops before hi.",
            _stops_before_hi,
        ),
        Wrong(
            _made(lambda word, lo, hi, right: {*_marked(word), _marked(word)}),
            "Your set holds single characters. `update` with a text adds its letters one by one; "
            "`add` puts the text in.",
            _single_characters,
        ),
        Wrong(
            _made(lambda word, lo, hi, right: {_marked(word)}),
            "Only the whole word is in your set. Its runs of lo to hi characters are missing.",
            _only_the_whole,
        ),
        Wrong(
            _made(lambda word, lo, hi, right: subwords.char_ngrams(word)),
            "The arguments `lo` and `hi` have no effect.",
            _ignores_lo_and_hi,
        ),
        Wrong(
            _made(
                lambda word, lo, hi, right: (
                    {
                        _marked(word)[i : i + n]
                        for n in range(lo, hi + 1)
                        for i in range(len(_marked(word)) - n)
                    }
                    | {_marked(word)}
                )
            ),
            "The last run of each length is missing: 'in>' is not among those of metformin. A text "
            "of length L has L - n + 1 runs of length n.",
            _last_run_missing,
        ),
        Wrong(
            _made(_short_tails),
            "At the end of the word there are pieces shorter than lo: a slice that reaches over "
            "the end is cut off there.",
            _has_short_ends,
        ),
        Wrong(
            _made(_starts_only),
            "All your n-grams begin at the beginning. A run may begin at every place.",
            _only_starts,
        ),
        Wrong(
            _made(_steps),
            "Your n-grams stand side by side. They overlap: the next one begins one place further.",
            _side_by_side,
        ),
        Wrong(
            _made(lambda word, lo, hi, right: subwords.char_ngrams(word.lower(), lo, hi)),
            "Capitals became small letters: '<I5' is among the n-grams of I50.9. Leave the word as "
            "it is.",
            _changes_letters,
        ),
        Wrong(
            _made(lambda word, lo, hi, right: subwords.char_ngrams(word.replace(".", ""), lo, hi)),
            "The dot of I50.9 was taken out. It is a character like any other here.",
            _without_dots,
        ),
    ),
)


# -------------------------------------------------------------- 5.5 word_vector
def _table(rows, dim, seed):
    return np.random.default_rng(seed).normal(size=(rows, dim)).round(3)


def _with(
    hash_of=subwords.fnv1a, runs_of=subwords.char_ngrams, join=lambda rows: rows.mean(axis=0)
):
    """Build an answer from a hash, a set of n-grams, and a way to join the rows."""

    def answer(word, table):
        ids = [hash_of(run) % len(table) for run in sorted(runs_of(word))]
        return join(table[ids])

    return answer


def _fnv1(text):
    value = subwords.FNV_OFFSET
    for byte in text.encode():
        value = value * subwords.FNV_PRIME & 0xFFFFFFFF ^ byte
    return value


def _without_modulo(word, table):
    return table[[subwords.fnv1a(run) for run in sorted(subwords.char_ngrams(word))]].mean(axis=0)


def _each_bucket_once(word, table):
    return table[np.unique(subwords.bucket_ids(word, len(table)))].mean(axis=0)


def _unit(rows):
    mean = rows.mean(axis=0)
    return mean / np.linalg.norm(mean)


def _fixed_buckets(word, table):
    ids = [subwords.fnv1a(run) % 2**16 for run in sorted(subwords.char_ngrams(word))]
    return table[ids].mean(axis=0)


def _with_repeats(word):
    marked = _marked(word)
    return [marked[i : i + n] for n in range(3, 7) for i in range(len(marked) - n + 1)] + [marked]


FIXED_BUCKETS = (
    "The number of buckets is fixed in your code. It is the number of rows of the table."
)


def _raises_an_index_error(answer, rows=50):
    try:
        answer("metformin", np.zeros((rows, 1)))
    except IndexError:
        return True
    return False


def _needs_a_large_table(answer):
    return _raises_an_index_error(answer) and not _raises_an_index_error(answer, 2**17)


def _hist(answer, word="metformin", n=4000):
    """Return how much of each bucket is in a word: an identity table shows it."""
    return np.asarray(answer(word, np.eye(n)), dtype=float)


def _adds_up(answer):
    hist = _hist(answer)
    runs = len(subwords.char_ngrams("metformin"))
    return np.isclose(hist.sum(), runs) and np.allclose(hist / runs, _hist(subwords.word_vector))


def _is_scaled(answer):
    vector = np.asarray(answer("metformin", _table(50, 3, 0)), dtype=float)
    right = subwords.word_vector("metformin", _table(50, 3, 0))
    return np.isclose(np.linalg.norm(vector), 1) and np.allclose(
        vector, right / np.linalg.norm(right)
    )


def _one_row_only(answer):
    hist = _hist(answer)
    return np.isclose(hist.max(), 1) and np.isclose(hist.sum(), 1)


def _of_rows(answer, rows):
    """Tell whether the buckets of an answer are those of these n-grams."""
    ids = {subwords.fnv1a(run) % 4000 for run in rows}
    return set(np.flatnonzero(_hist(answer)).tolist()) == ids


def _lacks_the_whole(answer):
    return _of_rows(answer, subwords.char_ngrams("metformin") - {"<metformin>"})


def _lacks_the_marks(answer):
    return _of_rows(answer, _runs("metformin", range(3, 7))) or _of_rows(
        answer, _runs("metformin", range(3, 7)) | {"metformin"}
    )


def _mean_of_more(answer):
    """Divide by another number than that of the n-grams."""
    hist, right = _hist(answer), _hist(subwords.word_vector)
    ratio = hist.sum()
    return not np.isclose(ratio, 1) and np.allclose(hist / ratio, right)


def _smallest_case(answer):
    table = _table(30, 2, 2)
    row = subwords.fnv1a("<a>") % 30
    got = np.asarray(answer("a", table), dtype=float)
    if got.shape == (2,) and not np.allclose(got, table[row], atol=1e-4):
        found = np.flatnonzero(np.isclose(table, got, atol=1e-4).all(axis=1))
        yours = f"row {found[0]}" if found.size else "no single row"
        value = subwords.fnv1a("<a>")
        return (
            f"'a' has one n-gram, '<a>'. Its hash {value} leaves {row} when divided by 30, so in a "
            f"table of 30 rows its vector is row {row}. Yours is {yours}."
        )
    return None


def _rows_that_count(answer):
    """Read from an identity table how much of each n-gram's row is in a word."""
    hist, right = _hist(answer), _hist(subwords.word_vector)
    if hist.shape != right.shape:
        return None
    for run in sorted(subwords.char_ngrams("metformin")):
        row = subwords.fnv1a(run) % len(hist)
        if not np.isclose(hist[row], right[row], atol=1e-4):
            return (
                f"metformin has {len(subwords.char_ngrams('metformin'))} n-grams. The row of "
                f"{run!r} should enter with weight {right[row]:.4f}; in yours it has "
                f"{hist[row]:.4f}."
            )
    return None


def _similar_words_share(answer):
    a, b = _hist(answer), _hist(answer, "metfromin")
    weights = a.shape == (4000,) and np.allclose((a.sum(), b.sum()), 1)
    if weights and not np.minimum(a, b).any():
        return (
            "metformin and metfromin share n-grams such as '<met' and 'min>', yet no bucket of "
            "yours is shared."
        )
    return None


word_vector = Exercise(
    name="word_vector",
    number="5.5",
    review="section 3",
    reference=subwords.word_vector,
    form=_forms.array,
    calls=(
        call("metformin", _table(1000, 4, 0)),
        call("metfromin", _table(97, 3, 1)),
        call("a", _table(30, 2, 2)),
        call("I50.9", _table(500, 5, 3)),
        call("hydrochlorothiazide", _table(12, 2, 4)),
        call("E11.65", _table(1, 3, 5)),
        call("banana", _table(700, 3, 6)),
        call("his", _table(700, 3, 7)),
    ),
    laws=(_smallest_case, _similar_words_share, _rows_that_count),
    wrong=(
        Wrong(
            _with(hash_of=hash),
            "Other rows in every session: Python's `hash` of a text is salted anew each time. Use "
            "the fixed hash, FNV-1a.",
        ),
        Wrong(
            _fixed_buckets,
            FIXED_BUCKETS,
            _needs_a_large_table,
        ),
        Wrong(
            _without_modulo,
            "A hash is a number up to four billion, and the table has fewer rows. The remainder "
            "after division by the number of rows is a row.",
            _raises_an_index_error,
        ),
        Wrong(
            _with(join=lambda rows: rows.max(axis=0)),
            "You take the largest number of each column. The mean over the n-grams is asked for.",
        ),
        Wrong(
            _with(join=lambda rows: rows.sum(axis=0)),
            "You add the rows up, so that long words get long vectors. The mean is asked for.",
            _adds_up,
        ),
        Wrong(
            _with(runs_of=lambda word: {_marked(word)}),
            "One row only. A word that was never seen has no row of its own; its n-grams have.",
            _one_row_only,
        ),
        Wrong(
            _with(runs_of=lambda word: _runs(_marked(word), range(3, 7))),
            "The whole word <word> is missing among your rows.",
            _lacks_the_whole,
        ),
        Wrong(
            _with(runs_of=lambda word: _runs(word, range(3, 7)) or {word}),
            "Your n-grams have no marks: '<met' has a row of its own, another one than 'met'.",
            _lacks_the_marks,
        ),
        Wrong(
            _with(join=_unit),
            "Your vector is scaled to length 1. Leave the mean as it is; a cosine scales it later.",
            _is_scaled,
        ),
        Wrong(
            _with(join=lambda rows: rows.sum(axis=0) / (len(rows) + 1)),
            "Your weights do not sum to 1: divide by the number of n-grams, with the whole word.",
            _mean_of_more,
        ),
        Wrong(
            _each_bucket_once,
            "Where two n-grams of a word share a bucket, its row counts twice: once for each of "
            "them.",
        ),
        Wrong(_with(hash_of=lambda run: subwords.fnv1a(run) % 10), FIXED_BUCKETS),
        Wrong(
            _with(runs_of=_with_repeats),
            "The n-grams are a set, so each counts once. In banana the run 'ana' comes twice, in "
            "his one run is the whole word as well.",
        ),
        Wrong(
            _with(hash_of=_fnv1),
            "That is FNV-1: it multiplies first. FNV-1a mixes the byte in first, then multiplies.",
        ),
    ),
)
