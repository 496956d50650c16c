"""Numeric families on Med2Vec and MiME (lessons 11 and 12)."""

import math

import numpy as np

from helpers.activations import relu
from helpers.exam.families._family import Draw, Family
from helpers.exam.families._text import as_matrix, as_row, signed
from helpers.exam.items import Blank
from helpers.med2vec_by_hand import forward, n_parameters, visit_pairs_within
from helpers.mime_by_hand import aux_loss, dx_object, visit_vector

MED2VEC = {"topic": 7, "lesson": "11"}
MIME = {"topic": 8, "lesson": "12"}


def _med2vec_parameters(rng: np.random.Generator) -> Draw:
    codes, targets = int(rng.integers(3, 40)) * 50, int(rng.integers(4, 30)) * 5
    m, n = (int(x) for x in rng.choice([8, 10, 16, 20, 32, 50, 64], 2))
    demographics = int(rng.integers(2, 9))
    key = n_parameters(codes, m, n, demographics, targets)
    return Draw(
        numbers={"C": codes, "m": m, "n": n, "D": demographics, "G": targets},
        stem=(
            f"Med2Vec reads {codes:,} codes into vectors of {m} numbers, adds {demographics} "
            f"numbers on the patient, makes visit vectors of {n}, and predicts {targets} groups of "
            "codes. How many parameters are trained, biases included?"
        ),
        key=key,
        wrong={
            "M122": key - demographics * n,
            "M123": key + codes * m,
            "M124": key - m - n - targets,
            "M125": key + (codes - targets) * (n + 1),
        },
        solution=(
            f"Codes: {codes:,} · {m} + {m}. Visit: ({m} + {demographics}) · {n} + {n}. Output: "
            f"{n} · {targets} + {targets}. Together {key:,}. The code loss uses the first table "
            "twice and adds none."
        ),
    )


def _visit_value(rng: np.random.Generator) -> Draw:
    W = rng.integers(-3, 4, (3, 2)).astype(float)
    b = rng.integers(-2, 3, 2).astype(float)
    w = rng.integers(-2, 4, 3).astype(float)
    d = float(rng.integers(1, 4))
    codes = [int(c) for c in np.sort(rng.choice(3, 2, replace=False))]
    x = np.isin(np.arange(3), codes).astype(float)
    P = {"W_c": W, "b_c": b, "W_v": w[:, None], "b_v": np.zeros(1)}
    _, v = forward(x, np.array([d]), P)
    key = float(v.ravel()[0])
    inner = x @ W + b
    u = relu(inner)

    def visit(codes_part: np.ndarray) -> float:
        return max(0.0, float(np.append(codes_part, d) @ w))

    return Draw(
        numbers={"W": W.tolist(), "b": b.tolist(), "w": w.tolist(), "d": d, "codes": codes},
        stem=(
            f"In a tiny Med2Vec the three codes have the rows {as_matrix(W)}, the bias is "
            f"{as_row(b)}. A visit holds the codes {codes[0] + 1} and {codes[1] + 1}; the "
            f"patient's one demographic number is {d:g}. The visit layer has the weights "
            f"{as_row(w)}, for $[u; d]$, and no bias. What is the visit's single number $v$?"
        ),
        key=key,
        wrong={
            "M129": visit(inner),
            "M122": max(0.0, float(u @ w[:2])),
            "M130": visit(relu(W[codes]).sum(axis=0) + relu(b)),
            "M185": visit(relu(b)),
        },
        solution=(
            f"The rows and the bias add up to {as_row(inner)}; ReLU makes that $u = $ {as_row(u)}. "
            f"With d behind it, times the weights: {np.append(u, d) @ w:g}; ReLU keeps it."
        ),
    )


def _visit_steps(numbers: dict) -> tuple[Blank, ...]:
    inner = np.array(numbers["W"])[numbers["codes"]].sum(axis=0) + numbers["b"]
    w, d = numbers["w"], numbers["d"]
    from_codes = float(relu(inner) @ w[:2])
    total = from_codes + d * w[2]
    return (
        Blank("first coordinate of $x W_c + b_c$", float(inner[0]), "Two rows and the bias."),
        Blank("second coordinate of $x W_c + b_c$", float(inner[1]), "Two rows and the bias."),
        Blank(
            "the two coordinates of $u$ times their weights, added up",
            from_codes,
            "ReLU first: what is negative becomes 0.",
            follow=lambda before: max(before[0], 0) * w[0] + max(before[1], 0) * w[1],
            wrong=((float(inner @ w[:2]), "M129"),),
        ),
        Blank(
            "the same with the demographic number",
            total,
            "Add its weight times the number.",
            follow=lambda before: before[2] + d * w[2],
        ),
        Blank("$v$", max(total, 0.0), "ReLU again.", follow=lambda before: max(before[3], 0.0)),
    )


