"""Which treatment goes with which diagnosis, guessed from counts: the prior of GCT.

Records such as MIMIC hang treatments on the stay, not on a diagnosis. How often two codes meet
still says something about who was treated for what; and which way round it is counted decides
how much.
"""

import numpy as np
from jaxtyping import Float, Num


def link_prior(
    dx: Num[np.ndarray, "visits diagnoses"], treatments: Num[np.ndarray, "same_visits treatments"]
) -> Float[np.ndarray, "diagnoses treatments"]:
    """Return p(treatment | diagnosis): the share of the visits with d that hold m as well.

    A diagnosis of no visit has 0 everywhere. Exchange the two arguments, and transpose, for
    p(diagnosis | treatment).

    Parameters
    ----------
    dx, treatments
        A row of zeros and ones for each visit.

    Raises
    ------
    ValueError
        If the two do not have the same visits.

    Examples
    --------
    >>> dx, rx = np.array([[1, 0], [1, 1], [1, 0]]), np.array([[1, 0], [1, 1], [0, 0]])
    >>> link_prior(dx, rx).round(2)
    array([[0.67, 0.33],
           [1.  , 1.  ]])
    """
    if len(dx) != len(treatments):
        raise ValueError(f"{len(dx)} visits with diagnoses, {len(treatments)} with treatments")
    together = np.asarray(dx, float).T @ treatments
    return together / np.maximum(dx.sum(axis=0), 1)[:, None]
