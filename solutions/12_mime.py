# ---
# jupyter:
#   course:
#     title: "MiME"
#     question: How do we keep which treatment for which diagnosis?
#     minutes: 60
#     status: core
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 12 MiME
#
# **A visit is more than its codes: each drug was ordered for a reason. MiME keeps the reason. It
# needs records that have it, and its gains must be shown against shuffled links.**
#
# *60 minutes. Needs: lesson 11.*
#
# After this lesson you can
# - write a visit as diagnosis objects,
# - compute an object, a visit and the losses by hand, and explain the gate,
# - say how MiME and Med2Vec differ, part by part,
# - run the control with shuffled links, and the sweep of lambda,
# - say when MiME cannot be used.

# %% [markdown] slideshow={"slide_type": "notes"}
# **If you lecture (50 min).** One visit drawn twice and the table of parts 12, the object with
# numbers 12, visit and patient 6, auxiliary losses 6, controls 10, questions 4. Two stops for a
# vote: in section 2 ("Does a flat model see the difference?", some will say yes; it cannot)
# and in section 5 ("Why must shuffling keep the visit's codes?", because else something besides
# the links has changed). Exercises 12.2, 12.4 and 12.5 are homework.

# %% slideshow={"slide_type": "skip"}
import datetime
import textwrap
from dataclasses import replace

import numpy as np
import polars as pl
import torch
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from helpers import checks as check
from helpers import mime_by_hand, plots
from helpers.censoring import censor
from helpers.datasets import load_clinic
from helpers.demos.links import LinkDemo
from helpers.exam.mock import Practice
from helpers.link_control import shuffle_links, shuffle_patient_links
from helpers.loaders import load_ehr
from helpers.mime import MiME, sum_rows, tables_from_vectors
from helpers.mime_released import ReleasedMiME
from helpers.patient_gru import Outcome, PatientGRU, PatientModel
from helpers.patient_training import fit, predict
from helpers.patients import DxObject, Patient, Visit
from helpers.pretraining import skipgram_vectors
from helpers.recurrent_methods import LEARNING_RATES, SETTINGS, batch_size
from helpers.splits import split_patients
from helpers.visit_objects import visit_objects

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## Predict first
#
# Two groups of patients have high blood pressure and angina, and both take *metoprolol* and
# *amlodipine*. In one group metoprolol was ordered for the angina and amlodipine for the blood
# pressure; in the other it is the reverse. Only this decides who falls ill. A network gets every
# visit as a set of codes, from as many patients as you like. Which AUC will it reach?
# **a** about .5, **b** about .75, **c** near 1.

# %% slideshow={"slide_type": "skip"}
my_prediction = "a"  # SOLUTION
check.only_the_link(my_prediction)

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Choose the records
#
# The lesson was run on the bundled, synthetic clinic. For real records change the two constants and
# run all cells again, for example `RECORDS, FOLDER = "synthea", "/data/synthea/csv"`. Synthea writes
# down why a drug was ordered. MIMIC ("mimic3", "mimic4") does not: the cell says so, and the lesson
# goes on with the clinic.

# %% slideshow={"slide_type": "skip"} tags=["records"]
RECORDS, FOLDER = "bundled", None

# %% slideshow={"slide_type": "skip"} tags=["records"]
clinic = load_clinic() if RECORDS == "bundled" else None
ehr = clinic.ehr if clinic else load_ehr(RECORDS, FOLDER)
print(ehr.report if clinic is None else "nothing here is a real patient")
try:
    ehr.visit_objects()
except ValueError as refusal:
    print(textwrap.fill(f"MiME cannot be used here: {refusal}.", 98))
    print("The lesson goes on with the bundled clinic.")
    clinic = load_clinic()
    ehr = clinic.ehr
print(ehr)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 One visit, drawn twice
#
# Mrs Adler's visit has three diagnoses and three treatments. Med2Vec gets a set of six codes. A
# doctor reads more: amlodipine is for the blood pressure, metoprolol and the ECG are for the angina.
# A *diagnosis object* is a diagnosis with the treatments that were ordered **for it**.

# %% [markdown] slideshow={"slide_type": "notes"}
# 12 minutes with the table of parts. Draw the flat set first and let the class add the lines.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A26"]
rows = [
    ("dx", "hypertension", None),
    ("dx", "angina", None),
    ("dx", "gout", None),
    ("rx", "amlodipine", "hypertension"),
    ("rx", "metoprolol", "angina"),
    ("px", "ECG", "angina"),
]
objects, unlinked = mime_by_hand.dx_objects(rows)
print("flat   ", *sorted(code for _, code, _ in rows))
print("objects", *(f"{dx}: {rx + px or 'nothing'}" for dx, rx, px in objects), sep="\n    ")
assert len(objects) == 3 and not unlinked

# %% slideshow={"slide_type": "skip"} tags=["extra-code"]
figure, axes = plots.new_figure(2, size=(8.6, 3.0))
kinds = {"dx": (0, "o", 0), "rx": (1, "s", 1), "px": (1, "^", 2)}
places, count = {}, {0: 0, 1: 0}
for kind, code, _ in rows:
    column, marker, color = kinds[kind]
    places[code] = (column, -count[column])
    count[column] += 1
    for ax in axes:
        ax.scatter(*places[code], s=70, marker=marker, color=plots.COLORS[color], zorder=2)
        end = "right" if column == 0 else "left"
        ax.annotate(code, places[code], xytext=(-9 if column == 0 else 9, 0), ha=end, va="center",
                    textcoords="offset points")  # fmt: skip
