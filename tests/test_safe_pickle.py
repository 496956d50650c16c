import collections
import copyreg
import datetime
import gzip
import os
import pickle
import struct

import numpy as np
import pytest

from helpers.safe_pickle import load_pickle

PLAIN = [
    [[1, 2], [-1], []],
    [[2**40, -(2**70), 0, 255, 256, 65536]],
    {"D_428.0": 0, "é": 1, "日本": 2, None: 3, 4: (5, (6,), (7, 8), (9, 10, 11), (1, 2, 3, 4))},
    ("text", b"bytes", b"", b"\xff\x00", 1.5, True, False, None, float("inf")),
    {},
    [],
    (),
    "x" * 100_000,
    list(range(3000)),
    [[0]] * 5,
]


def write(folder, data, name="some.seqs"):
    path = folder / name
    path.write_bytes(data)
    return path


def refused(folder, data, match):
    path = write(folder, data)
    with pytest.raises(ValueError, match=match) as caught:
        load_pickle(path)
    assert str(caught.value).startswith("some.seqs") and str(path) in str(caught.value)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("data", PLAIN, ids=range(len(PLAIN)))
def test_plain_data_comes_back(tmp_path, data, protocol):
    path = write(tmp_path, pickle.dumps(data, protocol))
    assert load_pickle(path) == data == load_pickle(str(path))
    assert load_pickle(write(tmp_path, gzip.compress(path.read_bytes()))) == data


