"""Every key once more, by counting or in loops, from the numbers of the question alone.

Nothing is imported from `helpers`. A function takes the `numbers` of a draw by name.
"""

import math


def P03(size_a, size_b, common):
    a = set(range(size_a))
    b = set(range(size_a - common, size_a - common + size_b))
    return len(a & b) / math.sqrt(len(a)) / math.sqrt(len(b))


def P01(p, q):
    a, b = (1, 0, 0, p), (0, 1, 0, q)
    return dot(a, b) / math.hypot(*a) / math.hypot(*b)


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def P02(n, vocab, dim):
    stored = 0
    for _ in range(n):
        stored += 1
    for _ in range(vocab):
        stored += dim
    return stored


def P04(a, b):
    return dot(a, b) / math.hypot(*a) / math.hypot(*b)


def P05(s, k):
    import numpy as np

    # a centered table with these singular values, and the variance of its projections
    rng = np.random.default_rng(0)
    left = np.linalg.qr(np.column_stack([np.ones(9), rng.normal(size=(9, len(s)))]))[0][:, 1:]
    X = left * s @ np.linalg.qr(rng.normal(size=(len(s), len(s))))[0]
    assert np.allclose(X.mean(axis=0), 0)
    values = np.sort(np.linalg.eigvalsh(np.cov(X.T)))[::-1]
    return values[:k].sum() / values.sum()


def P06(s, k):
    import numpy as np

    rng = np.random.default_rng(0)
    turns = [np.linalg.qr(rng.normal(size=(len(s), len(s))))[0] for _ in range(2)]
    A = turns[0] * s @ turns[1]
    best = turns[0] * [*s[:k], *[0] * (len(s) - k)] @ turns[1]
    return math.sqrt(sum(x * x for x in (A - best).ravel()))


def P07(m, n):
    return max(k for k in range(min(m, n) + 1) if m * k + k + k * n < m * n)


def P08(T, w):
    return sum(i != j and abs(i - j) <= w for i in range(T) for j in range(T))


def P09(lengths, w):
    return sum(P08(T, w) for T in lengths)


def P10(vocab, dim):
    return sum(dim for table in ("center", "context") for word in range(vocab))


def P11(a, o):
    scores = [math.log(x) for x in a]
    return math.exp(scores[o]) / sum(math.exp(s) for s in scores)


def P12(weights, second, o):
    rows = [(math.log(w), x) for w, x in zip(weights, second, strict=True)]

    def loss(v):
        scores = [dot(u, v) for u in rows]
        return math.log(sum(math.exp(s) for s in scores)) - scores[o]

    return slope(lambda x: loss((1, x)), 0.0)


def slope(f, x, h=1e-3):
    """Fourth-order central difference."""
    return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def P13(plus, minus):
    return -math.log(sigmoid(plus)) - sum(math.log(1 - sigmoid(s)) for s in minus)


def P14(v, plus, minus):
    def loss(x):
        center = (x, v[1])
        return -math.log(sigmoid(dot(plus, center))) - math.log(sigmoid(-dot(minus, center)))

    return v[0] - 0.1 * slope(loss, v[0])


def P15(counts, i):
    shares = [c**3 for c in counts]  # the fourth root of the cube
    roots = [math.sqrt(math.sqrt(s)) for s in shares]
    return roots[i] / sum(roots)


def P16(t, f):
    return 1 - (t / f) ** 0.5


def P17(T, w):
    return sum(any(j != i for j in range(max(0, i - w), min(T, i + w + 1))) for i in range(T))


def P18(n_wc, n_w, n_c, total, k):
    """Find where the slope of the loss of this pair in its score is 0, by bisection."""
    negatives = k * n_w * n_c / total

    def loss_slope(score):
        return -n_wc * (1 - sigmoid(score)) + negatives * sigmoid(score)

    low, high = -30.0, 30.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if loss_slope(middle) < 0 else (low, middle)
    return middle


def P19(a, b, c, d):
    pairs = ["ab"] * a + ["a"] * b + ["b"] * c + [""] * d
    n = len(pairs)
    both = sum("a" in p and "b" in p for p in pairs) / n
    alone = sum("a" in p for p in pairs) / n, sum("b" in p for p in pairs) / n
    return max(0.0, math.log2(both / alone[0] / alone[1]))


def P20(tokens, w, center, context):
    total = 0.0
    for i, left in enumerate(tokens):
        for j, right in enumerate(tokens):
            if left == center and right == context and 0 < abs(i - j) <= w:
                total += 1 / abs(i - j)
    return total


def P21(x, dot, b, b_context):
    weight = 1.0 if x >= 100 else math.exp(0.75 * math.log(x / 100))
    return weight * (dot + b + b_context - math.log(x)) ** 2


def P22(word, low, high):
    marked = f"<{word}>"
    grams = [marked[i : i + n] for n in range(low, high + 1) for i in range(len(marked) - n + 1)]
    return len([*grams, marked])


def P23(scores, i):
    e = [math.exp(s / math.sqrt(4)) for s in scores]
    return e[i] / sum(e)


def P24(n):
    from fractions import Fraction

    return float(n * Fraction(15, 100) * Fraction(80, 100))


def P25(vocab, positions, dim):
    rows = ["token"] * vocab + ["position"] * positions + ["segment"] * 2
    return sum(dim for _ in rows)


def P26(a, p, x):
    total = 0.0
    for chance, value in zip(p, x, strict=True):
        total += a / (a + chance) * value
    return total / len(p)


def P27(vocab, documents, dim):
    tables = {"words in": vocab, "words out": vocab, "documents": documents}
    return sum(rows * dim for rows in tables.values())
