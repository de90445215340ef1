"""One by one: the tab in which links are opened, the focus, the keys, and what is shown after a reload."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.support.app import page_of_its_own
from tests.browser.support.screen import Screen, Visit
from tests.browser.support.watch import Watch
from tests.servers.launch import Targets

NAMES = ("one", "two", "three")


@pytest.fixture
def results(visit: Visit, targets: Targets) -> Page:
    """The links to look at of a check."""
    page = visit()
    to_look_at(page, targets)
    return page


def to_look_at(page: Page, targets: Targets) -> None:
    Screen(page).check("\n".join(f"{targets.plain}/ok/{name}" for name in NAMES), "urls")
    page.click("#tabs [data-tab=look]")


@pytest.fixture
def triage(results: Page) -> Page:
    results.click("#to-triage a")
    return results


def expect_address(page: Page, address: str) -> None:
    expect(page.locator(".triage-card .whole-address")).to_have_text(address)


def test_links_are_opened_in_one_tab_after_the_first_was_opened_by_hand(
    triage: Page, targets: Targets, watch: Watch
) -> None:
    """The tab loads pages of another origin, which can't lead this page elsewhere."""
    page = triage
    _, second, third = (f"{targets.plain}/ok/{name}" for name in NAMES)
    here = page.url
    page.get_by_role("button", name="Skip").click()
    expect_address(page, second)
    assert len([tab for tab in page.context.pages if tab.url.startswith(targets.plain)]) == 0
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Open in a tab").click()
    tab = popup.value
    tab.wait_for_url(second)
    page.get_by_role("button", name="It works").click()
    tab.wait_for_url(third)
    expect(page.locator("#notice")).to_be_hidden()
    refused = tab.evaluate(
        """() => opener === null || ["top", "parent"].every((name) => {
          try { opener[name].location.replace("about:blank"); } catch { return true; }
          return false;
        })"""
    )
    assert refused and page.url == here
    assert all("Unsafe attempt to initiate navigation" in fault for fault in watch.take())
    page.locator(".triage-last button").click()
    expect_address(page, second)
    tab.close()
    with page.expect_popup() as popup:
        page.get_by_role("button", name="It’s broken").click()
    popup.value.wait_for_url(third)
    expect_address(page, third)
    popup.value.close()


def test_a_tab_that_the_browser_blocks_is_told(triage: Page) -> None:
    triage.evaluate(
        """() => {
          const {get} = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, "contentWindow");
          Object.defineProperty(HTMLIFrameElement.prototype, "contentWindow", {
            get() { const frame = get.call(this); frame.open = () => null; return frame; },
          });
        }"""
    )
    triage.get_by_role("button", name="Open in a tab").click()
    expect(triage.locator("#toast")).to_contain_text("The browser did not open a tab.")


def test_keys_work_on_arrival_and_after_a_button_is_gone(triage: Page, targets: Targets) -> None:
    page = triage
    first, second, third = (f"{targets.plain}/ok/{name}" for name in NAMES)
    heading = page.locator(".triage-card h2")
    expect(heading).to_be_focused()
    page.keyboard.press("g")
    expect_address(page, second)
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("s")
    expect_address(page, third)
    page.keyboard.press("u")
    expect_address(page, first)
    page.locator("[data-word=ignore]").click()
    page.keyboard.type("gs")
    expect_address(page, first)


def test_a_reload_shows_the_links_without_a_decision(browser: Browser, site: str, targets: Targets) -> None:
    first, second, _ = (f"{targets.plain}/ok/{name}" for name in NAMES)
    with page_of_its_own(browser, site) as page:
        to_look_at(page, targets)
        page.click("#to-triage a")
        expect(page.locator(".triage-next h2")).to_have_text("Next: 2 to go")
        expect_address(page, first)
        page.keyboard.press("g")
        expect(page.locator(".triage-next h2")).to_have_text("Next: 1 to go")
        page.reload()
        expect_address(page, second)
        expect(page.locator(".triage-count")).to_have_text("1 of 3 done")
        expect(page.locator(".triage-card h2")).to_be_focused()


def test_links_come_in_the_order_of_the_input(visit: Visit, targets: Targets) -> None:
    page = visit()
    first, second = f"{targets.plain}/delay/1/one", f"{targets.plain}/ok/two"
    Screen(page).check(f"{first}\n{second}", "urls")
    page.click("#tabs [data-tab=look]")
    page.click("#to-triage a")
    expect_address(page, first)
    page.keyboard.press("s")
    expect_address(page, second)


def test_links_that_were_skipped_come_at_once_when_one_returns(triage: Page, targets: Targets) -> None:
    page = triage
    for name in NAMES:
        expect_address(page, f"{targets.plain}/ok/{name}")
        page.keyboard.press("s")
    expect(page.locator(".triage-card h2")).to_have_text("You have seen them all")
    page.click("#triage-leave")
    page.click("#to-triage a")
    expect_address(page, f"{targets.plain}/ok/one")
