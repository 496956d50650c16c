# ---
# jupyter:
#   course:
#     title: "EHR data: patients, visits, codes"
#     question: What does a record look like to a model, and how does it leak?
#     minutes: 50
#     status: core
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 09 EHR data: patients, visits, codes
#
# **A health record is a sequence of sets. Split it by patient, and cut it before the day of the
# prediction, or the result is too good to be true.**
#
# *50 minutes. Needs: lesson 01.*
#
# After this lesson you can
# - build patients, visits and codes from a list of events,
# - keep codes of different systems apart, and roll them up to coarser ones,
# - turn visits into padded arrays with a mask,
# - name index date, observation window, gap and prediction window, and cut by them,
# - split by patient, and find the leak in a study design.

# %% [markdown] slideshow={"slide_type": "notes"}
# **If you lecture (50 min).** Claim and one patient as table, timeline and arrays 11, code
# systems and the long tail 9, padding and mask 7, windows with the slider 8, the two splits 6,
# leaks and the four designs 9. Exercises 9.2 and 9.5 are homework. Two stops: before the split
# ("Labels are coin flips. Which accuracy?", expect 70 % for one half), and before the four
# designs ("The AUC is .98: what do you ask first?", expect the size of the data; the question
# that helps is what was known when).

# %% slideshow={"slide_type": "skip"}
from collections import Counter
from datetime import date, timedelta
from textwrap import shorten

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import KNeighborsClassifier

from helpers import batches, codes, datasets, events, loaders, plots, splits, timeline
from helpers import checks as check
from helpers.censoring import censor
from helpers.demos.timeline import TimelineDemo
from helpers.exam.mock import Practice
from helpers.vocab import build_vocab

# %% [markdown] slideshow={"slide_type": "skip"}
# The records of this lesson come from one line. It loads a simulated clinic of 3,000 patients,
# made for this course; nobody in it ever lived. Section 5 says what to write here instead for
# MIMIC or Synthea.

# %% slideshow={"slide_type": "skip"} tags=["load"]
clinic = datasets.load_clinic()
ehr = clinic.ehr  # the one line to change
ehr

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## Predict first
#
# Take 300 patients and flip a coin for each: the coin is the label. Nothing can predict a coin.
# Now shuffle all their *visits*, train on three quarters of them, and test on the others. How
# many test visits get the right label?
#
# **a** about half, **b** about three quarters, **c** more than nine in ten.

# %% slideshow={"slide_type": "skip"}
my_prediction = "c"  # SOLUTION
check.random_labels(my_prediction)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 From events to visits
#
# A record begins as a long list of **events**: who, when, which code. Somewhere in the clinic is
# a woman who could be our Mrs Adler: about 71, high blood pressure, type 2 diabetes, on
# metoprolol and metformin, and later heart failure. We look for her and print how her list
# begins.

# %% [markdown] slideshow={"slide_type": "notes"}
# 11 minutes for one patient as list, visits and array. Ask who has ever read a real record; let
# them say what is missing here.

# %% slideshow={"slide_type": "skip"}
patients = ehr.as_patients()
wanted = {"ICD10CM:I10", "ICD10CM:E119", "GENERIC:metoprolol", "GENERIC:metformin"}
alike = [
    patient
    for patient in patients
    if patient.sex == "F"
    and patient.hf_date
    and wanted <= {key for visit in patient.visits for key in visit.codes}
]
longest = max(patients, key=lambda patient: len(patient.visits))
mrs_adler = min(alike, key=lambda p: abs(p.index_date.year - p.birth_year - 71), default=longest)
if not alike:
    print("Nobody in these records is like her. The longest record stands in for hers.")

# %% slideshow={"slide_type": "fragment"} tags=["claim-A44"]
table = events.as_events(mrs_adler)
for event in table[:6]:
    name = shorten(ehr.name(event["code"]), 48, placeholder=" …")
    print(event["patient_id"], event["date"], f"{event['code']:<18}", name)
print("...", len(table), "events in all; born in", mrs_adler.birth_year)

# %% [markdown] slideshow={"slide_type": "subslide"}
# The list is hard to read, for us and for a model. What a doctor sees is a **visit**: everything
# written down for one person on one day. Inside a visit nothing has an order; the codes are a
# *set*. Between visits there is an order, that of time. So a patient is a sequence of sets.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A44"]
visits = events.build_patients(table)[mrs_adler.patient_id]
dx = {key for visit in mrs_adler.visits for key in visit.dx}
for visit in [*visits[:6], *visits[-4:]]:
    shown = [codes.dotted(key) for key in visit.codes if key in dx]
    print(visit.date, f"{len(visit.codes):>3} codes:", *shown[:6], "...")
