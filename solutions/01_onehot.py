# ---
# jupyter:
#   course:
#     title: "One-hot: names into numbers"
#     question: Why not just number the categories?
#     minutes: 45
#     status: core
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 01 One-hot: names into numbers
#
# **A one-hot row says that two categories are different. It never says how different.**
#
# *45 minutes. Needs: numpy indexing, the dot product.*
#
# After this lesson you can
# - explain why numbering the categories creates an order that is not there,
# - build one-hot and multi-hot arrays, and notice when their columns do not fit the data,
# - compute distances and cosines between such rows,
# - show that an embedding look-up gives the same numbers as one-hot times a table.

# %% [markdown] slideshow={"slide_type": "notes"}
# **If you lecture (50 min).** Claim and fruit table 12, cosine heat map without and with the
# price 10, look-up equals product 10, shows and the slider 12, questions 6. Exercises 1.1 and
# 1.4 are homework. Two stops for a vote: after the fruit table ("What is wrong with this
# table?", expect 60 % to see it) and before the map with the price ("Who is nearest to
# Apple?", expect 80 % for Orange).

# %% slideshow={"slide_type": "skip"}
import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor

from helpers import checks as check
from helpers import onehot, plots, similarity
from helpers.demos.weights import WeightDemo
from helpers.exam.mock import Practice

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## Predict first
#
# A shop sells an apple for 5.00, an orange for 7.00 and a carrot for 10.00. Each is described
# by a one-hot part (apple, orange, carrot) and its price, four numbers in all. Which of the
# other two is *nearer to the apple*, by cosine?
#
# **a** the orange, **b** the carrot, **c** neither. Write the letter in quotes and run the cell.

# %% slideshow={"slide_type": "skip"}
my_prediction = "a"  # SOLUTION
check.nearest_to_apple(my_prediction)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 An id is not a quantity
#
# Mrs Adler, 71, lies on ward 5. Her length of stay depends on the ward, so a model should know
# the ward. Models made of sums and products need numbers, and the ward already has one. Let us
# use it, and then rename the wards: shuffle their numbers five times. Nothing in the hospital
# changes. What happens to the fit?

# %% [markdown] slideshow={"slide_type": "notes"}
# Claim, this section and the fruit table take 12 minutes. Ask for the ward numbers in your own
# hospital before the cell is run.

# %% slideshow={"slide_type": "subslide"} tags=["claim-B2", "claim-B14", "correction-N23"]
rng = np.random.default_rng(0)
days_of_ward = np.array([2.0, 9.0, 4.0, 12.0, 3.0, 7.0, 11.0, 5.0])  # mean stay on wards 0..7
ward = rng.integers(0, 8, size=400)
days = days_of_ward[ward] + rng.normal(0, 1.4, size=400)


def fit(features):
    return LinearRegression().fit(features, days).score(features, days)


r2_id = fit(ward[:, None])
r2_renamed = [fit(rng.permutation(8)[ward][:, None]) for _ in range(5)]
r2_onehot = [fit(np.eye(8)[names]) for names in (ward, rng.permutation(8)[ward])]
r2_chance = fit(np.eye(8)[rng.permutation(ward)])
print(f"R2 with the ward's number             {r2_id:.2f}")
print("R2 after five renamings              ", *(f"{r2:.2f}" for r2 in r2_renamed))
print(f"R2 with one column per ward           {r2_onehot[0]:.2f}, renamed {r2_onehot[1]:.2f}")
print(f"R2 with eight columns, wards shuffled {r2_chance:.2f}")
assert r2_onehot[0] > 0.8 and np.isclose(*r2_onehot) and r2_chance < max(r2_renamed) < 0.5

# %% [markdown]
# You should see that the number of the ward explains a part of it, and another part under each
# naming. One column per ward explains most of it, under any naming. Eight columns alone do not:
# with the patients' wards shuffled they explain next to nothing. "2 is close to 3 and far from
# 100" is true of days and false of wards. Diagnosis codes are names too, even where they look
# like numbers. Five of them from ICD-9, an older list of diagnoses:

# %% slideshow={"slide_type": "skip"} tags=["correction-N23"]
print("428.0 heart failure, 398.91 rheumatic heart failure:", round(428.0 - 398.91, 2), "apart")
print("250 diabetes, 251 other disorders of pancreatic secretion:", 251 - 250, "apart")
print("042 HIV disease, read as a number:", int("042"))
assert 428.0 - 398.91 > 251 - 250 and str(int("042")) != "042"

# %% [markdown] slideshow={"slide_type": "subslide"}
# Near relatives are 29 apart, different illnesses 1 apart, and 042 turns into 42, which is no
# diagnosis. Codes are text. Between quantities and names lie *ordered* categories, such as the
# triage levels 1 to 5. Their order is real; that all steps are equally long is an assumption.
#
# A half-truth to drop on the way: *models cannot compare things that are not numbers*. A
# decision tree asks questions such as "is the number below 4?". With one question it depends on
# the naming too; with enough of them it can tell any ward from any other. The limit is one of
# models built on sums and products.


# %% slideshow={"slide_type": "skip"} tags=["claim-B17", "correction-N27"]
def fit_tree(ids, questions):
    tree = DecisionTreeRegressor(max_leaf_nodes=questions + 1, random_state=0)
    return tree.fit(ids[:, None], days).score(ids[:, None], days)


renamed = rng.permutation(8)[ward]
for questions in (1, 7):
    r2_number, r2_other = fit_tree(ward, questions), fit_tree(renamed, questions)
    print(f"tree with {questions} question(s): R2 {r2_number:.2f}, after a renaming {r2_other:.2f}")
assert np.isclose(r2_number, r2_other) and r2_number > 0.8
assert not np.isclose(fit_tree(ward, 1), fit_tree(renamed, 1), atol=0.01)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 One-hot geometry
#
# A one-hot array has one column per category and one row per thing: a single 1, the rest 0.
# Here is a small table as one meets it on the web. Look at it before you go on: what is wrong?
#
# | | Apple | Orange | Pear |
# |---|---|---|---|
# | **Apple** | 1 | 0 | 0 |
# | **Orange** | 0 | 1 | 0 |
# | **Carrot** | 0 | 0 | 1 |

# %% [markdown] slideshow={"slide_type": "notes"}
# Stop 1, before the cell below: "What is wrong with this table?" Expect 60 % to see it. Wait until
# both faults are named, the row and the column.

# %% slideshow={"slide_type": "fragment"} tags=["claim-B20", "claim-B21", "correction-N30"]
rows, columns = ["Apple", "Orange", "Carrot"], ["Apple", "Orange", "Pear"]
print("rows without a column:", set(rows) - set(columns))
print("columns without a row:", set(columns) - set(rows))
try:
    onehot.one_hot(rows, columns)
except ValueError as error:
    print("ValueError:", error)
assert set(rows) - set(columns) == {"Carrot"}

# %% [markdown]
# The carrot has no column, so it was put into the pear's, and the pear has no row. A category
# without a row is allowed: a pear may come tomorrow. A row without a column is the mistake. An
# encoder has to be fitted *once*, on a list of categories that is written down, and reused. A
# value it has never seen is either an error that names it or an explicit "unknown"; it must not
# vanish.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 1.1 (7 min)
#
# Write `my_one_hot(values, categories, unknown="error")`. It returns an array of shape `(n, K)`:
# one row per value, one column per category, in the order of `categories`. A value that is no
# category raises a `ValueError` that names it, or gives a row of zeros if `unknown="zero"`. An
# empty list of values gives no rows.


# %% slideshow={"slide_type": "skip"}
def my_one_hot(values, categories, unknown="error"):
    # BEGIN SOLUTION
    categories = list(categories)
    rows = np.zeros((len(values), len(categories)))
    for row, value in zip(rows, values, strict=True):
        if value in categories:
            row[categories.index(value)] = 1
        elif unknown == "error":
            raise ValueError(f"unknown value: {value}")
    return rows
    # END SOLUTION


check.one_hot(my_one_hot)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Go through the values. For each find the position of its category in the list, and put a 1
# there. The columns come from `categories` alone, never from `values`.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `np.zeros((len(values), len(categories)))` makes the array. `categories.index(value)` gives
# the position. Decide about unknown values before you write the 1.
# </details>

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### How far apart are two one-hot rows?
#
# Take the columns that fit, and compute the cosine and the distance of every pair.

