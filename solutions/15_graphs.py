# ---
# jupyter:
#   course:
#     title: "Graphs: node2vec, GraphSAGE, GAT"
#     question: What if the data are connections?
#     minutes: 60
#     status: elective
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 15 Graphs: node2vec, GraphSAGE, GAT
#
# **A graph can become vectors in two ways: a table with a row for every node, learned from walks;
# or a function that computes a node's vector from its neighbors. Only the function knows what to
# do with a node that comes tomorrow.**
#
# *60 minutes. Needs: lesson 04; attention in lesson 06 helps, and is explained again here.*
#
# After this lesson you can
# - write the step of a node2vec walk and train on walks,
# - write a layer of GraphSAGE and one of GAT,
# - test whether a method is transductive or inductive,
# - make one vector of a whole graph,
# - choose a method for a graph of patients, diagnoses and drugs.

# %% [markdown] slideshow={"slide_type": "notes"}
# **If you lecture (50 min).** Exam card 8, the walk and its two knobs 12, the walks on the records
# 6, one GraphSAGE layer with numbers 8, attention 6, the three tests 8, questions 2. Stop for a
# vote at "Shuffle the features: which changes?" (expect half to say all three; node2vec never saw
# a feature). Exercises 15.1 to 15.3 are homework.

# %% slideshow={"slide_type": "skip"}
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers import checks as check
from helpers import graph_layers, metrics, node2vec, plots, similarity
from helpers.censoring import censor
from helpers.code_groups import dx_groups
from helpers.datasets import load_clinic
from helpers.demos.walk import WalkDemo
from helpers.exam.mock import Practice
from helpers.graph import build_graph
from helpers.graph_nets import Gat, Sage, node_scores, train_nodes
from helpers.incidence import patient_matrix, visit_matrix
from helpers.record_graph import name_features, record_graph
from helpers.sgns import train_skipgram
from helpers.vocab import Vocab, build_vocab

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## Predict first
#
# Every node of a graph has connections, and every node has features: for a drug, say, what its
# name ends in. Now deal the features out to the wrong nodes. Whose vectors change?
# **a** those of node2vec, GraphSAGE and GAT, **b** those of GraphSAGE and GAT, not of node2vec,
# **c** only those of GAT. Guess before you read on; the card below will tell.

# %% slideshow={"slide_type": "skip"}
my_prediction = "a"  # SOLUTION
check.shuffled_features(my_prediction)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Exam card (8 minutes)
#
# If this page is all you read of the lesson, read it slowly.
#
# 1. **node2vec** walks at random and trains skip-gram on the walks. It sees connections only. It
#    has one row a node: a new node has none until you walk and train again (*transductive*).
# 2. **GraphSAGE** and **GAT** compute a node's vector from its features and its neighbors'
#    features. They are functions, so they serve a new node as well (*inductive*).
# 3. All three give vectors of **nodes**. A vector of a whole graph needs a **read-out**, such as the
#    mean over its nodes.
#
# | what | formula |
# |:---|:---|
# | node2vec: came from $t$ to $v$, next $x$ | weight $1/p$ if $x = t$; $1$ if $x$ is a neighbor of $t$ too; else $1/q$ |
# | its probability | weight / sum of the weights of all neighbors of $v$ |
# | GraphSAGE, mean | $h'_i = \mathrm{ReLU}(h_i W_{self} + \mathrm{mean}_{j \in N(i)} h_j \, W_{nb})$ |
# | GAT: rows and scores | $z_i = h_i W$, $\quad e_{ij} = \mathrm{LeakyReLU}(a \cdot [z_i, z_j])$ |
# | GAT: attention | $\alpha_{ij} = \mathrm{softmax}_j\, e_{ij}$, over the neighbors $j$ of $i$ and $i$ itself |
# | GAT: new row | $h'_i = \sum_j \alpha_{ij} z_j$ |
# | sampling $s_1$ neighbors, then $s_2$ of each | at most $1 + s_1 + s_1 s_2$ nodes touched |

# %% [markdown] slideshow={"slide_type": "notes"}
# 8 minutes. Let the class compute the four numbers of the next slide before you show them.

# %% [markdown] slideshow={"slide_type": "subslide"}
# Four patients, three diagnoses, four drugs. A walk came from Mrs Adler to diabetes (E11.9), with
# $p = 2$ and $q = 1/2$. Going back weighs 1/2. *Metformin* weighs 1: Mrs Adler takes it, so it is
# her neighbor too. Mr Becker and *insulin* weigh 2 each. The sum is 5.5.

# %% slideshow={"slide_type": "skip"}
toy = build_graph(
    [
        *[("Adler", code) for code in ("E11.9", "I10", "metformin", "lisinopril")],
        *[("Becker", code) for code in ("E11.9", "metformin", "insulin")],
        *[("Cohen", code) for code in ("I10", "I50.9", "lisinopril", "furosemide")],
        *[("Dahl", code) for code in ("I50.9", "furosemide")],
        *[("E11.9", "metformin"), ("E11.9", "insulin")],
        *[("I10", "lisinopril"), ("I50.9", "furosemide")],
    ]
)
places = {"Adler": (2, 1), "Becker": (0, 1), "Cohen": (4, 1), "Dahl": (6, 1)}
places |= {"E11.9": (1, 2), "I10": (3, 2), "I50.9": (5, 2)}
places |= {"metformin": (1, 0), "insulin": (-0.3, 2.6), "lisinopril": (3, 0), "furosemide": (5, 0)}
adj = toy.as_dict()
probs = node2vec.step_probs("Adler", "E11.9", adj, p=2, q=0.5)

# %% slideshow={"slide_type": "skip"} tags=["extra-code"]
figure, (ax,) = plots.new_figure(size=(7.2, 3.6))
for a, b in zip(*toy.edge_list(), strict=True):
    ends = np.array([places[toy.names[a]], places[toy.names[b]]])
    ax.plot(*ends.T, color="0.85", linewidth=1, zorder=0)
