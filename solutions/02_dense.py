# ---
# jupyter:
#   course:
#     title: "Dense vectors: similarity, PCA, SVD"
#     question: How can fewer numbers say more?
#     minutes: 55
#     status: core
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 02 Dense vectors: similarity, PCA, SVD
#
# **PCA and SVD keep the directions in which a table varies most. Distances and angles in what
# is left mean something; a single coordinate, as a rule, does not.**
#
# *55 minutes. Needs: lesson 01; eigenvectors help.*
#
# After this lesson you can
# - compute dot product, cosine and Euclidean distance, and choose among them,
# - derive PCA from the SVD of a centered table,
# - say exactly how much variance is kept and how large the error is,
# - decide when a cut of rank k saves room,
# - show that a rotation changes every coordinate and no neighbor,
# - correct four common sentences about PCA and SVD.

# %% [markdown] slideshow={"slide_type": "notes"}
# **If you lecture (50 min).** Three measures on one picture 9, from visits to a matrix 5, PCA
# with the scree plot 12, SVD with the chest picture at ranks 1, 5 and 20 and the slider 12,
# rotation with the slider 8, questions 4. In class: exercise 2.4. At home: 2.1 and 2.2; 2.3 is
# optional. Two stops for a vote: before section 4 ("Full SVD of a 6 x 6 matrix: how many
# numbers?", the answer is 78, most say 36 or fewer), and before the rotation ("Which of these
# change: neighbors, first coordinate, loss?", the first coordinate alone).

# %% slideshow={"slide_type": "skip"}
import inspect

import numpy as np

from helpers import checks as check
from helpers import decomposition, onehot, plots, similarity
from helpers.codes import dotted, key
from helpers.datasets import load_clinic
from helpers.demos.angle import AngleDemo
from helpers.demos.rank import RankDemo
from helpers.exam.mock import Practice
from helpers.simulate_image import simulate_chest_image

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## Predict first
#
# The singular value decomposition writes a matrix as a product of three: $A = U \Sigma V^T$. Let
# $A$ have 6 rows and 6 columns, so 36 numbers, and keep everything. How many numbers do you have
# to store for the three factors, with only the diagonal of $\Sigma$?
#
# **a** fewer than 36, **b** 36, **c** more than 36. Write the letter in quotes and run the cell.

# %% slideshow={"slide_type": "skip"}
my_prediction = "c"  # SOLUTION
check.numbers_in_full_svd(my_prediction)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 Three ways to be near
#
# Mrs Adler had four visits for her heart and two for her diabetes. Who of three other patients is
# most like her? A vector of two numbers, or *features*, holds each patient: a point in the plane,
# as a row of 120 numbers is a point in a *multi-dimensional space*. There are three usual measures.
# The *dot product* adds up the products. The *cosine* divides it by both lengths. The
# *Euclidean distance* is the length of the difference.

# %% [markdown] slideshow={"slide_type": "notes"}
# 9 minutes for the three measures.

# %% slideshow={"slide_type": "fragment"} tags=["claim-B25"]
people = ["Mrs Adler", "Mr Berg", "Ms Cole", "Mr Dahl"]
V = np.array([[4.0, 2.0], [8.0, 4.0], [3.0, 3.0], [12.0, 0.0]])  # visits: heart, diabetes
dot = V @ V[0]
cosine = similarity.pairwise_cosine(V)[0]
distance = np.linalg.norm(V - V[0], axis=1)
print("            dot  cosine  distance")
for i in (1, 2, 3):
    print(f"{people[i]:<10} {dot[i]:>4.0f} {cosine[i]:>7.3f} {distance[i]:>9.2f}")
assert dot.argmax() == 3 and cosine[1:].argmax() == 0 and distance[1:].argmin() == 1

# %% slideshow={"slide_type": "skip"}
figure, axes = plots.new_figure(size=(6, 2.8))
for i in (1, 2, 3, 0):
    arrow = {"arrowstyle": "->", "color": plots.COLORS[i], "linewidth": 2}
    axes[0].annotate("", xy=V[i], xytext=(0, 0), arrowprops=arrow)
    place = (4, -12) if i == 0 else (-24, 6)
    axes[0].annotate(people[i], V[i], xytext=place, textcoords="offset points")

