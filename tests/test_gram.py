import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from helpers.code_tree import Ancestry, ancestors, deal_paths
from helpers.gram import GRAM, AncestorMean, attention_weights, gram_vector
from helpers.next_visit import NextVisitModel, first_guess, fit_next_visit, next_visits
from helpers.visit_views import VisitCodes

RNG = np.random.default_rng(0)
E, PATH = RNG.normal(size=(6, 3)), np.array([4, 1, 0])
W, B, U = RNG.normal(size=(6, 2)), RNG.normal(size=2), RNG.normal(size=2)


def in_loops(E, path, W, b, u):
    scores = []
    for node in path:
        both = [*E[path[0]], *E[node]]
        hidden = [
            math.tanh(sum(both[r] * W[r][k] for r in range(len(both))) + b[k])
            for k in range(len(b))
        ]
        scores.append(sum(h * v for h, v in zip(hidden, u, strict=True)))
    total = sum(math.exp(s) for s in scores)
    return [math.exp(s) / total for s in scores]


# ---------------------------------------------------------------------------- tree
@pytest.mark.parametrize(
    "key, path",
    [
        ("ICD10CM:I10", ["ICD10CM:I10", "ICD10CM:I", "ICD10CM"]),
        ("ICD9CM:E8781", ["ICD9CM:E8781", "ICD9CM:E878", "ICD9CM:E", "ICD9CM"]),
        ("ICD9PCS:8856", ["ICD9PCS:8856", "ICD9PCS:885", "ICD9PCS:88", "ICD9PCS:8", "ICD9PCS"]),
    ],
)
def test_the_path_of_a_code(key, path):
    assert list(ancestors(key)) == path


def test_a_drug_name_has_no_ancestors():
    with pytest.raises(ValueError, match="'GENERIC:metoprolol' has no ancestors"):
        ancestors("GENERIC:metoprolol")


@pytest.mark.parametrize(
    "key, path",
    [
        ("ICD10CM:I", ["ICD10CM:I", "ICD10CM"]),
        ("ICD10CM:I1", ["ICD10CM:I1", "ICD10CM:I", "ICD10CM"]),
        ("ICD10CM:I25", ["ICD10CM:I25", "ICD10CM:I", "ICD10CM"]),
    ],
)
def test_a_node_above_the_codes_is_the_first_of_its_own_path(key, path):
    assert list(ancestors(key)) == path


def test_every_path_is_in_the_table_once_and_padding_is_masked():
    paths = [ancestors(f"ICD10CM:{code}") for code in ("I10", "I2510", "E119")]
    table = Ancestry.of(paths)
    read = [
        tuple(table.nodes[i] for i in row[real])
        for row, real in zip(table.ids, table.mask, strict=True)
    ]
    assert read == paths
    assert len(set(table.nodes)) == len(table.nodes) == len({n for p in paths for n in p})


def test_no_path_is_refused():
    for bad in ([], [("a",), ()]):
        with pytest.raises(ValueError, match="at least itself"):
            Ancestry.of(bad)


def test_dealt_paths_keep_the_leaves_and_the_shape_of_the_tree():
    paths = [(str(i), f"parent {i // 3}", "root") for i in range(30)]
    dealt = deal_paths(paths, np.random.default_rng(0))
    assert [p[0] for p in dealt] == [p[0] for p in paths]
    assert sorted(p[1:] for p in dealt) == sorted(p[1:] for p in paths)
    assert sum(a == b for a, b in zip(paths, dealt, strict=True)) < 10


# ----------------------------------------------------------------------- attention
def test_weights_by_hand():
    # scores tanh(0) * ln 3 = 0 and tanh(large) * ln 3 = ln 3: weights 1/4 and 3/4
    rows, W = np.array([[0.0], [50.0]]), np.array([[0.0], [1.0]])
    weights = attention_weights(rows, np.array([0, 1]), W, np.zeros(1), np.array([math.log(3)]))
    np.testing.assert_allclose(weights, [0.25, 0.75])


def test_weights_are_what_loops_say():
    weights = attention_weights(E, PATH, W, B, U)
    np.testing.assert_allclose(weights, in_loops(E, PATH, W, B, U))
    np.testing.assert_allclose(weights.sum(), 1)
    mixed = sum(w * E[j] for w, j in zip(weights, PATH, strict=True))
    np.testing.assert_allclose(gram_vector(E, PATH, W, B, U), mixed)


def test_a_code_without_ancestors_is_its_own_row():
    np.testing.assert_allclose(gram_vector(E, PATH[:1], W, B, U), E[4])


def test_equal_scores_give_the_mean_and_nodes_off_the_path_do_nothing():
    np.testing.assert_allclose(gram_vector(E, PATH, W, B, 0 * U), E[PATH].mean(axis=0))
    other = E.copy()
    other[[2, 3, 5]] = 100
    np.testing.assert_allclose(gram_vector(other, PATH, W, B, U), gram_vector(E, PATH, W, B, U))


