"""A new URL in every syntax: extracted again it is the intended one, and everything else is as it was."""

import gzip
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from json_head.extract import Source
from json_head.fixes.rewrite import Change, links_as_written, rewrite
from json_head.urls.target import UrlError, parse

from tests.unit.fixes.parsers import check_by_another_parser

OLD = "https://old.example/a"

#: Sources by format. The first ``¤`` is the only link to the old URL.
TEMPLATES = [
    ("html", '<a href="¤">x</a>'),
    ("html", "<a href='¤' title='¤'>¤</a><a href=b>y</a>"),
    ("html", "<p><a href=¤>x</a>"),
    ("html", "<a href=¤ class=c>x</a>"),
    ("html", '<img srcset="b 1x, ¤ 2x, c 3x">'),
    ("html", '<meta http-equiv="refresh" content="5; url=¤">'),
    ("html", '<meta property="og:url" content="¤">'),
    ("html", '<p style="background: url(¤)">'),
    ("html", "<p style=\"background: url('¤')\">"),
    ("html", "<style>a { b: url(¤) }</style>"),
    ("html", '<style>@import "¤";</style>'),
    ("html", '<script type="application/ld+json">{"@type": "x", "url": "¤"}</script>'),
    ("xhtml", '<html xmlns="http://www.w3.org/1999/xhtml"><a href="¤">x</a></html>'),
    ("markdown", "See [x](¤) and [y](b)."),
    ("markdown", "See [x](<¤> 'title')."),
    ("markdown", "![x](¤ \"t\") text"),
    ("markdown", "<¤> text"),
    ("markdown", "Text ¤ text"),
    ("markdown", "> - [x][r] [r]\n\n[r]: ¤\n[s]: c"),
    ("markdown", "[r]: <¤> 'title'"),
    ("markdown", "| a | b |\n|---|---|\n| [x](¤) | c |\n"),
    ("markdown", '<a href="¤">x</a> *y*'),
    ("markdown", "---\nurl: ¤\n---\n# x"),
    ("css", "a { b: url(¤) } c { d: url(e) }"),
    ("css", 'a { b: url("¤") }'),
    ("css", "@import '¤';"),
    ("json", '{"a": "¤", "b": ["https://b.example/"]}'),
    ("json", '{"a": "see ¤ now"}'),
    ("notebook", '{"cells": [{"cell_type": "markdown", "source": ["[x](¤) y"]}], "nbformat": 4}'),
    ("notebook", '{"cells": [{"cell_type": "markdown", "source": ["<a href=\\"¤\\">y</a>"]}], "nbformat": 4}'),
    ("rst", "See `x <¤>`_ now."),
    ("rst", "See ¤ now."),
    ("rst", "x_\n\n.. _x: ¤\n"),
    ("rst", ".. image:: ¤\n"),
    ("asciidoc", "See ¤[x] now."),
    ("asciidoc", "See link:¤[x] now."),
    ("xml", "<r><url>¤</url><b/></r>"),
    ("xml", "<r><u><![CDATA[¤]]></u></r>"),
    ("xml", '<svg xmlns="http://www.w3.org/2000/svg"><a href="¤"/></svg>'),
    ("sitemap", '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>¤</loc></url></urlset>'),
    ("feed", '<rss version="2.0"><channel><link>¤</link></channel></rss>'),
    ("feed", '<rss version="2.0"><channel><item><description>&lt;a href="¤"&gt;x&lt;/a&gt;</description></item></channel></rss>'),
    ("feed", '<rss version="2.0"><channel><item><description><![CDATA[<a href="¤">x</a>]]></description></item></channel></rss>'),
    ("sitemap", '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="i"><url><image:image><image:loc><![CDATA[¤]]></image:loc></image:image></url></urlset>'),
    ("text", "see ¤ and www.b.example/x"),
    ("urls", "¤\nhttps://b.example/\n"),
    ("csv", "n,u\n1,¤\n"),
    ("csv", 'n,u\n1,"¤"\n'),
]  # fmt: skip

#: There are many templates, and each has these many examples.
FEW = settings(max_examples=settings().max_examples // 5)

PLAIN = st.builds(
    lambda path, query, fragment: f"https://new.example/{path}{query}{fragment}",
    st.text("abcXYZ019-._~/%2F", max_size=12).map(lambda path: path.replace("%", "%2F").rstrip(".") + "x"),
    st.sampled_from(["", "?a=1", "?a=1&b=2", "?a=b&copy=1&lt=x"]),
    st.sampled_from(["", "#f", "#%C3%BC"]),
)
ANY = st.builds(
    lambda path, query, fragment: (path, query, fragment),
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=12),
    st.text("abc=&;'()[]{}*_`|!$,^~\\%#?:@+<>\" ", max_size=12),
    st.sampled_from(["", "#f", "#a'b", "#(x)"]),
)


