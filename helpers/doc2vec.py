"""Doc2Vec, the PV-DBOW form: a free vector for every document (Le and Mikolov, 2014, section 2.3).

The vector of a document is trained to predict the words that stand in it. Order plays no part.
A document that was not in the training has no vector: one is found by more training, with the
word table frozen. That is called inference.

Where this departs from the paper: it predicts by hierarchical softmax, here it is negative
sampling, as in later programs. Training goes over the table of counts, with noise in expectation
instead of drawn (as in `helpers.sgns_counts`); rows are shrunk a little; the optimizer is Adam.
"""

from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float, Int
from scipy.sparse import csr_array
from torch import Tensor

from helpers.activations import sigmoid
from helpers.adam import Adam
from helpers.noise import noise_distribution
from helpers.progress import progress
from helpers.ragged import as_rows
from helpers.sgns_counts import DOUBT
from helpers.two_tables import TrainingPlan, penalties


@dataclass(frozen=True, eq=False)
class Doc2Vec:
    """A trained model.

    Parameters
    ----------
    document_table
        One row a training document. Its parameters grow with the corpus.
    word_table
        Rows that score the words: ``u_word . d`` is high where the word stands in document d.
    noise
        The noise distribution.
    k
        Noise words for every word of a document.
    history
        Mean training loss of a word, one number an epoch.
    """

    document_table: Float[np.ndarray, "documents dim"]
    word_table: Float[np.ndarray, "vocab dim"]
    noise: Float[np.ndarray, " vocab"]
    k: int
    history: list[float] = field(repr=False)


def train_doc2vec(
    counts: csr_array,
    *,
    dim: int = 64,
    k: int = 5,
    epochs: int = 60,
    learning_rate: float = 0.1,
    shrink: float = 0.01,
    seed: int = 0,
) -> Doc2Vec:
    """Learn a row for every document and every word.

    Parameters
    ----------
    counts
        How often each word (column) stands in each document (row).
    epochs
        Steps; each takes all documents at once.
    learning_rate
        Of the first step; it falls to 0 in a straight line.
    shrink
        L2 penalty on the rows of each true pair, see :func:`helpers.two_tables.penalties`.
    """
    _check_counts(counts)
    plan = TrainingPlan(
        dim=dim, k=k, epochs=epochs, shrink=shrink, learning_rate=learning_rate, seed=seed
    )
    noise = noise_distribution(np.asarray(counts.sum(axis=0)).ravel())
    documents, words = _start(counts.shape[0], plan), torch.zeros(counts.shape[1], dim)
    history = _descend(counts, documents, words, noise, plan, both=True)
    return Doc2Vec(documents.numpy(), words.numpy(), noise, k, history)


def infer_documents(
    model: Doc2Vec,
    counts: csr_array,
    *,
    epochs: int = 60,
    learning_rate: float = 0.1,
    shrink: float = 0.01,
    seed: int = 0,
) -> Float[np.ndarray, "documents dim"]:
    """Find vectors for new documents: the same training, with the word table frozen.

    With the words fixed the loss is convex in the vector of a document, a logistic regression on
    the rows of the words. So the start matters little. It is `infer_document` for many documents,
    without the chance of drawn noise.
    """
    if counts.shape[1] != len(model.word_table):
        raise ValueError(f"{counts.shape[1]} columns for {len(model.word_table)} words")
    _check_counts(counts)
    plan = TrainingPlan(
        dim=model.word_table.shape[1], k=model.k, epochs=epochs, shrink=shrink,
        learning_rate=learning_rate, seed=seed,
    )  # fmt: skip
    documents = _start(counts.shape[0], plan)
    words = torch.from_numpy(model.word_table)
    _descend(counts, documents, words, model.noise, plan, both=False)
    return documents.numpy()


