"""Each target has one decision, by the first rule that applies."""

from __future__ import annotations

import re
from typing import Any

import pytest
from json_head.crawl.pages import Pages
from json_head.crawl.rules import RULES, Action, Cuts, Decision
from json_head.crawl.scope import PAGE_LINKS, Limits, Scope

START = "https://a.example/docs/"


def pages_of(start: str = START, refuses: Any = lambda url: None, **limits: Any) -> Pages:
    scope = Scope(subdomains=limits.get("subdomains", False))
    scope.add_start(start)
    pages = Pages(scope, Limits(**limits), refuses)
    assert pages.decide(start, found="", depth=0) == Decision("page")
    return pages


def rule_of(pages: Pages, url: str, found: str = "a href", depth: int = 1, **more: Any) -> str:
    return pages.decide(url, found=found, depth=depth, **more).rule


@pytest.mark.parametrize(
    ("url", "found", "rule"),
    [
        (START + "page", "a href", "page"),
        (START + "page", "area href", "page"),
        (START + "page", "iframe src", "page"),
        (START + "page", "frame src", "page"),
        (START + "page", "loc", "page"),
        (START + "page", "img src", "not-a-page"),
        (START + "page", "link href", "not-a-page"),
        (START + "page", "form action", "not-a-page"),
        (START + "page", "markdown link", "not-a-page"),
        ("https://a.example/other", "a href", "outside-folder"),
        ("https://b.example/", "a href", "other-site"),
        ("https://b.example/", "img src", "other-site"),
        (START + "x/x/x/x/", "a href", "repeated-path"),
        (START + "x/x/x/x/a.png", "img src", "not-a-page"),
        (START + "x" * 2_000, "a href", "too-long-path"),
    ],
)
def test_target_is_decided_by_its_place_and_its_link(url: str, found: str, rule: str) -> None:
    assert rule_of(pages_of(), url, found) == rule


@pytest.mark.parametrize(
    ("url", "limits", "rule"),
    [
        ("https://b.example/", {"external": False}, "external"),
        ("https://blog.a.example/", {"external": False, "subdomains": True}, "page"),
        ("https://a.example/other", {"external": False}, "outside-folder"),
        (START + "page", {"depth": 0}, "depth"),
        (START + "page", {"depth": 1}, "page"),
        (START + "page", {"max_pages": 1}, "max-pages"),
        (START + "page", {"exclude": [re.compile("page")]}, "excluded"),
        ("https://b.example/page", {"exclude": [re.compile("page")], "external": False}, "excluded"),
    ],
)
def test_options_limit_what_is_read(url: str, limits: dict[str, Any], rule: str) -> None:
    assert rule_of(pages_of(**limits), url) == rule


def test_robots_txt_is_heeded_on_the_site_and_for_no_other() -> None:
    pages = pages_of(refuses=lambda url: "robots" if "private" in url else None)
    assert rule_of(pages, START + "private") == "robots"
    assert rule_of(pages, START + "private.png", "img src") == "robots"
    assert rule_of(pages, "https://b.example/private") == "other-site"


def test_link_with_nofollow_is_checked_and_another_link_to_it_is_followed() -> None:
    pages = pages_of()
    assert rule_of(pages, START + "page", nofollow=True) == "nofollow"
    assert rule_of(pages, START + "page") == "page"


def test_target_of_an_image_is_read_when_a_hyperlink_leads_to_it() -> None:
    pages = pages_of()
    decision = pages.decide(START + "page", found="link href", depth=1)
    assert decision.action is Action.CHECK
    assert decision.may_change
    assert rule_of(pages, START + "page") == "page"
    assert len(pages) == 2


def test_page_that_is_read_stays_read() -> None:
    pages = pages_of(max_pages=2)
    assert rule_of(pages, START + "page") == "page"
    assert rule_of(pages, START + "page", "img src", depth=9) == "page"
    assert len(pages) == 2


def test_second_address_of_a_page_is_checked_but_not_read() -> None:
    pages = pages_of()
    assert rule_of(pages, START + "folder/") == "page"
    decision = pages.decide(START + "folder", found="a href", depth=1)
    assert decision == Decision("duplicate", same_as=START + "folder/")
    assert decision.action is Action.CHECK
    assert rule_of(pages, START + "p?b=1&a=2") == "page"
    assert rule_of(pages, START + "p?a=2&b=1") == "duplicate"


def test_second_session_id_is_not_requested_whatever_the_link() -> None:
    pages = pages_of()
    assert rule_of(pages, START + "p;jsessionid=1") == "page"
    assert pages.decide(START + "p;jsessionid=2", found="a href", depth=1) == Decision(
        "session-id", same_as=START + "p;jsessionid=1"
    )
    assert rule_of(pages, START + "p;jsessionid=1") == "page"
    assert rule_of(pages, START + "s;jsessionid=1", "link href") == "not-a-page"
    assert rule_of(pages, START + "s;jsessionid=1", "link href") == "not-a-page"
    assert rule_of(pages, START + "s;jsessionid=2", "link href") == "session-id"
    assert rule_of(pages, START + "s;jsessionid=1", "a href") == "page"
    assert Decision("session-id").action is Action.LEAVE_OUT


