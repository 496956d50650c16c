# ---
# jupyter:
#   course:
#     title: Med2Vec
#     question: How can one model learn codes and visits?
#     minutes: 60
#     status: core
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 11 Med2Vec
#
# **One model, two losses: the codes of a visit predict each other, and a visit predicts the
# visits beside it. Each loss teaches something that the other does not.**
#
# *60 minutes. Needs: lesson 10.*
#
# After this lesson you can
# - draw Med2Vec, and count its parameters,
# - compute both representations and both losses of a tiny record,
# - list the neighbors of every visit without crossing patients,
# - take one loss away and measure what goes with it, beside rows that need no model,
# - read a coordinate, and say what the model does not see.

# %% [markdown] slideshow={"slide_type": "notes"}
# **If you lecture (50 min).** Architecture with shapes, layer by layer, and the vote on the number
# of parameters 12, code loss by hand 8, neighbors and visit loss 10, training, ablation and the
# table with the rule 12, one coordinate and its rotation 5, questions 3. Exercises are homework.
# Two stops: "Where would the tree of ICD enter?" (nowhere) and "A patient with one visit: which
# loss do they feed?" (the code loss alone).

# %% slideshow={"slide_type": "skip"}
from dataclasses import replace
from itertools import pairwise
from textwrap import shorten

import numpy as np
import torch

from helpers import checks as check
from helpers import decomposition, med2vec, metrics, plots
from helpers.activations import relu
from helpers.censoring import censor
from helpers.code_groups import dx_groups
from helpers.datasets import load_clinic
from helpers.demographics import age_and_sex
from helpers.demos.coordinate import CoordinateDemo
from helpers.exam.mock import Practice
from helpers.loaders import load_ehr
from helpers.med2vec_by_hand import (
    code_loss,
    forward,
    n_parameters,
    predict,
    top_codes,
    top_ids,
    visit_loss,
    visit_pairs_within,
)
from helpers.med2vec_training import train_med2vec

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## Predict first
#
# We train Med2Vec to predict the codes of the next visit. Beside it stands a rule that learned
# nothing: *the next visit will be like this one*. Both name ten codes for each visit of new
# patients. Who finds more of the codes that come? **a** Med2Vec, **b** the rule, **c** both about
# the same.

# %% slideshow={"slide_type": "skip"}
my_prediction = "a"  # SOLUTION
check.next_visit(my_prediction)

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Choose the records
#
# The lesson was run on the bundled, synthetic clinic. To run it on real records, change the two
# constants and run all cells again, for example
# `RECORDS, FOLDER = "mimic4", "/data/mimic-iv-clinical-database-demo-2.2"` (or "mimic3",
# "synthea"). What then differs: diagnoses are grouped by ICD category instead of the planted
# condition, and a demo of a hundred patients shows little. Of the hundred in the MIMIC-III demo,
# 86 have a single visit: they feed the code loss alone.

# %% slideshow={"slide_type": "skip"} tags=["records"]
RECORDS, FOLDER = "bundled", None

# %% slideshow={"slide_type": "skip"} tags=["records", "claim-A38"]
clinic = load_clinic() if RECORDS == "bundled" else None
ehr = censor(clinic.ehr) if clinic else load_ehr(RECORDS, FOLDER)  # bundled: up to the index date
print(ehr.report if clinic is None else "nothing here is a real patient")
record = ehr.visit_codes()  # all visits one after the other, codes as numbers
n_codes = len(record.keys)
lengths = np.diff(record.patient_offsets)
alone = int((lengths == 1).sum())
print(f"{record.n_patients} patients, {record.n_visits} visits, {n_codes} different codes")
print(f"codes in a visit: {np.diff(record.offsets).mean():.1f} on average")
print(f"patients with a single visit, and so without a neighbor: {alone}")
assert lengths.sum() == record.n_visits

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 From codes to a visit
#
# Skip-gram gives a vector to every code and none to a visit. Med2Vec has two levels:
#
# $$u = \mathrm{ReLU}(x W_c + b_c) \qquad v = \mathrm{ReLU}([u; d]\, W_v + b_v) \qquad
# \hat y = \mathrm{softmax}(v W_s + b_s)$$
#
# $x$ is the multi-hot row of a visit, so $x W_c$ adds up the rows of its codes. $d$ is what is known
# of the person, age for instance; it is put beside $u$. $\hat y$ says which codes the visits next to
# this one have. (Choi and others 2016, eq. 1 and 2. The paper writes columns; its matrices are the
# transposes of ours, in which a code is a row.)

# %% [markdown] slideshow={"slide_type": "notes"}
# 12 minutes. Reveal the layers one by one, and let the class say each shape first. Stop: "Where
# would the tree of ICD codes enter?" Nowhere.

