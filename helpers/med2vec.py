"""Med2Vec: vectors of codes and of visits, learned together (E. Choi et al., KDD 2016).

A visit is a set of codes, its row ``x`` has a 1 for each; a patient is visits in time order.
With ``d`` what is known of the person at the visit (demographics), in rows::

    u = relu(x W_c + b_c)          the codes of the visit, added up, then relu       eq. 1
    v = relu([u; d] W_v + b_v)     the visit
    y = softmax(v W_s + b_s)       which codes its neighbors have: one y for all of them

    visit loss   - sum_c t_c log y_c + (1 - t_c) log(1 - y_c)                        eq. 2
                 for every neighbor t of the visit, up to `window` visits before and after
    code loss    - log p(j | i),   p(j | i) = exp(R_i . R_j) / sum_k exp(R_i . R_k)  eq. 3
                 for every two codes i, j of a visit, with R = relu(W_c) in both roles

and the sum of both is made small (eq. 4). The paper writes columns, its matrices are the
transposes of these tables; a table here has one row a code.

No row ``x`` is ever built, nor a list of pairs. A visit is the sum of a few rows of ``W_c``. The
cost of a visit against a neighbor is that against a neighbor without codes, corrected at the
codes that are there. For the code loss pairs are counted: the same two codes meet in many visits.

Where paper and released program (github.com/mp2893/med2vec, commit ee7066d) differ, a comment
says so. With ``average="pair"`` this is the program, to the last digit but for one constant,
see `masked_offset`.
"""

import math
from collections.abc import Collection
from typing import Literal, NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from scipy.sparse import csr_array
from torch import Tensor
from torch.nn.functional import embedding_bag

from helpers.ragged import list_of_each, offsets_of, take_lists
from helpers.visit_views import VisitCodes

LOG_EPS = 1e-8  # the program adds it to every probability before the logarithm; the paper does not
L2 = 1e-3
BLOCK = 2**18  # scores in one block of the code loss: a megabyte, which stays in the cache
TERMS = ("code", "visit")
Average = Literal["pair", "visit"]
Demographics = Float[np.ndarray, "visits demographics"] | Float[Tensor, "visits demographics"]
Groups = Int[np.ndarray, " codes"]


class Parameters(NamedTuple):
    """What the model learns.

    Parameters
    ----------
    W_c, b_c
        One row a code. `b_c` is part of ``u``, and no part of a code's vector.
    W_v, b_v
        One row for each coordinate of ``u``, then one for each number of the demographics.
    W_s, b_s
        One column a target: a code, or a group of codes. Needed for training only.
    """

    W_c: Float[Tensor, "codes code_dim"]
    b_c: Float[Tensor, " code_dim"]
    W_v: Float[Tensor, "code_dim_and_demographics visit_dim"]
    b_v: Float[Tensor, " visit_dim"]
    W_s: Float[Tensor, "visit_dim targets"]
    b_s: Float[Tensor, " targets"]

    @property
    def n_demographics(self) -> int:
        """How many numbers of demographics a visit must come with."""
        return len(self.W_v) - len(self.b_c)


class Activations(NamedTuple):
    """What the model computes for every visit: codes added up, the visit, its prediction."""

    u: Float[Tensor, "visits code_dim"]
    v: Float[Tensor, "visits visit_dim"]
    y: Float[Tensor, "visits targets"]


class Losses(NamedTuple):
    """Every term of the loss; each is a tensor that gradients can be taken of.

    Parameters
    ----------
    code
        The code loss.
    visit_by_lag
        The visit loss of the pairs that are 1, 2, ... visits apart, both directions together.
    l2
        The penalty, its factor included.
    n_code_pairs, n_visit_pairs
        How many ordered pairs of codes, and how many pairs of visits at each lag, there were.
    """

    code: Float[Tensor, ""]
    visit_by_lag: Float[Tensor, " window"]
    l2: Float[Tensor, ""]
    n_code_pairs: int
    n_visit_pairs: list[int]

    @property
    def visit(self) -> Float[Tensor, ""]:
        """The visit loss, all lags together."""
        return self.visit_by_lag.sum()

    @property
    def total(self) -> Float[Tensor, ""]:
        """What training makes small: the plain sum, in the paper and in the program."""
        return self.code + self.visit + self.l2


