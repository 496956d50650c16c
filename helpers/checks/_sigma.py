"""Check of the search for the width of a bell: the sigma of a perplexity."""

import numpy as np

from helpers import tsne
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

ROW = np.array([1.0, 2.0, 4.0, 5.0, 9.0, 12.0, 20.0, 25.0])
PAIR = np.array([4.0, 9.0])
WIDE = np.random.default_rng(0).gamma(4.0, 3.0, size=40)
MANY = np.random.default_rng(1).gamma(8.0, 1.0, size=60)
PARSECS, NANOMETERS = 1e8 * ROW, 1e-6 * ROW


BORDER = (
    "The search ends at its border. Either it goes the wrong way (a wider bell gives a larger "
    "perplexity), or a small sigma makes all weights 0 and the shares 0/0: then subtract the "
    "smallest d² before exp."
)


def _search(measure, bell=tsne.neighbor_shares, low=-30.0, high=30.0):
    """Make a search for the sigma at which `measure` of the shares is the target."""

    def answer(d2_row, target):
        below, above = low, high
        d2_row = np.asarray(d2_row, dtype=float)
        for _ in range(100):
            middle = (below + above) / 2
            if measure(bell(d2_row, np.exp(middle))) < target:
                below = middle
            else:
                above = middle
        return float(np.exp(above))

    return answer


def _bits(shares):
    return float(np.log2(tsne.perplexity(shares)))


def _nats(shares):
    return _bits(shares) * float(np.log(2))


def _two_to_nats(shares):
    return 2.0 ** _nats(shares)


def _e_to_bits(shares):
    return float(np.exp(_bits(shares)))


def _itself_in_the_row(d2_row, target):
    return _search(tsne.perplexity)(np.concatenate([[0.0], d2_row]), target)


def _two_forgotten(d2_row, target):
    return np.sqrt(2) * tsne.sigma_for_perplexity(d2_row, target)


def _squared_again(d2_row, target):
    return tsne.sigma_for_perplexity(np.asarray(d2_row) ** 2, target)


def _root_taken(d2_row, target):
    return tsne.sigma_for_perplexity(np.sqrt(d2_row), target)


def _variance(d2_row, target):
    return tsne.sigma_for_perplexity(d2_row, target) ** 2


def _precision(d2_row, target):
    return 1 / (2 * tsne.sigma_for_perplexity(d2_row, target) ** 2)


def _nearest_left_out(d2_row, target):
    d2_row = np.delete(d2_row, np.argmin(d2_row))
    return _search(tsne.perplexity)(d2_row, target)


def _first_left_out(d2_row, target):
    return _search(tsne.perplexity)(np.asarray(d2_row)[1:], target)


def _shares_returned(d2_row, target):
    return tsne.perplexity(tsne.neighbor_shares(d2_row, tsne.sigma_for_perplexity(d2_row, target)))


def _wrong_half(d2_row, target):
    low, high = 1e-3, 1e5
    for _ in range(100):
        middle = (low + high) / 2
        if tsne.perplexity(tsne.neighbor_shares(d2_row, middle)) < target:
            high = middle
        else:
            low = middle
    return middle


def _narrow_search(d2_row, target):
    return _search(tsne.perplexity, low=np.log(1e-2), high=np.log(1e2))(d2_row, target)


def _student(d2_row, sigma):
    weights = 1 / (1 + np.asarray(d2_row) / sigma**2)
    return weights / weights.sum()


def _no_shares_left(d2_row, target):
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        weights = np.exp(-d2_row / (2 * np.exp(middle) ** 2))
        shares = weights / weights.sum()
        if 2 ** -(shares * np.log2(shares)).sum() < target:
            low = middle
        else:
            high = middle
    return float(np.exp(middle))


# where every measure can reach the target, in 40 and 60 others
_EASY = ((WIDE, 2.0), (WIDE, 3.0), (MANY, 3.5))


def _reaches(measure):
    """Make a symptom: this measure of the shares hits the target, and the perplexity does not."""

    def symptom(answer):
        shares = [tsne.neighbor_shares(row, answer(row.copy(), t)) for row, t in _EASY]
        targets = [target for _, target in _EASY]
        hit = np.allclose([measure(p) for p in shares], targets, atol=0.02)
        return hit and not np.allclose([tsne.perplexity(p) for p in shares], targets, atol=0.02)

    return symptom


def _got(answer, row, target):
    return tsne.perplexity(tsne.neighbor_shares(row, answer(row.copy(), target)))


def _ends_at_the_border(answer):
    """Tell a search that goes the wrong way: every target ends in the same sigma, far off."""
    (row, two), (_, three) = _EASY[:2]
    if not np.isclose(answer(row.copy(), two), answer(row.copy(), three), rtol=1e-6, atol=0):
        return False
    for row, target in _EASY:
        sigma = float(answer(row.copy(), target))
        if not 0 < sigma < np.inf:
            return False
        got = _got(answer, row, target)
        if 1.0001 < got < len(row) - 0.05:
            return False
    return True


