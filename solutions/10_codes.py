# ---
# jupyter:
#   course:
#     title: "Medical codes with skip-gram"
#     question: What changes when the "sentence" is a set?
#     minutes: 50
#     status: core
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 10 Medical codes with skip-gram
#
# **A visit is a set of codes. For a set the window is the whole visit; an order that somebody
# invented ends up in the vectors.**
#
# *50 minutes. Needs: lessons 04 and 09; purity with a chance row comes along here.*
#
# After this lesson you can
# - make training pairs from visits, as bags and as streams,
# - measure what the order of the codes does to them,
# - train vectors for diagnoses, drugs and procedures, on synthetic and on real records,
# - judge them by groups, beside a chance row,
# - turn a patient into a vector and find patients like them.

# %% [markdown] slideshow={"slide_type": "notes"}
# **If you lecture (50 min).** Bag and stream on one patient 9, the vote on reversal and the
# sorted-against-shuffled result 12, training 6, neighbors and the evaluation table 13, the habit
# of one ward 6, questions 4. Stop: "Reverse the record: which pairs change?" Expect 70 % to say
# "many"; it is none. Keep the exercises for homework, and show the list of neighbors live.

# %% slideshow={"slide_type": "skip"}
from collections import Counter
from dataclasses import replace
from textwrap import shorten

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

from helpers import checks as check
from helpers import metrics, pairs, similarity
from helpers.batches import count_codes
from helpers.censoring import censor
from helpers.clinic import ClinicConfig
from helpers.code_groups import dx_groups, reasons
from helpers.codes import split_key
from helpers.datasets import load_clinic, load_notes
from helpers.demos.neighbor_list import NeighborDemo
from helpers.exam.mock import Practice
from helpers.loaders import load_ehr
from helpers.patient_vectors import patient_vector
from helpers.sgns import train_skipgram
from helpers.simulate import simulate_clinic
from helpers.vocab import build_vocab

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## Predict first
#
# Mrs Adler's record is a stream of codes in time order. You read it backwards, from the last
# code to the first, and cut training pairs with a window of 2. Which share of the pairs
# changes? **a** nearly all, **b** about half, **c** none.

# %% slideshow={"slide_type": "skip"}
my_prediction = "a"  # SOLUTION
check.reversed_record(my_prediction)

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Choose the records
#
# The lesson below was run on the bundled, synthetic clinic. To run it on real records, change
# the two constants and run all cells again, for example
# `RECORDS, FOLDER = "mimic4", "/data/mimic-iv-clinical-database-demo-2.2"` (or "mimic3",
# "synthea"). What then differs: real records carry no planted truth, so the cells that need it
# say so; diagnoses are grouped by ICD category; and a demo of a hundred patients shows little:
# there the neighbors of a code are mostly what the same few patients have.

# %% slideshow={"slide_type": "skip"} tags=["records"]
RECORDS, FOLDER = "bundled", None

# %% slideshow={"slide_type": "skip"} tags=["records"]
clinic = load_clinic() if RECORDS == "bundled" else None
ehr = censor(clinic.ehr) if clinic else load_ehr(RECORDS, FOLDER)  # bundled: up to the index date
print(ehr.report if clinic is None else "nothing here is a real patient")
patients = ehr.as_patients()
visits = [[list(visit.codes) for visit in patient.visits] for patient in patients]
bags = [codes for patient in visits for codes in patient]
sizes = [len(codes) for codes in bags]
print(ehr)
print(f"codes in a visit: median {np.median(sizes):.0f}, largest {max(sizes)}")
assert sum(sizes) == sum(len(v.codes) for p in patients for v in p.visits)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 A visit as a bag
#
# A sentence has an order; a visit has none. Whoever types the codes puts the reason for the
# visit first, or the most expensive code, or sorts them. So let every code of a visit be a
# context of every other: a *bag* of $n$ codes gives $n(n-1)$ ordered pairs. The other way is a
# *stream*: a patient's visits joined in time order, with a window that slides across them.

