# ---
# jupyter:
#   course:
#     title: "Seeing and measuring"
#     question: What does a map of vectors show, and what must be measured?
#     minutes: 55
#     status: core
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 08 Seeing and measuring
#
# **A map of vectors is a question. Purity in the original space, beside its chance row, is an
# answer.**
#
# *55 minutes. Needs: lessons 02 and 04.*
#
# After this lesson you can
# - explain perplexity, P, Q and KL, and compute them for a few points,
# - list what a t-SNE map does not show, with the experiment that shows it,
# - measure purity, neighbor overlap, trustworthiness, recall at k and MRR, beside chance,
# - test analogies with and without the words of the question,
# - say why opposites are neighbors, and what follows from it.

# %% [markdown] slideshow={"slide_type": "notes"}
# **If you lecture (50 min).** What is in the data 6, P and Q on a few points 12, the four traps
# as *guess the data from the map* 14, measures 10, analogies and opposites 6, questions 2.
# Exercises are homework; 8.4 can be done together. Stop at each trap: vote first, then show the
# data. Expect about 70 % to trust the gaps. The demonstration stands after the traps: leave it
# gray until the class has voted.

# %% slideshow={"slide_type": "skip"}
import math

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.metrics import silhouette_score

from helpers import checks as check
from helpers import datasets, maps, metrics, plots, similarity, tsne
from helpers.demos.map import MapDemo
from helpers.exam.mock import Practice
from helpers.sgns import train_skipgram
from helpers.vocab import build_vocab

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## Predict first
#
# Three groups of 50 patients stand in a row in a space of ten numbers: A, then B at a distance of
# 10, then C, 60 away from B. You draw a t-SNE map at perplexity 30, the usual setting. How wide is
# the gap from B to C on the map, beside the gap from A to B? **a** about six times as wide, **b**
# two to three times as wide, **c** about equally wide. Write the letter in quotes and run the cell.

# %% slideshow={"slide_type": "skip"}
my_prediction = "c"  # SOLUTION
check.wider_gap(my_prediction)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 What is in the data?
#
# Before a picture of vectors comes the question of what the vectors were made from. One reads that
# t-SNE has shown *disease phenotypes and sleep stages from health records*. These are two kinds of
# data:
#
# | shown on the map | made from | one row is |
# |---|---|---|
# | disease phenotypes | codes, drugs, laboratory values of a record | a patient, or a code |
# | sleep stages | signals of a sleep laboratory: EEG, eye, muscle (polysomnography, PSG) | 30 seconds |
# | word neighborhoods | text of notes | a word |

# %% [markdown] slideshow={"slide_type": "notes"}
# 6 minutes for section 1.

# %% [markdown] slideshow={"slide_type": "subslide"}
# Could a record show sleep stages? Mrs Adler spends a night in the laboratory. Her record gets
# one code for it. The signal below is made up: slow waves in deep sleep, ten per second when awake
# with closed eyes.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A37", "correction-N22"]
rng = np.random.default_rng(0)
stages = np.array(["deep", "awake"])[rng.integers(2, size=120)]  # an hour, 30 seconds each
seconds = np.arange(3000) / 100  # 100 readings a second
signal = np.array(
    [
        np.sin(2 * np.pi * (1.5 if stage == "deep" else 10) * seconds) + rng.normal(0, 2, 3000)
        for stage in stages
    ]
)
power = np.abs(np.fft.rfft(signal)) ** 2  # how much of each frequency, 1/30 Hz apart
from_signal = np.where(power[:, 15:120].sum(1) > power[:, 240:360].sum(1), "deep", "awake")
from_record = np.full(120, "awake")  # G47.33, sleep apnea, in every row: one guess for all
print("numbers in one row of the signal:", signal.shape[1], "  in one night of the record: 1 code")
print(f"stages found from the signal {np.mean(from_signal == stages):.2f}", end=", ")
print(f"from the record {np.mean(from_record == stages):.2f}")
assert np.mean(from_signal == stages) > 0.95 and abs(np.mean(from_record == stages) - 0.5) < 0.1

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see that the signal gives the stage away and that the record gives nothing beyond one
# guess for the whole night. Maps of sleep stages show what a model made of *EEG and PSG signals*;
# phenotypes from records are another case. Ask first what a row is.
#
# The vectors of this lesson are those of lesson 04: skip-gram on the notes of the course. We know
# the truth about some of the words: what *kind* they are (disease, drug, test, organ, specialist),
# and to which *body system* they belong.

# %% slideshow={"slide_type": "skip"}
notes = datasets.load_notes()
train = notes.sentences("train")
vocab = build_vocab(train, min_count=5)
tables = [train_skipgram(train, vocab, seed=seed).center_table for seed in range(3)]
system_of = dict(notes.notes.select("disease", "system").iter_rows())
kind_of = dict.fromkeys(system_of, "disease")
for relation, _, _, disease, answers in notes.analogies.iter_rows():
    if relation in ("drug", "test", "organ", "specialist"):
        for word in answers.split("|"):
            kind_of.setdefault(word, relation)
            system_of.setdefault(word, system_of[disease])
words = [word for word in kind_of if word in vocab]
kinds, systems = [kind_of[word] for word in words], [system_of[word] for word in words]
rows = [vocab.id(word) for word in words]
E = similarity.unit_rows(tables[0][rows])
print(len(words), "words,", len(set(kinds)), "kinds,", len(set(systems)), "body systems")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **PCA first.** It is a projection: a matrix, two axes with a share of the variance each, and a
# place for every new word. t-SNE is a search for good places, which starts here from those of PCA.
# Both draw 64 numbers in two dimensions.

# %% slideshow={"slide_type": "fragment"} tags=["claim-B27", "claim-A29"]
pca = PCA(2).fit(E)
by_pca = pca.transform(E)
by_tsne = maps.tsne_map(E, perplexity=15, start=by_pca)
print(f"PCA: two axes hold {pca.explained_variance_ratio_.sum():.0%} of the variance")
print("PCA can place a new word:", hasattr(pca, "transform"))
print("t-SNE can place a new word:", hasattr(TSNE(), "transform"))
assert pca.explained_variance_ratio_.sum() < 0.5 and not hasattr(TSNE(), "transform")

