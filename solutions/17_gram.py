# ---
# jupyter:
#   course:
#     title: "Trees and unknown links: GRAM and GCT"
#     question: What can a tree of codes and counts of pairs add, and what not?
#     minutes: 50
#     status: elective
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 17 Trees and unknown links: GRAM and GCT
#
# **A rare code can borrow from its relatives in a tree. A link that nobody wrote down can be guessed
# from counts. Both are prior knowledge, and both have to be tested against simpler uses of it.**
#
# *50 minutes, elective. Needs: lessons 11 and 12.*
#
# After this lesson you can
# - mix the vector of a code from its ancestors by hand,
# - say for which codes a tree helps, and for which it cannot,
# - turn counts of pairs into a prior for links, the right way round,
# - mask an attention, and say what a prior and a mask do in GCT,
# - tell a weight of attention from evidence.

# %% [markdown] slideshow={"slide_type": "notes"}
# **If you lecture (35 min).** Exam card 8, tree and mixing 8, rare codes 7, counts 5, GCT 5, questions
# 2. One stop for a vote, in section 4 ("Which diagnosis explains most drugs?").

# %% slideshow={"slide_type": "skip"}
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from helpers import checks as check
from helpers import plots
from helpers.censoring import censor
from helpers.code_groups import dx_groups
from helpers.code_tree import Ancestry, ancestors, deal_paths
from helpers.codes import dotted, roll_up
from helpers.datasets import load_clinic
from helpers.demos.ancestors import AncestorDemo
from helpers.encounters import encounters
from helpers.exam.mock import Practice
from helpers.gct import GCT, WithoutPrior, fit_gct
from helpers.gram import GRAM, AncestorMean, attention_weights, gram_vector
from helpers.hidden_links import found_links, hidden_links, multi_hots
from helpers.link_prior import link_prior
from helpers.next_visit import NextVisitModel, first_guess, fit_next_visit, next_visits

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## Predict first
#
# A visit lists diagnoses and drugs, and nobody wrote down which drug is for which diagnosis. One
# method counts how often two codes meet in 2,000 visits. A Transformer starts from these counts, and
# trains its attention to tell from the same visits who gets heart failure. In new visits, how many
# of the true links will its last attention find? **a** more than the counts alone, **b** as many,
# **c** fewer.

# %% slideshow={"slide_type": "skip"}
my_prediction = "c"  # SOLUTION
check.prior_or_attention(my_prediction)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Exam card (8 minutes)
#
# **GRAM** (2017): a code has a row $e_i$, and so has every node above it in a tree. The vector of the
# code is a weighted sum along its path $A(i)$, which holds the code itself:
#
# $$g_i = \sum_{j \in A(i)} a_{ij}\, e_j \qquad a_{ij} = \frac{\exp f(e_i, e_j)}{\sum_{k \in A(i)}
# \exp f(e_i, e_k)} \qquad f(e_i, e_j) = \tanh([e_i, e_j]\,W + b)\,u$$
#
# - The tree is given, not learned. Rows and weights are trained with the task's labels.
# - It helps a *rare* code whose siblings were seen and mean the same. It cannot help a code
#   without such siblings, and a code that was seen often does not need it.
#
# **GCT** (2020): the codes of one visit look at each other, and links are not on record.
#
# - A *mask* allows only sensible kinds of pairs: visit and diagnosis, diagnosis and treatment, and
#   each token itself. It is 0 where allowed, $-\infty$ elsewhere.
# - A *prior* $P$ holds $p(m \mid d)$ and $p(d \mid m)$, counted in training visits; its rows are scaled
#   to sum 1. The first block uses $P$ as its attention; later ones learn
#   $A = \mathrm{softmax}(QK^\top/\sqrt{d} + \text{mask})$, $d$ the length of a vector.
# - Loss: the outcome $+\ \lambda \cdot$ mean $\mathrm{KL}(A^{(j-1)} \,\|\, A^{(j)})$, with $A^{(1)} = P$.
#
# *MiME* (lesson 12) needs links on record; *GCT* does without; *GRAM* does not look at links at all.

# %% [markdown] slideshow={"slide_type": "notes"}
# 8 minutes. This page alone is what the midterm can ask of the lesson.