sizes = [len(visit.codes) for visit in visits]
print(len(visits), "days in all, with", min(sizes), "to", max(sizes), "codes")
days = {visit.date for visit in mrs_adler.visits if visit.codes}  # no code, no event
assert [visit.date for visit in visits] == sorted(days)

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see one line a day, oldest first (the first six and the last four), with the first
# few of its diagnoses. A model still wants numbers. Give every code a column, as in lesson 01, and
# a visit becomes a multi-hot row. Processing records, one of the uses of embeddings beside images
# (lesson 14) and decision support (lesson 10), starts from this array.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A4"]
vocab = build_vocab(visit.codes for patient in patients for visit in patient.visits)
ids, _ = batches.encode_visits([visit.codes for visit in visits], vocab)
row_of = batches.multi_hot_visits(*batches.pad_visits([ids]), len(vocab))[0]
print("the record:", row_of.shape, "visits by codes, of which 1s:", int(row_of.sum()))
assert row_of.sum() == sum(len(visit.codes) for visit in visits)

# %% [markdown] slideshow={"slide_type": "skip"}
# Two more words. **Onset** is the first day on which an illness is recorded; the illness itself
# may be years older. A **phenotype** is a group of patients with the same picture of an illness,
# in records found by a rule on codes. The rule below asks for a diabetes code on two days.


# %% slideshow={"slide_type": "skip"} tags=["claim-A44"]
def days_with(*starts):
    return [v.date for v in mrs_adler.visits if any(key.startswith(starts) for key in v.dx)]


# the same illness in three books; a SNOMED number says nothing, so each is listed
failure = days_with("ICD9CM:428", "ICD10CM:I50", "SNOMED:88805009")
diabetes = days_with("ICD9CM:250", "ICD10CM:E11", "SNOMED:44054006", "SNOMED:127013003")
print("onset of heart failure in the record:", *(failure[:1] or ["none"]))
print("days with a diabetes code:", len(diabetes), "- in the phenotype:", len(diabetes) >= 2)
assert mrs_adler.hf_date in (None, *failure[:1])

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 9.1 (8 min)
#
# Write `my_build_patients(events)`. An event is a dict with three texts: `patient_id`, `date`,
# and `code`. A date is written `"2019/9/30"` or `"2019-09-30"`, and both kinds can occur.
# Return a dict from patient id to the list of that patient's visits, oldest first. A visit is a
# pair `(day, codes)`: a `datetime.date`, and a list or set that holds each code once. There is
# one visit a patient and day. The events come in any order; no events give an empty dict.


# %% slideshow={"slide_type": "skip"}
def my_build_patients(events):
    # BEGIN SOLUTION
    found = {}
    for event in events:
        year, month, day_of_month = event["date"].replace("/", "-").split("-")
        day = date(int(year), int(month), int(day_of_month))
        found.setdefault(event["patient_id"], {}).setdefault(day, set()).add(event["code"])
    return {patient: sorted(days.items()) for patient, days in found.items()}
    # END SOLUTION


check.build_patients(my_build_patients)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# First read every date. Then collect codes under two keys, the patient and the day. Sort at the
# end.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `date(2019, 9, 30)` makes a day from three ints (`date` is imported above). A dict of dicts of
# sets, filled with `.setdefault(...)`, keeps each code once. `sorted(days.items())` sorts by day.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 Code systems, roll-up, rare codes
#
# A code means nothing without its **system**. ICD-9 and ICD-10 are two books with different
# numbering, and some texts stand in both. In MIMIC-IV they lie in one column. The key of this
# course is therefore system and code together.

# %% [markdown] slideshow={"slide_type": "notes"}
# 9 minutes.

# %% slideshow={"slide_type": "fragment"} tags=["correction-N23"]
meaning = {
    codes.key("ICD9CM", "E8881"): "fall, striking against an object",
    codes.key("ICD10CM", "E8881"): "metabolic syndrome",
}
for key, text in meaning.items():
    print(f"{key:<14} written {codes.dotted(key):<7} {text}")
print("428.0 heart failure, 398.91 rheumatic heart failure: apart by", round(428.0 - 398.91, 2))
print("250 diabetes, 251 other pancreatic secretion disorders: apart by", 251 - 250)
print("HIV disease is 042; as a number it is", int("042"))
assert len(meaning) == 2 and len({codes.split_key(key)[1] for key in meaning}) == 1
assert 428.0 - 398.91 > 251 - 250 and str(int("042")) != "042"

