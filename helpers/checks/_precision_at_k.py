"""Check for precision at k of one query."""

import numpy as np

from helpers import metrics
from helpers.checks import _forms
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.similarity import cosine_to

# around row 0 by cosine: 1, 2, 3, 4, 5; by dot product 5, 3, 1, 2, 4; by distance 2, 1, 4, 3, 5
NOTES = np.array([[1.0, 0.0], [3.0, 0.3], [0.8, 0.3], [4.0, 3.0], [0.5, 0.7], [9.0, 40.0]])
LABELS = ["gout", "asthma", "gout", "gout", "asthma", "gout"]
# far from centered, and one label holds the letters of the others
MORE = np.random.default_rng(36).normal(size=(12, 4)) + np.array([0.8, 0.0, -0.4, 0.2])
MORE_LABELS = ["a", "b", "a", "ab", "b", "a", "a", "b", "ab", "a", "b", "b"]
# row 4 is row 1 once more: a note that was copied forward
COPIED = np.vstack([MORE[:4], MORE[1], MORE[5:8]])
COPIED_LABELS = ["c", "b", "c", "c", "a", "c", "c", "c"]


def _order(q, table):
    cosine = cosine_to(table[q], table)
    cosine[q] = -np.inf
    return np.argsort(-cosine, kind="stable")[:-1]


def _hits(rows, labels, label):
    return np.array([labels[i] == label for i in rows], dtype=float)


def _self_match(q, table, labels, label, k):
    best = np.argsort(-cosine_to(table[q], table), kind="stable")[:k]
    return _hits(best, labels, label).mean()


def _least_similar(q, table, labels, label, k):
    return _hits(_order(q, table)[::-1][:k], labels, label).mean()


def _recall(q, table, labels, label, k):
    relevant = sum(labels[i] == label for i in range(len(table)) if i != q)
    return _hits(_order(q, table)[:k], labels, label).sum() / max(relevant, 1)


def _recall_with_self(q, table, labels, label, k):
    relevant = sum(labels[i] == label for i in range(len(table)))
    return _hits(_order(q, table)[:k], labels, label).sum() / max(relevant, 1)


def _number_of_hits(q, table, labels, label, k):
    return _hits(_order(q, table)[:k], labels, label).sum()


def _over_all_rows(q, table, labels, label, k):
    return _number_of_hits(q, table, labels, label, k) / len(table)


def _by_dot_product(q, table, labels, label, k):
    score = table @ table[q]
    score[q] = -np.inf
    return _hits(np.argsort(-score, kind="stable")[:k], labels, label).mean()


def _dot_product_with_self(q, table, labels, label, k):
    return _hits(np.argsort(-(table @ table[q]), kind="stable")[:k], labels, label).mean()


def _by_distance(q, table, labels, label, k):
    distance = np.linalg.norm(table - table[q], axis=1)
    distance[q] = np.inf
    return _hits(np.argsort(distance, kind="stable")[:k], labels, label).mean()


def _label_of_the_query(q, table, labels, label, k):
    return metrics.precision_at_k(q, table, labels, labels[q], k)


def _one_too_few(q, table, labels, label, k):
    return _hits(_order(q, table)[: k - 1], labels, label).sum() / k


def _query_dropped_after_the_cut(q, table, labels, label, k):
    return _hits(_order(q, table)[: k - 1], labels, label).sum() / max(k - 1, 1)


def _one_too_many(q, table, labels, label, k):
    return _hits(_order(q, table)[: k + 1], labels, label).mean()


def _one_too_many_by_k(q, table, labels, label, k):
    return _hits(_order(q, table)[: k + 1], labels, label).sum() / k


def _by_k_plus_1(q, table, labels, label, k):
    return _number_of_hits(q, table, labels, label, k) / (k + 1)


def _first_neighbor_skipped(q, table, labels, label, k):
    return _hits(_order(q, table)[1 : k + 1], labels, label).mean()


def _at_rank_k_only(q, table, labels, label, k):
    return _hits(_order(q, table)[k - 1 : k], labels, label).mean()


def _not_mapped_back(q, table, labels, label, k):
    others = np.delete(table, q, axis=0)
    best = np.argsort(-cosine_to(table[q], others), kind="stable")[:k]
    return _hits(best, labels, label).mean()


def _first_place_dropped(q, table, labels, label, k):
    best = np.argsort(-cosine_to(table[q], table).round(9), kind="stable")[1 : k + 1]
    return _hits(best, labels, label).mean()


def _cosine_1_dropped(q, table, labels, label, k):
    cosine = cosine_to(table[q], table)
    cosine[cosine > 1 - 1e-9] = -np.inf
    return _hits(np.argsort(-cosine, kind="stable")[:k], labels, label).mean()


def _cosine_0_for_the_query(q, table, labels, label, k):
    cosine = cosine_to(table[q], table)
    cosine[q] = 0
    return _hits(np.argsort(-cosine, kind="stable")[:k], labels, label).mean()


def _any_hit(q, table, labels, label, k):
    return float(_hits(_order(q, table)[:k], labels, label).any())


def _calls():
    first = [call(0, NOTES, LABELS, "gout", k) for k in (1, 2, 3, 4)]
    asked = [call(0, NOTES, LABELS, "asthma", 3), call(3, NOTES, LABELS, "asthma", 2)]
    more = [call(q, MORE, MORE_LABELS, MORE_LABELS[q], 4) for q in (0, 5, 7, 11)]
    copies = [
        call(4, COPIED, COPIED_LABELS, "b", 1),
        call(4, COPIED, COPIED_LABELS, "b", 3),
        call(1, COPIED, COPIED_LABELS, "a", 1),
        call(7, COPIED, COPIED_LABELS, "b", 3),
    ]
    far = [call(2, MORE, MORE_LABELS, label, 3) for label in ("a", "nothing")]
    return (*first, *asked, *more, *copies, *far)