for name, (x, y) in places.items():
    kind = "so^"[name[1].isdigit() * 1 + name[0].islower() * 2]  # patient, diagnosis, drug
    ax.scatter(x, y, s=70, marker=kind, color=plots.COLORS["so^".index(kind)], zorder=2)
    side = -17 if y <= 1 else 9
    box = {"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.85}
    ax.annotate(
        name, (x, y), (0, side), textcoords="offset points", ha="center", fontsize=9, bbox=box
    )
start = np.array(places["E11.9"])
ax.annotate("", start, places["Adler"], arrowprops={"arrowstyle": "->", "lw": 2.5, "shrinkB": 8})
for name, chance in probs.items():
    bow = "arc3,rad=-0.35" if name == "Adler" else "arc3"  # beside the arrow that came
    how = {"arrowstyle": "->", "lw": 1.2, "ls": "--", "connectionstyle": bow, "shrinkB": 8}
    ax.annotate("", places[name], start, arrowprops=how)
    middle = start + 0.5 * (np.array(places[name]) - start) + 0.2 * (name == "Adler")
    box = {"boxstyle": "round,pad=0.15", "fc": "white", "ec": "0.6"}
    ax.annotate(f"{chance:.2f}", middle, ha="center", va="center", fontsize=9, bbox=box)
ax.set_axis_off()
ax.margins(0.1)

# %% slideshow={"slide_type": "fragment"}
plots.show(
    figure,
    "A graph of patients (squares), diagnoses (circles) and drugs (triangles). The walk came from "
    "Adler to E11.9; dashed arrows carry the chance of each next node: back to Adler 0.09, to "
    "metformin 0.18, to Becker 0.36, to insulin 0.36.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# And the other three, each with numbers you can do in your head: a node with feature 1 and
# neighbors 2 and 6, all tables 1; GAT scores of -1 and -5 before the LeakyReLU with slope 0.2; and a
# sample of 25 neighbors, then of 10 for each.

# %% slideshow={"slide_type": "fragment"}
H, star = np.array([[1.0], [2.0], [6.0]]), np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]])
one = np.ones((1, 1))
print("node2vec, back to Adler:  (1/2) / 5.5        =", round(probs["Adler"], 3))
print(
    "GraphSAGE:                ReLU(1 + (2 + 6)/2) =",
    graph_layers.sage_mean(H, star, one, one)[0, 0],
)
leaky = np.array([-1.0, -5.0]) * 0.2
first = np.exp(leaky[0]) / np.exp(leaky).sum()
print("GAT, first of two:        softmax(-0.2, -1)   =", round(first, 3))
print("nodes touched:            1 + 25 + 25 * 10    =", graph_layers.nodes_touched((25, 10)))
assert np.isclose(probs["Adler"], 0.5 / 5.5) and np.isclose(first, 1 / (1 + np.exp(-0.8)))
assert graph_layers.sage_mean(H, star, one, one)[0, 0] == 5

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 node2vec: walks are sentences
#
# Skip-gram needs sentences; a graph has none. So write some: let a walker stroll from neighbor to
# neighbor and note the nodes. Nodes that are close, or have the same surroundings, will share
# windows. Training is that of lesson 04, unchanged.
#
# A plain walk chooses every neighbor alike (DeepWalk, 2014). node2vec (2016) adds two knobs: $p$
# makes going back rarer, $q$ makes moving away rarer.

# %% [markdown] slideshow={"slide_type": "notes"}
# 12 minutes with the demonstration: p to 0.1, then 10; q to 10, then 0.1. Ask what each will do.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 15.1 (8 min)
#
# Write `my_step_probs(prev, cur, adj, p, q)`. `adj` is a dict from each node to the list of its
# neighbors. The walk came from `prev` and is at `cur`. Return a dict with one entry for each
# neighbor of `cur`: its probability to be the next node. At the first step `prev` is `None`, and all
# neighbors are alike. A node may be called 0.


# %% slideshow={"slide_type": "skip"}
def my_step_probs(prev, cur, adj, p, q):
    # BEGIN SOLUTION
    def weight(x):
        if prev is None or (x != prev and x in adj[prev]):
            return 1
        return 1 / p if x == prev else 1 / q

    total = sum(map(weight, adj[cur]))
    return {x: weight(x) / total for x in adj[cur]}
    # END SOLUTION


check.step_probs(my_step_probs)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Go through the neighbors of `cur`. Each is one of three: it is `prev`; it is a neighbor of `prev`
# as well; it is neither. Give it its weight, and divide by the sum at the end.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `x in adj[prev]` asks whether `x` is a neighbor of `prev`. `sum(weights.values())` adds up a dict.
# Look at `prev is None` before you ask for `adj[prev]`.
# </details>

# %% [markdown] slideshow={"slide_type": "subslide"}
# Try the knobs on the toy graph. All walks start at Mrs Adler; a node is as large as its share of
# the visits. Set $p$ to 0.1 and watch the walks turn on their heel. Set $p$ to 10 and $q$ to 0.1 and
# watch them reach Mr Dahl.

# %% slideshow={"slide_type": "fragment"}
demo = WalkDemo(toy, places, start="Adler")
demo

# %% [markdown] slideshow={"slide_type": "subslide"}
# Is the walker right? There is a law to hold it to. A long plain walk visits a node in proportion
# to its number of neighbors: degree over twice the number of edges. With other knobs the law is
# another.

# %% slideshow={"slide_type": "fragment"}
law = toy.degrees / (2 * toy.n_edges)
for p, q in ((1, 1), (10, 0.1)):
    long = node2vec.random_walks(toy, p=p, q=q, walks_per_node=20, length=1000)
    share = np.bincount(long.ravel(), minlength=len(toy.names)) / long.size
    off = np.abs(share - law).max()
    print(f"p {p}, q {q}: largest distance from degree / 2E is {off:.3f}")
    assert off < 0.006 if p == q == 1 else off > 0.015

