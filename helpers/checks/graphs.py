"""Checks for graphs: a step of a walk, two layers, the read-out, and the questions."""

from helpers.checks._choice import Choice, Prediction
from helpers.checks._gat_layer import gat_layer
from helpers.checks._read_out import read_out
from helpers.checks._sage_mean import sage_mean
from helpers.checks._step_probs import step_probs

__all__ = [
    "gat_layer",
    "large_p",
    "new_code",
    "read_out",
    "sage_mean",
    "shuffled_features",
    "step_probs",
]

shuffled_features = Prediction(
    name="shuffled_features",
    number="15.P",
    options={
        "a": "all three change",
        "b": "GraphSAGE and GAT change, node2vec does not",
        "c": "only GAT changes",
    },
    outcome="b",
    where="Section 4",
)

new_code = Choice(
    name="new_code",
    number="15.A",
    right="c",
    feedback={
        "a": "node2vec holds one row a node. A drug that was not there has no row, and no walk "
        "has visited it: walk and train again.",
        "b": "Not node2vec: its table has no row for the drug.",
        "c": "Both are functions of features and neighbors, and the new drug has both.",
        "d": "It has neighbors the moment it is first given for a diagnosis, and a name. That is "
        "all GraphSAGE and GAT ask for.",
    },
)

large_p = Choice(
    name="large_p",
    number="15.B",
    right="a",
    feedback={
        "a": "Going back has weight 1/p, next to nothing. Where the walk goes instead, near or "
        "far, is q's matter.",
        "b": "That is small p: weight 1/p is large.",
        "c": "Staying close or moving away is what q decides.",
        "d": "A walk ends after its length. A node with a single neighbor sends it back at any p.",
    },
)
