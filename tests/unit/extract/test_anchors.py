"""Anchors of HTML and Markdown, GitHub's ids of headings, and what a fragment points to."""

import pytest
from json_head.extract import Source, read
from json_head.extract.slugs import Slugs, slug
from json_head.fragments import FOUND, MISSING, Anchors, Document, judge_by_document
from json_head.model import Fragment


def anchors_of(text, format):
    anchors = Anchors()
    list(read(Source(text, format=format), anchors=anchors)[1])
    return anchors


def ids(text):
    return anchors_of(text, "markdown").ids


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Hello World", "hello-world"),
        ("What's new in 1.0?", "whats-new-in-10"),
        ("A -- b", "a----b"),
        ("snake_case", "snake_case"),
        ("हिन्दी शीर्षक", "हिन्दी-शीर्षक"),
        ("E\u0301te\u0301", "e\u0301te\u0301"),
        ("x² ½ Ⓐ", "x--ⓐ"),
        ("🚀 Launch", "-launch"),
        ("C++ & C#", "c--c"),
        ("日本語 テスト", "日本語-テスト"),
    ],
)
def test_heading_gets_the_id_of_github(heading, expected):
    assert slug(heading) == expected


def test_repeated_headings_are_numbered_and_avoid_ids_that_are_taken():
    slugs = Slugs()
    assert [slugs.slug(heading) for heading in ("A", "A", "A 1", "A", "a-1")] == ["a", "a-1", "a-1-1", "a-2", "a-1-2"]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# One *two* `three`", {"one-two-three"}),
        ("Two lines\nof text\n===", {"two-linesof-text"}),
        ("Two *lines*\nof `text`\n===", {"two-linesof-text"}),
        ("## [Link](https://a.example/) and <b>bold</b> ##", {"link-and-bold"}),
        ("# Logo ![alt](x.png) [![badge](b.svg)](https://a.example/)", {"logo--"}),
        ("# [ref] and ![img][ref]\n\n[ref]: /x", {"ref-and-"}),
        ("> ## In a quote\n\n- # In a list", {"in-a-quote", "in-a-list"}),
        ("```\n# no\n```\n    # no\n", set()),
        ('<a name="old"></a>\n\n## New <a id="inner">x</a>\n\n<div id="block">y</div>', {"inner", "block", "new-x"}),
        ("---\ntitle: no\n---\n# Yes", {"yes"}),
        ("Same\n---\n# Same", {"same", "same-1"}),
        ('<h1 align="center">My <i>Tool</i> &amp; Co</h1>', {"my-tool--co"}),
        (
            '<h1 align="center">\n  <img alt="x">\n  My Tool\n</h1>\n\n# My Tool',
            {"my-tool", "my-tool-1", "----my-tool"},
        ),
        ('<h1 align="center">\n\n![logo](x.png)\n\nMy *Tool*\n\n</h1>', {"my-tool"}),
        ("<div>\n<h3>In a box</h3>\n</div>\n\ntext <h4>inline</h4>", {"in-a-box", "inline"}),
        ("## Setup {#install}", {"setup-install", "install"}),
        ("## Setup { .big #install lang=en }", {"setup--big-install-langen-", "install"}),
        ("(my-target)=\n# A", {"my-target", "a"}),
        ("no `{#id}` here, (x)= y", set()),
        ("# \\*literal\\* &amp; 1 < 2", {"literal--1--2"}),
    ],
)
def test_markdown_has_the_ids_of_its_headings_and_of_its_html(markdown, expected):
    assert ids(markdown) == expected


def test_html_has_the_ids_of_all_elements_and_the_names_of_anchors():
    found = anchors_of(
        """<p id=one><a name='t&auml;st'>x</a><img name=no><svg><g id="two"/></svg><p id="a" id="b"><A NAME=up ID=" sp ">
        <!-- <p id=no1> --><template><p id=no2></template><noscript><p id=no3></noscript><script>'<p id=no4>'</script><b id>""",
        "html",
    )
    assert found.ids == {"one", "two", "a", " sp ", ""}
    assert found.names == {"täst", "up"}


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("", FOUND),
        ("a", FOUND),
        ("A", MISSING),
        ("n", FOUND),
        ("%61", FOUND),
        ("x%20y", FOUND),
        ("x%2520y", FOUND),
        ("x y", MISSING),
        ("t%C3%A4st", FOUND),
        ("täst", FOUND),
        ("top", FOUND),
        ("ToP", FOUND),
        ("a:~:text=hello", FOUND),
        (":~:text=hello", FOUND),
        ("/route", Fragment("not-told", "route")),
        ("!route", Fragment("not-told", "route")),
        ("%", MISSING),
    ],
)
def test_fragment_points_to_an_id_or_a_name(fragment, expected):
    anchors = Anchors({"a", "x%20y", "täst"}, {"n"})
    assert judge_by_document(fragment, Document(anchors)) == expected


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("user-content-a", FOUND),
        ("L10", Fragment("not-told", "lines")),
        ("L10C5-L20C7", Fragment("not-told", "lines")),
        ("user-content-b", MISSING),
    ],
)
def test_markdown_is_shown_by_github_with_ids_and_lines_of_its_own(fragment, expected):
    assert judge_by_document(fragment, Document(Anchors({"a"}), is_markdown=True)) == expected


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [("a", Fragment("not-told", "format")), ("L5", Fragment("not-told", "lines")), ("", FOUND)],
)
def test_other_formats_tell_nothing_of_fragments(fragment, expected):
    assert judge_by_document(fragment, Document(None)) == expected


def test_the_scripts_of_github_lead_to_ids_with_its_prefix():
    page = Document(Anchors({"user-content-a"}))
    assert judge_by_document("a", page) == judge_by_document("user-content-a", page) == FOUND


def test_a_document_that_cannot_be_read_tells_nothing_of_fragments():
    assert judge_by_document("a", None) == Fragment("not-told", "unreadable")
    assert judge_by_document("", None) == FOUND


@pytest.mark.parametrize("fragment", ["A-b", "a-b", "USER-content-a-B", "%41-b"])
def test_github_finds_headings_in_any_letter_case(fragment):
    document = Document(Anchors({"a-b"}), is_markdown=True)
    assert judge_by_document(fragment, document, on_github=True) == FOUND
    assert judge_by_document("a-c", document, on_github=True) == MISSING
    assert judge_by_document("A-b", document) == MISSING