# %% [markdown] slideshow={"slide_type": "subslide"}
# Now the records. Patients are connected with their diagnoses and drugs, and a drug with a
# diagnosis if it was written down as its reason five times or more. We keep 1,000 of the 3,000
# patients in the graph, so that training is quick. Nothing here is a real patient.

# %% slideshow={"slide_type": "fragment"}
ehr = censor(load_clinic().ehr)  # up to the index date
everything = record_graph(ehr)
is_patient = np.array([":" not in name for name in everything.names])
chosen = np.concatenate([np.flatnonzero(~is_patient), np.flatnonzero(is_patient)[:1000]])
people = everything.take(chosen)
codes = record_graph(ehr, ("dx-rx",))  # diagnoses and drugs alone
for name, graph in (("with patients", people), ("diagnoses and drugs", codes)):
    print(f"{name:<20} {len(graph.names)} nodes, {graph.n_edges} edges", end=", ")
    print(f"median of {np.median(graph.degrees):.0f} neighbors")
print("reasons for metoprolol:", len(codes.neighbors("GENERIC:metoprolol")))
two_steps = codes.adjacency @ codes.adjacency
print("triangles of diagnoses and drugs:", int((two_steps * codes.adjacency).sum()) // 6)

# %% [markdown] slideshow={"slide_type": "subslide"}
# The clinic was simulated, so we know the condition behind every diagnosis code: 330 codes stand
# for 52 conditions. Nobody tells node2vec. We ask, as in lesson 10: of the five nearest diagnoses of a
# code, how many are of its condition? Beside it stand random rows, and skip-gram on the visits
# themselves, with no graph.

# %% slideshow={"slide_type": "skip"} tags=["claim-B12", "claim-A18"]
_, condition = dx_groups(ehr, codes.names)
meant = {name: c for name, c in zip(codes.names, condition, strict=True) if c}
assert (len(meant), len(set(meant.values()))) == (330, 52)


def purity(table, names):
    rows = [i for i, name in enumerate(names) if name in meant]
    return metrics.purity_at_k(table[rows], [meant[names[i]] for i in rows], 5)


bags = [list(visit.codes) for patient in ehr.as_patients() for visit in patient.visits]
vocab = build_vocab(bags, min_count=5)
found = {
    "random rows": [
        purity(np.random.default_rng(s).normal(size=(520, 32)), codes.names) for s in range(3)
    ]
}
found["skip-gram on visits"] = [
    purity(train_skipgram(bags, vocab, dim=32, window=None, seed=s).center_table, vocab.tokens)
    for s in range(3)
]

# %% slideshow={"slide_type": "fragment"} tags=["claim-B12", "claim-A18"]
for kind, graph, n_walks in (("patients too", people, 5), ("codes only", codes, 10)):
    for said, q in (("1", 1), ("4", 4), ("1/4", 0.25)):
        trained = [
            node2vec.train_node2vec(graph, p=1, q=q, walks_per_node=n_walks, seed=s)
            for s in range(3)
        ]
        found[f"{kind}, p 1, q {said}"] = [purity(t.center_table, graph.names) for t in trained]
print("share of the 5 nearest diagnoses with the same condition, mean (spread)")
for name, runs in found.items():
    print(f"{name:<26}{np.mean(runs):.2f}  ({np.ptp(runs):.2f})")
assert min(found["patients too, p 1, q 4"]) > max(found["patients too, p 1, q 1"])
assert min(found["patients too, p 1, q 1"]) > max(found["patients too, p 1, q 1/4"]) > 0.5
alone = [run for name, runs in found.items() if name.startswith("codes only") for run in runs]
others = [run for name, runs in found.items() if not name.startswith("codes only") for run in runs]
assert max(found["random rows"]) < 0.05 and min(alone) > max(others)

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see three things. Walks find the conditions, far above chance. With patients in the
# graph $q$ matters: a diagnosis, its drug and a patient who has both form a triangle, and a large
# $q$ stays inside it; a small $q$ runs through a patient to what *else* that patient has. And the
# clever part is not always the walk: leave the patients out, and walks do best of all, with the
# same result at all three $q$. Drugs and diagnoses alone have no triangles, so there is little to
# stay inside.
#
# Which edges to draw was the larger decision. (We tried these knobs on the data that judged them;
# to *choose* one you would need conditions set apart.)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 GraphSAGE: a function of the neighborhood
#
# node2vec learns a row for every node by heart. GraphSAGE (2017) learns *tables*, $W_{self}$ and
# $W_{nb}$, that turn features into vectors: what I am, and the mean of what my neighbors are. A
# second layer on top hears the neighbors' neighbors.
#
# So nodes need features. What is known of a code on the day it is invented? Its name. A diagnosis
# has the first letter of its ICD code; a generic drug has the last four letters of its name, as in
# metopr**olol**.

# %% [markdown] slideshow={"slide_type": "notes"}
# 8 minutes. Do one layer at the board with the toy graph: Mrs Adler's neighbors, their mean, add,
# cut at zero.

# %% slideshow={"slide_type": "fragment"}
X, columns = name_features(codes.names)
print(
    f"{X.shape[0]} codes, {X.shape[1]} columns, one 1 a row; some columns:",
    *columns[8:11],
    *columns[-3:],
)
endings = [
    columns[j] for j in X[[codes.id(f"GENERIC:{d}") for d in ("metoprolol", "atenolol")]].argmax(1)
]
print("metoprolol and atenolol:", *endings)
assert endings[0] == endings[1]

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 15.2 (8 min)
#
# Write `my_sage_mean(H, adj, W_self, W_nb)`. `H` has one row a node, shape `(n, d)`. `adj` is a table
# of shape `(n, n)`, 1 where two nodes are connected, else 0. Return
# $\mathrm{ReLU}(h_i W_{self} + \mathrm{mean}_j\, h_j\, W_{nb})$ for every node $i$, the mean over its
# neighbors, itself not among them. A node without neighbors gets a mean of zeros.


# %% slideshow={"slide_type": "skip"}
def my_sage_mean(H, adj, W_self, W_nb):
    # BEGIN SOLUTION
    rows = []
    for i in range(len(H)):
        near = H[adj[i] > 0]
        message = near.mean(axis=0) if len(near) else np.zeros(H.shape[1])
        rows.append(H[i] @ W_self + message @ W_nb)
    return np.clip(rows, 0, None)
    # END SOLUTION


check.sage_mean(my_sage_mean)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Two parts are added, then cut at zero. Own features go through `W_self`; the mean of the
# neighbors' rows goes through `W_nb`. Who has nobody must not divide by 0.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `adj @ H` adds up the neighbors' rows of every node. `adj.sum(axis=1, keepdims=True)` counts
# neighbors, in a shape that divides rows. `np.maximum(a, 1)` keeps it from 0.
# </details>

# %% [markdown] slideshow={"slide_type": "subslide"}
# Now a task in which new nodes matter. Tomorrow the hospital starts to use codes it has never
# used. Thirty in a hundred diagnosis codes are taken **out of the graph**, with their edges; the
# others have their condition as label. After training the new codes enter, with name and edges.
# What condition do they stand for?

# %% slideshow={"slide_type": "skip"} tags=["claim-A19"]
STEPS = 80
names_of_classes = sorted(set(meant.values()))
y = np.array([names_of_classes.index(c) if c else -1 for c in condition])
dx = np.flatnonzero(y >= 0)


def split(seed, share=0.3):
    order = np.random.default_rng(seed).permutation(dx)
    new, known = np.split(order, [round(share * len(dx))])
    stays = np.setdiff1d(np.arange(len(y)), new)
    return new, known, stays


def inductive(make, features, seed):
    new, known, stays = split(seed)
    before = codes.take(stays)  # the graph as it was
    rows = np.searchsorted(stays, known)
    net, _ = train_nodes(
        make, features[stays], before.edge_list(), y[stays], rows, steps=STEPS, seed=seed
    )
    return np.mean(node_scores(net, features, codes.edge_list())[new].argmax(axis=1) == y[new])


def logistic(table, seed):
    new, known, _ = split(seed)
    fitted = LogisticRegression(C=10, max_iter=1000).fit(table[known], y[known])
    return fitted.score(table[new], y[new])


# %% slideshow={"slide_type": "fragment"} tags=["claim-A19"]
walked = [node2vec.train_node2vec(codes, seed=s).center_table for s in range(3)]
right = {
    "the most frequent": [
        np.mean(y[new] == np.bincount(y[known]).argmax()) for new, known, _ in map(split, range(3))
    ],
    "the name alone": [logistic(X, s) for s in range(3)],
    "GraphSAGE": [inductive(Sage, X, s) for s in range(3)],
    "node2vec, walked again": [logistic(walked[s], s) for s in range(3)],
}
print("new codes whose condition was named right, mean of three splits (spread)")
for name, shares in right.items():
    print(f"{name:<26}{np.mean(shares):.2f}  ({np.ptp(shares):.2f})")
assert min(right["GraphSAGE"]) > max(right["the name alone"]) > max(right["the most frequent"])

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see GraphSAGE name more than nine in ten codes it never met; the letter alone names one
# in three. The last row is as good, and is another bargain: those walks were taken in a graph that
# already *had* the new codes. Section 4 shows what happens without.
#
# The paper does one more thing that a small graph does not need. A layer asks all neighbors, and
# they ask theirs; on a large graph that soon touches everything. So it *samples* a few neighbors a
# layer, and a node touches $1 + s_1 + s_1 s_2$ nodes at most, however large the graph.

# %% slideshow={"slide_type": "fragment"}
i = everything.id("GENERIC:metoprolol")
near = everything.adjacency[[i]].indices
within_two = np.union1d(near, everything.adjacency[near].indices).size
n_nodes = len(everything.names)
print(f"metoprolol: {near.size} neighbors; within two steps {within_two} of {n_nodes} nodes")
print("with a sample of 25, then 10:", graph_layers.nodes_touched((25, 10)), "at most")
assert within_two > 0.9 * n_nodes

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 GAT: not all neighbors alike
#
# A mean lets every neighbor speak equally. GAT (2018) lets each node weigh them: a score for the
# pair, from both vectors, then a softmax over the neighbors and the node itself, so that the
# weights $\alpha_{ij}$ of a node sum to 1. Whoever is no neighbor must get no weight at all: its
# score is set to $-\infty$ *before* the softmax.

# %% [markdown] slideshow={"slide_type": "notes"}
# 6 minutes. Show one row of alpha as a table; ask what it is when a is zero.

# %% slideshow={"slide_type": "fragment"}
rng = np.random.default_rng(0)
small = toy.take(
    np.array([toy.id(n) for n in ("Adler", "E11.9", "I10", "metformin", "lisinopril")])
)
F = rng.normal(size=(5, 3)).round(1)
W, a = rng.normal(size=(3, 2)).round(1), rng.normal(size=4).round(1)
_, alpha = graph_layers.gat_layer(F, small.dense(), W, a)
print(f"{'who attends':<12}", *(f"{name:>11}" for name in small.names))
for name, row in zip(small.names, alpha, strict=True):
    print(f"{name:<12}", *(f"{weight:>11.2f}" for weight in row))
assert np.allclose(alpha.sum(axis=1), 1) and alpha[1, 2] == 0

# %% [markdown]
# Each row sums to 1. E11.9 gives nothing to I10: there is no edge. The table is not symmetric; what
# you mean to me is not what I mean to you.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 15.3 (10 min)
#
# Write `my_gat_layer(H, adj, W, a, slope=0.2)` and return two things, `H2` of shape `(n, d_out)` and
# `alpha` of shape `(n, n)`. With $z_i = h_i W$, the score of a pair is
# $\mathrm{LeakyReLU}(a \cdot [z_i, z_j])$: the first half of `a` meets node $i$, which receives, the
# second half $j$. Row $i$ of `alpha` is a softmax over the neighbors of $i$ and $i$ itself, and 0
# elsewhere. Row $i$ of `H2` is $\sum_j \alpha_{ij} z_j$, with no nonlinearity after it. `adj` has 0 on
# its diagonal. Scores of 1000 and more must work.


# %% slideshow={"slide_type": "skip"}
def my_gat_layer(H, adj, W, a, slope=0.2):
    # BEGIN SOLUTION
    Z = H @ W
    alpha = np.zeros((len(H), len(H)))
    for i in range(len(H)):
        hears = [j for j in range(len(H)) if j == i or adj[i, j] > 0]
        score = np.array([np.concatenate([Z[i], Z[j]]) @ a for j in hears])
        score = np.where(score > 0, score, slope * score)
        weight = np.exp(score - score.max())
        alpha[i, hears] = weight / weight.sum()
    return alpha @ Z, alpha
    # END SOLUTION


check.gat_layer(my_gat_layer)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Score, mask, softmax, sum, in this order. The dot product with `[z_i, z_j]` falls into two halves:
# one number a receiver plus one number a sender.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `left[:, None] + right[None, :]` makes a table of all sums. `np.where(allowed, scores, -np.inf)`
# masks; `np.eye(n)` lets each node hear itself. Take the largest score of each row away before `np.exp`.
# </details>

# %% [markdown] slideshow={"slide_type": "subslide"}
# Does attention help here? The same new codes, and then the same graph with 200 patients drawn
# in. A patient has no name to read, only a mark *is a patient*, and a diagnosis has more
# patients than drugs.


# %% slideshow={"slide_type": "skip"} tags=["claim-A19"]
def with_patients(make, seed, n_patients=200):
    n = len(codes.names)
    graph = everything.take(
        np.array(
            [everything.id(name) for name in codes.names]
            + np.flatnonzero(is_patient)[:n_patients].tolist()
        )
    )
    features = np.zeros((len(graph.names), X.shape[1] + 1))
    features[:n, :-1], features[n:, -1] = X, 1
    new, known, _ = split(seed)
    stays = np.setdiff1d(np.arange(len(graph.names)), new)
    classes = np.append(y, np.full(n_patients, -1))
    rows = np.searchsorted(stays, known)
    edges = graph.take(stays).edge_list()
    net, _ = train_nodes(make, features[stays], edges, classes[stays], rows, seed=seed, steps=STEPS)
    return np.mean(node_scores(net, features, graph.edge_list())[new].argmax(axis=1) == y[new])


# %% slideshow={"slide_type": "fragment"} tags=["loose", "claim-A19"]
right["GAT"] = [inductive(Gat, X, s) for s in range(3)]
right["GraphSAGE, patients too"] = [with_patients(Sage, s) for s in range(3)]
right["GAT, patients too"] = [with_patients(Gat, s) for s in range(3)]
for name in ("GraphSAGE", "GAT", "GraphSAGE, patients too", "GAT, patients too"):
    print(f"{name:<26}{np.mean(right[name]):.2f}  ({np.ptp(right[name]):.2f})")
drowned, heard = right["GraphSAGE, patients too"], right["GraphSAGE"]
assert all(less < more for less, more in zip(drowned, heard, strict=True))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Attention does not win here. On diagnoses and drugs the neighbors agree, so there is little to weigh,
# and GAT's splits spread more. With patients both lose: nodes that all say the same thing drown the
# drugs in the mean, and attention would have to *learn* not to listen, from few labels. What helps in
# practice is a table $W_{nb}$ for each kind of edge (R-GCN, 2018), or not to draw those edges.
#
# A half-truth says that *attention finds out which neighbor matters to this node*. In GAT the order
# of the neighbors is the same for every node: the score is LeakyReLU of receiver plus sender, and
# what the receiver adds is the same for all senders. Let every node hear every node:

# %% slideshow={"slide_type": "fragment"}
_, heard = graph_layers.gat_layer(F, np.ones((5, 5)), W, a)
orders = {tuple(small.names[j] for j in np.argsort(-row, kind="stable")) for row in heard}
print(f"{len(small.names)} nodes, orders of preference: {len(orders)}", *orders)
print("weight of the first, by node:", heard.max(axis=1).round(2))
assert len(orders) == 1 and np.ptp(heard.max(axis=1)) > 0.05

# %% [markdown]
# One order for all five (Brody and others, 2022, who also mend it: *GATv2*). How *strongly* a node
# prefers the first does differ.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 New nodes, whole graphs
#
# The notes for the exam say that *node2vec, GraphSAGE and GAT use structure and attributes, for
# nodes or whole graphs*. These are three different things. Three tests take them apart.
#
# **Stop.** Test one: deal the features out to the wrong nodes. Which vectors change?

# %% [markdown] slideshow={"slide_type": "notes"}
# Stop for the vote. 8 minutes for the three tests.

# %% slideshow={"slide_type": "skip"} tags=["claim-A19", "correction-N10"]
shuffle = np.random.default_rng(0).permutation(len(y))
is_dx = y >= 0
wrong_rows = np.arange(len(y))
for kind in (is_dx, ~is_dx):  # diagnoses among diagnoses, the rest among the rest
    wrong_rows[kind] = np.random.default_rng(0).permutation(np.flatnonzero(kind))
dealt = X[wrong_rows]
edges = codes.edge_list()
before, after = {}, {}
for name, make in (("GraphSAGE", Sage), ("GAT", Gat)):
    net, _ = train_nodes(make, X, edges, y, dx, steps=STEPS)
    before[name], after[name] = node_scores(net, X, edges), node_scores(net, dealt, edges)
before["node2vec"] = node2vec.train_node2vec(codes).center_table
after["node2vec"] = node2vec.train_node2vec(codes).center_table  # there is no place for features

# %% slideshow={"slide_type": "fragment"} tags=["claim-A19", "correction-N10"]
for name in before:
    moved = np.abs(after[name] - before[name]).max(axis=1) > 1e-6
    print(f"{name:<10} features dealt to wrong nodes: {moved.mean():>4.0%} of the vectors change")
    assert moved.any() == (name != "node2vec")
alike = np.ones((len(y), 1))  # every node has the same single feature
print("new codes named right, mean of three splits:  own features   dealt wrong   all alike")
for name, make in (("GraphSAGE", Sage), ("GAT", Gat)):
    wrong, none = ([inductive(make, f, s) for s in range(3)] for f in (dealt, alike))
    print(f"{name:<45}{np.mean(right[name]):>13.2f}{np.mean(wrong):>14.2f}{np.mean(none):>12.2f}")
    assert max(none) < 0.2 < min(wrong)
check.shuffled_features.reveal()

# %% [markdown] slideshow={"slide_type": "subslide"}
# node2vec never saw a feature. The vectors of the other two are made of features. Look at the
# table as well; for it each network was trained again, on the features of its column. With all
# features alike, a mean of neighbors is the same everywhere, nodes cannot be told apart, and both
# are down at chance. With features dealt wrong they do surprisingly well: a wrong name is still a
# *mark* by which a drug is known again, and here the connections say nearly all. That a method
# *uses* attributes does not mean that the attributes help.
#
# Test two: *tomorrow comes a new drug*. We take *metoprolol* out of the graph, train, and put it
# back.

# %% slideshow={"slide_type": "skip"} tags=["claim-A19", "correction-N10"]
drug = codes.id("GENERIC:metoprolol")
stays = np.delete(np.arange(len(y)), drug)
yesterday = codes.take(stays)
old = node2vec.train_node2vec(yesterday).center_table
again = node2vec.train_node2vec(codes, seed=1).center_table[stays]  # walk and train once more
net, _ = train_nodes(
    Sage, X[stays], yesterday.edge_list(), y[stays], np.flatnonzero(y[stays] >= 0), steps=STEPS
)
scores_old = node_scores(net, X[stays], yesterday.edge_list())
scores_new = node_scores(net, X, edges)

# %% slideshow={"slide_type": "fragment"} tags=["claim-A19", "correction-N10"]
try:
    row = old[yesterday.id("GENERIC:metoprolol")]
except KeyError as error:
    print("node2vec: ", error.args[0])
same = np.mean(np.sum(similarity.unit_rows(old) * similarity.unit_rows(again), axis=1))
print(f"trained again: cosine of a node's old and new vector {same:.2f} on average")
near = similarity.pairwise_cosine(scores_new)[drug]
near[drug] = -1
best = [codes.names[j] for j in np.argsort(-near) if codes.names[j].startswith("GENERIC")][:3]
print("GraphSAGE: nearest drugs of the new node:", *(ehr.name(name) for name in best))
change = np.abs(scores_new[stays] - scores_old).max(axis=1)
steps = np.linalg.matrix_power(codes.dense() + np.eye(len(y), dtype=int), 2)
far = steps[drug][stays] == 0  # further than two steps
print(f"further than two steps away: {far.mean():.0%} of the old nodes; largest move", end=" ")
print(f"{change[far].max():.3f}, of the others {change[~far].max():.0f}")
assert same < 0.5 and change[far].max() < 1e-3 < 1 < change[~far].max() and far.any()

# %% [markdown] slideshow={"slide_type": "subslide"}
# node2vec has no row. Trained again it has one, but now *all* rows are new numbers: the walks are
# other walks, the start is another start, and a space may come out turned (lesson 02). Vectors of
# yesterday and today cannot be compared. GraphSAGE applies yesterday's function, and finds the beta
# blockers. Only nodes within two steps of the new one can move, because two layers hear no further.
#
# Test three is about order, and about whole graphs. All we have so far are vectors of **nodes**.
# Give the nodes other numbers: the rows come in another order, and that is all. A vector of the
# *graph* must not change at all, so the **read-out** has to forget the order: a sum, a mean, a
# maximum.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A18", "correction-N10"]
F, numbers = rng.normal(size=(len(toy.names), 3)), rng.permutation(len(toy.names))
tables = rng.normal(size=(2, 3, 4))
rows = graph_layers.sage_mean(F, toy.dense(), *tables)
others = graph_layers.sage_mean(F[numbers], toy.take(numbers).dense(), *tables)
whole = np.zeros(len(rows), int)  # all nodes are in graph 0
print("rows, put back in order, are the same:", np.allclose(others, rows[numbers]))
print("first number of the first row: before", rows[0, 0].round(3), "after", others[0, 0].round(3))
pictures = [graph_layers.read_out(table, whole)[0] for table in (rows, others)]
print("read-out, before:", pictures[0].round(3), " after:", pictures[1].round(3))
assert np.allclose(others, rows[numbers]) and np.allclose(*pictures)

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 15.4 (6 min, optional)
#
# Write `my_read_out(H, graph_ids)`. `H` has one row a node; `graph_ids` says which graph each node
# is in, numbers from 0, in any order. Return one row a graph, the mean of its nodes, for the graphs
# 0, 1, ... up to the largest number. A number in between that no node has is a graph without
# nodes: a row of zeros.


# %% slideshow={"slide_type": "skip"}
def my_read_out(H, graph_ids):
    # BEGIN SOLUTION
    member = np.arange(graph_ids.max() + 1)[:, None] == graph_ids
    return member @ H / np.maximum(member.sum(axis=1, keepdims=True), 1)
    # END SOLUTION


check.read_out(my_read_out)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# For each graph collect its rows, wherever they stand, and take their mean. Then think of the
# graph that has none.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `graph_ids == g` marks the nodes of graph `g`. `np.bincount(graph_ids)` gives the sizes of all
# graphs, with 0 for an empty one. `np.add.at(total, graph_ids, H)` adds rows that share a number.
# </details>

# %% [markdown] slideshow={"slide_type": "subslide"}
# What does a read-out keep? Two patients with the same two diagnoses and the same two drugs; in one
# the beta blocker is for the heart, in the other for the blood pressure. Read out the features,
# and then the rows after one layer.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A18"]
own = np.eye(4)  # one feature for each of the four codes
patients = {
    "beta blocker for the heart": [("I25", "metoprolol"), ("I10", "lisinopril")],
    "beta blocker for pressure": [("I10", "metoprolol"), ("I25", "lisinopril")],
}
plain, layered = [], []
for links in patients.values():
    table = build_graph(links).dense()
    plain.append(graph_layers.read_out(own, np.zeros(4, int))[0])
    hidden = graph_layers.sage_mean(own, table, *np.random.default_rng(1).normal(size=(2, 4, 3)))
    layered.append(graph_layers.read_out(hidden, np.zeros(4, int))[0])
for name, before_layer, after_layer in zip(patients, plain, layered, strict=True):
    print(f"{name:<27} features {before_layer}   after one layer {after_layer.round(2)}")
assert np.allclose(*plain) and not np.allclose(*layered)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Without a layer a read-out is a bag of codes: the patient vector of lesson 10. The connections come
# in through the layers before it, nowhere else. (MiME, lesson 12, brings them in by objects.)
#
# And what does a mean forget? The size. Double a graph, and its mean stays. Here each patient is
# the graph of their diagnoses and drugs, with vectors from node2vec, which has seen no outcome. Does
# heart failure follow? We learn on the train patients and judge on the test patients.

# %% slideshow={"slide_type": "skip"}
visits = ehr.visit_codes(("dx", "rx"))
place = np.array([codes.ids.get(key, -1) for key in visits.keys])
held = ((patient_matrix(visits) @ visit_matrix(visits)) > 0).tocoo()
inside = place[held.col] >= 0
graph_ids, nodes = held.row[inside], place[held.col[inside]]
ill = ehr.patients["hf_label"].to_numpy()
part = ehr.patients["split"].to_numpy()


def auc(table, labels=ill):
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000))
    model.fit(table[part == "train"], labels[part == "train"])
    return roc_auc_score(ill[part == "test"], model.predict_proba(table[part == "test"])[:, 1])


