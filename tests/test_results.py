import numpy as np
import polars as pl
import pytest

from helpers.results import MEASURES, SCHEMA, ceiling, differences, load_results, summary

HEADER = ",".join(SCHEMA)
ROWS = [
    (0, 100, 0, "a", 0.70, 0.4),
    (0, 100, 0, "b", 0.60, 0.3),
    (0, 100, 1, "a", 0.80, 0.5),
    (0, 100, 1, "b", 0.74, 0.3),
    (1, 100, 0, "a", 0.75, 0.4),
    (0, 300, 0, "a", 0.90, 0.5),
    (0, 300, 0, "b", 0.92, 0.5),
]


@pytest.fixture
def results():
    return pl.DataFrame(ROWS, schema=SCHEMA, orient="row")


def written(folder, *lines):
    path = folder / "results.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_what_is_written_is_read(results, tmp_path):
    results.write_csv(tmp_path / "results.csv")
    assert load_results(tmp_path / "results.csv").equals(results)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["patient_id,sex", "P1,F"], "no file of results"),
        ([HEADER, "0,100,0,a,0.7"], "a line is not"),
        ([HEADER, "0,100,0,a,high,0.4"], "a line is not"),
        ([HEADER, "0,100,0,a,1.7,0.4"], "outside 0 to 1"),
        ([HEADER, "0,100,0,a,0.7,0.4", "0,100,0,a,0.6,0.4"], "twice"),
    ],
)
def test_a_file_that_is_not_of_results_says_why(lines, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        load_results(written(tmp_path, *lines))


def test_a_missing_file_says_how_to_make_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="python -m helpers"):
        load_results(tmp_path / "results.csv")


def test_summary_by_hand(results):
    found = summary(results).filter(method="a", labeled=100).row(0, named=True)
    assert found["n"] == 3
    assert found["mean"] == pytest.approx(0.75)
    assert found["sd"] == pytest.approx(0.05)


@pytest.mark.parametrize(("measure", "mean"), list(zip(MEASURES, (0.75, 1.3 / 3), strict=True)))
def test_both_measures_can_be_summed_up(measure, mean, results):
    found = summary(results, measure).filter(method="a", labeled=100)
    assert found["mean"].item() == pytest.approx(mean)


def test_the_ceiling_is_read_from_beside_the_results():
    stored = load_results()
    best = ceiling()
    assert set(best) == set(stored["clinic_seed"])
    for seed, auc in best.items():
        assert stored.filter(clinic_seed=seed)["auc"].max() < auc < 0.96


def test_draws_that_only_one_method_has_do_not_count(results):
    few, many = differences(results, "a", "b").iter_rows(named=True)
    assert (few["n"], few["wins"]) == (2, 2)
    assert few["mean"] == pytest.approx(0.08)
    # t of one degree of freedom is 12.706; the differences are .10 and .06, their sd .02 sqrt 2
    assert few["high"] - few["mean"] == pytest.approx(12.706 * 0.02, rel=1e-3)
    assert (many["n"], many["wins"]) == (1, 0)
    assert np.isnan(many["low"])


def test_unknown_names_are_refused(results):
    with pytest.raises(ValueError, match="no results of 'c'"):
        differences(results, "a", "c")
    with pytest.raises(ValueError, match="no draw that 'a' and 'd' both have"):
        other = results.filter(method="b", draw=1).with_columns(method=pl.lit("d"), draw=pl.lit(7))
        differences(pl.concat([results, other], how="vertical_relaxed"), "a", "d")
    with pytest.raises(ValueError, match="measure"):
        summary(results, "accuracy")
