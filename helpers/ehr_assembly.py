"""The last steps of every loader: number the visits, describe the codes, look at what is left."""

import numpy as np
import polars as pl

from helpers.coded_rows import NOT_DRAWN
from helpers.codes import NAMES, dotted, key
from helpers.records import EHR, conform
from helpers.report import Report

OLDEST = 120
"""Age at a visit above which a birth year is worth a note."""


def draw_patients(ids: pl.Series, max_patients: int | None, seed: int) -> pl.Series | None:
    """Draw whole patients at random; None stands for all of them.

    The draw depends on the set of identifiers and the seed, not on the order of the file.

    Raises
    ------
    ValueError
        If `max_patients` is no whole number, or less than 1.
    """
    if max_patients is None:
        return None
    if not isinstance(max_patients, int | np.integer) or max_patients < 1:
        raise ValueError(f"max_patients is a whole number of at least 1, not {max_patients!r}")
    everyone = ids.drop_nulls().unique().sort()
    size = min(max_patients, len(everyone))
    drawn = np.random.default_rng(seed).choice(len(everyone), size, replace=False)
    return everyone.gather(np.sort(drawn))


def split_drawn(stays: pl.DataFrame, drawn: pl.Series | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Separate the rows of the patients drawn from those of the others."""
    if drawn is None:
        return stays, stays.clear()
    is_drawn = pl.col("patient_id").is_in(drawn.implode())
    return stays.filter(is_drawn), stays.filter(~is_drawn)


def number_visits(stays: pl.DataFrame) -> pl.DataFrame:
    """Make the visits table from rows of `visit_id`, `patient_id`, `when` and `visit_type`.

    Patients in the order of their identifiers (as numbers if they all are), visits in time
    order; two visits at the same moment in the order of their identifiers.
    """
    keyed = stays.with_columns(
        sort_key("patient_id", stays).alias("patient"), sort_key("visit_id", stays).alias("visit")
    ).sort("patient", "when", "visit")
    lengths = keyed["patient"].rle().struct.field("len").to_numpy()  # a patient's visits
    number = np.arange(keyed.height) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
    numbered = keyed.with_columns(visit_no=pl.Series(number), date=pl.col("when").dt.date())
    return conform(numbered, "visits")


def sort_key(column: str, frame: pl.DataFrame) -> pl.Expr:
    """Order identifiers as numbers if all of them are, and as text otherwise."""
    numbers = frame[column].cast(pl.Int64, strict=False)
    return pl.col(column).cast(pl.Int64 if numbers.null_count() == 0 else pl.String)


def describe_codes(
    diagnoses: pl.DataFrame, treatments: pl.DataFrame, titles: pl.DataFrame, report: Report
) -> pl.DataFrame:
    """Make the codes table: every code in use, once, with its title.

    Drugs that are coded by their name are described by it.

    Parameters
    ----------
    titles
        Columns `kind`, `system`, `code`, `description`. Where it has several titles for a code
        the first in the alphabet is taken; where it has none, the dotted code is its
        description and the report counts it.
    """
    used = pl.concat(
        [
            _codes_in_use(diagnoses, "dx"),
            *(_codes_in_use(treatments.filter(kind=kind), kind) for kind in ("rx", "px")),
        ]
    )
    identity = ["kind", "system", "code"]
    one_title = titles.drop_nulls().group_by(identity).agg(pl.col("description").min())
    named = used.join(one_title, on=identity, how="left").sort(identity)
    untitled = named["description"].is_null() & ~named["system"].is_in(NAMES)
    report.note("codes", "no title, described by the code itself", untitled.sum())
    itself = pl.Series([dotted(key(*row)) for row in named.select("system", "code").iter_rows()])
    return conform(named.with_columns(pl.col("description").fill_null(itself)), "codes")


def _codes_in_use(table: pl.DataFrame, kind: str) -> pl.DataFrame:
    """List the different codes of a table; millions of rows hold few of them."""
    parts = [pl.DataFrame(schema={c: pl.String for c in ("kind", "system", "code")})]
    found = table["system"].rle().struct.field("value").unique()
    for system in found:
        rows = table if len(found) == 1 else table.filter(system=system)
        codes = rows["code"].unique().cast(pl.String)
        parts.append(pl.select(kind=pl.lit(kind), system=pl.lit(system), code=codes))
    return pl.concat(parts)


def _visits_in_use(table: pl.DataFrame) -> pl.Series:
    return table["visit_id"].rle().struct.field("value").unique()


def assemble(
    patients: pl.DataFrame,
    visits: pl.DataFrame,
    diagnoses: pl.DataFrame,
    treatments: pl.DataFrame,
    titles: pl.DataFrame,
    report: Report,
) -> EHR:
    """Put the tables together and note what a lesson should know about them.

    Raises
    ------
    ValueError
        If no visit or no diagnosis is left, unless only some patients were drawn; the message
        holds the whole report.
    """
    not_drawn = any(NOT_DRAWN in reasons for reasons in report.dropped.values())
    for table, rows in {"visit": visits, "diagnosis": diagnoses}.items():
        if rows.is_empty() and not not_drawn:
            raise ValueError(f"not one {table} is left; here is where the rows went:\n{report!r}")
    _note_ages(patients, visits, report)
    per_patient = visits["patient_id"].value_counts()["count"]
    report.note("patients", "without a visit", patients.height - len(per_patient))
    report.note("patients", "with one visit", (per_patient == 1).sum())
    coded = pl.concat([_visits_in_use(diagnoses), _visits_in_use(treatments)]).n_unique()
    report.note("visits", "without a code", visits.height - coded)
    patients = conform(patients.sort(sort_key("patient_id", patients)), "patients")
    codes = describe_codes(diagnoses, treatments, titles, report)
    return EHR(
        patients,
        visits,
        conform(diagnoses, "diagnoses"),
        conform(treatments, "treatments"),
        codes,
        report,
    )


def _note_ages(patients: pl.DataFrame, visits: pl.DataFrame, report: Report) -> None:
    born = conform(patients, "patients").select("patient_id", "birth_year")
    report.note("patients", "birth year unknown, null", born["birth_year"].null_count())
    year = pl.col("date").dt.year()
    spans = visits.group_by("patient_id").agg(first=year.min(), last=year.max())
    impossible = (pl.col("first") < pl.col("birth_year")) | (
        pl.col("last") - pl.col("birth_year") > OLDEST
    )
    strange = born.join(spans, on="patient_id").select(impossible.sum()).item()
    report.note("patients", f"born after a visit, or older than {OLDEST} at one", strange)


def sex_of(gender: pl.Series, report: Report) -> pl.Series:
    """Read ``"F"`` or ``"M"`` off the first letter; anything else is null and noted.

    Examples
    --------
    >>> sex_of(pl.Series("gender", ["F", "male", "?", None]), Report("four people")).to_list()
    ['F', 'M', None, None]
    """
    letter = gender.str.to_uppercase().str.slice(0, 1)
    sex = letter.set(~letter.is_in(["F", "M"]), None)
    report.note("patients", "sex neither F nor M, null", sex.null_count())
    return sex
