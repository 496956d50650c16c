import numpy as np

from helpers.vocab import Vocab
from helpers.whole_words import WholeWords

WORDS = WholeWords(Vocab(("play", "discharge"), np.array([2, 1])))


def test_words_come_behind_five_special_tokens_and_go_back():
    tokens = WORDS.tokens("discharge after play [MASK]")
    assert tokens == ["[CLS]", "discharge", "after", "play", "[MASK]", "[SEP]"]
    assert WORDS.ids(tokens) == [2, 6, 1, 5, 4, 3] and len(WORDS) == 7
    known = ["[CLS]", "discharge", "[UNK]", "play", "[MASK]", "[SEP]"]
    assert WORDS.words(WORDS.ids(tokens)) == known
