"""Chromium, by Playwright. Two at once, or one beside pytest's own browser, would each need a thread of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Error, Page, sync_playwright

from tests.browser.support.start import NoBrowser, extended, extension_page
from tests.browser.support.start import launched as started

from . import Unavailable
from .calls import PATIENCE_S, CallError, calling, result_of
from .certificates import key_hash, servers_own

ERROR_PAGE_MS = 2000


class Chromium:
    def __init__(self, page: Page, version: str, trusts: bool, extension: str | None = None) -> None:
        self.name = "chromium"
        self.version = version
        self.extension = extension
        self.trusts = trusts
        self.problems: list[str] = []
        self._page = page
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))

    def open(self, address: str) -> None:
        try:
            self._page.goto(address, timeout=PATIENCE_S * 1000)
        except Error as error:
            # The browser's error page is still loading, and would interrupt the next navigation.
            with suppress(Error):
                self._page.wait_for_url("chrome-error://**", timeout=ERROR_PAGE_MS)
            raise CallError(f"{address} did not load: {error}") from error

    def call(self, function: str, **arguments: Any) -> Any:
        try:
            text = self._page.evaluate(calling(function, arguments))
        except Error as error:
            raise CallError(str(error)) from error
        return result_of(text)

    def resize(self, width: int, height: int) -> None:
        self._page.set_viewport_size({"width": width, "height": height})

    def screenshot(self, path: Path) -> None:
        self._page.screenshot(path=path)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "assert"):
            self.problems.append(f"{message.text} ({message.location.get('url', '')})")


@contextmanager
def launched(trust: Path | None, size: tuple[int, int], extension: Path | None = None) -> Iterator[Chromium]:
    # By key, not by certificate: Chromium has no other way to trust a certificate in one profile only.
    switches = [f"--ignore-certificate-errors-spki-list={key_hash(servers_own(trust))}"] if trust else []
    width, height = size
    try:
        if extension:
            with (
                sync_playwright() as playwright,
                extended(playwright.chromium, extension, size=size, switches=switches) as context,
            ):
                assert context.browser
                version, address = context.browser.version, extension_page(context, extension)
                yield Chromium(context.new_page(), version, trust is not None, address)
            return
        with started(*switches) as browser:
            page = browser.new_page(viewport={"width": width, "height": height})
            yield Chromium(page, browser.version, trust is not None)
    except NoBrowser as error:
        raise Unavailable(str(error)) from error
