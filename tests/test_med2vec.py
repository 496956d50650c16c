"""Med2Vec against numbers of the authors' program, against loops, and at its edges."""

import doctest
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import med2vec
from helpers.med2vec import (
    Parameters,
    code_log_p,
    forward,
    initial_parameters,
    losses,
    masked_offset,
    top_code_coordinates,
    top_codes,
)
from helpers.ragged import offsets_of
from helpers.visit_views import VisitCodes
from tests.plugin import as_in_a_notebook

FIXTURES = Path(__file__).parent / "fixtures" / "reference_med2vec"
CASES = sorted(path.stem for path in FIXTURES.glob("*.npz"))
PROGRAM_NAMES = ("W_emb", "b_emb", "W_hidden", "b_hidden", "W_output", "b_output")
NEAR = {"rtol": 1e-9, "atol": 1e-10}


def visits_of(patients, n_codes=None):
    """Make visits from patients that are lists of lists of ids."""
    flat = [visit for visits in patients for visit in visits]
    ids = np.array([code for visit in flat for code in visit], np.int64)
    n_codes = n_codes if n_codes is not None else max(ids, default=0) + 1
    keys = tuple(f"ICD9CM:{i}" for i in range(n_codes))
    return VisitCodes(keys, ids, offsets_of(map(len, flat)), offsets_of(map(len, patients)))


class Reference:
    """One case of the authors' program in the terms of the course."""

    def __init__(self, name):
        self.z = z = np.load(FIXTURES / f"{name}.npz")
        rows = np.split(z["seqs_flat"], np.cumsum(z["seqs_len"])[:-1])
        self.patients = [[]]
        for row in rows:
            if row.tolist() == [-1]:
                self.patients.append([])
            else:
                self.patients[-1].append(row.tolist())
        self.is_visit = z["mask"] == 1
        self.visits = visits_of(self.patients, int(z["numXcodes"]))
        self.parameters = Parameters(
            *(torch.tensor(z[f"param_{name}"], requires_grad=True) for name in PROGRAM_NAMES)
        )
        self.window, self.log_eps = int(z["windowSize"]), float(z["logEps"])
        self.groups = z["code_to_group"] if int(z["numYcodes"]) else None
        self.demographics = z["demo"][self.is_visit] if int(z["demoSize"]) else None

    def losses(self):
        return losses(
            self.parameters,
            self.visits,
            window=self.window,
            groups=self.groups,
            demographics=self.demographics,
            l2=float(self.z["L2_reg"]),
            log_eps=self.log_eps,
        )

    def offsets(self):
        return masked_offset(
            self.visits,
            self.parameters,
            window=self.window,
            groups=self.groups,
            log_eps=self.log_eps,
        )

    def assert_gradients(self, term, stored, names=PROGRAM_NAMES):
        found = torch.autograd.grad(term, self.parameters, retain_graph=True, allow_unused=True)
        for name, gradient in zip(PROGRAM_NAMES, found, strict=True):
            if name in names:
                np.testing.assert_allclose(gradient, self.z[f"grad_{stored}_{name}"], **NEAR)
            else:
                assert gradient is None or not gradient.any()


@pytest.fixture(params=CASES)
def reference(request):
    return Reference(request.param)


def test_there_are_three_cases_with_groups_and_duplicates():
    assert len(CASES) == 3


def test_activations_are_those_of_the_program(reference):
    u, v, y = forward(reference.parameters, reference.visits, reference.demographics)
    z, is_visit = reference.z, reference.is_visit
    np.testing.assert_allclose(u.detach(), z["exp_emb"][is_visit, : u.shape[1]], **NEAR)
    np.testing.assert_allclose(v.detach(), z["exp_visit"][is_visit], **NEAR)
    np.testing.assert_allclose(y.detach(), z["exp_results"][is_visit], **NEAR)


def test_every_term_is_that_of_the_program(reference):
    z, found = reference.z, reference.losses()
    offsets = reference.offsets()
    for lag, (clean, offset) in enumerate(
        zip(found.visit_by_lag.tolist(), offsets, strict=True), start=1
    ):
        assert found.n_visit_pairs[lag - 1] == z[f"derived_n_valid_pairs_lag{lag}"]
        np.testing.assert_allclose(clean, z[f"derived_visit_cost_clean_lag{lag}"], **NEAR)
        np.testing.assert_allclose(offset, z[f"derived_masked_offset_lag{lag}"], **NEAR)
        np.testing.assert_allclose(clean + offset, z[f"exp_visit_cost_lag{lag}"], **NEAR)
    assert found.n_code_pairs == len(z["iVector"])
    np.testing.assert_allclose(found.code.item(), z["exp_emb_cost_mean"], **NEAR)
    np.testing.assert_allclose(found.l2.item(), z["L2_reg"] * z["exp_sumsq_W_emb"], **NEAR)
    np.testing.assert_allclose(found.total.item() + sum(offsets), z["exp_total"], **NEAR)


