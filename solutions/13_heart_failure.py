# ---
# jupyter:
#   course:
#     title: "Heart failure with little data"
#     question: Do embeddings help, when, and how do we prove it?
#     minutes: 60
#     status: core
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 13 Heart failure with little data
#
# **Embeddings trade flexibility for labels. Whether the trade pays is shown by a curve, an
# interval, a control, and the case where they lose.**
#
# *60 minutes with exercises 13.1, 13.3 and 13.4a; the others are optional. Needs: lessons 09 to 12.*
#
# After this lesson you can
# - define a prediction task that does not leak, and name who is left out,
# - compute one step of a GRU by hand,
# - compute the area under the ROC curve and the average precision, ties included,
# - compare two methods on the same patients, with an interval,
# - explain with a line of algebra when embeddings restrict a model,
# - write a result paragraph that is honest.

# %% [markdown] slideshow={"slide_type": "notes"}
# **If you lecture (60 min).** Task and exclusions 9, the GRU step 10, metrics with the three
# prevalences 11, learning curves 16, two worlds, the stored experiment and drift 10, questions 4.
# Stop before section 5: "Which world is yours, and how would you know?" Show the papers' claims
# next to the measured table, and leave the silence where it belongs. Exercises are homework.

# %% slideshow={"slide_type": "skip"}
import datetime
from collections import Counter
from dataclasses import replace
from functools import lru_cache

import numpy as np
import torch
from scipy.stats import t
from sklearn.linear_model import LogisticRegression

from helpers import checks as check
from helpers import gru_step as gru
from helpers import paired, plots, ranking, results
from helpers.batches import count_codes, encode_visits
from helpers.datasets import load_clinic
from helpers.demos.two_worlds import TwoWorldsDemo
from helpers.exam.mock import Practice
from helpers.patient_vectors import as_onehot_weights
from helpers.prediction_task import make_task
from helpers.sgns import train_skipgram
from helpers.similarity import unit_rows
from helpers.vocab import build_vocab

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## Predict first
#
# A hundred patients of the clinic have a label. Once a model reads their codes one-hot. Once it
# reads skip-gram vectors, which were trained on two thousand records without labels. What does
# the AUC on other patients do when vectors take the place of one-hot? **a** up by .10 or more,
# **b** less than .05 up or down, **c** down by .10 or more.

# %% slideshow={"slide_type": "skip"}
my_prediction = "a"  # SOLUTION
check.vectors_with_100_labels(my_prediction)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 The task
#
# Mrs Adler is seen today, on her *index date*. Will she have heart failure within the next year
# and a half? The features are what was written before today; the label is what is written after.
# Two kinds of patients cannot take part: who has heart failure already cannot get it, and of
# somebody nobody has seen nothing is known. They are left out, counted, and named.

# %% [markdown] slideshow={"slide_type": "notes"}
# 9 minutes. Draw the timeline of lesson 09 once more, and ask who must not be in the study.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A6"]
clinic = load_clinic()
patients = clinic.ehr.as_patients()  # they go on after the index date
of_heart_failure = clinic.ehr.codes.filter(condition="heart failure")["code"]
target = {f"ICD10CM:{code}" for code in of_heart_failure}
task = make_task(patients, target, obs=None, gap=0, horizon=540)
print(f"{len(task.X):,} patients take part, {sum(task.y.values()):,} of them become ill")
later = [replace(p, index_date=p.index_date + datetime.timedelta(days=180)) for p in patients]
asked_later = make_task(later, target, obs=90, gap=30, horizon=365)
print(f"asked half a year later, of three months of record: {len(asked_later.X):,} take part;")
print("left out:", dict(sorted(Counter(asked_later.excluded.values()).items())))
assert not task.excluded and min(Counter(asked_later.excluded.values()).values()) > 100
assert len(asked_later.X) + len(asked_later.excluded) == len(patients)
assert not any(target & set(codes) for visits in asked_later.X.values() for codes in visits)

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see nobody left out at first: the clinic's index dates were chosen so. Ask half a year
# later, and hundreds are ill already or were not seen. A paper that does not say how many were
# left out, and why, has left them out all the same.
#
# What does a leak look like here? The same logistic regression reads the record up to the index
# date, or all of it.

# %% slideshow={"slide_type": "skip"}
y = np.array(list(task.y.values()))
records = list(task.X.values())
everything = [[visit.codes for visit in patient.visits] for patient in patients]
order = np.random.default_rng(0).permutation(len(y))
pool, test = order[:2000], order[2000:]


def auc(labels, scores):
    """AUC, and one half where there is nobody to compare."""
    return ranking.roc_auc(labels, scores) if 0 < labels.sum() < len(labels) else 0.5


def linear(features, C, labels=y):
    """A candidate for a learning curve: learn from `train`, return the AUC on `held`."""

    def score(train, held):
        if np.ptp(labels[train]) == 0:
            return 0.5  # all labels are the same: nothing to learn
        model = LogisticRegression(C=C, max_iter=500).fit(features[train], labels[train])
        return auc(labels[held], model.decision_function(features[held]))

    return score


# %% slideshow={"slide_type": "fragment"}
words = build_vocab([codes for visits in everything for codes in visits])
up_to_index, whole = (np.log1p(count_codes(part, words)[0]) for part in (records, everything))
shuffled = np.random.default_rng(1).permutation(y)
honest = linear(up_to_index, 0.05)(pool, test)
leaking = linear(whole, 0.05)(pool, test)
chance = linear(up_to_index, 0.05, shuffled)(pool, test)
print(f"codes before the index date  AUC {honest:.2f}")
print(f"the whole record             AUC {leaking:.2f}")
print(f"labels dealt out at random   AUC {chance:.2f}")
assert honest < 0.90 and leaking > 0.97 and abs(chance - 0.5) < 0.06

# %% [markdown] slideshow={"slide_type": "subslide"}
# An AUC this close to 1 is no triumph; it is people with a heart failure code being found to have heart
# failure. The row with shuffled labels belongs into every table: a method that beats it by nothing
# has learned nothing. This is one deal of labels; it lies near one half and not on it.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 13.1 (8 min)
#
# Write `my_make_task(patients, target, obs, gap, horizon)`. A patient has `patient_id`,
# `index_date` and `visits`, oldest first; a visit has `date` and `codes`. `target` is a set of
# codes, the three lengths are days. Return three dicts, `X, y, excluded`, by patient id:
# - `X`: a list with the codes of each visit of the observation window, from `gap + obs` days before
#   the index date (included) to `gap` days before it (not included);
# - `y`: 1 if a target code was written on the index date or at most `horizon` days later, else 0;
# - `excluded`: `"already ill"` if a target code was written on any day before the index date,
#   otherwise `"no history"` if no visit lies in the observation window.
#
# Who is in `excluded` is in neither of the others, and everybody is somewhere.


