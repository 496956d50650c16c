from itertools import pairwise

import numpy as np
import polars as pl
import pytest
import torch
from torch.nn import functional

from helpers.datasets import load_clinic
from helpers.encounters import Encounters, encounters
from helpers.gct import GCT, WithoutPrior, allowed_attention, drift, fit_gct
from helpers.hidden_links import HiddenLinks, found_links, hidden_links, multi_hots
from helpers.link_prior import link_prior

RNG = np.random.default_rng(0)
DX = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 0]])
RX = np.array([[1, 0], [1, 1], [0, 1]])


def visit(dx, treatments, owners, label=0):
    return HiddenLinks(np.array(dx), np.array(treatments), tuple(map(frozenset, owners)), label)


VISITS = [visit([0, 1], [0], [{1}], 1), visit([2, 0], [1, 0], [{0}, {1}]), visit([0], [1], [{0}])]


# --------------------------------------------------------------------------- prior
def test_the_prior_is_a_share_of_visits():
    expected = np.zeros((4, 2))
    for d in range(4):
        with_d = [i for i in range(3) if DX[i, d]]
        for m in range(2):
            if with_d:
                expected[d, m] = sum(RX[i, m] for i in with_d) / len(with_d)
    np.testing.assert_allclose(link_prior(DX, RX), expected)
    assert link_prior(DX, RX)[3].tolist() == [0, 0]  # never seen


def test_both_directions_come_from_the_same_counts():
    together = DX.T @ RX
    np.testing.assert_allclose(link_prior(RX, DX).T * RX.sum(0), together)
    with pytest.raises(ValueError, match="3 visits with diagnoses, 2 with treatments"):
        link_prior(DX, RX[:2])


def test_multi_hots_of_the_visits():
    dx, treatments = multi_hots(VISITS, 4, 2)
    np.testing.assert_array_equal(dx, DX)
    np.testing.assert_array_equal(treatments, RX)


# ------------------------------------------------------------------------ the truth
def test_hidden_links_are_those_of_the_clinic():
    clinic = load_clinic()
    ids = clinic.ehr.visits["visit_id"].head(40).to_list()
    found, dx_keys, rx_keys = hidden_links(clinic, ids)
    pairs = {
        (number, rx_keys[code], dx_keys[one.dx[place]])
        for number, one in enumerate(found)
        for code, owners in zip(one.treatments, one.owners, strict=True)
        for place in owners
    }
    truth = clinic.truth_links.filter(pl.col("visit_id").is_in(ids))
    with_both = [i for i in ids if i in set(truth["visit_id"])]
    rows = truth.select("visit_id", "code", "true_reason_code").iter_rows()
    assert pairs == {(with_both.index(i), code, dx) for i, code, dx in rows if dx is not None}
    recorded = clinic.ehr.treatments.filter(pl.col("visit_id").is_in(ids))["reason_code"]
    assert (
        truth["true_reason_code"] != recorded.fill_null("")
    ).any()  # the record is not the truth


def test_a_visit_without_treatments_is_left_out():
    clinic = load_clinic()
    treated = set(clinic.truth_links["visit_id"])
    bare = [i for i in clinic.ehr.visits["visit_id"] if i not in treated][:3]
    assert hidden_links(clinic, bare)[0] == []


def test_links_found_by_hand_and_by_chance():
    perfect = [np.array([[0.1], [0.3]]), np.array([[0.9, 0.2], [0.1, 0.4]]), np.array([[0.0]])]
    assert found_links(VISITS, perfect) == 1
    equal = [np.ones_like(score) for score in perfect]
    assert found_links(VISITS, equal) == pytest.approx((1 / 2 + 1 / 2 + 1 / 2 + 1) / 4)
    assert found_links(VISITS[:1], [np.array([[0.3], [0.1]])]) == 0
    nobody = [visit([0], [0], [set()]), VISITS[2]]
    assert found_links(nobody, [np.ones((1, 1))] * 2) == 1  # without an owner: not asked


def test_scores_that_cannot_be_judged_are_refused():
    with pytest.raises(ValueError, match=r"visit 1: expected \(2, 2\) numbers, got \(1, 2\)"):
        found_links(VISITS, [np.ones((2, 1)), np.ones((1, 2)), np.ones((1, 1))])
    with pytest.raises(ValueError, match=r"visit 0: .* nan"):
        found_links(VISITS[:1], [np.array([[np.nan], [1.0]])])
    for visits in ([], [visit([0], [0], [set()])]):
        with pytest.raises(ValueError, match="no treatment with a known owner"):
            found_links(visits, [np.ones((1, 1))] * len(visits))


# ----------------------------------------------------------------------- attention
def test_allowed_attention_is_torchs_softmax_of_what_is_left():
    scores, allowed = RNG.normal(size=(5, 5)) * 30, RNG.random((5, 5)) < 0.5
    np.fill_diagonal(allowed, True)
    masked = torch.tensor(scores).masked_fill(~torch.tensor(allowed), -torch.inf)
    np.testing.assert_allclose(allowed_attention(scores, allowed), masked.softmax(1).numpy())


def test_nothing_allowed_is_nothing_and_all_allowed_is_softmax():
    scores = RNG.normal(size=(2, 3))
    assert allowed_attention(scores, np.zeros((2, 3), bool)).tolist() == [[0, 0, 0]] * 2
    np.testing.assert_allclose(
        allowed_attention(1e4 * scores, np.ones((2, 3), bool)),
        torch.tensor(1e4 * scores).softmax(1),
    )