# %% slideshow={"slide_type": "subslide"}
E = np.array([[0.0, 0.0], [2.0, 1.0], [0.0, 3.0]])  # rows of I25.10, I25 and I
W = np.vstack([np.zeros((2, 1)), [[1.0], [0.0]]])  # looks at the first number of the node alone
path, b, u = np.array([0, 1, 2]), np.zeros(1), np.array([2.0])
weights = attention_weights(E, path, W, b, u)
print("scores ", np.tanh(E @ W[2:] + b).ravel().round(2) * 2)
print("weights", weights.round(2), " sum", weights.sum().round(2))
print("vector ", gram_vector(E, path, W, b, u).round(2))

# %% slideshow={"slide_type": "skip"} tags=["extra-code"]
figure, axes = plots.new_figure(2, size=(8.6, 3.0))
for height, (name, weight) in enumerate(zip(("I25.10", "I25", "I"), weights, strict=True)):
    axes[0].annotate(f"{name}   weight {weight:.2f}", (0.12, height), va="center")
    axes[0].scatter(0, height, s=60, color=plots.COLORS[0])
axes[0].plot([0, 0], [0, 2], color="black", zorder=0)
axes[0].set(xlim=(-0.3, 1.2), ylim=(-0.5, 2.5), xticks=[], yticks=[], title="GRAM: a path")
kinds = ["visit", "dx", "dx", "rx"]
mask = np.array([[1, 1, 1, 0], [1, 1, 0, 1], [1, 0, 1, 1], [0, 1, 1, 1]])
plots.heatmap(mask.astype(float), kinds, kinds, ax=axes[1], decimals=0)
_ = axes[1].set(title="GCT: who may look at whom")

# %% slideshow={"slide_type": "subslide"}
plots.show(
    figure,
    "Left: the path from I25.10 over I25 to I, with weights "
    f"{weights[0]:.2f}, {weights[1]:.2f} and {weights[2]:.2f}. Right: the mask of a visit with two "
    "diagnoses and a drug; 1 is allowed. Visit and drug may not look at each other, nor may the two "
    "diagnoses.",
)
assert np.isclose(weights.sum(), 1) and weights.argmax() == 1

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 The tree above a code
#
# Mr Brandt has *I25.10, coronary disease*. Suppose the training records hold this code twice. Two
# visits teach a vector little. But its relatives, *I25.2* and *I25.9*, are there as well, and the code
# says that they are related: all begin with I25.

# %% [markdown] slideshow={"slide_type": "notes"}
# 8 minutes with section 2.

