"""MiME as the released program computes it against the course's, on equal batches.

The rival is written the straightforward way: every patient padded to the longest of the batch,
every visit to 22 diagnoses and these to 17 drugs and 10 procedures, with multi-hot rows for the
auxiliary losses. First both must give the same loss and gradients of all tensors; then each does
whole steps (batch from nested lists or flat integers, forward, backward, Adam) by turns. The
program makes its multi-hot rows also where the auxiliary losses are off; there is a line for the
rival without that.
"""

import time
from itertools import pairwise

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from helpers.gru_cells import hard_sigmoid
from helpers.mime_released import ReleasedMiME, in_released_names, released_loss, released_model
from helpers.patient_gru import Outcome, PatientGRU, PatientModel
from helpers.ragged import offsets_of
from helpers.visit_objects import VisitObjects

N_DX, N_RX, N_PX = 388, 99, 1824
CODE_DIM, OBJECT_DIM, HIDDEN = 200, 256, 256
MOST_DX, MOST_RX, MOST_PX = 22, 17, 10
VISITS, DX_A_VISIT = 8, 5  # on average
LEARNING_RATE = 1e-3


def main(arguments: list[str]) -> None:
    """Print one line for each batch size, without and with auxiliary losses."""
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}; {N_DX} / {N_RX} / {N_PX} codes, {VISITS} visits a patient")
    assert_equal_gradients()
    print("patients a CPU second: straightforward, course; ratio of medians (of single rounds)")
    for batch in (20, 100):
        for aux_weight, makes_labels in ((0.0, True), (0.0, False), (0.1, True)):
            print(one_race(batch, aux_weight, makes_labels), flush=True)


def one_race(batch: int, aux_weight: float, makes_labels: bool, rounds: int = 5) -> str:
    """Let both do steps by turns."""
    data, labels = make_patients(5 * batch)
    nested = as_lists(data)
    ours = make_model()
    theirs = Straightforward(in_released_names(dict(ours.named_parameters())))
    adams = [torch.optim.Adam(model.parameters(), lr=LEARNING_RATE) for model in (theirs, ours)]

    def straightforward(rows):
        part = padded([nested[row] for row in rows], makes_labels)
        return theirs(*part, labels[rows], aux_weight)

    def course(rows):
        return our_loss(ours, data.take(rows), labels[rows], aux_weight)

    seconds = ([], [])
    for rows in np.random.default_rng(1).permutation(len(nested)).reshape(rounds, batch):
        for took, adam, loss in zip(seconds, adams, (straightforward, course), strict=True):
            start = time.process_time()
            adam.zero_grad()
            loss(rows).backward()
            adam.step()
            took.append(time.process_time() - start)
    slow, fast = map(np.array, seconds)
    ratio, each = np.median(slow) / np.median(fast), slow / fast
    spared = "" if makes_labels else ", no multi-hot rows"
    return (
        f"  batch {batch:3}, auxiliary {aux_weight}{spared:20s}"
        f"{batch / np.median(slow):8,.0f} {batch / np.median(fast):8,.0f}   "
        f"x{ratio:.1f} ({each.min():.1f}-{each.max():.1f})"
    )


def make_model() -> PatientModel:
    """Return the course's model of the released program."""
    rng = torch.Generator().manual_seed(0)
    encoder = ReleasedMiME(N_DX, N_RX, N_PX, CODE_DIM, OBJECT_DIM, rng=rng)
    gru = PatientGRU(OBJECT_DIM, HIDDEN, variant="v1", rng=rng)
    return PatientModel(encoder, gru, Outcome(HIDDEN, rng=rng))


def our_loss(model, data, labels, aux_weight):
    """Return the loss of a batch; auxiliary heads that are off are not computed."""
    y = torch.tensor(labels, dtype=model.head.b.dtype)
    if not aux_weight:
        return released_loss(model(data), y)
    logits, aux = model.with_auxiliary(data)
    return released_loss(logits, y) + aux_weight * aux


def assert_equal_gradients() -> None:
    """Compare the loss and all gradients in double precision."""
    data, labels = make_patients(6, seed=2)
    arrays = in_released_names(dict(make_model().named_parameters()))
    ours = released_model({name: array.detach().double().numpy() for name, array in arrays.items()})
    theirs = Straightforward(in_released_names(dict(ours.named_parameters())))
    for aux_weight in (0.0, 0.1):
        for model in (ours, theirs):
            model.zero_grad()
        found = our_loss(ours, data, labels, aux_weight)
        expected = theirs(*padded(as_lists(data), True, torch.float64), labels, aux_weight)
        torch.testing.assert_close(found, expected, rtol=1e-9, atol=0)
        found.backward()
        expected.backward()
        named = {
            name: torch.zeros_like(p) if p.grad is None else p.grad
            for name, p in ours.named_parameters()
        }
        for name, gradient in in_released_names(named).items():
            other = getattr(theirs, name).grad
            other = torch.zeros_like(gradient) if other is None else other
            torch.testing.assert_close(gradient, other, rtol=1e-7, atol=1e-12)


