import pytest
import torch
from torch import nn

from helpers.attention import attention
from helpers.bert import Bert, BertConfig, Block

SMALL = BertConfig(vocab_size=11, positions=7, segments=2, dim=8, heads=2, hidden=12, layers=3)


def torch_layer(block):
    """Put the parameters of a block into torch's own encoder layer."""
    layer = nn.TransformerEncoderLayer(
        8, 2, 12, dropout=0, activation="gelu", batch_first=True, norm_first=False,
        layer_norm_eps=SMALL.epsilon,
    )  # fmt: skip
    heads = layer.self_attn
    parts = [block.query, block.key, block.value]
    pairs = [
        (heads.in_proj_weight, torch.cat([part.weight for part in parts])),
        (heads.in_proj_bias, torch.cat([part.bias for part in parts])),
        *zip(heads.out_proj.parameters(), block.merge.parameters(), strict=True),
        *zip(layer.linear1.parameters(), block.widen.parameters(), strict=True),
        *zip(layer.linear2.parameters(), block.narrow.parameters(), strict=True),
        *zip(layer.norm1.parameters(), block.norm_attention.parameters(), strict=True),
        *zip(layer.norm2.parameters(), block.norm_network.parameters(), strict=True),
    ]
    with torch.no_grad():
        for theirs, ours in pairs:
            theirs.copy_(ours)
    return layer


def shaken(seed=0):
    """Return a model in which no parameter, norms and biases included, keeps a special value."""
    model, rng = Bert(SMALL, seed), torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.3 * torch.randn(parameter.shape, generator=rng)
    return model.double()


IDS = torch.tensor([[2, 5, 6, 7, 3], [2, 8, 3, 0, 0]])


def test_blocks_are_torchs_encoder_layers():
    model, mask = shaken(), IDS > 0
    states, _ = model.states(IDS, mask)
    for before, block, after in zip(states, model.blocks, states[1:], strict=False):
        theirs = torch_layer(block).double()(before, src_key_padding_mask=~mask)  # True is padding
        torch.testing.assert_close(after[mask], theirs[mask])


def test_input_is_the_normed_sum_of_three_rows():
    model = shaken()
    segments = torch.tensor([[0, 0, 1, 1, 1]])
    found = model.inputs(IDS[:1], segments)[0]
    for place, (word, segment) in enumerate(zip(IDS[0], segments[0], strict=True)):
        row = model.token.weight[word] + model.position.weight[place]
        row = row + model.segment.weight[segment]
        row = (row - row.mean()) / (row.var(correction=0) + SMALL.epsilon).sqrt()
        torch.testing.assert_close(
            found[place], row * model.norm_input.weight + model.norm_input.bias
        )


def test_input_parameters_are_counted_as_in_the_lesson():
    model = Bert(SMALL)
    tables = (model.token, model.position, model.segment)
    assert sum(table.weight.numel() for table in tables) == (11 + 7 + 2) * 8


def test_scores_use_the_token_table_again():
    model, state = shaken(), torch.randn(4, 8, dtype=torch.float64)
    hidden = model.norm_guess(nn.functional.gelu(model.guess(state)))
    found = model.scores(state)
    assert found.shape == (4, 11)
    for word in range(11):
        by_hand = hidden @ model.token.weight[word] + model.guess_bias[word]
        torch.testing.assert_close(found[:, word], by_hand)


def test_padding_changes_nothing():
    model = shaken()
    long, _ = model.states(IDS[1:], IDS[1:] > 0)
    short, _ = model.states(IDS[1:, :3])
    for a, b in zip(long, short, strict=True):
        torch.testing.assert_close(a[:, :3], b)


def test_without_positions_a_model_is_blind_to_order():
    model = shaken()
    with torch.no_grad():
        model.position.weight[:] = 0
    order = torch.tensor([0, 3, 1, 2, 4])
    there, _ = model.states(IDS[:1])
    moved, _ = model.states(IDS[:1, order])
    torch.testing.assert_close(there[-1][:, order], moved[-1])
    with_places, _ = shaken().states(IDS[:1])
    with_places_moved, _ = shaken().states(IDS[:1, order])
    assert (with_places[-1][:, order] - with_places_moved[-1]).abs().max() > 0.01


def test_an_attention_of_ones_own_is_used():
    def only_itself(Q, K, V, mask):
        weights = torch.eye(Q.shape[-2]).expand(*Q.shape[:-1], -1)
        return V, weights

    context = [Bert(SMALL, 0, attend) for attend in (attention, only_itself)]
    a, b = torch.tensor([[2, 5, 6, 3]]), torch.tensor([[2, 5, 9, 3]])
    moved = [(m.states(a)[0][-1] - m.states(b)[0][-1])[0, 1].abs().max() for m in context]
    assert moved[0] > 0 == moved[1]


def test_seed_and_spread_decide_the_first_values():
    one, same, other = Bert(SMALL, 1), Bert(SMALL, 1), Bert(SMALL, 2)
    assert torch.equal(one.token.weight, same.token.weight)
    assert not torch.equal(one.token.weight, other.token.weight)
    wide = Bert(BertConfig(vocab_size=4000), spread=0.3).token.weight
    assert wide.std().item() == pytest.approx(0.3, rel=0.02)


def test_heads_must_share_the_numbers_evenly():
    with pytest.raises(ValueError, match="3 heads cannot share 8 numbers"):
        BertConfig(vocab_size=5, dim=8, heads=3)


@pytest.mark.parametrize("name", ["vocab_size", "positions", "segments", "dim", "heads", "layers"])
def test_sizes_are_1_or_more(name):
    with pytest.raises(ValueError, match=f"{name} is 0, it has to be 1 or more"):
        BertConfig(**({"vocab_size": 5} | {name: 0}))


def test_more_tokens_than_positions_are_refused():
    with pytest.raises(ValueError, match="8 tokens, the model has 7 positions"):
        Bert(SMALL).states(torch.full((1, 8), 5))


def test_a_token_alone_looks_at_itself():
    block, x = Block(SMALL).double(), torch.randn(1, 1, 8, dtype=torch.float64)
    out, weights = block(x, torch.tensor([[True]]))
    y = block.norm_attention(x + block.merge(block.value(x)))  # all weight on its own value
    y = block.norm_network(y + block.narrow(nn.functional.gelu(block.widen(y))))
    torch.testing.assert_close(out, y)
    assert weights.shape == (1, 2, 1, 1) and (weights == 1).all()
