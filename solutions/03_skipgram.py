# ---
# jupyter:
#   course:
#     title: "Skip-gram from scratch"
#     question: How does predicting neighbors create meaning?
#     minutes: 60
#     status: core
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 03 Skip-gram from scratch
#
# **Predict the words next door from a word, and words that keep the same company end up with
# similar vectors, even if they never meet.**
#
# *60 minutes. Needs: lesson 02, the chain rule.*
#
# After this lesson you can
# - cut training pairs out of a text, and count them without listing them,
# - write the softmax loss of a pair and both of its gradients, and verify them numerically,
# - train a model of two tables in numpy and read its neighbors,
# - explain *self-supervised*: who made the labels.

# %% [markdown] slideshow={"slide_type": "notes"}
# **If you lecture (50 min).** Window animation and the count 10, the two tables 6, softmax and
# the first loss 7, gradient in three lines 12, loss curve and neighbors 10, questions 5.
# Exercises 3.1 and 3.4 are homework. Two stops for a vote: in section 1 before the count is
# printed ("nine tokens, window 2: how many pairs?", 30; 36 is the popular error) and in section
# 3 before the first loss ("what is the loss before training, with 60 words?", ln 60 = 4.09).

# %% slideshow={"slide_type": "skip"}
import time

import numpy as np
import torch

from helpers import checks as check
from helpers import datasets, pairs, plots, similarity, skipgram, two_tables, vocab
from helpers.demos.window import WindowDemo
from helpers.exam.mock import Practice

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## Predict first
#
# In the notes of this course some doctors write *hypertension*, others its abbreviation *htn*.
# No sentence holds both. We train on these notes, telling the model nothing about medicine.
# What will the cosine of the two vectors be?
#
# **a** about 0, they never met, **b** clearly below 0, they were pushed apart, **c** far above
# 0, they keep the same company. Write the letter in quotes and run the cell.

# %% slideshow={"slide_type": "skip"}
my_prediction = "c"  # SOLUTION
check.never_meet(my_prediction)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 A window makes the training data
#
# A note about Mrs Adler: *mrs adler takes metformin every morning for her diabetes*. A
# **window** of 2 pairs each token, the **center**, with the tokens at most two places away, its
# **context**. At the ends of the sentence the window is cut.

# %% slideshow={"slide_type": "fragment"} tags=["claim-B33"]
tokens = ["mrs", "adler", "takes", "metformin", "every", "morning", "for", "her", "diabetes"]
listed = pairs.skipgram_pairs(tokens, window=2)
print("metformin with", *(context for center, context in listed if center == "metformin"))
print(len(tokens), "tokens,", len(listed), "pairs")

# %% [markdown] slideshow={"slide_type": "notes"}
# Stop 1, before the cell above is run: "Nine tokens, window 2: how many pairs?" Expect 36 from
# those who forget the ends. Then let the class find the six that are missing.

# %% [markdown] slideshow={"slide_type": "subslide"}
# Each distance $d$ fits $T-d$ times, and counts in both directions. Summed over $d = 1..w$:
#
# $$2wT - w(w+1)$$
#
# Here $2 \cdot 2 \cdot 9 - 2 \cdot 3 = 30$. The $w(w+1)$ is what the two ends cost. And since
# the window looks both ways, a sentence read backwards gives the same pairs.

# %% slideshow={"slide_type": "fragment"}
for T, w in ((9, 2), (50, 3), (3, 9)):
    print(f"T={T:<3} w={w}: {pairs.number_of_pairs(T, w):>3} pairs")
    made_up = [f"word {i}" for i in range(T)]
    assert pairs.number_of_pairs(T, w) == len(pairs.skipgram_pairs(made_up, w))
backwards = pairs.skipgram_pairs(tokens[::-1], window=2)
print("same pairs backwards:", sorted(listed) == sorted(backwards))
assert sorted(listed) == sorted(backwards)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Move the window, then press *next pair*. Each pair makes one training step: the context word
# (large dot) is pulled along the center's vector $v$, all others are pushed the other way. Sections
# 3 and 4 say by how much.

# %% [markdown] slideshow={"slide_type": "notes"}
# 10 minutes for window and count, this demonstration included. Press the button for one whole
# center word, and ask before each step which way the dot will go.

# %% slideshow={"slide_type": "subslide"}
demo = WindowDemo(tokens)
demo

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Two ways to ask
#
# **Skip-gram** predicts each context word from the center: one question a pair. **CBOW**
# (continuous bag of words) turns it around and predicts the center from all of its context at
# once: one question a token. The same sentence, as both would see it:

# %% slideshow={"slide_type": "subslide"} tags=["claim-B33"]
around = [tokens[max(0, i - 2) : i] + tokens[i + 1 : i + 3] for i in range(len(tokens))]
print(f"{'skip-gram: given':<20}{'predict':<14}CBOW: given -> predict")
for i in (3, 4):
    for j, context in enumerate(around[i]):
        cbow = f"{' '.join(around[i])} -> {tokens[i]}" if j == 0 else ""
        print(f"{tokens[i]:<20}{context:<14}{cbow}")
questions = sum(map(len, around)), len(around)
print(f"questions in all: skip-gram {questions[0]}, CBOW {questions[1]}")
assert questions == (pairs.number_of_pairs(9, 2), 9)

