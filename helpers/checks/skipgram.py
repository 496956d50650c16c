"""Checks for skip-gram from scratch: vocabulary, pairs, gradients, a step, neighbors."""

import itertools

import numpy as np

from helpers import similarity, vocab
from helpers.checks._choice import Choice, Prediction
from helpers.checks._compare import same
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.checks._softmax import sgd_step, softmax_loss_grads
from helpers.checks._windows import build_vocab, skipgram_pairs

__all__ = [
    "build_vocab",
    "most_similar",
    "never_meet",
    "sgd_step",
    "skipgram_pairs",
    "softmax_loss_grads",
    "sum_of_rows",
    "who_made_the_labels",
]


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


def _index_of_the_shorter_table(word, E, itos, stoi, k=5):
    rest = np.delete(E, stoi[word], axis=0)
    return _ranked(similarity.cosine_to(E[stoi[word]], rest), itos, k)


def _equal_directions_dropped(word, E, itos, stoi, k=5):
    cosine = _cosines(word, E, stoi)
    order = [i for i in np.argsort(-cosine, kind="stable") if cosine[i] < 1 - 1e-9]
    return [(itos[i], float(cosine[i])) for i in order[:k]]


def _lazily(word, E, itos, stoi, k=5):
    return iter(_most_similar(word, E, itos, stoi, k))


def _as_a_dict(word, E, itos, stoi, k=5):
    return dict(_most_similar(word, E, itos, stoi, k))


def _two_lists(word, E, itos, stoi, k=5):
    return tuple(zip(*_most_similar(word, E, itos, stoi, k), strict=True))


def _scores_as_text(word, E, itos, stoi, k=5):
    return [(found, f"{score:.9f}") for found, score in _most_similar(word, E, itos, stoi, k)]


def _words_without_scores(word, E, itos, stoi, k=5):
    return [found for found, _ in _most_similar(word, E, itos, stoi, k)]


def _ids_for_words(word, E, itos, stoi, k=5):
    return [(stoi[found], score) for found, score in _most_similar(word, E, itos, stoi, k)]


def _score_first(word, E, itos, stoi, k=5):
    return [(score, found) for found, score in _most_similar(word, E, itos, stoi, k)]


def _found(answer, word="metformin", E=ROWS, k=3):
    return answer(word, E.copy(), list(WORDS), _ids(WORDS), k)


def _has_itself(answer):
    return any(word == query for query in WORDS for word, _ in _found(answer, query, k=5))


def _loses_what_points_the_same_way(answer):
    near = [word for word, _ in _found(answer, E=RAY, k=5)]
    return len(_found(answer, k=5)) == 5 and "metformin" not in near and "diabetes" not in near


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
        asked = list(itertools.product(WORDS, (2, 99)))
        mine, right, *known = (
            [[str(word) for word, _ in _found(f, word, k=k)] for word, k in asked]
            for f in (answer, _most_similar, *others)
        )
        return mine != right and mine in known

    return symptom


def _has_no_pairs(answer):
    found = _found(answer)
    return len(found) == 3 and all(isinstance(part, str) for part in found)


def _has_two_lists(answer):
    found = _found(answer, k=5)
    return len(found) == 2 and all(len(part) == 5 for part in found)


def _kinds(answer):
    """Return the types of the first and of the second parts of what an answer finds."""
    return [set(map(type, parts)) for parts in zip(*_found(answer), strict=True)]


def _has_ids(answer):
    first, _ = _kinds(answer)
    return all(issubclass(kind, int | np.integer) for kind in first)


def _has_scores_first(answer):
    first, second = _kinds(answer)
    return all(issubclass(kind, str) for kind in second) and first.isdisjoint({str, np.str_})


def _has_scores_as_text(answer):
    return all(isinstance(score, str) and float(score) < 2 for _, score in _found(answer))


def _always_the_same_number(answer):
    return len(_found(answer, k=1)) == len(_found(answer, k=3)) > 1


def _has_fewer(answer):
    return len(_found(answer, k=3)) == 2 and len(_found(answer, k=2)) == 1


def _scores_are_cosines(answer):
    found = [(word, float(score)) for word, score in _found(answer, k=5)]
    right_of = dict(zip(WORDS, similarity.pairwise_cosine(ROWS)[1], strict=True))
    rounded = any(all(s == round(right_of[w], places) for w, s in found) for places in range(5))
    for word, score in found:
        right = right_of[word]
        if abs(score - right) > 1e-5:
            cause = " That is 1 - cosine, a distance." if abs(score - 1 + right) < 1e-5 else ""
            cause = " Do not round." if rounded else cause
            return (
                f"The cosine of 'metformin' and {word!r} is {right:.6g}; you have {score:.6g}."
                f"{cause}"
            )
    return None


def _cosines_fall(answer):
    for query in WORDS:
        for (one, before), (two, after) in itertools.pairwise(_found(answer, query)):
            if float(after) > float(before) + 1e-6:
                return (
                    f"Nearest to {query!r} in yours is {one!r} with {float(before):.3f}, then "
                    f"{two!r} with {float(after):.3f}. The largest cosine comes first."
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
        pairs = [(word, score) for word, score in got]
        if any(isinstance(score, str) or not isinstance(word, str) for word, score in pairs):
            return False
        mine = [(str(word), float(np.squeeze(score))) for word, score in pairs]
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
        call("and", ROWS, WORDS, _ids(WORDS), 2),
        call("asthma", ROWS, WORDS, _ids(WORDS)),
        call("insulin", ROWS[:3], WORDS[:3], _ids(WORDS[:3]), 5),
        call("metformin", RAY, WORDS, _ids(WORDS), 1),
    ),
    equal=_same_neighbors,
    laws=(_stops_at_the_end, _length_does_not_matter, _scores_are_cosines, _cosines_fall),
    wrong=(
        Wrong(
            _lazily,
            "Return a list of pairs; an iterator (a generator, zip, map) can be read only once.",
            lambda answer: iter(found := _found(answer)) is found,
        ),
        Wrong(
            _as_a_dict,
            "You return a dictionary. Return a list of (word, cosine) pairs.",
            lambda answer: isinstance(_found(answer), dict),
        ),
        Wrong(
            _two_lists,
            "You return the words and the cosines apart. Return one list of (word, cosine) pairs.",
            _has_two_lists,
        ),
        Wrong(
            _words_without_scores,
            "Return (word, cosine) pairs, not the words alone.",
            _has_no_pairs,
        ),
        Wrong(_score_first, "The word comes first: (word, cosine).", _has_scores_first),
        Wrong(_ids_for_words, "You return ids. itos[i] is the word of id i.", _has_ids),
        Wrong(
            _scores_as_text,
            "Your cosines are text. Return them as numbers.",
            _has_scores_as_text,
        ),
        Wrong(
            _index_of_the_shorter_table,
            "Without the word's row all later rows have moved up by one: row i of the rest is no "
            "longer itos[i].",
            _words_like(_index_of_the_shorter_table),
        ),
        Wrong(
            _itself_first,
            "The word itself is among its neighbors. Leave it out by its id, stoi[word].",
            _has_itself,
        ),
        Wrong(
            _equal_directions_dropped,
            "Another word that points the same way has cosine 1, too, and is lost in yours. Leave "
            "out the word by its id.",
            _loses_what_points_the_same_way,
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
            "Long vectors win, as they do with a dot product. Divide by both lengths, and by the "
            "length of each row on its own.",
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
        "c": "far above 0, they keep the same company",
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
