"""Rows keep their place while a check runs: those that belong above others wait for the end, or for a click if the list is in use."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.support.screen import Screen, Visit
from tests.servers.launch import Targets


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
