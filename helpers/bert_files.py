"""Read a BERT from a local folder in the usual layout of released models.

The folder holds ``config.json`` (the sizes), ``vocab.txt`` (the pieces, one a line) and the
parameters: ``model.safetensors``, or ``pytorch_model.bin``, of which only tensors are unpickled.
Nothing is downloaded, and no code of the folder is run.
"""

import json
from pathlib import Path
from pickle import UnpicklingError

import torch
from jaxtyping import Shaped
from torch import Tensor

from helpers.bert import Bert, BertConfig
from helpers.safetensors_file import read_safetensors
from helpers.word_pieces import WordPieces

SIZES = {  # ours: theirs
    "vocab_size": "vocab_size",
    "positions": "max_position_embeddings",
    "segments": "type_vocab_size",
    "dim": "hidden_size",
    "heads": "num_attention_heads",
    "hidden": "intermediate_size",
    "layers": "num_hidden_layers",
}
INPUTS = {
    "token": "embeddings.word_embeddings",
    "position": "embeddings.position_embeddings",
    "segment": "embeddings.token_type_embeddings",
    "norm_input": "embeddings.LayerNorm",
}
BLOCK = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "merge": "attention.output.dense",
    "norm_attention": "attention.output.LayerNorm",
    "widen": "intermediate.dense",
    "narrow": "output.dense",
    "norm_network": "output.LayerNorm",
}
HEAD = {
    "guess": "cls.predictions.transform.dense",
    "norm_guess": "cls.predictions.transform.LayerNorm",
    "guess_bias": "cls.predictions.bias",
}


def load_bert(folder: Path | str) -> tuple[Bert, WordPieces]:
    """Return the model and its tokenizer.

    A folder without the layer that guesses words (``BertModel`` alone) is read too; then the
    vectors are right, and the guesses mean nothing: `guess` keeps its first values.

    Raises
    ------
    FileNotFoundError
        If the folder or a file is missing; the message says which files are looked for.
    ValueError
        If the folder is not a BERT, or a tensor is missing or has another shape than the sizes
        say.
    """
    folder = Path(folder).expanduser()
    settings = _settings(folder / "config.json")
    config = _sizes(folder / "config.json", settings)
    tokenizer = WordPieces.read(_file(folder, "vocab.txt"), lower=_lower(folder))
    if len(tokenizer.pieces) > config.vocab_size:
        raise ValueError(
            f"{folder}: vocab.txt has {len(tokenizer.pieces)} pieces, the table of config.json "
            f"{config.vocab_size} rows"
        )
    path, found = _parameters(folder)
    model = Bert(config)
    model.load_state_dict(_ours(path, found, model), strict=True)
    return model.eval(), tokenizer


def _file(folder: Path, *names: str) -> Path:
    """Return the first of the files that is there."""
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"{folder} has no {' and no '.join(names)}")


def _settings(path: Path) -> dict:
    try:
        settings = json.loads(_file(path.parent, path.name).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON ({error})") from error
    kind = settings.get("model_type", "bert") if isinstance(settings, dict) else "unknown"
    if kind != "bert":
        raise ValueError(f"{path}: the model is a {kind!r}, only 'bert' can be read")
    for name, only in (("hidden_act", "gelu"), ("position_embedding_type", "absolute")):
        if settings.get(name, only) != only:
            raise ValueError(f"{path}: {name} is {settings[name]!r}, only {only!r} can be read")
    return settings


def _sizes(path: Path, settings: dict) -> BertConfig:
    missing = [name for name in SIZES.values() if name not in settings]
    if missing:
        raise ValueError(f"{path}: {missing[0]} is missing")
    sizes = {ours: settings[theirs] for ours, theirs in SIZES.items()}
    for ours, size in sizes.items():
        if not isinstance(size, int) or size < 1:
            raise ValueError(f"{path}: {SIZES[ours]} is {size!r}, a whole number is needed")
    try:
        return BertConfig(**sizes, epsilon=float(settings.get("layer_norm_eps", 1e-12)))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _lower(folder: Path) -> bool:
    """Return whether the model wants lower case: it does, unless its tokenizer says no."""
    path = folder / "tokenizer_config.json"
    if not path.is_file():
        return True
    return bool(json.loads(path.read_text(encoding="utf-8")).get("do_lower_case", True))


def _parameters(folder: Path) -> tuple[Path, dict[str, Shaped[Tensor, "..."]]]:
    path = _file(folder, "model.safetensors", "pytorch_model.bin")
    if path.suffix == ".safetensors":
        return path, read_safetensors(path)
    try:
        return path, torch.load(path, map_location="cpu", weights_only=True)
    except (UnpicklingError, RuntimeError) as error:
        raise ValueError(f"{path} holds more than tensors, or is damaged; not read") from error


def _ours(
    path: Path, found: dict[str, Shaped[Tensor, "..."]], model: Bert
) -> dict[str, Shaped[Tensor, "..."]]:
    """Return the parameters under our names, in single precision."""
    theirs = {_modern(name): tensor for name, tensor in found.items()}
    names = dict(INPUTS)
    for i in range(model.config.layers):
        names |= {f"blocks.{i}.{a}": f"encoder.layer.{i}.{b}" for a, b in BLOCK.items()}
    if HEAD["guess"] + ".weight" in theirs:
        names |= HEAD
    ours = model.state_dict()  # what is not found keeps its first values
    for name, value in ours.items():
        owner, _, kind = name.rpartition(".")
        place = names.get(name) or (f"{names[owner]}.{kind}" if owner in names else None)
        if place is None:
            continue
        if place not in theirs:
            raise ValueError(f"{path}: there is no tensor {place}")
        if theirs[place].shape != value.shape:
            shapes = f"{tuple(theirs[place].shape)}, config.json makes it {tuple(value.shape)}"
            raise ValueError(f"{path}: tensor {place} has shape {shapes}")
        ours[name] = theirs[place].float()
    return ours


def _modern(name: str) -> str:
    """Return a name as files write it now: without ``bert.``, and weight for gamma."""
    name = name.removeprefix("bert.")
    name = name.replace("LayerNorm.gamma", "LayerNorm.weight")
    return name.replace("LayerNorm.beta", "LayerNorm.bias")