def test_scores_that_are_no_numbers_count_only_where_they_may_not_be_seen():
    scores, allowed = np.array([[np.nan, 1.0], [0.0, np.inf]]), np.array([[0, 1], [1, 0]], bool)
    assert allowed_attention(scores, allowed).tolist() == [[0, 1], [1, 0]]
    with pytest.raises(ValueError, match=r"the score at \[0, 0\] is nan"):
        allowed_attention(scores, ~allowed)
    with pytest.raises(ValueError, match=r"scores \(2, 2\), allowed \(1, 2\)"):
        allowed_attention(scores, allowed[:1])
    assert allowed_attention(np.zeros((2, 0)), np.zeros((2, 0), bool)).shape == (2, 0)


def packed(visits=VISITS):
    return encounters(visits, VISITS, 4, 2)


def test_tokens_masks_and_priors_of_a_visit():
    data = packed()
    assert data.token.tolist() == [[6, 0, 1, 4, 7], [6, 2, 0, 5, 4], [6, 0, 5, 7, 7]]
    kinds = ["vddt ", "vddtt", "vdt  "]
    for i, kind in enumerate(kinds):
        for a in range(5):
            for b in range(5):
                fits = {kind[a], kind[b]} in ({"v", "d"}, {"d", "t"})
                assert data.allowed[i, a, b] == (fits or a == b)
    torch.testing.assert_close(data.prior.sum(2), torch.ones(3, 5))
    assert not (data.prior > 0)[~data.allowed].any()
    # visit 0, second diagnosis: itself .5, the visit .5, p(treatment 0 | it) = 1
    torch.testing.assert_close(data.prior[0, 2], torch.tensor([0.25, 0, 0.25, 0.5, 0]))
    # its treatment: itself .5, p(dx 0 | it) = 1, p(dx 1 | it) = 1/2
    torch.testing.assert_close(data.prior[0, 3], torch.tensor([0, 0.5, 0.25, 0.25, 0]))


def test_what_cannot_be_packed_is_named():
    with pytest.raises(ValueError, match="no visit"):
        Encounters([], np.ones((4, 2)), np.ones((4, 2)))
    with pytest.raises(ValueError, match=r"given_dx \(4, 2\), given_treatment \(2, 4\)"):
        Encounters(VISITS, np.ones((4, 2)), np.ones((2, 4)))


def test_links_are_cut_from_the_right_places():
    data = packed()
    from_dx, from_treatments = data.links(data.prior)
    np.testing.assert_array_equal(from_dx[0], data.prior[0, 1:3, 3:4])
    assert [x.shape for x in from_treatments] == [x.shape for x in from_dx]
    assert from_treatments[1][0, 1] == data.prior[1, 4, 1]


def test_attention_is_torchs_and_the_first_is_the_prior():
    torch.manual_seed(0)
    data, model = packed(), GCT(8, dim=4)
    _, attentions = model(data)
    torch.testing.assert_close(attentions[0], data.prior)
    x = model.blocks[0](model.table(data.token), data.prior)
    block = model.blocks[1]
    bias = torch.zeros(data.allowed.shape).masked_fill(~data.allowed, -torch.inf)
    identity = torch.eye(5).expand(3, 5, 5)
    expected = functional.scaled_dot_product_attention(
        block.query(x), block.key(x), identity, attn_mask=bias
    )
    torch.testing.assert_close(attentions[1], expected)
    assert len(attentions) == 3


def test_padding_does_not_change_a_visit():
    torch.manual_seed(0)
    model = GCT(8, dim=4)
    together, _ = model(packed())
    alone, _ = model(packed(VISITS[2:]))
    torch.testing.assert_close(together[2], alone[0])


def test_without_the_prior_counts_are_not_looked_at():
    torch.manual_seed(0)
    model, data = WithoutPrior(8, dim=4), packed()
    other = Encounters(VISITS, np.full((4, 2), 0.3), np.full((4, 2), 0.9))
    torch.testing.assert_close(model(data)[0], model(other)[0])
    assert (GCT.forward(model, data)[1][0] - data.prior).abs().max() > 0.01


def test_drift_is_torchs_divergence_over_real_tokens():
    torch.manual_seed(0)
    attentions = [torch.rand(2, 3, 3).softmax(-1) for _ in range(3)]
    real = torch.tensor([[True, True, False], [True, False, False]])
    parts = [
        functional.kl_div(after[real].log(), before[real], reduction="batchmean")
        for before, after in pairwise(attentions)
    ]
    torch.testing.assert_close(drift(attentions, real), sum(parts) / 2)
    assert drift([attentions[0]] * 2, real).abs() < 1e-6
    with pytest.raises(ValueError, match="two are needed"):
        drift(attentions[:1], real)


def test_a_heavy_drift_weight_keeps_the_attention_near_the_prior():
    gaps = {}
    data = packed(VISITS * 10)
    for weight in (0.0, 10.0):
        torch.manual_seed(0)
        model = GCT(8, dim=8)
        fit_gct(model, data, weight, epochs=30, seed=0, batch_size=10)
        gaps[weight] = drift(model(data)[1], data.real).item()
    assert gaps[10.0] < 0.1 * gaps[0.0]


def test_training_learns_the_outcome():
    torch.manual_seed(0)
    data = packed(VISITS * 10)
    model = GCT(8, dim=8)
    fit_gct(model, data, 0.0, epochs=30, seed=0, batch_size=10)
    scores = model(data)[0]
    assert (scores[data.label == 1].min() > 0) and (scores[data.label == 0].max() < 0)