# %% slideshow={"slide_type": "subslide"} tags=["claim-A38"]
codes = ["hypertension", "asthma", "salbutamol", "gout"]
P = {
    "W_c": np.array([[1.0, -1.0], [-2.0, 1.0], [0.5, 2.0], [1.0, 0.0]]),
    "b_c": np.array([0.0, 0.5]),
    "W_v": np.array([[1.0, 0.0, -1.0], [0.0, 1.0, 1.0], [0.5, -0.5, 0.0]]),
    "b_v": np.array([0.0, 0.0, 1.0]),
    "W_s": np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]),
    "b_s": np.zeros(4),
}
x = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0]])  # two visits, four codes
d = np.array([[2.0], [2.0]])  # one number about the person
u, v = forward(x, d, P)
y = predict(v, P)
for name, rows in (("x", x), ("u", u), ("v", v), ("y", y)):
    print(f"{name} has shape {rows.shape}, first visit: {rows[0].round(2)}")
first, second, last = P["W_c"].size + 2, P["W_v"].size + 3, P["W_s"].size + 4
print(f"parameters: {first} + {second} + {last} = {n_parameters(4, 2, 3, 1, 4)}")
assert u[0].tolist() == [0.0, 0.5] and first + second + last == n_parameters(4, 2, 3, 1, 4)

# %% [markdown] slideshow={"slide_type": "subslide"}
# By hand, for the first visit: hypertension (1, -1) and asthma (-2, 1) add up to (-1, 0). With the
# bias that is (-1, 0.5), and the ReLU makes it (0, 0.5). The ReLU comes *after* the sum: asthma
# took away what hypertension gave. And what does age do?

# %% slideshow={"slide_type": "fragment"}
older = forward(x, d + 2, P)
print("u of the first visit:", u[0], "and with another age:", older[0][0])
print("v of the first visit:", v[0], "and with another age:", older[1][0])
assert np.array_equal(u, older[0]) and not np.array_equal(v, older[1])
for targets in (n_codes, 20):
    total = n_parameters(n_codes, 128, 128, 0, targets)
    print(f"{n_codes} codes, both dimensions 128, {targets} targets: {total:,} parameters")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Age moves $v$ and leaves $u$ alone; section 4 measures what it does for the prediction. And the
# last layer costs as much as the first. The paper therefore lets a visit predict *groups* of codes:
# fewer targets, the inputs as fine as before.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 11.1 (7 min)
#
# Write `my_forward(x, d, P)`. It returns `u` and `v`. `x` is one visit, shape `(codes,)`, or a batch,
# `(visits, codes)`; `d` has shape `(k,)` or `(visits, k)`. `P` is a dict with `"W_c"` of shape
# `(codes, m)`, `"b_c"` `(m,)`, `"W_v"` `(m + k, n)` and `"b_v"` `(n,)`; the first `m` rows of `W_v`
# belong to `u`, the others to `d`. For one visit `u` has shape `(m,)`, for a batch `(visits, m)`. Leave `P` as it is.


# %% slideshow={"slide_type": "skip"}
def my_forward(x, d, P):
    # BEGIN SOLUTION
    u = np.maximum(x @ P["W_c"] + P["b_c"], 0)
    joined = np.concatenate([u, d], axis=-1)
    return u, np.maximum(joined @ P["W_v"] + P["b_v"], 0)
    # END SOLUTION


check.forward(my_forward)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Two layers: multiply, add the bias, cut at 0. Between the two put `d` beside `u`; it is not cut.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `x @ W` works for one row and for many. `np.concatenate([u, d], axis=-1)` joins along the last
# axis, and `np.maximum(z, 0)` is the ReLU.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 The loss of the codes
#
# Codes of one visit should find each other. For every ordered pair $i \ne j$ of a visit, with the
# *one* table $R = \mathrm{ReLU}(W_c)$ in both roles:
#
# $$L_{code} = \text{mean of } -\log p(j \mid i), \qquad
# p(j \mid i) = \frac{\exp(R_j \cdot R_i)}{\sum_k \exp(R_k \cdot R_i)}
# \qquad\text{(eq. 3)}$$
#
# The sum runs over *all* codes $k$, the center $i$ included. Untrained, every code has the same
# chance, so the loss is $\ln |C|$:

# %% [markdown] slideshow={"slide_type": "notes"}
# 8 minutes. Ask what the loss of a table of zeros is before you run the cell.

# %% slideshow={"slide_type": "fragment"}
tiny_visits = [[0, 1], [1, 2], [3]]  # the last has one code, and so no pair
print(f"W_c = 0: {code_loss(tiny_visits, np.zeros((4, 2))):.4f}, ln 4 = {np.log(4):.4f}")
print(f"our W_c: {code_loss(tiny_visits, P['W_c']):.4f}")
scores = relu(P["W_c"]) @ relu(P["W_c"]).T
print("scores of asthma with", *(f"{c} {s:.0f}," for c, s in zip(codes, scores[1], strict=True)))
assert np.isclose(code_loss(tiny_visits, np.zeros((4, 2))), np.log(4)) and scores.min() >= 0

# %% [markdown] slideshow={"slide_type": "subslide"}
# No score is below 0: after the ReLU two codes can be strangers (score 0), never opposites. And a
# code's score with itself, the square of its length, is in the denominator and never in a
# numerator. Long vectors pay for it.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 11.2 (7 min)
#
# Write `my_code_loss(visits, W_c)`: the mean of $-\log p(j \mid i)$ over all ordered pairs of all
# visits, one number. `visits` is a list of lists of code ids, different within a visit; `W_c` has one
# row a code. A pair that occurs in two visits counts twice. If there is no pair at all, return 0.0.