def _code_probability(rng: np.random.Generator) -> Draw:
    W = rng.integers(-2, 3, (4, 2)).astype(float)
    i, j = (int(c) for c in rng.choice(4, 2, replace=False))
    R = relu(W)
    scores, raw = R @ R[i], W @ W[i]
    e, e_raw = np.exp(scores), np.exp(raw)
    key = float(e[j] / e.sum())
    others = [k for k in range(4) if k != i]
    return Draw(
        numbers={"W": W.tolist(), "i": i, "j": j},
        stem=(
            f"The four codes of a Med2Vec have the rows {as_matrix(W)}. What is $p(c_{j + 1} | "
            f"c_{i + 1})$ in the code loss? Two decimals."
        ),
        key=key,
        wrong={
            "M131": float(e_raw[j] / e_raw.sum()),
            "M132": float(e[j] / e[others].sum()),
            "M133": 1 / (1 + math.exp(-scores[j])),
            "M40": float(scores[j] / scores.sum()) if scores.sum() else math.inf,
        },
        solution=(
            f"With ReLU the rows are {as_matrix(R)}. Their dot products with row {i + 1} are "
            f"{as_row(scores)}, the exponentials {as_row(e.round(2))}, in sum {e.sum():.2f}. "
            f"{e[j]:.2f} / {e.sum():.2f} = {key:.2f}."
        ),
    )


def _neighbor_visits(rng: np.random.Generator) -> Draw:
    lengths = [int(x) for x in rng.integers(1, 8, int(rng.integers(3, 5)))]
    w = int(rng.integers(2, 5))
    key = len(visit_pairs_within(lengths, w))
    joined = sum(lengths)
    reach = min(w, joined - 1)
    return Draw(
        numbers={"lengths": lengths, "w": w},
        stem=(
            f"{len(lengths)} patients have these numbers of visits: "
            f"{', '.join(map(str, lengths))}. How many (visit, neighbor) pairs does Med2Vec's "
            f"visit loss see with a window of {w} to each side?"
        ),
        key=key,
        wrong={
            "M35": 2 * reach * joined - reach * (reach + 1),
            "M126": key // 2,
            "M30": 2 * w * joined,
            "M127": sum(n - 1 for n in lengths),
        },
        solution=(
            "Patient by patient: "
            + " + ".join(
                str(sum(abs(s - t) <= w and s != t for s in range(n) for t in range(n)))
                for n in lengths
            )
            + f" = {key}. A patient with one visit adds none."
        ),
    )


def _object(rng: np.random.Generator) -> Draw:
    d = rng.integers(-2, 3, 2).astype(float)
    M = rng.integers(-2, 4, (2, 2)).astype(float)
    W_m, W_o = (rng.integers(-1, 3, (2, 2)).astype(float) for _ in range(2))
    o = dx_object(d, M, W_m, W_o)
    g = relu(d @ W_m)
    G = d + g * M.sum(axis=0)
    added = d + (g + M).sum(axis=0)
    no_d = g * M.sum(axis=0)
    each = [d + g * m for m in M]
    raw = d + (d @ W_m) * M.sum(axis=0)
    key = float(o[0])
    return Draw(
        numbers={"d": d.tolist(), "M": M.tolist(), "W_m": W_m.tolist(), "W_o": W_o.tolist()},
        stem=(
            f"A diagnosis has the row $d = $ {as_row(d)}, its two drugs {as_row(M[0])} and "
            f"{as_row(M[1])}. $W_m = $ {as_matrix(W_m)} and $W_o = $ {as_matrix(W_o)}, written row "
            "by row; vectors are rows and stand on the left. What is the first coordinate of "
            "MiME's object $o$, with ReLU?"
        ),
        key=key,
        wrong={
            "M134": float((relu(added @ W_o) + added)[0]),
            "M135": float(relu(G @ W_o)[0]),
            "M136": float((relu(no_d @ W_o) + no_d)[0]),
            "M137": float(sum(relu(x @ W_o) + x for x in each)[0]),
            "M138": float(G[0]),
            "M128": float((raw @ W_o + raw)[0]),
        },
        solution=(
            f"The gate is ReLU(d W_m) = {as_row(g)}, the drugs add up to {as_row(M.sum(axis=0))}, "
            f"so $G = $ {as_row(G)}. ReLU(G W_o) = {as_row(relu(G @ W_o))}, and plus $G$ the "
            f"first coordinate is {signed(f'{key:g}')}."
        ),
    )