# %% [markdown] slideshow={"slide_type": "subslide"}
# Three traps in one cell. The same five characters are a fall in one book and a metabolic
# disorder in the other. Close numbers can be different illnesses, and distant numbers close
# relatives: "2 and 3 are close" holds for quantities, not for codes. And 042 is text. A program
# that reads it as a number writes 42, which is no diagnosis at all.
#
# Which systems are in these records, and how often is each code used?

# %% slideshow={"slide_type": "skip"}
used = Counter(key for patient in patients for visit in patient.visits for key in visit.codes)
systems = Counter(codes.split_key(key)[0] for key in used)
for system, n in sorted(systems.items()):
    times = sum(count for key, count in used.items() if key.startswith(system + ":"))
    print(f"{system:<8} {n:>5} codes, used {times:>7,} times")

# %% slideshow={"slide_type": "fragment"}
diagnoses = Counter(key for p in patients for visit in p.visits for key in visit.dx)
counts = np.array(sorted(diagnoses.values(), reverse=True))
rank = np.arange(1, len(counts) + 1)
zipf = counts[0] / rank  # Zipf's law: one over the rank
print(f"{len(counts)} diagnosis codes, the rarest used {counts[-1]} times")
print(f"share of the ten most frequent {counts[:10].sum() / counts.sum():.0%}, ", end="")
print(f"by Zipf's law {zipf[:10].sum() / zipf.sum():.0%}")

# %% slideshow={"slide_type": "fragment"}
figure, (ax,) = plots.new_figure()
ax.loglog(rank, counts, "o", markersize=3, label="codes")
ax.loglog(rank, zipf, "--", color="black", label="Zipf's law")
ax.set(xlabel="rank of the diagnosis code", ylabel="times used")
_ = ax.legend()
seen = "; the simulated clinic stays above it, and drops at the end" if ehr is clinic.ehr else ""

