# ---
# jupyter:
#   course:
#     title: Start here
#     question: Is everything installed, and how does an exercise work?
#     minutes: 15
#     status: core
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 00 Start here
#
# **In a few hours you will have written the code that turns diagnoses into vectors, and you will
# know when to believe them.**
#
# *15 minutes. Needs: a little Python.*
#
# After this lesson you can
# - tell whether everything is installed,
# - run a cell, fill in an exercise, and read what its check says,
# - find your way through the course.

# %% [markdown] slideshow={"slide_type": "notes"}
# **If you lecture (10 min).** Show the report, run the exercise with the wrong first try, read
# the hint aloud, mend it together. Ask everybody to run the last cell of this notebook before
# the next class: it shows at once who has a problem with the installation.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## 1 Is everything here?
#
# This page is a notebook: cells of text and cells of code. Click into the cell below and press
# **Shift-Enter**. It runs, its output appears below it, and the next cell is selected. Keys
# suffice: the arrow keys move between cells, Enter begins to edit, Escape ends it.

# %% slideshow={"slide_type": "fragment"}
from textwrap import fill

from helpers import checks as check
from helpers import environment, glossary, onehot

all_is_well = environment.report()

# %% [markdown] slideshow={"slide_type": "subslide"}
# You should see one line for each package and *All is well*. If a package is missing, leave
# JupyterLab (Control-C in the window you started it from) and run `python3 start.py` again.
#
# The outputs you saw before you ran anything are stored in the notebook. Yours should be the
# same: every lesson is run from top to bottom and compared before it reaches you.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 Say first what you expect
#
# Mrs Adler is 71. She has high blood pressure (code I10) and type 2 diabetes (code E11.9). Here
# are four visits to her practice, one of them hers. Each visit is a list of codes.

# %% slideshow={"slide_type": "fragment"}
visits = [["I10", "E11.9"], ["E11.9", "E11.9"], ["J45.9"], []]

# %% [markdown]
# In which share of the visits is diabetes (E11.9) recorded? **a** one half, **b** two thirds,
# **c** one third. Put the letter, in quotes, in the place of the dots. A guess that you have
# written down is worth more than one that you remember afterwards.

# %% slideshow={"slide_type": "fragment"}
my_prediction = "a"  # SOLUTION
check.first_guess(my_prediction)

# %% slideshow={"slide_type": "fragment"}
print(f"share of visits with E11.9: {onehot.code_share(visits, 'E11.9'):.2f}")
check.first_guess.reveal()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 An exercise, done together
#
# An exercise asks for a function whose name begins with `my_`. Below it stands a check. It
# looks at what your function does with small inputs, never at how it is written, and prints
# a verdict: *not attempted*, *not yet* with a hint, or *correct*.
#
# Suppose somebody begins like this. Run the cell and read the verdict.


# %% slideshow={"slide_type": "fragment"}
def first_try(visits, code):
    return sum(code in visit for visit in visits)


check.code_share(first_try)

# %% [markdown] slideshow={"slide_type": "subslide"}
# The hint names the mistake: the function counts, and a share was asked for. Dividing by
# `len(visits)` mends it. What happens for a patient without any visit? Try it. Nothing that your
# function does can stop a check: a loop that never ends is cut off after ten seconds. In a cell of
# your own, the square button above the notebook (*Interrupt the kernel*) does that.
#
# ### Exercise 0.1 (4 min)
#
# Write `my_code_share(visits, code)`: the share of the visits, between 0 and 1 and not rounded, in
# which the code is present. A code named twice in one visit counts once, a visit without codes is
# a visit, and E11 is not E11.9. Without visits the share is 0.


# %% slideshow={"slide_type": "fragment"}
def my_code_share(visits, code):
    # BEGIN SOLUTION
    if not visits:
        return 0.0
    present = [code in visit for visit in visits]
    return present.count(True) / len(present)
    # END SOLUTION


check.code_share(my_code_share)

# %% [markdown] tags=["hints"]
# <details><summary>Hint 1, the idea</summary>
#
# Count the visits that contain the code, then divide by the number of visits.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `code in visit` is True or False, and `sum` counts True as 1. Look at `len(visits) == 0` before
# you divide.
# </details>

# %% [markdown] slideshow={"slide_type": "subslide"}
# Under every exercise are two folded hints and a link to the solution. Open them when you like;
# nobody counts. If you skip an exercise the lesson still runs to its end, because it stands on
# the functions of the course and not on yours.
#
# Your work is saved in this notebook (Control-S). To begin a lesson anew, choose *Kernel >
# Restart Kernel and Clear Outputs of All Cells*.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 The map
#
# | lesson | it answers |
# |---|---|
# | [01 One-hot](01_onehot.ipynb) | Why not number the categories? |
# | [02 Dense vectors](02_dense.ipynb) | How can fewer numbers say more? |
# | [03 Skip-gram](03_skipgram.ipynb) | How does predicting neighbors create meaning? |
# | [04 Negative sampling](04_negative_sampling.ipynb) | How do we make it cheap, and what does it converge to? |
# | [05 Counting](05_counting.ipynb), elective | Is prediction needed? What about unseen words? |
# | [06 A mini BERT](06_mini_bert.ipynb), elective | How does context enter a vector? |
# | [07 Sentences and notes](07_notes.ipynb), elective | How do we embed a whole note? |
# | [08 Seeing and measuring](08_seeing.ipynb) | What does a map of vectors show, and what must be measured? |
# | [09 Health records](09_ehr_data.ipynb) | What does a record look like to a model, and how does it leak? |
# | [10 Codes with skip-gram](10_codes.ipynb) | What changes when the "sentence" is a set? |
# | [11 Med2Vec](11_med2vec.ipynb) | How can one model learn codes and visits? |
# | [12 MiME](12_mime.ipynb) | How do we keep which treatment belongs to which diagnosis? |
# | [13 Heart failure](13_heart_failure.ipynb) | Do embeddings help, when, and how do we prove it? |
# | [14 Entities, images, transfer](14_transfer.ipynb), elective | Can a vector learned on one task serve another? |
# | [15 Graphs](15_graphs.ipynb), elective | What if the data are connections? |
# | [16 Midterm practice](16_midterm.ipynb) | What do I not know yet? |
# | [17 Trees and unknown links](17_gram.ipynb), elective | What can a tree of codes and counts of pairs add, and what not? |
#
# They build on each other in this order. An elective may be left out: it opens with an exam card of
# a few minutes, which is all that the midterm asks of it. All patients and notes are synthetic: made
# by a program whose source is part of the course, so that the truth behind them is known. Lessons 09
# to 12 also run on real records that you download from their publishers.
#
# A word you do not know? Ask the glossary:

# %% slideshow={"slide_type": "subslide"} tags=["claim-A44", "claim-B38"]
for term in ("embedding", "visit", "co-occurrence"):
    glossary.explain(term)
print(fill(f"{len(glossary.TERMS)} terms: {', '.join(glossary.TERMS)}", 90))

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## One question
#
# **A.** You leave an exercise empty and run the rest of the lesson. What happens? **a** It stops
# at the first cell that needs your function. **b** It runs to the end. **c** Your empty function
# replaces the course's.

# %% slideshow={"slide_type": "fragment"}
my_answer = "b"  # SOLUTION
check.unfilled(my_answer)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Takeaway
#
# Predict, run, compare, write, check. The last cell of each lesson lists what you have done.

# %% slideshow={"slide_type": "fragment"}
check.progress(0)
