"""MiME: a visit from its diagnoses, each with its own treatments (E. Choi et al., NeurIPS 2018).

Each diagnosis ``d`` of a visit comes with the treatments ``m`` that were ordered for it: an
object. With ``r(.)`` the row of a code, ``*`` number by number and rows in place of the paper's
columns (its matrices are the transposes of these)::

    g(d, m) = s(r(d) W_m) * r(m)                  a treatment, seen from its diagnosis    eq. 3
    G = r(d) + sum of g(d, m) over its treatments
    o = s(G W_o) + G                              the object                              eq. 2
    F = sum of o over the objects of the visit
    v = s(F W_v) + F                              the visit                               eq. 1

``s`` is relu. Visits go through a GRU to the outcome (:mod:`helpers.patient_gru`). Beside the
outcome each object may be asked for its own content, which needs no label: the auxiliary tasks
``softmax(U_dx o)`` for its diagnosis, and ``sigmoid(U_rx o)``, ``sigmoid(U_px o)`` for its drugs
and procedures.

Nothing is padded. The treatments of all objects are summed in one call, the gate is worked out
once for each diagnosis that occurs, and an object once however often it occurs: in a batch of
patients every second one has been there before.
The program that the authors released computes something else: :mod:`helpers.mime_released`.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, embedding_bag, linear, softplus

from helpers.ragged import list_of_each, offsets_of
from helpers.visit_objects import VisitObjects

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
}
Ids, Offsets = Int[np.ndarray, " ids"], Int[np.ndarray, " objects_and_end"]


class CodeTables(NamedTuple):
    """The rows ``r(.)`` of diagnoses, drugs and procedures."""

    dx: Float[Tensor, "dx_codes code_dim"]
    rx: Float[Tensor, "rx_codes code_dim"]
    px: Float[Tensor, "px_codes code_dim"]


def tables_from_vectors(
    data: VisitObjects, keys: Sequence[str], vectors: Float[np.ndarray, "codes code_dim"]
) -> CodeTables:
    """Arrange pretrained vectors of codes for the vocabularies of `data`.

    A code that was not seen in the pretraining gets a row of zeros: it adds nothing.

    Parameters
    ----------
    keys
        The code of each row of `vectors`.

    Raises
    ------
    ValueError
        If keys and vectors do not fit together, or no code of `data` is among the keys.
    """
    if len(keys) != len(vectors):
        raise ValueError(f"{len(keys)} keys for {len(vectors)} vectors")
    place = {key: i for i, key in enumerate(keys)}
    for i, key in enumerate(keys):
        if place[key] != i:
            raise ValueError(f"{key!r} has two vectors, rows {i} and {place[key]}")
    for i in np.flatnonzero(~np.isfinite(vectors).all(axis=1)):
        raise ValueError(f"the vector of {keys[i]!r} holds a number that is not finite")
    if not any(key in place for known in vocabularies(data).values() for key in known):
        raise ValueError("none of these vectors belongs to a code of the data: compare the keys")
    with_zeros = np.concatenate([vectors, np.zeros((1, vectors.shape[1]), vectors.dtype)])
    rows = ([place.get(key, -1) for key in known] for known in (*vocabularies(data).values(),))
    return CodeTables(*(torch.tensor(with_zeros[row]) for row in rows))


def vocabularies(data: VisitObjects) -> dict[str, tuple[str, ...]]:
    """Return the codes of each kind."""
    return {"dx": data.dx_keys, "rx": data.rx_keys, "px": data.px_keys}


class AuxiliaryLosses(NamedTuple):
    """What the objects lose on their own diagnosis, drugs and procedures."""

    dx: Float[Tensor, ""]
    rx: Float[Tensor, ""]
    px: Float[Tensor, ""]


class AuxiliaryHeads(nn.Module):
    """Ask an object for its own codes: one row ``U`` a code, and a bias if there is one."""

    def __init__(self, n_codes: Sequence[int], dim: int, bias: bool, rng: torch.Generator | None):
        super().__init__()
        self.U_dx, self.U_rx, self.U_px = (glorot(n, dim, rng) for n in n_codes)
        self.b_dx, self.b_rx, self.b_px = (
            nn.Parameter(torch.zeros(n)) if bias else None for n in n_codes
        )

    def logits(self, objects: Float[Tensor, "objects dim"]) -> tuple[Tensor, Tensor, Tensor]:
        """Return the score of every diagnosis, drug and procedure for every object."""
        heads = ((self.U_dx, self.b_dx), (self.U_rx, self.b_rx), (self.U_px, self.b_px))
        return tuple(linear(objects, U, b) for U, b in heads)

    def summed_losses(
        self, objects: Float[Tensor, "objects dim"], data: VisitObjects
    ) -> AuxiliaryLosses:
        """Return the losses, summed over objects and, for treatments, over all codes.

        Equal objects have equal vectors, so only the first of them is asked.
        """
        once = data.distinct
        objects = objects.index_select(0, torch.tensor(once.first))
        times = torch.tensor(once.times, dtype=objects.dtype)
        dx = cross_entropy(
            linear(objects, self.U_dx, self.b_dx), torch.tensor(once.dx), reduction="none"
        )
        rx = many_labels_loss(objects, self.U_rx, self.b_rx, once.rx, once.rx_offsets)
        px = many_labels_loss(objects, self.U_px, self.b_px, once.px, once.px_offsets)
        return AuxiliaryLosses(*(loss @ times for loss in (dx, rx, px)))


def many_labels_loss(
    objects: Float[Tensor, "objects dim"],
    U: Float[Tensor, "codes dim"],
    b: Float[Tensor, " codes"] | None,
    ids: Ids,
    offsets: Offsets,
) -> Float[Tensor, " objects"]:
    """Return for each object the sum of the binary cross-entropies of all codes.

    For one code with score ``a`` and label ``y`` it is ``softplus(a) - y a``. So the labels,
    nearly all 0, are not needed, only the scores of the codes that are there.
    """
    ids, offsets = each_once(ids, offsets)
    there = (objects * sum_rows(U, ids, offsets)).sum(dim=1)
    if b is not None:
        there = there + sum_rows(b[:, None], ids, offsets)[:, 0]
    # threshold: from there on torch takes softplus(a) for a; its 20 is wrong in the ninth digit
    return softplus(linear(objects, U, b), threshold=40).sum(dim=1) - there


def each_once(
    ids: Ids, offsets: Offsets
) -> tuple[Int[np.ndarray, " different"], Int[np.ndarray, " objects_and_end"]]:
    """Leave out a code that the object has already: a label is 0 or 1."""
    width = ids.max(initial=0) + 1
    objects, ids = np.divmod(np.unique(list_of_each(offsets) * width + ids), width)
    return ids, offsets_of(np.bincount(objects, minlength=len(offsets) - 1))


def sum_rows(
    table: Float[Tensor, "codes dim"], ids: Ids, offsets: Offsets
) -> Float[Tensor, "objects dim"]:
    """Add up the rows of each object's codes; an object without any gets zero."""
    indices = torch.tensor(ids), torch.tensor(offsets)
    return embedding_bag(indices[0], table, indices[1], mode="sum", include_last_offset=True)


