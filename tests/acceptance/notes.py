"""What vectors of words find in the notes: the rows of the data card."""

import numpy as np

from helpers.similarity import unit_rows


def note_scores(notes, vocab, vectors_of):
    """Return shares found; `vectors_of` turns a list of words into rows."""
    rows = unit_rows(vectors_of(vocab.tokens))
    cosine = rows @ rows.T
    np.fill_diagonal(cosine, -2)
    near = np.argsort(-cosine, axis=1)

    def among(table, n):
        words = [(row[0], row[1]) for row in table.iter_rows()]
        known = [(vocab.id(a), vocab.id(b)) for a, b in words if a in vocab and b in vocab]
        return float(np.mean([b in near[a, :n] for a, b in known]))

    scores = {"synonym among the 3 nearest": among(notes.synonyms, 3)}
    for (relation,), asked in notes.analogies.group_by("relation", maintain_order=True):
        if relation != "opposite":
            scores[f"analogy, {relation}"] = _analogies(asked, vocab, rows)
    scores["opposite among the 10 nearest"] = among(notes.antonyms, 10)
    typos = [(typo, word) for typo, word, _ in notes.typos.iter_rows() if word in vocab]
    found = (unit_rows(vectors_of([typo for typo, _ in typos])) @ rows.T).argmax(axis=1)
    right = [vocab.token(i) == word for i, (_, word) in zip(found, typos, strict=True)]
    return scores | {"misspelling, nearest is the right one": float(np.mean(right))}


def _analogies(asked, vocab, rows):
    hits = []
    for a, b, c, answers in asked.select("a", "b", "c", "answers").iter_rows():
        if not all(word in vocab for word in (a, b, c)):
            continue
        ids = [vocab.id(word) for word in (a, b, c)]
        scores = rows @ (rows[ids[1]] - rows[ids[0]] + rows[ids[2]])
        scores[ids] = -np.inf
        hits.append(vocab.token(int(scores.argmax())) in answers.split("|"))
    return float(np.mean(hits))
