"""How well scores put cases before controls: two measures, ties included.

Both look at the order of the scores alone. The area under the ROC curve compares cases with
controls pair by pair, so it does not change when there are more controls of the same kind.
Average precision asks who is on top of the list, and falls when cases become rare.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Shaped

Labels = Sequence[int | np.integer | np.bool_] | Shaped[np.ndarray, " n"]
Scores = Sequence[float | np.floating] | Shaped[np.ndarray, " n"]


def roc_auc(y: Labels, scores: Scores) -> float:
    """Return the chance that a case has a higher score than a control; a tie counts one half.

    Raises
    ------
    ValueError
        If there is no case or no control, a label is not 0 or 1, or a score is missing.

    Examples
    --------
    >>> roc_auc([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1])
    0.875
    """
    cases, controls = _apart(y, scores)
    below = np.searchsorted(controls, cases, side="left")
    not_above = np.searchsorted(controls, cases, side="right")
    return float((below + not_above).mean() / (2 * len(controls)))


def average_precision(y: Labels, scores: Scores) -> float:
    """Return the mean, over the cases, of the precision at the rank of the case.

    The list is cut below the case, and below everybody with the same score: the precision is
    the share of cases among those whose score is at least as high. Random scores give about the
    prevalence, and one score for all gives it exactly.

    Raises
    ------
    ValueError
        As :func:`roc_auc`.

    Examples
    --------
    >>> average_precision([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1])  # (1/1 + 2/3) / 2
    0.8333333333333333
    """
    cases, controls = _apart(y, scores)
    cases_above = len(cases) - np.searchsorted(cases, cases, side="left")
    controls_above = len(controls) - np.searchsorted(controls, cases, side="left")
    return float((cases_above / (cases_above + controls_above)).mean())


def _apart(y: Labels, scores: Scores) -> tuple[Float[np.ndarray, "..."], Float[np.ndarray, "..."]]:
    """Return the scores of the cases and those of the controls, each from low to high."""
    y, scores = np.asarray(y), np.asarray(scores, dtype=float)
    if y.shape != scores.shape or y.ndim != 1:
        raise ValueError(f"labels of shape {y.shape} for scores of shape {scores.shape}")
    if not np.isin(y, (0, 1)).all():
        raise ValueError("labels are 1 for a case and 0 for a control")
    if np.isnan(scores).any():
        raise ValueError("a score is not a number")
    case = y == 1
    if case.all() or not case.any():
        raise ValueError(f"{case.sum()} cases and {(~case).sum()} controls: there must be both")
    return np.sort(scores[case]), np.sort(scores[~case])