# %% slideshow={"slide_type": "fragment"} tags=["claim-A18"]
sizes = np.bincount(graph_ids)[:, None]
mixed = [np.random.default_rng(s).permutation(ill) for s in range(3)]
averages = [graph_layers.read_out(table[nodes], graph_ids) for table in walked]
areas = {
    "labels shuffled (chance)": [auc(averages[0], labels) for labels in mixed],
    "mean of the nodes": [auc(table) for table in averages],
    "sum of the nodes": [auc(table * sizes) for table in averages],
    "number of nodes alone": [auc(sizes.astype(float))],
}
print("area under the ROC curve, mean of three starts (spread)")
for name, values in areas.items():
    spread = f"({np.ptp(values):.2f})" if len(values) > 1 else ""
    print(f"{name:<26}{np.mean(values):.2f}  {spread}")
assert min(areas["sum of the nodes"]) > areas["number of nodes alone"][0]
assert areas["number of nodes alone"][0] > max(areas["mean of the nodes"]) + 0.02

# %% [markdown] slideshow={"slide_type": "subslide"}
# The sum wins, and the last row says why: the mean hides how many codes there are, and their number
# alone does better than all means. More codes may mean more illness, or only more visits; the
# vectors add a little to either. A read-out is a choice, and this one is a choice about medicine.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 With your own functions
#
# `check.pick` takes yours where its check is green, and the course's otherwise, and says which. Your
# step walks on the graph of codes, and the course's skip-gram trains on your walks. Your layer
# takes the place of the first layer of a trained GraphSAGE, and your read-out that of the course's.

