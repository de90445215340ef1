"""Passing over the parts of HTML without links changes nothing: the tokenizer that reads every token is the oracle."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.extract import Source, read
from json_head.extract.html import link_tokens, passing, tags, tokens
from json_head.extract.html.foreign import BREAKOUT
from json_head.extract.html.tokens import EndTag, Hyperlink, StartTag, Token
from json_head.extract.written import PAUSE_EVERY
from json_head.fragments import Anchors

from tests.growth import assert_linear, consume, repeated
from tests.unit.extract.html import soups
from tests.unit.fuzz.samples import DOCUMENTS
from tests.unit.pumps import pumps
from tests.unit.test_patterns import superlinear

#: The maximum number of characters that are matched at once.
WINDOW = link_tokens._WINDOW
SOUPS = st.lists(st.sampled_from(soups.PIECES), max_size=40).map("".join)
#: The real number, and numbers that let a window end in the middle of any construct.
WINDOWS = st.sampled_from((WINDOW, 2, 3, 9, 40))


def assert_same(text: str, window: int = WINDOW, capitals: int = 20, source: str | None = None) -> None:
    with patch.object(link_tokens, "_WINDOW", window), patch.object(link_tokens, "_MANY_CAPITALS", capitals):
        assert soups.read(text, source=source) == soups.read_every_token(text, source=source)


@given(text=SOUPS, window=WINDOWS, capitals=st.sampled_from((1, 20)), source=st.sampled_from((None, "a.vue")))
def test_malformed_html_has_the_same_links(text: str, window: int, capitals: int, source: str | None) -> None:
    assert_same(text, window, capitals, source)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A document with pieces that are moved, removed, repeated and put in."""
    text = draw(st.sampled_from(DOCUMENTS))
    for _ in range(draw(st.integers(1, 6))):
        start, end, at = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 3)))
        piece = draw(st.sampled_from(soups.PIECES))
        changed = (text[:start] + text[at:], text[:start] + piece + text[start:], text[:end] + text[start:end] + text[end:],
                   text[:end] + text[start:end].upper() + text[at:])  # fmt: skip
        text = draw(st.sampled_from(changed))
    return text


@given(text=mutated(), window=WINDOWS)
def test_mutated_documents_have_the_same_links(text: str, window: int) -> None:
    assert_same(text, window)


@given(text=st.one_of(SOUPS, mutated()))
def test_distinct_links_are_the_first_of_their_url_and_kind(text: str) -> None:
    every, distinct = soups.read(text), soups.read(text, distinct=True)
    first: dict[tuple[str, str], object] = {}
    for link in every.links:
        first.setdefault((link.url, link.found), link)
    assert distinct == (list(first.values()), every.anchors, every.page)


@pytest.mark.parametrize(
    "text",
    [
        # The rest of a name after a capital is no attribute. U+212A becomes a k in lower case.
        "<form method=post></fORM><button formaction=x>",
        "<body bac\u212aground=x>",
        "<svg><bloc\u212aquote><a xlink:href=x></a><a href=y>z</a>",
        # Placeholders and unclosed quotes contain the following tags.
        "<a href=y>z</a><b c={{ > <img src=x> }}>",
        "<a href=y>z</a></b c={{ > <img src=x> }}>",
        "<a href=y>z</a><b c=<% > <img src=x> %>>",
        '<a href=y>z</a><b c="d><img src=x>',
        "<a href=y>z</a><b c='d><img src=x>",
        # These tags end SVG.
        "<svg><font color=red><a xlink:href=x></a><a href=y>z</a>",
        "<svg></p><a xlink:href=x></a><a href=y>z</a>",
        "<a name=n></a><a href=y name=o>z</a><b name=p>",
        "<noscript><b id=i></b></noscript><b id=j></b><a href=y>z</a>",
        "<a href=x>a<b title='</a>'>c</b></a>",
        "<a href={{ b > c }}>d</a>",
        "<b c={{ d > e }}><a href=f>g</a>",
        "<a " + " ".join(f"b{n}" for n in range(999)) + " href=x>a</a>",
        "<a " + " ".join(f"b{n}" for n in range(1_000)) + " href=x>a</a><a href=y>b</a>",
        "<b " + " ".join(f"b{n}" for n in range(1_000)) + " id='i'><B ID='j'><b id='k' ID='l'><a href=y>b</a>",
        "<b id='&amp;i' style='a:url(x)'><my-card id='j' href=y><meta id='k' content='0;url=z' http-equiv=refresh>",
        "<blockquote cite=x id='i'><fORM id='j' method=post><button formaction=y>",
        "<svg><title id='i'></title><p id='j'><style id='k'><a href=x></a></style><a href=y>z</a>",
        f"<a href='{'x' * WINDOW}'>a</a><a href=y>b</a>",
        f"<a href=x>{'&amp; ' * WINDOW}</a><a href=y>b</a>",
        f"<a href=x>{'<b>a</b> ' * 2_000}</a>",
        "<a href=x>" + "<a href=y>" * 40 + "</a>",
        "<a href=x><template></a></template>text</a>",
        "<b style='color:rgb(1,2,3);background:url(x)'><b style='color:rgb(1,2,3)'><b style='@import \"y\";a:rgb(1)'>",
        "<B><I>" * 20 + "<A HREF=x REL=NOFOLLOW>y</A>",
    ],
)
def test_special_cases_have_the_same_links(text: str) -> None:
    assert_same(text)
    assert soups.read(text).links


