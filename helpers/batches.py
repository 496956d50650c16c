"""Visits as arrays: ids from 1, padding, a mask, and multi-hot rows.

Patients have different numbers of visits and visits different numbers of codes; an array is a
box. What does not fill the box is padded, and the mask remembers what is real: ``True`` is a
code, ``False`` is padding (torch's ``key_padding_mask`` says it the other way round).
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Int

from helpers.token_stream import Ids
from helpers.vocab import Vocab


def encode_visits(
    visits: Sequence[Sequence[str]], vocab: Vocab, first_id: int = 1
) -> tuple[list[list[int]], int]:
    """Turn the codes of each visit into ids that start at `first_id`, so that 0 can pad.

    Codes that the vocabulary does not know, for instance because no patient of the training
    part has them, are left out and counted.

    Returns
    -------
        The ids of each visit, and the number of codes left out.

    Examples
    --------
    >>> vocab = Vocab(("I10", "E119"), np.array([2, 1]))
    >>> encode_visits([["E119", "I10"], ["J459"]], vocab)
    ([[2, 1], []], 1)
    """
    found = [vocab.encode_known(visit) for visit in visits]
    ids = [(known + first_id).tolist() for known, _ in found]
    return ids, sum(unknown for _, unknown in found)


def pad_visits(
    patients: Sequence[Sequence[Ids]], pad: int = 0, max_visits: int | None = None
) -> tuple[Int[np.ndarray, "patients visits codes"], Bool[np.ndarray, "patients visits codes"]]:
    """Put patients of unequal length into one array, real entries first, padding behind.

    Parameters
    ----------
    patients
        For each patient the visits in time order, for each visit its code ids.
    pad
        What stands where no code is; no code may have this id.
    max_visits
        If given, only the newest visits of each patient are kept.

    Returns
    -------
        The ids, and the mask: True where a real code stands.

    Raises
    ------
    ValueError
        If a code has the id `pad`, or if `max_visits` is not positive.

    Examples
    --------
    >>> codes, mask = pad_visits([[[3], [1, 2]], [[2]]])
    >>> codes.tolist()
    [[[3, 0], [1, 2]], [[2, 0], [0, 0]]]
    >>> int(mask.sum())
    4
    """
    if max_visits is not None:
        if max_visits < 1:
            raise ValueError(f"max_visits is 1 or more, not {max_visits}")
        patients = [visits[-max_visits:] for visits in patients]
    n_visits = max((len(visits) for visits in patients), default=0)
    n_codes = max((len(visit) for visits in patients for visit in visits), default=0)
    codes = np.full((len(patients), n_visits, n_codes), pad, dtype=np.int64)
    mask = np.zeros(codes.shape, dtype=bool)
    for p, visits in enumerate(patients):
        for v, visit in enumerate(visits):
            if pad in visit:
                raise ValueError(f"patient {p}, visit {v}: a code has the id of the padding, {pad}")
            codes[p, v, : len(visit)] = visit
            mask[p, v, : len(visit)] = True
    return codes, mask


def multi_hot_visits(
    codes: Int[np.ndarray, "patients visits codes"],
    mask: Bool[np.ndarray, "patients visits codes"],
    n_codes: int,
    first_id: int = 1,
) -> Float[np.ndarray, "patients visits vocab"]:
    """Return one multi-hot row a visit; visits that are padding are rows of zeros.

    Column ``j`` stands for the id ``j + first_id``, that is for token ``j`` of the vocabulary.

    Raises
    ------
    ValueError
        If a real id has no column.
    """
    real = codes[mask]
    if real.size and (real.min() < first_id or real.max() >= first_id + n_codes):
        raise ValueError(
            f"ids run from {real.min()} to {real.max()}, columns stand for {first_id} to "
            f"{first_id + n_codes - 1}"
        )
    rows = np.zeros((*codes.shape[:2], n_codes))
    patient, visit, _ = np.nonzero(mask)
    rows[patient, visit, real - first_id] = 1.0
    return rows


def count_codes(
    patients: Sequence[Sequence[Sequence[str]]], vocab: Vocab
) -> tuple[Float[np.ndarray, "patients vocab"], int]:
    """Count in how many visits of each patient each code appears; order and dates are lost.

    Parameters
    ----------
    patients
        For each patient the visits, for each visit its codes, each once.
    vocab
        One column a token. Codes it does not know are left out and counted.

    Returns
    -------
        The counts, and the number of codes left out.

    Examples
    --------
    >>> vocab = Vocab(("I10", "E119"), np.array([2, 1]))
    >>> count_codes([[["E119", "I10"], ["I10"]], [["J459"]]], vocab)
    (array([[2., 1.],
           [0., 0.]]), 1)
    """
    counts, unknown = np.zeros((len(patients), len(vocab))), 0
    for row, visits in zip(counts, patients, strict=True):
        ids, strangers = vocab.encode_known([code for visit in visits for code in visit])
        np.add.at(row, ids, 1.0)
        unknown += strangers
    return counts, unknown