# %% slideshow={"slide_type": "skip"}
step = check.pick("step_probs", my_step_probs)
layer = check.pick("sage_mean", my_sage_mean)
attention = check.pick("gat_layer", my_gat_layer)
whole_graph = check.pick("read_out", my_read_out)


# %% slideshow={"slide_type": "skip"}
def stroll(step, start, adj, length, rng):
    walk, prev = [start], None
    while len(walk) < length:
        chances = step(prev, walk[-1], adj, 1, 1)
        prev = walk[-1]
        edge = np.cumsum([float(chance) for chance in chances.values()])
        walk.append(list(chances)[np.searchsorted(edge, rng.random() * edge[-1])])
    return walk


# %% slideshow={"slide_type": "skip"}
rng, neighbors = np.random.default_rng(0), codes.as_dict()
mine = [stroll(step, name, neighbors, 20, rng) for name in codes.names for _ in range(5)]
counts = np.bincount([codes.id(name) for walk in mine for name in walk], minlength=len(y))
table = train_skipgram(mine, Vocab(codes.names, counts), dim=32, window=5).center_table
ours = node2vec.train_node2vec(codes, walks_per_node=5).center_table
print(f"five walks a node by the picked step: purity {purity(table, codes.names):.2f}")
print(f"five walks a node by the course:      purity {purity(ours, codes.names):.2f}")
assert abs(purity(table, codes.names) - purity(ours, codes.names)) < 0.03

