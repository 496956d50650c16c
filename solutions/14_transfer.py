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
# **Train a layer here, use it there: a table of wards, the inside of an image net, a table of codes.
# Whether it helps is decided by what the two tasks share, and by what was never looked up.**
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
# the size table 12, transfer with the slider 16, questions 4. Exercises 14.1, 14.3 and 14.4 are the
# ones to give; 14.2 is optional. Stop for a vote before the table of codes in section 3 ("Frozen or
# fine-tuned at 60 labels?").

# %% slideshow={"slide_type": "skip"}
import numpy as np
import torch
from torch import nn

from helpers import checks as check
from helpers import conv_layers, fine_tuning, layer_features, plots, ppmi, unknown_rows
from helpers.datasets import load_clinic
from helpers.demos.transfer import TransferDemo
from helpers.entity_net import EntityNet, hidden_parameters, table_width
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
# *Count an entity net.* Tables with $c$ rows and $d$ numbers a row, $n$ numeric columns and a hidden
# layer of $H$ units hold $\sum c\,d + (\sum d + n) H + H$ parameters; the output adds $H + 1$. A rule
# of thumb for the width is $d = \min(50, \lceil c/2 \rceil)$.
#
# *Count a feature map.* After a total stride $s$ an image of side $S$ with 3 colors becomes
# $(S/s)^2 \cdot$ channels: that is $(S/s)^2\,\text{channels} / (3 S^2)$ times as many numbers. An
# early map is *larger* than the image; the vector gets short by the mean over space, which forgets
# the place.
#
# *Freeze or fine-tune.* Frozen: only the head is trained, a share of head / (head + V d). Fine-tuned:
# everything trains, but of a table only the rows that are looked up. The others stay where they
# were. Row 0 is for what the table has never seen.

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
for row, (name, moves) in enumerate([("from scratch", 2), ("fine-tuned", 2), ("frozen", 1)]):
    for i, part in enumerate(parts):
        trained = i >= 2 - moves
        color = plots.COLORS[1] if trained else "white"
        ax.barh(row, 1, left=i * 1.1, color=color, edgecolor="black")
        start = "random start" if i == 1 or row == 0 else "trained elsewhere"
        ax.text(i * 1.1 + 0.5, row, f"{part}: {start}", ha="center", va="center", fontsize=8)
        ax.text(i * 1.1 + 0.5, row - 0.3, "moves" if trained else "stays", ha="center", fontsize=7)

# %% slideshow={"slide_type": "subslide"}
ax.set_yticks(range(3), ["from scratch", "fine-tuned", "frozen"])
ax.set_xticks([])
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
# with the net. The vectors of the row, side by side with the numeric columns, go into a hidden layer.
#
# Our stays are simulated, so we know what counts: the *kind* of ward and the *class* of drug, which
# no column shows.

# %% [markdown] slideshow={"slide_type": "notes"}
# 12 minutes. Ask whether the patient's number should be a column too, and take a vote before the
# table of results.

# %% slideshow={"slide_type": "fragment"} tags=["claim-A15"]
torch.manual_seed(0)
net = EntityNet(cards=[24, 40], dims=[4, 4], n_num=1, hidden=16)
ids, age = torch.tensor([[7, 12], [7, 3]]), torch.tensor([[0.4], [-1.0]])
fine_tuning._loss(net(ids, age), torch.tensor([1, 0])).backward()
for name, table in zip(("ward", "drug"), net.tables, strict=True):
    moved = table.weight.grad.abs().sum(dim=1).nonzero()[:, 0].tolist()
    print(f"rows of {name} that get a gradient: {moved}")
held = sum(p.numel() for p in net.parameters())
print(f"{held} parameters, by the formula {hidden_parameters([24, 40], [4, 4], 1, 16) + 17}")
assert moved == [3, 12]

# %% [markdown]
# The labels of the task teach the table, and only the rows of the batch learn. Now three questions
# to a net: does it beat the ids taken as numbers; what does it do with a ward that opened after the
# training; and what happens if the patient's number is one more column? Test patients are new.


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
# Read the columns. *Users as entities* is half right. A **ward** recurs, so its row serves the next
# patient. A **patient** in the test set is new: the net has learned the training patients by heart
# and that is worth nothing, or less, for the next one. The last column is the price of a category
# that comes after the training: the net falls back on row 0. Unless row 0 is met in training, by
# hiding some ids, it holds its random start; what hiding buys here is in the second line.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 14.1 (12 min)
#
# Write `MyEntityNet(cards, dims, n_num, hidden)`, a torch module. Column i of `ids` has a table of
# its own with `cards[i]` rows, row 0 (unknown) among them, and `dims[i]` numbers a row. Beside the
# rows go the `n_num` numeric columns; then one hidden layer with ReLU and an output, both with bias.
# `net(ids, numbers)` takes ids of shape `(batch, columns)` and numbers of shape `(batch, n_num)`
# and returns logits of shape `(batch,)`. An id that the table does not have, negative ones too, is
# looked up in row 0, which is trained like any row. Ids that are not whole numbers raise a
# `TypeError`.