# %% [markdown] slideshow={"slide_type": "skip"}
# This lesson builds skip-gram. Lesson 04 returns to CBOW.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 3.1 (6 min, optional)
#
# A model knows words by their ids. Write `my_build_vocab(sentences, min_count=1)`. It returns
# `(itos, stoi, counts)`: a list of the words that occur at least `min_count` times, in the order
# of their ids; a dictionary from word to id; and a list in which `counts[i]` is how often word
# `i` occurs. Frequent words come first, words of equal count by the alphabet. Take the words as
# they are written: *PT* and *pt* are two.


# %% slideshow={"slide_type": "skip"}
def my_build_vocab(sentences, min_count=1):
    # BEGIN SOLUTION
    seen = {}
    for sentence in sentences:
        for token in sentence:
            seen[token] = seen.get(token, 0) + 1
    itos = sorted(token for token in seen if seen[token] >= min_count)
    itos.sort(key=seen.get, reverse=True)  # a stable sort keeps the alphabet inside ties
    stoi = {token: i for i, token in enumerate(itos)}
    return itos, stoi, [seen[token] for token in itos]
    # END SOLUTION


check.build_vocab(my_build_vocab)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Count all tokens first. Then keep, then sort, then number: an id is a place in the sorted list.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `collections.Counter` counts. The key `(-count, token)` sorts by falling count, then by the
# alphabet. `enumerate` gives the ids.
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 3.2 (8 min)
#
# Write `my_skipgram_pairs(tokens, window)`: a list of `(center, context)` for all places at most
# `window` apart. Compare places, not words: a word next to itself is a pair. The order of the
# list does not matter. (Nor would it be noticed if you swapped center and context everywhere:
# with a window that looks both ways the same pairs come out.)


# %% slideshow={"slide_type": "skip"}
def my_skipgram_pairs(tokens, window):
    # BEGIN SOLUTION
    found = []
    for distance in range(1, window + 1):
        for left, right in zip(tokens, tokens[distance:], strict=False):
            found += [(left, right), (right, left)]
    return found
    # END SOLUTION


check.skipgram_pairs(my_skipgram_pairs)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Two loops: over the place i of the center, and over the places j around it. Draw what happens
# at the first and at the last token.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# The lowest j is `max(0, i - window)`. `range(a, b)` stops before b, and there is no place
# `len(tokens)`.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 Two tables
#
# Skip-gram gives each word two rows of $d$ numbers. Row $v$ of the **center table** speaks when
# the word is predicted *from*, row $u$ of the **context table** when it *is* predicted. Papers
# call them $W_\text{in}$ and $W_\text{out}$. The score of a pair is the dot product $u \cdot v$.
# There is nothing else in the model.

# %% [markdown] slideshow={"slide_type": "notes"}
# 6 minutes. Draw the two tables; ask which of them will be "the embedding" at the end (the center
# table, by habit).

# %% slideshow={"slide_type": "fragment"} tags=["claim-A34", "correction-N20"]
V, dim = 60, 8
rng = np.random.default_rng(0)
center_table, context_table = two_tables.initial_tables(V, dim, rng)
print("center table", center_table.shape, " context table", context_table.shape)
print("numbers to learn:", center_table.size + context_table.size, "= 2 V d =", 2 * V * dim)
assert center_table.size + context_table.size == 2 * V * dim

u, v, w = rng.normal(size=(3, dim))
assert np.isclose(u @ (2 * v + w), 2 * (u @ v) + u @ w)  # linear in v; in u likewise
bent = u @ np.maximum(2 * v + w, 0) - 2 * (u @ np.maximum(v, 0)) - u @ np.maximum(w, 0)
print(f"score(2v + w) - 2 score(v) - score(w) = 0; with a ReLU on v it is {bent:.2f}")
assert abs(bent) > 0.1

# %% [markdown] slideshow={"slide_type": "subslide"}
# "Word2Vec is a neural network" suggests something deep. But there is no hidden layer with a
# non-linearity: the score is linear in $v$ and linear in $u$. Such a model is called
# **log-bilinear**. Put a ReLU on $v$, as a deep network would, and linearity is gone.
#
# "A hidden layer learns to factorize the inputs, before the other layers" misplaces it too. The
# embedding *is* the first layer, and lesson 01 showed what it does: it looks up a row.
# "Factorize" fits methods that work on a table of counts, such as the SVD of lesson 02.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 Softmax: from scores to probabilities
#
# From the center $c$ the model gives every word $w$ of the vocabulary a probability of standing
# next to it, and pays for the one that really did, $o$:
#
# $$p(w \mid c) = \frac{e^{u_w \cdot v_c}}{\sum_{w'} e^{u_{w'} \cdot v_c}} \qquad
# \text{loss} = -\ln p(o \mid c) \qquad\text{(Mikolov et al. 2013b, eq. 2)}$$
#
# Three words by hand, with scores ln 1, ln 2 and ln 5. The exponentials are 1, 2 and 5:

# %% slideshow={"slide_type": "fragment"}
scores = np.log([1.0, 2.0, 5.0])
p = np.exp(scores) / np.exp(scores).sum()
print("p =", p, " loss if the third is right:", (-np.log(p[2])).round(3))
assert np.allclose(p, [1 / 8, 2 / 8, 5 / 8])

