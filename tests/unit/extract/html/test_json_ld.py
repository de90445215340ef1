"""Links of JSON-LD in HTML and XHTML."""

from __future__ import annotations

import json

import pytest
from json_head.extract import Source, links
from json_head.extract.html.json_ld import json_ld_links

from tests.growth import assert_linear, consume, repeated

ARTICLE = """\
<script type="application/ld+json">
{"@context": "https://schema.org", "@type": "Article", "@id": "https://e.test/#article",
 "mainEntityOfPage": {"@type": "WebPage", "@id": "https://e.test/page"},
 "image": ["https:\\/\\/e.test\\/1.png", {"@type": "ImageObject", "url": "/2.png", "contentUrl": "i/3.png"}],
 "author": {"@type": "Person", "name": "https://no.test/", "url": "https://e.test/me", "sameAs": ["https://f.test/me", "me"]},
 "publisher": {"@id": "#publisher", "logo": "logo.svg"}, "thumbnailUrl": "\\u0068ttps://e.test/t", "embedUrl": " https://e.test/e",
 "offers": {"availability": "https://schema.org/InStock", "url": "N/A, none"}, "url": "none"}
</script>
"""


def found(content: str) -> list[tuple[str, str]]:
    return [(written.found.removeprefix("json-ld "), written.url) for written in json_ld_links(content) if written]


def test_the_urls_of_an_article_are_links() -> None:
    found_links = list(links(Source(ARTICLE, base="https://e.test/a/b", format="html")))
    assert [(link.found, link.url) for link in found_links] == [
        ("json-ld @id", "https://e.test/#article"),
        ("json-ld @id", "https://e.test/page"),
        ("json-ld image", "https://e.test/1.png"),
        ("json-ld url", "https://e.test/2.png"),
        ("json-ld contentUrl", "https://e.test/a/i/3.png"),
        ("json-ld url", "https://e.test/me"),
        ("json-ld sameAs", "https://f.test/me"),
        ("json-ld logo", "https://e.test/a/logo.svg"),
        ("json-ld thumbnailUrl", "https://e.test/t"),
        ("json-ld embedUrl", "https://e.test/e"),
    ]
    lines = ARTICLE.split("\n")
    written = [
        "https://e.test/#a",
        "https://e.test/p",
        "https:\\/\\/e.test\\/1",
        "/2",
        "i/3",
        "https://e.test/m",
        "https://f",
        "logo",
        "\\u0068ttp",
        "https://e.test/e",
    ]
    for link, start in zip(found_links, written, strict=True):
        assert link.line and link.column
        assert lines[link.line - 1].startswith(start, link.column - 1)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"url": "https://e.test/"}', [("url", "https://e.test/")]),
        ('[{"url": ["https://e.test/", "https://f.test/"]}]', [("url", "https://e.test/"), ("url", "https://f.test/")]),
        ('{"itemListElement": [{"@type": "ListItem", "item": "https://e.test/a"}, {"item": {"@id": "https://e.test/b"}}]}',
         [("item", "https://e.test/a"), ("@id", "https://e.test/b")]),
        ('{"@context": {"url": "https://no.test/", "a": {"@id": "https://no.test/"}}, "url": "https://e.test/"}',
         [("url", "https://e.test/")]),
        ('{"@context": ["https://schema.org", {"image": "https://no.test/"}], "image": "a.png"}', [("image", "a.png")]),
        ('{"@id": "https://schema.org/Thing", "url": "http://schema.org/", "sameAs": "https://www.schema.org/a"}', []),
        ('{"@id": "_:b0"}{"@id": "a/b"}{"url": "urn:isbn:1"}{"image": "data:image/png,a"}{"url": ""}{"url": "5.0"}', []),
        ('{"name": "https://no.test/", "target": "https://no.test/?q={q}", "urlTemplate": "https://no.test/{q}"}', []),
        ('{"url": "{{ page.url | absolute_url }}", "image": "https://e.test/{{ image }}"}',
         [("url", "{{ page.url | absolute_url }}"), ("image", "https://e.test/{{ image }}")]),
        ('<!-- {"url": "https://e.test/"} -->', [("url", "https://e.test/")]),
        ('{"a": 1, "url": null, "b": [], "c": {}, "image": "https://e.test/"', [("image", "https://e.test/")]),
        ('{"url": "a/b\\x"} {"url": "c/d"} {"url": "a/\n"} {"url": "e/f', [("url", "a/b\\x"), ("url", "c/d")]),
    ],
)  # fmt: skip
def test_values_of_url_properties_are_links(content: str, expected: list[tuple[str, str]]) -> None:
    assert found(content) == expected


@pytest.mark.parametrize(
    ("content", "urls"),
    [
        ('<script type="APPLICATION/LD+JSON; charset=utf-8">{"url": "a/b&amp;c"}</script>', ["a/b&amp;c"]),
        ('<script type="application/json">{"url": "a/b"}</script><script>{"url": "a/b"}</script>', []),
        ('<script type="application/ld+json">{"url": "a/b"}', ["a/b"]),
        ('<template><script type="application/ld+json">{"url": "a/b"}</script></template>', []),
        ('<base href="https://e.test/"><script type="application/ld+json">{"url": "a/b"}</script>', ["https://e.test/a/b"]),
    ],
)  # fmt: skip
def test_json_ld_is_read_in_html(content: str, urls: list[str]) -> None:
    assert [link.url for link in links(Source(content, format="html"))] == urls


def test_json_ld_is_read_in_xhtml() -> None:
    script = '<script type="application/ld+json">{}</script>'
    content = script.format('{"url": "a/b&amp;c"}') + script.format('<![CDATA[{"url": "a/b&amp;d"}]]>')
    assert [link.url for link in links(Source(f"<html>{content}</html>", format="xhtml"))] == ["a/b&c", "a/b&amp;d"]


@pytest.mark.parametrize("unit", ['"', '"\\', "{", "[]", '{"url":', '"url":"a/b",', '"\\"', '"@context":{', '"a" '])
def test_hostile_json_ld_is_read_in_linear_time(unit: str) -> None:
    assert_linear(lambda text: consume(json_ld_links(text)), repeated(unit), 1_000_000)


def test_escapes_of_json_are_decoded_in_links() -> None:
    urls = ["https://e.test/\u00e9", "https://e.test/\U0001f600", 'https://e.test/"a"\\b', "https://e.test/\x7f"]
    assert [url for _, url in found(json.dumps({"url": urls}))] == urls
