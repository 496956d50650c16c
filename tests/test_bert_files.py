"""A folder with random parameters, read and held against torch's own layers."""

import json
import math
import re
import struct

import numpy as np
import pytest
import torch
from torch import nn

from helpers import bert_files, contextual, datasets, release
from helpers.bert_files import load_bert
from helpers.contextual import read_text
from helpers.word_pieces import SPECIAL

PIECES = (*SPECIAL, "they", "saw", "a", "play", "##s", "##ing", "the", "wound", "dis", "##charge")
DIM, HEADS, WIDE, LAYERS, PLACES = 12, 3, 20, 2, 16
CONFIG = {
    "model_type": "bert",
    "vocab_size": 18,  # more rows than pieces, as some released models have
    "max_position_embeddings": PLACES,
    "type_vocab_size": 2,
    "hidden_size": DIM,
    "num_attention_heads": HEADS,
    "intermediate_size": WIDE,
    "num_hidden_layers": LAYERS,
    "hidden_act": "gelu",
    "layer_norm_eps": 1e-5,
}
TEXT = "They saw plays: discharge?"


def tensors(seed=0, head=True):
    """Draw every parameter of a released BERT, under the names of its file."""
    rng = torch.Generator().manual_seed(seed)
    shapes = {
        "bert.embeddings.word_embeddings.weight": (18, DIM),
        "bert.embeddings.position_embeddings.weight": (PLACES, DIM),
        "bert.embeddings.token_type_embeddings.weight": (2, DIM),
        "bert.embeddings.LayerNorm.weight": (DIM,),
        "bert.embeddings.LayerNorm.bias": (DIM,),
        "bert.pooler.dense.weight": (DIM, DIM),  # of the second task: not read
    }
    for i in range(LAYERS):
        for name, rows, columns in (
            ("attention.self.query", DIM, DIM),
            ("attention.self.key", DIM, DIM),
            ("attention.self.value", DIM, DIM),
            ("attention.output.dense", DIM, DIM),
            ("attention.output.LayerNorm", DIM, None),
            ("intermediate.dense", WIDE, DIM),
            ("output.dense", DIM, WIDE),
            ("output.LayerNorm", DIM, None),
        ):
            shape = (rows, columns) if columns else (rows,)
            shapes[f"bert.encoder.layer.{i}.{name}.weight"] = shape
            shapes[f"bert.encoder.layer.{i}.{name}.bias"] = (rows,)
    if head:
        shapes |= {
            "cls.predictions.transform.dense.weight": (DIM, DIM),
            "cls.predictions.transform.dense.bias": (DIM,),
            "cls.predictions.transform.LayerNorm.weight": (DIM,),
            "cls.predictions.transform.LayerNorm.bias": (DIM,),
            "cls.predictions.bias": (18,),
        }
    return {name: torch.randn(shape, generator=rng) for name, shape in shapes.items()}


def write_safetensors(path, found):
    header, body = {}, b""
    for name, tensor in found.items():
        raw = tensor.contiguous().numpy().tobytes()
        place = [len(body), len(body) + len(raw)]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": place}
        body += raw
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def folder_with(tmp_path, found=None, config=CONFIG, pieces=PIECES, binary=False):
    found = tensors() if found is None else found
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    if binary:
        torch.save(found, tmp_path / "pytorch_model.bin")
    else:
        write_safetensors(tmp_path / "model.safetensors", found)
    return tmp_path


