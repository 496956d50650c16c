"""Check for the contrastive loss."""

import math

import torch
from torch.nn.functional import cross_entropy, logsigmoid, normalize

from helpers import sentence_encoder
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call


def _rows(n, dim, seed):
    return torch.randn(n, dim, generator=torch.Generator().manual_seed(seed))


FIRST, SECOND = _rows(6, 4, seed=1), _rows(6, 4, seed=2)
SHORT, LONG = 0.2 * _rows(4, 3, seed=3), 5 * _rows(4, 3, seed=4)
ALIKE = torch.ones(5, 3)


def _loss(value):
    """Read a loss as a number, but keep a tensor that torch can differentiate."""
    if isinstance(value, torch.Tensor) and value.requires_grad and value.numel() == 1:
        return value.reshape(())
    return _forms.number(value)


def _with(unit=lambda x: normalize(x, dim=1), scale=lambda c, tau: c / tau, target=torch.arange,
          reduction="mean"):  # fmt: skip
    """Build the loss with one part done in another way."""

    def answer(first, second, tau=0.1):
        scores = scale(unit(first) @ unit(second).T, tau)
        return cross_entropy(scores, target(len(first)), reduction=reduction)

    return answer


def _first_alone_scaled(first, second, tau=0.1):
    return cross_entropy(normalize(first, dim=1) @ second.T / tau, torch.arange(len(first)))


def _cosines(first, second):
    return normalize(first, dim=1) @ normalize(second, dim=1).T


def _minus_forgotten(first, second, tau=0.1):
    return -sentence_encoder.info_nce(first, second, tau)


def _other_way_round(first, second, tau=0.1):
    return sentence_encoder.info_nce(second, first, tau)


def _both_ways(first, second, tau=0.1):
    forth = sentence_encoder.info_nce(first, second, tau)
    return (forth + sentence_encoder.info_nce(second, first, tau)) / 2


def _match_not_below_the_line(first, second, tau=0.1):
    scores = _cosines(first, second) / tau
    others = scores.masked_fill(torch.eye(len(first), dtype=torch.bool), -math.inf)
    return (others.logsumexp(dim=1) - scores.diagonal()).mean()


def _pull_only(first, second, tau=0.1):
    return -(_cosines(first, second).diagonal() / tau).mean()


def _no_logarithm(first, second, tau=0.1):
    return -(_cosines(first, second) / tau).softmax(dim=1).diagonal().mean()


def _one_softmax_for_all(first, second, tau=0.1):
    scores = (_cosines(first, second) / tau).flatten().log_softmax(dim=0)
    return -scores.reshape(len(first), -1).diagonal().mean()


def _yes_or_no(first, second, tau=0.1):
    scores = _cosines(first, second) / tau
    sign = 2 * torch.eye(len(first)) - 1
    return -logsigmoid(sign * scores).mean()


def _log_of_the_mean(first, second, tau=0.1):
    return -(_cosines(first, second) / tau).softmax(dim=1).diagonal().mean().log()


def _agrees(answer, wrong, *inputs):
    for args in inputs:
        mine, theirs = float(answer(*args)), float(wrong(*args))
        right = float(sentence_encoder.info_nce(*args))
        if not math.isclose(mine, theirs, rel_tol=1e-4, abs_tol=1e-5):
            return False
        if math.isclose(theirs, right, rel_tol=1e-4, abs_tol=1e-5):
            return False
    return True


def _like(wrong):
    return lambda answer: _agrees(answer, wrong, (FIRST, SECOND), (FIRST, SECOND, 0.5))


def _is_ln_n_for_rows_that_are_alike(answer):
    got = float(answer(ALIKE, ALIKE))
    if not math.isclose(got, math.log(5), abs_tol=1e-4):
        return (
            f"With five rows that are all alike your loss is {got:.3f}. A guess among five costs "
            f"ln 5 = {math.log(5):.3f}."
        )
    return None


def _is_small_for_the_right_match(answer):
    got, right = float(answer(torch.eye(5), torch.eye(5))), math.log(1 + 4 * math.exp(-10))
    if not math.isclose(got, right, abs_tol=1e-4):
        return (
            f"Five orthogonal rows, each matched with itself, should cost next to nothing "
            f"({right:.4f}); yours is {got:.4f}."
        )
    return None


def _ignores_length(answer):
    before, after = float(answer(FIRST, SECOND)), float(answer(2 * FIRST, SECOND))
    if not math.isclose(before, after, rel_tol=1e-4, abs_tol=1e-5):
        return "Doubling `first` changes the loss; scale rows to length 1 first, in both arguments."
    return None


