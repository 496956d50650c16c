from dataclasses import fields, replace
from functools import cache
from shutil import copytree

import numpy as np
import polars as pl
import pytest
from scipy.sparse import csr_matrix

from helpers.datasets import load_notes, write_notes
from helpers.notes import SCHEMAS
from helpers.notes_grammar import GRAMMAR, Choice, Slot, parse_template, read_grammar
from helpers.notes_truth import misspell
from helpers.simulate_notes import NotesConfig, simulate_notes

NEGATIONS = {"no", "denies", "without", "w/o", "absent", "ruled_out", "rule_out", "r/o", "never"}


@cache
def shipped():
    return load_notes()


@cache
def grammar():
    return read_grammar()


def tokens_of(table):
    """Rows of a truth table, each with the tokens of its sentence."""
    text = shipped().lines["text"]
    return [(row, text[row["sentence_id"]].split()) for row in table.iter_rows(named=True)]


def part_of_sentences():
    part = dict(shipped().notes.select("note_id", "part").iter_rows())
    return [part[note_id] for note_id in shipped().lines["note_id"]]


# ---- the same seed, the same notes


def test_shipped_notes_are_what_the_generator_writes():
    fresh = simulate_notes(NotesConfig())
    for field in fields(fresh):
        assert getattr(fresh, field.name).equals(getattr(shipped(), field.name)), field.name


def test_a_note_does_not_depend_on_how_many_follow():
    few = simulate_notes(NotesConfig(n_notes=50))
    assert few.notes.equals(shipped().notes.head(50))
    assert few.lines.equals(shipped().lines.head(few.lines.height))
    assert few.analogies.equals(shipped().analogies)


def test_another_seed_writes_other_notes():
    one, other = (
        set(simulate_notes(NotesConfig(n_notes=20, seed=seed)).lines["text"]) for seed in (0, 1)
    )
    assert len(one & other) < 0.1 * len(one)  # "patient agrees with the plan" is in both


def test_written_notes_are_read_back(tmp_path):
    notes = simulate_notes(NotesConfig(n_notes=30))
    write_notes(notes, NotesConfig(n_notes=30), tmp_path / "a")
    write_notes(notes, NotesConfig(n_notes=30), tmp_path / "b")
    loaded = load_notes(tmp_path / "a")
    assert all(getattr(loaded, name).equals(getattr(notes, name)) for name in SCHEMAS)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


@pytest.mark.parametrize(
    "setting, complaint",
    [
        ({"n_notes": 0}, "n_notes is 0"),
        ({"test_share": 1.5}, "test_share is 1.5"),
        ({"filler_share": 1.0}, "no sentence about a disease"),
        ({"copied_share": 0.7, "fresh_share": 0.7}, "together more than 1"),
    ],
)
def test_impossible_settings_are_refused(setting, complaint):
    with pytest.raises(ValueError, match=complaint):
        NotesConfig(**setting)


# ---- size and shares


def test_corpus_is_as_large_as_planned():
    grammar_ = grammar()
    assert len(grammar_.diseases) >= 40
    assert sum(map(len, grammar_.templates.values())) >= 150
    assert 1400 <= len({word for s in shipped().sentences("train") for word in s}) <= 1800
    assert max(len(s) for s in shipped().sentences(None)) <= 22


def test_one_sentence_in_ten_is_filler():
    filler = shipped().lines["template"].str.starts_with("filler")
    four_sd = 4 * np.sqrt(0.1 * 0.9 / len(filler))
    assert filler.mean() == pytest.approx(0.1, abs=four_sd)


def test_parts_are_split_by_patient():
    parts = shipped().notes.group_by("patient_id").agg(pl.col("part").n_unique())
    assert parts["part"].max() == 1
    sizes = [len(shipped().sentences(part)) for part in ("train", "test", None)]
    assert sizes[0] + sizes[1] == sizes[2] == shipped().lines.height


def test_a_part_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="no part 'valid'"):
        shipped().sentences("valid")


