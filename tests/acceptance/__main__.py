"""Measure what the simulated data promise: ``python -m tests.acceptance`` (half an hour).

``python -m tests.acceptance groups`` measures one part of it. D1 to D4 are in the test suite,
``tests/test_datasets.py``.

Every line is a criterion, what was found, and whether it is met. What the stored results of
``python -m helpers.experiment`` say is read from there; delete nothing and run it with another
``--out`` to have them anew.
"""

import sys
import time

import numpy as np
from sklearn.metrics import roc_auc_score

from helpers.censoring import censor
from helpers.clinic import ClinicConfig
from helpers.cohort import make_study
from helpers.datasets import DATASETS, load_clinic, load_notes
from helpers.experiment import Fit, judge
from helpers.fasttext import train_fasttext
from helpers.incidence import log_counts
from helpers.linear_methods import LinearMethod
from helpers.med2vec_training import train_med2vec
from helpers.methods import METHODS, Prepared
from helpers.pretraining import DIM, skipgram_vectors
from helpers.results import ceiling, differences, load_results, summary
from helpers.simulate import simulate_clinic
from helpers.vocab import build_vocab
from tests.acceptance.notes import note_scores
from tests.acceptance.vectors import group_scores

FLAT = tuple(
    name for name in METHODS if "linked" not in name.split(" (")[0].split() and "MiME" not in name
)


def report(criterion, text, met):
    """Print one line."""
    print(f"{criterion:4} {'pass' if met else 'FAIL'}  {text}", flush=True)


def sizes_and_times():
    """Measure D11 and D12."""
    start = time.process_time()
    study = make_study(ClinicConfig(patients=13_000))
    seconds = time.process_time() - start
    report("D11", f"13,000 patients in {seconds:.1f} s of one core (at most 15)", seconds <= 15)
    start = time.process_time()
    load_clinic()
    seconds = time.process_time() - start
    report("D11", f"shipped clinic loaded in {seconds:.2f} s of one core (at most 1)", seconds <= 1)
    prepared = Prepared(study.cohort)
    start = time.process_time()
    assert len(prepared.vectors)
    seconds = time.process_time() - start
    report("D11", f"skip-gram of 10,000 patients in {seconds:.1f} s (at most 60)", seconds <= 60)
    for name, make in METHODS.items():
        method = make(prepared)
        start = time.process_time()
        judge(study, method, Fit(0, 1_000, 0, name))
        seconds = time.process_time() - start
        report("D11", f"{name}, 1,000 labels: {seconds:.1f} s (at most 60)", seconds <= 60)
    total = sum(f.stat().st_size for f in (DATASETS / "clinic").rglob("*") if f.is_file())
    report("D12", f"{total / 1e6:.2f} MB shipped (at most 3)", total <= 3e6)


def groups():
    """Measure D5: do vectors of codes find the planted conditions and drug classes?"""
    for patients, least in ((1_000, 0.50), (3_000, 0.80), (10_000, 0.95)):
        ehr = censor(simulate_clinic(ClinicConfig(patients=patients)).ehr)
        visits = ehr.visit_codes()
        vectors = skipgram_vectors(visits)
        ami, nmi = group_scores(vectors, visits.keys, ehr.codes, "condition")
        drugs, _ = group_scores(vectors, visits.keys, ehr.codes, "drug_class")
        text = f"{patients:6,} patients: condition AMI {ami:.2f}, NMI {nmi:.2f} (AMI {least})"
        report("D5", text, ami >= least)
        text = f"{patients:6,} patients: drug class AMI {drugs:.2f}"
        report("D5", text, patients < 3_000 or drugs >= 0.6)
    for seed in range(3):
        noise = np.random.default_rng(seed).normal(size=(len(visits.keys), DIM))
        ami, nmi = group_scores(noise, visits.keys, ehr.codes, "condition")
        text = f"random vectors: condition AMI {ami:.2f} (at most 0.05), NMI {nmi:.2f}"
        report("D5", text, ami <= 0.05)