# %% slideshow={"slide_type": "skip"}
new, known, stays = split(0)
before_new, labeled = codes.take(stays).edge_list(), np.searchsorted(stays, known)
net, _ = train_nodes(Sage, X[stays], before_new, y[stays], labeled, steps=STEPS)
W_self, W_nb = ([table.detach().double().numpy() for table in w] for w in (net.W_self, net.W_nb))
dense = codes.dense()
hidden = np.asarray(layer(X, dense, W_self[0], W_nb[0]))
mean = dense @ hidden / np.maximum(dense.sum(axis=1, keepdims=True), 1)
scores = hidden @ W_self[1] + mean @ W_nb[1]
print(f"new codes, first layer as picked: {np.mean(scores[new].argmax(1) == y[new]):.2f}")
print(f"new codes, all the course's:      {right['GraphSAGE'][0]:.2f}")
assert abs(np.mean(scores[new].argmax(axis=1) == y[new]) - right["GraphSAGE"][0]) < 0.03

# %% slideshow={"slide_type": "skip"}
net, _ = train_nodes(Gat, X[stays], before_new, y[stays], labeled, steps=STEPS)
W, halves = ([table.detach().double().numpy() for table in w] for w in (net.W, net.a))
Z, _ = (np.asarray(part) for part in attention(X, dense, W[0], halves[0][:, 0]))
Z = np.where(Z > 0, Z, np.expm1(Z))  # the nonlinearity between the layers
scores, weights = (np.asarray(part) for part in attention(Z, dense, W[1], halves[1][:, 0]))
print(f"new codes, attention as picked:   {np.mean(scores[new].argmax(1) == y[new]):.2f}")
print(f"new codes, all the course's:      {right['GAT'][0]:.2f}")
few = np.asarray(whole_graph(walked[0][nodes], graph_ids))
print(
    f"heart failure from read-out as picked: {auc(few):.2f}, the course's: {auc(averages[0]):.2f}"
)
assert np.isclose(auc(few), auc(averages[0]), atol=1e-4)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Limits
#
# The links of this graph were written down by the office and five mentions were asked for. Real
# records often have no links, and a graph of patients and codes alone is worth less: below it is
# walked. A synthetic clinic is tidy as well: a drug is given for few things.
#
# Layers that average cannot see everything either. Two triangles and a ring of six, all nodes alike:
# every node has two neighbors who have two neighbors. No number of layers tells the two graphs
# apart (Xu and others, 2019).

