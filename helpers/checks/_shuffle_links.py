"""Check of dealing the treatments of every visit out anew."""

from collections import Counter

import numpy as np

from helpers.checks._compare import show
from helpers.checks._exercise import Exercise, Wrong, call
from helpers.link_control import shuffle_patient_links

ADLER = [
    [
        ("hypertension", ["amlodipine", "metoprolol"], ["ECG"]),
        ("heart_failure", ["furosemide"], []),
        ("gout", [], []),
    ],
    [("angina", ["nitrate"], []), ("diabetes", ["metformin"], ["eye exam"])],
    [("hypertension", ["amlodipine"], ["ECG"])],
]
ALONE = [[("gout", ["colchicine"], ["x-ray"])], [("gout", [], [])]]
EMPTY = [[], [("gout", [], []), ("asthma", [], [])], []]
DEALS = 240  # of three owners each is drawn 80 times, standard deviation 7


def _new(visit):
    return [(dx, [], []) for dx, *_ in visit]


def _with_owner(owner):
    """Build an answer that asks ``owner(place of the old one, visit, rng)`` for each link."""

    def answer(visits, rng):
        shuffled = []
        for visit in visits:
            new = _new(visit)
            for i, found in enumerate(visit):
                for kind in (1, 2):
                    for code in found[kind]:
                        new[owner(i, visit, rng)][kind].append(code)
            shuffled.append(new)
        return shuffled

    return answer


_stays = _with_owner(lambda i, visit, rng: i)
_next_one = _with_owner(lambda i, visit, rng: (i + 1) % len(visit))
_always_another = _with_owner(
    lambda i, visit, rng: int(rng.choice([j for j in range(len(visit)) if j != i] or [i]))
)
_own_generator = _with_owner(lambda i, visit, rng: int(np.random.randint(len(visit))))
_never_the_last = _with_owner(
    lambda i, visit, rng: int(rng.integers(max(len(visit) - 1, 1)))
)  # fmt: skip
_only_old_owners = _with_owner(
    lambda i, visit, rng: int(
        rng.choice([j for j, (_, rx, px) in enumerate(visit) if rx or px])
    )
)  # fmt: skip


def _fixed_seed(visits, rng):
    return shuffle_patient_links(visits, np.random.default_rng(0))


def _lists_move(visits, rng):
    """Give whole lists to other diagnoses: what was given together stays together."""
    return [
        [
            (dx, list(visit[j][1]), list(visit[j][2]))
            for (dx, *_), j in zip(visit, order, strict=True)
        ]
        for visit in visits
        for order in [rng.permutation(len(visit))]
    ]


def _owners_permuted(visits, rng):
    shuffled = []
    for visit in visits:
        links = [(i, k, c) for i, found in enumerate(visit) for k in (1, 2) for c in found[k]]
        new = _new(visit)
        for j, (_, kind, code) in zip(rng.permutation(len(links)), links, strict=True):
            new[links[j][0]][kind].append(code)
        shuffled.append(new)
    return shuffled


def _across_visits(visits, rng):
    new = [_new(visit) for visit in visits]
    places = [(v, i) for v, visit in enumerate(visits) for i in range(len(visit))]
    for visit in visits:
        for found in visit:
            for kind in (1, 2):
                for code in found[kind]:
                    v, i = places[rng.integers(len(places))]
                    new[v][i][kind].append(code)
    return new


def _loses_codes(visits, rng):
    return [
        [(dx, rx[:1], px) for dx, rx, px in visit] for visit in shuffle_patient_links(visits, rng)
    ]


def _on_all(visits, rng):
    return [
        [
            (dx, [c for f in visit for c in f[1]], [c for f in visit for c in f[2]])
            for dx, *_ in visit
        ]
        for visit in visits
    ]


def _one_list(visits, rng):
    return [
        [(dx, rx + px, []) for dx, rx, px in visit] for visit in shuffle_patient_links(visits, rng)
    ]


def _must_move(visits, rng):
    for visit in visits:
        if len(visit) == 1 and (visit[0][1] or visit[0][2]):
            raise ValueError("no other diagnosis to draw from")
    return shuffle_patient_links(visits, rng)


def _without_empty_visits(visits, rng):
    return [visit for visit in shuffle_patient_links(visits, rng) if visit]


def _without_bare_diagnoses(visits, rng):
    return [
        [found for found in visit if found[1] or found[2]]
        for visit in shuffle_patient_links(visits, rng)
    ]


# ------------------------------------------------------------------ reading an answer
def _text(codes):
    if isinstance(codes, str):
        raise TypeError("a text where a list of codes is asked for")
    return [str(code) for code in codes]


def _read(value):
    """Return visits of (dx, [rx], [px]), or the value as it is where it is something else."""
    try:
        return [[(str(dx), _text(rx), _text(px)) for dx, rx, px in visit] for visit in value]
    except (TypeError, ValueError):
        return value


