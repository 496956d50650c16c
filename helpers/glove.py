"""GloVe: two tables and two biases that together give the logarithm of a count.

J. Pennington, R. Socher and C. D. Manning (2014), GloVe: Global Vectors for Word Representation,
equations 8 and 9. The counts come from the whole corpus; what is counted is still a window.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float, Int
from scipy.sparse import coo_array, csr_array, sparray
from torch import Tensor

from helpers.progress import progress

LARGEST_BATCH = 4000  # cells a step
BATCHES = 10  # steps an epoch, if the cells suffice

Cells = tuple[Int[Tensor, "_"], Int[Tensor, "_"], Float[Tensor, "_"]]  # row, column, count


@dataclass(frozen=True, eq=False)
class GloveResult:
    """A trained model.

    Parameters
    ----------
    center_table, context_table, center_bias, context_bias
        The parameters of equation 8.
    history
        The loss summed over the cells of an epoch.
    """

    center_table: Float[np.ndarray, "vocab dim"]
    context_table: Float[np.ndarray, "vocab dim"]
    center_bias: Float[np.ndarray, " vocab"]
    context_bias: Float[np.ndarray, " vocab"]
    history: list[float] = field(repr=False)

    @property
    def embedding_table(self) -> Float[np.ndarray, "vocab dim"]:
        """The sum of both tables, as the paper uses it (section 4.2)."""
        return self.center_table + self.context_table

    @property
    def scores(self) -> Float[np.ndarray, "vocab vocab"]:
        """What the model takes for the logarithm of every count, also where nothing was met."""
        products = self.center_table @ self.context_table.T
        return products + self.center_bias[:, None] + self.context_bias


def glove_weight(
    counts: Float[Tensor, "*shape"], x_max: float = 100.0, alpha: float = 0.75
) -> Float[Tensor, "*shape"]:
    """Return ``f(x) = min(1, (x / x_max) ** alpha)``: how much a cell counts (equation 9).

    Examples
    --------
    >>> glove_weight(torch.tensor([0.0, 16.0, 256.0, 1000.0]), x_max=256.0)
    tensor([0.0000, 0.1250, 1.0000, 1.0000])
    """
    return (counts / x_max).clamp(max=1) ** alpha


def glove_loss(
    center: Float[Tensor, "vocab dim"],
    context: Float[Tensor, "vocab dim"],
    center_bias: Float[Tensor, " vocab"],
    context_bias: Float[Tensor, " vocab"],
    counts: Float[Tensor, "vocab vocab"],
    x_max: float = 100.0,
    alpha: float = 0.75,
) -> Float[Tensor, ""]:
    """Return the loss of a whole table of counts.

    Equation 8 of the paper, without a mean::

        sum over x_ij > 0 of  f(x_ij) (v_i . u_j + a_i + b_j - ln x_ij)^2

    A cell without a count takes no part: its weight is 0, and its logarithm does not exist.
    """
    scores = center @ context.T + center_bias[:, None] + context_bias
    met = counts > 0
    return cell_losses(scores[met], counts[met], x_max, alpha).sum()


def cell_losses(
    scores: Float[Tensor, " cells"], counts: Float[Tensor, " cells"], x_max: float, alpha: float
) -> Float[Tensor, " cells"]:
    """Return the weighted square of the gap of every cell; all counts must be positive."""
    return glove_weight(counts, x_max, alpha) * (scores - counts.log()).square()


def train_glove(
    counts: Float[np.ndarray, "row column"] | sparray,
    *,
    dim: int = 64,
    epochs: int = 15,
    x_max: float = 100.0,
    alpha: float = 0.75,
    learning_rate: float = 0.05,
    empty_as: float | None = None,
    seed: int = 0,
) -> GloveResult:
    """Go through the cells that hold a count, in random order, with steps of AdaGrad.

    The paper steps from cell to cell; here a step takes up to 4,000 cells at once.

    Parameters
    ----------
    counts
        ``counts[i, j]``: how often ``j`` was context of ``i``. The paper counts a pair as 1 over
        its distance (``weighting="inverse"`` of :func:`helpers.pairs.pair_counts`).
    empty_as
        The paper leaves empty cells out (None). With a number, each epoch draws about as many
        empty cells as there are full ones, and reads this count in each of them.

    Raises
    ------
    ValueError
        If the counts are no square table, hold a negative number, one that single precision does
        not hold, or are all 0; if a setting is out of its range; if the training flies off.
    """
    table = csr_array(counts)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise ValueError(f"counts have shape {table.shape}, not one row and one column a word")
    _check_counts(coo_array(table))
    if not alpha >= 0:
        raise ValueError(f"alpha is {alpha}, it must not be negative")
    settings = {"dim": dim, "epochs": epochs, "x_max": x_max, "learning_rate": learning_rate}
    settings |= {} if empty_as is None else {"empty_as": empty_as}
    for name, value in settings.items():
        if not value > 0:
            raise ValueError(f"{name} is {value}, it must be positive")
    generator = torch.Generator().manual_seed(seed)
    model = _initial(table.shape[0], dim, generator)
    squares = [torch.zeros_like(part) for part in model]
    full = _full_cells(table)
    history = []
    for _ in progress(range(epochs), "GloVe"):
        cells = full if empty_as is None else _with_empty(full, len(model[2]), empty_as, generator)
        size = min(LARGEST_BATCH, -(-len(cells[2]) // BATCHES))
        total = 0.0
        for some in torch.randperm(len(cells[2]), generator=generator).split(size):
            rows, columns, x = (part[some] for part in cells)
            loss = cell_losses(_scores(model, rows, columns), x, x_max, alpha).sum()
            gradients = torch.autograd.grad(loss, model)
            adagrad_step(model, squares, gradients, learning_rate)
            total += loss.item()
        if not np.isfinite(total):
            raise ValueError(
                f"the loss is no longer a number in epoch {len(history) + 1}: "
                f"learning_rate {learning_rate} is too large"
            )
        history.append(total)
    return GloveResult(*(part.detach().numpy() for part in model), history)


def _check_counts(cells: coo_array) -> None:
    if (cells.data < 0).any():
        raise ValueError("counts must not be negative")
    with np.errstate(over="ignore", under="ignore"):
        single = cells.data.astype(np.float32)
    for place in np.flatnonzero(~np.isfinite(single) | ((single == 0) & (cells.data != 0))):
        row, column = (int(ids[place]) for ids in cells.coords)
        raise ValueError(
            f"counts[{row}, {column}] is {cells.data[place]}: it is computed in single precision, "
            "which holds about 1e-38 to 1e38"
        )
    if not single.any():
        raise ValueError("counts must not be all 0")


def adagrad_step(
    tables: Sequence[Float[Tensor, "..."]],
    squares: Sequence[Float[Tensor, "..."]],
    gradients: Sequence[Float[Tensor, "..."]],
    learning_rate: float,
) -> None:
    """Move tables downhill, in place, each number by its gradient over the root of its past ones.

    AdaGrad (Duchi, Hazan and Singer, 2011): the squares of all gradients so far are added up in
    `squares`, so that a word seen often takes smaller and smaller steps.
    """
    with torch.no_grad():
        for table, square, gradient in zip(tables, squares, gradients, strict=True):
            square += gradient.square()
            table -= learning_rate * gradient / (square.sqrt() + 1e-10)


def _initial(vocab_size: int, dim: int, generator: torch.Generator) -> list[Float[Tensor, "..."]]:
    """Draw tables and biases from ``(-.5, .5) / dim``, as the released program does."""
    shapes = (vocab_size, dim), (vocab_size, dim), (vocab_size,), (vocab_size,)
    drawn = [(torch.rand(shape, generator=generator) - 0.5) / dim for shape in shapes]
    return [part.requires_grad_() for part in drawn]


def _scores(
    model: Sequence[Float[Tensor, "..."]], rows: Int[Tensor, "n"], columns: Int[Tensor, "n"]
) -> Float[Tensor, "n"]:
    center, context, center_bias, context_bias = model
    products = center.index_select(0, rows) * context.index_select(0, columns)
    return products.sum(dim=1) + center_bias[rows] + context_bias[columns]


def _full_cells(table: csr_array) -> Cells:
    cells = coo_array(table)
    met = cells.data > 0
    rows, columns = (torch.from_numpy(where[met].astype(np.int64)) for where in cells.coords)
    return rows, columns, torch.from_numpy(cells.data[met]).float()


def _with_empty(full: Cells, vocab_size: int, empty_as: float, generator: torch.Generator) -> Cells:
    """Add cells drawn at random, those among them that are empty."""
    rows, columns, x = full
    drawn = torch.randint(vocab_size**2, (len(x),), generator=generator)
    drawn = drawn[~torch.isin(drawn, rows * vocab_size + columns)]
    as_if = torch.full((len(drawn),), float(empty_as))
    parts = zip(full, (drawn // vocab_size, drawn % vocab_size, as_if), strict=True)
    return tuple(torch.cat(part) for part in parts)
