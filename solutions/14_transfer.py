# ---
# jupyter:
#   course:
#     title: Entities, images and transfer
#     question: Can a vector learned on one task serve another?
#     minutes: 60
#     status: elective
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 14 Entities, images and transfer
#
# **Train a layer here, use it there: a table of wards, the inside of an image net, a table of
# codes. Whether it helps is decided by what the two tasks share, and by what was never looked
# up.**
#
# *60 minutes. Elective. Needs: lesson 03, and section 4 of lesson 13.*
#
# After this lesson you can
# - build a net with entity embeddings, count its parameters, and give the unknown a row,
# - read a vector for an image from any layer,
# - compare training from scratch, frozen and fine-tuned on the same few labels,
# - add rows to a table that is in use,
# - say which rows move.

# %% [markdown] slideshow={"slide_type": "notes"}
# **If you lecture (50 min).** Exam card 6, entities with the patient column 12, image features and
# the size table 12, transfer with the slider 16, questions 4. Exercises 14.1, 14.3 and 14.4 are
# the ones to give; 14.2 is optional. Stop for a vote before the table of codes in section 3
# ("Frozen or fine-tuned at 60 labels?").

# %% slideshow={"slide_type": "skip"}
import numpy as np
import torch
from torch import nn

from helpers import checks as check
from helpers import conv_layers, fine_tuning, layer_features, plots, ppmi, unknown_rows
from helpers.codes import key
from helpers.datasets import load_clinic
from helpers.demos.transfer import TransferDemo
from helpers.entity_net import EntityNet, hidden_parameters, table_width
from helpers.exam.mock import Practice
from helpers.ranking import roc_auc
from helpers.residual_net import ResidualNet
from helpers.simulate_spots import simulate_spots
from helpers.simulate_stays import simulate_stays

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Exam card (8 minutes)
#
# Three places to train a layer, and what it is used for afterwards:
#
# | layer | trained by | one vector for | used for |
# |---|---|---|---|
# | entity table | the labels of the task itself | a ward, a drug, an insurer | the same task |
# | inner layers of an image net | labels of many other images | an image | a task with few images |
# | table of codes | records without labels | a code | a task with few patients |
#
# *Count an entity net.* Tables with $c$ rows and $d$ numbers a row, $n$ numeric columns and a
# hidden layer of $H$ units hold $\sum c\,d + (\sum d + n) H + H$ parameters; the output adds $H +
# 1$. A rule of thumb for the width is $d = \min(50, \lceil c/2 \rceil)$.
#
# *Count a feature map.* After a total stride $s$ an image of side $S$ with 3 colors becomes
# $(S/s)^2 \cdot$ channels: that is $(S/s)^2\,\text{channels} / (3 S^2)$ times as many numbers. An
# early map is *larger* than the image; the vector gets short by the mean over space, which forgets
# the place.
#
# *Freeze or fine-tune.* Frozen: only the head is trained, a share of head / (head + V d).
# Fine-tuned: everything trains, but of a table only the rows that are looked up. The others stay
# where they were. Row 0 is for what the table has never seen.

# %% [markdown] slideshow={"slide_type": "notes"}
# 6 minutes. Let everybody do the three counts with a pencil before the cell is run.

# %% slideshow={"slide_type": "fragment"}
cards, numeric, hidden = [24, 40, 300], 2, 16
dims = [table_width(card) for card in cards]
print(f"widths {dims}: {hidden_parameters(cards, dims, numeric, hidden):,} parameters")
print(f"map 56 x 56 x 256 of a 224 x 224 image: {56**2 * 256 / (3 * 224**2):.2f} times the numbers")
print(f"frozen table of 300 x 8, head of 600: {600 / (600 + 300 * 8):.2f} of all is trained")
assert dims == [12, 20, 50]

# %% slideshow={"slide_type": "skip"}
figure, (ax,) = plots.new_figure(size=(7.2, 2.3))
parts = ["layers or table", "head"]
for row, moves in enumerate([2, 2, 1]):  # from scratch, fine-tuned, frozen
    for i, part in enumerate(parts):
        trained = i >= 2 - moves
        color = plots.COLORS[1] if trained else "white"
        ax.barh(row, 1, left=i * 1.1, color=color, edgecolor="black")
        start = "random start" if i == 1 or row == 0 else "trained elsewhere"
        ax.text(i * 1.1 + 0.5, row, f"{part}: {start}", ha="center", va="center", fontsize=8)
        ax.text(i * 1.1 + 0.5, row - 0.3, "moves" if trained else "stays", ha="center", fontsize=7)

