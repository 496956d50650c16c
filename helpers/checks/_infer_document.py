"""Check for the inference of a document vector (Doc2Vec, PV-DBOW).

The steps draw noise, so no two answers agree to the digit. What decides is the mean over many
generators: of one step, which is a gradient that can be worked out, and of many steps.
"""

from functools import cache, lru_cache

import numpy as np

from helpers import doc2vec
from helpers.activations import sigmoid
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.similarity import pairwise_cosine

K, DIM = 5, 3
WORDS = np.random.default_rng(5).normal(size=(10, DIM)) + np.array([0.9, 0.0, -0.6])
NOISE = np.array([24, 18, 14, 12, 10, 8, 6, 4, 3, 1]) / 100
DOC = np.array([7, 9, 9, 9, 8, 4, 9, 7, 2, 8, 9, 7])  # some words many times
SEEDS = range(160)
SIZE = 0.02  # of the one step, small enough that the slopes stay what they are near 0
FAR, SHORT = (60, 0.1), (10, 0.1)  # steps and learning rate of a long and of a short run


def _infer(true=lambda v, u: sigmoid(u @ v) - 1, noise=lambda v, u: sigmoid(u @ v),
           per=len, p=lambda p, ids: p, ids=lambda ids: ids):  # fmt: skip
    """Build an inference with one part done in another way."""

    def answer(doc_ids, word_table, p_noise, steps, lr, rng):
        doc_ids, p_noise = ids(doc_ids), p(p_noise, doc_ids)
        vector = rng.normal(scale=0.01, size=word_table.shape[1])
        for _ in range(steps):
            drawn = rng.choice(len(p_noise), size=K * len(doc_ids), p=p_noise)
            own, others = word_table[doc_ids], word_table[drawn]
            gradient = true(vector, own) @ own + noise(vector, others) @ others
            vector = vector - lr * gradient / per(doc_ids)
        return vector

    return answer


def _moves_the_words(doc_ids, word_table, p_noise, steps, lr, rng):
    vector = rng.normal(scale=0.01, size=word_table.shape[1])
    for _ in range(steps):
        drawn = rng.choice(len(p_noise), size=K * len(doc_ids), p=p_noise)
        true = sigmoid(word_table[doc_ids] @ vector) - 1
        noise = sigmoid(word_table[drawn] @ vector)
        gradient = true @ word_table[doc_ids] + noise @ word_table[drawn]
        np.subtract.at(word_table, doc_ids, lr * np.outer(true, vector) / len(doc_ids))
        np.subtract.at(word_table, drawn, lr * np.outer(noise, vector) / len(doc_ids))
        vector = vector - lr * gradient / len(doc_ids)
    return vector


def _moves_a_copy(doc_ids, word_table, p_noise, steps, lr, rng):
    return _moves_the_words(doc_ids, word_table.copy(), p_noise, steps, lr, rng)


def _new_start_each_step(doc_ids, word_table, p_noise, steps, lr, rng):
    vector = np.zeros(word_table.shape[1])
    for _ in range(steps):
        vector = doc2vec.infer_document(doc_ids, word_table, p_noise, 1, lr, rng)
    return vector


def _noise_drawn_once(doc_ids, word_table, p_noise, steps, lr, rng):
    vector = rng.normal(scale=0.01, size=word_table.shape[1])
    own = word_table[doc_ids]
    others = word_table[rng.choice(len(p_noise), size=K * len(doc_ids), p=p_noise)]
    for _ in range(steps):
        gradient = (sigmoid(own @ vector) - 1) @ own + sigmoid(others @ vector) @ others
        vector = vector - lr * gradient / len(doc_ids)
    return vector


def _own_seed(doc_ids, word_table, p_noise, steps, lr, rng):
    rng = np.random.default_rng(0)
    return doc2vec.infer_document(doc_ids, word_table, p_noise, steps, lr, rng)


