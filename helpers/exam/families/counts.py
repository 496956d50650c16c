"""Numeric families on PPMI, GloVe and FastText (lesson 05)."""

import math

import numpy as np

from helpers.exam.families._family import Draw, Family
from helpers.exam.families._text import signed
from helpers.pairs import count_matrix
from helpers.ppmi import ppmi
from helpers.vocab import build_vocab

HERE = {"topic": 3, "level": "Ap", "lesson": "05"}
NGRAM_WORDS = (
    *("fever", "cough", "edema", "angina", "sepsis", "asthma", "insulin", "warfarin", "digoxin"),
    *("lisinopril", "amiodarone", "furosemide", "bisoprolol", "losartan", "valve", "stent"),
    *("biopsy", "dialysis", "troponin", "spironolactone", "amlodipine", "ischemia", "stroke"),
)


def _ppmi(rng: np.random.Generator) -> Draw:
    a, b, c, d = (int(x) for x in rng.integers(2, 30, 4))
    n = a + b + c + d
    table = np.array([[a, b], [c, d]], float)
    key = float(ppmi(table)[0, 0] / math.log(2))
    ratio = a * n / ((a + b) * (a + c))
    return Draw(
        numbers={"a": a, "b": b, "c": c, "d": d},
        stem=(
            f"Of {n} visits, {a} have both codes A and B, {b} have A alone, {c} have B alone, {d} "
            "have neither. What is the PPMI of A and B, with the logarithm of base 2? Two decimals."
        ),
        key=key,
        wrong={
            "M72": math.log2(ratio) if ratio < 1 else -math.log2(ratio),
            "M70": math.log(ratio),
            "M71": math.log2(a / n),
            "M73": math.log2(a * d / (b * c)),
            "M74": ratio,
        },
        solution=(
            f"A is in {a + b} visits, B in {a + c}. $\\log_2 \\dfrac{{{a} \\cdot {n}}}{{{a + b} "
            f"\\cdot {a + c}}} = \\log_2 {ratio:.3f} = {math.log2(ratio):.2f}$"
            + (": what is below 0 becomes 0." if ratio < 1 else ".")
        ),
    )


def _glove_count(rng: np.random.Generator) -> Draw:
    w = int(rng.integers(2, 4))
    words = ["ace", "beta", "cough", "dose"]
    tokens = [str(t) for t in rng.choice(words, int(rng.integers(6, 9)))]
    center, context = (str(x) for x in rng.choice(words, 2, replace=False))
    if not {center, context} <= set(tokens):
        return _glove_count(rng)
    vocab = build_vocab([tokens])
    at = vocab.id(center), vocab.id(context)
    key = float(count_matrix([vocab.encode(tokens)], len(vocab), w, "inverse")[at])
    places = [
        (i, j)
        for i, left in enumerate(tokens)
        for j, right in enumerate(tokens)
        if left == center and right == context and abs(i - j) <= w
    ]
    parts = [f"1/{abs(i - j)}" for i, j in places]
    return Draw(
        numbers={"tokens": tokens, "w": w, "center": center, "context": context},
        stem=(
            f"GloVe counts the sentence *{' '.join(tokens)}* with a window of {w} to each side and "
            f"the weight 1/distance. What is the count of the center *{center}* with the context "
            f"*{context}*? Two decimals."
        ),
        key=key,
        wrong={
            "M75": float(len(places)),
            "M76": sum(1 / (j - i) for i, j in places if j > i),
            "M77": 2 * key,
            "M78": len(places) / w,
        },
        solution=f"At these distances they meet: {' + '.join(parts)} = {key:.2f}.",
    )


def _glove_loss(rng: np.random.Generator) -> Draw:
    x = int(rng.choice([2, 5, 10, 16, 20, 50, 81]))
    score, b, b_context = (round(float(z), 1) for z in rng.uniform(-1, 3, 3))
    error = score + b + b_context - math.log(x)
    weight = min(1.0, (x / 100) ** 0.75)
    key = weight * error**2
    shown = [signed(z) for z in (score, b, b_context)]
    added = " + ".join(f"({z})" if z.startswith("−") else z for z in shown)
    return Draw(
        numbers={"x": x, "dot": score, "b": b, "b_context": b_context},
        stem=(
            f"A pair was counted {x} times. Its vectors have the dot product {shown[0]}, the "
            f"biases are {shown[1]} and {shown[2]}. What is this pair's term of the GloVe loss "
            "($x_{max} = 100$)? Two decimals."
        ),
        key=key,
        wrong={
            "M79": error**2,
            "M80": weight * error,
            "M81": weight * (score + b + b_context - x) ** 2,
            "M82": (weight * error) ** 2,
            "M83": x / 100 * error**2,
        },
        solution=(
            f"The error is ${added} - \\ln {x} = {error:.3f}$, the "
            f"weight $({x}/100)^{{3/4}} = {weight:.3f}$. Times the squared error: {key:.2f}."
        ),
    )


def _ngrams(rng: np.random.Generator) -> Draw:
    word = str(rng.choice(NGRAM_WORDS))
    low = int(rng.choice([2, 3]))
    high = low + int(rng.integers(1, 4))
    L = len(word)
    counts = {n: max(0, L + 3 - n) for n in range(low, high + 1)}
    key = sum(counts.values()) + 1
    return Draw(
        numbers={"word": word, "low": low, "high": high},
        stem=(
            f"FastText cuts *{word}* ({L} letters) into n-grams of {low} to {high} characters, "
            "with boundary marks, and adds the whole word as one more entry. How many entries does "
            "it add up (repeated ones counted each time)?"
        ),
        key=key,
        wrong={
            "M84": sum(max(0, L + 1 - n) for n in counts) + 1,
            "M85": key - 1,
            "M86": counts[low] + 1,
            "M19": sum(max(0, L + 2 - n) for n in counts) + 1,
        },
        solution=(
            f"With < and > the word has {L + 2} characters: "
            + ", ".join(f"{c} of length {n}" for n, c in counts.items())
            + f", and the whole word: {key}."
        ),
    )


COUNTS = (
    Family(
        id="P19",
        section=1,
        points=3,
        digits=2,
        ask=_ppmi,
        fair=lambda draw: draw.key > 0.1,
        **HERE,
    ),
    Family(
        id="P20",
        section=2,
        points=3,
        digits=2,
        ask=_glove_count,
        low=0,
        fair=lambda draw: draw.key > 1,
        **HERE,
    ),
    Family(
        id="P21",
        section=2,
        points=3,
        digits=2,
        ask=_glove_loss,
        low=0,
        worked=({"x": 16, "dot": 2.0, "b": 0.5, "b_context": 0.5},),
        **HERE,
    ),
    Family(id="P22", section=3, points=2, digits=0, ask=_ngrams, low=1, **HERE),
)
"""P19 to P22. PPMI is drawn where it is not 0, so that forms A and B ask for the same."""
