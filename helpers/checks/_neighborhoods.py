"""Checks of purity in the space, and of the overlap of a map with its space."""

import numpy as np

from helpers import metrics, similarity
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call

_ANGLES = np.array([0.0, 0.08, 0.2, 0.9, 2.0, 2.1, 2.35, 3.0, 3.15])
_LENGTHS = np.array([1, 5, 1, 2, 1, 9, 1, 1, 3])
FAN = (np.stack([np.cos(_ANGLES), np.sin(_ANGLES)]) * _LENGTHS).T
FAN_LABELS = ["drug", "drug", "organ", "drug", "organ", "organ", "organ", "test", "test"]
TABLE = np.random.default_rng(0).normal(size=(24, 6)) * [1, 1, 4, 4, 1, 1]
LABELS = list("abcabdabcabdabcabdabcabd")
TWINS = np.array([[1.0, 0.1], [1.0, 0.1], [0.0, 1.0], [-1.0, 0.3], [-1.0, 0.2], [0.1, -1.0]])
TWIN_LABELS = list("abbcac")
MAP = TABLE[:, :2] + np.random.default_rng(1).normal(0, 0.4, size=(24, 2))


def _nearest(scores, k, itself=-np.inf):
    scores = np.array(scores, dtype=float)
    if itself is not None:
        np.fill_diagonal(scores, itself)
    return np.argsort(-scores, axis=1, kind="stable")[:, :k]


def _distances(X):
    X = np.asarray(X, dtype=float)
    return np.linalg.norm(X[:, None] - X[None], axis=2)


def _hits(near, labels):
    labels = np.asarray(labels)
    return labels[near] == labels[:, None]


# ------------------------------------------------------------------------ purity
def _purity_by(near_of):
    def answer(E, labels, k):
        return float(_hits(near_of(np.asarray(E, dtype=float), k), labels).mean())

    return answer


_itself_found = _purity_by(lambda E, k: _nearest(similarity.pairwise_cosine(E), k, None))
_zero_for_itself = _purity_by(lambda E, k: _nearest(similarity.pairwise_cosine(E), k, 0.0))
_by_distance = _purity_by(lambda E, k: _nearest(-_distances(E), k))
_by_dot = _purity_by(lambda E, k: _nearest(E @ E.T, k))
_farthest = _purity_by(lambda E, k: _nearest(-similarity.pairwise_cosine(E), k))
_on_two_columns = _purity_by(lambda E, k: _nearest(similarity.pairwise_cosine(E[:, :2]), k))
_on_two_columns_by_distance = _purity_by(lambda E, k: _nearest(-_distances(E[:, :2]), k))
_one_too_few = _purity_by(lambda E, k: metrics.neighbors(E, k)[:, : max(k - 1, 1)])
_one_too_many = _purity_by(lambda E, k: metrics.neighbors(E, min(k + 1, len(E) - 1)))
_k_ignored = _purity_by(lambda E, k: metrics.neighbors(E, 1))
_first_dropped = _purity_by(
    lambda E, k: np.argsort(-similarity.pairwise_cosine(E).round(12), axis=1, kind="stable")[
        :, 1 : k + 1
    ]
)


def _pca(E):
    centered = E - E.mean(axis=0)
    return centered @ np.linalg.svd(centered, full_matrices=False)[2][:2].T


_on_pca = _purity_by(lambda E, k: _nearest(similarity.pairwise_cosine(_pca(E)), k))
_on_pca_by_distance = _purity_by(lambda E, k: _nearest(-_distances(_pca(E)), k))
_centered = _purity_by(lambda E, k: metrics.neighbors(E - E.mean(axis=0), k))


def _share(E, labels, k):
    return _hits(metrics.neighbors(np.asarray(E, dtype=float), k), labels)


def _over_all_pairs(E, labels, k):
    return float(_share(E, labels, k).sum() / (len(E) * (len(E) - 1)))


def _over_k_plus_one(E, labels, k):
    return float(_share(E, labels, k).sum() / (len(E) * (k + 1)))


def _majority(E, labels, k):
    return float((_share(E, labels, k).mean(axis=1) > 0.5).mean())


def _majority_or_half(E, labels, k):
    return float((_share(E, labels, k).mean(axis=1) >= 0.5).mean())


