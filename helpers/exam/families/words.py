"""Numeric families on skip-gram, negative sampling and CBOW (lessons 03 and 04)."""

import math

import numpy as np
import torch

from helpers.exam.families._family import Draw, Family
from helpers.exam.families._text import as_row, signed
from helpers.exam.items import Blank
from helpers.noise import discard_prob, noise_distribution
from helpers.pairs import number_of_pairs
from helpers.skipgram import softmax_loss_grads
from helpers.word2vec import negative_sampling_loss, sgns_loss_grads

HERE = {"topic": 2, "level": "Ap"}


def _pairs(rng: np.random.Generator) -> Draw:
    T, w = int(rng.integers(7, 31)), int(rng.integers(2, 6))
    key = number_of_pairs(T, w)
    return Draw(
        numbers={"T": T, "w": w},
        stem=(
            f"A note has {T} tokens. How many (center, context) pairs does skip-gram cut from it "
            f"with a window of {w} to each side?"
        ),
        key=key,
        wrong={
            "M30": 2 * w * T,
            "M31": key // 2,
            "M32": sum(min(i, w) + min(T - 1 - i, w - 1) for i in range(T)),
            "M33": T * (T - 1),
            "M34": key + T,
        },
        solution=(
            f"Full windows would give $2 \\cdot {w} \\cdot {T} = {2 * w * T}$ pairs. At the two "
            f"ends ${w} \\cdot {w + 1} = {w * (w + 1)}$ of them reach over the edge: {key} remain."
        ),
    )


def _pairs_of_sentences(rng: np.random.Generator) -> Draw:
    lengths = [int(x) for x in rng.choice(np.arange(2, 11), 3, replace=False)]
    w = int(rng.integers(2, 5))
    each = [number_of_pairs(T, w) for T in lengths]
    key = sum(each)
    return Draw(
        numbers={"lengths": lengths, "w": w},
        stem=(
            f"Three sentences have {lengths[0]}, {lengths[1]} and {lengths[2]} tokens. How many "
            f"(center, context) pairs do they give with a window of {w} to each side, if no pair "
            "reaches over the end of a sentence?"
        ),
        key=key,
        wrong={
            "M35": number_of_pairs(sum(lengths), w),
            "M30": 2 * w * sum(lengths),
            "M31": key // 2,
            "M33": sum(T * (T - 1) for T in lengths),
        },
        solution=(
            "Each sentence by itself, and no distance longer than it allows: "
            f"{each[0]} + {each[1]} + {each[2]} = {key}."
        ),
    )


def _skipgram_parameters(rng: np.random.Generator) -> Draw:
    vocab, dim = int(rng.integers(3, 80)) * 50, int(rng.choice([8, 10, 16, 20, 32, 50, 64]))
    key = 2 * vocab * dim
    return Draw(
        numbers={"vocab": vocab, "dim": dim},
        stem=(
            f"A skip-gram model has {vocab:,} words and vectors of {dim} numbers. How many "
            "parameters are trained?"
        ),
        key=key,
        wrong={
            "M36": vocab * dim,
            "M37": vocab * vocab,
            "M38": 2 * (vocab + dim),
            "M39": vocab * dim + dim * dim,
        },
        solution=(
            f"A center table and a context table, each {vocab:,} x {dim}: "
            f"2 · {vocab * dim:,} = {key:,}. There is no layer between them and no bias."
        ),
    )


def _softmax(rng: np.random.Generator) -> Draw:
    a = [int(x) for x in rng.choice(np.arange(2, 13), int(rng.integers(3, 5)), replace=False)]
    o = int(rng.integers(len(a)))
    total = sum(a)
    score = math.log(a[o])
    scores = ", ".join(f"$\\ln {x}$" for x in a)
    return Draw(
        numbers={"a": a, "o": o},
        stem=(
            f"The scores of {len(a)} context words are {scores}. "
            f"Which probability does the softmax give to the one with $\\ln {a[o]}$? Two decimals."
        ),
        key=a[o] / total,
        wrong={
            "M40": score / sum(math.log(x) for x in a),
            "M41": a[o] / (1 + a[o]),
            "M42": a[o] / (total - a[o]),
            "M43": 1 / len(a),
        },
        solution=(
            f"The exponentials of the scores are {', '.join(map(str, a))}, in sum {total}: "
            f"{a[o]} / {total} = {a[o] / total:.2f}."
        ),
    )