def _shuffled(answer, seed=0, visits=ADLER):
    return answer([list(visit) for visit in visits], np.random.default_rng(seed))


def _codes(visit):
    return Counter((kind, code) for found in visit for kind in (1, 2) for code in found[kind])


def _all_codes(visits):
    return sum(map(_codes, visits), Counter())


def _diagnoses(visit):
    return sorted(dx for dx, *_ in visit)


def _links(visits):
    return {
        (v, dx, code)
        for v, visit in enumerate(visits)
        for dx, rx, px in visit
        for code in (*rx, *px)
    }


def _owner(visit, code):
    return next((dx for dx, rx, px in visit if code in rx or code in px), None)


def _moves_between_visits(answer):
    for seed in range(5):
        new = _shuffled(answer, seed)
        if _all_codes(new) == _all_codes(ADLER) and list(map(_codes, new)) != list(
            map(_codes, ADLER)
        ):
            return True
    return False


def _changed_visit(new, visits=ADLER):
    """Return the number of the first visit whose codes differ, and what differs."""
    for number, (mine, before) in enumerate(zip(new, visits, strict=True), 1):
        lost, more = _codes(before) - _codes(mine), _codes(mine) - _codes(before)
        if lost or more:
            (_, code), many = next(iter((lost or more).items()))
            return number, code, bool(lost), many
    return None


def _repeats_codes(answer):
    new = [_shuffled(answer, seed) for seed in range(5)]
    return all(len(visits) == len(ADLER) for visits in new) and any(
        found and not found[2] for found in map(_changed_visit, new)
    )


def _word_repeated(value, _):
    return (
        "A treatment stands with more diagnoses than before. It goes to one of them, and every "
        "visit keeps each code as often as it had it."
    )


def _mixes_kinds(answer):
    def names(visits):
        return [sorted(code for _, code in _codes(visit).elements()) for visit in visits]

    new = [_shuffled(answer, seed) for seed in range(5)]
    return any(
        names(visits) == names(ADLER) and list(map(_codes, visits)) != list(map(_codes, ADLER))
        for visits in new
    )


def _ignores_the_seed(answer):
    return len({str(_shuffled(answer, seed)) for seed in range(12)}) == 1


def _moves_nothing(answer):
    return all(_links(_shuffled(answer, seed)) == _links(ADLER) for seed in range(12))


def _cannot_be_repeated(answer):
    return any(_shuffled(answer, seed) != _shuffled(answer, seed) for seed in range(5))


def _fails_on_one_diagnosis(answer):
    _shuffled(answer, visits=ADLER[:2])
    try:
        new = _shuffled(answer, visits=ALONE)
    except (ValueError, LookupError, TypeError, ZeroDivisionError):
        return True
    return _links(new) != _links(ALONE)


def _word_the_single(value, _):
    return (
        "A visit with one diagnosis has no link to move, and must come back as it was; count "
        "only visits with two or more."
    )


def _drops_visits(answer):
    return len(_shuffled(answer, visits=EMPTY)) < 3 and len(_shuffled(answer)) == 3


def _drops_diagnoses(answer):
    return any(
        _diagnoses(mine) != _diagnoses(before) and set(_diagnoses(mine)) < set(_diagnoses(before))
        for seed in range(5)
        for mine, before in zip(_shuffled(answer, seed), ADLER, strict=True)
    )


def _never_stays(answer):
    before, new = _links(ADLER[:2]), [_links(_shuffled(answer, s)[:2]) for s in range(40)]
    return all(not before & links for links in new)


def _keeps_company(answer):
    """Tell whether what stood together stays together, in every deal."""
    for seed in range(40):
        visit = _shuffled(answer, seed)[0]
        if len({_owner(visit, c) for c in ("amlodipine", "metoprolol")}) > 1:
            return False
    return True


def _owners_of(answer, visit):
    new = [_shuffled(answer, seed, [visit])[0] for seed in range(60)]
    return {_owner(shuffled, code) for shuffled in new for _, code in _codes(visit)}


def _gout_gets_nothing(answer):
    return all(
        _owners_of(answer, visit) == {"hypertension", "heart_failure"}
        for visit in (ADLER[0], ADLER[0][::-1])
    )


def _a_diagnosis_gets_nothing(answer):
    visit = [("a", ["m"], []), ("b", ["n"], []), ("c", ["o"], ["p"])]
    return len(_owners_of(answer, visit)) == 2


def _is_visits(answer):
    new = _shuffled(answer)
    if new == _read(new) and isinstance(new, list):
        return None
    return f"Return the visits as they came: lists of (dx, [rx], [px]); yours: {show(new)}."


def _keeps_the_codes(answer):
    for visits in (ADLER, ALONE, EMPTY):
        for seed in range(10):
            new = _shuffled(answer, seed, visits)
            if len(new) != len(visits):
                return f"{len(visits)} visits went in, {len(new)} came back."
            for number, (mine, before) in enumerate(zip(new, visits, strict=True), 1):
                if _diagnoses(mine) != _diagnoses(before):
                    return (
                        f"The diagnoses of visit {number} are not those it had: "
                        f"{', '.join(_diagnoses(mine)) or 'none'}."
                    )
            if found := _changed_visit(new, visits):
                return _word_the_visit(*found)
    return None


