"""Check of putting each treatment to the diagnosis it was ordered for."""

from collections import Counter

from helpers import mime_by_hand
from helpers.checks._compare import show
from helpers.checks._exercise import Exercise, Wrong, call

ADLER = [
    ("dx", "hypertension", None),
    ("dx", "heart_failure", None),
    ("dx", "gout", None),
    ("rx", "furosemide", "heart_failure"),
    ("rx", "lisinopril", "heart_failure"),
    ("rx", "amlodipine", "hypertension"),
    ("px", "echocardiogram", "heart_failure"),
    ("px", "ECG", "hypertension"),
]
LOOSE = [*ADLER, ("rx", "aspirin", None), ("px", "x-ray", None)]
STRANGER = [*ADLER[:4], ("rx", "metformin", "diabetes")]
EARLY = [("rx", "furosemide", "heart_failure"), *ADLER[:3], ("px", "ECG", "hypertension")]
SHARED = [*ADLER[:3], ("rx", "lisinopril", "hypertension"), ("rx", "lisinopril", "heart_failure")]
ALONE = [("dx", "gout", None)]


def _on_every_diagnosis(rows):
    objects, unlinked = mime_by_hand.dx_objects(rows)
    rx, px = ([code for found in objects for code in found[kind]] for kind in (1, 2))
    return [(dx, list(rx), list(px)) for dx, *_ in objects], unlinked


def _without_empty_ones(rows):
    objects, unlinked = mime_by_hand.dx_objects(rows)
    return [found for found in objects if found[1] or found[2]], unlinked


def _loses_the_unlinked(rows):
    return mime_by_hand.dx_objects(rows)[0], []


def _objects_alone(rows):
    return mime_by_hand.dx_objects(rows)[0]


def _guesses_the_first(rows):
    rows = list(rows)
    known = [code for kind, code, _ in rows if kind == "dx"]
    return mime_by_hand.dx_objects(
        (kind, code, reason if kind == "dx" or reason in known else known[0])
        for kind, code, reason in rows
    )


def _makes_a_diagnosis(rows):
    rows = list(rows)
    known = {code for kind, code, _ in rows if kind == "dx"}
    new = {reason for _, _, reason in rows if reason and reason not in known}
    return mime_by_hand.dx_objects([*rows, *(("dx", code, None) for code in sorted(new))])


def _forgets_the_strangers(rows):
    objects, unlinked = mime_by_hand.dx_objects(rows)
    without = {code for kind, code, reason in rows if kind != "dx" and reason is None}
    return objects, [code for code in unlinked if code in without]


def _in_one_pass(rows):
    objects, unlinked = {}, []
    for kind, code, reason in rows:
        if kind == "dx":
            objects[code] = (code, [], [])
        elif reason in objects:
            objects[reason][1 if kind == "rx" else 2].append(code)
        else:
            unlinked.append(code)
    return list(objects.values()), unlinked


def _all_in_the_first_list(rows):
    objects, unlinked = mime_by_hand.dx_objects(rows)
    return [(dx, rx + px, []) for dx, rx, px in objects], unlinked


def _lists_exchanged(rows):
    objects, unlinked = mime_by_hand.dx_objects(rows)
    return [(dx, px, rx) for dx, rx, px in objects], unlinked


def _one_object_a_treatment(rows):
    objects, unlinked = mime_by_hand.dx_objects(rows)
    pairs = []
    for dx, rx, px in objects:
        pairs += [(dx, [code], []) for code in rx] + [(dx, [], [code]) for code in px]
        pairs += [] if rx or px else [(dx, [], [])]
    return pairs, unlinked


def _only_the_last(rows):
    objects, unlinked = mime_by_hand.dx_objects(rows)
    return [(dx, rx[-1:], px[-1:]) for dx, rx, px in objects], unlinked


def _first_come(rows):
    objects, unlinked = mime_by_hand.dx_objects(rows)
    seen, out = set(), []
    for dx, rx, px in objects:
        out.append((dx, [c for c in rx if c not in seen], [c for c in px if c not in seen]))
        seen |= {*rx, *px}
    return out, unlinked


def _rows_for_codes(rows):
    rows = list(rows)
    objects, unlinked = mime_by_hand.dx_objects(rows)
    return objects, [row for row in rows if row[0] != "dx" and row[1] in unlinked]


# ------------------------------------------------------------------ reading an answer
def _text(codes):
    if isinstance(codes, str):
        raise TypeError("a text where a list of codes is asked for")
    return sorted(str(code) for code in codes)


def _read(value):
    """Return (objects, unlinked) in sorted order, or the value as it is where it is neither."""
    try:
        objects, unlinked = value
        found = sorted((str(dx), _text(rx), _text(px)) for dx, rx, px in objects)
        if not all(isinstance(code, str) for code in unlinked):
            return value
        return found, _text(unlinked)
    except (TypeError, ValueError):
        return value


def _is_read(value):
    return isinstance(value, tuple) and len(value) == 2 and value == _read(value)


def _owners(value, code):
    return [dx for dx, rx, px in value[0] if code in rx or code in px]


def _spreads(answer):
    return len(_owners(answer(ADLER), "furosemide")) > 1


def _name_the_spread(value, _):
    return (
        "Furosemide was ordered for heart failure only; in yours it sits on "
        f"{len(_owners(value, 'furosemide'))} diagnoses."
    )


def _drops_gout(answer):
    found = [dx for dx, *_ in answer(ADLER)[0]]
    return "gout" not in found and {"hypertension", "heart_failure"} <= set(found)


def _has_no_second_part(answer):
    value = answer(LOOSE)
    if _is_read(value) or isinstance(value, dict):
        return False
    parts = [part for part in value]
    return all(len(part) == 3 and not isinstance(part, str) for part in parts)


