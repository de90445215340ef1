"""Links of XML that is neither a sitemap nor a feed."""

from __future__ import annotations

import gzip

import pytest
from json_head.extract import BrokenXmlError, ExtractError, FormatError, Link, Source, UnsafeXmlError, links, read

from tests.growth import assert_linear

OPML = """\
<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><docs>https://opml.org/spec2.opml</docs></head><body>
 <outline text="A &amp; B" type="rss" xmlUrl="https://a.example/feed?x=1&amp;y=2" htmlUrl='https://a.example/'/>
 <outline text="Folder"><outline title="C" text="c" type="link" url=" https://c.example/é"/></outline>
</body></opml>
"""
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<a xlink:href="https://a.example/">A<text>b</text></a><image href="i.png"/><use href="#shape"/><use xlink:href="shapes.svg#b"/>
<rect fill="url(#gradient)"/><a href="#part">part</a></svg>
"""
DOCBOOK = """\
<!DOCTYPE article PUBLIC "-//OASIS//DTD DocBook XML V4.5//EN" "http://www.oasis-open.org/docbook/xml/4.5/docbookx.dtd">
<article xmlns="http://docbook.org/ns/docbook" xmlns:xlink="http://www.w3.org/1999/xlink" version="5.0">
<para>&nbsp;See <link xlink:href="https://a.example/one">the  first</link>, <ulink url="https://a.example/two">second</ulink>
<xref linkend="x"/> <imagedata fileref="figures/a.png"/></para></article>
"""
DITA = """\
<?xml version="1.0"?><!DOCTYPE topic PUBLIC "-//OASIS//DTD DITA Topic//EN" "topic.dtd">
<topic id="t"><title>T</title><body><p><xref href="https://a.example/" scope="external">A</xref><xref href="other.dita#other"/>
<image href="i.png"><alt>an image</alt></image></p></body></topic>
"""
MAVEN = """\
<project xmlns="http://maven.apache.org/POM/4.0.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://maven.apache.org/POM/4.0.0 http://maven.apache.org/xsd/maven-4.0.0.xsd">
  <url>https://a.example/</url><description>See https://b.example/ for more.</description>
  <licenses><license><url> https://a.example/license?a&amp;b
  </url></license></licenses><scm><connection>scm:git:https://no.example/</connection></scm>
  <targetNamespace>https://no.example/ns</targetNamespace><url><![CDATA[https://a.example/cdata]]></url></project>
