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
    offsets = masked_offset(
        reference.visits,
        reference.parameters,
        reference.window,
        reference.log_eps,
        reference.groups,
    )
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
    offset = sum(
        masked_offset(
            reference.visits,
            reference.parameters,
            reference.window,
            reference.log_eps,
            reference.groups,
        )
    )
    optimizer = torch.optim.Adadelta(reference.parameters, lr=1.0, rho=0.95, eps=1e-6)
    for cost in z["adadelta_costs"]:
        total = reference.losses().total
        np.testing.assert_allclose(total.item() + offset, cost, **NEAR)
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
    for name, table in zip(PROGRAM_NAMES, reference.parameters, strict=True):
        np.testing.assert_allclose(table.detach(), z[f"adadelta3_{name}"], **NEAR)