def normalised(parts):
    path, query, fragment = parts
    try:
        return (
            parse(f"https://new.example/{path.replace('#', '').replace('?', '')}?{query.replace('#', '')}").url
            + fragment
        )
    except UrlError:
        return "https://new.example/"


def source_of(template):
    format, text = template
    return Source(text.replace("¤", OLD), "a", format=format)


def changes_of(source, new):
    return [Change(link.line, link.column, OLD, new, "r", "") for link in links_as_written(source) if link.url == OLD]


def urls(source):
    return [link.url for link in links_as_written(source)]


def rewritten(template, new):
    source = source_of(template)
    changes = changes_of(source, new)
    assert len(changes) == 1
    return source, rewrite(source, changes)


@pytest.mark.parametrize("template", TEMPLATES)
@FEW
@given(new=PLAIN)
def test_ordinary_url_is_written_into_every_syntax(template, new):
    if template[0] == "asciidoc":
        new = re.sub("[~_.-]+", "x", new.removeprefix("https://new.example")).join(("https://new.example", ""))
    source, result = rewritten(template, new)
    assert len(result.done) == 1, result.left
    assert urls(Source(result.content, "a", format=template[0])) == [new if url == OLD else url for url in urls(source)]
    check_by_another_parser(template, result.content, new)


@pytest.mark.parametrize("template", TEMPLATES)
@FEW
@given(parts=ANY)
def test_any_url_is_written_exactly_or_not_at_all(template, parts):
    new = normalised(parts)
    source, result = rewritten(template, new)
    if result.left:
        assert not result.done and result.content == source.content
        return
    assert urls(Source(result.content, "a", format=template[0])) == [new if url == OLD else url for url in urls(source)]
    before, _, after = source.content.partition(OLD)
    assert result.content.startswith(before) and result.content.endswith(after)
    check_by_another_parser(template, result.content, new)


@pytest.mark.parametrize(
    ("format", "raw", "old"),
    [
        ("html", '<a href="https://old.example/?a=1&amp;b=&#39;">x</a>', "https://old.example/?a=1&b='"),
        ("html", "<a href=' https://old.example/?a&b '>x</a>", "https://old.example/?a&b"),
        ("html", r'<p style="a:url(https\3a //old.example/\(x\))">', "https://old.example/(x)"),
        ("markdown", r"[x](https://old.example/\(a\_b&amp;c)", "https://old.example/(a_b&c"),
        ("markdown", "[x]( <https://old.example/a b> )", "https://old.example/a b"),
        ("css", r"a{b:url('https://old.example/\27x')}", "https://old.example/'x"),
        ("json", r'["https:\/\/old.example\/\u00e9"]', "https://old.example/é"),
        ("rst", r"`x <https://old.example/a\_>`_", "https://old.example/a_"),
        ("xml", "<a><b><![CDATA[ https://old.example/?a&b ]]></b></a>", "https://old.example/?a&b"),
        ("xml", "<a href='https://old.example/?a&amp;b&#x26;c'/>", "https://old.example/?a&b&c"),
        ("text", "(www.old.example/a).", "https://www.old.example/a"),
    ],
)
def test_escaped_url_is_found_in_the_source(format, raw, old):
    source = Source(raw, format=format)
    (link,) = links_as_written(source)
    assert link.url == old
    new = "https://www.new.example/" if "www." in old else "https://new.example/"
    result = rewrite(source, [Change(link.line, link.column, old, new, "r", "")])
    assert len(result.done) == 1
    assert urls(Source(result.content, format=format)) == [new]


def test_style_of_the_syntax_stays():
    assert (
        one("html", '<a href="https://old.example/?a=1&b=2">', "https://new.example/?c=1&d=2")
        == '<a href="https://new.example/?c=1&d=2">'
    )
    assert (
        one("html", '<a href="https://old.example/?a=1&b=2">', "https://new.example/?c=1&copy=2")
        == '<a href="https://new.example/?c=1&copy=2">'
    )
    assert (
        one("html", '<a href="https://old.example/?a=1&b=2">', "https://new.example/?c=1&copy")
        == '<a href="https://new.example/?c=1&amp;copy">'
    )
    assert one("json", r'["https:\/\/old.example\/"]', "https://new.example/x") == r'["https:\/\/new.example\/x"]'
    assert one("markdown", "[x](https://old.example/)", "https://new.example/a_(b)") == "[x](https://new.example/a_(b))"
    assert one("markdown", "[x](https://old.example/)", "https://new.example/a)b") == r"[x](https://new.example/a\)b)"
    assert one("markdown", "[x](<https://old.example/>)", "https://new.example/a)b") == "[x](<https://new.example/a)b>)"
    assert one("text", "www.old.example/a", "https://www.new.example/b") == "www.new.example/b"
    assert one("text", "www.old.example/a", "https://new.example/b") is None