def few_labels():
    """Read D6 to D9: what vectors and links add, by number of labels."""
    results = load_results()
    for name, labeled, mean, sd, n in summary(results).sort("labeled").iter_rows():
        print(f"     N={labeled:5,} {name:30} {mean:.3f} (sd {sd or 0:.3f}, {n} fits)")
    for labeled, mean, text in _rows(results, "LR sum of vectors", "LR one-hot"):
        if labeled <= 200:
            report("D6", f"{text} (at least +.003)", mean >= 0.003)
        elif labeled == 500:
            report("D6", f"{text} (within .02)", abs(mean) <= 0.02)
        elif labeled == 5_000:
            report("D6", f"{text} (at most 0)", mean <= 0)
    for labeled, mean, text in _rows(results, "LR linked", "LR unlinked"):
        if 300 <= labeled <= 1_000:
            report("D7", f"{text} (at least +.015)", mean >= 0.015)
            for clinic, part in results.group_by("clinic_seed", maintain_order=True):
                found = differences(part, "LR linked", "LR unlinked").filter(labeled=labeled)
                wins, n = found["wins"].item(), found["n"].item()
                text_of_wins = f"clinic {clinic[0]}, N={labeled}: wins {wins} of {n} (8 of 10)"
                report("D7", text_of_wins, wins >= 0.8 * n)
    for against, least in (("GRU vectors", (0.02, 0.03)), ("LR one-hot", (0.015, 0.02))):
        for labeled, mean, text in _rows(results, "MiME vectors", against):
            if labeled in (500, 1_000):
                needed = least[labeled == 1_000]
                report("D8", f"{text} (at least +{needed})", mean >= needed)
    lost_by = {}
    for model, flat in (("MiME vectors", "GRU vectors"), ("LR linked", "LR unlinked")):
        gain = {n: mean for n, mean, _ in _rows(results, model, flat)}
        lost = {n: mean for n, mean, _ in _rows(results, model, f"{model} (links shuffled)")}
        lost_by[model] = lost[1_000] / gain[1_000]
        text = f"N=1000: shuffled links take {lost[1_000]:.3f} of a gain of {gain[1_000]:.3f}"
        report("D9", f"{model}, {text} (at least 80%)", lost_by[model] >= 0.8)


def _rows(results, a, b):
    for labeled, mean, low, high, wins, n in differences(results, a, b).iter_rows():
        text = f"N={labeled}: {a} - {b} {mean:+.3f} ({low:+.3f} to {high:+.3f}), wins {wins}/{n}"
        yield labeled, mean, text


def link_noise():
    """Measure the other half of D9: the more links are wrong, the less they are worth."""
    names = "LR unlinked", "LR linked", "GRU vectors", "MiME vectors"
    gains = {"LR linked": [], "MiME vectors": []}
    for noise in (0.0, 0.06, 0.2, 0.5):
        study = make_study(ClinicConfig(patients=13_000, link_noise=noise))
        prepared = Prepared(study.cohort)
        methods = {name: METHODS[name](prepared) for name in names}
        auc = {
            name: np.mean([judge(study, m, Fit(0, 1_000, draw, name))[0] for draw in range(3)])
            for name, m in methods.items()
        }
        gains["LR linked"].append(auc["LR linked"] - auc["LR unlinked"])
        gains["MiME vectors"].append(auc["MiME vectors"] - auc["GRU vectors"])
        print(f"     link noise {noise}: " + ", ".join(f"{k} {v:.3f}" for k, v in auc.items()))
    for name, found in gains.items():
        text = ", ".join(f"{gain:+.3f}" for gain in found)
        falling = all(np.diff(found) <= 0)
        report("D9", f"{name}: gain with link noise 0, .06, .2, .5: {text} (falling)", falling)


