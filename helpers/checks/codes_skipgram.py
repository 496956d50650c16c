"""Checks for pairs from visits, order, purity with its chance row, and patient vectors."""

from helpers.checks._choice import Choice, Prediction
from helpers.checks._group_report import group_report
from helpers.checks._kept_share import kept_share
from helpers.checks._patient_vector import patient_vector
from helpers.checks._visit_pairs import visit_pairs

__all__ = ["group_report", "kept_share", "patient_vector", "visit_pairs"]

reversed_record = Prediction(
    name="reversed_record",
    number="10.P",
    options={"a": "nearly all", "b": "about half", "c": "none"},
    outcome="c",
    where="Section 2",
)

sorted_visits = Choice(
    name="sorted_visits",
    number="10.A",
    right="b",
    feedback={
        "a": "Codes of one disease stand far apart when a long visit is sorted by id.",
        "b": "Sorting puts diagnoses beside diagnoses and drugs beside drugs; a small window "
        "sees little else.",
        "c": "How often a code occurs decides the length of its vector more than its direction.",
        "d": "Windows never cross the border between two patients.",
    },
)

reversed_stream = Choice(
    name="reversed_stream",
    number="10.B",
    right="c",
    feedback={
        "a": "Each pair (a, b) was there before as (b, a), and both are training pairs.",
        "b": "A window reaches to both sides, at the ends of a stream as well.",
        "c": "The window is symmetric: every pair comes in both directions, whichever way the "
        "record is read.",
    },
)
