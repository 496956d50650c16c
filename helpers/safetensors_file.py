"""Read a safetensors file: the plain format in which parameters of models are shared.

Eight bytes hold the length of the header (an unsigned integer, low byte first). The header is
JSON: for each tensor its type, its shape and where its bytes begin and end behind the header. The
rest are those bytes. Nothing in it can run, which is the point of the format: a pickle can.

Source: the description in github.com/huggingface/safetensors, README, "Format".
"""

import json
from pathlib import Path

import torch
from jaxtyping import Shaped
from torch import Tensor

TYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
LONGEST_HEADER = 100_000_000  # bytes; the released reader has the same limit


def read_safetensors(path: Path) -> dict[str, Shaped[Tensor, "..."]]:
    """Return the tensors of a file by name.

    Raises
    ------
    ValueError
        If the file is cut off, or its header does not describe its bytes. The message names the
        file and, if it is one, the tensor.
    """
    raw = bytearray(Path(path).read_bytes())  # a tensor made from it may be written to
    size = int.from_bytes(raw[:8], "little")
    if len(raw) < 8 or size > min(len(raw) - 8, LONGEST_HEADER):
        raise ValueError(f"{path}: the header is said to have {size} bytes, the file is too short")
    try:
        header = json.loads(raw[8 : 8 + size])
        entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
    except (ValueError, AttributeError) as error:
        raise ValueError(f"{path}: the header is no JSON object ({error})") from error
    rest = memoryview(raw)[8 + size :]
    tensors = {name: _tensor(path, name, entry, rest) for name, entry in entries.items()}
    held = sum(tensor.nbytes for tensor in tensors.values())
    if held != len(rest):  # the format knows no gaps and no overlaps
        raise ValueError(
            f"{path}: its tensors hold {held} bytes, behind the header are {len(rest)}"
        )
    return tensors


def _tensor(path: Path, name: str, entry: object, rest: memoryview) -> Shaped[Tensor, "..."]:
    try:
        kind, shape, (begin, end) = TYPES[entry["dtype"]], entry["shape"], entry["data_offsets"]
        count = torch.Size(shape).numel()
        fits = 0 <= begin <= end <= len(rest) and end - begin == count * kind.itemsize
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{path}, tensor {name}: cannot read its entry {entry}") from error
    if not fits:
        raise ValueError(
            f"{path}, tensor {name}: bytes {begin} to {end} of {len(rest)} do not hold {shape} "
            f"numbers of {kind.itemsize} bytes"
        )
    if count == 0:
        return torch.empty(shape, dtype=kind)
    return torch.frombuffer(rest[begin:end], dtype=kind).reshape(shape)
