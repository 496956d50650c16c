"""The formulas and tables that come with a paper, so that no convention is guessed."""

import math

from helpers.exam.page import to_html
from helpers.exam.paper import bare_page

SECTIONS: tuple[tuple[str, str], ...] = (
    (
        "Conventions",
        "Vectors are rows; a table has one row a code. $\\ln$ is the natural logarithm, "
        "$\\log_2$ that of base 2. $\\sigma(x) = 1 / (1 + e^{-x})$. ReLU sets what is negative "
        "to 0; LeakyReLU multiplies it by 0.2. $\\odot$ multiplies number by number. A window "
        "$w$ reaches $w$ positions to each side. Pairs are ordered: (center, context).",
    ),
    (
        "Vectors",
        "cosine $\\dfrac{a \\cdot b}{\\Vert a \\Vert \\, \\Vert b \\Vert}$; share of variance of "
        "the first $k$ components $\\dfrac{\\sum_{i \\leq k} s_i^2}{\\sum_i s_i^2}$; error of the "
        "best rank $k$ (Frobenius) $\\sqrt{\\sum_{i > k} s_i^2}$",
    ),
    (
        "Words",
        "softmax $p_o = \\dfrac{e^{s_o}}{\\sum_j e^{s_j}}$; negative sampling "
        "$-\\ln \\sigma(u_+ \\cdot v) - \\sum_{i=1}^k \\ln \\sigma(-u_i \\cdot v)$; noise "
        "$q_i = \\dfrac{c_i^{3/4}}{\\sum_j c_j^{3/4}}$; discard (paper) "
        "$1 - \\sqrt{t / f}$; $\\mathrm{PMI} = \\ln \\dfrac{n_{wc} \\, N}{n_w \\, n_c}$; "
        "$\\mathrm{PPMI} = \\max(0, \\mathrm{PMI})$",
    ),
    (
        "Counts and sub-words",
        "GloVe $f(x) \\, (u \\cdot v + b + \\tilde{b} - \\ln x)^2$ with "
        "$f(x) = \\min(1, (x/100)^{3/4})$. FastText: n-grams of `<word>`, with both boundary "
        "marks, and the whole `<word>` as one more entry.",
    ),
    (
        "Context and notes",
        "attention $\\mathrm{softmax}\\left(\\dfrac{Q K^\\top}{\\sqrt{d}}\\right) V$; masking "
        "selects 15 % of the tokens: of these 80 % become [MASK], 10 % a random token, 10 % stay. "
        "SIF weight of a word with the share $p$ of all tokens $\\dfrac{a}{a + p}$; the weighted "
        "vectors are added and divided by the number of words.",
    ),
    (
        "Maps",
        "perplexity $2^H$ with $H = -\\sum_j p_j \\log_2 p_j$; in the map "
        "$q_{ij} = \\dfrac{(1 + \\Vert y_i - y_j \\Vert^2)^{-1}}"
        "{\\sum_{k \\neq l} (1 + \\Vert y_k - y_l \\Vert^2)^{-1}}$, the sum over ordered pairs",
    ),
    (
        "Med2Vec",
        "$u = \\mathrm{ReLU}(x W_c + b_c)$, $v = \\mathrm{ReLU}([u; d] \\, W_v + b_v)$, "
        "$\\hat{y} = \\mathrm{softmax}(v W_s + b_s)$; code loss with $R = \\mathrm{ReLU}(W_c)$: "
        "$p(j | i) = \\dfrac{e^{R_j \\cdot R_i}}{\\sum_k e^{R_k \\cdot R_i}}$",
    ),
    (
        "MiME",
        "$G = d + \\mathrm{ReLU}(d W_m) \\odot \\sum m$, $o = \\mathrm{ReLU}(G W_o) + G$, "
        "$F = \\sum o$, $v = \\mathrm{ReLU}(F W_v) + F$; loss: outcome $+ \\, \\lambda$ (own "
        "diagnosis $+$ own treatments, present and absent)",
    ),
    (
        "GRU (as in torch)",
        "$z = \\sigma(\\cdot)$, $r = \\sigma(\\cdot)$, "
        "$n = \\tanh(x W_n + b_n + r \\odot (h U_n + b_h))$, "
        "$h_{new} = (1 - z) \\odot n + z \\odot h$. "
        "Two bias vectors for each of the three blocks.",
    ),
    (
        "Graphs",
        "node2vec: weight $1/p$ back, $1$ to a common neighbor, $1/q$ away. GraphSAGE "
        "$\\mathrm{ReLU}(h W_{self} + \\mathrm{mean}(h_{nb}) \\, W_{nb})$. GAT "
        "$\\alpha_i = \\mathrm{softmax}(\\mathrm{LeakyReLU}(e_i))$ over the neighbors and the node "
        "itself.",
    ),
    (
        "Trees and links",
        "GRAM $g_i = \\sum_j a_{ij} \\, e_j$ over the path of the code; $a_i$ is the "
        "softmax of its scores. GCT: prior $p(m | d) = n(d, m) / n(d)$; the mask allows visit "
        "and diagnosis, diagnosis and treatment.",
    ),
    (
        "Metrics",
        "AUC: share of (case, control) pairs in the right order, a tie counts one half. Average "
        "precision: mean over the cases of the precision at their rank. MRR: mean of 1/rank.",
    ),
)


def formula_sheet_html(*, size: str = "A4") -> str:
    """Return the sheet: formulas, and tables of sigmoid, logarithms and roots."""
    parts = ["<h1>Formula sheet</h1>"]
    for title, text in SECTIONS:
        parts.append(f"<article><h3>{title}</h3>{to_html(text)}</article>")
    xs = range(-4, 5)
    sigmoid = [1 / (1 + math.exp(-x)) for x in xs]
    parts.append(
        _table(
            ["$x$", *(f"{x}".replace("-", "−") for x in xs)],
            [
                ["$\\sigma(x)$", *(f"{s:.3f}" for s in sigmoid)],
                ["$-\\ln \\sigma(x)$", *(f"{-math.log(s):.3f}" for s in sigmoid)],
            ],
        )
    )
    for numbers in (range(1, 11), range(11, 21)):
        parts.append(
            _table(
                ["$n$", *map(str, numbers)],
                [
                    ["$\\ln n$", *(f"{math.log(n):.3f}" for n in numbers)],
                    ["$\\log_2 n$", *(f"{math.log2(n):.3f}" for n in numbers)],
                    ["$\\sqrt{n}$", *(f"{math.sqrt(n):.3f}" for n in numbers)],
                ],
            )
        )
    return bare_page("Formula sheet", "".join(parts), "formula sheet", size)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return f"<article>{to_html(chr(10).join(lines))}</article>"
