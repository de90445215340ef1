"""Links of sitemaps and their indexes. Other XML is refused."""

from __future__ import annotations

import gzip

import pytest
from json_head.extract import BrokenXmlError, ExtractError, FormatError, Link, Source, UnsafeXmlError, links
from json_head.extract.xml.sitemap import SITEMAP_LOC

SITEMAP = """\

<?xml version="1.0" encoding="ISO-8859-1"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <url><loc> https://example.com/é?a=1&amp;b=2</loc>
    <image:image><image:loc><![CDATA[https://example.com/i.png]]></image:loc></image:image>
    <xhtml:link rel="alternate" hreflang="de" href="https://example.com/de"/>
    <xhtml:link rel="canonical" href="https://example.com/no"/>
  </url><sm:url><sm:loc>
    https://example.com/2
  </sm:loc><loc/></sm:url>
  <video:video><video:player_loc>https://example.com/v</video:player_loc><loc>not this</loc></video:video>
</urlset>
"""


def read(content: str | bytes) -> tuple[list[Link], ExtractError | None]:
    found: list[Link] = []
    try:
        found.extend(links(Source(gzip.compress(content) if isinstance(content, bytes) else content, format="sitemap")))
    except ExtractError as error:
        return found, error
    return found, None


def test_links_of_a_sitemap_are_read() -> None:
    found, error = read(SITEMAP)
    assert error is None
    assert [(link.line, link.column, link.url, link.found, link.text) for link in found] == [
        (4, 14, "https://example.com/é?a=1&b=2", "loc", ""),
        (5, 38, "https://example.com/i.png", "image loc", ""),
        (6, 53, "https://example.com/de", "alternate", "de"),
        (9, 5, "https://example.com/2", "loc", ""),
        (11, 34, "https://example.com/v", "video player_loc", ""),
    ]


def test_text_before_the_declaration_counts_for_places() -> None:
    [link], _ = read("\n  <urlset><url><loc>https://a.org/</loc></url></urlset>")
    assert (link.line, link.column) == (2, 21)


def test_links_of_an_index_are_marked_as_sitemaps() -> None:
    found, _ = read(b"<sitemapindex><sitemap><loc>https://example.com/s.xml</loc></sitemap></sitemapindex>")
    assert [(link.url, link.found) for link in found] == [("https://example.com/s.xml", SITEMAP_LOC)]


def test_links_of_a_text_sitemap_are_read() -> None:
    found, _ = read("https://a.org/\nhttps://b.org/\n")
    assert [(link.line, link.url, link.found) for link in found] == [
        (1, "https://a.org/", "loc"),
        (2, "https://b.org/", "loc"),
    ]


def test_links_before_the_end_of_a_truncated_sitemap_are_read() -> None:
    found, error = read(SITEMAP[: SITEMAP.index("<xhtml:link") + 20])
    assert [link.url for link in found] == ["https://example.com/é?a=1&b=2", "https://example.com/i.png"]
    assert isinstance(error, BrokenXmlError)
    assert "line 6" in str(error)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<rss/>", "an RSS feed"),
        ("<feed/>", "an Atom feed"),
        ("<!DOCTYPE html><html/>", "a web page"),
        ("<note/>", "another kind"),
        ("< not xml", "is not XML"),
        ("words", "neither XML nor a list"),
    ],
)
def test_other_documents_are_refused_as_sitemaps(content: str, message: str) -> None:
    found, error = read(content)
    assert not found
    assert isinstance(error, FormatError)
    assert message in str(error)


@pytest.mark.parametrize(
    "declaration",
    ['<!ENTITY a "aaaa">', '<!ENTITY a SYSTEM "file:///etc/passwd">', '<!ENTITY % a SYSTEM "https://example.com/x">'],
)
def test_entities_are_refused(declaration: str) -> None:
    found, error = read(f"<!DOCTYPE urlset [{declaration}]><urlset><url><loc>&a;</loc></url></urlset>")
    assert not found
    assert isinstance(error, UnsafeXmlError)


def test_an_external_document_type_is_not_fetched() -> None:
    found, _ = read(
        '<!DOCTYPE urlset SYSTEM "https://example.com/x.dtd"><urlset><url><loc>https://a.org/</loc></url></urlset>'
    )
    assert [link.url for link in found] == ["https://a.org/"]


def test_sitemaps_are_read_in_pieces() -> None:
    source = Source("<urlset>" + "<url><loc>https://a.org/</loc></url>" * 5000 + "broken", format="sitemap")
    assert next(links(source)).url == "https://a.org/"


def test_an_unclosed_loc_uses_bounded_memory() -> None:
    found, _ = read("<urlset><url><loc>" + "x" * 3_000_000 + "</loc></url></urlset>")
    assert len(found[0].url) < 2_300_000


@pytest.mark.parametrize(
    "content",
    [
        "<?xml version='1.0'?>\n<?xml-stylesheet type='text/xsl' href='https://e.test/a.xsl'?><urlset/>",
        "<?xml version='1.0'?>\n<?xml-stylesheet href=\"https://e.test/a.xsl\"?><sitemapindex/>",
        "<?xml version='1.0'?>\n<?xml-stylesheet type='text/css' href='https://e.test/a.xsl'?><rss/>",
    ],
)
def test_a_style_sheet_of_a_sitemap_is_a_link(content: str) -> None:
    [link] = links(Source(content))
    assert (link.found, link.url, link.line) == ("xml-stylesheet href", "https://e.test/a.xsl", 2)
