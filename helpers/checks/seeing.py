"""Checks for seeing and measuring: t-SNE by hand, neighborhoods, analogies, maps to judge."""

from helpers.checks._analogy import analogy
from helpers.checks._choice import Choice, Prediction
from helpers.checks._neighborhoods import knn_purity, neighbor_overlap
from helpers.checks._q_matrix import q_matrix
from helpers.checks._sigma import sigma_for_perplexity
from helpers.checks._unknown_maps import TRUE_OF, judge

__all__ = [
    "TRUE_OF",
    "analogy",
    "judge",
    "knn_purity",
    "neighbor_overlap",
    "new_patient_on_a_map",
    "q_matrix",
    "sigma_for_perplexity",
    "six_clusters",
    "wider_gap",
]

wider_gap = Prediction(
    name="wider_gap",
    number="8.P",
    options={
        "a": "about six times as wide, as in the data",
        "b": "two to three times as wide",
        "c": "about equally wide",
    },
    outcome="c",
    where="Section 3",
)

six_clusters = Choice(
    name="six_clusters",
    number="8.A",
    right="b",
    feedback={
        "a": "The map puts pure noise into groups as well, and on the map they lie apart. "
        "A silhouette of the map praises the map.",
        "b": "In the space, and beside chance: names that the map has not seen, or a silhouette. "
        "About 0 there means that the map made the groups.",
        "c": "KL says how well this map fits its own P. It is small for noise too, and cannot be "
        "compared across perplexities.",
        "d": "Gaps on a map carry no meaning. They come out alike for 10 and for 60.",
    },
)

new_patient_on_a_map = Choice(
    name="new_patient_on_a_map",
    number="8.B",
    right="c",
    feedback={
        "a": "PCA has such a function: a matrix to multiply with. t-SNE has none, at any "
        "perplexity.",
        "b": "The first two numbers of a vector are no place on a map of all of them, and the axes "
        "of the map are none of its columns.",
        "c": "Every place on the map is a free number of its own. A new patient means a new map, "
        "and the others move too.",
        "d": "A fixed seed repeats the same map of the same points. With one point more, it is "
        "another map.",
    },
)