def test_every_pair_and_every_normalizer_is_that_of_the_program(reference):
    z, W_c = reference.z, reference.parameters.W_c.detach()
    log_p = code_log_p(W_c)
    cost = -(log_p.exp()[z["iVector"], z["jVector"]] + reference.log_eps).log()
    np.testing.assert_allclose(cost, z["exp_emb_cost_per_pair"], **NEAR)
    R = W_c.relu()
    normalizers = (R @ R.T - log_p).exp()
    np.testing.assert_allclose(normalizers, np.tile(z["exp_norms"][:, None], len(R)), **NEAR)


def test_every_gradient_is_that_of_the_program(reference):
    found = reference.losses()
    reference.assert_gradients(found.total, "total")
    reference.assert_gradients(found.visit, "visit")
    reference.assert_gradients(found.code, "emb", names=("W_emb",))


def test_three_steps_of_adadelta_are_those_of_the_program(reference):
    z = reference.z
    offset = sum(reference.offsets())
    optimizer = torch.optim.Adadelta(reference.parameters, lr=1.0, rho=0.95, eps=1e-6)
    for cost in z["adadelta_costs"]:
        total = reference.losses().total
        np.testing.assert_allclose(total.item() + offset, cost, **NEAR)
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
    for name, table in zip(PROGRAM_NAMES, reference.parameters, strict=True):
        np.testing.assert_allclose(table.detach(), z[f"adadelta3_{name}"], **NEAR)


# The equations in loops: slow, and nothing in them is shared with the helper.


def in_loops(parameters, patients, window, groups, demographics, log_eps, average):
    """Return the code loss and the visit loss of every lag."""
    W_c, b_c, W_v, b_v, W_s, b_s = (table.detach().numpy() for table in parameters)
    n_codes, n_targets = len(W_c), len(b_s)
    flat = [(p, visit) for p, visits in enumerate(patients) for visit in visits]
    ys = []
    for t, (_, visit) in enumerate(flat):
        u = b_c.copy()
        for code in set(visit):
            u += W_c[code]
        u = np.maximum(u, 0)
        known = u if demographics is None else np.concatenate([u, demographics[t]])
        e = np.exp(np.maximum(known @ W_v + b_v, 0) @ W_s + b_s)
        ys.append(e / e.sum())
    by_lag = []
    for lag in range(1, window + 1):
        cost, pairs = 0.0, 0
        for t, (p, _) in enumerate(flat):
            for other in (t - lag, t + lag):
                if 0 <= other < len(flat) and flat[other][0] == p:
                    there = {code if groups is None else groups[code] for code in flat[other][1]}
                    for c in range(n_targets):
                        right = ys[t][c] if c in there else 1 - ys[t][c]
                        cost -= math.log(right + log_eps)
                    pairs += 1
        per = pairs / 2 + log_eps if average == "pair" else len(flat)
        by_lag.append(cost / per if pairs else 0.0)
    R, cost, pairs = np.maximum(W_c, 0), 0.0, 0
    for _, visit in flat:
        for i in visit:
            for j in visit:
                if i != j:
                    e = [math.exp(R[i] @ R[k]) for k in range(n_codes)]
                    cost -= math.log(e[j] / sum(e) + log_eps)
                    pairs += 1
    per = pairs if average == "pair" else len(flat)
    return cost / per if pairs else 0.0, by_lag


def random_parameters(n_codes, n_targets=None, n_demographics=0, seed=0):
    """Draw tables and biases in double precision, large enough to matter."""
    rng = np.random.default_rng(seed)
    made = initial_parameters(
        n_codes,
        code_dim=4,
        visit_dim=3,
        n_targets=n_targets,
        n_demographics=n_demographics,
        scale=1.0,
        seed=seed,
    )
    tables = [torch.tensor(p.numpy() + rng.normal(0, 0.3, p.shape)) for p in made]
    return Parameters(*(table.requires_grad_() for table in tables))


some_patients = st.lists(
    st.lists(st.lists(st.integers(0, 6), max_size=4), max_size=4), min_size=1, max_size=4
)


@settings(deadline=None, max_examples=60)
@given(
    some_patients,
    st.integers(1, 5),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0.0, 1e-8, 0.05]),
    st.sampled_from(["pair", "visit"]),
)
def test_it_is_the_equations_in_loops(patients, window, grouped, with_people, log_eps, average):
    visits = visits_of(patients, 7)
    groups = np.array([0, 2, 1, 1, 0, 2, 2]) if grouped else None
    rng = np.random.default_rng(len(visits.code_ids))
    demographics = rng.normal(size=(visits.n_visits, 2)) if with_people else None
    parameters = random_parameters(7, 3 if grouped else None, 2 * with_people)
    options = {"window": window, "groups": groups, "demographics": demographics}
    found = losses(parameters, visits, **options, log_eps=log_eps, average=average)
    code, by_lag = in_loops(parameters, patients, *options.values(), log_eps, average)
    np.testing.assert_allclose(found.code.item(), code, **NEAR)
    np.testing.assert_allclose(found.visit_by_lag.tolist(), by_lag, **NEAR)
    for gradient in torch.autograd.grad(found.total, parameters):
        assert torch.isfinite(gradient).all()