def test_documents_are_the_sentences_in_order():
    sentences = [s for document in shipped().documents().values() for s in document]
    assert sentences == shipped().sentences(None)


# ---- the truth is in the sentences


def test_every_occurrence_of_a_two_sense_word_has_its_sense():
    rows = tokens_of(shipped().senses)
    assert all(tokens[row["position"]] == row["word"] for row, tokens in rows)
    words = {word for word, _ in grammar().senses}
    seen = sum(token in words for s in shipped().sentences(None) for token in s)
    assert seen == len(rows)


def test_every_sense_has_enough_training_and_held_out_sentences():
    counts = shipped().senses.group_by("word", "sense", "held_out").len()
    assert counts.height == 2 * len(grammar().senses)
    assert counts.filter(pl.col("held_out") == 0)["len"].min() >= 80
    assert counts.filter(pl.col("held_out") == 1)["len"].min() >= 30


def test_held_out_templates_are_met_in_test_notes_only():
    held_out = {t.name for group in grammar().templates.values() for t in group if t.held_out}
    seen = {
        part: {
            name for name, p in zip(shipped().lines["template"], parts, strict=True) if p == part
        }
        for parts in [part_of_sentences()]
        for part in ("train", "test")
    }
    assert not held_out & seen["train"]
    assert held_out <= seen["test"]


def test_findings_point_at_a_name_of_the_finding():
    variants = grammar().variants
    for row, tokens in tokens_of(shipped().findings):
        finding = row["finding"]
        assert tokens[row["position"]] in (finding, *variants.get(finding, ()))


def test_a_negated_finding_stands_with_a_negation_and_evidence_of_does_not():
    absent = [tokens for row, tokens in tokens_of(shipped().findings) if not row["present"]]
    cues = [bool(NEGATIONS & set(tokens)) or tokens[0] == "nothing" for tokens in absent]
    assert len(cues) > 1000 and all(cues)
    plain = [t for row, t in tokens_of(shipped().findings) if row["present"] and len(t) == 3]
    assert ["evidence", "of"] in [tokens[:2] for tokens in plain]
    assert not any(tokens[0] == "no" for tokens in plain)


def test_no_note_asserts_and_denies_one_finding():
    note_of = shipped().lines["note_id"]
    said = {0: set(), 1: set()}
    for number, _, finding, present in shipped().findings.iter_rows():
        said[present].add((note_of[number], finding))
    assert not said[0] & said[1]


def test_man_or_woman_is_the_sex_of_the_note():
    sexes = dict(shipped().notes.select("note_id", "sex").iter_rows())
    first = {"man": "M", "gentleman": "M", "mr": "M", "woman": "F", "lady": "F", "mrs": "F"}
    opening = shipped().lines.filter(pl.col("template").str.starts_with("opening"))
    said = [
        (first[token], sexes[note_id])
        for note_id, _, text in opening.iter_rows()
        for token in text.split()
        if token in first
    ]
    assert len(said) > 1000 and all(left == right for left, right in said)


# ---- misspellings


def one_edit_apart(left, right):
    """Insert, delete, replace, or swap neighbors: exactly one of them."""
    if len(left) > len(right):
        left, right = right, left
    i = next((k for k, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), len(left))
    if len(left) == len(right):
        swapped = left[:i] + left[i + 1 : i + 2] + left[i : i + 1] + left[i + 2 :]
        return left != right and (left[i + 1 :] == right[i + 1 :] or swapped == right)
    return left[i:] == right[i + 1 :]


@pytest.mark.parametrize(
    "typo, answer",
    [
        ("metfromin", True),  # swap
        ("metforminn", True),  # double
        ("metfrmin", True),  # drop
        ("metfarmin", True),  # vowel
        ("metformin", False),
        ("mteofrmin", False),
        ("metfrommin", False),
    ],
)
def test_one_edit_by_hand(typo, answer):
    assert one_edit_apart(typo, "metformin") is answer