# %% slideshow={"slide_type": "skip"}
def my_make_task(patients, target, obs, gap, horizon):
    # BEGIN SOLUTION
    X, y, excluded = {}, {}, {}
    for patient in patients:
        seen, ill_before, ill_after = [], False, False
        for visit in patient.visits:
            day = (visit.date - patient.index_date).days
            if -gap - obs <= day < -gap:
                seen.append(visit.codes)
            if any(code in target for code in visit.codes):
                ill_before = ill_before or day < 0
                ill_after = ill_after or 0 <= day <= horizon
        if ill_before:
            excluded[patient.patient_id] = "already ill"
        elif not seen:
            excluded[patient.patient_id] = "no history"
        else:
            X[patient.patient_id], y[patient.patient_id] = seen, int(ill_after)
    return X, y, excluded
    # END SOLUTION


check.make_task(my_make_task)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Work out for every visit how many days it lies after the index date; negative is before. Then
# three questions: is it in the window, is a target code in it, and on which side of day 0?
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `(visit.date - patient.index_date).days` is a whole number. Decide on `excluded` after all visits
# of a patient have been read, not during.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 A patient as one vector
#
# A visit can be a vector: one-hot, the sum of code vectors, Med2Vec's, MiME's. A *gated recurrent
# unit* (GRU) reads the visits one after the other and keeps a state $h$, which at the end stands
# for the patient. One step, for row vectors:
#
# $$r = \sigma(xW_{ir} + b_{ir} + hW_{hr} + b_{hr}) \qquad z = \sigma(xW_{iz} + b_{iz} + hW_{hz} + b_{hz})$$
# $$n = \tanh(xW_{in} + b_{in} + r\,(hW_{hn} + b_{hn})) \qquad h' = (1-z)\,n + z\,h$$
#
# $z$ says how much of the old state stays, $r$ how much of it the candidate $n$ may see. Mind the
# convention: with $z=1$ the *old* state stays, and $r$ comes after the product with $h$. Other
# texts exchange $z$ and $1-z$, or multiply $r$ and $h$ first.

# %% [markdown] slideshow={"slide_type": "notes"}
# 10 minutes. Ask for the two extremes, z = 0 and z = 1, before the equations are read.

# %% slideshow={"slide_type": "skip"}
bags = [codes for i in pool for codes in records[i]]  # pool only: the test is not read
vocab = build_vocab(bags, min_count=5)
code_table = unit_rows(train_skipgram(bags, vocab, dim=64, window=None).center_table)


def visit_vectors(visits):
    """Sum of the vectors of the codes of each visit."""
    ids, _ = encode_visits(visits, vocab, first_id=0)
    return np.array([code_table[codes].sum(axis=0) for codes in ids])


# %% slideshow={"slide_type": "subslide"} tags=["claim-A41"]
torch.manual_seed(0)
cell = torch.nn.GRUCell(64, 16)
P = gru.parameters_of(cell)
adler = visit_vectors(records[0])
h = torch.zeros(16)
for x in adler:
    h = cell(torch.tensor(x, dtype=torch.float32), h)
by_hand = gru.read_visits(adler, P)
gap = np.abs(by_hand - h.detach().numpy()).max()
print(f"{len(adler)} visits of 64 numbers -> one state of {len(by_hand)} numbers")
print("by hand and by torch the same:", bool(gap < 1e-5))
print(f"{gru.n_parameters(64, 16):,} parameters; after the visits in reverse the state differs")
print(f"by up to {np.abs(by_hand - gru.read_visits(adler[::-1], P)).max():.2f}; a sum does not")
states = np.array([gru.read_visits(visit_vectors(visits), P) for visits in records])
assert gap < 1e-5 and gru.n_parameters(64, 16) == sum(p.numel() for p in cell.parameters())

# %% slideshow={"slide_type": "fragment"} tags=["claim-A41"]
states /= states.std()
untrained = linear(states, 1.0)(pool, test)
dealt = linear(states, 1.0, shuffled)(pool, test)
print(f"logistic regression on the states of an untrained GRU: AUC {untrained:.2f}")
print(f"the same with labels dealt out at random:             AUC {dealt:.2f}")
assert untrained > 0.58 > dealt

# %% [markdown] slideshow={"slide_type": "subslide"}
# So it is true that a GRU over visit vectors gives a patient vector that predicts outcomes; even one
# whose weights are random does, above the control row. *How well* depends on how many labels train
# it: it has more to learn than a weight a code. MiME's patient vector is made in the same way, with
# its own visit vectors; section 5 has the whole comparison.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 13.2 (9 min, optional)
#
# Write `my_gru_step(x, h, P)`: one step for the arrays `x` of shape `(dim,)` and `h` of shape
# `(hidden,)`. `P` is a dict with `weight_ih` of shape `(3 * hidden, dim)`, `weight_hh` of shape
# `(3 * hidden, hidden)`, `bias_ih` and `bias_hh` of shape `(3 * hidden,)`. The rows of r, z and n
# stand one below the other, as torch stacks them (they are the transposes of the W above). Return
# the new state, shape `(hidden,)`.


# %% slideshow={"slide_type": "skip"}
def my_gru_step(x, h, P):
    # BEGIN SOLUTION
    size = len(h)
    from_x = P["weight_ih"] @ x + P["bias_ih"]
    from_h = P["weight_hh"] @ h + P["bias_hh"]
    gates = 0.5 * (1 + np.tanh((from_x + from_h)[: 2 * size] / 2))  # sigmoid
    r, z = gates[:size], gates[size:]
    n = np.tanh(from_x[2 * size :] + r * from_h[2 * size :])
    return (1 - z) * n + z * h
    # END SOLUTION


check.gru_step(my_gru_step)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Two products are enough: one for the visit, one for the state. Each gives three blocks. Add the
# first two blocks of both; keep the third ones apart, because r stands between them.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `np.split(P["weight_ih"] @ x + P["bias_ih"], 3)` gives the blocks of r, z and n. A sigmoid that
# does not overflow is `0.5 * (1 + np.tanh(a / 2))`.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 Two measures of a ranking
#
# A model gives scores; they put patients in an order. The *AUC* (area under the ROC curve) is the
# share of pairs, a case and a control, in which the case has the higher score; a tie counts one
# half. *Average precision* (AP) goes down the list: at every case it takes the share of cases among
# all who stand as high or higher, and averages.
#
# Now keep the scores of cases and controls as they are, and make cases rarer.

# %% [markdown] slideshow={"slide_type": "notes"}
# 11 minutes. Let the room guess which number moves before the cell is run.

# %% slideshow={"slide_type": "subslide"}
print("prevalence    AUC     AP   AP by chance   (mean of 10 draws of 20,000 patients)")
measured = {}
for prevalence in (0.5, 0.1, 0.02):
    runs = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        label = (rng.random(20_000) < prevalence).astype(int)
        score = rng.normal(size=20_000) + label  # a case lies one unit higher
        runs.append((ranking.roc_auc(label, score), ranking.average_precision(label, score)))
    measured[prevalence] = np.mean(runs, axis=0)
    area, precision = measured[prevalence]
    print(f"{prevalence:>10.0%}{area:>7.2f}{precision:>7.2f}{prevalence:>15.2f}")
