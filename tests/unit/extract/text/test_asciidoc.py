"""Links of AsciiDoc documents. tests/conformance compares them with Asciidoctor."""

from __future__ import annotations

import pytest
from json_head.extract import Source, TooLargeError, links
from json_head.extract.source import MAX_MARKDOWN, MAX_MARKDOWN_LINES


def read(text: str) -> list[tuple[str, str, str]]:
    """Kind, URL and text of each link. Asserts its place."""
    lines = text.split("\n")
    found = []
    for link in links(Source(text, "a.adoc")):
        assert link.line and link.column
        at = lines[link.line - 1][link.column - 1 :]
        assert at.startswith(link.url) or "{" in at or "imagesdir" in text or "++" in at, link
        found.append((link.found.removeprefix("asciidoc "), link.url, link.text))
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://e.test/docs[Docs] and https://e.test/b/[B]", [("url", "https://e.test/docs", "Docs"), ("url", "https://e.test/b/", "B")]),
        ("https://e.test/a[a\nb^], https://e.test/b[], https://e.test/c[c\\]d]",
         [("url", "https://e.test/a", "a b"), ("url", "https://e.test/b", ""), ("url", "https://e.test/c", "c]d")]),
        ("https://e.test/a. (https://e.test/b); <https://e.test/c>: https://e.test/d!",
         [("bare url", f"https://e.test/{name}", "") for name in "abcd"]),
        ("`https://e.test/a` *https://e.test/b* _https://e.test/c[d]_",
         [("bare url", "https://e.test/a", ""), ("bare url", "https://e.test/b", ""), ("url", "https://e.test/c", "d")]),
        ("link:pass:[a b.pdf][A]", [("link", "a b.pdf", "A")]),
        ("link:a.html[A] link:++b c++[B] link:https://e.test/d[D] mailto:a@b.test[M]",
         [("link", "a.html", "A"), ("link", "b c", "B"), ("url", "https://e.test/d", "D"), ("link", "mailto:a@b.test", "M")]),
        ("image:a.png[Alt] image:b c.png[] https://e.test/d[image:e.png[E]] image:f.png[F,link=https://e.test/g]",
         [("image", "a.png", "Alt"), ("image", "b c.png", ""), ("url", "https://e.test/d", "E"), ("image", "e.png", "E"),
          ("image", "f.png", "F"), ("image link", "https://e.test/g", "")]),
        ("image::a.png[A]\n\nvideo::b.mp4[]\n\naudio::c.ogg[]\n\nvideo::no[youtube]\n\ntoc::[]\n\ninclude::no.adoc[]\n\ninclude::https://e.test/d.adoc[]",
         [("image", "a.png", "A"), ("video", "b.mp4", ""), ("audio", "c.ogg", ""), ("include", "https://e.test/d.adoc", "")]),
        ("xref:a.adoc#b[C] xref:no[] xref:#no[] <<d/e.adoc#f,G>> <<no,x>> <<no#no>> xref:h.adoc[] xref:no:i.adoc[]",
         [("xref", "a.adoc#b", "C"), ("xref", "d/e.adoc#f", "G"), ("xref", "h.adoc", "")]),
        ("* https://e.test/a[A]\n** link:b[B]\n\nterm:: link:c[C]\n\n|===\n|link:d[D] |x\na|image::e.png[]\n|===",
         [("url", "https://e.test/a", "A"), ("link", "b", "B"), ("link", "c", "C"), ("link", "d", "D"), ("image", "e.png", "")]),
        ("++++\n<a href='u'>x</a>\n++++\n\n+++<img src=v>+++", [("a href", "u", "x"), ("img src", "v", "")]),
    ],
)  # fmt: skip
def test_urls_macros_and_images_are_links(text: str, found: list[tuple[str, str, str]]) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "// https://no",
        "////\nhttps://no\n\nlink:no[]\n////",
        "----\nhttps://no\n----",
        "[source,ruby]\n----\nlink:no[]\n\nhttps://no\n----",
        "....\nhttps://no[x]\n....",
        "```sh\nhttps://no\n```",
        " https://no\n link:no[x]",
        "[listing]\nhttps://no\nlink:no[x]",
        "[source]\n--\nhttps://no\n--",
        "[stem]\n++++\n<a href=no>\n++++",
        "++https://no++ `+https://no+` +https://no+ $$https://no$$ pass:[https://no] stem:[link:no[x]]",
        "\\https://no.test \\https://no.test[x] \\link:no[x] \\image:no[] \\<<no.adoc#x>>",
        "\"https://no\" 'https://no' x=https://no",
        "ifdef::no[]\n\n[[no]]\n\n[quote,A,https://no]",
    ],
)
def test_verbatim_text_comments_and_escapes_contain_no_links(text: str) -> None:
    assert read(f"{text}\n\nlink:u[x]") == [("link", "u", "x")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (":u: https://e.test/u\n\n{u}[U] {u}/v[V] see {u}.",
         [("url", "https://e.test/u", "U"), ("url", "https://e.test/u/v", "V"), ("bare url", "https://e.test/u", "")]),
        ("= T\n:u: https://e.test\n:v: {u}/v\n\nhttps://e.test/{u}/{v}[no] link:{v}/w[W]",
         [("url", "https://e.test/https://e.test/https://e.test/v", "no"), ("url", "https://e.test/v/w", "W")]),
        (":u: https://e.test/u\n:v: w\n\nx", [("attribute", "https://e.test/u", "u")]),
        (":u: https://e.test/a\n:u: https://e.test/b\n\n{u}[x]", [("attribute", "https://e.test/a", "u"), ("url", "https://e.test/b", "x")]),
        (":u: https://e.test/u\n\n:!u:\n\n{u}[x]", [("attribute", "https://e.test/u", "u")]),
        ("https://e.test/{version}/a[A] {nothing}/b[B]", [("url", "https://e.test/{version}/a", "A")]),
        ("\\{u}[x]\n\n:u: https://e.test/u\n\n{u}[y]", [("url", "https://e.test/u", "y")]),
        (":imagesdir: img\n\nimage:b.png[] image:https://e.test/c.png[] image:/d.png[]",
         [("image", "img/b.png", ""), ("image", "https://e.test/c.png", ""), ("image", "/d.png", "")]),
        (":imagesdir: img/\n\nimage::a.png[]", [("image", "img/a.png", "")]),
        (":u: https://e.test/a\\\n\n{u}[x]", [("url", "https://e.test/a\\", "x")]),
        (":u: https://e.test/a \\\n  b\n\n{u}[x]", [("bare url", "https://e.test/a", "")]),
    ],
)  # fmt: skip
def test_references_to_attributes_are_expanded(text: str, found: list[tuple[str, str, str]]) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[link=https://e.test/lk]\nimage::i.png[]", [("image link", "https://e.test/lk", ""), ("image", "i.png", "")]),
        ('[#id,link="https://e.test/lk"]\n.Title\nimage::i.png[I]', [("image link", "https://e.test/lk", ""), ("image", "i.png", "I")]),
        ("[.a,link=b.html]\n[#c]\n\nimage::i.png[]", [("image link", "b.html", ""), ("image", "i.png", "")]),
        ("[link=self]\nimage::i.png[]", [("image", "i.png", "")]),
        ("[link=no]\ntext\n\nimage::i.png[]", [("image", "i.png", "")]),
        (",===\na,https://e.test/3\nhttps://e.test/4,\"b, link:c[d]\"\n,===\n\nhttps://e.test/5,6",
         [("bare url", "https://e.test/3", ""), ("bare url", "https://e.test/4", ""), ("link", "c", "d"), ("bare url", "https://e.test/5,6", "")]),
        ('video::a.mp4[poster=p.png]\n\nvideo::b[poster="q r.png",link=no]',
         [("video", "a.mp4", ""), ("poster", "p.png", ""), ("video", "b", ""), ("poster", "q r.png", "")]),
        ("icon:x[link=https://e.test/i] icon:no[] icon:y[2x,link=\"z\"] image:a[]",
         [("image link", "https://e.test/i", ""), ("image link", "z", ""), ("image", "a", "")]),
    ],
)  # fmt: skip
def test_links_in_block_attributes_and_cells_are_read(text: str, found: list[tuple[str, str, str]]) -> None:
    assert read(text) == found


