"""The page as the user sees it: the texts of its main elements."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

Visit = Callable[..., Page]

TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
COLUMNS = ("verdict", "status", "url")


def query(name: str, *values: str) -> str:
    """The query of an address with these values for one parameter."""
    return "?" + "&".join(f"{name}={quote(value, safe='')}" for value in values)


class Screen:
    """The results that an open page shows."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.rows: Locator = page.locator("#grid-body [role=row]")
        self.inspector: Locator = page.locator("#inspector")
        self.notice: Locator = page.locator("#notice")
        self.sentence: Locator = page.locator("#sentence")

    def wait_until_done(self) -> None:
        """Wait until the last check has ended: the progress is complete, and the cancel button is hidden."""
        self.page.evaluate(TWO_FRAMES)  # by then a click has changed the page
        expect(self.page.locator("#bar[aria-valuenow]")).to_be_attached()
        expect(self.page.locator("#cancel")).to_be_hidden()

    def table(self) -> list[tuple[str, ...]]:
        """Verdict, status and URL of the drawn rows, in their order."""
        return [
            tuple(self.rows.nth(n).locator(f"[data-column={column}]").inner_text().strip() for column in COLUMNS)
            for n in range(self.rows.count())
        ]

    def row(self, url: str) -> Locator:
        return self.page.locator(f'#grid-body [role=row][data-url="{url}"]')

    def check(self, text: str, format: str = "auto") -> None:
        """Type into the box and check its links."""
        self.page.select_option("#format", format)
        self.page.fill("#text", text)
        self.page.click("#check-text")
        self.wait_until_done()