assert np.ptp([area for area, _ in measured.values()]) < 0.01
assert measured[0.5][1] > 0.7 > 0.3 > measured[0.1][1] > 0.15 > measured[0.02][1] > 0.04

# %% slideshow={"slide_type": "fragment"}
label, score = np.array([1, 0, 1, 0, 0]), np.array([0.9, 0.5, 0.5, 0.5, 0.1])
for name, s in (("with ties", score), ("turned around", -score), ("one score for all", 0 * score)):
    area, precision = ranking.roc_auc(label, s), ranking.average_precision(label, s)
    print(f"{name:<18} AUC {area:.3f}   AP {precision:.3f}")
assert abs(ranking.roc_auc(label, -score) + ranking.roc_auc(label, score) - 1) < 1e-12
assert abs(ranking.average_precision(label, 0 * score) - label.mean()) < 1e-12

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see the AUC stay where it is, while the average precision falls with the prevalence and
# stays above its chance row, which is the prevalence itself. The AUC asks: are two people in the
# right order? The AP asks: if we call those on top, how many come for nothing? When cases are rare,
# report both, and the prevalence with them.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 13.3a (4 min)
#
# Write `my_roc_auc(y, s)`: the share of pairs of a case and a control that the case wins; a tie is
# worth one half. `y` is an array of labels, 1 for a case, `s` an array of scores, higher is worse;
# there is at least one case and one control, and scores can be any numbers.


# %% slideshow={"slide_type": "skip"}
def my_roc_auc(y, s):
    # BEGIN SOLUTION
    cases, controls = s[y == 1], s[y == 0]
    difference = cases[:, None] - controls
    return (np.sum(difference > 0) + 0.5 * np.sum(difference == 0)) / difference.size
    # END SOLUTION


check.roc_auc(my_roc_auc)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Look at every pair of a case and a control: won, lost or tied.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `s[y == 1][:, None] - s[y == 0]` has one row a case and one column a control.
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 13.3b (5 min)
#
# Write `my_average_precision(y, s)` for the same `y` and `s`: for every case, the share of cases
# among all patients whose score is *at least as high* as that of the case; then the mean over the
# cases.


# %% slideshow={"slide_type": "skip"}
def my_average_precision(y, s):
    # BEGIN SOLUTION
    precisions = []
    for score in s[y == 1]:
        above = s >= score
        precisions.append(y[above].mean())
    return np.mean(precisions)
    # END SOLUTION


check.average_precision(my_average_precision)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Cut the list below one case after the other; everybody with the same score is above the cut.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `y[s >= c].mean()` is the precision of a list that is cut at the score `c`.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 Learning curves, in pairs
#
# With a hundred labels, luck decides much: *which* hundred. Two methods that get the same hundred
# share the luck, and in their difference it cancels. So every seed shuffles the pool once; the
# first n patients are labeled, for all methods; smaller sets lie inside larger ones; the strength
# of the regularization, `C`, is chosen by cross-validation *inside* the n patients; the test
# patients are the same throughout and meet the chosen model once.

# %% [markdown] slideshow={"slide_type": "notes"}
# 16 minutes. Show the four rows first, then the paired differences, and ask what the second adds.


# %% slideshow={"slide_type": "skip"}
counts = np.log1p(count_codes(records, vocab)[0])


def even(block):
    """Give a block of features a mean square of 1 a column, so that one C suits all."""
    return block * np.sqrt(block.shape[1] / block.var(axis=0).sum())


@lru_cache(maxsize=8)
def vectors_from(train):
    """Features of all patients, by code vectors that know the records `train` alone."""
    mine = [codes for i in train for codes in records[i]]
    known = build_vocab(mine)
    rows = unit_rows(train_skipgram(mine, known, dim=64, window=None).center_table)
    own = np.zeros_like(code_table)  # a code that nobody of them has: zeros
    for code in vocab.tokens:
        if code in known:
            own[vocab.id(code)] = rows[known.id(code)]
    return even(counts @ own)


def own_vectors(C):
    return lambda train, held: linear(vectors_from(tuple(train)), C)(train, held)


# %% slideshow={"slide_type": "subslide"} tags=["claim-A28", "claim-A30"]
vectors = even(counts @ code_table)  # a patient: the sum of the vectors of their codes
strengths = (0.001, 0.01, 0.1, 1.0)
sizes, seeds = (50, 100, 200, 400, 800), range(10)
models = {
    "one-hot": [linear(counts, C) for C in strengths],
    "vectors": [linear(vectors, C) for C in strengths],
    "shuffled labels": [linear(counts, 0.01, shuffled)],
}
curves = paired.learning_curve(models, sizes, seeds, pool, test, folds=3)
own = {"vectors of the n": [own_vectors(C) for C in strengths[:3]]}
curves |= paired.learning_curve(own, sizes[:3], range(5), pool, test, folds=3)
print(f"{'AUC, mean (sd), n =':<20}", *(f"{n:>13}" for n in sizes))
for name, table in curves.items():
    cells = (f"{row.mean():.3f} ({row.std(ddof=1):.2f})" for row in table)
    print(f"{name:<20}", *(f"{cell:>13}" for cell in cells))

# %% slideshow={"slide_type": "subslide"} tags=["claim-A28", "claim-A30", "correction-N12"]
WORDS = ("better", "worse", "not decided")


def in_words(low, high):
    return "better" if low > 0 else "worse" if high < 0 else "not decided"


print("vectors - one-hot, 10 draws")
intervals = []
for i, n in enumerate(sizes):
    mean, low, high = paired.paired_difference(curves["vectors"][i], curves["one-hot"][i])
    intervals.append((mean, low, high))
    print(f"n = {n:>3}: {mean:+.3f}, interval {low:+.3f} to {high:+.3f}: {in_words(low, high)}")
alone = np.hypot(*(curves[name][1].std(ddof=1) for name in ("vectors", "one-hot")))
together = (curves["vectors"][1] - curves["one-hot"][1]).std(ddof=1)
print(f"spread of the difference at n = 100: paired {together:.3f}, as if unpaired {alone:.3f}")
check.vectors_with_100_labels.reveal()
assert abs(intervals[1][0]) < 0.05 and together < alone
assert intervals[-1][2] < 0 and abs(curves["shuffled labels"].mean() - 0.5) < 0.05

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see both methods climb, far above the row of shuffled labels, and differ by little. With
# few labels the differences are small and their intervals wide: read the last word of each line.
# With many labels one-hot is better, on this clinic, with these vectors. *Embeddings are better
# features than one-hot* is no law. The row *vectors of the n* answers another question: its vectors
# were trained on the same few patients, and know only which codes go together in those records. It
# has five draws, and small n alone.

# %% slideshow={"slide_type": "skip"}
figure, (ax, difference) = plots.new_figure(2, (9.0, 3.4))
for (name, table), marker in zip(curves.items(), plots.MARKERS, strict=False):
    ax.errorbar(
        sizes[: len(table)],
        table.mean(axis=1),
        table.std(axis=1, ddof=1),
        label=name,
        marker=marker,
        capsize=2,
    )
