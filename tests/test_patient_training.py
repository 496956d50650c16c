from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score
from torch import nn

from helpers.mime import MiME, glorot
from helpers.patient_gru import Outcome, PatientGRU, PatientModel
from helpers.patient_training import fit, predict
from helpers.ragged import list_of_each, offsets_of
from helpers.visit_objects import VisitObjects

NOISE = 6  # codes of each kind that say nothing
TRAIN, VALID, TEST = np.arange(40), np.arange(40, 60), np.arange(60, 460)


def who_got_which(n=460, seed=0):
    """Make patients of three visits; one visit has d0, d1, r0 and r1, whatever the label.

    The label is which of the two drugs was ordered for d0.
    """
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, n)
    objects, per_visit = [], []
    for label in labels.tolist():
        key = rng.integers(3)
        for visit in range(3):
            some = [(0, [label]), (1, [1 - label])] if visit == key else []
            for _ in range(rng.integers(4)):
                some.append(
                    (2 + rng.integers(NOISE), 2 + rng.integers(NOISE, size=rng.integers(3)))
                )
            objects += [some[i] for i in rng.permutation(len(some))]
            per_visit.append(len(some))
    keys = (tuple(f"{kind}{i}" for i in range(2 + NOISE)) for kind in "dr")
    data = VisitObjects(
        *keys,
        (),
        np.array([dx for dx, _ in objects]),
        np.concatenate([np.array(rx, np.int64) for _, rx in objects]),
        offsets_of(len(rx) for _, rx in objects),
        np.empty(0, np.int64),
        np.zeros(len(objects) + 1, np.int64),
        offsets_of(per_visit),
        offsets_of([3] * n),
        np.zeros(len(per_visit), np.int64),
    )
    return data, labels


DATA, LABELS = who_got_which()


