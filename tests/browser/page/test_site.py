"""Whole sites: the pages are read one after the other, and each link is shown once, with all pages that have it."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from threading import Event
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.page.test_access import assert_accessible
from tests.browser.support.app import page_of_its_own
from tests.browser.support.relay import origin_of, running_relay
from tests.browser.support.screen import Screen, query
from tests.servers.sockets import in_thread

PAGES = {
    "/": "<a href=/a>a</a> <a href=/gone>gone</a> <a href=/b#part>b</a>",
    "/a": "<a href=/gone>gone</a> <a href=/b#none>none</a> <a href='mailto:me@a.test'>mail</a>",
    "/b": "<p id=part>Part</p> <a href=/>start</a>",
}


class _Site(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.origin = f"http://127.0.0.1:{self.server_port}"
        self.requests: Counter[str] = Counter()
        self.readable = True
        self.breaks_off = False
        """Whether the page `/b` ends before its length is reached."""
        self.released = Event()
        """Whether the page `/a` is sent."""
        self.released.set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Site

    def do_HEAD(self) -> None:
        self._respond()

    def do_GET(self) -> None:
        self._respond()

    def _respond(self) -> None:
        self.server.requests[f"{self.command} {self.path}"] += 1
        if self.path == "/a":
            self.server.released.wait()
        body = PAGES.get(self.path, "").encode()
        self.send_response(200 if self.path in PAGES else 404)
        self.send_header("content-type", "text/html")
        is_cut = self.server.breaks_off and self.path == "/b"
        self.close_connection = is_cut
        self.send_header("content-length", str(len(body) + 1000 * is_cut))
        if self.server.readable:
            self.send_header("access-control-allow-origin", "*")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def target() -> Iterator[_Site]:
    server = _Site()
    with in_thread(server):
        yield server


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Iterator[Page]:
    with page_of_its_own(browser, site) as page:
        yield page


def test_a_whole_site_is_checked(page: Page, target: _Site) -> None:
    page.fill("#page", f"{target.origin}/")
    page.check("#reach-site")
    expect(page.locator("#check-page")).to_have_text("Check whole site")
    page.click("#check-page")
    screen = Screen(page)
    screen.wait_until_done()
    expect(screen.sentence).to_have_text("2 links to fix")
    expect(page.locator("#what")).to_contain_text("Whole site")
    expect(page.locator("#what")).to_contain_text("3 pages")
    screen.show_all()
    assert {(verdict, url.removeprefix(target.origin)) for verdict, _, url in screen.table()} >= {
        ("Broken", "/gone"),
        ("Section missing", "/b#none"),
    }
    assert target.requests == {
        "GET /robots.txt": 1, "GET /": 1, "GET /a": 1, "GET /b": 1, "GET /gone": 2,
    }  # fmt: skip


def test_all_pages_with_a_link_are_listed(page: Page, target: _Site) -> None:
    screen = Screen(page)
    screen.row(f"{target.origin}/gone").click()
    expect(places_in(screen)).to_have_text([f"{target.origin}/", f"{target.origin}/a"])
    assert_accessible(page)
    screen.close_details()


def places_in(screen: Screen) -> Locator:
    """The names of the pages that the details list."""
    return screen.inspector.locator(".place code, .places li code")


def places_of_gone(page: Page, target: _Site) -> list[str]:
    """The pages with a broken link, as a download has them."""
    page.click("#download summary")
    with page.expect_download() as download:
        page.click("#download-items [data-format=json]")
    rows = json.loads(download.value.path().read_text())
    return sorted(row["source"] for row in rows if row["url"] == f"{target.origin}/gone")


def test_a_download_has_all_pages_with_a_link(page: Page, target: _Site) -> None:
    pages = [f"{target.origin}/", f"{target.origin}/a"]
    screen = Screen(page)
    page.reload()
    expect(screen.rows).to_have_count(6)
    expect(screen.row(f"{target.origin}/gone").locator("[data-column=places]")).to_have_text("2 places")
    assert places_of_gone(page, target) == pages
    page.fill("#filter", "gone")
    expect(screen.rows).to_have_count(1)
    page.click("#download summary")
    with page.expect_download() as download:
        page.click("#download-items [data-format=csv]")
    assert [row["source"] for row in csv.DictReader(StringIO(download.value.path().read_text()))] == pages
    page.fill("#filter", "")


def test_the_address_names_the_site_and_a_reload_shows_it_again(page: Page, target: _Site) -> None:
    assert page.url.partition("#")[0].endswith(query("site", f"{target.origin}/"))
    target.requests.clear()
    page.reload()
    screen = Screen(page)
    expect(screen.sentence).to_have_text("2 links to fix")
    expect(screen.rows).to_have_count(6)
    assert not target.requests


def test_a_missing_section_that_is_checked_again_is_still_missing(page: Page, target: _Site) -> None:
    screen = Screen(page)
    target.requests.clear()
    screen.row(f"{target.origin}/b#none").click()
    screen.inspector.get_by_role("button", name="Check again").click()
    screen.wait_until_done()
    expect(screen.row(f"{target.origin}/b#none").locator("[data-column=verdict]")).to_contain_text("Section missing")
    assert target.requests["GET /b"] == 1
    screen.close_details()


def test_checking_again_reads_the_pages_again(page: Page, target: _Site) -> None:
    screen = Screen(page)
    before = page.locator("#past-list > li").count()
    target.requests.clear()
    page.click("#again")
    screen.wait_until_done()
    expect(page.locator("#past-list > li")).to_have_count(before + 1)
    expect(screen.sentence).to_have_text("2 links to fix")
    expect(screen.row(f"{target.origin}/gone").locator("[data-column=places]")).to_have_text("2 places")
    pages = ("GET /a", "GET /b", "GET /robots.txt")
    assert {page: target.requests[page] for page in pages} == dict.fromkeys(pages, 1)


@pytest.fixture
def hidden(target: _Site) -> Iterator[_Site]:
    """The site, without the headers that let a browser read it."""
    target.readable = False
    yield target
    target.readable = True


def test_a_site_that_the_browser_hides_names_the_command(page: Page, hidden: _Site) -> None:
    Screen(page).start()
    page.fill("#page", f"{hidden.origin}/b")
    page.check("#reach-site")
    page.click("#check-page")
    expect(page.locator("#blocked")).to_be_visible()
    expect(page.get_by_text(f"json-head crawl {hidden.origin}/b", exact=True)).to_be_visible()
    page.reload()
    expect(page.locator("#blocked")).to_be_visible()


@pytest.fixture
def relay(page: Page, hidden: _Site, site: str, relay_options: tuple[str, ...]) -> Iterator[str]:
    """The address of a relay, with which the page has begun to read the hidden site."""
    ports = ("--target-port", hidden.origin.rpartition(":")[2])
    with running_relay("--origin", origin_of(site), *relay_options, *ports) as relay:
        page.goto(site + query("site", f"{hidden.origin}/") + "&relay=" + quote(relay, safe=""))
        page.click("#read-through")
        yield relay


def assert_complete(page: Page) -> None:
    """The check of the hidden site has ended, and has read it whole."""
    Screen(page).wait_until_done()
    expect(Screen(page).sentence).to_have_text("1 link to fix")
    expect(page.locator("#what")).to_contain_text("3 pages")
    expect(page.locator("#tabs [data-tab=all] .number")).to_have_text("4")


def test_a_relay_reads_a_site_that_the_browser_hides(page: Page, hidden: _Site, relay: str) -> None:
    assert_complete(page)
    screen = Screen(page)
    screen.row(f"{hidden.origin}/gone").click()
    expect(places_in(screen)).to_have_count(2)
    expect(screen.inspector).to_contain_text("gone-twice")
    expect(screen.inspector).to_contain_text("Checked viarelay")


@pytest.fixture
def slow(hidden: _Site) -> Iterator[_Site]:
    """The hidden site, which does not send the page `/a` until it is released."""
    hidden.released.clear()
    yield hidden
    hidden.released.set()


@pytest.mark.parametrize("is_reloaded", [False, True])
def test_an_interrupted_check_goes_on_through_the_relay_that_the_button_names(
    page: Page, slow: _Site, relay: str, is_reloaded: bool
) -> None:
    Screen(page).show_all()
    expect(Screen(page).row(f"{slow.origin}/")).to_be_visible()
    if is_reloaded:
        page.reload()
    else:
        page.click("#cancel")
    slow.released.set()
    expect(page.locator("#rest")).to_have_text(f"Go on through {relay.partition('//')[2]}")
    page.click("#rest")
    assert_complete(page)


def test_a_second_tab_says_that_the_first_may_be_checking(page: Page, target: _Site, site: str) -> None:
    target.released.clear()
    page.goto(site + query("site", f"{target.origin}/"))
    Screen(page).show_all()
    expect(Screen(page).row(f"{target.origin}/")).to_be_visible()
    other = page.context.new_page()
    other.goto(site)
    other.locator("#latest-list button").first.click()
    expect(other.locator("#notes")).to_contain_text("Another tab may be checking this now.")
    other.close()
    target.released.set()
    Screen(page).wait_until_done()


def test_a_page_whose_reply_breaks_off_is_there_all_the_same(page: Page, target: _Site) -> None:
    target.readable = target.breaks_off = True
    page.goto(page.url.partition("?")[0] + query("site", f"{target.origin}/"))
    screen = Screen(page)
    screen.wait_until_done()
    screen.show_all()
    expect(screen.row(f"{target.origin}/b")).to_contain_text("Works")
    screen.row(f"{target.origin}/b").click()
    expect(screen.inspector.locator(".tries")).to_contain_text("Request for the headers only: there (200)")
    target.breaks_off = False


def test_a_check_that_goes_on_has_the_places_of_one_that_was_not_stopped(page: Page, target: _Site, site: str) -> None:
    screen = Screen(page)
    page.goto(site)  # the check of the test before is not shown again
    page.goto(site + query("site", f"{target.origin}/") + "#tab=all")
    screen.wait_until_done()
    expect(screen.rows).to_have_count(6)
    expect(screen.row(f"{target.origin}/gone")).to_contain_text("in 1 more place")  # counted when the check is over
    whole = places_by_row(screen)
    target.released.clear()
    page.click("#again")
    expect(screen.tab_number("all")).to_have_text("3")  # without "/a" and its links
    page.click("#cancel")
    expect(page.locator("#rest")).to_be_visible()
    screen.row(f"{target.origin}/gone").click()
    expect(places_in(screen)).to_have_text([f"{target.origin}/"])
    screen.close_details()
    target.released.set()
    page.click("#rest")
    screen.wait_until_done()
    screen.show_all()
    expect(screen.rows).to_have_count(6)
    expect(screen.row(f"{target.origin}/gone")).to_contain_text("in 1 more place")
    assert places_by_row(screen) == whole


def places_by_row(screen: Screen) -> dict[str, tuple[str, str, list[str]]]:
    """By address what the row says of its places, in two columns, and the places that its details list."""
    found = {}
    for _, _, url in screen.table():
        row = screen.row(url)
        row.click()
        link, used = (row.locator(column).inner_text() for column in (".c-link .context", ".c-used"))
        expect(screen.inspector.locator(".places .soft")).to_have_count(0)  # “and 1 more”, until all places are read
        found[url] = (link, used, places_in(screen).all_inner_texts())
        screen.close_details()
    return found