# %% slideshow={"slide_type": "skip"}
def my_code_loss(visits, W_c):
    # BEGIN SOLUTION
    R = np.maximum(W_c, 0)
    weights = np.exp(R @ R.T)
    p = weights / weights.sum(axis=1, keepdims=True)
    costs = []
    for visit in visits:
        for i in visit:
            for j in visit:
                if i != j:
                    costs.append(-np.log(p[i, j]))
    return float(np.mean(costs)) if costs else 0.0
    # END SOLUTION


check.code_loss(my_code_loss)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# First the table of all p, one row a center; each row sums to 1. Then walk through the visits and
# collect one number for each ordered pair.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `R = np.maximum(W_c, 0)`, scores `R @ R.T`, and `itertools.permutations(visit, 2)` lists the ordered
# pairs of a visit.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 The loss of the visits
#
# A visit should know its neighbors: the visits of the *same patient*, at most $w$ before or after.
# All visits stand in one list, patient after patient, so somebody has to mind the borders. A patient
# with $T$ visits has $2(T - \ell)$ pairs at each distance $\ell \le w$.
#
# **Stop.** A patient has one visit. Which loss do they feed?

# %% [markdown] slideshow={"slide_type": "notes"}
# 10 minutes. Stop 2, before the cell: the code loss alone.

# %% slideshow={"slide_type": "fragment"}
for w in (1, 2):
    print(f"patients with 3, 1 and 2 visits, w = {w}:", *visit_pairs_within([3, 1, 2], w))
assert len(visit_pairs_within([3, 1, 2], 2)) == 2 * 2 + 2 * 1 + 2 * 1
assert not any(3 in pair for pair in visit_pairs_within([3, 1, 2], 2))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Visit 3 belongs to the patient with one visit, and is in no pair. One prediction $\hat y_t$ serves
# all neighbors of a visit. The cost against a neighbor $x_{t'}$:
#
# $$L_{visit} = \frac{1}{T} \sum_{(t, t')} - \sum_c \left[ x_{t'c} \log \hat y_{tc}
# + (1 - x_{t'c}) \log (1 - \hat y_{tc}) \right] \qquad\text{(eq. 2)}$$
#
# A strange mixture, as it was published and released: yes-or-no costs on the numbers of *one* softmax.
# They sum to 1, so a visit with ten codes can at best be given a tenth each.

# %% slideshow={"slide_type": "fragment"}
neighbors = [(0, 1), (1, 0)]
copied = visit_loss(x[::-1] / 2, x, neighbors)  # each visit expects just what the other has
print(
    f"our y: {visit_loss(y, x, neighbors):.3f}; the neighbor's two codes at a half each: ", end=""
)
print(f"{copied:.3f}, which is 2 ln 2 = {2 * np.log(2):.3f}")
assert np.isclose(copied, 2 * np.log(2), atol=1e-6) and copied < visit_loss(y, x, neighbors)

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 11.3 (6 min, optional)
#
# Write `my_visit_pairs_within(lengths, w)`. `lengths` says how many visits each patient has (0 is
# possible). Return a list of all pairs `(t, t')` of two different visits of the same patient, at most
# `w` apart, in both directions, each once. `t` counts through the list of all visits, from 0. The order
# of the pairs does not matter.


# %% slideshow={"slide_type": "skip"}
def my_visit_pairs_within(lengths, w):
    # BEGIN SOLUTION
    pairs, start = [], 0
    for n in lengths:
        for lag in range(1, w + 1):
            for t in range(start, start + n - lag):
                pairs += [(t, t + lag), (t + lag, t)]
        start += n
    return pairs
    # END SOLUTION


check.visit_pairs_within(my_visit_pairs_within)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Go patient by patient, and remember how many visits came before. Inside a patient go distance by
# distance.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `range(start, start + n - lag)` holds the visits that have another one `lag` later. It is empty for
# a patient who is too short.
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 11.4 (7 min)
#
# Write `my_visit_loss(Yhat, X, pairs, eps=1e-8)`, one number. In a pair `(t, t')` visit `t` predicts, row
# `Yhat[t]`, and visit `t'` is the target, row `X[t']` of zeros and ones. Add up
# $-[x \log(\hat y + eps) + (1-x) \log(1 - \hat y + eps)]$ over the targets and over the pairs, and
# divide by the number of visits, `len(Yhat)`. `X` can hold groups of codes: it has as many columns as
# `Yhat`. No pair, no loss: 0.0.


# %% slideshow={"slide_type": "skip"}
def my_visit_loss(Yhat, X, pairs, eps=1e-8):
    # BEGIN SOLUTION
    total = 0.0
    for t, neighbor in pairs:
        present = X[neighbor] * np.log(Yhat[t] + eps)
        absent = (1 - X[neighbor]) * np.log(1 - Yhat[t] + eps)
        total -= (present + absent).sum()
    return float(total / len(Yhat))
    # END SOLUTION


