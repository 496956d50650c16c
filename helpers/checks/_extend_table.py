"""Check of new rows at the end of a table."""

import numpy as np

from helpers import unknown_rows
from helpers.checks import _forms
from helpers.checks._compare import plain
from helpers.checks._exercise import Exercise, Wrong, call

E = np.random.default_rng(5).normal([2.0, -1.0, 0.5], [1.0, 3.0, 0.5], size=(40, 3))
SMALL = E[:6].astype(np.float32)
SKEW = np.exp(E / [1.0, 3.0, 0.5])  # in which no median is the mean
SKEW[0] = [60.0, 9.0, 30.0]


def _rows(E, n_new, rng, size=0.1):
    return E.mean(axis=0) + size * E.std(axis=0) * rng.normal(size=(n_new, E.shape[1]))


def _new_table(E, n_new, rng):
    return rng.normal(size=(len(E) + n_new, E.shape[1]))


def _zeros(E, n_new, rng):
    return np.concatenate([E, np.zeros((n_new, E.shape[1]), E.dtype)])


def _in_front(E, n_new, rng):
    return np.concatenate([_rows(E, n_new, rng).astype(E.dtype), E])


def _in_the_middle(E, n_new, rng):
    half = len(E) // 2
    return np.concatenate([E[:half], _rows(E, n_new, rng).astype(E.dtype), E[half:]])


def _all_alike(E, n_new, rng):
    return np.concatenate([E, np.tile(E.mean(axis=0), (n_new, 1)).astype(E.dtype)])


def _one_noise(E, n_new, rng):
    return np.concatenate([E, np.tile(_rows(E, 1, rng), (n_new, 1)).astype(E.dtype)])


def _far(E, n_new, rng):
    return np.concatenate([E, rng.normal(size=(n_new, E.shape[1])).astype(E.dtype)])


def _wide(E, n_new, rng):
    return np.concatenate([E, _rows(E, n_new, rng, size=1).astype(E.dtype)])


def _mean_of_all(E, n_new, rng):
    noise = 0.1 * E.std(axis=0) * rng.normal(size=(n_new, E.shape[1]))
    return np.concatenate([E, (E.mean() + noise).astype(E.dtype)])


def _promoted(E, n_new, rng):
    return np.concatenate([E, _rows(E, n_new, rng)])


def _new_rows_alone(E, n_new, rng):
    return _rows(E, n_new, rng).astype(E.dtype)


def _own_generator(E, n_new, rng):
    return unknown_rows.extend_table(E, n_new, np.random.default_rng())


def _own_seed(E, n_new, rng):
    return unknown_rows.extend_table(E, n_new, np.random.default_rng(0))


def _run(answer, E=E, n_new=30, seed=0):
    return np.asarray(plain(answer(E.copy(), n_new, np.random.default_rng(seed))))


def _has(answer, n=70):
    out = _run(answer)
    return out if out.shape == (n, 3) else None


def _old_moved(answer):
    out = _has(answer)
    return not np.allclose(out[:40], E) and not any(np.allclose(row, E[0]) for row in out)


def _ids_moved(answer):
    out = _has(answer)
    return not np.allclose(out[:40], E) and any(np.allclose(row, E[0]) for row in out)


def _new(answer):
    out = _has(answer)
    return out[40:] if np.allclose(out[:40], E) else None


def _are_zero(answer):
    return not _new(answer).any()


def _are_alike(answer):
    new = _new(answer)
    return np.allclose(new, new[0])


def _gap(answer):
    """Return how far the middle of the new rows is from the mean, in spreads, and their spread."""
    new = _new(answer)
    return abs(new.mean(axis=0) - E.mean(axis=0)) / E.std(axis=0), new.std(axis=0) / E.std(axis=0)


def _off_the_mean(answer):
    gap, spread = _gap(answer)
    return (gap > 0.5 + 3 * spread / 30**0.5).any() and not _are_zero(answer)


def _too_wide(answer):
    return _gap(answer)[1].max() > 0.5


def _only_new(answer):
    return _has(answer, 30) is not None


def _other_dtype(answer):
    return _run(answer, SMALL).dtype != SMALL.dtype


def _not_repeatable(answer):
    return not np.array_equal(_has(answer)[40:], _has(answer)[40:], equal_nan=True)


def _ignores_rng(answer):
    return np.array_equal(_has(answer)[40:], _run(answer, seed=1)[40:])


