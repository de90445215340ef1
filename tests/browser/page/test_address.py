"""Links and options that the page takes from its own address."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.browser.support.screen import Screen, Visit, query
from tests.servers.launch import Targets


def test_urls_of_the_query_are_checked(visit: Visit, targets: Targets) -> None:
    fine, gone, hidden = targets.cors + "/size/1234", targets.cors + "/status/404", targets.plain + "/status/200"
    screen = Screen(visit(query("url", fine, gone, hidden, "nonsense")))
    screen.wait_until_done()
    assert screen.table() == [
        ("Works", "200", fine),
        ("Broken", "404", gone),
        ("Can't tell", "—", hidden),
        ("Not checked", "—", "nonsense"),
    ]
    expect(screen.sentence).to_have_text("1 link to fix")
    expect(screen.tab_number("all")).to_have_text("4")


def test_page_of_the_query_is_checked(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit(query("page", targets.cors + "/page/links.html")))
    screen.wait_until_done()
    screen.show_all()
    assert screen.table()[0] == ("Broken", "404", targets.cors + "/status/404")  # worst first
    expect(screen.tab_number("all")).to_have_text("8")  # an e-mail link is in no total
    expect(screen.rows).to_have_count(9)
    expect(screen.page.locator("#page")).to_have_value(targets.cors + "/page/links.html")


def test_format_json_shows_the_results_as_json(visit: Visit, targets: Targets) -> None:
    urls = [targets.cors + "/size/1234", "nonsense", targets.cors + "/status/404"]
    page = visit(query("url", *urls) + "&format=json")
    expect(page.locator("#json[data-state=done]")).to_be_visible()
    results = json.loads(page.locator("body").inner_text())
    assert [result["url"] for result in results] == urls
    assert list(results[0])[:4] == ["ok", "status", "headers", "url"]


def test_format_json_lists_urls_first_and_then_the_page_in_order(visit: Visit, targets: Targets) -> None:
    url, page = targets.cors + "/delay/0.3", targets.cors + "/page/links.html"
    screen = visit(query("url", url) + "&" + query("page", page)[1:] + "&format=json")
    expect(screen.locator("#json[data-state=done]")).to_be_visible()
    results = json.loads(screen.locator("body").inner_text())
    assert [result["source"] for result in results] == [None] + 9 * [page]
    places = [(result["line"], result["column"]) for result in results[1:]]
    assert places == sorted(places)


def test_format_json_shows_the_error_of_an_unreadable_page(visit: Visit, targets: Targets) -> None:
    page = visit(query("page", targets.plain + "/page/links.html") + "&format=json")
    expect(page.locator("#json[data-state=failed]")).to_be_visible()
    assert json.loads(page.locator("body").inner_text())["error"]["code"] == "page-unreadable"


def test_form_shows_the_parameters_of_the_address(visit: Visit, targets: Targets) -> None:
    """A new address in the same tab replaces the parameters of the old one. A text that the user typed stays."""
    first, second = (f"{targets.cors}/ok/{name}" for name in ("first", "second"))
    page = visit(f"?url={first}&page={first}")
    expect(page.locator("#text")).to_have_value(first)
    expect(page.locator("#page")).to_have_value(first)
    page = visit(f"?url={second}&page={second}")
    expect(page.locator("#text")).to_have_value(second)
    expect(page.locator("#page")).to_have_value(second)
    Screen(page).start()
    page.fill("#text", "mine")
    page = visit(f"?url={first}")
    expect(page.locator("#text")).to_have_value("mine")


def test_all_own_requests_stay_below_the_sites_prefix(visit: Visit, targets: Targets, site: str) -> None:
    """Every request of the site to its own host is below the prefix, and succeeds."""
    responses = []
    page = visit("?format=json")
    page.on("response", lambda response: responses.append((response.url, response.status)))
    page.goto(site + query("url", targets.cors + "/ok/one"))
    Screen(page).wait_until_done()
    own = [(url, status) for url, status in responses if not url.startswith(targets.cors)]
    assert len(own) > 10
    assert [(url, status) for url, status in own if not url.startswith(site) or status not in (200, 304)] == []