class Straightforward(nn.Module):
    """The loss of the released program, line by line, on padded arrays."""

    def __init__(self, tensors):
        super().__init__()
        for name, tensor in tensors.items():
            self.register_parameter(name, nn.Parameter(tensor.detach().clone().contiguous()))

    def dense(self, x, name):
        """Return a layer before its activation."""
        return x @ getattr(self, f"{name}__kernel") + getattr(self, f"{name}__bias")

    def forward(self, codes, masks, multi_hot, lengths, labels, aux_weight):
        """Return the loss of the outcome, and the auxiliary ones if they have a weight."""
        (dx, rx, pr), (dx_mask, rx_mask, pr_mask) = codes, masks
        d = torch.relu(self.W_emb_dx[dx])
        r = (torch.relu(self.W_emb_rx[rx]) * rx_mask[..., None]).sum(dim=-2)
        p = (torch.relu(self.W_emb_pr[pr]) * pr_mask[..., None]).sum(dim=-2)
        dr, dp = torch.relu(self.dense(d, "W_dr")) * r, torch.relu(self.dense(d, "W_dp")) * p
        o = torch.relu(self.dense(d + dr + dp, "W_dxobj"))
        visits = (o * dx_mask[..., None]).sum(dim=-2)
        h = visits.new_zeros(visits.shape[1], HIDDEN)
        for t, x in enumerate(visits):
            h = torch.where((t < lengths)[:, None], self.step(x, h), h)
        y = torch.tensor(labels, dtype=h.dtype)
        loss = released_loss(self.dense(h, "rnn2pred")[:, 0], y)
        if not aux_weight:
            return loss
        scores = [
            self.dense(o, f"rnn2aux_{kind}") * dx_mask[..., None] for kind in ("dx", "rx", "pr")
        ]
        dx_loss = cross_entropy(
            scores[0].flatten(0, -2), multi_hot[0].flatten(0, -2), reduction="none"
        )
        aux = (dx_loss * dx_mask.flatten()).mean()
        for score, label in zip(scores[1:], multi_hot[1:], strict=True):
            aux = aux + binary_cross_entropy_with_logits(score, label)
        return loss + aux_weight * aux

    def step(self, x, h):
        """One visit of the Keras GRU: hard sigmoids, reset before the product."""
        (W_z, W_r, W_n), (U_z, U_r, U_n), (b_z, b_r, b_n) = (
            table.chunk(3, dim=-1)
            for table in (self.gru__kernel, self.gru__recurrent_kernel, self.gru__bias)
        )
        z = hard_sigmoid(x @ W_z + h @ U_z + b_z)
        r = hard_sigmoid(x @ W_r + h @ U_r + b_r)
        return z * h + (1 - z) * torch.tanh(x @ W_n + (r * h) @ U_n + b_n)


def padded(patients, makes_labels, dtype=torch.float32):
    """Fill arrays (visit, patient, diagnosis slot, ...) from nested lists."""
    shape = (max(map(len, patients)), len(patients), MOST_DX)
    dx, dx_mask = np.zeros(shape, np.int64), np.zeros(shape, np.float32)
    rx, rx_mask = np.zeros((*shape, MOST_RX), np.int64), np.zeros((*shape, MOST_RX), np.float32)
    pr, pr_mask = np.zeros((*shape, MOST_PX), np.int64), np.zeros((*shape, MOST_PX), np.float32)
    sizes = (N_DX, N_RX, N_PX) if makes_labels else (0, 0, 0)
    dx_label, rx_label, pr_label = (np.zeros((*shape, n), np.float32) for n in sizes)
    for b, patient in enumerate(patients):
        for t, visit in enumerate(patient):
            for k, (code, drugs, procedures) in enumerate(visit):
                dx[t, b, k], dx_mask[t, b, k] = code, 1
                rx[t, b, k, : len(drugs)], rx_mask[t, b, k, : len(drugs)] = drugs, 1
                pr[t, b, k, : len(procedures)], pr_mask[t, b, k, : len(procedures)] = procedures, 1
                if makes_labels:
                    dx_label[t, b, k, code] = 1
                    rx_label[t, b, k, drugs] = 1
                    pr_label[t, b, k, procedures] = 1
    floats = (dx_mask, rx_mask, pr_mask), (dx_label, rx_label, pr_label)
    masks, multi_hot = ([torch.from_numpy(a).to(dtype) for a in some] for some in floats)
    lengths = torch.tensor([len(patient) for patient in patients])
    return [torch.from_numpy(a) for a in (dx, rx, pr)], masks, multi_hot, lengths


def make_patients(n: int, seed: int = 0) -> tuple[VisitObjects, np.ndarray]:
    """Draw patients, most codes rare, most diagnoses with few treatments."""
    rng = np.random.default_rng(seed)
    visits = rng.poisson(VISITS - 1, n) + 1
    objects = np.minimum(rng.poisson(DX_A_VISIT - 1, visits.sum()) + 1, MOST_DX)
    drugs = np.minimum(rng.geometric(0.4, objects.sum()) - 1, MOST_RX)
    procedures = np.minimum(rng.geometric(0.6, objects.sum()) - 1, MOST_PX)
    dx, rx, px = (
        rng.choice(size, total, p=1 / np.arange(1, size + 1) / (1 / np.arange(1, size + 1)).sum())
        for size, total in ((N_DX, objects.sum()), (N_RX, drugs.sum()), (N_PX, procedures.sum()))
    )
    data = VisitObjects(
        *(
            tuple(f"{kind}{i}" for i in range(size))
            for kind, size in (("d", N_DX), ("r", N_RX), ("p", N_PX))
        ),
        dx,
        rx,
        offsets_of(drugs),
        px,
        offsets_of(procedures),
        offsets_of(objects),
        offsets_of(visits),
        np.zeros(len(objects), np.int64),
    )
    return data, rng.integers(0, 2, n)


def as_lists(data: VisitObjects) -> list:
    """Return the patients as the program reads them: lists of visits of (dx, [rx], [pr])."""
    rx = [data.rx[a:b].tolist() for a, b in pairwise(data.rx_offsets)]
    px = [data.px[a:b].tolist() for a, b in pairwise(data.px_offsets)]
    objects = list(zip(data.dx.tolist(), rx, px, strict=True))
    visits = [objects[a:b] for a, b in pairwise(data.object_offsets)]
    return [visits[a:b] for a, b in pairwise(data.patient_offsets)]