# %% slideshow={"slide_type": "skip"} tags=["extra-code"]
figure, axes = plots.new_figure(2, size=(9.2, 4.2))
for ax, points, title in zip(axes, (by_pca, by_tsne), ("PCA", "t-SNE"), strict=True):
    plots.scatter_embedding(points, kinds, ax=ax)
    ax.set(xticks=[], yticks=[], title=title)
axes[1].get_legend().remove()

# %% slideshow={"slide_type": "subslide"} tags=["loose"]
plots.show(
    figure,
    "Word vectors as two maps, marked by kind. With PCA diseases and specialists overlap and the "
    "other kinds lie apart; on the t-SNE map all five lie apart with empty space between them.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see kinds of words apart on both, more so with t-SNE. *Similar concepts cluster*, one
# says. Similar in what? And is it the vectors that cluster, or the map? Hold the question until
# section 4, and see first how the map is made.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 t-SNE by hand
#
# Five patients, two numbers each. Three of them are alike, two are not. t-SNE asks of each
# patient $i$: *if you had to name a neighbor, who would it be?* The answer is a share for each
# other patient, of the form of a bell around $i$:
#
# $$p_{j|i} = \frac{e^{-d_{ij}^2 / 2\sigma_i^2}}{\sum_{k \ne i} e^{-d_{ik}^2 / 2\sigma_i^2}}
# \qquad\text{(van der Maaten and Hinton 2008, eq. 1)}$$

# %% [markdown] slideshow={"slide_type": "notes"}
# 12 minutes for section 2. Do the three points on a line at the board.

# %% slideshow={"slide_type": "fragment"}
five = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [6.0, 0.0], [6.0, 2.0]])
from_first = tsne.squared_distances(five)[0, 1:]
print("squared distances from the first patient to the others:", from_first)
for sigma in (0.5, 2.0, 20.0):
    shares = tsne.neighbor_shares(from_first, sigma)
    print(f"sigma {sigma:<4} shares", *(f"{p:.3f}" for p in shares), end="   ")
    print(f"perplexity {tsne.perplexity(shares):.2f}")
    assert math.isclose(shares.sum(), 1)

# %% [markdown] slideshow={"slide_type": "subslide"}
# A narrow bell sees the two nearest, a wide one sees everybody alike. How many does it see? With
# the entropy $H = -\sum_j p_j \log_2 p_j$ the **perplexity** is $2^H$: *the number of equal
# neighbors that would leave you as undecided*. Four equal shares have perplexity 4. Shares of a
# half, a quarter and two eighths have $H = 7/4$ bits and perplexity 3.36.
#
# You choose *one* perplexity for all. The width $\sigma_i$ is then found for each point on its own:
# wide where points are sparse, narrow where they are dense. Below ten patients stand on a line,
# five of them close together, five ten times as far apart. Remember this for section 3.

# %% slideshow={"slide_type": "fragment"}
by_hand = tsne.perplexity(np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8]))
print(f"perplexity of a half, a quarter and two eighths: {by_hand:.2f}")
ten = np.array([[0.0], [1], [2], [3], [4], [100], [110], [120], [130], [140]])
sigmas = []
for i, place in ((2, "where it is dense"), (7, "where it is sparse")):
    d2_row = np.delete(tsne.squared_distances(ten)[i], i)
    sigmas.append(tsne.sigma_for_perplexity(d2_row, 3))
    print(f"patient at {ten[i, 0]:>3.0f}, {place:<19} sigma {sigmas[-1]:>4.1f} gives perplexity 3")
assert math.isclose(by_hand, 2**1.75) and sigmas[1] > 9 * sigmas[0]

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 8.1 (9 min, optional)
#
# Write `my_sigma_for_perplexity(d2_row, target)`. `d2_row` is an array with the *squared* distances
# from one point to the others, without the point itself. Return the number $\sigma$ at which the
# perplexity of the shares is `target`, to within 0.001. `target` is more than 1 and less than the
# number of others, and one of them is the nearest. The unit is not known: squared distances may be
# a millionth or a thousand million.


# %% slideshow={"slide_type": "skip"}
def my_sigma_for_perplexity(d2_row, target):
    # BEGIN SOLUTION
    d2 = np.asarray(d2_row, dtype=float) - np.min(d2_row)  # the shares stay the same

    def perplexity(sigma):
        weights = np.exp(-d2 / (2 * sigma**2))
        p = weights / weights.sum()
        p = p[p > 0]
        return 2 ** -(p * np.log2(p)).sum()

    low = high = math.sqrt(d2.max())
    while perplexity(low) > target:
        low /= 2
    while perplexity(high) < target:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        if perplexity(middle) < target:
            low = middle
        else:
            high = middle
    return middle
    # END SOLUTION


check.sigma_for_perplexity(my_sigma_for_perplexity)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Perplexity grows with sigma. Find one sigma that is too small and one that is too large, and
# halve the interval between them until it is short.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# Start from a sigma in the unit of the data, such as `np.sqrt(d2_row.max())`, and halve or double
# it until the target lies between. `d2_row - d2_row.min()` gives the same shares and keeps
# `np.exp` away from 0/0; a share of 0 adds nothing to H, though `np.log2(0)` does not know it.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ### P, Q, and the distance between them
#
# Both directions are averaged: $p_{ij} = (p_{j|i} + p_{i|j}) / 2n$. All of $P$ sums to 1. On the
# map every pair has a share too, with another kernel, which falls more slowly than a bell
# (Student's t, hence the name):
#
# $$q_{ij} = \frac{(1 + d_{ij}^2)^{-1}}{\sum_{k \ne l} (1 + d_{kl}^2)^{-1}} \quad\text{(eq. 4)}
# \qquad \mathrm{KL}(P\,\|\,Q) = \sum_{i \ne j} p_{ij} \ln \frac{p_{ij}}{q_{ij}}
# \quad\text{(section 3.1)}$$
#
# Three points at 0, 1 and 3 on a line: the weights are 1/2, 1/10 and 1/5, each for two ordered
# pairs, in all 8/5. So $q_{12} = (1/2) / (8/5) = 5/16$.