def _has_the_kernel_of_the_map(answer):
    reached = []
    for row, target in ((MANY, 59.0), (WIDE, 38.0)):
        sigma = answer(row.copy(), target)
        for bell in (_student, tsne.neighbor_shares):
            reached.append(abs(tsne.perplexity(bell(row, sigma)) - target) < 0.02)
    return reached == [True, False, True, False]


def _right(answer, row, target):
    return abs(_got(answer, row, target) - target) < 2e-3


def _right_only_near_one(answer):
    near = all(_right(answer, row, target) for row, target in (*_EASY, (ROW, 2.0), (ROW, 4.0)))
    return near and not all(_right(answer, row, 4.0) for row in (PARSECS, NANOMETERS))


def _is_no_number(answer):
    return any(np.isnan(float(answer(row.copy(), target))) for row, target in _EASY)


def _hits_the_target(answer):
    for row, target in (*_EASY, (ROW, 2.0), (ROW, 7.9), (MANY, 59.5), (WIDE, 1.3)):
        got = _got(answer, row, target)
        if not abs(got - target) < 2e-3:
            return (
                f"For {len(row)} others and a target of {target:g} your sigma "
                f"{float(answer(row.copy(), target)):.4g} gives a perplexity of {got:.3f}."
            )
    return None


def _follows_the_unit(answer):
    one, thousand = (float(answer(row.copy(), 4.0)) for row in (ROW, 1e6 * ROW))
    if abs(thousand / one - 1000) < 10:
        return None
    return (
        "Measure the same points in units a thousand times smaller: d² grows by a million and "
        f"sigma by 1000. Yours goes from {one:.4g} to {thousand:.4g}."
    )


def _same_sigma(got, expected):
    return bool(np.isclose(got, expected, rtol=0.01, atol=0))


sigma_for_perplexity = Exercise(
    name="sigma_for_perplexity",
    number="8.1",
    review="section 2",
    reference=tsne.sigma_for_perplexity,
    form=_forms.number,
    equal=_same_sigma,
    calls=(
        call(ROW, 2.0),
        call(ROW, 4.0),
        call(ROW, 7.5),
        call(ROW[::-1].copy(), 4.0),
        call(PAIR, 1.5),
        call(WIDE, 3.0),
        call(WIDE, 15.0),
        call(MANY, 30.0),
        call(PARSECS, 4.0),
        call(NANOMETERS, 4.0),
    ),
    laws=(_hits_the_target, _follows_the_unit),
    wrong=(
        Wrong(
            _search(tsne.perplexity, _student),
            "The space has the bell, exp(-d²/(2 sigma²)); 1/(1+d²) is the kernel of the map.",
            _has_the_kernel_of_the_map,
        ),
        Wrong(_wrong_half, BORDER, _ends_at_the_border),
        Wrong(_no_shares_left, BORDER, _ends_at_the_border),
        Wrong(
            lambda d2_row, target: float("nan"),
            "Your sigma is nan. At a small sigma every weight becomes 0, and the shares 0/0: "
            "subtract the smallest d² before exp, the shares stay the same.",
            _is_no_number,
        ),
        Wrong(
            _itself_in_the_row,
            "p_ii took weight; leave the point itself out. The row holds the others alone: add no "
            "distance 0.",
        ),
        Wrong(
            _search(_two_to_nats),
            "2^H needs log2 (or e^H with ln). You took the entropy with ln, and 2 to its power.",
            _reaches(_two_to_nats),
        ),
        Wrong(
            _search(_e_to_bits),
            "2^H needs log2 (or e^H with ln). You took the entropy with log2, and e to its power.",
            _reaches(_e_to_bits),
        ),
        Wrong(_search(_bits), "Perplexity is 2^H; you matched H.", _reaches(_bits)),
        Wrong(
            _search(_nats),
            "Perplexity is e^H where H is taken with ln; you matched H.",
            _reaches(_nats),
        ),
        Wrong(
            _two_forgotten,
            "The bell is exp(-d²/(2 sigma²)). In yours the 2 is missing.",
        ),
        Wrong(_squared_again, "The row holds squared distances; you square them again."),
        Wrong(_root_taken, "The bell takes the squared distance as it is; you take its root."),
        Wrong(_variance, "You return sigma². Return sigma, in the unit of the distances."),
        Wrong(
            _precision,
            "You return 1/(2 sigma²), the factor in the exponent. Return sigma.",
        ),
        Wrong(
            _nearest_left_out,
            "The nearest of the others is left out. The row does not hold the point itself: use "
            "all of it.",
        ),
        Wrong(
            _first_left_out,
            "The first of the others is left out. The row does not hold the point itself: use "
            "all of it.",
        ),
        Wrong(
            _shares_returned,
            "You return the perplexity that you reached. Return the sigma that reaches it.",
        ),
        Wrong(
            _narrow_search,
            "Right for small distances. For d² of 10^9 or 10^-6 your search ends at its border: "
            "start it from the distances, or widen it until the target lies inside.",
            _right_only_near_one,
        ),
    ),
)
