"""Links of feeds: RSS 1.0 and 2.0, and Atom. Other XML is refused."""

from __future__ import annotations

import pytest
from json_head.extract import BrokenXmlError, ExtractError, FormatError, Link, Source, UnsafeXmlError, links

RSS = """\

<?xml version="1.0" encoding="ISO-8859-1"?>
<rss version="2.0"><channel><title>é</title>
<link> https://example.com/?a=1&amp;b=2</link><atom:link rel="self" href='https://example.com/é.rss'/>
<image><url>https://example.com/i.png</url><link>https://example.com/</link></image>
<item><link><![CDATA[https://example.com/1]]></link><guid>tag:1</guid><slash:comments>5</slash:comments>
  <enclosure length="1" url=" https://example.com/1.mp3" type="audio/mpeg"/>
  <description>😀 &lt;a href=&quot;/p?a&amp;amp;b&quot; title=&quot;y&quot;&gt;text &amp;amp; more&lt;/a&gt;</description>
  <content:encoded>é <![CDATA[<p>é<img src="https://example.com/2.png" alt="alt">
  <a href='https://example.com/3'>three</a>]]><!-- not <a href="this"> --></content:encoded></item>
<item><guid isPermaLink="false">https://example.com/no</guid><guid>https://example.com/4</guid><link/>
  <comments>https://example.com/4#c</comments><source url="https://example.org/rss">Other</source>
  <media:content url="https://example.com/5.jpg"><media:thumbnail url="https://example.com/6.jpg"/></media:content></item>
</channel></rss>
"""
ATOM = """\
<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.com/blog/">
<title type="html">&lt;a href="t"&gt;t&lt;/a&gt;</title><id>https://example.com/id</id><icon>/favicon.ico</icon>
<author><uri>https://example.com/me</uri></author>
<entry xml:base="2026/"><link rel="alternate" href="one"/><link rel="enclosure" href="one.mp3"/>
  <summary>&lt;a href="plain text"&gt;</summary>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p><a href="two&amp;x">Two</a><img src="../i.png"/></p></div></content>
</entry>
<entry><content type="image/png" src="photo.png"/></entry></feed>
"""
RDF = """\
<rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://example.com/rss"><link>https://example.com/</link>
</channel><item><link>https://example.com/1</link><description>&lt;a href="/2"&gt;</description></item></rdf:RDF>
"""


def read(content: str, base: str | None = "https://example.com/") -> tuple[list[Link], ExtractError | None]:
    found: list[Link] = []
    try:
        found.extend(links(Source(content, base=base, format="feed")))
    except ExtractError as error:
        return found, error
    return found, None


def written_at(content: str, link: Link) -> str:
    assert link.line and link.column
    return content.split("\n")[link.line - 1][link.column - 1 :]


def test_links_of_rss_2_are_read() -> None:
    found, error = read(RSS)
    assert error is None
    assert [(link.url.removeprefix("https://example.com"), link.found, link.text) for link in found] == [
        ("/?a=1&b=2", "feed link", ""),
        ("/é.rss", "feed link", ""),
        ("/i.png", "feed url", ""),
        ("/", "feed link", ""),
        ("/1", "feed link", ""),
        ("/1.mp3", "feed enclosure", ""),
        ("/p?a&b", "a href", "text & more"),
        ("/2.png", "img src", "alt"),
        ("/3", "a href", "three"),
        ("/4", "feed guid", ""),
        ("/4#c", "feed comments", ""),
        ("https://example.org/rss", "feed source", ""),
        ("/5.jpg", "feed content", ""),
        ("/6.jpg", "feed thumbnail", ""),
    ]
    for link in found:
        written = written_at(RSS, link)
        assert written.startswith((link.url, "https://example.com/?a=1&amp;b=2", "/p?a&amp;amp;b")), written


def test_links_of_atom_are_read() -> None:
    found, error = read(ATOM, base=None)
    assert error is None
    assert [(link.url.removeprefix("https://example.com/"), link.found) for link in found] == [
        ("blog/t", "a href"),
        ("favicon.ico", "feed icon"),
        ("me", "feed uri"),
        ("blog/2026/one", "feed link"),
        ("blog/2026/one.mp3", "feed link"),
        ("blog/2026/two&x", "a href"),
        ("blog/i.png", "img src"),
        ("blog/photo.png", "feed content"),
    ]
    starts = ["t", "/fav", "https://example.com/me", "one", "one.mp3", "two", "../i", "photo"]
    assert all(written_at(ATOM, link).startswith(start) for link, start in zip(found, starts, strict=True))


def test_links_of_rss_1_are_read() -> None:
    found, _ = read(RDF)
    assert [link.url for link in found] == ["https://example.com/", "https://example.com/1", "https://example.com/2"]


def test_relative_links_without_a_base_stay_as_written() -> None:
    found, _ = read("<rss><link>/a</link></rss>", base=None)
    assert [link.url for link in found] == ["/a"]


def test_links_before_the_end_of_a_truncated_feed_are_read() -> None:
    found, error = read(RSS[: RSS.index("<enclosure")])
    assert [link.url for link in found][-1] == "https://example.com/1"
    assert isinstance(error, BrokenXmlError)
    assert "line 7" in str(error)


@pytest.mark.parametrize(
    ("content", "message"), [("<urlset/>", "<urlset>"), ("words", "is not XML"), ("< not xml", "is not XML")]
)
def test_other_documents_are_refused_as_feeds(content: str, message: str) -> None:
    found, error = read(content)
    assert not found
    assert isinstance(error, FormatError)
    assert message in str(error)


@pytest.mark.parametrize("declaration", ['<!ENTITY a "aaaa">', '<!ENTITY a SYSTEM "file:///etc/passwd">'])
def test_entities_are_refused(declaration: str) -> None:
    found, error = read(f"<!DOCTYPE rss [{declaration}]><rss><link>&a;</link></rss>")
    assert not found
    assert isinstance(error, UnsafeXmlError)


def test_an_external_document_type_is_not_fetched() -> None:
    content = '<!DOCTYPE rss SYSTEM "https://example.com/x.dtd"><rss><link>https://a.example/</link></rss>'
    assert [link.url for link in read(content)[0]] == ["https://a.example/"]


def test_feeds_are_read_in_pieces() -> None:
    source = Source("<rss>" + "<link>https://a.example/é</link>" * 5000 + "broken", format="feed")
    assert next(links(source)).url == "https://a.example/é"


def test_cdata_sections_with_many_links_are_read_in_linear_time() -> None:
    content = f"<rss><description>{'<![CDATA[<a href=/é>]]>&lt;a href=/b&gt;' * 20_000}</description></rss>"
    found, _ = read(content)
    assert len(found) == 40_000
    assert [written_at(content, link)[:2] for link in found[-2:]] == ["/é", "/b"]