def one(format, text, new):
    source = Source(text, format=format)
    (link,) = links_as_written(source)
    result = rewrite(source, [Change(link.line, link.column, link.url, new, "r", "")])
    return result.content if result.done else None


@pytest.mark.parametrize(
    ("format", "text", "new"),
    [
        ("text", "see https://old.example/a", "https://new.example/a."),  # the stop would end the sentence
        ("markdown", "# https://old.example/a\n\n[x](#httpsoldexamplea)", "https://new.example/"),  # the heading's anchor
        ("markdown", "[x](https://old.example/a)", "https://new.example/?{x}"),
        ("asciidoc", "https://old.example/a[x]", "https://new.example/a--b"),
        ("asciidoc", "https://old.example/a[x]", "https://new.example/__a__"),
        ("asciidoc", ":u: https://old.example/a\n\n{u}[x]", "https://new.example/"),
        ("csv", "a,b\n1,https://old.example/a\n", "https://new.example/x y"),
        ("html", '<a href="https://old.exa\nmple/a">x</a>', "https://new.example/"),
        ("html", "<base href='https://old.example/'><a href='a'>x</a>", "https://new.example/"),
        ("mime", "Content-Type: text/html\n\n<a href='https://old.example/a'>x</a>", "https://new.example/"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_safely_is_left(format, text, new):
    source = Source(text, format=format)
    link = next(link for link in links_as_written(source) if link.url == OLD)
    result = rewrite(source, [Change(link.line, link.column, OLD, new, "r", "")])
    assert result.content == text and not result.done
    assert len(result.left) == 1 and result.left[0][1].endswith(".")


def test_change_of_another_url_or_place_is_left():
    source = Source(f"see {OLD} now", format="text")
    for change in (
        Change(1, 4, OLD, "x", "", ""),
        Change(2, 5, OLD, "x", "", ""),
        Change(1, 5, "https://other.example/", "x", "", ""),
    ):
        result = rewrite(source, [change])
        assert (result.content, len(result.left)) == (source.content, 1)


def test_one_impossible_change_does_not_stop_the_others():
    text = "\n".join(f"see {OLD}/{number} now" for number in range(9))
    source = Source(text, format="text")
    links = links_as_written(source)
    new = [f"https://new.example/{number}{'|' if number in (3, 8) else ''}" for number in range(9)]
    changes = [Change(link.line, link.column, link.url, url, "r", "") for link, url in zip(links, new, strict=True)]
    result = rewrite(source, changes)
    assert len(result.done) == 7 and len(result.left) == 2
    assert urls(Source(result.content, format="text")) == [
        url if number not in (3, 8) else f"{OLD}/{number}" for number, url in enumerate(new)
    ]


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: "\ufeff".encode("utf-16-le") + text.encode("utf-16-le"),
        lambda text: "\ufeff".encode("utf-16-be") + text.encode("utf-16-be"),
        lambda text: text.encode("latin-1"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace("\n", "\r\n", 1).encode("latin-1") + b"\n",
    ],
)
def test_every_other_byte_stays(encode):
    text = f"# é\n\nü [x]({OLD}) ä\n\n[y](b)"
    source = Source(encode(text), "a.md")
    (change,) = changes_of(source, "https://new.example/?a&b")
    result = rewrite(source, [change])
    assert result.content == encode(text.replace(OLD, "https://new.example/?a&b"))


def test_declared_encoding_is_written_again():
    text = f'<meta charset="iso-8859-2"><a href="{OLD}">ő</a>'
    source = Source(text.encode("iso-8859-2"), "a.html")
    result = rewrite(source, changes_of(source, "https://new.example/"))
    assert result.content == text.replace(OLD, "https://new.example/").encode("iso-8859-2")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", gzip.compress(f"[x]({OLD})".encode(), mtime=0)),
        ("a.html", f'<meta charset="utf-8"><a href="{OLD}">'.encode() + b"\xff"),
    ],
    ids=["gzip", "invalid"],
)
def test_bytes_that_cannot_be_written_again_are_left(name, content):
    source = Source(content, name)
    result = rewrite(source, changes_of(source, "https://new.example/"))
    assert result.content == content and len(result.left) == 1


def test_character_that_the_encoding_lacks_is_left():
    source = Source(f'<meta charset="iso-8859-1"><a href="{OLD}">é</a>'.encode("latin-1"), "a.html")
    result = rewrite(source, changes_of(source, "https://new.example/ő"))
    assert result.content == source.content and len(result.left) == 1