# %% [markdown] slideshow={"slide_type": "notes"}
# 9 minutes. Write the two visits of Mrs Adler on the board and let the class list the pairs of the
# bag, then those of the stream.

# %% slideshow={"slide_type": "fragment"} tags=["records", "claim-A35", "correction-N21"]
adler = [["I10", "E11.9"], ["I10", "metoprolol"]]  # two visits
bag, stream = pairs.visit_pairs([adler]), pairs.visit_pairs([adler], "stream", window=1)
for name, found in (("bag", bag), ("stream", stream)):
    print(f"{name:<7}", *(f"{center}>{context}" for center, context in found))
words = set(build_vocab(load_notes().sentences()).tokens)
codes_seen = {code for codes in bags for code in codes}
print(f"{len(words)} words in the notes, {len(codes_seen)} codes, in both:", end=" ")
print(len(words & codes_seen))
as_words = sorted(code for code in codes_seen if split_key(code)[1].lower() in words)
print(f"without the system in front: {len(as_words)}", *as_words[:2])
assert len(bag) == 4 and len(stream) == 6 and not words & codes_seen
assert clinic is None or all(code.startswith("GENERIC:") for code in as_words)

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see 2 + 2 pairs in the bag. The stream adds the two pairs across the border of the
# visits, (E11.9, I10) and back: it is how a model can learn that one thing *follows* another.
#
# The same program runs on notes and on codes, but it makes two vocabularies that do not meet.
# "I50.9" in a bill and "heart failure" in a note are two tokens. Some drugs of the clinic have the
# same name in both; even they get two vectors, one from each training, that cannot be compared.
# Putting them into one space needs a mapping, or training on both together.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 10.1 (7 min)
#
# Write `my_visit_pairs(patients, mode="bag", window=None)`. A patient is a list of visits, a visit
# a list of codes; both can be empty. Return a list of pairs. `"bag"` lists every ordered pair of
# two codes of the same visit. `"stream"` joins a patient's visits and lists each code with those
# at most `window` places away, across visits, never across patients. A pair that occurs twice is
# listed twice. The order of the list does not matter.


# %% slideshow={"slide_type": "skip"}
def my_visit_pairs(patients, mode="bag", window=None):
    # BEGIN SOLUTION
    found = []
    for visits in patients:
        sequences = visits if mode == "bag" else [[code for visit in visits for code in visit]]
        for codes in sequences:
            reach = len(codes) if mode == "bag" else window
            for i, center in enumerate(codes):
                for j in range(max(0, i - reach), min(len(codes), i + reach + 1)):
                    if i != j:
                        found.append((center, codes[j]))
    return found
    # END SOLUTION


check.visit_pairs(my_visit_pairs)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# A bag is a window that is as wide as the visit. So first decide what the sequences are (each
# visit, or each patient's joined visits), then list pairs inside each sequence.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `itertools.permutations(visit, 2)` lists the ordered pairs of a bag.
# `pairs.skipgram_pairs(tokens, window)` lists those of a stream; join visits with two `for`s in a
# list comprehension.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 What order does
#
# A half-truth says that *Word2Vec assumes a global ordering of the codes*. Half of it is right:
# it needs a sequence to cut windows from. But inside a window the order is not used.

# %% [markdown] slideshow={"slide_type": "notes"}
# Stop, before the cell below: "Reverse the record: which pairs change?" 12 minutes with the sorted
# and shuffled visits.

# %% slideshow={"slide_type": "fragment"} tags=["records", "claim-A24", "correction-N14"]
record = [code for visit in visits[0] for code in visit][:40]
forward = Counter(pairs.skipgram_pairs(record, 2))
backward = Counter(pairs.skipgram_pairs(record[::-1], 2))
print(f"{forward.total()} pairs forward, {backward.total()} backward")
print("the same pairs:", forward == backward)
check.reversed_record.reveal()
share = pairs.kept_share(list("abcdef"), 2, 2000, np.random.default_rng(0))
print(f"a visit of 6 codes, shuffled, window 2: on average {share:.3f} of the pairs stay")
assert forward == backward and abs(share - 0.6) < 0.01

