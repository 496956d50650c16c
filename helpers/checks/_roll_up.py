"""Check of rolling codes up."""

from helpers import codes
from helpers.checks._exercise import Exercise, Wrong, call


def roll_up_icd9(code, level):
    """Roll up an ICD-9-CM diagnosis, with or without its dot; anything else is ``"OTHER"``."""
    text = codes.normalize(code, "ICD9CM")
    if not codes.looks_valid(text, "ICD9CM"):
        return "OTHER"
    return codes.dotted(codes.roll_up(codes.key("ICD9CM", text), level))


def _as_number(code, level):
    rolled = roll_up_icd9(code, level)
    return rolled.lstrip("0") if rolled[0] == "0" else rolled


def _three_for_all(code, level):
    text = code.replace(".", "")
    if roll_up_icd9(code, level) == "OTHER":
        return "OTHER"
    return text[:3] + ("." + text[3 : 3 + level] if level and text[3:] else "")


def _key_error(code, level):
    if roll_up_icd9(code, level) == "OTHER":
        raise KeyError(code)
    return roll_up_icd9(code, level)


def _no_other(code, level):
    front, _, after = code.partition(".")
    if roll_up_icd9(code, level) == "OTHER":
        return f"{front}.{after[:level]}" if level and after else front
    return roll_up_icd9(code, level)


def _other_for_no_dot(code, level):
    return code if "." not in code and len(code) > 3 else roll_up_icd9(code, level)


def _category_only(code, level):
    return roll_up_icd9(code, 0)


def _level_of_all(code, level):
    return code[:level] if roll_up_icd9(code, level) != "OTHER" else "OTHER"


def _dot_stays(code, level):
    rolled = roll_up_icd9(code, level)
    return rolled if "." in rolled or rolled == "OTHER" or "." not in code else rolled + "."


def _no_dot(code, level):
    return roll_up_icd9(code, level).replace(".", "")


def _stops_at_unknown(answer):
    for code in ("250.02", "042", "25002"):  # a function that fails here has another mistake
        answer(code, 0)
    try:
        answer("abc", 0)
    except Exception:
        return True
    return False


def _zero_is_lost(answer):
    return str(answer("042", 0)) in ("42", "42.0")


def _cuts_e_codes(answer):
    return "E87" in (answer("E878.1", 0), answer("E8781", 0))


def _keeps_no_dot_codes(answer):
    return answer("25002", 0) == "25002"


def _level_does_nothing(answer):
    return {answer("250.02", level) for level in (0, 1, 2)} == {"250"}


def _level_is_a_length(answer):
    return answer("250.02", 1) in ("2", "25") or answer("250.02", 0) == ""


def _ends_with_a_dot(answer):
    return any(str(answer(code, 0)).endswith(".") for code in ("250.02", "042", "V451"))


def _has_no_dot(answer):
    return answer("250.02", 1) == "2500"


def _accepts_strangers(answer):
    return "OTHER" not in (answer("I50.9", 0), answer("42", 0), answer("abc", 0))


def _accepts_a_short_code(answer):
    return answer("42", 0) == "42" and answer("abc", 0) == "OTHER"


def _is_no_text(answer):
    out = answer("250.02", 0)
    return not isinstance(out, str | int | float) and out is not None


def _as_pair(code, level):
    return tuple(roll_up_icd9(code, level).split("."))


def _four_for_v(code, level):
    text, right = code.replace(".", ""), roll_up_icd9(code, level)
    if text[:1] != "V" or right == "OTHER":
        return right
    return text[:4] + ("." + text[4 : 4 + level] if text[4 : 4 + level] else "")


def _cuts_v_codes_late(answer):
    return answer("V4581", 0) == "V458"


def _any_length(code, level):
    short = roll_up_icd9(code, level)
    return roll_up_icd9(code[:5], level) if short == "OTHER" and len(code) > 5 else short