def initial_parameters(
    n_codes: int,
    *,
    code_dim: int,
    visit_dim: int,
    n_targets: int | None = None,
    n_demographics: int = 0,
    scale: float = 0.01,
    seed: int = 0,
) -> Parameters:
    """Draw all tables from ``(-scale, scale)`` and set all biases to zero, as the program does.

    Parameters
    ----------
    n_targets
        How many groups are predicted; the codes themselves where None.
    """
    rng = np.random.default_rng(seed)
    n_targets = n_codes if n_targets is None else n_targets
    shapes = ((n_codes, code_dim), (code_dim + n_demographics, visit_dim), (visit_dim, n_targets))
    made = []
    for rows, columns in shapes:
        if rows < 1 or columns < 1:
            raise ValueError(f"a table needs rows and columns, not {rows} x {columns}")
        made += [rng.uniform(-scale, scale, (rows, columns)), np.zeros(columns)]
    return Parameters(*(torch.as_tensor(table).float() for table in made))


def forward(
    parameters: Parameters, visits: VisitCodes, demographics: Demographics | None = None
) -> Activations:
    """Compute ``u``, ``v`` and ``y`` of every visit.

    A code that is named twice in a visit counts once: ``x`` has a 1. A visit without codes has
    ``u = relu(b_c)``.
    """
    present = _counts(visits.code_ids, visits.offsets, len(parameters.W_c), "W_c")
    u, v, scores = _scores(parameters, present, demographics)
    return Activations(u, v, scores.softmax(dim=1))


def losses(
    parameters: Parameters,
    visits: VisitCodes,
    *,
    window: int = 1,
    groups: Groups | None = None,
    demographics: Demographics | None = None,
    l2: float = L2,
    log_eps: float = LOG_EPS,
    average: Average = "pair",
    terms: Collection[str] = TERMS,
) -> Losses:
    """Compute every term of the loss of these visits.

    Neighbors are visits of the same patient. A term without any pair is 0, and so are its
    gradients. (The program takes the mean of no pairs of codes, which is no number, and divides
    by `log_eps` alone where no visit has a neighbor.)

    Parameters
    ----------
    visits
        Patients with visits with codes, in integers. Only ``code_ids``, ``offsets`` and
        ``patient_offsets`` are read. In the paper a visit is a set. In the program, and here, a
        code may stand in a visit twice: ``x`` has a 1, and its pairs with other codes count twice.
    window
        How many visits before and after are neighbors; the program takes 1 to 5.
    groups
        For every code the group that stands for it where neighbors are predicted, from 0; groups
        are fewer, which is faster. The input stays as fine as it is.
    demographics
        A row for every visit.
    log_eps
        Added to every probability before its logarithm. With 0, as in the paper, a code that a
        probability of 0 or 1 is wrong about costs infinitely much.
    average
        What a term is divided by. ``"pair"``, as in the program: the code loss by the number of
        ordered pairs of codes, the visit loss of each lag by the number of pairs of visits.
        ``"visit"``, as in the paper: both by the number of visits. The first is the default
        because neither term then grows with the length of visits, so that the plain sum of the
        two means the same for short and long ones; and it is what was released.
    terms
        ``("code", "visit")``, or the one that is wanted; the other is 0 without pairs.

    Raises
    ------
    ValueError
        If an id, a group, a row of the demographics or the window does not fit; the message
        says which, and where.
    """
    if average not in ("pair", "visit"):
        raise ValueError(f'average is {average!r}, it must be "pair" or "visit"')
    counts = _counts(visits.code_ids, visits.offsets, len(parameters.W_c), "W_c")
    code_sum, n_code_pairs = parameters.W_c.new_zeros(()), 0
    if "code" in terms:
        code_sum, n_code_pairs = code_loss_sum(parameters.W_c, counts, log_eps)
    visit_sums, n_visit_pairs = parameters.W_c.new_zeros(window), [0] * window
    if "visit" in terms:
        targets = target_codes(visits, parameters, groups)
        _, _, scores = _scores(parameters, counts, demographics)
        visit_sums, n_visit_pairs = visit_loss_sums(
            scores, targets, visits.patient_offsets, window, log_eps
        )
    # the paper divides both sums by T, the number of visits
    per_code, per_lag = n_code_pairs, [n + log_eps if n else 0 for n in n_visit_pairs]
    if average == "visit":
        per_code, per_lag = visits.n_visits, [visits.n_visits] * window
    share = torch.tensor([1 / n if n else 0.0 for n in per_lag], dtype=visit_sums.dtype)
    return Losses(
        code=code_sum / max(per_code, 1),
        visit_by_lag=visit_sums * share,
        # the program's penalty is on this table only, not on W_v and W_s
        l2=l2 * parameters.W_c.square().sum(),
        n_code_pairs=n_code_pairs,
        n_visit_pairs=n_visit_pairs,
    )