# %% [markdown] slideshow={"slide_type": "subslide"}
# Adding a constant to all scores changes no probability. That is why programs subtract the
# largest score first: `exp(1000)` does not fit into a float, `exp(0)` does.
#
# Before training, the context table is all zeros. Then all scores are 0 and all words equally
# likely. What is the loss?

# %% [markdown] slideshow={"slide_type": "notes"}
# Stop 2, before the next cell: "What is the first loss, with 60 words?" Right is ln 60 = 4.09.
# Wrong answers worth naming: ln 2 (that is one yes-or-no question, lesson 04), 1/60 (that is the
# probability), 0.

# %% slideshow={"slide_type": "fragment"}
first_loss, _, _ = skipgram.softmax_loss_grads(3, 5, center_table, context_table)
print(f"first loss {first_loss:.4f}, ln {V} = {np.log(V):.4f}")
assert np.isclose(first_loss, np.log(V))

# %% [markdown]
# It is ln V, whatever the center table holds. If your first loss is another number, something
# is wrong before training has begun. Keep this as a test for any softmax you meet.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 Loss and gradient by hand
#
# Three lines. Write $p_w$ for $p(w \mid c)$, and $y_w$ for 1 at the true word and 0 elsewhere:
#
# $$L = -u_o \cdot v + \ln \sum_w e^{u_w \cdot v}$$
# $$\frac{\partial L}{\partial v} = -u_o + \sum_w p_w u_w = \sum_w (p_w - y_w)\, u_w$$
# $$\frac{\partial L}{\partial u_w} = (p_w - y_w)\, v$$
#
# Read the last line: the true word has $p - 1 < 0$ and is *pulled* along $v$. Every other word
# has $p > 0$ and is *pushed* away, the more the likelier the model thought it.

# %% [markdown] slideshow={"slide_type": "notes"}
# Write line 1 on the board, let the class do line 2. The step they stumble over is the
# derivative of the logarithm of a sum: it is the softmax again. Then ask what the rows of the
# last line add up to, which is question A at the end.

# %% [markdown] slideshow={"slide_type": "subslide"}
# A derivation can be wrong, and so can its code. The test for both: move one number of a table
# a little, and see whether the loss changes at the rate that the gradient says. We do it for
# every number of both tables. In the center table only row $c$ was looked up, so the gradient of
# every other row should be 0.

# %% slideshow={"slide_type": "fragment"}
trial = rng.normal(size=(2, 6, 4))  # a center table and a context table
grads = np.zeros_like(trial)
_, grads[0, 1], grads[1] = skipgram.softmax_loss_grads(1, 3, *trial)
step, largest = 1e-5, 0.0
for place in np.ndindex(trial.shape):
    move = np.zeros_like(trial)
    move[place] = step
    up, *_ = skipgram.softmax_loss_grads(1, 3, *(trial + move))
    down, *_ = skipgram.softmax_loss_grads(1, 3, *(trial - move))
    largest = max(largest, abs((up - down) / (2 * step) - grads[place]))
print(f"largest gap in {trial.size} numbers below 1e-7:", largest < 1e-7)
assert largest < 1e-7

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 3.3 (10 min)
#
# Write `my_softmax_loss_grads(c, o, W_in, W_out)`. `W_in` is the center table, `W_out` the
# context table, both of shape `(V, d)`; `c` and `o` are ids. Return the loss, its gradient for
# the row `W_in[c]`, shape `(d,)`, and its gradient for all of `W_out`, shape `(V, d)`. Scores of
# 1000 must not break it. The check compares your gradients with the slope of your own loss.


# %% slideshow={"slide_type": "skip"}
def my_softmax_loss_grads(c, o, W_in, W_out):
    # BEGIN SOLUTION
    v = W_in[c]
    scores = W_out @ v
    log_total = np.logaddexp.reduce(scores)
    p = np.exp(scores - log_total)
    loss = log_total - scores[o]
    g_in = p @ W_out - W_out[o]
    g_out = p[:, None] * v
    g_out[o] -= v
    return loss, g_in, g_out
    # END SOLUTION


check.softmax_loss_grads(my_softmax_loss_grads)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Compute the vector p - y once. Both gradients are made of it: one weighs the rows of the
# context table, the other multiplies v.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# All scores at once: `W_out @ W_in[c]`, shape (V,). Subtract their maximum before `np.exp`.
# `np.outer(a, b)` has shape (len(a), len(b)).
# </details>

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Which rows move?
#
# One training step subtracts a small multiple of the gradient from both tables. Which rows does
# it touch?

# %% slideshow={"slide_type": "fragment"} tags=["claim-B36", "correction-N24"]
before_in, before_out = trial.copy()
trial_in, trial_out = trial
skipgram.sgd_step(1, 3, trial_in, trial_out, learning_rate=0.1)
rows_in = np.flatnonzero((trial_in != before_in).any(axis=1))
rows_out = np.flatnonzero((trial_out != before_out).any(axis=1))
toward_v = (trial_out - before_out) @ before_in[1]
print("center table: rows", rows_in, " context table: rows", rows_out)
print("pulled along v:", np.flatnonzero(toward_v > 0), " pushed:", np.flatnonzero(toward_v < 0))
assert rows_in.tolist() == [1] and rows_out.tolist() == list(range(6))
assert np.flatnonzero(toward_v > 0).tolist() == [3]

