"""Check of the loss at the level of codes."""

from itertools import pairwise, permutations

import numpy as np

from helpers.activations import relu
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.med2vec_by_hand import code_loss

TABLE = np.array(
    [[0.9, -0.7, 0.2], [0.3, 0.8, -1.2], [-0.5, 1.1, 0.6], [1.3, 0.1, -0.4], [-0.8, -0.2, 0.7]]
)
WIDE = np.random.default_rng(4).normal(size=(7, 2))
VISITS = [[0, 1], [2, 4, 3], [1], [0, 3]]
CALLS = (
    call([[0, 1]], TABLE),
    call(VISITS, TABLE),
    call([[3, 1, 2, 0]], TABLE),
    call([[0, 1], [4, 1, 0]], TABLE),
    call([[6, 0], [2, 5, 1, 4]], WIDE),
    call([[0, 1], [2, 4, 3], [0, 1]], TABLE),  # the same codes came again
    call([[0, 1, 2], [3, 4]], np.zeros((5, 3))),
    call([[2], []], TABLE),
    call([], TABLE),
)


def _pairs(visits):
    return [(i, j) for visit in visits for i in visit for j in visit if i != j]


def _log_p(scores):
    """Return the logarithm of the softmax of each row."""
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def _mean(log_p, pairs):
    return -float(np.mean([log_p[i, j] for i, j in pairs])) if pairs else 0.0


def _scored_by(scores, pairs=_pairs):
    """Make an answer from the scores of all codes and from the pairs that count."""

    def answer(visits, W_c):
        return _mean(_log_p(scores(W_c)), pairs(visits))

    answer.__name__ = f"{getattr(scores, '__name__', 'scores')}_{pairs.__name__}"
    return answer


def _right(W_c):
    return relu(W_c) @ relu(W_c).T


def _raw(W_c):
    return W_c @ W_c.T


def _center_cut(W_c):
    return relu(W_c) @ W_c.T


def _context_cut(W_c):
    return W_c @ relu(W_c).T


def _product_cut(W_c):
    return relu(W_c @ W_c.T)


def _absolute(W_c):
    return abs(W_c) @ abs(W_c).T


def _cosines(W_c):
    R = relu(W_c)
    unit = R / np.maximum(np.linalg.norm(R, axis=1, keepdims=True), 1e-12)
    return unit @ unit.T


def _without_itself(W_c):
    scores = _right(W_c)
    return scores - np.where(np.eye(len(scores)), np.inf, 0.0)


def _with_the_diagonal(visits):
    return [(i, j) for visit in visits for i in visit for j in visit]


def _upper_half(visits):
    return [(i, j) for visit in visits for n, i in enumerate(visit) for j in visit[n + 1 :]]


def _lower_half(visits):
    return [(j, i) for i, j in _upper_half(visits)]


def _each_pair_once(visits):
    return sorted(set(_pairs(visits)))


def _next_code(visits):
    return [p for visit in visits for i, j in pairwise(visit) for p in ((i, j), (j, i))]


def _across_visits(visits):
    return _pairs([[code for visit in visits for code in visit]])


def _across_visits_by_place(visits):
    return list(permutations([code for visit in visits for code in visit], 2))


def _in_the_visit(visits, W_c):
    losses = []
    for visit in visits:
        log_p = _log_p(_right(W_c)[np.ix_(visit, visit)]) if visit else None
        losses += [-log_p[a, b] for a in range(len(visit)) for b in range(len(visit)) if a != b]
    return float(np.mean(losses)) if losses else 0.0


def _sigmoids(visits, W_c):
    scores = _right(W_c)
    return _mean(-np.log1p(np.exp(-scores)), _pairs(visits))


def _sum(visits, W_c):
    return code_loss(visits, W_c) * len(_pairs(visits))


def _over_visits(visits, W_c):
    return _sum(visits, W_c) / len(visits) if visits else 0.0


def _mean_of_means(visits, W_c):
    each = [code_loss([visit], W_c) for visit in visits if len(visit) > 1]
    return float(np.mean(each)) if each else 0.0