def code_log_p(W_c: Float[Tensor, "codes code_dim"]) -> Float[Tensor, "codes codes"]:
    """Return ``log p(j | i)`` in row i and column j, for tables small enough to look at."""
    R = W_c.relu()
    return (R @ R.T).log_softmax(dim=1)


def code_loss_sum(
    W_c: Float[Tensor, "codes code_dim"], counts: csr_array, log_eps: float
) -> tuple[Float[Tensor, ""], int]:
    """Add up the code loss of all ordered pairs of different codes in a visit, and count them.

    Parameters
    ----------
    counts
        How often each visit (row) names each code (column).
    """
    together = (counts.T @ counts).tocsr()  # how often two codes share a visit
    center = list_of_each(together.indptr)
    different = center != together.indices
    center, context = center[different], together.indices[different].astype(np.int64)
    weight = together.data[different]
    total = _CountedSoftmax.apply(W_c.relu(), center, context, weight, log_eps)
    return total, int(weight.sum())


class _CountedSoftmax(torch.autograd.Function):
    """Sum of ``-n log(p(context | center) + eps)`` over counted pairs.

    The gradient is made on the way, while a block of probabilities is at hand, so that the table
    of all of them never exists. Centers are sorted.
    """

    @staticmethod
    def forward(ctx, R, center, context, n, log_eps):
        pairs_of = np.bincount(center, minlength=len(R))
        centers = np.flatnonzero(pairs_of)  # a code that is alone in its visits needs no softmax
        starts = offsets_of(pairs_of[centers])
        cell = torch.as_tensor(list_of_each(starts) * len(R) + context)
        centers, n = torch.as_tensor(centers), torch.as_tensor(n).to(R.dtype)
        total, gradient = R.new_zeros(()), torch.zeros_like(R)
        n_rows = max(BLOCK // len(R), 16)
        for first in range(0, len(centers), n_rows):
            rows = centers[first : first + n_rows]
            pairs = slice(starts[first], starts[first + len(rows)])
            here, cells = R[rows], cell[pairs] - first * len(R)
            p = (here @ R.T).softmax(dim=1)
            p_pair = p.view(-1)[cells]
            total -= n[pairs] @ (p_pair + log_eps).log()
            # the slope of a score is what the softmax gives the code, minus what was seen;
            # p / (p + eps) is 1 but for the eps
            seen = n[pairs] * (p_pair / (p_pair + log_eps))
            all_seen = torch.zeros(len(rows), dtype=R.dtype).index_add_(0, cells // len(R), seen)
            slope = p.mul_(all_seen[:, None])
            slope.view(-1).index_add_(0, cells, seen, alpha=-1)
            gradient.index_add_(0, rows, slope @ R)
            gradient.addmm_(slope.T, here)  # one table in both roles
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(ctx, slope):
        (gradient,) = ctx.saved_tensors
        return slope * gradient, None, None, None, None


def visit_loss_sums(
    scores: Float[Tensor, "visits targets"],
    targets: csr_array,
    patient_offsets: Int[np.ndarray, " patients_and_end"],
    window: int,
    log_eps: float,
) -> tuple[Float[Tensor, " window"], list[int]]:
    """Add up the visit loss of all pairs at each lag, both directions, and count the pairs.

    Parameters
    ----------
    scores
        What `softmax` makes ``y`` of.
    targets
        The targets (columns) of every visit (row).
    """
    n_targets = scores.shape[1]
    lags = []
    for first, second in pairs_at_lags(patient_offsets, window):
        # both directions: the first predicts the second, and the second the first
        visit, neighbor = np.concatenate([first, second]), np.concatenate([second, first])
        places, starts = take_lists(targets.indptr.astype(np.int64), neighbor)
        cells = visit[list_of_each(starts)] * n_targets + targets.indices[places]
        lags.append((visit, cells))
    # One softmax whose entries are judged one by one, in the paper and in the program. It is not a
    # sigmoid for each target, as some reimplementations have it.
    y = scores.softmax(dim=1)
    no_code = -(1 - y).add_(log_eps).log_().sum(dim=1)  # against a neighbor without codes
    there = y.view(-1)[torch.as_tensor(np.concatenate([cells for _, cells in lags]))]
    log_odds = (there + log_eps).log() - (1 - there + log_eps).log()
    split = log_odds.split([len(cells) for _, cells in lags])
    sums = [
        no_code[torch.as_tensor(visit)].sum() - odds.sum()
        for (visit, _), odds in zip(lags, split, strict=True)
    ]
    return torch.stack(sums), [len(visit) // 2 for visit, _ in lags]


def pairs_at_lags(
    patient_offsets: Int[np.ndarray, " patients_and_end"], window: int
) -> list[tuple[Int[np.ndarray, " pairs"], Int[np.ndarray, " pairs"]]]:
    """List for every lag the pairs of visits of one patient that are so far apart.

    Examples
    --------
    >>> pairs_at_lags(np.array([0, 3, 4]), window=2)
    [(array([0, 1]), array([1, 2])), (array([0]), array([2]))]
    """
    if window < 1:
        raise ValueError(f"window is {window}, it must be at least 1")
    patient = list_of_each(patient_offsets)
    found = []
    for lag in range(1, window + 1):
        first = np.flatnonzero(patient[:-lag] == patient[lag:])
        found.append((first, first + lag))
    return found


def target_codes(
    visits: VisitCodes, parameters: Parameters, groups: Groups | None = None
) -> csr_array:
    """Return which targets (columns) each visit (row) has.

    Raises
    ------
    ValueError
        If there is not a group for every code, or a group has no column in ``W_s``.
    """
    n_codes, n_targets = len(parameters.W_c), parameters.W_s.shape[1]
    ids = visits.code_ids
    if groups is None:
        if n_targets != n_codes:
            raise ValueError(f"W_s has {n_targets} targets for {n_codes} codes: groups are needed")
    else:
        if len(groups) != n_codes:
            raise ValueError(f"{len(groups)} groups for {n_codes} codes: each code needs one")
        wrong = np.flatnonzero((groups < 0) | (groups >= n_targets))
        if len(wrong):
            raise ValueError(
                f"code {wrong[0]} has group {groups[wrong[0]]}, groups run from 0 to "
                f"{n_targets - 1}, the columns of W_s"
            )
        ids = groups[ids]
    return _counts(ids, visits.offsets, n_targets, "W_s")


def masked_offset(
    visits: VisitCodes,
    parameters: Parameters,
    *,
    window: int = 1,
    groups: Groups | None = None,
    log_eps: float = LOG_EPS,
) -> list[float]:
    """Return what the released program prints on top of the visit loss, for every lag.

    The program keeps visits of all patients in one list, a row of zeros between two patients,
    and slides over it. For a pair with such a row in or between it sets the *probabilities* to 0
    and not the loss, so every target of the two visits costs ``-log(eps)``, 18.42 for 1e-8, and
    every other target ``-log(1 + eps)``. The gradient of that is zero, so training is the same.
    Only the printed cost is too high: 71.46 where 16.20 is meant.

    A row of zeros stands between patients, also around patients without visits.
    """
    n_targets = parameters.W_s.shape[1]
    between = visits.patient_offsets[1:-1]
    n_of_visit = np.diff(target_codes(visits, parameters, groups).indptr)
    n = np.insert(n_of_visit, between, 0)
    is_visit = np.insert(np.ones(len(n_of_visit), bool), between, False)
    rows_of_zeros = np.cumsum(~is_visit)
    offsets = []
    for lag in range(1, window + 1):
        valid = is_visit[:-lag] & (rows_of_zeros[:-lag] == rows_of_zeros[lag:])
        there = (n[:-lag] + n[lag:])[~valid]
        cost = -there * math.log(log_eps) - (2 * n_targets - there) * math.log1p(log_eps)
        offsets.append(float(cost.sum() / (valid.sum() + log_eps)))
    return offsets


def top_codes(
    W_c: Float[Tensor, "codes code_dim"], coordinate: int, k: int = 10
) -> list[tuple[int, float]]:
    """Return the codes with the largest value in a coordinate after relu, and the values.

    Codes that are 0 there do not belong to the coordinate and are left out. The loss of the codes,
    in paper and program, has ``relu(W_c)`` without a bias, and so has this. The program saves
    ``W_c`` as it is, negative numbers included; its author would read ``relu(row + b_c)``, which
    is ``u`` of a visit with this code alone.
    """
    return _largest(W_c[:, coordinate].relu(), k)


def top_code_coordinates(
    parameters: Parameters, visit_coordinate: int, k: int = 5
) -> list[tuple[int, float]]:
    """Return the coordinates of ``u`` that raise a coordinate of ``v`` most, and their weights.

    Read the codes of each with `top_codes`. Demographics are left out.
    """
    code_dim = len(parameters.b_c)
    return _largest(parameters.W_v[:code_dim, visit_coordinate].relu(), k)


def _largest(values: Float[Tensor, " n"], k: int) -> list[tuple[int, float]]:
    order = torch.argsort(values, descending=True, stable=True)[:k]
    return [(i, values[i].item()) for i in order.tolist() if values[i] > 0]


def _scores(
    parameters: Parameters, counts: csr_array, demographics: Demographics | None
) -> tuple[Tensor, Tensor, Tensor]:
    """Return ``u``, ``v`` and what the softmax makes ``y`` of."""
    W_c, b_c, W_v, b_v, W_s, b_s = parameters
    ids, starts = (torch.as_tensor(a.astype(np.int64)) for a in (counts.indices, counts.indptr))
    u = (embedding_bag(ids, W_c, starts[:-1], mode="sum") + b_c).relu()
    known = u  # [u; d]: demographics are put beside u and do not pass its relu
    n = parameters.n_demographics
    if demographics is not None or n:
        shape = None if demographics is None else tuple(demographics.shape)
        if shape != (len(u), n):
            raise ValueError(
                f"demographics have shape {shape}, W_v needs ({len(u)}, {n}): "
                f"a row for each of {len(u)} visits and {n} numbers"
            )
        known = torch.cat([u, torch.as_tensor(demographics).to(u.dtype)], dim=1)
    v = (known @ W_v + b_v).relu()
    return u, v, v @ W_s + b_s


def _counts(
    ids: Int[np.ndarray, " occurrences"],
    offsets: Int[np.ndarray, " visits_and_end"],
    n_columns: int,
    table: str,
) -> csr_array:
    """Count how often each visit (row) names each id (column)."""
    wrong = np.flatnonzero((ids < 0) | (ids >= n_columns))
    if len(wrong):
        visit = np.searchsorted(offsets, wrong[0], side="right") - 1
        raise ValueError(
            f"visit {visit} has the code id {ids[wrong[0]]}, {table} has ids 0 to {n_columns - 1}"
        )
    ones = np.ones(len(ids), np.int64)
    shape = (len(offsets) - 1, n_columns)
    counts = csr_array((ones, ids.astype(np.int32), offsets.astype(np.int32)), shape=shape)
    counts.sum_duplicates()
    return counts
