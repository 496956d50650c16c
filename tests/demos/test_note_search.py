import numpy as np

from helpers.demos.note_search import NoteSearchDemo

NOTES = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9], [0.6, 0.6], [1.0, 0.2]])
LABELS = ["gout", "gout", "asthma", "asthma", "stroke", "gout"]
PLACE = {"toe": np.array([1.0, 0.0]), "wheeze": np.array([0.0, 1.0])}


def demo(text):
    def mean(tokens):
        return np.mean([PLACE[token] for token in tokens], axis=0)

    return NoteSearchDemo(
        {"one": NOTES, "swapped": NOTES[:, ::-1]},
        {"one": mean, "swapped": mean},
        LABELS,
        PLACE.__contains__,
        text,
    )


def test_neighbors_follow_the_text_and_differ_by_kind():
    shown = demo("toe")
    assert shown.nearest("one", ["toe"], 3) == [
        ("gout", 1.0),
        ("gout", float(np.float64(0.9) / np.hypot(0.9, 0.1))),
        ("gout", float(1 / np.hypot(1, 0.2))),
    ]
    assert shown.text.startswith("one: gout 3, stroke 1, asthma 1; swapped: asthma 2, stroke 1")
    first = shown.picture.value
    shown.controls["text"].value = "Wheeze"
    assert shown.text.startswith("one: asthma 2, stroke 1")
    assert shown.picture.value != first


def test_unknown_words_are_named_and_a_line_without_known_ones_is_no_error():
    assert demo("toe xyz").text.endswith("(unknown: xyz)")
    assert "no known word" in demo("xyz zzz").text
    assert "no known word" in demo("").text