def _no_generator(doc_ids, word_table, p_noise, steps, lr, rng):
    rng = np.random.default_rng()
    return doc2vec.infer_document(doc_ids, word_table, p_noise, steps, lr, rng)


def _mean_of_words(doc_ids, word_table, p_noise, steps, lr, rng):
    return word_table[doc_ids].mean(axis=0)


def _one_step(doc_ids, word_table, p_noise, steps, lr, rng):
    return doc2vec.infer_document(doc_ids, word_table, p_noise, min(steps, 1), lr, rng)


def _one_too_few(doc_ids, word_table, p_noise, steps, lr, rng):
    return doc2vec.infer_document(doc_ids, word_table, p_noise, max(steps - 1, 0), lr, rng)


def _one_too_many(doc_ids, word_table, p_noise, steps, lr, rng):
    return doc2vec.infer_document(doc_ids, word_table, p_noise, steps + 1, lr, rng)


def _steps_ignored(doc_ids, word_table, p_noise, steps, lr, rng):
    return doc2vec.infer_document(doc_ids, word_table, p_noise, 20, lr, rng)


def _rate_ignored(doc_ids, word_table, p_noise, steps, lr, rng):
    return doc2vec.infer_document(doc_ids, word_table, p_noise, steps, 0.1, rng)


def _length_1_at_the_end(doc_ids, word_table, p_noise, steps, lr, rng):
    vector = doc2vec.infer_document(doc_ids, word_table, p_noise, steps, lr, rng)
    return vector / np.linalg.norm(vector)


def _without(p_noise, ids):
    rest = np.where(np.isin(np.arange(len(p_noise)), ids), 0, p_noise)
    return rest / rest.sum()


def _uniform(p_noise, ids):
    return np.full(len(p_noise), 1 / len(p_noise))


# ---------------------------------------------------------------- what an answer does
def _run(answer, steps, lr, seed):
    out = np.asarray(answer(DOC.copy(), WORDS.copy(), NOISE.copy(), steps, lr,
                            np.random.default_rng(seed)), dtype=float)  # fmt: skip
    if out.shape != (DIM,):
        raise ValueError("the shape is another law's business")
    return out


@lru_cache(maxsize=4)  # an answer in loops takes its time
def _one_step_of(answer):
    """Return where one step leads to on average, seen from where it starts, for size 1."""
    ends, starts = ([_run(answer, n, SIZE, seed) for seed in SEEDS] for n in (1, 0))
    return (np.mean(ends, axis=0) - np.mean(starts, axis=0)) / SIZE


@cache
def _step(true=0.5, noise=-0.5 * K, per=1.0, p="p", ids="all"):
    """Return the same for an answer that can be worked out: all slopes are 1/2 near 0."""
    doc = {"all": DOC, "set": np.unique(DOC)}[ids]
    q = {"p": NOISE, "uniform": _uniform(NOISE, DOC), "without": _without(NOISE, DOC)}[p]
    return per * (true * WORDS[doc].mean(axis=0) + noise * (q @ WORDS))


RIGHT = (0.5, -0.5 * K)


def _steps_like(*parts, **others):
    def symptom(answer):
        mine, target, right = _one_step_of(answer), _step(*parts, **others), _step(*RIGHT)
        scale = max(0.3, np.linalg.norm(target) / np.linalg.norm(right))  # a small step, small luck
        near = np.linalg.norm(mine - target) < 0.12 * scale
        return near and np.linalg.norm(mine - right) > np.linalg.norm(mine - target)

    return symptom


@lru_cache(maxsize=8)
def _far(answer, run=FAR, seeds=12):
    return np.array([_run(answer, *run, seed) for seed in range(seeds)])


@cache
def _far_reference(run=FAR):
    return _far(doc2vec.infer_document, run, seeds=60)


def _begins_well(answer):
    """Tell whether the start and the first step are right, so that a later one is to blame."""
    return not _starts_near_0(answer) and not _one_step_is_the_gradient(answer)