# %% slideshow={"slide_type": "skip"}
class MyEntityNet(nn.Module):
    def __init__(self, cards, dims, n_num, hidden):
        # BEGIN SOLUTION
        super().__init__()
        self.cards = cards
        self.tables = nn.ModuleList([nn.Embedding(c, d) for c, d in zip(cards, dims)])
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
# One `nn.Embedding` a column, kept in an `nn.ModuleList`. Before the look-up, replace ids outside of
# the table by 0. Then concatenate along the columns.
# </details>
# <details><summary>Hint 2, the tools</summary>
#
# `torch.where(condition, column, 0)`, `torch.cat(parts, dim=1)`, `nn.Linear(sum(dims) + n_num,
# hidden)`. `ids.is_floating_point()` tells a measurement from an id.
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 Images: a vector from any layer
#
# An image has one dimension for each pixel and color. A convolutional net turns it, layer by layer,
# into *feature maps*: at each place some numbers that say what is there. Three famous nets, VGG,
# ResNet and Inception, are computed below from the lists of layers in their papers.

# %% [markdown] slideshow={"slide_type": "notes"}
# 12 minutes. Before the table: "Is the output of an early layer smaller than the image?"

# %% slideshow={"slide_type": "fragment"} tags=["claim-A17", "claim-B6", "claim-A16", "correction-N09"]
image_numbers = 224 * 224 * 3
print(f"an image of 224 x 224 in color: {image_numbers:,} numbers")
early = {}
for name, layers in conv_layers.NETS.items():
    stages = layers()
    total = sum(stage.parameters for stage in stages)
    largest = max(stages, key=lambda stage: stage.numbers)
    vector = stages[-2]
    early[name] = largest.numbers / image_numbers
    print(f"{name:<13} {total:>11,} parameters; {largest.name}: {largest.side} x {largest.side} x")
    print(f"{'':<13} {largest.channels} = {largest.numbers:,}, {early[name]:.1f} images;", end=" ")
    print(f"before the classes ({vector.name}): {vector.numbers:,}")
third = conv_layers.resnet50()[1]
print(f"ResNet-50, {third.name}: {third.side} x {third.side} x {third.channels}", end=" ")
print(f"= {third.numbers:,}")
assert all(ratio > 1 for ratio in early.values()) and third.numbers > image_numbers

# %% [markdown] slideshow={"slide_type": "subslide"}
# "Features of intermediate layers are low-dimensional" is half true: the early maps are several
# times *larger* than the image. Short is only what comes after the last pool, and which layer to take
# is a choice. Most of VGG's parameters sit in its dense layers; the two others replaced them by the
# mean over space.
#
# Our own net is small: a convolution, two residual blocks ($\mathrm{relu}(x + f(x))$, He et al.),
# the mean over space, a head. It learns to tell five shapes apart, on made-up spots.


# %% slideshow={"slide_type": "skip"}
def draw_spots(kinds, n, seed, center=None):
    """Return n images of these kinds and their classes, counted from 0."""
    y = np.random.default_rng(seed).integers(len(kinds), size=n)
    images = simulate_spots(np.array(kinds)[y], seed=seed + 1000, center=center)
    return torch.tensor(images)[:, None], torch.tensor(y)


def share_right(model, x, y):
    with torch.no_grad():
        return (model(x).argmax(dim=1) == y).float().mean().item()


# %% slideshow={"slide_type": "subslide"}
x, y = draw_spots(range(5), 2000, seed=0)
x_test, y_test = draw_spots(range(5), 500, seed=1)
torch.manual_seed(0)
source = ResidualNet(classes=5, width=6)
fine_tuning.fit(source, x, y, steps=400)
print(f"right on new images: {share_right(source, x_test, y_test):.2f}, chance 0.20")
for layer in ("stem", "block1", "block2"):
    out = layer_features.layer_output(source, x[:1], layer)
    print(f"{layer}: {tuple(out.shape[1:])} = {out.numel()} numbers, image {x[0].numel()}", end="; ")
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
# The deepest vector is not the longest, and finds the shape best: it was trained to. *Embeddings of X-rays serve detection, segmentation
# and classification* - the same vector for all? Move one spot by 8 pixels and look.

# %% slideshow={"slide_type": "subslide"} tags=["claim-A5", "correction-N03"]
places = np.array([[8.0, 8.0], [8.0, 16.0]])
moved = torch.tensor(simulate_spots(np.array([0, 0]), noise=0, seed=3, center=places[:1]))
right = torch.tensor(simulate_spots(np.array([0, 0]), noise=0, seed=3, center=places[1:]))
pair = torch.stack([moved[0], right[0]])[:, None]
maps = layer_features.layer_output(source, pair, "block2")
pooled = layer_features.features(source, pair, "block2")
cosine = torch.cosine_similarity(pooled[0], pooled[1], dim=0).item()
several = draw_spots(range(5), 200, seed=5)[0]
apart = layer_features.features(source, several, "block2")
typical = torch.cosine_similarity(apart[:100], apart[100:], dim=1).median().item()
middle = []
for m in maps:
    weight = (m - m.median()).abs().sum(dim=0)
    middle.append((weight.sum(dim=0) * torch.arange(6)).sum() / weight.sum())