mean, low, high = np.transpose(intervals)
difference.errorbar(sizes, mean, (mean - low, high - mean), marker="o", capsize=3)
for panel in (ax, difference):
    panel.set(xscale="log", xlabel="labeled patients")
    panel.set_xticks(sizes, [str(n) for n in sizes])
    panel.minorticks_off()
ax.axhline(0.5, color="black", linestyle="--")
difference.axhline(0, color="black", linestyle="--")
ax.set_ylabel("AUC on test patients")
difference.set_ylabel("vectors - one-hot")
ax.legend(fontsize=8)

# %% slideshow={"slide_type": "subslide"}
plots.show(
    figure,
    "Left, AUC by number of labeled patients with its spread over ten draws: one-hot and vectors "
    "climb side by side, shuffled labels stay at one half, vectors of the labeled patients alone "
    "were tried at small n. Right, the paired difference of vectors and one-hot with "
    "95 % intervals, which are narrow where labels are many.",
)

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 13.4a (5 min)
#
# Write `my_paired_difference(a, b)`. `a` and `b` are arrays with one score a seed. Return three
# numbers: the mean of `a - b`, and both ends of its 95 % t interval, `mean - half` and
# `mean + half` with `half = t * sd / sqrt(n)`. `sd` is the standard deviation of the differences
# (dividing by n - 1), `t` is `scipy.stats.t.ppf(0.975, n - 1)`. There are two seeds or more.


# %% slideshow={"slide_type": "skip"}
def my_paired_difference(a, b):
    # BEGIN SOLUTION
    d = a - b
    n = len(d)
    half = t.ppf(0.975, n - 1) * np.std(d, ddof=1) / n**0.5
    return d.mean(), d.mean() - half, d.mean() + half
    # END SOLUTION


check.paired_difference(my_paired_difference)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Subtract seed by seed first. From then on there is one list of differences, and the two methods
# are forgotten.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `np.std(d, ddof=1)` divides by n - 1. `from scipy.stats import t`, then `t.ppf(0.975, n - 1)`.
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 13.4b (10 min, optional)
#
# Write `my_learning_curve(models, sizes, seeds, pool, test)`. `models` gives each name a list of
# candidates, the same method with different settings. `candidate(train, held)` learns from the rows
# `train` and returns its score on the rows `held`; higher is better. For each seed shuffle the array
# `pool` with `np.random.default_rng(seed)`, once for all; the first n rows are labeled. Choose a
# candidate with those n rows alone: learn from a part of them, score on the rest. The chosen one
# learns from all n and is scored on `test`, the only one that is. Return a dict: for each name an
# array with one row a size and one column a seed.


