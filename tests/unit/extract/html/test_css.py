"""Links of style sheets in files, `style` elements and `style` attributes, also compared with tinycss2."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from json_head.extract import Source, links
from json_head.extract.css import style_links

from tests.conformance.css_oracle import is_closed, oracle

BASE = "https://e.test/css/"


def found(content: str, base: str | None = None) -> list[tuple[str, str]]:
    return [(link.found.removeprefix("css "), link.url) for link in links(Source(content, base=base, format="css"))]


def test_links_of_a_style_sheet_file_have_places_and_kinds() -> None:
    found_links = list(links(Source('@import "x.css";\nb{background:url(img/x.png)}', "case.css")))
    assert [(link.url, link.line, link.column, link.found) for link in found_links] == [
        ("x.css", 1, 10, "css import"),
        ("img/x.png", 2, 18, "css url"),
    ]


@pytest.mark.parametrize("base", [None, "https://a.test/"])
def test_links_of_style_elements_and_attributes_have_places_and_kinds(base: str | None) -> None:
    content = (
        '<style>b{background:url("https://e.test/bg.png")}</style><p style="background:url(https://e.test/st.png)">'
    )
    found_links = list(links(Source(content, "case.html", base=base)))
    assert [(link.url, link.line, link.column, link.found) for link in found_links] == [
        ("https://e.test/bg.png", 1, 26, "css url"),
        ("https://e.test/st.png", 1, 83, "css url"),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a{b:url(c)}", [("url", "c")]),
        ("a{b:url( 'c d' )}", [("url", "c d")]),
        ('a{b:URL(\n"c"\n)}', [("url", "c")]),
        ("a{b:url(c)url(d),url(e)}", [("url", "c"), ("url", "d"), ("url", "e")]),
        ("a{b:url('c' format('d'))}", [("url", "c")]),
        ("a{b:url()}a{b:url('')}a{b:url( )}", []),
        ("a{b:url(#c)}a{b:url('#c')}a{b:url( '#c')}", []),
        ("a{b:url(c.svg#d)}", [("url", "c.svg#d")]),
        ("a{b:url(data:image/png;base64,AA==)}a{b:url(' DATA:,x')}", []),
        ("a{b:url(c", [("url", "c")]),
        ("a{b:url('c", [("url", "c")]),
        ("a{b:url(c d)} a{b:url(e)}", [("url", "e")]),
        ("a{b:url(c'd)e)} a{b:url(f)}", [("url", "f")]),
        ("a{b:url(c'd\\)e) url(f)}", [("url", "f")]),
        ("a{b:url('c\n) url(d)}", [("url", "d")]),
        ("a{b:curl(c) #url(d) -url(e) url-prefix(f) 1url(g) urls(h) \u00e9url(i)}", []),
        ("a{b:u\\72l(c) \\55 \\52 \\4c(d) \\000075rl('e') ur\\l(f)}", [("url", "c"), ("url", "d"), ("url", "e"), ("url", "f")]),
        ("a{b:\\url(c) u\\rl(d)}", [("url", "c"), ("url", "d")]),
        ("a{b:\\66url(c) x\\url(d)}", []),
        ("a{b:url(c\\28 d\\)e\\ f)}", [("url", "c(d)e f")]),
        ("a{b:url('c\\'d\\\ne\\0 f')}", [("url", "c'de\ufffdf")]),
        ("a{b:url(\\63 \\2e png)}", [("url", "c.png")]),
        ("/* url(a) */ a{b:url(c)} /* url(d)", [("url", "c")]),
        ("a{b:'url(a)' \"url(b)\" url(c)}", [("url", "c")]),
        ("a{b:url(/*c*/d)}", [("url", "/*c*/d")]),
        ("a{--b:url(c);--d:{e:url(f)}}", [("url", "c"), ("url", "f")]),
        ("@import 'a';@import url(b);@IMPORT url('c') layer(d) supports(e:f) screen;", [("import", "a"), ("import", "b"), ("import", "c")]),
        ("@import/**/'a' ;@import /* 'b' */ \n 'c';@\\69mport 'd';", [("import", "a"), ("import", "c"), ("import", "d")]),
        ("@import a 'b';@import;'c';@imports 'd'", []),
        ("@charset 'a';@namespace 'b';@namespace c url(d);@namespace url(e);f{g:url(h)}", [("url", "h")]),
        ("@document url(a),url-prefix('b'),domain(c){d{e:url(f)}}@-moz-document url(g){}", [("url", "f")]),
        ("@font-face{font-family:'a';src:local('b'),url(c.woff2)format('woff2'),url('d.woff')}", [("url", "c.woff2"), ("url", "d.woff")]),
        ("a{b:image-set('c' 1x,'d' type('image/avif') 2x,url(e) 3x)}", [("image-set", "c"), ("image-set", "d"), ("url", "e")]),
        ("a{b:-webkit-image-set(url(c) 1x,\"d\" 2x);e:'f'}", [("url", "c"), ("image-set", "d")]),
        ("a{b:IMAGE-SET('c' 1x, calc((1)) 'd')'e'}", [("image-set", "c"), ("image-set", "d")]),
        ("a{b:image-set(image-set('c') 'd') 'e'}", [("image-set", "c"), ("image-set", "d")]),
        ("a{b:image('c') cross-fade('d') image-sets('e') xx-image-set('f')}", []),
        ("a{b:image-set('c'}d{e:'f'}", [("image-set", "c")]),
        ("a{b:src('c') src(/**/ \"d\") src(var(--e)) src(f)}", [("src", "c"), ("src", "d")]),
        ("a{filter:progid:DXImageTransform.Microsoft.AlphaImageLoader(src='a.png')}", []),
        ("<!-- a{b:url(c)} -->", [("url", "c")]),
        ("a{b:url({{ site.url }}/c.png)}", [("url", "{{ site.url }}/c.png")]),
        ("a{b:url({{ url_for('static', filename='c.png') }}) url(d)}", [("url", "{{ url_for('static', filename='c.png') }}"), ("url", "d")]),
        ("a{b:url(\"{{ url_for(\"c\") }}\") url(d)}", [("url", "{{ url_for("), ("url", "d")]),
        ("a{b:url(<?= $c ?>/d) url(${e})}", [("url", "<?= $c ?>/d"), ("url", "${e}")]),
    ],
)  # fmt: skip
def test_functions_and_at_rules_of_css_contain_links(content: str, expected: list[tuple[str, str]]) -> None:
    assert found(content) == expected


def test_links_are_resolved_against_the_style_sheet() -> None:
    assert [url for _, url in found("@import '../a.css';b{c:url(d.png) url(//f.test/g) url(/h?i#j)}", BASE)] == [
        "https://e.test/a.css", "https://e.test/css/d.png", "https://f.test/g", "https://e.test/h?i#j",
    ]  # fmt: skip


def test_a_link_has_the_place_of_its_url() -> None:
    content = "/* é\n */ @import\n 'é';a{b:url( c) url(\n \"d\") image-set('e') \\75rl(f) src('\\67')}"
    lines = content.split("\n")
    found_links = list(links(Source(content, format="css")))
    assert [link.url for link in found_links] == ["é", "c", "d", "e", "f", "g"]
    for link in found_links:
        assert link.line and link.column
        assert lines[link.line - 1].startswith((link.url, "\\67"), link.column - 1)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<style>@import 'a';b{c:url(d)}</style>", ["a", "d"]),
        ("<style type='text/css; charset=utf-8' media=print>b{c:url(d)}</style>", ["d"]),
        ("<style type=text/less>b{c:url(d)}</style><style type=''>b{c:url(e)}</style>", ["e"]),
        ("<style>b{c:url(d&amp;e)}</style>", ["d&amp;e"]),
        ("<style><!-- b{c:url(d)} --></style><style>b{c:url(e)}", ["d", "e"]),
        ("<template><style>b{c:url(no)}</style><p style='a:url(no)'></template>", []),
        ("<p style='a:url(&quot;b&amp;c&quot;)'>", ["b&c"]),
        ("<p style='a:&#117;rl(b)'>", ["b"]),
        ("<p style='a:b' title='url(c)' data-style='url(d)'>", []),
        ("<p style=a:url(b)>", ["b"]),
        ("<a href=a style='b:url(c)'>x</a>", ["a", "c"]),
        ("<a name=a style='b:url(c)'>x</a>", ["c"]),
        ("<img src=a style='b:url(c)'><a href=d><b style='e:url(f)'></b></a>", ["a", "c", "d", "f"]),
        ("<svg><style>a{b:url(c&amp;d)}</style><rect style='e:url(f) url(#g)' fill='url(h)'/></svg>", ["c&d", "f"]),
        ("<svg><style>/* <![CDATA[ */ a{b:url(c&amp;d)} /* ]]> */</style></svg>", ["c&amp;d"]),
        ("<svg><style><p style='a:url(b)'>", ["b"]),
    ],
)  # fmt: skip
def test_styles_of_html_contain_links(content: str, expected: list[str]) -> None:
    assert [link.url for link in links(Source(content, format="html"))] == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<style>a{b:url(c&amp;d)}</style>", ["c&d"]),
        ("<style><![CDATA[a{b:url(c&amp;d)}]]></style>", ["c&amp;d"]),
        ("<style/><p style='a:url(b)'/>", ["b"]),
    ],
)
def test_styles_of_xhtml_contain_links(content: str, expected: list[str]) -> None:
    assert [link.url for link in links(Source(f"<html>{content}</html>", format="xhtml"))] == expected


def test_links_of_styles_in_html_have_the_places_of_their_urls() -> None:
    content = "<base href=/b/>\n<style>\n a{b:url(é)}</style>\n<p style='&#x20;a:url(&quot;&amp;c&quot;)'>"
    found_links = list(links(Source(content, base="https://e.test/")))
    assert [(link.line, link.column, link.url) for link in found_links] == [
        (3, 10, "https://e.test/b/é"),
        (4, 29, "https://e.test/b/&c"),
    ]


def test_links_in_the_style_attribute_of_an_anchor_follow_its_link() -> None:
    [first, second] = links(Source("<a href=x style='a:url(y)'>text</a>", format="html"))
    assert (first.text, second.text) == ("text", "")


escapes = st.sampled_from(["\\", "\\61 ", "\\000062", "\\(", "\\'", '\\"', "\\)", "\\g", "\\0 ", "\\110000 "])
characters = st.sampled_from([*"abz09-_.:/?=&%~", "é", "😀", "/*", "*/"])
words = st.lists(characters | escapes, min_size=1, max_size=5).map("".join)
spaces = st.sampled_from(["", " ", "\n\t", "/**/", "/* url(x) 'y */"])
# In `url(\\<newline>)` tinycss2 makes the backslash a part of the URL. By CSS Syntax 4.3.6 it is a bad URL.
strings = st.one_of(
    st.just("'a\\\nb'"), words.map("'{}'".format), words.map('"{}"'.format), st.just("'a\n"), st.just('"b\'"')
)
names = st.sampled_from(
    ["url", "URL", "u\\72l", "\\75 rl", "src", "image-set", "-webkit-image-set", "curl", "#url", "var", "u\\rl", "1url"]
)
values = st.recursive(
    strings | words | spaces | st.builds("url({}{})".format, st.sampled_from(["", " ", "\n"]), words),
    lambda inner: st.builds("{}({})".format, names, st.lists(inner, max_size=3).map(" ".join)),
    max_leaves=6,
)
declarations = st.builds("a{{b:{}}}".format, values)
at_rules = st.builds(
    "@{}{}{};".format,
    st.sampled_from(["import", "IMPORT", "\\69mport", "namespace", "charset", "media"]),
    spaces,
    values,
)


@given(st.lists((declarations | at_rules | spaces).filter(is_closed), max_size=4).map("".join))
@settings(max_examples=400, deadline=None)
def test_urls_are_those_of_tinycss2(css: str) -> None:
    assert [written.url for written in style_links(css) if written] == oracle(css)


def test_the_oracle_finds_urls_and_unclosed_brackets() -> None:
    assert oracle("@import 'a';b{c:url(d) image-set('e') url(#f)}@namespace url(g);") == ["a", "d", "e"]
    assert is_closed("a{b:url(c)}") and not is_closed("a{b:c(d}")