for _, code, reason in rows[3:]:
    axes[1].plot(*zip(places[code], places[reason], strict=True), color="black", zorder=1)
for ax, title in zip(axes, ("a set of codes", "diagnosis objects"), strict=True):
    ax.set(xlim=(-1.1, 2), ylim=(-2.6, 0.6), title=title, xticks=[], yticks=[])

# %% slideshow={"slide_type": "subslide"}
plots.show(
    figure,
    "The same visit twice, diagnoses left, treatments right. Left panel: six codes without lines. "
    "Right panel: hypertension is joined to amlodipine, angina to metoprolol and to the ECG, gout "
    "to nothing.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see the same six codes; only the lines are new. How much of this is in the records?

# %% slideshow={"slide_type": "fragment"} tags=["records"]
known = ehr.visit_objects()
links = len(known.rx) + len(known.px)
bare = np.mean((np.diff(known.rx_offsets) == 0) & (np.diff(known.px_offsets) == 0))
print(f"{known.n_visits:,} visits with {len(known.dx):,} diagnosis objects")
print(f"{bare:.0%} of the objects have no treatment")
print(f"{links:,} treatments with their diagnosis, {known.unlinked.sum():,} without")

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 12.1 (6 min, optional)
#
# Write `my_dx_objects(rows)`. `rows` is a list of `(kind, code, reason)` of one visit, in any order;
# `kind` is `"dx"`, `"rx"` or `"px"`, and no row occurs twice. The reason of a treatment is the code
# of a diagnosis, or None where nobody wrote it down. Return two lists: one `(dx, [rx], [px])` for
# every diagnosis, with or without treatments, and the *codes* of the treatments that belong to no
# diagnosis of this visit. A treatment with two rows can belong to two diagnoses.


# %% slideshow={"slide_type": "skip"}
def my_dx_objects(rows):
    # BEGIN SOLUTION
    diagnoses = [code for kind, code, _ in rows if kind == "dx"]

    def given(kind, dx):
        return [code for k, code, reason in rows if k == kind and reason == dx]

    objects = [(dx, given("rx", dx), given("px", dx)) for dx in diagnoses]
    unlinked = [code for kind, code, why in rows if kind != "dx" and why not in diagnoses]
    return objects, unlinked
    # END SOLUTION


check.dx_objects(my_dx_objects)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# First find the diagnoses and open an object for each. Then go through the treatments: each names
# its object, or none.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# A dict from the diagnosis to its object: `objects[reason][1].append(code)`. Ask
# `reason in objects` before.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Does MiME "build on" Med2Vec?
#
# *MiME builds on Med2Vec by adding auxiliary tasks and links*, one reads. Both have the same first
# author and two levels, codes and visits. Compare the parts:

# %% slideshow={"slide_type": "fragment"} tags=["claim-A40", "claim-A23", "correction-N13"]
parts = {
    "skip-gram": {"codes that occur together"},
    "Med2Vec": {"codes of the same visit (softmax)", "codes of neighboring visits"},
    "MiME": {"the outcome", "own diagnosis of an object", "own treatments of an object"},
}
needs_label = {"the outcome"}
for model, losses in parts.items():
    print(f"{model}, {len(losses)} loss terms. Without any label:")
    print("   ", "; ".join(sorted(losses - needs_label)))
shared = parts["Med2Vec"] & parts["MiME"]
tables = [name for name, _ in MiME(2, 2, 2, 4).named_parameters()]
print("loss terms that Med2Vec and MiME share:", len(shared))
print("tables of MiME:", *tables)
assert not shared and len(parts["MiME"] - needs_label) == 2

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see no common loss term. MiME has no loss on neighboring visits, no softmax among the
# codes of a visit, in its equations no code table behind a ReLU, and it does not start from
# Med2Vec. It is a model of its own, **trained with the outcome**; Med2Vec is one of the models that
# its paper compares it with. So *all three learn from co-occurrence* is a half-truth as well: take
# the label away, and only the auxiliary part of MiME is left.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 One object
#
# Let $d$ be the row of a diagnosis and $m_j$ the rows of its treatments. Vectors are rows here; the
# paper writes columns, and its matrices are the transposes of these. With ReLU as activation:
#
# $$g_j = \mathrm{ReLU}(d\,W_m) \odot m_j \qquad G = d + \sum_j g_j \qquad
# o = \mathrm{ReLU}(G\,W_o) + G$$
#
# The *gate* $\mathrm{ReLU}(d\,W_m)$ multiplies a treatment number by number. So the same drug becomes
# another vector under another diagnosis. The $+\,G$ at the end is a *skip connection*.

# %% [markdown] slideshow={"slide_type": "notes"}
# 12 minutes. Compute the first number of o on the board, formula by formula.

# %% slideshow={"slide_type": "fragment"}
d, metoprolol = np.array([1.0, 2.0]), np.array([3.0, 5.0])
W_m, W_o = np.array([[1.0, 0.0], [0.0, -1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])
gate = mime_by_hand.gate(d, W_m)
G = d + gate * metoprolol
print("gate     ReLU(d W_m) =", gate, " from", d @ W_m)
print("G        d + gate * m =", G)
print("object   ReLU(G W_o) + G =", mime_by_hand.dx_object(d, metoprolol[None], W_m, W_o))
assert mime_by_hand.dx_object(d, metoprolol[None], W_m, W_o).tolist() == [6, 6]

# %% [markdown] slideshow={"slide_type": "subslide"}
# The gate lets the first number of the drug through and stops the second. Without any treatment
# $G = d$. Now **stop**: move metoprolol from the angina to the blood pressure, and change nothing
# else. Does a flat model see the difference?

# %% [markdown] slideshow={"slide_type": "notes"}
# Stop 1. Some will say yes. The multi-hot row has six ones before and after.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A26"]
rng = np.random.default_rng(0)
codes = ["hypertension", "angina", "amlodipine", "metoprolol"]
row_of = dict(zip(codes, rng.normal(size=(4, 3)), strict=True))
W_m, W_o, W_v = rng.normal(size=(3, 3, 3))


def visit_by_hand(objects):
    made = [
        mime_by_hand.dx_object(
            row_of[dx], np.reshape([row_of[m] for m in rx + px], (-1, 3)), W_m, W_o
        )
        for dx, rx, px in objects
    ]
    return mime_by_hand.visit_vector(np.array(made), W_v, np.ones(len(made), bool))


before = [("hypertension", ["amlodipine"], []), ("angina", ["metoprolol"], [])]
moved = [("hypertension", ["amlodipine", "metoprolol"], []), ("angina", [], [])]
for name, objects in (("before", before), ("moved", moved)):
    there = {code for dx, rx, _ in objects for code in (dx, *rx)}
    multi_hot = [int(code in there) for code in codes]
    print(f"{name:<7} multi-hot {multi_hot}  visit vector {visit_by_hand(objects).round(2)}")
assert not np.allclose(visit_by_hand(before), visit_by_hand(moved))

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see two equal multi-hot rows and two different visit vectors (the rows and tables are
# random here; nothing was trained). What a flat model does not get, it cannot learn.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 12.2 (8 min)
#
# Write `my_dx_object(d, M, W_m, W_o)`: the vector of one object, shape `(dim,)`. `d` is the row of the
# diagnosis, `M` has one row for each treatment, drugs and procedures alike, and may have none
# (shape `(0, dim)`). Use the three equations above, with ReLU.


# %% slideshow={"slide_type": "skip"}
def my_dx_object(d, M, W_m, W_o):
    # BEGIN SOLUTION
    gate = np.maximum(d @ W_m, 0)
    G = d.copy()
    for m in M:
        G += gate * m
    return np.maximum(G @ W_o, 0) + G
    # END SOLUTION


check.dx_object(my_dx_object)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Number the operations: gate, gated treatments, their sum with d, then W_o, ReLU, skip. One
# diagnosis with two drugs is one object.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `np.maximum(x, 0)` is ReLU. `gate * M` multiplies every row of M, and `.sum(axis=0)` of no rows
# is a row of zeros.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 From objects to the patient
#
# $$F = \sum_i o_i \qquad v = \mathrm{ReLU}(F\,W_v) + F \qquad
# h = \mathrm{GRU}(v_1, \dots, v_T) \qquad p = \sigma(h\,w + b)$$
#
# A visit is the *sum* of its objects, once more through a layer with a skip. A GRU (lesson 13) reads
# the visits in time order; from its last state comes the risk. Programs that work in blocks fill up
# short visits with empty slots: a *mask* says which slots hold an object.

# %% [markdown] slideshow={"slide_type": "notes"}
# 6 minutes. The trap with the mask is a good board question.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A41"]
objects = np.array([[1.0, 2.0], [3.0, -5.0], [0.4, 0.4]])  # the third slot is padding
mask = np.array([True, True, False])
print("F =", objects[mask].sum(axis=0), " v =", mime_by_hand.visit_vector(objects, np.eye(2), mask))
example = visit_objects(
    [Patient("adler", None, None, tuple(
        Visit(f"v{i}", "adler", datetime.date(2020, 1, 1), None, ("angina", "gout"), rx, (),
              (DxObject("angina", rx), DxObject("gout")))
        for i, rx in enumerate((("metoprolol",), ("metoprolol", "nitrate")))
    ))]
)  # fmt: skip
generator = torch.Generator().manual_seed(0)
untrained = PatientModel(MiME(2, 2, 0, 4, rng=generator), PatientGRU(4, 4, rng=generator),
                         Outcome(4, rng=generator))  # fmt: skip
print("visit vectors", tuple(untrained.encoder(example).shape), end=", ")
print(f"risk of one untrained patient {predict(untrained, example)[0]:.2f}")
assert mime_by_hand.visit_vector(objects, np.eye(2), mask).tolist() == [8, -3]

# %% [markdown] slideshow={"slide_type": "subslide"}
# The padded slot holds .4 and .4, not zeros: in the released program every layer has a bias, so an
# empty slot comes out of it as $\sigma(b)$. Where the mask comes too late, such slots count.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 12.3 (6 min, optional)
#
# Write `my_visit_vector(objects, W_v, mask)`: the vector of a visit, shape `(dim,)`. `objects` has
# one row for each slot, and what stands in a padded slot can be anything; `mask` is True where there
# is an object. A visit without any object is a vector of zeros.


# %% slideshow={"slide_type": "skip"}
def my_visit_vector(objects, W_v, mask):
    # BEGIN SOLUTION
    F = np.where(mask[:, None], objects, 0).sum(axis=0)
    return np.maximum(F @ W_v, 0) + F
    # END SOLUTION


check.visit_vector(my_visit_vector)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Take the padding out before anything is added up. Then nothing that follows can see it.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `objects[mask]` keeps the rows where mask is True; the sum of no rows is a row of zeros.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 Auxiliary losses
#
# Outcomes are few, objects are many. So each object is also asked to name **its own** codes: a
# softmax names its one diagnosis, a sigmoid each treatment, given or not.
#
# $$L = L_{\text{outcome}} + \lambda \cdot \text{mean over objects of}\;
# \Big[-\ln p(d) - \sum_{m}\big(y_m \ln q_m + (1-y_m)\ln(1-q_m)\big)\Big]$$
#
# with $p = \mathrm{softmax}(o\,U_d)$ and $q = \sigma(o\,U_m)$. No label is needed for the second part.

# %% [markdown] slideshow={"slide_type": "notes"}
# 6 minutes. Ask: this visit or the next? (This one; it is question B.)

# %% slideshow={"slide_type": "fragment"}
knows_nothing = np.zeros((1, 4)), np.array([2]), np.array([[1, 0]])  # 8 diagnoses, 2 drugs
loss = mime_by_hand.aux_loss(*knows_nothing, np.ones((4, 8)), np.ones((4, 2)), np.ones(1, bool), 1)
print(f"all scores 0: {loss:.4f} = ln 8 + 2 ln 2 = {np.log(8) + 2 * np.log(2):.4f}")
assert np.isclose(loss, np.log(8) + 2 * np.log(2))

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 12.4 (8 min)
#
# Write `my_aux_loss(objects, dx, rx, U_d, U_m, mask, lam)`: one number, `lam` times the mean above.
# `objects` has one row for each slot, `dx` the number of each diagnosis, `rx` has 1 where a drug was
# given and 0 where not, shape `(slots, drugs)`; `U_d` has a column for each diagnosis, `U_m` for each
# drug. The mean is over the slots where `mask` is True; without any the loss is 0.


# %% slideshow={"slide_type": "skip"}
def my_aux_loss(objects, dx, rx, U_d, U_m, mask, lam):
    # BEGIN SOLUTION
    costs = []
    for o, diagnosis, given, real in zip(objects, dx, rx, mask, strict=True):
        if real:
            weights = np.exp(o @ U_d - (o @ U_d).max())
            q = 1 / (1 + np.exp(-o @ U_m))
            cost = -np.log(weights[diagnosis] / weights.sum())
            costs.append(cost - np.log(np.where(given == 1, q, 1 - q)).sum())
    return lam * float(np.mean(costs)) if costs else 0.0
    # END SOLUTION


check.aux_loss(my_aux_loss)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Write the cost of one object first: one term for its diagnosis, one for every drug that there is.
# Then average over the real ones, then multiply.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `scores[np.arange(n), dx]` picks one score from each row. `np.where(rx == 1, q, 1 - q)` is the
# probability of what was true of each drug.
# </details>

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Paper and program
#
# The authors' released program is not the model of the paper. If numbers do not agree, look here:
#
# | part | equations above | released program |
# |---|---|---|
# | skip connections | two | none |
# | visit layer $W_v$ | yes | none, the visit is the sum of the objects |
# | biases | none | in every layer |
# | rows of the codes | as they are | through ReLU first |
# | gates | one $W_m$ | one for drugs, one for procedures |
# | GRU | as in lesson 13 | three straight lines for the sigmoid, reset before the product |
# | auxiliary mean | over objects | over all slots: padding adds ln 2 to each treatment term |
# | $\lambda$ in its script | above 0 | 0, the auxiliary part is off |
#
# So an exam question on MiME has to print the equations it uses. The course has both:
# `helpers/mime.py` and `helpers/mime_released.py`.

# %% slideshow={"slide_type": "skip"} tags=["correction-N37"]
sizes = {"n_dx": 8, "n_rx": 5, "n_px": 3}
for name, model in (("paper", MiME(**sizes, dim=4)), ("released", ReleasedMiME(**sizes, code_dim=4,
                    object_dim=4))):  # fmt: skip
    shapes = {part: tuple(numbers.shape) for part, numbers in model.named_parameters()}
    biases = sum(len(shape) == 1 for shape in shapes.values())
    total = sum(int(np.prod(shape)) for shape in shapes.values())
    print(f"{name:<9} {total} numbers before the GRU, {biases} biases; layers:",
          *(part for part in shapes if part.startswith("W_")))  # fmt: skip
assert "W_v" not in shapes and biases == 6

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 Controls
#
# **First control: a toy where only the link decides.** Each patient has three visits. One of them
# holds hypertension, angina, amlodipine and metoprolol; the outcome is whether metoprolol was given
# for the blood pressure. All else is noise.

# %% [markdown] slideshow={"slide_type": "notes"}
# 10 minutes. Show the toy first, then the clinic. Stop 2 stands before exercise 12.5.


# %% slideshow={"slide_type": "skip"}
def toy_patients(n, rng):
    noise, drugs = ["gout", "asthma", "migraine", "reflux"], ["drug A", "drug B", "drug C"]
    people, outcome = [], rng.integers(2, size=n)
    for number, crossed in enumerate(outcome):
        visits = []
        for when in range(3):
            pairs = [(dx, str(rng.choice(drugs))) for dx in rng.permutation(noise)[:2].tolist()]
            if when == 1:
                two = ["amlodipine", "metoprolol"][:: -1 if crossed else 1]
                pairs += zip(("hypertension", "angina"), two, strict=True)
            visits.append(a_visit([(dx, [rx], []) for dx, rx in pairs]))
        people.append(Patient(f"p{number}", None, None, tuple(visits)))
    return people, outcome


def a_visit(objects):
    dx, rx = [o[0] for o in objects], [m for o in objects for m in o[1]]
    made = tuple(DxObject(name, tuple(drugs)) for name, drugs, _ in objects)
    return Visit("v", "p", datetime.date(2020, 1, 1), None, tuple(dx), tuple(set(rx)), (), made)


# %% [markdown] slideshow={"slide_type": "skip"}
# Three readers of a visit go into the same GRU: MiME; MiME **without the gate**, whose objects add up
# the plain rows; and a **flat** one, which adds up all rows of the visit and puts the same two layers
# on top.


# %% slideshow={"slide_type": "skip"}
def plain_sums(model, data, starts):
    """Add up the rows of the codes from each of these objects up to the next."""
    given = sum_rows(model.rx, data.rx, data.rx_offsets[starts])
    given = given + sum_rows(model.px, data.px, data.px_offsets[starts])
    return sum_rows(model.dx, data.dx, starts) + given


class Ungated(MiME):
    def objects(self, data):
        G = plain_sums(self, data, np.arange(len(data.dx) + 1))
        return self.activation(G @ self.W_o) + G


class Flat(MiME):
    def forward(self, data):
        G = plain_sums(self, data, data.object_offsets)
        F = self.activation(G @ self.W_o) + G
        return self.activation(F @ self.W_v) + F


def new_model(reader, data, dim, seed, tables=None, share=0.5):
    rng = torch.Generator().manual_seed(seed)
    sizes = len(data.dx_keys), len(data.rx_keys), len(data.px_keys)
    encoder = reader(*sizes, dim, tables=tables, frozen=tables is not None, rng=rng)
    head = Outcome(dim, share=share, rng=rng)  # the first guess is the share of cases
    return PatientModel(encoder, PatientGRU(dim, dim, rng=rng), head)


# %% slideshow={"slide_type": "skip"}
def toy_run(reader, n, seed, lam=0.0):
    people, y = toy_patients(n + 600, np.random.default_rng(seed))
    data, rows = visit_objects(people), np.arange(n + 600)
    model = new_model(reader, data, 16, seed)
    fit(model, data, y, rows[:n], rows[n : n + 100], epochs=40, batch_size=25,
        learning_rate=0.01, aux_weight=lam, seed=seed)  # fmt: skip
    return roc_auc_score(y[n + 100 :], predict(model, data, rows[n + 100 :])), model, data


# %% slideshow={"slide_type": "fragment"} tags=["claim-A26", "claim-A33"]
print("test AUC with 100 labeled patients, three seeds; chance .5")
found = {}
for name, reader in {"flat": Flat, "MiME": MiME, "without the gate": Ungated}.items():
    runs = [toy_run(reader, 100, seed) for seed in range(3)]
    found[name] = [auc for auc, *_ in runs]
    print(f"  {name:<17}", *(f"{auc:.2f}" for auc in found[name]))
check.only_the_link.reveal()
assert min(found["flat"]) > 0.4 and max(found["flat"]) < 0.6
assert min(found["MiME"]) > 0.95 and min(found["without the gate"]) > 0.95

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see chance for the flat reader, however long it trains: the two groups have the same
# codes. MiME finds the link. And so do objects **without the gate**. What carries the gain in this
# toy is the *grouping*, not the gate; an ablation has to be run before a part gets the praise.
#
# Now move a drug yourself. The bars are the visit vector and the risk of two trained models.


# %% slideshow={"slide_type": "skip"}
def trained_reader(reader):
    _, model, data = toy_run(reader, 100, seed=0)

    def read(objects):
        raw = visit_objects([Patient("adler", None, None, (a_visit(objects),))])
        as_known = {
            name: np.array([getattr(data, name).index(key) for key in getattr(raw, name)], int)
            for name in ("dx_keys", "rx_keys")
        }
        visit = replace(raw, dx_keys=data.dx_keys, rx_keys=data.rx_keys,
                        dx=as_known["dx_keys"][raw.dx], rx=as_known["rx_keys"][raw.rx])  # fmt: skip
        return model.encoder(visit)[0].detach().numpy(), float(predict(model, visit)[0])

    return read


# %% slideshow={"slide_type": "subslide"}
LinkDemo(before, {"MiME": trained_reader(MiME), "flat visit": trained_reader(Flat)})

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Second control: shuffle the links, keep everything else.** A gain of MiME on real or realistic
# records may come from its size, its layers, or luck. So deal the treatments of every visit out anew
# among its diagnoses. Each visit keeps its codes: nothing but the links has changed.
#
# **Stop.** Why must shuffling keep the visit's codes?

# %% [markdown] slideshow={"slide_type": "notes"}
# Stop 2. If codes change too, a worse result may come from the codes.

# %% slideshow={"slide_type": "fragment"}
for seed in (0, 2):
    for dx, rx, px in shuffle_patient_links([before], np.random.default_rng(seed))[0]:
        print(f"seed {seed}  {dx:<13}", rx + px)

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 12.5 (8 min)
#
# Write `my_shuffle_links(visits, rng)` for one patient. `visits` is a list of visits, a visit a list
# of `(dx, [rx], [px])`. Return the same structure. Every treatment is given to one diagnosis of its
# own visit, drawn with `rng` for each treatment by itself, all diagnoses of the visit with the same
# chance: also the one it had, also one that had no treatment. In these visits a treatment belongs to
# one diagnosis. Every visit keeps its diagnoses and its codes; leave `visits` as it is.


# %% slideshow={"slide_type": "skip"}
def my_shuffle_links(visits, rng):
    # BEGIN SOLUTION
    shuffled = []
    for visit in visits:
        new = [(dx, [], []) for dx, _, _ in visit]
        for _, rx, px in visit:
            for code in rx:
                new[rng.integers(len(new))][1].append(code)
            for code in px:
                new[rng.integers(len(new))][2].append(code)
        shuffled.append(new)
    return shuffled
    # END SOLUTION


check.shuffle_links(my_shuffle_links)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Make new, empty objects for the diagnoses of a visit. Then let each treatment draw its owner among
# them.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `new = [(dx, [], []) for dx, _, _ in visit]` makes them; `rng.integers(len(new))` draws a place.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ### The clinic
#
# In our synthetic clinic the stage of an illness shows in the drugs that are given *for it*. So there
# is something to gain, and noise enough. Codes get their vectors from skip-gram on the visits of all
# training patients, whose labels are not used for that. Then labels train the rest, and the labels of
# at most 200 other patients tell when to stop. All readers have the same sizes; how fast each
# learns was chosen on another clinic, as in lesson 13.


# %% slideshow={"slide_type": "skip"} tags=["records"]
def later_diagnosis(ehr):
    """Make a task of records without one: is a diagnosis new in the last third of the visits?"""
    people = ehr.as_patients()
    first = [len(p.visits) * 2 // 3 for p in people]
    old = [{c for v in p.visits[:n] for c in v.dx} for p, n in zip(people, first, strict=True)]
    new = [{c for v in p.visits[n:] for c in v.dx} - o
           for p, n, o in zip(people, first, old, strict=True)]  # fmt: skip
    free = {c: sum(c not in o for o in old) for c in set().union(*new)}
    share = {c: sum(c in n for n in new) / free[c] for c in free if free[c] > 0.7 * len(people)}
    target = min(sorted(share), key=lambda c: abs(share[c] - 0.4))
    index = [p.visits[n].date if p.visits else None for p, n in zip(people, first, strict=True)]
    label = [None if target in o else int(target in n) for o, n in zip(old, new, strict=True)]
    print(f"no outcome on record: new later, {ehr.name(target)} ({share[target]:.0%} of patients)")
    columns = {
        "index_date": pl.Series(index, dtype=pl.Date),
        "hf_label": pl.Series(label, dtype=pl.Int8),
    }
    return replace(ehr, patients=ehr.patients.with_columns(**columns))


# %% slideshow={"slide_type": "skip"} tags=["records"]
task = censor(ehr if clinic else later_diagnosis(ehr))
labels = task.patients["hf_label"]
y = labels.fill_null(0).to_numpy().astype(int)
if clinic:
    part = task.patients["split"].to_numpy()
    train, valid, test = (np.flatnonzero(part == name) for name in ("train", "valid", "test"))
else:
    rows = np.flatnonzero(labels.is_not_null().to_numpy())
    train, valid, test = map(
        np.array, split_patients(rows.tolist(), (0.5, 0.2, 0.3), np.random.default_rng(0))
    )
data = task.visit_objects()
control = shuffle_links(data, np.random.default_rng(0))
flat_visits = task.visit_codes()
vectors = skipgram_vectors(flat_visits.take(train)).astype(np.float32)
tables = tables_from_vectors(data, flat_visits.keys, vectors)
print(f"{len(train)} patients to train, {len(valid)} to stop, {len(test)} to test;", end=" ")
print(f"{y[test].mean():.0%} of these with the outcome")


# %% slideshow={"slide_type": "skip"} tags=["records"]
def risks(reader, records, n, seed, y=y, tables=tables, lam=0.0):
    labeled = np.random.default_rng(seed).permutation(train)[:n]
    model = new_model(reader, records, 64, seed, tables, share=y[labeled].mean())
    kind = "GRU" if reader is Flat else "MiME"
    rate = LEARNING_RATES[f"{kind} {'labels only' if tables is None else 'vectors'}"]
    # MiME is at its best after a few epochs: in our clinic 8 in place of 4 change no number below
    settings = SETTINGS if reader is Flat else SETTINGS | {"patience": 4}
    fit(model, records, y, labeled, valid[:200], batch_size=batch_size(n), learning_rate=rate,
        aux_weight=lam, seed=seed, **settings)  # fmt: skip
    return predict(model, records, test)


def run(*args, **kwargs):
    return roc_auc_score(y[test], risks(*args, **kwargs))


def compare(n):
    print(f"test AUC with {n} labels, three seeds")
    for name, (reader, records) in ways.items():
        aucs[name, n] = np.array([run(reader, records, n, seed) for seed in range(3)])
        each = " ".join(f"{auc:.2f}" for auc in aucs[name, n])
        print(f"  {name:<22} {each}   mean {aucs[name, n].mean():.2f}")


few = min(300, len(train))
many = min(1000, len(train))
ways = {
    "flat": (Flat, data),
    "MiME": (MiME, data),
    "MiME, links shuffled": (MiME, control),
}
aucs = {}
compare(few)

# %% slideshow={"slide_type": "fragment"} tags=["records"]
compare(many)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Two things are still missing: the differences seed by seed, which have less noise than the columns
# above (same patients, same labels), and what a model gets if all labels that it is given, those for
# stopping too, are dealt out anew.

# %% slideshow={"slide_type": "fragment"} tags=["records", "claim-A33"]
for n in sorted({few, many}):
    for name in ("flat", "MiME, links shuffled"):
        gap = aucs["MiME", n] - aucs[name, n]
        print(f"{n:>5} labels: MiME minus {name:<21}", *(f"{d:+.2f}" for d in gap), end="")
        print(f"   mean {gap.mean():+.2f}")
if clinic:
    ahead, by_links = (aucs["MiME", many] - aucs[name, many] for name in list(ways)[::2])
    assert 0.01 < ahead.mean() < by_links.mean() and by_links.mean() > 0.02
    assert aucs["MiME", few].mean() - aucs["flat", few].mean() < ahead.mean() - 0.01
    assert aucs["MiME", few].mean() - aucs["MiME, links shuffled", few].mean() < by_links.mean()


# %% slideshow={"slide_type": "subslide"} tags=["records", "claim-A41"]
def dealt(seed):
    labels, rng = y.copy(), np.random.default_rng(seed)
    for part in (train, valid):
        labels[part] = rng.permutation(y[part])
    return labels


by_luck = [risks(MiME, data, few, seed, y=dealt(seed)) for seed in range(6)]
luck = np.array([roc_auc_score(y[test], risk) for risk in by_luck])
n_codes = np.diff(flat_visits.offsets[flat_visits.patient_offsets])[test]
slopes = [spearmanr(risk, n_codes)[0] for risk in by_luck]
print("labels shuffled, six deals:", *(f"{auc:.2f}" for auc in luck), f"  mean {luck.mean():.2f}")
print("does the risk rise or fall with the number of codes?", end=" ")
print(*("rises" if slope > 0 else "falls" for slope in slopes), sep=", ")
print(f"AUC of the number of codes itself: {roc_auc_score(y[test], n_codes):.2f}")
if clinic:
    assert abs(luck.mean() - 0.5) < 0.08 and spearmanr(luck, slopes)[0] > 0.5
else:
    print(f"{len(test)} test patients decide nothing: read the rows as an exercise in running.")

# %% [markdown] slideshow={"slide_type": "subslide"}
# First the chance row. On average it is near .5; single deals are not, and more of them would not be
# nearer. Labels dealt at random fall a little more often on long records or on short ones, the model
# learns that, and long records belong to sicker people: with a risk that rises with the number of
# codes it lands above .5, with one that falls below. So one deal is no chance row.
#
# In the bundled clinic you should see: with 1,000 labels MiME is ahead of the flat reader on
# average. With shuffled links it loses all of that lead: what it gains comes from the links. With 300
# labels MiME is *not* ahead, and shuffling costs it less: it has not yet learned to use the links.
# *Structure gives better representations* holds where the links decide and the labels suffice to
# learn it. Three seeds on one set of test patients are few; lesson 13 has more seeds, more
# patients and the other methods.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Does the auxiliary loss help with few labels?
#
# That is the claim of the paper. First the toy, for three values of $\lambda$. Then the clinic, where
# the tables start at random this time and are trained with the rest.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A32", "correction-N19"]
print("toy with 30 labels, test AUC of five seeds")
swept = {}
for lam in (0, 0.1, 1):
    swept[lam] = [toy_run(MiME, 30, seed, lam)[0] for seed in range(5)]
    each = " ".join(f"{auc:.1f}" for auc in swept[lam])
    print(f"  lambda {lam:<4} {each}   mean {np.mean(swept[lam]):.1f}")
assert np.mean(swept[0.1]) < np.mean(swept[0]) + 0.1 and np.mean(swept[1]) < np.mean(swept[0])

# %% slideshow={"slide_type": "subslide"} tags=["records", "claim-A32", "correction-N19"]
print(f"MiME with {few} labels, three seeds")
ways = {
    "random tables, lambda 0": (None, 0),
    "random tables, lambda 0.1": (None, 0.1),
}
for name, (start, lam) in ways.items():
    aucs[name] = np.array([run(MiME, data, few, seed, tables=start, lam=lam) for seed in range(3)])
aucs["skip-gram tables, lambda 0"] = aucs["MiME", few]
for name in (*ways, "skip-gram tables, lambda 0"):
    each = " ".join(f"{auc:.2f}" for auc in aucs[name])
    print(f"  {name:<27} {each}   mean {aucs[name].mean():.2f}")
if clinic:
    without, with_it, skipgram = (aucs[name].mean() for name in list(aucs)[-3:])
    assert without + 0.02 < with_it < skipgram

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see two answers. In the toy the auxiliary loss brings nothing: the codes are the same
# in both groups, and naming them does not tell who falls ill. With $\lambda = 1$ it does harm. In
# the clinic with few labels and tables that start at random it helps: naming the codes of an object
# teaches the tables which codes belong together, and for that no label is needed. Skip-gram does
# this too, and better, because it may read all training patients; the auxiliary loss above read the
# labeled ones only. So *auxiliary tasks help with little data* is what the paper found on its
# records, and a hypothesis for yours. Ask: compared with which start? $\lambda = 0$ and pretrained
# tables belong in the sweep.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 With your own functions
#
# `check.pick` takes your function where its check is green. Let it read a visit with the tables of
# the model trained on the toy, and compare with the course's fast model.

# %% slideshow={"slide_type": "skip"}
make_object = check.pick("dx_object", my_dx_object)
make_visit = check.pick("visit_vector", my_visit_vector)
shuffle = check.pick("shuffle_links", my_shuffle_links)
_, trained, toy = toy_run(MiME, 100, seed=0)
weights = {name: p.detach().numpy() for name, p in trained.encoder.named_parameters()}


def read_visit(objects):
    dx = [weights["dx"][toy.dx_keys.index(name)] for name, _, _ in objects]
    M = [weights["rx"][[toy.rx_keys.index(m) for m in rx]] for _, rx, _ in objects]
    made = [make_object(d, m, weights["W_m"], weights["W_o"]) for d, m in zip(dx, M, strict=True)]
    return np.asarray(make_visit(np.array(made), weights["W_v"], np.ones(len(made), bool)))


key_visit = [toy.object_offsets[1], toy.object_offsets[2]]
spelled = [
    (
        toy.dx_keys[toy.dx[o]],
        [toy.rx_keys[toy.rx[i]] for i in range(*toy.rx_offsets[o : o + 2])],
        [],
    )
    for o in range(*key_visit)
]
fast = trained.encoder(toy)[1].detach().numpy()
gap = np.abs(read_visit(spelled) - fast).max()
print("largest difference from the fast model:", "below 0.001" if gap < 1e-3 else f"{gap:.3f}")
codes_before, codes_after = (
    sorted(m for _, rx, _ in visit for m in rx)
    for visit in (spelled, shuffle([spelled], np.random.default_rng(0))[0])
)
print("the shuffled visit has the same drugs:", codes_before == codes_after)
assert gap < 1e-3 and codes_before == codes_after

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Limits
#
# MiME needs to know what a treatment was ordered for. MIMIC hangs drugs on the hospital stay, and to
# guess the links and then learn from them is to learn one's own guess. If links are unknown, the
# Graph Convolutional Transformer learns them along with the task. And a recorded reason is a record:
# in the clinic some treatments stand with the wrong diagnosis, and some with none.
#
# ## Two questions
#
# **A.** MIMIC-III does not say which diagnosis a drug was ordered for. What may you *not* train on it?
# **a** skip-gram, **b** Med2Vec, **c** MiME, **d** a GRU on flat visits.

# %% [markdown] slideshow={"slide_type": "notes"}
# 4 minutes for the two questions.

# %% slideshow={"slide_type": "skip"}
my_answer = "c"  # SOLUTION
check.no_links(my_answer)

# %% [markdown]
# **B.** What are the targets of MiME's auxiliary losses? **a** the codes of the next visit, **b** the
# codes of the same object, **c** the outcome, **d** codes drawn at random.

# %% slideshow={"slide_type": "skip"}
my_answer = "b"  # SOLUTION
check.auxiliary_target(my_answer)

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Three fresh questions
#
# Drawn from the bank of the midterm, with other numbers than in this lesson. *three others* draws
# again. Nothing is saved; lesson 16 has whole papers, and finds what to repair.

# %% slideshow={"slide_type": "skip"}
Practice("12")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Takeaway
#
# MiME keeps who-treats-what; it needs links, and its gains must be shown against shuffled links.
#
# ## Reading
#
# - E. Choi, C. Xiao, W. F. Stewart and J. Sun (2018), *MiME: Multilevel Medical Embedding of
#   Electronic Health Records for Predictive Healthcare*, NeurIPS.
# - E. Choi and others (2020), *Learning the Graphical Structure of Electronic Health Records with
#   Graph Convolutional Transformer*, AAAI (links unknown).
# - T.-Y. Lin, A. RoyChowdhury and S. Maji (2015), *Bilinear CNN Models for Fine-grained Visual
#   Recognition*, ICCV (multiplying two vectors).

# %% [markdown] slideshow={"slide_type": "skip"}
# Your exercises in this lesson:

# %% slideshow={"slide_type": "skip"}
check.progress(12)
