"""How fast, and in how little memory, five million diagnoses become records.

Every way runs in a process of its own on one thread, all ways by turns, and the median of the
processor time counts. What is compared:

- ``polars reads``: ``pl.read_csv`` of both files, types guessed (which spoils codes of digits)
- ``polars reads text``: the same, every column as text, as a loader must
- ``polars to visits``: as text, joined to the admissions, sorted, one list of codes a visit;
  nothing is checked
- ``load_ehr``: our tables, everything checked and counted
- ``load_ehr, visit_codes``: and from there to flat visits for training
"""

import argparse
import gzip
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

PER_VISIT = 11


def polars_reads(folder):
    return [pl.read_csv(path) for path in sorted(folder.iterdir())]


def polars_reads_text(folder):
    return [pl.read_csv(path, infer_schema=False) for path in sorted(folder.iterdir())]


def polars_to_visits(folder):
    admissions, diagnoses = polars_reads_text(folder)
    joined = diagnoses.join(admissions, on="HADM_ID").with_columns(pl.col("SEQ_NUM").cast(pl.Int32))
    ordered = joined.sort("SUBJECT_ID", "ADMITTIME", "HADM_ID", "SEQ_NUM")
    return ordered.group_by("HADM_ID", maintain_order=True).agg("ICD9_CODE")


def load_ehr(folder):
    from helpers.loaders import load_ehr

    return load_ehr("mimic3", folder)


def load_ehr_visit_codes(folder):
    return load_ehr(folder).visit_codes(kinds=("dx",))


WAYS = {
    "polars reads": polars_reads,
    "polars reads text": polars_reads_text,
    "polars to visits": polars_to_visits,
    "load_ehr": load_ehr,
    "load_ehr, visit_codes": load_ehr_visit_codes,
}


def write_files(folder, rows, seed=0):
    """Write ADMISSIONS and DIAGNOSES_ICD in the shape of MIMIC-III, about `rows` diagnoses."""
    rng = np.random.default_rng(seed)
    numbers = rng.choice(np.arange(100, 99_999), 7_000, replace=False)
    pool = np.array([f"{n:05d}" if n % 3 else f"V{n % 8000 + 10}" for n in numbers])
    per_visit = rng.poisson(PER_VISIT, rows // PER_VISIT).clip(1, 39)
    visits = len(per_visit)
    seq = np.concatenate([np.arange(1, n + 1) for n in per_visit])
    start, step = rng.integers(0, len(pool), visits), rng.integers(1, 99, visits)
    code = (np.repeat(start, per_visit) + np.repeat(step, per_visit) * seq) % len(pool)
    hadm = np.arange(100_000, 100_000 + visits)
    days = pl.Series(rng.integers(0, 36_500, visits)).cast(pl.Int32).cast(pl.Date)
    admissions = pl.DataFrame({"SUBJECT_ID": hadm // 2, "HADM_ID": hadm, "ADMITTIME": days})
    admissions = admissions.with_columns(pl.col("ADMITTIME").dt.strftime("%Y-%m-%d 10:00:00"))
    diagnoses = pl.DataFrame(
        {
            "ROW_ID": np.arange(len(seq)),
            "SUBJECT": np.repeat(hadm // 2, per_visit),
            "HADM_ID": np.repeat(hadm, per_visit),
            "SEQ_NUM": seq,
            "ICD9_CODE": pool[code],
        }
    )
    for name, table in {"ADMISSIONS": admissions, "DIAGNOSES_ICD": diagnoses}.items():
        table.write_csv(folder / "table")
        path = folder / f"{name}.csv.gz"
        with (folder / "table").open("rb") as plain, gzip.open(path, "wb", 6) as zipped:
            shutil.copyfileobj(plain, zipped)
        (folder / "table").unlink()
    return diagnoses.height, visits


def measure(way, folder):
    """Run one way in a process of its own; return its CPU seconds and its peak in MB."""
    threads = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.benchmarks", "records", "--way", way, str(folder)]
    answer = subprocess.run(
        command, env=os.environ | threads, capture_output=True, text=True, check=True
    )
    seconds, peak = answer.stdout.split()
    return float(seconds), float(peak)


def run_one(way, folder):
    import helpers.loaders  # noqa: F401  (imports are not what is measured)

    start = time.process_time()
    result = WAYS[way](Path(folder))
    seconds = time.process_time() - start
    assert result is not None
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main(arguments):
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks records")
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--way", nargs=2, metavar=("WAY", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.way:
        return run_one(*options.way)
    with tempfile.TemporaryDirectory() as folder:
        rows, visits = write_files(Path(folder), options.rows)
        print(f"{rows:,} diagnoses of {visits:,} visits, {options.rounds} rounds, one thread")
        taken = {way: [] for way in WAYS}
        for _ in range(options.rounds):
            for way in WAYS:
                taken[way].append(measure(way, folder))
    report(taken)


def report(taken):
    """Print the medians, and each round's ratio to the same round of polars' ways."""
    base = ("polars reads", "polars reads text", "polars to visits")
    print(f"{'':24}{'CPU s':>7}{'peak MB':>9}   ratio to " + ", ".join(base) + " (lowest-highest)")
    for way, runs in taken.items():
        ratios = []
        for other in base:
            each = [mine[0] / theirs[0] for mine, theirs in zip(runs, taken[other], strict=True)]
            ratios.append(f"{statistics.median(each):.2f} ({min(each):.2f}-{max(each):.2f})")
        seconds = statistics.median(s for s, _ in runs)
        peak = max(mb for _, mb in runs)
        print(f"{way:24}{seconds:7.2f}{peak:9.0f}   " + "   ".join(ratios))