def infer_document(
    doc_ids: Int[np.ndarray, " length"],
    word_table: Float[np.ndarray, "vocab dim"],
    p_noise: Float[np.ndarray, " vocab"],
    steps: int,
    lr: float,
    rng: np.random.Generator,
    k: int = 5,
) -> Float[np.ndarray, " dim"]:
    """Find the vector of one new document by gradient steps with drawn noise.

    Starts near 0. Each step takes all words of the document, draws `k` noise words for each, and
    moves the vector against the gradient of their mean loss (as eq. 4 of Mikolov et al., 2013b,
    with the document in the place of the center word). The word table is not touched.

    Parameters
    ----------
    doc_ids
        Words of the document; one that stands twice counts twice.
    p_noise
        The noise distribution.
    lr
        Learning rate, the same in all steps.
    """
    _check_document(doc_ids, word_table, p_noise)
    vector = rng.normal(scale=0.01, size=word_table.shape[1])
    true_rows = word_table[doc_ids]
    for _ in range(steps):
        noise_rows = word_table[rng.choice(len(p_noise), size=k * len(doc_ids), p=p_noise)]
        true_error = sigmoid(true_rows @ vector) - 1
        noise_error = sigmoid(noise_rows @ vector)
        vector -= lr * (true_error @ true_rows + noise_error @ noise_rows) / len(doc_ids)
    return vector


def document_loss(
    vector: Float[np.ndarray, " dim"],
    doc_ids: Int[np.ndarray, " length"],
    word_table: Float[np.ndarray, "vocab dim"],
    p_noise: Float[np.ndarray, " vocab"],
    k: int = 5,
) -> float:
    """Return the mean loss of a word of a document, with noise in expectation.

    ``(k + 1) ln 2`` for a vector of zeros, whatever the words.
    """
    _check_document(doc_ids, word_table, p_noise)
    scores = word_table @ vector
    true = np.logaddexp(0, -scores[doc_ids]).mean()
    return float(true + k * p_noise @ np.logaddexp(0, scores))


def _check_counts(counts: csr_array) -> None:
    if counts.ndim != 2 or not 0 < counts.sum() < np.inf or counts.data.min() < 0:
        raise ValueError("counts must be a table of documents by words, 0 or more, not all 0")
    empty = np.flatnonzero(counts.sum(axis=1) == 0)
    if len(empty):
        raise ValueError(f"document {empty[0]} has no known word: that says nothing of its vector")


def _check_document(
    doc_ids: Int[np.ndarray, " length"],
    word_table: Float[np.ndarray, "vocab dim"],
    p_noise: Float[np.ndarray, " any"],
) -> None:
    if not len(doc_ids):
        raise ValueError("a document without a known word says nothing about its vector")
    as_rows(doc_ids, len(word_table), "words")
    if len(p_noise) != len(word_table):
        raise ValueError(f"{len(p_noise)} chances of noise for {len(word_table)} words")


def _start(n_documents: int, plan: TrainingPlan) -> Float[Tensor, "documents dim"]:
    rng = np.random.default_rng(plan.seed)
    return torch.from_numpy((rng.random((n_documents, plan.dim)) - 0.5) / plan.dim).float()


def _descend(
    counts: csr_array,
    documents: Float[Tensor, "documents dim"],
    words: Float[Tensor, "vocab dim"],
    noise: Float[np.ndarray, " vocab"],
    plan: TrainingPlan,
    both: bool,
) -> list[float]:
    """Move documents, and words too if `both`, in place; return the loss before each epoch.

    With ``n_dw`` counts, ``n_d`` words in a document and ``q`` the noise::

        loss = sum_dw t_dw softplus(x_dw) - n_dw x_dw     t_dw = n_dw + k n_d q_w,  x_dw = d . u_w
    """
    yes = torch.from_numpy(counts.toarray()).float()
    total, length = yes.sum(), yes.sum(dim=1)
    asked = torch.addr(yes, plan.k * length, torch.from_numpy(noise).float())
    penalty = [
        torch.from_numpy(penalties(yes.sum(dim=axis).double().numpy(), plan.shrink, DOUBT)).float()
        for axis in (1, 0)
    ]
    adam = Adam([documents, words] if both else [documents], plan.learning_rate)
    history = []
    for epoch in progress(range(plan.epochs), "doc2vec"):
        scores = documents @ words.T
        loss = torch.nn.functional.softplus(scores).mul_(asked).sum() - (yes * scores).sum()
        history.append(float(loss / total))
        error = scores.sigmoid_().mul_(asked).sub_(yes)
        gradients = [error @ words + penalty[0][:, None] * documents]
        if both:
            gradients.append(error.T @ documents + penalty[1][:, None] * words)
        adam.learning_rate = plan.learning_rate * (1 - epoch / plan.epochs)
        adam.step([gradient / total for gradient in gradients])
    return history