step = (middle[1] - middle[0]).item()
print(f"pooled vectors before and after: cosine {cosine:.2f}; of two other images {typical:.2f}")
print(f"in the map of block2, stride 4, the middle moves by {step:.1f} columns to the right")
assert cosine > typical and step > 0.5

# %% slideshow={"slide_type": "skip"}
figure, axes = plots.new_figure(4, size=(8.4, 2.4))
strongest = (maps[0] - maps[1]).abs().amax(dim=(1, 2)).argmax()
for ax, picture, title in zip(
    axes,
    [pair[0, 0], pair[1, 0], maps[0, strongest], maps[1, strongest]],
    ["image", "8 pixels on", "one map of block2", "the same map"],
    strict=True,
):
    ax.imshow(picture, cmap="gray")
    ax.set(title=title, xticks=[], yticks=[])
plots.show(
    figure,
    "A bright disc at the left and the same disc 8 pixels to the right, and beside them one 6 x 6 "
    "map of each, whose pattern moves with the disc.",
)

# %% [markdown]
# The pooled vector hardly changes: good for *classification* and for finding similar images. It has
# lost the place, so it cannot *segment* or *detect*. These take the feature map, which moves along.

# %% [markdown] slideshow={"slide_type": "skip"}
# ### Exercise 14.2 (10 min, optional)
#
# Write `my_features(model, x, layer)`. Catch the output of the layer called `layer` (a name as in
# `model.named_modules()`) with a forward hook, and average each channel over height and width:
# shape `(n, channels)`. An output that has no space, of shape `(n, channels)`, is returned as it is.
# The model runs in evaluation mode and without gradients, and is left as you found it: no hook, and
# the mode it had.


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
# train a net *from scratch*; take the trained layers *frozen* and learn a head on their vectors; or
# start from them and *fine-tune* everything. Same images, same number of steps of the net, three
# starts each. As a control, the frozen vectors of a net that was never trained.

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


# %% slideshow={"slide_type": "subslide"} tags=["claim-A20", "claim-A21", "claim-B11"]
nodules = compare(lambda n, seed: draw_spots((5, 6), n, seed), (10, 60, 300))
show_scores(nodules)
print("chance 0.50; in brackets the worst and the best of three starts")
assert np.mean(nodules["frozen"][10]) > np.mean(nodules["from scratch"][10]) + 0.15
assert np.mean(nodules["frozen at random"][60]) < np.mean(nodules["frozen"][60])

# %% slideshow={"slide_type": "subslide"} tags=["claim-A21"]
TransferDemo(nodules)

# %% [markdown] slideshow={"slide_type": "subslide"}
# With ten labels the trained layers are worth more than any training. Fine-tuning starts from the
# same place; with many labels it catches up or passes. From scratch, hundreds of labels do not
# replace what the other images taught. The random control shows that it is the *training* that
# carries over, not the shape of the net.
#
# Now a task that shares nothing with shapes: is the noise of the scanner striped along rows or along
# columns? The source net has learned to look past noise.


# %% slideshow={"slide_type": "subslide"} tags=["correction-N11"]
def stripes(n, seed):
    """Return images whose noise runs along rows (0) or columns (1)."""
    images, _ = draw_spots(range(5), n, seed)
    rng = np.random.default_rng(seed + 5)
    across, y = rng.normal(size=(n, 1, 24, 1)), rng.integers(2, size=n)
    striped = np.where(y[:, None, None, None], across.transpose(0, 1, 3, 2), across)
    return images + torch.tensor(0.25 * striped, dtype=torch.float32), torch.tensor(y)


striped = compare(stripes, (60,))
show_scores(striped)
assert np.mean(striped["frozen"][60]) < np.mean(striped["from scratch"][60])
assert np.mean(striped["frozen"][60]) < np.mean(striped["fine-tuned"][60])

# %% [markdown] slideshow={"slide_type": "subslide"}
# Frozen loses. What a net was trained to ignore is not in its vectors, and no head brings it back.
# Pre-trained is not better in itself: it is better *for tasks that need what the first one needed*.
#
# ### Which rows move
#
# Back to the clinic, and to your prediction. A table of diagnoses from counts of who shares which
# codes, without labels. Task: do three codes of a note belong to heart and vessels? Sixty labeled
# notes use only half of the codes.

# %% slideshow={"slide_type": "skip"}
records = load_clinic().ehr
flat = records.visit_codes(kinds=("dx",))
patient = np.repeat(np.arange(flat.n_patients), np.diff(flat.offsets[flat.patient_offsets]))
ever = np.zeros((flat.n_patients, len(flat.keys)), dtype=np.float32)
ever[patient, flat.code_ids] = 1
ever = ever[:, ever.sum(axis=0) >= 20]
kept = [key for key, n in zip(flat.keys, np.bincount(flat.code_ids), strict=True)]