# %% [markdown] slideshow={"slide_type": "subslide"}
# Reading backwards changes nothing: the pair (a, b) was there before as (b, a). Shuffling a
# visit does change the pairs, once two of its codes stand further apart than the window. For $n$
# different codes and $P$ pairs, $P/(n(n-1))$ of them stay on average: 18 of 30 for six codes and a
# window of 2.
#
# So an invented order can do harm. Here is a hospital in which every visit treats three of six
# diseases and has 27 codes. Once the codes of a visit are sorted by id, as many systems store
# them; once they are shuffled. Does a cluster of vectors follow the disease, or the *type* of
# code (diagnosis, drug, procedure)?

# %% slideshow={"slide_type": "skip"} tags=["claim-A24", "correction-N14"]
rng = np.random.default_rng(0)
long_visits = [
    [
        f"{kind}-{disease}{number}"
        for disease in rng.permutation(6)[:3]
        for kind in ("dx", "px", "rx")
        for number in rng.permutation(10)[:3]
    ]
    for _ in range(3000)
]
long_vocab = build_vocab(long_visits)
print(len(long_visits[0]), "codes a visit,", len(long_vocab), "codes in all, for example:")
print(sorted(long_visits[0])[:3], "...")


# %% slideshow={"slide_type": "subslide"} tags=["correction-N14"]
def clusters_follow(sentences, window, seed):
    trained = train_skipgram(sentences, long_vocab, dim=16, window=window, seed=seed)
    agreement = []
    for truth in zip(*((t[:2], t[3]) for t in long_vocab.tokens), strict=True):  # type, disease
        clusters = KMeans(len(set(truth)), n_init=4, random_state=seed)
        found = clusters.fit_predict(trained.center_table)
        agreement.append(adjusted_mutual_info_score(truth, found))
    return agreement


shuffled = [[codes[i] for i in rng.permutation(len(codes))] for codes in long_visits]
in_order = [sorted(codes) for codes in long_visits]
ways = {
    "sorted, window 5": (in_order, 5),
    "shuffled, window 5": (shuffled, 5),
    "sorted, whole visit": (in_order, None),
}
print("clusters follow       type  disease   (mean of three seeds)")
for how, (sentences, window) in ways.items():
    runs = np.array([clusters_follow(sentences, window, seed) for seed in range(3)])
    kind, disease = runs.mean(axis=0)
    print(f"{how:<21} {kind:>5.2f} {disease:>7.2f}")
    assert np.ptp(runs, axis=0).max() < 0.1
    assert kind > 0.5 > disease if how == "sorted, window 5" else kind < 0.1 < 0.9 < disease

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see that with sorted codes and a small window the clusters follow the type of code,
# an artifact of the sorting. Shuffling, or a window over the whole visit, brings the diseases
# back. The numbers are *adjusted mutual information*: 1 for the same partition, 0 for chance.
# Not NMI, its unadjusted cousin: section 4 shows what NMI gives for random vectors.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 10.2 (8 min)
#
# Write `my_kept_share(visit, window, n_shuffles, rng)`. Shuffle the codes of the visit `n_shuffles`
# times with `rng`; each time compare the pairs with those of the visit as it was written, as
# multisets. Return one number, the mean share of the written pairs that stay. The visit has two
# codes or more, and a code can occur in it twice.


# %% slideshow={"slide_type": "skip"}
def my_kept_share(visit, window, n_shuffles, rng):
    # BEGIN SOLUTION
    def count(codes):
        table = {}
        for i, a in enumerate(codes):
            for j, b in enumerate(codes):
                if 0 < abs(i - j) <= window:
                    table[a, b] = table.get((a, b), 0) + 1
        return table

    written = count(visit)
    shares = []
    for _ in range(n_shuffles):
        other = count([visit[i] for i in rng.permutation(len(visit))])
        stayed = sum(min(n, other.get(pair, 0)) for pair, n in written.items())
        shares.append(stayed / sum(written.values()))
    return float(np.mean(shares))
    # END SOLUTION


