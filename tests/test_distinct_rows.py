import random

import polars as pl
import pytest

from helpers.distinct_rows import distinct_rows


@pytest.mark.parametrize("height", [0, 1, 500])
@pytest.mark.parametrize("columns", [1, 2, 3])
def test_each_row_is_found_again_and_each_different_one_is_there_once(height, columns):
    rng = random.Random(height + columns)
    values = [None, "", "NULL", "4019", "401.9", "9", "10"]
    rows = [tuple(rng.choice(values) for _ in range(columns)) for _ in range(height)]
    frame = pl.DataFrame(rows, schema={f"c{i}": pl.String for i in range(columns)}, orient="row")
    found = distinct_rows(frame)
    assert found.once[found.which].rows() == rows
    assert sorted(map(str, found.once.rows())) == sorted(map(str, set(rows)))
    assert found.rows.tolist() == [rows.count(row) for row in found.once.rows()]


def test_values_are_spread_to_every_row():
    found = distinct_rows(pl.DataFrame({"code": ["a", "b", "a"]}))
    upper = found.once["code"].str.to_uppercase()
    assert found.spread(upper).to_list() == ["A", "B", "A"]
