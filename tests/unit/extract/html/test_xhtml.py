"""Links of XHTML, whose markup an XML parser reads otherwise than an HTML parser."""

from __future__ import annotations

import pytest
from json_head.extract import Source, links, read
from json_head.extract.html.tokens import EndTag, RawText, StartTag, Text
from json_head.extract.html.xhtml_tokens import UNKNOWN_NOTE, tokens

XHTML = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">'
AFTER = ("a href", "after")


def found(
    content: str, name: str | None = None, media_type: str | None = None, base: str | None = None
) -> list[tuple[str, str]]:
    return [(link.found, link.url) for link in links(Source(content, name, media_type, base))]


@pytest.mark.parametrize(
    "element",
    ["title", "script", "style", "iframe", "textarea", "noframes", "noembed", "xmp", "plaintext", "TITLE", "h:title"],
)
def test_links_after_a_self_closed_element_are_found(element: str) -> None:
    assert found(f"{XHTML}<{element}/><a href='after'>a</a></html>") == [AFTER]


def test_links_after_a_self_closed_title_are_found() -> None:
    content = (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>'
        '<body><a href="https://e.test/after">a</a></body></html>'
    )
    assert found(content, "case.xhtml") == [("a href", "https://e.test/after")]


def test_links_after_a_self_closed_script_are_found() -> None:
    content = (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><script src="k.js"/></head>'
        '<body><a href="https://e.test/after">a</a></body></html>'
    )
    assert found(content, "case.xhtml") == [("script src", "k.js"), ("a href", "https://e.test/after")]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.xhtml", None),
        ("a.xht", None),
        (None, "application/xhtml+xml; charset=utf-8"),
        ("OEBPS/c1.xhtml", "application/xhtml+xml"),
    ],
)
def test_xhtml_is_detected_by_name_or_media_type(name: str | None, media_type: str | None) -> None:
    content = "<html xmlns='http://www.w3.org/1999/xhtml'><iframe src='i'/><a href='after'/></html>"
    assert found(content, name, media_type) == [("iframe src", "i"), AFTER]


def test_text_html_is_not_xhtml() -> None:
    content = f"{XHTML}<script src='k.js'/><a href='after'>a</a></html>"
    assert found(content, "a.xhtml", "text/html; charset=utf-8") == [("script src", "k.js")]
    assert found("<!doctype html><title/><a href='after'>a</a>") == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<script>if (a &lt; b) '<![CDATA[</script><a href=\"no\">]]>';</script><a href='after'/>", [AFTER]),
        ("<script>//<![CDATA[\n'<a href=\"no\"></a>'\n//]]></script><a href='after'/>", [AFTER]),
        ("<script><!-- </script> --></script ><a href='after'/>", [AFTER]),
        ("<h:script>a</h:script><h:a href='after'/>", [AFTER]),
        ("<p><![CDATA[<a href='no'>]]></p><a href='after'/>", [AFTER]),
        ("<!-- > <a href='no'/> --><a href='after'/>", [AFTER]),
        ("<!--><a href='no'/>--><a href='after'/>", [AFTER]),
        ("<?php echo '<a href=\"no\">' ?><a href='after'/>", [AFTER]),
        ("<title>t <a href='after'/></title>", [AFTER]),
        ("<svg><title/><style/><a xlink:href='x'/><p/></svg><a href='after'/>", [("a xlink:href", "x"), AFTER]),
        ("<svg:svg><svg:image href='x'/></svg:svg><a href='after'/>", [("image href", "x"), AFTER]),
        ("<svg><foreignObject><img src='x'/></foreignObject><use href='y'/></svg>", [("img src", "x"), ("use href", "y")]),
        ("<template/><a href='after'/>", [AFTER]),
        ("<template><a href='no'/></template><a href='after'/>", [AFTER]),
        ("<A HREF='after'/>", [AFTER]),
        ("<a href='a&amp;b&#x3d;c'/>", [("a href", "a&b=c")]),
        ("<br><p>tag soup<a href=after>", [AFTER]),
        ("<a href='after'", []),
    ],
)  # fmt: skip
def test_links_of_xhtml(content: str, expected: list[tuple[str, str]]) -> None:
    assert found(XHTML + content, "a.xhtml") == expected


def test_a_document_type_with_declarations_is_skipped() -> None:
    content = "<!DOCTYPE html [<!ENTITY a '<a href=\"no\">'> ]><html><a href='after'/></html>"
    assert found(content, "a.xhtml") == [AFTER]