check.kept_share(my_kept_share)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Count the pairs of the written visit once. For each shuffle count again, take the smaller of
# the two counts of every pair, and add them up.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `Counter(pairs.skipgram_pairs(codes, window))` counts pairs, `a & b` takes the smaller counts,
# `.total()` adds up. `rng.permutation(len(visit))` gives the new places.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 Train
#
# Now the records themselves. The vocabulary is small, so the course's trainer works on the table
# of counts and needs a second for what a loop over the pairs would do in minutes. Nobody has
# labeled anything: the loss asks which codes share a visit, and the answer is in the data.

# %% [markdown] slideshow={"slide_type": "notes"}
# 6 minutes; the neighbors and the table of the next section take 13.

# %% slideshow={"slide_type": "fragment"} tags=["records", "claim-A23", "correction-N13"]
min_count = 5 if clinic else 2
vocab = build_vocab(bags, min_count=min_count)
model = train_skipgram(bags, vocab, dim=64, window=None)
print(f"{len(vocab)} codes seen {min_count} times or more;", end=" ")
print(f"{model.n_unknown} rarer occurrences left out")
print(model.trainer)
print("loss after each turn:", *(f"{loss:.3f}" for loss in model.history))
empty = ehr.patients["hf_label"].clear(len(patients))
known = ehr.patients["hf_label"].drop_nulls().len()
no_labels = replace(ehr, patients=ehr.patients.with_columns(hf_label=empty))
same = bags == [list(visit.codes) for p in no_labels.as_patients() for visit in p.visits]
print(f"outcomes on record: {known}; with all of them deleted, the same sentences: {same}")
assert model.history[-1] < model.history[0] and same

# %% [markdown] slideshow={"slide_type": "subslide"}
# The half-truth *skip-gram, Med2Vec and MiME all learn from co-occurrence* hides a difference.
# Skip-gram and Med2Vec need nothing but the records. MiME is trained with the outcome as its
# label (lesson 12). Here no outcome was used: with the column `hf_label` deleted the model would
# be the same.
#
# Who is near whom?

# %% slideshow={"slide_type": "skip"} tags=["records", "claim-A6"]
kind_of = {f"{row['system']}:{row['code']}": row["kind"] for row in ehr.codes.iter_rows(named=True)}
what, group_of = dx_groups(ehr, vocab.tokens)
dx_first = [t for t, group in zip(vocab.tokens, group_of, strict=True) if group or not what]
common = [token for token in dx_first if kind_of[token] == "dx"][:2]
drug = next(token for token in vocab.tokens if kind_of[token] == "rx")


# %% slideshow={"slide_type": "subslide"} tags=["records", "claim-A6"]
def visits_with(token):
    return np.array([token in codes for codes in bags])


