from datetime import datetime

import polars as pl
import pytest

from helpers.text_columns import as_identifier, as_time, as_whole


@pytest.fixture
def dates(tmp_path):
    def write(values):
        path = tmp_path / "STAYS.csv"
        path.write_text("when\n" + "".join(f"{v}\n" for v in values), encoding="utf-8")
        return pl.DataFrame({"when": values}, schema={"when": pl.String}), path

    return write


@pytest.mark.parametrize(
    "written, meant",
    [
        ("2146-07-21 00:00:00", datetime(2146, 7, 21)),
        ("2146-07-21", datetime(2146, 7, 21)),
        ("2011-03-02T15:32:33Z", datetime(2011, 3, 2, 15, 32, 33)),
        ("2011-03-02T15:32:33.250Z", datetime(2011, 3, 2, 15, 32, 33)),
        ("2011-03-02T15:32:33+02:00", datetime(2011, 3, 2, 15, 32, 33)),
        ("2011-03-02 15:32", datetime(2011, 3, 2, 15, 32)),
        ("2011-03-02 15:32:33 UTC", datetime(2011, 3, 2, 15, 32, 33)),
        (" 2011-03-02 ", datetime(2011, 3, 2)),
        ("1851-02-01 00:00:00", datetime(1851, 2, 1)),
    ],
)
def test_dates_in_all_the_ways_of_the_sources(dates, written, meant):
    for values in ([written], [written, "2146-07-21 00:00:00", "2020-01-01"]):
        times, bad = as_time(*_swap(dates(values)))
        assert times[0] == meant and bad == {}


def _swap(frame_and_path):
    frame, path = frame_and_path
    return frame, "when", path


def test_no_date_is_null_and_not_bad(dates):
    times, bad = as_time(*_swap(dates([None, "", "NULL", "2020-01-01"])))
    assert times.null_count() == 3 and bad == {}


def test_one_bad_date_in_a_hundred_is_null_and_shown(dates):
    times, bad = as_time(*_swap(dates(["2020-02-30"] + ["2020-01-01"] * 99)))
    assert (times.null_count(), bad) == (1, {2: "2020-02-30"})


@pytest.mark.parametrize("wrong", ["01/31/2020", "2020-02-30", "2020-01-01 25:00:00", "unknown"])
def test_more_bad_dates_are_refused_with_their_lines(dates, wrong):
    values = ["2020-01-01", wrong, "2020-01-02", wrong, *["2020-01-01"] * 90]
    with pytest.raises(
        ValueError, match=rf"STAYS.csv, column 'when': 2 of 94.*line 3 '{wrong}'.*line 5"
    ):
        as_time(*_swap(dates(values)))


@pytest.mark.parametrize(
    "written, meant", [("3", 3), ("3.0", 3), (" 3 ", 3), ("-3", -3), ("", None)]
)
def test_whole_numbers(tmp_path, written, meant):
    frame = pl.DataFrame({"seq": [written, "7"]})
    numbers, bad = as_whole(frame, "seq", tmp_path / "x.csv")
    assert numbers.to_list() == [meant, 7] and bad == {}


def test_text_among_numbers_is_refused_with_its_line(tmp_path):
    path = tmp_path / "DX.csv"
    path.write_text("seq\n1\nsecond\n", encoding="utf-8")
    with pytest.raises(
        ValueError, match="column 'seq': 1 of 2 values are not whole numbers: line 3"
    ):
        as_whole(pl.DataFrame({"seq": ["1", "second"]}), "seq", path)


def test_identifiers_lose_the_point_zero_of_floats_and_nothing_else():
    ids = pl.Series(["145834.0", "0070", "a.0", None])
    assert as_identifier(ids).to_list() == ["145834", "0070", "a.0", None]
