"""Truth that follows from the grammar of the notes: synonyms, antonyms, analogies, typos.

None of it depends on how many notes are written.
"""

from itertools import permutations

import numpy as np
import polars as pl

from helpers.notes_grammar import Grammar

VOWELS = "aeiou"
RELATIONS = ("drug", "specialist", "organ", "test")
MISSPELLED = ("drug", "specialist", "organ", "test", "shown_by", "finding", "symptom")


def synonym_table(grammar: Grammar) -> pl.DataFrame:
    """Return every pair of words for one thing, each pair once, with its kind."""
    rows = []
    for word, others in grammar.variants.items():
        group = (word, *others)
        for i, left in enumerate(group):
            rows += [(left, right, grammar.kinds[word]) for right in group[i + 1 :]]
    return pl.DataFrame(rows, schema=["word", "synonym", "kind"], orient="row")


def antonym_table(grammar: Grammar) -> pl.DataFrame:
    """Return every pair of opposites, each pair once."""
    return pl.DataFrame(grammar.antonyms, schema=["word", "opposite"], orient="row")


def analogy_table(grammar: Grammar, rng: np.random.Generator, per_relation: int) -> pl.DataFrame:
    """Return questions *a is to b as c is to which?* with all their right answers.

    For a disease and its drug, say, b is the first drug of disease a, any drug of disease c is
    an answer, and a pair of diseases that share a drug is not asked about. Gender has one answer
    and every ordered pair of pairs; of the others `per_relation` are drawn.
    """
    rows = []
    for relation in RELATIONS:
        asked = [
            (relation, a, first[relation][0], c, "|".join(second[relation]))
            for (a, first), (c, second) in permutations(grammar.diseases.items(), 2)
            if first[relation] and second[relation]
            if not set(first[relation]) & set(second[relation])
        ]
        chosen = np.argsort([rng.random() for _ in asked])[:per_relation]
        rows += [asked[i] for i in sorted(chosen)]
    for relation, pairs in (
        ("gender", grammar.gender.items()),
        ("opposite", [(a, b) for a, b in grammar.antonyms if a in grammar.states]),
    ):
        rows += [(relation, a, b, c, d) for (a, b), (c, d) in permutations(pairs, 2) if b != d]
    return pl.DataFrame(rows, schema=["relation", "a", "b", "c", "answers"], orient="row")


def typo_table(grammar: Grammar, rng: np.random.Generator, least_letters: int = 7) -> pl.DataFrame:
    """Return two misspellings of every long clinical word, each one edit away from it.

    The edits are those of a hurried hand: a letter doubled or dropped, two neighbors swapped, a
    vowel mistaken for another. A misspelling that is a word of the grammar is drawn again.
    """
    clinical = {
        word for record in grammar.diseases.values() for f in MISSPELLED for word in record[f]
    }
    clinical |= set(grammar.diseases)
    words = sorted(w for w in clinical if len(w) >= least_letters and w.isalpha())
    taken, rows = grammar.words(), []
    for word in words:
        for _ in range(2):
            typo = word
            while typo in taken:
                typo, edit = misspell(word, rng)
            taken.add(typo)
            rows.append((typo, word, edit))
    return pl.DataFrame(rows, schema=["typo", "word", "edit"], orient="row")


def misspell(word: str, rng: np.random.Generator) -> tuple[str, str]:
    """Return the word with one edit, after its first letter, and the name of the edit."""
    edit = ("double", "drop", "swap", "vowel")[int(4 * rng.random())]
    i = 1 + int((len(word) - 2) * rng.random())
    if edit == "vowel":
        places = [j for j, letter in enumerate(word) if j and letter in VOWELS]
        i = places[int(len(places) * rng.random())]
        others = VOWELS.replace(word[i], "")
        return word[:i] + others[int(4 * rng.random())] + word[i + 1 :], edit
    if edit == "double":
        return word[: i + 1] + word[i:], edit
    if edit == "drop":
        return word[:i] + word[i + 1 :], edit
    return word[:i] + word[i + 1] + word[i] + word[i + 2 :], edit