def test_what_fits_no_path_is_named():
    with pytest.raises(ValueError, match="the code itself is always on it"):
        gram_vector(E, PATH[:0], W, B, U)
    with pytest.raises(ValueError, match="W has 5 rows; code and node have 6 numbers"):
        gram_vector(E, PATH, W[:5], B, U)


def test_large_scores_do_not_overflow():
    weights = attention_weights(E, PATH, W, B, 1e5 * U)
    assert np.isfinite(weights).all() and weights.max() == 1


PATHS = [ancestors(f"ICD10CM:{code}") for code in ("I10", "I2510", "I259", "E119")]


def test_the_module_agrees_with_one_code_at_a_time():
    table = Ancestry.of(PATHS)
    module = GRAM(table, 4, torch.Generator().manual_seed(0))
    with torch.no_grad():
        for p in module.parameters():
            p.mul_(10)
        vectors = module().numpy()
    rows, W, b, u = (getattr(module, name).detach().numpy() for name in ("E", "W", "b", "u"))
    for vector, ids, real in zip(vectors, table.ids, table.mask, strict=True):
        np.testing.assert_allclose(vector, gram_vector(rows, ids[real], W, b, u), rtol=1e-5)
    weights = module.weights()
    assert weights[~module.mask].abs().max() == 0
    torch.testing.assert_close(weights.sum(1), torch.ones(4))


def test_the_mean_is_gram_without_scores():
    table = Ancestry.of(PATHS)
    gram, mean = (kind(table, 4, torch.Generator().manual_seed(0)) for kind in (GRAM, AncestorMean))
    with torch.no_grad():
        gram.u.zero_()
    torch.testing.assert_close(gram(), mean())


def test_what_one_code_learns_reaches_its_siblings_alone():
    table = Ancestry.of([("a", "A"), ("b", "A"), ("c", "C")])
    module = AncestorMean(table, 2, torch.Generator().manual_seed(0))
    before = module().detach().clone()
    module().select(0, 0).sum().backward()
    with torch.no_grad():
        module.E -= module.E.grad
    moved = (module() - before).abs().max(dim=1).values > 1e-6
    assert moved.tolist() == [True, True, False]


# ----------------------------------------------------------------- the next visit
# two patients: {0}, {1, 2}, {3} and {2}; code 3 has no condition
VISITS = VisitCodes(
    tuple("abcd"), np.array([0, 1, 2, 3, 2]), np.array([0, 1, 3, 4, 5]), np.array([0, 3, 4, 4])
)
CONDITION = np.array([0, 1, 1, -1])


def test_a_visit_is_paired_with_the_next_of_the_same_patient():
    data = next_visits(VISITS, CONDITION)
    assert data.codes.tolist() == [[1, 0, 0, 0], [0, 1, 1, 0]]
    assert data.conditions.tolist() == [[0, 1], [0, 0]]
    with pytest.raises(ValueError, match="3 conditions for 4 codes"):
        next_visits(VISITS, CONDITION[:3])


def test_records_without_a_next_visit_or_a_condition_are_refused():
    once = VisitCodes(tuple("abcd"), np.array([0, 1]), np.array([0, 1, 2]), np.array([0, 1, 2]))
    with pytest.raises(ValueError, match="no patient has a second visit"):
        next_visits(once, CONDITION)
    with pytest.raises(ValueError, match="no code has a condition"):
        next_visits(VISITS, np.full(4, -1))


def plain_model(seed=0):
    rng = torch.Generator().manual_seed(seed)
    return NextVisitModel(GRAM(Ancestry.of([(c,) for c in "abcd"]), 3, rng), 3, 2, rng)


def test_the_loss_is_torchs_cross_entropy_of_several_labels():
    model, data = plain_model(), next_visits(VISITS, CONDITION)
    scores = torch.tanh(data.codes @ model.table.E) @ model.W + model.bias
    expected = functional.cross_entropy(scores, data.conditions)
    torch.testing.assert_close(model.loss(data), expected)


def test_training_keeps_the_step_that_was_best_on_the_valid_part():
    data = next_visits(VISITS, CONDITION)
    upside_down = type(data)(data.codes, 1 - data.conditions)
    model = plain_model()
    start = model.loss(data).item()
    assert fit_next_visit(model, data, data, steps=30, learning_rate=0.1) == 30
    assert model.loss(data).item() < start
    assert first_guess(model)[0] == 1
    model = plain_model()
    before = model.loss(upside_down).item()
    fit_next_visit(model, data, upside_down, steps=30, learning_rate=0.1)
    assert model.loss(upside_down).item() <= before
