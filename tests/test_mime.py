"""The ragged model against the equations in loops, and what the equations promise."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from helpers.mime import ACTIVATIONS, CodeTables, MiME, sum_rows, tables_from_vectors
from helpers.mime_released import ReleasedMiME
from helpers.patient_gru import Outcome, PatientGRU, PatientModel
from helpers.ragged import list_of_each, offsets_of
from helpers.visit_objects import VisitObjects

N_DX, N_RX, N_PX, DIM = 4, 5, 3, 6
KINDS = (("d", N_DX), ("r", N_RX), ("p", N_PX))
# patients, visits, objects (dx, drugs, procedures). One visit and one patient are empty, and one
# drug is written twice.
ADLER = [[(0, [1, 2], [0]), (3, [], [])], [], [(1, [4, 4], [])]]
BERGER = []
CHAN = [[(2, [0], [1, 2]), (0, [1], [])]]
PATIENTS = [ADLER, BERGER, CHAN]


def as_data(patients):
    visits = [visit for patient in patients for visit in patient]
    objects = [found for visit in visits for found in visit]
    return VisitObjects(
        *(
            tuple(f"{kind}{i}" for i in range(n))
            for kind, n in (("d", N_DX), ("r", N_RX), ("p", N_PX))
        ),
        np.array([dx for dx, _, _ in objects], np.int64),
        np.array([code for _, rx, _ in objects for code in rx], np.int64),
        offsets_of(len(rx) for _, rx, _ in objects),
        np.array([code for _, _, px in objects for code in px], np.int64),
        offsets_of(len(px) for _, _, px in objects),
        offsets_of(len(visit) for visit in visits),
        offsets_of(len(patient) for patient in patients),
        np.zeros(len(visits), np.int64),
    )


DATA = as_data(PATIENTS)


def model_of(cls=MiME, activation="relu", seed=0, **more):
    rng = torch.Generator().manual_seed(seed)
    dims = (DIM,) if cls is MiME else (DIM, DIM)
    model = cls(N_DX, N_RX, N_PX, *dims, activation=activation, rng=rng, **more).double()
    with torch.no_grad():  # biases begin at zero, where nobody would notice them
        for p in model.parameters():
            p += 0.3 * torch.randn(p.shape, generator=rng, dtype=p.dtype)
    return model


def patient_model(cls=MiME, **more):
    rng = torch.Generator().manual_seed(3)
    model = PatientModel(model_of(cls, **more), PatientGRU(DIM, 2, rng=rng), Outcome(2, rng=rng))
    return model.double()


def numpy_function(name):
    return {
        "relu": lambda x: np.maximum(x, 0),
        "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
        "tanh": np.tanh,
    }[name]


def object_in_loops(model, dx, rx, px, s):
    """Equations 2 and 3 for one object, treatment by treatment."""
    W_m, W_o, r_dx, r_rx, r_px = (
        p.detach().numpy() for p in (model.W_m, model.W_o, model.dx, model.rx, model.px)
    )
    d = r_dx[dx]
    G = d + sum(s(d @ W_m) * m for m in (*r_rx[rx], *r_px[px]))
    return s(G @ W_o) + G


def aux_in_loops(model, objects, found):
    """The auxiliary losses of one object after the other, code by code."""
    U_dx, U_rx, U_px = (p.detach().numpy() for p in model.heads.parameters())
    dx_loss = rx_loss = px_loss = 0.0
    for o, (dx, rx, px) in zip(objects, found, strict=True):
        share = np.exp(U_dx @ o)
        dx_loss -= math.log(share[dx] / share.sum())
        rx_loss += sum(binary(U_rx[code] @ o, code in rx) for code in range(N_RX))
        px_loss += sum(binary(U_px[code] @ o, code in px) for code in range(N_PX))
    return [loss / len(found) for loss in (dx_loss, rx_loss, px_loss)]


def binary(score, label):
    p = 1 / (1 + math.exp(-score))
    return -math.log(p if label else 1 - p)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_equations_in_loops(activation):
    model, s = model_of(activation=activation), numpy_function(activation)
    objects = model.objects(DATA).detach().numpy()
    found = [one for patient in PATIENTS for visit in patient for one in visit]
    expected = [object_in_loops(model, *one, s) for one in found]
    np.testing.assert_allclose(objects, expected, rtol=1e-12, atol=1e-14)
    rows = iter(expected)
    visits = []
    for visit in (visit for patient in PATIENTS for visit in patient):
        F = sum((next(rows) for _ in visit), np.zeros(DIM))
        visits.append(s(F @ model.W_v.detach().numpy()) + F if visit else F)
    np.testing.assert_allclose(model(DATA).detach(), visits, rtol=1e-12, atol=1e-14)
    aux = model.auxiliary(model.objects(DATA), DATA)
    np.testing.assert_allclose(
        torch.stack(aux).detach(), aux_in_loops(model, expected, found), rtol=1e-12
    )


@pytest.mark.parametrize("cls", [MiME, ReleasedMiME])
def test_objects_that_occur_again_count_again(cls):
    model = model_of(cls)
    found = [one for patient in PATIENTS for visit in patient for one in visit]
    again = [found[0], *found, found[0], found[2], found[0]]
    places = [0, *range(len(found)), 0, 2, 0]
    objects = model.objects(as_data([[found]]))
    torch.testing.assert_close(model.objects(as_data([[again]])), objects[places])

    def losses(visit):
        data = as_data([[visit]])
        return model.heads.summed_losses(model.objects(data), data)

    def gradients(loss):
        more = {"retain_graph": True, "materialize_grads": True, "allow_unused": True}
        return torch.autograd.grad(loss, list(model.parameters()), **more)

    alone = [losses([one]) for one in again]
    for together, each in zip(losses(again), zip(*alone, strict=True), strict=True):
        torch.testing.assert_close(together, sum(each))
        torch.testing.assert_close(gradients(together), gradients(sum(each)))


def test_a_hand_case():
    """Numbers small enough to do in the head."""
    tables = CodeTables(torch.tensor([[1.0, -1.0]]), torch.tensor([[2.0, 3.0]]), torch.ones(0, 2))
    model = MiME(1, 1, 0, 2, tables=tables)
    with torch.no_grad():
        model.W_m.copy_(torch.eye(2))
        model.W_o.copy_(torch.tensor([[0.0, 1.0], [1.0, 0.0]]))
        model.W_v.copy_(-torch.eye(2))
    one = replace(as_data([[[(0, [0], [])]]]), dx_keys=("d",), rx_keys=("r",), px_keys=())
    # the gate is (1, 0), so G = (1, -1) + (2, 0); s(G W_o) = s(-1, 3) = (0, 3)
    assert model.objects(one).tolist() == [[3.0, 2.0]]
    assert model(one).tolist() == [[3.0, 2.0]]


def test_without_treatments_only_the_diagnosis_is_left():
    model = model_of()
    d = model.dx[3]
    torch.testing.assert_close(model.objects(DATA)[1], torch.relu(d @ model.W_o) + d)


def test_without_w_o_an_object_is_g():
    model = model_of()
    with torch.no_grad():
        model.W_o[:] = 0
    G = model.dx[0] + torch.relu(model.dx[0] @ model.W_m) * (
        model.rx[1] + model.rx[2] + model.px[0]
    )
    torch.testing.assert_close(model.objects(DATA)[0], G)


@pytest.mark.parametrize("cls", [MiME, ReleasedMiME])
def test_order_of_objects_and_treatments_does_not_matter(cls):
    def turned(visit):
        return [(dx, rx[::-1], px[::-1]) for dx, rx, px in visit[::-1]]

    model = model_of(cls)
    other = as_data([[turned(visit) for visit in patient] for patient in PATIENTS])
    torch.testing.assert_close(model(other), model(DATA))


@pytest.mark.parametrize("cls", [MiME, ReleasedMiME])
def test_a_drug_moved_to_another_diagnosis_changes_the_visit(cls):
    before, after = ([[[(0, rx, []), (1, other, [])]]] for rx, other in (([2], []), ([], [2])))
    before, after = as_data(before), as_data(after)
    assert before.dx.tolist() == after.dx.tolist() and before.rx.tolist() == after.rx.tolist()
    model = model_of(cls)
    assert not torch.allclose(model(before), model(after))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("cls", [MiME, ReleasedMiME])
def test_an_empty_visit_is_zero_and_a_step_of_the_gru(cls, activation):
    model = patient_model(cls, activation=activation)
    visits = model.encoder(DATA)
    assert (visits[1] == 0).all() and (visits[[0, 2, 3]] != 0).any(dim=1).all()
    without = as_data([[visit for visit in patient if visit] for patient in PATIENTS])
    assert not torch.isclose(model(DATA)[0], model(without)[0])
    assert torch.isclose(model(DATA)[2], model(without)[2])


@pytest.mark.parametrize("cls", [MiME, ReleasedMiME])
def test_a_patient_alone_is_a_patient_in_a_batch(cls):
    model = patient_model(cls)
    together = model(DATA)
    for p in range(3):
        torch.testing.assert_close(model(DATA.take(np.array([p]))), together[p : p + 1])


@pytest.mark.parametrize("cls", [MiME, ReleasedMiME])
def test_batches_with_hardly_anything(cls):
    model = patient_model(cls)
    bare = model.head(torch.zeros(1, 2, dtype=torch.float64))
    for patients in ([[]], [[], []], [[[]], [[], []]], []):
        data = as_data(patients)
        logits, aux = model.with_auxiliary(data)
        assert logits.shape == (len(patients),) and torch.isfinite(logits).all()
        gradients = torch.autograd.grad(
            logits.sum() + aux, list(model.parameters()), materialize_grads=True, allow_unused=True
        )
        assert all(torch.isfinite(g).all() for g in gradients)
        assert torch.isfinite(aux)
    torch.testing.assert_close(model(as_data([[]])), bare)


@pytest.mark.parametrize("cls", [MiME, ReleasedMiME])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients(cls, activation):
    model = patient_model(cls, activation=activation)
    names = [name for name, _ in model.named_parameters()]

    class Both(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = model

        def forward(self, data):
            logits, aux = self.inner.with_auxiliary(data)
            return torch.cat([logits, aux[None]])

    both = Both()

    def outputs(*tensors):
        named = {f"inner.{name}": t for name, t in zip(names, tensors, strict=True)}
        return torch.func.functional_call(both, named, (DATA,))

    torch.autograd.gradcheck(outputs, tuple(model.parameters()), fast_mode=True)


def test_float32_agrees_with_float64():
    model = patient_model()
    exact = model.with_auxiliary(DATA)
    rough = model.float().with_auxiliary(DATA)
    assert rough[0].dtype == torch.float32
    for a, b in zip(exact, rough, strict=True):
        torch.testing.assert_close(a.float(), b, rtol=1e-5, atol=1e-5)


def test_a_model_that_knows_nothing_loses_logarithms():
    model = model_of()
    with torch.no_grad():
        for U in model.heads.parameters():
            U[:] = 0
    aux = torch.stack(model.auxiliary(model.objects(DATA), DATA))
    expected = [math.log(N_DX), N_RX * math.log(2), N_PX * math.log(2)]
    torch.testing.assert_close(aux, torch.tensor(expected).double())


def test_scores_of_any_size_have_a_loss():
    model = model_of()
    for factor in (30.0, 3000.0):
        objects = factor * model.objects(DATA)
        rows = objects.detach().numpy()
        scores = rows @ model.heads.U_rx.detach().numpy().T
        object_of = list_of_each(DATA.rx_offsets)
        labels = np.zeros_like(scores)
        labels[object_of, DATA.rx] = 1
        expected = (np.logaddexp(0, scores) - labels * scores).sum() / len(rows)
        np.testing.assert_allclose(model.auxiliary(objects, DATA).rx.item(), expected, rtol=1e-13)


def test_pretrained_rows_are_the_start_and_stay_if_frozen():
    vectors = np.arange(4 * DIM, dtype=np.float32).reshape(4, DIM)
    tables = tables_from_vectors(DATA, ["r2", "d0", "p1", "elsewhere"], vectors)
    assert tables.dx[0].tolist() == vectors[1].tolist() and (tables.dx[1:] == 0).all()
    assert tables.rx[2].tolist() == vectors[0].tolist() and (tables.rx[[0, 1, 3, 4]] == 0).all()
    assert tables.px[1].tolist() == vectors[2].tolist()
    frozen = MiME(N_DX, N_RX, N_PX, DIM, tables=tables, frozen=True)
    tuned = MiME(N_DX, N_RX, N_PX, DIM, tables=tables)
    assert torch.equal(frozen.dx, tables.dx) and not frozen.dx.requires_grad
    assert tuned.dx.requires_grad and tuned.dx is not tables.dx
    with pytest.raises(ValueError, match="shapes"):
        MiME(N_DX, N_RX, N_PX, DIM + 1, tables=tables)


@pytest.mark.parametrize(
    "keys, broken, message",
    [
        (["r2", "d0", "p1"], None, "3 keys for 4 vectors"),
        (["r2", "d0", "r2", "p1"], None, "'r2' has two vectors, rows 0 and 2"),
        (["r2", "d0", "p1", "x"], np.nan, "the vector of 'd0' holds a number that is not finite"),
        (["a", "b", "c", "d"], None, "none of these vectors belongs to a code"),
    ],
)
def test_vectors_that_do_not_fit_are_refused(keys, broken, message):
    vectors = np.ones((4, DIM), np.float32)
    if broken is not None:
        vectors[1, 2] = broken
    with pytest.raises(ValueError, match=message):
        tables_from_vectors(DATA, keys, vectors)


@pytest.mark.parametrize("kind", ["dx", "rx", "px"])
@pytest.mark.parametrize("wrong", [-1, 9])
def test_codes_without_a_row_are_refused(kind, wrong):
    ids = getattr(DATA, kind).copy()
    ids[-1] = wrong
    with pytest.raises(IndexError, match=f"{kind} code {wrong}"):
        model_of()(replace(DATA, **{kind: ids}))


def test_an_unknown_activation_is_refused():
    with pytest.raises(ValueError, match="relu"):
        model_of(activation="gelu")


def test_the_released_form_has_its_room():
    model = model_of(ReleasedMiME, max_dx_per_visit=1)
    model(DATA)
    with pytest.raises(ValueError, match="a visit has 2 objects, max_dx_per_visit is 1"):
        model.auxiliary(model.objects(DATA), DATA)


def test_the_released_auxiliary_losses_shrink_with_padding_and_the_papers_do_not():
    longer = as_data([*PATIENTS, [[], [], [], [], [], []]])
    for cls, moves in ((MiME, False), (ReleasedMiME, True)):
        model = model_of(cls)
        short, long = (model.auxiliary(model.objects(data), data).dx for data in (DATA, longer))
        assert torch.isclose(short, long) != moves


def test_the_same_rng_gives_the_same_start():
    first, second, other = (model_of(seed=seed) for seed in (0, 0, 1))
    assert torch.equal(first.W_o, second.W_o) and not torch.equal(first.W_o, other.W_o)


def test_rows_are_summed_by_object_and_nothing_is_zero():
    table = torch.tensor([[1.0, 2.0], [10.0, 20.0]])
    found = sum_rows(table, np.array([0, 1, 1]), np.array([0, 2, 2, 3]))
    assert found.tolist() == [[11.0, 22.0], [0.0, 0.0], [10.0, 20.0]]