def _most_common(E, labels, k):
    near = metrics.neighbors(np.asarray(E, dtype=float), k)
    votes = [[labels[j] for j in row] for row in near]
    winners = [max(dict.fromkeys(row), key=row.count) for row in votes]
    return float(np.mean([a == b for a, b in zip(winners, labels, strict=True)]))


def _all_or_nothing(E, labels, k):
    return float(_share(E, labels, k).all(axis=1).mean())


def _any_of_them(E, labels, k):
    return float(_share(E, labels, k).any(axis=1).mean())


def _not_over_k(E, labels, k):
    return float(_share(E, labels, k).sum(axis=1).mean())


def _sum(E, labels, k):
    return float(_share(E, labels, k).sum())


def _percent(E, labels, k):
    return 100 * metrics.purity_at_k(E, labels, k)


def _mean_of_groups(E, labels, k):
    share = _share(E, labels, k).mean(axis=1)
    labels = np.asarray(labels)
    return float(np.mean([share[labels == name].mean() for name in np.unique(labels)]))


def _impurity(E, labels, k):
    return 1 - metrics.purity_at_k(E, labels, k)


def _each_row(E, labels, k):
    return _share(E, labels, k).mean(axis=1)


def _all_pairs_of_k(answer):
    """Return purity at every k: at n-1 it is chance, whatever the vectors."""
    value = float(answer(TABLE.copy(), list(LABELS), len(LABELS) - 1))
    right = metrics.chance_purity(LABELS)
    if abs(value - right) < 1e-6:
        return None
    return (
        f"With k = n-1 all others are neighbors, and purity is chance, {right:.3f} for these "
        f"labels; yours is {value:.3f}."
    )


def _random_labels_give_chance(answer):
    rng = np.random.default_rng(2)
    E, labels = rng.normal(size=(300, 5)), rng.choice(list("aaabbc"), size=300).tolist()
    value, right = float(answer(E, labels, 5)), metrics.chance_purity(labels)
    if abs(value - right) < 0.05:
        return None
    return f"Random labels should give about Σ share² = {right:.2f}; yours give {value:.2f}."


PURITY_CALLS = (
    call(FAN, FAN_LABELS, 1),
    call(FAN, FAN_LABELS, 2),
    call(FAN, FAN_LABELS, 4),
    call(TABLE, LABELS, 1),
    call(TABLE, LABELS, 3),
    call(TABLE, LABELS, 6),
    call(TABLE, LABELS, 23),
    call(TWINS, TWIN_LABELS, 1),
)

knn_purity = Exercise(
    name="knn_purity",
    number="8.3a",
    review="section 4",
    reference=metrics.purity_at_k,
    form=_forms.number,
    calls=PURITY_CALLS,
    laws=(_all_pairs_of_k, _random_labels_give_chance),
    wrong=(
        Wrong(
            _itself_found,
            "Purity of k=1 is 1.0 for random labels: each point found itself.",
        ),
        Wrong(
            _majority,
            "You give 0 or 1 per point; purity is the share of equal labels among the k.",
        ),
        Wrong(
            _majority_or_half,
            "You give 0 or 1 per point; purity is the share of equal labels among the k.",
        ),
        Wrong(
            _most_common,
            "You give 0 or 1 per point, by a vote; purity is the share of equal labels among the "
            "k.",
        ),
        Wrong(
            _all_or_nothing,
            "A point counts only if all k neighbors have its label. Take the share of them.",
        ),
        Wrong(
            _any_of_them,
            "A point counts if any of the k neighbors has its label. Take the share of them.",
        ),
        Wrong(_not_over_k, "You count equal labels. Divide by k: purity is a share, 0 to 1."),
        Wrong(_sum, "You add up all equal labels. Divide by n times k: purity is a share, 0 to 1."),
        Wrong(_percent, "This is a percentage. Return the share, 0 to 1."),
        Wrong(_impurity, "This is the share of *other* labels, 1 - purity."),
        Wrong(
            _on_two_columns,
            "Claim about the embedding, measured on the picture: use all columns of E, not two.",
        ),
        Wrong(
            _on_two_columns_by_distance,
            "Claim about the embedding, measured on the picture: use all columns of E, not two.",
        ),
        Wrong(
            _on_pca,
            "Claim about the embedding, measured on the picture: use E itself, not its PCA.",
        ),
        Wrong(
            _on_pca_by_distance,
            "Claim about the embedding, measured on the picture: use E itself, not its PCA.",
        ),
        Wrong(_by_distance, "You took the nearest by distance. For a table take the cosine."),
        Wrong(_by_dot, "Long rows win in yours. Divide the dot product by both lengths: cosine."),
        Wrong(_farthest, "These are the k least similar rows. The largest cosine comes first."),
        Wrong(_centered, "You centered the columns first. Take the cosine of E as it is."),
        Wrong(
            _zero_for_itself,
            "A cosine of 0 for the point itself beats negative ones, so it is found at large k. "
            "Give it less than -1.",
        ),
        Wrong(
            _first_dropped,
            "Dropping the first hit can drop a twin and keep the point itself. Leave the point "
            "out by its position.",
        ),
        Wrong(_one_too_few, "You look at one neighbor too few. Leave the point out, then take k."),
        Wrong(_one_too_many, "You look at k + 1 neighbors."),
        Wrong(_over_k_plus_one, "You divide by k + 1. The point itself is not among its k."),
        Wrong(_over_all_pairs, "Divide by the k neighbors of each point, not by all n - 1 others."),
        Wrong(_k_ignored, "Only the nearest neighbor counts in yours, whatever k is."),
        Wrong(
            _mean_of_groups,
            "You average within each label first. Average over the points: each counts once.",
        ),
    ),
)