# %% slideshow={"slide_type": "subslide"}
axes[0].set(xlim=(0, 13), ylim=(-0.3, 5), xlabel="visits for the heart", ylabel="for diabetes")
plots.show(
    figure,
    "Four patients as arrows. Mr Berg's arrow lies on Mrs Adler's and is twice as long, "
    "Ms Cole's tip is the nearest, Mr Dahl's arrow is the longest and points elsewhere.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see three different winners. The dot product picks Mr Dahl, because length counts.
# Cosine picks Mr Berg, whose visits have the same pattern, twice over. Distance picks Ms Cole,
# whose numbers are nearest. None is wrong; they answer different questions.
#
# | measure | asks | use it when |
# |---|---|---|
# | dot product | same direction, and how long? | length means something, as in a model's score |
# | cosine | same pattern? | some records are long and some short |
# | Euclidean | same amounts? | the columns share one unit, or were scaled |

# %% [markdown] slideshow={"slide_type": "notes"}
# Let the class name the winner of each column before the figure appears. If someone asks which
# measure is right: ask back whether a patient with twice as many visits is the same kind of
# patient.

# %% [markdown] slideshow={"slide_type": "skip"}
# If all rows have length 1 the three agree on every order, because then
# $\|a - b\|^2 = 2 - 2\cos(a, b)$. For the multi-hot visits of lesson 01 the cosine is the shared
# codes over the root of both sizes: a similarity for rows that are almost all 0.

# %% slideshow={"slide_type": "skip"} tags=["claim-B15"]
unit = V / np.linalg.norm(V, axis=1, keepdims=True)
gap = np.linalg.norm(unit[:, None] - unit[None], axis=-1) ** 2 - (2 - 2 * unit @ unit.T)
print("the identity holds to 12 decimals:", np.abs(gap).max() < 1e-12)
adler = {"I10", "E11.9", "metoprolol", "metformin"}
other = {"I10", "E11.9", "J45.9", "metformin", "aspirin"}
by_count = len(adler & other) / (len(adler) * len(other)) ** 0.5
codes = sorted(adler | other)
rows = onehot.multi_hot([[codes.index(c) for c in visit] for visit in (adler, other)], len(codes))
by_vector = similarity.pairwise_cosine(rows)[0, 1]
print(f"3 shared codes of 4 and of 5: {by_count:.3f} by counting, {by_vector:.3f} by the vectors")
assert np.abs(gap).max() < 1e-12 and np.isclose(by_count, by_vector)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 From visits to a matrix of codes
#
# To compare *codes* we need a row per code. The course brings a simulated clinic: 3,000 patients,
# no real one among them. Which diagnoses were ever written for whom? The simulation knows the
# condition behind each code, so that a method can be asked to find it.

# %% [markdown] slideshow={"slide_type": "notes"}
# 5 minutes. The cell that picks the 120 codes stays in the notebook. Ask beforehand which code will
# share most patients with type 2 diabetes; nobody expects the kidney.

# %% slideshow={"slide_type": "fragment"}
records = load_clinic().ehr
flat = records.visit_codes(kinds=("dx",))  # all diagnoses in one row, patient after patient
ends = flat.offsets[flat.patient_offsets]
patient = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
ever = np.zeros((len(ends) - 1, len(flat.keys)))
ever[patient, flat.code_ids] = 1
each = ever.sum(axis=1).mean()
print(f"{ever.shape[0]:,} patients x {ever.shape[1]} codes, {each:.1f} codes each")

# %% [markdown] slideshow={"slide_type": "skip"}
# Keep the 120 most frequent diagnoses whose condition is known.

# %% slideshow={"slide_type": "skip"}
table = records.codes.select("system", "code", "condition").iter_rows()
condition_of = {key(system, code): condition for system, code, condition in table if condition}
known = np.array([code in condition_of for code in flat.keys])
top = np.argsort(-ever.sum(axis=0) * known, kind="stable")[:120]
codes = [flat.keys[i] for i in top]
X = ever[:, top]
group = np.array([condition_of[code] for code in codes])
each = X.sum(axis=1).mean()
print(f"{X.shape[1]} codes, {each:.1f} a patient, {X.mean():.0%} of the numbers are 1")
print(f"{len(set(group))} conditions, such as {', '.join(sorted(set(group))[:4])}")

# %% [markdown]
# The product $X^T X$ counts *co-occurrence*: for every pair of codes, the patients who have both.
# Frequent codes have large counts with everybody. The cosine of two *columns* of $X$ divides the
# same count by the root of both frequencies.

# %% slideshow={"slide_type": "subslide"}
together = X.T @ X  # (codes, codes): patients who have both; the diagonal is the frequency
M = similarity.pairwise_cosine(X.T)
place = {dotted(code): i for i, code in enumerate(codes)}
i, j = place["E11.9"], place["I10"]  # Mrs Adler's diagnoses
by_hand = together[i, j] / (together[i, i] * together[j, j]) ** 0.5
print(f"type 2 diabetes, E11.9: {together[i, i]:.0f}; hypertension, I10: {together[j, j]:.0f}")
print(f"patients with both: {together[i, j]:.0f}, cosine {by_hand:.3f}")

shared = np.argsort(-M[i].round(9), kind="stable")[1:5]
print("most shared with E11.9:")
print(*(f"  {M[i, n]:.2f} {records.name(codes[n])}" for n in shared), sep="\n")
diabetic = X[:, group == "type 2 diabetes"].sum(axis=1)  # codes of diabetes, for each patient
print(f"{(diabetic > 0).sum():,} patients have any code of type 2 diabetes,", end=" ")
print(f"{(diabetic == 1).sum() / (diabetic > 0).sum():.0%} of them only one")
assert np.isclose(M[i, j], by_hand) and (group[shared] == "type 2 diabetes").sum() <= 1

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see mostly what comes *with* diabetes, kidney trouble and high blood pressure, and
# hardly another code of diabetes. Most patients have only one code for it: a doctor picks one and
# keeps to it. So a direct count finds partners and misses synonyms. Each code is now a row of 120
# numbers; that is *dense* but not short, and part of it is chance. Can fewer numbers say more?

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 PCA: the directions of largest variance
#
# Principal component analysis looks for the direction along which the rows of a table differ
# most, then for the next one at a right angle to it, and so on. It measures from the *mean* of the
# rows. What if one forgets to subtract it? Two hundred readings of one made-up patient, who
# has a slower pulse when the pressure is up:

# %% [markdown] slideshow={"slide_type": "notes"}
# 12 minutes for PCA with the scree plot. Draw the cloud and ask where the first direction points if
# nobody subtracts the mean.

# %% slideshow={"slide_type": "fragment"}
rng = np.random.default_rng(0)
systolic = rng.normal(135, 12, 200)
pulse = 75 - 0.6 * (systolic - 135) + rng.normal(0, 4, 200)
readings = np.column_stack([systolic, pulse])
middle = readings.mean(axis=0)
forgotten = np.linalg.svd(readings, full_matrices=False)[2][0]
first = decomposition.pca_fit(readings, 1)["components"][0]
for name, direction in (("not centered", forgotten), ("centered", first)):
    toward_mean = abs(direction @ middle) / np.linalg.norm(middle)
    spread = ((readings - middle) @ direction).std()
    print(f"{name:<12}: cosine with the mean {toward_mean:.3f}, spread along it {spread:.1f}")
assert abs(forgotten @ middle) / np.linalg.norm(middle) > 0.999

# %% slideshow={"slide_type": "skip"}
figure, axes = plots.new_figure(size=(6.8, 3.4))
axes[0].scatter(*readings.T, s=8, color="0.6", label="readings")
for direction, style, name in ((forgotten, "--", "not centered"), (first, "-", "centered")):
    line = middle + np.outer([-35, 35], direction)
    axes[0].plot(*line.T, style, color=plots.COLORS[style == "--"], linewidth=2, label=name)

# %% slideshow={"slide_type": "subslide"}
axes[0].set(xlabel="systolic pressure, mmHg", ylabel="pulse, 1/min", aspect="equal")
axes[0].legend(fontsize=8, loc="center left", bbox_to_anchor=(1.02, 0.5))
plots.show(
    figure,
    "A cloud of readings that falls from left to right, and two lines through its mean. The "
    "solid line, from centered data, follows the cloud; the dashed one crosses it.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Without centering the first direction points from zero to the middle of the cloud and tells
# where the readings *are*, not how they *differ*. After centering it follows the long side, and
# the spread along it is larger.
#
# With the mean subtracted, PCA is one SVD: if $X - \bar x = U \Sigma V^T$, the components are the
# rows of $V^T$, and component $i$ has variance $\lambda_i = s_i^2 / (n - 1)$. These are the
# eigenvectors and eigenvalues of the covariance matrix.

# %% slideshow={"slide_type": "skip"} tags=["claim-B30"]
variance = np.linalg.eigvalsh(np.cov(M, rowvar=False))[::-1]
gap = np.abs(variance - decomposition.eigenvalues(M)).max()
print("eigenvalues of the covariance equal s²/(n-1) to 12 decimals:", gap < 1e-12)
model = decomposition.pca_fit(M, 16)
E = decomposition.pca_transform(M, model)
lost = ((M - decomposition.pca_inverse(E, model)) ** 2).sum() / (len(M) - 1)
print(f"lost by going from 120 to 16 numbers {lost:.6f}")
print(f"sum of the dropped eigenvalues       {variance[16:].sum():.6f}")
assert gap < 1e-12 and abs(lost - variance[16:].sum()) < 1e-12

# %% [markdown] slideshow={"slide_type": "skip"}
# "PCA may lose information" can be made exact: what is lost is the sum of the dropped
# eigenvalues, to the last bits of the computer. Now write it.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 2.1 (10 min)
#
# Write `my_pca_fit(X, k)` for `X` of shape `(n, p)`. It returns a dict: `mean` of shape `(p,)`,
# `components` of shape `(k, p)` with the largest variance first, and `ratio` of shape `(k,)`, the
# share of the *total* variance that each component carries. `n` may be smaller than `p`, and the
# sign of a component is free. Then write `my_pca_transform(X, model)`: the coordinates of rows, old
# or new, shape `(n, k)`; n may be 1. Leave `X` as it is.


# %% slideshow={"slide_type": "skip"}
def my_pca_fit(X, k):
    # BEGIN SOLUTION
    mean = X.mean(axis=0)
    covariance = (X - mean).T @ (X - mean)  # the divisor n - 1 cancels in the ratio
    variance, directions = np.linalg.eigh(covariance)
    order = np.argsort(variance)[::-1][:k]
    ratio = variance[order] / np.trace(covariance)
    return {"mean": mean, "components": directions[:, order].T, "ratio": ratio}
    # END SOLUTION


def my_pca_transform(X, model):
    # BEGIN SOLUTION
    return np.einsum("np,kp->nk", X - model["mean"], model["components"])
    # END SOLUTION


check.pca_fit(my_pca_fit)
check.pca_transform(my_pca_transform)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Subtract the mean of each column, then take the SVD. The rows of Vt are the directions. Variance
# goes with the squares of the singular values. New rows are measured from the mean that fit has
# stored, not from their own.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `np.linalg.svd(centered, full_matrices=False)` returns U, s and Vt, sorted. A coordinate is a dot
# product with a component: `(n, p)` times `(p, k)`.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ### How many numbers are enough?
#
# The table of codes has 120 numbers a row. Keep k of them and ask two things: which share of the
# variance is left, and how many of a code's five nearest neighbors, by cosine of their rows,
# belong to the same condition. Neighbors drawn at random give the chance row.


# %% slideshow={"slide_type": "subslide"} tags=["claim-A1", "claim-B25"]
def same_condition(E, k=5):
    cosine = similarity.pairwise_cosine(E).round(9)
    np.fill_diagonal(cosine, -1)
    neighbors = np.argsort(-cosine, axis=1, kind="stable")[:, :k]
    return np.mean(group[neighbors] == group[:, None])


chance = np.mean([(group == g).sum() - 1 for g in group]) / 119
print(f"chance {chance:.2f}; all 120 numbers {same_condition(M):.2f}")
print("  k  variance kept  neighbors of the same condition")
for k in (2, 4, 8, 12, 16, 32, 64):
    model = decomposition.pca_fit(M, k)
    found = same_condition(decomposition.pca_transform(M, model))
    print(f"{k:>3} {model['ratio'].sum():>14.2f} {found:>32.2f}")


# %% slideshow={"slide_type": "subslide"}
def nearest(E, i, k=4):
    order = np.argsort(-similarity.pairwise_cosine(E)[i].round(9), kind="stable")
    return [records.name(codes[n]) for n in order if n != i][:k]


print("nearest to type 2 diabetes in 16 numbers:")
print(*(f"  {name}" for name in nearest(E, place["E11.9"])), sep="\n")

# %% slideshow={"slide_type": "skip"} tags=["claim-A1", "correction-N01"]
shares = []
for seed in range(5):
    half = np.random.default_rng(seed).permutation(len(X))[:1500]  # half of the patients
    rows = similarity.pairwise_cosine(X[half].T)
    short = decomposition.pca_transform(rows, decomposition.pca_fit(rows, 16))
    random = np.random.default_rng(seed).normal(size=short.shape)
    shares.append([same_condition(rows), same_condition(short), same_condition(random)])
for name, found in zip(("120 numbers", "PCA, 16", "random, 16"), np.array(shares).T, strict=True):
    print(f"{name:<12} {found.mean():.2f}, over five halves {found.min():.2f} to {found.max():.2f}")
full, pca, random = np.array(shares).T
assert (pca > full + 0.05).all() and (random < 0.15).all()

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see a rise and a fall. Two numbers mix the conditions up. Sixteen keep little more than
# a third of the variance and find far more codes of the same condition than all 120. Why? Compare
# codes of one condition by the patients they share, and by the 16 numbers.

# %% slideshow={"slide_type": "fragment"}
pairs = (group[:, None] == group) & ~np.eye(120, dtype=bool)
others = group[:, None] != group
for name, cosine in (("patients shared", M), ("the 16 numbers", similarity.pairwise_cosine(E))):
    same, other = cosine[pairs].mean(), cosine[others].mean()
    print(f"mean cosine by {name}: same condition {same:.2f}, another {other:.2f}")
assert same - other > 0.3

# %% [markdown] slideshow={"slide_type": "subslide"}
# Two codes for one disease share hardly more patients than two codes for different diseases. But
# they keep the same *company*: they lie beside the same other codes. The first directions carry
# the company; the particulars of a single code, and chance, come later and were cut off. With 64
# numbers, three quarters of the variance, most of them are back.
#
# So fewer numbers can say more, if you stop in time. The random table is as short and knows
# nothing: the shape reduces, the method puts the information in.

# %% slideshow={"slide_type": "subslide"}
share = decomposition.eigenvalues(M) / decomposition.eigenvalues(M).sum()
figure, axes = plots.new_figure(size=(6.4, 3))
axes[0].plot(range(1, 61), share[:60], "o-", markersize=4, color=plots.COLORS[0])
axes[0].set(xlabel="component", ylabel="share of the variance", ylim=(0, None))
for k in (1, 6, 12, 60):
    print(f"component {k:>2} carries {share[k - 1]:.3f} of the variance, the next {share[k]:.3f}")

# %% slideshow={"slide_type": "subslide"}
plots.show(
    figure,
    "Scree plot of sixty components. The share falls fast from .05 to .014 over the first twelve, "
    "then slowly, without a step that would tell where to stop.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# One is told to look for the bend of this *scree plot*. Here it bends near 12, without a
# step. We could compare with the planted conditions; with real records one chooses the number by
# how well the vectors serve a task, on data not used before.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### What PCA looks at: columns, and their units
#
# A common sentence: *PCA finds similar data points*. It finds directions of variance of the
# *columns*. Points enter only through the covariance, so their order does not matter. The unit of
# a column does: a dose of metformin is 1.2 g or 1200 mg. Two
# hundred made-up patients with age, systolic pressure and dose:

# %% slideshow={"slide_type": "fragment"} tags=["claim-B29", "correction-N33"]
age = rng.normal(65, 9, 200)
systolic = 120 + 0.9 * (age - 65) + rng.normal(0, 12, 200)
dose = rng.normal(1.2, 0.4, 200).clip(0.5, 2.0)
grams = np.column_stack([age, systolic, dose])
milligrams = grams * [1, 1, 1000]
shuffled = grams[rng.permutation(200)]
for name, table in (("dose in g", grams), ("rows shuffled", shuffled), ("dose in mg", milligrams)):
    fitted = decomposition.pca_fit(table, 1)["components"][0]
    print(f"{name:<14} first component {fitted.round(2) + 0.0}")
first = [decomposition.pca_fit(t, 1)["components"][0] for t in (grams, shuffled, milligrams)]
assert np.allclose(first[0], first[1]) and abs(first[2][2]) > 0.999

# %% slideshow={"slide_type": "skip"} tags=["correction-N33"]
two = np.array([[71, 150, 2.0], [60, 130, 0.5]])  # Mrs Adler and Mr Berg: age, systolic, g
for name, table in (("g", two), ("mg", two * [1, 1, 1000])):
    cosine = similarity.pairwise_cosine(table)[0, 1]
    distance = np.linalg.norm(table[0] - table[1])
    print(f"dose in {name:<2}: cosine {cosine:.4f}, distance {distance:.1f}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see the same component for shuffled rows, and another one for milligrams: the dose
# alone. Cosine and distance of two patients change as well. Cosine is blind to the length of a
# whole *row*, not to the unit of one *column*. If the units are a matter of taste, divide each
# column by its spread first, and say that you did.

# %% [markdown]
# Another common sentence: *more variables allow a smaller space*. Take ten lab values that go back
# to three causes, and add ten more columns: copies with a little noise, or independent ones. How
# many components carry 90 % of the variance?

# %% slideshow={"slide_type": "fragment"} tags=["claim-B19", "correction-N29"]
causes = rng.normal(size=(300, 3))
labs = causes @ rng.normal(size=(3, 10)) + 0.3 * rng.normal(size=(300, 10))
copies = labs + 0.1 * rng.normal(size=labs.shape)
strangers = labs.std() * rng.normal(size=labs.shape)


def components_for_90(table):
    return decomposition.rank_for(np.sqrt(decomposition.eigenvalues(table)), 0.9)


needed = [components_for_90(np.hstack([labs, *more])) for more in ([], [copies], [strangers])]
print(f"ten columns {needed[0]}, ten copies more {needed[1]}, ten independent more {needed[2]}")
assert needed[0] == needed[1] < needed[2]

# %% [markdown] slideshow={"slide_type": "subslide"}
# (Two of the three causes already carry 90 %.) Copies add columns and no directions. Independent
# columns add nearly a direction each. More variables allow a smaller space only if they say the
# same things again; what decides is the *effective rank*, not the number of columns.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 SVD: any matrix, cut at rank k
#
# PCA is the SVD of a centered table. The SVD itself takes any matrix as it is: an image, words by
# notes, users by items. $A = U \Sigma V^T$, where the columns of $U$ and $V$ are orthonormal and
# the singular *values* $s_1 \ge s_2 \ge \dots \ge 0$ stand on the diagonal of $\Sigma$.

# %% slideshow={"slide_type": "subslide"} tags=["claim-B31", "correction-N34"]
A = np.random.default_rng(1).normal(size=(6, 6))
U, s, Vt = np.linalg.svd(A)
print(f"det U = {np.linalg.det(U):.3f}, det V = {np.linalg.det(Vt):.3f}")
print("singular values", s.round(2))
print(f"numbers in A {A.size}, in U, s and Vt {U.size + s.size + Vt.size}")
check.numbers_in_full_svd.reveal()
for k in (1, 2, 3):
    error = np.linalg.norm(A - decomposition.reconstruct(*decomposition.truncate(A, k)))
    print(f"rank {k}: {decomposition.storage(6, 6, k)} numbers, error {error:.3f}")
    assert np.isclose(error, np.sqrt((s[k:] ** 2).sum()))
assert np.isclose(abs(np.linalg.det(U)), 1) and U.size + s.size + Vt.size == 78
assert np.allclose(decomposition.reconstruct(U, s, Vt), A)

# %% [markdown] slideshow={"slide_type": "subslide"}
# A half-truth to drop: *SVD turns a matrix into its singular matrices, which keep the
# information*. A singular matrix is one that cannot be inverted, with determinant 0. $U$ and $V$
# have determinant 1 or −1; singular are the *values*. The full SVD keeps everything and stores 78
# numbers for 36. A cut at rank k stores $k(m + n + 1)$ numbers, which is less only up to rank 2
# here, and its error is the root of the sum of the dropped $s_i^2$: no smaller error is possible
# at that rank (Eckart and Young, 1936).

# %% [markdown] slideshow={"slide_type": "notes"}
# Stop 1 belongs before this cell. Let those who said 36 explain: they count the entries of A.
# Then count together: 36 + 6 + 36. Break-even for 6 x 6 is rank 2, 26 numbers.

# %% [markdown] slideshow={"slide_type": "skip"}
# A second one: *embedding models are trained algorithms; PCA and SVD are examples*. They do yield
# embeddings, one vector for each row. But there is nothing to train: no learning rate, no epochs,
# no random start.

# %% slideshow={"slide_type": "skip"} tags=["claim-B28", "correction-N32"]
print("what pca_fit can be told:", *inspect.signature(decomposition.pca_fit).parameters)
once, again = (decomposition.pca_fit(M, 16)["components"] for _ in range(2))
vectors = np.linalg.eigh(np.cov(M, rowvar=False))[1].T[::-1][:11]
agreement = np.abs((vectors * once[:11]).sum(axis=1))
print("run twice, equal to the last bit:", np.array_equal(once, again))
print(f"by another algorithm, equal up to sign: smallest cosine {agreement.min():.6f}")
assert np.array_equal(once, again) and np.allclose(agreement, 1)

# %% [markdown] slideshow={"slide_type": "skip"}
# It is linear algebra, and it is the bridge to what comes: lessons 04 and 05 show that trained
# word vectors factor a matrix made from counts, too.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### A picture
#
# A made-up chest picture of 96 x 80 gray values, with a small round nodule in the lung on the
# left side. Cut it at rank 1, 5 and 20. For comparison, the best of twenty *random* cuts: k random
# directions, and the picture as near to them as it can be.

# %% [markdown] slideshow={"slide_type": "notes"}
# 12 minutes for SVD with the picture and the slider. Let the class find the rank at which the
# nodule comes back before you move the slider.

# %% slideshow={"slide_type": "fragment"} tags=["claim-B31", "correction-N34"]
image = simulate_chest_image()
m, n = image.shape
spectrum = np.linalg.svd(image, compute_uv=False)
print(f"break-even at rank {decomposition.break_even_rank(m, n)}; {m * n:,} numbers in all")
for k in (1, 5, 20):
    best = decomposition.truncation_error(spectrum, k) / np.linalg.norm(image)
    bases = [np.linalg.qr(rng.normal(size=(m, k)))[0] for _ in range(20)]
    random = min(np.linalg.norm(image - Q @ (Q.T @ image)) for Q in bases) / np.linalg.norm(image)
    room = decomposition.storage(m, n, k)
    print(f"rank {k:>2}: {room:>5,} numbers, relative error {best:.3f}, best random {random:.3f}")
    assert best < random
assert decomposition.storage(m, n, 43) < m * n < decomposition.storage(m, n, 44)

# %% slideshow={"slide_type": "subslide"}
figure, axes = plots.new_figure(4, size=(8.6, 2.8))
nodule = []
for ax, k in zip(axes, (1, 5, 20, 80), strict=True):
    cut = decomposition.reconstruct(*decomposition.truncate(image, k))
    nodule.append(cut[37:40, 18:21].mean() - cut[37:40, [11, 12, 13, 24, 25, 26]].mean())
    ax.imshow(cut, cmap="gray", vmin=0, vmax=1)
    ax.set_title(f"rank {k}")
    ax.set_axis_off()
    kept = 1 - decomposition.truncation_error(spectrum, k) ** 2 / (spectrum**2).sum()
    print(f"rank {k:>2}: sum of squares kept {kept:.4f}, nodule brighter by {nodule[-1]:.2f}")
assert abs(nodule[1]) < 0.03 < 0.09 < nodule[2]

# %% slideshow={"slide_type": "subslide"}
plots.show(
    figure,
    "The chest picture at rank 1 (stripes), 5 (lungs, heart and ribs, no nodule), 20 and 80 "
    "(the nodule is there).",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see that rank 5 keeps 99.9 % of the sum of squares and loses the nodule, the one
# thing a doctor looks for. Best in squared error is not best for your question. Move the slider
# and find the rank at which the nodule comes back, and the one at which the cut stops saving room.

# %% slideshow={"slide_type": "subslide"} tags=["claim-B31"]
RankDemo(image)

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 2.2 (8 min)
#
# Write `my_truncate(A, k)`. For `A` of shape `(m, n)` it returns three arrays: `U_k` of shape
# `(m, k)`, `s_k` of shape `(k,)`, largest first, and `Vt_k` of shape `(k, n)`, the cut of rank k.
# `k=0` gives empty arrays. `A` is used as it is, not centered.


# %% slideshow={"slide_type": "skip"}
def my_truncate(A, k):
    # BEGIN SOLUTION
    U, s, Vt = np.linalg.svd(A)  # full: U is (m, m), Vt is (n, n)
    keep = range(k)
    return U.take(keep, axis=1), s.take(keep), Vt.take(keep, axis=0)
    # END SOLUTION


check.truncate(my_truncate)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# A is a sum of parts: column i of U, times s i, times row i of Vt. The values are sorted, so the
# first k parts are the largest. Keep those.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `np.linalg.svd(A, full_matrices=False)` returns U, s, Vt. Columns are picked with `[:, :k]`,
# rows with `[:k]`.
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 2.3 (6 min, optional)
#
# Write `my_rank_for(s, share)`: the smallest k such that the first k singular values carry at
# least `share` of the sum of squares. `s` is sorted, largest first, and may end in zeros. Reaching
# the share exactly is enough, and a share of 1.0 must work although computers round.


# %% slideshow={"slide_type": "skip"}
def my_rank_for(s, share):
    # BEGIN SOLUTION
    total = sum(value**2 for value in s)
    kept = 0.0
    for k, value in enumerate(s, start=1):
        kept += value**2
        if kept >= share * total - 1e-12 * total:
            return k
    # END SOLUTION


check.rank_for(my_rank_for)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Square, add up from the largest on, compare each running sum with the share of the total. The
# first that reaches it gives k, counted from 1.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `np.cumsum` makes running sums. Two sums that should be equal can differ in the last digit:
# subtract a tiny number, such as `1e-12`, from the bar that has to be reached.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Sentences
#
# *Latent semantic analysis* (Deerwester et al., 1990) cuts a table of words by notes. Eight short
# notes: the first four are about a failing heart, the last four about diabetes. Notes 0 and 3 tell
# of the same illness and share no word; notes 0 and 4 share the word "and".

# %% [markdown] slideshow={"slide_type": "notes"}
# Sentences and ratings are for those who are ahead of the clock; the notebook tells the rest.

# %% slideshow={"slide_type": "fragment"} tags=["claim-B31", "correction-N34"]
notes = [
    "ankle swelling and breathless at night", "breathless on stairs furosemide started",
    "furosemide raised swelling less", "heart failure known furosemide daily",
    "thirst and sugar high", "sugar high metformin raised",
    "diabetes known metformin daily", "metformin started diet advice for sugar",
]  # fmt: skip
words = sorted({word for note in notes for word in note.split()})
A = np.array([[note.split().count(word) for note in notes] for word in words], dtype=float)
U, s, Vt = decomposition.truncate(A, 2)
for name, cosine in (
    ("all words", similarity.pairwise_cosine(A.T)),
    ("rank 2   ", similarity.pairwise_cosine(Vt.T * s)),
):
    print(f"{name}: notes 0 and 3 {cosine[0, 3]:.2f}, notes 0 and 4 {cosine[0, 4]:.2f}")
assert similarity.pairwise_cosine(A.T)[0, 3] == 0 and cosine[0, 3] > 0.9 > 0.3 > cosine[0, 4]


# %% slideshow={"slide_type": "skip"} tags=["correction-N34"]
def topic_gap(table, k=2):
    """Return the mean cosine within the two topics less the mean between them."""
    _, s, Vt = decomposition.truncate(table, k)
    cosine = similarity.pairwise_cosine(Vt.T * s)
    topic = np.arange(8) // 4
    same = topic[:, None] == topic[None]
    return cosine[same & ~np.eye(8, dtype=bool)].mean() - cosine[~same].mean()


scrambled = [topic_gap(np.array([rng.permutation(row) for row in A])) for _ in range(200)]
print(f"rank 2 {topic_gap(A):.2f}, rank 3 {topic_gap(A, 3):.2f}, rank 8 {topic_gap(A, 8):.2f}")
print(f"words dealt out at random, rank 2: {np.mean(scrambled):.2f} on average,", end=" ")
print(f"95 of 100 below {np.quantile(scrambled, 0.95):.2f}")
assert topic_gap(A) > np.quantile(scrambled, 0.95)

# %% [markdown] slideshow={"slide_type": "subslide"}
# At rank 2 the notes without a shared word come close, through the words *breathless* and
# *furosemide* that other notes share with both. Deal the same words out at random and the topics
# are gone: an SVD is "semantic" only if the table holds who appears with whom. And it is
# delicate. Rank 3 is worse than rank 2 here; eight notes are a toy, and the rank was chosen by
# someone who knew the answer.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Ratings
#
# Recommenders cut a table of users by items. Forty people of a rehabilitation class rate twelve
# exercise videos from 1 to 5; two tastes are planted, six videos each. A fifth of the ratings is
# hidden. Fill the gaps with the video's mean, cut, and compare with what was hidden.


# %% slideshow={"slide_type": "skip"} tags=["claim-B13"]
def errors(seed):
    """Return the root mean square error on hidden ratings, by method."""
    rng = np.random.default_rng(seed)
    videos = np.repeat(np.eye(2), 6, axis=1)
    truth = (3 + rng.normal(size=(40, 2)) @ videos + rng.normal(0, 0.5, (40, 12))).clip(1, 5)
    truth, hidden = truth.round(), rng.random((40, 12)) < 0.2
    means = np.nanmean(np.where(hidden, np.nan, truth), axis=0)
    guesses = {"video's mean": np.broadcast_to(means, truth.shape)}
    filled = np.where(hidden, 0, truth - means)  # a gap is 0: like the video's mean
    for k in (1, 2, 6, 11):
        guesses[f"rank {k}"] = decomposition.reconstruct(*decomposition.truncate(filled, k)) + means
    zeros = np.where(hidden, 0, truth)
    guesses["gaps as rating 0"] = decomposition.reconstruct(*decomposition.truncate(zeros, 2))
    return {name: np.sqrt(((g - truth)[hidden] ** 2).mean()) for name, g in guesses.items()}


table = [errors(seed) for seed in range(5)]
for name in table[0]:
    runs = [row[name] for row in table]
    print(f"{name:<17} {np.mean(runs):.2f}, over five samples {min(runs):.2f} to {max(runs):.2f}")
assert all(row["rank 2"] < min(row["video's mean"], row["rank 11"]) for row in table)
assert all(row["gaps as rating 0"] > row["video's mean"] for row in table)

# %% [markdown]
# Rank 2 predicts best, as two tastes were planted. Rank 11 is hardly better than the mean: it
# learns the filled-in gaps by heart. And a missing rating is not a rating of 0: treat it as one
# and the same SVD is worse than the mean. What the empty cells mean is the first question to any
# table of this kind, in a clinic as well.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 What a coordinate means
#
# Each code now has 16 numbers. A popular sentence says that *each dimension is an aspect of
# meaning*. Test it: turn the whole space by a random rotation, the same for all codes. Before you
# run the cell: what changes, the nearest neighbors, the codes with the largest first coordinate,
# or both?


# %% slideshow={"slide_type": "subslide"} tags=["claim-A9", "correction-N05"]
def highest(E, axis, k=5):
    return [codes[i] for i in np.argsort(-E[:, axis], kind="stable")[:k]]


turned = decomposition.rotate(E, np.random.default_rng(0))
change = np.abs(similarity.pairwise_cosine(turned) - similarity.pairwise_cosine(E)).max()
print(f"largest change of a dot product {np.abs(turned @ turned.T - E @ E.T).max():.9f}")
print(f"largest change of a cosine      {change:.9f}")
for name, table in (("before", E), ("after", turned)):
    print(f"{name}: highest on axis 1, then nearest to type 2 diabetes")
    print(*(f"  {records.name(code)}" for code in highest(table, 0, 2)), sep="\n")
    print(*(f"    {near}" for near in nearest(table, place["E11.9"], 2)), sep="\n")
assert change < 1e-9 and np.allclose(turned @ turned.T, E @ E.T, atol=1e-9)

# %% [markdown] slideshow={"slide_type": "notes"}
# Stop 2 belongs before this cell: neighbors, first coordinate, loss. Votes for "all three" come
# from picturing the rotation of one vector. Stress that all rows turn together.

# %% [markdown] slideshow={"slide_type": "skip"}
# Perhaps the old list lives on along another axis? For each of the 16 old axes, look for the new
# axis, in either direction, whose five highest codes overlap most.

# %% slideshow={"slide_type": "skip"} tags=["claim-A9", "correction-N05"]
same_axis, best_axis = [], []
for seed in range(20):
    new = decomposition.rotate(E, np.random.default_rng(seed))
    ends = [set(highest(sign * new, axis)) for axis in range(16) for sign in (1, -1)]
    for axis in range(16):
        shared = [len(set(highest(E, axis)) & end) for end in ends]
        same_axis.append(shared[2 * axis])
        best_axis.append(max(shared))
print("of five codes, mean over 16 axes and 20 rotations:")
print(f"shared with the same axis {np.mean(same_axis):.2f}, with the best {np.mean(best_axis):.2f}")
print(f"axes whose list of five came back whole: {np.mean(np.array(best_axis) == 5):.1%}")
pure = [same_condition(table) for table in (E, new)]
print(f"neighbors of the same condition: {pure[0]:.2f} before, {pure[1]:.2f} after")
assert np.mean(same_axis) < 1 and np.mean(best_axis) < 3.5
assert np.isclose(*pure)

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see that neighbors and cosines stay and the lists of the axes do not, even when the
# most similar new axis may be picked. A model that uses dot products alone cannot tell the two
# tables apart: its loss is the same for tables $(W, W')$ and $(WQ, W'Q)$. So axes are arbitrary,
# while *directions* may carry meaning: the line from one condition to another turns with the
# codes. PCA does fix its axes, by variance; that is a convention for drawing, and no neighbor
# depends on it.
#
# There is an exception by design. If the model cuts negative numbers off (ReLU), the axes are
# special, and a rotation breaks it. Med2Vec, lesson 11, works this way.

# %% slideshow={"slide_type": "skip"} tags=["claim-A9", "correction-N05"]
rng = np.random.default_rng(3)
W, context = rng.normal(size=(2, 50, 16))
Q = decomposition.rotate(np.eye(16), rng)
dots_change = np.abs(W @ context.T - (W @ Q) @ (context @ Q).T).max()
relu = [np.maximum(table, 0) for table in (E, turned)]
relu_change = np.abs(relu[0] @ relu[0].T - relu[1] @ relu[1].T).max()
print(f"both tables rotated: the scores a loss is made of change by {dots_change:.9f}")
print(f"negative numbers cut off: dot products change by up to {relu_change:.2f}", end=", ")
print(f"the largest was {(relu[0] @ relu[0].T).max():.2f}")
assert dots_change < 1e-9 and relu_change > 0.1

# %% [markdown]
# Nine codes of three conditions in two dimensions. Turn the cloud and watch the three lists beside
# it.

# %% slideshow={"slide_type": "subslide"} tags=["claim-A9"]
three = ("hypertension", "type 2 diabetes", "atrial fibrillation")
few = np.concatenate([np.flatnonzero(group == name)[:3] for name in three])
cloud = decomposition.pca_transform(E[few], decomposition.pca_fit(E[few], 2))
demo = AngleDemo(cloud, [dotted(codes[i]) for i in few], group[few], i=0)
demo

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 2.4 (7 min)
#
# Write `my_rotate(E, rng)`. It returns `E`, of shape `(n, d)`, after a random rotation drawn with
# the generator `rng` alone: all dot products stay, all axes are mixed, and the same state of `rng`
# gives the same rotation. A mirror image counts as a rotation here. Leave `E` as it is.


# %% slideshow={"slide_type": "skip"}
def my_rotate(E, rng):
    # BEGIN SOLUTION
    d = E.shape[1]
    U, _, Vt = np.linalg.svd(rng.standard_normal((d, d)))
    return E @ (U @ Vt)  # a product of two orthogonal matrices is one
    # END SOLUTION


check.rotate(my_rotate)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# You need a square matrix Q of size d whose columns have length 1 and are at right angles. Each
# word is a row, so Q goes to the right of E.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `np.linalg.qr(matrix)` returns Q and R. Give it a matrix of random numbers from
# `rng.normal(size=(d, d))`, with `d = E.shape[1]`.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Limits
#
# PCA and SVD are linear, and the best only in squared error, so large numbers rule: frequent
# codes, wide units, the body around the nodule. They saw which codes the same patients have and
# nothing else: no order, no dates, no treatments. And the number of dimensions was read off planted
# conditions; in a real clinic there is no answer key.
#
# ## Two questions
#
# **A.** You change one column from mg to g. What changes? **a** the cosines of rows, not the PCA,
# **b** the PCA, not the cosines, **c** neither, **d** both.

# %% [markdown] slideshow={"slide_type": "notes"}
# 4 minutes for the two questions. For B let somebody defend each half of the sentence.

# %% slideshow={"slide_type": "skip"}
my_answer = "d"  # SOLUTION
check.milligram_to_gram(my_answer)

# %% [markdown]
# **B.** "SVD keeps all information and compresses." Take a picture with noise in it. When is the
# sentence true? **a** at full rank, **b** at any small rank, **c** never both at one rank, **d**
# never, each half is wrong.

# %% slideshow={"slide_type": "skip"}
my_answer = "c"  # SOLUTION
check.keeps_and_compresses(my_answer)

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Three fresh questions
#
# Drawn from the bank of the midterm, with other numbers than in this lesson. *three others* draws
# again. Nothing is saved; lesson 16 has whole papers, and finds what to repair.

# %% slideshow={"slide_type": "skip"}
Practice("02")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Takeaway
#
# PCA and SVD keep directions of variance. Only distances and angles mean something; single axes
# do not.
#
# ## Reading
#
# - C. Eckart and G. Young (1936), *The approximation of one matrix by another of lower rank*.
# - S. Deerwester et al. (1990), *Indexing by Latent Semantic Analysis*.
# - I. Jolliffe and J. Cadima (2016), *Principal component analysis: a review and recent
#   developments*.
# - O. Levy, Y. Goldberg and I. Dagan (2015), *Improving Distributional Similarity with Lessons
#   Learned from Word Embeddings*.

# %% [markdown] slideshow={"slide_type": "skip"}
# Your exercises in this lesson:

# %% slideshow={"slide_type": "skip"}
check.progress(2)
