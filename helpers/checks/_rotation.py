"""Check for a random rotation of a space of embeddings."""

import numpy as np

from helpers import decomposition, similarity
from helpers.checks import _forms
from helpers.checks._compare import plain
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.checks._tables import table

WORDS = table(7, 4, seed=8, mean=0.3)
FEW = table(3, 5, seed=9)


def _orthogonal(size, rng):
    return np.linalg.qr(rng.normal(size=(size, size)))[0]


def _random_matrix(E, rng):
    return E @ rng.normal(size=(E.shape[1], E.shape[1]))


def _words_mixed(E, rng):
    return _orthogonal(len(E), rng) @ E


def _words_mixed_if_square(E, rng):
    return _orthogonal(E.shape[1], rng) @ E


def _each_row_alone(E, rng):
    return np.stack([row @ _orthogonal(len(row), rng) for row in E])


def _axes_renamed(E, rng):
    return E[:, rng.permutation(E.shape[1])[::-1]]


def _signs_flipped(E, rng):
    return E * rng.choice([-1.0, 1.0], size=E.shape[1])


def _matrix_alone(E, rng):
    return _orthogonal(E.shape[1], rng)


def _own_seed(E, rng):
    return E @ _orthogonal(E.shape[1], np.random.default_rng(0))


def _other_generator(E, rng):
    return E @ _orthogonal(E.shape[1], np.random.default_rng())


def _centers_too(E, rng):
    return (E - E.mean(axis=0)) @ _orthogonal(E.shape[1], rng)


def _longer(E, rng):
    return 2 * E @ _orthogonal(E.shape[1], rng)


def _two_axes_only(E, rng):
    out = E.copy()
    out[:, :2] = decomposition.turn(E[:, :2], 360 * rng.random())
    return out


def _unchanged(E, rng):
    return E.copy()


def _rotate(answer, E=WORDS, seed=0):
    return np.asarray(plain(answer(E.copy(), np.random.default_rng(seed))), dtype=float)


def _dots(E):
    return E @ E.T


def _keeps_dots(answer, E=WORDS):
    return np.allclose(_dots(_rotate(answer, E)), _dots(E), atol=1e-4)


def _is_the_matrix(answer):
    out = _rotate(answer)
    return out.shape == (4, 4)


def _mixes_rows(answer, E=WORDS):
    out = _rotate(answer, E)
    return not _keeps_dots(answer, E) and np.allclose(out.T @ out, E.T @ E, atol=1e-4)


def _mixes_rows_of_a_square(answer):
    return _mixes_rows(answer, WORDS[:4])


def _keeps_axes(answer, signs):
    """Tell whether each new axis is an old one, for several generators."""
    for seed in range(5):
        out = _rotate(answer, seed=seed)
        kept = [
            any(np.allclose(sign * column, old) for old in WORDS.T for sign in signs)
            for column in out.T
        ]
        if not all(kept):
            return False
    return True


def _is_unchanged(answer):
    return all(np.allclose(_rotate(answer, seed=seed), WORDS) for seed in range(3))


def _only_renames(answer):
    return _keeps_axes(answer, signs=(1,))


def _only_mirrors(answer):
    return _keeps_axes(answer, signs=(1, -1))


def _keeps_cosines(answer):
    cosines = [similarity.pairwise_cosine(E) for E in (_rotate(answer), WORDS)]
    return np.allclose(*cosines, atol=1e-4)


def _changes_lengths_alone(answer):
    return _keeps_cosines(answer) and not _keeps_dots(answer)


def _moves_the_origin(answer):
    out = _rotate(answer)
    gaps = [np.linalg.norm(E[:, None] - E[None], axis=-1) for E in (out, WORDS)]
    return np.allclose(*gaps, atol=1e-4) and not _keeps_dots(answer)


def _changes_cosines(answer):
    out = _rotate(answer)
    return out.shape == WORDS.shape and not _keeps_cosines(answer)


def _turns_no_row_like_another(answer):
    """Tell whether cosines change, and no one matrix takes all rows to where they are."""
    out = _rotate(answer)
    matrix = np.linalg.lstsq(WORDS, out, rcond=None)[0]
    return _changes_cosines(answer) and not np.allclose(WORDS @ matrix, out, atol=1e-4)


def _ignores_rng(answer):
    first, *others = (_rotate(answer, seed=seed) for seed in range(4))
    return all(np.allclose(abs(other), abs(first), atol=1e-6) for other in others)


def _draws_elsewhere(answer):
    return not np.array_equal(_rotate(answer, seed=0), _rotate(answer, seed=0))


def _leaves_an_axis(answer):
    for E in (WORDS, FEW):
        moved = np.max([np.abs(_rotate(answer, E, seed) - E) for seed in range(5)], axis=(0, 1))
        if moved.min() < 1e-6:
            return True
    return False


def _keeps_all_dots(answer):
    for E in (WORDS, FEW, WORDS[:4]):
        out = _rotate(answer, E)
        if out.shape != E.shape:
            return f"For E of shape {E.shape} the result has shape {out.shape}; keep the shape."
        gap = np.abs(_dots(out) - _dots(E)).max()
        if gap > 1e-4:
            return f"A dot product moved by {gap:.3f}; a rotation keeps them all."
    return None


rotate = Exercise(
    name="rotate",
    number="2.4",
    review="section 5",
    reference=decomposition.rotate,
    equal=None,
    form=_forms.array,
    calls=(
        call(WORDS, np.random.default_rng(0)),
        call(FEW, np.random.default_rng(1)),
        call(WORDS[:4], np.random.default_rng(2)),
    ),
    laws=(_keeps_all_dots,),
    wrong=(
        Wrong(
            _matrix_alone,
            "You returned the rotation itself. Multiply the rows of E with it.",
            _is_the_matrix,
        ),
        Wrong(_unchanged, "Nothing moved: the result equals E.", _is_unchanged),
        Wrong(
            _words_mixed,
            "You mixed the words. Multiply from the right: each row stays the row of its word.",
            _mixes_rows,
        ),
        Wrong(
            _words_mixed_if_square,
            "Q times E mixes the words, and fits only if there are as many words as axes. "
            "Multiply from the right.",
            _mixes_rows_of_a_square,
        ),
        Wrong(
            _axes_renamed,
            "That renames the axes; mix them.",
            _only_renames,
        ),
        Wrong(
            _signs_flipped,
            "Each new axis is an old one: that renames axes or flips the sign. Mix them.",
            _only_mirrors,
        ),
        Wrong(
            _longer,
            "All cosines are kept, the lengths are not. A rotation keeps both: do not rescale.",
            _changes_lengths_alone,
        ),
        Wrong(
            _centers_too,
            "Distances are kept, dot products are not: you moved the origin. Do not center.",
            _moves_the_origin,
        ),
        Wrong(
            _own_seed,
            "Every generator gives the same result. Draw from `rng`, not from a seed of your own.",
            _ignores_rng,
        ),
        Wrong(
            _each_row_alone,
            "Cosines changed: the rows do not turn together. Multiply all of them with one and "
            "the same Q, and add nothing.",
            _turns_no_row_like_another,
        ),
        Wrong(
            _random_matrix,
            "Cosines changed: your matrix is not orthogonal, and a random matrix is not a "
            "rotation. Take Q of a QR.",
            _changes_cosines,
        ),
        Wrong(
            _other_generator,
            "The same `rng` gives another rotation each time. Draw from `rng` alone.",
            _draws_elsewhere,
        ),
        Wrong(
            _two_axes_only,
            "An axis stayed as it was. Rotate the whole space, not a part of it.",
            _leaves_an_axis,
        ),
    ),
)
