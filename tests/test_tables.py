import gzip
import random

import pytest

from helpers.tables import collect, read_header, read_table, scan_table
from helpers.unreadable import line_numbers


def write(tmp_path, content, name="VISITS.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


PLAIN = 'visit_id,code,note\n1,0331,"a, b"\n2,4280,\n'
SAME = {
    "plain": PLAIN.encode(),
    "windows line ends": PLAIN.replace("\n", "\r\n").encode(),
    "byte-order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "byte-order mark, quoted header": b'\xef\xbb\xbf"VISIT_ID","CODE","NOTE"\n1,0331,\n2,4280,\n',
    "upper case, all quoted": b'"VISIT_ID","CODE","NOTE"\n"1","0331","a, b"\n"2","4280",""\n',
    "other columns, other order": b"x,CODE,y,Visit_Id\n,0331,,1\n7,4280,,2\n",
    "blanks around": b" visit_id , code\n 1 , 0331\n2 ,4280 \n",
    "no line end at the end": PLAIN.encode().rstrip(b"\n"),
    "gzipped": gzip.compress(PLAIN.encode()),
    "gzipped in two parts": gzip.compress(PLAIN[:25].encode()) + gzip.compress(PLAIN[25:].encode()),
}


@pytest.mark.parametrize("way", SAME)
def test_a_table_reads_the_same_however_it_is_written(tmp_path, way):
    path = write(tmp_path, SAME[way], "VISITS.csv.gz" if "gzipped" in way else "VISITS.csv")
    assert read_table(path, ("visit_id", "code")).rows() == [("1", "0331"), ("2", "4280")]


def test_text_stays_text_and_only_nothing_is_null(tmp_path):
    path = write(tmp_path, 'a,b\n00002821501,NA\n1e5,?\n"",NULL\n12.50,"  "\nOther,none\n')
    assert read_table(path, ("a", "b")).rows() == [
        ("00002821501", "NA"),
        ("1e5", "?"),
        (None, None),
        ("12.50", None),
        ("Other", "none"),
    ]


def test_an_empty_cell_does_not_empty_its_row(tmp_path):
    path = write(tmp_path, "a,b\n1,\n,2\n")
    assert read_table(path, ("a", "b"), ("absent",)).rows() == [
        ("1", None, None),
        (None, "2", None),
    ]


def test_a_header_alone_is_an_empty_table(tmp_path):
    table = read_table(write(tmp_path, "visit_id,code\n"), ("visit_id", "code"), ("note",))
    assert table.height == 0 and table.columns == ["visit_id", "code", "note"]


def test_a_missing_column_is_named_with_the_closest_one(tmp_path):
    path = write(tmp_path, "VISITID,CODE\n1,2\n")
    with pytest.raises(ValueError, match=r"VISITS.csv has no column 'visit_id'.*'VISITID'"):
        read_table(path, ("visit_id",))
    with pytest.raises(ValueError, match=r"no column 'admittime'; its columns are VISITID, CODE"):
        read_table(path, ("admittime",))


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_other_separators_are_recognized(tmp_path, mark):
    path = write(tmp_path, PLAIN.replace(",", mark))
    with pytest.raises(ValueError, match="not separated by commas"):
        read_table(path, ("visit_id",))


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "is empty, it has not even a header"),
        (gzip.compress(b"", mtime=0), "is empty, it has not even a header"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1\n",
            "Git-LFS pointer",
        ),
        (b"<!DOCTYPE html><html>Please log in</html>", "a web page and not data"),
        (b"PK\x03\x04rest", "zip archive or a spreadsheet"),
        (b"PAR1rest", "Parquet"),
        ("visit_id,code\n1,2\n".encode("utf-16"), "UTF-16"),
        (b"visit_id,code\r1,2\r3,4\r", "CR alone"),
        (b"\n \n\n", "is empty, it has not even a header"),
        (b"\x00" * 500, "binary data and not text"),
        (gzip.compress(gzip.compress(PLAIN.encode(), mtime=0), mtime=0), "gzipped twice"),
    ],
)
@pytest.mark.parametrize("name", ["VISITS.csv", "VISITS.csv.gz"])
def test_a_file_that_is_no_table_is_named_for_what_it_is(tmp_path, content, message, name):
    with pytest.raises(ValueError, match=rf"{name} .*{message}"):
        read_header(write(tmp_path, content, name))


