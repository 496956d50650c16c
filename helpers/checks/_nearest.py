"""Check for the nearest row by Euclidean distance."""

import numpy as np

from helpers import similarity
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

SHOWS = np.array([[1.2, 2023, 20.0], [2.3, 2023, 35.5], [1.2, 1989, 36.7], [1.8, 2023, 20.0]])
SCALED = (SHOWS - SHOWS.mean(axis=0)) / SHOWS.std(axis=0)
UPLOAD = 1


def _distances(X, i, weights):
    return np.linalg.norm((X - X[i]) * (1.0 if weights is None else np.asarray(weights)), axis=1)


def _itself(X, i, weights=None):
    return int(_distances(X, i, weights).argmin())


def _by_cosine(X, i, weights=None):
    cosine = similarity.pairwise_cosine(X * (1.0 if weights is None else np.asarray(weights)))[i]
    cosine[i] = -np.inf
    return int(cosine.argmax())


def _weighted_twice(X, i, weights=None):
    return similarity.nearest(X, i, None if weights is None else np.asarray(weights) ** 2)


def _farthest(X, i, weights=None):
    return int(_distances(X, i, weights).argmax())


def _weights_ignored(X, i, weights=None):
    return similarity.nearest(X, i)


def _weight_on_the_square(X, i, weights=None):
    return similarity.nearest(X, i, None if weights is None else np.sqrt(weights))


def _not_mapped_back(X, i, weights=None):
    j = similarity.nearest(X, i, weights)
    return j - (j > i)


def _distance_zero_left_out(X, i, weights=None):
    distance = _distances(X, i, weights)
    return int(np.where(distance > 0, distance, np.inf).argmin())


def _second_in_order(X, i, weights=None):
    return int(np.argsort(_distances(X, i, weights), kind="stable")[1])


def _sum_of_absolutes(X, i, weights=None):
    factor = 1.0 if weights is None else np.asarray(weights)
    distance = abs((X - X[i]) * factor).sum(axis=1)
    distance[i] = np.inf
    return int(distance.argmin())


def _scaled_first(X, i, weights=None):
    return similarity.nearest((X - X.mean(axis=0)) / X.std(axis=0), i, weights)


def _dot_product(X, i, weights=None):
    product = X @ X[i]
    product[i] = -np.inf
    return int(product.argmax())


# nearest to row 0 is row 2; largest dot product row 1, largest cosine row 3, farthest row 4
_FIVE = np.array([[1.0, 0.0], [20.0, 20.0], [1.0, 0.5], [10.0, 0.1], [-30.0, 0.0]])
_THREE = np.array([[10.0, 10.0], [13.0, 10.0], [10.0, 12.5]])
_TWINS = np.array([[4.0, 4.0], [7.0, 7.0], [4.0, 4.0], [5.0, 4.0]])  # rows 0 and 2 are the same
_WIDE = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 50.0], [1.0, 100.0]])  # scaled: row 2
_CORNER = np.array([[0.0, 0.0], [3.0, 0.0], [2.0, 2.0]])  # 3 and 2.83; absolutes 3 and 4
_SQUARE = np.array([[0.0, 0.0], [3.0, 0.0], [2.5, 2.5]])  # 3 and 3.54; largest 3 and 2.5
_WEIGHTS = ((1, 1.3), (1.1, 1.3), (1, 1.5), (1, 0.5))  # rows 1, 2, 1, 2 of _THREE
_PLACES = [(X, i) for X in (_FIVE, _THREE, _CORNER, _SQUARE, _WIDE) for i in range(len(X))]


def _found(answer):
    return [answer(X, i) for X, i in _PLACES]


def _found_with_weights(answer):
    return [answer(X, i, weights=weights) for X, i in _PLACES for weights in _WEIGHTS]


def _is_right_without_weights(answer):
    return _found(answer) == _found(similarity.nearest)


def _finds_like(function):
    def symptom(answer):
        return _found(answer) == _found(function) != _found(similarity.nearest)

    return symptom


def _weighs_like(function):
    def symptom(answer):
        return _is_right_without_weights(answer) and (
            _found_with_weights(answer) == _found_with_weights(function)
        )

    return symptom


def _fails_on_twins_alone(answer):
    return _is_right_without_weights(answer) and answer(_TWINS, 2) != 0


nearest = Exercise(
    name="nearest",
    number="1.5",
    review="section 4",
    reference=similarity.nearest,
    form=_forms.whole,
    calls=(
        call(_FIVE, 0),
        call(_THREE, 1),
        call(_THREE[:2], 0),
        call(_CORNER, 0),
        call(_SQUARE, 0),
        call(_WIDE, 0),
        call(SHOWS, UPLOAD),
        call(SCALED, UPLOAD),
        call(SCALED, UPLOAD, weights=(1, 1, 2)),
        call(SCALED, 0),
        *(call(_THREE, 0, weights=weights) for weights in _WEIGHTS),
        call(_TWINS, 2),
    ),
    wrong=(
        Wrong(
            _itself,
            "The nearest neighbor of a show is itself, at distance 0. Exclude it.",
            _finds_like(_itself),
        ),
        Wrong(
            _farthest,
            "This is the most distant row. Take the smallest distance.",
            _finds_like(_farthest),
        ),
        Wrong(
            _by_cosine,
            "All raw cosines exceed .9999 because of the year. Use Euclidean distance here.",
            _finds_like(_by_cosine),
        ),
        Wrong(
            _not_mapped_back,
            "Without row i the rows after it move up by one. The position you found has to be "
            "counted in the whole table.",
            _finds_like(_not_mapped_back),
        ),
        Wrong(
            _dot_product,
            "A large dot product comes with long rows. Use the distance: the length of the "
            "difference.",
            _finds_like(_dot_product),
        ),
        Wrong(
            _sum_of_absolutes,
            "You add up absolute differences. Euclidean distance squares them, adds up, and takes "
            "the root.",
            _finds_like(_sum_of_absolutes),
        ),
        Wrong(
            _scaled_first,
            "You scale the columns before measuring. Take `X` as it is given.",
            _finds_like(_scaled_first),
        ),
        Wrong(
            _weighted_twice,
            "The weight acts twice. Multiply each difference by its weight, then square.",
            _weighs_like(_weighted_twice),
        ),
        Wrong(
            _weight_on_the_square,
            "The weight multiplies the squared difference. Multiply the difference by its weight, "
            "then square.",
            _weighs_like(_weight_on_the_square),
        ),
        Wrong(
            _weights_ignored,
            "The answer does not change with `weights`.",
            _weighs_like(_weights_ignored),
        ),
        Wrong(
            _distance_zero_left_out,
            "Another row with the same numbers as row i is its nearest, at distance 0. Exclude "
            "the position i, not the distance 0.",
            _fails_on_twins_alone,
        ),
        Wrong(
            _second_in_order,
            "Another row with the same numbers as row i is its nearest, at distance 0. Exclude "
            "the position i, not the distance 0.",
            _fails_on_twins_alone,
        ),
    ),
)
