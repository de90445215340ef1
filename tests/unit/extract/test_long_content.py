"""Strings, cells, tags and elements of megabytes are read in pieces with the same links, or limited in size."""

from __future__ import annotations

import json

import pytest
from json_head.extract import ExtractError, Format, Link, Source, links
from json_head.extract.data import csv_cells, json_strings, notebook, pieces
from json_head.extract.html import links as html
from json_head.extract.html import references
from json_head.extract.html import tokens as html_tokens
from json_head.extract.written import PAUSE_EVERY
from json_head.extract.xml import reader as xml_reader

URLS = [f"https://h.example/{'x' * (n % 7)}{n}" for n in range(60)]
#: Separators between URLs, before they are encoded.
BETWEEN = [" ", "\n", "\t\n", ' "" ', "\\ ", "\\\\n ", " \U0001f600 ", " é\n", ", "]


def found(text: str, format: Format, source: str = "a") -> list[Link]:
    return list(links(Source(text, source, format=format)))


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("ascii", [True, False])
@pytest.mark.parametrize("size", [40, 41, 42, 43, 47, 64])
def test_a_long_string_of_json_has_the_same_links(
    monkeypatch: pytest.MonkeyPatch, between: str, ascii: bool, size: int
) -> None:
    text = json.dumps({"a": between.join(URLS), "url": "https://z.example/"}, ensure_ascii=ascii)
    whole = found(text, "json")
    assert [link.url for link in whole] == [*URLS, "https://z.example/"]
    monkeypatch.setattr(pieces, "LONGEST_PIECE", size)
    assert [(link.url, link.line, link.column) for link in found(text, "json")] == [
        (link.url, link.line, link.column) for link in whole
    ]


@pytest.mark.parametrize("size", range(16, 40))
def test_escapes_of_json_are_never_split(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(pieces, "LONGEST_PIECE", size)
    string = "\U0001f600\n\\é\U0001f600\\\\n\t" * 20
    text = json.dumps([string])
    assert "".join(value.decoded for value in json_strings.values(text)) == string


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("size", [40, 41, 42, 43, 47, 64])
def test_a_long_cell_has_the_same_links(monkeypatch: pytest.MonkeyPatch, between: str, size: int) -> None:
    cell = between.join(URLS).replace('"', '""')
    text = f'a,b\n1,"{cell}"\n2,"https://z.example/"\n'
    whole = found(text, "csv")
    assert [link.url for link in whole][-1] == "https://z.example/" and len(whole) == 61
    monkeypatch.setattr(pieces, "LONGEST_PIECE", size)
    assert [(link.url, link.line, link.column) for link in found(text, "csv")] == [
        (link.url, link.line, link.column) for link in whole
    ]


@pytest.mark.parametrize("size", range(8, 24))
def test_doubled_quotes_of_csv_are_never_split(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(pieces, "LONGEST_PIECE", size)
    cell = 'a""""""b""' * 20
    values = [cell_part.value for cell_part in csv_cells.cells(f'"{cell}",c', csv_cells.Dialect()) if cell_part]
    assert "".join(values) == cell.replace('""', '"') + "c"


@pytest.mark.parametrize("shift", range(-36, 6))
@pytest.mark.parametrize(
    "token", ["url(/x)", '@import "/x"', "-webkit-image-set('/x')", "u\\72l(/x)", "/* c */url(/x)"]
)
def test_links_between_long_gaps_of_a_style_sheet_are_found(token: str, shift: int) -> None:
    gap = ("a b\n" * PAUSE_EVERY)[: PAUSE_EVERY + shift] + "\n"
    (link,) = found(f"{gap}{token}{gap}", "css")
    assert (link.url, link.line) == ("/x", gap.count("\n") + 1)


def test_reading_pauses_within_long_gaps_of_a_style_sheet() -> None:
    assert sum(1 for written in html.style_links("a b\n" * PAUSE_EVERY) if written is None) >= 3


def test_a_long_attribute_is_truncated_and_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_tokens, "MAX_VALUE", 100)
    monkeypatch.setattr(html_tokens, "MAX_VALUES", 150)
    text = f"<a title='{'t' * 200}' href=/a>{'u' * 5_000}</a><a href=/b>c</a>"
    assert [(link.url, len(link.text)) for link in found(text, "html")] == [("/a", 200), ("/b", 1)]


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("html", "<a href=/a>b</a><style>{}</style><a href=/c>"),
        ("html", "<a href=/a>b</a><script type=application/ld+json>{}</script><a href=/c>"),
        ("xhtml", "<html><a href='/a'>b</a><style>{}</style></html>"),
        ("feed", "<rss><link>https://h.example/a</link><description>{}</description></rss>"),
        ("xml", "<svg><a href='/a'>b</a><style>{}</style></svg>"),
    ],
)
def test_elements_read_as_a_whole_are_limited_in_size(
    monkeypatch: pytest.MonkeyPatch, format: Format, text: str
) -> None:
    for module in (html, xml_reader):
        monkeypatch.setattr(module, "MAX_CONTENT", 1_000_000)
    found_links: list[Link] = []
    with pytest.raises(ExtractError, match="larger than 1 MB"):
        found_links.extend(links(Source(text.replace("{}", "x" * 1_000_001), "a", format=format)))
    assert len(found_links) == 1
    assert found(text.replace("{}", "x" * 1_000_000), format)


def test_tags_of_xml_are_limited_in_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_reader, "MAX_CONTENT", 200_000)
    with pytest.raises(ExtractError, match="a tag of more than 200,000 characters"):
        found(f"<svg><image href='{'x' * 900_000}'/></svg>", "xml")


@pytest.mark.parametrize("cell", ['"code","source":', '"code","outputs":[{"data":{"text/html":'])
def test_cells_of_a_notebook_are_limited_in_size(monkeypatch: pytest.MonkeyPatch, cell: str) -> None:
    monkeypatch.setattr(notebook, "MAX_CELL", 1_000_000)
    text = f'{{"nbformat":4,"cells":[{{"cell_type":{cell}["{"x" * 1_000_001}"'
    with pytest.raises(ExtractError, match="A cell of the notebook is larger than 1 MB"):
        found(text, "notebook")


def test_a_value_with_too_many_references_is_not_decoded() -> None:
    some, many = "&amp;" * references.MAX_REFERENCES, "&amp;" * (references.MAX_REFERENCES + 1)
    assert references.decode_attribute(some) == "&" * references.MAX_REFERENCES
    assert references.decode_attribute(many) == many
    assert next(references.offsets(many, [7])) == 7