def _is_far_like(wrong):
    """Tell whether the long runs end where a wrong answer's do, and not where the right ones do."""

    def symptom(answer):
        mine, theirs = _far(answer).mean(axis=0), _far(wrong).mean(axis=0)
        right = _far_reference().mean(axis=0)
        near = np.linalg.norm(mine - theirs) < 0.3 * np.linalg.norm(right - theirs)
        return near and _begins_well(answer)

    return symptom


def _stops_after_one(answer):
    runs = [_run(answer, steps, 0.1, 1) for steps in (0, 1, 30)]
    return np.allclose(runs[1], runs[2]) and not np.allclose(runs[0], runs[1])


def _ignores_steps(answer):
    return np.allclose(_run(answer, 0, 0.1, 1), _run(answer, 30, 0.1, 1))


def _starts_one_late(answer):
    runs = [_run(answer, steps, 0.1, 1) for steps in (0, 1, 2)]
    return np.allclose(runs[0], runs[1]) and not np.allclose(runs[1], runs[2])


def _moves_without_a_step(answer):
    slow, fast = ([_run(answer, steps, lr, 1) for steps in (0, 1)] for lr in (0.01, 0.1))
    return not np.allclose(slow[0], fast[0]) and not np.allclose(fast[0], fast[1])


def _ignores_rate(answer):
    runs = [_run(answer, 10, lr, 1) for lr in (0.01, 0.2)]
    return np.allclose(*runs) and not np.allclose(runs[0], _run(answer, 0, 0.1, 1))


def _does_not_go_on(answer):
    long, short = (np.linalg.norm(_run(answer, steps, 0.1, 1)) for steps in (80, 1))
    return long < 1.7 * short and _begins_well(answer)


def _is_only_pulled(answer):
    """Tell whether the noise plays no part: in the first step, nor in what chance does later."""
    like_a_pull = any(_steps_like(true, 0.0)(answer) for true in (0.5, 1.0))
    ends = _far(answer)
    return like_a_pull and ends.std(axis=0).max() < 0.01 * np.linalg.norm(ends[0])


def _is_the_mean(answer):
    return np.allclose(_run(answer, 5, 0.1, 0), WORDS[DOC].mean(axis=0), atol=1e-4)


def _ignores_rng(answer):
    runs = [_run(answer, 10, 0.1, seed) for seed in range(3)]
    return all(np.allclose(run, runs[0], atol=1e-9) for run in runs)


def _draws_elsewhere(answer):
    return not np.allclose(_run(answer, 10, 0.1, 0), _run(answer, 10, 0.1, 0), atol=1e-9)


def _leaves_the_generator_at(answer, steps):
    rng = np.random.default_rng(1)
    answer(DOC.copy(), WORDS.copy(), NOISE.copy(), steps, 0.1, rng)
    return rng.bit_generator.state


def _draws_once(answer):
    """Tell whether chance plays a part, and 30 steps draw no more than 2 do."""
    few, many = (_leaves_the_generator_at(answer, steps) for steps in (2, 30))
    scatter = _far(answer).std(axis=0).mean()
    return few == many and scatter > 0.5 * _far_reference().std(axis=0).mean()


def _has_length_1(answer):
    return all(np.isclose(np.linalg.norm(_run(answer, n, 0.2, 0)), 1) for n in (5, 40))


# ---------------------------------------------------------------------- laws
def _rounded(vector):
    return f"({', '.join(f'{x + 0:.1f}' for x in vector)})"


def _is_one_vector(answer):
    out = np.asarray(answer(DOC.copy(), WORDS.copy(), NOISE.copy(), 3, 0.1,
                            np.random.default_rng(0)))  # fmt: skip
    if out.shape != (DIM,):
        return f"For rows of {DIM} numbers the vector has shape ({DIM},); yours has {out.shape}."
    return None


