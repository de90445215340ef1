"""Lists are read as text, CSV or Parquet, compressed or not, from any file system."""

import bz2
import gzip
import hashlib
import lzma

import fsspec
import pyarrow
import pyarrow.parquet
import pytest
from json_head.bulk import lists
from json_head.bulk.errors import BulkError

URLS = [f"https://a.example/{number}" for number in range(5)]
TEXT = "\n".join(URLS).encode()


def entries(path, column=None):
    read = []
    for piece in lists.pieces(str(path), column):
        read += piece.decode().split("\n") if isinstance(piece, bytes) else piece.to_pylist()
    return [entry for entry in read if entry]


def save(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return path


# Without a time in gzip streams, because pytest-xdist requires that all processes give the tests the same names.
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.txt", TEXT),
        ("list", TEXT),
        ("list.txt", b"\xef\xbb\xbf" + TEXT + b"\n"),
        ("list.txt.gz", gzip.compress(TEXT, mtime=0)),
        ("list.txt.bz2", bz2.compress(TEXT)),
        ("list.csv", b"id,URL,text\n" + b"".join(b'1,%b,"a, b"\n' % url.encode() for url in URLS)),
        ("list.tsv", b"\xef\xbb\xbfurl\ttext\n" + b"".join(b"%b\ta\n" % url.encode() for url in URLS)),
        ("list.csv.gz", gzip.compress(b"address\n" + TEXT, mtime=0)),
        ("list.csv", b"url;text\n" + b"".join(b"%b;a\n" % url.encode() for url in URLS)),
        ("list.csv", b"url\ttext\n" + b"".join(b"%b\ta\n" % url.encode() for url in URLS)),
        ("list.csv", b"text,url\n" + b"".join(b'"a\nb",%b\n' % url.encode() for url in URLS)),
    ],
)
def test_every_kind_is_read(tmp_path, name, content):
    assert entries(save(tmp_path, name, content)) == URLS


@pytest.mark.parametrize(
    "kind", [pyarrow.string(), pyarrow.large_string(), pyarrow.string_view(), pyarrow.dictionary("int32", "string")]
)
def test_parquet_is_read(tmp_path, kind):
    table = pyarrow.table({"id": range(5), "url": pyarrow.array(URLS).cast(kind)})
    pyarrow.parquet.write_table(table, tmp_path / "list.parquet")
    assert entries(tmp_path / "list.parquet") == URLS


def test_any_file_system_is_read():
    with fsspec.open("memory://lists/list.txt", "wb") as file:
        file.write(TEXT)
    assert entries("memory://lists/list.txt") == URLS
    assert lists.digest("memory://lists/list.txt") == hashlib.sha256(TEXT).hexdigest()


def test_lines_are_whole_wherever_a_piece_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(lists, "_PIECE", 7)
    assert entries(save(tmp_path, "list.txt", TEXT)) == URLS


def test_the_column_is_chosen_by_name(tmp_path):
    path = save(tmp_path, "list.csv", b"url,target\nx,https://a.example/0\n")
    assert entries(path, "target") == URLS[:1]


@pytest.mark.parametrize(
    ("name", "content", "column", "message"),
    [
        ("list.csv", b"a,b\n1,2\n", None, "has the columns a, b. Name the one with the URLs: --column NAME"),
        ("list.csv", b"a,b\n1,2\n", "c", "has no column c. It has a, b"),
        ("list.csv", b"https://a.example/,1\n", None, "has no row of headings"),
        ("list.csv", b"url,b\n1\n", None, "cannot be read as csv"),
        ("list.txt", TEXT, "url", "--column is for CSV and Parquet"),
        ("list.txt", "https://a.example/".encode("utf-16"), None, "is no text in UTF-8"),
        ("list.parquet", TEXT, None, "cannot be read as parquet"),
        ("list.txt", b"\0" + TEXT, None, "is no text in UTF-8"),
        (
            "list.txt",
            TEXT.replace(b"\n", b"\r"),
            None,
            "end in CR alone. Save it with the line ends of Windows or Unix.",
        ),
        ("list.csv", b"", None, "has no row of headings."),
        ("list.csv", b"\n" + TEXT, None, "has no row of headings."),
        ("list.csv", b"url,url\n1,2\n", None, "has 2 columns url. Rename all but one."),
        ("list.csv", b"a,a\n1,2\n", "a", "has 2 columns a."),
        ("list.csv", b"url,URL\n1,2\n", None, "Name the one with the URLs"),
        (
            "list.csv",
            b'id,url\n1,"http://a.example\n2,http://b.example\n',
            None,
            "has a URL of several lines. Is a quotation mark",
        ),
        ("list.csv", b"url,b\r1,2\r", None, "cannot be read as csv: new-line character seen"),
        ("list.csv", b"a" * 200_000 + b",b\n", None, "cannot be read as csv: field larger than"),
        ("list.csv", b"url\ncaf\xe9\n", None, "cannot be read as csv"),
        ("list.txt.gz", TEXT, None, "cannot be read"),
        ("list.txt.gz", gzip.compress(TEXT, mtime=0)[:30], None, "cannot be read as text"),
        ("list.txt.gz", gzip.compress(TEXT, mtime=0)[:12] + b"\xff" * 40, None, "cannot be read as text"),
        ("list.txt.xz", lzma.compress(TEXT)[:-20] + b"\xff" * 20, None, "cannot be read as text"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, name, content, column, message):
    with pytest.raises(BulkError, match="list") as caught:
        entries(save(tmp_path, name, content), column)
    assert message in str(caught.value)


def test_a_column_without_texts_is_refused(tmp_path):
    pyarrow.parquet.write_table(pyarrow.table({"url": [1]}), tmp_path / "list.parquet")
    with pytest.raises(BulkError, match="has no texts, but int64"):
        entries(tmp_path / "list.parquet")


def test_columns_of_the_same_name_are_refused(tmp_path):
    table = pyarrow.Table.from_arrays([pyarrow.array(URLS)] * 2, names=["url", "url"])
    pyarrow.parquet.write_table(table, tmp_path / "list.parquet")
    with pytest.raises(BulkError, match="has 2 columns url"):
        entries(tmp_path / "list.parquet", "url")


def test_a_line_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(lists, "_MAX_LINE", 10)
    with pytest.raises(BulkError, match="has a line of more than 10 bytes"):
        entries(save(tmp_path, "list.txt", b"a" * 20))


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("nowhere.txt", "nowhere.txt does not exist"),
        (".", "is a folder"),
        ("nowhere://a/b", "cannot be opened: Protocol not known: nowhere"),
        ("-", "has to be a file or an address, not standard input"),
        ("/dev/stdin", "has to be a file or an address, not standard input"),
        ("", "has to be a file"),
    ],
)
def test_a_list_that_is_not_there_is_named(address, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BulkError, match=message):
        lists.digest(address)