# %% slideshow={"slide_type": "fragment"} tags=["claim-B23", "correction-N31"]
fruit = ["Apple", "Orange", "Carrot"]
names_only = onehot.one_hot(fruit, fruit)
cosine = similarity.pairwise_cosine(names_only)
distance = np.linalg.norm(names_only[:, None] - names_only[None], axis=-1)
print("cosines  ", cosine[np.triu_indices(3, k=1)])
print("distances", distance[np.triu_indices(3, k=1)].round(3))
assert np.allclose(cosine, np.eye(3)) and np.allclose(distance[0, 1:], 2**0.5)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Every cosine is 0 and every distance is 1.414, the square root of 2. To this array an apple is
# as unlike an orange as it is unlike a carrot. Now add the price as a fourth number.

# %% slideshow={"slide_type": "fragment"} tags=["claim-B22", "claim-B23", "correction-N31"]
with_price = np.column_stack([names_only, [5.0, 7.0, 10.0]])
cosine_priced = similarity.pairwise_cosine(with_price)
for a, b in ((0, 1), (0, 2), (1, 2)):
    print(f"{fruit[a]} and {fruit[b]}: cosine {cosine_priced[a, b]:.3f}")
check.nearest_to_apple.reveal()
assert 0.97 < cosine_priced[0, 1] < cosine_priced[0, 2] < cosine_priced[1, 2]

# %% [markdown] slideshow={"slide_type": "notes"}
# Stop 2, before the cell above is run: "Who is nearest to Apple?" Expect 80 % for the orange. The
# two maps and the vote take 10 minutes. Then ask which column decided.

