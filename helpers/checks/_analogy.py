"""Check of analogies by 3CosAdd, with and without the words of the question."""

import numpy as np

from helpers import similarity, vocab
from helpers.checks._compare import plain, same
from helpers.checks._exercise import Exercise, Wrong, call

# The length of the rows says nothing; "unit" and "tin" are long and far from every answer.
WORDS = ["man", "woman", "uncle", "aunt", "boy", "girl", "tin", "unit", "opposite", "other"]
ROWS = np.array(
    [
        [1.0, 0.2, 0.1, 0.0],  # man
        [0.5, 2.0, 0.1, 0.1],  # woman
        [2.0, 0.3, 2.0, 0.1],  # uncle
        [0.3, 0.9, 1.0, 0.3],  # aunt
        [0.8, 0.1, 0.0, 0.9],  # boy
        [0.5, 1.9, 0.1, 2.2],  # girl
        [9.0, 9.0, 3.0, 1.0],  # tin
        [-5.0, 6.0, 9.0, 2.0],  # unit
        [2.0, -1.0, 1.2, 0.0],  # opposite
        [-0.4, 0.3, -0.6, -0.9],  # other
    ]
)
RANDOM = np.random.default_rng(8).normal(size=(10, 4)) * np.linspace(0.3, 4, 10)[:, None]
# where the words of the question may be answered, the answer is c, b or a
FOUR = ["a", "b", "c", "d", "other"]
NEAR_C = np.array([[1.0, 0, 0], [0.95, 0.3, 0], [0, 0.3, 1], [0, 1, 0.9], [0.1, 0.5, -1]])
NEAR_B = np.array([[1.0, 0, 0], [0, 0.2, 1], [1, 0.25, 0], [0.2, 0.8, 0.6], [0, -1, 0.2]])
NEAR_A = np.array([[1.0, 0, 0], [0.77, 0.64, 0], [0.77, -0.64, 0], [0.5, 0, 0.8], [-1, 0.2, 0.3]])
ASKED = (
    ("man", "woman", "uncle"),
    ("man", "uncle", "boy"),
    ("woman", "man", "girl"),
    ("man", "boy", "woman"),
    ("aunt", "uncle", "girl"),
    ("boy", "girl", "uncle"),
    ("opposite", "other", "unit"),
    ("tin", "man", "other"),
)


def _ids(words):
    return {word: i for i, word in enumerate(words)}


def _analogy(a, b, c, E, itos, stoi, exclude=True):
    """Call the course's function in the plain form that the exercise asks for."""
    known = vocab.Vocab(tuple(itos), np.ones(len(itos), dtype=int))
    return similarity.analogy(a, b, c, np.asarray(E), known, 1, exclude)[0][0]


def _solve(scores_of, unit=True, left_out=lambda a, b, c, exclude: {a, b, c} if exclude else set()):
    """Make an answer: ``scores_of(rows, a, b, c)`` of the ids, the best that is not left out."""

    def answer(a, b, c, E, itos, stoi, exclude=True):
        ids = [stoi[word] for word in (a, b, c)]
        rows = similarity.unit_rows(np.asarray(E, dtype=float)) if unit else np.asarray(E)
        scores = np.array(scores_of(rows, *ids), dtype=float)
        scores[list(left_out(*ids, exclude))] = -np.inf
        return itos[int(scores.argmax())]

    return answer


def _toward(rows, a, b, c):
    return rows @ (rows[b] - rows[a] + rows[c])


def _cosine_of_raw(rows, a, b, c):
    return similarity.cosine_to(rows[b] - rows[a] + rows[c], rows)


_sign = _solve(lambda rows, a, b, c: rows @ (rows[a] - rows[b] + rows[c]))
_all_added = _solve(lambda rows, a, b, c: rows @ (rows[a] + rows[b] + rows[c]))
_c_taken_away = _solve(lambda rows, a, b, c: rows @ (rows[b] + rows[a] - rows[c]))
_c_forgotten = _solve(lambda rows, a, b, c: rows @ (rows[b] - rows[a]))
_c_minus_b = _solve(lambda rows, a, b, c: rows @ (rows[c] - rows[b] - rows[a]))
_near_c = _solve(lambda rows, a, b, c: rows @ rows[c])
_near_b = _solve(lambda rows, a, b, c: rows @ rows[b])
_near_b_and_c = _solve(lambda rows, a, b, c: rows @ (rows[b] + rows[c]))
_raw_dot = _solve(_toward, unit=False)
_raw_cosine = _solve(_cosine_of_raw, unit=False)
_raw_distance = _solve(
    lambda rows, a, b, c: -np.linalg.norm(rows - rows[b] + rows[a] - rows[c], axis=1), unit=False
)
_least = _solve(lambda rows, a, b, c: -_toward(rows, a, b, c))
_by_size = _solve(lambda rows, a, b, c: np.abs(_toward(rows, a, b, c)))


