"""Links of HTML documents, their texts and places."""

from __future__ import annotations

from itertools import islice

import pytest
from json_head.extract.html.links import html_links

BASE = "https://example.com/d/"


def found(text: str, base: str | None = None) -> list[tuple[str, str]]:
    return [(link.found, link.url) for link in html_links(text, None, base) if link]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("<A HREF=x>", [("a href", "x")]),
        ("<a name=x><a href=''><a href='#x'>", []),
        ("<a href=' x\n'>", [("a href", "x")]),
        ("<area href=x>", [("area href", "x")]),
        ("<link href=x rel=stylesheet><link href=y><link rel=z>", [("link href", "x"), ("link href", "y")]),
        ("<link rel='preconnect' href=x><link rel='dns-prefetch preconnect' href=y>", []),
        ("<link rel='preconnect preload' href=x>", [("link href", "x")]),
        ("<link rel=preload imagesrcset='a 1x, b 2x'>", [("link imagesrcset", "a"), ("link imagesrcset", "b")]),
        ("<img src=x srcset='a, b 2x'>", [("img src", "x"), ("img srcset", "a"), ("img srcset", "b")]),
        ("<img src='' srcset=',' longdesc=x><image src=x><img src=#x>", [("img src", "x")]),
        ("<picture><source srcset='x'></picture>", [("source srcset", "x")]),
        ("<video src=a poster=b><source src=c><track src=d></video><audio src=e>",
         [("video src", "a"), ("video poster", "b"), ("source src", "c"), ("track src", "d"), ("audio src", "e")]),
        ("<script src=x><a href=no></script>", [("script src", "x")]),
        ("<iframe src=x><a href=no></iframe><frame src=y>", [("iframe src", "x"), ("frame src", "y")]),
        ("<embed src=x><object data=y>", [("embed src", "x"), ("object data", "y")]),
        ("<input type=IMAGE src=x><input src=no>", [("input src", "x")]),
        ("<form action=x><button formaction=y><input formaction=z formmethod=post>",
         [("form action", "x"), ("button formaction", "y")]),
        ("<form action=x method=POST><button formaction=y><button formaction=z formmethod=get></form><button formaction=a>",
         [("button formaction", "z"), ("button formaction", "a")]),
        ("<form action=x method=dialog>", []),
        ("<q cite=a><blockquote cite=b><ins cite=c><del cite=d>",
         [("q cite", "a"), ("blockquote cite", "b"), ("ins cite", "c"), ("del cite", "d")]),
        ("<body background=a><table background=b>", [("body background", "a"), ("table background", "b")]),
        ("<meta http-equiv=Refresh content='5; URL=x'>", [("meta refresh", "x")]),
        ("<meta http-equiv=refresh content='0,\"x\" y'>", [("meta refresh", "x")]),
        ("<meta http-equiv=refresh content=\".5 url='x y'z\">", [("meta refresh", "x y")]),
        ("<meta http-equiv=refresh content='5'><meta http-equiv=refresh><meta http-equiv=refresh content='x'>", []),
        ("<meta property=og:image content=x><meta name='twitter:image' content=y><meta name=og:title content=no>",
         [("meta og:image", "x"), ("meta twitter:image", "y")]),
        ("<svg><a xlink:href=x><image href=y xlink:href=no /><use href='#no'/><use href='z#y'/><rect href=no></svg>",
         [("a xlink:href", "x"), ("image href", "y"), ("use href", "z#y")]),
        ("<my-link href=x src=y data-x=z>", [("my-link href", "x"), ("my-link src", "y")]),
        ("<X-CARD HREF=x></X-CARD><x-card href='#x'></x-card><x-card></x-card>", [("x-card href", "x")]),
        ("<sl-button href=a target=_blank><sl-icon src=b></sl-icon></sl-button><div href=no src=no>",
         [("sl-button href", "a"), ("sl-icon src", "b")]),
        ("<a href=x><my-image src=y></my-image></a>", [("a href", "x"), ("my-image src", "y")]),
        (f"<{'x-' * 100} href=x>", [(f"{'x-' * 20} href", "x")]),
        ("<svg><font-face src=no href=no></svg>", []),
        ("<meta name=msapplication-TileImage content=x><meta name=msapplication-square70x70logo content=y>",
         [("meta msapplication-tileimage", "x"), ("meta msapplication-square70x70logo", "y")]),
        ("<meta name=msapplication-config content=none><meta name=msapplication-config content=z>",
         [("meta msapplication-config", "z")]),
        ("<meta name=msapplication-TileColor content=no>", []),
        ("<noscript><img src=x></noscript>", [("img src", "x")]),
        ("<template><a href=no><template><a href=no></template><a href=no></template><a href=x>", [("a href", "x")]),
        ("<template shadowrootmode=open><a href=x></template></template><a href=y>", [("a href", "x"), ("a href", "y")]),
        ("<!-- <a href=no> --><title><a href=no></title><textarea><a href=no></textarea>", []),
        ("<a href='mailto:a@b.c'><a href=javascript:void(0)><img src='data:,x'>",
         [("a href", "mailto:a@b.c"), ("a href", "javascript:void(0)"), ("img src", "data:,x")]),
        ("<a href='?a=1&amp;b=2&copy=3'>", [("a href", "?a=1&b=2&copy=3")]),
    ],
)  # fmt: skip
def test_attributes_of_html_elements_are_links(text: str, links: list[tuple[str, str]]) -> None:
    assert found(text) == links


