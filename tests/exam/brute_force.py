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


def P28(exponents):
    p = [2.0**-e for e in exponents]
    product = 1.0
    for share in p:
        product *= share**share
    return 1 / product


def P29(a, b):
    x = (0, a, a + b)
    weights = {(i, j): 1 / (1 + (x[i] - x[j]) ** 2) for i in range(3) for j in range(3) if i != j}
    return weights[0, 1] / sum(weights.values())


def P30(hits, k):
    found = [hit for h in hits for hit in [True] * h + [False] * (k - h)]
    return found.count(True) / len(found)


def P31(ranks):
    total = 0.0
    for rank in ranks:
        for place in range(1, 100):
            if place == rank:
                total += 1 / place
                break
    return total / len(ranks)


def P52(days, index, gap, obs):
    kept = 0
    for day in days:
        before = index - day
        kept += before > gap and before <= gap + obs
    return kept


def P53(patients):
    longest = max(len(visits) for visits in patients)
    widest = max(n for visits in patients for n in visits)
    padding = total = 0
    for visits in patients:
        for t in range(longest):
            for c in range(widest):
                total += 1
                padding += not (t < len(visits) and c < visits[t])
    return padding / total


def P32(sizes):
    return sum(i != j for n in sizes for i in range(n) for j in range(n))


def P33(n, w):
    """Over all places of two codes that were neighbors: how often are they again?"""
    places = [(i, j) for i in range(n) for j in range(n) if i != j]
    return sum(abs(i - j) <= w for i, j in places) / len(places)


def relu(x):
    return x if x > 0 else 0.0


def through(x, W):
    """A row times a matrix."""
    return [sum(x[i] * W[i][j] for i in range(len(x))) for j in range(len(W[0]))]


def P34(C, m, n, D, G):
    shapes = [(C, m), (1, m), (m, n), (D, n), (1, n), (n, G), (1, G)]
    return sum(1 for rows, columns in shapes for _ in range(rows) for _ in range(columns))


def P36(W, b, w, d, codes):
    u = []
    for k in range(2):
        total = b[k]
        for code in codes:
            total += W[code][k]
        u.append(relu(total))
    return relu(u[0] * w[0] + u[1] * w[1] + d * w[2])


def P37(W, i, j):
    R = [[relu(x) for x in row] for row in W]
    above = math.exp(dot(R[j], R[i]))
    return above / sum(math.exp(dot(row, R[i])) for row in R)


def P35(lengths, w):
    visits = [(p, t) for p, n in enumerate(lengths) for t in range(n)]
    return sum(p == q and 0 < abs(s - t) <= w for p, s in visits for q, t in visits)


def P38(d, M, W_m, W_o):
    G = list(d)
    for m in M:
        gate = [relu(x) for x in through(d, W_m)]
        G = [G[k] + gate[k] * m[k] for k in range(2)]
    return relu(through(G, W_o)[0]) + G[0]


def P39(objects, W_v):
    F = [sum(o[k] for o in objects) for k in range(2)]
    return relu(through(F, W_v)[0]) + F[0]


def P40(p_y, p_d, q_1, q_0, lam):
    return -math.log(p_y) - lam * math.log(p_d * q_1 * (1 - q_0))


def P41(cases, controls):
    total = 0.0
    for a in cases:
        for b in controls:
            total += 1.0 if a > b else 0.5 if a == b else 0.0
    return total / (len(cases) * len(controls))


def P42(y):
    """Area under the steps of precision over recall."""
    area, hits = 0.0, 0
    for rank, case in enumerate(y, 1):
        hits += case
        area += hits / rank * (case / sum(y))
    return area


def P43(a, n, h):
    z = math.exp(a) / (math.exp(a) + 1)
    return n + z * (h - n)


def P44(i, h):
    import torch

    return sum(p.numel() for p in torch.nn.GRU(i, h).parameters())


def P45(sizes, numeric, hidden):
    import torch

    tables = [torch.nn.Embedding(c, min(50, math.ceil(c / 2))) for c in sizes]
    layer = torch.nn.Linear(sum(t.embedding_dim for t in tables) + numeric, hidden)
    return sum(p.numel() for part in (*tables, layer) for p in part.parameters())


def P46(side, stride, channels):
    positions = sum(r % stride == 0 and c % stride == 0 for r in range(side) for c in range(side))
    return positions * channels / (side * side * 3)


def P47(vocab, dim, head):
    trained = [False] * (vocab * dim) + [True] * head
    return sum(trained) / len(trained)


def P48(p, q, common, far):
    weights = {"t": 1 / p}
    weights |= {f"common {i}": 1.0 for i in range(common)}
    weights |= {f"far {i}": 1 / q for i in range(far)}
    return weights["t"] / sum(weights.values())


def P49(own, neighbors, w_s, w_n):
    message = 0.0
    for x in neighbors:
        message += x / len(neighbors)
    return relu(w_s * own + w_n * message)


def P50(e, i):
    raised = [math.exp(max(x, 0.2 * x)) for x in e]
    return raised[i] / math.fsum(raised)


def P51(a, b):
    nodes = ["root"]
    for i in range(a):
        nodes.append(i)
        for j in range(b):
            nodes.append((i, j))
    return len(nodes)


def P54(raised, rows):
    # a bag that holds each node's number as often as its exponential says
    bag = [x for a, x in zip(raised, rows, strict=True) for _ in range(a)]
    return sum(bag) / len(bag)


def P55(both, dx, rx, visits):
    with_dx = set(range(dx))
    with_rx = set(range(dx - both, dx - both + rx))
    return len(with_dx & with_rx) / len(with_dx)


def P56(dx, rx):
    kinds = ["visit"] + ["dx"] * dx + ["rx"] * rx
    pairs = [(a, b) for i, a in enumerate(kinds) for j, b in enumerate(kinds) if i != j]
    return sum({a, b} in ({"visit", "dx"}, {"dx", "rx"}) for a, b in pairs)