def test_page_that_redirects_to_a_page_that_is_read_is_its_duplicate() -> None:
    pages = pages_of()
    rule_of(pages, START + "old")
    rule_of(pages, START + "new")
    assert pages.arrived(START + "new", START + "new") is None
    assert pages.arrived(START + "old", START + "new") == Decision("duplicate", same_as=START + "new")


def test_page_at_which_another_arrived_is_not_read_again() -> None:
    pages = pages_of()
    rule_of(pages, START + "old")
    assert pages.arrived(START + "old", START + "new") is None
    assert pages.decide(START + "new", found="a href", depth=1) == Decision("duplicate", same_as=START + "old")


def test_redirect_that_only_adds_a_slash_is_no_duplicate() -> None:
    pages = pages_of()
    rule_of(pages, START + "folder")
    assert pages.arrived(START + "folder", START + "folder/") is None


@pytest.mark.parametrize(
    ("final_url", "rule"), [("https://b.example/", "other-site"), ("https://a.example/login", "outside-folder")]
)
def test_links_are_not_followed_from_where_a_page_left_the_site(final_url: str, rule: str) -> None:
    pages = pages_of()
    rule_of(pages, START + "page")
    assert pages.arrived(START + "page", final_url) == Decision(rule)


@pytest.mark.parametrize(
    ("url", "canonical", "is_duplicate"),
    [
        ("p?sort=price", "p", True),
        ("p?sort=price", "p?sort=", False),
        ("p?page=2", "p", False),
        ("p?sort=price&start=20", "p", False),
        ("q", "p", False),
        ("p?sort=price", "p?sort=price", False),
        ("p?sort=price", "", False),
        ("p?sort=price", "javascript:void(0)", False),
        ("p?sort=price", "https://b.example/docs/p", False),
    ],
)
def test_canonical_address_with_the_same_path_makes_a_duplicate(url: str, canonical: str, is_duplicate: bool) -> None:
    pages = pages_of()
    rule_of(pages, START + "p")
    rule_of(pages, START + url)
    absolute = canonical if ":" in canonical else START + canonical
    decision = pages.arrived(START + url, START + url, absolute)
    assert decision == (Decision("canonical", same_as=START + "p") if is_duplicate else None)


def test_other_address_of_a_page_is_read_after_the_first_one_failed() -> None:
    pages = pages_of()
    assert rule_of(pages, START + "folder") == "page"
    decision = pages.decide(START + "folder/", found="a href", depth=1)
    assert decision.rule == "duplicate"
    assert decision.may_change
    pages.failed(START + "folder")
    assert rule_of(pages, START + "folder/") == "page"
    pages.failed(START + "folder")
    assert rule_of(pages, START + "folder/?") == "duplicate"


def test_start_is_read_whatever_is_included() -> None:
    pages = pages_of(include=[re.compile("/chapter")])
    assert rule_of(pages, START + "chapter") == "page"
    assert rule_of(pages, START + "other") == "excluded"


def test_restored_pages_are_known() -> None:
    pages = pages_of()
    pages.restore(START + "old", 3, START + "new")
    assert rule_of(pages, START + "old") == "page"
    assert rule_of(pages, START + "new") == "duplicate"
    assert len(pages) == 2


def test_restored_session_id_is_known() -> None:
    pages = pages_of()
    pages.restore_checked(START + "s;jsessionid=1")
    pages.restore_checked(START + "t")
    assert rule_of(pages, START + "s;jsessionid=2", "link href") == "session-id"
    assert rule_of(pages, START + "t") == "page"


def test_cuts_are_counted_with_an_example_and_restored() -> None:
    cuts = Cuts()
    cuts.add("endless", START + "1")
    cuts.add("endless", START + "2")
    cuts.add("depth", START + "3")
    cuts.add("not-a-page", START + "4")
    cuts.remove("depth")
    restored = Cuts(cuts)
    restored.add("robots", START + "5")
    assert [note.partition(": ")[2] for note in restored.notes()] == [
        f"1, for example {START}5",
        f"2, for example {START}1",
    ]


def test_rules_that_leave_a_target_out_are_reported() -> None:
    silent = {code for code, rule in RULES.items() if not rule.note}
    assert silent == {"page", "other-site", "outside-folder", "not-a-page", "file"}
    assert all(rule.reason.endswith(".") and rule.reason[0].isupper() for rule in RULES.values())


def test_kinds_of_page_links_are_those_of_the_extractors() -> None:
    from json_head.extract import Source, links

    page = """<a href=1></a><map><area href=2></map><iframe src=3></iframe><svg><a xlink:href=4></a></svg>
        <meta http-equiv=refresh content="5; url=5">"""
    frames = "<frameset><frame src=6></frameset>"
    sitemap = (
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://a.example/7</loc></url></urlset>"
    )
    found = {
        link.found
        for text, format in ((page, "html"), (frames, "html"), (sitemap, "sitemap"))
        for link in links(Source(text, base=START, format=format))  # type: ignore[arg-type]
    }
    assert found == PAGE_LINKS
