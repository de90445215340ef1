"""The extension in browsers that start once for all of its tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.extension.application import Application, application
from tests.browser.support.app import PATIENCE_MS, App
from tests.browser.support.start import extended, extension_page
from tests.engines.extension import packaged

#: The websites that each of three copies of the extension may read. The first is the one that is published.
COPIES: dict[str, tuple[str, ...]] = {"published": (), "one": ("*://127.0.0.1/*",), "all": ("*://*/*",)}


class Chromium:
    """Chromium with three copies of the extension."""

    def __init__(self, context: BrowserContext, folders: dict[str, Path]) -> None:
        self.context = context
        self.folders = folders
        self.addresses = {copy: extension_page(context, folder) for copy, folder in folders.items()}

    def open(self, copy: str, rest: str = "") -> Page:
        """Open the page of a copy in a new tab, and wait for Python and the permissions."""
        page = self.context.new_page()
        page.goto(self.addresses[copy] + rest)
        self.wait_until_ready(page)
        return page

    def wait_until_ready(self, page: Page) -> None:
        App(page).wait_until_ready()
        page.wait_for_function("() => jsonHead.granted")

    def press_action(self, tab: Page) -> Page:
        """Press the button of the published copy in the browser's toolbar, in this tab; returns the page that it opens."""
        browser = self.context.browser
        assert browser
        session = browser.new_browser_cdp_session()
        tabs = session.send("Target.getTargets", {"filter": [{"type": "tab"}]})["targetInfos"]
        (target,) = [each["targetId"] for each in tabs if each["url"] == tab.url]
        id = self.addresses["published"].split("/")[2]
        with self.context.expect_page() as opened:
            session.send("Extensions.triggerAction", {"id": id, "targetId": target})
        self.wait_until_ready(opened.value)
        return opened.value


@pytest.fixture(scope="session")
def chromium(browser: Browser, site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    folder = tmp_path_factory.mktemp("extension")
    folders = {copy: packaged("chromium", Path(folder, copy), *patterns) for copy, patterns in COPIES.items()}
    with extended(browser.browser_type, *folders.values()) as context:
        context.set_default_timeout(PATIENCE_MS / 4)
        yield Chromium(context, folders)


@pytest.fixture(scope="module")
def app() -> Iterator[Application]:
    with application() as served:
        yield served