def by_torch(found, ids):
    """Compute all layers with torch's encoder, from the names of the file alone."""
    found = {name.removeprefix("bert."): tensor for name, tensor in found.items()}

    def norm(x, name):
        pair = found[f"{name}.weight"], found[f"{name}.bias"]
        return nn.functional.layer_norm(x, (DIM,), *pair, eps=1e-5)

    places = found["embeddings.position_embeddings.weight"][: ids.shape[1]]
    x = found["embeddings.word_embeddings.weight"][ids] + places
    x = norm(x + found["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    states = [x]
    for i in range(LAYERS):
        layer = nn.TransformerEncoderLayer(
            DIM, HEADS, WIDE, 0, "gelu", layer_norm_eps=1e-5, batch_first=True
        ).eval()

        def part(name, i=i):
            return found[f"encoder.layer.{i}.{name}"]

        three = [f"attention.self.{name}" for name in ("query", "key", "value")]
        layer.load_state_dict(
            {
                "self_attn.in_proj_weight": torch.cat([part(f"{n}.weight") for n in three]),
                "self_attn.in_proj_bias": torch.cat([part(f"{n}.bias") for n in three]),
                **{
                    f"{theirs}.{kind}": part(f"{name}.{kind}")
                    for theirs, name in (
                        ("self_attn.out_proj", "attention.output.dense"),
                        ("norm1", "attention.output.LayerNorm"),
                        ("linear1", "intermediate.dense"),
                        ("linear2", "output.dense"),
                        ("norm2", "output.LayerNorm"),
                    )
                    for kind in ("weight", "bias")
                },
            }
        )
        with torch.no_grad():
            x = layer(x)
        states.append(x)
    return states


@pytest.mark.parametrize("binary", [False, True])
def test_every_layer_is_that_of_torch(tmp_path, binary):
    found = tensors()
    model, cut = load_bert(folder_with(tmp_path, found, binary=binary))
    reading = read_text(model, cut, TEXT)
    pieces = ["[CLS]", "they", "saw", "play", "##s", "[UNK]", "dis", "##charge", "[UNK]", "[SEP]"]
    assert reading.tokens == pieces
    ids = torch.tensor([[2, 5, 6, 8, 9, 1, 13, 14, 1, 3]])
    table = found["bert.embeddings.word_embeddings.weight"]
    for mine, theirs in zip(reading.hidden, [table[ids], *by_torch(found, ids)], strict=True):
        torch.testing.assert_close(torch.tensor(mine), theirs[0], rtol=1e-4, atol=1e-5)


def test_guesses_are_those_of_the_equation(tmp_path):
    found = tensors()
    model, _ = load_bert(folder_with(tmp_path, found))
    state = torch.randn(3, DIM)
    head = {n.split("transform.")[-1]: t for n, t in found.items() if n.startswith("cls.")}
    x = nn.functional.gelu(state @ head["dense.weight"].T + head["dense.bias"])
    x = nn.functional.layer_norm(
        x, (DIM,), head["LayerNorm.weight"], head["LayerNorm.bias"], eps=1e-5
    )
    by_hand = x @ found["bert.embeddings.word_embeddings.weight"].T + head["cls.predictions.bias"]
    torch.testing.assert_close(model.scores(state), by_hand, rtol=1e-4, atol=1e-5)


def test_older_names_and_a_bare_encoder_are_read(tmp_path):
    found = tensors(head=False)
    (tmp_path / "new").mkdir()
    (tmp_path / "old").mkdir()
    model, cut = load_bert(folder_with(tmp_path / "new", found))
    old = {
        name.removeprefix("bert.")
        .replace("LayerNorm.weight", "LayerNorm.gamma")
        .replace("LayerNorm.bias", "LayerNorm.beta"): tensor
        for name, tensor in found.items()
    }
    older, _ = load_bert(folder_with(tmp_path / "old", old, binary=True))
    a, b = (read_text(m, cut, TEXT).hidden for m in (model, older))
    assert (a == b).all() and a.shape == (LAYERS + 2, 10, DIM)


def test_a_cased_model_says_so_in_its_settings(tmp_path):
    folder = folder_with(tmp_path)
    assert load_bert(folder)[1].tokens("THEY") == ["[CLS]", "they", "[SEP]"]
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": false}')
    assert load_bert(folder)[1].tokens("THEY") == ["[CLS]", "[UNK]", "[SEP]"]


def test_capital_letters_among_the_pieces_keep_the_case(tmp_path):
    folder = folder_with(tmp_path, pieces=(*PIECES, "They"))
    assert load_bert(folder)[1].tokens("They THEY") == ["[CLS]", "They", "[UNK]", "[SEP]"]
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": true}')  # the setting wins
    assert load_bert(folder)[1].tokens("They THEY") == ["[CLS]", "they", "they", "[SEP]"]
    (folder / "tokenizer_config.json").write_text('{"model_max_length": 512}')
    assert load_bert(folder)[1].tokens("They") == ["[CLS]", "They", "[SEP]"]


def without(name):
    return {key: tensor for key, tensor in tensors().items() if key != name}


WORDS = "bert.embeddings.word_embeddings.weight"


@pytest.mark.parametrize(
    "change, words",
    [
        ({"config": {k: v for k, v in CONFIG.items() if k != "hidden_size"}}, "hidden_size is mis"),
        ({"config": CONFIG | {"model_type": "roberta"}}, "is a 'roberta', only 'bert'"),
        ({"config": CONFIG | {"hidden_act": "relu"}}, "hidden_act is 'relu', only 'gelu'"),
        ({"config": CONFIG | {"num_attention_heads": 5}}, "5 heads cannot share 12"),
        ({"config": CONFIG | {"hidden_size": "12"}}, "hidden_size is '12', a whole number"),
        ({"config": [1]}, r"config.json: a JSON object is needed, not '\[1\]'"),
        ({"config": CONFIG | {"num_hidden_layers": True}}, "num_hidden_layers is True, a whole"),
        ({"config": CONFIG | {"is_decoder": True}}, "is_decoder is True, only False"),
        ({"config": CONFIG | {"layer_norm_eps": None}}, "layer_norm_eps is None, a small number"),
        ({"config": CONFIG | {"layer_norm_eps": math.nan}}, "layer_norm_eps is nan, a small"),
        ({"config": CONFIG | {"num_hidden_layers": 1}}, "has 2 layers, config.json 1"),
        ({"config": CONFIG | {"num_hidden_layers": 10**9}}, "has 2 layers, config.json 1000000000"),
        ({"config": CONFIG | {"intermediate_size": 10**12}}, r"makes it \(1000000000000, 12\)"),
        ({"pieces": [*PIECES, "x", "y", "z", "q"]}, "vocab.txt has 19 pieces.*18 rows"),
        ({"pieces": PIECES[5:]}, r"vocab.txt: the vocabulary has no \[PAD\]"),
        ({"found": without(WORDS)}, "there is no tensor embeddings.word_embeddings.weight"),
        (
            {"found": without("bert.encoder.layer.1.output.dense.bias")},
            r"model.safetensors: there is no tensor encoder.layer.1.output.dense.bias",
        ),
        ({"found": tensors() | {WORDS: torch.zeros(3, 4)}}, r"has shape \(3, 4\).*\(18, 12\)"),
        ({"found": tensors() | {WORDS: torch.full((18, DIM), math.nan)}}, "ings.weight holds what"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path, change, words):
    with pytest.raises(ValueError, match=words):
        load_bert(folder_with(tmp_path, **change))


def test_missing_files_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nowhere"):
        load_bert(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"has no config.json"):
        load_bert(tmp_path)
    folder = folder_with(tmp_path)
    (folder / "model.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match=r"no model.safetensors and no pytorch_model.bin"):
        load_bert(folder)


@pytest.mark.parametrize(
    "name, raw",
    [
        ("config.json", b""),
        ("config.json", b"\xff\xfe"),
        ("tokenizer_config.json", b""),
        ("tokenizer_config.json", b"[1]"),
        ("tokenizer_config.json", b'{"do_lower_case": "false"}'),
        ("vocab.txt", b""),
        ("vocab.txt", b"[PAD]\n\xff\n"),
        ("model.safetensors", b""),
        ("model.safetensors", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
    ],
)
def test_a_damaged_file_is_named(tmp_path, name, raw):
    folder = folder_with(tmp_path)
    (folder / name).write_bytes(raw)
    with pytest.raises(ValueError, match=name) as caught:
        load_bert(folder)
    assert ("Git LFS" in str(caught.value)) == raw.startswith(b"version")


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("kept", [0, 1, 10, 100, 2000, 0.5, 0.99])
def test_a_binary_file_that_was_cut_off_is_named(tmp_path, zipped, kept):
    folder = folder_with(tmp_path, binary=True)
    path = folder / "pytorch_model.bin"
    torch.save(tensors(), path, _use_new_zipfile_serialization=zipped)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(kept * len(raw)) if isinstance(kept, float) else kept])
    with pytest.raises(ValueError, match=r"pytorch_model.bin holds more than tensors, or is dama"):
        load_bert(folder)


@pytest.mark.parametrize("found", [[torch.ones(2)], torch.ones(2), {1: torch.ones(2)}])
def test_a_binary_file_without_names_is_refused(tmp_path, found):
    with pytest.raises(ValueError, match="does not hold tensors by their names"):
        load_bert(folder_with(tmp_path, found, binary=True))


class Evil:
    def __reduce__(self):
        return exec, ("raise SystemExit('code of the file was run')",)


def test_code_in_a_pickle_is_not_run(tmp_path):
    folder = folder_with(tmp_path)
    (folder / "model.safetensors").unlink()
    torch.save({"w": Evil()}, folder / "pytorch_model.bin")
    with pytest.raises(ValueError, match=r"pytorch_model.bin holds more than tensors"):
        load_bert(folder)


def test_a_text_that_is_too_long_is_refused(tmp_path):
    model, cut = load_bert(folder_with(tmp_path))
    with pytest.raises(ValueError, match="17 tokens, the model has 16 positions"):
        read_text(model, cut, "they " * 15)


def test_the_cells_of_the_lesson_run_on_a_folder(tmp_path, capsys):
    cells = [c.source for c in release.solved("06_mini_bert").cells if c.cell_type == "code"]

    def starting(words):
        return next(i for i, source in enumerate(cells) if source.startswith(words))

    wide = CONFIG | {"max_position_embeddings": 64}
    found = tensors() | {"bert.embeddings.position_embeddings.weight": torch.randn(64, DIM)}
    folder = folder_with(tmp_path, found, wide)
    notes = datasets.load_notes()
    given = {"np": np, "contextual": contextual, "bert_files": bert_files, "notes": notes}
    given |= {"texts": notes.lines["text"], "cut": None, "gap": ("play", "discharge")}
    exec(cells[starting("LAYERS = ")], given)
    exec(cells[starting("def nearest_sense_right")].partition("\n\nfound = ")[0], given)
    exec(cells[starting("def rival_right")], given)
    start = starting("FOLDER = None")
    exec(cells[start].replace("FOLDER = None", f"FOLDER = {str(folder)!r}"), given)
    exec(cells[start + 1] + "\n" + cells[start + 2], given)
    said = capsys.readouterr().out
    assert said.startswith("2 blocks; share of the words that are unknown: 0.")
    assert "token table  same sense 1.00, different 1.00, gap 0.00" in said and "block 2" in said
    assert re.search(r"\nplay       (\d\.\d\d ){4}  \d\.\d\d\n", said)
    assert "\ndischarge: cut into dis ##charge - which of them" in said
