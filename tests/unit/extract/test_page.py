"""Facts of a page for a crawl, and links without repeats."""

from __future__ import annotations

import pytest
from json_head.extract import Page, Source, read
from json_head.extract.source import Format

BASE = "https://site.example/folder/page.html"


def page_of(text: str, format: Format = "html") -> Page:
    page = Page()
    list(read(Source(text, format=format, base=BASE), page=page)[1])
    return page


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("<link rel=canonical href=/other>", "https://site.example/other"),
        ("<LINK REL='Next CANONICAL' HREF='a&amp;b'>", "https://site.example/folder/a&b"),
        ("<base href=https://cdn.example/x/><link rel=canonical href=c>", "https://cdn.example/x/c"),
        ("<link rel=canonical href=/a><link rel=canonical href=/a>", "https://site.example/a"),
        ("<link rel=canonical href=/a><link rel=canonical href=/b>", None),
        ("<link rel=canonical href=/a><link rel=canonical href=/b><link rel=canonical href=/a>", None),
        ("<link rel=canonical href='{{ url }}'>", None),
        ("<link rel=canonical><link href=/a><a rel=canonical href=/b>", None),
        ("<!-- <link rel=canonical href=/a> --><template><link rel=canonical href=/a></template>", None),
        ("<svg><link rel=canonical href=/a></link></svg>", None),
    ],
)
def test_canonical_url_is_resolved_and_unambiguous(text: str, canonical: str | None) -> None:
    assert page_of(text).canonical == canonical


def test_canonical_url_of_xhtml_is_read() -> None:
    text = "<html xmlns='http://www.w3.org/1999/xhtml'><link rel='canonical' href='a'/></html>"
    assert page_of(text, "xhtml").canonical == "https://site.example/folder/a"


@pytest.mark.parametrize(
    ("text", "robots"),
    [
        ("<meta name=robots content=nofollow>", {"nofollow"}),
        ("<META NAME=ROBOTS CONTENT='NoIndex , max-snippet:-1'>", {"noindex"}),
        ("<meta name=json-head content=none>", {"nofollow", "noindex"}),
        ("<meta name=robots content=noindex><meta name=json-head content=nofollow>", {"nofollow", "noindex"}),
        ("<meta name=robots content='all, index, follow'>", set()),
        ("<meta name=googlebot content=none><meta property=robots content=none><meta name=robots>", set()),
        ("<template><meta name=robots content=none></template>", set()),
    ],
)
def test_robots_directives_are_joined(text: str, robots: set[str]) -> None:
    assert page_of(text).robots == robots


@pytest.mark.parametrize(
    ("text", "nofollow"),
    [
        ("<a rel=nofollow href=/a>a</a><a href=/b>b</a>", {"https://site.example/a"}),
        ("<area href=/a rel='ugc NOFOLLOW'>", {"https://site.example/a"}),
        ("<a href=/a rel=nofollow>a</a><a href=/a>again</a>", set()),
        ("<a href=/a>a</a><a href=/a rel=nofollow>again</a>", set()),
        ("<a href=/a rel=nofollow>a</a><img src=/a>", {"https://site.example/a"}),
        ("<a href=/a rel='&#110;ofollow'><img src=b></a>", {"https://site.example/a"}),
        ("<link rel=nofollow href=/a><a rel=nofollower href=/b>b</a>", set()),
    ],
)
@pytest.mark.parametrize("distinct", [False, True])
def test_url_is_nofollow_if_all_hyperlinks_to_it_are(text: str, nofollow: set[str], distinct: bool) -> None:
    page = Page()
    list(read(Source(text, format="html", base=BASE), page=page, distinct=distinct)[1])
    assert page.nofollow == nofollow


def test_headers_add_to_the_facts_of_the_markup() -> None:
    page = page_of("<meta name=robots content=nofollow><link rel=canonical href=/a>")
    page.add_robots("noindex")
    page.add_canonical("https://site.example/b")
    assert (page.robots, page.canonical) == ({"nofollow", "noindex"}, None)


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("html", "<a href=b>1</a><a href=./b>2</a><a href='b'>3</a>\n<a href=b#c>4</a><img src=b><a href=b#c>5</a>"),
        ("markdown", "[1](b) [2](./b) [3](b)\n[4](b#c) ![](b) [5](b#c)"),
    ],
)
def test_first_link_of_each_url_and_kind_is_kept(format: Format, text: str) -> None:
    links = [link for link in read(Source(text, format=format, base=BASE), distinct=True)[1] if link]
    assert [(link.url.rpartition("/")[2], link.line, link.text) for link in links] == [
        ("b", 1, "1"),
        ("b#c", 2, "4"),
        ("b", 2, ""),
    ]


SHELL = "<title>App</title><div id=root></div><noscript>Please switch JavaScript on. It is needed here.</noscript>"
NO_LINKS = "No links found. If scripts build this page, check it with the browser extension, or save it from a browser and check the saved file."
ONLY_LOADED = NO_LINKS.replace("No links found.", "No links to follow were found, only files that the page loads.")


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (f"{SHELL}<script>start()</script>", [NO_LINKS]),
        (f"{SHELL}<script type=module>start()</script>", [NO_LINKS]),
        (f"<link rel=icon href=/i.png>{SHELL}<script src=app.js></script>", [ONLY_LOADED]),
        (f"{SHELL}<script>start()</script><a href=/help>Help</a>", []),
        (f"{SHELL}<script>start()</script><a rel=nofollow href=/help>Help</a>", []),
        (f"{SHELL}<script>start()</script><p>{'text ' * 200}", []),
        (f"{SHELL}<script type=application/json>{{}}</script>", []),
        (SHELL, []),
    ],
)
def test_a_page_without_links_that_scripts_may_build_is_noted(text: str, notes: list[str]) -> None:
    found: list[str] = []
    list(read(Source(text, format="html", base=BASE), found, page=Page())[1])
    assert found == notes


def test_text_is_measured_without_noscript() -> None:
    long = f"<noscript>{'text ' * 200}</noscript><script>start()</script>"
    found: list[str] = []
    list(read(Source(long, format="html", base=BASE), found, page=Page())[1])
    assert found == [NO_LINKS]
