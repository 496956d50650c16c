import random

import polars as pl

from helpers.coded_rows import clean_codes, drop_and_count, repeated
from helpers.report import Report
from helpers.visit_index import Visits, find_visits


def test_every_row_finds_its_visit_whatever_the_order():
    rng = random.Random(0)
    known = [str(i) for i in rng.sample(range(1000), 50)]
    rows = [rng.choice([*known, "nobody"]) for _ in range(500)]
    rows += sorted(rows)
    expected = [known.index(row) if row in known else None for row in rows]
    assert find_visits(pl.Series(rows), pl.Series(known)).to_list() == expected


def test_no_rows_and_no_visits():
    empty = pl.Series([], dtype=pl.String)
    assert find_visits(empty, pl.Series(["a"])).to_list() == []
    assert find_visits(pl.Series(["a", None]), empty).to_list() == [None, None]


def test_rows_without_a_drawn_visit_are_told_apart():
    visits = Visits(pl.Series(["a", "b"]), pl.Series(["c"]), "hadm_id")
    ids = pl.Series(["a", "c", "?", "", None, "b"])
    place = visits.place(ids)
    report = Report("six rows")
    kept = drop_and_count(place.to_frame(), visits.reasons(ids, place), report, "rows")
    assert kept["place"].to_list() == [0, 1]
    assert report.dropped["rows"] == {
        "no hadm_id": 2,
        "hadm_id that is in no row of the visits": 1,
        "patient not drawn": 1,
    }


def test_repetitions_are_those_of_a_loop():
    rng = random.Random(1)
    rows = [
        (rng.choice([0, 1, 2, None]), rng.choice([7, 8, 9, None]), rng.randrange(5))
        for _ in range(300)
    ]
    best = {}
    for i, (visit, code, seq) in enumerate(rows):
        if visit is not None and code is not None:
            best[visit, code] = min(best.get((visit, code), (seq, i)), (seq, i))
    first = {i for _, i in best.values()}
    marked = repeated(*(pl.Series(column) for column in zip(*rows, strict=True))).to_list()
    for i, (visit, code, _) in enumerate(rows):
        assert marked[i] == (visit is not None and code is not None and i not in first)


def test_codes_are_cleaned_row_by_row_as_one_by_one():
    codes = ["i50.9", "I509", " ", None, "NULL", "0331", "0331 "]
    cleaned = clean_codes(pl.Series(codes), lambda code: code.replace(".", "").upper())
    assert cleaned.to_list() == ["I509", "I509", None, None, None, "0331", "0331"]


def test_weights_are_rows_of_the_file():
    report = Report("counted rows")
    frame = pl.DataFrame({"code": ["A", None], "rows": [5, 7]})
    drop_and_count(frame, {"no code": pl.col("code").is_null()}, report, "t", weight="rows")
    assert report.dropped == {"t": {"no code": 7}}