# ----------------------------------------------------------------------- overlap
def _overlap_by(near_of, near_on_map=None):
    near_on_map = near_on_map or near_of

    def answer(X, Y, k):
        X, Y = np.asarray(X, dtype=float), np.asarray(Y, dtype=float)
        pairs = zip(near_of(X, k), near_on_map(Y, k), strict=True)
        return float(np.mean([len(set(a) & set(b)) for a, b in pairs]) / k)

    return answer


def _pair_by_pair(measure):
    def answer(X, Y, k):
        pairs = zip(metrics.nearest_points(X, k), metrics.nearest_points(Y, k), strict=True)
        return float(np.mean([measure(a.tolist(), b.tolist(), k) for a, b in pairs]))

    return answer


def _cosine_near(X, k):
    return _nearest(similarity.pairwise_cosine(X), k)


_both_with_itself = _overlap_by(lambda X, k: _nearest(-_distances(X), k, None))
_both_by_cosine = _overlap_by(_cosine_near)
_map_by_cosine = _overlap_by(metrics.nearest_points, _cosine_near)
_space_by_cosine = _overlap_by(_cosine_near, metrics.nearest_points)
_both_farthest = _overlap_by(lambda X, k: _nearest(_distances(X), k))
_overlap_first_only = _overlap_by(lambda X, k: np.repeat(metrics.nearest_points(X, 1), k, axis=1))
_jaccard = _pair_by_pair(lambda a, b, k: len(set(a) & set(b)) / len(set(a) | set(b)))
_same_place = _pair_by_pair(lambda a, b, k: np.mean([x == y for x, y in zip(a, b, strict=True)]))
_all_found = _pair_by_pair(lambda a, b, k: set(a) == set(b))
_any_found = _pair_by_pair(lambda a, b, k: bool(set(a) & set(b)))
_count_found = _pair_by_pair(lambda a, b, k: len(set(a) & set(b)))
_lost = _pair_by_pair(lambda a, b, k: 1 - len(set(a) & set(b)) / k)
_in_percent = _pair_by_pair(lambda a, b, k: 100 * len(set(a) & set(b)) / k)


def _over_n(X, Y, k):
    return metrics.neighbor_overlap(X, Y, k) * k / (len(X) - 1)


def _sum_of_all(X, Y, k):
    return metrics.neighbor_overlap(X, Y, k) * k * len(X)


def _wider_in_the_map(X, Y, k):
    more = min(k + 1, len(X) - 1)
    pairs = zip(metrics.nearest_points(X, k), metrics.nearest_points(Y, more), strict=True)
    return float(np.mean([len(set(a) & set(b)) for a, b in pairs]) / k)


def _first_hit_dropped(X, Y, k):
    near = [np.argsort(_distances(Z), axis=1, kind="stable")[:, 1 : k + 1] for Z in (X, Y)]
    return float(
        np.mean([len(set(a) & set(b)) for a, b in zip(*map(np.ndarray.tolist, near), strict=True)])
        / k
    )


