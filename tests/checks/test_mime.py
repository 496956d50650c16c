"""Answers to lesson 12 that are in no catalogue: right ones pass, wrong ones get their hint."""

import functools

import numpy as np
import pytest
import torch
from scipy.special import expit, log_softmax

from helpers import mime_by_hand
from helpers.activations import relu
from helpers.checks import mime as check
from helpers.checks._exercise import CORRECT
from helpers.link_control import shuffle_patient_links
from tests.checks.judging import hinted, passes


# ---------------------------------------------------------------------- dx_objects
def objects_by(change):
    """Return an answer that changes what the right one returns."""
    return lambda rows: change(*mime_by_hand.dx_objects(rows))


@pytest.mark.parametrize(
    "answer",
    [
        objects_by(lambda objects, unlinked: (iter(objects), iter(unlinked))),
        objects_by(lambda objects, unlinked: [map(list, objects[::-1]), set(unlinked)]),
        objects_by(lambda objects, unlinked: ({o[0]: o for o in objects}.values(), unlinked)),
        objects_by(
            lambda objects, unlinked: (
                [(np.str_(a), *bc) for a, *bc in objects],
                np.array(unlinked, str),
            )
        ),
    ],
)
def test_dx_objects_in_other_words(answer):
    passes(check.dx_objects, answer)


def shared_lists(rows):
    rx, px = ([code for k, code, _ in rows if k == kind] for kind in ("rx", "px"))
    return [(code, rx, px) for kind, code, _ in rows if kind == "dx"], []


@pytest.mark.parametrize(
    "answer, hint",
    [
        (shared_lists, "it sits on 3 diagnoses"),
        (objects_by(lambda objects, unlinked: (objects, len(unlinked))), "Return two things"),
        (objects_by(lambda objects, unlinked: objects), "2 orders have no diagnosis"),
        (objects_by(lambda objects, unlinked: (unlinked, objects)), "changed places"),
        (objects_by(lambda objects, unlinked: ([o[:2] for o in objects], unlinked)), "two things"),
        (objects_by(lambda objects, unlinked: (objects[:1], unlinked)), "gout should have"),
        (lambda rows: mime_by_hand.dx_objects(rows[:-1]), "Metformin"),
    ],
)
def test_dx_objects_hints(answer, hint):
    hinted(check.dx_objects, answer, hint)


# ----------------------------------------------------------------------- dx_object
def in_torch(d, M, W_m, W_o):
    d, M, W_m, W_o = (torch.tensor(x, dtype=torch.float32) for x in (d, M, W_m, W_o))
    G = d + torch.relu(d @ W_m) * M.sum(0)
    return torch.relu(G @ W_o) + G


def as_columns(d, M, W_m, W_o, act=relu):
    G = d + M.T @ np.ones(len(M)) * act(W_m.T @ d)
    return (act(W_o.T @ G) + G).tolist()


@pytest.mark.parametrize("answer", [in_torch, as_columns, functools.partial(as_columns, act=relu)])
def test_dx_object_in_other_words(answer):
    passes(check.dx_object, answer)


def in_place(d, M, W_m, W_o):
    for m in M:
        d += relu(d @ W_m) * m
    return relu(d @ W_o) + d


@pytest.mark.parametrize(
    "answer, hint",
    [
        (in_place, "changed its input"),
        (lambda d, M, W_m, W_o: relu((d + M.sum(0)) @ W_o), "With W_o = 0"),
        (lambda d, M, W_m, W_o: mime_by_hand.dx_object(d, M[:1], W_m, W_o), "first treatment"),
        (lambda *args: mime_by_hand.dx_object(*args)[None], "yours has shape (1, 2)"),
        (lambda *args: mime_by_hand.dx_object(*args) if len(args[1]) else None, "every branch"),
        (lambda *args: mime_by_hand.dx_object(*args).round(1), "you have"),
    ],
)
def test_dx_object_hints(answer, hint):
    hinted(check.dx_object, answer, hint)


# -------------------------------------------------------------------- visit_vector
def weighted(objects, W_v, mask):
    F = mask.astype(float) @ objects
    return [max(0, x) + f for x, f in zip(F @ W_v, F, strict=True)]


def test_visit_vector_in_other_words():
    passes(check.visit_vector, weighted)


@pytest.mark.parametrize(
    "answer, hint",
    [
        (lambda o, W, m: mime_by_hand.visit_vector(o, W, m | True), "Padding takes part"),
        (lambda o, W, m: (relu(o @ W) * m[:, None] + o * m[:, None]).sum(0), "each object"),
        (lambda o, W, m: relu(o[m].mean(0) @ W) + o[m].mean(0), "do not average"),
        (lambda o, W, m: mime_by_hand.visit_vector(np.unique(o[m], axis=0), W,
                                                   np.ones(len(np.unique(o[m], axis=0)), bool)),
         "count once"),
    ],
)  # fmt: skip
def test_visit_vector_hints(answer, hint):
    hinted(check.visit_vector, answer, hint)


# ------------------------------------------------------------------------ aux_loss
def costs(o, dx, rx, U_d, U_m):
    q = expit(o @ U_m)
    dx_cost = -log_softmax(o @ U_d, axis=1)[np.arange(len(o)), dx]
    return dx_cost, -(rx * np.log(q) + (1 - rx) * np.log(1 - q))


def loss_by(change):
    """Return an answer that makes its own number of the costs of the real objects."""

    def answer(objects, dx, rx, U_d, U_m, mask, lam):
        if not mask.any():
            return 0
        return change(*costs(objects[mask], dx[mask], rx[mask], U_d, U_m), lam)

    return answer


