# ---
# jupyter:
#   course:
#     title: "Midterm practice"
#     question: What do I not know yet?
#     minutes: 60
#     status: core
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 16 Midterm practice
#
# **A wrong answer is information when it has a name. Two wrong answers with the same idea behind
# them are worth a repair; one is a slip until another joins it.**
#
# *60 minutes, and a mock exam of 40 or 80. Needs: the lessons that you want to be asked about.*
#
# After this lesson you can
# - sit a mock exam that is marked as you answer, and leave it when you have to,
# - read a diagnosis, and say how far it can be trusted,
# - carry out a repair and try again with other numbers,
# - write a question whose wrong answers mean something.

# %% [markdown] slideshow={"slide_type": "notes"}
# **If you lecture (50 min).** Project the ten questions of a short mock one by one, four minutes
# each: vote with cards, then show the feedback of the option that got most votes, then that of the
# right one. Keep ten minutes for the table of simulated students. For a paper of your own see
# section 6: another name of the exam gives other numbers.

# %% slideshow={"slide_type": "skip"}
import numpy as np

from helpers import checks as check
from helpers.demos.form import FormDemo
from helpers.exam.bank import course_bank
from helpers.exam.blueprint import TOPICS, mock_plan, plan, table
from helpers.exam.families import FAMILIES
from helpers.exam.forms import make_forms
from helpers.exam.items import LEVELS
from helpers.exam.marking import mark
from helpers.exam.misconceptions import CLUSTERS, MISCONCEPTIONS
from helpers.exam.mock import MockExam
from helpers.exam.places import section_of
from helpers.exam.seeds import generator
from helpers.exam.students import flag_rates

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## Predict first
#
# A student makes a slip in one question out of five, at random, and believes in one wrong idea.
# You want to find that idea, and you flag every idea behind any wrong answer. For a wrong idea
# that the student does *not* have: how often is it flagged all the same, in a mock of 20
# questions? **a** about one in ten, **b** about one in four, **c** about two in three.

# %% slideshow={"slide_type": "skip"}
my_prediction = "a"  # SOLUTION
check.one_wrong_answer(my_prediction)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 What is asked
#
# The full paper has 80 points for 80 minutes: one point is meant to cost one minute. Here is how
# the points lie over topics and levels: remember (R), understand (U), apply (Ap), analyze (An),
# evaluate (Ev). You should see that a third of all points is to apply something to numbers, and
# that little is to be remembered by heart.

# %% slideshow={"slide_type": "subslide"} tags=["claim-A43"]
points = table()
print(f"{'':44}" + "".join(f"{level:>4}" for level in LEVELS) + "  all")
for topic, row in zip(TOPICS, points, strict=True):
    name = f"{topic.title} ({', '.join(topic.lessons)})"
    print(f"{name:44}" + "".join(f"{p:4.0f}" for p in row) + f"{row.sum():5.0f}")