check.visit_loss(my_visit_loss)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# One pair costs one number: a sum over all targets. Present targets cost $-\log \hat y$, absent ones
# $-\log(1 - \hat y)$.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# With rows as arrays, `X[s] * np.log(Yhat[t] + eps)` needs no loop over the targets, and `.sum()` adds
# them up. Start the total at 0.0.
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ### What the paper says and what the program does
#
# | | paper, eq. 1 to 4 | released program | here |
# |---|---|---|---|
# | visit loss divided by | visits | pairs of visits, for each distance | exercise and training: visits |
# | code loss divided by | visits | pairs of codes in the batch | exercise: pairs; training: visits |
# | inside the logarithms | the probability | the probability + $10^{-8}$ | as the program; code loss of the exercise: as the paper |
# | border of patients | not crossed | probabilities set to 0 there: the printed cost is too high, the gradients are right | no such pair |
# | no pair at all | | code loss not a number, visit loss divided by $10^{-8}$ | 0 |
# | batch | | slices of the list; neighbors on two sides of a cut are lost | whole patients |
# | a code twice in a visit | a visit is a set | one code of the visit, its pairs count twice | training: as the program |
# | vector of a code | $\mathrm{ReLU}(W_c)$ | saves $W_c$ uncut; its author would read $\mathrm{ReLU}(W_c + b_c)$ | $\mathrm{ReLU}(W_c)$ |
# | penalty | | squares of $W_c$ alone, times 0.001 | the same, times 0.03 |
# | start, steps | | within 0.01 of 0, Adadelta | within 0.1, Adam |
#
# An empty cell: the equations do not say. The rest is the same in all three: one softmax that is
# judged by yes-or-no costs, one table in both roles, $d$ beside $u$ and not cut.
#
# The divisors decide who wins:

# %% slideshow={"slide_type": "skip"}
start = med2vec.initial_parameters(n_codes, code_dim=128, visit_dim=128, scale=0.1)
first_patients = record.take(np.arange(min(record.n_patients, 200)))
for divisor in ("visit", "pair"):
    terms = med2vec.losses(start, first_patients, average=divisor)
    print(f"untrained, divided by {divisor}s:", end=" ")
    print(f"code loss {terms.code.item():.0f}, visit loss {terms.visit.item():.0f}")

# %% [markdown] slideshow={"slide_type": "skip"}
# A visit of 14 codes has 14 · 13 = 182 pairs. Divided by visits they all weigh, and the code loss is
# the larger one. Divided by pairs it is one pair that weighs, and the visit loss drowns it.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 Train, and take one loss away
#
# The two losses are added up. A fifth of the patients is held out: all questions about the next
# visit are asked of them.

# %% [markdown] slideshow={"slide_type": "notes"}
# 12 minutes with the ablation. The training takes some seconds a model; start the cell early.