def _word_the_visit(number, code, lost, many):
    what = f"{code} is lost" if lost else f"{code} is there too often"
    return (
        f"Multi-hot of visit {number} changed: {what}. The control must keep every code of every "
        "visit."
    )


def _word_the_loss(value, _):
    try:
        return _word_the_visit(*_changed_visit(value))
    except TypeError:
        return "Codes are lost in yours. The control must keep every code of every visit."


def _loses(answer):
    new = [_shuffled(answer, seed) for seed in range(10)]
    return all(len(visits) == 3 for visits in new) and any(
        found and found[2] for found in map(_changed_visit, new)
    )


def _is_fair(answer):
    drawn = [_shuffled(answer, seed) for seed in range(DEALS)]
    for v, visit in enumerate(ADLER):
        for _kind, code in _codes(visit):
            owners = Counter(_owner(new[v], code) for new in drawn)
            for dx in _diagnoses(visit):
                share = DEALS / len(visit)
                if abs(owners[dx] - share) > 4.5 * np.sqrt(share * (1 - 1 / len(visit))):
                    return (
                        f"In {DEALS} deals {code} came {owners[dx]} times to {dx}; with "
                        f"{len(visit)} diagnoses about {share:.0f} are expected."
                    )
    return None


def _each_on_its_own(answer):
    """Two treatments of one visit: their owners should agree one time in three."""
    for pair in (("amlodipine", "metoprolol"), ("amlodipine", "ECG"), ("metoprolol", "furosemide")):
        drawn = [_shuffled(answer, seed)[0] for seed in range(DEALS)]
        together = sum(len({_owner(visit, code) for code in pair}) == 1 for visit in drawn)
        if not DEALS / 3 - 33 <= together <= DEALS / 3 + 33:
            return (
                f"In {DEALS} deals {pair[0]} and {pair[1]} came to the same diagnosis {together} "
                f"times; about {DEALS // 3} are expected. Draw an owner for each treatment by "
                "itself."
            )
    return None


shuffle_links = Exercise(
    name="shuffle_links",
    number="12.5",
    review="section 5",
    reference=shuffle_patient_links,
    equal=None,
    form=_read,
    calls=(
        call(ADLER, np.random.default_rng(0)),
        call(ALONE, np.random.default_rng(1)),
        call(EMPTY, np.random.default_rng(2)),
        call([], np.random.default_rng(3)),
    ),
    laws=(_is_visits, _keeps_the_codes, _is_fair, _each_on_its_own),
    wrong=(
        Wrong(
            _without_empty_visits,
            "A visit without codes is gone. Every visit comes back, in its place.",
            _drops_visits,
        ),
        Wrong(
            _without_bare_diagnoses,
            "A diagnosis that has no treatment after the shuffle is gone. It is still an object.",
            _drops_diagnoses,
        ),
        Wrong(
            _across_visits,
            "A visit has other codes than before: treatments went from one visit to another. "
            "Shuffle links inside one visit.",
            _moves_between_visits,
        ),
        Wrong(
            _one_list,
            "Drugs and procedures are mixed up. An object is (dx, [rx], [px]), also afterwards.",
            _mixes_kinds,
        ),
        Wrong(_must_move, _word_the_single, _fails_on_one_diagnosis),
        Wrong(_loses_codes, _word_the_loss, _loses),
        Wrong(_on_all, _word_repeated, _repeats_codes),
        Wrong(
            _stays,
            "No link has moved in twelve shuffles. Give each treatment an owner drawn from the "
            "diagnoses of its visit.",
            _moves_nothing,
        ),
        Wrong(
            _own_generator,
            "The same seed gives two different results. Take every random number from `rng`.",
            _cannot_be_repeated,
        ),
        Wrong(
            _next_one,
            "Every seed gives the same result. Draw the owners with the `rng` that is passed.",
            _ignores_the_seed,
        ),
        Wrong(
            _lists_move,
            "Treatments of one diagnosis stay together in yours, and a model can learn from "
            "that. Draw an owner for each treatment by itself.",
            _keeps_company,
        ),
        Wrong(
            _always_another,
            "A treatment never stays where it was in yours; where there are two diagnoses a "
            "model can undo that. Draw among all of the visit.",
            _never_stays,
        ),
        Wrong(
            _only_old_owners,
            "Gout had no treatment and never gets one in yours. How many treatments a diagnosis "
            "has is part of the links: draw among all diagnoses.",
            _gout_gets_nothing,
        ),
        Wrong(
            _never_the_last,
            "One diagnosis never gets a treatment. rng.integers(n) stops before n, so n is the "
            "number of diagnoses.",
            _a_diagnosis_gets_nothing,
        ),
    ),
)