# %% [markdown]
# In the center table only row 1 moves, the one that was looked up. In the context table all rows move, because every word is in the sum of the
# softmax. That sum is the price of this model, and lesson 04 gets rid of it.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 3.4 (8 min)
#
# Write `my_sgd_step(c, o, W_in, W_out, lr)`. Change both tables *in place*, each by minus `lr`
# times its gradient, and return the loss before the step. Take the gradients from
# `my_softmax_loss_grads`, or from `skipgram.softmax_loss_grads` if yours is not green yet.


# %% slideshow={"slide_type": "skip"}
def my_sgd_step(c, o, W_in, W_out, lr):
    # BEGIN SOLUTION
    loss, g_in, g_out = my_softmax_loss_grads(c, o, W_in, W_out)
    W_in[c] = W_in[c] - lr * g_in
    W_out[:] = W_out - lr * g_out
    return loss
    # END SOLUTION


check.sgd_step(my_sgd_step)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Both gradients belong to the same point. Compute both, then change both tables.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `A = A - B` gives a new array to the name A; `A -= B` and `A[...] = ...` change the array that
# the caller handed in.
# </details>

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Who made the labels?
#
# Popular texts say in one place that embeddings are made "fully automatically", and in another
# that engineers "supervise" them with samples prepared by hand. Count for yourself: what is the
# label of a pair, and where does it come from?

# %% slideshow={"slide_type": "fragment"} tags=["claim-B4", "correction-N24"]
by_hand = [context for _, context in listed if context not in tokens]
print("labels:", len(listed), " copied from the text:", len(listed) - len(by_hand))
print("labels that a person added:", len(by_hand))
assert len(by_hand) == 0

# %% [markdown]
# The label of a center is the word next door. There *is* a right answer, so this is not
# clustering, and nobody wrote it down, so it is not supervised in the usual sense. The word for
# it is **self-supervised**; BERT and GloVe are, too. Embeddings trained inside a model for a
# task (lessons 12 and 14) are supervised, by the labels of the task.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 Train and look
#
# The course's corpus consists of simulated clinical notes. First a small part, on which even slow loops
# are quick: the sentences that name one of Mrs Adler's three diseases, by whichever name. We keep
# words seen ten times or more, and list all pairs with window 3.

# %% [markdown] slideshow={"slide_type": "notes"}
# 10 minutes for the loss curve and the neighbors. The part "From pairs to counts" and the three
# parts after the prediction is revealed are reading at home.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A10"]
notes = datasets.load_notes()
sentences = notes.sentences("train")
disease = {"hypertension": 1, "diabetes": 2, "heart_failure": 3}
for word, other in notes.synonyms.select("word", "synonym").iter_rows():
    if word in disease:
        disease[other] = disease[word]
adler_notes = [sentence for sentence in sentences if disease.keys() & set(sentence)]
print(f"{notes.notes.height:,} notes, {len(sentences):,} sentences of them for training")
print(f"{len(adler_notes)} are about her diseases, such as:")
print("  ", *adler_notes[0])
print("three diseases,", len(disease), "names, such as", *sorted(disease)[:3])

# %% slideshow={"slide_type": "skip"}
known = vocab.build_vocab(adler_notes, min_count=10)
kept = [[token for token in sentence if token in known] for sentence in adler_notes]
listed = sorted(
    (known.id(c), known.id(o)) for s in kept for c, o in pairs.skipgram_pairs(s, window=3)
)
print(len(known), "words,", f"{len(listed):,} pairs; the most frequent:", *known.tokens[:5])

# %% [markdown] slideshow={"slide_type": "subslide"}
# All of the training is this loop: walk through the pairs in random order, step by step, a few
# times over. One walk is an *epoch*. The loop returns both tables and the mean loss of each epoch.


# %% slideshow={"slide_type": "fragment"}
def train(listed, vocab_size, step, dim=16, epochs=4, rate=0.1, seed=0):
    rng = np.random.default_rng(seed)
    center_table, context_table = two_tables.initial_tables(vocab_size, dim, rng)
    history = []
    for _ in range(epochs):
        order = rng.permutation(len(listed))
        losses = [step(*listed[i], center_table, context_table, rate) for i in order]
        history.append(float(np.mean(losses)))
    return center_table, context_table, history


# %% slideshow={"slide_type": "fragment"} tags=["claim-A10"]
started = time.perf_counter()
course_in, course_out, course_history = train(listed, len(known), skipgram.sgd_step)
print(f"took {time.perf_counter() - started:.1f} s")
print(f"ln {len(known)} = {np.log(len(known)):.3f}, then", np.round(course_history, 3))
assert course_history == skipgram.train_softmax(listed, len(known), epochs=4).history

# %% [markdown] slideshow={"slide_type": "subslide"}
# The loss falls from ln V, but not to 0. From *with* nobody can tell what comes next. How low
# can it go? If the model knew exactly how often each context word goes with each center, its
# loss would be the entropy of the context word, given the center. We count the pairs into a
# table, and draw both limits.