def _softmax_gradient(rng: np.random.Generator) -> Draw:
    # scores that make round shares: exp(score) = 1, 2 or 4
    weights = [int(x) for x in rng.permutation([1, 1, 2])]
    scores = np.log(weights)
    v = np.array([1.0, 0.0])
    second = rng.integers(-3, 4, 3).astype(float)
    U = np.column_stack([scores, second])
    o = int(rng.integers(3))
    _, gradient, _ = softmax_loss_grads(0, o, np.tile(v, (3, 1)), U)
    p = np.array(weights) / sum(weights)
    error = p - np.eye(3)[o]
    key = float(gradient[1])
    return Draw(
        numbers={"weights": weights, "second": second.tolist(), "o": o},
        stem=(
            "Three context words have the rows "
            + ", ".join(
                f"$u_{i + 1} = (\\ln {w}, {x:g})$"
                for i, (w, x) in enumerate(zip(weights, second, strict=True))
            )
            + f" and the center word $v = (1, 0)$. The true context is word {o + 1}; the loss is "
            f"$-\\ln p_{o + 1}$ of the softmax. What is the second coordinate of its gradient with "
            "respect to $v$? Two decimals."
        ),
        key=key,
        wrong={
            "M44": -key,
            "M45": float(p @ second),
            "M46": float(-second[o]),
            "M47": float(error[o]),
            "M48": float(gradient[0]),
        },
        solution=(
            f"The probabilities are {', '.join(f'{x:.2f}' for x in p)}; minus the one-hot row of "
            f"the truth they are {as_row(error.round(2))}. Times the second coordinates "
            f"{as_row(second)}, added up: {signed(f'{key:.2f}')}."
        ),
    )


def _scores(rng: np.random.Generator) -> tuple[int, list[int]]:
    k = int(rng.integers(2, 4))
    return int(rng.integers(-2, 4)), [int(x) for x in rng.integers(-3, 4, k)]


def _softplus(x: float) -> float:
    return math.log1p(math.exp(x))


def _sgns_loss(rng: np.random.Generator) -> Draw:
    plus, minus = _scores(rng)
    key = negative_sampling_loss(
        torch.tensor([[1.0]], dtype=torch.float64),
        torch.tensor([[plus]], dtype=torch.float64),
        torch.tensor([[[s] for s in minus]], dtype=torch.float64),
    ).item()
    parts = [_softplus(-plus), *(_softplus(s) for s in minus)]
    total = math.log(math.exp(plus) + sum(math.exp(s) for s in minus))
    return Draw(
        numbers={"plus": plus, "minus": minus},
        stem=(
            f"A true pair has the score {signed(plus)}, its {len(minus)} negatives have "
            f"{', '.join(signed(s) for s in minus)}. What is the negative-sampling loss (natural "
            "logarithm, summed over the negatives)? Two decimals."
        ),
        key=key,
        wrong={
            "M50": parts[0] + sum(_softplus(-s) for s in minus),
            "M51": total - plus,
            "M52": parts[0],
            "M53": -key,
            "M54": parts[0] + sum(parts[1:]) / len(minus),
        },
        solution=(
            f"$-\\ln \\sigma({signed(plus)}) = {parts[0]:.3f}$; for the negatives the sign turns: "
            + ", ".join(
                f"$-\\ln \\sigma({signed(-s)}) = {part:.3f}$"
                for s, part in zip(minus, parts[1:], strict=True)
            )
            + f". Together {key:.2f}."
        ),
    )


def _sgns_step(rng: np.random.Generator) -> Draw:
    rate = 0.1
    v, plus, minus = (rng.integers(-2, 3, 2).astype(float) for _ in range(3))
    _, gradient, _, _ = sgns_loss_grads(v, plus, minus[None, :])
    errors = [1 / (1 + math.exp(-(u @ v))) for u in (plus, minus)]
    key = float((v - rate * gradient)[0])
    return Draw(
        numbers={"v": v.tolist(), "plus": plus.tolist(), "minus": minus.tolist()},
        stem=(
            f"A center row is $v = {as_row(v)}$, its true context $u_+ = {as_row(plus)}$, one "
            f"negative $u_- = {as_row(minus)}$. What is the first coordinate of $v$ after one step "
            "of gradient descent on the negative-sampling loss, learning rate 0.1? Three decimals."
        ),
        key=key,
        wrong={
            "M55": float((v + rate * gradient)[0]),
            "M56": float(gradient[0]),
            "M57": float(v[0] - rate * (errors[0] - 1) * plus[0]),
            "M45": float(v[0] - rate * (errors[0] * plus[0] + errors[1] * minus[0])),
        },
        solution=(
            f"The scores are {signed(f'{plus @ v:g}')} and {signed(f'{minus @ v:g}')}. The "
            f"gradient's first coordinate is $({errors[0]:.3f} - 1) \\cdot ({plus[0]:g}) + "
            f"{errors[1]:.3f} \\cdot ({minus[0]:g}) = {gradient[0]:.3f}$, and "
            f"${v[0]:g} - 0.1 \\cdot ({gradient[0]:.3f}) = {key:.3f}$."
        ),
    )


