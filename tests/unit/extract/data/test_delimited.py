"""Links of CSV and TSV, which are read by cells."""

from __future__ import annotations

import csv
import io

import pytest
from json_head.export.as_csv import COLUMNS, as_csv
from json_head.export.as_json import as_json, as_ndjson
from json_head.extract import Format, Source, links, read
from json_head.model import Link

from tests.growth import assert_linear, consume, repeated
from tests.unit.extract.data.own_rows import ROW_LINKS, ROWS


def found(text: str, name: str = "x.csv") -> list[tuple[str, int | None, int | None]]:
    return [(link.url, link.line, link.column) for link in links(Source(text, name))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fn,url,kind\nmean,https://e.test/r/mean.html,Template", [("https://e.test/r/mean.html", 2, 6)]),
        ("1,https://e.test/about.html,fine\n", [("https://e.test/about.html", 1, 3)]),
        ("1;https://e.test/a,b;fine\n2;https://e.test/c;x\n", [("https://e.test/a,b", 1, 3), ("https://e.test/c", 2, 3)]),
        ("n\tu\r\né\thttps://e.test/a;b,c\tx\r\n", [("https://e.test/a;b,c", 2, 3)]),
        ("a|https://e.test/1|b\nc|https://e.test/2|d\n", [("https://e.test/1", 1, 3), ("https://e.test/2", 2, 3)]),
        ('"a","https://e.test/x,y;z"\n', [("https://e.test/x,y;z", 1, 6)]),
        ("'a','https://e.test/x,y'\n'b','c'\n", [("https://e.test/x,y", 1, 6)]),
        # Text with URLs in a cell: doubled quotes and line breaks count in its places
        ('id,text\n1,"He said ""see https://e.test/a, or\n""www.e.test/b""."\n', [("https://e.test/a", 2, 18), ("https://www.e.test/b", 3, 3)]),
        ('a,"<a href=""https://e.test/x"">x</a>"\n', [("https://e.test/x", 1, 14)]),
        ("a,[x](https://e.test/x) and https://e.test/y.\n", [("https://e.test/x", 1, 7), ("https://e.test/y", 1, 29)]),
        ('u\n"https://e.test/a, https://e.test/b"\n', [("https://e.test/a", 2, 2), ("https://e.test/b", 2, 20)]),
        # Hosts and other schemes, in a column of URLs only
        ("name,website\nexample.org,example.com/x\nb,-\nc,ftp://e.test/\n", [("https://example.com/x", 2, 13), ("ftp://e.test/", 4, 3)]),
        ("a.b,https://e.test/\nc.d,e.test\ne.f,https://g.test/\n", [("https://e.test/", 1, 5), ("https://e.test", 2, 5), ("https://g.test/", 3, 5)]),
        # One column: punctuation at the end of a URL belongs to it
        ("url\nhttps://e.test/a,b\nhttps://e.test/Inc.\n\nwww.e.test\n", [("https://e.test/a,b", 2, 1), ("https://e.test/Inc.", 3, 1), ("https://www.e.test", 5, 1)]),
        ("sep=;\nu;v\nhttps://e.test/,;x\n", [("https://e.test/,", 3, 1)]),
        ("a, https://e.test/x ,b\nc,\u200bhttps://e.test/y\u200b,d\n", [("https://e.test/x", 1, 4), ("https://e.test/y", 2, 4)]),
        # Unclosed quotes, zero bytes, and empty tables
        ('a,"https://e.test/x,fine\nb,https://e.test/y,fine\n', [("https://e.test/x", 1, 4), ("https://e.test/y", 2, 3)]),
        ("a\0,https://e.test/x\0,b\n", [("https://e.test/x", 1, 4)]),
        ("a,b\n1,2\n", []),
    ],
)  # fmt: skip
def test_links_of_cells_are_read(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert found(text) == expected


def test_a_host_without_a_scheme_is_the_text_of_its_link() -> None:
    (link,) = links(Source("url\nexample.com/x\n", "list.csv"))
    assert link == Link("https://example.com/x", "list.csv", 2, 1, "example.com/x", "csv cell")


@pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.tab", "x.CSV.gz", None])
def test_tables_are_detected_by_name_or_media_type(name: str | None) -> None:
    assert read(Source("x", name, None if name else "text/csv; charset=utf-8"))[0] == "csv"


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ("fn,url,kind\nmean,https://e.test/mean.html,Template\n", "csv"),
        ("title;url\nA;https://e.test/a,b\nB;https://e.test/c\n", "csv"),
        ("1,https://e.test/a,fine\n2,https://e.test/b,fine\n", "csv"),
        ("https://e.test/a\tA\nhttps://e.test/b\tB\n", "text"),
        ("url,title\nhttps://e.test/a,A\n", "csv"),
        ("page,title\nhttps://e.test/a,A\nhttps://e.test/b,B\n", "csv"),
        # Lists of URLs that contain commas, and prose
        ("https://e.test/a,b\nhttps://e.test/c,d\n", "urls"),
        ("https://e.test/a,b\n", "urls"),
        ("https://e.test/a,https://e.test/b\nhttps://e.test/c,https://e.test/d\n", "urls"),
        ("Look here, friends\nhttps://e.test/c,d\n", "urls"),
        ("See https://e.test/a, and more\nor https://e.test/b, and less\n", "text"),
        ("Dear all,\nsee https://e.test/a,b\n", "text"),
        ("[a](https://e.test/),b\n[c](https://e.test/),d\n", "markdown"),
        ("# Title, words\n\nwords, https://e.test/a\nwords, https://e.test/b\n", "markdown"),
        ("a,b\nc,d\n", "urls"),
    ],
)
def test_unambiguous_tables_are_detected_by_content(text: str, format_: Format) -> None:
    assert read(Source(text))[0] == format_


@pytest.mark.parametrize("name", ["links.csv", None])
def test_an_exported_csv_has_the_links_of_its_results(name: str | None) -> None:
    assert list(links(Source(as_csv(ROWS), name))) == ROW_LINKS
    assert list(links(Source(b"\xef\xbb\xbf" + as_csv(ROWS).encode(), name))) == ROW_LINKS


def test_an_exported_csv_may_have_been_saved_by_a_spreadsheet() -> None:
    saved = io.StringIO()
    csv.writer(saved, delimiter=";").writerows(csv.reader(io.StringIO(as_csv(ROWS), newline="")))
    for text in (saved.getvalue(), "sep=;\r\n" + saved.getvalue()):
        assert list(links(Source(text, "x.csv"))) == ROW_LINKS


def test_exported_csv_has_the_columns_that_are_read() -> None:
    assert {*Link._fields, "verdict", "rule"} <= set(COLUMNS)


def test_an_exported_csv_is_read_beyond_the_sample() -> None:
    text = as_csv(dict(ROWS[0], line=line) for line in range(1, 2_001))
    assert [link.line for link in links(Source(text))] == list(range(1, 2_001))


def test_other_exported_formats_are_not_tables() -> None:
    assert read(Source("".join(as_json(ROWS))))[0] == read(Source("".join(as_ndjson(ROWS))))[0] == "json"


@pytest.mark.parametrize(
    "piece",
    [",", '"', "a,", '"",', "www.", "https://e.test/,", '"https://e.test/ ', '""https://e.test/ ', "e.test\n", "\n"],
)
@pytest.mark.parametrize("prefix", ["", "url\n", '"', ",".join(COLUMNS) + "\n"])
def test_tables_are_read_in_linear_time(prefix: str, piece: str) -> None:
    assert_linear(lambda text: consume(links(Source(text, "x.csv"))), repeated(piece, "a" + prefix), 100_000)
