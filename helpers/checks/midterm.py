"""Checks for the midterm practice: a guess, an item of one's own, an explanation."""

from helpers.checks._choice import Choice, Prediction
from helpers.checks._my_item import item as my_item
from helpers.checks._words import Calibration, Explanation

__all__ = ["my_item"]

one_wrong_answer = Prediction(
    name="one_wrong_answer",
    number="16.P",
    options={
        "a": "about one in ten",
        "b": "about one in four",
        "c": "about two in three",
    },
    outcome="b",
    where="Section 2",
)

weakest_lessons = Calibration(name="weakest_lessons", number="16.1")

explain_full_windows = Explanation(
    name="explain_full_windows",
    number="16.3",
    tempting=("every", "each", "all", "full", "both sides", "most", "middle", "inside", "natural"),
    wrong=("ends", "edge", "border", "first", "last", "outside", "beyond", "start", "beginning"),
    rubric="does it name the computation, 2wT, and the positions for which it fails?",
)

two_hits = Choice(
    name="two_hits",
    number="16.A",
    right="c",
    feedback={
        "a": "One slip falls under some idea; every fourth that a student does not have would be "
        "flagged.",
        "b": "A blank says that something is not known, not that something false is believed.",
        "c": "Two hits of one idea, and two fifths of what offered it: slips rarely agree so well.",
        "d": "Points tell how much is missing, not which idea is behind it.",
    },
)

unseen_exam = Choice(
    name="unseen_exam",
    number="16.B",
    right="b",
    feedback={
        "a": "Keys of this kit are public, and hiding them would hide the learning.",
        "b": "The numbers and the wording change with the name; the skills stay the same.",
        "c": "A longer paper of the same name holds known questions.",
        "d": "Shuffled options leave the numbers as they are.",
    },
)