@pytest.mark.parametrize("share", [0.001, 0.5, 0.999])
def test_a_gzip_file_cut_short(tmp_path, share):
    rng = random.Random(0)
    rows = "".join(f"{i},{rng.randrange(10**9)}\n" for i in range(50_000))
    whole = gzip.compress(("visit_id,code\n" + rows).encode())
    path = write(tmp_path, whole[: int(len(whole) * share)], "VISITS.csv.gz")
    with pytest.raises(ValueError, match=r"VISITS.csv.gz.*cut short or damaged"):
        read_table(path, ("visit_id", "code"))


def test_a_byte_that_is_not_utf8_is_shown_with_its_line(tmp_path):
    path = write(tmp_path, "visit_id,note\n1,ok\n2,caf\u00e9\n".encode("latin-1"))
    with pytest.raises(ValueError, match=r"VISITS.csv cannot be read: line 3 holds byte 0xe9"):
        read_table(path, ("visit_id", "note"))


def test_a_row_with_too_many_fields_is_shown_with_its_line(tmp_path):
    path = write(tmp_path, "visit_id,code\n1,2\n2,3,4\n")
    with pytest.raises(ValueError, match="line 3 has 3 fields, the header 2"):
        read_table(path, ("visit_id", "code"))


@pytest.mark.parametrize("wanted", ["visit_id", "code", "note"])
def test_width_is_checked_whichever_columns_are_read(tmp_path, wanted):
    path = write(tmp_path, "visit_id,code,note\n1,2,a\n2,3,b, c\n")
    with pytest.raises(ValueError, match="line 3 has 4 fields, the header 3"):
        read_table(path, (wanted,))


@pytest.mark.parametrize(
    "end, message",
    [
        ("2,42", "ends in the middle of a row, its last line has 2 of 3 fields"),
        ("2", "ends in the middle of a row, its last line has 1 of 3 fields"),
        ("2,42" + "\0" * 400, "ends with NUL bytes"),
    ],
)
def test_a_plain_file_cut_short(tmp_path, end, message):
    with pytest.raises(ValueError, match=f"VISITS.csv {message}"):
        read_table(write(tmp_path, PLAIN + end), ("visit_id",))


def test_a_last_row_of_two_lines_is_not_cut_short(tmp_path):
    path = write(tmp_path, 'visit_id,code,note\n1,2,"two\nlines"')
    assert read_table(path, ("note",)).rows() == [("two\nlines",)]


@pytest.mark.parametrize("header", ["code,note,code", "CODE,note,code", '"code",note," Code"'])
def test_two_columns_of_one_name_are_refused(tmp_path, header):
    with pytest.raises(ValueError, match=r"VISITS.csv has two columns 'code'"):
        read_header(write(tmp_path, f"{header}\n1,2,3\n"))


def test_columns_without_a_name_do_not_matter(tmp_path):
    path = write(tmp_path, ",code,,\n0,1,2,\n")
    assert read_table(path, ("code",)).rows() == [("1",)]


def test_a_folder_may_have_any_name(tmp_path):
    folder = tmp_path / "export [2]*?"
    folder.mkdir()
    assert read_table(write(folder, PLAIN), ("code",)).rows() == [("0331",), ("4280",)]


def test_a_quote_that_is_never_closed(tmp_path):
    path = write(tmp_path, 'visit_id,code\n0,1\n1,"2\n3,4\n')
    with pytest.raises(ValueError, match=r"line 3 has a double quote that is never closed"):
        read_table(path, ("visit_id", "code"))


def test_a_quote_inside_of_a_field(tmp_path):
    path = write(tmp_path, 'visit_id,note\n1,"said ""no"", left"\n2,5"4 tall\n')
    with pytest.raises(ValueError, match="line 3 has a double quote inside of a field"):
        read_table(path, ("visit_id", "note"))


def test_a_column_read_as_numbers_must_hold_numbers(tmp_path):
    import polars as pl

    path = write(tmp_path, "Seq,code\n1,0331\n2,4280\n")
    plan = scan_table(path, ("seq", "code"), types={"seq": pl.Int32})
    assert collect(plan, path).rows() == [(1, "0331"), (2, "4280")]
    bad = write(tmp_path, "Seq,code\nx,0331\n")
    with pytest.raises(ValueError, match="cannot be read"):
        collect(scan_table(bad, ("seq", "code"), types={"seq": pl.Int32}), bad)


def test_line_numbers_count_line_breaks_inside_quotes(tmp_path):
    path = write(tmp_path, 'a,b\n1,x\n2,"y\nz"\n3,w\n')
    assert line_numbers(path, [0, 1, 2]) == [2, 3, 5]
    assert line_numbers(path, [2]) == [5]