# %% slideshow={"slide_type": "subslide"}
plots.show(
    figure,
    "How often each diagnosis code is used, most frequent first, both axes logarithmic. Zipf's "
    f"law is a straight line{seen}.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Words in texts roughly follow Zipf's law: a few are everywhere, and a long tail is hardly ever
# used. Codes of a real hospital are flatter at the top and have the long tail (section 5). The
# simulated clinic has no tail: its codes are close synonyms used about equally often, and odd
# illnesses are missing. To see what a tail does, shrink the clinic to 100 patients.

# %% slideshow={"slide_type": "fragment"}
practice = [visit.dx for patient in patients[:100] for visit in patient.visits]
# seven places are more than any code has
for label, level in (("as written", 7), ("one place after the dot", 1), ("category", 0)):
    found = Counter(codes.roll_up(key, level) for visit in practice for key in visit)
    rare = np.mean([n < 5 for n in found.values()])
    print(f"{label:<24} {len(found):>4} codes, {rare:.0%} of them used fewer than five times")

# %% [markdown]
# A code seen four times teaches a model little. **Rolling up** cuts a code behind its category:
# I50.9 and I50.1 become I50. There are half as many codes, and somewhat fewer rare ones. The
# price is detail: E11.22 (diabetes with kidney disease) and E11.9 (without complications) become
# one. Lesson 10 learns which codes belong together instead of cutting.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 9.2 (7 min, optional)
#
# Write `my_roll_up(code, level)` for ICD-9 diagnoses. `code` is text, with its dot (`"250.02"`)
# or without, as MIMIC stores it (`"25002"`). Before the dot stand three characters, as in
# `"042"` or `"V45"`, but four if the code begins with E: `"E878"`. At most two digits follow.
# Return text: the part before the dot, and `level` characters after it, `"250"` at level 0,
# `"250.0"` at level 1. What does not have this shape, such as `"I50.9"`, `"42"`, `"250.021"` or
# `""`, gives `"OTHER"`.


# %% slideshow={"slide_type": "skip"}
def my_roll_up(code, level):
    # BEGIN SOLUTION
    import re

    found = re.fullmatch(r"(\d{3}|V\d{2}|E\d{3})\.?(\d{0,2})", code)
    if found is None:
        return "OTHER"
    front, after = found.groups()
    return f"{front}.{after[:level]}" if after[:level] else front
    # END SOLUTION


check.roll_up(my_roll_up)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Take the dot out first; then both spellings are one. Decide where the category ends by looking
# at the first letter. Never turn the code into a number.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `code.startswith("E")`, slices such as `text[:4]`, and `text.isdigit()` are enough. Add the dot
# only if something stands behind it.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 Arrays and masks
#
# One patient has three visits, another twenty; one visit has two codes, another thirty. An array
# is a box with equal sides. So short visits are filled up with **padding**, and a **mask** of
# the same shape remembers what is real: true for a code, false for padding.

# %% [markdown] slideshow={"slide_type": "notes"}
# 7 minutes.

# %% slideshow={"slide_type": "fragment"}
few = [batches.encode_visits([v.codes for v in p.visits], vocab)[0] for p in patients[:50]]
box, mask = batches.pad_visits(few)
print("patients, visits, codes:", box.shape)
print(f"share of padding: {1 - mask.mean():.2f}")
newest, newest_mask = batches.pad_visits(few, max_visits=5)
print(f"newest five visits only: {newest.shape}, share of padding {1 - newest_mask.mean():.2f}")
assert mask.sum() == sum(len(visit) for patient in few for visit in patient)
assert 0 not in box[mask] and set(box[~mask].tolist()) <= {0}

# %% [markdown]
# Most of the box is padding. Code ids start at 1, so that 0 is free for it. Who forgets the mask
# computes with the padding too, and then a patient's numbers depend on the company: on the
# longest record in the same batch.

# %% slideshow={"slide_type": "skip"}
one = few[0]


def mean_id(batch, masked):
    """Mean code id of the first patient, with or without the mask. Any other number would do."""
    codes_of, real = (part[0] for part in batches.pad_visits(batch))
    return codes_of[real].mean() if masked else codes_of.mean()


for batch, company in (([one], "alone"), (few, "in a batch of 50")):
    print(f"{company:<17} no mask {mean_id(batch, False):6.2f}   mask {mean_id(batch, True):6.2f}")
assert mean_id([one], True) == mean_id(few, True)
assert mean_id([one], False) != mean_id(few, False)

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 9.5 (10 min, optional)
#
# Write `my_pad_visits(patients, pad=0, max_visits=None)`. `patients` is a list of patients, each
# a list of visits, each a list of ids from 1 up, perhaps empty. Return two arrays of shape
# `(patients, visits, codes)`: the ids, filled up with `pad`, and the mask, 1 or true where a
# code is. Real entries come first. With `max_visits` keep the *newest* visits of each patient,
# in order. The box is as large as the longest record and visit that are kept. A code equal to
# `pad` raises a `ValueError`. (9.3 and 9.4 come in the next section.)


# %% slideshow={"slide_type": "skip"}
def my_pad_visits(patients, pad=0, max_visits=None):
    # BEGIN SOLUTION
    kept = [visits if max_visits is None else visits[-max_visits:] for visits in patients]
    most_visits = max(len(visits) for visits in kept)
    most_codes = max(len(visit) for visits in kept for visit in visits)
    ids = []
    for visits in kept:
        if any(code == pad for visit in visits for code in visit):
            raise ValueError("a code has the id of the padding")
        rows = [list(visit) + [pad] * (most_codes - len(visit)) for visit in visits]
        ids.append(rows + [[pad] * most_codes] * (most_visits - len(visits)))
    return np.array(ids), np.array(ids) != pad
    # END SOLUTION


check.pad_visits(my_pad_visits)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Cut the lists first. Then find the largest number of visits and of codes, make a box of that
# size full of padding, and write each visit into its place. Write the mask in the same step.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `visits[-max_visits:]` are the last ones. `np.full(shape, pad)` makes the box, and
# `ids[p, v, :len(visit)]` is the place of one visit.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 Time, splits, leakage
#
# ### What was known when?
#
# The **index date** is the day of the prediction. The **observation window** before it holds the
# features, the **prediction window** after it the label. Between them lies a **gap**: codes take
# days or weeks to reach the computer, and a warning on the eve of the event helps nobody. The
# observation window is `[index - gap - obs, index - gap)`: a visit exactly at `index - gap` is
# already too late. Move the index date through Mrs Adler's record.

# %% [markdown] slideshow={"slide_type": "notes"}
# 8 minutes with the slider. Move the index date past the first heart failure code and ask what the
# model would now be told.

# %% slideshow={"slide_type": "subslide"}
index_date = mrs_adler.index_date or mrs_adler.visits[-1].date
demo = TimelineDemo(mrs_adler.visits, index_date)
demo

# %% slideshow={"slide_type": "skip"}
for gap_days in (0, 90):
    kept = timeline.window(mrs_adler.visits, index_date, obs_days=365, gap_days=gap_days)
    print(f"gap {gap_days:>2} days:", len(kept), "visits become features")
    assert all(visit.date < index_date - timedelta(days=gap_days) for visit in kept)

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 9.4 (8 min)
#
# Write `my_window(patient, index_date, obs_days, gap_days)`. `patient` is a list of visits as in
# 9.1, pairs `(day, codes)`, oldest first; the two lengths are days, 0 or more. Return a list of
# the visits in the observation window, in the same order. If there is none, return an empty list.


# %% slideshow={"slide_type": "skip"}
def my_window(patient, index_date, obs_days, gap_days):
    # BEGIN SOLUTION
    kept = []
    for day, codes_of_day in patient:
        days_before = (index_date - day).days
        if gap_days < days_before <= gap_days + obs_days:
            kept.append((day, codes_of_day))
    return kept
    # END SOLUTION


check.window(my_window)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Work out the two ends of the window as dates, then compare each day with both. One end belongs
# to the window, the other does not.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `index_date - timedelta(days=gap_days)` is a date, and dates can be compared with `<=` and `<`.
# </details>

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### No code is not "healthy"
#
# In the array a missing code is a 0. The clinic comes with its answer key, so we can look behind
# the 0: among people who do have high blood pressure on the index date, how many have a code
# for it?

# %% slideshow={"slide_type": "skip"}
cohort = patients if ehr is clinic.ehr else clinic.ehr.as_patients()
truth = clinic.truth_patients
ill = set(truth.filter(truth["hypertension"] > 0)["patient_id"])
keys = clinic.ehr.codes["system"] + ":" + clinic.ehr.codes["code"]
group = dict(zip(keys, clinic.ehr.codes["condition"], strict=True))
missed = {"last visit": [], "last 90 days": [], "last year": [], "whole record": []}
for patient in (p for p in cohort if p.patient_id in ill):
    known = timeline.window(patient.visits, patient.index_date, None)
    spans = [timeline.window(known, patient.index_date, days) for days in (90, 365)]
    for name, part in zip(missed, (known[-1:], *spans, known), strict=True):
        missed[name].append(not any(group[key] == "hypertension" for v in part for key in v.dx))

# %% slideshow={"slide_type": "fragment"}
for name, without in missed.items():
    print(f"{name:<13} {np.mean(without):.0%} of {len(without):,} have no such code")
assert np.mean(missed["last visit"]) > 0.25 and np.mean(missed["whole record"]) < 0.03
assert np.mean(missed["last 90 days"]) > np.mean(missed["last year"])
well = (p for p in cohort if p.patient_id not in ill)
known = (v for p in well for v in timeline.window(p.visits, p.index_date, None))
wrong = sum(group[key] == "hypertension" for visit in known for key in visit.dx)
print("codes for it among people who do not have it:", wrong)
assert wrong == 0

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see that a third have no code in their last visit, and that a short window misses
# more than a long one. A 0 can mean: not ill, not looked for, known but not worth writing down
# today, treated elsewhere, or no visit at all. The clinic is kinder than life in one way: it
# never writes down an illness that is not there.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Split by patient
#
# Back to the coin. Three hundred patients of the clinic, a coin flip each, and a model that could
# not be plainer: give a visit the label of the training visit most like it.

# %% [markdown] slideshow={"slide_type": "notes"}
# Stop here and vote again before you run the cell. After it ask: what did the model learn? Not
# the coin, but who is who.


# %% slideshow={"slide_type": "skip"}
def visit_rows(patients):
    """One row of counts a visit of 300 patients who came twice or more, and whose visit it is."""
    people = [patient for patient in patients if len(patient.visits) > 1][:300]
    owner = np.repeat(np.arange(len(people)), [len(p.visits) for p in people])
    visits = [visit.codes for p in people for visit in p.visits]
    return batches.count_codes([[found] for found in visits], build_vocab(visits))[0], owner


def coin_accuracy(rows, owner, seed, by_patient):
    """Share of right labels among held-out visits, when each patient's label is a coin."""
    rng = np.random.default_rng(seed)
    coin = rng.integers(0, 2, size=owner.max() + 1)[owner]
    ids = owner if by_patient else np.arange(len(owner))
    train = np.isin(ids, splits.split_patients(ids, (0.75, 0.25), rng)[0])
    model = KNeighborsClassifier(1, metric="cosine").fit(rows[train], coin[train])
    return model.score(rows[~train], coin[~train])


def report_coins(patients):
    """Print the accuracy of both splits, and return it."""
    rows, owner = visit_rows(patients)
    others = KNeighborsClassifier(1, metric="cosine").fit(rows, owner)
    nearest = others.kneighbors(return_distance=False)[:, 0]  # without X: not the visit itself
    print(f"most similar other visit is the same patient's: {np.mean(owner[nearest] == owner):.2f}")
    means = {}
    for name, by_patient in (("by visit", False), ("by patient", True)):
        found = [coin_accuracy(rows, owner, seed, by_patient) for seed in range(5)]
        print(f"split {name:<10} accuracy {np.mean(found):.2f} (sd {np.std(found):.2f}, 5 coins)")
        means[name] = np.mean(found)
    return means


# %% slideshow={"slide_type": "fragment"}
accuracy = report_coins(cohort)
check.random_labels.reveal()

# %% slideshow={"slide_type": "skip"}
assert accuracy["by visit"] > 0.9 and abs(accuracy["by patient"] - 0.5) < 0.05
if ehr is not clinic.ehr:
    print("your records:")
    report_coins(patients)

# %% [markdown]
# Nothing can predict a coin, and split by patient nothing does: about half is right. Split by
# visit, nearly all are right. The visit most like one of Mrs Adler's is nearly always another one
# of hers, so the model recognizes *her* and looks up her coin. Any label that belongs to a person,
# and most do, can be "predicted" this way. Always split patients, never visits.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 9.3 (7 min)
#
# Write `my_split_patients(ids, fractions, rng)`. `ids` is the column of patient ids of a table of
# visits, so an id is repeated; `fractions` add up to 1. Return a list with one list of patient ids
# for each fraction, each patient in one of them, once. Shuffle with `rng` (a numpy generator).
# Every part but the last holds its fraction of the patients, to within one; the last takes the
# rest, which may be nobody. Same seed, same split.


# %% slideshow={"slide_type": "skip"}
def my_split_patients(ids, fractions, rng):
    # BEGIN SOLUTION
    left = sorted(set(ids))
    rng.shuffle(left)
    total, parts = len(left), []
    for fraction in fractions[:-1]:
        size = round(fraction * total)
        parts.append(left[:size])
        left = left[size:]
    return [*parts, left]
    # END SOLUTION


check.split_patients(my_split_patients)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Find the different patients, in an order that does not change from run to run. Shuffle those.
# Then cut the list into pieces.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `sorted(set(ids))` or `dict.fromkeys(ids)` give each patient once. `rng.permutation(patients)`
# returns a shuffled array. The last piece is everything that is left.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ### The future leaks
#
# Every patient of the clinic has an index date. A quarter develop heart failure 30 to 540 days
# after it, and the raw tables go on and contain that. What if somebody forgets to cut? The model
# is the same in every row: logistic regression on log counts of codes, five splits by patient.

# %% [markdown] slideshow={"slide_type": "notes"}
# 9 minutes for leaks and designs together. Show the curve, then ask: at which point of it would you
# have become suspicious?

# %% slideshow={"slide_type": "skip"}
y = np.array([patient.hf_label for patient in cohort])
days_to = [(p.hf_date - p.index_date).days for p in cohort if p.hf_date]
print(f"heart failure: {y.mean():.0%} of {len(y):,}, {min(days_to)} to {max(days_to)} days later")
cohort_vocab = build_vocab(visit.codes for patient in cohort for visit in patient.visits)


def known_before(cut):
    """Log counts of the codes of each patient before the day `cut(patient)`."""
    kept = [[v.codes for v in p.visits if v.date < cut(p)] for p in cohort]
    return np.log1p(batches.count_codes(kept, cohort_vocab)[0])


def held_out_auc(features, y=y):
    """AUC on held-out patients in five splits; `features` may be made from the training part."""
    found = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        train, test = splits.split_patients(range(len(y)), (0.75, 0.25), rng)
        X = features(np.array(train)) if callable(features) else features
        model = LogisticRegression(C=0.05, max_iter=1000).fit(X[train], y[train])
        found.append(roc_auc_score(y[test], model.decision_function(X[test])))
    return np.array(found)


# %% slideshow={"slide_type": "subslide"}
months = (0, 1, 3, 6, 9, 12, 15, 18)
auc = {
    m: held_out_auc(known_before(lambda p, m=m: p.index_date + timedelta(days=30 * m)))
    for m in months
}
for m, found in auc.items():
    ill = np.mean([days < 30 * m for days in days_to])  # cases whose diagnosis is in the features
    print(f"{m:>2} months of the future  AUC {found.mean():.2f} (sd {found.std():.2f})", end="")
    print(f"  {ill:4.0%} of the cases have their diagnosis")
coin = np.random.default_rng(0).permutation(y)
shuffled = held_out_auc(known_before(lambda p: p.index_date), coin)
whole = held_out_auc(known_before(lambda p: date.max))
print(f"the whole record         AUC {whole.mean():.2f} (sd {whole.std():.2f})")
print(f"0 months, shuffled label AUC {shuffled.mean():.2f} (sd {shuffled.std():.2f})")

# %% slideshow={"slide_type": "skip"}
assert auc[0].mean() < 0.90 and whole.mean() > 0.97 and abs(shuffled.mean() - 0.5) < 0.05
assert abs(auc[1] - auc[0]).mean() < 0.02 < (auc[12] - auc[0]).min()

# %% slideshow={"slide_type": "subslide"}
figure, (ax,) = plots.new_figure()
means, sds = (np.array([f(auc[m]) for m in months]) for f in (np.mean, np.std))
ax.errorbar(months, means, sds, marker="o", capsize=3)
ax.axhline(0.5, linestyle="--", color="black")
ax.text(12, 0.51, "chance", fontsize=9)
ax.set(xlabel="months of the future left in the features", ylabel="AUC", ylim=(0.45, 1))
_ = ax.set_xticks(months)

# %% slideshow={"slide_type": "subslide"}
plots.show(
    figure,
    "AUC by the months of the future that were left in, with the spread over five splits. It "
    "stays flat for half a year, then climbs to nearly 1 when all of the future is in.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Cut at the index date, the AUC is about .8. With the whole record in the features it is above
# .97, and the model has learned a fact of no use: people with a heart failure code have heart
# failure. So an AUC of .98 is first of all a question: *what was known when?*
#
# The first months change next to nothing here. Nobody in this clinic falls ill in the first 30
# days, because it was simulated so, and for some months few cases have their diagnosis in the
# features (last column). Do not count on that. Ask a nearer question, half a year later: who of
# those still free of heart failure gets it within 90 days?

# %% slideshow={"slide_type": "skip"}
later = timedelta(days=180)
free = [i for i, p in enumerate(cohort) if not p.hf_date or p.hf_date >= p.index_date + later]
last_day = [p.index_date + later + timedelta(days=90) for p in cohort]
soon = np.array(
    [bool(p.hf_date) and p.hf_date < day for p, day in zip(cohort, last_day, strict=True)]
)[free]
nearer = {}
for days in (0, 30):
    features = known_before(lambda p, days=days: p.index_date + later + timedelta(days=days))
    nearer[days] = held_out_auc(features[free], soon)
    print(
        f"{days:>2} days of the future AUC {nearer[days].mean():.2f} (sd {nearer[days].std():.2f})"
    )

# %% slideshow={"slide_type": "skip"}
gain = nearer[30] - nearer[0]
print(f"{soon.sum()} cases; gain in each split:", *(f"{part:+.2f}" for part in gain))
assert gain.mean() > 0.01

# %% [markdown] slideshow={"slide_type": "skip"}
# Now one month is enough to lift the AUC. The course cuts whole tables with one call,
# `censor(ehr)`, which keeps what was written before each patient's index date.

# %% slideshow={"slide_type": "skip"}
cut_records = censor(clinic.ehr)
before = sum(v.date < p.index_date for p in cohort for v in p.visits)
print(f"{clinic.ehr.visits.height:,} visits in the file")
print(f"{cut_records.visits.height:,} visits before the index date")
assert cut_records.visits.height == before

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Four designs
#
# Four teams take the same patients, split them properly by patient, and cut the codes at the
# index date. Each adds one thing. Which designs leak?
#
# 1. the age on the index date,
# 2. the days from the index date to the last visit in the file,
# 3. the heart failure rate of each code, computed from the labels of *all* patients,
# 4. the codes up to the visit at which heart failure was diagnosed, that visit included.

# %% [markdown] slideshow={"slide_type": "notes"}
# Vote on each design before you run the cell. The third is the one most people let pass: no
# future, no shared patient, and still the test labels are inside the features.

# %% slideshow={"slide_type": "skip"}
base = known_before(lambda p: p.index_date)
age = np.array([p.index_date.year - p.birth_year for p in cohort])
to_last = np.array([(p.visits[-1].date - p.index_date).days for p in cohort])
at_event = known_before(lambda p: (p.hf_date or p.index_date) + timedelta(days=1))


def with_rates(rows):
    """Add one column: the mean heart failure rate of a patient's codes, rates from `rows`."""
    on = (base > 0).astype(float)
    rate = on[rows].T @ y[rows] / np.maximum(on[rows].sum(axis=0), 1)
    mean = on @ rate / np.maximum(on.sum(axis=1), 1)
    return np.column_stack([base, (mean - mean.mean()) / mean.std()])


# %% slideshow={"slide_type": "subslide"}
designs = {
    "codes before the index date": base,
    "1 age on the index date": np.column_stack([base, age / 10]),
    "2 days to the last visit": np.column_stack([base, to_last / 100]),
    "3 rates from all labels": with_rates(np.arange(len(y))),
    "  rates from training labels": with_rates,
    "4 visit of the diagnosis": at_event,
}
result = {name: held_out_auc(features) for name, features in designs.items()}
for name, found in result.items():
    print(f"{name:<29} AUC {found.mean():.2f} (sd {found.std():.2f})")

# %% slideshow={"slide_type": "skip"}
honest = result["codes before the index date"]
for name, found in result.items():
    print(f"{name:<29} gain in each split:", *(f"{gain:+.2f}" for gain in found - honest))
assert abs(result["1 age on the index date"] - honest).max() < 0.01
assert (result["2 days to the last visit"] - honest).min() > 0.02
assert (result["3 rates from all labels"] - honest).min() > 0
assert (result["4 visit of the diagnosis"] - honest).min() > 0.1

# %% [markdown] slideshow={"slide_type": "subslide"}
# Age does not leak; it was known. Design 2 uses no code of the future, and still leaks: *when*
# the last visit takes place depends on what happened after the index date. Design 3 looks
# innocent. But each test patient's own label went into the rates of their codes; with rates from
# the training labels the gain is gone. Design 4 counts the diagnosis among its own causes.
#
# One question finds all of them: **on the morning of the index date, could a program have
# computed this number, for this patient, without knowing how it ends?**

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 The same lesson on real records
#
# Write another line at the top and run the notebook again:
#
# ```python
# ehr = loaders.load_ehr("mimic4", "path/to/the/folder")
# ```
#
# The tables and the views are the same. These things differ:
# - **MIMIC** has hospital stays, not office visits, and many people come once. Every person's
#   dates are shifted by an amount of their own: days between visits are right, years are not,
#   and two patients cannot be put in one calendar.
# - **MIMIC-III** writes ICD-9, **MIMIC-IV** ICD-9 and ICD-10 mixed. Neither says why a drug was
#   given. Their tail is long: in the public demos of both, more than four in five diagnosis codes
#   are used fewer than five times.
# - **Synthea** writes SNOMED codes, which have no dot to cut: `roll_up` leaves them as they are.
#   Drugs name their reason. Some visits have no code at all, so no list of events shows them.
# - No real source has an index date, a label, or an answer key. The cells on missing codes and on
#   the leaks therefore stay with the clinic, whatever you load. The coin is flipped for both. Where
#   few patients come twice, its accuracy swings widely from coin to coin.
# - `ehr.report` says what was read, and what was dropped and why. Read it before anything else.

# %% slideshow={"slide_type": "skip"}
print("sources:", ", ".join(loaders.LOADERS))
print(ehr.report)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Limits
#
# The clinic is simulated. Its visits are more regular than real ones, it writes down no illness
# that is not there, its rare codes are too frequent, and its heart failure comes 30 days after
# the index date at the earliest because we said so. The two splits and the four designs do not
# hinge on that; the sizes of the gains do.
#
# A clean split and a clean cut do not make a study good. The patients of one clinic are not
# those of the next, and habits of coding change from year to year.
#
# ## Two questions
#
# **A.** The codes are cut at the index date. Which extra feature leaks? **a** the age on the index
# date, **b** the drugs ordered before the gap, **c** the days from the index date to the last
# visit in the file, **d** codes rolled up by a published tree.

# %% slideshow={"slide_type": "skip"}
my_answer = "c"  # SOLUTION
check.leaking_design(my_answer)

# %% [markdown]
# **B.** Mrs Adler's visit in June has no code for high blood pressure. What does that say?
# **a** her blood pressure is normal again, **b** she never had it, **c** a loader lost it,
# **d** nobody wrote it down that day; more it does not say.

# %% slideshow={"slide_type": "skip"}
my_answer = "d"  # SOLUTION
check.no_code(my_answer)

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Three fresh questions
#
# Drawn from the bank of the midterm, with other numbers than in this lesson. *three others* draws
# again. Nothing is saved; lesson 16 has whole papers, and finds what to repair.

# %% slideshow={"slide_type": "skip"}
Practice("09")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Takeaway
#
# Order between visits, sets inside. Split by patient. Cut before the index date.
#
# ## Reading
#
# - A. Johnson et al. (2016), *MIMIC-III, a freely accessible critical care database*.
# - A. Johnson et al. (2023), *MIMIC-IV, a freely accessible electronic health record dataset*.
# - J. Walonoski et al. (2018), *Synthea: an approach, method, and software mechanism for
#   generating synthetic patients and the synthetic electronic health care record*.
# - A. Rajkomar et al. (2018), *Scalable and accurate deep learning with electronic health records*.
# - S. Kapoor and A. Narayanan (2023), *Leakage and the reproducibility crisis in
#   machine-learning-based science*.
# - C. Xiao and J. Sun (2021), *Introduction to Deep Learning for Healthcare*, the chapter on
#   health data.

# %% [markdown] slideshow={"slide_type": "skip"}
# Your exercises in this lesson:

# %% slideshow={"slide_type": "skip"}
check.progress(9)