def _object_steps(numbers: dict) -> tuple[Blank, ...]:
    d, W_m, W_o = (np.array(numbers[name]) for name in ("d", "W_m", "W_o"))
    drugs = np.array(numbers["M"]).sum(axis=0)
    gate = relu(d @ W_m)
    G = d + gate * drugs

    def coordinate(k: int):
        return lambda before: d[k] + before[k] * drugs[k]

    def first_of_object(before: tuple) -> float:
        G = before[2:4]
        return max(G[0] * W_o[0, 0] + G[1] * W_o[1, 0], 0.0) + G[0]

    o = max(float(G @ W_o[:, 0]), 0.0) + float(G[0])
    return (
        Blank("first coordinate of the gate", float(gate[0]), "ReLU of $d W_m$."),
        Blank("second coordinate of the gate", float(gate[1]), "ReLU of $d W_m$."),
        Blank(
            "first coordinate of $G$",
            float(G[0]),
            "The diagnosis, plus the gate times the sum of the drugs.",
            follow=coordinate(0),
            wrong=(
                (float(gate[0] * drugs[0]), "M136"),
                (float(d[0] + gate[0] + drugs[0]), "M134"),
                (float(d[0] + 2 * gate[0] + drugs[0]), "M134"),
            ),
        ),
        Blank(
            "second coordinate of $G$",
            float(G[1]),
            "The diagnosis, plus the gate times the sum of the drugs.",
            follow=coordinate(1),
        ),
        Blank(
            "first coordinate of $o$",
            o,
            "ReLU of the first coordinate of $G W_o$, plus that of $G$.",
            follow=first_of_object,
            wrong=((o - float(G[0]), "M135"), (float(G[0]), "M138")),
        ),
    )


def _visit(rng: np.random.Generator) -> Draw:
    objects = rng.integers(-2, 4, (3, 2)).astype(float)
    W_v = rng.integers(-2, 3, (2, 2)).astype(float)
    v = visit_vector(objects, W_v, np.ones(3, bool))
    F = objects.sum(axis=0)
    mean = objects.mean(axis=0)
    key = float(v[0])
    return Draw(
        numbers={"objects": objects.tolist(), "W_v": W_v.tolist()},
        stem=(
            f"A visit has the objects {', '.join(as_row(o) for o in objects)}, and "
            f"$W_v = $ {as_matrix(W_v)}, written row by row. What is the first coordinate of "
            "MiME's visit vector, with ReLU? One decimal."
        ),
        key=key,
        wrong={
            "M139": float((relu(mean @ W_v) + mean)[0]),
            "M135": float(relu(F @ W_v)[0]),
            "M140": float(F[0]),
            "M141": float((relu(objects @ W_v) + objects).sum(axis=0)[0]),
        },
        solution=(
            f"$F = $ {as_row(F)}, the sum. ReLU(F W_v) = {as_row(relu(F @ W_v))}; plus $F$ the "
            f"first coordinate is {signed(f'{key:g}')}."
        ),
    )


