"""Pictures of the extension for stores, of 1280 by 800 pixels. A website on this machine stands for that of an organisation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.browser.states.site import manual
from tests.browser.support.app import App
from tests.browser.support.start import built_site, extended, extension_page
from tests.engines.extension import packaged

ADDRESS = "http://docs.example.org/"


def take_pictures(folder: Path) -> None:
    """Write four pictures, whose names begin with ``extension``, into a folder."""
    with built_site(), manual() as site:
        rules = f"--host-resolver-rules=MAP docs.example.org {site.origin.removeprefix('http://')}"
        with _browser(rules) as (context, published, permitted):
            tab = context.new_page()
            tab.goto(ADDRESS)
            page = _open(context, published)
            page.fill("#page", ADDRESS)
            page.click("#check-page")
            page.wait_for_selector("#access-dialog")
            page.screenshot(path=folder / "extension-permission.png")

            page = _open(context, permitted)
            find = "async (address) => (await chrome.tabs.query({})).find(({url}) => url === address).id"
            page.goto(f"{permitted}?tab={page.evaluate(find, ADDRESS)}&address={ADDRESS}")
            _wait_until_ready(page)
            page.screenshot(path=folder / "extension-start.png")
            page.click("#opened button")
            page.wait_for_selector("#in-page:visible")
            page.get_by_role("button", name="Outline these links in the page").click()
            tab.wait_for_selector("[data-json-head-tone]")
            page.evaluate("() => scrollTo(0, 0)")
            page.screenshot(path=folder / "extension-results.png")
            page.get_by_role("button", name="Show the worst").click()
            tab.wait_for_selector("[data-json-head-revealed]")
            tab.screenshot(path=folder / "extension-outlines.png")


@contextmanager
def _browser(switch: str) -> Iterator[tuple[BrowserContext, str, str]]:
    """A browser, and the addresses of the published extension and of one that may read all websites."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        folders = [
            packaged("chromium", Path(folder, "published")),
            packaged("chromium", Path(folder, "all"), "*://*/*"),
        ]
        with extended(playwright.chromium, *folders, switches=[switch]) as context:
            published, permitted = (extension_page(context, each) for each in folders)
            yield context, published, permitted


def _open(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    _wait_until_ready(page)
    return page


def _wait_until_ready(page: Page) -> None:
    App(page).wait_until_ready()
    page.wait_for_function("() => jsonHead.granted")