# %% slideshow={"slide_type": "fragment"}
Q = tsne.q_matrix(np.array([[0.0], [1.0], [3.0]]))
print(Q)
print("sum", Q.sum(), " q_12", Q[0, 1], "= 5/16")
bell = math.exp(-9) / (math.exp(-1) + math.exp(-9) + math.exp(-4)) / 2
print(f"the far pair has {Q[0, 2]:.4f}; a bell in the map would leave it {bell:.5f}")
assert math.isclose(Q[0, 1], 5 / 16) and math.isclose(Q.sum(), 1)

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 8.2 (7 min)
#
# Write `my_q_matrix(Y)`: `Y` has one row a point, two points or more, and any number of columns:
# two on a map, one on a line. Return Q as an array of shape `(n, n)`: Student's kernel, 0 on the
# diagonal, sum 1 over *all ordered pairs*.


# %% slideshow={"slide_type": "skip"}
def my_q_matrix(Y):
    # BEGIN SOLUTION
    n = len(Y)
    weights = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i != j:
                weights[i, j] = 1 / (1 + sum((Y[i] - Y[j]) ** 2))
    return weights / weights.sum()
    # END SOLUTION


check.q_matrix(my_q_matrix)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# First all squared distances, then the weights, then the diagonal to 0, then one division by one
# number.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `Y[:, None] - Y[None]` has shape (n, n, columns). `np.fill_diagonal(weights, 0)` changes the array and
# returns None.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Move the points
#
# KL is 0 if both tables agree. Its slope is a set of springs (eq. 5): a pair with $p > q$ pulls
# together, one with $p < q$ pushes apart. Start at random places and follow the slope downhill.
# Nothing else is t-SNE.

# %% slideshow={"slide_type": "fragment"}
P = tsne.p_matrix(five, 2.5)
Y = np.random.default_rng(0).normal(0, 0.1, size=(5, 2))
for step in range(201):
    if step in (0, 10, 50, 200):
        print(f"step {step:>3}: KL {tsne.kl_divergence(P, tsne.q_matrix(Y)):.3f}")
    Y -= 1.0 * tsne.kl_gradient(P, Y)
near = metrics.nearest_points(Y, 1).ravel()
print("nearest on the map to patients 0 to 4:", near)
assert tsne.kl_divergence(P, tsne.q_matrix(Y)) < 0.01 and {near[3], near[4]} == {3, 4}

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see KL fall, and the two who are alike beside each other. What does KL *favor*?
# Missing a neighbor is expensive: $p$ is large, $q$ small, and $p \ln(p/q)$ counts in full. Showing
# two strangers side by side is cheap: their $p$ is small, whatever $q$ is. Their own term may even
# be below 0; what they take is share, since all of Q sums to 1. So neighbors are favored, not
# kept, and nothing in the sum asks for true gaps.

# %% slideshow={"slide_type": "fragment"}
p, q = 0.1, 0.001
lost, invented = p * math.log(p / q), q * math.log(q / p)
print(f"a neighbor torn away costs {lost:.3f}; a stranger moved near costs {invented:+.3f}")
assert lost > 50 * abs(invented)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 Four traps
#
# Each time: look at the map, say what you believe about the data, then look at the data. We made
# them, so we know. What is printed of a map is rounded to 1, 2, 5 or 10, since a map is no more
# exact than that: a difference in the last digit of a computer grows with every step.

# %% [markdown] slideshow={"slide_type": "notes"}
# 14 minutes for the traps and the demonstration. Vote before every output.


# %% slideshow={"slide_type": "skip"}
def draw(Y, groups, ax, title):
    order = np.argsort(groups, kind="stable")  # A first, so that it looks alike on every map
    plots.scatter_embedding(Y[order], np.asarray(groups)[order], ax=ax)
    ax.set(xticks=[], yticks=[], aspect="equal", title=title)


def parts(points, groups):
    return [points[np.asarray(groups) == letter] for letter in sorted(set(groups))]


# %% slideshow={"slide_type": "skip"}
rng = np.random.default_rng(0)
sizes_X, sizes_of = maps.clouds(np.eye(10)[:2] * 100, (1, 10), (75, 75), rng)
sizes_Y = maps.tsne_map(sizes_X, perplexity=30)
gaps_X, gaps_of = maps.clouds(np.outer([0, 10, 70], np.eye(10)[0]), (1, 1, 1), (50, 50, 50), rng)
gaps_Y = maps.tsne_map(gaps_X, perplexity=30)
figure, axes = plots.new_figure(2, size=(8.6, 4))
draw(sizes_Y, sizes_of, axes[0], "map 1: who is spread out more?")
draw(gaps_Y, gaps_of, axes[1], "map 2: which gap is the widest?")