@pytest.mark.parametrize(
    "name",
    sorted(
        tokens._RAW | BREAKOUT | {"a", "desc", "font", "form", "image", "math", "mi", "noscript", "svg", "template"}
    ),
)
@pytest.mark.parametrize("prefix", ["", "<svg>", "<math><mi>"])
def test_names_that_matter_are_not_passed_over(name: str, prefix: str) -> None:
    for inside in ("<a xlink:href=x href=y>z</a>", "<title><a href=x>z</a></title><![CDATA[<img src=y>]]>"):
        assert_same(f"<a href=v>w</a>{prefix}<{name}>{inside}</{name}>{inside}<button formaction=b>")
    assert_same(f"<a href=v><{name} alt=w method=post></a><button formaction=b>")
    assert_same(f"<{name} method=post><button formaction=b><a href=x>y</a></{name}><button formaction=c>")


@pytest.mark.parametrize(
    "attributes", sorted(f"{name} {a}" for name, known in tags._URL_ATTRIBUTES.items() for a in known)
)
@pytest.mark.parametrize("is_inside", [False, True])
def test_attributes_with_links_are_not_passed_over(attributes: str, is_inside: bool) -> None:
    text = f"<{attributes}=x>"
    text = f"<a href=y>{text}</a>" if is_inside else text
    assert_same(text)
    assert soups.read(text).links


@pytest.mark.parametrize("shift", range(40))
def test_links_at_the_end_of_a_window_are_the_same(shift: int) -> None:
    text = "x" * (WINDOW - shift) + "<b c='d'><a href='e' title=f>g &amp; <i>h</i></a> < <a id=i href=j>k</a>"
    assert_same(text)
    assert len(soups.read(text).links) == 2


def test_links_are_the_same_where_possessive_groups_are_matched_wrongly(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = soups.read(DOCUMENTS[0])
    monkeypatch.setattr(link_tokens, "IS_SUPPORTED", False)
    assert soups.read(DOCUMENTS[0]) == expected


def outline(found: Iterator[Token | None]) -> list[str]:
    return [
        f"{'/' if isinstance(token, EndTag) else ''}{token.name}"
        if isinstance(token, (StartTag, EndTag))
        else token.href
        if isinstance(token, Hyperlink)
        else type(token).__name__
        for token in found
    ]


def test_tokens_without_links_are_passed_over() -> None:
    text = "<p class=a>b <i>c</i> <a href='d'>e <b>f</b></a></p><img src=g><div id=h style='color:rgb(0,0,0)'>i</div>"
    assert outline(link_tokens.tokens(text)) == ["'d'", "img"]
    assert outline(link_tokens.tokens(text, anchors=True)) == ["'d'", "img", "div"]


def test_tags_with_capitals_are_passed_over_if_there_are_many() -> None:
    text = "<P>" * 100 + "<A HREF=x>y</A>"
    assert outline(link_tokens.tokens(text)) == ["p"] * 20 + ["x"]


@pytest.mark.parametrize("piece", ["words ", "<b>", "<b c='d'>", "< ", "<br/>\n", "<a href=x>y</a>", "<B>"])
def test_reading_pauses_where_there_are_no_links(piece: str) -> None:
    text = piece * (10 * PAUSE_EVERY // len(piece))
    pauses = sum(link is None for link in read(Source(text, format="html"), distinct=True)[1])
    assert pauses >= 9


@pytest.mark.parametrize(
    ("piece", "prefix"),
    [
        ("<a href=x>", ""),
        ("<a href=x>y", ""),
        ("<a href=x><b>", ""),
        ("<a href='x'><img>", ""),
        ("<a b=c>", ""),
        ("<b c=\"'>", ""),
        ("<b c=", ""),
        ("<b c='", ""),
        ("<b c={", ""),
        ("<b style='(", ""),
        ("<b style=rgb(", ""),
        ("<b ", ""),
        ("<", ""),
        ("</", ""),
        ("<a id=i href=x>", ""),
        ("<b id='i'>", ""),
        ("<b id='", ""),
        ("<b id='i' c ", ""),
        ("<template>", "<a href=x>"),
        ("b ", "<a href=x "),
        ("b='c' ", "<b "),
        ("<b d>", "<a href=x>"),
        ("rel ", "<a href=x "),
        ("<B>", ""),
        ("<svg>", ""),
        ("<svg><a href=x></a></svg>", ""),
    ],
)
def test_hostile_html_is_read_in_linear_time(piece: str, prefix: str) -> None:
    def read_all(text: str) -> None:
        consume(read(Source(text, format="html", base="https://h.example/"), anchors=Anchors(), distinct=True)[1])

    assert_linear(read_all, repeated(piece, prefix), 400_000)


@pytest.mark.parametrize("anchors", [False, True])
@pytest.mark.parametrize("any_case", [False, True])
def test_patterns_for_passing_take_linear_time(anchors: bool, any_case: bool) -> None:
    for pattern in passing.patterns(anchors=anchors, any_case=any_case):
        for pump in pumps(pattern):
            assert not superlinear(pattern, "match", pump)
