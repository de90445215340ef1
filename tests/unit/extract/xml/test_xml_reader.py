"""Limits and pauses of the XML reader, which feeds, sitemaps and other XML share."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import pytest
from json_head.extract import ExtractError, Link, Source, UnsafeXmlError, read
from json_head.extract.xml.reader import MAX_ATTRIBUTES, MAX_DEPTH, MAX_NAMES

from tests.growth import assert_linear

KINDS = {
    "feed": ("rss", "<link>https://a.example/</link>"),
    "sitemap": ("urlset", "<url><loc>https://a.example/</loc></url>"),
    "xml": ("opml", "<outline url='https://a.example/'/>"),
}


def steps(content: str, format_: Any) -> tuple[list[Link | None], ExtractError | None]:
    found_links: list[Link | None] = []
    try:
        found_links.extend(read(Source(content, format=format_))[1])
    except ExtractError as error:
        return found_links, error
    return found_links, None


def urls(content: str, format_: Any) -> list[str]:
    found_links, error = steps(content, format_)
    assert error is None
    return [link.url for link in found_links if link]


@pytest.mark.parametrize("format_", KINDS)
@pytest.mark.parametrize(
    "subset",
    [
        "",
        '<!ENTITY a "aaaa">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a SYSTEM "https://a.example/x"> %a;',
        '<!ATTLIST rss a CDATA "a">',
        "<!ELEMENT rss ANY>",
        "<!-- a comment -->",
    ],
)
def test_an_internal_subset_is_refused_as_unsafe(format_: str, subset: str) -> None:
    root, link = KINDS[format_]
    found_links, error = steps(f"<!DOCTYPE {root} [{subset}]><{root}>{link}</{root}>", format_)
    assert not any(found_links)
    assert isinstance(error, UnsafeXmlError)
    assert error.code == f"unsafe-{format_}"


def test_default_attributes_of_many_elements_are_read_in_linear_time() -> None:
    def make(count: int) -> str:
        defaults = "".join(f'<!ATTLIST a b{number} CDATA "c">' for number in range(count))
        return f"<!DOCTYPE urlset [{defaults}]><urlset>{'<a/>' * 2 * count}</urlset>"

    def run(content: str) -> None:
        assert isinstance(steps(content, "sitemap")[1], UnsafeXmlError)

    assert_linear(run, make, 20_000)


@pytest.mark.parametrize("format_", KINDS)
@pytest.mark.parametrize(
    "doctype", ['SYSTEM "https://a.example/x.dtd"', 'PUBLIC "-//x//EN" "https://a.example/x.dtd"', ""]
)
def test_an_external_document_type_is_ignored(format_: str, doctype: str) -> None:
    root, link = KINDS[format_]
    assert urls(f"<!DOCTYPE {root} {doctype}><{root}>{link}</{root}>", format_) == ["https://a.example/"]


@pytest.mark.parametrize("format_", KINDS)
def test_depth_of_xml_is_limited(format_: str) -> None:
    root, link = KINDS[format_]
    deep = MAX_DEPTH - 1
    assert urls(f"<{root}>{'<a>' * deep}{'</a>' * deep}{link}</{root}>", format_) == ["https://a.example/"]
    found_links, error = steps(f"<{root}>{link}{'<a>' * MAX_DEPTH}{'</a>' * MAX_DEPTH}</{root}>", format_)
    assert [link.url for link in found_links if link] == ["https://a.example/"]
    assert isinstance(error, UnsafeXmlError)
    assert "1,000 deep" in str(error)


@pytest.mark.parametrize(
    "content",
    [
        "<a>" * 3_000_000,
        "<description>" + "<a>" * 3_000_000,
        "".join(f"<a{number}/>" for number in range(1_000_000)),
        "<a " + "".join(f"b{number}='' " for number in range(600_000)) + "/>",
        "<a b='" + "=" * 6_000_000 + "'/>",
        "<description>" + "<![CDATA[a]]>&amp;" * 200_000 + "</description>",
    ],
    ids=["depth", "depth in markup", "names", "attributes", "one attribute", "sections"],
)  # fmt: skip
def test_memory_of_the_xml_reader_is_bounded(content: str) -> None:
    tracemalloc.start()
    try:
        found_links, _ = steps("<rss>" + content, "feed")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert not any(found_links)
    assert peak < 60_000_000


def test_names_in_xml_are_limited_in_number() -> None:
    def document(names: int) -> str:
        return "<urlset>" + "".join(f"<a{number}/>" for number in range(names)) + "</urlset>"

    assert urls(document(MAX_NAMES - 10), "sitemap") == []
    _, error = steps(document(2 * MAX_NAMES), "sitemap")
    assert isinstance(error, UnsafeXmlError)
    assert "names" in str(error)


def test_attributes_in_xml_are_limited_in_number() -> None:
    attributes = "".join(f" b{number}=''" for number in range(2 * MAX_ATTRIBUTES))
    _, error = steps(f"<urlset><a {attributes}/></urlset>", "sitemap")
    assert isinstance(error, UnsafeXmlError)
    assert "attributes" in str(error)


@pytest.mark.parametrize(
    "content",
    [
        "<enclosure title='data:," + "x" * 3_000_000 + "' url='https://a.example/'/>",
        "<!-- " + "a=b " * 100_000 + "--><link>https://a.example/</link>",
        "<title>" + "a=b " * 100_000 + "</title><link>https://a.example/</link>",
        "<title><![CDATA[" + "a=b " * 100_000 + "]]></title><link>https://a.example/</link>",
        "<?x " + "a=b " * 100_000 + "?><link>https://a.example/</link>",
    ],
    ids=["attribute", "comment", "text", "section", "instruction"],
)
def test_long_but_harmless_xml_is_read(content: str) -> None:
    assert urls(f"<rss>{content}</rss>", "feed") == ["https://a.example/"]


@pytest.mark.parametrize(
    ("format_", "content"),
    [
        ("sitemap", "<urlset>" + "<a/>" * 200_000),
        ("xml", "<x>" + "<a b='c'>d</a>" * 120_000),
        ("xhtml", "<b c='d'/>" * 120_000),
        ("xhtml", "<script>" + "<!-- -->" * 120_000),
        ("feed", "<rss><item>" + "<title>x</title>" * 100_000),
        ("feed", "<rss><description>" + "&lt;b>" * 120_000 + "</description></rss>"),
        ("feed", "<rss><description>" + "<b/>" * 200_000 + "</description></rss>"),
        ("html", "<b>x" * 120_000),
        ("html", "<!-->" * 120_000),
        ("html", "<a " * 200_000),
        ("html", "<a " + "b='c' " * 200_000),
        ("html", "<script>" + "<!--" * 200_000),
        ("html", "<script>" + "<!-- -->" * 200_000),
        ("html", "< " * 2_000_000),
        ("html", "<base>" + "<b>x" * 120_000),
    ],
)
def test_a_source_without_links_pauses(format_: str, content: str) -> None:
    """Each step takes a small part of the whole time. Therefore a cancel can take effect soon."""
    begin = time.process_time()
    longest = 0.0
    step_count = 0
    try:
        last = time.process_time()
        for step in read(Source(content, format=format_))[1]:  # type: ignore[arg-type]
            assert step is None
            step_count += 1
            now = time.process_time()
            longest, last = max(longest, now - last), now
    except ExtractError:
        pass
    assert step_count >= len(content) // (1_100_000 if content.startswith("< ") else 140_000)
    assert longest < max(0.2, (time.process_time() - begin) / 2)