def _starts_near_0(answer):
    length = np.median([np.linalg.norm(_run(answer, 0, 0.1, seed)) for seed in range(9)])
    if length > 0.06:
        return (
            f"Without a step (steps=0) your vector has length {length:.2f}. Start near 0: numbers "
            "with a standard deviation of 0.01."
        )
    return None


def _one_step_is_the_gradient(answer):
    mine, right = _one_step_of(answer), _step(*RIGHT)
    if np.linalg.norm(mine - right) > 0.12:
        return (
            f"The first step goes to lr times {_rounded(mine)} on average; the gradient says "
            f"{_rounded(right)}. Mean over the words, 5 noise words for each?"
        )
    return None


def _many_steps_end_in_the_right_place(answer):
    for run in (SHORT, FAR):
        places = [runs.mean(axis=0) for runs in (_far(answer, run), _far_reference(run))]
        if np.linalg.norm(places[0] - places[1]) > 0.13:
            mine, right = (
                f"{_rounded(place)}, loss {doc2vec.document_loss(place, DOC, WORDS, NOISE):.1f}"
                for place in places
            )
            return (
                f"The first step is right. After {run[0]} of size {run[1]} you are on average at "
                f"{mine}; expected {right}. The same `lr`, new scores and new noise in each step?"
            )
    return None


def _seeds_agree(answer):
    cosine = pairwise_cosine(_far(answer)).min()
    if cosine < 0.9:
        return (
            f"Two generators give vectors with a cosine of {cosine:.2f}. Take all words of the "
            "note in each step, with 5 new noise words for each: then chance averages out."
        )
    return None