print(f"{'':44}" + "".join(f"{p:4.0f}" for p in points.sum(axis=0)) + f"{points.sum():5.0f}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# A question with numbers is a **family**: one skill, other numbers for every seed. An answer that
# is wrong is compared with what named mistakes would give. So an open number tells as much as a
# chosen option.

# %% slideshow={"slide_type": "subslide"}
question = FAMILIES["P08"].draw(generator("lesson", "A", "P08"))
print(question.stem)
for number in (question.key, question.wrong[0].value, question.wrong[1].value, 7):
    found = mark(question, str(number))
    print(f"  {number:>4g}  {found.points} of {found.possible}  {found.feedback[0]}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 What a diagnosis can know
#
# Behind the named mistakes stand ten ideas, from *a number of the right kind for another question*
# to *labels, training and transfer mixed up*. When is a wrong answer more than a slip? That can be
# tried out, on students whose idea is known because we planted it. Each of these knows 80 % of
# the questions (60 % in the last row), and follows the planted idea in 70 % of those that offer it.
#
# You should see two columns for each rule: how often the planted idea is found, and how often
# another idea, that this student does not have, is flagged.

# %% slideshow={"slide_type": "subslide"}
papers = {
    n: [make_forms(mock_plan(n), course_bank(), f"try {i}")[0] for i in range(3)] for n in (10, 20)
}
rules = {
    "20 questions, one wrong answer": (20, 1, 0.0, 0.8),
    "20 questions, two and two fifths": (20, 2, 0.4, 0.8),
    "10 questions, two and two fifths": (10, 2, 0.4, 0.8),
    "20, two and two fifths, more slips": (20, 2, 0.4, 0.6),
}
rates = {
    name: flag_rates(papers[n], 4, hits=hits, share=share, skill=skill)
    for name, (n, hits, share, skill) in rules.items()
}
print(f"{'rule':34} found  false alarms (worst idea)")
for name, rate in rates.items():
    found, false = (np.array(list(part.values())) for part in rate)
    print(f"{name:34} {found.mean():5.2f}  {false.mean():5.2f}  ({false.max():.2f})")
one, two, short, weak = rates.values()
assert np.mean(list(weak.false.values())) > 2 * np.mean(list(two.false.values()))
assert np.mean(list(one.false.values())) > 5 * np.mean(list(two.false.values()))
assert np.mean(list(two.found.values())) > 0.9 > np.mean(list(short.found.values()))

# %% slideshow={"slide_type": "skip"}
check.one_wrong_answer.reveal()

# %% [markdown] slideshow={"slide_type": "subslide"}
# One wrong answer finds every idea, and accuses every fourth student of one that he does not have.
# *Two wrong answers of one idea, and two fifths of what offered it* keeps nearly all of the first
# and little of the second. A mock of ten questions offers most ideas once or twice: it is
# practice, not a diagnosis, and the course says "watch" there at most.
#
# The last row is the case where the rule fails: students who slip in two questions out of five, not
# in one. Chance now brings two wrong answers together far more often. The weaker a paper, the less
# its flags say; then read the sections. And nobody has measured students like yours.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 The mock
#
# First guess: in which three lessons will you do worst? The guess is part of the exercise. What
# one has read last feels known best.
#
# ### Exercise 16.1 (3 min)
#
# Write a list of three lessons, as `["03", "08", "11"]`. Run the cell again when the mock is
# answered.

# %% slideshow={"slide_type": "skip"}
mock = MockExam(20, exam="mock")
my_guess = ["04", "08", "13"]  # SOLUTION
check.weakest_lessons(my_guess, mock)

# %% [markdown] slideshow={"slide_type": "skip"}
# Twenty questions, about 45 minutes; for a short one write `MockExam(10)`, for the full paper
# `MockExam(33)`. Tab goes from control to control, the arrows and Space choose, Enter presses.
# *answer* notes an answer and says what it means, *finish* marks the paper, *repair* asks anew
# what went wrong. With `feedback=False` nothing is said before the end; with `minutes=45` a clock
# runs along. Your answers are in the folder `my_mocks` beside this notebook: they are yours, and
# nothing is sent anywhere. When you come back, the mock goes on where you left it.

# %% slideshow={"slide_type": "subslide"}
mock

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 A question of your own
#
# A wrong option that nobody would choose teaches nothing, and a random number diagnoses nothing.
# A good wrong option is what a *named* mistake computes. Here are some mistakes that one can make
# when counting skip-gram pairs, with what each gives for nine tokens and a window of two.

# %% slideshow={"slide_type": "subslide"}
T, w = 9, 2
gives = {"M30": 2 * w * T, "M31": (2 * w * T - w * (w + 1)) // 2, "M33": T * (T - 1)}
for name, value in gives.items():
    print(f"{name} {value:4}  {MISCONCEPTIONS[name].text}")

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 16.2 (8 min)
#
# Write `my_item(rng)`: a question on the number of skip-gram pairs of a note. Draw the number of
# tokens `T` and the window `w` from `rng`, a `numpy.random.Generator`, with `w` less than `T`.
# Return three things: the numbers as `{"T": T, "w": w}`, the key, and a dict from the name of a
# mistake to the wrong answer it gives, at least three of them. No two answers may be equal, for
# no seed. Useful names: M30 every position gets a full window, M31 each pair is counted once, M33
# the window is forgotten, M34 each position is also paired with itself.


# %% slideshow={"slide_type": "skip"}
def my_item(rng):
    # BEGIN SOLUTION
    while True:
        T, w = int(rng.integers(6, 31)), int(rng.integers(2, 6))
        key = 2 * w * T - w * (w + 1)
        wrong = {"M30": 2 * w * T, "M31": key // 2, "M33": T * (T - 1), "M34": key + T}
        if len({key, *wrong.values()}) == 5:
            return {"T": T, "w": w}, key, wrong
    # END SOLUTION


check.my_item(my_item)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Compute the key and each mistake from the same `T` and `w`. Some draws make two of them equal,
# for example when `T = 2w + 1`. Throw such draws away and draw again.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `int(rng.integers(6, 31))` draws from 6 to 30. `len({key, *wrong.values()})` counts how many
# different numbers there are.
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 16.3 (5 min)
#
# Explain the mistake M30 in two sentences, 20 to 80 words: why does it attract, and why is it
# wrong? Name the computation that leads to it.

# %% slideshow={"slide_type": "skip"}
my_explanation = "In the middle of a note every word has w neighbors on both sides, and 2wT counts all words like that. At the two ends the window reaches beyond the first and last word, and those w(w + 1) pairs do not exist."  # SOLUTION
check.explain_full_windows(my_explanation)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 Repair
#
# The diagnosis names at most three repairs, each with its evidence, a link to the section, and an
# *experiment*: a change in one of its cells that takes seconds, and what you should see. The link
# opens the lesson at that cell; run the cells above it first (menu *Run*, *Run All Above Selected
# Cell*). Then answer new questions: the button *repair* asks three for each, and says which
# repairs are done. A repair is done when two of three are right. If you were right and slow, do
# three more of the kind; if you were right and unsure, explain it to somebody.
#
# Three fresh questions on one lesson can be had at any time, in a terminal too:
# `python -m helpers.exam --lesson 11`. Here are the ten ideas, each with the section where it is at
# home.

# %% slideshow={"slide_type": "subslide"}
for id_, cluster in CLUSTERS.items():
    lesson, section = cluster.review[0]
    print(f"{id_:4}{cluster.idea}\n    {section_of(lesson, section)}\n    {cluster.advice}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 Papers to print
#
# `python -m helpers.exam --seed 7 --form A B --minutes 80` writes two parallel papers, their keys
# with worked answers, a marking grid and a formula sheet. The same seed gives the same papers,
# byte for byte. Which questions are taken is decided by the blueprint and the seed: change the
# seed below, and see that the points by topic stay near the plan. `--help` lists more, such as
# topics, length, and questions of your own.

# %% slideshow={"slide_type": "subslide"}
FormDemo()

# %% [markdown] slideshow={"slide_type": "subslide"}
# Forms A and B ask the same skills with other numbers and other words. You should see different
# keys throughout.

# %% slideshow={"slide_type": "subslide"}
a, b = make_forms(plan(15), course_bank(), "lesson")
for one, other in zip(a.items, b.items, strict=True):
    if one.id in FAMILIES:
        print(
            f"{one.id}  form A {one.key:>11,.{one.digits}f}   form B {other.key:>11,.{one.digits}f}"
        )
        assert one.key != other.key

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Limits
#
# All questions and keys of this kit are public. That is meant for practice; a lecturer who wants
# an unseen exam picks a private name for it: the numbers change, the skills do not. The rule of
# two hits was tried on simulated students with one idea each. Real students have several, and
# none is as regular. Planned minutes are estimates.
#
# ## Two questions
#
# **A.** When does this course flag an idea behind mistakes? **a** when one answer fits it, **b**
# when a question was left open, **c** when two answers fit it, and two fifths of those that
# offered it, **d** when fewer than half of the points were reached.

# %% [markdown] slideshow={"slide_type": "notes"}
# 3 minutes for the two questions.

# %% slideshow={"slide_type": "skip"}
my_answer = "c"  # SOLUTION
check.two_hits(my_answer)

# %% [markdown]
# **B.** A lecturer wants an exam that nobody has seen, from this kit. What helps? **a** hiding the
# key, **b** another name of the exam, **c** a longer paper, **d** shuffling the options.

# %% slideshow={"slide_type": "skip"}
my_answer = "b"  # SOLUTION
check.unseen_exam(my_answer)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Takeaway
#
# A wrong answer is information when it has a name. Diagnose from two, never from one; repair
# little, at once, and ask again with other numbers.
#
# ## Reading
#
# - H. Roediger and J. Karpicke (2006), *Test-Enhanced Learning: Taking Memory Tests Improves
#   Long-Term Retention*.
# - T. Haladyna, S. Downing and M. Rodriguez (2002), *A Review of Multiple-Choice Item-Writing
#   Guidelines for Classroom Assessment*.

# %% [markdown] slideshow={"slide_type": "skip"}
# Your exercises in this lesson:

# %% slideshow={"slide_type": "skip"}
check.progress(16)