def test_the_place_of_an_expanded_url_is_that_of_its_reference() -> None:
    text = ":u: https://e.test/u\n\na\nb {u}/v[V] link:w[W]"
    assert [(link.url, link.line, link.column) for link in links(Source(text, "a.adoc"))] == [
        ("https://e.test/u/v", 4, 3),
        ("w", 4, 17),
    ]


def test_expansion_of_references_is_bounded() -> None:
    text = ":a: " + "x" * 3_000 + "\n:b: {a}{a}\n\n" + "{a}" * 10_000 + " https://e.test/y"
    assert [link.url for link in links(Source(text, "a.adoc"))] == ["https://e.test/y"]


def test_relative_links_are_resolved_against_the_base() -> None:
    text = "link:b[x] xref:../c.adoc#d[y]"
    assert [link.url for link in links(Source(text, "a.adoc", base="https://e.test/x/y"))] == [
        "https://e.test/x/b",
        "https://e.test/c.adoc#d",
    ]


@pytest.mark.parametrize("text", ["a" * (MAX_MARKDOWN + 1), "a\n" * (MAX_MARKDOWN_LINES + 1)])
def test_a_document_over_the_limit_is_refused(text: str) -> None:
    with pytest.raises(TooLargeError, match="AsciiDoc"):
        read(text)


@pytest.mark.parametrize(("lines", "expected"), [(0, 2), (19, 2), (20, 1)])
def test_block_attributes_apply_within_twenty_lines(lines: int, expected: int) -> None:
    text = "[link=https://e.test/a]\n" + "\n" * lines + "image::https://e.test/b.png[]\n"
    assert len(list(links(Source(text, "x.adoc")))) == expected
