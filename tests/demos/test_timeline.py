import datetime
from datetime import timedelta

import pytest

from helpers.demos.timeline import TimelineDemo
from helpers.events import DayVisit

FIRST = datetime.date(2020, 1, 1)
VISITS = [DayVisit(FIRST + timedelta(days), ()) for days in (0, 100, 200, 300, 400)]


def demo(index=200, gap=0):
    return TimelineDemo(VISITS, FIRST + timedelta(index), 150, 150, gap)


def test_visits_change_their_part_as_the_index_date_moves():
    shown = demo()
    first = shown.picture.value
    # window of 150 days before day 200: day 100; from day 200 to 350: days 200 and 300
    assert shown.text.endswith("1 too old, 1 feature, 2 label, 1 too late")
    shown.controls["index"].value = 201
    assert shown.text.endswith("1 too old, 2 feature, 1 label, 1 too late")
    assert shown.picture.value != first


def test_gap_takes_visits_away_from_the_features():
    shown = demo(index=201)
    shown.controls["gap"].value = 10
    assert shown.text == (
        "index date 2020-07-20, gap 10 days: 1 too old, 1 feature, 1 gap, 1 label, 1 too late"
    )


def test_every_visit_is_counted_at_every_position():
    shown = demo()
    for index in range(0, shown.controls["index"].max, 61):
        shown.controls["index"].value = index
        counts = shown.text.split(": ")[1].split(", ")
        assert sum(int(count.split()[0]) for count in counts) == len(VISITS)


def test_still_picture_and_sentence_stand_in_without_a_kernel():
    bundle, _ = demo()._repr_mimebundle_()
    assert bundle["text/plain"].startswith("index date 2020-07-19, gap 0 days")
    assert bundle["image/png"].startswith("iVBOR")


def test_no_visits_is_refused():
    with pytest.raises(ValueError, match="at least one visit"):
        TimelineDemo([], FIRST)