infer_document = Exercise(
    name="infer_document",
    number="7.2",
    review="section 2",
    reference=doc2vec.infer_document,
    equal=None,
    form=_forms.array,
    frozen={1: "Other documents would change: you moved the word table. Freeze it."},
    calls=(
        call(DOC, WORDS, NOISE, 5, 0.1, np.random.default_rng(0)),
        call(DOC[:1], WORDS, NOISE, 3, 0.5, np.random.default_rng(1)),
        call(np.array([0, 1]), WORDS[:, :2].copy(), NOISE, 2, 0.1, np.random.default_rng(2)),
    ),
    laws=(
        _is_one_vector,
        _starts_near_0,
        _one_step_is_the_gradient,
        _many_steps_end_in_the_right_place,
        _seeds_agree,
    ),
    wrong=(
        Wrong(
            _moves_the_words,
            "Other documents would change: you moved the word table. Freeze it.",
            lambda answer: False,  # the examination of the inputs sees it first
        ),
        Wrong(
            _mean_of_words,
            "That is the average of the word rows. Doc2Vec looks for a vector of its own, by "
            "gradient steps.",
            _is_the_mean,
        ),
        Wrong(
            _own_seed,
            "Every generator gives the same vector. Draw the start and the noise from `rng`.",
            _ignores_rng,
        ),
        Wrong(
            _no_generator,
            "The same `rng` gives another vector each time. Draw from `rng` alone.",
            _draws_elsewhere,
        ),
        Wrong(
            _one_step,
            "However many `steps` are asked for, only one is taken. Is the return inside the loop?",
            _stops_after_one,
        ),
        Wrong(
            _steps_ignored,
            "The vector is the same for 0 and for 30 `steps`. The loop runs `steps` times.",
            _ignores_steps,
        ),
        Wrong(
            _one_too_few,
            "With steps=1 nothing moves yet: your loop takes one step too few. range(steps) "
            "takes `steps` of them.",
            _starts_one_late,
        ),
        Wrong(
            _one_too_many,
            "With steps=0 your vector has moved already. The loop runs `steps` times, and "
            "nothing moves before it.",
            _moves_without_a_step,
        ),
        Wrong(
            _rate_ignored,
            "The answer does not change with `lr`.",
            _ignores_rate,
        ),
        Wrong(
            _length_1_at_the_end,
            "You scale the vector to length 1. Leave it as the steps make it.",
            _has_length_1,
        ),
        Wrong(
            _infer(noise=lambda v, u: 0 * (u @ v)),
            "No negatives: your vector is only pulled, and grows without end. Push it away from "
            "the noise words.",
            _is_only_pulled,
        ),
        Wrong(
            _infer(true=lambda v, u: 0 * (u @ v)),
            "The words of the note do not pull: only the noise moves your vector.",
            _steps_like(0.0, -0.5 * K),
        ),
        Wrong(
            _infer(noise=lambda v, u: sigmoid(u @ v) - 1),
            "Noise words pull your vector too. They push: their slope is σ(s), without the -1.",
            _steps_like(0.5, 0.5 * K),
        ),
        Wrong(
            _infer(true=lambda v, u: sigmoid(u @ v)),
            "The words of the note push your vector away. Their slope is σ(s) - 1.",
            _steps_like(-0.5, -0.5 * K),
        ),
        Wrong(
            _infer(true=lambda v, u: 1 - sigmoid(u @ v), noise=lambda v, u: -sigmoid(u @ v)),
            "You walk uphill: the loss rises. Subtract lr times the gradient.",
            _steps_like(-0.5, 0.5 * K),
        ),
        Wrong(
            _infer(per=lambda ids: 1),
            "You add up over the words of the note: a long note makes giant steps. Take the mean, "
            "divide by the number of words.",
            _steps_like(*RIGHT, per=len(DOC)),
        ),
        Wrong(
            _infer(per=lambda ids: (K + 1) * len(ids)),
            "You average over true and noise words together. Divide the sum by the number of words "
            "of the note; the 5 noise terms of a word are added up.",
            _steps_like(*RIGHT, per=1 / (K + 1)),
        ),
        Wrong(
            _infer(noise=lambda v, u: sigmoid(u @ v) / K),
            "The noise pushes a fifth as hard as it should: five noise words for each word of the "
            "note, and their terms are added up, not averaged.",
            _steps_like(0.5, -0.5),
        ),
        Wrong(
            _infer(noise=lambda v, u: sigmoid(u @ v) / len(DOC)),
            "You draw 5 noise words for the whole note. Draw 5 for each of its words.",
            _steps_like(0.5, -0.5 * K / len(DOC)),
        ),
        Wrong(
            _infer(p=_uniform),
            "Your noise words are drawn with equal chances. Draw them with the chances `p_noise`.",
            _steps_like(*RIGHT, p="uniform"),
        ),
        Wrong(
            _infer(p=_without),
            "You keep the note's own words out of the noise. Draw from `p_noise` as it is.",
            _steps_like(*RIGHT, p="without"),
        ),
        Wrong(
            _infer(ids=np.unique),
            "A word that stands five times counts five times; you count it once.",
            _steps_like(*RIGHT, ids="set"),
        ),
        Wrong(
            _new_start_each_step,
            "Loss does not fall: the document vector is re-drawn inside the loop.",
            _does_not_go_on,
        ),
        Wrong(
            _moves_a_copy,
            "Your vector ends elsewhere, because the words move with it, in a copy. Only the "
            "document vector may move.",
            _is_far_like(_moves_a_copy),
        ),
        Wrong(
            _noise_drawn_once,
            "You draw the noise once, before the loop, and every step sees the same words. Draw "
            "anew in each step.",
            _draws_once,
        ),
        *(
            Wrong(
                mistake,
                "At the start all is well, later not: look into your sigmoid. It is "
                "1 / (1 + exp(-s)), with a minus before the score, for true and noise words.",
                _is_far_like(mistake),
            )
            for mistake in (
                _infer(
                    true=lambda v, u: sigmoid(-(u @ v)) - 1, noise=lambda v, u: sigmoid(-(u @ v))
                ),
                _infer(true=lambda v, u: sigmoid(-(u @ v)) - 1),
                _infer(noise=lambda v, u: sigmoid(-(u @ v))),
            )
        ),
    ),
)
