import pytest

from helpers.word_pieces import SPECIAL, WordPieces

PIECES = (
    *SPECIAL, "un", "##aff", "##able", "##a", "a", "runn", "##ing", "want", "##want", "##ed", ",",
    "low", "lowest", "##est", "he", "'", "s", "元", "naive",
)  # fmt: skip
CUT = WordPieces(PIECES)


@pytest.mark.parametrize(
    "text, tokens",
    [
        ("unaffable", ["un", "##aff", "##able"]),  # the example of the released program
        ("UNwanted", ["un", "##want", "##ed"]),
        ("unwanted running", ["un", "##want", "##ed", "runn", "##ing"]),
        ("unwantedX running", ["[UNK]", "runn", "##ing"]),
        ("lowest, low", ["lowest", ",", "low"]),  # the longest piece wins
        ("he's", ["he", "'", "s"]),
        ("  he\t he\u00a0\nhe\u0000", ["he", "he", "he"]),
        ("naïve", ["naive"]),
        ("he元a", ["he", "元", "a"]),
        ("he [MASK] low", ["he", "[MASK]", "low"]),
        ("", []),
        ("a" * 101, ["[UNK]"]),
        ("a" * 3, ["a", "##a", "##a"]),
    ],
)
def test_texts_are_cut_as_by_the_released_program(text, tokens):
    assert CUT.tokens(text) == ["[CLS]", *tokens, "[SEP]"]


def test_a_cased_vocabulary_keeps_case_and_accents():
    cased = WordPieces((*SPECIAL, "He", "naïve", "he"), lower=False)
    assert cased.tokens("He naïve HE")[1:-1] == ["He", "naïve", "[UNK]"]


def test_ids_are_lines_of_the_file(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_text("\n".join(PIECES) + "\n", encoding="utf-8")
    read = WordPieces.read(path)
    assert tuple(read.pieces) == PIECES
    assert read.ids(["[PAD]", "##aff", "naive"]) == [0, 6, len(PIECES) - 1]
    with pytest.raises(KeyError, match="'##x' is not in the vocabulary"):
        read.ids(["##x"])


def test_a_file_without_the_special_tokens_is_named(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_text("he\nshe\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"vocab.txt: the vocabulary has no \[PAD\], \[UNK\]"):
        WordPieces.read(path)


def test_a_piece_that_stands_twice_has_the_last_of_its_ids():
    assert WordPieces((*SPECIAL, "he", "she", "he")).ids(["he"]) == [7]  # so did the program
