"""Which visit does a row belong to.

Made for millions of rows: rows of one visit usually stand together, so a visit is looked up
once a run of equal identifiers.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from helpers.coded_rows import NOT_DRAWN
from helpers.text_columns import as_identifier, blank_to_null


def find_visits(visit_ids: pl.Series, known: pl.Series) -> pl.Series:
    """Find the place of each identifier in `known`; null where it is not there.

    Identifiers that were read as numbers are compared as numbers.

    Examples
    --------
    >>> known = pl.Series(["a", "b"])
    >>> find_visits(pl.Series(["b", "b", " a", "c", ""]), known).to_list()
    [1, 1, 0, None, None]
    """
    runs = visit_ids.rle().struct.unnest()
    if visit_ids.dtype == pl.Int64:
        wanted, known = runs["value"], known.cast(pl.Int64)
    else:
        wanted = as_identifier(runs.select(blank_to_null(pl.col("value"))).to_series())
    places = known.alias("id").to_frame().with_row_index("place")
    found = wanted.alias("id").to_frame().join(places, on="id", how="left", maintain_order="left")
    run = np.repeat(np.arange(runs.height, dtype=np.uint32), runs["len"].to_numpy())
    return found["place"].gather(run)


@dataclass(frozen=True)
class Visits:
    """Identifiers of the visits to fill, and of those that exist but were not drawn.

    Parameters
    ----------
    id_name
        What the source calls the identifier, for the report.
    """

    drawn: pl.Series
    others: pl.Series
    id_name: str

    def are_numbers(self) -> bool:
        """Tell whether all identifiers are whole numbers without leading zeros."""
        ids = pl.concat([self.drawn, self.others])
        return ids.eq_missing(ids.cast(pl.Int64, strict=False).cast(pl.String)).all()

    def place(self, visit_ids: pl.Series) -> pl.Series:
        """Find each identifier; places from ``len(drawn)`` on belong to `others`."""
        return find_visits(visit_ids, pl.concat([self.drawn, self.others]))

    def reasons(self, visit_ids: pl.Series, place: pl.Series) -> dict[str, pl.Series]:
        """Say why a row at `place` belongs to no drawn visit; empty where all do."""
        lost = place.is_null()
        if not lost.any() and self.others.is_empty():
            return {}
        text = blank_to_null(pl.col("id").cast(pl.String))
        blank = pl.DataFrame({"id": visit_ids}).select(text).to_series()
        return {
            f"no {self.id_name}": blank.is_null(),
            f"{self.id_name} that is in no row of the visits": lost,
            NOT_DRAWN: place >= len(self.drawn),
        }