def _unit_then_raw(a, b, c, E, itos, stoi, exclude=True):
    rows = similarity.unit_rows(np.asarray(E))
    x, y, z = (stoi[word] for word in (a, b, c))
    scores = np.asarray(E) @ (rows[y] - rows[x] + rows[z])
    if exclude:
        scores[[x, y, z]] = -np.inf
    return itos[int(scores.argmax())]


_never_excludes = _solve(_toward, left_out=lambda a, b, c, exclude: set())
_always_excludes = _solve(_toward, left_out=lambda a, b, c, exclude: {a, b, c})
_only_a = _solve(_toward, left_out=lambda a, b, c, exclude: {a} if exclude else set())
_only_b = _solve(_toward, left_out=lambda a, b, c, exclude: {b} if exclude else set())
_only_c = _solve(_toward, left_out=lambda a, b, c, exclude: {c} if exclude else set())
_only_a_and_c = _solve(_toward, left_out=lambda a, b, c, exclude: {a, c} if exclude else set())
_only_a_and_b = _solve(_toward, left_out=lambda a, b, c, exclude: {a, b} if exclude else set())
_only_b_and_c = _solve(_toward, left_out=lambda a, b, c, exclude: {b, c} if exclude else set())


def _zero_for_the_question(a, b, c, E, itos, stoi, exclude=True):
    rows = similarity.unit_rows(np.asarray(E))
    ids = [stoi[word] for word in (a, b, c)]
    scores = _toward(rows, *ids)
    if exclude:
        scores[ids] = 0
    return itos[int(scores.argmax())]


_upside_down = _solve(_toward, left_out=lambda a, b, c, exclude: set() if exclude else {a, b, c})


def _default_false(a, b, c, E, itos, stoi, exclude=False):
    return _analogy(a, b, c, E, itos, stoi, exclude)


def _id(a, b, c, E, itos, stoi, exclude=True):
    return stoi[_analogy(a, b, c, E, itos, stoi, exclude)]


def _with_score(a, b, c, E, itos, stoi, exclude=True):
    return (_analogy(a, b, c, E, itos, stoi, exclude), 0.9)


def _in_a_list(a, b, c, E, itos, stoi, exclude=True):
    return [_analogy(a, b, c, E, itos, stoi, exclude)]


def _moved_up(a, b, c, E, itos, stoi, exclude=True):
    rows = similarity.unit_rows(np.asarray(E))
    ids = [stoi[word] for word in (a, b, c)]
    target = rows[ids[1]] - rows[ids[0]] + rows[ids[2]]
    kept = np.delete(rows, ids, axis=0) if exclude else rows
    return itos[int((kept @ target).argmax())]


def _word(value):
    """Read a word that came as np.str_ or as an array of one."""
    value = plain(value)
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.item()
    return str(value) if isinstance(value, str) else value


_CLOSE = [("a", "b", "c", table, FOUR, _ids(FOUR)) for table in (NEAR_C, NEAR_B, NEAR_A)]


def _is_a(kind):
    return lambda answer: isinstance(answer(*ASKED[0], ROWS.copy(), WORDS, _ids(WORDS)), kind)


def _never_a_question_word(answer):
    for words in ASKED:
        for table in (ROWS, RANDOM):
            found = answer(*words, table.copy(), WORDS, _ids(WORDS))
            if found in words:
                return (
                    f"{words[0]} : {words[1]} = {words[2]} : ? gives {found!r}, a word of the "
                    "question. With exclude=True leave out all three."
                )
    return None


