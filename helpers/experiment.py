"""Run the heart failure experiment: every method, several numbers of labels, many draws.

    python -m helpers.experiment --out build/heart_failure/results.csv

runs all of it, about an hour and a half of one core, in the background if you like. After each
fit one line is written: stop it when you like, and the same command goes on where it was. A small
slice, and the same experiment with other seeds:

    python -m helpers.experiment --out build/slice.csv --patients 1300 --sizes 100 --draws 2
    python -m helpers.experiment --out build/others.csv --clinics 2 3

The seed of a clinic decides its patients; draws 0, 1, 2 ... decide who of them is labeled.
Beside the results, a ``.json`` of the same name says what they were made from. The same settings
give the same results. ``helpers.results.load_results(path)`` reads them.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import polars as pl
import torch
from threadpoolctl import threadpool_limits

from helpers import recurrent_methods
from helpers.clinic import ClinicConfig
from helpers.cohort import Study, make_study
from helpers.methods import AUX_WEIGHT, METHODS, RECURRENT, Prepared
from helpers.progress import progress
from helpers.ranking import average_precision, roc_auc
from helpers.results import FIT, SCHEMA, load_results

PATIENTS = 13_000  # 10,000 that may be labeled, 3,000 for the test
CLINICS = (0, 1)
SIZES = (100, 300, 500, 1_000, 5_000)
DRAWS = 10
RECURRENT_DRAWS = 5  # of methods with a GRU
DIGITS = 6


class Fit(NamedTuple):
    """One fit: which clinic, how many labels, which patients have them, which method."""

    clinic_seed: int
    labeled: int
    draw: int
    method: str


@dataclass(frozen=True)
class Plan:
    """What is to be run."""

    patients: int = PATIENTS
    clinics: tuple[int, ...] = CLINICS
    sizes: tuple[int, ...] = SIZES
    methods: tuple[str, ...] = tuple(METHODS)
    draws: int = DRAWS
    recurrent_draws: int = RECURRENT_DRAWS

    def __post_init__(self) -> None:
        unknown = [name for name in self.methods if name not in METHODS]
        if unknown:
            raise ValueError(f"there is no method {unknown[0]!r}; methods are {tuple(METHODS)}")
        if min(self.sizes) < 20:
            raise ValueError("with fewer than 20 labels none are left to choose settings on")
        if self.draws < 1:
            raise ValueError(f"draws must be 1 or more, got {self.draws}")

    def fits(self) -> list[Fit]:
        """Return all fits, cheap sizes first, so that an early stop leaves whole comparisons."""
        return [
            Fit(clinic, size, draw, method)
            for clinic in self.clinics
            for size in sorted(self.sizes)
            for draw in range(self.draws)
            for method in METHODS
            if method in self.methods and draw < self._draws_of(method)
        ]

    def _draws_of(self, method: str) -> int:
        return min(self.draws, self.recurrent_draws) if method in RECURRENT else self.draws


def settings(plan: Plan) -> dict[str, object]:
    """Return what results depend on, beside the fit itself."""
    clinic = ClinicConfig(patients=plan.patients).as_dict()
    del clinic["seed"]
    return {
        "clinic": clinic,
        "recurrent": {
            **recurrent_methods.SETTINGS,
            "dim": recurrent_methods.DIM,
            "learning_rates": recurrent_methods.LEARNING_RATES,
        },
        "aux_weight": AUX_WEIGHT,
    }


def run(plan: Plan, out: Path) -> None:
    """Do the fits of `plan` that are not in `out` yet, and add a line for each.

    Raises
    ------
    ValueError
        If `out` is no file of results, or was made with other settings.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    stored = _stored_settings(out, settings(plan))
    done = _done(out)
    missing = [fit for fit in plan.fits() if fit not in done]
    print(f"{len(done)} fits in {out}, {len(missing)} to do", flush=True)
    study = prepared = methods = None
    torch.set_num_threads(1)
    with threadpool_limits(1):
        for fit in progress(missing, "experiment"):
            if study is None or study[0] != fit.clinic_seed:
                made = make_study(ClinicConfig(patients=plan.patients, seed=fit.clinic_seed))
                study, prepared, methods = (fit.clinic_seed, made), Prepared(made.cohort), {}
                _note_clinic(out, stored, fit.clinic_seed, made)
            if fit.method not in methods:
                methods[fit.method] = METHODS[fit.method](prepared)
            auc, precision = judge(study[1], methods[fit.method], fit)
            with out.open("a", encoding="utf-8", newline="\n") as file:
                file.write(_line((*fit, auc, precision)))
    put_in_order(out)