@pytest.mark.parametrize(
    ("text", "base", "url"),
    [
        ("<a href=x>", BASE, "https://example.com/d/x"),
        ("<a href='#x'>", BASE, "https://example.com/d/#x"),
        ("<a href=x><base href=/e/><base href=/f/>", BASE, "https://example.com/e/x"),
        ("<base target=x><base href='https://b.org/'><a href=x>", None, "https://b.org/x"),
        ("<base href=/e/><a href=x>", None, "x"),
        ("<base href='data:,x'><a href=x>", BASE, "https://example.com/d/x"),
        ("<!-- <base href=/e/> --><a href=x>", BASE, "https://example.com/d/x"),
        ("<template><base href=/e/></template><svg><base href=/e/></svg><a href=x>", BASE, "https://example.com/d/x"),
    ],
)
def test_links_are_resolved_against_the_base_element(text: str, base: str | None, url: str) -> None:
    assert [url for _, url in found(text, base)] == [url]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("<a href=x> two\n <b>words</b> &amp; &eacute;</a> more", "two words & é"),
        ("<a href=x><img alt='a picture'></a>", "a picture"),
        ("<a href=x title='a title'> </a>", "a title"),
        ("<a href=x aria-label='a label'></a>", "a label"),
        ("<a href=x>" + "word " * 100 + "</a>", ("word " * 40).rstrip()),
        ("<a href=x>" + "word <i>" * 1000 + "</a>", ("word " * 40).rstrip()),
        ("<a href=x>one<a name=y>two</a>", "one"),
        ("<a href=x>unclosed", "unclosed"),
        ("<a href=x>a<script>b</script>c", "ac"),
        ("<img src=x alt=' an  alt '>", "an alt"),
        ("<img src=x alt='' title=t>", "t"),
        ("<iframe src=x title='a frame'>", "a frame"),
    ],
)
def test_the_text_of_a_link_is_that_of_its_anchor(text: str, label: str) -> None:
    link = next(html_links(text, None, None))
    assert link and link.text == label


def test_places_are_those_of_the_urls_in_attributes() -> None:
    text = '<a\n href=" é">\n<img srcset="a&amp;b 1x, é 2x" src=\'c\'></a>\n<meta http-equiv=refresh content="0;&#32;url=&quot;d">'
    assert [(link.line, link.column, link.url) for link in html_links(text, "s", None) if link] == [
        (2, 9, "é"),
        (3, 37, "c"),
        (3, 14, "a&b"),
        (3, 26, "é"),
        (4, 52, "d"),
    ]


def test_links_within_an_unclosed_anchor_are_yielded_before_its_end() -> None:
    links = html_links("<a href=x>" + "<img src=y>" * 1000, None, None)
    assert [link and link.url for link in islice(links, 3)] == ["x", "y", "y"]
    assert len(list(links)) == 998
