import numpy as np

from helpers.demos.ancestors import AncestorDemo


def new_demo():
    path = {"I10": ["I10", "I", "root"], "I25.2": ["I25.2", "I25", "I", "root"]}
    leaning = {3: np.array([0.5, 0.25, 0.25]), 4: np.array([0.1, 0.2, 0.3, 0.4])}
    return AncestorDemo(
        {"I10": 7, "I25.2": 0},
        {
            "GRAM": lambda code: (path[code], leaning[len(path[code])]),
            "mean": lambda code: (path[code], np.full(len(path[code]), 1 / len(path[code]))),
        },
    )


def test_the_sentence_tells_the_share_of_the_code_itself():
    demo = new_demo()
    assert demo.text == "GRAM, I10, seen 7 times: 50% from the code itself, 50% from its ancestors"


def test_another_code_and_another_model_change_picture_and_sentence():
    demo = new_demo()
    before = demo.picture.value
    demo.controls["code"].value = "I25.2"
    assert "I25.2, seen 0 times: 10% from the code itself, 90%" in demo.text
    assert demo.picture.value != before
    demo.controls["model"].value = "mean"
    assert demo.text.startswith("mean, I25.2") and "25% from the code" in demo.text