def glorot(rows: int, columns: int, rng: torch.Generator | None) -> nn.Parameter:
    """Draw a first table (Glorot and Bengio, 2010), TensorFlow's default."""
    limit = (6 / (rows + columns)) ** 0.5
    return nn.Parameter(torch.empty(rows, columns).uniform_(-limit, limit, generator=rng))


class ObjectEncoder(nn.Module):
    """What the paper's model and the released one share: tables, heads, objects to visits.

    Parameters
    ----------
    n_dx, n_rx, n_px
        How many codes of each kind there are.
    tables
        Start from these rows instead of random ones.
    frozen
        Keep the rows as they are.
    """

    def __init__(
        self,
        n_codes: tuple[int, int, int],
        code_dim: int,
        object_dim: int,
        activation: str,
        bias: bool,
        tables: CodeTables | None,
        frozen: bool,
        rng: torch.Generator | None,
    ):
        super().__init__()
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation is {activation!r}, one of {tuple(ACTIVATIONS)} is needed")
        self.activation = ACTIVATIONS[activation]
        if tables is None:
            tables = CodeTables(*(glorot(n, code_dim, rng).data for n in n_codes))
        shapes = [tuple(table.shape) for table in tables]
        if shapes != [(n, code_dim) for n in n_codes]:
            raise ValueError(f"tables have shapes {shapes}, for {n_codes} codes of dim {code_dim}")
        self.dx, self.rx, self.px = (
            nn.Parameter(table.detach().clone(), requires_grad=not frozen) for table in tables
        )
        self.heads = AuxiliaryHeads(n_codes, object_dim, bias, rng)

    def forward(self, data: VisitObjects) -> Float[Tensor, "visits visit_dim"]:
        """Return the vector of every visit."""
        return self.visits(self.objects(data), data)

    def check(self, data: VisitObjects) -> None:
        """Refuse codes that the model has no row for.

        Raises
        ------
        IndexError
            If there is one.
        """
        for kind in ("dx", "rx", "px"):
            ids, table = getattr(data, kind), getattr(self, kind)
            if ids.size and not 0 <= ids.min() <= ids.max() < len(table):
                wrong = ids[(ids < 0) | (ids >= len(table))][0]
                raise IndexError(f"{kind} code {wrong}, but the model has {len(table)} {kind} rows")

    @staticmethod
    def sum_objects(
        objects: Float[Tensor, "objects dim"], data: VisitObjects
    ) -> Float[Tensor, "visits dim"]:
        """Add up the objects of each visit; a visit without any gets zero."""
        visit = torch.tensor(list_of_each(data.object_offsets))
        return objects.new_zeros(data.n_visits, objects.shape[1]).index_add(0, visit, objects)


