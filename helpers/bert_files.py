"""Read a BERT from a local folder in the usual layout of released models.

The folder holds ``config.json`` (the sizes), ``vocab.txt`` (the pieces, one a line) and the
parameters: ``model.safetensors``, or ``pytorch_model.bin``, of which only tensors are unpickled.
Nothing is downloaded, and no code of the folder is run.
"""

import json
import re
from dataclasses import replace
from pathlib import Path

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
ONLY = {  # the one value of a setting that can be read
    "hidden_act": "gelu",
    "position_embedding_type": "absolute",
    "is_decoder": False,
}
LFS_POINTER = b"version https://git-lfs"


def load_bert(folder: Path | str) -> tuple[Bert, WordPieces]:
    """Return the model and its tokenizer.

    A folder without the layer that guesses words (``BertModel`` alone) is read too; then the
    vectors are right, and the guesses mean nothing: `guess` keeps its first values.

    Raises
    ------
    FileNotFoundError
        If the folder or a file is missing; the message says which files are looked for.
    ValueError
        If the folder is not a BERT, a file is damaged, or a tensor is missing, is not finite, or
        has another shape than the sizes say.
    """
    folder = Path(folder).expanduser()
    settings = _settings(folder / "config.json")
    config = _sizes(folder / "config.json", settings)
    tokenizer = _tokenizer(folder)
    if len(tokenizer.pieces) > config.vocab_size:
        raise ValueError(
            f"{folder}: vocab.txt has {len(tokenizer.pieces)} pieces, the table of config.json "
            f"{config.vocab_size} rows"
        )
    path, found = _parameters(folder)
    ours = _ours(path, found, config)
    model = Bert(config)
    model.load_state_dict(ours, strict=False)  # a layer that guesses words may be missing
    return model.eval(), tokenizer


def _file(folder: Path, *names: str) -> Path:
    """Return the first of the files that is there."""
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}")
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"{folder} has no {' and no '.join(names)}")


def _read_object(path: Path) -> dict:
    """Read a file that holds one JSON object."""
    try:
        found = json.loads(_file(path.parent, path.name).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON ({error})") from error
    if not isinstance(found, dict):
        raise ValueError(f"{path}: a JSON object is needed, not {str(found)[:20]!r}")
    return found


def _settings(path: Path) -> dict:
    settings = _read_object(path)
    kind = settings.get("model_type", "bert")
    if kind != "bert":
        raise ValueError(f"{path}: the model is a {kind!r}, only 'bert' can be read")
    for name, only in ONLY.items():
        if settings.get(name, only) != only:
            raise ValueError(f"{path}: {name} is {settings[name]!r}, only {only!r} can be read")
    return settings


def _sizes(path: Path, settings: dict) -> BertConfig:
    missing = [name for name in SIZES.values() if name not in settings]
    if missing:
        raise ValueError(f"{path}: {missing[0]} is missing")
    sizes = {ours: settings[theirs] for ours, theirs in SIZES.items()}
    for ours, size in sizes.items():
        if type(size) is not int or size < 1:
            raise ValueError(f"{path}: {SIZES[ours]} is {size!r}, a whole number above 0 is needed")
    epsilon = settings.get("layer_norm_eps", 1e-12)
    if type(epsilon) not in (int, float) or not 0 <= epsilon < 1:
        raise ValueError(f"{path}: layer_norm_eps is {epsilon!r}, a small number is needed")
    try:
        return BertConfig(**sizes, epsilon=epsilon)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _tokenizer(folder: Path) -> WordPieces:
    """Read the pieces; whether they want lower case is in the settings, or seen in the pieces.

    Some cased models, BERTs for clinical text among them, come without the setting. The released
    reader then lower-cases what they read; here a piece with a capital letter keeps the case.
    """
    tokenizer = WordPieces.read(_file(folder, "vocab.txt"))
    path = folder / "tokenizer_config.json"
    settings = _read_object(path) if path.is_file() else {}
    has_capitals = any(re.match("(##)?[a-z]*[A-Z]", piece) for piece in tokenizer.pieces)
    lower = settings.get("do_lower_case", not has_capitals)
    if not isinstance(lower, bool):
        raise ValueError(f"{path}: do_lower_case is {lower!r}, true or false is needed")
    return replace(tokenizer, lower=lower)


def _parameters(folder: Path) -> tuple[Path, dict[str, Shaped[Tensor, "..."]]]:
    path = _file(folder, "model.safetensors", "pytorch_model.bin")
    with path.open("rb") as file:
        if file.read(len(LFS_POINTER)) == LFS_POINTER:
            raise ValueError(f"{path} is a pointer of Git LFS, not the model: `git lfs pull` it")
    if path.suffix == ".safetensors":
        return path, read_safetensors(path)
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises many kinds on a damaged file
        raise ValueError(f"{path} holds more than tensors, or is damaged; not read") from error
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise ValueError(f"{path} does not hold tensors by their names")
    return path, found


def _ours(
    path: Path, found: dict[str, Shaped[Tensor, "..."]], config: BertConfig
) -> dict[str, Shaped[Tensor, "..."]]:
    """Return the parameters under our names, in single precision."""
    theirs = {_modern(name): tensor for name, tensor in found.items()}
    layers = {int(hit[1]) for name in theirs if (hit := re.match(r"encoder\.layer\.(\d+)\.", name))}
    if layers and max(layers) + 1 != config.layers:
        raise ValueError(f"{path} has {max(layers) + 1} layers, config.json {config.layers}")
    names = dict(INPUTS)
    for i in range(config.layers):
        names |= {f"blocks.{i}.{a}": f"encoder.layer.{i}.{b}" for a, b in BLOCK.items()}
    if HEAD["guess"] + ".weight" in theirs:
        names |= HEAD
    with torch.device("meta"):  # shapes alone: a damaged config.json may ask for any size
        shapes = {name: value.shape for name, value in Bert(config).state_dict().items()}
    ours = {}
    for name, shape in shapes.items():
        owner, _, kind = name.rpartition(".")
        place = names.get(name) or (f"{names[owner]}.{kind}" if owner in names else None)
        if place is not None:
            ours[name] = _checked(path, place, theirs.get(place), shape)
    return ours


def _checked(path: Path, place: str, tensor: object, shape: torch.Size) -> Shaped[Tensor, "..."]:
    """Return a tensor in single precision if it is there, fits, and holds numbers."""
    if not isinstance(tensor, Tensor):
        raise ValueError(f"{path}: there is no tensor {place}")
    if tensor.shape != shape:
        shapes = f"{tuple(tensor.shape)}, config.json makes it {tuple(shape)}"
        raise ValueError(f"{path}: tensor {place} has shape {shapes}")
    if not tensor.isfinite().all():
        raise ValueError(f"{path}: tensor {place} holds what is no number (nan or infinite)")
    return tensor.detach().float()


def _modern(name: str) -> str:
    """Return a name as files write it now: without ``bert.``, and weight for gamma."""
    name = name.removeprefix("bert.")
    name = name.replace("LayerNorm.gamma", "LayerNorm.weight")
    return name.replace("LayerNorm.beta", "LayerNorm.bias")