def _step_by_step(numbers: dict) -> tuple[Blank, ...]:
    v, plus, minus = (np.array(numbers[name]) for name in ("v", "plus", "minus"))
    scores = float(plus @ v), float(minus @ v)
    errors = [1 / (1 + math.exp(-s)) for s in scores]
    gradient = (errors[0] - 1) * plus[0] + errors[1] * minus[0]

    def gradient_from(before: tuple) -> float:
        return before[1] * plus[0] + before[2] * minus[0]

    return (
        Blank("score of the true pair", scores[0], "The dot product of $u_+$ and $v$."),
        Blank(
            "derivative of the loss in that score",
            errors[0] - 1,
            "$\\sigma(s) - 1$.",
            digits=3,
            follow=lambda before: 1 / (1 + math.exp(-before[0])) - 1,
            wrong=((errors[0], "M45"), (1 - errors[0], "M44")),
        ),
        Blank(
            "derivative of the loss in the negative's score",
            errors[1],
            "$\\sigma(s)$ of the negative's score.",
            digits=3,
            wrong=((errors[1] - 1, "M50"),),
        ),
        Blank(
            "first coordinate of the gradient for $v$",
            gradient,
            "Each derivative times its row, added up.",
            digits=3,
            follow=gradient_from,
        ),
        Blank(
            "first coordinate of $v$ after the step",
            float(v[0]) - 0.1 * gradient,
            "Subtract a tenth of the gradient.",
            digits=3,
            follow=lambda before: float(v[0]) - 0.1 * before[3],
            wrong=((float(v[0]) + 0.1 * gradient, "M55"),),
        ),
    )


# count to count ** 0.75; lesson 04 works with those up to 625
ROOTS = {1: 1, 16: 8, 81: 27, 256: 64, 625: 125, 1296: 216, 2401: 343, 4096: 512}


def _noise(rng: np.random.Generator) -> Draw:
    counts = [int(x) for x in rng.choice(list(ROOTS), int(rng.integers(3, 5)), replace=False)]
    i = int(rng.integers(len(counts)))
    key = float(noise_distribution(np.array(counts))[i])
    powers = [ROOTS[c] for c in counts]
    c, n = counts[i], sum(counts)
    return Draw(
        numbers={"counts": counts, "i": i},
        stem=(
            f"The {len(counts)} different words of a small corpus have the counts "
            f"{', '.join(map(str, counts))}. With which probability is the word with the count {c} "
            "drawn as noise, if the exponent is 3/4? Two decimals. (The counts to the power of 3/4 "
            f"are {', '.join(map(str, powers))}.)"
        ),
        key=key,
        wrong={
            "M58": c / n,
            "M43": 1 / len(counts),
            "M59": (c / n) ** 0.75,
            "M60": math.sqrt(c) / sum(map(math.sqrt, counts)),
        },
        solution=f"{powers[i]} / {sum(powers)} = {key:.2f}.",
    )


def _discard(rng: np.random.Generator) -> Draw:
    m = int(rng.integers(3, 13))
    t = float(rng.choice([1e-5, 1e-4, 1e-3]))
    key = float(discard_prob(np.array([t * m * m]), t=t)[0])
    kept_by_program = 1 / m + 1 / m**2
    return Draw(
        numbers={"t": t, "f": t * m * m},
        stem=(
            f"A word makes up {100 * t * m * m:g} % of all tokens. The threshold $t$ of "
            f"subsampling is {100 * t:g} %. With which probability is one occurrence of the word "
            "discarded, by the formula of the paper? Two decimals."
        ),
        key=key,
        wrong={
            "M61": 1 / m,
            "M62": 1 - 1 / m**2,
            "M63": 1 / m**2,
            "M64": 1 - kept_by_program,
        },
        solution=(
            f"$1 - \\sqrt{{t / f}} = 1 - \\sqrt{{1 / {m * m}}} = 1 - 1 / {m} = {key:.2f}$. The "
            f"released program keeps a little more: {kept_by_program:.3f}, not {1 / m:.3f}."
        ),
    )