class FlatVisits(nn.Module):
    """The codes of a visit, each once, without who was ordered for what."""

    def __init__(self, dim, rng):
        super().__init__()
        self.table, self.W = glorot(2 * (2 + NOISE), dim, rng), glorot(dim, dim, rng)

    def forward(self, data):
        visit = list_of_each(data.object_offsets)
        visit = np.concatenate([visit, visit[list_of_each(data.rx_offsets)]])
        pairs = np.unique(visit * 100 + np.concatenate([data.dx, data.rx + 2 + NOISE]))
        rows = self.table.index_select(0, torch.tensor(pairs % 100))
        summed = rows.new_zeros(data.n_visits, rows.shape[1])
        return torch.relu(summed.index_add(0, torch.tensor(pairs // 100), rows) @ self.W)


def model_of(encoder="mime", seed=0, dim=16, **more):
    rng = torch.Generator().manual_seed(seed)
    n = 2 + NOISE
    encoder = MiME(n, n, 0, dim, rng=rng, **more) if encoder == "mime" else FlatVisits(dim, rng)
    return PatientModel(encoder, PatientGRU(dim, dim, rng=rng), Outcome(dim, rng=rng))


def quick(model, data=DATA, labels=LABELS, train=TRAIN, valid=VALID, **more):
    settings = {"epochs": 3, "batch_size": 16} | more
    return fit(model, data, labels, train, valid, **settings)


def test_only_objects_show_which_drug_was_for_which_diagnosis():
    found = {}
    for encoder in ("mime", "flat"):
        model = model_of(encoder)
        quick(model, epochs=100, patience=30, learning_rate=0.005)
        found[encoder] = roc_auc_score(LABELS[TEST], predict(model, DATA, TEST))
    assert found["mime"] > 0.97
    assert abs(found["flat"] - 0.5) < 0.1


def test_the_same_seed_gives_the_same_model():
    first, again, other = model_of(), model_of(), model_of()
    histories = [quick(model, seed=seed) for model, seed in ((first, 0), (again, 0), (other, 1))]
    assert histories[0] == histories[1] != histories[2]
    assert all(map(torch.equal, first.parameters(), again.parameters()))


def test_the_best_state_is_kept_and_the_rest_is_not_waited_for():
    model = model_of("flat")  # learns by heart: there is nothing else
    history = quick(model, epochs=200, patience=3, learning_rate=0.01)
    assert len(history.valid) == history.best_epoch + 4 < 200
    logits = model(DATA.take(VALID))
    y = torch.tensor(LABELS[VALID]).float()
    assert nn.functional.binary_cross_entropy_with_logits(logits, y).item() == pytest.approx(
        min(history.valid)
    )


def test_steps_are_those_of_torchs_adam_with_its_weight_decay():
    ours, theirs = model_of().double(), model_of().double()
    weights = [p for name, p in theirs.named_parameters() if "heads" not in name]
    adam = torch.optim.Adam(weights, lr=0.01, weight_decay=0.1)
    part, y = DATA.take(TRAIN), torch.tensor(LABELS[TRAIN]).double()
    losses = []
    for _ in range(4):
        loss = nn.functional.binary_cross_entropy_with_logits(theirs(part), y)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    history = quick(ours, epochs=4, batch_size=len(TRAIN), learning_rate=0.01, weight_decay=0.1)
    np.testing.assert_allclose(history.main, losses, rtol=1e-6)


def test_auxiliary_losses_are_off_or_on():
    off, on = model_of(), model_of()
    heads = [U.clone() for U in off.encoder.heads.parameters()]
    assert quick(off, weight_decay=0.1).aux == []
    assert all(map(torch.equal, heads, off.encoder.heads.parameters()))
    history = quick(on, aux_weight=0.1, epochs=10, patience=10)
    assert len(history.aux) == 10 and history.aux[-1] < history.aux[0]
    assert not torch.equal(heads[0], on.encoder.heads.U_dx)


def test_heads_do_not_matter_while_they_are_off():
    one, other = model_of(), model_of()
    with torch.no_grad():
        other.encoder.heads.U_dx *= 2
    assert quick(one) == quick(other)
    one, other = model_of(), model_of()
    with torch.no_grad():
        other.encoder.heads.U_dx *= 2  # to add 1 would change no softmax
    assert quick(one, aux_weight=0.1).main != quick(other, aux_weight=0.1).main


def test_patients_without_a_label_give_their_objects():
    labels = LABELS.astype(float)
    labels[TEST] = np.nan
    with_them, without = model_of(), model_of()
    few = {"labels": labels, "train": TRAIN[:8], "learning_rate": 0.01}
    settings = few | {"aux_weight": 1.0, "epochs": 40, "patience": 40}
    quick(with_them, unlabeled_rows=TEST, **settings)
    quick(without, **settings)

    def aux(model):
        part = DATA.take(TEST)
        return sum(model.encoder.auxiliary(model.encoder.objects(part), part)).item()

    assert aux(with_them) < aux(without)


def test_frozen_rows_stay():
    model = model_of(frozen=True)
    before = model.encoder.dx.clone()
    quick(model)
    assert torch.equal(model.encoder.dx, before)


def test_masks_and_bool_labels_will_do():
    masks = [np.isin(np.arange(460), rows) for rows in (TRAIN, VALID)]
    assert quick(model_of(), DATA, LABELS.astype(bool), *masks) == quick(model_of())
    everybody = predict(model_of(), DATA)
    assert everybody.shape == (460,)
    np.testing.assert_allclose(predict(model_of(), DATA, TEST), everybody[TEST], rtol=1e-5)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"labels": LABELS[:-1]}, "shape .459,., for 460 patients"),
        ({"labels": LABELS + 1}, "the label of patient .* is 2.0, not 0 or 1"),
        ({"labels": np.ones(460, int)}, "all labels of train_rows are 1"),
        ({"valid": TRAIN[-1:]}, "patient 39 is in train_rows and in valid_rows"),
        ({"valid": np.empty(0, int)}, "valid_rows has no patient"),
        ({"train": np.empty(0, int)}, "train_rows has no patient"),
        ({"labels": np.where(np.arange(460) == 3, np.nan, LABELS)}, "patient 3 is nan"),
        ({"aux_weight": -0.1}, "aux_weight is -0.1"),
        ({"aux_weight": float("nan")}, "aux_weight is nan"),
        ({"epochs": 0}, "epochs is 0"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"patience": 0}, "patience is 0"),
        ({"unlabeled_rows": TEST}, "aux_weight is 0"),
    ],
)
def test_what_does_not_fit_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        quick(model_of(), **change)


def test_a_patient_that_is_not_there_is_refused():
    with pytest.raises(IndexError, match="no row 460"):
        quick(model_of(), train=np.array([0, 460]))


def test_nobody_is_predicted_for_nobody():
    assert predict(model_of(), DATA, np.empty(0, int)).shape == (0,)
    assert predict(model_of(), DATA.take(np.empty(0, int))).shape == (0,)


def test_patients_with_hardly_anything_have_a_probability():
    nothing = DATA.take(TEST[:3])
    empty = replace(
        nothing,
        dx=nothing.dx[:0], rx=nothing.rx[:0], px=nothing.px[:0],
        rx_offsets=np.zeros(1, int), px_offsets=np.zeros(1, int),
        object_offsets=np.zeros(3, int), patient_offsets=np.array([0, 0, 1, 2]),
        unlinked=np.zeros(2, int),
    )  # fmt: skip
    assert np.isfinite(predict(model_of(), empty)).all()
    history = quick(model_of(), empty, np.array([0, 1, 1]), np.array([0, 1]), np.array([2]))
    assert np.isfinite(history.main + history.valid).all()


def test_a_loss_that_explodes_is_said():
    with pytest.raises(FloatingPointError, match="learning_rate"):
        quick(model_of(), epochs=30, learning_rate=1e30)