def _loses_orders(answer):
    objects, unlinked = answer(LOOSE)
    named = set(unlinked) | {c for _, rx, px in objects for c in (*rx, *px)}
    return not {"aspirin", "x-ray"} & named


def _guesses(answer):
    return bool(set(_owners(answer(LOOSE), "aspirin")) & {row[1] for row in ADLER})


def _name_the_guess(value, _):
    return (
        "Aspirin has no reason on record, and in yours it stands with a diagnosis. Do not guess: "
        "put it into `unlinked`."
    )


def _invents_diabetes(answer):
    return "diabetes" in [dx for dx, *_ in answer(STRANGER)[0]]


def _makes_none_an_object(answer):
    return bool({"None", ""} & {dx for dx, *_ in answer(LOOSE)[0]})


def _none_as_a_diagnosis(rows):
    objects, unlinked = mime_by_hand.dx_objects(rows)
    return [*objects, ("None", unlinked, [])], []


def _loses_metformin(answer):
    objects, unlinked = answer(STRANGER)
    return not _owners((objects, unlinked), "metformin") and "metformin" not in unlinked


def _needs_an_order(answer):
    late = sorted(EARLY, key=lambda row: row[0] != "dx")
    right, value = _read(mime_by_hand.dx_objects(EARLY)), answer(late)
    return value == right and answer(EARLY) != right


def _mixes_kinds(answer):
    lists = [(rx, px) for _, rx, px in answer(ADLER)[0]]
    return any("ECG" in rx for rx, _ in lists) and any("furosemide" in rx for rx, _ in lists)


def _exchanges_kinds(answer):
    lists = [(rx, px) for _, rx, px in answer(ADLER)[0]]
    return any("ECG" in rx for rx, _ in lists) and any("furosemide" in px for _, px in lists)


def _repeats_diagnoses(answer):
    return Counter(dx for dx, *_ in answer(ADLER)[0])["heart_failure"] > 1


def _name_the_repeats(value, _):
    times = Counter(dx for dx, *_ in value[0])["heart_failure"]
    return (
        f"Heart failure has {times} objects in yours. A diagnosis with several treatments is one "
        "object that holds them all."
    )


def _keeps_one(answer):
    found = {dx: rx + px for dx, rx, px in answer(ADLER)[0]}
    mine = [c for c in found.get("heart_failure", []) if c in ("furosemide", "lisinopril")]
    return len(mine) == 1 and "lisinopril" not in answer(ADLER)[1]


def _gives_rows(answer):
    value = answer(LOOSE)
    _, unlinked = value
    return any(not isinstance(code, str) and "aspirin" in code for code in unlinked)


def _two_parts(answer):
    value = answer(LOOSE)
    if not _is_read(value):
        return (
            "Return two things: a list with one (dx, [rx], [px]) for each diagnosis, and a list "
            f"of the codes without one; yours: {show(value)}."
        )
    return None


dx_objects = Exercise(
    name="dx_objects",
    number="12.1",
    review="section 1",
    reference=mime_by_hand.dx_objects,
    form=_read,
    calls=(
        call(ADLER),
        call(LOOSE),
        call(STRANGER),
        call(EARLY),
        call(SHARED),
        call(ALONE),
        call([*ALONE, ("rx", "colchicine", "gout")]),
        call([("rx", "aspirin", None)]),
        call([]),
    ),
    laws=(_two_parts,),
    wrong=(
        Wrong(
            _objects_alone,
            "2 orders have no diagnosis. Return them too, as a list beside the objects: "
            "`return objects, unlinked`.",
            _has_no_second_part,
        ),
        Wrong(
            _rows_for_codes,
            "`unlinked` holds whole rows in yours. Asked are the codes of the treatments.",
            _gives_rows,
        ),
        Wrong(_on_every_diagnosis, _name_the_spread, _spreads),
        Wrong(
            _without_empty_ones,
            "Gout is missing. A diagnosis without treatment is still an object.",
            _drops_gout,
        ),
        Wrong(_one_object_a_treatment, _name_the_repeats, _repeats_diagnoses),
        Wrong(
            _loses_the_unlinked,
            "2 orders have no diagnosis, and yours has lost them. Report them in `unlinked`, do "
            "not guess.",
            _loses_orders,
        ),
        Wrong(_guesses_the_first, _name_the_guess, _guesses),
        Wrong(
            _none_as_a_diagnosis,
            "There is an object for the diagnosis None. Orders without a reason belong into "
            "`unlinked`.",
            _makes_none_an_object,
        ),
        Wrong(
            _makes_a_diagnosis,
            "Diabetes is no diagnosis of this visit, and yours makes an object for it. Its drug "
            "belongs into `unlinked`.",
            _invents_diabetes,
        ),
        Wrong(
            _forgets_the_strangers,
            "Metformin was ordered for diabetes, which is no diagnosis of the visit; in yours it "
            "is nowhere. Put it into `unlinked`.",
            _loses_metformin,
        ),
        Wrong(
            _in_one_pass,
            "Furosemide stands in the rows before its diagnosis, and yours has lost the link. "
            "Collect the diagnoses first.",
            _needs_an_order,
        ),
        Wrong(
            _all_in_the_first_list,
            "An ECG is a procedure (px), and stands among the drugs. An object has two lists.",
            _mixes_kinds,
        ),
        Wrong(
            _lists_exchanged,
            "Drugs and procedures have changed places: an object is (dx, [rx], [px]).",
            _exchanges_kinds,
        ),
        Wrong(
            _only_the_last,
            "Heart failure has two drugs, one is left in yours. Append to a list.",
            _keeps_one,
        ),
        Wrong(
            _first_come,
            "Lisinopril was ordered for two diagnoses, in two rows; in yours one of them has it.",
        ),
    ),
)