def _length_does_not_matter(answer):
    longer = ROWS * np.linspace(0.2, 5, len(ROWS))[::-1, None]
    for words in ASKED:
        if answer(*words, ROWS.copy(), WORDS, _ids(WORDS)) != answer(
            *words, longer, WORDS, _ids(WORDS)
        ):
            return "Making some rows longer changes your answers. Scale all rows to length 1 first."
    return None


analogy = Exercise(
    name="analogy",
    number="8.5",
    review="section 5",
    reference=_analogy,
    form=_word,
    equal=lambda got, expected: same(got, expected),
    calls=(
        *(call(*words, ROWS, WORDS, _ids(WORDS)) for words in ASKED),
        *(call(*words, RANDOM, WORDS, _ids(WORDS)) for words in ASKED),
        *(call(*args, exclude=True) for args in _CLOSE),
        *(call(*words, ROWS, WORDS, _ids(WORDS), exclude=False) for words in ASKED[:3]),
        *(call(*words, RANDOM, WORDS, _ids(WORDS), exclude=False) for words in ASKED[:3]),
        *(call(*args) for args in _CLOSE),
        *(call(*args, exclude=False) for args in _CLOSE),
        call("man", "woman", "man", ROWS, WORDS, _ids(WORDS)),
        call("man", "woman", "man", ROWS, WORDS, _ids(WORDS), exclude=False),
    ),
    laws=(_never_a_question_word, _length_does_not_matter),
    wrong=(
        Wrong(_id, "You return the row. itos[i] is the word of row i.", _is_a(int | np.integer)),
        Wrong(
            _with_score,
            "Return the word alone, not a list or a pair.",
            _is_a(tuple),
        ),
        Wrong(_in_a_list, "Return the word alone, not a list or a pair.", _is_a(list)),
        Wrong(
            _upside_down,
            "exclude works upside down: True leaves the words of the question out.",
        ),
        Wrong(
            _never_excludes,
            "Usually the nearest point is a question word. With exclude=True leave out all three.",
        ),
        Wrong(
            _default_false,
            "Without being told, yours does not exclude. The default is exclude=True.",
        ),
        Wrong(
            _always_excludes,
            "With exclude=False the words of the question may be answered too.",
        ),
        Wrong(
            _zero_for_the_question,
            "A score of 0 can still be the largest, where all others are negative. Give the words "
            "of the question -inf.",
        ),
        Wrong(_only_a, "Only a is left out. Leave out all three words of the question."),
        Wrong(_only_b, "Only b is left out. Leave out all three words of the question."),
        Wrong(_only_c, "Only c is left out. Leave out all three words of the question."),
        Wrong(_only_a_and_c, "b may still be answered. Leave out all three words of the question."),
        Wrong(_only_a_and_b, "c may still be answered. Leave out all three words of the question."),
        Wrong(_only_b_and_c, "a may still be answered. Leave out all three words of the question."),
        Wrong(
            _sign,
            "a is to b as c is to ?: move from c in the direction b - a. You went a - b.",
        ),
        Wrong(_all_added, "a is added in yours. The direction is b - a: take a away."),
        Wrong(_c_taken_away, "The signs of a and c are swapped: b - a + c."),
        Wrong(_c_minus_b, "b is taken away in yours: the target is b - a + c."),
        Wrong(_c_forgotten, "c is missing: start at c, then move by b - a."),
        Wrong(_near_c, "This is the word nearest to c. Move from c by b - a first."),
        Wrong(_near_b, "This is the word nearest to b. The target is b - a + c."),
        Wrong(_near_b_and_c, "a is missing: the target is b - a + c."),
        Wrong(_raw_dot, "The longest vector wins every analogy; use unit vectors."),
        Wrong(
            _unit_then_raw,
            "The target is made of unit vectors, but the candidates are not: the longest wins.",
        ),
        Wrong(
            _raw_cosine,
            "Long vectors of the question outweigh short ones. Scale all rows to length 1 before "
            "you add.",
        ),
        Wrong(
            _raw_distance,
            "You took the nearest by distance among rows of all lengths. Use unit vectors.",
        ),
        Wrong(_least, "This is the word farthest from b - a + c. Take the largest cosine."),
        Wrong(_by_size, "A cosine of -.9 is far away, not near. Take the largest with its sign."),
        Wrong(
            _moved_up,
            "Without the words of the question all later rows have moved up: row i of the rest is "
            "no longer itos[i].",
        ),
    ),
)