ARRAYS = [
    (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
    (np.asfortranarray([[1.5, 2], [3, 4]]), [[1.5, 2], [3, 4]]),
    (np.array([[1, 2, 3], [4, 5, 6]], dtype=">f4")[:, ::2], [[1, 3], [4, 6]]),
    (np.array([], dtype=int), []),
    ([np.int64(3), np.float32(0.5), np.bool_(True), np.uint8(7)], [3, 0.5, True, 7]),
    ({np.str_("D_428.0"): np.int32(0)}, {"D_428.0": 0}),
    (np.array([[1, 2], [-1], []], dtype=object), [[1, 2], [-1], []]),
    ([np.array([5, 6]), np.array([-1])], [[5, 6], [-1]]),
    (np.arange(24).reshape(2, 3, 4), np.arange(24).reshape(2, 3, 4).tolist()),
    (np.array([b"a", b"bc"]), [b"a", b"bc"]),
    (np.array([0.0, 1.0])[::-1], [1.0, 0.0]),
]


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(("data", "plain"), ARRAYS, ids=range(len(ARRAYS)))
def test_numpy_comes_back_as_plain_numbers(tmp_path, data, plain, protocol):
    found = load_pickle(write(tmp_path, pickle.dumps(data, protocol)))
    assert found == plain
    flat = [found, *found] if isinstance(found, list) else list(found)
    assert not any(isinstance(value, np.generic | np.ndarray) for value in flat)


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("protocol", range(6))
def test_a_matrix_is_a_list_of_rows(tmp_path, protocol):
    data = pickle.dumps(np.matrix([[1.0, 2.0]]), protocol)
    assert load_pickle(write(tmp_path, data)) == [[1.0, 2.0]]


PYTHON_2 = {
    b"(lp0\n(lp1\nI1\naI2\naa(lp2\nI-1\naa.": [[1, 2], [-1]],
    b"(lp1\n(lp2\nL5L\naL7L\naa.": [[5, 7]],
    b"(dp1\nS'D_428.0'\np2\nI0\nsS'caf\\xe9'\np3\nI1\ns.": {"D_428.0": 0, "café": 1},
    b"\x80\x02}q\x01(U\x07D_428.0q\x02K\x00U\x04caf\xe9q\x03K\x01u.": {"D_428.0": 0, "café": 1},
    b"\x80\x02]q\x01]q\x02(\x8a\x01\x05K\x07ea.": [[5, 7]],
    b"\x80\x02cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85U\x01b\x87Rq"
    b"\x03(K\x01K\x02\x85cnumpy\ndtype\nq\x04U\x02i8K\x00K\x01\x87Rq\x05(K\x03U\x01<NNNJ\xff\xff"
    b"\xff\xffJ\xff\xff\xff\xffK\x00tb\x89U\x10\x05\x00\x00\x00\x00\x00\x00\x00\xe9\x00\x00\x00\x00"
    b"\x00\x00\x00tb.": [5, 233],
}


@pytest.mark.parametrize("data", PYTHON_2, ids=range(len(PYTHON_2)))
def test_what_python_2_wrote_is_read(tmp_path, data):
    assert load_pickle(write(tmp_path, data)) == PYTHON_2[data]


class Malicious:
    def __reduce__(self):
        return os.system, ("echo run > ran.txt",)


class State:
    def __init__(self):
        self.inside = 1


class Named:
    def __init__(self, *what):
        self.what = what

    def __reduce__(self):
        return self.what


STRANGE = {
    "system": (Malicious(), f"asks for {os.name}.system, which is no plain data, and is refused"),
    "in a list": ([[1], [Malicious()]], "system"),
    "as a key": ({b"a": Malicious()}, "system"),
    "eval": (Named(eval, ("open('ran.txt', 'w')",)), "asks for (__builtin__|builtins).eval"),
    "getattr": (Named(getattr, (1, "real")), "getattr"),
    "numpy load": (Named(np.load, ("x",)), "load"),
    "set": ({1, 2}, "(?i)set"),
    "frozenset": (frozenset({1, 2}), "(?i)frozenset"),
    "ordered": (collections.OrderedDict(a=1), "collections.OrderedDict"),
    "default": (collections.defaultdict(list), "collections.defaultdict"),
    "date": ([datetime.date(2020, 1, 1)], "datetime.date"),
    "instance": (State(), "State|copyreg|copy_reg"),
    "class": (State, "State"),
    "complex": (1 + 2j, "complex"),
    "dates of numpy": (np.array(["2020-01-01"], dtype="M8[D]"), "not of numbers or text"),
    "records of numpy": (np.array([(1, 2.0)], dtype="i4,f4"), "not of numbers or text|unknown"),
    "no dimension": (np.array(5), "shape"),
    "key that is a tuple": ({(1, 2): 3}, "tuple as key of a dict"),
}


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("name", STRANGE)
def test_what_is_no_plain_data_is_refused_by_name(tmp_path, monkeypatch, name, protocol):
    monkeypatch.chdir(tmp_path)
    data, match = STRANGE[name]
    refused(tmp_path, pickle.dumps(data, protocol), match)
    assert not (tmp_path / "ran.txt").exists()


BY_HAND = {
    "REDUCE with GLOBAL": (b"cos\nsystem\n(S'echo run > ran.txt'\ntR.", "os.system"),
    "GLOBAL alone": (b"cposix\nsystem\n.", "posix.system"),
    "GLOBAL deep": (b"\x80\x04cnumpy\nload.os.system\n.", "numpy.load.os.system"),
    "STACK_GLOBAL": (b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02ls\x85R.", "os.system"),
    "STACK_GLOBAL of numbers": (b"\x80\x04K\x01K\x02\x93.", "damaged"),
    "INST": (b"(S'echo run > ran.txt'\nios\nsystem\n.", "os.system"),
    "OBJ": (b"(cos\nsystem\nS'ls'\no.", "os.system"),
    "OBJ of a stand-in": (b"(cnumpy\ndtype\nS'i8'\no.", "instruction OBJ"),
    "NEWOBJ of a stand-in": (b"\x80\x02cnumpy\ndtype\nU\x02i8\x85\x81.", "instruction NEWOBJ"),
    "NEWOBJ_EX": (b"\x80\x04K\x01)}\x92.", "instruction NEWOBJ_EX"),
    "EXT1": (b"\x80\x02\x82\x01.", "instruction EXT1"),
    "EXT2": (b"\x80\x02\x83\x01\x00.", "instruction EXT2"),
    "EXT4": (b"\x80\x02\x84\x01\x00\x00\x00.", "instruction EXT4"),
    "PERSID": (b"Pwhere\n.", "instruction PERSID"),
    "BINPERSID": (b"\x80\x02K\x01Q.", "instruction BINPERSID"),
    "NEXT_BUFFER": (b"\x80\x05\x97.", "instruction NEXT_BUFFER"),
    "READONLY_BUFFER": (b"\x80\x05C\x01a\x98.", "instruction READONLY_BUFFER"),
    "EMPTY_SET": (b"\x80\x04\x8f.", "instruction EMPTY_SET"),
    "BUILD on a list": (b"\x80\x02]}b.", "inside a list"),
    "BUILD on a class": (b"\x80\x02cnumpy\ndtype\n}b.", "inside a type"),
    "REDUCE of text": (b"\x80\x02U\x02ls)R.", "damaged"),
    "SETITEM on a list": (b"\x80\x02]K\x00K\x00s.", "key of a list"),
    "shape of -1": (
        b"\x80\x04cnumpy.core.numeric\n_frombuffer\n(C\x02abcnumpy\ndtype\nU\x02i1\x85RJ\xff\xff\xff"
        b"\xffJ\xfe\xff\xff\xff\x86U\x01CtR.",
        "damaged",
    ),
    "encode in another way": (b"c_codecs\nencode\n(S'a'\nS'zlib'\ntR.", "damaged"),
    "text": (b"patient,visit,code\n1,1,4280\n", "no pickle|damaged"),
    "numbers": (b"1 2 3\n-1\n4 5\n", "damaged"),
    "JSON": (b"[[1, 2], [-1]]", "JSON"),
    "JSON of a dict": (b'{"D_428.0": 0}', "JSON"),
    "web page": (b"<!DOCTYPE html>", "web page"),
    "pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git-LFS pointer"),
    "npz": (b"PK\x03\x04abc", "zip archive"),
    "npy": (b"\x93NUMPY\x01\x00", "numpy.save"),
    "hdf5": (b"\x89HDF\r\n\x1a\n", "HDF5"),
    "parquet": (b"PAR1abc", "Parquet"),
    "empty": (b"", "is empty"),
    "blank": (b" \n", "is empty"),
    "zeros": (bytes(100), "0x00 is no instruction"),
    "only a stop": (b".", "damaged"),
    "unknown protocol": (b"\x80\x09K\x01.", "unsupported pickle protocol: 9"),
    "gzip cut short": (gzip.compress(pickle.dumps(list(range(9999))))[:-50], "gzip data is cut"),
    "gzip of nothing": (gzip.compress(b""), "is empty"),
    "gzip twice": (gzip.compress(gzip.compress(b"N.")), "gzipped twice"),
    "two pickles": (pickle.dumps([1]) + pickle.dumps([2]), "two pickles"),
    "get of nothing": (b"\x80\x02h\x05.", "damaged"),
    "huge number in text": (b"I" + b"9" * 10_000 + b"\n.", "damaged"),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_written_by_hand(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    refused(tmp_path, *BY_HAND[name])
    assert not (tmp_path / "ran.txt").exists()


def test_an_extension_that_another_pickle_has_loaded_is_refused_too(tmp_path):
    copyreg.add_extension("os", "getcwd", 77)
    try:
        assert pickle.loads(b"\x80\x02\x82\x4d)R.") == os.getcwd()  # now it is in Python's cache
        refused(tmp_path, b"\x80\x02\x82\x4d)R.", "instruction EXT1")
    finally:
        copyreg.remove_extension("os", "getcwd", 77)


@pytest.mark.parametrize("protocol", range(6))
def test_every_place_at_which_a_file_can_be_cut(tmp_path, protocol):
    whole = pickle.dumps([[1, 300, 70_000, 2**40], [-1], {"a": 1.5, "b": b"c"}], protocol)
    for end in range(1, len(whole)):
        refused(tmp_path, whole[:end], "cut short")


BOMBS = {
    "memo far away": b"\x80\x02Nr\xff\xff\xff\x7f.",
    "bytes that are not there": b"\x80\x04\x8e" + struct.pack("<Q", 2**40) + b"a.",
    "bytearray that is not there": b"\x80\x05\x96" + struct.pack("<Q", 2**36) + b"a.",
    "text that is not there": b"\x80\x04\x8d" + struct.pack("<Q", 2**62) + b"a.",
    "frame that is not there": b"\x80\x04\x95" + struct.pack("<Q", 2**50) + b"N.",
    "rows of nothing": b"\x80\x04cnumpy.core.numeric\n_frombuffer\n(C\x00cnumpy\ndtype\n"
    b"U\x02i1\x85R\x8a\x06\x00\x00\x00\x00\x00\x01K\x00\x86U\x01CtR.",
    "key of keys": b"\x80\x02}K\x01\x85" + b"2\x86" * 60 + b"Ns.",
}


@pytest.mark.parametrize("name", BOMBS)
def test_small_files_do_not_fill_the_memory(tmp_path, name):
    path = write(tmp_path, BOMBS[name])
    try:
        assert load_pickle(path) is None  # a place in the memo is only a number
    except ValueError as error:
        assert "some.seqs" in str(error)


def test_lists_in_lists_and_in_themselves_are_data(tmp_path):
    deep = load_pickle(write(tmp_path, b"\x80\x02" + b"]" * 5000 + b"a" * 4999 + b"."))
    assert len(deep) == 1
    ring = load_pickle(write(tmp_path, b"\x80\x02]q\x01h\x01a."))
    assert ring[0] is ring


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist"):
        load_pickle(tmp_path / "none.seqs")
    with pytest.raises(FileNotFoundError, match="is a folder"):
        load_pickle(tmp_path)
