"""Read the results of the heart failure experiment, and compare methods in pairs.

``python -m helpers.experiment`` writes them: a row for each fit. ``python -m helpers.results``
writes the table of the data card, ``datasets/README.md``, from those that are stored.
"""

import json
from pathlib import Path

import numpy as np
import polars as pl

from helpers.paired import paired_difference

STORED = Path(__file__).parents[1] / "datasets" / "heart_failure" / "results.csv"
SCHEMA = {
    "clinic_seed": pl.Int64,
    "labeled": pl.Int64,
    "draw": pl.Int64,
    "method": pl.String,
    "auc": pl.Float64,
    "average_precision": pl.Float64,
}
CARD = STORED.parents[1] / "README.md"
BEGIN, END = "<!-- heart failure: begin -->", "<!-- heart failure: end -->"
FIT = ("clinic_seed", "labeled", "draw", "method")  # one fit
MEASURES = ("auc", "average_precision")


def load_results(path: Path | str = STORED) -> pl.DataFrame:
    """Read results, one row a fit.

    Returns
    -------
    DataFrame
        Columns `clinic_seed`, `labeled` (how many labels), `draw` (which patients had them),
        `method`, `auc`, `average_precision`, both on the test patients.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no file of results, or holds a fit twice; the message says what is wrong.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"there are no results in {path}: python -m helpers.experiment --out {path} makes them"
        )
    header = path.read_text(encoding="utf-8").partition("\n")[0]
    if header.split(",") != list(SCHEMA):
        raise ValueError(
            f"{path} is no file of results: its first line is {header[:80]!r}, not "
            f"{','.join(SCHEMA)!r}"
        )
    try:
        results = pl.read_csv(path, schema=SCHEMA)
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"{path}: a line is not a row of results. {error}") from error
    if results.null_count().sum_horizontal().item():
        raise ValueError(f"{path}: a line is not complete")
    wrong = results.filter(~pl.all_horizontal(pl.col(MEASURES).is_between(0, 1)))
    if wrong.height:
        raise ValueError(f"{path}: a measure is outside 0 to 1 in {wrong.row(0)}")
    twice = results.filter(results.select(FIT).is_duplicated())
    if twice.height:
        raise ValueError(f"{path} holds a fit twice: {twice.select(FIT).row(0)}")
    return results


def summary(results: pl.DataFrame, measure: str = "auc") -> pl.DataFrame:
    """Return mean, standard deviation and number of fits of every method and size.

    Returns
    -------
    DataFrame
        Columns `method`, `labeled`, `mean`, `sd`, `n`, in the order of `results`.
    """
    _check(measure)
    return results.group_by("method", "labeled", maintain_order=True).agg(
        mean=pl.col(measure).mean(), sd=pl.col(measure).std(), n=pl.len()
    )


def ceiling(path: Path | str = STORED) -> dict[int, float]:
    """Return, by clinic, the AUC of the risk from which the simulator drew the outcome.

    No method can expect more on the same test patients.
    """
    stored = json.loads(Path(path).with_suffix(".json").read_text(encoding="utf-8"))
    return {int(seed): clinic["bayes_auc"] for seed, clinic in stored["clinics"].items()}


def differences(
    results: pl.DataFrame, a: str, b: str, measure: str = "auc", level: float = 0.95
) -> pl.DataFrame:
    """Return how much better method `a` is than `b`, by number of labels.

    Only draws that both have count, and each is compared with itself: the same labeled and the
    same test patients.

    Returns
    -------
    DataFrame
        Columns `labeled`, `mean` of the differences, `low` and `high` (the t interval of
        :func:`helpers.paired.paired_difference`), `wins` of `a`, `n` draws.

    Raises
    ------
    ValueError
        If there is no such method, or no draw that both have.
    """
    _check(measure)
    of = {}
    for name in (a, b):
        of[name] = results.filter(method=name).select(*FIT[:3], measure)
        if not of[name].height:
            known = ", ".join(results["method"].unique().sort())
            raise ValueError(f"there are no results of {name!r}; methods are {known}")
    both = of[a].join(of[b], on=FIT[:3], how="inner", maintain_order="left")
    if not both.height:
        raise ValueError(f"there is no draw that {a!r} and {b!r} both have")
    rows = []
    for (labeled,), fits in both.sort("labeled").group_by("labeled", maintain_order=True):
        first, second = fits[measure].to_numpy(), fits[f"{measure}_right"].to_numpy()
        if len(first) > 1:
            mean, low, high = paired_difference(first, second, level)
        else:
            mean, low, high = float(first[0] - second[0]), np.nan, np.nan
        rows.append((labeled, mean, low, high, int((first > second).sum()), len(first)))
    columns = ("labeled", "mean", "low", "high", "wins", "n")
    return pl.DataFrame(rows, schema=columns, orient="row")


def _check(measure: str) -> None:
    if measure not in MEASURES:
        raise ValueError(f"measure is {measure!r}, it must be one of {MEASURES}")


def markdown(results: pl.DataFrame, usual: int = 20) -> str:
    """Return the table of the data card: mean, spread, and the number of fits if not `usual`."""
    sizes = results["labeled"].unique().sort().to_list()
    lines = ["| method | " + " | ".join(f"{size:,}" for size in sizes) + " |"]
    lines.append("|---" * (len(sizes) + 1) + "|")
    cells = {(row["method"], row["labeled"]): row for row in summary(results).iter_rows(named=True)}
    for method in results["method"].unique(maintain_order=True):
        found = (_cell(cells.get((method, size)), usual) for size in sizes)
        lines.append(f"| {method} | " + " | ".join(found) + " |")
    return "\n".join(lines)


def _cell(row: dict | None, usual: int) -> str:
    if row is None:
        return ""
    spread = "" if row["sd"] is None else f" ({row['sd']:.3f})"
    count = "" if row["n"] == usual else f" n={row['n']}"
    return f"{row['mean']:.3f}{spread}".replace("0.", ".") + count


def update_card() -> None:
    """Write the stored results into the data card."""
    before, rest = CARD.read_text(encoding="utf-8").split(BEGIN)
    table = markdown(load_results())
    CARD.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    update_card()
