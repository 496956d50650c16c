import numpy as np

from helpers.bert import Bert, BertConfig
from helpers.contextual import read_text
from helpers.demos.layers import LayerDemo
from helpers.similarity import cosine_to
from helpers.vocab import build_vocab
from helpers.whole_words import WholeWords

KNOWN = {
    "play": {"game": ["they play rugby", "again they play rugby"], "theater": ["he saw a play"]},
    "cold": {"illness": ["a cold again"], "temperature": ["cold rugby"]},
}
CUT = WholeWords(build_vocab([t.split() for s in KNOWN.values() for x in s.values() for t in x]))
MODEL = Bert(BertConfig(len(CUT), positions=20, dim=8, heads=2, hidden=8), seed=2, spread=0.5)


def new_demo(text="he saw a play"):
    return LayerDemo(MODEL, CUT, KNOWN, text)


def test_a_known_sentence_is_nearest_to_its_own_sense():
    demo = new_demo()
    assert demo.text.startswith("block 2: 'play' is nearest to theater, cosine 1.000, then game")
    cosine = demo.text.rsplit(", ", 1)[1]
    other = [read_text(MODEL, CUT, t).hidden[-1] for t in KNOWN["play"]["game"]]
    mean = (other[0][2] + other[1][3]) / 2  # where play stands in the two
    mine = read_text(MODEL, CUT, "he saw a play").hidden[-1][[4]]
    assert abs(float(cosine) - cosine_to(mean, mine)[0]) < 0.001


def test_the_token_table_knows_no_sense():
    demo = new_demo()
    before = demo.picture.value
    demo.controls["layer"].value = 0
    assert demo.text == "token table: 'play' is as near to game as to theater"
    assert demo.picture.value != before


def test_the_box_is_read_anew_and_unknown_words_are_counted():
    demo = new_demo()
    demo.controls["text"].value = "unheard cold outside"
    assert "'cold' is nearest to" in demo.text
    assert demo.text.endswith("; words the model does not know: 2")


def test_a_sentence_without_its_words_or_too_long_is_answered_in_words():
    demo = new_demo("he saw a cup")
    assert demo.text == "write a sentence with play or cold in it"
    demo.controls["text"].value = ""
    assert demo.text == "write a sentence with play or cold in it"
    demo.controls["text"].value = "play " * 15
    assert demo.text == "15 words; the picture has room for 14"


def test_every_layer_can_be_drawn():
    demo = new_demo()
    pictures = set()
    for layer in range(4):
        demo.controls["layer"].value = layer
        pictures.add(demo.picture.value)
        assert demo.names[layer] in demo.text
    assert len(pictures) == 4 and np.unique(demo.names).size == 4