def _torch_finds_both_gradients(answer):
    first, second = (rows.clone().requires_grad_() for rows in (FIRST, SECOND))
    loss = answer(first, second)
    if not isinstance(loss, torch.Tensor):
        return (
            "Your number is right, but torch cannot train with it: `.item()`, numpy or "
            "`torch.tensor` cut the way back to the vectors. Return the tensor."
        )
    loss.backward()
    for name, rows in (("first", first), ("second", second)):
        if rows.grad is None or not rows.grad.abs().max() > 1e-6:
            return (
                f"No gradient reaches `{name}`. Either it is not used, or something like "
                "`.detach()` cuts it off."
            )
    return None


info_nce = Exercise(
    name="info_nce",
    number="7.3",
    review="section 3",
    reference=sentence_encoder.info_nce,
    form=_loss,
    equal=lambda got, expected: math.isclose(
        float(got), float(expected), rel_tol=1e-4, abs_tol=1e-5
    ),
    calls=(
        call(FIRST, SECOND),
        call(FIRST, SECOND, 1.0),
        call(FIRST, SECOND, 0.05),
        call(SHORT, LONG),
        call(SHORT, LONG, 0.5),
        call(FIRST[:2], SECOND[:2]),
        call(ALIKE, ALIKE),
    ),
    laws=(
        _is_ln_n_for_rows_that_are_alike,
        _is_small_for_the_right_match,
        _ignores_length,
        _torch_finds_both_gradients,
    ),
    wrong=(
        Wrong(
            _with(unit=lambda x: x),
            "Doubling `first` changes the loss: you take dot products. Scale rows to length 1 "
            "first.",
            _like(_with(unit=lambda x: x)),
        ),
        Wrong(
            _first_alone_scaled,
            "Doubling `second` changes the loss. Scale the rows of both to length 1 first.",
            _like(_first_alone_scaled),
        ),
        Wrong(
            _with(unit=lambda x: normalize(x, dim=0)),
            "You scaled columns to length 1. Scale each row: dim=1.",
            _like(_with(unit=lambda x: normalize(x, dim=0))),
        ),
        Wrong(
            _with(scale=lambda c, tau: c * tau),
            "Smaller tau should sharpen: divide the cosines by tau, you multiply.",
            _like(_with(scale=lambda c, tau: c * tau)),
        ),
        Wrong(
            _with(scale=lambda c, tau: c / 0.1),
            "The loss does not change with `tau`.",
            lambda answer: _agrees(
                answer, _with(scale=lambda c, tau: c / 0.1), (FIRST, SECOND, 0.5)
            ),
        ),
        Wrong(
            _with(scale=lambda c, tau: c),
            "The loss does not change with `tau`. Divide the cosines by it.",
            _like(_with(scale=lambda c, tau: c)),
        ),
        Wrong(
            _with(target=lambda n: torch.zeros(n, dtype=torch.long)),
            "Row i must match column i; yours all match column 0.",
            _like(_with(target=lambda n: torch.zeros(n, dtype=torch.long))),
        ),
        Wrong(
            _with(reduction="sum"),
            "You add up over the rows. Return their mean.",
            _like(_with(reduction="sum")),
        ),
        Wrong(
            _minus_forgotten,
            "The better the match, the larger your loss: one minus is missing.",
            _like(_minus_forgotten),
        ),
        Wrong(
            _other_way_round,
            "Your rows of `second` pick among the rows of `first`. Here each row of `first` picks: "
            "the softmax runs along dim=1.",
            _like(_other_way_round),
        ),
        Wrong(
            _both_ways,
            "You average both directions, as some papers do. Here only the rows of `first` pick.",
            _like(_both_ways),
        ),
        Wrong(
            _match_not_below_the_line,
            "The right match is missing below the line: the softmax runs over all n columns, the "
            "right one too.",
            _like(_match_not_below_the_line),
        ),
        Wrong(
            _pull_only,
            "Yours only pulls matches together; it is lowest where all notes have one vector. The "
            "other rows have to be pushed away: a softmax.",
            _like(_pull_only),
        ),
        Wrong(
            _no_logarithm,
            "You average minus the probabilities. The loss is minus their logarithm.",
            _like(_no_logarithm),
        ),
        Wrong(
            _log_of_the_mean,
            "You take the logarithm of the mean probability. Take it of each, then the mean.",
            _like(_log_of_the_mean),
        ),
        Wrong(
            _one_softmax_for_all,
            "Your softmax runs over the whole table. Every row has a softmax of its own.",
            _like(_one_softmax_for_all),
        ),
        Wrong(
            _yes_or_no,
            "That asks a yes-or-no question for each pair, as in lesson 04. Here each row chooses "
            "one of n: a softmax.",
            _like(_yes_or_no),
        ),
    ),
)
