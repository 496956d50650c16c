"""Fit a model of patients to the few that have a label.

Any model will do for which ``model(data.take(rows))`` are the logits of these patients.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from helpers.adam import Adam
from helpers.progress import progress
from helpers.ragged import as_rows

Rows = Int[np.ndarray, " _"] | Bool[np.ndarray, " _"]  # patients' places in the data, or a mask
Labels = Int[np.ndarray, " _"] | Float[np.ndarray, " _"] | Bool[np.ndarray, " _"]
AT_ONCE = 500  # patients, when nothing is learned


@dataclass
class History:
    """How a training went: one number an epoch.

    Parameters
    ----------
    main
        Mean loss of the outcome over the training patients, as they came by.
    aux
        Mean of the auxiliary losses, not yet weighed; empty if they are off.
    valid
        Loss of the outcome over the validation patients at the end of the epoch.
    """

    main: list[float] = field(default_factory=list)
    aux: list[float] = field(default_factory=list)
    valid: list[float] = field(default_factory=list)

    @property
    def best_epoch(self) -> int:
        """The epoch, from 0, with the smallest validation loss; its state is kept."""
        return int(np.argmin(self.valid))


def fit(
    model: nn.Module,
    data,
    labels: Labels,
    train_rows: Rows,
    valid_rows: Rows,
    *,
    epochs: int = 50,
    batch_size: int = 50,
    learning_rate: float = 1e-3,
    weight_decay: float = 0.0,
    patience: int = 8,
    aux_weight: float = 0.0,
    unlabeled_rows: Rows | None = None,
    seed: int = 0,
) -> History:
    """Train until the validation loss has not fallen for a while, and keep the best state.

    Parameters
    ----------
    model
        Changed in place. Its first weights are those it comes with.
    data
        The records of all patients; ``data.take(rows)`` are those of some.
    labels
        0 or 1 for each patient of `data`. Only those of `train_rows` and `valid_rows` are read.
    epochs
        At most so many passes over the training patients.
    weight_decay
        An L2 penalty: this multiple of every trained number is added to its gradient.
    patience
        Stop after so many epochs without a smaller validation loss.
    aux_weight
        Of the auxiliary losses of a model that has ``with_auxiliary(data)``. With 0 they are
        never computed.
    unlabeled_rows
        Patients for the auxiliary losses alone: to a batch come as many of them as it holds.
    seed
        Of the order of the patients.
    """
    for name, value in (("epochs", epochs), ("batch_size", batch_size), ("patience", patience)):
        if value < 1:
            raise ValueError(f"{name} is {value}, it must be 1 or more")
    train_rows, valid_rows = (
        as_rows(rows, data.n_patients, "patients") for rows in (train_rows, valid_rows)
    )
    labels = _checked_labels(labels, data.n_patients, train_rows, valid_rows)
    unlabeled_rows = _checked_unlabeled(unlabeled_rows, data.n_patients, aux_weight)
    rng = np.random.default_rng(seed)
    trained = _Trained(model, learning_rate, weight_decay)
    history, best = History(), {}
    for epoch in progress(range(epochs), "fitting patients"):
        main = aux = 0.0
        for batch in _pieces(rng.permutation(train_rows), batch_size):
            more = rng.choice(unlabeled_rows, min(len(batch), len(unlabeled_rows)), replace=False)
            part = data.take(np.concatenate([batch, more]))
            logits, aux_loss = model.with_auxiliary(part) if aux_weight else (model(part), None)
            main_loss = _outcome_loss(logits[: len(batch)], labels[batch])
            trained.step(main_loss + aux_weight * aux_loss if aux_weight else main_loss)
            main += main_loss.item() * len(batch) / len(train_rows)
            aux += aux_loss.item() * len(batch) / len(train_rows) if aux_weight else 0
        history.main.append(main)
        history.aux += [aux] if aux_weight else []
        logits = _logits(model, data, valid_rows)
        history.valid.append(_outcome_loss(logits, labels[valid_rows]).item())
        if not np.isfinite(main + history.valid[-1]):
            raise FloatingPointError("the loss is no longer a number: try a smaller learning_rate")
        if history.best_epoch == epoch:
            best = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        elif epoch - history.best_epoch >= patience:
            break
    model.load_state_dict(best)
    return history


def predict(model: nn.Module, data, rows: Rows | None = None) -> Float[np.ndarray, " chosen"]:
    """Return the probability of the outcome for these patients, or for all."""
    everybody = np.arange(data.n_patients)
    rows = everybody if rows is None else as_rows(rows, data.n_patients, "patients")
    return torch.sigmoid(_logits(model, data, rows)).numpy()


class _Trained:
    """The weights of a model that its loss depends on, and Adam for them."""

    def __init__(self, model: nn.Module, learning_rate: float, weight_decay: float):
        self.weights = [p for p in model.parameters() if p.requires_grad]
        self.learning_rate, self.weight_decay = learning_rate, weight_decay
        self.adam = None

    def step(self, loss: Float[Tensor, ""]) -> None:
        """Move the weights one step downhill."""
        gradients = torch.autograd.grad(loss, self.weights, allow_unused=True)
        if self.adam is None:
            # auxiliary heads that are off are no part of the loss, and must not decay either
            pairs = zip(self.weights, gradients, strict=True)
            self.weights, gradients = zip(*[(w, g) for w, g in pairs if g is not None], strict=True)
            self.adam = Adam(self.weights, self.learning_rate)
        with torch.no_grad():
            if self.weight_decay:
                pairs = zip(self.weights, gradients, strict=True)
                gradients = [g.add(w, alpha=self.weight_decay) for w, g in pairs]
            self.adam.step(gradients)


def _pieces(rows: Int[np.ndarray, " chosen"], size: int) -> Iterator[Int[np.ndarray, " some"]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


@torch.no_grad()
def _logits(model, data, rows) -> Float[Tensor, " chosen"]:
    if not len(rows):
        return torch.empty(0)
    return torch.cat([model(data.take(some)) for some in _pieces(rows, AT_ONCE)])


def _outcome_loss(logits: Float[Tensor, " chosen"], labels: np.ndarray) -> Float[Tensor, ""]:
    return binary_cross_entropy_with_logits(logits, torch.tensor(labels, dtype=logits.dtype))


def _checked_labels(labels, n_patients, train_rows, valid_rows) -> Float[np.ndarray, " patients"]:
    labels = np.asarray(labels, float)
    if labels.shape != (n_patients,):
        raise ValueError(f"labels have shape {labels.shape}, for {n_patients} patients")
    both = np.intersect1d(train_rows, valid_rows)
    if len(both):
        raise ValueError(f"patient {both[0]} is in train_rows and in valid_rows")
    for name, rows in (("train_rows", train_rows), ("valid_rows", valid_rows)):
        if not len(rows):
            raise ValueError(f"{name} has no patient")
        wrong = rows[~np.isin(labels[rows], (0, 1))]
        if len(wrong):
            raise ValueError(f"the label of patient {wrong[0]} is {labels[wrong[0]]}, not 0 or 1")
    if np.ptp(labels[train_rows]) == 0:
        raise ValueError(f"all labels of train_rows are {labels[train_rows[0]]:.0f}")
    return labels


def _checked_unlabeled(rows, n_patients, aux_weight) -> Int[np.ndarray, " unlabeled"]:
    if not 0 <= aux_weight < np.inf:
        raise ValueError(f"aux_weight is {aux_weight}, it must be 0 or a positive number")
    if rows is None:
        return np.empty(0, np.int64)
    if not aux_weight:
        raise ValueError("unlabeled_rows are for the auxiliary losses, and their aux_weight is 0")
    return as_rows(rows, n_patients, "patients")
