"""What a learner may use for a visit, in one form."""

import datetime

import numpy as np


def as_day(value):
    """Return what a learner may use for a day as a date, or None."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, np.datetime64):
        return value.astype("datetime64[D]").item()
    return None


def plain_visit(pair):
    """Return (day, codes sorted) of one visit; a code that is there twice stays twice."""
    day, found = pair
    return as_day(day), sorted(found)