class MiME(ObjectEncoder):
    """The model of the paper: objects to visit vectors, all of the same size `dim`.

    Parameters
    ----------
    n_dx, n_rx, n_px
        How many codes of each kind there are.
    activation
        ``relu``, ``sigmoid`` or ``tanh``.
    tables
        Start from these rows, for example of :func:`tables_from_vectors`, not from random ones.
    frozen
        Keep the rows of codes as they are.
    rng
        Draws the first weights.
    """

    def __init__(
        self,
        n_dx: int,
        n_rx: int,
        n_px: int,
        dim: int = 64,
        *,
        activation: str = "relu",
        tables: CodeTables | None = None,
        frozen: bool = False,
        rng: torch.Generator | None = None,
    ):
        super().__init__((n_dx, n_rx, n_px), dim, dim, activation, False, tables, frozen, rng)
        self.W_m, self.W_o, self.W_v = (glorot(dim, dim, rng) for _ in range(3))

    def objects(self, data: VisitObjects) -> Float[Tensor, "objects dim"]:
        """Return every object, equations 2 and 3."""
        self.check(data)
        once = data.distinct
        occurring, place = torch.tensor(once.dx).unique(return_inverse=True)
        r_d = self.dx.index_select(0, occurring)
        gate = self.activation(r_d @ self.W_m)
        r_m = sum_rows(self.rx, once.rx, once.rx_offsets)
        r_m = r_m + sum_rows(self.px, once.px, once.px_offsets)
        # the gate is the same for all treatments of a diagnosis, so it can come after their sum
        G = r_d.index_select(0, place) + gate.index_select(0, place) * r_m
        o = self.activation(G @ self.W_o) + G
        return o.index_select(0, torch.tensor(once.which))

    def visits(
        self, objects: Float[Tensor, "objects dim"], data: VisitObjects
    ) -> Float[Tensor, "visits dim"]:
        """Return every visit, equation 1; zero if it has no object, whatever the activation."""
        F = self.sum_objects(objects, data)
        some = torch.tensor(np.diff(data.object_offsets) > 0)
        return (self.activation(F @ self.W_v) + F) * some[:, None]

    def auxiliary(
        self, objects: Float[Tensor, "objects dim"], data: VisitObjects
    ) -> AuxiliaryLosses:
        """Return the auxiliary losses of a mean object; treatments are summed over their codes."""
        summed = self.heads.summed_losses(objects, data)
        # Paper: the sum over the objects. A mean lets one lambda do for batches of any size.
        return AuxiliaryLosses(*(loss / max(len(objects), 1) for loss in summed))