def _longer_by_n_new(answer):
    for table, n_new in ((E, 30), (SMALL, 2), (SMALL, 0), (E[:1], 1)):
        out = _run(answer, table, n_new)
        if out.shape != (len(table) + n_new, 3):
            return f"For {len(table)} rows and n_new={n_new} the shape is {out.shape}."
        if not np.array_equal(out[: len(table)], table):
            return "An old row changed in its last digits; copy it as it is."
    return None


def _noise(answer):
    """Return 500 new rows as distances from the mean row, in spreads of the columns."""
    new = _run(answer, SKEW, 500)[40:]
    return (new - SKEW.mean(axis=0)) / SKEW.std(axis=0)


def _new_rows_are_numbers(answer):
    if not np.isfinite(_run(answer)).all():
        return "There is nan or inf in the table."
    return None


def _noise_is_small(answer):
    spread = _noise(answer).std(axis=0)
    if spread.max() > 0.12 or spread.min() < 0.08:
        return (
            f"The noise of the new rows is {spread.min():.2f} to {spread.max():.2f} of the spread "
            "of a column; 0.1 is asked for."
        )
    return None


def _middle_is_the_mean(answer):
    gap = abs(_noise(answer).mean(axis=0)).max()
    if gap > 0.025:
        return (
            f"The middle of 500 new rows is {gap:.2f} spreads of a column away from the mean row. "
            "Add noise around 0 to E.mean(axis=0)."
        )
    return None


def _noise_is_drawn_for_every_number(answer):
    if abs(np.corrcoef(_noise(answer).T) - np.eye(3)).max() > 0.4:
        return (
            "The noise of a row is the same in every column, or nearly. Draw it for every number: "
            "size=(n_new, E.shape[1])."
        )
    return None


def _noise_is_normal(answer):
    noise = _noise(answer)
    far = (abs(noise) > 2 * noise.std(axis=0)).mean()
    if not 0.015 < far < 0.085:
        return (
            f"The noise is not normal: {far:.2f} of it lies beyond two standard deviations, where "
            "0.05 is expected. Use rng.normal."
        )
    return None


extend_table = Exercise(
    name="extend_table",
    number="14.4",
    review="section 3",
    reference=unknown_rows.extend_table,
    equal=None,
    form=_forms.array,
    calls=(
        call(E, 30, np.random.default_rng(0)),
        call(SMALL, 2, np.random.default_rng(1)),
        call(SMALL, 0, np.random.default_rng(2)),
    ),
    laws=(
        _longer_by_n_new,
        _new_rows_are_numbers,
        _noise_is_small,
        _middle_is_the_mean,
        _noise_is_drawn_for_every_number,
        _noise_is_normal,
    ),
    wrong=(
        Wrong(
            _new_rows_alone,
            "You returned the new rows alone. Return the old rows, and the new ones after them.",
            _only_new,
        ),
        Wrong(_new_table, "Row 0 changed; copy the old rows first.", _old_moved),
        Wrong(
            _in_the_middle,
            "Ids of old codes moved: row 0 is still there, and others are not where they were. "
            "Keep the old rows in their order, and put new rows at the end.",
            _ids_moved,
        ),
        Wrong(
            _in_front,
            "Ids of old codes moved: row 0 is still there, and others are not where they were. "
            "Keep the old rows in their order, and put new rows at the end.",
            _ids_moved,
        ),
        Wrong(
            _zeros,
            "All new codes have cosine 0 (or nan) with everything; start near the mean with small "
            "noise.",
            _are_zero,
        ),
        Wrong(
            _all_alike,
            "All new rows are the same. Draw noise for each row of its own, so that they differ.",
            _are_alike,
        ),
        Wrong(
            _one_noise,
            "All new rows are the same. Draw noise for each row of its own, so that they differ.",
            _are_alike,
        ),
        Wrong(
            _far,
            "The new rows are not around the mean row. Add to the mean of each column, axis 0.",
            _off_the_mean,
        ),
        Wrong(
            _mean_of_all,
            "The new rows are not around the mean row. Add to the mean of each column, axis 0.",
            _off_the_mean,
        ),
        Wrong(
            _wide,
            "The new rows are spread as widely as the old ones. Take a tenth of the spread of each "
            "column.",
            _too_wide,
        ),
        Wrong(
            _promoted,
            "A table of float32 became another type. Give the new rows the dtype of E.",
            _other_dtype,
        ),
        Wrong(
            _own_generator,
            "The same `rng` gives other rows each time. Draw from `rng` alone.",
            _not_repeatable,
        ),
        Wrong(
            _own_seed,
            "Every generator gives the same rows. Draw from `rng`, not from a seed of your own.",
            _ignores_rng,
        ),
    ),
)