def test_typos_are_one_edit_from_a_word_and_are_no_words():
    typos = shipped().typos
    assert all(one_edit_apart(typo, word) for typo, word, _ in typos.iter_rows())
    assert not set(typos["typo"]) & grammar().words()
    assert typos["typo"].is_unique().all()
    assert set(typos["word"]) <= grammar().words()
    assert set(typos["edit"]) == {"double", "drop", "swap", "vowel"}


def test_typos_are_met_in_test_notes_only():
    typos = set(shipped().typos["typo"])
    words = {part: [w for s in shipped().sentences(part) for w in s] for part in ("train", "test")}
    assert not typos & set(words["train"])
    assert len(typos.intersection(words["test"])) >= 20


def test_misspelling_keeps_the_first_letter():
    rng = np.random.default_rng(0)
    assert all(misspell("warfarin", rng)[0].startswith("w") for _ in range(50))


# ---- copies


def shingle_overlaps():
    """Jaccard index of the three-word runs of every two notes, as a matrix."""
    column: dict[tuple, int] = {}
    cells = [
        (i, column.setdefault(tuple(s[j : j + 3]), len(column)))
        for i, note in enumerate(shipped().documents().values())
        for s in note
        for j in range(len(s) - 2)
    ]
    rows, columns = np.array(cells).T
    runs = csr_matrix((np.ones(len(cells)), (rows, columns)))
    runs.data[:] = 1
    shared = (runs.sign() @ runs.sign().T).toarray()
    size = shared.diagonal()
    return shared / (size[:, None] + size[None, :] - shared)


def test_copied_notes_overlap_and_no_others_do():
    overlaps = shingle_overlaps()
    np.fill_diagonal(overlaps, 0)
    place = {note_id: i for i, note_id in enumerate(shipped().notes["note_id"])}
    for note_id, copy_of, shared in shipped().near_duplicates.iter_rows():
        i, j = place[note_id], place[copy_of]
        assert overlaps[i, j] == pytest.approx(shared, abs=6e-4)
        assert shared >= 0.4
        overlaps[i, j] = overlaps[j, i] = 0
    assert overlaps.max() < 0.25


def test_copies_are_listed_with_the_notes():
    copies = shipped().notes.filter(pl.col("copy_of").is_not_null())
    columns = ["note_id", "copy_of"]
    assert copies.select(columns).equals(shipped().near_duplicates.select(columns))
    originals = shipped().notes.select(copy_of="note_id", patient="patient_id")
    joined = copies.join(originals, on="copy_of")
    assert (joined["patient_id"] == joined["patient"]).all() and joined.height == copies.height


def test_nothing_edited_gives_the_same_note_twice():
    config = NotesConfig(n_notes=20, copied_share=1.0, fresh_share=0.0, edited_share=0.0)
    notes = simulate_notes(config)
    assert notes.near_duplicates.height == 10
    assert (notes.near_duplicates["shared"] == 1.0).all()


# ---- synonyms, opposites, analogies


@cache
def ppmi():
    """Positive pointwise mutual information of the training notes, window 4, and its words."""
    sentences = shipped().sentences("train")
    index: dict[str, int] = {}
    ids = [[index.setdefault(word, len(index)) for word in s] for s in sentences]
    counts = np.zeros((len(index), len(index)))
    for s in ids:
        for i, center in enumerate(s):
            for context in s[max(0, i - 4) : i]:
                counts[center, context] += 1
    counts += counts.T
    total = counts.sum(axis=1)
    expected = np.outer(total, total) / total.sum()
    ratio = np.divide(counts, expected, out=np.ones_like(counts), where=counts > 0)
    return np.log(ratio).clip(min=0), index, counts


@cache
def embedding():
    """Rank-100 SVD of the PPMI matrix, rows of length 1."""
    matrix, index, _ = ppmi()
    rng = np.random.default_rng(0)
    basis = np.linalg.qr(matrix @ rng.normal(size=(len(matrix), 120)))[0]
    for _ in range(3):
        basis = np.linalg.qr(matrix @ (matrix.T @ basis))[0]
    left, s, _ = np.linalg.svd(basis.T @ matrix, full_matrices=False)
    rows = (basis @ left)[:, :100] * np.sqrt(s[:100])
    return rows / np.linalg.norm(rows, axis=1, keepdims=True), index