# %% slideshow={"slide_type": "subslide"}
ax.set_yticks(range(3), ["from scratch", "fine-tuned", "frozen"])
ax.set(xticks=[], xlim=(-0.05, 2.15))
plots.show(
    figure,
    "Three nets as two boxes each. From scratch, both start at random and move. Fine-tuned, the "
    "first box was trained elsewhere and moves too. Frozen, the first box stays, the head moves.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## Predict first
#
# You have a table of codes trained on records without labels, and 60 labeled examples of a new
# task. The labeled examples hold only half of the codes. On examples made of the *other* codes,
# which does better?
#
# **a** the table frozen, **b** the table fine-tuned, **c** both the same. Write the letter in
# quotes.

# %% slideshow={"slide_type": "skip"}
my_prediction = "a"  # SOLUTION
check.frozen_or_tuned(my_prediction)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 Entities: a table inside the net
#
# Mr Berg is on ward 7 and gets drug 12. Will he be back within a month? A ward is a category: 7 is
# not more than 6. Guo and Berkhahn give each categorical *column* its own small table and train it
# with the net. The vectors of the row, side by side with the numeric columns, go into a hidden
# layer.
#
# Our stays are simulated, so we know what counts: the *kind* of ward and the *class* of drug,
# which no column shows.

# %% [markdown] slideshow={"slide_type": "notes"}
# 12 minutes. Ask whether the patient's number should be a column too, and take a vote before the
# table of results.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A15"]
torch.manual_seed(0)
net = EntityNet(cards=[24, 40], dims=[4, 4], n_num=1, hidden=16)
ids, age = torch.tensor([[7, 12], [7, 3]]), torch.tensor([[0.4], [-1.0]])
net(ids, age).sum().backward()
for name, table in zip(("ward", "drug"), net.tables, strict=True):
    moved = table.weight.grad.abs().sum(dim=1).nonzero()[:, 0].tolist()
    print(f"rows of {name} that get a gradient: {moved}")
held = sum(p.numel() for p in net.parameters())
print(f"{held} parameters, by the formula {hidden_parameters([24, 40], [4, 4], 1, 16) + 17}")
assert moved == [3, 12]

# %% [markdown]
# The labels of the task teach the table, and only the rows of the batch learn. Now three questions
# to a net: does it beat the ids taken as numbers; what does it do with a ward that opened after
# the training; and what happens if the patient's number is one more column? Test patients are new.


# %% slideshow={"slide_type": "skip"} tags=["claim-A14", "correction-N08"]
def try_columns(seed, *names, hide=0.0):
    """Return AUC on training stays, new patients, and new patients on new wards."""
    stays = simulate_stays(2000, seed=seed)
    new, opened = stays.patient >= 1600, stays.ward >= 21
    train = ~new & ~opened
    columns = [getattr(stays, name) for name in names]
    ids = np.stack([unknown_rows.known_ids(c, np.unique(c[train])) for c in columns], axis=1)
    seen = torch.tensor(unknown_rows.hide_some(ids[train], hide, np.random.default_rng(seed)))
    age = torch.tensor(stays.age[:, None], dtype=torch.float32)
    torch.manual_seed(seed)
    model = EntityNet((ids.max(axis=0) + 1).tolist(), [4] * len(names), n_num=1, hidden=16)
    y = torch.tensor(stays.returned[train])
    fine_tuning.fit(
        model, (seen, age[train]), y, steps=1200, batch_size=64, learning_rate=5e-3, seed=seed
    )
    with torch.no_grad():
        z = model(torch.tensor(ids), age).numpy()
    return [roc_auc(stays.returned[m], z[m]) for m in (train, new & ~opened, new & opened)]


# %% slideshow={"slide_type": "skip"}
def by_numbers(seed):
    """Return AUC on new patients of a linear model that takes the ids for quantities."""
    stays = simulate_stays(2000, seed=seed)
    new = stays.patient >= 1600
    X = np.column_stack([stays.ward, stays.drug, stays.age, np.ones(len(new))])
    weights = np.linalg.lstsq(X[~new], stays.returned[~new], rcond=None)[0]
    return roc_auc(stays.returned[new], X[new] @ weights), roc_auc(
        stays.returned[new], stays.risk[new]
    )


# %% slideshow={"slide_type": "subslide"} tags=["claim-A14", "correction-N08"]
seeds = range(3)
found = {
    "ward, drug": [try_columns(s, "ward", "drug") for s in seeds],
    "the same, a fifth hidden": [try_columns(s, "ward", "drug", hide=0.2) for s in seeds],
    "ward, drug, patient": [try_columns(s, "ward", "drug", "patient") for s in seeds],
    "patient alone": [try_columns(s, "patient") for s in seeds],
}
print(f"{'AUC, mean of 3 (lowest)':<28}{'train':<12}{'new patient':<14}new patient, new ward")
for name, runs in found.items():
    means, low = np.mean(runs, axis=0), np.min(runs, axis=0)
    cells = [f"{m:.2f} ({least:.2f})" for m, least in zip(means, low, strict=True)]
    print(f"{name:<28}{cells[0]:<12}{cells[1]:<14}{cells[2]}")
others = np.array([by_numbers(s) for s in seeds]).mean(axis=0)
print(f"new patients: ids as numbers {others[0]:.2f}, true risk {others[1]:.2f}, chance 0.50")
assert np.mean(found["patient alone"], axis=0)[0] > np.mean(found["patient alone"], axis=0)[1] + 0.2
assert np.mean(found["ward, drug, patient"], axis=0)[0] > 0.85

# %% [markdown] slideshow={"slide_type": "subslide"}
# Read the columns. *Users as entities* is half right. A **ward** recurs, so its row serves the
# next patient. A **patient** in the test set is new: the net has learned the training patients by
# heart and that is worth little or nothing for the next one; the patient column even spoils what
# wards and drugs had to say. The last column is the price of a category that comes after the
# training: the net falls back on row 0. Unless training meets row 0, because some ids are hidden,
# it holds its random start. Hiding is often recommended; on these data it buys next to nothing on
# the new wards and costs a little on the old ones. And all of it stays well below the true risk,
# part of which is in no column.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 14.1 (12 min)
#
# Write `MyEntityNet(cards, dims, n_num, hidden)`, a torch module. Column i of `ids` has a table of
# its own with `cards[i]` rows, row 0 (unknown) among them, and `dims[i]` numbers a row. Beside the
# rows go the `n_num` numeric columns; then one hidden layer with ReLU and an output, both with
# bias. `net(ids, numbers)` takes ids of shape `(batch, columns)` and numbers of shape `(batch,
# n_num)` and returns logits of shape `(batch,)`. An id that the table does not have, negative ones
# too, is looked up in row 0, which is trained like any row; the tensor of ids that came in stays as
# it is. Ids that are not whole numbers raise a `TypeError`.


# %% slideshow={"slide_type": "skip"}
class MyEntityNet(nn.Module):
    def __init__(self, cards, dims, n_num, hidden):
        # BEGIN SOLUTION
        super().__init__()
        self.cards = cards
        self.tables = nn.ModuleList([nn.Embedding(c, d) for c, d in zip(cards, dims, strict=True)])
        self.layers = nn.Sequential(
            nn.Linear(sum(dims) + n_num, hidden), nn.ReLU(), nn.Linear(hidden, 1)
        )
        # END SOLUTION

    def forward(self, ids, numbers):
        # BEGIN SOLUTION
        if ids.dtype not in (torch.int64, torch.int32):
            raise TypeError("ids must be whole numbers")
        parts = [numbers]
        for i, table in enumerate(self.tables):
            column = ids[:, i].clone()
            column[(column < 0) | (column >= self.cards[i])] = 0
            parts.append(table(column))
        return self.layers(torch.cat(parts, dim=1)).squeeze(1)
        # END SOLUTION


check.entity_net(MyEntityNet)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# One `nn.Embedding` a column, kept in an `nn.ModuleList`. Before the look-up, replace ids outside
# of the table by 0. Then concatenate along the columns.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `torch.where(condition, column, 0)`, `torch.cat(parts, dim=1)`, `nn.Linear(sum(dims) + n_num,
# hidden)`. `ids.is_floating_point()` tells a measurement from an id.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 Images: a vector from any layer
#
# An image has one dimension for each pixel and color. A convolutional net turns it, layer by
# layer, into *feature maps*: at each place some numbers that say what is there. Three famous nets,
# VGG, ResNet and Inception, are computed below from the lists of layers in their papers.

# %% [markdown] slideshow={"slide_type": "notes"}
# 12 minutes. Before the table: "Is the output of an early layer smaller than the image?"

# %% slideshow={"slide_type": "subslide"} tags=["claim-A17", "claim-B6", "claim-A16", "correction-N09"]
image_numbers = 224 * 224 * 3
print(f"an image of 224 x 224 in color: {image_numbers:,} numbers")
early = {}
for name, layers in conv_layers.NETS.items():
    stages = layers()
    total = sum(stage.parameters for stage in stages)
    largest = max(stages, key=lambda stage: stage.numbers)
    vector = stages[-2]
    early[name] = largest.numbers / image_numbers
    print(f"{name}: {total:,} parameters, {total - stages[-1].parameters:,} without the last layer")
    print(f"  {largest.name} {largest.side} x {largest.side} x {largest.channels}", end=" = ")
    print(f"{largest.numbers:,} numbers, {early[name]:.1f} times the image")
    print(f"  before the last layer ({vector.name}) {vector.numbers:,} numbers")
dense = sum(stage.parameters for stage in conv_layers.vgg16()[-3:])
print(f"dense layers of VGG-16: {dense:,} parameters")
third = conv_layers.resnet50()[1]
print(f"ResNet-50, {third.name}: {third.side} x {third.side} x {third.channels}", end=" ")
print(f"= {third.numbers:,}")
assert all(ratio > 1 for ratio in early.values()) and third.numbers > image_numbers

# %% [markdown] slideshow={"slide_type": "subslide"}
# "Features of intermediate layers are low-dimensional" is half true: the early maps are several
# times *larger* than the image. Short is only what comes after the last pool, and which layer to
# take is a choice. (The totals are those of the released models; Inception without its two
# auxiliary heads.) Most of VGG's parameters sit in its dense layers; the two others replaced them
# by the mean over space.
#
# Our own net is small: a convolution, two residual blocks ($\mathrm{relu}(x + f(x))$, He et al.),
# the mean over space, a head. It learns to tell five shapes apart, on made-up spots.


# %% slideshow={"slide_type": "skip"}
def draw_spots(kinds, n, seed):
    """Return n images of these kinds and their classes, counted from 0."""
    y = np.random.default_rng(seed).integers(len(kinds), size=n)
    images = simulate_spots(np.array(kinds)[y], seed=seed + 1000)
    return torch.tensor(images)[:, None], torch.tensor(y)


def share_right(model, x, y):
    with torch.no_grad():
        return (model(x).argmax(dim=1) == y).float().mean().item()


# %% slideshow={"slide_type": "subslide"}
x, y = draw_spots(range(5), 2000, seed=0)
x_test, y_test = draw_spots(range(5), 500, seed=1)
torch.manual_seed(0)
source = ResidualNet(classes=5, width=6, dtype=torch.float64)  # the same on every processor
fine_tuning.fit(source, x.double(), y, steps=400)
source.float()
print(f"right on new images: {share_right(source, x_test, y_test):.2f}, chance 0.20")
for layer in ("stem", "block1", "block2"):
    out = layer_features.layer_output(source, x[:1], layer)
    print(
        f"{layer}: {tuple(out.shape[1:])} = {out.numel()} numbers, image {x[0].numel()}", end="; "
    )
    print(f"mean over space {layer_features.features(source, x[:1], layer).numel()}")
assert share_right(source, x_test, y_test) > 0.7

# %% [markdown]
# *Image kNN*: for each of 500 new images, does the nearest of the 2,000 show the same shape? Take
# raw pixels, and vectors from three layers.

# %% slideshow={"slide_type": "subslide"} tags=["claim-B13", "claim-B12", "claim-A4"]
vectors = {"pixels": (x.flatten(1), x_test.flatten(1))}
for layer in ("stem", "block1", "block2"):
    vectors[layer] = tuple(layer_features.features(source, part, layer) for part in (x, x_test))
same = {}
for name, (known, new) in vectors.items():
    nearest = torch.cdist(new, known).argmin(dim=1)
    same[name] = (y[nearest] == y_test).float().mean().item()
    print(f"{name:<7} {known.shape[1]:>4} numbers: nearest has the same shape {same[name]:.2f}")
print("chance 0.20")
assert same["block2"] > max(same["pixels"], same["stem"])

# %% [markdown] slideshow={"slide_type": "subslide"}
# The vector of the last layer finds the shape best: it was trained to. *Embeddings of X-rays serve
# detection, segmentation and classification*: the same vector for all? Move one spot by 8 pixels.

# %% slideshow={"slide_type": "subslide"} tags=["claim-A5", "correction-N03"]
places = np.array([[8.0, 8.0], [8.0, 16.0]])
disc = {"kind": np.array([0]), "noise": 0, "seed": 3}
pair = torch.tensor(np.stack([simulate_spots(**disc, center=place[None]) for place in places]))
maps = layer_features.layer_output(source, pair, "block2")
pooled = layer_features.features(source, pair, "block2")
cosine = torch.cosine_similarity(pooled[0], pooled[1], dim=0).item()
several = draw_spots(range(5), 200, seed=5)[0]
apart = layer_features.features(source, several, "block2")
typical = torch.cosine_similarity(apart[:100], apart[100:], dim=1).median().item()
strongest = (maps[0] - maps[1]).abs().amax(dim=(1, 2)).argmax()  # the channel that changes most
column = [int(m[strongest].amax(dim=0).argmax()) for m in maps]
print(f"pooled vectors before and after: cosine {cosine:.2f}; of two other images {typical:.2f}")
print(f"in the map of block2, stride 4, the peak moves by {column[1] - column[0]} columns")
assert cosine > typical and column[1] - column[0] == 8 / 4

# %% slideshow={"slide_type": "subslide"}
figure, axes = plots.new_figure(4, size=(8.4, 2.4))
titles = ["image", "8 pixels on", "one map of block2", "the same map"]
for i, title in enumerate(titles):
    two = pair[:, 0] if i < 2 else maps[:, strongest]  # two pictures with the same gray levels
    axes[i].imshow(two[i % 2], cmap="gray", vmin=two.min(), vmax=two.max())
    axes[i].set(title=title, xticks=[], yticks=[])
plots.show(
    figure,
    "A bright disc at the left and the same disc 8 pixels to the right, and beside them one 6 x 6 "
    "map of each, whose pattern moves with the disc.",
)

# %% [markdown]
# The pooled vector hardly changes: good for *classification* and for finding similar images. It
# has lost the place, so it cannot *segment* or *detect*. These take the feature map, which moves
# along.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 14.2 (10 min, optional)
#
# Write `my_features(model, x, layer)`. Catch the output of the layer called `layer` (a name as in
# `model.named_modules()`) with a forward hook, and average each channel over height and width:
# shape `(n, channels)`. An output that has no space, of shape `(n, channels)`, is returned as it
# is. The model runs in evaluation mode and without gradients, and is left as you found it: no
# hook, the mode it had, and parameters that train as before.


# %% slideshow={"slide_type": "skip"}
def my_features(model, x, layer):
    # BEGIN SOLUTION
    caught = {}

    def keep(module, inputs, output):
        caught["out"] = output

    was_training = model.training
    handle = model.get_submodule(layer).register_forward_hook(keep)
    model.eval()
    with torch.no_grad():
        model(x)
    handle.remove()
    model.train(was_training)
    out = caught["out"]
    return out.flatten(2).mean(dim=2) if out.ndim > 2 else out
    # END SOLUTION


check.features(my_features)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# A hook is a function that torch calls with (module, inputs, output) whenever the layer has run.
# Let it put the output into a list, run the model, take it from there.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `handle = model.get_submodule(layer).register_forward_hook(function)`, `handle.remove()`,
# `model.eval()`, `model.train(mode)`, `torch.no_grad()`, `out.mean(dim=(2, 3))`.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 Transfer: scratch, frozen, fine-tuned
#
# A radiologist has labeled a few nodules: smooth or spiky. The source net has seen neither. We can
# train a net *from scratch*; take the trained layers *frozen* and learn a head on their vectors;
# or start from them and *fine-tune* everything. The same images for each way, and the same number
# of steps for each net; three draws of labeled images, each with a start of its own. As a control,
# the frozen vectors of a net that was never trained.

# %% [markdown] slideshow={"slide_type": "notes"}
# 16 minutes. The stop belongs before the table of codes. Stress that the second task was chosen to
# make transfer fail, and that the first was not.


# %% slideshow={"slide_type": "skip"} tags=["claim-A20", "claim-A21", "claim-B11"]
def train_on(task, way, n, seed):
    """Return the share right on 400 new images after training on n labeled ones."""
    x, y = task(n, 100 + seed)
    x_new, y_new = task(400, 2)
    torch.manual_seed(seed)
    model = ResidualNet(classes=2, width=6)
    if way in ("frozen", "fine-tuned"):
        trained = {k: v for k, v in source.state_dict().items() if not k.startswith("head")}
        model.load_state_dict(trained, strict=False)
    if way in ("frozen", "frozen at random"):
        known, new = (layer_features.features(model, part, "block2") for part in (x, x_new))
        mean, spread = known.mean(dim=0), known.std(dim=0) + 1e-3
        head = nn.Linear(known.shape[1], 2)
        known, new = (known - mean) / spread, (new - mean) / spread
        fine_tuning.fit(head, known, y, steps=150, learning_rate=0.03, weight_decay=0.1)
        return share_right(head, new, y_new)
    fine_tuning.fit(model, x, y, steps=60, seed=seed)
    return share_right(model, x_new, y_new)


def compare(task, counts):
    ways = ("frozen", "fine-tuned", "from scratch", "frozen at random")
    return {w: {n: [train_on(task, w, n, s) for s in range(3)] for n in counts} for w in ways}


def show_scores(scores):
    counts = list(scores["frozen"])
    print(f"{'labels':<18}" + "".join(f"{n:<20}" for n in counts))
    for way, by_labels in scores.items():
        runs = [by_labels[n] for n in counts]
        line = [f"{np.mean(r):.2f} ({min(r):.2f}-{max(r):.2f})" for r in runs]
        print(f"{way:<18}" + "".join(f"{cell:<20}" for cell in line))


# %% slideshow={"slide_type": "subslide"} tags=["loose", "claim-A20", "claim-A21", "claim-B11"]
nodules = compare(lambda n, seed: draw_spots((5, 6), n, seed), (10, 60, 300))
show_scores(nodules)
print("chance 0.50; in brackets the worst and the best of three draws")
assert np.mean(nodules["frozen"][10]) > np.mean(nodules["from scratch"][10]) + 0.15
assert np.mean(nodules["frozen at random"][60]) < np.mean(nodules["frozen"][60])

# %% slideshow={"slide_type": "subslide"} tags=["loose", "claim-A21"]
TransferDemo(nodules)

# %% [markdown] slideshow={"slide_type": "subslide"}
# With ten labels the trained layers are worth more than any training on the ten. Fine-tuning
# starts from the same layers, is behind while labels are few, and varies more from draw to draw.
# From scratch is at chance with ten labels and behind with three hundred. (All nets get 60 steps;
# from scratch would gain from more.) The random control shows that it is the *training* that
# carries over, not the shape of the net.
#
# Now a task that shares nothing with shapes: is the noise of the scanner striped along rows or
# along columns? The source net has learned to look past noise.


# %% slideshow={"slide_type": "subslide"} tags=["loose", "correction-N11"]
def stripes(n, seed):
    """Return images whose noise runs along rows (0) or columns (1)."""
    images, _ = draw_spots(range(5), n, seed)
    rng = np.random.default_rng(seed + 5)
    across, y = rng.normal(size=(n, 1, 24, 1)), rng.integers(2, size=n)
    striped = np.where(y[:, None, None, None], across.transpose(0, 1, 3, 2), across)
    return images + torch.tensor(0.25 * striped, dtype=torch.float32), torch.tensor(y)


striped = compare(stripes, (60,))
show_scores(striped)
print("chance 0.50")
assert np.mean(striped["frozen"][60]) < np.mean(striped["from scratch"][60])
assert np.mean(striped["frozen"][60]) < np.mean(striped["fine-tuned"][60])
assert np.mean(striped["frozen"][60]) < np.mean(striped["frozen at random"][60]) + 0.02

# %% [markdown] slideshow={"slide_type": "subslide"}
# Frozen loses. It is no better than the net that was never trained, and 60 steps from scratch
# suffice. What a net was trained to ignore is mostly gone from its vectors, and no head brings it
# back. Pre-trained is not better in itself: it is better *for tasks that need what the first one
# needed*.
#
# ### Which rows move
#
# Back to the clinic, and to your prediction. A table of diagnoses from counts of who shares which
# codes, without labels. Task: do three codes of a note belong to heart and vessels? Sixty labeled
# notes use only half of the codes.

# %% slideshow={"slide_type": "skip"}
records = load_clinic().ehr
flat = records.visit_codes(kinds=("dx",))  # all diagnoses in one row, patient after patient
ends = flat.offsets[flat.patient_offsets]
patient = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
ever = np.zeros((len(ends) - 1, len(flat.keys)))
ever[patient, flat.code_ids] = 1
chapters = records.codes.select("system", "code", "chapter").iter_rows()
chapter_of = {key(system, code): chapter for system, code, chapter in chapters}
frequent = np.flatnonzero(ever.sum(axis=0) >= 10)
heart = np.array([chapter_of[flat.keys[i]] == "circulatory" for i in frequent])
together = ever[:, frequent].T @ ever[:, frequent]
np.fill_diagonal(together, 0)
table = ppmi.svd_embedding(ppmi.ppmi(together), 16)
table = (table / table.std()).astype(np.float32)
print(f"{len(table)} diagnoses, {heart.sum()} of heart and vessels, {table.shape[1]} numbers each")


# %% slideshow={"slide_type": "skip"}
class BagNet(nn.Module):
    """The mean of the rows of some codes, and a linear head."""

    def __init__(self, start):
        super().__init__()
        self.table = nn.EmbeddingBag.from_pretrained(torch.tensor(start), freeze=False)
        self.head = nn.Linear(start.shape[1], 2)

    def forward(self, codes):
        return self.head(self.table(codes))


def draw_notes(codes, n, rng):
    """Return n notes of three codes of one side each, and the side."""
    y = rng.integers(2, size=n)
    sides = [codes[~heart[codes]], codes[heart[codes]]]
    return torch.tensor(np.stack([rng.choice(sides[side], 3) for side in y])), torch.tensor(y)


def tune_codes(way, seed, weight_decay=0.0):
    """Return the share right on labeled and on other codes, and how far their rows moved."""
    rng = np.random.default_rng(seed)
    mixed = rng.permutation(len(table))
    labeled, others = mixed[::2], mixed[1::2]
    notes, y = draw_notes(labeled, 60, rng)
    torch.manual_seed(seed)
    start = table if way != "from scratch" else rng.normal(size=table.shape).astype(np.float32)
    model = BagNet(start)
    if way == "frozen":
        fine_tuning.freeze(model, "table")
    decay = {"weight_decay": weight_decay}
    fine_tuning.fit(model, notes, y, steps=200, learning_rate=0.03, seed=seed, **decay)
    right = [share_right(model, *draw_notes(codes, 1000, rng)) for codes in (labeled, others)]
    distance = np.linalg.norm(model.table.weight.detach().numpy() - start, axis=1)
    return [*right, distance[notes.unique()].mean(), distance[others].mean()]


# %% slideshow={"slide_type": "subslide"} tags=["claim-A21", "claim-B11", "correction-N11", "correction-N24"]
draws, ways = range(10), ("frozen", "fine-tuned", "from scratch")
tuned = {way: [tune_codes(way, seed) for seed in draws] for way in ways}
tuned["fine-tuned, decay"] = [tune_codes("fine-tuned", s, weight_decay=0.1) for s in draws]
print("mean of 10 draws       right: labeled codes  other codes (range)    moved: labeled  other")
for way, runs in tuned.items():
    seen, unseen, near, far = np.mean(runs, axis=0)
    low, high = (f(run[1] for run in runs) for f in (min, max))
    print(f"{way:<22} {seen:>13.2f} {unseen:>13.2f} ({low:.2f}-{high:.2f})", end="")
    print(f"{near:>18.2f} {far:>9.2f}")
ahead = sum(a[1] > b[1] for a, b in zip(tuned["frozen"], tuned["fine-tuned"], strict=True))
print(f"chance 0.50; frozen ahead of fine-tuned on the other codes in {ahead} of 10 draws")
mean = {way: np.mean(runs, axis=0) for way, runs in tuned.items()}
assert mean["frozen"][1] > mean["fine-tuned"][1] and mean["frozen"][0] < mean["fine-tuned"][0]
assert mean["frozen"][2] == 0 == mean["fine-tuned"][3] < mean["fine-tuned"][2]
assert mean["frozen"][1] > mean["from scratch"][1] and mean["fine-tuned, decay"][3] > 0
assert abs(mean["from scratch"][1] - 0.5) < 0.12

# %% slideshow={"slide_type": "skip"}
check.frozen_or_tuned.reveal()

# %% [markdown] slideshow={"slide_type": "subslide"}
# Look at the two columns on the right. *All rows move a little* is wrong: rows that were looked up
# moved, the others did not by a hair, because their gradient is 0. The space tears: the head is
# fitted to rows that have moved, and is applied to rows that have not. *Weight decay* is the
# exception, it shrinks every row of a table that trains. From scratch there is nothing to carry
# over to a code that no label covers. Fine-tuning wins on the codes that have labels and loses, in
# most draws, on the others; a test set made of labeled codes alone would have hidden it. How wide
# the gap is depends on the task and on how long one tunes.
#
# Who made the labels? Nobody, for the table: records with others are its labels
# (*self-supervised*). People did for the head, and for the image net.

# %% [markdown] slideshow={"slide_type": "subslide"}
# One trap is left. `requires_grad = False` stops the *gradient*. What else moves a number? An
# optimizer that still holds an old gradient, weight decay with it, and the running means of batch
# normalization, which are no parameters at all.

# %% slideshow={"slide_type": "fragment"}
layer = nn.Linear(2, 1)
layer(torch.ones(1, 2)).sum().backward()  # there was a step before
layer.weight.requires_grad = False
before = layer.weight.detach().clone()
torch.optim.SGD(layer.parameters(), lr=0.1).step()
moved = not torch.equal(before, layer.weight)
print(f"a frozen weight with an old gradient moved: {moved}")
assert moved

# %% slideshow={"slide_type": "subslide"}
net = ResidualNet(classes=2, width=6)
net.load_state_dict(source.state_dict() | ResidualNet(2, 6).head.state_dict(prefix="head."))
print(f"trainable: {fine_tuning.trainable(net):,}; frozen block2:", end=" ")
print(f"{fine_tuning.freeze(net, 'block2'):,} are left")
before = net.block2.norm1.running_mean.clone()
net.train()
net(x[:32])
same = torch.equal(before, net.block2.norm1.running_mean)
print(f"running means of the frozen block moved: {not same}")
before = net.block2.norm1.running_mean.clone()
fine_tuning.train_mode(net)
net(x[:32])
still = torch.equal(before, net.block2.norm1.running_mean)
print(f"with frozen parts in evaluation mode: {not still}")
assert still and not same

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 14.3 (9 min)
#
# Write `my_freeze(model, prefix)`. Switch off the training of every parameter of the part called
# `prefix`, and return how many *numbers* of the model still train. `"block1"` means the parameter
# of that name or all inside `block1`, not `block10`; parts frozen before stay frozen. If nothing
# has that name, raise a `ValueError`. The model has done a step already: set the old gradients of
# the frozen parameters to `None`, so that no optimizer moves them. Their values stay.


# %% slideshow={"slide_type": "skip"}
def my_freeze(model, prefix):
    # BEGIN SOLUTION
    found = False
    for name, parameter in model.named_parameters():
        if (name + ".").startswith(prefix + "."):
            parameter.requires_grad = False
            parameter.grad = None
            found = True
    if not found:
        raise ValueError(f"no parameter is called {prefix}")
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
    # END SOLUTION


check.freeze(my_freeze)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Go through the named parameters and choose by name. Setting `requires_grad` on the module does
# nothing; the parameters have it.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `model.named_parameters()`, `name.startswith(prefix + ".")`, `p.requires_grad = False`,
# `p.grad = None`, `p.numel()`.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ### New codes arrive
#
# A textbook list has five steps: prepare samples by hand, learn, fine-tune, run alone, monitor.
# Our table needed no samples by hand; and *run alone* is where it goes wrong. In October a code
# comes that the table has never had. Monitoring means to count such codes. Then the table is
# *extended*: new rows at the end, near the mean, each a little different, and the old rows as they
# were.

# %% slideshow={"slide_type": "subslide"} tags=["claim-B10", "claim-B37", "correction-N11"]
rng = np.random.default_rng(0)
known = np.sort(rng.permutation(len(table))[: len(table) - 20])
month = rng.choice(len(table), size=(12, 300))
month[:9] = rng.choice(known, size=(9, 300))  # the twenty new codes come with month 10
unseen = [(unknown_rows.known_ids(codes, known) == 0).mean() for codes in month]
print("share of codes without a row, month by month:", *(f"{share:.2f}" for share in unseen))
longer = unknown_rows.extend_table(table[known], 20, rng)
identical = np.array_equal(longer[: len(known)], table[known])
print(f"{len(known)} rows and 20 new ones: {longer.shape}, old rows identical: {identical}")
start = np.linalg.norm(longer[len(known) :] - table[known].mean(axis=0), axis=1).mean()
usual = np.linalg.norm(table[known] - table[known].mean(axis=0), axis=1).mean()
print(f"distance to the mean row: new {start:.2f}, old {usual:.2f}")
assert identical and max(unseen[:9]) == 0 < min(unseen[9:]) and start < usual / 3

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 14.4 (6 min)
#
# Write `my_extend_table(E, n_new, rng)` for an array `E` of shape `(vocab, dim)`. Return an array
# with `n_new` rows more, at the end. Each new row is the mean row of `E` plus normal noise with a
# standard deviation of 0.1 times that of the column, drawn from `rng` alone, for every number of
# its own. The old rows and the dtype stay; `n_new` may be 0.


# %% slideshow={"slide_type": "skip"}
def my_extend_table(E, n_new, rng):
    # BEGIN SOLUTION
    longer = np.empty((len(E) + n_new, E.shape[1]), dtype=E.dtype)
    longer[: len(E)] = E
    for column in range(E.shape[1]):
        middle, spread = E[:, column].mean(), E[:, column].std()
        longer[len(E) :, column] = rng.normal(middle, 0.1 * spread, size=n_new)
    return longer
    # END SOLUTION


check.extend_table(my_extend_table)

# %% [markdown] tags=["hints"] slideshow={"slide_type": "skip"}
# <details><summary>Hint 1, the idea</summary>
#
# Make the new rows first: one mean and one spread for each column, noise for each number. Then put
# them below the old rows.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `E.mean(axis=0)`, `E.std(axis=0)`, `rng.normal(size=(n_new, E.shape[1]))`, `.astype(E.dtype)`,
# `np.concatenate([E, new])`.
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ### With your own functions
#
# The net below is yours where your checks are green. The training loop is the course's.

# %% slideshow={"slide_type": "skip"}
Net = check.pick("entity_net", MyEntityNet)
freeze = check.pick("freeze", my_freeze)
stays = simulate_stays(1000, seed=7)
ids = torch.tensor(np.stack([stays.ward + 1, stays.drug + 1], axis=1))
age = torch.tensor(stays.age[:, None], dtype=torch.float32)
torch.manual_seed(0)
mine = Net([25, 41], [4, 4], 1, 16)
some_table = next(iter(dict(mine.named_parameters())))
with torch.no_grad():
    start = roc_auc(stays.returned, mine(ids, age).numpy())
print(f"without its first part {freeze(mine, some_table)} numbers train")
before = dict(mine.named_parameters())[some_table].detach().clone()
fine_tuning.fit(mine, (ids, age), torch.tensor(stays.returned), steps=600, learning_rate=0.01)
stayed = torch.equal(before, dict(mine.named_parameters())[some_table])
with torch.no_grad():
    auc = roc_auc(stays.returned, mine(ids, age).numpy())
better = auc > max(start, 0.5) + 0.05
print(f"the frozen part stayed: {stayed}; on its training stays better than at the start: {better}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Limits
#
# Spots of 24 x 24 pixels are no radiographs, and a source task made by the same hand as the target
# flatters transfer. The stripes show the other end. Raghu et al. find on real medical images that
# transfer from everyday photographs changes little in accuracy when labels are many. Nothing here
# used weights from elsewhere, so nothing shows how ImageNet features do on X-rays.
#
# ## Two questions
#
# **A.** You fine-tune a table of codes on 60 patients, without weight decay. Which rows move?
# **a** all rows, a little, **b** none, **c** only rows of codes that occur in the 60 records,
# **d** the rows of the most frequent codes, whoever has them.

# %% [markdown] slideshow={"slide_type": "notes"}
# 4 minutes for the two questions. Ask at A what changes with weight decay.

# %% slideshow={"slide_type": "skip"}
my_answer = "c"  # SOLUTION
check.rows_that_move(my_answer)

# %% [markdown]
# **B.** A feature map of 56 x 56 x 256 comes from an image of 224 x 224 in color. Which is right?
# **a** It is a compressed image, **b** it holds more numbers than the image, and gets short only
# by the mean over space, **c** it holds more information than the image, **d** features cannot be
# read from such a layer.

# %% slideshow={"slide_type": "skip"}
my_answer = "b"  # SOLUTION
check.map_larger_than_image(my_answer)

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Three fresh questions
#
# Drawn from the bank of the midterm, with other numbers than in this lesson. *three others* draws
# again. Nothing is saved; lesson 16 has whole papers, and finds what to repair.

# %% slideshow={"slide_type": "skip"}
Practice("14")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Takeaway
#
# *Transfer learning* is: train a layer here, use it there. Freeze first, try *fine-tuning* when
# the labels suffice, and always test on categories that no label covers.
#
# ## Reading
#
# - C. Guo and F. Berkhahn (2016), *Entity Embeddings of Categorical Variables*.
# - K. Simonyan and A. Zisserman (2015), *Very Deep Convolutional Networks for Large-Scale Image
#   Recognition*.
# - K. He, X. Zhang, S. Ren and J. Sun (2016), *Deep Residual Learning for Image Recognition*.
# - C. Szegedy et al. (2015), *Going Deeper with Convolutions*.
# - J. Yosinski, J. Clune, Y. Bengio and H. Lipson (2014), *How transferable are features in deep
#   neural networks?*
# - M. Raghu, C. Zhang, J. Kleinberg and S. Bengio (2019), *Transfusion: Understanding Transfer
#   Learning for Medical Imaging*.

# %% [markdown] slideshow={"slide_type": "skip"}
# Your exercises in this lesson:

# %% slideshow={"slide_type": "skip"}
check.progress(14)