PATIENTS = [[[0, 3], [1, 1, 2], [], [4]], [[5]], [], [[2, 3, 6], [0]]]


@pytest.mark.parametrize("log_eps", [0.0, 1e-8, 0.05])
@pytest.mark.parametrize("grouped", [False, True])
def test_gradients_are_differences(grouped, log_eps):
    groups = np.array([0, 2, 1, 1, 0, 2, 2]) if grouped else None
    parameters = random_parameters(7, 3 if grouped else None, 1)
    demographics = np.arange(7.0)[:, None] / 7

    def terms(*tables):
        found = losses(
            Parameters(*tables),
            visits_of(PATIENTS, 7),
            window=3,
            groups=groups,
            demographics=demographics,
            log_eps=log_eps,
        )
        return found.code, found.visit_by_lag, found.l2

    assert torch.autograd.gradcheck(terms, tuple(parameters))


def test_the_block_of_scores_changes_nothing(monkeypatch):
    patients = [[list(np.random.default_rng(i).permutation(40)[: 2 + i % 7])] for i in range(60)]
    visits, parameters = visits_of(patients, 40), random_parameters(40)
    whole = torch.autograd.grad(losses(parameters, visits).code, parameters.W_c)
    monkeypatch.setattr(med2vec, "BLOCK", 1)  # 16 rows at a time
    split = torch.autograd.grad(losses(parameters, visits).code, parameters.W_c)
    torch.testing.assert_close(whole, split, rtol=1e-12, atol=1e-14)


def test_untrained_losses_are_those_of_guessing():
    # a softmax that knows nothing gives each of n codes 1 / n; of a visit with m codes among
    # many the cost is m ln n for what is there, and 1 for what is not
    n, m = 5000, 6
    visits = visits_of([[list(range(m)), list(range(100, 100 + m))]], n)
    zero = Parameters(
        *(torch.zeros_like(p) for p in initial_parameters(n, code_dim=3, visit_dim=3))
    )
    found = losses(zero, visits)
    assert found.code.item() == pytest.approx(math.log(n), abs=1e-4)
    assert found.visit.item() == pytest.approx(2 * (m * math.log(n) + 1), rel=1e-3)
    small = losses(initial_parameters(n, code_dim=3, visit_dim=3), visits)
    assert small.code.item() == pytest.approx(math.log(n), abs=1e-3)


def test_demographics_pass_no_relu():
    # a person of -1 and a person of 0 differ, which the first relu would hide
    parameters, visits = random_parameters(3, None, 1), visits_of([[[0]]], 3)
    for bias in (parameters.b_v, parameters.W_v):
        bias.data.abs_()
    v = [forward(parameters, visits, np.array([[d]])).v.detach() for d in (-0.1, 0.0)]
    assert (v[0] != v[1]).any()


def test_neighbors_never_cross_patients():
    together = losses(random_parameters(7), visits_of(PATIENTS, 7), window=5)
    assert together.n_visit_pairs == [4, 2, 1, 0, 0]
    alone = [losses(random_parameters(7), visits_of([p], 7), window=5) for p in PATIENTS]
    summed = sum(
        torch.stack([v * n for v, n in zip(x.visit_by_lag, x.n_visit_pairs, strict=True)])
        for x in alone
    )
    mean = summed / torch.tensor([max(n, 1) for n in together.n_visit_pairs])
    torch.testing.assert_close(together.visit_by_lag, mean, rtol=1e-7, atol=0)


EDGES = {
    "no pair of codes": [[[0], [1]], [[2]]],
    "no neighbor": [[[0, 1]], [[2, 3]]],
    "nothing but lone codes": [[[0]], [[2]]],
    "only empty visits": [[[], []]],
    "one empty visit": [[[]]],
    "patients without visits": [[], []],
    "one patient of one visit": [[[0, 1, 2]]],
    "the same code twice": [[[1, 1], [1, 1]]],
}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("patients", EDGES.values(), ids=EDGES)
def test_a_term_without_pairs_is_zero(patients, dtype):
    visits = visits_of(patients, 5)
    tables = [p.detach().to(dtype).requires_grad_() for p in random_parameters(5)]
    found = losses(Parameters(*tables), visits, window=2, l2=0.0)
    assert (found.code == 0) == (found.n_code_pairs == 0)
    for value, n in zip(found.visit_by_lag, found.n_visit_pairs, strict=True):
        assert (value == 0) == (n == 0)
    gradients = torch.autograd.grad(found.total, tables)
    assert all(torch.isfinite(g).all() for g in (found.total, *gradients))
    if not found.n_code_pairs + sum(found.n_visit_pairs):
        assert not any(g.any() for g in gradients)
    assert len(masked_offset(visits, Parameters(*tables), window=2)) == 2


