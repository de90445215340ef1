"""Links of JSON."""

from __future__ import annotations

import json

import pytest
from json_head.export.as_json import as_json, as_ndjson
from json_head.extract import Format, Source, links, read
from json_head.model import Link

from tests.growth import assert_linear, consume, repeated
from tests.unit.extract.data.own_rows import ROW_LINKS, ROWS


def found(text: str) -> list[tuple[str, int | None, int | None]]:
    return [(link.url, link.line, link.column) for link in links(Source(text, format="json"))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'{"u": "https:\/\/e.test\/p", "n": 1}', [("https://e.test/p", 1, 8)]),
        (r'{"u": "\u0068ttps://e.test/\u00e9"}', [("https://e.test/é", 1, 8)]),
        (r'["http://\ud83c\udf44.test/"]', [("http://🍄.test/", 1, 3)]),
        (r'["\u00e9 see https:\/\/e.test\/a, or \"https:\/\/e.test\/b\".\nwww.e.test"]',
         [("https://e.test/a", 1, 14), ("https://e.test/b", 1, 40), ("https://www.e.test", 1, 64)]),
        ('{\n  "a": [\n    "https://e.test/a,b;c",\r\n    "https://e.test/Inc."\n]}', [("https://e.test/a,b;c", 3, 6), ("https://e.test/Inc.", 4, 6)]),
        # package-lock.json and the like
        ('{"node_modules/a": {"resolved": "https://r.test/a/-/a-1.0.tgz", "license": "MIT"}}', [("https://r.test/a/-/a-1.0.tgz", 1, 34)]),
        ('{"repository": {"url": "git+https://e.test/a.git"}}', [("https://e.test/a.git", 1, 29)]),
        ('{"https://key.test/": "x", "a": {"https://key.test/": ["https://e.test/"]}}', [("https://e.test/", 1, 57)]),
        # Identifiers
        ('{"$schema": "https://json-schema.test/draft", "a": "https://e.test/"}', [("https://e.test/", 1, 53)]),
        ('{"@context": ["https://schema.test", {"x": "https://ns.test/#"}], "url": "https://e.test/"}', [("https://e.test/", 1, 75)]),
        # A value for each line
        ('{"u": "https://e.test/1"}\n{"u": "https://e.test/2"}\n"https://e.test/3"\n', [("https://e.test/1", 1, 8), ("https://e.test/2", 2, 8), ("https://e.test/3", 3, 2)]),
        # Text that is not JSON, or not to its end
        ('// see https://e.test/c\n{"a": "https://e.test/" /* https://e.test/d */}', [("https://e.test/c", 1, 8), ("https://e.test/", 2, 8), ("https://e.test/d", 2, 28)]),
        ("{u: 'https://e.test/a', v: 'https://e.test/b'}", [("https://e.test/a", 1, 6), ("https://e.test/b", 1, 29)]),
        ('{"a": "https://e.test/a\n, "b": "https://e.test/b"', [("https://e.test/a", 1, 8), ("https://e.test/b", 2, 9)]),
        ('{"a": "https://e.test/a', [("https://e.test/a", 1, 8)]),
        ("See https://e.test/.", [("https://e.test/", 1, 5)]),
        ('{"a": "x", "b": ["y", 1, null]}', []),
    ],
)  # fmt: skip
def test_strings_of_json_with_urls_are_links(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert found(text) == expected


def test_links_of_json_have_a_kind() -> None:
    assert list(links(Source('["https://e.test/a\\u00adb", "see www.e.test"]', "a.json"))) == [
        Link("https://e.test/ab", "a.json", 1, 3, "https://e.test/a\u00adb", "json string"),
        Link("https://www.e.test", "a.json", 1, 34, "www.e.test", "bare url"),
    ]


@pytest.mark.parametrize(
    ("text", "name", "format_"),
    [
        ("x", "a.json", "json"),
        ("x", "package-lock.json", "json"),
        ("x", "a.ndjson", "json"),
        ("x", "tsconfig.jsonc", "json"),
        ('{"a": 1}', None, "json"),
        ('\n{\n "a" : "https://e.test/"}', None, "json"),
        ('["https://e.test/", "b"]', None, "json"),
        ('["https://e.test/"]\n', None, "json"),
        ('[{"url": "https://e.test/"}]', None, "json"),
        ('[[1, 2], ["x"]]', None, "json"),
        ('{"a": 1}\n{"a": 2}\n', None, "json"),
        ('{"cells": [], "nbformat": 4}', None, "notebook"),
        ('["a"](https://e.test/)', None, "markdown"),
        ("[a](https://e.test/)", None, "markdown"),
        ("[[a]](https://e.test/)", None, "markdown"),
        ("[https://e.test/]", None, "urls"),
        ("{{ a }} and words", None, "text"),
    ],
)
def test_json_is_detected_by_name_or_content(text: str, name: str | None, format_: Format) -> None:
    assert read(Source(text, name))[0] == format_


@pytest.mark.parametrize("text", ["".join(as_json(ROWS)), "".join(as_ndjson(ROWS)), json.dumps(ROWS)])
@pytest.mark.parametrize("name", ["links.json", None])
def test_exported_json_has_the_links_of_its_results(text: str, name: str | None) -> None:
    assert list(links(Source(text, name))) == ROW_LINKS


def test_json_with_some_keys_of_the_export_is_read_as_other_json() -> None:
    text = '[{"url": "https://e.test/", "final_url": "https://f.test/", "verdict": "ok"}]'
    assert [url for url, _, _ in found(text)] == ["https://e.test/", "https://f.test/"]


@pytest.mark.parametrize(
    "piece",
    ['"', '"https://e.test/', '"https:\\/\\/e.test ', "https://e.test/'", "[", '{"a":', '"\\u00e9', "\\", '"www.'],
)
@pytest.mark.parametrize("prefix", ["", '"', '{"url":"","verdict":"","rule":"",'])
def test_json_is_read_in_linear_time(prefix: str, piece: str) -> None:
    assert_linear(lambda text: consume(links(Source(text, format="json"))), repeated(piece, prefix), 100_000)
