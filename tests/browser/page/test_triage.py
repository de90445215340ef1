"""One by one: the tab in which links are opened, the focus, the keys, and what is shown after a reload."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.support.screen import Screen, Visit
from tests.browser.support.watch import Watch
from tests.servers.launch import Targets

NAMES = ("one", "two", "three")


@pytest.fixture
def results(visit: Visit, targets: Targets) -> Page:
    """The links to look at of a check."""
    page = visit()
    Screen(page).check("\n".join(f"{targets.plain}/ok/{name}" for name in NAMES), "urls")
    page.click("#tabs [data-tab=look]")
    return page


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
    first, second, third = (f"{targets.plain}/ok/{name}" for name in NAMES)
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