CALLS = _calls()


WITHOUT_COPIES = tuple(c for c in CALLS if c.args[1] is not COPIED)


def _does_like(wrong, calls=CALLS):
    """Return a symptom: the answer gives what `wrong` gives on all inputs."""

    def symptom(answer):
        pairs = [(answer(*c.args), wrong(*c.args)) for c in calls]
        return all(np.isclose(mine, theirs, atol=1e-5) for mine, theirs in pairs)

    return symptom


def _relevant(call):
    q, _, labels, label, _ = call.args
    return sum(labels[i] == label for i in range(len(labels)) if i != q)


def _lies_between_0_and_1(answer):
    got = answer(0, NOTES, LABELS, "gout", 4)
    if not 0 <= got <= 1:
        return f"A precision lies between 0 and 1; yours is {got:.3g}."
    return None


_right_but_for_copies = _does_like(metrics.precision_at_k, WITHOUT_COPIES)
MORE_THAN_ONE = tuple(c for c in WITHOUT_COPIES if c.args[4] > 1)  # notes asked for


precision_at_k = Exercise(
    name="precision_at_k",
    number="7.4",
    review="section 4",
    reference=metrics.precision_at_k,
    form=_forms.number,
    calls=CALLS,
    laws=(_lies_between_0_and_1,),
    wrong=(
        Wrong(
            _self_match,
            "The query note is its own first hit; exclude it.",
            _does_like(_self_match),
        ),
        Wrong(
            _least_similar,
            "These are the k least similar notes; sort descending.",
            _does_like(_least_similar),
        ),
        Wrong(
            _recall,
            lambda value, call: (
                f"You divide by the {_relevant(call)} relevant notes: that is recall@k. Precision "
                "divides by k."
            ),
            _does_like(_recall, [c for c in CALLS if _relevant(c)]),
        ),
        Wrong(
            _recall_with_self,
            "You divide by the number of relevant notes, the query among them: that is a recall. "
            "Precision divides by k.",
            _does_like(_recall_with_self, [c for c in CALLS if _relevant(c)]),
        ),
        Wrong(
            _number_of_hits,
            "Yours is the number of hits. Divide by k.",
            _does_like(_number_of_hits),
        ),
        Wrong(
            _over_all_rows,
            "You divide by all notes. Only the k nearest are looked at: divide by k.",
            _does_like(_over_all_rows),
        ),
        Wrong(
            _any_hit,
            "Yours is 1 as soon as there is one hit. Count the hits, then divide by k.",
            _does_like(_any_hit),
        ),
        Wrong(
            _by_dot_product,
            "You rank by dot product, which favors long vectors. Rank by cosine: divide by the "
            "lengths.",
            _does_like(_by_dot_product),
        ),
        Wrong(
            _dot_product_with_self,
            "Two things: you rank by dot product, which favors long vectors, so divide by the "
            "lengths; and the query note may be its own hit, so exclude row q.",
            _does_like(_dot_product_with_self),
        ),
        Wrong(
            _by_distance,
            "You rank by distance. Rank by cosine, which ignores length.",
            _does_like(_by_distance),
        ),
        Wrong(
            _label_of_the_query,
            "You look for the label of the query. Look for `label`, which may be another.",
            _does_like(_label_of_the_query),
        ),
        Wrong(
            _one_too_few,
            "You look at k - 1 other notes. A slice [:k] holds k; take row q out before you cut.",
            _does_like(_one_too_few, MORE_THAN_ONE),
        ),
        Wrong(
            _query_dropped_after_the_cut,
            "You look at k - 1 other notes. A slice [:k] holds k; take row q out before you cut.",
            _does_like(_query_dropped_after_the_cut, MORE_THAN_ONE),
        ),
        *(
            Wrong(
                mistake,
                "You look at k + 1 other notes. A slice [:k] holds k of them.",
                _does_like(mistake, WITHOUT_COPIES),
            )
            for mistake in (_one_too_many, _one_too_many_by_k)
        ),
        Wrong(
            _by_k_plus_1,
            "You divide the hits by k + 1. Divide by k.",
            _does_like(_by_k_plus_1, WITHOUT_COPIES),
        ),
        Wrong(
            _first_neighbor_skipped,
            "You skip the nearest other note. Row q is to be left out, and nothing else: once it "
            "is, start at 0.",
            _does_like(_first_neighbor_skipped, WITHOUT_COPIES),
        ),
        Wrong(
            _at_rank_k_only,
            "You look at the note on rank k alone. Look at all ranks up to k.",
            _does_like(_at_rank_k_only),
        ),
        Wrong(
            _not_mapped_back,
            "Without the query the rows after it move up by one, and you read the label of a "
            "neighbor row. Drop the query from `labels` too.",
            _does_like(_not_mapped_back),
        ),
        Wrong(
            _cosine_0_for_the_query,
            "You set the cosine of the query to 0, and it comes before all rows with a negative "
            "one. Set it to -np.inf.",
            _does_like(_cosine_0_for_the_query, WITHOUT_COPIES),
        ),
        Wrong(
            _first_place_dropped,
            "Another note has the same vector as the query (a copy), and may come first in the "
            "order. Exclude row q, not the first place.",
            lambda answer: (
                _right_but_for_copies(answer) and _does_like(_first_place_dropped)(answer)
            ),
        ),
        Wrong(
            _cosine_1_dropped,
            "Another note has the same vector as the query (a copy) and is a neighbor like any "
            "other. Exclude row q, not the cosine 1.",
            lambda answer: _right_but_for_copies(answer) and _does_like(_cosine_1_dropped)(answer),
        ),
    ),
)