def _accepts_a_long_code(answer):
    return (
        "OTHER" not in (answer("250021", 0), answer("250.021", 1)) and answer("abc", 0) == "OTHER"
    )


def _rounded(code, level):
    right = roll_up_icd9(code, level)
    return f"{float(code):.{level}f}" if level and right[0].isdigit() and "." in code else right


def _rounds(answer):
    return answer("401.19", 1) == "401.2"


def _short_is_fine(code, level):
    return code if code == "42" else roll_up_icd9(code, level)


roll_up = Exercise(
    name="roll_up",
    number="9.2",
    review="section 2",
    reference=roll_up_icd9,
    calls=(
        call("250.02", 0),
        call("250.02", 1),
        call("250.02", 2),
        call("042", 0),
        call("25002", 0),
        call("25002", 1),
        call("25002", 2),
        call("V45.1", 0),
        call("V4581", 1),
        call("E878.1", 0),
        call("E8781", 0),
        call("E8781", 1),
        call("V4581", 0),
        call("V4581", 2),
        call("V45", 0),
        call("E878", 1),
        call("401.19", 1),
        call("428", 1),
        call("I50.9", 0),
        call("42", 0),
        call("abc", 0),
        call("250021", 0),
        call("250.021", 1),
        call("X250.02", 0),
        call("E87", 0),
        call("V4", 0),
        call("E878123", 0),
        call("V4A", 0),
        call("E87X", 0),
        call("250.0X", 1),
        call("", 1),
    ),
    wrong=(
        Wrong(
            _as_pair,
            "Return text such as '250.0': the two parts in one, with the dot between them.",
            _is_no_text,
        ),
        Wrong(_as_number, "Leading zero lost: 042 became 42. Codes are text.", _zero_is_lost),
        Wrong(
            _level_of_all,
            "level counts the characters after the dot, not all of them: 250.02 at level 1 is "
            "250.0.",
            _level_is_a_length,
        ),
        Wrong(
            _dot_stays,
            "A dot with nothing behind it is left over: 250, not '250.'.",
            _ends_with_a_dot,
        ),
        Wrong(
            _three_for_all,
            "E878.1 becomes E87 with 3 characters; E codes have 4 before the dot.",
            _cuts_e_codes,
        ),
        Wrong(
            _four_for_v,
            "V4581 became V458. Only E codes have four characters before the dot; V codes have "
            "three.",
            _cuts_v_codes_late,
        ),
        Wrong(
            _rounded,
            "401.19 at level 1 became 401.2: that is rounding. Cut the text, 401.1 stays.",
            _rounds,
        ),
        Wrong(
            _other_for_no_dot,
            "25002 came back as it was. MIMIC leaves the dot out: three characters stand before "
            "it, four in an E code.",
            _keeps_no_dot_codes,
        ),
        Wrong(
            _category_only,
            "250.02 at level 1 should keep one character after the dot; `level` has no effect.",
            _level_does_nothing,
        ),
        Wrong(_no_dot, "Write the dot back: 250.02 at level 1 is 250.0, not 2500.", _has_no_dot),
        Wrong(
            _key_error,
            "Code 'abc' is no ICD-9 code and your function stopped. Return 'OTHER', and count "
            "how often that happens.",
            _stops_at_unknown,
        ),
        Wrong(
            _no_other,
            "What is no ICD-9 code has to become 'OTHER': I50.9 is ICD-10, 'abc' is nothing, and "
            "42 has lost its zero.",
            _accepts_strangers,
        ),
        Wrong(
            _short_is_fine,
            "'42' passed as a code. An ICD-9 diagnosis has three digits before the dot: 'OTHER'.",
            _accepts_a_short_code,
        ),
        Wrong(
            _any_length,
            "'250021' or '250.021' passed as a code. At most two digits follow the category; "
            "look at the whole text, to its end.",
            _accepts_a_long_code,
        ),
    ),
)
