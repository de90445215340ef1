"""The page as the user sees it: the texts of its main elements."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import Locator, Page, Route, expect

Visit = Callable[..., Page]

#: What the list of past checks says of one that has not ended.
UNFINISHED = re.compile("not finished|running")
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
#: Verdict, status and URL of rows.
ROWS = """(rows) => rows.map((row) =>
  [row.querySelector(".c-verdict b").innerText, row.dataset.status ?? "", row.dataset.url ?? ""])"""


def visit_without_python(visit: Visit, site: str) -> tuple[Page, Callable[[], None]]:
    """Open the page, and hold back a file of Python until the function that is returned with it is called."""
    page = visit()
    page.goto("about:blank")  # ends that visit's Python, whose late request would be held too
    held: list[Route] = []
    page.route("**/packages.bin", lambda route: held.append(route))
    with page.expect_request("**/packages.bin"):
        page.goto(f"{site}?snapshot=off")

    def start_python() -> None:
        (route,) = held
        route.continue_()

    return page, start_python


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
        self.page.evaluate(TWO_FRAMES)  # by then a click has changed the rows
        return [tuple(row) for row in self.rows.evaluate_all(ROWS)]

    def row(self, url: str) -> Locator:
        return self.page.locator(f'#grid-body [role=row][data-url="{url}"]')

    def start(self) -> None:
        """Go to the start page, unless it is shown."""
        if not self.page.locator("#start").is_visible():
            self.page.click("#new-check")

    def options(self) -> None:
        """Unfold the options of the start page."""
        if not self.page.locator("#format").is_visible():
            self.page.click("#more summary")

    def show_all(self) -> None:
        """Show the links of every verdict."""
        tab = self.page.locator("#tabs [data-tab=all]")
        tab.click()
        expect(tab).to_have_attribute("aria-current", "true")

    def close_details(self) -> None:
        """Close the details of the open row. The page goes back in its history, and a reload meanwhile would show them again."""
        self.page.keyboard.press("Escape")
        expect(self.inspector).to_be_hidden()

    def technical(self) -> None:
        """Unfold the technical details of the open row."""
        self.page.click("#inspector-technical > summary")

    def fact(self, name: str) -> Locator:
        """The value of one of the technical details."""
        term = self.page.locator("#inspector-technical dt").filter(has_text=re.compile(f"^{re.escape(name)}$"))
        return term.locator("xpath=following-sibling::dd[1]")

    def number(self, verdict: str) -> Locator:
        """The number of links at the chip of a verdict."""
        return self.page.locator(f"#chips [data-verdict={verdict}] .number")

    def tab_number(self, tab: str) -> Locator:
        """The number of links at a tab."""
        return self.page.locator(f"#tabs [data-tab={tab}] .number")

    def check(self, text: str, format: str = "auto") -> None:
        """Type into the box of the start page and check its links."""
        self.start()
        self.options()
        self.page.select_option("#format", format)
        self.page.fill("#text", text)
        self.page.click("#check-text")
        self.wait_until_done()