def _total_loss(rng: np.random.Generator) -> Draw:
    p_y, p_d, q_1, q_0 = (float(x) / 10 for x in rng.integers(1, 10, 4))
    lam = float(rng.choice([0.1, 0.2, 0.25, 0.5]))
    # an object of zeros but for its own scores: heads that give exactly these chances
    own = np.array([[1.0]])
    U_d = np.log([[p_d, 1 - p_d]])
    U_m = np.log([[q_1 / (1 - q_1), q_0 / (1 - q_0)]])
    aux = aux_loss(own, np.array([0]), np.array([[1, 0]]), U_d, U_m, np.array([True]), lam)
    main = -math.log(p_y)
    parts = [-math.log(p_d), -math.log(q_1), -math.log(1 - q_0)]
    return Draw(
        numbers={"p_y": p_y, "p_d": p_d, "q_1": q_1, "q_0": q_0, "lam": lam},
        stem=(
            f"MiME gives a patient's true outcome the probability {p_y:g}. For the one object it "
            f"gives its own diagnosis {p_d:g}, the drug that is there {q_1:g}, the drug that is "
            f"not {q_0:g}. What is the whole loss with $\\lambda = {lam:g}$? The logarithm is "
            "natural, the terms of the object are added up. Two decimals."
        ),
        key=main + float(aux),
        wrong={
            "M142": main + sum(parts),
            "M143": lam * main + sum(parts),
            "M144": main + lam * (parts[0] + parts[1]),
            "M53": main - lam * sum(parts),
        },
        solution=(
            f"$-\\ln {p_y:g} = {main:.3f}$. The object: $-\\ln {p_d:g} - \\ln {q_1:g} - "
            f"\\ln (1 - {q_0:g}) = {sum(parts):.3f}$, times {lam:g}: {lam * sum(parts):.3f}. "
            f"Together {main + lam * sum(parts):.2f}."
        ),
    )


def _all_parts_matter(draw: Draw) -> bool:
    """Want a negative sum before the inner ReLU, and codes and demographics that count."""
    n = draw.numbers
    inner = np.array(n["W"])[n["codes"]].sum(axis=0) + n["b"]
    left_out = [draw.wrong[id_] for id_ in ("M122", "M129", "M185")]
    return bool((inner < 0).any() and (inner > 0).any() and draw.key not in (0, *left_out))


def _code_loss_matters(draw: Draw) -> bool:
    """Want a ReLU that changes the result, and at least three different scores."""
    R = relu(np.array(draw.numbers["W"]))
    return draw.wrong["M131"] != draw.key and len(set(R @ R[draw.numbers["i"]])) >= 3


def _object_matters(draw: Draw) -> bool:
    """Want drugs that count, and a result that nobody gets who leaves a part of the model out."""
    n = draw.numbers
    gate, drugs = relu(np.array(n["d"]) @ np.array(n["W_m"])), np.array(n["M"])
    left_out = [draw.wrong[id_] for id_ in ("M134", "M135", "M136", "M138")]
    open_ = gate[0] > 0 and drugs.sum(axis=0)[0] and drugs.any(axis=1).all()
    return bool(open_ and draw.key not in (0, *left_out))


def _visit_matters(draw: Draw) -> bool:
    """Want a result that is not 0, and that nobody gets who leaves a part of the model out."""
    return draw.key not in (0, *(draw.wrong[id_] for id_ in ("M135", "M140", "M141")))


RECORD_MODELS = (
    Family(
        id="P34",
        section=1,
        points=3,
        digits=0,
        ask=_med2vec_parameters,
        low=1,
        level="Ap",
        **MED2VEC,
    ),
    Family(
        id="P36",
        section=1,
        points=4,
        digits=0,
        ask=_visit_value,
        steps=_visit_steps,
        low=0,
        level="Ap",
        fair=_all_parts_matter,
        **MED2VEC,
    ),
    Family(
        id="P37",
        section=2,
        points=3,
        digits=2,
        ask=_code_probability,
        low=0,
        high=1,
        level="Ap",
        fair=_code_loss_matters,
        **MED2VEC,
    ),
    Family(
        id="P35",
        section=3,
        points=3,
        digits=0,
        ask=_neighbor_visits,
        low=0,
        level="Ap",
        fair=lambda draw: draw.key > 4,
        worked=({"lengths": [3, 1, 2], "w": 2},),
        **MED2VEC,
    ),
    Family(
        id="P38",
        section=2,
        points=5,
        digits=0,
        ask=_object,
        steps=_object_steps,
        level="Ap",
        fair=_object_matters,
        **MIME,
    ),
    Family(
        id="P39",
        section=3,
        points=3,
        digits=1,
        ask=_visit,
        level="Ap",
        fair=_visit_matters,
        **MIME,
    ),
    Family(id="P40", section=4, points=3, digits=2, ask=_total_loss, low=0, level="Ap", **MIME),
)
"""P34 to P40."""
