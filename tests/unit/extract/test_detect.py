"""Detecting the format of a source."""

from __future__ import annotations

from typing import get_args

import pytest
from json_head.extract import Format, Source, read
from json_head.extract.detect import detect

from tests.growth import assert_linear, repeated

XML_KINDS = ("csproj", "docbook", "foo", "kml", "rng", "wsdl", "xsd", "xsl", "xslt", "xul")


@pytest.mark.parametrize(
    ("content", "name", "media_type", "format_"),
    [
        ("x", "a.html", None, "html"),
        ("x", "https://example.com/a.HTM?x=y.md", None, "html"),
        ("x y", "https://[bad/a.md", None, "markdown"),
        ("x", "README.md", "text/plain", "markdown"),
        ("x", "README.md", "text/html; charset=utf-8", "html"),
        ("x", "sitemap.xml.gz", None, "sitemap"),
        ("x y", "notes.txt", "text/plain", "text"),
        ("<urlset>", None, "text/html", "sitemap"),
        ("<?xml version='1.0'?>\n<!-- x -->\n<sm:sitemapindex >", None, None, "sitemap"),
        ("<?xml version='1.0'?><rss>", None, None, "feed"),
        ("<?xml version='1.0'?><rss>", "feed.xml", "text/xml", "feed"),
        ("<!-- x --><rdf:RDF>", None, "text/html", "feed"),
        ("x", "news.atom", None, "feed"),
        ("x", None, "application/rss+xml; charset=utf-8", "feed"),
        ("<?xml version='1.0'?><project>", None, None, "xml"),
        ("<project>", "pom.xml", None, "xml"),
        ("<note/>", "note.xml.gz", None, "xml"),
        ("<note/>", None, "application/xml", "xml"),
        ("<note/>", None, "application/vnd.note+xml; charset=utf-8", "xml"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", None, None, "xml"),
        ("<!-- x --><opml version='2.0'>", None, None, "xml"),
        ("<?xml version='1.0'?><!DOCTYPE book [<!ENTITY a '<html>'>]><book>", None, None, "xml"),
        ("<?xml version='1.0'?><!-- <html> --><?x <html>?><book>", None, None, "xml"),
        ("<svg/>", "a.svg", None, "xml"),
        ("<urlset/>", "a.xml", "application/xml", "sitemap"),
        ("<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>", None, None, "xhtml"),
        ("<?xml version='1.0'?>\n<!-- > --><!DOCTYPE html>\n<html>", "a.xml", "text/xml", "xhtml"),
        ("<?xml version='1.0'?><h:html xmlns:h='http://www.w3.org/1999/xhtml'>", "a.html", None, "xhtml"),
        ("<?xml version='1.0'?><html>", "a.xhtml", "text/html", "html"),
        (
            "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'><html xmlns='http://www.w3.org/1999/xhtml'>",
            None,
            None,
            "xhtml",
        ),
        (
            "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'><html xmlns='http://www.w3.org/1999/xhtml'>",
            "a.html",
            None,
            "html",
        ),
        ("<!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'>", None, None, "html"),
        ("x", "a.xht", None, "xhtml"),
        ("x", None, "application/xhtml+xml", "xhtml"),
        ("<?xml version='1.0'?><!DOCTYPE html><p>", "a.xml", "text/xml", "html"),
        (" <!doctype html>\n<p>", None, None, "html"),
        ("<!-- hello -->\n<html>", None, None, "html"),
        ("<p>see <a class=x href=y>z</a>", None, None, "html"),
        ("https://a.org\n\nhttps://b.org", None, None, "urls"),
        ("https://a.org\nsome words", None, None, "urls"),
        ("example.com\nwww.example.org", None, None, "urls"),
        ("localhost:8000/x", None, None, "urls"),
        ("localhost:8000/x\n127.0.0.1:8000\n", None, None, "urls"),
        ("https://a.org\nsome words\nand more", None, None, "text"),
        ("see [a](https://a.org)", None, None, "markdown"),
        ("[a](https://a.org)", None, None, "markdown"),
        ("https://a.org\nhttps://b.org\n\nsome\n[a\\[1\\]](https://c.org)", None, None, "markdown"),
        ("https://a.org\n" * 5_000 + "[a](<https://c.org/(d)>)", None, None, "markdown"),
        ("https://a.org](https://a.org)\nhttps://b.org", None, None, "urls"),
        ("# Title\n\nwords <img src=x>", None, None, "markdown"),
        ("words\n# Title", None, None, "markdown"),
        ("some [a][b]\n\n[b]: https://a.org", None, None, "markdown"),
        ("words words", None, None, "text"),
        *((f"<x xmlns='urn:x' a='https://e.test/{kind}'/>", f"a.{kind}", None, "xml") for kind in XML_KINDS),
        ("<template><a href='x'/></template>", "a.vue", None, "html"),
        ("<script>let a</script>", "a.svelte", None, "html"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'><title/>", "a.xml", None, "xhtml"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'><title/>", None, "application/xml", "xhtml"),
        ("<!DOCTYPE html>\n<html xmlns='http://www.w3.org/1999/xhtml'><title/>", "a.xml", None, "xhtml"),
        ("<!DOCTYPE html>\n<html><title></title>", "a.xml", None, "html"),
        ('<!-- x -->\n<html\n xmlns = "http://www.w3.org/1999/xhtml"><title/>', None, None, "xhtml"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'>", "a.html", None, "html"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'>", "a.xml", "text/html", "html"),
        ("<html xmlns:og='http://ogp.me/ns#'>", None, None, "html"),
        ("<div xmlns='http://www.w3.org/1999/xhtml'><br/></div>", None, None, "xhtml"),
        ("<h:div xmlns='urn:x' xmlns:h='http://www.w3.org/1999/xhtml'/>", None, None, "xhtml"),
        (
            "<xsl:transform xmlns='http://www.w3.org/1999/xhtml' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'/>",
            "a.foo",
            None,
            "xml",
        ),
        ("<a b='1 > 0' xmlns='urn:a'/>", None, None, "xml"),
        ("<!-- x -->\n<?y z?><!DOCTYPE a SYSTEM 'a.dtd'>\n<a:b xmlns:a='urn:a'/>", "a.foo", "text/plain", "xml"),
        ("<svg xmlns='http://www.w3.org/2000/svg'></svg><p>", None, None, "xml"),
        ("<a xmlnsx='y'>b</a> see https://a.org/", None, None, "text"),
    ],
)
def test_the_format_is_detected_by_name_media_type_or_content(
    content: str, name: str | None, media_type: str | None, format_: Format
) -> None:
    assert read(Source(content, name, media_type))[0] == format_


IMAGE = '<img src="https://a.org/p.png" width=20>'


@pytest.mark.parametrize(
    "text",
    [
        f"# A\n\n[a](https://a.org/1) [b](https://a.org/2)\n\n{IMAGE}\n",
        f"# A\n\n[a](docs/a.md)\n\n{IMAGE}\n",
        f"{IMAGE}\n\n# A\n\n[a](docs/a.md)\n",
        f'<p align="center">\n  {IMAGE}\n</p>\n\n[a](https://a.org/1)\n',
        f"<details><summary>More</summary>\n\n- [a](https://a.org/1) {IMAGE}\n\n</details>\n",
        f"<!-- {IMAGE} -->\n[a](https://a.org/1)<br>\n{IMAGE}\n",
        f"<kbd>Ctrl</kbd> opens [a](https://a.org/1).\n\n{IMAGE}\n",
        f"See <https://a.org/1>.\n\n{IMAGE}\n",
        f"See https://a.org/1, or\n\n{IMAGE}\n",
        f"---\ntitle: A\n---\n\n[a](https://a.org/1)\n\n{IMAGE}\n",
        f"+++\ntitle = 'A'\n+++\n\nSee https://a.org/1\n\n{IMAGE}\n",
        "---\ntitle: A\n---\n\nSome words\n",
        f"Use `<pre>` for it.\n\n{IMAGE}\n\n[a](https://a.org/1)\n",
        f"```html\n{IMAGE}\n```\n",
    ],
)
def test_markdown_with_html_tags_is_markdown(text: str) -> None:
    assert detect(text) == "markdown"


@pytest.mark.parametrize(
    "text",
    [
        f"<p>See {IMAGE}\n<script>\n\nx = '[a](https://a.org/1)'\n</script>\n",
        f"<div>\n{IMAGE}\n<pre>\n\n# A\n\n[a](https://a.org/1)\n</pre>\n</div>\n",
        f"{IMAGE}\n\n<p>[a](https://a.org/1)</p>\n",
        f"<ul>\n\n    <li>{IMAGE}\n\n    [a](https://a.org/1)\n</ul>\n",
        f"<p>https://a.org/1 {IMAGE}</p>\n",
        f"---\nlayout: page\n---\n<div>\n{IMAGE}\n</div>\n",
        f"<!-- [a](https://a.org/1) -->\n<p>{IMAGE}</p>\n",
        "<pre><a href='x'>y</a></pre>",
        f"<!DOCTYPE html>\n<p>{IMAGE}\n\n# A\n\n[a](https://a.org/1)\n",
    ],
)
def test_html_that_quotes_markdown_is_html(text: str) -> None:
    assert detect(text) == "html"


@pytest.mark.parametrize(
    "text",
    [
        f"A\n=\n\n`a <https://a.org/1>`_\n\n.. raw:: html\n\n   {IMAGE}\n",
        "A\n=\n\na_\n\n.. _a: https://a.org/1\n",
        "See `a <https://a.org/1>`__.",
    ],
)
def test_restructuredtext_is_detected_by_its_links_and_directives(text: str) -> None:
    assert detect(text) == "rst"


def test_all_links_of_markdown_with_a_tag_are_read() -> None:
    links = read(Source("# A\n\n[a](https://a.org/1) https://a.org/2\n\n<img src=https://a.org/3>\n"))[1]
    assert [link.url for link in links if link] == ["https://a.org/1", "https://a.org/2", "https://a.org/3"]


def test_the_format_given_with_the_source_is_used() -> None:
    assert read(Source("<html>", "a.html", "text/html", format="text"))[0] == "text"


@pytest.mark.parametrize(
    "unit", ["[", "[\\", "[](", "[" + "a" * 299, "](<http", "](http://", "\n](http://", "](http://\n["]
)
def test_markdown_is_detected_in_linear_time(unit: str) -> None:
    assert detect(unit * 1_000) in get_args(Format)
    assert_linear(detect, repeated(unit), 2_000_000)


@pytest.mark.parametrize(
    "piece",
    [
        "[", "]", "][", "[a]: ", "](", "](\t", "<a ", "<a href", "<a href ", "<!", "<!--", "<?xml ", "\n", " ", "`", "# ", "{", '{"', '["', '["a"',
        "a,", "a,\n", "a,'", "'a',", '"a",', "sep=,\n", "https://a.org/,b\n", "https://a.org/a b.html\n", "a: b\n", "From: ", "[DEFAULT]\n", "\u200b",
        "https://", "a://", "a" * 100, "\t", "x\n", "```\n", "<pre", "<p>\n\n", ".. ", ".. _", "---\na:\n", "<a/",
    ],
)  # fmt: skip
def test_detection_is_linear(piece: str) -> None:
    for prefix in ("", "x ", "[", "<a ", "{", "From x\n", "<a href=x>\n"):
        assert_linear(detect, repeated(piece, prefix), 200_000)


@pytest.mark.parametrize("name", ["a.vue", "src/B.VUE"])
def test_links_in_the_template_of_a_vue_component_are_read(name: str) -> None:
    links = read(Source("<template><a href='x'/><template v-if='b'><img src='y'></template></template>", name))[1]
    assert [link.url for link in links if link] == ["x", "y"]
