from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from helpers.gru_cells import VARIANTS
from helpers.patient_gru import Outcome, PatientGRU, PatientModel

OFFSETS = np.array([0, 2, 2, 7, 8])  # patients with 2, 0, 5 and 1 visits


def vectors(n=8, dim=4):
    return torch.randn(n, dim, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def small(variant="sigmoid_reset_after", seed=0):
    rng = torch.Generator().manual_seed(seed)
    return PatientGRU(4, 3, variant=variant, rng=rng).double()


def test_the_default_is_torchs_own_gru():
    ours, theirs = small(), nn.GRU(4, 3, batch_first=True).double()

    def r_z_n(table):
        z, r, n = table.chunk(3, dim=-1)
        return torch.cat([r, z, n], dim=-1).t()

    with torch.no_grad():
        theirs.weight_ih_l0.copy_(r_z_n(ours.kernel))
        theirs.weight_hh_l0.copy_(r_z_n(ours.recurrent))
        theirs.bias_ih_l0.copy_(r_z_n(ours.bias[0]))
        theirs.bias_hh_l0.copy_(r_z_n(ours.bias[1]))
    states = ours(vectors(), OFFSETS)
    for p in (0, 2, 3):
        alone = vectors()[None, OFFSETS[p] : OFFSETS[p + 1]]
        torch.testing.assert_close(states[p], theirs(alone)[1][0, 0])


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_patient_alone_is_a_patient_in_a_batch(variant):
    gru = small(variant)
    states = gru(vectors(), OFFSETS)
    for p, (start, end) in enumerate(pairwise(OFFSETS)):
        alone = gru(vectors()[start:end], np.array([0, end - start]))
        torch.testing.assert_close(alone[0], states[p], rtol=1e-13, atol=1e-13)


def test_without_visits_the_state_is_the_first_one():
    states = small()(vectors(), OFFSETS)
    assert (states[1] == 0).all() and (states[[0, 2, 3]] != 0).all()
    assert small()(vectors(0), np.array([0, 0, 0])).tolist() == [[0, 0, 0]] * 2
    assert small()(vectors(0), np.array([0])).shape == (0, 3)


def test_the_order_of_visits_counts():
    gru, turned = small(), vectors()[[1, 0]]
    assert not torch.allclose(gru(vectors()[:2], OFFSETS[:2]), gru(turned, OFFSETS[:2]))


@pytest.mark.parametrize("variant", VARIANTS)
def test_gradients(variant):
    gru = small(variant)
    names = [name for name, _ in gru.named_parameters()]

    def states(x, *tensors):
        return torch.func.functional_call(gru, dict(zip(names, tensors, strict=True)), (x, OFFSETS))

    torch.autograd.gradcheck(states, (vectors().requires_grad_(), *gru.parameters()))


def test_outcome_is_a_line():
    head = Outcome(2)
    with torch.no_grad():
        head.W[:], head.b[:] = torch.tensor([[2.0], [-1.0]]), 0.5
    assert head(torch.tensor([[1.0, 1.0], [0.0, 3.0]])).tolist() == [1.5, -2.5]


def test_the_same_rng_gives_the_same_start():
    assert torch.equal(small().kernel, small().kernel)
    assert not torch.equal(small(seed=1).kernel, small().kernel)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"8 visit vectors.*end at 7"):
        small()(vectors(), OFFSETS[:-1])
    with pytest.raises(ValueError, match="sigmoid_reset_before"):
        PatientGRU(4, 3, variant="v2")
    with pytest.raises(ValueError, match="no auxiliary tasks"):
        PatientModel(nn.Identity(), small(), Outcome(3)).with_auxiliary(None)


def test_the_first_guess_is_the_share_of_cases():
    head = Outcome(3, share=0.2)
    assert torch.sigmoid(head.b).item() == pytest.approx(0.2)
    assert Outcome(3).b.item() == 0
    with pytest.raises(ValueError, match=r"share is 1\.0"):
        Outcome(3, share=1.0)