def with_a_mask_as_weights(objects, dx, rx, U_d, U_m, mask, lam):
    one, many = costs(objects, dx, rx, U_d, U_m)
    return torch.tensor([lam * ((one + many.sum(1)) * mask).sum() / max(mask.sum(), 1)])


def first_codes(objects, dx, rx, U_d, U_m, mask, lam):
    """Mask the objects, and take as many codes from the start."""
    n = mask.sum()
    return mime_by_hand.aux_loss(objects[mask], dx[:n], rx[:n], U_d, U_m, mask[mask], lam)


def all_columns(objects, dx, rx, U_d, U_m, mask, lam):
    """Take the columns of all diagnoses where one number a row was meant."""
    if not mask.any():
        return 0
    o, dx, rx = objects[mask], dx[mask], rx[mask]
    _, many = costs(o, dx, rx, U_d, U_m)
    return lam * (-log_softmax(o @ U_d, axis=1)[:, dx].mean() + many.sum(1).mean())


def test_aux_loss_in_other_words():
    passes(check.aux_loss, with_a_mask_as_weights)
    passes(check.aux_loss, loss_by(lambda one, many, lam: lam * (one + many.sum(1)).mean()))


@pytest.mark.parametrize(
    "answer, hint",
    [
        (loss_by(lambda one, many, lam: one.mean() + lam * many.sum(1).mean()), "only the drugs"),
        (loss_by(lambda one, many, lam: lam**2 * (one + many.sum(1)).mean()), "doubling lam"),
        (loss_by(lambda one, many, lam: lam * np.exp(-one).mean()), "all scores are 0"),
        (loss_by(lambda one, many, lam: lam * (one + many.mean(1)).mean()), "Sum them"),
        (loss_by(lambda one, many, lam: lam * (one + many.max(1)).mean()), "all scores are 0"),
        (loss_by(lambda one, many, lam: (lam * one.mean(), lam * many.sum())), "2 numbers"),
        (loss_by(lambda one, many, lam: None), "None"),
        (
            lambda o, dx, rx, *rest: mime_by_hand.aux_loss(o, np.maximum(dx - 1, 0), rx, *rest),
            "Look at the diagnosis",
        ),
        (lambda o, dx, rx, *rest: mime_by_hand.aux_loss(o, dx, 1 - rx, *rest), "Look at the drugs"),
        (
            lambda *args: mime_by_hand.aux_loss(*args[:5], args[5] | True, args[6]),
            "Two padded slots",
        ),
        (first_codes, "shifts the codes"),
        (all_columns, "p[np.arange(n), dx]"),
        (loss_by(lambda one, many, lam: lam * (one + many.sum(1)).max()), "you have"),
        (lambda *args: int(mime_by_hand.aux_loss(*args)), "all scores are 0"),
    ],
)
def test_aux_loss_hints(answer, hint):
    hinted(check.aux_loss, answer, hint)


# ------------------------------------------------------------------- shuffle_links
def shuffled_by(change):
    return lambda visits, rng: change(shuffle_patient_links(visits, rng))


@pytest.mark.parametrize(
    "answer",
    [
        shuffled_by(
            lambda visits: tuple(tuple((d, tuple(r), set(p)) for d, r, p in v) for v in visits)
        ),
        shuffled_by(lambda visits: (visit[::-1] for visit in visits)),
    ],
)
def test_shuffle_links_in_other_words(answer):
    passes(check.shuffle_links, answer)


def owners_permuted(visits, rng):
    new = []
    for visit in visits:
        lists = []
        for kind in (1, 2):
            codes = iter(
                rng.permutation([code for found in visit for code in found[kind]]).tolist()
            )
            lists.append([[next(codes) for _ in found[kind]] for found in visit])
        new.append([(o[0], rx, px) for o, rx, px in zip(visit, *lists, strict=True)])
    return new


def reversed_lists(visits, rng):
    return [[(o[0], *p[1:]) for o, p in zip(v, v[::-1], strict=True)] for v in visits]


def drugs_alone(visits, rng):
    new = shuffle_patient_links([[(d, r, []) for d, r, _ in v] for v in visits], rng)
    return [
        [(d, r, o[2]) for (d, r, _), o in zip(mine, old, strict=True)]
        for mine, old in zip(new, visits, strict=True)
    ]


@pytest.mark.parametrize(
    "answer, hint",
    [
        (owners_permuted, "Gout had no treatment"),
        (reversed_lists, "Every seed gives the same result"),
        (drugs_alone, "ECG came 0 times to gout"),
        (shuffled_by(lambda visits: visits[0] if visits else []), "Return the visits as they came"),
        (shuffled_by(lambda visits: [[(d, r, []) for d, r, _ in v] for v in visits]), "is lost"),
        (
            shuffled_by(lambda visits: [[*v, ("other", [], [])] for v in visits]),
            "diagnoses of visit 1",
        ),
        (lambda visits, rng: shuffle_patient_links(visits, np.random.default_rng()), "same seed"),
    ],
)
def test_shuffle_links_hints(answer, hint):
    hinted(check.shuffle_links, answer, hint)


@pytest.mark.parametrize("odd", [2, ["a"], 1.5, ""])
def test_odd_letters_are_no_answer(odd):
    assert check.no_links.verdict(odd).status != CORRECT
    assert check.no_links.verdict(" C) ").status == CORRECT