# %% slideshow={"slide_type": "subslide"} tags=["extra-code"]
figure, axes = plots.new_figure(2, size=(7.5, 3.2))
plots.heatmap(cosine, fruit, fruit, ax=axes[0], limits=(0, 1)).set_title("names only")
plots.heatmap(cosine_priced, fruit, fruit, ax=axes[1], decimals=3, limits=(0, 1)).set_title(
    "names and price"
)
plots.show(
    figure,
    "Cosines of three products. By name only, all pairs are 0. With the price all pairs lie "
    "above .97, and the pair of orange and carrot is the highest.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# With the price all cosines exceed .97, and the vegetable is nearest to both fruits. Nothing
# about fruit was learned: the price is five to ten times as large as the 1s, so it decides. The
# sentence "one-hot cannot relate the products" is true of the 0/1 part only. As soon as one
# unscaled quantity stands beside it, that quantity does all the relating.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 1.2 (8 min)
#
# Write `my_pairwise_cosine(X)`. It takes rows of shape `(n, d)` and returns the cosine of every
# pair, shape `(n, n)`. A row of zeros (a visit without codes) has no direction: return 0 for
# all its pairs, also with itself. Leave `X` as it is.


# %% slideshow={"slide_type": "skip"}
def my_pairwise_cosine(X):
    # BEGIN SOLUTION
    length = np.sqrt((X**2).sum(axis=1))
    product = np.outer(length, length)
    return np.where(product > 0, X @ X.T, 0) / np.where(product > 0, product, 1)
    # END SOLUTION


check.pairwise_cosine(my_pairwise_cosine)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# The cosine of two rows is their dot product divided by both lengths. All dot products at once
# are one matrix product.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `X @ X.T` has shape (n, n). `np.linalg.norm(X, axis=1, keepdims=True)` has shape (n, 1) and is
# 0 for an empty visit: replace that 0 before you divide.
# </details>

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Many codes at once: multi-hot
#
# A visit is not one category but a set of them. Mrs Adler comes with high blood pressure and
# diabetes; the next patient has diabetes and asthma. A *multi-hot* row has a 1 for each code
# that is present. The cosine of two such rows counts what they share:
# $\cos = |A \cap B| / \sqrt{|A|\,|B|}$.

# %% slideshow={"slide_type": "fragment"} tags=["claim-B15"]
codes = ["I10 hypertension", "E11.9 type 2 diabetes", "J45.9 asthma"]
codes += ["E11.65 type 2 diabetes with high blood sugar"]
visits = [[0, 1], [1, 2], [3], []]
X = onehot.multi_hot(visits, len(codes))
print(X)
print(similarity.pairwise_cosine(X).round(3))
common, sizes = 1, (2, 2)
assert np.isclose(similarity.pairwise_cosine(X)[0, 1], common / (sizes[0] * sizes[1]) ** 0.5)

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see 0.5 for the first two visits: one shared code out of two each. Unlike one-hot
# rows, multi-hot rows do show similarity, through shared codes. The third visit is for type 2
# diabetes as well, under the code for high blood sugar, E11.65. It stays at 0 with Mrs Adler's:
# without a shared code the cosine is 0, however close the diseases are.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 1.4 (6 min)
#
# Write `my_multi_hot(visits, n_codes)`: one row per visit, a 1 for every code present (1 also if
# it is written twice), zeros for an empty visit. An id below 0 or above `n_codes - 1` raises a
# `ValueError`. (Exercise 1.3 comes in the next section.)


# %% slideshow={"slide_type": "skip"}
def my_multi_hot(visits, n_codes):
    # BEGIN SOLUTION
    rows = np.zeros((len(visits), n_codes))
    for i, visit in enumerate(visits):
        if any(code not in range(n_codes) for code in visit):
            raise ValueError(f"visit {i} has an id outside 0..{n_codes - 1}")
        rows[i, list(set(visit))] = 1
    return rows
    # END SOLUTION


check.multi_hot(my_multi_hot)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Start with zeros, one row per visit. Set entries to 1; do not add 1.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `rows[i, code] = 1` sets one entry. numpy reads `rows[i, -1]` as the last column, so look at
# the id before you use it.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 What it costs, and the look-up
#
# One-hot arrays are *sparse*: nearly all numbers are 0. Twenty thousand rows over twenty thousand
# codes hold 400 million numbers, of which twenty thousand are 1. How much memory that takes is a
# matter of how one stores it:

# %% [markdown] slideshow={"slide_type": "notes"}
# 10 minutes for cost and look-up. Before the output, ask how many bytes one code needs at least.
# Let somebody say aloud why the product picks a row; then nobody will multiply again.

# %% slideshow={"slide_type": "subslide"} tags=["claim-B7", "claim-B24", "claim-B26", "correction-N25"]
n, dim = 20_000, 200
row_numbers, code_ids = np.arange(n), np.arange(n)
sizes = {
    "one-hot, every 0 and 1 as a float64": n * np.zeros(n).nbytes,  # n rows, one at a time
    "one-hot, only row and column of each 1": row_numbers.nbytes + code_ids.nbytes,
    "the ids, int32": code_ids.astype(np.int32).nbytes,
    "a table of 200 numbers per code, float32": np.zeros((n, dim), np.float32).nbytes,
}
for what, size in sizes.items():
    print(f"{what:<42} {size / 1e6:>8.2f} MB")
twice = np.zeros((2 * n, dim), np.float32).size
print(f"twice the codes: still {dim} numbers each, {twice:,} parameters instead of {n * dim:,}")
every, places, only_ids, whole_table = sizes.values()
assert every > 100 * whole_table > 100 * places > 100 * only_ids

# %% [markdown] slideshow={"slide_type": "subslide"}
# "One-hot eats memory" is true of the first line only. Nobody has to store it that way: the ids
# say the same in the third. And "the number of dimensions stays manageable" is half of the story:
# the *width* stays, the *table* grows with every code and is often the largest part of a model.
#
# What is that table? An **embedding** gives each category a row of numbers, a *continuous
# vector*: each number may take any value. Multiplying a one-hot row with the table picks out a
# row:

# %% slideshow={"slide_type": "fragment"} tags=["claim-A1", "claim-B36", "correction-N24"]
table = np.random.default_rng(1).normal(size=(4, 3))  # 4 codes, 3 numbers each
ids = np.array([2, 0])
product = np.eye(4)[ids] @ table
picked = table[ids]
print("one-hot times table\n", product.round(2))
print("rows 2 and 0 of the table\n", picked.round(2))
assert np.array_equal(product, picked)

# %% [markdown] slideshow={"slide_type": "subslide"}
# The two arrays are the same to the last bit. So no program multiplies; it looks up. This is
# also why the embedding is the *first* layer of a network, and a plain one: no hidden layer has
# to "factorize" the input before it.
#
# One more half-truth: *embeddings reduce the dimension by finding what codes have in common*.
# The shape is reduced by whoever chose 3. The table above is random. It is as small as a
# trained one and knows nothing. Training, from lesson 03 on, is what puts information in. An
# embedding can even be larger than its input:

# %% slideshow={"slide_type": "skip"} tags=["claim-B8", "correction-N01"]
wards = np.eye(3)  # three types of ward
ward_table = np.random.default_rng(2).normal(size=(3, 4))
print("numbers per ward: one-hot", wards.shape[1], " embedding", (wards @ ward_table).shape[1])
before = similarity.pairwise_cosine(table)
again = similarity.pairwise_cosine(np.random.default_rng(3).normal(size=(4, 3)))
print(
    f"cosine of codes 0 and 1 in one random table {before[0, 1]:.2f}, in another {again[0, 1]:.2f}"
)
assert ward_table.shape[1] > wards.shape[1]

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 1.3 (6 min, optional)
#
# Write both ways to get from an array of ids to rows of the table, for ids of *any* shape: `(3,)`
# gives `(3, d)`, `(visits, codes)` gives `(visits, codes, d)`, and a single id, shape `()`, gives
# `(d,)`. `my_lookup` must work for thousands of ids and a table of a million rows, so it cannot
# build a one-hot array. `my_lookup_by_matmul` builds one, with all its zeros, and multiplies; its
# ids have one axis or two.


# %% slideshow={"slide_type": "skip"}
def my_lookup(ids, table):
    # BEGIN SOLUTION
    return table[ids]
    # END SOLUTION


def my_lookup_by_matmul(ids, table):
    # BEGIN SOLUTION
    rows = (ids[..., None] == np.arange(len(table))).astype(float)
    return rows @ table
    # END SOLUTION


check.lookup(my_lookup)
check.lookup_by_matmul(my_lookup_by_matmul)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# numpy can index with an array: each id is replaced by its row. For the product, first make the
# one-hot array of the ids.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `np.eye(V)[ids]` has shape `ids.shape + (V,)`, with V the number of rows of the table. `@`
# multiplies the last axis with the table's first.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 Four shows, three numbers each
#
# A popular introduction to embeddings describes four shows by three numbers: a number for the
# genre, the year, and a third one that mixes the format with seasons and episodes. It then says
# that *Upload* and *Tales from the Crypt* are related through the third number. Are they?

# %% [markdown] slideshow={"slide_type": "notes"}
# 12 minutes with the slider. Let the class say where the answer will flip, then move the slider
# with the arrow keys. It flips at 1.64, between two steps of the slider.

# %% slideshow={"slide_type": "fragment"} tags=["claim-B16", "claim-B18", "correction-N28"]
shows = ["The Conference", "Upload", "Tales from the Crypt", "Dream Scenario"]
S = np.array([[1.2, 2023, 20.0], [2.3, 2023, 35.5], [1.2, 1989, 36.7], [1.8, 2023, 20.0]])
Z = (S - S.mean(axis=0)) / S.std(axis=0)  # each column: mean 0, spread 1
upload = shows.index("Upload")
raw_cosine = similarity.pairwise_cosine(S)
print(f"smallest raw cosine of any two shows   {raw_cosine.min():.5f}")
print("nearest to Upload, raw                ", shows[similarity.nearest(S, upload)])
print("nearest to Upload, scaled             ", shows[similarity.nearest(Z, upload)])
third_only = similarity.nearest(Z, upload, weights=(0, 0, 1))
print("nearest to Upload, third number only  ", shows[third_only])
assert raw_cosine.min() > 0.9999 and shows[similarity.nearest(Z, upload)] == "Dream Scenario"

# %% [markdown] slideshow={"slide_type": "subslide"}
# By the third number alone, yes. By all three, *Dream Scenario* is nearer. One coordinate is
# not a vector, and the scale of each column decides how much it counts: the raw cosines are all
# above .9999 because the year is a large number. Move the slider until the answer flips.

# %% slideshow={"slide_type": "subslide"} tags=["claim-B18"]
demo = WeightDemo(Z, shows, upload)
demo

# %% slideshow={"slide_type": "skip"} tags=["correction-N28"]
flip = next(w for w in np.arange(1.0, 4.0, 0.01) if similarity.nearest(Z, upload, (1, 1, w)) == 2)
print(f"Tales from the Crypt takes over at a weight of {flip:.2f}")
assert 1.63 < flip < 1.66

# %% [markdown] slideshow={"slide_type": "skip"}
# How would one describe the shows instead? Genre and format are names, so each gets columns of 0
# and 1; *Dream Scenario* is horror and comedy at once, a multi-hot row. The year is a quantity
# and gets one scaled column. Now every column means one thing:

# %% slideshow={"slide_type": "skip"} tags=["claim-B17", "correction-N28"]
genre = onehot.multi_hot([[0], [1], [0], [0, 1]], 2)  # horror, comedy
series = onehot.one_hot(["film", "series", "series", "film"], ["film", "series"])[:, 1:]
encoded = np.column_stack([genre, series, Z[:, 1]])
print("horror, comedy, series, year (scaled)\n", encoded.round(2))
print("nearest to Upload:", shows[similarity.nearest(encoded, upload)])
assert shows[similarity.nearest(encoded, upload)] == "Dream Scenario"

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 1.5 (8 min, optional)
#
# Write `my_nearest(X, i, weights=None)`: the index of the row nearest to row `i` by Euclidean
# distance, never `i` itself. Another row with the same numbers as row `i` counts, at distance 0.
# With `weights`, multiply each column's difference by its weight. Take `X` as it is, unscaled.


# %% slideshow={"slide_type": "skip"}
def my_nearest(X, i, weights=None):
    # BEGIN SOLUTION
    scaled = X if weights is None else X * np.array(weights)
    order = np.argsort(((scaled - scaled[i]) ** 2).sum(axis=1), kind="stable")
    return int(order[order != i][0])
    # END SOLUTION


check.nearest(my_nearest)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Subtract row i from all rows, weigh the columns, take the length of each row. The smallest
# length belongs to row i itself.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `np.linalg.norm(difference, axis=1)` gives the lengths. Set entry i to `np.inf` before you take
# `argmin()`.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Limits
#
# One-hot is not a mistake. It is exact, it can be read, and with enough data per code a linear
# model on one-hot columns is hard to beat (lesson 13 measures this). What it cannot do is carry
# anything from a frequent code over to a rare one.
#
# ## Two questions
#
# **A.** Which two of 100 one-hot categories are nearest to each other? **a** two whose columns
# stand side by side, **b** the first and the last, **c** all pairs are equally near, **d** the
# two most frequent.

# %% [markdown] slideshow={"slide_type": "notes"}
# 6 minutes for question A, aloud, then B. For A somebody will say "side by side": ask for the
# distance of columns 1 and 100.

# %% slideshow={"slide_type": "skip"}
my_answer = "c"  # SOLUTION
check.nearest_categories(my_answer)

# %% [markdown]
# **B.** You renumber the wards 0..7. Which model changes its predictions after it is fitted
# again: **a** a linear model on the id, **b** a linear model on one-hot columns, **c** a look-up
# table with one row per id, **d** all three?

# %% slideshow={"slide_type": "skip"}
my_answer = "a"  # SOLUTION
check.renumbered_wards(my_answer)

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Three fresh questions
#
# Drawn from the bank of the midterm, with other numbers than in this lesson. *three others* draws
# again. Nothing is saved; lesson 16 has whole papers, and finds what to repair.

# %% slideshow={"slide_type": "skip"}
Practice("01")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Takeaway
#
# One-hot says *different*, never *how different*. An embedding is one-hot times a table, done by
# look-up.
#
# ## Reading
#
# - C. Guo and F. Berkhahn (2016), *Entity Embeddings of Categorical Variables*.
# - J. Hancock and T. Khoshgoftaar (2020), *Survey on categorical data for neural networks*.
# - C. Xiao and J. Sun (2021), *Introduction to Deep Learning for Healthcare*, the chapter on
#   embedding.

# %% [markdown] slideshow={"slide_type": "skip"}
# Your exercises in this lesson:

# %% slideshow={"slide_type": "skip"}
check.progress(1)