def _cbow_examples(rng: np.random.Generator) -> Draw:
    T, w = int(rng.integers(8, 60)), int(rng.integers(2, 6))
    return Draw(
        numbers={"T": T, "w": w},
        stem=(
            f"A note has {T} tokens. How many training examples does CBOW make of it with a window "
            f"of {w} to each side, if short windows at the ends are used too?"
        ),
        key=T,
        wrong={
            "M65": number_of_pairs(T, w),
            "M66": T - 2 * w,
            "M30": 2 * w * T,
            "M67": T - 1,
        },
        solution=(
            f"One example a position: the average of its context predicts the token. That is {T}. "
            f"Skip-gram makes {number_of_pairs(T, w)} pairs of the same note."
        ),
    )


def _optimum(rng: np.random.Generator) -> Draw:
    k = int(rng.choice([2, 5, 10]))
    n_w, n_c = (int(x) * 10 for x in rng.integers(2, 21, 2))
    total = int(rng.integers(5, 41)) * 100
    n_wc = int(rng.integers(2, max(3, min(n_w, n_c) // 2)))
    pmi = math.log(n_wc * total / (n_w * n_c))
    key = pmi - math.log(k)
    return Draw(
        numbers={"n_wc": n_wc, "n_w": n_w, "n_c": n_c, "total": total, "k": k},
        stem=(
            f"Of {total:,} pairs, {n_w} have the center w, {n_c} the context c, and {n_wc} have "
            f"both. Skip-gram is trained with {k} negatives drawn in proportion to the counts "
            "(exponent 1) until its loss falls no more, with vectors that are long enough. What is "
            "the dot product of the two rows? Natural logarithm, two decimals."
        ),
        key=key,
        wrong={
            "M68": pmi,
            "M69": pmi + math.log(k),
            "M70": key / math.log(2),
            "M71": math.log(n_wc / total) - math.log(k),
        },
        solution=(
            f"$\\mathrm{{PMI}} = \\ln \\dfrac{{{n_wc} \\cdot {total}}}{{{n_w} \\cdot {n_c}}} = "
            f"{pmi:.3f}$, minus $\\ln {k} = {math.log(k):.3f}$: {signed(f'{key:.2f}')}."
        ),
    )


def _matters(draw: Draw) -> bool:
    """Want rows that all count, and scores that stand in the table of the formula sheet."""
    v, plus, minus = (np.array(draw.numbers[name]) for name in ("v", "plus", "minus"))
    small = max(abs(plus @ v), abs(minus @ v)) <= 4
    return bool(small and v.any() and plus[0] and minus[0] and (plus != minus).any())


WORDS = (
    Family(
        id="P08",
        lesson="03",
        section=1,
        points=2,
        digits=0,
        ask=_pairs,
        low=1,
        worked=({"T": 9, "w": 2},),
        **HERE,
    ),
    Family(
        id="P09", lesson="03", section=1, points=3, digits=0, ask=_pairs_of_sentences, low=1, **HERE
    ),
    Family(
        id="P10",
        lesson="03",
        section=2,
        points=1,
        digits=0,
        ask=_skipgram_parameters,
        low=1,
        topic=2,
        level="U",
    ),
    Family(
        id="P11", lesson="03", section=3, points=2, digits=2, ask=_softmax, low=0, high=1, **HERE
    ),
    Family(
        id="P12",
        lesson="03",
        section=4,
        points=3,
        digits=2,
        ask=_softmax_gradient,
        fair=lambda draw: abs(draw.key) > 0.2,
        **HERE,
    ),
    Family(
        id="P13",
        lesson="04",
        section=1,
        points=3,
        digits=2,
        ask=_sgns_loss,
        low=0,
        # with scores of 0 alone it is lesson 04's (k + 1) ln 2
        fair=lambda draw: bool(draw.numbers["plus"] or any(draw.numbers["minus"])),
        **HERE,
    ),
    Family(
        id="P14",
        lesson="04",
        section=2,
        points=4,
        digits=3,
        ask=_sgns_step,
        steps=_step_by_step,
        fair=_matters,
        **HERE,
    ),
    Family(
        id="P15",
        lesson="04",
        section=3,
        points=2,
        digits=2,
        ask=_noise,
        low=0,
        high=1,
        fair=lambda draw: max(draw.numbers["counts"]) > 625,
        **HERE,
    ),
    Family(
        id="P16", lesson="04", section=3, points=2, digits=2, ask=_discard, low=0, high=1, **HERE
    ),
    Family(
        id="P17",
        lesson="04",
        section=4,
        points=2,
        digits=0,
        ask=_cbow_examples,
        low=1,
        worked=({"T": 9, "w": 2},),
        **HERE,
    ),
    Family(
        id="P18",
        lesson="04",
        section=5,
        points=3,
        digits=2,
        ask=_optimum,
        fair=lambda draw: abs(draw.key) > 0.1,
        topic=2,
        level="An",
    ),
)
"""P08 to P18."""