"""
EPUB = """\
<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="c1" href="c1.xhtml"/></manifest></package>
"""


def read_xml(
    content: str | bytes, base: str | None = None, name: str | None = "a.xml"
) -> tuple[list[Link], ExtractError | None]:
    found: list[Link] = []
    try:
        found.extend(links(Source(content, name, base=base)))
    except ExtractError as error:
        return found, error
    return found, None


def found(content: str, base: str | None = None) -> list[tuple[str, str, str]]:
    found_links, error = read_xml(content, base)
    assert error is None
    return [(link.found, link.url, link.text) for link in found_links]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (OPML, [
            ("xml docs", "https://opml.org/spec2.opml", ""),
            ("outline xmlUrl", "https://a.example/feed?x=1&y=2", "A & B"),
            ("outline htmlUrl", "https://a.example/", "A & B"),
            ("outline url", "https://c.example/é", "C"),
        ]),
        (SVG, [
            ("a xlink:href", "https://a.example/", "A"),
            ("image href", "i.png", ""),
            ("use xlink:href", "shapes.svg#b", ""),
        ]),
        (DOCBOOK, [
            ("link xlink:href", "https://a.example/one", "the first"),
            ("ulink url", "https://a.example/two", "second"),
            ("imagedata fileref", "figures/a.png", ""),
        ]),
        (DITA, [
            ("xref href", "https://a.example/", "A"),
            ("xref href", "other.dita#other", ""),
            ("image href", "i.png", ""),
        ]),
        (MAVEN, [
            ("xml url", "https://a.example/", ""),
            ("bare url", "https://b.example/", ""),
            ("xml url", "https://a.example/license?a&b", ""),
            ("xml url", "https://a.example/cdata", ""),
        ]),
        (EPUB, [("item href", "c1.xhtml", "")]),
        ("<svg><style>@import 'a.css';b{c:url(d&amp;e)}</style><rect style='f:url( &quot;g&quot;) url(#h)'/></svg>", [
            ("css import", "a.css", ""), ("css url", "d&e", ""), ("css url", "g", ""),
        ]),
        ("<svg><style/><style> <![CDATA[ b{c:url(d&amp;e)} ]]></style></svg>", [("css url", "d&amp;e", "")]),
        ("<?xml-stylesheet type='text/xsl' href='a.xsl?b&amp;c'?><x/>", [("xml-stylesheet href", "a.xsl?b&c", "")]),
        ("<plist><dict><key>URL</key><string>https://a.example/</string></dict></plist>",
         [("xml string", "https://a.example/", "")]),
        ("<x><a>https://a.example/ words</a><b>https://b.example/<c/></b><d/><e></e></x>",
         [("bare url", "https://a.example/", ""), ("bare url", "https://b.example/", "")]),
    ],
    ids=["opml", "svg", "docbook", "dita", "maven", "epub", "style", "style in a section", "stylesheet", "plist", "text"],
)  # fmt: skip
def test_elements_and_attributes_with_urls_are_links(content: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(content) == expected


@pytest.mark.parametrize("content", [OPML, SVG, DOCBOOK, DITA, MAVEN, EPUB])
def test_a_link_has_the_place_of_its_url(content: str) -> None:
    found_links, _ = read_xml(content)
    for link in found_links:
        assert link.line and link.column
        written = content.split("\n")[link.line - 1][link.column - 1 :]
        assert written.replace("&amp;", "&").startswith(link.url)


def test_links_are_resolved_against_xml_base() -> None:
    content = "<x href='a' xml:base='b/'><y href='c' xml:base='d/'/><z href='e'/></x>"
    assert [url for _, url, _ in found(content, "https://e.test/")] == [
        "https://e.test/b/a", "https://e.test/b/d/c", "https://e.test/b/e",
    ]  # fmt: skip


def test_a_fragment_alone_is_a_link_in_anchors_only() -> None:
    content = "<svg><use href='#a'/><a href='#b'/></svg>"
    assert [url for _, url, _ in found(content, "https://e.test/")] == ["https://e.test/#b"]


@pytest.mark.parametrize("name", ["a.xml", "a.svg", "a.opml", "a.xml.gz", "https://e.test/a.xml?b"])
def test_files_of_xml_vocabularies_are_detected_as_xml(name: str) -> None:
    format_, found_links = read(Source(gzip.compress(b"<x href='a'/>"), name))
    assert format_ == "xml"
    assert [link.url for link in found_links if link] == ["a"]


def test_other_xml_is_refused_as_a_sitemap() -> None:
    with pytest.raises(FormatError, match="This is not a sitemap but XML of another kind"):
        list(links(Source(OPML, format="sitemap")))


@pytest.mark.parametrize("content", ["<", "<1", "<a", "<a>x</b>", "<?xml version='1.0'?>", "<x href='&b;'/>"])
def test_broken_xml_is_an_error(content: str) -> None:
    found_links, error = read_xml(content)
    assert not found_links
    assert isinstance(error, BrokenXmlError)
    assert error.code == "broken-xml"


def test_links_before_a_syntax_error_are_read() -> None:
    found_links, error = read_xml("<x><y href='a'/><y href=b/></x>")
    assert [link.url for link in found_links] == ["a"]
    assert isinstance(error, BrokenXmlError)
    assert "line 1, column 25" in str(error)


@pytest.mark.parametrize("subset", ["<!ENTITY a 'b'>", "<!ATTLIST x href CDATA 'a'>"])
def test_an_internal_subset_is_refused_as_unsafe(subset: str) -> None:
    found_links, error = read_xml(f"<!DOCTYPE x [{subset}]><x/>")
    assert not found_links
    assert isinstance(error, UnsafeXmlError)
    assert error.code == "unsafe-xml"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<x xmlns:xl='http://www.w3.org/1999/xlink' xl:href='https://e.test/a'/>", [("x xl:href", "https://e.test/a")]),
        ("<x xmlns:l='http://www.w3.org/1999/xlink'><y l:href='b.xml'/></x>", [("y l:href", "b.xml")]),
        ("<x xlink:href='\n https://e.test/a\t'/>", [("x xlink:href", "https://e.test/a")]),
        ("<TEI><ref target='https://e.test/a'>b</ref><ref target='#b'/><ref target='c.xml'/></TEI>",
         [("ref target", "https://e.test/a")]),
        ("<x link='https://e.test/a' homepage='HTTP://e.test/b' action=' https://e.test/c ' d='ftp://e.test/'/>",
         [("x link", "https://e.test/a"), ("x homepage", "HTTP://e.test/b"), ("x action", "https://e.test/c")]),
        ("<x link='scm:git:https://e.test/a' note='See https://e.test/b' c='https://'/>", []),
        ("<r><Relationship Type='http://e.test/t' Target='https://e.test/a?b&amp;c'/></r>",
         [("Relationship Target", "https://e.test/a?b&c")]),
        ("<x xmlns='http://e.test/' xmlns:b='http://e.test/' targetNamespace='http://e.test/' b:namespace='http://e.test/'/>", []),
        ("<x><y xsi:schemaLocation='http://e.test/a'/><y xsi:noNamespaceSchemaLocation='http://e.test/a.xsd'/></x>", []),
        ("<x systemId='http://e.test/' publicId='http://e.test/' soapAction='http://e.test/' Algorithm='http://e.test/'/>", []),
        ("<xsl:stylesheet><a href='{$b}/c'/><a href='https://e.test/{@id}'/><a href='d'/></xsl:stylesheet>",
         [("a href", "d")]),
    ],
    ids=["xl", "l", "space", "tei", "names", "others", "office", "namespaces", "schemas", "identifiers", "xslt"],
)  # fmt: skip
def test_attributes_with_urls_are_links(content: str, expected: list[tuple[str, str]]) -> None:
    assert [(how, url) for how, url, _ in found(content)] == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<x>\n<p>Read https://e.test/p now</p></x>", [("bare url", "https://e.test/p", 2, 9)]),
        ("<x>https://e.test/a, https://e.test/b.</x>",
         [("bare url", "https://e.test/a", 1, 4), ("bare url", "https://e.test/b", 1, 22)]),
        ("<x>a &amp; <![CDATA[b\n https://e.test/?c&d]]></x>", [("bare url", "https://e.test/?c&d", 2, 2)]),
        ("<x><b/>é https://e.test/a<b/> https://e.test/b <!-- https://no.test/ --></x>",
         [("bare url", "https://e.test/a", 1, 10), ("bare url", "https://e.test/b", 1, 31)]),
        ("<x>\n<y>https://e.test/a&amp;b</y>c https://e.test/c</x>",
         [("xml y", "https://e.test/a&b", 2, 4), ("bare url", "https://e.test/c", 2, 32)]),
        ("<x>詳細はhttps://e.test/a</x>", [("bare url", "https://e.test/a", 1, 7)]),
        ("<kml><description><![CDATA[<p>x</p><img src=\"https://e.test/i?a&amp;b\"><a href='c'>]]></description></kml>",
         [("img src", "https://e.test/i?a&b", 1, 46)]),
        ("<resources><string name='a'>See &lt;a href=\"https://e.test/a?b&amp;amp;c\">x&lt;/a></string></resources>",
         [("a href", "https://e.test/a?b&c", 1, 45)]),
        ("<opml><outline text='x &lt;a href=&quot;https://e.test/a&quot;>y&lt;/a>'/></opml>",
         [("a href", "https://e.test/a", 1, 41)]),
        ("<x>&lt;b>Read&lt;/b> https://e.test/?a&amp;amp;b</x>", [("bare url", "https://e.test/?a&b", 1, 22)]),
        ("<x><script>'https://no.test/'</script><style>/* https://no.test/ */</style></x>", []),
        ("<x><namespace>see https://no.test/</namespace><y>scm:git:https://no.test/</y></x>", []),
    ],
    ids=["words", "two", "section", "mixed", "whole", "no spaces", "kml", "android", "opml", "escaped", "code", "names"],
)  # fmt: skip
def test_urls_in_text_are_links(content: str, expected: list[tuple[str, str, int, int]]) -> None:
    found_links, error = read_xml(content)
    assert error is None
    assert [(link.found, link.url, link.line, link.column) for link in found_links] == expected


@pytest.mark.parametrize(
    "piece",
    ["<a b='https://c/'/>", "https://a/ ", "<a>https://b/</a>", "://", "&lt;a href=", "<![CDATA[https://]]>", "a:", "&lt;a "],
)  # fmt: skip
def test_text_of_xml_is_read_in_linear_time(piece: str) -> None:
    def make(size: int) -> str:
        return f"<x>://{piece * (size // len(piece))}</x>"

    assert_linear(lambda content: read_xml(content), make, 100_000)


def test_long_text_without_urls_is_skipped() -> None:
    found_links, error = read_xml(f"<x><y>{'base64/' * 1_000_000}</y><z href='a'/></x>")
    assert error is None
    assert [link.url for link in found_links] == ["a"]
