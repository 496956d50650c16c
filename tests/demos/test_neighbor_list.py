import numpy as np

from helpers.demos.neighbor_list import NeighborDemo
from helpers.vocab import Vocab

VOCAB = Vocab(("a", "b", "c", "d"), np.array([4, 3, 2, 1]))
NEAR_B = np.array([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.5, 0.5]])
KIND = {"a": "dx", "b": "dx", "c": "rx", "d": "px"}


def test_context_and_code_change_the_list():
    demo = NeighborDemo(
        {"visit": NEAR_B, "stream": NEAR_B[::-1].copy()}, VOCAB, ["a", "c"], str.upper, KIND.get
    )
    assert demo.text == "A, visit: the nearest are 1 diagnosis, 1 procedure, 1 drug"
    first = demo.picture.value
    demo.controls["context"].value = "stream"
    assert demo.text.startswith("A, stream: the nearest are 1")
    assert demo.picture.value != first
    demo.controls["center"].value = "c"
    assert demo.text.startswith("C, stream")


def test_more_than_one_of_a_kind_is_said_so():
    demo = NeighborDemo({"visit": NEAR_B}, VOCAB, ["c"], str.upper, lambda token: "dx")
    assert demo.text == "C, visit: the nearest are 3 diagnoses"