# %% slideshow={"slide_type": "fragment"}
counts = pairs.count_matrix([known.encode(s) for s in kept], len(known), window=3)
frequency = counts / counts.sum(axis=1, keepdims=True)
entropy = -(counts[counts > 0] * np.log(frequency[counts > 0])).sum() / counts.sum()
print(f"no model of any size gets below {entropy:.3f} on these pairs")
figure, (axes,) = plots.new_figure()
plots.loss_curve(course_history, ax=axes, label="skip-gram, mean of the epoch")
axes.axhline(np.log(len(known)), linestyle="--", color="black", label="ln V, before training")
axes.axhline(entropy, linestyle=":", color="black", label="entropy of context given center")
axes.set_xticks(range(1, 5))
axes.legend(loc="upper right", bbox_to_anchor=(1, 0.93))
assert entropy < course_history[-1] < course_history[0] < np.log(len(known))

# %% slideshow={"slide_type": "subslide"}
plots.show(
    figure,
    "The loss of four epochs, between ln V above and the entropy of context given center below.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Now look: which words are nearest?

# %% slideshow={"slide_type": "fragment"} tags=["claim-B25"]
for word in ("hypertension", "heart_failure"):
    near = similarity.most_similar(word, course_in, known, k=4)
    print(f"{word:<14}", *(f"{other} {cosine:.2f} " for other, cosine in near))

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see names of diseases: other names of the same disease, and the other two. They all
# fill the same gaps in the same sentences. Is that luck? A different start gives a different
# table, so we train from three, and look where the *first other name of the same disease*
# stands in the list of neighbors. Random tables show what luck would do.


# %% slideshow={"slide_type": "skip"}
def place_of_other_name(word, table):
    near = [other for other, _ in similarity.most_similar(word, table, known, k=len(known))]
    return 1 + min(near.index(n) for n in near if disease.get(n) == disease[word])


# %% slideshow={"slide_type": "fragment"} tags=["claim-B25"]
more = [train(listed, len(known), skipgram.sgd_step, seed=seed)[0] for seed in (1, 2)]
random_tables = [np.random.default_rng(s).normal(size=course_in.shape) for s in range(200)]
for word in ("hypertension", "diabetes", "heart_failure"):
    places = [place_of_other_name(word, table) for table in (course_in, *more)]
    by_chance = np.mean([place_of_other_name(word, table) for table in random_tables])
    print(f"{word:<14} place {places} of {len(known) - 1}, by chance about {by_chance:.0f}")
    assert np.mean(places) < by_chance / 4

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 3.5 (7 min, optional)
#
# Write `my_most_similar(word, E, itos, stoi, k=5)`: the `k` words with the largest cosine to
# `word` in the table `E`, as a list of `(word, cosine)`, nearest first, without `word` itself.
# If there are fewer than `k` other words, return all of them.


# %% slideshow={"slide_type": "skip"}
def my_most_similar(word, E, itos, stoi, k=5):
    # BEGIN SOLUTION
    v = E[stoi[word]]
    found = []
    for other, row in zip(itos, E, strict=True):
        if other != word:
            found.append((other, row @ v / np.sqrt((row @ row) * (v @ v))))
    return sorted(found, key=lambda pair: -pair[1])[:k]
    # END SOLUTION


check.most_similar(my_most_similar)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Compute the cosine with every row, sort from large to small, and leave out the word by its id,
# not by its place in the list.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `np.linalg.norm(E, axis=1)` gives the lengths. `np.argsort(-cosine)` sorts downward. `itos[i]`
# is the word of id i.
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ### From pairs to counts
#
# The loop does the same work again and again: a pair that occurs forty times is computed forty
# times. Its gradient depends on the two ids alone, so we may multiply. With $n_{ij}$ the count of
# the pair and $n_i$ the sum of row $i$, the gradients of score $ij$ add up to
# $n_i\, p_{ij} - n_{ij}$.

# %% slideshow={"slide_type": "skip"}
started = time.perf_counter()
total_in, total_out = np.zeros_like(course_in), np.zeros_like(course_out)
for c, o in listed:
    _, g_in, g_out = skipgram.softmax_loss_grads(c, o, course_in, course_out)
    total_in[c] += g_in / len(listed)
    total_out += g_out / len(listed)
print(f"{len(listed):,} pairs, one by one: took {time.perf_counter() - started:.3f} s")

# %% slideshow={"slide_type": "skip"}
tensors = [torch.tensor(table) for table in (counts, course_in, course_out)]
started = time.perf_counter()
_, counted_in, counted_out = skipgram.softmax_counts_loss_grads(*tensors)
print(f"all at once, out of the counts: took {time.perf_counter() - started:.3f} s")
gap_in, gap_out = abs(counted_in.numpy() - total_in), abs(counted_out.numpy() - total_out)
print("largest difference below 1e-12:", max(gap_in.max(), gap_out.max()) < 1e-12)
assert max(gap_in.max(), gap_out.max()) < 1e-12

# %% [markdown] slideshow={"slide_type": "skip"}
# The same gradient, in a small part of the time. With it, a curve on sentences that the model has
# *not* seen costs little. We hold back every fifth sentence.

# %% slideshow={"slide_type": "skip"}
ids = [known.encode(sentence) for sentence in kept]
seen = pairs.count_matrix([s for i, s in enumerate(ids) if i % 5], len(known), window=3)
held_out = torch.tensor(pairs.count_matrix(ids[::5], len(known), window=3)).float()
print("epochs   loss on seen pairs   on held-out pairs")
curve = {}
for epochs in (10, 20, 40, 80, 160, 320):
    model = skipgram.train_softmax_counts(seen, epochs=epochs, seed=0)
    tensors = [torch.tensor(table).float() for table in (model.center_table, model.context_table)]
    curve[epochs], _, _ = skipgram.softmax_counts_loss_grads(held_out, *tensors)
    print(f"{epochs:>6} {model.history[-1]:>20.2f} {curve[epochs]:>19.2f}")
assert curve[10] > curve[80] < curve[320]  # too short, and too long

# %% [markdown] slideshow={"slide_type": "skip"}
# The loss on seen pairs keeps falling. On held-out pairs it turns and rises: the model begins to
# learn these sentences by heart. A falling training loss is no proof of better vectors.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### All notes
#
# Now the whole corpus, window 5, 64 numbers a word, on counts. The code is the same; only the
# sentences are more.

# %% slideshow={"slide_type": "fragment"} tags=["claim-B32", "claim-A10", "claim-B12"]
words = vocab.build_vocab(sentences, min_count=5)
ids = [words.encode_known(sentence)[0] for sentence in sentences]
counts = pairs.count_matrix(ids, len(words), window=5)
print(f"{len(sentences):,} sentences, {len(words):,} words, {counts.sum():,.0f} pairs")
started = time.perf_counter()
settings = {"dim": 64, "epochs": 60, "learning_rate": 0.1, "seed": 0}
model = skipgram.train_softmax_counts(counts, **settings)
print(f"took {time.perf_counter() - started:.0f} s, loss {model.history[0]:.2f}", end=" ")
print(f"(ln V = {np.log(len(words)):.2f}) to {model.history[-1]:.2f}")
for word, k in (("woman", 1), ("monday", 6), ("hypertension", 4), ("heart_failure", 2)):
    near = similarity.most_similar(word, model.center_table, words, k)
    print(f"{word:<14}{' '.join(sorted(w for w, _ in near))}")

# %% [markdown] slideshow={"slide_type": "notes"}
# Let the class vote on the prediction once more before the next cell: after the pull and push of
# section 4 some change their mind from a to c. Ask why, then run it.

# %% [markdown] slideshow={"slide_type": "subslide"}
# (Each list is printed by the alphabet, since several cosines are nearly equal.) Nobody told the
# model that these are weekdays, and those names of one disease. Now the prediction:

# %% slideshow={"slide_type": "fragment"}
one, other = words.id("hypertension"), words.id("htn")
together = sum({"hypertension", "htn"} <= set(sentence) for sentence in sentences)
cosine = similarity.pairwise_cosine(model.center_table)
anyone = cosine[np.triu_indices(len(words), k=1)]
print("sentences with both:", together, " pairs counted:", int(counts[one, other]))
print(f"cosine {cosine[one, other]:.1f}; any two words {anyone.mean():.1f} ± {anyone.std():.1f}")
check.never_meet.reveal()
opposite, company = words.encode(["hypotension", "lisinopril"])
print(f"cosine with hypotension {cosine[one, opposite]:.1f}")
assert min(counts[one, company], counts[other, company]) > 0
assert together == 0 and cosine[one, other] > anyone.mean() + 3 * anyone.std()

# %% [markdown] slideshow={"slide_type": "subslide"}
# They never meet, and become alike. A step for *(hypertension, lisinopril)* moves the first word's
# vector toward $u$ of *lisinopril*; a step for *(htn, lisinopril)* does the same to the second.
# Same neighbors, same gradients. The price: *hypotension*, the opposite, fills the same gaps and
# is nearly as near. Alike in use is not alike in meaning; lesson 08 returns to that.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### What training has put in
#
# A random table has the same shape. Does it know anything? For all pairs of words that met, we
# compare the cosine with how much more often they met than chance would have it: the logarithm
# of the ratio is called **PMI** (pointwise mutual information, lesson 05).

# %% slideshow={"slide_type": "skip"} tags=["claim-A2", "claim-B8", "claim-B25", "correction-N01"]
total, share = counts.sum(), counts.sum(axis=1) / counts.sum()
met = np.triu(counts > 0, k=1)
pmi = np.log(counts[met] / total / np.outer(share, share)[met])


def agreement(table):
    return np.corrcoef(similarity.pairwise_cosine(table)[met], pmi)[0, 1]


untrained = [np.random.default_rng(s).normal(size=model.center_table.shape) for s in range(3)]
print(f"three random tables: at most {max(abs(agreement(t)) for t in untrained):.2f}")
print(f"trained table: {agreement(model.center_table):.2f}, shape {model.center_table.shape}")
assert max(abs(agreement(table)) for table in untrained) < 0.02
assert agreement(model.center_table) > 0.4
assert model.center_table.shape == untrained[0].shape

# %% [markdown] slideshow={"slide_type": "skip"}
# "Embeddings reduce the dimension by finding what things have in common" joins two different
# events. The *shape* was reduced by us, when we wrote 64. The *objective* put the information
# in, afterwards. The random table has the same shape and a correlation of 0.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Massive text?
#
# "Word2Vec needs massive text." Massive for whom? The corpus has an answer key: pairs of
# synonyms. For each pair we ask whether one is among the five nearest of the other, and sort the
# pairs by how often the *rarer* of the two was seen. Then we train on a quarter of the notes.

# %% slideshow={"slide_type": "skip"}
synonyms = notes.synonyms.select("word", "synonym").iter_rows()
pair_ids = np.array([words.encode(pair) for pair in synonyms if words.ids.keys() >= set(pair)])


def nearer_than_the_synonym(table):  # how many words are, for each pair
    cosine = similarity.pairwise_cosine(table)[pair_ids[:, 0]]
    of_synonym = cosine[np.arange(len(pair_ids)), pair_ids[:, 1]]
    return (cosine > of_synonym[:, None]).sum(axis=1) - 1  # the word itself does not count


# %% slideshow={"slide_type": "skip"}
quarter = ids[: len(ids) // 4]
fewer = pairs.count_matrix(quarter, len(words), window=5)
quarter_model = skipgram.train_softmax_counts(fewer, **settings)

# %% slideshow={"slide_type": "skip"} tags=["claim-A34", "claim-B32", "correction-N20"]
hit = {}
for name, some, trained in (("all", ids, model), ("quarter", quarter, quarter_model)):
    seen = np.bincount(np.concatenate(some), minlength=len(words))[pair_ids].min(axis=1)
    nearer = nearer_than_the_synonym(trained.center_table)
    for low, high in ((1, 15), (15, 40), (40, 10_000)):
        inside = (seen >= low) & (seen < high)
        hit[name, low] = np.mean(nearer[inside] < 5)
        count = f"{low} to {high - 1} times" if high < 10_000 else f"{low} times or more"
        print(f"{name:<8}{count:<18}{inside.sum():>4} pairs, share found {hit[name, low]:.2f}")
print(f"by chance {5 / len(words):.3f}")
assert hit["quarter", 40] > hit["all", 1] and hit["quarter", 40] > hit["quarter", 1] + 0.2

# %% [markdown] slideshow={"slide_type": "skip"}
# Compare rows of equal count: a word seen forty times is found in a quarter of the text as often
# as in all of it, and a rare word much less in either. What counts is how often *this
# word* was seen, more than the size of the corpus. In health data the rare codes are often the
# ones one cares about.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### The same code on codes
#
# Nothing in skip-gram knows that its tokens are words. Here the sentences are visits from a
# simulated clinic, each a row of billing codes and drug names. (A visit has no order of its own;
# lesson 10 takes that seriously.)

# %% slideshow={"slide_type": "skip"} tags=["claim-A35", "claim-A8", "correction-N21"]
ehr = datasets.load_clinic().ehr
visits = [visit.codes for patient in ehr.as_patients()[:1000] for visit in patient.visits]
codes = vocab.build_vocab(visits, min_count=5)
visit_ids = [codes.encode_known(visit)[0] for visit in visits]
code_counts = pairs.count_matrix(visit_ids, len(codes), window=5)
code_model = skipgram.train_softmax_counts(code_counts, **settings)
near = similarity.most_similar("GENERIC:metformin", code_model.center_table, codes, k=2)
print(f"{len(visits):,} visits, {len(codes)} codes;", end=" ")
print("nearest to metformin:", ", ".join(sorted(ehr.name(key) for key, _ in near)))

# %% [markdown] slideshow={"slide_type": "skip"}
# Both are drugs for diabetes. What about the *word* metformin in the notes? We compare its cosine
# with glipizide, one of the two, and its mean cosine with all drugs that both corpora know.

# %% slideshow={"slide_type": "skip"} tags=["claim-A35"]
drugs = [key.removeprefix("GENERIC:") for key in codes.tokens if key.startswith("GENERIC:")]
both = [drug for drug in drugs if drug in words and drug != "metformin"]
gap = {}
for name, vocabulary, trained, system in (
    ("notes", words, model, ""),
    ("codes", codes, code_model, "GENERIC:"),
):
    row = similarity.pairwise_cosine(trained.center_table)[vocabulary.id(system + "metformin")]
    glipizide, *others = row[vocabulary.encode([system + drug for drug in ("glipizide", *both)])]
    gap[name] = glipizide - np.mean(others)
    print(f"{name}: glipizide {glipizide:.1f}, mean of {len(both)} drugs {np.mean(others):.1f}")
assert gap["codes"] > gap["notes"] + 0.2

# %% [markdown] slideshow={"slide_type": "skip"}
# The same code runs on both, and each corpus teaches its own habits. In visits a drug stands
# beside the diagnoses it is given for, so drugs for one disease stand out. In these notes all
# drugs fill the same gaps in the same sentences, and lie close together whatever they treat. And
# are these the same vectors?

# %% slideshow={"slide_type": "skip"} tags=["claim-A35", "correction-N21"]
text = set(words.tokens)
diagnoses = {key.removeprefix("ICD10CM:") for key in codes.tokens if key.startswith("ICD10CM:")}
print(f"{len(text):,} words and {len(codes)} codes, in common: {len(text & set(codes.tokens))}")
print("spelled alike without the system's name:", end=" ")
print(f"{len(text & set(drugs))} of {len(drugs)} drugs,", end=" ")
print(f"{len(text & diagnoses)} of {len(diagnoses)} diagnoses")
assert not text & set(codes.tokens) and not text & diagnoses and both

# %% [markdown] slideshow={"slide_type": "skip"}
# "Train on medical text and you have vectors for diagnoses" skips a step. `heart_failure` in a
# note and `I50.9` in a bill are two tokens in two vocabularies, with two tables whose axes have
# nothing to do with each other. Even a drug that is spelled alike has two rows that cannot be
# compared. Linking them takes a mapping, or training on both together.

# %% [markdown] slideshow={"slide_type": "skip"}
# ## 6 Train with your own functions
#
# Each function below is yours if its check is green, and the course's if not; the cell says
# which. They build the vocabulary, list the pairs, take every step and find the neighbors. The
# start and the order of the pairs are the same as in section 5, so the result has to be, too. With
# numpy the training takes a second; if your gradients are written with loops, a minute or two.

# %% slideshow={"slide_type": "skip"}
build = check.pick("build_vocab", my_build_vocab)
list_pairs = check.pick("skipgram_pairs", my_skipgram_pairs)
loss_grads = check.pick("softmax_loss_grads", my_softmax_loss_grads)
step = check.pick("sgd_step", my_sgd_step)
find = check.pick("most_similar", my_most_similar)

itos, stoi, _ = build(adler_notes, 10)
kept = [[token for token in sentence if token in stoi] for sentence in adler_notes]
yours = sorted((stoi[c], stoi[o]) for s in kept for c, o in list_pairs(s, 3))
first_loss, _, _ = loss_grads(*yours[0], np.ones((len(itos), 16)), np.zeros((len(itos), 16)))
first_loss = float(np.squeeze(first_loss))
print(f"{len(itos)} words, {len(yours):,} pairs, first loss {first_loss:.3f}")
assert yours == listed and np.isclose(first_loss, np.log(len(known)))

# %% slideshow={"slide_type": "skip"}
your_in, your_out, your_history = train(yours, len(itos), step)
print("loss of section 5:", np.round(course_history, 3))
print("loss here:        ", np.round(your_history, 3))
for word in ("hypertension", "heart_failure"):
    theirs = similarity.most_similar(word, course_in, known, k=3)
    mine = find(word, your_in, itos, stoi, 3)
    print(word, [f"{w} {float(np.squeeze(c)):.2f}" for w, c in mine])
    assert [str(w) for w, _ in mine] == [w for w, _ in theirs]
assert np.allclose(your_history, course_history, atol=1e-4)  # single precision is enough

# %% [markdown] slideshow={"slide_type": "skip"}
# You should see the same losses and the same neighbors as in section 5, to the printed digits.
# If the lines above say "your function" five times, the vectors were made by your code alone;
# the course lent you the text, the random start and the loop.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Limits
#
# - Each step of this model touches every word. With a vocabulary of 100,000 that is too slow;
#   lesson 04 replaces the softmax.
# - One word, one vector: *discharge* from hospital and *discharge* from a wound share a row
#   (lesson 06).
# - Near means *used alike*: opposites are near. In real text a small window finds words of the
#   same kind (drug and drug), a large one words of the same topic (drug and disease) as well
#   (Levy and Goldberg 2014). This lesson does not show that.
# - The notes are simulated, from templates. Real notes are messier and richer.
#
# ## Two questions
#
# **A.** For one pair, add up all $V$ rows of the gradient of the context table. The sum is
# **a** $v$, **b** the zero vector, **c** $u_o$, **d** the loss times $v$.

# %% [markdown] slideshow={"slide_type": "notes"}
# 5 minutes for the two questions.

# %% slideshow={"slide_type": "skip"}
my_answer = "b"  # SOLUTION
check.sum_of_rows(my_answer)

# %% [markdown]
# **B.** Where do the labels of skip-gram come from? **a** from people who marked related words,
# **b** from vectors prepared by hand, **c** from the neighboring words of the text itself,
# **d** there are no labels, it is clustering.

# %% slideshow={"slide_type": "skip"}
my_answer = "c"  # SOLUTION
check.who_made_the_labels(my_answer)

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Three fresh questions
#
# Drawn from the bank of the midterm, with other numbers than in this lesson. *three others* draws
# again. Nothing is saved; lesson 16 has whole papers, and finds what to repair.

# %% slideshow={"slide_type": "skip"}
Practice("03")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Takeaway
#
# Two tables, one dot product, one softmax. Meaning arises because words with the same neighbors
# get the same gradients.
#
# ## Reading
#
# - T. Mikolov, K. Chen, G. Corrado and J. Dean (2013a), *Efficient Estimation of Word
#   Representations in Vector Space*: skip-gram and CBOW.
# - T. Mikolov, I. Sutskever, K. Chen, G. Corrado and J. Dean (2013b), *Distributed
#   Representations of Words and Phrases and their Compositionality*: the softmax of section 3.
# - X. Rong (2014), *word2vec Parameter Learning Explained*: the gradients, step by step.
# - Y. Goldberg and O. Levy (2014), *word2vec Explained: deriving Mikolov et al.'s
#   negative-sampling word-embedding method*.
# - O. Levy and Y. Goldberg (2014), *Dependency-Based Word Embeddings*: what the window decides.

# %% [markdown] slideshow={"slide_type": "skip"}
# Your exercises in this lesson:

# %% slideshow={"slide_type": "skip"}
check.progress(3)