def _lonely_visits_too(visits, W_c):
    each = [code_loss([visit], W_c) for visit in visits]
    return float(np.mean(each)) if each else 0.0


def _over_codes(visits, W_c):
    n = sum(map(len, visits))
    return _sum(visits, W_c) / n if n else 0.0


def _sign(visits, W_c):
    return -code_loss(visits, W_c)


def _no_logarithm(visits, W_c):
    return _mean(-np.exp(_log_p(_right(W_c))), _pairs(visits))


def _no_logarithm_nor_minus(visits, W_c):
    return -_no_logarithm(visits, W_c)


def _in_bits(visits, W_c):
    return code_loss(visits, W_c) / np.log(2)


def _to_base_ten(visits, W_c):
    return code_loss(visits, W_c) / np.log(10)


def _log_of_the_mean(visits, W_c):
    pairs, log_p = _pairs(visits), _log_p(_right(W_c))
    return -float(np.log(np.mean([np.exp(log_p[i, j]) for i, j in pairs]))) if pairs else 0.0


def _nan_without_pairs(visits, W_c):
    return code_loss(visits, W_c) if _pairs(visits) else float("nan")


def _divides_by_zero(visits, W_c):
    return sum([code_loss([v], W_c) * len(_pairs([v])) for v in visits]) / len(_pairs(visits))


def _no_denominator(visits, W_c):
    return _mean(_right(W_c), _pairs(visits))


def _one_denominator(visits, W_c):
    scores = _right(W_c)
    return _mean(scores - np.log(np.exp(scores).sum()), _pairs(visits))


def _fails_without_pairs(answer):
    """Tell whether all is well but for visits without a pair."""
    for visits in (VISITS, [[3, 1, 2, 0]]):
        if not np.isclose(
            answer([list(v) for v in visits], TABLE.copy()), code_loss(visits, TABLE)
        ):
            return False
    try:
        return not all(np.isfinite(answer(visits, TABLE.copy())) for visits in ([[2], []], []))
    except (ValueError, ArithmeticError, IndexError, TypeError):
        return True


def _bad_for_visits_of_one(answer):
    """Tell whether a visit of one code changes the loss that the others have."""
    alone = answer([[0, 3]], TABLE.copy())
    return np.isclose(alone, code_loss([[0, 3]], TABLE), atol=1e-5) and not np.isclose(
        alone, answer([[0, 3], [2]], TABLE.copy()), atol=1e-5
    )


def _starts_at_ln_of_all_codes(answer):
    for n in (5, 9):
        got = answer([[0, 1, 2], [3, 4]], np.zeros((n, 2)))
        if not np.isclose(got, np.log(n), atol=1e-5):
            return (
                f"With W_c = 0 every one of {n} codes has p = 1/{n}, so the loss is "
                f"ln {n} = {np.log(n):.4f}; yours is {got:.4f}."
            )
    return None


def _negative_numbers_do_not_matter(answer):
    deeper = np.where(TABLE < 0, 3 * TABLE, TABLE)
    before, after = (answer([list(v) for v in VISITS], table.copy()) for table in (TABLE, deeper))
    if not np.isclose(before, after, atol=1e-5):
        return (
            "When the negative weights become three times as large the loss goes from "
            f"{before:.4f} to {after:.4f}. After the ReLU they are all 0."
        )
    return None


def _one_pair_by_hand(answer):
    got, right = answer([[0, 1]], TABLE.copy()), code_loss([[0, 1]], TABLE)
    if not np.isclose(got, right, atol=1e-5):
        both = _log_p(_right(TABLE))
        return (
            f"For the one visit [0, 1] the pair (0, 1) costs {-both[0, 1]:.4f} and (1, 0) costs "
            f"{-both[1, 0]:.4f}; the mean is {right:.4f}, yours {got:.4f}."
        )
    return None


_RAW = "Negative weights took part; use ReLU(W_c) for both roles."
_ONE_TABLE = (
    "This model has one table for center and context. You cut the negative weights on one side "
    "only; use ReLU(W_c) for both roles."
)
_MEAN = "Take one mean over all ordered pairs of all visits; you {}."

