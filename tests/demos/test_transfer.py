from helpers.demos.transfer import TransferDemo

SCORES = {
    "frozen": {10: [0.8, 0.9], 100: [0.9, 0.9]},
    "fine-tuned": {10: [0.7, 0.9], 100: [1.0, 0.9]},
    "from scratch": {10: [0.5, 0.6], 100: [0.8, 0.7]},
}


def test_the_sentence_follows_the_controls():
    demo = TransferDemo(SCORES)
    assert demo.text.startswith("10 labels, frozen: 0.85 right")
    assert demo.text.endswith("from scratch 0.55, chance 0.50")
    first = demo.picture.value
    demo.controls["labels"].value = 100
    demo.controls["frozen"].value = False
    assert demo.text.startswith("100 labels, fine-tuned: 0.95 right")
    assert demo.picture.value != first