# %% slideshow={"slide_type": "skip"}
def my_learning_curve(models, sizes, seeds, pool, test):
    # BEGIN SOLUTION
    curves = {name: np.zeros((len(sizes), len(seeds))) for name in models}
    for column, seed in enumerate(seeds):
        shuffled_pool = np.random.default_rng(seed).permutation(pool)
        for row, n in enumerate(sizes):
            labeled = shuffled_pool[:n]
            learn, hold = labeled[: 3 * n // 4], labeled[3 * n // 4 :]
            for name, candidates in models.items():
                best = max(candidates, key=lambda c, a=learn, b=hold: c(a, b))
                curves[name][row, column] = best(labeled, test)
    return curves
    # END SOLUTION


check.learning_curve(my_learning_curve)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Three loops: seeds outside, then sizes, then models. The shuffle belongs to the seed, the choice of
# the candidate to the innermost loop.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `order = np.random.default_rng(seed).permutation(pool)`, then `order[:n]`. A quarter of the n rows
# may be held out for the choice. `max(candidates, key=...)` takes a function of a candidate.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 When they lose, and when they win
#
# Let a patient have the counts $x$, each code a row of the table $E$, and let the model be linear in
# the sum of the vectors. Then
#
# $$(xE)\,w + b = x\,(Ew) + b.$$
#
# The right side is one-hot, with the weight $E_c \cdot w$ for code $c$. So vectors add no ability;
# they take some away. One-hot has a free number for each code; vectors have one for each dimension.
# That helps if labels are few **and** the signal lives where the vectors can express it.

# %% [markdown] slideshow={"slide_type": "notes"}
# 10 minutes. Stop before the two worlds: "Which world is yours, and how would you know?"

# %% slideshow={"slide_type": "subslide"}
model = LogisticRegression(C=0.1, max_iter=500).fit(counts[pool] @ code_table, y[pool])
weights, bias = as_onehot_weights(code_table, model.coef_[0], model.intercept_[0])
gap = np.abs(model.decision_function(counts[test] @ code_table) - (counts[test] @ weights + bias))
print(f"{code_table.shape[1]} free numbers became {len(weights)} weights of codes;", end=" ")
print(f"largest difference of a score: {gap.max():.6f}")
alike = code_table @ code_table.T - 2 * np.eye(len(code_table))
a, b = np.unravel_index(alike.argmax(), alike.shape)
first, second = (clinic.ehr.name(vocab.tokens[i]) for i in (a, b))
print(f"two codes with almost the same vector, cosine {alike[a, b]:.2f}:\n  {first}\n  {second}")
spread = weights.std()
print(f"their weights differ by {abs(weights[a] - weights[b]) / spread:.2f} spreads of all weights")
assert gap.max() < 1e-6 and abs(weights[a] - weights[b]) < spread

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 13.5 (5 min, optional)
#
# Write `my_as_onehot_weights(E, w, b)`. `E` has shape `(codes, d)`, `w` shape `(d,)`, `b` is a
# number. Return a pair: an array of shape `(codes,)` and a number, so that for every array of counts
# `X` the scores `X @ E @ w + b` equal `X @ weights + bias`.


# %% slideshow={"slide_type": "skip"}
def my_as_onehot_weights(E, w, b):
    # BEGIN SOLUTION
    return np.array([row @ w for row in E]), b
    # END SOLUTION


check.as_onehot_weights(my_as_onehot_weights)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Matrix products can be bracketed as you like. And who has no code at all still gets `b`.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `E @ w` has one number for each row of `E`.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Two worlds
#
# Here is a small world in which we decide where the signal lives: 15 illnesses with 8 codes each.
# Whoever has an illness gets one to three of its codes, at random. Vectors of 16 dimensions are
# trained on these records, without labels. In one world the risk depends on the illnesses, in the
# other on single codes: two codes of one illness can mean opposite things, as two drugs can. In
# between the risk is a mix. `C` is chosen inside the n patients, as before.

# %% slideshow={"slide_type": "skip"}
rng = np.random.default_rng(0)
n_people, illness_names = 6000, [f"illness{g:02d}" for g in range(15)]
people = [
    [
        f"{illness}-{code}"
        for illness in np.array(illness_names)[rng.random(15) < 0.15]
        for code in rng.permutation(8)[: rng.integers(1, 4)]
    ]
    for _ in range(n_people)
]
small = build_vocab(people[:3000])
table = unit_rows(train_skipgram(people[:3000], small, dim=16, window=None).center_table)
world = count_codes([[codes] for codes in people], small)[0]
illness = np.array([illness_names.index(token.split("-")[0]) for token in small.tokens])
of_illness = rng.normal(size=15)[illness]
of_code = rng.normal(size=len(small))
of_code -= (np.bincount(illness, of_code) / np.bincount(illness))[illness]  # no illness in it


def labels_of(share):
    """Draw labels whose log-odds come from single codes by `share`, from illnesses by the rest."""
    parts = [world @ weights / (world @ weights).std() for weights in (of_illness, of_code)]
    signal = (1 - share) ** 0.5 * parts[0] + share**0.5 * parts[1]
    risk = 1 / (1 + np.exp(1 - 2 * (signal - signal.mean())))
    return (np.random.default_rng(1).random(n_people) < risk).astype(int)


# %% slideshow={"slide_type": "subslide"} tags=["claim-A22", "claim-A28", "correction-N12"]
world_sizes, grid = (50, 100, 200, 400, 800, 2000), {}
for share in (0, 0.25, 0.5, 0.75, 1):
    label = labels_of(share)
    both = {"one-hot": world, "vectors": world @ table}
    models = {name: [linear(X, C, label) for C in (0.01, 0.1, 1.0)] for name, X in both.items()}
    rows = range(3000), range(3000, n_people)
    grid[share] = paired.learning_curve(models, world_sizes, range(8), *rows, folds=3)
print(f"vectors - one-hot, 8 draws; n = {'':<12}", *(f"{n:>7}" for n in world_sizes))
for share, found in grid.items():
    gains = (found["vectors"] - found["one-hot"]).mean(axis=1)
    print(f"{share:>5.0%} of the signal in single codes    ", *(f"{gain:+7.3f}" for gain in gains))
in_groups, in_codes = (
    [paired.paired_difference(a, b) for a, b in zip(g["vectors"], g["one-hot"], strict=True)]
    for g in (grid[0], grid[1])
)
assert in_groups[1][1] > 0 and in_groups[1][0] > 2 * in_groups[-1][0]  # at n = 100
assert all(high < 0 for _, _, high in in_codes) and in_codes[-1][0] < in_codes[0][0]

# %% slideshow={"slide_type": "subslide"}
TwoWorldsDemo(grid, world_sizes)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Top row: the signal is in the illnesses. The vectors know which codes go together, a label for one
# code speaks for its neighbors, and the gain is large while labels are few and melts as they are
# added. Bottom row: the signal is in single codes. The vectors cannot tell them apart, and more
# labels make the loss *larger*, because only one-hot can use them. *Embeddings improve performance*
# is a statement about a world. Which is yours? Run the curve.
#
# ### From scratch, frozen, fine-tuned
#
# The table need not stay as it came. It can be learned from the labels alone (*scratch*), kept
# (*frozen*), or moved on from where it was (*fine-tuned*). First world, 60 labels:


# %% slideshow={"slide_type": "skip"}
def fit_table(start, train, label, move, steps=150):
    """Train weights, and with `move` the table too, on the labeled patients; return both."""
    E = torch.tensor(start, dtype=torch.float32, requires_grad=move)
    w = torch.zeros(start.shape[1], requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    X, target = (torch.tensor(part[train], dtype=torch.float32) for part in (world, label))
    optimizer = torch.optim.Adam([E, w, b] if move else [w, b], lr=0.02)
    for _ in range(steps):
        logits = X @ E @ w + b
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, target)
        optimizer.zero_grad()
        (loss + 0.01 * w.square().sum()).backward()
        optimizer.step()
    return E.detach().numpy(), w.detach().numpy()


# %% slideshow={"slide_type": "subslide"} tags=["claim-A20", "correction-N11"]
label, rows = labels_of(0), np.arange(3000, n_people)
found = {"scratch": [], "frozen": [], "fine-tuned": []}
for seed in range(5):
    rng = np.random.default_rng(seed)
    train = rng.permutation(3000)[:60]
    start = {"scratch": 0.1 * rng.normal(size=table.shape), "frozen": table, "fine-tuned": table}
    for how, first in start.items():
        E, w = fit_table(first, train, label, move=how != "frozen")
        found[how].append(auc(label[rows], world[rows] @ E @ w))
moved = np.linalg.norm(E - table, axis=1)
seen = world[train].any(axis=0)
for how, scores in found.items():
    print(f"{how:<11} AUC {np.mean(scores):.2f} (sd {np.std(scores, ddof=1):.2f}, 5 draws)")
print(f"fine-tuned: {seen.sum()} codes seen moved by {moved[seen].mean():.2f} on average,", end=" ")
print(f"{(~seen).sum()} codes not seen by {moved[~seen].max():.2f}")
assert moved[~seen].max() == 0 < moved[seen].min()
assert np.mean(found["frozen"]) > np.mean(found["scratch"])
best = max(found, key=lambda how: np.mean(found[how]))
print(f"best of the three here: {best}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Fine-tuning moves only the rows of codes that a labeled patient has; the others stay where they
# were, and neighbors are torn apart. *Pre-trained embeddings are fine-tuned* is one of two choices.
# With few labels try *frozen* first.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### The whole experiment
#
# The course has run it at length: methods of lessons 10 to 12 behind one interface, two simulated
# clinics, in each a pool of ten thousand patients for vectors and labels, and three thousand for the
# test. The results lie in `datasets/heart_failure`; `python -m helpers.experiment` makes them anew.
#
# You should see the mean AUC of each method, and its standard deviation over the draws. `LR` is
# logistic regression on one row of numbers a patient. *Linked* adds products of the vectors of a
# diagnosis and of what was ordered for it, *unlinked* of all diagnoses and treatments of a visit.
# *Labels only* starts from random numbers, *auxiliary* adds MiME's auxiliary tasks. GRU and MiME were
# drawn less often, they take long; each has one learning rate for all n, chosen on a third clinic.

# %% slideshow={"slide_type": "skip"}
stored = results.load_results()
n_labels = sorted(stored["labeled"].unique())
few, most = n_labels[0], n_labels[-1]
methods = stored["method"].unique(maintain_order=True).to_list()


def show_table(measure):
    """Print mean and spread of every method, by number of labels; return the means."""
    rows = results.summary(stored, measure).iter_rows(named=True)
    found = {(row["method"], row["labeled"]): row for row in rows}
    print(f"{'mean ± sd, n =':<30}", *(f"{n:>11,}" for n in n_labels), " draws")
    for name in methods:
        of_name = [found[name, n] for n in n_labels]
        cells = (f"{row['mean']:.3f} ± {row['sd']:.3f}".replace("0.", ".") for row in of_name)
        print(f"{name:<30}", *cells, f"{of_name[0]['n']:>6}")
    return {key: row["mean"] for key, row in found.items()}


# %% slideshow={"slide_type": "subslide"} tags=["claim-A42"]
aucs = show_table("auc")
best_possible = np.mean([*results.ceiling().values()])
print(f"\nthe risk from which the simulator drew the outcome: {best_possible:.3f}")
assert all(abs(aucs["LR shuffled labels", n] - 0.5) < 0.05 for n in n_labels)
assert max(aucs.values()) < best_possible

# %% slideshow={"slide_type": "subslide"} tags=["claim-A42"]
precisions = show_table("average_precision")
assert all(precisions["LR one-hot", n] > 1.5 * precisions["chance", n] for n in n_labels)

# %% [markdown] slideshow={"slide_type": "subslide"}
# The first table is the AUC, with one half by chance; the second the average precision, with the
# prevalence by chance. The last line of the first is the ceiling: the simulator's own risk, which
# knows what no record shows. Note the spread of shuffled labels: their mean is close to chance, and a
# single draw may be far from it.
#
# Means over different draws do not compare: read pairs. From here on each difference is taken inside
# a draw, on the same labeled and the same test patients. The word comes from the interval alone:
# *better* if all of it lies above zero, *worse* if all of it lies below.


# %% slideshow={"slide_type": "skip"}
def compare(*pairs):
    """Print how much better method a is than b, by number of labels; return the rows of each."""
    found = [list(results.differences(stored, a, b).iter_rows(named=True)) for a, b in pairs]
    print(*(f"{f'n = {n:,}':>15}" for n in n_labels))
    for (a, b), rows in zip(pairs, found, strict=True):
        print(f"{a} - {b}, AUC ± half of the 95 % interval, {rows[0]['n']} draws")
        print(*(f"{row['mean']:+.3f} ± {row['high'] - row['mean']:.3f}".rjust(15) for row in rows))
        print(*(in_words(row["low"], row["high"]).rjust(15) for row in rows))
    return found


def where(rows, word):
    """Return the numbers of labels at which a method is `word`."""
    return [row["labeled"] for row in rows if in_words(row["low"], row["high"]) == word]


# %% [markdown] slideshow={"slide_type": "subslide"}
# **The papers: features from embeddings beat raw codes, and so do all three methods.**

# %% slideshow={"slide_type": "fragment"} tags=["claim-A30", "claim-A42", "correction-N12"]
EMBEDDED = {"skip-gram": "LR sum of vectors", "Med2Vec": "LR Med2Vec", "MiME": "MiME vectors"}
found = compare(*((method, "LR one-hot") for method in EMBEDDED.values()))
against_raw = dict(zip(EMBEDDED, found, strict=True))
everywhere = [name for name, rows in against_raw.items() if where(rows, "better") == n_labels]
print(f"better at every n: {', '.join(everywhere) or 'none of the three'}")
assert few in where(against_raw["skip-gram"], "better")
assert most in where(against_raw["skip-gram"], "worse")  # the case where they lose
assert where(against_raw["Med2Vec"], "worse") == n_labels

# %% [markdown] slideshow={"slide_type": "subslide"}
# Skip-gram vectors win where labels are fewest and lose where they are many: the algebra above, in a
# clinic. Med2Vec loses everywhere here. Before blaming it, look at what else differs: its patient is
# the *mean* of the visits, and a mean forgets how much was written. So compare it with a mean as
# well. And skip-gram vectors with others that were counted instead of predicted (PPMI, lesson 04):

# %% slideshow={"slide_type": "fragment"} tags=["claim-A42"]
fair, lost, counted = compare(
    ("LR Med2Vec", "LR mean of vectors"),
    ("LR mean of vectors", "LR sum of vectors"),
    ("LR PPMI-SVD", "LR sum of vectors"),
)
assert where(fair, "better") == where(lost, "worse") == n_labels
assert few in where(counted, "better") and most in where(counted, "worse")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Averaging costs more than Med2Vec does. A comparison of two papers' methods is easily one of two
# ways to add up. And counted vectors do better than skip-gram's where labels are few: it is the
# records without labels that help, not one way to read them.
#
# **The papers: the gain is largest on small data sets.** MiME's authors measured average precision,
# so here are both measures.


# %% slideshow={"slide_type": "skip"}
def trend(first, last):
    """Compare the gain at the smallest n with that at the largest, by their intervals."""
    if first["low"] > last["high"]:
        return "shrinks"
    return "grows" if first["high"] < last["low"] else "not decided"


# %% slideshow={"slide_type": "subslide"} tags=["claim-A31", "correction-N18"]
print("method - one-hot, at the smallest and the largest n")
trends = {}
for name, method in EMBEDDED.items():
    for measure, short in zip(results.MEASURES, ("AUC", "AP"), strict=True):
        rows = results.differences(stored, method, "LR one-hot", measure)
        ends = rows.row(0, named=True), rows.row(-1, named=True)
        gains = (
            f"{end['labeled']:>5,}: {end['mean']:+.3f} ({end['low']:+.3f} to {end['high']:+.3f})"
            for end in ends
        )
        trends[name, short] = trend(*ends)
        print(f"{name:<9} {short:<3}", *gains, trends[name, short], sep="  ")
assert trends["skip-gram", "AUC"] == "shrinks" and trends["MiME", "AUC"] == "grows"
assert few in where(against_raw["MiME"], "worse")

# %% slideshow={"slide_type": "subslide"} tags=["claim-A31", "correction-N18"]
without_links = [name for name in methods if "linked" not in name.split() and "MiME" not in name]
print("MiME, average precision relative to the best method without links")
relative = []
for n in n_labels:
    best = max(without_links, key=lambda name, n=n: precisions[name, n])
    relative.append(precisions["MiME vectors", n] / precisions[best, n] - 1)
    print(f"{n:>7,}: {relative[-1]:+.1%}, best is {best}")
assert relative[0] < 0 < relative[-1]

# %% [markdown] slideshow={"slide_type": "subslide"}
# For skip-gram the claim holds here, as far as there is a gain. For MiME the opposite does: it has a
# GRU and weights of its own to learn from the labels, and with the fewest of them it is behind
# one-hot.
#
# **The papers: the structure of records helps.** The control keeps every code and deals out anew who
# treats what. What the links gave must vanish.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A33", "correction-N19"]
shuffled_links, products = compare(
    ("MiME vectors", "MiME vectors (links shuffled)"),
    ("LR linked", "LR linked (links shuffled)"),
)
assert where(shuffled_links, "better") == where(products, "better") == n_labels

# %% [markdown] slideshow={"slide_type": "skip"}
# Shuffled links are not only missing, they are wrong, and a model may stumble over them. So compare
# as well with the same model, or a similar one, that is told no links at all:

# %% slideshow={"slide_type": "subslide"} tags=["claim-A33", "correction-N19"]
without, linked_raw, flat, strongest = compare(
    ("LR linked", "LR unlinked"),
    ("LR linked", "LR one-hot"),
    ("MiME vectors", "GRU vectors"),
    ("MiME vectors", "LR linked"),
)
assert where(without, "better") == where(linked_raw, "better") == n_labels
assert few in where(flat, "worse") and most in where(flat, "better")
assert few in where(strongest, "worse") and most in where(strongest, "better")

# %% [markdown] slideshow={"slide_type": "subslide"}
# The links carry signal at *every* n: a logistic regression that is handed the products of linked
# codes gains from them even with the fewest labels, and is the one method here that beats one-hot at
# every n. MiME has to learn what to do with them. It is behind the flat GRU where labels are few, and
# ahead of everything where they are many. So structure helps the model that can afford it.
#
# **The papers: auxiliary tasks help with little data.** And what is left of MiME if nothing was
# pretrained, against a GRU that also starts from nothing, and against one-hot?

# %% slideshow={"slide_type": "subslide"} tags=["claim-A32", "claim-A33", "correction-N19"]
helped, bare, late = compare(
    ("MiME labels and auxiliary", "MiME labels only"),
    ("MiME labels only", "GRU labels only"),
    ("MiME labels and auxiliary", "LR one-hot"),
)
assert where(helped, "better") == n_labels[1:-1]  # not with the fewest, not with the most
assert few not in where(bare, "better") and not where(late, "better")

# %% [markdown] slideshow={"slide_type": "subslide"}
# The auxiliary tasks help in the middle. With the fewest labels nothing is shown, with the most
# nothing is left to gain; and with their help MiME from random numbers is nowhere better than
# one-hot. Pretrained vectors did more for it. The weight of the tasks was one value, not tuned; lesson
# 12 has the sweep of $\lambda$. A method that is *not decided* in ten draws has not been shown to be
# useless: it has not been shown to be anything.
#
# There are dozens of intervals in this section. Each misses the truth in about one of twenty
# experiments, so one or two words above may be wrong: trust a row of the same words, not a single one.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What they said, and what we found

# %% slideshow={"slide_type": "fragment"} tags=["claim-A30", "claim-A31", "claim-A32", "claim-A33"]
CLAIMS = {
    "skip-gram features beat raw codes (Choi 2016: up to 23 % more AUC)": against_raw["skip-gram"],
    "so does MiME (Choi 2018: most on the smallest set, 15 % more AP)": against_raw["MiME"],
    "who treats what helps MiME (against shuffled links)": shuffled_links,
    "and a logistic regression": products,
    "auxiliary tasks help MiME (from random numbers)": helped,
}
for claim, rows in CLAIMS.items():
    places = {word: ", ".join(f"{n:,}" for n in where(rows, word)) for word in WORDS}
    print(claim)
    print("   here:", "; ".join(f"{word} at {ns}" for word, ns in places.items() if ns))

# %% slideshow={"slide_type": "skip"} tags=["claim-A31"]
panels = {
    "against one-hot": against_raw | {"linked products": linked_raw},
    "controls": {
        "MiME - links shuffled": shuffled_links,
        "linked - links shuffled": products,
        "auxiliary - labels only": helped,
    },
}
figure, axes = plots.new_figure(2, (10.0, 3.5))
for ax, (title, lines) in zip(axes, panels.items(), strict=True):
    for i, (name, rows) in enumerate(lines.items()):
        at = [row["labeled"] * (0.94 + 0.06 * i) for row in rows]  # side by side
        mean, half = ([row[key] for row in rows] for key in ("mean", "high"))
        half = np.subtract(half, mean)
        ax.errorbar(at, mean, half, label=name, marker=plots.MARKERS[i], capsize=2)
    ax.axhline(0, color="black", linestyle="--")
    ax.set(xscale="log", xlabel="labeled patients", title=title)
    ax.set_xticks(n_labels, [f"{n:,}" for n in n_labels])
    ax.minorticks_off()
    ax.margins(y=0.3)  # room for the legend
    ax.legend(fontsize=8, ncols=2, loc="lower center")
axes[0].set_ylabel("difference of AUC")

# %% slideshow={"slide_type": "subslide"}
plots.show(
    figure,
    "Differences of AUC with intervals, by number of labels. Left: skip-gram (circles) falls below "
    "zero, Med2Vec (squares) stays below, MiME (triangles) climbs from below to the top, linked "
    "products (diamonds) are above throughout. Right: real links against shuffled ones, in MiME "
    "(circles) and in a logistic regression (squares); auxiliary tasks (triangles) only in between.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Choi and others (2016) report up to 23 % more AUC with skip-gram features than with raw codes, over
# several kinds of classifiers, on the records of one health system; the authors of MiME (2018) report
# their largest gain, 15 % of the area under the precision-recall curve of the best baseline, on the
# smallest of their data sets, from the same system. Look up how many patients *smallest* means there
# before you compare it with our n. Those are findings about those records. Ours are about two
# simulated clinics, in which links matter because we built them so. A result that goes the other way
# here does not refute theirs, and one that agrees does not confirm them. What carries over is the way
# to ask: pairs, intervals, a control, several n.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### What a metric does not say
#
# *Embeddings lead to better care.* Nothing in this course shows it. Suppose the clinic invites the
# hundred test patients with the highest scores. What happens to them is in no record: it depends on
# what the invitation sets off.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A3", "correction-N02"]
invited = {}
for name, features in (("one-hot", counts), ("vectors", vectors)):
    model = LogisticRegression(C=0.01, max_iter=500).fit(features[pool], y[pool])
    scores = model.decision_function(features[test])
    invited[name] = int(y[test][np.argsort(-scores)[:100]].sum())
    print(f"{name:<8} AUC {auc(y[test], scores):.2f}: {invited[name]} of 100 invited become ill")
prevented = {}
for effect in (0.0, 0.1, 0.3):
    prevented[effect] = [effect * cases for cases in invited.values()]
    print(f"if an invitation prevents {effect:.0%} of the cases:", end=" ")
    print(*(f"{name} {n:.1f}" for name, n in zip(invited, prevented[effect], strict=True)))
assert max(prevented[0.0]) == 0 < min(prevented[0.3])  # the same AUC, another benefit

# %% [markdown] slideshow={"slide_type": "subslide"}
# The same model, the same AUC, and a benefit between nothing and a lot. To claim better care one
# would need a treatment that works for those who are found, a comparison of clinics with and
# without the model, ideally drawn by lot, outcomes that patients care about, and the count of those
# who were called for nothing.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### After the day of the split
#
# "Learn, fine-tune, run alone": once it runs, the world goes on. From today on the pharmacy writes
# its drugs in a new catalogue. The drugs are the same, every name is another. Nobody tells the model.


# %% slideshow={"slide_type": "subslide"} tags=["claim-B37", "correction-N24"]
def in_new_catalogue(codes):
    return [code.replace("GENERIC:", "CATALOGUE2:") for code in codes]


known = [records[i] for i in test]
renamed = [[in_new_catalogue(codes) for codes in visits] for visits in known]
total = sum(len(codes) for visits in known for codes in visits)
(before, lost_before), (after, lost_after) = (count_codes(part, vocab) for part in (known, renamed))
for name, rows_of in (("one-hot", np.eye(len(vocab))), ("vectors", code_table)):
    model = LogisticRegression(C=0.01, max_iter=500).fit(counts[pool] @ rows_of, y[pool])
    then, now = (
        auc(y[test], model.decision_function(np.log1p(part) @ rows_of)) for part in (before, after)
    )
    print(f"{name:<8} AUC {then:.2f} before, {now:.2f} after")
    assert now < then - 0.02
print(f"codes without a row: {lost_before / total:.1%} before, {lost_after / total:.1%} after")
assert lost_after > 10 * max(lost_before, 1)

# %% [markdown] slideshow={"slide_type": "subslide"}
# No error, no warning: a code without a row is dropped. The AUC cannot be watched from day to day,
# because the outcomes come a year later. The share of unknown codes can, and it is the first alarm
# to install. The vectors were made without labels, and they do not mend themselves either:
# *monitor* is a step for people.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 The trial with your own functions
#
# `check.pick` takes yours where its check is green, and the course's otherwise. The clinic is the
# same, with two strengths of regularization and six draws. How a candidate is chosen inside the n
# was left to you, so your differences may be a little other than those of the course.

# %% slideshow={"slide_type": "skip"}
my_task = check.pick("make_task", my_make_task)
area = check.pick("roc_auc", my_roc_auc)
precision = check.pick("average_precision", my_average_precision)
pair = check.pick("paired_difference", my_paired_difference)
curve = check.pick("learning_curve", my_learning_curve)
X_mine, y_mine, left_out = my_task(patients, target, 10_000, 0, 540)
mine = np.array([int(label) for label in y_mine.values()])
features = np.log1p(count_codes(list(X_mine.values()), vocab)[0])
print(f"{len(mine):,} patients, {mine.sum()} cases, {len(left_out)} left out")


# %% slideshow={"slide_type": "skip"}
def trial(features, C, measure):
    def score(train, held):
        if np.ptp(mine[train]) == 0 or np.ptp(mine[held]) == 0:
            return 0.0
        model = LogisticRegression(C=C, max_iter=500).fit(features[train], mine[train])
        return float(measure(mine[held], model.decision_function(features[held])))

    return score


for name, measure in (("AUC", area), ("average precision", precision)):
    both = {"one-hot": features, "vectors": even(features @ code_table)}
    trials = {key: [trial(X, C, measure) for C in (0.001, 0.1)] for key, X in both.items()}
    mine_found = curve(trials, [200], range(6), pool, test)
    mean, low, high = pair(*(np.ravel(mine_found[key]) for key in ("vectors", "one-hot")))
    print(f"{name:<18} vectors - one-hot at n = 200: {mean:+.3f}, {low:+.3f} to {high:+.3f}")
assert len(mine) + len(left_out) == len(patients)

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Write the paragraph
#
# Five sentences that would survive a reader who wants them to be wrong: who took part and who was
# left out; what was compared, on which patients, with how many draws; the difference *with its
# interval*, at a small and at a large n; the control row; what does not follow. Write yours here.

# %% tags=["solution"] slideshow={"slide_type": "skip"}
(small_mean, small_low, small_high), (large_mean, large_low, large_high) = (
    intervals[1],
    intervals[-1],
)
control = curves["shuffled labels"][-1].mean()
print(
    f"Of {len(patients):,} simulated patients {len(task.X):,} took part and "
    f"{len(task.excluded)} were left out;\n{y.mean():.0%} developed heart failure within 540 days. "
    f"Sums of skip-gram vectors\n(trained on {len(pool):,} records without labels) were compared "
    f"with one-hot log counts on the same\n{len(test):,} test patients over {len(seeds)} draws. "
    f"With 100 labels the AUC differed by {small_mean:+.3f}\n(95 % interval {small_low:+.3f} to "
    f"{small_high:+.3f}), with 800 by {large_mean:+.3f} ({large_low:+.3f} to {large_high:+.3f}).\n"
    f"With shuffled labels it was {control:.2f}. The test patients were not drawn anew, so the\n"
    "interval says nothing about another clinic; nothing here shows an effect on care."
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Limits
#
# The clinic is simulated: its conditions are tidy, its follow-up is complete. In real records a
# control may be somebody who moved away, and a label needs an end of observation. The interval is
# over draws of labeled patients; the test patients are the same ones in every draw, so another
# hospital is not covered. The draws come from one pool: where n is a large part of it they share
# patients, resemble each other, and the interval is too narrow. The vectors were trained once a
# clinic, and two clinics are two. And an AUC that is higher by a hundredth can be certain and still change
# nothing for Mrs Adler.
#
# ## Two questions
#
# **A.** Prevalence 2 %, AUC .75, average precision .07. What does that say? **a** worse than
# chance, **b** the two numbers contradict each other, **c** 3.5 times the precision of chance, and
# still mostly false alarms, **d** the AUC must be wrong.

# %% [markdown] slideshow={"slide_type": "notes"}
# 4 minutes for the two questions.

# %% slideshow={"slide_type": "skip"}
my_answer = "c"  # SOLUTION
check.rare_and_useful(my_answer)

# %% [markdown]
# **B.** A hundred patients have labels, and code vectors are trained on the records of the same
# hundred. What can the vectors add? **a** nothing may be used, it is a leak, **b** which codes go
# together, as far as a hundred records show it, **c** nothing at all, ever, **d** better vectors,
# because these patients have labels.

# %% slideshow={"slide_type": "skip"}
my_answer = "b"  # SOLUTION
check.same_hundred_patients(my_answer)

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Three fresh questions
#
# Drawn from the bank of the midterm, with other numbers than in this lesson. *three others* draws
# again. Nothing is saved; lesson 16 has whole papers, and finds what to repair.

# %% slideshow={"slide_type": "skip"}
Practice("13")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Takeaway
#
# Embeddings trade flexibility for labels. Show the curve, the interval, the control, and the case
# where they lose.
#
# ## Reading
#
# - E. Choi, A. Schuetz, W. Stewart and J. Sun (2016), *Medical Concept Representation Learning
#   from Electronic Health Records and its Application on Heart Failure Prediction*.
# - E. Choi, C. Xiao, W. Stewart and J. Sun (2018), *MiME: Multilevel Medical Embedding of Electronic
#   Health Records for Predictive Healthcare*.
# - E. Choi and others (2016), *RETAIN: An Interpretable Predictive Model for Healthcare using Reverse
#   Time Attention Mechanism*.
# - K. Cho and others (2014), *Learning Phrase Representations using RNN Encoder-Decoder for
#   Statistical Machine Translation*: the GRU.
# - T. Saito and M. Rehmsmeier (2015), *The Precision-Recall Plot Is More Informative than the ROC
#   Plot When Evaluating Binary Classifiers on Imbalanced Datasets*.
# - L. Rasmy and others (2021), *Med-BERT: pretrained contextualized embeddings on large-scale
#   structured electronic health records for disease prediction*.
# - C. Xiao and J. Sun (2021), *Introduction to Deep Learning for Healthcare*.

# %% [markdown] slideshow={"slide_type": "skip"}
# Your exercises in this lesson:

# %% slideshow={"slide_type": "skip"}
check.progress(13)
