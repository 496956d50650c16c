"""Check of the step of a node2vec walk."""

from helpers import node2vec
from helpers.checks import _forms
from helpers.checks._compare import show
from helpers.checks._exercise import Exercise, Wrong, call

# Mr Becker (P1) and Mrs Adler (P2), two diagnoses and two drugs; E11 and metformin share P1
WARD = {
    "P1": ["E11", "metformin", "I50"],
    "P2": ["I50", "furosemide"],
    "E11": ["P1", "metformin"],
    "I50": ["P1", "P2", "furosemide"],
    "metformin": ["P1", "E11"],
    "furosemide": ["P2", "I50"],
}
NUMBERED = {0: [1, 2], 1: [0, 2, 3, 4], 2: [0, 1, 4], 3: [1], 4: [1, 2]}


def _probs(value):
    """Read a dict of numbers; what is not a neighbor may stand there with 0."""
    if value is None:
        return None
    if not isinstance(value, dict):
        return _forms.Unfit(
            value, f"it returned {show(value)}; a dict, node: probability, is asked for"
        )
    read = {node: _forms.number(chance) for node, chance in value.items()}
    for node, chance in read.items():
        if not isinstance(chance, float):
            return _forms.Unfit(value, f"the entry of {node!r} is no number")
    return {node: chance for node, chance in read.items() if chance != 0}


def _normalized(weights):
    total = sum(weights.values())
    return {x: weight / total for x, weight in weights.items()}


def _by(rule):
    """Return an answer with one rule for the weight, and the right first step."""

    def answer(prev, cur, adj, p, q):
        if prev is None:
            return _normalized(dict.fromkeys(adj[cur], 1.0))
        return _normalized({x: rule(x, prev, cur, adj, p, q) for x in adj[cur]})

    return answer


_not_inverted = _by(lambda x, t, v, adj, p, q: p if x == t else 1 if x in adj[t] else q)
_q_not_inverted = _by(lambda x, t, v, adj, p, q: 1 / p if x == t else 1 if x in adj[t] else q)
_swapped = _by(lambda x, t, v, adj, p, q: 1 / q if x == t else 1 if x in adj[t] else 1 / p)
_near_cur = _by(lambda x, t, v, adj, p, q: 1 / p if x == t else 1 if x in adj[v] else 1 / q)
_near_is_far = _by(lambda x, t, v, adj, p, q: 1 / p if x == t else 1 / q if x in adj[t] else 1)
_uniform = _by(lambda x, t, v, adj, p, q: 1.0)
_all_but_prev = _by(lambda x, t, v, adj, p, q: 1 / p if x == t else 1 / q)


def _not_normalized(prev, cur, adj, p, q):
    if prev is None:
        return dict.fromkeys(adj[cur], 1.0)
    return {x: 1 / p if x == prev else 1 if x in adj[prev] else 1 / q for x in adj[cur]}


def _never_back(prev, cur, adj, p, q):
    return _normalized({x: 1 if x in adj.get(prev, ()) else 1 / q for x in adj[cur] if x != prev})


def _from_prev(prev, cur, adj, p, q):
    if prev is None:
        return _normalized(dict.fromkeys(adj[cur], 1.0))
    return _normalized({x: 1 / p if x == prev else 1.0 for x in adj[prev]})


def _roles_swapped(prev, cur, adj, p, q):
    if prev is None:
        return _normalized(dict.fromkeys(adj[cur], 1.0))
    return node2vec.step_probs(cur, prev, adj, p, q)


def _no_first_step(prev, cur, adj, p, q):
    return _normalized(
        {x: 1 / p if x == prev else 1 if x in adj[prev] else 1 / q for x in adj[cur]}
    )


def _zero_is_nobody(prev, cur, adj, p, q):
    return node2vec.step_probs(prev or None, cur, adj, p, q)


def _stops_at_the_first_step(answer):
    if answer("P1", "I50", WARD, 2, 4) is None:
        return False
    try:
        answer(None, "I50", WARD, 2, 4)
    except (KeyError, TypeError):
        return True
    return False


def _names_every_neighbor(answer):
    missing = [x for x in WARD["I50"] if x not in answer("P1", "I50", WARD, 0.5, 4)]
    if not missing:
        return None
    return f"Came from P1 to I50, and {missing[0]} has no chance. Every neighbor of cur has one."


def _sums_to_1(answer):
    total = sum(answer("P1", "I50", WARD, 0.3, 4).values())  # no simple fractions
    return None if abs(total - 1) < 1e-5 else f"Your probabilities sum to {total:.4g}, not to 1."


def _goes_back_rarely(answer):
    often, rarely = (answer("P1", "I50", WARD, p, 1).get("P1", 0) for p in (0.01, 100))
    if often > rarely:
        return None
    return (
        f"The chance to go back is {rarely:.2f} at p=100 and {often:.2f} at p=0.01. Large p "
        "should make it rare."
    )


step_probs = Exercise(
    name="step_probs",
    number="15.1",
    review="section 1",
    reference=node2vec.step_probs,
    form=_probs,
    calls=(
        call("P1", "I50", WARD, 0.5, 4),
        call("P1", "E11", WARD, 4, 0.5),
        call("P1", "metformin", WARD, 0.25, 2),
        call(None, "P1", WARD, 0.5, 4),
        call("E11", "P1", WARD, 3, 0.2),
        call("P2", "I50", WARD, 1, 1),
        call(0, 1, NUMBERED, 2, 5),
        call(4, 1, NUMBERED, 0.1, 10),
        call(3, 1, NUMBERED, 2, 2),
        call(1, 3, NUMBERED, 8, 2),
        call(1, 0, NUMBERED, 8, 2),
    ),
    laws=(_names_every_neighbor, _sums_to_1, _goes_back_rarely),
    wrong=(
        Wrong(
            _no_first_step,
            "At the first step prev is None and has no neighbors: there all neighbors of cur are "
            "alike.",
            _stops_at_the_first_step,
        ),
        Wrong(
            _zero_is_nobody,
            "A walk that came from node 0 was taken for one at its first step. Ask `prev is None`.",
        ),
        Wrong(_not_inverted, "Large p should make returning rare; the weight is 1/p."),
        Wrong(_q_not_inverted, "Large q should make moving away rare; the weight is 1/q."),
        Wrong(_swapped, "p belongs to going back, q to moving away."),
        Wrong(
            _near_cur,
            "With q=4 and with q=1 yours is the same. Every x is a neighbor of cur; the question "
            "is whether x is a neighbor of prev too.",
        ),
        Wrong(
            _near_is_far,
            "The neighbor that prev and cur share got 1/q. It is close, weight 1; the far ones "
            "get 1/q.",
        ),
        Wrong(_uniform, "All neighbors are alike in yours, whatever p and q are."),
        Wrong(
            _all_but_prev,
            "You have two classes, back and away. A neighbor of prev is a third: weight 1.",
        ),
        Wrong(
            _not_normalized,
            "These are the weights. Divide by their sum, so that they become probabilities.",
        ),
        Wrong(_never_back, "Going back is rare or frequent, never forbidden: prev gets 1/p."),
        Wrong(
            _roles_swapped,
            "prev and cur have changed places: the walker came from prev and stands at cur.",
        ),
        Wrong(_from_prev, "The walker stands at cur: it chooses among the neighbors of cur."),
    ),
)
