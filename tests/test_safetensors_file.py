import json
import struct

import numpy as np
import pytest
import torch

from helpers.safetensors_file import read_safetensors


def packed(header, body):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def write(folder, raw):
    path = folder / "model.safetensors"
    path.write_bytes(raw)
    return path


def test_bytes_written_by_hand_come_back(tmp_path):
    a, b = np.array([[1, -2, 3]], dtype="<f4"), np.array([7, -8], dtype="<i8")
    half = struct.pack("<ee", 0.5, -1.5)
    header = {
        "__metadata__": {"format": "pt"},
        "b": {"dtype": "I64", "shape": [2], "data_offsets": [12, 28]},
        "a": {"dtype": "F32", "shape": [1, 3], "data_offsets": [0, 12]},
        "c": {"dtype": "F16", "shape": [2], "data_offsets": [28, 32]},
        "d": {"dtype": "BF16", "shape": [], "data_offsets": [32, 34]},
        "none": {"dtype": "F32", "shape": [0, 4], "data_offsets": [34, 34]},
    }
    bf16 = struct.pack("<f", 2.5)[2:]  # the upper half of a float32
    path = write(tmp_path, packed(header, a.tobytes() + b.tobytes() + half + bf16))
    found = read_safetensors(path)
    assert list(found) == ["b", "a", "c", "d", "none"]
    assert found["a"].tolist() == [[1, -2, 3]] and found["a"].dtype == torch.float32
    assert found["b"].tolist() == [7, -8] and found["c"].tolist() == [0.5, -1.5]
    assert found["d"].item() == 2.5 and found["none"].shape == (0, 4)


ENTRY = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    "raw, words",
    [
        (b"", "file is too short"),
        (b"\x05\x00\x00", "file is too short"),
        (struct.pack("<Q", 2**60) + b"{}", "file is too short"),
        (packed(b"{not json", b""), "no JSON object"),
        (packed(b"[1, 2]", b""), "no JSON object"),
        (packed({"w": ENTRY}, b"\0" * 4), "tensor w: bytes 0 to 8 of 4"),
        (packed({"w": ENTRY | {"shape": [3]}}, b"\0" * 8), r"tensor w.*\[3\]"),
        (packed({"w": ENTRY | {"data_offsets": [-8, 0]}}, b"\0" * 8), "tensor w"),
        (packed({"w": ENTRY | {"data_offsets": [4, 12]}}, b"\0" * 8), "bytes 4 to 12 of 8"),
        (packed({"w": ENTRY | {"dtype": "F33"}}, b"\0" * 8), "tensor w: cannot read its entry"),
        (packed({"w": {"dtype": "F32"}}, b""), "tensor w: cannot read its entry"),
        (packed({"w": ENTRY | {"shape": [-2]}}, b"\0" * 8), "tensor w"),
        (packed({"w": ENTRY | {"shape": ["2"]}}, b"\0" * 8), "tensor w"),
        (packed({"w": ENTRY | {"data_offsets": ["0", "8"]}}, b"\0" * 8), "tensor w"),
        (packed({"w": 5}, b""), "tensor w"),
        (packed({"w": ENTRY}, b"\0" * 9), "tensors hold 8 bytes, behind the header are 9"),
        (packed({"w": ENTRY, "v": ENTRY}, b"\0" * 8), "tensors hold 16 bytes, behind the header"),
    ],
)
def test_a_damaged_file_is_named_with_its_tensor(tmp_path, raw, words):
    with pytest.raises(ValueError, match=rf"model.safetensors.*{words}"):
        read_safetensors(write(tmp_path, raw))