def judge(study: Study, method, fit: Fit) -> tuple[float, float]:
    """Return area under the curve and average precision of one fit on the test patients."""
    rows, test = study.draw(fit.labeled, fit.draw), study.cohort.test_rows
    scores = method.scores(rows, study.labels[rows], test, seed=fit.draw)
    truth = study.labels[test]
    return roc_auc(truth, scores), average_precision(truth, scores)


def put_in_order(out: Path) -> None:
    """Sort the lines as a run without interruption would have written them."""
    order = {name: place for place, name in enumerate(METHODS)}
    place = pl.col("method").replace_strict(order, return_dtype=pl.Int64)
    rows = load_results(out).sort(*FIT[:3], place).iter_rows()
    _write(out, _line(SCHEMA) + "".join(map(_line, rows)))


def _line(values: Sequence) -> str:
    return ",".join(f"{v:.{DIGITS}f}" if isinstance(v, float) else str(v) for v in values) + "\n"


def _write(path: Path, text: str) -> None:
    """Replace the file in one step: whoever stops it has the old one or the new one."""
    other = path.with_name(path.name + ".part")
    other.write_text(text, encoding="utf-8", newline="\n")
    os.replace(other, path)


def _done(out: Path) -> set[Fit]:
    """Return the fits in `out`; a last line that was cut off is dropped."""
    if not out.exists():
        _write(out, _line(SCHEMA))
    text = out.read_text(encoding="utf-8")
    if not text.endswith("\n") and "\n" in text:
        _write(out, text[: text.rindex("\n") + 1])
    return set(map(Fit._make, load_results(out).select(FIT).iter_rows()))


def _settings_path(out: Path) -> Path:
    return out.with_suffix(".json")


def _stored_settings(out: Path, wanted: dict) -> dict:
    """Return the settings that `out` was made with, after a look at whether they are `wanted`."""
    path = _settings_path(out)
    if not path.exists():
        if out.exists():
            raise ValueError(f"{out} is there, but not {path}, which says how it was made")
        stored = {**wanted, "clinics": {}}
        _write(path, json.dumps(stored, indent=2) + "\n")
        return stored
    stored = json.loads(path.read_text(encoding="utf-8"))
    for name, value in wanted.items():
        if stored.get(name) != value:
            raise ValueError(
                f"{path}: {name} is {stored.get(name)}, and now {value}. Results of different "
                f"settings do not belong in one file: choose another --out"
            )
    return stored


def _note_clinic(out: Path, stored: dict, seed: int, study: Study) -> None:
    """Write down which records these are, or refuse if they are others than before."""
    found = {"fingerprint": study.fingerprint, "bayes_auc": round(study.bayes, DIGITS)}
    known = stored["clinics"].setdefault(str(seed), found)
    if known != found:
        raise ValueError(f"clinic {seed} is not the one of {out}: {known}, and now {found}")
    _write(_settings_path(out), json.dumps(stored, indent=2) + "\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m helpers.experiment", description=__doc__)
    plan = Plan()
    parser.formatter_class = argparse.RawDescriptionHelpFormatter

    def add(option: str, default: object, words: str, **how: object) -> None:
        several = isinstance(default, tuple)
        shown = " ".join(map(str, default)) if several else default
        how |= {"nargs": "+"} if several else {}
        parser.add_argument(option, default=default, help=f"{words} ({shown})", **how)

    add("--out", Path("build/heart_failure/results.csv"), "file of the results", type=Path)
    add("--patients", plan.patients, "patients of a clinic", type=int, metavar="N")
    add("--clinics", plan.clinics, "seeds of the clinics", type=int, metavar="SEED")
    add("--sizes", plan.sizes, "numbers of labeled patients", type=int, metavar="N")
    add("--draws", plan.draws, "draws of labeled patients in a clinic", type=int, metavar="N")
    add("--recurrent-draws", plan.recurrent_draws, "draws for GRU and MiME", type=int, metavar="N")
    parser.add_argument(
        "--methods", nargs="+", default=plan.methods, metavar="METHOD", choices=tuple(METHODS),
        help="methods, each in quotes (all): " + ", ".join(METHODS),
    )  # fmt: skip
    chosen = vars(parser.parse_args(arguments))
    out = chosen.pop("out")
    try:
        run(Plan(**{k: tuple(v) if isinstance(v, list) else v for k, v in chosen.items()}), out)
    except ValueError as error:
        sys.exit(f"experiment: {error}")


if __name__ == "__main__":
    main()