# %% slideshow={"slide_type": "subslide"} tags=["records", "claim-A23", "correction-N13"]
held = np.zeros(record.n_patients, bool)
held[np.random.default_rng(0).permutation(record.n_patients)[: record.n_patients // 5]] = True
seen, unseen = record.take(~held), record.take(held)
size, epochs = (1500, 10) if clinic else (100, 6)  # few visits: more steps each
settings = {"batch_size": size, "epochs": epochs}
model = train_med2vec(seen, **settings)
for term, losses in model.history.items():
    print(
        f"{term:<6} loss of a pair: {losses[0]:.2f} in the first epoch, {losses[-1]:.2f} in the last"
    )
empty = ehr.patients["hf_label"].clear(record.n_patients)
no_labels = replace(ehr, patients=ehr.patients.with_columns(hf_label=empty)).visit_codes()
same = bool((no_labels.code_ids == record.code_ids).all())
print(f"ln {n_codes} = {np.log(n_codes):.2f}. With every outcome deleted, the same input: {same}")
assert same and model.history["code"][-1] < np.log(n_codes)

# %% slideshow={"slide_type": "subslide"} tags=["records", "extra-code"]
figure, axes = plots.new_figure(2, size=(7.2, 2.8))
for ax, (term, losses) in zip(axes, model.history.items(), strict=True):
    plots.loss_curve(losses, ax=ax).set_title(f"{term} loss of a pair")
plots.show(figure, "Both terms of the loss after each epoch, the code loss on the left.")

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see both terms fall. *Skip-gram, Med2Vec and MiME learn from co-occurrence*: of the
# first two that is all there is to say. No label entered, and MiME (lesson 12) is trained with one.
#
# Now train with both losses and with each alone, three seeds each. Two questions: do the nearest five
# diagnoses of a diagnosis share its group (*purity*, measured in the space itself, not on a map)? And
# of the codes of the next visit, how many are among ten guesses (*recall*)?

# %% slideshow={"slide_type": "skip"} tags=["records"]
what, groups = dx_groups(ehr, record.keys)
grouped = [i for i, group in enumerate(groups) if group is not None]
group_names = [groups[i] for i in grouped]
multi_hot = np.zeros((unseen.n_visits, n_codes), bool)
multi_hot[np.repeat(np.arange(unseen.n_visits), np.diff(unseen.offsets)), unseen.code_ids] = True
lengths = np.diff(unseen.patient_offsets).tolist()
steps = np.array([(t, s) for t, s in visit_pairs_within(lengths, 1) if s > t]).reshape(-1, 2)
now, then = multi_hot[steps[:, 0]], multi_hot[steps[:, 1]]
print(f"{len(grouped)} diagnoses by {what or 'no group'}; {len(steps)} next visits to predict")


def recall(scores, wanted):
    return metrics.recall_at_k(scores, wanted, 10) if wanted.any() else float("nan")


def purity(trained):
    rows = trained.code_vectors().astype(float)[grouped]
    return metrics.purity_at_k(rows, group_names, 5) if what else float("nan")


# %% slideshow={"slide_type": "skip"} tags=["records", "claim-A25"]
def three_seeds(name, losses, first=()):
    """Train with some of the losses; note and print purity and recall of each seed."""
    seeds = range(len(first), 3)
    runs = [*first, *(train_med2vec(seen, losses=losses, seed=s, **settings) for s in seeds)]
    guesses = [trained.predict_neighbors(unseen)[steps[:, 0]] for trained in runs]
    reached = [[*map(purity, runs)], [recall(guess, then) for guess in guesses]]
    found[name] = np.round(reached, 2)  # the next digit differs from one processor to another
    pure, hits = ("  ".join(f"{value:.2f}" for value in row) for row in found[name])
    print(f"{name:<16} purity {pure}   recall {hits}")
    models[name] = runs


# %% slideshow={"slide_type": "subslide"} tags=["records", "claim-A25"]
found, models = {}, {}
three_seeds("both losses", ("code", "visit"), [model])  # the model from above has seed 0

# %% slideshow={"slide_type": "fragment"} tags=["records", "claim-A25"]
three_seeds("code loss only", ("code",))

# %% slideshow={"slide_type": "fragment"} tags=["records", "claim-A25", "correction-N15"]
three_seeds("visit loss only", ("visit",))
if clinic:
    pure, hits = (np.array([runs[i] for runs in found.values()]) for i in (0, 1))
    assert pure[0].min() > pure[1:].max() and hits[1].max() < 0.1 < hits[[0, 2]].min()

# %% slideshow={"slide_type": "subslide"} tags=["records", "extra-code"]
figure, axes = plots.new_figure(2, size=(7.2, 2.8))
titles = ("purity of 5 neighbors", "recall of 10 guesses")
for place, (ax, title) in enumerate(zip(axes, titles, strict=True)):
    for i, name in enumerate(found):
        ax.plot(
            found[name][place], [i] * 3, plots.MARKERS[i],
            color=plots.COLORS[i], alpha=0.7, markersize=5,
        )  # fmt: skip
    largest = max(runs[place].max() for runs in found.values())
    ax.set(title=title, xlim=(0, 1.1 * largest if largest > 0 else 1), ylim=(2.5, -0.5))
    ax.set_yticks(range(3), list(found))
plots.show(figure, "Purity and recall with both losses and with each alone, one mark a seed.")

# %% [markdown] slideshow={"slide_type": "subslide"}
# In the bundled clinic you should see that *two levels* is what the two losses make. Without the visit
# loss nothing is known of the next visit. Without the code loss the next visit is predicted a little
# better, and codes of one condition stand less close. And neither loss alone makes clusters as pure as both.
#
# So *Med2Vec captures the hierarchy* is true of these two levels, code and visit, and of no other: not
# of the tree of ICD codes, nor of which drug was given for what.

# %% slideshow={"slide_type": "fragment"} tags=["records", "claim-A39", "correction-N17"]
report = None
if what:
    rows = model.code_vectors().astype(float)[grouped]
    report = metrics.group_report(rows, group_names, 5, np.random.default_rng(0))
    print("purity of both losses, first seed")
    for row in ("purity", "chance", "shuffled"):
        print(f"  {row:<9} {report[row]:.2f}")
    assert clinic is None or report["purity"] > 10 * max(report["chance"], report["shuffled"])
else:
    print("The diagnoses of these records have no groups here.")

# %% [markdown] slideshow={"slide_type": "subslide"}
# The similarity is real: far above chance. It is not the best there is, though. Skip-gram on the same
# visits reached more in lesson 10.
#
# And the prediction? Beside Med2Vec stand two rows that need no model.

# %% slideshow={"slide_type": "fragment"} tags=["records", "claim-A25"]
often = np.bincount(seen.code_ids, minlength=n_codes) / seen.n_visits  # how popular a code is
popular = np.tile(often, (len(steps), 1))
rule = now + popular / 2  # first what is there now, then what is popular
guess = model.predict_neighbors(unseen)[steps[:, 0]]
rows = {"Med2Vec": guess, "popular codes": popular, "as last time": rule}
print(f"recall of 10 guesses; chance is {10 / n_codes:.2f}")
scores = {name: recall(table, then) for name, table in rows.items()}
print(*(f"  {name:<14} {score:.2f}" for name, score in scores.items()), sep="\n")
fresh = then & ~now  # codes of the next visit that this one does not have
print("the same for codes that are not in this visit")
for name, table in list(rows.items())[:2]:
    print(f"  {name:<14} {recall(np.where(now, -1.0, table), fresh):.2f}")
check.next_visit.reveal()
best = max(scores, key=scores.get)
print(f"Here the best of the three is: {best}.")
assert clinic is None or best == "as last time"

# %% [markdown] slideshow={"slide_type": "subslide"}
# In the bundled clinic the rule wins, and by a good deal. Chronic diseases stay, and drugs are
# repeated; a softmax that has to squeeze the visit through a vector loses which of twenty names
# this patient's hypertension goes by. At what is *new* the model is no better than naming popular codes.
# A result without the row *as last time* would have looked fine.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Four objections
#
# *Exact names are too much to ask*: let a visit predict groups, here conditions and drug classes. *It
# does not know the person*: add age and sex. *One neighbor is little*: take five on each side. *It
# was stopped too early*: train twice as long. Each with three seeds; to keep it short on a
# sixth of the patients, and with the visit loss alone, which predicted best.

# %% slideshow={"slide_type": "skip"} tags=["records"]
drug_class = {
    f"{row['system']}:{row['code']}": row["drug_class"] for row in ehr.codes.iter_rows(named=True)
}
shown = [group or drug_class.get(key) for key, group in zip(record.keys, groups, strict=True)]
# a code without a group is a group of its own
target_names, targets = np.unique(
    [group or key for key, group in zip(record.keys, shown, strict=True)], return_inverse=True
)
member = np.eye(len(target_names), dtype=np.float32)[targets]
now_groups, then_groups = (rows.astype(np.float32) @ member > 0 for rows in (now, then))
new_groups = then_groups & ~now_groups
people = age_and_sex(ehr)
people[:, 0] = (np.nan_to_num(people[:, 0], nan=60) - 60) / 10  # decades from 60
is_held = np.repeat(held, np.diff(record.patient_offsets))
part = seen.take(np.arange(max(seen.n_patients // 6, 1)))
known = people[~is_held][: part.n_visits], people[is_held]


# %% slideshow={"slide_type": "skip"} tags=["records"]
def try_out(name, demographics=(None, None), window=1, longer=1):
    """Train for groups with three seeds; print and return recall, of all and of new groups."""
    found = []
    for seed in range(3):
        trained = train_med2vec(
            part, losses=("visit",), groups=targets, demographics=demographics[0],
            window=window, epochs=longer * epochs, batch_size=size // 6, seed=seed,
        )  # fmt: skip
        guess = trained.predict_neighbors(unseen, demographics[1])[steps[:, 0]]
        found.append(
            [recall(guess, then_groups), recall(np.where(now_groups, -1, guess), new_groups)]
        )
    every, new = ("  ".join(f"{value:.2f}" for value in row) for row in np.transpose(found))
    print(f"{name:<24} {every}   of new ones {new}")
    return np.transpose(found)


# %% slideshow={"slide_type": "subslide"} tags=["records"]
print(f"recall of 10 guesses among {len(target_names)} groups, three seeds")
tried = [try_out("groups"), try_out("groups, age and sex", demographics=known)]

# %% slideshow={"slide_type": "fragment"} tags=["records"]
tried += [try_out("groups, window 5", window=5), try_out("groups, twice as long", longer=2)]
popular_groups = np.tile(often @ member / (often @ member).max(), (len(steps), 1))
of_new = recall(np.where(now_groups, -1, popular_groups), new_groups)
print(f"popular groups           {recall(popular_groups, then_groups):.2f}", end="")
print(f"               of new ones {of_new:.2f}")
last_time = recall(now_groups + popular_groups / 2, then_groups)
print(f"as last time             {last_time:.2f}")
assert clinic is None or max(every.max() for every, _ in tried) < last_time

# %% [markdown] slideshow={"slide_type": "subslide"}
# In the bundled clinic none of the four reaches *as last time*. Age, sex and a wider window move the
# recall about as much as another seed does. Longer training moves it more, and not at what is new:
# there no row finds more than the popular groups.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 Reading a coordinate
#
# *Each dimension of a vector is an aspect of meaning.* For skip-gram that is false (lesson 02): turn
# the space, and all dot products stay. Med2Vec's ReLU forbids the turning:

# %% [markdown] slideshow={"slide_type": "notes"}
# 5 minutes: one coordinate in the demonstration, then the rotation.

# %% slideshow={"slide_type": "fragment"} tags=["records", "claim-A9", "correction-N05"]
R = model.code_vectors().astype(float)
turns = [decomposition.rotate(np.eye(R.shape[1]), np.random.default_rng(s)) for s in range(3)]
turned = R @ turns[0]
change = abs(turned @ turned.T - R @ R.T).max()
after = abs(relu(turned) @ relu(turned).T - R @ R.T).max()
print(f"largest change of a dot product: {change:.6f} by the rotation, {after:.1f} with ReLU")


def turned_model(Q):
    """Turn the space of u: its tables by Q, and the next table back."""
    P, Q = model.parameters, torch.as_tensor(Q).float()
    return replace(model, parameters=P._replace(W_c=P.W_c @ Q, b_c=P.b_c @ Q, W_v=Q.T @ P.W_v))


guesses = [turned_model(Q).predict_neighbors(unseen)[steps[:, 0]] for Q in turns]
after_turn = [recall(guess, then) for guess in guesses]
print(
    f"recall as trained {scores['Med2Vec']:.2f}, turned", *(f"{r:.2f}" for r in after_turn), end=""
)
print(f", popular codes {scores['popular codes']:.2f}")
assert change < 1e-6 and after > 0.1
assert clinic is None or max(after_turn) < scores["Med2Vec"] - 0.05

# %% [markdown] slideshow={"slide_type": "subslide"}
# Without the ReLU the turned model would be as good as the trained one: what $W_c$ is turned by, the next
# table turns back. With the ReLU between them nearly all that was learned about the next visit is
# gone. So the axes are not arbitrary here.
#
# Whether they *mean* something is another question. Take the five diagnoses with the largest weights
# of each coordinate: which share is of one group? And does another seed find the same lists?


# %% slideshow={"slide_type": "skip"} tags=["records", "claim-A9"]
def five_of_each(table):
    """List the five leading diagnoses of every coordinate that has so many."""
    lists = [top_ids(table[grouped], dim, 5) for dim in range(table.shape[1])]
    return [five for five in lists if len(five) == 5]


def coherence(lists):
    names = [[group_names[i] for i in five] for five in lists]
    return np.mean([max(map(five.count, five)) / 5 for five in names]) if names else np.nan


def shared(lists, others):
    """Of a list, how many codes are in the most similar one of another table?"""
    best = [max((len({*mine} & {*other}) for other in others), default=0) for mine in lists]
    return np.mean(best) if best else np.nan


# %% slideshow={"slide_type": "fragment"} tags=["records", "claim-A9", "correction-N05"]
if what:
    rng = np.random.default_rng(0)
    tables = [trained.code_vectors().astype(float) for trained in models["both losses"]]
    lists = [five_of_each(table) for table in tables]
    rotated = [five_of_each(decomposition.rotate(tables[i % 3], rng)) for i in range(21)]
    drawn = [rng.permutation(len(grouped))[:5] for _ in range(2000)]
    of_trained, of_turned = ([coherence(five) for five in rows] for rows in (lists, rotated))
    print("share of one group, as trained", *(f"{share:.2f}" for share in of_trained), end="")
    print(
        f"; turned {min(of_turned):.2f} to {max(of_turned):.2f}; by chance {coherence(drawn):.2f}"
    )
    again, turned_again = (
        np.mean([shared(lists[0], rows[i]) for i in (1, 2)]) for rows in (lists, rotated)
    )
    print(f"codes of five in the best list of another seed: {again:.1f}, turned {turned_again:.1f}")
    assert clinic is None or np.mean(of_trained) > np.mean(of_turned) > coherence(drawn)

# %% [markdown] slideshow={"slide_type": "subslide"}
# In the bundled clinic a coordinate is far more coherent than five codes drawn at random. So is a
# turned one, and the lead of the trained axes is small: in *any* direction codes of one condition lie
# near each other. And another seed finds other lists. So the ReLU fixes axes, and fixed is not yet
# readable. Look at some:

# %% slideshow={"slide_type": "subslide"} tags=["loose", "records"]
names = [ehr.name(key) for key in record.keys]
for dim in (8, 10):  # where the leading weights lie apart, the same on every processor
    print(f"coordinate {dim}")
    for name in top_codes(R, dim, names, 3):
        print("   ", shorten(name, 80, placeholder=" …"))
CoordinateDemo(R, names, shown, range(8, 28))

# %% [markdown] slideshow={"slide_type": "skip"}
# Move the slider, and tick *rotate the table*: the list of a coordinate changes completely, while
# every code keeps its neighbors.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 11.5 (5 min, optional)
#
# Write `my_top_codes(W_c, dim, itos, k)`: the names of the `k` codes with the largest weights in
# coordinate `dim`, the largest first, as a list. `W_c` has one row a code and is not cut yet: only
# codes with a weight above 0 belong to the coordinate, so the list can be shorter, even empty. `itos`
# is the list of names. Of equal weights the smaller id comes first. Leave `W_c` as it is.


# %% slideshow={"slide_type": "skip"}
def my_top_codes(W_c, dim, itos, k):
    # BEGIN SOLUTION
    weighted = [(weight, i) for i, weight in enumerate(W_c[:, dim]) if weight > 0]
    weighted.sort(key=lambda pair: -pair[0])  # sorting keeps the order of equals
    return [itos[i] for _, i in weighted[:k]]
    # END SOLUTION


check.top_codes(my_top_codes)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# A coordinate is a column of the table. Sort it from the largest down, and stop where it reaches 0.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `np.argsort(-weight, kind="stable")` gives ids from the largest weight down, and keeps equal ones in
# the order of their ids.
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ### With your own functions
#
# Nothing of the training was hidden. Here are both losses of the first patients under the trained
# model, once by the functions you wrote (if their checks are green), once by the trainer.

# %% slideshow={"slide_type": "skip"}
forward_, code_loss_ = check.pick("forward", my_forward), check.pick("code_loss", my_code_loss)
pairs_ = check.pick("visit_pairs_within", my_visit_pairs_within)
visit_loss_ = check.pick("visit_loss", my_visit_loss)
some = seen.take(np.arange(20))
P = {name: table.numpy().astype(float) for name, table in model.parameters._asdict().items()}
by_visit = [part.tolist() for part in np.split(some.code_ids, some.offsets[1:-1])]
x = np.zeros((some.n_visits, n_codes))
for row, visit in zip(x, by_visit, strict=True):
    row[visit] = 1
_, v = forward_(x, np.zeros((len(x), 0)), P)
lengths = np.diff(some.patient_offsets).tolist()
pairs = [(int(t), int(s)) for t, s in pairs_(lengths, 1)]
mine = code_loss_(by_visit, P["W_c"]), visit_loss_(predict(np.asarray(v), P), x, pairs)
mine = [float(loss) for loss in mine]
theirs = (
    med2vec.losses(model.parameters, some, average="pair").code.item(),
    med2vec.losses(model.parameters, some, average="visit").visit.item(),
)
print(f"code loss {mine[0]:.3f} and {theirs[0]:.3f}, visit loss {mine[1]:.2f} and {theirs[1]:.2f}")
assert np.allclose(mine, theirs, rtol=1e-3)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Limits
#
# No order inside a visit. Between visits order, and no time: a week and three years are one step. No tree
# of codes, no link from a drug to its reason. Neighbors before and after are predicted by one and
# the same $\hat y$, so the model cannot say what comes *next* and what came *before*. Heart failure was
# not a task of the paper, and lesson 13 looks whether the vectors help there. What the trained model
# sees of order:

# %% slideshow={"slide_type": "skip"} tags=["records", "claim-A38"]
rng = np.random.default_rng(0)
visits = np.split(unseen.code_ids, unseen.offsets[1:-1])
spans = [np.arange(first, end) for first, end in pairwise(unseen.patient_offsets)]
orders = {
    "as they are": visits,
    "codes of each visit shuffled": [rng.permutation(visit) for visit in visits],
    "visits of each patient reversed": [visits[t] for span in spans for t in span[::-1]],
    "visits of each patient shuffled": [visits[t] for span in spans for t in rng.permutation(span)],
    "visits dealt to any patient": [visits[t] for t in rng.permutation(len(visits))],
}

# %% slideshow={"slide_type": "fragment"} tags=["records", "claim-A38"]
seen_of_order = []
for name, lists in orders.items():
    offsets = np.cumsum([0, *map(len, lists)])
    terms = med2vec.losses(
        model.parameters, replace(unseen, code_ids=np.concatenate(lists), offsets=offsets)
    )
    seen_of_order.append([terms.code.item(), terms.visit.item()])
    print(f"{name:<32} code loss {terms.code.item():.2f}, visit loss {terms.visit.item():.1f}")
assert np.allclose(seen_of_order[:3], seen_of_order[0], rtol=1e-4)
assert clinic is None or seen_of_order[0][1] < seen_of_order[3][1] < seen_of_order[4][1] - 5

# %% [markdown] slideshow={"slide_type": "subslide"}
# In the bundled clinic the order of a patient's visits matters, and little: whose visit it is matters
# far more. That is how *as last time* wins.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Two questions
#
# **A.** One table is center and context, and a code is never its own target. What does a code's score
# with itself do? **a** Nothing, it is left out. **b** It stands in the denominator only, so length
# costs. **c** It is rewarded, so vectors grow. **d** The ReLU sets it to 0.

# %% [markdown] slideshow={"slide_type": "notes"}
# 3 minutes for the two questions.

# %% slideshow={"slide_type": "skip"}
my_answer = "b"  # SOLUTION
check.score_with_itself(my_answer)

# %% [markdown]
# **B.** You want to predict the next visit and nothing else. Which loss can go, by what section 4
# measured? **a** the visit loss, **b** the code loss, **c** neither, **d** both.

# %% slideshow={"slide_type": "skip"}
my_answer = "b"  # SOLUTION
check.loss_to_drop(my_answer)

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Three fresh questions
#
# Drawn from the bank of the midterm, with other numbers than in this lesson. *three others* draws
# again. Nothing is saved; lesson 16 has whole papers, and finds what to repair.

# %% slideshow={"slide_type": "skip"}
Practice("11")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Takeaway
#
# The visit loss makes prediction, both losses together make the purest clusters, and the ReLU fixes
# the axes. No order in a visit, no time, no treatment links. And *as last time* belongs beside every
# prediction of a next visit.
#
# ## Reading
#
# - E. Choi, M. T. Bahadori, E. Searles and others (2016), *Multi-layer Representation Learning for
#   Medical Concepts* (KDD).
# - E. Choi, M. T. Bahadori, L. Song and others (2017), *GRAM: Graph-based Attention Model for
#   Healthcare Representation Learning* (KDD): the tree of codes.
# - O. Levy and Y. Goldberg (2014), *Neural Word Embedding as Implicit Matrix Factorization* (NIPS).

# %% [markdown] slideshow={"slide_type": "skip"}
# Your exercises in this lesson:

# %% slideshow={"slide_type": "skip"}
check.progress(11)