# %% [markdown] slideshow={"slide_type": "notes"}
# 2 minutes for the two questions.

# %% slideshow={"slide_type": "skip"}

no_links = record_graph(ehr, ("patient-dx", "patient-rx"))
no_links = no_links.take(
    np.array([no_links.id(name) for name in people.names if name in no_links.ids])
)
runs = [
    purity(node2vec.train_node2vec(no_links, walks_per_node=5, seed=s).center_table, no_links.names)
    for s in range(3)
]
print(f"no links, patients and codes: purity {np.mean(runs):.2f} ({np.ptp(runs):.2f})")
assert max(runs) < min(found["patients too, p 1, q 1"])
triangles = build_graph([("a", "b"), ("b", "c"), ("a", "c"), ("d", "e"), ("e", "f"), ("d", "f")])
ring = build_graph([(x, y) for x, y in zip("abcdef", "bcdefa", strict=True)])
rows = np.ones((2, 6, 2))
for depth in range(5):
    W_self, W_nb = np.random.default_rng(depth).normal(size=(2, 2, 2))
    rows = [
        graph_layers.sage_mean(h, g.dense(), W_self, W_nb)
        for h, g in zip(rows, (triangles, ring), strict=True)
    ]
print("two triangles and a ring of six, after five layers, are alike:", np.allclose(*rows))
assert np.allclose(*rows)