for token in [*common, drug]:
    print(f"{ehr.name(token):<62} visits  by chance")
    for other, cosine in similarity.most_similar(token, model.center_table, vocab, 4):
        one, two = visits_with(token), visits_with(other)
        together, chance = (one & two).sum(), one.mean() * two.sum()
        name = shorten(ehr.name(other), 50, placeholder=" …")
        print(f"  {cosine:.2f}  {kind_of[other]}  {name:<50} {together:>6} {chance:>10.0f}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# The last columns count the visits in which both stand, and how many that would be if the two had
# nothing to do with each other. In the bundled clinic the neighbors of a diagnosis are other codes
# of the same condition, and they share no visit: the simulator writes one code for a condition and
# visit. The first neighbors of a drug are drugs of its class, and they meet less often than by
# chance. That is second-order similarity (lesson 04): the same company, not the same visit.

# %% slideshow={"slide_type": "subslide"} tags=["records"]
tables = {"the whole visit": model.center_table}
for window in (2, 10):
    joined = [[code for visit in patient for code in visit] for patient in visits]
    tables[f"a stream, window {window}"] = train_skipgram(
        joined, vocab, dim=64, window=window
    ).center_table
# Choose a code and what counts as its context.
demo = NeighborDemo(tables, vocab, [*common, drug], ehr.name, kind_of.get)
demo

# %% slideshow={"slide_type": "subslide"} tags=["records", "claim-A24"]
nearest = {}
for context, table in tables.items():
    nearest[context] = {t for t, _ in similarity.most_similar(drug, table, vocab, 3)}
    print(
        f"{context:<20} near {ehr.name(drug)}:",
        *sorted(map(ehr.name, nearest[context])),
        sep="\n    ",
    )
if clinic:
    whole, two, ten = nearest.values()
    assert whole == ten and not whole & two

# %% [markdown] slideshow={"slide_type": "fragment"}
# In the bundled clinic you should see metoprolol keep its class, the beta blockers, with the whole
# visit and with a window of 10, and lose it with a window of 2. The records list a visit's drugs by
# the alphabet. What stands next to metoprolol is an accident of spelling: the harm of an invented
# order, on records that look like real ones.

# %% [markdown] slideshow={"slide_type": "skip"}
# A bag cannot see what *follows*. Four conditions are each followed, one visit later, by a
# successor that never stands in the same visit:

# %% slideshow={"slide_type": "skip"} tags=["claim-A24"]
rng = np.random.default_rng(1)
follows = []
for c in rng.integers(4, size=2000):
    first, later = (f"other{rng.integers(8)}" for _ in range(2))
    follows.append([[f"condition{c}", first], [f"successor{c}", later]])
small = build_vocab([codes for patient in follows for codes in patient])
for mode, window in (("bag", None), ("stream", 3)):
    sentences = pairs.visit_sentences(follows, mode, window)
    trained = train_skipgram(sentences, small, dim=8, window=window)
    score = trained.center_table @ trained.context_table.T
    own = np.mean([score[small.id(f"condition{c}"), small.id(f"successor{c}")] for c in range(4)])
    other = np.mean(
        [score[small.id(f"condition{c}"), small.id(f"successor{(c + 1) % 4}")] for c in range(4)]
    )
    print(f"{mode:<7} score with its own successor {own:6.2f}, with another's {other:6.2f}")
    gap = own - other
    assert gap > 2 if mode == "stream" else abs(gap) < 1

# %% [markdown] slideshow={"slide_type": "skip"}
# You should see two equal scores for the bag: it never sees the later visit, so it cannot tell one
# successor from another. The stream's windows cross the border of the visits, and each condition
# scores far higher with its own successor.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 Evaluate, with a chance row
#
# A list of neighbors convinces everybody. Numbers are harder to please: for each diagnosis,
# which share of its 5 nearest diagnoses belongs to its own group (*purity*)? Beside it stands
# what random neighbors would give, and what the same vectors give when the group names are dealt
# out at random.

# %% slideshow={"slide_type": "fragment"} tags=["records", "claim-A6"]
grouped = [i for i, group in enumerate(group_of) if group is not None]
if what:
    names = [group_of[i] for i in grouped]
    table = model.center_table[grouped]
    report = metrics.group_report(table, names, 5, np.random.default_rng(0))
    print(f"{len(grouped)} diagnoses by {what}, {report['alone']} of them alone in their group")
    for row in ("purity", "chance", "shuffled"):
        print(f"  {row:<9} {report[row]:.3f}")
    again = [train_skipgram(bags, vocab, dim=64, window=None, seed=seed) for seed in (1, 2)]
    others = [metrics.purity_at_k(m.center_table[grouped], names, 5) for m in again]
    print("  purity of two more trainings:", *(f"{purity:.2f}" for purity in others))
    assert clinic is None or min(others) > 30 * report["chance"]
else:
    print("The diagnoses of these records have no groups here.")

# %% slideshow={"slide_type": "skip"} tags=["records"]
given_for = {t: dx for t, dx in reasons(ehr).items() if t in vocab.tokens}
dx_tokens = [token for token in vocab.tokens if kind_of[token] == "dx"]
dx_rows = model.center_table[[vocab.id(token) for token in dx_tokens]]
if given_for:
    hits, chances = [], []
    for treatment, right in given_for.items():
        cosines = similarity.cosine_to(model.center_table[vocab.id(treatment)], dx_rows)
        hits.append(dx_tokens[int(cosines.argmax())] in right)
        chances.append(len(right & set(dx_tokens)) / len(dx_tokens))
    print(f"{len(hits)} drugs and procedures with a recorded reason:")
    print(f"  nearest diagnosis is a reason {np.mean(hits):.2f}, chance {np.mean(chances):.2f}")
else:
    print("These records do not say what a treatment was given for.")

# %% [markdown] slideshow={"slide_type": "subslide"}
# In the bundled clinic purity is nearly forty times chance, with each of three seeds. The clinic
# makes it easy: it picks the code of a condition at random, so the codes of a condition keep the
# same company. Real records give less (see Limits). And why adjusted mutual information? Because
# with many small groups the plain NMI flatters even random vectors:

# %% slideshow={"slide_type": "skip"} tags=["records", "correction-N14"]
if clinic:
    noise = np.random.default_rng(0).normal(size=table.shape)
    for label, rows in (("skip-gram", table), ("random vectors", noise)):
        unit = similarity.unit_rows(rows)
        found = KMeans(len(set(names)), n_init=1, random_state=0).fit_predict(unit)
        ami = adjusted_mutual_info_score(names, found)
        nmi = normalized_mutual_info_score(names, found)
        print(f"{label:<15} AMI {ami:5.2f}   NMI {nmi:5.2f}")
    assert ami < 0.05 < 0.4 < nmi
else:
    print("Clusters are judged on the bundled clinic, where the number of conditions is known.")

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 10.3 (9 min)
#
# Write `my_group_report(E, groups, k, rng)`. It returns a dict with `"purity"`, `"chance"` and
# `"shuffled"`, three numbers. `E` is an array with one row a code, `groups` a list of their names.
# Purity: the mean share of a row's `k` nearest other rows (by cosine) that are in its group; rows
# that are alone in their group are left out of the mean, but stay neighbors of others. Chance:
# what random neighbors give to the same rows, computed from the group sizes. Shuffled: the purity
# after `rng` has dealt the names out anew (a mean over 20 deals is steady).


# %% slideshow={"slide_type": "skip"}
def my_group_report(E, groups, k, rng):
    # BEGIN SOLUTION
    unit = E / np.maximum(np.linalg.norm(E, axis=1, keepdims=True), 1e-12)
    cosine = unit @ unit.T - 9 * np.eye(len(E))  # a row never finds itself
    near = np.argsort(-cosine, axis=1, kind="stable")[:, :k]

    def purity(names):
        shares = []
        for i, name in enumerate(names):
            if names.count(name) > 1:
                shares.append(np.mean([names[j] == name for j in near[i]]))
        return float(np.mean(shares))

    names = list(groups)
    others = [names.count(name) - 1 for name in names if names.count(name) > 1]
    deals = [[names[i] for i in rng.permutation(len(names))] for _ in range(20)]
    return {
        "purity": purity(names),
        "chance": float(np.mean(others)) / (len(names) - 1),
        "shuffled": float(np.mean([purity(deal) for deal in deals])),
    }
    # END SOLUTION


check.group_report(my_group_report)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Find the neighbors once; only the names change when you shuffle. A row in a group of g among n
# rows meets its group with probability (g - 1)/(n - 1).
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `metrics.neighbors(E, k)` has shape (n, k). With the names as an array,
# `names[near] == names[:, None]` compares each row with its neighbors.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 From codes to patients
#
# A patient is their codes, so average the vectors. Two patients are then near if their codes
# mean similar things, even if they share none. Does it work, and better than a multi-hot row of
# all codes? In the synthetic clinic we know the true conditions of every patient, recorded or not.

# %% slideshow={"slide_type": "skip"} tags=["records", "claim-A6", "claim-A4"]
n = min(600, len(patients))
with_padding = np.vstack([np.zeros(64), model.center_table])  # row 0 is padding
ids = [
    [[vocab.id(code) + 1 for code in codes if code in vocab] for codes in patient]
    for patient in visits[:n]
]
vectors = np.array([patient_vector([(0, v) for v in each], with_padding, "mean") for each in ids])
near = metrics.neighbors(vectors, 5)
ever = [[[code for codes in patient for code in codes]] for patient in visits[:n]]
near_by_codes = metrics.neighbors(1.0 * (count_codes(ever, vocab)[0] > 0), 5)
print("nearest to the first patient:", [patients[i].patient_id for i in near[0]])

# %% slideshow={"slide_type": "subslide"} tags=["records", "claim-A6"]
if clinic:
    conditions = clinic.truth_patients.columns[3:]
    has = clinic.truth_patients[:n].select(conditions).to_numpy() > 0

    def overlap(i, j):
        return (has[i] & has[j]).sum() / max((has[i] | has[j]).sum(), 1)

    rng = np.random.default_rng(0)
    by_luck = [rng.permutation(n)[:5] for _ in range(n)]
    found, by_codes, chance = (
        np.mean([overlap(i, j) for i in range(n) for j in rows[i]])
        for rows in (near, near_by_codes, by_luck)
    )
    print("share of true conditions in common")
    print(f"  5 nearest by mean vector {found:.2f}, by multi-hot row {by_codes:.2f}")
    print(f"  5 random patients        {chance:.2f}")
    assert found > 1.3 * chance and found > by_codes
else:
    print("Nobody knows the true conditions of real patients: this cell needs the bundled clinic.")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Nearest patients share more of their true conditions than random ones, and far from all. Most of
# the gain was there in the codes themselves; the vectors add a little. A list like this serves to
# *find* similar patients. It decides nothing about any of them.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 10.4 (8 min, optional)
#
# Write `my_patient_vector(visits, E, how="sum", half_life=None)`. `visits` is a list of `(age, ids)`:
# the visit's age in days and its code ids, in which 0 is padding. `"sum"` adds the rows of all
# codes, as often as they occur, `"mean"` averages over all codes, `"recency"` is a mean in which a
# code weighs `0.5 ** (age / half_life)`. `E` has shape `(codes, d)`; row `i` belongs to id `i`, and
# row 0, of the padding, is never used. Return an array of shape `(d,)`. A patient without codes,
# with or without visits, is a vector of zeros.


# %% slideshow={"slide_type": "skip"}
def my_patient_vector(visits, E, how="sum", half_life=None):
    # BEGIN SOLUTION
    total, weight = np.zeros(E.shape[1]), 0.0
    for age, ids in visits:
        w = 0.5 ** (age / half_life) if how == "recency" else 1.0
        for i in ids:
            if i != 0:
                total = total + w * E[i]
                weight += w
    return total if how == "sum" or weight == 0 else total / weight
    # END SOLUTION


check.patient_vector(my_patient_vector)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# All three are a weighted sum of rows; the two means divide by the sum of the weights. Padding
# weighs nothing.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# Start with `np.zeros(E.shape[1])` and add `w * E[i]` code by code. Keep the sum of the weights
# beside it, and look whether it is 0 before you divide.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Whose knowledge is it?
#
# *Embeddings encode medical knowledge.* They encode what was written down. On the day ward of
# our synthetic clinic the staff write the same two codes for everybody who comes: "history of
# falling" and "dietary counseling". Here is "history of falling" with that habit, and in the
# same clinic without it.

# %% [markdown] slideshow={"slide_type": "notes"}
# 6 minutes. Ask for such a habit from the ward or the office of somebody in the room.

# %% slideshow={"slide_type": "subslide"} tags=["claim-A7", "correction-N04"]
falling, counseling, brittle = "ICD10CM:Z9181", "ICD10CM:Z713", "ICD10CM:M810"


def with_habit(habit):
    records = censor(simulate_clinic(ClinicConfig(patients=800, ward_habit=habit)).ehr)
    sentences = [list(visit.codes) for p in records.as_patients() for visit in p.visits]
    tokens = build_vocab(sentences, min_count=5)
    table = train_skipgram(sentences, tokens, dim=64, window=None).center_table
    rows = table[[tokens.id(code) for code in (falling, counseling, brittle)]]
    nearest = similarity.most_similar(falling, table, tokens, 3)
    return similarity.pairwise_cosine(rows)[0, 1:], [records.name(code) for code, _ in nearest]


cosines = {}
for label, habit in (("without the habit", 0.0), ("with the habit", 0.9)):
    cosines[label], nearest = with_habit(habit)
    print(f"{label:<18} cosine with counseling {cosines[label][0]:.2f}, ", end="")
    print(f"with osteoporosis {cosines[label][1]:.2f}")
    print(*(f"    near: {shorten(name, 70, placeholder=' …')}" for name in nearest), sep="\n")
assert cosines["with the habit"][1] < cosines["without the habit"][1]

# %% [markdown] slideshow={"slide_type": "subslide"}
# Without the habit the code stands where a doctor would look for it: beside brittle bones and
# their drugs. With it, the neighborhood dissolves. Nothing changed in any patient. The vectors
# learned how a ward fills in forms, and more data from the same ward would say the same.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Limits
#
# Purity asks whether known groups are found again; it says nothing about use. Rare codes have
# poor vectors: what is seen five times has been seen in five contexts. And on a demo of a
# hundred real patients the same cells give purities above chance and still small: about .03,
# beside .005 and .012 by chance (the table is in the README).
#
# ## Two questions
#
# **A.** The codes of visits of 30 codes are sorted by id, and the window is 5. What do the
# clusters show? **a** diseases, **b** types of code, **c** how often a code occurs, **d** single
# patients.

# %% [markdown] slideshow={"slide_type": "notes"}
# 4 minutes for the two questions.

# %% slideshow={"slide_type": "skip"}
my_answer = "b"  # SOLUTION
check.sorted_visits(my_answer)

# %% [markdown]
# **B.** You reverse a patient's stream. Which training pairs change? **a** all of them,
# **b** those at the two ends, **c** none.

# %% slideshow={"slide_type": "skip"}
my_answer = "c"  # SOLUTION
check.reversed_stream(my_answer)

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Three fresh questions
#
# Drawn from the bank of the midterm, with other numbers than in this lesson. *three others* draws
# again. Nothing is saved; lesson 16 has whole papers, and finds what to repair.

# %% slideshow={"slide_type": "skip"}
Practice("10")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Takeaway
#
# For sets use the whole visit as the window, or shuffle; for progression let windows cross
# visits. And never show a purity without its chance row.
#
# ## Reading
#
# - E. Choi, A. Schuetz, W. Stewart and J. Sun (2016), *Medical Concept Representation Learning
#   from Electronic Health Records and its Application on Heart Failure Prediction*.
# - Y. Choi, C. Chiu and D. Sontag (2016), *Learning Low-Dimensional Representations of Medical
#   Concepts*.
# - A. Beam and others (2020), *Clinical Concept Embeddings Learned from Massive Sources of
#   Multimodal Medical Data* (cui2vec).

# %% [markdown] slideshow={"slide_type": "skip"}
# Your exercises in this lesson:

# %% slideshow={"slide_type": "skip"}
check.progress(10)