def _two_columns_of_the_space(X, Y, k):
    return metrics.neighbor_overlap(np.asarray(X)[:, :2], Y, k)


def _map_with_itself(X, Y, k):
    return 1.0


def _chance_returned(X, Y, k):
    return k / (len(X) - 1)


def _knows_turned_maps(answer):
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    before, after = (float(answer(TABLE.copy(), Y, 5)) for Y in (MAP.copy(), 5 * MAP @ turn + 40))
    if abs(before - after) < 1e-6:
        return None
    return (
        "Turn the map, enlarge it, move it: nobody's neighbors change. Yours goes from "
        f"{before:.3f} to {after:.3f}."
    )


def _ends_are_one(answer):
    whole = float(answer(TABLE.copy(), MAP.copy(), 23))
    if abs(whole - 1) < 1e-6:
        return None
    return f"With k = n-1 all others are neighbors on both sides: 1.0. Yours is {whole:.3f}."


_PAIR_TWINS = np.array([[0.0, 0.0], [0.0, 0.0], [3.0, 0.0], [3.0, 1.0], [9.0, 9.0]])
_OTHER = np.array([[0.0, 0.0], [0.4, 0.4], [1.0, 1.2], [5.0, 5.0], [4.0, 9.0]])

neighbor_overlap = Exercise(
    name="neighbor_overlap",
    number="8.3b",
    review="section 4",
    reference=metrics.neighbor_overlap,
    form=_forms.number,
    calls=(
        call(TABLE, MAP, 1),
        call(TABLE, MAP, 3),
        call(TABLE, MAP, 8),
        call(TABLE[:, :2].copy(), MAP, 5),
        call(TABLE, TABLE[:, :2].copy(), 5),
        call(MAP, TABLE[:, 2:4].copy(), 4),
        call(_PAIR_TWINS, _OTHER, 1),
        call(TABLE, TABLE[:, 2:5].copy(), 23),
    ),
    laws=(_ends_are_one, _knows_turned_maps),
    wrong=(
        Wrong(
            _map_with_itself,
            "Your overlap is 1 for every map. Compare the neighbors in X with those in Y.",
        ),
        Wrong(
            _both_with_itself,
            "Overlap at k=1 is 1.0 for any map: each point found itself, twice. Leave it out.",
        ),
        Wrong(
            _both_by_cosine,
            "You took the cosine. Seen from the origin, an angle on a map means nothing: use the "
            "distance.",
        ),
        Wrong(
            _map_by_cosine,
            "On the map you took the cosine. Seen from the origin, an angle means nothing there: "
            "use the distance.",
        ),
        Wrong(_space_by_cosine, "In X you took the cosine. The map was made from distances."),
        Wrong(
            _two_columns_of_the_space,
            "In X only the first two columns count in yours. Take the distance over all of them.",
        ),
        Wrong(_both_farthest, "These are the k farthest points. Take the smallest distances."),
        Wrong(
            _jaccard,
            "You divide by the union (Jaccard). Divide by k, the number that could be found.",
        ),
        Wrong(
            _same_place,
            "You ask for the same neighbor at the same place of the list. Order does not matter: "
            "compare two sets.",
        ),
        Wrong(_all_found, "A point counts only if all k are found. Take the share that is."),
        Wrong(_any_found, "A point counts if any of the k is found. Take the share that is."),
        Wrong(_count_found, "You count shared neighbors. Divide by k: the overlap is a share."),
        Wrong(_sum_of_all, "You add up all shared neighbors. Divide by n times k."),
        Wrong(_lost, "This is the share of neighbors that were lost, 1 - overlap."),
        Wrong(_in_percent, "This is a percentage. Return the share, 0 to 1."),
        Wrong(_over_n, "Divide by k, not by all n - 1 others."),
        Wrong(_chance_returned, "This is chance, k / (n - 1). Compare the neighbors."),
        Wrong(_wider_in_the_map, "On the map you look at k + 1 neighbors."),
        Wrong(
            _first_hit_dropped,
            "Dropping the first hit can drop a twin and keep the point itself. Leave the point "
            "out by its position.",
        ),
        Wrong(_overlap_first_only, "Only the nearest point counts in yours, whatever k is."),
    ),
)