def test_a_style_sheet_in_the_prolog_is_a_link() -> None:
    content = "<?xml version='1.0'?><?xml-stylesheet type='text/css' href=\"a.css\"?><html><base href='/b/'/></html>"
    assert found(content, "a.xhtml", base="https://e.test/c") == [("xml-stylesheet href", "https://e.test/b/a.css")]


def test_a_self_closed_anchor_has_no_text() -> None:
    [first, second] = links(Source(f"{XHTML}<a href='x' title='t'/> words <a href='y'>y<br/>z</a></html>", "a.xhtml"))
    assert (first.text, second.text) == ("t", "yz")


def test_links_of_xhtml_have_the_places_of_their_urls() -> None:
    content = f"{XHTML}\n<title/><script src = 'é'/>\n <a\nhref=' b'/></html>"
    assert [(link.line, link.column, link.url) for link in links(Source(content))] == [(2, 24, "é"), (4, 8, "b")]


def test_xhtml_content_of_atom_is_read_as_xhtml() -> None:
    content = (
        "<feed><entry><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><iframe src='i'/><title/>"
        "<script src='k.js'/><a href='after'>a</a></div></content></entry>"
        "<entry><content type='html'>&lt;title/>&lt;a href='no'></content></entry></feed>"
    )
    assert found(content) == [("iframe src", "i"), ("script src", "k.js"), AFTER]


def outline(text: str) -> list[str]:
    outlined = []
    for token in tokens(text):
        if isinstance(token, StartTag):
            outlined.append(token.name)
        elif isinstance(token, EndTag):
            outlined.append(f"/{token.name}")
        elif isinstance(token, Text):
            outlined.append(repr(token.raw))
        elif isinstance(token, RawText):
            outlined.append(f"{token.name}: {text[token.start : token.end]!r} {token.has_references}")
    return outlined


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b/>c", ["b", "/b", "'c'"]),
        ("<b/ >c", ["b", "'c'"]),
        ("<b c=d/>", ["b"]),
        ("<b c='d'/>", ["b", "/b"]),
        ("<x:b></x:b>", ["b", "/b"]),
        ("a<![CDATA[<b>]]>c", ["'a'", "'<b>'", "'c'"]),
        ("a<![CDATA[<b>", ["'a'", "'<b>'"]),
        ("<!--", []),
        ("<?a", []),
        ("<!DOCTYPE [", []),
        ("<style>a&lt;b</style>", ["style", "style: 'a&lt;b' True", "/style"]),
        ("<style><![CDATA[a]]></style>", ["style", "style: '<![CDATA[a]]>' False", "/style"]),
        ("<style>a", ["style", "style: 'a' True"]),
        ("<style><![CDATA[</style>", ["style", "style: '<![CDATA[</style>' False"]),
    ],
)
def test_xhtml_is_tokenized_as_xml(text: str, expected: list[str]) -> None:
    assert outline(text) == expected


@pytest.mark.parametrize("href", ["&u;", "&u;a", "https://e.test/&u;?b&amp;c", " &u; "])
def test_a_link_with_an_internal_entity_is_omitted_with_a_note(href: str) -> None:
    content = f"<!DOCTYPE html [<!ENTITY u 'http://h/ok/'>]><html><a href='{href}'/><img src='{href}'/><a href='after'/></html>"
    notes: list[str] = []
    assert [link.url for link in read(Source(content, "a.xhtml"), notes)[1] if link] == ["after"]
    assert notes == [UNKNOWN_NOTE]


@pytest.mark.parametrize("href", ["a&amp;u;", "&eacute;", "a&#38;u;", "a&u"])
def test_other_references_are_decoded_without_a_note(href: str) -> None:
    notes: list[str] = []
    found_links = [link.url for link in read(Source(f"{XHTML}<a href='{href}'/></html>", "a.xhtml"), notes)[1] if link]
    assert (len(found_links), notes) == (1, [])


def test_relative_links_after_a_base_with_an_internal_entity_stay_relative() -> None:
    content = "<!DOCTYPE html [<!ENTITY u 'http://h/'>]><html><base href='&u;'/><a href='after'/></html>"
    assert found(content, "a.xhtml", base="https://e.test/") == [AFTER]


def test_xlink_may_have_any_prefix() -> None:
    content = f"{XHTML}<svg xmlns:l='http://www.w3.org/1999/xlink'><a l:href='x'/></svg></html>"
    assert found(content) == [("a xlink:href", "x")]