code_loss_exercise = Exercise(
    name="code_loss",
    number="11.2",
    review="section 2",
    reference=code_loss,
    calls=CALLS,
    form=_forms.number,
    laws=(_starts_at_ln_of_all_codes, _one_pair_by_hand, _negative_numbers_do_not_matter),
    wrong=(
        Wrong(_scored_by(_raw), _RAW),
        *(Wrong(_scored_by(scores), _ONE_TABLE) for scores in (_center_cut, _context_cut)),
        Wrong(
            _scored_by(_right, _with_the_diagonal),
            "Diagonal pairs counted: a code is not its own neighbor. Skip i == j.",
        ),
        Wrong(
            _scored_by(_without_itself),
            lambda value, call: (
                "Denominator must run over all codes, the center included; yours has "
                f"{len(call.args[1]) - 1} terms, not {len(call.args[1])}."
            ),
        ),
        Wrong(
            _in_the_visit,
            "Your denominator runs over the codes of the visit. It runs over all codes there are.",
        ),
        *(
            Wrong(
                _scored_by(_right, half),
                "You have half the pairs: (i, j) and (j, i) are two pairs, and they differ in p, "
                "because each has its own denominator.",
            )
            for half in (_upper_half, _lower_half)
        ),
        Wrong(
            _scored_by(_right, _each_pair_once),
            "Two codes that meet in two visits are two times a pair. Count them as often as "
            "they meet: a list, not a set.",
        ),
        Wrong(
            _scored_by(_product_cut),
            "You cut the products. Cut the table first: R = ReLU(W_c), then R_j . R_i.",
        ),
        Wrong(
            _scored_by(_absolute),
            "Absolute values make a strongly negative weight important. ReLU sets it to 0.",
        ),
        Wrong(
            _scored_by(_cosines),
            "The score is the dot product of two rows of R; you divide by their lengths.",
        ),
        Wrong(
            _scored_by(_right, _next_code),
            "Codes pair up only with the one beside them in yours. A visit is a set: all "
            "ordered pairs of it count.",
        ),
        *(
            Wrong(
                _scored_by(_right, across),
                "You pair codes of different visits. Only codes of the same visit are pairs.",
            )
            for across in (_across_visits, _across_visits_by_place)
        ),
        Wrong(
            _sigmoids,
            "You ask yes or no about each pair. Here p is a softmax over all codes.",
        ),
        Wrong(
            _no_denominator, "The denominator is missing: -log p is -R_j . R_i + log of the sum."
        ),
        Wrong(
            _one_denominator,
            "You divide by one sum for the whole table. Each center i has its own sum over k.",
        ),
        Wrong(_sign, "Your loss is negative: a minus is missing before the logarithm."),
        *(
            Wrong(wrong, "You average p itself. The loss is the mean of -log p.")
            for wrong in (_no_logarithm, _no_logarithm_nor_minus)
        ),
        Wrong(_log_of_the_mean, "You take the log of the mean p. Take the mean of the logs."),
        Wrong(_in_bits, "You use log2; the loss uses the natural logarithm, np.log."),
        Wrong(_to_base_ten, "You use log10; the loss uses the natural logarithm, np.log."),
        Wrong(
            _divides_by_zero,
            "Without a pair there is nothing to average: return 0.0. That happens with no "
            "visits, and with visits of one code.",
            _fails_without_pairs,
        ),
        Wrong(
            _nan_without_pairs,
            "Without a pair there is nothing to average: return 0.0. That "
            "happens with no visits, and with visits of one code.",
            _fails_without_pairs,
        ),
        Wrong(_sum, _MEAN.format("return their sum")),
        Wrong(_over_visits, _MEAN.format("divide their sum by the number of visits")),
        Wrong(_mean_of_means, _MEAN.format("average the means of the visits")),
        Wrong(_over_codes, _MEAN.format("divide their sum by the number of codes")),
        Wrong(
            _lonely_visits_too,
            "A visit of one code has no pair, so it adds nothing to the sum and nothing to the "
            "number you divide by.",
            _bad_for_visits_of_one,
        ),
    ),
)