def ceilings():
    """Measure D10: no model is too good, unless it reads the future."""
    results = load_results()
    bayes = min(ceiling().values())
    best = results.filter(auc=results["auc"].max()).row(0, named=True)
    text = f"best of all fits {best['auc']:.3f} ({best['method']}), true probabilities {bayes:.3f}"
    report("D10", text, best["auc"] < bayes)
    means = summary(results).filter(summary(results)["method"].is_in(FLAT)).sort("mean")
    flat = means.row(-1, named=True)
    text = f"best flat model {flat['mean']:.3f} ({flat['method']}, N={flat['labeled']})"
    report("D10", f"{text} (at most .83)", flat["mean"] <= 0.83)
    clinic = load_clinic()
    labels = clinic.ehr.patients["hf_label"].to_numpy()
    test = np.flatnonzero(clinic.ehr.patients["split"] == "test")
    rows = np.setdiff1d(np.arange(len(labels)), test)
    for name, ehr in (("with the future", clinic.ehr), ("censored", censor(clinic.ehr))):
        method = LinearMethod(log_counts(ehr.visit_codes()))
        auc = roc_auc_score(labels[test], method.scores(rows, labels[rows], test, seed=0))
        met = auc > 0.97 if name == "with the future" else auc < 0.90
        report("D10", f"one-hot, {name}: {auc:.3f}", met)


def next_visit():
    """Measure Med2Vec on its own task: the conditions of the next visit."""
    study = make_study(ClinicConfig(patients=3_900))
    visits = study.cohort.visits
    codes = simulate_clinic(ClinicConfig(patients=1)).ehr.codes
    group_of = dict(zip(codes["system"] + ":" + codes["code"], codes["condition"], strict=True))
    names = sorted({group_of[key] or key for key in visits.keys})
    groups = np.array([names.index(group_of[key] or key) for key in visits.keys])
    model = train_med2vec(study.cohort.pool_visits, groups=groups)
    test = visits.take(study.cohort.test_rows)
    y = model.predict_neighbors(test)
    held = np.zeros((test.n_visits, len(names)))
    visit_of = np.repeat(np.arange(test.n_visits), np.diff(test.offsets))
    held[visit_of, groups[test.code_ids]] = 1
    starts = np.zeros(test.n_visits, bool)
    starts[test.patient_offsets[:-1]] = True
    now = np.flatnonzero(~starts) - 1
    pool = study.cohort.pool_visits
    often = np.bincount(groups[pool.code_ids], minlength=len(names)) / pool.n_visits
    guesses = {"Med2Vec": y[now], "frequency": np.tile(often, (len(now), 1))}
    # of the codes of the last visit the frequent ones first, then the others
    guesses["copy last"] = held[now] + 0.5 * often
    for name, scores in guesses.items():
        top = np.argsort(-scores, axis=1)
        hits = np.take_along_axis(held[now + 1], top, axis=1)
        recall = [np.mean(hits[:, :k].sum(1) / held[now + 1].sum(1)) for k in (3, 5, 10)]
        text = ", ".join(f"{share:.3f}" for share in recall)
        print(f"     next visit, {name}: recall at 3, 5, 10: {text}")


def notes():
    """Measure the column of FastText in the data card of the notes: mean and range of starts."""
    data = load_notes()
    train = data.sentences("train")
    vocab = build_vocab(train, min_count=5)
    models = [train_fasttext(train, vocab, seed=seed) for seed in range(3)]
    scores = [note_scores(data, vocab, model.vectors) for model in models]
    for name in scores[0]:
        found = [each[name] for each in scores]
        print(f"     FastText, {name}: {np.mean(found):.2f} ({min(found):.2f}-{max(found):.2f})")


PARTS = {
    part.__name__: part
    for part in (sizes_and_times, groups, few_labels, link_noise, ceilings, next_visit, notes)
}

if __name__ == "__main__":
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()