# %% slideshow={"slide_type": "fragment"}
clinic = load_clinic()
ehr = censor(clinic.ehr)
visits = ehr.visit_codes(("dx",))
paths = [ancestors(key) for key in visits.keys]
print(*(node.removeprefix("ICD10CM:") for node in ancestors("ICD10CM:I2510")), sep="  ->  ")
print(
    f"{len(paths)} diagnosis codes, {len({node for path in paths for node in path})} nodes in all"
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# The tree here is read off the codes. The paper takes a tree of groups drawn by hand (CCS); a letter is
# only nearly a chapter of ICD-10.
#
# ### Exercise 17.1 (5 min, optional)
#
# Write `my_path(code, parent)`: the list of the nodes from a code up to the root, the code first.
# `parent` is a dict from a node to the node above it; the root is not among its keys.


# %% slideshow={"slide_type": "skip"}
def my_path(code, parent):
    # BEGIN SOLUTION
    path = [code]
    while path[-1] in parent:
        path.append(parent[path[-1]])
    return path
    # END SOLUTION


check.path_to_root(my_path)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Start a list with the code. As long as its last node has a parent, append the parent.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `while path[-1] in parent:` asks the dict for the last node of the list.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 A vector from the path
#
# The equations are on the exam card. Do the last step of its example by hand: with weights
# .11, .77 and .11 for the rows (0, 0), (2, 1) and (0, 3), the vector is .77 (2, 1) + .11 (0, 3), about
# (1.55, 1.11). All of it is borrowed here. When the training moves the row of I25, **every** code below I25 moves.
#
# ### Exercise 17.2 (10 min)
#
# Write `my_gram_vector(E, path, W, b, u)`: the vector of one code, shape `(dim,)`. `E` has a row for each
# node of the tree; `path` holds the row numbers of the code and its ancestors, the code first; `W` has
# shape `(2 * dim, hidden)`, `b` and `u` have shape `(hidden,)`. The scores may be large.


# %% slideshow={"slide_type": "skip"}
def my_gram_vector(E, path, W, b, u):
    # BEGIN SOLUTION
    scores = np.array([np.tanh(np.concatenate([E[path[0]], E[j]]) @ W + b) @ u for j in path])
    weights = np.exp(scores - scores.max())
    return (weights / weights.sum()) @ E[path]
    # END SOLUTION


check.gram_vector(my_gram_vector)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Three steps: one score for each node of the path, a softmax over these scores, a weighted sum of
# the same nodes' rows.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `np.concatenate([E[path[0]], E[j]])` is the pair of code and node. `np.exp(s - s.max())` cannot
# overflow. `weights @ E[path]` adds up the rows.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 Which codes does it help?
#
# **Task.** From the codes of a visit, tell the conditions of the patient's next visit. The model sees
# 100 patients, so some codes occur once or never. **Test.** Give the trained model one code *alone*:
# is the condition that it stands for the first of its guesses? We ask this of the codes of lasting
# conditions only, as an acute illness is not there the next time.
#
# Five tables of code vectors go into the same model:

# %% [markdown] slideshow={"slide_type": "notes"}
# 7 minutes. Let the class say first which row should be equal to chance for codes never seen.

# %% slideshow={"slide_type": "skip"}
_, group = dx_groups(ehr, visits.keys)
names = sorted({name for name in group if name})
condition = np.array([names.index(name) if name else -1 for name in group])
lasting = np.array([name in clinic.truth_patients.columns for name in group])
category = np.array([roll_up(key) for key in visits.keys])
has_sibling = np.array(
    [
        ((category == c) & (condition == k)).sum() > 1
        for c, k in zip(category, condition, strict=True)
    ]
)
part = ehr.patients["split"].to_numpy()
train, valid = (np.flatnonzero(part == name) for name in ("train", "valid"))
held_out = next_visits(visits.take(valid[:100]), condition)

tables = {
    "plain, no tree": lambda rng: (GRAM, [path[:1] for path in paths]),
    "GRAM": lambda rng: (GRAM, paths),
    "mean of the path": lambda rng: (AncestorMean, paths),
    "category only": lambda rng: (AncestorMean, [(name,) for name in category]),
    "GRAM, tree dealt out": lambda rng: (GRAM, deal_paths(paths, rng)),
}


def trained(name, seed, patients=100, dim=32):
    who = np.random.default_rng(seed).permutation(train)[:patients]
    kind, ways = tables[name](np.random.default_rng(seed))
    rng = torch.Generator().manual_seed(seed)
    model = NextVisitModel(kind(Ancestry.of(ways), dim, rng), dim, len(names), rng)
    mine = visits.take(who)
    fit_next_visit(model, next_visits(mine, condition), held_out, steps=45, learning_rate=0.02)
    return model, np.bincount(mine.code_ids, minlength=len(visits.keys))


# %% slideshow={"slide_type": "skip"}
bands = {"seen 0-4 times": (0, 5), "5-19": (5, 20), "20 or more": (20, np.inf)}
SAME = "one answer to all"  # the best single one, chosen with the truth in hand
right = {}
for name in tables:
    for seed in range(3):
        model, seen = trained(name, seed)
        hit = first_guess(model) == condition
        for band, (low, high) in bands.items():
            for sibling in (True, False):
                asked = lasting & (low <= seen) & (seen < high) & (has_sibling == sibling)
                right.setdefault((name, band, sibling), []).append(hit[asked].mean())
                if name == "GRAM":
                    most = np.bincount(condition[asked]).max() / asked.sum()
                    right.setdefault((SAME, band, sibling), []).append(most)

# %% slideshow={"slide_type": "subslide"}
print("codes with a sibling of the same condition: share right, three draws of patients")
for name in (*tables, SAME):
    print(f"  {name:<21}", end="")
    for band in bands:
        print(f"  {band}:", *(f"{share:.1f}" for share in right[name, band, True]), end="")
    print()
print(f"  chance, one of {len(names)} conditions: {1 / len(names):.2f}")


def mean(name, band, sibling=True):
    return np.mean(right[name, band, sibling])


rare, often = "seen 0-4 times", "20 or more"
assert mean("GRAM", rare) > mean("plain, no tree", rare) + 0.05
assert mean("GRAM, tree dealt out", rare) < mean("plain, no tree", rare) + 0.03
assert mean("GRAM", rare) < mean("mean of the path", rare) < mean("category only", rare)

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see four things. The last row but one is a chance row that cheats: the single answer
# that fits most of the codes asked.
# - Codes gain from the tree: GRAM is above the plain table on average, for the rarest by very
#   different amounts from draw to draw. Codes seen 5 to 19 times gain as well: that is still few.
# - The *right* tree does it. Deal the same paths out at random, and the gain is gone.
# - The attention is not what does it here: the plain mean of the path is better than GRAM's learned
#   weights. These leave more to the code's own row, as the end of this section prints.
# - The bluntest use of the tree is best: replace each code by its three-character category. In this
#   clinic a category is nearly a condition. Then everything below it is noise for this task.

# %% [markdown] slideshow={"slide_type": "subslide"}
# Now the codes whose category holds no other code of the same condition:

# %% slideshow={"slide_type": "fragment"}
print("codes without such a sibling: share right, mean of three draws")
for name in (*tables, SAME):
    print(f"  {name:<21}", *(f"  {band}: {mean(name, band, False):.1f}" for band in bands))
for key in ("ICD10CM:I7300", "ICD10CM:I739"):
    print(f"{dotted(key)} is {group[visits.keys.index(key)]}, its category I73")
assert all(mean(name, rare, False) <= mean(SAME, rare, False) for name in tables)
assert mean("GRAM", rare) > mean("GRAM", rare, False) + 0.05

# %% [markdown] slideshow={"slide_type": "subslide"}
# Where it does not help: a rare code *without* a relative of the same meaning stays close to
# unknown, with any table: no better than one answer to all. And a tree can mislead: I73.9 means
# another illness than its siblings I73.0x.
# "Category only" gives all of them one vector, so it must be wrong about one side. GRAM can
# still tell them apart, because the code keeps a row of its own.
#
# And with many patients there is nothing left to gain: six times as many, and codes seen 100 times.

# %% slideshow={"slide_type": "fragment"}
print("600 patients, one draw; codes seen 100 times or more: share right")
plenty = {}
for name in list(tables)[:2]:
    model, seen = trained(name, 0, patients=600)
    asked = lasting & (seen >= 100)
    plenty[name] = (first_guess(model) == condition)[asked].mean()
    print(f"  {name:<15} {plenty[name]:.1f}  of {asked.sum()} codes")
assert min(plenty.values()) > 0.95

# %% [markdown] slideshow={"slide_type": "subslide"}
# Choose a code below and look at its weights (100 patients again).

# %% slideshow={"slide_type": "skip"}
gram, seen = trained("GRAM", 0)
with torch.no_grad():
    learned = gram.table.weights().numpy()
shown = {dotted(key): visits.keys.index(key) for key in visits.keys if key.startswith("ICD10CM:I")}


def reading(code, equal=False):
    nodes = paths[shown[code]]
    found = learned[shown[code]][: len(nodes)]
    read = [node.removeprefix("ICD10CM:").replace("ICD10CM", "root") for node in nodes]
    return read, np.full(len(nodes), 1 / len(nodes)) if equal else found


# %% slideshow={"slide_type": "subslide"}
AncestorDemo(
    {code: int(seen[place]) for code, place in shown.items()},
    {"GRAM": reading, "mean of the path": lambda code: reading(code, equal=True)},
)

# %% slideshow={"slide_type": "subslide"}
share = {band: learned[lasting & (low <= seen) & (seen < high), 0].mean()
         for band, (low, high) in bands.items()}  # fmt: skip
print("weight of the code itself:", *(f"{band} {w:.1f}" for band, w in share.items()), sep="  ")
equal = np.mean([1 / len(path) for path, asked in zip(paths, lasting, strict=True) if asked])
print(f"in the mean of the path: {equal:.1f}; in the plain table 1, in category only 0")
assert equal < min(share.values()) < 1

# %% [markdown] slideshow={"slide_type": "fragment"}
# The four tables that know the right tree, or none, stand in the same order here as above, turned
# round: the less a code relies on its own row, the more often it was right.
#
# The paper reports that rare codes lean on their ancestors and frequent ones on themselves. Our model
# is small and stops early, and the weights of rare and frequent codes differ little. What holds
# there need not hold here: look at the weights of *your* model before you tell a story about them.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 Links that nobody wrote down
#
# Mrs Adler's visit: hypertension, angina, metoprolol. Which of the two is metoprolol for? Records such
# as MIMIC do not say. Count. There are two ways to divide the number of visits that hold both:
#
# $$p(m \mid d) = \frac{n(d, m)}{n(d)} \qquad\qquad p(d \mid m) = \frac{n(d, m)}{n(m)}$$
#
# **Stop.** Fix a drug and ask which diagnosis of the visit it is for. Which of the two leans towards
# *frequent* diagnoses, whatever the drug is for?

# %% [markdown] slideshow={"slide_type": "notes"}
# 5 minutes. The vote is often for p(d | m), because it reads like the question. For a fixed drug it
# is the bare count, and common diagnoses win.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 17.3 (8 min)
#
# Write `my_link_prior(dx, treatments)`. Both have a row of zeros and ones for each visit. Return
# $p(m \mid d)$ as an array with a row for each diagnosis and a column for each treatment: of the visits
# that hold d, the share that holds m as well. A diagnosis of no visit gets a row of zeros.


# %% slideshow={"slide_type": "skip"}
def my_link_prior(dx, treatments):
    # BEGIN SOLUTION
    out = np.zeros((dx.shape[1], treatments.shape[1]))
    for d in range(dx.shape[1]):
        with_d = treatments[dx[:, d] == 1]
        if len(with_d):
            out[d] = with_d.mean(axis=0)
    return out
    # END SOLUTION


check.link_prior(my_link_prior)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Take one diagnosis. Keep the visits that hold it. The mean of each treatment column over these
# visits is its row.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `dx.T @ treatments` counts all pairs at once; `dx.sum(axis=0)` counts the diagnoses. Mind the 0.
# </details>

# %% [markdown] slideshow={"slide_type": "subslide"}
# In the clinic the truth is known: each treatment was given for a diagnosis of the visit. We hide it,
# also the recorded reasons, count in 2,000 training visits, and ask in 1,000 test visits: is the
# diagnosis with the highest number the true one?


# %% slideshow={"slide_type": "skip"}
def some_visits(name, n):
    mine = ehr.patients.filter(split=name).select("patient_id")
    ids = sorted(ehr.visits.join(mine, on="patient_id", how="semi")["visit_id"])
    chosen = np.sort(np.random.default_rng(0).choice(len(ids), n, replace=False))
    found, dx_keys, rx_keys = hidden_links(clinic, [ids[i] for i in chosen])
    return [v for v in found if len(v.dx) <= 12 and len(v.treatments) <= 16], dx_keys, rx_keys


learn, dx_keys, rx_keys = some_visits("train", 2000)
judge, *_ = some_visits("test", 1000)
counted = multi_hots(learn, len(dx_keys), len(rx_keys))
given_dx, given_rx = link_prior(*counted), link_prior(*counted[::-1]).T


def cut(table):
    return [table[np.ix_(v.dx, v.treatments)] for v in judge]


# %% slideshow={"slide_type": "fragment"}
chance = found_links(judge, cut(np.ones_like(given_dx)))
found = {
    "p(m | d)": found_links(judge, cut(given_dx)),
    "p(d | m)": found_links(judge, cut(given_rx)),
}
print("share of the true links found in the test visits")
print(f"  chance     {chance:.2f}")
for name, share in found.items():
    print(f"  {name:<10} {share:.2f}")
assert found["p(m | d)"] > found["p(d | m)"] + 0.05 > chance + 0.15

# %% slideshow={"slide_type": "subslide"}
often_coded = counted[0].mean(axis=0)


def frequency_of_picks(scores):
    """Return how often the picked diagnoses occur in the training visits, on average."""
    picks = [v.dx[score.argmax(axis=0)] for v, score in zip(judge, scores, strict=True)]
    return often_coded[np.concatenate(picks)].mean()


owners = [v.dx[place] for v in judge for mine in v.owners for place in mine]
common = {
    name: frequency_of_picks(cut(t)) for name, t in zip(found, (given_dx, given_rx), strict=True)
}
print("how frequent the picked diagnosis is (share of training visits that hold it)")
for name, share in (common | {"the truth": often_coded[owners].mean()}).items():
    print(f"  {name:<10} {share:.3f}")
assert common["p(d | m)"] > max(common["p(m | d)"], often_coded[owners].mean())

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see: counts find far more links than chance, and the way round matters. For a fixed drug,
# $p(d \mid m)$ ranks the diagnoses by the bare count $n(d, m)$, and common diagnoses meet every drug: it
# picks diagnoses that are more frequent than the true ones. Dividing by $n(d)$ takes that away.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 GCT: a mask, a prior, and attention
#
# In a Transformer every token may look at every other (lesson 06). GCT knows two things about visits.
# A mask says which *kinds* may look at each other. A prior says what to expect inside the mask.
#
# ### Exercise 17.4 (8 min)
#
# Write `my_allowed_attention(scores, allowed)`: both have a row for each token that looks, and a column
# for each token that it may look at. `allowed` holds True and False. Return the softmax of each row over
# its allowed places, and exactly 0 elsewhere. A row without any allowed place is all 0. Scores may be
# large, far below 0, or largest where it is forbidden to look.


# %% slideshow={"slide_type": "skip"}
def my_allowed_attention(scores, allowed):
    # BEGIN SOLUTION
    out = np.zeros(scores.shape)
    for i, (row, may) in enumerate(zip(scores, allowed, strict=True)):
        if may.any():
            weights = np.exp(row[may] - row[may].max())
            out[i, may] = weights / weights.sum()
    return out
    # END SOLUTION


check.allowed_attention(my_allowed_attention)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Work row by row. Take the allowed scores out, make a softmax of them alone, put it back.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `row[may]` keeps the allowed scores, `out[i, may] = ...` writes them back. Take off the largest of
# them before `np.exp`. Nothing is left of a row without an allowed place: leave its zeros.
# </details>

# %% [markdown] slideshow={"slide_type": "subslide"}
# Now train it: three blocks, the same 2,000 visits, the patient's heart failure as outcome. Then read
# the **last** attention: at which treatments does each diagnosis look, and the other way round?

# %% [markdown] slideshow={"slide_type": "notes"}
# 5 minutes. Reveal the prediction only after the table.

# %% slideshow={"slide_type": "skip"}
sizes = len(dx_keys), len(rx_keys)
data, test = encounters(learn, learn, *sizes), encounters(judge, learn, *sizes)
settings = {
    "mask alone": (WithoutPrior, 0.0),
    "prior, lambda 0.1": (GCT, 0.1),
    "prior, lambda 30": (GCT, 30.0),
}
links, aucs = {}, {}


def judge_attention(name, gct):
    with torch.no_grad():
        risk, attentions = gct(test)
    both = [found_links(judge, side) for side in test.links(attentions[-1])]
    links.setdefault(name, []).append(max(both))
    aucs.setdefault(name, []).append(roc_auc_score(test.label, risk))


for name, (kind, weight) in settings.items():
    for seed in range(3):
        torch.manual_seed(seed)
        gct = kind(data.size)
        fit_gct(gct, data, weight, epochs=4, seed=seed)
        judge_attention(name, gct)
        if weight == 30:
            fit_gct(gct, data, weight, epochs=4, seed=seed + 100)
            judge_attention(f"{name}, longer", gct)

bag = LogisticRegression(max_iter=500).fit(np.hstack(counted), data.label)
bag_auc = roc_auc_score(test.label, bag.decision_function(np.hstack(multi_hots(judge, *sizes))))

# %% slideshow={"slide_type": "fragment"}
print("true links found by the last attention, its better direction, three seeds")
for name in links:
    each = " ".join(f"{share:.2f}" for share in links[name])
    print(f"  {name:<25} {each}   test AUC {np.mean(aucs[name]):.2f}")
print(f"  {'the counts, p(m | d)':<25} {found['p(m | d)']:.2f}")
print(f"  {'chance':<25} {chance:.2f}")
print(f"  {'the bare set of codes':<25} no links         test AUC {bag_auc:.2f}")
check.prior_or_attention.reveal()
assert max(links["mask alone"]) < chance + 0.05
assert max(links["prior, lambda 30, longer"]) < found["p(m | d)"] - 0.05
assert np.mean(links["prior, lambda 0.1"]) < np.mean(links["prior, lambda 30"])
assert max(np.mean(a) for a in aucs.values()) - min(np.mean(a) for a in aucs.values()) < 0.05
assert bag_auc > max(np.mean(a) for a in aucs.values()) - 0.03

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see: with the mask alone the attention finds links hardly better than chance, and the
# outcome is told about as well as with the prior. A logistic regression on the bare set of codes, which
# sees no pair at all, tells it as well. So *the outcome does not need the links here*, and nothing
# else asks for them. With the prior the attention is better the more $\lambda$ ties it to the prior: it
# learns the prior, from below. In this small setting GCT does not discover links; the counts supply
# them.
#
# This is no verdict on the paper, which trains on far more stays and longer, and tests hidden links
# on synthetic visits where the links are the *target*. It is a warning: a trained attention is not a list of
# reasons until a truth has been held against it.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 With your own functions
#
# `check.pick` takes your function where its check is green. Your vectors are compared with the trained
# GRAM, your prior finds links, and your attention has to equal that of the last trained model.

# %% slideshow={"slide_type": "skip"}
mix = check.pick("gram_vector", my_gram_vector)
count = check.pick("link_prior", my_link_prior)
attend = check.pick("allowed_attention", my_allowed_attention)
E, W, b, u = (getattr(gram.table, name).detach().numpy() for name in ("E", "W", "b", "u"))
place = {node: i for i, node in enumerate(Ancestry.of(paths).nodes)}


def as_array(value):
    """Read a list or a tensor as an array: an answer may be any of them."""
    return np.asarray(value.detach() if torch.is_tensor(value) else value, float)


with torch.no_grad():
    fast = gram.table().numpy()
    x = gct.blocks[0](gct.table(test.token[:1]), test.prior[:1])
    attention = gct(test)[1][1][0].numpy()
    block = gct.blocks[1]
    scores = (block.query(x) @ block.key(x).transpose(1, 2))[0].numpy() / np.sqrt(x.shape[-1])
mixed = [mix(E, np.array([place[node] for node in path]), W, b, u) for path in paths[:20]]
gap = np.abs(np.array([as_array(vector) for vector in mixed]) - fast[:20]).max()
same = np.abs(as_array(attend(scores, test.allowed[0].numpy())) - attention).max()
again = found_links(judge, cut(as_array(count(*counted))))
print(f"vectors agree: {gap < 1e-4}; attention agrees: {same < 1e-4}; links found {again:.2f}")
assert gap < 1e-4 and same < 1e-4 and np.isclose(again, found["p(m | d)"])

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Limits
#
# One visit is all that our next-visit model gets; GRAM has a GRU between visits. The conditions of the
# clinic follow the ICD categories closely, which flatters every use of the tree, "category only" most.
# Three seeds are few. The links were planted, one reason for a treatment; real reasons can be several,
# or none. And a prior counted in one hospital is a habit of that hospital.
#
# ## Two questions
#
# **A.** To which code has GRAM's tree the most to offer? **a** a rare code that is alone in its category,
# **b** a code that was seen a thousand times, **c** a rare code whose siblings were seen and mean the
# same, **d** a rare code whose siblings mean something else.

# %% [markdown] slideshow={"slide_type": "notes"}
# 2 minutes for the two questions.

# %% slideshow={"slide_type": "skip"}
my_answer = "c"  # SOLUTION
check.lonely_code(my_answer)

# %% [markdown]
# **B.** A trained attention gives metoprolol a weight of .6 for the angina. When may you call this the
# reason? **a** When the model's AUC is good. **b** When attention has been compared with known links,
# beside prior and chance. **c** When the attention agrees with its prior. **d** When the weights
# sum to 1.

# %% slideshow={"slide_type": "skip"}
my_answer = "b"  # SOLUTION
check.weight_is_no_reason(my_answer)

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Three fresh questions
#
# Drawn from the bank of the midterm, with other numbers than in this lesson. *three others* draws
# again. Nothing is saved; lesson 16 has whole papers, and finds what to repair.

# %% slideshow={"slide_type": "skip"}
Practice("17")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Takeaway
#
# A tree lends a rare code what its siblings know; counts, divided the right way round, guess links.
# Attention on top has to beat both before it gets the praise.
#
# ## Reading
#
# - E. Choi, M. T. Bahadori, L. Song, W. F. Stewart and J. Sun (2017), *GRAM: Graph-based Attention Model
#   for Healthcare Representation Learning*, KDD.
# - E. Choi, Z. Xu, Y. Li, M. W. Dusenberry, G. Flores, E. Xue and A. M. Dai (2020), *Learning the
#   Graphical Structure of Electronic Health Records with Graph Convolutional Transformer*, AAAI.
# - S. Jain and B. C. Wallace (2019), *Attention is not Explanation*, NAACL; and the answer, S. Wiegreffe
#   and Y. Pinter (2019), *Attention is not not Explanation*, EMNLP.

# %% [markdown] slideshow={"slide_type": "skip"}
# Your exercises in this lesson:

# %% slideshow={"slide_type": "skip"}
check.progress(17)