@pytest.mark.parametrize("term", ["code", "visit"])
def test_one_term_alone_is_as_in_both_and_the_other_is_not_there(term):
    visits = visits_of([[[0, 1], [2, 1]], [[3, 0, 2]]])
    both, one = (
        losses(random_parameters(4), visits, window=2, terms=terms)
        for terms in (("code", "visit"), (term,))
    )
    assert torch.equal(getattr(one, term), getattr(both, term))
    assert one.total.item() == pytest.approx((getattr(both, term) + both.l2).item())
    other = {"code": "visit", "visit": "code"}[term]
    assert getattr(one, other).item() == 0
    assert (one.n_code_pairs == 0) == (term == "visit")
    assert (one.n_visit_pairs == [0, 0]) == (term == "code")


def test_scores_that_overflow_an_exponential_are_no_trouble():
    parameters = Parameters(*(p * 1e3 for p in random_parameters(7)))
    single = Parameters(*(p.detach().float().requires_grad_() for p in parameters))
    found = losses(single, visits_of(PATIENTS, 7), window=2)
    for value in (found.total, *torch.autograd.grad(found.total, single)):
        assert torch.isfinite(value).all()


def test_visits_are_left_as_they_are():
    visits = visits_of(PATIENTS, 7)
    before = visits.code_ids.copy(), visits.offsets.copy()
    losses(random_parameters(7), visits)
    np.testing.assert_array_equal(visits.code_ids, before[0])
    np.testing.assert_array_equal(visits.offsets, before[1])


def test_bad_input_is_named():
    visits = visits_of(PATIENTS, 7)
    small, plain = random_parameters(5), random_parameters(7)
    with pytest.raises(ValueError, match="visit 4 has the code id 5, W_c has ids 0 to 4"):
        losses(small, visits)
    with pytest.raises(ValueError, match="visit 0 has the code id -1"):
        forward(plain, visits_of([[[-1]]], 7))
    with pytest.raises(ValueError, match="window is 0"):
        losses(plain, visits, window=0)
    with pytest.raises(ValueError, match=r"demographics have shape \(6, 1\), W_v needs \(7, 1\)"):
        losses(random_parameters(7, None, 1), visits, demographics=np.zeros((6, 1)))
    with pytest.raises(ValueError, match=r"demographics have shape None, W_v needs \(7, 1\)"):
        losses(random_parameters(7, None, 1), visits)
    with pytest.raises(ValueError, match=r"demographics have shape \(7, 2\), W_v needs \(7, 0\)"):
        losses(plain, visits, demographics=np.zeros((7, 2)))
    with pytest.raises(ValueError, match="6 groups for 7 codes"):
        losses(random_parameters(7, 3), visits, groups=np.zeros(6, int))
    with pytest.raises(ValueError, match="code 2 has group -1, groups run from 0 to 2"):
        losses(random_parameters(7, 3), visits, groups=np.array([0, 1, -1, 1, 0, 2, 2]))
    with pytest.raises(ValueError, match="3 targets for 7 codes: groups are needed"):
        losses(random_parameters(7, 3), visits)
    with pytest.raises(ValueError, match="average is 'batch'"):
        as_in_a_notebook(losses)(plain, visits, average="batch")
    with pytest.raises(ValueError, match="a table needs rows and columns, not 0 x 4"):
        initial_parameters(0, code_dim=4, visit_dim=3)


def test_a_coordinate_is_read_after_relu():
    W_c = torch.tensor([[0.5, -3.0], [-2.0, 0.0], [0.9, 1.0], [0.5, 2.0]])
    assert [code for code, _ in top_codes(W_c, 0)] == [2, 0, 3]  # the first of equals first
    assert top_codes(W_c, 1, k=1) == [(3, 2.0)]
    assert top_codes(-W_c.abs(), 0) == []


def test_a_visit_coordinate_is_read_through_its_code_coordinates():
    parameters = random_parameters(7, None, 2)
    with torch.no_grad():
        parameters.W_v[:, 1] = torch.tensor([0.2, -1.0, 0.7, 0.0, 5.0, 6.0])
    found = top_code_coordinates(parameters, 1)
    assert [coordinate for coordinate, _ in found] == [2, 0]  # 4 and 5 are demographics


def test_examples():
    assert doctest.testmod(med2vec).failed == 0
