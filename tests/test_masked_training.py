import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from helpers.masked_training import masked_loss, new_bert, padded, train_bert
from helpers.masking import NOT_ASKED
from helpers.vocab import build_vocab
from tests.plugin import as_in_a_notebook

# the first word of a sentence decides the last one, and nothing else does
SENTENCES = [
    [first, middle, last]
    for first, last in (("rain", "wet"), ("sun", "dry"), ("snow", "cold"), ("wind", "blown"))
    for middle in ("makes", "leaves", "finds")
]
VOCAB = build_vocab(SENTENCES)
SIZES = {"dim": 16, "heads": 2, "hidden": 16, "layers": 2, "positions": 5}


def guess_last(trained, sentence):
    cut = trained.tokens
    ids = torch.tensor([cut.ids(["[CLS]", *sentence[:-1], "[MASK]", "[SEP]"])])
    with torch.no_grad():
        state = trained.model.states(ids)[0][-1]
        return cut.words([int(trained.model.scores(state)[0, -2].argmax())])[0]


def test_a_trained_model_fills_the_gap_from_the_other_end_of_the_sentence():
    trained = train_bert(SENTENCES, VOCAB, steps=250, batch=32, learning_rate=0.01, **SIZES)
    assert [guess_last(trained, s) for s in SENTENCES] == [s[-1] for s in SENTENCES]
    assert np.mean(trained.history[-20:]) < 0.8 < 2 < np.mean(trained.history[:3])


def test_loss_before_training_is_that_of_guessing_blindly():
    model = new_bert(VOCAB, **SIZES)
    with torch.no_grad():
        model.token.weight[:] = 0  # all scores are 0
    inputs, labels = torch.tensor([[2, 4, 6, 3]]), torch.tensor([[NOT_ASKED, 5, 6, NOT_ASKED]])
    assert masked_loss(model, inputs, labels).item() == pytest.approx(math.log(5 + len(VOCAB)))


def test_loss_is_the_mean_over_the_asked_places():
    model = new_bert(VOCAB, seed=3, **SIZES)
    inputs = torch.tensor([[2, 4, 6, 3, 0], [2, 7, 4, 8, 3]])
    labels = torch.full_like(inputs, NOT_ASKED)
    labels[0, 1], labels[1, 2], labels[1, 3] = 9, 5, 8
    state = model.states(inputs, inputs != 0)[0][-1]
    by_hand = [
        -torch.log_softmax(model.scores(state[i, j]), dim=0)[labels[i, j]]
        for i, j in ((0, 1), (1, 2), (1, 3))
    ]
    torch.testing.assert_close(masked_loss(model, inputs, labels), torch.stack(by_hand).mean())
    nothing = torch.full_like(inputs, NOT_ASKED)
    assert masked_loss(model, inputs, nothing).item() == 0


def test_the_same_seed_gives_the_same_model_and_another_seed_another():
    runs = [train_bert(SENTENCES, VOCAB, steps=5, seed=seed, **SIZES) for seed in (0, 0, 1)]
    assert runs[0].history == runs[1].history != runs[2].history


def test_mask_and_attention_of_ones_own_are_used():
    asked = []

    def first_words(ids, rng, vocab_size, p):
        labels = np.full_like(ids, NOT_ASKED)
        labels[:, 1] = ids[:, 1]
        asked.append((vocab_size, p))
        return ids, labels

    def torchs(Q, K, V, mask):
        no_weights = torch.zeros(*Q.shape[:3], Q.shape[2])
        return scaled_dot_product_attention(Q, K, V, mask), no_weights

    ours = train_bert(SENTENCES, VOCAB, steps=4, mask=first_words, **SIZES)
    theirs = train_bert(SENTENCES, VOCAB, steps=4, mask=first_words, attend=torchs, p=0.5, **SIZES)
    assert asked[0] == (len(VOCAB) + 5, 0.15) and asked[-1][1] == 0.5
    np.testing.assert_allclose(ours.history, theirs.history, rtol=1e-4)


def test_a_sentence_longer_than_the_table_is_refused():
    with pytest.raises(ValueError, match="a sentence has 5 tokens, the table of positions 4"):
        train_bert(SENTENCES, VOCAB, **(SIZES | {"positions": 4}))
    with pytest.raises(ValueError, match="no sentence to train on"):
        train_bert([], VOCAB, **SIZES)


def test_rows_are_padded_behind():
    assert padded([[2, 7, 3], [2, 3]]).tolist() == [[2, 7, 3], [2, 3, 0]]
    assert as_in_a_notebook(padded)([]).shape == (0, 0)


def test_history_has_a_loss_for_every_step():
    history = train_bert(SENTENCES, VOCAB, steps=7, **SIZES).history
    assert len(history) == 7 and all(a != b for a, b in pairwise(history))