# %% slideshow={"slide_type": "subslide"}
plots.show(
    figure,
    "Two maps. On the first, groups A and B cover areas of the same size. On the second, A, B and "
    "C are about equally far from one another.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Stop.** Map 1: is A as widely spread as B? Map 2: is one of the three further out than the
# others? Decide, then run the cell.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A29", "correction-N17"]
in_data, on_map = (
    maps.width(B) / maps.width(A) for A, B in (parts(sizes_X, sizes_of), parts(sizes_Y, sizes_of))
)
print(f"1. B is {in_data:.1f} times as wide as A in the data, on the map {maps.roughly(on_map):g}")
far, on_map_far = (
    maps.gap(B, C) / maps.gap(A, B) for A, B, C in (parts(gaps_X, gaps_of), parts(gaps_Y, gaps_of))
)
print(f"2. gap B-C is {far:.1f} times gap A-B in the data, on the map {maps.roughly(on_map_far):g}")
check.wider_gap.reveal()
assert in_data > 9 and 0.7 < on_map < 1.4 and far > 5.5 and 0.7 < on_map_far < 1.4

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Size carries no meaning.** Each point got a bell of its own width, so a loose group looks like a
# dense one. **Gaps carry no meaning.** Beyond the neighbors every $p$ is about 0: 10 and 60 are the
# same *far*. With a perplexity as large as a group, the next group comes into view:

# %% slideshow={"slide_type": "fragment"} tags=["correction-N17"]
for perplexity in (5, 15, 30, 50):
    ratios = []
    for seed in (0, 1):
        A, B, C = parts(maps.tsne_map(gaps_X, perplexity, seed), gaps_of)
        ratios.append(maps.gap(B, C) / maps.gap(A, B))
    print(f"perplexity {perplexity:>2}, two seeds: gap B-C is", end=" ")
    print(*(f"{maps.roughly(ratio):g}" for ratio in ratios), "times gap A-B (data: 6)")
assert max(ratios) < 5

# %% [markdown] slideshow={"slide_type": "subslide"}
# Even then it is not six. A statement that holds at one perplexity alone is a statement about the
# perplexity. Now the third map.


# %% slideshow={"slide_type": "skip"}
def cut_into_six(points):
    return KMeans(6, n_init=10, random_state=0).fit_predict(points)


noise = np.random.default_rng(2).normal(size=(150, 50))  # 150 patients, 50 numbers, no groups
noise_Y = maps.tsne_map(noise, perplexity=2)
cut = cut_into_six(noise_Y)
cut_names = np.array([*"ABCDEF"])[cut]
figure, axes = plots.new_figure(2, size=(8.6, 4))
axes[0].scatter(*noise_Y.T, s=20, color="0.4")
axes[0].set(xticks=[], yticks=[], aspect="equal", title="map 3: how many groups?")
draw(noise_Y, cut_names, axes[1], "cut into six by an algorithm")
axes[1].get_legend().remove()

# %% slideshow={"slide_type": "subslide"}
plots.show(
    figure,
    "A map of 150 points at perplexity 2, in gray and cut into six groups. It has clumps, strings "
    "and holes.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Stop.** How many groups of patients do you see? Would you give them names? The *silhouette* of a
# grouping is near 1 if points are much nearer to their own group than to the next, and 0 if there
# is no difference. The row of chance: dots thrown on a sheet of paper, cut into six in the same
# way.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A29", "correction-N17"]
dots = np.random.default_rng(3).normal(size=(150, 2))
on_map, in_space = silhouette_score(noise_Y, cut), silhouette_score(noise, cut)
by_luck = silhouette_score(dots, cut_into_six(dots))
print("silhouette of six groups")
print("cut from the map, on the map    above 0.3:", on_map > 0.3)
print("the same six, in the data       within 0.05 of 0:", abs(in_space) < 0.05)
print(f"cut from random dots, among them {by_luck:.2f}")
assert on_map > 0.3 and abs(in_space) < 0.05 and by_luck > 0.3

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Noise clusters.** The data are one cloud of independent random numbers. The map made the clumps,
# and a cut into compact parts looks good on any sheet: a silhouette *on the map* says nothing about
# patients.
#
# One more step, and the trap is perfect: take the six groups *from the map* and compute their purity
# *in the data*. Chance is about one in six.

# %% slideshow={"slide_type": "fragment"} tags=["correction-N17"]
found = cut[metrics.nearest_points(noise, 5)] == cut[:, None]
times = found.mean() / metrics.chance_purity(cut)
print(f"purity in the data of names cut from the map: roughly {maps.roughly(times):g} times chance")
assert times > 1.5

# %% [markdown] slideshow={"slide_type": "subslide"}
# Above chance, for pure noise. The map favors true neighbors, so names that were read off the map
# know the neighbors. Purity is an answer only for names that **the map has not seen**: diagnoses,
# planted groups, a second measurement.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Trap four: axes, and newcomers
#
# A hundred and fifty patients in one cloud, longer in one direction: severity. On the map
# severity happens to run along some line. Is the first axis *severity*?

# %% slideshow={"slide_type": "fragment"} tags=["correction-N17"]
rng = np.random.default_rng(5)
X = rng.normal(size=(150, 5)) * [4, 1, 1, 1, 1]
severity = X[:, 0]
Y = maps.tsne_map(X, perplexity=30)
Y -= Y.mean(axis=0)
toward = np.linalg.lstsq(Y, severity - severity.mean(), rcond=None)[0]
toward /= np.linalg.norm(toward)
across = Y.T @ (severity - severity.mean())
across = np.array([-across[1], across[0]]) / np.linalg.norm(across)
P = tsne.p_matrix(X, 30)
for name, (x, y) in (("one way", toward), ("another way", across)):
    turned = Y @ np.array([[x, -y], [y, x]])
    r = abs(np.corrcoef(turned[:, 0], severity)[0, 1])
    change = tsne.kl_divergence(P, tsne.q_matrix(turned)) - tsne.kl_divergence(P, tsne.q_matrix(Y))
    print(f"turned {name:<12} axis 1 and severity correlate by", end=" ")
    print("more than 0.9" if r > 0.9 else f"{r:.1f}", f" change of KL {abs(change):.6f}")
    assert abs(change) < 1e-9 and (r > 0.9 if name == "one way" else r < 1e-6)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Both are equally good maps of the same patients; KL does not know them apart. **Axes carry no
# meaning.** (Those of PCA do: an order, and a share of the variance.)
#
# And a newcomer? There is no function to call, as section 1 has shown: each place on the map is a
# free number. Add one patient, keep the seed, run again:

# %% slideshow={"slide_type": "fragment"} tags=["correction-N17"]
with_newcomer = maps.tsne_map(np.vstack([X, np.zeros(5)]), perplexity=30)[:-1]
with_newcomer -= with_newcomer.mean(axis=0)
moved = np.linalg.norm(with_newcomer - Y, axis=1).mean() / maps.width(Y)
kept = metrics.neighbor_overlap(Y, with_newcomer, 10)
print("the 150 others moved by more than a fifth of the width of the map:", moved > 0.2)
print("of the 10 nearest on the old map more than a tenth are lost:", kept < 0.9)
assert moved > 0.2 and kept < 0.9

# %% [markdown] slideshow={"slide_type": "subslide"}
# A map is made for the points that are on it. Two maps with different points cannot be laid over
# each other, and nothing may be predicted from a place on one.
#
# Try it. Three groups, eight maps. Which are wide, which far apart? Choose a perplexity and a
# seed, make up your mind, then tick *color by truth*. Which of your statements survives all eight?

# %% slideshow={"slide_type": "subslide"} tags=["claim-A36"]
row = np.outer([0, 20, 100], np.eye(10)[0])
demo_X, demo_groups = maps.clouds(row, (1, 3, 1), (50, 50, 50), np.random.default_rng(3))
eight = {
    (perplexity, seed): maps.tsne_map(demo_X, perplexity, seed)
    for perplexity in (5, 15, 30, 50)
    for seed in (0, 1)
}
demo = MapDemo(demo_X, demo_groups, eight)
demo

# %% slideshow={"slide_type": "skip"} tags=["claim-A36"]
silhouettes = [silhouette_score(Y, demo_groups) for Y in eight.values()]
print("three groups on all eight maps:", min(silhouettes) > 0.4, end=", ")
print("and in the data:", silhouette_score(demo_X, demo_groups) > 0.4)
assert min(silhouettes) > 0.4 and silhouette_score(demo_X, demo_groups) > 0.4

# %% [markdown] slideshow={"slide_type": "skip"}
# What survives is that there are three groups, and that holds in the data too.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 Measures
#
# Two questions, and they are often mixed up. **Does the map keep what is in the space?** That is
# about the map. **Does the space hold what we hope for?** That is about the vectors.
#
# | measure | asks | chance |
# |---|---|---|
# | neighbor overlap | which share of the k nearest is so on the map, too? | $k/(n-1)$ |
# | trustworthiness | how far off are those whom only the map calls near? | about one half |
# | purity at k | which share of the k nearest has the same name? | $\Sigma\,\text{share}^2$, nearly |
# | recall at k | which share of the right answers is among the first k? | $k/n$ |
# | MRR | how early comes the first right answer: mean of 1/rank | $(1 + \frac12 + \dots + \frac1n)/n$ |

# %% [markdown] slideshow={"slide_type": "notes"}
# 10 minutes for the measures. Insist on the chance column.

# %% [markdown] slideshow={"slide_type": "subslide"}
# First the maps of section 1, of the words. A point that the map alone calls near costs in
# *trustworthiness* what its true rank exceeds k by (Venna and Kaski 2001); 1 is the best.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A36", "claim-B27", "correction-N17"]
random_map = np.random.default_rng(0).normal(size=(len(words), 2))
measured = {}
print("map      overlap at 10   trustworthiness")
for name, points in (("PCA", by_pca), ("t-SNE", by_tsne), ("random", random_map)):
    overlap = metrics.neighbor_overlap(E, points, 10)
    trust = metrics.trustworthiness(E, points, 10)
    measured[name] = overlap, trust
    print(f"{name:<8} {overlap:>13.1f}   1 - {maps.roughly(1 - trust):g}")
print(f"chance   {10 / (len(words) - 1):>13.2f}   about 1 - 0.5")
assert measured["t-SNE"][0] > 2 * measured["PCA"][0] > 4 * measured["random"][0]
assert measured["t-SNE"][0] < 0.7 and measured["t-SNE"][1] > measured["PCA"][1] > 0.8

# %% [markdown] slideshow={"slide_type": "subslide"}
# *t-SNE keeps local structure*: better than PCA, and in part. Many a neighbor on this map is none in
# the space; it is at least not from far away, says trustworthiness. Note that a random map lacks
# one half of it, not all.
#
# Now the vectors. The names, kind and system, come from the grammar of the notes. The map has not
# seen them.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A29", "correction-N17"]
print("purity at 5    three seeds         chance  random vectors")
random_rows = np.random.default_rng(0).normal(size=E.shape)
for what, names in (("kind", kinds), ("body system", systems)):
    purity = [metrics.purity_at_k(table[rows], names, 5) for table in tables]
    chance = metrics.chance_purity(names)
    by_luck = metrics.purity_at_k(random_rows, names, 5)
    print(f"{what:<14}", *(f"{p:.1f}  " for p in purity), f"{chance:>11.2f} {by_luck:>15.2f}")
    assert min(purity) > 3 * chance and abs(by_luck - chance) < 0.05
    assert min(purity) > 0.95 if what == "kind" else max(purity) < 0.5

# %% [markdown] slideshow={"slide_type": "subslide"}
# *Similar concepts cluster*: yes, and similar means *of the same kind*. Nearly every neighbor of a
# drug is a drug, since drugs fill the same gaps in a sentence. That it is a drug for the same body
# system holds for fewer than half. The groups on the map are word classes. A map colored by kind
# would have been shown as "the model understands medicine".

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 8.3 (10 min)
#
# Write two measures. `my_knn_purity(E, labels, k)` is about vectors: for each row of `E` its `k`
# nearest other rows *by cosine*, and the share of them that has the row's label, averaged over the
# rows. `labels` is a list of names, each of which occurs at least twice. `my_neighbor_overlap(X, Y,
# k)` is about a map: which share of a point's `k` nearest others in `X` is among its `k` nearest in
# `Y`, *by distance* in both, averaged over the points. Row `i` of `X` and of `Y` are the same point.
# Both return a number from 0 to 1; `k` goes from 1 to n - 1. Two rows may be equal.


# %% slideshow={"slide_type": "skip"}
def my_knn_purity(E, labels, k):
    # BEGIN SOLUTION
    total = 0
    for i, row in enumerate(E):
        lengths = np.linalg.norm(E, axis=1) * np.linalg.norm(row)
        cosine = E @ row / lengths
        others = [j for j in np.argsort(-cosine, kind="stable") if j != i][:k]
        total += sum(labels[j] == labels[i] for j in others) / k
    return total / len(E)
    # END SOLUTION


def my_neighbor_overlap(X, Y, k):
    # BEGIN SOLUTION
    def nearest(points, i):
        distance = np.linalg.norm(points - points[i], axis=1)
        distance[i] = np.inf
        return set(np.argsort(distance, kind="stable")[:k])

    return np.mean([len(nearest(X, i) & nearest(Y, i)) / k for i in range(len(X))])
    # END SOLUTION


check.knn_purity(my_knn_purity)
check.neighbor_overlap(my_neighbor_overlap)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Leave the point out by its position, not by its distance 0 or its cosine 1: a twin has these, too.
# Then take k, then compare names, or two sets of positions.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `np.fill_diagonal(cosines, -np.inf)` takes every point out of its own list, `np.argsort(-cosines,
# axis=1)[:, :k]` finds the rest. With `labels = np.array(labels)`, `labels[near] == labels[:, None]`
# compares names. `len(set(a) & set(b))` counts what two lists share.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Judge four maps
#
# Four maps with groups A, B and C, and four statements **about the data**:
#
# - **a** the groups exist (silhouette at least 0.1),
# - **b** B is at least twice as wide as A,
# - **c** C is at least twice as far from A as B is,
# - **d** of the 10 nearest points on the map at least half are so in the data.

# %% slideshow={"slide_type": "skip"}
looks = {plot_id: maps.unknown_map(plot_id) for plot_id in (1, 2, 3, 4)}  # data, map, groups
figure, axes = plots.new_figure(4, size=(11.4, 3.1))
for ax, (plot_id, (_, Y, groups)) in zip(axes, looks.items(), strict=True):
    draw(Y, groups, ax, f"map {plot_id}")

# %% slideshow={"slide_type": "subslide"}
plots.show(
    figure,
    "Four maps with three groups each. 1: three discs of one size. 2: B is much larger than A and "
    "C. 3: three discs, about equally far from one another. 4: one cloud with three parts.",
)

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 8.4 (8 min)
#
# Write down what you believe from the figure. Then write `my_judge(plot_id)`: the set of letters
# that are true of the data, such as `{"a", "d"}`, for the maps 1 to 4. `looks[plot_id]` holds the
# data `X`, the map `Y` and the `groups`; measure. Useful: `silhouette_score(X, groups)`,
# `maps.width(points)`, `maps.gap(points, others)`, `parts(X, groups)`, and your overlap.


# %% slideshow={"slide_type": "skip"}
def my_judge(plot_id):
    # BEGIN SOLUTION
    X, Y, groups = looks[plot_id]
    A, B, C = parts(X, groups)
    true = {
        "a": silhouette_score(X, groups) >= 0.1,
        "b": maps.width(B) >= 2 * maps.width(A),
        "c": maps.gap(A, C) >= 2 * maps.gap(A, B),
        "d": metrics.neighbor_overlap(X, Y, 10) >= 0.5,
    }
    return {letter for letter, holds in true.items() if holds}
    # END SOLUTION


check.judge(my_judge)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Statements a, b and c are about X alone; the map does not enter. Statement d compares X and Y.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# Start with `X, Y, groups = looks[plot_id]` and `A, B, C = parts(X, groups)`. Build a set with
# `found = set()` and `found.add("a")`.
# </details>

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Search: recall at k and MRR
#
# A third use of vectors is to *find* something. A doctor types *htn*; is *hypertension* among the
# first three? In three searches the right answer comes at rank 1, 2 and 4: recall at 3 is 2/3, and
# MRR is (1 + 1/2 + 1/4) / 3.

# %% slideshow={"slide_type": "fragment"}
ranks = np.array([1, 2, 4])
print(f"recall at 3: {np.mean(ranks <= 3):.2f}   MRR: {np.mean(1 / ranks):.2f}")
assert math.isclose(np.mean(ranks <= 3), 2 / 3)

# %% [markdown] slideshow={"slide_type": "skip"}
# Now all planted synonyms, each asked for once.

# %% slideshow={"slide_type": "skip"}
pairs = [(a, b) for a, b, _ in notes.synonyms.iter_rows() if a in vocab and b in vocab]


def search(pairs, table):
    unit = similarity.unit_rows(table)
    asked, right = (np.array([vocab.id(pair[i]) for pair in pairs]) for i in (0, 1))
    scores = unit[asked] @ unit.T
    scores[np.arange(len(pairs)), asked] = -2  # a word does not find itself
    return scores, np.arange(len(vocab)) == right[:, None]


def report(name, scores, relevant):
    recall = [metrics.recall_at_k(scores, relevant, k) for k in (1, 3, 10)]
    print(f"{name:<22}", *(f"{r:.2f}   " for r in recall), f"{metrics.mrr(scores, relevant):.2f}")
    return recall


# %% slideshow={"slide_type": "subslide"}
print(f"{len(pairs)} synonyms          recall at 1, 3 and 10    MRR")
for seed, table in enumerate(tables):
    synonym_recall = report(f"vectors, seed {seed}", *search(pairs, table))
    assert synonym_recall[1] > 0.75
n = len(vocab) - 1
by_luck = report(
    "random vectors", *search(pairs, np.random.default_rng(0).normal(size=(n + 1, 64)))
)
print(f"{'chance':<22}", *(f"{k / n:.2f}   " for k in (1, 3, 10)), end=" ")
print(f"{(1 / np.arange(1, n + 1)).sum() / n:.2f}")
assert max(by_luck) < 0.05

# %% [markdown] slideshow={"slide_type": "subslide"}
# Recall at k is the measure for a list that somebody reads to its end, MRR for one where the first
# hit decides. Nearest *patients*, the same search with planted conditions as the truth, come in
# lesson 10.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 Analogies and opposites
#
# *Bird is to nest as lion is to den.* With vectors: go from *lion* in the direction that leads from
# *bird* to *nest*, and take the nearest word. This is **3CosAdd**, $\arg\max_w \cos(w, b - a + c)$
# on unit vectors. The notes hold planted questions of this kind, with all right answers.

# %% [markdown] slideshow={"slide_type": "notes"}
# 6 minutes. The column "nearest to c" is the surprise.

# %% slideshow={"slide_type": "fragment"}
for a, b, c in (("hypertension", "amlodipine", "asthma"), ("he", "she", "his")):
    for exclude in (True, False):
        best = similarity.analogy(a, b, c, tables[0], vocab, k=2, exclude_question=exclude)
        how = "without" if exclude else "with"
        print(f"{a} : {b} = {c} : ?", f"{how:>9} the question's words:", *(w for w, _ in best))

# %% [markdown] slideshow={"slide_type": "subslide"}
# One line of small print decides much: *the three words of the question are left out*. Nearly every
# published score does that. Report both ways, and one more row: the word nearest to **c**, with no
# arithmetic at all.


# %% slideshow={"slide_type": "skip"}
def solved(table):
    """Return per relation: exclude, include, question word answered, nearest to c."""
    unit, result = similarity.unit_rows(table), {}
    for relation, a, b, c, answers in notes.analogies.iter_rows():
        if all(word in vocab for word in (a, b, c)):
            i, j, m = ids = [vocab.id(word) for word in (a, b, c)]
            scores, near_c = unit @ (unit[j] - unit[i] + unit[m]), unit @ unit[m]
            included = vocab.token(int(scores.argmax()))
            scores[ids] = near_c[ids] = -2
            best = [vocab.token(int(s.argmax())) for s in (scores, near_c)]
            right = set(answers.split("|"))
            row = best[0] in right, included in right, included in (a, b, c), best[1] in right
            result.setdefault(relation, []).append(row)
    return {relation: np.mean(rows, axis=0) for relation, rows in result.items()}


# %% slideshow={"slide_type": "subslide"} tags=["claim-B3", "correction-N36"]
runs = [solved(table) for table in tables]
print("share right,    question's words  question's words  a question word   nearest to c,")
print("mean of 3 seeds       left out         allowed      is the answer     no arithmetic")
mean = {relation: np.mean([run[relation] for run in runs], axis=0) for relation in runs[0]}
for relation, (left_out, allowed, asked, near_c) in mean.items():
    print(f"{relation:<12}{left_out:>15.2f}{allowed:>18.2f}{asked:>17.2f}{near_c:>18.2f}")
assert mean["drug"][0] > 0.9 and mean["drug"][1] > 0.85 and mean["drug"][3] < 0.05
assert mean["gender"][0] > 0.95 and mean["gender"][1] < 0.5 and mean["gender"][3] > 0.95
assert mean["opposite"][0] < 0.5 and mean["opposite"][1] < 0.15

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see three different stories. *Drug, specialist, organ, test*: the arithmetic works, even
# with the question's words allowed, and neighbors alone do not help. These notes are that regular;
# ordinary text is not. *Gender*: perfect, and empty, since the word nearest to *his* is *her*
# anyway; allow the question's words and most of it is gone. *Opposite*: the direction from *hyper*
# to *hypo* does not exist here. One average over all would have hidden the three.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 8.5 (7 min, optional)
#
# Write `my_analogy(a, b, c, E, itos, stoi, exclude=True)`: the one word whose vector has the largest
# cosine with $b - a + c$, after all rows of `E` have been scaled to length 1. `itos[i]` is the word
# of row `i`, `stoi[word]` its row. With `exclude=True` never answer `a`, `b` or `c`; with
# `exclude=False` they may be answered.


# %% slideshow={"slide_type": "skip"}
def my_analogy(a, b, c, E, itos, stoi, exclude=True):
    # BEGIN SOLUTION
    unit = E / np.linalg.norm(E, axis=1, keepdims=True)
    target = unit[stoi[b]] - unit[stoi[a]] + unit[stoi[c]]
    for i in np.argsort(-(unit @ target)):
        if not (exclude and itos[i] in (a, b, c)):
            return itos[i]
    # END SOLUTION


check.analogy(my_analogy)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Start at c and move by b - a. All rows have length 1, so a dot product orders them like the cosine.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `E / np.linalg.norm(E, axis=1, keepdims=True)` scales the rows. Setting `scores[[...]] = -np.inf`
# at three places keeps these words from being the largest.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Day and night
#
# *Opposites are far apart*, one would think, and *numbers let a machine understand a domain as
# humans do*. Search for the opposite in the way that found the synonyms:

# %% slideshow={"slide_type": "fragment"} tags=["claim-B1", "claim-B3", "claim-A27"]
opposites = [(a, b) for a, b in notes.antonyms.iter_rows() if a in vocab and b in vocab]
print(f"{len(opposites)} opposites           recall at 1, 3 and 10    MRR")
for seed, table in enumerate(tables):
    opposite_recall = report(f"vectors, seed {seed}", *search(opposites, table))
    assert opposite_recall[1] > 0.5
random_table = np.random.default_rng(0).normal(size=tables[0].shape)
by_luck = report("random vectors", *search(opposites, random_table))
assert max(by_luck) < 0.1

# %% slideshow={"slide_type": "subslide"} tags=["claim-A27", "correction-N16", "correction-N02"]
for a, b, what in (
    ("hypertension", "high_blood_pressure", "the same"),
    ("hypertension", "low_blood_pressure", "the opposite"),
    ("hypertension", "htn", "the same"),
    ("hypertension", "hypotension", "the opposite"),
    ("hypertension", "amlodipine", "a drug for it"),
    ("high", "low", "the opposite"),
):
    cosines = [similarity.cosine_to(t[vocab.id(a)], t)[vocab.id(b)] for t in tables]
    print(f"{what:<14} cos({f'{a}, {b})':<34}", *(f"{x:.2f}" for x in cosines))
    assert max(cosines) < 0.65 if what == "a drug for it" else min(cosines) > 0.7
nearest = [dict(similarity.most_similar("hypertension", t, vocab, 4)) for t in tables]
assert all("low_blood_pressure" in near or "hypotension" in near for near in nearest)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Most opposites are found among the first three. *Hyper-* and *hypotension* are measured with the
# same cuff and written in the same sentences, so they are exchangeable, which is what cosine
# measures: more than a disease and its drug, which belong together and cannot stand for each other.
# Whoever searches these notes for *hypertension* is offered *low blood pressure*.
# The vectors reproduce **patterns of use**; that is not understanding, and a good score on it is
# no better care.
#
# **Polarity warning.** Before vectors touch a patient, test every pair of opposites that matters
# there, and let something that knows the sign decide: a rule, a value, a person.

# %% [markdown] slideshow={"slide_type": "skip"}
# ## 6 A map with your own functions
#
# `check.pick` takes your function where its check is green, and the course's otherwise, and says
# which. Forty words, four kinds: your sigma makes P, your Q moves the points, your measures judge
# the map.

# %% slideshow={"slide_type": "skip"}
sigma_for = check.pick("sigma_for_perplexity", my_sigma_for_perplexity)
q_of = check.pick("q_matrix", my_q_matrix)
purity_of = check.pick("knn_purity", my_knn_purity)
overlap_of = check.pick("neighbor_overlap", my_neighbor_overlap)
solve = check.pick("analogy", my_analogy)


# %% slideshow={"slide_type": "skip"}
def shares_of_all(X, perplexity):
    d2, n = tsne.squared_distances(X), len(X)
    shares = np.zeros((n, n))
    for i in range(n):
        others = np.arange(n) != i
        sigma = float(sigma_for(d2[i, others], perplexity))
        shares[i, others] = tsne.neighbor_shares(d2[i, others], sigma)
    return (shares + shares.T) / (2 * n)


def my_map(P, steps=150, rate=10.0):
    Y = np.random.default_rng(0).normal(0, 0.01, size=(len(P), 2))
    for _ in range(steps):
        springs = (P - np.asarray(q_of(Y))) / (1 + tsne.squared_distances(Y))
        Y -= rate * 4 * (springs.sum(axis=1)[:, None] * Y - springs @ Y)
    return Y


# %% slideshow={"slide_type": "skip"}
some = [
    i
    for kind in ("drug", "disease", "organ", "test")
    for i in np.flatnonzero(np.array(kinds) == kind)[:10]
]
few, few_kinds = E[some], [kinds[i] for i in some]
P = shares_of_all(few, 8)
Y = my_map(P)
start = np.random.default_rng(0).normal(0, 0.01, size=Y.shape)
for name, points in (("start", start), ("your map", Y)):
    kl = tsne.kl_divergence(P, tsne.q_matrix(points))
    overlap = float(overlap_of(few, points, 5))
    print(f"{name:<9} KL {kl:.1f}   overlap at 5 {overlap:.1f}   (chance {5 / 39:.1f})")
print(f"purity at 5 in the space {float(purity_of(few, few_kinds, 5)):.2f}", end=", ")
print(f"chance {metrics.chance_purity(few_kinds):.2f}")
ids = {word: i for i, word in enumerate(vocab.tokens)}
for c in ("asthma", "epilepsy", "gout"):
    if c in vocab:
        print(
            f"hypertension : amlodipine = {c} :",
            solve("hypertension", "amlodipine", c, tables[0], list(vocab.tokens), ids),
        )
assert tsne.kl_divergence(P, tsne.q_matrix(Y)) < 0.6 * tsne.kl_divergence(P, tsne.q_matrix(start))

# %% slideshow={"slide_type": "skip"} tags=["extra-code"]
figure, (ax,) = plots.new_figure(size=(6.4, 4.6))
names = [words[i] if n % 10 in (0, 4, 8) else "" for n, i in enumerate(some)]
plots.scatter_embedding(Y, few_kinds, ax=ax, names=names)
ax.margins(x=0.2)
_ = ax.set(xticks=[], yticks=[])

# %% slideshow={"slide_type": "skip"}
plots.show(
    figure,
    "Forty words on a map of your own, three of each kind with their names: drugs, diseases, organs "
    "and tests lie in groups of their own.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Limits
#
# A silhouette likes round groups of one size: a ring around a cloud is real, every neighbor is of
# the same group, and its silhouette is poor. Overlap depends on k: among the ten nearest words
# t-SNE keeps more than PCA, among the 150 nearest it keeps less. Ask it at the k that matters to
# you.

# %% slideshow={"slide_type": "fragment"}
turn = np.linspace(0, 2 * np.pi, 100, endpoint=False)
ring = 6 * np.column_stack([np.cos(turn), np.sin(turn)])
both = np.vstack([ring, np.random.default_rng(0).normal(0, 0.5, size=(100, 2))])
names = np.repeat(["ring", "cloud"], 100)
silhouette = silhouette_score(both, names)
same = names[metrics.nearest_points(both, 5)] == names[:, None]
print(f"ring and cloud: silhouette {silhouette:.2f}, of the 5 nearest {same.mean():.0%} are alike")
assert silhouette < 0.4 and same.all()
for k in (10, 150):
    kept = [metrics.neighbor_overlap(E, points, k) for points in (by_pca, by_tsne)]
    print(f"words, overlap at {k:>3}: PCA {kept[0]:.2f}, t-SNE {kept[1]:.2f}")
    assert kept[1] > 2 * kept[0] if k == 10 else kept[1] < kept[0]

# %% [markdown] slideshow={"slide_type": "skip"}
# Purity needs names, and names are somebody's theory: by kind these vectors are nearly perfect, by
# body system they are not. And t-SNE starts somewhere: a start from the PCA places, as for
# the words of section 1, helps with the arrangement of the groups (Kobak and Berens); in the traps
# the places were drawn, so that you could see two seeds.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Two questions
#
# **A.** Six clusters of patients appear on a map at perplexity 5. What do you compute before you
# speak? **a** the silhouette of the six on the map, **b** a silhouette in the original space, or
# purity there for names that the map has not seen, beside chance, **c** the KL divergence of the
# map, **d** the gaps between the clusters on the map.

# %% [markdown] slideshow={"slide_type": "notes"}
# 2 minutes for the two questions.

# %% slideshow={"slide_type": "skip"}
my_answer = "b"  # SOLUTION
check.six_clusters(my_answer)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **B.** Can you put a new patient on an existing t-SNE map? **a** yes, with the function that PCA
# has too, **b** yes, by the first two numbers of the vector, **c** no: the places are free numbers,
# and a new run moves the others, **d** yes, if you keep the seed.

# %% slideshow={"slide_type": "skip"}
my_answer = "c"  # SOLUTION
check.new_patient_on_a_map(my_answer)

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Three fresh questions
#
# Drawn from the bank of the midterm, with other numbers than in this lesson. *three others* draws
# again. Nothing is saved; lesson 16 has whole papers, and finds what to repair.

# %% slideshow={"slide_type": "skip"}
Practice("08")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Takeaway
#
# A map is a question, purity in the original space is an answer, and only for names that the map
# has not seen. Size, gap and axes of a map carry no meaning. Similar means exchangeable, not equal.
#
# ## Reading
#
# - L. van der Maaten and G. Hinton (2008), *Visualizing Data using t-SNE*.
# - M. Wattenberg, F. Viégas and I. Johnson (2016), *How to Use t-SNE Effectively*.
# - J. Venna and S. Kaski (2001), *Neighborhood Preservation in Nonlinear Projection Methods: An
#   Experimental Study* (trustworthiness).
# - D. Kobak and P. Berens (2019), *The Art of Using t-SNE for Single-Cell Transcriptomics*.
# - T. Linzen (2016), *Issues in Evaluating Semantic Spaces Using Word Analogies*.

# %% [markdown] slideshow={"slide_type": "skip"}
# Your exercises in this lesson:

# %% slideshow={"slide_type": "skip"}
check.progress(8)
