"""Categories that a table has not seen: row 0 for the unknown, and new rows at the end."""

import numpy as np
from jaxtyping import Float, Int, Shaped


def known_ids(
    values: Shaped[np.ndarray, " n"], known: Shaped[np.ndarray, " categories"]
) -> Int[np.ndarray, " n"]:
    """Return 1, 2, ... for the known categories in their order, and 0 for every other value.

    Raises
    ------
    ValueError
        If a known category stands in the list twice.

    Examples
    --------
    >>> known_ids(np.array(["B", "A", "Z"]), known=np.array(["A", "B"]))
    array([2, 1, 0])
    """
    place = {value: i for i, value in enumerate(known.tolist(), start=1)}
    if len(place) != len(known):
        raise ValueError("a known category stands in the list twice")
    return np.array([place.get(value, 0) for value in values.tolist()], dtype=np.int64)


def hide_some(
    ids: Int[np.ndarray, "n columns"], share: float, rng: np.random.Generator
) -> Int[np.ndarray, "n columns"]:
    """Return a copy in which a random share of the ids is 0, so that the unknown row learns.

    Raises
    ------
    ValueError
        If `share` is not between 0 and 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must be between 0 and 1, got {share}")
    return np.where(rng.random(ids.shape) < share, 0, ids)


def extend_table(
    E: Float[np.ndarray, "vocab dim"], n_new: int, rng: np.random.Generator
) -> Float[np.ndarray, "longer dim"]:
    """Append rows near the mean of the old ones; the old rows and their ids stay as they are.

    A new row is the mean row plus normal noise, a tenth as large as the spread of each column:
    near the middle of the space, and no two alike, so that training can tell them apart.

    Raises
    ------
    ValueError
        If `E` is no table of floats with rows, or holds nan or inf, or `n_new` is negative.
    """
    if E.ndim != 2 or len(E) == 0 or n_new < 0:
        raise ValueError(f"a table and a number of rows wanted, got {E.shape} and {n_new}")
    if E.dtype.kind != "f":
        raise ValueError(f"a table of floats wanted, got {E.dtype}")
    if holes := np.flatnonzero(~np.isfinite(E).all(axis=1)).tolist():
        raise ValueError(f"there is nan or inf in row {holes[0]} of the table")
    mean, spread = (f(E, axis=0, dtype=np.float64) for f in (np.mean, np.std))
    noise = 0.1 * spread * rng.normal(size=(n_new, E.shape[1]))
    return np.concatenate([E, (mean + noise).astype(E.dtype)])