# %% [markdown]
# ## Two questions
#
# **A.** Tomorrow the hospital buys a new drug. It has a name, and doctors give it for two diagnoses.
# Which methods, trained today, give it a vector? **a** node2vec, **b** all three, **c** GraphSAGE and
# GAT, **d** none before it has been given for a year.

# %% slideshow={"slide_type": "skip"}
my_answer = "c"  # SOLUTION
check.new_code(my_answer)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **B.** In node2vec $p$ is very large, $q = 1$. What do the walks do? **a** They hardly ever turn back,
# **b** they go to and fro, **c** they stay near where they began, **d** they stop early.

# %% slideshow={"slide_type": "skip"}
my_answer = "a"  # SOLUTION
check.large_p(my_answer)

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Three fresh questions
#
# Drawn from the bank of the midterm, with other numbers than in this lesson. *three others* draws
# again. Nothing is saved; lesson 16 has whole papers, and finds what to repair.

# %% slideshow={"slide_type": "skip"}
Practice("15")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Takeaway
#
# node2vec is skip-gram on walks: connections only, one row a node. GraphSAGE and GAT are functions of
# a neighborhood: features and connections, also for a node that is new. A graph's vector needs a
# read-out, and the read-out decides what is forgotten.
#
# For patients, diagnoses and drugs: first choose the edges. All nodes known, no features: node2vec.
# New codes with a name to read: GraphSAGE first, GAT if neighbors differ in worth. A vector for each
# patient: a read-out of their codes, and ask whether the count should stay.
#
# ## Reading
#
# - B. Perozzi, R. Al-Rfou and S. Skiena (2014), *DeepWalk: Online Learning of Social
#   Representations*.
# - A. Grover and J. Leskovec (2016), *node2vec: Scalable Feature Learning for Networks*.
# - W. L. Hamilton, R. Ying and J. Leskovec (2017), *Inductive Representation Learning on Large
#   Graphs*.
# - P. Veličković, G. Cucurull, A. Casanova, A. Romero, P. Liò and Y. Bengio (2018), *Graph Attention
#   Networks*.
# - M. Schlichtkrull, T. N. Kipf, P. Bloem, R. van den Berg, I. Titov and M. Welling (2018), *Modeling
#   Relational Data with Graph Convolutional Networks*.
# - S. Brody, U. Alon and E. Yahav (2022), *How Attentive are Graph Attention Networks?*
# - K. Xu, W. Hu, J. Leskovec and S. Jegelka (2019), *How Powerful are Graph Neural Networks?*

# %% [markdown] slideshow={"slide_type": "skip"}
# Your exercises in this lesson:

# %% slideshow={"slide_type": "skip"}
check.progress(15)
