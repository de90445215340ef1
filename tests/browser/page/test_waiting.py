"""Rows keep their place while a check runs: those that belong above others wait for the end, or for a click if the list is in use."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.support.screen import Screen, Visit
from tests.servers.launch import Targets

#: Whether the sentence that says where to begin is hidden while a check runs, and once it has ended with the same list.
SAME_LIST = """async () => {
  const {src} = document.querySelector("script[src$='page.js']");
  const {StartHere} = await import(new URL("results/start-here.js", src).href);
  const box = document.getElementById("start-here");
  const sentence = new StartHere(() => {});
  const rows = Array.from({length: 5}, (_, n) => ({values: {places: n ? 1 : 12}}));
  const shown = {tab: "fix", group: "link", rows, items: [], isFiltered: false};
  return [true, false].map((running) => {
    sentence.show({running}, shown);
    return box.hidden;
  });
}"""


def start(visit: Visit, targets: Targets) -> tuple[Screen, list[str]]:
    """Start a check whose second link is the first to have a result, the first link the second, and the third the last."""
    urls = [f"{targets.cors}/{path}" for path in ("delay/1.5/first", "ok/second", "delay/6/third")]
    screen = Screen(visit())
    expect(screen.page.locator("#boot")).to_have_attribute("data-stage", "ready")
    screen.options()
    screen.page.select_option("#format", "urls")
    screen.page.fill("#text", "\n".join(urls))
    screen.page.click("#check-text")
    expect(screen.rows).to_have_count(1)
    return screen, urls


def addresses(screen: Screen) -> list[str]:
    return [url for _, _, url in screen.table()]


def test_row_that_belongs_above_waits_and_is_shown_at_the_end(visit: Visit, targets: Targets) -> None:
    screen, urls = start(visit, targets)
    more = screen.page.locator("#show-waiting")
    expect(more).to_have_text("1 more found, show it")
    assert addresses(screen) == [urls[1]]
    screen.wait_until_done()
    expect(screen.rows).to_have_count(3)
    assert addresses(screen) == urls
    expect(more).to_be_hidden()


def test_list_in_use_stays_and_its_open_row_keeps_its_place(visit: Visit, targets: Targets) -> None:
    screen, urls = start(visit, targets)
    page = screen.page
    screen.rows.first.click()
    more = page.locator("#show-waiting")
    screen.wait_until_done()
    expect(more).to_have_text("1 more found, show it")
    assert addresses(screen) == urls[1:]
    page.set_viewport_size({"width": 1280, "height": 420})
    page.evaluate("() => document.querySelector('#grid').scrollIntoView()")
    place = screen.row(urls[1]).bounding_box()
    more.press("Enter")
    expect(screen.rows).to_have_count(3)
    assert addresses(screen) == urls
    assert screen.row(urls[1]).bounding_box() == place
    expect(page.locator("#grid")).to_be_focused()
    expect(more).to_be_hidden()


def test_progress_names_the_website_that_is_waited_for(visit: Visit, targets: Targets) -> None:
    screen, urls = start(visit, targets)
    host = urls[0].split("/")[2]
    expect(screen.page.locator("#pace")).to_contain_text(f"Waiting for a reply from {host}")
    screen.wait_until_done()
    expect(screen.page.locator("#pace")).not_to_contain_text("Waiting")


def test_row_under_the_pointer_and_the_buttons_stay_when_a_check_ends(visit: Visit, targets: Targets) -> None:
    """At the end there are other buttons, and a sentence above the list."""
    urls = [f"{targets.cors}/status/404/{n}" for n in range(6)]
    links = urls[:1] * 12 + urls[1:] + [f"{targets.cors}/delay/4/last"]
    screen = Screen(visit())
    page = screen.page
    page.set_viewport_size({"width": 1280, "height": 600})
    expect(page.locator("#boot")).to_have_attribute("data-stage", "ready")
    page.fill("#text", "\n".join(f"- [to]({url})" for url in links))
    page.click("#check-text")
    expect(screen.tab_number("fix")).to_have_text("6")
    page.click("#tabs [data-tab=fix]")
    expect(screen.rows).to_have_count(6)
    screen.rows.nth(1).hover()
    row, copy = screen.rows.nth(1).bounding_box(), page.locator("#copy").bounding_box()
    assert row and copy
    screen.wait_until_done()
    expect(page.locator("#start-here")).to_be_visible()
    held = screen.rows.nth(1).bounding_box()
    assert held and abs(held["y"] - row["y"]) < 1  # a page scrolls by whole pixels
    scrolled = page.evaluate("() => scrollY")
    assert scrolled > 0
    after = page.locator("#copy").bounding_box()
    assert after and (after["x"], after["y"] + scrolled) == pytest.approx((copy["x"], copy["y"]), abs=1)


def test_where_to_begin_is_shown_at_the_end_although_the_list_stays_the_same(visit: Visit) -> None:
    page = visit()
    page.wait_for_function("() => window.jsonHead")
    assert page.evaluate(SAME_LIST) == [True, False]


def test_button_for_a_helper_server_moves_no_other_one(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    page = screen.page
    page.set_viewport_size({"width": 900, "height": 600})
    expect(page.locator("#boot")).to_have_attribute("data-stage", "ready")
    page.fill("#text", f"{targets.plain}/ok/hidden {targets.cors}/delay/4/last")
    page.click("#check-text")
    expect(screen.tab_number("look")).to_have_text("1")
    page.click("#tabs [data-tab=look]")
    copy = page.locator("#copy").bounding_box()
    expect(page.locator("#ask-relay")).to_be_hidden()
    screen.wait_until_done()
    expect(page.locator("#ask-relay")).to_be_visible()
    assert page.locator("#copy").bounding_box() == copy