def synonym_hits(rows, index, pairs, k=3):
    cosine = rows @ rows.T
    np.fill_diagonal(cosine, -1)
    nearest = np.argsort(-cosine, axis=1)[:, :k]
    return np.mean([index[b] in nearest[index[a]] for a, b in pairs])


def test_synonyms_share_contexts_far_beyond_chance():
    rows, index = embedding()
    names = [(a, b) for a, b, _ in shipped().synonyms.iter_rows() if a in index and b in index]
    pairs = names + [(b, a) for a, b in names]
    rng = np.random.default_rng(0)
    by_chance = [
        synonym_hits(
            rows, index, [(a, pairs[i][1]) for (a, _), i in zip(pairs, order, strict=True)]
        )
        for order in (rng.permutation(len(pairs)) for _ in range(5))
    ]
    assert max(by_chance) < 0.03
    assert synonym_hits(rows, index, pairs) > 0.6


@pytest.mark.parametrize(
    "left, right", [("hot", "cold"), ("high", "low"), ("left", "right"), ("better", "worse")]
)
def test_opposites_never_meet_but_share_their_contexts(left, right):
    rows, index = embedding()
    _, _, counts = ppmi()
    i, j = index[left], index[right]
    assert counts[i, j] == 0
    assert rows[i] @ rows[j] > np.quantile(rows[i] @ rows.T, 0.99)


def test_every_antonym_and_synonym_is_used():
    words = {word for s in shipped().sentences("train") for word in s}
    for table in (shipped().antonyms, shipped().synonyms):
        for row in table.iter_rows():
            assert set(row[:2]) <= words


def test_analogies_are_facts_of_the_grammar():
    diseases = grammar().diseases
    asked = shipped().analogies
    for relation, a, b, c, answers in asked.filter(
        pl.col("relation").is_in(["drug", "organ"])
    ).rows():
        assert b in diseases[a][relation]
        assert tuple(answers.split("|")) == diseases[c][relation]
        assert not set(diseases[a][relation]) & set(diseases[c][relation])
    gender = asked.filter(pl.col("relation") == "gender")
    assert all(grammar().gender[row[3]] == row[4] for row in gender.iter_rows())
    assert set(asked["relation"]) == {"drug", "specialist", "organ", "test", "gender", "opposite"}


# ---- the grammar


def test_template_by_hand():
    assert parse_template("{he} has {symptom+} [today|this week]") == (
        Slot("", "he", ""),
        "has",
        Slot("", "symptom", "+"),
        Choice(("today", "this week")),
    )


@pytest.mark.parametrize("text", ["a {drug", "a [left|right", "a {drug*}", "[for {him}|none]"])
def test_a_template_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError, match="template"):
        parse_template(text)


@pytest.mark.parametrize(
    "line, complaint",
    [("plan,,,give {medicine} now", "nothing fills"), ("plan,,,send the culture", "the sense")],
)
def test_a_template_that_cannot_be_filled_or_is_ambiguous_is_refused(tmp_path, line, complaint):
    folder = copytree(GRAMMAR, tmp_path / "grammar")
    with (folder / "templates.csv").open("a") as file:
        file.write(line + "\n")
    with pytest.raises(ValueError, match=complaint):
        read_grammar(folder)


def test_a_teacher_can_add_a_disease(tmp_path):
    folder = copytree(GRAMMAR, tmp_path / "grammar")
    with (folder / "diseases.csv").open("a") as file:
        file.write(
            "scurvy,,nutrition,dietician,gums,ascorbic_acid,vitamin_c_level,low_ascorbate,"
            "vitamin_c_level,bleeding_gums|weakness,citrus_fruit\n"
        )
    only = read_grammar(folder)
    keep = {name: only.diseases[name] for name in ("scurvy", "gout", "asthma")}
    notes = simulate_notes(NotesConfig(n_notes=20), replace(only, diseases=keep))
    assert "ascorbic_acid" in {word for s in notes.sentences(None) for word in s}
