import pytest

from helpers import glossary, release

# the terms of the two introductions that the course takes up (claims A44 and B38)
NEEDED = """categorical, continuous vector, co-occurrence, fixed-size vector, transfer learning,
fine-tuning, auxiliary task, one-hot, visit, code, phenotype, onset, dimension, feature, analogy,
PCA, SVD, CBOW, skip-gram, transformer, LLM, sparse, multi-dimensional space"""


def test_every_term_of_the_introductions_is_there():
    assert {term.strip() for term in NEEDED.split(",")} <= set(glossary.TERMS)


@pytest.mark.parametrize("term", glossary.TERMS)
def test_the_lesson_that_shows_a_term_uses_it(term):
    lesson = glossary.TERMS[term][1]
    sources = [name for name in release.lessons() if name.startswith(lesson)]
    for name in sources:
        text = " ".join(cell.source for cell in release.read_source(name).cells).lower()
        words = text.replace("-", " ").replace("\n# ", " ").replace("\n", " ")
        assert term.lower().replace("-", " ") in words, f"{term} is not in lesson {lesson}"


def test_explain(capsys):
    glossary.explain("pca")
    assert capsys.readouterr().out.startswith("PCA: principal component analysis")
    with pytest.raises(KeyError, match=r"no 'one-hit' in the glossary; near it: .*one-hot"):
        glossary.explain("one-hit")
