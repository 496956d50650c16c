"""The check of the first exercise, which is done together."""

from helpers import onehot
from helpers.checks import _forms
from helpers.checks._choice import Choice, Prediction
from helpers.checks._exercise import Exercise, Wrong, call

VISITS = [["I10", "E11.9"], ["E11.9", "E11.9"], ["J45.9"], []]
THREE = [[], ["I10"], ["I10"]]
ONE_OF_THREE = [[], ["I10"], []]
ALL_WITH_I10 = [["I10"], ["I10", "E11.9"], ["J45.9", "I10"], ["I10", "J45.9"]]
DIABETES = "".join(("E11", ".9"))  # equal to "E11.9", and another object


def _count(visits, code):
    return sum(code in visit for visit in visits)


def _count_mentions(visits, code):
    return sum(list(visit).count(code) for visit in visits)


def _returns_in_the_loop(visits, code):
    for visit in visits:
        return (code in visit) / len(visits)
    return 0.0


def _every_mention(visits, code):
    return sum(list(visit).count(code) for visit in visits) / max(len(visits), 1)


def _among_all_codes(visits, code):
    codes = [c for visit in visits for c in visit]
    return codes.count(code) / max(len(codes), 1)


def _percent(visits, code):
    return 100 * onehot.code_share(visits, code)


def _visits_with_codes(visits, code):
    filled = [visit for visit in visits if visit]
    return onehot.code_share(filled, code)


def _each_kind_of_visit(visits, code):
    return onehot.code_share(sorted({tuple(visit) for visit in visits}), code)


def _part_of_a_code(visits, code):
    return sum(any(code in c for c in visit) for visit in visits) / max(len(visits), 1)


def _rounded(visits, code):
    return round(onehot.code_share(visits, code), 2)


def _divides_by_zero(visits, code):
    return sum(code in visit for visit in visits) / len(visits)


def _finds_a_part(answer):
    shares = [answer(VISITS, code) for code in ("E11.9", "E11", "J45", "I50")]
    return shares == [0.5, 0.5, 0.25, 0]


def _two_decimals(answer):
    return 1e-4 < abs(answer(THREE, "I10") - 2 / 3) < 0.05


def _fails_without_visits(answer):
    try:
        answer([], "I10")
    except ZeroDivisionError:
        return True
    return False


code_share = Exercise(
    name="code_share",
    number="0.1",
    reference=onehot.code_share,
    form=_forms.number,
    calls=(
        call(VISITS, DIABETES),
        call(VISITS, "J45.9"),
        call(VISITS[:2], "E11.9"),
        call(VISITS, "I50.9"),
        call(THREE, "I10"),
        call(ONE_OF_THREE, "I10"),
        call(VISITS, "E11"),
        call([], "I10"),
    ),
    wrong=(
        Wrong(
            _count,
            "You have 2: that is how many visits, not which share. Divide by the number of visits.",
            lambda answer: (answer(VISITS, "E11.9"), answer(VISITS, "J45.9")) == (2, 1),
        ),
        Wrong(
            _count_mentions,
            "You have 3: that is how often it is named. Count the visits that name it, and divide "
            "by the number of visits.",
            lambda answer: (answer(VISITS, "E11.9"), answer(VISITS, "J45.9")) == (3, 1),
        ),
        Wrong(
            _returns_in_the_loop,
            "Of four visits with the code you count one. Is return inside the loop?",
            lambda answer: answer(ALL_WITH_I10, "I10") == 0.25,
        ),
        Wrong(_every_mention, "One visit names E11.9 twice. Count visits, not mentions."),
        Wrong(
            _among_all_codes,
            "You divide by the number of codes. A share of visits has the "
            "number of visits below the line.",
        ),
        Wrong(
            _visits_with_codes,
            "You leave out the visit without codes. It is a visit, so it counts below the line.",
        ),
        Wrong(
            _each_kind_of_visit,
            "Two visits with the same codes are two visits; you count them once.",
        ),
        Wrong(
            _part_of_a_code,
            "E11 was found inside E11.9. A code is present only if the whole text is the same.",
            _finds_a_part,
        ),
        Wrong(
            _rounded,
            "Two of three visits give 0.6666..., you round. Return it as it is.",
            _two_decimals,
        ),
        Wrong(
            _percent,
            "That is in percent. A share lies between 0 and 1.",
            lambda answer: (answer(VISITS, "E11.9"), answer(VISITS, "J45.9")) == (50, 25),
        ),
        Wrong(
            _divides_by_zero,
            "Without any visit you divide by 0. Return 0.0 for an empty list.",
            _fails_without_visits,
        ),
    ),
)

first_guess = Prediction(
    name="first_guess",
    number="0.P",
    options={"a": "one half", "b": "two thirds", "c": "one third"},
    outcome="a",
    where="The next cells",
)

unfilled = Choice(
    name="unfilled",
    number="0.A",
    right="b",
    feedback={
        "a": "The lessons stand on the course's functions, so nothing stops.",
        "b": 'A cell that is not filled in says "not attempted", and the lesson goes on with '
        "the course's function.",
        "c": "Your functions begin with my_; the course's are never overwritten.",
    },
)
